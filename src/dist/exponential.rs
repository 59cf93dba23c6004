//! The exponential distribution.

use super::family::Family;
use super::refusal::{Refusal, shape, size};

/// P(X > x) = exp(-x/mean): the delay without memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    mean: f64,
}

impl Exponential {
    /// The exponential with this mean, above 0.
    pub fn new(mean: f64) -> Result<Exponential, Refusal> {
        size("exponential", "mean", mean)?;
        Ok(Exponential { mean })
    }

    /// The exponential with this rate: mean = 1/rate.
    pub fn from_rate(rate: f64) -> Result<Exponential, Refusal> {
        shape("exponential", "rate", rate, (1e-100, 1e100))?;
        Exponential::new(1.0 / rate)
    }

    /// The exponential with this median: mean = median/ln 2.
    pub fn from_median(median: f64) -> Result<Exponential, Refusal> {
        size("exponential", "median", median)?;
        Exponential::new(median / std::f64::consts::LN_2)
    }
}

impl Family for Exponential {
    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { -libm::expm1(-x / self.mean) } else { 0.0 }
    }

    fn sf(&self, x: f64) -> f64 {
        if x > 0.0 { libm::exp(-x / self.mean) } else { 1.0 }
    }

    fn pdf(&self, x: f64) -> f64 {
        if x >= 0.0 { libm::exp(-x / self.mean) / self.mean } else { 0.0 }
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        self.mean * if p < 0.5 { -libm::log1p(-p) } else { -libm::log(q) }
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn sd(&self) -> f64 {
        self.mean
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
