//! Text to tokens.
//!
//! What cannot be a token becomes a [`Lexeme::Fault`] and ends the list, so that the parser can still speak first of what
//! went wrong before it. Spans here are places in the text itself; [`super::place`] maps them into the file.

use super::slip::{self, Fault};
use super::spoken;
use super::{calendar, figures, months};
use crate::diag::Span;
use crate::quantity::Date;

/// One token and its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) lexeme: Lexeme,
    /// Its words.
    pub(super) span: Span,
}

/// The kinds of token. Words and signs are told apart by their text.
#[derive(Clone, Debug)]
pub(super) enum Lexeme {
    /// A number without its unit.
    Number {
        /// The value.
        value: f64,
        /// Written without a decimal point or exponent.
        whole: bool,
    },
    /// A date, with or without a time of day.
    Date(Date),
    /// A name, or a word of the language.
    Word,
    /// An operator, parenthesis, comma and so on.
    Sign,
    /// What can't be read; nothing follows.
    Fault(Fault),
    /// The end of the text.
    End,
}

/// The words that belong to the language and are nobody's name, in any case (`AND` is a slip for `and`).
pub(super) const KEYWORDS: [&str; 11] =
    ["if", "then", "else", "or", "and", "not", "to", "per", "of", "true", "false"];

/// Every sign with what it is written as here (itself, where it is known), longer ones before their beginnings.
const SIGNS: &[(&str, &str)] = &[
    ("===", "=="),
    ("!==", "!="),
    ("...", "to"),
    ("..=", "to"),
    ("==", "=="),
    ("!=", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("<>", "!="),
    ("=<", "<="),
    ("=>", ">="),
    ("&&", "and"),
    ("||", "or"),
    ("**", "^"),
    ("..", "to"),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("^", "^"),
    ("%", "%"),
    ("(", "("),
    (")", ")"),
    (",", ","),
    (":", ":"),
    (".", "."),
    ("=", "="),
    ("<", "<"),
    (">", ">"),
    ("&", "and"),
    ("|", "or"),
    ("!", "not"),
    (";", ","),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("×", "*"),
    ("·", "*"),
    ("÷", "/"),
    ("∧", "and"),
    ("∨", "or"),
    ("¬", "not"),
    ("…", "to"),
    ("\u{2212}", "-"),
];

/// The tokens of `text`; the last one is [`Lexeme::End`] or [`Lexeme::Fault`].
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.at = text.len() - lexer.rest().trim_start().len();
        let start = lexer.at;
        let lexeme = lexer.lexeme().unwrap_or_else(Lexeme::Fault);
        let last = matches!(lexeme, Lexeme::End | Lexeme::Fault(_));
        tokens.push(Token { lexeme, span: local(start, lexer.at) });
        if last {
            return tokens;
        }
    }
}

/// A place in the text itself.
pub(super) fn local(start: usize, end: usize) -> Span {
    Span { file: 0, start: start as u32, end: end as u32 }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn lexeme(&mut self) -> Result<Lexeme, Fault> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(Lexeme::End) };
        if first.is_ascii_digit() {
            return self.number();
        }
        if begins_name(first) {
            return self.word();
        }
        if first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            let span = local(self.at, self.at + 1);
            return Err(slip::written(span, "a number does not begin with its decimal point", "0."));
        }
        if let Some((sign, meant)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            let start = self.at;
            self.at += sign.len();
            if sign == meant {
                return Ok(Lexeme::Sign);
            }
            return Err(slip::sign(self.text, local(start, self.at), meant));
        }
        Err(slip::strange(self.text, self.at, first))
    }

    fn word(&mut self) -> Result<Lexeme, Fault> {
        if let Some(fault) = months::named(self.rest(), self.at) {
            return Err(fault);
        }
        let word = name_at(self.rest());
        let span = local(self.at, self.at + word.len());
        self.at += word.len();
        // `x1.5`: a factor, as it is spoken.
        if self.next_is(0, b'.')
            && self.digit_at(1)
            && let Some(digits) = word.strip_prefix(['x', 'X'])
            && digits.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(slip::factor(local(span.start as usize, span.start as usize + 1)));
        }
        // `O.5`, `l0%`: letters in place of digits.
        if let Some(meant) = spoken::digits(word)
            && (self.next_is(0, b'%') || (self.next_is(0, b'.') && self.digit_at(1)))
        {
            return Err(spoken::lookalike(word, span, &meant));
        }
        let lower = word.to_lowercase();
        // `IF(a, b, c)` is told as what it is.
        let call = lower == "if" && self.next_is(0, b'(') && !self.rest().to_lowercase().contains("then");
        if lower != word && !call && KEYWORDS.contains(&lower.as_str()) {
            return Err(slip::written(
                span,
                format!("`{word}` is written `{lower}`, in small letters"),
                lower,
            ));
        }
        Ok(Lexeme::Word)
    }

    fn number(&mut self) -> Result<Lexeme, Fault> {
        if let Some(fault) = months::named(self.rest(), self.at) {
            return Err(fault);
        }
        if let Some((date, length)) = calendar::date(self.rest(), self.at)? {
            self.at += length;
            return Ok(Lexeme::Date(date));
        }
        let start = self.at;
        if let Some((length, meant)) = figures::grouped(self.rest()) {
            let span = local(start, start + length);
            return Err(slip::written(span, "thousands are grouped by `_`, or not at all", meant));
        }
        self.digits();
        let mut whole = true;
        if self.next_is(0, b'.') && self.digit_at(1) {
            whole = false;
            self.at += 1;
            self.digits();
        }
        let sign = usize::from(self.next_is(1, b'+') || self.next_is(1, b'-'));
        if (self.next_is(0, b'e') || self.next_is(0, b'E')) && self.digit_at(1 + sign) {
            whole = false;
            self.at += 1 + sign;
            self.digits();
        }
        let raw = &self.text[start..self.at];
        let span = local(start, self.at);
        if self.next_is(0, b'.') && !self.next_is(1, b'.') {
            return Err(slip::point(self.text, span));
        }
        let suffix = name_at(self.rest());
        if !suffix.is_empty() && !raw.ends_with('_') {
            return Err(slip::suffix(raw, suffix, local(start, self.at + suffix.len())));
        }
        let plain = raw.replace('_', "");
        let lonely = |i: usize| {
            let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
            !(digit(raw.as_bytes().get(i.wrapping_sub(1))) && digit(raw.as_bytes().get(i + 1)))
        };
        if raw.match_indices('_').any(|(i, _)| lonely(i)) {
            return Err(slip::written(span, "an underscore in a number stands between two digits", plain));
        }
        let digits = plain.as_bytes();
        if digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit() {
            let short = plain.trim_start_matches('0');
            let short = if short.starts_with(|c: char| c.is_ascii_digit()) {
                short.into()
            } else {
                format!("0{short}")
            };
            return Err(slip::written(span, "a number does not begin with a needless 0", short));
        }
        let value: f64 = plain.parse().unwrap_or(f64::INFINITY);
        if !value.is_finite() {
            return Err(slip::fault(span, format!("`{raw}` is too large to calculate with"))
                .label("the largest number is about 1.8e308"));
        }
        Ok(Lexeme::Number { value, whole: whole && value <= 9_007_199_254_740_992.0 })
    }

    fn digits(&mut self) {
        while self.digit_at(0) || self.next_is(0, b'_') {
            self.at += 1;
        }
    }

    fn next_is(&self, ahead: usize, byte: u8) -> bool {
        self.text.as_bytes().get(self.at + ahead) == Some(&byte)
    }

    fn digit_at(&self, ahead: usize) -> bool {
        self.text.as_bytes().get(self.at + ahead).is_some_and(u8::is_ascii_digit)
    }
}

fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// The name that `text` begins with; empty where it begins with none.
pub(super) fn name_at(text: &str) -> &str {
    if !text.starts_with(begins_name) {
        return "";
    }
    let end = text.find(|c: char| !(begins_name(c) || c.is_ascii_digit())).unwrap_or(text.len());
    &text[..end]
}
