//! What else is reported: splits and the cumulative table.

use super::builder::Builder;
use super::typing::Place;
use crate::diag::{Code, Diagnostic};
use crate::expr;
use crate::model::{Expr, Node, Split, SplitKey, Timeline, Ty};
use crate::quantity::{DAY, YEAR};
use crate::syntax::{self, Entry, Kind, Table};

/// The most rows that the cumulative table of one outcome may have.
const TIMELINE_ROWS: usize = 10_000;

impl Builder {
    /// Splits and the timeline.
    pub fn report(&mut self, root: &Table) {
        let report = match root.get("report") {
            Some(entry) => self.expect_table(entry),
            None => None,
        };
        if let Some(report) = report {
            self.known_keys(report, syntax::Place::Report);
            if let Some(split) = report.get("split") {
                self.splits(split);
            }
        }
        let step = report.and_then(|r| r.get("timeline"));
        self.scenario.timeline = self.timeline(step);
    }

    fn splits(&mut self, entry: &Entry) {
        let mut groups: Vec<Vec<&syntax::Text>> = Vec::new();
        let items = self.expect_list(entry);
        if items.iter().all(|i| matches!(i.kind, Kind::String(_))) && !items.is_empty() {
            groups.push(self.expect_texts(entry));
        } else {
            for item in items {
                match &item.kind {
                    Kind::Array(names) => {
                        let mut group = Vec::new();
                        for name in names {
                            match &name.kind {
                                Kind::String(text) => group.push(text),
                                other => self.fault(
                                    Code::WrongType,
                                    name.span,
                                    format!("a split is a list of names, and this is {}", other.describe()),
                                ),
                            }
                        }
                        groups.push(group);
                    }
                    Kind::String(text) => groups.push(vec![text]),
                    other => self.fault(
                        Code::WrongType,
                        item.span,
                        format!("a split is a list of names, and this is {}", other.describe()),
                    ),
                }
            }
        }
        for names in groups {
            let mut keys = Vec::new();
            for text in names {
                if let Some(expr) = self.split_key(text) {
                    keys.push(SplitKey { name: text.content.clone(), expr });
                }
            }
            if !keys.is_empty() {
                self.scenario.splits.push(Split { keys });
            }
        }
    }

    fn split_key(&mut self, text: &syntax::Text) -> Option<Expr> {
        let written = expr::Expr { kind: expr::Kind::Name(text.content.clone()), span: text.span };
        let typed = self.type_of(&written, Place::PATH)?;
        match typed.ty {
            Ty::Bool | Ty::Option(_) | Ty::Number { whole: true, .. } => Some(typed),
            // A lever that is a number has few values, whole or not; its option is what splits.
            Ty::Number { .. } if matches!(typed.node, Node::Lever(_)) => Some(typed),
            ty => {
                let have = self.describe(ty);
                self.push(
                    Diagnostic::new(Code::TypeMismatch, text.span, format!("a split cannot go over `{}`", text.content))
                        .label(format!("this is {have}"))
                        .note("it goes over options, truth values and whole numbers; make a formula such as `rapport > 1`"),
                );
                None
            }
        }
    }

    fn timeline(&mut self, entry: Option<&Entry>) -> Option<Timeline> {
        let step = match entry {
            Some(entry) => {
                let step = self.moment(&entry.value, "the step of the timeline")?;
                if step <= 0.0 {
                    self.fault(
                        Code::OutOfRange,
                        entry.value.span,
                        "the step of the timeline must be above 0",
                    );
                    return None;
                }
                step
            }
            None => {
                let horizon = self.scenario.horizon?;
                // The finest of the steps that people use with at most some sixty rows.
                let steps = [60.0, 600.0, 3_600.0, DAY / 4.0, DAY, 7.0 * DAY, 28.0 * DAY, YEAR, 10.0 * YEAR];
                steps.into_iter().find(|s| horizon / s <= 61.0).unwrap_or(horizon / 60.0)
            }
        };
        let rows = match self.scenario.horizon {
            Some(horizon) => (horizon / step + 1e-9).floor(),
            None => 400.0,
        };
        if rows > TIMELINE_ROWS as f64 {
            if let Some(entry) = entry {
                self.push(
                    Diagnostic::new(
                        Code::OutOfRange,
                        entry.value.span,
                        "the step of the timeline is too short",
                    )
                    .label(format!("it makes {rows:.0} rows; the most is {TIMELINE_ROWS}")),
                );
            }
            return None;
        }
        (rows >= 1.0).then_some(Timeline { step, steps: rows as usize })
    }
}
