//! Endless combinations, of which the nearest are looked at, against closed forms.

use super::{by, close, scenario, solve, try_solve};
use crate::engine::World;
use crate::exact::endless;
use crate::exact::{Known, Why};
use crate::program::Program;

fn poisson(k: usize, mean: f64) -> f64 {
    libm::exp(k as f64 * libm::log(mean) - mean - libm::lgamma(k as f64 + 1.0))
}

/// Each round is less likely to end it than the one before, without an end: after k of them a share of 1 / (k + 1) is left.
fn rounds(more: &str, p: &str) -> String {
    format!(
        "start = 2025-01-01\nhorizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n[stage.talks]\ntakes = \"exponential(mean = 5 days)\"\nset = {{ n = \"n + 1\" }}\n\
         next = [{{ p = \"{p}\", to = \"deal\" }}, {{ to = \"talks\" }}]\n[outcome]\ndeal = {{}}\nopen = {{}}\n\
         [milestones]\na = \"2 days\"\nb = \"20 days\"\n{more}"
    )
}

#[test]
fn rounds_that_are_ever_less_likely_to_be_the_last() {
    let text = rounds("[measures]\nn = { value = \"n\", given = \"outcome == open\" }\n", "1 / (n + 2)");
    let found = solve(&text);
    assert!(endless_of(&text).is_some() && found.1.beyond < 1e-12);
    for (slot, day) in [2.0, 20.0, 60.0].into_iter().enumerate() {
        let mean = day / 5.0;
        let open = -libm::expm1(-mean) / mean;
        let off = (by(&found, slot, "deal") - (1.0 - open)).abs();
        assert!(off <= 1e-10 && off <= found.1.slots[slot].bound, "{day}: {off:e}");
    }
    // E[N / (N + 1)] of those that are left.
    let mean = 12.0_f64;
    let open = -libm::expm1(-mean) / mean;
    match &found.1.measures[0] {
        Known::Values(values) => {
            let share: f64 = values.iter().map(|(_, p)| p).sum();
            let sum: f64 = values.iter().map(|(n, p)| n * p).sum();
            close(share, open, 1e-9);
            close(sum / share, (1.0 - open) / open, 1e-9);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn through_a_date_before_which_nothing_ends_it() {
    // 21 January is day 20.
    let found = solve(&rounds("", "if day >= 2025-01-21 then 1 / (n + 2) else 0"));
    close(by(&found, 0, "deal") + 1.0, 1.0, 1e-12);
    let open: f64 = (0..80)
        .flat_map(|before| (0..80).map(move |after| (before, after)))
        .map(|(before, after)| {
            poisson(before, 4.0) * poisson(after, 8.0) * (before + 1) as f64 / (before + after + 1) as f64
        })
        .sum();
    close(by(&found, 2, "deal"), 1.0 - open, 1e-9);
    assert!(found.1.slots[2].bound < 1e-8, "{}", found.1.slots[2].bound);
}

/// A walk that goes up and down by chance: where it is sure to come down it does, where it may climb for ever it is refused.
#[test]
fn a_walk_without_a_roof() {
    let text = |up: f64| {
        format!(
            "[state]\nx = 1\n[stage.step]\ntakes = \"exponential(mean = 1 day)\"\nnext = [{{ p = {up}, set = {{ x = \"x + 1\" }}, to = \"step\" }}, {{ when = \"x > 1\", set = {{ x = \"x - 1\" }}, to = \"step\" }}, {{ to = \"down\" }}]\n\
             [outcome.down]\n[measures]\ndays = {{ rate = 1 }}\n"
        )
    };
    let found = solve(&text(0.4));
    close(by(&found, 0, "down"), 1.0, 1e-11);
    // Five steps, the first entry among them.
    close(found.1.slots[0].visits[0], 5.0, 1e-9);
    assert!(
        found.1.beyond > 0.0 && found.1.slots[0].visits_off[0] == f64::INFINITY && found.1.offs[0].is_none()
    );
    let refused = try_solve(&scenario(&text(0.6))).expect_err("not solved");
    assert!(matches!(refused.why, Why::TooMany { .. }), "{refused:?}");
}

fn endless_of(text: &str) -> Option<crate::exact::NotExact> {
    let program = Program::compile(&scenario(text));
    let world = World::new(&program, 1, 0).expect("the world can be drawn");
    endless(&program, &world)
}

#[test]
fn what_is_endless() {
    let text = |step: &str| {
        format!(
            "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nn = 0\nm = 0\n[stage.talks]\ntakes = \"exponential(mean = 5 days)\"\nset = {{ {step} }}\n\
             next = [{{ p = \"1 / (n + 2)\", to = \"deal\" }}, {{ to = \"talks\" }}]\n[outcome]\ndeal = {{}}\nopen = {{}}\n"
        )
    };
    for (step, is) in [
        ("n = \"n + 1\"", true),
        ("n = \"min(n + 1, 50)\"", false),
        ("n = 3", false),
        ("n = \"m\", m = \"n + 1\"", true),
        // What nothing reads counts for nothing.
        ("m = \"m + 1\"", false),
    ] {
        assert_eq!(endless_of(&text(step)).is_some(), is, "{step}");
    }
}
