//! What the stage of one track alone decides of a condition, given the levers: known before any path is walked, so that most looks at
//! a condition need no evaluation.

use super::code::{Code, Value};
use super::condition::places;
use super::layout::Layout;
use crate::model::{Compare, Expr, Node, Scenario, TrackId};

/// The most parts of an expression that are looked at for a stage. Formulas are seen through each time they are named, so
/// that without a bound few lines could make a very long look.
const MOST_PARTS: u32 = 500;

/// A condition by the stage of a track, as far as that decides it; stages beyond the sixty-fourth decide nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Where the stage of the track is read.
    place: u32,
    /// The stages that decide it, a bit each.
    known: u64,
    /// Those of them in which it holds.
    holds: u64,
}

impl Decided {
    /// By the track that decides it in most of its stages.
    pub(super) fn of(
        scenario: &Scenario,
        code: &Code,
        layout: &Layout,
        expr: &Expr,
        value: &Value,
    ) -> Decided {
        let mut best = (0.0, Decided::default());
        let reads = places(code, layout, value);
        // Without a track that it reads any will do: levers may decide it.
        let read = (0..layout.tracks).filter(|track| reads.contains(&(layout.track(*track) as u32)));
        let any = (0..layout.tracks).min_by_key(|track| scenario.tracks[*track].stages.len());
        for track in read.chain(any) {
            let place = layout.track(track) as u32;
            let mut decided = Decided { place, ..Decided::default() };
            let stages = scenario.tracks[track].stages.len();
            for stage in 0..stages.min(64) {
                let look = Look { scenario, track: TrackId(track), stage: stage as f64 };
                let mut left = MOST_PARTS;
                if let Some(holds) = look.truth(expr, &mut left) {
                    decided.known |= 1 << stage;
                    decided.holds |= u64::from(holds) << stage;
                }
            }
            let share = f64::from(decided.known.count_ones()) / stages as f64;
            if share > best.0 {
                best = (share, decided);
            }
        }
        best.1
    }

    /// Whether the condition holds in none of the stages of the track, of which there are so many.
    pub fn never(self, stages: usize) -> bool {
        stages <= 64 && self.holds == 0 && self.known.count_ones() as usize == stages
    }

    /// Whether the condition holds, if the stage tells.
    #[inline]
    pub fn at(self, values: &[f64]) -> Option<bool> {
        self.by(values[self.place()])
    }

    /// Where the stage of the track is read.
    #[inline]
    pub fn place(self) -> usize {
        self.place as usize
    }

    /// Whether the condition holds in this stage of the track, by its index, if that tells.
    #[inline]
    pub fn by(self, stage: f64) -> Option<bool> {
        let bit = 1_u64.checked_shl(stage as u32).unwrap_or(0);
        (self.known & bit != 0).then_some(self.holds & bit != 0)
    }
}

/// A track in a stage; nothing else is known.
struct Look<'s> {
    scenario: &'s Scenario,
    track: TrackId,
    stage: f64,
}

impl Look<'_> {
    /// Whether an expression holds, if that is known.
    fn truth(&self, expr: &Expr, left: &mut u32) -> Option<bool> {
        *left = left.checked_sub(1)?;
        match &expr.node {
            Node::Formula(id) => self.truth(&self.scenario.formulas[id.0].expr, left),
            Node::Not(a) => self.truth(a, left).map(|a| !a),
            Node::And(a, b) => match self.truth(a, left) {
                Some(true) => self.truth(b, left),
                Some(false) => Some(false),
                None => self.truth(b, left).filter(|b| !b),
            },
            Node::Or(a, b) => match self.truth(a, left) {
                Some(false) => self.truth(b, left),
                Some(true) => Some(true),
                None => self.truth(b, left).filter(|b| *b),
            },
            Node::Compare(compare @ (Compare::Equal | Compare::Unequal), a, b) => {
                Some(compare.holds(self.number(a)?, self.number(b)?))
            }
            _ => self.number(expr).map(|value| value != 0.0),
        }
    }

    /// What one word stands for, if that is known.
    fn number(&self, expr: &Expr) -> Option<f64> {
        match &expr.node {
            Node::Const(value) => Some(*value),
            Node::Lever(id) => {
                let lever = &self.scenario.levers[id.0];
                Some(lever.values[lever.chosen])
            }
            Node::Track(track) => (*track == self.track).then_some(self.stage),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::program::{Program, shipped};

    /// In every stage of a track, whatever else holds, what is decided is what evaluating says.
    #[test]
    fn what_a_stage_decides_is_what_evaluating_says() {
        let (mut yes, mut no) = (0, 0);
        for (name, program) in shipped() {
            let program: &Program = &program;
            let guards = program.clocks.iter().filter_map(|clock| clock.guard.as_ref());
            let firsts = program.firsts.iter().map(|first| &first.condition);
            for condition in guards.chain(firsts).chain(program.outcomes.iter().map(|(_, when)| when)) {
                let layout = program.layout;
                let mut values = vec![0.0; layout.pool().start];
                values.extend(&program.pool);
                // Numbers that no two places share, and that are other ones each time.
                for trial in 0..400_usize {
                    for (place, value) in values[..layout.measure(0)].iter_mut().enumerate() {
                        *value = ((trial * 7919 + place * 104_729) % 1009 % (2 + trial % 5)) as f64;
                    }
                    for (track, stages) in program.tracks.iter().enumerate() {
                        let count = stages.stages.range().len();
                        values[layout.track(track)] = ((trial * 31 + track * 17 + trial / 7) % count) as f64;
                    }
                    if let Some(decided) = condition.decided.at(&values) {
                        let holds = program.code.holds(&condition.value, &mut values);
                        assert_eq!(decided, holds, "{name:?}: {:?}", condition.value.span);
                        *(if holds { &mut yes } else { &mut no }) += 1;
                    }
                }
            }
        }
        assert!(yes > 1000 && no > 1000, "{yes} {no}");
    }
}
