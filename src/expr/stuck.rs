//! What to say where the parser cannot go on.

use super::figures;
use super::lexer::{Lexeme, local};
use super::parser::{Parser, is_reserved};
use super::slip::{Fault, amount, fault, written};
use crate::diag::Span;
use crate::quantity::TimeUnit;

impl Parser<'_> {
    /// `fault`, unless the next token can't be read in the first place.
    pub(super) fn stop(&self, fault: Fault) -> Fault {
        if let Lexeme::Fault(unread) = &self.peek().lexeme { unread.clone() } else { fault }
    }

    /// A value has ended, and what follows neither goes on with it nor may follow it.
    pub(super) fn no_operator(&self) -> Fault {
        let here = self.peek().span;
        let words = self.here();
        let before = self.before();
        if let Some(fault) = self.how_often() {
            return fault;
        }
        let fault = match words {
            "=" => {
                let next = self.tokens.get(self.next + 1).filter(|t| self.words(t.span) == "=");
                written(here.to(next.map_or(here, |t| t.span)), "`=` is written `==` in a comparison", "==")
                    .note("a single `=` names an argument, as in `gamma(shape = 2, mean = 14 days)`")
            }
            ")" => written(here, "this parenthesis closes none", "").label("no `(` is open here"),
            "," => self.comma(),
            "%" if self.words(before) == "%" => written(here, "one `%` is enough", ""),
            "%" => written(here, "`%` stands only behind a number", " / 100")
                .note("what is a fraction already, such as 0.15, needs neither"),
            ":" if self.after_number() && self.number_at(self.next + 1) => {
                let second = self.tokens[self.next + 1].span;
                let word = self.tokens.get(self.next + 2).filter(|t| self.words(t.span) == "against");
                self.odds(before, second, word.map_or(second, |t| t.span))
                    .label("as a mere ratio it is written with `/`")
            }
            ":" => fault(here, "`:` stands only in the arguments of a call")
                .label("as in `discrete(3 days: 20%, 7 days: 80%)`"),
            "then" | "else" => {
                fault(here, format!("`{words}` without its `if`")).label("written as `if c then a else b`")
            }
            "is" | "equals" if self.is_word() => {
                let not = self.tokens.get(self.next + 1).filter(|t| self.words(t.span) == "not");
                let span = here.to(not.map_or(here, |t| t.span));
                let meant = if not.is_some() { "!=" } else { "==" };
                written(span, format!("`{}` is written `{meant}`", self.words(span)), meant)
            }
            _ if self.is_word() && TimeUnit::parse(words).is_some() => {
                self.unit_behind().or_else(|| self.everyday()).unwrap_or_else(|| self.loose_unit())
            }
            _ if self.after_number() && self.is_word() && !is_reserved(words) => self.no_unit(),
            _ if self.begins_value() => {
                let gap = Span { end: here.start, ..here };
                let unit = self.words(before);
                const BEFORE_DATES: [&str; 9] =
                    ["until", "till", "by", "on", "at", "before", "after", "from", "since"];
                if let Some(fault) = self.everyday().or_else(|| self.share()) {
                    fault
                } else if BEFORE_DATES.contains(&unit.to_lowercase().as_str())
                    && matches!(self.peek().lexeme, Lexeme::Date(_))
                {
                    let alone = written(before.to(gap), format!("a date stands alone, without `{unit}`"), "");
                    let sign = match unit.to_lowercase().as_str() {
                        "after" | "since" | "from" => Some(">="),
                        "before" => Some("<"),
                        "until" | "till" | "by" => Some("<="),
                        _ => None,
                    };
                    let alone = alone.note(format!(
                        "a stage that ends on a date has `at = \"{words}\"` in place of `takes`"
                    ));
                    match sign {
                        Some(sign) => alone.note(format!("a condition compares: `day {sign} {words}`")),
                        None => alone,
                    }
                } else if TimeUnit::parse(unit).is_some()
                    && matches!(self.peek().lexeme, Lexeme::Number { .. })
                    && (self.next < 2 || !self.number_at(self.next - 2))
                {
                    let plural = if words == "1" || unit.ends_with('s') { "" } else { "s" };
                    written(
                        before.to(here),
                        "a unit stands behind its number",
                        format!("{words} {unit}{plural}"),
                    )
                } else if TimeUnit::parse(unit).is_some()
                    && matches!(self.peek().lexeme, Lexeme::Number { .. })
                {
                    fault(here, "two durations in a row are written as a sum").edit(gap, "+ ")
                } else {
                    fault(here, format!("an operator is missing between `{unit}` and `{words}`"))
                        .label("nothing connects this to what stands before it")
                }
            }
            _ => fault(here, format!("`{words}` cannot stand here"))
                .label("an operator or the end was expected"),
        };
        self.stop(fault)
    }

    /// Whether the token before the next one is a number.
    pub(super) fn after_number(&self) -> bool {
        self.next > 0 && matches!(self.tokens[self.next - 1].lexeme, Lexeme::Number { .. })
    }

    fn number_at(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|t| matches!(t.lexeme, Lexeme::Number { .. }))
    }

    /// `(10 to 20) days`, `uniform(10, 20) days`: a unit behind parentheses, which belongs to each number in them.
    fn unit_behind(&self) -> Option<Fault> {
        const PLAIN: [&str; 7] = ["shape", "stages", "sigma", "alpha", "beta", "lambda", "k"];
        let here = self.peek().span;
        let unit = TimeUnit::parse(self.here())?;
        let close = self.next.checked_sub(1).filter(|i| self.at_token(*i, ")"))?;
        let open = (0..close).rev().find(|i| self.at_token(*i, "("))?;
        let called = open > 0 && matches!(self.tokens[open - 1].lexeme, Lexeme::Word);
        let called = called && !is_reserved(self.words(self.tokens[open - 1].span));
        let from = if called { self.tokens[open].span.end } else { self.tokens[open + 1].span.start };
        let mut meant = if called { "(".to_string() } else { String::new() };
        let mut at = from as usize;
        for i in open + 1..close {
            let span = self.tokens[i].span;
            let words = self.words(span);
            let names = self.at_token(i + 1, "=");
            let number = self.number_at(i);
            if !(number || names || matches!(words, "=" | "," | "to")) {
                return None;
            }
            let plain = i > open + 2
                && self.at_token(i - 1, "=")
                && PLAIN.contains(&self.words(self.tokens[i - 2].span));
            meant += &self.text[at..span.start as usize];
            meant += &if number && !plain { amount(words, unit) } else { words.to_string() };
            at = span.end as usize;
        }
        let has = |sign: &str| (open + 1..close).any(|i| self.at_token(i, sign));
        // `round(10) days` is a product.
        if called && !has(",") && !has("=") || !called && !has("to") {
            return None;
        }
        meant += if called { ")" } else { "" };
        let all = self.tokens[open].span.to(here);
        Some(written(all, "a unit of time stands behind each number", meant))
    }

    /// A unit of time behind something other than a number.
    fn loose_unit(&self) -> Fault {
        let here = self.peek().span;
        let unit = self.here();
        if self.words(self.before()) == "%" {
            return written(
                here,
                "a share in a period is written with `per`",
                format!("per {}", unit.trim_end_matches('s')),
            );
        }
        written(
            here,
            "a unit of time stands only behind a number",
            format!("* 1 {}", unit.trim_end_matches('s')),
        )
    }

    /// A comma outside the arguments of a call: a decimal comma, thousands, or a mere slip.
    fn comma(&self) -> Fault {
        let here = self.peek().span;
        let left = self.before();
        let right = self.tokens.get(self.next + 1).map_or(here, |t| t.span);
        let number =
            |span: Span| self.words(span).bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'_');
        if self.next == 0
            || left.end != here.start
            || right.start != here.end
            || !number(left)
            || !number(right)
        {
            return fault(here, "a comma stands only between the arguments of a call");
        }
        let (whole, part) = (self.words(left), self.words(right));
        let both = left.to(right);
        let thousands = figures::pointed(whole);
        if let Some(whole) = &thousands
            && !part.contains('.')
        {
            let meant = format!("{whole}.{part}");
            return written(both, "a number has no points between thousands, and a decimal point", meant);
        }
        if part.split('.').next().is_some_and(|group| group.len() == 3)
            && part.contains('.')
            && thousands.is_none()
        {
            return written(both, "a number is written without commas", format!("{whole}{part}"));
        }
        if part.len() == 3 && whole != "0" {
            return written(both, "a number is written without commas", format!("{whole}{part}"))
                .note(format!("where a decimal comma was meant, write `{whole}.{part}`"));
        }
        // All that follow outside calls at once.
        let tail = &self.text[right.end as usize..];
        let meant = if tail.contains('(') { tail.to_string() } else { figures::pointed_decimals(tail) };
        let both = if meant == tail { both } else { Span { end: self.text.len() as u32, ..both } };
        let meant = if both.end == right.end { String::new() } else { meant };
        written(both, "decimals are written with a point", format!("{whole}.{part}{meant}"))
    }

    /// A value was expected.
    pub(super) fn no_value(&mut self) -> Fault {
        let here = self.peek().span;
        let words = self.here();
        let before = self.before();
        let last = self.words(before);
        let fault = match words {
            "" if self.next == 0 => fault(here, "the expression is empty"),
            "" if last == "-" && self.next > 2 && self.at_token(self.next - 2, "-") => {
                self.counted_up(self.tokens[self.next - 2].span.to(before), last)
            }
            "" => {
                fault(before, format!("a value is missing after `{last}`")).label("the expression ends here")
            }
            "=" if self.next > 0 && ["<", ">", "="].contains(&last) => {
                written(before.to(here), format!("`{last} =` is one sign"), format!("{last}="))
            }
            "/" if last == "+" && self.next > 0 => {
                fault(before.to(here), "a spread is written as an interval").label("as in `3 to 7 days`")
            }
            "=" if self.next > 0 && ["+", "-", "*", "/"].contains(&last) => {
                written(before.to(here), format!("`{last}=` is no sign here"), last)
                    .label("a new value is written as what it becomes")
            }
            "+" if last == "+" && self.next > 1 && self.at_end(self.next + 1) => {
                self.counted_up(before.to(here), last)
            }
            "*" if self.next == 0 => super::slip::factor(here),
            "<" | ">" | "<=" | ">=" if self.next == 0 => super::spoken::bound(self.text, here),
            "+" => written(here, "a plus sign before a value is left out", ""),
            "not" => {
                self.next += 1;
                let inner = self.nested(Self::comparison);
                let fault = fault(here, "`not` needs parentheses here");
                match inner {
                    Ok(inner) => {
                        let all = here.to(inner.span);
                        return fault.edit(all, format!("({})", self.words(all)));
                    }
                    Err(_) => return fault,
                }
            }
            ")" if last == "(" && self.next > 0 => {
                fault(before.to(here), "there is nothing in these parentheses")
            }
            _ if self.next == 0 => fault(here, format!("an expression cannot begin with `{words}`")),
            _ => fault(here, format!("a value is missing between `{last}` and `{words}`")),
        };
        self.stop(fault)
    }

    /// `rounds++`
    fn counted_up(&self, signs: Span, sign: &str) -> Fault {
        let gap = if self.text[..signs.start as usize].ends_with(' ') { "" } else { " " };
        written(signs, format!("`{sign}{sign}` is no sign here"), format!("{gap}{sign} 1"))
            .label("a new value is written as what it becomes")
    }

    fn at_end(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|t| matches!(t.lexeme, Lexeme::End))
    }

    /// Something other than the closing parenthesis stands where it is due.
    pub(super) fn unclosed(&self, open: Span) -> Fault {
        if !matches!(self.peek().lexeme, Lexeme::End) {
            return self.no_operator();
        }
        let end = self.before().end as usize;
        fault(open, "this parenthesis is never closed").edit(local(end, end), ")")
    }

    /// The next token begins a value.
    pub(super) fn begins_value(&self) -> bool {
        match self.peek().lexeme {
            Lexeme::Number { .. } | Lexeme::Date(_) => true,
            Lexeme::Word => !is_reserved(self.here()) || matches!(self.here(), "if" | "true" | "false"),
            Lexeme::Sign => self.here() == "(",
            Lexeme::Fault(_) | Lexeme::End => false,
        }
    }

    /// `if c, a, b` or `if(c, a, b)`, as spreadsheets have it; the next token is the one behind `if`.
    pub(super) fn comma_choice(&self, start: Span) -> Option<Fault> {
        let enclosed = self.at("(");
        let from = self.next + usize::from(enclosed);
        let mut depth = 0_usize;
        let mut cuts = Vec::new();
        let mut end = from;
        for (i, token) in self.tokens.iter().enumerate().skip(from) {
            end = i;
            match (&token.lexeme, self.words(token.span)) {
                (Lexeme::End | Lexeme::Fault(_), _) => break,
                (_, "then" | "else") if depth == 0 => break,
                (_, "(") => depth += 1,
                (_, ")") if depth == 0 => break,
                (_, ")") => depth -= 1,
                (_, ",") if depth == 0 => cuts.push(token.span),
                _ => {}
            }
        }
        let first = cuts.first()?;
        if matches!(self.words(self.tokens[end].span), "then" | "else") {
            return None;
        }
        let last = if enclosed && self.at_token(end, ")") { end } else { end.saturating_sub(1) };
        let fault = fault(*first, "a choice is written with words, not commas")
            .label("written as `if c then a else b`");
        let [one, two] = cuts[..] else { return Some(fault) };
        let inner = |from: u32, to: u32| self.text[from as usize..to as usize].trim();
        let condition = inner(self.tokens[from].span.start, one.start);
        let stop = if last == end { self.tokens[end].span.start } else { self.tokens[last].span.end };
        let (yes, no) = (inner(one.end, two.start), inner(two.end, stop.max(two.end)));
        if condition.is_empty() || yes.is_empty() || no.is_empty() {
            return Some(fault);
        }
        let all = Span { end: self.tokens[last].span.end, ..start };
        Some(fault.edit(all, format!("if {condition} then {yes} else {no}")))
    }

    pub(super) fn at_token(&self, index: usize, words: &str) -> bool {
        self.tokens.get(index).is_some_and(|t| self.words(t.span) == words)
    }
}
