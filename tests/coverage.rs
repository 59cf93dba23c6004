//! Do the intervals keep their promise? Whole runs of small scenarios whose answer is known, again and again with other seeds:
//! the 95% interval must contain the truth in 95% of them, to one point.

use detente::check::check_text;
use detente::study::{Plan, Settings, Watch, run_plan};
use std::sync::atomic::AtomicBool;

/// Independent runs of each scenario: the coverage found has a standard error of 0.31 points.
const RUNS: u64 = 5_000;

/// The share of runs whose interval for the outcome `hit` contains `truth`.
fn coverage(text: &str, settings: Settings, truth: f64) -> f64 {
    let checked = check_text("coverage", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found));
    let cancel = AtomicBool::new(false);
    let mut inside = 0_u64;
    for seed in 0..RUNS {
        let plan = Plan::new(vec![scenario.clone()], Settings { seed, threads: 1, ..settings });
        let watch = Watch { cancel: &cancel, progress: &|_| {} };
        let results = run_plan(&plan, watch, None).expect("a run");
        let row = results.answers[0].outcomes.iter().find(|row| row.outcome == "hit").expect("the outcome");
        inside += u64::from(row.probability.interval.contains(truth));
    }
    inside as f64 / RUNS as f64
}

fn keeps_its_promise(text: &str, settings: Settings, truth: f64) {
    let found = coverage(text, settings, truth);
    assert!((found - 0.95).abs() <= 0.01, "intervals contain the truth in {:.2}% of runs", 100.0 * found);
}

#[test]
fn without_beliefs_intervals_cover_the_truth() {
    let text = "
        [stage.s]
        next = [{ p = 0.3, to = \"hit\" }, { to = \"miss\" }]
        [outcome.hit]
        [outcome.miss]
    ";
    keeps_its_promise(text, Settings { paths: 400, ..Settings::default() }, 0.3);
}

#[test]
fn with_beliefs_intervals_cover_the_truth() {
    // The mean of a beta(3, 7) is 0.3; worlds differ by a standard deviation of 0.14.
    let text = "
        [beliefs]
        chance = { is = \"beta(3, 7)\", why = \"a known truth\" }
        [stage.s]
        next = [{ p = \"chance\", to = \"hit\" }, { to = \"miss\" }]
        [outcome.hit]
        [outcome.miss]
    ";
    keeps_its_promise(text, Settings { paths: 400, worlds: Some(80), ..Settings::default() }, 0.3);
}
