//! Dates with the name of their month: `30 June 2026`, `June 30, 2026`, `1. Februar 2026`.

use super::lexer::local;
use super::slip::{self, Fault};
use crate::diag::Code;
use crate::quantity::Date;

/// The names of each month, in English and in German; three letters and more of one are enough.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jänner"],
    &["february", "februar"],
    &["march", "märz"],
    &["april"],
    &["may", "mai"],
    &["june", "juni"],
    &["july", "juli"],
    &["august"],
    &["september"],
    &["october", "oktober"],
    &["november"],
    &["december", "dezember"],
];

/// What to say where `text` begins with such a date, which no expression does. `at` is the place of `text` in the expression.
pub(super) fn named(text: &str, at: usize) -> Option<Fault> {
    let (parts, ends) = parts(text);
    let number = |part: &str| part.parse::<u16>().ok();
    let year = |part: &&str| part.len() == 4 && number(part).is_some();
    let day = |part: &&str| part.len() <= 2 && number(part).is_some();
    let fault = |length: usize, what: &str| {
        slip::fault(local(at, at + length), format!("`{}` {what}", &text[..length])).code(Code::BadDate)
    };
    let (d, m, y, length) = match parts.as_slice() {
        [d, m, y] if day(d) && month(m).is_some() && year(y) => (*d, *m, *y, ends[2]),
        [m, d, y] if month(m).is_some() && day(d) && year(y) => (*d, *m, *y, ends[2]),
        [y, m, d] if year(y) && month(m).is_some() && day(d) => (*d, *m, *y, ends[2]),
        [m, y, ..] if month(m).is_some() && year(y) => {
            return Some(
                fault(ends[1], "has no day")
                    .label("a date is a year, a month and a day")
                    .note(super::calendar::ends_of(number(y)?, u16::from(month(m)?))),
            );
        }
        [d, m, ..] | [m, d, ..] if day(d) && month(m).is_some() => {
            let shape = format!("2025-{:02}-{:0>2}", month(m)?, d);
            return Some(
                fault(ends[1], "has no year")
                    .label(format!("a date is a year, a month and a day, as in `{shape}`")),
            );
        }
        _ => return None,
    };
    let date = Date::new(i64::from(number(y)?), month(m)?, number(d)? as u8);
    Some(match date {
        Some(date) => fault(length, "is not how a date is written here")
            .label("a date is a year, a month and a day: `2025-04-30`")
            .edit(local(at, at + length), date.to_string()),
        None => fault(length, "is in no calendar"),
    })
}

/// The number of the month of this name, from 1.
fn month(word: &str) -> Option<u8> {
    let lower = word.to_lowercase();
    let called = |names: &&[&str]| names.iter().any(|name| name.starts_with(&lower));
    (1..).zip(MONTHS.iter()).find(|(_, names)| lower.chars().count() > 2 && called(names)).map(|(n, _)| n)
}

/// Up to three runs of digits or letters, and where each ends.
fn parts(text: &str) -> (Vec<&str>, Vec<usize>) {
    let (mut parts, mut ends) = (Vec::new(), Vec::new());
    let mut rest = text;
    while parts.len() < 3 {
        let digits = rest.starts_with(|c: char| c.is_ascii_digit());
        let other = |c: char| if digits { !c.is_ascii_digit() } else { !c.is_alphabetic() };
        let length = rest.find(other).unwrap_or(rest.len());
        if length == 0 {
            break;
        }
        parts.push(&rest[..length]);
        let mut behind = &rest[length..];
        let ordinal = ["st", "nd", "rd", "th"].into_iter().find_map(|end| behind.strip_prefix(end));
        if let Some(after) = ordinal.filter(|after| digits && !after.starts_with(char::is_alphanumeric)) {
            behind = after;
        }
        ends.push(text.len() - behind.len());
        // A comma behind the first of them would be that of a call.
        let comma = if parts.len() == 2 { ',' } else { ' ' };
        rest = behind.trim_start_matches(['.', ' ', '\u{a0}', comma]);
        rest = rest.strip_prefix("of ").filter(|_| parts.len() == 1 && digits).unwrap_or(rest);
    }
    (parts, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_names() {
        let meant = |text: &str| named(text, 0).and_then(|fault| fault.0.edit).map(|(_, new)| new);
        for text in [
            "30 June 2026",
            "30 Jun 2026",
            "June 30, 2026",
            "30. Juni 2026",
            "30th of June 2026",
            "2026 June 30",
        ] {
            assert_eq!(meant(text).as_deref(), Some("2026-06-30"), "{text}");
        }
        for text in ["March 2026", "30 June", "June 30", "31 June 2026"] {
            assert!(named(text, 0).is_some_and(|fault| fault.0.edit.is_none()), "{text}");
        }
        for text in ["may + 5", "may, 5", "5 days", "mar.x(5)", "20% of rest", "5 me", "june"] {
            assert!(named(text, 0).is_none(), "{text}");
        }
    }
}
