//! One panel: the rings and starts within it, and what comes in from earlier panels.

use super::led::Led;
use super::missed::dot;
use super::past::{Rung, Stretch};
use super::*;
use crate::exact::kernel::Block;
use std::sync::Arc;

/// What the difference of two sums over panels must be of them to be more than rounding: some dozen of half units of the last place.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

impl March<'_> {
    /// Solves one panel; how far its residual is used up, or none where it must be halved.
    pub(super) fn panel(&mut self, from: f64, width: f64, last: bool) -> Result<Option<f64>, NotExact> {
        let times: Values = std::array::from_fn(|i| from + width * rule().x[i]);
        if !last && !self.sighted(from, width, &times)? {
            return Ok(None);
        }
        let leads = self.leads(&times)?;
        Ok(self.solve_panel(&Stretch { from, width, last, times }, &leads))
    }

    fn solve_panel(&mut self, stretch: &Stretch, leads: &[Led<'_>]) -> Option<f64> {
        let Stretch { from, width, last, times } = stretch;
        let (from, width, last) = (*from, *width, *last);
        let (rule, arch) = (rule(), self.arch);
        let (nodes, flows) = (self.chain.nodes.len(), self.flows.len());
        let mut rings: Vec<Values> = vec![[0.0; POINTS]; flows];
        let mut own: Vec<Option<Arc<Block>>> = vec![None; self.kernels.len()];
        // With all that belongs to it a block takes about as long as a law.
        self.bank.effort.add(flows * (2 + self.panels.len()));
        let mut since = vec![from; flows];
        let mut due = vec![0.0; flows];
        for k in 0..self.kernels.len() {
            let (past, bank) = self.past(k);
            past.rings(bank, stretch, &mut |flow, node, rung| {
                let (panel, single) =
                    (|p: usize| &past.panels[p].starts[node], |s: usize| past.sources[node][s].1);
                rung.add(arch, panel, single, &mut rings[flow]);
                if let Rung::Panel(p, block) = &rung {
                    due[flow] += dot(panel(*p), &block.due);
                }
                since[flow] = since[flow].min(past.since(node, &rung));
            })?;
            let kernel = self.bank.kernel(self.kernels[k]);
            if kernel.smooth {
                own[k] = Some(kernel.block(0.0, width, width));
            }
        }
        if last {
            self.spread(stretch, &due, &mut rings);
        }
        let place = |kernel: usize| self.kernels.partition_point(|k| *k < kernel);
        let own: Vec<Option<&Block>> = self.flows.iter().map(|f| own[place(f.kernel)].as_deref()).collect();
        let mut inflow: Vec<Values> = vec![[0.0; POINTS]; nodes];
        for (led, ring) in leads.iter().zip(&rings) {
            led.to(ring, |to, values, p| {
                if to < nodes {
                    add(&mut inflow[to], values, p);
                }
            });
        }
        let starts = self.sweep(stretch, &own, leads, inflow, &mut rings, false)?;
        let mut off = 0.0;
        let mut mass = 0.0;
        for (led, ring) in leads.iter().zip(&rings) {
            off += width * led.tail(ring);
            mass += width * rule.mean(ring).abs();
        }
        // Near a beginning at `from` > 0 times are known only to their own rounding.
        let digits = 16.0 * f64::EPSILON * from / width;
        let allowed = (TOLERANCE + digits) * mass + OF_ALL * (self.rung + mass) + LEAST;
        if off > allowed && !last {
            return None;
        }
        if !last {
            for (flow, own) in own.iter().enumerate() {
                due[flow] += own.map_or(0.0, |own| dot(&starts[self.flows[flow].node], &own.due));
            }
            self.bound += self.missed(stretch, due, &rings)?;
        }
        // Mass that is misplaced within a narrow panel rings at the wrong side of a time only if it rings within its width.
        let soft = if last { self.soon(width) } else { 1.0 };
        let rounding = |(flow, ring): (&Flow, &Values)| {
            width
                * rule.mean(ring).abs()
                * (crate::exact::kernel::RESOLVED + self.bank.kernel(flow.kernel).error)
        };
        let rounding: f64 = self.flows.iter().zip(&rings).map(rounding).sum();
        if last {
            self.bound += mass * self.blurred(from, width);
        }
        self.bound += (2.0 * off * soft).min(mass) + rounding + self.rounded(from + width, &since, &rings);
        self.flowed(&rings);
        self.rung += mass;
        self.take(from, width, times, (&rings, leads), &starts);
        self.gather(stretch, &own, leads, (&rings, &starts));
        let any = starts.iter().map(|s| s.iter().any(|v| *v != 0.0)).collect();
        self.panels.push(Panel { from, width, starts, any });
        // After the narrowest panel the next may be wider: it does not begin at the pole.
        Some(if last { 0.0 } else { off / allowed })
    }

    /// What starts in a panel, of what is known to come in; what rings of it in the panel is added. `signed`: whether it may
    /// be of any sign, so that what one node lacks is judged by what starts in all.
    pub(super) fn sweep(
        &mut self,
        stretch: &Stretch,
        own: &[Option<&Block>],
        leads: &[Led<'_>],
        mut inflow: Vec<Values>,
        rings: &mut [Values],
        signed: bool,
    ) -> Option<Vec<Values>> {
        let (from, width, nodes) = (stretch.from, stretch.width, inflow.len());
        let greatest = |values: &Values| values.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        let mut starts: Vec<Values> = vec![[0.0; POINTS]; nodes];
        for set in &self.chain.order {
            let (mut rounds, mut all) = (0, 0.0_f64);
            loop {
                let mut most = 0.0_f64;
                for n in set {
                    let n = *n as usize;
                    let mut more = std::mem::replace(&mut inflow[n], [0.0; POINTS]);
                    if more.iter().all(|v| *v == 0.0) {
                        continue;
                    }
                    let mine = self.first_flow[n]..self.first_flow[n] + self.chain.nodes[n].uses.len();
                    // A panel that can't be narrower is swept: what starts again at once must come to what is due as well.
                    let again = |f: usize| self.flows[f].again > 0.0 && own[f].is_some();
                    if !stretch.last && mine.clone().any(again) {
                        let loops = mine
                            .clone()
                            .filter(|f| self.flows[*f].again > 0.0)
                            .filter_map(|f| own[f].map(|b| (leads[f].chance(n), b)));
                        let swings = mine.clone().any(|f| self.flows[f].swing.is_some());
                        // The sweeps of a panel solve it again and again.
                        let known = &mut self.renewals[self.loops[n]];
                        if known.as_ref().is_none_or(|it| it.width != width || swings && it.from != from) {
                            *known = Some(Renewal::new(from, width, loops)?);
                        }
                        if let Some(renewal) = known {
                            renewal.solve(&mut more);
                        }
                    }
                    let size = greatest(&more);
                    add(&mut starts[n], &more, 1.0);
                    let whole = greatest(&starts[n]);
                    if signed {
                        (most, all) = (most.max(size), all.max(whole));
                    } else if whole > LEAST / width {
                        most = most.max(size / whole);
                    }
                    for f in mine {
                        let Some(block) = own[f] else { continue };
                        let mut change = [0.0; POINTS];
                        self.arch.dispatch(Apply { block: &block.rows, values: &more, to: &mut change });
                        if stretch.last {
                            keep(width, dot(&more, &block.due), &mut change);
                        }
                        add(&mut rings[f], &change, 1.0);
                        leads[f].to(&change, |to, values, p| {
                            // Its own was solved for.
                            if (to != n || stretch.last) && to < nodes {
                                add(&mut inflow[to], values, p);
                            }
                        });
                    }
                }
                rounds += 1;
                if set.len() == 1 && !stretch.last || most <= 1e-15 * if signed { all } else { 1.0 } {
                    break;
                }
                if rounds > 300 && !stretch.last {
                    return None;
                }
                // What can't be narrower is swept as long as it takes, within reason.
                if rounds > 100_000 {
                    break;
                }
            }
        }
        Some(starts)
    }

    /// The most that rings within so short a time, of any clock.
    pub(super) fn soon(&mut self, width: f64) -> f64 {
        let mut most = width / self.softness;
        for k in &self.kernels {
            most = most.max(self.bank.kernel(*k).soon(width));
        }
        most.min(1.0)
    }

    /// The most that rings at the wrong side of the next time that is asked about, of any clock, because it started somewhere within this
    /// width after a time and nobody knows where.
    fn blurred(&mut self, from: f64, width: f64) -> f64 {
        let slot = self.asked.slots.iter().copied().find(|slot| *slot > from);
        let gap = slot.unwrap_or(self.asked.until) - from;
        let mut most = 0.0_f64;
        for k in self.kernels.iter().filter(|_| gap.is_finite()) {
            let kernel = self.bank.kernel(*k);
            // Bursts fall from the beginning on; others are at their height about a typical delay.
            for at in [gap, gap.max(kernel.scale)] {
                most = most.max(kernel.soon(at) - kernel.soon((at - width).max(0.0)));
            }
        }
        most
    }

    /// Counts a panel.
    pub(super) fn take(
        &mut self,
        from: f64,
        width: f64,
        times: &Values,
        (rings, leads): (&[Values], &[Led<'_>]),
        starts: &[Values],
    ) {
        let rule = rule();
        let (nodes, asked) = (self.chain.nodes.len(), self.asked);
        let weights: Values = std::array::from_fn(|i| width * rule.w[i]);
        let sum = |values: &Values, by: &Values| -> f64 {
            (0..POINTS).map(|i| weights[i] * values[i] * by[i]).sum()
        };
        let one = [1.0; POINTS];
        let spans: Vec<Values> =
            asked.accounts.iter().map(|a| std::array::from_fn(|i| span(a, times[i], asked.until))).collect();
        let discounts: Vec<Values> =
            asked.accounts.iter().map(|a| std::array::from_fn(|i| a.discount(times[i]))).collect();
        let gather = |node: usize, values: &Values, sign: f64, sums: &mut [f64]| {
            for (a, rates) in asked.rates.iter().enumerate() {
                if let Some(rates) = rates
                    && rates[node] != 0.0
                {
                    sums[a] += sign * rates[node] * sum(values, &spans[a]);
                }
            }
        };
        if let Some(recorded) = &mut self.recorded {
            recorded.panels.push((from, from + width, rings.to_vec()));
        }
        for (n, start) in starts.iter().enumerate() {
            let mass = sum(start, &one);
            self.bound += mass.abs() * self.chain.nodes[n].error;
            self.entered[n].0 += mass;
            self.entered[n].1 += sum(start, times);
            gather(n, start, 1.0, &mut self.account_sums);
        }
        let mut outcomes: Vec<Values> = vec![[0.0; POINTS]; asked.outcomes];
        let mut firsts: Vec<Values> = vec![[0.0; POINTS]; asked.firsts];
        for ((flow, ring), led) in self.flows.iter().zip(rings).zip(leads) {
            let mass = sum(ring, &one);
            let later = sum(ring, times);
            self.left[flow.at].0 += mass;
            self.left[flow.at].1 += later;
            gather(flow.at, ring, -1.0, &mut self.account_sums);
            let goes = &self.chain.nodes[flow.node].uses[flow.which].goes;
            for (to, p) in &goes.on {
                self.entered[*to as usize].0 += mass * p;
                self.entered[*to as usize].1 += later * p;
                gather(*to as usize, ring, *p, &mut self.account_sums);
            }
            led.to(ring, |to, values, p| {
                if to >= nodes {
                    self.found.ends[to - nodes] += sum(values, &one) * p;
                    add(&mut outcomes[asked.outcome_of[to - nodes]], values, p);
                }
            });
            for (a, account) in asked.accounts.iter().enumerate().filter(|(_, account)| account.decay > 0.0) {
                let counts: Values = std::array::from_fn(|i| ring[i] * discounts[a][i]);
                // Of the rates on both sides, which count 1 / decay.
                let rates = asked.rates[a].as_deref().unwrap_or(&[]);
                let rate = rates.iter().fold(0.0_f64, |most, rate| most.max(rate.abs()));
                self.beside[a] += 4.0 * width * rule.tail(&counts) * rate / account.decay;
            }
            led.rewards(ring, |reward, ring, amount| {
                self.rewards[reward] += sum(ring, &one) * amount;
                if reward >= asked.rewards.entries().end {
                    for (a, discount) in discounts.iter().enumerate() {
                        if reward == asked.rewards.account(a) {
                            self.account_sums[a] += amount * sum(ring, discount);
                            let counts: Values = std::array::from_fn(|i| ring[i] * discount[i]);
                            self.beside[a] += 2.0 * width * rule.tail(&counts) * amount.abs();
                        }
                    }
                    for (first, values) in firsts.iter_mut().enumerate() {
                        if reward == asked.rewards.first(first) {
                            add(values, ring, amount);
                        }
                    }
                }
            });
        }
        let squares: Values = std::array::from_fn(|i| times[i] * times[i]);
        let both = [(&outcomes, true), (&firsts, false)];
        for (flows, are_outcomes) in both {
            for (n, values) in flows.iter().enumerate() {
                let (curve, moments) = if are_outcomes {
                    (&mut self.found.outcomes[n], &mut self.found.moments[n])
                } else {
                    (&mut self.found.firsts[n], &mut self.found.first_moments[n])
                };
                curve.push(from, from + width, values);
                moments.0 += sum(values, times);
                moments.1 += sum(values, &squares);
            }
        }
    }

    /// The mass in each node at a time, and the time spent there.
    pub(super) fn standing(&self, at: f64) -> (Vec<f64>, Vec<f64>) {
        let each = self.entered.iter().zip(&self.left);
        // Of two sums that are alike the difference is what rounding left of them.
        let rest = |e: f64, l: f64| if e - l > ROUNDING * e { e - l } else { 0.0 };
        let stands = each.clone().map(|(e, l)| rest(e.0, l.0)).collect();
        let spent = each.map(|(e, l)| {
            let still = if at.is_finite() { at * (e.0 - l.0) } else { 0.0 };
            (still - (e.1 - l.1)).max(0.0)
        });
        (stands, spent.collect())
    }

    pub(super) fn snapshot(&mut self, at: f64) {
        let (stands, spent) = self.standing(at);
        let rewards = self.rewards.clone();
        let (bound, starts) = (self.bound, self.found.starts + self.starts());
        self.found.slots.push(Snapshot { stands, spent, rewards, bound, starts });
    }

    /// How often anything has started since the march began.
    pub(super) fn starts(&self) -> f64 {
        self.entered.iter().map(|entered| entered.0.abs()).sum()
    }
}

/// What rings in a panel that can't be narrower keeps its shape, and comes to what is due: points don't tell how much rings at once.
fn keep(width: f64, due: f64, ring: &mut Values) {
    let rung = width * rule().mean(ring);
    if rung * due > 0.0 {
        ring.iter_mut().for_each(|value| *value *= due / rung);
    }
}
