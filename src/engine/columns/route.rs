//! What an event may change, known before any path is walked: which conditions are looked at, and which stages' clocks.

use super::plan::silent;
use crate::program::{Branch, Condition, Kind, Program, Reads, Stage, Target};

/// Sets of stages, a bit each; those beyond the sixty-third share one. A stage that nothing has changed may be looked at in vain.
pub(super) type Stages = u64;

/// The bit of a stage, by its number in the program.
#[inline]
pub(super) fn bit(stage: u32) -> Stages {
    1 << stage.min(63)
}

/// Where an event leads, and what must be looked at because of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    /// Those that may hold for the first time, and outcomes whose conditions may: by their numbers.
    pub firsts: Vec<u32>,
    pub outcomes: Vec<u32>,
    /// The stages whose clocks need a look when the instant settles, where a track stands there.
    pub looks: Stages,
    /// The stage to which it moves a track, where that is all that can branch on the spot afterwards: lanes come with `looks` added, and none
    /// has had too many events.
    pub arrives: Option<u32>,
}

/// What an event does.
struct Event<'p> {
    program: &'p Program,
    /// What it may change, time aside.
    changes: Reads,
    /// The one track that it moves, if it is one: from where to where.
    moved: Option<(&'p Stage, &'p Stage)>,
}

impl Route {
    /// The start of a path, where everything is new.
    pub fn begin(program: &Program) -> Route {
        Route {
            firsts: (0..program.firsts.len() as u32).collect(),
            outcomes: (0..program.outcomes.len() as u32).collect(),
            looks: Stages::MAX,
            arrives: None,
        }
    }

    /// Time alone changes a condition.
    pub fn crossing(program: &Program) -> Route {
        let timed = |condition: &Condition| !condition.crossings.is_empty();
        let event = Event { program, changes: Reads::NONE, moved: None };
        Route {
            firsts: numbers(program.firsts.iter().map(|first| timed(&first.condition))),
            outcomes: numbers(program.outcomes.iter().map(|(_, when)| timed(when))),
            looks: event.looks(),
            arrives: None,
        }
    }

    /// A branch is taken in a stage; `moves` are the stages that moves lead to, by their numbers.
    pub fn of(program: &Program, from: u32, branch: &Branch, moves: &[u32]) -> Route {
        let arrives = match branch.to {
            Target::Stage(to) => Some(to),
            Target::Stay | Target::Outcome(_) => None,
        };
        let moved = branch.effects.moves.range().map(|at| moves[at]);
        let arrivals: Vec<u32> = moved.chain(arrives).collect();
        let mut changes = Reads::NONE;
        let stages = || arrivals.iter().map(|to| &program.stages[*to as usize]);
        for effects in std::iter::once(&branch.effects).chain(stages().map(|stage| &stage.enter)) {
            let sets = effects.sets.of(&program.sets).iter().map(|set| set.state);
            let states = sets.chain(effects.draws.of(&program.draws).iter().map(|draw| draw.state));
            changes = states.fold(changes, |all, state| all.with(Reads::place(state as usize)));
        }
        for stage in stages() {
            changes = changes.with(Reads::place(program.layout.track(stage.track as usize)));
        }
        let alone = arrives.filter(|_| branch.effects.moves.is_empty());
        let moved = alone.map(|to| (&program.stages[from as usize], &program.stages[to as usize]));
        let event = Event { program, changes, moved };
        let spot = |stage: u32| program.stages[stage as usize].spot.is_some();
        let spots = program.tracks.iter().filter(|track| spot(track.begins)).count();
        let stays = matches!(branch.to, Target::Stay).then_some(from);
        Route {
            firsts: numbers(program.firsts.iter().map(|first| event.opens(&first.condition))),
            outcomes: numbers(program.outcomes.iter().map(|(_, when)| event.opens(when))),
            looks: arrivals.iter().chain(&stays).fold(event.looks(), |all, stage| all | bit(*stage)),
            arrives: alone.filter(|_| program.moves.is_empty() && spots <= 1),
        }
    }
}

impl Event<'_> {
    /// Whether a condition may hold afterwards that did not before.
    fn opens(&self, condition: &Condition) -> bool {
        let closed = self.moved.is_some_and(|(_, to)| self.decided(condition, to) == Some(false));
        condition.reads.touched(self.changes) && !closed
    }

    /// The stages whose clocks it may start, stop or change, beside those that it enters.
    fn looks(&self) -> Stages {
        let changed = self.changes.with(Reads::TIME);
        let rate = |kind: &Kind| matches!(kind, Kind::Hazard(rate) if rate.touches.touched(changed));
        let guarded = |guard: &Condition| guard.reads.touched(changed) && !self.keeps(guard);
        let mut all = 0;
        for (number, clock) in self.program.clocks.iter().enumerate() {
            if (clock.guard.as_ref().is_some_and(guarded) || rate(&clock.kind))
                && !silent(self.program, number)
            {
                all |= bit(clock.stage);
            }
        }
        all
    }

    /// Whether the stages of the track that is moved tell that a condition stays as it was.
    fn keeps(&self, condition: &Condition) -> bool {
        self.moved.is_some_and(|(from, to)| {
            let before = self.decided(condition, from);
            before.is_some() && before == self.decided(condition, to)
        })
    }

    /// What a stage tells of a condition.
    fn decided(&self, condition: &Condition, stage: &Stage) -> Option<bool> {
        let reads = condition.decided.place() == self.program.layout.track(stage.track as usize);
        condition.decided.by(f64::from(stage.index)).filter(|_| reads)
    }
}

/// The numbers of those that are true.
fn numbers(all: impl Iterator<Item = bool>) -> Vec<u32> {
    (0..).zip(all).filter(|(_, is)| *is).map(|(number, _)| number).collect()
}
