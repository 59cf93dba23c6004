//! What nothing reads.

use crate::diag::{Code, Diagnostic, Span};
use crate::model::{Chance, ClockKind, Effects};
use crate::model::{Draw, Expr, Initial, MeasureKind, OnReturn, Reads, Scenario, StateId};

pub(super) fn look(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let reads = of_all(scenario);
    let mut unread = |what: &str, name: &str, span: Span| {
        found.push(
            Diagnostic::new(Code::Unread, span, format!("nothing reads the {what} `{name}`"))
                .label("it changes nothing"),
        );
    };
    for (i, lever) in scenario.levers.iter().enumerate() {
        let by_clock = scenario
            .tracks
            .iter()
            .flat_map(|t| &t.stages)
            .flat_map(|s| s.clocks())
            .any(|c| matches!(&c.on_return, OnReturn::Lever(id, _) if id.0 == i));
        if !by_clock && !reads.levers.iter().any(|id| id.0 == i) {
            unread("lever", &lever.name, lever.span);
        }
    }
    for (i, belief) in scenario.beliefs.iter().enumerate() {
        if !reads.beliefs.iter().any(|id| id.0 == i) {
            unread("belief", &belief.name, belief.span);
        }
    }
    for (i, state) in scenario.states.iter().enumerate() {
        if !reads.states.iter().any(|id| id.0 == i) {
            unread("state", &state.name, state.span);
        }
    }
    for (i, formula) in scenario.formulas.iter().enumerate() {
        if !reads.formulas.iter().any(|id| id.0 == i) {
            unread("formula", &formula.name, formula.span);
        }
    }
    let paid = paid(scenario);
    for (i, measure) in scenario.measures.iter().enumerate() {
        let account = matches!(&measure.kind, MeasureKind::Account(account) if account.rate.is_none());
        if account && !paid.contains(&i) {
            found.push(
                Diagnostic::new(Code::Unpaid, measure.span, format!("nothing pays into the measure `{}`", measure.name))
                    .label("it is 0 on every path")
                    .note("a measure has a `value`, a `rate` or a `first`, or effects pay into it: `pay = { NAME = 1 }`"),
            );
        }
    }
}

/// The measures into which effects pay.
fn paid(scenario: &Scenario) -> Vec<usize> {
    let stages = || scenario.tracks.iter().flat_map(|track| &track.stages);
    let branches = stages().flat_map(|stage| stage.branches()).flat_map(|(_, next)| &next.list);
    let effects = stages().map(|stage| &stage.enter).chain(branches.map(|branch| &branch.effects));
    effects.flat_map(|effects| &effects.pay).map(|(id, _)| id.0).collect()
}

/// What any expression of the scenario reads.
pub(super) fn of_all(scenario: &Scenario) -> Reads {
    let mut reads = Reads::default();
    for (own, expr) in expressions(scenario) {
        let mut read = expr.reads(&scenario.formulas);
        // `refusals = "refusals + 1"` alone is no use of it.
        own.map(|id| read.states.remove(&id));
        merge(&mut reads, read);
    }
    for formula in &scenario.formulas {
        let mut read = formula.expr.reads(&scenario.formulas);
        read.formulas.clear();
        merge(&mut reads, read);
    }
    reads
}

fn merge(all: &mut Reads, some: Reads) {
    all.levers.extend(some.levers);
    all.beliefs.extend(some.beliefs);
    all.states.extend(some.states);
    all.formulas.extend(some.formulas);
    all.tracks.extend(some.tracks);
}

/// Every expression of a scenario, with the state that it is assigned to; formulas apart: those count where they are used.
pub(super) fn expressions(scenario: &Scenario) -> Vec<(Option<StateId>, &Expr)> {
    let mut assigned: Vec<(StateId, &Expr)> = Vec::new();
    let mut all: Vec<&Expr> = Vec::new();
    for belief in &scenario.beliefs {
        all.extend(of_draw(&belief.draw));
    }
    for state in &scenario.states {
        match &state.initial {
            Initial::Value(e) => all.push(e),
            Initial::Draw(draw) => all.extend(of_draw(draw)),
        }
    }
    for stage in scenario.tracks.iter().flat_map(|t| &t.stages) {
        of_effects(&stage.enter, &mut all, &mut assigned);
        for clock in stage.clocks() {
            all.extend(clock.guard.as_ref());
            match &clock.kind {
                ClockKind::Takes(e, _) | ClockKind::At(e) | ClockKind::Hazard(e) => all.push(e),
                ClockKind::Guard => {}
            }
        }
        for (_, next) in stage.branches() {
            for branch in &next.list {
                all.extend(branch.when.as_ref());
                match &branch.chance {
                    Chance::Rest => {}
                    Chance::P(e) | Chance::Weight(e) => all.push(e),
                    Chance::Odds(base, factors) => {
                        all.push(base);
                        all.extend(factors.iter().flat_map(|(c, f)| [c, f]));
                    }
                }
                of_effects(&branch.effects, &mut all, &mut assigned);
            }
        }
    }
    all.extend(scenario.outcomes.iter().filter_map(|o| o.when.as_ref()));
    all.extend(scenario.payoffs.iter().flat_map(|(_, list)| list));
    for measure in &scenario.measures {
        all.extend(measure.given.as_ref());
        match &measure.kind {
            MeasureKind::Value(e) | MeasureKind::First(e) => all.push(e),
            MeasureKind::Account(account) => all.extend(account.rate.as_ref()),
        }
    }
    all.extend(scenario.splits.iter().flat_map(|s| &s.keys).map(|k| &k.expr));
    let assigned = assigned.into_iter().map(|(id, e)| (Some(id), e));
    all.into_iter().map(|e| (None, e)).chain(assigned).collect()
}

fn of_draw(draw: &Draw) -> Vec<&Expr> {
    match draw {
        Draw::Law(e) | Draw::Chance(e) => vec![e],
        Draw::Weights(list) => list.iter().map(|(_, w)| w).collect(),
    }
}

fn of_effects<'a>(effects: &'a Effects, all: &mut Vec<&'a Expr>, assigned: &mut Vec<(StateId, &'a Expr)>) {
    assigned.extend(effects.set.iter().map(|(id, e)| (*id, e)));
    all.extend(effects.moves.iter().map(|(_, e)| e));
    all.extend(effects.pay.iter().map(|(_, e)| e));
    assigned.extend(effects.draw.iter().flat_map(|(id, d)| of_draw(d).into_iter().map(|e| (*id, e))));
}
