//! What stops a path, in words: where it happens on a run, and beforehand as a lint.

use crate::check::Checked;
use crate::diag::{Code, Diagnostic, Texts};
use crate::engine::{Fault, FaultKind};
use crate::model::{Scenario, Ty};
use crate::program::Wrong;
use crate::quantity::prose;
use crate::quantity::{DAY, TimeUnit};
use crate::study::{BASE, stopping};

/// Codes that foretell what stops a path, by the expression alone.
const FORETOLD: [Code; 4] =
    [Code::MayExceedOne, Code::MayBeOutside, Code::MayBeNegative, Code::RestMayBeUntaken];

/// Adds to what was found in a scenario without faults what stops some of its paths, where nothing foretells that yet.
pub fn probed(mut checked: Checked) -> Checked {
    let Some(scenario) = &checked.scenario else { return checked };
    for found in stops(scenario, &checked.texts) {
        let overlaps = |d: &Diagnostic| {
            d.span.file == found.span.file && d.span.start < found.span.end && found.span.start < d.span.end
        };
        if !checked.found.iter().any(|d| FORETOLD.contains(&d.code) && overlaps(d)) {
            checked.found.push(found);
        }
    }
    checked.found.sort_by_key(|d| (d.span.file, d.span.start, d.span.end, d.code));
    checked
}

/// What stops some paths of a scenario, as lints.
pub fn stops(scenario: &Scenario, texts: &Texts) -> Vec<Diagnostic> {
    let found = stopping(scenario).into_iter();
    found.map(|(arm, fault)| lint(&arm.scenario, &arm.name, &fault, texts)).collect()
}

fn lint(scenario: &Scenario, variant: &str, fault: &Fault, texts: &Texts) -> Diagnostic {
    let title = format!(
        "a path that stops the run: {}",
        fault_sentence(scenario, &fault.kind, texts.words(fault.span))
    );
    let values: Vec<String> = match fault.path {
        Some(_) => {
            let stages = fault.stages.iter().zip(&scenario.tracks).filter_map(|(stage, track)| {
                Some(format!("`{}` at `{}`", track.name, track.stages.get(usize::from(*stage))?.name))
            });
            let states = fault.states.iter().zip(&scenario.states);
            let states = states.map(|(value, state)| {
                format!("`{}` = {}", state.name, fault_value(scenario, *value, state.ty))
            });
            stages.chain(states).collect()
        }
        None => {
            let beliefs = fault.states.iter().zip(&scenario.beliefs);
            beliefs
                .map(|(value, belief)| {
                    format!("`{}` = {}", belief.name, fault_value(scenario, *value, belief.ty))
                })
                .collect()
        }
    };
    let of = if variant == BASE { String::new() } else { format!(" of the variant `{variant}`") };
    let place = match fault.path {
        Some(_) => format!("on day {} of a path{of}", prose::number(fault.time / DAY)),
        None => format!("in a world{of}"),
    };
    let found = Diagnostic::new(Code::StopsTheRun, fault.span, title).label(place);
    let found = if values.is_empty() { found } else { found.note(format!("there: {}", values.join(", "))) };
    found.note(
        "found on a path that was pushed to extremes; however unlikely it is, one such path stops a run",
    )
}

/// The value of a state variable or a belief.
pub fn fault_value(scenario: &Scenario, value: f64, ty: Ty) -> String {
    match ty {
        Ty::Bool => if value == 0.0 { "false" } else { "true" }.to_string(),
        Ty::Option(set) => {
            scenario.sets[set.0].names.get(value as usize).cloned().unwrap_or_else(|| value.to_string())
        }
        Ty::Number { time: 1, .. } => prose::duration(value),
        _ => prose::number(value),
    }
}

/// Whether words name a unit of time.
fn timed(words: &str) -> bool {
    words.split(|c: char| !c.is_alphabetic()).any(|word| TimeUnit::parse(word).is_some())
}

/// What went wrong, in words. `written`: the words at fault; where durations stand among them, the parameters of a distribution are such.
pub fn fault_sentence(scenario: &Scenario, kind: &FaultKind, written: &str) -> String {
    let timed = timed(written);
    let number = |x: f64| if x.is_nan() { "not a number".to_string() } else { prose::number(x) };
    match kind {
        FaultKind::Branches(wrong) => branches(wrong),
        FaultKind::Delay(seconds) if *seconds < 0.0 => {
            format!("a delay of {}: a delay cannot be negative", prose::duration(*seconds))
        }
        FaultKind::Delay(seconds) => format!("a delay is {}", number(*seconds)),
        FaultKind::Date(seconds) => format!("a date is {}", number(*seconds)),
        FaultKind::Hazard(rate) => {
            format!("a hazard is {} per day; it must be at least 0 and finite", number(rate * DAY))
        }
        FaultKind::Rate(rate) => format!("the rate of an account is {} per day", number(rate * DAY)),
        FaultKind::Payment(amount) => format!("a payment is {}", number(*amount)),
        FaultKind::Assigned(state, value) => {
            let name = scenario.states.get(*state).map_or("?", |s| s.name.as_str());
            format!("`{name}` would become {}", number(*value))
        }
        FaultKind::Belief(belief, value) => {
            let name = scenario.beliefs.get(*belief).map_or("?", |b| b.name.as_str());
            format!("the belief `{name}` would be {}", number(*value))
        }
        FaultKind::Law(refusal) if timed => {
            format!("this distribution does not exist: {}", refusal.text(prose::duration))
        }
        FaultKind::Law(refusal) => format!("this distribution does not exist: {refusal}"),
        FaultKind::Probability(p) => format!("a probability is {}; it must lie between 0 and 1", number(*p)),
        FaultKind::Weight(w) => {
            format!("a weight is {}; weights are at least 0, and not all of them 0", number(*w))
        }
        FaultKind::Measure(measure) => {
            let name = scenario.measures.get(*measure).map_or("?", |m| m.name.as_str());
            format!("the measure `{name}` is not a number")
        }
        FaultKind::Payoff(party, value) => {
            let name = scenario.payoffs.get(*party).map_or("?", |p| p.0.as_str());
            format!("the payoff of `{name}` is {}", number(*value))
        }
        FaultKind::Cell(_, value) => {
            format!("a split goes over {}, which is no whole number", number(*value))
        }
        FaultKind::InstantTooLong(limit) => format!(
            "an instant had more than {} events and was not over (`instant_limit` changes the bound)",
            prose::thousands(u64::from(*limit))
        ),
        FaultKind::PathTooLong(limit) => {
            let limit = prose::thousands(*limit);
            format!(
                "a path had more than {limit} events and was not over: what would end it never comes, or the horizon is far off or missing"
            )
        }
    }
}

fn branches(wrong: &Wrong) -> String {
    let number = |x: f64| if x.is_nan() { "not a number".to_string() } else { prose::number(x) };
    match wrong {
        Wrong::Probability(p) => format!("a probability is {}; it must lie between 0 and 1", number(*p)),
        Wrong::Base(p) => format!("a base probability is {}; it must lie between 0 and 1", number(*p)),
        Wrong::Factor(f) => format!("an odds multiplier is {}; it must be at least 0 and finite", number(*f)),
        Wrong::Over(sum) => format!("the probabilities of these branches sum to {}", number(*sum)),
        Wrong::Under(sum) => {
            format!("nobody takes a rest of {}: no branch is left for it", number(1.0 - sum))
        }
        Wrong::Weight(w) => format!("a weight is {}; it must be at least 0 and finite", number(*w)),
        Wrong::Nothing => "no branch is left to take: none exists here, or all weights are 0".to_string(),
    }
}
