//! The log-normal distribution.

use super::family::Family;
use super::normal::Line;
use super::refusal::{Refusal, place, shape, size};
use super::special::normal;

/// ln X is normal with standard deviation `sigma` about ln(median): x = median exp(sigma z) (Galton 1879).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    median: f64,
    sigma: f64,
}

impl LogNormal {
    /// The log-normal with this median and this standard deviation of the logarithm, both above 0.
    pub fn new(median: f64, sigma: f64) -> Result<LogNormal, Refusal> {
        size("lognormal", "median", median)?;
        shape("lognormal", "sigma", sigma, (1e-12, 50.0))?;
        Ok(LogNormal { median, sigma })
    }

    /// The log-normal with this mean and standard deviation: sigma² = ln(1 + (sd/mean)²), median = mean exp(-sigma²/2).
    pub fn from_mean(mean: f64, sd: f64) -> Result<LogNormal, Refusal> {
        size("lognormal", "mean", mean)?;
        size("lognormal", "sd", sd)?;
        let variation = sd / mean;
        let square = libm::log1p(variation * variation);
        LogNormal::new(mean * libm::exp(-0.5 * square), square.sqrt())
    }

    /// The log-normal whose logarithm has mean `mu` and standard deviation `sigma`.
    pub fn from_log(mu: f64, sigma: f64) -> Result<LogNormal, Refusal> {
        place("lognormal", "mu", mu)?;
        LogNormal::new(libm::exp(mu), sigma)
    }

    /// The log-normal through two quantiles (p, x).
    pub fn through(first: (f64, f64), second: (f64, f64)) -> Result<LogNormal, Refusal> {
        let line = Line::through_logs("lognormal", first, second, |p| normal::at(p, 1.0 - p))?;
        LogNormal::new(line.middle, line.slope)
    }

    fn z(&self, x: f64) -> f64 {
        libm::log(x / self.median) / self.sigma
    }
}

impl Family for LogNormal {
    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { normal::lower(self.z(x)) } else { 0.0 }
    }

    fn sf(&self, x: f64) -> f64 {
        if x > 0.0 { normal::upper(self.z(x)) } else { 1.0 }
    }

    fn pdf(&self, x: f64) -> f64 {
        if x > 0.0 { normal::density(self.z(x)) / (self.sigma * x) } else { 0.0 }
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        self.median * libm::exp(self.sigma * normal::at(p, q))
    }

    fn mean(&self) -> f64 {
        self.median * libm::exp(0.5 * self.sigma * self.sigma)
    }

    fn sd(&self) -> f64 {
        self.mean() * libm::expm1(self.sigma * self.sigma).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
