//! Against closed forms and the exact engine.

use super::*;
use crate::engine::{Trace, Walker, World};
use crate::model::Scenario;
use crate::model::build::DAY;
use crate::program::{Goal, Program};
use crate::stats::Weighed;
use std::sync::atomic::AtomicBool;

const N1: &str = include_str!("../../exact/tests/n1.toml");

fn compiled(text: &str) -> (Scenario, Program) {
    let checked = crate::check::check_text("rare", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found));
    let program = Program::compile(&scenario);
    (scenario, program)
}

/// What is asked for: outcomes, or else the day of a `first`, by a day.
fn goal(scenario: &Scenario, names: &[&str], days: f64) -> Goal {
    let outcome = |name: &&str| scenario.outcomes.iter().position(|o| o.name == *name).map(|o| o as u16);
    let first = |name: &&str| scenario.measures.iter().position(|m| m.name == *name).map(|m| m as u32);
    let outcomes: Vec<u16> = names.iter().filter_map(outcome).collect();
    let firsts = if outcomes.is_empty() { names.iter().filter_map(first).collect() } else { vec![] };
    assert_eq!(outcomes.len() + firsts.len(), names.len());
    Goal { outcomes, firsts, until: days * DAY }
}

/// By rounds of so many pilots, and so many paths.
fn run_on(text: &str, names: &[&str], days: f64, seed: u64, sizes: [u64; 2], threads: usize) -> Weighed {
    let [pilots_each, paths] = sizes;
    let (scenario, program) = compiled(text);
    let goal = goal(&scenario, names, days);
    let vary = !scenario.beliefs.is_empty();
    let aimed = program.aimed(&goal);
    let cancel = AtomicBool::new(false);
    let hunt = Hunt { program: &aimed, goal: &goal, seed, vary, threads, cancel: &cancel, progress: &|_| {} };
    let (steering, _) = learn(&hunt, pilots_each).expect("nothing goes wrong");
    weigh(&hunt, &steering, 0..if vary { paths / UNIT } else { paths }).expect("nothing goes wrong").weighed()
}

fn run(text: &str, names: &[&str], days: f64, seed: u64) -> Weighed {
    run_on(text, names, days, seed, [2000, 10_000], 1)
}

/// Five runs hold the true probability, each within four standard errors, together within four of theirs; and each is as
/// close as `relative`.
fn holds(text: &str, names: &[&str], days: f64, exact: f64, relative: f64) {
    let mut together = 0.0;
    for seed in 1..6 {
        let seen = run(text, names, days, seed);
        let z = (seen.probability - exact) / seen.standard_error;
        together += z;
        assert!(z.abs() <= 4.0, "{exact} by seed {seed}: z = {z}, {seen:?}");
        assert!(seen.relative_error() <= relative, "{} {seen:?}", seen.relative_error());
        assert!(seen.balance.abs() <= 5.0, "{seen:?}");
    }
    assert!((together / 5f64.sqrt()).abs() <= 4.0, "{together}");
}

#[test]
fn the_deal_of_n1() {
    let deal = ["comprehensive", "ceasefire"];
    holds(N1, &deal, 30.0, 2.951_817e-3, 0.02);
    holds(N1, &deal, 1.0, 9.940_50e-15, 0.02);
    // Signing ends on the spot.
    holds(N1, &["deal_day"], 1.0, 9.940_50e-15, 0.02);
}

/// Erlang's distribution: P(at least `k` of a Poisson with mean `x`).
fn erlang(k: u32, x: f64) -> f64 {
    let mut term = (1..=k).fold(libm::exp(-x), |term, n| term * x / f64::from(n));
    let mut sum = 0.0;
    for n in k + 1..k + 60 {
        sum += term;
        term *= x / f64::from(n);
    }
    sum
}

#[test]
fn a_chain_of_exponentials_in_a_short_time() {
    for (stages, days, relative) in [(3, 0.1, 0.02), (8, 1.0, 0.05)] {
        let mut text =
            String::from("horizon = \"100 days\"\nat_horizon = \"open\"\n[outcome.done]\n[outcome.open]\n");
        for n in 0..stages {
            let to = if n + 1 == stages { "done".to_string() } else { format!("s{}", n + 1) };
            text += &format!("[stage.s{n}]\ntakes = \"exponential(mean = 10 days)\"\nto = \"{to}\"\n");
        }
        holds(&text, &["done"], days, erlang(stages, days / 10.0), relative);
    }
}

#[test]
fn a_rare_branch_three_times() {
    let text = "horizon = \"100 days\"\nat_horizon = \"open\"\n[outcome.done]\n[outcome.open]\n[outcome.lost]\n\
        [state]\ncount = 0\n[stage.wait]\ntakes = \"uniform(1 day, 2 days)\"\nnext = [\n\
        { p = 1e-6, set = { count = \"count + 1\" }, to = \"look\" }, { to = \"lost\" }]\n\
        [stage.look]\nnext = [{ when = \"count >= 3\", to = \"done\" }, { to = \"wait\" }]\n";
    holds(text, &["done"], 100.0, 1e-18, 0.02);
}

#[test]
fn a_race_that_is_rarely_won() {
    // The slow one first: a / (a + b) (1 - exp(-(a + b) t)).
    let text = "horizon = \"100 days\"\nat_horizon = \"open\"\n[outcome.done]\n[outcome.open]\n[outcome.lost]\n\
        [stage.wait]\nrace = [\n{ clock = \"slow\", takes = \"exponential(mean = 10000 days)\", to = \"done\" },\n\
        { clock = \"fast\", hazard = \"5 per day\", to = \"lost\" }]\n";
    let (a, b) = (1e-4, 5.0);
    for days in [0.5, 50.0] {
        holds(text, &["done"], days, a / (a + b) * -libm::expm1(-(a + b) * days), 0.06);
    }
}

/// Six tracks, any of which may do it: one is enough, and it must not matter which.
#[test]
fn any_of_several_tracks() {
    let mut text =
        String::from("horizon = \"100 days\"\nat_horizon = \"open\"\n[outcome.done]\n[outcome.open]\n");
    let rates = [1e-6, 2e-6, 3e-6, 1e-6, 5e-7, 4e-6];
    for (n, rate) in rates.iter().enumerate() {
        text += &format!("[track.t{n}.stage.up]\nhazard = \"{rate} per day\"\nto = \"done\"\n");
    }
    let total: f64 = rates.iter().sum();
    holds(&text, &["done"], 10.0, -libm::expm1(-10.0 * total), 0.03);
}

/// Two tracks, both of which must fail: the conditions of an outcome read them.
#[test]
fn all_of_two_tracks() {
    let text = "horizon = \"100 days\"\nat_horizon = \"open\"\n[outcome.open]\n\
        [outcome.done]\nwhen = \"a == down and b == down\"\n\
        [track.a.stage.up]\nhazard = \"1e-4 per day\"\nto = \"down\"\n[track.a.stage.down]\ntakes = \"1000 days\"\nto = \"up\"\n\
        [track.b.stage.up]\ntakes = \"weibull(shape = 2, scale = 3000 days)\"\nto = \"down\"\n\
        [track.b.stage.down]\ntakes = \"1000 days\"\nto = \"up\"\n";
    let exact = -libm::expm1(-1e-4 * 5.0) * -libm::expm1(-(5.0f64 / 3000.0) * (5.0 / 3000.0));
    holds(text, &["done"], 5.0, exact, 0.03);
}

/// A rate that rises with time, from nothing.
#[test]
fn a_hazard_that_reads_the_day() {
    let text = "horizon = \"100 days\"\nat_horizon = \"open\"\n[outcome.done]\n[outcome.open]\n\
        [stage.wait]\nhazard = \"1e-6 * (day / 1 day)\"\nnext = [{ p = 1e-3, to = \"done\" }, {}]\n";
    holds(text, &["done"], 10.0, -libm::expm1(-1e-9 * 50.0), 0.02);
}

/// The chance is a belief: uniform, so the cube has mean 1/4 of the greatest.
#[test]
fn worlds_differ() {
    let text = "horizon = \"100 days\"\nat_horizon = \"open\"\n[beliefs]\nq = { is = \"uniform(0, 0.001)\", why = \"x\" }\n\
        [outcome.done]\n[outcome.open]\n[outcome.lost]\n[state]\ncount = 0\n\
        [stage.wait]\ntakes = \"1 day\"\nnext = [{ p = \"q\", set = { count = \"count + 1\" }, to = \"look\" }, { to = \"lost\" }]\n\
        [stage.look]\nnext = [{ when = \"count >= 3\", to = \"done\" }, { to = \"wait\" }]\n";
    holds(text, &["done"], 100.0, 0.25e-9, 0.05);
}

/// Ninety choices in a row, each of which is steered: weights of some paths are huge, where none of the mixture is above 10. Two states of a
/// Markov process, from the roots of s² + λ(1 + ε)s + λ²εq.
#[test]
fn a_way_of_many_choices() {
    let text = "horizon = \"3652.5 days\"\nat_horizon = \"open\"\n[outcome.done]\n[outcome.open]\n\
        [stage.calm]\ntakes = \"exponential(mean = 40 days)\"\nnext = [{ p = 0.001, to = \"crisis\" }, { to = \"calm\" }]\n\
        [stage.crisis]\ntakes = \"exponential(mean = 40 days)\"\nnext = [{ p = 0.01, to = \"done\" }, { to = \"calm\" }]\n";
    let (rate, into, done, days): (f64, f64, f64, f64) = (1.0 / 40.0, 0.001, 0.01, 3652.5);
    let (half, product) = (rate * (1.0 + into) / 2.0, rate * rate * into * done);
    let root = (half * half - product).sqrt();
    let (low, high) = (-half - root, -product / (half + root));
    let exact = (low * libm::expm1(high * days) - high * libm::expm1(low * days)) / (high - low);
    let seen = run_on(text, &["done"], days, 1, [500, 20_000], 0);
    let z = (seen.probability - exact) / seen.standard_error;
    assert!(z.abs() <= 4.0, "{exact}: {z}, {seen:?}");
    assert!(seen.greatest_share < 0.1 && seen.relative_error() < 0.5, "{seen:?}");
}

/// The outcome of the horizon may be the rare one.
#[test]
fn nothing_comes_until_the_horizon() {
    let text = "horizon = \"20 days\"\nat_horizon = \"open\"\n[outcome.done]\n[outcome.open]\n\
        [stage.wait]\nhazard = \"1 per day\"\nto = \"done\"\n";
    holds(text, &["open"], 20.0, libm::exp(-20.0), 0.02);
}

#[test]
fn threads_make_no_difference() {
    let deal = ["comprehensive", "ceasefire"];
    let one = run_on(N1, &deal, 30.0, 7, [1000, 3000], 1);
    assert_eq!(one, run_on(N1, &deal, 30.0, 7, [1000, 3000], 3));
}

/// A path that is steered as the scenario says, since nothing can be, is the path of a plain run.
#[test]
fn a_path_that_is_not_steered_is_the_plain_one() {
    let text = "horizon = \"100 days\"\nat_horizon = \"open\"\n[outcome.done]\n[outcome.open]\n\
        [stage.wait]\ntakes = \"200 days\"\nto = \"done\"\n[track.b.stage.s]\ntakes = \"1 day\"\nto = \"s\"\n";
    let text = text.replace("[stage.wait]", "[track.a.stage.wait]");
    let (scenario, program) = compiled(&text);
    let goal = goal(&scenario, &["done"], 50.0);
    let aimed = program.aimed(&goal);
    let cancel = AtomicBool::new(false);
    let hunt = Hunt {
        program: &aimed,
        goal: &goal,
        seed: 3,
        vary: false,
        threads: 1,
        cancel: &cancel,
        progress: &|_| {},
    };
    let steering = Steering { worths: Worths::guess(&aimed, &goal), plain: 0.0 };
    let (mut steered, mut plain) = (Trace::default(), Trace::default());
    let (weight, reached) = walk_one(&hunt, &steering, 0, 5, &mut steered).unwrap();
    let world = World::new(&aimed, 3, 0).unwrap();
    Walker::new(&aimed).walk(&world, 5, &mut plain).unwrap();
    assert_eq!((weight, reached), (1.0, false));
    assert_eq!(steered, plain);
}

/// Where steering is of no use the estimate is the plain share, and no worse.
#[test]
fn a_common_event_is_estimated_too() {
    let (scenario, program) = compiled(N1);
    let goal = goal(&scenario, &["collapsed"], 365.0);
    let world = World::new(&program, 1, 0).unwrap();
    let mut walker = Walker::new(&program);
    let mut hits = 0_u32;
    let mut end = Trace::default();
    for path in 0..20_000 {
        walker.walk(&world, path, &mut end).unwrap();
        hits += u32::from(end.end.as_ref().is_some_and(|e| e.outcome == usize::from(goal.outcomes[0])));
    }
    let (p, seen) = (f64::from(hits) / 2e4, run(N1, &["collapsed"], 365.0, 1));
    let error = (p * (1.0 - p) / 2e4 + seen.standard_error * seen.standard_error).sqrt();
    assert!(((seen.probability - p) / error).abs() <= 4.0, "{p} {seen:?}");
    assert!(seen.relative_error() < 0.1, "{seen:?}");
}

/// Share of 95% intervals that hold the truth: `cargo test --release --lib rare::tests::coverage -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes"]
fn coverage() {
    for (days, exact) in [(30.0, 2.951_817e-3), (1.0, 9.940_50e-15)] {
        for paths in [300, 2000] {
            let (mut held, mut below) = (0, 0);
            let (mut sum, mut squares) = (0.0, 0.0);
            for seed in 0..400 {
                let sizes = [500, paths];
                let seen = run_on(N1, &["comprehensive", "ceasefire"], days, 1000 + seed, sizes, 0);
                held += u32::from(seen.interval.contains(exact));
                below += u32::from(seen.interval.high < exact);
                let z = (seen.probability - exact) / seen.standard_error;
                (sum, squares) = (sum + z, squares + z * z);
            }
            println!(
                "{days} days, {paths} paths: {held} of 400 hold it, {below} lie below; z has mean {}, mean square {}",
                sum / 400.0,
                squares / 400.0
            );
        }
    }
}
