//! `outcomes.csv`: each outcome by each milestone and at the horizon, with the share that is still open.

use crate::exact::Fraction;
use crate::report::sheet::{Sheet, Table};
use crate::study::Results;

/// Spreadsheets keep fifteen digits.
const KEPT: u128 = 1_000_000_000_000_000;

/// The table.
pub const TABLE: Table = Table {
    name: "outcomes.csv",
    columns: &[
        "milestone",
        "day",
        "date",
        "outcome",
        "title",
        "probability",
        "standard_error",
        "low95",
        "high95",
        "credible_low95",
        "credible_high95",
        "count",
        "paths",
        "worlds",
        "method",
        "error_bound",
        "numerator",
        "denominator",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.outcomes {
            let when = &answer.whens[row.when];
            sheet.row(answer).text(&when.name).day(when.at, answer.start).text(&row.outcome).text(&row.title);
            sheet.estimate(&row.probability).whole(row.probability.hits).whole(answer.made.paths);
            sheet
                .whole(answer.made.worlds)
                .text(row.probability.method.name())
                .number(row.probability.error_bound);
            // Not in one cell: a spreadsheet takes 1/6 for a day in June.
            match row.fraction.map(Fraction::parts).filter(|(_, under)| *under < KEPT) {
                Some((over, under)) => sheet.whole(over as u64).whole(under as u64),
                None => sheet.empty(2),
            };
            sheet.end()?;
        }
    }
    Ok(())
}
