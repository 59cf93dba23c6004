//! A distribution of any family.

use std::sync::Arc;

use super::beta::Beta;
use super::discrete::Discrete;
use super::exponential::Exponential;
use super::family::Family;
use super::gamma::Gamma;
use super::logitnormal::LogitNormal;
use super::loglogistic::LogLogistic;
use super::lognormal::LogNormal;
use super::metalog::Metalog;
use super::normal::Normal;
use super::point::Point;
use super::pool::Pool;
use super::refusal::Refusal;
use super::series::Series;
use super::triangular::Triangular;
use super::truncated::Truncated;
use super::uniform::Uniform;
use super::weibull::Weibull;
use crate::stream::Draw;

/// A distribution with its parameters checked: whatever it is asked, it answers. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// A certain value.
    Point(Point),
    /// The uniform distribution.
    Uniform(Uniform),
    /// The normal distribution.
    Normal(Normal),
    /// The log-normal distribution.
    LogNormal(LogNormal),
    /// The logit-normal distribution.
    LogitNormal(LogitNormal),
    /// The beta distribution, stretched ones and PERT among them.
    Beta(Beta),
    /// The gamma distribution, the Erlang among them.
    Gamma(Gamma),
    /// The Weibull distribution.
    Weibull(Weibull),
    /// The exponential distribution.
    Exponential(Exponential),
    /// The log-logistic distribution.
    LogLogistic(LogLogistic),
    /// The triangular distribution.
    Triangular(Triangular),
    /// A few values with their probabilities.
    Discrete(Arc<Discrete>),
    /// A density through given quantiles.
    Metalog(Arc<Metalog>),
    /// A distribution cut to an interval.
    Truncated(Arc<Truncated>),
    /// Several experts' distributions pooled.
    Pool(Arc<Pool>),
}

macro_rules! each {
    ($law:expr, $it:ident => $do:expr) => {
        match $law {
            Law::Point($it) => $do,
            Law::Uniform($it) => $do,
            Law::Normal($it) => $do,
            Law::LogNormal($it) => $do,
            Law::LogitNormal($it) => $do,
            Law::Beta($it) => $do,
            Law::Gamma($it) => $do,
            Law::Weibull($it) => $do,
            Law::Exponential($it) => $do,
            Law::LogLogistic($it) => $do,
            Law::Triangular($it) => $do,
            Law::Discrete($it) => $do,
            Law::Metalog($it) => $do,
            Law::Truncated($it) => $do,
            Law::Pool($it) => $do,
        }
    };
}

impl Law {
    /// P(X <= x).
    pub fn cdf(&self, x: f64) -> f64 {
        each!(self, law => law.cdf(x))
    }

    /// P(X > x), accurate in relative terms far into the tail.
    pub fn sf(&self, x: f64) -> f64 {
        each!(self, law => law.sf(x))
    }

    /// The density at `x`, 0 for single values; infinite where it has a pole.
    pub fn pdf(&self, x: f64) -> f64 {
        each!(self, law => law.pdf(x))
    }

    /// P(X = x): 0 unless single values have a probability of their own.
    pub fn atom(&self, x: f64) -> f64 {
        match self {
            Law::Point(law) => law.cdf(x) - if law.mean() < x { 1.0 } else { 0.0 },
            Law::Discrete(law) => law.atoms().find(|atom| atom.0 == x).map_or(0.0, |atom| atom.1),
            Law::Pool(pool) => pool.members().map(|(weight, law)| weight * law.atom(x)).sum(),
            _ => 0.0,
        }
    }

    /// The smallest x with P(X <= x) >= u, for u from 0 to 1 (other numbers count as the nearer end); at 0, the lower end
    /// of the support.
    pub fn quantile(&self, u: f64) -> f64 {
        let u = u.clamp(0.0, 1.0);
        self.at(u, 1.0 - u)
    }

    /// The x that is exceeded with probability `q`: `quantile(1 - q)`, with all digits of a small `q`.
    pub fn upper_quantile(&self, q: f64) -> f64 {
        let q = q.clamp(0.0, 1.0);
        self.at(1.0 - q, q)
    }

    /// The quantile of p, where q = 1 - p is given too.
    #[inline]
    pub(super) fn at(&self, p: f64, q: f64) -> f64 {
        each!(self, law => law.at(p, q))
    }

    /// The quantiles about that of p = 1 - q as a series, t = 1 being a step of `width` in probability, where that is
    /// quicker than [`Law::at`]. `near` may be a point near it, of another series of this law.
    pub(super) fn around(&self, p: f64, q: f64, width: f64, near: Option<(f64, f64)>) -> Option<Series> {
        match self {
            Law::Gamma(law) => Some(law.around(p, q, width, near)),
            Law::Beta(law) => Some(law.around(p, q, width, near)),
            Law::Truncated(law) => law.around(p, q, width, near),
            _ => None,
        }
    }

    /// The value that a point of a series of [`Law::around`] stands for.
    pub(super) fn place(&self, (x, y): (f64, f64)) -> f64 {
        match self {
            Law::Gamma(law) => law.scaled(x),
            Law::Beta(law) => law.place(x, y),
            Law::Truncated(law) => law.place((x, y)),
            _ => f64::NAN,
        }
    }

    /// The mean; infinite where it is.
    pub fn mean(&self) -> f64 {
        each!(self, law => law.mean())
    }

    /// The standard deviation; infinite where it is.
    pub fn sd(&self) -> f64 {
        each!(self, law => law.sd())
    }

    /// The ends between which all values lie.
    pub fn support(&self) -> (f64, f64) {
        each!(self, law => law.support())
    }

    /// Whether no single value has a probability of its own.
    pub fn is_continuous(&self) -> bool {
        match self {
            Law::Point(_) | Law::Discrete(_) => false,
            Law::Pool(pool) => pool.members().all(|(_, law)| law.is_continuous()),
            _ => true,
        }
    }

    /// A draw. A point draws no random number, most families one; gamma, beta and pools may take several.
    #[inline]
    pub fn sample(&self, draw: &mut Draw) -> f64 {
        each!(self, law => law.sample(draw))
    }
}

/// The metalog through `quantiles` (p, x), between `low` and `high` where those are given (Keelin 2016).
pub fn metalog(quantiles: &[(f64, f64)], low: Option<f64>, high: Option<f64>) -> Result<Law, Refusal> {
    Ok(Law::Metalog(Arc::new(Metalog::new(quantiles, low, high)?)))
}

/// The law that gives each value (value, weight) the share of its weight.
pub fn discrete(values: &[(f64, f64)]) -> Result<Law, Refusal> {
    Ok(Law::Discrete(Arc::new(Discrete::new(values)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_is_small() {
        assert!(size_of::<Law>() <= 48, "{}", size_of::<Law>());
    }
}
