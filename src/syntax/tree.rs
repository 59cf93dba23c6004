//! The tree of a file: every value and key knows its words.

use crate::diag::Span;
use crate::quantity::Date;
use std::collections::BTreeMap;

/// A value and its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// The words.
    pub span: Span,
}

/// The kinds of values that TOML has.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A string.
    String(Text),
    /// A whole number.
    Integer(i64),
    /// A number with a point or an exponent; may be NaN or infinite.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A date, with or without a time of day.
    Date(Date),
    /// A list.
    Array(Vec<Value>),
    /// A table.
    Table(Table),
}

/// A string's content and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// What it says.
    pub content: String,
    /// The words between the quotes.
    pub span: Span,
    /// Whether each byte of the content is a byte of the file (no escapes).
    pub exact: bool,
}

/// A table: its entries in order of declaration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The words.
    pub span: Span,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The key's words.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

impl Table {
    /// The entry with this key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.key == key)
    }

    /// Takes `changes` in: tables merge key by key, anything else is replaced; what is new comes after. A key of which only
    /// one of several may be there (`takes` or `hazard`, `is` or quantiles) replaces the others.
    pub fn merge(&mut self, changes: Table) {
        self.merge_at(changes, &mut Vec::new());
    }

    fn merge_at(&mut self, changes: Table, path: &mut Vec<String>) {
        self.span = changes.span;
        for way in super::ways::replaced(path, &changes) {
            self.entries.retain(|e| !way.has(&e.key) || changes.get(&e.key).is_some());
        }
        let places: BTreeMap<String, usize> =
            self.entries.iter().enumerate().map(|(i, e)| (e.key.clone(), i)).collect();
        for change in changes.entries {
            match places.get(&change.key).map(|i| &mut self.entries[*i]) {
                Some(entry) => match (&mut entry.value.kind, change.value.kind) {
                    (Kind::Table(mine), Kind::Table(theirs)) => {
                        path.push(change.key);
                        mine.merge_at(theirs, path);
                        path.pop();
                        entry.key_span = change.key_span;
                        entry.value.span = change.value.span;
                    }
                    (_, kind) => {
                        entry.key_span = change.key_span;
                        entry.value = Value { kind, span: change.value.span };
                    }
                },
                None => self.entries.push(change),
            }
        }
    }
}

impl Kind {
    /// As messages call it.
    pub fn describe(&self) -> &'static str {
        match self {
            Kind::String(_) => "a string",
            Kind::Integer(_) | Kind::Float(_) => "a number",
            Kind::Bool(_) => "true or false",
            Kind::Date(_) => "a date",
            Kind::Array(_) => "a list",
            Kind::Table(_) => "a table",
        }
    }
}
