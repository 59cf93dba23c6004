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
mod shape;
mod splits;
mod stages;

pub use measures::{MeasureMean, MeasureTally, Often, complement};
pub use moments::PathMean;
pub use outcomes::OutcomeTally;
pub use paired::{Against, Paired};
pub use record::Record;
pub use shape::{BLOCK, MeasureShape, Shape};
pub use splits::{CELLS, CellOutcome, CellShares, SplitTally};
pub use stages::StageTally;

use crate::engine::{Ends, Observer, One, PathEnd, Since};
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

    /// Makes room for so many paths that are walked side by side. To be called after [`Observer::begin`] with the first of them.
    pub fn reserve(&mut self, paths: usize) {
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

    /// Where the visits of the `path`-th of the paths that end next are counted.
    #[inline]
    pub fn unit(&self, path: usize) -> usize {
        self.stages.unit(self.number_of(path))
    }

    /// The number of a stage of a track, for [`Tally::leave_in`].
    #[inline]
    pub fn stage(&self, track: usize, stage: usize) -> usize {
        self.stages.number(track, stage)
    }

    /// A path leaves a stage that it is in since then, at a time in seconds, and is in another from now on. Visits of the last
    /// stages are told with the end.
    #[inline]
    pub fn leave_in(&mut self, unit: usize, stage: usize, since: &mut Since, time: f64) {
        self.stages.leave(unit, stage, since, time);
    }

    /// Counts paths with consecutive numbers: whole worlds, where several paths share one.
    #[inline]
    pub fn end_many(&mut self, ends: &Ends<'_>) {
        self.paths += ends.count as u64;
        let clustered = self.shape.design.clustered();
        if clustered.is_none() {
            self.count(ends);
        }
        let (mut done, mut unit) = (0, 0);
        while done < ends.count {
            let room = match clustered {
                None => BLOCK - self.number % BLOCK - self.open,
                Some(world) => world - self.open,
            };
            let some = ends.count.min(done + room as usize);
            let part = ends.part(done..some);
            self.stages.end(unit, &self.shape, &part);
            if clustered.is_some() {
                self.count(&part);
            }
            self.open += (some - done) as u64;
            if some - done == room as usize {
                self.close(unit);
                unit += 1;
            }
            done = some;
        }
        if unit > 0 && self.open > 0 {
            self.close(unit);
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

    /// Ends a unit: a whole world, or a block of paths or a piece of one.
    fn close(&mut self, unit: usize) {
        let paths = std::mem::take(&mut self.open);
        let number = self.number;
        self.number += paths;
        if self.shape.design.clustered().is_none() {
            if paths == BLOCK {
                self.stages.close(unit, paths);
            } else {
                self.stages.close_piece(unit, number / BLOCK, paths);
            }
            return;
        }
        self.stages.close(unit, paths);
        self.outcomes.close(paths);
        self.splits.iter_mut().for_each(|split| split.close(paths));
        self.measures.iter_mut().chain(&mut self.payoffs).for_each(|measure| measure.close(paths));
    }

    /// Closes a block of which only a piece has been walked; to be called at the end of a batch, and before merging and reading.
    pub fn settle(&mut self) {
        debug_assert!(self.open == 0 || self.shape.design.clustered().is_none(), "a world is walked whole");
        if self.open > 0 {
            self.close(0);
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

impl Observer for Tally {
    const RINGS: bool = false;

    #[inline]
    fn begin(&mut self, world: u64, path: u64) {
        if self.open == 0 {
            self.number = world * self.shape.paths_each() + path;
        }
    }

    #[inline]
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        let stage = self.stages.number(track, stage);
        self.stages.leave(0, stage, &mut Since { time: entered, slot: 0 }, time);
    }

    #[inline]
    fn end(&mut self, end: &PathEnd<'_>) {
        self.end_many(&One::new(end).ends(end));
    }
}
