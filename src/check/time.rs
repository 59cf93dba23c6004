//! Time in conditions: `day` and `since` may only be compared with what is constant between events, so that the moment at
//! which a condition changes can be calculated.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic};
use crate::model::{Expr, Node, Ty};

impl Builder {
    /// A fault for each use of time in `condition` that is not a comparison of a straight line in time.
    pub fn time_in_condition(&mut self, condition: &Expr) {
        let mut wrong = Vec::new();
        self.look(condition, &mut wrong);
        for span in wrong {
            self.push(
                Diagnostic::new(Code::DayInGuard, span, "time can only be compared in a condition")
                    .label("when this changes cannot be calculated")
                    .note(
                        "write a comparison such as `day >= 30 days` or `since > patience`, or use a `hazard`, whose \
                         rate may read `day` in any way",
                    ),
            );
        }
    }

    fn reads_time(&self, e: &Expr) -> bool {
        let reads = e.reads(&self.scenario.formulas);
        reads.day || reads.since
    }

    fn look(&self, e: &Expr, wrong: &mut Vec<crate::diag::Span>) {
        if !self.reads_time(e) {
            return;
        }
        match &e.node {
            Node::Compare(_, a, b) if matches!(a.ty, Ty::Number { .. }) => {
                if !self.straight(a) || !self.straight(b) {
                    wrong.push(e.span);
                }
            }
            Node::Formula(id) => {
                let mut inner = Vec::new();
                self.look(&self.scenario.formulas[id.0].expr, &mut inner);
                if !inner.is_empty() {
                    wrong.push(e.span);
                }
            }
            Node::And(..) | Node::Or(..) | Node::Not(_) | Node::If(..) | Node::Compare(..) => {
                for part in e.parts() {
                    self.look(part, wrong);
                }
            }
            Node::Call(crate::model::Func::Count, args) => args.iter().for_each(|a| self.look(a, wrong)),
            _ => wrong.push(e.span),
        }
    }

    /// Whether `e` is a constant multiple of time plus what is constant between events.
    fn straight(&self, e: &Expr) -> bool {
        if !self.reads_time(e) {
            return true;
        }
        match &e.node {
            Node::Day | Node::Since(_) => true,
            Node::Negative(a) => self.straight(a),
            Node::Add(a, b) | Node::Subtract(a, b) => self.straight(a) && self.straight(b),
            Node::Multiply(a, b) => {
                (a.as_constant().is_some() && self.straight(b))
                    || (b.as_constant().is_some() && self.straight(a))
            }
            Node::Divide(a, b) => b.as_constant().is_some() && self.straight(a),
            Node::Formula(id) => self.straight(&self.scenario.formulas[id.0].expr),
            _ => false,
        }
    }
}
