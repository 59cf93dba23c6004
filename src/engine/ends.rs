//! Many ended paths at once, in columns: what tallies count.

use super::PathEnd;
use crate::program::Program;
use std::ops::Range;

/// Ended paths with consecutive numbers. Each quantity of [`PathEnd`] is a column: its values of all paths lie side by side, and
/// the columns of one kind follow each other `stride` places apart. The slices that are given hold whole columns; the paths
/// meant are `count` from place `from` on.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'a> {
    /// The first path, as a place in every column.
    pub from: usize,
    /// How many paths.
    pub count: usize,
    /// The distance of two columns of one kind.
    pub stride: usize,
    /// One column: the outcome.
    pub outcomes: &'a [u16],
    /// One column: when it came, in seconds from the start; the horizon, or infinity, where nothing came.
    pub times: &'a [f64],
    /// A column a measure: its value.
    pub measures: &'a [f64],
    /// A column a measure: whether the path counts.
    pub counted: &'a [bool],
    /// A column a party: what it gets.
    pub payoffs: &'a [f64],
    /// A column a key, of all splits: its value.
    pub cells: &'a [i64],
    /// One column: paths with the same number have the same outcome, cells and payoffs, and of some measures the same values; empty
    /// where that is not known. Where [`Each::each`] is false these values lie only where the first path of each kind is, but for the
    /// outcome.
    pub kinds: &'a [u32],
    /// By measure: whether that is so of its values. Empty where there are no kinds.
    pub alike: &'a [bool],
}

/// Room for the columns of [`Ends`].
#[derive(Clone, Debug, Default)]
pub(super) struct EndColumns {
    /// How many paths there is room for.
    pub room: usize,
    pub outcomes: Vec<u16>,
    pub times: Vec<f64>,
    pub lasts: Vec<f64>,
    pub standing: Vec<bool>,
    pub stages: Vec<u16>,
    pub entered: Vec<f64>,
    pub measures: Vec<f64>,
    pub counted: Vec<bool>,
    pub payoffs: Vec<f64>,
    pub cells: Vec<i64>,
}

impl EndColumns {
    /// Makes room for so many paths of a program; what was there is of no use any more.
    pub fn reserve(&mut self, program: &Program, room: usize) {
        self.room = room;
        self.outcomes.resize(room, 0);
        self.times.resize(room, 0.0);
        self.lasts.resize(room, 0.0);
        self.standing.resize(room, false);
        self.stages.resize(room * program.tracks.len(), 0);
        self.entered.resize(room * program.tracks.len(), 0.0);
        self.measures.resize(room * program.measures.len(), 0.0);
        self.counted.clear();
        self.counted.resize(room * program.measures.len(), true);
        self.payoffs.resize(room * program.parties, 0.0);
        self.cells.resize(room * program.cells.len(), 0);
    }

    /// A path ends that has this place.
    #[inline]
    pub fn set(&mut self, place: usize, end: &PathEnd<'_>) {
        self.outcomes[place] = end.outcome as u16;
        self.times[place] = end.time;
        self.lasts[place] = end.last;
        self.standing[place] = end.standing;
        spread(&mut self.stages, self.room, place, end.stages);
        spread(&mut self.entered, self.room, place, end.entered);
        self.read(place, end.measures, end.counted, end.payoffs, end.cells);
    }

    /// What is read at the end of the path at a place.
    #[inline]
    pub fn read(&mut self, place: usize, measures: &[f64], counted: &[bool], payoffs: &[f64], cells: &[i64]) {
        spread(&mut self.measures, self.room, place, measures);
        spread(&mut self.counted, self.room, place, counted);
        spread(&mut self.payoffs, self.room, place, payoffs);
        spread(&mut self.cells, self.room, place, cells);
    }

    /// Of each column of a kind the value at a place.
    pub fn at<T: Copy>(&self, columns: &[T], place: usize) -> Vec<T> {
        columns.iter().skip(place).step_by(self.room.max(1)).copied().collect()
    }

    /// Shows the path at a place, with the final values of its state variables.
    pub fn show(&self, place: usize, states: &[f64], to: impl FnOnce(&PathEnd<'_>)) {
        to(&PathEnd {
            outcome: usize::from(self.outcomes[place]),
            time: self.times[place],
            last: self.lasts[place],
            standing: self.standing[place],
            states,
            stages: &self.at(&self.stages, place),
            entered: &self.at(&self.entered, place),
            measures: &self.at(&self.measures, place),
            counted: &self.at(&self.counted, place),
            payoffs: &self.at(&self.payoffs, place),
            cells: &self.at(&self.cells, place),
        });
    }

    /// The first `count` paths, whose last stages have been told already.
    pub fn ends(&self, count: usize) -> Ends<'_> {
        Ends {
            from: 0,
            count,
            stride: self.room,
            outcomes: &self.outcomes,
            times: &self.times,
            measures: &self.measures,
            counted: &self.counted,
            payoffs: &self.payoffs,
            cells: &self.cells,
            kinds: &[],
            alike: &[],
        }
    }
}

/// Puts a value each into the columns of a kind.
#[inline]
fn spread<T: Copy>(columns: &mut [T], room: usize, place: usize, values: &[T]) {
    let places = columns.iter_mut().skip(place).step_by(room.max(1));
    places.zip(values).for_each(|(to, value)| *to = *value);
}

impl<'a> Ends<'a> {
    /// Some of these paths.
    #[inline]
    pub fn part(&self, range: Range<usize>) -> Ends<'a> {
        Ends { from: self.from + range.start, count: range.end - range.start, ..*self }
    }

    /// The outcomes.
    #[inline]
    pub fn outcomes(&self) -> &'a [u16] {
        self.column(self.outcomes, 0)
    }

    /// When they came.
    #[inline]
    pub fn times(&self) -> &'a [f64] {
        self.column(self.times, 0)
    }

    /// The values of a measure.
    #[inline]
    pub fn measures(&self, measure: usize) -> &'a [f64] {
        self.column(self.measures, measure)
    }

    /// Whether the paths count for a measure.
    #[inline]
    pub fn counted(&self, measure: usize) -> &'a [bool] {
        self.column(self.counted, measure)
    }

    /// What a party gets.
    #[inline]
    pub fn payoffs(&self, party: usize) -> &'a [f64] {
        self.column(self.payoffs, party)
    }

    /// The values of a key.
    #[inline]
    pub fn cells(&self, key: usize) -> &'a [i64] {
        self.column(self.cells, key)
    }

    /// The kinds of the paths; none where they are not known.
    #[inline]
    pub fn kinds(&self) -> &'a [u32] {
        if self.kinds.is_empty() { &[] } else { self.column(self.kinds, 0) }
    }

    #[inline]
    fn column<T>(&self, all: &'a [T], number: usize) -> &'a [T] {
        &all[number * self.stride + self.from..][..self.count]
    }
}

/// Since when a track is in its stage, and where that is counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Since {
    /// When it entered, in seconds.
    pub time: f64,
    /// For who counts visits: where in the stage they count as long as no slot has ended, and a slot no later than that of the time.
    pub at: u32,
    /// See `at`.
    pub slot: u32,
}

/// The most visits that are told at once.
pub const MANY: usize = 256;

/// Visits of one stage, by as many paths: what stands beyond their count is nobody's.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Stays {
    /// How many.
    pub count: usize,
    /// Where in the stage each counts as long as no slot has ended: [`Since::at`].
    pub at: [u64; MANY],
    /// When it was entered, in seconds.
    pub from: [f64; MANY],
    /// When it is left.
    pub to: [f64; MANY],
    /// Whether that is at once for all of them.
    pub at_once: bool,
}

impl Stays {
    /// None.
    pub const NONE: Stays =
        Stays { count: 0, at: [0; MANY], from: [0.0; MANY], to: [0.0; MANY], at_once: false };

    /// Takes one out; the last of them gets its place.
    pub fn remove(&mut self, nth: usize) {
        self.count -= 1;
        self.at[nth] = self.at[self.count];
        self.from[nth] = self.from[self.count];
        self.to[nth] = self.to[self.count];
    }
}

/// Counts paths, many at once.
pub trait Each {
    /// Whether to go on. Asked between paths that are counted together.
    fn go_on(&mut self) -> bool;
    /// So many paths will be walked side by side; the first of them is this. Those of a world follow each other.
    fn open(&mut self, world: u64, path: u64, count: usize);
    /// The path at a place among these begins.
    fn begins(&self, place: usize) -> Since;
    /// Where visits of a stage of a track are counted, but for those of the last stages.
    fn visits(&mut self, track: usize, stage: usize) -> impl Visits;
    /// Where it is counted that paths stop.
    fn stops(&mut self) -> impl Stops;
    /// They all have ended.
    fn end_many(&mut self, ends: &Ends<'_>);
    /// Whether each path is to be shown by itself as well.
    fn rows(&self) -> bool;
    /// Whether what paths of one kind have alike is read of each of them, and not only of the first of each kind.
    fn each(&self) -> bool {
        true
    }
    /// Shows the end of one path, in order.
    fn row(&mut self, world: u64, path: u64, end: &PathEnd<'_>);
}

/// Counts paths that stop.
pub trait Stops {
    /// A path stops: whether nothing ended it, and the time up to which it was walked; the last stage of each track, and since when
    /// it is in that.
    fn stop<'s>(&mut self, end: (bool, f64), tracks: impl Iterator<Item = (usize, &'s mut Since)>);
    /// The same at a time of a path that is ended, if it was told already that it leaves its last stages; `at` as [`Stays::at`].
    fn over(&mut self, at: u32, time: f64);
}

/// Counts visits of one stage.
pub trait Visits {
    /// A path that is in the stage since then leaves it at a time, and is in another of the track from now on.
    fn leave(&mut self, since: &mut Since, time: f64);

    /// As [`Visits::leave`], of many paths.
    fn leave_many(&mut self, stays: &Stays) {
        for nth in 0..stays.count.min(MANY) {
            let (at, time, to) = (stays.at[nth] as u32, stays.from[nth], stays.to[nth]);
            self.leave(&mut Since { at, time, ..Since::default() }, to);
        }
    }
}
