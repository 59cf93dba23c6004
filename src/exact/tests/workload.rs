//! The reference workload, and what is too much.

use super::{Program, Questions, Solver, World, by, close, questions, scenario, solve};
use crate::exact::{MOST_EFFORT, Why, quantile};

const N1: &str = include_str!("n1.toml");

#[test]
fn n1() {
    let n1 = solve(N1);
    let deal = |slot| by(&n1, slot, "comprehensive") + by(&n1, slot, "ceasefire");
    // Within a day: tiny, and yet a number.
    close(deal(0), 9.94e-15, 1e-4);
    close(deal(1), 2.9518e-3, 1e-5);
    let sum: f64 = n1.1.slots[3].outcomes.iter().sum();
    close(sum, 1.0, 1e-12);
    let cells: f64 = n1.1.splits[0].values().flatten().sum();
    close(cells, 1.0, 1e-12);
    assert!(n1.1.slots.iter().all(|slot| slot.bound < 1e-10));
    // The days of the deal: what has come by a quantile is its share.
    let deals: Vec<_> = n1.1.curves[..2].iter().collect();
    let all = deals.iter().map(|c| c.total()).sum::<f64>();
    for q in [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] {
        let at = quantile(&deals, 0.5 * q * all);
        close(deals.iter().map(|c| c.up_to(at)).sum::<f64>(), q * all, 1e-10);
    }
}

/// A delay starts in any of 21 combinations, and runs on to any that follow: exponential events lead there.
const PAIRS: &str = r#"
title = "Exponential events beside a delay"
horizon = "1 year"
at_horizon = "late"
[state]
x = 0
[track.talks.stage.round]
takes = "gamma(shape = 3, mean = 200 days)"
next = [{ p = "logistic(x / 10 - 3)", to = "deal" }, { to = "round" }]
[track.front.stage.quiet]
hazard = "2 per month"
next = [{ set = { x = "min(x + 1, 20)" }, to = "quiet" }]
[outcome.deal]
[outcome.late]
"#;

#[test]
fn solving_stops_soon_after_its_limit() {
    let scenario = scenario(PAIRS);
    let program = Program::compile(&scenario);
    let world = World::new(&program, 1, 0).expect("the world can be drawn");
    let spent = |most: u64| {
        let mut solver = Solver::new(&program).expect("it can be solved");
        let solved = solver.solve(&world, &Questions { effort: most, ..questions(&scenario) });
        (solved.err().map(|refused| refused.why), solver.effort())
    };
    let (whole, stopped) = (spent(MOST_EFFORT), spent(1));
    assert_eq!((whole.0, stopped.0), (None, Some(Why::TooMuch)));
    // All pairs of the first combination together take a hundredth of the whole; it stops within the first of them.
    assert!(1_000 * stopped.1 < whole.1, "{} of {}", stopped.1, whole.1);
}
