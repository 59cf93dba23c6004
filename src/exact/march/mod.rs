//! Answers over time: the renewal equations of the chain, solved panel by panel.
//!
//! Starts of node n have a density e and single times. A clock with kernel k rings at density x(t) = ∫ e(s) k(t − s) ds, and
//! what it leads to starts then. In each panel x is known by its values at the Gauss-Legendre points; what the interpolant
//! leaves out is the residual of the equation, and no more than its integral can be wrong with any probability
//! (docs/exact.md). A panel is halved until that is small.

mod digits;
mod doubted;
mod found;
mod gather;
mod led;
mod ledger;
mod missed;
mod panel;
mod past;
mod renewal;
mod single;

pub(super) use found::{Asked, Found, Recorded, Rest, Snapshot};
pub(super) use ledger::{Gains, even};

use super::bank::Bank;
use super::chain::{Chain, Goes, Rewards, Swings};
use super::legendre::{Apply, POINTS, Values, integral, rounding, rule, variation};
use super::refusal::{NotExact, Why};
use crate::program::Account;
use ledger::{Ledger, Rates};
use pulp::Arch;
use renewal::Renewal;
use single::Brought;
use std::collections::{BTreeMap, HashMap};

/// What the residual of a panel may be, as a share of what starts in it, and at least.
const TOLERANCE: f64 = 2e-12;
const LEAST: f64 = 1e-24;
/// The same as a share of all that has rung so far.
const OF_ALL: f64 = 1e-14;
/// The narrowest panel, as a share of the time asked about, or of so many times what a clock takes or has passed.
const NARROWEST: f64 = 1.0 / (1_u64 << 38) as f64;
const LONG: f64 = 1024.0;
/// The most panels, and events at single times.
const PANELS: usize = 1_500;
const MOMENTS: usize = 4_000_000;
/// The most that panels may hold, in numbers.
const ROOM: usize = 150_000_000;
/// The most times at which panels must end.
const BREAKS: usize = 150;
/// What is discounted by a factor of e to this counts no more; and in a panel it fades by e to this at the most.
const COUNTS: f64 = 45.0;
const FADES: f64 = 4.0;
/// How many delays a break may lie behind a beginning: later ones are smooth enough for narrow panels.
const DEPTH: u8 = 2;

/// A stretch of time, and what starts in each node in it.
#[derive(Debug)]
pub(super) struct Panel {
    pub from: f64,
    pub width: f64,
    pub starts: Vec<Values>,
    pub any: Vec<bool>,
}

struct Flow {
    node: usize,
    /// The node in which it rings.
    at: usize,
    which: usize,
    kernel: usize,
    /// The same node again, as a sum of chances.
    again: f64,
    /// Its number among those whose chances move with time.
    swing: Option<usize>,
}

pub(super) struct March<'a> {
    chain: &'a Chain,
    bank: &'a mut Bank,
    arch: Arch,
    asked: &'a Asked<'a>,
    flows: Vec<Flow>,
    first_flow: Vec<usize>,
    kernels: Vec<usize>,
    of_kernel: Vec<Vec<usize>>,
    panels: Vec<Panel>,
    /// Single starts of each node.
    sources: Vec<Vec<(f64, f64)>>,
    /// All single starts, where it is asked what is left.
    singles: Vec<Vec<(f64, f64)>>,
    /// By node: the number of its solution among `renewals`, which is the same where the clocks and the chances are.
    loops: Vec<usize>,
    /// Of nodes that lead to themselves: the solution of the width of the last panel.
    renewals: Vec<Option<Renewal>>,
    queue: BTreeMap<u64, Vec<(u32, f64)>>,
    breaks: BTreeMap<u64, u8>,
    broken: usize,
    moments: usize,
    entered: Vec<(f64, f64)>,
    left: Vec<(f64, f64)>,
    rewards: Vec<f64>,
    account_sums: Vec<f64>,
    /// By account: what the integrals of lumps and rates that are discounted may be off.
    beside: Vec<f64>,
    ledgers: Vec<Ledger>,
    bound: f64,
    /// What rang in the last panel at most, at any time; and the time since, in which there was none.
    flow: f64,
    gap: f64,
    softness: f64,
    rung: f64,
    smooth: bool,
    found: Found,
    recorded: Option<Recorded>,
    swings: Option<Swings<'a>>,
    /// Chances that move, at even times: what is narrow may lie between the points of a panel.
    sightings: Vec<(f64, Vec<f64>)>,
}

impl<'a> March<'a> {
    /// Solves a chain over time, and goes on with what was found before.
    pub fn solve(
        chain: &'a Chain,
        bank: &'a mut Bank,
        asked: &'a Asked<'a>,
        before: Found,
    ) -> Result<(Found, Rest), NotExact> {
        let bound = before.bound;
        let mut march = March::new(chain, bank, asked, before);
        march.run()?;
        let doubts = march.doubted(bound);
        let (stands, spent) = march.standing(asked.until);
        march.found.starts += march.starts();
        let gains = march.gains();
        let rest = Rest { stands, spent, singles: march.singles, panels: march.panels, gains, doubts };
        let March { mut found, account_sums, rewards, bound, rung, .. } = march;
        (found.accounts, found.rewards, found.bound, found.rung) = (account_sums, rewards, bound, rung);
        found.panels += rest.panels.len();
        Ok((found, rest))
    }

    /// How a chain moves from its start up to a time.
    pub fn record(chain: &Chain, bank: &mut Bank, until: f64) -> Result<Recorded, NotExact> {
        let asked = Asked {
            outcomes: 1,
            outcome_of: vec![0; chain.ends.len()],
            rewards: Rewards::default(),
            firsts: 0,
            slots: &[],
            from: 0.0,
            until,
            open_ended: false,
            accounts: &[],
            rates: vec![],
            moved: vec![],
            bends: &[],
            gained: vec![],
            moving: None,
        };
        let mut march = March::new(chain, bank, &asked, Found::new(&asked));
        march.recorded = Some(Recorded::default());
        march.run()?;
        let bound = march.bound;
        Ok(Recorded { bound, ..march.recorded.unwrap_or_default() })
    }

    fn new(chain: &'a Chain, bank: &'a mut Bank, asked: &'a Asked<'a>, mut found: Found) -> March<'a> {
        found.ends = vec![0.0; chain.ends.len()];
        let (mut flows, mut moving) = (vec![], vec![]);
        let mut first_flow = vec![];
        for (n, node) in chain.nodes.iter().enumerate() {
            first_flow.push(flows.len());
            for (which, of) in node.uses.iter().enumerate() {
                let again = of.goes.to.iter().filter(|(to, _)| *to as usize == n).map(|(_, p)| p).sum();
                let swing = (!of.swings.is_empty()).then_some(moving.len());
                moving.extend(swing.map(|_| of.swings.clone()));
                flows.push(Flow { node: n, at: of.at as usize, which, kernel: of.kernel, again, swing });
            }
        }
        let mut kernels: Vec<usize> = flows.iter().map(|f| f.kernel).collect();
        kernels.sort_unstable();
        kernels.dedup();
        let of_kernel =
            kernels.iter().map(|k| (0..flows.len()).filter(|f| flows[*f].kernel == *k).collect()).collect();
        let softness = kernels.iter().map(|k| bank.kernel(*k).scale).fold(f64::INFINITY, f64::min);
        let smooth = kernels.iter().any(|k| bank.kernel(*k).smooth);
        let nodes = chain.nodes.len();
        let mut known = HashMap::new();
        let solution = |n: usize| {
            let mine = flows[first_flow[n]..].iter().take(chain.nodes[n].uses.len());
            let again: Vec<&Flow> = mine.filter(|flow| flow.again > 0.0).collect();
            // Chances that move are a node's own.
            let own = again.iter().any(|flow| flow.swing.is_some()).then_some(n);
            let key = again.iter().map(|flow| (flow.kernel, flow.again.to_bits()));
            *known.entry((own, key.collect::<Vec<_>>())).or_insert(n)
        };
        let loops = (0..nodes).map(solution).collect();
        March {
            chain,
            bank,
            arch: Arch::new(),
            asked,
            flows,
            first_flow,
            kernels,
            of_kernel,
            panels: vec![],
            sources: vec![vec![]; nodes],
            singles: vec![vec![]; nodes],
            renewals: std::iter::repeat_with(|| None).take(nodes).collect(),
            loops,
            queue: BTreeMap::new(),
            breaks: BTreeMap::new(),
            broken: 0,
            moments: 0,
            entered: vec![(0.0, 0.0); nodes],
            left: vec![(0.0, 0.0); nodes],
            rewards: std::mem::take(&mut found.rewards),
            account_sums: std::mem::take(&mut found.accounts),
            beside: vec![0.0; asked.accounts.len()],
            ledgers: vec![],
            bound: found.bound,
            flow: 0.0,
            gap: 0.0,
            softness,
            rung: found.rung,
            smooth,
            found,
            recorded: None,
            sightings: vec![],
            swings: match &asked.moving {
                Some((program, values, graph)) if !moving.is_empty() => {
                    Some(Swings::new(program, values.clone(), graph, chain, moving))
                }
                _ => None,
            },
        }
    }

    fn run(&mut self) -> Result<(), NotExact> {
        let until = self.asked.until;
        let chain = self.chain;
        let start = chain.start.clone();
        let from = self.asked.from;
        self.ledgers = self.opened();
        self.ledgers.iter_mut().for_each(|ledger| ledger.told = self.bound);
        let asked = self.asked;
        let begin = |ledger: &mut Ledger| {
            ledger.begin(chain, asked.gained[ledger.number].as_deref().unwrap_or_default(), from)
        };
        let brought = Brought::Begin(self.ledgers.iter_mut().map(begin).collect());
        self.lead(&start, 1.0, from, &brought);
        if self.asked.moving.is_some() || self.ledgers.iter().any(Ledger::moves) {
            // Nothing jumps there.
            let within = self.asked.bends.iter().filter(|at| **at > from && **at < until);
            self.breaks.extend(within.map(|at| (at.to_bits(), DEPTH)));
            // What is narrow in a rate is between these.
            let paths = self.ledgers.iter().flat_map(Ledger::paths).flat_map(|path| path.joints());
            let joints = paths.filter(|at| *at > from && *at < until).map(|at| (at.to_bits(), DEPTH));
            self.breaks.extend(joints);
        }
        self.sight()?;
        let mut now = from;
        let mut width: f64 = 0.0;
        let mut origin = from;
        let mut slot = self.found.slots.len();
        loop {
            if self.asked.open_ended && now >= until {
                return Ok(());
            }
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
            // Between times that differ by their last digits nothing flows.
            if !self.smooth || !self.flowing() || stop - now <= 4.0 * f64::EPSILON * now {
                if stop == f64::INFINITY {
                    break;
                }
                self.skip(if self.flowing() { stop - now } else { 0.0 });
                (now, origin, width) = (stop, stop, 0.0);
                continue;
            }
            let whole = if until.is_finite() { until } else { 16.0 * self.softness.max(now) };
            // A heavy tail reaches far beyond what clocks take.
            let long = whole.min(LONG * self.softness.max(now));
            let narrowest = (long * NARROWEST).max(now * 1e-13);
            if width == 0.0 {
                // The greatest power of two parts of a second that may do.
                width = libm::exp2(libm::log2((stop - now).min(whole / 8.0).min(self.widest(now))).floor());
            }
            loop {
                let take = if now + width * 1.000_001 >= stop { stop - now } else { width };
                let last = take <= narrowest;
                match self.panel(now, take, last)? {
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
                        if easy
                            && places == places.floor()
                            && width < whole
                            && 2.0 * width <= self.widest(now)
                        {
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
            self.bank.effort.check()?;
            if self.panels.len() > PANELS
                || self.panels.len() * self.chain.nodes.len() * POINTS * (1 + 2 * self.ledgers.len()) > ROOM
            {
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

    /// How wide panels may be, so that discounts are known by their points as long as anything counts.
    fn widest(&self, now: f64) -> f64 {
        let counts = self.asked.accounts.iter().filter(|it| it.decay > 0.0 && it.decay * now < COUNTS);
        counts.map(|it| FADES / it.decay).fold(f64::INFINITY, f64::min)
    }

    /// The ledgers of accounts whose moments can be told.
    fn opened(&self) -> Vec<Ledger> {
        let asked = self.asked;
        let known = |a: usize| {
            asked.gained[a].as_ref()?;
            let rates = match (&asked.rates[a], &asked.moved[a]) {
                (Some(rates), _) => Rates::Steady(rates.clone()),
                (None, Some(moved)) => Rates::Moving(moved.clone()),
                (None, None) => return None,
            };
            Ledger::new(self.chain, a, *asked.accounts.get(a)?, rates)
        };
        // Without an end there are other ways.
        (0..asked.accounts.len()).filter(|_| asked.until.is_finite()).filter_map(known).collect()
    }

    /// By account: what has been gathered by the end.
    fn gains(&self) -> Vec<Option<Gains>> {
        let told = |a: usize| {
            let ledger = self.ledgers.iter().find(|ledger| ledger.number == a && !ledger.lost)?;
            Some(ledger.gains(self.asked.until, self.chain.nodes.len()))
        };
        (0..self.asked.accounts.len()).map(told).collect()
    }

    /// The mass in nodes that wait for something.
    fn going(&self) -> f64 {
        let waits = |n: &usize| self.chain.nodes[*n].waits;
        let all = (0..self.chain.nodes.len()).filter(waits);
        all.map(|n| (self.entered[n].0 - self.left[n].0).max(0.0)).sum()
    }

    /// Whether anything has started.
    fn flowing(&self) -> bool {
        !self.panels.is_empty() || self.sources.iter().any(|s| !s.is_empty())
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
