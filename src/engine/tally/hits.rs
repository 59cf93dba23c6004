//! Many counters of which a unit (a world; a path, where paths are independent) touches few.

use crate::stats::{Design, HitTally};

/// Counts of the open unit, and which of them are not 0.
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

/// A hit tally a place, to which only those places add that a unit touched.
#[derive(Clone, Debug)]
pub struct Hits {
    design: Design,
    open: Open,
    tallies: Vec<HitTally>,
}

impl Hits {
    /// Nothing counted yet.
    pub fn new(design: Design, places: usize) -> Hits {
        Hits { design, open: Open::new(places), tallies: vec![HitTally::new(design); places] }
    }

    /// A hit on the current path; at most one a path and place.
    #[inline]
    pub fn hit(&mut self, place: usize) {
        self.open.add(place, 1);
    }

    /// Ends a unit of so many paths.
    #[inline]
    pub fn close(&mut self, paths: u64) {
        let tallies = &mut self.tallies;
        self.open.drain(|place, hits| tallies[place].add(hits, paths));
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Hits) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// The tally of a place, with the units that did not touch it, out of so many paths in all.
    pub fn tally(&self, place: usize, paths: u64) -> HitTally {
        let mut tally = self.tallies[place].clone();
        let absent = paths - tally.paths();
        match self.design {
            Design::Paths => tally.add(0, absent),
            Design::Worlds { paths_each } => tally.add_worlds_without(absent / paths_each.max(1)),
        }
        tally
    }
}
