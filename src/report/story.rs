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
    let mut before_this = 0.0;
    for (n, event) in trace.events.iter().enumerate() {
        // What entering did is known from what the next branch finds; it belongs to the moment before that.
        if let Event::Ring { before, .. } = event {
            teller.changes(before, before_this);
        }
        let (Event::Ring { time, .. } | Event::Enter { time, .. }) = event;
        before_this = *time;
        match event {
            Event::Ring { time, track, stage, clock, branch, probability, after, .. } => {
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
        teller.changes(&end.states, before_this);
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

/// The length of a line of beliefs.
const WIDTH: usize = 100;

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

/// A scenario that looks no further ahead is told by hours.
pub(super) const SHORT: f64 = 3.0 * DAY;

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
            self.page.push_str("In this world:");
            let mut width = WIDTH;
            for one in told {
                width += one.chars().count() + 2;
                if width > WIDTH {
                    self.page.push_str("\n   ");
                    width = 4 + one.chars().count();
                }
                let _ = write!(self.page, " {one};");
            }
            self.page.push('\n');
        }
        self.page.push('\n');
    }

    /// `Mon 27 Jan 2025, day 7: `, or spaces under a heading that already says so; with the time of day where hours matter.
    fn line(&mut self, time: f64, words: &str) {
        if self.told == Some(time) {
            let _ = writeln!(self.page, "    {words}");
            return;
        }
        self.told = Some(time);
        let hours = self.scenario.horizon.is_some_and(|horizon| horizon <= SHORT);
        let part = if hours { 1_000.0 } else { 10.0 };
        let day = prose::number((time / DAY * part).round() / part);
        let date = self.scenario.start.map(|start| format!("{}, ", start.plus(time).story(hours)));
        let _ = writeln!(self.page, "{}day {day}: {words}", date.unwrap_or_default());
    }

    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        let stage = &self.scenario.tracks[track].stages[stage];
        let words = if stage.about.is_empty() { String::new() } else { format!(": {}", stage.about) };
        let verb = if self.told.is_none() || self.told == Some(0.0) { "begins" } else { "is now" };
        let at = if self.scenario.tracks.len() > 1 {
            format!(
                "{} {verb} at {}{words}",
                readable(&self.scenario.tracks[track].name),
                readable(&stage.name)
            )
        } else {
            format!("{verb} at {}{words}", readable(&stage.name))
        };
        self.line(time, &at);
    }

    fn ring(&mut self, time: f64, place: Place, probability: f64, after: &[f64]) {
        let stage = &self.scenario.tracks[place.0].stages[place.1];
        let Some(branch) = branch_of(self.scenario, place) else { return };
        let chance = if probability < 1.0 {
            format!(" (a chance of {})", prose::percent(probability))
        } else {
            String::new()
        };
        let words =
            format!("{}{chance}{}", self.happening(place, stage, branch), self.leads(place.0, branch));
        self.line(time, &words);
        self.changes(after, time);
    }

    /// Where, and what happens, in the words of the file where it has some.
    fn happening(&self, place: Place, stage: &Stage, branch: &Branch) -> String {
        let mut at = Vec::new();
        if self.scenario.tracks.len() > 1 {
            at.push(readable(&self.scenario.tracks[place.0].name));
        }
        at.push(readable(&stage.name));
        let clock = place.2.and_then(|n| stage.clocks().get(n));
        let mut told = String::new();
        match clock {
            Some(clock) if !clock.about.is_empty() => told = sentence(&clock.about),
            Some(clock) if !clock.name.is_empty() && clock.name != stage.name => {
                at.push(readable(&clock.name))
            }
            _ => {}
        }
        if !branch.about.is_empty() {
            let joint = if told.is_empty() { "" } else { ". " };
            let _ = write!(told, "{joint}{}", sentence(&branch.about));
        }
        let at = at.join(", ");
        if told.is_empty() { at } else { format!("{at}: {told}") }
    }

    /// Where the branch leads.
    fn leads(&self, track: usize, branch: &Branch) -> String {
        match branch.to {
            Target::Stay => String::new(),
            Target::Stage(to) => {
                let to = &self.scenario.tracks[track].stages[to.0];
                let about =
                    if to.about.is_empty() { String::new() } else { format!(": {}", sentence(&to.about)) };
                format!(" -> {}{about}", readable(&to.name))
            }
            Target::Outcome(outcome) => format!(" -> {}", self.scenario.outcomes[outcome.0].title),
        }
    }

    /// What has changed since the reader last heard of it.
    fn changes(&mut self, states: &[f64], time: f64) {
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
            self.line(time, &words.join(", "));
        }
    }

    fn end(&mut self, end: &Ending) {
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
            let title =
                if measure.title.is_empty() { readable(&measure.name) } else { measure.title.clone() };
            let (scale, unit) = in_days(measure.ty);
            let unit = if measure.unit.is_empty() { unit } else { &measure.unit };
            let value = end.measures[n];
            numbers.push(if !end.counted[n] {
                format!("{title}: does not count here")
            } else if value.is_infinite() {
                format!("{title}: never")
            } else {
                let number = prose::number(value * scale);
                format!("{title}: {number}{}{unit}", if unit.is_empty() { "" } else { " " })
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
