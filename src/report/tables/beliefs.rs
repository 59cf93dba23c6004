//! `beliefs.csv`: the register of assumptions.

use crate::report::sheet::{Sheet, Table};
use crate::study::{BeliefRow, Results};

/// The table.
pub const TABLE: Table = Table {
    name: "beliefs.csv",
    columns: &[
        "belief",
        "written",
        "unit",
        "why",
        "source",
        "source_url",
        "source_date",
        "mean",
        "sd",
        "q05",
        "q10",
        "q25",
        "q50",
        "q75",
        "q90",
        "q95",
        "options",
        "fitted_by",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.beliefs {
            sheet.row(answer).text(&row.belief).text(&row.written).text(&row.unit).text(&row.why);
            let join = |words: Vec<String>| {
                words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("; ")
            };
            sheet.text(&join(row.sources.iter().map(|s| s.title.clone()).collect()));
            sheet.text(&join(row.sources.iter().map(|s| s.url.clone()).collect()));
            sheet.text(&join(row.sources.iter().filter_map(|s| s.date).map(|d| d.to_string()).collect()));
            sheet.number(row.mean).number(row.sd).numbers(&row.quantiles).text(&options(row));
            sheet.text(if row.fitted { "formula" } else { "draws" });
            sheet.end()?;
        }
    }
    Ok(())
}

/// `yes 0.7; no 0.3`.
fn options(row: &BeliefRow) -> String {
    let shares: Vec<String> = row
        .options
        .iter()
        .map(|(name, share)| format!("{name} {}", crate::report::cell::number(*share)))
        .collect();
    shares.join("; ")
}
