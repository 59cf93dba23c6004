//! What is read of paths: values, accounts, firsts, payoffs, splits; and what beliefs do.

use super::{mean_is, paths, share, walk};
use crate::engine::World;
use crate::model::build::*;
use crate::model::*;
use crate::program::Program;

fn account(rate: Option<Expr>, discount: Option<f64>) -> MeasureKind {
    let discount = discount.map(|rate| Discount { rate, period: 365.25 * DAY });
    MeasureKind::Account(Account { rate, discount })
}

/// A switch that is thrown on day 4; the path ends on day 10.
fn switched() -> (Scenario, StateId) {
    let mut s = empty();
    let x = s.add_number("x", 1.0);
    s.until(10.0);
    s.add_track("t", vec![("s", clocks(vec![at("", days(4.0), vec![stay().set(x, num(3.0))])]))]);
    (s, x)
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-11 * b.abs(), "{a} is not {b}");
}

#[test]
fn accounts_gather_rates_and_lumps() {
    let (mut s, x) = switched();
    s.add_measure("plain", account(Some(state(x)), None), None);
    s.add_measure("unit", account(Some(as_rate(mul(per_day(2.0), state(x)))), None), None);
    let mut holds = more(state(x), num(2.0));
    holds.ty = Ty::Bool;
    s.add_measure("held", account(Some(holds), None), None);
    s.add_measure("present", account(Some(state(x)), Some(0.03)), None);
    s.add_measure("growing", account(Some(mul(num(1.0 / DAY), day())), None), None);
    let double = mul(num(2.0), expr_of(MeasureId(0)));
    s.add_measure("double", MeasureKind::Value(double), None);
    let found = &paths(&s, 1).measures[0];
    near(found[0], 4.0 + 18.0);
    near(found[1], 2.0 * 22.0);
    near(found[2], 6.0);
    let delta = libm::log(1.03) / 365.25;
    let until = |t: f64| (1.0 - libm::exp(-delta * t)) / delta;
    near(found[3], until(4.0) + 3.0 * (until(10.0) - until(4.0)));
    near(found[4], 50.0);
    near(found[5], 44.0);
}

fn expr_of(id: MeasureId) -> Expr {
    Expr { node: Node::Measure(id), ty: Ty::NUMBER, span: Default::default() }
}

#[test]
fn lumps_see_the_values_before_and_are_discounted_at_their_time() {
    let mut s = empty();
    let x = s.add_number("x", 1.0);
    s.until(1000.0);
    let (cost, raw) = (MeasureId(0), MeasureId(1));
    let ways = vec![to(0).set(x, add(state(x), num(1.0))).pay(cost, state(x)).pay(raw, state(x))];
    s.add_track("t", vec![("s", clocks(vec![takes("", point(days(365.25)), ways)]))]);
    s.entering(0, 0, stay().pay(raw, num(0.5)));
    s.add_measure("cost", account(None, Some(0.05)), None);
    s.add_measure("raw", account(None, None), None);
    let found = &paths(&s, 1).measures[0];
    near(found[0], 1.0 / 1.05 + 2.0 / 1.1025);
    near(found[1], 3.0 + 1.5);
}

/// A clock beside that rings each 0.7 days, and changes what the rate reads but not what comes of it.
#[test]
fn what_else_happens_changes_no_digit_of_an_account() {
    let mut s = empty();
    let x = s.add_number("x", 1.0);
    s.until(10.0);
    let ticks = takes("", point(days(0.7)), vec![stay().set(x, sub(num(3.0), state(x)))]);
    s.add_track("t", vec![("s", clocks(vec![ticks]))]);
    let rate = || iff(more(state(x), num(5.0)), per_day(7.0), per_day(0.1));
    s.add_measure("plain", account(Some(rate()), None), None);
    s.add_measure("present", account(Some(rate()), Some(0.05)), None);
    s.add_measure("changed", account(Some(state(x)), None), None);
    let found = &paths(&s, 1).measures[0];
    let decay = libm::log(1.05) / 365.25;
    // One piece each: its rate times its length.
    assert_eq!(found[0], 0.1 * 10.0);
    assert_eq!(found[1], 0.1 * (-libm::expm1(-decay * 10.0) / decay));
    // 1 and 2 by turns, seven spans of 0.7 days each; 1 for what is left.
    near(found[2], 0.7 * 7.0 + 2.0 * 0.7 * 7.0 + 0.2);
}

#[test]
fn firsts_conditions_payoffs_and_splits() {
    let (mut s, x) = switched();
    s.add_measure("first", MeasureKind::First(more(state(x), num(2.0))), None);
    s.add_measure("never", MeasureKind::First(more(state(x), num(5.0))), None);
    let open = s.at_horizon.unwrap();
    s.add_measure("value", MeasureKind::Value(state(x)), Some(ended_as(open)));
    s.add_measure("other", MeasureKind::Value(div(num(0.0), num(0.0))), Some(not(ended_as(open))));
    s.payoffs = vec![("us".into(), vec![mul(num(2.0), state(x))]), ("them".into(), vec![num(7.0)])];
    let key = |name: &str, expr: Expr| SplitKey { name: name.into(), expr };
    s.splits = vec![
        Split { keys: vec![key("x", state(x))] },
        Split { keys: vec![key("x", state(x)), key("one", more(state(x), num(0.0)))] },
    ];
    let log = paths(&s, 1);
    assert_eq!(log.measures[0][..3], [4.0 * DAY, f64::INFINITY, 3.0]);
    assert_eq!(log.counted[0], [true, true, true, false]);
    assert_eq!(log.payoffs[0], [6.0, 7.0]);
    assert_eq!(log.cells[0], [3, 3, 1]);
}

#[test]
fn a_first_is_seen_within_an_instant_before_the_outcome() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(5.0);
    s.add_outcome_when("done", Some(equal(state(x), num(2.0))));
    let step = |to_stage: usize, v: f64| now(vec![to(to_stage).set(x, num(v))]);
    s.add_track("t", vec![("a", step(1, 1.0)), ("b", step(2, 2.0)), ("c", Waits::Rests)]);
    s.add_measure("one", MeasureKind::First(equal(state(x), num(1.0))), None);
    s.add_measure("two", MeasureKind::First(equal(state(x), num(2.0))), None);
    let log = paths(&s, 1);
    assert_eq!(log.outcomes[0], 1);
    assert_eq!(log.measures[0], [0.0, 0.0]);
}

#[test]
fn beliefs_are_fixed_in_a_world_and_vary_between_worlds() {
    let mut s = empty();
    let (yes, no) = (s.add_outcome("yes"), s.add_outcome("no"));
    s.endless();
    let p = s.add_belief("p", Draw::Law(law("beta", &["alpha", "beta"], vec![num(2.0), num(1.0)])));
    let mean = s.add_belief("mean", Draw::Law(uniform(num(1.0), add(num(1.0), belief(p)))));
    s.add_belief("flag", Draw::Chance(belief(p)));
    s.add_belief("kind", Draw::Weights(vec![(3, belief(p)), (5, sub(num(1.0), belief(p)))]));
    let ways = vec![end(yes).p(belief(p)), end(no)];
    s.add_track("t", vec![("s", clocks(vec![takes("", exponential(mul(days(1.0), belief(mean))), ways)]))]);
    let program = Program::compile(&s);
    let log = walk(&program, 1, 7, 20_000);
    let world = World::new(&program, 1, 7).unwrap();
    let b = world.beliefs();
    share(&log, |i| log.outcomes[i] == 0, b[0]);
    mean_is(log.times.iter().copied(), b[1]);
    assert!(b[1] > 1.0 && b[1] < 1.0 + b[0]);
    let mut again = world.clone();
    let mut all = vec![];
    for number in 0..5_000 {
        again.refill(&program, 1, number).unwrap();
        all.push(again.beliefs().to_vec());
    }
    mean_is(all.iter().map(|b| b[0]), 2.0 / 3.0);
    mean_is(all.iter().map(|b| b[2]), 2.0 / 3.0);
    mean_is(all.iter().map(|b| f64::from(u8::from(b[3] == 3.0))), 2.0 / 3.0);
    again.refill(&program, 1, 7).unwrap();
    assert_eq!(again.beliefs(), world.beliefs());
    let given = World::with_uniforms(&program, 1, 7, &[0.25, 0.5, 0.1, 0.9]).unwrap();
    let b = given.beliefs();
    // The quantile of the beta, √u, comes of a table.
    assert!((b[0] - 0.5).abs() < 1e-12 && (b[1] - 1.25).abs() < 1e-12, "{b:?}");
    assert_eq!(b[2..], [1.0, 5.0]);
}

#[test]
fn correlated_beliefs_move_together() {
    let mut s = empty();
    for name in ["a", "b", "c"] {
        s.add_belief(name, Draw::Law(uniform(num(0.0), num(1.0))));
    }
    s.correlations = vec![Correlation { a: BeliefId(0), b: BeliefId(2), rank: 0.8 }];
    s.endless();
    s.add_track("t", vec![("s", Waits::Rests)]);
    let program = Program::compile(&s);
    let mut world = World::new(&program, 1, 0).unwrap();
    let mut all = vec![];
    for number in 0..20_000 {
        world.refill(&program, 4, number).unwrap();
        all.push(world.beliefs().to_vec());
    }
    let product = |i: usize, j: usize| {
        let all = all.clone();
        move || all.into_iter().map(move |b| 12.0 * (b[i] - 0.5) * (b[j] - 0.5))
    };
    mean_is(product(0, 2)(), 0.8);
    mean_is(product(0, 1)(), 0.0);
}
