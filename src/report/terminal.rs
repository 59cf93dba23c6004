//! The summary that a terminal shows: how the numbers were made, the outcomes, and what to know about them.

use super::advice::sentence;
use super::tables::verdict_mark;
use crate::quantity::prose::{counted, duration, list, percent, thousands};
use crate::stats::Interval;
use crate::study::{Answer, Method, OutcomeRow, Results, STILL_OPEN, advice};
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};
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
    let mut amounts: Vec<String> = Vec::new();
    for amount in results.answers.iter().map(amount) {
        if !amounts.contains(&amount) {
            amounts.push(amount);
        }
    }
    let each = match results.answers.len() {
        1 => String::new(),
        n => format!(" for each of {}", counted(n as u64, "variant")),
    };
    let took = took.map_or(String::new(), |took| format!(", {}", seconds(took)));
    let (method, seed) = (first.made.method.name(), first.made.seed);
    let mut lines = format!("{method}: {}{each}, seed {seed}{took}\n", list(&amounts, "or"));
    for reached in &results.reached {
        let of = || results.answers.iter().filter(|answer| answer.scenario == reached.scenario).count();
        let name = if results.reached.len() > 1 { format!("{}, ", reached.scenario) } else { String::new() };
        let _ = writeln!(lines, "{name}{}", super::reached::sentence(reached, of() > 1));
    }
    lines
}

fn amount(answer: &Answer) -> String {
    let made = answer.made;
    let beside = answer.beside.map(|made| format!("{} for what is not solved", counted(made.paths, "path")));
    match made.method {
        Method::Exact if made.worlds > 1 => list(
            &[Some(counted(made.worlds, "world")), beside].into_iter().flatten().collect::<Vec<_>>(),
            "and",
        ),
        Method::Exact => beside.unwrap_or_else(|| "no sampling error".into()),
        Method::Sampling if made.worlds > 1 => {
            format!("{} x {}", counted(made.worlds, "world"), counted(made.paths / made.worlds, "path"))
        }
        Method::Sampling => counted(made.paths, "path"),
    }
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

/// A table of the style that all of ours have.
pub(super) fn table(width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.max(40));
    table
}

/// Adds a row: words to the left, and numbers to the right.
pub(super) fn add_row(table: &mut Table, cells: Vec<String>) {
    let cells = cells.into_iter().enumerate();
    table.add_row(cells.map(|(n, words)| {
        Cell::new(words).set_alignment(if n == 0 { CellAlignment::Left } else { CellAlignment::Right })
    }));
}

/// Columns have so many characters or more.
pub(super) fn at_least(table: &mut Table, widths: impl Iterator<Item = usize>, width: u16) {
    table.set_constraints(
        widths
            .map(|wide| ColumnConstraint::LowerBoundary(Width::Fixed(u16::try_from(wide).unwrap_or(width)))),
    );
}

/// Numbers stay whole; the first column takes what room they leave, and wraps.
pub(super) fn first_wraps(table: &mut Table) {
    let whole = (1..table.column_count()).map(|_| ColumnConstraint::ContentWidth);
    table.set_constraints(std::iter::once(ColumnConstraint::LowerBoundary(Width::Fixed(16))).chain(whole));
}

/// One variant: a row an outcome, most likely first; a column a milestone, the latest that fit.
fn single(answer: &Answer, width: u16) -> String {
    let last = answer.whens.len() - 1;
    let mut rows: Vec<&OutcomeRow> =
        answer.outcomes.iter().filter(|r| r.when == last && r.outcome != STILL_OPEN).collect();
    rows.sort_by(|a, b| b.probability.value.total_cmp(&a.probability.value));
    let credible = rows.iter().any(|row| row.probability.credible.is_some());
    let fractions = fractions(&rows);
    let mut header = vec!["outcome".to_string(), answer.whens[last].name.clone(), "95% interval".into()];
    if credible {
        header.push("across worlds".into());
    }
    if fractions.is_some() {
        header.push("exactly".into());
    }
    // Two intervals of 13 characters, a title of about 24, and blanks.
    let mut room = usize::from(width).saturating_sub(if credible { 78 } else { 62 });
    let fits = |when: &usize| {
        let wide = answer.whens[*when].name.chars().count().max(6) + 3;
        let fits = wide <= room;
        room = if fits { room - wide } else { 0 };
        fits
    };
    let mut milestones: Vec<usize> = (0..last).rev().take_while(fits).collect();
    milestones.reverse();
    header.extend(milestones.iter().map(|when| answer.whens[*when].name.clone()));
    header.push("median day".into());
    let mut table = table(width);
    table.set_header(header);
    for (n, row) in rows.into_iter().enumerate() {
        let p = &row.probability;
        let mut cells = vec![row.title.clone(), percent(p.value), range(p.interval)];
        if credible {
            cells.push(p.credible.map_or("–".into(), range));
        }
        cells.extend(fractions.iter().map(|all| all[n].clone()));
        cells.extend(milestones.iter().map(|when| {
            let by = answer.outcomes.iter().find(|r| r.when == *when && r.outcome == row.outcome);
            by.map_or(String::new(), |by| percent(by.probability.value))
        }));
        let median = answer.times.iter().find(|t| t.outcome == row.outcome).map(|t| t.quantiles[3]);
        let decimals = if answer.whens[last].at <= super::story::SHORT { 3 } else { 1 };
        cells.push(median.filter(|m| m.is_finite()).map_or(String::new(), |m| format!("{m:.decimals$}")));
        add_row(&mut table, cells);
    }
    first_wraps(&mut table);
    let hidden = last - milestones.len();
    let more = if hidden > 0 {
        format!("\n{} more in outcomes.csv", counted(hidden as u64, "milestone"))
    } else {
        String::new()
    };
    let (measured, turns) =
        (super::measured::section(answer, width), super::sensitivity::section(answer, width));
    format!("{}{more}{measured}{turns}", table.trim_fmt())
}

/// The probabilities as fractions, where all are that and none is too long to be read.
fn fractions(rows: &[&OutcomeRow]) -> Option<Vec<String>> {
    let all = rows.iter().map(|row| row.fraction.map(|fraction| fraction.to_string()));
    all.map(|words| words.filter(|words| words.len() <= 15)).collect()
}

/// `29.4 to 33.3%`.
fn range(of: Interval) -> String {
    format!("{:.1} to {:.1}%", 100.0 * of.low, 100.0 * of.high)
}

/// A variant in a narrow column: of a combination, what differs from the base.
fn short_name(answer: &Answer, base: &Answer) -> String {
    let whole: Vec<String> =
        answer.levers.iter().map(|(lever, option)| format!("{lever}={option}")).collect();
    let combined = answer.variant.split(' ').all(|part| whole.iter().any(|lever| lever == part));
    if !combined {
        return answer.variant.clone();
    }
    let differ = answer.levers.iter().filter(|lever| !base.levers.contains(lever));
    differ.map(|(lever, option)| format!("{lever}={option}")).collect::<Vec<_>>().join(" ")
}

/// Several: a row a variant, a column an outcome, as many as fit; marks where the runs can tell a difference from the base.
fn several(answers: &[&Answer], width: u16) -> String {
    let columns = chosen(answers, width);
    let all = answers[0].outcomes.iter().filter(|r| r.when == answers[0].whens.len() - 1).count();
    let mut table = table(width);
    let mut header = vec!["variant".to_string()];
    header.extend(columns.iter().map(|column| column.title.clone()));
    table.set_header(header);
    for answer in answers {
        let last = answer.whens.len() - 1;
        let mut cells = vec![Cell::new(short_name(answer, answers[0]))];
        cells.extend(columns.iter().map(|column| {
            let row = answer.outcomes.iter().find(|r| r.when == last && r.outcome == column.outcome);
            let words = row.map_or(String::new(), |row| number_and_mark(answer, row));
            Cell::new(words).set_alignment(CellAlignment::Right)
        }));
        table.add_row(cells);
    }
    // The first column as wide as its names, if that leaves room; the numbers whole; titles wrap.
    let names = names_width(answers, width) + 2;
    at_least(&mut table, std::iter::once(names).chain(columns.iter().map(|column| column.wide)), width);
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
    let combined = answers.iter().any(|answer| short_name(answer, answers[0]) != answer.variant);
    let named = if combined { "\ncombinations are called by what differs from the base" } else { "" };
    let half = if answers.iter().any(|answer| sampled(answer)) {
        ", ± half the width of the 95% interval"
    } else {
        ""
    };
    let measured = super::measured::of_variants(answers, width, &|answer| short_name(answer, answers[0]));
    format!(
        "{}\n▲ higher, ▼ lower than base, ? cannot tell with {amount}\n= no path differs from the \
         base{half}{named}{more}{measured}",
        table.trim_fmt()
    )
}

/// `34.4% ±0.9 ▲`: the probability, half its interval in points, and how it differs from the base.
fn number_and_mark(answer: &Answer, row: &OutcomeRow) -> String {
    let told = answer
        .compare
        .iter()
        .find(|r| r.when == Some(row.when) && r.name == row.outcome && r.quantity == "outcome");
    let mark = told.map_or("", |row| verdict_mark(row.verdict));
    format!("{}{}{mark}", percent(row.probability.value), half_width(answer, row.probability.interval))
}

/// Whether paths or worlds are a sample.
fn sampled(answer: &Answer) -> bool {
    answer.made.method == Method::Sampling || answer.made.worlds > 1
}

/// ` ±0.9`, in percentage points; nothing where nothing was sampled, or too little to say.
fn half_width(answer: &Answer, of: Interval) -> String {
    let points = 100.0 * of.half_width();
    if !sampled(answer) || !points.is_finite() {
        String::new()
    } else if points > 0.0 && points < 0.05 {
        " ±<0.05".into()
    } else {
        format!(" ±{points:.1}")
    }
}

/// The room that names of variants take, at most half of the page.
fn names_width(answers: &[&Answer], width: u16) -> usize {
    let names = answers.iter().map(|answer| short_name(answer, answers[0]).chars().count());
    names.max().unwrap_or(0).min(usize::from(width) / 2)
}

/// An outcome that fits.
struct Column {
    outcome: String,
    title: String,
    /// The characters it needs, with a blank on either side.
    wide: usize,
}

/// The outcomes that fit: most likely first; where not all do, those that are likely or differ most between variants.
fn chosen(answers: &[&Answer], width: u16) -> Vec<Column> {
    let mut range: BTreeMap<&str, (f64, f64, usize)> = BTreeMap::new();
    let base = answers[0];
    let at_end = |answer: &&Answer| answer.whens.len() - 1;
    for answer in answers {
        let last = at_end(answer);
        for row in answer.outcomes.iter().filter(|r| r.when == last) {
            let p = row.probability.value;
            let cell = number_and_mark(answer, row).chars().count();
            let entry = range.entry(&row.outcome).or_insert((p, p, cell));
            *entry = (entry.0.min(p), entry.1.max(p), entry.2.max(cell));
        }
    }
    let last = base.whens.len() - 1;
    let mut rows: Vec<&OutcomeRow> = base.outcomes.iter().filter(|r| r.when == last).collect();
    let weight = |row: &OutcomeRow| {
        range.get(row.outcome.as_str()).map_or(0.0, |(low, high, _)| high.max(2.0 * (high - low)))
    };
    rows.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let mut room = usize::from(width.max(40)).saturating_sub(names_width(answers, width) + 2);
    let wide = |row: &OutcomeRow| {
        longest_word(&row.title).max(range.get(row.outcome.as_str()).map_or(0, |(_, _, cell)| *cell)) + 2
    };
    rows.retain(|row| {
        let wide = wide(row);
        let fits = room >= wide;
        room = if fits { room - wide } else { 0 };
        fits
    });
    rows.sort_by(|a, b| b.probability.value.total_cmp(&a.probability.value));
    rows.iter()
        .map(|row| Column { outcome: row.outcome.clone(), title: row.title.clone(), wide: wide(row) })
        .collect()
}

pub(super) fn longest_word(title: &str) -> usize {
    title.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0)
}
