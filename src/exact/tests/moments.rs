//! Mean and variance of accounts, over all paths and given how they end, against closed forms.

use super::{close, solve};
use crate::exact::{Gain, Known};
use crate::model::Scenario;

/// The share of paths that count, and the mean and variance of a measure among them.
#[track_caller]
fn known(of: &(Scenario, crate::exact::Solution), measure: &str) -> (f64, Gain) {
    let number = of.0.measures.iter().position(|m| m.name == measure).expect("a measure");
    match &of.1.measures[number] {
        Known::Gain(share, gain) => (*share, *gain),
        other => panic!("{measure}: {other:?}"),
    }
}

/// Mean and variance from `E[A; there]` and `E[A²; there]`.
fn gain(share: f64, first: f64, second: f64) -> Gain {
    let mean = first / share;
    Gain { mean, variance: second / share - mean * mean }
}

#[track_caller]
fn holds(of: &(Scenario, crate::exact::Solution), measure: &str, wanted: (f64, Gain), off: f64) {
    let (share, gain) = known(of, measure);
    let size = wanted.1.mean.abs() + wanted.1.variance.sqrt();
    close(share, wanted.0, off);
    assert!((gain.mean - wanted.1.mean).abs() <= off * size, "{measure}: {gain:?}, not {wanted:?}");
    let error = (gain.variance - wanted.1.variance).abs();
    assert!(error <= 4.0 * off * size * size, "{measure}: {gain:?}, not {wanted:?}");
}

/// ∫ f over 0 to `to` by Simpson's rule with many steps, not by what is tested.
fn integral(to: f64, f: impl Fn(f64) -> f64) -> f64 {
    let n = 20_000;
    let h = to / f64::from(n);
    let at = |i: i32| f(f64::from(i) * h) * if i == 0 || i == n { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
    (0..=n).map(at).sum::<f64>() * h / 3.0
}

#[test]
fn one_exponential_sojourn_up_to_a_horizon() {
    let model = solve(
        "horizon = \"90 days\"\nat_horizon = \"open\"\n[stage.wait]\ntakes = \"exponential(mean = 20 days)\"\nto = \"done\"\n\
         [outcome.done]\n[outcome.open]\n[measures]\nall = { rate = \"2\" }\n\
         done = { rate = \"2\", given = \"outcome == done\" }\nopen = { rate = \"2\", given = \"outcome == open\" }\n",
    );
    let (rate, horizon): (f64, f64) = (1.0 / 20.0, 90.0);
    let left = libm::exp(-rate * horizon);
    // ∫ t f and ∫ t² f up to the horizon.
    let first = 1.0 / rate - left * (horizon + 1.0 / rate);
    let second =
        2.0 / (rate * rate) - left * (horizon * horizon + 2.0 * horizon / rate + 2.0 / (rate * rate));
    let done = 1.0 - left;
    holds(&model, "done", (done, gain(done, 2.0 * first, 4.0 * second)), 1e-11);
    holds(&model, "open", (left, Gain { mean: 180.0, variance: 0.0 }), 1e-11);
    assert!(known(&model, "open").1.variance < 1e-20);
    let (first, second) = (first + left * horizon, second + left * horizon * horizon);
    holds(&model, "all", (1.0, gain(1.0, 2.0 * first, 4.0 * second)), 1e-11);
}

#[test]
fn a_gamma_stage_without_an_end_and_a_lump_after() {
    let model = solve(
        "[stage.wait]\ntakes = \"gamma(shape = 3, mean = 12 days)\"\npay = { a = 5 }\n\
         next = [{ p = 0.25, pay = { a = 7 }, to = \"deal\" }, { to = \"war\" }]\n\
         [outcome.deal]\n[outcome.war]\n[measures]\na = { rate = \"3\" }\n\
         deal = { rate = \"3 * true\", given = \"outcome == deal\" }\n",
    );
    // 3 a day for 12 days with variance 48; 5 always, 7 in a quarter of cases.
    holds(
        &model,
        "a",
        (1.0, Gain { mean: 36.0 + 5.0 + 1.75, variance: 9.0 * 48.0 + 49.0 * 0.25 * 0.75 }),
        1e-11,
    );
    holds(&model, "deal", (0.25, Gain { mean: 36.0, variance: 9.0 * 48.0 }), 1e-11);
}

#[test]
fn discounting_with_and_without_an_end() {
    let text = |horizon: &str| {
        format!(
            "{horizon}[stage.wait]\ntakes = \"exponential(mean = 2 years)\"\npay = {{ a = 4 }}\nto = \"done\"\n\
             [outcome.done]\n[outcome.open]\n[measures]\na = {{ rate = \"3 per year\", discount = \"10% a year\" }}\n"
        )
    };
    let (rate, decay) = (0.5, libm::log(1.1));
    // A = 3 (1 - e^{-ρt}) / ρ + 4 e^{-ρt}.
    let a = |t: f64| 3.0 * -libm::expm1(-decay * t) / decay + 4.0 * libm::exp(-decay * t);
    let laplace = |s: f64| rate / (rate + s);
    let (c, d) = (3.0 / decay, 4.0 - 3.0 / decay);
    let mean = c + d * laplace(decay);
    let variance = d * d * (laplace(2.0 * decay) - laplace(decay) * laplace(decay));
    let endless = solve(&text("").replace("[outcome.open]\n", ""));
    holds(&endless, "a", (1.0, Gain { mean, variance }), 1e-11);
    let ended = solve(&text("horizon = \"5 years\"\nat_horizon = \"open\"\n"));
    let left = libm::exp(-rate * 5.0);
    let open = 3.0 * -libm::expm1(-decay * 5.0) / decay;
    let density = |t: f64| rate * libm::exp(-rate * t);
    let first = integral(5.0, |t| a(t) * density(t)) + left * open;
    let second = integral(5.0, |t| a(t) * a(t) * density(t)) + left * open * open;
    holds(&ended, "a", (1.0, gain(1.0, first, second)), 1e-11);
}

#[test]
fn a_geometric_number_of_payments() {
    // In an instant, in steps of a day, and at exponential times: N payments, P(N = n) = p q^{n-1}.
    let (p, q): (f64, f64) = (0.2, 0.8);
    let wanted = Gain { mean: 3.0 / p, variance: 9.0 * q / (p * p) };
    for takes in ["", "takes = \"1 day\"\n", "takes = \"exponential(mean = 3 days)\"\n"] {
        let text = format!(
            "[stage.pay]\n{takes}pay = {{ a = 3 }}\nnext = [{{ p = 0.2, to = \"done\" }}, {{ to = \"pay\" }}]\n\
             [outcome.done]\n[measures]\na = {{}}\n"
        );
        holds(&solve(&text), "a", (1.0, wanted), 1e-12);
        if !takes.is_empty() {
            let ended = format!("horizon = \"3000 days\"\nat_horizon = \"open\"\n{text}[outcome.open]\n");
            holds(&solve(&ended), "a", (1.0, wanted), 1e-10);
        }
    }
}

#[test]
fn of_two_that_compete_the_time_is_the_same_whichever_wins() {
    for horizon in ["", "horizon = \"4000 days\"\nat_horizon = \"open\"\n"] {
        let open = if horizon.is_empty() { "" } else { "[outcome.open]\n" };
        let model = solve(&format!(
            "{horizon}[stage.talks]\nrace = [{{ clock = \"yes\", takes = \"exponential(mean = 30 days)\", pay = {{ a = 100 }}, to = \"deal\" }},\n\
             {{ clock = \"no\", takes = \"exponential(mean = 60 days)\", to = \"war\" }}]\n\
             [outcome.deal]\n[outcome.war]\n{open}[measures]\n\
             deal = {{ rate = \"5\", given = \"outcome == deal\" }}\nwar = {{ rate = \"5\", given = \"outcome == war\" }}\n\
             a = {{ rate = \"5\" }}\nb = {{ rate = \"5\", given = \"outcome == deal\" }}\n"
        ));
        // Exponential with rate 1/30 + 1/60 = 1/20.
        let wanted = Gain { mean: 100.0, variance: 10_000.0 };
        holds(&model, "deal", (2.0 / 3.0, wanted), 1e-11);
        holds(&model, "war", (1.0 / 3.0, wanted), 1e-11);
        // The lump comes apart from the time.
        let lump = Gain { mean: 100.0 + 200.0 / 3.0, variance: 10_000.0 * (1.0 + 2.0 / 9.0) };
        holds(&model, "a", (1.0, lump), 1e-11);
    }
}

#[test]
fn two_stages_with_rates_of_their_own() {
    for horizon in ["", "horizon = \"40000 days\"\nat_horizon = \"open\"\n"] {
        let open = if horizon.is_empty() { "" } else { "[outcome.open]\n" };
        let model = solve(&format!(
            "{horizon}[stage.a]\ntakes = \"gamma(shape = 2, mean = 10 days)\"\nto = \"b\"\n[stage.b]\ntakes = \"weibull(shape = 2, scale = 30 days)\"\nto = \"done\"\n\
             [outcome.done]\n{open}[measures]\na = {{ rate = \"if stage == a then 7 per day else -2 per day\" }}\n"
        ));
        let (one, two) = (libm::tgamma(1.5), libm::tgamma(2.0));
        let mean = 70.0 - 60.0 * one;
        let variance = 49.0 * 50.0 + 4.0 * 900.0 * (two - one * one);
        holds(&model, "a", (1.0, Gain { mean, variance }), 1e-10);
    }
}

#[test]
fn a_cohort_in_yearly_steps() {
    // A year at a time: well, ill or dead; years lived and 100 for each that is spent ill.
    let model = solve(
        "horizon = \"30 years\"\nat_horizon = \"alive\"\n[stage.well]\ntakes = \"1 year\"\n\
         next = [{ p = 0.1, to = \"ill\" }, { p = 0.02, to = \"dead\" }, { to = \"well\" }]\n\
         [stage.ill]\ntakes = \"1 year\"\nnext = [{ p = 0.3, to = \"dead\" }, { to = \"ill\" }]\n\
         [outcome.dead]\n[outcome.alive]\n[measures]\n\
         cost = { rate = \"if stage == ill then 100 per year else 1 per year\" }\n\
         dead = { rate = \"if stage == ill then 100 per year else 1 per year\", given = \"outcome == dead\" }\n",
    );
    // All paths: so many years well, then so many ill.
    let (mut all, mut dead) = ([0.0; 3], [0.0; 3]);
    let mut count = |p: f64, cost: f64, dies: bool| {
        for (k, weight) in [1.0, cost, cost * cost].into_iter().enumerate() {
            all[k] += p * weight;
            dead[k] += if dies { p * weight } else { 0.0 };
        }
    };
    let mut well = 1.0;
    for years in 1..=30_i32 {
        let cost = f64::from(years);
        if years == 30 {
            count(well * 0.98 - well * 0.1, cost, false);
            count(well * 0.02, cost, true);
            count(well * 0.1, cost, false);
            break;
        }
        count(well * 0.02, cost, true);
        let mut ill = well * 0.1;
        for more in 1..=30 - years {
            let cost = cost + 100.0 * f64::from(more);
            count(ill * 0.3, cost, true);
            ill *= 0.7;
            if more == 30 - years {
                count(ill, cost, false);
            }
        }
        well *= 0.88;
    }
    close(all[0], 1.0, 1e-13);
    holds(&model, "cost", (1.0, gain(1.0, all[1], all[2])), 1e-12);
    holds(&model, "dead", (dead[0], gain(dead[0], dead[1], dead[2])), 1e-12);
}

#[test]
fn what_hardly_varies_keeps_its_digits() {
    // A time that is known to 86 seconds, after 300 days at another rate.
    let model = solve(
        "horizon = \"900 days\"\nat_horizon = \"open\"\n[stage.a]\ntakes = \"300 days\"\nto = \"b\"\n\
         [stage.b]\ntakes = \"uniform(100 days, 100.001 days)\"\nto = \"c\"\n[stage.c]\ntakes = \"50 days\"\nto = \"done\"\n\
         [outcome.done]\n[outcome.open]\n[measures]\n\
         a = { rate = \"if stage == b then 9 per day else 4 per day\", given = \"outcome == done\" }\n\
         all = { rate = \"if stage == b then 9 per day else 4 per day\" }\n\
         sure = { rate = \"if stage == a then 9 per day else 0 per day\" }\n",
    );
    let (share, gain) = known(&model, "a");
    // Times near day 400 are known to their rounding: where the density jumps that is so much mass, and by so much it may be
    // anywhere. The most that an account may be is 9 a day.
    let (bound, most) = (f64::EPSILON * 400.0 / 0.001, 9.0 * 900.0);
    assert!((share - 1.0).abs() <= bound);
    let mean = 350.0 * 4.0 + 9.0 * 100.000_5;
    assert!((gain.mean - mean).abs() <= bound * most, "{gain:?}");
    // 81/12 of the square of the width is 1e-12 of the mean's square: it keeps eight digits.
    close(gain.variance, 81.0 / 12.0 * 1e-6, 1e-8);
    let all = known(&model, "all").1;
    assert!((all.mean - mean).abs() <= bound * most);
    assert!((all.variance - gain.variance).abs() <= bound * most * most);
    let sure = known(&model, "sure").1;
    assert!(sure.variance < 1e-22, "{sure:?}");
}

#[test]
fn dates_between() {
    // From day 30 on the rate is another; talks are memoryless, a fixed delay runs on through the date.
    let model = solve(
        "horizon = \"100 days\"\nat_horizon = \"open\"\n[stage.talks]\nrace = [{ clock = \"deal\", takes = \"exponential(mean = 40 days)\", to = \"deal\" },\n\
         { clock = \"limit\", takes = \"80 days\", pay = { cost = 11 }, to = \"lost\" }]\n\
         [outcome.deal]\n[outcome.lost]\n[outcome.open]\n[measures]\n\
         cost = { rate = \"if day < 30 days then 2 per day else 5 per day\" }\n\
         deal = { rate = \"if day < 30 days then 2 per day else 5 per day\", given = \"outcome == deal\" }\n",
    );
    let cost = |t: f64| if t < 30.0 { 2.0 * t } else { 60.0 + 5.0 * (t - 30.0) };
    let density = |t: f64| libm::exp(-t / 40.0) / 40.0;
    let sum = |k: i32| {
        let value = |t: f64| libm::pow(cost(t), f64::from(k)) * density(t);
        integral(30.0, value) + integral(50.0, |t| value(t + 30.0))
    };
    let left = libm::exp(-2.0);
    holds(&model, "deal", (1.0 - left, gain(1.0 - left, sum(1), sum(2))), 1e-11);
    let late = cost(80.0) + 11.0;
    holds(&model, "cost", (1.0, gain(1.0, sum(1) + left * late, sum(2) + left * late * late)), 1e-11);
}
