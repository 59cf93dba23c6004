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
