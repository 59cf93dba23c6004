//! The mean of a number that every path has: a final value, an account, days spent in a stage.

use super::Design;
use super::credible::Seen;
use super::critical::student_quantile;
use super::exact_sum::ExactSum;
use super::histogram::Histogram;
use super::interval::{Interval, UPPER};

/// Sums one value a path. Sums are exact, so batches may be cut and merged in any way.
#[derive(Clone, Debug)]
pub struct MeanTally {
    design: Design,
    paths: u64,
    sum: ExactSum,
    squares: ExactSum,
    open: Running,
    worlds: Option<Box<Worlds>>,
}

/// What is kept of closed worlds.
#[derive(Clone, Debug, Default)]
struct Worlds {
    count: u64,
    sum: ExactSum,
    squares: ExactSum,
    /// Σ over worlds of s² / m.
    noise: ExactSum,
    means: Histogram,
}

/// Mean and squared deviations as values come in (Welford 1962).
#[derive(Clone, Copy, Debug, Default)]
struct Running {
    count: u64,
    mean: f64,
    deviations: f64,
}

/// A mean, and how well it is known; everything in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean over all paths. NaN without paths.
    pub mean: f64,
    /// The standard deviation over paths, worlds taken together. NaN with fewer than two.
    pub sd: f64,
    /// The standard error of `mean`. NaN with fewer than two independent units.
    pub standard_error: f64,
    /// The 95% interval of `mean`; everything where the standard error can't be told.
    pub interval: Interval,
    /// The central 95% of the world's mean across worlds, cleared of the noise within them. `None` without beliefs, with
    /// one path a world, or with fewer than two worlds.
    pub credible: Option<Interval>,
    /// The paths behind it.
    pub paths: u64,
}

impl MeanTally {
    /// Nothing counted yet.
    pub fn new(design: Design) -> MeanTally {
        MeanTally {
            design,
            paths: 0,
            sum: ExactSum::default(),
            squares: ExactSum::default(),
            open: Running::default(),
            worlds: matches!(design, Design::Worlds { .. }).then(Box::default),
        }
    }

    /// Counts one path's value, which must be finite.
    #[inline]
    pub fn record(&mut self, value: f64) {
        self.paths += 1;
        self.sum.add(value);
        self.squares.add_product(value, value);
        if self.worlds.is_some() {
            self.open.record(value);
        }
    }

    /// Ends a world, when all its paths are recorded; does nothing where paths are independent.
    pub fn close(&mut self) {
        let Some(worlds) = &mut self.worlds else { return };
        let open = std::mem::take(&mut self.open);
        debug_assert!(matches!(self.design, Design::Worlds { paths_each } if paths_each == open.count));
        worlds.count += 1;
        worlds.sum.add(open.mean);
        worlds.squares.add_product(open.mean, open.mean);
        worlds.means.record(open.mean);
        if open.count > 1 {
            let m = open.count as f64;
            worlds.noise.add(open.deviations / (m - 1.0) / m);
        }
    }

    /// Adds all that `other` counted, whose last world must be closed, as this one's.
    pub fn merge(&mut self, other: &MeanTally) {
        debug_assert!(self.open.count == 0 && other.open.count == 0);
        self.paths += other.paths;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        if let (Some(mine), Some(theirs)) = (&mut self.worlds, &other.worlds) {
            mine.count += theirs.count;
            mine.sum.merge(&theirs.sum);
            mine.squares.merge(&theirs.squares);
            mine.noise.merge(&theirs.noise);
            mine.means.merge(&theirs.means);
        }
    }

    /// The mean and its errors.
    pub fn mean(&self) -> Mean {
        let mean = self.sum.value().over(self.paths as f64);
        let variance = variance(&self.sum, &self.squares, self.paths);
        let Some(worlds) = &self.worlds else {
            let standard_error = (variance / self.paths as f64).sqrt();
            return Mean {
                mean,
                sd: variance.sqrt(),
                standard_error,
                interval: student_interval(mean, standard_error, self.paths),
                credible: None,
                paths: self.paths,
            };
        };
        let between = self::variance(&worlds.sum, &worlds.squares, worlds.count);
        let standard_error = (between / worlds.count as f64).sqrt();
        let several = matches!(self.design, Design::Worlds { paths_each } if paths_each > 1);
        let credible = (several && worlds.count > 1).then(|| {
            let at = |q| worlds.means.quantile_given(q).unwrap_or(mean);
            Seen {
                mean,
                variance: between,
                noise: worlds.noise.value().over(worlds.count as f64),
                middle: Interval { low: at(1.0 - UPPER), high: at(UPPER) },
            }
            .values()
        });
        Mean {
            mean,
            sd: variance.sqrt(),
            standard_error,
            interval: student_interval(mean, standard_error, worlds.count),
            credible,
            paths: self.paths,
        }
    }
}

impl Running {
    #[inline]
    fn record(&mut self, value: f64) {
        self.count += 1;
        let step = value - self.mean;
        self.mean += step / self.count as f64;
        self.deviations += step * (value - self.mean);
    }
}

impl Mean {
    /// From the exact mean in each world, without noise: what is left is that worlds are a sample. A single world stands
    /// for a scenario without beliefs. `sd` is that of the path value where the caller knows it, else NaN.
    pub fn exact(worlds: &[f64], sd: f64) -> Mean {
        let mut tally = MeanTally::new(Design::Paths);
        let mut spread = Histogram::default();
        for &world in worlds {
            tally.record(world);
            spread.record(world);
        }
        let seen = tally.mean();
        if worlds.len() == 1 {
            let interval = Interval { low: seen.mean, high: seen.mean };
            return Mean { sd, standard_error: 0.0, interval, paths: 0, ..seen };
        }
        let at = |q| spread.quantile_given(q);
        let credible = at(1.0 - UPPER).zip(at(UPPER)).map(|(low, high)| Interval { low, high });
        Mean { sd, credible, paths: 0, ..seen }
    }
}

/// The variance (divisor: count − 1) from exact sums; NaN below two values.
pub(super) fn variance(sum: &ExactSum, squares: &ExactSum, count: u64) -> f64 {
    if count < 2 {
        return f64::NAN;
    }
    let (sum, n) = (sum.value(), count as f64);
    (&(&squares.value() * &count.into()) - &(&sum * &sum)).over(n * (n - 1.0))
}

/// `mean` ± t se with `units` − 1 degrees of freedom.
pub(super) fn student_interval(mean: f64, standard_error: f64, units: u64) -> Interval {
    if units < 2 {
        return Interval::EVERYTHING;
    }
    Interval::around(mean, student_quantile(UPPER, (units - 1) as f64) * standard_error)
}
