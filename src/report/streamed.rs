//! A table whose rows come while a run goes on, and what its rows have in common.

use super::cell::{push_number, quoted, text};
use super::error::ReportError;
use super::folder::Folder;
use crate::engine::Refused;
use crate::model::{Scenario, Ty};
use crate::study::{Subject, in_days};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// The table while it is written.
pub(super) struct Streamed {
    name: &'static str,
    path: PathBuf,
    file: BufWriter<File>,
}

impl Streamed {
    /// Begins it: scenario, variant, levers, then these columns.
    pub fn begin(
        folder: &mut Folder,
        name: &'static str,
        levers: &[String],
        columns: impl IntoIterator<Item = String>,
    ) -> Result<Streamed, ReportError> {
        let path = folder.target().join(name);
        let mut file = folder.open(name)?;
        let header = ["scenario".into(), "variant".into()].into_iter().chain(named("lever", levers));
        let header = ready(header.chain(columns)).join(",");
        writeln!(file, "{header}").map_err(|error| ReportError::io(&path, error))?;
        Ok(Streamed { name, path, file })
    }

    /// Adds rows.
    pub fn take(&mut self, rows: &[u8]) -> Result<(), Refused> {
        self.file.write_all(rows).map_err(|error| ReportError::io(&self.path, error).into())
    }

    /// Ends it.
    pub fn finish(self, folder: &Folder) -> Result<(), ReportError> {
        folder.close(self.name, self.file)
    }
}

/// `final_NAME` and so on.
pub(super) fn named(prefix: &str, names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("{prefix}_{name}")).collect()
}

/// Adds a name that is not there yet.
pub(super) fn add(to: &mut Vec<String>, name: &String) {
    if !to.contains(name) {
        to.push(name.clone());
    }
}

/// Cells of text as they are written.
pub(super) fn ready(cells: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    cells.into_iter().map(|cell| quoted(&text(cell.as_ref())).into_owned()).collect()
}

/// By variant of a scenario the first cells of its rows: scenario, variant and levers, ready to be written.
pub(super) fn heads(levers: &[String], subject: &Subject) -> Vec<String> {
    let head = |variant: &str, options: &[(String, String)]| {
        let option = |name: &String| options.iter().find(|(l, _)| l == name).map_or("", |(_, o)| o.as_str());
        ready([subject.scenario.name.as_str(), variant].into_iter().chain(levers.iter().map(option)))
            .join(",")
    };
    subject.arms.iter().map(|arm| head(&arm.name, &arm.levers())).collect()
}

/// How a value of a type is written.
pub(super) enum Told {
    /// By the name of the option.
    Names(Vec<String>),
    /// As a number in other units: days where it is a duration.
    Number(f64),
}

impl Told {
    /// Values of this type.
    pub fn of(scenario: &Scenario, ty: Ty) -> Told {
        match ty {
            Ty::Option(set) => Told::Names(ready(&scenario.set(set).names)),
            Ty::Bool => Told::Names(ready(["false", "true"])),
            ty => Told::Number(in_days(ty).0),
        }
    }

    /// Adds a cell.
    #[inline]
    pub fn push(&self, value: f64, to: &mut Vec<u8>) {
        match self {
            Told::Names(names) => {
                to.extend_from_slice(names.get(value as usize).map_or(&b""[..], |name| name.as_bytes()));
            }
            Told::Number(scale) => push_number(to, value * scale),
        }
    }
}
