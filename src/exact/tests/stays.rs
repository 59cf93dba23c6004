//! What is said that visits and days of stages may be off holds: against closed forms.

use super::accounts::{FORMS, Held, LAWS, model, moments};
use crate::exact::{Slot, Solution};
use crate::model::Scenario;
use crate::quantity::DAY;

/// The number of a stage.
fn place(scenario: &Scenario, stage: &str) -> usize {
    let mut all = scenario.tracks.iter().flat_map(|track| &track.stages);
    all.position(|it| it.name == stage).expect("a stage")
}

/// Days in a stage, and what they may be off; likewise visits.
fn days(of: &(Scenario, Solution), slot: &Slot, stage: &str) -> (f64, f64) {
    let n = place(&of.0, stage);
    (slot.spent[n] / DAY, slot.spent_off[n] / DAY)
}

fn visits(of: &(Scenario, Solution), slot: &Slot, stage: &str) -> (f64, f64) {
    let n = place(&of.0, stage);
    (slot.visits[n], slot.visits_off[n])
}

/// Holds a number against a closed form, of which so much is known.
fn hold(held: &mut Held, (seen, bound): (f64, f64), wanted: f64, forms: f64, what: &str) {
    held.one((seen - wanted).abs(), bound + forms, || format!("{what}: {seen} for {wanted}"));
    held.one(bound, 1e-8 * (1.0 + wanted), || format!("{what}: what says nothing of {wanted}"));
}

#[test]
fn days_of_any_law() {
    let mut held = Held::default();
    for law in LAWS {
        for horizon in ["", "horizon = \"90 days\"\nat_horizon = \"open\"\n"] {
            let open = if horizon.is_empty() { "" } else { "[outcome.open]\n" };
            let of = model(&format!(
                "{horizon}[stage.wait]\ntakes = \"{}\"\nto = \"done\"\n[outcome.done]\n{open}[milestones]\na = \"0.77 days\"\nb = \"17.3 days\"\n",
                law.text
            ));
            let ends = [0.77, 17.3, if horizon.is_empty() { f64::INFINITY } else { 90.0 }];
            for (slot, end) in of.1.slots.iter().zip(ends) {
                let what = format!("{} up to {end}", law.text);
                let seen = days(&of, slot, "wait");
                if end.is_infinite() && !law.light {
                    continue;
                }
                let [ended, mean, _] = moments(law, end, |u| u);
                let left = if end.is_finite() { (1.0 - ended) * end } else { 0.0 };
                let forms = FORMS * if end.is_finite() { end } else { 2_000.0 };
                hold(&mut held, seen, mean + left, forms, &what);
                hold(&mut held, visits(&of, slot, "wait"), 1.0, 0.0, &what);
            }
        }
    }
    held.all(70);
}

#[test]
fn a_stage_again_and_again() {
    let mut held = Held::default();
    let text = |law: &str, end: &str| {
        format!(
            "horizon = \"{end}\"\nat_horizon = \"open\"\n[stage.wait]\nrace = [{{ clock = \"again\", takes = \"{law}\", to = \"wait\" }}]\n\
             [outcome.open]\n[milestones]\na = \"1 day\"\nb = \"20 days\"\n"
        )
    };
    let all = [1.0, 20.0, 90.0];
    for mean in [3.0, 0.1] {
        let of = model(&text(&format!("exponential(mean = {mean} days)"), "90 days"));
        for (slot, end) in of.1.slots.iter().zip(all) {
            let what = format!("Poisson {mean} up to {end}");
            hold(&mut held, visits(&of, slot, "wait"), 1.0 + end / mean, 0.0, &what);
            hold(&mut held, days(&of, slot, "wait"), end, 0.0, &what);
        }
    }
    // Every second event of a Poisson process: rate t / 2 - 1/4 + exp(-2 rate t) / 4.
    for mean in [5.0, 0.5] {
        let of = model(&text(&format!("gamma(shape = 2, mean = {mean} days)"), "90 days"));
        for (slot, end) in of.1.slots.iter().zip(all) {
            let rate = 2.0 / mean;
            let wanted = 0.75 + 0.5 * rate * end + 0.25 * libm::exp(-2.0 * rate * end);
            let what = format!("Erlang {mean} up to {end}");
            hold(&mut held, visits(&of, slot, "wait"), wanted, FORMS * wanted, &what);
        }
    }
    // Within the first unit the renewal function of uniform delays is exp(t) - 1.
    let of = model(&text("uniform(0 days, 25 days)", "90 days"));
    for (slot, end) in of.1.slots.iter().zip([1.0, 20.0]) {
        hold(&mut held, visits(&of, slot, "wait"), libm::exp(end / 25.0), FORMS, &format!("uniform {end}"));
    }
    // The horizon in the middle of a fixed delay.
    let of = model(&text("7 days", "87.5 days"));
    for (slot, wanted) in of.1.slots.iter().zip([1.0, 3.0, 13.0]) {
        hold(&mut held, visits(&of, slot, "wait"), wanted, 0.0, "fixed");
    }
    held.all(46);
}

/// A ring of so many combinations that its bound is one number for all of them.
#[test]
fn a_large_ring() {
    let mut held = Held::default();
    let of = model(
        "horizon = \"10 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n[stage.go]\nhazard = \"1 per 12 hours\"\n\
         next = [{ when = \"n == 2100\", set = { n = 0 }, to = \"pause\" }, { set = { n = \"n + 1\" }, to = \"go\" }]\n\
         [stage.pause]\nhazard = \"1 per 2 days\"\nto = \"go\"\n[outcome.open]\n",
    );
    assert!(of.1.combinations > 2_100, "{}", of.1.combinations);
    let slot = &of.1.slots[0];
    hold(&mut held, visits(&of, slot, "go"), 21.0, 0.0, "go");
    hold(&mut held, visits(&of, slot, "pause"), 0.0, 0.0, "pause");
    hold(&mut held, days(&of, slot, "go"), 10.0, 0.0, "days");
    held.all(6);
}

/// Through a date, after which things are others.
#[test]
fn before_and_after_a_date() {
    let mut held = Held::default();
    let of = model(
        "horizon = \"60 days\"\nat_horizon = \"open\"\n[stage.a]\nhazard = \"if day < 30 days then 1 per 4 days else 1 per 10 days\"\nto = \"b\"\n\
         [stage.b]\nhazard = \"if day < 30 days then 1 per 4 days else 1 per 10 days\"\nto = \"a\"\n[outcome.open]\n[milestones]\nlater = \"45 days\"\n",
    );
    for (slot, events) in of.1.slots.iter().zip([9.0, 10.5]) {
        // Of a Poisson number the even ones: a is entered at first and by every second event.
        let even = 0.5 * (1.0 + libm::exp(-2.0 * events));
        let a = 1.0 + 0.5 * events - 0.5 * (1.0 - even);
        hold(&mut held, visits(&of, slot, "a"), a, FORMS, "a");
        hold(&mut held, visits(&of, slot, "b"), 1.0 + events - a, FORMS, "b");
    }
    // The chance to stand in a is (1 + exp(-2 events)) / 2.
    let early = 15.0 + (1.0 - libm::exp(-15.0));
    let late = 7.5 + 2.5 * libm::exp(-15.0) * (1.0 - libm::exp(-3.0));
    hold(&mut held, days(&of, &of.1.slots[0], "a"), early + late, FORMS * 45.0, "days in a");
    held.all(10);
}

#[test]
fn rounds_without_an_end() {
    let mut held = Held::default();
    for (law, mean) in [
        ("exponential(mean = 5 days)", 5.0),
        ("weibull(shape = 0.5, scale = 5 days)", 10.0),
        ("lognormal(median = 5 days, sigma = 1.5)", 5.0 * libm::exp(1.125)),
        ("3 minutes", 3.0 / 1440.0),
    ] {
        for p in [0.2, 0.002] {
            let of = model(&format!(
                "[stage.a]\ntakes = \"{law}\"\nnext = [{{ p = {p}, to = \"done\" }}, {{ p = 0.1, to = \"b\" }}, {{ to = \"a\" }}]\n\
                 [stage.b]\ntakes = \"2 days\"\nto = \"a\"\n[outcome.done]\n"
            ));
            let slot = of.1.slots.last().expect("the end");
            let what = format!("{law} {p}");
            let rounds = 1.0 / p;
            hold(&mut held, visits(&of, slot, "a"), rounds, FORMS * rounds, &what);
            hold(&mut held, visits(&of, slot, "b"), 0.1 * rounds, FORMS * rounds, &what);
            hold(&mut held, days(&of, slot, "a"), rounds * mean, FORMS * rounds * mean, &what);
            hold(&mut held, days(&of, slot, "b"), 0.2 * rounds, FORMS * rounds, &what);
        }
    }
    // Of two exponential clocks the first: chances and times of a race are integrals.
    let of = model(
        "[stage.a]\nrace = [{ clock = \"x\", takes = \"exponential(mean = 30 days)\", to = \"b\" },\n\
         { clock = \"y\", takes = \"weibull(shape = 1, scale = 60 days)\", to = \"y\" }]\n[stage.b]\ntakes = \"1 day\"\nto = \"a\"\n[outcome.y]\n",
    );
    let slot = of.1.slots.last().expect("the end");
    hold(&mut held, visits(&of, slot, "a"), 3.0, FORMS, "race");
    hold(&mut held, visits(&of, slot, "b"), 2.0, FORMS, "race");
    hold(&mut held, days(&of, slot, "a"), 60.0, FORMS * 60.0, "race");
    held.all(60);
}

/// Where a bound is not known nothing is said: what is entered by chances that move with time, and a mean that is infinite.
#[test]
fn what_is_not_known() {
    let of = model(
        "horizon = \"60 days\"\nat_horizon = \"open\"\n[stage.a]\ntakes = \"gamma(shape = 2, mean = 5 days)\"\nnext = [{ p = \"exp(-day / 9 days)\", to = \"b\" }, { to = \"a\" }]\n\
         [stage.b]\ntakes = \"1 day\"\nto = \"a\"\n[outcome.open]\n",
    );
    let (seen, off) = visits(&of, &of.1.slots[0], "b");
    assert!(seen > 0.0 && off.is_infinite(), "{seen} {off}");
    assert!(days(&of, &of.1.slots[0], "b").1 < 1e-8);
    let of = model(
        "[stage.a]\ntakes = \"loglogistic(median = 1 day, shape = 1)\"\nto = \"done\"\n[outcome.done]\n",
    );
    let slot = of.1.slots.last().expect("the end");
    assert!(days(&of, slot, "a").1.is_infinite(), "{:?}", days(&of, slot, "a"));
    assert!(visits(&of, slot, "a").1 < 1e-12);
}
