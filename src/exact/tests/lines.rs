//! Payoffs and values that are lines of an account or of the day, against closed forms.

use super::{solve, try_solve};
use crate::exact::{Gain, Known, Off, Solution};
use crate::model::Scenario;

/// The share of paths that count, mean and variance of a measure or a payoff; and what these may be off.
fn told(of: &(Scenario, Solution), name: &str) -> (f64, Gain, Off) {
    let measure = of.0.measures.iter().position(|m| m.name == name);
    let payoff = of.0.payoffs.iter().position(|(party, _)| party == name);
    let number = measure.or(payoff.map(|party| of.0.measures.len() + party)).expect("a measure or a party");
    match (of.1.known(number), of.1.offs[number]) {
        (Known::Gain(share, gain), Some(off)) => (*share, *gain, off),
        other => panic!("{name}: {other:?}"),
    }
}

/// `E[X; counts]` and `E[X²; counts]` are what is wanted, within the bounds that are told, and these are narrow.
#[track_caller]
fn holds(of: &(Scenario, Solution), name: &str, (share, first, second): (f64, f64, f64)) {
    let (told, gain, off) = told(of, name);
    let mean = first / share;
    let variance = second / share - mean * mean;
    assert!((told - share).abs() <= 1e-9, "{name}: {told}, not {share}");
    let off = off.around(gain.mean);
    let (bound, sd_bound) = (off.mean(told).unwrap(), off.sd(told, gain.variance.sqrt()).unwrap());
    // Rounding of this side.
    let own = 1e-12 * (1.0 + variance.sqrt() + mean.abs());
    assert!((gain.mean - mean).abs() <= bound + own, "{name}: {gain:?}, not {mean}, bound {bound}");
    let sd = (gain.variance.sqrt() - variance.sqrt()).abs();
    assert!(sd <= sd_bound + 10.0 * own, "{name}: {gain:?}, not {variance}, bound {sd_bound}");
    assert!(
        bound <= 1e-6 * (1.0 + variance.sqrt()) && sd_bound <= 1e-3 * (1.0 + variance.sqrt()),
        "{name}: {off:?}"
    );
}

/// Paths wait for an exponential time of mean 10 days, then half of them make a deal; a day costs 2.
fn deal(horizon: &str, measures: &str) -> (Scenario, Solution) {
    solve(&format!(
        "{horizon}[stage.go]\nhazard = \"1 per 10 days\"\nnext = [{{ p = 0.5, to = \"deal\" }}, {{ to = \"off\" }}]\n\
         [outcome.deal]\npayoff = {{ us = \"30 - spent\", late = \"10 - day / 1 day\", odd = \"spent - 3 * day / 1 day\" }}\n\
         [outcome.off]\npayoff = {{ us = \"5 + spent / 2\", late = 3 }}\n\
         [measures]\nspent = {{ rate = \"2 per day\" }}\n{measures}"
    ))
}

/// E[T; T < h] and E[T²; T < h] of an exponential time of mean 10, and P(T < h).
fn up_to(h: f64) -> [f64; 3] {
    let left = libm::exp(-h / 10.0);
    [1.0 - left, 10.0 - left * (h + 10.0), 200.0 - left * (h * h + 20.0 * h + 200.0)]
}

/// `E[a + b T]` and `E[(a + b T)²]` from those of T.
fn line(a: f64, b: f64, [mass, first, second]: [f64; 3]) -> [f64; 2] {
    [a * mass + b * first, a * a * mass + 2.0 * a * b * first + b * b * second]
}

fn half(a: [f64; 2], b: [f64; 2]) -> (f64, f64, f64) {
    (1.0, 0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]))
}

#[test]
fn payoffs_that_are_lines_of_an_account_or_of_the_day() {
    let model = deal("", "");
    let t = [1.0, 10.0, 200.0];
    holds(&model, "us", half(line(30.0, -2.0, t), line(5.0, 1.0, t)));
    // By hand: 12.5, and 412.5 - 12.5².
    let (_, gain, _) = told(&model, "us");
    assert!((gain.mean - 12.5).abs() < 1e-9 && (gain.variance - 256.25).abs() < 1e-8, "{gain:?}");
    holds(&model, "late", half(line(10.0, -1.0, t), [3.0, 9.0]));
    // What varies with both is not known.
    assert!(matches!(model.1.payoffs[2], Known::Nothing));
}

#[test]
fn up_to_a_horizon() {
    let model = deal("horizon = \"8 days\"\nat_horizon = \"off\"\n", "");
    let ([mass, first, second], open) = (up_to(8.0), libm::exp(-0.8));
    let t = [mass, first, second];
    let stays = line(5.0, 1.0, [open, 8.0 * open, 64.0 * open]);
    let (_, mean, square) = half(line(30.0, -2.0, t), line(5.0, 1.0, t));
    holds(&model, "us", (1.0, mean + stays[0], square + stays[1]));
    let (_, mean, square) = half(line(10.0, -1.0, t), [3.0 * mass, 9.0 * mass]);
    holds(&model, "late", (1.0, mean + 3.0 * open, square + 9.0 * open));
}

#[test]
fn values_that_are_lines_where_conditions_and_what_is_asked_for_are_known() {
    let model = deal(
        "",
        "net = { value = \"if outcome == deal then 30 - spent else 7\" }\n\
         won = { value = \"(30 - spent) / 3\", given = \"outcome == deal\" }\n\
         soon = { value = \"30 - day / 1 day\", given = \"outcome == off\" }\n\
         square = { value = \"spent * spent\" }\nleast = { value = \"max(spent, 5)\" }\n",
    );
    let t = [1.0, 10.0, 200.0];
    holds(&model, "net", half(line(30.0, -2.0, t), [7.0, 49.0]));
    let [first, second] = line(10.0, -2.0 / 3.0, t);
    holds(&model, "won", (0.5, 0.5 * first, 0.5 * second));
    let [first, second] = line(30.0, -1.0, t);
    holds(&model, "soon", (0.5, 0.5 * first, 0.5 * second));
    for name in ["square", "least"] {
        let number = model.0.measures.iter().position(|m| m.name == name).unwrap();
        assert!(matches!(model.1.measures[number], Known::Nothing), "{name}");
    }
}

/// Two accounts that grow in different stages: how they vary together is not known, but the mean is. Of one of them alone, after a
/// date that some come to, all is.
#[test]
fn the_mean_of_a_line_of_two_accounts_and_a_line_beyond_a_date() {
    let model = solve(
        "[track.a.stage]\nfirst = { hazard = \"1 per 4 days\", to = \"second\" }\nsecond = { hazard = \"1 per 6 days\", to = \"done\" }\n\
         [track.b.stage]\nquiet = { at = \"3 days\", to = \"loud\" }\nloud = {}\n[outcome.done]\n\
         payoff = { both = \"10 - one + 2 * two\", alone = \"10 - one\", loud = \"1 + 3 * noise\" }\n\
         [measures]\none = { rate = \"if a == first then 2 per day else 0 per day\" }\n\
         two = { rate = \"if a == second then 1 per day else 0 per day\" }\n\
         noise = { rate = \"if b == loud then 1 per day else 0 per day\" }\n",
    );
    let Known::Mean(mean) = model.1.payoffs[0] else { panic!("{:?}", model.1.payoffs[0]) };
    let (wanted, bound) = (10.0 - 8.0 + 12.0, model.1.offs[3].unwrap().whole);
    assert!((mean - wanted).abs() <= bound + 1e-12 && bound < 1e-6, "{mean}, bound {bound}");
    let [first, second] = line(10.0, -2.0, [1.0, 4.0, 32.0]);
    holds(&model, "alone", (1.0, first, second));
    // From day 3 on: X = (T - 3)+ of T = exp(4) + exp(6), whose survival is 3 exp(-t/6) - 2 exp(-t/4).
    let left = |scale: f64| libm::exp(-3.0 / scale);
    let (first, second) = (18.0 * left(6.0) - 8.0 * left(4.0), 2.0 * (108.0 * left(6.0) - 32.0 * left(4.0)));
    let [first, second] = line(1.0, 3.0, [1.0, first, second]);
    holds(&model, "loud", (1.0, first, second));
}

/// A coefficient that is a state, and one that is no number.
#[test]
fn coefficients_are_those_of_each_end() {
    let text = |scale: &str| {
        format!(
            "[state]\nweight = 1\n[stage.go]\nhazard = \"1 per 10 days\"\nnext = [\n{{ p = 0.25, set = {{ weight = 3 }}, to = \"off\" }}, {{ to = \"off\" }}]\n\
             [outcome.off]\npayoff = {{ us = \"{scale}\" }}\n[measures]\nspent = {{ rate = \"2 per day\" }}\n"
        )
    };
    let model = solve(&text("weight - weight * spent"));
    let t = [1.0, 10.0, 200.0];
    let (three, one) = (line(3.0, -6.0, t), line(1.0, -2.0, t));
    let of = |n: usize| 0.25 * three[n] + 0.75 * one[n];
    holds(&model, "us", (1.0, of(0), of(1)));
    let scenario = super::scenario(&text("spent / (weight - 1)"));
    let solved = try_solve(&scenario).expect("the rest is solved");
    assert!(matches!(solved.payoffs[0], Known::Nothing), "{:?}", solved.payoffs[0]);
}
