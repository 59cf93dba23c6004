//! What is counted of many paths, in memory that does not grow with their number.
//!
//! Everything is an integer or an exact sum, so tallies of any batches, merged in any order, are the same to the bit. What is
//! counted is counted by unit: a world where worlds differ, else a path; closing a unit touches only what it touched.

mod hits;
mod measures;
mod moments;
mod outcomes;
mod paired;
mod record;
mod shape;
mod splits;
mod stages;

pub use measures::{MeasureMean, MeasureTally, Often, complement};
pub use moments::PathMean;
pub use outcomes::OutcomeTally;
pub use paired::{Against, Paired};
pub use record::Record;
pub use shape::{MeasureShape, Shape};
pub use splits::{CELLS, CellOutcome, CellShares, SplitTally};
pub use stages::StageTally;

use crate::engine::{Observer, PathEnd};

/// All that is counted of one variant.
#[derive(Clone, Debug)]
pub struct Tally {
    shape: Shape,
    paths: u64,
    /// Outcomes.
    pub outcomes: OutcomeTally,
    /// Stages.
    pub stages: StageTally,
    /// Joint tables.
    pub splits: Vec<SplitTally>,
    /// Measures.
    pub measures: Vec<MeasureTally>,
    /// What each party gets.
    pub payoffs: Vec<MeasureTally>,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(shape: &Shape) -> Tally {
        Tally {
            paths: 0,
            outcomes: OutcomeTally::new(shape),
            stages: StageTally::new(shape),
            splits: SplitTally::all(shape),
            measures: shape.measures.iter().map(|m| MeasureTally::new(shape.design, m)).collect(),
            payoffs: measures::payoffs(shape),
            shape: shape.clone(),
        }
    }

    /// What it counts.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Paths of closed units.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// Ends a unit of so many paths: a whole world, or one path where paths are independent.
    pub fn close(&mut self, paths: u64) {
        self.paths += paths;
        self.outcomes.close(paths);
        self.stages.close(paths);
        self.splits.iter_mut().for_each(|split| split.close(paths));
        self.measures.iter_mut().chain(&mut self.payoffs).for_each(|measure| measure.close(paths));
    }

    /// Brings everything up to date; to be called before merging and reading.
    pub fn settle(&mut self) {
        self.outcomes.settle();
    }

    /// Adds all that `other`, settled, counted.
    pub fn merge(&mut self, other: &Tally) {
        self.paths += other.paths;
        self.outcomes.merge(&other.outcomes);
        self.stages.merge(&other.stages);
        self.splits.iter_mut().zip(&other.splits).for_each(|(mine, theirs)| mine.merge(theirs));
        self.measures.iter_mut().zip(&other.measures).for_each(|(mine, theirs)| mine.merge(theirs));
        self.payoffs.iter_mut().zip(&other.payoffs).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

impl Observer for Tally {
    #[inline]
    fn begin(&mut self, _world: u64, _path: u64) {
        self.stages.begin();
    }

    #[inline]
    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        self.stages.enter(track, stage, time);
    }

    #[inline]
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        self.stages.leave(track, stage, entered, time);
    }

    #[inline]
    fn end(&mut self, end: &PathEnd<'_>) {
        self.outcomes.end(&self.shape, end);
        self.stages.end(&self.shape, end);
        self.splits.iter_mut().for_each(|split| split.end(end));
        for (i, measure) in self.measures.iter_mut().enumerate() {
            measure.record(&self.shape.measures[i], end.measures[i], end.counted[i]);
        }
        for (party, payoff) in self.payoffs.iter_mut().enumerate() {
            payoff.record(&MeasureShape::PAYOFF, end.payoffs[party], true);
        }
    }
}
