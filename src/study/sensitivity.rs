//! Which belief matters most: how often each outcome comes where a belief is low and where it is high.

use super::answer::{SensitivityRow, Side};
use super::arms::Arm;
use super::beliefs::changed;
use super::estimate::Estimate;
use super::plan::Subject;
use super::read::{in_days, title};
use super::solved::Solved;
use crate::engine::Source;
use crate::engine::tally::{Sensitivity, Tally};
use crate::exact::Solution;
use crate::model::{Belief, Scenario, Ty};
use crate::program::Marginal;
use crate::stats::{Between, Class, Classes, Interval, Proportion, apart, explained};

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

/// What the worlds of some classes of a belief say of an outcome; `None` where there are none.
type Seen<'a> = &'a dyn Fn(usize, &[usize], usize) -> Option<(Class, Proportion)>;

/// What paths say of a variant.
pub(super) fn walked(
    arm: &Arm,
    classes: &[Classes],
    tally: &Tally,
    sensitivity: &Sensitivity,
) -> Vec<SensitivityRow> {
    let seen = |belief: usize, some: &[usize], outcome: usize| {
        let (hits, worlds, each) = sensitivity.seen(belief, some, outcome);
        (worlds > 0).then(|| (hits.class(worlds, each), Proportion::of_worlds(hits, worlds, each)))
    };
    rows(&arm.scenario, classes, &seen, &|outcome| tally.outcomes.between(outcome, tally.paths()))
}

/// What worlds say that were solved, of each of which the beliefs are given.
pub(super) fn solved(
    arm: &Arm,
    classes: &[Classes],
    beliefs: &[Vec<f64>],
    worlds: Solved<'_>,
) -> Vec<SensitivityRow> {
    // The class of each world, by belief.
    let sorted: Vec<Vec<usize>> = classes
        .iter()
        .enumerate()
        .map(|(belief, classes)| beliefs.iter().map(|values| classes.of(values[belief])).collect())
        .collect();
    let seen = |belief: usize, some: &[usize], outcome: usize| {
        let mut wanted = vec![false; classes[belief].count()];
        some.iter().for_each(|class| wanted[*class] = true);
        let these = sorted[belief].iter().zip(worlds.all).filter(|(class, _)| wanted[**class]);
        let each: Vec<f64> = these.map(|(_, world)| in_the_end(world, outcome)).collect();
        let probability = match each[..] {
            [] => return None,
            // One of many can't tell.
            [only] => {
                let interval = Interval { low: 0.0, high: 1.0 };
                Proportion { standard_error: f64::NAN, interval, ..Proportion::exact(&[only], 1) }
            }
            _ => Proportion { credible: None, ..Proportion::exact(&each, each.len() as u64) },
        };
        Some((Class::of(&each), probability))
    };
    let between = |outcome: usize| {
        Between::of(&worlds.iter().map(|world| (in_the_end(world, outcome), 1)).collect::<Vec<_>>(), None)
    };
    let mut rows = rows(&arm.scenario, classes, &seen, &between);
    for row in &mut rows {
        for number in [&mut row.low.probability, &mut row.high.probability, &mut row.difference] {
            *number = number.solved(0.0);
        }
    }
    rows
}

fn in_the_end(world: &Solution, outcome: usize) -> f64 {
    world.slots.last().map_or(f64::NAN, |end| end.outcomes[outcome].clamp(0.0, 1.0))
}

fn rows(
    scenario: &Scenario,
    classes: &[Classes],
    seen: Seen<'_>,
    between: &dyn Fn(usize) -> Option<Between>,
) -> Vec<SensitivityRow> {
    let mut rows = Vec::new();
    for (n, outcome) in scenario.outcomes.iter().enumerate() {
        let between = between(n);
        let mut of_outcome: Vec<SensitivityRow> = Vec::new();
        for (b, (belief, classes)) in scenario.beliefs.iter().zip(classes).enumerate() {
            let each: Vec<Option<(Class, Proportion)>> =
                (0..classes.count()).map(|class| seen(b, &[class], n)).collect();
            // What never comes, or always, turns on nothing.
            let turns = each.iter().flatten().any(|(_, p)| p.p > 0.0)
                && each.iter().flatten().any(|(_, p)| p.p < 1.0);
            if !turns || each.iter().flatten().count() < 2 {
                continue;
            }
            let known: Vec<Class> = each.iter().flatten().map(|(class, _)| *class).collect();
            let explained = explained(&known, between);
            let there: Vec<usize> = (0..classes.count()).filter(|class| each[*class].is_some()).collect();
            for (option, low, high) in sides(scenario, belief, &there) {
                // All values of a class are above those of the one below.
                let (scale, unit) = in_days(belief.ty);
                let number = option.is_none() && belief.ty != Ty::Bool;
                let top =
                    |class: Option<usize>| classes.top(class?).filter(|_| number).map(|top| top * scale);
                let bounds =
                    [top(low.first().copied()), top(high.first().and_then(|class| class.checked_sub(1)))];
                let (Some(low), Some(high)) = (seen(b, &low, n), seen(b, &high, n)) else { continue };
                let (value, standard_error, interval) = apart(&high.1, &low.1);
                let side = |(class, p): (Class, Proportion), bound| Side {
                    bound,
                    worlds: class.worlds,
                    probability: Estimate::from(p),
                };
                of_outcome.push(SensitivityRow {
                    outcome: outcome.name.clone(),
                    title: title(&outcome.title, &outcome.name),
                    rank: 0,
                    belief: belief.name.clone(),
                    option,
                    unit: unit.into(),
                    difference: Estimate { value, standard_error, interval, ..Estimate::from(high.1) },
                    low: side(low, bounds[0]),
                    high: side(high, bounds[1]),
                    moves: explained.moves,
                    told: explained.told,
                    share: explained.share,
                });
            }
        }
        ranked(&mut of_outcome);
        rows.append(&mut of_outcome);
    }
    rows
}

/// Most first, and what may be no more than chance last; the options of a belief stay together.
fn ranked(rows: &mut [SensitivityRow]) {
    // Not a number is last.
    let key = |row: &SensitivityRow| if row.moves.is_nan() { -1.0 } else { row.moves };
    rows.sort_by(|a, b| b.told.cmp(&a.told).then(key(b).total_cmp(&key(a))));
    let mut rank = 0;
    let mut earlier = String::new();
    for row in rows {
        if row.belief != earlier {
            rank += 1;
            earlier.clone_from(&row.belief);
        }
        row.rank = rank;
    }
}

/// Which of the classes that are there are low, and which are high: of numbers the first and the last, of a belief that is one of several
/// each option, with all others as low.
fn sides(
    scenario: &Scenario,
    belief: &Belief,
    there: &[usize],
) -> Vec<(Option<String>, Vec<usize>, Vec<usize>)> {
    match (belief.ty, there) {
        (Ty::Option(set), _) => {
            let names = &scenario.set(set).names;
            let others = |n: usize| there.iter().copied().filter(|class| *class != n).collect();
            there.iter().map(|n| (Some(names[*n].clone()), others(*n), vec![*n])).collect()
        }
        (_, [first, .., last]) => vec![(None, vec![*first], vec![*last])],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Plan, Results, Settings, Watch, run_plan, solve_plan};
    use std::sync::atomic::AtomicBool;

    /// P(deal) = 0.1 + 0.3 x + 0.1 y + 0.2 (z) + 0.1 (m is b), of beliefs that are independent of each other.
    const FOUR: &str = "[beliefs]\nx = { is = 'uniform(0, 1)', why = 'w' }\ny = { is = 'uniform(0, 10 days)', why = 'w' }\n\
        z = { p = 0.3, why = 'w' }\nm = { draw = { a = 1, b = 2, c = 1 }, why = 'w' }\nidle = { is = 'uniform(0, 1)', why = 'w' }\n\
        [variants.sure]\nz = 'true'\nx = '0.5'\n\
        [stage.s]\nnext = [{ p = '0.1 + 0.3 * x + 0.01 * y / 1 day + 0.2 * z + (if m == b then 0.1 else 0)', to = 'deal' }, { to = 'none' }]\n\
        [outcome.deal]\n[outcome.none]\n[outcome.neither]\n";

    fn run(text: &str, settings: Settings, exact: bool) -> Results {
        let checked = crate::check::check_text("four", text);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let plan = Plan::new(vec![scenario], settings);
        let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| {} };
        if exact { solve_plan(&plan, watch).unwrap() } else { run_plan(&plan, watch, None).unwrap() }
    }

    #[test]
    fn what_beliefs_change_and_explain_is_that_of_the_formula() {
        // The belief, the mean of P(deal) where it is low and where it is high, and the variance that its classes make: of a line of slope
        // b, fifths see 24/25 of b² / 12.
        let mean = 0.1 + 0.15 + 0.05 + 0.06 + 0.05;
        let truths = [
            ("x", None, mean - 0.12, mean + 0.12, 0.09 / 12.0 * 0.96),
            ("y", None, mean - 0.04, mean + 0.04, 0.01 / 12.0 * 0.96),
            ("z", None, mean - 0.06, mean + 0.14, 0.04 * 0.21),
            ("m", Some("a"), mean - 0.05 + 2.0 / 30.0, mean - 0.05, 0.01 * 0.25),
            ("m", Some("b"), mean - 0.05, mean + 0.05, 0.01 * 0.25),
            ("m", Some("c"), mean - 0.05 + 2.0 / 30.0, mean - 0.05, 0.01 * 0.25),
            ("idle", None, mean, mean, 0.0),
        ];
        let all = 0.09 / 12.0 + 0.01 / 12.0 + 0.04 * 0.21 + 0.01 * 0.25;
        let settings = |paths, worlds| Settings { paths, worlds, seed: 3, ..Settings::default() };
        for (settings, exact) in [
            (settings(80_000, Some(4_000)), false),
            (settings(40_000, Some(40_000)), false),
            (settings(4_000, Some(4_000)), true),
        ] {
            let results = run(FOUR, settings, exact);
            let base = &results.answers[0];
            let rows: Vec<_> = base.sensitivity.iter().filter(|row| row.outcome == "deal").collect();
            assert_eq!(rows.len(), truths.len());
            assert!(base.sensitivity.iter().all(|row| row.outcome != "neither"));
            for (belief, option, low, high, explained) in truths {
                let row = rows.iter().find(|r| r.belief == belief && r.option.as_deref() == option).unwrap();
                let near = |seen: &Estimate, truth: f64| {
                    let z = (seen.value - truth) / seen.standard_error;
                    assert!(z.abs() < 4.0, "{belief}: {} for {truth}, z = {z}", seen.value);
                };
                near(&row.low.probability, low);
                near(&row.high.probability, high);
                near(&row.difference, high - low);
                // At 1.96 standard errors from 0: at twice that, one in ten thousand is beyond.
                if let Some((share, within)) = row.share {
                    let (truth, half) = (explained / all, within.half_width());
                    assert!(
                        (share - truth).abs() < 2.0 * half + 1e-3,
                        "{belief}: {share} for {truth}, {within:?}"
                    );
                }
                assert_eq!(row.share.is_some(), settings.worlds != Some(settings.paths) || exact);
            }
            let order: Vec<(usize, &str)> = rows.iter().map(|r| (r.rank, r.belief.as_str())).collect();
            assert_eq!(order[..2], [(1, "z"), (2, "x")]);
            assert_eq!(order[6], (5, "idle"));
            assert_eq!((rows[1].low.bound, rows[1].high.bound), (Some(0.2), Some(0.8)));
            let y = rows.iter().find(|row| row.belief == "y").unwrap();
            assert_eq!((y.low.bound, y.high.bound, y.unit.as_str()), (Some(2.0), Some(8.0), "days"));
            let turns: Vec<&str> = base.turns_on("deal").iter().map(|row| row.belief.as_str()).collect();
            assert!(turns.starts_with(&["z", "x", "m", "y"]), "{turns:?}");
            // What a variant makes certain it does not turn on.
            let sure = &results.answers[1].sensitivity;
            assert!(!sure.is_empty() && sure.iter().all(|row| row.belief != "x" && row.belief != "z"));
        }
    }

    #[test]
    fn threads_change_nothing_and_few_worlds_have_fewer_classes() {
        let settings = |paths, worlds, threads| Settings { paths, worlds, threads, ..Settings::default() };
        let told =
            |threads, exact| format!("{:?}", run(FOUR, settings(3_000, Some(300), threads), exact).answers);
        for exact in [false, true] {
            assert_eq!(told(1, exact), told(2, exact));
        }
        for (worlds, low, high) in [(99, 1.0 / 3.0, 2.0 / 3.0), (29, 0.5, 0.5)] {
            let results = run(FOUR, settings(990, Some(worlds), 1), false);
            let x = results.answers[0].sensitivity.iter().find(|row| row.belief == "x").unwrap();
            let ends = (x.low.bound.unwrap(), x.high.bound.unwrap());
            assert!((ends.0 - low).abs() < 1e-12 && (ends.1 - high).abs() < 1e-12, "{ends:?}");
        }
    }

    /// Values of which one is more probable than a class would be, at either end, by a formula and by draws.
    #[test]
    fn a_few_values_have_a_class_each_whatever_their_chances() {
        for law in [
            "discrete(1, 50%, 2, 50%)",
            "discrete(1, 20%, 2, 80%)",
            "discrete(1, 90%, 2, 10%)",
            "pool(1: point(1), 1: point(2))",
            "truncate(discrete(1, 1, 2, 1, 3, 8), 1, 2)",
        ] {
            let text = format!(
                "[beliefs]\nr = {{ is = '{law}', why = 'w' }}\nu = {{ is = 'uniform(0, 1)', why = 'w' }}\n\
                 [stage.s]\nnext = [{{ p = 'if r == 1 then 0.1 else 0.8 + 0.05 * u', to = 'deal' }}, {{ to = 'none' }}]\n[outcome.deal]\n[outcome.none]\n"
            );
            for worlds in [2_000, 40] {
                for exact in [false, true] {
                    let settings =
                        Settings { worlds: Some(worlds), paths: 20 * worlds, ..Settings::default() };
                    let results = run(&text, settings, exact);
                    let row = &results.answers[0].sensitivity[0];
                    assert_eq!(
                        (row.rank, row.belief.as_str(), row.low.bound, row.high.bound),
                        (1, "r", Some(1.0), Some(1.0)),
                        "{law}"
                    );
                    assert_eq!(row.low.worlds + row.high.worlds, worlds, "{law}");
                    assert!(row.difference.value > 0.6 && row.told, "{law}: {row:?}");
                    let (share, within) = row.share.unwrap();
                    assert!(within.contains(share) && share > 0.97, "{law}, {worlds}: {share} {within:?}");
                }
            }
        }
    }

    /// What no belief changes differs by rounding alone.
    #[test]
    fn rounding_is_no_difference() {
        let text = "[beliefs]\nu = { is = 'uniform(0, 1)', why = 'w' }\n\
            [stage.s]\nnext = [{ p = 0.3, to = 'deal' }, { to = 'none' }]\n[outcome.deal]\n[outcome.none]\n[measures]\nu = { value = 'u' }\n";
        let results = run(text, Settings { worlds: Some(57), ..Settings::default() }, true);
        for row in &results.answers[0].sensitivity {
            let d = &row.difference;
            assert_eq!((d.value, d.standard_error, d.interval.low, d.interval.high), (0.0, 0.0, 0.0, 0.0));
            assert_eq!((row.moves, row.told, row.share), (0.0, false, None));
        }
    }

    /// A belief that reads another has no formula: its classes come of draws. Where a clock can't tell its worlds apart nothing is told.
    #[test]
    fn a_belief_that_depends_on_another_has_classes_of_draws() {
        let text = "[beliefs]\na = { is = 'uniform(0, 1)', why = 'w' }\nb = { is = 'normal(a, 0.1)', why = 'w' }\n\
            [stage.s]\nnext = [{ p = 'clamp(b, 0, 1)', to = 'deal' }, { to = 'none' }]\n[outcome.deal]\n[outcome.none]\n";
        let results = run(text, Settings::default(), false);
        let rows = &results.answers[0].sensitivity;
        let b = rows.iter().find(|row| row.belief == "b").unwrap();
        assert_eq!(b.rank, 1);
        // A fifth of 2,000 worlds, by the quantiles of 1,000 of these: four standard errors of both.
        let far = 4.0 * (0.2_f64 * 0.8 * (2_000.0 + 2_000.0 * 2.0)).sqrt();
        assert!(
            (b.low.worlds as f64 - 400.0).abs() < far && (b.high.worlds as f64 - 400.0).abs() < far,
            "{b:?}"
        );
        let without = run(
            &text.replace("uniform(0, 1)", "0.5").replace("normal(a, 0.1)", "0.5"),
            Settings::default(),
            false,
        );
        assert!(without.answers[0].sensitivity.is_empty());
    }
}
