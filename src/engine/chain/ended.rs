//! What a batch of paths left behind, in columns.

use super::store::{EndNode, NONE, Read};
use crate::engine::walker::{End, Walker};
use crate::engine::{Ends, Fault, Observer, PathEnd, World};
use crate::program::{MeasureKind, Program};

/// The ends of the paths of a batch: of each quantity, the values of all paths side by side.
#[derive(Clone, Debug, Default)]
pub(super) struct Ended {
    paths: usize,
    /// Which end of the chain.
    pub end: Vec<u32>,
    pub outcomes: Vec<u16>,
    pub times: Vec<f64>,
    pub lasts: Vec<f64>,
    stages: Vec<u16>,
    entered: Vec<f64>,
    measures: Vec<f64>,
    counted: Vec<bool>,
    payoffs: Vec<f64>,
    cells: Vec<i64>,
    /// The measures that are no value of the last combination.
    own: Vec<usize>,
    /// Whether paths may not count for a measure.
    given: Vec<bool>,
    /// By measure, whether it follows from the end; empty where not all else that is read there does.
    alike: Vec<bool>,
}

/// Fills a column with what follows from the end of each path.
fn spread<T: Copy>(at: &[u32], column: &mut [T], ends: &[EndNode], of: impl Fn(&EndNode) -> T) {
    let values: Vec<T> = ends.iter().map(of).collect();
    // A path with a fault has no end.
    for (to, end) in column.iter_mut().zip(at) {
        if let Some(value) = values.get(*end as usize) {
            *to = *value;
        }
    }
}

impl Ended {
    /// Makes room for so many paths.
    pub fn clear(&mut self, program: &Program, paths: usize) {
        self.paths = paths;
        self.end.resize(paths, NONE);
        self.outcomes.resize(paths, 0);
        self.times.resize(paths, 0.0);
        self.lasts.resize(paths, 0.0);
        self.stages.resize(paths * program.tracks.len(), 0);
        self.entered.resize(paths * program.tracks.len(), 0.0);
        self.measures.resize(paths * program.measures.len(), 0.0);
        self.counted.clear();
        self.counted.resize(paths * program.measures.len(), true);
        self.payoffs.resize(paths * program.parties, 0.0);
        self.cells.resize(paths * program.cells.len(), 0);
        self.own.clear();
        let own = |m: &usize| !matches!(program.measures[*m].kind, MeasureKind::Value(_));
        self.own.extend((0..program.measures.len()).filter(own));
        self.given.clear();
        self.given.extend(program.measures.iter().map(|measure| measure.given.is_some()));
        self.alike.clear();
    }

    /// The path at this place has ended: at which end, when, and where time stood then; when each track entered its last stage;
    /// what accounts and firsts have come to.
    #[inline]
    pub fn put(
        &mut self,
        place: usize,
        end: u32,
        (time, last): (f64, f64),
        entered: impl Iterator<Item = f64>,
        measures: impl Fn(usize) -> f64,
    ) {
        let paths = self.paths;
        self.end[place] = end;
        self.times[place] = time;
        self.lasts[place] = last;
        for (track, entered) in entered.enumerate() {
            self.entered[track * paths + place] = entered;
        }
        for &measure in &self.own {
            self.measures[measure * paths + place] = measures(measure);
        }
    }

    /// Fills in what follows from the ends of all paths.
    pub fn fill(&mut self, ends: &[EndNode]) {
        let (paths, at) = (self.paths, &self.end);
        let column = |number: usize| number * paths..(number + 1) * paths;
        spread(at, &mut self.outcomes, ends, |end| end.outcome);
        let Some(EndNode { stages, read, .. }) = ends.first() else { return };
        for track in 0..stages.len() {
            spread(at, &mut self.stages[column(track)], ends, |end| end.stages[track]);
        }
        let Some(read) = read else { return };
        fn of(end: &EndNode) -> &Read {
            end.read.as_deref().expect("all ends of a chain are read, or none")
        }
        self.alike.extend((0..=read.measures.len()).map(|measure| !self.own.contains(&measure)));
        for measure in 0..read.measures.len() {
            if !self.own.contains(&measure) {
                spread(at, &mut self.measures[column(measure)], ends, |end| of(end).measures[measure]);
            }
            if self.given[measure] {
                spread(at, &mut self.counted[column(measure)], ends, |end| of(end).counted[measure]);
            }
        }
        for party in 0..read.payoffs.len() {
            spread(at, &mut self.payoffs[column(party)], ends, |end| of(end).payoffs[party]);
        }
        for key in 0..read.cells.len() {
            spread(at, &mut self.cells[column(key)], ends, |end| of(end).cells[key]);
        }
    }

    #[inline]
    fn read(&mut self, place: usize, read: &Read) {
        let paths = self.paths;
        for (measure, (value, counted)) in read.measures.iter().zip(&read.counted).enumerate() {
            self.measures[measure * paths + place] = *value;
            self.counted[measure * paths + place] = *counted;
        }
        for (party, payoff) in read.payoffs.iter().enumerate() {
            self.payoffs[party * paths + place] = *payoff;
        }
        for (key, value) in read.cells.iter().enumerate() {
            self.cells[key * paths + place] = *value;
        }
    }

    fn column<T: Copy>(&self, of: &[T], place: usize) -> Vec<T> {
        of.iter().skip(place).step_by(self.paths.max(1)).copied().collect()
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
        let (entered, measures) = (self.column(&self.entered, place), self.column(&self.measures, place));
        walker.stand(world, path, self.lasts[place], config, &entered, &measures);
        let end = End { outcome: self.outcomes[place], time: self.times[place] };
        let mut copy = Copied { ended: self, place };
        walker.finish(&end, &mut copy).map_err(|trouble| walker.fault(*trouble, world.number))
    }

    /// All paths.
    pub fn ends(&self) -> Ends<'_> {
        Ends {
            from: 0,
            count: self.paths,
            stride: self.paths,
            outcomes: &self.outcomes,
            times: &self.times,
            lasts: &self.lasts,
            stages: &self.stages,
            entered: &self.entered,
            measures: &self.measures,
            counted: &self.counted,
            payoffs: &self.payoffs,
            cells: &self.cells,
            kinds: if self.alike.is_empty() { &[] } else { &self.end },
            alike: &self.alike,
            stopped: true,
        }
    }

    /// Shows one path.
    pub fn show(&self, place: usize, states: &[f64], to: impl FnOnce(&PathEnd<'_>)) {
        to(&PathEnd {
            outcome: usize::from(self.outcomes[place]),
            time: self.times[place],
            last: self.lasts[place],
            states,
            stages: &self.column(&self.stages, place),
            entered: &self.column(&self.entered, place),
            measures: &self.column(&self.measures, place),
            counted: &self.column(&self.counted, place),
            payoffs: &self.column(&self.payoffs, place),
            cells: &self.column(&self.cells, place),
        });
    }
}

/// Copies what is read at the end of a path.
struct Copied<'a> {
    ended: &'a mut Ended,
    place: usize,
}

impl Observer for Copied<'_> {
    const RINGS: bool = false;

    fn end(&mut self, end: &PathEnd<'_>) {
        let (ended, place) = (&mut *self.ended, self.place);
        ended.read(
            place,
            &Read {
                measures: end.measures.into(),
                counted: end.counted.into(),
                payoffs: end.payoffs.into(),
                cells: end.cells.into(),
            },
        );
    }
}
