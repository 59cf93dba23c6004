//! Solves worlds until the answers are as precise as somebody wants: that worlds are a sample is all the error these have.

use super::answer::Answer;
use super::batch::{RowSheet, Stopped, Watch};
use super::plan::{Plan, Size, Subject};
use super::solve::{hand_over, solve_rows, solve_subject};
use super::until::{Found, Goal, Reached};
use crate::stats::{Interval, Proportion, Wanted, marks};

/// The most worlds that are solved to reach a precision: all answers of each are kept.
pub const MOST_SOLVED: u64 = 100_000;

/// What a precision takes, by what the first worlds say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Worlds that are solved.
    pub worlds: u64,
    /// Paths that are walked, at the least: as if each were in a world of its own.
    pub paths: u64,
}

/// The outcomes in the end, of each variant: paths are worlds here.
fn seen(never: Option<usize>, answers: &[Answer]) -> impl Iterator<Item = (usize, Vec<Proportion>)> {
    answers.iter().enumerate().map(move |(arm, answer)| {
        let last = answer.whens.len() - 1;
        let rows = answer.outcomes.iter().filter(|row| row.when == last);
        let seen = rows.enumerate().map(|(n, row)| {
            let p = row.probability.value;
            // Where no world that was solved goes on for ever, that is known.
            let known = never == Some(n) && p == 0.0;
            Proportion {
                p,
                standard_error: row.probability.standard_error,
                interval: if known { Interval { low: p, high: p } } else { row.probability.interval },
                credible: None,
                hits: 0,
                paths: answer.made.worlds,
            }
        });
        (arm, seen.collect())
    })
}

fn of_size(subject: &Subject, size: Size) -> Subject {
    Subject { size, ..subject.clone() }
}

impl Goal {
    fn missed_most(&self, subject: &Subject, answers: &[Answer]) -> Option<Found> {
        let never = subject.scenario.never.map(|never| never.0);
        self.furthest(&subject.scenario, seen(never, answers))
    }

    /// The worlds before the first look.
    pub fn least_worlds(&self, subject: &Subject) -> u64 {
        self.at(subject.size.vary, self.least.min(self.most)).worlds
    }
}

/// Solves so many worlds as are there at the first look, and says what the precision takes.
pub fn needed(plan: &Plan, goal: &Goal, subject: &Subject, watch: Watch<'_>) -> Result<Needed, Stopped> {
    let size = goal.at(subject.size.vary, goal.least.min(goal.most));
    let answers = solve_subject(plan, &of_size(subject, size), watch, None)?;
    let Some(far) = goal.missed_most(subject, &answers) else {
        return Ok(Needed { worlds: size.worlds, paths: 0 });
    };
    let worlds = far.wanted.paths_for(&far.seen).map_or(u64::MAX, |worlds| worlds.max(size.worlds));
    // As many as would show the same share, independent of one another.
    let many = 1_000_000_u64;
    let alike = Proportion::independent((far.seen.p * many as f64).round() as u64, many);
    Ok(Needed { worlds, paths: far.wanted.paths_for(&alike).unwrap_or(u64::MAX) })
}

/// Solves worlds of a scenario whose beliefs vary until everything that is asked is reached, in every variant. Only at marks of so many worlds
/// as paths have there is looked, and not at all of them: what the last look foresees is solved next. `expect` is told how many worlds, of
/// all variants, are solved next.
pub fn solve_until(
    plan: &Plan,
    goal: &Goal,
    subject: &Subject,
    watch: Watch<'_>,
    expect: &dyn Fn(u64),
    sheet: Option<&mut dyn RowSheet>,
) -> Result<(Vec<Answer>, Option<Reached>), Stopped> {
    let writer = sheet.as_ref().map(|sheet| sheet.rows(subject));
    let sizes = marks(goal.least, goal.most).map(|mark| goal.at(subject.size.vary, mark));
    let mut sizes: Vec<Size> = sizes.take_while(|size| size.worlds <= MOST_SOLVED).collect();
    if sizes.is_empty() {
        sizes.push(Size { worlds: MOST_SOLVED, ..subject.size });
    }
    let mut place = 0;
    loop {
        expect(sizes[place].worlds * subject.arms.len() as u64);
        let (answers, rows) = solve_rows(plan, &of_size(subject, sizes[place]), watch, writer.as_deref())?;
        let found = goal.missed_most(subject, &answers);
        let more = found.as_ref().and_then(|far| next(far.wanted, &far.seen, &sizes[place + 1..]));
        if let Some(more) = more {
            place += 1 + more;
            continue;
        }
        hand_over(&rows, sheet)?;
        let size = Size {
            worlds: answers.first().map_or(0, |answer| answer.made.worlds),
            paths_each: 0,
            vary: true,
        };
        return Ok((answers, found.map(|found: Found| found.reached(subject, goal, size))));
    }
}

/// Which of the later sizes is solved next; none where what is asked is reached, or there is none.
fn next(wanted: Wanted, seen: &Proportion, later: &[Size]) -> Option<usize> {
    if wanted.reached(seen) || later.is_empty() {
        return None;
    }
    let worlds = wanted.paths_for(seen).unwrap_or(u64::MAX);
    Some(later.iter().position(|size| size.worlds >= worlds).unwrap_or(later.len() - 1))
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, Target, run_until};
    use super::*;
    use crate::check::check_text;
    use crate::engine::WorldDesign;
    use crate::stream::{Draw, Name, WorldKey};
    use rand_distr::{Beta, Distribution};
    use std::sync::atomic::AtomicBool;

    /// The chance of a deal is uniform between 0 and 1: a world has a standard deviation of 1/√12.
    const COIN: &str = "[beliefs.p]\nis = \"uniform(0, 1)\"\nwhy = \"nobody knows\"\n[stage.toss]\nnext = [{ p = \"p\", to = \"deal\" }, { to = \"none\" }]\n\
        [outcome.deal]\n[outcome.none]\n";

    fn goal(words: &str, least: u64, most: u64) -> Goal {
        let target = |word: &str| word.parse::<Target>().expect("a target");
        Goal { targets: words.split(',').map(target).collect(), least, most }
    }

    fn plan(goal: &Goal, design: WorldDesign) -> Plan {
        let checked = check_text("coin", COIN);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let mut plan = Plan::new(vec![scenario], Settings { threads: 2, design, ..Settings::default() });
        goal.size(&mut plan);
        plan
    }

    fn quiet<T>(run: impl FnOnce(Watch<'_>) -> T) -> T {
        let (cancel, silent) = (AtomicBool::new(false), |_: u64| {});
        run(Watch { cancel: &cancel, progress: &silent })
    }

    #[test]
    fn it_solves_as_many_worlds_as_it_takes() {
        let goal = goal("1pp", 2_000, 10_000_000);
        let plan = plan(&goal, WorldDesign::Random);
        assert_eq!(goal.least_worlds(&plan.subjects[0]), 200);
        // 1.96² / 12 / 0.01² = 3,201 worlds; of paths three times as many, since p (1 - p) is 1/4.
        let needed = quiet(|watch| needed(&plan, &goal, &plan.subjects[0], watch)).expect("it is solved");
        assert!((2_500..4_200).contains(&needed.worlds), "{needed:?}");
        assert!((9_300..9_900).contains(&needed.paths), "{needed:?}");
        let (answers, reached) =
            quiet(|watch| solve_until(&plan, &goal, &plan.subjects[0], watch, &|_| {}, None))
                .expect("it is solved");
        let reached = reached.expect("something was asked");
        assert!(reached.met && reached.half_width <= 0.01 && reached.paths == 0, "{reached:?}");
        assert!([2_500, 3_150, 4_000].contains(&reached.worlds), "{reached:?}");
        assert_eq!(answers[0].made.worlds, reached.worlds);
        // It is the run of so many worlds.
        let mut whole = plan.clone();
        whole.subjects[0].size.worlds = reached.worlds;
        let again =
            quiet(|watch| solve_subject(&whole, &whole.subjects[0], watch, None)).expect("it is solved");
        assert_eq!(format!("{answers:?}"), format!("{again:?}"));
        // And paths reach the same with more worlds of ten paths each.
        let walked = quiet(|watch| run_until(&plan, &goal, watch, &|_| {}, None)).expect("it runs");
        assert!(walked.reached[0].met && walked.reached[0].paths > 9_300, "{:?}", walked.reached);
    }

    #[test]
    fn a_design_takes_fewer() {
        let goal = goal("1pp", 2_000, 10_000_000);
        let plan = plan(&goal, WorldDesign::Latin);
        let (_, reached) = quiet(|watch| solve_until(&plan, &goal, &plan.subjects[0], watch, &|_| {}, None))
            .expect("it is solved");
        // Each belief by itself is integrated almost without error; 200 worlds are rounded to 16 parts.
        let reached = reached.expect("something was asked");
        assert!(reached.met && reached.worlds == 208, "{reached:?}");
    }

    /// The interval where it stops holds the truth as often as it says; `--nocapture` shows the table of `docs/statistics.md`.
    #[test]
    fn intervals_hold_where_it_stops() {
        const RUNS: u64 = 2_000;
        let sizes: Vec<Size> = marks(2_000, 1_000_000)
            .map(|paths| Size { worlds: paths / 10, paths_each: 10, vary: true })
            .collect();
        // Beta distributions, by their shapes.
        for (nth, ((a, b), wanted)) in [
            ((1.0, 1.0), Wanted::Absolute(0.01)),
            ((1.0, 1.0), Wanted::Absolute(0.03)),
            ((0.5, 4.5), Wanted::Absolute(0.01)),
            ((0.5, 4.5), Wanted::Relative(0.1)),
            ((2.0, 98.0), Wanted::Relative(0.05)),
        ]
        .into_iter()
        .enumerate()
        {
            let beta = Beta::new(a, b).expect("a distribution");
            let (mut held, mut worlds) = (0, 0);
            for run in 0..RUNS {
                let key = WorldKey::new(nth as u64, run);
                let mut draws: Draw = key.draw(Name::new("world"), 0, 0);
                let (mut all, mut place): (Vec<f64>, _) = (Vec::new(), 0);
                loop {
                    all.extend((all.len() as u64..sizes[place].worlds).map(|_| beta.sample(&mut draws)));
                    let mut seen = Proportion::exact(&all, sizes[place].worlds);
                    seen.paths = sizes[place].worlds;
                    match next(wanted, &seen, &sizes[place + 1..]) {
                        Some(more) => place += 1 + more,
                        None => {
                            held += u64::from(seen.interval.contains(a / (a + b)));
                            break;
                        }
                    }
                }
                worlds += sizes[place].worlds;
            }
            let (share, mean) = (held as f64 / RUNS as f64, worlds as f64 / RUNS as f64);
            println!("beta({a}, {b}) {wanted:?}: {:.1} with {mean:.0} worlds", 100.0 * share);
            // 1.95 points are four standard errors.
            assert!((share - 0.95).abs() < 0.0195, "beta({a}, {b}), {wanted:?}: {share} with {mean} worlds");
        }
    }

    #[test]
    fn it_stops_at_the_most() {
        let goal = goal("0.1pp", 1_000, 3_000);
        let plan = plan(&goal, WorldDesign::Random);
        let (_, reached) = quiet(|watch| solve_until(&plan, &goal, &plan.subjects[0], watch, &|_| {}, None))
            .expect("it is solved");
        let reached = reached.expect("something was asked");
        assert!(!reached.met && reached.worlds == plan.subjects[0].size.worlds, "{reached:?}");
        // 1.96² / 12 / 0.001².
        assert!((270_000..370_000).contains(&reached.would_take.expect("a number")), "{reached:?}");
    }
}
