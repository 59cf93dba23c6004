//! `timeline.csv`: how often each outcome has come by each day.

use crate::report::sheet::{Sheet, Table};
use crate::study::Results;

/// The table.
pub const TABLE: Table = Table {
    name: "timeline.csv",
    columns: &[
        "day",
        "date",
        "outcome",
        "title",
        "probability",
        "standard_error",
        "low95",
        "high95",
        "count",
        "method",
        "error_bound",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.timeline {
            sheet.row(answer).day(row.at, answer.start).text(&row.outcome).text(&row.title);
            sheet.sampled(&row.probability).whole(row.probability.hits);
            sheet.text(row.probability.method.name()).number(row.probability.error_bound);
            sheet.end()?;
        }
    }
    Ok(())
}
