//! The moments of accounts in a panel: flows like that of the mass, which must be known there.

use super::super::kernel::Block;
use super::led::{Led, Way};
use super::ledger::Ledger;
use super::past::Stretch;
use super::*;
use crate::exact::gain::Moments;
use crate::exact::kernel::RESOLVED;
use crate::exact::off::Doubt;

/// The mass that rings and starts in a panel.
type Mass<'v> = (&'v [Values], &'v [Values]);

/// What weighs the points of a panel.
fn weights(stretch: &Stretch) -> Values {
    std::array::from_fn(|i| stretch.width * rule().w[i])
}

/// By point: what flows.
fn at(of: &[Values; 3], i: usize) -> Moments {
    Moments { mass: of[0][i], first: of[1][i], second: of[2][i] }
}

impl March<'_> {
    /// Adds a panel to the ledgers.
    pub(super) fn gather(
        &mut self,
        stretch: &Stretch,
        own: &[Option<&Block>],
        leads: &[Led<'_>],
        mass: Mass<'_>,
    ) {
        let mut ledgers = std::mem::take(&mut self.ledgers);
        for ledger in ledgers.iter_mut().filter(|ledger| !ledger.lost) {
            self.bank.effort.add(2 * self.flows.len() * (2 + self.panels.len()));
            ledger.lost = self.moments(ledger, stretch, own, leads, mass).is_none();
        }
        self.ledgers = ledgers;
    }

    fn moments(
        &mut self,
        ledger: &mut Ledger,
        stretch: &Stretch,
        own: &[Option<&Block>],
        leads: &[Led<'_>],
        (rings, starts): Mass<'_>,
    ) -> Option<()> {
        let (nodes, flows, arch) = (self.chain.nodes.len(), self.flows.len(), self.arch);
        let ways: Vec<Vec<Way>> = leads.iter().map(|led| led.ways(ledger.number)).collect();
        self.centres(ledger, stretch, &ways, rings);
        let mut flowing: Vec<[Values; 3]> =
            rings.iter().map(|ring| [*ring, [0.0; POINTS], [0.0; POINTS]]).collect();
        let mut started = [vec![], vec![]];
        for q in 0..2 {
            let mut rung: Vec<Values> = vec![[0.0; POINTS]; flows];
            for k in 0..self.kernels.len() {
                let (past, bank) = self.past(k);
                past.rings(bank, stretch, &mut |flow, node, how| {
                    let panel = |p: usize| &ledger.panels[p][q][node];
                    how.add(arch, panel, |s| ledger.sources[node][s][q], &mut rung[flow]);
                })?;
            }
            let mut inflow: Vec<Values> = vec![[0.0; POINTS]; nodes];
            for (led, ring) in leads.iter().zip(&rung) {
                led.to(ring, |to, values, p| {
                    if to < nodes {
                        add(&mut inflow[to], values, p);
                    }
                });
            }
            // What the lower moments bring where something is paid or rates differ.
            for (f, ways) in ways.iter().enumerate() {
                for way in ways.iter().filter(|way| way.to < nodes) {
                    let more = self.brought(ledger, stretch, f, way, &flowing[f]);
                    let more: Values =
                        std::array::from_fn(|i| if q == 0 { more[i].first } else { more[i].second });
                    add(&mut inflow[way.to], &more, 1.0);
                }
            }
            started[q] = self.sweep(stretch, own, leads, inflow, &mut rung, true)?;
            flowing.iter_mut().zip(rung).for_each(|(flow, rung)| flow[q + 1] = rung);
        }
        let weights = weights(stretch);
        let total = |of: &[Moments; POINTS]| {
            let mut sum = Moments::default();
            of.iter().zip(weights).for_each(|(of, weight)| sum.add(of.scaled(weight)));
            sum
        };
        for n in 0..nodes {
            let all = [starts[n], started[0][n], started[1][n]];
            ledger.come(n, total(&std::array::from_fn(|i| at(&all, i))));
        }
        for f in 0..flows {
            for way in ways[f].iter().filter(|way| way.to >= nodes) {
                ledger.come(way.to, total(&self.brought(ledger, stretch, f, way, &flowing[f])));
            }
            let Flow { node, which, at, .. } = self.flows[f];
            let on = &self.chain.nodes[node].uses[which].goes.on;
            let goes = on.iter().map(|(to, p)| (*to as usize, *p)).chain([(at, -1.0)]);
            for (to, p) in goes {
                let way = Way { to, p: [p; POINTS], first: [0.0; POINTS], second: [0.0; POINTS] };
                ledger.come(to, total(&self.brought(ledger, stretch, f, &way, &flowing[f])));
            }
        }
        self.doubt(ledger, stretch, &ways, &flowing, &started);
        ledger.panels.push(started);
        Some(())
    }

    /// What is in doubt in a panel: the mass since the last one, and what the interpolants of the moments leave out.
    fn doubt(
        &mut self,
        ledger: &mut Ledger,
        stretch: &Stretch,
        ways: &[Vec<Way>],
        flowing: &[[Values; 3]],
        started: &[Vec<Values>; 2],
    ) {
        let weights = weights(stretch);
        let sum = |values: &Values| -> f64 { values.iter().zip(weights).map(|(v, w)| v.abs() * w).sum() };
        let soft = if stretch.last { self.soon(stretch.width) } else { 1.0 };
        let mut doubt = Doubt { low: f64::INFINITY, high: f64::NEG_INFINITY, ..Doubt::default() };
        let (mut tails, mut digits) = ([0.0; 2], [0.0; 2]);
        for (f, flow) in flowing.iter().enumerate() {
            let mass = sum(&flow[0]);
            if mass <= 0.0 {
                continue;
            }
            for time in [stretch.from, stretch.from + stretch.width] {
                let zero = ledger.zero(self.flows[f].node, time).unwrap_or(0.0);
                (doubt.low, doubt.high) = (doubt.low.min(zero), doubt.high.max(zero));
            }
            doubt.spread = doubt.spread.max((sum(&flow[2]) / mass).sqrt());
            // To ends they are integrated.
            let ends = ways[f].iter().filter(|way| way.to >= started[0].len());
            let led: Vec<[Moments; POINTS]> =
                ends.map(|way| self.brought(ledger, stretch, f, way, flow)).collect();
            let error = RESOLVED + self.bank.kernel(self.flows[f].kernel).error;
            for q in 0..2 {
                let of = |of: &Moments| if q == 0 { of.first } else { of.second };
                let values = led.iter().map(|led| -> Values { std::array::from_fn(|i| of(&led[i])) });
                let led: f64 = values.map(|values| rule().tail(&values)).sum();
                tails[q] += stretch.width * (rule().tail(&flow[q + 1]) + led);
                digits[q] += error * sum(&flow[q + 1]);
            }
        }
        for (tail, starts) in tails.iter_mut().zip(started) {
            *tail += stretch.width * starts.iter().map(|start| rule().tail(start)).sum::<f64>();
        }
        doubt.mass = self.bound - ledger.told;
        if doubt.low > doubt.high {
            return;
        }
        let off = |q: usize| 2.0 * soft * tails[q] + digits[q];
        (doubt.first, doubt.second) = (off(0), off(1));
        ledger.told = self.bound;
        ledger.doubts.push(doubt);
    }

    /// By point: what a flow brings to a node or an end.
    fn brought(
        &self,
        ledger: &Ledger,
        stretch: &Stretch,
        flow: usize,
        way: &Way,
        of: &[Values; 3],
    ) -> [Moments; POINTS] {
        let from = self.flows[flow].node;
        std::array::from_fn(|i| {
            let time = stretch.times[i];
            let discount = ledger.discount(time);
            let paid = at(of, i).paid(way.p[i], way.first[i] * discount, way.second[i] * discount * discount);
            match (ledger.zero(from, time), ledger.zero(way.to, time)) {
                (Some(about), Some(zero)) => paid.shifted(about - zero),
                _ => paid,
            }
        })
    }

    /// Where something comes for the first time, its centre is about what the first of these have gathered.
    fn centres(&self, ledger: &mut Ledger, stretch: &Stretch, ways: &[Vec<Way>], rings: &[Values]) {
        let weights = weights(stretch);
        let mut more = true;
        while more {
            more = false;
            for (f, flow) in self.flows.iter().enumerate() {
                let sum = |by: &dyn Fn(usize) -> f64| {
                    (0..POINTS).map(|i| weights[i] * rings[f][i] * by(i)).sum::<f64>()
                };
                let on = &self.chain.nodes[flow.node].uses[flow.which].goes.on;
                let aged = on.iter().map(|on| on.0 as usize).chain([flow.at]);
                let to: Vec<(usize, f64)> = ways[f]
                    .iter()
                    .map(|way| (way.to, sum(&|i| way.p[i]), way))
                    .filter(|(_, mass, _)| *mass > 0.0)
                    .map(|(to, mass, way)| {
                        (to, sum(&|i| way.first[i] * ledger.discount(stretch.times[i])) / mass)
                    })
                    .chain(aged.map(|to| (to, 0.0)))
                    .collect();
                let mass = sum(&|_| 1.0);
                if mass <= 0.0 {
                    continue;
                }
                let time = sum(&|i| stretch.times[i]) / mass;
                let Some(about) = ledger.zero(flow.node, time) else { continue };
                for (to, paid) in to {
                    if ledger.zero(to, time).is_none() {
                        ledger.centre(to, time, about + paid);
                        more = true;
                    }
                }
            }
        }
    }
}
