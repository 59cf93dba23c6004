//! Instants are taken out: where an event leads, with all that follows at once.

use super::{Goes, Rewards};
use crate::exact::eliminate::Elimination;
use crate::exact::graph::{Graph, Kind, components};
use crate::exact::refusal::{NotExact, Why};
use std::collections::BTreeMap;
use std::ops::Range;

/// Takes the instants out of a graph.
pub(super) struct Settler<'a> {
    pub(super) graph: &'a Graph,
    rewards: Rewards,
    /// Of each instant: its set; of each other vertex nothing.
    set: Vec<u32>,
    pub(super) sets: Vec<Vec<u32>>,
    /// Prepared sets of more than one.
    solved: Vec<Option<Elimination>>,
    place: Vec<u32>,
    /// The number of each vertex that is no instant.
    pub(super) number: Vec<u32>,
    /// The accounts into which anything is paid.
    pub(super) paid: Vec<u32>,
}

const NOT: u32 = u32::MAX;

impl<'a> Settler<'a> {
    pub fn new(graph: &'a Graph, rewards: Rewards, number: Vec<u32>) -> Settler<'a> {
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
        let mut paid: Vec<u32> = vec![];
        if rewards.accounts > 0 {
            let lumps = graph.edges.iter().flat_map(|edge| &edge.paid);
            paid.extend(lumps.filter(|(_, amount)| *amount != 0.0).map(|(account, _)| *account));
            paid.sort_unstable();
            paid.dedup();
        }
        Settler { graph, rewards, set, sets, solved, place, number, paid }
    }

    /// The set of an instant, and its place there.
    pub(super) fn set_of(&self, vertex: usize) -> Option<(u32, u32)> {
        (self.set[vertex] != NOT).then(|| (self.set[vertex], self.place[vertex]))
    }

    pub(super) fn edges(&self, vertex: u32) -> Range<usize> {
        match &self.graph.vertices[vertex as usize].kind {
            Kind::Instant(edges) => edges.clone(),
            _ => 0..0,
        }
    }

    /// The chance to leave the set of an instant that is its own, or the prepared elimination of a larger set.
    pub(super) fn solve(&mut self, s: usize) -> Option<Elimination> {
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
    pub fn goes(&mut self, edges: Range<usize>) -> Result<Goes, NotExact> {
        let graph = self.graph;
        let mut to: BTreeMap<u32, f64> = BTreeMap::new();
        let mut on: BTreeMap<u32, f64> = BTreeMap::new();
        let mut rewards: BTreeMap<u32, f64> = BTreeMap::new();
        // By set in topological order, then by place in it.
        let mut waiting: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        let lumps = self.lumps(edges.clone())?;
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
                        let led = if graph.vertices[v].aged { &mut on } else { &mut to };
                        *led.entry(self.number[v]).or_default() += p;
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
        let list = |map: BTreeMap<u32, f64>| map.into_iter().collect();
        Ok(Goes { to: list(to), on: list(on), rewards: list(rewards), lumps })
    }
}
