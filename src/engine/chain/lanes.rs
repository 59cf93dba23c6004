//! Many paths in flight along the chain: random numbers are drawn for many at once, then each goes on.

use super::eligible::ends_by_combination;
use super::ended::Ended;
use super::learn::learn;
use super::slots::Slots;
use super::store::{Chain, NONE, To};
use crate::engine::walker::Walker;
use crate::engine::{Each, Fault, Observer, PathEnd, World};
use crate::program::{Initial, Program};
use crate::stream::Draws;
use std::ops::Range;

/// Paths in flight.
pub(super) const LANES: usize = 256;
/// After so many paths it is seen how many had to be walked the long way.
const WINDOW: u64 = 4096;

/// A path in flight.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lane {
    pub now: f64,
    pub path: u64,
    /// The number that chooses at the fork.
    pub choice: f64,
    /// Its place in the batch.
    pub place: u32,
    /// The slot of its world.
    pub slot: u32,
    pub node: u32,
    /// The fork that waits for a number, or none.
    pub fork: u32,
    /// Numbers that are still waited for.
    pub pending: u32,
    /// The unit to which it counts.
    pub unit: u32,
    /// How many stages it has entered and left so far.
    pub moves: u32,
}

/// Walks paths of one program along its chain, as far as that is known.
#[derive(Clone, Debug)]
pub(super) struct Lanes<'p> {
    pub program: &'p Program,
    pub walker: Walker<'p>,
    pub chain: Chain,
    pub slots: Slots,
    pub ended: Ended,
    pub arch: pulp::Arch,
    pub drawn: Draws,
    /// Delays that were drawn at once.
    pub delays: Vec<f64>,
    /// Who waits for which random number: by clock, then by stage that branches on the spot.
    pub queues: Vec<Vec<u32>>,
    pub lanes: Box<[Lane; LANES]>,
    /// By clock, then lane: when it rings, and the number that will choose.
    pub due: Vec<f64>,
    pub choice: Vec<f64>,
    /// Of clocks that ring by a rate: what the integral has yet to reach since when, and the rate.
    pub need: Vec<f64>,
    pub since: Vec<f64>,
    pub rate: Vec<f64>,
    /// By lane, then queue: draws so far.
    pub occurrences: Vec<u32>,
    /// By lane, then track; by lane, then measure.
    pub entered: Vec<f64>,
    pub measures: Vec<f64>,
    /// Paths walked the long way, and in all, since the last look.
    long: u64,
    all: u64,
    /// Too many were.
    pub given_up: bool,
    /// Whether what is read at an end follows from the combination.
    pub simple: bool,
    pub fault: Option<(u32, Box<Fault>)>,
}

/// Where paths are walked, and who counts them.
pub(super) struct Trip<'a, E> {
    pub worlds: &'a [World],
    pub seen: &'a mut E,
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
    pub fn new(program: &'p Program) -> Lanes<'p> {
        let clocks = program.clocks.len();
        let sites = clocks + program.spot_counters;
        Lanes {
            program,
            walker: Walker::new(program),
            chain: Chain::new(program),
            slots: Slots::default(),
            ended: Ended::default(),
            arch: pulp::Arch::new(),
            drawn: Draws::default(),
            delays: vec![],
            queues: vec![vec![]; sites],
            lanes: Box::new([Lane::default(); LANES]),
            due: vec![0.0; clocks * LANES],
            choice: vec![0.0; clocks * LANES],
            need: vec![0.0; clocks * LANES],
            since: vec![0.0; clocks * LANES],
            rate: vec![f64::NAN; clocks * LANES],
            occurrences: vec![0; sites * LANES],
            entered: vec![0.0; program.tracks.len() * LANES],
            measures: vec![0.0; program.measures.len() * LANES],
            long: 0,
            all: 0,
            given_up: false,
            simple: ends_by_combination(program),
            fault: None,
        }
    }

    /// Walks these paths in each of the worlds; [`Lanes::ended`] has room for them.
    pub fn walk(&mut self, worlds: &[World], paths: Range<u64>, seen: &mut impl Each) {
        let each = (paths.end - paths.start) as usize;
        let group = LANES.div_ceil(each);
        for (nth, worlds) in worlds.chunks(group).enumerate() {
            self.slots.fill(self.program, worlds, group);
            self.group(nth * group * each, paths.clone(), &mut Trip { worlds, seen });
        }
    }

    /// Walks the paths of some worlds; the first has the place `first` in the batch.
    fn group<E: Each>(&mut self, first: usize, paths: Range<u64>, trip: &mut Trip<'_, E>) {
        let each = paths.end - paths.start;
        let count = each * trip.worlds.len() as u64;
        let mut next = 0;
        let mut free: Vec<u32> = (0..LANES as u32).rev().collect();
        let mut turn = Vec::with_capacity(LANES);
        loop {
            while next < count
                && let Some(lane) = free.pop()
            {
                let (slot, path, place) = (next / each, paths.start + next % each, first + next as usize);
                next += 1;
                self.count();
                let unit = trip.seen.unit(place) as u32;
                let (slot, place) = (slot as u32, place as u32);
                self.lanes[lane as usize] = Lane { place, path, slot, unit, fork: NONE, ..Lane::default() };
                if !self.begin(lane as usize, trip) {
                    free.push(lane);
                }
            }
            if free.len() == LANES {
                return;
            }
            for site in 0..self.queues.len() {
                if self.queues[site].is_empty() {
                    continue;
                }
                turn.clear();
                std::mem::swap(&mut turn, &mut self.queues[site]);
                self.draw(site, &turn, trip.worlds);
                for lane in &turn {
                    if self.lanes[*lane as usize].pending == 0 && self.go_on(*lane as usize, trip) {
                        free.push(*lane);
                    }
                }
            }
        }
    }

    fn count(&mut self) {
        self.all += 1;
        if self.all == WINDOW {
            // A quarter the long way costs more than it saves.
            self.given_up = self.long * 4 > self.all;
            (self.long, self.all) = (0, 0);
        }
    }

    /// A lane begins its path; false if that is at its end already.
    fn begin<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) -> bool {
        let Some(edge) = self.root(lane, trip.worlds) else {
            self.long_way(lane, trip);
            return false;
        };
        let sites = self.queues.len();
        self.occurrences[lane * sites..][..sites].fill(0);
        let count = self.program.measures.len();
        let measures = &mut self.measures[lane * count..][..count];
        measures.fill(0.0);
        for first in &self.program.firsts {
            measures[first.measure as usize] = f64::INFINITY;
        }
        match self.take(lane, edge, trip) {
            Went::On if self.lanes[lane].pending == 0 => !self.go_on(lane, trip),
            Went::On => true,
            Went::Ended => false,
            Went::Astray => {
                self.astray(lane, trip);
                false
            }
        }
    }

    /// The edge by which a path begins.
    fn root(&mut self, lane: usize, worlds: &[World]) -> Option<u32> {
        let Lane { slot, path, .. } = self.lanes[lane];
        if let Some(edge) = self.slots.root(slot as usize) {
            return Some(edge);
        }
        self.walker.reset(&worlds[slot as usize], path);
        self.walker.initial(&worlds[slot as usize]).ok()?;
        let states = &self.walker.values[..self.program.layout.states];
        let key: Vec<u64> = states.iter().map(|v| v.to_bits()).collect();
        let root = self.chain.root(&key)?;
        if !self.program.initial.iter().any(|initial| matches!(initial, Initial::Draw(..))) {
            self.slots.set_root(slot as usize, root);
        }
        Some(root)
    }

    /// A lane goes on until it waits for numbers; true if its path is at its end.
    fn go_on<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) -> bool {
        loop {
            let went = match self.lanes[lane].fork {
                NONE => self.ring(lane, trip),
                fork => {
                    self.lanes[lane].fork = NONE;
                    self.choose(lane, fork, self.lanes[lane].choice, trip)
                }
            };
            match went {
                Went::On if self.lanes[lane].pending == 0 => {}
                Went::On => return false,
                Went::Ended => return true,
                Went::Astray => {
                    self.astray(lane, trip);
                    return true;
                }
            }
        }
    }

    /// The path of a lane is at its end.
    pub(super) fn end(&mut self, lane: usize, to: To, time: f64) -> Went {
        let To::End(end) = to else { return Went::Astray };
        let Lane { place, now, .. } = self.lanes[lane];
        let (tracks, count) = (self.program.tracks.len(), self.program.measures.len());
        let entered = &self.entered[lane * tracks..][..tracks];
        let measures = &self.measures[lane * count..][..count];
        let at = (end, &self.chain.ends[end as usize]);
        self.ended.put(place as usize, at, (time, now), entered, measures);
        Went::Ended
    }

    /// The path of a lane went where the chain is not known.
    #[cold]
    fn astray<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) {
        if self.lanes[lane].pending > 0 {
            // Numbers that it still waits for are nobody's.
            self.queues.iter_mut().for_each(|queue| queue.retain(|waiting| *waiting != lane as u32));
        }
        self.long_way(lane, trip);
    }

    /// Walks the path of a lane by evaluating everything, and learns from it.
    #[cold]
    fn long_way<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) {
        self.long += 1;
        let Lane { place, path, slot, unit, moves, .. } = self.lanes[lane];
        let (walker, world) = (&mut self.walker, &trip.worlds[slot as usize]);
        // Up to where it went astray the path is the same.
        let mut log = Log { seen: &mut *trip.seen, unit: unit as usize, known: moves };
        match learn(&mut self.chain, walker, world, path, self.simple, &mut log) {
            Ok((end, time)) => {
                let layout = self.program.layout;
                let entered = &walker.values[layout.entered(0)..][..self.program.tracks.len()];
                let measures = &walker.values[layout.measure(0)..][..self.program.measures.len()];
                let at = (end, &self.chain.ends[end as usize]);
                self.ended.put(place as usize, at, (time, walker.now), entered, measures);
            }
            Err(fault) => {
                if self.fault.as_ref().is_none_or(|(first, _)| place < *first) {
                    self.fault = Some((place, fault));
                }
            }
        }
    }
}

/// Counts the stages of a path that is walked the long way.
struct Log<'a, E> {
    seen: &'a mut E,
    unit: usize,
    /// So many are counted already.
    known: u32,
}

impl<E: Each> Log<'_, E> {
    fn is_new(&mut self) -> bool {
        let known = self.known > 0;
        self.known = self.known.saturating_sub(1);
        !known
    }
}

impl<E: Each> Observer for Log<'_, E> {
    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        if self.is_new() {
            self.seen.enter_in(self.unit, track, stage, time);
        }
    }

    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        if self.is_new() {
            self.seen.leave_in(self.unit, track, stage, entered, time);
        }
    }

    fn end(&mut self, _: &PathEnd<'_>) {}
}
