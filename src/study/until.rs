//! Runs until the answers are as precise as somebody wants, looking only at fixed marks.

use super::batch::{Failed, Results, RowSheet, Runner, Stopped, Watch, again, groups, sampled};
use super::plan::{DEFAULT_PATHS, Plan, Settings, Size, Subject};
use crate::diag::nearest;
use crate::engine::{Done, Source};
use crate::model::Scenario;
use crate::quantity::prose;
use crate::stats::{Proportion, Wanted, marks};
use std::str::FromStr;

/// Fewer paths than this say too little of their own spread to stop on.
pub const LEAST_PATHS: u64 = 2_000;
/// Where nobody says how many paths are too many.
pub const MOST_PATHS: u64 = 10_000_000;

/// A precision that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Of this outcome; else of every outcome.
    pub outcome: Option<String>,
    /// How precise.
    pub wanted: Wanted,
    /// As it was written.
    pub words: String,
}

/// When to stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Everything that is to be reached, of the outcomes at the horizon or the end, in every variant.
    pub targets: Vec<Target>,
    /// Paths of each variant before the first look.
    pub least: u64,
    /// Paths of each variant after which a run stops all the same.
    pub most: u64,
}

/// What a scenario was run to.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// The scenario.
    pub scenario: String,
    /// What was asked, as it was written.
    pub asked: Vec<String>,
    /// The outcome that is furthest from what was asked, and the variant.
    pub outcome: String,
    /// See `outcome`.
    pub variant: String,
    /// Its probability.
    pub p: f64,
    /// Half the width of its 95% interval.
    pub half_width: f64,
    /// What was wanted of that.
    pub wanted: Wanted,
    /// Whether everything was reached; else the run stopped at the most paths.
    pub met: bool,
    /// The worlds of each variant.
    pub worlds: u64,
    /// The paths of each variant that were walked; 0 where its worlds were solved.
    pub paths: u64,
    /// The paths (or worlds, where these were solved) that would reach it, by what was seen, where it was not met and that can be told.
    pub would_take: Option<u64>,
}

/// A precision that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    /// `5%` could be either.
    #[error(
        "a bare percentage may mean two things: write `{0}pp` for percentage points, `{0}%rel` for a share of the estimate"
    )]
    Percent(String),
    /// `0.5` could be half a point or half of all.
    #[error("{}", bare(.0))]
    Bare(String),
    /// No number.
    #[error(
        "expected half the width of a 95% interval: `0.5pp` (percentage points) or `5%rel` (a share of the estimate)"
    )]
    NotANumber,
    /// Out of range.
    #[error(
        "half the width of an interval lies between 0 and 50pp, a share of the estimate between 0 and 100%rel"
    )]
    Range,
}

/// The ways to write a number that has no unit. A lone 0 is most often the beginning of `0,5pp`.
fn bare(words: &str) -> String {
    let number = words.parse::<f64>().unwrap_or(0.0);
    let comma = "a comma ends a target, and decimals have a point: `0.5pp`";
    if number == 0.0 {
        return format!("half a width of {words} is never reached; {comma}");
    }
    let comma = if words.contains('.') { String::new() } else { format!("; {comma}") };
    if number >= 0.5 {
        // As a probability it would be all that there is.
        return format!("write `{words}pp` for {words} percentage points{comma}");
    }
    let points = prose::number(number * 100.0);
    format!(
        "a bare number may mean two things: write `{words}pp` for {words} percentage points, `{points}pp` for a probability of {words}{comma}"
    )
}

impl FromStr for Target {
    type Err = BadTarget;

    /// `0.5pp`, `5%rel`, or one of these for one outcome: `deal=0.5pp`.
    fn from_str(words: &str) -> Result<Target, BadTarget> {
        let (outcome, amount) = match words.split_once('=') {
            Some((outcome, amount)) => (Some(outcome.trim().to_string()), amount.trim()),
            None => (None, words.trim()),
        };
        let number = |digits: &str| digits.trim().parse::<f64>().map_err(|_| BadTarget::NotANumber);
        let wanted = if let Some(points) = amount.strip_suffix("pp") {
            Wanted::Absolute(number(points)? / 100.0)
        } else if let Some(share) = amount.strip_suffix("%rel") {
            Wanted::Relative(number(share)? / 100.0)
        } else if let Some(percent) = amount.strip_suffix('%') {
            return Err(BadTarget::Percent(number(percent).map(|_| percent.trim().into())?));
        } else {
            return Err(match number(amount)? {
                bare if bare >= 0.0 && bare.is_finite() => BadTarget::Bare(amount.into()),
                _ => BadTarget::NotANumber,
            });
        };
        let sound = match wanted {
            Wanted::Absolute(half) => half > 0.0 && half < 0.5,
            Wanted::Relative(share) => share > 0.0 && share <= 1.0,
        };
        if sound { Ok(Target { outcome, wanted, words: words.trim().into() }) } else { Err(BadTarget::Range) }
    }
}

/// An outcome that a scenario does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{scenario}` has no outcome `{outcome}`{}", nearest.as_ref().map_or(String::new(), |n| format!("; did you mean `{n}`?")))]
pub struct UnknownOutcome {
    /// The scenario.
    pub scenario: String,
    /// As asked for.
    pub outcome: String,
    /// The nearest that there is.
    pub nearest: Option<String>,
}

impl Goal {
    /// Whether every scenario of a plan has the outcomes that targets name.
    pub fn suits(&self, plan: &Plan) -> Result<(), UnknownOutcome> {
        for scenario in plan.subjects.iter().map(|subject| &subject.scenario) {
            let names = || scenario.outcomes.iter().map(|o| o.name.as_str());
            let named = self.targets.iter().filter_map(|target| target.outcome.as_deref());
            if let Some(outcome) = named.into_iter().find(|outcome| !names().any(|name| name == *outcome)) {
                return Err(UnknownOutcome {
                    scenario: scenario.name.clone(),
                    outcome: outcome.into(),
                    nearest: nearest(outcome, names()).map(String::from),
                });
            }
        }
        Ok(())
    }

    /// Sizes a plan by the most that may be run, which a progress bar and the choice of a method start from. Worlds have as
    /// many paths each as in a run of [`DEFAULT_PATHS`] (or of the most, if that is less), and there is no end to worlds.
    pub fn size(&self, plan: &mut Plan) {
        for subject in &mut plan.subjects {
            subject.size = self.at(subject.size.vary, self.most);
        }
    }

    /// The size of a run at a mark.
    pub(super) fn at(&self, vary: bool, paths: u64) -> Size {
        let usual = Settings { paths: self.most.min(DEFAULT_PATHS), ..Settings::default() };
        let paths_each = if vary { Size::of(vary, &usual).paths_each } else { paths };
        Size { worlds: paths.div_ceil(paths_each), paths_each, vary }
    }

    /// Of everything that is asked, that which is furthest from being reached; none where nothing applies. `seen`: by variant,
    /// the outcomes in the end.
    pub(super) fn furthest(
        &self,
        scenario: &Scenario,
        seen: impl Iterator<Item = (usize, Vec<Proportion>)>,
    ) -> Option<Found> {
        let mut worst = None::<Found>;
        for (arm, all) in seen {
            for (n, (outcome, seen)) in scenario.outcomes.iter().zip(all).enumerate() {
                // What never was seen to go on for ever need not be known to a share of itself.
                let idle = seen.p == 0.0 && scenario.never.is_some_and(|never| never.0 == n);
                for target in &self.targets {
                    let asked = target.outcome.as_ref().is_none_or(|name| *name == outcome.name);
                    if !asked || (idle && matches!(target.wanted, Wanted::Relative(_))) {
                        continue;
                    }
                    let off = target.wanted.off(&seen);
                    if worst.as_ref().is_none_or(|worst| off > worst.off) {
                        worst = Some(Found { arm, outcome: n, seen, wanted: target.wanted, off });
                    }
                }
            }
        }
        worst
    }
}

/// By variant, the outcomes in the end on the paths that were walked.
fn seen<'a>(
    groups: &'a [Vec<usize>],
    done: &'a [Done],
) -> impl Iterator<Item = (usize, Vec<Proportion>)> + 'a {
    // The base is in every group.
    let arms = groups
        .iter()
        .zip(done)
        .enumerate()
        .flat_map(|(nth, (group, done))| group.iter().zip(&done.tallies).skip(usize::from(nth > 0)));
    arms.map(|(&arm, tally)| {
        let shape = tally.shape();
        let last = shape.slots.len() - 1;
        (arm, (0..shape.outcomes).map(|n| tally.outcomes.by(last, n, tally.paths())).collect())
    })
}

/// How far something is from what was asked of it.
pub(super) struct Found {
    arm: usize,
    outcome: usize,
    pub seen: Proportion,
    pub wanted: Wanted,
    off: f64,
}

impl Found {
    pub(super) fn reached(&self, subject: &Subject, goal: &Goal, size: Size) -> Reached {
        let met = self.wanted.reached(&self.seen);
        Reached {
            scenario: subject.scenario.name.clone(),
            asked: goal.targets.iter().map(|target| target.words.clone()).collect(),
            outcome: subject.scenario.outcomes[self.outcome].name.clone(),
            variant: subject.arms[self.arm].name.clone(),
            p: self.seen.p,
            half_width: self.seen.interval.half_width(),
            wanted: self.wanted,
            met,
            worlds: size.worlds,
            paths: size.paths(),
            would_take: if met { None } else { self.wanted.paths_for(&self.seen) },
        }
    }
}

/// Runs a plan until everything that is asked is reached, all variants of a scenario on the same number of paths. `expect` is
/// told, at each mark, how many paths the whole plan will have taken by what is known then.
pub fn run_until_with<S: Source>(
    plan: &Plan,
    goal: &Goal,
    mut source: impl FnMut(&Scenario, u64) -> S,
    watch: Watch<'_>,
    expect: &dyn Fn(u64),
    mut sheet: Option<&mut dyn RowSheet>,
) -> Result<Results, Failed<S::Fault>> {
    let (mut answers, mut all) = (Vec::new(), Vec::new());
    let mut before = 0_u64;
    for (nth, subject) in plan.subjects.iter().enumerate() {
        let runner = Runner::new(plan, subject, &mut source, watch);
        let arms = subject.arms.len() as u64;
        let later: u64 = plan.subjects[nth + 1..].iter().map(|s| s.arms.len() as u64).sum();
        let groups = groups(subject.arms.len(), sheet.is_some());
        let mut done: Vec<Done> = Vec::new();
        let (mut size, mut found) = (None, None);
        for mark in marks(goal.least, goal.most) {
            let to = goal.at(subject.size.vary, mark);
            for (place, group) in groups.iter().enumerate() {
                let more = runner.run(group, size, to, again(&mut sheet))?;
                match done.get_mut(place) {
                    Some(done) => done.add(&more),
                    None => done.push(more),
                }
            }
            size = Some(to);
            found = goal.furthest(&subject.scenario, seen(&groups, &done));
            let Some(far) = found.as_ref().filter(|far| !far.wanted.reached(&far.seen)) else { break };
            let needed = far.wanted.paths_for(&far.seen).unwrap_or(goal.most);
            let stop = marks(goal.least, goal.most).find(|&mark| mark >= needed).unwrap_or(goal.most);
            expect(before.saturating_add(stop.saturating_mul(arms + later)));
        }
        let Some(size) = size else { continue };
        before += size.paths() * arms;
        expect(before + size.paths() * later);
        let mut answered = Vec::new();
        for (group, done) in groups.iter().zip(&done) {
            runner.read(group, done, size, &mut answered)?;
        }
        answers.extend(answered);
        all.extend(found.map(|found| found.reached(subject, goal, size)));
    }
    Ok(Results { levers: plan.levers(), answers, reached: all })
}

/// The same of a plan that is walked.
pub fn run_until(
    plan: &Plan,
    goal: &Goal,
    watch: Watch<'_>,
    expect: &dyn Fn(u64),
    sheet: Option<&mut dyn RowSheet>,
) -> Result<Results, Stopped> {
    run_until_with(plan, goal, sampled(), watch, expect, sheet)
}

#[cfg(test)]
mod tests {
    use super::super::{run_plan, samples};
    use super::*;
    use crate::engine::{Chunk, PathEnd, Refused, Rows};
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;

    fn goal(words: &str, least: u64, most: u64) -> Goal {
        let target = |word: &str| word.parse::<Target>().expect("a target");
        Goal { targets: words.split(',').map(target).collect(), least, most }
    }

    fn plan(scenario: Scenario, threads: usize) -> Plan {
        Plan::new(vec![scenario], Settings { threads, ..Settings::default() })
    }

    /// Rows as `world path` lines.
    #[derive(Default)]
    struct Lines(Vec<u8>);

    impl RowSheet for Lines {
        fn rows(&self, _: &Subject) -> Box<dyn Rows> {
            Box::new(|arm: usize, world: u64, path: u64, end: &PathEnd<'_>, to: &mut Vec<u8>| {
                to.extend_from_slice(format!("{world} {path} {arm} {}\n", end.time).as_bytes());
            })
        }

        fn take(&mut self, rows: &Chunk) -> Result<(), Refused> {
            self.0.extend_from_slice(&rows.paths);
            Ok(())
        }
    }

    fn run(scenario: Scenario, goal: &Goal, threads: usize) -> (Results, Vec<u8>, Vec<u64>) {
        let mut plan = plan(scenario, threads);
        goal.size(&mut plan);
        let (cancel, quiet) = (AtomicBool::new(false), |_: u64| {});
        let watch = Watch { cancel: &cancel, progress: &quiet };
        let (mut lines, expected) = (Lines::default(), Mutex::new(Vec::new()));
        let expect = |paths| expected.lock().expect("nobody panics").push(paths);
        let results = run_until(&plan, goal, watch, &expect, Some(&mut lines)).expect("it runs");
        (results, lines.0, expected.into_inner().expect("nobody panics"))
    }

    #[test]
    fn it_stops_at_the_first_mark_that_does() {
        let (results, _, expected) = run(samples::call(), &goal("1pp", 2_000, 1_000_000), 2);
        let reached = &results.reached[0];
        assert!(reached.met && reached.half_width <= 0.01, "{reached:?}");
        // p = 0.35: z² p (1 - p) / 0.01² = 8,740, so the mark at 10,000; at 8,000 the half-width is 0.0105.
        assert_eq!((reached.paths, reached.variant.as_str()), (10_000, "pushed"));
        assert!(results.answers.iter().all(|answer| answer.made.paths == 10_000));
        assert_eq!(expected.last(), Some(&20_000));
        // The first look foresees it to a mark.
        assert!((16_000..=25_000).contains(&expected[0]), "{expected:?}");
    }

    #[test]
    fn it_is_the_run_of_so_many_paths_on_any_number_of_threads() {
        for scenario in [samples::call(), samples::talks()] {
            let goal = goal("2pp", 500, 100_000);
            let (first, rows, _) = run(scenario.clone(), &goal, 1);
            let (second, same_rows, _) = run(scenario.clone(), &goal, 3);
            assert_eq!(format!("{first:?}"), format!("{second:?}"));
            assert!(rows == same_rows && !rows.is_empty());
            let mut whole = plan(scenario, 2);
            whole.subjects[0].size = goal.at(whole.subjects[0].size.vary, first.reached[0].paths);
            let (cancel, quiet) = (AtomicBool::new(false), |_: u64| {});
            let watch = Watch { cancel: &cancel, progress: &quiet };
            let mut lines = Lines::default();
            let plain = run_plan(&whole, watch, Some(&mut lines)).expect("it runs");
            assert_eq!(format!("{:?}", first.answers), format!("{:?}", plain.answers));
            assert!(lines.0 == rows);
        }
    }

    #[test]
    fn it_stops_at_the_most_and_says_what_would_do() {
        let (results, ..) = run(samples::call(), &goal("0.1pp", 1_000, 3_000), 2);
        let reached = &results.reached[0];
        assert!(!reached.met && reached.paths == 3_000);
        // z² p (1 - p) / 0.001² = 874,000 for p = 0.35.
        assert!((780_000..=960_000).contains(&reached.would_take.expect("a number")), "{reached:?}");
    }

    #[test]
    fn targets_read() {
        let wanted = |words: &str| words.parse::<Target>().map(|target| (target.outcome, target.wanted));
        let absolute = |half| Ok((None, Wanted::Absolute(half)));
        assert_eq!(wanted("0.5pp"), absolute(0.005));
        assert_eq!(wanted("5%rel"), Ok((None, Wanted::Relative(0.05))));
        assert_eq!(wanted("deal=1pp"), Ok((Some("deal".into()), Wanted::Absolute(0.01))));
        assert_eq!(wanted("0.5%"), Err(BadTarget::Percent("0.5".into())));
        for bad in ["", "pp", "deal=", "x", "0.5 points", "-1", "nan", "inf"] {
            assert_eq!(wanted(bad), Err(BadTarget::NotANumber), "{bad}");
        }
        for bare in ["0.005", "0.5", "5", "0"] {
            assert_eq!(wanted(bare), Err(BadTarget::Bare(bare.into())), "{bare}");
        }
        let said = |words: &str| wanted(words).unwrap_err().to_string();
        assert_eq!(said("0.5"), "write `0.5pp` for 0.5 percentage points");
        assert!(said("deal=0.005").contains("`0.005pp` for 0.005 percentage points, `0.5pp` for"));
        assert_eq!(
            said("0"),
            "half a width of 0 is never reached; a comma ends a target, and decimals have a point: `0.5pp`"
        );
        for bad in ["-1pp", "nanpp", "infpp", "50pp", "101%rel", "0%rel"] {
            assert_eq!(wanted(bad), Err(BadTarget::Range), "{bad}");
        }
        let unknown = goal("yse=1pp", 1, 1).suits(&plan(samples::call(), 1)).expect_err("no such outcome");
        assert_eq!(unknown.outcome, "yse");
    }
}
