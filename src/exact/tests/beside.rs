//! Tracks side by side, each with rounds of its own, against closed forms.

use super::dates::holds;
use super::solve;
use crate::model::Scenario;

/// Sittings of a week, each of which ends it with a chance, beside sittings whose length is uniform.
fn sittings(ends: f64, length: &str) -> String {
    let milestones: Vec<String> = (0..4).map(|n| format!("m{n} = \"{} days\"", 7 * n + 8)).collect();
    format!(
        "horizon = \"36 days\"\nat_horizon = \"open\"\n[milestones]\n{}\n\
         [track.weekly.stage.week]\ntakes = \"7 days\"\n\
         next = [{{ p = {ends}, to = \"over\" }}, {{ to = \"week\" }}]\n\
         [track.other.stage.first]\ntakes = \"{length}\"\nto = \"second\"\n\
         [track.other.stage.second]\ntakes = \"{length}\"\nto = \"first\"\n\
         [outcome.over]\n[outcome.open]\n",
        milestones.join("\n")
    )
}

/// Expected entries of a stage by a slot, and what they may be off.
fn entries(of: &(Scenario, crate::exact::Solution), slot: usize, stage: &str) -> f64 {
    let names = of.0.tracks.iter().flat_map(|track| &track.stages).map(|stage| &stage.name);
    let number = names.into_iter().position(|name| name == stage).expect("a stage");
    of.1.slots[slot].visits[number]
}

/// How often something that lasts uniformly up to 1 has begun by a time, on average, the first included: Feller II, XI.1, by the
/// series of the densities of sums.
fn begun(t: f64) -> f64 {
    let mut factorial = 1.0;
    let mut sum = 0.0;
    for k in 0..=(t as u32) {
        factorial *= f64::from(k.max(1));
        let x = t - f64::from(k);
        sum += libm::pow(-x, f64::from(k)) * libm::exp(x) / factorial;
    }
    sum
}

#[test]
fn fixed_sittings_beside_shorter_ones_of_any_length() {
    // What has just begun may rule out that the week is over before: later on, in the same stages, it may be.
    for length in
        ["uniform(0 days, 6 days)", "uniform(1 days, 6 days)", "pert(1 day, 2 days, 5 days)", "3.3 days"]
    {
        let solved = solve(&sittings(0.1, length));
        let wanted: Vec<f64> = (1..5).map(|n| 1.0 - libm::pow(0.9, f64::from(n))).collect();
        holds(&solved, "over", &wanted);
        for slot in 0..4 {
            let weeks: f64 = (0..slot + 2).map(|n| libm::pow(0.9, f64::from(n as u32))).sum();
            let found = entries(&solved, slot, "week");
            assert!((found - weeks).abs() <= 1e-9, "{length}, {slot}: {found} {weeks}");
        }
    }
}

#[test]
fn sittings_that_nothing_ends_are_counted_on_both_sides() {
    let solved = solve(&sittings(0.0, "uniform(0 days, 6 days)"));
    for slot in 0..4 {
        let at = (7 * slot + 8) as f64;
        assert!((entries(&solved, slot, "week") - f64::from(slot as u32 + 2)).abs() <= 1e-9);
        let found = entries(&solved, slot, "first") + entries(&solved, slot, "second");
        let wanted = begun(at / 6.0);
        assert!((found - wanted).abs() <= 1e-9, "{slot}: {found} {wanted}");
    }
}

#[test]
fn what_is_due_at_the_same_instant_rings_in_the_order_of_the_file() {
    // In rounds a delay of 5 or 7 days, drawn anew in each, meets one of 5 days; another track makes them run on.
    let text = |first: &str, second: &str| {
        format!(
            "horizon = \"14 days\"\nat_horizon = \"open\"\n[track.a.stage.round]\nrace = [{first}, {second}]\n\
             [track.b.stage.round]\ntakes = \"uniform(1 days, 2 days)\"\nto = \"round\"\n[outcome.over]\n[outcome.open]\n"
        )
    };
    let deal = "{ clock = \"deal\", takes = \"discrete(5 days, 1, 7 days, 2)\", to = \"over\" }";
    let next = "{ clock = \"next\", takes = \"5 days\", to = \"round\" }";
    for (first, second, goes_on) in [(deal, next, 2.0 / 3.0), (next, deal, 1.0)] {
        let solved = solve(&text(first, second));
        holds(&solved, "over", &[1.0 - goes_on * goes_on]);
        let visits = solved.1.slots[0].visits[0];
        assert!((visits - (1.0 + goes_on + goes_on * goes_on)).abs() <= 1e-9, "{visits}");
    }
}

#[test]
fn clocks_of_groups_that_are_due_on_a_date_are_refused() {
    // Whether the sitting of 3 days is over before day 3 ends it is a matter of the file; beside another track this is not known.
    let text = |at: &str, other: &str| {
        format!(
            "[track.a.stage.sits]\nrace = [{{ clock = \"done\", takes = \"3 days\", to = \"rests\" }},\n\
             {{ clock = \"late\", at = \"{at}\", to = \"over\" }}]\n[track.a.stage.rests]\n\
             [track.b.stage.round]\n{other}[outcome.over]\n"
        )
    };
    let rounds = "takes = \"uniform(1 days, 2 days)\"\nto = \"round\"\n";
    let refused = super::try_solve(&super::scenario(&text("3 days", rounds))).expect_err("not solved");
    assert_eq!(refused.why, crate::exact::Why::ThroughDate);
    // By itself, and with another date, it is.
    let alone = solve(&text("3 days", ""));
    assert_eq!(super::by(&alone, 0, "over"), 0.0);
    holds(&solve(&text("2.5 days", rounds)), "over", &[1.0]);
}

#[test]
fn rounds_of_fixed_length_against_a_deadline_without_a_horizon() {
    // They go on until the deadline: of n rounds of 5 days that begin, all but the first have come to its end. S(5 n) is
    // explored until nothing is left of it.
    let solved = solve(
        "[track.a.stage.waits]\ntakes = \"gamma(shape = 3, mean = 3 days)\"\nto = \"over\"\n\
         [track.b.stage.round]\ntakes = \"5 days\"\nto = \"round\"\n[outcome.over]\n",
    );
    holds(&solved, "over", &[1.0]);
    let survival = |t: f64| libm::exp(-t) * (1.0 + t + 0.5 * t * t);
    let wanted: f64 = (0..40).map(|n| survival(5.0 * f64::from(n))).sum();
    let found = entries(&solved, 0, "round");
    assert!((found - wanted).abs() <= 1e-10, "{found} {wanted}");
    let moments = solved.1.moments[0];
    assert!((moments.first / moments.mass / crate::quantity::DAY - 3.0).abs() <= 1e-10);
}

#[test]
fn what_follows_a_fixed_delay_that_ran_on_is_seen_up_to_the_horizon() {
    // A week, then a hazard, beside sittings of 5 to 6 days: the first of these ends shortly before the week does, and from there a
    // week more would be after the horizon.
    let text = |other: &str| {
        format!(
            "horizon = \"9 days\"\nat_horizon = \"open\"\n[track.a.stage.week]\ntakes = \"7 days\"\nto = \"fight\"\n\
             [track.a.stage.fight]\nhazard = \"2 per 10 days\"\nto = \"over\"\n\
             [track.b.stage.sitting]\ntakes = \"{other}\"\nto = \"sitting\"\n[outcome.over]\n[outcome.open]\n"
        )
    };
    for other in [
        "uniform(5 days, 6 days)",
        "uniform(2 days, 5 days)",
        "5.5 days",
        "lognormal(median = 5 days, sigma = 0.01)",
    ] {
        if let Ok(solved) = super::try_solve(&super::scenario(&text(other))) {
            let solved = (super::scenario(&text(other)), solved);
            holds(&solved, "over", &[-libm::expm1(-0.4)]);
        }
    }
    // Those of 5 to 6 days are solved, and so is what starts anew.
    let solved = solve(&text("uniform(5 days, 6 days)"));
    assert!((entries(&solved, 0, "sitting") - 2.0).abs() <= 1e-9);
    assert!((entries(&solved, 0, "fight") - 1.0).abs() <= 1e-9);
}

#[test]
fn a_rate_that_the_move_of_another_track_stops_is_refused_among_groups() {
    // In a1 the rate is there until the other track has come to b2. Where the first has none in a0 it goes on through that.
    let refused = super::try_solve(&super::scenario(
        "horizon = \"9 days\"\nat_horizon = \"open\"\n[track.a.stage.a0]\ntakes = \"pert(0 days, 3 days, 7 days)\"\n\
         next = [{ p = 0.5, to = \"a1\" }, { to = \"a0\" }]\n\
         [track.a.stage.a1]\nhazard = \"2 per 10 days\"\nwhen = \"b != b2\"\nto = \"a0\"\n\
         [track.b.stage.b0]\ntakes = \"triangular(0 days, 5 days, 10 days)\"\nto = \"b2\"\n\
         [track.b.stage.b2]\ntakes = \"7 days\"\nto = \"over\"\n[outcome.over]\n[outcome.open]\n",
    ))
    .expect_err("not solved");
    assert_eq!(refused.why, crate::exact::Why::RunsOn);
}
