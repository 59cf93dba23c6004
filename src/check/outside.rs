//! Probabilities of branches that may leave 0 to 1: one by itself, rather than with its neighbours; and what holds for the scenario
//! but not for a variant.

use super::builder::Builder;
use super::cases::Variable;
use super::range::{Known, Range, range};
use super::sums::{Fixed, List, SLACK};
use super::wanting::plain_interval;
use crate::diag::{Code, Diagnostic, Severity, Span};
use crate::model::{Branch, Chance, Change, Draw, Expr, Initial, Node, Scenario, Ty};
use crate::quantity::prose::number;

/// Between which values a chance lies that is written as a base with factors of its odds (`docs/language.md`, "Odds").
pub(super) fn odds(base: &Expr, factors: &[(Expr, Expr)], known: &Known<'_>) -> Range {
    let by = factors.iter().fold(Range::point(1.0), |product, (of, by)| {
        let (holds, by) = (range(of, known), range(by, known));
        let factor = match (of.ty == Ty::Bool, holds.truth()) {
            (false, _) => by.power(holds),
            (true, Some(true)) => by,
            (true, Some(false)) => Range::point(1.0),
            (true, None) => by.hull(Range::point(1.0)),
        };
        product.times(factor)
    });
    let base = range(base, known);
    let chance = |p: f64, by: f64| match p {
        p if p <= 0.0 || p >= 1.0 => p.clamp(0.0, 1.0),
        p => {
            let odds = p / (1.0 - p) * by.max(0.0);
            if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 }
        }
    };
    let (low, high) = (chance(base.low, by.low), chance(base.high, by.high));
    Range { low: if low.is_nan() { 0.0 } else { low }, high: if high.is_nan() { 1.0 } else { high } }
}

impl List<'_> {
    /// Branches whose own probability leaves 0 to 1 for some values of what they read. States that may have any number are taken as
    /// they begin, since what they come to is not known; `cases` are combinations of all that has few values.
    pub fn outside(&self, cases: &[Fixed], variables: &[Variable], found: &mut Vec<Diagnostic>) {
        for branch in &self.next.list {
            let p = match &branch.chance {
                Chance::P(p) => p,
                Chance::Odds(base, _) => base,
                Chance::Weight(_) | Chance::Rest => continue,
            };
            let Some((fixed, value)) = cases.iter().find_map(|case| self.leaves(branch, p, case, variables))
            else {
                continue;
            };
            let when = self.in_words(&self.needed(branch, p, fixed));
            let mut lint = Diagnostic::new(Code::MayBeOutside, p.span, "a probability that may leave 0 to 1")
                .label(format!("this can be {}", number(value)));
            if !when.is_empty() {
                lint = lint.note(format!("for example where {when}"));
            }
            if let Some((span, meant)) = self.as_share(p) {
                let note =
                    "an interval of percentages keeps within 0 to 1 by itself, one of plain numbers does not";
                found.push(lint.note(note).edit(span, meant));
                continue;
            }
            found.push(lint.note(
                "a path on which it is stops the run; keep it within with `clamp(…, 0, 1)`, or write it as odds: `p = { base = \"…\", odds = { … } }`",
            ));
        }
    }

    /// Of a chance that is a belief between two fractions (`0.2 to 0.5`), the same as an interval of percentages.
    fn as_share(&self, p: &Expr) -> Option<(Span, String)> {
        let Node::Belief(id) = p.node else { return None };
        let Draw::Law(law) = &self.builder.scenario.beliefs.get(id.0)?.draw else { return None };
        let ends = plain_interval(self.builder.texts.words(law.span).trim_matches(['"', '\'']))?;
        let [low, high] = ends.map(|end| end.parse::<f64>().ok().filter(|end| *end > 0.0 && *end < 1.0));
        let [low, high] = [low?, high?].map(|end| number(100.0 * end));
        Some((law.span, self.builder.quoted(law.span, &format!("{low}% to {high}%"))))
    }

    /// What a chance surely is outside 0 to 1, where the branch exists.
    fn beyond(&self, branch: &Branch, p: &Expr, fixed: &[(Node, f64)]) -> Option<f64> {
        let known = Known { fixed, ..self.builder.known(self.beliefs) };
        if branch.when.as_ref().is_some_and(|when| range(when, &known).truth() != Some(true)) {
            return None;
        }
        let value = range(p, &known);
        if value.low > 1.0 + SLACK && value.low.is_finite() {
            Some(value.low)
        } else {
            Some(value.high).filter(|high| *high < -SLACK && high.is_finite())
        }
    }

    /// Values under which a chance is outside, found by changing one after the other, upwards and downwards.
    fn leaves(
        &self,
        branch: &Branch,
        p: &Expr,
        case: &Fixed,
        variables: &[Variable],
    ) -> Option<(Fixed, f64)> {
        let states = &self.builder.scenario.states;
        let mut open: Vec<(Node, Vec<f64>)> = vec![];
        for variable in variables.iter().filter(|v| case.iter().all(|(node, _)| *node != v.node)) {
            let values = match &variable.node {
                Node::State(id) => match &states[id.0].initial {
                    Initial::Value(value) => vec![value.as_constant()?],
                    Initial::Draw(_) => return None,
                },
                _ => variable.values.clone(),
            };
            open.push((variable.node.clone(), values));
        }
        let start: Fixed =
            case.iter().cloned().chain(open.iter().map(|(node, values)| (node.clone(), values[0]))).collect();
        for sign in [1.0, -1.0] {
            let mut fixed = start.clone();
            for _ in 0..2 {
                if let Some(value) = self.beyond(branch, p, &fixed) {
                    return Some((fixed, value));
                }
                for (n, (_, values)) in open.iter().enumerate() {
                    let at = case.len() + n;
                    let height = |value: &f64| {
                        let mut fixed = fixed.clone();
                        fixed[at].1 = *value;
                        let known = Known { fixed: &fixed, ..self.builder.known(self.beliefs) };
                        sign * range(p, &known).low
                    };
                    let best = values.iter().copied().max_by(|a, b| height(a).total_cmp(&height(b)));
                    fixed[at].1 = best.unwrap_or(fixed[at].1);
                }
            }
            if let Some(value) = self.beyond(branch, p, &fixed) {
                return Some((fixed, value));
            }
        }
        None
    }

    /// Of these values those that it takes, without where the list itself stands.
    fn needed(&self, branch: &Branch, p: &Expr, mut fixed: Fixed) -> Fixed {
        let mut at = 1;
        while at < fixed.len() {
            let (node, value) = fixed.remove(at);
            if self.beyond(branch, p, &fixed).is_none() {
                fixed.insert(at, (node, value));
                at += 1;
            }
        }
        fixed.remove(0);
        fixed
    }
}

impl Builder {
    /// What would stop paths if the scenario were this one.
    pub fn stopping(&mut self, with: Scenario) -> Vec<Diagnostic> {
        let base = std::mem::replace(&mut self.scenario, with);
        let before = std::mem::take(&mut self.found);
        self.sums();
        self.delays();
        self.scenario = base;
        let mut found = std::mem::replace(&mut self.found, before);
        let lints = [Code::MayExceedOne, Code::MayBeOutside, Code::MayBeNegative, Code::RestMayBeUntaken];
        found.retain(|d| d.severity() == Severity::Error || lints.contains(&d.code));
        found
    }

    /// Looks at each variant that changes a belief or a state as at the scenario itself: what would stop its paths is a matter of the
    /// variant. Levers are looked at with all their options in any case.
    pub fn changed(&mut self) {
        if self.found.iter().any(|d| d.severity() == Severity::Error) {
            return;
        }
        for variant in self.scenario.variants.clone() {
            if variant.changes.iter().all(|change| matches!(change, Change::Lever(..))) {
                continue;
            }
            let with = self.scenario.with(&variant.changes);
            for told in self.stopping(with) {
                if self.found.iter().any(|d| (d.code, d.span) == (told.code, told.span)) {
                    continue;
                }
                let title = format!("in the variant `{}`: {}", variant.name, told.title);
                let mut fault = Diagnostic::new(told.code, variant.span, title).label("the variant");
                fault = fault.context(told.span, told.label.clone());
                self.found.push(told.notes.iter().fold(fault, |fault, note| fault.note(note.clone())));
            }
        }
    }
}
