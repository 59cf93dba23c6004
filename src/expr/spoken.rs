//! What people say rather than calculate: units that are none here, numbers as words, `1 in 3`, `about 5 days`.

use super::lexer::Lexeme;
use super::parser::Parser;
use super::slip::{Fault, amount, fault, written};
use crate::diag::Span;
use crate::quantity::TimeUnit;

/// What is said where a word is no unit.
pub(super) const KNOWN: &str = "seconds, minutes, hours, days, weeks, months and years are known";

/// A unit that is none here: how many of which unit it is.
pub(super) fn foreign(word: &str) -> Option<(f64, TimeUnit)> {
    let lower = word.to_lowercase();
    Some(match lower.as_str() {
        "fortnight" | "fortnights" => (2.0, TimeUnit::Week),
        "quarter" | "quarters" => (3.0, TimeUnit::Month),
        "semester" | "semesters" => (6.0, TimeUnit::Month),
        "decade" | "decades" => (10.0, TimeUnit::Year),
        "century" | "centuries" => (100.0, TimeUnit::Year),
        "weekend" | "weekends" => (2.0, TimeUnit::Day),
        _ => return None,
    })
}

/// The number that a word says: `once` and `one` are 1.
pub(crate) fn counted(word: &str) -> Option<u32> {
    const WORDS: [&[&str]; 12] = [
        &["one", "once", "a", "an"],
        &["two", "twice"],
        &["three", "thrice"],
        &["four"],
        &["five"],
        &["six"],
        &["seven"],
        &["eight"],
        &["nine"],
        &["ten"],
        &["eleven"],
        &["twelve"],
    ];
    let lower = word.to_lowercase();
    WORDS.iter().zip(1..).find(|(words, _)| words.contains(&lower.as_str())).map(|(_, n)| n)
}

/// How often, in a word: the period that it names.
pub(super) fn frequency(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "yearly" | "annually" | "annual" | "pa" => "year",
        "quarterly" => "3 months",
        "monthly" => "month",
        "fortnightly" => "2 weeks",
        "weekly" => "week",
        "daily" => "day",
        "hourly" => "hour",
        _ => return None,
    })
}

/// `>= 20%`: a bound with nothing before it. Where it stands for a condition and where for what is not known, nobody tells here.
pub(super) fn bound(text: &str, sign: Span) -> Fault {
    let (sign_words, value) = text[sign.start as usize..].split_at((sign.end - sign.start) as usize);
    let value = value.trim().trim_start_matches('=').trim_start();
    let share = value.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    let ends = match share.filter(|share| *share > 0.0 && *share < 100.0) {
        Some(_) if sign_words.starts_with(['>', '≥']) => format!(": `uniform({value}, 100%)`"),
        Some(_) if sign_words.starts_with(['<', '≤']) => format!(": `uniform(0%, {value})`"),
        _ => ", as in `5 days to 20 days`".to_string(),
    };
    fault(sign, format!("an expression cannot begin with `{sign_words}`"))
        .label("a bound alone is neither a condition nor a distribution")
        .note("a condition has a value on each side, as in `trust >= 2`")
        .note(format!("what is not known exactly has two ends{ends}"))
}

/// Odds as a probability: 3 to 1 are `3 / 4`.
pub(crate) fn chance(wins: &str, losses: &str) -> String {
    match (wins.parse::<u32>(), losses.parse::<u32>()) {
        (Ok(a), Ok(b)) => format!("{a} / {}", u64::from(a) + u64::from(b)),
        _ => format!("{wins} / ({wins} + {losses})"),
    }
}

/// Letters that were meant as digits: `5O`, `l0`.
pub(super) fn digits(word: &str) -> Option<String> {
    let meant: String = word
        .chars()
        .map(|c| match c {
            'O' | 'o' => '0',
            'l' | 'I' => '1',
            c => c,
        })
        .collect();
    meant.bytes().all(|b| b.is_ascii_digit()).then_some(meant)
}

/// Letters in place of digits, in words.
pub(super) fn lookalike(words: &str, span: Span, meant: &str) -> Fault {
    let letter = words.chars().find(|c| c.is_alphabetic()).unwrap_or_default();
    let digit = if matches!(letter, 'O' | 'o') { 0 } else { 1 };
    written(span, format!("`{words}` has the letter `{letter}` in place of the digit {digit}"), meant)
}

impl Parser<'_> {
    /// A word behind a number that is no unit of time.
    pub(super) fn no_unit(&self) -> Fault {
        let (number, here) = (self.before(), self.peek().span);
        let (count, word) = (self.words(number), self.here());
        let gap = Span { start: number.end, ..here };
        let ahead = |n: usize| self.tokens.get(self.next + n).map_or("", |t| self.words(t.span));
        match word.to_lowercase().as_str() {
            "percent" | "pct" | "prozent" => {
                // All of them at once.
                let tail = &self.text[here.end as usize..];
                let end = if tail.contains(word) { self.text.len() as u32 } else { here.end };
                let meant = match end > here.end {
                    true => format!("%{}", tail.replace(&format!(" {word}"), "%")),
                    false => "%".to_string(),
                };
                return written(Span { end, ..gap }, format!("`{word}` is written `%`"), meant);
            }
            "thousand" | "million" | "millions" | "billion" | "billions" if !count.contains('e') => {
                let zeros = match word.as_bytes()[0].to_ascii_lowercase() {
                    b't' => 3,
                    b'm' => 6,
                    _ => 9,
                };
                let title = format!("`{word}` is written by its zeros");
                return written(number.to(here), title, format!("{count}e{zeros}"));
            }
            "times" if ["per", "a", "an"].contains(&ahead(1)) => {
                return written(gap, "`times` is left out before `per`", "");
            }
            "in" | "out" => {
                let skip = if word == "out" && ahead(1) == "of" { 2 } else { 1 };
                if let Some(token) = self.tokens.get(self.next + skip)
                    && matches!(token.lexeme, Lexeme::Number { .. })
                {
                    let meant = format!("{count} / {}", self.words(token.span));
                    return written(number.to(token.span), "a chance is written as a fraction", meant);
                }
            }
            "against" | "on" if self.next > 2 && self.words(self.tokens[self.next - 2].span) == "to" => {
                let first = self.tokens[self.next - 3].span;
                return self.odds(first, number, here);
            }
            "working" | "business" | "work" if ["day", "days"].contains(&ahead(1)) => {
                let days = self.tokens.get(self.next + 1).map_or(here, |t| t.span);
                let title = format!("no unit of time is called `{word} {}`", ahead(1));
                let unit = Span { start: here.start, ..here }.to(days);
                return self
                    .converted(count, unit, title, (1.4, TimeUnit::Day))
                    .label("a week of 7 days has 5 of them");
            }
            _ => {}
        }
        let title = format!("no unit of time is called `{word}`");
        match foreign(word) {
            Some(unit) => self.converted(count, here, title, unit),
            None => fault(here, title)
                .label(KNOWN)
                .note(format!("where it is a name, a product needs its `*`: `{count} * {word}`")),
        }
    }

    /// Odds of one number to another; `end` is the last word of them.
    pub(super) fn odds(&self, first: Span, second: Span, end: Span) -> Fault {
        let (a, b) = (self.words(first), self.words(second));
        let against = self.words(end) == "against";
        let (wins, losses, word) = if against { (b, a, " against") } else { (a, b, "") };
        let meant = chance(wins, losses);
        written(
            first.to(end),
            format!("odds of {a} to {b}{word} are the probability `{meant}`"),
            meant.clone(),
        )
    }

    /// `2 yearly`, `1 every 3 months`, `10% p.a.`: how often, behind a number.
    pub(super) fn how_often(&self) -> Option<Fault> {
        let (before, here) = (self.before(), self.peek().span);
        if !self.is_word() || !(self.after_number() || (self.next > 0 && self.words(before) == "%")) {
            return None;
        }
        let per = |end: Span, period: &str| {
            let words = &self.text[here.start as usize..end.end as usize];
            let gap = Span { start: before.end, ..end };
            written(gap, format!("`{words}` is written `per {period}`"), format!(" per {period}"))
        };
        let word = self.here();
        let ahead = |n: usize| self.tokens.get(self.next + n).map(|t| t.span);
        let is = |n: usize, words: &str| ahead(n).is_some_and(|span| self.words(span) == words);
        if let Some(period) = frequency(word) {
            return Some(per(here, period));
        }
        if word == "p" && is(1, ".") && is(2, "a") {
            return Some(per(ahead(3).filter(|_| is(3, ".")).or(ahead(2))?, "year"));
        }
        matches!(word, "every" | "each").then(|| {
            written(here, format!("`{word}` is written `per`"), "per").label("as in `1 per 3 months`")
        })
    }

    /// `20% of the rest`, `20% rest`; the next token is the one that nothing connects.
    pub(super) fn share(&self) -> Option<Fault> {
        let (before, here) = (self.before(), self.peek().span);
        let gap = Span { end: here.start, ..here };
        match self.words(before) {
            "the" if self.is_word() => {
                let article = Span { end: here.start, ..before };
                Some(written(article, "`the` is left out", "").label("it has no meaning in an expression"))
            }
            "x" | "X" if self.next == 1 => Some(super::slip::factor(Span { end: here.start, ..before })),
            "%" if self.here() == "rest" => {
                Some(written(gap, "a share is written with `of`: `20% of rest`", "of "))
            }
            _ => None,
        }
    }

    /// A number of units that are none here, in units that are.
    fn converted(&self, count: &str, unit: Span, title: String, (factor, known): (f64, TimeUnit)) -> Fault {
        let one = self.words(unit).trim_end_matches('s').replace("ie", "y");
        let told = fault(unit, title).label(format!("a {one} is {}", amount(&factor.to_string(), known)));
        let number = self.before();
        // `1 to 2 decades`: the low end would take the other unit as its own.
        let lent = self.next >= 2 && self.words(self.tokens[self.next - 2].span) == "to";
        match count.replace('_', "").parse::<f64>() {
            Ok(value) if !lent => {
                let value = (value * factor * 1e6).round() / 1e6;
                told.edit(number.to(unit), amount(&value.to_string(), known))
            }
            _ => told.note(KNOWN),
        }
    }

    /// `per fortnight`: a period in a unit that is none here.
    pub(super) fn foreign_period(
        &self,
        title: String,
        at: Span,
        count: f64,
        counted: Option<Span>,
    ) -> Option<Fault> {
        let word = self.words(at);
        let (factor, known) = foreign(word)?;
        let meant = amount(&(count * factor).to_string(), known);
        let place = counted.map_or(at, |number| number.to(at));
        Some(
            fault(at, title)
                .label(format!("a {word} is {}", amount(&factor.to_string(), known)))
                .edit(place, meant),
        )
    }

    /// What everyday speech puts before a number or a unit; the next token is the one behind the word.
    pub(super) fn everyday(&self) -> Option<Fault> {
        let (before, here) = (self.before(), self.peek().span);
        let word = self.words(before);
        if self.next == 0 || !matches!(self.tokens[self.next - 1].lexeme, Lexeme::Word) {
            return None;
        }
        if let Some(unit) = TimeUnit::parse(self.here())
            && let Some(n) = counted(word)
        {
            let meant = amount(&n.to_string(), unit);
            return Some(written(before.to(here), "numbers are written with digits", meant));
        }
        if !matches!(self.peek().lexeme, Lexeme::Number { .. }) {
            return None;
        }
        match word.to_lowercase().as_str() {
            "about" | "around" | "circa" | "ca" | "approximately" | "roughly" | "nearly" => Some(
                fault(before, format!("`{word}` has no meaning in an expression"))
                    .label("what is not known exactly is an interval, such as `4 to 6 days`"),
            ),
            "every" | "each" => Some(
                fault(before, format!("`{word}` has no meaning in an expression"))
                    .label("a delay is written `2 weeks`, a rate `1 per 2 weeks`"),
            ),
            "between" => {
                let and = self.tokens[self.next..].iter().take(4).find(|t| self.words(t.span) == "and")?;
                let low = &self.text[here.start as usize..and.span.start as usize];
                Some(written(
                    before.to(and.span),
                    "an interval is written with `to`",
                    format!("{} to", low.trim_end()),
                ))
            }
            _ => None,
        }
    }
}
