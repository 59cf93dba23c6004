//! Expressions and conditions for some lanes.

use super::lanes::{LANES, Lanes};
use super::plan::{Fixed, Inputs};
use crate::engine::World;
use crate::program::{Condition, Value};

impl Lanes<'_> {
    /// The value of an expression in each of these lanes.
    pub(super) fn evaluate(
        &mut self,
        value: &Value,
        inputs: &Inputs,
        some: &[u32],
        worlds: &[World],
    ) -> &[f64] {
        self.gather(inputs, some, worlds);
        self.columns.evaluate_ready(value, some.len())
    }

    /// Fills in what is read.
    pub(super) fn gather(&mut self, inputs: &Inputs, some: &[u32], worlds: &[World]) {
        let day = self.program.layout.day();
        for &place in &inputs.path {
            let column = self.columns.column(place).iter_mut().zip(some);
            if place as usize == day {
                column.for_each(|(to, lane)| *to = self.lanes[*lane as usize % LANES].now);
            } else {
                column.for_each(|(to, lane)| *to = self.values[(place as usize, *lane)]);
            }
        }
        for fixed in &inputs.world {
            let from = &self.fixed[fixed.nth as usize * worlds.len()..][..worlds.len()];
            for (to, lane) in self.columns.column(fixed.place).iter_mut().zip(some) {
                *to = from[self.lanes[*lane as usize % LANES].world as usize];
            }
        }
    }

    /// Whether a condition holds, for each of these lanes.
    pub(super) fn holds(
        &mut self,
        condition: &Condition,
        inputs: &Inputs,
        some: &[u32],
        worlds: &[World],
        truth: &mut Vec<bool>,
    ) {
        truth.clear();
        let mut open = std::mem::take(&mut self.open);
        open.clear();
        for (nth, lane) in some.iter().enumerate() {
            let decided = condition.decided.by(self.values[(condition.decided.place(), *lane)]);
            truth.push(decided == Some(true));
            if decided.is_none() {
                open.push((nth as u32, *lane));
            }
        }
        if !open.is_empty() {
            let mut lanes = self.list();
            lanes.extend(open.iter().map(|(_, lane)| *lane));
            let values = self.evaluate(&condition.value, inputs, &lanes, worlds);
            for ((nth, _), value) in open.iter().zip(values) {
                truth[*nth as usize] = *value != 0.0;
            }
            self.give_back(lanes);
        }
        self.open = open;
    }

    /// Puts what is read of one lane where the scalar code finds it.
    pub(super) fn stand(&mut self, lane: u32, inputs: &Inputs, worlds: &[World]) {
        for &place in &inputs.path {
            self.scratch[place as usize] = self.values[(place as usize, lane)];
        }
        let world = &worlds[self.lanes[lane as usize % LANES].world as usize];
        for &Fixed { place, .. } in &inputs.world {
            self.scratch[place as usize] = world.values[place as usize];
        }
        self.scratch[self.program.layout.day()] = self.now(lane);
    }
}
