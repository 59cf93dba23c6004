//! The expression language: text to tree.
//!
//! One small language serves every string of a scenario that holds an expression: guards, probabilities, delays, rates,
//! effects. This floor knows its grammar (docs/grammar.md has it whole) and nothing of names or types.

mod calendar;
mod figures;
mod interval;
mod lexer;
mod months;
mod operand;
mod parser;
mod place;
mod slip;
mod spoken;
mod stuck;

#[cfg(test)]
mod tests;

pub(crate) use figures::grouped;
pub use parser::{is_reserved, parse};
pub(crate) use spoken::{chance, counted};

use crate::diag::Span;
use crate::quantity::{Date, TimeUnit};

/// An expression as written: what it is, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// The words.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `3`, `0.25`: a number; `whole` where it was written without a decimal point or exponent.
    Number {
        /// The value.
        value: f64,
        /// Written as a whole number.
        whole: bool,
    },
    /// `15%`: a number, already divided by 100.
    Percent(f64),
    /// `5 days`: a number and a unit of time.
    Duration(f64, TimeUnit),
    /// `2025-04-30`, `2025-04-30T12:00`.
    Date(Date),
    /// `true`, `false`.
    Bool(bool),
    /// `rapport`, `switzerland`, `rest`, `day`: a bare name.
    Name(String),
    /// `-x`.
    Negative(Box<Expr>),
    /// `not x`.
    Not(Box<Expr>),
    /// `a + b`, `a and b`, `a == b` and so on.
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `if c then a else b`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `2 per year`, `3% a week`, `1 per 2 weeks`: the amount, and the count and unit of the period.
    Per(Box<Expr>, f64, TimeUnit),
    /// `low to high`: the central 90% interval.
    To(Box<Expr>, Box<Expr>),
    /// `gamma(shape = 2, mean = 14 days)`, `min(a, b)`, `mortality.male(60)`.
    Call(Callee, Vec<Argument>),
}

/// What is called: a dotted name and its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Callee {
    /// The name, `table.column` in one string.
    pub name: String,
    /// The words.
    pub span: Span,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// What stands before the value.
    pub label: Label,
    /// The value.
    pub value: Expr,
}

/// How an argument is marked.
#[derive(Clone, Debug, PartialEq)]
pub enum Label {
    /// `x`: by its place.
    None,
    /// `mean = x`: by its name.
    Named(String, Span),
    /// `20%: x`: by a key that is an expression (`discrete(3 days: 20%, 7 days: 80%)`).
    Keyed(Expr),
}

/// Operators with two sides, loosest first: `or`, `and`, comparisons, `to`, `+ -`, `per`, `* / of`, `^`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`, and `of` as in `15% of rest`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
}

impl Op {
    /// As written in a scenario.
    pub fn symbol(self) -> &'static str {
        match self {
            Op::Or => "or",
            Op::And => "and",
            Op::Equal => "==",
            Op::Unequal => "!=",
            Op::Less => "<",
            Op::AtMost => "<=",
            Op::Greater => ">",
            Op::AtLeast => ">=",
            Op::Add => "+",
            Op::Subtract => "-",
            Op::Multiply => "*",
            Op::Divide => "/",
            Op::Power => "^",
        }
    }

    /// A comparison, whose value is true or false.
    pub fn compares(self) -> bool {
        matches!(self, Op::Equal | Op::Unequal | Op::Less | Op::AtMost | Op::Greater | Op::AtLeast)
    }
}
