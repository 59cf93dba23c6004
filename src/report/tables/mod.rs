//! The tables of a results folder, one a file. `docs/tables.md` says what each column means.

mod beliefs;
mod compare;
mod measures;
mod outcomes;
mod sensitivity;
mod splits;
mod stages;
mod timeline;
mod times;

pub use compare::{mark as verdict_mark, verdict};

use super::sheet::Table;

/// All tables that are made of results, in the order in which they are written.
pub const TABLES: [&Table; 9] = [
    &outcomes::TABLE,
    &timeline::TABLE,
    &times::TABLE,
    &stages::TABLE,
    &splits::TABLE,
    &measures::TABLE,
    &compare::TABLE,
    &sensitivity::TABLE,
    &beliefs::TABLE,
];
