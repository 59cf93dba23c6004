//! A probability from paths that were steered towards it: each path that reaches the goal counts its weight, every other 0.

use super::critical::student_quantile;
use super::interval::{Interval, UPPER};

/// Sums weights, unit by unit: a unit is what is independent of the others, a path, or a world with its paths. Merged in a
/// fixed order, so that rounding is the same on any number of threads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeighedTally {
    units: u64,
    paths: u64,
    hits: u64,
    /// Of units: means over their paths, and their squares.
    sum: f64,
    squares: f64,
    /// Of hits: weights, squares, the greatest.
    weights: f64,
    weight_squares: f64,
    greatest: f64,
    /// Of all paths, hits or not, by unit.
    all: f64,
    all_squares: f64,
}

/// A probability, and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// The estimate: without bias.
    pub probability: f64,
    /// Its standard error. NaN with fewer than two units.
    pub standard_error: f64,
    /// The 95% interval.
    pub interval: Interval,
    /// Independent units: paths, or worlds.
    pub units: u64,
    /// Paths.
    pub paths: u64,
    /// Paths that reached the goal.
    pub hits: u64,
    /// What the hits are worth if all weighed the same: (Σw)² / Σw² (Kish 1965).
    pub effective_hits: f64,
    /// The same of units: (Σȳ)² / Σȳ² over their means.
    pub effective_units: f64,
    /// The share of the greatest weight in their sum.
    pub greatest_share: f64,
    /// How many standard errors the mean weight of all paths lies from 1, which it would be in an endless run.
    pub balance: f64,
}

impl WeighedTally {
    /// Counts a unit: the weight of each of its paths, and whether it reached the goal.
    pub fn record(&mut self, paths: &[(f64, bool)]) {
        let (mut hit, mut all) = (0.0, 0.0);
        for &(weight, reached) in paths {
            all += weight;
            if reached {
                self.hits += 1;
                hit += weight;
                self.weights += weight;
                self.weight_squares += weight * weight;
                self.greatest = self.greatest.max(weight);
            }
        }
        let m = paths.len().max(1) as f64;
        self.units += 1;
        self.paths += paths.len() as u64;
        self.sum += hit / m;
        self.squares += (hit / m) * (hit / m);
        self.all += all / m;
        self.all_squares += (all / m) * (all / m);
    }

    /// Adds what `other` counted.
    pub fn merge(&mut self, other: &WeighedTally) {
        self.units += other.units;
        self.paths += other.paths;
        self.hits += other.hits;
        self.sum += other.sum;
        self.squares += other.squares;
        self.weights += other.weights;
        self.weight_squares += other.weight_squares;
        self.greatest = self.greatest.max(other.greatest);
        self.all += other.all;
        self.all_squares += other.all_squares;
    }

    /// The probability and its errors.
    pub fn weighed(&self) -> Weighed {
        let n = self.units as f64;
        let (probability, standard_error) = mean(self.sum, self.squares, n);
        let (all, all_error) = mean(self.all, self.all_squares, n);
        let effective_units = self.sum * self.sum / self.squares;
        Weighed {
            probability,
            standard_error,
            interval: interval(probability, standard_error, effective_units),
            units: self.units,
            paths: self.paths,
            hits: self.hits,
            effective_hits: if self.hits == 0 {
                0.0
            } else {
                self.weights * self.weights / self.weight_squares
            },
            effective_units: if self.hits == 0 { 0.0 } else { effective_units },
            greatest_share: if self.hits == 0 { f64::NAN } else { self.greatest / self.weights },
            balance: if all == 1.0 { 0.0 } else { (all - 1.0) / all_error },
        }
    }
}

impl Weighed {
    /// The standard error over the estimate.
    pub fn relative_error(&self) -> f64 {
        self.standard_error / self.probability
    }

    /// The paths that plain sampling would take for the same relative error, without beliefs that vary: (1 - p) / (p r²).
    pub fn plain_paths(&self) -> f64 {
        let r = self.relative_error();
        (1.0 - self.probability) / (self.probability * r * r)
    }
}

/// The mean of `n` values, and its standard error.
fn mean(sum: f64, squares: f64, n: f64) -> (f64, f64) {
    let mean = sum / n;
    let variance = (squares - sum * mean).max(0.0) / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// On the scale of logarithms, so that neither end falls below 0 and the upper is the further one, as the skew of weights asks
/// for: p exp(±t r), with r the relative error and Student's t by the number of units that the estimate rests on.
fn interval(p: f64, standard_error: f64, effective: f64) -> Interval {
    let half = student_quantile(UPPER, effective - 1.0) * standard_error / p;
    if !half.is_finite() {
        return Interval { low: 0.0, high: 1.0 };
    }
    Interval { low: p * libm::exp(-half), high: (p * libm::exp(half)).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_weights_count_as_many_as_they_are() {
        let mut tally = WeighedTally::default();
        for n in 0..100 {
            tally.record(&[(0.01, n % 4 == 0)]);
        }
        let seen = tally.weighed();
        assert!((seen.probability - 0.0025).abs() < 1e-15);
        assert_eq!((seen.hits, seen.paths, seen.units), (25, 100, 100));
        assert!((seen.effective_hits - 25.0).abs() < 1e-9 && (seen.greatest_share - 0.04).abs() < 1e-12);
        // The standard error of a share of 1/4 in 100, times the weight.
        assert!((seen.standard_error - 0.01 * (0.25 * 0.75 / 99.0f64).sqrt()).abs() < 1e-12);
        assert!(seen.interval.low > 0.0 && seen.interval.contains(0.0025));
    }

    #[test]
    fn parts_merge_and_nothing_seen_says_nothing() {
        let (mut one, mut two, mut whole) =
            (WeighedTally::default(), WeighedTally::default(), WeighedTally::default());
        for n in 0..10_u32 {
            let unit = [(f64::from(n), true), (1.0, false)];
            if n < 5 {
                one.record(&unit)
            } else {
                two.record(&unit)
            }
            whole.record(&unit);
        }
        one.merge(&two);
        assert_eq!(one, whole);
        assert_eq!(one.weighed().effective_units, 45.0 * 45.0 / 285.0);
        let none = WeighedTally::default().weighed();
        assert_eq!((none.hits, none.effective_hits), (0, 0.0));
        assert_eq!(none.interval, Interval { low: 0.0, high: 1.0 });
    }
}
