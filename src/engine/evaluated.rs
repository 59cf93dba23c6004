//! Paths are walked one after the other by evaluating, and counted some hundred at once: what is looked up to count them then
//! comes for many at the same time.

use super::ends::EndColumns;
use super::{Each, Fault, Observer, PathEnd, Since, Stops, Visits, Walker, World};
use crate::program::Program;
use std::ops::Range;

/// The most paths that are counted at once.
const MOST: u64 = 256;

/// Walks paths of one program.
#[derive(Clone, Debug)]
pub struct Evaluated<'p> {
    walker: Walker<'p>,
    ends: EndColumns,
    /// By track: since when it is in its stage.
    since: Vec<Since>,
}

impl<'p> Evaluated<'p> {
    /// A walker of this program.
    pub fn new(program: &'p Program) -> Evaluated<'p> {
        let mut ends = EndColumns::default();
        ends.reserve(program, MOST as usize);
        Evaluated { walker: Walker::new(program), ends, since: vec![Since::default(); program.tracks.len()] }
    }

    /// Walks these paths in each of the worlds, and shows them in order, as long as somebody wants to see more. At most `limit`,
    /// which is set where nothing is counted any more. What went wrong comes with the place of its path among them all.
    pub fn walk(
        &mut self,
        worlds: &[World],
        paths: Range<u64>,
        limit: u64,
        seen: &mut impl Each,
    ) -> Result<(), (u64, Box<Fault>)> {
        let each = paths.end - paths.start;
        let mut place = 0;
        // Some whole worlds, or a part of one.
        for some in worlds.chunks((MOST / each.max(1)).max(1) as usize) {
            for start in paths.clone().step_by(MOST as usize) {
                let part = start..paths.end.min(start + MOST);
                let count = some.len() * (part.end - part.start) as usize;
                seen.open(some[0].number, start, count);
                let rows = seen.rows();
                let mut nth = 0;
                for world in some {
                    for path in part.clone() {
                        if place >= limit {
                            return Ok(());
                        }
                        let Evaluated { walker, ends, since } = self;
                        since.fill(seen.begins(nth));
                        let row = rows.then_some((world.number, path));
                        let mut gather = Gather { seen, ends, since, nth, row };
                        walker.walk(world, path, &mut gather).map_err(|fault| (place, fault))?;
                        nth += 1;
                        place += 1;
                    }
                }
                seen.end_many(&self.ends.ends(count));
                if !seen.go_on() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// A path that is walked, to be counted with others.
struct Gather<'a, E> {
    seen: &'a mut E,
    ends: &'a mut EndColumns,
    since: &'a mut [Since],
    /// Its place among these.
    nth: usize,
    /// The world and the path, where it has a row of its own.
    row: Option<(u64, u64)>,
}

impl<E: Each> Observer for Gather<'_, E> {
    const RINGS: bool = false;

    #[inline]
    fn leave(&mut self, track: usize, stage: usize, _: f64, time: f64) {
        self.seen.visits(track, stage).leave(&mut self.since[track], time);
    }

    #[inline]
    fn end(&mut self, end: &PathEnd<'_>) {
        let stages = end.stages.iter().map(|stage| usize::from(*stage));
        self.seen.stops().stop((end.standing, end.last), stages.zip(&mut *self.since));
        self.ends.set(self.nth, end);
        if let Some((world, path)) = self.row {
            self.seen.row(world, path, end);
        }
    }
}
