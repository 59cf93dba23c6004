//! Branches whose chances move with time: where an event leads is worked out for the very time at which it comes.

use super::settle::Settler;
use super::{Chain, Goes, Rewards};
use crate::engine::FaultKind;
use crate::exact::explore::chances;
use crate::exact::graph::{Graph, Kind, Swing};
use crate::exact::refusal::{NotExact, Why};
use crate::program::Program;
use crate::quantity;
use std::ops::Range;

/// Edges of which one happens, with the share of each range.
pub(in crate::exact) type Mixed = Vec<(Range<usize>, f64)>;

/// What is needed to work out where events lead at a time.
#[derive(Debug)]
pub(in crate::exact) struct Swings<'a> {
    program: &'a Program,
    values: Vec<f64>,
    graph: Graph,
    rewards: Rewards,
    number: Vec<u32>,
    /// The events.
    of: Vec<Mixed>,
    last: Option<(u64, Vec<Goes>)>,
}

impl<'a> Swings<'a> {
    /// `values`: what the world decides; `of`: the events.
    pub fn new(
        program: &'a Program,
        values: Vec<f64>,
        graph: &Graph,
        chain: &Chain,
        of: Vec<Mixed>,
    ) -> Swings<'a> {
        let mut number = vec![u32::MAX; graph.vertices.len()];
        let nodes = chain.nodes.iter().map(|node| node.vertex);
        nodes.chain(chain.ends.iter().copied()).enumerate().for_each(|(n, v)| number[v as usize] = n as u32);
        let rewards = Rewards::new(program);
        Swings { program, values, graph: graph.clone(), rewards, number, of, last: None }
    }

    /// Where each event leads at a time.
    pub fn at(&mut self, time: f64) -> Result<&[Goes], NotExact> {
        if self.last.as_ref().is_none_or(|last| last.0 != time.to_bits()) {
            self.set(time)?;
            let mut settler = Settler::new(&self.graph, self.rewards, self.number.clone());
            let mut all = vec![];
            for of in &self.of {
                let each: Result<Vec<(Goes, f64)>, NotExact> =
                    of.iter().map(|(edges, share)| Ok((settler.goes(edges.clone())?, *share))).collect();
                all.push(Goes::mixed(each?.iter().map(|(goes, share)| (goes, *share))));
            }
            self.last = Some((time.to_bits(), all));
        }
        Ok(self.last.as_ref().map_or(&[], |last| &last.1))
    }

    /// All chances that move, at a time.
    pub fn chances(&mut self, time: f64) -> Result<Vec<f64>, NotExact> {
        self.set(time)?;
        let edges = |swing: &Swing| swing.first..swing.first + swing.ways.len();
        Ok(self.graph.swings.iter().flat_map(edges).map(|edge| self.graph.edges[edge].p).collect())
    }

    /// Whether what chances are worked out from is in a stretch of time what it is at these times, as [`crate::program::Code::seen`]
    /// has it.
    pub fn seen(&mut self, times: &[f64], stretch: Range<f64>) -> bool {
        let (program, layout) = (self.program, self.program.layout);
        let (code, day) = (&program.code, layout.day());
        let within = (day, quantity::Range { low: stretch.start, high: stretch.end });
        self.graph.swings.iter().all(|swing| {
            stand(program, swing, &mut self.values);
            let values = &mut self.values;
            program.chances().read(&program.lists[swing.list as usize]).filter(|v| v.deps.timed()).all(
                |value| {
                    let at = |time: &f64| {
                        values[day] = *time;
                        code.evaluate(value, values)
                    };
                    let was = quantity::Range::of(times.iter().map(at));
                    code.seen(value, values, within, was)
                },
            )
        })
    }

    /// Puts the chances at a time into the graph.
    fn set(&mut self, time: f64) -> Result<(), NotExact> {
        let (program, layout) = (self.program, self.program.layout);
        let mut thresholds = vec![0.0; program.longest_list];
        self.values[layout.day()] = time;
        for swing in &self.graph.swings {
            stand(program, swing, &mut self.values);
            let plan = &program.lists[swing.list as usize];
            let table = &mut thresholds[..plan.branches.range().len()];
            let worked = program.chances().thresholds(plan, &mut self.values, table);
            worked
                .map_err(|(wrong, span)| NotExact::because(Why::Fault(FaultKind::Branches(wrong), span)))?;
            let chances = chances(table);
            for ((branch, drawn), edge) in swing.ways.iter().zip(&mut self.graph.edges[swing.first..]) {
                edge.p = chances[*branch as usize] * drawn;
            }
        }
        Ok(())
    }
}

/// Puts states and stages where expressions read them.
fn stand(program: &Program, swing: &Swing, values: &mut [f64]) {
    values[..program.layout.states].copy_from_slice(&swing.states);
    swing.stages.iter().enumerate().for_each(|(track, s)| values[program.layout.track(track)] = *s);
}

/// By edge: whether its chance moves, or what follows at once.
pub(super) fn moving(graph: &Graph) -> Vec<bool> {
    let mut moves = vec![false; graph.edges.len()];
    for swing in &graph.swings {
        moves[swing.first..swing.first + swing.ways.len()].fill(true);
    }
    let mut more = !graph.swings.is_empty();
    while more {
        more = false;
        for e in 0..graph.edges.len() {
            if let Kind::Instant(next) = &graph.vertices[graph.edges[e].to as usize].kind
                && !moves[e]
                && moves[next.clone()].contains(&true)
            {
                (moves[e], more) = (true, true);
            }
        }
    }
    moves
}
