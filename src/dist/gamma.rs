//! The gamma distribution, and with a whole shape the Erlang.

use super::family::Family;
use super::refusal::{Piece, Refusal, shape, size};
use super::series::Series;
use super::special::gamma;
use crate::stream::Draw;
use rand_distr::Distribution;

/// Density zˢ⁻¹ e⁻ᶻ/(Γ(s) scale) of z = x/scale, s being the shape. The mean is shape * scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
}

const SHAPES: (f64, f64) = (1e-6, 1e9);

impl Gamma {
    /// The gamma with this shape and scale, both above 0.
    pub fn new(alpha: f64, scale: f64) -> Result<Gamma, Refusal> {
        shape("gamma", "shape", alpha, SHAPES)?;
        size("gamma", "scale", scale)?;
        Ok(Gamma { shape: alpha, scale })
    }

    /// The gamma with this shape and mean.
    pub fn from_mean(alpha: f64, mean: f64) -> Result<Gamma, Refusal> {
        shape("gamma", "shape", alpha, SHAPES)?;
        size("gamma", "mean", mean)?;
        Gamma::new(alpha, mean / alpha)
    }

    /// The gamma with this shape and rate: the scale is 1/rate.
    pub fn from_rate(alpha: f64, rate: f64) -> Result<Gamma, Refusal> {
        shape("gamma", "shape", alpha, SHAPES)?;
        shape("gamma", "rate", rate, (1e-100, 1e100))?;
        Gamma::new(alpha, 1.0 / rate)
    }

    /// The gamma with this mean and standard deviation: shape = (mean/sd)², scale = sd²/mean.
    pub fn from_spread(mean: f64, sd: f64) -> Result<Gamma, Refusal> {
        size("gamma", "mean", mean)?;
        size("gamma", "sd", sd)?;
        let root = mean / sd;
        if !(1e-3..=3e4).contains(&root) {
            let rule = "between a 30,000th of its mean and 1,000 times its mean";
            return Err(Refusal::new("gamma", "sd", rule, Piece::Value(sd)));
        }
        Gamma::new(root * root, sd / root)
    }

    /// The Erlang: the sum of `stages` exponentials of the same mean, `mean` in all (Erlang 1917).
    pub fn erlang(stages: f64, mean: f64) -> Result<Gamma, Refusal> {
        whole_stages(stages)?;
        size("erlang", "mean", mean)?;
        Gamma::new(stages, mean / stages)
    }

    /// The Erlang with this rate of each stage.
    pub fn erlang_by_rate(stages: f64, rate: f64) -> Result<Gamma, Refusal> {
        whole_stages(stages)?;
        shape("erlang", "rate", rate, (1e-100, 1e100))?;
        Gamma::new(stages, 1.0 / rate)
    }
}

fn whole_stages(stages: f64) -> Result<(), Refusal> {
    if !((1.0..=1e9).contains(&stages) && stages == stages.floor()) {
        let rule = "a whole number, 1 or more";
        return Err(Refusal::new("erlang", "number of stages", rule, Piece::Number(stages)));
    }
    Ok(())
}

impl Gamma {
    /// The law of scale 1 about the quantile of p = 1 - q, t = 1 being a step of `width` in probability.
    pub(super) fn around(&self, p: f64, q: f64, width: f64, near: Option<(f64, f64)>) -> Series {
        let x = gamma::at_from(self.shape, p, q, near.map(|near| near.0));
        Series::gamma(self.shape, x, gamma::poisson(self.shape, x) * self.shape, width)
    }

    /// The value at `x` of the law of scale 1.
    pub(super) fn scaled(&self, x: f64) -> f64 {
        self.scale * x
    }
}

impl Family for Gamma {
    fn cdf(&self, x: f64) -> f64 {
        gamma::incomplete(self.shape, x / self.scale).0
    }

    fn sf(&self, x: f64) -> f64 {
        gamma::incomplete(self.shape, x / self.scale).1
    }

    fn pdf(&self, x: f64) -> f64 {
        let z = x / self.scale;
        if z > 0.0 {
            gamma::poisson(self.shape, z) * self.shape / x
        } else if z < 0.0 || self.shape > 1.0 {
            0.0
        } else if self.shape < 1.0 {
            f64::INFINITY
        } else {
            1.0 / self.scale
        }
    }

    fn at(&self, p: f64, q: f64) -> f64 {
        self.scale * gamma::at(self.shape, p, q)
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn sd(&self) -> f64 {
        self.shape.sqrt() * self.scale
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    /// Marsaglia and Tsang 2000, by rand_distr.
    fn sample(&self, draw: &mut Draw) -> f64 {
        match rand_distr::Gamma::new(self.shape, self.scale) {
            Ok(law) => law.sample(draw),
            Err(_) => self.mean(),
        }
    }
}
