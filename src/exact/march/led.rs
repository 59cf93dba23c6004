//! Where what rings in a panel leads: by chances that are the same all the time, or others at each point.

use super::*;
use std::collections::BTreeMap;

/// Where the rings of a flow lead.
pub(super) enum Led<'a> {
    Same(&'a Goes),
    /// Nodes and ends, and rewards, at each point; where these lead.
    Each(Vec<(u32, Values)>, Vec<(u32, Values)>, Vec<Goes>),
}

/// A node or an end to which rings lead, by point: the chance, and the moments of what is paid together with going there.
pub(super) struct Way {
    pub to: usize,
    pub p: Values,
    pub first: Values,
    pub second: Values,
}

impl Led<'_> {
    /// The chances at the points that lead to a node.
    pub fn chance(&self, node: usize) -> Values {
        match self {
            Led::Same(goes) => {
                let p = goes.to.iter().filter(|(to, _)| *to as usize == node).map(|(_, p)| p).sum();
                [p; POINTS]
            }
            Led::Each(to, ..) => {
                to.iter().find(|(to, _)| *to as usize == node).map_or([0.0; POINTS], |(_, p)| *p)
            }
        }
    }

    /// Nodes and ends, and what goes there.
    pub fn to(&self, ring: &Values, mut then: impl FnMut(usize, &Values, f64)) {
        match self {
            Led::Same(goes) => goes.to.iter().for_each(|(to, p)| then(*to as usize, ring, *p)),
            Led::Each(to, ..) => to.iter().for_each(|(to, p)| then(*to as usize, &product(p, ring), 1.0)),
        }
    }

    /// Where it leads, and what is paid into an account.
    pub fn ways(&self, account: usize) -> Vec<Way> {
        let lumps = |of: &dyn Fn(usize) -> (f64, f64)| -> (Values, Values) {
            (std::array::from_fn(|i| of(i).0), std::array::from_fn(|i| of(i).1))
        };
        let way = |to: u32, p: Values| {
            let (first, second) = match self {
                Led::Same(goes) => {
                    let (first, second) = goes.lump(account, to);
                    ([first; POINTS], [second; POINTS])
                }
                Led::Each(_, _, each) => lumps(&|i| each[i].lump(account, to)),
            };
            Way { to: to as usize, p, first, second }
        };
        match self {
            Led::Same(goes) => goes.to.iter().map(|(to, p)| way(*to, [*p; POINTS])).collect(),
            Led::Each(to, ..) => to.iter().map(|(to, p)| way(*to, *p)).collect(),
        }
    }

    /// Rewards, and what comes of each.
    pub fn rewards(&self, ring: &Values, mut then: impl FnMut(usize, &Values, f64)) {
        match self {
            Led::Same(goes) => goes.rewards.iter().for_each(|(r, amount)| then(*r as usize, ring, *amount)),
            Led::Each(_, rewards, _) => {
                rewards.iter().for_each(|(r, amount)| then(*r as usize, &product(amount, ring), 1.0));
            }
        }
    }

    /// About how much the interpolants leave out.
    pub fn tail(&self, ring: &Values) -> f64 {
        let own = rule().tail(ring);
        match self {
            Led::Same(_) => own,
            Led::Each(to, ..) => own.max(to.iter().map(|(_, p)| rule().tail(&product(p, ring))).sum()),
        }
    }
}

fn product(a: &Values, b: &Values) -> Values {
    std::array::from_fn(|i| a[i] * b[i])
}

/// At how many times chances that move are looked at beforehand, how many numbers that may be, and by how much they may be other than
/// the points of a panel say.
const SIGHTINGS: usize = 4_096;
const SEEN: usize = 4_000_000;
const OTHER: f64 = 1e-6;

impl<'a> March<'a> {
    /// Looks at chances that move all over the time that is asked about.
    pub(super) fn sight(&mut self) -> Result<(), NotExact> {
        let (from, until) = (self.asked.from, self.asked.until);
        if let Some(swings) = self.swings.as_mut().filter(|_| until.is_finite()) {
            let count = SIGHTINGS.min(SEEN / (1 + swings.chances(from)?.len()));
            for n in 1..count {
                let time = from + (until - from) * n as f64 / count as f64;
                self.sightings.push((time, swings.chances(time)?));
            }
            self.bank.effort.add(self.sightings.iter().map(|seen| 1 + seen.1.len()).sum());
        }
        Ok(())
    }

    /// Whether chances that move are between the points of a panel what these say.
    pub(super) fn sighted(&mut self, from: f64, width: f64, times: &Values) -> Result<bool, NotExact> {
        let first = self.sightings.partition_point(|seen| seen.0 <= from);
        let inside = self.sightings[first..].iter().take_while(|seen| seen.0 < from + width);
        let (Some(swings), true) = (&mut self.swings, inside.clone().next().is_some()) else {
            return Ok(true);
        };
        let points: Result<Vec<Vec<f64>>, NotExact> =
            times.iter().map(|time| swings.chances(*time)).collect();
        let points = points?;
        Ok(inside.into_iter().all(|(time, chances)| {
            let basis = rule().basis((time - from) / width);
            chances.iter().enumerate().all(|(n, chance)| {
                let said: f64 = basis.iter().zip(&points).map(|(by, point)| by * point[n]).sum();
                (said - chance).abs() <= OTHER
            })
        }))
    }

    /// Where each flow leads in a panel.
    pub(super) fn leads(&mut self, times: &Values) -> Result<Vec<Led<'a>>, NotExact> {
        let chain = self.chain;
        let mut each: Vec<Vec<Goes>> = vec![];
        if let Some(swings) = &mut self.swings {
            for time in times {
                each.push(swings.at(*time)?.to_vec());
            }
        }
        let led = |flow: &Flow| {
            let Some(swing) = flow.swing.filter(|_| !each.is_empty()) else {
                return Led::Same(&chain.nodes[flow.node].uses[flow.which].goes);
            };
            let gather = |of: &dyn Fn(&Goes) -> Vec<(u32, f64)>| {
                let mut all: BTreeMap<u32, Values> = BTreeMap::new();
                for (i, goes) in each.iter().enumerate() {
                    for (to, p) in of(&goes[swing]) {
                        all.entry(to).or_insert([0.0; POINTS])[i] += p;
                    }
                }
                all.into_iter().collect()
            };
            let goes = each.iter().map(|goes| goes[swing].clone()).collect();
            Led::Each(gather(&|goes| goes.to.clone()), gather(&|goes| goes.rewards.clone()), goes)
        };
        Ok(self.flows.iter().map(led).collect())
    }
}
