//! Means and shares among those paths alone where a condition holds: ratios, whose denominators are random too.
//!
//! The variance is that of the linearised ratio, world by world (Cochran 1977, 6.3 and 11.4): with Y and N a world's sum
//! and count, r = ΣY / ΣN, it is k/(k − 1) · Σ(Y − rN)² / (ΣN)². The number of worlds k that speak is taken as
//! (ΣN)² / ΣN² (Kish; Carter, Schnepel and Steigerwald 2017), which is the plain number where all weigh the same, and
//! one path each where paths are independent; then the interval is the usual Student one of the paths that are left.
//!
//! Σ(Y − rN)² is taken as Σ(Y ΣN − N ΣY)² / (ΣN)², of which the sum is exact: where all values are the same it is 0.

use super::Design;
use super::critical::student_quantile;
use super::exact_sum::{Exact, ExactSum};
use super::interval::{Interval, UPPER, score_interval, widened};
use super::means::{student_interval, variance};

/// Counts, among the paths where a condition holds, those where something happened.
#[derive(Clone, Debug)]
pub struct ShareTally {
    design: Design,
    hits: u64,
    given: u64,
    hits_squares: u128,
    products: u128,
    given_squares: u128,
}

/// A share among the paths where a condition holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// hits / given; NaN where the condition never held.
    pub p: f64,
    /// The standard error of `p`; NaN where fewer than two worlds (or paths) speak.
    pub standard_error: f64,
    /// The 95% interval.
    pub interval: Interval,
    /// The paths where the condition held and it happened.
    pub hits: u64,
    /// The paths where the condition held.
    pub given: u64,
}

impl ShareTally {
    /// Nothing counted yet.
    pub fn new(design: Design) -> ShareTally {
        ShareTally { design, hits: 0, given: 0, hits_squares: 0, products: 0, given_squares: 0 }
    }

    /// Adds `given` paths where the condition held, `hits` of them with what is asked for: those of one whole world, or
    /// where paths are independent, of any batch.
    pub fn add(&mut self, hits: u64, given: u64) {
        debug_assert!(hits <= given);
        let (h, g) = (u128::from(hits), u128::from(given));
        self.hits += hits;
        self.given += given;
        self.hits_squares += h * h;
        self.products += h * g;
        self.given_squares += g * g;
    }

    /// Adds `given` units of one path where the condition held, `hits` of them with what is asked for: any number of worlds with one
    /// path each, or of independent paths.
    pub fn add_single(&mut self, hits: u64, given: u64) {
        debug_assert!(hits <= given);
        self.hits += hits;
        self.given += given;
        self.hits_squares += u128::from(hits);
        self.products += u128::from(hits);
        self.given_squares += u128::from(given);
    }

    /// Adds worlds where the condition held on `given` paths in all, the sum of whose squares over worlds is `squares`, but
    /// where what is asked for never came.
    pub fn add_without(&mut self, given: u64, squares: u128) {
        self.given += given;
        self.given_squares += squares;
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &ShareTally) {
        self.hits += other.hits;
        self.given += other.given;
        self.hits_squares += other.hits_squares;
        self.products += other.products;
        self.given_squares += other.given_squares;
    }

    /// The share and its errors.
    pub fn share(&self) -> Share {
        let (hits, given) = (self.hits, self.given);
        let everything = Interval { low: 0.0, high: 1.0 };
        if given == 0 {
            return Share { p: f64::NAN, standard_error: f64::NAN, interval: everything, hits, given };
        }
        let n = given as f64;
        let p = hits as f64 / n;
        let binomial = p * (1.0 - p) / n;
        if self.design == Design::Paths {
            let interval = score_interval(p, n, student_quantile(UPPER, f64::INFINITY));
            return Share { p, standard_error: binomial.sqrt(), interval, hits, given };
        }
        let speaking = speaking(n, self.given_squares);
        if speaking < 2.0 {
            return Share { p, standard_error: f64::NAN, interval: everything, hits, given };
        }
        let scatter = (self.hits_squares as f64 - 2.0 * p * self.products as f64
            + p * p * self.given_squares as f64)
            .max(0.0);
        let variance = speaking / (speaking - 1.0) * scatter / (n * n);
        let critical = student_quantile(UPPER, speaking - 1.0);
        let interval = if binomial > 0.0 {
            let design = (variance / binomial).max(1.0);
            score_interval(p, n / design, widened(critical, design, self.rare_speaking()))
        } else {
            score_interval(p, speaking, critical)
        };
        Share { p, standard_error: variance.sqrt(), interval, hits, given }
    }
}

impl ShareTally {
    /// The number of worlds that the rarer of hits and misses come from, weighed.
    fn rare_speaking(&self) -> f64 {
        let misses = self.given - self.hits;
        if self.hits <= misses {
            return speaking(self.hits as f64, self.hits_squares);
        }
        speaking(misses as f64, self.given_squares + self.hits_squares - 2 * self.products)
    }
}

/// Sums one value for each path where a condition holds.
#[derive(Clone, Debug)]
pub struct GivenTally {
    design: Design,
    given: u64,
    sum: ExactSum,
    squares: ExactSum,
    open: WorldSum,
    worlds: Option<Box<Worlds>>,
}

#[derive(Clone, Debug, Default)]
struct Worlds {
    sum_squares: ExactSum,
    products: ExactSum,
    given_squares: u128,
}

/// A world's sum and count, the sum compensated (Neumaier 1974).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WorldSum {
    sum: f64,
    lost: f64,
    count: u64,
}

/// A mean over the paths where a condition holds, in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GivenMean {
    /// The mean; NaN where the condition never held.
    pub mean: f64,
    /// The standard deviation over those paths; NaN with fewer than two.
    pub sd: f64,
    /// The standard error of `mean`; NaN where fewer than two worlds (or paths) speak.
    pub standard_error: f64,
    /// The 95% interval of `mean`; everything where the standard error can't be told.
    pub interval: Interval,
    /// The paths where the condition held.
    pub given: u64,
}

impl GivenTally {
    /// Nothing counted yet.
    pub fn new(design: Design) -> GivenTally {
        GivenTally {
            design,
            given: 0,
            sum: ExactSum::default(),
            squares: ExactSum::default(),
            open: WorldSum::default(),
            worlds: design.clustered().map(|_| Box::default()),
        }
    }

    /// Counts the value, finite, of a path where the condition holds; a path where it does not is not recorded.
    #[inline]
    pub fn record(&mut self, value: f64) {
        self.record_times(value, 1);
        if self.worlds.is_some() {
            self.open.record(value);
        }
    }

    /// Counts the values of some paths, in order.
    pub fn record_many(&mut self, values: &[f64]) {
        self.given += values.len() as u64;
        ExactSum::add_with_squares(&mut self.sum, &mut self.squares, values);
        if self.worlds.is_some() {
            values.iter().for_each(|value| self.open.record(*value));
        }
    }

    /// Counts the value of so many paths (at most 2^19), each a unit of its own.
    #[inline]
    pub fn record_times(&mut self, value: f64, paths: u32) {
        self.given += u64::from(paths);
        self.sum.add_times(value, paths);
        self.squares.add_product_times(value, value, paths);
    }

    /// Ends a world; does nothing where every path is a unit of its own.
    pub fn close(&mut self) {
        if let Some(worlds) = &mut self.worlds {
            if self.open.count == 0 {
                return;
            }
            let (sum, count) = std::mem::take(&mut self.open).take();
            worlds.sum_squares.add_product_of(sum, sum);
            worlds.products.add_product_of(sum, [count as f64, 0.0]);
            worlds.given_squares += u128::from(count) * u128::from(count);
        }
    }

    /// Adds all that `other` counted, whose last world must be closed, as this one's.
    pub fn merge(&mut self, other: &GivenTally) {
        debug_assert_eq!(self.design, other.design);
        self.given += other.given;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        if let (Some(mine), Some(theirs)) = (&mut self.worlds, &other.worlds) {
            mine.sum_squares.merge(&theirs.sum_squares);
            mine.products.merge(&theirs.products);
            mine.given_squares += theirs.given_squares;
        }
    }

    /// The conditional mean and its errors.
    pub fn mean(&self) -> GivenMean {
        let n = self.given as f64;
        let mean = self.sum.value().over(n);
        let variance = variance(&self.sum, &self.squares, self.given);
        let (standard_error, interval) = match &self.worlds {
            _ if self.given == 0 => (f64::NAN, Interval::EVERYTHING),
            None if self.design == Design::Paths => {
                let standard_error = (variance / n).sqrt();
                (standard_error, student_interval(mean, standard_error, self.given))
            }
            worlds => {
                let speaking = speaking(n, worlds.as_ref().map_or(self.given.into(), |w| w.given_squares));
                // With one path a world, a world's sum is its path's value and its count is 1.
                let (sum, given) = (&self.sum, self.given);
                let scatter = match worlds {
                    Some(worlds) => {
                        scatter(&worlds.sum_squares, &worlds.products, worlds.given_squares, sum, given)
                    }
                    None => scatter(&self.squares, sum, given.into(), sum, given),
                };
                let standard_error = (scatter * speaking / (speaking - 1.0)).sqrt() / n;
                ratio_interval(mean, standard_error, speaking)
            }
        };
        GivenMean { mean, sd: variance.sqrt(), standard_error, interval, given: self.given }
    }
}

/// Σ(Y − rN)² over worlds, from Σ Y², Σ YN, Σ N², ΣY and ΣN.
fn scatter(
    sum_squares: &ExactSum,
    products: &ExactSum,
    given_squares: u128,
    sum: &ExactSum,
    given: u64,
) -> f64 {
    let (sum, count) = (sum.value(), Exact::from(given));
    let squares = &(&count * &count) * &sum_squares.value();
    let cross = &(&Exact::from(2_u64) * &(&count * &sum)) * &products.value();
    let counts = &(&sum * &sum) * &Exact::from(given_squares);
    let n = given as f64;
    (&(&squares - &cross) + &counts).over(n * n).max(0.0)
}

impl WorldSum {
    #[inline]
    pub(super) fn record(&mut self, value: f64) {
        self.count += 1;
        let sum = self.sum + value;
        self.lost +=
            if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    /// The sum as the nearest double and what that leaves (Knuth's sum of two), and the count. Of equal values the two are the
    /// sum exactly.
    pub(super) fn take(self) -> ([f64; 2], u64) {
        let near = self.sum + self.lost;
        let of_lost = near - self.sum;
        let left = (self.sum - (near - of_lost)) + (self.lost - of_lost);
        ([near, left], self.count)
    }
}

/// The number of worlds that speak: (ΣN)² / ΣN².
pub(super) fn speaking(given: f64, squares: u128) -> f64 {
    given * given / squares as f64
}

/// Standard error and Student interval with `speaking` − 1 degrees of freedom; both unknown below two.
pub(super) fn ratio_interval(centre: f64, standard_error: f64, speaking: f64) -> (f64, Interval) {
    if speaking.is_nan() || speaking < 2.0 - 1e-9 {
        return (f64::NAN, Interval::EVERYTHING);
    }
    let critical = student_quantile(UPPER, speaking - 1.0);
    (standard_error, Interval::around(centre, critical * standard_error))
}

#[cfg(test)]
mod tests {
    use super::super::MeanTally;
    use super::*;

    /// Where all worlds weigh the same, the ratio is a mean of world means, and so is its error.
    #[test]
    fn equal_worlds_make_it_a_mean() {
        let worlds = [[1e9, 1e9 + 3.0], [1e9 + 4.0, 1e9 + 4.0], [1e9 + 8.0, 1e9 + 10.0]];
        let design = Design::Worlds { paths_each: 2 };
        let (mut given, mut mean) = (GivenTally::new(design), MeanTally::new(design));
        for world in worlds {
            for value in world {
                given.record(value);
                mean.record(value);
            }
            given.close();
            mean.close();
        }
        let (given, mean) = (given.mean(), mean.mean());
        assert_eq!((given.mean, given.sd, given.given), (mean.mean, mean.sd, 6));
        assert!((given.standard_error / mean.standard_error - 1.0).abs() < 1e-6);
        assert!((given.interval.low - mean.interval.low).abs() < 1e-5);
    }

    /// Tenths are no doubles, so that sums of them and what these are divided by are rounded; the error is none all the same.
    #[test]
    fn equal_values_have_no_error() {
        for value in [68.0, 0.1, 1e9 / 3.0, -1e-200] {
            for design in [Design::Paths, Design::Worlds { paths_each: 1 }, Design::Worlds { paths_each: 9 }]
            {
                let mut tally = GivenTally::new(design);
                for world in 0..70_u32 {
                    (0..world % 9 + 1).for_each(|_| tally.record(value));
                    tally.close();
                }
                let mean = tally.mean();
                assert!((mean.mean / value - 1.0).abs() < 1e-15);
                assert_eq!((mean.sd, mean.standard_error), (0.0, 0.0), "{value} {design:?}");
            }
        }
    }

    /// Two worlds of weight 3 and 1: r = 2.5, deviations ±1.5; 16 / 10 worlds speak, too few for an error.
    #[test]
    fn too_few_worlds_claim_nothing() {
        let mut tally = GivenTally::new(Design::Worlds { paths_each: 5 });
        [2.0, 2.0, 2.0].into_iter().for_each(|value| tally.record(value));
        tally.close();
        tally.record(4.0);
        tally.close();
        let mean = tally.mean();
        assert_eq!((mean.mean, mean.interval), (2.5, Interval::EVERYTHING));
        assert!(mean.standard_error.is_nan());
        let empty = GivenTally::new(Design::Paths).mean();
        assert!(empty.mean.is_nan() && empty.interval == Interval::EVERYTHING);
    }

    #[test]
    fn shares_of_paths_are_proportions() {
        let mut tally = ShareTally::new(Design::Paths);
        tally.add(10, 100);
        tally.add(5, 48);
        let share = tally.share();
        // Newcombe 1998: 15 of 148.
        assert!(
            (share.interval.low - 0.0624).abs() < 5.1e-5 && (share.interval.high - 0.1605).abs() < 5.1e-5
        );
        assert!(ShareTally::new(Design::Paths).share().p.is_nan());
    }

    #[test]
    fn shares_at_the_ends_are_sound() {
        let mut tally = ShareTally::new(Design::Worlds { paths_each: 10 });
        (0..20).for_each(|_| tally.add(0, 5));
        let none = tally.share();
        assert_eq!((none.p, none.standard_error, none.interval.low), (0.0, 0.0, 0.0));
        // As if 20 trials: t² / (20 + t²) with t = 2.093.
        assert!((none.interval.high - 0.1797).abs() < 1e-4, "{none:?}");
    }
}
