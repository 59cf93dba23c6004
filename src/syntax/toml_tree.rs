//! TOML text to the tree, with every fault that the parser finds.

use super::{Entry, Kind, Table, Text, Value};
use crate::diag::{Code, Diagnostic, Span};
use crate::quantity::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The tree of the text with number `file`; faults go to `found`, and what could be read is in the tree.
pub fn parse(text: &str, file: u16, found: &mut Vec<Diagnostic>) -> Table {
    let (root, errors) = DeTable::parse_recoverable(text);
    found.extend(super::toml_faults::faults(text, file, errors));
    let mut reader = Reader { text, file, found };
    reader.table(root.get_ref(), span(file, root.span()))
}

struct Reader<'a> {
    text: &'a str,
    file: u16,
    found: &'a mut Vec<Diagnostic>,
}

fn span(file: u16, range: std::ops::Range<usize>) -> Span {
    Span { file, start: range.start as u32, end: range.end as u32 }
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, at: Span) -> Table {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                key_span: span(self.file, key.span()),
                value: self.value(value),
            })
            .collect();
        // The parser's map is sorted by key; the order of declaration is the order of the words.
        entries.sort_by_key(|e| e.key_span.start);
        Table { entries, span: at }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>) -> Value {
        let at = span(self.file, value.span());
        let kind = match value.get_ref() {
            DeValue::String(content) => Kind::String(self.string(content, at)),
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
            DeValue::Datetime(d) => Kind::Date(self.date(d, at)),
            DeValue::Array(items) => Kind::Array(items.iter().map(|item| self.value(item)).collect()),
            DeValue::Table(table) => Kind::Table(self.table(table, at)),
        };
        Value { kind, span: at }
    }

    fn string(&self, content: &str, at: Span) -> Text {
        let raw = self.text.get(at.start as usize..at.end as usize).unwrap_or("");
        // After one quote, three, or three and a line end.
        for skip in [1, 3, 4, 5] {
            if raw.len() > skip && raw.get(skip..skip + content.len()) == Some(content) {
                let start = at.start + skip as u32;
                let span = Span { start, end: start + content.len() as u32, ..at };
                return Text { content: content.to_string(), span, exact: true };
            }
        }
        Text { content: content.to_string(), span: at, exact: false }
    }

    fn date(&mut self, d: &toml::value::Datetime, at: Span) -> Date {
        if d.offset.is_some() {
            let words = self.text.get(at.start as usize..at.end as usize).unwrap_or_default();
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
