//! What solving takes, counted in evaluations of densities: the same on any machine, unlike seconds.

use super::refusal::{NotExact, Why};
use std::sync::atomic::{AtomicU64, Ordering};

/// The most that a world may take: a minute or two.
pub const MOST_EFFORT: u64 = 1_000_000_000;

/// What has been spent on a world, and what may be.
#[derive(Debug)]
pub(super) struct Effort {
    spent: AtomicU64,
    most: AtomicU64,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { spent: AtomicU64::new(0), most: AtomicU64::new(MOST_EFFORT) }
    }
}

impl Effort {
    /// Counts anew.
    pub fn begin(&self, most: u64) {
        self.spent.store(0, Ordering::Relaxed);
        self.most.store(most, Ordering::Relaxed);
    }

    /// So many evaluations, or what takes as long.
    pub fn add(&self, evaluations: usize) {
        self.spent.fetch_add(evaluations as u64, Ordering::Relaxed);
    }

    pub fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }

    /// Whether there is some left.
    pub fn check(&self) -> Result<(), NotExact> {
        let most = self.most.load(Ordering::Relaxed);
        if self.spent() > most { Err(NotExact::because(Why::TooMuch)) } else { Ok(()) }
    }
}
