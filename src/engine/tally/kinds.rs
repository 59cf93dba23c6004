//! Paths of one kind are counted together: most of what is read at their ends is the same.

use crate::engine::Ends;

/// How many paths of each kind there are, and one of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    counts: Vec<u32>,
    paths: Vec<u32>,
    there: Vec<u32>,
}

impl Kinds {
    /// Counts these paths, whose kinds are known.
    pub fn count(&mut self, ends: &Ends<'_>) {
        for kind in self.there.drain(..) {
            self.counts[kind as usize] = 0;
        }
        for (path, &kind) in ends.kinds().iter().enumerate() {
            let kind = kind as usize;
            if kind >= self.counts.len() {
                self.counts.resize(kind + 1, 0);
                self.paths.resize(kind + 1, 0);
            }
            if self.counts[kind] == 0 {
                self.there.push(kind as u32);
                self.paths[kind] = path as u32;
            }
            self.counts[kind] += 1;
        }
    }

    /// One path of each kind, and how many there are.
    pub fn each(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.there.iter().map(|kind| (self.paths[*kind as usize] as usize, self.counts[*kind as usize]))
    }
}
