//! The register of assumptions: what is believed, why, and what was made of the words.

use super::answer::{BeliefRow, QUANTILES};
use super::plan::Subject;
use super::read::in_days;
use crate::engine::Source;
use crate::model::{Belief, Scenario, Ty};
use crate::program::Marginal;

/// Draws from which the quantiles of a belief are taken that depends on others.
const DRAWS: u64 = 10_000;

/// By belief, whether a variant changes how it is distributed: by another distribution, or by a lever or a belief that it reads.
pub(super) fn changed(base: &Scenario, scenario: &Scenario) -> Vec<bool> {
    let mut changed: Vec<bool> = Vec::new();
    for (belief, was) in scenario.beliefs.iter().zip(&base.beliefs) {
        let reads = belief.draw.reads(&scenario.formulas);
        let lever = reads.levers.iter().any(|id| scenario.levers[id.0].chosen != base.levers[id.0].chosen);
        // A belief reads only those above it.
        let other = reads.beliefs.iter().any(|id| changed.get(id.0).is_some_and(|changed| *changed));
        changed.push(belief != was || lever || other);
    }
    changed
}

/// All beliefs of the base; of a variant those that it changes.
pub fn beliefs<S: Source>(
    subject: &Subject,
    arm: usize,
    source: &S,
) -> Result<Vec<BeliefRow>, (u64, S::Fault)> {
    let scenario = &subject.arms[arm].scenario;
    let changed = changed(&subject.scenario, scenario);
    let told: Vec<usize> = (0..scenario.beliefs.len()).filter(|&n| arm == 0 || changed[n]).collect();
    let marginals: Vec<_> = told.iter().map(|&n| source.marginal(n)).collect();
    let mut draws: Vec<Vec<f64>> = vec![Vec::new(); told.len()];
    if marginals.iter().any(Option::is_none) {
        let mut earlier = None;
        for number in 0..DRAWS {
            let world = source.world(number, earlier).map_err(|fault| (number, fault))?;
            let values = source.beliefs(&world);
            draws.iter_mut().zip(&told).for_each(|(draws, &n)| draws.push(values[n]));
            earlier = Some(world);
        }
    }
    let rows = told.iter().zip(marginals).zip(draws).map(|((&n, marginal), mut draws)| {
        let belief = &scenario.beliefs[n];
        let (scale, unit) = in_days(belief.ty);
        let row = BeliefRow { fitted: marginal.is_some(), ..row(scenario, belief, unit) };
        if let Some(Marginal::Law(law)) = marginal {
            return BeliefRow {
                mean: law.mean() * scale,
                sd: law.sd() * scale,
                quantiles: QUANTILES.map(|q| law.quantile(q) * scale),
                ..row
            };
        }
        let (shares, n) = match marginal {
            Some(Marginal::Shares(shares)) => (shares, f64::INFINITY),
            _ => {
                draws.sort_unstable_by(f64::total_cmp);
                let n = draws.len() as f64;
                (draws.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64 / n)).collect(), n)
            }
        };
        match belief.ty {
            Ty::Option(set) => {
                let share = |i: usize| shares.iter().filter(|(v, _)| *v == i as f64).map(|(_, p)| p).sum();
                let names = scenario.set(set).names.iter().cloned();
                BeliefRow { options: names.enumerate().map(|(i, name)| (name, share(i))).collect(), ..row }
            }
            _ => {
                let mean: f64 = shares.iter().map(|(v, p)| v * p).sum();
                let variance: f64 = shares.iter().map(|(v, p)| p * (v - mean) * (v - mean)).sum();
                // Of draws the estimate without bias.
                let unbiased = if n.is_finite() { n / (n - 1.0) } else { 1.0 };
                BeliefRow {
                    mean: mean * scale,
                    sd: (variance * unbiased).sqrt() * scale,
                    quantiles: QUANTILES.map(|q| quantile(&shares, q) * scale),
                    ..row
                }
            }
        }
    });
    Ok(rows.collect())
}

/// The least of these values, in rising order and with their probabilities, that is not exceeded with probability `q`.
fn quantile(shares: &[(f64, f64)], q: f64) -> f64 {
    let mut below = 0.0;
    let reached = shares.iter().find(|(_, p)| {
        below += p;
        // Decimal fractions add up to a little more or less than they should: 0.1 beside 1 - 0.9.
        below >= q - 1e-12
    });
    reached.or(shares.last()).map_or(f64::NAN, |(value, _)| *value)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check_text;
    use crate::study::{Plan, Settings, Watch, run_plan};
    use std::sync::atomic::AtomicBool;

    /// The register of these beliefs.
    fn register(beliefs: &str) -> Vec<BeliefRow> {
        answers(beliefs).remove(0)
    }

    /// The same by variant.
    fn answers(beliefs: &str) -> Vec<Vec<BeliefRow>> {
        let text =
            format!("{beliefs}[stage.s]\ntakes = \"1 day\"\nnext = [{{ to = \"done\" }}]\n[outcome.done]\n");
        let checked = check_text("register", &text);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let plan = Plan::new(vec![scenario], Settings { paths: 10, ..Settings::default() });
        let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| {} };
        let results = run_plan(&plan, watch, None).expect("nothing is wrong");
        results.answers.into_iter().map(|answer| answer.beliefs).collect()
    }

    #[test]
    fn what_is_true_or_false_and_options_are_told_exactly() {
        let rows = register(
            "[beliefs]\nrare = { p = \"10%\", why = \"w\" }\nsure = { p = 1, why = \"w\" }\n\
            mood = { draw = { hawk = 3, dove = 1, owl = 0 }, why = \"w\" }\n",
        );
        assert!(rows.iter().all(|row| row.fitted));
        // Nine worlds in ten have 0: no more are asked for by the 90% quantile.
        assert_eq!((rows[0].mean, rows[0].quantiles), (0.1, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]));
        assert!((rows[0].sd - 0.3).abs() < 1e-15);
        assert_eq!((rows[1].mean, rows[1].sd, rows[1].quantiles), (1.0, 0.0, [1.0; 7]));
        let options = [("hawk", 0.75), ("dove", 0.25), ("owl", 0.0)];
        assert_eq!(rows[2].options, options.map(|(name, share)| (name.to_string(), share)));
        assert!(rows[2].mean.is_nan());
    }

    #[test]
    fn what_a_variant_changes_by_a_lever_or_another_belief_is_told() {
        let text = "[levers]\nv = ['a', 'b']\n[beliefs]\np = { is = 'if v == a then uniform(0, 1) else uniform(2, 4)', why = 'w' }\n\
            twice = { is = '2 * p', why = 'w' }\nother = { is = 'uniform(0, 1)', why = 'w' }\n[variants.vb]\nv = 'b'\n";
        let found = answers(text);
        let told = |n: usize| found[n].iter().map(|row| row.belief.as_str()).collect::<Vec<_>>();
        assert_eq!((told(0), told(1)), (vec!["p", "twice", "other"], vec!["p", "twice"]));
        assert_eq!((found[0][0].mean, found[1][0].mean), (0.5, 3.0));
        // 10,000 draws of a number with a variance of 4/3.
        assert!((found[1][1].mean - 6.0).abs() < 4.0 * (4.0 / 3.0_f64 / DRAWS as f64).sqrt());
    }

    /// The mean of `p`, a uniform number, is 1/2: both beliefs are true in half of the worlds.
    #[test]
    fn what_depends_on_others_is_drawn() {
        let rows = register(
            "[beliefs]\np = { is = \"uniform(0, 1)\", why = \"w\" }\nheld = { p = \"p\", why = \"w\" }\n\
            mood = { draw = { hawk = \"p\", dove = \"1 - p\" }, why = \"w\" }\n",
        );
        assert_eq!(rows.iter().map(|row| row.fitted).collect::<Vec<_>>(), [true, false, false]);
        // Four standard errors of a share of 10,000 worlds.
        let near = |share: f64| (share - 0.5).abs() < 4.0 * 0.005;
        assert!(near(rows[1].mean) && near(rows[2].options[0].1), "{rows:?}");
        let variance = rows[1].mean * (1.0 - rows[1].mean) * DRAWS as f64 / (DRAWS as f64 - 1.0);
        assert!((rows[1].sd * rows[1].sd - variance).abs() < 1e-12);
        assert!((rows[2].options[0].1 + rows[2].options[1].1 - 1.0).abs() < 1e-12);
    }
}
