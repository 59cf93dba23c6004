//! What the base left on the paths of one batch: enough to compare variants with it, and no more.

use super::shape::Shape;
use crate::engine::{Observer, PathEnd};

/// The paths of a batch, in order.
#[derive(Clone, Debug, Default)]
pub struct Record {
    measures_each: usize,
    parties: usize,
    outcomes: Vec<u16>,
    times: Vec<f64>,
    measures: Vec<f64>,
    counted: Vec<bool>,
    payoffs: Vec<f64>,
}

impl Record {
    /// No path yet.
    pub fn new(shape: &Shape) -> Record {
        Record { measures_each: shape.measures.len(), parties: shape.parties, ..Record::default() }
    }

    /// Forgets all paths, to begin another batch.
    pub fn clear(&mut self) {
        self.outcomes.clear();
        self.times.clear();
        self.measures.clear();
        self.counted.clear();
        self.payoffs.clear();
    }

    /// How a path ended.
    #[inline]
    pub fn outcome(&self, path: usize) -> usize {
        usize::from(self.outcomes[path])
    }

    /// When.
    #[inline]
    pub fn time(&self, path: usize) -> f64 {
        self.times[path]
    }

    /// A measure, and whether it counts.
    #[inline]
    pub fn measure(&self, path: usize, measure: usize) -> (f64, bool) {
        let at = path * self.measures_each + measure;
        (self.measures[at], self.counted[at])
    }

    /// What a party got.
    #[inline]
    pub fn payoff(&self, path: usize, party: usize) -> f64 {
        self.payoffs[path * self.parties + party]
    }
}

impl Observer for Record {
    #[inline]
    fn end(&mut self, end: &PathEnd<'_>) {
        self.outcomes.push(end.outcome as u16);
        self.times.push(end.time);
        self.measures.extend_from_slice(end.measures);
        self.counted.extend_from_slice(end.counted);
        self.payoffs.extend_from_slice(end.payoffs);
    }
}
