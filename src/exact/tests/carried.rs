//! Clocks that run on through a date, having started at a random time, against closed forms.

use super::dates::holds;
use super::{by, close, solve};
use crate::exact::legendre::rule;

/// P(at least k events of a Poisson process with this mean).
fn at_least(k: u32, mean: f64) -> f64 {
    let mut term = libm::exp(-mean);
    let mut less = 0.0;
    for n in 0..k {
        less += term;
        term *= mean / f64::from(n + 1);
    }
    1.0 - less
}

/// The integral of a smooth function, by 40 panels.
pub(super) fn integral(from: f64, to: f64, f: impl Fn(f64) -> f64) -> f64 {
    let width = (to - from) / 40.0;
    let panel = |n: usize| {
        let at = |i: usize| rule().w[i] * f(from + width * (n as f64 + rule().x[i]));
        (0..rule().x.len()).map(at).sum::<f64>()
    };
    (0..40).map(panel).sum::<f64>() * width
}

#[test]
fn a_delay_after_another_through_one_date_and_through_two() {
    // Events at rate 1/10 a day: the first begins the talks, the third ends them. Dates say how they end.
    let text = |second: &str| {
        format!(
            "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nmarks = 0\n[milestones]\na = \"25 days\"\nb = \"45 days\"\n\
             [stage.before]\ntakes = \"exponential(mean = 10 days)\"\nto = \"talks\"\n\
             [stage.talks]\nrace = [{{ clock = \"end\", takes = \"gamma(shape = 2, mean = 20 days)\", next = [\n\
             {{ when = \"marks == 2\", to = \"two\" }}, {{ when = \"marks == 1\", to = \"one\" }}, {{ to = \"none\" }}] }},\n\
             {{ clock = \"date\", at = \"30 days\", set = {{ marks = \"marks + 1\" }} }}{second}]\n\
             [outcome.none]\n[outcome.one]\n[outcome.two]\n[outcome.open]\n"
        )
    };
    let e = libm::exp(-3.0);
    // Talks that are on at the date have had one or two events by then.
    let through = |days: f64| e * (3.0 * at_least(2, days / 10.0) + 4.5 * at_least(1, days / 10.0));
    let found = solve(&text(""));
    holds(&found, "one", &[0.0, through(15.0), through(30.0)]);
    let later = |day: f64| at_least(3, day / 10.0) - through((day - 30.0).max(0.0));
    holds(&found, "none", &[later(25.0), later(45.0), later(60.0)]);
    // A second date on day 40: what began before the first and is on then.
    let found = solve(&text(", { clock = \"other\", at = \"40 days\", set = { marks = \"marks + 1\" } }"));
    let ten = libm::exp(-1.0);
    // In the middle: one event by day 30 and one more by 40, or none more.
    let two = |days: f64| {
        let (one, other) = (3.0 * e * ten, (3.0 * e + 4.5 * e) * ten);
        one * at_least(2, days / 10.0) + other * at_least(1, days / 10.0)
    };
    holds(&found, "two", &[0.0, two(5.0), two(20.0)]);
}

#[test]
fn rounds_that_go_better_after_a_date() {
    // A round is two phases of 5 days; at its end a deal comes with p, from day 33 on with q.
    let (p, q, date) = (0.1, 0.4, 33.0);
    let text = format!(
        "horizon = \"90 days\"\nat_horizon = \"open\"\n[state]\nlate = false\n[milestones]\na = \"33 days\"\nb = \"40 days\"\n[stage.talks]\nrace = [\n\
         {{ clock = \"round\", takes = \"erlang(stages = 2, mean = 10 days)\", next = [{{ p = \"if late then {q} else {p}\", to = \"deal\" }}, {{}}] }},\n\
         {{ clock = \"date\", at = \"{date} days\", set = {{ late = true }} }}]\n[outcome.deal]\n[outcome.open]\n"
    );
    let (r, s) = (libm::sqrt(1.0 - p), libm::sqrt(1.0 - q));
    let left = |day: f64| {
        let x = day.min(date) / 5.0;
        let (a, b) = (libm::cosh(r * x) * libm::exp(-x), libm::sinh(r * x) / r * libm::exp(-x));
        let y = (day - date).max(0.0) / 5.0;
        let (c, d) = (libm::cosh(s * y) * libm::exp(-y), libm::sinh(s * y) * libm::exp(-y));
        a * (c + d / s) + b * (d * s + c)
    };
    let wanted = [1.0 - left(33.0), 1.0 - left(40.0), 1.0 - left(90.0)];
    holds(&solve(&text), "deal", &wanted);
    // The same where the chance itself reads the day.
    let direct = text
        .replace("if late then", "if day >= 33 days then")
        .replace(",\n{ clock = \"date\", at = \"33 days\", set = { late = true } }", "");
    assert!(!direct.contains("at = "));
    holds(&solve(&direct), "deal", &wanted);
}

#[test]
fn clocks_that_started_together_stay_together() {
    // Weibulls of shape 2 start at an exponential time; the second runs only before day 30.
    let text = "horizon = \"60 days\"\nat_horizon = \"open\"\n[milestones]\ndate = \"30 days\"\nb = \"45 days\"\n\
        [stage.before]\ntakes = \"exponential(mean = 12 days)\"\nto = \"race\"\n[stage.race]\nrace = [\n\
        { clock = \"a\", takes = \"weibull(shape = 2, scale = 20 days)\", to = \"first\" },\n\
        { clock = \"b\", GUARD takes = \"weibull(shape = 2, scale = 35 days)\", to = \"second\" },\n\
        { clock = \"mark\", at = \"30 days\", set = { x = 1 } }]\n[state]\nx = 0\n[outcome.first]\n[outcome.second]\n[outcome.open]\n[measures]\nx = { value = \"x\" }\n";
    let (a, b, rate) = (1.0 / 400.0, 1.0 / 1225.0, 1.0 / 12.0);
    let start = |s: f64| rate * libm::exp(-rate * s);
    let kept = |day: f64| integral(0.0, day, |s| start(s) * -libm::expm1(-(a + b) * (day - s) * (day - s)));
    // Both go on: their hazards are in a fixed ratio.
    let found = solve(&text.replace("GUARD", ""));
    let days = [30.0, 45.0, 60.0];
    holds(&found, "first", &days.map(|day| a / (a + b) * kept(day)));
    holds(&found, "second", &days.map(|day| b / (a + b) * kept(day)));
    // The second is dropped.
    let found = solve(&text.replace("GUARD", "when = \"day < 30 days\","));
    let second = b / (a + b) * kept(30.0);
    holds(&found, "second", &[second; 3]);
    let first = |day: f64| {
        let on = |s: f64| {
            let (u, v) = (30.0 - s, day - s);
            start(s) * libm::exp(-b * u * u) * (libm::exp(-a * u * u) - libm::exp(-a * v * v))
        };
        let after = |s: f64| start(s) * -libm::expm1(-a * (day - s) * (day - s));
        a / (a + b) * kept(30.0) + integral(0.0, 30.0, on) + integral(30.0, day, after)
    };
    holds(&found, "first", &days.map(first));
}

#[test]
fn exponential_events_beside_a_delay_through_a_date() {
    // From an exponential time on incidents come at rate 1/15 beside talks; after day 30 at twice that rate.
    let text = "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nn = 0\npace = 1\n[milestones]\ndate = \"30 days\"\n\
        [stage.before]\ntakes = \"exponential(mean = 12 days)\"\nto = \"talks\"\n[stage.talks]\nrace = [\n\
        { clock = \"end\", takes = \"gamma(shape = 2, mean = 16 days)\", next = [{ when = \"n > 0\", to = \"marred\" }, { to = \"clean\" }] },\n\
        { clock = \"incident\", hazard = \"pace * (if day < 30 days then 1 else 2) per 15 days\", set = { n = \"min(n + 1, 2)\" } }]\n\
        [outcome.marred]\n[outcome.clean]\n[outcome.open]\n";
    let found = solve(text);
    let density = |u: f64| u / 64.0 * libm::exp(-u / 8.0);
    // No incident: the exponent is the time before the date, and twice that after it.
    let clean = |day: f64| {
        let inner = |s: f64| {
            let quiet =
                |t: f64| libm::exp(-((t.min(30.0) - s.min(30.0)) + 2.0 * (t.max(30.0) - s.max(30.0))) / 15.0);
            let part = |from: f64, to: f64| integral(from, to, |t| density(t - s) * quiet(t));
            let start = libm::exp(-s / 12.0) / 12.0;
            start * if s < 30.0 && day > 30.0 { part(s, 30.0) + part(30.0, day) } else { part(s, day) }
        };
        if day > 30.0 {
            integral(0.0, 30.0, inner) + integral(30.0, day, inner)
        } else {
            integral(0.0, day, inner)
        }
    };
    holds(&found, "clean", &[clean(30.0), clean(60.0)]);
    let all = |day: f64| integral(0.0, day, |s| libm::exp(-s / 12.0) / 12.0 * at_least(2, (day - s) / 8.0));
    holds(&found, "marred", &[all(30.0) - clean(30.0), all(60.0) - clean(60.0)]);
}

#[test]
fn poles_fixed_delays_and_heavy_tails_through_a_date() {
    // Without an effect of the date nothing changes: against the same scenario without it.
    for takes in [
        "weibull(shape = 0.5, scale = 20 days)",
        "12 days",
        "lognormal(median = 20 days, sigma = 1.2)",
        "uniform(3 days, 25 days)",
        "discrete(4 days, 1, 11 days, 2)",
        "gamma(shape = 0.6, mean = 18 days)",
    ] {
        let text = |date: &str| {
            format!(
                "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nx = 0\n[milestones]\na = \"25 days\"\nb = \"31 days\"\n\
                 [stage.before]\ntakes = \"gamma(shape = 2, mean = 14 days)\"\nto = \"talks\"\n[stage.talks]\nrace = [\n\
                 {{ clock = \"end\", takes = \"{takes}\", next = [{{ p = 0.4, to = \"deal\" }}, {{ to = \"before\" }}] }}{date}]\n\
                 [outcome.deal]\n[outcome.open]\n[measures]\nx = {{ value = \"x\" }}\n"
            )
        };
        let plain = solve(&text(""));
        let dated = solve(&text(", { clock = \"date\", at = \"29 days\", set = { x = 1 } }"));
        for (one, two) in plain.1.slots.iter().zip(&dated.1.slots) {
            let off = (one.outcomes[0] - two.outcomes[0]).abs();
            assert!(off <= one.bound + two.bound, "{takes}: off {off:e}, {:e} {:e}", one.bound, two.bound);
            assert!(two.bound <= 1e-8, "{takes}: bound {:e}", two.bound);
        }
    }
}

/// Without a horizon a rate beside a clock that came through a date lasts no longer than that: it was cut into pieces without end.
#[test]
fn rates_beside_what_came_through_a_date_end_with_it() {
    let found = solve(
        r#"
        start = 2025-01-01
        [state]
        hot = false
        [track.talks.stage.round]
        race = [
          { clock = "day", at = 2025-01-20, next = [{ p = 0.2, to = "failed" }, { p = "0.5 * rest", to = "last" }, {}] },
          { clock = "work", takes = "exponential(mean = 1 week)", to = "last" },
        ]
        [track.talks.stage.last]
        takes = "weibull(3, 7 days)"
        when = "hot or talks == last"
        next = [{ p = 0.5, to = "done" }, { to = "failed" }]
        [track.front.stage.quiet]
        hazard = "0.3 per day"
        set = { hot = "not hot" }
        to = "over"
        [track.front.stage.over]
        [outcome.done]
        [outcome.failed]
        "#,
    );
    // On the date a fifth of those that still talk fail, rather than half of all others.
    close(by(&found, 0, "failed"), 0.5 + 0.1 * libm::exp(-19.0 / 7.0), 1e-10);
}

#[test]
fn what_has_rung_for_certain_before_a_date_leaves_nothing() {
    // Whoever waits has been let go after sixteen days; what sums leave over at the date is rounding.
    let open = "horizon = \"60 days\"\nat_horizon = \"open\"\n";
    for (at_once, other, horizon) in
        [(0.1, 0.07, ""), (0.45, 0.07, ""), (0.2, 0.17, ""), (0.1, 0.02, ""), (0.1, 0.07, open)]
    {
        let solved = solve(&format!(
            "{horizon}[state]\nx = 0\n[stage.before]\nrace = [\n\
             {{ clock = \"date\", at = \"28 days\", to = \"wait\" }},\n\
             {{ clock = \"talk\", takes = \"triangular(0 days, 2 days, 9 days)\", next = [\n\
             {{ p = {at_once}, to = \"over\" }}, {{ p = {other}, set = {{ x = 1 }}, to = \"wait\" }}, {{ to = \"wait\" }}] }}]\n\
             [stage.wait]\ntakes = \"7 days\"\nnext = [{{ when = \"x == 1\", to = \"other\" }}, {{ to = \"over\" }}]\n\
             [outcome.over]\n[outcome.other]\n[outcome.open]\n"
        ));
        holds(&solved, "other", &[other]);
        holds(&solved, "over", &[1.0 - other]);
    }
}

#[test]
fn delays_of_minutes_through_a_date_months_away_are_solved() {
    // What times are rounded by is much to such delays: it was taken for what a stretch of starts does not resolve yet, and halved on
    // and on. A date that changes nothing leaves all as it is.
    let text = |other: &str| {
        format!(
            "horizon = \"90 days\"\nat_horizon = \"open\"\n[track.a.stage.calm]\nhazard = \"1 per 2 days\"\nto = \"burst\"\n\
             [track.a.stage.burst]\ntakes = \"erlang(stages = 2, mean = 12 minutes)\"\n\
             next = [{{ p = 0.01, to = \"over\" }}, {{ to = \"calm\" }}]\n{other}[outcome.over]\n[outcome.open]\n"
        )
    };
    let dates = |day: u32| {
        format!(
            "[track.b.stage.waits]\nat = \"{day} days\"\nto = \"still\"\n[track.b.stage.still]\n\
             at = \"{day} days + 5 minutes\"\nto = \"rests\"\n[track.b.stage.rests]\n"
        )
    };
    let alone = solve(&text(""));
    for day in [49, 80] {
        holds(&solve(&text(&dates(day))), "over", &[by(&alone, 0, "over")]);
    }
}
