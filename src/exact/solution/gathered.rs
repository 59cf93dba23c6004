//! The moments of accounts where no horizon ends a path: of visits, by elimination.
//!
//! Along with a visit go `E[B]`, `E[B D]`, `E[B²]`, `E[D]` and `E[D²]`, B being what was gathered before (beyond a centre) and D what
//! then counts of one. An event adds D ξ to B and multiplies D by δ; ξ and δ depend on nothing that was before, so that
//! each of these is a system of equations like that of the visits, those of lower ones being its sources.

use super::super::ahead::{Ahead, ahead};
use super::super::chain::Node;
use super::super::eliminate::Elimination;
use super::super::gain::Moments;
use super::super::kernel::{Kernel, RESOLVED};
use super::super::march::even;
use super::super::off::{Doubt, Doubts};
use super::*;

/// What sums of all paths lose by rounding.
pub(super) const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// What goes along with a visit: the mass, `E[D]`, `E[D²]`, `E[B]`, `E[B D]` and `E[B²]`.
#[derive(Clone, Copy, Debug, Default)]
struct Visit {
    mass: f64,
    d: f64,
    dd: f64,
    b: f64,
    bd: f64,
    bb: f64,
}

impl Visit {
    fn add(&mut self, more: Visit) {
        self.mass += more.mass;
        self.d += more.d;
        self.dd += more.dd;
        self.b += more.b;
        self.bd += more.bd;
        self.bb += more.bb;
    }

    /// About a centre that is less by so much.
    fn shifted(self, by: f64) -> Visit {
        Visit {
            b: self.b + by * self.mass,
            bd: self.bd + by * self.d,
            bb: self.bb + by * (2.0 * self.b + by * self.mass),
            ..self
        }
    }

    fn gain(self, centre: f64) -> Gain {
        Moments { mass: self.mass, first: self.b, second: self.bb }.gain(centre)
    }
}

/// A way from a visit to the next, or to an end: its chance, and with it `E[δ]`, `E[δ²]`, `E[ξ]`, `E[ξ δ]` and `E[ξ²]`.
struct Step {
    to: u32,
    p: f64,
    d: f64,
    dd: f64,
    x: f64,
    xd: f64,
    xx: f64,
}

impl Step {
    fn taken(&self, of: Visit) -> Visit {
        Visit {
            mass: of.mass * self.p,
            d: of.d * self.d,
            dd: of.dd * self.dd,
            b: of.b * self.p + of.d * self.x,
            bd: of.bd * self.d + of.dd * self.xd,
            bb: of.bb * self.p + 2.0 * of.bd * self.x + of.dd * self.xx,
        }
    }
}

/// What comes to a node or an end, about a centre: the mean of what has come first.
#[derive(Clone, Copy, Default)]
struct There {
    sum: Visit,
    centre: Option<f64>,
}

impl There {
    fn come(&mut self, of: Visit, about: f64) {
        if of.mass > 0.0 {
            let centre = *self.centre.get_or_insert(about + of.b / of.mass);
            self.sum.add(of.shifted(about - centre));
        }
    }

    fn gain(&self) -> Gain {
        self.sum.gain(self.centre.unwrap_or(0.0))
    }
}

impl Answerer<'_> {
    /// What has been gathered where paths end, and where they stay, if it is known; and what is in doubt of it. `timed`: what is
    /// of answers over time.
    pub(super) fn gathered(&self, a: usize, timed: &Doubts, bank: &mut Bank) -> (Option<Gains>, Doubts) {
        let account = self.program.accounts[a];
        let mistaken = self.mistaken(&self.visits, account.decay, bank);
        let mut doubts = Doubts { mass: mistaken, ..Doubts::default() };
        let rates = self.march.rates[a].as_deref().filter(|_| account.decay == 0.0);
        for (n, rate) in rates.into_iter().flatten().enumerate().filter(|it| self.visits[it.0] > 0.0) {
            doubts.beside += self.visits[n] * times(rate.abs(), self.lates[n].first);
        }
        if account.decay > 0.0 {
            doubts = Doubts { mass: doubts.mass + timed.mass, ..timed.clone() };
        }
        doubts.ahead = match self.march.rates[a].as_deref() {
            Some(rates) => {
                let of = ahead(self.chain, a, Some(rates), (account.decay, f64::INFINITY), bank);
                of.counted(account.discount(self.march.from))
            }
            None => Ahead { first: f64::INFINITY, second: f64::INFINITY },
        };
        let mut list = vec![];
        let gains = self.moments(a, &mut list, bank);
        doubts.list = gains.is_some().then_some(list);
        (gains, doubts)
    }

    /// How much of so many visits may go another way than it should.
    pub(super) fn mistaken(&self, visits: &[f64], decay: f64, bank: &mut Bank) -> f64 {
        let each = visits.iter().enumerate().filter(|(_, visits)| **visits > 0.0);
        ROUNDING + each.map(|(n, visits)| visits * self.doubted(n, decay, bank)).sum::<f64>()
    }

    /// Of what starts in a node, how much may go another way than it should.
    pub(super) fn doubted(&self, n: usize, decay: f64, bank: &mut Bank) -> f64 {
        let node = &self.chain.nodes[n];
        if node.mean.is_some() && decay == 0.0 {
            return node.error + 16.0 * f64::EPSILON;
        }
        let errors = node.uses.iter().map(|of| bank.kernel(of.kernel).error);
        node.error + 2.0 * (RESOLVED + errors.sum::<f64>())
    }

    /// By node: what the first two moments of the time since it starts may be off, that is what tables are, and what lies beyond the times
    /// that are looked at.
    pub(super) fn lates(&self, visits: &[f64], bank: &mut Bank) -> Vec<Late> {
        let mut known: BTreeMap<usize, Late> = BTreeMap::new();
        let mut beyond = |kernel: usize| {
            *known.entry(kernel).or_insert_with(|| {
                let (mut late, kernel) = (Late::default(), bank.kernel(kernel));
                late.add(if kernel.total() > 0.0 { kernel.total().recip() } else { 0.0 }, kernel.beyond());
                late
            })
        };
        let of = |(node, visits): (&Node, &f64)| {
            let mut late = Late::default();
            if node.mean.is_none() && *visits > 0.0 {
                late = node.late;
                node.uses.iter().for_each(|of| late.add(of.share, beyond(of.kernel)));
            }
            late
        };
        self.chain.nodes.iter().zip(visits).map(of).collect()
    }

    fn moments(&self, a: usize, list: &mut Vec<Doubt>, bank: &mut Bank) -> Option<Gains> {
        let (chain, nodes) = (self.chain, self.chain.nodes.len());
        let rates = self.march.rates[a].as_deref()?;
        let before = self.march.gained[a].as_deref()?;
        if !even(chain, a, |n, m| rates[n] == rates[m]) {
            return None;
        }
        let mut there = vec![There::default(); nodes + chain.ends.len()];
        let discount = self.program.accounts[a].discount(self.march.from);
        for (e, goes) in chain.begins.iter().enumerate() {
            let gain = before.get(e).copied().unwrap_or_default();
            for (to, p) in &goes.to {
                let (first, second) = goes.lump(a, *to);
                let of = Moments::of(1.0, gain, gain.mean);
                let of = of.paid(*p, first * discount, second * discount * discount);
                let (d, dd) = (of.mass * discount, of.mass * discount * discount);
                let visit =
                    Visit { mass: of.mass, d, dd, b: of.first, bd: of.first * discount, bb: of.second };
                there[*to as usize].come(visit, gain.mean);
            }
        }
        for set in &chain.order {
            let entered: Vec<There> = set.iter().map(|n| there[*n as usize]).collect();
            let mass: f64 = entered.iter().map(|it| it.sum.mass).sum();
            if mass <= 0.0 {
                continue;
            }
            let steps: Vec<Vec<Step>> = set.iter().map(|n| self.steps(a, *n, rates, bank)).collect();
            let mean = |it: &There| it.centre.unwrap_or(0.0) * it.sum.mass + it.sum.b;
            let centre = entered.iter().map(mean).sum::<f64>() / mass;
            let enters = entered.iter().map(|it| it.sum.shifted(it.centre.unwrap_or(0.0) - centre));
            let Some(visits) = visited(set, &steps, enters.collect()) else {
                // Nothing leads out: what has come here stays.
                let grows = |(n, steps): (&u32, &Vec<Step>)| {
                    self.chain.nodes[*n as usize].waits
                        && (rates[*n as usize] != 0.0 || steps.iter().any(|s| s.x != 0.0 || s.xx != 0.0))
                };
                if set.iter().zip(&steps).any(grows) {
                    return None;
                }
                continue;
            };
            for (n, visit) in set.iter().zip(&visits).filter(|(_, visit)| visit.mass > 0.0) {
                let gain = visit.gain(centre);
                let doubted = self.doubted(*n as usize, self.program.accounts[a].decay, bank);
                let mut doubt = Doubt::of(visit.mass * doubted, gain);
                if self.program.accounts[a].decay == 0.0 {
                    let (late, rate) = (self.lates[*n as usize], rates[*n as usize]);
                    doubt.first = visit.mass * times(rate.abs(), late.first);
                    doubt.second = visit.mass * times(rate * rate, late.second);
                }
                list.push(doubt);
            }
            for (steps, visit) in steps.iter().zip(visits) {
                for step in steps.iter().filter(|step| !set.contains(&step.to)) {
                    there[step.to as usize].come(step.taken(visit), centre);
                }
            }
        }
        let ended = there.iter().filter(|there| there.sum.mass > 0.0);
        list.extend(ended.map(|there| Doubt::of(ROUNDING * there.sum.mass, there.gain())));
        let known = |list: &[There]| list.iter().map(There::gain).collect::<Vec<Gain>>();
        let gains = Gains::new(known(&there[..nodes]), known(&there[nodes..]));
        let finite = gains.stands.iter().chain(&gains.ends).all(|gain| gain.mean.is_finite());
        finite.then_some(gains)
    }

    /// What may happen after a start in a node.
    fn steps(&self, a: usize, n: u32, rates: &[f64], bank: &mut Bank) -> Vec<Step> {
        let node = &self.chain.nodes[n as usize];
        let (rate, decay) = (rates[n as usize], self.program.accounts[a].decay);
        let mut all = vec![];
        for of in &node.uses {
            let [d, dd, g, gd, gg] = match node.mean {
                Some((mean, variance)) if decay == 0.0 => [1.0, 1.0, mean, mean, variance + mean * mean],
                _ => waited(bank.kernel(of.kernel), decay),
            }
            .map(|x| x * of.share);
            all.extend(of.goes.to.iter().map(|(to, p)| {
                let (first, second) = of.goes.lump(a, *to);
                Step {
                    to: *to,
                    p: p * of.share,
                    d: p * d,
                    dd: p * dd,
                    x: p * times(rate, g) + first * d,
                    xd: p * times(rate, gd) + first * dd,
                    xx: p * times(rate * rate, gg) + 2.0 * first * times(rate, gd) + second * dd,
                }
            }));
        }
        all
    }
}

/// A delay without a mean brings nothing where nothing is gathered.
fn times(rate: f64, by: f64) -> f64 {
    if rate == 0.0 { 0.0 } else { rate * by }
}

/// With δ = exp(-decay u), u being when something rings, and g the integral of this up to u: `E[δ]`, `E[δ²]`, `E[g]`, `E[g δ]`, `E[g²]`.
fn waited(kernel: &Kernel, decay: f64) -> [f64; 5] {
    let total = kernel.total();
    if total <= 0.0 {
        return [0.0; 5];
    }
    let by = |of: &dyn Fn(f64) -> f64| kernel.weighted(decay, of) / total;
    let delta = |u: f64| libm::exp(-decay * u);
    let g = |u: f64| -libm::expm1(-decay * u) / decay;
    if decay == 0.0 {
        let (first, second) = (kernel.moment(1) / total, kernel.moment(2) / total);
        return [1.0, 1.0, first, first, second];
    }
    [by(&delta), by(&|u| delta(u) * delta(u)), by(&g), by(&|u| g(u) * delta(u)), by(&|u| g(u) * g(u))]
}

/// The visits to a set of nodes of what enters it; none where nothing leads out.
fn visited(set: &[u32], steps: &[Vec<Step>], enters: Vec<Visit>) -> Option<Vec<Visit>> {
    let place: BTreeMap<u32, usize> = set.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let inside = |step: &Step| place.get(&step.to).copied();
    // What is lost by discounting leads out too.
    let solve = |of: fn(&Step) -> f64| {
        let mut rows = vec![Vec::new(); set.len()];
        let mut out = vec![0.0; set.len()];
        for (i, steps) in steps.iter().enumerate() {
            for step in steps {
                match inside(step) {
                    Some(j) => {
                        rows[i].push((j as u32, of(step)));
                        out[i] += step.p - of(step);
                    }
                    None => out[i] += step.p,
                }
            }
        }
        Elimination::new(rows, &out)
    };
    let plain = solve(|step| step.p)?;
    let (by_d, by_dd) = (solve(|step| step.d)?, solve(|step| step.dd)?);
    let mut visits = vec![Visit::default(); set.len()];
    let more = |visits: &[Visit], of: fn(&Visit) -> f64| -> Vec<f64> {
        let mut more: Vec<f64> = enters.iter().map(of).collect();
        for (visit, steps) in visits.iter().zip(steps) {
            for step in steps {
                if let Some(j) = inside(step) {
                    more[j] += of(&step.taken(*visit));
                }
            }
        }
        more
    };
    // In this order each is still 0 where its own equation is set up.
    let mass = plain.visits(more(&visits, |v| v.mass));
    visits.iter_mut().zip(mass).for_each(|(v, x)| v.mass = x);
    let d = by_d.visits(more(&visits, |v| v.d));
    visits.iter_mut().zip(d).for_each(|(v, x)| v.d = x);
    let dd = by_dd.visits(more(&visits, |v| v.dd));
    visits.iter_mut().zip(dd).for_each(|(v, x)| v.dd = x);
    let b = plain.visits(more(&visits, |v| v.b));
    visits.iter_mut().zip(b).for_each(|(v, x)| v.b = x);
    let bd = by_d.visits(more(&visits, |v| v.bd));
    visits.iter_mut().zip(bd).for_each(|(v, x)| v.bd = x);
    let bb = plain.visits(more(&visits, |v| v.bb));
    visits.iter_mut().zip(bb).for_each(|(v, x)| v.bb = x);
    Some(visits)
}
