//! What beliefs change, against closed forms.

use crate::study::{Estimate, Plan, Results, Settings, Watch, run_plan, solve_plan};
use std::sync::atomic::AtomicBool;

/// P(deal) = 0.1 + 0.3 x + 0.1 y + 0.2 (z) + 0.1 (m is b), of beliefs that are independent of each other.
const FOUR: &str = "[beliefs]\nx = { is = 'uniform(0, 1)', why = 'w' }\ny = { is = 'uniform(0, 10 days)', why = 'w' }\n\
    z = { p = 0.3, why = 'w' }\nm = { draw = { a = 1, b = 2, c = 1 }, why = 'w' }\nidle = { is = 'uniform(0, 1)', why = 'w' }\n\
    [variants.sure]\nz = 'true'\nx = '0.5'\n\
    [stage.s]\nnext = [{ p = '0.1 + 0.3 * x + 0.01 * y / 1 day + 0.2 * z + (if m == b then 0.1 else 0)', to = 'deal' }, { to = 'none' }]\n\
    [outcome.deal]\n[outcome.none]\n[outcome.neither]\n";

fn run(text: &str, settings: Settings, exact: bool) -> Results {
    let checked = crate::check::check_text("four", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
    let plan = Plan::new(vec![scenario], settings);
    let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| {} };
    if exact { solve_plan(&plan, watch).unwrap() } else { run_plan(&plan, watch, None).unwrap() }
}

#[test]
fn what_beliefs_change_and_explain_is_that_of_the_formula() {
    // The belief, the mean of P(deal) where it is low and where it is high, and the variance that its classes make: of a line of slope
    // b, fifths see 24/25 of b² / 12.
    let mean = 0.1 + 0.15 + 0.05 + 0.06 + 0.05;
    let truths = [
        ("x", None, mean - 0.12, mean + 0.12, 0.09 / 12.0 * 0.96),
        ("y", None, mean - 0.04, mean + 0.04, 0.01 / 12.0 * 0.96),
        ("z", None, mean - 0.06, mean + 0.14, 0.04 * 0.21),
        ("m", Some("a"), mean - 0.05 + 2.0 / 30.0, mean - 0.05, 0.01 * 0.25),
        ("m", Some("b"), mean - 0.05, mean + 0.05, 0.01 * 0.25),
        ("m", Some("c"), mean - 0.05 + 2.0 / 30.0, mean - 0.05, 0.01 * 0.25),
        ("idle", None, mean, mean, 0.0),
    ];
    let all = 0.09 / 12.0 + 0.01 / 12.0 + 0.04 * 0.21 + 0.01 * 0.25;
    let settings = |paths, worlds| Settings { paths, worlds, seed: 3, ..Settings::default() };
    for (settings, exact) in [
        (settings(80_000, Some(4_000)), false),
        (settings(40_000, Some(40_000)), false),
        (settings(4_000, Some(4_000)), true),
    ] {
        let results = run(FOUR, settings, exact);
        let base = &results.answers[0];
        let rows: Vec<_> = base.sensitivity.iter().filter(|row| row.name == "deal").collect();
        assert_eq!(rows.len(), truths.len());
        assert!(base.sensitivity.iter().all(|row| row.name != "neither"));
        for (belief, option, low, high, explained) in truths {
            let row = rows.iter().find(|r| r.belief == belief && r.option.as_deref() == option).unwrap();
            let near = |seen: &Estimate, truth: f64| {
                let z = (seen.value - truth) / seen.standard_error;
                assert!(z.abs() < 4.0, "{belief}: {} for {truth}, z = {z}", seen.value);
            };
            near(&row.low.value, low);
            near(&row.high.value, high);
            near(&row.difference, high - low);
            // At 1.96 standard errors from 0: at twice that, one in ten thousand is beyond.
            if let Some((share, within)) = row.share {
                let (truth, half) = (explained / all, within.half_width());
                assert!(
                    (share - truth).abs() < 2.0 * half + 1e-3,
                    "{belief}: {share} for {truth}, {within:?}"
                );
            }
            assert_eq!(row.share.is_some(), settings.worlds != Some(settings.paths) || exact);
        }
        let order: Vec<(usize, &str)> = rows.iter().map(|r| (r.rank, r.belief.as_str())).collect();
        assert_eq!(order[..2], [(1, "z"), (2, "x")]);
        assert_eq!(order[6], (5, "idle"));
        assert_eq!((rows[1].low.bound, rows[1].high.bound), (Some(0.2), Some(0.8)));
        let y = rows.iter().find(|row| row.belief == "y").unwrap();
        assert_eq!((y.low.bound, y.high.bound, y.unit.as_str()), (Some(2.0), Some(8.0), "days"));
        let turns: Vec<&str> =
            base.turns_on("outcome", "deal").iter().map(|row| row.belief.as_str()).collect();
        assert!(turns.starts_with(&["z", "x", "m", "y"]), "{turns:?}");
        // What a variant makes certain it does not turn on.
        let sure = &results.answers[1].sensitivity;
        assert!(!sure.is_empty() && sure.iter().all(|row| row.belief != "x" && row.belief != "z"));
    }
}

/// Measures that are known in each world, over all paths and over those with a deal, and what a party gets.
const MEASURED: &str = "[beliefs]\nx = { is = 'uniform(0, 1)', why = 'w' }\nz = { p = 0.3, why = 'w' }\n\
    [stage.s]\nnext = [{ p = '0.2 + 0.3 * x + 0.2 * z', to = 'deal' }, { to = 'none' }]\n\
    [outcome.deal]\npayoff = { us = '10' }\n[outcome.none]\npayoff = { us = '-2' }\n\
    [measures]\nscore = { value = '10 days * x + (if z then 5 days else 0 days)' }\n\
    among = { value = '2 * x', given = 'outcome == deal' }\nalike = { value = '3' }\n";

#[test]
fn what_is_measured_turns_on_beliefs_too() {
    // Where x is in a fifth around c its mean square is c² + 0.2² / 12. Among deals 2 x has the mean E[2 x p] / E[p].
    let among =
        |c: f64, width: f64, p: f64| (2.0 * p * c + 0.6 * (c * c + width * width / 12.0)) / (p + 0.3 * c);
    let (mean, either) = (0.2 + 0.15 + 0.06, 0.2 + 0.06);
    let truths = [
        ("measure", "score", "x", 1.0 + 1.5, 9.0 + 1.5),
        ("measure", "score", "z", 5.0, 10.0),
        ("measure", "among", "x", among(0.1, 0.2, either), among(0.9, 0.2, either)),
        ("measure", "among", "z", among(0.5, 1.0, 0.2), among(0.5, 1.0, 0.4)),
        ("payoff", "us", "x", 12.0 * (mean - 0.12) - 2.0, 12.0 * (mean + 0.12) - 2.0),
        ("payoff", "us", "z", 12.0 * (mean - 0.06) - 2.0, 12.0 * (mean + 0.14) - 2.0),
    ];
    let settings = |paths, worlds| Settings { paths, worlds, seed: 5, ..Settings::default() };
    for (settings, exact) in [
        (settings(80_000, Some(4_000)), false),
        (settings(3_000, Some(3_000)), false),
        // Of more worlds the first are kept.
        (settings(60_000, Some(20_000)), false),
        (settings(4_000, Some(4_000)), true),
    ] {
        let results = run(MEASURED, settings, exact);
        let rows = &results.answers[0].sensitivity;
        for (quantity, name, belief, low, high) in truths {
            let row =
                rows.iter().find(|r| (r.quantity, &r.name[..], &r.belief[..]) == (quantity, name, belief));
            let row = row.unwrap();
            let near = |seen: &Estimate, truth: f64| {
                let z = (seen.value - truth) / seen.standard_error;
                assert!(z.abs() < 4.0, "{name}, {belief}: {} for {truth}, z = {z}", seen.value);
                assert!(
                    seen.interval.contains(seen.value) && seen.interval.half_width() < 0.4 * high,
                    "{seen:?}"
                );
            };
            near(&row.difference, high - low);
            // Where z alone is known the mean is that of x over its worlds.
            near(&row.low.value, low);
            near(&row.high.value, high);
            assert_eq!(row.value_unit, if name == "score" { "days" } else { "" });
            let kept = settings.worlds.unwrap().min(4_096);
            assert!(row.low.worlds + row.high.worlds <= kept && row.low.worlds > kept / 8);
        }
        assert!(rows.iter().all(|row| row.name != "alike"));
        let score = |belief| rows.iter().find(|r| r.name == "score" && r.belief == belief).unwrap();
        // Fifths of a line see 24/25 of its variance; the rest of it and z make up the whole.
        let (by_x, by_z): (f64, f64) = (100.0 / 12.0 * 0.96, 25.0 * 0.21);
        for (belief, part) in [("x", by_x), ("z", by_z)] {
            let moves = score(belief).moves;
            // Of 3,000 worlds variances are known to some 3% (√(2 / 3,000) of a normal distribution): a tenth of the root is six times that.
            assert!((moves / part.sqrt() - 1.0).abs() < 0.1, "{belief}: {moves}");
            assert_eq!(score(belief).share.is_some(), exact);
            if let Some((share, within)) = score(belief).share {
                let truth = part / (100.0 / 12.0 + by_z);
                assert!((share - truth).abs() < 2.0 * within.half_width() + 1e-3, "{belief}: {share}");
            }
        }
        assert_eq!((score("x").rank, score("z").rank), (1, 2));
        let turns = results.answers[0].turns_on("measure", "score");
        assert_eq!(turns.iter().map(|row| row.belief.as_str()).collect::<Vec<_>>(), ["x", "z"]);
    }
}

#[test]
fn threads_change_nothing_and_few_worlds_have_fewer_classes() {
    let settings = |paths, worlds, threads| Settings { paths, worlds, threads, ..Settings::default() };
    let told =
        |text, threads, exact| format!("{:?}", run(text, settings(3_000, Some(300), threads), exact).answers);
    for (text, exact) in [(FOUR, false), (FOUR, true), (MEASURED, false), (MEASURED, true)] {
        assert_eq!(told(text, 1, exact), told(text, 2, exact));
    }
    for (worlds, low, high) in [(99, 1.0 / 3.0, 2.0 / 3.0), (29, 0.5, 0.5)] {
        let results = run(FOUR, settings(990, Some(worlds), 1), false);
        let x = results.answers[0].sensitivity.iter().find(|row| row.belief == "x").unwrap();
        let ends = (x.low.bound.unwrap(), x.high.bound.unwrap());
        assert!((ends.0 - low).abs() < 1e-12 && (ends.1 - high).abs() < 1e-12, "{ends:?}");
    }
}

/// Values of which one is more probable than a class would be, at either end, by a formula and by draws.
#[test]
fn a_few_values_have_a_class_each_whatever_their_chances() {
    for law in [
        "discrete(1, 50%, 2, 50%)",
        "discrete(1, 20%, 2, 80%)",
        "discrete(1, 90%, 2, 10%)",
        "pool(1: point(1), 1: point(2))",
        "truncate(discrete(1, 1, 2, 1, 3, 8), 1, 2)",
    ] {
        let text = format!(
            "[beliefs]\nr = {{ is = '{law}', why = 'w' }}\nu = {{ is = 'uniform(0, 1)', why = 'w' }}\n\
             [stage.s]\nnext = [{{ p = 'if r == 1 then 0.1 else 0.8 + 0.05 * u', to = 'deal' }}, {{ to = 'none' }}]\n[outcome.deal]\n[outcome.none]\n"
        );
        for worlds in [2_000, 40] {
            for exact in [false, true] {
                let settings = Settings { worlds: Some(worlds), paths: 20 * worlds, ..Settings::default() };
                let results = run(&text, settings, exact);
                let row = &results.answers[0].sensitivity[0];
                assert_eq!(
                    (row.rank, row.belief.as_str(), row.low.bound, row.high.bound),
                    (1, "r", Some(1.0), Some(1.0)),
                    "{law}"
                );
                assert_eq!(row.low.worlds + row.high.worlds, worlds, "{law}");
                assert!(row.difference.value > 0.6 && row.told, "{law}: {row:?}");
                let (share, within) = row.share.unwrap();
                assert!(within.contains(share) && share > 0.97, "{law}, {worlds}: {share} {within:?}");
            }
        }
    }
}

/// What no belief changes differs by rounding alone.
#[test]
fn rounding_is_no_difference() {
    let text = "[beliefs]\nu = { is = 'uniform(0, 1)', why = 'w' }\n\
        [stage.s]\nnext = [{ p = 0.3, to = 'deal' }, { to = 'none' }]\n[outcome.deal]\n[outcome.none]\n[measures]\nu = { value = 'u' }\n";
    let results = run(text, Settings { worlds: Some(57), ..Settings::default() }, true);
    for row in results.answers[0].sensitivity.iter().filter(|row| row.quantity == "outcome") {
        let d = &row.difference;
        assert_eq!((d.value, d.standard_error, d.interval.low, d.interval.high), (0.0, 0.0, 0.0, 0.0));
        assert_eq!((row.moves, row.told, row.share), (0.0, false, None));
    }
}

/// A belief that reads another has no formula: its classes come of draws. Where a clock can't tell its worlds apart nothing is told.
#[test]
fn a_belief_that_depends_on_another_has_classes_of_draws() {
    let text = "[beliefs]\na = { is = 'uniform(0, 1)', why = 'w' }\nb = { is = 'normal(a, 0.1)', why = 'w' }\n\
        [stage.s]\nnext = [{ p = 'clamp(b, 0, 1)', to = 'deal' }, { to = 'none' }]\n[outcome.deal]\n[outcome.none]\n";
    let results = run(text, Settings::default(), false);
    let rows = &results.answers[0].sensitivity;
    let b = rows.iter().find(|row| row.belief == "b").unwrap();
    assert_eq!(b.rank, 1);
    // A fifth of 2,000 worlds, by the quantiles of 1,000 of these: four standard errors of both.
    let far = 4.0 * (0.2_f64 * 0.8 * (2_000.0 + 2_000.0 * 2.0)).sqrt();
    assert!((b.low.worlds as f64 - 400.0).abs() < far && (b.high.worlds as f64 - 400.0).abs() < far, "{b:?}");
    let without = run(
        &text.replace("uniform(0, 1)", "0.5").replace("normal(a, 0.1)", "0.5"),
        Settings::default(),
        false,
    );
    assert!(without.answers[0].sensitivity.is_empty());
}
