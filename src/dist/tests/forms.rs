//! The table of forms.

use super::families::named;
use crate::dist::*;
use quickcheck::{Arbitrary, Gen};

#[test]
fn forms_of_a_family_are_side_by_side_and_distinct() {
    let all: Vec<&str> = families().collect();
    for (i, family) in all.iter().enumerate() {
        assert!(!all[i + 1..].contains(family), "{family}");
        assert!(forms_of(family).all(|id| id.form().family == *family));
    }
    assert_eq!(all.iter().map(|family| forms_of(family).count()).sum::<usize>(), FORMS.len());
}

#[test]
fn calls_by_order() {
    let call = find_positional("pert", 3).unwrap();
    assert_eq!(call.slots.len(), 4);
    assert_eq!(call.slots[3], Slot::Fixed(4.0));
    assert!((call.form.build(&[0.0, 1.0, 3.0, 4.0]).unwrap().mean() - 7.0 / 6.0).abs() < 1e-15);
    assert_eq!(find_positional("pert", 4).unwrap().slots.len(), 4);
    assert_eq!(find_positional("beta", 2).unwrap().form.form().params.len(), 2);
    assert_eq!(find_positional("beta", 4).unwrap().form.form().params.len(), 4);
    let call = find_positional("discrete", 6).unwrap();
    assert_eq!(call.slots[5], Slot::Given { index: 5, unit: Unit::Number });
    assert_eq!(call.slots[4], Slot::Given { index: 4, unit: Unit::Same });
    for (family, count) in
        [("gamma", 2), ("lognormal", 2), ("exponential", 1), ("normal", 3), ("discrete", 3)]
    {
        assert!(matches!(find_positional(family, count), Err(FormError::Form { .. })), "{family}");
    }
    assert_eq!(find_positional("cauchy", 2), Err(FormError::Family));
}

#[test]
fn calls_by_name() {
    let call = find_named("gamma", &["mean", "shape"]).unwrap();
    assert_eq!(
        call.slots,
        [Slot::Given { index: 1, unit: Unit::Number }, Slot::Given { index: 0, unit: Unit::Same }]
    );
    let call = find_named("normal", &["p95", "p2_5"]).unwrap();
    assert_eq!(call.slots[0], Slot::Fixed(0.025));
    assert_eq!(call.slots[1], Slot::Given { index: 1, unit: Unit::Same });
    assert_eq!(find_named("gamma", &["shape", "shape"]), Err(FormError::Twice { index: 1 }));
    assert_eq!(find_named("normal", &["p5", "p05"]), Err(FormError::Twice { index: 1 }));
    let Err(FormError::Form { forms, unknown }) = find_named("gamma", &["shape", "maen"]) else { panic!() };
    assert_eq!(unknown, [1]);
    let written: Vec<String> = forms.iter().map(|id| id.form().to_string()).collect();
    assert_eq!(
        written,
        ["gamma(shape, mean)", "gamma(shape, scale)", "gamma(shape, rate)", "gamma(mean, sd)"]
    );
    assert_eq!(find_named("pert", &["low", "mode", "high"]).unwrap().slots[3], Slot::Fixed(4.0));
    assert!(find_named("normal", &["p5", "p50", "p95"]).is_err());
    assert_eq!(find_named("metalog", &["p5", "p50", "p95"]).unwrap().slots.len(), 8);
    assert_eq!(find_named("cauchy", &["x"]), Err(FormError::Family));
}

#[test]
fn forms_are_written_as_people_write_them() {
    let written =
        |family: &str| -> Vec<String> { forms_of(family).map(|id| id.form().to_string()).collect() };
    assert_eq!(written("normal"), ["normal(mean, sd)", "normal(p5, p95)"]);
    assert_eq!(written("pert"), ["pert(low, mode, high, lambda = 4)"]);
    assert_eq!(written("discrete"), ["discrete(value, weight, …)"]);
    assert_eq!(written("metalog"), ["metalog(p10, p50, p90, …, [low], [high])"]);
}

#[test]
fn names_of_quantiles() {
    assert_eq!(quantile_name("p5"), Some(0.05));
    assert_eq!(quantile_name("p99_9"), Some(0.999));
    assert_eq!(quantile_name("p2.5"), Some(0.025));
    for no in ["p", "p0", "p100", "p-5", "pe", "p1e1", "q5", "p5_", "p_5", "mean", "p5_5_5", "p+5"] {
        assert_eq!(quantile_name(no), None, "{no}");
    }
}

#[test]
fn refusals_name_what_the_user_wrote() {
    let refused =
        |family: &str, names: &[&str], args: &[f64]| named(family, names, args).unwrap_err().to_string();
    assert_eq!(
        refused("gamma", &["shape", "mean"], &[-2.0, 1.0]),
        "the shape of a gamma must be above 0, not -2"
    );
    assert_eq!(
        refused("erlang", &["stages", "mean"], &[2.5, 1.0]),
        "the number of stages of an erlang must be a whole number, 1 or more, not 2.5"
    );
    assert_eq!(
        refused("beta", &["mean", "sd"], &[0.5, 0.5]),
        "the sd of a beta must be below 0.5, the most that its mean allows (the root of mean * (1 - mean)), not 0.5"
    );
    assert_eq!(
        refused("triangular", &["low", "mode", "high"], &[1.0, 5.0, 3.0]),
        "the mode of a triangular must be between its low and its high, not 5"
    );
    assert_eq!(
        refused("normal", &["p5", "p95"], &[3.0, 1.0]),
        "the quantiles of a normal must rise with their probabilities, so not p5 = 3 and p95 = 1"
    );
}

/// `docs/distributions.md` has every form, as it is written.
#[test]
fn the_documentation_lists_every_form() {
    let page = include_str!("../../../docs/distributions.md");
    for form in FORMS {
        let row = format!("| `{form}` |");
        assert!(page.contains(&row), "docs/distributions.md lacks the row {row}");
    }
}

/// A float of any kind: half of them plausible, half of them any bits at all.
#[derive(Clone, Copy, Debug)]
struct Any(f64);

impl Arbitrary for Any {
    fn arbitrary(g: &mut Gen) -> Any {
        let bits = u64::arbitrary(g);
        let odd =
            [0.0, -0.0, 1.0, -1.0, 0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324, f64::MAX, 1e-310];
        Any(match bits % 8 {
            0 => odd[(bits / 8) as usize % odd.len()],
            1..4 => f64::from_bits(u64::arbitrary(g)),
            _ => (u32::arbitrary(g) % 2000) as f64 / [1.0, 10.0, 1000.0, 1e-6][(bits / 8) as usize % 4],
        })
    }
}

/// No numbers, however odd, make a constructor panic; and a law that it makes answers with numbers.
#[test]
fn constructors_never_panic() {
    fn property(args: Vec<Any>, form: u16, u: f64) -> bool {
        let id = FormId(form % FORMS.len() as u16);
        let form = id.form();
        let count = match form.spelling {
            Spelling::Plain => form.params.len(),
            Spelling::TwoQuantiles => 4,
            Spelling::Quantiles => 8,
            Spelling::Repeated => 6,
        };
        let mut numbers: Vec<f64> = args.iter().cycle().take(count).map(|any| any.0).collect();
        if numbers.len() < count {
            return id.build(&numbers).is_err();
        }
        if form.spelling != Spelling::Plain {
            // Probabilities that are probabilities, or nothing is ever accepted.
            for (i, p) in [(0, 0.05), (2, 0.6), (4, 0.9)] {
                let at = i + if form.spelling == Spelling::Quantiles { 2 } else { 0 };
                if at < count
                    && !numbers[at].to_bits().is_multiple_of(4)
                    && form.spelling != Spelling::Repeated
                {
                    numbers[at] = p;
                }
            }
        }
        let Ok(law) = id.build(&numbers) else { return true };
        let u = if u.is_finite() { u.abs().fract() } else { 0.5 };
        let x = law.quantile(u);
        let fine = |p: f64| (0.0..=1.0).contains(&p);
        !x.is_nan()
            && fine(law.cdf(x))
            && fine(law.sf(x))
            && fine(law.cdf(1.0))
            && law.pdf(x) >= 0.0
            && law.pdf(1.0) >= 0.0
            && !law.mean().is_nan()
            && law.sd() >= 0.0
    }
    // A triangle so narrow that its top is infinite: found by chance, and its density at an end was no number.
    let narrow = FORMS.iter().position(|form| form.to_string().starts_with("triangular(low, mode, high)"));
    assert!(property(vec![Any(0.0), Any(5e-324), Any(1e-310)], narrow.expect("a form") as u16, 0.0));
    quickcheck::QuickCheck::new()
        .tests(20_000)
        .rng(Gen::from_size_and_seed(8, 1))
        .quickcheck(property as fn(Vec<Any>, u16, f64) -> bool);
}

/// One parameter alone has a unit: with c in its place the law is c times (or over c) that with 1, by both quantiles.
#[test]
fn a_parameter_with_the_only_unit_stretches() {
    let mut found = vec![];
    for id in (0..FORMS.len() as u16).map(FormId) {
        let form = id.form();
        let Some(scale) = form.scale() else { continue };
        found.push(form.to_string());
        let (at, over) = match scale {
            Scale::Times(at) => (at, false),
            Scale::Over(at) => (at, true),
        };
        for shape in [0.7_f64, 2.0, 3.0] {
            let with = |c: f64| {
                let mut args =
                    vec![if form.family == "erlang" { shape.round() } else { shape }; form.params.len()];
                args[at] = c;
                id.build(&args).unwrap()
            };
            let unit = with(1.0);
            for c in [1e-3, 0.3, 7.0, 86_400.0] {
                let (law, factor) = (with(c), if over { 1.0 / c } else { c });
                for u in [1e-6, 0.01, 0.3, 0.5, 0.9, 0.999] {
                    let x = factor * unit.quantile(u);
                    // Both quantiles are right to 1e-13 of a probability, and x is rounded where it is dear by at most 40 (shape 3, u
                    // 1e-6: x times density over u).
                    if law.is_continuous() {
                        let off = law.cdf(x) - u;
                        assert!(off.abs() < 1e-12 * u, "{form}: {shape} {c} {u}: {off:e}");
                    } else {
                        assert_eq!(x, law.quantile(u), "{form}");
                    }
                }
            }
        }
    }
    let expected = [
        "point(value)",
        "lognormal(median, sigma)",
        "gamma(shape, mean)",
        "gamma(shape, scale)",
        "gamma(shape, rate)",
        "erlang(stages, mean)",
        "erlang(stages, rate)",
        "weibull(shape, scale)",
        "weibull(shape, mean)",
        "weibull(shape, median)",
        "exponential(mean)",
        "exponential(rate)",
        "exponential(median)",
        "loglogistic(median, shape)",
    ];
    assert_eq!(found, expected);
}
