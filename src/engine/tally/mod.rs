//! What is counted of many paths, in memory that does not grow with their number.
//!
//! Everything is an integer or an exact sum, so tallies of any batches, merged in any order, are the same to the bit. What is
//! counted is counted by unit: where every path is a unit of its own sums say all, but for the errors of visits and days, which
//! come from blocks of paths; where several paths share a world, closing it touches only what it touched.

mod hits;
mod kinds;
mod measures;
mod moments;
mod outcomes;
mod paired;
mod record;
mod sensitivity;
mod shape;
mod splits;
mod stages;
#[cfg(test)]
mod tests;
mod visits;
mod world_values;

pub use measures::{MeasureMean, MeasureTally, Often, complement};
pub use moments::PathMean;
pub use outcomes::OutcomeTally;
pub use paired::Paired;
pub use record::Record;
pub use sensitivity::Sensitivity;
pub use shape::{BLOCK, MeasureShape, Shape};
pub use splits::{CELLS, CellOutcome, CellShares, SplitTally};
pub use stages::StageTally;
pub use world_values::WorldValues;

use crate::engine::{Ends, Since, Stops, Visits};
use kinds::Kinds;

/// All that is counted of one variant.
#[derive(Clone, Debug)]
pub struct Tally {
    shape: Shape,
    paths: u64,
    /// Paths of the open unit.
    open: u64,
    /// The number of its first path, among all paths of the run.
    number: u64,
    /// Outcomes.
    pub outcomes: OutcomeTally,
    stages: StageTally,
    kinds: Kinds,
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
            open: 0,
            number: 0,
            outcomes: OutcomeTally::new(shape),
            stages: StageTally::new(shape),
            kinds: Kinds::default(),
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

    /// Stages.
    pub fn stages(&self) -> StageTally {
        self.stages.closed()
    }

    /// Paths counted.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// Makes room for so many paths that are counted together. The first of them is this.
    pub fn open(&mut self, world: u64, path: u64, paths: usize) {
        if self.open == 0 {
            self.number = world * self.shape.paths_each() + path;
        }
        self.stages.reserve(self.number_of(paths) + 1);
    }

    /// Which of the units that are open at once the `path`-th of the paths that end next belongs to. Where every path is a unit of
    /// its own a unit is a block of paths, else a world.
    fn number_of(&self, path: usize) -> usize {
        match self.shape.design.clustered() {
            None => ((self.number % BLOCK) as usize + path) / BLOCK as usize,
            Some(world) => path / world as usize,
        }
    }

    /// The `path`-th of the paths that end next begins.
    #[inline]
    pub fn begins(&self, path: usize) -> Since {
        self.stages.begins(self.number_of(path))
    }

    /// Where visits of a stage of a track are counted; those of the last stages are told with the end.
    #[inline]
    pub fn visits(&mut self, track: usize, stage: usize) -> impl Visits {
        self.stages.open(track, stage)
    }

    /// Where it is counted that paths stop, before [`Tally::end_many`] counts them.
    #[inline]
    pub fn stops(&mut self) -> impl Stops {
        self.stages.stops()
    }

    /// Counts paths with consecutive numbers: whole worlds, where several paths share one.
    #[inline]
    pub fn end_many(&mut self, ends: &Ends<'_>) {
        self.paths += ends.count as u64;
        let clustered = self.shape.design.clustered();
        if clustered.is_none() {
            self.count(ends);
        }
        let (mut done, mut unit, mut whole) = (0, 0, 0..0);
        while done < ends.count {
            let room = match clustered {
                None => BLOCK - self.number % BLOCK - self.open,
                Some(world) => world - self.open,
            };
            let some = ends.count.min(done + room as usize);
            let part = ends.part(done..some);
            if clustered.is_some() {
                self.count(&part);
            }
            self.open += (some - done) as u64;
            if some - done == room as usize {
                if self.close(unit) {
                    whole = if whole.is_empty() { unit..unit + 1 } else { whole.start..unit + 1 };
                }
                unit += 1;
            }
            done = some;
        }
        if unit > 0 && self.open > 0 {
            self.close(unit);
        }
        if !whole.is_empty() {
            self.stages.close(whole, clustered.unwrap_or(BLOCK));
        }
        if self.open == 0 {
            self.stages.rest();
        }
    }

    /// All but stages.
    #[inline]
    fn count(&mut self, ends: &Ends<'_>) {
        let shape = &self.shape;
        self.outcomes.end(shape, ends);
        // Units that are several paths count by themselves.
        let kinds = shape.design.clustered().is_none() && !ends.kinds().is_empty();
        if kinds {
            self.kinds.count(ends);
            for (path, count) in self.kinds.each() {
                self.splits.iter_mut().for_each(|split| split.end_alike(ends, path, count));
            }
        } else {
            self.splits.iter_mut().for_each(|split| split.end(ends));
        }
        for (i, measure) in self.measures.iter_mut().enumerate() {
            let (shape, values, counted) = (&shape.measures[i], ends.measures(i), ends.counted(i));
            if kinds && ends.alike[i] {
                for (path, count) in self.kinds.each() {
                    measure.end_alike(shape, values[path], counted[path], count);
                }
            } else {
                measure.end(shape, values, counted);
            }
        }
        for (party, payoff) in self.payoffs.iter_mut().enumerate() {
            let values = ends.payoffs(party);
            if kinds {
                for (path, count) in self.kinds.each() {
                    payoff.end_alike(&MeasureShape::PAYOFF, values[path], true, count);
                }
            } else {
                payoff.end(&MeasureShape::PAYOFF, values, &[]);
            }
        }
    }

    /// Ends a unit: a whole world, or a block of paths or a piece of one. Whether it is whole; then its stages are yet to close.
    fn close(&mut self, unit: usize) -> bool {
        let paths = std::mem::take(&mut self.open);
        let number = self.number;
        self.number += paths;
        if self.shape.design.clustered().is_none() {
            if paths < BLOCK {
                self.stages.close_piece(unit, number / BLOCK, paths);
            }
            return paths == BLOCK;
        }
        self.outcomes.close(paths);
        self.splits.iter_mut().for_each(|split| split.close(paths));
        self.measures.iter_mut().chain(&mut self.payoffs).for_each(|measure| measure.close(paths));
        true
    }

    /// Closes a block of which only a piece has been walked; to be called at the end of a batch, and before merging and reading.
    pub fn settle(&mut self) {
        debug_assert!(self.open == 0 || self.shape.design.clustered().is_none(), "a world is walked whole");
        if self.open > 0 {
            self.close(0);
            self.stages.rest();
        }
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
