//! What is written like something else: a rate divided by `day`, a change that is an assignment.

use super::reads::{effects, expressions};
use crate::check::builder::Builder;
use crate::diag::{Code, Diagnostic};
use crate::model::{Compare, Effects, Expr, Initial, Node, Scenario, StateId, Ty};

pub(super) fn look(builder: &Builder, found: &mut Vec<Diagnostic>) {
    let scenario = &builder.scenario;
    let sums = sums(scenario);
    for expr in expressions(scenario).into_iter().map(|(_, expr)| expr).chain(formulas_of(scenario)) {
        by_day(builder, expr, found);
        equals_sum(builder, expr, &sums, found);
    }
    for stage in scenario.tracks.iter().flat_map(|track| &track.stages) {
        let branches = stage.branches();
        let effects = branches.iter().flat_map(|(_, next)| next.list.iter().map(|branch| &branch.effects));
        let all: Vec<&Effects> = effects.chain([&stage.enter]).collect();
        for (id, value) in all.iter().flat_map(|effects| &effects.set) {
            taken_away(builder, *id, value, found);
        }
    }
}

fn formulas_of(scenario: &Scenario) -> impl Iterator<Item = &Expr> {
    scenario.formulas.iter().map(|formula| &formula.expr)
}

/// The states that effects calculate, and that are no whole numbers.
fn sums(scenario: &Scenario) -> Vec<StateId> {
    let sets = effects(scenario).flat_map(|effects| &effects.set);
    let calculated = sets.filter(|(_, value)| {
        matches!(value.node, Node::Add(..) | Node::Subtract(..) | Node::Multiply(..) | Node::Divide(..))
            && value.as_constant().is_none()
    });
    let broken = |id: &StateId| matches!(scenario.states[id.0].ty, Ty::Number { whole: false, .. });
    calculated.map(|(id, _)| *id).filter(broken).collect()
}

/// `trust == 0.3` of what is added up.
fn equals_sum(builder: &Builder, expr: &Expr, sums: &[StateId], found: &mut Vec<Diagnostic>) {
    expr.parts().into_iter().for_each(|part| equals_sum(builder, part, sums, found));
    let Node::Compare(Compare::Equal | Compare::Unequal, a, b) = &expr.node else { return };
    let (sum, number) = if b.as_constant().is_some() { (a, b) } else { (b, a) };
    let Node::State(id) = sum.node else { return };
    if !sums.contains(&id) || number.as_constant().is_none_or(|value| value == 0.0) {
        return;
    }
    if found.iter().any(|lint| lint.span == expr.span) {
        return;
    }
    let (name, words) = (&builder.scenario.states[id.0].name, builder.texts.words(number.span));
    found.push(
        Diagnostic::new(
            Code::EqualsSum,
            expr.span,
            format!("`{name}` is calculated, and is hardly ever {words} exactly"),
        )
        .label("0.1 + 0.2 is 0.30000000000000004")
        .note(format!("write `{name} >= {words}`, or count in whole numbers")),
    );
}

/// `0.02/day`: a number divided by the time since the start, not by one day.
fn by_day(builder: &Builder, expr: &Expr, found: &mut Vec<Diagnostic>) {
    expr.parts().into_iter().for_each(|part| by_day(builder, part, found));
    let Node::Divide(top, bottom) = &expr.node else { return };
    let plain =
        matches!(top.ty, Ty::Number { time: 0, .. }) && top.as_constant().is_some_and(|top| top != 0.0);
    if bottom.node != Node::Day || !plain || found.iter().any(|lint| lint.span == expr.span) {
        return;
    }
    let meant = format!("{} per day", builder.texts.words(top.span).trim());
    found.push(
        Diagnostic::new(Code::ByElapsed, expr.span, "a number divided by the time since the start")
            .label("`day` is how long the path has lasted: this falls as time goes on, and is endless at the start")
            .note("where it is so much a day, write `per day`")
            .edit(expr.span, meant),
    );
}

/// `trust = "-1"`: as an assignment it forgets what was there.
fn taken_away(builder: &Builder, id: StateId, value: &Expr, found: &mut Vec<Diagnostic>) {
    let state = &builder.scenario.states[id.0];
    let words = builder.texts.words(value.span).trim();
    let number = words.strip_prefix('-').map(str::trim).unwrap_or_default();
    let begins_above =
        matches!(&state.initial, Initial::Value(value) if value.as_constant().is_some_and(|v| v >= 0.0));
    let quoted = builder.quoted(value.span, words) == words;
    if !quoted
        || !begins_above
        || value.as_constant().is_none_or(|value| value >= 0.0)
        || number.is_empty()
        || found.iter().any(|lint| lint.span == value.span)
    {
        return;
    }
    let title = format!("`{}` becomes {words}, whatever it was", state.name);
    found.push(
        Diagnostic::new(Code::TakenAway, value.span, title)
            .label("this assigns")
            .note(format!("where {number} is taken away, write `{} - {number}`; a value that is meant so stands without quotation marks", state.name)),
    );
}
