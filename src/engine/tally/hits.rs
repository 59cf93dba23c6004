//! Many counters. Where every path is a unit of its own they are plain sums; where several paths share a world, a world touches
//! few of them and closes those alone.

use crate::stats::{Design, HitTally};

/// Counts of the open world, and which of them are not 0.
#[derive(Clone, Debug, Default)]
pub struct Open {
    counts: Vec<u64>,
    touched: Vec<u32>,
}

impl Open {
    /// All 0.
    pub fn new(places: usize) -> Open {
        Open { counts: vec![0; places], touched: Vec::new() }
    }

    /// Adds to one.
    #[inline]
    pub fn add(&mut self, place: usize, amount: u64) {
        let count = &mut self.counts[place];
        if *count == 0 && amount > 0 {
            self.touched.push(place as u32);
        }
        *count += amount;
    }

    /// Gives each count that is not 0, and sets it to 0.
    #[inline]
    pub fn drain(&mut self, mut to: impl FnMut(usize, u64)) {
        for place in self.touched.drain(..) {
            to(place as usize, std::mem::take(&mut self.counts[place as usize]));
        }
    }
}

/// A hit tally a place.
#[derive(Clone, Debug)]
pub struct Hits {
    design: Design,
    kept: Kept,
}

#[derive(Clone, Debug)]
enum Kept {
    /// Every path is a unit: sums.
    Sums(Vec<u64>),
    /// By world; only those places add to their tally that a world touched.
    Worlds(Open, Vec<HitTally>),
}

impl Hits {
    /// Nothing counted yet.
    pub fn new(design: Design, places: usize) -> Hits {
        let kept = match design.clustered() {
            None => Kept::Sums(vec![0; places]),
            Some(_) => Kept::Worlds(Open::new(places), vec![HitTally::new(design); places]),
        };
        Hits { design, kept }
    }

    /// So many hits; at most one a path and place.
    #[inline]
    pub fn hit(&mut self, place: usize, hits: u64) {
        match &mut self.kept {
            Kept::Sums(sums) => sums[place] += hits,
            Kept::Worlds(open, _) => open.add(place, hits),
        }
    }

    /// Ends a world of so many paths; nothing to do where every path is a unit of its own.
    #[inline]
    pub fn close(&mut self, paths: u64) {
        if let Kept::Worlds(open, tallies) = &mut self.kept {
            open.drain(|place, hits| tallies[place].add(hits, paths));
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Hits) {
        match (&mut self.kept, &other.kept) {
            (Kept::Sums(mine), Kept::Sums(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
            }
            (Kept::Worlds(_, mine), Kept::Worlds(_, theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
            }
            _ => unreachable!("tallies of one design are of one kind"),
        }
    }

    /// The tally of a place, with the units that did not touch it, out of so many paths in all.
    pub fn tally(&self, place: usize, paths: u64) -> HitTally {
        match &self.kept {
            Kept::Sums(sums) => HitTally::single(self.design, sums[place], paths),
            Kept::Worlds(_, tallies) => with_absent(&tallies[place], self.design, paths),
        }
    }
}

/// A tally with the worlds that did not touch it, out of so many paths in all.
pub fn with_absent(tally: &HitTally, design: Design, paths: u64) -> HitTally {
    let mut tally = tally.clone();
    tally.add_worlds_without((paths - tally.paths()) / design.unit());
    tally
}
