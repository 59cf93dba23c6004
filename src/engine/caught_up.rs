//! A path that is walked anew, of which a part was counted before it went astray.

use super::{Each, Observer, PathEnd, Since, Visits};

/// So many rounds in which no path beside it ends, and a path side by side with others is walked by itself: there its events are
/// counted. One that ends after so many rounds all the same is the same path there.
pub(super) const IDLE: u64 = if cfg!(test) { 1 << 12 } else { 1 << 20 };

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
