//! What may happen after a combination starts, up to the next start.
//!
//! Clocks whose past matters run on through the events of exponential ones. Then a start leads through several combinations
//! until such a clock rings or an event ends them all (a Markov regenerative process, Logothetis, Trivedi and Puliafito
//! 1995): a ring in combination m after the time u has the density f(u) times the chance that exponential events have led to m
//! by then, and each m has kernels of its own.

use super::{Goes, Mixed, Node, Places, Use};
use crate::exact::bank::Bank;
use crate::exact::delay::Delay;
use crate::exact::graph::{Exit, Graph, Kind};
use crate::exact::inner::Inner;
use crate::exact::moment::Late;
use crate::exact::race::{Own, Race};
use crate::exact::refusal::{NotExact, Why};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The most pairs of a start and a combination that clocks run on to.
pub(in crate::exact) const PAIRS: usize = 5_000;

/// The mean of a delay and its variance, where they are known at once.
pub(super) type Known = Option<(f64, f64)>;

/// Makes the nodes of a chain.
pub(super) struct Starts<'a> {
    pub graph: &'a Graph,
    /// The vertices that wait.
    pub nodes: &'a [u32],
    /// Of each, where its exits lead.
    pub goes: &'a [Vec<Goes>],
    /// By edge: whether its chance moves with time.
    pub moves: &'a [bool],
    pub bank: &'a mut Bank,
    pub pairs: usize,
    /// What the tables of carried clocks may be off, at the node that is made.
    pub off: f64,
    pub late: Late,
}

impl Starts<'_> {
    pub(super) fn exits(&self, node: usize) -> &[Exit] {
        match &self.graph.vertices[self.nodes[node] as usize].kind {
            Kind::Wait(exits) => exits,
            _ => &[],
        }
    }

    pub(super) fn delay(&self, law: u32) -> Option<&Delay> {
        self.graph.laws[law as usize].as_ref()
    }

    /// Whether where a ring leads depends on its time.
    pub(super) fn swings(&self, exit: &Exit) -> bool {
        self.moves[exit.edges.clone()].contains(&true)
    }

    /// The same, for one event.
    fn swing(&self, exit: &Exit) -> Mixed {
        if self.swings(exit) { vec![(exit.edges.clone(), 1.0)] } else { vec![] }
    }

    pub(super) fn memoryless(&self, exit: &Exit) -> bool {
        self.delay(exit.law).is_some_and(Delay::memoryless)
    }

    /// The clocks whose past matters: (clock, law).
    pub(super) fn general(&self, node: usize) -> &[(u32, u32)] {
        &self.graph.vertices[self.nodes[node] as usize].general
    }

    /// A node and what may happen after its start.
    pub fn node(&mut self, n: usize) -> Result<Node, NotExact> {
        let vertex = self.nodes[n];
        let waits = !self.exits(n).is_empty();
        if self.graph.vertices[vertex as usize].aged || !waits {
            let places = Places::Here(0.0);
            let (error, late) = (0.0, Late::default());
            return Ok(Node { vertex, uses: vec![], waits, mean: None, error, late, places });
        }
        (self.off, self.late) = (0.0, Late::default());
        let on = self.goes[n].iter().any(|goes| !goes.on.is_empty());
        let (mut error, mut mean) = (0.0, None);
        let (mut uses, places) = if !on {
            let (uses, known) = self.race(n)?;
            mean = known;
            let exits = self.exits(n).iter().filter(|exit| self.memoryless(exit));
            let rates = exits.filter_map(|exit| self.delay(exit.law)?.mean()).map(f64::recip);
            (uses, Places::Here(rates.sum()))
        } else if self.together(n) {
            self.through(n)?
        } else {
            let (uses, places, off) = self.groups(n)?;
            error = off;
            (uses, places)
        };
        error += self.off;
        let rates = self.exits(n).iter().map(|exit| self.delay(exit.law).filter(|d| d.memoryless())?.mean());
        let rates: Option<Vec<f64>> = rates.map(|mean| mean.map(f64::recip)).collect();
        match rates.filter(|rates| rates.len() == uses.len()) {
            Some(rates) => {
                let total: f64 = rates.iter().sum();
                uses.iter_mut().zip(rates).for_each(|(it, rate)| it.share = rate / total);
            }
            None => {
                uses.iter_mut().for_each(|it| it.share = self.bank.kernel(it.kernel).total());
                // It ends once: what the integrals leave is rounding.
                let ends = |it: &Use| it.share * it.goes.to.iter().map(|to| to.1).sum::<f64>();
                let total: f64 = uses.iter().map(ends).sum();
                uses.iter_mut().for_each(|it| it.share /= total);
            }
        }
        Ok(Node { vertex, uses, waits, mean, error, late: self.late, places })
    }

    /// Whether only exponential events lead on from a start, and all other clocks run on through them.
    fn together(&self, n: usize) -> bool {
        let general = self.general(n);
        let mut seen = HashSet::from([n]);
        let mut list = vec![n];
        while let Some(v) = list.pop() {
            for (exit, goes) in self.exits(v).iter().zip(&self.goes[v]) {
                for to in goes.on.iter().map(|to| to.0 as usize) {
                    let started = &self.graph.vertices[self.nodes[to] as usize].started;
                    if !self.memoryless(exit) || self.general(to) != general || !started.is_empty() {
                        return false;
                    }
                    if seen.len() <= PAIRS && seen.insert(to) {
                        list.push(to);
                    }
                }
            }
        }
        true
    }

    /// Every event ends it.
    fn race(&mut self, n: usize) -> Result<(Vec<Use>, Known), NotExact> {
        let clocks: Vec<(u32, u32)> = self.exits(n).iter().map(|exit| (exit.clock, exit.law)).collect();
        let late = self.general(n).iter().filter(|it| !clocks.contains(it));
        // Those that can't be first may still be due at the same instant.
        let all: Vec<(u32, u32)> = clocks.iter().chain(late).copied().collect();
        // Of those due at the same instant the first rings.
        let fixed = |it: &(u32, u32)| self.delay(it.1).and_then(Delay::fixed);
        let soonest = all.iter().filter_map(fixed).fold(f64::INFINITY, f64::min);
        let first = clocks.iter().position(|it| fixed(it) == Some(soonest));
        let late: Vec<bool> = clocks.iter().map(|it| fixed(it).is_some()).collect();
        let mut uses = vec![];
        for (which, (clock, law)) in clocks.iter().enumerate() {
            let due = self.exits(n)[which].due;
            if late[which] && first != Some(which) && due.is_none() {
                continue;
            }
            let Some(own) = self.delay(*law).cloned() else { continue };
            let race = self.against(Own::Clock(own), &all, Some(*clock), None)?;
            let race = Race { first: due.is_some(), ..race };
            let (kernel, goes) = (self.bank.number(&race), self.goes[n][which].clone());
            let swings = self.swing(&self.exits(n)[which]);
            let (at, rings) = (n as u32, vec![(*clock, 1.0)]);
            uses.push(Use { kernel, share: 1.0, at, due, goes, rings, swings });
        }
        let alone = if all.len() == 1 { self.delay(all[0].1) } else { None };
        let mean = alone.and_then(|delay| Some((delay.mean()?, delay.variance()?)));
        Ok((uses, mean))
    }

    /// Something rings before any of these clocks, of which it may be one.
    fn against(
        &mut self,
        own: Own,
        all: &[(u32, u32)],
        clock: Option<u32>,
        inner: Option<(Arc<Inner>, u32)>,
    ) -> Result<Race, NotExact> {
        // Those that came through a date together are known together.
        let carried = |law: u32| self.delay(law).and_then(Delay::carried);
        let others = all.iter().filter(|it| carried(it.1).is_none());
        let others = others.filter_map(|it| Some((it.0, self.delay(it.1)?.clone())));
        let mut race = Race { inner, ..Race::new(own, clock, others) };
        let on: Vec<u32> = all.iter().filter_map(|it| carried(it.1)).map(|it| it.1).collect();
        let Some(among) = all.iter().find_map(|it| carried(it.1)).map(|it| it.0) else { return Ok(race) };
        let tables = self.graph.carried[among as usize].tables(&on)?;
        self.off = self.off.max(tables.error);
        self.late = self.late.max(tables.late);
        let ring = tables.rings.iter().find(|it| Some(it.0) == clock);
        match (&race.own, ring) {
            (Own::Clock(own), Some((_, ring))) if own.carried().is_some() => {
                race.own = Own::Path(ring.clone());
            }
            _ => race.places.push(tables.survival.clone()),
        }
        Ok(race)
    }

    /// Exponential events lead through other combinations.
    fn through(&mut self, n: usize) -> Result<(Vec<Use>, Places), NotExact> {
        let general = self.general(n).to_vec();
        let mut list = vec![n as u32];
        let mut place: HashMap<u32, u32> = HashMap::from([(n as u32, 0)]);
        let (mut out, mut rates, mut leaves) = (vec![], vec![], vec![]);
        let mut at = 0;
        while let Some(&v) = list.get(at) {
            let v = v as usize;
            let (mut whole, mut row, mut led) = (0.0, vec![], vec![]);
            for (which, exit) in self.exits(v).iter().enumerate().filter(|(_, exit)| self.memoryless(exit)) {
                let rate = self.delay(exit.law).and_then(Delay::mean).map_or(0.0, f64::recip);
                whole += rate;
                led.push((which, rate));
                for (to, p) in &self.goes[v][which].on {
                    let next = list.len() as u32;
                    let to = *place.entry(*to).or_insert_with(|| {
                        list.push(*to);
                        next
                    });
                    row.push((to, rate * p));
                }
            }
            out.push(whole);
            rates.push(row);
            leaves.push(led);
            at += 1;
            if self.pairs + list.len() > PAIRS {
                let clocks = vec![general[0].0 as usize];
                return Err(NotExact { clocks, why: Why::RunsThrough(PAIRS) });
            }
        }
        self.pairs += list.len();
        let inner = self.bank.inner(&out, &rates);
        if !inner.reaches(self.bank.far(general.iter().filter_map(|it| self.delay(it.1)))) {
            return Err(NotExact::because(Why::TooManyMoments(self.pairs)));
        }
        let mut uses = vec![];
        for (m, v) in list.iter().enumerate() {
            let through = Some((inner.clone(), m as u32));
            // Each of these may take long, and there may be many.
            self.bank.effort.check()?;
            for (which, exit) in self.exits(*v as usize).to_vec().iter().enumerate() {
                if self.memoryless(exit) {
                    continue;
                }
                let Some(own) = self.delay(exit.law).cloned() else { continue };
                let race = self.against(Own::Clock(own), &general, Some(exit.clock), through.clone())?;
                let race = Race { first: exit.due.is_some(), ..race };
                let goes = self.goes[*v as usize][which].clone();
                let (rings, swings) = (vec![(exit.clock, 1.0)], self.swing(exit));
                let (kernel, at, due) = (self.bank.number(&race), *v, exit.due);
                uses.push(Use { kernel, share: 1.0, at, due, goes, rings, swings });
            }
            if out[m] > 0.0 {
                let race = self.against(Own::Rate(out[m]), &general, None, through)?;
                let led =
                    leaves[m].iter().map(|(which, rate)| (&self.goes[*v as usize][*which], rate / out[m]));
                let goes = Goes::mixed(led);
                let exits = self.exits(*v as usize);
                let rings = leaves[m].iter().map(|(which, rate)| (exits[*which].clock, rate / out[m]));
                let rings = rings.collect();
                let mut swings = vec![];
                if leaves[m].iter().any(|(which, _)| self.swings(&exits[*which])) {
                    if let Some((which, _)) = leaves[m].iter().find(|(which, _)| {
                        self.swings(&exits[*which]) && !self.goes[*v as usize][*which].on.is_empty()
                    }) {
                        return Err(NotExact {
                            clocks: vec![exits[*which].clock as usize],
                            why: Why::Swings,
                        });
                    }
                    let each =
                        leaves[m].iter().map(|(which, rate)| (exits[*which].edges.clone(), rate / out[m]));
                    swings = each.collect();
                }
                let (kernel, at, due) = (self.bank.number(&race), *v, None);
                uses.push(Use { kernel, share: 1.0, at, due, goes, rings, swings });
            }
        }
        Ok((uses, Places::Through(inner, list)))
    }
}
