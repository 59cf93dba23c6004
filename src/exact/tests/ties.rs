//! Fixed delays that are due at the same instant as others, as a date, or as the horizon, after events at odd times: in the order of the
//! file, as on a path, which compares sums of floats.

use super::dates::holds;
use super::{close, solve};
use crate::quantity::DAY;

/// Days between events of a track beside: none of them is a whole number of seconds, or of any power of two parts of one.
const ODD: [f64; 6] = [1.1000001, 2.0000003, 0.7320508075688772, 3.3333333333333335, 1.4200001, 2.7200001];

/// A track that rings at odd times and changes nothing.
fn beside(days: f64) -> String {
    format!("[track.beside.stage.on]\ntakes = \"{days} days\"\nto = \"on\"\n")
}

/// Expected entries of the stage `round`.
fn rounds(text: &str) -> f64 {
    let of = solve(text);
    let mut names = of.0.tracks.iter().flat_map(|track| &track.stages).map(|stage| &stage.name);
    let number = names.position(|name| name == "round").expect("a stage");
    of.1.slots.last().expect("the end").visits[number]
}

#[test]
fn rounds_that_end_on_a_date_ring_in_the_order_of_the_file() {
    let talks = "[track.talks.stage.round]\ntakes = \"discrete(4 days, 1, 6 days, 3)\"\nto = \"round\"\n";
    let date = "[track.date.stage.wait]\nat = \"12 days\"\nnext = [{ p = 0.6, to = \"left\" }, { to = \"calm\" }]\n[track.date.stage.calm]\n";
    let open = "horizon = \"13 days\"\nat_horizon = \"open\"\n";
    let ends = "[outcome.left]\n[outcome.open]\n";
    // Rounds begin at once, on days 4, 6, 8 and 10, and on the day of the date if it was not the end.
    let (before, then) = (2.0 + 7.0 / 16.0, 9.0 / 16.0 + 1.0 / 64.0);
    for days in ODD {
        let beside = beside(days);
        close(rounds(&format!("{open}{date}{talks}{beside}{ends}")), before + 0.4 * then, 1e-13);
        close(rounds(&format!("{open}{talks}{date}{beside}{ends}")), before + then, 1e-13);
        // An instant of time alone comes before all clocks: who is still at the table then has not begun anew.
        let day = "[outcome.left]\nwhen = \"day >= 12 days\"\n[outcome.open]\n";
        close(rounds(&format!("{open}{talks}{beside}{day}")), before, 1e-13);
    }
}

#[test]
fn what_ends_at_the_horizon_or_a_milestone_counts() {
    for days in ODD {
        let text = format!(
            "horizon = \"12 days\"\nat_horizon = \"open\"\n[milestones]\nsoon = \"8 days\"\n\
             [track.talks.stage.first]\ntakes = \"4 days\"\nnext = [{{ p = 0.5, to = \"second\" }}, {{ to = \"third\" }}]\n\
             [track.talks.stage.second]\ntakes = \"4 days\"\nto = \"early\"\n[track.talks.stage.third]\ntakes = \"8 days\"\nto = \"late\"\n\
             {}[outcome.early]\n[outcome.late]\n[outcome.open]\n",
            beside(days)
        );
        let found = solve(&text);
        holds(&found, "early", &[0.5, 0.5]);
        holds(&found, "late", &[0.0, 0.5]);
    }
}

/// Two tracks, the first of which has sittings of so many days, the other a delay of as many days in all.
fn sittings(first: &str, count: u32, other: &str) -> String {
    let count = count - 1;
    format!(
        "[track.one.stage.sits]\nwhen = \"go\"\ntakes = \"{first}\"\nnext = [{{ when = \"n == {count}\", to = \"one\" }}, {{ to = \"sits\", set = {{ n = \"n + 1\" }} }}]\n\
         [track.two.stage.waits]\nwhen = \"go\"\ntakes = \"{other}\"\nto = \"two\"\n[outcome.one]\n[outcome.two]\n[outcome.open]\n"
    )
}

#[test]
fn clocks_of_two_tracks_ring_in_the_order_of_the_file() {
    let open = "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n";
    for days in ODD {
        let text = format!("{open}go = true\n{}{}", beside(days), sittings("4 days", 3, "12 days"));
        holds(&solve(&text), "one", &[1.0]);
    }
    // From a random time on: what has begun then is due as much later.
    let open = open.replace("60", "20");
    let began = "go = false\n[track.call.stage.wait]\nhazard = \"1 per 5 days\"\nset = { go = true }\nto = \"held\"\n[track.call.stage.held]\n";
    for days in &ODD[3..] {
        let beside = beside(*days).replace("takes", "when = \"go\"\ntakes");
        let text = format!("{open}{began}{beside}{}", sittings("4 days", 3, "12 days"));
        holds(&solve(&text), "one", &[1.0 - libm::exp(-8.0 / 5.0)]);
    }
}

#[test]
fn sums_of_delays_are_those_of_a_path() {
    // Whether seven times a delay is its sevenfold, and which is less otherwise, is a matter of the floats: a path adds them up.
    let open = "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nn = 0\ngo = true\n";
    let mut seen = [0; 3];
    for number in 1..=24 {
        let days = 1.0 + f64::from(number) / 7.0;
        let sum = (0..7).fold(0.0, |sum, _| sum + days * DAY);
        let whole = 7.0 * (days * DAY);
        seen[if sum < whole { 0 } else { 1 + usize::from(sum > whole) }] += 1;
        let (one, all) = (format!("{days} days"), format!("7 * {days} days"));
        for beside in [ODD[0], ODD[4]].map(beside) {
            let text = format!("{open}{beside}{}", sittings(&one, 7, &all));
            holds(&solve(&text), "one", &[if sum <= whole { 1.0 } else { 0.0 }]);
            // A date, which is first in the file.
            let date = format!("[track.date.stage.wait]\nat = \"{all}\"\nto = \"two\"\n");
            let text = format!("{open}{beside}{date}{}", sittings(&one, 7, "50 days"));
            holds(&solve(&text), "one", &[if sum < whole { 1.0 } else { 0.0 }]);
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

#[test]
fn delays_of_several_values_come_through_a_date_with_their_sums() {
    let text = |days: f64, order: bool| {
        let talks =
            "[track.talks.stage.round]\ntakes = \"discrete(4 days, 1, 6 days, 3)\"\nto = \"agreed\"\n";
        let date = format!(
            "[track.date.stage.wait]\nat = \"{days} days\"\nto = \"last\"\n[track.date.stage.last]\nat = \"6 days\"\nto = \"left\"\n"
        );
        let both = if order { format!("{talks}{date}") } else { format!("{date}{talks}") };
        format!(
            "horizon = \"60 days\"\nat_horizon = \"open\"\n{both}[outcome.agreed]\n[outcome.left]\n[outcome.open]\n"
        )
    };
    for days in ODD {
        holds(&solve(&text(days, true)), "agreed", &[1.0]);
        holds(&solve(&text(days, false)), "agreed", &[0.25]);
    }
}
