//! What operators stand between: numbers with their units, names, calls, parentheses and `if`.

use super::interval::hundredth;
use super::lexer::Lexeme;
use super::parser::{Parsed, Parser, is_reserved};
use super::slip::{self, Fault, fault, written};
use super::spoken::{self, KNOWN};
use super::{Argument, Callee, Expr, Kind, Label};
use crate::diag::Span;
use crate::quantity::TimeUnit;

impl Parser<'_> {
    /// A value without operators, or a whole `if`.
    pub(super) fn atom(&mut self) -> Parsed {
        let token = self.peek().clone();
        let words = self.words(token.span);
        let simple = |kind: Kind| Ok(Expr { kind, span: token.span });
        match token.lexeme {
            Lexeme::Number { value, whole } => {
                self.next += 1;
                return self.quantity(token.span, value, whole);
            }
            Lexeme::Date(date) => {
                self.next += 1;
                return simple(Kind::Date(date));
            }
            Lexeme::Word if words.eq_ignore_ascii_case("if") => return self.choice(),
            Lexeme::Word if words == "true" || words == "false" => {
                self.next += 1;
                return simple(Kind::Bool(words == "true"));
            }
            Lexeme::Word if !is_reserved(words) => {
                self.next += 1;
                return self.named(token.span);
            }
            Lexeme::Sign if words == "(" => return self.parenthesis(),
            _ => {}
        }
        Err(self.no_value())
    }

    /// What a number means with the `%` or the unit behind it.
    fn quantity(&mut self, span: Span, value: f64, whole: bool) -> Parsed {
        let end = self.peek().span;
        if self.eat("%") {
            let kind = Kind::Percent(hundredth(self.words(span), value));
            return Ok(Expr { kind, span: span.to(end) });
        }
        if !self.is_word() || matches!(self.here(), "a" | "an" | "is" | "equals") || is_reserved(self.here())
        {
            return Ok(Expr { kind: Kind::Number { value, whole }, span });
        }
        let word = self.here();
        let Some(unit) = TimeUnit::parse(word) else {
            return Err(
                match slip::unit(word)
                    .filter(|_| spoken::foreign(word).is_none() && spoken::frequency(word).is_none())
                {
                    Some(unit) => {
                        let number = self.words(span);
                        let meant = slip::amount(number, unit);
                        written(
                            end,
                            format!("no unit of time is called `{word}`"),
                            &meant[number.len() + 1..],
                        )
                        .label(KNOWN)
                    }
                    None => self.no_operator(),
                },
            );
        };
        self.next += 1;
        if self.at("s") {
            let both = end.to(self.peek().span);
            return Err(written(both, format!("`{word} s` is one word"), format!("{word}s")));
        }
        Ok(Expr { kind: Kind::Duration(value, unit), span: span.to(end) })
    }

    /// A name, or a call of it.
    fn named(&mut self, first: Span) -> Parsed {
        let mut span = first;
        let mut dots = 0;
        while self.at(".") {
            self.next += 1;
            if !self.is_word() || is_reserved(self.here()) {
                return Err(self.stop(
                    fault(self.before(), "a name must follow the dot").label("as in `table.column(x)`"),
                ));
            }
            span = span.to(self.peek().span);
            self.next += 1;
            dots += 1;
        }
        let name: String = self.words(span).split_whitespace().collect();
        if dots > 1 {
            return Err(
                fault(span, format!("`{name}` has more than one dot")).label("a column is `table.column(x)`")
            );
        }
        if self.at("(") {
            return self.call(Callee { name, span });
        }
        if dots == 1 {
            return Err(fault(
                span,
                format!("`{name}` is a column of a table, but not told where to read it"),
            )
            .label(format!("written as `{name}(x)`")));
        }
        Ok(Expr { kind: Kind::Name(name), span })
    }

    fn call(&mut self, callee: Callee) -> Parsed {
        let open = self.peek().span;
        self.next += 1;
        let mut arguments = Vec::new();
        while !self.at(")") {
            arguments.push(self.argument()?);
            if !self.eat(",") && !self.at(")") {
                return Err(self.unclosed(open));
            }
        }
        let span = callee.span.to(self.peek().span);
        self.next += 1;
        Ok(Expr { kind: Kind::Call(callee, arguments), span })
    }

    fn argument(&mut self) -> Result<Argument, Fault> {
        let token = self.peek().span;
        let named =
            self.is_word() && self.tokens.get(self.next + 1).is_some_and(|t| self.words(t.span) == "=");
        if named && !is_reserved(self.words(token)) {
            self.next += 2;
            let label = Label::Named(self.words(token).to_string(), token);
            return Ok(Argument { label, value: self.expression()? });
        }
        let value = self.expression()?;
        if !self.eat(":") {
            return Ok(Argument { label: Label::None, value });
        }
        Ok(Argument { label: Label::Keyed(value), value: self.expression()? })
    }

    fn parenthesis(&mut self) -> Parsed {
        let open = self.peek().span;
        self.next += 1;
        let inner = self.expression()?;
        if !self.at(")") {
            return Err(self.unclosed(open));
        }
        let span = open.to(self.peek().span);
        self.next += 1;
        Ok(Expr { span, ..inner })
    }

    fn choice(&mut self) -> Parsed {
        let start = self.peek().span;
        self.next += 1;
        if let Some(fault) = self.comma_choice(start) {
            return Err(fault);
        }
        let condition = self.expression()?;
        self.step("then", condition.span)?;
        let yes = self.expression()?;
        self.step("else", yes.span)?;
        let no = self.expression()?;
        let span = start.to(no.span);
        Ok(Expr { kind: Kind::If(Box::new(condition), Box::new(yes), Box::new(no)), span })
    }

    /// The word `then` or `else` behind a part of an `if`.
    fn step(&mut self, word: &str, part: Span) -> Result<(), Fault> {
        if self.eat(word) {
            return Ok(());
        }
        let here = self.peek().span;
        let words = self.here();
        if word == "else" && matches!(words, "elif" | "elsif" | "elseif") {
            return Err(written(here, format!("`{words}` is written `else if`"), "else if"));
        }
        let missing =
            |at| fault(at, format!("`{word}` is missing")).note("an `if` is always `if c then a else b`");
        if matches!(words, "is" | "equals") {
            return Err(self.no_operator());
        }
        if self.begins_value() {
            let at = Span { end: here.start, ..here };
            return Err(missing(here)
                .label(format!("`{word}` belongs before this"))
                .edit(at, format!("{word} ")));
        }
        if word == "then" && words == ":" {
            return Err(missing(here).edit(Span { start: part.end, ..here }, " then"));
        }
        if matches!(self.peek().lexeme, Lexeme::End) || words == ")" || words == "," {
            return Err(missing(part).label(format!("`{word}` must follow this")));
        }
        Err(self.no_operator())
    }
}
