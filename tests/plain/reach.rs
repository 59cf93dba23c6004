//! Whether a path can still reach an outcome (design, section 3.6), seen from the stages alone: whatever is not constant
//! is taken to be possible.

use super::times::{constant, reads_time};
use detente::model::{Chance, ClockKind, Effects, Expr, Scenario, Target};
use std::collections::BTreeSet;

/// What conditions of outcomes look at.
struct Watched {
    states: BTreeSet<usize>,
    tracks: BTreeSet<usize>,
}

/// Whether an outcome can come: a branch that can be reached leads to one, or changes what an outcome's condition reads,
/// or a condition reads the time.
pub fn can_end(scenario: &Scenario, stages: &[usize]) -> bool {
    let mut watched = Watched { states: BTreeSet::new(), tracks: BTreeSet::new() };
    for when in scenario.outcomes.iter().filter_map(|o| o.when.as_ref()) {
        if reads_time(scenario, when) {
            return true;
        }
        if constant(scenario, when) != Some(0.0) {
            let reads = when.reads(&scenario.formulas);
            watched.states.extend(reads.states.iter().map(|s| s.0));
            watched.tracks.extend(reads.tracks.iter().map(|t| t.0));
        }
    }
    let mut seen = BTreeSet::new();
    let mut todo: Vec<(usize, usize)> = stages.iter().copied().enumerate().collect();
    let now = todo.clone();
    while let Some((track, stage)) = todo.pop() {
        if !seen.insert((track, stage)) {
            continue;
        }
        let here = &scenario.tracks[track].stages[stage];
        let mut next: Vec<(usize, usize)> = vec![];
        let mut writes = false;
        if !now.contains(&(track, stage)) {
            writes |= watched.tracks.contains(&track);
        }
        writes |= !here.enter.is_empty() && seen_effects(scenario, &here.enter, &watched, &mut next);
        for (clock, branches) in here.branches() {
            let guard = clock.and_then(|c| c.guard.as_ref()).and_then(|g| constant(scenario, g));
            let idle = clock.is_some_and(
                |c| matches!(&c.kind, ClockKind::Hazard(rate) if constant(scenario, rate) == Some(0.0)),
            );
            if guard == Some(0.0) || idle {
                continue;
            }
            for branch in &branches.list {
                let none = |e: &Expr| constant(scenario, e) == Some(0.0);
                let barred = branch.when.as_ref().is_some_and(none);
                let idle = match &branch.chance {
                    Chance::P(p) | Chance::Weight(p) | Chance::Odds(p, _) => none(p),
                    Chance::Rest => false,
                };
                if barred || idle {
                    continue;
                }
                writes |= seen_effects(scenario, &branch.effects, &watched, &mut next);
                match branch.to {
                    Target::Outcome(_) => return true,
                    Target::Stage(to) => {
                        writes |= watched.tracks.contains(&track);
                        next.push((track, to.0));
                    }
                    Target::Stay => {}
                }
            }
        }
        if writes {
            return true;
        }
        todo.extend(next);
    }
    false
}

/// Whether they write what is watched; where they move tracks to is added to `next`.
fn seen_effects(
    scenario: &Scenario,
    effects: &Effects,
    watched: &Watched,
    next: &mut Vec<(usize, usize)>,
) -> bool {
    let mut writes = effects.set.iter().any(|(s, _)| watched.states.contains(&s.0));
    writes |= effects.draw.iter().any(|(s, _)| watched.states.contains(&s.0));
    for (track, to) in &effects.moves {
        writes |= watched.tracks.contains(&track.0);
        match constant(scenario, to) {
            Some(stage) => next.push((track.0, stage as usize)),
            None => next.extend((0..scenario.tracks[track.0].stages.len()).map(|s| (track.0, s))),
        }
    }
    writes
}
