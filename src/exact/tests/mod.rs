//! Exact answers against closed forms, refinement and paths.

mod accounts;
mod beside;
mod carried;
mod clocks;
mod counted;
mod dates;
mod lines;
mod missed;
mod moments;
mod nearest;
mod stays;
mod swings;
mod tails;
mod ties;
mod timed;
mod untimed;
mod workload;
mod worlds;

use super::{NotExact, Questions, Solution, Solver, counted, endless};
use crate::check::check_text;
use crate::engine::World;
use crate::model::Scenario;
use crate::program::Program;

/// A scenario from its text.
fn scenario(text: &str) -> Scenario {
    let checked = check_text("test", text);
    match checked.scenario {
        Some(scenario) => scenario,
        None => panic!("{:#?}", checked.found),
    }
}

fn questions(scenario: &Scenario) -> Questions {
    let end = scenario.horizon.unwrap_or(f64::INFINITY);
    Questions {
        slots: scenario.milestones.iter().map(|m| m.at).chain([end]).collect(),
        outcomes: scenario.outcomes.len(),
        splits: scenario.splits.iter().map(|s| s.keys.len()).collect(),
        when: true,
        fractions: true,
        effort: super::MOST_EFFORT,
    }
}

fn try_solve(scenario: &Scenario) -> Result<Solution, NotExact> {
    let program = Program::compile(scenario);
    let world = World::new(&program, 1, 0).expect("the world can be drawn");
    let program = counted(&program, &world);
    let endless = endless(&program, &world);
    Solver::new(&program)?.of_nearest(endless).solve(&world, &questions(scenario))
}

fn solve(text: &str) -> (Scenario, Solution) {
    let scenario = scenario(text);
    match try_solve(&scenario) {
        Ok(solution) => (scenario, solution),
        Err(refused) => panic!("{refused:?}"),
    }
}

/// P(outcome by a slot).
fn by(of: &(Scenario, Solution), slot: usize, outcome: &str) -> f64 {
    let number = of.0.outcomes.iter().position(|o| o.name == outcome).expect("an outcome");
    of.1.slots[slot].outcomes[number]
}

#[track_caller]
fn close(a: f64, b: f64, off: f64) {
    assert!((a - b).abs() <= off * b.abs().max(1e-300), "{a} is not {b}: off by {:e}", (a - b) / b);
}
