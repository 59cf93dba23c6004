//! Tokens to a tree: recursive descent, a method for each level of docs/grammar.md, the loosest first.

use super::lexer::{KEYWORDS, Lexeme, Token, local, tokens};
use super::place::Place;
use super::slip::{self, Fault, fault, written};
use super::{Expr, Kind, Op, interval};
use crate::diag::{Diagnostic, Span};
use crate::quantity::TimeUnit;

/// How deep parentheses, `if`, `not`, `-` and `^` may be nested.
const DEPTH: usize = 64;
/// How many operators an expression may have; with [`DEPTH`], this bounds the height of the tree.
const OPERATORS: usize = 500;
/// How long an expression may be.
const BYTES: usize = 10_000;

/// The expression in `text`, which stands at `span` of its file (`exact` where every byte of `text` is a byte of the file
/// from `span.start` on: then errors point at single words, otherwise at the whole).
///
/// # Errors
/// One diagnostic: where it stopped making sense, what was expected, and the edit for common slips.
pub fn parse(text: &str, span: Span, exact: bool) -> Result<Expr, Box<Diagnostic>> {
    let place = Place { text, span, exact };
    match whole(text) {
        Ok(mut expr) => {
            place.tree(&mut expr);
            Ok(expr)
        }
        Err(fault) => Err(place.diagnostic(fault)),
    }
}

/// `word` belongs to the language (`if`, `to`, `AND`, …), so that nothing can be named so.
pub fn is_reserved(word: &str) -> bool {
    KEYWORDS.contains(&word.to_lowercase().as_str())
}

fn whole(text: &str) -> Parsed {
    let all = local(0, text.len().min(BYTES));
    if text.len() > BYTES {
        return Err(fault(local(0, 0), "the expression is longer than 10,000 bytes")
            .note("give parts of it names of their own, under `[formulas]`"));
    }
    if text.trim().is_empty() {
        return Err(fault(all, "the expression is empty").label("a value is missing"));
    }
    let mut parser = Parser { text, tokens: tokens(text), next: 0, depth: 0, operators: 0 };
    let expr = parser.expression()?;
    if matches!(parser.peek().lexeme, Lexeme::End) { Ok(expr) } else { Err(parser.no_operator()) }
}

/// A tree, or where it stopped.
pub(super) type Parsed = Result<Expr, Fault>;

/// The tokens of one text, and how far they are read.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: Vec<Token>,
    pub(super) next: usize,
    depth: usize,
    operators: usize,
}

impl<'t> Parser<'t> {
    /// Any expression.
    pub(super) fn expression(&mut self) -> Parsed {
        self.nested(Self::disjunction)
    }

    fn disjunction(&mut self) -> Parsed {
        self.chain(&[("or", Op::Or)], Self::conjunction)
    }

    fn conjunction(&mut self) -> Parsed {
        self.chain(&[("and", Op::And)], Self::negation)
    }

    fn negation(&mut self) -> Parsed {
        let start = self.peek().span;
        if !self.eat("not") {
            return self.comparison();
        }
        let inner = self.nested(Self::negation)?;
        Ok(Expr { span: start.to(inner.span), kind: Kind::Not(Box::new(inner)) })
    }

    pub(super) fn comparison(&mut self) -> Parsed {
        let left = self.interval()?;
        let Some(op) = self.comparing() else {
            return if self.at("=") { Err(self.no_operator()) } else { Ok(left) };
        };
        self.operator()?;
        let right = self.interval()?;
        if self.comparing().is_none() {
            return Ok(binary(op, left, right));
        }
        let middle = right.span;
        let second = self.peek().span;
        self.next += 1;
        let last = self.interval()?;
        let words = |span: Span| self.words(span);
        let (a, b, c) = (words(left.span), words(middle), words(last.span));
        let meant = format!("{a} {} {b} and {b} {} {c}", op.symbol(), words(second));
        Err(fault(second, "comparisons do not chain")
            .label("compare one pair at a time")
            .edit(left.span.to(last.span), meant))
    }

    fn interval(&mut self) -> Parsed {
        let low = self.sum()?;
        if !self.at("to") {
            return Ok(low);
        }
        self.operator()?;
        let high = self.sum()?;
        if self.at("to") {
            return Err(fault(self.peek().span, "an interval has two ends, not three")
                .label("`low to high` is the central 90% interval"));
        }
        interval::interval(self.text, low, high)
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&[("+", Op::Add), ("-", Op::Subtract)], Self::rate)
    }

    fn rate(&mut self) -> Parsed {
        let amount = self.product()?;
        let start = self.peek().span;
        if !self.at_any(&["per", "a", "an"]) {
            return Ok(amount);
        }
        self.operator()?;
        let (count, unit) = self.period(start)?;
        let span = amount.span.to(self.before());
        if self.at_any(&["*", "/", "of", "^", "per"]) {
            let rate = self.words(span);
            return Err(fault(self.peek().span, format!("`{}` cannot follow a rate", self.here()))
                .label(format!("`{}` binds looser than this", self.words(start)))
                .edit(span, format!("({rate})")));
        }
        Ok(Expr { span, kind: Kind::Per(Box::new(amount), count, unit) })
    }

    /// What stands behind `per`: a unit of time, or several.
    fn period(&mut self, per: Span) -> Result<(f64, TimeUnit), Fault> {
        let token = self.peek().clone();
        let counted = matches!(token.lexeme, Lexeme::Number { .. });
        let count = if let Lexeme::Number { value, .. } = token.lexeme { value } else { 1.0 };
        self.next += usize::from(counted);
        let word = self.here();
        if self.is_word()
            && let Some(unit) = TimeUnit::parse(word)
        {
            self.next += 1;
            if count <= 0.0 {
                return Err(fault(token.span, "a rate needs a period longer than 0"));
            }
            return Ok((count, unit));
        }
        let title = format!("a unit of time must follow `{}`", self.words(per));
        let at = self.peek().span;
        if word == "cent" && !counted {
            return Err(written(per.to(at), "`per cent` is written `%`", "%"));
        }
        if let Some(fault) = self.foreign_period(title.clone(), at, count, counted.then_some(token.span)) {
            return Err(fault);
        }
        match slip::unit(word).filter(|_| self.is_word()) {
            Some(unit) => {
                let plural = if count == 1.0 { "" } else { "s" };
                Err(self.stop(written(at, title, format!("{}{plural}", slip::name(unit)))))
            }
            None if matches!(self.peek().lexeme, Lexeme::End) => {
                Err(fault(self.before(), title).label("as in `2 per year` or `1 per 2 weeks`"))
            }
            None => Err(self.stop(fault(at, title).label("as in `2 per year` or `1 per 2 weeks`"))),
        }
    }

    fn product(&mut self) -> Parsed {
        self.chain(&[("*", Op::Multiply), ("/", Op::Divide), ("of", Op::Multiply)], Self::signed)
    }

    fn signed(&mut self) -> Parsed {
        let start = self.peek().span;
        if self.at("-")
            && self.next > 0
            && self.at_token(self.next - 1, "+")
            && self.before().end == start.start
        {
            return Err(fault(self.before().to(start), "a spread is written as an interval")
                .label("as in `3 to 7 days`")
                .note("to add a negative number, write it in parentheses"));
        }
        if !self.eat("-") {
            return self.power();
        }
        let inner = self.nested(Self::signed)?;
        Ok(Expr { span: start.to(inner.span), kind: Kind::Negative(Box::new(inner)) })
    }

    fn power(&mut self) -> Parsed {
        let base = self.atom()?;
        if !self.at("^") {
            return Ok(base);
        }
        self.operator()?;
        let exponent = self.nested(Self::signed)?;
        Ok(binary(Op::Power, base, exponent))
    }

    /// Operators of one level, grouped from the left.
    fn chain(&mut self, ops: &[(&str, Op)], next: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = next(self)?;
        while let Some((_, op)) = ops.iter().find(|(word, _)| self.at(word)) {
            self.operator()?;
            let right = next(self)?;
            left = binary(*op, left, right);
        }
        Ok(left)
    }

    /// One level deeper, where there is one.
    pub(super) fn nested(&mut self, inner: fn(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= DEPTH {
            return Err(fault(self.peek().span, format!("the expression is nested more than {DEPTH} deep"))
                .note("give parts of it names of their own, under `[formulas]`"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Steps over an operator and counts it.
    fn operator(&mut self) -> Result<(), Fault> {
        self.operators += 1;
        if self.operators > OPERATORS {
            return Err(fault(
                self.peek().span,
                format!("the expression has more than {OPERATORS} operators"),
            )
            .note("give parts of it names of their own, under `[formulas]`"));
        }
        self.next += 1;
        Ok(())
    }

    fn comparing(&mut self) -> Option<Op> {
        const ALL: [Op; 6] = [Op::Equal, Op::Unequal, Op::Less, Op::AtMost, Op::Greater, Op::AtLeast];
        ALL.into_iter().find(|op| self.at(op.symbol()))
    }

    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    /// The words of the next token.
    pub(super) fn here(&self) -> &'t str {
        self.words(self.peek().span)
    }

    /// The place of the token before the next one.
    pub(super) fn before(&self) -> Span {
        self.tokens[self.next.clamp(1, self.tokens.len()) - 1].span
    }

    pub(super) fn words(&self, span: Span) -> &'t str {
        &self.text[span.start as usize..span.end as usize]
    }

    pub(super) fn at(&self, words: &str) -> bool {
        matches!(self.peek().lexeme, Lexeme::Word | Lexeme::Sign) && self.here() == words
    }

    pub(super) fn at_any(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.at(w))
    }

    pub(super) fn eat(&mut self, words: &str) -> bool {
        let found = self.at(words);
        self.next += usize::from(found);
        found
    }

    pub(super) fn is_word(&self) -> bool {
        matches!(self.peek().lexeme, Lexeme::Word)
    }
}

fn binary(op: Op, left: Expr, right: Expr) -> Expr {
    Expr { span: left.span.to(right.span), kind: Kind::Binary(op, Box::new(left), Box::new(right)) }
}
