//! From a scenario file to a checked scenario: names, types, faults and lints.
//!
//! A check never stops at the first fault: whatever can be understood is, so that all faults of a file are shown at once. Only
//! a file without a fault becomes a [`Scenario`].

mod arithmetic;
mod before;
mod branching;
mod builder;
mod calls;
mod cases;
mod constant;
mod correlating;
mod delays;
mod comparing;
mod drawing;
mod earliest;
mod instants;
mod intervals;
mod joined;
mod laws;
mod lints;
mod mend;
mod merging;
mod named;
mod naming;
mod outside;
mod percents;
mod range;
mod rates;
mod report;
mod reporting;
mod returning;
mod scope;
mod settings;
mod stages;
mod sums;
mod tables;
mod three_points;
mod time;
mod tracks;
mod typing;
mod variables;
mod wanting;

pub use settings::{Setting, apply_setting, moment, stopping};

use crate::diag::{Code, Diagnostic, Severity, Span, Texts};
use crate::model::Scenario;
use crate::syntax::{self, Document};
use builder::Builder;
use std::path::Path;

/// After so many faults, likenesses of names are not looked for any more: nobody reads so far.
const ENOUGH: usize = 200;
/// The stack that a check has, in bytes.
const STACK: usize = 16 << 20;

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The scenario, where there is no fault.
    pub scenario: Option<Scenario>,
    /// Faults and lints in order of place.
    pub found: Vec<Diagnostic>,
    /// The texts that spans point into.
    pub texts: Texts,
}

impl Checked {
    /// Whether there is a fault.
    pub fn is_faulty(&self) -> bool {
        self.scenario.is_none()
    }
}

/// Checks the file at `path`.
pub fn check_file(path: &Path) -> Checked {
    let name = path.file_stem().map_or_else(|| "scenario".into(), |s| s.to_string_lossy().into_owned());
    check_document(&name, syntax::load(path))
}

/// Checks a text as if it stood in the file `name`.toml in the current folder.
pub fn check_text(name: &str, text: &str) -> Checked {
    check_document(name, syntax::load_text(&format!("{name}.toml"), text, Path::new("")))
}

/// Checks what was read, under a name.
pub fn check_document(name: &str, document: Document) -> Checked {
    roomy(|| checked(name, document)).unwrap_or_else(|error| {
        let title = format!("cannot check {name}: no thread could be started: {error}");
        let found = vec![Diagnostic::new(Code::Unreadable, Span::default(), title)];
        Checked { scenario: None, found, texts: Texts::default() }
    })
}

/// Does this with a large stack: expressions may be nested deeper than that of a thread surely allows.
fn roomy<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let handle = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        Ok(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn checked(name: &str, document: Document) -> Checked {
    // Of a text that could be read only in part, nothing more can be said with certainty.
    let torn = document.torn;
    let mut builder = Builder::new(name, document);
    if !torn {
        builder.build();
    }
    if !builder.found.iter().any(|d| d.severity() == Severity::Error) {
        lints::all(&mut builder);
    }
    let Builder { scenario, mut found, texts, .. } = builder;
    found.sort_by_key(|d| (d.span.file, d.span.start, d.span.end, d.code));
    found.dedup();
    let found = merging::merged(found, &texts);
    let faulty = found.iter().any(|d| d.severity() == Severity::Error);
    Checked { scenario: (!faulty).then_some(scenario), found, texts }
}
