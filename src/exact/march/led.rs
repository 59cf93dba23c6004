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

impl<'a> March<'a> {
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
