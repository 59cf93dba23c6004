//! What `and` and `or` join that is neither true nor false: probabilities, durations.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Span};
use crate::expr::{self, Op};
use crate::model::{Expr, Ty};

impl Builder {
    /// A fault for `1 month and 2 weeks`.
    pub fn durations_joined(&self, op: Op, a: &expr::Expr, b: &expr::Expr, at: Span) -> Option<Diagnostic> {
        let written = |e: &expr::Expr| matches!(e.kind, expr::Kind::Duration(..));
        if op != Op::And || !written(a) || !written(b) {
            return None;
        }
        let fault = Diagnostic::new(Code::TypeMismatch, at, "durations are added by `+`")
            .label("`and` joins what is true or false");
        let (left, right) = (self.texts.words(a.span), self.texts.words(b.span));
        Some(if left == right { fault } else { fault.edit(at, format!("{left} + {right}")) })
    }

    /// A fault for `mediator == qatar or egypt`, also further on in such a list.
    pub fn option_alone(&self, op: Op, a: &expr::Expr, b: &expr::Expr) -> Option<Diagnostic> {
        let expr::Kind::Name(option) = &b.kind else { return None };
        let mut first = a;
        while let expr::Kind::Binary(before, left, _) = &first.kind
            && *before == op
        {
            first = left;
        }
        let expr::Kind::Binary(compares @ (Op::Equal | Op::Unequal), what, _) = &first.kind else {
            return None;
        };
        let set = self.options_of(what)?;
        if self.scope.symbols.contains_key(option) || self.scenario.sets[set.0].find(option).is_none() {
            return None;
        }
        let (what, sign) = (self.texts.words(what.span), compares.symbol());
        let fault = Diagnostic::new(
            Code::TypeMismatch,
            b.span,
            format!("`{option}` alone is neither true nor false"),
        )
        .label(format!("each side of `{}` is compared by itself", op.symbol()));
        // Any value is unlike one of two, and none is like both.
        Some(match (compares, op) {
            (Op::Equal, Op::Or) | (Op::Unequal, Op::And) => {
                fault.edit(b.span, format!("{what} {sign} {option}"))
            }
            _ => fault
                .note(format!("one of several is written `{what} == … or {what} == …`"))
                .note(format!("none of several is written `{what} != … and {what} != …`")),
        })
    }

    /// A fault for two numbers, neither of them written out, that are joined as if they were true or false.
    pub fn chances_joined(&self, op: Op, a: &Expr, b: &Expr, at: Span) -> Option<Diagnostic> {
        let number = |e: &Expr| matches!(e.ty, Ty::Number { time: 0, .. }) && e.as_constant().is_none();
        if !number(a) || !number(b) {
            return None;
        }
        let (left, right) = (self.texts.words(a.span), self.texts.words(b.span));
        let simple = |words: &str| words.chars().all(|c| c.is_alphanumeric() || c == '_');
        let fault = Diagnostic::new(
            Code::TypeMismatch,
            at,
            format!("each side of `{}` must be true or false", op.symbol()),
        )
        .label("both sides are numbers");
        if !simple(left) || !simple(right) || left.is_empty() || right.is_empty() {
            return Some(fault);
        }
        let (what, meant) = match op {
            Op::And => ("both come", format!("{left} * {right}")),
            _ => ("one of two or both come", format!("1 - (1 - {left}) * (1 - {right})")),
        };
        Some(
            fault
                .note(format!("where they are probabilities of things that do not depend on each other, that {what} has the probability `{meant}`"))
                .note(format!("as a condition, compare each: `{left} > 0 {} {right} > 0`", op.symbol())),
        )
    }
}
