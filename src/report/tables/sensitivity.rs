//! `sensitivity.csv`: which belief matters most to each outcome, measure and payoff.

use crate::report::sheet::{Sheet, Table};
use crate::study::{Results, SensitivityRow};

/// The table.
pub const TABLE: Table = Table {
    name: "sensitivity.csv",
    columns: &[
        "quantity",
        "name",
        "title",
        "value_unit",
        "rank",
        "belief",
        "option",
        "unit",
        "low_up_to",
        "high_above",
        "low_value",
        "low_low95",
        "low_high95",
        "high_value",
        "high_low95",
        "high_high95",
        "difference",
        "standard_error",
        "low95",
        "high95",
        "moves",
        "share",
        "share_low95",
        "share_high95",
        "low_worlds",
        "high_worlds",
        "method",
    ],
    rows,
};

fn rows(results: &Results, sheet: &mut Sheet<'_>) -> csv::Result<()> {
    for answer in &results.answers {
        for row in &answer.sensitivity {
            let SensitivityRow { low, high, difference, .. } = row;
            sheet.row(answer).text(row.quantity).text(&row.name).text(&row.title).text(&row.value_unit);
            sheet.whole(row.rank as u64);
            sheet.text(&row.belief).text(row.option.as_deref().unwrap_or("")).text(&row.unit);
            sheet.number(low.bound.unwrap_or(f64::NAN)).number(high.bound.unwrap_or(f64::NAN));
            for side in [low, high] {
                let p = &side.value;
                sheet.number(p.value).number(p.interval.low).number(p.interval.high);
            }
            let (share, low95, high95) =
                row.share.map_or([f64::NAN; 3].into(), |(share, within)| (share, within.low, within.high));
            sheet.sampled(difference);
            sheet.number(row.moves).number(share).number(low95).number(high95);
            sheet.whole(low.worlds).whole(high.worlds).text(difference.method.name());
            sheet.end()?;
        }
    }
    Ok(())
}
