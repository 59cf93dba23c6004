//! The papers: tables for a spreadsheet, a summary for the terminal, a story for one path, a scenario in words.

mod advice;
mod aside;
mod bench;
pub mod cell;
mod describe;
mod error;
mod faults;
mod folder;
mod lacking;
mod manifest;
mod measured;
mod paths;
mod rare;
mod reached;
mod row_tables;
mod schema;
mod sensitivity;
mod sheet;
mod single;
mod story;
mod streamed;
pub mod tables;
mod terminal;
mod words;
mod worlds;

pub use advice::sentence;
pub use bench::{BENCH_COLUMNS, Bench, Rate, Reach, Repeats, Solving};
pub use describe::{describe, fitted};
pub use error::ReportError;
pub use faults::{fault_sentence, fault_value, probed, stops};
pub use folder::{Folder, MANIFEST};
pub use lacking::lacking;
pub use manifest::{How, Manifest, Text};
pub use paths::{PATH_COLUMNS, PATHS, PathTable};
pub use rare::{RARE_COLUMNS, rare_is_free, rare_page, write_rare};
pub use row_tables::RowTables;
pub use schema::schema;
pub use sheet::{COMMON, Sheet, Table};
pub use single::is_free;
pub use story::story;
pub use terminal::summary;
pub use words::words;
pub use worlds::{WORLD_COLUMNS, WORLDS, WorldTable};

use crate::study::Results;
use std::io;

/// The names of all files of a results folder that are ours.
pub fn file_names() -> Vec<&'static str> {
    tables::TABLES.iter().map(|table| table.name).chain([PATHS, WORLDS, MANIFEST]).collect()
}

/// Writes all tables that are made of results into a folder.
pub fn write_tables(folder: &mut Folder, results: &Results) -> Result<(), ReportError> {
    tables::TABLES.iter().try_for_each(|table| folder.write(table.name, |to| write_table(table, results, to)))
}

/// Writes one table.
pub fn write_table(table: &Table, results: &Results, to: &mut dyn io::Write) -> io::Result<()> {
    let mut sheet = Sheet::new(table, results, to).map_err(io::Error::from)?;
    (table.rows)(results, &mut sheet).map_err(io::Error::from)?;
    sheet.finish()
}

#[cfg(test)]
mod tests;
