//! Runs a plan by solving it: every world of every variant exactly, in order.

use super::answer::{Answer, Made, Method};
use super::arms::Arm;
use super::batch::{Failed, Results, Stopped, Watch};
use super::beliefs::beliefs;
use super::plan::{Plan, Subject};
use super::solved::{answer, compare};
use crate::engine::{Fault, Halt, Sampled, World, in_order};
use crate::exact::{NotExact, Questions, Solution, Solver};
use crate::model::Scenario;
use crate::program::Program;

/// What can stop a world.
enum Stop {
    Refused(NotExact),
    World(Box<Fault>),
}

/// What is asked of every world of a scenario.
fn questions(scenario: &Scenario) -> Questions {
    let end = scenario.horizon.unwrap_or(f64::INFINITY);
    Questions {
        slots: scenario.milestones.iter().map(|m| m.at).chain([end]).collect(),
        outcomes: scenario.outcomes.len(),
        splits: scenario.splits.iter().map(|s| s.keys.len()).collect(),
        when: true,
    }
}

/// The answers of every world of a variant.
fn worlds(
    program: &Program,
    scenario: &Scenario,
    seed: u64,
    count: u64,
    threads: usize,
    watch: Watch<'_>,
) -> Result<Vec<Solution>, Halt<(u64, Stop)>> {
    let asked = questions(scenario);
    let mut all = Vec::new();
    let refused = |world| move |refused| Halt::Fault((world, Stop::Refused(refused)));
    // Refused at once where it is at all.
    Solver::new(program).map_err(refused(0))?;
    in_order(
        if count == 1 { 1 } else { threads },
        count,
        watch.cancel,
        || Solver::new(program),
        |solver, number| {
            let solver = solver.as_mut().map_err(|r| Halt::Fault((number, Stop::Refused(r.clone()))))?;
            let world = World::new(program, seed, number);
            let world = world.map_err(|fault| Halt::Fault((number, Stop::World(fault))))?;
            let solution = solver.solve(&world, &asked).map_err(refused(number))?;
            (watch.progress)(1);
            Ok(solution)
        },
        |solution| {
            all.push(solution);
            Ok(())
        },
    )?;
    Ok(all)
}

/// Whether everything in the tables of a scenario can be had exactly, judged by the first world of each variant: the
/// combinations of all variants, or the variant that can't be solved and why.
pub fn not_exact(subject: &Subject, seed: u64) -> Result<usize, (String, NotExact)> {
    let mut combinations = 0;
    for arm in &subject.arms {
        let program = Program::compile(&arm.scenario);
        // A world that cannot be drawn is a fault, which the run will tell.
        let Ok(world) = World::new(&program, seed, 0) else { continue };
        let tried = Solver::new(&program).and_then(|mut s| s.solve(&world, &questions(&arm.scenario)));
        let solved = tried.and_then(|solution| match super::solved::missing(&solution) {
            Some(refused) => Err(refused),
            None => Ok(solution.combinations),
        });
        combinations = combinations.max(solved.map_err(|refused| (arm.name.clone(), refused))?);
    }
    Ok(combinations)
}

/// Solves a plan.
pub fn solve_plan(plan: &Plan, watch: Watch<'_>) -> Result<Results, Stopped> {
    let mut answers: Vec<Answer> = Vec::new();
    for subject in &plan.subjects {
        answers.extend(solve_subject(plan, subject, watch)?);
    }
    Ok(Results { levers: plan.levers(), answers })
}

/// Solves one scenario with its variants.
pub fn solve_subject(plan: &Plan, subject: &Subject, watch: Watch<'_>) -> Result<Vec<Answer>, Stopped> {
    let (seed, size) = (plan.settings.seed, subject.size);
    let made = Made { method: Method::Exact, seed, worlds: size.worlds, paths: 0 };
    let mut answers: Vec<Answer> = Vec::new();
    let mut base: Vec<Solution> = Vec::new();
    for (number, arm) in subject.arms.iter().enumerate() {
        let program = Program::compile(&arm.scenario);
        let solved = worlds(&program, &arm.scenario, seed, size.worlds, plan.settings.threads, watch)
            .map_err(|halt| failed(halt, subject, arm))?;
        let mut found = answer(&subject.scenario, arm, &solved, made);
        if let Some(first) = answers.first() {
            found.compare = compare(&arm.scenario, (first, &base), (&found, &solved));
        } else {
            base = solved;
        }
        let source = Sampled { program, seed };
        found.beliefs = beliefs(subject, number, &source).map_err(|(world, fault)| Failed::Path {
            scenario: subject.scenario.name.clone(),
            variant: arm.name.clone(),
            world,
            path: None,
            fault,
        })?;
        answers.push(found);
    }
    Ok(answers)
}

fn failed(halt: Halt<(u64, Stop)>, subject: &Subject, arm: &Arm) -> Stopped {
    let (scenario, variant) = (subject.scenario.name.clone(), arm.name.clone());
    match halt {
        Halt::Cancelled => Failed::Cancelled,
        Halt::Fault((world, Stop::World(fault))) => {
            Failed::Path { scenario, variant, world, path: None, fault }
        }
        Halt::Fault((world, Stop::Refused(refused))) => {
            Failed::NotExact { scenario, variant, world, refused }
        }
    }
}
