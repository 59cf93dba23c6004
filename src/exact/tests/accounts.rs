//! What is said that means and standard deviations of accounts may be off holds: against closed forms, and other panels.

use super::{questions, scenario, try_solve};
use crate::exact::{Gain, Known, Off, Solution};
use crate::model::Scenario;

/// Steps of Simpson's rule.
const STEPS: usize = 40_000;
/// What the closed forms themselves may be off, as a share of the most that is gathered.
pub(super) const FORMS: f64 = 2e-13;

/// A delay as a function of something that is as smooth as can be: between which values, with which density, which delay.
pub(super) struct Law {
    pub text: &'static str,
    range: (f64, f64),
    density: fn(f64) -> f64,
    delay: fn(f64) -> f64,
    /// The value that belongs to a delay.
    of: fn(f64) -> f64,
    /// Whether its second moment is known without a horizon or a discount.
    pub light: bool,
}

fn normal(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt()
}

pub(super) const LAWS: &[Law] = &[
    Law {
        text: "exponential(mean = 20 days)",
        range: (0.0, 80.0),
        density: |x| libm::exp(-x),
        delay: |x| 20.0 * x,
        of: |u| u / 20.0,
        light: true,
    },
    Law {
        text: "gamma(shape = 3, mean = 12 days)",
        range: (0.0, 80.0),
        density: |x| 0.5 * x * x * libm::exp(-x),
        delay: |x| 4.0 * x,
        of: |u| u / 4.0,
        light: true,
    },
    Law {
        text: "weibull(shape = 0.5, scale = 10 days)",
        range: (0.0, 80.0),
        density: |x| libm::exp(-x),
        delay: |x| 10.0 * x * x,
        of: |u| (u / 10.0).sqrt(),
        light: true,
    },
    Law {
        text: "weibull(shape = 2, scale = 30 days)",
        range: (0.0, 9.0),
        density: |x| 2.0 * x * libm::exp(-x * x),
        delay: |x| 30.0 * x,
        of: |u| u / 30.0,
        light: true,
    },
    Law {
        text: "lognormal(median = 10 days, sigma = 1.5)",
        range: (-10.0, 16.0),
        density: normal,
        delay: |z| 10.0 * libm::exp(1.5 * z),
        of: |u| libm::log(u / 10.0) / 1.5,
        light: true,
    },
    Law {
        text: "loglogistic(median = 10 days, shape = 2)",
        range: (-80.0, 80.0),
        density: |z| 1.0 / ((1.0 + libm::exp(-z)) * (1.0 + libm::exp(z))),
        delay: |z| 10.0 * libm::exp(0.5 * z),
        of: |u| 2.0 * libm::log(u / 10.0),
        light: false,
    },
    Law {
        text: "uniform(5 days, 140 days)",
        range: (5.0, 140.0),
        density: |_| 1.0 / 135.0,
        delay: |u| u,
        of: |u| u,
        light: true,
    },
];

/// Mass, and the first two moments of a function, over a part of a law.
pub(super) fn moments(law: &Law, to: f64, of: impl Fn(f64) -> f64) -> [f64; 3] {
    let (from, most) = law.range;
    let to = if to.is_finite() { (law.of)(to).clamp(from, most) } else { most };
    let h = (to - from) / STEPS as f64;
    let mut sums = [0.0; 3];
    for i in 0..=STEPS {
        let x = from + h * i as f64;
        let weight = if i == 0 || i == STEPS { 1.0 } else { (2 + 2 * (i % 2)) as f64 };
        let (p, a) = (weight * h / 3.0 * (law.density)(x), of((law.delay)(x)));
        [1.0, a, a * a].into_iter().zip(&mut sums).for_each(|(k, sum)| *sum += p * k);
    }
    sums
}

/// The share of paths that count, mean and variance.
type Wanted = (f64, Gain);

fn wanted([share, first, second]: [f64; 3]) -> Wanted {
    let mean = first / share;
    (share, Gain { mean, variance: second / share - mean * mean })
}

fn number(scenario: &Scenario, measure: &str) -> usize {
    scenario.measures.iter().position(|m| m.name == measure).expect("a measure")
}

fn told(of: &(Scenario, Solution), measure: &str) -> (f64, Gain, Off) {
    let number = number(&of.0, measure);
    match (&of.1.measures[number], of.1.offs[number]) {
        (Known::Gain(share, gain), Some(off)) => (*share, *gain, off.around(gain.mean)),
        other => panic!("{measure}: {other:?}"),
    }
}

/// What mean and standard deviation may be off.
fn bounds(of: &(Scenario, Solution), measure: &str) -> (Option<f64>, Option<f64>) {
    let (share, gain, off) = told(of, measure);
    let given = of.0.measures[number(&of.0, measure)].given.is_some();
    let whole = Some(off.whole).filter(|off| off.is_finite());
    (if given { off.mean(share) } else { whole }, off.sd(share, gain.variance.sqrt()))
}

/// What was held against something else.
#[derive(Default)]
pub(super) struct Held {
    numbers: usize,
    wrong: Vec<String>,
}

impl Held {
    pub fn one(&mut self, off: f64, bound: f64, what: impl Fn() -> String) {
        self.numbers += 1;
        if off.is_nan() || off > bound {
            self.wrong.push(format!("{} is off by {off:e}, not {bound:e}", what()));
        }
    }

    /// Holds a measure against a closed form. `most`: the most that is gathered.
    fn form(&mut self, of: &(Scenario, Solution), what: &str, measure: &str, wanted: Wanted, most: f64) {
        let (share, gain, off) = told(of, measure);
        let what = format!("{what}: {measure}");
        self.one((share - wanted.0).abs(), off.mass + 2.0 * FORMS, || format!("{what}: the share {share}"));
        let (mean, sd) = bounds(of, measure);
        let Some(mean) = mean else {
            self.wrong.push(format!("{what}: no bound: {off:?}"));
            return;
        };
        // What the form itself knows, and of a square.
        let forms = FORMS * most / wanted.0;
        self.one((gain.mean - wanted.1.mean).abs(), mean + forms, || {
            format!("{what}: the mean {}", gain.mean)
        });
        if mean > 1e-7 * most / wanted.0 {
            self.wrong.push(format!("{what}: a bound of {mean:e} says nothing: {off:?}"));
        }
        let Some(bound) = sd else { return };
        let (a, b) = (gain.variance.sqrt(), wanted.1.variance.max(0.0).sqrt());
        let forms = 8.0 * forms * most;
        let forms = if b > 0.0 { forms.sqrt().min(forms / b) } else { forms.sqrt() };
        self.one((a - b).abs(), bound + forms, || format!("{what}: the sd {a}"));
        if bound > 1e-3 * most {
            self.wrong.push(format!("{what}: a bound of {bound:e} of sd {a} says nothing: {off:?}"));
        }
    }

    #[track_caller]
    pub fn all(self, least: usize) {
        let shown: Vec<&String> = self.wrong.iter().take(12).collect();
        assert!(self.wrong.is_empty(), "{} of {}: {shown:#?}", self.wrong.len(), self.numbers);
        assert!(self.numbers >= least, "{}", self.numbers);
    }
}

pub(super) fn model(text: &str) -> (Scenario, Solution) {
    let scenario = scenario(text);
    let solution = try_solve(&scenario).unwrap_or_else(|refused| panic!("{text}: {refused:?}"));
    (scenario, solution)
}

/// What a rate of one has gathered.
fn span(decay: f64, time: f64) -> f64 {
    if decay == 0.0 { time } else { -libm::expm1(-decay * time) / decay }
}

#[test]
fn one_delay_of_any_law() {
    let mut held = Held::default();
    for law in LAWS {
        for horizon in [f64::INFINITY, 17.3, 90.0] {
            for (discount, decay) in [
                ("", 0.0),
                (", discount = \"20% a year\"", libm::log(1.2) / 365.25),
                (", discount = \"3% a day\"", libm::log(1.03)),
                // Next to nothing counts of what comes late in a panel.
                (", discount = \"400% a day\"", libm::log(5.0)),
            ] {
                if decay > 1.0 && horizon.is_infinite() {
                    continue;
                }
                let (head, open) = if horizon.is_finite() {
                    (format!("horizon = \"{horizon} days\"\nat_horizon = \"open\"\n"), "[outcome.open]\n")
                } else {
                    (String::new(), "")
                };
                let text = format!(
                    "{head}[stage.wait]\ntakes = \"{}\"\npay = {{ a = 4, b = 4, lump = 50 }}\nto = \"done\"\n[outcome.done]\n{open}[measures]\n\
                     a = {{ rate = \"3 per day\"{discount} }}\nb = {{ rate = \"3 per day\", given = \"outcome == done\"{discount} }}\n\
                     rate = {{ rate = \"2 per day\"{discount} }}\nlump = {{ rate = \"0 per day\"{discount} }}\n",
                    law.text
                );
                let of = model(&text);
                let what = format!("{} up to {horizon}{discount}", law.text);
                let both = |u: f64| 3.0 * span(decay, u) + 4.0 * libm::exp(-decay * u);
                let all = |done: &dyn Fn(f64) -> f64, late: f64| {
                    let mut sums = moments(law, horizon, done);
                    let left = if horizon.is_finite() { 1.0 - sums[0] } else { 0.0 };
                    [1.0, late, late * late].into_iter().zip(&mut sums).for_each(|(k, sum)| *sum += left * k);
                    wanted(if horizon.is_finite() { sums } else { [1.0, sums[1], sums[2]] })
                };
                let end = if horizon.is_finite() { horizon } else { 0.0 };
                let reach = if horizon.is_finite() { horizon } else { 2_000.0 };
                let most = 3.0 * span(decay, reach) + 50.0;
                if horizon.is_infinite() && decay == 0.0 && !law.light {
                    // Its variance is infinite.
                    let (mean, sd) = bounds(&of, "a");
                    assert!(sd.is_none(), "{what}: {mean:?} {sd:?}");
                    continue;
                }
                held.form(&of, &what, "a", all(&both, 3.0 * span(decay, end)), most);
                held.form(&of, &what, "rate", all(&|u| 2.0 * span(decay, u), 2.0 * span(decay, end)), most);
                held.form(&of, &what, "lump", all(&|u| 50.0 * libm::exp(-decay * u), 0.0), most);
                held.form(&of, &what, "b", wanted(moments(law, horizon, both)), most);
            }
        }
    }
    held.all(500);
}

/// What is paid at each ring of a clock that starts anew, up to a day.
fn paid(law: &str, end: &str, discount: &str) -> String {
    format!(
        "horizon = \"{end}\"\nat_horizon = \"open\"\n[stage.wait]\nrace = [{{ clock = \"again\", takes = \"{law}\", pay = {{ a = 3 }}, to = \"wait\" }}]\n\
         [outcome.open]\n[measures]\na = {{ rate = \"0 per day\"{discount} }}\n"
    )
}

#[test]
fn payments_again_and_again() {
    let mut held = Held::default();
    let end = 90.0;
    // Exponential delays: a Poisson process, whose cumulants are integrals of the payments.
    for (mean, discount, decay) in [
        (3.0, "", 0.0),
        (0.1, "", 0.0),
        (3.0, ", discount = \"20% a year\"", libm::log(1.2) / 365.25),
        (0.5, ", discount = \"3% a day\"", libm::log(1.03)),
    ] {
        let of = model(&paid(&format!("exponential(mean = {mean} days)"), "90 days", discount));
        let rate = 1.0 / mean;
        let gain =
            Gain { mean: 3.0 * rate * span(decay, end), variance: 9.0 * rate * span(2.0 * decay, end) };
        held.form(&of, &format!("Poisson {mean}{discount}"), "a", (1.0, gain), 5.0 * gain.mean);
    }
    // Erlang delays: every k-th event of a Poisson process.
    for (shape, mean) in [(2_u32, 5.0), (3, 1.5)] {
        let of = model(&paid(&format!("gamma(shape = {shape}, mean = {mean} days)"), "90 days", ""));
        let events = f64::from(shape) / mean * end;
        let mut sums = [0.0; 3];
        let mut log = -events;
        for n in 0..2_000_u32 {
            if n > 0 {
                log += libm::log(events / f64::from(n));
            }
            let a = 3.0 * f64::from(n / shape);
            [1.0, a, a * a].into_iter().zip(&mut sums).for_each(|(k, sum)| *sum += libm::exp(log) * k);
        }
        let wanted = wanted(sums);
        held.form(&of, &format!("Erlang {shape} {mean}"), "a", (1.0, wanted.1), 5.0 * wanted.1.mean);
    }
    // Fixed delays, the horizon in the middle of the last one: 12 payments; nothing varies.
    for (discount, decay) in [("", 0.0), (", discount = \"3% a day\"", libm::log(1.03))] {
        let of = model(&paid("7 days", "87.5 days", discount));
        let mean = (1..=12).map(|n| 3.0 * libm::exp(-decay * 7.0 * f64::from(n))).sum();
        held.form(&of, "fixed", "a", (1.0, Gain { mean, variance: 0.0 }), 3.0 * mean);
    }
    held.all(20);
}

#[test]
fn chains_without_an_end() {
    let mut held = Held::default();
    let year = 365.25;
    // One delay after the other, a payment at the very end: products of Laplace transforms.
    let text = |discount: &str| {
        format!(
            "[stage.a]\ntakes = \"exponential(mean = 40 days)\"\nto = \"b\"\n[stage.b]\ntakes = \"gamma(shape = 3, mean = 90 days)\"\nto = \"c\"\n\
             [stage.c]\ntakes = \"10 days\"\npay = {{ a = 8 }}\nto = \"done\"\n[outcome.done]\n[measures]\na = {{ rate = \"0 per day\"{discount} }}\nr = {{ rate = \"2 per day\"{discount} }}\n"
        )
    };
    for (discount, decay) in [("30% a year", libm::log(1.3) / year), ("2% a day", libm::log(1.02))] {
        let of = model(&text(&format!(", discount = \"{discount}\"")));
        let laplace = |s: f64| libm::pow(1.0 + 30.0 * s, -3.0) / (1.0 + 40.0 * s) * libm::exp(-10.0 * s);
        let (one, two) = (laplace(decay), laplace(2.0 * decay));
        let gain = Gain { mean: 8.0 * one, variance: 64.0 * (two - one * one) };
        held.form(&of, discount, "a", (1.0, gain), 8.0);
        let most = 2.0 / decay;
        let gain = Gain { mean: most * (1.0 - one), variance: most * most * (two - one * one) };
        held.form(&of, discount, "r", (1.0, gain), most);
    }
    let of = model(&text(""));
    let variance = 4.0 * (1_600.0 + 3.0 * 900.0);
    held.form(&of, "sum", "r", (1.0, Gain { mean: 280.0, variance }), 2_000.0);
    held.form(&of, "sum", "a", (1.0, Gain { mean: 8.0, variance: 0.0 }), 8.0);
    // Rounds until one is the last: a geometric number of payments, and of stays; one of both has a heavy tail.
    for (law, mean, variance) in [
        ("exponential(mean = 5 days)", 5.0, 25.0),
        ("weibull(shape = 0.5, scale = 5 days)", 10.0, 500.0),
        (
            "lognormal(median = 5 days, sigma = 1.5)",
            5.0 * libm::exp(1.125),
            25.0 * libm::exp(2.25) * libm::expm1(2.25),
        ),
        ("exponential(mean = 1 minute)", 1.0 / 1440.0, 1.0 / 1440.0 / 1440.0),
    ] {
        for p in [0.2, 0.002] {
            let of = model(&format!(
                "[stage.a]\ntakes = \"{law}\"\nnext = [{{ p = {p}, pay = {{ a = 5 }}, to = \"done\" }}, {{ pay = {{ a = 2 }}, to = \"a\" }}]\n[outcome.done]\n\
                 [measures]\na = {{ rate = \"3 per day\" }}\n"
            ));
            // N rounds, P(N = n) = p q^(n-1); each 3 U + 2, the last one 3 more.
            let (n, spread) = (1.0 / p, (1.0 - p) / p / p);
            let each = 3.0 * mean + 2.0;
            let gain = Gain { mean: n * each + 3.0, variance: n * 9.0 * variance + spread * each * each };
            held.form(&of, &format!("{law} {p}"), "a", (1.0, gain), 10.0 * gain.mean);
        }
    }
    // A race: the time is the same whichever wins.
    let of = model(
        "[stage.a]\nrace = [{ clock = \"x\", takes = \"exponential(mean = 30 days)\", pay = { a = 100 }, to = \"x\" },\n\
         { clock = \"y\", takes = \"weibull(shape = 1, scale = 60 days)\", to = \"y\" }]\n[outcome.x]\n[outcome.y]\n[measures]\na = { rate = \"5 per day\" }\n\
         x = { rate = \"5 per day\", given = \"outcome == x\" }\n",
    );
    held.form(
        &of,
        "race",
        "a",
        (1.0, Gain { mean: 100.0 + 200.0 / 3.0, variance: 10_000.0 * (1.0 + 2.0 / 9.0) }),
        2_000.0,
    );
    held.form(&of, "race", "x", (2.0 / 3.0, Gain { mean: 100.0, variance: 10_000.0 }), 2_000.0);
    // A tree in no time at all.
    let of = model(
        "[stage.a]\nnext = [{ p = 0.3, pay = { a = 10 }, to = \"b\" }, { pay = { a = 2 }, to = \"done\" }]\n\
         [stage.b]\nnext = [{ p = 0.5, pay = { a = 7 }, to = \"done\" }, { to = \"b\" }]\n[outcome.done]\n[measures]\na = { rate = \"0 per day\" }\n",
    );
    held.form(&of, "tree", "a", (1.0, Gain { mean: 0.3 * 17.0 + 0.7 * 2.0, variance: 0.21 * 225.0 }), 17.0);
    held.all(40);
}

/// A clock that loses to another one with a heavy tail, without a horizon: what late ends bring can't be told.
#[test]
fn what_a_heavy_tail_brings_is_not_told() {
    let text = |law: &str| {
        format!(
            "[stage.a]\nrace = [{{ clock = \"x\", takes = \"{law}\", to = \"x\" }},\n{{ clock = \"y\", takes = \"{law}\", to = \"y\" }}]\n\
             [outcome.x]\n[outcome.y]\n[measures]\na = {{ rate = \"5 per day\" }}\n"
        )
    };
    let known = |law: &str| bounds(&model(&text(law)), "a");
    let (mean, sd) = known("gamma(shape = 2, mean = 10 days)");
    assert!(mean.is_some() && sd.is_some(), "{mean:?} {sd:?}");
    // The lesser of two has the tail of twice the shape: 2.4, so that its variance is finite, but slow to come.
    let (_, sd) = known("loglogistic(median = 10 days, shape = 1.2)");
    assert!(sd.is_none(), "{sd:?}");
}

/// Means and standard deviations are the same, within what both may be off, where panels end elsewhere.
#[test]
fn other_panels() {
    let mut held = Held::default();
    let laws = [
        "exponential(mean = 12 days)",
        "weibull(shape = 0.5, scale = 9 days)",
        "lognormal(median = 9 days, sigma = 1.5)",
        "gamma(shape = 0.7, mean = 14 days)",
        "triangular(1 day, 5 days, 30 days)",
        "11 days",
        "uniform(1 minute, 3 minutes)",
        "exponential(mean = 20 minutes)",
    ];
    let measures = "[measures]\na = { rate = \"if stage == wait then 3 per day else 1 per day\" }\n\
        b = { rate = \"if stage == wait then 3 per day else 1 per day\", discount = \"4% a day\" }\n\
        c = { rate = \"2 per day\", given = \"outcome == done\", discount = \"20% a year\" }\nd = { rate = \"0 per day\" }\n";
    let head = "horizon = \"63.7 days\"\nat_horizon = \"open\"\n[outcome]\ndone = {}\nlost = {}\nopen = {}\n";
    let mut texts = vec![];
    for (i, law) in laws.iter().enumerate() {
        for (j, other) in laws.iter().enumerate().filter(|(j, _)| i != *j) {
            // Half of the pairs; very short rounds all the time are too many moments.
            if (i + j) % 3 != 0 || i >= 6 && j >= 6 {
                continue;
            }
            texts.push(format!(
                "{head}[stage.wait]\ntakes = \"{law}\"\nnext = [{{ p = 0.2, pay = {{ a = 5, d = 2 }}, to = \"done\" }}, {{ pay = {{ a = 1, b = 1, c = 1, d = 1 }}, to = \"pause\" }}]\n\
                 [stage.pause]\nrace = [{{ clock = \"on\", takes = \"{other}\", pay = {{ b = 7, d = 3 }}, to = \"wait\" }},\n\
                 {{ clock = \"end\", takes = \"exponential(mean = 200 days)\", pay = {{ c = 9, d = 30 }}, to = \"lost\" }}]\n{measures}"
            ));
        }
    }
    // A date between, and rates and chances that move with the day.
    texts.push(format!(
        "{head}[stage.wait]\nrace = [{{ clock = \"deal\", takes = \"exponential(mean = 40 days)\", pay = {{ a = 5 }}, to = \"done\" }},\n{{ clock = \"limit\", takes = \"50 days\", pay = {{ d = 11 }}, to = \"lost\" }}]\n\
         {}", measures.replace("1 per day\" }", "(if day < 21.3 days then 2 else 5) per day\" }").replace("if stage == wait then 3 per day else ", "")
    ));
    texts.push(format!(
        "{head}[stage.wait]\ntakes = \"gamma(shape = 2, mean = 20 days)\"\nnext = [{{ p = 0.4, pay = {{ d = 3 }}, to = \"done\" }}, {{ to = \"wait\" }}]\n\
         [measures]\na = {{ rate = \"(2 + day / 10 days) per day\", discount = \"10% a year\" }}\nb = {{ rate = \"exp(-day / 5 days) per day\", given = \"outcome == done\" }}\nd = {{ rate = \"1 per day\" }}\n"
    ));
    texts.push(format!(
        "{head}[stage.wait]\ntakes = \"gamma(shape = 2, mean = 10 days)\"\nnext = [{{ p = \"0.4 * exp(-day / 30 days)\", to = \"done\" }}, {{ to = \"wait\" }}]\n\
         [measures]\na = {{ rate = \"2 per day\", discount = \"10% a year\" }}\nb = {{ rate = \"2 per day\", given = \"outcome == done\" }}\n"
    ));
    let models = texts.len();
    for text in texts {
        let (plain, marked) = (
            model(&text),
            model(
                &(text.clone()
                    + "[milestones]\na = \"0.77 days\"\nb = \"3.3 days\"\nc = \"17.9 days\"\nd = \"41.1 days\"\n"),
            ),
        );
        assert_eq!(questions(&plain.0).slots.len() + 4, questions(&marked.0).slots.len());
        // Visits and days by the end, but for visits where chances move with time.
        let (one, two) = (&plain.1.slots[0], marked.1.slots.last().expect("the end"));
        let moves = text.contains("exp(-day / 30 days)");
        for s in 0..one.visits.len() {
            let bound = one.visits_off[s] + two.visits_off[s];
            assert_eq!(bound.is_infinite(), moves, "{text}");
            held.one((one.visits[s] - two.visits[s]).abs(), bound, || format!("visits of {text}"));
            held.one(if moves { 0.0 } else { bound }, 1e-7 * (1.0 + one.visits[s]), || {
                format!("what visits of {text}")
            });
            let bound = one.spent_off[s] + two.spent_off[s];
            held.one((one.spent[s] - two.spent[s]).abs(), bound, || format!("days of {text}"));
            held.one(bound, 1e-7 * 64.0 * 86_400.0, || format!("what days of {text}"));
        }
        for m in &plain.0.measures {
            let m = m.name.as_str();
            let ((_, one, _), (_, two, _)) = (told(&plain, m), told(&marked, m));
            let ((mean, sd), (again, and)) = (bounds(&plain, m), bounds(&marked, m));
            let (Some(mean), Some(sd)) = (mean.zip(again), sd.zip(and)) else {
                held.wrong.push(format!("{m}: no bound: {text}"));
                continue;
            };
            let size = one.mean.abs() + one.variance.sqrt();
            held.one((one.mean - two.mean).abs(), mean.0 + mean.1, || format!("{m} of {text}: {}", one.mean));
            held.one(mean.0, 1e-7 * size, || format!("{m} of {text}: what the mean {}", one.mean));
            let (a, b) = (one.variance.sqrt(), two.variance.sqrt());
            held.one((a - b).abs(), sd.0 + sd.1, || format!("{m} of {text}: sd {a}"));
            held.one(sd.0, 1e-3 * size, || format!("{m} of {text}: what the sd {a}"));
        }
    }
    assert!(models >= 20, "{models}");
    held.all(300);
}
