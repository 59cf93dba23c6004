//! What a batch of paths left behind, in columns.

use super::short::NONE;
use super::store::{EndNode, Read};
use crate::engine::ends::EndColumns;
use crate::engine::walker::{End, Walker};
use crate::engine::{Ends, Fault, Observer, PathEnd, World};
use crate::program::{MeasureKind, Program};

/// The ends of the paths of a batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Ended {
    paths: usize,
    /// Which end of the chain.
    pub end: Vec<u32>,
    pub columns: EndColumns,
    /// The measures that are no value of the last combination.
    own: Vec<usize>,
    /// Whether paths may not count for a measure.
    given: Vec<bool>,
    /// By measure, whether it follows from the end; empty where not all else that is read there does.
    alike: Vec<bool>,
    /// Whether it is asked for where and since when paths stand at their ends.
    pub stands: bool,
    /// Whether what follows from the end is asked for of each path, and not only of the first of each end.
    each: bool,
    /// By end of the chain: the place of the first path that comes to it, and which ends are come to.
    firsts: Vec<u32>,
}

/// Which places get what follows from the ends of the paths there.
#[derive(Clone, Copy)]
struct To<'a> {
    /// By place: which end.
    at: &'a [u32],
    /// By end: the first place, or [`NONE`]; empty where all places get it.
    firsts: &'a [u32],
    ends: &'a [EndNode],
}

impl<'a> To<'a> {
    /// Only the first place of each end.
    fn first(self, firsts: &'a mut Vec<u32>) -> To<'a> {
        firsts.clear();
        firsts.resize(self.ends.len(), NONE);
        for (place, end) in self.at.iter().enumerate().rev() {
            if let Some(first) = firsts.get_mut(*end as usize) {
                *first = place as u32;
            }
        }
        To { firsts, ..self }
    }

    fn spread<T: Copy>(&self, column: &mut [T], of: impl Fn(&EndNode) -> T) {
        if !self.firsts.is_empty() {
            for (end, first) in self.ends.iter().zip(self.firsts).filter(|(_, first)| **first != NONE) {
                column[*first as usize] = of(end);
            }
            return;
        }
        let values: Vec<T> = self.ends.iter().map(of).collect();
        // A path with a fault has no end.
        for (to, end) in column.iter_mut().zip(self.at) {
            if let Some(value) = values.get(*end as usize) {
                *to = *value;
            }
        }
    }
}

/// Where it is noted how paths end.
pub(super) struct Room<'a> {
    paths: usize,
    end: &'a mut [u32],
    times: &'a mut [f64],
    lasts: &'a mut [f64],
    standing: &'a mut [bool],
    pub entered: &'a mut [f64],
    measures: &'a mut [f64],
    own: &'a [usize],
}

impl Room<'_> {
    /// The path at this place has ended: at which end, and when.
    #[inline]
    pub fn put(&mut self, place: usize, end: u32, time: f64) {
        self.end[place] = end;
        self.times[place] = time;
    }

    /// Where time stood then, and whether nothing ended it.
    #[inline]
    pub fn stand(&mut self, place: usize, last: f64, standing: bool) {
        self.lasts[place] = last;
        self.standing[place] = standing;
    }

    /// When paths at some places entered the last stage of a track.
    #[inline]
    pub fn enter(&mut self, track: usize, at: impl Iterator<Item = (u32, f64)>) {
        let entered = &mut self.entered[track * self.paths..][..self.paths];
        at.for_each(|(place, time)| entered[place as usize] = time);
    }

    /// What one of the accounts and firsts has come to, by place.
    #[inline]
    pub fn of_measure(&mut self, measure: usize) -> &mut [f64] {
        &mut self.measures[measure * self.paths..][..self.paths]
    }

    /// All paths have so much of each of the accounts and firsts.
    pub fn begin(&mut self, measures: &[f64]) {
        for &measure in self.own {
            self.measures[measure * self.paths..][..self.paths].fill(measures[measure]);
        }
    }

    /// What each of the accounts and firsts has come to at some places.
    #[inline]
    pub fn measure<I: Iterator<Item = (u32, f64)>>(&mut self, of: impl Fn(usize) -> I) {
        for &measure in self.own {
            let measures = &mut self.measures[measure * self.paths..][..self.paths];
            of(measure).for_each(|(place, value)| measures[place as usize] = value);
        }
    }
}

impl Ended {
    /// Makes room for so many paths; `stands` and `each` as above.
    pub fn clear(&mut self, program: &Program, paths: usize, (stands, each): (bool, bool)) {
        (self.paths, self.stands, self.each) = (paths, stands, each);
        self.end.resize(paths, NONE);
        self.columns.reserve(program, paths);
        self.own.clear();
        let own = |m: &usize| !matches!(program.measures[*m].kind, MeasureKind::Value(_));
        self.own.extend((0..program.measures.len()).filter(own));
        self.given.clear();
        self.given.extend(program.measures.iter().map(|measure| measure.given.is_some()));
        self.alike.clear();
    }

    /// Room for the ends of paths.
    #[inline]
    pub fn room(&mut self) -> Room<'_> {
        let (paths, columns) = (self.paths, &mut self.columns);
        Room {
            paths,
            end: &mut self.end[..paths],
            times: &mut columns.times[..paths],
            lasts: &mut columns.lasts[..paths],
            standing: &mut columns.standing[..paths],
            entered: &mut columns.entered,
            measures: &mut columns.measures,
            own: &self.own,
        }
    }

    /// Fills in what follows from the ends of all paths.
    pub fn fill(&mut self, ends: &[EndNode]) {
        let (paths, columns) = (self.paths, &mut self.columns);
        let column = |number: usize| number * paths..(number + 1) * paths;
        let all = To { at: &self.end[..paths], firsts: &[], ends };
        all.spread(&mut columns.outcomes, |end| end.outcome);
        let Some(EndNode { stages, read, .. }) = ends.first() else { return };
        if self.stands {
            for track in 0..stages.len() {
                all.spread(&mut columns.stages[column(track)], |end| end.stages[track]);
            }
        }
        let Some(read) = read else { return };
        fn of(end: &EndNode) -> &Read {
            end.read.as_deref().expect("all ends of a chain are read, or none")
        }
        let to = if self.each { all } else { all.first(&mut self.firsts) };
        self.alike.extend((0..=read.measures.len()).map(|measure| !self.own.contains(&measure)));
        for measure in 0..read.measures.len() {
            if !self.own.contains(&measure) {
                to.spread(&mut columns.measures[column(measure)], |end| of(end).measures[measure]);
                if self.given[measure] {
                    to.spread(&mut columns.counted[column(measure)], |end| of(end).counted[measure]);
                }
            } else if self.given[measure] {
                all.spread(&mut columns.counted[column(measure)], |end| of(end).counted[measure]);
            }
        }
        for party in 0..read.payoffs.len() {
            to.spread(&mut columns.payoffs[column(party)], |end| of(end).payoffs[party]);
        }
        for key in 0..read.cells.len() {
            to.spread(&mut columns.cells[column(key)], |end| of(end).cells[key]);
        }
    }

    /// Works out what is read at the end of a path, where that does not follow from the combination.
    pub fn evaluate(
        &mut self,
        place: usize,
        path: u64,
        world: &World,
        config: &[f64],
        walker: &mut Walker<'_>,
    ) -> Result<(), Box<Fault>> {
        let columns = &mut self.columns;
        let (entered, measures) = (columns.at(&columns.entered, place), columns.at(&columns.measures, place));
        walker.stand(world, path, columns.lasts[place], config, &entered, &measures);
        let (outcome, time) = (columns.outcomes[place], columns.times[place]);
        let end = End { outcome, time, standing: columns.standing[place] };
        let mut copy = Copied { columns, place };
        walker.finish(&end, &mut copy).map_err(|trouble| walker.fault(*trouble, world.number))
    }

    /// All paths.
    pub fn ends(&self) -> Ends<'_> {
        let kinds = if self.alike.is_empty() { &[] } else { &self.end[..] };
        Ends { kinds, alike: &self.alike, ..self.columns.ends(self.paths) }
    }
}

/// Copies what is read at the end of a path.
struct Copied<'a> {
    columns: &'a mut EndColumns,
    place: usize,
}

impl Observer for Copied<'_> {
    const RINGS: bool = false;

    fn end(&mut self, end: &PathEnd<'_>) {
        self.columns.read(self.place, end.measures, end.counted, end.payoffs, end.cells);
    }
}
