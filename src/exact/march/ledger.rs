//! What an account has gathered, along with where paths are: its first two moments.
//!
//! Within a node an account grows in a known way, so A − r G(t) (r being the rate there, G(t) what a rate of one has gathered by
//! t) stays as it is until the node is left: with the densities of `E[B]` and `E[B²]`, B = A − r G(t) − k, there flow
//! equations like that of the mass. What is paid, and where rates differ, is put in when something rings, when t is known.
//! k is a centre by node, near the mean, so that no digits are lost where B hardly varies.

use super::*;
use crate::exact::gain::{Gain, Moments};
use crate::exact::off::Doubt;
use crate::exact::path::Path;
use std::sync::Arc;

/// Of the mass that has come to a node, what is less than this share is rounding.
const ROUNDING: f64 = 1e-13;

/// The first two moments of an account.
#[derive(Debug)]
pub(super) struct Ledger {
    pub number: usize,
    account: Account,
    rates: Rates,
    /// By node, then end: none until something is there.
    centres: Vec<Option<f64>>,
    /// By panel, moment and node: what starts.
    pub panels: Vec<[Vec<Values>; 2]>,
    /// Like the march's own, moments instead of the mass.
    pub sources: Vec<Vec<[f64; 2]>>,
    pub singles: Vec<Vec<[f64; 2]>>,
    /// By time and flow.
    queue: BTreeMap<(u64, u32), [f64; 2]>,
    /// By node, then end: what is there now.
    there: Vec<Moments>,
    /// The mass that has come to each.
    came: Vec<f64>,
    /// Whether a panel could not be solved.
    pub lost: bool,
    /// What is in doubt, and all mass of which that is told.
    pub doubts: Vec<Doubt>,
    pub told: f64,
}

/// What an account gathers in each node; at ends it is nothing.
#[derive(Debug)]
pub(super) enum Rates {
    Steady(Vec<f64>),
    /// By time, discounted.
    Moving(Vec<Arc<Path>>),
}

impl Rates {
    fn same(&self, a: usize, b: usize) -> bool {
        match self {
            Rates::Steady(rates) => rates[a] == rates[b],
            Rates::Moving(rates) => Arc::ptr_eq(&rates[a], &rates[b]) || rates[a] == rates[b],
        }
    }
}

/// What has been gathered where paths are.
#[derive(Clone, Debug, Default)]
pub(in crate::exact) struct Gains {
    /// By node.
    pub stands: Vec<Gain>,
    /// By end.
    pub ends: Vec<Gain>,
    /// Like what started at single times in each node: what has been gathered now by those that have gone on to a node.
    singles: Vec<Vec<f64>>,
    variances: Vec<Vec<f64>>,
    /// By node: what its rate has gathered since the beginning.
    levels: Vec<f64>,
}

impl Gains {
    /// Of the paths that stay in nodes, and of those that end.
    pub fn new(stands: Vec<Gain>, ends: Vec<Gain>) -> Gains {
        Gains { stands, ends, ..Gains::default() }
    }

    /// What those have gathered now that started in a node at its single time with this number, and have gone on to another.
    pub fn single(&self, node: usize, single: usize, now_in: usize) -> Gain {
        Gain {
            mean: self.singles[node][single] + self.levels[now_in],
            variance: self.variances[node][single],
        }
    }
}

/// Whether an account grows alike wherever clocks run on, and nothing is paid there: then its moments can be told.
pub(in crate::exact) fn even(chain: &Chain, account: usize, same: impl Fn(usize, usize) -> bool) -> bool {
    chain.nodes.iter().enumerate().all(|(n, node)| {
        node.uses.iter().all(|of| {
            let leads = |to: u32| of.goes.to.iter().any(|it| it.0 == to);
            let mut paid = of.goes.lumps.iter().filter(|lump| lump.account as usize == account);
            let mut on = of.goes.on.iter().map(|on| on.0).chain([of.at]);
            on.all(|on| same(n, on as usize)) && paid.all(|lump| leads(lump.to))
        })
    })
}

impl Ledger {
    /// None where the moments can't be told.
    pub fn new(chain: &Chain, number: usize, account: Account, rates: Rates) -> Option<Ledger> {
        let nodes = chain.nodes.len();
        even(chain, number, |a, b| rates.same(a, b)).then(|| Ledger {
            number,
            account,
            rates,
            centres: vec![None; nodes + chain.ends.len()],
            panels: vec![],
            sources: vec![vec![]; nodes],
            singles: vec![vec![]; nodes],
            queue: BTreeMap::new(),
            there: vec![Moments::default(); nodes + chain.ends.len()],
            came: vec![0.0; nodes + chain.ends.len()],
            lost: false,
            doubts: vec![],
            told: 0.0,
        })
    }

    /// Whether rates move with time.
    pub fn moves(&self) -> bool {
        matches!(self.rates, Rates::Moving(_))
    }

    /// Rates that move with time.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let paths = if let Rates::Moving(paths) = &self.rates { &paths[..] } else { &[] };
        paths.iter().map(|path| &**path)
    }

    /// What is gathered in a node beyond B and its centre.
    pub fn level(&self, at: usize, time: f64) -> f64 {
        match &self.rates {
            Rates::Steady(rates) => match rates.get(at) {
                Some(rate) if *rate != 0.0 => rate * self.account.span(0.0, time),
                _ => 0.0,
            },
            Rates::Moving(rates) => rates.get(at).map_or(0.0, |rate| rate.smooth(time)),
        }
    }

    pub fn discount(&self, time: f64) -> f64 {
        self.account.discount(time)
    }

    /// Where A is in a node when B is 0.
    pub fn zero(&self, at: usize, time: f64) -> Option<f64> {
        Some(self.centres[at]? + self.level(at, time))
    }

    /// Sets the centre of what comes to a node or an end first: there A is about this.
    pub fn centre(&mut self, at: usize, time: f64, about: f64) {
        let level = self.level(at, time);
        self.centres[at].get_or_insert(about - level);
    }

    /// Counts what comes to a node or an end, or goes.
    pub fn come(&mut self, to: usize, of: Moments) {
        self.there[to].add(of);
        self.came[to] += of.mass.max(0.0);
    }

    /// What comes to a node or an end at a single time, about so much in A; in B.
    fn come_at(&mut self, to: usize, now: f64, of: Moments, about: f64) -> [f64; 2] {
        if of.mass > 0.0 {
            self.centre(to, now, about + of.first / of.mass);
        }
        let zero = self.zero(to, now).unwrap_or(about);
        let of = of.shifted(about - zero);
        self.come(to, of);
        [of.first, of.second]
    }

    /// A path begins by one of these edges, with what was gathered before.
    pub fn begin(&mut self, chain: &Chain, before: &[Gain], now: f64) -> BTreeMap<u32, [f64; 2]> {
        let mut all: BTreeMap<u32, Vec<(f64, Gain)>> = BTreeMap::new();
        for (e, goes) in chain.begins.iter().enumerate() {
            let gain = before.get(e).copied().unwrap_or_default();
            let mass: f64 = goes.to.iter().map(|to| to.1).sum();
            if mass <= 0.0 {
                continue;
            }
            let whole = Moments::of(1.0, gain, gain.mean);
            for (to, p) in &goes.to {
                let (first, second) = goes.lump(self.number, *to);
                let discount = self.discount(now);
                let there = whole.paid(*p, first * discount, second * discount * discount);
                all.entry(*to).or_default().push((*p, there.gain(gain.mean)));
            }
        }
        let begin = |(to, list): (u32, Vec<(f64, Gain)>)| {
            let (mass, gain) = crate::exact::gain::together(&list);
            (to, self.come_at(to as usize, now, Moments::of(mass, gain, gain.mean), gain.mean))
        };
        all.into_iter().map(begin).collect()
    }

    /// What a flow brings at a single time, of its mass; its moments are taken out of the node in which it rings.
    pub fn rung(&mut self, (flow, number): (&Flow, u32), mass: f64, now: f64) -> (Moments, f64) {
        let [first, second] = self.queue.remove(&(now.to_bits(), number)).unwrap_or_default();
        let of = Moments { mass, first, second };
        let about = self.zero(flow.node, now).unwrap_or(0.0);
        let zero = self.zero(flow.at, now).unwrap_or(about);
        self.come(flow.at, of.shifted(about - zero).scaled(-1.0));
        (of, about)
    }

    /// Where that leads.
    pub fn led(
        &mut self,
        (of, about): (Moments, f64),
        goes: &Goes,
        (to, p): (u32, f64),
        now: f64,
    ) -> [f64; 2] {
        let (first, second) = goes.lump(self.number, to);
        let discount = self.discount(now);
        let there = of.paid(p, first * discount, second * discount * discount);
        self.come_at(to as usize, now, there, about)
    }

    /// A start at a single time waits for a single delay.
    pub fn wait(&mut self, time: f64, flow: usize, share: f64, of: [f64; 2]) {
        let sum = self.queue.entry((time.to_bits(), flow as u32)).or_default();
        sum[0] += share * of[0];
        sum[1] += share * of[1];
    }

    /// What is in doubt at the end, wherever paths are.
    pub fn doubt(&mut self, now: f64, mass: f64) {
        let zeros: Vec<f64> = (0..self.there.len()).filter_map(|at| self.zero(at, now)).collect();
        let spread = self.there.iter().filter(|of| of.mass > ROUNDING).map(|of| of.second / of.mass);
        self.doubts.push(Doubt {
            mass: mass - self.doubts.iter().map(|doubt| doubt.mass).sum::<f64>(),
            low: zeros.iter().copied().fold(f64::INFINITY, f64::min),
            high: zeros.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            spread: spread.fold(0.0, f64::max).sqrt(),
            ..Doubt::default()
        });
    }

    /// All that is known at a time.
    pub fn gains(&self, now: f64, nodes: usize) -> Gains {
        let zero = |at: usize| self.zero(at, now).unwrap_or(0.0);
        let gain = |at: usize| {
            // Of what has all but gone nothing is left but rounding.
            let left = self.there[at].mass > ROUNDING * self.came[at];
            if left { self.there[at].gain(zero(at)) } else { Gain { mean: zero(at), variance: 0.0 } }
        };
        let centre = |node: usize| self.centres[node].unwrap_or(0.0);
        let mut gains = Gains {
            stands: (0..nodes).map(gain).collect(),
            ends: (nodes..self.there.len()).map(gain).collect(),
            levels: (0..nodes).map(|node| self.level(node, now)).collect(),
            ..Gains::default()
        };
        for (node, singles) in self.singles.iter().enumerate() {
            gains.singles.push(singles.iter().map(|single| centre(node) + single[0]).collect());
            gains
                .variances
                .push(singles.iter().map(|single| (single[1] - single[0] * single[0]).max(0.0)).collect());
        }
        gains
    }
}
