//! What people write by habit from elsewhere, and what it is called here.

use super::lexer::local;
use super::spoken;
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::quantity::TimeUnit;

/// A diagnostic in the making, with places in the text of the expression.
#[derive(Clone, Debug)]
pub(super) struct Fault(pub(super) Box<Diagnostic>);

impl Fault {
    /// With words under the marked place.
    pub(super) fn label(mut self, text: impl Into<String>) -> Fault {
        self.0.label = text.into();
        self
    }

    /// With a further fact.
    pub(super) fn note(mut self, text: impl Into<String>) -> Fault {
        self.0.notes.push(text.into());
        self
    }

    /// With the edit that mends it.
    pub(super) fn edit(mut self, span: Span, text: impl Into<String>) -> Fault {
        self.0.edit = Some((span, text.into()));
        self
    }

    /// With another code than that of a syntax error.
    pub(super) fn code(mut self, code: Code) -> Fault {
        self.0.code = code;
        self
    }
}

/// A syntax error at `span`.
pub(super) fn fault(span: Span, title: impl Into<String>) -> Fault {
    Fault(Box::new(Diagnostic::new(Code::Syntax, span, title)))
}

/// Words that are written as `meant`.
pub(super) fn written(span: Span, title: impl Into<String>, meant: impl Into<String>) -> Fault {
    fault(span, title).edit(span, meant)
}

/// A sign from another language; `meant` is the word or sign of this one.
pub(super) fn sign(text: &str, span: Span, meant: &str) -> Fault {
    let words = &text[span.start as usize..span.end as usize];
    if text[..span.start as usize].trim().is_empty() {
        match meant {
            "*" => return factor(span),
            "<=" | ">=" => return spoken::bound(text, span),
            _ => {}
        }
    }
    let title = match (words, meant) {
        (_, "to") => format!("`{words}` is written `to`: an interval is `2 to 5`"),
        (";", _) => "arguments are separated by `,`".to_string(),
        ("\u{2212}", _) => "this is the minus sign of typesetters, not `-`".to_string(),
        _ => format!("`{words}` is written `{meant}`"),
    };
    written(span, title, spaced(text, span, meant))
}

/// `x1.5`, `× 2`, `*2`: a sign of multiplication before a number and behind nothing.
pub(super) fn factor(sign: Span) -> Fault {
    written(sign, "a factor is written as its number alone", "").label("nothing stands before this sign")
}

/// `word` with the blanks that it needs where `span` stands; signs need none.
fn spaced(text: &str, span: Span, word: &str) -> String {
    let needs =
        |c: Option<char>, brackets: &[char]| c.is_some_and(|c| !c.is_whitespace() && !brackets.contains(&c));
    let letters = word.starts_with(char::is_alphabetic);
    let before = letters && needs(text[..span.start as usize].chars().next_back(), &['(', ',']);
    let after = letters && needs(text[span.end as usize..].chars().next(), &[')', ',']);
    format!("{}{word}{}", if before { " " } else { "" }, if after { " " } else { "" })
}

/// A character that begins no token.
pub(super) fn strange(text: &str, at: usize, c: char) -> Fault {
    const QUOTES: [char; 12] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»', '\u{2032}'];
    let end = at + c.len_utf8();
    let span = local(at, end);
    match c {
        _ if QUOTES.contains(&c) => {
            let inside = text[end..].find(QUOTES).map(|length| &text[end..end + length]);
            let Some(inside) = inside else {
                return written(span, "a quotation mark has no meaning in an expression", "");
            };
            let closing = text[end + inside.len()..].chars().next().map_or(0, char::len_utf8);
            let span = local(at, end + inside.len() + closing);
            written(span, "names and options are written without quotation marks", inside.trim())
        }
        '–' | '—' => {
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || c == '%');
            let (before, after) = (text[..at].trim_end(), text[end..].trim_start());
            if digit(before.chars().next_back()) && digit(after.chars().next()) {
                return written(
                    local(before.len(), text.len() - after.len()),
                    "a dash between two numbers is written `to` where it is an interval",
                    " to ",
                )
                .note("where it is a subtraction, write `-`");
            }
            written(span, "this is a dash, not the minus sign `-`", "-")
        }
        '~' | '≈' => fault(span, format!("`{c}` has no meaning in an expression"))
            .label("what is not known exactly is an interval, such as `4 to 6 days`"),
        '±' => fault(span, "a spread is written as an interval").label("as in `3 to 7 days`"),
        '?' => fault(span, "`?` has no meaning in an expression").label("a choice is `if c then a else b`"),
        '[' | ']' | '{' | '}' => fault(span, format!("`{c}` has no meaning in an expression"))
            .label("only round parentheses group, as in `2 * (a + b)`"),
        _ if c.is_control()
            || matches!(u32::from(c), 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x2064 | 0xFEFF) =>
        {
            written(span, format!("an invisible character (U+{:04X}) stands here", u32::from(c)), "")
        }
        _ => fault(span, format!("`{c}` has no meaning in an expression")),
    }
}

/// A number with a needless or a second point behind it.
pub(super) fn point(text: &str, number: Span) -> Fault {
    let words = &text[number.start as usize..number.end as usize];
    let point = Span { start: number.end, end: number.end + 1, ..number };
    if words.contains('.') {
        return fault(point, "a number has one decimal point")
            .note("thousands may be grouped by `_`: `1_000_000`");
    }
    written(point, format!("a digit is missing after the point of `{words}.`"), "")
}

/// Letters right behind a number: `5d`, `36h`, `10x`.
pub(super) fn suffix(number: &str, letters: &str, span: Span) -> Fault {
    let words = format!("{number}{letters}");
    match unit(letters) {
        Some(unit) => {
            let meant = amount(number, unit);
            written(span, format!("`{words}` is written `{meant}`"), meant)
        }
        None if matches!(letters, "x" | "X" | "×") => {
            written(span, format!("a factor is written as its number alone: `{number}`"), number)
                .note(format!("where `{letters}` is a name, a product needs its `*`: `{number} * {letters}`"))
        }
        None if matches!(letters, "st" | "nd" | "rd" | "th") => {
            written(span, format!("`{words}` is written `{number}`"), number)
        }
        None if spoken::digits(letters).is_some() => {
            let meant = format!("{number}{}", spoken::digits(letters).unwrap_or_default());
            spoken::lookalike(&words, span, &meant)
        }
        None if letters == "m" => fault(span, format!("`{words}` could be minutes or months"))
            .label(format!("write `{number} minutes` or `{number} months`")),
        None if matches!(letters, "k" | "K" | "M" | "mn" | "mio" | "bn" | "B") => {
            fault(span, format!("`{words}` is written with all its digits"))
                .label("thousands may be grouped by `_`: `1_000`")
        }
        None if matches!(letters, "to" | "of" | "per" | "a" | "an" | "then" | "else" | "and" | "or") => {
            written(span, format!("a blank is missing in `{words}`"), format!("{number} {letters}"))
        }
        None => written(
            span,
            format!("`{words}` is neither a number nor a name"),
            format!("{number} * {letters}"),
        )
        .label("no unit of time has this name; a product needs its `*`"),
    }
}

/// `1 day`, `5 days`.
pub(super) fn amount(number: &str, unit: TimeUnit) -> String {
    format!("{number} {}{}", name(unit), if number == "1" { "" } else { "s" })
}

/// The unit's name in the singular.
pub(super) fn name(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Second => "second",
        TimeUnit::Minute => "minute",
        TimeUnit::Hour => "hour",
        TimeUnit::Day => "day",
        TimeUnit::Week => "week",
        TimeUnit::Month => "month",
        TimeUnit::Year => "year",
    }
}

/// The unit that was surely meant by a word: an abbreviation, or a misspelling.
pub(super) fn unit(word: &str) -> Option<TimeUnit> {
    const UNITS: [&str; 14] = [
        "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month",
        "months", "year", "years",
    ];
    let lower = word.to_lowercase();
    Some(match lower.as_str() {
        "s" | "sec" | "secs" => TimeUnit::Second,
        "min" | "mins" => TimeUnit::Minute,
        "h" | "hr" | "hrs" => TimeUnit::Hour,
        "d" => TimeUnit::Day,
        "w" | "wk" | "wks" => TimeUnit::Week,
        "mo" | "mos" | "mon" => TimeUnit::Month,
        "y" | "yr" | "yrs" | "annum" | "anno" => TimeUnit::Year,
        _ if lower.len() < 3 => return None,
        _ => TimeUnit::parse(nearest(&lower, UNITS)?)?,
    })
}
