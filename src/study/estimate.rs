//! A number with all that is known of its error.

use crate::engine::tally::{Often, PathMean};
use crate::stats::{Difference, GivenMean, Interval, Mean, Proportion, Share, TimelinePoint};

/// How numbers were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By walking paths.
    Sampling,
    /// By solving the chain, without drawing anything.
    Exact,
}

impl Method {
    /// As in a table.
    pub fn name(self) -> &'static str {
        match self {
            Method::Sampling => "sampling",
            Method::Exact => "exact",
        }
    }
}

/// A probability or a mean. Sampling error and the spread that comes from beliefs are kept apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number; NaN where nothing was seen that could tell.
    pub value: f64,
    /// The standard error of sampling; NaN where it is not known.
    pub standard_error: f64,
    /// The 95% interval of sampling.
    pub interval: Interval,
    /// The central 95% across worlds, where worlds differ and it can be told.
    pub credible: Option<Interval>,
    /// Paths on which it happened (0 for a mean).
    pub hits: u64,
    /// Paths behind it.
    pub paths: u64,
    /// The most by which arithmetic may be off: 0 for sampling.
    pub error_bound: f64,
    /// How it was made.
    pub method: Method,
}

impl Estimate {
    fn mean(
        value: f64,
        standard_error: f64,
        interval: Interval,
        credible: Option<Interval>,
        paths: u64,
    ) -> Self {
        Estimate {
            value,
            standard_error,
            interval,
            credible,
            hits: 0,
            paths,
            error_bound: 0.0,
            method: Method::Sampling,
        }
    }

    /// What worlds say, as far as a sample of them tells.
    pub fn of_worlds(value: f64, standard_error: f64, interval: Interval) -> Estimate {
        Estimate::mean(value, standard_error, interval, None, 0)
    }

    /// What worlds that were solved say, off by so much at most by arithmetic.
    pub fn solved(self, error_bound: f64) -> Estimate {
        Estimate { error_bound, method: Method::Exact, ..self }
    }

    /// In another unit: everything times `factor`, above 0.
    pub fn scaled(self, factor: f64) -> Estimate {
        let scale = |i: Interval| Interval { low: i.low * factor, high: i.high * factor };
        Estimate {
            value: self.value * factor,
            standard_error: self.standard_error * factor,
            interval: scale(self.interval),
            credible: self.credible.map(scale),
            error_bound: self.error_bound * factor,
            ..self
        }
    }
}

impl From<Proportion> for Estimate {
    fn from(p: Proportion) -> Estimate {
        let (hits, paths) = (p.hits, p.paths);
        Estimate { hits, ..Estimate::mean(p.p, p.standard_error, p.interval, p.credible, paths) }
    }
}

impl From<Share> for Estimate {
    fn from(p: Share) -> Estimate {
        Estimate { hits: p.hits, ..Estimate::mean(p.p, p.standard_error, p.interval, None, p.given) }
    }
}

impl From<Often> for Estimate {
    fn from(often: Often) -> Estimate {
        match often {
            Often::Whole(p) => p.into(),
            Often::Given(p) => p.into(),
        }
    }
}

impl From<Mean> for Estimate {
    fn from(m: Mean) -> Estimate {
        Estimate::mean(m.mean, m.standard_error, m.interval, m.credible, m.paths)
    }
}

impl From<GivenMean> for Estimate {
    fn from(m: GivenMean) -> Estimate {
        Estimate::mean(m.mean, m.standard_error, m.interval, None, m.given)
    }
}

impl From<Difference> for Estimate {
    fn from(d: Difference) -> Estimate {
        Estimate::mean(d.difference, d.standard_error, d.interval, d.credible, d.paths)
    }
}

/// With the paths behind it.
impl From<(PathMean, u64)> for Estimate {
    fn from((m, paths): (PathMean, u64)) -> Estimate {
        Estimate::mean(m.mean, m.standard_error, m.interval, None, paths)
    }
}

/// With the paths behind it.
impl From<(TimelinePoint, u64)> for Estimate {
    fn from((p, paths): (TimelinePoint, u64)) -> Estimate {
        Estimate { hits: p.hits, ..Estimate::mean(p.p, p.standard_error, p.interval, None, paths) }
    }
}
