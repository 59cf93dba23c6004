//! How often something happens in two variants.

use super::difference::{Difference, judged};
use crate::stats::Design;
use crate::stats::by_world::ByWorld;
use crate::stats::credible::Seen;
use crate::stats::critical::{normal_quantile, student_quantile};
use crate::stats::interval::{Interval, UPPER};

/// Compares how often something happens in two variants.
#[derive(Clone, Debug)]
pub struct PairedHits {
    design: Design,
    paths: u64,
    gained: u64,
    lost: u64,
    matched: bool,
    /// How many worlds had so many hits more (or fewer) in the variant.
    worlds: ByWorld,
}

impl PairedHits {
    /// Nothing counted yet.
    pub fn new(design: Design) -> PairedHits {
        let worlds = ByWorld::new(design.unit());
        PairedHits { design, paths: 0, gained: 0, lost: 0, matched: true, worlds }
    }

    /// All pairs, where every path is a unit of its own: independent, or alone in its world.
    ///
    /// # Panics
    /// Where several paths share a world: then their number is not enough.
    pub fn single(design: Design, gained: u64, lost: u64, paths: u64) -> PairedHits {
        assert!(design.clustered().is_none(), "pairs of worlds must be counted by world");
        let mut tally = PairedHits::new(design);
        (tally.gained, tally.lost, tally.paths) = (gained, lost, paths);
        if design != Design::Paths {
            for (difference, worlds) in [(-1, lost), (0, paths - gained - lost), (1, gained)] {
                tally.worlds.add(difference, worlds);
            }
        }
        tally
    }

    /// Adds `paths` pairs of paths with the same number: `gained` of them hit in the variant alone, `lost` in the base
    /// alone. One whole world, or where paths are independent, any batch.
    pub fn add(&mut self, gained: u64, lost: u64, paths: u64) {
        debug_assert!(gained + lost <= paths);
        self.paths += paths;
        self.gained += gained;
        self.lost += lost;
        if self.design != Design::Paths {
            self.worlds.add(gained as i64 - lost as i64, 1);
        }
    }

    /// Adds a world of which only the totals are known: the hits of the variant less those of the base. The credible
    /// interval can then not be told.
    ///
    /// # Panics
    /// Where paths are independent: then the pairs must be known.
    pub fn add_difference(&mut self, difference: i64, paths: u64) {
        assert!(self.design != Design::Paths, "totals of independent paths are no pairs");
        self.matched = false;
        self.paths += paths;
        self.gained += difference.max(0) as u64;
        self.lost += (-difference).max(0) as u64;
        self.worlds.add(difference, 1);
    }

    /// The pairs of paths counted.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// Adds so many worlds where no pair differed.
    pub fn add_worlds_without(&mut self, worlds: u64) {
        if let Design::Worlds { paths_each } = self.design
            && worlds > 0
        {
            self.paths += worlds * paths_each;
            self.worlds.add(0, worlds);
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &PairedHits) {
        self.paths += other.paths;
        self.gained += other.gained;
        self.lost += other.lost;
        self.matched &= other.matched;
        self.worlds.merge(&other.worlds);
    }

    /// The difference of the two probabilities.
    pub fn difference(&self) -> Difference {
        let n = self.paths as f64;
        let balance = self.gained as f64 - self.lost as f64;
        let difference = balance / n;
        let changed = (self.gained + self.lost) as f64;
        // The variance of the mean, were all pairs independent.
        let independent = (changed - balance * difference).max(0.0) / (n * n);
        let Design::Worlds { paths_each } = self.design else {
            let interval = pairs_interval(self.gained as f64, self.lost as f64, n, normal_quantile(UPPER));
            let interval = if self.paths == 0 { Interval { low: -1.0, high: 1.0 } } else { interval };
            return self.answer(difference, independent.sqrt(), interval, None);
        };
        let worlds = self.worlds.worlds();
        if worlds < 2 {
            return self.answer(difference, f64::NAN, Interval { low: -1.0, high: 1.0 }, None);
        }
        let (w, m) = (worlds as f64, paths_each as f64);
        let squares = self.worlds.squares();
        let net = u128::from(self.gained.abs_diff(self.lost));
        let scatter = u128::from(worlds) * squares - net * net;
        let variance = scatter as f64 / (w * w * (w - 1.0) * m * m);
        let effective = if changed > 0.0 {
            // As in a proportion: worlds only add to the variance; with no change in sight, a world counts as one pair.
            if independent > 0.0 { n / (variance / independent).max(1.0) } else { w }
        } else {
            w
        };
        let kept = effective / n;
        let critical = student_quantile(UPPER, w - 1.0);
        let interval =
            pairs_interval(self.gained as f64 * kept, self.lost as f64 * kept, effective, critical);
        let credible = (self.matched && paths_each > 1).then(|| {
            Seen {
                mean: difference,
                variance: variance * w,
                noise: ((u128::from(self.gained + self.lost) * u128::from(paths_each))
                    .saturating_sub(squares)) as f64
                    / (w * m * m * (m - 1.0)),
                error: self.worlds.variance_error() / (m * m),
                middle: Interval {
                    low: self.worlds.quantile(1.0 - UPPER) / m,
                    high: self.worlds.quantile(UPPER) / m,
                },
            }
            .values()
            .map(|interval| interval.within(-1.0, 1.0))
        });
        let credible = credible.flatten();
        self.answer(difference, variance.sqrt(), interval, credible)
    }

    fn answer(
        &self,
        difference: f64,
        standard_error: f64,
        interval: Interval,
        credible: Option<Interval>,
    ) -> Difference {
        let same = self.paths > 0 && self.gained + self.lost == 0;
        judged(difference, standard_error, interval, credible, self.paths, same)
    }
}

/// The interval of Bonett and Price (2012) for a difference of paired proportions: one pair is added to the gained and
/// one to the lost, so that it is sound where none differ. Counts may be effective numbers.
fn pairs_interval(gained: f64, lost: f64, pairs: f64, critical: f64) -> Interval {
    let n = pairs + 2.0;
    let (gained, lost) = ((gained + 1.0) / n, (lost + 1.0) / n);
    let centre = gained - lost;
    let variance = (gained + lost - centre * centre).max(0.0) / n;
    Interval::around(centre, critical * variance.sqrt()).within(-1.0, 1.0)
}
