//! Some paths are left as they come. Choices are steered one by one, so the weight of a path is a product of as many factors as it has
//! choices, and a path that steering makes unlikely may weigh more than all others together. Where each path is plain with a share a, and weighs
//! what the mixture makes of it, 1 / (a + (1 - a) / w), none weighs more than 1 / a (Hesterberg 1995; Owen and Zhou 2000).

use super::worth::Worths;

/// How paths are steered, once pilots have learnt.
#[derive(Clone, Debug)]
pub struct Steering {
    /// What choices are worth.
    pub worths: Worths,
    /// The share of paths that are not steered.
    pub plain: f64,
}

/// The shares that are looked at: a tenth of the paths, which costs little where steering is right, up to all of them, where plain paths do
/// better.
const SHARES: [f64; 4] = [0.1, 0.25, 0.5, 1.0];
/// The share by which these are judged.
pub(super) const JUDGING: f64 = 0.5;

/// What a path weighs to which steering gives the weight `steered`, where such a share is plain.
pub fn mixed(steered: f64, plain: f64) -> f64 {
    if plain >= 1.0 { 1.0 } else { 1.0 / (plain + (1.0 - plain) / steered) }
}

/// Judges shares by paths of which [`JUDGING`] are plain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Judge {
    /// By share: the sum of weight times weight with that share. Over the number of paths it is the mean square of what a path of that mixture
    /// counts.
    squares: [f64; SHARES.len()],
}

impl Judge {
    /// A path that reached the goal.
    pub fn see(&mut self, steered: f64) {
        for (sum, share) in self.squares.iter_mut().zip(SHARES) {
            *sum += mixed(steered, JUDGING) * mixed(steered, share);
        }
    }

    pub fn merge(&mut self, other: &Judge) {
        self.squares.iter_mut().zip(other.squares).for_each(|(sum, more)| *sum += more);
    }

    /// The share that leaves the smallest variance: the least of equals.
    pub fn best(&self) -> f64 {
        let all = SHARES.iter().zip(self.squares);
        all.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(JUDGING, |(share, _)| *share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weights of the mixture average 1 over its paths, whatever steering does, and none is above its bound.
    #[test]
    fn weights_average_one() {
        // Three kinds of paths: as likely as the scenario says, and as steering makes them.
        let (scenario, steered) = ([0.7, 0.299, 0.001], [0.2, 0.799_999_999, 1e-9]);
        for share in SHARES {
            let pairs = || scenario.iter().zip(steered);
            let weight = |(p, q): (&f64, f64)| mixed(p / q, share);
            let mean: f64 = pairs().map(|(p, q)| (share * p + (1.0 - share) * q) * weight((p, q))).sum();
            assert!((mean - 1.0).abs() < 1e-12, "{share}: {mean}");
            assert!(pairs().all(|pair| weight(pair) <= (1.0 + 1e-12) / share));
        }
        assert_eq!((mixed(0.0, 0.1), mixed(f64::INFINITY, 0.25), mixed(7.0, 0.0)), (0.0, 4.0, 7.0));
    }

    /// A goal that steering reaches with small weights is left to it; one of which it misses a part, to plain paths.
    #[test]
    fn the_best_share_is_chosen() {
        let (mut right, mut wrong) = (Judge::default(), Judge::default());
        (0..1_000).for_each(|_| right.see(1e-9));
        (0..10).for_each(|_| wrong.see(1e12));
        assert_eq!((right.best(), wrong.best()), (0.1, 1.0));
        assert_eq!(Judge::default().best(), 0.1);
    }
}
