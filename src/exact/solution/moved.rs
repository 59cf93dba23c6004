//! Accounts whose rates move with time: what they gather in each combination by a time.

use super::super::legendre::{POINTS, Values, rule};
use super::super::path::Path;
use super::*;
use crate::program::Rate;
use crate::quantity::Range;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// What interpolants may leave out, as a share of what is gathered.
const TOLERANCE: f64 = 1e-13;
/// What they may leave out where stretches are many; beyond it what is gathered is not told.
const ROUGH: f64 = 1e-9;
/// The most nodes, and how often stretches may be halved for each.
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
            let within = explored.graph.bends.iter().copied().filter(|at| *at > from && *at < until);
            let ends: Vec<f64> = [from].into_iter().chain(within).chain([until]).collect();
            all.push(match rate {
                Some(rate) => self.paths(chain, explored, (a, &rate), &ends)?,
                None => None,
            });
        }
        Ok(all)
    }

    /// The same of one account.
    fn paths(
        &mut self,
        chain: &Chain,
        explored: &Explored,
        (account, rate): (usize, &Rate),
        ends: &[f64],
    ) -> Result<Option<Vec<Arc<Path>>>, NotExact> {
        let mut paths: Vec<Arc<Path>> = vec![];
        for node in &chain.nodes {
            let vertex = &explored.graph.vertices[node.vertex as usize];
            self.load(vertex, None);
            let mut path = Path::default();
            if vertex.over {
                path.push(ends[0], ends[ends.len() - 1], &[0.0; POINTS]);
            } else {
                let Some(stretches) = self.stretches(account, rate, ends)? else { return Ok(None) };
                stretches.iter().for_each(|it| path.push(it.from, it.to, &it.values));
            }
            // Most are the same.
            let known = paths.iter().rev().take(50).find(|known| ***known == path).cloned();
            paths.push(known.unwrap_or_else(|| Arc::new(path)));
        }
        Ok(Some(paths))
    }

    /// Stretches of time between these, in order, halved where an interpolant of the rate leaves most out until all of them together
    /// leave out next to nothing of what is gathered; none where they can't.
    fn stretches(
        &mut self,
        account: usize,
        rate: &Rate,
        ends: &[f64],
    ) -> Result<Option<Vec<Stretch>>, NotExact> {
        let each = ends.windows(2).map(|ends| self.stretch(account, rate, (ends[0], ends[1])));
        let mut all = each.collect::<Result<BinaryHeap<Stretch>, NotExact>>()?;
        let most = ends.len() + STRETCHES;
        loop {
            let gathered: f64 = all.iter().map(|it| it.gathered).sum();
            let left_out: f64 = all.iter().map(|it| it.left_out).sum();
            if left_out <= TOLERANCE * gathered {
                break;
            }
            if all.len() >= most {
                if left_out > ROUGH * gathered {
                    return Ok(None);
                }
                break;
            }
            let Some(worst) = all.pop() else { break };
            let middle = 0.5 * (worst.from + worst.to);
            if middle <= worst.from || middle >= worst.to {
                all.push(Stretch { left_out: 0.0, ..worst });
                continue;
            }
            for half in [(worst.from, middle), (middle, worst.to)] {
                all.push(self.stretch(account, rate, half)?);
            }
        }
        let mut all = all.into_vec();
        all.sort_unstable_by(|a, b| a.from.total_cmp(&b.from));
        Ok(Some(all))
    }

    /// The rate of an account in a stretch of time, discounted.
    fn stretch(&mut self, account: usize, rate: &Rate, (from, to): (f64, f64)) -> Result<Stretch, NotExact> {
        let (day, mut values): (usize, Values) = (self.program.layout.day(), [0.0; POINTS]);
        let mut was = Range { low: f64::INFINITY, high: f64::NEG_INFINITY };
        for (value, x) in values.iter_mut().zip(rule().x) {
            let time = from + x * (to - from);
            self.values[day] = time;
            let now = self.value(&rate.value);
            if !now.is_finite() {
                return Err(NotExact::because(Why::Fault(FaultKind::Rate(now), rate.value.span)));
            }
            was = was.hull(Range::point(now));
            *value = now * self.program.accounts[account].discount(time);
        }
        let (width, within) = (to - from, Range { low: from, high: to });
        let seen = self.program.code.seen(&rate.value, &self.values, (day, within), was);
        let size = rule().mean(&values.map(f64::abs));
        let left_out = if seen { width * rule().tail(&values) } else { f64::INFINITY };
        Ok(Stretch { from, to, values, gathered: width * size, left_out })
    }
}

/// The rate of an account in a stretch of time, at its points.
struct Stretch {
    from: f64,
    to: f64,
    values: Values,
    /// The integral of its size.
    gathered: f64,
    /// What an interpolant may leave out of that; without end where something narrow may be between the points.
    left_out: f64,
}

/// By what is left out, then by width.
impl Ord for Stretch {
    fn cmp(&self, other: &Stretch) -> Ordering {
        let wider = (self.to - self.from).total_cmp(&(other.to - other.from));
        self.left_out.total_cmp(&other.left_out).then(wider).then(other.from.total_cmp(&self.from))
    }
}

impl PartialOrd for Stretch {
    fn partial_cmp(&self, other: &Stretch) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Stretch) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Stretch {}
