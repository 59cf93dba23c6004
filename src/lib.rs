//! Detente: scenario-modelling simulator for negotiations.
//!
//! A scenario file is read ([`syntax`], [`expr`]), checked ([`check`]) into a [`model`] that is valid by construction,
//! compiled into a flat [`program`], walked by the sampling [`engine`], and reported ([`study`], [`report`]) as tables.
//! Each module uses only modules declared above it; `tests/floors.rs` holds the house to that.

// floor 0: the facts
pub mod quantity;
pub mod stream;
pub mod dist;
pub mod stats;
// floor 1: the words
pub mod diag;
pub mod expr;
pub mod syntax;
// floor 2: the meaning
pub mod model;
pub mod check;
// floor 3: the plan
pub mod program;
// floor 4: the numbers
pub mod engine;
pub mod exact;
// floor 5: the questions
pub mod study;
// floor 6: the papers
pub mod report;
// floor 7: the person
pub mod cli;
