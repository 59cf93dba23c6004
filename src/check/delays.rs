//! Delays and hazards that are negative: for certain, or on some paths.

use super::builder::Builder;
use super::constant::constant_law;
use super::range::{Known, range};
use crate::diag::{Code, Diagnostic, Severity};
use crate::model::{ClockKind, Draw, Expr, Law, Node, Waits};
use crate::quantity::DAY;
use crate::quantity::prose::{duration, percent};

/// Chances below this are not worth a word: less than one path in a million million.
const WORTH_A_WORD: f64 = 1e-12;
/// Nor is less than this of a date that is believed: many have tails.
const WORTH_A_NOTE: f64 = 1e-3;

impl Builder {
    /// Looks at what every clock waits for.
    pub fn delays(&mut self) {
        if self.found.iter().any(|d| d.severity() == Severity::Error) {
            return;
        }
        let beliefs = self.belief_ranges();
        let known = self.known(&beliefs);
        let stages = self.scenario.tracks.iter().flat_map(|track| &track.stages);
        let clocks = stages.flat_map(|stage| match &stage.waits {
            Waits::Clocks(clocks) => clocks.as_slice(),
            Waits::Now(_) | Waits::Rests => &[],
        });
        let found: Vec<Diagnostic> = clocks
            .filter_map(|clock| match &clock.kind {
                ClockKind::Takes(law, _) => self.date_as_delay(law).or_else(|| delay(law, &known)),
                ClockKind::Hazard(rate) => {
                    (range(rate, &known).high < 0.0).then(|| below(rate, "a hazard is at least 0"))
                }
                ClockKind::At(at) => self.date_never_comes(at, &known),
                ClockKind::Guard => None,
            })
            .collect();
        let mut late = self.too_late(&known);
        late.retain(|lint| found.iter().all(|other| other.span != lint.span));
        self.found.extend(found.into_iter().chain(late));
    }

    /// A date under `takes`: as a delay it is the time from the start to there, and begins when the stage is entered.
    fn date_as_delay(&self, law: &Expr) -> Option<Diagnostic> {
        let words = self.texts.words(law.span).trim_matches(['"', '\'']);
        if let (Node::Law(Law::To(..)), Some((from, to))) = (&law.node, words.split_once(" to "))
            && dated(from)
            && dated(to)
        {
            return Some(
                Diagnostic::new(Code::DateAsDelay, law.span, "dates where a delay is expected")
                    .label("it rings so long after each entry of the stage as these are after the start")
                    .note(format!("where it rings on a date that nobody knows, believe it (`when = {{ is = \"{words}\", … }}` under `[beliefs]`) and write `at = \"when\"`")),
            );
        }
        let Node::Law(Law::Point(delay)) = &law.node else { return None };
        if let Some((name, believed)) = self.believed(delay)
            && let words = self.texts.words(believed.span)
            && !words.contains(" - ")
            && words.split(|c: char| !(c.is_ascii_digit() || c == '-')).any(dated)
        {
            return Some(
                Diagnostic::new(
                    Code::DateAsDelay,
                    law.span,
                    format!("`{name}` is a date, where a delay is expected"),
                )
                .label("it rings so long after each entry of the stage as that is after the start")
                .context(believed.span, "its dates")
                .note(format!("where it rings on this date, write `at = \"{name}\"` in place of `takes`")),
            );
        }
        if words.contains(' ') || !dated(words) {
            return None;
        }
        let delay = duration(delay.as_constant()?);
        Some(
            Diagnostic::new(Code::DateAsDelay, law.span, "a date where a delay is expected")
                .label(format!("it rings {delay} after each entry of the stage"))
                .note(format!("where it rings on this date, write `at = {words}`"))
                .note(format!("where a delay is meant, write `takes = \"{delay}\"`")),
        )
    }

    /// The belief that an expression is, and its distribution.
    fn believed(&self, expr: &Expr) -> Option<(&str, &Expr)> {
        let Node::Belief(id) = &expr.node else { return None };
        let belief = &self.scenario.beliefs[id.0];
        match &belief.draw {
            Draw::Law(law) => Some((&belief.name, law)),
            Draw::Chance(_) | Draw::Weights(_) => None,
        }
    }

    /// A date before the start, or after the horizon.
    fn date_never_comes(&self, at: &Expr, known: &Known<'_>) -> Option<Diagnostic> {
        let when = range(at, known);
        if let Some((name, believed)) = self.believed(at)
            && let Some(Ok(law)) = constant_law(believed)
            && let share = law.cdf((-0.0_f64).next_down())
            && (WORTH_A_NOTE..1.0).contains(&share)
        {
            return Some(
                Diagnostic::new(Code::NeverComes, at.span, format!("`{name}` may be before the start"))
                    .label(format!("{} of its values are, and there the clock never rings", percent(share)))
                    .context(believed.span, "its values")
                    .note(
                        "cut it off with `truncate(…, 0 days, …)` where it is known that it is still to come",
                    ),
            );
        }
        let label = if when.high < 0.0 {
            "this is before the start"
        } else if self.scenario.horizon.is_some_and(|horizon| when.low > horizon) {
            "this is after the horizon"
        } else {
            return None;
        };
        let lint = Diagnostic::new(Code::NeverComes, at.span, "a date that never comes")
            .label(label)
            .note("the clock never rings");
        let that_day =
            self.scenario.horizon.is_some_and(|h| h % DAY == 0.0 && when.low > h && when.low < h + DAY);
        let dated = self.scenario.start.is_some() && that_day;
        Some(if dated {
            lint.note("a horizon that is a date ends where that day begins: to count it, write the day after")
        } else {
            lint
        })
    }
}

/// Whether words begin with a date.
fn dated(words: &str) -> bool {
    let digits = words.bytes().take(10).map(|b| if b.is_ascii_digit() { b'0' } else { b });
    words.len() >= 10 && digits.eq(*b"0000-00-00")
}

fn below(of: &Expr, rule: &str) -> Diagnostic {
    Diagnostic::new(Code::OutOfRange, of.span, rule).label("this is below 0, whatever happens")
}

fn delay(law: &Expr, known: &Known<'_>) -> Option<Diagnostic> {
    const RULE: &str = "a delay is at least 0";
    if let Node::Law(Law::Point(value)) = &law.node {
        return (range(value, known).high < 0.0).then(|| below(value, RULE));
    }
    let Some(Ok(known)) = constant_law(law) else { return None };
    let share = known.cdf((-0.0_f64).next_down());
    if share >= 1.0 {
        return Some(below(law, RULE));
    }
    (share >= WORTH_A_WORD).then(|| {
        Diagnostic::new(Code::MayBeNegative, law.span, "a delay that may be negative")
            .label(format!("{} of its values are below 0", percent(share)))
            .note("a path on which it is stops the run; cut it off with `truncate(…, 0 days, …)`, or take one that is never below 0, such as `gamma` or `low to high`")
    })
}
