//! One table while it is written: a header, then rows of cells, each cell by its kind.

use super::cell;
use crate::quantity::{DAY, Date};
use crate::study::{Answer, Estimate, Results};
use std::io;

/// What means of times may be off by rounding, in seconds.
const HAIR: f64 = 0.5;

/// A table of a results folder.
#[derive(Clone, Copy)]
pub struct Table {
    /// The name of its file.
    pub name: &'static str,
    /// Its own columns, after scenario, variant and levers. `key_NAME` stands for a column a key of any split.
    pub columns: &'static [&'static str],
    /// Writes its rows.
    pub rows: fn(&Results, &mut Sheet<'_>) -> csv::Result<()>,
}

/// The columns that are in every table; `lever_NAME` stands for a column a lever.
pub const COMMON: [&str; 3] = ["scenario", "variant", "lever_NAME"];

/// A table that is being written.
pub struct Sheet<'a> {
    writer: csv::Writer<&'a mut dyn io::Write>,
    levers: &'a [String],
    keys: Vec<String>,
    row: Vec<String>,
    width: usize,
}

impl<'a> Sheet<'a> {
    /// Writes the header.
    pub fn new(table: &Table, results: &'a Results, to: &'a mut dyn io::Write) -> csv::Result<Sheet<'a>> {
        let keys = keys(results);
        let mut header: Vec<String> = vec!["scenario".into(), "variant".into()];
        header.extend(results.levers.iter().map(|lever| format!("lever_{lever}")));
        for column in table.columns {
            if *column == "key_NAME" {
                header.extend(keys.iter().map(|key| format!("key_{key}")));
            } else {
                header.push((*column).to_string());
            }
        }
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(&header)?;
        Ok(Sheet { writer, levers: &results.levers, keys, row: Vec::new(), width: header.len() })
    }

    /// Begins a row of this variant.
    pub fn row(&mut self, answer: &Answer) -> &mut Self {
        self.row.clear();
        self.text(&answer.scenario).text(&answer.variant);
        let levers = self.levers;
        for lever in levers {
            let option =
                answer.levers.iter().find(|(name, _)| name == lever).map_or("", |(_, option)| option);
            self.text(option);
        }
        self
    }

    /// Ends it.
    pub fn end(&mut self) -> csv::Result<()> {
        debug_assert_eq!(self.row.len(), self.width, "{:?}", self.row);
        self.writer.write_record(&self.row)
    }

    /// Ends the table.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// A cell of text.
    pub fn text(&mut self, words: &str) -> &mut Self {
        self.row.push(cell::text(words).into_owned());
        self
    }

    /// A number; empty where it is none.
    pub fn number(&mut self, value: f64) -> &mut Self {
        self.row.push(cell::number(value));
        self
    }

    /// A whole number.
    pub fn whole(&mut self, value: u64) -> &mut Self {
        self.row.push(value.to_string());
        self
    }

    /// Several numbers.
    pub fn numbers(&mut self, values: &[f64]) -> &mut Self {
        values.iter().fold(self, |sheet, value| sheet.number(*value))
    }

    /// What arithmetic may be off in a number; empty where there is none.
    pub fn bound(&mut self, of: Option<&Estimate>) -> &mut Self {
        self.number(of.map_or(f64::NAN, |of| of.error_bound))
    }

    /// Empty cells.
    pub fn empty(&mut self, cells: usize) -> &mut Self {
        self.row.extend(std::iter::repeat_n(String::new(), cells));
        self
    }

    /// A time in days, then as a date.
    pub fn day(&mut self, seconds: f64, start: Option<Date>) -> &mut Self {
        self.number(if seconds.is_finite() { seconds / DAY } else { f64::NAN }).date(seconds, start)
    }

    /// The date of a time, without the time of day, which the day beside it tells; empty where the scenario has no start. A mean that is a hair
    /// before midnight, as sums are rounded, is at midnight.
    pub fn date(&mut self, seconds: f64, start: Option<Date>) -> &mut Self {
        let date = start.filter(|_| seconds.is_finite()).map(|start| day_of(start, seconds).to_string());
        self.row.push(date.unwrap_or_default());
        self
    }

    /// Value, standard error, 95% interval.
    pub fn sampled(&mut self, of: &Estimate) -> &mut Self {
        // An interval that says nothing is left out.
        let end = |x: f64| if x.is_finite() { x } else { f64::NAN };
        self.numbers(&[of.value, of.standard_error, end(of.interval.low), end(of.interval.high)])
    }

    /// Value, standard error, 95% interval, credible interval.
    pub fn estimate(&mut self, of: &Estimate) -> &mut Self {
        let (low, high) = of.credible.map_or((f64::NAN, f64::NAN), |i| (i.low, i.high));
        self.sampled(of).number(low).number(high)
    }

    /// The same of what may be missing.
    pub fn sampled_or_empty(&mut self, of: Option<&Estimate>) -> &mut Self {
        match of {
            Some(of) => self.sampled(of),
            None => self.empty(4),
        }
    }

    /// A cell for each key of any split: its value, or empty.
    pub fn keys(&mut self, cell: &[(String, String)]) -> &mut Self {
        for n in 0..self.keys.len() {
            let value = cell.iter().find(|(key, _)| *key == self.keys[n]).map_or("", |(_, value)| value);
            self.text(value);
        }
        self
    }
}

fn keys(results: &Results) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in results.answers.iter().flat_map(|a| &a.splits).flat_map(|row| &row.cell) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys
}

/// The day of a time since the start.
fn day_of(start: Date, seconds: f64) -> Date {
    start.plus(seconds + HAIR).midnight()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hair_before_midnight_is_the_day_that_begins() {
        let start = Date::new(2026, 1, 15).unwrap();
        for (seconds, day) in [
            (350.0 * DAY, "2026-12-31"),
            (350.0 * DAY - 1e-4, "2026-12-31"),
            (350.0 * DAY - 2.0, "2026-12-30"),
            (351.0 * DAY - 2.0, "2026-12-31"),
        ] {
            assert_eq!(day_of(start, seconds).to_string(), day, "{seconds}");
        }
    }
}
