//! Which state variables matter: what no later expression reads is no part of a combination. What can go wrong is read in any case,
//! so that solving finds the faults that paths find, and no others.

use crate::program::{Chance, Condition, DrawPlan, Initial, Kind, LawPlan, Op, Program, Rate, Value};

/// The state variables that matter.
#[derive(Clone, Debug)]
pub(super) struct Live {
    /// Those that something reads at any time.
    pub always: Vec<bool>,
    /// Those that are read when a path has ended.
    pub at_end: Vec<bool>,
}

impl Live {
    pub fn new(program: &Program) -> Live {
        let states = program.layout.states;
        let mut end = Reads::new(program);
        program.cells.iter().for_each(|key| end.value(key));
        program.payoffs.iter().for_each(|payoff| end.value(payoff));
        for measure in &program.measures {
            if let crate::program::MeasureKind::Value(value) = &measure.kind {
                end.value(value);
            }
            measure.given.iter().for_each(|given| end.value(given));
        }
        let at_end = end.read.clone();
        let mut reads = end;
        let rate = |reads: &mut Reads<'_>, rate: &Rate| reads.value(&rate.value);
        let condition = |reads: &mut Reads<'_>, c: &Condition| reads.value(&c.value);
        program.accounts.iter().filter_map(|a| a.rate.as_ref()).for_each(|r| rate(&mut reads, r));
        program.firsts.iter().for_each(|f| condition(&mut reads, &f.condition));
        program.outcomes.iter().for_each(|(_, when)| condition(&mut reads, when));
        for clock in &program.clocks {
            clock.guard.iter().for_each(|g| condition(&mut reads, g));
            match &clock.kind {
                Kind::Takes { law, .. } => reads.law(law),
                Kind::At(at) => reads.value(at),
                Kind::Hazard(r) => rate(&mut reads, r),
                Kind::Guard => {}
            }
        }
        for branch in &program.branches {
            branch.when.iter().for_each(|when| reads.value(when));
            match &branch.chance {
                Chance::Rest => {}
                Chance::P(p) | Chance::Weight(p) => reads.value(p),
                Chance::Odds(base, factors) => {
                    reads.value(base);
                    for factor in factors.of(&program.factors) {
                        reads.value(&factor.of);
                        reads.value(&factor.by);
                    }
                }
            }
        }
        program.pays.iter().for_each(|pay| reads.value(&pay.amount));
        program.moves.iter().for_each(|moved| reads.value(&moved.stage));
        let sets = program.sets.iter().filter(|set| may_fail(program, &set.value));
        sets.for_each(|set| reads.value(&set.value));
        program.draws.iter().for_each(|draw| reads.draw(&draw.draw));
        for initial in &program.initial {
            match initial {
                Initial::Value(value) if may_fail(program, value) => reads.value(value),
                Initial::Value(_) => {}
                Initial::Draw(plan, ..) => reads.draw(plan),
            }
        }
        // What a variable that matters is made of matters too.
        loop {
            let before = reads.read.iter().filter(|r| **r).count();
            for set in &program.sets {
                if reads.read[set.state as usize] {
                    reads.value(&set.value);
                }
            }
            for (state, initial) in program.initial.iter().enumerate() {
                if let Initial::Value(value) = initial
                    && reads.read[state]
                {
                    reads.value(value);
                }
            }
            if reads.read.iter().filter(|r| **r).count() == before {
                break;
            }
        }
        debug_assert_eq!(reads.read.len(), states);
        Live { always: reads.read, at_end }
    }
}

/// Whether an expression of finite numbers may come out as none.
fn may_fail(program: &Program, value: &Value) -> bool {
    let list = &program.code.list[value.start as usize..value.end as usize];
    list.iter().any(|i| matches!(i.op, Op::Divide | Op::Power | Op::Exp | Op::Ln | Op::Sqrt | Op::Logit))
}

struct Reads<'a> {
    program: &'a Program,
    read: Vec<bool>,
}

impl Reads<'_> {
    fn new(program: &Program) -> Reads<'_> {
        Reads { program, read: vec![false; program.layout.states] }
    }

    fn value(&mut self, value: &Value) {
        let states = self.program.layout.states;
        let mut note = |place: u32| {
            if (place as usize) < states {
                self.read[place as usize] = true;
            }
        };
        note(value.out);
        for i in &self.program.code.list[value.start as usize..value.end as usize] {
            [i.a, i.b, i.c].into_iter().take(i.op.operands()).for_each(&mut note);
        }
    }

    fn law(&mut self, plan: &LawPlan) {
        plan.tree.expressions(&mut |value| self.value(value));
    }

    fn draw(&mut self, plan: &DrawPlan) {
        match plan {
            DrawPlan::Law(law) => self.law(law),
            DrawPlan::Chance(p) => self.value(p),
            DrawPlan::Weights(list) => list.iter().for_each(|(_, weight)| self.value(weight)),
        }
    }
}

/// Refuses splits that read the time.
pub(super) fn timeless_ends(program: &Program) -> Result<(), super::NotExact> {
    use super::{NotExact, Why};
    match program.cells.iter().find(|value| value.deps.timed()) {
        Some(value) => Err(NotExact::because(Why::ReadsTime(value.span))),
        None => Ok(()),
    }
}
