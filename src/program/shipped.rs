//! All scenarios that come with the project, to be tested with.

use super::Program;
use crate::check::check_file;
use std::path::{Path, PathBuf};

/// The scenarios of these folders that have no faults, compiled, with their files, in order.
pub(crate) fn shipped() -> Vec<(PathBuf, Program)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["scenarios", "scenarios/examples", "tests/answers"];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    files
        .into_iter()
        .filter_map(|file| {
            let program = Program::compile(&check_file(&file).scenario?);
            Some((file, program))
        })
        .collect()
}
