use super::*;
use crate::check::check_text;

const TALKS: &str = r#"
title      = "Two rounds"
start      = 2025-01-20
horizon    = "60 days"
at_horizon = "open"

[levers]
venue = ["bern", "oslo"]

[beliefs]
deal = { is = "6% to 16%", why = "a judgement" }
pace = { is = "0.5 to 2", why = "a judgement" }
link = { is = "lognormal(median = pace, sigma = 0.1)", why = "a judgement" }
sure = { p = 0.7, why = "a judgement" }
rate = { is = "2 per year to 6 per year", why = "a judgement" }

[state]
mood    = 0.0
rounds  = 0
resolve = { draw = "normal(0, 1)" }

[track.talks.stage.round]
about = "They sit down."
enter = { set = { rounds = "rounds + 1" } }
[[track.talks.stage.round.race]]
clock = "session"
takes = "gamma(shape = 2, mean = 14 days)"
next  = [
  { p = { base = "deal", odds = { sure = 2, mood = "link" } }, to = "signed", about = "They sign." },
  { p = 0.25, to = "round" },
  { when = "venue == oslo", set = { mood = "mood + resolve" } },
  { to = "round" },
]
[[track.talks.stage.round.race]]
clock  = "walk_out"
hazard = "rate * pace"
to     = "open"

[track.arms.stage.idle]
at  = 2025-02-01
set = { mood = "mood - 1" }

[outcome.signed]
payoff = { us = 60 }
[outcome.open]

[measures]
rounds = { value = "rounds", given = "outcome == signed" }

[variants.oslo]
venue = "oslo"
[batch]
vary = ["venue"]
"#;

fn talks() -> Scenario {
    let checked = check_text("talks", TALKS);
    checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found))
}

#[test]
fn dates_are_shown_as_dates() {
    let text = "start = 2025-08-31\nhorizon = \"1 year\"\nat_horizon = \"over\"\n[beliefs]\n\
        vote = { is = \"2025-09-01 to 2025-11-30\", why = \"given\" }\n\
        poll = { p10 = \"2025-09-10\", p50 = \"2025-10-01\", p90 = \"2025-10-22\", why = \"given\" }\n\
        span = { is = \"2025-11-30 - 2025-09-01\", why = \"given\" }\n\
        campaign = { is = \"30 days to 60 days\", why = \"given\" }\n[stage.wait]\nat = \"vote\"\nto = \"over\"\n[outcome.over]\n";
    let checked = check_text("dated", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found));
    let page = describe(&scenario).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "vote: 2025-09-01 to 2025-11-30: mean 2025-10-16; 5% are before 2025-09-01, half before 2025-10-16, 5% after 2025-11-30.",
        "half before 2025-10-01",
        "span: 2025-11-30 - 2025-09-01: always 90 days.",
        "5% are below 30, half below 42.4, 5% above 60.",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let table = fitted(&scenario);
    let row = table.lines().find(|line| line.trim().starts_with("vote")).expect("a row");
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(cells, ["vote", "date", "2025-10-16", "2025-09-01", "2025-10-16", "2025-11-30"]);
}

#[test]
fn a_scenario_in_words() {
    let page = describe(&talks());
    for words in [
        "Two rounds (talks)",
        "Begins on Mon 20 Jan 2025 and looks 60 days ahead, on Fri 21 Mar 2025",
        "venue: bern (chosen) or oslo. Read by talks.round.",
        "deal: 6% to 16%: mean 10.3%; 5% are below 6%, half below 9.93%, 5% above 16%. Read by talks.round.",
        "sure: true with probability 70%.",
        "mood: a number; begins as 0. Changed by talks.round and arms.idle. Read by talks.round and arms.idle.",
        "resolve: a number; drawn at the start from normal(mean = 0, sd = 1)",
        "round: They sit down.",
        "On entering: rounds = rounds + 1.",
        "The first of 2 clocks to ring decides:",
        "session: takes gamma(shape = 2, mean = 14 days); mean 14 days;",
        "- with probability deal (about 9.9%), its odds multiplied by 2 if sure, by link to the power of mood:",
        "- with probability 25%: goes to round",
        "- otherwise, if venue == oslo: mood = mood + resolve; stays here, and it begins anew",
        "walk_out: rings at a rate of rate * pace; with every belief at its median once in",
        "On 2025-02-01 (12 days after the start).",
        "signed. Payoffs: us 60.",
        "rounds: rounds at the end, on paths where outcome == signed.",
        "oslo: venue = oslo.",
        "The model: 2 tracks, 2 stages, 3 clocks, 6 branches, 1 lever, 5 beliefs, 3 state variables, 2 outcomes, 1 measure.",
        "Runs: the base, 1 named variant, 2 combinations of lever options.",
    ] {
        let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "`{words}` is not in\n{page}");
    }
    assert!(page.lines().all(|line| line.chars().count() <= 100), "{page}");
}

#[test]
fn distributions_are_shown_back() {
    let table = fitted(&talks());
    for (row, cells) in [
        ("deal", "% 10.3 6 9.93 16"),
        ("pace", "1.09 0.5 1 2"),
        ("rate", "per year 3.66 2 3.46 6"),
        ("talks.round: session", "days 14 2.49 11.7 33.2"),
        ("resolve at the start", "0 -1.64 0 1.64"),
    ] {
        let line = table.lines().find(|line| line.trim_start().starts_with(row)).unwrap_or_default();
        let flat = line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(flat, format!("{row} {cells}"), "{table}");
    }
    assert!(table.contains("sure: true with probability 70%"), "{table}");
}

#[test]
fn what_is_0_but_for_rounding_is_0() {
    let text = "[beliefs]\nm = { is = '-5% to 5%', why = 'so' }\n[stage.s]\nnext = [{ p = '0.5 + m', to = 'won' }, { to = 'lost' }]\n\
        [outcome.won]\n[outcome.lost]\n";
    let checked = crate::check::check_text("zero", text);
    let table = fitted(&checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found)));
    let line = table.lines().find(|line| line.trim_start().starts_with('m')).unwrap_or_default();
    assert_eq!(line.split_whitespace().collect::<Vec<_>>().join(" "), "m 0 -0.05 0 0.05");
}

/// Below the least of some single values lies nothing.
#[test]
fn of_values_with_chances_of_their_own_no_more_is_said_than_is_true() {
    let text = "[beliefs]\nm = { is = 'discrete(1, 20%, 5, 80%)', why = 'so' }\nwide = { is = 'discrete(1, 1, 2, 8, 3, 1)', why = 'so' }\n\
        [stage.s]\nnext = [{ p = 'm / 10', to = 'won' }, { p = 'wide / 10', to = 'won' }, { to = 'lost' }]\n[outcome.won]\n[outcome.lost]\n";
    let checked = crate::check::check_text("atoms", text);
    let page = describe(&checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found)));
    for line in ["mean 4.2; at least 90% from 1 to 5, median 5", "mean 2; at least 90% from 1 to 3, median 2"]
    {
        assert!(page.contains(line), "{line}: {page}");
    }
}
