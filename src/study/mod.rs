//! The questions: which variants to run, on how many worlds and paths, and what the answers are.

mod arms;
mod plan;

pub use arms::{Arm, BASE, arms};
pub use plan::{DEFAULT_PATHS, Plan, Settings, Size, Subject, UnknownVariant, beliefs_vary};
