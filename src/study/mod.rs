//! The questions: which variants to run, on how many worlds and paths, and what the answers are.

mod advice;
mod answer;
mod arms;
mod batch;
mod beliefs;
mod estimate;
mod lacks;
mod late;
mod named;
mod plan;
mod probe;
mod rare;
mod read;
mod sensitivity;
mod solve;
mod solved;
mod until;
mod until_solved;

pub use advice::{Advice, WANTED, advice};
pub use answer::{
    Answer, BeliefRow, CompareRow, ENDED, Made, MeasureRow, OutcomeRow, QUANTILES, STILL_OPEN,
    SensitivityRow, Side, SplitRow, StageRow, TimeRow, TimelineRow, When,
};
pub use arms::{Arm, BASE, arms};
pub use batch::{Failed, Results, RowSheet, Stopped, Watch, again, run_plan, run_with};
pub use beliefs::beliefs;
pub use estimate::{Estimate, Method};
pub use lacks::{Lack, Lacks, fill};
pub use named::{UnknownVariant, variant};
pub use plan::{DEFAULT_PATHS, Plan, Settings, Size, Subject, beliefs_vary};
pub use probe::stopping;
pub use rare::{
    Degenerate, LEAST_HITS, LEAST_WORLDS, MOST_SHARE, RareAnswer, RareQuestion, RareSettings, rare, rare_path,
};
pub use read::{in_days, whens};
pub use solve::{Effort, effort, solve_plan, solve_subject};
pub use until::{
    BadTarget, Goal, LEAST_PATHS, MOST_PATHS, Reached, Target, UnknownOutcome, run_until, run_until_with,
};
pub use until_solved::{MOST_SOLVED, Needed, needed, solve_until};

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
