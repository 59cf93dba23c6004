//! What happens at single times: rings of fixed delays, and mass that starts all at once.

use super::*;
use crate::exact::gain::Moments;

/// What is led on of each ledger: what rings, and about how much in the account; or by where a path begins.
pub(super) enum Brought {
    Ring(Vec<(Moments, f64)>),
    Begin(Vec<BTreeMap<u32, [f64; 2]>>),
}

impl March<'_> {
    /// Does what happens at this single time; tells whether panels have to begin anew.
    pub(super) fn happen(&mut self, now: f64) -> Result<bool, NotExact> {
        let mut anew = false;
        while let Some(entry) = self.queue.first_entry() {
            if f64::from_bits(*entry.key()) > now {
                break;
            }
            let rings = entry.remove();
            self.moments += rings.len();
            // A ring takes about as long as a few laws.
            self.bank.effort.add(4 * rings.len() * (1 + self.ledgers.len()));
            if self.moments > MOMENTS {
                return Err(NotExact::because(Why::TooManyMoments(MOMENTS)));
            }
            for (flow, mass) in rings {
                let Flow { node, at, which, swing, .. } = self.flows[flow as usize];
                if let Some(recorded) = &mut self.recorded {
                    recorded.jumps.push((now, flow as usize, mass));
                }
                self.left[at].0 += mass;
                self.left[at].1 += mass * now;
                self.spend(at, -mass, now);
                let (ring, number) = (&self.flows[flow as usize], flow);
                let rung = |ledger: &mut Ledger| ledger.rung((ring, number), mass, now);
                let brought = Brought::Ring(self.ledgers.iter_mut().map(rung).collect());
                let chain = self.chain;
                let goes = match (swing, &mut self.swings) {
                    (Some(swing), Some(swings)) => &swings.at(now)?[swing].clone(),
                    _ => &chain.nodes[node].uses[which].goes,
                };
                self.lead(goes, mass, now, &brought);
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
    pub(super) fn lead(&mut self, goes: &Goes, mass: f64, now: f64, brought: &Brought) {
        for (reward, amount) in &goes.rewards {
            self.reward(*reward as usize, mass * amount, now);
        }
        for (to, p) in &goes.on {
            self.entered[*to as usize].0 += mass * p;
            self.entered[*to as usize].1 += mass * p * now;
            self.spend(*to as usize, mass * p, now);
            self.bring(goes, (*to, *p), now, brought);
        }
        for (to, p) in &goes.to {
            let moments = self.bring(goes, (*to, *p), now, brought);
            let mass = mass * p;
            match self.chain.end(*to) {
                Some(end) => {
                    self.found.ends[end] += mass;
                    let outcome = self.asked.outcome_of[end];
                    self.found.outcomes[outcome].at_once(now, mass);
                    self.found.moments[outcome].0 += mass * now;
                    self.found.moments[outcome].1 += mass * now * now;
                }
                None => self.start(*to as usize, mass, now, &moments),
            }
        }
    }

    /// By ledger, what comes to a node or an end.
    fn bring(&mut self, goes: &Goes, to: (u32, f64), now: f64, brought: &Brought) -> Vec<[f64; 2]> {
        match brought {
            Brought::Ring(each) => {
                let each = self.ledgers.iter_mut().zip(each);
                each.map(|(ledger, of)| ledger.led(*of, goes, to, now)).collect()
            }
            Brought::Begin(each) => {
                each.iter().map(|begins| begins.get(&to.0).copied().unwrap_or_default()).collect()
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

    fn start(&mut self, node: usize, mass: f64, now: f64, moments: &[[f64; 2]]) {
        self.entered[node].0 += mass;
        self.entered[node].1 += mass * now;
        self.bound += mass * self.chain.nodes[node].error;
        self.spend(node, mass, now);
        let flows = self.first_flow[node]..self.first_flow[node] + self.chain.nodes[node].uses.len();
        let mut smooth = false;
        for flow in flows {
            let kernel = self.bank.kernel(self.flows[flow].kernel);
            smooth |= kernel.smooth;
            let Flow { node, which, .. } = self.flows[flow];
            let due = self.chain.nodes[node].uses[which].due;
            for (delay, share) in kernel.atoms.clone() {
                let time = due.unwrap_or(now + delay);
                if time <= self.asked.until {
                    let at = self.queue.entry(time.to_bits()).or_default();
                    match at.iter_mut().find(|(f, _)| *f == flow as u32) {
                        Some(found) => found.1 += mass * share,
                        None => at.push((flow as u32, mass * share)),
                    }
                    let each = self.ledgers.iter_mut().zip(moments);
                    each.for_each(|(ledger, of)| ledger.wait(time, flow, share, *of));
                }
            }
        }
        if self.asked.open_ended {
            self.singles[node].push((now, mass));
            let each = self.ledgers.iter_mut().zip(moments);
            each.for_each(|(ledger, of)| ledger.singles[node].push([of[0] / mass, of[1] / mass]));
        }
        if smooth {
            for flow in self.first_flow[node]..self.first_flow[node] + self.chain.nodes[node].uses.len() {
                self.jumps(self.flows[flow].kernel, now, mass);
            }
            let sources = &mut self.sources[node];
            let again = match sources.last_mut() {
                Some(last) if last.0 == now => {
                    last.1 += mass;
                    true
                }
                _ => {
                    sources.push((now, mass));
                    false
                }
            };
            for (ledger, of) in self.ledgers.iter_mut().zip(moments) {
                let sources = &mut ledger.sources[node];
                match sources.last_mut().filter(|_| again) {
                    Some(last) => *last = [last[0] + of[0], last[1] + of[1]],
                    None => sources.push(*of),
                }
            }
            self.break_at(now, 0);
        }
    }
}
