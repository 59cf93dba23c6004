//! Stopping by precision: how narrow an interval is to be, and the marks at which a run looks whether it is.
//!
//! A run that stopped at the first path at which its interval is narrow enough would stop early more often than late: where
//! the spread seen happens to be too small, and the interval with it. The fixed-width theory (Chow and Robbins 1965; for
//! simulations Glynn and Whitt 1992) says that this vanishes for narrow intervals; few marks, and a least number of paths
//! below which nobody looks, keep it small for wide ones. `docs/statistics.md` has what was measured.

use super::Proportion;
use super::precision::paths_for;

/// How narrow the 95% interval of a probability is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// Half its width, as a probability: 0.005 is half a percentage point.
    Absolute(f64),
    /// Half its width as a share of the estimate.
    Relative(f64),
}

impl Wanted {
    /// The half-width wanted of a probability that is estimated as `p`.
    pub fn half_width(self, p: f64) -> f64 {
        match self {
            Wanted::Absolute(half) => half,
            Wanted::Relative(share) => share * p,
        }
    }

    /// Whether it is reached. Of what was never seen no relative precision is.
    pub fn reached(self, of: &Proportion) -> bool {
        of.interval.half_width() <= self.half_width(of.p)
    }

    /// The half-width there is, in units of the one wanted: 1 or less where it is reached, infinity where it never can be by
    /// what was seen so far.
    pub fn off(self, of: &Proportion) -> f64 {
        let wanted = self.half_width(of.p);
        if wanted > 0.0 { of.interval.half_width() / wanted } else { f64::INFINITY }
    }

    /// The paths that would reach it, by what was seen on so many; `None` where that can't be told.
    pub fn paths_for(self, of: &Proportion) -> Option<u64> {
        paths_for(of.interval.half_width(), of.paths, self.half_width(of.p))
    }
}

/// Ten numbers a decade, each about a quarter more than the one before (the preferred numbers R10 of ISO 3, rounded).
const STEPS: [u64; 10] = [100, 125, 160, 200, 250, 315, 400, 500, 630, 800];

/// The numbers of paths at which a run looks: `least`, the preferred numbers above it (100, 125, 160, 200, 250, 315, 400, 500,
/// 630, 800, 1,000, 1,250, …), and `most`. They depend on nothing that the run finds.
pub fn marks(least: u64, most: u64) -> impl Iterator<Item = u64> {
    let least = least.min(most);
    let powers = (0..18_u32).map(|power| 10_u64.saturating_pow(power));
    let preferred = powers.flat_map(|power| STEPS.map(|step| step.saturating_mul(power)));
    let between = preferred.filter(move |&n| n > least && n < most);
    let last = (most > least).then_some(most);
    std::iter::once(least).chain(between).chain(last)
}

#[cfg(test)]
mod tests {
    use super::super::{Design, HitTally};
    use super::*;
    use crate::stream::{Draw, Name, WorldKey};
    use rand_distr::{Beta, Binomial, Distribution};

    #[test]
    fn marks_are_geometric_and_end_at_the_most() {
        let all: Vec<u64> = marks(2_000, 6_000).collect();
        assert_eq!(all, [2_000, 2_500, 3_150, 4_000, 5_000, 6_000]);
        assert_eq!(marks(50, 130).collect::<Vec<_>>(), [50, 100, 125, 130]);
        assert_eq!(marks(500, 500).collect::<Vec<_>>(), [500]);
        assert_eq!(marks(500, 20).collect::<Vec<_>>(), [20]);
        let long: Vec<u64> = marks(1_000, u64::MAX).collect();
        assert!(long.windows(2).all(|w| w[0] < w[1]), "{long:?}");
        assert!(long.len() < 180 && long[20] == 100_000, "{long:?}");
    }

    #[test]
    fn absolute_and_relative() {
        let seen = Proportion::independent(250, 1_000);
        // Wilson's half-width, 0.0268.
        assert!(!Wanted::Absolute(0.0267).reached(&seen) && Wanted::Absolute(0.0269).reached(&seen));
        assert!(!Wanted::Relative(0.1067).reached(&seen) && Wanted::Relative(0.1075).reached(&seen));
        let none = Proportion::independent(0, 1_000_000);
        assert!(!Wanted::Relative(0.5).reached(&none) && Wanted::Absolute(0.001).reached(&none));
        assert_eq!(Wanted::Relative(0.5).paths_for(&none), None);
        // A tenth of the width takes a hundred times the paths.
        let off = Wanted::Absolute(0.002_680_5);
        assert!((off.off(&seen) - 10.0).abs() < 0.01);
        assert_eq!(off.paths_for(&seen), Some(100_000));
    }

    /// The probabilities of 0, 1, … successes among `n`, from the first that is not negligible: (that one, probabilities).
    fn binomial(n: u64, p: f64) -> (usize, Vec<f64>) {
        let (mean, sd) = (n as f64 * p, (n as f64 * p * (1.0 - p)).sqrt());
        let low = (mean - 9.0 * sd - 9.0).max(0.0) as u64;
        let high = ((mean + 9.0 * sd + 9.0) as u64).min(n);
        let log_choose = |k: u64| {
            libm::lgamma(n as f64 + 1.0) - libm::lgamma(k as f64 + 1.0) - libm::lgamma((n - k) as f64 + 1.0)
        };
        let at =
            |k: u64| libm::exp(log_choose(k) + k as f64 * libm::log(p) + (n - k) as f64 * libm::log1p(-p));
        (low as usize, (low..=high).map(at).collect())
    }

    /// Of a run of independent paths with probability `p`: how often its interval holds `p` when it stops, by summing over all
    /// ways that it can go, and the paths that it takes on average.
    fn coverage(wanted: Wanted, p: f64, least: u64, most: u64) -> (f64, f64) {
        let (mut at, mut first, mut going) = (0, 0, vec![1.0]);
        let (mut held, mut paths) = (0.0, 0.0);
        for mark in marks(least, most) {
            let (low, more) = binomial(mark - at, p);
            let mut next = vec![0.0; going.len() + more.len() - 1];
            for (i, a) in going.iter().enumerate().filter(|(_, a)| **a > 1e-18) {
                more.iter().zip(&mut next[i..]).for_each(|(b, to)| *to += a * b);
            }
            (at, first, going) = (mark, first + low, next);
            for (i, mass) in going.iter_mut().enumerate() {
                let seen = Proportion::independent((first + i) as u64, mark);
                if mark >= most || wanted.reached(&seen) {
                    held += if seen.interval.contains(p) { *mass } else { 0.0 };
                    paths += *mass * mark as f64;
                    *mass = 0.0;
                }
            }
        }
        (held, paths)
    }

    /// (precision, probability) of the cases that the page on statistics shows.
    fn cases() -> Vec<(Wanted, f64)> {
        let absolute = [0.02, 0.01, 0.005, 0.003].map(Wanted::Absolute);
        let relative = [0.2, 0.1, 0.05].map(Wanted::Relative);
        let all = absolute.into_iter().chain(relative);
        all.flat_map(|wanted| [0.5, 0.3, 0.1, 0.03, 0.01].map(|p| (wanted, p))).collect()
    }

    /// Independent paths: 95% to one point. Exact sums, no sampling; `--nocapture` shows the table of `docs/statistics.md`.
    #[test]
    fn looking_at_marks_costs_hardly_any_coverage() {
        for (wanted, p) in cases() {
            let (held, paths) = coverage(wanted, p, 2_000, 200_000);
            println!("{wanted:?} {p}: {:.2}% {paths:.0}", 100.0 * held);
            // Above 96% only where the most cuts runs off that would have gone on.
            assert!((0.94..=0.962).contains(&held), "{wanted:?}, p = {p}: {held} with {paths} paths");
        }
        // The least number is what keeps it: whoever may stop after ten paths stops on luck.
        let (hasty, _) = coverage(Wanted::Relative(0.5), 0.3, 10, 100_000);
        assert!(hasty < 0.91, "{hasty}");
    }

    /// Worlds whose probabilities are beta with this mean and intraclass correlation: how often the interval holds the mean
    /// when a run stops, and the paths that it takes on average.
    fn coverage_of_worlds(wanted: Wanted, mean: f64, rho: f64, paths_each: u64, runs: u64) -> (f64, f64) {
        let size = 1.0 / rho - 1.0;
        let law = Beta::new(mean * size, (1.0 - mean) * size).expect("positive shapes");
        let name = Name::new(&format!("{wanted:?} {mean} {rho} {paths_each}"));
        let (mut held, mut paths) = (0_u64, 0_u64);
        for run in 0..runs {
            let mut rng: Draw = WorldKey::new(1, run).draw(name, 0, 0);
            let mut tally = HitTally::new(Design::Worlds { paths_each });
            for mark in marks(2_000, 200_000) {
                while tally.paths() < mark {
                    let p: f64 = law.sample(&mut rng);
                    let hits = Binomial::new(paths_each, p).expect("a probability").sample(&mut rng);
                    tally.add(hits, paths_each);
                }
                let seen = tally.proportion();
                if mark == 200_000 || wanted.reached(&seen) {
                    held += u64::from(seen.interval.contains(mean));
                    paths += mark;
                    break;
                }
            }
        }
        (held as f64 / runs as f64, paths as f64 / runs as f64)
    }

    /// With beliefs, where the spread between worlds is estimated too. 2,000 runs a case: 1.95 points are four standard errors.
    #[test]
    fn worlds_cover_too_when_a_run_stops_by_precision() {
        for (wanted, mean, rho, paths_each) in [
            (Wanted::Absolute(0.02), 0.5, 0.1, 10),
            (Wanted::Absolute(0.015), 0.3, 0.3, 10),
            (Wanted::Absolute(0.01), 0.1, 0.1, 10),
            (Wanted::Absolute(0.02), 0.5, 0.3, 50),
            (Wanted::Relative(0.1), 0.1, 0.1, 10),
        ] {
            let (held, paths) = coverage_of_worlds(wanted, mean, rho, paths_each, 2_000);
            println!("{wanted:?} {mean} {rho} {paths_each}: {:.2}% {paths:.0}", 100.0 * held);
            assert!((held - 0.95).abs() < 0.0195, "{wanted:?}, {mean}, {rho}, {paths_each}: {held}");
        }
    }
}
