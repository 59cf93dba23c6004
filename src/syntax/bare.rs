//! What stands where a value belongs, without quotation marks, and is none: what was meant.

use crate::diag::{Code, Diagnostic, Span};
use crate::expr;
use toml::de::DeTable;

/// What was meant by words that are no value.
#[derive(Clone, Debug)]
pub(super) struct Meant {
    pub(super) code: Code,
    pub(super) title: String,
    pub(super) label: String,
    pub(super) notes: Vec<String>,
    /// The value to write, where it is certain.
    pub(super) value: Option<String>,
}

/// So many slips within one expression are mended at once.
const SLIPS: usize = 4;
/// How a date is written.
const DATE: &[u8] = b"0000-00-00";
/// Longer words than this are no value that somebody meant.
const LONG: usize = 300;

/// What was meant by `words`, which stand on one line; nothing where they are a value.
pub(super) fn meant(words: &str) -> Option<Meant> {
    let digits = words.bytes().all(|b| b.is_ascii_digit());
    if (digits && words.len() < 16 && !words.starts_with('0')) || scalar(words) {
        return None;
    }
    let new = |title: String, label: &str, value: String| Meant {
        code: Code::NotToml,
        title,
        label: label.to_string(),
        notes: Vec::new(),
        value: Some(value),
    };
    let truth = match words.to_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    };
    if let Some(truth) = truth {
        let mut meant =
            new(format!("`{words}` is written `{truth}`"), "true or false, in small letters", truth.into());
        if !words.eq_ignore_ascii_case(truth) {
            meant.notes.push(format!("where it is a name, write `\"{words}\"`"));
        }
        return Some(meant);
    }
    if let Some(number) = grouped(words) {
        return Some(new(
            "a number is written without signs between thousands".into(),
            "or with `_`: `1_000_000`",
            number,
        ));
    }
    if let Some(meant) = short_date(words) {
        return Some(meant);
    }
    // A number or a date, but for a slip in it: `1,5`, `20.1.2025`, `.5`.
    let slip = once(words).map(|slip| (applied(words, &slip), slip));
    if let Some((mended, slip)) = slip {
        let date = slip.code == Code::BadDate;
        // Of a day that is in no calendar the parser tells.
        let shape = |(d, b): (&u8, u8)| *d == b || (*d == b'0' && b.is_ascii_digit());
        let iso = words.len() >= DATE.len() && DATE.iter().zip(words.bytes()).all(shape);
        if date && mended.is_none() && iso {
            return None;
        }
        if date || mended.as_deref().is_some_and(scalar) {
            return Some(Meant {
                code: if date { Code::BadDate } else { Code::NotToml },
                title: slip.title,
                label: slip.label,
                notes: slip.notes,
                value: mended.filter(|mended| scalar(mended)),
            });
        }
    }
    let mended = read(words);
    let what = match &mended {
        Some(mended) if mended.contains([' ', '%', '(']) => "an expression",
        Some(_) => "a name",
        None => "a text",
    };
    let value = quoted(mended.as_deref().unwrap_or(words));
    Some(new(
        format!("{what} stands between quotation marks"),
        "not a number, a date, `true` or `false`",
        value,
    ))
}

/// Names with commas between them, as a list: `none, invited`.
pub(crate) fn names_as_list(words: &str) -> Option<String> {
    let names: Vec<&str> = words.split(',').map(str::trim).collect();
    let name = |name: &&str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    (names.len() > 1 && names.iter().all(name)).then(|| format!("[\"{}\"]", names.join("\", \"")))
}

/// `2026-01`, `5.1.26`, `2026–01–05`: a date that lacks something, or has other signs.
fn short_date(words: &str) -> Option<Meant> {
    let meant = |title: &str, value: Option<String>| {
        Some(Meant {
            code: Code::BadDate,
            title: format!("`{words}` {title}"),
            label: "a date is a year, a month and a day: `2025-04-30`".into(),
            notes: Vec::new(),
            value: value.filter(|value| scalar(value)),
        })
    };
    let plain = words.replace(['–', '—'], "-");
    let sign = plain.chars().find(|c| !c.is_ascii_digit()).filter(|c| ['-', '.', '/'].contains(c))?;
    let parts: Vec<&str> = plain.split(sign).collect();
    if !parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    match (parts.as_slice(), sign) {
        ([year, month], '-' | '/') if year.len() == 4 && month.len() <= 2 => meant("has no day", None),
        ([year, _, _], '-') if year.len() == 4 && plain != words => {
            meant("has other signs than `-`", Some(plain))
        }
        ([day, month, year], _) if [day, month, year].iter().all(|part| part.len() <= 2) => {
            let date = format!("20{year:0>2}-{month:0>2}-{day:0>2}");
            meant("has a year of two digits", Some(date).filter(|_| sign == '.'))
        }
        _ => None,
    }
}

/// The digits of `1.000.000`, `1 000` or `1'000`.
fn grouped(words: &str) -> Option<String> {
    expr::grouped(words)
        .filter(|(length, _)| *length == words.len())
        .map(|(_, number)| number.replace('_', ""))
}

/// Whether these words are a number, a date, `true` or `false`.
pub(super) fn scalar(words: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"+-_.: ".contains(&b);
    !words.is_empty() && words.bytes().all(plain) && DeTable::parse(&format!("x = {words}\n")).is_ok()
}

/// A text in quotation marks.
pub(super) fn quoted(words: &str) -> String {
    match words.contains(['"', '\\']) && !words.contains('\'') {
        true => format!("'{words}'"),
        false => format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// The first slip in an expression.
fn once(words: &str) -> Option<Diagnostic> {
    if words.len() > LONG {
        return None;
    }
    let all = Span { file: 0, start: 0, end: words.len() as u32 };
    expr::parse(words, all, true).err().map(|slip| *slip)
}

/// The expression with this slip mended, where that is known.
fn applied(words: &str, slip: &Diagnostic) -> Option<String> {
    let (span, new) = slip.edit.as_ref()?;
    let mut mended = words.to_string();
    mended.replace_range(span.start as usize..span.end as usize, new);
    Some(mended)
}

/// The words as an expression that can be read, with the slips in them mended; nothing where they are none.
fn read(words: &str) -> Option<String> {
    if words.len() > LONG {
        return None;
    }
    let mut text = words.to_string();
    for _ in 0..SLIPS {
        match once(&text) {
            None => return Some(text),
            Some(slip) => text = applied(&text, &slip)?,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_from_what_was_meant_as_one() {
        for fine in ["5", "1.5", "true", "2025-01-20", "2025-01-20T12:00:00", "-3", "1_000", "inf"] {
            assert!(meant(fine).is_none(), "{fine}");
        }
        for (words, value) in [
            ("1,5", "1.5"),
            ("TRUE", "true"),
            ("yes", "true"),
            ("off", "false"),
            ("20.1.2025", "2025-01-20"),
            ("5.1.26", "2026-01-05"),
            ("2026–01–05", "2026-01-05"),
            (".5", "0.5"),
            ("007", "7"),
            ("1.000.000", "1000000"),
            ("12 000", "12000"),
            ("5 days", "\"5 days\""),
            ("5d", "\"5 days\""),
            ("1,5 days", "\"1.5 days\""),
            ("30%", "\"30%\""),
            ("deal", "\"deal\""),
            ("The talks: part 1,5", "\"The talks: part 1,5\""),
            ("if a == \"b\" then 1 else 2", "\"if a == b then 1 else 2\""),
            ("a \"b\" c", "'a \"b\" c'"),
        ] {
            assert_eq!(meant(words).expect(words).value.as_deref(), Some(value), "{words}");
        }
        // What the parser tells better, and what could be read in two ways.
        assert!(meant("2025-02-30").is_none());
        for short in ["2026-01", "26-01-05", "5/1/26"] {
            assert!(meant(short).is_some_and(|m| m.code == Code::BadDate && m.value.is_none()), "{short}");
        }
        assert!(meant("03/04/2025").is_some_and(|m| m.value.is_none() && m.title.contains("two ways")));
    }
}
