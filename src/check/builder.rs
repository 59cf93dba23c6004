//! The scenario while it is being understood, and how tables and values are read on the way.

use super::scope::Scope;
use crate::diag::{Code, Diagnostic, Span, Texts};
use crate::expr;
use crate::model::Scenario;
use crate::quantity::Date;
use crate::syntax::{Document, Entry, Kind, Place, Table, Text, Value, keys_of};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What is known so far, and what is wrong so far.
pub(super) struct Builder {
    pub scenario: Scenario,
    pub scope: Scope,
    pub found: Vec<Diagnostic>,
    pub texts: Texts,
    pub root: Table,
    pub folders: Vec<PathBuf>,
    /// Where values stand that are no strings: what is written there instead may need quotation marks.
    bare: BTreeSet<Span>,
}

impl Builder {
    pub fn new(name: &str, document: Document) -> Builder {
        let Document { texts, root, folders, found, .. } = document;
        let scenario = Scenario {
            name: name.to_string(),
            title: String::new(),
            about: String::new(),
            start: None,
            horizon: None,
            at_horizon: None,
            never: None,
            instant_limit: 10_000,
            sources: vec![],
            sets: vec![],
            levers: vec![],
            beliefs: vec![],
            correlations: vec![],
            states: vec![],
            formulas: vec![],
            tables: vec![],
            tracks: vec![],
            outcomes: vec![],
            milestones: vec![],
            measures: vec![],
            splits: vec![],
            timeline: None,
            variants: vec![],
            vary: vec![],
            payoffs: vec![],
        };
        Builder { scenario, scope: Scope::default(), found, texts, root, folders, bare: BTreeSet::new() }
    }

    /// Understands the whole file, in an order in which each part needs only earlier ones.
    pub fn build(&mut self) {
        let mut root = std::mem::take(&mut self.root);
        if self.texts.files.is_empty() {
            return;
        }
        self.mend(&mut root, Place::Root);
        self.known_keys(&root, Place::Root);
        self.head(&root);
        self.declare(&root);
        self.tables(&root);
        self.levers_and_beliefs(&root);
        self.states(&root);
        self.formulas();
        self.outcomes(&root);
        self.measures(&root);
        self.tracks(&root);
        self.outcome_conditions(&root);
        self.report(&root);
        self.variants(&root);
        self.sums();
        self.delays();
        self.changed();
        self.instants();
        self.root = root;
    }

    fn head(&mut self, root: &Table) {
        self.scenario.title =
            self.text(root, "title").unwrap_or_else(|| self.scenario.name.replace(['_', '-'], " "));
        self.scenario.about = self.text(root, "about").unwrap_or_default();
        self.scenario.start = self.date(root, "start");
        if let Some(entry) = root.get("instant_limit") {
            match entry.value.kind {
                Kind::Integer(n) if (1..=100_000_000).contains(&n) => self.scenario.instant_limit = n as u32,
                _ => self.fault(
                    Code::OutOfRange,
                    entry.value.span,
                    "`instant_limit` must be a whole number from 1 to 100,000,000",
                ),
            }
        }
        for entry in self.sub(root, "sources") {
            let Some(table) = self.expect_table(entry) else { continue };
            self.known_keys(table, Place::Source);
            let source = crate::model::Source {
                name: entry.key.clone(),
                title: self.text(table, "title").unwrap_or_else(|| entry.key.clone()),
                url: self.text(table, "url").unwrap_or_default(),
                date: self.date(table, "date"),
            };
            self.scenario.sources.push(source);
        }
    }

    // What is wrong.

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub fn fault(&mut self, code: Code, span: Span, title: impl Into<String>) {
        self.push(Diagnostic::new(code, span, title));
    }

    /// Every key of `table` must be known in this place.
    pub fn known_keys(&mut self, table: &Table, place: Place) {
        self.known_keys_or(table, place, |_| false);
    }

    /// Every key of `table` must be known in this place, or be one of `others`.
    pub fn known_keys_or(&mut self, table: &Table, place: Place, others: impl Fn(&str) -> bool) {
        let keys = keys_of(place);
        let points = match place {
            Place::Belief | Place::State | Place::Draw => super::three_points::three_points(table),
            _ => None,
        };
        for entry in &table.entries {
            // These are told together.
            if points.is_some_and(|points| points.iter().any(|point| point.key == entry.key)) {
                continue;
            }
            if keys.iter().any(|k| k.name == entry.key) || others(&entry.key) {
                continue;
            }
            let mut fault =
                Diagnostic::new(Code::UnknownKey, entry.key_span, format!("unknown key `{}`", entry.key));
            if self.found.len() >= super::ENOUGH {
                self.push(fault);
                continue;
            }
            match super::mend::meant(&entry.key, keys) {
                Some(key) => {
                    fault = fault.label(format!("did you mean `{key}`?"));
                    fault = match table.get(key) {
                        Some(there) => fault.context(there.key_span, format!("`{key}` is here already")),
                        None => fault.edit(entry.key_span, key),
                    };
                }
                None => {
                    let known: Vec<String> = keys.iter().map(|k| format!("`{}`", k.name)).collect();
                    fault = fault.label("this key has no meaning here");
                    if let Some(hint) = super::mend::elsewhere(&entry.key) {
                        fault = fault.note(hint);
                    }
                    fault =
                        fault.note(format!("known here: {}", crate::quantity::prose::list(&known, "and")));
                }
            }
            self.push(fault);
        }
    }

    /// Words for an edit at `span`: between quotation marks where a value without them stands there now.
    pub fn quoted(&self, span: Span, words: &str) -> String {
        if self.bare.contains(&span) { format!("\"{words}\"") } else { words.to_string() }
    }

    pub fn wrong_type(&mut self, entry: &Entry, expected: &str) {
        let short = expected.split(" such as").next().unwrap_or(expected);
        let title = format!("`{}` is {}, not {short}", entry.key, entry.value.kind.describe());
        let fault =
            Diagnostic::new(Code::WrongType, entry.value.span, title).label(format!("expected {expected}"));
        let words = self.texts.words(entry.value.span);
        let fault = match super::mend::instead(&entry.key, words, &entry.value.kind) {
            Some(advice) => fault.note(advice),
            None => fault,
        };
        let edit = match &entry.value.kind {
            Kind::Integer(_) | Kind::Float(_) | Kind::Bool(_) | Kind::Date(_) if short == "a string" => {
                Some(format!("\"{words}\""))
            }
            Kind::String(text) if short == "a date" => dated(&text.content),
            Kind::String(text) if short == "a list" => crate::syntax::names_as_list(&text.content),
            Kind::String(text) if short == "a table" && entry.key == "set" => {
                super::mend::assigned(&text.content)
            }
            _ => None,
        };
        self.push(match edit {
            Some(edit) => fault.edit(entry.value.span, edit),
            None => fault,
        });
    }

    // Reading values.

    pub fn text(&mut self, table: &Table, key: &str) -> Option<String> {
        // What is shown to people holds no characters that steer a terminal.
        self.words(table, key).map(|t| t.content.chars().map(|c| if steers(c) { ' ' } else { c }).collect())
    }

    /// A string with its place.
    pub fn words<'t>(&mut self, table: &'t Table, key: &str) -> Option<&'t Text> {
        let entry = table.get(key)?;
        match &entry.value.kind {
            Kind::String(text) => Some(text),
            _ => {
                self.wrong_type(entry, "a string");
                None
            }
        }
    }

    pub fn date(&mut self, table: &Table, key: &str) -> Option<Date> {
        let entry = table.get(key)?;
        match &entry.value.kind {
            Kind::Date(date) => Some(*date),
            other => {
                let words = if let Kind::String(text) = other { text.content.as_str() } else { "" };
                match expr::parse(words, entry.value.span, false) {
                    // Of a date that lacks something the parser tells more.
                    Err(fault) if fault.code == Code::BadDate && dated(words).is_none() => self.push(*fault),
                    _ => self.wrong_type(entry, "a date such as 2025-01-20 (without quotes)"),
                }
                let meant = dated(words).and_then(|date| expr::parse(&date, Span::default(), true).ok());
                match meant.map(|expr| expr.kind) {
                    Some(expr::Kind::Date(date)) => Some(date),
                    _ => {
                        if key == "start" {
                            self.scope.broken.insert(super::scope::START.to_string());
                        }
                        None
                    }
                }
            }
        }
    }

    /// The entries of a table under `key`; none where it is missing.
    pub fn sub<'t>(&mut self, table: &'t Table, key: &str) -> &'t [Entry] {
        match table.get(key) {
            None => &[],
            Some(entry) => self.expect_table(entry).map_or(&[], |t| &t.entries),
        }
    }

    pub fn expect_table<'t>(&mut self, entry: &'t Entry) -> Option<&'t Table> {
        match &entry.value.kind {
            Kind::Table(table) => Some(table),
            _ => {
                self.wrong_type(entry, "a table");
                None
            }
        }
    }

    pub fn expect_list<'t>(&mut self, entry: &'t Entry) -> &'t [Value] {
        match &entry.value.kind {
            Kind::Array(items) => items,
            _ => {
                self.wrong_type(entry, "a list");
                &[]
            }
        }
    }

    /// A list of tables; a single table reads as a list of one.
    pub fn expect_tables<'t>(&mut self, entry: &'t Entry) -> Vec<&'t Table> {
        let items = match &entry.value.kind {
            Kind::Table(table) => return vec![table],
            _ => self.expect_list(entry),
        };
        let mut tables = Vec::new();
        for item in items {
            match &item.kind {
                Kind::Table(table) => tables.push(table),
                other => self.fault(
                    Code::WrongType,
                    item.span,
                    format!("`{}` is a list of tables, and this is {}", entry.key, other.describe()),
                ),
            }
        }
        tables
    }

    /// A list of strings; a single string reads as a list of one.
    pub fn expect_texts<'t>(&mut self, entry: &'t Entry) -> Vec<&'t Text> {
        if let Kind::String(text) = &entry.value.kind {
            return vec![text];
        }
        let mut texts = Vec::new();
        for item in self.expect_list(entry) {
            match &item.kind {
                Kind::String(text) => texts.push(text),
                other => self.fault(
                    Code::WrongType,
                    item.span,
                    format!("`{}` is a list of strings, and this is {}", entry.key, other.describe()),
                ),
            }
        }
        texts
    }

    /// The expression that a value holds: a string is parsed, a number, truth value or date stands for itself.
    pub fn expression(&mut self, value: &Value) -> Option<expr::Expr> {
        if !matches!(value.kind, Kind::String(_)) {
            self.bare.insert(value.span);
        }
        let kind = match &value.kind {
            Kind::String(text) => match expr::parse(&text.content, text.span, text.exact) {
                Ok(parsed) => return Some(parsed),
                Err(fault) => {
                    let table =
                        quantiles(&text.content).filter(|_| self.texts.words(value.span) != text.content);
                    let fault = match table {
                        Some(table) => {
                            Diagnostic::new(Code::Syntax, text.span, "quantiles stand in a table in braces")
                                .label("each has a value of its own there")
                                .edit(value.span, table)
                        }
                        None => self.stage_dotted(*fault),
                    };
                    self.push(fault);
                    return None;
                }
            },
            Kind::Integer(n) => expr::Kind::Number { value: *n as f64, whole: true },
            Kind::Float(x) if x.is_finite() => expr::Kind::Number { value: *x, whole: false },
            Kind::Float(x) => {
                let word = if x.is_nan() { "nan" } else { "inf" };
                self.push(
                    Diagnostic::new(
                        Code::OutOfRange,
                        value.span,
                        format!("`{word}` is no number to calculate with"),
                    )
                    .label("expected a finite number"),
                );
                return None;
            }
            Kind::Bool(b) => expr::Kind::Bool(*b),
            Kind::Date(date) => expr::Kind::Date(*date),
            Kind::Array(_) | Kind::Table(_) => {
                let title = format!("expected a number or an expression, found {}", value.kind.describe());
                let fault = Diagnostic::new(Code::WrongType, value.span, title);
                self.push(match &value.kind {
                    Kind::Table(table) if table.get("experts").is_some() => {
                        fault.note(super::drawing::CHANCES)
                    }
                    _ => fault,
                });
                return None;
            }
        };
        Some(expr::Expr { kind, span: value.span })
    }
}

/// The date that a string is, or that was surely meant by it.
fn dated(words: &str) -> Option<String> {
    let all = Span { file: 0, start: 0, end: words.len() as u32 };
    match expr::parse(words, all, true) {
        Ok(expr::Expr { kind: expr::Kind::Date(_), .. }) => Some(words.to_string()),
        Err(fault) if fault.code == Code::BadDate => {
            fault.edit.filter(|(span, _)| *span == all).map(|(_, date)| date)
        }
        _ => None,
    }
}

/// `p10 = 3 days, p90 = 10 days` as a table.
fn quantiles(words: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in words.split(',') {
        let (key, value) = part.split_once('=')?;
        let (key, value) = (key.trim().to_lowercase(), value.trim());
        crate::dist::quantile_name(&key).filter(|_| !value.is_empty() && !value.contains(['"', '=']))?;
        parts.push(format!("{key} = \"{value}\""));
    }
    (parts.len() > 1).then(|| format!("{{ {} }}", parts.join(", ")))
}

/// Control characters, and those that turn the direction of writing.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
