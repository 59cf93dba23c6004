//! What nothing reads, pays or changes.

use crate::diag::{Code, Diagnostic, Span};
use crate::model::{Chance, Change, ClockKind, Effects};
use crate::model::{Draw, Expr, Initial, MeasureKind, OnReturn, Reads, Scenario, StateId, Ty};
use std::collections::BTreeSet;

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
    unchanged(scenario, &reads, found);
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
    effects(scenario).flat_map(|effects| &effects.pay).map(|(id, _)| id.0).collect()
}

/// Effects of entering stages and of branches.
pub(super) fn effects(scenario: &Scenario) -> impl Iterator<Item = &Effects> {
    let stages = || scenario.tracks.iter().flat_map(|track| &track.stages);
    let branches = stages().flat_map(|stage| stage.branches()).flat_map(|(_, next)| &next.list);
    stages().map(|stage| &stage.enter).chain(branches.map(|branch| &branch.effects))
}

/// States that decide something and have the same value on every path: what changes them was forgotten. A number that is only
/// calculated with may be meant to stay as it is.
fn unchanged(scenario: &Scenario, read: &Reads, found: &mut Vec<Diagnostic>) {
    let assigned = effects(scenario).flat_map(|effects| {
        effects.set.iter().map(|(id, _)| *id).chain(effects.draw.iter().map(|(id, _)| *id))
    });
    let varied =
        scenario.variants.iter().flat_map(|variant| &variant.changes).filter_map(|change| match change {
            Change::State(id, _) => Some(*id),
            _ => None,
        });
    let changed: Vec<StateId> = assigned.chain(varied).collect();
    let deciding = conditions(scenario);
    for (i, state) in scenario.states.iter().enumerate().filter(|(i, _)| !changed.contains(&StateId(*i))) {
        let Initial::Value(value) = &state.initial else { continue };
        let decides = match state.ty {
            Ty::Number { .. } => deciding.contains(&StateId(i)),
            _ => read.states.contains(&StateId(i)),
        };
        if value.as_constant().is_some() && decides {
            let name = &state.name;
            found.push(
                Diagnostic::new(Code::Unchanged, state.span, format!("nothing changes the state `{name}`"))
                    .label("it stays as it begins on every path")
                    .note(format!("an effect changes it, as in `set = {{ {name} = … }}`"))
                    .note("what is chosen once and stays is a lever, and what nobody knows is a belief"),
            );
        }
    }
}

/// The states that conditions of clocks, branches, outcomes and measures read.
fn conditions(scenario: &Scenario) -> BTreeSet<StateId> {
    let stages = || scenario.tracks.iter().flat_map(|track| &track.stages);
    let guards = stages().flat_map(|stage| stage.clocks()).filter_map(|clock| clock.guard.as_ref());
    let branches = stages().flat_map(|stage| stage.branches()).flat_map(|(_, next)| &next.list);
    let whens = branches.filter_map(|branch| branch.when.as_ref());
    let outcomes = scenario.outcomes.iter().filter_map(|outcome| outcome.when.as_ref());
    let firsts = scenario.measures.iter().filter_map(|measure| match &measure.kind {
        MeasureKind::First(first) => Some(first),
        _ => None,
    });
    let all = guards.chain(whens).chain(outcomes).chain(firsts);
    all.flat_map(|expr| expr.reads(&scenario.formulas).states).collect()
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
