//! A distribution cut to an interval.

use std::sync::Arc;

use super::discrete::Discrete;
use super::family::Family;
use super::law::Law;
use super::pool::Pool;
use super::refusal::{Refusal, in_order};
use super::series::Series;
use super::special::quadrature::unit_integral;
use super::uniform::Uniform;

/// A continuous law given that it lies between two ends. Discrete laws and pools are cut by [`truncate`] without it.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncated {
    base: Law,
    low: f64,
    high: f64,
    below: f64,
    above: f64,
    mass: f64,
}

/// The law `law` given that it lies between `low` and `high` (which may be infinite), both included.
pub fn truncate(law: Law, low: f64, high: f64) -> Result<Law, Refusal> {
    if low.is_finite() && high.is_finite() {
        in_order("truncate", ("low", low), ("high", high))?;
    } else if !(low < high) {
        return Err(Refusal::whole("the low of a truncate must be below its high"));
    }
    let nothing = || {
        Refusal::whole("nothing of the distribution lies between ")
            .then_value(low)
            .then(" and ")
            .then_value(high)
    };
    match &law {
        Law::Point(point) => {
            let value = point.mean();
            if low <= value && value <= high { Ok(law) } else { Err(nothing()) }
        }
        Law::Discrete(discrete) => {
            let kept: Vec<(f64, f64)> = discrete.atoms().filter(|a| low <= a.0 && a.0 <= high).collect();
            if kept.is_empty() {
                return Err(nothing());
            }
            Ok(Law::Discrete(Arc::new(Discrete::new(&kept)?)))
        }
        Law::Uniform(uniform) => {
            let (from, to) = uniform.support();
            let (from, to) = (from.max(low), to.min(high));
            if from < to { Ok(Law::Uniform(Uniform::new(from, to)?)) } else { Err(nothing()) }
        }
        Law::Truncated(inner) => {
            let (from, to) = (inner.low.max(low), inner.high.min(high));
            if from < to { truncate(inner.base.clone(), from, to) } else { Err(nothing()) }
        }
        Law::Pool(pool) => {
            let mut kept = Vec::new();
            for (weight, member) in pool.members() {
                let mass = mass_between(member, low, high);
                if mass > 0.0
                    && let Ok(cut) = truncate(member.clone(), low, high)
                {
                    kept.push((weight * mass, cut));
                }
            }
            if kept.is_empty() {
                return Err(nothing());
            }
            Pool::law(kept)
        }
        _ => {
            let (from, to) = law.support();
            if low <= from && high >= to {
                return Ok(law);
            }
            let mass = mass_between(&law, low, high);
            if !(mass > 1e-280) {
                return Err(nothing());
            }
            let (below, above) = (law.cdf(low), law.sf(high));
            Ok(Law::Truncated(Arc::new(Truncated { base: law, low, high, below, above, mass })))
        }
    }
}

/// P(low <= X <= high), from whichever tails keep most digits.
fn mass_between(law: &Law, low: f64, high: f64) -> f64 {
    let atom = law.atom(low);
    let mass = if law.cdf(low) > 0.5 {
        law.sf(low) - law.sf(high)
    } else if law.sf(high) > 0.5 {
        law.cdf(high) - law.cdf(low)
    } else {
        1.0 - law.cdf(low) - law.sf(high)
    };
    (mass + atom).max(0.0)
}

impl Truncated {
    /// The quantiles of the base about that of p = 1 - q here, where the base has a series.
    pub(super) fn around(&self, p: f64, q: f64, width: f64, near: Option<(f64, f64)>) -> Option<Series> {
        let (p, q) = (self.below + p * self.mass, self.above + q * self.mass);
        self.base.around(p, q, width * self.mass, near)
    }

    /// What a point of the series stands for.
    pub(super) fn place(&self, at: (f64, f64)) -> f64 {
        self.clamp(self.base.place(at))
    }

    fn clamp(&self, x: f64) -> f64 {
        x.clamp(self.low, self.high)
    }
}

impl Family for Truncated {
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.low {
            0.0
        } else if x >= self.high {
            1.0
        } else {
            (mass_between(&self.base, self.low, x) / self.mass).min(1.0)
        }
    }

    fn sf(&self, x: f64) -> f64 {
        if x <= self.low {
            1.0
        } else if x >= self.high {
            0.0
        } else {
            (mass_between(&self.base, x, self.high) / self.mass).min(1.0)
        }
    }

    fn pdf(&self, x: f64) -> f64 {
        if x >= self.low && x <= self.high { self.base.pdf(x) / self.mass } else { 0.0 }
    }

    fn at(&self, p: f64, q: f64) -> f64 {
        if !(p > 0.0) {
            return self.support().0;
        }
        if !(q > 0.0) {
            return self.support().1;
        }
        self.clamp(self.base.at(self.below + p * self.mass, self.above + q * self.mass))
    }

    fn mean(&self) -> f64 {
        let base = self.base.mean();
        if base.is_infinite() && (if base > 0.0 { self.high } else { self.low }) == base {
            return base;
        }
        unit_integral(|p, q| self.at(p, q))
    }

    fn sd(&self) -> f64 {
        let open = self.low == f64::NEG_INFINITY || self.high == f64::INFINITY;
        let mean = self.mean();
        if mean.is_infinite() || (open && self.base.sd().is_infinite() && self.open_tail_is_heavy()) {
            return f64::INFINITY;
        }
        unit_integral(|p, q| (self.at(p, q) - mean) * (self.at(p, q) - mean)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        let (from, to) = self.base.support();
        (from.max(self.low), to.min(self.high))
    }
}

impl Truncated {
    /// Whether the tail that is left open is the one that makes the variance of the base infinite. Only laws with a
    /// single heavy tail have one: the upper, unless the support is bounded above.
    fn open_tail_is_heavy(&self) -> bool {
        let (_, to) = self.base.support();
        if to < f64::INFINITY { self.low == f64::NEG_INFINITY } else { self.high == f64::INFINITY }
    }
}
