//! The Weibull distribution.

use super::family::Family;
use super::normal::Line;
use super::refusal::{Refusal, shape, size};
use super::special::gamma::log_gamma_spread;

/// P(X > x) = exp(-(x/scale)ᵏ), k being the shape (Weibull 1951): the hazard rises with time for k > 1, falls for k < 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    shape: f64,
    scale: f64,
}

const SHAPES: (f64, f64) = (0.01, 1e9);

impl Weibull {
    /// The Weibull with this shape (0.01 or more) and scale (above 0).
    pub fn new(k: f64, scale: f64) -> Result<Weibull, Refusal> {
        shape("weibull", "shape", k, SHAPES)?;
        size("weibull", "scale", scale)?;
        Ok(Weibull { shape: k, scale })
    }

    /// The Weibull with this shape and mean: scale = mean/Γ(1 + 1/shape).
    pub fn from_mean(k: f64, mean: f64) -> Result<Weibull, Refusal> {
        shape("weibull", "shape", k, SHAPES)?;
        size("weibull", "mean", mean)?;
        Weibull::new(k, mean / libm::tgamma(1.0 + 1.0 / k))
    }

    /// The Weibull with this shape and median: scale = median/(ln 2)^(1/shape).
    pub fn from_median(k: f64, median: f64) -> Result<Weibull, Refusal> {
        shape("weibull", "shape", k, SHAPES)?;
        size("weibull", "median", median)?;
        Weibull::new(k, median / libm::pow(std::f64::consts::LN_2, 1.0 / k))
    }

    /// The Weibull through two quantiles (p, x): ln x is a line against ln(-ln(1 - p)).
    pub fn through(first: (f64, f64), second: (f64, f64)) -> Result<Weibull, Refusal> {
        let line = Line::through_logs("weibull", first, second, |p| libm::log(-libm::log1p(-p)))?;
        Weibull::new(1.0 / line.slope, line.middle)
    }

    fn hazard(&self, x: f64) -> f64 {
        if x > 0.0 { libm::pow(x / self.scale, self.shape) } else { 0.0 }
    }
}

impl Family for Weibull {
    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-self.hazard(x))
    }

    fn sf(&self, x: f64) -> f64 {
        libm::exp(-self.hazard(x))
    }

    fn pdf(&self, x: f64) -> f64 {
        let z = x / self.scale;
        if !(z >= 0.0) || z == f64::INFINITY {
            return 0.0;
        }
        let tail = self.sf(x);
        if tail == 0.0 { 0.0 } else { self.shape / self.scale * libm::pow(z, self.shape - 1.0) * tail }
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        let hazard = if p < 0.5 { -libm::log1p(-p) } else { -libm::log(q) };
        self.scale * libm::pow(hazard, 1.0 / self.shape)
    }

    fn mean(&self) -> f64 {
        self.scale * libm::tgamma(1.0 + 1.0 / self.shape)
    }

    fn sd(&self) -> f64 {
        self.mean() * libm::expm1(log_gamma_spread(1.0 / self.shape)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
