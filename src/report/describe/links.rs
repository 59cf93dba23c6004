//! What depends on what: where each name is read and written.

use crate::model::{
    Chance, ClockKind, Draw, Effects, Expr, Initial, MeasureKind, OnReturn, Scenario, Stage, Waits,
};

/// Where each thing is read and written, by its number, in order of the file.
pub struct Links {
    /// Readers of levers.
    pub levers: Vec<Vec<String>>,
    /// Readers of beliefs.
    pub beliefs: Vec<Vec<String>>,
    /// Readers of states.
    pub states: Vec<Vec<String>>,
    /// Readers of tracks, by their stage.
    pub tracks: Vec<Vec<String>>,
    /// Readers of formulas.
    pub formulas: Vec<Vec<String>>,
    /// Writers of states.
    pub written: Vec<Vec<String>>,
    /// Movers of tracks, other than themselves.
    pub moved: Vec<Vec<String>>,
}

impl Links {
    /// Looks through the whole scenario.
    pub fn new(scenario: &Scenario) -> Links {
        let none = |count: usize| vec![Vec::new(); count];
        let mut links = Links {
            levers: none(scenario.levers.len()),
            beliefs: none(scenario.beliefs.len()),
            states: none(scenario.states.len()),
            tracks: none(scenario.tracks.len()),
            formulas: none(scenario.formulas.len()),
            written: none(scenario.states.len()),
            moved: none(scenario.tracks.len()),
        };
        for (place, expr) in uses(scenario) {
            let reads = expr.reads(&scenario.formulas);
            reads.levers.iter().for_each(|id| note(&mut links.levers[id.0], &place));
            reads.beliefs.iter().for_each(|id| note(&mut links.beliefs[id.0], &place));
            reads.states.iter().for_each(|id| note(&mut links.states[id.0], &place));
            reads.tracks.iter().for_each(|id| note(&mut links.tracks[id.0], &place));
            reads.formulas.iter().for_each(|id| note(&mut links.formulas[id.0], &place));
        }
        for (place, stage) in stages(scenario) {
            for clock in stage.clocks() {
                if let OnReturn::Lever(id, _) = &clock.on_return {
                    note(&mut links.levers[id.0], &place);
                }
            }
            for effects in effects_of(stage) {
                effects.set.iter().for_each(|(id, _)| note(&mut links.written[id.0], &place));
                effects.draw.iter().for_each(|(id, _)| note(&mut links.written[id.0], &place));
                effects.moves.iter().for_each(|(id, _)| note(&mut links.moved[id.0], &place));
            }
        }
        links
    }
}

fn note(places: &mut Vec<String>, place: &str) {
    if !places.iter().any(|p| p == place) {
        places.push(place.to_string());
    }
}

/// The stages with their names: `talks.round`, or `round` where there is one track.
fn stages(scenario: &Scenario) -> impl Iterator<Item = (String, &Stage)> {
    scenario.tracks.iter().flat_map(|track| {
        track.stages.iter().map(|stage| {
            let name = if scenario.tracks.len() == 1 {
                stage.name.clone()
            } else {
                format!("{}.{}", track.name, stage.name)
            };
            (name, stage)
        })
    })
}

/// Everything that a stage does: on entering, and by each branch.
fn effects_of(stage: &Stage) -> Vec<&Effects> {
    let branches = stage.branches();
    let by_branch = branches.into_iter().flat_map(|(_, next)| &next.list).map(|branch| &branch.effects);
    std::iter::once(&stage.enter).chain(by_branch).collect()
}

/// Every expression with the place that it stands in; formulas count where they are used.
fn uses(scenario: &Scenario) -> Vec<(String, &Expr)> {
    let mut all: Vec<(String, &Expr)> = Vec::new();
    for belief in &scenario.beliefs {
        put(&mut all, &format!("the belief {}", belief.name), of_draw(&belief.draw));
    }
    for state in &scenario.states {
        let parts = match &state.initial {
            Initial::Value(e) => vec![e],
            Initial::Draw(draw) => of_draw(draw),
        };
        put(&mut all, &format!("the beginning of {}", state.name), parts);
    }
    for (place, stage) in stages(scenario) {
        put(&mut all, &place, of_stage(stage));
    }
    for outcome in &scenario.outcomes {
        put(&mut all, &format!("the outcome {}", outcome.name), outcome.when.iter().collect());
    }
    for (party, payoffs) in &scenario.payoffs {
        put(&mut all, &format!("the payoff of {party}"), payoffs.iter().collect());
    }
    for measure in &scenario.measures {
        let mut parts: Vec<&Expr> = measure.given.iter().collect();
        match &measure.kind {
            MeasureKind::Value(e) | MeasureKind::First(e) => parts.push(e),
            MeasureKind::Account(account) => parts.extend(account.rate.as_ref()),
        }
        put(&mut all, &format!("the measure {}", measure.name), parts);
    }
    for key in scenario.splits.iter().flat_map(|split| &split.keys) {
        put(&mut all, "a split", vec![&key.expr]);
    }
    all
}

fn put<'s>(all: &mut Vec<(String, &'s Expr)>, place: &str, parts: Vec<&'s Expr>) {
    all.extend(parts.into_iter().map(|part| (place.to_string(), part)));
}

fn of_stage(stage: &Stage) -> Vec<&Expr> {
    let mut all = Vec::new();
    if let Waits::Clocks(clocks) = &stage.waits {
        for clock in clocks {
            all.extend(clock.guard.as_ref());
            match &clock.kind {
                ClockKind::Takes(e, _) | ClockKind::At(e) | ClockKind::Hazard(e) => all.push(e),
                ClockKind::Guard => {}
            }
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
                    all.extend(factors.iter().flat_map(|(of, by)| [of, by]));
                }
            }
        }
    }
    for effects in effects_of(stage) {
        all.extend(effects.set.iter().map(|(_, e)| e));
        all.extend(effects.moves.iter().map(|(_, e)| e));
        all.extend(effects.pay.iter().map(|(_, e)| e));
        all.extend(effects.draw.iter().flat_map(|(_, draw)| of_draw(draw)));
    }
    all
}

fn of_draw(draw: &Draw) -> Vec<&Expr> {
    match draw {
        Draw::Law(e) | Draw::Chance(e) => vec![e],
        Draw::Weights(list) => list.iter().map(|(_, weight)| weight).collect(),
    }
}
