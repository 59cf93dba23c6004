//! The uniform distribution.

use super::family::Family;
use super::refusal::{Refusal, in_order};

/// Density 1/(high - low) between two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    /// Every value between `low` and `high` alike; `low` must be below `high`.
    pub fn new(low: f64, high: f64) -> Result<Uniform, Refusal> {
        in_order("uniform", ("low", low), ("high", high))?;
        Ok(Uniform { low, high })
    }
}

impl Family for Uniform {
    fn cdf(&self, x: f64) -> f64 {
        ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn sf(&self, x: f64) -> f64 {
        ((self.high - x) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn pdf(&self, x: f64) -> f64 {
        if (self.low..=self.high).contains(&x) { 1.0 / (self.high - self.low) } else { 0.0 }
    }

    #[inline]
    fn at(&self, p: f64, _: f64) -> f64 {
        (self.low + p * (self.high - self.low)).min(self.high)
    }

    fn mean(&self) -> f64 {
        self.low + 0.5 * (self.high - self.low)
    }

    fn sd(&self) -> f64 {
        (self.high - self.low) / 12.0_f64.sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}
