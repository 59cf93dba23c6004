//! `splits.csv`: joint tables, and what they say one way and the other.

use crate::report::sheet::{Sheet, Table};
use crate::study::{Results, SplitRow};

/// The table.
pub const TABLE: Table = Table {
    name: "splits.csv",
    columns: &[
        "split",
        "cell",
        "key_NAME",
        "outcome",
        "title",
        "count",
        "probability",
        "standard_error",
        "low95",
        "high95",
        "credible_low95",
        "credible_high95",
        "cell_count",
        "cell_probability",
        "outcome_given_cell",
        "outcome_given_cell_standard_error",
        "outcome_given_cell_low95",
        "outcome_given_cell_high95",
        "cell_given_outcome",
        "cell_given_outcome_standard_error",
        "cell_given_outcome_low95",
        "cell_given_outcome_high95",
        "method",
        "error_bound",
        "outcome_given_cell_error_bound",
        "cell_given_outcome_error_bound",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.splits {
            sheet.row(answer).text(&row.split).text(&cell_words(row)).keys(&row.cell);
            sheet.text(&row.outcome).text(&row.title).whole(row.count);
            match &row.joint {
                Some(joint) => sheet.estimate(joint),
                // What was gathered has a share, but nobody knows how it spreads over worlds.
                None => sheet.number(row.count as f64 / answer.made.paths as f64).empty(5),
            };
            let share = row.here.map_or(row.cell_count as f64 / answer.made.paths as f64, |here| here.value);
            sheet.whole(row.cell_count).number(share);
            sheet.sampled_or_empty(row.outcome_given_cell.as_ref());
            sheet.sampled_or_empty(row.cell_given_outcome.as_ref());
            sheet.text(answer.made.method.name()).number(row.joint.map_or(0.0, |joint| joint.error_bound));
            for of in [&row.outcome_given_cell, &row.cell_given_outcome] {
                sheet.bound(of.as_ref());
            }
            sheet.end()?;
        }
    }
    Ok(())
}

/// `site=serbia joined=true`.
fn cell_words(row: &SplitRow) -> String {
    if row.cell.is_empty() {
        return "other".into();
    }
    let pairs: Vec<String> = row.cell.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(" ")
}
