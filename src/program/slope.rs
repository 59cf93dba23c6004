//! How fast an expression changes with time between events, where that is constant.

use super::code::{Op, Value};
use super::lower::{Lower, Place};
use crate::model::{Expr, Node};

impl Lower<'_> {
    /// The change per second of an expression between events, where it is linear in time.
    pub fn slope(&mut self, expr: &Expr) -> Option<Value> {
        let mut found = true;
        let value = self.compile(expr, |lower| {
            lower.rate_of_change(expr).unwrap_or_else(|| {
                found = false;
                lower.constant(f64::NAN)
            })
        });
        found.then_some(value)
    }

    /// Whether an expression reads the time.
    pub fn timed(&self, expr: &Expr) -> bool {
        let reads = expr.reads(&self.scenario.formulas);
        reads.day || reads.since
    }

    fn rate_of_change(&mut self, expr: &Expr) -> Option<Place> {
        if !self.timed(expr) {
            return Some(self.constant(0.0));
        }
        let both = |lower: &mut Self, op: Op, a: &Expr, b: &Expr| {
            let a = lower.rate_of_change(a)?;
            let b = lower.rate_of_change(b)?;
            Some(lower.emit(op, a, b, b))
        };
        let scaled = |lower: &mut Self, op: Op, changing: &Expr, by: &Expr| {
            let changing = lower.rate_of_change(changing)?;
            let by = lower.expr(by);
            Some(lower.emit(op, changing, by, by))
        };
        match &expr.node {
            Node::Day | Node::Since(_) => Some(self.constant(1.0)),
            Node::Formula(id) => self.rate_of_change(&self.scenario.formulas[id.0].expr),
            Node::Negative(a) => {
                let a = self.rate_of_change(a)?;
                Some(self.emit(Op::Negative, a, a, a))
            }
            Node::Add(a, b) => both(self, Op::Add, a, b),
            Node::Subtract(a, b) => both(self, Op::Subtract, a, b),
            Node::Multiply(a, b) if !self.timed(b) => scaled(self, Op::Multiply, a, b),
            Node::Multiply(a, b) if !self.timed(a) => scaled(self, Op::Multiply, b, a),
            Node::Divide(a, b) if !self.timed(b) => scaled(self, Op::Divide, a, b),
            Node::If(condition, a, b) if !self.timed(condition) => {
                let condition = self.expr(condition);
                let a = self.rate_of_change(a)?;
                let b = self.rate_of_change(b)?;
                Some(self.emit(Op::Select, condition, a, b))
            }
            _ => None,
        }
    }
}
