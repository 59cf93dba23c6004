//! Lanes that wait for the same random number, and go on together.

use super::lanes::LANES;
use super::short::Way;
use crate::engine::{MANY, Stays};

/// A lane fits in a byte.
const _: () = assert!(LANES <= 256 && LANES <= MANY);

/// Who waits for one random number: no lane twice. A queue begins at a multiple of 512 bytes, so that a shift finds it.
#[derive(Clone, Debug)]
#[repr(align(512))]
pub(super) struct Queue {
    lanes: [u8; LANES],
    count: usize,
}

impl Queue {
    pub const EMPTY: Queue = Queue { lanes: [0; LANES], count: 0 };

    /// How many wait.
    #[inline]
    pub fn count(&self) -> usize {
        self.count
    }

    #[inline]
    pub fn push(&mut self, lane: usize) {
        self.lanes[self.count % LANES] = lane as u8;
        self.count += 1;
    }

    /// All go on: nobody waits any more.
    pub fn take(&mut self, column: &mut Column) {
        column.count = std::mem::take(&mut self.count).min(LANES);
        column.lanes[..column.count].copy_from_slice(&self.lanes[..column.count]);
    }

    /// Numbers that a lane still waits for are nobody's.
    pub fn forget(&mut self, lane: usize) {
        let mut kept = 0;
        for at in 0..self.count {
            self.lanes[kept] = self.lanes[at];
            kept += usize::from(usize::from(self.lanes[at]) != lane);
        }
        self.count = kept;
    }
}

/// Lanes that go on together, and what becomes of each, side by side: from one address all of it is reached.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub count: usize,
    pub lanes: [u8; LANES],
    /// When each began to wait, and when it goes on.
    pub starts: [f64; LANES],
    pub times: [f64; LANES],
    /// What it does.
    pub ways: [Way; LANES],
    /// The places of those that do more than is usual; and how long the others stayed.
    pub unusual: [u8; LANES],
    pub stays: Stays,
}

impl Column {
    pub const EMPTY: Column = Column {
        count: 0,
        lanes: [0; LANES],
        starts: [0.0; LANES],
        times: [0.0; LANES],
        ways: [Way::ASIDE; LANES],
        unusual: [0; LANES],
        stays: Stays::NONE,
    };
}
