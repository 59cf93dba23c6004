//! What becomes of expressions and lists.

use super::*;
use crate::model::build::*;
use crate::model::{Change, Draw, Expr, Func, LeverId, Read, Scenario, Waits};

/// A scenario with states x = 2 and y = 3, a belief and a lever of the options 10 and 20.
fn scene() -> Scenario {
    let mut s = empty();
    s.add_number("x", 2.0);
    s.add_number("y", 3.0);
    s.add_belief("b", Draw::Law(point(num(0.5))));
    s.add_lever("l", vec![10.0, 20.0]);
    s.until(1.0);
    s.add_track("t", vec![("a", Waits::Rests)]);
    s
}

fn x() -> Expr {
    state(crate::model::StateId(0))
}

fn y() -> Expr {
    state(crate::model::StateId(1))
}

/// The program, the compiled value, and what it is in the start state of a world.
fn value(mut s: Scenario, expr: Expr) -> (Program, Value, f64) {
    s.add_measure("m", crate::model::MeasureKind::Value(expr), None);
    let program = Program::compile(&s);
    let value = measured(&program);
    let mut values = vec![f64::NAN; program.layout.pool().start];
    values.extend(&program.pool);
    values[..3].copy_from_slice(&[2.0, 3.0, 0.0]);
    values[program.beliefs[0].place as usize] = 0.5;
    program.code.run_list(&program.world_code, &mut values);
    let result = program.code.evaluate(&value, &mut values);
    (program, value, result)
}

/// The value of the last measure.
fn measured(program: &Program) -> Value {
    match program.measures.last().map(|m| m.kind) {
        Some(super::MeasureKind::Value(value)) => value,
        _ => unreachable!("the measure is a value"),
    }
}

#[test]
fn constants_are_folded() {
    let sum = add(num(1.0), mul(num(2.0), lever(0)));
    let (program, value, result) = value(scene(), sum);
    assert_eq!(result, 21.0);
    assert!(value.deps.constant() && value.start == value.end && program.code.list.is_empty());
}

#[test]
fn a_lever_decides_when_compiling() {
    let choice = iff(equal(lever(0), num(10.0)), num(7.0), logistic(x()));
    let (program, value, result) = value(scene(), choice.clone());
    assert!((value.deps.constant(), result) == (true, 7.0) && program.code.list.is_empty());
    let other = scene().with(&[Change::Lever(LeverId(0), 1)]);
    let (_, compiled, result) = super::tests::value(other, choice);
    assert!(compiled.deps.changes());
    assert_eq!(result, 1.0 / (1.0 + libm::exp(-2.0)));
}

#[test]
fn what_only_beliefs_decide_is_worked_out_once_a_world() {
    let (program, value, result) = value(scene(), mul(x(), logistic(mul(num(2.0), belief(0)))));
    assert_eq!(result, 2.0 / (1.0 + libm::exp(-1.0)));
    assert_eq!(program.world_code.len(), 2);
    assert_eq!(value.end - value.start, 1);
}

#[test]
fn what_is_computed_twice_is_computed_once() {
    let root = || call(Func::Sqrt, vec![add(x(), y())]);
    let (_, value, result) = value(scene(), mul(root(), root()));
    assert_eq!(value.end - value.start, 3);
    assert!((result - 5.0).abs() < 1e-15);
}

#[test]
fn conditions_evaluate_the_side_that_is_chosen() {
    let far = || logistic(add(call(Func::Exp, vec![mul(x(), y())]), call(Func::Ln, vec![sub(x(), y())])));
    for (holds, expected) in [(more(x(), y()), 9.0), (less(x(), y()), 4.0)] {
        let (_, _, result) =
            value(scene(), iff(holds, far(), iff(more(x(), num(1.0)), mul(y(), y()), far())));
        assert_eq!(result.is_nan(), expected == 4.0);
        assert!(expected == 4.0 || result == 9.0);
    }
    let nan = || more(far(), num(0.0));
    let cases = [
        (and(less(y(), x()), nan()), 0.0),
        (or(less(x(), y()), nan()), 1.0),
        (and(less(x(), y()), not(nan())), 1.0),
        (or(less(y(), x()), nan()), 0.0),
        (and(num(0.0), nan()), 0.0),
        (or(num(1.0), nan()), 1.0),
        (and(is_at(0, 0), less(belief(0), num(1.0))), 1.0),
    ];
    for (expr, expected) in cases {
        assert_eq!(value(scene(), expr).2, expected);
    }
}

#[test]
fn functions_and_tables() {
    let mut s = scene();
    let step = s.add_table(&[0.0, 2.0, 4.0], &[1.0, 5.0, 6.0], Read::Step);
    let line = s.add_table(&[0.0, 4.0], &[1.0, 9.0], Read::Line);
    let cases = [
        (call(Func::Min, vec![x(), y(), num(1.0)]), 1.0),
        (call(Func::Max, vec![x(), y(), num(1.0)]), 3.0),
        (call(Func::Clamp, vec![y(), num(0.0), x()]), 2.0),
        (call(Func::Clamp, vec![y(), num(5.0), x()]), 2.0),
        (call(Func::Count, vec![more(x(), y()), less(x(), y()), num(1.0)]), 2.0),
        (call(Func::Round, vec![div(y(), x())]), 2.0),
        (call(Func::Floor, vec![div(y(), x())]), 1.0),
        (call(Func::Ceil, vec![div(y(), x())]), 2.0),
        (call(Func::Abs, vec![sub(x(), y())]), 1.0),
        (call(Func::Logit, vec![num(0.5)]), 0.0),
        (pow(x(), y()), 8.0),
        (table(step, x()), 5.0),
        (table(step, num(1.9)), 1.0),
        (table(line, y()), 7.0),
        (table(line, num(99.0)), 9.0),
    ];
    for (expr, expected) in cases {
        assert_eq!(value(s.clone(), expr).2, expected);
    }
    assert!(value(scene(), call(Func::Max, vec![x(), div(num(0.0), num(0.0))])).2.is_nan());
}

#[test]
fn formulas_that_nest_do_not_explode() {
    // Each reads the one before twice, on both sides of conditions: 2^60 instructions if they were written out.
    let mut s = scene();
    s.add_formula("f", add(x(), num(1.0)));
    for i in 0..60 {
        let twice = iff(more(x(), num(i as f64)), mul(formula(i), num(0.5)), add(formula(i), num(1.0)));
        s.add_formula("f", add(twice, mul(num(0.0), formula(i))));
    }
    let (program, _, result) = value(s, formula(60));
    assert!(program.code.list.len() < 600, "{}", program.code.list.len());
    // Twice halved from 3, then 58 times one more.
    assert_eq!(result, 0.75 + 58.0);
}

#[test]
fn tables_of_branches_are_prepared_where_they_can_be() {
    let mut s = scene();
    let b = belief(0);
    let lists = [
        (vec![to(0).p(num(0.5)), to(0)], true),
        (vec![to(0).p(mul(num(0.5), rest())), to(0)], true),
        (vec![to(0).p(b.clone()).when(less(b, num(0.7))), to(0)], true),
        (vec![to(0).p(div(x(), num(9.0))), to(0)], false),
        (vec![to(0).p(num(0.5)).when(less(x(), y())), to(0)], false),
        (vec![to(0).p(iff(equal(lever(0), num(20.0)), x(), num(0.1))), to(0)], true),
    ];
    let expected: Vec<bool> = lists.iter().map(|(_, prepared)| *prepared).collect();
    let race = lists.into_iter().map(|(ways, _)| takes("c", point(days(1.0)), ways)).collect();
    s.add_track("u", vec![("s", clocks(race))]);
    let program = Program::compile(&s);
    let prepared: Vec<bool> = program.lists.iter().map(|list| list.table != NO_TABLE).collect();
    assert_eq!(prepared, expected);
}

#[test]
fn a_number_takes_the_branch_whose_threshold_is_above_it() {
    let table = [0.25, 0.25, 1.0];
    assert_eq!([0.1, 0.25, 0.9].map(|u| choose(&table, u)), [Some(0), Some(2), Some(2)]);
}

#[test]
fn branches_of_a_list_share_what_they_read() {
    let mut s = scene();
    let p = s.add_formula("p", logistic(x()));
    let q = s.add_formula("q", mul(rest(), logistic(y())));
    let ways = vec![
        to(0).p(mul(formula(p), num(0.5))),
        to(0).p(mul(formula(q), num(0.5))),
        to(0).p(formula(q)).when(less(x(), y())),
        to(0).p(mul(formula(q), formula(p))),
        to(0),
    ];
    s.add_track("u", vec![("s", now(ways))]);
    let program = Program::compile(&s);
    let logistics = program.code.list.iter().filter(|i| i.op == Op::Logistic).count();
    assert_eq!(logistics, 2);
    let mut values = vec![f64::NAN; program.layout.pool().start];
    values.extend(&program.pool);
    values[..3].copy_from_slice(&[2.0, 3.0, 0.0]);
    let mut thresholds = [0.0; 5];
    program.chances().thresholds(&program.lists[0], &mut values, &mut thresholds).unwrap();
    let (p, q) = (1.0 / (1.0 + libm::exp(-2.0)), 1.0 / (1.0 + libm::exp(-3.0)));
    let mut sum = 0.0;
    for (i, share) in [(0, p * 0.5), (1, (1.0 - p * 0.5) * q * 0.5)] {
        sum += share;
        assert!((thresholds[i] - sum).abs() < 1e-15);
    }
    sum += (1.0 - sum) * q;
    assert!((thresholds[2] - sum).abs() < 1e-15);
    sum += (1.0 - sum) * q * p;
    assert!((thresholds[3] - sum).abs() < 1e-15 && thresholds[4] == 1.0);
}

/// Where all but the scale is constant, a draw is that of the law with a scale of 1 by its table, stretched; within what tables
/// may be off it is the quantile of the law itself. A scale that makes no law is refused as the form refuses it.
#[test]
fn a_law_of_which_only_the_scale_varies_is_drawn_by_a_table() {
    use crate::program::{Kind, LawTree, Ready};
    use crate::stream::{Name, WorldKey};
    for (words, scaled) in [
        ("lognormal(median = pace * 1 day, sigma = 0.5)", true),
        ("gamma(shape = 2, mean = 14 days / pace)", true),
        ("exponential(rate = pace / 30 days)", true),
        ("weibull(shape = 1.5, median = pace * 9 days)", true),
        ("lognormal(median = 5 days, sigma = pace)", false),
        ("gamma(mean = pace * 9 days, sd = 3 days)", false),
    ] {
        let text = format!(
            "horizon = \"90 days\"\nat_horizon = \"open\"\n[beliefs]\npace = {{ is = \"0.5 to 2\", why = \"a test\" }}\n\
             [stage.a]\ntakes = \"{words}\"\nto = \"done\"\n[outcome.done]\n[outcome.open]\n"
        );
        let checked = crate::check::check_text("scaled", &text);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let program = crate::program::Program::compile(&scenario);
        let Kind::Takes { law, .. } = &program.clocks[0].kind else { panic!("a delay") };
        assert_eq!(law.tree.stretched().is_some(), scaled, "{words}");
        assert!(matches!(law.tree, LawTree::World(..)));
        let mut values = vec![f64::NAN; program.layout.pool().start];
        values.extend(&program.pool);
        let ready = Ready { fixed: &program.laws, world: &[] };
        let world = |pace: f64, values: &mut Vec<f64>| {
            values[program.beliefs[0].place as usize] = pace;
            program.code.run_list(&program.world_code, values);
        };
        for (path, pace) in [(0, 0.5), (1, 1.0), (2, 1.7), (3, 40.0)] {
            world(pace, &mut values);
            let mut draw = WorldKey::new(1, 2).draw(Name::new("a"), path, 0);
            let u = draw.clone().uniform();
            let drawn = law.tree.draw(&program.code, &mut values, ready, &mut draw).unwrap();
            let made = law.tree.law(&program.code, &mut values, ready).unwrap();
            if scaled {
                // 1e-12 of the smaller probability by the table, and as much again for what the law's own distribution function rounds.
                let off = (made.cdf(drawn) - u).abs() / u.min(1.0 - u);
                assert!(off < 2e-12, "{words}: {off:e}");
            }
        }
        world(-1.0, &mut values);
        let mut draw = WorldKey::new(1, 2).draw(Name::new("a"), 9, 0);
        let refused = law.tree.draw(&program.code, &mut values, ready, &mut draw).unwrap_err();
        let told = law.tree.law(&program.code, &mut values, ready).unwrap_err();
        assert_eq!(format!("{refused:?}"), format!("{told:?}"));
    }
}
