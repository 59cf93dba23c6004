//! Many paths in flight along the chain: random numbers are drawn for many at once, then each goes on.

use super::anew::{Anew, by_column};
use super::banked::banked;
use super::banks::Banks;
use super::carried::Carried;
use super::eligible::ends_by_combination;
use super::ended::Ended;
use super::queue::{Column, Queue};
use super::short::{NONE, Quick};
use super::slots::{Own, Slots};
use super::store::{Chain, To, alike};
use crate::dist::Inverse;
use crate::engine::caught_up::IDLE;
use crate::engine::gathering::Gathering;
use crate::engine::walker::Walker;
use crate::engine::{Each, Fault, Since, Stops, World};
use crate::program::Program;
use crate::stream::{Draws, Name};
use std::ops::Range;

/// Paths in flight.
pub(super) const LANES: usize = 256;
/// Lanes begin anew when so many are free.
const ANEW: usize = 32;
/// After so many paths it is seen how many had to be walked the long way.
pub(super) const WINDOW: u64 = 4096;

/// After so many it is seen whether most have to.
const SOME: u64 = 512;

/// A path in flight.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub(super) struct Lane {
    pub now: f64,
    pub path: u64,
    /// The number that chooses at the fork.
    pub choice: f64,
    /// Its place in the batch.
    pub place: u32,
    /// The slot of its world, and the turn that this holds the world.
    pub slot: u32,
    pub turn: u32,
    /// Where it is, unless the fork below says that: see [`Lanes::node`].
    pub node: u32,
    /// The fork at which the one number chooses that is waited for: one on the spot, or that of the only clock of a
    /// combination. None where several numbers are waited for, or it is not known.
    pub fork: u32,
    /// Numbers that are still waited for.
    pub pending: u32,
    /// How many stages it has left so far.
    pub left: u32,
}

impl Lane {
    /// It leaves a stage, and waits for the number that chooses at a fork.
    #[inline]
    pub fn leave(&mut self, fork: u32, now: f64) {
        (self.fork, self.now) = (fork, now);
        self.left += 1;
    }
}

/// Walks paths of one program along its chain, as far as that is known.
#[derive(Clone, Debug)]
pub(super) struct Lanes<'p> {
    pub program: &'p Program,
    pub carried: Carried,
    pub walker: Walker<'p>,
    pub chain: Chain,
    pub slots: Slots,
    /// Chances worked out for columns, and whether that is done.
    pub anew: Anew<'p>,
    pub by_column: bool,
    pub ended: Ended,
    /// By which instructions tables of quantiles are read.
    pub tables: pulp::Arch,
    pub drawn: Draws,
    /// Whether paths may be walked in banks, and these.
    pub banked: bool,
    pub banks: Option<Box<Banks>>,
    /// Those that go on now.
    pub column: Box<Column>,
    /// Who waits for which random number: by clock, then by stage that branches on the spot.
    pub queues: Vec<Queue>,
    /// The stages that these belong to, and the names of the numbers.
    pub sites: Vec<u32>,
    pub names: Vec<Name>,
    /// How many thresholds lie between the branches that each number chooses among.
    pub passed: Vec<usize>,
    /// Whether these have the same chances in all worlds.
    pub alike: Vec<bool>,
    pub lanes: Box<[Lane; LANES]>,
    /// By clock, then lane: when it rings, and the number that will choose.
    pub due: Vec<f64>,
    pub choice: Vec<f64>,
    /// Of clocks that ring by a rate: what the integral has yet to reach since when, and the rate.
    pub need: Vec<f64>,
    pub since: Vec<f64>,
    pub rate: Vec<f64>,
    /// By lane, then state variable, where some are carried: those that lanes follow are up to date.
    pub states: Vec<f64>,
    /// The same by place in the batch, at the end.
    pub finals: Vec<f64>,
    /// By group of assignments: the places in the column of those that do them before they go on.
    pub setting: Vec<Vec<u8>>,
    /// By queue, then lane: draws so far.
    pub occurrences: Vec<u32>,
    /// By track, then lane; by measure, then lane.
    pub entered: Vec<Since>,
    pub measures: Vec<f64>,
    /// By account, then lane, where any has a rate.
    pub gathering: Vec<Gathering>,
    /// By measure: where a path begins.
    pub unmeasured: Vec<f64>,
    /// Lanes with the number that chose a branch at a fork, where the edge does more than usual, and that edge if it is known; and
    /// those that go on by themselves, with their number and the time when what they waited for is over.
    pub chosen: Vec<(u32, u32, u32, f64)>,
    pub others: Vec<(u32, f64, f64)>,
    /// Lanes whose path is over, with its end, when, and whether nothing ended it.
    pub over: Vec<(u32, u32, (f64, bool))>,
    /// The edge by which all paths begin, where no world and no draw decides that; an edge by which paths begin, in short.
    pub root: Option<(u32, Vec<f64>)>,
    pub first: (u32, Option<Quick>),
    /// Paths walked the long way, and in all, since the last look.
    pub long: u64,
    pub all: u64,
    /// The forks that were made known by the last of them.
    pub renewed: Vec<u32>,
    /// Too many were.
    pub given_up: bool,
    /// Whether what is read at an end follows from the combination.
    pub simple: bool,
    pub fault: Option<(u32, Box<Fault>)>,
}

/// Where paths are walked, and who counts them.
pub(super) struct Trip<'a, E> {
    /// By slot.
    pub worlds: Vec<&'a World>,
    pub seen: &'a mut E,
}

/// What a lane carries, of all lanes' state variables.
#[inline]
pub(super) fn carries<'a>(carried: &'a Carried, states: &'a [f64], lane: usize) -> Own<'a> {
    let count = carried.states.len();
    Own { places: &carried.places, states: &states[lane * count..][..count] }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    On,
    Ended,
    /// Where the chain is not known, or what it does not do.
    Astray,
}

impl<'p> Lanes<'p> {
    pub fn new(program: &'p Program, carried: Carried) -> Lanes<'p> {
        let clocks = program.clocks.len();
        let mut sites = vec![NONE; clocks + program.spot_counters];
        let mut names: Vec<Name> = program.clocks.iter().map(|clock| clock.name).collect();
        names.resize(sites.len(), Name::new(""));
        let mut lists: Vec<u32> = program.clocks.iter().map(|clock| clock.list).collect();
        lists.resize(sites.len(), 0);
        for (number, stage) in program.stages.iter().enumerate() {
            stage.clocks.range().for_each(|clock| sites[clock] = number as u32);
            for spot in stage.spot.iter() {
                let site = clocks + spot.counter as usize;
                (sites[site], names[site], lists[site]) = (number as u32, spot.name, spot.list);
            }
        }
        let between = |list: &u32| program.lists[*list as usize].branches.range().len().saturating_sub(1);
        let passed = lists.iter().map(between).collect();
        let alike = lists.iter().map(|list| alike(program, *list)).collect();
        let mut unmeasured = vec![0.0; program.measures.len()];
        let gathers = program.accounts.iter().any(|account| account.rate.is_some());
        let gathering = if gathers { program.accounts.len() } else { 0 };
        program.firsts.iter().for_each(|first| unmeasured[first.measure as usize] = f64::INFINITY);
        let chain = Chain::new(program);
        let (anew, held) = Anew::new(program, &carried, chain.width);
        Lanes {
            program,
            walker: Walker::new(program),
            chain,
            slots: Slots::new(held),
            anew,
            by_column: false,
            ended: Ended::default(),
            tables: Inverse::arch(),
            drawn: Draws::default(),
            column: Box::new(Column::EMPTY),
            queues: vec![Queue::EMPTY; sites.len()],
            lanes: Box::new([Lane::default(); LANES]),
            due: vec![0.0; clocks * LANES],
            choice: vec![0.0; clocks * LANES],
            need: vec![0.0; clocks * LANES],
            since: vec![0.0; clocks * LANES],
            rate: vec![f64::NAN; clocks * LANES],
            states: vec![0.0; if carried.any { program.layout.states * LANES } else { 0 }],
            setting: vec![],
            finals: vec![],
            occurrences: vec![0; sites.len() * LANES],
            sites,
            names,
            passed,
            alike,
            entered: vec![Since::default(); program.tracks.len() * LANES],
            measures: vec![0.0; program.measures.len() * LANES],
            gathering: vec![Gathering::NONE; gathering * LANES],
            unmeasured,
            chosen: vec![],
            others: vec![],
            over: vec![],
            root: None,
            first: (NONE, None),
            long: 0,
            renewed: vec![],
            banked: banked(program, &carried),
            banks: None,
            all: 0,
            given_up: false,
            simple: ends_by_combination(program, &carried),
            carried,
            fault: None,
        }
    }

    /// Walks these paths in each of the worlds; [`Lanes::ended`] has room for them. A world takes a slot when lanes are free for its
    /// first path, and leaves it when its last has ended, so that lanes seldom wait.
    pub fn walk<E: Each>(&mut self, worlds: &[World], paths: Range<u64>, seen: &mut E) {
        let each = paths.end - paths.start;
        let Some(world) = worlds.first() else { return };
        if let Some(begin) = self.banks_begin(worlds) {
            return self.walk_in_banks(world, paths, begin, seen);
        }
        let slots = (2 * LANES.div_ceil(each as usize)).min(LANES).min(worlds.len());
        self.slots.reserve(self.program, slots);
        self.by_column = slots > 1 && by_column(each, self.chain.forks.len());
        let mut trip = Trip { worlds: vec![world; slots], seen };
        // Paths of the world of each slot that have not ended.
        let mut left = vec![0; slots];
        let (mut slot, mut world, mut path) = (slots - 1, 0, paths.end);
        let mut free: Vec<u32> = (0..LANES as u32).rev().collect();
        let (mut known, mut anew, mut idle) = (free.len(), false, 0);
        // Lanes that begin together, in the order of their paths, and by which edge.
        let (mut starts, mut by) = (vec![], None);
        loop {
            idle = if free.len() == known { idle + 1 } else { 0 };
            if idle > IDLE {
                self.by_themselves(&mut free, &mut trip);
                if self.fault.is_some() {
                    return;
                }
            }
            for lane in &free[known..] {
                left[self.lanes[*lane as usize % LANES].slot as usize] -= 1;
            }
            // Nothing after a fault is looked at; paths before it may have one too.
            while let (Some(&lane), true) =
                (free.last(), (free.len() >= ANEW || anew) && self.fault.is_none())
            {
                anew = true;
                if path == paths.end {
                    let after = (slot + 1..slots).chain(0..slot + 1);
                    let (true, Some(next)) =
                        (world < worlds.len(), after.into_iter().find(|slot| left[*slot] == 0))
                    else {
                        break;
                    };
                    (slot, path, left[next]) = (next, paths.start, each);
                    trip.worlds[slot] = &worlds[world];
                    self.slots.take(self.program, slot, &worlds[world]);
                    world += 1;
                }
                let first = Lane {
                    place: ((world as u64 - 1) * each + path - paths.start) as u32,
                    path,
                    slot: slot as u32,
                    turn: self.slots.turn(slot),
                    fork: NONE,
                    ..Lane::default()
                };
                let root = self.root.as_ref().map(|(edge, _)| *edge);
                if let Some(quick) = root.and_then(|edge| self.quick(edge)) {
                    let rest = free.len() - free.len().min((paths.end - path) as usize);
                    self.count(free.len() - rest);
                    self.give(&free[rest..], &first, quick);
                    path += (free.len() - rest) as u64;
                    by = Some(quick);
                    starts.extend(free.drain(rest..));
                    continue;
                }
                self.count(1);
                self.lanes[lane as usize] = first;
                path += 1;
                if self.begin(lane as usize, &mut trip) {
                    free.pop();
                } else {
                    left[slot] -= 1;
                }
            }
            if let Some(quick) = by.take() {
                self.begin_all(&starts, quick, &mut trip);
                starts.clear();
            }
            (known, anew) = (free.len(), false);
            if free.len() == LANES {
                return;
            }
            // The longest queue goes on: what is done for many at once costs least.
            let longest = (0..self.queues.len()).max_by_key(|site| self.queues[*site].count());
            let Some(site) = longest else { return };
            self.queues[site].take(&mut self.column);
            self.go(site, &mut trip, &mut free);
        }
    }

    /// Whether most paths go the long way.
    pub fn strays(&self) -> bool {
        self.given_up || (self.all >= SOME && self.long * 2 > self.all)
    }

    fn count(&mut self, paths: usize) {
        self.all += paths as u64;
        if self.all >= WINDOW {
            // A quarter the long way costs more than it saves.
            self.given_up = self.long * 4 > self.all;
            (self.long, self.all) = (0, 0);
        }
    }

    /// The combination in which a lane is that waits for a clock.
    #[inline]
    pub(super) fn node(&self, lane: usize) -> u32 {
        let Lane { node, fork, .. } = self.lanes[lane];
        match self.chain.homes.get(fork as usize) {
            Some(&home) if home != NONE => home,
            _ => node,
        }
    }

    /// The combination in which the path at a place has ended: state variables, then the index of each track's stage.
    pub fn config(&self, place: usize, to: &mut Vec<f64>) {
        to.clear();
        to.extend_from_slice(self.chain.config(self.chain.ends[self.ended.end[place] as usize].config));
        let finals = &self.finals[place * self.own()..];
        self.carried.places.iter().for_each(|state| to[*state as usize] = finals[*state as usize]);
    }

    /// How many state variables a lane has of its own: all, or none.
    #[inline]
    pub(super) fn own(&self) -> usize {
        if self.carried.any { self.program.layout.states } else { 0 }
    }

    /// A lane goes on until it waits for numbers; true if its path is at its end.
    pub(super) fn go_on<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) -> bool {
        let went = match self.lanes[lane].fork {
            NONE => self.ring(lane, trip),
            fork => {
                self.lanes[lane].fork = NONE;
                self.choose(lane, fork, self.lanes[lane].choice, trip)
            }
        };
        self.goes(lane, went, trip)
    }

    /// The same after a step.
    pub(super) fn goes<E: Each>(&mut self, lane: usize, went: Went, trip: &mut Trip<'_, E>) -> bool {
        match went {
            Went::On if self.lanes[lane].pending == 0 => self.go_on(lane, trip),
            Went::On => false,
            Went::Ended => true,
            Went::Astray => {
                self.astray(lane, trip);
                true
            }
        }
    }

    /// The path of a lane is at its end, to which it came at a time; or nothing ended it, and it stands on.
    pub(super) fn end<E: Each>(
        &mut self,
        lane: usize,
        to: To,
        (time, standing): (f64, bool),
        trip: &mut Trip<'_, E>,
    ) -> Went {
        let To::End(end) = to else { return Went::Astray };
        self.end_all(&[(lane as u32, end, (time, standing))], trip);
        Went::Ended
    }

    /// The same of many.
    pub(super) fn end_all<E: Each>(&mut self, over: &[(u32, u32, (f64, bool))], trip: &mut Trip<'_, E>) {
        let own = self.own();
        let Lanes { lanes, entered, measures, gathering, ended, chain, states, finals, .. } = self;
        for (gathering, account) in gathering.chunks_exact(LANES).zip(&self.program.accounts) {
            let sums = &mut measures[account.measure as usize * LANES..][..LANES];
            for lane in over.iter().map(|(lane, ..)| *lane as usize % LANES) {
                gathering[lane].add(account, lanes[lane].now, &mut sums[lane]);
            }
        }
        let (lanes, measures) = (&**lanes, &measures[..]);
        let stands = ended.stands;
        let mut room = ended.room();
        for &(lane, end, (time, standing)) in over {
            let lane = lane as usize % LANES;
            let Lane { place, now, .. } = lanes[lane];
            room.put(place as usize, end, time);
            if stands {
                room.stand(place as usize, now, standing);
            }
            if own > 0 {
                finals[place as usize * own..][..own].copy_from_slice(&states[lane * own..][..own]);
            }
        }
        let places =
            || over.iter().map(|(lane, ..)| *lane as usize % LANES).map(|lane| (lane, lanes[lane].place));
        for (track, entered) in entered.chunks_exact(LANES).enumerate().filter(|_| stands) {
            room.enter(track, places().map(|(lane, place)| (place, entered[lane].time)));
        }
        room.measure(|measure| {
            let measures = &measures[measure * LANES..][..LANES];
            places().map(|(lane, place)| (place, measures[lane]))
        });
        let (mut stops, ends) = (trip.seen.stops(), &chain.ends[..]);
        for &(lane, end, (_, standing)) in over {
            let lane = lane as usize % LANES;
            let stages = ends[end as usize].stages.iter().map(|stage| usize::from(*stage));
            let since = entered.chunks_exact_mut(LANES).map(|entered| &mut entered[lane]);
            stops.stop((standing, lanes[lane].now), stages.zip(since));
        }
    }
}
