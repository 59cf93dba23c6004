//! A path that is walked anew, of which a part was counted before it went astray.

use super::{Each, Observer, PathEnd, Since, Visits};

/// Counts the stages that a path leaves, but for those that are counted already: up to where it went astray it is the same path.
pub(super) struct CaughtUp<'a, E> {
    pub seen: &'a mut E,
    /// What a path begins with that counts visits.
    pub begins: Since,
    /// So many are counted already.
    pub known: u32,
}

impl<E: Each> Observer for CaughtUp<'_, E> {
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        if self.known > 0 {
            self.known -= 1;
        } else {
            let mut since = Since { time: entered, ..self.begins };
            self.seen.visits(track, stage).leave(&mut since, time);
        }
    }

    fn end(&mut self, _: &PathEnd<'_>) {}
}
