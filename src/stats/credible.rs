//! The spread between worlds, told apart from the noise within them.
//!
//! What is seen of a world is its own value plus the noise of a finite number of paths. The variance between worlds is
//! the variance seen less the mean noise (method of moments); quantiles are then drawn in towards the mean until the
//! spread is right, which keeps the shape (a linear "constrained" empirical Bayes estimate: Louis 1984, Ghosh 1992).
//! Where noise makes most of what is seen, its shape is the noise's: so a fitted distribution with the same mean and
//! variance is mixed in, by the share of noise. `docs/statistics.md` holds the comparison that this choice rests on.

use super::critical::{beta_quantile, normal_quantile};
use super::interval::{Interval, UPPER};

/// One run in twenty takes for a spread what is none.
const TOLD: f64 = 0.95;

/// Mean and variance of what was seen of worlds, the noise in it, and the central 95% of what was seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The mean over worlds.
    pub mean: f64,
    /// The variance between worlds, of what was seen (divisor: worlds − 1).
    pub variance: f64,
    /// The mean over worlds of the variance of what was seen about the world's own value.
    pub noise: f64,
    /// The standard error of the variance less the noise.
    pub error: f64,
    /// The 2.5% and 97.5% quantiles of what was seen.
    pub middle: Interval,
}

impl Seen {
    /// The variance between worlds that is left when the noise is taken away; not below 0.
    pub fn between(self) -> f64 {
        (self.variance - self.noise).max(0.0)
    }

    /// Whether worlds differ by more than chance alone makes of worlds that are alike in 19 of 20 runs.
    fn told(self) -> bool {
        self.between() > normal_quantile(TOLD) * self.error
    }

    /// The share of the variance seen that is not noise, 0 to 1.
    pub fn reliability(self) -> f64 {
        if self.variance > 0.0 { self.between() / self.variance } else { 0.0 }
    }

    /// The central 95% of the worlds' own probabilities. `None` where what was seen of their spread may be noise, and where on no path
    /// another was possible: so many paths can't tell whether worlds differ.
    pub fn probabilities(self) -> Option<Interval> {
        let (mean, between) = (self.mean, self.between());
        let room = mean * (1.0 - mean);
        if !self.told() || room <= 0.0 {
            return None;
        }
        // A beta distribution's variance is mean (1 − mean) / (a + b + 1).
        let size = (room / between - 1.0).max(1e-3);
        let (a, b) = (mean * size, (1.0 - mean) * size);
        let fitted = Interval { low: beta_quantile(1.0 - UPPER, a, b), high: beta_quantile(UPPER, a, b) };
        Some(self.mixed(fitted).within(0.0, 1.0))
    }

    /// The central 95% of the worlds' own values of a measure. `None` where what was seen of their spread may be noise; a point where there
    /// is neither.
    pub fn values(self) -> Option<Interval> {
        if !self.told() && self.noise > 0.0 {
            return None;
        }
        Some(self.mixed(Interval::around(self.mean, normal_quantile(UPPER) * self.between().sqrt())))
    }

    fn mixed(self, fitted: Interval) -> Interval {
        let kept = self.reliability();
        let mix = |seen: f64, fitted: f64| {
            let drawn_in = self.mean + (seen - self.mean) * kept.sqrt();
            kept * drawn_in + (1.0 - kept) * fitted
        };
        Interval { low: mix(self.middle.low, fitted.low), high: mix(self.middle.high, fitted.high) }
    }
}
