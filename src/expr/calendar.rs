//! Dates in the text of an expression, and dates as they should not be written.

use super::lexer::local;
use super::slip::{self, Fault};
use crate::diag::Code;
use crate::quantity::{DAY, Date};
use std::ops::Range;

/// The date that `text` begins with and its length in bytes; nothing where it begins with a mere number. `at` is the place
/// of `text` in the expression.
pub(super) fn date(text: &str, at: usize) -> Result<Option<(Date, usize)>, Fault> {
    let Some((parts, separator, length)) = three_numbers(text) else {
        return month_alone(text, at).map_or(Ok(None), Err);
    };
    let span = local(at, at + length);
    let words = &text[..length];
    if separator != '-' || parts.map(str::len) != [4, 2, 2] {
        return match elsewhere(parts, separator) {
            Some(meant) => {
                Err(slip::written(span, format!("`{words}` is not how a date is written here"), meant)
                    .label("a date is a year, a month and a day: `2025-04-30`")
                    .code(Code::BadDate))
            }
            None if looks_like_date(parts) => {
                Err(slip::fault(span, format!("the date `{words}` could be read in two ways"))
                    .label("a date is a year, a month and a day: `2025-04-30`")
                    .code(Code::BadDate))
            }
            None => match short(parts, separator) {
                Some(meant) => Err(slip::written(span, format!("`{words}` has a year of two digits"), meant)
                    .label("a date is a year, a month and a day: `2025-04-30`")
                    .code(Code::BadDate)),
                None => Ok(None),
            },
        };
    }
    let [year, month, day] = parts.map(|p| p.parse::<u16>().unwrap_or(u16::MAX));
    let Some(date) = Date::new(i64::from(year), month.min(99) as u8, day.min(99) as u8) else {
        let label = match month {
            1..=12 => format!("{} has {} days", month_name(year, month), last_day(year, month)),
            _ => "the months are 01 to 12".to_string(),
        };
        return Err(slip::fault(span, format!("there is no day `{words}`")).label(label).code(Code::BadDate));
    };
    let (seconds, more) = time(&text[length..], at + length)?;
    let end = length + more;
    let bad = |from: usize, to: usize, title: &str| {
        Err(slip::fault(local(at + from, at + to), title.to_string()).code(Code::BadDate))
    };
    let rest = &text[end..];
    if more > 0 && (rest.starts_with(['Z', 'z']) || zone(rest)) {
        let length = if zone(rest) { 6 } else { 1 };
        return Err(slip::written(local(at + end, at + end + length), "dates have no time zones here", "")
            .label("every time is in the scenario's own clock")
            .code(Code::BadDate));
    }
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return bad(
            0,
            end + rest.chars().next().map_or(0, char::len_utf8),
            "a date ends in the middle of a word",
        );
    }
    if more == 0 && clock(rest.strip_prefix(' ').unwrap_or("")).is_some() {
        return Err(slip::written(
            local(at + end, at + end + 1),
            "a date and its time of day are joined by a `T`",
            "T",
        )
        .code(Code::BadDate));
    }
    Ok(Some((date.at(seconds), end)))
}

/// `2025-07`: a month, not a difference. Those without a 0 are one where nothing but `to` stands beside them.
fn month_alone(text: &str, at: usize) -> Option<Fault> {
    let digits = |range: Range<usize>| {
        text.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?.parse::<u16>().ok()
    };
    let (year, month) = (digits(0..4)?, digits(5..7)?);
    let rest = text.get(7..)?;
    let alone = rest.is_empty() || rest.starts_with(" to ");
    let shape = text[4..].starts_with('-') && !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let sure = (1..=9).contains(&month) || ((10..=12).contains(&month) && alone);
    if !shape || !sure || !(1900..=2200).contains(&year) {
        return None;
    }
    Some(
        slip::fault(local(at, at + 7), format!("`{year}-{month:02}` has no day"))
            .label("a date is a year, a month and a day")
            .note(ends_of(year, month))
            .code(Code::BadDate),
    )
}

/// How the first and the last day of a month are written.
pub(super) fn ends_of(year: u16, month: u16) -> String {
    let last = last_day(year, month);
    format!("its first day is written `{year}-{month:02}-01`, its last `{year}-{month:02}-{last}`")
}

/// Three runs of digits with the same separator between them, as in `2025-04-30`, and the length of the whole.
fn three_numbers(text: &str) -> Option<([&str; 3], char, usize)> {
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text);
    let separator = text[first..].chars().next().filter(|c| ['-', '/', '.'].contains(c))?;
    let second = digits(&text[first + 1..]);
    let until = first + 1 + second;
    if second == 0 || !text[until..].starts_with(separator) {
        return None;
    }
    let third = digits(&text[until + 1..]);
    let end = until + 1 + third;
    let open = text[end..].starts_with(['_', '.', 'e', 'E']) && !text[end..].starts_with("..");
    (third > 0 && !open)
        .then(|| ([&text[..first], &text[first + 1..until], &text[until + 1..end]], separator, end))
}

/// The ISO date that was surely meant by a date in another order or without its zeros.
fn elsewhere(parts: [&str; 3], separator: char) -> Option<String> {
    let [a, b, c] = parts.map(|p| p.parse::<u16>().unwrap_or(u16::MAX));
    let (year, month, day) = match parts.map(str::len) {
        [4, 1..=2, 1..=2] => (a, b, c),
        [1..=2, 1..=2, 4] if separator == '.' || a > 12 => (c, b, a),
        [1..=2, 1..=2, 4] if b > 12 => (c, a, b),
        _ => return None,
    };
    let date = Date::new(i64::from(year), month.min(99) as u8, day.min(99) as u8)?;
    (1900..=2200).contains(&year).then(|| date.to_string())
}

/// `30.6.26`: a date of this century.
fn short(parts: [&str; 3], separator: char) -> Option<String> {
    let [day, month, year] = parts.map(|p| p.parse::<u8>().unwrap_or(u8::MAX));
    let shape = matches!(parts.map(str::len), [1..=2, 1..=2, 2]) && separator == '.';
    Date::new(2_000 + i64::from(year), month, day).filter(|_| shape).map(|date| date.to_string())
}

/// Day, month and year in some order that only the writer knows: `03/04/2025`.
fn looks_like_date(parts: [&str; 3]) -> bool {
    let [a, b, c] = parts.map(|p| p.parse::<u16>().unwrap_or(u16::MAX));
    matches!(parts.map(str::len), [1..=2, 1..=2, 4])
        && (1..=12).contains(&a)
        && (1..=12).contains(&b)
        && (1900..=2200).contains(&c)
}

/// The time of day behind a date, in seconds, and its length in bytes: `T12:00`, `T12:00:30`, or nothing.
fn time(text: &str, at: usize) -> Result<(f64, usize), Fault> {
    let Some(after) = text.strip_prefix(['T', 't']) else { return Ok((0.0, 0)) };
    match clock(after) {
        Some((seconds, length)) if seconds < DAY && !after[length..].starts_with('.') => {
            Ok((seconds, length + 1))
        }
        _ => {
            let shape = |c: char| c.is_ascii_digit() || c == ':' || c == '.';
            let length = 1 + after.find(|c| !shape(c)).unwrap_or(after.len());
            let title = format!("`{}` is not a time of day", &text[..length]);
            Err(slip::fault(local(at, at + length), title)
                .label("written as `T14:30` or `T14:30:00`")
                .code(Code::BadDate))
        }
    }
}

/// `12:00` or `12:00:30` in seconds, with its length; a full day or more where a part of it is too large.
fn clock(text: &str) -> Option<(f64, usize)> {
    let two = |from: usize| {
        let part = text.get(from..from + 2)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten()
    };
    let (hours, minutes) = (two(0)?, two(3)?);
    if !text[2..].starts_with(':') {
        return None;
    }
    let (seconds, length) = if text[5..].starts_with(':') { (two(6)?, 8) } else { (0, 5) };
    if hours > 23 || minutes > 59 || seconds > 59 || text[length..].starts_with(|c: char| c.is_ascii_digit())
    {
        return Some((DAY, length));
    }
    Some((f64::from(hours * 3_600 + minutes * 60 + seconds), length))
}

/// `+01:00` or `-05:00`.
fn zone(text: &str) -> bool {
    text.strip_prefix(['+', '-']).is_some_and(|t| clock(t).is_some())
}

fn last_day(year: u16, month: u16) -> u8 {
    (28..=31).rev().find(|d| Date::new(i64::from(year), month as u8, *d).is_some()).unwrap_or(28)
}

fn month_name(year: u16, month: u16) -> String {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = NAMES[usize::from(month.clamp(1, 12)) - 1];
    if month == 2 { format!("{name} {year}") } else { name.to_string() }
}
