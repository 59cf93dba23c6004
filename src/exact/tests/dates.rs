//! Dates and the day in conditions, against closed forms.

use super::{by, close, questions, scenario, solve};
use crate::dist::Law;
use crate::engine::World;
use crate::exact::{Known, Solver};
use crate::program::Program;
use crate::quantity::DAY;

/// What the closed forms themselves round.
const ROUNDING: f64 = 4e-14;

/// P(outcome by a slot) is what is wanted, to the stated bound, which is small.
#[track_caller]
pub(super) fn holds(of: &(crate::model::Scenario, crate::exact::Solution), outcome: &str, wanted: &[f64]) {
    for (slot, wanted) in wanted.iter().enumerate() {
        let (found, bound) = (by(of, slot, outcome), of.1.slots[slot].bound);
        let off = (found - wanted).abs();
        assert!(off <= bound + ROUNDING, "{outcome}, {slot}: {found} {wanted} off {off:e} bound {bound:e}");
        assert!(bound <= 1e-9, "{outcome}, {slot}: bound {bound:e}");
    }
}

/// The law of the only delay in a text.
pub(super) fn law(takes: &str) -> Law {
    let model = scenario(&format!("[stage.a]\ntakes = \"{takes}\"\nto = \"b\"\n[outcome.b]\n"));
    Program::compile(&model).laws.last().expect("a law").law().clone()
}

pub(super) const LAWS: [&str; 6] = [
    "exponential(mean = 20 days)",
    "gamma(shape = 2, mean = 14 days)",
    "lognormal(median = 25 days, sigma = 0.8)",
    "weibull(shape = 0.5, scale = 20 days)",
    "uniform(5 days, 90 days)",
    "discrete(7 days, 1, 30 days, 2, 31 days, 3)",
];

#[test]
fn what_comes_before_a_date() {
    for takes in LAWS {
        let law = law(takes);
        let text = format!(
            "start = 2025-01-01\nhorizon = \"60 days\"\nat_horizon = \"open\"\n[milestones]\nsoon = \"12 days\"\ndate = 2025-01-31\n\
             [stage.wait]\nrace = [{{ clock = \"deal\", takes = \"{takes}\", to = \"deal\" }},\n\
             {{ clock = \"date\", at = 2025-01-31, next = [{{ p = 0.25, to = \"lost\" }}, {{ to = \"kept\" }}] }}]\n\
             [outcome.deal]\n[outcome.lost]\n[outcome.kept]\n[outcome.open]\n"
        );
        let found = solve(&text);
        let by_date = law.cdf(30.0 * DAY);
        // At the same instant the deal is first in the file.
        holds(&found, "deal", &[law.cdf(12.0 * DAY), by_date, by_date]);
        holds(&found, "lost", &[0.0, 0.25 * (1.0 - by_date), 0.25 * (1.0 - by_date)]);
        holds(&found, "kept", &[0.0, 0.75 * (1.0 - by_date), 0.75 * (1.0 - by_date)]);
        holds(&found, "open", &[0.0, 0.0, 0.0]);
    }
}

#[test]
fn clocks_that_are_due_on_the_date_ring_in_the_order_of_the_file() {
    let text = |first: &str, second: &str| {
        format!(
            "horizon = \"60 days\"\nat_horizon = \"open\"\n[stage.wait]\nrace = [{{ clock = \"one\", {first}, to = \"first\" }},\n\
             {{ clock = \"two\", {second}, to = \"second\" }}]\n[outcome.first]\n[outcome.second]\n[outcome.open]\n"
        )
    };
    let (delay, date) = ("takes = \"30 days\"", "at = \"30 days\"");
    for (first, second) in [(delay, date), (date, delay), (date, date)] {
        holds(&solve(&text(first, second)), "first", &[1.0]);
    }
    // 31 days, a third of the time 30: then first as well.
    let some = "takes = \"discrete(30 days, 1, 31 days, 2)\"";
    holds(&solve(&text(date, some)), "first", &[1.0]);
    holds(&solve(&text(some, date)), "first", &[1.0 / 3.0]);
    // A delay of two stages, which paths add up.
    let steps = "horizon = \"60 days\"\nat_horizon = \"open\"\n[track.a.stage]\none = { takes = \"11 days\", to = \"two\" }\n\
                 two = { takes = \"19 days\", to = \"done\" }\n[track.b.stage.wait]\nat = \"30 days\"\nnext = [{ when = \"a == two\", to = \"early\" }, { to = \"late\" }]\n\
                 [outcome.done]\n[outcome.early]\n[outcome.late]\n[outcome.open]\n";
    holds(&solve(steps), "done", &[1.0]);
    let other = steps.replace("[track.a.stage]", "[track.b.stage.wait]\nat = \"30 days\"\nnext = [{ when = \"a == two\", to = \"early\" }, { to = \"late\" }]\n[track.a.stage]");
    let cut = other.rfind("[track.b.stage.wait]").expect("the second");
    let end = other.find("[outcome.done]").expect("the outcomes");
    let other = format!("{}{}", &other[..cut], &other[end..]);
    holds(&solve(&other), "early", &[1.0]);
}

#[test]
fn several_dates_and_events_between_them() {
    // Offers at rate 1/20 a day; on day 10 a third give up, on day 25 the rate doubles, on day 40 half of the rest give up.
    let text = "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\npace = 1\n[milestones]\na = \"10 days\"\nb = \"25 days\"\nc = \"40 days\"\n\
        [stage.wait]\nrace = [{ clock = \"offer\", hazard = \"pace per 20 days\", to = \"deal\" },\n\
        { clock = \"last\", at = \"40 days\", next = [{ p = 0.5, to = \"lost\" }, {}] },\n\
        { clock = \"past\", at = \"-1 day\", to = \"lost\" },\n\
        { clock = \"first\", at = \"10 days\", next = [{ p = \"1/3\", to = \"lost\" }, {}] },\n\
        { clock = \"faster\", at = \"25 days\", set = { pace = 2 } }]\n[outcome.deal]\n[outcome.lost]\n[outcome.open]\n"
        .replace("{ clock = \"past\", at = \"-1 day\", to = \"lost\" },\n", "");
    let found = solve(&text);
    let one = libm::exp(-0.5);
    let two = 2.0 / 3.0 * libm::exp(-25.0 / 20.0);
    let three = two * libm::exp(-1.5);
    let four = 0.5 * three * libm::exp(-2.0);
    let lost = [one / 3.0, one / 3.0, one / 3.0 + 0.5 * three, one / 3.0 + 0.5 * three];
    holds(&found, "lost", &lost);
    let open = [2.0 / 3.0 * one, two, 0.5 * three, four];
    let deal: Vec<f64> = (0..4).map(|slot| 1.0 - open[slot] - lost[slot]).collect();
    holds(&found, "deal", &deal);
    // Days in the stage: the integral of what is left.
    let spent = 20.0 * (1.0 - one)
        + 20.0 * (2.0 / 3.0 * one - two)
        + 10.0 * (two - three)
        + 10.0 * (0.5 * three - four);
    close(found.1.slots[3].spent[0] / DAY, spent, 1e-12);
    // The mean day of what was lost.
    let number = found.0.outcomes.iter().position(|o| o.name == "lost").expect("lost");
    close(found.1.moments[number].first / DAY, one / 3.0 * 10.0 + 0.5 * three * 40.0, 1e-12);
}

#[test]
fn dates_at_the_ends_and_dates_that_are_past() {
    let text = |at: &str| {
        format!(
            "start = 2025-01-01\nhorizon = \"20 days\"\nat_horizon = \"open\"\n[stage.before]\ntakes = \"5 days\"\nto = \"wait\"\n\
             [stage.wait]\nrace = [{{ clock = \"date\", at = {at}, to = \"done\" }}, {{ clock = \"other\", hazard = \"1 per 10 days\", to = \"other\" }}]\n\
             [outcome.done]\n[outcome.other]\n[outcome.open]\n"
        )
    };
    let left = |days: f64| libm::exp(-days / 10.0);
    // At exactly the horizon it counts; on the day the stage is entered it rings; before, or after the horizon, never.
    for (at, done) in [
        ("2025-01-21", left(15.0)),
        ("2025-01-06", 1.0),
        ("2025-01-05", 0.0),
        ("2024-12-01", 0.0),
        ("2025-01-21T00:00:01", 0.0),
        ("\"11 days\"", left(6.0)),
    ] {
        holds(&solve(&text(at)), "done", &[done]);
    }
    // On the first day.
    let text = "horizon = \"20 days\"\nat_horizon = \"open\"\n[stage.wait]\nat = \"0 days\"\nto = \"done\"\n[outcome.done]\n[outcome.open]\n";
    holds(&solve(text), "done", &[1.0]);
}

#[test]
fn a_date_rings_once_wherever_its_track_has_been_since() {
    // On day 10 the stage is entered again, at once: the date does not ring twice.
    let text = "horizon = \"20 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n[stage.wait]\nat = \"10 days\"\nset = { n = \"n + 1\" }\nto = \"between\"\n\
                [stage.between]\nto = \"wait\"\n[outcome.open]\n[measures]\nn = { value = \"n\" }\n";
    match &solve(text).1.measures[0] {
        Known::Values(values) => assert_eq!(values, &[(1.0, 1.0)]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_horizon() {
    // Half of those who are left on day 10 are drawn on; then twice as fast, to either end.
    let text = "[stage.wait]\nrace = [{ clock = \"a\", takes = \"exponential(mean = 20 days)\", to = \"deal\" },\n\
                { clock = \"date\", at = \"10 days\", next = [{ p = 0.5, to = \"fast\" }, {}] }]\n\
                [stage.fast]\nrace = [{ clock = \"a\", hazard = \"1 per 20 days\", to = \"deal\" }, { clock = \"b\", hazard = \"1 per 20 days\", pay = { cost = 4 }, to = \"war\" }]\n\
                [outcome.deal]\n[outcome.war]\n[measures]\ncost = { rate = \"2 per day\" }\nwhen = { first = \"stage == fast\" }\n";
    let found = solve(text);
    let war = 0.25 * libm::exp(-0.5);
    holds(&found, "war", &[war]);
    holds(&found, "deal", &[1.0 - war]);
    let days = 20.0 * (1.0 - libm::exp(-0.5)) + libm::exp(-0.5) * (0.5 * 20.0 + 0.5 * 10.0);
    match &found.1.measures[0] {
        Known::Gain(_, gain) => close(gain.mean, 2.0 * days + 4.0 * war, 1e-12),
        other => panic!("{other:?}"),
    }
    assert!((found.1.slots[0].spent.iter().sum::<f64>() / DAY / days - 1.0).abs() < 1e-12);
    match &found.1.measures[1] {
        Known::First(curve, mean, _) => {
            close(curve.total(), 0.5 * libm::exp(-0.5), 1e-12);
            close(*mean, 5.0 * DAY * libm::exp(-0.5), 1e-12);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_day_in_conditions() {
    // A guard opens on day 10 and closes on day 20; a branch looks at the day; an outcome comes with day 50.
    let text = "horizon = \"90 days\"\nat_horizon = \"open\"\n[stage.wait]\nrace = [\n\
        { clock = \"slow\", hazard = \"1 per 40 days\", next = [{ when = \"day >= 30 days\", to = \"late\" }, { to = \"early\" }] },\n\
        { clock = \"window\", when = \"day >= 10 days and day < 20 days\", takes = \"exponential(mean = 5 days)\", to = \"seized\" }]\n\
        [outcome.late]\n[outcome.early]\n[outcome.seized]\n[outcome.over]\nwhen = \"day > 50 days\"\n[outcome.open]\n\
        [measures]\nfee = { rate = \"if day < 15 days then 1 per day else 3 per day\", discount = \"5% a year\" }\n";
    let found = solve(text);
    let (a, b) = (libm::exp(-0.25), libm::exp(-0.25 - 2.25));
    let (c, d) = (b * libm::exp(-0.25), b * libm::exp(-0.75));
    holds(&found, "seized", &[(a - b) * 0.2 / 0.225]);
    holds(&found, "early", &[1.0 - a + (a - b) * 0.025 / 0.225 + (b - c)]);
    holds(&found, "late", &[c - d]);
    holds(&found, "over", &[d]);
    // The discounted integral of the rate times what is left.
    let decay = libm::log1p(0.05) / 365.25;
    let part = |from: f64, to: f64, left: f64, rate: f64| {
        left * libm::exp(-decay * from) * -libm::expm1(-(rate + decay) * (to - from)) / (rate + decay)
    };
    let middle = a * libm::exp(-0.225 * 5.0);
    let wanted = part(0.0, 10.0, 1.0, 0.025)
        + part(10.0, 15.0, a, 0.225)
        + 3.0 * (part(15.0, 20.0, middle, 0.225) + part(20.0, 50.0, b, 0.025));
    match &found.1.measures[0] {
        Known::Gain(_, gain) => close(gain.mean, wanted, 1e-11),
        other => panic!("{other:?}"),
    }
}

#[test]
fn comparisons_at_their_very_day() {
    for (when, first) in [
        ("day >= 10 days", 1.0),
        ("day > 10 days", 0.0),
        ("day == 10 days", 1.0),
        ("day <= 10 days", 1.0),
        ("day < 10 days", 0.0),
        ("day != 10 days", 0.0),
    ] {
        let text = format!(
            "horizon = \"20 days\"\nat_horizon = \"open\"\n[stage.wait]\ntakes = \"10 days\"\nnext = [{{ when = \"{when}\", to = \"yes\" }}, {{ to = \"no\" }}]\n\
             [outcome.yes]\n[outcome.no]\n[outcome.open]\n"
        );
        holds(&solve(&text), "yes", &[first]);
    }
    // Time changes a condition before a clock of the same instant rings; one that it only makes true after does not.
    for (when, over) in [("day >= 10 days", 1.0), ("day > 10 days", 0.0)] {
        let text = format!(
            "horizon = \"20 days\"\nat_horizon = \"open\"\n[stage.wait]\ntakes = \"10 days\"\nto = \"done\"\n\
             [outcome.over]\nwhen = \"{when}\"\n[outcome.done]\n[outcome.open]\n"
        );
        holds(&solve(&text), "over", &[over]);
    }
}

#[test]
fn a_date_that_nobody_knows() {
    let text = "horizon = \"90 days\"\nat_horizon = \"open\"\n[beliefs]\ndeadline = { is = \"20 days to 60 days\", why = \"given\" }\n\
        limit = { is = \"uniform(5 days, 15 days)\", why = \"given\" }\n\
        [stage.wait]\nrace = [{ clock = \"deal\", takes = \"gamma(shape = 2, mean = 30 days)\", to = \"deal\" }, { clock = \"date\", at = \"deadline\", to = \"lost\" },\n\
        { clock = \"early\", when = \"day > limit\", hazard = \"1 per 50 days\", to = \"other\" }]\n[outcome.deal]\n[outcome.lost]\n[outcome.other]\n[outcome.open]\n";
    let model = scenario(text);
    let program = Program::compile(&model);
    let mut solver = Solver::new(&program).expect("it can be solved");
    for number in 0..5 {
        let world = World::new(&program, 1, number).expect("a world");
        let at = |belief: usize| world.values()[program.beliefs[belief].place as usize] / DAY;
        let (deadline, limit) = (at(0), at(1));
        let found = solver.solve(&world, &questions(&model)).expect("it is solved");
        // A gamma of shape 2: the second event at rate 1/15.
        let left = |t: f64| libm::exp(-t / 15.0) * (1.0 + t / 15.0);
        let lost = if deadline < 90.0 {
            left(deadline) * libm::exp(-(deadline - limit).max(0.0) / 50.0)
        } else {
            0.0
        };
        let off = (found.slots[0].outcomes[1] - lost).abs();
        assert!(off <= found.slots[0].bound + ROUNDING, "{number}: off {off:e}");
    }
}

/// What is left of nobody after a date is nothing that has to be known: delays end between dates and across them.
#[test]
fn clocks_that_are_carried_past_several_dates() {
    for rate in [0.1, 0.3, 0.5, 0.6, 1.0, 1.3] {
        for days in [2, 5, 6, 7, 8, 10, 15, 20] {
            let of = solve(&format!(
                r#"
                [stage.talks]
                race = [
                  {{ clock = "deal", hazard = "{rate} per day", next = [
                    {{ p = "if day < 7 days then 0.5 else (if day < 14 days then 0.75 else 1)", to = "term" }},
                    {{ to = "failed" }},
                  ] }},
                  {{ clock = "late", when = "day > 23 days", to = "expired" }},
                ]
                [stage.term]
                takes = "{days} days"
                to    = "done"
                [outcome]
                done = {{}}
                failed = {{}}
                expired = {{}}
                "#
            ));
            let past = |day: f64| libm::exp(-rate * day);
            let done = 0.5 * (1.0 - past(7.0)) + 0.75 * (past(7.0) - past(14.0)) + past(14.0) - past(23.0);
            let bound = of.1.slots[0].bound;
            assert!(bound < 2e-10, "{bound}");
            for (outcome, chance) in [("done", done), ("expired", past(23.0))] {
                let off = (by(&of, 0, outcome) - chance).abs();
                assert!(off <= bound, "{rate} a day, {days} days, {outcome}: off by {off}, bound {bound}");
            }
        }
    }
}
