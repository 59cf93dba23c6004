//! Means of whole numbers, of which a unit touches few: visits, and time in ticks.

use crate::stats::critical::student_quantile;
use crate::stats::exact_sum::Exact;
use crate::stats::interval::UPPER;
use crate::stats::{Design, Interval};

/// Sums of a whole number over units, and of its squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    sum: u128,
    squares: u128,
}

/// A mean a path, and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathMean {
    /// The mean a path.
    pub mean: f64,
    /// Its standard error; NaN with fewer than two units.
    pub standard_error: f64,
    /// Its 95% interval, not below 0.
    pub interval: Interval,
}

impl Moments {
    /// Adds the total of a unit. Units without any need not be added.
    #[inline]
    pub fn add(&mut self, total: u64) {
        let total = u128::from(total);
        self.sum += total;
        self.squares = self.squares.saturating_add(total * total);
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Moments) {
        self.sum += other.sum;
        self.squares = self.squares.saturating_add(other.squares);
    }

    /// The mean over so many paths, in units of `1 / scale`.
    pub fn mean(&self, design: Design, paths: u64, scale: f64) -> PathMean {
        let each = match design {
            Design::Paths => 1,
            Design::Worlds { paths_each } => paths_each.max(1),
        };
        let units = paths / each;
        let mean = self.sum as f64 / paths as f64 / scale;
        if units < 2 {
            return PathMean {
                mean,
                standard_error: f64::NAN,
                interval: Interval::EVERYTHING.within(0.0, f64::INFINITY),
            };
        }
        let n = units as f64;
        let sum = Exact::from(self.sum);
        let scatter = &(&Exact::from(self.squares) * &Exact::from(units)) - &(&sum * &sum);
        // The variance of a unit's total, then that of the mean a path.
        let variance =
            scatter.over(n * (n - 1.0)).max(0.0) / n / (each as f64 * each as f64) / (scale * scale);
        let standard_error = variance.sqrt();
        let half = student_quantile(UPPER, n - 1.0) * standard_error;
        PathMean { mean, standard_error, interval: Interval::around(mean, half).within(0.0, f64::INFINITY) }
    }
}
