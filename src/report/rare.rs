//! Something rare in words, and `rare.csv`: a row for each question.

use super::cell;
use super::error::ReportError;
use super::single::{is_free, write_single};
use crate::quantity::DAY;
use crate::quantity::prose::{self, counted, duration, thousands};
use crate::study::{Degenerate, LEAST_HITS, LEAST_WORLDS, MOST_SHARE, RareAnswer};
use std::fmt::Write as _;
use std::path::Path;

/// The columns of `rare.csv`; `lever_NAME` stands for a column a lever.
pub const RARE_COLUMNS: &[&str] = &[
    "scenario",
    "variant",
    "lever_NAME",
    "event",
    "day",
    "date",
    "probability",
    "standard_error",
    "low95",
    "high95",
    "relative_error",
    "paths",
    "worlds",
    "hits",
    "effective_hits",
    "greatest_share",
    "balance",
    "plain_paths",
    "pilot_paths",
    "left_alone",
    "method",
    "seed",
];

/// Writes answers to questions about one variant: the file is there whole, or as it was before.
pub fn write_rare(to: &Path, answers: &[RareAnswer]) -> Result<(), ReportError> {
    let text = table(answers).map_err(|error| ReportError::io(to, error.into()))?;
    write_single(to, &RARE_COLUMNS[3..6], &text)
}

/// Whether such a table may be written there.
pub fn rare_is_free(to: &Path) -> Result<(), ReportError> {
    is_free(to, &RARE_COLUMNS[3..6])
}

fn table(answers: &[RareAnswer]) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let levers = answers.first().map_or(&[][..], |answer| &answer.levers);
    let mut header: Vec<String> = Vec::new();
    for column in RARE_COLUMNS {
        match *column {
            "lever_NAME" => header.extend(levers.iter().map(|(lever, _)| format!("lever_{lever}"))),
            column => header.push(column.into()),
        }
    }
    writer.write_record(&header)?;
    for answer in answers {
        let seen = &answer.seen;
        let mut row =
            vec![cell::text(&answer.scenario).into_owned(), cell::text(&answer.variant).into_owned()];
        row.extend(answer.levers.iter().map(|(_, option)| cell::text(option).into_owned()));
        row.push(cell::text(&answer.event).into_owned());
        let date = answer.start.filter(|_| answer.until.is_finite());
        row.push(cell::number(if answer.until.is_finite() { answer.until / DAY } else { f64::NAN }));
        row.push(date.map_or_else(String::new, |start| start.plus(answer.until).midnight().to_string()));
        let numbers = [
            seen.probability,
            seen.standard_error,
            seen.interval.low,
            seen.interval.high,
            seen.relative_error(),
        ];
        row.extend(numbers.map(cell::number));
        row.push(seen.paths.to_string());
        row.push(if answer.vary { seen.units } else { 1 }.to_string());
        row.push(seen.hits.to_string());
        let plain = if answer.vary { f64::NAN } else { seen.plain_paths() };
        row.extend([seen.effective_hits, seen.greatest_share, seen.balance, plain].map(cell::number));
        row.push(pilot_paths(answer).to_string());
        row.push(cell::number(answer.plain));
        row.push("importance sampling".into());
        row.push(answer.seed.to_string());
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn pilot_paths(answer: &RareAnswer) -> u64 {
    answer.pilots.iter().map(|pilot| pilot.paths).sum()
}

/// `2.952e-3`: a probability that may be tiny, in four figures.
fn tiny(p: f64) -> String {
    if (1e-2..=1.0).contains(&p) { prose::number((p * 1e4).round() / 1e4) } else { format!("{p:.3e}") }
}

/// An answer for the terminal; where there is none, why, and what may help.
pub fn rare_page(answer: &RareAnswer) -> String {
    let seen = &answer.seen;
    let by = match (answer.until.is_finite(), answer.start) {
        (false, _) => "ever".to_string(),
        (true, None) => format!("within {}", duration(answer.until)),
        (true, Some(start)) => {
            format!("by {} (day {})", start.plus(answer.until), prose::number(answer.until / DAY))
        }
    };
    let variant = if answer.variant == crate::study::BASE {
        String::new()
    } else {
        format!(" in `{}`", answer.variant)
    };
    let mut page = format!("{}{variant}: {} {by}\n", answer.scenario, answer.event);
    if let Some(why) = answer.degenerate {
        let _ = writeln!(page, "  no answer: {}", refusal(why, answer));
        return page;
    }
    let _ = writeln!(page, "  probability      {}", tiny(seen.probability));
    let _ = writeln!(page, "  95% interval     {} to {}", tiny(seen.interval.low), tiny(seen.interval.high));
    let _ = writeln!(page, "  relative error   {:.2}%{}", 100.0 * seen.relative_error(), missed(answer));
    let worlds = if answer.vary { format!(" in {}", counted(seen.units, "world")) } else { String::new() };
    let _ = writeln!(
        page,
        "  paths            {}{worlds}, of which {} reached it; pilots: {} in {}",
        thousands(seen.paths),
        thousands(seen.hits),
        thousands(pilot_paths(answer)),
        counted(answer.pilots.len() as u64, "round")
    );
    let _ = writeln!(
        page,
        "  weights          the hits are worth {} of equal weight; the greatest has {} of all",
        thousands(seen.effective_hits as u64),
        share(seen.greatest_share)
    );
    if answer.vary {
        let _ = writeln!(
            page,
            "  worlds           the answer rests on {} of equal weight",
            seen.effective_units as u64
        );
    } else if seen.plain_paths().is_finite() {
        let _ = writeln!(
            page,
            "  plain sampling   would take {} paths for this error",
            about(seen.plain_paths())
        );
    }
    let _ = writeln!(
        page,
        "  made by          importance sampling on delays and branches, {}, seed {}; weights average 1 within {:.1} of their errors",
        left_alone(answer.plain),
        answer.seed,
        seen.balance.abs()
    );
    page
}

/// Which part of the paths was not steered.
fn left_alone(plain: f64) -> String {
    match plain {
        1.0 => "which does not help here: paths came as they come".to_string(),
        _ => format!("{}% of the paths left as they come", prose::number(100.0 * plain)),
    }
}

fn share(of: f64) -> String {
    format!("{:.2}%", 100.0 * of)
}

fn about(paths: f64) -> String {
    if paths < 1e12 {
        format!("about {}", thousands(crate::stats::two_figures_up(paths)))
    } else {
        format!("about {paths:.0e}")
    }
}

/// What is added where the error that was wanted was not reached.
fn missed(answer: &RareAnswer) -> String {
    let reached = answer.seen.relative_error();
    if reached <= answer.wanted {
        return String::new();
    }
    let paths = answer.seen.paths as f64 * (reached / answer.wanted) * (reached / answer.wanted);
    format!(" ({} was wanted: {} paths would do)", share(answer.wanted), about(paths))
}

fn refusal(why: Degenerate, answer: &RareAnswer) -> String {
    let paths = thousands(answer.seen.paths + pilot_paths(answer));
    match why {
        Degenerate::NoHit => format!(
            "none of {paths} paths reached it. It may be impossible, or steered paths miss the way to it; no bound \
             follows from that.\n  help: see with `detente show` whether anything leads to it, ask for a later time first, or solve it with \
             `detente run --method exact`"
        ),
        Degenerate::FewHits(worth) => format!(
            "the weights degenerate: {} reached it, worth {worth:.1} of equal weight; {LEAST_HITS} are the least\n  \
             help: {} paths (`--paths`), a later time, or `detente run --method exact`",
            counted(answer.seen.hits, "path"),
            // A margin for what these few tell badly.
            about(2.0 * answer.seen.paths as f64 * LEAST_HITS / worth.max(1.0))
        ),
        Degenerate::OneWeight(of) => format!(
            "the weights degenerate: one path has {} of all weight, and {} is the most\n  \
             help: more paths (`--paths`), a later time, or `detente run --method exact`",
            share(of),
            share(MOST_SHARE)
        ),
        Degenerate::FewWorlds(worlds) => format!(
            "it comes from few worlds, worth {worlds:.1} of equal weight; {LEAST_WORLDS} are the least\n  \
             help: more paths (`--paths`), which bring more worlds"
        ),
    }
}
