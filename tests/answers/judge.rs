//! Whether what the tables say can be the true answer.

use super::arithmetic::Value;
use super::paths::Gathered;
use super::question::{Count, Question, Result, Share, Statistic};
use detente::study::{Answer, Estimate, QUANTILES};
use std::result::Result as Std;

/// How far off chance may be, in standard errors.
const BOUND: f64 = 4.0;

type Verdict = Std<(), String>;

/// Compares an answer with the truth. `arm` is its number among the variants; `clustered` where paths of a world share luck.
pub fn judge(result: &Result, answer: &Answer, gathered: &Gathered, arm: usize, clustered: bool) -> Verdict {
    let truth = match (&result.question, result.value) {
        (Question::Credible { name }, Value::Interval(low, high)) => {
            return credible(answer, name, low, high);
        }
        (_, Value::Number(truth)) => truth,
        _ => return Err("an interval is asked of `credible` alone, and it of nothing else".into()),
    };
    let share = |estimate: &Estimate| probability(estimate, truth, clustered);
    match &result.question {
        Question::Outcome { name, by } => share(outcome(answer, name, by.as_deref())?),
        Question::Credible { .. } => Err("expected `low to high`".into()),
        Question::Payoff { party } => {
            let row = answer.measures.iter().find(|m| m.kind == "payoff" && m.measure == *party);
            mean(&row.ok_or("there is no such party")?.mean, truth)
        }
        Question::Time { outcome, statistic } => {
            let index = answer.times.iter().position(|t| t.outcome == *outcome);
            let index = index.ok_or("there is no such outcome")?;
            let row = &answer.times[index];
            let values = || gathered.times(arm, index);
            match *statistic {
                Statistic::Mean => mean(&row.mean_day, truth),
                Statistic::Sd => deviation(row.sd_days, &values(), truth),
                Statistic::Quantile(q) => quantile(&row.quantiles, q, &values(), truth),
                Statistic::AtLeast(_) | Statistic::Never => Err("a time has no such statistic".into()),
            }
        }
        Question::Measure { name, statistic } => {
            let index = answer.measures.iter().position(|m| m.kind != "payoff" && m.measure == *name);
            let index = index.ok_or("there is no such measure")?;
            let row = &answer.measures[index];
            let values = || gathered.values(arm, index);
            match *statistic {
                Statistic::Mean => mean(&row.mean, truth),
                Statistic::Sd => deviation(row.sd, &values(), truth),
                Statistic::Quantile(q) => quantile(&row.quantiles, q, &values(), truth),
                Statistic::Never => share(row.never.as_ref().ok_or("it may not be never")?),
                Statistic::AtLeast(x) => {
                    let near = |at: f64| (at - x).abs() <= 1e-9 * x.abs().max(1.0);
                    let found = row.thresholds.iter().find(|(at, _)| near(*at));
                    share(&found.ok_or("the measure has no such threshold")?.1)
                }
            }
        }
        Question::Stage { track, stage, count, by } => {
            let when = when(answer, by.as_deref())?;
            let row = answer
                .stages
                .iter()
                .find(|s| s.when == when && s.track == *track && s.stage == *stage)
                .ok_or("there is no such stage")?;
            match count {
                Count::Visits => mean(row.visits.as_ref().ok_or("it has no visits")?, truth),
                Count::Days => mean(row.days.as_ref().ok_or("it has no days")?, truth),
                Count::Stands => share(&row.stands),
            }
        }
        Question::Split { cell, outcome, share: of } => {
            let found = answer.splits.iter().find(|s| s.cell == *cell && s.outcome == *outcome);
            let row = found.ok_or("there is no such cell")?;
            let estimate = match of {
                Share::Joint => &row.joint,
                Share::GivenCell => &row.outcome_given_cell,
                Share::GivenOutcome => &row.cell_given_outcome,
            };
            share(estimate.as_ref().ok_or("the table has no such share here")?)
        }
    }
}

fn when(answer: &Answer, by: Option<&str>) -> Std<usize, String> {
    match by {
        None => Ok(answer.whens.len() - 1),
        Some(name) => {
            let found = answer.whens.iter().position(|w| w.name == name);
            found.ok_or_else(|| format!("there is no milestone `{name}`"))
        }
    }
}

fn outcome<'a>(answer: &'a Answer, name: &str, by: Option<&str>) -> Std<&'a Estimate, String> {
    let when = when(answer, by)?;
    let row = answer.outcomes.iter().find(|o| o.when == when && o.outcome == name);
    Ok(&row.ok_or("there is no such outcome")?.probability)
}

fn near(got: f64, truth: f64) -> bool {
    (got - truth).abs() <= 1e-9 * truth.abs().max(1.0)
}

fn within(got: f64, truth: f64, error: f64) -> Verdict {
    let z = (got - truth) / error;
    if near(got, truth) || z.abs() <= BOUND {
        Ok(())
    } else {
        Err(format!("got {got}, the answer is {truth}, and z = {z:.1}"))
    }
}

fn probability(estimate: &Estimate, truth: f64, clustered: bool) -> Verdict {
    let binomial = (truth * (1.0 - truth) / estimate.paths as f64).sqrt();
    let error = if clustered { estimate.standard_error.max(binomial) } else { binomial };
    within(estimate.value, truth, error)
}

fn mean(estimate: &Estimate, truth: f64) -> Verdict {
    within(estimate.value, truth, estimate.standard_error)
}

/// A standard deviation, with the error that its fourth moment gives it.
fn deviation(got: f64, values: &[f64], truth: f64) -> Verdict {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let moment = |power| values.iter().map(|x| libm::pow(x - mean, power)).sum::<f64>() / n;
    let (second, fourth) = (moment(2.0), moment(4.0));
    within(got, truth, ((fourth - second * second) / n).max(0.0).sqrt() / (2.0 * second.sqrt()))
}

/// How many values lie at or below the true quantile is binomial; and the quantile in the table must lie among the values whose
/// rank is near its own.
fn quantile(table: &[f64; 7], q: f64, values: &[f64], truth: f64) -> Verdict {
    let n = values.len() as f64;
    let below = values.partition_point(|x| *x <= truth) as f64;
    let spread = BOUND * (n * q * (1.0 - q)).sqrt();
    if (below - n * q).abs() > spread {
        return Err(format!("{:.4} of the paths lie at or below it", below / n));
    }
    let Some(place) = QUANTILES.iter().position(|x| near(*x, q)) else { return Ok(()) };
    let at = |rank: f64| values[(rank.max(0.0) as usize).min(values.len() - 1)];
    let (low, high) = (at(n * q - spread), at(n * q + spread));
    let slack = 0.01 * high.abs();
    if (low - slack..=high + slack).contains(&table[place]) {
        Ok(())
    } else {
        Err(format!("the table says {}, and the paths {low} to {high}", table[place]))
    }
}

/// Both ends within 5% of the width: with thousands of worlds the ends are known to about 1%.
fn credible(answer: &Answer, name: &str, low: f64, high: f64) -> Verdict {
    let interval = outcome(answer, name, None)?.credible.ok_or("there is no credible interval")?;
    let room = 0.05 * (high - low);
    if (interval.low - low).abs() <= room && (interval.high - high).abs() <= room {
        Ok(())
    } else {
        Err(format!("got {} to {}", interval.low, interval.high))
    }
}
