//! `stages.csv`: where each track stands, how often each stage is entered and for how long, up to each milestone.

use crate::report::sheet::{Sheet, Table};
use crate::study::Results;

/// The table.
pub const TABLE: Table = Table {
    name: "stages.csv",
    columns: &[
        "milestone",
        "day",
        "date",
        "track",
        "stage",
        "probability",
        "standard_error",
        "low95",
        "high95",
        "credible_low95",
        "credible_high95",
        "visits",
        "visits_standard_error",
        "visits_low95",
        "visits_high95",
        "days",
        "days_standard_error",
        "days_low95",
        "days_high95",
        "method",
        "error_bound",
        "visits_error_bound",
        "days_error_bound",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.stages {
            let when = &answer.whens[row.when];
            sheet.row(answer).text(&when.name).day(when.at, answer.start).text(&row.track).text(&row.stage);
            sheet.estimate(&row.stands).sampled_or_empty(row.visits.as_ref());
            sheet.sampled_or_empty(row.days.as_ref());
            sheet.text(row.stands.method.name()).number(row.stands.error_bound);
            for of in [&row.visits, &row.days] {
                sheet.bound(of.as_ref());
            }
            sheet.end()?;
        }
    }
    Ok(())
}
