//! How each scenario is answered, by paths or by solving, and why so.

use super::args::{RunArgs, Way};
use super::refused;
use crate::exact::{NotExact, Why};
use crate::quantity::prose::counted;
use crate::report::{How, lacking};
use crate::study::{Lacks, Method, Plan, Results, Subject, effort};

/// What `auto` goes by: a path takes about as long as so many evaluations of a density.
const A_PATH: u64 = 10;
/// Solving that takes no more than this, about a second, is worth being free of sampling error.
const SOON: u64 = 10_000_000;

const LONGER: &str = "since solving every world would take longer";
/// Where nothing was to be chosen.
pub(super) const AS_ASKED: &str = "as asked";

/// What solving may take to be the cheaper way.
fn most(subject: &Subject) -> u64 {
    SOON.max(subject.size.paths().saturating_mul(A_PATH))
}

/// How each scenario is to be answered.
pub(super) fn ways(args: &RunArgs, plan: &Plan) -> Vec<How> {
    let chosen = |method, why: &str| How { method, why: why.into(), beside: None };
    let way = |subject: &Subject| match args.method {
        Way::Sample => chosen(Method::Sampling, AS_ASKED),
        Way::Exact => chosen(Method::Exact, AS_ASKED),
        Way::Auto if args.paths_csv => chosen(Method::Sampling, "since paths.csv is asked for"),
        Way::Auto => match effort(subject, plan.settings.seed, most(subject)) {
            Err((_, NotExact { why: Why::TooMuch, .. })) => chosen(Method::Sampling, LONGER),
            Err((_, refused)) => {
                let why = refused::sentence(&subject.scenario, &refused);
                chosen(Method::Sampling, &format!("since {why}"))
            }
            // A solved scenario has any precision; one whose worlds are a sample has not.
            Ok(_) if !args.until.is_empty() && subject.size.vary => {
                chosen(Method::Sampling, "since a precision is asked for, which takes more worlds")
            }
            Ok(_) if !args.until.is_empty() => chosen(Method::Exact, "since that has every precision"),
            Ok(effort) if effort.saturating_mul(subject.size.worlds) <= most(subject) => {
                chosen(Method::Exact, "since everything asked can be had so")
            }
            Ok(_) => chosen(Method::Sampling, LONGER),
        },
    };
    plan.subjects.iter().map(way).collect()
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
