//! The register of assumptions: what is believed, why, and what was made of the words.

use super::answer::{BeliefRow, QUANTILES};
use super::plan::Subject;
use super::read::in_days;
use crate::engine::Source;
use crate::model::{Belief, Scenario, Ty};

/// Draws from which the quantiles of a belief are taken that depends on others.
const DRAWS: u64 = 10_000;

/// All beliefs of the base; of a variant those that it changes.
pub fn beliefs<S: Source>(
    subject: &Subject,
    arm: usize,
    source: &S,
) -> Result<Vec<BeliefRow>, (u64, S::Fault)> {
    let scenario = &subject.arms[arm].scenario;
    let base = &subject.scenario.beliefs;
    let told: Vec<usize> =
        (0..scenario.beliefs.len()).filter(|&n| arm == 0 || scenario.beliefs[n] != base[n]).collect();
    let drawn = told.iter().any(|&n| source.law(n).is_none());
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); told.len()];
    if drawn {
        let mut earlier = None;
        for number in 0..DRAWS {
            let world = source.world(number, earlier).map_err(|fault| (number, fault))?;
            let values = source.beliefs(&world);
            columns.iter_mut().zip(&told).for_each(|(column, &n)| column.push(values[n]));
            earlier = Some(world);
        }
    }
    let rows = told.iter().zip(columns).map(|(&n, mut draws)| {
        let belief = &scenario.beliefs[n];
        let (scale, unit) = in_days(belief.ty);
        let row = row(scenario, belief, unit);
        match (source.law(n), belief.ty) {
            (Some(law), _) => BeliefRow {
                mean: law.mean() * scale,
                sd: law.sd() * scale,
                quantiles: QUANTILES.map(|q| law.quantile(q) * scale),
                fitted: true,
                ..row
            },
            (None, Ty::Option(set)) => {
                let share =
                    |i: usize| draws.iter().filter(|x| **x == i as f64).count() as f64 / draws.len() as f64;
                let names = &scenario.set(set).names;
                BeliefRow {
                    options: names.iter().cloned().enumerate().map(|(i, name)| (name, share(i))).collect(),
                    ..row
                }
            }
            (None, _) => {
                draws.sort_unstable_by(f64::total_cmp);
                let n = draws.len() as f64;
                let mean = draws.iter().sum::<f64>() / n;
                let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
                let at = |q: f64| draws[((q * n).ceil() as usize).clamp(1, draws.len()) - 1] * scale;
                BeliefRow {
                    mean: mean * scale,
                    sd: variance.sqrt() * scale,
                    quantiles: QUANTILES.map(at),
                    ..row
                }
            }
        }
    });
    Ok(rows.collect())
}

fn row(scenario: &Scenario, belief: &Belief, unit: &str) -> BeliefRow {
    let sources = belief
        .sources
        .iter()
        .filter_map(|key| scenario.sources.iter().find(|s| s.name == *key))
        .cloned()
        .collect();
    BeliefRow {
        belief: belief.name.clone(),
        written: belief.written.clone(),
        unit: unit.into(),
        why: belief.why.clone(),
        sources,
        mean: f64::NAN,
        sd: f64::NAN,
        quantiles: [f64::NAN; 7],
        fitted: false,
        options: Vec::new(),
    }
}
