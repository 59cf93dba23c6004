//! The tables whose rows come while a run goes on: of paths, of worlds, or of both.

use super::error::ReportError;
use super::folder::Folder;
use super::paths::PathTable;
use super::worlds::WorldTable;
use crate::engine::{Chunk, PathEnd, Refused, Rows, WorldEnd};
use crate::study::{Plan, RowSheet, Subject};

/// Those that are asked for.
pub struct RowTables {
    paths: Option<PathTable>,
    worlds: Option<WorldTable>,
}

/// Writes the rows of one scenario for both.
struct Both {
    paths: Option<Box<dyn Rows>>,
    worlds: Option<Box<dyn Rows>>,
}

impl RowTables {
    /// Begins the tables of a plan that are wanted.
    pub fn begin(
        folder: &mut Folder,
        plan: &Plan,
        paths: bool,
        worlds: bool,
    ) -> Result<RowTables, ReportError> {
        Ok(RowTables {
            paths: if paths { Some(PathTable::begin(folder, plan)?) } else { None },
            worlds: if worlds { Some(WorldTable::begin(folder, plan)?) } else { None },
        })
    }

    /// Who takes the rows, where any are wanted.
    pub fn sheet(&mut self) -> Option<&mut dyn RowSheet> {
        (self.paths.is_some() || self.worlds.is_some()).then_some(self as _)
    }

    /// Ends them.
    pub fn finish(self, folder: &Folder) -> Result<(), ReportError> {
        self.paths.map_or(Ok(()), |table| table.finish(folder))?;
        self.worlds.map_or(Ok(()), |table| table.finish(folder))
    }
}

impl RowSheet for RowTables {
    fn rows(&self, subject: &Subject) -> Box<dyn Rows> {
        Box::new(Both {
            paths: self.paths.as_ref().map(|table| table.rows(subject)),
            worlds: self.worlds.as_ref().map(|table| table.rows(subject)),
        })
    }

    fn take(&mut self, rows: &Chunk) -> Result<(), Refused> {
        self.paths.as_mut().map_or(Ok(()), |table| table.take(rows))?;
        self.worlds.as_mut().map_or(Ok(()), |table| table.take(rows))
    }
}

impl Rows for Both {
    fn row(&self, arm: usize, world: u64, path: u64, end: &PathEnd<'_>, to: &mut Vec<u8>) {
        if let Some(paths) = &self.paths {
            paths.row(arm, world, path, end, to);
        }
    }

    fn paths(&self) -> bool {
        self.paths.is_some()
    }

    fn worlds(&self) -> bool {
        self.worlds.is_some()
    }

    fn world(&self, arm: usize, world: &WorldEnd<'_>, to: &mut Vec<u8>) {
        if let Some(worlds) = &self.worlds {
            worlds.world(arm, world, to);
        }
    }
}
