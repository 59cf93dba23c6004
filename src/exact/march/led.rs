//! Where what rings in a panel leads: by chances that are the same all the time, or others at each point.

use super::*;
use std::collections::BTreeMap;

/// Where the rings of a flow lead.
pub(super) enum Led<'a> {
    Same(&'a Goes),
    /// Nodes and ends, and rewards, at each point.
    Each(Vec<(u32, Values)>, Vec<(u32, Values)>),
}

impl Led<'_> {
    /// The chances at the points that lead to a node.
    pub fn chance(&self, node: usize) -> Values {
        match self {
            Led::Same(goes) => {
                let p = goes.to.iter().filter(|(to, _)| *to as usize == node).map(|(_, p)| p).sum();
                [p; POINTS]
            }
            Led::Each(to, _) => {
                to.iter().find(|(to, _)| *to as usize == node).map_or([0.0; POINTS], |(_, p)| *p)
            }
        }
    }

    /// Nodes and ends, and what goes there.
    pub fn to(&self, ring: &Values, mut then: impl FnMut(usize, &Values, f64)) {
        match self {
            Led::Same(goes) => goes.to.iter().for_each(|(to, p)| then(*to as usize, ring, *p)),
            Led::Each(to, _) => to.iter().for_each(|(to, p)| then(*to as usize, &product(p, ring), 1.0)),
        }
    }

    /// Rewards, and what comes of each.
    pub fn rewards(&self, ring: &Values, mut then: impl FnMut(usize, &Values, f64)) {
        match self {
            Led::Same(goes) => goes.rewards.iter().for_each(|(r, amount)| then(*r as usize, ring, *amount)),
            Led::Each(_, rewards) => {
                rewards.iter().for_each(|(r, amount)| then(*r as usize, &product(amount, ring), 1.0));
            }
        }
    }

    /// About how much the interpolants leave out.
    pub fn tail(&self, ring: &Values) -> f64 {
        let own = rule().tail(ring);
        match self {
            Led::Same(_) => own,
            Led::Each(to, _) => own.max(to.iter().map(|(_, p)| rule().tail(&product(p, ring))).sum()),
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
            Led::Each(gather(&|goes| goes.to.clone()), gather(&|goes| goes.rewards.clone()))
        };
        Ok(self.flows.iter().map(led).collect())
    }
}
