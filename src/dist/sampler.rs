//! A law that is drawn many times.

use std::sync::{Arc, OnceLock};

use super::inverse::Inverse;
use super::law::Law;
use crate::stream::Draw;

/// A law with its table of quantiles, which is made when the first value is asked for. What a draw gives depends on the law
/// and the random number alone, never on how many draws there are. Clones share the table.
#[derive(Clone, Debug)]
pub struct Sampler(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    law: Law,
    table: OnceLock<Option<Inverse>>,
}

impl Sampler {
    /// The sampler of a law.
    pub fn new(law: Law) -> Sampler {
        Sampler(Arc::new(Inner { law, table: OnceLock::new() }))
    }

    /// The law.
    pub fn law(&self) -> &Law {
        &self.0.law
    }

    /// Whether this is a clone of the other, or the other of this.
    pub fn is(&self, other: &Sampler) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The table; `None` where [`Inverse::new`] makes none of this law.
    #[inline]
    pub fn table(&self) -> Option<&Inverse> {
        self.0.table.get_or_init(|| Inverse::new(&self.0.law)).as_ref()
    }

    /// The quantile at `u`: by the table, or else the law's own.
    #[inline]
    pub fn at(&self, u: f64) -> f64 {
        match self.table() {
            Some(table) => table.at(u),
            None => self.0.law.quantile(u),
        }
    }

    /// A draw: the quantile by the table at one uniform number, or else what the law draws.
    #[inline]
    pub fn sample(&self, draw: &mut Draw) -> f64 {
        match self.table() {
            Some(table) => table.at(draw.uniform()),
            None => self.0.law.sample(draw),
        }
    }
}
