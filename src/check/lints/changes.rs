//! Delays that read what may change while they run, without saying what happens then.

use crate::diag::{Code, Diagnostic};
use crate::model::{ClockKind, Effects, OnChange, Reads, Scenario, Target};
use crate::syntax::{Kind, Table};

pub(super) fn look(scenario: &Scenario, root: &Table, found: &mut Vec<Diagnostic>) {
    for (t, track) in scenario.tracks.iter().enumerate() {
        for (s, stage) in track.stages.iter().enumerate() {
            for (c, clock) in stage.clocks().iter().enumerate() {
                let ClockKind::Takes(law, OnChange::Keep) = &clock.kind else { continue };
                let reads = law.reads(&scenario.formulas);
                if !reads.changes() || says(root, scenario, (t, s, c), "on_change") {
                    continue;
                }
                let Some(culprit) = changed_by(scenario, &reads, t, s, c) else { continue };
                found.push(
                    Diagnostic::new(
                        Code::SilentChange,
                        law.span,
                        format!("this delay reads `{culprit}`, which may change while it runs"),
                    )
                    .label("by default it keeps the delay drawn at its start")
                    .note(
                        "say which is meant: `on_change = \"keep\"`, `\"redraw\"`, or `\"rescale\"` (time already \
                         waited counts)",
                    ),
                );
            }
        }
    }
}

/// A name that the clock's delay reads and that something writes while the clock runs: an effect of another track, or of
/// another clock of the same stage that stays.
fn changed_by(scenario: &Scenario, reads: &Reads, t: usize, s: usize, c: usize) -> Option<String> {
    let written = |effects: &Effects| -> Option<String> {
        let states = effects.set.iter().map(|(id, _)| id).chain(effects.draw.iter().map(|(id, _)| id));
        let state = states
            .into_iter()
            .find(|id| reads.states.contains(id))
            .map(|id| scenario.states[id.0].name.clone());
        let track = effects.moves.iter().find(|(id, _)| reads.tracks.contains(id));
        state.or_else(|| track.map(|(id, _)| scenario.tracks[id.0].name.clone()))
    };
    for (u, track) in scenario.tracks.iter().enumerate() {
        for (r, stage) in track.stages.iter().enumerate() {
            if u != t
                && let Some(name) = written(&stage.enter)
            {
                return Some(name);
            }
            for (k, (_, next)) in stage.branches().into_iter().enumerate() {
                for branch in &next.list {
                    let beside = (u, r) == (t, s) && k != c && branch.to == Target::Stay;
                    if u != t || beside {
                        if let Some(name) = written(&branch.effects) {
                            return Some(name);
                        }
                        // A track that another one reads moves by itself.
                        let moves = matches!(branch.to, Target::Stage(_));
                        if u != t && moves && reads.tracks.iter().any(|id| id.0 == u) {
                            return Some(track.name.clone());
                        }
                    }
                }
            }
        }
    }
    None
}

/// Whether the file has a key for this clock (of a track's stage): `on_change = "keep"` written out is an answer.
pub(super) fn says(root: &Table, scenario: &Scenario, (t, s, c): (usize, usize, usize), key: &str) -> bool {
    let track = &scenario.tracks[t];
    let stages = match table(root, "stage").filter(|_| track.name == "stage") {
        Some(stages) => Some(stages),
        None => table(root, "track").and_then(|ts| table(ts, &track.name)).and_then(|t| table(t, "stage")),
    };
    let Some(stage) = stages.and_then(|stages| table(stages, &track.stages[s].name)) else { return false };
    match stage.get("race").map(|r| &r.value.kind) {
        None => stage.get(key).is_some(),
        Some(Kind::Array(items)) => {
            matches!(items.get(c).map(|i| &i.kind), Some(Kind::Table(clock)) if clock.get(key).is_some())
        }
        Some(Kind::Table(clock)) => clock.get(key).is_some(),
        Some(_) => false,
    }
}

fn table<'t>(table: &'t Table, key: &str) -> Option<&'t Table> {
    match &table.get(key)?.value.kind {
        Kind::Table(inner) => Some(inner),
        _ => None,
    }
}
