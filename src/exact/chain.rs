//! The graph without its instants: combinations that wait, ends, and what happens in between.

use super::eliminate::Elimination;
use super::graph::{Graph, Kind, components};
use super::kernel::Bank;
use super::refusal::{NotExact, Why};
use crate::dist::Law;
use crate::program::Program;
use std::collections::BTreeMap;
use std::ops::Range;

/// What is counted when something happens, by number: entries of stages, then lumps paid, then firsts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rewards {
    stages: usize,
    accounts: usize,
    firsts: usize,
}

impl Rewards {
    pub fn new(program: &Program) -> Rewards {
        Rewards {
            stages: program.stages.len(),
            accounts: program.accounts.len(),
            firsts: program.firsts.len(),
        }
    }

    pub fn entries(self) -> Range<usize> {
        0..self.stages
    }

    pub fn account(self, account: usize) -> usize {
        self.stages + account
    }

    pub fn first(self, first: usize) -> usize {
        self.stages + self.accounts + first
    }

    pub fn count(self) -> usize {
        self.stages + self.accounts + self.firsts
    }
}

/// Where an event leads, with all that follows at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Goes {
    /// Nodes by number; ends after the nodes.
    pub to: Vec<(u32, f64)>,
    /// Expected rewards.
    pub rewards: Vec<(u32, f64)>,
}

/// A clock that a node waits for.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// Its number in the bank.
    pub kernel: usize,
    /// The chance that it is the first to ring.
    pub share: f64,
    pub goes: Goes,
}

/// A combination that waits.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub vertex: u32,
    pub uses: Vec<Use>,
    /// The laws of its clocks.
    pub laws: Vec<u32>,
}

/// The chain of a program in a world.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub nodes: Vec<Node>,
    /// The vertices of the ends.
    pub ends: Vec<u32>,
    pub start: Goes,
    /// Strongly connected sets of nodes in topological order.
    pub order: Vec<Vec<u32>>,
}

/// Takes the instants out of a graph.
struct Settler<'a> {
    graph: &'a Graph,
    rewards: Rewards,
    /// Of each instant: its set; of each other vertex nothing.
    set: Vec<u32>,
    sets: Vec<Vec<u32>>,
    /// Prepared sets of more than one.
    solved: Vec<Option<Elimination>>,
    place: Vec<u32>,
    /// The number of each vertex that is no instant.
    number: Vec<u32>,
}

const NOT: u32 = u32::MAX;

impl Chain {
    /// The chain of a graph.
    pub fn new(graph: &Graph, rewards: Rewards, bank: &mut Bank) -> Result<Chain, NotExact> {
        let count = graph.vertices.len();
        let (mut nodes, mut ends, mut number) = (vec![], vec![], vec![NOT; count]);
        for (v, vertex) in graph.vertices.iter().enumerate() {
            match &vertex.kind {
                Kind::Wait(_) => nodes.push(v as u32),
                Kind::End(_) => ends.push(v as u32),
                _ => {}
            }
        }
        for (n, v) in nodes.iter().chain(&ends).enumerate() {
            number[*v as usize] = n as u32;
        }
        let mut settler = Settler::new(graph, rewards, number);
        let start = settler.goes(graph.start.clone())?;
        let mut made = Vec::with_capacity(nodes.len());
        for v in nodes {
            let Kind::Wait(exits) = &graph.vertices[v as usize].kind else { continue };
            let laws: Vec<u32> = exits.iter().map(|exit| exit.law).collect();
            let known: Vec<Law> = laws.iter().filter_map(|law| graph.laws[*law as usize].clone()).collect();
            let mut uses = vec![];
            for (which, exit) in exits.iter().enumerate() {
                let Some(kernel) = bank.number(&known, which) else {
                    let clocks = exits.iter().map(|e| e.clock as usize).collect();
                    return Err(NotExact { clocks, why: Why::Tie });
                };
                uses.push(Use { kernel, share: 1.0, goes: settler.goes(exit.edges.clone())? });
            }
            shares(&known, &mut uses, bank);
            made.push(Node { vertex: v, uses, laws });
        }
        let nodes = made;
        let order = components(nodes.len(), |n| {
            let to = nodes[n].uses.iter().flat_map(|u| &u.goes.to);
            to.map(|(to, _)| *to).filter(|to| (*to as usize) < nodes.len()).collect()
        });
        Ok(Chain { nodes, ends, start, order })
    }

    /// Whether a target is an end, and which.
    pub fn end(&self, target: u32) -> Option<usize> {
        (target as usize).checked_sub(self.nodes.len())
    }
}

/// The chance of each clock to ring first.
fn shares(laws: &[Law], uses: &mut [Use], bank: &mut Bank) {
    if uses.len() < 2 {
        return;
    }
    let rates: Vec<f64> =
        laws.iter().filter(|law| matches!(law, Law::Exponential(_))).map(|law| 1.0 / law.mean()).collect();
    if rates.len() == uses.len() {
        let total: f64 = rates.iter().sum();
        uses.iter_mut().zip(rates).for_each(|(it, rate)| it.share = rate / total);
        return;
    }
    uses.iter_mut().for_each(|it| it.share = bank.kernel(it.kernel).total());
    // What the integrals leave is rounding.
    let total: f64 = uses.iter().map(|it| it.share).sum();
    uses.iter_mut().for_each(|it| it.share /= total);
}

impl<'a> Settler<'a> {
    fn new(graph: &'a Graph, rewards: Rewards, number: Vec<u32>) -> Settler<'a> {
        let count = graph.vertices.len();
        let instant = |v: usize| matches!(graph.vertices[v].kind, Kind::Instant(_));
        let mut sets = components(count, |v| match &graph.vertices[v].kind {
            Kind::Instant(edges) => {
                let to = graph.edges[edges.clone()].iter().map(|e| e.to);
                to.filter(|to| instant(*to as usize)).collect()
            }
            _ => vec![],
        });
        sets.retain(|set| instant(set[0] as usize));
        let (mut set, mut place) = (vec![NOT; count], vec![0; count]);
        for (s, members) in sets.iter().enumerate() {
            for (p, v) in members.iter().enumerate() {
                (set[*v as usize], place[*v as usize]) = (s as u32, p as u32);
            }
        }
        let solved = vec![None; sets.len()];
        Settler { graph, rewards, set, sets, solved, place, number }
    }

    fn edges(&self, vertex: u32) -> Range<usize> {
        match &self.graph.vertices[vertex as usize].kind {
            Kind::Instant(edges) => edges.clone(),
            _ => 0..0,
        }
    }

    /// The chance to leave the set of an instant that is its own, or the prepared elimination of a larger set.
    fn solve(&mut self, s: usize) -> Option<Elimination> {
        if self.solved[s].is_none() {
            let members = &self.sets[s];
            let mut rows = vec![Vec::new(); members.len()];
            let mut out = vec![0.0; members.len()];
            for (i, v) in members.iter().enumerate() {
                for edge in &self.graph.edges[self.edges(*v)] {
                    if self.set[edge.to as usize] == s as u32 {
                        rows[i].push((self.place[edge.to as usize], edge.p));
                    } else {
                        out[i] += edge.p;
                    }
                }
            }
            self.solved[s] = Elimination::new(rows, &out);
        }
        self.solved[s].clone()
    }

    /// All that follows of these edges at once.
    fn goes(&mut self, edges: Range<usize>) -> Result<Goes, NotExact> {
        let graph = self.graph;
        let mut to: BTreeMap<u32, f64> = BTreeMap::new();
        let mut rewards: BTreeMap<u32, f64> = BTreeMap::new();
        // By set in topological order, then by place in it.
        let mut waiting: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        let mut passes: Vec<(Range<usize>, f64)> = vec![(edges, 1.0)];
        loop {
            while let Some((edges, times)) = passes.pop() {
                for edge in &graph.edges[edges] {
                    let p = times * edge.p;
                    for stage in &edge.entered {
                        *rewards.entry(*stage).or_default() += p;
                    }
                    for (account, amount) in &edge.paid {
                        *rewards.entry(self.rewards.account(*account as usize) as u32).or_default() +=
                            p * amount;
                    }
                    let v = edge.to as usize;
                    if self.set[v] == NOT {
                        for first in &graph.vertices[v].flips {
                            *rewards.entry(self.rewards.first(*first as usize) as u32).or_default() += p;
                        }
                        *to.entry(self.number[v]).or_default() += p;
                    } else {
                        *waiting.entry((self.set[v], self.place[v])).or_default() += p;
                    }
                }
            }
            let Some((&(s, _), _)) = waiting.first_key_value() else { break };
            let members = self.sets[s as usize].clone();
            let later = waiting.split_off(&(s + 1, 0));
            let entered = std::mem::replace(&mut waiting, later);
            let mut enters = vec![0.0; members.len()];
            entered.into_iter().for_each(|((_, place), mass)| enters[place as usize] = mass);
            let alone = members.len() == 1
                && graph.edges[self.edges(members[0])].iter().all(|edge| edge.to != members[0]);
            let visits = if alone {
                enters
            } else {
                let solved = self.solve(s as usize).ok_or(NotExact::because(Why::Endless))?;
                solved.visits(enters)
            };
            for (v, times) in members.iter().zip(visits) {
                if times <= 0.0 {
                    continue;
                }
                for first in &graph.vertices[*v as usize].flips {
                    *rewards.entry(self.rewards.first(*first as usize) as u32).or_default() += times;
                }
                // Within the set visits are counted already.
                let own = self.edges(*v);
                for e in own {
                    let inside = self.set[graph.edges[e].to as usize] == s;
                    if inside {
                        let edge = &graph.edges[e];
                        let p = times * edge.p;
                        for stage in &edge.entered {
                            *rewards.entry(*stage).or_default() += p;
                        }
                        for (account, amount) in &edge.paid {
                            let reward = self.rewards.account(*account as usize) as u32;
                            *rewards.entry(reward).or_default() += p * amount;
                        }
                    } else {
                        passes.push((e..e + 1, times));
                    }
                }
            }
        }
        Ok(Goes { to: to.into_iter().collect(), rewards: rewards.into_iter().collect() })
    }
}
