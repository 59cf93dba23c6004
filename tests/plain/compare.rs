//! Both sides on the same path, and the first thing on which they differ.

use super::fault::Kind;
use super::path::{Ended, tell};
use detente::engine::{Fault, FaultKind, Observer, PathEnd, Walker, World};
use detente::model::{ClockKind, Scenario, Waits};
use detente::program::{Program, Wrong};
use std::fmt::Debug;

/// How a path ended on either side.
pub type Side = Result<Ended, (String, f64)>;

/// The engine, ready to walk many paths of one scenario.
pub struct Engine {
    program: Program,
}

struct Catch(Option<Ended>, u64);

impl Observer for Catch {
    fn enter(&mut self, _: usize, _: usize, _: f64) {
        self.1 += 1;
    }
    fn ring(&mut self, _: &detente::engine::Ring<'_>) {
        self.1 += 1;
    }
    fn end(&mut self, end: &PathEnd<'_>) {
        self.0 = Some(Ended {
            outcome: end.outcome,
            time: end.time,
            last: end.last,
            states: end.states.to_vec(),
            stages: end.stages.iter().map(|s| usize::from(*s)).collect(),
            entered: end.entered.to_vec(),
            measures: end.measures.to_vec(),
            counted: end.counted.to_vec(),
            payoffs: end.payoffs.to_vec(),
            cells: end.cells.to_vec(),
            events: self.1,
        });
    }
}

impl Engine {
    pub fn new(scenario: &Scenario) -> Engine {
        Engine { program: Program::compile(scenario) }
    }

    /// These paths of a world.
    pub fn walk(&self, seed: u64, world: u64, paths: std::ops::Range<u64>) -> Vec<Side> {
        let failed = |fault: &Fault| Err((engine_words(&fault.kind).to_string(), fault.time));
        let drawn = match World::new(&self.program, seed, world) {
            Ok(drawn) => drawn,
            Err(fault) => return paths.map(|_| failed(&fault)).collect(),
        };
        let mut walker = Walker::new(&self.program);
        paths
            .map(|path| {
                let mut seen = Catch(None, 0);
                match walker.walk(&drawn, path, &mut seen) {
                    Ok(()) => Ok(seen.0.expect("a path has an end")),
                    Err(fault) => failed(&fault),
                }
            })
            .collect()
    }
}

/// The plain interpreter on one path, and the story.
pub fn plain(scenario: &Scenario, seed: u64, world: u64, path: u64) -> (Side, Vec<String>) {
    let (ended, story) = tell(scenario, seed, world, path);
    (ended.map_err(|f| (plain_words(f.kind).to_string(), f.time)), story)
}

fn plain_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Probability => "probability",
        Kind::Factor => "factor",
        Kind::OverOne => "over one",
        Kind::RestUntaken | Kind::Weight | Kind::NoBranch => "nobody takes it",
        Kind::Law | Kind::NegativeDelay | Kind::Delay => "delay or law",
        Kind::Assigned => "assigned",
        Kind::Paid => "paid",
        Kind::Hazard => "hazard",
        Kind::Rate => "rate",
        Kind::Measure => "measure",
        Kind::Payoff => "payoff",
        Kind::InstantLimit => "instant too long",
        Kind::PathLimit => "path too long",
    }
}

fn engine_words(kind: &FaultKind) -> &'static str {
    match kind {
        FaultKind::Branches(Wrong::Probability(_) | Wrong::Base(_)) | FaultKind::Probability(_) => {
            "probability"
        }
        FaultKind::Branches(Wrong::Factor(_)) => "factor",
        FaultKind::Branches(Wrong::Over(_)) => "over one",
        FaultKind::Branches(Wrong::Weight(_) | Wrong::Under(_) | Wrong::Nothing) | FaultKind::Weight(_) => {
            "nobody takes it"
        }
        FaultKind::Delay(_) | FaultKind::Date(_) | FaultKind::Law(_) => "delay or law",
        FaultKind::Hazard(_) => "hazard",
        FaultKind::Rate(_) => "rate",
        FaultKind::Payment(_) => "paid",
        FaultKind::Assigned(..) | FaultKind::Belief(..) => "assigned",
        FaultKind::Measure(_) => "measure",
        FaultKind::Payoff(..) => "payoff",
        FaultKind::Cell(..) => "cell",
        FaultKind::InstantTooLong(_) => "instant too long",
        FaultKind::PathTooLong(_) => "path too long",
    }
}

/// Whether times come from sums only, so that both sides must agree bit by bit: no hazard, no rescaling.
pub fn exact_times(scenario: &Scenario) -> bool {
    use detente::model::OnChange::Rescale;
    let stages = scenario.tracks.iter().flat_map(|t| &t.stages);
    stages.flat_map(|s| if let Waits::Clocks(c) = &s.waits { &c[..] } else { &[] }).all(|c| {
        !matches!(c.kind, ClockKind::Hazard(_) | ClockKind::Takes(_, Rescale))
            && !c.guard.as_ref().is_some_and(|g| super::times::reads_time(scenario, g))
    })
}

/// The first difference.
pub fn difference(engine: &Side, plain: &Side, exact: bool) -> Option<String> {
    let near = |a: f64, b: f64| {
        let finite = a.is_finite() && b.is_finite();
        a == b || (finite && (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0))
    };
    let times = |a: f64, b: f64| if exact { a.to_bits() == b.to_bits() } else { near(a, b) };
    fn all<T: Debug>(what: &str, a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> Option<String> {
        if a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)) {
            return None;
        }
        Some(format!("{what}: engine {a:?}, plain {b:?}"))
    }
    match (engine, plain) {
        (Ok(e), Ok(p)) => all("outcome", &[e.outcome], &[p.outcome], |a, b| a == b)
            .or_else(|| all("time", &[e.time], &[p.time], |a, b| times(*a, *b)))
            .or_else(|| all("last", &[e.last], &[p.last], |a, b| times(*a, *b)))
            .or_else(|| all("events", &[e.events], &[p.events], |a, b| a == b))
            .or_else(|| all("stages", &e.stages, &p.stages, |a, b| a == b))
            .or_else(|| all("entered", &e.entered, &p.entered, |a, b| times(*a, *b)))
            .or_else(|| all("states", &e.states, &p.states, |a, b| near(*a, *b)))
            .or_else(|| all("measures", &e.measures, &p.measures, |a, b| near(*a, *b)))
            .or_else(|| all("counted", &e.counted, &p.counted, |a, b| a == b))
            .or_else(|| all("payoffs", &e.payoffs, &p.payoffs, |a, b| near(*a, *b)))
            .or_else(|| all("cells", &e.cells, &p.cells, |a, b| a == b)),
        (Err(e), Err(p)) if e.0 == p.0 => None,
        _ => Some(format!("engine {engine:?}\nplain {plain:?}")),
    }
}
