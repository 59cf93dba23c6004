//! The story of one path, told so that somebody who knows the negotiation, not the file, understands it.

use crate::engine::{Ending, Event, Trace};
use crate::model::{Branch, Scenario, Stage, StateId, Target, Ty, Waits};
use crate::quantity::{DAY, prose};
use crate::study::in_days;
use std::fmt::Write as _;

/// Tells a traced path of this scenario (with its variant's changes made) in a world of these beliefs.
pub fn story(scenario: &Scenario, beliefs: &[f64], trace: &Trace) -> String {
    let mut teller =
        Teller { scenario, page: String::new(), known: vec![f64::NAN; scenario.states.len()], told: None };
    let _ = writeln!(teller.page, "{}\nWorld {}, path {}.", scenario.title, trace.world, trace.path);
    teller.decided();
    teller.believed(beliefs);
    for (n, event) in trace.events.iter().enumerate() {
        match event {
            Event::Ring { time, track, stage, clock, branch, probability, before, after } => {
                teller.changes(before, *time, "");
                teller.ring(*time, (*track, *stage, *clock, *branch), *probability, after);
            }
            Event::Enter { track, stage, time } => {
                // Entering is told where no branch of the same track has just said so.
                if !follows_from(scenario, &trace.events[..n], *track, *stage, *time) {
                    teller.enter(*track, *stage, *time);
                }
            }
        }
    }
    if let Some(end) = &trace.end {
        teller.end(end);
    }
    teller.page
}

/// Whether a branch that was just taken led this track here.
fn follows_from(scenario: &Scenario, before: &[Event], track: usize, stage: usize, time: f64) -> bool {
    let ring = before.iter().rev().find(|event| matches!(event, Event::Ring { .. }));
    matches!(ring, Some(Event::Ring { time: rang, track: of, stage: from, clock, branch, .. })
        if *rang == time && *of == track
            && branch_of(scenario, (*of, *from, *clock, *branch)).is_some_and(|b| b.to == Target::Stage(crate::model::StageId(stage))))
}

type Place = (usize, usize, Option<usize>, usize);

fn branch_of(scenario: &Scenario, (track, stage, clock, branch): Place) -> Option<&Branch> {
    let stage = scenario.tracks.get(track)?.stages.get(stage)?;
    let list = match (&stage.waits, clock) {
        (Waits::Now(list), _) => list,
        (Waits::Clocks(clocks), Some(clock)) => &clocks.get(clock)?.next,
        _ => return None,
    };
    list.list.get(branch)
}

struct Teller<'a> {
    scenario: &'a Scenario,
    page: String,
    /// The state variables as the reader knows them.
    known: Vec<f64>,
    /// The time of the last heading.
    told: Option<f64>,
}

impl Teller<'_> {
    fn decided(&mut self) {
        let levers = self.scenario.levers.iter().map(|l| format!("{} = {}", l.name, l.labels[l.chosen]));
        let levers: Vec<String> = levers.collect();
        if !levers.is_empty() {
            let _ = writeln!(self.page, "Decided: {}.", levers.join(", "));
        }
    }

    fn believed(&mut self, beliefs: &[f64]) {
        let told = self.scenario.beliefs.iter().zip(beliefs);
        let told: Vec<String> = told.map(|(b, v)| format!("{} = {}", b.name, self.value(b.ty, *v))).collect();
        if !told.is_empty() {
            let _ = writeln!(self.page, "In this world: {}.", told.join(", "));
        }
        self.page.push('\n');
    }

    /// `Mon 27 Jan 2025, day 7: `, or spaces under a heading that already says so.
    fn line(&mut self, time: f64, words: &str) {
        if self.told == Some(time) {
            let _ = writeln!(self.page, "    {words}");
            return;
        }
        self.told = Some(time);
        let day = prose::number((time / DAY * 10.0).round() / 10.0);
        let date = self.scenario.start.map(|start| format!("{}, ", start.plus(time).story(false)));
        let _ = writeln!(self.page, "{}day {day}: {words}", date.unwrap_or_default());
    }

    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        let stage = &self.scenario.tracks[track].stages[stage];
        let words = if stage.about.is_empty() { String::new() } else { format!(": {}", stage.about) };
        let at = if self.scenario.tracks.len() > 1 {
            format!(
                "{} is now at {}{words}",
                readable(&self.scenario.tracks[track].name),
                readable(&stage.name)
            )
        } else {
            format!("at {}{words}", readable(&stage.name))
        };
        self.line(time, &at);
    }

    fn ring(&mut self, time: f64, place: Place, probability: f64, after: &[f64]) {
        let stage = &self.scenario.tracks[place.0].stages[place.1];
        let Some(branch) = branch_of(self.scenario, place) else { return };
        let mut words = self.happening(place, stage, branch);
        if probability < 1.0 {
            let _ = write!(words, " (a chance of {})", prose::percent(probability));
        }
        self.line(time, &words);
        self.changes(after, time, "");
    }

    /// What happened, in the words of the file where it has some.
    fn happening(&self, place: Place, stage: &Stage, branch: &Branch) -> String {
        let clock = place.2.and_then(|n| stage.clocks().get(n));
        let track = if self.scenario.tracks.len() > 1 {
            format!("{}, ", readable(&self.scenario.tracks[place.0].name))
        } else {
            String::new()
        };
        let start = match clock {
            Some(clock) if !clock.about.is_empty() => sentence(&clock.about),
            Some(clock) if !clock.name.is_empty() => {
                format!("{track}{}: {}", readable(&stage.name), readable(&clock.name))
            }
            _ => format!("{track}{}", readable(&stage.name)),
        };
        let next = match branch.to {
            _ if !branch.about.is_empty() => sentence(&branch.about),
            Target::Stay => "goes on".into(),
            Target::Stage(to) => {
                let to = &self.scenario.tracks[place.0].stages[to.0];
                let about =
                    if to.about.is_empty() { String::new() } else { format!(" ({})", sentence(&to.about)) };
                format!("{}{about}", readable(&to.name))
            }
            Target::Outcome(outcome) => format!("the end: {}", self.scenario.outcomes[outcome.0].title),
        };
        format!("{start} -> {next}")
    }

    /// What has changed since the reader last heard of it.
    fn changes(&mut self, states: &[f64], time: f64, _why: &str) {
        let mut words = Vec::new();
        for (n, &now) in states.iter().enumerate() {
            let was = self.known[n];
            if was.to_bits() == now.to_bits() {
                continue;
            }
            let state = &self.scenario.states[StateId(n).0];
            let (name, is) = (readable(&state.name), self.value(state.ty, now));
            self.known[n] = now;
            words.push(match state.ty {
                _ if was.is_nan() => format!("{name} is {is}"),
                Ty::Bool => format!("{name} becomes {is}"),
                _ => format!("{name} {} -> {is}", self.value(state.ty, was)),
            });
        }
        if !words.is_empty() {
            let begin = if self.told.is_none() { "at the start: " } else { "" };
            self.line(time, &format!("{begin}{}", words.join(", ")));
        }
    }

    fn end(&mut self, end: &Ending) {
        self.changes(&end.states, end.last, "");
        let outcome = &self.scenario.outcomes[end.outcome];
        let never = self.scenario.never.is_some_and(|never| never.0 == end.outcome);
        let about = if outcome.about.is_empty() { String::new() } else { format!(". {}", outcome.about) };
        let words = if never {
            format!("Nothing more can happen: {}{about}", outcome.title)
        } else {
            format!("The path ends: {}{about}", outcome.title)
        };
        self.line(if end.time.is_finite() { end.time } else { end.last }, &words);
        let mut numbers = Vec::new();
        for (n, measure) in self.scenario.measures.iter().enumerate() {
            let (scale, unit) = in_days(measure.ty);
            let unit = if measure.unit.is_empty() { unit } else { &measure.unit };
            let value = end.measures[n];
            numbers.push(if !end.counted[n] {
                format!("{}: does not count here", measure.title)
            } else if value.is_infinite() {
                format!("{}: never", measure.title)
            } else {
                let number = prose::number(value * scale);
                format!("{}: {number}{}{unit}", measure.title, if unit.is_empty() { "" } else { " " })
            });
        }
        for ((party, _), value) in self.scenario.payoffs.iter().zip(&end.payoffs) {
            numbers.push(format!("payoff of {party}: {}", prose::number(*value)));
        }
        if !numbers.is_empty() {
            self.page.push('\n');
            for line in numbers {
                let _ = writeln!(self.page, "{line}");
            }
        }
    }

    fn value(&self, ty: Ty, value: f64) -> String {
        match ty {
            Ty::Bool => (value != 0.0).to_string(),
            Ty::Option(set) => {
                let name = self.scenario.set(set).names.get(value as usize);
                name.map_or_else(|| prose::number(value), |name| readable(name))
            }
            Ty::Outcome => {
                self.scenario.outcomes.get(value as usize).map_or(String::new(), |o| o.title.clone())
            }
            Ty::Number { time: 1, .. } | Ty::Law { time: 1 } => prose::duration(value),
            Ty::Number { .. } | Ty::Law { .. } => {
                let (scale, unit) = in_days(ty);
                let number = prose::number(value * scale);
                if unit.is_empty() { number } else { format!("{number} {unit}") }
            }
        }
    }
}

/// A name as words: `walk_away` reads `walk away`.
fn readable(name: &str) -> String {
    name.replace('_', " ")
}

/// A sentence as part of another: without its full stop.
fn sentence(words: &str) -> String {
    words.trim().trim_end_matches('.').to_string()
}
