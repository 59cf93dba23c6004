//! Walking a path: time goes from event to event, and every instant settles.

use super::clocks::{Memory, Running};
use super::fault::{Fault, FaultKind, Trouble, trouble};
use super::gathering::Gathering;
use super::luck::{Luck, Plain};
use super::memo::Memo;
use super::observer::Observer;
use super::world::World;
use crate::diag::Span;
use crate::dist::Law;
use crate::model::Return;
use crate::program::{Program, Reads};
use crate::stream::WorldKey;

/// The most events of a path.
pub const PATH_LIMIT: u64 = if cfg!(test) { 100_000 } else { 100_000_000 };

/// No track is pending, no stage is at fault.
pub(super) const NONE: u32 = u32::MAX;

/// Walks paths of one program, one after the other; holds all the room that a path needs.
#[derive(Clone, Debug)]
pub struct Walker<'p, L = Plain> {
    pub(super) program: &'p Program,
    /// How what is drawn comes about.
    pub(super) luck: L,
    /// The array of numbers: see [`crate::program::Layout`].
    pub(super) values: Vec<f64>,
    /// The stage of each track, by its number in the whole program.
    pub(super) at: Vec<u32>,
    /// The stage of each track, by its index within the track.
    pub(super) stages: Vec<u16>,
    pub(super) clocks: Vec<Running>,
    pub(super) memory: Vec<Memory>,
    /// Whether a track's clocks need a look when the instant settles.
    pub(super) fresh: Vec<bool>,
    /// Where tracks are about to be moved to, by the number in the whole program; mostly nowhere.
    pub(super) moved: Vec<u32>,
    pub(super) any_moved: bool,
    /// Whether a clock may be due at this instant.
    pub(super) any_due: bool,
    /// Tracks that are moved and have not entered yet.
    pub(super) pending: Vec<bool>,
    /// How many tracks are in a stage that branches on the spot, and in one with a clock without delay.
    pub(super) on_spot: u32,
    pub(super) on_watch: u32,
    /// What has changed since conditions of outcomes and firsts were looked at, since clocks were settled, and since it was worked
    /// out when time changes a condition.
    pub(super) unwatched: Reads,
    pub(super) unsettled: Reads,
    pub(super) uncrossed: Reads,
    /// What has changed since the rates of accounts were looked at; how they gather.
    pub(super) ungathered: Reads,
    pub(super) gathering: Vec<Gathering>,
    /// When time changes a comparison next, of conditions of outcomes and firsts.
    pub(super) crossings: Vec<f64>,
    /// How often each stage that branches on the spot did, and how often each stage that draws was entered.
    pub(super) spots: Vec<u32>,
    pub(super) entries: Vec<u32>,
    pub(super) thresholds: Vec<f64>,
    pub(super) memo: Memo,
    pub(super) scratch: Vec<f64>,
    pub(super) before: Vec<f64>,
    pub(super) parameters: Vec<f64>,
    pub(super) laws: Vec<Option<Law>>,
    /// What timed hazards read when they were last aimed: as `reads` of the program.
    pub(super) snapshots: Vec<f64>,
    /// Read at the end.
    pub(super) counted: Vec<bool>,
    pub(super) payoffs: Vec<f64>,
    pub(super) cells: Vec<i64>,
    pub(super) now: f64,
    pub(super) key: WorldKey,
    pub(super) path: u64,
    /// The world whose pool `values` holds.
    stamp: u64,
    /// Whether the last path came to its end, so that no track is left moved or pending.
    pub(super) clean: bool,
    /// The events of this instant.
    pub(super) events: u32,
    /// The stage at which something is going on.
    pub(super) place: u32,
    /// Whether anything looks at the state between events: conditions of outcomes, firsts.
    pub(super) watched: bool,
    /// Whether time changes a condition.
    pub(super) crosses: bool,
    /// Whether a path may be in a closed set before it ends.
    closes: bool,
    /// The most events of a path.
    most: u64,
    /// The clocks whose memory must be cleared.
    remembering: Vec<u32>,
}

/// What comes next on a path.
pub(super) enum Next {
    /// The path ends as it stands.
    End(End),
    /// Nothing until the horizon.
    Last(f64),
    /// This clock rings then.
    Ring(usize, f64),
    /// Time changes a condition then.
    Crossing(f64),
}

/// How a path ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub outcome: u16,
    pub time: f64,
    /// Whether nothing ended it: see [`PathEnd::standing`](super::PathEnd::standing).
    pub standing: bool,
}

impl<'p> Walker<'p> {
    /// A walker of this program.
    pub fn new(program: &'p Program) -> Walker<'p> {
        Walker::with_luck(program, Plain)
    }
}

impl<'p, L: Luck> Walker<'p, L> {
    /// A walker of this program whose delays and branches come about in a way of their own.
    pub fn with_luck(program: &'p Program, luck: L) -> Walker<'p, L> {
        let timed = |c: &crate::program::Condition| !c.crossings.is_empty();
        let begins = || program.tracks.iter().map(|t| &program.stages[t.begins as usize]);
        Walker {
            program,
            luck,
            values: vec![f64::NAN; program.layout.len()],
            at: program.tracks.iter().map(|t| t.begins).collect(),
            stages: vec![0; program.tracks.len()],
            clocks: vec![Running::default(); program.clocks.len()],
            memory: vec![Memory::default(); program.clocks.len()],
            fresh: vec![true; program.tracks.len()],
            moved: vec![NONE; program.tracks.len()],
            any_moved: false,
            any_due: false,
            pending: vec![false; program.tracks.len()],
            on_spot: begins().filter(|stage| stage.spot.is_some()).count() as u32,
            on_watch: begins().filter(|stage| stage.watches).count() as u32,
            unwatched: Reads::ALL,
            unsettled: Reads::ALL,
            uncrossed: Reads::ALL,
            ungathered: Reads::ALL,
            gathering: vec![Gathering::NONE; program.accounts.len()],
            crossings: vec![f64::NAN; program.crossings.len()],
            spots: vec![0; program.spot_counters],
            entries: vec![0; program.entry_counters],
            thresholds: vec![0.0; program.longest_list],
            memo: Memo::new(program),
            scratch: vec![0.0; program.most_effects],
            before: vec![0.0; program.layout.states],
            parameters: vec![0.0; 2 * program.kept_parameters],
            laws: vec![None; program.kept_laws],
            snapshots: vec![f64::NAN; program.reads.len()],
            counted: vec![true; program.measures.len()],
            payoffs: vec![0.0; program.parties],
            cells: vec![0; program.cells.len()],
            now: 0.0,
            key: WorldKey::new(0, 0),
            path: 0,
            stamp: 0,
            clean: true,
            events: 0,
            place: NONE,
            watched: !program.outcomes.is_empty() || !program.firsts.is_empty(),
            crosses: program.outcomes.iter().any(|(_, when)| timed(when))
                || program.firsts.iter().any(|first| timed(&first.condition))
                || program.stages.iter().any(|stage| stage.crosses),
            most: PATH_LIMIT,
            closes: program.horizon == f64::INFINITY && program.stages.iter().any(|s| !s.productive),
            remembering: (0..program.clocks.len() as u32)
                .filter(|c| program.clocks[*c as usize].returns != Return::Redraw)
                .collect(),
        }
    }

    /// Walks the path with this number in a world; the observer sees it. The path is the same whatever was walked before.
    pub fn walk(&mut self, world: &World, path: u64, observer: &mut impl Observer) -> Result<(), Box<Fault>> {
        self.reset(world, path);
        observer.begin(world.number, path);
        self.run(world, observer).map_err(|trouble| self.fault(*trouble, world.number))
    }

    /// The same where a path has so many events at most.
    pub fn of_most(self, most: u64) -> Walker<'p, L> {
        Walker { most, ..self }
    }

    /// How what is drawn comes about: for whoever keeps something there from path to path.
    pub fn luck(&mut self) -> &mut L {
        &mut self.luck
    }

    /// Takes over what a world decides, unless it is that of the last path.
    fn be_in(&mut self, world: &World) {
        if world.stamp != self.stamp {
            let pool = self.program.layout.pool();
            self.values[pool.clone()].copy_from_slice(&world.values[pool]);
            self.stamp = world.stamp;
            self.memo.next_world();
        }
    }

    pub(super) fn reset(&mut self, world: &World, path: u64) {
        self.be_in(world);
        self.clocks.fill(Running::default());
        for clock in &self.remembering {
            self.memory[*clock as usize].kept = f64::NAN;
        }
        self.spots.fill(0);
        self.entries.fill(0);
        self.key = world.key;
        self.path = path;
        self.place = NONE;
        for (stage, track) in self.stages.iter_mut().zip(&self.program.tracks) {
            *stage = self.program.stages[track.begins as usize].index as u16;
        }
        self.events = 0;
        self.any_due = false;
        if !self.clean {
            self.moved.fill(NONE);
            self.any_moved = false;
            self.pending.fill(false);
        }
        self.clean = false;
        self.set_time(0.0);
        self.touch(Reads::ALL);
        for first in &self.program.firsts {
            self.values[self.program.layout.measure(first.measure as usize)] = f64::INFINITY;
        }
        self.gather_anew();
    }

    #[inline]
    pub(super) fn set_time(&mut self, time: f64) {
        self.now = time;
        self.values[self.program.layout.day()] = time;
        self.touch(Reads::TIME);
    }

    /// Something changes that conditions may read.
    #[inline]
    pub(super) fn touch(&mut self, reads: Reads) {
        self.unwatched = self.unwatched.with(reads);
        self.unsettled = self.unsettled.with(reads);
        self.uncrossed = self.uncrossed.with(reads);
        self.ungathered = self.ungathered.with(reads);
    }

    fn run(&mut self, world: &World, observer: &mut impl Observer) -> Result<(), Trouble> {
        let end = match self.begin(world, observer)? {
            Some(end) => end,
            None => self.go_on(world, observer)?,
        };
        self.gather_last();
        self.finish(&end, observer)
    }

    fn go_on(&mut self, world: &World, observer: &mut impl Observer) -> Result<End, Trouble> {
        for _ in 0..self.most {
            let end = match self.next() {
                Next::End(end) => Some(end),
                Next::Last(time) => return self.last(time),
                Next::Ring(clock, time) => self.pass_and_ring(clock, time, world, observer)?,
                Next::Crossing(time) => {
                    self.pass(time)?;
                    self.events = 0;
                    self.settle(world, observer)?
                }
            };
            if let Some(end) = end {
                return Ok(end);
            }
        }
        Err(self.endless())
    }

    /// A path has had the most events that it may have.
    #[cold]
    pub(super) fn endless(&self) -> Trouble {
        trouble(FaultKind::PathTooLong(self.most), self.program.stages[self.at[0] as usize].span)
    }

    /// What comes next on a path whose instant has settled.
    pub(super) fn next(&mut self) -> Next {
        if self.is_closed() {
            return Next::End(End { outcome: self.program.never, time: f64::INFINITY, standing: true });
        }
        let (due, clock, tie) = self.earliest();
        let crossing = if self.crosses { self.earliest_crossing() } else { f64::INFINITY };
        let next = due.min(crossing);
        if next > self.program.horizon || next == f64::INFINITY {
            return Next::Last(self.program.horizon);
        }
        // Where time itself changes a condition now, that is looked at before any clock rings.
        let ring = crossing > next;
        self.any_due = if ring { tie } else { due <= next };
        if ring { Next::Ring(clock, next) } else { Next::Crossing(next) }
    }

    /// Time goes on to the ring of a clock; all that follows at once.
    pub(super) fn pass_and_ring(
        &mut self,
        clock: usize,
        time: f64,
        world: &World,
        observer: &mut impl Observer,
    ) -> Result<Option<End>, Trouble> {
        self.pass(time)?;
        self.events = 0;
        match self.ring(clock, world, observer)? {
            Some(end) => Ok(Some(end)),
            None => self.settle(world, observer),
        }
    }

    /// The end of a path on which nothing comes any more before the horizon.
    pub(super) fn last(&mut self, horizon: f64) -> Result<End, Trouble> {
        if horizon == f64::INFINITY {
            return Ok(End { outcome: self.program.never, time: f64::INFINITY, standing: true });
        }
        self.pass(horizon)?;
        Ok(End { outcome: self.program.at_horizon, time: horizon, standing: true })
    }

    /// Puts the walker where a path has come to, to read what is read at its end.
    pub(super) fn stand(
        &mut self,
        world: &World,
        path: u64,
        now: f64,
        config: &[f64],
        entered: &[f64],
        measures: &[f64],
    ) {
        let layout = self.program.layout;
        self.be_in(world);
        self.path = path;
        self.set_time(now);
        self.values[..layout.states].copy_from_slice(&config[..layout.states]);
        for track in 0..self.program.tracks.len() {
            let first = self.program.tracks[track].stages.start;
            self.put(track, first + config[layout.states + track] as u32);
            self.values[layout.entered(track)] = entered[track];
        }
        self.values[layout.measure(0)..][..measures.len()].copy_from_slice(measures);
    }

    /// Whether a path that is here ends as `never`.
    pub(super) fn is_closed(&self) -> bool {
        self.closes && self.closed()
    }

    /// Whether no track is in a stage of which an outcome can come.
    fn closed(&self) -> bool {
        self.at.iter().all(|stage| !self.program.stages[*stage as usize].productive)
    }

    /// The running clock that rings first: its time and number, and whether others ring at the same time. The first is that by track,
    /// then clock.
    #[inline]
    fn earliest(&self) -> (f64, usize, bool) {
        let mut first = (f64::INFINITY, usize::MAX, false);
        for stage in &self.at {
            let clocks = self.program.stages[*stage as usize].clocks;
            for (clock, running) in clocks.range().zip(clocks.of(&self.clocks)) {
                if running.due < first.0 {
                    first = (running.due, clock, false);
                } else {
                    first.2 |= running.due == first.0;
                }
            }
        }
        first
    }

    /// Puts a track into a stage, without entering it.
    #[inline]
    pub(super) fn put(&mut self, track: usize, stage: u32) {
        let program = self.program;
        let (old, new) = (&program.stages[self.at[track] as usize], &program.stages[stage as usize]);
        self.on_spot = self.on_spot - u32::from(old.spot.is_some()) + u32::from(new.spot.is_some());
        self.on_watch = self.on_watch - u32::from(old.watches) + u32::from(new.watches);
        self.at[track] = stage;
        self.stages[track] = new.index as u16;
        let place = program.layout.track(track);
        self.values[place] = f64::from(new.index);
        self.touch(Reads::place(place));
    }

    /// Counts an event of this instant.
    #[inline]
    pub(super) fn count(&mut self) -> Result<(), Trouble> {
        self.events += 1;
        if self.events > self.program.instant_limit {
            return Err(self.too_long());
        }
        Ok(())
    }

    #[cold]
    fn too_long(&self) -> Trouble {
        let stage = if self.place == NONE { self.at[0] } else { self.place };
        let limit = self.program.instant_limit;
        trouble(FaultKind::InstantTooLong(limit), self.program.stages[stage as usize].span)
    }

    #[cold]
    pub(super) fn fault(&self, (kind, span): (FaultKind, Span), world: u64) -> Box<Fault> {
        let place = self.program.stages.get(self.place as usize);
        Box::new(Fault {
            kind,
            span,
            track: place.map(|stage| stage.track as usize),
            stage: place.map(|stage| stage.index as usize),
            time: self.now,
            states: self.values[..self.program.layout.states].into(),
            stages: self.stages.as_slice().into(),
            world,
            path: Some(self.path),
        })
    }
}
