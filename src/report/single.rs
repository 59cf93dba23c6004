//! A table by itself, which is there whole or as it was before; and what may be replaced by one of ours.

use super::error::ReportError;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

/// The most of a first line that is read.
const LONGEST: u64 = 1 << 16;

/// Nothing is lost where such a table is written: nothing is there, or an empty file, or a table whose header has these columns.
pub fn is_free(to: &Path, columns: &[&str]) -> Result<(), ReportError> {
    match fs::metadata(to) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err(ReportError::InTheWay(to.into())),
        // What can't be looked at is told when it is written.
        Err(_) => return Ok(()),
    }
    let file = File::open(to).map_err(|error| ReportError::io(to, error))?;
    let mut line = Vec::new();
    BufReader::new(file)
        .take(LONGEST)
        .read_until(b'\n', &mut line)
        .map_err(|error| ReportError::io(to, error))?;
    if line.is_empty() {
        return Ok(());
    }
    let line = String::from_utf8_lossy(&line);
    // Spreadsheets that save a table again may set a mark in front, quotation marks and semicolons.
    let line = line.trim_start_matches('\u{feff}').trim_end();
    let has = |column: &&str| line.split([',', ';']).any(|found| found.trim_matches('"') == *column);
    if columns.iter().all(has) {
        return Ok(());
    }
    Err(ReportError::NotOurs(to.into()))
}

/// Writes a table whose header has these columns.
pub(super) fn write_single(to: &Path, columns: &[&str], text: &[u8]) -> Result<(), ReportError> {
    is_free(to, columns)?;
    let name = to.file_name().map_or_else(Default::default, |name| name.to_string_lossy().into_owned());
    let aside = to.with_file_name(format!(".{name}-{}", std::process::id()));
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&aside)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&aside, to)
    };
    write().map_err(|error| {
        drop(fs::remove_file(&aside));
        ReportError::io(to, error)
    })
}
