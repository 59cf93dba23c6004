//! What a world makes of the chain: thresholds, delays, rates and dates, worked out when first needed.

use super::store::{Chain, SMALL, Way};
use crate::dist::Law;
use crate::engine::World;
use crate::program::{Kind, LawPlan, LawTree, Program, Value};
use crate::stream::{Draw, Name, WorldKey};

/// Some worlds at once, each in its slot.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    keys: Vec<Option<WorldKey>>,
    /// Which world the slot holds, counted; what is kept bears this number.
    turns: Vec<u32>,
    turn: u32,
    /// Room to evaluate in, with the pool of the world.
    values: Vec<Vec<f64>>,
    roots: Vec<Option<u32>>,
    /// Thresholds by fork, slot and branch; and forks in short by fork and slot.
    rows: Vec<f64>,
    small: Vec<Small>,
    rates: Kept<f64>,
    accounts: Kept<f64>,
    dates: Kept<f64>,
    laws: Kept<Option<Law>>,
    /// The names of clocks, then of stages that branch on the spot; their keys by slot.
    names: Vec<Name>,
    named: Vec<u64>,
}

/// A fork in a world in short, and in which turn that was worked out.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Small {
    /// The bits of what a choice must be at least; numbers between 0 and 1 are ordered like their bits.
    pub thresholds: [u64; SMALL - 1],
    pub ways: [Way; SMALL],
    pub turn: u32,
}

impl Default for Small {
    fn default() -> Small {
        Small { thresholds: [u64::MAX; SMALL - 1], ways: [Way::MORE; SMALL], turn: 0 }
    }
}

/// Things by number and slot, each with the turn in which it was worked out.
#[derive(Clone, Debug, Default)]
struct Kept<T> {
    turns: Vec<u32>,
    things: Vec<T>,
}

impl Slots {
    /// Takes worlds into the slots; what is known of a world that is there already stays.
    pub fn fill(&mut self, program: &Program, worlds: &[World], capacity: usize) {
        if self.keys.len() < capacity {
            *self = Slots {
                keys: vec![None; capacity],
                turns: vec![0; capacity],
                values: vec![vec![]; capacity],
                roots: vec![None; capacity],
                names: program.clocks.iter().map(|clock| clock.name).collect(),
                ..Slots::default()
            };
            let first = self.names.len();
            self.names.resize(first + program.spot_counters, Name::new(""));
            for spot in program.stages.iter().filter_map(|stage| stage.spot) {
                self.names[first + spot.counter as usize] = spot.name;
            }
            self.named = vec![0; self.names.len() * capacity];
        }
        for (slot, world) in worlds.iter().enumerate() {
            if self.keys[slot] == Some(world.key) {
                continue;
            }
            self.turn += 1;
            self.turns[slot] = self.turn;
            self.keys[slot] = Some(world.key);
            self.roots[slot] = None;
            for (site, name) in self.names.iter().enumerate() {
                self.named[site * self.keys.len() + slot] = world.key.named(*name);
            }
            self.values[slot].clear();
            self.values[slot].extend_from_slice(&world.values);
        }
    }

    /// The key of the draws of a site in the world of a slot.
    #[inline]
    pub fn key(&self, site: usize, slot: usize) -> u64 {
        self.named[site * self.keys.len() + slot]
    }

    /// The edge by which all paths of a world begin, where that is the same for all.
    pub fn root(&self, slot: usize) -> Option<u32> {
        self.roots[slot]
    }

    pub fn set_root(&mut self, slot: usize, edge: u32) {
        self.roots[slot] = Some(edge);
    }

    /// How many there are.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.keys.len()
    }

    /// All forks in short by fork, then slot: what bears another turn than the slot is not worked out yet.
    #[inline]
    pub fn small(&self) -> &[Small] {
        &self.small
    }

    /// The turn of a slot.
    #[inline]
    pub fn turn(&self, slot: usize) -> u32 {
        self.turns[slot]
    }

    /// What is known of these forks in short is worked out anew.
    pub fn renew(&mut self, forks: impl Iterator<Item = u32>) {
        let capacity = self.capacity();
        for fork in forks.map(|fork| fork as usize) {
            let some = self.small.len().min(fork * capacity)..self.small.len().min((fork + 1) * capacity);
            self.small[some].iter_mut().for_each(|small| small.turn = 0);
        }
    }

    /// The branch that a number chooses at a fork; none where it has no probabilities.
    pub fn branch(
        &mut self,
        program: &Program,
        chain: &Chain,
        (fork, slot): (u32, usize),
        choice: f64,
        worlds: &[World],
    ) -> Option<u32> {
        let capacity = self.capacity();
        if self.small.get(fork as usize * capacity + slot).map(|small| small.turn) != Some(self.turns[slot]) {
            self.make_row(program, chain, (fork, slot), worlds)?;
        }
        let of = &chain.forks[fork as usize];
        let start = of.row as usize * capacity + slot * of.branches as usize;
        let row = &self.rows[start..start + of.branches as usize];
        // Thresholds rise, and the last is at least 1: as many are passed as branches lie before the one that is chosen.
        Some(row.iter().position(|threshold| choice < *threshold)? as u32)
    }

    /// Works out the thresholds of a fork; none where it has no probabilities.
    fn make_row(
        &mut self,
        program: &Program,
        chain: &Chain,
        (number, slot): (u32, usize),
        worlds: &[World],
    ) -> Option<()> {
        let fork = &chain.forks[number as usize];
        let capacity = self.capacity();
        self.small.resize(self.small.len().max(chain.forks.len() * capacity), Small::default());
        self.rows.resize(self.rows.len().max(chain.row as usize * capacity), 0.0);
        let width = fork.branches as usize;
        let row = &mut self.rows[fork.row as usize * capacity + slot * width..][..width];
        match worlds[slot].table(program, fork.list as usize) {
            Some(table) => row.copy_from_slice(table),
            None => {
                let values = &mut self.values[slot];
                let config = chain.config(fork.config);
                values[..config.len()].copy_from_slice(config);
                let list = &program.lists[fork.list as usize];
                program.chances().thresholds(list, values, row).ok()?;
            }
        }
        let small = &mut self.small[number as usize * capacity + slot];
        small.turn = self.turns[slot];
        small.ways = chain.ways[number as usize];
        for (nth, threshold) in small.thresholds.iter_mut().enumerate() {
            *threshold = match row.get(nth) {
                Some(least) if *least <= 0.0 => 0,
                Some(least) if !least.is_nan() => least.to_bits(),
                _ => u64::MAX,
            };
        }
        Some(())
    }

    /// What an expression is in a combination and world; kept under a number.
    #[inline]
    fn value(
        kept: &mut Kept<f64>,
        place: (usize, u32),
        program: &Program,
        config: &[f64],
        values: &mut [f64],
        value: &Value,
    ) -> f64 {
        let (at, turn) = place;
        if kept.turns.get(at) != Some(&turn) {
            if at >= kept.turns.len() {
                kept.turns.resize(2 * at + 1, 0);
                kept.things.resize(2 * at + 1, 0.0);
            }
            values[..config.len()].copy_from_slice(config);
            kept.things[at] = program.code.evaluate(value, values);
            kept.turns[at] = turn;
        }
        kept.things[at]
    }

    /// The rate of an exit of a node, per second; none where that is none.
    #[inline]
    pub fn rate(
        &mut self,
        program: &Program,
        chain: &Chain,
        exit: usize,
        node: u32,
        slot: usize,
    ) -> Option<f64> {
        let clock = chain.exits[exit].clock as usize;
        let Kind::Hazard(rate) = &program.clocks[clock].kind else { return None };
        let place = (exit * self.capacity() + slot, self.turns[slot]);
        let config = chain.config(chain.nodes[node as usize].config);
        let values = &mut self.values[slot];
        let found = Slots::value(&mut self.rates, place, program, config, values, &rate.value);
        (0.0..f64::INFINITY).contains(&found).then_some(found)
    }

    /// The rate of an account in a node.
    #[inline]
    pub fn account(
        &mut self,
        program: &Program,
        chain: &Chain,
        node: u32,
        account: usize,
        slot: usize,
    ) -> f64 {
        let Some(rate) = &program.accounts[account].rate else { return 0.0 };
        let number = node as usize * program.accounts.len() + account;
        let place = (number * self.capacity() + slot, self.turns[slot]);
        let config = chain.config(chain.nodes[node as usize].config);
        let values = &mut self.values[slot];
        Slots::value(&mut self.accounts, place, program, config, values, &rate.value)
    }

    /// When a clock with a date rings.
    #[inline]
    pub fn date(&mut self, program: &Program, clock: u32, slot: usize) -> f64 {
        let Kind::At(at) = &program.clocks[clock as usize].kind else { return f64::INFINITY };
        let place = (clock as usize * self.capacity() + slot, self.turns[slot]);
        Slots::value(&mut self.dates, place, program, &[], &mut self.values[slot], at)
    }

    /// Draws a delay of an exit of a node; NaN where it has no distribution.
    #[inline]
    pub fn delay(
        &mut self,
        program: &Program,
        chain: &Chain,
        plan: &LawPlan,
        (node, exit, slot): (u32, usize, usize),
        world: &World,
        draw: &mut Draw,
    ) -> f64 {
        match &plan.tree {
            LawTree::Fixed(law) => program.laws[*law as usize].sample(draw),
            LawTree::World(law, _) => {
                world.laws[*law as usize].as_ref().map_or(f64::NAN, |law| law.sample(draw))
            }
            tree => {
                let at = exit * self.capacity() + slot;
                if self.laws.turns.get(at) != Some(&self.turns[slot]) {
                    if at >= self.laws.turns.len() {
                        self.laws.turns.resize(2 * at + 1, 0);
                        self.laws.things.resize(2 * at + 1, None);
                    }
                    let config = chain.config(chain.nodes[node as usize].config);
                    let values = &mut self.values[slot];
                    values[..config.len()].copy_from_slice(config);
                    let law = tree.law(&program.code, values, world.ready(program));
                    self.laws.things[at] = law.ok().map(|law| law.into_owned());
                    self.laws.turns[at] = self.turns[slot];
                }
                self.laws.things[at].as_ref().map_or(f64::NAN, |law| law.sample(draw))
            }
        }
    }
}
