//! Explores what can be reached: the walker's rules, with every branch taken.
//!
//! A combination is looked at where the walker scans from the top: outcomes, stages that branch on the spot, clocks whose guard
//! became true, clocks that are due; if there is nothing of these, clocks start and it waits.

mod atoms;
mod clocks;
mod epoch;
mod event;
mod laws;
mod over;
mod refill;
mod times;
mod whole;

pub(super) use epoch::{Begin, Cut, Explored, Standing, Whose};
pub(super) use refill::{Numbers, chances};

use super::delay::Delay;
use super::graph::{Edge, Exit, Graph, Kind, NEVER, STILL, Swing, Vertex};
use super::live::Live;
use super::refusal::{NotExact, Why};
use crate::diag::Span;
use crate::engine::{FaultKind, World};
use crate::model::{OnChange, Return};
use crate::program::{self, DrawPlan, Effects, Initial, Kind as ClockKind, Program, Target};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// What time does to the rate of an account in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::exact) enum Pace {
    #[default]
    Steady,
    /// It moves, and where it bends is known.
    Moves,
    Unknown,
}

/// The most combinations.
pub(super) const MOST: usize = 200_000;

fn fault(kind: FaultKind, span: crate::diag::Span) -> NotExact {
    NotExact::because(Why::Fault(kind, span))
}

/// Where a path is between two steps.
#[derive(Clone, Debug)]
struct Config {
    states: Vec<f64>,
    at: Vec<u32>,
    /// What is left of the delay of each running clock, by its number in the laws: at `age`, or when it started later.
    running: Vec<u32>,
    age: Age,
    /// Which have started after the time of `age`.
    later: Vec<bool>,
    /// Where times are kept: the time as a path adds it up, and by clock when it is due; NaN where that is not known.
    now: f64,
    due: Vec<f64>,
    /// What is kept of the delays of clocks that were dropped.
    kept: Vec<u32>,
    /// Of clocks that keep it and were dropped in this instant, where it is not known what was left: what ran.
    paused: Vec<u32>,
    /// Of running clocks that a change may draw anew: the law that they were drawn from.
    drawn: Vec<u32>,
    /// Of running clocks that repeat their delay: the whole of it.
    whole: Vec<u32>,
    rung: Vec<bool>,
    /// When running clocks ring that ring on a date; infinity where they don't.
    date: Vec<f64>,
    /// Whether no time has passed since the epoch began.
    at_once: bool,
    firsts: Vec<bool>,
    /// Whether the path has ended as `never` here.
    over: bool,
}

/// Since when the clocks run whose past matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    /// What is left of each is known now.
    Now,
    /// It was known at an earlier event; others have come since, at any time.
    Since,
}

/// A configuration on its way through an event.
#[derive(Clone)]
struct Moving {
    /// The chance of what was drawn on the way, given the branch.
    p: f64,
    config: Config,
    pending: Vec<bool>,
    entered: Vec<u32>,
    paid: Vec<(u32, f64)>,
}

/// One way of doing effects: its probability, what is assigned, and where tracks are moved.
struct Done {
    p: f64,
    states: Vec<(u32, f64)>,
    moves: Vec<(u32, u32)>,
}

/// Finds all combinations of a program in a world.
pub(super) struct Explorer<'a> {
    program: &'a Program,
    world: &'a World,
    live: &'a Live,
    /// By state variable: the account that its steps are paid into, where it is counted.
    counts: Vec<Option<u32>>,
    /// How many combinations are told apart, where there are too many: what lies further on is one.
    nearest: Option<usize>,
    values: Vec<f64>,
    thresholds: Vec<f64>,
    graph: Graph,
    seen: HashMap<Box<[u64]>, u32>,
    configs: Vec<Option<Config>>,
    closes: bool,
    /// The clock whose ring led to each combination first, and the one that rings now.
    vias: Vec<Option<usize>>,
    via: Option<usize>,
    numbers: Numbers,
    /// By edge of the branch that is taken: the chance of what was drawn on the way.
    drawn: Vec<f64>,
    /// The earliest time of each combination, as far as fixed delays tell, and those to look at in its order.
    earliest: Vec<f64>,
    open: BinaryHeap<Reverse<(u64, usize)>>,
    /// The time of what is reached now.
    time: f64,
    /// The clocks that started in the combination that is looked at.
    started: Vec<bool>,
    interned: clocks::Interned,
    times: times::Times,
    places: HashMap<Box<[u64]>, u32>,
    /// By stage: those that a path which stands there may come to, itself among them; nothing where no clock keeps anything.
    reaches: Vec<Vec<bool>>,
    /// When the epoch begins, and the first time after it at which time alone changes something.
    from: f64,
    next: f64,
    /// Whether there are dates, and whether anything at all reads the time.
    dated: bool,
    timed: bool,
    /// The number of what is left of clocks where that is not known.
    lost: Option<u32>,
    /// By account: whether its rate moves with time.
    paces: Vec<Pace>,
    /// By vertex: where a path waits there.
    settled: Vec<Option<Config>>,
}

impl<'a> Explorer<'a> {
    fn new(program: &'a Program, world: &'a World, live: &'a Live, times: bool) -> Explorer<'a> {
        let track = |clock: &program::Clock| program.stages[clock.stage as usize].track;
        let mut counts = vec![None; program.layout.states];
        for (number, account) in (0..).zip(&program.accounts) {
            account.counts.into_iter().for_each(|state| counts[state as usize] = Some(number));
        }
        let tracks = program.clocks.iter().map(track).collect();
        let mut explorer = Explorer {
            program,
            world,
            live,
            counts,
            nearest: None,
            values: world.values().to_vec(),
            thresholds: vec![0.0; program.longest_list],
            graph: Graph { laws: vec![None, None], tracks, ..Graph::default() },
            seen: HashMap::new(),
            configs: vec![],
            closes: program.horizon == f64::INFINITY,
            vias: vec![],
            via: None,
            numbers: Numbers::new(program),
            drawn: vec![],
            earliest: vec![],
            open: BinaryHeap::new(),
            time: 0.0,
            started: vec![false; program.clocks.len()],
            interned: clocks::Interned::default(),
            times: times::Times::new(times),
            places: HashMap::new(),
            reaches: program.reaches_where_kept(),
            from: 0.0,
            next: f64::INFINITY,
            dated: program.clocks.iter().any(|clock| matches!(clock.kind, ClockKind::At(_))),
            timed: epoch::timed(program),
            lost: None,
            paces: vec![Pace::Steady; program.accounts.len()],
            settled: vec![],
        };
        explorer.values.resize(program.layout.len(), f64::NAN);
        explorer.values[program.layout.day()] = 0.0;
        explorer
    }

    fn begin(&mut self, begin: &Begin) -> Result<std::ops::Range<usize>, NotExact> {
        match begin {
            Begin::Start => self.start(),
            Begin::Cut(cut) => self.cut(cut),
        }
    }

    /// Looks at the next combination; tells whether there was one.
    fn go_on(&mut self) -> Result<bool, NotExact> {
        let Some(Reverse((_, at))) = self.open.pop() else { return Ok(false) };
        if self.earliest[at] <= self.program.horizon.min(self.next) * (1.0 + 1e-12) {
            self.visit(at)?;
            return Ok(true);
        }
        // What is left is later.
        self.configs[at] = None;
        if matches!(self.graph.vertices[at].kind, Kind::New) {
            self.graph.vertices[at].kind = Kind::Wait(vec![]);
        }
        Ok(true)
    }

    fn fault(&self, kind: FaultKind, span: crate::diag::Span) -> NotExact {
        fault(kind, span)
    }

    fn load(&mut self, config: &Config) {
        let layout = self.program.layout;
        self.values[..layout.states].copy_from_slice(&config.states);
        for (track, stage) in config.at.iter().enumerate() {
            self.values[layout.track(track)] = f64::from(self.program.stages[*stage as usize].index);
        }
    }

    fn start(&mut self) -> Result<std::ops::Range<usize>, NotExact> {
        let program = self.program;
        let config = Config {
            states: vec![0.0; program.layout.states],
            at: program.tracks.iter().map(|t| t.begins).collect(),
            running: vec![STILL; program.clocks.len()],
            age: Age::Now,
            later: vec![false; program.clocks.len()],
            now: if self.times.kept { 0.0 } else { f64::NAN },
            due: vec![],
            kept: vec![STILL; program.clocks.len()],
            paused: vec![STILL; program.clocks.len()],
            drawn: vec![STILL; program.clocks.len()],
            whole: vec![STILL; program.clocks.len()],
            rung: vec![false; program.clocks.len()],
            date: vec![f64::INFINITY; program.clocks.len()],
            at_once: self.dated,
            firsts: vec![false; program.firsts.len()],
            over: false,
        };
        // A variable reads as 0 in its own initial value.
        let mut starts = vec![(1.0, config)];
        for (state, initial) in program.initial.iter().enumerate() {
            let mut next = vec![];
            for (p, config) in starts {
                self.load(&config);
                let values = match initial {
                    Initial::Value(value) => vec![(1.0, program.code.evaluate(value, &mut self.values))],
                    Initial::Draw(plan, _, span)
                        if !self.live.always[state] && self.counts[state].is_none() =>
                    {
                        self.draws_well(plan, state, *span)?;
                        vec![(1.0, 0.0)]
                    }
                    Initial::Draw(plan, _, span) => self.atoms(plan, state, *span)?,
                };
                for (share, value) in values {
                    if !value.is_finite() {
                        let span = self.program.clocks.first().map_or_else(Default::default, |c| c.span);
                        return Err(self.fault(FaultKind::Assigned(state, value), span));
                    }
                    let mut config = config.clone();
                    config.states[state] = value;
                    next.push((p * share, config));
                }
            }
            starts = next;
        }
        let first = self.graph.edges.len();
        for (p, mut config) in starts {
            let pending = vec![true; program.tracks.len()];
            let mut paid = vec![];
            for (value, account) in config.states.iter_mut().zip(&self.counts) {
                account.iter().for_each(|account| paid.push((*account, std::mem::take(value))));
            }
            self.arrive(1.0, Moving { p, config, pending, entered: vec![], paid }, None)?;
        }
        Ok(first..self.graph.edges.len())
    }

    /// Looks at a combination: what can happen there.
    fn visit(&mut self, at: usize) -> Result<(), NotExact> {
        let Some(mut config) = self.configs[at].take() else { return Ok(()) };
        let program = self.program;
        self.via = self.vias[at];
        self.time = self.earliest[at];
        self.started.fill(false);
        self.load(&config);
        if config.over {
            return self.stand(at, config);
        }
        loop {
            for (number, first) in program.firsts.iter().enumerate() {
                if !config.firsts[number] && self.is_true(&first.condition.value)? {
                    config.firsts[number] = true;
                    self.graph.vertices[at].flips.push(number as u32);
                }
            }
            for (outcome, when) in &program.outcomes {
                if self.is_true(&when.value)? {
                    self.graph.vertices[at].kind = Kind::Instant(self.end(&config, *outcome)?);
                    return Ok(());
                }
            }
            let spot =
                config.at.iter().find_map(|stage| program.stages[*stage as usize].spot.map(|s| (*stage, s)));
            if let Some((stage, spot)) = spot {
                let edges = self.branch(&config, stage, spot.list)?;
                self.graph.vertices[at].kind = Kind::Instant(edges);
                return Ok(());
            }
            let ringing = match self.true_guard(&config)? {
                Some(clock) => Some(clock),
                None => self.due_now(&config)?,
            };
            if let Some(clock) = ringing {
                let edges = self.ring(&config, clock)?;
                self.graph.vertices[at].kind = Kind::Instant(edges);
                return Ok(());
            }
            if !self.settle_clocks(&mut config)? {
                break;
            }
        }
        self.graph.vertices[at].firsts = config.firsts.clone().into();
        let closed = config.at.iter().all(|stage| !program.stages[*stage as usize].productive);
        if self.closes && closed {
            return self.stand(at, config);
        }
        config.at_once = false;
        self.let_go(&mut config)?;
        let (aged, started) = self.ages(&mut config);
        self.agree(&mut config);
        (self.graph.vertices[at].aged, self.graph.vertices[at].started) = (aged, started);
        self.graph.vertices[at].place = self.place(&config);
        let general = self.generals(&config).into_iter();
        self.graph.vertices[at].general = general.map(|c| (c as u32, config.running[c])).collect();
        self.settle_at(at, &config)?;
        self.graph.vertices[at].kind = match self.drawn_now(&config)? {
            Some(edges) => Kind::Instant(edges),
            None => Kind::Wait(self.exits(&config)?),
        };
        let still = matches!(&self.graph.vertices[at].kind, Kind::Wait(exits) if exits.is_empty());
        if self.closes && still {
            self.load(&config);
            if !self.pends(&config)? {
                return self.stand(at, config);
            }
        }
        Ok(())
    }

    /// An edge to the end of a path.
    fn end(&mut self, config: &Config, outcome: u16) -> Result<std::ops::Range<usize>, NotExact> {
        let to = self.ended(config, outcome)?;
        let first = self.graph.edges.len();
        self.graph.edges.push(Edge { p: 1.0, to, entered: Box::default(), paid: Box::default() });
        Ok(first..first + 1)
    }

    fn holds(&mut self, clock: usize) -> Result<bool, NotExact> {
        match &self.program.clocks[clock].guard {
            None => Ok(true),
            Some(guard) => {
                self.is_true(&guard.value).map_err(|refused| NotExact { clocks: vec![clock], ..refused })
            }
        }
    }

    fn true_guard(&mut self, config: &Config) -> Result<Option<usize>, NotExact> {
        let program = self.program;
        let stages = config.at.iter().map(|s| &program.stages[*s as usize]).filter(|s| s.watches);
        let clocks: Vec<usize> = stages.flat_map(|stage| stage.clocks.range()).collect();
        for clock in clocks {
            let waits = matches!(program.clocks[clock].kind, ClockKind::Guard) && !config.rung[clock];
            if waits && self.holds(clock)? {
                return Ok(Some(clock));
            }
        }
        Ok(None)
    }

    fn due_now(&mut self, config: &Config) -> Result<Option<usize>, NotExact> {
        let program = self.program;
        let clocks: Vec<usize> =
            config.at.iter().flat_map(|s| program.stages[*s as usize].clocks.range()).collect();
        for clock in clocks {
            if self.is_due(config.running[clock]) && self.holds(clock)? {
                return Ok(Some(clock));
            }
        }
        Ok(None)
    }

    fn is_due(&self, law: u32) -> bool {
        self.graph.laws[law as usize].as_ref().and_then(Delay::fixed) == Some(0.0)
    }
}
