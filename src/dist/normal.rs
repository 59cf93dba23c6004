//! The normal distribution.

use super::family::Family;
use super::refusal::{Refusal, inside_unit, place, plain, size};
use super::special::normal;

/// Density exp(-z²/2)/(sd √(2π)) with z = (x - mean)/sd (Gauss 1809).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    mean: f64,
    sd: f64,
}

impl Normal {
    /// The normal with this mean and standard deviation (above 0).
    pub fn new(mean: f64, sd: f64) -> Result<Normal, Refusal> {
        place("normal", "mean", mean)?;
        size("normal", "sd", sd)?;
        Ok(Normal { mean, sd })
    }

    /// The normal through two quantiles: P(X <= x) = p for both pairs (p, x).
    pub fn through(first: (f64, f64), second: (f64, f64)) -> Result<Normal, Refusal> {
        place("normal", "lower quantile", first.1)?;
        place("normal", "upper quantile", second.1)?;
        let line = Line::through("normal", first, second, |p| normal::at(p, 1.0 - p))?;
        Normal::new(line.middle, line.slope)
    }
}

/// The straight line through two quantiles, against the quantiles of a standard law.
pub(super) struct Line {
    /// The value where the standard law has 0.
    pub middle: f64,
    /// The rise per unit of the standard law, above 0.
    pub slope: f64,
}

impl Line {
    /// The line through two quantiles (p, x). Refuses equal or unordered ones.
    pub(super) fn through(
        family: &str,
        first: (f64, f64),
        second: (f64, f64),
        standard: impl Fn(f64) -> f64,
    ) -> Result<Line, Refusal> {
        rising(family, first, second)?;
        Line::fit(family, first, second, standard)
    }

    /// The line through the logarithms of two quantiles above 0; its middle is given as a value, not as a logarithm. The
    /// logarithms are taken of ratios, so that a narrow interval of large numbers keeps its digits.
    pub(super) fn through_logs(
        family: &str,
        first: (f64, f64),
        second: (f64, f64),
        standard: impl Fn(f64) -> f64,
    ) -> Result<Line, Refusal> {
        size(family, "lower quantile", first.1)?;
        size(family, "upper quantile", second.1)?;
        rising(family, first, second)?;
        let base = first.1.sqrt() * second.1.sqrt();
        let log = |(p, x): (f64, f64)| (p, libm::log(x / base));
        let line = Line::fit(family, log(first), log(second), standard)?;
        Ok(Line { middle: base * libm::exp(line.middle), slope: line.slope })
    }

    fn fit(
        family: &str,
        (p, x): (f64, f64),
        (r, y): (f64, f64),
        standard: impl Fn(f64) -> f64,
    ) -> Result<Line, Refusal> {
        let (z, w) = (standard(p), standard(r));
        let slope = (y - x) / (w - z);
        if !(slope > 0.0 && slope.is_finite()) {
            let words = format!("the quantiles of a {family} must be further apart, to be told apart");
            return Err(Refusal::whole(words));
        }
        Ok(Line { middle: x - slope * z, slope })
    }
}

/// Refuses quantiles that do not rise with their probabilities.
fn rising(family: &str, (p, x): (f64, f64), (r, y): (f64, f64)) -> Result<(), Refusal> {
    inside_unit(family, "probability of a quantile", p)?;
    inside_unit(family, "probability of a quantile", r)?;
    if !((y > x && r > p) || (y < x && r < p)) {
        let name = |p: f64| format!("p{} = ", plain((p * 1e6).round() / 1e4));
        let words = format!("the quantiles of a {family} must rise with their probabilities, so not ");
        return Err(Refusal::whole(words + &name(p))
            .then_value(x)
            .then(" and ".to_owned() + &name(r))
            .then_value(y));
    }
    Ok(())
}

impl Family for Normal {
    fn cdf(&self, x: f64) -> f64 {
        normal::lower((x - self.mean) / self.sd)
    }

    fn sf(&self, x: f64) -> f64 {
        normal::upper((x - self.mean) / self.sd)
    }

    fn pdf(&self, x: f64) -> f64 {
        normal::density((x - self.mean) / self.sd) / self.sd
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        self.mean + self.sd * normal::at(p, q)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn sd(&self) -> f64 {
        self.sd
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}
