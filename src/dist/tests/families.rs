//! Every family against references, and against itself.

use super::golden_families::FAMILIES;
use crate::dist::*;

/// A law written by names, with its mean, standard deviation, quantiles (u, x) and probabilities (x, P(X <= x)).
pub(super) struct Row {
    pub family: &'static str,
    pub names: &'static [&'static str],
    pub args: &'static [f64],
    pub mean: f64,
    pub sd: f64,
    pub quantiles: &'static [(f64, f64)],
    pub cdf: &'static [(f64, f64)],
}

/// The law that a call by names makes.
pub(super) fn named(family: &str, names: &[&str], args: &[f64]) -> Result<Law, Refusal> {
    let call = find_named(family, names).unwrap();
    let args: Vec<f64> = call
        .slots
        .iter()
        .map(|slot| match slot {
            Slot::Given { index, .. } => args[*index],
            Slot::Fixed(value) => *value,
        })
        .collect();
    call.form.build(&args)
}

/// One or more laws of every family.
pub(super) fn zoo() -> Vec<(String, Law)> {
    let mut laws: Vec<(String, Law)> = FAMILIES
        .iter()
        .map(|row| {
            let law = named(row.family, row.names, row.args).unwrap();
            (format!("{}{:?} {:?}", row.family, row.names, row.args), law)
        })
        .collect();
    let get = |family: &str, names: &[&str], args: &[f64]| named(family, names, args).unwrap();
    let normal = get("normal", &["mean", "sd"], &[0.0, 1.0]);
    let gamma = get("gamma", &["shape", "mean"], &[2.0, 14.0]);
    let beta = get("beta", &["alpha", "beta"], &[0.7, 3.0]);
    let steps = discrete(&[(1.0, 2.0), (4.0, 1.0), (2.5, 5.0)]).unwrap();
    let cut = |law: &Law, low: f64, high: f64| truncate(law.clone(), low, high).unwrap();
    let more = [
        ("normal cut", cut(&normal, -0.5, 2.0)),
        ("normal, far tail", cut(&normal, 9.0, f64::INFINITY)),
        ("gamma cut", cut(&gamma, 10.0, 40.0)),
        ("beta cut", cut(&beta, f64::NEG_INFINITY, 0.2)),
        ("discrete", steps.clone()),
        ("discrete cut", cut(&steps, 2.0, 9.0)),
        ("pool", pool(vec![(2.0, beta.clone()), (1.0, normal.clone())]).unwrap()),
        ("pool with steps", pool(vec![(1.0, gamma.clone()), (0.5, steps.clone())]).unwrap()),
        ("pool cut", cut(&pool(vec![(1.0, gamma.clone()), (3.0, normal)]).unwrap(), -1.0, 15.0)),
        ("pool with a gap", pool(vec![(1.0, beta), (1.0, cut(&gamma, 5.0, 6.0))]).unwrap()),
        ("point", get("point", &["value"], &[3.0])),
        ("tiny gamma", get("gamma", &["shape", "scale"], &[0.05, 1e9])),
        ("wide beta", get("beta", &["alpha", "beta"], &[0.02, 0.03])),
        ("great gamma", get("gamma", &["shape", "mean"], &[1e5, 1e9])),
    ];
    laws.extend(more.map(|(name, law)| (name.to_owned(), law)));
    laws
}

fn off(got: f64, wanted: f64) -> f64 {
    if got == wanted { 0.0 } else { ((got - wanted) / wanted).abs() }
}

#[test]
fn references() {
    let mut faults = String::new();
    for row in FAMILIES {
        let law = named(row.family, row.names, row.args).unwrap();
        let mut check = |what: &str, got: f64, wanted: f64, allowed: f64| {
            let error = off(got, wanted);
            if !(error <= allowed) {
                let name = format!("{}{:?}{:?}", row.family, row.names, row.args);
                faults.push_str(&format!("{name} {what}: {got}, not {wanted} ({error:e})\n"));
            }
        };
        check("mean", law.mean(), row.mean, 1e-12);
        check("sd", law.sd(), row.sd, 1e-11);
        for &(u, x) in row.quantiles {
            check("quantile", law.quantile(u), x, 2e-13);
            check("upper quantile", law.upper_quantile(1.0 - u), x, 2e-13);
        }
        for &(x, p) in row.cdf {
            check("cdf", law.cdf(x), p, 2e-13);
            check("sf", law.sf(x), 1.0 - p, 5e-13);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

const GRID: [f64; 17] = [
    1e-12,
    1e-9,
    1e-6,
    1e-4,
    0.001,
    0.01,
    0.05,
    0.1,
    0.25,
    0.4,
    0.5,
    0.6,
    0.75,
    0.9,
    0.99,
    0.9999,
    0.999_999_9,
];

#[test]
fn quantiles_and_probabilities_agree() {
    for (name, law) in zoo() {
        let mut last = f64::NEG_INFINITY;
        for u in GRID {
            let x = law.quantile(u);
            assert!(x >= last, "{name} falls at {u}");
            last = x;
            let (low, high) = law.support();
            assert!(low <= x && x <= high, "{name} leaves its support at {u}");
            assert!((law.cdf(x) + law.sf(x) - 1.0).abs() < 1e-14, "{name} at {x}");
            // A step of the float itself may be worth more than the rounding of the law.
            let next = f64::from_bits(x.to_bits() + 1);
            let step = (law.cdf(next) - law.cdf(x)).abs() + law.pdf(x).min(1e300) * (next - x).abs();
            if law.is_continuous() && x > 1e-290 {
                let error = (law.cdf(x) - u).abs();
                assert!(error <= 4.0 * step + 1e-13 * u.min(1.0 - u) + 2e-16, "{name} {u}: {error:e}");
            }
            let before = x - 1e-12 * x.abs().max(1e-9) - 2.0 * (next - x).abs();
            assert!(law.cdf(x) >= u - 4.0 * step - 1e-13 * u, "{name} at {u}: not enough below {x}");
            assert!(law.cdf(before) <= u + 1e-13 || x == low, "{name} at {u}: {before} would do");
        }
        for q in [1e-250, 1e-100, 1e-30, 1e-9] {
            let x = law.upper_quantile(q);
            let tail = law.sf(x);
            let bounded = law.support().1 < f64::INFINITY || x == f64::INFINITY;
            assert!(bounded || off(tail, q) < 1e-12 * 300.0, "{name}: sf({x}) = {tail:e}, not {q:e}");
        }
    }
}

#[test]
fn ends() {
    for (name, law) in zoo() {
        let (low, high) = law.support();
        assert_eq!((law.quantile(0.0), law.quantile(1.0)), (low, high), "{name}");
        assert_eq!((law.quantile(-1.0), law.quantile(2.0)), (low, high), "{name}");
        assert_eq!(law.cdf(f64::NEG_INFINITY), 0.0, "{name}");
        assert_eq!(law.sf(f64::NEG_INFINITY), 1.0, "{name}");
        assert_eq!(law.cdf(f64::INFINITY), 1.0, "{name}");
        assert_eq!(law.sf(f64::INFINITY), 0.0, "{name}");
        assert_eq!(law.pdf(f64::NEG_INFINITY), 0.0, "{name}");
        assert_eq!(law.pdf(f64::INFINITY), 0.0, "{name}");
        if low.is_finite() {
            assert_eq!(
                (law.cdf(low - 1.0), law.sf(low - 1.0), law.pdf(low - 1.0)),
                (0.0, 1.0, 0.0),
                "{name}"
            );
        }
    }
}

/// The density is the slope of the probability.
#[test]
fn densities_are_slopes() {
    for (name, law) in zoo() {
        if !law.is_continuous() {
            continue;
        }
        for u in [0.01, 0.2, 0.45, 0.7, 0.95] {
            let (x, wide) = (law.quantile(u), law.quantile(u + 1e-3) - law.quantile(u));
            let step = if x == 0.0 { 1e-3 * wide } else { (1e-3 * wide).min(1e-3 * x.abs()) };
            if x <= 1e-200 || !(x + step > x) {
                continue;
            }
            let slope = (law.cdf(x + step) - law.cdf(x - step)) / (2.0 * step);
            assert!(off(law.pdf(x), slope) < 1e-4, "{name} at {u}: {} {slope}", law.pdf(x));
        }
    }
}

/// Means and deviations of what is cut or pooled, by `scipy.stats.truncnorm(-0.5, 2).stats()` and by hand.
#[test]
fn moments_of_what_is_cut_and_pooled() {
    let normal = named("normal", &["mean", "sd"], &[0.0, 1.0]).unwrap();
    let cut = truncate(normal.clone(), -0.5, 2.0).unwrap();
    let z = normal.cdf(2.0) - normal.cdf(-0.5);
    let mean = (normal.pdf(-0.5) - normal.pdf(2.0)) / z;
    let square = 1.0 + (-0.5 * normal.pdf(-0.5) - 2.0 * normal.pdf(2.0)) / z;
    assert!(off(cut.mean(), mean) < 1e-11, "{} {mean}", cut.mean());
    assert!(off(cut.sd(), (square - mean * mean).sqrt()) < 1e-11);
    let cauchy_like = named("loglogistic", &["median", "shape"], &[1.0, 0.9]).unwrap();
    let open = truncate(cauchy_like.clone(), 2.0, f64::INFINITY).unwrap();
    assert_eq!((open.mean(), open.sd()), (f64::INFINITY, f64::INFINITY));
    let shut = truncate(cauchy_like.clone(), 0.0, 100.0).unwrap();
    assert!(shut.mean().is_finite() && shut.sd().is_finite());
    let pooled = pool(vec![(1.0, normal.clone()), (3.0, discrete(&[(2.0, 1.0)]).unwrap())]).unwrap();
    assert_eq!((pooled.mean(), pooled.cdf(1.9) < 0.25, pooled.cdf(2.0) > 0.99), (1.5, true, true));
    assert!(off(pooled.sd(), (0.25_f64 * (1.0 + 2.25) + 0.75 * 0.25).sqrt()) < 1e-15);
    assert_eq!((pooled.atom(2.0), pooled.atom(1.0)), (0.75, 0.0));
    assert_eq!(pool(vec![(1.0, normal.clone()), (1.0, cauchy_like)]).unwrap().sd(), f64::INFINITY);
    assert_eq!(pool(vec![(1.0, normal.clone()), (0.0, pooled)]).unwrap(), normal);
}

#[test]
fn cutting_is_closed_over_what_was_cut() {
    let law = named("normal", &["mean", "sd"], &[0.0, 1.0]).unwrap();
    let once = truncate(law.clone(), -1.0, 2.0).unwrap();
    assert_eq!(truncate(truncate(law.clone(), -1.0, 5.0).unwrap(), -3.0, 2.0).unwrap(), once);
    assert_eq!(truncate(law.clone(), f64::NEG_INFINITY, f64::INFINITY).unwrap(), law);
    assert!(truncate(law.clone(), 60.0, 70.0).is_err());
    assert!(truncate(law.clone(), 2.0, 2.0).is_err());
    assert!(truncate(law.clone(), f64::NAN, 2.0).is_err());
    assert!(truncate(law, 0.0, f64::NAN).is_err());
    let point = named("point", &["value"], &[1.0]).unwrap();
    assert_eq!(truncate(point.clone(), 1.0, 2.0).unwrap(), point);
    assert!(truncate(point, 1.5, 2.0).is_err());
}

/// Keelin 2016: with p10, p50, p90 and no bound, the middle is feasible where |a3/a2| < 1.66711.
#[test]
fn metalogs_of_three_quantiles_exist_where_keelin_says() {
    let share = 0.5 * (1.0 - 1.667_11 * (0.5 - 0.1));
    for (middle, exists) in
        [(share + 1e-5, true), (share - 1e-5, false), (1.0 - share - 1e-5, true), (0.9, false)]
    {
        let law = metalog(&[(0.1, 0.0), (0.5, middle), (0.9, 1.0)], None, None);
        assert_eq!(law.is_ok(), exists, "{middle}: {law:?}");
    }
    let refusal = metalog(&[(0.9, 1.0), (0.1, 0.0), (0.5, 0.9)], None, None).unwrap_err();
    let text = refusal.text(|value| format!("{value:.3}"));
    assert!(
        text.contains("with p10 and p90 as they are, p50 must be between 0.167 and 0.833, not 0.900"),
        "{text}"
    );
}

/// Wherever a metalog is accepted its quantiles rise, on a fine grid that reaches far into both tails; and where the grid
/// falls it is refused.
#[test]
fn metalogs_rise_exactly_where_accepted() {
    let mut accepted = 0;
    for a in 1..12 {
        for b in 1..12 {
            for c in 1..12 {
                let steps = [f64::from(a), f64::from(b), f64::from(c), 4.0];
                let mut x = 0.0;
                let mut quantiles = vec![(0.05, x)];
                for (p, step) in [0.3, 0.5, 0.8, 0.95].into_iter().zip(steps) {
                    x += step;
                    quantiles.push((p, x));
                }
                let Ok(law) = metalog(&quantiles, None, None) else { continue };
                accepted += 1;
                let mut last = f64::NEG_INFINITY;
                for i in -600..=600 {
                    let s = f64::from(i) * 0.05;
                    let x = if s < 0.0 {
                        law.quantile(1.0 / (1.0 + libm::exp(-s)))
                    } else {
                        law.upper_quantile(1.0 / (1.0 + libm::exp(s)))
                    };
                    assert!(x > last, "{quantiles:?} falls at {s}");
                    last = x;
                }
                for &(p, x) in &quantiles {
                    assert!((law.quantile(p) - x).abs() < 1e-12 * 50.0);
                }
            }
        }
    }
    assert!((150..1331).contains(&accepted), "{accepted}");
}

#[test]
fn metalogs_with_a_straight_line_are_uniform() {
    let law = metalog(&[(0.1, 10.0), (0.3, 30.0), (0.7, 70.0), (0.9, 90.0)], None, None).unwrap();
    let (low, high) = law.support();
    assert!(low.abs() < 1e-9 && (high - 100.0).abs() < 1e-9, "{low} {high}");
    assert!((law.quantile(0.55) - 55.0).abs() < 1e-10);
}

#[test]
fn metalogs_that_cannot_be_are_refused() {
    let refused =
        |quantiles: &[(f64, f64)], low, high| metalog(quantiles, low, high).unwrap_err().to_string();
    assert_eq!(refused(&[(0.1, 1.0)], None, None), "a metalog needs 2 to 16 quantiles, not 1");
    assert_eq!(
        refused(&[(0.1, 1.0), (0.5, 1.0)], None, None),
        "p10 of a metalog must be below p50: 1 is not below 1"
    );
    assert_eq!(
        refused(&[(0.1, 1.0), (0.5, 2.0)], Some(1.0), None),
        "the low of a metalog must be below its p10: 1 is not below 1"
    );
    assert_eq!(
        refused(&[(0.1, 1.0), (0.5, 2.0)], None, Some(0.0)),
        "the high of a metalog must be above its p50: 0 is not above 2"
    );
    assert_eq!(refused(&[(0.1, 1.0), (0.1, 2.0)], None, None), "p10 of a metalog is given twice");
}

/// Scale: the same law in seconds and in days.
#[test]
fn units_do_not_matter() {
    let day = 86_400.0;
    for (family, names, args) in [
        ("gamma", &["shape", "mean"][..], &[2.0, 14.0][..]),
        ("weibull", &["p10", "p90"], &[5.0, 40.0]),
        ("loglogistic", &["p10", "p90"], &[5.0, 40.0]),
        ("lognormal", &["p10", "p90"], &[5.0, 40.0]),
        ("metalog", &["p10", "p50", "p90", "low"], &[40.0, 90.0, 240.0, 0.0]),
        ("pert", &["low", "mode", "high"], &[10.0, 20.0, 60.0]),
    ] {
        let days = named(family, names, args).unwrap();
        let scaled: Vec<f64> =
            names.iter().zip(args).map(|(n, a)| if *n == "shape" { *a } else { a * day }).collect();
        let seconds = named(family, names, &scaled).unwrap();
        assert!(off(seconds.mean(), days.mean() * day) < 1e-12, "{family}");
        for u in GRID {
            assert!(off(seconds.quantile(u), days.quantile(u) * day) < 1e-12, "{family} {u}");
        }
    }
}
