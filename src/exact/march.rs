//! Answers over time: the renewal equations of the chain, solved panel by panel.
//!
//! Starts of node n have a density e and single times. A clock with kernel k rings at density x(t) = ∫ e(s) k(t − s) ds, and
//! what it leads to starts then. In each panel x is known by its values at the Gauss-Legendre points; what the interpolant
//! leaves out is the residual of the equation, and no more than its integral can be wrong with any probability
//! (docs/exact.md). A panel is halved until that is small.

use super::chain::{Chain, Goes, Rewards};
use super::curve::Curve;
use super::kernel::Bank;
use super::legendre::{POINTS, Values, rule};
use super::refusal::{NotExact, Why};
use crate::program::Account;
use std::collections::BTreeMap;

/// What the residual of a panel may be, as a share of what starts in it, and at least.
const TOLERANCE: f64 = 2e-12;
const LEAST: f64 = 1e-24;
/// The same as a share of all that has rung so far.
const OF_ALL: f64 = 1e-14;
/// The narrowest panel, as a share of the time asked about.
const NARROWEST: f64 = 1.0 / (1_u64 << 38) as f64;
/// The most panels, and events at single times.
const PANELS: usize = 1_500;
const MOMENTS: usize = 4_000_000;
/// The most that panels may hold, in numbers.
const ROOM: usize = 150_000_000;
/// The most times at which panels must end.
const BREAKS: usize = 150;
/// How many delays a break may lie behind a beginning: later ones are smooth enough for narrow panels.
const DEPTH: u8 = 2;

/// What is asked.
pub(super) struct Asked<'a> {
    pub outcomes: usize,
    /// The outcome of each end.
    pub outcome_of: Vec<usize>,
    pub rewards: Rewards,
    pub firsts: usize,
    pub slots: &'a [f64],
    /// Until when; infinity to go on until nothing is left.
    pub until: f64,
    /// Accounts, and their rates in each node (none: not asked).
    pub accounts: &'a [Account],
    pub rates: Vec<Option<Vec<f64>>>,
}

/// What has happened by a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    /// The mass in each node.
    pub stands: Vec<f64>,
    /// Time spent in each node.
    pub spent: Vec<f64>,
    pub rewards: Vec<f64>,
    pub bound: f64,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub outcomes: Vec<Curve>,
    /// ∫ t and ∫ t² of each outcome.
    pub moments: Vec<(f64, f64)>,
    pub firsts: Vec<Curve>,
    pub first_moments: Vec<(f64, f64)>,
    pub slots: Vec<Snapshot>,
    /// The mass in each end.
    pub ends: Vec<f64>,
    /// The expected value of each account.
    pub accounts: Vec<f64>,
    /// The mass that goes on after all that was looked at.
    pub left: f64,
    pub panels: usize,
}

struct Panel {
    from: f64,
    width: f64,
    starts: Vec<Values>,
    any: Vec<bool>,
}

struct Flow {
    node: usize,
    which: usize,
    kernel: usize,
    /// The same node again, as a sum of chances.
    again: f64,
}

pub(super) struct March<'a> {
    chain: &'a Chain,
    bank: &'a mut Bank,
    asked: &'a Asked<'a>,
    flows: Vec<Flow>,
    first_flow: Vec<usize>,
    kernels: Vec<usize>,
    of_kernel: Vec<Vec<usize>>,
    panels: Vec<Panel>,
    /// Single starts of each node.
    sources: Vec<Vec<(f64, f64)>>,
    queue: BTreeMap<u64, Vec<(u32, f64)>>,
    breaks: BTreeMap<u64, u8>,
    broken: usize,
    moments: usize,
    entered: Vec<(f64, f64)>,
    left: Vec<(f64, f64)>,
    rewards: Vec<f64>,
    account_sums: Vec<f64>,
    bound: f64,
    softness: f64,
    rung: f64,
    smooth: bool,
    found: Found,
}

impl<'a> March<'a> {
    /// Solves a chain over time.
    pub fn solve(chain: &'a Chain, bank: &'a mut Bank, asked: &'a Asked<'a>) -> Result<Found, NotExact> {
        let mut flows = vec![];
        let mut first_flow = vec![];
        for (n, node) in chain.nodes.iter().enumerate() {
            first_flow.push(flows.len());
            for (which, of) in node.uses.iter().enumerate() {
                let again = of.goes.to.iter().filter(|(to, _)| *to as usize == n).map(|(_, p)| p).sum();
                flows.push(Flow { node: n, which, kernel: of.kernel, again });
            }
        }
        let mut kernels: Vec<usize> = flows.iter().map(|f| f.kernel).collect();
        kernels.sort_unstable();
        kernels.dedup();
        let of_kernel =
            kernels.iter().map(|k| (0..flows.len()).filter(|f| flows[*f].kernel == *k).collect()).collect();
        let softness = kernels.iter().map(|k| bank.kernel(*k).scale).fold(f64::INFINITY, f64::min);
        let smooth = kernels.iter().any(|k| bank.kernel(*k).smooth);
        let (nodes, ends) = (chain.nodes.len(), chain.ends.len());
        let mut march = March {
            chain,
            bank,
            asked,
            flows,
            first_flow,
            kernels,
            of_kernel,
            panels: vec![],
            sources: vec![vec![]; nodes],
            queue: BTreeMap::new(),
            breaks: BTreeMap::new(),
            broken: 0,
            moments: 0,
            entered: vec![(0.0, 0.0); nodes],
            left: vec![(0.0, 0.0); nodes],
            rewards: vec![0.0; asked.rewards.count()],
            account_sums: vec![0.0; asked.accounts.len()],
            bound: 1e-15,
            softness,
            rung: 0.0,
            smooth,
            found: Found {
                outcomes: vec![Curve::default(); asked.outcomes],
                moments: vec![(0.0, 0.0); asked.outcomes],
                firsts: vec![Curve::default(); asked.firsts],
                first_moments: vec![(0.0, 0.0); asked.firsts],
                ends: vec![0.0; ends],
                ..Found::default()
            },
        };
        march.run()?;
        let March { mut found, account_sums, panels, .. } = march;
        found.accounts = account_sums;
        found.panels = panels.len();
        Ok(found)
    }

    fn run(&mut self) -> Result<(), NotExact> {
        let until = self.asked.until;
        let start = self.chain.start.clone();
        self.lead(&start, 1.0, 0.0);
        let mut now = 0.0;
        let mut width: f64 = 0.0;
        let mut origin = 0.0;
        let mut slot = 0;
        loop {
            if self.happen(now)? {
                (origin, width) = (now, 0.0);
            }
            while slot < self.asked.slots.len() && self.asked.slots[slot] <= now {
                self.snapshot(now);
                slot += 1;
            }
            let going = self.going();
            // What rounding leaves of all that has come and gone.
            let nothing = 1e-15 * (10.0 + self.entered.iter().map(|e| e.0).sum::<f64>());
            if now >= until || (until == f64::INFINITY && going <= nothing) {
                break;
            }
            let next_slot = self.asked.slots.get(slot).copied().unwrap_or(f64::INFINITY);
            let mut stop = until.min(next_slot);
            for time in self.queue.keys().chain(self.breaks.keys()).map(|bits| f64::from_bits(*bits)) {
                if time > now {
                    stop = stop.min(time);
                    break;
                }
            }
            if let Some((bits, _)) = self.breaks.range(now.to_bits() + 1..).next() {
                stop = stop.min(f64::from_bits(*bits));
            }
            if !self.smooth || !self.flowing() {
                if stop == f64::INFINITY {
                    break;
                }
                (now, origin, width) = (stop, stop, 0.0);
                continue;
            }
            let whole = if until.is_finite() { until } else { 16.0 * self.softness.max(now) };
            let narrowest = (whole * NARROWEST).max(now * 1e-13);
            if width == 0.0 {
                // The greatest power of two parts of a second that may do.
                width = libm::exp2(libm::log2((stop - now).min(whole / 8.0)).floor());
            }
            loop {
                let take = if now + width * 1.000_001 >= stop { stop - now } else { width };
                let last = take <= narrowest;
                match self.panel(now, take, last) {
                    Some(off) => {
                        let easy = off < 0.01;
                        if take == stop - now {
                            // Widths count anew from here; the next panel may be as wide as this one was meant to be.
                            (now, origin) = (stop, stop);
                        } else {
                            now += take;
                        }
                        // Wider only where the panel would begin at a multiple of its width.
                        let places = (now - origin) / (2.0 * width);
                        if easy && places == places.floor() && width < whole {
                            width *= 2.0;
                        }
                        break;
                    }
                    None => {
                        width = if take < width {
                            libm::exp2(libm::log2(0.75 * take).floor())
                        } else {
                            0.5 * width
                        }
                    }
                }
            }
            if self.panels.len() > PANELS || self.panels.len() * self.chain.nodes.len() * POINTS > ROOM {
                return Err(NotExact::because(Why::TooManyMoments(self.panels.len())));
            }
            if now > 1e16 {
                break;
            }
        }
        while slot < self.asked.slots.len() {
            self.snapshot(self.asked.slots[slot]);
            slot += 1;
        }
        self.found.left = self.going();
        Ok(())
    }

    /// The mass in nodes that wait for something.
    fn going(&self) -> f64 {
        let waits = |n: &usize| !self.chain.nodes[*n].uses.is_empty();
        let all = (0..self.chain.nodes.len()).filter(waits);
        all.map(|n| (self.entered[n].0 - self.left[n].0).max(0.0)).sum()
    }

    /// Whether anything has started.
    fn flowing(&self) -> bool {
        !self.panels.is_empty() || self.sources.iter().any(|s| !s.is_empty())
    }

    /// Does what happens at this single time; tells whether panels have to begin anew.
    fn happen(&mut self, now: f64) -> Result<bool, NotExact> {
        let mut anew = false;
        while let Some(entry) = self.queue.first_entry() {
            if f64::from_bits(*entry.key()) > now {
                break;
            }
            let rings = entry.remove();
            self.moments += rings.len();
            if self.moments > MOMENTS {
                return Err(NotExact::because(Why::TooManyMoments(MOMENTS)));
            }
            for (flow, mass) in rings {
                let Flow { node, which, .. } = self.flows[flow as usize];
                self.left[node].0 += mass;
                self.left[node].1 += mass * now;
                self.spend(node, -mass, now);
                let chain = self.chain;
                self.lead(&chain.nodes[node].uses[which].goes, mass, now);
            }
            anew = true;
        }
        if let Some(entry) = self.breaks.first_entry()
            && f64::from_bits(*entry.key()) <= now
        {
            let depth = entry.remove();
            anew = true;
            for k in 0..self.kernels.len() {
                let edges = self.bank.kernel(self.kernels[k]).edges.clone();
                edges.into_iter().for_each(|edge| self.break_at(now + edge, depth + 1));
            }
        }
        Ok(anew)
    }

    fn break_at(&mut self, time: f64, depth: u8) {
        if depth <= DEPTH && self.broken < BREAKS && time < self.asked.until && self.smooth {
            let least = self.breaks.entry(time.to_bits()).or_insert_with(|| {
                self.broken += 1;
                depth
            });
            *least = depth.min(*least);
        }
    }

    /// Mass leads on at a single time.
    fn lead(&mut self, goes: &Goes, mass: f64, now: f64) {
        for (reward, amount) in &goes.rewards {
            self.reward(*reward as usize, mass * amount, now);
        }
        for (to, p) in &goes.to {
            let mass = mass * p;
            match self.chain.end(*to) {
                Some(end) => {
                    self.found.ends[end] += mass;
                    let outcome = self.asked.outcome_of[end];
                    self.found.outcomes[outcome].at_once(now, mass);
                    self.found.moments[outcome].0 += mass * now;
                    self.found.moments[outcome].1 += mass * now * now;
                }
                None => self.start(*to as usize, mass, now),
            }
        }
    }

    fn reward(&mut self, reward: usize, amount: f64, now: f64) {
        self.rewards[reward] += amount;
        for (a, account) in self.asked.accounts.iter().enumerate() {
            if reward == self.asked.rewards.account(a) {
                self.account_sums[a] += amount * account.discount(now);
            }
        }
        for first in 0..self.asked.firsts {
            if reward == self.asked.rewards.first(first) {
                self.found.firsts[first].at_once(now, amount);
                self.found.first_moments[first].0 += amount * now;
                self.found.first_moments[first].1 += amount * now * now;
            }
        }
    }

    /// Accounts gather in a node until the end, or are taken back what was gathered for after it is left.
    fn spend(&mut self, node: usize, mass: f64, now: f64) {
        for (a, account) in self.asked.accounts.iter().enumerate() {
            if let Some(rates) = &self.asked.rates[a]
                && rates[node] != 0.0
            {
                self.account_sums[a] += mass * rates[node] * span(account, now, self.asked.until);
            }
        }
    }

    fn start(&mut self, node: usize, mass: f64, now: f64) {
        self.entered[node].0 += mass;
        self.entered[node].1 += mass * now;
        self.spend(node, mass, now);
        let flows = self.first_flow[node]..self.first_flow[node] + self.chain.nodes[node].uses.len();
        let mut smooth = false;
        for flow in flows {
            let kernel = self.bank.kernel(self.flows[flow].kernel);
            smooth |= kernel.smooth;
            for (delay, share) in kernel.atoms.clone() {
                let time = now + delay;
                if time <= self.asked.until {
                    let at = self.queue.entry(time.to_bits()).or_default();
                    match at.iter_mut().find(|(f, _)| *f == flow as u32) {
                        Some(found) => found.1 += mass * share,
                        None => at.push((flow as u32, mass * share)),
                    }
                }
            }
        }
        if smooth {
            let sources = &mut self.sources[node];
            match sources.last_mut() {
                Some(last) if last.0 == now => last.1 += mass,
                _ => sources.push((now, mass)),
            }
            self.break_at(now, 0);
        }
    }

    /// Solves one panel; how far its residual is used up, or none where it must be halved.
    fn panel(&mut self, from: f64, width: f64, last: bool) -> Option<f64> {
        let rule = rule();
        let (nodes, flows) = (self.chain.nodes.len(), self.flows.len());
        let times: Values = std::array::from_fn(|i| from + width * rule.x[i]);
        let mut rings: Vec<Values> = vec![[0.0; POINTS]; flows];
        let mut own = vec![None; self.kernels.len()];
        for k in 0..self.kernels.len() {
            self.history(k, from, width, last, &times, &mut rings)?;
            let kernel = self.bank.kernel(self.kernels[k]);
            if kernel.smooth {
                own[k] = Some(kernel.block(0.0, width, width));
            }
        }
        let place = |kernel: usize| self.kernels.partition_point(|k| *k < kernel);
        let of_flow: Vec<usize> = self.flows.iter().map(|f| place(f.kernel)).collect();
        // What starts, as far as it is known, and what has been put in already.
        let mut inflow: Vec<Values> = vec![[0.0; POINTS]; nodes];
        let mut starts: Vec<Values> = vec![[0.0; POINTS]; nodes];
        for (f, flow) in self.flows.iter().enumerate() {
            push(&self.chain.nodes[flow.node].uses[flow.which].goes, &rings[f], nodes, &mut inflow);
        }
        for set in &self.chain.order {
            let mut rounds = 0;
            loop {
                let mut most = 0.0_f64;
                for n in set {
                    let n = *n as usize;
                    let mut more = std::mem::replace(&mut inflow[n], [0.0; POINTS]);
                    if more.iter().all(|v| *v == 0.0) {
                        continue;
                    }
                    let mine = self.first_flow[n]..self.first_flow[n] + self.chain.nodes[n].uses.len();
                    let loops: Vec<(f64, &super::kernel::Block)> = mine
                        .clone()
                        .filter(|f| self.flows[*f].again > 0.0)
                        .filter_map(|f| own[of_flow[f]].as_deref().map(|b| (self.flows[f].again, b)))
                        .collect();
                    if !loops.is_empty() {
                        renew(&loops, &mut more)?;
                    }
                    let size = more.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
                    add(&mut starts[n], &more, 1.0);
                    let whole = starts[n].iter().fold(0.0_f64, |a, b| a.max(b.abs()));
                    most = most.max(if whole > LEAST / width { size / whole } else { 0.0 });
                    for f in mine {
                        let Some(block) = own[of_flow[f]].as_deref() else { continue };
                        let mut change = [0.0; POINTS];
                        apply(block, &more, &mut change);
                        add(&mut rings[f], &change, 1.0);
                        let goes = &self.chain.nodes[n].uses[self.flows[f].which].goes;
                        for (to, p) in &goes.to {
                            // Its own was solved for.
                            if *to as usize != n && (*to as usize) < nodes {
                                add(&mut inflow[*to as usize], &change, *p);
                            }
                        }
                    }
                }
                rounds += 1;
                if set.len() == 1 || most <= 1e-15 {
                    break;
                }
                if rounds > 300 {
                    return None;
                }
            }
        }
        let mut off = 0.0;
        let mut mass = 0.0;
        for ring in &rings {
            off += width * rule.tail(ring);
            mass += width * rule.mean(ring).abs();
        }
        // Near a beginning at `from` > 0 times are known only to their own rounding.
        let digits = 16.0 * f64::EPSILON * from / width;
        let allowed = (TOLERANCE + digits) * mass + OF_ALL * (self.rung + mass) + LEAST;
        if off > allowed && !last {
            return None;
        }
        // Mass that is misplaced within a narrow panel rings at the wrong side of a time only if it rings within its width.
        let soft = if last { self.soon(width) } else { 1.0 };
        let rounding = |(flow, ring): (&Flow, &Values)| {
            width * rule.mean(ring).abs() * (super::kernel::RESOLVED + self.bank.kernel(flow.kernel).error)
        };
        let rounding: f64 = self.flows.iter().zip(&rings).map(rounding).sum();
        self.bound += (2.0 * off * soft).min(mass) + rounding;
        self.rung += mass;
        self.take(from, width, &times, &rings, &starts);
        let any = starts.iter().map(|s| s.iter().any(|v| *v != 0.0)).collect();
        self.panels.push(Panel { from, width, starts, any });
        // After the narrowest panel the next may be wider: it does not begin at the pole.
        Some(if last { 0.0 } else { off / allowed })
    }

    /// The most that rings within so short a time, of any clock.
    fn soon(&mut self, width: f64) -> f64 {
        let mut most = width / self.softness;
        for k in &self.kernels {
            most = most.max(self.bank.kernel(*k).soon(width));
        }
        most.min(1.0)
    }

    /// What starts before this panel rings in it; none where a single delay is shorter than the panel.
    fn history(
        &mut self,
        k: usize,
        from: f64,
        width: f64,
        last: bool,
        times: &Values,
        rings: &mut [Values],
    ) -> Option<()> {
        let number = self.kernels[k];
        let kernel = self.bank.kernel(number);
        if kernel.atoms.iter().any(|atom| atom.0 < width) && !last {
            return None;
        }
        if kernel.smooth {
            for panel in &self.panels {
                if self.of_kernel[k].iter().all(|f| !panel.any[self.flows[*f].node]) {
                    continue;
                }
                let block = self.bank.kernel(number).block(from - panel.from, panel.width, width);
                for &f in &self.of_kernel[k] {
                    let node = self.flows[f].node;
                    if panel.any[node] {
                        apply(&block, &panel.starts[node], &mut rings[f]);
                    }
                }
            }
            let kernel = self.bank.kernel(number);
            let mut seen: Vec<(f64, Values)> = vec![];
            for &f in &self.of_kernel[k] {
                for &(time, mass) in &self.sources[self.flows[f].node] {
                    let known = seen.iter().rposition(|(t, _)| *t == time);
                    let known = known.unwrap_or_else(|| {
                        let values = if last && time == from {
                            [kernel.soon(width) / width; POINTS]
                        } else {
                            std::array::from_fn(|j| kernel.density(times[j] - time))
                        };
                        seen.push((time, values));
                        seen.len() - 1
                    });
                    add(&mut rings[f], &seen[known].1, mass);
                }
            }
        }
        let atoms = self.bank.kernel(number).atoms.clone();
        for (delay, share) in atoms {
            for &f in &self.of_kernel[k] {
                let node = self.flows[f].node;
                for j in 0..POINTS {
                    let start = times[j] - delay;
                    let after = self.panels.partition_point(|p| p.from < start);
                    if after == 0 {
                        continue;
                    }
                    let panel = &self.panels[after - 1];
                    let x = (start - panel.from) / panel.width;
                    if !panel.any[node] || x > 1.0 + 1e-9 {
                        continue;
                    }
                    let basis = rule().basis(x.min(1.0));
                    let value: f64 = basis.iter().zip(&panel.starts[node]).map(|(b, v)| b * v).sum();
                    rings[f][j] += share * value;
                }
            }
        }
        Some(())
    }

    /// Counts a panel.
    fn take(&mut self, from: f64, width: f64, times: &Values, rings: &[Values], starts: &[Values]) {
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
        for (n, start) in starts.iter().enumerate() {
            self.entered[n].0 += sum(start, &one);
            self.entered[n].1 += sum(start, times);
            gather(n, start, 1.0, &mut self.account_sums);
        }
        let mut outcomes: Vec<Values> = vec![[0.0; POINTS]; asked.outcomes];
        let mut firsts: Vec<Values> = vec![[0.0; POINTS]; asked.firsts];
        for (flow, ring) in self.flows.iter().zip(rings) {
            let mass = sum(ring, &one);
            self.left[flow.node].0 += mass;
            self.left[flow.node].1 += sum(ring, times);
            gather(flow.node, ring, -1.0, &mut self.account_sums);
            let goes = &self.chain.nodes[flow.node].uses[flow.which].goes;
            for (to, p) in &goes.to {
                if *to as usize >= nodes {
                    let end = *to as usize - nodes;
                    self.found.ends[end] += mass * p;
                    add(&mut outcomes[asked.outcome_of[end]], ring, *p);
                }
            }
            for (reward, amount) in &goes.rewards {
                let reward = *reward as usize;
                self.rewards[reward] += mass * amount;
                if reward >= asked.rewards.entries().end {
                    for (a, discount) in discounts.iter().enumerate() {
                        if reward == asked.rewards.account(a) {
                            self.account_sums[a] += amount * sum(ring, discount);
                        }
                    }
                    for (first, values) in firsts.iter_mut().enumerate() {
                        if reward == asked.rewards.first(first) {
                            add(values, ring, *amount);
                        }
                    }
                }
            }
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

    fn snapshot(&mut self, at: f64) {
        let each = self.entered.iter().zip(&self.left);
        let stands: Vec<f64> = each.clone().map(|(e, l)| (e.0 - l.0).max(0.0)).collect();
        let spent = each
            .map(|(e, l)| {
                let still = if at.is_finite() { at * (e.0 - l.0) } else { 0.0 };
                (still - (e.1 - l.1)).max(0.0)
            })
            .collect();
        let rewards = self.rewards.clone();
        let bound = self.bound;
        self.found.slots.push(Snapshot { stands, spent, rewards, bound });
    }
}

/// What a rate of one gathers from a time until the end. Without an end what is gathered later is left out: what has started
/// ends, so it cancels.
fn span(account: &Account, now: f64, until: f64) -> f64 {
    if until.is_finite() {
        account.span(now, until)
    } else if account.decay > 0.0 {
        account.discount(now) / account.decay
    } else {
        -now
    }
}

#[inline]
fn add(to: &mut Values, values: &Values, times: f64) {
    for i in 0..POINTS {
        to[i] += values[i] * times;
    }
}

#[inline]
fn apply(block: &super::kernel::Block, starts: &Values, to: &mut Values) {
    let mut sum = *to;
    for i in 0..POINTS {
        let start = starts[i];
        for j in 0..POINTS {
            sum[j] += block[i][j] * start;
        }
    }
    *to = sum;
}

fn push(goes: &Goes, ring: &Values, nodes: usize, inflow: &mut [Values]) {
    for (to, p) in &goes.to {
        if (*to as usize) < nodes {
            add(&mut inflow[*to as usize], ring, *p);
        }
    }
}

/// Solves (I − Σ p D) e = e for a node that leads to itself; none where that can't be done well.
fn renew(loops: &[(f64, &super::kernel::Block)], values: &mut Values) -> Option<()> {
    let mut m = [[0.0; POINTS]; POINTS];
    for (j, row) in m.iter_mut().enumerate() {
        row[j] = 1.0;
        for (p, block) in loops {
            for i in 0..POINTS {
                row[i] -= p * block[i][j];
            }
        }
    }
    for k in 0..POINTS {
        let pivot = (k..POINTS).max_by(|a, b| m[*a][k].abs().total_cmp(&m[*b][k].abs()))?;
        m.swap(k, pivot);
        values.swap(k, pivot);
        if m[k][k].abs() < 1e-3 {
            return None;
        }
        for r in k + 1..POINTS {
            let factor = m[r][k] / m[k][k];
            if factor != 0.0 {
                for c in k..POINTS {
                    m[r][c] -= factor * m[k][c];
                }
                values[r] -= factor * values[k];
            }
        }
    }
    for k in (0..POINTS).rev() {
        for c in k + 1..POINTS {
            values[k] -= m[k][c] * values[c];
        }
        values[k] /= m[k][k];
    }
    Some(())
}
