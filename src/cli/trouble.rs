//! What went wrong on a path, in words: file, line, stage, world and path, day and state, and how to see it again.

use super::args::ChangeArgs;
use super::input::{Ready, shown};
use crate::engine::{Fault, FaultKind};
use crate::model::MeasureKind;
use crate::quantity::{DAY, prose};
use crate::report::{fault_sentence, fault_value};
use crate::study::BASE;
use std::fmt::Write as _;

/// The message about a fault.
pub(super) fn describe(ready: &Ready, variant: &str, fault: &Fault, change: &ChangeArgs) -> String {
    let scenario = &ready.scenario;
    let (file, line) = ready.texts.line(fault.span);
    let mut text =
        format!("error: {}\n", fault_sentence(scenario, &fault.kind, ready.texts.words(fault.span)));
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
                let _ = writeln!(text, "  {} = {}", state.name, fault_value(scenario, *value, state.ty));
            }
            if let Some(help) = never_came(ready, fault) {
                let _ = writeln!(text, "help: {help}");
            }
            let _ = writeln!(text, "help: to see this path: {}", command(ready, variant, fault, change));
        }
        None => {
            let _ = writeln!(text, "  in world {world} of the variant `{variant}`, before any path began");
            for (value, belief) in fault.states.iter().zip(&scenario.beliefs) {
                let _ = writeln!(text, "  {} = {}", belief.name, fault_value(scenario, *value, belief.ty));
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
