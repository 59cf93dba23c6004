//! How each scenario is answered, by paths or by solving, and why so.

use super::args::{RunArgs, Way};
use super::refused;
use crate::exact::{NotExact, Why};
use crate::quantity::prose::counted;
use crate::report::{How, lacking};
use crate::study::{
    Effort, Goal, Lacks, MOST_SOLVED, Method, Needed, Plan, Results, Subject, Watch, effort, needed,
};
use std::sync::atomic::AtomicBool;

/// What `auto` goes by: a path takes about as long as so many evaluations of a density.
const A_PATH: u64 = 10;
/// Solving that takes no more than this, about a second, is worth being free of sampling error.
const SOON: u64 = 10_000_000;

const LONGER: &str = "since solving every world would take longer";
/// Where nothing was to be chosen.
pub(super) const AS_ASKED: &str = "as asked";

/// What solving may take to be the cheaper way, where so many paths would be walked.
fn most(paths: u64) -> u64 {
    SOON.max(paths.saturating_mul(A_PATH))
}

/// How each scenario is to be answered.
pub(super) fn ways(args: &RunArgs, plan: &Plan, goal: Option<&Goal>, cancel: &AtomicBool) -> Vec<How> {
    let chosen = |method, why: &str| How { method, why: why.into(), beside: None };
    let way = |subject: &Subject| match args.method {
        Way::Sample => chosen(Method::Sampling, AS_ASKED),
        Way::Exact => chosen(Method::Exact, AS_ASKED),
        Way::Auto if args.paths_csv => chosen(Method::Sampling, "since paths.csv is asked for"),
        Way::Auto => match effort(subject, plan.settings.seed, most(subject.size.paths())) {
            Err((_, NotExact { why: Why::TooMuch, .. })) => chosen(Method::Sampling, LONGER),
            Err((_, refused)) => {
                let why = refused::sentence(&subject.scenario, &refused);
                chosen(Method::Sampling, &format!("since {why}"))
            }
            Ok(effort) => match goal {
                // A solved scenario has any precision; one whose worlds are a sample has not.
                Some(_) if !subject.size.vary => chosen(Method::Exact, "since that has every precision"),
                Some(goal) => match worlds_for(plan, goal, subject, effort, cancel) {
                    Some(needed) if needed.worlds > goal.least_worlds(subject) => chosen(
                        Method::Exact,
                        &format!("since the precision takes about {}", counted(needed.worlds, "world")),
                    ),
                    Some(_) => chosen(Method::Exact, "since the precision takes few worlds"),
                    None => chosen(
                        Method::Sampling,
                        "since solving as many worlds as the precision takes would take longer",
                    ),
                },
                None if effort.of(subject.size.worlds) <= most(subject.size.paths()) => {
                    chosen(Method::Exact, "since everything asked can be had so")
                }
                None => chosen(Method::Sampling, LONGER),
            },
        },
    };
    plan.subjects.iter().map(way).collect()
}

/// What a precision takes where solving worlds is the cheaper way to it.
fn worlds_for(
    plan: &Plan,
    goal: &Goal,
    subject: &Subject,
    effort: Effort,
    cancel: &AtomicBool,
) -> Option<Needed> {
    let cheap = |worlds: u64, paths: u64| effort.of(worlds) <= most(paths);
    if !cheap(goal.least_worlds(subject), 0) {
        return None;
    }
    // What stops a world here will be told by the run.
    let needed = needed(plan, goal, subject, Watch { cancel, progress: &|_| {} }).ok()?;
    (needed.worlds <= MOST_SOLVED && cheap(needed.worlds, needed.paths)).then_some(needed)
}

/// How it came out: what solving did not tell in any variant.
pub(super) fn as_found(all: &mut [How], plan: &Plan, results: &Results) {
    let mut left = results.answers.as_slice();
    for (how, subject) in all.iter_mut().zip(&plan.subjects) {
        let (answers, later) = left.split_at(subject.arms.len().min(left.len()));
        left = later;
        let lacks = answers.iter().fold(Lacks::default(), |lacks, answer| lacks.either(&answer.lacks));
        if !lacks.any() {
            continue;
        }
        let what = lacking(&subject.scenario, &lacks);
        how.beside = answers.iter().find_map(|answer| answer.beside);
        how.why = match how.beside {
            Some(made) => format!("but for {what}: these from {}", counted(made.paths, "path")),
            None => format!("{AS_ASKED}; left empty: {what} (`--method auto` has these from paths)"),
        };
    }
}
