//! What can go wrong while results are written: always with the path.

use std::path::{Path, PathBuf};

/// Results could not be written. What was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The system says no.
    #[error("cannot write `{}`: {error}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Something that is no results folder, or no file, has the name.
    #[error("cannot write `{}`: something else with this name is in the way", .0.display())]
    InTheWay(PathBuf),
    /// A file that no run of ours wrote would be lost.
    #[error("cannot write `{}`: the file there is none of such a run, and would be lost; move it away, or give `--out` another name", .0.display())]
    NotOurs(PathBuf),
}

impl ReportError {
    pub(super) fn io(path: &Path, error: std::io::Error) -> ReportError {
        ReportError::Io { path: path.into(), error }
    }
}
