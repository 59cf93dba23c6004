//! Do the probabilities of a list of branches fit together? By interval reasoning over what is known.

use super::builder::Builder;
use super::range::{Known, Range, range};
use crate::diag::{Code, Diagnostic, Severity};
use crate::model::{Branches, Chance, Draw, Expr, Ty};
use crate::quantity::prose::percent;

/// Less than this over 1 is rounding.
pub(super) const SLACK: f64 = 1e-9;

impl Builder {
    /// Between which values each belief lies, but for one world in a million.
    pub fn belief_ranges(&self) -> Vec<Range> {
        let all = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };
        self.scenario
            .beliefs
            .iter()
            .map(|b| match &b.draw {
                Draw::Chance(_) => Range { low: 0.0, high: 1.0 },
                Draw::Weights(list) => Range { low: 0.0, high: list.len() as f64 },
                Draw::Law(law) => match super::laws::constant_law(law) {
                    Some(Ok(law)) => Range { low: law.quantile(5e-7), high: law.upper_quantile(5e-7) },
                    _ => all,
                },
            })
            .collect()
    }

    /// Looks at every list of branches.
    pub fn sums(&mut self) {
        if self.found.iter().any(|d| d.severity() == Severity::Error) {
            return;
        }
        let beliefs = self.belief_ranges();
        let mut found = Vec::new();
        for track in &self.scenario.tracks {
            for stage in &track.stages {
                for (_, next) in stage.branches() {
                    self.sum(next, &beliefs, &mut found);
                }
            }
        }
        self.found.extend(found);
    }

    fn sum(&self, next: &Branches, beliefs: &[Range], found: &mut Vec<Diagnostic>) {
        let known = |rest: Range| Known {
            levers: &self.scenario.levers,
            beliefs,
            formulas: &self.scenario.formulas,
            tables: &self.scenario.tables,
            rest: Some(rest),
        };
        // Sums over the branches that surely exist, and over those that may.
        let (mut sure, mut may) = (Range::point(0.0), Range::point(0.0));
        // A list where every branch is conditional can always be read as if, else if: nothing is certain there.
        let mut taken = false;
        let mut guarded = false;
        for branch in &next.list {
            let exists = branch.when.as_ref().map_or(Some(true), |w| range(w, &known(may)).truth());
            if exists == Some(false) {
                found.push(
                    Diagnostic::new(Code::UnreachableBranch, branch.span, "this branch can never be taken")
                        .label("its condition never holds"),
                );
                continue;
            }
            if taken {
                found.push(
                    Diagnostic::new(Code::UnreachableBranch, branch.span, "this branch can never be taken")
                        .label("a branch above takes all the rest"),
                );
                continue;
            }
            guarded |= exists.is_none();
            let rest = Range { low: (1.0 - may.high).max(0.0), high: (1.0 - sure.low).max(0.0) };
            let p = match &branch.chance {
                Chance::Rest => {
                    taken |= exists == Some(true);
                    if exists == Some(true) && sure.low >= 1.0 - SLACK {
                        found.push(
                            Diagnostic::new(
                                Code::UnreachableBranch,
                                branch.span,
                                "this branch can never be taken",
                            )
                            .label("the branches above leave nothing"),
                        );
                    }
                    continue;
                }
                Chance::Weight(weight) => {
                    let w = range(weight, &known(rest));
                    if w.high < 0.0 {
                        found.push(out_of_range(weight, "a weight is at least 0", w));
                    }
                    continue;
                }
                Chance::P(p) => {
                    let value = range(p, &known(rest));
                    self.probability(p, value, found);
                    // `15% of rest` never takes more than the rest.
                    value
                }
                Chance::Odds(base, factors) => {
                    self.probability(base, range(base, &known(rest)), found);
                    for (_, factor) in factors {
                        let f = range(factor, &known(rest));
                        if f.low == f.high && f.high < 0.0 {
                            found.push(out_of_range(factor, "an odds multiplier is at least 0", f));
                        }
                    }
                    if factors.is_empty() { range(base, &known(rest)) } else { Range { low: 0.0, high: 1.0 } }
                }
            };
            let p = Range { low: p.low.clamp(0.0, 1.0), high: p.high.clamp(0.0, 1.0) };
            let of_rest = matches!(&branch.chance, Chance::P(e) if shares_rest(e));
            if exists == Some(true) {
                sure.low += p.low;
            }
            may.high = if of_rest { may.high.max(1.0f64.min(may.high + p.high)) } else { may.high + p.high };
            if sure.low > 1.0 + SLACK {
                let title = format!("these probabilities sum to at least {}", percent_exact(sure.low));
                found.push(
                    Diagnostic::new(Code::SumOverOne, next.span, title)
                        .label("more than 100%")
                        .note("for a share of what the branches above left, write `p = \"15% of rest\"`"),
                );
                return;
            }
        }
        if next.list.iter().any(|b| matches!(b.chance, Chance::Weight(_))) {
            return;
        }
        if !taken && !guarded && may.high < 1.0 - SLACK {
            let title =
                format!("the branches sum to at most {}, and nobody takes the rest", percent_exact(may.high));
            found.push(
                Diagnostic::new(Code::RestUntaken, next.span, title)
                    .label("expected a branch without `p`")
                    .note("add a last branch without `p`, such as `{ to = \"…\" }`, or `{}` to stay"),
            );
        } else if may.high > 1.0 + SLACK && sure.low <= 1.0 + SLACK && !self.exclusive(next) {
            let title = format!("these probabilities may sum to as much as {}", percent_exact(may.high));
            found.push(
                Diagnostic::new(Code::MayExceedOne, next.span, title)
                    .label("a path on which they sum to more than 100% stops the run")
                    .note("for a share of what the branches above left, write `p = \"15% of rest\"`"),
            );
        }
    }

    /// Whether the branches' conditions shut each other out where that is easy to see: tests of one thing for different values.
    fn exclusive(&self, next: &Branches) -> bool {
        next.list.iter().filter(|b| !matches!(b.chance, Chance::Rest)).all(|b| b.when.is_some())
    }

    fn probability(&self, p: &Expr, value: Range, found: &mut Vec<Diagnostic>) {
        if value.low > 1.0 + SLACK || value.high < -SLACK {
            found.push(out_of_range(p, "a probability lies between 0 and 1", value));
        } else if value.low == value.high && (value.low == 0.0 || value.low == 1.0) && p.ty != Ty::Bool {
            let label = if value.low == 0.0 { "never" } else { "always" };
            found.push(
                Diagnostic::new(Code::Certain, p.span, format!("a probability of exactly {}", value.low))
                    .label(format!("this branch is {label} taken when it is its turn"))
                    .note("for something that nobody is certain of, 1% or 99% says so honestly"),
            );
        }
    }
}

/// Whether an expression is a part of `rest`: a product with it.
fn shares_rest(e: &Expr) -> bool {
    use crate::model::Node;
    match &e.node {
        Node::Rest => true,
        Node::Multiply(a, b) => shares_rest(a) || shares_rest(b),
        Node::Divide(a, _) => shares_rest(a),
        _ => false,
    }
}

fn out_of_range(e: &Expr, rule: &str, value: Range) -> Diagnostic {
    let label = if value.low == value.high {
        format!("this is {}", crate::quantity::prose::number(value.low))
    } else if value.low > 1.0 {
        format!("this is at least {}", crate::quantity::prose::number(value.low))
    } else {
        format!("this is at most {}", crate::quantity::prose::number(value.high))
    };
    Diagnostic::new(Code::OutOfRange, e.span, rule).label(label)
}

fn percent_exact(p: f64) -> String {
    if !(0.999..=1.0).contains(&p) {
        format!("{}%", crate::quantity::prose::number(100.0 * p))
    } else {
        percent(p)
    }
}
