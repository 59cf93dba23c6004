//! Measures and differences from solved worlds.

use super::by_end::ByEnds;
use super::when::first;
use super::*;
use crate::stats::linearised;
use crate::stats::parts::speaking;

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
            truth: measure.is_truth(),
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
            no_number: no_number(worlds, m),
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
        let line = worlds.iter().all(|w| matches!(w.known(m), Known::Gain(..) | Known::Mean(_)));
        if line || by_end.is_some() {
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
        if row.truth {
            row.mean.interval = row.mean.interval.within(0.0, 1.0);
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
        let place = scenario.measures.len() + party;
        let found = spread(worlds, false, |w| values(w, place));
        // A line of an account, or of the day.
        let known = gathered(worlds, false, place);
        rows.push(MeasureRow {
            measure: name.clone(),
            title: format!("Payoff of {name}"),
            unit: String::new(),
            kind: "payoff",
            truth: false,
            given: false,
            counted: one(),
            never: None,
            mean: found.as_ref().map_or(known.mean, |f| f.mean),
            sd: found.as_ref().map_or(known.sd, |f| f.sd),
            sd_bound: found.as_ref().map_or(known.sd_bound, |f| f.sd_bound),
            sd_by: Method::Exact,
            quantiles: found.as_ref().map_or([f64::NAN; 7], |f| f.quantiles),
            quantiles_by: Method::Exact,
            paths: 0,
            all: None,
            thresholds: Vec::new(),
            undefined: 0,
            no_number: 0.0,
        });
    }
    rows
}

/// How likely a value is no number that has a mean: 1 / 0.
fn no_number(worlds: Solved<'_>, m: usize) -> f64 {
    let endless = |list: &[(f64, f64)]| list.iter().filter(|v| !v.0.is_finite()).map(|v| v.1).sum();
    probability(worlds, 0.0, |w| values(w, m).map_or(0.0, endless)).value
}

/// What is known of an account: the share of paths that count, and what they have gathered.
fn gain(w: &Solution, m: usize) -> Option<(f64, Gain)> {
    match w.known(m) {
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
        let known = |w: &Solution| match w.known(m) {
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

/// What paths that count have of a measure, or of a payoff, in all, and how many of them there are. Not numbers where that is not known.
pub(in crate::study) fn sum_and_share(w: &Solution, n: usize) -> (f64, f64) {
    match w.known(n) {
        Known::Values(list) => (list.iter().map(|v| v.0 * v.1).sum(), list.iter().map(|v| v.1).sum()),
        Known::Mean(mean) => (*mean, 1.0),
        Known::Gain(share, gain) if *share > 0.0 => (share * gain.mean, *share),
        Known::Gain(..) => (0.0, 0.0),
        Known::First(curve, sum, _) => (*sum, curve.total()),
        Known::Nothing => (f64::NAN, f64::NAN),
    }
}

/// A variant against the base, world by world.
pub(in crate::study) fn compare(
    scenario: &Scenario,
    (base, base_worlds): (&Answer, Solved<'_>),
    (variant, worlds): (&Answer, Solved<'_>),
) -> Vec<CompareRow> {
    let row =
        |quantity, of: (&str, &str), statistic, when, values: (f64, f64), mut d: (Estimate, Verdict)| {
            if d.1 == Verdict::Same {
                // What rounding leaves is no difference, nor has it an interval of its own.
                let none = Interval { low: 0.0, high: 0.0 };
                let credible = d.0.credible.map(|_| none);
                d.0 = Estimate { value: 0.0, standard_error: 0.0, interval: none, credible, ..d.0 };
            }
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
        let counted = |w: &Solution| {
            let (sum, count) = sum_and_share(w, n);
            (scale * sum, count)
        };
        let rounding = 1e-12 * values.0.abs();
        let bound = was.mean.error_bound + is.mean.error_bound;
        let mut d = if measure.is_some_and(Measure::is_partial) {
            let each: Vec<Pair> =
                base_worlds.iter().zip(worlds.iter()).map(|(was, is)| [counted(was), counted(is)]).collect();
            difference_of_ratios(&each, worlds.parts, bound.max(rounding))
        } else {
            let mean_of = |w: &Solution| counted(w).0 / counted(w).1;
            difference(&pairs(&mean_of), worlds.parts, bound.max(rounding))
        };
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

/// A sum and what it is divided by, of a world of the base and of the variant.
type Pair = [(f64, f64); 2];

/// The difference of two ratios of sums over worlds, and what can be told: each is linearised, and the difference of what is left
/// taken world by world, as on paths (`docs/statistics.md`, "Comparing two variants"). `bound`: what arithmetic may be off.
fn difference_of_ratios(each: &[Pair], parts: u64, bound: f64) -> (Estimate, Verdict) {
    let sum = |of: &dyn Fn(&Pair) -> f64| each.iter().map(of).sum::<f64>();
    let [was, is] = [0, 1].map(|side| (sum(&|pair| pair[side].0), sum(&|pair| pair[side].1)));
    let ratios = [was.0 / was.1, is.0 / is.1];
    let value = ratios[1] - ratios[0];
    if !value.is_finite() {
        return (unknown(), Verdict::Unclear);
    }
    if let [_] = each {
        return difference(&[value], parts, bound);
    }
    let worlds = each.len() as f64;
    let off: Vec<f64> = each
        .iter()
        .map(|pair| {
            let [was, is] = [(0, was.1), (1, is.1)]
                .map(|(side, all)| (pair[side].0 - ratios[side] * pair[side].1) * worlds / all);
            is - was
        })
        .collect();
    let counts = |side: usize| each.iter().map(|pair| pair[side].1).collect::<Vec<f64>>();
    let speaking = [0, 1].map(|side| speaking(&counts(side), parts));
    let (standard_error, half) = linearised(&off, speaking[0].min(speaking[1]), parts);
    let interval = Interval::around(value, half);
    let verdict = if value.abs() <= bound + 1e-15 && off.iter().all(|off| off.abs() <= bound + 1e-15) {
        Verdict::Same
    } else {
        told(interval)
    };
    (Estimate { value, standard_error, interval, ..unknown() }.solved(bound), verdict)
}

/// Whether an interval excludes zero.
fn told(interval: Interval) -> Verdict {
    if interval.low > 0.0 {
        Verdict::Higher
    } else if interval.high < 0.0 {
        Verdict::Lower
    } else {
        Verdict::Unclear
    }
}

/// The mean difference over worlds, and what can be told. `bound`: what arithmetic may be off.
pub(super) fn difference(each: &[f64], parts: u64, bound: f64) -> (Estimate, Verdict) {
    if each.iter().any(|d| !d.is_finite()) {
        return (unknown(), Verdict::Unclear);
    }
    let seen = Mean::exact(each, f64::NAN, parts);
    let verdict =
        if each.iter().all(|d| d.abs() <= bound + 1e-15) { Verdict::Same } else { told(seen.interval) };
    (Estimate::from(seen).solved(bound), verdict)
}

#[cfg(test)]
mod tests {
    use super::super::super::{Plan, Results, Settings, Watch, run_plan, solve_plan};
    use super::*;
    use std::sync::atomic::AtomicBool;

    /// In hard worlds few win, and the variant lets many more of these count: it is higher in each world and lower in all. Base:
    /// (0.1 · 0.2 + 0.1 · 0.8) / 0.2 = 0.5; variant: (0.5 · 0.25 + 0.05 · 0.85) / 0.55. `late` is the same as a day.
    const TURNED: &str = "horizon = \"9 days\"\nat_horizon = \"off\"\n[beliefs]\nhard = { p = 0.5, why = \"so\" }\n[state]\nmore = false\nwon = false\n\
        [stage.start]\nnext = [{ p = \"if hard and more then 0.5 else if more then 0.05 else 0.1\", to = \"play\" }, { to = \"off\" }]\n\
        [stage.play]\nnext = [{ p = \"(if hard then 0.2 else 0.8) + (if more then 0.05 else 0)\", set = { won = true }, to = \"late\" }, { to = \"soon\" }]\n\
        [stage.late]\ntakes = \"2 days\"\nto = \"deal\"\n[stage.soon]\ntakes = \"1 day\"\nto = \"deal\"\n[outcome.deal]\n[outcome.off]\n\
        [measures]\nwon = { value = \"won\", given = \"outcome == deal\" }\nlate = { first = \"stage == late and day >= 1 day or stage == soon and day >= 0.5 days\" }\n\
        [variants]\nmore = { more = true }\n";

    fn both(text: &str, settings: Settings, walk: bool) -> Results {
        let scenario = crate::check::check_text("turned", text).scenario.expect("it is sound");
        let plan = Plan::new(vec![scenario], settings);
        let (cancel, quiet) = (AtomicBool::new(false), |_: u64| {});
        let watch = Watch { cancel: &cancel, progress: &quiet };
        if walk {
            run_plan(&plan, watch, None).expect("it runs")
        } else {
            solve_plan(&plan, watch).expect("solved")
        }
    }

    fn compared(results: &Results, measure: &str) -> CompareRow {
        let of = |row: &&CompareRow| row.name == measure && row.statistic == "mean";
        results.answers[1].compare.iter().find(of).expect("a row").clone()
    }

    #[test]
    fn differences_of_conditional_means_are_those_of_their_ratios() {
        // Shares of what counts: won, and the day on which `late` holds, 1 or 0.5.
        let (base, more) = (0.5, 0.1675 / 0.55);
        let seeds = 400_u64;
        let mut within = [0_u64; 2];
        for seed in 1..=seeds {
            let results = both(TURNED, Settings { worlds: Some(100), seed, ..Settings::default() }, false);
            for (n, (measure, scale)) in [("won", 1.0), ("late", 0.5)].into_iter().enumerate() {
                let row = compared(&results, measure);
                let estimate = row.difference;
                assert!(estimate.interval.contains(estimate.value), "{row:?}");
                assert_eq!(row.verdict, Verdict::Lower, "{row:?}");
                within[n] += u64::from(estimate.interval.contains(scale * (more - base)));
            }
        }
        // 95% of 400 within four standard errors, and a share of hard worlds that is a lattice with steps of 1% of itself.
        for within in within {
            let share = within as f64 / seeds as f64;
            assert!((share - 0.95).abs() <= 4.0 * (0.95 * 0.05 / seeds as f64).sqrt() + 0.01, "{share}");
        }
    }

    #[test]
    fn errors_of_conditional_differences_are_those_that_paths_have_where_worlds_are_all_that_varies() {
        // Of many paths in the same worlds what is within these is little: at most as 1 to 2,000.
        let settings = Settings { worlds: Some(50), paths: 100_000, ..Settings::default() };
        let (solved, walked) = (both(TURNED, settings, false), both(TURNED, settings, true));
        let (solved, walked) = (compared(&solved, "won").difference, compared(&walked, "won").difference);
        let share = solved.standard_error / walked.standard_error;
        assert!(share > 0.95 && share <= 1.05, "{solved:?} {walked:?}");
    }

    /// Few worlds in which something is as good as excluded: its share is none, and no interval of it lies below 0.
    #[test]
    fn no_share_has_an_interval_below_none() {
        let text = "horizon = '360 days'\nat_horizon = 'n'\n[beliefs]\ncheats = { p = 0.25, why = 'so' }\nsens = { is = '50% to 90%', why = 'so' }\n\
            [state]\nalarms = 0\n[stage.a]\ntakes = '30 days'\nnext = [{ p = 'if cheats then sens else 3%', set = { alarms = 1 } }, {}]\n\
            [outcome.n]\n[measures]\npost = { value = 'cheats', given = 'alarms == 0' }\n";
        let mut least = f64::INFINITY;
        for seed in 1..=20 {
            let settings = Settings { worlds: Some(40), seed, ..Settings::default() };
            let results = both(text, settings, false);
            let mean = results.answers[0].measures[0].mean;
            assert!(
                mean.value > 0.0 && mean.interval.contains(mean.value) && mean.interval.low >= 0.0,
                "{mean:?}"
            );
            least = least.min(mean.value - 2.0 * mean.standard_error);
        }
        // Else nothing was tried.
        assert!(least < 0.0, "{least}");
    }

    /// What is solved and the same but for rounding has no difference, and an interval that holds it.
    #[test]
    fn solved_variants_that_are_the_same_differ_by_nothing() {
        let text = "horizon = '100 days'\nat_horizon = 'o'\n[levers]\nl = ['a', 'b']\n[beliefs]\nx = { is = 'uniform(0.1, 0.9)', why = 'so' }\n\
        [stage.s]\ntakes = 'exponential(mean = 30 days)'\nnext = [{ p = 'x', to = 'y' }, { to = 'n' }]\n\
        [measures]\nfx = { value = 'if l == a then 3 * x * 0.7 else 0.7 * (3 * x)' }\n[outcome.y]\n[outcome.n]\n[outcome.o]\n[variants]\nb = { l = 'b' }\n";
        let settings = Settings { worlds: Some(50), ..Settings::default() };
        let results = both(text, settings, false);
        let row = results.answers[1].compare.iter().find(|row| row.name == "fx").expect("a row");
        let (difference, interval) = (row.difference.value, row.difference.interval);
        assert_eq!((row.verdict, difference, interval.low, interval.high), (Verdict::Same, 0.0, 0.0, 0.0));
    }
}
