//! Where each number of a path lies: one array holds what the path remembers, room for expressions, and what a world fixes.

use std::ops::Range;

/// The places of the array that code reads and writes, in this order: states, tracks (the current stage), day, rest, outcome,
/// when each track entered, measures; then temporary results; then the pool (constants, beliefs, values fixed by the world).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The number of state variables.
    pub states: usize,
    /// The number of tracks.
    pub tracks: usize,
    /// The number of measures.
    pub measures: usize,
    /// The number of temporary results.
    pub temps: usize,
    /// The number of places of the pool.
    pub pool: usize,
}

impl Layout {
    /// The current stage of a track.
    pub fn track(&self, track: usize) -> usize {
        self.states + track
    }

    /// The time on the path.
    pub fn day(&self) -> usize {
        self.states + self.tracks
    }

    /// What the branches above have left.
    pub fn rest(&self) -> usize {
        self.day() + 1
    }

    /// The outcome of a path that has ended.
    pub fn outcome(&self) -> usize {
        self.day() + 2
    }

    /// When a track entered its stage.
    pub fn entered(&self, track: usize) -> usize {
        self.day() + 3 + track
    }

    /// A measure.
    pub fn measure(&self, measure: usize) -> usize {
        self.entered(self.tracks) + measure
    }

    /// The first temporary result.
    pub fn temp(&self) -> usize {
        self.measure(self.measures)
    }

    /// The pool.
    pub fn pool(&self) -> Range<usize> {
        let start = self.temp() + self.temps;
        start..start + self.pool
    }

    /// The length of the array.
    pub fn len(&self) -> usize {
        self.pool().end
    }

    /// Whether the array is empty; it never is.
    pub fn is_empty(&self) -> bool {
        false
    }
}

/// A run of places in one of the program's arrays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The first.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl Run {
    /// The part of an array.
    #[inline]
    pub fn of<T>(self, all: &[T]) -> &[T] {
        &all[self.start as usize..self.end as usize]
    }

    /// The indices.
    #[inline]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether it holds nothing.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Puts `items` at the end of `all`.
    pub(super) fn push<T>(all: &mut Vec<T>, items: impl IntoIterator<Item = T>) -> Run {
        let start = all.len() as u32;
        all.extend(items);
        Run { start, end: all.len() as u32 }
    }
}
