//! A number of things of each lane.

use std::ops::{Index, IndexMut};

/// By lane, then by number: what belongs to one path lies together.
#[derive(Clone, Debug)]
pub(super) struct Rows<T> {
    width: usize,
    all: Vec<T>,
}

impl<T: Copy> Rows<T> {
    /// So many of each of so many lanes.
    pub fn new(width: usize, lanes: usize, value: T) -> Rows<T> {
        Rows { width, all: vec![value; width * lanes] }
    }

    /// Those of a lane.
    #[inline]
    pub fn of(&self, lane: u32) -> &[T] {
        &self.all[lane as usize * self.width..][..self.width]
    }

    /// Those of a lane.
    #[inline]
    pub fn of_mut(&mut self, lane: u32) -> &mut [T] {
        &mut self.all[lane as usize * self.width..][..self.width]
    }
}

impl<T> Index<(usize, u32)> for Rows<T> {
    type Output = T;

    #[inline]
    fn index(&self, (number, lane): (usize, u32)) -> &T {
        &self.all[lane as usize * self.width + number]
    }
}

impl<T> IndexMut<(usize, u32)> for Rows<T> {
    #[inline]
    fn index_mut(&mut self, (number, lane): (usize, u32)) -> &mut T {
        &mut self.all[lane as usize * self.width + number]
    }
}
