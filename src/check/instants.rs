//! Does every instant end? Stages that branch on the spot, looked at as a graph.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Severity};
use crate::model::{Branch, Chance, ClockKind, StageId, Target, Track, Waits};

impl Builder {
    /// Faults where an instant cannot end, lints where it may not.
    pub fn instants(&mut self) {
        if self.found.iter().any(|d| d.severity() == Severity::Error) {
            return;
        }
        let by_condition = self.scenario.outcomes.iter().any(|o| o.when.is_some());
        let mut found = Vec::new();
        for track in &self.scenario.tracks {
            spot_loops(track, by_condition, &mut found);
            guard_loops(track, &mut found);
        }
        self.found.extend(found);
    }
}

/// Whether the branch can be taken at all.
fn possible(branch: &Branch) -> bool {
    !matches!(&branch.chance, Chance::P(p) | Chance::Weight(p) if p.as_constant() == Some(0.0))
}

fn spot_loops(track: &Track, by_condition: bool, found: &mut Vec<Diagnostic>) {
    let leaves = |surely: bool| -> Vec<bool> {
        let mut leaves: Vec<bool> = track.stages.iter().map(|s| !matches!(s.waits, Waits::Now(_))).collect();
        // Each round may let one more stage leave.
        for _ in 0..track.stages.len() {
            for (i, stage) in track.stages.iter().enumerate() {
                let Waits::Now(next) = &stage.waits else { continue };
                let way_out = next.list.iter().filter(|b| possible(b)).any(|b| {
                    let open = !surely || b.when.is_none();
                    open && match b.to {
                        Target::Outcome(_) => true,
                        Target::Stage(StageId(to)) => leaves[to],
                        Target::Stay => false,
                    }
                });
                leaves[i] |= way_out;
            }
        }
        leaves
    };
    let (may, surely) = (leaves(false), leaves(true));
    for (i, stage) in track.stages.iter().enumerate() {
        let Waits::Now(next) = &stage.waits else { continue };
        let acts = next.list.iter().any(|b| !b.effects.is_empty());
        let stuck = !may[i];
        let condition_may_end = acts && by_condition;
        if stuck && !condition_may_end {
            found.push(
                Diagnostic::new(
                    Code::EndlessInstant,
                    stage.span,
                    format!("`{}` branches for ever in one instant", stage.name),
                )
                .label("no branch leads to a stage that waits, or to an outcome")
                .note("let a stage on the way wait on a clock: `takes = \"1 day\"`"),
            );
        } else if (!may[i] || !surely[i]) && !acts && comes_back(track, i) && !last_resort(next) {
            found.push(
                Diagnostic::new(
                    Code::MayNotEnd,
                    stage.span,
                    format!("`{}` may branch for ever in one instant", stage.name),
                )
                .label("every way out has a condition, and nothing on the way changes it"),
            );
        }
    }
}

/// Whether the list has a branch without a condition that leaves.
fn last_resort(next: &crate::model::Branches) -> bool {
    next.list.iter().any(|b| b.when.is_none() && possible(b) && matches!(b.to, Target::Outcome(_)))
}

/// Whether a stage that branches on the spot can be reached again from itself within the instant.
fn comes_back(track: &Track, from: usize) -> bool {
    let mut seen = vec![false; track.stages.len()];
    let mut open = vec![from];
    while let Some(i) = open.pop() {
        let Waits::Now(next) = &track.stages[i].waits else { continue };
        for branch in next.list.iter().filter(|b| possible(b)) {
            let to = match branch.to {
                Target::Stage(StageId(to)) => to,
                Target::Stay => i,
                Target::Outcome(_) => continue,
            };
            if to == from {
                return true;
            }
            if !seen[to] {
                seen[to] = true;
                open.push(to);
            }
        }
    }
    false
}

/// A guard-only clock that only enters its own stage again rings for ever.
fn guard_loops(track: &Track, found: &mut Vec<Diagnostic>) {
    for (i, stage) in track.stages.iter().enumerate() {
        for clock in stage.clocks() {
            let again =
                clock.next.list.iter().all(|b| b.to == Target::Stage(StageId(i)) && b.effects.is_empty());
            if matches!(clock.kind, ClockKind::Guard) && again && stage.enter.is_empty() {
                found.push(
                    Diagnostic::new(
                        Code::EndlessInstant,
                        clock.span,
                        format!(
                            "{} rings for ever in one instant",
                            crate::quantity::prose::capital(clock.label())
                        ),
                    )
                    .label("its condition still holds when the stage is entered again")
                    .note("leave out `to` and it rings once, each time its condition becomes true"),
                );
            }
        }
    }
}
