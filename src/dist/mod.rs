//! Distributions: checked parameters in, prepared laws out.
//!
//! A [`Law`] is made by a constructor that may refuse ([`Refusal`]) and then answers every question. [`FORMS`] is the one
//! table of the ways in which people write distributions; [`find_named`] and [`find_positional`] look them up, and
//! [`FormId::build`] makes the law. `docs/distributions.md` lists them all with their formulas.

// `!(x > 0.0)` refuses NaN, which `x <= 0.0` lets in: the shape of the test is the point.
#![allow(clippy::neg_cmp_op_on_partial_ord)]

mod beta;
mod copula;
mod discrete;
mod exponential;
mod family;
mod form;
mod forms;
mod gamma;
mod interval;
mod inverse;
mod law;
mod logitnormal;
mod loglogistic;
mod lognormal;
mod metalog;
mod normal;
mod point;
mod pool;
mod refusal;
mod sampler;
mod series;
pub(crate) mod special;
mod triangular;
mod truncated;
mod uniform;
mod weibull;

#[cfg(test)]
mod tests;

pub use beta::Beta;
pub use copula::{Copula, CopulaRefusal};
pub use discrete::Discrete;
pub use exponential::Exponential;
pub use form::{
    Call, Form, FormError, FormId, Param, Scale, Slot, Spelling, Unit, families, find_named, find_positional,
    forms_of, quantile_name,
};
pub use forms::FORMS;
pub use gamma::Gamma;
pub use interval::{Interval, central90};
pub use inverse::{ACCURACY, Inverse};
pub use law::{Law, discrete, metalog};
pub use logitnormal::LogitNormal;
pub use loglogistic::LogLogistic;
pub use lognormal::LogNormal;
pub use metalog::Metalog;
pub use normal::Normal;
pub use point::Point;
pub use pool::{Pool, pool};
pub use refusal::{Piece, Refusal};
pub use sampler::Sampler;
pub use triangular::Triangular;
pub use truncated::{Truncated, truncate};
pub use uniform::Uniform;
pub use weibull::Weibull;
