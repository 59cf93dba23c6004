//! How often a stage may still be entered after any start or event, and how long a path may still stay there, at the most: what
//! mass that is in a wrong place can make wrong of visits and days.

use super::bank::Bank;
use super::chain::{Chain, Rewards};
use super::eliminate::Elimination;
use super::graph::Graph;
use super::onward::{Onward, Waits, greatest, times};

/// What may still come within a time.
pub(super) struct Stays<'a> {
    chain: &'a Chain,
    waits: Vec<Vec<Waits>>,
    onward: Onward<'a>,
    /// What comes within T is at most e times the same discounted at 1 / T.
    factor: f64,
}

impl<'a> Stays<'a> {
    /// Within `span`; infinite: for ever.
    pub fn new(chain: &'a Chain, span: f64, bank: &mut Bank) -> Stays<'a> {
        let theta = if span.is_finite() { 1.0 / span } else { 0.0 };
        let waits = Waits::all(chain, theta, false, bank);
        let onward = Onward::new(chain, &waits, |waits| (waits.d, waits.lost));
        Stays { chain, waits, onward, factor: if theta > 0.0 { std::f64::consts::E } else { 1.0 } }
    }

    /// The set with this number in the chain's order, eliminated; none where nothing leads out.
    pub fn eliminated(&self, set: usize) -> Option<&Elimination> {
        self.onward.eliminated(set)
    }

    /// By stage: the expected entries. Infinite where no bound is known.
    pub fn entries(&self, rewards: Rewards) -> Vec<f64> {
        let (chain, stages) = (self.chain, rewards.entries());
        // Where chances move with time, these are others than the ones that the chain was made with.
        if chain.nodes.iter().flat_map(|node| &node.uses).any(|of| !of.swings.is_empty()) {
            return vec![f64::INFINITY; stages.len()];
        }
        // By stage: the node and the clock with which it is entered, and how often.
        let mut entered = vec![vec![]; stages.len()];
        for (n, node) in chain.nodes.iter().enumerate() {
            for (which, of) in node.uses.iter().enumerate() {
                let entries =
                    of.goes.rewards.iter().filter(|(reward, _)| stages.contains(&(*reward as usize)));
                entries.for_each(|(stage, often)| entered[*stage as usize].push((n, which, *often)));
            }
        }
        let most = |ways: Vec<(usize, usize, f64)>| {
            let mut own = vec![0.0; chain.nodes.len()];
            for (n, which, often) in &ways {
                own[*n] += chain.nodes[*n].uses[*which].share * self.waits[*n][*which].d * often;
            }
            let after = self.onward.solve(&own);
            let led = ways.iter().map(|(n, which, often)| {
                let to = chain.nodes[*n].uses[*which].goes.to.iter();
                often + to.map(|(to, p)| times(*p, self.onward.after(&after, *to))).sum::<f64>()
            });
            self.factor * led.chain(after.iter().copied()).fold(0.0, f64::max)
        };
        entered.into_iter().map(most).collect()
    }

    /// By stage: the expected time spent there, for ever. Infinite where no bound is known.
    pub fn spent(&self, graph: &Graph, stages: usize) -> Vec<f64> {
        let chain = self.chain;
        let at = |n: usize, stage: usize| {
            graph.vertices[chain.nodes[n].vertex as usize].at.contains(&(stage as u32))
        };
        let most = |stage| {
            let own = chain.nodes.iter().zip(&self.waits).enumerate().map(|(n, (node, waits))| {
                let here = greatest(node, n, |n| f64::from(u8::from(at(n, stage))));
                node.uses.iter().zip(waits).map(|(of, waits)| times(of.share * here, waits.g)).sum()
            });
            self.onward.solve(&own.collect::<Vec<f64>>()).into_iter().fold(0.0, f64::max)
        };
        (0..stages).map(most).collect()
    }
}

/// What the time spent in a stage by `at` may be off: it is the integral of a probability that is off by `bound` at most, and a
/// difference of what `starts` starts and as many ends add up to.
pub(super) fn spent_off(at: f64, bound: f64, starts: f64) -> f64 {
    at * (bound + 16.0 * f64::EPSILON * (1.0 + starts))
}
