//! What is paid on the way through an instant: the first two moments by where it leads.

use super::settle::Settler;
use crate::exact::gain::Moments;
use crate::exact::graph::Edge;
use crate::exact::refusal::{NotExact, Why};
use std::collections::BTreeMap;
use std::ops::Range;

/// What an event pays into an account where it leads to a node or an end, by its number: `E[L; there]` and `E[L²; there]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::exact) struct Lump {
    pub account: u32,
    pub to: u32,
    pub first: f64,
    pub second: f64,
}

/// What follows when an edge is taken.
fn taken(edge: &Edge, account: u32, before: Moments) -> Moments {
    let amount: f64 = edge.paid.iter().filter(|(a, _)| *a == account).map(|(_, amount)| amount).sum();
    before.scaled(edge.p).shifted(amount)
}

impl Settler<'_> {
    /// What is paid when these edges are taken, with all that follows at once.
    pub fn lumps(&mut self, edges: Range<usize>) -> Result<Vec<Lump>, NotExact> {
        let mut all = vec![];
        for account in self.paid.clone() {
            let mut led: BTreeMap<u32, Moments> = BTreeMap::new();
            // By set in topological order, then by place in it.
            let mut waiting: BTreeMap<(u32, u32), Moments> = BTreeMap::new();
            let whole = Moments { mass: 1.0, ..Moments::default() };
            let mut passes: Vec<(Range<usize>, Moments)> = vec![(edges.clone(), whole)];
            loop {
                while let Some((edges, before)) = passes.pop() {
                    for edge in &self.graph.edges[edges] {
                        let after = taken(edge, account, before);
                        let v = edge.to as usize;
                        match self.set_of(v) {
                            None => led.entry(self.number[v]).or_default().add(after),
                            Some(at) => waiting.entry(at).or_default().add(after),
                        }
                    }
                }
                let Some((&(s, _), _)) = waiting.first_key_value() else { break };
                let later = waiting.split_off(&(s + 1, 0));
                let entered = std::mem::replace(&mut waiting, later);
                for (edges, before) in self.visited(s, account, entered)? {
                    passes.push((edges, before));
                }
            }
            let paid = led.into_iter().filter(|(_, led)| led.first != 0.0 || led.second != 0.0);
            all.extend(paid.map(|(to, led)| Lump { account, to, first: led.first, second: led.second }));
        }
        Ok(all)
    }

    /// The visits to the instants of a set, each with what has been paid before, summed: the edges that lead out.
    fn visited(
        &mut self,
        s: u32,
        account: u32,
        entered: BTreeMap<(u32, u32), Moments>,
    ) -> Result<Vec<(Range<usize>, Moments)>, NotExact> {
        let members = self.sets[s as usize].clone();
        let mut sums = vec![Moments::default(); members.len()];
        entered.into_iter().for_each(|((_, place), sum)| sums[place as usize] = sum);
        let inside: Vec<(usize, usize, usize)> = members
            .iter()
            .enumerate()
            .flat_map(|(i, v)| self.edges(*v).map(move |e| (i, e)))
            .filter_map(|(i, e)| match self.set_of(self.graph.edges[e].to as usize) {
                Some((own, place)) if own == s => Some((i, e, place as usize)),
                _ => None,
            })
            .collect();
        if !inside.is_empty() {
            let solved = self.solve(s as usize).ok_or(NotExact::because(Why::Endless))?;
            let graph = self.graph;
            // A moment at a visit is what led there with it, and what lower ones bring when something is paid.
            let more = |sums: &[Moments], of: fn(&Moments) -> f64| {
                let mut more = vec![0.0; sums.len()];
                for (i, e, j) in &inside {
                    more[*j] += of(&taken(&graph.edges[*e], account, sums[*i]));
                }
                more
            };
            let visits = |enters: Vec<f64>| solved.visits(enters);
            let mut known: Vec<Moments> = vec![Moments::default(); sums.len()];
            let mass = visits(sums.iter().map(|sum| sum.mass).collect());
            known.iter_mut().zip(mass).for_each(|(known, mass)| known.mass = mass);
            let led = more(&known, |after| after.first);
            let first = visits(sums.iter().zip(led).map(|(sum, led)| sum.first + led).collect());
            known.iter_mut().zip(first).for_each(|(known, first)| known.first = first);
            let led = more(&known, |after| after.second);
            let second = visits(sums.iter().zip(led).map(|(sum, led)| sum.second + led).collect());
            known.iter_mut().zip(second).for_each(|(known, second)| known.second = second);
            sums = known;
        }
        let out = members.iter().zip(&sums).flat_map(|(v, sum)| {
            let edges = self
                .edges(*v)
                .filter(|e| self.set_of(self.graph.edges[*e].to as usize).is_none_or(|(own, _)| own != s));
            edges.map(|e| (e..e + 1, *sum)).collect::<Vec<_>>()
        });
        Ok(out.collect())
    }
}
