//! TOML text to the tree, with every fault that the parser finds.

use super::mended::Mended;
use super::slips::slips;
use super::toml_faults::faults;
use super::{Entry, Kind, Table, Text, Value};
use crate::diag::{Code, Diagnostic, Span};
use crate::quantity::Date;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The tree of the text with number `file`, and whether it surely has all that was meant. Faults go to `found`; what could be read
/// is in the tree, slips mended.
pub fn parse(text: &str, file: u16, found: &mut Vec<Diagnostic>) -> (Table, bool) {
    let (root, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let whole = Mended::new(text, &[]);
        return (Reader { mended: &whole, file, found }.root(&root), true);
    }
    let slips = slips(text, file);
    let mended = Mended::new(text, &slips.edits);
    let (root, errors) = DeTable::parse_recoverable(&mended.text);
    let mut faults = faults(&mended.text, file, errors, root.get_ref());
    for fault in &mut faults {
        mended.back(fault);
    }
    let line = |d: &Diagnostic| text[..d.span.start as usize].bytes().filter(|b| *b == b'\n').count();
    let lines: Vec<usize> = slips.found.iter().map(line).collect();
    let whole = slips.sure && faults.iter().all(|d| matches!(d.code, Code::BadDate | Code::OutOfRange));
    faults.retain(|d| !lines.contains(&line(d)));
    found.extend(slips.found);
    found.append(&mut faults);
    (Reader { mended: &mended, file, found }.root(&root), whole)
}

struct Reader<'a> {
    mended: &'a Mended,
    file: u16,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn root(&mut self, root: &Spanned<DeTable<'_>>) -> Table {
        let at = self.span(root.span());
        self.table(root.get_ref(), at)
    }

    /// A place of the mended text in the text as written.
    fn span(&self, range: Range<usize>) -> Span {
        let (start, end) = (self.mended.written(range.start), self.mended.written(range.end));
        Span { file: self.file, start: start as u32, end: end.max(start) as u32 }
    }

    fn table(&mut self, table: &DeTable<'_>, at: Span) -> Table {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                key_span: self.span(key.span()),
                value: self.value(value),
            })
            .collect();
        // The parser's map is sorted by key; the order of declaration is the order of the words.
        entries.sort_by_key(|e| e.key_span.start);
        Table { entries, span: at }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>) -> Value {
        let at = self.span(value.span());
        let kind = match value.get_ref() {
            DeValue::String(content) => Kind::String(self.string(content, value.span())),
            DeValue::Integer(n) => {
                let digits = n.as_str().replace('_', "");
                match i64::from_str_radix(&digits, n.radix()) {
                    Ok(n) => Kind::Integer(n),
                    Err(_) => {
                        self.fault(Code::OutOfRange, at, "this whole number is too large");
                        Kind::Integer(0)
                    }
                }
            }
            DeValue::Float(x) => match x.as_str().replace('_', "").parse() {
                Ok(x) => Kind::Float(x),
                Err(_) => {
                    self.fault(Code::OutOfRange, at, "this number cannot be read");
                    Kind::Float(0.0)
                }
            },
            DeValue::Boolean(b) => Kind::Bool(*b),
            DeValue::Datetime(d) => Kind::Date(self.date(d, value.span())),
            DeValue::Array(items) => Kind::Array(items.iter().map(|item| self.value(item)).collect()),
            DeValue::Table(table) => Kind::Table(self.table(table, at)),
        };
        Value { kind, span: at }
    }

    fn string(&self, content: &str, at: Range<usize>) -> Text {
        let raw = self.mended.text.get(at.clone()).unwrap_or("");
        // After one quote, three, or three and a line end.
        for skip in [1, 3, 4, 5] {
            if raw.len() > skip && raw.get(skip..skip + content.len()) == Some(content) {
                let start = at.start + skip;
                let span = self.span(start..start + content.len());
                // Where a slip within was mended, the words have other places.
                let exact = (span.end - span.start) as usize == content.len();
                return Text { content: content.to_string(), span, exact };
            }
        }
        Text { content: content.to_string(), span: self.span(at), exact: false }
    }

    fn date(&mut self, d: &toml::value::Datetime, range: Range<usize>) -> Date {
        let at = self.span(range.clone());
        if d.offset.is_some() {
            let words = self.mended.text.get(range).unwrap_or_default();
            let zone = words.rfind(['Z', 'z', '+', '-']).unwrap_or(words.len());
            let zone = Span { start: at.start + zone as u32, ..at };
            self.found.push(
                Diagnostic::new(Code::BadDate, zone, "dates have no time zone here")
                    .label("leave out what follows the time of day")
                    .edit(zone, ""),
            );
        }
        let date = d.date.and_then(|date| Date::new(i64::from(date.year), date.month, date.day));
        let Some(date) = date else {
            // A date that is in no calendar is told of by the parser.
            if d.date.is_none() && !self.found.iter().any(|f| f.span == at) {
                self.fault(
                    Code::BadDate,
                    at,
                    "a time of day needs a date before it, as in 2025-01-20T12:00:00",
                );
            }
            return Date::new(2000, 1, 1).expect("a fixed date");
        };
        let seconds = d.time.map_or(0.0, |t| {
            let whole =
                u32::from(t.hour) * 3600 + u32::from(t.minute) * 60 + u32::from(t.second.unwrap_or(0));
            f64::from(whole)
        });
        date.at(seconds)
    }

    fn fault(&mut self, code: Code, at: Span, title: &str) {
        self.found.push(Diagnostic::new(code, at, title));
    }
}
