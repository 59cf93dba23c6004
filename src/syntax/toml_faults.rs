//! What the TOML parser says, in words for somebody who has never read the specification.

use crate::diag::{Code, Diagnostic, Span};
use std::ops::Range;
use toml::de::{DeTable, Error};

/// More faults than this are not looked at: the text is no TOML at all.
const MOST: usize = 200;

/// The faults of a text, without those that only follow from an earlier one.
pub(super) fn faults(text: &str, file: u16, errors: Vec<Error>, root: &DeTable<'_>) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    let mut last_line = None;
    // After a table that stands twice, each of its keys does too.
    let mut twice_from: Option<usize> = None;
    let mut errors = errors;
    errors.sort_by_key(|e| e.span().map_or(0, |s| s.start));
    errors.truncate(MOST);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let line = text.get(..range.start).map_or(0, |before| before.matches('\n').count());
        let message = error.message().trim().trim_end_matches('.');
        if last_line == Some(line) {
            continue;
        }
        if message == "duplicate key" {
            let header = line_of(text, range.start).trim_start().starts_with('[');
            let again = twice_from.is_some_and(|from| !text[from..range.start].contains("\n["));
            if again && !header {
                continue;
            }
            twice_from = header.then_some(range.end);
        }
        last_line = Some(line);
        let fault = match message {
            "duplicate key" => twice(text, file, range, root),
            _ => fault(text, file, range, message),
        };
        let torn = fault.code == Code::NotToml
            && ["inline", "array", "table", "key-value pairs"].iter().any(|w| message.contains(w));
        out.push(fault);
        // What follows an open bracket is read as if it stood inside.
        if torn {
            break;
        }
    }
    out
}

/// A key or a table that stands here again.
fn twice(text: &str, file: u16, range: Range<usize>, root: &DeTable<'_>) -> Diagnostic {
    let span = |range: &Range<usize>| Span { file, start: range.start as u32, end: range.end as u32 };
    let words = text.get(range.clone()).unwrap_or_default();
    let fault = Diagnostic::new(Code::NotToml, span(&range), format!("`{words}` is written twice"))
        .label("the second")
        .note("each key of a table, and each `[table]`, is written once; a list of tables is written `[[table]]`");
    match super::first::first(text, root, &range) {
        Some(first) => fault.context(span(&first), "the first"),
        None => fault,
    }
}

fn fault(text: &str, file: u16, range: Range<usize>, message: &str) -> Diagnostic {
    let span = |start: usize, end: usize| Span { file, start: start as u32, end: end as u32 };
    let at = span(range.start, range.end);
    let words = text.get(range.clone()).unwrap_or_default();
    let new = |title: &str| Diagnostic::new(Code::NotToml, at, title);
    let line = line_of(text, range.start);
    if message.contains("must be quoted") {
        let word = words.trim_end();
        let end = range.start + word.len();
        let expression = word.contains([' ', '%']);
        let what = if expression { "an expression" } else { "a name" };
        return Diagnostic::new(
            Code::NotToml,
            span(range.start, end),
            format!("{what} stands between quotation marks"),
        )
        .label("not a number, a date, `true` or `false`")
        .edit(span(range.start, end), format!("\"{word}\""));
    }
    if message.contains("basic string") || message.contains("literal string") {
        let mut fault = new("this string is not closed").label("its closing quotation mark is missing");
        if message.contains("expected") && line.matches('"').count() == 1 && !line.contains(['{', '[', '#']) {
            fault = fault.edit(span(range.start, range.start), "\"");
        }
        return fault;
    }
    if message.contains("unquoted key") && words.is_empty()
        || message.contains("unquoted key") && words == ":"
    {
        let colon = text.get(range.start..range.start + 1) == Some(":");
        if colon {
            let at = span(range.start, range.start + 1);
            return Diagnostic::new(Code::NotToml, at, "a key and its value are joined by `=`")
                .label("expected `=`")
                .edit(at, " =");
        }
    }
    if message.starts_with("invalid date") || message.starts_with("invalid time") {
        let expected = message.split_once(", ").map_or("", |(_, e)| e);
        return Diagnostic::new(Code::BadDate, at, format!("there is no date `{}`", words.trim())).label(
            expected.replace("expected day", "expected a day").replace("expected month", "expected a month"),
        );
    }
    if message.contains("inline table") {
        return new("a table in braces is not closed, or a comma is missing")
            .label("expected `,` or `}`")
            .note("such a table is written `{ key = value, key = value }`");
    }
    if message.contains("array") {
        return new("a list is not closed, or a comma is missing")
            .label("expected `,` or `]`")
            .note("a list is written `[first, second]`");
    }
    if message.contains("key-value pairs") {
        return new("a comma or a quotation mark is missing").label("before this");
    }
    // `[stage.peace talks]`
    let rest = text.get(range.start..).and_then(|rest| rest.split(['\n', ']']).next()).unwrap_or_default();
    if message.contains("unclosed table") && rest.starts_with(' ') && line.trim_end().ends_with(']') {
        // `[stage talks]`
        let table = line.trim_start().trim_start_matches('[').split(' ').next().unwrap_or_default();
        let sign = if ["stage", "outcome", "track", "tables", "beliefs", "variants"].contains(&table) {
            "."
        } else {
            "_"
        };
        return new("a name has no blanks")
            .label("expected `]`, or one word")
            .edit(
                span(range.start, range.start + rest.len()),
                format!("{sign}{}", rest.trim().replace(' ', "_")),
            )
            .note("what is for readers goes into `about = \"Peace talks\"`");
    }
    if message.contains("unclosed table") {
        return new("the name of a table is not closed")
            .label("expected `]`")
            .edit(span(range.start, range.start), "]");
    }
    if message.contains("key with no value") {
        return new("a key without a value").label("expected `key = value`").note("a remark begins with `#`");
    }
    new(&format!("this is not TOML: {message}")).label("here")
}

/// The line that a place is in.
fn line_of(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |i| i + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}
