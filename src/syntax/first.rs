//! Of a key that is written twice, the first place.

use super::header_slips::header;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Where the key at `again` stands first, in a table of which the parser has kept what came first.
pub(super) fn first(text: &str, root: &DeTable<'_>, again: &Range<usize>) -> Option<Range<usize>> {
    let start = text.get(..again.start)?.rfind('\n').map_or(0, |i| i + 1);
    let line = text[start..].lines().next()?;
    let word = unquoted(text.get(again.clone())?);
    let table = if header(line.trim()) {
        // The parts of the name before the one that stands here again.
        table(root, &text[start..again.start], again.start)?
    } else {
        let above = text[..start].lines().rev().find(|line| header(line.trim())).unwrap_or("");
        within(table(root, above, again.start)?, again.start)
    };
    let key = table.iter().find(|(key, _)| key.get_ref() == word).map(|(key, _)| key.span());
    key.filter(|span| span.start < again.start).or_else(|| above(text, line, start, word))
}

/// Of a table that stands here again, the name in the first line like this one.
fn above(text: &str, line: &str, start: usize, word: &str) -> Option<Range<usize>> {
    let name = |line: &str| line.split('#').next().unwrap_or("").replace([' ', '\t'], "");
    let mut at = 0;
    for other in text[..start].split_inclusive('\n') {
        if other.trim_start().starts_with('[') && name(other.trim_end()) == name(line) {
            let word_at = at + other.rfind(word)?;
            return Some(word_at..word_at + word.len());
        }
        at += other.len();
    }
    None
}

/// The table that `[a.b` or `[a.b]` names, of several in a list the last before `at`.
fn table<'t, 'i>(root: &'t DeTable<'i>, name: &str, at: usize) -> Option<&'t DeTable<'i>> {
    let name = name.split('#').next().unwrap_or("").trim().trim_matches(['[', ']', '.']);
    let mut table = root;
    for part in name.split('.').map(|part| unquoted(part.trim())).filter(|part| !part.is_empty()) {
        let value = table.iter().find(|(key, _)| key.get_ref() == part)?.1;
        table = match value.get_ref() {
            DeValue::Table(table) => table,
            DeValue::Array(items) => {
                items.iter().rev().filter(|item| item.span().start < at).find_map(|item| {
                    if let DeValue::Table(table) = item.get_ref() { Some(table) } else { None }
                })?
            }
            _ => return None,
        };
    }
    Some(table)
}

/// The innermost table in braces around `at`.
fn within<'t, 'i>(table: &'t DeTable<'i>, at: usize) -> &'t DeTable<'i> {
    let mut found = table;
    let mut values: Vec<_> = table.iter().map(|(_, value)| value).collect();
    while let Some(value) = values.pop() {
        if !value.span().contains(&at) {
            continue;
        }
        match value.get_ref() {
            DeValue::Table(table) => {
                found = table;
                values = table.iter().map(|(_, value)| value).collect();
            }
            DeValue::Array(items) => values = items.iter().collect(),
            _ => {}
        }
    }
    found
}

fn unquoted(word: &str) -> &str {
    word.trim_matches(['"', '\''])
}
