//! Answers over time against closed forms: what is stated as the bound holds, and is small.

use super::{by, close, scenario, solve, try_solve};
use crate::dist::{Gamma, Law, LogNormal, Weibull};
use crate::quantity::DAY;

/// What a bound may miss for rounding in the closed form itself.
const ROUNDING: f64 = 4e-14;

/// A delay, and then it is done; counted by some days.
fn once(takes: &str) -> String {
    format!(
        "horizon = \"400 days\"\nat_horizon = \"open\"\n[stage.wait]\ntakes = \"{takes}\"\nto = \"done\"\n[outcome.done]\n[outcome.open]\n\
         [milestones]\nsoon = \"1 hour\"\nweek = \"7 days\"\nmonth = \"30 days\"\nlate = \"250 days\"\n"
    )
}

const DAYS: [f64; 5] = [1.0 / 24.0, 7.0, 30.0, 250.0, 400.0];

/// Every family by itself: P(done by t) is its distribution function.
#[test]
fn one_delay_of_every_family() {
    let laws = [
        "exponential(mean = 20 days)",
        "exponential(mean = 1 minute)",
        "gamma(shape = 4, mean = 60 days)",
        "gamma(shape = 0.3, mean = 60 days)",
        "gamma(shape = 1.5, mean = 3 days)",
        "erlang(stages = 7, mean = 40 days)",
        "weibull(shape = 0.5, scale = 20 days)",
        "weibull(shape = 3.5, scale = 100 days)",
        "lognormal(median = 20 days, sigma = 1.5)",
        "lognormal(median = 30 days, sigma = 0.05)",
        "lognormal(median = 2000 days, sigma = 2)",
        "2 days to 21 days",
        "loglogistic(median = 20 days, shape = 1.5)",
        "uniform(5 days, 40 days)",
        "triangular(1 day, 10 days, 90 days)",
        "pert(1 day, 10 days, 90 days)",
        "truncate(normal(20 days, 10 days), 0 days, 60 days)",
        "truncate(gamma(shape = 2, mean = 14 days), 3 days, 50 days)",
        "30 days",
        "discrete(7 days, 1, 30 days, 2, 31 days, 3)",
    ];
    let mut done = 0;
    for takes in laws {
        let text = once(takes);
        let Some(model) = crate::check::check_text("one", &text).scenario else {
            panic!("{takes}: {:#?}", crate::check::check_text("one", &text).found);
        };
        let program = crate::program::Program::compile(&model);
        // The parts of a law come before it.
        let law: &Law = program.laws.last().expect("a law").law();
        let solution = try_solve(&model).unwrap_or_else(|refused| panic!("{takes}: {refused:?}"));
        for (slot, day) in DAYS.iter().enumerate() {
            let (found, bound) = (solution.slots[slot].outcomes[0], solution.slots[slot].bound);
            let wanted = law.cdf(day * DAY);
            let off = (found - wanted).abs();
            assert!(
                off <= bound + ROUNDING,
                "{takes} by {day}: {found} {wanted} off {off:e} bound {bound:e}"
            );
            assert!(bound <= 1e-9, "{takes} by {day}: bound {bound:e}");
            done += 1;
        }
    }
    assert_eq!(done, 100);
}

/// Two stages one after the other, counted by the same days.
fn twice(a: &str, b: &str) -> String {
    once(a).replace(
        "to = \"done\"\n",
        &format!("to = \"second\"\n[stage.second]\ntakes = \"{b}\"\nto = \"done\"\n"),
    )
}

#[track_caller]
fn check(text: &str, what: &str, wanted: impl Fn(f64) -> f64) {
    let solution = try_solve(&scenario(text)).unwrap_or_else(|refused| panic!("{what}: {refused:?}"));
    for (slot, day) in DAYS.iter().enumerate() {
        let (found, bound) = (solution.slots[slot].outcomes[0], solution.slots[slot].bound);
        let off = (found - wanted(*day)).abs();
        assert!(
            off <= bound + ROUNDING,
            "{what} by {day}: {found} {} off {off:e} bound {bound:e}",
            wanted(*day)
        );
        assert!(bound <= 1e-9, "{what} by {day}: bound {bound:e}");
        assert!(off <= 1e-9);
    }
}

#[test]
fn sums_of_delays() {
    let gamma = |shape: f64, mean: f64| Law::Gamma(Gamma::from_mean(shape, mean).expect("a gamma"));
    // Gammas of one scale add their shapes; halves have poles at 0 and make an exponential.
    let sums = [(0.5, 0.5, 10.0), (0.25, 1.5, 40.0), (2.0, 3.0, 5.0), (1.0, 1.0, 30.0), (9.5, 20.5, 7.0)];
    for (a, b, scale) in sums {
        let text = twice(
            &format!("gamma(shape = {a}, mean = {} days)", a * scale),
            &format!("gamma(shape = {b}, mean = {} days)", b * scale),
        );
        let sum = gamma(a + b, (a + b) * scale);
        check(&text, &format!("{a} + {b}"), |day| sum.cdf(day));
    }
    // Exponentials of very different means.
    for (a, b) in [(1.0 / 1440.0, 200.0), (0.1, 30.0), (300.0, 1.0 / 86_400.0)] {
        let text = twice(&format!("exponential(mean = {a} days)"), &format!("exponential(mean = {b} days)"));
        check(&text, &format!("{a} then {b}"), |t| {
            1.0 - (a * libm::exp(-t / a) - b * libm::exp(-t / b)) / (a - b)
        });
    }
    // A fixed delay and another: shifted, exactly on its day.
    let law = Law::LogNormal(LogNormal::new(20.0, 1.5).expect("a law"));
    for text in [
        twice("30 days", "lognormal(median = 20 days, sigma = 1.5)"),
        twice("lognormal(median = 20 days, sigma = 1.5)", "30 days"),
    ] {
        check(&text, "shifted", |t| law.cdf(t - 30.0));
    }
    let law = Law::Weibull(Weibull::new(0.5, 20.0).expect("a law"));
    check(&twice("7 days", "weibull(shape = 0.5, scale = 20 days)"), "shifted pole", |t| law.cdf(t - 7.0));
    // Two uniforms.
    let part = |x: f64| 0.5 * x.max(0.0) * x.max(0.0);
    check(&twice("uniform(2 days, 12 days)", "uniform(1 day, 41 days)"), "uniforms", |t| {
        (part(t - 3.0) - part(t - 13.0) - part(t - 43.0) + part(t - 53.0)) / 400.0
    });
}

/// Again and again until it works.
fn until_it_works(takes: &str, p: f64) -> String {
    once(takes)
        .replace("to = \"done\"\n", &format!("next = [{{ p = {p}, to = \"done\" }}, {{ to = \"wait\" }}]\n"))
}

#[test]
fn tries_until_one_works() {
    for (mean, p) in [(2.0, 0.1), (0.05, 0.01), (30.0, 0.7)] {
        let text = until_it_works(&format!("exponential(mean = {mean} days)"), p);
        check(&text, &format!("every {mean}, {p}"), |t| -libm::expm1(-t * p / mean));
    }
    // Every 7 days exactly: by day 7 one try has been made; the horizon is in the middle of a delay.
    check(&until_it_works("7 days", 0.2), "weekly", |t| 1.0 - libm::pow(0.8, (t / 7.0).floor()));
    check(&until_it_works("30 days", 0.5), "monthly", |t| 1.0 - libm::pow(0.5, (t / 30.0).floor()));
    // Erlang of two phases, alternately: the renewal equation of rate 1/5 phases, done at every second with p.
    let p = 0.3;
    let text = until_it_works("erlang(stages = 2, mean = 10 days)", p);
    let root = libm::sqrt(1.0 - p);
    check(&text, "two phases", |t| {
        let x = t / 5.0;
        let (fast, slow) = (libm::exp(-x * (1.0 + root)), libm::exp(-x * (1.0 - root)));
        1.0 - 0.5 * ((1.0 + 1.0 / root) * slow + (1.0 - 1.0 / root) * fast)
    });
}

#[test]
fn races() {
    let race = |a: &str, b: &str| {
        once("1 day").replace(
            "takes = \"1 day\"\nto = \"done\"\n",
            &format!(
                "race = [{{ clock = \"a\", takes = \"{a}\", to = \"done\" }}, {{ clock = \"b\", takes = \"{b}\", to = \"other\" }}]\n"
            ),
        ) + "[outcome.other]\n"
    };
    let text = race("exponential(mean = 20 days)", "exponential(mean = 5 days)");
    check(&text, "exponentials", |t| -0.2 * libm::expm1(-t * 0.25));
    // Weibulls of one shape have hazards in a fixed ratio.
    for shape in [0.5_f64, 2.5] {
        let text = race(
            &format!("weibull(shape = {shape}, scale = 20 days)"),
            &format!("weibull(shape = {shape}, scale = 50 days)"),
        );
        let (a, b) = (libm::pow(20.0, -shape), libm::pow(50.0, -shape));
        check(&text, &format!("Weibulls {shape}"), |t| {
            -a / (a + b) * libm::expm1(-(a + b) * libm::pow(t, shape))
        });
    }
    // Against a deadline.
    let text = race("exponential(mean = 20 days)", "30 days");
    check(&text, "a deadline", |t| -libm::expm1(-t.min(30.0) / 20.0));
    let text = race("30 days", "exponential(mean = 20 days)");
    check(&text, "at a deadline", |t| if t >= 30.0 { libm::exp(-1.5) } else { 0.0 });
    // Whichever of two evenly likely days.
    let text = race("uniform(0 days, 40 days)", "uniform(0 days, 80 days)");
    check(&text, "uniforms", |t| {
        let t = t.min(40.0);
        (t - t * t / 160.0) / 40.0
    });
}

/// Other milestones make other panels; two solutions differ by no more than their bounds.
#[test]
fn bounds_hold_against_other_panels() {
    let laws = [
        "gamma(shape = 2, mean = 14 days)",
        "weibull(shape = 0.5, scale = 10 days)",
        "lognormal(median = 9 days, sigma = 1.5)",
        "lognormal(median = 40 days, sigma = 0.3)",
        "uniform(1 day, 9 days)",
        "exponential(mean = 2 hours)",
        "12 days",
        "pert(1 day, 3 days, 60 days)",
        "loglogistic(median = 20 days, shape = 3)",
    ];
    let mut models = 0;
    for (i, a) in laws.iter().enumerate() {
        for (j, b) in laws.iter().enumerate() {
            let jumpy = |law: &str| law.contains("uniform") || law.contains("pert");
            let slow = a.contains("weibull") && jumpy(b) || b.contains("weibull") && jumpy(a);
            if slow || i == j || (j + laws.len() - i) % laws.len() > 3 {
                continue;
            }
            let text = format!(
                "horizon = \"130 days\"\nat_horizon = \"open\"\n[state]\ntries = 0\n\
                 [stage.ask]\ntakes = \"{a}\"\nset = {{ tries = \"min(3, tries + 1)\" }}\n\
                 next = [{{ p = \"0.2 + 0.1 * tries\", to = \"deal\" }}, {{ to = \"wait\" }}]\n\
                 [stage.wait]\nrace = [{{ clock = \"patience\", takes = \"gamma(shape = 3, mean = 90 days)\", to = \"lost\" }},\n\
                 {{ clock = \"again\", takes = \"{b}\", to = \"ask\" }}]\n[outcome.deal]\n[outcome.lost]\n[outcome.open]\n"
            );
            let text = text.replace(
                "\nset = { tries = \"min(3, tries + 1)\" }\nnext = [{ p",
                "\nnext = [{ set = { tries = \"min(3, tries + 1)\" }, p",
            );
            let text = text
                .replace("{ to = \"wait\" }", "{ set = { tries = \"min(3, tries + 1)\" }, to = \"wait\" }");
            let plain = try_solve(&scenario(&text)).unwrap_or_else(|r| panic!("{a}, {b}: {r:?}"));
            let marked = text.clone()
                + "[milestones]\na = \"0.77 days\"\nb = \"3.3 days\"\nc = \"17.9 days\"\nd = \"61.1 days\"\n";
            let marked = try_solve(&scenario(&marked)).unwrap_or_else(|r| panic!("{a}, {b}: {r:?}"));
            let (one, two) = (&plain.slots[0], &marked.slots[4]);
            for (p, q) in one.outcomes.iter().zip(&two.outcomes) {
                let off = (p - q).abs();
                assert!(
                    off <= one.bound + two.bound,
                    "{a}, {b}: {p} {q} off {off:e}, {:e} {:e}",
                    one.bound,
                    two.bound
                );
            }
            for (slot, at) in [0.77, 3.3, 17.9, 61.1].into_iter().enumerate() {
                let off = (plain.curves[0].up_to(at * DAY) - marked.slots[slot].outcomes[0]).abs();
                assert!(off <= one.bound + two.bound, "{a}, {b} by {at}: off {off:e}");
            }
            assert!(one.bound < 1e-8, "{a}, {b}: {:e}", one.bound);
            models += 1;
        }
    }
    assert!(models >= 20, "{models}");
}

#[test]
fn days_visits_and_accounts() {
    let model = solve(
        "horizon = \"90 days\"\nat_horizon = \"open\"\n[stage.wait]\ntakes = \"exponential(mean = 20 days)\"\n\
         next = [{ p = 0.5, pay = { cost = 3 }, to = \"done\" }, { pay = { cost = 1 }, to = \"wait\" }]\n[outcome.done]\n[outcome.open]\n\
         [milestones]\nmonth = \"30 days\"\n\
         [measures]\ncost = { rate = \"2\", discount = \"5% a year\" }\ndays = { rate = \"true\" }\nwhen = { first = \"stage == wait and day_is\" }\n"
            .replace("when = { first = \"stage == wait and day_is\" }\n", "")
            .as_str(),
    );
    // Occupied at rate 1/40 a day.
    let (rate, horizon) = (1.0 / 40.0, 90.0);
    let spent = |t: f64| -libm::expm1(-rate * t) / rate;
    close(model.1.slots[0].spent[0] / DAY, spent(30.0), 1e-12);
    close(model.1.slots[1].spent[0] / DAY, spent(horizon), 1e-12);
    close(model.1.slots[0].visits[0], 1.0 + spent(30.0) / 40.0, 1e-12);
    // 2 a day and lumps of 2 on average at rate 1/20, all discounted.
    let decay = libm::log1p(0.05) / 365.25;
    let whole = -libm::expm1(-(rate + decay) * horizon) / (rate + decay);
    match &model.1.measures[0] {
        crate::exact::Known::Gain(_, gain) => close(gain.mean, (2.0 + 2.0 / 20.0) * whole, 1e-12),
        other => panic!("{other:?}"),
    }
    let wanted = -libm::expm1(-rate * horizon);
    close(by(&model, 1, "done"), wanted, 1e-12);
}

/// Delays that vary by seconds after more than a year, where times have so many digits: all is done by the end, and what is
/// missing of 1 is within the bound.
#[test]
fn narrow_delays_late() {
    let families = [
        ("uniform", "uniform(LOW days, HIGH days)"),
        ("triangle", "triangular(LOW days, HIGH days, HIGH days)"),
        ("peak", "pert(LOW days, HIGH days, HIGH days)"),
        ("fall", "pert(LOW days, LOW days, HIGH days)"),
    ];
    let mut greatest = 0.0_f64;
    for (name, law) in families {
        for width in [1e-3, 1e-4, 1e-5] {
            for low in [0.0, 0.137, 77.3, 390.037] {
                let late = law.replace("LOW", &low.to_string()).replace("HIGH", &(low + width).to_string());
                let before = 399.7 - low;
                for (kind, text) in [
                    ("alone", once(&late)),
                    ("after a fixed one", twice(&format!("{before} days"), &late)),
                    (
                        "after a narrow one",
                        twice(&format!("uniform({before} days, {} days)", before + 1e-3), &late),
                    ),
                    ("before a wide one", twice(&late, "uniform(1 day, 3 days)")),
                ] {
                    let what = format!("{name} of {width} from {low}, {kind}");
                    let solution =
                        try_solve(&scenario(&text)).unwrap_or_else(|refused| panic!("{what}: {refused:?}"));
                    let slot = &solution.slots[4];
                    let off = (slot.outcomes[0] - 1.0).abs();
                    assert!(off <= slot.bound + ROUNDING, "{what}: off {off:e} bound {:e}", slot.bound);
                    // What a float of such times cannot tell of a density so narrow, a hundred times over.
                    let digits = 400.0 * f64::EPSILON / width;
                    assert!(slot.bound <= 100.0 * digits + 1e-9, "{what}: bound {:e}", slot.bound);
                    greatest = greatest.max(off);
                }
            }
        }
    }
    // There is something to be told.
    assert!(greatest > 1e-9, "{greatest:e}");
}

/// After 5.9 days at the latest all has ended, and what rounding leaves of the masses that came and went is nobody's.
#[test]
fn what_has_ended_leaves_nothing_at_the_horizon() {
    let text = "horizon = \"9 days\"\nat_horizon = \"open\"\n[stage.a]\ntakes = \"uniform(1 day, 2 days)\"\nto = \"b\"\n\
        [stage.b]\ntakes = \"pert(0.2 days, 0.5 days, 2 days)\"\nnext = [{ p = 0.3, to = \"done\" }, { to = \"c\" }]\n\
        [stage.c]\ntakes = \"triangular(0.2 days, 0.5 days, 1 day)\"\nnext = [{ p = 0.3, to = \"done\" }, { to = \"d\" }]\n\
        [stage.d]\ntakes = \"uniform(0 days, 0.9 days)\"\nto = \"done\"\n[outcome.done]\n[outcome.open]\n";
    let (_, solution) = solve(text);
    let slot = solution.slots.last().expect("the horizon");
    assert_eq!(slot.outcomes[1], 0.0);
    assert!((slot.outcomes[0] - 1.0).abs() <= slot.bound + ROUNDING);
}
