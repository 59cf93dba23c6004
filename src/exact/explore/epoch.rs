//! Times that are known beforehand: an epoch is explored from where it begins up to the first time at which a date comes or
//! time alone changes an expression. There paths that wait go on in the next epoch, with what is left of their clocks.

use super::super::carried::{Carried, Part};
use super::super::change::change;
use super::super::effort::Effort;
use super::*;
use crate::dist::{Law, Point};
use crate::program::{List, Value};
use std::sync::Arc;

/// What has passed through a date and is no more than this share of what came to it is rounding.
const ROUNDING: f64 = 1e-11;
/// The most places at which chances bend.
const MOST_BENDS: usize = 300;

/// Where an epoch begins.
pub(in crate::exact) enum Begin {
    /// At the start of a path.
    Start,
    /// Where another ends.
    Cut(Box<Cut>),
}

/// The end of an epoch.
pub(in crate::exact) struct Cut {
    time: f64,
    laws: Vec<Option<Delay>>,
    carried: Vec<Arc<Carried>>,
    paths: Vec<Going>,
    /// The mass that was left out as rounding.
    pub left_out: f64,
}

/// The paths of a [`Standing`] that go on together, with its vertex.
#[derive(Clone, Copy, Debug)]
pub(in crate::exact) enum Whose {
    All(usize),
    /// Those that are known, by their number.
    Known(usize, usize),
    Others,
}

/// Paths that go on: how likely, where, and what is left of clocks.
struct Going {
    whose: Whose,
    mass: f64,
    config: Config,
    left: Vec<(usize, Left)>,
}

/// What is left of a clock.
#[derive(Clone)]
enum Left {
    /// A delay.
    Delay(Delay),
    /// It is due then.
    Due(f64),
    /// Nothing that is known.
    Lost,
}

/// What may be left of clocks, and how likely.
type Way = (f64, Vec<(usize, Left)>);

/// An epoch that was explored.
#[derive(Debug)]
pub(in crate::exact) struct Explored {
    pub graph: Graph,
    pub numbers: Numbers,
    /// When it ends; infinity where it does not.
    pub next: f64,
    /// By account: what time does to its rate.
    pub paces: Vec<Pace>,
    settled: Vec<Option<Config>>,
}

/// The paths that wait in a combination when an epoch ends.
#[derive(Clone, Debug, Default)]
pub(in crate::exact) struct Standing {
    pub mass: f64,
    /// (mass, time) of those whose clocks started at single times, as if none of the clocks whose past matters had rung since.
    pub known: Vec<(f64, f64)>,
    /// When others started, as if none of these clocks had rung since.
    pub parts: Vec<Part>,
    /// Whether there are others of which that is not known.
    pub lost: bool,
}

/// Whether anything reads the time.
pub(super) fn timed(program: &Program) -> bool {
    let value = |value: &Value| value.deps.timed();
    let clocks = program.clocks.iter().any(|clock| {
        let kind = match &clock.kind {
            ClockKind::Takes { law, .. } => law.deps.timed(),
            ClockKind::Hazard(rate) => value(&rate.value),
            ClockKind::At(_) => true,
            ClockKind::Guard => false,
        };
        kind || clock.guard.as_ref().is_some_and(|guard| value(&guard.value))
    });
    let lists = program.lists.iter().any(|list| program.expressions(list).iter().any(value));
    clocks
        || lists
        || program.outcomes.iter().any(|(_, when)| value(&when.value))
        || program.firsts.iter().any(|first| value(&first.condition.value))
        || program.sets.iter().any(|set| value(&set.value))
        || program.pays.iter().any(|pay| value(&pay.amount))
        || program.moves.iter().any(|moved| value(&moved.stage))
        || program.accounts.iter().filter_map(|a| a.rate).any(|rate| value(&rate.value))
        || program.draws.iter().any(|draw| drawn_by(&draw.draw).iter().any(value))
}

fn drawn_by(plan: &DrawPlan) -> Vec<Value> {
    let mut all = vec![];
    match plan {
        DrawPlan::Law(law) => law.tree.expressions(&mut |value| all.push(*value)),
        DrawPlan::Chance(p) => all.push(*p),
        DrawPlan::Weights(list) => all.extend(list.iter().map(|(_, weight)| *weight)),
    }
    all
}

impl Explorer<'_> {
    /// Notes until when an expression stays as it is; refused where it moves.
    fn lasts(&mut self, value: &Value) -> Result<(), NotExact> {
        if !value.deps.timed() {
            return Ok(());
        }
        let found = change(&self.program.code, self.program.layout, value, &mut self.values)?;
        if !found.steady {
            return Err(NotExact::because(Why::ReadsTime(value.span)));
        }
        self.next = self.next.min(found.at);
        Ok(())
    }

    /// An expression as it is in this epoch.
    pub(super) fn value(&mut self, value: &Value) -> Result<f64, NotExact> {
        self.lasts(value)?;
        Ok(self.program.code.evaluate(value, &mut self.values))
    }

    /// Whether a condition holds in this epoch.
    pub(super) fn is_true(&mut self, value: &Value) -> Result<bool, NotExact> {
        Ok(self.value(value)? != 0.0)
    }

    /// Whether the chances of a list move with time; where they don't, they last.
    pub(super) fn list_swings(&mut self, list: &List) -> Result<bool, NotExact> {
        let program = self.program;
        let whens = list.branches.of(&program.branches).iter().filter_map(|branch| branch.when.as_ref());
        whens.into_iter().try_for_each(|when| self.lasts(when))?;
        let mut swings = false;
        for value in program.expressions(list).iter().filter(|value| value.deps.timed()) {
            let found = change(&program.code, program.layout, value, &mut self.values)?;
            if found.steady {
                self.next = self.next.min(found.at);
            } else {
                swings = true;
                self.bend(value, found.at)?;
            }
        }
        Ok(swings)
    }

    /// Notes where an expression bends from a time on.
    fn bend(&mut self, value: &Value, first: f64) -> Result<(), NotExact> {
        let day = self.program.layout.day();
        let mut at = first;
        while at < self.program.horizon && at < f64::INFINITY {
            if self.graph.bends.len() > MOST_BENDS {
                return Err(NotExact::because(Why::ReadsTime(value.span)));
            }
            self.graph.bends.push(at);
            self.values[day] = at;
            let found = change(&self.program.code, self.program.layout, value, &mut self.values);
            self.values[day] = self.from;
            at = found?.at;
        }
        self.graph.bends.sort_unstable_by(f64::total_cmp);
        self.graph.bends.dedup();
        Ok(())
    }

    pub(super) fn draw_lasts(&mut self, plan: &DrawPlan) -> Result<(), NotExact> {
        drawn_by(plan).iter().try_for_each(|value| self.lasts(value))
    }

    /// The law of a clock in this epoch.
    pub(super) fn law_of(&mut self, clock: usize) -> Result<Option<Law>, NotExact> {
        let mut read = vec![];
        match &self.program.clocks[clock].kind {
            ClockKind::Takes { law, .. } if law.deps.timed() => {
                law.tree.expressions(&mut |value| read.push(*value));
            }
            ClockKind::Hazard(rate) => read.push(rate.value),
            _ => {}
        }
        for value in read {
            self.lasts(&value).map_err(|refused| NotExact { clocks: vec![clock], ..refused })?;
        }
        laws::law_of(self.program, self.world, &mut self.values, clock)
    }

    /// A clock starts that rings on a date.
    pub(super) fn dated_start(
        &mut self,
        config: &mut Config,
        clock: usize,
        at: &Value,
    ) -> Result<u32, NotExact> {
        if at.deps.timed() {
            return Err(NotExact { clocks: vec![clock], why: Why::ReadsTime(at.span) });
        }
        let time = self.program.code.evaluate(at, &mut self.values);
        if time.is_nan() {
            return Err(fault(FaultKind::Date(time), at.span));
        }
        let now = time == self.from && config.at_once;
        if config.rung[clock] || !(now || time > self.from) {
            return Ok(NEVER);
        }
        if now {
            return Ok(self.due());
        }
        config.date[clock] = time;
        Ok(NEVER)
    }

    /// What is left of a clock that is due.
    fn due(&mut self) -> u32 {
        Point::new(0.0).map_or(NEVER, |now| self.number(Law::Point(now).into()))
    }

    /// A path waits in a combination.
    pub(super) fn settle_at(&mut self, at: usize, config: &Config) -> Result<(), NotExact> {
        if let Some(lost) = self.lost
            && let Some(clock) = self.generals(config).into_iter().find(|c| config.running[*c] == lost)
        {
            return Err(NotExact { clocks: vec![clock], why: Why::ThroughDate });
        }
        self.next = config.date.iter().copied().fold(self.next, f64::min);
        for (account, plan) in self.program.accounts.iter().enumerate() {
            if let Some(rate) = plan.rate.filter(|rate| rate.value.deps.timed()) {
                let (code, layout) = (&self.program.code, self.program.layout);
                match change(code, layout, &rate.value, &mut self.values) {
                    Ok(found) if found.steady => self.next = self.next.min(found.at),
                    Ok(found) if self.bend(&rate.value, found.at).is_ok() => {
                        self.paces[account] = self.paces[account].max(Pace::Moves);
                    }
                    _ => self.paces[account] = Pace::Unknown,
                }
            }
        }
        if self.timed {
            self.settled.resize_with(self.settled.len().max(at + 1), || None);
            self.settled[at] = Some(config.clone());
        }
        Ok(())
    }

    pub(super) fn explored(mut self) -> Explored {
        self.settled.resize_with(self.graph.vertices.len(), || None);
        let Explorer { graph, numbers, next, paces, settled, .. } = self;
        Explored { graph, numbers, next, paces, settled }
    }

    /// The paths that come from another epoch.
    pub(super) fn cut(&mut self, cut: &Cut) -> Result<std::ops::Range<usize>, NotExact> {
        (self.from, self.time) = (cut.time, cut.time);
        let day = self.program.layout.day();
        self.values[day] = cut.time;
        (self.graph.laws, self.graph.carried) = (cut.laws.clone(), cut.carried.clone());
        self.times.see(cut.time);
        self.know_fixed();
        self.numbers.differ();
        let mut edges = vec![];
        for Going { mass, config, left, .. } in &cut.paths {
            let (p, mut config) = (*mass, config.clone());
            config.due.clear();
            config.now = if self.times.kept { cut.time } else { f64::NAN };
            for &(clock, ref left) in left {
                config.running[clock] = match left {
                    Left::Delay(delay) => self.number(delay.clone()),
                    Left::Due(at) => {
                        self.times.part();
                        if self.times.kept {
                            config.know(clock, *at);
                        }
                        Point::new(at - cut.time).map_or(NEVER, |left| self.number(Law::Point(left).into()))
                    }
                    Left::Lost => *self.lost.get_or_insert_with(|| {
                        // Stands for any delay; no path waits with it.
                        let any = crate::dist::Gamma::from_mean(2.0, 1.0).ok();
                        self.graph.laws.push(any.map(|law| Law::Gamma(law).into()));
                        self.graph.laws.len() as u32 - 1
                    }),
                };
            }
            for clock in 0..config.date.len() {
                if config.date[clock] == cut.time {
                    config.running[clock] = self.due();
                }
            }
            let to = self.reached(config)?;
            edges.push(Edge { p, to, entered: Box::default(), paid: Box::default() });
        }
        let first = self.graph.edges.len();
        self.graph.edges.extend(edges);
        Ok(first..self.graph.edges.len())
    }
}

impl Cut {
    /// By path that goes on.
    pub fn whose(&self) -> impl Iterator<Item = Whose> + '_ {
        self.paths.iter().map(|going| going.whose)
    }
}

impl Explored {
    /// The end of the epoch: what of each vertex is found there, where no probability is off by more than `bound`.
    pub fn cut(
        mut self,
        program: &Program,
        standing: Vec<Standing>,
        (effort, bound): (&Arc<Effort>, f64),
    ) -> Result<Cut, NotExact> {
        let (mut paths, mut left_out) = (vec![], 0.0);
        for (v, standing) in standing.into_iter().enumerate() {
            let Some(mut config) = self.settled.get_mut(v).and_then(Option::take) else { continue };
            effort.check()?;
            if standing.mass <= 0.0 {
                continue;
            }
            let general = self.graph.vertices[v].general.clone();
            (config.at_once, config.age) = (true, Age::Now);
            config.later.fill(false);
            for (clock, plan) in program.clocks.iter().enumerate() {
                // One that is the same always has passed for good.
                if let ClockKind::At(at) = &plan.kind
                    && at.deps.world()
                {
                    config.rung[clock] = false;
                }
            }
            if general.is_empty() {
                paths.push(Going { whose: Whose::All(v), mass: standing.mass, config, left: vec![] });
                continue;
            }
            let (mut rest, mut came) = (standing.mass, 0.0);
            for (number, (mass, since)) in standing.known.iter().enumerate() {
                came += mass;
                for (p, left) in self.left(&config, &general, *since)? {
                    rest -= mass * p;
                    let whose = Whose::Known(v, number);
                    paths.push(Going { whose, mass: mass * p, config: config.clone(), left });
                }
            }
            if rest <= bound.min(ROUNDING * came) {
                // Of these nobody knows where they came from, as there are none.
                left_out += rest.max(0.0);
                continue;
            }
            if standing.lost || general.iter().any(|it| self.among(it.1).is_some()) {
                let lost = general.iter().map(|(clock, _)| (*clock as usize, Left::Lost));
                paths.push(Going { whose: Whose::Others, mass: rest, config, left: lost.collect() });
            } else if !standing.parts.is_empty() {
                let clocks = general.iter().filter_map(|it| Some((it.0, self.delay(it.1)?.clone())));
                let (clocks, span) = (clocks.collect(), (self.next, program.horizon));
                let carried = Carried::new(standing.parts, clocks, span, rest, effort.clone());
                if rest <= bound && !carried.founded() {
                    // All that came has rung: what is left of the sums is rounding, of which nobody knows when it rings.
                    left_out += rest;
                    continue;
                }
                let left = self.carry(carried);
                paths.push(Going { whose: Whose::Others, mass: rest, config, left });
            }
        }
        Ok(Cut { time: self.next, laws: self.graph.laws, carried: self.graph.carried, paths, left_out })
    }

    fn delay(&self, law: u32) -> Option<&Delay> {
        self.graph.laws[law as usize].as_ref()
    }

    /// The clocks among which one is carried.
    fn among(&self, law: u32) -> Option<usize> {
        self.delay(law)?.carried().map(|it| it.0 as usize)
    }

    /// What is left of clocks that are carried on.
    fn carry(&mut self, carried: Carried) -> Vec<(usize, Left)> {
        let number = self.graph.carried.len() as u32;
        let each =
            carried.clocks().iter().map(|(clock, delay)| (*clock as usize, delay.among(number, *clock)));
        let left = each.map(|(clock, delay)| (clock, Left::Delay(delay))).collect();
        self.graph.carried.push(Arc::new(carried));
        left
    }

    /// What may be left of clocks that started at a time, none of which has rung, each with its probability.
    fn left(&mut self, config: &Config, general: &[(u32, u32)], since: f64) -> Result<Vec<Way>, NotExact> {
        let now = self.next;
        let mut all: Vec<Way> = vec![(1.0, vec![])];
        // Those that came through the date before go on together.
        let before = general.iter().find_map(|it| self.among(it.1)).map(|b| self.graph.carried[b].clone());
        if let Some(before) = before {
            let on = general.iter().filter(|it| self.among(it.1).is_some()).map(|it| it.0);
            let (carried, p) = before.later(&on.collect::<Vec<u32>>(), now);
            if p <= 0.0 {
                return Ok(vec![]);
            }
            let number = self.graph.carried.len() as u32;
            let among = |c: u32, delay: &Delay| Left::Delay(delay.among(number, c));
            let each = carried.clocks().iter().map(|(c, delay)| (*c as usize, among(*c, delay)));
            all = vec![(p, each.collect())];
            self.graph.carried.push(Arc::new(carried));
        }
        for (clock, law) in general {
            let Some(delay) = &self.graph.laws[*law as usize] else { continue };
            if delay.carried().is_some() {
                continue;
            }
            let parts = if delay.mixed() { delay.parts() } else { vec![(1.0, delay.clone())] };
            let way = |(share, part): (f64, Delay)| match part.fixed() {
                Some(value) => {
                    // As a path adds it up.
                    let at = config.due(*clock as usize).unwrap_or(since + value);
                    (at >= now).then_some((share, Left::Due(at)))
                }
                None => Some((share * part.sf(now - since), Left::Delay(part.after(now - since)?))),
            };
            let ways: Vec<(f64, Left)> = parts.into_iter().filter_map(way).collect();
            let each = all.iter().flat_map(|(p, left)| {
                ways.iter().map(move |(share, way)| {
                    let with = left.iter().cloned().chain([(*clock as usize, way.clone())]);
                    (p * share, with.collect())
                })
            });
            all = each.collect();
        }
        Ok(all.into_iter().filter(|way| way.0 > 0.0).collect())
    }
}
