//! From exact solutions of worlds to answers: the same rows as by sampling, without its error.
//!
//! A probability is the mean over worlds; that worlds are a sample is all the error there is beside arithmetic, whose
//! bound stands in a column of its own.

mod by_end;
mod measures;
mod when;

use measures::measures;
pub(super) use measures::{compare, sum_and_share};

use super::answer::*;
use super::arms::Arm;
use super::estimate::{Estimate, Method};
use super::lacks::{Lack, Lacks};
use super::late::late;
use super::read::{in_days, title, value_words, whens};
use crate::exact::{Curve, Gain, Known, Moments, Off, Solution, quantile};
use crate::model::{Measure, MeasureKind, Scenario};
use crate::quantity::DAY;
use crate::stats::{Interval, Mean, Proportion, Ratio, Verdict};
use std::collections::BTreeSet;
use when::when;

/// The solutions of all worlds of a variant, in order.
#[derive(Clone, Copy)]
pub(super) struct Solved<'a> {
    /// The solutions.
    pub all: &'a [Solution],
    /// In so many parts of equal size they are independent of each other.
    pub parts: u64,
}

impl std::ops::Deref for Solved<'_> {
    type Target = [Solution];

    fn deref(&self) -> &[Solution] {
        self.all
    }
}

/// The probability of an outcome in the end.
pub(super) fn in_the_end(world: &Solution, outcome: usize) -> f64 {
    world.slots.last().map_or(f64::NAN, |end| end.outcomes[outcome].clamp(0.0, 1.0))
}

/// Cells that a split keeps, as in sampling.
const CELLS: usize = 10_000;

/// What tables leave empty that sampling fills: of every measure and payoff the most that any world does not know.
fn lacks(worlds: Solved<'_>) -> Lacks {
    let timed = worlds.iter().all(|w| w.timed);
    let measures = worlds[0].measures.len();
    let lack = |w: &Solution, m: usize| match w.known(m) {
        Known::First(..) if !timed => Lack::All,
        Known::Values(_) | Known::First(..) => Lack::Nothing,
        Known::Gain(..) if w.by_end.get(m).is_some_and(Option::is_some) => Lack::Nothing,
        Known::Gain(..) => Lack::Quantiles,
        Known::Mean(mean) if mean.is_finite() => Lack::Spread,
        Known::Mean(_) | Known::Nothing => Lack::All,
    };
    let most = |m: usize| worlds.iter().map(|w| lack(w, m)).max().unwrap_or_default();
    Lacks { measures: (0..measures + worlds[0].payoffs.len()).map(most).collect(), times: !timed }
}

/// What the worlds of a variant say. Comparisons and beliefs are added by others.
pub(super) fn answer(subject: &Scenario, arm: &Arm, worlds: Solved<'_>, made: Made) -> Answer {
    let scenario = &arm.scenario;
    let stages = stages(scenario, worlds);
    Answer {
        scenario: subject.name.clone(),
        scenario_title: title(&subject.title, &subject.name),
        variant: arm.name.clone(),
        variant_title: title(&arm.title, &arm.name),
        levers: arm.levers(),
        start: scenario.start,
        made,
        lacks: lacks(worlds),
        beside: None,
        whens: whens(scenario),
        outcomes: outcomes(scenario, worlds),
        timeline: timeline(scenario, worlds),
        times: times(scenario, worlds),
        late: late(scenario, &stages),
        stages,
        splits: splits(scenario, worlds),
        measures: measures(scenario, worlds),
        compare: Vec::new(),
        sensitivity: Vec::new(),
        beliefs: Vec::new(),
    }
}

/// The mean over worlds of something.
fn average(worlds: Solved<'_>, of: impl Fn(&Solution) -> f64) -> f64 {
    worlds.iter().map(of).sum::<f64>() / worlds.len() as f64
}

/// The mean over worlds of what something may be off; NaN where that is not known.
fn known(worlds: Solved<'_>, of: impl Fn(&Solution) -> Option<&f64>) -> f64 {
    let off = average(worlds, |w| of(w).copied().unwrap_or(f64::INFINITY));
    if off.is_finite() { off } else { f64::NAN }
}

fn probability(worlds: Solved<'_>, bound: f64, of: impl Fn(&Solution) -> f64) -> Estimate {
    let each: Vec<f64> = worlds.iter().map(|w| of(w).clamp(0.0, 1.0)).collect();
    if each.iter().any(|p| p.is_nan()) {
        return unknown();
    }
    Estimate::from(Proportion::exact(&each, worlds.parts)).solved(bound)
}

fn mean(worlds: Solved<'_>, of: impl Fn(&Solution) -> f64) -> Estimate {
    let each: Vec<f64> = worlds.iter().map(of).collect();
    if each.iter().any(|x| !x.is_finite()) {
        return unknown();
    }
    Estimate::from(Mean::exact(&each, f64::NAN, worlds.parts)).solved(0.0)
}

/// A mean among what counts: Σ a / Σ b over worlds, with the error that worlds make.
fn ratio(worlds: Solved<'_>, of: impl Fn(&Solution) -> (f64, f64)) -> Estimate {
    let each: Vec<(f64, f64)> = worlds.iter().map(of).collect();
    estimate(Ratio::mean(&each, worlds.parts))
}

fn estimate(ratio: Ratio) -> Estimate {
    if !ratio.value.is_finite() {
        return unknown();
    }
    let Ratio { value, standard_error, interval } = ratio;
    Estimate { value, standard_error, interval, ..unknown() }
}

/// The same of shares, where no probability is off by more than `bound`: with one of these divided by the other.
fn share_of(worlds: Solved<'_>, bound: f64, of: impl Fn(&Solution) -> (f64, f64)) -> Estimate {
    let each: Vec<(f64, f64)> = worlds.iter().map(of).collect();
    let counted = each.iter().map(|world| world.1).sum::<f64>() / worlds.len() as f64;
    let off = 2.0 * bound / (counted - bound);
    estimate(Ratio::share(&each, worlds.parts)).solved(if counted > bound { off } else { f64::NAN })
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
        method: Method::Exact,
    }
}

fn outcomes(scenario: &Scenario, worlds: Solved<'_>) -> Vec<OutcomeRow> {
    let slots = worlds[0].slots.len();
    let fractions: &[_] = if worlds.len() == 1 { &worlds[0].fractions } else { &[] };
    let mut rows = Vec::new();
    for when in 0..slots {
        let bound = average(worlds, |w| w.slots[when].bound);
        rows.extend(scenario.outcomes.iter().enumerate().map(|(n, outcome)| OutcomeRow {
            when,
            outcome: outcome.name.clone(),
            title: title(&outcome.title, &outcome.name),
            probability: probability(worlds, bound, |w| w.slots[when].outcomes[n]),
            fraction: fractions.get(n).copied().filter(|_| when + 1 == slots),
        }));
        if when + 1 < slots {
            rows.push(OutcomeRow {
                when,
                outcome: STILL_OPEN.into(),
                title: "Still open".into(),
                probability: probability(worlds, bound, |w| w.slots[when].open),
                fraction: None,
            });
        }
    }
    rows
}

fn timeline(scenario: &Scenario, worlds: Solved<'_>) -> Vec<TimelineRow> {
    let Some(line) = scenario.timeline.filter(|_| worlds.iter().all(|w| w.timed)) else { return Vec::new() };
    let bound = curve_bound(worlds);
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

/// What a standard deviation may be off where no probability is by more than `bound`, of values that are `away` from their mean at
/// the most: the integral of what a function varies by.
fn varied(bound: f64, away: f64, mass: f64, sd: f64) -> f64 {
    let off = Off {
        about: 0.0,
        mass: bound,
        first: 3.0 * bound * away,
        second: 3.0 * bound * away * away,
        whole: 0.0,
    };
    off.sd(mass, sd).unwrap_or(f64::NAN)
}

/// What a probability by any time may be off.
fn curve_bound(worlds: Solved<'_>) -> f64 {
    average(worlds, |w| w.bound)
}

/// What a probability at the end may be off.
fn final_bound(worlds: Solved<'_>) -> f64 {
    average(worlds, |w| w.slots.last().map_or(0.0, |s| s.bound))
}

fn times(scenario: &Scenario, worlds: Solved<'_>) -> Vec<TimeRow> {
    let last = worlds[0].slots.len() - 1;
    let bound = average(worlds, |w| w.slots[last].bound);
    let reached = |n: &usize| scenario.never.is_none_or(|never| never.0 != *n);
    (0..scenario.outcomes.len())
        .filter(reached)
        .map(|n| {
            let outcome = &scenario.outcomes[n];
            let when = when(
                worlds,
                |w| w.timed.then(|| (&w.curves[n], w.moments[n])),
                |w| w.when_offs.as_ref().map(|offs| offs[n]),
            );
            TimeRow {
                outcome: outcome.name.clone(),
                title: title(&outcome.title, &outcome.name),
                comes: probability(worlds, bound, |w| w.slots[last].outcomes[n]),
                mean_day: when.mean,
                sd_days: when.sd,
                sd_bound: when.sd_bound,
                quantiles: when.quantiles,
                all: when.all,
            }
        })
        .collect()
}

fn stages(scenario: &Scenario, worlds: Solved<'_>) -> Vec<StageRow> {
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
                visits: Some(Estimate {
                    error_bound: known(worlds, |w| w.slots[when].visits_off.get(first + s)),
                    ..mean(worlds, |w| w.slots[when].visits.get(first + s).copied().unwrap_or(f64::NAN))
                }),
                days: Some(Estimate {
                    error_bound: known(worlds, |w| w.slots[when].spent_off.get(first + s)) / DAY,
                    ..mean(worlds, |w| w.slots[when].spent[first + s]).scaled(1.0 / DAY)
                }),
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

fn splits(scenario: &Scenario, worlds: Solved<'_>) -> Vec<SplitRow> {
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
                outcome_given_cell: Some(share_of(worlds, bound, |w| (joint(w, o), here(w)))),
                cell_given_outcome: Some(share_of(worlds, bound, |w| (joint(w, o), all(w, o)))),
            }));
        }
    }
    rows
}

/// What a distribution of values says; values with their probabilities by world.
struct Spread {
    mean: Estimate,
    sd: f64,
    sd_bound: f64,
    quantiles: [f64; 7],
    counted: Estimate,
}

fn spread(
    worlds: Solved<'_>,
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
    let mut centre = if given { ratio(worlds, |w| (sum_of(w), counted_of(w))) } else { mean(worlds, sum_of) };
    // The chance of every set of ends is off by the bound at most, and so is their sum.
    let least = all.first().map_or(0.0, |v| v.0);
    let greatest = all.last().map_or(0.0, |v| v.0);
    let size = greatest - least + least.abs().max(greatest.abs());
    let share = mass / worlds.len() as f64;
    centre.error_bound = final_bound(worlds) * size / if given { share } else { 1.0 };
    let variance = all.iter().map(|(x, p)| p * (x - centre.value) * (x - centre.value)).sum::<f64>() / mass;
    let quantiles = QUANTILES.map(|q| {
        let mut below = 0.0;
        let found = all.iter().find(|(_, p)| {
            below += p;
            below >= q * mass * (1.0 - 1e-12)
        });
        found.map_or(f64::NAN, |v| v.0)
    });
    let counted = probability(worlds, final_bound(worlds), counted_of);
    let sd = variance.max(0.0).sqrt();
    let away = (greatest - centre.value).max(centre.value - least);
    let sd_bound = varied(final_bound(worlds), away, share, sd);
    Some(Spread { mean: centre, sd, sd_bound, quantiles, counted })
}

fn values(w: &Solution, m: usize) -> Option<&[(f64, f64)]> {
    match w.known(m) {
        Known::Values(values) => Some(values),
        _ => None,
    }
}
