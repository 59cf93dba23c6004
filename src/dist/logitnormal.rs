//! The logit-normal distribution.

use super::family::Family;
use super::normal::Line;
use super::refusal::{Refusal, inside_unit, shape};
use super::special::{logistic, normal};

/// The logit of X, ln(x/(1-x)), is normal with mean `mu` and standard deviation `sigma` (Johnson 1949, system S_B).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogitNormal {
    mu: f64,
    sigma: f64,
}

impl LogitNormal {
    /// The logit-normal whose logit has mean `mu` (between -700 and 700) and standard deviation `sigma` (above 0).
    pub fn new(mu: f64, sigma: f64) -> Result<LogitNormal, Refusal> {
        if !(mu.abs() <= 700.0) {
            let found = super::refusal::Piece::Number(mu);
            return Err(Refusal::new("logitnormal", "mu", "between -700 and 700", found));
        }
        shape("logitnormal", "sigma", sigma, (1e-12, 50.0))?;
        Ok(LogitNormal { mu, sigma })
    }

    /// The logit-normal with this median and this standard deviation of the logit.
    pub fn from_median(median: f64, sigma: f64) -> Result<LogitNormal, Refusal> {
        inside_unit("logitnormal", "median", median)?;
        LogitNormal::new(logit(median), sigma)
    }

    /// The logit-normal through two quantiles (p, x), x strictly between 0 and 1.
    pub fn through(first: (f64, f64), second: (f64, f64)) -> Result<LogitNormal, Refusal> {
        inside_unit("logitnormal", "lower quantile", first.1)?;
        inside_unit("logitnormal", "upper quantile", second.1)?;
        let standard = |p| normal::at(p, 1.0 - p);
        let line =
            Line::through("logitnormal", (first.0, logit(first.1)), (second.0, logit(second.1)), standard)?;
        LogitNormal::new(line.middle, line.slope)
    }

    fn z(&self, x: f64) -> f64 {
        (logit(x) - self.mu) / self.sigma
    }

    /// `E[X - centre]` and `E[(X - centre)²]` of the logit-normal with this mu and sigma, by the trapezoidal rule on a line,
    /// which for such smooth functions errs by less than 1e-15.
    fn moments(mu: f64, sigma: f64, centre: f64) -> (f64, f64) {
        let (mut first, mut second) = (0.0, 0.0);
        if sigma <= 2.0 {
            let step = 0.25;
            for i in -160..=160 {
                let z = f64::from(i) * step;
                let away = logistic(mu + sigma * z) - centre;
                let weight = step * normal::density(z);
                first += weight * away;
                second += weight * away * away;
            }
        } else {
            // By parts: E g(S) = ∫ g'(s) P(S > s) ds, g being the logistic function or its square.
            let step = 0.5;
            for i in -1500..=1500 {
                let s = f64::from(i) * step;
                let x = logistic(s);
                let weight = step * x * logistic(-s) * normal::upper((s - mu) / sigma);
                first += weight;
                second += weight * 2.0 * (x - centre);
            }
            first -= centre;
            second += centre * centre;
        }
        (first, second)
    }

    /// The same law, mirrored about one half where its median is above: small numbers keep their digits.
    fn mirrored(&self) -> f64 {
        -self.mu.abs()
    }
}

fn logit(x: f64) -> f64 {
    libm::log(x / (1.0 - x))
}

impl Family for LogitNormal {
    fn cdf(&self, x: f64) -> f64 {
        if x >= 1.0 {
            1.0
        } else if x > 0.0 {
            normal::lower(self.z(x))
        } else {
            0.0
        }
    }

    fn sf(&self, x: f64) -> f64 {
        if x >= 1.0 {
            0.0
        } else if x > 0.0 {
            normal::upper(self.z(x))
        } else {
            1.0
        }
    }

    fn pdf(&self, x: f64) -> f64 {
        if x > 0.0 && x < 1.0 { normal::density(self.z(x)) / (self.sigma * x * (1.0 - x)) } else { 0.0 }
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        logistic(self.mu + self.sigma * normal::at(p, q))
    }

    fn mean(&self) -> f64 {
        let (mean, _) = LogitNormal::moments(self.mirrored(), self.sigma, 0.0);
        if self.mu > 0.0 { 1.0 - mean } else { mean }
    }

    fn sd(&self) -> f64 {
        let mu = self.mirrored();
        let (mean, square) = LogitNormal::moments(mu, self.sigma, 0.0);
        if self.sigma <= 2.0 {
            let (off, square) = LogitNormal::moments(mu, self.sigma, mean);
            (square - off * off).max(0.0).sqrt()
        } else {
            (square - mean * mean).max(0.0).sqrt()
        }
    }

    fn support(&self) -> (f64, f64) {
        (0.0, 1.0)
    }
}
