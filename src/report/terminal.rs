//! The summary that a terminal shows: how the numbers were made, the outcomes, and what to know about them.

use super::advice::sentence;
use super::tables::verdict_mark;
use crate::quantity::prose::{counted, duration, percent, thousands};
use crate::study::{Answer, Method, OutcomeRow, Results, STILL_OPEN, advice};
use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// The summary of a run, for a terminal this wide. `took` is left out where it must not differ from run to run.
pub fn summary(results: &Results, took: Option<Duration>, width: u16) -> String {
    let mut page = made(results, took);
    let scenarios = by_scenario(results);
    for answers in &scenarios {
        let first = answers[0];
        let _ = write!(page, "\n{}", first.scenario_title);
        if first.scenario_title != first.scenario {
            let _ = write!(page, " ({})", first.scenario);
        }
        page.push('\n');
        page.push_str(&if answers.len() == 1 { single(first, width) } else { several(answers, width) });
        page.push('\n');
    }
    for one in advice(results) {
        let _ = write!(page, "\nnote: {}", sentence(&one));
    }
    page.push('\n');
    page
}

/// `sampling: 1,000 worlds x 20 paths for each of 13 variants, seed 1, 0.8 s`.
fn made(results: &Results, took: Option<Duration>) -> String {
    let Some(first) = results.answers.first() else { return "nothing was run\n".into() };
    let made = first.made;
    let amount = match made.method {
        Method::Exact if made.worlds > 1 => counted(made.worlds, "world"),
        Method::Exact => "no sampling error".into(),
        Method::Sampling if made.worlds > 1 => {
            format!("{} x {}", counted(made.worlds, "world"), counted(made.paths / made.worlds, "path"))
        }
        Method::Sampling => counted(made.paths, "path"),
    };
    let each = match results.answers.len() {
        1 => String::new(),
        n => format!(" for each of {}", counted(n as u64, "variant")),
    };
    let alike = results.answers.iter().all(|answer| answer.made == made);
    let differ = if alike { "" } else { " (other scenarios: see manifest.json)" };
    let took = took.map_or(String::new(), |took| format!(", {}", seconds(took)));
    format!("{}: {amount}{each}{differ}, seed {}{took}\n", made.method.name(), made.seed)
}

fn seconds(took: Duration) -> String {
    let s = took.as_secs_f64();
    if s < 1.0 {
        format!("{:.0} ms", 1000.0 * s)
    } else if s < 100.0 {
        format!("{s:.1} s")
    } else {
        duration(s.round())
    }
}

fn by_scenario(results: &Results) -> Vec<Vec<&Answer>> {
    let mut groups: Vec<Vec<&Answer>> = Vec::new();
    for answer in &results.answers {
        match groups.last_mut().filter(|group| group[0].scenario == answer.scenario) {
            Some(group) => group.push(answer),
            None => groups.push(vec![answer]),
        }
    }
    groups
}

fn table(width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.max(40));
    table
}

/// One variant: a row an outcome, most likely first; a column a milestone.
fn single(answer: &Answer, width: u16) -> String {
    let last = answer.whens.len() - 1;
    let mut rows: Vec<&OutcomeRow> =
        answer.outcomes.iter().filter(|r| r.when == last && r.outcome != STILL_OPEN).collect();
    rows.sort_by(|a, b| b.probability.value.total_cmp(&a.probability.value));
    let credible = rows.iter().any(|row| row.probability.credible.is_some());
    let mut table = table(width);
    let mut header = vec!["outcome".to_string(), answer.whens[last].name.clone(), "95% interval".into()];
    if credible {
        header.push("across worlds".into());
    }
    header.extend(answer.whens[..last].iter().map(|when| when.name.clone()));
    header.push("median day".into());
    table.set_header(header);
    for row in rows {
        let p = &row.probability;
        let mut cells = vec![
            Cell::new(&row.title),
            Cell::new(percent(p.value)),
            Cell::new(format!("{} to {}", percent(p.interval.low), percent(p.interval.high))),
        ];
        if credible {
            cells.push(Cell::new(
                p.credible.map_or(String::new(), |c| format!("{} to {}", percent(c.low), percent(c.high))),
            ));
        }
        cells.extend((0..last).map(|when| {
            let by = answer.outcomes.iter().find(|r| r.when == when && r.outcome == row.outcome);
            Cell::new(by.map_or(String::new(), |by| percent(by.probability.value)))
        }));
        let median = answer.times.iter().find(|t| t.outcome == row.outcome).map(|t| t.quantiles[3]);
        cells.push(Cell::new(median.filter(|m| m.is_finite()).map_or(String::new(), |m| format!("{m:.1}"))));
        let numbers = cells.into_iter().enumerate();
        table.add_row(numbers.map(|(n, cell)| {
            cell.set_alignment(if n == 0 { CellAlignment::Left } else { CellAlignment::Right })
        }));
    }
    table.trim_fmt()
}

/// Several: a row a variant, a column an outcome, as many as fit; marks where the runs can tell a difference from the base.
fn several(answers: &[&Answer], width: u16) -> String {
    let columns = chosen(answers, width);
    let all = answers[0].outcomes.iter().filter(|r| r.when == answers[0].whens.len() - 1).count();
    let mut table = table(width);
    let mut header = vec!["variant".to_string()];
    header.extend(columns.iter().map(|(_, title)| title.clone()));
    table.set_header(header);
    for answer in answers {
        let last = answer.whens.len() - 1;
        let mut cells = vec![Cell::new(&answer.variant)];
        cells.extend(columns.iter().map(|(outcome, _)| {
            let row = answer.outcomes.iter().find(|r| r.when == last && r.outcome == *outcome);
            let told = answer
                .compare
                .iter()
                .find(|r| r.when == Some(last) && r.name == *outcome && r.quantity == "outcome");
            let mark = told.map_or("", |row| verdict_mark(row.verdict));
            let p = row.map_or(String::new(), |row| percent(row.probability.value));
            Cell::new(format!("{p}{mark}")).set_alignment(CellAlignment::Right)
        }));
        table.add_row(cells);
    }
    let hidden = all - columns.len();
    let more = if hidden > 0 {
        format!("\n{} more in outcomes.csv", counted(hidden as u64, "outcome"))
    } else {
        String::new()
    };
    let made = answers[0].made;
    let amount = match made.method {
        Method::Sampling => format!("{} paths", thousands(made.paths)),
        Method::Exact => counted(made.worlds, "world"),
    };
    format!("{}\n▲ higher, ▼ lower than base, ? cannot tell with {amount}{more}", table.trim_fmt())
}

/// The outcomes that fit: most likely first; where not all do, those that are likely or differ most between variants.
fn chosen(answers: &[&Answer], width: u16) -> Vec<(String, String)> {
    let mut range: BTreeMap<&str, (f64, f64, f64)> = BTreeMap::new();
    let base = answers[0];
    let at_end = |answer: &&Answer| answer.whens.len() - 1;
    for answer in answers {
        let last = at_end(answer);
        for row in answer.outcomes.iter().filter(|r| r.when == last) {
            let p = row.probability.value;
            let entry = range.entry(&row.outcome).or_insert((p, p, p));
            entry.1 = entry.1.min(p);
            entry.2 = entry.2.max(p);
        }
    }
    let last = base.whens.len() - 1;
    let mut rows: Vec<&OutcomeRow> = base.outcomes.iter().filter(|r| r.when == last).collect();
    let weight = |row: &OutcomeRow| {
        range.get(row.outcome.as_str()).map_or(0.0, |(_, low, high)| high.max(2.0 * (high - low)))
    };
    rows.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let names =
        answers.iter().map(|a| a.variant.chars().count()).max().unwrap_or(0).min(usize::from(width) / 2);
    let mut room = usize::from(width.max(40)).saturating_sub(names + 2);
    rows.retain(|row| {
        let wide = longest_word(&row.title).max(8) + 3;
        let fits = room >= wide;
        room = if fits { room - wide } else { 0 };
        fits
    });
    rows.sort_by(|a, b| b.probability.value.total_cmp(&a.probability.value));
    rows.iter().map(|row| (row.outcome.clone(), row.title.clone())).collect()
}

fn longest_word(title: &str) -> usize {
    title.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0)
}
