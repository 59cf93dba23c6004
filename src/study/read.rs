//! From tallies to answers: numbers get their names, and seconds become days.

use super::answer::*;
use super::arms::Arm;
use super::estimate::{Estimate, Method};
use super::lacks::Lacks;
use super::late::late;
use crate::engine::tally::{MeasureMean, MeasureTally, Paired, Tally, complement};
use crate::model::{MeasureKind, Scenario, SplitKey, Ty};
use crate::quantity::DAY;
use crate::stats::{Difference, Histogram, Proportion};

/// The milestones of a scenario, then its horizon or its end.
pub fn whens(scenario: &Scenario) -> Vec<When> {
    let milestones = scenario.milestones.iter().map(|m| When { name: m.name.clone(), at: m.at });
    let end = match scenario.horizon {
        Some(at) => When { name: "horizon".into(), at },
        None => When { name: "end".into(), at: f64::INFINITY },
    };
    milestones.chain([end]).collect()
}

/// What a tally says of a variant. Comparisons and beliefs are added by others.
pub fn answer(subject: &Scenario, arm: &Arm, tally: &Tally, made: Made) -> Answer {
    let scenario = &arm.scenario;
    let stages = stages(scenario, tally);
    Answer {
        scenario: subject.name.clone(),
        scenario_title: title(&subject.title, &subject.name),
        variant: arm.name.clone(),
        variant_title: title(&arm.title, &arm.name),
        levers: arm.levers(),
        start: scenario.start,
        made,
        lacks: Lacks::default(),
        beside: None,
        whens: whens(scenario),
        outcomes: outcomes(scenario, tally),
        timeline: timeline(scenario, tally),
        times: times(scenario, tally),
        late: late(scenario, &stages),
        stages,
        splits: splits(scenario, tally),
        measures: measures(scenario, tally),
        compare: Vec::new(),
        sensitivity: Vec::new(),
        beliefs: Vec::new(),
    }
}

/// The title, or the name where there is none.
pub(super) fn title(title: &str, name: &str) -> String {
    if title.is_empty() { name.into() } else { title.into() }
}

fn outcomes(scenario: &Scenario, tally: &Tally) -> Vec<OutcomeRow> {
    let (paths, slots) = (tally.paths(), tally.shape().slots.len());
    let mut rows = Vec::new();
    for when in 0..slots {
        rows.extend(scenario.outcomes.iter().enumerate().map(|(n, outcome)| OutcomeRow {
            when,
            outcome: outcome.name.clone(),
            title: title(&outcome.title, &outcome.name),
            probability: tally.outcomes.by(when, n, paths).into(),
            fraction: None,
        }));
        // At the horizon, or the end, nothing is.
        if when + 1 < slots {
            rows.push(OutcomeRow {
                when,
                outcome: STILL_OPEN.into(),
                title: "Still open".into(),
                probability: tally.outcomes.still_open(when, paths).into(),
                fraction: None,
            });
        }
    }
    rows
}

fn timeline(scenario: &Scenario, tally: &Tally) -> Vec<TimelineRow> {
    let (Some(line), Some(any)) = (scenario.timeline, tally.outcomes.timeline_of_any(tally.paths())) else {
        return Vec::new();
    };
    let paths = tally.paths();
    let curves: Vec<_> =
        (0..scenario.outcomes.len()).filter_map(|n| tally.outcomes.timeline(n, paths)).collect();
    let mut rows = Vec::new();
    for (place, any) in any.iter().enumerate() {
        let at = place as f64 * line.step;
        rows.extend(scenario.outcomes.iter().zip(&curves).map(|(outcome, curve)| TimelineRow {
            at,
            outcome: outcome.name.clone(),
            title: title(&outcome.title, &outcome.name),
            probability: (curve[place], paths).into(),
        }));
        let ended = Proportion {
            p: any.p,
            standard_error: any.standard_error,
            interval: any.interval,
            credible: None,
            hits: any.hits,
            paths,
        };
        rows.push(TimelineRow {
            at,
            outcome: STILL_OPEN.into(),
            title: "Still open".into(),
            probability: complement(ended).into(),
        });
    }
    rows
}

fn given(spread: &Histogram, scale: f64) -> [f64; 7] {
    spread.quantiles_given(QUANTILES).map_or([f64::NAN; 7], |all| all.map(|x| x * scale))
}

/// The quantile over `all` values of which those that are not in `spread` are never.
fn over_all(spread: &Histogram, all: u64, scale: f64) -> [f64; 7] {
    let finite = spread.finite() as f64;
    // The ranks as the histogram takes them, then the shares of the finite values that have these ranks.
    let ranks = QUANTILES.map(|q| (q * all as f64 - 1e-9).ceil().max(1.0));
    let given = spread.quantiles_given(ranks.map(|rank| ((rank - 0.5) / finite).min(1.0)));
    std::array::from_fn(|n| match given {
        Some(given) if ranks[n] <= finite => given[n] * scale,
        _ => f64::INFINITY,
    })
}

fn times(scenario: &Scenario, tally: &Tally) -> Vec<TimeRow> {
    let (paths, last) = (tally.paths(), tally.shape().slots.len() - 1);
    let reached = |n: &usize| scenario.never.is_none_or(|never| never.0 != *n);
    (0..scenario.outcomes.len())
        .filter(reached)
        .map(|n| {
            let outcome = &scenario.outcomes[n];
            let (mean, spread) = tally.outcomes.time(n);
            TimeRow {
                outcome: outcome.name.clone(),
                title: title(&outcome.title, &outcome.name),
                comes: tally.outcomes.by(last, n, paths).into(),
                mean_day: Estimate::from(mean).scaled(1.0 / DAY),
                sd_days: mean.sd / DAY,
                sd_bound: 0.0,
                quantiles: given(spread, 1.0 / DAY),
                all: over_all(spread, paths, 1.0 / DAY),
            }
        })
        .collect()
}

fn stages(scenario: &Scenario, tally: &Tally) -> Vec<StageRow> {
    let (paths, counted) = (tally.paths(), tally.stages());
    let mut rows = Vec::new();
    for when in 0..tally.shape().slots.len() {
        for (t, track) in scenario.tracks.iter().enumerate() {
            rows.extend(track.stages.iter().enumerate().map(|(s, stage)| StageRow {
                when,
                track: track.name.clone(),
                stage: stage.name.clone(),
                stands: counted.stands(when, t, s, paths).into(),
                visits: Some((counted.visits(when, t, s, paths), paths).into()),
                days: Some((counted.days(when, t, s, paths), paths).into()),
            }));
            rows.push(StageRow {
                when,
                track: track.name.clone(),
                stage: ENDED.into(),
                stands: counted.stands(when, t, track.stages.len(), paths).into(),
                visits: None,
                days: None,
            });
        }
    }
    rows
}

fn splits(scenario: &Scenario, tally: &Tally) -> Vec<SplitRow> {
    let paths = tally.paths();
    let mut rows = Vec::new();
    for (split, counted) in scenario.splits.iter().zip(&tally.splits) {
        let names: Vec<&str> = split.keys.iter().map(|key| key.name.as_str()).collect();
        let name = names.join(" x ");
        for shares in counted.cells(paths) {
            let cell: Vec<(String, String)> = split
                .keys
                .iter()
                .zip(&shares.values)
                .map(|(key, value)| (key.name.clone(), value_words(scenario, key, *value)))
                .collect();
            rows.extend(scenario.outcomes.iter().zip(&shares.outcomes).map(|(outcome, of)| SplitRow {
                split: name.clone(),
                cell: cell.clone(),
                outcome: outcome.name.clone(),
                title: title(&outcome.title, &outcome.name),
                count: of.hits,
                cell_count: shares.paths,
                joint: of.joint.map(Estimate::from),
                here: shares.here.map(Estimate::from),
                outcome_given_cell: of.given_cell.map(Estimate::from),
                cell_given_outcome: of.given_outcome.map(Estimate::from),
            }));
        }
    }
    rows
}

pub(super) fn value_words(scenario: &Scenario, key: &SplitKey, value: i64) -> String {
    let nth = |names: &[String]| usize::try_from(value).ok().and_then(|n| names.get(n).cloned());
    if let Some(lever) = key.option_of() {
        return nth(&scenario.levers[lever.0].labels).unwrap_or_else(|| value.to_string());
    }
    match key.expr.ty {
        Ty::Bool => (value != 0).to_string(),
        Ty::Option(set) => nth(&scenario.set(set).names).unwrap_or_else(|| value.to_string()),
        _ => value.to_string(),
    }
}

/// What a number in seconds (to some power) is multiplied by to be in days, and how its unit is called.
pub fn in_days(ty: Ty) -> (f64, &'static str) {
    match ty {
        Ty::Number { time: 1, .. } | Ty::Law { time: 1 } => (1.0 / DAY, "days"),
        Ty::Number { time: -1, .. } | Ty::Law { time: -1 } => (DAY, "per day"),
        Ty::Number { time, .. } | Ty::Law { time } => (libm::pow(DAY, -f64::from(time)), ""),
        _ => (1.0, ""),
    }
}

fn measures(scenario: &Scenario, tally: &Tally) -> Vec<MeasureRow> {
    let shapes = &tally.shape().measures;
    let paths = tally.paths();
    let all_paths = || Estimate::from(Proportion::independent(paths, paths));
    let mut rows: Vec<MeasureRow> = scenario
        .measures
        .iter()
        .zip(&tally.measures)
        .zip(shapes)
        .map(|((measure, counted), shape)| {
            let (scale, unit) = in_days(measure.ty);
            let (mean, sd) = mean_of(counted);
            // The mean of what is true or false is a probability.
            let truth = counted.truth(shape, paths);
            let mean = truth.map_or(mean, Estimate::from);
            MeasureRow {
                measure: measure.name.clone(),
                title: title(&measure.title, &measure.name),
                unit: if measure.unit.is_empty() { unit.into() } else { measure.unit.clone() },
                kind: match measure.kind {
                    MeasureKind::Value(_) => "value",
                    MeasureKind::Account(_) => "account",
                    MeasureKind::First(_) => "first",
                },
                truth: measure.is_truth(),
                given: shape.given,
                counted: if shape.given { counted.counted(shape, paths).into() } else { all_paths() },
                never: counted.never(shape, paths).map(Estimate::from),
                mean: mean.scaled(scale),
                sd: sd * scale,
                sd_bound: 0.0,
                sd_by: Method::Sampling,
                quantiles: given(counted.spread(), scale),
                quantiles_by: Method::Sampling,
                paths: mean.paths,
                all: shape.first.then(|| QUANTILES.map(|q| over(counted.spread(), q) * scale)),
                thresholds: shape
                    .thresholds
                    .iter()
                    .enumerate()
                    .map(|(n, at)| (at * scale, counted.at_least(n, paths).into()))
                    .collect(),
                undefined: counted.undefined(),
                no_number: 0.0,
            }
        })
        .collect();
    rows.extend(scenario.payoffs.iter().zip(&tally.payoffs).map(|((party, _), counted)| {
        let (mean, sd) = mean_of(counted);
        MeasureRow {
            measure: party.clone(),
            title: format!("Payoff of {party}"),
            unit: String::new(),
            kind: "payoff",
            truth: false,
            given: false,
            counted: all_paths(),
            never: None,
            mean,
            sd,
            sd_bound: 0.0,
            sd_by: Method::Sampling,
            quantiles: given(counted.spread(), 1.0),
            quantiles_by: Method::Sampling,
            paths: mean.paths,
            all: None,
            thresholds: Vec::new(),
            undefined: counted.undefined(),
            no_number: 0.0,
        }
    }));
    rows
}

fn over(spread: &Histogram, q: f64) -> f64 {
    spread.quantile_over_all(q).unwrap_or(f64::NAN)
}

fn mean_of(tally: &MeasureTally) -> (Estimate, f64) {
    match tally.mean() {
        MeasureMean::Whole(mean) if tally.undefined() > 0 => {
            let unknown =
                Estimate { value: f64::NAN, standard_error: f64::NAN, credible: None, ..mean.into() };
            (Estimate { interval: crate::stats::Interval::EVERYTHING, ..unknown }, f64::NAN)
        }
        MeasureMean::Whole(mean) => (mean.into(), mean.sd),
        MeasureMean::Given(mean) => (mean.into(), mean.sd),
    }
}

/// A variant against the base, once both have answers.
pub fn compare(scenario: &Scenario, base: &Answer, variant: &Answer, paired: &Paired) -> Vec<CompareRow> {
    let row =
        |quantity, name: &str, title: &str, statistic, when, (was, is), d: Difference, scale| CompareRow {
            quantity,
            name: name.into(),
            title: title.into(),
            statistic,
            when,
            base: was,
            variant: is,
            difference: Estimate::from(d).scaled(scale),
            verdict: d.verdict,
            paths_to_tell: d.paths_to_tell,
        };
    let mut rows = Vec::new();
    let pairs = base.outcomes.iter().zip(&variant.outcomes).filter(|(was, _)| was.outcome != STILL_OPEN);
    for (n, (was, is)) in pairs.enumerate() {
        let d = paired.outcome(was.when, n % scenario.outcomes.len());
        let values = (was.probability.value, is.probability.value);
        rows.push(row("outcome", &was.outcome, &was.title, "probability", Some(was.when), values, d, 1.0));
    }
    for (n, (was, is)) in base.measures.iter().zip(&variant.measures).enumerate() {
        let values = (was.mean.value, is.mean.value);
        let Some(measure) = scenario.measures.get(n) else {
            let d = paired.payoff(n - scenario.measures.len());
            rows.push(row("payoff", &was.measure, &was.title, "mean", None, values, d, 1.0));
            continue;
        };
        let scale = in_days(measure.ty).0;
        rows.push(row("measure", &was.measure, &was.title, "mean", None, values, paired.measure(n), scale));
        if let (Some(d), Some(a), Some(b)) = (paired.comes(n), was.never, is.never) {
            let values = (1.0 - a.value, 1.0 - b.value);
            rows.push(row("measure", &was.measure, &was.title, "share that comes", None, values, d, 1.0));
        }
    }
    rows
}
