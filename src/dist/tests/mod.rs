//! Tests across families, and of the special functions against references.

mod families;
mod forms;
mod golden;
mod golden_draws;
mod golden_families;
mod inverse;
mod samples;
mod special;
