//! A group of clocks by itself: where it may be, where its events lead, and when.

use super::starts::Starts;
use super::{Chain, Rewards, Use};
use crate::exact::graph::{Edge, Exit, Graph, Kind, Vertex, components};
use crate::exact::legendre::{POINTS, Values};
use crate::exact::march::{March, Recorded};
use crate::exact::path::Path;
use crate::exact::refusal::NotExact;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Where a group may be: the same whatever the others do.
#[derive(Default)]
pub(super) struct Class {
    pub general: Option<Vec<(u32, u32)>>,
    /// Those without memory.
    pub rates: Option<Vec<(u32, u32)>>,
    /// By clock: its law, and where its ring leads: (class, those that start there), with its probability.
    pub rings: BTreeMap<u32, (u32, BTreeMap<Label, f64>)>,
}

pub(super) type Label = (usize, Vec<u32>);

/// A group and its moves.
pub(super) struct Group {
    pub clocks: BTreeSet<u32>,
    /// The class of each node of the region.
    pub class: Vec<usize>,
    pub classes: Vec<Class>,
}

impl Group {
    /// Whether it comes to rest: no place is come back to.
    pub fn ends(&self) -> bool {
        let next = |class: usize| -> Vec<u32> {
            let ways = self.classes[class].rings.values().flat_map(|(_, ways)| ways.keys());
            ways.map(|(to, _)| *to as u32).collect()
        };
        let alone = |set: &Vec<u32>| set.len() == 1 && !next(set[0] as usize).contains(&set[0]);
        components(self.classes.len(), next).iter().all(alone)
    }
}

/// What a group's own chain says.
pub(super) struct Moves {
    /// The chance to be in each class.
    pub stands: Vec<Arc<Path>>,
    /// When a clock rings in a class.
    pub rings: HashMap<(usize, u32), Arc<Path>>,
    pub bound: f64,
}

impl Starts<'_> {
    /// A group's own chain.
    fn alone(&self, group: &Group) -> Graph {
        let mut graph = Graph {
            laws: self.graph.laws.clone(),
            tracks: self.graph.tracks.clone(),
            carried: self.graph.carried.clone(),
            ..Graph::default()
        };
        let vertex = |kind| Vertex {
            kind,
            at: Box::default(),
            states: Box::default(),
            firsts: Box::default(),
            flips: vec![],
            aged: false,
            started: vec![],
            place: 0,
            general: vec![],
            over: false,
        };
        graph.vertices.push(vertex(Kind::End(0)));
        let first = group.class[0];
        let general = |class: usize| group.classes[class].general.clone().unwrap_or_default();
        let begins: Vec<u32> = general(first).iter().map(|it| it.0).collect();
        let mut numbers: HashMap<Label, u32> = HashMap::from([((first, begins.clone()), 1)]);
        let mut list: Vec<Label> = vec![(first, begins)];
        graph.vertices.push(vertex(Kind::New));
        let edge = |p: f64, to: u32| Edge { p, to, entered: Box::default(), paid: Box::default() };
        graph.edges.push(edge(1.0, 1));
        graph.start = 0..1;
        let mut at = 0;
        while let Some((class, started)) = list.get(at).cloned() {
            let mut exits = vec![];
            for (clock, (law, ways)) in &group.classes[class].rings {
                let begin = graph.edges.len();
                for (label, p) in ways {
                    let next = graph.vertices.len() as u32;
                    let to = *numbers.entry(label.clone()).or_insert_with(|| {
                        list.push(label.clone());
                        graph.vertices.push(vertex(Kind::New));
                        next
                    });
                    graph.edges.push(edge(*p, to));
                }
                let rest = 1.0 - ways.values().sum::<f64>();
                if rest > 1e-15 {
                    graph.edges.push(edge(rest, 0));
                }
                exits.push(Exit { clock: *clock, law: *law, due: None, edges: begin..graph.edges.len() });
            }
            let general = general(class);
            let it = &mut graph.vertices[at + 1];
            it.kind = Kind::Wait(exits);
            it.aged = at > 0 && general.iter().any(|it| !started.contains(&it.0));
            it.place = if general.is_empty() { 0 } else { class as u32 + 1 };
            // The class, to be told by.
            it.at = Box::new([class as u32]);
            (it.general, it.started) = (general, started);
            at += 1;
        }
        graph
    }

    /// Solves a group by itself up to a time.
    pub(super) fn moves(&self, group: &Group, until: f64) -> Result<Moves, NotExact> {
        let graph = self.alone(group);
        let mut bank = self.bank.aside();
        bank.tidy(until);
        let chain = Chain::new(&graph, Rewards::default(), &mut bank)?;
        let class = |node: u32| graph.vertices[chain.nodes[node as usize].vertex as usize].at[0] as usize;
        let recorded = March::record(&chain, &mut bank, until)?;
        let Recorded { panels, jumps, bound } = recorded;
        let count = group.classes.len();
        let mut edges: Vec<f64> = jumps.iter().map(|jump| jump.0).collect();
        for class in group.classes.iter().take(1) {
            let laws = class.general.iter().flatten().filter_map(|it| self.delay(it.1));
            laws.for_each(|delay| delay.edges(&mut edges));
        }
        edges.retain(|edge| *edge > 0.0);
        edges.sort_unstable_by(f64::total_cmp);
        edges.dedup();
        let new = || Path::new(edges.clone());
        let mut stands: Vec<Path> = (0..count).map(|_| new()).collect();
        stands[group.class[0]].jump(0.0, 1.0);
        let mut rings: BTreeMap<(usize, u32), Path> = BTreeMap::new();
        let uses: Vec<&Use> = chain.nodes.iter().flat_map(|node| &node.uses).collect();
        for (from, to, values) in &panels {
            let mut net = vec![[0.0; POINTS]; count];
            let mut sums: BTreeMap<(usize, u32), Values> = BTreeMap::new();
            for (of, ring) in uses.iter().zip(values) {
                let at = class(of.at);
                let mut add = |class: usize, by: f64| {
                    net[class].iter_mut().zip(ring).for_each(|(sum, x)| *sum += by * x);
                };
                add(at, -1.0);
                let led = of.goes.to.iter().filter(|to| chain.end(to.0).is_none()).chain(&of.goes.on);
                led.for_each(|(to, p)| add(class(*to), *p));
                for (clock, part) in &of.rings {
                    let sum = sums.entry((at, *clock)).or_default();
                    sum.iter_mut().zip(ring).for_each(|(sum, x)| *sum += part * x);
                }
            }
            stands.iter_mut().zip(&net).for_each(|(path, values)| path.push(*from, *to, values));
            for (key, values) in sums {
                rings.entry(key).or_insert_with(new).push(*from, *to, &values);
            }
        }
        for (time, flow, mass) in jumps {
            let of = uses[flow];
            let at = class(of.at);
            stands[at].jump(time, -mass);
            let led = of.goes.to.iter().filter(|to| chain.end(to.0).is_none()).chain(&of.goes.on);
            led.for_each(|(to, p)| stands[class(*to)].jump(time, mass * p));
            for (clock, part) in &of.rings {
                rings.entry((at, *clock)).or_insert_with(new).jump(time, part * mass);
            }
        }
        let arced = |path: Path| Arc::new(path);
        Ok(Moves {
            stands: stands.into_iter().map(arced).collect(),
            rings: rings.into_iter().map(|(key, path)| (key, Arc::new(path))).collect(),
            bound,
        })
    }
}
