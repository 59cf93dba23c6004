//! What a run answers must not depend on how its paths are walked, by how many threads, or on what variants share.

use detente::engine::{Each, Evaluated, Fault, Observer, PathEnd, Sampled, Source, Walker, World};
use detente::model::Scenario;
use detente::program::{Marginal, Program};
use detente::study::{Failed, Plan, Results, Settings, Watch, run_plan, run_with};
use std::ops::Range;
use std::sync::atomic::AtomicBool;

const PATHS: u64 = 1_200;
/// Scenarios whose first paths leave more stages than this each, on average, would take too long.
const MOST: u64 = 100;

/// Paths one after the other, worlds one after the other, each variant for itself.
struct OneByOne(Sampled);

impl Source for OneByOne {
    type World = World;
    type Walker<'a> = Evaluated<'a>;
    type Fault = Box<Fault>;

    fn walker(&self) -> Evaluated<'_> {
        Evaluated::new(&self.0.program)
    }

    fn world(&self, world: u64, _: Option<World>) -> Result<World, Box<Fault>> {
        World::new(&self.0.program, self.0.seed, world)
    }

    fn beliefs<'a>(&self, world: &'a World) -> &'a [f64] {
        world.beliefs()
    }

    fn marginal(&self, belief: usize) -> Option<Marginal<'_>> {
        self.0.marginal(belief)
    }

    fn walk<'a>(
        &'a self,
        walker: &mut Evaluated<'a>,
        worlds: &[World],
        paths: Range<u64>,
        limit: u64,
        seen: &mut impl Each,
    ) -> Result<(), (u64, Box<Fault>)> {
        walker.walk(worlds, paths, limit, seen)
    }
}

/// Stages that were left.
struct Left(u64);

impl Observer for Left {
    fn leave(&mut self, _: usize, _: usize, _: f64, _: f64) {
        self.0 += 1;
    }

    fn end(&mut self, _: &PathEnd<'_>) {}
}

/// Whether paths are soon over, in the base and in all variants.
fn is_short(scenario: &Scenario, seed: u64) -> bool {
    let variants = scenario.variants.iter().map(|v| scenario.with(&v.changes));
    std::iter::once(scenario.clone()).chain(variants).all(|scenario| {
        let program = Program::compile(&scenario);
        let (mut walker, mut left) = (Walker::new(&program), Left(0));
        (0..5).filter_map(|world| World::new(&program, seed, world).ok()).all(|world| {
            (0..4).all(|path| {
                // Faults come in both ways.
                let _ = walker.walk(&world, path, &mut left);
                left.0 <= MOST * 20
            })
        })
    })
}

fn told(results: Result<Results, Failed<Box<Fault>>>) -> Result<Vec<String>, String> {
    match results {
        Ok(results) => Ok(results.answers.iter().map(|answer| format!("{answer:#?}")).collect()),
        Err(Failed::Path { variant, world, path, fault, .. }) => {
            Err(format!("{variant}, world {world}, path {path:?}: {:?}", fault.kind))
        }
        Err(failed) => Err(format!("{failed:?}")),
    }
}

/// How many answers were the same, and whether there was a fault instead; else the first difference. None where paths are long.
pub fn answered(scenario: &Scenario, seed: u64) -> Result<Option<(usize, bool)>, String> {
    if !is_short(scenario, seed) {
        return Ok(None);
    }
    let (mut answers, mut faults) = (0, false);
    // By the rule; few worlds; one path a world.
    for worlds in [None, Some(15), Some(PATHS)] {
        let settings = Settings { paths: PATHS, worlds, seed, threads: 1, ..Settings::default() };
        let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| {} };
        let plan = |threads: usize| Plan::new(vec![scenario.clone()], Settings { threads, ..settings });
        let source =
            |scenario: &Scenario, seed| OneByOne(Sampled { program: Program::compile(scenario), seed });
        let plainly = told(run_with(&plan(1), source, watch, None));
        for threads in [1, 3] {
            let runs = told(run_plan(&plan(threads), watch, None));
            match (&runs, &plainly) {
                (Ok(a), Ok(b)) if a.len() == b.len() => {
                    for (a, b) in a.iter().zip(b) {
                        if let Some((a, b)) = a.lines().zip(b.lines()).find(|(a, b)| a != b) {
                            return Err(format!("{worlds:?} worlds, {threads} threads: {a}, one by one {b}"));
                        }
                    }
                    answers += a.len();
                }
                (Err(a), Err(b)) if a == b => faults = true,
                _ => {
                    return Err(format!(
                        "{worlds:?} worlds, {threads} threads: {runs:?}, one by one {plainly:?}"
                    ));
                }
            }
        }
    }
    Ok(Some((answers, faults)))
}
