//! `low to high`: the central 90% interval.

use super::builder::Builder;
use super::typing::Place;
use super::wanting::whole_interval;
use crate::diag::{Code, Diagnostic, Span};
use crate::dist::Interval;
use crate::expr::{self, Kind, Op};
use crate::model::{Expr, Law, Node, Ty};
use crate::quantity::prose;

impl Builder {
    /// `low to high`.
    pub fn interval(&mut self, low: &expr::Expr, high: &expr::Expr, at: Span, place: Place) -> Option<Expr> {
        let percents = matches!((&low.kind, &high.kind), (Kind::Percent(_), Kind::Percent(_)));
        // What lies between two dates must not depend on how far away day 0 is.
        let dates = is_date(low) && is_date(high);
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
                if a > b && whole_interval(words).is_some() {
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
        let law = Law::To(kind, Box::new(low), Box::new(high));
        self.exists(Expr { node: Node::Law(law), ty: Ty::Law { time }, span: at })
    }
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
