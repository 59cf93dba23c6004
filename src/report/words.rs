//! Expressions as words: from the typed tree back to what somebody would write in a scenario.

use crate::dist::Interval;
use crate::model::{Compare, Expr, Func, Law, Node, Scenario, Ty};
use crate::quantity::{TimeUnit, prose};
use std::fmt::Write as _;

/// An expression in the syntax of a scenario. Formulas and tables stay names.
pub fn words(scenario: &Scenario, expr: &Expr) -> String {
    Printer { scenario }.at(expr, Level::Choice)
}

/// The same of a probability: a constant is a percentage.
pub fn probability(scenario: &Scenario, expr: &Expr) -> String {
    match expr.as_constant() {
        Some(p) if expr.ty == Ty::NUMBER || expr.ty == Ty::WHOLE => format!("{}%", plain(100.0 * p)),
        _ => words(scenario, expr),
    }
}

/// A number as it would be typed: the shortest that is the same but for rounding.
pub fn plain(value: f64) -> String {
    if !value.is_finite() {
        return prose::number(value);
    }
    let rounded: f64 = format!("{value:.11e}").parse().unwrap_or(value);
    if rounded == 0.0 { "0".into() } else { rounded.to_string() }
}

/// What binds how tightly, the loosest first; the same order as in the grammar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Choice,
    Or,
    And,
    Not,
    Compare,
    To,
    Sum,
    Per,
    Product,
    Signed,
    Power,
    Operand,
}

struct Printer<'a> {
    scenario: &'a Scenario,
}

impl Printer<'_> {
    /// The expression where `least` is needed: in parentheses if it binds more loosely.
    fn at(&self, expr: &Expr, least: Level) -> String {
        let (level, words) = self.expr(expr);
        if level < least { format!("({words})") } else { words }
    }

    fn expr(&self, expr: &Expr) -> (Level, String) {
        let operand = |words: String| (Level::Operand, words);
        let named = |name: &str| operand(name.to_string());
        match &expr.node {
            Node::Const(value) => self.constant(*value, expr.ty),
            Node::Lever(id) => named(&self.scenario.levers[id.0].name),
            Node::Belief(id) => named(&self.scenario.beliefs[id.0].name),
            Node::State(id) => named(&self.scenario.states[id.0].name),
            Node::Track(id) => named(&self.scenario.tracks[id.0].name),
            Node::Formula(id) => named(&self.scenario.formulas[id.0].name),
            Node::Measure(id) => named(&self.scenario.measures[id.0].name),
            Node::Day => named("day"),
            Node::Since(_) => named("since"),
            Node::Rest => named("rest"),
            Node::Outcome => named("outcome"),
            Node::Not(a) => (Level::Not, format!("not {}", self.at(a, Level::Not))),
            Node::Negative(a) => (Level::Signed, format!("-{}", self.at(a, Level::Signed))),
            Node::And(a, b) => self.chain(a, "and", b, Level::And, Level::And),
            Node::Or(a, b) => self.chain(a, "or", b, Level::Or, Level::Or),
            Node::Compare(how, a, b) => self.compare(*how, a, b),
            Node::Add(a, b) => self.chain(a, "+", b, Level::Sum, Level::Sum),
            Node::Subtract(a, b) => self.chain(a, "-", b, Level::Sum, Level::Per),
            Node::Multiply(a, b) => self.chain(a, "*", b, Level::Product, Level::Product),
            Node::Divide(a, b) => self.chain(a, "/", b, Level::Product, Level::Signed),
            Node::Power(a, b) => {
                (Level::Power, format!("{} ^ {}", self.at(a, Level::Operand), self.at(b, Level::Signed)))
            }
            Node::If(c, a, b) => (
                Level::Choice,
                format!(
                    "if {} then {} else {}",
                    self.at(c, Level::Choice),
                    self.at(a, Level::Choice),
                    self.at(b, Level::Choice)
                ),
            ),
            Node::Call(func, args) => operand(format!("{}({})", name(*func), self.list(args.iter()))),
            Node::Table(id, x) => {
                operand(format!("{}({})", self.scenario.tables[id.0].name, self.at(x, Level::Choice)))
            }
            Node::Law(law) => self.law(law),
        }
    }

    fn chain(&self, a: &Expr, op: &str, b: &Expr, level: Level, right: Level) -> (Level, String) {
        (level, format!("{} {op} {}", self.at(a, level), self.at(b, right)))
    }

    fn list<'e>(&self, parts: impl Iterator<Item = &'e Expr>) -> String {
        let parts: Vec<String> = parts.map(|part| self.at(part, Level::Choice)).collect();
        parts.join(", ")
    }

    fn compare(&self, how: Compare, a: &Expr, b: &Expr) -> (Level, String) {
        let sign = match how {
            Compare::Equal => "==",
            Compare::Unequal => "!=",
            Compare::Less => "<",
            Compare::AtMost => "<=",
            Compare::Greater => ">",
            Compare::AtLeast => ">=",
        };
        // `day >= 2025-04-30` reads better than `day >= 100 days`, where days have dates.
        let side = |side: &Expr, other: &Expr| match (side.as_constant(), self.scenario.start, &other.node) {
            (Some(time), Some(start), Node::Day) if time % 60.0 == 0.0 => start.plus(time).to_string(),
            _ => self.at(side, Level::To),
        };
        (Level::Compare, format!("{} {sign} {}", side(a, b), side(b, a)))
    }

    fn constant(&self, value: f64, ty: Ty) -> (Level, String) {
        let words = match ty {
            Ty::Bool => (value != 0.0).to_string(),
            Ty::Option(set) => {
                self.scenario.set(set).names.get(value as usize).cloned().unwrap_or_else(|| plain(value))
            }
            Ty::Outcome => {
                self.scenario.outcomes.get(value as usize).map_or_else(|| plain(value), |o| o.name.clone())
            }
            Ty::Number { time: 1, .. } => duration(value),
            Ty::Number { time: -1, .. } => return (Level::Per, rate(value)),
            Ty::Number { .. } | Ty::Law { .. } => plain(value),
        };
        (if words.starts_with('-') { Level::Signed } else { Level::Operand }, words)
    }

    fn law(&self, law: &Law) -> (Level, String) {
        let words = match law {
            Law::Point(value) => return self.expr(value),
            Law::To(kind, low, high) => {
                let end = |end: &Expr| match kind {
                    Some(Interval::LogitNormal) => probability(self.scenario, end),
                    _ => self.at(end, Level::Sum),
                };
                return (Level::To, format!("{} to {}", end(low), end(high)));
            }
            Law::Form(id, args) => {
                let form = id.form();
                let mut parts: Vec<String> = form
                    .params
                    .iter()
                    .zip(args)
                    .map(|(param, arg)| format!("{} = {}", param.name, self.at(arg, Level::Choice)))
                    .collect();
                for pair in args.get(form.params.len()..).unwrap_or_default().chunks_exact(2) {
                    parts.push(self.quantile(&pair[0], &pair[1]));
                }
                format!("{}({})", form.family, parts.join(", "))
            }
            Law::Metalog(points, low, high) => {
                let mut parts: Vec<String> = points.iter().map(|(p, x)| self.quantile(p, x)).collect();
                parts.extend(self.bounds(low.as_deref(), high.as_deref()));
                format!("metalog({})", parts.join(", "))
            }
            Law::Discrete(pairs) => format!("discrete({})", self.pairs(pairs)),
            Law::Pool(pairs) => format!("pool({})", self.pairs(pairs)),
            Law::Truncated(law, low, high) => {
                let mut parts = vec![self.at(law, Level::Choice)];
                parts.extend(self.bounds(low.as_deref(), high.as_deref()));
                format!("truncate({})", parts.join(", "))
            }
        };
        (Level::Operand, words)
    }

    /// `p10 = 40 days`.
    fn quantile(&self, p: &Expr, x: &Expr) -> String {
        let p = p.as_constant().map_or_else(|| "50".into(), |p| plain(100.0 * p).replace('.', "_"));
        format!("p{p} = {}", self.at(x, Level::Choice))
    }

    fn bounds(&self, low: Option<&Expr>, high: Option<&Expr>) -> Vec<String> {
        let low = low.map(|low| format!("low = {}", self.at(low, Level::Choice)));
        let high = high.map(|high| format!("high = {}", self.at(high, Level::Choice)));
        low.into_iter().chain(high).collect()
    }

    fn pairs(&self, pairs: &[(Expr, Expr)]) -> String {
        let mut words = String::new();
        for (n, (a, b)) in pairs.iter().enumerate() {
            let comma = if n > 0 { ", " } else { "" };
            let _ = write!(words, "{comma}{}: {}", self.at(a, Level::Choice), self.at(b, Level::Choice));
        }
        words
    }
}

/// As a function is called.
pub fn name(func: Func) -> &'static str {
    match func {
        Func::Min => "min",
        Func::Max => "max",
        Func::Clamp => "clamp",
        Func::Exp => "exp",
        Func::Ln => "ln",
        Func::Sqrt => "sqrt",
        Func::Abs => "abs",
        Func::Logistic => "logistic",
        Func::Logit => "logit",
        Func::Floor => "floor",
        Func::Ceil => "ceil",
        Func::Round => "round",
        Func::Count => "count",
    }
}

const UNITS: [(TimeUnit, &str); 7] = [
    (TimeUnit::Day, "day"),
    (TimeUnit::Year, "year"),
    (TimeUnit::Month, "month"),
    (TimeUnit::Week, "week"),
    (TimeUnit::Hour, "hour"),
    (TimeUnit::Minute, "minute"),
    (TimeUnit::Second, "second"),
];

/// The unit in which `of` is the shortest number, the earlier the better, and that number.
fn shortest(of: impl Fn(f64) -> f64) -> (String, &'static str) {
    UNITS
        .iter()
        .map(|(unit, name)| (plain(of(unit.seconds())), *name))
        .min_by_key(|(number, _)| number.len())
        .unwrap_or_default()
}

/// `14 days`, `36 hours`: the same duration, whatever the unit.
fn duration(seconds: f64) -> String {
    let days = seconds / TimeUnit::Day.seconds();
    let (number, unit) = if days.fract() == 0.0 && days.abs() < 1e4 {
        (plain(days), "day")
    } else {
        shortest(|unit| seconds / unit)
    };
    format!("{number} {unit}{}", if number == "1" { "" } else { "s" })
}

/// `2 per year`.
fn rate(per_second: f64) -> String {
    let (number, unit) = shortest(|unit| per_second * unit);
    format!("{number} per {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check_text;

    const HEAD: &str = "start = 2025-01-20\nhorizon = '1 year'\nat_horizon = 'open'\n[outcome.open]\n\
        [levers]\nvenue = ['bern', 'oslo']\n[beliefs]\nq = { p10 = '3 days', p50 = '8 days', p90 = '30 days' }\n\
        share = '6% to 16%'\n[state]\nmood = 0.0\nseen = false\n[tables.risk]\nage = [1, 2]\nrate = [0.1, 0.2]\n\
        [stage.wait]\nwhen = 'seen'\nto = 'open'\n";

    fn scenario(formula: &str) -> Scenario {
        let text =
            format!("{HEAD}[formulas]\nf = \"{formula}\"\n[measures]\nm = {{ value = 'mood + share' }}\n");
        let checked = check_text("test", &text);
        checked.scenario.unwrap_or_else(|| panic!("{formula}: {:?}", checked.found))
    }

    fn back(formula: &str) -> String {
        let scenario = scenario(formula);
        words(&scenario, &scenario.formulas[0].expr)
    }

    #[test]
    fn words_come_back_as_they_were_written() {
        for formula in [
            "mood + 1",
            "(mood + 1) * 2",
            "mood - (1 - mood)",
            "mood * mood / (mood * 3)",
            "-mood ^ 2",
            "(-mood) ^ 2",
            "2 ^ -mood",
            "if seen then 1 else mood",
            "1 + (if seen and mood > 2 or not seen then 1 else 2)",
            "venue == oslo",
            "stage == wait and seen == true",
            "not (seen or mood >= 1)",
            "day >= 2025-04-30",
            "min(mood, 2, share) + clamp(mood, 0, 1)",
            "count(seen, mood > 1)",
            "floor(mood) + logistic(mood) + risk(mood)",
            "14 days",
            "36 hours",
            "2 per year",
            "q * 2 + 90 minutes",
            "0.25 * share",
            "mood per week",
        ] {
            let printed = back(formula);
            assert_eq!(back(&printed), printed, "{formula}");
            let same = match formula {
                // Another way to write the same.
                "mood per week" => "mood / 7 days",
                _ => formula,
            };
            assert_eq!(printed, same);
        }
    }

    #[test]
    fn laws_come_back_too() {
        for law in [
            "2 days to 21 days",
            "6% to 16%",
            "-3 to 8",
            "gamma(shape = 2, mean = 14 days)",
            "lognormal(p10 = 3 days, p97_5 = 30 days)",
            "metalog(p10 = 40 days, p50 = 90 days, p90 = 240 days, low = 0 days)",
            "discrete(1 day: 0.2, 7 days: 0.8)",
            "pool(2: 5% to 15%, 1: beta(alpha = 2, beta = 3))",
            "truncate(normal(mean = 10 days, sd = 4 days), low = 1 day, high = 20 days)",
            "if seen then uniform(low = 0, high = 1) else 3",
        ] {
            let printed = back(law);
            assert_eq!(printed, law);
            assert_eq!(back(&printed), printed);
        }
    }
}
