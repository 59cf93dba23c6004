//! What a batch of paths left behind, and what is read of that.

use super::lanes::LANES;
use super::plan::{Fixed, Inputs, Plan};
use crate::engine::ends::EndColumns;
use crate::engine::{PathEnd, World};
use crate::program::columnar::Columns;
use crate::program::{MeasureKind, Program, Value};
use std::ops::Range;

/// The ends of the paths of a batch, by place.
#[derive(Clone, Debug, Default)]
pub(super) struct Ended {
    paths: usize,
    pub columns: EndColumns,
    /// A column a state variable: its final value.
    states: Vec<f64>,
}

impl Ended {
    /// Makes room for so many paths.
    pub fn clear(&mut self, program: &Program, paths: usize) {
        self.paths = paths;
        self.columns.reserve(program, paths);
        self.states.resize(paths * program.layout.states, 0.0);
    }

    /// The path at this place has ended: its outcome, when that came, and where time stood then; whether nothing ended it.
    #[inline]
    pub fn put(&mut self, place: usize, (outcome, time, last): (u16, f64, f64), standing: bool) {
        self.columns.outcomes[place] = outcome;
        self.columns.times[place] = time;
        self.columns.lasts[place] = last;
        self.columns.standing[place] = standing;
    }

    /// What else it leaves: state variables, when each track entered its last stage, and measures as far as they have been gathered.
    #[inline]
    pub fn keep(&mut self, place: usize, states: &[f64], entered: &[f64], measures: &[f64]) {
        spread(&mut self.states, self.paths, place, states.iter().copied());
        spread(&mut self.columns.entered, self.paths, place, entered.iter().copied());
        spread(&mut self.columns.measures, self.paths, place, measures.iter().copied());
    }

    /// The last stage of each track, by its index.
    #[inline]
    pub fn stages(&mut self, place: usize, stages: impl Iterator<Item = u16>) {
        spread(&mut self.columns.stages, self.paths, place, stages);
    }

    /// Shows the path at a place.
    pub fn show(&self, place: usize, to: impl FnOnce(&PathEnd<'_>)) {
        self.columns.show(place, &self.columns.at(&self.states, place), to);
    }

    /// Reads measures, keys of splits and payoffs of all paths, `each` of each world, as the walker does at the end of each. Returns
    /// the first place at which one is wrong.
    pub fn read(
        &mut self,
        plan: &Plan,
        worlds: &[World],
        each: usize,
        columns: &mut Columns<'_>,
    ) -> Option<usize> {
        let mut wrong: Option<usize> = None;
        for start in (0..self.paths).step_by(LANES) {
            let places = start..self.paths.min(start + LANES);
            let mut look = Look { ended: self, worlds, each, columns, places };
            let found = look.measures(plan).into_iter().chain(look.cells(plan)).chain(look.payoffs(plan));
            wrong = wrong.into_iter().chain(found).min();
        }
        wrong
    }
}

/// Some paths that are read together.
struct Look<'a, 'p> {
    ended: &'a mut Ended,
    worlds: &'a [World],
    each: usize,
    columns: &'a mut Columns<'p>,
    places: Range<usize>,
}

impl Look<'_, '_> {
    fn measures(&mut self, plan: &Plan) -> Option<usize> {
        let (program, paths) = (self.columns.program(), self.ended.paths);
        let mut wrong = None;
        for (index, measure) in program.measures.iter().enumerate() {
            let column = index * paths + self.places.start..index * paths + self.places.end;
            if let MeasureKind::Value(value) = &measure.kind {
                self.gather(&plan.measures[index], 0..self.places.len());
                let values = self.columns.evaluate_ready(value, self.places.len());
                self.ended.columns.measures[column.clone()].copy_from_slice(values);
            }
            if let Some(given) = &measure.given {
                self.gather(&plan.given[index], 0..self.places.len());
                let values = self.columns.evaluate_ready(given, self.places.len());
                let counted = self.ended.columns.counted[column.clone()].iter_mut();
                counted.zip(values).for_each(|(counted, value)| *counted = *value != 0.0);
            }
            let values = self.ended.columns.measures[column.clone()].iter();
            let mut pairs = values.zip(&self.ended.columns.counted[column]);
            let first = pairs.position(|(value, counted)| *counted && value.is_nan());
            wrong = least(wrong, first.map(|nth| self.places.start + nth));
        }
        wrong
    }

    fn cells(&mut self, plan: &Plan) -> Option<usize> {
        let (program, paths) = (self.columns.program(), self.ended.paths);
        let mut wrong = None;
        for (index, key) in program.cells.iter().enumerate() {
            self.gather(&plan.cells[index], 0..self.places.len());
            let values = self.columns.evaluate_ready(key, self.places.len());
            let cells = &mut self.ended.columns.cells[index * paths + self.places.start..];
            for (nth, (cell, value)) in cells.iter_mut().zip(values).enumerate() {
                *cell = *value as i64;
                if !(value.abs() < 9e15 && *value == value.trunc()) {
                    wrong = least(wrong, Some(self.places.start + nth));
                }
            }
        }
        wrong
    }

    fn payoffs(&mut self, plan: &Plan) -> Option<usize> {
        let (program, paths) = (self.columns.program(), self.ended.paths);
        let outcomes = program.payoffs.len().checked_div(program.parties).unwrap_or(0);
        let mut wrong = None;
        for party in 0..program.parties {
            for outcome in 0..outcomes {
                let ended = self.ended.columns.outcomes[self.places.clone()].iter();
                let here = ended.enumerate().filter(|(_, o)| usize::from(**o) == outcome);
                let here: Vec<usize> = here.map(|(nth, _)| nth).collect();
                if here.is_empty() {
                    continue;
                }
                let payoff: &Value = &program.payoffs[party * outcomes + outcome];
                self.gather(&plan.payoffs[party * outcomes + outcome], here.iter().copied());
                let values = self.columns.evaluate_ready(payoff, here.len());
                for (nth, value) in here.iter().zip(values) {
                    let place = self.places.start + nth;
                    self.ended.columns.payoffs[party * paths + place] = *value;
                    if !value.is_finite() {
                        wrong = least(wrong, Some(place));
                    }
                }
            }
        }
        wrong
    }

    /// Fills in what is read of these, counted from the first.
    fn gather(&mut self, inputs: &Inputs, these: impl Iterator<Item = usize> + Clone) {
        let layout = self.columns.program().layout;
        let (Ended { paths, columns: ends, states }, start) = (&*self.ended, self.places.start);
        for &place in &inputs.path {
            let nth = place as usize;
            let to = self.columns.column(place).iter_mut();
            let all = |all: &[f64], number: usize, to: std::slice::IterMut<'_, f64>| {
                let from = &all[number * paths + start..];
                to.zip(these.clone()).for_each(|(to, nth)| *to = from[nth]);
            };
            if nth < layout.states {
                all(states, nth, to);
            } else if nth < layout.day() {
                let from = &ends.stages[(nth - layout.states) * paths + start..];
                to.zip(these.clone()).for_each(|(to, nth)| *to = f64::from(from[nth]));
            } else if nth == layout.day() {
                all(&ends.lasts, 0, to);
            } else if nth == layout.outcome() {
                let from = &ends.outcomes[start..];
                to.zip(these.clone()).for_each(|(to, nth)| *to = f64::from(from[nth]));
            } else if nth >= layout.measure(0) {
                all(&ends.measures, nth - layout.measure(0), to);
            } else if nth >= layout.entered(0) {
                all(&ends.entered, nth - layout.entered(0), to);
            }
        }
        for &Fixed { place, .. } in &inputs.world {
            let to = self.columns.column(place).iter_mut();
            let value = |nth: usize| self.worlds[(start + nth) / self.each].values[place as usize];
            to.zip(these.clone()).for_each(|(to, nth)| *to = value(nth));
        }
    }
}

fn least(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a.into_iter().chain(b).min()
}

/// Puts a value each into columns of so many paths.
#[inline]
fn spread<T>(columns: &mut [T], paths: usize, place: usize, values: impl Iterator<Item = T>) {
    for (nth, value) in values.enumerate() {
        columns[nth * paths + place] = value;
    }
}
