//! The log-logistic distribution.

use super::family::Family;
use super::normal::Line;
use super::refusal::{Refusal, shape, size};

/// P(X <= x) = 1/(1 + (x/median)⁻ˢ), s being the shape: odds that grow as a power of time (Fisk 1961).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogLogistic {
    median: f64,
    shape: f64,
}

impl LogLogistic {
    /// The log-logistic with this median (above 0) and shape (0.1 or more).
    pub fn new(median: f64, s: f64) -> Result<LogLogistic, Refusal> {
        size("loglogistic", "median", median)?;
        shape("loglogistic", "shape", s, (0.1, 1e9))?;
        Ok(LogLogistic { median, shape: s })
    }

    /// The log-logistic through two quantiles (p, x): ln x is a line against the logit of p.
    pub fn through(first: (f64, f64), second: (f64, f64)) -> Result<LogLogistic, Refusal> {
        let line = Line::through_logs("loglogistic", first, second, |p| libm::log(p / (1.0 - p)))?;
        LogLogistic::new(line.middle, 1.0 / line.slope)
    }

    /// (x/median)ˢ: the odds of X <= x.
    fn odds(&self, x: f64) -> f64 {
        if x > 0.0 { libm::pow(x / self.median, self.shape) } else { 0.0 }
    }
}

impl Family for LogLogistic {
    fn cdf(&self, x: f64) -> f64 {
        1.0 / (1.0 + 1.0 / self.odds(x))
    }

    fn sf(&self, x: f64) -> f64 {
        1.0 / (1.0 + self.odds(x))
    }

    fn pdf(&self, x: f64) -> f64 {
        if x > 0.0 {
            self.shape / x * self.cdf(x) * self.sf(x)
        } else if x < 0.0 || self.shape > 1.0 {
            0.0
        } else if self.shape < 1.0 {
            f64::INFINITY
        } else {
            1.0 / self.median
        }
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        self.median * libm::pow(p / q, 1.0 / self.shape)
    }

    /// median b/sin b with b = π/shape; infinite for a shape of 1 or less.
    fn mean(&self) -> f64 {
        if !(self.shape > 1.0) {
            return f64::INFINITY;
        }
        let b = std::f64::consts::PI / self.shape;
        self.median * (b / libm::sin(b))
    }

    /// median √(2b/sin 2b - b²/sin² b) with b = π/shape; infinite for a shape of 2 or less.
    fn sd(&self) -> f64 {
        if !(self.shape > 2.0) {
            return f64::INFINITY;
        }
        let b = std::f64::consts::PI / self.shape;
        let (sin, cos) = (libm::sin(b), libm::cos(b));
        // sin b - b cos b, by its series where the two are nearly equal.
        let gap = if b > 0.5 {
            sin - b * cos
        } else {
            let mut term = b * b * b / 3.0;
            let (mut sum, mut n) = (0.0, 1.0);
            while term.abs() > 1e-18 * b * b * b {
                sum += term;
                // The terms are ± 2n b^(2n+1)/(2n+1)!.
                term *= -b * b / (2.0 * n * (2.0 * n + 3.0));
                n += 1.0;
            }
            sum
        };
        self.median * ((b / sin) * (gap / (sin * cos))).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
