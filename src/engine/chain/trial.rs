//! Paths that are walked only to see how many combinations there are; and where the paths of a batch have ended.

use super::lanes::Lanes;
use super::learn::learn;
use crate::engine::{Observer, PathEnd, World};
use std::ops::Range;

/// Sees nothing.
struct Nobody;

impl Observer for Nobody {
    const RINGS: bool = false;

    fn end(&mut self, _: &PathEnd<'_>) {}
}

impl Lanes<'_> {
    /// Learns from some paths, counted over the worlds; how many combinations were new. What they come to is not counted.
    pub fn trial(&mut self, worlds: &[World], paths: &Range<u64>, some: Range<u64>) -> usize {
        let (before, each) = (self.chain.nodes.len(), paths.end - paths.start);
        for nth in some {
            let Some(world) = worlds.get((nth / each) as usize) else { break };
            let path = paths.start + nth % each;
            // A fault comes again when the path is walked to count.
            let _ = learn(
                &mut self.chain,
                &mut self.walker,
                world,
                path,
                (self.simple, &self.carried),
                &mut Nobody,
            );
        }
        self.chain.nodes.len() - before
    }

    /// The combination in which the path at a place has ended: state variables, then the index of each track's stage.
    pub fn config(&self, place: usize, to: &mut Vec<f64>) {
        to.clear();
        to.extend_from_slice(self.chain.config(self.chain.ends[self.ended.end[place] as usize].config));
        let own = self.own();
        to[..own].copy_from_slice(&self.finals[place * own..][..own]);
    }
}
