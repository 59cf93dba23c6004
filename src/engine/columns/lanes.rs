//! The paths in flight, and how they go on together.

use super::ended::Ended;
use super::firsts::Firsts;
use super::groups::Groups;
use super::plan::Plan;
use super::route::Stages;
use super::rows::Rows;
use crate::dist::Inverse;
use crate::engine::caught_up::IDLE;
use crate::engine::clocks::Running;
use crate::engine::gathering::Gathering;
use crate::engine::walker::Walker;
use crate::engine::{Each, Since, Stays, World};
use crate::program::columnar::{self, Columns};
use crate::program::{Initial, Program, Reads};
use crate::stream::Draws;
use std::ops::Range;

/// Paths in flight: as many as are evaluated at once.
pub(super) const LANES: usize = columnar::LANES;
/// After so many paths it is seen whether columns are of use.
const WINDOW: u64 = 8192;
/// Lanes that must go together on average.
const TOGETHER: u64 = 3;

/// A path in flight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    pub path: u64,
    pub now: f64,
    /// What has changed since time went on: rates of accounts have yet to see it, and so has who works out when time changes a condition. Conditions
    /// that time changes are looked at where it is something that they read.
    pub unpassed: Reads,
    /// The stages whose clocks need a look when the instant settles, where one of its tracks stands there.
    pub looks: Stages,
    /// The tracks whose stages branch on the spot, a bit each.
    pub spots: u32,
    /// Its place in the batch, and that of its world.
    pub place: u32,
    pub world: u32,
    pub state: State,
    /// How many stages it has left so far, how many times it went on, and the events of this instant.
    pub left: u32,
    pub instants: u32,
    pub events: u32,
}

const BEGUN: Lane = Lane {
    path: 0,
    now: 0.0,
    unpassed: Reads::ALL,
    looks: 0,
    spots: 0,
    place: 0,
    world: 0,
    state: State::Walks,
    left: 0,
    instants: 0,
    events: 0,
};

impl Lane {
    /// Something changes that conditions may read.
    #[inline]
    pub fn touch(&mut self, reads: Reads) {
        self.unpassed = self.unpassed.with(reads);
    }
}

/// Whether a path goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Walks,
    Ended,
    /// Something rare has come: the walker walks it.
    Astray,
}

/// A track of a lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Track {
    /// Since when it is in its stage, for who counts visits.
    pub since: Since,
    /// Its stage, by the number in the program.
    pub at: u32,
}

/// What clocks remember that return, or ring by a rate: as [`crate::engine::clocks`] does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    pub kept: f64,
    pub delay: f64,
    pub last: f64,
    pub need: f64,
    pub rate: f64,
}

const NOTHING: Memory = Memory { kept: f64::NAN, delay: f64::NAN, last: 0.0, need: f64::NAN, rate: f64::NAN };

/// Walks paths of one program side by side.
#[derive(Clone, Debug)]
pub(super) struct Lanes<'p> {
    pub program: &'p Program,
    pub walker: Walker<'p>,
    pub columns: Columns<'p>,
    pub arch: pulp::Arch,
    /// The same for tables of quantiles.
    pub tables: pulp::Arch,
    pub drawn: Draws,
    pub ended: Ended,
    pub lanes: Box<[Lane; LANES]>,
    /// Lanes without a path.
    pub free: Vec<u32>,
    /// By place of the path (see [`crate::program::Layout`]).
    pub values: Rows<f64>,
    /// What worlds fix: by [`Plan::fixed`], then by world.
    pub fixed: Vec<f64>,
    pub tracks: Rows<Track>,
    /// By track: which of its clocks rings first, as they were last settled; and room for the first of all tracks.
    pub firsts: Vec<Firsts>,
    pub first: Box<Firsts>,
    /// By clock, then by stage that branches on the spot.
    pub clocks: Rows<Running>,
    pub memory: Rows<Memory>,
    /// By stage that counts its entries.
    pub entries: Rows<u32>,
    /// By crossing: when it comes next.
    pub crossings: Rows<f64>,
    /// By lane: when time alone changes a condition next, a guard's too; NaN where that is not known any more.
    pub soonest: Box<[f64; LANES]>,
    /// By account: how it gathers.
    pub gathering: Rows<Gathering>,
    /// The numbers of one lane, as far as they were asked for.
    pub scratch: Vec<f64>,
    /// By clock or stage that branches on the spot: the lanes where it does.
    pub ringing: Groups,
    /// By stage: the lanes whose clocks are looked at.
    pub looked: Groups,
    /// Room for the numbers of groups.
    pub filled: Vec<u32>,
    /// By branch of a list: the lanes that take it.
    pub ways: Vec<Vec<u32>>,
    /// Lanes that went astray; how many have done so, or ended.
    pub astray: Vec<u32>,
    pub gone: u64,
    /// Room.
    pub stays: Box<Stays>,
    pub open: Vec<(u32, u32)>,
    pub numbers: Vec<f64>,
    pub chosen: Vec<u32>,
    pub truth: Vec<bool>,
    pub results: Vec<f64>,
    lists: Vec<Vec<u32>>,
    /// Whether time changes a condition, and whether a guard; whether a path may be in a closed set before it ends.
    pub crosses: bool,
    pub guards_cross: bool,
    pub closes: bool,
    /// The first path of the batch at which something is wrong.
    pub wrong: Option<usize>,
    /// Paths walked the long way, and in all; lanes that had an event, and groups of these, since the last look.
    pub long: u64,
    pub all: u64,
    pub moved: u64,
    pub groups: u64,
    pub given_up: bool,
}

/// What lanes are walked for.
pub(super) struct Trip<'a, E> {
    pub plan: &'a Plan,
    pub worlds: &'a [World],
    pub seen: &'a mut E,
}

impl<'p> Lanes<'p> {
    pub fn new(program: &'p Program) -> Lanes<'p> {
        let sites = program.clocks.len() + program.spot_counters;
        let begins = Track { since: Since::default(), at: 0 };
        let timed = |c: &crate::program::Condition| !c.crossings.is_empty();
        let mut scratch = vec![f64::NAN; program.layout.pool().start];
        scratch.extend(&program.pool);
        Lanes {
            program,
            walker: Walker::new(program),
            columns: Columns::new(program),
            arch: pulp::Arch::new(),
            tables: Inverse::arch(),
            drawn: Draws::default(),
            ended: Ended::default(),
            lanes: Box::new([Lane { state: State::Ended, ..BEGUN }; LANES]),
            free: (0..LANES as u32).rev().collect(),
            values: Rows::new(program.layout.temp(), LANES, f64::NAN),
            fixed: vec![],
            tracks: Rows::new(program.tracks.len(), LANES, begins),
            firsts: vec![Firsts::NONE; program.tracks.len()],
            first: Box::new(Firsts::NONE),
            clocks: Rows::new(sites, LANES, Running::default()),
            memory: Rows::new(program.clocks.len(), LANES, NOTHING),
            entries: Rows::new(program.entry_counters, LANES, 0),
            crossings: Rows::new(program.crossings.len(), LANES, f64::NAN),
            soonest: Box::new([f64::INFINITY; LANES]),
            gathering: Rows::new(program.accounts.len(), LANES, Gathering::NONE),
            scratch,
            ringing: Groups::new(sites),
            looked: Groups::new(program.stages.len()),
            filled: vec![],
            ways: vec![vec![]; program.longest_list],
            astray: vec![],
            gone: 0,
            stays: Box::new(Stays::NONE),
            open: vec![],
            numbers: vec![],
            chosen: vec![],
            truth: vec![],
            results: vec![],
            lists: vec![],
            guards_cross: program.stages.iter().any(|stage| stage.crosses),
            crosses: program.outcomes.iter().any(|(_, when)| timed(when))
                || program.firsts.iter().any(|first| timed(&first.condition))
                || program.stages.iter().any(|stage| stage.crosses),
            closes: program.horizon == f64::INFINITY && program.stages.iter().any(|s| !s.productive),
            wrong: None,
            long: 0,
            all: 0,
            moved: 0,
            groups: 0,
            given_up: false,
        }
    }

    /// Walks these paths in each of the worlds; [`Lanes::ended`] has room for them.
    pub fn walk<E: Each>(&mut self, paths: Range<u64>, trip: &mut Trip<'_, E>) {
        let each = paths.end - paths.start;
        let count = each * trip.worlds.len() as u64;
        self.wrong = None;
        self.fixed.clear();
        for place in trip.plan.fixed.iter().map(|place| *place as usize) {
            self.fixed.extend(trip.worlds.iter().map(|world| world.values[place]));
        }
        let (mut place, mut idle) = (0, 0);
        loop {
            self.advance(trip);
            let mut new = self.list();
            // Nothing after a fault is looked at; paths before it may have one too.
            while place < count
                && self.wrong.is_none()
                && let Some(lane) = self.free.pop()
            {
                self.lanes[lane as usize] = Lane {
                    path: paths.start + place % each,
                    place: place as u32,
                    world: (place / each) as u32,
                    ..BEGUN
                };
                new.push(lane);
                place += 1;
            }
            let before = self.free.len();
            self.begin(&mut new, trip);
            self.give_back(new);
            self.ring_all(trip);
            self.settle_clocks(trip);
            self.rejoin(trip);
            idle = if self.free.len() == before { idle + 1 } else { 0 };
            if idle > IDLE && self.by_themselves(trip) {
                return;
            }
            self.judge();
            if self.free.len() == LANES && (place == count || self.wrong.is_some()) {
                break;
            }
        }
    }

    /// Whether columns are of use for this program.
    fn judge(&mut self) {
        if self.all >= WINDOW {
            // A quarter the long way costs more than is saved; so do columns of few lanes.
            self.given_up = self.long * 4 > self.all || self.moved < TOGETHER * self.groups;
            (self.long, self.all, self.moved, self.groups) = (0, 0, 0, 0);
        }
    }

    /// Paths begin: tracks enter their first stages.
    fn begin<E: Each>(&mut self, some: &mut Vec<u32>, trip: &mut Trip<'_, E>) {
        if some.is_empty() {
            return;
        }
        let gone = self.gone;
        self.all += some.len() as u64;
        let program = self.program;
        let layout = program.layout;
        for &lane in some.iter() {
            self.clocks.of_mut(lane).fill(Running::default());
            self.entries.of_mut(lane).fill(0);
            for clock in &trip.plan.remembering {
                self.memory[(*clock as usize, lane)].kept = f64::NAN;
            }
            let values = self.values.of_mut(lane);
            for first in &program.firsts {
                values[layout.measure(first.measure as usize)] = f64::INFINITY;
            }
            for account in &program.accounts {
                values[layout.measure(account.measure as usize)] = 0.0;
            }
            self.gathering.of_mut(lane).fill(Gathering::NONE);
            let since = trip.seen.begins(self.lanes[lane as usize].place as usize);
            self.tracks.of_mut(lane).iter_mut().for_each(|track| track.since = since);
        }
        self.initial(some, trip);
        for track in &program.tracks {
            self.put(track.begins, some);
        }
        for track in &program.tracks {
            self.enter(track.begins, some, trip);
        }
        let plan = trip.plan;
        self.arrive(&plan.begin, some, gone, trip);
    }

    /// The state variables take their first values.
    fn initial<E: Each>(&mut self, some: &[u32], trip: &mut Trip<'_, E>) {
        let program = self.program;
        let mut results = std::mem::take(&mut self.results);
        for (state, initial) in program.initial.iter().enumerate() {
            let inputs = &trip.plan.initial[state];
            results.clear();
            match initial {
                Initial::Value(value) => {
                    results.extend_from_slice(self.evaluate(value, inputs, some, trip.worlds));
                }
                Initial::Draw(draw, name, span) => {
                    for &lane in some {
                        let value = self.sample(lane, (draw, *name, 0, *span), inputs, trip.worlds);
                        results.push(value);
                    }
                }
            }
            for (&lane, value) in some.iter().zip(&results) {
                self.values[(state, lane)] = *value;
                if !value.is_finite() {
                    self.go_astray(lane);
                }
            }
        }
        self.results = results;
    }

    #[inline]
    pub fn lane(&mut self, lane: u32) -> &mut Lane {
        &mut self.lanes[lane as usize % LANES]
    }

    /// The time of a lane.
    #[inline]
    pub fn now(&self, lane: u32) -> f64 {
        self.lanes[lane as usize % LANES].now
    }

    #[inline]
    pub fn walks(&self, lane: u32) -> bool {
        self.lanes[lane as usize % LANES].state == State::Walks
    }

    /// Those that walk on; `gone` was the count before some of them may have ceased to.
    #[inline]
    pub fn keep_walking(&self, some: &mut Vec<u32>, gone: u64) {
        if self.gone != gone {
            some.retain(|lane| self.walks(*lane));
        }
    }

    /// Something rare has come: nothing of this path is counted here any more.
    #[cold]
    pub fn go_astray(&mut self, lane: u32) {
        if self.walks(lane) {
            self.lane(lane).state = State::Astray;
            self.astray.push(lane);
            self.gone += 1;
        }
    }

    /// An empty list of lanes.
    #[inline]
    pub fn list(&mut self) -> Vec<u32> {
        self.lists.pop().unwrap_or_else(|| Vec::with_capacity(LANES))
    }

    /// A list is of no use any more.
    #[inline]
    pub fn give_back(&mut self, mut list: Vec<u32>) {
        list.clear();
        self.lists.push(list);
    }
}
