//! What no path can reach, and where it cannot leave.

use crate::diag::{Code, Diagnostic};
use crate::model::{Branches, Chance, Effects, Expr, Node, Scenario, StageId, Target, TrackId, Ty, Waits};

pub(super) fn look(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let reached = reached(scenario);
    let reads = super::reads::of_all(scenario);
    let mut outcomes: Vec<bool> = scenario.outcomes.iter().map(|o| o.when.is_some()).collect();
    for id in [scenario.at_horizon, scenario.never].into_iter().flatten() {
        outcomes[id.0] = true;
    }
    let by_condition = scenario.outcomes.iter().any(|o| o.when.is_some());
    for (t, track) in scenario.tracks.iter().enumerate() {
        for (s, stage) in track.stages.iter().enumerate() {
            if !reached[t][s] {
                found.push(
                    Diagnostic::new(
                        Code::UnreachableStage,
                        stage.span,
                        format!("nothing leads to the stage `{}`", stage.name),
                    )
                    .label("no path is ever here"),
                );
                continue;
            }
            let mut leaves = false;
            for (_, next) in stage.branches() {
                for branch in possible(next) {
                    match branch.to {
                        Target::Outcome(id) => {
                            outcomes[id.0] = true;
                            leaves = true;
                        }
                        Target::Stage(StageId(to)) => leaves |= to != s,
                        Target::Stay => {}
                    }
                }
            }
            // Beside other tracks a stage may be where a track comes to rest.
            let acts = stage.branches().iter().any(|(_, b)| b.list.iter().any(|b| !b.effects.is_empty()));
            // Up to a horizon it may, where what it pays or what reads it counts.
            let counts = acts || !stage.enter.is_empty() || reads.tracks.contains(&TrackId(t));
            let rests = counts && scenario.horizon.is_some();
            if !leaves && scenario.tracks.len() == 1 && !by_condition && !rests {
                let waits = if matches!(stage.waits, Waits::Rests) {
                    "it waits for nothing"
                } else {
                    "it leads only to itself"
                };
                found.push(
                    Diagnostic::new(
                        Code::DeadEnd,
                        stage.span,
                        format!("nobody can leave the stage `{}`", stage.name),
                    )
                    .label(waits)
                    .note("to end the path here, lead to an outcome instead"),
                );
            }
        }
    }
    for (outcome, reached) in scenario.outcomes.iter().zip(outcomes) {
        if !reached {
            found.push(
                Diagnostic::new(
                    Code::UnreachableOutcome,
                    outcome.span,
                    format!("no path can reach the outcome `{}`", outcome.name),
                )
                .label("no branch leads to it, and it has no condition"),
            );
        }
    }
}

fn possible(next: &Branches) -> impl Iterator<Item = &crate::model::Branch> {
    next.list
        .iter()
        .filter(|b| !matches!(&b.chance, Chance::P(p) | Chance::Weight(p) if p.as_constant() == Some(0.0)))
}

/// The stages of each track that a path can reach, conditions left aside.
fn reached(scenario: &Scenario) -> Vec<Vec<bool>> {
    let mut reached: Vec<Vec<bool>> = scenario.tracks.iter().map(|t| vec![false; t.stages.len()]).collect();
    let mut open: Vec<(usize, usize)> =
        scenario.tracks.iter().enumerate().map(|(t, track)| (t, track.begins.0)).collect();
    while let Some((t, s)) = open.pop() {
        if std::mem::replace(&mut reached[t][s], true) {
            continue;
        }
        let stage = &scenario.tracks[t].stages[s];
        moved(scenario, &stage.enter, &mut open);
        for (_, next) in stage.branches() {
            for branch in possible(next) {
                if let Target::Stage(StageId(to)) = branch.to {
                    open.push((t, to));
                }
                moved(scenario, &branch.effects, &mut open);
            }
        }
    }
    reached
}

fn moved(scenario: &Scenario, effects: &Effects, open: &mut Vec<(usize, usize)>) {
    for (track, stage) in &effects.moves {
        match options(stage) {
            Some(list) => open.extend(list.into_iter().map(|s| (track.0, s))),
            None => open.extend((0..scenario.tracks[track.0].stages.len()).map(|s| (track.0, s))),
        }
    }
}

/// The options that an expression can be, where only constants decide.
fn options(e: &Expr) -> Option<Vec<usize>> {
    match (&e.node, e.ty) {
        (Node::Const(index), Ty::Option(_)) => Some(vec![*index as usize]),
        (Node::If(_, a, b), _) => {
            let mut list = options(a)?;
            list.extend(options(b)?);
            Some(list)
        }
        _ => None,
    }
}
