//! Epoch after epoch: each is solved by itself, from where paths wait at its beginning.

use super::super::carried::{Part, times};
use super::super::chain::{Node, Places};
use super::super::explore::{Cut, Standing, Whose};
use super::super::march::{March, Rest, Snapshot};
use super::super::off::Doubts;
use super::*;
use std::collections::HashMap;

/// What epochs before have brought.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub slots: Vec<Slot>,
    /// The paths that have ended: mass, where, and how; and by account what they have gathered, where that is known.
    pub ends: Vec<(f64, Vertex, usize, Gained)>,
    /// By stage.
    pub spent: Vec<f64>,
    pub rewards: Vec<f64>,
    /// By stage: what expected entries may be off.
    pub visits_off: Vec<f64>,
    /// What a probability may be off, and how often anything has started.
    pub bound: f64,
    pub starts: f64,
    pub accounts: Vec<f64>,
    /// By outcome: ∫ t and ∫ t².
    pub moments: Vec<(f64, f64)>,
    /// Accounts whose rate has moved with time in one of them: their means are not known.
    pub moved: Vec<bool>,
    pub combinations: usize,
    /// By account, then epoch: what is in doubt.
    pub doubts: Vec<Vec<Doubts>>,
    /// The mass that went to combinations which were not looked at.
    pub beyond: f64,
}

impl Past {
    fn doubt(&mut self, of: Vec<Doubts>) {
        self.doubts.iter_mut().zip(of).for_each(|(all, of)| all.push(of));
    }
}

/// A world as it is told so far.
pub(super) struct Story<'a> {
    program: &'a Program,
    asked: &'a Questions,
    reader: Reader<'a>,
    from: f64,
    found: Option<Found>,
    /// By account: what had been gathered when the epoch began, by path.
    gained: Vec<Option<Vec<Gain>>>,
    past: Past,
}

impl<'a> Story<'a> {
    pub fn new(program: &'a Program, world: &World, asked: &'a Questions) -> Story<'a> {
        let past = Past {
            spent: vec![0.0; program.stages.len()],
            rewards: vec![0.0; Rewards::new(program).count()],
            visits_off: vec![0.0; program.stages.len()],
            accounts: vec![0.0; program.accounts.len()],
            moved: vec![false; program.accounts.len()],
            doubts: vec![vec![]; program.accounts.len()],
            ..Past::default()
        };
        let gained = vec![Some(vec![]); program.accounts.len()];
        Story { program, asked, reader: Reader::new(program, world), from: 0.0, found: None, gained, past }
    }

    /// What is asked of an epoch.
    fn ask<'b>(&mut self, chain: &Chain, explored: &'b Explored, last: bool) -> Result<Asked<'b>, NotExact>
    where
        'a: 'b,
    {
        let program = self.program;
        let swings = !explored.graph.swings.is_empty();
        if let Some(swing) = explored.graph.swings.first().filter(|_| program.horizon == f64::INFINITY) {
            return Err(NotExact::because(Why::ReadsTime(program.lists[swing.list as usize].span)));
        }
        let vertices = &explored.graph.vertices;
        let outcome = |v: &u32| match vertices[*v as usize].kind {
            Kind::End(outcome) => usize::from(outcome),
            _ => usize::from(program.never),
        };
        let until = if last { program.horizon } else { explored.next };
        Ok(Asked {
            outcomes: self.asked.outcomes,
            outcome_of: chain.ends.iter().map(outcome).collect(),
            rewards: Rewards::new(program),
            firsts: program.firsts.len(),
            slots: &self.asked.slots,
            from: self.from,
            until,
            open_ended: !last,
            accounts: &program.accounts,
            rates: self.reader.rates(chain, explored, self.from)?,
            moved: self.reader.moved(chain, explored, (self.from, until))?,
            bends: &explored.graph.bends,
            gained: self.gained.clone(),
            moving: swings.then(|| (program, self.reader.values.clone(), &explored.graph)),
        })
    }

    /// By slot, then stage: how often it may be entered between the beginning of the epoch and then.
    fn entries(&self, chain: &Chain, until: f64, bank: &mut Bank) -> Vec<Vec<f64>> {
        let mut within =
            |at: f64| Stays::new(chain, (at - self.from).max(1.0), bank).entries(Rewards::new(self.program));
        if until.is_finite() {
            return vec![within(until); self.asked.slots.len().max(1)];
        }
        let told = self.past.slots.len();
        let slots = self.asked.slots.iter().enumerate();
        slots.map(|(n, at)| if n < told || *at == until { vec![] } else { within(*at) }).collect()
    }

    /// Tells an epoch up to its end.
    pub fn epoch(&mut self, explored: Explored, bank: &mut Bank) -> Result<Cut, NotExact> {
        let chain = Chain::new(&explored.graph, Rewards::new(self.program), bank)?;
        let march = self.ask(&chain, &explored, false)?;
        let before = self.found.take().unwrap_or_else(|| Found::new(&march));
        let told = before.slots.len();
        let (mut found, mut rest) = March::solve(&chain, bank, &march, before)?;
        self.past.doubt(std::mem::take(&mut rest.doubts));
        let curves = std::mem::take(&mut found.outcomes);
        let answer = Answerer {
            program: self.program,
            graph: &explored.graph,
            chain: &chain,
            asked: self.asked,
            found: Found::default(),
            march: &march,
            past: Past::default(),
            gains: vec![],
            visits: vec![],
            lates: vec![],
            entries: self.entries(&chain, explored.next, bank),
        };
        for (n, (at, snapshot)) in self.asked.slots.iter().zip(&found.slots).enumerate().skip(told) {
            let slot = answer.slot(*at, snapshot, &curves, (n, &self.past));
            self.past.slots.push(slot);
        }
        let end = Snapshot { spent: rest.spent.clone(), bound: found.bound, ..Snapshot::default() };
        let end = Snapshot { stands: rest.stands.clone(), rewards: found.rewards.clone(), ..end };
        let end = answer.slot(explored.next, &end, &[], (0, &self.past));
        (self.past.spent, self.past.visits_off) = (end.spent, end.visits_off);
        (self.past.bound, self.past.starts) = (found.bound, found.starts);
        found.outcomes = curves;
        for (n, ((mass, v), outcome)) in found.ends.iter().zip(&chain.ends).zip(&march.outcome_of).enumerate()
        {
            if *mass > 0.0 {
                let gained = rest.gains.iter().map(|gains| Some(gains.as_ref()?.ends[n])).collect();
                self.past.ends.push((*mass, explored.graph.vertices[*v as usize].clone(), *outcome, gained));
            }
        }
        self.past.rewards.clone_from(&found.rewards);
        self.past.accounts.clone_from(&found.accounts);
        self.past.moments.clone_from(&found.moments);
        self.past.moved.iter_mut().zip(&march.rates).for_each(|(moved, rates)| *moved |= rates.is_none());
        self.past.combinations += chain.nodes.len();
        self.found = Some(found);
        self.from = explored.next;
        self.past.beyond += beyond(&chain, &explored.graph).map_or(0.0, |n| rest.stands[n]);
        tied(&chain, (&rest, explored.next), bank)?;
        let (standing, known) = standing(&chain, &explored, &rest);
        let node: HashMap<usize, usize> =
            chain.nodes.iter().enumerate().map(|(n, node)| (node.vertex as usize, n)).collect();
        let cut = explored.cut(self.program, standing, (&bank.effort, self.past.bound))?;
        self.past.bound += cut.left_out;
        let gained = rest.gains.iter().map(|gains| {
            let gains = gains.as_ref()?;
            let gain = |whose| match whose {
                Whose::All(v) => Some(gains.stands[node[&v]]),
                Whose::Known(v, number) => {
                    let (start, single) = known[v][number];
                    Some(gains.single(start, single, node[&v]))
                }
                Whose::Others => None,
            };
            cut.whose().map(gain).collect()
        });
        self.gained = gained.collect();
        Ok(cut)
    }

    /// Tells the last epoch, and all that is asked.
    pub fn last(mut self, explored: &Explored, bank: &mut Bank) -> Result<Solution, NotExact> {
        let (program, asked) = (self.program, self.asked);
        let chain = Chain::new(&explored.graph, Rewards::new(program), bank)?;
        let march = self.ask(&chain, explored, true)?;
        let before = self.found.take().unwrap_or_else(|| Found::new(&march));
        let finite = program.horizon.is_finite();
        let wanted =
            finite || asked.when || asked.slots.len() > 1 || program.accounts.iter().any(|a| a.decay > 0.0);
        let (mut timed, mut gains, mut doubts) = (true, vec![], vec![]);
        let found = match wanted.then(|| March::solve(&chain, bank, &march, before)) {
            Some(Ok((found, rest))) => {
                (gains, doubts) = (rest.gains, rest.doubts);
                found
            }
            Some(Err(refused)) if finite || asked.slots.len() > 1 => return Err(refused),
            _ => {
                timed = false;
                let slots = vec![Snapshot::default(); asked.slots.len()];
                let curves = vec![Curve::default(); asked.outcomes];
                Found { slots, outcomes: curves, ..Found::default() }
            }
        };
        let entries = if timed { self.entries(&chain, program.horizon, bank) } else { vec![] };
        let mut answer = Answerer {
            program,
            graph: &explored.graph,
            chain: &chain,
            asked,
            found,
            march: &march,
            past: self.past,
            gains,
            visits: vec![],
            lates: vec![],
            entries,
        };
        let forever = if finite { None } else { Some(answer.forever(bank)?) };
        if let Some(forever) = &forever {
            answer.gains.clear();
            answer.visits.clone_from(&forever.visits);
            answer.lates.clone_from(&forever.lates);
            doubts.resize(program.accounts.len(), Doubts::default());
            for (a, doubts) in doubts.iter_mut().enumerate() {
                let gains;
                (gains, *doubts) = answer.gathered(a, doubts, bank);
                answer.gains.push(gains);
            }
        }
        answer.past.doubt(doubts);
        let mut solution = answer.solution(&mut self.reader, forever)?;
        solution.timed = timed;
        if !timed {
            solution.curves.clear();
            solution.by_end.fill(None);
        }
        Ok(solution)
    }
}

/// The node that stands for all combinations which were not looked at.
pub(super) fn beyond(chain: &Chain, graph: &Graph) -> Option<usize> {
    chain.nodes.iter().position(|node| graph.beyond == Some(node.vertex))
}

/// Refused where a clock of a group is due at the very date: what is left of the clocks of groups is not known there, and neither is what comes
/// first.
fn tied(chain: &Chain, (rest, date): (&Rest, f64), bank: &mut Bank) -> Result<(), NotExact> {
    let grouped = |node: &&Node| matches!(node.places, Places::Grouped(_));
    for (node, singles) in chain.nodes.iter().zip(&rest.singles).filter(|(node, _)| grouped(node)) {
        for of in &node.uses {
            let due =
                |at: f64| singles.iter().any(|(s, _)| (s + at - date).abs() <= 4.0 * f64::EPSILON * date);
            if bank.kernel(of.kernel).atoms.iter().any(|(at, _)| due(*at)) {
                let clocks = of.rings.iter().map(|(clock, _)| *clock as usize).collect();
                return Err(NotExact { clocks, why: Why::ThroughDate });
            }
        }
    }
    Ok(())
}

/// By what is known of a vertex: the node that has started at a single time, and which.
type Singles = Vec<(usize, usize)>;

/// What stands in each vertex at the end of an epoch.
fn standing(chain: &Chain, explored: &Explored, rest: &Rest) -> (Vec<Standing>, Vec<Singles>) {
    let now = explored.next;
    let mut known: Vec<Singles> = vec![vec![]; explored.graph.vertices.len()];
    let mut all = vec![Standing::default(); explored.graph.vertices.len()];
    let vertex = |n: u32| chain.nodes[n as usize].vertex as usize;
    // Where the past of a clock matters.
    let waits = |v: usize| !explored.graph.vertices[v].general.is_empty();
    for (n, node) in chain.nodes.iter().enumerate() {
        all[node.vertex as usize].mass = rest.stands[n];
        let singles = &rest.singles[n];
        match &node.places {
            Places::Here(rate) => {
                let here = &mut all[node.vertex as usize];
                if waits(node.vertex as usize) {
                    let by = |s: f64| libm::exp(-rate * (now - s));
                    here.parts.extend(spread(rest, n, &by));
                }
                here.known.extend(singles.iter().map(|(s, mass)| (mass * libm::exp(-rate * (now - s)), *s)));
                known[node.vertex as usize].extend((0..singles.len()).map(|single| (n, single)));
            }
            Places::Through(inner, list) => {
                for (place, m) in list.iter().enumerate().filter(|(_, m)| waits(vertex(**m))) {
                    all[vertex(*m)].parts.extend(spread(rest, n, &|s| inner.after(now - s)[place]));
                }
                for (single, (s, mass)) in singles.iter().enumerate() {
                    let chances = inner.after(now - s);
                    for (m, p) in list.iter().zip(chances.iter()).filter(|(_, p)| **p > 0.0) {
                        all[vertex(*m)].known.push((mass * p, *s));
                        known[vertex(*m)].push((n, single));
                    }
                }
            }
            Places::Grouped(list) => {
                let any = !singles.is_empty() || rest.panels.iter().any(|panel| panel.any[n]);
                list.iter().for_each(|m| all[vertex(*m)].lost |= any);
            }
        }
    }
    (all, known)
}

/// The density with which a node starts, times a function of the time.
fn spread(rest: &Rest, n: usize, by: &dyn Fn(f64) -> f64) -> Vec<Part> {
    let panels = rest.panels.iter().filter(|panel| panel.any[n]);
    let parts: Vec<Part> =
        panels.map(|p| Part { from: p.from, width: p.width, values: p.starts[n] }).collect();
    times(&parts, by)
}
