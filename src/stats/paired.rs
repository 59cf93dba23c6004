//! Two variants that share their luck: what one changes against the other, path by path or world by world.

use super::Design;
use super::by_world::ByWorld;
use super::conditional::{WorldSum, ratio_interval, speaking};
use super::credible::Seen;
use super::critical::{normal_quantile, student_quantile};
use super::exact_sum::{Exact, ExactSum};
use super::interval::{Interval, UPPER};
use super::means::MeanTally;
use super::precision::two_figures_up;

/// The power that "enough paths to tell" stands for.
pub const POWER: f64 = 0.8;

/// What the runs say about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing differed on any path (or in any world, where only worlds were compared).
    Same,
    /// The 95% interval holds zero.
    Unclear,
    /// The variant is higher: the interval lies above zero.
    Higher,
    /// The variant is lower: the interval lies below zero.
    Lower,
}

/// The variant less the base, and how well that is known; in the unit of what is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The mean difference.
    pub difference: f64,
    /// Its paired standard error; NaN with fewer than two independent units.
    pub standard_error: f64,
    /// Its 95% interval.
    pub interval: Interval,
    /// The central 95% of the difference across worlds, cleared of the noise within them; `None` without beliefs and where
    /// it can't be told from noise.
    pub credible: Option<Interval>,
    /// Whether the runs can tell it from zero.
    pub verdict: Verdict,
    /// The paths that would tell it from zero four times in five, were the difference seen the true one, to two figures.
    /// `None` where no difference was seen or its error is not known.
    pub paths_to_tell: Option<u64>,
    /// The paths of each variant behind it.
    pub paths: u64,
}

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
                middle: Interval {
                    low: self.worlds.quantile(1.0 - UPPER) / m,
                    high: self.worlds.quantile(UPPER) / m,
                },
            }
            .values()
            .within(-1.0, 1.0)
        });
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

/// Compares a mean (or, of zeros and ones, a share) among the paths where a condition holds, which may be other paths in
/// each variant.
#[derive(Clone, Debug)]
pub struct PairedGiven {
    design: Design,
    paths: u64,
    open: [WorldSum; 2],
    /// Σ of each of: base sum, base count, variant sum, variant count.
    sums: [ExactSum; 4],
    /// Σ of each product of two of them, by [`place`].
    products: Box<[ExactSum; 10]>,
    /// Units in which base and variant are alike, which are most: Σ of sum, count, sum², sum · count and count².
    alike: Box<[ExactSum; 5]>,
}

impl PairedGiven {
    /// Nothing counted yet.
    pub fn new(design: Design) -> PairedGiven {
        PairedGiven {
            design,
            paths: 0,
            open: Default::default(),
            sums: Default::default(),
            products: Box::default(),
            alike: Box::default(),
        }
    }

    /// Counts a pair of paths with the same number: the value of each where its condition holds.
    #[inline]
    pub fn record(&mut self, base: Option<f64>, variant: Option<f64>) {
        self.paths += 1;
        for (open, value) in self.open.iter_mut().zip([base, variant]) {
            if let Some(value) = value {
                open.record(value);
            }
        }
        if self.design.clustered().is_none() {
            self.end();
        }
    }

    /// Ends a world; does nothing where every path is a unit of its own.
    pub fn close(&mut self) {
        if self.design.clustered().is_some() {
            self.end();
        }
    }

    /// Adds all that `other` counted, whose last world must be closed, as this one's.
    pub fn merge(&mut self, other: &PairedGiven) {
        self.paths += other.paths;
        self.sums.iter_mut().zip(&other.sums).for_each(|(mine, theirs)| mine.merge(theirs));
        self.products.iter_mut().zip(other.products.iter()).for_each(|(mine, theirs)| mine.merge(theirs));
        self.alike.iter_mut().zip(other.alike.iter()).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// The sums and products of all units, alike or not.
    fn totals(&self) -> ([ExactSum; 4], [ExactSum; 10]) {
        let (mut sums, mut products) = (self.sums.clone(), (*self.products).clone());
        let [sum, count, squares, mixed, counts] = &*self.alike;
        for i in 0..4 {
            sums[i].merge(if i % 2 == 0 { sum } else { count });
            for j in i..4 {
                products[place(i, j)].merge(match (i % 2, j % 2) {
                    (0, 0) => squares,
                    (1, 1) => counts,
                    _ => mixed,
                });
            }
        }
        (sums, products)
    }

    /// The difference of the two conditional means: each linearised as in [`super::conditional`], and the difference taken
    /// before squaring, so that what both share cancels.
    pub fn difference(&self) -> Difference {
        let (sums, products) = self.totals();
        let sums = sums.map(|sum| sum.value().to_f64());
        let [base_sum, base_count, variant_sum, variant_count] = sums;
        let (base, variant) = (base_sum / base_count, variant_sum / variant_count);
        let difference = variant - base;
        if !difference.is_finite() {
            return judged(f64::NAN, f64::NAN, Interval::EVERYTHING, None, self.paths, false);
        }
        let weights = [-1.0 / base_count, base / base_count, 1.0 / variant_count, -variant / variant_count]
            .map(Exact::from);
        let mut scatter = Exact::from(0.0);
        for i in 0..4 {
            for j in 0..4 {
                let term = &(&weights[i] * &weights[j]) * &products[place(i, j)].value();
                scatter = &scatter + &term;
            }
        }
        let squares = |i: usize| products[place(i, i)].value().to_f64() as u128;
        let speaking = speaking(base_count, squares(1)).min(speaking(variant_count, squares(3)));
        let standard_error = (scatter.to_f64().max(0.0) * speaking / (speaking - 1.0)).sqrt();
        let (standard_error, interval) = ratio_interval(difference, standard_error, speaking);
        let same = difference == 0.0 && standard_error == 0.0;
        judged(difference, standard_error, interval, None, self.paths, same)
    }

    fn end(&mut self) {
        let [base, variant] = std::mem::take(&mut self.open).map(WorldSum::take);
        if base == variant {
            if base.1 > 0 {
                self.end_alike(base);
            }
            return;
        }
        let values = [base.0, base.1 as f64, variant.0, variant.1 as f64];
        for (i, &value) in values.iter().enumerate() {
            self.sums[i].add(value);
            for (j, &other) in values.iter().enumerate().skip(i) {
                self.products[place(i, j)].add_product(value, other);
            }
        }
    }
}

impl PairedGiven {
    #[inline]
    fn end_alike(&mut self, (sum, count): (f64, u64)) {
        let [sums, counts, squares, mixed, counts_squared] = &mut *self.alike;
        sums.add(sum);
        counts.add(count as f64);
        squares.add_product(sum, sum);
        if count == 1 {
            mixed.add(sum);
        } else {
            mixed.add_product(sum, count as f64);
        }
        counts_squared.add_product(count as f64, count as f64);
    }
}

/// Where the product of values `i` and `j` of four is kept.
fn place(i: usize, j: usize) -> usize {
    let (low, high) = (i.min(j), i.max(j));
    high * (high + 1) / 2 + low
}

fn judged(
    difference: f64,
    standard_error: f64,
    interval: Interval,
    credible: Option<Interval>,
    paths: u64,
    same: bool,
) -> Difference {
    let verdict = if same {
        Verdict::Same
    } else if interval.low > 0.0 {
        Verdict::Higher
    } else if interval.high < 0.0 {
        Verdict::Lower
    } else {
        Verdict::Unclear
    };
    let far = (normal_quantile(UPPER) + normal_quantile(POWER)) * standard_error / difference.abs();
    let paths_to_tell =
        (difference != 0.0 && far.is_finite()).then(|| two_figures_up(paths as f64 * far * far));
    Difference { difference, standard_error, interval, credible, verdict, paths_to_tell, paths }
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
