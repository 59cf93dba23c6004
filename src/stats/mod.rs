//! Statistics of worlds and paths: proportions, means, ratios, quantiles, comparisons, each with its error.
//!
//! Every tally here merges, holds memory that does not grow with the number of paths, and keeps its sums as integers or
//! as exact sums of floats, so that neither the split into batches nor their order changes a bit of the answer. What
//! each number means, its formula and its source: `docs/statistics.md`.

mod by_world;
pub mod conditional;
pub mod credible;
pub mod critical;
pub mod exact_sum;
pub mod histogram;
pub mod interval;
pub mod means;
pub mod paired;
pub mod parts;
pub mod precision;
pub mod proportion;
pub mod sensitivity;
pub mod solved;
pub mod stopping;
pub mod timeline;
pub mod weighed;

#[cfg(test)]
mod coverage;

pub use conditional::{GivenMean, GivenTally, Share, ShareTally};
pub use histogram::Histogram;
pub use interval::Interval;
pub use means::{Mean, MeanTally};
pub use paired::{Difference, PairedGiven, PairedHits, PairedMeasure, Verdict};
pub use precision::{paths_for, two_figures_up};
pub use proportion::{HitTally, Hits, Proportion};
pub use sensitivity::{Between, Class, Classes, Explained, apart, explained};
pub use solved::{Ratio, linearised};
pub use stopping::{Wanted, marks};
pub use timeline::{Timeline, TimelinePoint};
pub use weighed::{Weighed, WeighedTally};

/// What is independent of what in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// No beliefs: every path is drawn independently of every other.
    Paths,
    /// Beliefs are drawn once a world: worlds are independent, paths within one share its beliefs.
    Worlds {
        /// Paths in each world, the same in all.
        paths_each: u64,
    },
}

impl Design {
    /// The paths in each world, where several share one. `None` where every path is a unit of its own: without beliefs, and with
    /// one path a world; then counts say all, and nothing need be kept world by world.
    #[inline]
    pub fn clustered(self) -> Option<u64> {
        match self {
            Design::Worlds { paths_each } if paths_each > 1 => Some(paths_each),
            _ => None,
        }
    }

    /// The paths that one independent unit holds.
    pub fn unit(self) -> u64 {
        self.clustered().unwrap_or(1)
    }
}
