//! What is measured and what parties get, as a table for a terminal.

use super::terminal::{add_row, first_wraps, table};
use crate::quantity::prose::{number, percent};
use crate::stats::Interval;
use crate::study::{Answer, MeasureRow};

/// Rows that are shown; the table in the folder has all.
pub(super) const SHOWN: usize = 10;

/// What parties get, then measures.
pub(super) fn ordered(answer: &Answer) -> Vec<&MeasureRow> {
    let (parties, measures): (Vec<_>, Vec<_>) = answer.measures.iter().partition(|row| row.kind == "payoff");
    parties.into_iter().chain(measures).collect()
}

/// A row for each party, then for each measure. Empty where there is neither.
pub(super) fn section(answer: &Answer, width: u16) -> String {
    let rows = ordered(answer);
    if rows.is_empty() {
        return String::new();
    }
    let credible = rows.iter().any(|row| row.mean.credible.is_some());
    let partial = rows.iter().any(|row| row.given || row.never.is_some());
    let mut header = vec!["measure", "mean", "95% interval"];
    header.extend(credible.then_some("across worlds"));
    header.push("median");
    header.extend(partial.then_some("of paths"));
    let mut table = table(width);
    table.set_header(header);
    for row in rows.iter().take(SHOWN) {
        let mut cells = vec![named(row), value(row, row.mean.value), range(row, row.mean.interval)];
        if credible {
            cells.push(row.mean.credible.map_or("–".into(), |within| range(row, within)));
        }
        cells.push(value(row, row.quantiles[3]));
        if partial {
            cells.push(behind(row));
        }
        add_row(&mut table, cells);
    }
    first_wraps(&mut table);
    let more = if rows.len() > SHOWN { "\nmore in measures.csv" } else { "" };
    format!("\n\n{}{more}", table.trim_fmt())
}

/// The title and the unit, where the title does not say it.
pub(super) fn named(row: &MeasureRow) -> String {
    let words = |text: &str| -> Vec<String> {
        let letters = text.to_lowercase();
        letters
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(String::from)
            .collect()
    };
    let (title, unit) = (words(&row.title), words(&row.unit));
    let said = unit.is_empty() || title.windows(unit.len()).any(|some| some == unit);
    if said { row.title.clone() } else { format!("{}, {}", row.title, row.unit) }
}

pub(super) fn value(row: &MeasureRow, value: f64) -> String {
    match value {
        _ if value.is_nan() => String::new(),
        _ if row.truth => percent(value),
        _ => number(value),
    }
}

fn range(row: &MeasureRow, of: Interval) -> String {
    if !of.low.is_finite() || !of.high.is_finite() {
        return String::new();
    }
    if row.truth {
        return format!("{:.1} to {:.1}%", 100.0 * of.low, 100.0 * of.high);
    }
    format!("{} to {}", number(of.low), number(of.high))
}

/// The share of all paths that the mean is of.
fn behind(row: &MeasureRow) -> String {
    let comes = row.never.map_or(1.0, |never| 1.0 - never.value);
    percent(row.counted.value * comes)
}
