//! Measures and differences from solved worlds.

use super::by_end::ByEnds;
use super::when::first;
use super::*;

pub(in crate::study) fn measures(scenario: &Scenario, worlds: Solved<'_>) -> Vec<MeasureRow> {
    let timed = worlds.iter().all(|w| w.timed);
    let bound = final_bound(worlds);
    let one = || probability(worlds, 0.0, |_| 1.0);
    let mut rows: Vec<MeasureRow> = Vec::new();
    for (m, measure) in scenario.measures.iter().enumerate() {
        let (scale, unit) = in_days(measure.ty);
        let given = measure.given.is_some();
        let mut row = MeasureRow {
            measure: measure.name.clone(),
            title: title(&measure.title, &measure.name),
            unit: if measure.unit.is_empty() { unit.into() } else { measure.unit.clone() },
            kind: match measure.kind {
                MeasureKind::Value(_) => "value",
                MeasureKind::Account(_) => "account",
                MeasureKind::First(_) => "first",
            },
            given,
            counted: if given { unknown() } else { one() },
            never: None,
            mean: unknown(),
            sd: f64::NAN,
            sd_bound: f64::NAN,
            sd_by: Method::Exact,
            quantiles: [f64::NAN; 7],
            quantiles_by: Method::Exact,
            paths: 0,
            all: None,
            thresholds: measure.thresholds.iter().map(|at| (at * scale, unknown())).collect(),
            undefined: 0,
        };
        if let Some(spread) = spread(worlds, given, |w| values(w, m)) {
            row.mean = spread.mean.scaled(scale);
            row.sd = spread.sd * scale;
            row.sd_bound = spread.sd_bound * scale;
            row.quantiles = spread.quantiles.map(|q| q * scale);
            if given {
                row.counted = spread.counted;
            }
            for (at, (_, share)) in measure.thresholds.iter().zip(&mut row.thresholds) {
                let above = |w: &Solution| {
                    values(w, m)
                        .map_or(f64::NAN, |list| list.iter().filter(|v| v.0 >= *at).map(|v| v.1).sum())
                };
                let all = |w: &Solution| values(w, m).map_or(f64::NAN, |list| list.iter().map(|v| v.1).sum());
                *share = if given {
                    share_of(worlds, final_bound(worlds), |w| (above(w), all(w)))
                } else {
                    probability(worlds, final_bound(worlds), above)
                };
            }
        }
        let by_end = ByEnds::of(worlds, m);
        if matches!(measure.kind, MeasureKind::Account(_)) || by_end.is_some() {
            let known = gathered(worlds, given, m);
            row.mean = known.mean.scaled(scale);
            (row.sd, row.sd_bound) = (known.sd * scale, known.sd_bound * scale);
            if given {
                let share = |w: &Solution| gain(w, m).map_or(f64::NAN, |gain| gain.0);
                row.counted = probability(worlds, bound, share);
            }
        }
        if let Some(by_end) = &by_end {
            // Where both ways know it, the narrower holds: f64::min takes what is a number.
            row.mean.error_bound = row.mean.error_bound.min(by_end.mean_bound() * scale);
            row.quantiles = QUANTILES.map(|q| by_end.quantile(q) * scale);
            for (at, (_, share)) in measure.thresholds.iter().zip(&mut row.thresholds) {
                *share = by_end.at_least(*at, given);
            }
        }
        if matches!(measure.kind, MeasureKind::First(_)) {
            row.never = Some(unknown());
            row.all = Some([f64::NAN; 7]);
            if timed && worlds.iter().all(|w| first(w, m).is_some()) {
                let found = when(worlds, |w| first(w, m), |w| w.offs[m]);
                row.mean = found.mean;
                row.sd = found.sd;
                row.sd_bound = found.sd_bound;
                row.quantiles = found.quantiles;
                row.all = Some(found.all);
                // What rounding leaves is nothing.
                let never = |w: &Solution| first(w, m).map_or(1.0, |f| 1.0 - f.0.total());
                let told = |w: &Solution| Some(never(w)).filter(|never| *never > 1e-11).unwrap_or(0.0);
                let bound = curve_bound(worlds);
                row.never = Some(probability(worlds, bound, told));
                for (at, (_, share)) in measure.thresholds.iter().zip(&mut row.thresholds) {
                    let before = |w: &Solution| first(w, m).map_or(0.0, |f| f.0.up_to(at.next_down()));
                    *share = probability(worlds, bound, |w| 1.0 - before(w));
                }
            }
        }
        rows.push(row);
    }
    for (party, (name, _)) in scenario.payoffs.iter().enumerate() {
        let found = spread(worlds, false, |w| w.payoffs[party].as_deref());
        rows.push(MeasureRow {
            measure: name.clone(),
            title: format!("Payoff of {name}"),
            unit: String::new(),
            kind: "payoff",
            given: false,
            counted: one(),
            never: None,
            mean: found.as_ref().map_or_else(unknown, |f| f.mean),
            sd: found.as_ref().map_or(f64::NAN, |f| f.sd),
            sd_bound: found.as_ref().map_or(f64::NAN, |f| f.sd_bound),
            sd_by: Method::Exact,
            quantiles: found.as_ref().map_or([f64::NAN; 7], |f| f.quantiles),
            quantiles_by: Method::Exact,
            paths: 0,
            all: None,
            thresholds: Vec::new(),
            undefined: 0,
        });
    }
    rows
}

/// What is known of an account: the share of paths that count, and what they have gathered.
fn gain(w: &Solution, m: usize) -> Option<(f64, Gain)> {
    match &w.measures[m] {
        Known::Gain(share, gain) => Some((*share, *gain)),
        _ => None,
    }
}

/// What is known of an account among the paths that count.
struct Gathered {
    mean: Estimate,
    sd: f64,
    sd_bound: f64,
}

/// The mean of an account and its standard deviation, both among the paths that count, and what they may be off.
fn gathered(worlds: Solved<'_>, given: bool, m: usize) -> Gathered {
    let offs: Option<Vec<Off>> = worlds.iter().map(|w| w.offs[m]).collect();
    let whole = offs.as_ref().map_or(f64::NAN, |offs| offs.iter().map(|off| off.whole).sum());
    let whole = Some(whole / worlds.len() as f64).filter(|whole| whole.is_finite()).unwrap_or(f64::NAN);
    let Some(each) = worlds.iter().map(|w| gain(w, m)).collect::<Option<Vec<_>>>() else {
        let known = |w: &Solution| match &w.measures[m] {
            Known::Mean(mean) => *mean,
            _ => gain(w, m).filter(|_| !given).map_or(f64::NAN, |gain| gain.1.mean),
        };
        let mean = Estimate { error_bound: whole, ..mean(worlds, known) };
        return Gathered { mean, sd: f64::NAN, sd_bound: f64::NAN };
    };
    let of =
        |w: &Solution| gain(w, m).map_or((f64::NAN, f64::NAN), |(share, gain)| (share * gain.mean, share));
    let centre =
        if given { ratio(worlds, of) } else { mean(worlds, |w| gain(w, m).map_or(f64::NAN, |it| it.1.mean)) };
    let mass: f64 = each.iter().map(|(share, _)| share).sum();
    let square = |(share, gain): &(f64, Gain)| {
        let off = gain.mean - centre.value;
        share * (gain.variance + off * off)
    };
    let variance = each.iter().map(square).sum::<f64>() / mass;
    let sd = if variance.is_finite() { variance.sqrt() } else { f64::NAN };
    let off = offs.map(|offs| Off::together(offs.into_iter(), centre.value));
    let among = off.and_then(|off| off.mean(mass)).unwrap_or(f64::NAN);
    let mean = Estimate { error_bound: if given { among } else { whole }, ..centre };
    Gathered { mean, sd, sd_bound: off.and_then(|off| off.sd(mass, sd)).unwrap_or(f64::NAN) }
}

/// A variant against the base, world by world.
pub(in crate::study) fn compare(
    scenario: &Scenario,
    (base, base_worlds): (&Answer, Solved<'_>),
    (variant, worlds): (&Answer, Solved<'_>),
) -> Vec<CompareRow> {
    let row = |quantity, of: (&str, &str), statistic, when, values: (f64, f64), d: (Estimate, Verdict)| {
        CompareRow {
            quantity,
            name: of.0.into(),
            title: of.1.into(),
            statistic,
            when,
            base: values.0,
            variant: values.1,
            difference: d.0,
            verdict: d.1,
            paths_to_tell: None,
        }
    };
    let pairs = |of: &dyn Fn(&Solution) -> f64| -> Vec<f64> {
        worlds.iter().zip(base_worlds.all).map(|(is, was)| of(is) - of(was)).collect()
    };
    let mut rows = Vec::new();
    let shown = base.outcomes.iter().zip(&variant.outcomes).filter(|(was, _)| was.outcome != STILL_OPEN);
    for (n, (was, is)) in shown.enumerate() {
        let outcome = n % scenario.outcomes.len();
        let each = pairs(&|w| w.slots[was.when].outcomes[outcome]);
        let bound = was.probability.error_bound + is.probability.error_bound;
        let values = (was.probability.value, is.probability.value);
        let name = (was.outcome.as_str(), was.title.as_str());
        rows.push(row(
            "outcome",
            name,
            "probability",
            Some(was.when),
            values,
            difference(&each, worlds.parts, bound),
        ));
    }
    for (n, (was, is)) in base.measures.iter().zip(&variant.measures).enumerate() {
        let name = (was.measure.as_str(), was.title.as_str());
        let values = (was.mean.value, is.mean.value);
        let measure = scenario.measures.get(n);
        let scale = measure.map_or(1.0, |m| in_days(m.ty).0);
        let mean_of = |w: &Solution| {
            let of = |list: &[(f64, f64)]| {
                list.iter().map(|v| v.0 * v.1).sum::<f64>() / list.iter().map(|v| v.1).sum::<f64>()
            };
            scale
                * match measure {
                    None => w.payoffs[n - scenario.measures.len()].as_deref().map_or(f64::NAN, of),
                    Some(_) => match &w.measures[n] {
                        Known::Values(list) => of(list),
                        Known::Mean(mean) => *mean,
                        Known::Gain(share, gain) if *share > 0.0 => gain.mean,
                        Known::Gain(..) => f64::NAN,
                        Known::First(curve, sum, _) => sum / curve.total(),
                        Known::Nothing => f64::NAN,
                    },
                }
        };
        // A conditional mean over all worlds is no mean of differences.
        let rounding = 1e-12 * values.0.abs();
        let bound = was.mean.error_bound + is.mean.error_bound;
        let mut d = difference(&pairs(&mean_of), worlds.parts, bound.max(rounding));
        d.0.value = values.1 - values.0;
        // Where no bound is known none is told.
        d.0.error_bound = bound;
        let quantity = if measure.is_some() { "measure" } else { "payoff" };
        rows.push(row(quantity, name, "mean", None, values, d));
        if let (Some(a), Some(b)) = (was.never, is.never) {
            let each = pairs(&|w| first(w, n).map_or(f64::NAN, |f| f.0.total()));
            let values = (1.0 - a.value, 1.0 - b.value);
            rows.push(row(
                "measure",
                name,
                "share that comes",
                None,
                values,
                difference(&each, worlds.parts, 1e-12),
            ));
        }
    }
    rows
}

/// The mean difference over worlds, and what can be told. `bound`: what arithmetic may be off.
pub(super) fn difference(each: &[f64], parts: u64, bound: f64) -> (Estimate, Verdict) {
    if each.iter().any(|d| !d.is_finite()) {
        return (unknown(), Verdict::Unclear);
    }
    let seen = Mean::exact(each, f64::NAN, parts);
    let verdict = if each.iter().all(|d| d.abs() <= bound + 1e-15) {
        Verdict::Same
    } else if seen.interval.low > 0.0 {
        Verdict::Higher
    } else if seen.interval.high < 0.0 {
        Verdict::Lower
    } else {
        Verdict::Unclear
    };
    (Estimate::from(seen).solved(bound), verdict)
}
