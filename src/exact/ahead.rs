//! How much an account may still gather after a start, at the most: what mass that is in a wrong place can make wrong.
//!
//! What is paid within a time T is at most e^{θT} times the same discounted at θ, and that follows from linear equations of the
//! chain whatever the time: each of its delays counts by its Laplace transform.

use super::bank::Bank;
use super::chain::{Chain, Use};
use super::onward::{Onward, Waits, greatest, times};
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
    let waits = Waits::all(chain, decay + theta, true, bank);
    // Of each node, its events: how it waits, what is paid, and the rate.
    let rate = |n: usize| rates.map_or(0.0, |rates| greatest(&chain.nodes[n], n, |n| rates[n]));
    let events: Vec<Vec<_>> = chain
        .nodes
        .iter()
        .enumerate()
        .map(|(n, node)| {
            let all = node.uses.iter().zip(&waits[n]);
            all.map(|(of, waits)| (of, waits, paid(of, account), rate(n))).collect()
        })
        .collect();
    let first = events.iter().map(|all| {
        let each = all.iter().map(|(of, waits, paid, rate)| {
            let led: f64 = of.goes.to.iter().map(|to| to.1).sum();
            of.share * (times(led * rate, waits.g) + waits.d * paid.values().map(|it| it.0).sum::<f64>())
        });
        each.sum()
    });
    let onward = Onward::new(chain, &waits, |waits| (waits.d, waits.lost));
    let firsts = onward.solve(&first.collect::<Vec<f64>>());
    let second = events.iter().map(|all| {
        let mut own = 0.0;
        for (of, waits, paid, rate) in all {
            for (to, p) in &of.goes.to {
                let (one, two) = paid.get(to).copied().unwrap_or_default();
                let next = onward.after(&firsts, *to);
                let square = times(p * rate * rate, waits.gg)
                    + 2.0 * times(one * rate, waits.gd)
                    + two * waits.dd
                    + 2.0 * times(times(p * rate, waits.gd) + one * waits.dd, next);
                own += of.share * square;
            }
        }
        own
    });
    let second: Vec<f64> = second.collect();
    let squares = Onward::new(chain, &waits, |waits| (waits.dd, waits.both_lost));
    let seconds = squares.solve(&second);
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
                let next = onward.after(&firsts, *to);
                led.first += times(*p, next);
                led.second += times(*p, onward.after(&seconds, *to)) + 2.0 * times(one, next);
            }
            most.first = most.first.max(led.first);
            most.second = most.second.max(led.second);
        }
    }
    most.counted(if theta > 0.0 { std::f64::consts::E } else { 1.0 })
}
