//! What may still come after a start: V = c + Q V over the nodes of a chain, without subtraction.
//!
//! Q tells where each start leads, discounted. Bounds are asked of it, so that where a strongly connected set is large, any V for
//! which c + Q V is nowhere greater will do.

use super::bank::Bank;
use super::chain::{Chain, Node, Use};
use super::eliminate::Elimination;
use std::collections::BTreeMap;

/// Nodes of a strongly connected set that are eliminated where everything is discounted: elimination of more may take longer than what is
/// asked about.
const ELIMINATED: usize = 2_000;

/// Nothing of something that is not bounded is nothing.
pub(super) fn times(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// Of a delay u, where it rings: with δ = e^{-θu} and g its integral up to u, the means of δ, 1 - δ, δ², 1 - δ², g, g δ and g²; but
/// for the first two, and g where nothing is discounted, they are worked out only where squares are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    pub d: f64,
    pub lost: f64,
    pub dd: f64,
    pub both_lost: f64,
    pub g: f64,
    pub gd: f64,
    pub gg: f64,
}

/// What was not asked for.
const NONE: f64 = f64::NAN;

impl Waits {
    fn new(node: &Node, of: &Use, decay: f64, squares: bool, bank: &mut Bank) -> Waits {
        if let Some((mean, variance)) = node.mean.filter(|_| decay == 0.0) {
            let gg = variance + mean * mean;
            return Waits { d: 1.0, lost: 0.0, dd: 1.0, both_lost: 0.0, g: mean, gd: mean, gg };
        }
        let kernel = bank.kernel(of.kernel);
        let total = kernel.total();
        if total <= 0.0 {
            return Waits { d: 0.0, lost: 1.0, dd: 0.0, both_lost: 1.0, g: 0.0, gd: 0.0, gg: 0.0 };
        }
        let by = |of: &dyn Fn(f64) -> f64| kernel.weighted(decay, of) / total;
        let delta = |u: f64| libm::exp(-decay * u);
        let gathered = |u: f64| if decay == 0.0 { u } else { -libm::expm1(-decay * u) / decay };
        // Where a delay may end after the times that are looked at, that is lost too.
        let rest = |d: f64, decay: f64| {
            if 1.0 - d > 1e-9 { 1.0 - d } else { by(&|u| -libm::expm1(-decay * u)) }
        };
        let counts = |decay: f64| if decay == 0.0 { 1.0 } else { by(&|u| libm::exp(-decay * u)) };
        let lost = |d: f64, decay: f64| if decay == 0.0 { 0.0 } else { rest(d, decay) };
        let d = counts(decay);
        let first = Waits { d, lost: lost(d, decay), dd: NONE, both_lost: NONE, g: NONE, gd: NONE, gg: NONE };
        if !squares && decay > 0.0 {
            return first;
        }
        let whole = |power: u8| {
            let of = |u: f64| libm::pow(gathered(u), f64::from(power));
            if decay == 0.0 { kernel.moment(power) / total } else { by(&of) }
        };
        let first = Waits { g: whole(1), ..first };
        if !squares {
            return first;
        }
        let dd = counts(2.0 * decay);
        let (gd, gg) = (by(&|u| gathered(u) * delta(u)), whole(2));
        let gd = if first.g.is_finite() { gd } else { first.g };
        Waits { dd, both_lost: lost(dd, 2.0 * decay), gd, gg, ..first }
    }

    /// By node and clock: how long it waits. `squares`: whether all is asked for.
    pub fn all(chain: &Chain, decay: f64, squares: bool, bank: &mut Bank) -> Vec<Vec<Waits>> {
        let mut known: BTreeMap<usize, Waits> = BTreeMap::new();
        let mut of = |node: &Node, of: &Use| {
            *known.entry(of.kernel).or_insert_with(|| Waits::new(node, of, decay, squares, bank))
        };
        chain.nodes.iter().map(|node| node.uses.iter().map(|clock| of(node, clock)).collect()).collect()
    }
}

/// The greatest rate in a node, and in those where its clocks run on.
pub(super) fn greatest(node: &Node, n: usize, rate: impl Fn(usize) -> f64) -> f64 {
    let on = node.uses.iter().flat_map(|of| of.goes.on.iter().map(|on| on.0).chain([of.at]));
    on.map(|on| rate(on as usize).abs()).fold(rate(n).abs(), f64::max)
}

/// The equations, prepared.
pub(super) struct Onward<'a> {
    chain: &'a Chain,
    /// By node: where, the share in Q, and what is lost of it.
    ways: Vec<Vec<(u32, f64, f64)>>,
    /// By node: its set in the chain's order.
    set_of: Vec<usize>,
    /// By set, from the last.
    sets: Vec<Solved>,
}

enum Solved {
    Exactly(Elimination),
    /// By node of the set: what leads out or is lost.
    Above(Vec<f64>),
    /// Nothing leads out.
    Closed,
}

impl<'a> Onward<'a> {
    /// `share`: of the mean of a delay, what counts, and what is lost.
    pub fn new(chain: &'a Chain, waits: &[Vec<Waits>], share: impl Fn(&Waits) -> (f64, f64)) -> Onward<'a> {
        let way = |(node, waits): (&Node, &Vec<Waits>)| {
            let each = node.uses.iter().zip(waits).flat_map(|(of, waits)| {
                let (counts, lost) = share(waits);
                of.goes.to.iter().map(move |(to, p)| (*to, of.share * p * counts, of.share * p * lost))
            });
            each.collect()
        };
        let ways: Vec<Vec<(u32, f64, f64)>> = chain.nodes.iter().zip(waits).map(way).collect();
        let set = |set: &Vec<u32>| {
            let place: BTreeMap<u32, u32> = set.iter().enumerate().map(|(i, n)| (*n, i as u32)).collect();
            let (mut rows, mut out) = (vec![Vec::new(); set.len()], vec![0.0; set.len()]);
            for (i, n) in set.iter().enumerate() {
                for (to, share, lost) in &ways[*n as usize] {
                    out[i] += lost;
                    match place.get(to) {
                        Some(j) => rows[i].push((*j, *share)),
                        None => out[i] += share,
                    }
                }
            }
            let loses = |n: &u32| ways[*n as usize].iter().any(|(_, _, lost)| *lost > 0.0);
            if set.len() > ELIMINATED && set.iter().all(loses) {
                return Solved::Above(out);
            }
            Elimination::new(rows, &out).map_or(Solved::Closed, Solved::Exactly)
        };
        let sets = chain.order.iter().rev().map(set).collect();
        let mut set_of = vec![usize::MAX; chain.nodes.len()];
        for (s, set) in chain.order.iter().enumerate() {
            set.iter().for_each(|n| set_of[*n as usize] = s);
        }
        Onward { chain, ways, set_of, sets }
    }

    /// V, by node, of c by node: infinite where there is no bound. What ends brings nothing more.
    pub fn solve(&self, own: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.chain.nodes.len()];
        for (set, solved) in self.chain.order.iter().rev().zip(&self.sets) {
            let sum = |n: &u32| {
                let mine = self.set_of[*n as usize];
                let out = self.ways[*n as usize].iter();
                let out = out.filter(|(to, ..)| self.set_of.get(*to as usize) != Some(&mine));
                own[*n as usize] + out.map(|(to, share, _)| times(*share, self.after(&all, *to))).sum::<f64>()
            };
            let brings: Vec<f64> = set.iter().map(sum).collect();
            if brings.iter().all(|sum| *sum == 0.0) {
                continue;
            }
            let found = match solved {
                _ if brings.iter().any(|sum| !sum.is_finite()) => vec![f64::INFINITY; set.len()],
                Solved::Exactly(solved) => solved.ahead(brings),
                // The same V in the whole set: nowhere is c + Q V above it.
                Solved::Above(out) => {
                    let most = brings.iter().zip(out).map(|(sum, out)| sum / out);
                    vec![most.fold(0.0, f64::max); set.len()]
                }
                Solved::Closed => vec![f64::INFINITY; set.len()],
            };
            set.iter().zip(found).for_each(|(n, v)| all[*n as usize] = v);
        }
        all
    }

    /// The set with this number in the chain's order, eliminated; none where nothing leads out, or it is large and everything is discounted.
    pub fn eliminated(&self, set: usize) -> Option<&Elimination> {
        match &self.sets[self.sets.len() - 1 - set] {
            Solved::Exactly(solved) => Some(solved),
            Solved::Above(_) | Solved::Closed => None,
        }
    }

    /// V of a node; of an end 0.
    pub fn after(&self, all: &[f64], to: u32) -> f64 {
        all.get(to as usize).copied().unwrap_or(0.0)
    }
}
