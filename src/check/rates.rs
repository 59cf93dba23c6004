//! Rates: of hazards and of accounts.

use super::builder::Builder;
use super::constant::constant_law;
use crate::diag::{Code, Diagnostic};
use crate::model::{Draw, Expr, Node, Ty};
use crate::quantity::{TimeUnit, prose};

/// From this rate in percent on, the chance to come at all within the time is told: below they differ by less than a twentieth.
const RATHER_A_CHANCE: f64 = 10.0;

impl Builder {
    /// A rate: per a unit of time, or a bare number per day.
    pub fn rate(&mut self, expr: Expr, what: &str) -> Option<Expr> {
        let hazard = what == "a hazard";
        match expr.ty {
            // Of an account 1 counts days.
            Ty::Number { time: 0, .. } if hazard || expr.as_constant().is_some_and(|rate| rate != 1.0) => {
                self.timeless(&expr, what);
                Some(expr)
            }
            Ty::Number { time: -1, .. } if hazard => {
                self.chance_as_rate(&expr);
                self.belief_as_rate(&expr);
                Some(expr)
            }
            Ty::Number { time: -1 | 0, .. } | Ty::Bool => Some(expr),
            _ => {
                let have = self.describe(expr.ty);
                let title = format!("{what} must be a rate such as `2 per year`");
                let fault =
                    Diagnostic::new(Code::TypeMismatch, expr.span, title).label(format!("this is {have}"));
                let fault = match expr.ty {
                    Ty::DURATION if hazard => {
                        let words = self.texts.words(expr.span);
                        let fault = fault.note("a delay stands under `takes`");
                        match words.starts_with(|c: char| c.is_ascii_digit()) && words.len() < 20 {
                            true => fault
                                .note(format!("what comes once in so long, on average, is `1 per {words}`")),
                            false => fault,
                        }
                    }
                    Ty::Law { .. } => {
                        fault.note(super::wanting::believed("rate", self.texts.words(expr.span)))
                    }
                    _ => fault,
                };
                self.push(fault);
                None
            }
        }
    }

    /// A hazard without its time, or a number that an account gathers.
    fn timeless(&mut self, expr: &Expr, what: &str) {
        let words = self.texts.words(expr.span).trim().to_string();
        let lint = Diagnostic::new(Code::TimelessRate, expr.span, format!("{what} is so much in some time"))
            .label("read as per day");
        let lint = match expr.as_constant() {
            // What never comes needs no time.
            Some(0.0) => return,
            Some(_) => lint
                .note(format!("perhaps `{words} per month` is meant, or `{words} per year`"))
                .edit(expr.span, self.quoted(expr.span, &format!("{words} per day"))),
            None if words.contains(' ') => {
                lint.note(format!("write `({words}) * 1 per day`, or the time that is meant"))
            }
            None => lint.note(format!("write `{words} * 1 per day`, or the time that is meant")),
        };
        self.push(lint);
    }

    /// A rate that is written like a chance: `50% per month` comes within a month in 39% of cases.
    fn chance_as_rate(&mut self, expr: &Expr) {
        // What a belief holds is written where it is declared.
        let believed = match expr.node {
            Node::Belief(id) => self.scenario.beliefs.get(id.0).map(|belief| &belief.draw),
            _ => None,
        };
        let (expr, constant) = match believed {
            Some(Draw::Law(law)) => (law, true),
            _ => (expr, expr.as_constant().is_some()),
        };
        let words = self.texts.words(expr.span);
        let Some((percent, per)) = words.split_once('%') else { return };
        let words = per.trim_start().split_once(' ');
        let Some((_, unit)) = words.filter(|(word, _)| ["per", "a", "an"].contains(word)) else { return };
        let Ok(percent) = percent.trim().replace('_', "").parse::<f64>() else { return };
        let plain = unit.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
        if percent < RATHER_A_CHANCE || !constant || !plain {
            return;
        }
        let (rate, unit) = (percent / 100.0, unit.trim().to_string());
        let shown = |value: f64| prose::number((value * 1e4).round() / 1e4);
        let comes = 100.0 * -libm::expm1(-rate);
        let one = !unit.starts_with(|c: char| c.is_ascii_digit());
        let time = if one { format!("one {unit}") } else { unit.clone() };
        let title = format!("a rate, which comes within {time} with a chance of {comes:.0}%");
        let mut lint = Diagnostic::new(Code::ChanceAsRate, expr.span, title)
            .label("it may come again and again")
            .note(format!("where the rate is meant, write `{} per {unit}`", shown(rate)));
        if rate < 1.0 {
            let needed = shown(-libm::log1p(-rate));
            lint = lint.note(format!(
                "where a chance of {}% within {time} is meant, write `{needed} per {unit}`",
                shown(percent)
            ));
        }
        self.push(lint);
    }
    /// A belief in a chance that is used as a rate: `agree per month`, or `30% to 50% per month` where it is declared.
    fn belief_as_rate(&mut self, expr: &Expr) {
        let (id, period) = match &expr.node {
            Node::Belief(id) => (id, None),
            Node::Divide(of, period) => match of.node {
                Node::Belief(ref id) => (id, period.as_constant()),
                _ => return,
            },
            _ => return,
        };
        let Some(belief) = self.scenario.beliefs.get(id.0) else { return };
        let (Draw::Law(law), name) = (&belief.draw, &belief.name) else { return };
        let words = self.texts.words(law.span);
        let Some((chance, unit)) = (match period {
            Some(_) => self.texts.words(expr.span).split_once(" per ").map(|(_, unit)| (words, unit)),
            // Of what is declared as a rate the interval alone is looked at: the rest is above.
            None => words.split_once("% per ").filter(|(chance, _)| chance.contains("% to ")),
        }) else {
            return;
        };
        let unit = unit.trim();
        let Some(seconds) = TimeUnit::parse(unit).map(TimeUnit::seconds) else { return };
        // Half of its values are chances that a rate makes others of.
        let least = RATHER_A_CHANCE / 100.0 / if period.is_some() { 1.0 } else { seconds };
        if !chance.contains('%')
            || constant_law(law).is_none_or(|law| law.is_ok_and(|law| law.cdf(least) >= 0.5))
        {
            return;
        }
        let meant = format!("where the chance within one {unit} is meant, ");
        let lint = Diagnostic::new(
            Code::ChanceAsRate,
            expr.span,
            format!("`{name}` is a chance, and stands as a rate"),
        )
        .label("it may come again and again")
        .context(law.span, "its values")
        .note(format!("at a rate of 0.5 per {unit} it comes within one {unit} in 39% of cases"))
        .note("where the rate is meant, write its values without `%`: `0.3` for `30%`");
        self.push(match period {
            Some(_) => lint.note(format!("{meant}write `-ln(1 - {name}) per {unit}`")),
            None => lint.note(format!(
                "{meant}believe it (`{name}` is `{chance}%`) and write `-ln(1 - {name}) per {unit}`"
            )),
        });
    }
}
