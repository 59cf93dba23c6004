//! One mistake, one message: what is said of one name in several places is said once.

use crate::diag::{Code, Diagnostic, Texts};
use crate::quantity::prose;
use std::collections::BTreeMap;

/// Diagnostics in order of place, those of the same words merged into the first.
pub(super) fn merged(found: Vec<Diagnostic>, texts: &Texts) -> Vec<Diagnostic> {
    let mut out: Vec<(Diagnostic, Vec<usize>)> = Vec::new();
    let mut firsts: BTreeMap<(Code, u16, String, Option<String>), usize> = BTreeMap::new();
    for diagnostic in found {
        let by_name = matches!(
            diagnostic.code,
            Code::UnknownName | Code::UnknownStage | Code::UnknownFunction | Code::BadDate
        );
        let edit = diagnostic.edit.as_ref().map(|e| e.1.clone());
        let key = (diagnostic.code, diagnostic.span.file, about(&diagnostic).to_string(), edit);
        match firsts.get(&key).filter(|_| by_name) {
            Some(first) => out[*first].1.push(texts.line(diagnostic.span).1),
            None => {
                firsts.insert(key, out.len());
                out.push((diagnostic, Vec::new()));
            }
        }
    }
    out.into_iter()
        .map(|(diagnostic, mut lines)| {
            let own = texts.line(diagnostic.span).1;
            lines.dedup();
            lines.retain(|line| *line != own);
            if lines.is_empty() {
                return diagnostic;
            }
            let more = lines.len().saturating_sub(8);
            let mut listed: Vec<String> = lines.iter().take(8).map(ToString::to_string).collect();
            if more > 0 {
                listed.push(format!("{more} more"));
            }
            let noun = if lines.len() == 1 { "line" } else { "lines" };
            diagnostic.note(format!("it also stands in {noun} {}", prose::list(&listed, "and")))
        })
        .collect()
}

/// The name that a title ends with, or else all of the title.
fn about(diagnostic: &Diagnostic) -> &str {
    let title = diagnostic.title.as_str();
    match title.strip_suffix('`').and_then(|t| t.rfind('`')) {
        Some(at) => &title[at..],
        None => title,
    }
}
