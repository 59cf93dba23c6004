//! `compare.csv`: each variant against the base of its scenario, on the same luck.

use crate::report::sheet::{Sheet, Table};
use crate::stats::Verdict;
use crate::study::Results;

/// The table.
pub const TABLE: Table = Table {
    name: "compare.csv",
    columns: &[
        "quantity",
        "name",
        "title",
        "statistic",
        "milestone",
        "day",
        "date",
        "base",
        "value",
        "difference",
        "standard_error",
        "low95",
        "high95",
        "credible_low95",
        "credible_high95",
        "verdict",
        "paths",
        "paths_to_tell",
        "method",
        "error_bound",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.compare {
            sheet.row(answer).text(row.quantity).text(&row.name).text(&row.title).text(row.statistic);
            match row.when.map(|when| &answer.whens[when]) {
                Some(when) => sheet.text(&when.name).day(when.at, answer.start),
                None => sheet.empty(3),
            };
            sheet.number(row.base).number(row.variant).estimate(&row.difference);
            sheet.text(verdict(row.verdict)).whole(row.difference.paths);
            match row.paths_to_tell {
                Some(paths) => sheet.whole(paths),
                None => sheet.empty(1),
            };
            sheet.text(row.difference.method.name()).number(row.difference.error_bound);
            sheet.end()?;
        }
    }
    Ok(())
}

/// A verdict in plain words.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        Verdict::Unclear => "cannot tell",
        Verdict::Higher => "higher",
        Verdict::Lower => "lower",
    }
}

/// The same in a narrow column.
pub fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => " =",
        Verdict::Unclear => " ?",
        Verdict::Higher => " ▲",
        Verdict::Lower => " ▼",
    }
}
