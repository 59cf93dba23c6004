//! Does every instant end? Stages that branch on the spot, looked at as a graph.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Severity};
use crate::model::{
    Branch, Branches, Chance, ClockKind, Law, Node, Stage, StageId, Target, Track, TrackId, Waits,
};

impl Builder {
    /// Faults where an instant cannot end, lints where it may not.
    pub fn instants(&mut self) {
        if self.found.iter().any(|d| d.severity() == Severity::Error) {
            return;
        }
        let by_condition = self.scenario.outcomes.iter().any(|o| o.when.is_some());
        let mut found = Vec::new();
        for (t, track) in self.scenario.tracks.iter().enumerate() {
            // What other tracks or outcomes do in between may end what this track alone would not.
            let from_outside = by_condition || self.is_moved(TrackId(t));
            spot_loops(track, from_outside, &mut found);
            guard_loops(track, &self.scenario.formulas, &mut found);
        }
        self.found.extend(found);
    }

    /// Whether some effect moves a track other than its own.
    fn is_moved(&self, track: TrackId) -> bool {
        let moves = |e: &crate::model::Effects| e.moves.iter().any(|(id, _)| *id == track);
        self.scenario.tracks.iter().flat_map(|t| &t.stages).any(|stage| {
            moves(&stage.enter)
                || stage.branches().iter().any(|(_, next)| next.list.iter().any(|b| moves(&b.effects)))
        })
    }
}

/// Whether the branch can be taken at all.
fn possible(branch: &Branch) -> bool {
    !matches!(&branch.chance, Chance::P(p) | Chance::Weight(p) if p.as_constant() == Some(0.0))
}

/// The branches that a stage takes in no time: it has no clock, or its first one has no delay.
fn on_the_spot(stage: &Stage) -> Option<&Branches> {
    match &stage.waits {
        Waits::Now(next) => Some(next),
        Waits::Clocks(clocks) => {
            let clock = clocks.first()?;
            let ClockKind::Takes(law, _) = &clock.kind else { return None };
            let Node::Law(Law::Point(delay)) = &law.node else { return None };
            (clock.guard.is_none() && delay.as_constant() == Some(0.0)).then_some(&clock.next)
        }
        Waits::Rests => None,
    }
}

fn spot_loops(track: &Track, from_outside: bool, found: &mut Vec<Diagnostic>) {
    let nexts: Vec<Option<&Branches>> = track.stages.iter().map(on_the_spot).collect();
    let leaves = |surely: bool| -> Vec<bool> {
        let mut leaves: Vec<bool> = nexts.iter().map(Option::is_none).collect();
        // Each round may let one more stage leave.
        let mut changed = true;
        while changed {
            changed = false;
            for (i, next) in nexts.iter().enumerate().rev() {
                let Some(next) = next.filter(|_| !leaves[i]) else { continue };
                let way_out = next.list.iter().filter(|b| possible(b)).any(|b| {
                    let open = !surely || b.when.is_none();
                    open && match b.to {
                        Target::Outcome(_) => true,
                        Target::Stage(StageId(to)) => leaves[to],
                        Target::Stay => false,
                    }
                });
                leaves[i] = way_out;
                changed |= way_out;
            }
        }
        leaves
    };
    let (may, surely) = (leaves(false), leaves(true));
    let mut stuck: Option<Diagnostic> = None;
    let mut doubtful: Option<Diagnostic> = None;
    for (i, stage) in track.stages.iter().enumerate() {
        let Some(next) = nexts[i] else { continue };
        let acts = next.list.iter().any(|b| !b.effects.is_empty());
        let ended_elsewhere = acts && from_outside;
        if !may[i] && !ended_elsewhere {
            stuck = Some(match stuck {
                Some(first) if first.context.len() < 5 => first.context(stage.span, "so does this"),
                Some(first) => first,
                None => Diagnostic::new(
                    Code::EndlessInstant,
                    stage.span,
                    format!("`{}` branches for ever in one instant", stage.name),
                )
                .label("no branch leads to a stage that waits, or to an outcome")
                .note("let a stage on the way wait on a clock: `takes = \"1 day\"`"),
            });
        } else if !surely[i] && !acts && comes_back(&nexts, i) && !last_resort(next) {
            doubtful = Some(match doubtful {
                Some(first) if first.context.len() < 5 => first.context(stage.span, "so may this"),
                Some(first) => first,
                None => Diagnostic::new(
                    Code::MayNotEnd,
                    stage.span,
                    format!("`{}` may branch for ever in one instant", stage.name),
                )
                .label("every way out has a condition, and nothing on the way changes it"),
            });
        }
    }
    found.extend(stuck);
    found.extend(doubtful);
}

/// Whether the list has a branch without a condition that leaves.
fn last_resort(next: &crate::model::Branches) -> bool {
    next.list.iter().any(|b| b.when.is_none() && possible(b) && matches!(b.to, Target::Outcome(_)))
}

/// Whether a stage that branches on the spot can be reached again from itself within the instant.
fn comes_back(nexts: &[Option<&Branches>], from: usize) -> bool {
    let mut seen = vec![false; nexts.len()];
    let mut open = vec![from];
    while let Some(i) = open.pop() {
        let Some(next) = nexts[i] else { continue };
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
fn guard_loops(track: &Track, formulas: &[crate::model::Formula], found: &mut Vec<Diagnostic>) {
    for (i, stage) in track.stages.iter().enumerate() {
        for clock in stage.clocks() {
            let again =
                clock.next.list.iter().all(|b| b.to == Target::Stage(StageId(i)) && b.effects.is_empty());
            // The time in a stage begins anew when it is entered again.
            let anew = clock.guard.as_ref().is_some_and(|g| g.reads(formulas).since);
            if matches!(clock.kind, ClockKind::Guard) && again && stage.enter.is_empty() && !anew {
                found.push(
                    Diagnostic::new(
                        Code::EndlessInstant,
                        clock.span,
                        format!("a clock of `{}` rings for ever in one instant", stage.name),
                    )
                    .label("its condition still holds when the stage is entered again")
                    .note("leave out `to` and it rings once, each time its condition becomes true"),
                );
            }
        }
    }
}
