//! All that can be counted of paths, to compare ways of walking them.

use crate::engine::{Each, Ends, Observer, PathEnd, Since, Stops, Visits, Walker, World};
use crate::program::Program;
use std::ops::Range;

/// All that is counted of paths.
#[derive(Default)]
pub(in crate::engine) struct Seen {
    /// Stages by path; in order of what they say, since paths that go side by side mix.
    pub moves: Vec<String>,
    /// Where they stopped.
    pub stops: Vec<String>,
    pub rows: Vec<String>,
    pub place: usize,
}

impl Seen {
    pub fn sorted(mut self) -> Seen {
        self.moves.sort_unstable();
        self.stops.sort_unstable();
        self
    }
}

impl Observer for Seen {
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        let mut since = Since { time: entered, ..self.begins(self.place) };
        self.visits(track, stage).leave(&mut since, time);
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        self.rows.push(format!("{end:?}"));
        let begins = self.begins(self.place);
        let mut since: Vec<Since> = end.entered.iter().map(|time| Since { time: *time, ..begins }).collect();
        let stages = end.stages.iter().map(|stage| usize::from(*stage));
        self.stops().stop((end.standing, end.last), stages.zip(&mut since));
    }
}

struct Moves<'a> {
    stage: usize,
    to: &'a mut Vec<String>,
}

impl Visits for Moves<'_> {
    fn leave(&mut self, since: &mut Since, time: f64) {
        self.to.push(format!("{} leave {} {:?} {time:?}", since.at, self.stage, since.time));
        since.time = time;
    }
}

struct Stopped<'a> {
    to: &'a mut Vec<String>,
    moves: &'a mut Vec<String>,
}

impl Stops for Stopped<'_> {
    fn stop<'s>(
        &mut self,
        (standing, last): (bool, f64),
        tracks: impl Iterator<Item = (usize, &'s mut Since)>,
    ) {
        let mut place = 0;
        for (track, (stage, since)) in tracks.enumerate() {
            place = since.at;
            if standing {
                self.to.push(format!("{place} stands {last:?} {stage} {:?}", since.time));
            } else {
                Moves { stage: track * 1_000 + stage, to: self.moves }.leave(since, last);
            }
        }
        if !standing {
            self.over(place, last);
        }
    }

    fn over(&mut self, at: u32, time: f64) {
        self.to.push(format!("{at} over {time:?}"));
    }
}

impl Each for Seen {
    fn go_on(&mut self) -> bool {
        true
    }

    fn open(&mut self, _: u64, _: u64, _: usize) {}

    fn begins(&self, place: usize) -> Since {
        Since { at: place as u32, ..Since::default() }
    }

    fn visits(&mut self, track: usize, stage: usize) -> impl Visits {
        Moves { stage: track * 1_000 + stage, to: &mut self.moves }
    }

    fn stops(&mut self) -> impl Stops {
        Stopped { to: &mut self.stops, moves: &mut self.moves }
    }

    fn end_many(&mut self, ends: &Ends<'_>) {
        self.place += ends.count;
    }

    fn rows(&self) -> bool {
        true
    }

    fn row(&mut self, _: u64, _: u64, end: &PathEnd<'_>) {
        self.rows.push(format!("{end:?}"));
    }
}

/// These paths in each of the worlds, walked in another way, are the paths of the walker, to the bit.
pub(in crate::engine) fn same_paths(
    name: &str,
    program: &Program,
    worlds: &[World],
    range: Range<u64>,
    other: impl FnOnce(&mut Seen),
) {
    let (mut theirs, mut walked) = (Seen::default(), Seen::default());
    other(&mut theirs);
    let mut walker = Walker::new(program);
    for world in worlds {
        for path in range.clone() {
            walker.walk(world, path, &mut walked).unwrap();
            walked.place += 1;
        }
    }
    let (a, b) = (theirs.sorted(), walked.sorted());
    assert_eq!(a.place, b.place, "{name}");
    let other = a.rows.iter().zip(&b.rows).position(|(a, b)| a != b);
    assert_eq!(other.map(|at| (at, &a.rows[at])), other.map(|at| (at, &b.rows[at])), "{name}");
    assert_eq!(a.rows.len(), b.rows.len(), "{name}");
    let other = a.moves.iter().zip(&b.moves).find(|(a, b)| a != b);
    assert!(a.moves == b.moves, "{name}: {other:?}, {} and {}", a.moves.len(), b.moves.len());
    assert!(a.stops == b.stops, "{name}");
}
