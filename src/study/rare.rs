//! Something rare, by sampling: which event, by when, how exactly, and whether the weights carry the answer.

use super::arms::Arm;
use super::batch::{Failed, Stopped, Watch};
use super::plan::{Settings, beliefs_vary};
use crate::engine::rare::{Hunt, Pilot, UNIT, learn, walk_one, weigh};
use crate::engine::{Halt, Trace, World};
use crate::model::Scenario;
use crate::program::{Goal, Program};
use crate::stats::{Weighed, WeighedTally};

/// Paths of a round of pilots.
const PILOTS: u64 = 4000;
/// The first look at the relative error; further ones where paths have doubled.
const FIRST_LOOK: u64 = 5000;
/// Equal weights that hits must be worth at least.
pub const LEAST_HITS: f64 = 100.0;
/// The share of all weight that one path may have at most.
pub const MOST_SHARE: f64 = 0.1;
/// Worlds that the answer must rest on at least, where worlds differ.
pub const LEAST_WORLDS: f64 = 30.0;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct RareQuestion {
    /// In words: `comprehensive or ceasefire`.
    pub event: String,
    /// Outcomes or `first` measures, and the time, in seconds.
    pub goal: Goal,
}

/// How it is to be answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RareSettings {
    /// Seed, threads, and the most paths.
    pub run: Settings,
    /// The relative error at which to stop.
    pub relative_error: f64,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Degenerate {
    /// No path reached the event, pilots or others.
    NoHit,
    /// Hits are worth too few.
    FewHits(f64),
    /// One path has this share of all weight.
    OneWeight(f64),
    /// Too few worlds make the answer.
    FewWorlds(f64),
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct RareAnswer {
    /// The name of the scenario.
    pub scenario: String,
    /// The variant.
    pub variant: String,
    /// Its levers.
    pub levers: Vec<(String, String)>,
    /// The start of the scenario.
    pub start: Option<crate::quantity::Date>,
    /// What was asked.
    pub event: String,
    /// The last instant that counts: the time asked for or, if that is earlier, the horizon; infinity without either.
    pub until: f64,
    /// The estimate and what it rests on.
    pub seen: Weighed,
    /// Whether worlds differ.
    pub vary: bool,
    /// The share of paths that were not steered.
    pub plain: f64,
    /// How the pilots went.
    pub pilots: Vec<Pilot>,
    /// The seed.
    pub seed: u64,
    /// The relative error that was wanted.
    pub wanted: f64,
    /// Why it is no answer, where it is none.
    pub degenerate: Option<Degenerate>,
}

/// Answers a question about a variant.
pub fn rare(
    arm: &Arm,
    question: &RareQuestion,
    settings: &RareSettings,
    watch: Watch<'_>,
) -> Result<RareAnswer, Stopped> {
    let scenario = &arm.scenario;
    let ready = Aimed::new(scenario, question);
    let hunt = ready.hunt(question, settings, watch);
    let stopped = |halt| stopped(halt, arm);
    let (steering, pilots) = learn(&hunt, PILOTS).map_err(stopped)?;
    let each = if ready.vary { UNIT } else { 1 };
    let most = settings.run.paths.div_ceil(each).max(1);
    let (mut tally, mut done, mut look) = (WeighedTally::default(), 0, FIRST_LOOK.div_ceil(each));
    // Where no pilot got there, the first look will do.
    let hopeless = pilots.iter().all(|pilot| pilot.hits == 0);
    let seen = loop {
        let to = look.min(most);
        tally.merge(&weigh(&hunt, &steering, done..to).map_err(stopped)?);
        (done, look) = (to, 2 * to);
        let seen = tally.weighed();
        let good =
            degenerate(&seen, ready.vary).is_none() && seen.relative_error() <= settings.relative_error;
        if good || done >= most || (hopeless && seen.hits == 0) {
            break seen;
        }
    };
    Ok(RareAnswer {
        scenario: scenario.name.clone(),
        variant: arm.name.clone(),
        levers: arm.levers(),
        start: scenario.start,
        event: question.event.clone(),
        until: steering.worths.until(),
        seen,
        vary: ready.vary,
        plain: steering.plain,
        pilots,
        seed: settings.run.seed,
        wanted: settings.relative_error,
        degenerate: degenerate(&seen, ready.vary),
    })
}

/// The first path that reaches the event, told from start to end; `None` where none of the first does.
pub fn rare_path(
    arm: &Arm,
    question: &RareQuestion,
    settings: &RareSettings,
    watch: Watch<'_>,
) -> Result<Option<(Trace, Vec<f64>)>, Stopped> {
    let ready = Aimed::new(&arm.scenario, question);
    let hunt = ready.hunt(question, settings, watch);
    let (steering, _) = learn(&hunt, PILOTS).map_err(|halt| stopped(halt, arm))?;
    for unit in 0..FIRST_LOOK {
        let (world, path) = if ready.vary { (unit, 0) } else { (0, unit) };
        let mut trace = Trace::default();
        let fault = |fault| stopped(Halt::Fault(fault), arm);
        let (_, reached) = walk_one(&hunt, &steering, world, path, &mut trace).map_err(fault)?;
        if reached {
            // Told to its own end, with all that is reported of it.
            let whole = Hunt { program: &ready.whole, ..hunt };
            walk_one(&whole, &steering, world, path, &mut trace).map_err(fault)?;
            let world = World::new(&ready.whole, settings.run.seed, world).map_err(fault)?;
            return Ok(Some((trace, world.beliefs().to_vec())));
        }
    }
    Ok(None)
}

/// A program cut down to a question.
struct Aimed {
    whole: Program,
    program: Program,
    vary: bool,
}

impl Aimed {
    fn new(scenario: &Scenario, question: &RareQuestion) -> Aimed {
        let whole = Program::compile(scenario);
        Aimed { program: whole.aimed(&question.goal), whole, vary: beliefs_vary(scenario) }
    }

    fn hunt<'a>(&'a self, question: &'a RareQuestion, settings: &RareSettings, watch: Watch<'a>) -> Hunt<'a> {
        Hunt {
            program: &self.program,
            goal: &question.goal,
            seed: settings.run.seed,
            vary: self.vary,
            threads: settings.run.threads,
            cancel: watch.cancel,
            progress: watch.progress,
        }
    }
}

fn stopped(halt: crate::engine::rare::Stopped, arm: &Arm) -> Stopped {
    match halt {
        Halt::Cancelled => Failed::Cancelled,
        Halt::Fault(fault) => Failed::Path {
            scenario: arm.scenario.name.clone(),
            variant: arm.name.clone(),
            world: fault.world,
            path: fault.path,
            fault,
        },
    }
}

/// Whether the weights carry an answer. A standard error says nothing where a few paths make all the weight: the paths
/// that would double it may be those that were not drawn.
fn degenerate(seen: &Weighed, vary: bool) -> Option<Degenerate> {
    if seen.hits == 0 {
        Some(Degenerate::NoHit)
    } else if seen.greatest_share > MOST_SHARE {
        Some(Degenerate::OneWeight(seen.greatest_share))
    } else if seen.effective_hits < LEAST_HITS {
        Some(Degenerate::FewHits(seen.effective_hits))
    } else if vary && seen.effective_units < LEAST_WORLDS {
        Some(Degenerate::FewWorlds(seen.effective_units))
    } else {
        None
    }
}
