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
        self.counted.resize(paths * program.measures.len(), true);
        self.payoffs.resize(paths * program.parties, 0.0);
        self.cells.resize(paths * program.cells.len(), 0);
        self.own.clear();
        let own = |m: &usize| !matches!(program.measures[*m].kind, MeasureKind::Value(_));
        self.own.extend((0..program.measures.len()).filter(own));
    }

    /// The path at this place has ended: at which end, when, and where time stood then; when each track entered its last stage;
    /// what accounts and firsts have come to.
    #[inline]
    pub fn put(
        &mut self,
        place: usize,
        (number, end): (u32, &EndNode),
        (time, last): (f64, f64),
        entered: &[f64],
        measures: &[f64],
    ) {
        let paths = self.paths;
        self.end[place] = number;
        self.outcomes[place] = end.outcome;
        self.times[place] = time;
        self.lasts[place] = last;
        for (track, (stage, entered)) in end.stages.iter().zip(entered).enumerate() {
            self.stages[track * paths + place] = *stage;
            self.entered[track * paths + place] = *entered;
        }
        if let Some(read) = &end.read {
            self.read(place, read);
        }
        for &measure in &self.own {
            self.measures[measure * paths + place] = measures[measure];
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
