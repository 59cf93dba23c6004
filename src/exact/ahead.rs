//! How much an account may still gather after a start, at the most: what mass that is in a wrong place can make wrong.
//!
//! What is paid within a time T is at most e^{θT} times the same discounted at θ, and that follows from linear equations of the
//! chain whatever the time: each of its delays counts by its Laplace transform.

use super::chain::{Chain, Node, Use};
use super::eliminate::Elimination;
use super::kernel::Bank;
use std::collections::BTreeMap;

/// Bounds of `E|W|` and `E[W²]`, W being what comes after any start or event.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Ahead {
    pub first: f64,
    pub second: f64,
}

impl Ahead {
    /// What is gathered at a known pace comes on top.
    pub fn and(self, most: f64) -> Ahead {
        let Ahead { first, second } = self;
        Ahead { first: most + first, second: times(most, most) + 2.0 * times(most, first) + second }
    }

    /// The same, and what comes after it.
    pub fn then(self, later: Ahead) -> Ahead {
        let root = self.second.sqrt() + later.second.sqrt();
        Ahead { first: self.first + later.first, second: root * root }
    }

    /// The same where each counts for so much.
    pub fn counted(self, by: f64) -> Ahead {
        Ahead { first: by * self.first, second: by * by * self.second }
    }
}

/// Nothing of something that is not bounded is nothing.
pub(super) fn times(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// Of a delay u, where it rings: with δ = e^{-θu} and g its integral up to u, the means of δ, 1 - δ, δ², 1 - δ², g, g δ and g².
#[derive(Clone, Copy, Debug)]
struct Waits {
    d: f64,
    lost: f64,
    dd: f64,
    both_lost: f64,
    g: f64,
    gd: f64,
    gg: f64,
}

/// What the last doubling of the times that are looked at may bring, as a share: what comes later is less.
const TAIL: f64 = 1e-12;

impl Waits {
    fn new(node: &Node, of: &Use, decay: f64, bank: &mut Bank) -> Waits {
        if let Some((mean, variance)) = node.mean.filter(|_| decay == 0.0) {
            let gg = variance + mean * mean;
            return Waits { d: 1.0, lost: 0.0, dd: 1.0, both_lost: 0.0, g: mean, gd: mean, gg };
        }
        let kernel = bank.kernel(of.kernel);
        let total = kernel.total();
        if total <= 0.0 {
            return Waits { d: 0.0, lost: 1.0, dd: 0.0, both_lost: 1.0, g: 0.0, gd: 0.0, gg: 0.0 };
        }
        let by = |of: &dyn Fn(f64) -> f64| kernel.weighted(of) / total;
        let delta = |u: f64| libm::exp(-decay * u);
        let gathered = |u: f64| if decay == 0.0 { u } else { -libm::expm1(-decay * u) / decay };
        let (d, dd) = (by(&delta), by(&|u| delta(u) * delta(u)));
        // Where a delay may end after the times that are looked at, that is lost too.
        let rest = |d: f64, near: f64| if 1.0 - d > 1e-9 { 1.0 - d } else { near };
        let lost = rest(d, by(&|u| -libm::expm1(-decay * u)));
        let both_lost = rest(dd, by(&|u| -libm::expm1(-2.0 * decay * u)));
        let half = if decay == 0.0 && kernel.smooth { 0.5 * kernel.end() } else { f64::INFINITY };
        let whole = |of: &dyn Fn(f64) -> f64| {
            let all = by(of);
            let late = by(&|u| if u > half { of(u) } else { 0.0 });
            if late > TAIL * all { f64::INFINITY } else { all }
        };
        let g = whole(&gathered);
        let (gd, gg) = (by(&|u| gathered(u) * delta(u)), whole(&|u| gathered(u) * gathered(u)));
        Waits { d, lost, dd, both_lost, g, gd: if g.is_finite() { gd } else { g }, gg }
    }
}

/// What an event pays at the most, by where it leads: `E|L|` there, and `E[L²]`.
fn paid(of: &Use, account: usize) -> BTreeMap<u32, (f64, f64)> {
    let lumps = of.goes.lumps.iter().filter(|lump| lump.account as usize == account);
    lumps
        .map(|lump| {
            let led = of.goes.to.iter().chain(&of.goes.on).filter(|to| to.0 == lump.to);
            let p: f64 = led.map(|to| to.1).sum();
            (lump.to, (lump.first.abs().max((lump.second * p).sqrt()), lump.second))
        })
        .collect()
}

/// Equations of the form V = c + Q V, by node: c, and (where, share in Q, what is lost of it).
type Equations = Vec<(f64, Vec<(u32, f64, f64)>)>;

/// Their solution; infinite where it has none.
fn solved(chain: &Chain, equations: &Equations) -> Vec<f64> {
    let mut all = vec![0.0; chain.nodes.len()];
    for set in chain.order.iter().rev() {
        let place: BTreeMap<u32, u32> = set.iter().enumerate().map(|(i, n)| (*n, i as u32)).collect();
        let (mut rows, mut out, mut brings) = (vec![Vec::new(); set.len()], vec![0.0; set.len()], vec![]);
        for (i, n) in set.iter().enumerate() {
            let (own, ways) = &equations[*n as usize];
            let mut sum = *own;
            for (to, share, lost) in ways {
                out[i] += lost;
                match place.get(to) {
                    Some(j) => rows[i].push((*j, *share)),
                    None => {
                        out[i] += share;
                        sum += times(*share, all.get(*to as usize).copied().unwrap_or(0.0));
                    }
                }
            }
            brings.push(sum);
        }
        let nothing = brings.iter().all(|sum| *sum == 0.0);
        let finite = brings.iter().all(|sum| sum.is_finite());
        let found = match Elimination::new(rows, &out) {
            _ if nothing => vec![0.0; set.len()],
            Some(solved) if finite => solved.ahead(brings),
            _ => vec![f64::INFINITY; set.len()],
        };
        set.iter().zip(found).for_each(|(n, v)| all[*n as usize] = v);
    }
    all
}

/// What an account may still gather within `span`, by what is paid and, where they are given, by rates in nodes. `decay`: what
/// comes later counts less.
pub(super) fn ahead(
    chain: &Chain,
    account: usize,
    rates: Option<&[f64]>,
    (decay, span): (f64, f64),
    bank: &mut Bank,
) -> Ahead {
    let pays = chain.nodes.iter().flat_map(|node| &node.uses).any(|of| !paid(of, account).is_empty());
    if !pays && rates.is_none() {
        return Ahead::default();
    }
    let theta = if span.is_finite() { 1.0 / span } else { 0.0 };
    let decay = decay + theta;
    let mut known: BTreeMap<usize, Waits> = BTreeMap::new();
    let rate = |node: &Node, n: usize| {
        let Some(rates) = rates else { return 0.0 };
        let on = node.uses.iter().flat_map(|of| of.goes.on.iter().map(|on| on.0).chain([of.at]));
        on.map(|on| rates[on as usize].abs()).fold(rates[n].abs(), f64::max)
    };
    // Of each node, its events: what is paid, where it leads, and how it waits.
    let mut first: Equations = vec![];
    let mut events = vec![];
    for (n, node) in chain.nodes.iter().enumerate() {
        let rate = rate(node, n);
        let (mut own, mut ways, mut all) = (0.0, vec![], vec![]);
        for of in &node.uses {
            let waits = *known.entry(of.kernel).or_insert_with(|| Waits::new(node, of, decay, bank));
            let paid = paid(of, account);
            let led: f64 = of.goes.to.iter().map(|to| to.1).sum();
            own +=
                of.share * (times(led * rate, waits.g) + waits.d * paid.values().map(|it| it.0).sum::<f64>());
            ways.extend(of.goes.to.iter().map(|(to, p)| {
                let share = of.share * p;
                (*to, share * waits.d, share * waits.lost)
            }));
            all.push((of, waits, paid, rate));
        }
        first.push((own, ways));
        events.push(all);
    }
    let firsts = solved(chain, &first);
    let at = |of: &[f64], to: u32| of.get(to as usize).copied().unwrap_or(0.0);
    let second: Equations = events
        .iter()
        .map(|all| {
            let (mut own, mut ways) = (0.0, vec![]);
            for (of, waits, paid, rate) in all {
                for (to, p) in &of.goes.to {
                    let (one, two) = paid.get(to).copied().unwrap_or_default();
                    let next = at(&firsts, *to);
                    let square = times(p * rate * rate, waits.gg)
                        + 2.0 * times(one * rate, waits.gd)
                        + two * waits.dd
                        + 2.0 * times(times(p * rate, waits.gd) + one * waits.dd, next);
                    own += of.share * square;
                    ways.push((*to, of.share * p * waits.dd, of.share * p * waits.both_lost));
                }
            }
            (own, ways)
        })
        .collect();
    let seconds = solved(chain, &second);
    let mut most = Ahead::default();
    for (n, all) in events.iter().enumerate() {
        most.first = most.first.max(firsts[n]);
        most.second = most.second.max(seconds[n]);
        for (of, _, paid, _) in all {
            let mut led = Ahead::default();
            led.first += paid.values().map(|it| it.0).sum::<f64>();
            led.second += paid.values().map(|it| it.1).sum::<f64>();
            for (to, p) in &of.goes.to {
                let one = paid.get(to).map_or(0.0, |it| it.0);
                led.first += times(*p, at(&firsts, *to));
                led.second += times(*p, at(&seconds, *to)) + 2.0 * times(one, at(&firsts, *to));
            }
            most.first = most.first.max(led.first);
            most.second = most.second.max(led.second);
        }
    }
    most.counted(if theta > 0.0 { std::f64::consts::E } else { 1.0 })
}
