//! What a world makes of the chain: thresholds, delays, rates and dates, worked out when first needed.

use super::short::Small;
use super::store::Chain;
use crate::dist::Law;
use crate::engine::World;
use crate::engine::crossing::next_crossing;
use crate::engine::memo::Memo;
use crate::program::{Kind, LawPlan, LawTree, Program, Value};
use crate::stream::{Draw, WorldKey};

/// Some worlds at once, each in its slot.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    keys: Vec<WorldKey>,
    /// Which world the slot holds, counted; what is kept bears this number.
    pub(super) turns: Vec<u32>,
    turn: u32,
    /// Room to evaluate in, with the pool of the world.
    pub(super) values: Vec<Vec<f64>>,
    roots: Vec<Option<u32>>,
    /// The state variables with which all paths of a world begin, where that is the same for all.
    begins: Vec<Vec<f64>>,
    /// Thresholds of lists that read what lanes carry, as far as remembered; and room for one.
    pub(super) memos: Vec<Memo>,
    pub(super) thresholds: Vec<f64>,
    /// Thresholds by fork, slot and branch; and forks in short by fork and slot.
    pub(super) rows: Vec<f64>,
    pub(super) small: Vec<Small>,
    /// The same by fork where no world changes the chances.
    pub(super) alike: Vec<Small>,
    rates: Kept<f64>,
    accounts: Kept<f64>,
    dates: Kept<f64>,
    crossings: Kept<f64>,
    laws: Kept<Option<Law>>,
    /// Places of the world; the values there, by place, then slot.
    places: Vec<u32>,
    held: Vec<f64>,
}

/// Things by place, each with the turn in which it was worked out.
#[derive(Clone, Debug, Default)]
struct Kept<T> {
    things: Vec<(u32, T)>,
}

impl<T: Clone + Default> Kept<T> {
    /// What is kept at a place, if that is of this turn.
    #[inline]
    fn get(&self, at: usize, turn: u32) -> Option<&T> {
        self.things.get(at).filter(|(of, _)| *of == turn).map(|(_, thing)| thing)
    }

    #[cold]
    fn put(&mut self, at: usize, turn: u32, thing: T) -> &T {
        if at >= self.things.len() {
            self.things.resize(2 * at + 1, (0, T::default()));
        }
        self.things[at] = (turn, thing);
        &self.things[at].1
    }
}

impl Slots {
    /// No slots yet, which will hold the values at these places of their worlds.
    pub fn new(places: Vec<u32>) -> Slots {
        Slots { places, ..Slots::default() }
    }

    /// The values at one of these places, by slot.
    #[inline]
    pub fn held(&self, number: u32) -> &[f64] {
        let capacity = self.capacity();
        &self.held[number as usize * capacity..][..capacity]
    }

    /// Makes room for so many worlds at once.
    pub fn reserve(&mut self, program: &Program, capacity: usize) {
        if self.keys.len() >= capacity {
            return;
        }
        *self = Slots {
            keys: vec![WorldKey::new(0, 0); capacity],
            turns: vec![0; capacity],
            values: vec![vec![]; capacity],
            roots: vec![None; capacity],
            begins: vec![vec![]; capacity],
            memos: vec![Memo::new(program); capacity],
            thresholds: vec![0.0; program.longest_list],
            held: vec![0.0; self.places.len() * capacity],
            places: std::mem::take(&mut self.places),
            ..Slots::default()
        };
    }

    /// Takes a world into a slot; what is known of it stays where it is there already.
    pub fn take(&mut self, program: &Program, slot: usize, world: &World) {
        if self.keys[slot] == world.key && self.turns[slot] > 0 {
            return;
        }
        self.turn += 1;
        self.turns[slot] = self.turn;
        // Of one world alone no turn is looked at.
        if self.keys.len() == 1 {
            self.small.clear();
        }
        self.keys[slot] = world.key;
        self.roots[slot] = None;
        self.memos[slot].next_world();
        for (number, place) in self.places.iter().enumerate() {
            self.held[number * self.keys.len() + slot] = world.values[*place as usize];
        }
        let (values, pool) = (&mut self.values[slot], program.layout.pool());
        if values.is_empty() {
            values.extend_from_slice(&world.values);
        } else {
            values[pool.clone()].copy_from_slice(&world.values[pool]);
        }
    }

    /// The key of the world of a slot, which has one.
    #[inline]
    pub fn key(&self, slot: usize) -> WorldKey {
        self.keys[slot]
    }

    /// The edge by which all paths of a world begin, where that is the same for all.
    pub fn root(&self, slot: usize) -> Option<(u32, &[f64])> {
        self.roots[slot].map(|edge| (edge, &self.begins[slot][..]))
    }

    pub fn set_root(&mut self, slot: usize, edge: u32, begin: &[f64]) {
        self.roots[slot] = Some(edge);
        self.begins[slot].clear();
        self.begins[slot].extend_from_slice(begin);
    }

    /// Room to evaluate in, with the pool of the world.
    #[inline]
    pub fn values(&mut self, slot: usize) -> &mut [f64] {
        &mut self.values[slot]
    }

    /// How many there are.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.keys.len()
    }

    /// The turn of a slot.
    #[inline]
    pub fn turn(&self, slot: usize) -> u32 {
        self.turns[slot]
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
        if let Some(known) = kept.get(at, turn) {
            return *known;
        }
        stand(values, config, None);
        *kept.put(at, turn, program.code.evaluate(value, values))
    }

    /// The rate of an exit of a node, per second; none where that is none. `own`: what the lane carries, where it reads
    /// some of that.
    #[inline]
    pub fn rate(
        &mut self,
        program: &Program,
        chain: &Chain,
        (exit, node, slot): (usize, u32, usize),
        own: Option<Own<'_>>,
    ) -> Option<f64> {
        let clock = chain.exits[exit].clock as usize;
        let Kind::Hazard(rate) = &program.clocks[clock].kind else { return None };
        let of = &chain.nodes[node as usize];
        // Those of a node and slot lie side by side.
        let first = of.exits.start as usize * self.capacity() + slot * of.exits.range().len();
        let place = (first + exit - of.exits.start as usize, self.turns[slot]);
        let config = chain.config(of.config);
        let values = &mut self.values[slot];
        let found = match own {
            Some(_) => {
                stand(values, config, own);
                program.code.evaluate(&rate.value, values)
            }
            None => Slots::value(&mut self.rates, place, program, config, values, &rate.value),
        };
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
        own: Option<Own<'_>>,
    ) -> f64 {
        let Some(rate) = &program.accounts[account].rate else { return 0.0 };
        let first = (node as usize * self.capacity() + slot) * program.accounts.len();
        let place = (first + account, self.turns[slot]);
        let config = chain.config(chain.nodes[node as usize].config);
        let values = &mut self.values[slot];
        if own.is_some() {
            stand(values, config, own);
            return program.code.evaluate(&rate.value, values);
        }
        Slots::value(&mut self.accounts, place, program, config, values, &rate.value)
    }

    /// When time changes a comparison, by its number after those of the clocks.
    #[inline]
    pub fn crossing(&mut self, program: &Program, number: u32, slot: usize) -> f64 {
        let number = number as usize - program.clocks.len();
        let (at, turn) = (slot * program.crossings.len() + number, self.turns[slot]);
        if let Some(known) = self.crossings.get(at, turn) {
            return *known;
        }
        let values = &mut self.values[slot];
        values[program.layout.day()] = 0.0;
        *self.crossings.put(at, turn, next_crossing(program, values, &program.crossings[number]))
    }

    /// When a clock with a date rings.
    #[inline]
    pub fn date(&mut self, program: &Program, clock: u32, slot: usize) -> f64 {
        let Kind::At(at) = &program.clocks[clock as usize].kind else { return f64::INFINITY };
        let place = (slot * program.clocks.len() + clock as usize, self.turns[slot]);
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
        (world, own): (&World, Option<Own<'_>>),
        draw: &mut Draw,
    ) -> f64 {
        if let LawTree::Fixed(law) = plan.tree {
            return program.laws[law as usize].sample(draw);
        }
        if own.is_some() || plan.tree.may_have_table() {
            let values = &mut self.values[slot];
            stand(values, chain.config(chain.nodes[node as usize].config), own);
            let drawn = plan.tree.draw(&program.code, values, world.ready(program), draw);
            return drawn.unwrap_or(f64::NAN);
        }
        match &plan.tree {
            LawTree::World(law, _) => {
                world.laws[*law as usize].as_ref().map_or(f64::NAN, |law| law.sample(draw))
            }
            tree => {
                let (at, turn) = (exit * self.capacity() + slot, self.turns[slot]);
                if self.laws.get(at, turn).is_none() {
                    let values = &mut self.values[slot];
                    stand(values, chain.config(chain.nodes[node as usize].config), None);
                    let law = tree.law(&program.code, values, world.ready(program));
                    self.laws.put(at, turn, law.ok().map(|law| law.into_owned()));
                }
                self.laws.get(at, turn).and_then(Option::as_ref).map_or(f64::NAN, |law| law.sample(draw))
            }
        }
    }
}

/// What a lane carries.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    /// The state variables that are carried.
    pub places: &'a [u32],
    /// All of the lane.
    pub states: &'a [f64],
}

/// Puts a combination where expressions read it, and what a lane carries.
pub(super) fn stand(values: &mut [f64], config: &[f64], own: Option<Own<'_>>) {
    values[..config.len()].copy_from_slice(config);
    if let Some(Own { places, states }) = own {
        places.iter().for_each(|place| values[*place as usize] = states[*place as usize]);
    }
}
