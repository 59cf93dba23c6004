//! The beta distribution, on the unit interval or stretched over another (PERT).

use super::family::Family;
use super::refusal::{Piece, Refusal, in_order, inside_unit, shape};
use super::series::Series;
use super::special::beta::Shapes;
use crate::stream::Draw;
use rand_distr::Distribution;

/// Density xᵃ⁻¹ (1-x)ᵇ⁻¹/B(a, b) of x = (X - low)/(high - low).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    shapes: Shapes,
    low: f64,
    high: f64,
}

const SHAPES: (f64, f64) = (1e-6, 1e9);

impl Beta {
    /// The beta on 0 to 1 with these shapes, both above 0.
    pub fn new(alpha: f64, beta: f64) -> Result<Beta, Refusal> {
        shape("beta", "alpha", alpha, SHAPES)?;
        shape("beta", "beta", beta, SHAPES)?;
        Ok(Beta { shapes: Shapes::new(alpha, beta), low: 0.0, high: 1.0 })
    }

    /// The beta stretched over `low` to `high`.
    pub fn between(alpha: f64, beta: f64, low: f64, high: f64) -> Result<Beta, Refusal> {
        in_order("beta", ("low", low), ("high", high))?;
        Ok(Beta { low, high, ..Beta::new(alpha, beta)? })
    }

    /// The beta with this mean and standard deviation: alpha + beta = mean (1 - mean)/sd² - 1.
    pub fn from_mean(mean: f64, sd: f64) -> Result<Beta, Refusal> {
        inside_unit("beta", "mean", mean)?;
        if !(sd > 0.0) {
            return Err(Refusal::new("beta", "sd", "above 0", Piece::Number(sd)));
        }
        let count = mean * (1.0 - mean) / (sd * sd) - 1.0;
        if !(count > 0.0) {
            let most = super::refusal::plain((mean * (1.0 - mean)).sqrt());
            let rule = format!("below {most}, the most that its mean allows (the root of mean * (1 - mean))");
            return Err(Refusal::new("beta", "sd", &rule, Piece::Number(sd)));
        }
        Beta::new(mean * count, (1.0 - mean) * count)
    }

    /// The beta with this mean that weighs as much as `n` cases seen: alpha = mean n, beta = (1 - mean) n.
    pub fn from_cases(mean: f64, n: f64) -> Result<Beta, Refusal> {
        inside_unit("beta", "mean", mean)?;
        shape("beta", "n", n, SHAPES)?;
        Beta::new(mean * n, (1.0 - mean) * n)
    }

    /// The PERT distribution: the beta over `low` to `high` with alpha = 1 + lambda (mode - low)/(high - low) and
    /// beta = 1 + lambda (high - mode)/(high - low), so that its mean is (low + lambda mode + high)/(lambda + 2)
    /// (Malcolm, Roseboom, Clark and Fazar 1959; lambda is 4 there, free in Vose 2000).
    pub fn pert(low: f64, mode: f64, high: f64, lambda: f64) -> Result<Beta, Refusal> {
        in_order("pert", ("low", low), ("high", high))?;
        if !(low <= mode && mode <= high) {
            return Err(Refusal::new("pert", "mode", "between its low and its high", Piece::Value(mode)));
        }
        shape("pert", "lambda", lambda, (1e-6, 1e6))?;
        let width = high - low;
        let alpha = 1.0 + lambda * ((mode - low) / width);
        let beta = 1.0 + lambda * ((high - mode) / width);
        Ok(Beta { shapes: Shapes::new(alpha, beta), low, high })
    }

    /// Where `x` stands between the ends, from both.
    fn shares(&self, x: f64) -> (f64, f64) {
        let width = self.high - self.low;
        ((x - self.low) / width, (self.high - x) / width)
    }

    /// The law on 0 to 1 about the quantile of p = 1 - q, t = 1 being a step of `width` in probability.
    pub(super) fn around(&self, p: f64, q: f64, width: f64, near: Option<(f64, f64)>) -> Series {
        let (x, y) = self.shapes.at_from(p, q, near);
        Series::beta((self.shapes.a, self.shapes.b), (x, y), self.shapes.front(x, y), width)
    }

    /// The value at x = 1 - y of the law on 0 to 1.
    pub(super) fn place(&self, x: f64, y: f64) -> f64 {
        let width = self.high - self.low;
        let place = if x <= 0.5 { self.low + width * x } else { self.high - width * y };
        place.clamp(self.low, self.high)
    }
}

impl Family for Beta {
    fn cdf(&self, x: f64) -> f64 {
        let (x, y) = self.shares(x);
        self.shapes.incomplete(x, y).0
    }

    fn sf(&self, x: f64) -> f64 {
        let (x, y) = self.shares(x);
        self.shapes.incomplete(x, y).1
    }

    fn pdf(&self, x: f64) -> f64 {
        let (x, y) = self.shares(x);
        let Shapes { a, b, .. } = self.shapes;
        let end = |shape: f64, other: f64| {
            if shape < 1.0 {
                f64::INFINITY
            } else if shape > 1.0 {
                0.0
            } else {
                other
            }
        };
        let density = if x > 0.0 && y > 0.0 {
            self.shapes.front(x, y) / (x * y)
        } else if x == 0.0 {
            end(a, b)
        } else if y == 0.0 {
            end(b, a)
        } else {
            0.0
        };
        density / (self.high - self.low)
    }

    fn at(&self, p: f64, q: f64) -> f64 {
        let (x, y) = self.shapes.at(p, q);
        self.place(x, y)
    }

    fn mean(&self) -> f64 {
        let Shapes { a, b, .. } = self.shapes;
        self.place(a / (a + b), b / (a + b))
    }

    fn sd(&self) -> f64 {
        let Shapes { a, b, .. } = self.shapes;
        let n = a + b;
        (self.high - self.low) * ((a / n) * (b / n) / (n + 1.0)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Cheng 1978, by rand_distr.
    fn sample(&self, draw: &mut Draw) -> f64 {
        let Ok(law) = rand_distr::Beta::new(self.shapes.a, self.shapes.b) else { return self.mean() };
        let x = law.sample(draw);
        (self.low + (self.high - self.low) * x).clamp(self.low, self.high)
    }
}
