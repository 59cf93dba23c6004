//! Typed expressions: every name resolved, every unit checked.

use super::{BeliefId, FormulaId, LeverId, MeasureId, OutcomeId, SetId, StateId, TableId, TrackId};
use crate::diag::Span;
use crate::dist::{FormId, Interval};
use std::collections::BTreeSet;

/// What kind of value an expression has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// True or false (1 or 0).
    Bool,
    /// A number times a power of time (in seconds): a duration has `time` 1, a rate -1, a plain number 0. `whole` numbers
    /// stay whole (and have no unit).
    Number {
        /// Only whole values.
        whole: bool,
        /// The power of time.
        time: i8,
    },
    /// One of a set of options, by index.
    Option(SetId),
    /// An outcome, by index (only in `given`).
    Outcome,
    /// A distribution over numbers with this power of time.
    Law {
        /// The power of time of its values.
        time: i8,
    },
}

impl Ty {
    /// A plain number.
    pub const NUMBER: Ty = Ty::Number { whole: false, time: 0 };
    /// A whole number.
    pub const WHOLE: Ty = Ty::Number { whole: true, time: 0 };
    /// A duration.
    pub const DURATION: Ty = Ty::Number { whole: false, time: 1 };
    /// A rate.
    pub const RATE: Ty = Ty::Number { whole: false, time: -1 };
}

/// An expression with its kind of value and the words it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub node: Node,
    /// The kind of its value.
    pub ty: Ty,
    /// The words.
    pub span: Span,
}

/// What an expression computes.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A constant, in seconds where it has a unit of time; an option or outcome by index.
    Const(f64),
    /// A lever: the index of its option, or its number.
    Lever(LeverId),
    /// A belief of the world.
    Belief(BeliefId),
    /// A state variable of the path.
    State(StateId),
    /// The stage where a track is, by index (of its last stage once the path has ended).
    Track(TrackId),
    /// A named expression, evaluated here and now.
    Formula(FormulaId),
    /// The time on the path.
    Day,
    /// The time in the current stage of the track.
    Since(TrackId),
    /// In a probability: what the branches above have left of 1.
    Rest,
    /// The outcome of a path that has ended.
    Outcome,
    /// The value of a measure declared above, in another measure.
    Measure(MeasureId),
    /// `not`.
    Not(Box<Expr>),
    /// `-`.
    Negative(Box<Expr>),
    /// Both hold; the right side is not evaluated where the left fails.
    And(Box<Expr>, Box<Expr>),
    /// One holds; the right side is not evaluated where the left holds.
    Or(Box<Expr>, Box<Expr>),
    /// A comparison of numbers, or the equality of options, truth values or outcomes.
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// `+`
    Add(Box<Expr>, Box<Expr>),
    /// `-`
    Subtract(Box<Expr>, Box<Expr>),
    /// `*`
    Multiply(Box<Expr>, Box<Expr>),
    /// `/`
    Divide(Box<Expr>, Box<Expr>),
    /// `^`
    Power(Box<Expr>, Box<Expr>),
    /// `if … then … else …`; only the chosen side is evaluated.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A function.
    Call(Func, Vec<Expr>),
    /// A table, read at a number.
    Table(TableId, Box<Expr>),
    /// A distribution (`ty` is [`Ty::Law`]); also an `if` between distributions has that type.
    Law(Law),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
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
}

impl Compare {
    /// Whether it holds between two values.
    #[inline]
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Compare::Equal => a == b,
            Compare::Unequal => a != b,
            Compare::Less => a < b,
            Compare::AtMost => a <= b,
            Compare::Greater => a > b,
            Compare::AtLeast => a >= b,
        }
    }
}

/// Functions of numbers; the number of arguments is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Func {
    /// The least of one or more.
    Min,
    /// The greatest of one or more.
    Max,
    /// `clamp(x, low, high)`: `x`, but at least `low` and at most `high` (in this order, so `high` wins).
    Clamp,
    /// e to the power.
    Exp,
    /// The natural logarithm.
    Ln,
    /// The square root.
    Sqrt,
    /// The size without the sign.
    Abs,
    /// 1 / (1 + exp(-x)).
    Logistic,
    /// ln(p / (1 - p)).
    Logit,
    /// The whole number at or below.
    Floor,
    /// The whole number at or above.
    Ceil,
    /// The nearest whole number, halves away from zero.
    Round,
    /// How many of the conditions hold.
    Count,
}

/// A distribution whose parameters are expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// A plain value where a distribution is expected.
    Point(Box<Expr>),
    /// A family by one of its forms, with the form's arguments in order.
    Form(FormId, Vec<Expr>),
    /// `low to high`. `None`: decided by the value (log-normal where low is above 0, else normal).
    To(Option<Interval>, Box<Expr>, Box<Expr>),
    /// Quantiles: (probability, value) in rising order, and the bounds.
    Metalog(Vec<(Expr, Expr)>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// Values, each with its weight.
    Discrete(Vec<(Expr, Expr)>),
    /// Distributions, each with its weight: (weight, law).
    Pool(Vec<(Expr, Expr)>),
    /// A distribution cut to an interval.
    Truncated(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
}

/// What an expression reads, formulas seen through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reads {
    /// Levers.
    pub levers: BTreeSet<LeverId>,
    /// Beliefs.
    pub beliefs: BTreeSet<BeliefId>,
    /// State variables.
    pub states: BTreeSet<StateId>,
    /// Tracks, by their current stage.
    pub tracks: BTreeSet<TrackId>,
    /// Formulas.
    pub formulas: BTreeSet<FormulaId>,
    /// Table columns.
    pub tables: BTreeSet<TableId>,
    /// Measures.
    pub measures: BTreeSet<MeasureId>,
    /// Outcomes compared with.
    pub outcomes: BTreeSet<OutcomeId>,
    /// The time on the path.
    pub day: bool,
    /// The time in a stage.
    pub since: bool,
    /// What is left of 1.
    pub rest: bool,
}

impl Reads {
    /// Whether the value can change on the way: it reads state or a track (time apart).
    pub fn changes(&self) -> bool {
        !self.states.is_empty() || !self.tracks.is_empty()
    }
}

impl Expr {
    /// A constant.
    pub fn constant(value: f64, ty: Ty, span: Span) -> Expr {
        Expr { node: Node::Const(value), ty, span }
    }

    /// The value, where it is a constant as written.
    pub fn as_constant(&self) -> Option<f64> {
        match self.node {
            Node::Const(value) => Some(value),
            _ => None,
        }
    }

    /// Its parts, in the order they are written.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.node {
            Node::Const(_)
            | Node::Lever(_)
            | Node::Belief(_)
            | Node::State(_)
            | Node::Track(_)
            | Node::Formula(_)
            | Node::Day
            | Node::Since(_)
            | Node::Rest
            | Node::Outcome
            | Node::Measure(_) => vec![],
            Node::Not(a) | Node::Negative(a) | Node::Table(_, a) => vec![a],
            Node::And(a, b)
            | Node::Or(a, b)
            | Node::Compare(_, a, b)
            | Node::Add(a, b)
            | Node::Subtract(a, b)
            | Node::Multiply(a, b)
            | Node::Divide(a, b)
            | Node::Power(a, b) => vec![a, b],
            Node::If(a, b, c) => vec![a, b, c],
            Node::Call(_, args) => args.iter().collect(),
            Node::Law(law) => law.parts(),
        }
    }

    /// Whether another is the same, wherever it stands.
    pub fn same(&self, other: &Expr) -> bool {
        let (x, y) = (self.parts(), other.parts());
        let head = match (&self.node, &other.node) {
            (Node::Const(a), Node::Const(b)) => a == b,
            (Node::Law(Law::Form(a, _)), Node::Law(Law::Form(b, _))) => a == b,
            (Node::Call(a, _), Node::Call(b, _)) => a == b,
            (Node::Compare(a, ..), Node::Compare(b, ..)) => a == b,
            (Node::Lever(a), Node::Lever(b)) => a == b,
            (Node::Belief(a), Node::Belief(b)) => a == b,
            (Node::State(a), Node::State(b)) => a == b,
            (Node::Formula(a), Node::Formula(b)) => a == b,
            _ => std::mem::discriminant(&self.node) == std::mem::discriminant(&other.node) && !x.is_empty(),
        };
        head && x.len() == y.len() && x.iter().zip(y).all(|(a, b)| a.same(b))
    }

    /// Whether another is this one or a part of it.
    pub fn has(&self, other: &Expr) -> bool {
        self.same(other) || self.parts().into_iter().any(|part| part.has(other))
    }

    /// What it reads; `formulas` are the scenario's, so that a read through a formula counts.
    pub fn reads(&self, formulas: &[super::Formula]) -> Reads {
        let mut reads = Reads::default();
        self.collect(formulas, &mut reads);
        reads
    }

    pub(super) fn collect(&self, formulas: &[super::Formula], reads: &mut Reads) {
        match &self.node {
            Node::Lever(id) => drop(reads.levers.insert(*id)),
            Node::Belief(id) => drop(reads.beliefs.insert(*id)),
            Node::State(id) => drop(reads.states.insert(*id)),
            Node::Track(id) => drop(reads.tracks.insert(*id)),
            Node::Measure(id) => drop(reads.measures.insert(*id)),
            Node::Table(id, _) => drop(reads.tables.insert(*id)),
            Node::Formula(id) => {
                reads.formulas.insert(*id);
                if let Some(formula) = formulas.get(id.0) {
                    formula.expr.collect(formulas, reads);
                }
            }
            Node::Day => reads.day = true,
            Node::Since(_) => reads.since = true,
            Node::Rest => reads.rest = true,
            Node::Const(index) if self.ty == Ty::Outcome => {
                reads.outcomes.insert(OutcomeId(*index as usize));
            }
            _ => {}
        }
        for part in self.parts() {
            part.collect(formulas, reads);
        }
    }
}

impl Law {
    /// Its parameters, in the order they are written.
    pub fn parts(&self) -> Vec<&Expr> {
        let mut parts: Vec<&Expr> = Vec::new();
        match self {
            Law::Point(a) => parts.push(a),
            Law::Form(_, args) => parts.extend(args),
            Law::To(_, a, b) => parts.extend([&**a, &**b]),
            Law::Metalog(points, low, high) => {
                parts.extend(points.iter().flat_map(|(p, x)| [p, x]));
                parts.extend(low.as_deref());
                parts.extend(high.as_deref());
            }
            Law::Discrete(pairs) | Law::Pool(pairs) => parts.extend(pairs.iter().flat_map(|(a, b)| [a, b])),
            Law::Truncated(law, low, high) => {
                parts.push(law);
                parts.extend(low.as_deref());
                parts.extend(high.as_deref());
            }
        }
        parts
    }
}
