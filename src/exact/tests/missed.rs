//! What is narrow or short beside the time that is asked about must not lie between the points that are looked at.

use super::{by, close, solve, try_solve};
use crate::dist::{Beta, Gamma, Law, LogLogistic};
use crate::exact::{Known, Solution};
use crate::model::Scenario;
use crate::quantity::DAY;

fn known(of: &(Scenario, Solution), measure: usize) -> (f64, f64) {
    match of.1.measures[measure] {
        Known::Gain(_, gain) => (gain.mean, gain.variance.sqrt()),
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn short_and_narrow_delays_are_seen_over_years() {
    let laws = [
        "exponential(mean = 1 minute)",
        "exponential(mean = 2 hours)",
        "gamma(shape = 3, mean = 1 minute)",
        "lognormal(median = 2 minutes, sigma = 0.8)",
        "lognormal(median = 7 days, sigma = 0.02)",
        "lognormal(median = 7 days, sigma = 0.001)",
        "loglogistic(median = 30 days, shape = 3000)",
        "weibull(shape = 300, scale = 90 days)",
        "truncate(normal(90 days, 2 hours), 1 day, 180 days)",
    ];
    for takes in laws {
        for years in [1, 10, 100] {
            let text = format!(
                "horizon = \"{years} years\"\nat_horizon = \"open\"\n[stage.wait]\ntakes = \"{takes}\"\nto = \"done\"\n\
                 [outcome.done]\n[outcome.open]\n"
            );
            let found = solve(&text);
            let program = crate::program::Program::compile(&found.0);
            let law = program.laws.last().expect("a law").law();
            let bound = found.1.slots[0].bound;
            let wanted = law.cdf(found.0.horizon.expect("a horizon"));
            let off = (by(&found, 0, "done") - wanted).abs();
            assert!(
                off <= bound + 4e-14 && bound < 1e-9,
                "{takes} in {years} years: off {off:e}, bound {bound:e}"
            );
            let day = found.1.moments[0].first;
            assert!((day / law.mean() - 1.0).abs() < 1e-8, "{takes} in {years} years: {day}");
        }
    }
}

/// The same delay again and again, so that later rings are as narrow: by k delays and a half there were k of them.
#[test]
fn what_is_narrow_comes_again() {
    for (sigma, horizon) in [(0.01, 700), (0.004, 150)] {
        let text = format!(
            "horizon = \"{horizon} days\"\nat_horizon = \"open\"\n[stage.wait]\ntakes = \"lognormal(median = 7 days, sigma = {sigma})\"\n\
             next = [{{ p = 0.1, to = \"done\" }}, {{ to = \"wait\" }}]\n[outcome.done]\n[outcome.open]\n\
             [milestones]\nlate = \"143.5 days\"\n"
        );
        let found = solve(&text);
        let bound = found.1.slots[0].bound;
        let off = (by(&found, 0, "done") - (1.0 - libm::pow(0.9, 20.0))).abs();
        assert!(off <= bound + 1e-13 && bound < 1e-8, "sigma {sigma}: off {off:e}, bound {bound:e}");
    }
}

/// Two clocks that go their own ways and hourly events that end both, without a horizon; one law has a heavy tail, so that the
/// times that are looked at reach far.
#[test]
fn events_are_seen_beside_heavy_tails() {
    let text = "[track.slow.stage.wait]\ntakes = \"loglogistic(median = 1 week, shape = 1.5)\"\nto = \"first\"\n\
                [track.other.stage.wait]\ntakes = \"gamma(shape = 2, mean = 3 days)\"\nto = \"over\"\n[track.other.stage.over]\n\
                [track.event.stage.wait]\nhazard = \"0.7\"\nto = \"second\"\n[outcome.first]\n[outcome.second]\n";
    let found = solve(text);
    let law = Law::LogLogistic(LogLogistic::new(7.0, 1.5).expect("a law"));
    // Over the logit of the quantile, where the sum over even steps converges faster than any power.
    let step = 1.0 / 64.0;
    let wanted: f64 = (-64 * 40..=64 * 40)
        .map(|n| {
            let e = libm::exp(-(step * f64::from(n)).abs());
            let p = if n < 0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) };
            let t = if n < 0 { law.quantile(p) } else { law.upper_quantile(e / (1.0 + e)) };
            step * e / ((1.0 + e) * (1.0 + e)) * libm::exp(-0.7 * t)
        })
        .sum();
    close(by(&found, 0, "first"), wanted, 1e-10);
    close(by(&found, 0, "second"), 1.0 - wanted, 1e-10);
}

/// Of gammas of one scale the first is that of a beta distribution; densities without bound at 0 beside what never rings so soon.
#[test]
fn bursts_are_told_apart_at_the_very_beginning() {
    let race = |a: f64, b: f64| {
        let clock = |name: &str, shape: f64| {
            format!(
                "{{ clock = \"{name}\", takes = \"gamma(shape = {shape}, mean = {} days)\", to = \"{name}\" }}",
                shape * 20.0
            )
        };
        format!(
            "[stage.wait]\nrace = [{}, {}]\n[outcome.one]\n[outcome.two]\n",
            clock("one", a),
            clock("two", b)
        )
    };
    for (a, b) in [(0.05, 0.05), (0.05, 0.3), (0.1, 2.0), (0.5, 0.7), (1.0, 0.02)] {
        let found = solve(&race(a, b));
        let wanted = Law::Beta(Beta::new(a, b).expect("a law")).cdf(0.5);
        for (outcome, wanted) in [("one", wanted), ("two", 1.0 - wanted)] {
            let off = (by(&found, 0, outcome) - wanted).abs();
            assert!(off < 1e-10, "{a} and {b}, {outcome}: {} {wanted} off {off:e}", by(&found, 0, outcome));
        }
    }
    for takes in ["1 day", "uniform(1 day, 1 day + 1 minute)"] {
        let text = format!(
            "horizon = \"9 days\"\nat_horizon = \"two\"\n[stage.wait]\nrace = [\n\
             {{ clock = \"one\", takes = \"gamma(shape = 0.05, mean = 1 day)\", to = \"one\" }},\n\
             {{ clock = \"two\", takes = \"{takes}\", to = \"two\" }},\n]\n[outcome.one]\n[outcome.two]\n"
        );
        let program = |s: &Scenario| crate::program::Program::compile(s);
        let found = solve(&text);
        let law = program(&found.0)
            .laws
            .iter()
            .map(|law| law.law().clone())
            .find(|law| matches!(law, Law::Gamma(_)));
        let law = law.expect("a gamma");
        let (low, high) = (law.cdf(DAY), law.cdf(DAY + 60.0));
        let one = by(&found, 0, "one");
        assert!(one >= low - 1e-10 && one <= high + 1e-10, "{takes}: {one} of {low} to {high}");
    }
}

/// An exponential delay much longer than what a discount lets count; and an account of a delay without a mean.
#[test]
fn strong_discounts_are_seen() {
    for (mean, percent) in [(3_000.0, 50.0), (30_000.0, 1.0), (20.0, 5.0), (1.0, 900.0)] {
        let text = format!(
            "[stage.wait]\ntakes = \"exponential(mean = {mean} days)\"\nto = \"done\"\n[outcome.done]\n\
             [measures]\ncost = {{ rate = \"1 per day\", discount = \"{percent}% a day\" }}\n"
        );
        let (found, decay, rate) = (solve(&text), libm::log1p(percent / 100.0), 1.0 / mean);
        let (first, second) = (1.0 / (decay + rate), 2.0 / ((decay + rate) * (2.0 * decay + rate)));
        let (mean, sd) = known(&found, 0);
        close(mean, first, 1e-9);
        close(sd, libm::sqrt(second - first * first), 1e-6);
    }
    let text = "[stage.wait]\ntakes = \"loglogistic(median = 3 days, shape = 0.9)\"\nto = \"done\"\n[outcome.done]\n\
                [measures]\ncost = { rate = \"0.6\", discount = \"3% a month\" }\n";
    let (mean, sd) = known(&solve(text), 0);
    let (law, decay) = (LogLogistic::new(3.0, 0.9).expect("a law"), libm::log(1.03) / 30.4375);
    let law = Law::LogLogistic(law);
    let step = 1.0 / 32.0;
    let (mut first, mut second) = (0.0, 0.0);
    for n in -32 * 60..=32 * 60 {
        let e = libm::exp(-(step * f64::from(n)).abs());
        let t = if n < 0 { law.quantile(e / (1.0 + e)) } else { law.upper_quantile(e / (1.0 + e)) };
        let (weight, gathered) = (step * e / ((1.0 + e) * (1.0 + e)), 0.6 * -libm::expm1(-decay * t) / decay);
        first += weight * gathered;
        second += weight * gathered * gathered;
    }
    close(mean, first, 1e-9);
    close(sd, libm::sqrt(second - first * first), 1e-8);
}

/// Clocks that leave nothing out refuse rather than guess.
#[test]
fn what_would_take_too_many_looks_is_refused() {
    let text = "horizon = \"10 years\"\nat_horizon = \"open\"\n[stage.wait]\ntakes = \"lognormal(median = 7 days, sigma = 0.0005)\"\n\
                next = [{ p = 0.01, to = \"done\" }, { to = \"wait\" }]\n[outcome.done]\n[outcome.open]\n";
    assert!(try_solve(&super::scenario(text)).is_err());
}

/// What is left of a delay after a date has no closed mean; where its tail falls by a power, what comes after all looks is added, or is
/// more than can be told.
#[test]
fn means_of_heavy_tails_after_a_date() {
    let of = |shape: f64| {
        let text = format!(
            "[track.t.stage.wait]\ntakes = \"loglogistic(median = 3 days, shape = {shape})\"\nto = \"late\"\n\
             [track.t.stage.late]\nat = \"28 days\"\nto = \"done\"\n[track.other.stage.a]\nat = \"5 days\"\nto = \"b\"\n\
             [track.other.stage.b]\n[outcome.done]\n[measures]\ncost = {{ rate = \"1 per day\" }}\n"
        );
        solve(&text).1.measures[0].clone()
    };
    // The mean of the greater of X and 28 days is 28 + ∫ S from there; its square 28² + 2 ∫ x S: by Simpson's rule over 28 / x.
    let (n, shape) = (2_000, 4.0);
    let sum = |power: f64| -> f64 {
        let at = |i: usize| {
            let t = i as f64 / n as f64;
            libm::pow(28.0, power) * libm::pow(t, shape - 1.0 - power)
                / (libm::pow(t, shape) + libm::pow(28.0 / 3.0, shape))
        };
        (0..n).step_by(2).map(|i| (at(i) + 4.0 * at(i + 1) + at(i + 2)) / (3.0 * n as f64)).sum()
    };
    let Known::Gain(_, gain) = of(shape) else { panic!("{:?}", of(shape)) };
    close(gain.mean, 28.0 + sum(1.0), 1e-10);
    let mean = 28.0 + sum(1.0);
    close(gain.variance, 28.0 * 28.0 + 2.0 * sum(2.0) - mean * mean, 1e-7);
    for shape in [0.8, 1.0, 1.1] {
        let known = of(shape);
        assert!(matches!(known, Known::Nothing | Known::Mean(f64::INFINITY)), "{shape}: {known:?}");
    }
}

/// Rings of a Poisson process count with a chance that is there for minutes or a week only, within ten years.
#[test]
fn chances_that_come_and_go_are_seen() {
    let minute = 1.0 / 1_440.0;
    for (years, days, at) in [
        (10, 1.0, 1_000),
        (10, 7.0, 2_003),
        (1, 0.1, 100),
        (3, 0.5, 517),
        (10, 60.0 * minute, 1_000),
        (10, 10.0 * minute, 2_003),
        (1, 5.0 * minute, 100),
    ] {
        let off = format!("((day - {at} days) / {} hours)", days * 24.0);
        // The integrals of exp(-x²), and of 1 / (1 + exp(x²)), are √π times these: the second is Dirichlet's eta function at 1/2.
        let (bell, fermi) = (1.0, 0.604_898_643_421_630_4);
        for (form, rest, shape) in [
            (format!("p = \"exp(-{off} * {off})\""), "", bell),
            (format!("p = \"1 / exp({off} ^ 2)\""), "", bell),
            (format!("weight = \"exp(0 - {off} ^ 2)\""), "weight = 1, ", fermi),
            (format!("p = {{ base = 0.5, odds = {{ one = \"exp(0 - {off} ^ 2)\" }} }}"), "", fermi),
        ] {
            let text = format!(
                "horizon = \"{years} years\"\nat_horizon = \"open\"\n[state]\none = 1\n[stage.wait]\ntakes = \"exponential(mean = 1 day)\"\n\
                 next = [{{ {form}, to = \"done\" }}, {{ {rest}to = \"wait\" }}]\n[outcome.done]\n[outcome.open]\n"
            );
            let found = solve(&text);
            let wanted = -libm::expm1(-days * shape * libm::sqrt(std::f64::consts::PI));
            let (done, bound) = (by(&found, 0, "done"), found.1.slots[0].bound);
            assert!(
                (done - wanted).abs() <= bound + 1e-13 && bound < 1e-7,
                "{form}, {days} days: {done} {wanted} {bound:e}"
            );
        }
    }
}

/// Rates of accounts that a formula gives for a while only, against their integral times an exponential.
#[test]
fn rates_that_come_and_go_are_seen() {
    for width in [0.01_f64, 0.25, 1.0, 3.0, 10.0, 100.0] {
        for form in ["exp(-x * x)", "exp(-x ^ 2)", "exp(0 - abs(x) ^ 2)", "1 / exp(x * x)"] {
            let of = solve(&format!(
                r#"
                horizon    = "3650 days"
                at_horizon = "open"
                [formulas]
                x = "(day - 1000 days) / {width} days"
                [stage.talks]
                takes = "exponential(mean = 900 days)"
                to    = "done"
                [outcome]
                done = {{}}
                open = {{}}
                [measures]
                a = {{ rate = "{form} per day" }}
                "#
            ));
            let (middle, soft) = (1000.0 / 900.0, width / 900.0);
            let mean = width * std::f64::consts::PI.sqrt() * libm::exp(0.25 * soft * soft - middle);
            close(known(&of, 0).0, mean, 1e-9);
        }
    }
}

/// A fixed delay after a burst carries it to where times are known to 1e-11 s only: a tenth of it comes within less, and a hundredth within
/// 1e-200 s. What is left at the end is what a gamma leaves.
#[test]
fn bursts_are_carried_by_fixed_delays() {
    for shape in [0.2, 0.1, 0.08, 0.05, 0.03, 0.01] {
        let found = solve(&format!(
            r#"
            horizon    = "30 days"
            at_horizon = "open"
            [stage.talks]
            takes = "gamma(shape = {shape}, mean = 4 days)"
            to    = "signing"
            [stage.signing]
            takes = "37 hours"
            to    = "done"
            [outcome]
            done = {{}}
            open = {{}}
            "#
        ));
        let gamma = Gamma::from_mean(shape, 4.0 * DAY).expect("a law");
        let wanted = Law::Gamma(gamma).cdf(30.0 * DAY - 37.0 * 3_600.0);
        let (done, bound) = (by(&found, 0, "done"), found.1.slots[0].bound);
        assert!((done - wanted).abs() <= bound && bound < 1e-7, "{shape}: {done} {wanted} {bound:e}");
    }
}

/// The days from the beginning by which a burst is over, after `hours`; and what a gamma of a shape brings until then.
fn bursts(hours: u32, shape: f64) -> Vec<(f64, f64)> {
    let gamma = Law::Gamma(Gamma::from_mean(shape, 20.0 * shape * DAY).expect("a law"));
    let after = [1.0, 60.0, 3_600.0, DAY, 10.0 * DAY, 60.0 * DAY];
    after.map(|after| (after / DAY + f64::from(hours) / 24.0, gamma.cdf(after))).to_vec()
}

/// Whether what is done by each time is what is wanted, within the stated bound.
#[track_caller]
fn done(stages: &str, wanted: &[(f64, f64)], most: f64) {
    let (last, milestones) = wanted.split_last().expect("a time");
    let milestones = milestones.iter().enumerate();
    let milestones = milestones.map(|(nth, (day, _))| format!("m{nth} = \"{} seconds\"\n", day * DAY));
    let found = solve(&format!(
        "horizon = \"{} seconds\"\nat_horizon = \"open\"\n{stages}\n[outcome]\ndone = {{}}\nopen = {{}}\n[milestones]\n{}",
        last.0 * DAY,
        milestones.collect::<String>()
    ));
    for (slot, (day, wanted)) in wanted.iter().enumerate() {
        let (done, bound) = (by(&found, slot, "done"), found.1.slots[slot].bound);
        // The gamma itself is good to 1e-14.
        assert!((done - wanted).abs() <= bound + 1e-14, "{stages} by {day}: {done} {wanted} {bound:e}");
        assert!(bound < most, "{bound:e}");
    }
}

fn burst(name: &str, shape: f64, next: &str) -> String {
    format!("[stage.{name}]\ntakes = \"gamma(shape = {shape}, mean = {} days)\"\n{next}\n", 20.0 * shape)
}

/// A burst that follows a burst, at once or where a fixed delay carried that, rings in part within less than what times are known to: as
/// much as it must, since two gammas of one scale make one.
#[test]
fn bursts_after_bursts_are_right() {
    for (hours, first, second) in
        [(0, 0.2, 0.2), (0, 0.3, 0.3), (37, 0.3, 0.12), (37, 0.12, 0.3), (37, 0.5, 0.05), (2160, 0.2, 0.2)]
    {
        let wait = format!("[stage.wait]\ntakes = \"{hours} hours\"\nto = \"second\"\n");
        let (next, wait) = if hours > 0 { ("to = \"wait\"", wait.as_str()) } else { ("to = \"second\"", "") };
        let stages = burst("first", first, next) + wait + &burst("second", second, "to = \"done\"");
        done(&stages, &bursts(hours, first + second), 1e-7);
    }
}

/// The same where it begins again, or not, with even chances: a mixture of gammas.
#[test]
fn bursts_again_and_again_are_right() {
    for (shape, p) in [(0.2, 0.5), (0.3, 0.9), (0.5, 0.9)] {
        let next = format!("next = [{{ p = {p}, to = \"burst\" }}, {{ to = \"done\" }}]");
        let stages =
            "[stage.wait]\ntakes = \"37 hours\"\nto = \"burst\"\n".to_owned() + &burst("burst", shape, &next);
        let mut wanted = bursts(37, shape);
        wanted.iter_mut().for_each(|(_, by)| *by *= 1.0 - p);
        for again in 1..400 {
            let share = (1.0 - p) * libm::pow(p, f64::from(again));
            let more = bursts(37, f64::from(again + 1) * shape);
            wanted.iter_mut().zip(more).for_each(|((_, all), (_, by))| *all += share * by);
        }
        done(&stages, &wanted, 1e-7);
    }
}
