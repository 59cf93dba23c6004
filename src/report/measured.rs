//! What is measured and what parties get, as a table for a terminal.

use super::tables::verdict_mark;
use super::terminal::{add_row, at_least, first_wraps, longest_word, table};
use crate::quantity::prose::{counted, number, percent};
use crate::stats::Interval;
use crate::study::{Answer, MeasureRow};

/// Rows that are shown; the table in the folder has all.
pub(super) const SHOWN: usize = 10;

/// Variants that have a second table.
const FEW: usize = 12;

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
        // Half of truth values are none.
        cells.push(if row.truth { String::new() } else { value(row, row.quantiles[3]) });
        if partial {
            cells.push(behind(row));
        }
        add_row(&mut table, cells);
    }
    first_wraps(&mut table);
    let more = if rows.len() > SHOWN { "\nmore in measures.csv" } else { "" };
    format!("\n\n{}{more}", table.trim_fmt())
}

/// Several variants: a row for each, a column for each party, then for each measure, as many as fit; marks as those of outcomes. Empty where there is
/// neither.
pub(super) fn of_variants(answers: &[&Answer], width: u16, name: &dyn Fn(&Answer) -> String) -> String {
    let all = ordered(answers[0]);
    if answers.len() > FEW {
        return if all.is_empty() {
            String::new()
        } else {
            format!("\n{} in measures.csv", counted(all.len() as u64, "mean"))
        };
    }
    let cell = |answer: &Answer, row: &MeasureRow| {
        let of = answer.measures.iter().find(|of| of.measure == row.measure && of.kind == row.kind);
        let told = answer.compare.iter().find(|compared| {
            compared.name == row.measure && compared.statistic == "mean" && compared.when.is_none()
        });
        let mark = told.map_or("", |told| verdict_mark(told.verdict));
        format!("{}{mark}", of.map_or(String::new(), |of| value(of, of.mean.value)))
    };
    let names = answers.iter().map(|answer| name(answer).chars().count()).max().unwrap_or(0);
    let names = names.min(usize::from(width) / 2) + 2;
    let mut room = usize::from(width.max(40)).saturating_sub(names);
    let wide = |row: &MeasureRow| {
        let cells = answers.iter().map(|answer| cell(answer, row).chars().count());
        cells.max().unwrap_or(0).max(longest_word(&named(row))) + 2
    };
    let fits = |(_, wide): &(&MeasureRow, usize)| {
        // A blank lies between two columns.
        let fits = *wide < room;
        room = if fits { room - wide - 1 } else { 0 };
        fits
    };
    let rows: Vec<(&MeasureRow, usize)> = all.iter().map(|row| (*row, wide(row))).take_while(fits).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut table = table(width);
    table.set_header(std::iter::once("variant".to_string()).chain(rows.iter().map(|(row, _)| named(row))));
    for answer in answers {
        let cells = std::iter::once(name(answer)).chain(rows.iter().map(|(row, _)| cell(answer, row)));
        add_row(&mut table, cells.collect());
    }
    at_least(&mut table, std::iter::once(names).chain(rows.iter().map(|(_, wide)| *wide)), width);
    let more = match all.len() - rows.len() {
        0 => String::new(),
        hidden => format!("\n{} more in measures.csv", counted(hidden as u64, "mean")),
    };
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
