//! When stages can be entered at the earliest: what is due before that never comes, and what takes longer than is left neither.

use super::builder::Builder;
use super::constant::constant_law;
use super::range::{Known, Range, range};
use crate::diag::{Code, Diagnostic};
use crate::model::{Clock, ClockKind, Effects, Expr, Law, Node, Scenario, Stage, StageId, Target, TrackId};
use crate::quantity::{DAY, MONTH};

impl Builder {
    /// Clocks that never ring, since their stages are entered too late; and those that as a rule don't.
    pub(super) fn too_late(&self, known: &Known<'_>) -> Vec<Diagnostic> {
        let scenario = &self.scenario;
        let least = |clock: &Clock, from: f64| rings(clock, from, known);
        let (least, usual) = (entered(scenario, least), entered(scenario, as_a_rule));
        let stages = (0..).zip(&scenario.tracks).flat_map(|(t, track)| {
            let stages = (0..).zip(&track.stages);
            stages.map(move |(s, stage)| (stage, (t, s)))
        });
        let clocks = stages.flat_map(|(stage, at): (&Stage, (usize, usize))| {
            stage.clocks().iter().map(move |clock| (stage, clock, at))
        });
        let late = clocks.filter_map(|(stage, clock, (t, s))| {
            let (least, usual) = (least[t][s], usual[t][s]);
            // That nothing leads there is said elsewhere, and so of those that come after.
            if least == f64::INFINITY || scenario.horizon.is_some_and(|horizon| least > horizon) {
                return None;
            }
            let late = match &clock.kind {
                ClockKind::At(at) => self.date_is_over(stage, at, (least, usual), known),
                ClockKind::Takes(law, _) => self.outlasts(stage, law, (least, rings(clock, least, known))),
                ClockKind::Hazard(_) | ClockKind::Guard => None,
            };
            late.or_else(|| self.guard_is_over(clock, rings(clock, least, known), known))
        });
        late.collect()
    }

    /// A guard that the time alone ends before its clock can ring, at the earliest then.
    fn guard_is_over(&self, clock: &Clock, rings: f64, known: &Known<'_>) -> Option<Diagnostic> {
        let guard = clock.guard.as_ref()?;
        let holds = |when: Option<Range>| range(guard, &Known { day: when, ..*known }).truth();
        let (from, high) = match &clock.kind {
            ClockKind::Takes(..) => (rings, f64::INFINITY),
            ClockKind::At(at) => (rings, range(at, known).high),
            ClockKind::Hazard(_) | ClockKind::Guard => return None,
        };
        // What never holds at any time is said elsewhere.
        if !from.is_finite() || holds(None).is_some() || holds(Some(Range { low: from, high })) != Some(false)
        {
            return None;
        }
        let when = match &clock.kind {
            ClockKind::At(_) if from == high => {
                format!("on day {}, when its clock is due, it does not", day(from))
            }
            ClockKind::At(_) => "while its clock may be due, it does not".into(),
            _ => format!("from day {} on, when its clock can ring, it does not", day(from)),
        };
        let title = "a condition that does not hold when its clock rings";
        let lint = Diagnostic::new(Code::NeverTrue, guard.span, title).label(when);
        Some(lint.note("a clock that waits for a delay or a date rings only if its condition holds then; `when` alone, without `takes` or `at`, rings as soon as it does"))
    }

    /// A date before its stage is entered.
    fn date_is_over(
        &self,
        stage: &Stage,
        at: &Expr,
        (least, usual): (f64, f64),
        known: &Known<'_>,
    ) -> Option<Diagnostic> {
        let due = range(at, known);
        if due.high < 0.0 {
            return None;
        }
        let words = self.texts.words(at.span).trim_matches(['"', '\'']);
        let length = !words.contains('-');
        let lint = if due.high < least {
            Diagnostic::new(Code::NeverComes, at.span, "a date that never comes").label(format!(
                "it is over when `{}` is entered, on day {} at the earliest",
                stage.name,
                day(least)
            ))
        } else if length && due.high < usual && at.as_constant().is_some() {
            Diagnostic::new(
                Code::OverAsARule,
                at.span,
                "a date that is over as a rule when its stage is entered",
            )
            .label(format!(
                "`{}` is entered on day {} or so; then this never rings",
                stage.name,
                day(usual)
            ))
        } else {
            return None;
        };
        let counted = format!(
            "`at` counts from the start of the scenario: to wait from each entry on, write `takes = \"{words}\"`"
        );
        Some(if length { lint.note(counted) } else { lint })
    }

    /// A delay that is longer than what is left to the horizon.
    fn outlasts(&self, stage: &Stage, law: &Expr, (from, rings): (f64, f64)) -> Option<Diagnostic> {
        let horizon = self.scenario.horizon.filter(|horizon| rings > *horizon)?;
        let label = format!(
            "`{}` is entered on day {} at the earliest, and left no earlier than on day {}",
            stage.name,
            day(from),
            day(rings)
        );
        let lint = Diagnostic::new(Code::NeverComes, law.span, "a delay that is never over by the horizon")
            .label(label)
            .note(format!("the horizon is day {}", day(horizon)));
        let words = self.texts.words(law.span);
        let calendar = ["year", "month"].iter().any(|unit| words.contains(unit));
        Some(if calendar && self.scenario.start.is_some() && rings - horizon < MONTH {
            lint.note("a year is 365.25 days and a month is 30.4375, so that delays don't end on the same day of the calendar: write `at` with a date, or a later horizon")
        } else {
            lint
        })
    }
}

/// A time as a day since the start, with hours enough to tell two of them apart.
fn day(seconds: f64) -> String {
    let text = format!("{:.2}", seconds / DAY);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// When each stage of each track can be entered at the earliest, in seconds since the start; infinite where nothing leads. A clock that starts at a
/// time rings when `rings` says.
fn entered(scenario: &Scenario, rings: impl Fn(&Clock, f64) -> f64) -> Vec<Vec<f64>> {
    let moved = |effects: &Effects, track: usize| effects.moves.iter().any(|(id, _)| *id == TrackId(track));
    let stages = || scenario.tracks.iter().flat_map(|track| &track.stages);
    let effects = |stage: &Stage, track: usize| {
        let of_branches = |(_, next): &(Option<&Clock>, &crate::model::Branches)| {
            next.list.iter().any(|branch| moved(&branch.effects, track))
        };
        moved(&stage.enter, track) || stage.branches().iter().any(of_branches)
    };
    let times = scenario.tracks.iter().enumerate().map(|(t, track)| {
        // Where others may move a track is not asked: they may do so at once.
        if stages().any(|stage| effects(stage, t)) {
            return vec![0.0; track.stages.len()];
        }
        let mut times = vec![f64::INFINITY; track.stages.len()];
        times[track.begins.0] = 0.0;
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for (s, stage) in track.stages.iter().enumerate() {
                if times[s] == f64::INFINITY {
                    continue;
                }
                for (clock, next) in stage.branches() {
                    let left = clock.map_or(times[s], |clock| rings(clock, times[s]));
                    for branch in &next.list {
                        if let Target::Stage(StageId(to)) = branch.to
                            && left < times[to]
                        {
                            (times[to], changed) = (left, true);
                        }
                    }
                }
            }
        }
        times
    });
    times.collect()
}

/// When a clock that starts at a time rings at the earliest, whatever happens.
fn rings(clock: &Clock, from: f64, known: &Known<'_>) -> f64 {
    match &clock.kind {
        ClockKind::Takes(law, _) => {
            let least = match &law.node {
                Node::Law(Law::Point(value)) => range(value, known).low,
                _ => constant_law(law).and_then(Result::ok).map_or(0.0, |law| law.support().0),
            };
            from + least.max(0.0)
        }
        ClockKind::At(at) => {
            let due = range(at, known);
            if due.high < from { f64::INFINITY } else { due.low.max(from) }
        }
        ClockKind::Hazard(_) | ClockKind::Guard => from,
    }
}

/// When it rings in half of all cases, as far as numbers that are given tell.
fn as_a_rule(clock: &Clock, from: f64) -> f64 {
    let lasts = match &clock.kind {
        ClockKind::Takes(law, _) => match &law.node {
            Node::Law(Law::Point(value)) => value.as_constant(),
            _ => constant_law(law).and_then(Result::ok).map(|law| law.quantile(0.5)),
        },
        ClockKind::Hazard(rate) => rate.as_constant().map(|rate| std::f64::consts::LN_2 / rate),
        ClockKind::At(at) => at.as_constant().map(|due| due - from),
        ClockKind::Guard => None,
    };
    from + lasts.unwrap_or(0.0).max(0.0)
}
