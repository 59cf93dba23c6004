//! `measures.csv`: the numbers reported of each path, and what each party gets. A threshold has a row of its own.

use crate::report::sheet::{Sheet, Table};
use crate::study::{Answer, MeasureRow, Method, Results};

/// The table.
pub const TABLE: Table = Table {
    name: "measures.csv",
    columns: &[
        "measure",
        "title",
        "unit",
        "kind",
        "conditional",
        "statistic",
        "threshold",
        "value",
        "standard_error",
        "low95",
        "high95",
        "credible_low95",
        "credible_high95",
        "count",
        "share_counted",
        "share_never",
        "sd",
        "q05",
        "q10",
        "q25",
        "q50",
        "q75",
        "q90",
        "q95",
        "all_q05",
        "all_q10",
        "all_q25",
        "all_q50",
        "all_q75",
        "all_q90",
        "all_q95",
        "undefined",
        "method",
        "error_bound",
        "sd_error_bound",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.measures {
            begin(sheet, answer, row);
            sheet.text("mean").empty(1).estimate(&row.mean).whole(row.paths).number(row.counted.value);
            sheet
                .number(row.never.map_or(f64::NAN, |never| never.value))
                .number(row.sd)
                .numbers(&row.quantiles);
            match &row.all {
                Some(all) => sheet.numbers(all),
                None => sheet.empty(7),
            };
            sheet.whole(row.undefined).text(method(row)).number(row.mean.error_bound).number(row.sd_bound);
            sheet.end()?;
            if let Some(never) = &row.never {
                begin(sheet, answer, row);
                sheet.text("never").empty(1).estimate(never).whole(never.paths).number(row.counted.value);
                sheet
                    .number(never.value)
                    .empty(16)
                    .text(never.method.name())
                    .number(never.error_bound)
                    .empty(1);
                sheet.end()?;
            }
            for (threshold, share) in &row.thresholds {
                begin(sheet, answer, row);
                sheet.text("at least").number(*threshold).estimate(share).whole(share.paths);
                sheet.number(row.counted.value).empty(17);
                sheet.text(share.method.name()).number(share.error_bound).empty(1);
                sheet.end()?;
            }
        }
    }
    Ok(())
}

/// How the numbers of the row of the mean were made: what is named after `but for` is by sampling.
fn method(row: &MeasureRow) -> &'static str {
    match (row.mean.method, row.sd_by, row.quantiles_by) {
        (Method::Exact, Method::Sampling, _) => "exact but for sd and quantiles",
        (Method::Exact, _, Method::Sampling) => "exact but for quantiles",
        (method, ..) => method.name(),
    }
}

fn begin(sheet: &mut Sheet<'_>, answer: &Answer, row: &MeasureRow) {
    sheet.row(answer).text(&row.measure).text(&row.title).text(&row.unit).text(row.kind);
    sheet.text(if row.given { "yes" } else { "no" });
}
