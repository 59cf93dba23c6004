//! Calculating with numbers that have units, and choosing between values.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Span};
use crate::expr::Op;
use crate::model::{Expr, Node, Ty};
use crate::quantity::prose;

impl Builder {
    /// A number, a truth value counting as 0 or 1.
    pub fn numeric(&mut self, expr: Expr) -> Option<Expr> {
        match expr.ty {
            Ty::Number { .. } => Some(expr),
            Ty::Bool => Some(Expr { ty: Ty::WHOLE, ..expr }),
            Ty::Law { .. } => {
                self.push(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        expr.span,
                        "a distribution cannot be calculated with",
                    )
                    .label("this is a distribution, not a number")
                    .note("make it a belief or a drawn state, and calculate with that"),
                );
                None
            }
            _ => {
                self.mismatch(&expr, "what is calculated with", "a number");
                None
            }
        }
    }

    /// `5-20 days` as `5 days to 20 days`: a number less a duration that is written with more of them.
    fn meant_interval(&self, op: Op, low: &Expr, high: &Expr) -> Option<String> {
        let (least, words) = (self.texts.words(low.span), self.texts.words(high.span));
        let (most, unit) = words.split_once(' ')?;
        let (least_value, most_value) = (least.parse::<f64>().ok()?, most.parse::<f64>().ok()?);
        let word = !unit.is_empty() && unit.bytes().all(|b| b.is_ascii_alphabetic());
        (op == Op::Subtract && least_value != most_value && word).then(|| match least_value < most_value {
            true => format!("{least} {unit} to {words}"),
            false => format!("{words} to {least} {unit}"),
        })
    }

    /// A smaller number less a larger one, both written out, is surely an interval, and so is a number less percents: `0.5-2`, `10-25%`.
    fn note_interval(&mut self, low: &Expr, high: &Expr, at: Span) {
        let written = |e: &Expr| {
            let words = self.texts.words(e.span);
            let value = e.as_constant().filter(|_| words.starts_with(|c: char| c.is_ascii_digit()));
            let literal =
                words.chars().all(|c| c.is_ascii_alphanumeric() || ['.', '_', ' ', '%'].contains(&c));
            value.filter(|_| literal).map(|value| (value, words.to_string()))
        };
        let (Some((least, low)), Some((most, high))) = (written(low), written(high)) else { return };
        // A part of something larger is calculated with. On the command line nothing stands around it.
        let beside = |start, end| self.texts.words(Span { start, end, ..at });
        let after = beside(at.end, at.end + 1);
        let whole = beside(at.start.saturating_sub(1), at.start).ends_with(['"', '\'', '='])
            && (after.is_empty() || after.starts_with(['"', '\'']));
        // A share is below 1; `1 - 25%` may be what is left of it.
        let lent = high.ends_with('%') && low.parse::<f64>().is_ok() && least > 1.0 && least / 100.0 < most;
        if (least < most || lent) && whole {
            let percent = if lent { "%" } else { "" };
            let result = match least - most {
                below if below < 0.0 => "below 0".to_string(),
                result => prose::number(result),
            };
            self.push(
                Diagnostic::new(
                    Code::DashedInterval,
                    at,
                    format!("this is a subtraction, and its result is {result}"),
                )
                .label(format!("{low} less {high}"))
                .note("an interval is written with `to`")
                .edit(at, format!("{low}{percent} to {high}")),
            );
        }
    }

    pub fn arithmetic(&mut self, op: Op, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        let (a, b) = (self.numeric(a), self.numeric(b));
        let (a, b) = (a?, b?);
        let (Ty::Number { whole: wa, time: ta }, Ty::Number { whole: wb, time: tb }) = (a.ty, b.ty) else {
            return None;
        };
        let zero = |e: &Expr| e.node == Node::Const(0.0);
        if op == Op::Subtract && ta == tb {
            self.note_interval(&a, &b, at);
        }
        let ty = match op {
            Op::Add | Op::Subtract => {
                if ta != tb && !zero(&a) && !zero(&b) {
                    let verb = if op == Op::Add { "added to" } else { "subtracted from" };
                    let (x, y) = if op == Op::Add { (&a, &b) } else { (&b, &a) };
                    let mut fault = Diagnostic::new(
                        Code::TypeMismatch,
                        at,
                        format!("{} cannot be {verb} {}", self.describe(x.ty), self.describe(y.ty)),
                    )
                    .label("the units differ");
                    let bare = [(&a, tb), (&b, ta)].into_iter().find(|(e, other)| {
                        let words = self.texts.words(e.span);
                        *other == 1
                            && !words.is_empty()
                            && words.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                    });
                    if let Some(interval) = bare.and_then(|(e, _)| self.meant_interval(op, e, &b)) {
                        fault = fault
                            .edit(at, interval)
                            .note("between two durations a distribution is written `5 days to 20 days`");
                    } else if let Some((e, _)) = bare {
                        fault = fault.edit(e.span, format!("{} days", self.texts.words(e.span)));
                    }
                    if [&a, &b].iter().any(|e| e.reads(&self.scenario.formulas).day) {
                        fault = fault.note(
                            "or calculate with a number of days, `day / 1 day`, where a time is not wanted",
                        );
                    }
                    self.push(fault);
                    return None;
                }
                Ty::Number { whole: wa && wb, time: if zero(&a) { tb } else { ta } }
            }
            Op::Multiply => Ty::Number { whole: wa && wb, time: ta.saturating_add(tb) },
            Op::Divide => Ty::Number { whole: false, time: ta.saturating_sub(tb) },
            Op::Power => {
                if tb != 0 {
                    self.mismatch(&b, "an exponent", "a plain number");
                    return None;
                }
                match b.as_constant() {
                    _ if ta == 0 => {
                        Ty::Number { whole: wa && wb && b.as_constant().is_some_and(|n| n >= 0.0), time: 0 }
                    }
                    Some(n) if n.fract() == 0.0 && n.abs() < 8.0 => {
                        Ty::Number { whole: false, time: ta.saturating_mul(n as i8) }
                    }
                    _ => {
                        self.mismatch(
                            &a,
                            "what is raised to a power that is not constant and whole",
                            "a plain number",
                        );
                        return None;
                    }
                }
            }
            _ => return None,
        };
        let (a, b) = (Box::new(a), Box::new(b));
        let node = match op {
            Op::Add => Node::Add(a, b),
            Op::Subtract => Node::Subtract(a, b),
            Op::Multiply => Node::Multiply(a, b),
            Op::Divide => Node::Divide(a, b),
            _ => Node::Power(a, b),
        };
        Some(fold(Expr { node, ty, span: at }))
    }

    /// The two sides of an `if` must be of one kind; whole numbers become numbers where the other side is one.
    pub fn either(&mut self, c: Expr, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        let (mut a, mut b) = (a, b);
        if self.percent_lost(Code::TypeMismatch, &[a.span, b.span]) {
            return None;
        }
        match (a.ty, b.ty) {
            (Ty::Law { time }, Ty::Number { .. }) => {
                b = self.as_law(b, time, "the other side of the `if`")?
            }
            (Ty::Number { .. }, Ty::Law { time }) => {
                a = self.as_law(a, time, "the other side of the `if`")?
            }
            _ => {}
        }
        let zero = |e: &Expr| e.node == Node::Const(0.0);
        let ty = match (a.ty, b.ty) {
            (x, y) if x == y => x,
            (Ty::Number { whole: wa, time: ta }, Ty::Number { whole: wb, time: tb })
                if ta == tb || zero(&a) || zero(&b) =>
            {
                // Of two zeros the one with a unit tells it.
                let first = !zero(&a) || (zero(&b) && ta != 0);
                Ty::Number { whole: wa && wb, time: if first { ta } else { tb } }
            }
            (x, y) => {
                let (x, y) = (self.describe(x), self.describe(y));
                self.push(
                    Diagnostic::new(Code::TypeMismatch, at, "the two sides of an `if` must be of one kind")
                        .label("here they differ")
                        .context(a.span, format!("this is {x}"))
                        .context(b.span, format!("this is {y}")),
                );
                return None;
            }
        };
        Some(Expr { node: Node::If(Box::new(c), Box::new(a), Box::new(b)), ty, span: at })
    }
}

/// Calculates what has only constants in it, so that later passes see numbers where there are numbers.
pub(super) fn fold(expr: Expr) -> Expr {
    if expr.parts().iter().any(|p| p.as_constant().is_none()) {
        return expr;
    }
    let range = super::range::range(&expr, &super::range::Known::default());
    if range.low == range.high && range.low.is_finite() {
        return Expr::constant(range.low, expr.ty, expr.span);
    }
    expr
}
