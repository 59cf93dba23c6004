//! The cases that a list of branches is looked at in: what it reads, which values that may have, and how a case is told.

use super::constant::constant_law;
use super::sums::{Fixed, List, SLACK};
use crate::model::{Chance, Draw, Node, Reads, Ty};
use crate::quantity::{DAY, prose};

/// More combinations than this are not looked at one by one.
const CASES: usize = 512;

/// Something that a list reads.
pub(super) struct Variable {
    pub node: Node,
    /// Its values where they are few, or values to try.
    pub values: Vec<f64>,
    /// These are all values that it can have.
    complete: bool,
}

impl List<'_> {
    /// What the list reads, apart from `own`.
    pub fn variables(&self, own: &Node) -> Vec<Variable> {
        let scenario = &self.builder.scenario;
        let mut reads = Reads::default();
        for branch in &self.next.list {
            let chance = match &branch.chance {
                Chance::Rest => vec![],
                Chance::P(e) | Chance::Weight(e) => vec![e],
                Chance::Odds(base, factors) => {
                    std::iter::once(base).chain(factors.iter().flat_map(|(c, f)| [c, f])).collect()
                }
            };
            for e in branch.when.iter().chain(chance) {
                let r = e.reads(&scenario.formulas);
                reads.levers.extend(r.levers);
                reads.beliefs.extend(r.beliefs);
                reads.states.extend(r.states);
                reads.tracks.extend(r.tracks);
                reads.day |= r.day;
                reads.since |= r.since;
            }
        }
        let count = |n: usize| (0..n).map(|i| i as f64).collect::<Vec<f64>>();
        let of_kind = |ty: Ty| match ty {
            Ty::Bool => Some(count(2)),
            Ty::Option(set) => Some(count(scenario.sets[set.0].names.len())),
            _ => None,
        };
        let mut list = Vec::new();
        for id in reads.levers {
            list.push(Variable {
                node: Node::Lever(id),
                values: scenario.levers[id.0].values.clone(),
                complete: true,
            });
        }
        for id in reads.tracks {
            let node = Node::Track(id);
            if node != *own {
                list.push(Variable {
                    node,
                    values: count(scenario.tracks[id.0].stages.len()),
                    complete: true,
                });
            }
        }
        for id in reads.states {
            let complete = of_kind(scenario.states[id.0].ty);
            let values = complete.clone().unwrap_or_else(|| vec![0.0, 1.0, -1.0, 2.0]);
            list.push(Variable { node: Node::State(id), values, complete: complete.is_some() });
        }
        let numbers = reads.beliefs.iter().filter(|id| of_kind(scenario.beliefs[id.0].ty).is_none()).count();
        // Corners of a box that holds all but about one world in a million.
        let tail = 0.5 * libm::pow(1e-6, 1.0 / numbers.max(1) as f64);
        for id in reads.beliefs {
            let belief = &scenario.beliefs[id.0];
            let complete = of_kind(belief.ty);
            let law = match &belief.draw {
                Draw::Law(law) => constant_law(law).and_then(Result::ok),
                _ => None,
            };
            let values = complete.clone().or_else(|| {
                law.map(|law| vec![law.quantile(0.5), law.quantile(tail), law.upper_quantile(tail)])
            });
            if let Some(values) = values {
                list.push(Variable { node: Node::Belief(id), values, complete: complete.is_some() });
            }
        }
        if reads.day {
            let far = scenario.horizon.unwrap_or(3_650.0 * DAY);
            list.push(Variable { node: Node::Day, values: vec![0.0, 0.1 * far, far], complete: false });
        }
        list
    }

    /// Every combination of what has few values, beside `own`; only `own` where there are too many.
    pub fn cases(&self, own: (Node, f64), variables: &[Variable]) -> Vec<Fixed> {
        let few = || variables.iter().filter(|v| v.complete);
        let mut cases = vec![vec![own]];
        let count = few().fold(1usize, |n, v| n.saturating_mul(v.values.len()));
        if count > CASES {
            return cases;
        }
        for variable in few() {
            cases = cases
                .into_iter()
                .flat_map(|case| {
                    variable.values.iter().map(move |value| {
                        let mut case = case.clone();
                        case.push((variable.node.clone(), *value));
                        case
                    })
                })
                .collect();
        }
        cases
    }

    /// Values that are not fixed yet under which the list sums to more than 1, found by changing one after the other.
    pub fn witness(&self, case: &Fixed, variables: &[Variable]) -> Option<(Fixed, f64)> {
        let open: Vec<&Variable> =
            variables.iter().filter(|v| case.iter().all(|(n, _)| *n != v.node)).collect();
        if open.is_empty() {
            return None;
        }
        let mut fixed = case.clone();
        fixed.extend(open.iter().map(|v| (v.node.clone(), v.values.first().copied().unwrap_or(0.0))));
        for _ in 0..2 {
            for variable in &open {
                let at = fixed.iter().position(|(n, _)| *n == variable.node)?;
                let mut best = (f64::NEG_INFINITY, fixed[at].1);
                for value in &variable.values {
                    fixed[at].1 = *value;
                    let sum = self.sum(&fixed);
                    if sum.sure > 1.0 + SLACK && !sum.outside {
                        return Some((fixed, sum.sure));
                    }
                    if sum.sure > best.0 && !sum.outside {
                        best = (sum.sure, *value);
                    }
                }
                fixed[at].1 = best.1;
            }
        }
        None
    }

    /// The case without what does not matter in it.
    pub fn relevant(&self, mut fixed: Fixed, variables: &[Variable]) -> Fixed {
        for variable in variables {
            let Some(at) = fixed.iter().position(|(n, _)| *n == variable.node) else { continue };
            let (node, value) = fixed.remove(at);
            if self.sum(&fixed).sure <= 1.0 + SLACK {
                fixed.insert(at, (node, value));
            }
        }
        if !fixed.is_empty() {
            // The list's own track is where it is.
            fixed.remove(0);
        }
        fixed
    }

    /// `venue` is serbia and `joined` holds.
    pub fn in_words(&self, fixed: &[(Node, f64)]) -> String {
        let scenario = &self.builder.scenario;
        let value = |name: &str, ty: Ty, value: f64| match ty {
            Ty::Bool if value == 0.0 => format!("`{name}` does not hold"),
            Ty::Bool => format!("`{name}` holds"),
            Ty::Option(set) => {
                let option = scenario.sets[set.0].names.get(value as usize).map_or("?", String::as_str);
                format!("`{name}` is {option}")
            }
            Ty::Number { time: 1, .. } => format!("`{name}` is {}", prose::duration(value)),
            _ => format!("`{name}` is {}", prose::number(value)),
        };
        let parts: Vec<String> = fixed
            .iter()
            .map(|(node, v)| match node {
                Node::Lever(id) => {
                    let lever = &scenario.levers[id.0];
                    let label =
                        lever.values.iter().position(|x| x == v).map_or("?", |i| lever.labels[i].as_str());
                    format!("`{}` is {label}", lever.name)
                }
                Node::Belief(id) => value(&scenario.beliefs[id.0].name, scenario.beliefs[id.0].ty, *v),
                Node::State(id) => value(&scenario.states[id.0].name, scenario.states[id.0].ty, *v),
                Node::Track(id) => {
                    let track = &scenario.tracks[id.0];
                    let stage = track.stages.get(*v as usize).map_or("?", |s| s.name.as_str());
                    format!("`{}` is at {stage}", track.name)
                }
                _ => format!("`day` is {}", prose::duration(*v)),
            })
            .collect();
        prose::list(&parts, "and")
    }
}
