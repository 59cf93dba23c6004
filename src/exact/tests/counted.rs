//! Counters that are only reported and take very many values: their mean and spread against closed forms.

use super::super::{Known, counted};
use super::{close, scenario, solve};
use crate::engine::World;
use crate::program::{MeasureKind, Program};
use std::borrow::Cow;

/// The mean and the variance of a measure or payoff, and how many paths count.
#[track_caller]
fn gain(of: &Known) -> (f64, f64, f64) {
    match of {
        Known::Gain(share, gain) => (gain.mean, gain.variance, *share),
        other => panic!("{other:?}"),
    }
}

/// Rounds of any law up to a horizon: a sum over the rounds that are begun.
#[test]
fn rounds_up_to_a_horizon() {
    let found = solve(
        "horizon = \"365 days\"\nat_horizon = \"open\"\n[state]\nrounds = 0\n\
         [stage.talks]\nenter = { set = { rounds = \"rounds + 1\" } }\ntakes = \"gamma(shape = 2, mean = 14 days)\"\n\
         next = [{ p = 0.1, to = \"deal\" }, { to = \"talks\" }]\n[outcome]\ndeal = {}\nopen = {}\n\
         [measures]\nrounds = { value = \"rounds\" }\n",
    );
    let law = |k: u32| {
        let x = 365.0 / 7.0;
        let terms = (0..2 * k).scan(1.0, |term, n| {
            let now = *term;
            *term *= x / f64::from(n + 1);
            Some(now)
        });
        1.0 - libm::exp(-x) * terms.sum::<f64>()
    };
    // The round after k is begun where k have failed by then.
    let begun: Vec<f64> = (0..120).map(|k| libm::pow(0.9, f64::from(k)) * law(k as u32)).collect();
    let begun = |k: usize| if k == 0 { 1.0 } else { begun[k] };
    let mean: f64 = (0..120).map(begun).sum();
    let square: f64 = (0..120).map(|k| (2 * k + 1) as f64 * begun(k)).sum();
    let (found, variance, share) = gain(&found.1.measures[0]);
    close(found, mean, 1e-10);
    close(variance, square - mean * mean, 1e-9);
    close(share, 1.0, 1e-12);
}

/// Tries until one succeeds: the geometric distribution, alone, given how it ends, from a drawn start, in payoffs.
#[test]
fn tries_until_one_succeeds() {
    let text = |initial: &str, step: &str| {
        format!(
            "[state]\nn = {initial}\nlucky = {{ draw = {{ p = 0.25 }} }}\n[stage.try]\nset = {{ n = \"{step}\" }}\n\
             next = [{{ p = 0.1, to = \"won\" }}, {{ p = 0.05, to = \"lost\" }}, {{ to = \"again\" }}]\n[stage.again]\nto = \"try\"\n\
             [outcome]\nwon = {{ payoff = {{ us = \"20 - 2 * n\" }} }}\nlost = {{ payoff = {{ us = \"-n\" }} }}\n\
             [measures]\nn = {{ value = \"n\" }}\nwhen_won = {{ value = \"n\", given = \"outcome == won\" }}\nsquare = {{ value = \"n * n\" }}\n"
        )
    };
    // Tries: 1 / p, (1 - p) / p^2, whichever way it ends.
    let (p, mean, variance) = (0.15, 1.0 / 0.15, 0.85 / (0.15 * 0.15));
    let found = solve(&text("0", "n + 1"));
    for measure in [0, 1] {
        let told = gain(&found.1.measures[measure]);
        close(told.0, mean, 1e-12);
        close(told.1, variance, 1e-11);
        close(told.2, [1.0, 0.1 / p][measure], 1e-12);
    }
    // A square is no sum of steps.
    assert_eq!(found.1.measures[2], Known::Nothing);
    // 20 - 2 n in two of three ends, -n in the third: the moments of a mixture.
    let (won, lost) = (20.0 - 2.0 * mean, -mean);
    let (pays, spread, _) = gain(&found.1.payoffs[0]);
    close(pays, (2.0 * won + lost) / 3.0, 1e-12);
    let within = (2.0 * 4.0 * variance + variance) / 3.0;
    close(spread, within + 2.0 / 9.0 * (won - lost) * (won - lost), 1e-11);
    // From 3, or from 1 or 5 by a draw; steps that another variable decides, by either way of choosing.
    let three = solve(&text("3", "n + 1"));
    close(gain(&three.1.measures[0]).0, 3.0 + mean, 1e-12);
    let drawn = solve(&text("{ draw = \"discrete(1, 0.5, 5, 0.5)\" }", "n + 1"));
    let (drawn_mean, drawn_variance, _) = gain(&drawn.1.measures[0]);
    close(drawn_mean, 3.0 + mean, 1e-12);
    close(drawn_variance, 4.0 + variance, 1e-11);
    let either = solve(&text("0", "n + (if lucky then 3 else 1)"));
    close(gain(&either.1.measures[0]).0, 1.5 * mean, 1e-12);
    let sides = solve(&text("0", "if lucky then 2 + n + 1 else n - 1 + 2"));
    close(gain(&sides.1.measures[0]).0, 1.5 * mean, 1e-12);
    // Steps by whether it is lucky: what comes of the two together.
    let (_, spread, _) = gain(&sides.1.measures[0]);
    let of = |step: f64| step * step * variance;
    close(spread, 0.25 * of(3.0) + 0.75 * of(1.0) + 0.25 * 0.75 * libm::pow(2.0 * mean, 2.0), 1e-11);
}

/// Beside clocks that run on the mean is known; rounds under one deadline.
#[test]
fn rounds_under_a_deadline() {
    let found = solve(
        "horizon = \"200 days\"\nat_horizon = \"open\"\n[state]\nrounds = 0\n[stage.talk]\nenter = { set = { rounds = \"rounds + 1\" } }\nrace = [\n\
         { clock = \"round\", takes = \"exponential(mean = 5 days)\", to = \"talk\" },\n\
         { clock = \"deadline\", takes = \"gamma(shape = 3, mean = 30 days)\", on_return = \"resume\", to = \"lost\" }]\n\
         [outcome]\nlost = {}\nopen = {}\n[measures]\nrounds = { value = \"rounds\" }\n",
    );
    // The first, and one each five days up to the deadline or the horizon: E[min(T, 200)] of a sum of three of ten days.
    let x = 20.0_f64;
    let until: f64 = 10.0
        * (1..4)
            .map(|k| {
                let below: f64 =
                    (0..k).map(|n| libm::pow(x, f64::from(n)) / libm::tgamma(f64::from(n) + 1.0)).sum();
                1.0 - libm::exp(-x) * below
            })
            .sum::<f64>();
    match &found.1.measures[0] {
        Known::Mean(mean) | Known::Gain(_, crate::exact::Gain { mean, .. }) => {
            close(*mean, 1.0 + until / 5.0, 1e-10)
        }
        other => panic!("{other:?}"),
    }
}

/// Where clocks run on through too many combinations counters are counted too: rounds of at least a day, some 60 of them, beside another counter.
#[test]
fn counters_of_which_clocks_run_through_many() {
    let found = solve(
        "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nn = 0\nm = 0\n[stage.talk]\nrace = [\n\
         { clock = \"round\", takes = \"uniform(1 day, 3 days)\", next = [{ p = 0.5, set = { n = \"n + 1\" }, to = \"talk\" }, { set = { m = \"m + 1\" }, to = \"talk\" }] },\n\
         { clock = \"deadline\", takes = \"gamma(shape = 3, mean = 30 days)\", on_return = \"resume\", to = \"lost\" }]\n\
         [outcome]\nlost = {}\nopen = {}\n[measures]\nn = { value = \"n\" }\nm = { value = \"m\" }\n",
    );
    let mean = |of: &Known| match of {
        Known::Mean(mean) | Known::Gain(_, crate::exact::Gain { mean, .. }) => *mean,
        other => panic!("{other:?}"),
    };
    // As many of one kind as of the other, and rounds are the entries of the stage but the first.
    let rounds = found.1.slots[0].visits[0] - 1.0;
    close(mean(&found.1.measures[0]), rounds / 2.0, 1e-9);
    close(mean(&found.1.measures[1]), rounds / 2.0, 1e-9);
}

/// What is counted, and what stays part of combinations.
#[test]
fn what_is_counted() {
    let text = |sets: &str, more: &str| {
        format!(
            "horizon = \"90 days\"\nat_horizon = \"open\"\n[state]\nn = 0\nm = 0.0\n[stage.go]\ntakes = \"gamma(shape = 2, mean = 9 days)\"\nset = {{ {sets} }}\n\
             next = [{{ p = 0.1, to = \"done\" }}, {{ to = \"go\" }}]\n[outcome]\ndone = {{}}\nopen = {{}}\n[measures]\nn = {{ value = \"n\" }}\nm = {{ value = \"m\" }}\n{more}"
        )
    };
    let counts = |text: &str| -> Vec<u32> {
        let program = Program::compile(&scenario(text));
        let world = World::new(&program, 1, 0).expect("the world can be drawn");
        let program = match counted(&program, &world) {
            Cow::Borrowed(_) => return vec![],
            Cow::Owned(program) => program,
        };
        let counts = program.accounts.iter().filter_map(|account| account.counts).collect();
        let told = program.measures.iter().filter(|m| matches!(m.kind, MeasureKind::Account(_))).count();
        assert!(told > 0);
        counts
    };
    assert_eq!(counts(&text("n = \"n + 1\"", "")), [0]);
    assert_eq!(counts(&text("n = \"n + 1\", m = \"m - 0.5\"", "")), [0, 1]);
    // What another one is made of, what a table or a condition tells apart, and what is no sum of steps.
    assert_eq!(counts(&text("n = \"n + 1\", m = \"m + n\"", "")), [1]);
    for (sets, more) in [
        ("n = \"n + 1\"", "few = { value = \"1\", given = \"n < 3\" }\n"),
        ("n = \"n + 1\"", "[report]\nsplit = [\"n\"]\n"),
        ("n = \"n + 1\"", "third = { first = \"n == 3\" }\n"),
        ("m = \"1 + m * 1.01\"", ""),
        ("n = \"1 - n\"", ""),
        ("n = \"if stage == go then n + 1 else 0\"", ""),
        ("n = \"n + n + 1\"", ""),
        ("n = \"max(n + 1, 3)\"", ""),
    ] {
        assert!(counts(&text(sets, more)).is_empty(), "{sets} {more}");
    }
    let drawn =
        text("n = \"n + 1\"", "").replace("\nset = {", "\ndraw = { m = \"discrete(1, 1, 2, 1)\" }\nset = {");
    assert_eq!(counts(&drawn), [0]);
    // Rounds of a week take few values, 1 to 12, of which all is known.
    let weekly = text("n = \"n + 1\"", "").replace("gamma(shape = 2, mean = 9 days)", "7 days");
    assert!(counts(&weekly).is_empty());
    assert!(matches!(&solve(&weekly).1.measures[0], Known::Values(values) if values.len() == 12));
    // A split tells all values apart, as far as paths go.
    let (_, split) = solve(&text("n = \"n + 1\"", "[report]\nsplit = [\"n\"]\n"));
    assert!(
        split.splits[0].len() > 40 && split.beyond <= 1e-12,
        "{} {}",
        split.splits[0].len(),
        split.beyond
    );
}
