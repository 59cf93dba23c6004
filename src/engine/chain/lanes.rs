//! Many paths in flight along the chain: random numbers are drawn for many at once, then each goes on.

use super::ended::Ended;
use super::learn::learn;
use super::slots::Slots;
use super::store::{Chain, ExitKind, NONE, Op, To};
use crate::engine::walker::Walker;
use crate::engine::{Fault, Observer, World};
use crate::program::{Kind, Program};
use std::ops::Range;

/// Paths in flight.
const LANES: usize = 256;
/// Looks at how many paths had to be walked the long way, each time after so many.
const WINDOW: u64 = 4096;

/// Walks paths of one program along its chain, as far as that is known.
#[derive(Clone, Debug)]
pub(super) struct Lanes<'p> {
    program: &'p Program,
    pub walker: Walker<'p>,
    pub chain: Chain,
    slots: Slots,
    pub ended: Ended,
    /// Who waits for which random number: by clock, then by stage that branches on the spot.
    queues: Vec<Vec<u32>>,
    turn: Vec<u32>,
    /// Of each lane: the place of its path in the batch, its number, the slot of its world.
    place: Vec<u32>,
    path: Vec<u64>,
    slot: Vec<u32>,
    node: Vec<u32>,
    /// The fork that waits for a number, or none.
    fork: Vec<u32>,
    fork_choice: Vec<f64>,
    /// Numbers that are still waited for.
    pending: Vec<u32>,
    now: Vec<f64>,
    /// By clock, then lane.
    due: Vec<f64>,
    choice: Vec<f64>,
    need: Vec<f64>,
    rate: Vec<f64>,
    since: Vec<f64>,
    /// By queue, then lane.
    occurrences: Vec<u32>,
    /// By lane, then track; by lane, then measure.
    entered: Vec<f64>,
    measures: Vec<f64>,
    /// Paths walked the long way, and in all, in the window.
    long: u64,
    all: u64,
    /// Too many were.
    pub given_up: bool,
    pub fault: Option<(u32, Box<Fault>)>,
}

/// What a batch walks.
#[derive(Clone)]
pub(super) struct Paths<'a> {
    pub worlds: &'a [World],
    pub paths: Range<u64>,
    /// The place of the first path of these worlds in the batch.
    pub first: u32,
}

/// Sees nothing.
struct Log<'a> {
    program: &'a Program,
    ended: &'a mut Ended,
    place: u32,
}

impl Observer for Log<'_> {
    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        let stage = self.program.tracks[track].stages.start + stage as u32;
        self.ended.enter(self.place, stage, time);
    }

    fn leave(&mut self, track: usize, stage: usize, _entered: f64, time: f64) {
        let stage = self.program.tracks[track].stages.start + stage as u32;
        self.ended.leave(self.place, stage, time);
    }

    fn end(&mut self, _: &crate::engine::PathEnd<'_>) {}
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
            queues: vec![vec![]; sites],
            turn: vec![],
            place: vec![0; LANES],
            path: vec![0; LANES],
            slot: vec![0; LANES],
            node: vec![0; LANES],
            fork: vec![NONE; LANES],
            fork_choice: vec![0.0; LANES],
            pending: vec![0; LANES],
            now: vec![0.0; LANES],
            due: vec![0.0; clocks * LANES],
            choice: vec![0.0; clocks * LANES],
            need: vec![0.0; clocks * LANES],
            rate: vec![f64::NAN; clocks * LANES],
            since: vec![0.0; clocks * LANES],
            occurrences: vec![0; sites * LANES],
            entered: vec![0.0; program.tracks.len() * LANES],
            measures: vec![0.0; program.measures.len() * LANES],
            long: 0,
            all: 0,
            given_up: false,
            fault: None,
        }
    }

    /// Walks paths; [`Lanes::ended`] has room for them.
    pub fn walk(&mut self, what: &Paths<'_>) {
        let each = (what.paths.end - what.paths.start) as usize;
        let group = LANES.div_ceil(each.max(1));
        for (nth, worlds) in what.worlds.chunks(group).enumerate() {
            let first = what.first + (nth * group * each) as u32;
            self.slots.fill(self.program, worlds, group);
            self.group(&Paths { worlds, paths: what.paths.clone(), first });
        }
    }

    fn group(&mut self, what: &Paths<'_>) {
        let each = what.paths.end - what.paths.start;
        let count = each * what.worlds.len() as u64;
        let mut next = 0;
        let mut free: Vec<u32> = (0..LANES as u32).rev().collect();
        let mut flying = 0;
        loop {
            while next < count
                && let Some(lane) = free.pop()
            {
                let (slot, path) = (next / each, what.paths.start + next % each);
                let place = what.first + next as u32;
                next += 1;
                self.count();
                if self.begin(lane as usize, slot as usize, path, place, what.worlds) {
                    flying += 1;
                } else {
                    free.push(lane);
                }
            }
            if flying == 0 && next >= count {
                return;
            }
            for site in 0..self.queues.len() {
                if self.queues[site].is_empty() {
                    continue;
                }
                let empty = std::mem::take(&mut self.turn);
                let turn = std::mem::replace(&mut self.queues[site], empty);
                self.draw(site, &turn, what.worlds);
                for lane in &turn {
                    if self.pending[*lane as usize] == 0 && self.go_on(*lane as usize, what.worlds) {
                        flying -= 1;
                        free.push(*lane);
                    }
                }
                self.turn = turn;
                self.turn.clear();
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

    /// A lane takes a path; false if that is at its end already.
    fn begin(&mut self, lane: usize, slot: usize, path: u64, place: u32, worlds: &[World]) -> bool {
        self.place[lane] = place;
        self.path[lane] = path;
        self.slot[lane] = slot as u32;
        let root = self.root(slot, path, &worlds[slot]);
        let Some(edge) = root else {
            self.long_way(lane, worlds);
            return false;
        };
        self.pending[lane] = 0;
        self.fork[lane] = NONE;
        self.now[lane] = 0.0;
        for site in 0..self.queues.len() {
            self.occurrences[site * LANES + lane] = 0;
        }
        let count = self.program.measures.len();
        self.measures[lane * count..][..count].fill(0.0);
        for first in &self.program.firsts {
            self.measures[lane * count + first.measure as usize] = f64::INFINITY;
        }
        match self.take(lane, edge) {
            Went::On if self.pending[lane] == 0 => !self.go_on(lane, worlds),
            Went::On => true,
            Went::Ended => false,
            Went::Astray => {
                self.astray(lane, worlds);
                false
            }
        }
    }

    /// The edge by which a path begins.
    fn root(&mut self, slot: usize, path: u64, world: &World) -> Option<u32> {
        if let Some(edge) = self.slots.root(slot) {
            return Some(edge);
        }
        let draws = self.program.initial.iter().any(|i| matches!(i, crate::program::Initial::Draw(..)));
        self.walker.reset(world, path);
        self.walker.initial(world).ok()?;
        let states = &self.walker.values[..self.program.layout.states];
        let key: Vec<u64> = states.iter().map(|v| v.to_bits()).collect();
        let root = self.chain.root(&key)?;
        if !draws {
            self.slots.set_root(slot, root);
        }
        Some(root)
    }

    /// A lane goes on until it waits for numbers; true if its path is at its end.
    fn go_on(&mut self, lane: usize, worlds: &[World]) -> bool {
        loop {
            let went = match self.fork[lane] {
                NONE => self.ring(lane, worlds),
                fork => {
                    self.fork[lane] = NONE;
                    self.choose(lane, fork, self.fork_choice[lane], worlds)
                }
            };
            match went {
                Went::On if self.pending[lane] == 0 => {}
                Went::On => return false,
                Went::Ended => return true,
                Went::Astray => {
                    self.astray(lane, worlds);
                    return true;
                }
            }
        }
    }

    /// The earliest clock rings, or the path ends.
    fn ring(&mut self, lane: usize, worlds: &[World]) -> Went {
        let node = &self.chain.nodes[self.node[lane] as usize];
        let (exits, over, now) = (node.exits.range(), node.over, self.now[lane]);
        let slot = self.slot[lane] as usize;
        if node.closed {
            return self.end(lane, over, f64::INFINITY);
        }
        let (mut due, mut which, mut tie) = (f64::INFINITY, usize::MAX, false);
        for at in exits {
            let exit = self.chain.exits[at];
            let time = match exit.kind {
                ExitKind::Date => {
                    let time = self.slots.date(self.program, exit.clock, slot);
                    if time >= now { time } else { f64::INFINITY }
                }
                _ => self.due[exit.clock as usize * LANES + lane],
            };
            if time < due {
                (due, which, tie) = (time, at, false);
            } else {
                tie |= time == due && which != usize::MAX;
            }
        }
        let horizon = self.program.horizon;
        if due > horizon || due == f64::INFINITY {
            if horizon < f64::INFINITY {
                if self.pass(lane, horizon).is_none() {
                    return Went::Astray;
                }
                self.now[lane] = horizon;
            }
            return self.end(lane, over, horizon);
        }
        // What comes at the same instant as something else goes the long way.
        if tie || due <= now {
            return Went::Astray;
        }
        let exit = self.chain.exits[which];
        if exit.fork == NONE || self.pass(lane, due).is_none() {
            return Went::Astray;
        }
        self.now[lane] = due;
        if exit.kind == ExitKind::Date {
            self.fork[lane] = exit.fork;
            self.pending[lane] = 1;
            self.queues[exit.clock as usize].push(lane as u32);
            return Went::On;
        }
        let choice = self.choice[exit.clock as usize * LANES + lane];
        self.choose(lane, exit.fork, choice, worlds)
    }

    /// Accounts gather what comes until `to`. None where a rate is not finite.
    #[inline]
    fn pass(&mut self, lane: usize, to: f64) -> Option<()> {
        let slot = self.slot[lane] as usize;
        for (number, account) in self.program.accounts.iter().enumerate() {
            if account.rate.is_none() {
                continue;
            }
            let value = self.slots.account(self.program, &self.chain, self.node[lane], number, slot);
            if !value.is_finite() {
                return None;
            }
            let at = lane * self.program.measures.len() + account.measure as usize;
            self.measures[at] += value * account.span(self.now[lane], to);
        }
        Some(())
    }

    fn end(&mut self, lane: usize, to: To, time: f64) -> Went {
        let To::End(end) = to else { return Went::Astray };
        let place = self.place[lane] as usize;
        self.ended.end[place] = end;
        self.ended.time[place] = time;
        self.ended.last[place] = self.now[lane];
        let (tracks, count) = (self.program.tracks.len(), self.program.measures.len());
        let entered = &self.entered[lane * tracks..][..tracks];
        self.ended.entered[place * tracks..][..tracks].copy_from_slice(entered);
        let measures = &self.measures[lane * count..][..count];
        self.ended.measures[place * count..][..count].copy_from_slice(measures);
        Went::Ended
    }

    /// A number chooses a branch.
    #[inline]
    fn choose(&mut self, lane: usize, fork: u32, choice: f64, worlds: &[World]) -> Went {
        let slot = self.slot[lane] as usize;
        let edges = self.chain.forks[fork as usize].edges;
        let Some(row) = self.slots.row(self.program, &self.chain, fork, slot, worlds) else {
            return Went::Astray;
        };
        // The last threshold is at least 1.
        let branch = row.iter().position(|t| choice < *t).unwrap_or(row.len() - 1);
        self.take(lane, edges + branch as u32)
    }

    /// A lane follows an edge.
    #[inline]
    fn take(&mut self, lane: usize, edge: u32) -> Went {
        let edge = self.chain.edges[edge as usize];
        let now = self.now[lane];
        for at in edge.ops.range() {
            match self.chain.ops[at] {
                Op::Enter(stage) => {
                    let track = self.program.stages[stage as usize].track as usize;
                    self.entered[lane * self.program.tracks.len() + track] = now;
                    self.ended.enter(self.place[lane], stage, now);
                }
                Op::Leave(stage) => self.ended.leave(self.place[lane], stage, now),
                Op::Pay(account, amount) => {
                    let account = &self.program.accounts[account as usize];
                    let at = lane * self.program.measures.len() + account.measure as usize;
                    self.measures[at] += amount * account.discount(now);
                }
                Op::First(measure) => {
                    self.measures[lane * self.program.measures.len() + measure as usize] = now;
                }
                Op::Start(exit) => {
                    self.pending[lane] += 1;
                    let clock = self.chain.exits[exit as usize].clock as usize;
                    self.rate[clock * LANES + lane] = f64::NAN;
                    self.queues[clock].push(lane as u32);
                }
            }
        }
        match edge.to {
            To::Unknown => Went::Astray,
            To::End(_) => self.end(lane, edge.to, now),
            To::Fork(fork) => {
                self.fork[lane] = fork;
                self.pending[lane] += 1;
                self.queues[self.chain.forks[fork as usize].site as usize].push(lane as u32);
                Went::On
            }
            To::Node(node) => {
                self.node[lane] = node;
                if self.chain.nodes[node as usize].hazards { self.aim(lane, node) } else { Went::On }
            }
        }
    }

    /// Clocks that ring by a rate follow it.
    fn aim(&mut self, lane: usize, node: u32) -> Went {
        let (slot, now) = (self.slot[lane] as usize, self.now[lane]);
        for at in self.chain.nodes[node as usize].exits.range() {
            let exit = self.chain.exits[at];
            if exit.kind != ExitKind::Rate {
                continue;
            }
            let Some(rate) = self.slots.rate(self.program, &self.chain, at, node, slot) else {
                return Went::Astray;
            };
            let i = exit.clock as usize * LANES + lane;
            let old = self.rate[i];
            if old.to_bits() == rate.to_bits() {
                continue;
            }
            // A clock that has yet to draw is aimed when it has.
            if !old.is_nan() {
                if now > self.since[i] {
                    self.need[i] = (self.need[i] - old * (now - self.since[i])).max(0.0);
                }
                self.since[i] = now;
                self.rate[i] = rate;
                self.due[i] = if rate > 0.0 { now + self.need[i] / rate } else { f64::INFINITY };
            }
        }
        Went::On
    }

    /// Draws what these lanes wait for.
    fn draw(&mut self, site: usize, lanes: &[u32], worlds: &[World]) {
        let clocks = self.program.clocks.len();
        let name = match self.program.clocks.get(site) {
            Some(clock) => clock.name,
            None => self.slots.spot_name(site - clocks),
        };
        for lane in lanes.iter().map(|lane| *lane as usize) {
            let slot = self.slot[lane] as usize;
            let count = &mut self.occurrences[site * LANES + lane];
            let mut draw = worlds[slot].key.draw(name, self.path[lane], *count);
            *count += 1;
            self.pending[lane] -= 1;
            if self.fork[lane] != NONE && self.chain.forks[self.fork[lane] as usize].site as usize == site {
                self.fork_choice[lane] = draw.choice();
                continue;
            }
            let i = site * LANES + lane;
            self.choice[i] = draw.choice();
            match &self.program.clocks[site].kind {
                Kind::Takes { law, .. } => {
                    let node = self.node[lane];
                    let mut exits = self.chain.nodes[node as usize].exits.range();
                    let exit = exits.find(|e| self.chain.exits[*e].clock as usize == site).unwrap_or(0);
                    let (program, world) = (self.program, &worlds[slot]);
                    let delay =
                        self.slots.delay(program, &self.chain, law, (node, exit), slot, world, &mut draw);
                    // What is no delay is seen when the lane goes on: not later than now.
                    let due = self.now[lane] + delay;
                    self.due[i] = if delay >= 0.0 && delay < f64::INFINITY { due } else { f64::NEG_INFINITY };
                }
                Kind::Hazard(_) => {
                    self.need[i] = -libm::log(draw.uniform());
                    self.since[i] = self.now[lane];
                    let mut exits = self.chain.nodes[self.node[lane] as usize].exits.range();
                    let exit = exits.find(|e| self.chain.exits[*e].clock as usize == site);
                    let rate = exit.and_then(|exit| {
                        self.slots.rate(self.program, &self.chain, exit, self.node[lane], slot)
                    });
                    let rate = rate.unwrap_or(f64::NAN);
                    self.rate[i] = rate;
                    self.due[i] = if rate > 0.0 {
                        self.now[lane] + self.need[i] / rate
                    } else if rate == 0.0 {
                        f64::INFINITY
                    } else {
                        f64::NEG_INFINITY
                    };
                }
                Kind::At(_) | Kind::Guard => {}
            }
        }
    }

    /// The path of a lane went where the chain is not known.
    #[cold]
    fn astray(&mut self, lane: usize, worlds: &[World]) {
        // Numbers that it still waits for are nobody's.
        if self.pending[lane] > 0 {
            self.queues.iter_mut().for_each(|queue| queue.retain(|waiting| *waiting != lane as u32));
            self.pending[lane] = 0;
        }
        self.ended.forget(self.place[lane]);
        self.long_way(lane, worlds);
    }

    /// Walks the path of a lane by evaluating everything, and learns from it.
    #[cold]
    fn long_way(&mut self, lane: usize, worlds: &[World]) {
        self.long += 1;
        let (place, path) = (self.place[lane], self.path[lane]);
        let world = &worlds[self.slot[lane] as usize];
        let walker = &mut self.walker;
        let mut log = Log { program: self.program, ended: &mut self.ended, place };
        match learn(&mut self.chain, walker, world, path, &mut log) {
            Ok((end, time)) => {
                let at = place as usize;
                self.ended.end[at] = end;
                self.ended.time[at] = time;
                self.ended.last[at] = walker.now;
                let (tracks, count) = (self.program.tracks.len(), self.program.measures.len());
                let layout = self.program.layout;
                self.ended.entered[at * tracks..][..tracks]
                    .copy_from_slice(&walker.values[layout.entered(0)..][..tracks]);
                self.ended.measures[at * count..][..count]
                    .copy_from_slice(&walker.values[layout.measure(0)..][..count]);
            }
            Err(fault) => {
                if self.fault.as_ref().is_none_or(|(first, _)| place < *first) {
                    self.fault = Some((place, fault));
                }
            }
        }
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Went {
    On,
    Ended,
    Astray,
}
