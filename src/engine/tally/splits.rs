//! Joint tables: outcomes by the final values of some keys.
//!
//! The number of cells is bounded. Of more, the first in order of value are kept and the rest are gathered: whatever the
//! threads, a cell that is kept in the end was never dropped by anybody, so its counts are whole.

use super::shape::Shape;
use crate::engine::PathEnd;
use crate::stats::{Design, HitTally, Proportion, Share, ShareTally};
use std::collections::BTreeMap;

/// Cells that a split keeps.
pub const CELLS: usize = 10_000;

/// Counts the cells of one split.
#[derive(Clone, Debug)]
pub struct SplitTally {
    design: Design,
    outcomes: usize,
    keys: std::ops::Range<usize>,
    limit: usize,
    cells: BTreeMap<Box<[i64]>, Cell>,
    /// Cells of the open world.
    touched: Vec<Box<[i64]>>,
    /// The outcomes of the open world.
    world: Vec<u64>,
    /// By outcome: paths, and the sum of squares over worlds.
    totals: Vec<(u64, u128)>,
    /// Paths, by outcome, whose cells were too many.
    other: Vec<u64>,
}

#[derive(Clone, Debug)]
struct Cell {
    /// By outcome.
    hits: Vec<u64>,
    worlds: Option<Box<Worlds>>,
}

/// What is kept of a cell where paths share worlds.
#[derive(Clone, Debug)]
struct Worlds {
    open: Vec<u64>,
    here: HitTally,
    joint: Vec<HitTally>,
    given_cell: Vec<ShareTally>,
    given_outcome: Vec<ShareTally>,
    /// By outcome: Σ o and Σ o² over the worlds that touched the cell.
    seen: Vec<(u64, u128)>,
}

/// One cell in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct CellShares {
    /// The values of the keys; empty for those that were too many.
    pub values: Vec<i64>,
    /// How often a path ends in the cell. None for those that were too many.
    pub here: Option<Proportion>,
    /// Paths in the cell.
    pub paths: u64,
    /// By outcome.
    pub outcomes: Vec<CellOutcome>,
}

/// One cell and outcome in numbers; errors are missing for the cells that were too many.
#[derive(Clone, Debug, PartialEq)]
pub struct CellOutcome {
    /// Paths.
    pub hits: u64,
    /// How often both come together.
    pub joint: Option<Proportion>,
    /// How often the outcome comes where the cell does.
    pub given_cell: Option<Share>,
    /// How often the cell comes where the outcome does.
    pub given_outcome: Option<Share>,
}

impl SplitTally {
    pub(super) fn all(shape: &Shape) -> Vec<SplitTally> {
        let mut start = 0;
        let ranges = shape.splits.iter().map(|keys| {
            let range = start..start + keys;
            start = range.end;
            range
        });
        ranges.map(|keys| SplitTally::new(shape.design, shape.outcomes, keys, CELLS)).collect()
    }

    fn new(design: Design, outcomes: usize, keys: std::ops::Range<usize>, limit: usize) -> SplitTally {
        SplitTally {
            design,
            outcomes,
            keys,
            limit,
            cells: BTreeMap::new(),
            touched: Vec::new(),
            world: vec![0; outcomes],
            totals: vec![(0, 0); outcomes],
            other: vec![0; outcomes],
        }
    }

    #[inline]
    pub(super) fn end(&mut self, end: &PathEnd<'_>) {
        self.count(&end.cells[self.keys.clone()], end.outcome);
    }

    fn count(&mut self, key: &[i64], outcome: usize) {
        self.world[outcome] += 1;
        if !self.cells.contains_key(key) {
            let full = self.cells.len() >= self.limit;
            if full && self.cells.last_key_value().is_some_and(|(last, _)| **last < *key) {
                self.other[outcome] += 1;
                return;
            }
            self.cells.insert(key.into(), Cell::new(self.design, self.outcomes));
            self.trim();
        }
        let Some(cell) = self.cells.get_mut(key) else { return };
        cell.hits[outcome] += 1;
        if let Some(worlds) = &mut cell.worlds {
            if worlds.open.iter().all(|count| *count == 0) {
                self.touched.push(key.into());
            }
            worlds.open[outcome] += 1;
        }
    }

    fn trim(&mut self) {
        while self.cells.len() > self.limit
            && let Some((_, cell)) = self.cells.pop_last()
        {
            self.other.iter_mut().zip(&cell.hits).for_each(|(other, hits)| *other += hits);
        }
    }

    pub(super) fn close(&mut self, paths: u64) {
        if self.design == Design::Paths {
            for (total, open) in self.totals.iter_mut().zip(&mut self.world) {
                total.0 += std::mem::take(open);
            }
            return;
        }
        let squared = |n: u64| u128::from(n) * u128::from(n);
        for key in self.touched.drain(..) {
            // A cell that was dropped meanwhile is gone for good.
            let Some(worlds) = self.cells.get_mut(&key).and_then(|cell| cell.worlds.as_mut()) else {
                continue;
            };
            let here: u64 = worlds.open.iter().sum();
            worlds.here.add(here, paths);
            for outcome in 0..self.outcomes {
                let hits = std::mem::take(&mut worlds.open[outcome]);
                if hits > 0 {
                    worlds.joint[outcome].add(hits, paths);
                }
                worlds.given_cell[outcome].add(hits, here);
                let of = self.world[outcome];
                if of > 0 {
                    worlds.given_outcome[outcome].add(hits, of);
                    worlds.seen[outcome].0 += of;
                    worlds.seen[outcome].1 += squared(of);
                }
            }
        }
        for (total, open) in self.totals.iter_mut().zip(&mut self.world) {
            let of = std::mem::take(open);
            total.0 += of;
            total.1 += squared(of);
        }
    }

    pub(super) fn merge(&mut self, other: &SplitTally) {
        for (mine, theirs) in self.totals.iter_mut().zip(&other.totals) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
        self.other.iter_mut().zip(&other.other).for_each(|(mine, theirs)| *mine += theirs);
        for (key, cell) in &other.cells {
            match self.cells.get_mut(key) {
                Some(mine) => mine.merge(cell),
                None => drop(self.cells.insert(key.clone(), cell.clone())),
            }
        }
        self.trim();
    }

    /// All cells in order of value, and last those that were too many, if any.
    pub fn cells(&self, paths: u64) -> Vec<CellShares> {
        let mut cells: Vec<CellShares> =
            self.cells.iter().map(|(key, cell)| self.shares(key, cell, paths)).collect();
        if self.other.iter().any(|hits| *hits > 0) {
            let none =
                |hits: &u64| CellOutcome { hits: *hits, joint: None, given_cell: None, given_outcome: None };
            cells.push(CellShares {
                values: Vec::new(),
                here: None,
                paths: self.other.iter().sum(),
                outcomes: self.other.iter().map(none).collect(),
            });
        }
        cells
    }

    fn shares(&self, key: &[i64], cell: &Cell, paths: u64) -> CellShares {
        let in_cell: u64 = cell.hits.iter().sum();
        let absent = |tally: &HitTally| {
            let mut tally = tally.clone();
            if let Design::Worlds { paths_each } = self.design {
                tally.add_worlds_without((paths - tally.paths()) / paths_each.max(1));
            }
            tally.proportion()
        };
        let share = |hits, of| {
            let mut tally = ShareTally::new(Design::Paths);
            tally.add(hits, of);
            tally.share()
        };
        let outcome = |(outcome, &hits): (usize, &u64)| {
            let total = self.totals[outcome];
            match &cell.worlds {
                None => CellOutcome {
                    hits,
                    joint: Some(Proportion::independent(hits, paths)),
                    given_cell: Some(share(hits, in_cell)),
                    given_outcome: Some(share(hits, total.0)),
                },
                Some(worlds) => {
                    let mut given_outcome = worlds.given_outcome[outcome].clone();
                    let seen = worlds.seen[outcome];
                    given_outcome.add_without(total.0 - seen.0, total.1 - seen.1);
                    CellOutcome {
                        hits,
                        joint: Some(absent(&worlds.joint[outcome])),
                        given_cell: Some(worlds.given_cell[outcome].share()),
                        given_outcome: Some(given_outcome.share()),
                    }
                }
            }
        };
        CellShares {
            values: key.to_vec(),
            here: Some(match &cell.worlds {
                None => Proportion::independent(in_cell, paths),
                Some(worlds) => absent(&worlds.here),
            }),
            paths: in_cell,
            outcomes: cell.hits.iter().enumerate().map(outcome).collect(),
        }
    }
}

impl Cell {
    fn new(design: Design, outcomes: usize) -> Cell {
        let worlds = (design != Design::Paths).then(|| {
            Box::new(Worlds {
                open: vec![0; outcomes],
                here: HitTally::new(design),
                joint: vec![HitTally::new(design); outcomes],
                given_cell: vec![ShareTally::new(design); outcomes],
                given_outcome: vec![ShareTally::new(design); outcomes],
                seen: vec![(0, 0); outcomes],
            })
        });
        Cell { hits: vec![0; outcomes], worlds }
    }

    fn merge(&mut self, other: &Cell) {
        self.hits.iter_mut().zip(&other.hits).for_each(|(mine, theirs)| *mine += theirs);
        if let (Some(mine), Some(theirs)) = (&mut self.worlds, &other.worlds) {
            mine.here.merge(&theirs.here);
            mine.joint.iter_mut().zip(&theirs.joint).for_each(|(m, t)| m.merge(t));
            mine.given_cell.iter_mut().zip(&theirs.given_cell).for_each(|(m, t)| m.merge(t));
            mine.given_outcome.iter_mut().zip(&theirs.given_outcome).for_each(|(m, t)| m.merge(t));
            for (mine, theirs) in mine.seen.iter_mut().zip(&theirs.seen) {
                mine.0 += theirs.0;
                mine.1 += theirs.1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With more cells than are kept, the same are kept and whole whoever counted what.
    #[test]
    fn cells_that_are_kept_are_whole() {
        let paths: Vec<(i64, usize)> =
            (0..600_u64).map(|n| (((n * n * 7919) % 23) as i64 - 11, (n % 3) as usize)).collect();
        for design in [Design::Paths, Design::Worlds { paths_each: 6 }] {
            let unit = if design == Design::Paths { 1 } else { 6 };
            let count = |tally: &mut SplitTally, units: &[&[(i64, usize)]]| {
                for world in units {
                    world.iter().for_each(|(key, outcome)| tally.count(&[*key], *outcome));
                    tally.close(unit as u64);
                }
            };
            let units: Vec<&[(i64, usize)]> = paths.chunks(unit).collect();
            let new = |limit| SplitTally::new(design, 3, 0..1, limit);
            let mut whole = new(1000);
            count(&mut whole, &units);
            let all = whole.cells(600);
            for parts in [1, 2, 5] {
                let mut merged = new(4);
                // Backwards, and round robin.
                for part in (0..parts).rev() {
                    let mut tally = new(4);
                    count(&mut tally, &units.iter().copied().skip(part).step_by(parts).collect::<Vec<_>>());
                    merged.merge(&tally);
                }
                let kept = merged.cells(600);
                assert_eq!(kept.len(), 5);
                assert_eq!(kept[..4], all[..4]);
                assert!(kept[4].values.is_empty());
                assert_eq!(kept.iter().map(|cell| cell.paths).sum::<u64>(), 600);
            }
        }
    }
}
