//! What the moments of accounts may be off: where mass is in a wrong place, times what it has gathered and may still gather.

use super::ahead::Ahead;
use super::gain::Gain;
use super::onward::times;

/// Of the paths that count, whichever these are: what their probability, `E[A - about]` and `E[(A - about)²]` may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Off {
    /// About what.
    pub about: f64,
    /// Of the probability.
    pub mass: f64,
    /// Of `E[A - about]`, over the paths that count, not divided by how many these are.
    pub first: f64,
    /// Of `E[(A - about)²]`.
    pub second: f64,
    /// What the mean over all paths may be off, as it is worked out by itself.
    pub whole: f64,
}

impl Off {
    /// Of a mean over all paths of which nothing else is known.
    pub fn of_mean(whole: f64) -> Off {
        Off { about: 0.0, mass: f64::INFINITY, first: f64::INFINITY, second: f64::INFINITY, whole }
    }

    /// About another centre.
    pub fn around(self, about: f64) -> Off {
        let by = (about - self.about).abs();
        let first = self.first + by * self.mass;
        Off { about, first, second: self.second + by * (2.0 * self.first + by * self.mass), ..self }
    }

    /// Of several worlds together, about one centre; not divided by how many.
    pub fn together(all: impl Iterator<Item = Off>, about: f64) -> Off {
        let none = Off { about, mass: 0.0, first: 0.0, second: 0.0, whole: 0.0 };
        all.map(|off| off.around(about)).fold(none, |sum, off| Off {
            mass: sum.mass + off.mass,
            first: sum.first + off.first,
            second: sum.second + off.second,
            whole: sum.whole + off.whole,
            ..sum
        })
    }

    /// What the mean may be off, among a share of paths, where `about` is the mean; none where it may be anything.
    pub fn mean(&self, share: f64) -> Option<f64> {
        let share = share - self.mass;
        let off = self.first / share;
        (share > 0.0 && off.is_finite()).then_some(off)
    }

    /// What the standard deviation may be off.
    pub fn sd(&self, share: f64, sd: f64) -> Option<f64> {
        let mean = self.mean(share)?;
        let variance = (self.second + sd * sd * self.mass) / (share - self.mass) + mean * mean;
        // |√a - √b| is |a - b| / (√a + √b), and at most √|a - b|.
        let off = if sd > 0.0 { variance.sqrt().min(variance / sd) } else { variance.sqrt() };
        off.is_finite().then_some(off)
    }
}

/// Mass that may be in a wrong place at some time, and what it has gathered by then.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Doubt {
    /// How much.
    pub mass: f64,
    /// Between these is the centre of what it has gathered.
    pub low: f64,
    pub high: f64,
    /// About how far from it this may be.
    pub spread: f64,
    /// What the interpolants of the moments themselves leave out.
    pub first: f64,
    pub second: f64,
}

impl Doubt {
    /// Mass that has gathered so much.
    pub fn of(mass: f64, gain: Gain) -> Doubt {
        Doubt { mass, low: gain.mean, high: gain.mean, spread: gain.variance.sqrt(), ..Doubt::default() }
    }
}

/// What is in doubt of an account in an epoch.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubts {
    /// What may come from then on, in this epoch.
    pub ahead: Ahead,
    /// All mass in doubt.
    pub mass: f64,
    /// What integrals of the mean over all paths may be off beside.
    pub beside: f64,
    /// How far the rates of an account may be off, gathered over the epoch.
    pub rates: f64,
    /// One by one; none where the moments are not known.
    pub list: Option<Vec<Doubt>>,
}

/// What is off after these epochs, about a centre. `mass`: what a probability may be off.
pub(super) fn off(epochs: &[Doubts], mass: f64, about: f64, sd: f64) -> Off {
    let mut off = Off { about, mass, first: 0.0, second: 0.0, whole: 0.0 };
    let mut ahead = Ahead::default();
    for epoch in epochs.iter().rev() {
        ahead = epoch.ahead.then(ahead);
        // It is missing in one place and counts in another.
        off.whole += 2.0 * times(epoch.mass, ahead.first) + epoch.beside + epoch.rates;
        let Some(list) = &epoch.list else {
            (off.first, off.second) = (f64::INFINITY, f64::INFINITY);
            continue;
        };
        for doubt in list {
            let away = (doubt.low - about).abs().max((doubt.high - about).abs());
            let before = away + doubt.spread;
            off.first += 2.0 * times(doubt.mass, before + ahead.first) + doubt.first;
            let squares = before * before + 2.0 * before * ahead.first + ahead.second;
            off.second += 2.0 * times(doubt.mass, squares)
                + doubt.second
                + 2.0 * times(doubt.first, away + ahead.first);
        }
        off.first += epoch.rates;
        off.second += 2.0 * epoch.rates * sd + epoch.rates * epoch.rates;
    }
    off
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mass_in_a_wrong_place() {
        // A hundredth of the paths, that end with 7, may end with anything between 3 and 9 instead: they have 3, and up to 6 to come.
        let doubt = Doubt { mass: 0.01, low: 3.0, high: 3.0, ..Doubt::default() };
        let ahead = Ahead { first: 6.0, second: 36.0 };
        let doubts = Doubts { ahead, mass: 0.01, list: Some(vec![doubt]), ..Doubts::default() };
        let off = off(&[doubts], 0.01, 7.0, 0.0);
        let (first, second) = (0.01 * (9.0 - 3.0), 0.01 * 16.0);
        assert!(off.whole >= first && off.first >= first && off.second >= second);
        // Another centre is worse by no more than what is in doubt, away by so much.
        let away = off.around(10.0);
        assert!((away.first - off.first - 0.03).abs() < 1e-15);
        assert!((away.second - off.second - 6.0 * off.first - 0.09).abs() < 1e-14);
        assert_eq!(off.mean(0.01), None);
        assert!(off.mean(0.5).is_some_and(|mean| mean >= first / 0.49));
        let both = Off::together([off, off].into_iter(), 7.0);
        assert_eq!((both.mass, both.first, both.whole), (0.02, 2.0 * off.first, 2.0 * off.whole));
    }

    #[test]
    fn a_standard_deviation_is_off_by_less_than_its_square() {
        let off = Off { about: 0.0, mass: 0.0, first: 0.0, second: 1e-8, whole: 0.0 };
        assert_eq!(off.sd(1.0, 0.0), Some(1e-4));
        assert!(off.sd(1.0, 1.0).is_some_and(|sd| (1e-8 / 2.0..=1e-8).contains(&sd)));
        assert_eq!(Off::of_mean(0.5).sd(1.0, 1.0), None);
    }
}
