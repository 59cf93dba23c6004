//! Chances that move with the day, against closed forms and integrals.

use super::carried::integral;
use super::dates::holds;
use super::{close, solve};
use crate::exact::Known;

/// One stage whose clock rings again and again until a branch ends it.
fn text(takes: &str, next: &str) -> String {
    format!(
        "horizon = \"90 days\"\nat_horizon = \"open\"\n[milestones]\na = \"20 days\"\nb = \"55 days\"\n[tables.line]\nread = \"line\"\nat = [10, 40, 60]\np = [0.1, 0.7, 0.2]\n\
         [stage.talks]\n{takes}\nnext = [{next}]\n[outcome.deal]\n[outcome.lost]\n[outcome.open]\n"
    )
}

const DAYS: [f64; 3] = [20.0, 55.0, 90.0];

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

#[test]
fn a_chance_that_grows_with_the_day() {
    let p = "p = \"logistic((day - 30 days) / 10 days)\", to = \"deal\"";
    // Once.
    let once =
        solve(&text("takes = \"exponential(mean = 25 days)\"", &format!("{{ {p} }}, {{ to = \"lost\" }}")));
    let density = |t: f64| libm::exp(-t / 25.0) / 25.0;
    let deal = |day: f64| integral(0.0, day, |t| density(t) * logistic((t - 30.0) / 10.0));
    holds(&once, "deal", &DAYS.map(deal));
    holds(&once, "lost", &DAYS.map(|day| -libm::expm1(-day / 25.0) - deal(day)));
    // A gamma delay.
    let gamma = solve(&text(
        "takes = \"gamma(shape = 2, mean = 30 days)\"",
        &format!("{{ {p} }}, {{ to = \"lost\" }}"),
    ));
    let density = |t: f64| t / 225.0 * libm::exp(-t / 15.0);
    let deal = |day: f64| integral(0.0, day, |t| density(t) * logistic((t - 30.0) / 10.0));
    holds(&gamma, "deal", &DAYS.map(deal));
    // Again and again: a thinned Poisson process, whose rate has the integral of a softplus.
    let again = solve(&text("hazard = \"1 per 15 days\"", &format!("{{ {p} }}, {{}}")));
    let softplus = |day: f64| libm::log1p(libm::exp((day - 30.0) / 10.0));
    holds(&again, "deal", &DAYS.map(|day| -libm::expm1(-10.0 / 15.0 * (softplus(day) - softplus(0.0)))));
    // Every week exactly.
    let weekly = solve(&text("takes = \"7 days\"", &format!("{{ {p} }}, {{}}")));
    let left = |day: f64| {
        let weeks = (day / 7.0).floor() as u32;
        (1..=weeks).map(|week| 1.0 - logistic((f64::from(week) * 7.0 - 30.0) / 10.0)).product::<f64>()
    };
    holds(&weekly, "deal", &DAYS.map(|day| 1.0 - left(day)));
}

#[test]
fn chances_that_bend() {
    let thinned = |p: &str, whole: &dyn Fn(f64) -> f64| {
        let found =
            solve(&text("hazard = \"1 per 15 days\"", &format!("{{ p = \"{p}\", to = \"deal\" }}, {{}}")));
        holds(&found, "deal", &DAYS.map(|day| -libm::expm1(-whole(day) / 15.0)));
    };
    // From 0 on, up to a half at day 50.
    thinned("min(day / 100 days, 0.5)", &|t| {
        let low = t.min(50.0);
        low * low / 200.0 + 0.5 * (t - low)
    });
    // 0 until day 30.
    thinned("max(0, 1 - 30 days / max(day, 1 day))", &|t| {
        let t = t.max(30.0);
        t - 30.0 - 30.0 * libm::log(t / 30.0)
    });
    // By line in a table: trapezoids, flat at both ends.
    thinned("line(day / 1 day)", &|t| {
        let up = t.clamp(10.0, 40.0) - 10.0;
        let down = t.clamp(40.0, 60.0) - 40.0;
        0.1 * t.min(10.0) + up * (0.1 + 0.01 * up) + down * (0.7 - 0.0125 * down) + 0.2 * (t.max(60.0) - 60.0)
    });
    // A jump within what moves.
    thinned("if day < 33 days then day / 100 days else 0.9 * exp(-day / 50 days)", &|t| {
        let low = t.min(33.0);
        low * low / 200.0 + 45.0 * (libm::exp(-0.66) - libm::exp(-t.max(33.0) / 50.0))
    });
}

#[test]
fn odds_and_weights_that_move() {
    let density = |t: f64| libm::exp(-t / 25.0) / 25.0;
    let takes = "takes = \"exponential(mean = 25 days)\"";
    let odds = solve(&text(
        takes,
        "{ p = { base = 0.1, odds = { \"day / 10 days\" = 1.5 } }, to = \"deal\" }, { to = \"lost\" }",
    ));
    let p = |t: f64| logistic(libm::log(0.1 / 0.9) + t / 10.0 * libm::log(1.5));
    holds(&odds, "deal", &DAYS.map(|day| integral(0.0, day, |t| density(t) * p(t))));
    let weights =
        solve(&text(takes, "{ weight = \"day / 1 day\", to = \"deal\" }, { weight = 40, to = \"lost\" }"));
    holds(&weights, "deal", &DAYS.map(|day| integral(0.0, day, |t| density(t) * t / (t + 40.0))));
}

#[test]
fn chances_that_move_beside_a_date_and_at_an_instant() {
    // After the date on day 40 a deal leads on to a vote on the spot, whose chance moves as well.
    let text = "horizon = \"90 days\"\nat_horizon = \"open\"\n[state]\nlate = false\n[milestones]\na = \"20 days\"\nb = \"55 days\"\n\
        [stage.talks]\nrace = [{ clock = \"round\", hazard = \"1 per 12 days\", next = [{ p = \"day / 200 days\", to = \"vote\" }, {}] },\n\
        { clock = \"date\", at = \"40 days\", set = { late = true } }]\n\
        [stage.vote]\nnext = [{ p = \"if late then exp(-day / 80 days) else 0\", to = \"deal\" }, { to = \"lost\" }]\n\
        [outcome.deal]\n[outcome.lost]\n[outcome.open]\n";
    let found = solve(text);
    let left = |t: f64| libm::exp(-t * t / 400.0 / 12.0);
    let rate = |t: f64| t / 200.0 / 12.0;
    let deal = |day: f64| {
        if day <= 40.0 { 0.0 } else { integral(40.0, day, |t| left(t) * rate(t) * libm::exp(-t / 80.0)) }
    };
    holds(&found, "deal", &DAYS.map(deal));
    holds(&found, "lost", &DAYS.map(|day| 1.0 - left(day) - deal(day)));
}

#[test]
fn accounts_whose_rates_move_with_time() {
    let text = |rate: &str, more: &str| {
        format!(
            "horizon = \"90 days\"\nat_horizon = \"open\"\n[stage.talks]\ntakes = \"exponential(mean = 25 days)\"\nto = \"deal\"\n\
             [outcome.deal]\n[outcome.open]\n[measures]\ncost = {{ rate = \"{rate}\"{more} }}\n"
        )
    };
    let known = |rate: &str, more: &str| match &solve(&text(rate, more)).1.measures[0] {
        Known::Gain(share, gain) => (*share, gain.mean, gain.variance),
        other => panic!("{other:?}"),
    };
    let density = |t: f64| libm::exp(-t / 25.0) / 25.0;
    // From E[A^k; ended] by the integral in parts at day 30, and what has been gathered at the end.
    let moments = |cost: &dyn Fn(f64) -> f64| {
        let power = |k: f64| {
            let of = |t: f64| libm::pow(cost(t), k) * density(t);
            integral(0.0, 30.0, of) + integral(30.0, 90.0, of)
        };
        let left = libm::exp(-90.0 / 25.0);
        let [deal, open] =
            [[1.0 - left, power(1.0), power(2.0)], [left, left * cost(90.0), left * cost(90.0) * cost(90.0)]];
        let all: Vec<f64> = deal.iter().zip(open).map(|(a, b)| a + b).collect();
        let of = |sum: &[f64]| (sum[0], sum[1] / sum[0], sum[2] / sum[0] - libm::pow(sum[1] / sum[0], 2.0));
        (of(&all), of(&deal))
    };
    let same = |found: (f64, f64, f64), wanted: (f64, f64, f64)| {
        close(found.0, wanted.0, 1e-11);
        close(found.1, wanted.1, 1e-10);
        close(found.2, wanted.2, 1e-9);
    };
    let given = ", given = \"outcome == deal\"";
    // It bends on day 30, and is steady from then on.
    let ramp = |t: f64| if t < 30.0 { t - t * t / 60.0 } else { 15.0 };
    let (all, deal) = moments(&ramp);
    same(known("max(0, 1 - day / 30 days) per 1 day", ""), all);
    same(known("max(0, 1 - day / 30 days) per 1 day", given), deal);
    // It jumps, moving on both sides.
    let jump =
        |t: f64| if t < 30.0 { t * t / 2.0 } else { 450.0 + 30.0 * (1.0 - libm::exp(-(t - 30.0) / 30.0)) };
    let (all, deal) = moments(&jump);
    same(known("(if day < 30 days then day / 1 day else exp(1 - day / 30 days)) per 1 day", ""), all);
    same(known("(if day < 30 days then day / 1 day else exp(1 - day / 30 days)) per 1 day", given), deal);
    // Discounted: (1 + rate)^(-t / year).
    let decay = libm::log(1.5) / 365.25;
    let cost = |t: f64| (1.0 - (1.0 + decay * t) * libm::exp(-decay * t)) / (decay * decay);
    same(known("day / 1 day per 1 day", ", discount = \"50% a year\""), moments(&cost).0);
    // Steps are epochs of their own.
    let (_, mean, _) = known("(if day < 30 days then 2 else 0) per 1 day", "");
    close(mean, 50.0 * -libm::expm1(-1.2), 1e-11);
}
