//! One mistake, one message: what is said of one name in several places is said once.

use crate::diag::{Code, Diagnostic, Span, Texts};
use crate::quantity::prose;
use std::collections::BTreeMap;

/// So many lines are told of one by one.
const LISTED: usize = 8;

/// Diagnostics in order of place, those of the same words merged into the first.
pub(super) fn merged(found: Vec<Diagnostic>, texts: &Texts) -> Vec<Diagnostic> {
    let mut out: Vec<(Diagnostic, Vec<Span>)> = Vec::new();
    let mut firsts: BTreeMap<(Code, u16, String, Option<String>), usize> = BTreeMap::new();
    for diagnostic in found {
        let by_name = matches!(
            diagnostic.code,
            Code::UnknownName | Code::UnknownStage | Code::UnknownFunction | Code::BadDate
        );
        let edit = diagnostic.edit.as_ref().map(|e| e.1.clone());
        let key = (diagnostic.code, diagnostic.span.file, about(&diagnostic).to_string(), edit);
        match firsts.get(&key).filter(|_| by_name) {
            Some(first) => out[*first].1.push(diagnostic.span),
            None => {
                firsts.insert(key, out.len());
                out.push((diagnostic, Vec::new()));
            }
        }
    }
    out.into_iter()
        .map(|(diagnostic, places)| match places.is_empty() {
            true => diagnostic,
            false => with_lines(diagnostic, &places, texts),
        })
        .collect()
}

/// The diagnostic with a note of the other lines that have the same.
fn with_lines(diagnostic: Diagnostic, places: &[Span], texts: &Texts) -> Diagnostic {
    let own = texts.line(diagnostic.span).1;
    let mut lines: Vec<usize> = places.iter().take(LISTED).map(|span| texts.line(*span).1).collect();
    lines.dedup();
    lines.retain(|line| *line != own);
    let more = places.len().saturating_sub(LISTED);
    let mut listed: Vec<String> = lines.iter().map(ToString::to_string).collect();
    if more > 0 {
        listed.push(format!("{} more", prose::thousands(more as u64)));
    }
    let noun = if listed.len() == 1 { "line" } else { "lines" };
    match listed.is_empty() {
        true => diagnostic,
        false => diagnostic.note(format!("it also stands in {noun} {}", prose::list(&listed, "and"))),
    }
}

/// The name that a title ends with, or else all of the title.
fn about(diagnostic: &Diagnostic) -> &str {
    let title = diagnostic.title.as_str();
    match title.strip_suffix('`').and_then(|t| t.rfind('`')) {
        Some(at) => &title[at..],
        None => title,
    }
}
