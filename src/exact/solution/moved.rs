//! Accounts whose rates move with time: what they gather in each combination by a time.

use super::super::legendre::{POINTS, Values, rule};
use super::super::path::Path;
use super::*;
use crate::program::Rate;
use std::sync::Arc;

/// What an interpolant may leave out, as a share of the greatest rate in its stretch.
const TOLERANCE: f64 = 1e-13;
/// How often a stretch may be halved.
const DEPTH: u32 = 40;
/// The most nodes, and the most stretches for each.
const NODES: usize = 20_000;
const STRETCHES: usize = 400;

impl Reader<'_> {
    /// Of each account whose rate moves: the rates in each node, discounted; none where these can't be had.
    pub(super) fn moved(
        &mut self,
        chain: &Chain,
        explored: &Explored,
        (from, until): (f64, f64),
    ) -> Result<Vec<Option<Vec<Arc<Path>>>>, NotExact> {
        let mut all = vec![];
        for (a, pace) in explored.paces.iter().enumerate() {
            let rate = self.program.accounts[a].rate.filter(|rate| {
                let now = *pace == Pace::Moves && until.is_finite() && chain.nodes.len() <= NODES;
                now && !self.reads(&rate.value, |place| place != self.program.layout.day())
            });
            let Some(rate) = rate else {
                all.push(None);
                continue;
            };
            let within = explored.graph.bends.iter().copied().filter(|at| *at > from && *at < until);
            let ends: Vec<f64> = [from].into_iter().chain(within).chain([until]).collect();
            let mut paths: Vec<Arc<Path>> = vec![];
            for node in &chain.nodes {
                let vertex = &explored.graph.vertices[node.vertex as usize];
                self.load(vertex, None);
                let (mut path, mut room) = (Path::default(), STRETCHES);
                if vertex.over {
                    path.push(from, until, &[0.0; POINTS]);
                }
                for ends in ends.windows(2).filter(|_| !vertex.over) {
                    self.stretch(a, &rate, (ends[0], ends[1]), DEPTH, (&mut path, &mut room))?;
                }
                // Most are the same.
                let known = paths.iter().rev().take(50).find(|known| ***known == path).cloned();
                paths.push(known.unwrap_or_else(|| Arc::new(path)));
            }
            all.push(Some(paths));
        }
        Ok(all)
    }

    /// Adds a stretch of time, halved until the interpolant of the rate is good.
    fn stretch(
        &mut self,
        account: usize,
        rate: &Rate,
        (from, to): (f64, f64),
        depth: u32,
        (path, room): (&mut Path, &mut usize),
    ) -> Result<(), NotExact> {
        let (day, mut values): (usize, Values) = (self.program.layout.day(), [0.0; POINTS]);
        for (value, x) in values.iter_mut().zip(rule().x) {
            let time = from + x * (to - from);
            self.values[day] = time;
            let now = self.value(&rate.value);
            if !now.is_finite() {
                return Err(NotExact::because(Why::Fault(FaultKind::Rate(now), rate.value.span)));
            }
            *value = now * self.program.accounts[account].discount(time);
        }
        let size = values.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        let middle = 0.5 * (from + to);
        let fine = rule().tail(&values) <= TOLERANCE * size || depth == 0 || *room == 0;
        if fine || middle <= from || middle >= to {
            path.push(from, to, &values);
            *room = room.saturating_sub(1);
            return Ok(());
        }
        self.stretch(account, rate, (from, middle), depth - 1, (&mut *path, &mut *room))?;
        self.stretch(account, rate, (middle, to), depth - 1, (path, room))
    }
}
