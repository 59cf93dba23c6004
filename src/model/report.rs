//! What is reported of a path.

use super::{Expr, LeverId, Node, Ty};
use crate::diag::Span;

/// A day by which outcomes are also counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// Seconds from the start of the path.
    pub at: f64,
    /// Where it is declared.
    pub span: Span,
}

/// A number reported of each path.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its name.
    pub name: String,
    /// A title for readers, or the name.
    pub title: String,
    /// The unit for readers; durations are reported in days.
    pub unit: String,
    /// How it comes about.
    pub kind: MeasureKind,
    /// Paths count only where this holds at their end.
    pub given: Option<Expr>,
    /// Also report P(at least this), in the unit of the value (seconds for durations).
    pub thresholds: Vec<f64>,
    /// The kind of its value: a number, or a duration.
    pub ty: Ty,
    /// Where it is declared.
    pub span: Span,
}

impl Measure {
    /// Whether there may be paths that have no value of it: those that do not count, and those on which a `first` never comes.
    pub fn is_partial(&self) -> bool {
        self.given.is_some() || matches!(self.kind, MeasureKind::First(_))
    }

    /// Whether it is true or false, so that its mean is a probability.
    pub fn is_truth(&self) -> bool {
        matches!(&self.kind, MeasureKind::Value(expr) if expr.ty == Ty::Bool)
    }
}

/// How a measure comes about.
#[derive(Clone, Debug, PartialEq)]
pub enum MeasureKind {
    /// A value at the end of the path.
    Value(Expr),
    /// Gathered along the path.
    Account(Account),
    /// The time when this first held (checked after every event), or never.
    First(Expr),
}

/// An account: a rate over time, and lumps that effects pay.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The rate: per second where its type has a unit; a bare number or a truth value is per day.
    pub rate: Option<Expr>,
    /// How what comes later counts less.
    pub discount: Option<Discount>,
}

/// What comes after a time t counts (1 + rate)^(-t / period).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Discount {
    /// The fraction per period.
    pub rate: f64,
    /// The period in seconds.
    pub period: f64,
}

/// A joint table: outcomes by the final values of these.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// What it goes over, at least one.
    pub keys: Vec<SplitKey>,
}

/// One side of a joint table: a lever, an option, a truth value, a whole number, a track or a formula.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitKey {
    /// Its name.
    pub name: String,
    /// Its value at the end of the path.
    pub expr: Expr,
}

impl SplitKey {
    /// The lever whose option it is, where its options are numbers that need not be whole; its value is then the option's index.
    pub fn option_of(&self) -> Option<LeverId> {
        match (&self.expr.node, self.expr.ty) {
            (Node::Lever(lever), Ty::Number { whole: false, .. }) => Some(*lever),
            _ => None,
        }
    }
}

/// The days of the cumulative table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timeline {
    /// Seconds between two rows.
    pub step: f64,
    /// The number of steps; rows are 0, step, …, `steps` × step.
    pub steps: usize,
}
