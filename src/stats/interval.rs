//! An interval, and the score interval of a proportion from which all intervals of probabilities are made.

use super::critical::student_quantile;

/// The confidence of every interval here, and the mass of every credible interval.
pub const LEVEL: f64 = 0.95;

/// The upper tail point that belongs to [`LEVEL`]: intervals are two-sided with equal tails.
pub const UPPER: f64 = 0.975;

/// From `low` to `high`, both included, in the unit of the number that it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Everything: what an interval is where the data say nothing.
    pub const EVERYTHING: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// `centre` ± `half`; everything where `half` is not a number.
    pub fn around(centre: f64, half: f64) -> Interval {
        if half.is_nan() {
            return Interval::EVERYTHING;
        }
        Interval { low: centre - half, high: centre + half }
    }

    /// Half the distance between the ends.
    pub fn half_width(self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Whether `value` lies inside, the ends included.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Itself, where it reaches as far as `centre` ± `half`; else as far as that.
    pub(super) fn widened_to(self, centre: f64, half: f64) -> Interval {
        Interval { low: self.low.min(centre - half), high: self.high.max(centre + half) }
    }

    /// The part between `low` and `high`.
    pub fn within(self, low: f64, high: f64) -> Interval {
        Interval { low: self.low.clamp(low, high), high: self.high.clamp(low, high) }
    }
}

/// Wilson's score interval of a proportion `p` seen in `n` independent trials, `critical` standard errors wide (Wilson
/// 1927). `n` may be an effective number and need not be whole. Sound at 0 and at 1, where `p ± 1.96 se` collapses.
pub fn score_interval(p: f64, n: f64, critical: f64) -> Interval {
    let k = critical * critical;
    let centre = (p + k / (2.0 * n)) / (1.0 + k / n);
    let half = critical / (1.0 + k / n) * (p * (1.0 - p) / n + k / (4.0 * n * n)).sqrt();
    let low = if p <= 0.0 { 0.0 } else { centre - half };
    let high = if p >= 1.0 { 1.0 } else { centre + half };
    Interval { low, high }.within(0.0, 1.0)
}

/// The Student point `critical` widened where few worlds make what is counted. The part of the variance that lies between
/// worlds (1 − 1/`design_effect`) is known only as well as the `speaking` worlds tell it: that part takes their Student
/// point (Carter, Schnepel and Steigerwald 2017 give the number; that it is mixed in by variance is our own, chosen on
/// the coverage table in docs/statistics.md).
pub(super) fn widened(critical: f64, design_effect: f64, speaking: f64) -> f64 {
    let lone = student_quantile(UPPER, speaking - 1.0);
    let between = 1.0 - 1.0 / design_effect;
    (critical * critical + between * (lone * lone - critical * critical).max(0.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3 (score, no correction).
    #[test]
    fn published_score_intervals() {
        for (hits, n, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let got = score_interval(hits / n, n, 1.959_963_984_540_054);
            assert!(
                (got.low - low).abs() < 5.1e-5 && (got.high - high).abs() < 5.1e-5,
                "{hits}/{n}: {got:?}"
            );
        }
    }
}
