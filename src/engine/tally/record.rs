//! What the base left on the paths of one batch: enough to compare variants with it, and no more.

use super::shape::Shape;
use crate::engine::Ends;
use std::ops::Range;

/// The paths of a batch, in order, in columns.
#[derive(Clone, Debug, Default)]
pub struct Record {
    outcomes: Vec<u16>,
    times: Vec<f64>,
    measures: Vec<Vec<f64>>,
    /// By measure; only of those where not every path counts.
    counted: Vec<Option<Vec<bool>>>,
    payoffs: Vec<Vec<f64>>,
}

impl Record {
    /// No path yet.
    pub fn new(shape: &Shape) -> Record {
        Record {
            measures: vec![Vec::new(); shape.measures.len()],
            counted: shape.measures.iter().map(|measure| measure.given.then(Vec::new)).collect(),
            payoffs: vec![Vec::new(); shape.parties],
            ..Record::default()
        }
    }

    /// Forgets all paths, to begin another batch.
    pub fn clear(&mut self) {
        self.outcomes.clear();
        self.times.clear();
        self.measures.iter_mut().chain(&mut self.payoffs).for_each(Vec::clear);
        self.counted.iter_mut().flatten().for_each(Vec::clear);
    }

    /// Adds paths with consecutive numbers.
    #[inline]
    pub fn end_many(&mut self, ends: &Ends<'_>) {
        self.outcomes.extend_from_slice(ends.outcomes());
        self.times.extend_from_slice(ends.times());
        for (i, column) in self.measures.iter_mut().enumerate() {
            column.extend_from_slice(ends.measures(i));
        }
        for (i, column) in self.counted.iter_mut().enumerate() {
            if let Some(column) = column {
                column.extend_from_slice(ends.counted(i));
            }
        }
        for (i, column) in self.payoffs.iter_mut().enumerate() {
            column.extend_from_slice(ends.payoffs(i));
        }
    }

    /// How paths ended, and when.
    #[inline]
    pub fn ends(&self, paths: Range<usize>) -> (&[u16], &[f64]) {
        (&self.outcomes[paths.clone()], &self.times[paths])
    }

    /// The values of a measure.
    #[inline]
    pub fn measures(&self, measure: usize, paths: Range<usize>) -> &[f64] {
        &self.measures[measure][paths]
    }

    /// Whether a path counts for a measure.
    #[inline]
    pub fn counted(&self, measure: usize, path: usize) -> bool {
        self.counted[measure].as_ref().is_none_or(|counted| counted[path])
    }

    /// What a party got.
    #[inline]
    pub fn payoffs(&self, party: usize, paths: Range<usize>) -> &[f64] {
        &self.payoffs[party][paths]
    }
}
