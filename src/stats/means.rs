//! The mean of a number that every path has: a final value, an account, days spent in a stage.

use super::Design;
use super::credible::Seen;
use super::critical::student_quantile;
use super::exact_sum::ExactSum;
use super::histogram::Histogram;
use super::interval::{Interval, UPPER};
use super::parts::{part_means, step};

/// Sums one value a path. Sums are exact, so batches may be cut and merged in any way.
#[derive(Clone, Debug)]
pub struct MeanTally {
    design: Design,
    paths: u64,
    sum: ExactSum,
    squares: ExactSum,
    open: Running,
    /// Where several paths share a world.
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
    /// one path a world, with fewer than two worlds, or where it can't be told from noise.
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
            worlds: design.clustered().map(|_| Box::default()),
        }
    }

    /// Counts one path's value, which must be finite.
    #[inline]
    pub fn record(&mut self, value: f64) {
        self.record_times(value, 1);
        if self.worlds.is_some() {
            self.open.record(value);
        }
    }

    /// Counts the values of some paths, in order.
    pub fn record_many(&mut self, values: &[f64]) {
        self.paths += values.len() as u64;
        ExactSum::add_with_squares(&mut self.sum, &mut self.squares, values);
        if self.worlds.is_some() {
            values.iter().for_each(|value| self.open.record(*value));
        }
    }

    /// Counts the value of so many paths (at most 2^19), each a unit of its own.
    #[inline]
    pub fn record_times(&mut self, value: f64, paths: u32) {
        self.paths += u64::from(paths);
        self.sum.add_times(value, paths);
        self.squares.add_product_times(value, value, paths);
    }

    /// Ends a world, when all its paths are recorded; does nothing where every path is a unit of its own.
    pub fn close(&mut self) {
        let Some(worlds) = &mut self.worlds else { return };
        let open = std::mem::take(&mut self.open);
        debug_assert!(self.design.clustered() == Some(open.count));
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
        let credible = (worlds.count > 1).then(|| {
            let at = |q| worlds.means.quantile_given(q).unwrap_or(mean);
            let (count, noise) = (worlds.count as f64, worlds.noise.value().over(worlds.count as f64));
            let within = self.design.clustered().map_or(f64::NAN, |paths| count * (paths as f64 - 1.0));
            Seen {
                mean,
                variance: between,
                noise,
                // Of worlds that are alike, of normal values: both are means of squares.
                error: noise * (2.0 / (count - 1.0) + 2.0 / within).sqrt(),
                middle: Interval { low: at(1.0 - UPPER), high: at(UPPER) },
            }
            .values()
        });
        let credible = credible.flatten();
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
    /// for a scenario without beliefs. `sd` is that of the path value where the caller knows it, else NaN. Worlds come in
    /// `parts` of equal size that are independent of each other; as many as worlds where each is by itself.
    pub fn exact(worlds: &[f64], sd: f64, parts: u64) -> Mean {
        let mut tally = MeanTally::new(Design::Paths);
        let mut spread = Histogram::default();
        part_means(worlds, parts).into_iter().for_each(|mean| tally.record(mean));
        worlds.iter().for_each(|&world| spread.record(world));
        let seen = tally.mean();
        if worlds.len() == 1 {
            let interval = Interval { low: seen.mean, high: seen.mean };
            return Mean { sd, standard_error: 0.0, interval, paths: 0, ..seen };
        }
        let at = |q| spread.quantile_given(q);
        let credible = at(1.0 - UPPER).zip(at(UPPER)).map(|(low, high)| Interval { low, high });
        let least = step(worlds, parts, student_quantile(UPPER, parts.saturating_sub(1) as f64));
        Mean { sd, credible, paths: 0, interval: seen.interval.widened_to(seen.mean, least), ..seen }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(worlds: &[&[f64]], design: Design) -> MeanTally {
        let mut tally = MeanTally::new(design);
        for world in worlds {
            world.iter().for_each(|&value| tally.record(value));
            tally.close();
        }
        tally
    }

    #[test]
    fn large_values_with_a_small_spread() {
        let values: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 2) * 1e-3).collect();
        let mean = tally(&[&values], Design::Paths).mean();
        let half = (1e9 + 1e-3 - 1e9) / 2.0;
        let sd = half * (1000.0_f64 / 999.0).sqrt();
        assert!((mean.sd / sd - 1.0).abs() < 1e-14, "{mean:?}");
        assert!((mean.standard_error / (sd / 1000.0_f64.sqrt()) - 1.0).abs() < 1e-14);
        assert_eq!(mean.mean, 1e9 + half);
    }

    /// By hand: world means 2, 4 and 9 have mean 5 and variance 13; t with 2 degrees of freedom is 4.3027.
    #[test]
    fn worlds_are_the_units() {
        let mean = tally(&[&[1.0, 3.0], &[4.0, 4.0], &[8.0, 10.0]], Design::Worlds { paths_each: 2 }).mean();
        let standard_error = (13.0_f64 / 3.0).sqrt();
        assert_eq!((mean.mean, mean.paths), (5.0, 6));
        assert!((mean.standard_error - standard_error).abs() < 1e-15);
        assert!((mean.interval.half_width() - 4.302_652_73 * standard_error).abs() < 1e-7);
        // Noise: (1 + 0 + 1) / 3; so the worlds' own variance is 13 − 2/3, and 2 of 13 is drawn in.
        let credible = mean.credible.expect("two paths a world");
        assert!(credible.low > 2.0 - 5.0 && credible.low < 2.5 && credible.high > 8.5, "{credible:?}");
    }

    #[test]
    fn any_split_gives_the_same_bits() {
        let worlds: Vec<Vec<f64>> =
            (0..30).map(|w| (0..4).map(|i| libm::sin(f64::from(w * 7 + i)) * 1e5).collect()).collect();
        let worlds: Vec<&[f64]> = worlds.iter().map(Vec::as_slice).collect();
        let design = Design::Worlds { paths_each: 4 };
        let whole = tally(&worlds, design).mean();
        for batch in [1, 7, 29] {
            let mut parts = MeanTally::new(design);
            worlds.chunks(batch).for_each(|part| parts.merge(&tally(part, design)));
            assert_eq!(parts.mean(), whole);
        }
    }

    #[test]
    fn little_data_claims_little() {
        assert!(MeanTally::new(Design::Paths).mean().mean.is_nan());
        let one = tally(&[&[3.0]], Design::Paths).mean();
        assert_eq!((one.mean, one.interval), (3.0, Interval::EVERYTHING));
        assert!(one.standard_error.is_nan());
        let one_world = tally(&[&[3.0, 4.0]], Design::Worlds { paths_each: 2 }).mean();
        assert_eq!((one_world.interval, one_world.credible), (Interval::EVERYTHING, None));
    }

    #[test]
    fn exact_worlds_have_no_noise() {
        let worlds: Vec<f64> = (0..=1000).map(f64::from).collect();
        let mean = Mean::exact(&worlds, f64::NAN, 1001);
        let credible = mean.credible.expect("many worlds");
        assert!((credible.low - 25.0).abs() < 0.1 && (credible.high - 975.0).abs() < 1.0, "{credible:?}");
        let only = Mean::exact(&[7.0], 2.0, 1);
        assert_eq!((only.standard_error, only.interval), (0.0, Interval { low: 7.0, high: 7.0 }));
    }
}
