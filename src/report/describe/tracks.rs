//! Tracks in words: what each stage waits for, and what comes then.

use super::facts::{Facts, Spread};
use super::links::Links;
use super::page::Page;
use crate::model::{
    Branch, Branches, Chance, Clock, ClockKind, Draw, Effects, Expr, OnChange, OnReturn, Return, Scenario,
    Stage, Target, Ty, Waits,
};
use crate::quantity::prose;
use crate::report::words::{plain, probability, words};

/// Describes every track.
pub fn tracks(scenario: &Scenario, facts: &Facts, links: &Links, page: &mut Page) {
    for (t, track) in scenario.tracks.iter().enumerate() {
        let title = match scenario.tracks.len() {
            1 => "What happens".to_string(),
            _ => format!("The track {}", track.name),
        };
        page.heading(&format!("{title} (begins at {})", track.stages[track.begins.0].name));
        if !track.about.is_empty() {
            page.line(2, &track.about);
        }
        let readers = &links.tracks[t];
        if !readers.is_empty() && scenario.tracks.len() > 1 {
            page.line(2, &format!("Its stage is read by {}.", prose::list(readers, "and")));
        }
        if !links.moved[t].is_empty() {
            page.line(2, &format!("It is also moved by {}.", prose::list(&links.moved[t], "and")));
        }
        for (s, stage) in track.stages.iter().enumerate() {
            let teller = Teller { scenario, facts, track: t, stage: s };
            page.gap();
            teller.stage(stage, page);
        }
    }
}

struct Teller<'a> {
    scenario: &'a Scenario,
    facts: &'a Facts,
    track: usize,
    stage: usize,
}

impl Teller<'_> {
    fn stage(&self, stage: &Stage, page: &mut Page) {
        let about = if stage.about.is_empty() { String::new() } else { format!(": {}", stage.about) };
        page.line(2, &format!("{}{about}", stage.name));
        if !stage.enter.is_empty() {
            page.line(4, &format!("On entering: {}.", self.effects(&stage.enter)));
        }
        match &stage.waits {
            Waits::Rests => page.line(4, "Waits for nothing: it is left only if something else moves it."),
            Waits::Now(next) => {
                page.line(4, "Decided on the spot:");
                self.branches(next, None, page);
            }
            Waits::Clocks(clocks) => {
                if clocks.len() > 1 {
                    page.line(4, &format!("The first of {} clocks to ring decides:", clocks.len()));
                }
                for (c, clock) in clocks.iter().enumerate() {
                    page.line(4, &self.clock(clock, c));
                    self.branches(&clock.next, Some(c), page);
                }
            }
        }
    }

    /// `session, takes gamma(…): mean 14 days; …`.
    fn clock(&self, clock: &Clock, number: usize) -> String {
        let compiled = &self.facts.clocks(self.track, self.stage)[number];
        let mut parts = Vec::new();
        match &clock.kind {
            ClockKind::Takes(law, change) => {
                parts.push(format!("takes {}", self.words(law)));
                if let Some(delay) = self.facts.delay(compiled) {
                    let spread = Spread::of(&delay.value, Ty::DURATION, false);
                    let given = if delay.surely { "" } else { "with every belief at its median: " };
                    if !(spread.is_certain() && delay.surely) {
                        parts.push(format!("{given}{}", spread.words()));
                    }
                }
                match change {
                    OnChange::Keep => {}
                    OnChange::Redraw => parts.push("drawn anew when what it reads changes".into()),
                    OnChange::Rescale => {
                        parts.push(
                            "rescaled when what it reads changes, so that time already waited counts".into(),
                        );
                    }
                }
            }
            ClockKind::At(time) => parts.push(self.at(time)),
            ClockKind::Hazard(rate) => {
                let per_day = if matches!(rate.ty, Ty::Number { time: -1, .. }) { "" } else { " per day" };
                parts.push(format!("rings at a rate of {}{per_day}", self.words(rate)));
                if let Some(known) = self.facts.rate(compiled).filter(|known| known.value > 0.0) {
                    let given = if known.surely { "" } else { "with every belief at its median " };
                    parts.push(format!("{given}once in {} on average", about(1.0 / known.value)));
                }
            }
            ClockKind::Guard => {}
        }
        match (&clock.guard, &clock.kind) {
            (Some(guard), ClockKind::Guard) => {
                parts.push(format!("as soon as it holds that {}", self.words(guard)));
            }
            (Some(guard), _) => parts.push(format!("runs only while {}", self.words(guard))),
            (None, _) => {}
        }
        match &clock.on_return {
            OnReturn::Fixed(Return::Redraw) => {}
            OnReturn::Fixed(Return::Resume) => {
                parts.push("goes on where it stopped when it runs again".into())
            }
            OnReturn::Fixed(Return::Repeat) => {
                parts.push("begins the same delay again when it runs again".into())
            }
            OnReturn::Lever(id, _) => {
                parts.push(format!(
                    "what happens when it runs again is up to {}",
                    self.scenario.levers[id.0].name
                ));
            }
        }
        let about = if clock.about.is_empty() { String::new() } else { format!(" ({})", bare(&clock.about)) };
        let how = parts.join("; ");
        if clock.name.is_empty() {
            format!("{}.", prose::capital(&how))
        } else {
            format!("{}{about}: {how}.", clock.name)
        }
    }

    fn at(&self, time: &Expr) -> String {
        match (time.as_constant(), self.scenario.start) {
            (Some(seconds), Some(start)) => {
                format!("on {} ({} after the start)", start.plus(seconds), prose::duration(seconds))
            }
            _ => format!("{} after the start", self.words(time)),
        }
    }

    fn branches(&self, next: &Branches, clock: Option<usize>, page: &mut Page) {
        for (n, branch) in next.list.iter().enumerate() {
            let chance = self.chance(next, n, clock);
            let what = self.happens(branch, clock);
            page.line(
                6,
                &format!("- {}", if chance.is_empty() { what } else { format!("{chance}: {what}") }),
            );
        }
    }

    fn chance(&self, next: &Branches, n: usize, clock: Option<usize>) -> String {
        let branch = &next.list[n];
        let about = || {
            let list = self.facts.list(self.track, self.stage, clock)?;
            let known = self.facts.probability(list, n)?;
            Some(if known.surely {
                prose::percent(known.value)
            } else {
                format!("about {}", prose::percent(known.value))
            })
        };
        let how = match &branch.chance {
            Chance::Rest if n == 0 => String::new(),
            Chance::Rest => "otherwise".into(),
            Chance::Weight(weight) => format!("with weight {}", self.words(weight)),
            Chance::P(p) => {
                let known = about()
                    .filter(|_| p.as_constant().is_none())
                    .map_or(String::new(), |p| format!(" ({p})"));
                format!("with probability {}{known}", probability(self.scenario, p))
            }
            Chance::Odds(base, factors) => {
                let known = about()
                    .filter(|_| base.as_constant().is_none())
                    .map_or(String::new(), |p| format!(" ({p})"));
                let factors: Vec<String> = factors.iter().map(|(of, by)| self.factor(of, by)).collect();
                let factors = if factors.is_empty() {
                    String::new()
                } else {
                    format!(", its odds multiplied by {}", factors.join(", by "))
                };
                format!("with probability {}{known}{factors}", probability(self.scenario, base))
            }
        };
        match &branch.when {
            Some(when) if how.is_empty() => format!("if {}", self.words(when)),
            Some(when) if branch.chance == Chance::Rest => format!("{how}, if {}", self.words(when)),
            Some(when) => format!("if {}, {how}", self.words(when)),
            None => how,
        }
    }

    fn factor(&self, of: &Expr, by: &Expr) -> String {
        if of.ty == Ty::Bool {
            format!("{} if {}", self.words(by), self.words(of))
        } else {
            format!("{} to the power of {}", self.words(by), self.words(of))
        }
    }

    fn happens(&self, branch: &Branch, clock: Option<usize>) -> String {
        let mut parts = Vec::new();
        if !branch.about.is_empty() {
            parts.push(bare(&branch.about));
        }
        let effects = self.effects(&branch.effects);
        if !effects.is_empty() {
            parts.push(effects);
        }
        let stages = &self.scenario.tracks[self.track].stages;
        // A date comes once, and a condition waits until it has not held.
        let anew = clock
            .and_then(|clock| stages[self.stage].clocks().get(clock))
            .is_some_and(|clock| matches!(clock.kind, ClockKind::Takes(..) | ClockKind::Hazard(_)));
        parts.push(match branch.to {
            Target::Stay if anew => "stays here, and it begins anew".into(),
            Target::Stay if parts.is_empty() => "nothing changes".into(),
            Target::Stay => "stays here".into(),
            Target::Stage(id) => format!("goes to {}", stages[id.0].name),
            Target::Outcome(id) => format!("ends as {}", self.scenario.outcomes[id.0].title),
        });
        parts.join("; ")
    }

    fn effects(&self, effects: &Effects) -> String {
        let scenario = self.scenario;
        let mut parts: Vec<String> = Vec::new();
        for (id, value) in &effects.set {
            parts.push(format!("{} = {}", scenario.states[id.0].name, self.words(value)));
        }
        for (id, stage) in &effects.moves {
            parts.push(format!("{} moves to {}", scenario.tracks[id.0].name, self.words(stage)));
        }
        for (id, draw) in &effects.draw {
            let state = &scenario.states[id.0];
            let how = match draw {
                Draw::Law(law) => format!("from {}", self.words(law)),
                _ => super::facts::chances(scenario, state.ty, draw).unwrap_or_default(),
            };
            parts.push(format!("{} is drawn anew {how}", state.name));
        }
        for (id, amount) in &effects.pay {
            parts.push(format!("pays {} into {}", self.words(amount), scenario.measures[id.0].name));
        }
        parts.join(", ")
    }

    fn words(&self, expr: &Expr) -> String {
        words(self.scenario, expr)
    }
}

/// A sentence without its full stop.
fn bare(words: &str) -> String {
    words.trim().trim_end_matches('.').to_string()
}

/// A duration to three digits.
fn about(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "eternity".into();
    }
    let days = seconds / crate::quantity::DAY;
    if days >= 1.0 {
        let rounded = if days >= 100.0 { days.round() } else { (days * 10.0).round() / 10.0 };
        let unit = if rounded == 1.0 { "day" } else { "days" };
        return format!("{} {unit}", plain(rounded));
    }
    prose::duration(seconds)
}
