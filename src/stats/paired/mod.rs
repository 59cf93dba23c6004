//! Two variants that share their luck: what one changes against the other, path by path or world by world.

mod difference;
mod given;
mod hits;

pub use difference::{Difference, POWER, Verdict};
pub use given::PairedGiven;
pub use hits::PairedHits;

use super::Design;
use super::means::MeanTally;
use difference::judged;

/// Compares a measure that every path has.
#[derive(Clone, Debug)]
pub struct PairedMeasure(MeanTally);

impl PairedMeasure {
    /// Nothing counted yet.
    pub fn new(design: Design) -> PairedMeasure {
        PairedMeasure(MeanTally::new(design))
    }

    /// Counts a pair of paths with the same number: the variant's value less the base's, finite.
    #[inline]
    pub fn record(&mut self, difference: f64) {
        self.0.record(difference);
    }

    /// Ends a world; does nothing where paths are independent.
    pub fn close(&mut self) {
        self.0.close();
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &PairedMeasure) {
        self.0.merge(&other.0);
    }

    /// The mean difference.
    pub fn difference(&self) -> Difference {
        let mean = self.0.mean();
        let same = mean.mean == 0.0 && mean.sd == 0.0;
        judged(mean.mean, mean.standard_error, mean.interval, mean.credible, mean.paths, same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_change_at_all_is_said_so() {
        for design in [Design::Paths, Design::Worlds { paths_each: 10 }] {
            let mut hits = PairedHits::new(design);
            let mut measure = PairedMeasure::new(design);
            let mut given = PairedGiven::new(design);
            for _ in 0..20 {
                hits.add(0, 0, 10);
                for value in 0..10 {
                    measure.record(0.0);
                    given.record(Some(f64::from(value)), Some(f64::from(value)));
                }
                measure.close();
                given.close();
            }
            for found in [hits.difference(), measure.difference(), given.difference()] {
                assert_eq!((found.difference, found.verdict), (0.0, Verdict::Same), "{found:?}");
                assert_eq!((found.paths_to_tell, found.paths), (None, 200));
                assert!(found.interval.contains(0.0));
            }
            assert!(hits.difference().interval.high > 0.0);
        }
    }

    /// Other paths count in the variant, but the values are the same on all; tenths are no doubles.
    #[test]
    fn equal_values_on_other_paths_are_the_same() {
        for value in [68.0, 0.1, 1e9 / 3.0, -1e-200] {
            for design in [Design::Paths, Design::Worlds { paths_each: 1 }, Design::Worlds { paths_each: 9 }]
            {
                let (mut given, mut higher) = (PairedGiven::new(design), PairedGiven::new(design));
                for path in 0..630_u32 {
                    let some = |every: u32, value: f64| (path % every > 0).then_some(value);
                    given.record(some(3, value), some(5, value));
                    higher.record(some(3, value), some(5, 2.0 * value));
                    if path % 9 == 8 || design == (Design::Worlds { paths_each: 1 }) {
                        given.close();
                        higher.close();
                    }
                }
                let (found, higher) = (given.difference(), higher.difference());
                assert_eq!((found.difference, found.standard_error), (0.0, 0.0), "{value} {design:?}");
                assert_eq!((found.interval.low, found.interval.high), (0.0, 0.0));
                assert_eq!((found.verdict, found.paths_to_tell), (Verdict::Same, None));
                assert_eq!(higher.standard_error, 0.0);
                let side = if value > 0.0 { Verdict::Higher } else { Verdict::Lower };
                assert_eq!(higher.verdict, side);
                assert!((higher.difference / value - 1.0).abs() < 1e-15);
            }
        }
    }

    /// The verdict on few pairs is that of the exact sign test: 6 to 0 has p = 0.031, 5 to 0 has 0.0625.
    #[test]
    fn few_pairs_are_judged_as_the_sign_test_does() {
        for (gained, lost, verdict) in [
            (5, 0, Verdict::Unclear),
            (6, 0, Verdict::Higher),
            (0, 6, Verdict::Lower),
            (9, 2, Verdict::Unclear),
        ] {
            let mut tally = PairedHits::new(Design::Paths);
            tally.add(gained, lost, 10_000);
            assert_eq!(tally.difference().verdict, verdict, "{gained} to {lost}");
        }
    }

    /// Bonett and Price 2012: (gained + 1 − lost − 1) / (n + 2) and so on, by hand for 20 gained, 5 lost of 100.
    #[test]
    fn pairs_by_hand() {
        let mut tally = PairedHits::new(Design::Paths);
        tally.add(20, 5, 100);
        let found = tally.difference();
        let (up, down) = (21.0 / 102.0, 6.0 / 102.0);
        let half = 1.959_963_985 * ((up + down - (up - down) * (up - down)) / 102.0_f64).sqrt();
        assert!((found.interval.low - (up - down - half)).abs() < 1e-9);
        assert!((found.standard_error - ((0.25 - 0.0225) / 100.0_f64).sqrt()).abs() < 1e-15);
    }

    /// With conditions that always hold, it is the paired difference of means.
    #[test]
    fn conditions_that_always_hold_change_nothing() {
        let design = Design::Worlds { paths_each: 2 };
        let (mut given, mut measure) = (PairedGiven::new(design), PairedMeasure::new(design));
        for world in 0..9 {
            for path in 0..2 {
                let base = libm::sin(f64::from(world * 2 + path));
                let variant = base + libm::cos(f64::from(world));
                given.record(Some(base), Some(variant));
                measure.record(variant - base);
            }
            given.close();
            measure.close();
        }
        let (given, measure) = (given.difference(), measure.difference());
        assert!((given.difference - measure.difference).abs() < 1e-14);
        assert!((given.standard_error - measure.standard_error).abs() < 1e-14);
        assert!((given.interval.high - measure.interval.high).abs() < 1e-12);
    }

    #[test]
    fn batches_may_be_cut_anywhere() {
        let design = Design::Worlds { paths_each: 10 };
        let worlds = [(3, 1), (0, 2), (5, 0), (1, 1), (2, 4)];
        let mut whole = PairedHits::new(design);
        worlds.iter().for_each(|&(gained, lost)| whole.add(gained, lost, 10));
        let mut parts = PairedHits::new(design);
        for part in worlds.rchunks(2) {
            let mut tally = PairedHits::new(design);
            part.iter().for_each(|&(gained, lost)| tally.add(gained, lost, 10));
            parts.merge(&tally);
        }
        assert_eq!(parts.difference(), whole.difference());
        let mut totals = PairedHits::new(design);
        worlds.iter().for_each(|&(gained, lost)| totals.add_difference(gained as i64 - lost as i64, 10));
        let (totals, whole) = (totals.difference(), whole.difference());
        assert_eq!((totals.difference, totals.standard_error), (whole.difference, whole.standard_error));
        assert!(totals.credible.is_none() && whole.credible.is_some());
    }
}
