//! Beliefs without a reason, variants that change nothing, conditions that are never in doubt.

use crate::check::range::{Known, Range, range};
use crate::diag::{Code, Diagnostic};
use crate::model::{Change, ClockKind, Draw, Expr, Initial, Node, Scenario, StateId, Variant};
use crate::quantity::prose;

pub(super) fn look(scenario: &Scenario, beliefs: &[Range], found: &mut Vec<Diagnostic>) {
    let silent: Vec<&crate::model::Belief> =
        scenario.beliefs.iter().filter(|b| b.why.trim().is_empty()).collect();
    if let [first, others @ ..] = &silent[..] {
        let names: Vec<String> = silent.iter().take(6).map(|b| format!("`{}`", b.name)).collect();
        let title = match others.len() {
            0 => format!("the belief {} does not say why", names[0]),
            1..=5 => format!("the beliefs {} do not say why", prose::list(&names, "and")),
            more => format!("the beliefs {} and {} more do not say why", names.join(", "), more - 5),
        };
        found.push(
            Diagnostic::new(Code::NoWhy, first.span, title)
                .label("expected a reason, or that it is a judgement")
                .note("as in `{ is = \"20% to 60%\", why = \"share of such rounds since 1990\" }`"),
        );
    }
    for (i, variant) in scenario.variants.iter().enumerate() {
        if changes_nothing(scenario, variant) {
            found.push(
                Diagnostic::new(
                    Code::SameAsBase,
                    variant.span,
                    format!("the variant `{}` changes nothing", variant.name),
                )
                .label("it is the same as the scenario itself"),
            );
        }
        if let Some(twin) =
            scenario.variants[..i].iter().find(|v| v.changes == variant.changes && !v.changes.is_empty())
        {
            found.push(
                Diagnostic::new(
                    Code::SameAsBase,
                    variant.span,
                    format!("the variants `{}` and `{}` are the same", twin.name, variant.name),
                )
                .label("the second")
                .context(twin.span, "the first"),
            );
        }
    }
    let known = Known {
        levers: &scenario.levers,
        beliefs,
        formulas: &scenario.formulas,
        tables: &scenario.tables,
        rest: None,
        day: None,
        fixed: &[],
    };
    let mut conditions: Vec<&Expr> = scenario.outcomes.iter().filter_map(|o| o.when.as_ref()).collect();
    for stage in scenario.tracks.iter().flat_map(|t| &t.stages) {
        conditions.extend(stage.clocks().iter().filter_map(|c| c.guard.as_ref()));
        if let Some(clock) = stage.clocks().iter().find(|c| matches!(c.kind, ClockKind::Hazard(_)))
            && let ClockKind::Hazard(rate) = &clock.kind
            && range(rate, &known).high < 0.0
        {
            found.push(
                Diagnostic::new(Code::OutOfRange, rate.span, "a hazard is at least 0")
                    .label("this is always below 0"),
            );
        }
    }
    at_once(scenario, &known, found);
    for condition in conditions {
        if let Some(truth) = range(condition, &known).truth()
            && condition.as_constant().is_none()
        {
            let word = if truth { "always" } else { "never" };
            found.push(
                Diagnostic::new(Code::NeverTrue, condition.span, format!("this condition {word} holds"))
                    .label("whatever happens"),
            );
        }
    }
}

/// Outcomes whose condition holds when paths begin, whatever is drawn.
fn at_once(scenario: &Scenario, known: &Known<'_>, found: &mut Vec<Diagnostic>) {
    let begins = || scenario.tracks.iter().map(|track| &track.stages[track.begins.0]);
    let entering: Vec<StateId> = begins()
        .flat_map(|stage| {
            let enter = &stage.enter;
            enter.set.iter().map(|(id, _)| *id).chain(enter.draw.iter().map(|(id, _)| *id))
        })
        .collect();
    let states = (0..).zip(&scenario.states).filter_map(|(n, state)| match &state.initial {
        Initial::Value(value) if !entering.contains(&StateId(n)) => {
            Some((Node::State(StateId(n)), value.as_constant()?))
        }
        _ => None,
    });
    let fixed: Vec<(Node, f64)> = states.chain([(Node::Day, 0.0)]).collect();
    for outcome in &scenario.outcomes {
        let Some(when) = &outcome.when else { continue };
        let begins = range(when, &Known { fixed: &fixed, ..*known });
        if begins.truth() == Some(true) && range(when, known).truth().is_none() {
            found.push(
                Diagnostic::new(Code::AtOnce, when.span, format!("`{}` comes at once on every path", outcome.name))
                    .label("this holds when paths begin")
                    .note("`when` of an outcome ends a path as soon as it holds; what a branch to it needs stands at the branch"),
            );
        }
    }
}

fn changes_nothing(scenario: &Scenario, variant: &Variant) -> bool {
    variant.changes.iter().all(|change| match change {
        Change::Lever(id, option) => scenario.levers[id.0].chosen == *option,
        Change::Belief(id, draw, _) => same_draw(&scenario.beliefs[id.0].draw, draw),
        Change::State(id, initial) => same_initial(&scenario.states[id.0].initial, initial),
    })
}

fn same_draw(a: &Draw, b: &Draw) -> bool {
    match (a, b) {
        (Draw::Law(a), Draw::Law(b)) => a.same(b),
        (Draw::Chance(a), Draw::Chance(b)) => a.same(b),
        _ => false,
    }
}

fn same_initial(a: &Initial, b: &Initial) -> bool {
    match (a, b) {
        (Initial::Value(a), Initial::Value(b)) => a.same(b),
        (Initial::Draw(a), Initial::Draw(b)) => same_draw(a, b),
        _ => false,
    }
}
