//! The kernels of all worlds so far: what is the same in several worlds is prepared once.

use super::delay::Delay;
use super::effort::Effort;
use super::inner::Inner;
use super::kernel::Kernel;
use super::race::Race;
use std::collections::HashMap;
use std::sync::Arc;

/// The kernels, by what they are made of.
#[derive(Debug, Default)]
pub(super) struct Bank {
    kernels: Vec<Kernel>,
    /// By the number of the inner combination; those without by none.
    known: HashMap<Option<(usize, u32)>, Vec<usize>>,
    inners: HashMap<Vec<u64>, Arc<Inner>>,
    until: f64,
    /// What has been spent.
    pub effort: Arc<Effort>,
}

/// The most kernels that are kept.
const KEPT: usize = 600;

impl Bank {
    /// An empty one that counts what it takes with this.
    pub fn aside(&self) -> Bank {
        Bank { effort: self.effort.clone(), ..Bank::default() }
    }

    /// Forgets what is too much, or was made for other times; not to be called while numbers are in use.
    pub fn tidy(&mut self, until: f64) {
        if self.until != until || self.kernels.len() > KEPT {
            *self = Bank { until, effort: self.effort.clone(), ..Bank::default() };
        }
        self.kernels.iter_mut().for_each(Kernel::tidy);
    }

    /// The number of a kernel.
    pub fn number(&mut self, race: &Race) -> usize {
        let key = race.inner.as_ref().map(|(inner, m)| (Arc::as_ptr(inner) as usize, *m));
        let list = self.known.entry(key).or_default();
        if let Some(found) = list.iter().find(|n| *self.kernels[**n].race() == *race) {
            return *found;
        }
        self.kernels.push(Kernel::new(race.clone(), self.until, self.effort.clone()));
        list.push(self.kernels.len() - 1);
        self.kernels.len() - 1
    }

    /// A kernel.
    pub fn kernel(&mut self, number: usize) -> &mut Kernel {
        &mut self.kernels[number]
    }

    /// The latest time at which any of these clocks may be running that matters.
    pub fn far<'a>(&self, delays: impl Iterator<Item = &'a Delay>) -> f64 {
        let far = delays.map(|delay| delay.upper_quantile(1e-17)).fold(f64::INFINITY, f64::min);
        self.until.min(2.0 * far)
    }

    /// What exponential events do beside clocks that run on: see [`Inner::new`].
    pub fn inner(&mut self, out: &[f64], rates: &[Vec<(u32, f64)>]) -> Arc<Inner> {
        let mut key: Vec<u64> = out.iter().map(|rate| rate.to_bits()).collect();
        for (from, row) in rates.iter().enumerate() {
            key.push(u64::MAX - from as u64);
            row.iter().for_each(|(to, rate)| key.extend([u64::from(*to), rate.to_bits()]));
        }
        self.inners
            .entry(key)
            .or_insert_with(|| Arc::new(Inner::new(out, rates, self.effort.clone())))
            .clone()
    }
}
