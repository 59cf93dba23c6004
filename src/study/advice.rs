//! What a reader of results should know: warnings that carry the numbers.

use super::answer::{Answer, STILL_OPEN, SensitivityRow};
use super::batch::Results;
use super::estimate::{Estimate, Method};
use crate::stats::{Verdict, paths_for, two_figures_up};

/// The half-width that advice goes for: half a percentage point.
pub const WANTED: f64 = 0.005;
/// Below so many paths a conditional mean is called thin.
const THIN: u64 = 100;

/// What solving may leave open before it is told: half of the last digit that a page shows.
const OPEN: f64 = 0.000_5;

/// One thing to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Advice {
    /// The widest interval, and the paths that would make it ± half a point.
    WidestInterval {
        /// The variant, where there are several.
        variant: Option<String>,
        /// The outcome.
        outcome: String,
        /// Half its width.
        half_width: f64,
        /// Paths of each variant that would do.
        paths: u64,
        /// The worlds that they must come from, where worlds vary.
        worlds: Option<u64>,
    },
    /// What is solved is not as exact as the page shows it: where the numbers may be off most.
    WideBound {
        /// The variant, where there are several.
        variant: Option<String>,
        /// The outcome.
        outcome: String,
        /// By how much its probability may be off.
        bound: f64,
    },
    /// Beliefs move a probability much more than chance does in this run.
    BeliefsMatter {
        /// The variant, where there are several.
        variant: Option<String>,
        /// The outcome.
        outcome: String,
        /// The central 95% across worlds.
        low: f64,
        /// See `low`.
        high: f64,
        /// The belief that moves it most.
        most: Box<SensitivityRow>,
    },
    /// Beliefs move some outcomes by less than so few paths in each world can tell, and others by more.
    SpreadUntold {
        /// The most likely of those of which it isn't told.
        outcome: String,
        /// Paths in each world.
        each: u64,
        /// The worlds of the run, and ten times its paths.
        worlds: u64,
        /// See `worlds`.
        paths: u64,
    },
    /// An outcome came on no path: steered ones tell how likely it is.
    Unseen {
        /// The scenario, and the outcome.
        scenario: String,
        /// See `scenario`.
        outcome: String,
        /// Others of which the same is true.
        more: usize,
    },
    /// A mean is only of paths where something holds or comes, and these are few.
    ThinMean {
        /// The variant, where there are several.
        variant: Option<String>,
        /// The measure.
        measure: String,
        /// Paths behind it.
        paths: u64,
    },
    /// A mean leaves out the paths where it never comes: of a scenario's measures the one that leaves out most.
    NeverComes {
        /// The variant, where there are several.
        variant: Option<String>,
        /// The measure.
        measure: String,
        /// How often it never does, of the paths that count.
        never: f64,
        /// Whether only some count.
        given: bool,
        /// Other measures of which the same is true.
        more: usize,
    },
    /// Paths come to a stage after the date that alone ends it, and stay there: the stage where most do.
    EnteredLate {
        /// The variant, where there are several.
        variant: Option<String>,
        /// The stage.
        stage: String,
        /// On how many.
        share: f64,
    },
    /// A measure is no number on some paths.
    Undefined {
        /// The variant, where there are several.
        variant: Option<String>,
        /// The measure.
        measure: String,
        /// On how many, of what was walked.
        paths: u64,
        /// How likely, of what was solved.
        share: f64,
    },
    /// Some differences between variants can't be told from zero.
    CannotTell {
        /// The differences of outcomes at the end that can't.
        unclear: usize,
        /// Of so many that are not exactly zero.
        of: usize,
        /// Paths that would tell the nearest of them, and the worlds that they must come from, where worlds vary.
        paths: Option<(u64, Option<u64>)>,
    },
    /// Splits have more cells than are kept.
    TooManyCells {
        /// The variant, where there are several.
        variant: Option<String>,
        /// The split.
        split: String,
    },
}

/// What to know of these results, the weightiest first.
pub fn advice(results: &Results) -> Vec<Advice> {
    let several = results.answers.len() > 1;
    let name = |answer: &Answer| several.then(|| format!("{} {}", answer.scenario, answer.variant));
    let mut all = Vec::new();
    all.extend(undefined(results, &name));
    all.extend(widest_bound(results, &name));
    all.extend(widest(results, &name));
    all.extend(cannot_tell(results));
    all.extend(results.answers.first().and_then(|answer| beliefs_matter(answer, &name)));
    if let [answer] = results.answers.as_slice() {
        all.extend(spread_untold(answer));
    }
    all.extend(bases(results).filter_map(unseen));
    all.extend(bases(results).filter_map(|answer| entered_late(answer, &name)));
    all.extend(bases(results).filter_map(|answer| never_comes(answer, &name)));
    all.extend(thin(results, &name));
    all.extend(too_many_cells(results, &name));
    all
}

/// The first variant of each scenario.
fn bases(results: &Results) -> impl Iterator<Item = &Answer> {
    let all = &results.answers;
    let first = |n: usize| n == 0 || all[n - 1].scenario != all[n].scenario;
    all.iter().enumerate().filter(move |(n, _)| first(*n)).map(|(_, answer)| answer)
}

fn at_end(answer: &Answer) -> impl Iterator<Item = &super::answer::OutcomeRow> {
    let last = answer.whens.len() - 1;
    answer.outcomes.iter().filter(move |row| row.when == last && row.outcome != STILL_OPEN)
}

fn widest_bound(results: &Results, name: &dyn Fn(&Answer) -> Option<String>) -> Option<Advice> {
    let solved = results.answers.iter().filter(|answer| answer.made.method == Method::Exact);
    let rows = solved.flat_map(|answer| answer.outcomes.iter().map(move |row| (answer, row)));
    let bound = |row: &super::answer::OutcomeRow| row.probability.error_bound;
    let rows = rows.filter(|(_, row)| row.outcome != STILL_OPEN);
    let (answer, row) = rows.max_by(|a, b| bound(a.1).total_cmp(&bound(b.1)))?;
    (bound(row) > OPEN).then(|| Advice::WideBound {
        variant: name(answer),
        outcome: row.outcome.clone(),
        bound: bound(row),
    })
}

fn widest(results: &Results, name: &dyn Fn(&Answer) -> Option<String>) -> Option<Advice> {
    let sampled = results.answers.iter().filter(|answer| answer.made.method == Method::Sampling);
    let rows = sampled.flat_map(|answer| at_end(answer).map(move |row| (answer, row)));
    let width = |row: &super::answer::OutcomeRow| row.probability.interval.half_width();
    let (answer, row) = rows.max_by(|a, b| width(a.1).total_cmp(&width(b.1)))?;
    let paths = paths_for(width(row), answer.made.paths, WANTED)?;
    (width(row) > WANTED).then(|| Advice::WidestInterval {
        variant: name(answer),
        outcome: row.outcome.clone(),
        half_width: width(row),
        paths,
        worlds: worlds_of(answer, paths),
    })
}

/// The worlds of so many paths, as many of these in each as in this run: errors fall with the number of worlds.
fn worlds_of(answer: &Answer, paths: u64) -> Option<u64> {
    let made = answer.made;
    (made.worlds > 1).then(|| two_figures_up(paths as f64 * made.worlds as f64 / made.paths as f64))
}

fn beliefs_matter(answer: &Answer, name: &dyn Fn(&Answer) -> Option<String>) -> Option<Advice> {
    let row = answer.least_known()?;
    let credible = row.probability.credible?;
    // That some outcome of several has a spread may be chance; that a belief goes with it, hardly.
    let most = answer.turns_on("outcome", &row.outcome).first().map(|row| Box::new((*row).clone()))?;
    (credible.half_width() > 2.0 * row.probability.interval.half_width()).then(|| Advice::BeliefsMatter {
        variant: name(answer),
        outcome: row.outcome.clone(),
        low: credible.low,
        high: credible.high,
        most,
    })
}

/// What a page of a single variant has no number for beside others which it has.
fn spread_untold(answer: &Answer) -> Option<Advice> {
    let made = answer.made;
    let told = at_end(answer).any(|row| row.probability.credible.is_some());
    let lacks = |p: &Estimate| p.credible.is_none() && p.value > 0.0 && p.value < 1.0;
    let lacking = at_end(answer).filter(|row| lacks(&row.probability));
    let row = lacking.max_by(|a, b| a.probability.value.total_cmp(&b.probability.value))?;
    (told && made.method == Method::Sampling && made.worlds > 1).then(|| Advice::SpreadUntold {
        outcome: row.outcome.clone(),
        each: made.paths / made.worlds,
        worlds: made.worlds,
        paths: 10 * made.paths,
    })
}

fn unseen(answer: &Answer) -> Option<Advice> {
    let sampled = answer.made.method == Method::Sampling;
    let never: Vec<_> = at_end(answer).filter(|row| sampled && row.probability.value == 0.0).collect();
    never.first().map(|row| Advice::Unseen {
        scenario: answer.scenario.clone(),
        outcome: row.outcome.clone(),
        more: never.len() - 1,
    })
}

fn entered_late(answer: &Answer, name: &dyn Fn(&Answer) -> Option<String>) -> Option<Advice> {
    let (stage, share) = answer.late.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Advice::EnteredLate { variant: name(answer), stage: stage.clone(), share: *share })
}

fn never_comes(answer: &Answer, name: &dyn Fn(&Answer) -> Option<String>) -> Option<Advice> {
    let rows = answer.measures.iter().filter_map(|row| row.never.map(|never| (row, never.value)));
    // What comes on no path has no mean.
    let partial: Vec<_> = rows.filter(|(_, never)| *never > 0.0 && *never < 1.0).collect();
    let (row, never) = partial.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Advice::NeverComes {
        variant: name(answer),
        measure: row.measure.clone(),
        never: *never,
        given: row.given,
        more: partial.len() - 1,
    })
}

fn thin(results: &Results, name: &dyn Fn(&Answer) -> Option<String>) -> Option<Advice> {
    let rows = results.answers.iter().flat_map(|answer| answer.measures.iter().map(move |row| (answer, row)));
    let sampled = rows.filter(|(_, row)| row.mean.method == Method::Sampling);
    // What never happens has no mean to be thin.
    let partial = sampled.filter(|(_, row)| (row.given || row.never.is_some()) && row.paths > 0);
    let (answer, row) = partial.min_by_key(|(_, row)| row.paths)?;
    let walked = answer.beside.unwrap_or(answer.made).paths;
    (row.paths < THIN && row.paths < walked).then(|| Advice::ThinMean {
        variant: name(answer),
        measure: row.measure.clone(),
        paths: row.paths,
    })
}

fn undefined(results: &Results, name: &dyn Fn(&Answer) -> Option<String>) -> Option<Advice> {
    let rows = results.answers.iter().flat_map(|answer| answer.measures.iter().map(move |row| (answer, row)));
    let most = |row: &super::answer::MeasureRow| row.undefined as f64 + row.no_number;
    let (answer, row) = rows.max_by(|a, b| most(a.1).total_cmp(&most(b.1)))?;
    (most(row) > 0.0).then(|| Advice::Undefined {
        variant: name(answer),
        measure: row.measure.clone(),
        paths: row.undefined,
        share: row.no_number,
    })
}

fn cannot_tell(results: &Results) -> Option<Advice> {
    let rows = results.answers.iter().flat_map(|answer| {
        let last = answer.whens.len() - 1;
        answer.compare.iter().filter(move |row| row.when == Some(last)).map(move |row| (answer, row))
    });
    let differ: Vec<_> = rows.filter(|(_, row)| row.verdict != Verdict::Same).collect();
    let unclear: Vec<_> = differ.iter().filter(|(_, row)| row.verdict == Verdict::Unclear).collect();
    let nearest = unclear.iter().filter_map(|(answer, row)| Some((row.paths_to_tell?, *answer)));
    let nearest = nearest.min_by_key(|(paths, _)| *paths);
    (!unclear.is_empty()).then(|| Advice::CannotTell {
        unclear: unclear.len(),
        of: differ.len(),
        paths: nearest.map(|(paths, answer)| (paths, worlds_of(answer, paths))),
    })
}

fn too_many_cells(results: &Results, name: &dyn Fn(&Answer) -> Option<String>) -> Option<Advice> {
    let mut rows =
        results.answers.iter().flat_map(|answer| answer.splits.iter().map(move |row| (answer, row)));
    let (answer, row) = rows.find(|(_, row)| row.cell.is_empty())?;
    Some(Advice::TooManyCells { variant: name(answer), split: row.split.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, Settings, Watch, run_plan, solve_plan};
    use super::*;
    use std::sync::atomic::AtomicBool;

    /// A larger run has more paths in each world by itself: what is foreseen holds where the worlds that are told are drawn.
    #[test]
    fn the_paths_that_are_foreseen_with_their_worlds_do() {
        let checked = crate::check::check_text(
            "coin",
            "[beliefs]\nb = { is = 'beta(0.5, 0.5)', why = 'so' }\n[stage.a]\nnext = [{ p = 'b', to = 'yes' }, { to = 'no' }]\n[outcome.yes]\n[outcome.no]\n",
        );
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found));
        let run = |settings| {
            let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| () };
            run_plan(&Plan::new(vec![scenario.clone()], settings), watch, None).expect("it runs")
        };
        let found = advice(&run(Settings { paths: 2_000, ..Settings::default() }));
        let widest = found.iter().find_map(|advice| match advice {
            Advice::WidestInterval { paths, worlds, .. } => Some((*paths, *worlds)),
            _ => None,
        });
        let (enough, worlds) = widest.expect("2,000 paths are few");
        let results = run(Settings { worlds, paths: enough, ..Settings::default() });
        let half = results.answers[0].outcomes[0].probability.interval.half_width();
        // The half-width of 1,000 worlds is known to 1 / sqrt(2 (1,000 - 1)) of itself: four of these.
        assert!(
            (half / WANTED - 1.0).abs() < 4.0 / (2.0 * 999.0_f64).sqrt(),
            "{half} with {enough} and {worlds:?}"
        );
    }
    /// Of two outcomes one moves with a belief by more than ten paths a world tell, and the other by nothing; of both something is known with
    /// more variants, or where none moves.
    #[test]
    fn a_spread_that_is_not_told_beside_one_that_is_is_explained() {
        let untold = |chance: &str, variants: &str| {
            let text = format!(
                "[beliefs]\nb = {{ is = 'uniform(0, 1)', why = 'so' }}\n{variants}[stage.a]\n\
                 next = [{{ p = '{chance}', to = 'yes' }}, {{ p = '0.5', to = 'other' }}, {{ to = 'no' }}]\n\
                 [outcome.yes]\n[outcome.no]\n[outcome.other]\n"
            );
            let checked = crate::check::check_text("coin", &text);
            let scenario = checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found));
            let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| () };
            let results =
                run_plan(&Plan::new(vec![scenario], Settings::default()), watch, None).expect("it runs");
            advice(&results).into_iter().find(|advice| matches!(advice, Advice::SpreadUntold { .. }))
        };
        let wanted =
            Advice::SpreadUntold { outcome: "other".into(), each: 10, worlds: 2_000, paths: 200_000 };
        assert_eq!(untold("0.5 * b", ""), Some(wanted));
        assert_eq!(untold("0.5 * b", "[variants.sure]\nb = '0.5'\n"), None);
        assert_eq!(untold("0.2", ""), None);
    }
    /// 1 / (rounds - 2) of rounds that are geometric.
    #[test]
    fn a_measure_that_is_no_number_is_told_where_it_is_solved_too() {
        let checked = crate::check::check_text(
            "rounds",
            "horizon = '100 days'\nat_horizon = 'open'\n[state]\nrounds = 0\n[stage.a]\ntakes = '5 days'\n\
             enter = { set = { rounds = 'rounds + 1' } }\nnext = [{ p = '70%', to = 'deal' }, { to = 'a' }]\n\
             [measures]\nodd = { value = '1 / (rounds - 2)' }\n[outcome.deal]\n[outcome.open]\n",
        );
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found));
        let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| () };
        let results =
            solve_plan(&Plan::new(vec![scenario], Settings::default()), watch).expect("it is solved");
        let told = advice(&results).into_iter().find_map(|advice| match advice {
            Advice::Undefined { measure, paths: 0, share, .. } => Some((measure, share)),
            _ => None,
        });
        let (measure, share) = told.expect("it is told");
        assert!(measure == "odd" && (share - 0.21).abs() < 1e-12, "{share}");
    }
}
