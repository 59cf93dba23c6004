//! What went wrong on a path, in words: file, line, stage, world and path, day and state, and how to see it again.

use super::args::ChangeArgs;
use super::input::{Ready, shown};
use crate::engine::{Fault, FaultKind};
use crate::model::{MeasureKind, Scenario, Ty};
use crate::program::Wrong;
use crate::quantity::{DAY, TimeUnit, prose};
use crate::study::BASE;
use std::fmt::Write as _;

/// The message about a fault.
pub(super) fn describe(ready: &Ready, variant: &str, fault: &Fault, change: &ChangeArgs) -> String {
    let scenario = &ready.scenario;
    let (file, line) = ready.texts.line(fault.span);
    let mut text =
        format!("error: {}\n", sentence(scenario, &fault.kind, timed(ready.texts.words(fault.span))));
    let _ = writeln!(text, "  --> {file}:{line}: {}", first_line(ready.texts.words(fault.span)));
    let world = fault.world;
    match fault.path {
        Some(path) => {
            let _ = writeln!(
                text,
                "  in world {world}, path {path}, of the variant `{variant}`, {}",
                when(ready, fault)
            );
            let stages = fault.stages.iter().zip(&scenario.tracks);
            for (stage, track) in stages {
                let name = track.stages.get(usize::from(*stage)).map_or("?", |s| s.name.as_str());
                let _ = writeln!(text, "  {} is at {name}", track.name);
            }
            for (value, state) in fault.states.iter().zip(&scenario.states) {
                let _ = writeln!(text, "  {} = {}", state.name, value_words(ready, *value, state.ty));
            }
            if let Some(help) = never_came(ready, fault) {
                let _ = writeln!(text, "help: {help}");
            }
            let _ = writeln!(text, "help: to see this path: {}", command(ready, variant, fault, change));
        }
        None => {
            let _ = writeln!(text, "  in world {world} of the variant `{variant}`, before any path began");
            for (value, belief) in fault.states.iter().zip(&scenario.beliefs) {
                let _ = writeln!(text, "  {} = {}", belief.name, value_words(ready, *value, belief.ty));
            }
        }
    }
    text
}

/// Where a payoff is endless since it reads the time of what never came, how it is bounded.
fn never_came(ready: &Ready, fault: &Fault) -> Option<String> {
    let FaultKind::Payoff(_, value) = fault.kind else { return None };
    let words = ready.texts.words(fault.span);
    let mut read = words.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let measures = || ready.scenario.measures.iter().filter(|m| matches!(m.kind, MeasureKind::First(_)));
    let name =
        read.find(|word| measures().any(|measure| measure.name == *word)).filter(|_| !value.is_finite())?;
    let bound = prose::duration(ready.scenario.horizon.unwrap_or(365.0 * DAY));
    Some(format!("where `{name}` never came, it is endless: bound it, as in `min({name}, {bound})`"))
}

/// Whether words name a unit of time.
fn timed(words: &str) -> bool {
    words.split(|c: char| !c.is_alphabetic()).any(|word| TimeUnit::parse(word).is_some())
}

fn first_line(words: &str) -> String {
    let line = words.lines().next().unwrap_or("");
    let short: String = line.chars().take(100).collect();
    if short.len() < words.len() { format!("{short} …") } else { short }
}

fn when(ready: &Ready, fault: &Fault) -> String {
    let day = prose::number(fault.time / DAY);
    match ready.scenario.start {
        Some(start) => format!("on day {day} ({})", start.plus(fault.time)),
        None => format!("on day {day}"),
    }
}

fn value_words(ready: &Ready, value: f64, ty: Ty) -> String {
    match ty {
        Ty::Bool => if value == 0.0 { "false" } else { "true" }.to_string(),
        Ty::Option(set) => {
            ready.scenario.sets[set.0].names.get(value as usize).cloned().unwrap_or_else(|| value.to_string())
        }
        Ty::Number { time: 1, .. } => prose::duration(value),
        _ => prose::number(value),
    }
}

fn command(ready: &Ready, variant: &str, fault: &Fault, change: &ChangeArgs) -> String {
    let path = fault.path.unwrap_or(0);
    let mut words = format!(
        "detente replay {} --world {} --path {path} --seed {}",
        shown(&ready.file),
        fault.world,
        change.seed
    );
    if variant != BASE {
        let _ = write!(words, " --variant '{variant}'");
    }
    for set in &change.set {
        let _ = write!(words, " --set '{set}'");
    }
    words
}

/// What went wrong, in words.
///
/// `timed`: where it happened durations stand.
pub(super) fn sentence(scenario: &Scenario, kind: &FaultKind, timed: bool) -> String {
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
