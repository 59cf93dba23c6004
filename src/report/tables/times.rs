//! `times.csv`: when each outcome comes, given that it comes, and over all paths.

use crate::quantity::DAY;
use crate::report::sheet::{Sheet, Table};
use crate::study::{Method, Results, TimeRow};

/// The table.
pub const TABLE: Table = Table {
    name: "times.csv",
    columns: &[
        "outcome",
        "title",
        "probability",
        "count",
        "mean_day",
        "standard_error",
        "low95",
        "high95",
        "mean_date",
        "sd_days",
        "q05_day",
        "q10_day",
        "q25_day",
        "q50_day",
        "q75_day",
        "q90_day",
        "q95_day",
        "q50_date",
        "all_q05_day",
        "all_q10_day",
        "all_q25_day",
        "all_q50_day",
        "all_q75_day",
        "all_q90_day",
        "all_q95_day",
        "method",
        "error_bound",
        "sd_error_bound",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.times {
            sheet.row(answer).text(&row.outcome).text(&row.title);
            sheet.number(row.comes.value).whole(row.mean_day.paths).sampled(&row.mean_day);
            sheet.date(row.mean_day.value * DAY, answer.start).number(row.sd_days).numbers(&row.quantiles);
            sheet.date(row.quantiles[3] * DAY, answer.start).numbers(&row.all);
            sheet.text(method(row)).number(row.mean_day.error_bound).number(row.sd_bound);
            sheet.end()?;
        }
    }
    Ok(())
}

/// How the numbers of a row were made: all but the probability may be by sampling.
fn method(row: &TimeRow) -> &'static str {
    match (row.comes.method, row.mean_day.method) {
        (Method::Exact, Method::Sampling) => "exact but for days",
        (method, _) => method.name(),
    }
}
