//! Which beliefs an outcome turns on, and which one each measure, as tables for a terminal.

use super::measured;
use super::terminal::{add_row, first_wraps, table};
use crate::quantity::DAY;
use crate::quantity::prose::{duration, number, percent};
use crate::study::{Answer, MeasureRow, SensitivityRow};

/// Beliefs that are shown; the table in the folder has all.
const SHOWN: usize = 5;

/// The outcome of which least is known, and the beliefs that it turns on; where worlds can't be told from chance that which turns on beliefs
/// most. Empty where the worlds can't tell any.
pub(super) fn section(answer: &Answer, width: u16) -> String {
    let known = answer.least_known().filter(|row| row.probability.credible.is_some());
    let rows = known.map(|row| answer.turns_on("outcome", &row.outcome)).filter(|rows| !rows.is_empty());
    let of_any = || {
        let told = answer.outcomes.iter().filter(|row| row.when + 1 == answer.whens.len());
        let rows = told.map(|row| answer.turns_on("outcome", &row.outcome)).filter(|rows| !rows.is_empty());
        rows.reduce(|most, rows| if rows[0].moves > most[0].moves * (1.0 + 1e-9) { rows } else { most })
    };
    let turning = turning(answer, width);
    let Some(rows) = rows.or_else(of_any) else { return turning };
    let shares = rows.iter().any(|row| row.share.is_some());
    let mut table = table(width);
    let mut header = vec![format!("{}: what it turns on", rows[0].title)];
    header.extend(["where low", "where high"].map(String::from));
    header.extend(shares.then(|| "of the spread".into()));
    table.set_header(header);
    for row in rows.iter().take(SHOWN) {
        let mut cells = vec![named(row), side(row, false), side(row, true)];
        if shares {
            cells.push(row.share.map_or("–".into(), |(_, within)| {
                let [low, high] = [within.low, within.high].map(|end| format!("{:.0}", 100.0 * end));
                if low == high { format!("{high}%") } else { format!("{low} to {high}%") }
            }));
        }
        add_row(&mut table, cells);
    }
    first_wraps(&mut table);
    let more = if rows.len() > SHOWN { "\nmore in sensitivity.csv" } else { "" };
    format!("\n\n{}{more}{turning}", table.trim_fmt())
}

/// The belief that what each party gets and each measure turn on most, as far as worlds can tell any.
fn turning(answer: &Answer, width: u16) -> String {
    let of = |row: &MeasureRow| {
        let quantity = if row.kind == "payoff" { "payoff" } else { "measure" };
        answer.turns_on(quantity, &row.measure).first().copied()
    };
    let rows = measured::ordered(answer).into_iter();
    let found: Vec<(&MeasureRow, &SensitivityRow)> =
        rows.filter_map(|row| of(row).map(|most| (row, most))).collect();
    if found.is_empty() {
        return String::new();
    }
    let mut table = table(width);
    table.set_header(["measure", "turns most on", "where low", "where high"]);
    for (row, most) in found.iter().take(measured::SHOWN) {
        let side = |high| {
            let side = if high { &most.high } else { &most.low };
            format!("{}: {}", bound(most, high), measured::value(row, side.value.value))
        };
        add_row(&mut table, vec![measured::named(row), named(most), side(false), side(true)]);
    }
    first_wraps(&mut table);
    let more = if found.len() > measured::SHOWN { "\nmore in sensitivity.csv" } else { "" };
    format!("\n\n{}{more}", table.trim_fmt())
}

/// The belief, and of one that is one of several the option.
pub(super) fn named(row: &SensitivityRow) -> String {
    row.option.as_ref().map_or(row.belief.clone(), |option| format!("{} = {option}", row.belief))
}

/// Of one side how often: `up to 3 days: 12.3%`, `true: 71.0%`.
pub(super) fn side(row: &SensitivityRow, high: bool) -> String {
    let side = if high { &row.high } else { &row.low };
    format!("{}: {}", bound(row, high), percent(side.value.value))
}

/// Which worlds are meant: `up to 3 days`, `true`.
fn bound(row: &SensitivityRow, high: bool) -> String {
    let side = if high { &row.high } else { &row.low };
    match (side.bound, &row.option) {
        (Some(bound), _) => {
            let value = match row.unit.as_str() {
                "days" => duration(bound * DAY),
                "" => number(bound),
                unit => format!("{} {unit}", number(bound)),
            };
            format!("{} {value}", if high { "above" } else { "up to" })
        }
        (None, Some(_)) => if high { "so" } else { "else" }.into(),
        (None, None) => high.to_string(),
    }
}
