//! Joint tables: outcomes by the final values of some keys.
//!
//! The number of cells is bounded. Of more, the first in order of value are kept and the rest are gathered: whatever the
//! threads, a cell that is kept in the end was never dropped by anybody, so its counts are whole.

use super::hits::with_absent;
use super::shape::Shape;
use crate::engine::Ends;
use crate::stats::{Design, HitTally, Proportion, Share, ShareTally};
use std::collections::BTreeMap;

/// Cells that a split keeps.
pub const CELLS: usize = 10_000;

/// No cell.
const NOWHERE: u32 = u32::MAX;
/// Keys whose cells are found at once: few come again and again.
const RECENT: usize = 128;

/// Counts the cells of one split.
#[derive(Clone, Debug)]
pub struct SplitTally {
    design: Design,
    outcomes: usize,
    /// Its keys among those of all splits.
    numbers: std::ops::Range<usize>,
    limit: usize,
    /// Where the cell of each key is, by value.
    places: BTreeMap<Box<[i64]>, u32>,
    /// The values of the keys, and what was counted, by place.
    keys: Vec<i64>,
    cells: Vec<Cell>,
    /// Places that are free again.
    free: Vec<u32>,
    /// Where recent keys were, by a hash of them.
    recent: Vec<u32>,
    /// Room for a key.
    key: Vec<i64>,
    /// Cells of the open world.
    touched: Vec<u32>,
    /// The outcomes of the open world, or of all paths where each is a unit of its own.
    world: Vec<u64>,
    /// By outcome, over closed worlds: paths, and the sum of squares.
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
    open_here: u64,
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
            key: vec![0; keys.len()],
            numbers: keys,
            limit,
            places: BTreeMap::new(),
            keys: Vec::new(),
            cells: Vec::new(),
            free: Vec::new(),
            recent: vec![NOWHERE; RECENT],
            touched: Vec::new(),
            world: vec![0; outcomes],
            totals: vec![(0, 0); outcomes],
            other: vec![0; outcomes],
        }
    }

    #[inline]
    pub(super) fn end(&mut self, ends: &Ends<'_>) {
        let mut key = std::mem::take(&mut self.key);
        for (path, &outcome) in ends.outcomes().iter().enumerate() {
            for (part, number) in key.iter_mut().zip(self.numbers.clone()) {
                *part = ends.cells(number)[path];
            }
            self.count(&key, usize::from(outcome), 1);
        }
        self.key = key;
    }

    /// Counts so many paths that end like this one, each a unit of its own.
    pub(super) fn end_alike(&mut self, ends: &Ends<'_>, path: usize, paths: u32) {
        let mut key = std::mem::take(&mut self.key);
        for (part, number) in key.iter_mut().zip(self.numbers.clone()) {
            *part = ends.cells(number)[path];
        }
        self.count(&key, usize::from(ends.outcomes()[path]), u64::from(paths));
        self.key = key;
    }

    #[inline]
    fn count(&mut self, key: &[i64], outcome: usize, paths: u64) {
        self.world[outcome] += paths;
        let bucket =
            key.iter().fold(0_i64, |hash, part| hash.wrapping_mul(31).wrapping_add(*part)) as usize % RECENT;
        let mut place = self.recent[bucket];
        if place == NOWHERE || self.keys_of(place) != key {
            place = self.find(key);
            if place == NOWHERE {
                self.other[outcome] += paths;
                return;
            }
            self.recent[bucket] = place;
        }
        let cell = &mut self.cells[place as usize];
        cell.hits[outcome] += paths;
        if let Some(worlds) = &mut cell.worlds {
            if worlds.open_here == 0 {
                self.touched.push(place);
            }
            worlds.open_here += paths;
            worlds.open[outcome] += paths;
        }
    }

    fn keys_of(&self, place: u32) -> &[i64] {
        let width = self.numbers.len();
        &self.keys[place as usize * width..][..width]
    }

    /// Where the cell of this key is, a new one if need be; nowhere if it is one too many.
    fn find(&mut self, key: &[i64]) -> u32 {
        if let Some(&place) = self.places.get(key) {
            return place;
        }
        let full = self.places.len() >= self.limit;
        if full && self.places.last_key_value().is_some_and(|(last, _)| **last < *key) {
            return NOWHERE;
        }
        if full {
            self.drop_last();
        }
        self.insert(key, Cell::new(self.design, self.outcomes))
    }

    fn insert(&mut self, key: &[i64], cell: Cell) -> u32 {
        let place = match self.free.pop() {
            Some(place) => {
                let width = self.numbers.len();
                self.keys[place as usize * width..][..width].copy_from_slice(key);
                self.cells[place as usize] = cell;
                place
            }
            None => {
                self.keys.extend_from_slice(key);
                self.cells.push(cell);
                self.cells.len() as u32 - 1
            }
        };
        self.places.insert(key.into(), place);
        place
    }

    /// The last cell in order of value is gathered with the rest.
    fn drop_last(&mut self) {
        let Some((_, place)) = self.places.pop_last() else { return };
        let hits = std::mem::take(&mut self.cells[place as usize].hits);
        self.other.iter_mut().zip(&hits).for_each(|(other, hits)| *other += hits);
        self.touched.retain(|touched| *touched != place);
        self.recent.fill(NOWHERE);
        self.free.push(place);
    }

    /// Ends a world of so many paths; nothing to do where every path is a unit of its own.
    pub(super) fn close(&mut self, paths: u64) {
        if self.design.clustered().is_none() {
            return;
        }
        let squared = |n: u64| u128::from(n) * u128::from(n);
        for place in self.touched.drain(..) {
            let Some(worlds) = self.cells[place as usize].worlds.as_mut() else { continue };
            let here = std::mem::take(&mut worlds.open_here);
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
        if self.design.clustered().is_none() {
            self.world.iter_mut().zip(&other.world).for_each(|(mine, theirs)| *mine += theirs);
        }
        for (key, &place) in &other.places {
            let cell = &other.cells[place as usize];
            match self.places.get(key) {
                Some(&mine) => self.cells[mine as usize].merge(cell),
                None => drop(self.insert(key, cell.clone())),
            }
        }
        while self.places.len() > self.limit {
            self.drop_last();
        }
    }

    /// All cells in order of value, and last those that were too many, if any.
    pub fn cells(&self, paths: u64) -> Vec<CellShares> {
        let mut cells: Vec<CellShares> = self
            .places
            .iter()
            .map(|(key, place)| self.shares(key, &self.cells[*place as usize], paths))
            .collect();
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
        let absent = |tally: &HitTally| with_absent(tally, self.design, paths).proportion();
        let single = |hits| HitTally::single(self.design, hits, paths).proportion();
        let share = |hits, of| {
            let mut tally = ShareTally::new(self.design);
            tally.add_single(hits, of);
            tally.share()
        };
        let outcome = |(outcome, &hits): (usize, &u64)| {
            let total = self.totals[outcome];
            match &cell.worlds {
                None => CellOutcome {
                    hits,
                    joint: Some(single(hits)),
                    given_cell: Some(share(hits, in_cell)),
                    given_outcome: Some(share(hits, self.world[outcome])),
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
                None => single(in_cell),
                Some(worlds) => absent(&worlds.here),
            }),
            paths: in_cell,
            outcomes: cell.hits.iter().enumerate().map(outcome).collect(),
        }
    }
}

impl Cell {
    fn new(design: Design, outcomes: usize) -> Cell {
        let worlds = design.clustered().map(|_| {
            Box::new(Worlds {
                open_here: 0,
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
                    world.iter().for_each(|(key, outcome)| tally.count(&[*key], *outcome, 1));
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
