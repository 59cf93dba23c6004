//! The graph without its instants: combinations that wait, ends, and what happens in between.

mod alone;
mod groups;
mod lumps;
mod settle;
mod starts;
mod swings;

use super::bank::Bank;
use super::graph::{Graph, Kind, components};
use super::inner::Inner;
use super::moment::Late;
use super::refusal::NotExact;
use crate::program::Program;
pub(super) use lumps::Lump;
use settle::Settler;
pub(super) use starts::PAIRS;
use starts::Starts;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
pub(super) use swings::{Mixed, Swings};

/// What is counted when something happens, by number: entries of stages, then lumps paid, then firsts.
#[derive(Clone, Copy, Debug, Default)]
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
    /// Nodes that start, by number; ends after the nodes.
    pub to: Vec<(u32, f64)>,
    /// Nodes in which clocks run on.
    pub on: Vec<(u32, f64)>,
    /// Expected rewards.
    pub rewards: Vec<(u32, f64)>,
    /// What is paid, by where it leads.
    pub lumps: Vec<Lump>,
}

impl Goes {
    /// One of these, with their probabilities.
    fn mixed<'a>(of: impl Iterator<Item = (&'a Goes, f64)>) -> Goes {
        let (mut to, mut on, mut rewards) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut lumps: BTreeMap<(u32, u32), Lump> = BTreeMap::new();
        for (goes, p) in of {
            for lump in &goes.lumps {
                let none = Lump { first: 0.0, second: 0.0, ..*lump };
                let sum = lumps.entry((lump.account, lump.to)).or_insert(none);
                sum.first += p * lump.first;
                sum.second += p * lump.second;
            }
            for (map, list) in [(&mut to, &goes.to), (&mut on, &goes.on), (&mut rewards, &goes.rewards)] {
                list.iter().for_each(|(n, share)| *map.entry(*n).or_default() += p * share);
            }
        }
        let list = |map: BTreeMap<u32, f64>| map.into_iter().collect();
        let lumps = lumps.into_values().collect();
        Goes { to: list(to), on: list(on), rewards: list(rewards), lumps }
    }

    /// The moments of what is paid into an account on the way there.
    pub fn lump(&self, account: usize, to: u32) -> (f64, f64) {
        let there = self.lumps.iter().find(|lump| lump.account as usize == account && lump.to == to);
        there.map_or((0.0, 0.0), |lump| (lump.first, lump.second))
    }
}

/// A clock that a node waits for.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// Its number in the bank.
    pub kernel: usize,
    /// How often it rings, on the mean, of what starts.
    pub share: f64,
    /// The node in which it rings: the one that started, or one in which clocks have run on since.
    pub at: u32,
    /// When it rings, where that is known.
    pub due: Option<f64>,
    pub goes: Goes,
    /// The clocks that ring, each with its part.
    pub rings: Vec<(u32, f64)>,
    /// Where its chances move with time: what may happen.
    pub swings: Mixed,
}

/// A combination that waits.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub vertex: u32,
    /// None where clocks run on since another node: what rings then is found there.
    pub uses: Vec<Use>,
    /// Whether it waits for anything.
    pub waits: bool,
    /// The mean time in it and its variance, where these are known at once.
    pub mean: starts::Known,
    /// What may be off in its kernels, of each start.
    pub error: f64,
    /// What tables make wrong in the first two moments of its delays.
    pub late: Late,
    /// Where a path may be before the next start.
    pub places: Places,
}

/// Where a path may be between a start and the next.
#[derive(Clone, Debug)]
pub(super) enum Places {
    /// Where it started: by the rate at which exponential clocks lead away.
    Here(f64),
    /// Where exponential events have led.
    Through(Arc<Inner>, Vec<u32>),
    /// Where groups have led.
    Grouped(Vec<u32>),
}

/// The chain of a program in a world.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub nodes: Vec<Node>,
    /// The vertices of the ends.
    pub ends: Vec<u32>,
    pub start: Goes,
    /// The same for each edge by which a path may begin, where there are accounts.
    pub begins: Vec<Goes>,
    /// Strongly connected sets of nodes in topological order.
    pub order: Vec<Vec<u32>>,
}

impl Chain {
    /// The chain of a graph.
    pub fn new(graph: &Graph, rewards: Rewards, bank: &mut Bank) -> Result<Chain, NotExact> {
        let count = graph.vertices.len();
        let (mut nodes, mut ends, mut number) = (vec![], vec![], vec![u32::MAX; count]);
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
        let mut begins = vec![];
        if rewards.accounts > 0 {
            let each: Result<Vec<Goes>, NotExact> =
                graph.start.clone().map(|edge| settler.goes(edge..edge + 1)).collect();
            begins = each?;
        }
        let mut made = Vec::with_capacity(nodes.len());
        let mut goes = Vec::with_capacity(nodes.len());
        for v in &nodes {
            let Kind::Wait(exits) = &graph.vertices[*v as usize].kind else { continue };
            let each: Result<Vec<Goes>, NotExact> =
                exits.iter().map(|exit| settler.goes(exit.edges.clone())).collect();
            goes.push(each?);
        }
        let moves = swings::moving(graph);
        let mut starts = Starts {
            graph,
            nodes: &nodes,
            goes: &goes,
            moves: &moves,
            bank,
            pairs: 0,
            off: 0.0,
            late: Late::default(),
        };
        for n in 0..nodes.len() {
            made.push(starts.node(n)?);
            starts.bank.effort.check()?;
        }
        let nodes = made;
        let order = components(nodes.len(), |n| {
            let to = nodes[n].uses.iter().flat_map(|u| &u.goes.to);
            to.map(|(to, _)| *to).filter(|to| (*to as usize) < nodes.len()).collect()
        });
        Ok(Chain { nodes, ends, start, begins, order })
    }

    /// Whether a target is an end, and which.
    pub fn end(&self, target: u32) -> Option<usize> {
        (target as usize).checked_sub(self.nodes.len())
    }
}
