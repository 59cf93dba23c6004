//! Paths against closed forms.

mod effects;
mod faults;
mod guards;
mod measures;
mod n1;
mod never;
mod races;
pub(in crate::engine) mod seen;
mod timed;

use super::{Fault, Observer, PathEnd, Ring, Walker, World};
use crate::model::Scenario;
use crate::program::Program;

/// Keeps all that comes of paths.
#[derive(Default)]
struct Log {
    outcomes: Vec<usize>,
    /// Days.
    times: Vec<f64>,
    lasts: Vec<f64>,
    states: Vec<Vec<f64>>,
    stages: Vec<Vec<u16>>,
    measures: Vec<Vec<f64>>,
    counted: Vec<Vec<bool>>,
    payoffs: Vec<Vec<f64>>,
    cells: Vec<Vec<i64>>,
    rings: u64,
    entries: u64,
    story: Vec<String>,
}

impl Observer for Log {
    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        self.entries += 1;
        self.story.push(format!("{} enter {track}.{stage}", time / crate::model::build::DAY));
    }

    fn leave(&mut self, track: usize, stage: usize, _: f64, time: f64) {
        self.story.push(format!("{} leave {track}.{stage}", time / crate::model::build::DAY));
    }

    fn ring(&mut self, ring: &Ring<'_>) {
        self.rings += 1;
        let clock = ring.clock.map_or("-".to_owned(), |c| c.to_string());
        self.story.push(format!(
            "{} ring {}.{}.{clock} {} {:?}->{:?}",
            ring.time / crate::model::build::DAY,
            ring.track,
            ring.stage,
            ring.branch,
            ring.before,
            ring.after
        ));
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        self.outcomes.push(end.outcome);
        self.times.push(end.time / crate::model::build::DAY);
        self.lasts.push(end.last / crate::model::build::DAY);
        self.states.push(end.states.to_vec());
        self.stages.push(end.stages.to_vec());
        self.measures.push(end.measures.to_vec());
        self.counted.push(end.counted.to_vec());
        self.payoffs.push(end.payoffs.to_vec());
        self.cells.push(end.cells.to_vec());
        self.story.push(format!("{} end {}", end.time / crate::model::build::DAY, end.outcome));
    }
}

fn try_walk(program: &Program, seed: u64, world: u64, paths: u64) -> Result<Log, Box<Fault>> {
    let world = World::new(program, seed, world)?;
    let mut walker = Walker::new(program);
    let mut log = Log::default();
    for path in 0..paths {
        walker.walk(&world, path, &mut log)?;
    }
    Ok(log)
}

fn walk(program: &Program, seed: u64, world: u64, paths: u64) -> Log {
    try_walk(program, seed, world, paths).expect("nothing goes wrong")
}

/// Walks paths of a scenario.
fn paths(scenario: &Scenario, count: u64) -> Log {
    walk(&Program::compile(scenario), 11, 0, count)
}

/// What happens on one path, line by line.
fn story(scenario: &Scenario) -> Vec<String> {
    paths(scenario, 1).story
}

/// The share of hits is `p`, within four standard errors.
fn share(log: &Log, hit: impl Fn(usize) -> bool, p: f64) {
    let n = log.outcomes.len() as f64;
    let hits = (0..log.outcomes.len()).filter(|i| hit(*i)).count() as f64;
    let z = (hits - n * p) / (n * p * (1.0 - p)).sqrt();
    assert!(z.abs() <= 4.0, "{hits} of {n} is not {p}: z = {z}");
}

/// The mean is `mean`, within four standard errors.
fn mean_is(values: impl Iterator<Item = f64>, mean: f64) {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    let found = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - found) * (v - found)).sum::<f64>() / (n - 1.0);
    let z = (found - mean) / (variance / n).sqrt();
    assert!(z.abs() <= 4.0, "{found} is not {mean}: z = {z}");
}
