//! Which belief matters most: how often each outcome comes, and what is measured, where a belief is low and where it is high.

mod numbers;
mod rows;
#[cfg(test)]
mod tests;

use super::answer::SensitivityRow;
use super::arms::Arm;
use super::beliefs::changed;
use super::plan::Subject;
use super::solved::{Solved, in_the_end, sum_and_share};
use crate::engine::Source;
use crate::engine::tally::{Sensitivity, Tally};
use crate::model::{Scenario, Ty};
use crate::program::Marginal;
use crate::stats::{Between, Class, Classes, Interval, Proportion};
use numbers::Worlds;
use rows::{Asked, Seen, rows};

/// Draws by which a belief is put into classes that depends on others.
const DRAWS: u64 = 1_000;
/// Quantiles by which one is that does not; halves, thirds and fifths are whole numbers of them.
const QUANTILES: u32 = 30;

/// How many classes of numbers so many worlds are put into: fifths where each has some twenty worlds, else thirds or halves.
fn most(worlds: u64) -> usize {
    match worlds {
        100.. => 5,
        30.. => 3,
        _ => 2,
    }
}

/// By variant, then belief, the classes of worlds. What a variant does not change has the classes of the base.
pub(super) fn classes<S: Source>(subject: &Subject, worlds: u64, sources: &[S]) -> Vec<Vec<Classes>> {
    let mut all: Vec<Vec<Classes>> = Vec::new();
    for (arm, source) in subject.arms.iter().zip(sources) {
        let beliefs = &arm.scenario.beliefs;
        let changed = changed(&subject.scenario, &arm.scenario);
        let alike = |n: &usize| all.first().filter(|_| !changed[*n]);
        let mut drawn: Option<Vec<Vec<f64>>> = None;
        let classes = (0..beliefs.len()).map(|n| match alike(&n) {
            Some(base) => base[n].clone(),
            None => of_belief(&arm.scenario, n, most(worlds), source, &mut drawn),
        });
        let classes = classes.collect();
        all.push(classes);
    }
    all
}

fn of_belief<S: Source>(
    scenario: &Scenario,
    n: usize,
    most: usize,
    source: &S,
    drawn: &mut Option<Vec<Vec<f64>>>,
) -> Classes {
    match scenario.beliefs[n].ty {
        Ty::Bool => return Classes::of_each(2),
        Ty::Option(set) => return Classes::of_each(scenario.set(set).names.len()),
        _ => {}
    }
    let mut values: Vec<(f64, f64)> = match source.marginal(n) {
        Some(Marginal::Shares(shares)) => shares,
        // What is nearly the greatest value is the top of no class; the very greatest may be infinite.
        Some(Marginal::Law(law)) => (1..=QUANTILES)
            .map(|q| (law.quantile((f64::from(q) / f64::from(QUANTILES)).min(1.0 - 1e-9)), 1.0))
            .collect(),
        None => {
            let drawn = drawn.get_or_insert_with(|| draws(source));
            drawn.iter().map(|values| (values[n], 1.0)).collect()
        }
    };
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    Classes::new(&values, most)
}

/// The beliefs of some worlds. One that can't be drawn is a fault that the run will tell.
fn draws<S: Source>(source: &S) -> Vec<Vec<f64>> {
    let mut earlier = None;
    let mut all = Vec::new();
    for number in 0..DRAWS {
        let Ok(world) = source.world(number, earlier) else { break };
        all.push(source.beliefs(&world).to_vec());
        earlier = Some(world);
    }
    all
}

/// What paths say of a variant.
pub(super) fn walked(
    arm: &Arm,
    classes: &[Classes],
    tally: &Tally,
    sensitivity: &Sensitivity,
) -> Vec<SensitivityRow> {
    let mut found = Vec::new();
    for (n, asked) in Asked::outcomes(&arm.scenario).into_iter().enumerate() {
        let class = |belief: usize, class: usize| {
            let (hits, worlds, each) = sensitivity.seen(belief, &[class], n);
            (worlds > 0).then(|| hits.class(worlds, each))
        };
        let of = |belief: usize| (0..classes[belief].count()).map(|n| class(belief, n)).collect();
        let value = |belief: usize, some: &[usize]| {
            let (hits, worlds, each) = sensitivity.seen(belief, some, n);
            Proportion::of_worlds(hits, worlds, each).into()
        };
        let between = tally.outcomes.between(n, tally.paths());
        let seen = Seen { classes: &of, value: &value };
        found.extend(rows(&arm.scenario, classes, &asked, seen, between));
    }
    let worlds = Worlds::sorted(classes, |belief| sensitivity.kept(belief));
    for (n, asked) in Asked::measured(&arm.scenario).into_iter().enumerate() {
        let each = sensitivity.values().of(n);
        found.extend(worlds.rows(&arm.scenario, classes, &asked, &each, false));
    }
    found
}

/// What worlds say that were solved, of each of which the beliefs are given.
pub(super) fn solved(
    arm: &Arm,
    classes: &[Classes],
    beliefs: &[Vec<f64>],
    worlds: Solved<'_>,
) -> Vec<SensitivityRow> {
    let sorted = Worlds::sorted(classes, |belief| {
        beliefs.iter().map(move |values| classes[belief].of(values[belief]))
    });
    let mut found = Vec::new();
    for (n, asked) in Asked::outcomes(&arm.scenario).into_iter().enumerate() {
        let each = |belief: usize, some: &[usize]| -> Vec<f64> {
            sorted.of(belief, some).map(|world| in_the_end(&worlds[world], n)).collect()
        };
        let class = |belief: usize, class: usize| {
            let each = each(belief, &[class]);
            (!each.is_empty()).then(|| Class::of(&each))
        };
        let of = |belief: usize| (0..classes[belief].count()).map(|n| class(belief, n)).collect();
        let value = |belief: usize, some: &[usize]| {
            let probability = match each(belief, some)[..] {
                // One of many can't tell.
                [only] => {
                    let interval = Interval { low: 0.0, high: 1.0 };
                    Proportion { standard_error: f64::NAN, interval, ..Proportion::exact(&[only], 1) }
                }
                ref each => Proportion { credible: None, ..Proportion::exact(each, each.len() as u64) },
            };
            probability.into()
        };
        let each: Vec<_> = worlds.iter().map(|world| (in_the_end(world, n), 1)).collect();
        let seen = Seen { classes: &of, value: &value };
        found.extend(rows(&arm.scenario, classes, &asked, seen, Between::of(&each, None)));
    }
    for (n, asked) in Asked::measured(&arm.scenario).into_iter().enumerate() {
        let each: Vec<(f64, f64)> = worlds.iter().map(|world| sum_and_share(world, n)).collect();
        found.extend(sorted.rows(&arm.scenario, classes, &asked, &each, true));
    }
    for row in &mut found {
        for number in [&mut row.low.value, &mut row.high.value, &mut row.difference] {
            *number = number.solved(0.0);
        }
    }
    found
}
