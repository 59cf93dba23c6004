//! Do the intervals keep their promise? Whole runs of small scenarios whose answer is known, again and again with other seeds:
//! the 95% interval must contain the truth in 95% of them, to one point.

use detente::check::check_text;
use detente::engine::WorldDesign;
use detente::study::{Plan, Settings, Watch, run_plan, solve_plan};
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

/// Over seeds: how often the interval of a solved scenario covers the mean over all worlds, and the variance of what it says.
fn solved(text: &str, settings: Settings, truth: f64, seeds: u64) -> (f64, f64) {
    let scenario = check_text("covered", text).scenario.expect("it is sound");
    let cancel = AtomicBool::new(false);
    let watch = Watch { cancel: &cancel, progress: &|_| {} };
    let (mut covered, mut squares) = (0.0, 0.0);
    for seed in 0..seeds {
        let plan = Plan::new(vec![scenario.clone()], Settings { seed, threads: 1, ..settings });
        let found = solve_plan(&plan, watch).expect("it is solved");
        let yes = &found.answers[0].outcomes[0].probability;
        covered += f64::from(u8::from(yes.interval.low <= truth && truth <= yes.interval.high));
        squares += (yes.value - truth) * (yes.value - truth);
    }
    (covered / seeds as f64, squares / seeds as f64)
}

/// Worlds of a design: intervals from its independent parts cover as they say, and errors shrink as theory says.
#[test]
fn intervals_of_designs_cover() {
    let text = "[beliefs]\na = { is = \"uniform(0, 1)\", why = \"a test\" }\n\
         b = { is = \"uniform(0, 1)\", why = \"a test\" }\n\
         [stage.go]\nnext = [{ p = \"a * b\", to = \"yes\" }, { to = \"no\" }]\n[outcome.yes]\n[outcome.no]\n";
    let (seeds, worlds) = (1_000, 512);
    let mut variances = vec![];
    for design in [WorldDesign::Random, WorldDesign::Latin, WorldDesign::Sobol] {
        let settings = Settings { worlds: Some(worlds), design, ..Settings::default() };
        let (covered, variance) = solved(text, settings, 0.25, seeds);
        // Four standard errors of a share of 95%.
        let off = 4.0 * (0.95 * 0.05 / seeds as f64).sqrt();
        assert!((covered - 0.95).abs() < off, "{design:?}: {covered}");
        variances.push(variance * worlds as f64);
    }
    // Var(ab) = 1/9 - 1/16 = 7/144, of which a Latin hypercube leaves what is no sum of a part of a and a part of b, 1/144
    // (Stein 1987). Four standard errors of a variance, which is normal enough with 512 worlds.
    let off = 4.0 * (2.0 / seeds as f64).sqrt();
    assert!((variances[0] * 144.0 / 7.0 - 1.0).abs() < off, "{variances:?}");
    // In a part of 32 worlds strata are coarse: of order 1/32 more.
    assert!((variances[1] * 144.0 - 1.0).abs() < off + 4.0 / 32.0, "{variances:?}");
    // A net of 32 points: no more than a Latin hypercube for a product of two (Owen 1997), by far.
    assert!(variances[2] < 0.2 * variances[1], "{variances:?}");
}
