//! Tests across families, and of the special functions against references.

mod families;
mod forms;
mod golden;
mod samples;
mod special;
