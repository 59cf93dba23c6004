//! A path goes on along the chain: the earliest clock rings, a number chooses, an edge is followed.

use super::lanes::{LANES, Lane, Lanes, Trip, Went, carries};
use super::short::NONE;
use super::store::{ExitKind, Op, To};
use crate::engine::{Each, Visits};
use crate::program::{Run, Set};

impl Lanes<'_> {
    /// The earliest clock rings, or the path ends.
    #[inline]
    pub(super) fn ring<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) -> Went {
        let Lane { node, now, slot, .. } = self.lanes[lane];
        let node = &self.chain.nodes[node as usize];
        let over = node.over;
        if node.closed {
            return self.end(lane, over, (f64::INFINITY, true), trip);
        }
        let (mut due, mut which, mut tie) = (f64::INFINITY, usize::MAX, false);
        for at in node.exits.range() {
            let exit = self.chain.exits[at];
            let time = match exit.kind {
                ExitKind::Date => {
                    let time = self.slots.date(self.program, exit.clock, slot as usize);
                    if time >= now { time } else { f64::INFINITY }
                }
                ExitKind::Crossing => {
                    let time = self.slots.crossing(self.program, exit.clock, slot as usize);
                    if time > now { time } else { f64::INFINITY }
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
                if !self.pass(lane) {
                    return Went::Astray;
                }
                self.lanes[lane].now = horizon;
            }
            return self.end(lane, over, (horizon, true), trip);
        }
        let exit = self.chain.exits.get(which).copied();
        let Some(exit) = exit.filter(|exit| exit.fork != NONE) else { return Went::Astray };
        // What comes at the same instant as something else goes the long way, and what is no delay.
        if tie || due <= now || !self.pass(lane) {
            return Went::Astray;
        }
        self.lanes[lane].now = due;
        if exit.kind == ExitKind::Date {
            self.wait(lane, exit.fork, exit.clock);
            return Went::On;
        }
        if exit.kind == ExitKind::Crossing {
            return self.take(lane, self.chain.forks[exit.fork as usize].edges, trip);
        }
        self.choose(lane, exit.fork, self.choice[exit.clock as usize * LANES + lane], trip)
    }

    /// A lane waits for the number that chooses at a fork.
    #[inline]
    fn wait(&mut self, lane: usize, fork: u32, site: u32) {
        let it = &mut self.lanes[lane];
        debug_assert!(it.pending == 0, "what has started waits in a combination");
        it.fork = fork;
        it.pending = 1;
        self.queues[site as usize].push(lane);
    }

    /// Time goes on: accounts gather at the rates of the combination. Whether these are finite.
    #[inline]
    fn pass(&mut self, lane: usize) -> bool {
        let Lane { node, now, slot, .. } = self.lanes[lane];
        for (number, account) in self.program.accounts.iter().enumerate() {
            if account.rate.is_none() {
                continue;
            }
            let own = self.carried.accounts[number].then(|| carries(&self.carried, &self.states, lane));
            let value = self.slots.account(self.program, &self.chain, node, number, slot as usize, own);
            if !value.is_finite() {
                return false;
            }
            let sum = &mut self.measures[account.measure as usize * LANES + lane];
            self.gathering[number * LANES + lane].go_on(account, value, now, sum);
        }
        true
    }

    /// A number chooses a branch.
    pub(super) fn choose<E: Each>(
        &mut self,
        lane: usize,
        fork: u32,
        choice: f64,
        trip: &mut Trip<'_, E>,
    ) -> Went {
        let at = (fork, self.lanes[lane].slot as usize);
        let list = self.chain.forks[fork as usize].list;
        let branch = if self.carried.lists[list as usize] {
            let own = carries(&self.carried, &self.states, lane);
            self.slots.branch_of(self.program, &self.chain, at, choice, own)
        } else {
            self.slots.branch(self.program, &self.chain, at, choice, &trip.worlds)
        };
        match branch {
            Some(branch) => self.take(lane, self.chain.forks[fork as usize].edges + branch, trip),
            None => Went::Astray,
        }
    }

    /// A lane follows an edge.
    pub(super) fn take<E: Each>(&mut self, lane: usize, edge: u32, trip: &mut Trip<'_, E>) -> Went {
        let edge = self.chain.edges[edge as usize];
        if edge.to == To::Unknown || !self.follow(lane, edge.ops, trip) {
            return Went::Astray;
        }
        self.arrive(lane, edge.to, trip)
    }

    /// A clock waits for its delay.
    #[inline]
    fn start(&mut self, lane: usize, clock: u32) {
        self.lanes[lane].pending += 1;
        self.rate[clock as usize * LANES + lane] = f64::NAN;
        self.queues[clock as usize].push(lane);
    }

    /// State variables are assigned, all right-hand sides first. Whether the values are finite.
    fn assign(&mut self, lane: usize, sets: Run) -> bool {
        let (count, slot) = (self.own(), self.lanes[lane].slot as usize);
        let states = &mut self.states[lane * count..][..count];
        let values = self.slots.values(slot);
        values[..count].copy_from_slice(states);
        let mut finite = true;
        let kept = |set: &&Set| self.carried.followed[set.state as usize];
        for set in sets.of(&self.program.sets).iter().filter(kept) {
            let value = self.program.code.evaluate(&set.value, values);
            finite &= value.is_finite();
            states[set.state as usize] = value;
        }
        finite
    }

    /// Does what follows of an edge; false where something is wrong.
    fn follow<E: Each>(&mut self, lane: usize, ops: Run, trip: &mut Trip<'_, E>) -> bool {
        let now = self.lanes[lane].now;
        for at in ops.range() {
            match self.chain.ops[at] {
                Op::Enter(stage) => {
                    let stage = &self.program.stages[stage as usize];
                    let track = stage.track as usize;
                    self.entered[track * LANES + lane].time = now;
                }
                Op::Leave(stage) => {
                    let stage = &self.program.stages[stage as usize];
                    let track = stage.track as usize;
                    self.lanes[lane].left += 1;
                    let mut visits = trip.seen.visits(track, stage.index as usize);
                    visits.leave(&mut self.entered[track * LANES + lane], now);
                }
                Op::Pay(account, amount) => {
                    let account = &self.program.accounts[account as usize];
                    let at = account.measure as usize * LANES + lane;
                    self.measures[at] += amount * account.discount(now);
                }
                Op::First(measure) => {
                    self.measures[measure as usize * LANES + lane] = now;
                }
                Op::Start(exit) => {
                    let clock = self.chain.exits[exit as usize].clock;
                    self.start(lane, clock);
                }
                Op::Set(sets) => {
                    if !self.assign(lane, sets) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// A lane comes to where an edge leads.
    #[inline]
    fn arrive<E: Each>(&mut self, lane: usize, to: To, trip: &mut Trip<'_, E>) -> Went {
        match to {
            To::Unknown => Went::Astray,
            To::End(_) => self.end(lane, to, (self.lanes[lane].now, false), trip),
            To::Fork(fork) => {
                let site = self.chain.forks[fork as usize].site;
                self.wait(lane, fork, site);
                Went::On
            }
            To::Node(node) => {
                let it = &mut self.lanes[lane];
                it.node = node;
                if it.pending == 1 {
                    // All that it waits for is the number of the only clock, if there is one.
                    it.fork = self.chain.nodes[node as usize].alone;
                }
                if self.chain.nodes[node as usize].hazards { self.aim(lane) } else { Went::On }
            }
        }
    }

    /// Clocks that ring by a rate follow it.
    fn aim(&mut self, lane: usize) -> Went {
        let Lane { node, now, slot, .. } = self.lanes[lane];
        for at in self.chain.nodes[node as usize].exits.range() {
            let exit = self.chain.exits[at];
            if exit.kind != ExitKind::Rate {
                continue;
            }
            let own =
                self.carried.clocks[exit.clock as usize].then(|| carries(&self.carried, &self.states, lane));
            let found = self.slots.rate(self.program, &self.chain, (at, node, slot as usize), own);
            let Some(rate) = found else { return Went::Astray };
            let i = exit.clock as usize * LANES + lane;
            let old = self.rate[i];
            // A clock that has yet to draw is aimed when it has.
            if old.is_nan() || old.to_bits() == rate.to_bits() {
                continue;
            }
            if now > self.since[i] {
                self.need[i] = (self.need[i] - old * (now - self.since[i])).max(0.0);
            }
            self.since[i] = now;
            self.rate[i] = rate;
            self.due[i] = if rate > 0.0 { now + self.need[i] / rate } else { f64::INFINITY };
        }
        Went::On
    }
}
