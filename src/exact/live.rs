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
        reads.steering();
        let sets = program.sets.iter().filter(|set| may_fail(program, &set.value));
        sets.for_each(|set| reads.value(&set.value));
        for initial in &program.initial {
            match initial {
                Initial::Value(value) if may_fail(program, value) => reads.value(value),
                Initial::Value(_) | Initial::Draw(..) => {}
            }
        }
        // What steps are made of matters, not what they have led to.
        let counts: Vec<usize> = program.accounts.iter().filter_map(|a| Some(a.counts? as usize)).collect();
        counts.iter().for_each(|state| reads.read[*state] = true);
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
        let mut live = Live { always: reads.read, at_end };
        for state in counts {
            (live.always[state], live.at_end[state]) = (false, false);
        }
        live
    }
}

/// The state variables that bear on what happens, or tell paths apart in a table; not those that are only assigned and reported as numbers.
pub(super) fn steering(program: &Program) -> Vec<bool> {
    let mut reads = Reads::new(program);
    reads.steering();
    program.cells.iter().for_each(|key| reads.value(key));
    program.measures.iter().filter_map(|m| m.given.as_ref()).for_each(|given| reads.value(given));
    reads.read
}

/// Which of them an expression reads.
pub(super) fn read_by(program: &Program, value: &Value) -> Vec<bool> {
    let mut reads = Reads::new(program);
    reads.value(value);
    reads.read
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

    /// All that decides what happens on a path, and what is gathered.
    fn steering(&mut self) {
        let program = self.program;
        let rate = |reads: &mut Self, rate: &Rate| reads.value(&rate.value);
        let condition = |reads: &mut Self, c: &Condition| reads.value(&c.value);
        program.accounts.iter().filter_map(|a| a.rate.as_ref()).for_each(|r| rate(self, r));
        program.firsts.iter().for_each(|f| condition(self, &f.condition));
        program.outcomes.iter().for_each(|(_, when)| condition(self, when));
        for clock in &program.clocks {
            clock.guard.iter().for_each(|g| condition(self, g));
            match &clock.kind {
                Kind::Takes { law, .. } => self.law(law),
                Kind::At(at) => self.value(at),
                Kind::Hazard(r) => rate(self, r),
                Kind::Guard => {}
            }
        }
        for branch in &program.branches {
            branch.when.iter().for_each(|when| self.value(when));
            match &branch.chance {
                Chance::Rest => {}
                Chance::P(p) | Chance::Weight(p) => self.value(p),
                Chance::Odds(base, factors) => {
                    self.value(base);
                    for factor in factors.of(&program.factors) {
                        self.value(&factor.of);
                        self.value(&factor.by);
                    }
                }
            }
        }
        program.pays.iter().for_each(|pay| self.value(&pay.amount));
        program.moves.iter().for_each(|moved| self.value(&moved.stage));
        program.draws.iter().for_each(|draw| self.draw(&draw.draw));
        for initial in &program.initial {
            if let Initial::Draw(plan, ..) = initial {
                self.draw(plan);
            }
        }
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
