//! From exact solutions of worlds to answers: the same rows as by sampling, without its error.
//!
//! A probability is the mean over worlds; that worlds are a sample is all the error there is beside arithmetic, whose
//! bound stands in a column of its own.

use super::answer::*;
use super::arms::Arm;
use super::estimate::Estimate;
use super::read::{in_days, title, value_words, whens};
use crate::exact::{Curve, Known, NotExact, Solution, Why, quantile};
use crate::model::{MeasureKind, Scenario};
use crate::quantity::DAY;
use crate::stats::{Interval, Mean, Proportion, Verdict};
use std::collections::BTreeSet;

/// Cells that a split keeps, as in sampling.
const CELLS: usize = 10_000;

/// What tables would leave empty that sampling fills; none where nothing would be.
pub(super) fn missing(solution: &Solution) -> Option<NotExact> {
    let unknown = solution.measures.iter().position(|m| matches!(m, Known::Nothing | Known::Mean(_)));
    let why = match unknown {
        Some(measure) => Why::Measure(measure),
        None if !solution.timed && solution.combinations > 0 => Why::TooLong,
        None => return None,
    };
    Some(NotExact { clocks: vec![], why })
}

/// What the worlds of a variant say. Comparisons and beliefs are added by others.
pub(super) fn answer(subject: &Scenario, arm: &Arm, worlds: &[Solution], made: Made) -> Answer {
    let scenario = &arm.scenario;
    Answer {
        scenario: subject.name.clone(),
        scenario_title: title(&subject.title, &subject.name),
        variant: arm.name.clone(),
        variant_title: title(&arm.title, &arm.name),
        levers: arm.levers(),
        start: scenario.start,
        made,
        whens: whens(scenario),
        outcomes: outcomes(scenario, worlds),
        timeline: timeline(scenario, worlds),
        times: times(scenario, worlds),
        stages: stages(scenario, worlds),
        splits: splits(scenario, worlds),
        measures: measures(scenario, worlds),
        compare: Vec::new(),
        beliefs: Vec::new(),
    }
}

/// The mean over worlds of something.
fn average(worlds: &[Solution], of: impl Fn(&Solution) -> f64) -> f64 {
    worlds.iter().map(of).sum::<f64>() / worlds.len() as f64
}

fn probability(worlds: &[Solution], bound: f64, of: impl Fn(&Solution) -> f64) -> Estimate {
    let each: Vec<f64> = worlds.iter().map(|w| of(w).clamp(0.0, 1.0)).collect();
    if each.iter().any(|p| p.is_nan()) {
        return unknown();
    }
    Estimate { error_bound: bound, ..Proportion::exact(&each).into() }
}

fn mean(worlds: &[Solution], of: impl Fn(&Solution) -> f64) -> Estimate {
    let each: Vec<f64> = worlds.iter().map(of).collect();
    if each.iter().any(|x| !x.is_finite()) {
        return unknown();
    }
    Mean::exact(&each, f64::NAN).into()
}

/// A mean among what counts: Σ a / Σ b over worlds, with the error that worlds make.
fn ratio(worlds: &[Solution], of: impl Fn(&Solution) -> (f64, f64)) -> Estimate {
    let each: Vec<(f64, f64)> = worlds.iter().map(of).collect();
    let (a, b) = each.iter().fold((0.0, 0.0), |sum, x| (sum.0 + x.0, sum.1 + x.1));
    let value = a / b;
    if !(b > 0.0 && value.is_finite()) {
        return unknown();
    }
    if worlds.len() == 1 {
        return Estimate {
            value,
            standard_error: 0.0,
            interval: Interval { low: value, high: value },
            ..unknown()
        };
    }
    let off: Vec<f64> = each.iter().map(|(x, y)| (x - value * y) * worlds.len() as f64 / b).collect();
    let seen = Mean::exact(&off, f64::NAN);
    let half = seen.interval.half_width();
    Estimate {
        value,
        standard_error: seen.standard_error,
        interval: Interval::around(value, half),
        ..unknown()
    }
}

fn unknown() -> Estimate {
    Estimate {
        value: f64::NAN,
        standard_error: f64::NAN,
        interval: Interval::EVERYTHING,
        credible: None,
        hits: 0,
        paths: 0,
        error_bound: 0.0,
    }
}

fn outcomes(scenario: &Scenario, worlds: &[Solution]) -> Vec<OutcomeRow> {
    let slots = worlds[0].slots.len();
    let mut rows = Vec::new();
    for when in 0..slots {
        let bound = average(worlds, |w| w.slots[when].bound);
        rows.extend(scenario.outcomes.iter().enumerate().map(|(n, outcome)| OutcomeRow {
            when,
            outcome: outcome.name.clone(),
            title: title(&outcome.title, &outcome.name),
            probability: probability(worlds, bound, |w| w.slots[when].outcomes[n]),
        }));
        if when + 1 < slots {
            rows.push(OutcomeRow {
                when,
                outcome: STILL_OPEN.into(),
                title: "Still open".into(),
                probability: probability(worlds, bound, |w| w.slots[when].open),
            });
        }
    }
    rows
}

fn timeline(scenario: &Scenario, worlds: &[Solution]) -> Vec<TimelineRow> {
    let Some(line) = scenario.timeline.filter(|_| worlds.iter().all(|w| w.timed)) else { return Vec::new() };
    let bound = average(worlds, |w| w.slots.last().map_or(0.0, |s| s.bound));
    let mut rows = Vec::new();
    for place in 0..=line.steps {
        let at = place as f64 * line.step;
        rows.extend(scenario.outcomes.iter().enumerate().map(|(n, outcome)| TimelineRow {
            at,
            outcome: outcome.name.clone(),
            title: title(&outcome.title, &outcome.name),
            probability: probability(worlds, bound, |w| w.curves[n].up_to(at)),
        }));
        let open = |w: &Solution| 1.0 - w.curves.iter().map(|c| c.up_to(at)).sum::<f64>();
        rows.push(TimelineRow {
            at,
            outcome: STILL_OPEN.into(),
            title: "Still open".into(),
            probability: probability(worlds, bound, open),
        });
    }
    rows
}

/// Mean, standard deviation and quantiles of a time, among paths where it comes and over all, in days.
struct When7 {
    mean: Estimate,
    sd: f64,
    quantiles: [f64; 7],
    all: [f64; 7],
}

fn when(worlds: &[Solution], of: impl Fn(&Solution) -> Option<(&Curve, f64, f64)>) -> When7 {
    let nothing = When7 { mean: unknown(), sd: f64::NAN, quantiles: [f64::NAN; 7], all: [f64::NAN; 7] };
    let Some(each) = worlds.iter().map(&of).collect::<Option<Vec<_>>>() else { return nothing };
    let curves: Vec<&Curve> = each.iter().map(|e| e.0).collect();
    let mass = curves.iter().map(|c| c.total()).sum::<f64>() / curves.len() as f64;
    let all = QUANTILES.map(|q| quantile(&curves, q) / DAY);
    if mass <= 0.0 {
        return When7 { all, ..nothing };
    }
    let mean = ratio(worlds, |w| of(w).map_or((f64::NAN, 1.0), |e| (e.1, e.0.total())));
    let square = each.iter().map(|e| e.2).sum::<f64>() / curves.len() as f64 / mass;
    When7 {
        sd: (square - mean.value * mean.value).max(0.0).sqrt() / DAY,
        mean: mean.scaled(1.0 / DAY),
        quantiles: QUANTILES.map(|q| quantile(&curves, q * mass) / DAY),
        all,
    }
}

fn times(scenario: &Scenario, worlds: &[Solution]) -> Vec<TimeRow> {
    let last = worlds[0].slots.len() - 1;
    let bound = average(worlds, |w| w.slots[last].bound);
    let reached = |n: &usize| scenario.never.is_none_or(|never| never.0 != *n);
    (0..scenario.outcomes.len())
        .filter(reached)
        .map(|n| {
            let outcome = &scenario.outcomes[n];
            let when = when(worlds, |w| w.timed.then(|| (&w.curves[n], w.moments[n].0, w.moments[n].1)));
            TimeRow {
                outcome: outcome.name.clone(),
                title: title(&outcome.title, &outcome.name),
                comes: probability(worlds, bound, |w| w.slots[last].outcomes[n]),
                mean_day: when.mean,
                sd_days: when.sd,
                quantiles: when.quantiles,
                all: when.all,
            }
        })
        .collect()
}

fn stages(scenario: &Scenario, worlds: &[Solution]) -> Vec<StageRow> {
    let mut rows = Vec::new();
    for when in 0..worlds[0].slots.len() {
        let bound = average(worlds, |w| w.slots[when].bound);
        let mut first = 0;
        for track in &scenario.tracks {
            let count = track.stages.len();
            rows.extend(track.stages.iter().enumerate().map(|(s, stage)| StageRow {
                when,
                track: track.name.clone(),
                stage: stage.name.clone(),
                stands: probability(worlds, bound, |w| w.slots[when].stands[first + s]),
                visits: Some(mean(worlds, |w| {
                    w.slots[when].visits.get(first + s).copied().unwrap_or(f64::NAN)
                })),
                days: Some(mean(worlds, |w| w.slots[when].spent[first + s]).scaled(1.0 / DAY)),
            }));
            let ended = |w: &Solution| 1.0 - w.slots[when].stands[first..first + count].iter().sum::<f64>();
            rows.push(StageRow {
                when,
                track: track.name.clone(),
                stage: ENDED.into(),
                stands: probability(worlds, bound, ended),
                visits: None,
                days: None,
            });
            first += count;
        }
    }
    rows
}

fn splits(scenario: &Scenario, worlds: &[Solution]) -> Vec<SplitRow> {
    let bound = average(worlds, |w| w.slots.last().map_or(0.0, |s| s.bound));
    let mut rows = Vec::new();
    for (number, split) in scenario.splits.iter().enumerate() {
        let names: Vec<&str> = split.keys.iter().map(|key| key.name.as_str()).collect();
        let cells: BTreeSet<&[i64]> =
            worlds.iter().flat_map(|w| w.splits[number].keys()).map(|cell| &**cell).collect();
        let kept: Vec<&[i64]> = cells.iter().copied().take(CELLS).collect();
        // Of more, the rest is gathered.
        let others: Vec<&[i64]> = cells.iter().copied().skip(CELLS).collect();
        let groups = kept.into_iter().map(|cell| vec![cell]).chain((!others.is_empty()).then_some(others));
        for group in groups {
            let single = group.len() == 1;
            let cell: Vec<(String, String)> = split
                .keys
                .iter()
                .zip(group[0])
                .filter(|_| single)
                .map(|(key, value)| (key.name.clone(), value_words(scenario, key, *value)))
                .collect();
            let joint = |w: &Solution, o: usize| -> f64 {
                group.iter().filter_map(|c| w.splits[number].get(*c)).map(|by| by[o]).sum()
            };
            let count = scenario.outcomes.len();
            let here = |w: &Solution| (0..count).map(|o| joint(w, o)).sum::<f64>();
            let all = |w: &Solution, o: usize| w.splits[number].values().map(|by| by[o]).sum::<f64>();
            rows.extend(scenario.outcomes.iter().enumerate().map(|(o, outcome)| SplitRow {
                split: names.join(" x "),
                cell: cell.clone(),
                outcome: outcome.name.clone(),
                title: title(&outcome.title, &outcome.name),
                count: 0,
                cell_count: 0,
                joint: Some(probability(worlds, bound, |w| joint(w, o))),
                here: Some(probability(worlds, bound, here)),
                outcome_given_cell: Some(ratio(worlds, |w| (joint(w, o), here(w)))),
                cell_given_outcome: Some(ratio(worlds, |w| (joint(w, o), all(w, o)))),
            }));
        }
    }
    rows
}

/// What a distribution of values says; values with their probabilities by world.
struct Spread {
    mean: Estimate,
    sd: f64,
    quantiles: [f64; 7],
    counted: Estimate,
}

fn spread(
    worlds: &[Solution],
    given: bool,
    of: impl Fn(&Solution) -> Option<&[(f64, f64)]>,
) -> Option<Spread> {
    let each = worlds.iter().map(&of).collect::<Option<Vec<_>>>()?;
    let counted = |list: &[(f64, f64)]| list.iter().map(|v| v.1).sum::<f64>();
    let sum = |list: &[(f64, f64)]| list.iter().map(|v| v.0 * v.1).sum::<f64>();
    let sum_of = |w: &Solution| of(w).map_or(0.0, sum);
    let counted_of = |w: &Solution| of(w).map_or(0.0, counted);
    let mut all: Vec<(f64, f64)> = each.iter().flat_map(|list| list.iter().copied()).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mass = counted(&all);
    let centre = if given { ratio(worlds, |w| (sum_of(w), counted_of(w))) } else { mean(worlds, sum_of) };
    let variance = all.iter().map(|(x, p)| p * (x - centre.value) * (x - centre.value)).sum::<f64>() / mass;
    let quantiles = QUANTILES.map(|q| {
        let mut below = 0.0;
        let found = all.iter().find(|(_, p)| {
            below += p;
            below >= q * mass * (1.0 - 1e-12)
        });
        found.map_or(f64::NAN, |v| v.0)
    });
    let counted = probability(worlds, 0.0, counted_of);
    Some(Spread { mean: centre, sd: variance.max(0.0).sqrt(), quantiles, counted })
}

fn values(w: &Solution, m: usize) -> Option<&[(f64, f64)]> {
    match &w.measures[m] {
        Known::Values(values) => Some(values),
        _ => None,
    }
}

fn first(w: &Solution, m: usize) -> Option<(&Curve, f64, f64)> {
    match &w.measures[m] {
        Known::First(curve, sum, square) => Some((curve, *sum, *square)),
        _ => None,
    }
}

fn measures(scenario: &Scenario, worlds: &[Solution]) -> Vec<MeasureRow> {
    let timed = worlds.iter().all(|w| w.timed);
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
            quantiles: [f64::NAN; 7],
            all: None,
            thresholds: measure.thresholds.iter().map(|at| (at * scale, unknown())).collect(),
            undefined: 0,
        };
        if let Some(spread) = spread(worlds, given, |w| values(w, m)) {
            row.mean = spread.mean.scaled(scale);
            row.sd = spread.sd * scale;
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
                    ratio(worlds, |w| (above(w), all(w)))
                } else {
                    probability(worlds, 0.0, above)
                };
            }
        }
        if matches!(measure.kind, MeasureKind::Account(_)) {
            let known = |w: &Solution| match &w.measures[m] {
                Known::Mean(mean) => *mean,
                _ => f64::NAN,
            };
            row.mean = mean(worlds, known).scaled(scale);
        }
        if matches!(measure.kind, MeasureKind::First(_)) {
            row.never = Some(unknown());
            row.all = Some([f64::NAN; 7]);
            if timed && worlds.iter().all(|w| first(w, m).is_some()) {
                let found = when(worlds, |w| first(w, m));
                row.mean = found.mean;
                row.sd = found.sd;
                row.quantiles = found.quantiles;
                row.all = Some(found.all);
                row.never =
                    Some(probability(worlds, 0.0, |w| first(w, m).map_or(1.0, |f| 1.0 - f.0.total())));
                for (at, (_, share)) in measure.thresholds.iter().zip(&mut row.thresholds) {
                    let before = |w: &Solution| first(w, m).map_or(0.0, |f| f.0.up_to(at.next_down()));
                    *share = probability(worlds, 0.0, |w| 1.0 - before(w));
                }
            }
        }
        rows.push(row);
    }
    for (party, (name, _)) in scenario.payoffs.iter().enumerate() {
        let found = spread(worlds, false, |w| Some(&w.payoffs[party]));
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
            quantiles: found.as_ref().map_or([f64::NAN; 7], |f| f.quantiles),
            all: None,
            thresholds: Vec::new(),
            undefined: 0,
        });
    }
    rows
}

/// A variant against the base, world by world.
pub(super) fn compare(
    scenario: &Scenario,
    (base, base_worlds): (&Answer, &[Solution]),
    (variant, worlds): (&Answer, &[Solution]),
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
        worlds.iter().zip(base_worlds).map(|(is, was)| of(is) - of(was)).collect()
    };
    let mut rows = Vec::new();
    let shown = base.outcomes.iter().zip(&variant.outcomes).filter(|(was, _)| was.outcome != STILL_OPEN);
    for (n, (was, is)) in shown.enumerate() {
        let outcome = n % scenario.outcomes.len();
        let each = pairs(&|w| w.slots[was.when].outcomes[outcome]);
        let bound = was.probability.error_bound + is.probability.error_bound;
        let values = (was.probability.value, is.probability.value);
        let name = (was.outcome.as_str(), was.title.as_str());
        rows.push(row("outcome", name, "probability", Some(was.when), values, difference(&each, bound)));
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
                    None => of(&w.payoffs[n - scenario.measures.len()]),
                    Some(_) => match &w.measures[n] {
                        Known::Values(list) => of(list),
                        Known::Mean(mean) => *mean,
                        Known::First(curve, sum, _) => sum / curve.total(),
                        Known::Nothing => f64::NAN,
                    },
                }
        };
        // A conditional mean over all worlds is no mean of differences.
        let mut d = difference(&pairs(&mean_of), 1e-12 * values.0.abs());
        d.0.value = values.1 - values.0;
        let quantity = if measure.is_some() { "measure" } else { "payoff" };
        rows.push(row(quantity, name, "mean", None, values, d));
        if let (Some(a), Some(b)) = (was.never, is.never) {
            let each = pairs(&|w| first(w, n).map_or(f64::NAN, |f| f.0.total()));
            let values = (1.0 - a.value, 1.0 - b.value);
            rows.push(row("measure", name, "share that comes", None, values, difference(&each, 1e-12)));
        }
    }
    rows
}

/// The mean difference over worlds, and what can be told. `bound`: what arithmetic may be off.
fn difference(each: &[f64], bound: f64) -> (Estimate, Verdict) {
    if each.iter().any(|d| !d.is_finite()) {
        return (unknown(), Verdict::Unclear);
    }
    let seen = Mean::exact(each, f64::NAN);
    let verdict = if each.iter().all(|d| d.abs() <= bound + 1e-15) {
        Verdict::Same
    } else if seen.interval.low > 0.0 {
        Verdict::Higher
    } else if seen.interval.high < 0.0 {
        Verdict::Lower
    } else {
        Verdict::Unclear
    };
    (Estimate { error_bound: bound, ..seen.into() }, verdict)
}
