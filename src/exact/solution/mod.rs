//! The exact answers of one world.

mod answer;
mod durations;
mod ends;
mod gathered;
mod lines;
mod moved;
mod solver;
mod story;

use super::bank::Bank;
use super::chain::{Chain, Rewards};
use super::curve::Curve;
use super::explore::{Explored, Pace};
use super::fraction::{self, Fraction};
use super::gain::{Gain, Moments, together};
use super::graph::{Graph, Kind, Vertex};
use super::march::{Asked, Found, Gains};
use super::moment::Late;
use super::off::{Doubts, Off, off};
use super::onward::times;
use super::refusal::{NotExact, Why};
use super::stays::{Stays, spent_off};
use crate::engine::{FaultKind, World};
use crate::program::{MeasureKind, Program, Value};
use durations::Durations;
pub use ends::ByEnd;
pub use solver::Solver;
use std::collections::BTreeMap;
use story::Past;

/// What is asked of every world.
#[derive(Clone, Debug)]
pub struct Questions {
    /// Times by which things are counted: the milestones, then the horizon or infinity.
    pub slots: Vec<f64>,
    /// The number of outcomes.
    pub outcomes: usize,
    /// The number of keys of each split.
    pub splits: Vec<usize>,
    /// Whether it is asked when something happens, beside whether: with a horizon it always is.
    pub when: bool,
    /// Whether probabilities are asked for as fractions, where they are.
    pub fractions: bool,
    /// The most that solving a world may take: see [`Solver::effort`].
    pub effort: u64,
}

/// By a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slot {
    /// P(outcome by then).
    pub outcomes: Vec<f64>,
    /// P(still open).
    pub open: f64,
    /// By stage, numbered through the program: P(a track stands there).
    pub stands: Vec<f64>,
    /// By stage: expected entries.
    pub visits: Vec<f64>,
    /// By stage: expected time in seconds.
    pub spent: Vec<f64>,
    /// No probability is off by more.
    pub bound: f64,
    /// By stage: what expected entries may be off; infinite where no bound is known.
    pub visits_off: Vec<f64>,
    /// By stage: what expected times may be off, in seconds; infinite where no bound is known.
    pub spent_off: Vec<f64>,
}

/// What is known of a measure.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// All its values with their probabilities, of paths that count.
    Values(Vec<(f64, f64)>),
    /// Its mean over all paths.
    Mean(f64),
    /// How many paths count, and its mean and variance among them. Of a value its distribution is in [`Solution::by_end`].
    Gain(f64, Gain),
    /// When it first holds: the curve, ∫ t and ∫ t².
    First(Curve, f64, f64),
    /// Nothing: these methods do not give it.
    Nothing,
}

/// The exact answers of one world.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// By slot.
    pub slots: Vec<Slot>,
    /// When each outcome comes: empty where that was not asked or could not be had.
    pub curves: Vec<Curve>,
    /// By outcome: how many paths end so, and the moments of when, in seconds.
    pub moments: Vec<Moments>,
    /// By outcome, where no horizon ends paths: what the moments of when it comes may be off. With a horizon nothing is beyond the curves.
    pub when_offs: Option<Vec<Off>>,
    /// No probability by any time, as curves tell it, is off by more.
    pub bound: f64,
    /// Whether `curves` and `moments` are known.
    pub timed: bool,
    /// By split, then cell: by outcome.
    pub splits: Vec<BTreeMap<Box<[i64]>, Vec<f64>>>,
    /// By measure.
    pub measures: Vec<Known>,
    /// By measure, then by party: what its moments may be off, of [`Known::Gain`] and [`Known::Mean`] where a bound is known.
    pub offs: Vec<Option<Off>>,
    /// By measure: how it follows from when a path ends, where it does and that is known.
    pub by_end: Vec<Option<ByEnd>>,
    /// By party.
    pub payoffs: Vec<Known>,
    /// By outcome, its probability in the end as a fraction; empty where it is none, or time or races decide.
    pub fractions: Vec<Fraction>,
    /// Combinations of stages and values.
    pub combinations: usize,
    /// The share of paths that went to combinations which were not looked at; it is part of the bounds.
    pub beyond: f64,
}

impl Solution {
    /// What is known of a measure or, with a number after those of the measures, of a payoff.
    pub fn known(&self, number: usize) -> &Known {
        self.measures.get(number).unwrap_or_else(|| &self.payoffs[number - self.measures.len()])
    }
}

/// Reads expressions in combinations.
struct Reader<'a> {
    program: &'a Program,
    values: Vec<f64>,
}

impl<'a> Reader<'a> {
    fn new(program: &'a Program, world: &World) -> Reader<'a> {
        let mut values = world.values().to_vec();
        values.resize(program.layout.len(), f64::NAN);
        Reader { program, values }
    }

    fn load(&mut self, vertex: &Vertex, outcome: Option<usize>) {
        let layout = self.program.layout;
        self.values[..layout.states].copy_from_slice(&vertex.states);
        for (track, stage) in vertex.at.iter().enumerate() {
            self.values[layout.track(track)] = f64::from(self.program.stages[*stage as usize].index);
        }
        self.values[layout.outcome()] = outcome.map_or(f64::NAN, |o| o as f64);
    }

    fn value(&mut self, value: &Value) -> f64 {
        self.program.code.evaluate(value, &mut self.values)
    }

    /// Whether an expression reads only what a combination has.
    fn readable(&self, value: &Value) -> bool {
        !self.reads(value, |_| true)
    }

    /// Whether an expression reads any of these that a combination does not have: the day, what is counted, and what depends on the path.
    fn reads(&self, value: &Value, any: impl Fn(usize) -> bool) -> bool {
        let layout = self.program.layout;
        let hidden = |place: u32| {
            let place = place as usize;
            let there = place == layout.day()
                || (layout.entered(0)..layout.temp()).contains(&place)
                || place < layout.states && self.counts(place);
            there && any(place)
        };
        let code = &self.program.code.list[value.start as usize..value.end as usize];
        hidden(value.out)
            || code.iter().any(|i| [i.a, i.b, i.c].into_iter().take(i.op.operands()).any(hidden))
    }

    /// Whether a state variable is counted.
    fn counts(&self, state: usize) -> bool {
        self.program.accounts.iter().any(|account| account.counts == Some(state as u32))
    }

    /// The rate of each account in each node, as it is at a time; none where it moves with time.
    fn rates(
        &mut self,
        chain: &Chain,
        explored: &Explored,
        time: f64,
    ) -> Result<Vec<Option<Vec<f64>>>, NotExact> {
        let mut all = vec![];
        let graph = &explored.graph;
        self.values[self.program.layout.day()] = time;
        for (account, pace) in self.program.accounts.iter().zip(&explored.paces) {
            let Some(rate) = account.rate else {
                all.push(Some(vec![0.0; chain.nodes.len()]));
                continue;
            };
            if *pace != Pace::Steady {
                all.push(None);
                continue;
            }
            let mut rates = Vec::with_capacity(chain.nodes.len());
            for node in &chain.nodes {
                let vertex = &graph.vertices[node.vertex as usize];
                if vertex.over {
                    rates.push(0.0);
                    continue;
                }
                self.load(vertex, None);
                let value = self.value(&rate.value);
                if !value.is_finite() {
                    return Err(NotExact::because(Why::Fault(FaultKind::Rate(value), rate.value.span)));
                }
                rates.push(value);
            }
            all.push(Some(rates));
        }
        Ok(all)
    }
}

/// Where a path is after all time.
struct Forever {
    ends: Vec<f64>,
    nodes: Vec<f64>,
    rewards: Vec<f64>,
    spent: Vec<f64>,
    accounts: Vec<f64>,
    /// By node: how often it starts.
    visits: Vec<f64>,
    /// No probability is off by more.
    bound: f64,
    /// By stage: what expected entries and times may be off.
    entries_off: Vec<f64>,
    spent_off: Vec<f64>,
    /// By node: what the moments of its delays may be off.
    lates: Vec<Late>,
    durations: Durations,
}

struct Answerer<'a> {
    program: &'a Program,
    graph: &'a Graph,
    chain: &'a Chain,
    asked: &'a Questions,
    found: Found,
    march: &'a Asked<'a>,
    past: Past,
    /// By account: what has been gathered, where that is known.
    gains: Vec<Option<Gains>>,
    /// By node, without a horizon: how often it starts, and what the moments of its delays may be off.
    visits: Vec<f64>,
    lates: Vec<Late>,
    /// By slot, then stage: how often it may be entered after the beginning of the epoch.
    entries: Vec<Vec<f64>>,
}

/// By account, where it is known.
type Gained = Vec<Option<Gain>>;

impl Answerer<'_> {
    /// Ends and visits without a horizon: components in topological order, each by elimination.
    fn forever(&self, bank: &mut Bank) -> Result<Forever, NotExact> {
        let chain = self.chain;
        let count = chain.nodes.len();
        let mut enters = vec![0.0; count];
        let mut forever = Forever {
            ends: vec![0.0; chain.ends.len()],
            nodes: vec![0.0; count],
            rewards: vec![0.0; self.march.rewards.count()],
            spent: vec![0.0; count],
            accounts: vec![0.0; self.program.accounts.len()],
            visits: vec![0.0; count],
            bound: 0.0,
            entries_off: vec![],
            spent_off: vec![],
            lates: vec![],
            durations: Durations::default(),
        };
        let lead =
            |goes: &super::chain::Goes, times: f64, enters: &mut [f64], within: &[u32], f: &mut Forever| {
                for (to, p) in &goes.to {
                    match chain.end(*to) {
                        Some(end) => f.ends[end] += times * p,
                        None if within.contains(to) => {}
                        None => enters[*to as usize] += times * p,
                    }
                }
                goes.rewards.iter().for_each(|(r, amount)| f.rewards[*r as usize] += times * amount);
            };
        lead(&chain.start, 1.0, &mut enters, &[], &mut forever);
        let stays = Stays::new(chain, f64::INFINITY, bank);
        for (number, set) in chain.order.iter().enumerate() {
            if set.iter().all(|n| enters[*n as usize] == 0.0) {
                continue;
            }
            let entered: Vec<f64> = set.iter().map(|n| enters[*n as usize]).collect();
            let Some(solved) = stays.eliminated(number) else {
                // Nothing leads out: what has come here stays.
                set.iter().zip(entered).for_each(|(n, mass)| forever.nodes[*n as usize] += mass);
                continue;
            };
            for (n, visits) in set.iter().zip(solved.visits(entered)) {
                let node = &chain.nodes[*n as usize];
                forever.visits[*n as usize] = visits;
                self.sojourn(*n, visits, bank, &mut forever.spent);
                for of in &node.uses {
                    lead(&of.goes, visits * of.share, &mut enters, set, &mut forever);
                }
            }
        }
        for (a, account) in self.program.accounts.iter().enumerate() {
            forever.accounts[a] = if account.decay > 0.0 {
                self.found.accounts.get(a).copied().unwrap_or(f64::NAN)
            } else {
                let lumps = forever.rewards[self.march.rewards.account(a)];
                let rates = self.march.rates[a].as_deref().unwrap_or(&[]);
                self.past.accounts[a]
                    + lumps
                    + rates
                        .iter()
                        .zip(&forever.spent)
                        .filter(|(r, _)| **r != 0.0)
                        .map(|(r, t)| r * t)
                        .sum::<f64>()
            };
        }
        forever.lates = self.lates(&forever.visits, bank);
        forever.durations = self.durations(&forever, &stays, bank);
        let mass = 2.0 * (self.past.bound + self.mistaken(&forever.visits, 0.0, bank));
        let before = spent_off(self.march.from, self.past.bound, self.past.starts);
        let (entries, spent) =
            (stays.entries(self.march.rewards), stays.spent(self.graph, self.program.stages.len()));
        let entered = self.past.visits_off.iter().zip(entries);
        forever.bound = mass;
        forever.entries_off = entered.map(|(before, entries)| before + times(mass, entries)).collect();
        let late: f64 = forever.visits.iter().zip(&forever.lates).map(|(visits, of)| visits * of.first).sum();
        forever.spent_off = spent.into_iter().map(|spent| before + times(mass, spent) + late).collect();
        Ok(forever)
    }

    /// The expected time in a node of so many starts, and in those where clocks run on since.
    fn sojourn(&self, n: u32, starts: f64, bank: &mut Bank, spent: &mut [f64]) {
        let node = &self.chain.nodes[n as usize];
        if let Some((mean, _)) = node.mean {
            spent[n as usize] += starts * mean;
            return;
        }
        for of in &node.uses {
            let kernel = bank.kernel(of.kernel);
            let scale = kernel.total();
            let scale = if scale > 0.0 { of.share / scale } else { 0.0 };
            // When it is left, less when it was entered.
            let time = starts * scale * kernel.moment(1);
            spent[of.at as usize] += time;
            of.goes.on.iter().for_each(|(to, p)| spent[*to as usize] -= time * p);
        }
    }
}

/// Equal values together, in rising order.
fn gathered(mut values: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut merged: Vec<(f64, f64)> = vec![];
    for (value, mass) in values {
        match merged.last_mut() {
            Some(last) if last.0 == value => last.1 += mass,
            _ => merged.push((value, mass)),
        }
    }
    merged
}
