//! Weights that are written as percentages, and are none of 100.

use super::reads::expressions;
use crate::diag::{Code, Diagnostic, Texts};
use crate::model::{Change, Draw, Effects, Expr, Initial, Law, Node, Scenario};
use crate::quantity::prose;

/// The most weights of which it is said what they become.
const SHOWN: usize = 6;

pub(super) fn look(scenario: &Scenario, texts: &Texts, found: &mut Vec<Diagnostic>) {
    for list in lists(scenario) {
        let Some(percent) = list.iter().map(|weight| percentage(weight, texts)).collect::<Option<Vec<f64>>>()
        else {
            continue;
        };
        let ([first, ..], [.., last]) = (&list[..], &list[..]) else { continue };
        let sum: f64 = percent.iter().sum();
        // Thirds are written as 33.3%: each may be off by half of its last digit, where it has decimals.
        let rounded: f64 = list.iter().map(|weight| rounding(weight, texts)).sum();
        if sum <= 0.0 || (sum - 100.0).abs() < 1e-9 + rounded {
            continue;
        }
        let becomes = |p: &f64| format!("{}% becomes {}%", prose::number(*p), prose::number(100.0 * p / sum));
        let mut words: Vec<String> = percent.iter().take(SHOWN).map(becomes).collect();
        if percent.len() > SHOWN {
            words.push("so on".into());
        }
        let title = format!("these weights add up to {}%", prose::number(sum));
        found.push(
            Diagnostic::new(Code::NotAHundred, first.span.to(last.span), title)
                .label("weights are divided by their sum")
                .note(prose::list(&words, "and"))
                .note(
                    "write percentages that add up to 100%, or, where proportions are meant, plain numbers",
                ),
        );
    }
}

/// A percentage that is written as such.
fn percentage(weight: &Expr, texts: &Texts) -> Option<f64> {
    weight.as_constant()?;
    let words = texts.words(weight.span).trim_matches(['"', '\'']).trim();
    words.strip_suffix('%')?.trim_end().replace('_', "").parse().ok().filter(|p: &f64| p.is_finite())
}

/// Half of the last decimal of a percentage; nothing where it has none.
fn rounding(weight: &Expr, texts: &Texts) -> f64 {
    let words = texts.words(weight.span);
    let Some((_, decimals)) = words.split_once('.') else { return 0.0 };
    let digits = decimals.bytes().take_while(u8::is_ascii_digit).count();
    0.5 / libm::pow(10.0, digits as f64)
}

/// Every list of weights: of branches that all exist, of options, of values and of experts.
fn lists(scenario: &Scenario) -> Vec<Vec<&Expr>> {
    let mut lists: Vec<Vec<&Expr>> = Vec::new();
    let mut draws: Vec<&Draw> = scenario.beliefs.iter().map(|belief| &belief.draw).collect();
    draws.extend(scenario.states.iter().filter_map(|state| drawn(&state.initial)));
    for stage in scenario.tracks.iter().flat_map(|track| &track.stages) {
        draws.extend(of_effects(&stage.enter));
        for (_, next) in stage.branches() {
            draws.extend(next.list.iter().flat_map(|branch| of_effects(&branch.effects)));
            if next.list.iter().all(|branch| branch.when.is_none()) {
                lists.push(next.list.iter().filter_map(|branch| branch.chance.weight()).collect());
            }
        }
    }
    let changed =
        scenario.variants.iter().flat_map(|variant| &variant.changes).filter_map(|change| match change {
            Change::Belief(_, draw, _) => Some(draw),
            Change::State(_, initial) => drawn(initial),
            Change::Lever(..) => None,
        });
    let changed: Vec<&Draw> = changed.collect();
    for draw in draws.iter().chain(&changed) {
        if let Draw::Weights(list) = draw {
            lists.push(list.iter().map(|(_, weight)| weight).collect());
        }
    }
    let laws = changed.iter().filter_map(|draw| if let Draw::Law(law) = draw { Some(law) } else { None });
    let formulas = scenario.formulas.iter().map(|formula| &formula.expr);
    for expr in expressions(scenario).into_iter().map(|(_, expr)| expr).chain(formulas).chain(laws) {
        of_laws(expr, &mut lists);
    }
    lists
}

fn drawn(initial: &Initial) -> Option<&Draw> {
    if let Initial::Draw(draw) = initial { Some(draw) } else { None }
}

fn of_effects(effects: &Effects) -> impl Iterator<Item = &Draw> {
    effects.draw.iter().map(|(_, draw)| draw)
}

fn of_laws<'e>(expr: &'e Expr, lists: &mut Vec<Vec<&'e Expr>>) {
    match &expr.node {
        Node::Law(Law::Discrete(list)) => lists.push(list.iter().map(|(_, weight)| weight).collect()),
        Node::Law(Law::Pool(list)) => lists.push(list.iter().map(|(weight, _)| weight).collect()),
        _ => {}
    }
    expr.parts().into_iter().for_each(|part| of_laws(part, lists));
}
