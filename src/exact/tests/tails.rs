//! When paths end after delays with heavy tails, without a horizon: closed forms, or nothing where there is no mean.

use super::carried::integral;
use super::solve;
use crate::exact::{Known, Off, Solution};
use crate::model::Scenario;
use crate::quantity::DAY;
use std::f64::consts::PI;

/// `E[T^p]` of a log-logistic law with median 1 (Johnson, Kotz and Balakrishnan 1995, 23.2).
fn moment(shape: f64, power: f64) -> f64 {
    let x = power * PI / shape;
    x / libm::sin(x)
}

/// Of an outcome: P, ∫ t and ∫ t² in days, and what the moments may be off.
fn found(of: &(Scenario, Solution), outcome: &str) -> (f64, f64, f64, Off) {
    let number = of.0.outcomes.iter().position(|o| o.name == outcome).expect("an outcome");
    let it = of.1.moments[number];
    let off = of.1.when_offs.as_ref().expect("no horizon")[number];
    (it.mass, it.first / DAY, it.second / DAY / DAY, off)
}

/// Mean and second moment among the paths that end so, each within its bound; where there is none, it is infinite or no number.
#[track_caller]
fn holds(of: &(Scenario, Solution), outcome: &str, mean: f64, square: f64) {
    let (mass, first, second, off) = found(of, outcome);
    if mean.is_infinite() {
        assert!(!first.is_finite(), "{outcome}: {first}");
        return;
    }
    let bound = off.mean(mass).expect("a bound") / DAY;
    let tiny = 1e-13 * mean;
    assert!(
        (first / mass - mean).abs() <= bound + tiny,
        "{outcome}: {} {mean} bound {bound:e}",
        first / mass
    );
    assert!(bound <= 1e-8 * mean, "{outcome}: bound {bound:e}");
    if square.is_infinite() {
        assert!(!second.is_finite(), "{outcome}: {second}");
        return;
    }
    let sd = (square - mean * mean).sqrt();
    let own = (second / mass - (first / mass) * (first / mass)).sqrt();
    let bound = off.sd(mass, sd * DAY).expect("a bound") / DAY;
    assert!((own - sd).abs() <= bound + 1e-12 * sd, "{outcome}: sd {own} {sd} bound {bound:e}");
    assert!(bound <= 1e-4 * sd, "{outcome}: bound {bound:e} of sd");
}

const ENDS: &str = "next = [{ p = 0.3, to = \"one\" }, { to = \"two\" }]\n[outcome.one]\n[outcome.two]\n";

#[test]
fn one_delay() {
    for shape in [0.7, 0.8, 1.0, 1.02, 1.1, 1.5, 1.9, 2.1, 2.5, 4.0] {
        let solved = solve(&format!(
            "[stage.wait]\ntakes = \"loglogistic(median = 3 days, shape = {shape})\"\n{ENDS}"
        ));
        let mean = if shape > 1.0 { 3.0 * moment(shape, 1.0) } else { f64::INFINITY };
        let square = if shape > 2.0 { 9.0 * moment(shape, 2.0) } else { f64::INFINITY };
        holds(&solved, "one", mean, square);
        holds(&solved, "two", mean, square);
    }
}

#[test]
fn rounds_of_such_delays() {
    // Each ends it with a chance of 0.4: there are N rounds, and the first two moments of a geometric sum are known.
    for shape in [1.1, 1.5, 2.2, 3.0] {
        let solved = solve(&format!(
            "[stage.round]\ntakes = \"loglogistic(median = 3 days, shape = {shape})\"\n\
             next = [{{ p = 0.4, to = \"over\" }}, {{ to = \"round\" }}]\n[outcome.over]\n"
        ));
        let (n, nn) = (1.0 / 0.4, (2.0 - 0.4) / (0.4 * 0.4));
        let mean = 3.0 * moment(shape, 1.0);
        let square = if shape > 2.0 { 9.0 * moment(shape, 2.0) } else { f64::INFINITY };
        holds(&solved, "over", n * mean, n * square + (nn - n) * mean * mean);
    }
}

#[test]
fn races_have_lighter_tails() {
    // Of two such laws with shapes below 1 the earlier has a mean: S(t)² is integrated, B(1/k, 2 - 1/k)/k.
    let gamma = libm::tgamma;
    for (shape, mean) in [(1.3, true), (0.8, true), (0.6, true), (0.5, false)] {
        let delay = format!("loglogistic(median = 3 days, shape = {shape})");
        let solved = solve(&format!(
            "[stage.wait]\nrace = [{{ clock = \"a\", takes = \"{delay}\", to = \"one\" }},\n\
             {{ clock = \"b\", takes = \"{delay}\", to = \"two\" }}]\n[outcome.one]\n[outcome.two]\n"
        ));
        let k: f64 = shape;
        let wanted = 3.0 / k * gamma(1.0 / k) * gamma(2.0 - 1.0 / k);
        for outcome in ["one", "two"] {
            let (mass, first, _, _) = found(&solved, outcome);
            // Told where it is, or not at all.
            if first.is_finite() {
                assert!(mean, "{shape}: {first}");
                assert!((first / mass - wanted).abs() <= 1e-6 * wanted, "{shape}: {} {wanted}", first / mass);
            }
        }
    }
}

#[test]
fn a_heavy_tail_after_a_date() {
    // Those that end after 30 days: what S integrates to beyond.
    for shape in [1.2, 1.5, 2.5] {
        let solved = solve(&format!(
            "[state]\nlate = false\n[stage.wait]\nrace = [\n\
             {{ clock = \"end\", takes = \"loglogistic(median = 3 days, shape = {shape})\", next = [\n\
             {{ when = \"late\", to = \"two\" }}, {{ to = \"one\" }}] }},\n\
             {{ clock = \"mark\", at = \"30 days\", set = {{ late = true }} }}]\n[outcome.one]\n[outcome.two]\n"
        ));
        let sf = |t: f64| 1.0 / (1.0 + libm::pow(t / 3.0, shape));
        // t = 30 days / y^20: what is integrated is smooth at 0.
        let beyond = integral(0.0, 1.0, |y| {
            let t = 30.0 / libm::pow(y, 20.0);
            sf(t) * t * 20.0 / y
        });
        let late = sf(30.0);
        let mean = 30.0 + beyond / late;
        let (mass, first, second, off) = found(&solved, "two");
        let bound = off.mean(mass).map_or(f64::INFINITY, |bound| bound / DAY);
        assert!((mass - late).abs() <= 1e-10, "{shape}: {mass} {late}");
        // Told where it is within its bound, or not at all.
        if first.is_finite() {
            assert!((first / mass - mean).abs() <= bound, "{shape}: {} {mean}", first / mass);
        }
        assert!(first.is_finite() || shape < 2.0);
        assert!(!second.is_finite() || shape > 2.0);
        // The others end before. What that may be off is not told where these might have ended later; up to day 30 it is three times
        // the bound of a probability.
        let whole = 3.0 * moment(shape, 1.0);
        let (mass, first, _, off) = found(&solved, "one");
        let wanted = (whole - late * mean) / (1.0 - late);
        let off = off.mean(mass).map_or(90.0 * solved.1.bound / mass, |off| off / DAY);
        assert!(
            (first / mass - wanted).abs() <= off + 1e-13 * whole / (1.0 - late),
            "{shape}: {} {wanted}",
            first / mass
        );
    }
}

#[test]
fn what_first_holds_after_a_heavy_tail() {
    let first = |shape: f64| {
        let solved = solve(&format!(
            "[state]\nsigned = false\n[stage.wait]\ntakes = \"loglogistic(median = 3 days, shape = {shape})\"\n\
             set = {{ signed = true }}\nto = \"after\"\n[stage.after]\ntakes = \"exponential(mean = 1 day)\"\nto = \"over\"\n[outcome.over]\n\
             [measures]\nsigned = {{ first = \"signed\" }}\nweeks = {{ value = \"day / 1 week\" }}\n"
        ));
        let Known::First(curve, sum, square) = solved.1.measures[0].clone() else {
            panic!("{:?}", solved.1.measures)
        };
        let Known::Gain(share, gain) = solved.1.measures[1].clone() else { panic!("a mean") };
        assert!((share - 1.0).abs() <= 1e-12);
        (sum / curve.total() / DAY, square / DAY / DAY, solved.1.offs[0].expect("a bound"), gain.mean * 7.0)
    };
    // Its curve has all but a millionth of a mean of the fourth power, and lacks most of one of the first.
    let (mean, _, off, weeks) = first(6.0);
    let wanted = 3.0 * moment(6.0, 1.0);
    assert!((mean - wanted).abs() <= off.mean(1.0).expect("a bound") / DAY);
    assert!(off.first / DAY <= 1e-8, "{:e}", off.first / DAY);
    assert!((weeks - wanted - 1.0).abs() <= 1e-9, "{weeks}");
    let (mean, square, _, weeks) = first(1.02);
    assert!(mean.is_nan() && square.is_nan(), "{mean}");
    assert!((weeks - 3.0 * moment(1.02, 1.0) - 1.0).abs() <= 1e-6, "{weeks}");
    let (mean, square, _, weeks) = first(0.9);
    assert!(mean.is_nan() && square.is_nan() && !weeks.is_finite());
}
