//! From an expression as written to one that can be evaluated: names resolved, kinds and units checked.

use super::arithmetic::fold;
use super::builder::Builder;
use crate::diag::{Code, Diagnostic};
use crate::expr::{self, Kind, Op};
use crate::model::{Compare, Expr, Node, TrackId, Ty};

/// What an expression in some place may read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// State variables and tracks.
    pub state: bool,
    /// The time on the path.
    pub day: bool,
    /// Tracks, by the stage where they are.
    pub tracks: bool,
    /// The time in the current stage of this track.
    pub since: Option<TrackId>,
    /// What is left of 1.
    pub rest: bool,
    /// The outcome of the path.
    pub outcome: bool,
    /// Measures declared above this number.
    pub measures: Option<usize>,
}

impl Place {
    /// Nothing but levers and beliefs.
    pub const FIXED: Place = Place {
        state: false,
        tracks: false,
        day: false,
        since: None,
        rest: false,
        outcome: false,
        measures: None,
    };
    /// Everything that a path knows on its way.
    pub const PATH: Place = Place { state: true, tracks: true, day: true, ..Place::FIXED };
    /// What a path knows when its states get their first values: the states above, and no track, for none has begun.
    pub const BEGINNING: Place = Place { state: true, ..Place::FIXED };

    /// As [`Place::PATH`], within a stage of `track`.
    pub fn within(track: TrackId) -> Place {
        Place { since: Some(track), ..Place::PATH }
    }
}

/// How deep an expression may be nested, with the formulas that are understood for its sake: more than the parser allows
/// for one alone.
const DEEPEST: usize = 600;

impl Builder {
    /// The typed form of a value that stands in `place`.
    pub fn typed(&mut self, value: &crate::syntax::Value, place: Place) -> Option<Expr> {
        let written = self.expression(value)?;
        self.type_of(&written, place)
    }

    /// As `typed`, and it must be true or false.
    pub fn typed_bool(&mut self, value: &crate::syntax::Value, place: Place) -> Option<Expr> {
        let expr = self.typed(value, place)?;
        self.want_bool(expr, "a condition")
    }

    /// As `typed`, and it must be a plain number.
    pub fn typed_number(&mut self, value: &crate::syntax::Value, place: Place, what: &str) -> Option<Expr> {
        let expr = self.typed(value, place)?;
        self.want_number(expr, 0, what)
    }

    /// The typed form of an expression.
    pub fn type_of(&mut self, e: &expr::Expr, place: Place) -> Option<Expr> {
        if self.scope.depth >= DEEPEST {
            self.push(
                Diagnostic::new(Code::Syntax, e.span, "formulas are nested too deep in each other")
                    .label("with the formulas that read this put around it"),
            );
            return None;
        }
        self.scope.depth += 1;
        let typed = self.type_of_kind(e, place);
        self.scope.depth -= 1;
        typed
    }

    fn type_of_kind(&mut self, e: &expr::Expr, place: Place) -> Option<Expr> {
        let at = e.span;
        match &e.kind {
            Kind::Number { value, whole } => {
                Some(Expr::constant(*value, Ty::Number { whole: *whole, time: 0 }, at))
            }
            Kind::Percent(value) => Some(Expr::constant(*value, Ty::NUMBER, at)),
            Kind::Duration(value, unit) => Some(Expr::constant(value * unit.seconds(), Ty::DURATION, at)),
            Kind::Date(date) => match self.scenario.start {
                Some(start) => Some(Expr::constant(date.since(start), Ty::DURATION, at)),
                None if self.scope.broken.contains(super::scope::START) => None,
                None => {
                    self.push(
                        Diagnostic::new(Code::BadDate, at, "a date needs a `start` to be counted from")
                            .note("write `start = 2025-01-20` at the top of the file"),
                    );
                    None
                }
            },
            Kind::Bool(b) => Some(Expr::constant(f64::from(u8::from(*b)), Ty::Bool, at)),
            Kind::Name(name) => self.name(name, at, place),
            Kind::Negative(a) => {
                let a = self.type_of(a, place)?;
                let a = self.numeric(a)?;
                let ty = a.ty;
                Some(fold(Expr { node: Node::Negative(Box::new(a)), ty, span: at }))
            }
            Kind::Not(a) => {
                let a = self.type_of(a, place)?;
                let a = self.want_bool(a, "what `not` turns round")?;
                Some(Expr { node: Node::Not(Box::new(a)), ty: Ty::Bool, span: at })
            }
            Kind::Binary(op, a, b) if op.compares() => self.comparison(*op, a, b, at, place),
            Kind::Binary(op @ (Op::And | Op::Or), a, b) => {
                if let Some(fault) = self.option_alone(*op, a, b) {
                    self.type_of(a, place);
                    self.push(fault);
                    return None;
                }
                if let Some(fault) = self.durations_joined(*op, a, b, at) {
                    self.push(fault);
                    return None;
                }
                let what = format!("each side of `{}`", op.symbol());
                let (a, b) = (self.type_of(a, place), self.type_of(b, place));
                if let (Some(a), Some(b)) = (&a, &b)
                    && let Some(fault) = self.chances_joined(*op, a, b, at)
                {
                    self.push(fault);
                    return None;
                }
                let a = a.and_then(|a| self.want_bool(a, &what));
                let b = b.and_then(|b| self.want_bool(b, &what));
                let (a, b) = (Box::new(a?), Box::new(b?));
                let node = if *op == Op::And { Node::And(a, b) } else { Node::Or(a, b) };
                Some(Expr { node, ty: Ty::Bool, span: at })
            }
            Kind::Binary(op, a, b) => {
                let a = self.type_of(a, place);
                let b = self.type_of(b, place);
                self.arithmetic(*op, a?, b?, at)
            }
            Kind::If(c, a, b) => {
                let c = self.type_of(c, place).and_then(|c| self.want_bool(c, "what stands after `if`"));
                let a = self.type_of(a, place);
                let b = self.type_of(b, place);
                self.either(c?, a?, b?, at)
            }
            Kind::Per(a, count, unit) => {
                let a = self.type_of(a, place)?;
                let a = self.numeric(a)?;
                let Ty::Number { time, .. } = a.ty else { return None };
                let period = Expr::constant(count * unit.seconds(), Ty::DURATION, at);
                let ty = Ty::Number { whole: false, time: time - 1 };
                Some(fold(Expr { node: Node::Divide(Box::new(a), Box::new(period)), ty, span: at }))
            }
            Kind::To(low, high) => self.interval(low, high, at, place),
            Kind::Call(callee, args) => self.call(callee, args, at, place),
        }
    }
}

impl From<Op> for Option<Compare> {
    fn from(op: Op) -> Option<Compare> {
        Some(match op {
            Op::Equal => Compare::Equal,
            Op::Unequal => Compare::Unequal,
            Op::Less => Compare::Less,
            Op::AtMost => Compare::AtMost,
            Op::Greater => Compare::Greater,
            Op::AtLeast => Compare::AtLeast,
            _ => return None,
        })
    }
}
