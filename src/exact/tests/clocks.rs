//! Clocks that run on through the events of others, against closed forms.

use super::{by, close, scenario, solve, try_solve};
use crate::dist::{Gamma, Law};
use crate::exact::{Known, Solution, Why};
use crate::model::Scenario;
use crate::quantity::DAY;

const DAYS: [f64; 4] = [3.0, 10.0, 30.0, 200.0];

/// A horizon of 200 days, milestones, counters and outcomes by the count.
fn counted(race: &str) -> String {
    format!(
        "horizon = \"200 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n[stage.wait]\nrace = [{race}]\n\
         [outcome]\nnone = {{}}\none = {{}}\nmore = {{}}\nopen = {{}}\n\
         [milestones]\na = \"3 days\"\nb = \"10 days\"\nc = \"30 days\"\n"
    )
}

const BY_COUNT: &str =
    "next = [{ when = \"n == 0\", to = \"none\" }, { when = \"n == 1\", to = \"one\" }, { to = \"more\" }]";

#[track_caller]
fn holds(of: &(Scenario, Solution), outcome: &str, what: &str, wanted: impl Fn(f64) -> f64) {
    for (slot, day) in DAYS.iter().enumerate() {
        let (found, bound) = (by(of, slot, outcome), of.1.slots[slot].bound);
        let off = (found - wanted(*day)).abs();
        assert!(
            off <= bound + 4e-14,
            "{what}, {outcome} by {day}: {found} {} off {off:e}, bound {bound:e}",
            wanted(*day)
        );
        assert!(bound <= 1e-9, "{what}: bound {bound:e}");
    }
}

fn gamma(shape: f64, rate: f64) -> Law {
    Law::Gamma(Gamma::from_mean(shape, shape / rate).expect("a gamma"))
}

fn poisson(k: usize, mean: f64) -> f64 {
    (1..=k).fold(libm::exp(-mean), |p, i| p * mean / i as f64)
}

fn choose(n: usize, k: usize) -> f64 {
    (0..k).fold(1.0, |c, i| c * (n - i) as f64 / (i + 1) as f64)
}

/// Events that come as a Poisson process until a gamma clock rings: negative binomial counts; the day of the ring, given
/// the count, is a gamma of a larger shape.
#[test]
fn a_gamma_clock_beside_poisson_events() {
    for (shape, mean, every) in
        [(3.0, 12.0, 5.0), (0.5, 40.0, 90.0), (2.0, 100.0, 15.0), (20.0, 10.0, 2.0), (2.0, 100.0, 0.5)]
    {
        let text = counted(&format!(
            "{{ clock = \"talk\", takes = \"gamma(shape = {shape}, mean = {mean} days)\", {BY_COUNT} }},\n\
             {{ clock = \"event\", hazard = \"1 per {every} days\", set = {{ n = \"min(2, n + 1)\" }} }}"
        ));
        let found = solve(&text);
        let (beta, lambda) = (shape / mean, 1.0 / every);
        let count = |j: usize, t: f64| {
            let ways = (0..j).fold(1.0, |c, i| c * (shape + i as f64) / (i + 1) as f64);
            let share =
                libm::pow(beta / (beta + lambda), shape) * libm::pow(lambda / (beta + lambda), j as f64);
            ways * share * gamma(shape + j as f64, beta + lambda).cdf(t)
        };
        let what = format!("gamma {shape}, {mean}, {every}");
        holds(&found, "none", &what, |t| count(0, t));
        holds(&found, "one", &what, |t| count(1, t));
        holds(&found, "more", &what, |t| gamma(shape, beta).cdf(t) - count(0, t) - count(1, t));
    }
}

/// The third event comes first.
#[test]
fn an_event_ends_what_runs_on() {
    let (shape, mean, every) = (3_usize, 12.0, 5.0);
    let found = solve(&counted(&format!(
        "{{ clock = \"talk\", takes = \"gamma(shape = {shape}, mean = {mean} days)\", to = \"none\" }},\n\
         {{ clock = \"event\", hazard = \"1 per {every} days\", set = {{ n = \"n + 1\" }}, next = [{{ when = \"n == 2\", to = \"more\" }}, {{}}] }}"
    )));
    let (beta, lambda) = (shape as f64 / mean, 1.0 / every);
    holds(&found, "more", "third event", |t| {
        let part = |i: usize| {
            choose(i + 2, 2) * libm::pow(lambda, 3.0) * libm::pow(beta, i as f64)
                / libm::pow(lambda + beta, i as f64 + 3.0)
                * gamma(i as f64 + 3.0, lambda + beta).cdf(t)
        };
        (0..shape).map(part).sum()
    });
}

#[test]
fn a_fixed_delay_beside_poisson_events() {
    let found = solve(&counted(&format!(
        "{{ clock = \"end\", takes = \"25 days\", {BY_COUNT} }},\n\
         {{ clock = \"event\", takes = \"exponential(mean = 20 days)\", set = {{ n = \"min(2, n + 1)\" }} }}"
    )));
    let by_then = |p: f64| move |t: f64| if t >= 25.0 { p } else { 0.0 };
    holds(&found, "none", "fixed", by_then(poisson(0, 1.25)));
    holds(&found, "one", "fixed", by_then(poisson(1, 1.25)));
    // A few values in one clock: each on its day.
    let found = solve(&counted(&format!(
        "{{ clock = \"end\", takes = \"discrete(5 days, 1, 25 days, 3)\", {BY_COUNT} }},\n\
         {{ clock = \"event\", takes = \"exponential(mean = 20 days)\", set = {{ n = \"min(2, n + 1)\" }} }}"
    )));
    holds(&found, "one", "discrete", |t| {
        let late = if t >= 25.0 { 0.75 * poisson(1, 1.25) } else { 0.0 };
        late + if t >= 5.0 { 0.25 * poisson(1, 0.25) } else { 0.0 }
    });
}

/// Two clocks that started together run on; the sooner decides.
#[test]
fn two_clocks_that_started_together() {
    let found = solve(&counted(&format!(
        "{{ clock = \"a\", takes = \"uniform(0 days, 40 days)\", {BY_COUNT} }},\n\
         {{ clock = \"b\", takes = \"uniform(0 days, 80 days)\", to = \"more\" }},\n\
         {{ clock = \"event\", hazard = \"1 per 20 days\", set = {{ n = \"min(2, n + 1)\" }} }}"
    )));
    holds(&found, "none", "uniforms", |t| {
        // ∫ e^{-u/20} (1 - u/80) / 40 du
        let t = t.min(40.0);
        let e = libm::exp(-t / 20.0);
        (20.0 * (1.0 - e) - (400.0 - e * (20.0 * t + 400.0)) / 80.0) / 40.0
    });
}

/// A line that is on or off while a delay runs.
#[test]
fn a_delay_through_a_chain_of_two() {
    let text = "horizon = \"200 days\"\nat_horizon = \"open\"\n\
        [track.line.stage]\non = { hazard = \"1 per 8 days\", to = \"off\" }\noff = { hazard = \"1 per 4 days\", to = \"on\" }\n\
        [track.call.stage]\nwait = { takes = \"gamma(shape = 2, mean = 20 days)\", next = [{ when = \"line == on\", to = \"heard\" }, { to = \"missed\" }] }\n\
        [outcome]\nheard = {}\nmissed = {}\nopen = {}\n[milestones]\na = \"3 days\"\nb = \"10 days\"\nc = \"30 days\"\n";
    let found = solve(text);
    let (beta, both) = (0.1, 1.0 / 8.0 + 0.25);
    holds(&found, "heard", "on and off", |t| {
        let fast = libm::pow(beta / (beta + both), 2.0) * gamma(2.0, beta + both).cdf(t);
        (gamma(2.0, beta).cdf(t) + 0.5 * fast) * 2.0 / 3.0
    });
    // Days on: ∫ S(u) (2/3 + e^{-cu}/3) du up to 30 days.
    let through = |rate: f64, t: f64| {
        // ∫ (1 + u/10) e^{-rate u} du
        let e = libm::exp(-rate * t);
        (1.0 - e) / rate + 0.1 * (1.0 - e * (1.0 + rate * t)) / (rate * rate)
    };
    let on = |t: f64| through(beta, t) * 2.0 / 3.0 + through(beta + both, t) / 3.0;
    close(found.1.slots[2].spent[0] / DAY, on(30.0), 1e-11);
    close(found.1.slots[3].spent[0] / DAY, on(200.0), 1e-11);
    // Entries: once, and at a quarter a day while it is off.
    close(found.1.slots[2].visits[0], 1.0 + 0.25 * (through(beta, 30.0) - on(30.0)), 1e-11);
}

/// Without a horizon: the same by elimination.
#[test]
fn what_runs_on_for_ever() {
    let found = solve(
        "[state]\nn = 0\n[stage.wait]\nrace = [\n\
         { clock = \"talk\", takes = \"gamma(shape = 3, mean = 12 days)\", pay = { cost = \"n\" }, next = [{ when = \"n >= 2\", to = \"many\" }, { to = \"few\" }] },\n\
         { clock = \"event\", hazard = \"1 per 5 days\", set = { n = \"min(5, n + 1)\" } }]\n\
         [outcome.many]\n[outcome.few]\n[measures]\ncost = { rate = \"2\" }\n",
    );
    let (beta, lambda) = (0.25, 0.2);
    let p = beta / (beta + lambda);
    let none = libm::pow(p, 3.0);
    let few = none + 3.0 * none * (1.0 - p);
    close(by(&found, 0, "few"), few, 1e-12);
    close(by(&found, 0, "many"), 1.0 - few, 1e-12);
    close(found.1.slots[0].spent[0] / DAY, 12.0, 1e-11);
    let counts = (0..5_usize).map(|j| {
        let p = choose(j + 2, 2) * none * libm::pow(1.0 - p, j as f64);
        (p, j as f64 * p)
    });
    let (below, sum) = counts.fold((0.0, 0.0), |s, c| (s.0 + c.0, s.1 + c.1));
    match &found.1.measures[0] {
        Known::Gain(_, gain) => close(gain.mean, 24.0 + sum + 5.0 * (1.0 - below), 1e-11),
        other => panic!("{other:?}"),
    }
}

/// Customers served in a busy period of M/D/1 have Borel's distribution.
#[test]
fn a_busy_period() {
    let found = solve(
        "[state]\nq = 1\nserved = 0\n[stage.busy]\nrace = [\n\
         { clock = \"serve\", takes = \"2 days\", set = { q = \"q - 1\", served = \"served + 1\" }, next = [\n\
           { when = \"q == 1 and served == 0\", to = \"one\" }, { when = \"q == 1 and served == 1\", to = \"two\" },\n\
           { when = \"q == 1 and served == 2\", to = \"three\" }, { when = \"served >= 2\", to = \"more\" }, { to = \"busy\" }] },\n\
         { clock = \"arrive\", hazard = \"1 per 4 days\", set = { q = \"min(9, q + 1)\" } }]\n\
         [outcome.one]\n[outcome.two]\n[outcome.three]\n[outcome.more]\n",
    );
    let rho = 0.5_f64;
    for (n, outcome) in [(1, "one"), (2, "two"), (3, "three")] {
        let k = f64::from(n);
        let factorial: f64 = (1..=n).map(f64::from).product();
        close(by(&found, 0, outcome), libm::exp(-rho * k) * libm::pow(rho * k, k - 1.0) / factorial, 1e-12);
    }
}

/// Two machines and one repairer: general repairs, exponential failures; down when both are.
#[test]
fn machine_repair() {
    let found = solve(
        "[stage.both]\nhazard = \"2 per 50 days\"\nto = \"one\"\n[stage.one]\nrace = [\n\
         { clock = \"repair\", takes = \"gamma(shape = 4, mean = 8 days)\", to = \"both\" },\n\
         { clock = \"second\", hazard = \"1 per 50 days\", to = \"down\" },\n\
         { clock = \"look\", hazard = \"1 per 3 days\", pay = { looks = 1 } }]\n[outcome.down]\n[measures]\nlooks = { rate = \"0\" }\n",
    );
    close(by(&found, 0, "down"), 1.0, 1e-12);
    let repaired = libm::pow(0.5 / (0.5 + 0.02), 4.0);
    let busy = (1.0 - repaired) / 0.02;
    close(found.1.slots[0].spent[1] / DAY, busy / (1.0 - repaired), 1e-10);
    close(found.1.moments[0].first / DAY, (25.0 + busy) / (1.0 - repaired), 1e-7);
    match &found.1.measures[0] {
        Known::Mean(mean) => close(*mean, busy / 3.0 / (1.0 - repaired), 1e-10),
        other => panic!("{other:?}"),
    }
}

/// Events at single times, all that is not random about them known: each on its day.
#[test]
fn fixed_delays_run_on_through_one_another() {
    let text = "horizon = \"200 days\"\nat_horizon = \"open\"\n[state]\nn = 0\nlast = 0\n\
        [track.a.stage]\ngo = { takes = \"7 days\", set = { n = \"n + 1\", last = 1 } }\n\
        [track.b.stage]\ngo = { takes = \"10 days\", set = { n = \"n + 1\", last = 2 } }\n\
        [outcome]\nfive = { when = \"n == 5\" }\nopen = {}\n[milestones]\na = \"20 days\"\nb = \"21 days\"\n[report]\nsplit = [[\"last\"]]\n";
    let found = solve(text);
    // 7, 10, 14, 20, 21.
    assert_eq!((by(&found, 0, "five"), by(&found, 1, "five")), (0.0, 1.0));
    // 7 and 14 at once: the first in the file rings first, then the outcome holds before the other.
    let tied = text.replace("10 days", "14 days").replace("n == 5", "n == 2");
    let found = solve(&tied);
    assert_eq!((found.1.curves[0].up_to(13.99 * DAY), found.1.curves[0].up_to(14.0 * DAY)), (0.0, 1.0));
    let cells: Vec<_> =
        found.1.splits[0].iter().filter(|(_, by)| by[0] > 0.0).map(|(cell, _)| cell[0]).collect();
    assert_eq!(cells, [1]);
}

#[test]
fn rounds_against_a_deadline() {
    let text = "horizon = \"200 days\"\nat_horizon = \"open\"\n[stage.talk]\nrace = [\n\
        { clock = \"round\", takes = \"7 days\", next = [{ p = 0.2, to = \"deal\" }, {}] },\n\
        { clock = \"deadline\", takes = \"30 days\", to = \"lost\" }]\n[outcome]\ndeal = {}\nlost = {}\nopen = {}\n\
        [milestones]\na = \"3 days\"\nb = \"10 days\"\nc = \"30 days\"\n";
    let found = solve(text);
    holds(&found, "deal", "weekly", |t| 1.0 - libm::pow(0.8, (t.min(30.0) / 7.0).floor()));
    // Each round takes 7 or 14 days, drawn anew: tries by 30 days from the ways to fill them.
    let found = solve(&text.replace("\"7 days\"", "\"discrete(7 days, 1, 14 days, 1)\""));
    let mut begins = [0.0; 6];
    begins[0] = 1.0;
    let mut deals = [0.0; 5];
    for week in 0..5 {
        for step in [1, 2] {
            if week + step < 5 {
                deals[week + step] += 0.5 * begins[week] * 0.2;
                begins[week + step] += 0.5 * begins[week] * 0.8;
            }
        }
    }
    holds(&found, "deal", "7 or 14", |t| deals[..=(t.min(30.0) / 7.0).floor() as usize].iter().sum());
    // The last round on the day of the deadline: the first of the race rings.
    let found = solve(&text.replace("30 days\", to", "28 days\", to"));
    close(by(&found, 3, "deal"), 1.0 - libm::pow(0.8, 4.0), 1e-13);
}

/// What is left of a general delay is known at events at known times.
#[test]
fn a_general_delay_through_fixed_ones() {
    let found = solve(&counted(&format!(
        "{{ clock = \"talk\", takes = \"gamma(shape = 2, mean = 14 days)\", {BY_COUNT} }},\n\
         {{ clock = \"week\", takes = \"7 days\", set = {{ n = \"min(2, n + 1)\" }} }}"
    )));
    let law = gamma(2.0, 1.0 / 7.0);
    holds(&found, "none", "first week", |t| law.cdf(t.min(7.0)));
    holds(&found, "one", "second week", |t| (law.cdf(t.min(14.0)) - law.cdf(7.0)).max(0.0));
    // And through exponential ones in between.
    let found = solve(&counted(&format!(
        "{{ clock = \"talk\", takes = \"gamma(shape = 2, mean = 14 days)\", {BY_COUNT} }},\n\
         {{ clock = \"week\", takes = \"7 days\" }},\n\
         {{ clock = \"event\", hazard = \"1 per 20 days\", set = {{ n = \"min(2, n + 1)\" }} }}"
    )));
    let share = libm::pow(1.0 / 7.0 / (1.0 / 7.0 + 0.05), 2.0);
    holds(&found, "none", "weeks and events", |t| share * gamma(2.0, 1.0 / 7.0 + 0.05).cdf(t));
}

#[test]
fn what_is_kept_of_fixed_delays() {
    let text = |kind: &str, on: &str, takes: &str| {
        format!(
            "horizon = \"200 days\"\nat_horizon = \"open\"\n\
             [track.power.stage]\non = {{ takes = \"{on}\", to = \"off\" }}\noff = {{ takes = \"2 days\", to = \"on\" }}\n\
             [track.work.stage]\nbusy = {{ when = \"power == on\", takes = \"{takes}\", on_return = \"{kind}\", to = \"done\" }}\n\
             [outcome.done]\n[outcome.open]\n[milestones]\na = \"16 days\"\nb = \"18 days\"\nc = \"23 days\"\n"
        )
    };
    // 3 + 2 + 3 + 2 + 3 + 2 + 1 days.
    let found = solve(&text("resume", "3 days", "10 days"));
    let day = |found: &(Scenario, Solution)| found.1.moments[0].first / DAY;
    close(day(&found), 16.0, 1e-13);
    assert_eq!(by(&found, 0, "done"), 1.0);
    // 4 of 6 days of work fit after the first pause of those that may take 2 or 6: repeated, 6 never do.
    let found = solve(&text("repeat", "5 days", "discrete(2 days, 1, 6 days, 1)"));
    close(by(&found, 3, "done"), 0.5, 1e-13);
    let found = solve(&text("redraw", "5 days", "discrete(2 days, 1, 6 days, 1)"));
    close(by(&found, 3, "done"), 1.0, 1e-8);
    // A general delay, paused at known times: only its days of work count.
    let found = solve(&text("resume", "3 days", "gamma(shape = 2, mean = 14 days)"));
    let law = gamma(2.0, 1.0 / 7.0);
    // 16 days hold 10 of work, 18 hold 12, 23 hold 15.
    for (slot, work) in [(0, 10.0), (1, 12.0), (2, 15.0)] {
        close(by(&found, slot, "done"), law.cdf(work), 1e-10);
    }
    // Exponential ones have no memory.
    let found = solve(&text("resume", "exponential(mean = 3 days)", "exponential(mean = 4 days)"));
    close(by(&found, 3, "done"), 1.0, 1e-9);
    // Paused at a random moment, what is left of a gamma is not known.
    let refused = try_solve(&scenario(&text(
        "resume",
        "exponential(mean = 3 days)",
        "gamma(shape = 2, mean = 14 days)",
    )));
    assert_eq!(refused.expect_err("not solved").why, Why::Remembers);
}

#[test]
fn what_changes_draws_anew() {
    // After 5 days the delay is 20 days from then; one that did not change runs on.
    let text = |change: &str| {
        format!(
            "horizon = \"200 days\"\nat_horizon = \"open\"\n[state]\nslow = false\n\
             [track.a.stage]\ngo = {{ takes = \"5 days\", set = {{ slow = true }} }}\n\
             [track.b.stage]\ngo = {{ takes = \"if slow then 20 days else 12 days\", on_change = \"{change}\", to = \"done\" }}\n\
             [outcome.done]\n[outcome.open]\n"
        )
    };
    for (change, day) in [("keep", 12.0), ("redraw", 25.0)] {
        close(solve(&text(change)).1.moments[0].first / DAY, day, 1e-13);
    }
}

/// Rounds go on until a deadline that started with the first of them: the number of rounds is a sum of gammas.
#[test]
fn rounds_of_any_law_against_a_deadline() {
    let found = solve(
        "horizon = \"200 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n[stage.talk]\nrace = [\n\
         { clock = \"round\", takes = \"gamma(shape = 2, mean = 9 days)\", set = { n = \"min(2, n + 1)\" } },\n\
         { clock = \"deadline\", takes = \"25 days\", next = [{ when = \"n == 0\", to = \"none\" }, { when = \"n == 1\", to = \"one\" }, { to = \"more\" }] }]\n\
         [outcome]\nnone = {}\none = {}\nmore = {}\nopen = {}\n[milestones]\na = \"3 days\"\nb = \"10 days\"\nc = \"30 days\"\n",
    );
    let sum = |k: f64| gamma(2.0 * k, 2.0 / 9.0);
    let at = |p: f64| move |t: f64| if t >= 25.0 { p } else { 0.0 };
    holds(&found, "none", "deadline", at(sum(1.0).sf(25.0)));
    holds(&found, "one", "deadline", at(sum(1.0).cdf(25.0) - sum(2.0).cdf(25.0)));
    // Entries of the stage: one. Rounds are no entries; days are 25.
    close(found.1.slots[3].spent[0] / DAY, 25.0, 1e-10);
    // Each round succeeds with 0.3, the deadline is random: geometric sums of gammas against an exponential.
    let found = solve(
        "[stage.talk]\nrace = [\n\
         { clock = \"round\", takes = \"gamma(shape = 2, mean = 9 days)\", next = [{ p = 0.3, to = \"deal\" }, {}] },\n\
         { clock = \"deadline\", takes = \"gamma(shape = 1, mean = 30 days)\", to = \"lost\" }]\n[outcome]\ndeal = {}\nlost = {}\n",
    );
    let each = libm::pow(2.0 / 9.0 / (2.0 / 9.0 + 1.0 / 30.0), 2.0);
    close(by(&found, 0, "deal"), 0.3 * each / (1.0 - 0.7 * each), 1e-10);
}

/// A deadline that goes on over rounds which lead back into its stage is one that was never dropped: at once, by way of a stage that branches on
/// the spot, or beside another track; what it was is forgotten where nothing leads back.
#[test]
fn a_deadline_that_is_resumed_over_rounds() {
    let text = |round: &str, rest: &str| {
        format!(
            "horizon = \"200 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n[stage.talk]\nenter = {{ set = {{ n = \"min(3, n + 1)\" }} }}\nrace = [\n\
             {{ clock = \"round\", takes = \"gamma(shape = 2, mean = 9 days)\", {round} }},\n\
             {{ clock = \"deadline\", takes = \"25 days\", on_return = \"resume\", next = [{{ when = \"n == 1\", to = \"none\" }}, {{ when = \"n == 2\", to = \"one\" }}, {{ to = \"more\" }}] }}]\n\
             {rest}[outcome]\nnone = {{}}\none = {{}}\nmore = {{}}\ndeal = {{}}\nopen = {{}}\n\
             [milestones]\na = \"3 days\"\nb = \"10 days\"\nc = \"30 days\"\n"
        )
    };
    let sum = |k: f64| gamma(2.0 * k, 2.0 / 9.0);
    let at = |p: f64| move |t: f64| if t >= 25.0 { p } else { 0.0 };
    let back = text("to = \"talk\"", "");
    let spot = text("to = \"pause\"", "[stage.pause]\nto = \"talk\"\n");
    let beside = "[track.other.stage]\nhere = { takes = \"gamma(shape = 3, mean = 20 days)\", to = \"there\" }\nthere = {}\n";
    let beside = back
        .replace("[stage.talk]", "[track.first.stage.talk]")
        .replace("[outcome]", &format!("{beside}[outcome]"));
    for text in [&back, &spot, &beside] {
        let found = solve(text);
        holds(&found, "none", text, at(sum(1.0).sf(25.0)));
        holds(&found, "one", text, at(sum(1.0).cdf(25.0) - sum(2.0).cdf(25.0)));
        close(found.1.slots[3].spent[0] / DAY, 25.0, 1e-10);
        // Each round is an entry: the renewal function, and the first.
        let renewals: f64 = (1..40).map(|k| sum(f64::from(k)).cdf(25.0)).sum();
        close(found.1.slots[3].visits[0], 1.0 + renewals, 1e-9);
    }
    // A deal in a round stops the deadline for good, whatever takes its time afterwards.
    let found = solve(&text(
        "next = [{ p = 0.3, to = \"signing\" }, { to = \"talk\" }]",
        "[stage.signing]\ntakes = \"40 days\"\nto = \"deal\"\n",
    ));
    let signed = |t: f64| -> f64 {
        let by = |k: i32| 0.3 * libm::pow(0.7, f64::from(k - 1)) * sum(f64::from(k)).cdf(t.clamp(0.0, 25.0));
        (1..40).map(by).sum()
    };
    let deal = found.0.outcomes.iter().position(|outcome| outcome.name == "deal").expect("an outcome");
    for day in [45.0, 60.0, 65.0, 100.0] {
        let by = found.1.curves[deal].up_to(day * DAY);
        assert!((by - signed(day - 40.0)).abs() < 1e-10, "{day}: {by} {}", signed(day - 40.0));
    }
    // One that changes would draw anew or rescale: what was left of it is another number then.
    for change in ["redraw", "rescale"] {
        let text = back.replace(
            "\"25 days\", on_return",
            &format!("\"25 days + n * 1 day\", on_change = \"{change}\", on_return"),
        );
        let refused = try_solve(&scenario(&text)).expect_err("not solved");
        assert!(matches!(refused.why, Why::Remembers | Why::RunsOn), "{refused:?}");
    }
    // Where a round may follow after days, how long it had run is not known.
    let refused =
        try_solve(&scenario(&text("to = \"pause\"", "[stage.pause]\ntakes = \"5 days\"\nto = \"talk\"\n")));
    let refused = refused.expect_err("not solved");
    assert_eq!((refused.why, refused.clocks), (Why::Remembers, vec![1]));
}

/// Tasks side by side, joined by a condition on both: the later of two sums.
#[test]
fn tasks_that_are_joined() {
    let found = solve(
        "horizon = \"200 days\"\nat_horizon = \"open\"\n\
         [track.draft.stage]\ndoing = { takes = \"gamma(shape = 2, mean = 8 days)\", to = \"done\" }\ndone = {}\n\
         [track.translation.stage]\ntodo = { when = \"draft == done\", takes = \"gamma(shape = 3, mean = 12 days)\", to = \"done\" }\ndone = {}\n\
         [track.venue.stage]\ndoing = { takes = \"weibull(shape = 2, scale = 25 days)\", to = \"done\" }\ndone = {}\n\
         [outcome.ready]\nwhen = \"translation == done and venue == done\"\n[outcome.open]\n\
         [milestones]\na = \"3 days\"\nb = \"10 days\"\nc = \"30 days\"\n[measures]\npapers = { first = \"translation == done\" }\n",
    );
    let papers = gamma(5.0, 0.25);
    let venue = |t: f64| -libm::expm1(-libm::pow(t / 25.0, 2.0));
    holds(&found, "ready", "joined", |t| papers.cdf(t) * venue(t));
    for (slot, day) in DAYS.iter().enumerate() {
        // By stage: draft doing, done, translation todo, done, venue doing, done; until the end.
        let stands = &found.1.slots[slot].stands;
        let wanted = papers.sf(*day) * venue(*day);
        assert!((stands[5] - wanted).abs() < 1e-10, "{} {wanted}", stands[5]);
    }
    match &found.1.measures[0] {
        Known::First(curve, _, _) => {
            DAYS.iter().for_each(|t| assert!((curve.up_to(t * DAY) - papers.cdf(*t)).abs() < 1e-10))
        }
        other => panic!("{other:?}"),
    }
}

/// What goes its own way only as long as nothing is read is refused, with the clocks.
#[test]
fn what_is_tangled_is_refused() {
    for (text, why) in [
        (
            "[state]\nn = 0\n[track.a.stage]\ngo = { takes = \"gamma(shape = 2, mean = 9 days)\", set = { n = \"min(n + 1, 4)\" }, next = [{ p = \"0.1 * n\", to = \"done\" }, {}] }\n\
             [track.b.stage]\ngo = { takes = \"gamma(shape = 3, mean = 7 days)\", set = { n = \"max(n - 1, 0)\" } }\n[outcome.done]\n",
            Why::RunsOn,
        ),
        (
            "[track.a.stage]\ngo = { takes = \"gamma(shape = 2, mean = 9 days)\", next = [{ p = 0.1, to = \"done\" }, {}] }\n\
             [track.b.stage]\ngo = { takes = \"gamma(shape = 3, mean = 7 days)\", next = [{ p = 0.1, to = \"done\" }, {}] }\n[outcome.done]\n",
            Why::RunsOn,
        ),
    ] {
        let refused = try_solve(&scenario(text)).expect_err("not solved");
        assert_eq!((refused.why.clone(), refused.clocks.len()), (why, 2), "{refused:?}");
    }
}

/// The shipped project network; the figures are those that its file has from another program.
#[test]
fn a_project_network() {
    let found = solve(include_str!("../../../scenarios/examples/project-network.toml"));
    close(by(&found, 0, "ready"), 1.0, 1e-11);
    close(found.1.moments[0].first / (7.0 * DAY), 10.000936119, 1e-9);
    let median = crate::exact::quantile(&[&found.1.curves[0]], 0.5);
    close(median / DAY, 69.456985485, 1e-9);
    match &found.1.measures[1] {
        Known::First(_, mean, _) => close(*mean / DAY, 52.5, 1e-9),
        other => panic!("{other:?}"),
    }
}
