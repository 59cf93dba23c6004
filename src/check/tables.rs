//! Tables: columns, inline or from a CSV file beside the scenario.

use super::builder::Builder;
use super::percents::{as_percentage, bare_beside};
use super::scope::is_identifier;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span};
use crate::expr;
use crate::model::{Read, Table as Column, Ty};
use crate::quantity::prose;
use crate::syntax::{Entry, Kind, Table, Value, read_text};

/// Keys of a table that are no columns.
const OWN: &[&str] = &["file", "read", "about", "source"];

/// A column as read: its name, where it stands, and its cells with their kinds and places.
type Cells = (String, Span, Vec<(f64, Ty, Span)>);

/// What to write in place of a cell that is no number, where that is known.
fn meant_by(cell: &str) -> Option<String> {
    if let Some(inner) = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return Some(format!("what is below 0 has a sign: `-{inner}`"));
    }
    let point = cell.replacen(',', ".", 1);
    let (whole, after) = cell.split_once(',')?;
    point.parse::<f64>().ok()?;
    Some(match after.len() {
        3 => {
            format!("thousands stand without a comma (`{whole}{after}`), decimals behind a point (`{point}`)")
        }
        _ => format!("decimals are written with a point: `{point}`"),
    })
}

impl Builder {
    pub fn tables(&mut self, root: &Table) {
        for entry in self.sub(root, "tables") {
            if let Some(table) = self.expect_table(entry) {
                self.good_name(&entry.key, entry.key_span, "a table");
                let faults = self.found.len();
                self.table(entry, table);
                if self.found.len() > faults {
                    self.scope.broken.insert(format!("{}(", entry.key));
                }
            }
        }
    }

    fn table(&mut self, entry: &Entry, table: &Table) {
        if let Some(text) = self.words(table, "source")
            && !self.scenario.sources.iter().any(|s| s.name == text.content)
        {
            self.unknown_source(&text.content, text.span);
        }
        let columns: Vec<&Entry> = table.entries.iter().filter(|e| !OWN.contains(&e.key.as_str())).collect();
        let read = match self.words(table, "read") {
            None => Read::Step,
            Some(text) if text.content == "step" => Read::Step,
            Some(text) if text.content == "line" => Read::Line,
            Some(text) => {
                let span = text.span;
                self.push(
                    Diagnostic::new(Code::WrongType, span, "a table is read by `step` or by `line`")
                        .label("expected \"step\" or \"line\""),
                );
                Read::Step
            }
        };
        let read_columns: Vec<Cells> = match (self.words(table, "file"), &columns[..]) {
            (Some(file), []) => {
                let (name, span) = (file.content.clone(), file.span);
                let Some(columns) = self.csv_columns(&name, span) else { return };
                columns
            }
            (Some(file), [column, ..]) => {
                let (from, at) = (file.span, column.key_span);
                self.push(
                    Diagnostic::new(
                        Code::Conflict,
                        at,
                        "a table has its columns here or in a file, not both",
                    )
                    .label("a column")
                    .context(from, "the file"),
                );
                return;
            }
            (None, _) => {
                let columns: Vec<Option<Cells>> = columns.iter().map(|c| self.inline_column(c)).collect();
                let Some(columns) = columns.into_iter().collect() else { return };
                columns
            }
        };
        if read_columns.len() < 2 {
            self.push(
                Diagnostic::new(
                    Code::BadTable,
                    entry.key_span,
                    format!("the table `{}` needs two columns", entry.key),
                )
                .label("the first is what it is read at, the second what it gives")
                .note("for example `age = [60, 70, 80]` and `risk = [0.01, 0.02, 0.05]`"),
            );
            return;
        }
        self.columns(entry, read, &read_columns);
    }

    fn columns(&mut self, entry: &Entry, read: Read, columns: &[Cells]) {
        let (x_name, _, x_cells) = &columns[0];
        let Some(x_ty) = self.column_kind(x_cells) else { return };
        for pair in x_cells.windows(2) {
            if pair[0].0 >= pair[1].0 {
                self.push(
                    Diagnostic::new(Code::BadTable, pair[1].2, format!("the column `{x_name}` must rise"))
                        .label("not above the one before")
                        .context(pair[0].2, "the one before"),
                );
                return;
            }
        }
        for (name, span, cells) in &columns[1..] {
            if cells.len() != x_cells.len() {
                let title = format!(
                    "the column `{name}` has {}, and `{x_name}` has {}",
                    prose::counted(cells.len() as u64, "value"),
                    x_cells.len()
                );
                self.push(Diagnostic::new(Code::BadTable, *span, title).label("of another length"));
                continue;
            }
            let Some(y_ty) = self.column_kind(cells) else { continue };
            let called = if columns.len() == 2 { entry.key.clone() } else { format!("{}.{name}", entry.key) };
            self.scenario.tables.push(Column {
                name: called,
                x: x_cells.iter().map(|c| c.0).collect(),
                y: cells.iter().map(|c| c.0).collect(),
                read,
                x_ty,
                y_ty,
                span: *span,
            });
        }
    }

    /// The common kind of the cells of a column.
    fn column_kind(&mut self, cells: &[(f64, Ty, Span)]) -> Option<Ty> {
        let mut common: Option<Ty> = None;
        for (value, ty, span) in cells {
            let Ty::Number { time, .. } = *ty else {
                self.fault(Code::BadTable, *span, "a table holds numbers");
                return None;
            };
            common = match common {
                None => Some(*ty),
                Some(Ty::Number { whole, time: t }) if t == time => {
                    Some(Ty::Number { whole: whole && matches!(ty, Ty::Number { whole: true, .. }), time })
                }
                Some(Ty::Number { time: 0, .. }) | Some(_) if *value == 0.0 => common,
                Some(first) => {
                    let (want, have) = (self.describe(first), self.describe(*ty));
                    self.push(
                        Diagnostic::new(Code::BadTable, *span, "the values of a column are of one kind")
                            .label(format!("this is {have}, the first is {want}")),
                    );
                    return None;
                }
            };
        }
        common.or_else(|| {
            self.fault(Code::BadTable, Span::default(), "a column has no values");
            None
        })
    }

    fn inline_column(&mut self, entry: &Entry) -> Option<Cells> {
        let faults = self.found.len();
        let mut cells = Vec::new();
        for item in self.expect_list(entry) {
            let Some(typed) = self.typed(item, Place::FIXED) else { continue };
            match typed.as_constant() {
                Some(value) => cells.push((value, typed.ty, item.span)),
                None => self.fault(Code::BadTable, item.span, "a table holds constants"),
            }
        }
        let spans: Vec<Span> = cells.iter().map(|(_, _, span)| *span).collect();
        self.percent_lost(Code::BadTable, &spans);
        if !is_identifier(&entry.key) {
            self.good_name(&entry.key, entry.key_span, "a column");
        }
        (self.found.len() == faults).then(|| (entry.key.clone(), entry.key_span, cells))
    }

    fn csv_columns(&mut self, name: &str, from: Span) -> Option<Vec<Cells>> {
        let path =
            self.folders.get(usize::from(from.file)).map(|f| f.join(name)).unwrap_or_else(|| name.into());
        let text = match read_text(&path) {
            Ok(text) => text,
            Err(fault) => {
                self.push(Diagnostic { code: Code::BadTable, span: from, ..*fault }.label("named here"));
                return None;
            }
        };
        if text.trim().is_empty() {
            let fault = Diagnostic::new(Code::BadTable, from, format!("{name} is empty"));
            self.push(fault.label("named here").note(
                "its first line names the columns (`age,risk`), and each line below has a value of each",
            ));
            return None;
        }
        let file = self.texts.files.len() as u16;
        self.texts
            .files
            .push(crate::diag::SourceFile { name: path.display().to_string(), text: text.clone() });
        self.folders.push(path.parent().map(Into::into).unwrap_or_default());
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = match reader.headers() {
            Ok(headers) => headers.clone(),
            Err(error) => {
                self.fault(Code::BadTable, from, format!("{name} cannot be read as a table: {error}"));
                return None;
            }
        };
        let top = Span { file, start: 0, end: text.lines().next().map_or(0, |l| l.len() as u32) };
        if let Some(sign) = foreign_separator(text.lines().next().unwrap_or_default()) {
            let told = if sign == '\t' { "a tab".to_string() } else { format!("`{sign}`") };
            self.push(
                Diagnostic::new(Code::BadTable, top, format!("the columns of {name} are separated by {told}, not by `,`"))
                    .label("expected names with `,` between them")
                    .context(from, "named here")
                    .note(match decimal_commas(&text, sign) {
                        true => format!("its decimals have commas: write them with a point first, then `,` for {told}"),
                        false => format!("replace each {told} by `,`, or save it anew with `,` between fields"),
                    })
                    .note("a spreadsheet asks for both when it saves as CSV: field delimiter `,`, and a language with decimal points, such as English"),
            );
            return None;
        }
        let mut columns: Vec<Cells> = headers.iter().map(|h| (h.to_string(), top, Vec::new())).collect();
        for (column, _, _) in &columns {
            if !is_identifier(column) {
                let title = format!("the column `{column}` cannot be read by its name");
                let fault = Diagnostic::new(Code::BadTable, top, title)
                    .label("a name has letters, digits and underscores, and no digit first");
                self.push(match column.starts_with(|c: char| c.is_ascii_digit() || "#-.".contains(c)) {
                    true => fault.note("the first line names the columns, as `age,risk` does"),
                    false => fault,
                });
                return None;
            }
            if headers.iter().filter(|other| other == column).count() > 1 {
                let title = format!("two columns are called `{column}`");
                self.push(
                    Diagnostic::new(Code::BadTable, top, title)
                        .label("a column is read by its name, so each has its own"),
                );
                return None;
            }
        }
        let mut written: Vec<Vec<String>> = vec![vec![]; columns.len()];
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    match error.kind() {
                        csv::ErrorKind::UnequalLengths { pos: Some(pos), expected_len, len } => {
                            let title = format!(
                                "this row has {}, and the header has {expected_len}",
                                prose::counted(*len, "value")
                            );
                            let line = line_at(&text, file, pos.byte() as usize);
                            let fault = Diagnostic::new(Code::BadTable, line, title);
                            let words = self.texts.words(line);
                            let commas = *len > *expected_len
                                && words.bytes().all(|b| b.is_ascii_digit() || b", -".contains(&b));
                            self.push(match commas {
                                true => fault
                                    .note("where these are decimal commas, write points: `0.3`, not `0,3`"),
                                false => fault,
                            });
                        }
                        _ => {
                            let title = format!("{name} cannot be read as a table: {error}");
                            self.fault(Code::BadTable, from, title);
                        }
                    }
                    return None;
                }
            };
            let line = line_at(&text, file, record.position().map_or(0, csv::Position::byte) as usize);
            for ((cell, column), written) in record.iter().zip(&mut columns).zip(&mut written) {
                written.push(cell.into());
                let parsed = match expr::parse(cell, line, false) {
                    // As accountants write what is lost.
                    Ok(_) if cell.starts_with('(') => None,
                    Ok(parsed) => {
                        let faults = self.found.len();
                        let typed = self.type_of(&parsed, Place::FIXED);
                        // What is wrong with a cell is said once, below.
                        self.found.truncate(faults);
                        typed.and_then(|e| Some((e.as_constant()?, e.ty)))
                    }
                    Err(_) => None,
                };
                match parsed {
                    Some((value, ty)) => column.2.push((value, ty, line)),
                    None => {
                        let title = format!("`{cell}` in the column `{}` is no number", column.0);
                        let title = match cell {
                            "" => format!("there is nothing in the column `{}`", column.0),
                            _ => title,
                        };
                        let fault = Diagnostic::new(Code::BadTable, line, title).label("in this row");
                        self.push(match meant_by(cell) {
                            Some(note) => fault.note(note),
                            None => fault,
                        });
                        return None;
                    }
                }
            }
        }
        for (column, written) in columns.iter().zip(&written) {
            if let Some((row, value)) = bare_beside(written.iter().map(String::as_str)) {
                let title =
                    format!("`{}` in the column `{}` stands beside percentages", written[row], column.0);
                let fault = Diagnostic::new(Code::BadTable, column.2[row].2, title);
                self.push(fault.label("its `%` is missing in this row").note(as_percentage(value)));
                return None;
            }
        }
        Some(columns)
    }

    /// A duration or a date, as seconds from the start.
    pub fn moment(&mut self, value: &Value, what: &str) -> Option<f64> {
        let typed = match &value.kind {
            Kind::Integer(_) | Kind::Float(_) => {
                let words = self.texts.words(value.span).to_string();
                self.push(
                    Diagnostic::new(Code::WrongType, value.span, format!("{what} needs a unit of time"))
                        .label("a number alone does not say of what")
                        .edit(value.span, format!("\"{words} days\"")),
                );
                return None;
            }
            _ => self.typed(value, Place::FIXED)?,
        };
        let typed = self.want_number(typed, 1, what)?;
        match typed.as_constant() {
            Some(seconds) if seconds >= 0.0 && seconds.is_finite() => Some(seconds),
            Some(_) => {
                self.push(
                    Diagnostic::new(Code::BadDate, value.span, format!("{what} is before the start"))
                        .label("expected a time at or after day 0"),
                );
                None
            }
            None => {
                self.fault(Code::BadDate, value.span, format!("{what} must be constant"));
                None
            }
        }
    }
}

/// What stands between the names of a header in place of commas.
fn foreign_separator(header: &str) -> Option<char> {
    let parts =
        |sign: char| header.split(sign).filter(|part| is_identifier(part.trim().trim_matches('"'))).count();
    [';', '\t', '|'].into_iter().find(|sign| {
        let count = header.matches(*sign).count();
        count > 0 && parts(*sign) == count + 1
    })
}

/// Whether some cell between such signs is a number with a decimal comma.
fn decimal_commas(text: &str, sign: char) -> bool {
    text.lines().skip(1).flat_map(|line| line.split(sign)).any(|cell| {
        cell.contains(',') && cell.trim().trim_matches('"').replacen(',', ".", 1).parse::<f64>().is_ok()
    })
}

/// The line of a text that begins at or after `start`.
fn line_at(text: &str, file: u16, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    let begin = start + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let length = text.get(begin..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    Span { file, start: begin as u32, end: (begin + length) as u32 }
}
