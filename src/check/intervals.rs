//! `low to high`: the central 90% interval.

use super::builder::Builder;
use super::typing::Place;
use super::wanting::whole_interval;
use crate::diag::{Code, Diagnostic, Span, Texts};
use crate::dist::Interval;
use crate::expr::{self, Kind, Op};
use crate::model::{Expr, Law, Node, Ty};
use crate::quantity::prose;

impl Builder {
    /// `low to high`.
    pub fn interval(&mut self, low: &expr::Expr, high: &expr::Expr, at: Span, place: Place) -> Option<Expr> {
        let one_end = self.one_end_calculated(low, high, at);
        let percents = matches!((&low.kind, &high.kind), (Kind::Percent(_), Kind::Percent(_)));
        // What lies between two dates must not depend on how far away day 0 is.
        let dated = (is_date(low), is_date(high));
        let dates = dated.0 && dated.1;
        // `2% to 5% per year`: the unit of the high end is meant for both.
        let low_per = match (&low.kind, &high.kind) {
            (Kind::Number { .. } | Kind::Percent(_), Kind::Per(_, count, unit)) => {
                let inner = Box::new(low.clone());
                expr::Expr { kind: Kind::Per(inner, *count, *unit), span: low.span }
            }
            _ => low.clone(),
        };
        let low = self.type_of(&low_per, place);
        let high = self.type_of(high, place);
        let (low, high) = (low?, high?);
        let time = match (low.ty, high.ty) {
            (Ty::Number { time, .. }, Ty::Number { .. }) if low.node != Node::Const(0.0) => time,
            (_, Ty::Number { time, .. }) => time,
            _ => 0,
        };
        let low = self.want_number(low, time, "the low end of this interval");
        let high = self.want_number(high, time, "the high end of this interval");
        let (low, high) = (low?, high?);
        let kind = if percents {
            Some(Interval::LogitNormal)
        } else if dates {
            Some(Interval::Normal)
        } else if time != 0 {
            Some(Interval::LogNormal)
        } else {
            low.as_constant().map(|l| if l > 0.0 { Interval::LogNormal } else { Interval::Normal })
        };
        if let (Some(a), Some(b)) = (low.as_constant(), high.as_constant()) {
            let (l, h) = (self.texts.words(low.span).to_string(), self.texts.words(high.span).to_string());
            if a >= b {
                let mut fault =
                    Diagnostic::new(Code::BadLaw, at, "an interval goes from its low end to its high end")
                        .label(if a == b {
                            "both ends are the same"
                        } else {
                            "the first is above the second"
                        });
                let words = self.texts.words(at);
                if let Some(lint) = &one_end {
                    fault = Diagnostic { code: Code::BadLaw, ..lint.clone() };
                } else if dated.0 != dated.1 {
                    fault = fault.note("a date stands at both ends: `2026-06-01 to 2026-06-30`");
                } else if a > b && whole_interval(words).is_some() {
                    fault = fault
                        .note(format!("as an interval, write `{h} to {l}`"))
                        .note(format!("odds of {l} to {h} are the probability `{}`", expr::chance(&l, &h)));
                } else if a > b && !l.is_empty() && words == format!("{l} to {h}") {
                    // The unit that the low end has from the high end stays behind both.
                    let number = h.trim_end_matches(|c: char| !c.is_ascii_digit());
                    let unit = &h[number.len()..];
                    let lent = l.parse::<f64>().is_ok() && h.starts_with(|c: char| c.is_ascii_digit());
                    let turned = if lent { format!("{number} to {l}{unit}") } else { format!("{h} to {l}") };
                    fault = fault.edit(at, turned);
                }
                self.push(fault);
                return None;
            }
            let title = match kind {
                Some(Interval::LogitNormal) if a > 0.0 && b > 1.0 => {
                    let numbers = format!("{} to {}", prose::number(a), prose::number(b));
                    self.push(
                        Diagnostic::new(Code::BadLaw, at, "percentages in an interval are shares of a whole")
                            .label(format!("{h} is more than that"))
                            .note("as plain numbers the ends of an interval may be any")
                            .edit(at, numbers),
                    );
                    return None;
                }
                Some(Interval::LogitNormal) if a <= 0.0 || b >= 1.0 => {
                    Some("an interval of percentages leaves out 0% and 100%")
                }
                Some(Interval::LogNormal) if a <= 0.0 => {
                    Some("an interval of durations or rates begins above 0")
                }
                _ => None,
            };
            if let Some(title) = title {
                let fault = Diagnostic::new(Code::BadLaw, at, title)
                    .label("5% of the values lie below its low end, and 5% above its high end");
                self.push(if a < 0.0 {
                    fault
                } else {
                    fault.note(format!("begin or end with something small, or write `uniform({l}, {h})`"))
                });
                return None;
            }
        }
        if let Some(lint) = one_end {
            self.push(lint);
        }
        let law = Law::To(kind, Box::new(low), Box::new(high));
        self.exists(Expr { node: Node::Law(law), ty: Ty::Law { time }, span: at })
    }

    /// `20 days to 90 days / pace`: `to` is read last, so one end alone is calculated, where both may be meant.
    fn one_end_calculated(&self, low: &expr::Expr, high: &expr::Expr, at: Span) -> Option<Diagnostic> {
        let of = |expr: &expr::Expr| calculated(expr, &self.texts);
        let (this, other) = match (of(low), of(high)) {
            (Some(this), None) if !matches!(high.kind, Kind::Binary(..)) => (this, high),
            (None, Some(this)) if !matches!(low.kind, Kind::Binary(..)) => (this, low),
            _ => return None,
        };
        let (op, split, span) = this;
        let (words, beside) = (self.texts.words(span), self.texts.words(other.span));
        // `base to base + 20 days` is meant so, and so is what counts from a date.
        if words.starts_with(beside) || is_date(low) || is_date(high) {
            return None;
        }
        // `per month` behind the high end belongs to both.
        let tail = self.texts.words(Span { start: span.end.max(other.span.end), end: at.end, ..at });
        let low_end = span.start < other.span.start;
        let interval = |one: &str, other: &str| match low_end {
            true => format!("`{one} to {other}{tail}`"),
            false => format!("`{other} to {one}{tail}`"),
        };
        let one = interval(&format!("({words})"), beside);
        let lint = Diagnostic::new(Code::OneEnd, at, "one end alone of this interval is calculated")
            .label(format!("read as {one}"))
            .note(format!("where that is meant, write the parentheses: {one}"));
        let sign = words.get(split..).and_then(|behind| behind.find(op.symbol()));
        let Some((end, by)) = sign.map(|sign| words.split_at(split + sign)) else { return Some(lint) };
        // Only a number takes its unit from the other end.
        let other = format!("{beside} {}{tail}", by.trim());
        let both = interval(&format!("{} {}", end.trim(), by.trim()), &other);
        Some(lint.note(format!("where both ends are, write {both}")))
    }
}

/// What is calculated, without parentheses around it: by what sign, from where on this is found, and the whole.
fn calculated(expr: &expr::Expr, texts: &Texts) -> Option<(Op, usize, Span)> {
    let inner = match &expr.kind {
        Kind::Per(inner, ..) => inner,
        _ => expr,
    };
    let Kind::Binary(op @ (Op::Add | Op::Subtract | Op::Multiply | Op::Divide), left, _) = &inner.kind else {
        return None;
    };
    let span = inner.span;
    let alone = !enclosed(texts.words(span));
    alone.then_some((*op, (left.span.end - span.start) as usize, span))
}

/// Whether the parenthesis with which words begin closes at their end.
fn enclosed(words: &str) -> bool {
    let mut open = 0;
    let closes = words.char_indices().find(|(_, c)| {
        open += i32::from(*c == '(') - i32::from(*c == ')');
        open == 0
    });
    words.starts_with('(') && closes.is_some_and(|(at, _)| at + 1 == words.len())
}

/// A date, or so long before or after one.
fn is_date(expr: &expr::Expr) -> bool {
    match &expr.kind {
        Kind::Date(_) => true,
        Kind::Binary(Op::Add, a, b) => is_date(a) != is_date(b),
        Kind::Binary(Op::Subtract, a, b) => is_date(a) && !is_date(b),
        _ => false,
    }
}
