//! Runs a plan by solving it: every world of every variant exactly, in order.

use super::answer::{Answer, Made};
use super::arms::Arm;
use super::batch::{Failed, Results, RowSheet, Stopped, Watch};
use super::beliefs::beliefs;
use super::estimate::Method;
use super::plan::{Plan, Settings, Subject};
use super::sensitivity::{self, classes};
use super::solved::{Solved, answer, compare, in_the_end, sum_and_share};
use crate::engine::{
    Chunk, Fault, Halt, Rows, Sampled, Sheet, TooLarge, World, WorldDesign, WorldEnd, Worlds, in_order,
};
use crate::exact::{MOST_EFFORT, NotExact, Questions, Solution, Solver, counted, endless};
use crate::model::Scenario;
use crate::program::Program;
use std::borrow::Cow;

/// What can stop a world.
enum Stop {
    Refused(NotExact),
    World(Box<Fault>),
    Design(TooLarge),
}

/// What is asked of every world of a scenario.
fn questions(scenario: &Scenario, fractions: bool, effort: u64) -> Questions {
    let end = scenario.horizon.unwrap_or(f64::INFINITY);
    Questions {
        slots: scenario.milestones.iter().map(|m| m.at).chain([end]).collect(),
        outcomes: scenario.outcomes.len(),
        splits: scenario.splits.iter().map(|s| s.keys.len()).collect(),
        when: true,
        fractions,
        effort,
    }
}

/// A world that is solved, and its beliefs.
type Known = (Solution, Vec<f64>);

/// Every world of a variant.
fn worlds(
    program: &Program,
    scenario: &Scenario,
    settings: &Settings,
    count: u64,
    watch: Watch<'_>,
) -> Result<Vec<Known>, Halt<(u64, Stop)>> {
    // Judged by the first world alone: what the others take depends on what a thread has prepared before.
    let (first, others) =
        (questions(scenario, count == 1, MOST_EFFORT), questions(scenario, false, u64::MAX));
    let mut all = Vec::new();
    let refused = |world| move |refused| Halt::Fault((world, Stop::Refused(refused)));
    // Refused at once where it is at all.
    Solver::new(program).map_err(refused(0))?;
    let worlds = Worlds::new(program, settings.seed, settings.design, count);
    let worlds = worlds.map_err(|large| Halt::Fault((0, Stop::Design(large))))?;
    let first_world = worlds.world(0).map_err(|fault| Halt::Fault((0, Stop::World(fault))))?;
    let program = &*counted(program, &first_world);
    let endless = endless(program, &first_world);
    in_order(
        if count == 1 { 1 } else { settings.threads },
        count,
        watch.cancel,
        || Solver::new(program).map(|solver| solver.of_nearest(endless.clone())),
        |solver, number| {
            let solver = solver.as_mut().map_err(|r| Halt::Fault((number, Stop::Refused(r.clone()))))?;
            let world = worlds.world(number).map_err(|fault| Halt::Fault((number, Stop::World(fault))))?;
            let solution =
                solver.solve(&world, if number == 0 { &first } else { &others }).map_err(refused(number))?;
            (watch.progress)(1);
            Ok((solution, world.beliefs().to_vec()))
        },
        |solved| {
            all.push(solved);
            Ok(())
        },
    )?;
    Ok(all)
}

/// What solving takes, in evaluations of densities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// The first world.
    pub first: u64,
    /// Each later one, that may take over what was prepared for the first.
    pub later: u64,
}

impl Effort {
    /// Of so many worlds.
    pub fn of(self, worlds: u64) -> u64 {
        self.first.saturating_add(self.later.saturating_mul(worlds.saturating_sub(1)))
    }
}

/// What solving worlds of the costliest variant of a scenario takes, judged by the first two of each, with so much effort at
/// most; or the variant that can't be solved and why.
pub fn effort(subject: &Subject, seed: u64, most: u64) -> Result<Effort, (String, NotExact)> {
    let mut effort = Effort::default();
    for arm in &subject.arms {
        let program = Program::compile(&arm.scenario);
        let first = World::new(&program, seed, 0).ok();
        let program = first.as_ref().map_or(Cow::Borrowed(&program), |world| counted(&program, world));
        let endless = first.and_then(|world| endless(&program, &world));
        let tried = Solver::new(&program).and_then(|solver| {
            let mut solver = solver.of_nearest(endless);
            let asked = questions(&arm.scenario, false, most);
            let mut each = [0; 2];
            for (number, effort) in each.iter_mut().enumerate().take(if subject.size.vary { 2 } else { 1 }) {
                // A world that cannot be drawn is a fault, which the run will tell.
                let Ok(world) = World::new(&program, seed, number as u64) else { break };
                solver.solve(&world, &asked)?;
                *effort = solver.effort();
            }
            Ok(each)
        });
        let [first, later] = tried.map_err(|refused| (arm.name.clone(), refused))?;
        effort = Effort { first: effort.first.max(first), later: effort.later.max(later) };
    }
    Ok(effort)
}

/// Solves a plan.
pub fn solve_plan(plan: &Plan, watch: Watch<'_>) -> Result<Results, Stopped> {
    let mut answers: Vec<Answer> = Vec::new();
    for subject in &plan.subjects {
        answers.extend(solve_subject(plan, subject, watch, None)?);
    }
    Ok(Results { levers: plan.levers(), answers, reached: Vec::new() })
}

/// Solves one scenario with its variants.
pub fn solve_subject(
    plan: &Plan,
    subject: &Subject,
    watch: Watch<'_>,
    sheet: Option<&mut dyn RowSheet>,
) -> Result<Vec<Answer>, Stopped> {
    let writer = sheet.as_ref().map(|sheet| sheet.rows(subject));
    let (answers, rows) = solve_rows(plan, subject, watch, writer.as_deref())?;
    hand_over(&rows, sheet)?;
    Ok(answers)
}

/// Hands rows over to who wants them.
pub(super) fn hand_over(rows: &Chunk, sheet: Option<&mut dyn RowSheet>) -> Result<(), Stopped> {
    sheet.map_or(Ok(()), |sheet| sheet.take(rows).map_err(Failed::Rows))
}

/// The same with the rows of its worlds, which are still to be handed over.
pub(super) fn solve_rows(
    plan: &Plan,
    subject: &Subject,
    watch: Watch<'_>,
    writer: Option<&dyn Rows>,
) -> Result<(Vec<Answer>, Chunk), Stopped> {
    let writer = writer.filter(|writer| subject.size.vary && writer.worlds());
    let mut sheets: Vec<Sheet> = Vec::new();
    let (settings, seed) = (&plan.settings, plan.settings.seed);
    // Without beliefs there is one world, and nothing to spread.
    let vary = subject.size.vary;
    let count = subject.solved_worlds(settings.design);
    let parts = if vary { settings.design.independent(count) } else { count };
    let made = Made { method: Method::Exact, seed, worlds: count, paths: 0 };
    if count > 1 && subject.arms.len() > 1 {
        solvable(subject, settings, watch)?;
    }
    let source = |arm: &Arm| Sampled { program: Program::compile(&arm.scenario), seed };
    let sources: Vec<Sampled> = subject.arms.iter().map(source).collect();
    let classes = if vary { classes(subject, count, &sources) } else { Vec::new() };
    let mut answers: Vec<Answer> = Vec::new();
    let mut base: Vec<Solution> = Vec::new();
    for (number, (arm, source)) in subject.arms.iter().zip(&sources).enumerate() {
        let settings = if vary { *settings } else { Settings { design: WorldDesign::Random, ..*settings } };
        let solved = worlds(&source.program, &arm.scenario, &settings, count, watch);
        let solved = solved.map_err(|halt| failed(halt, subject, arm))?;
        let (solved, values): (Vec<Solution>, Vec<Vec<f64>>) = solved.into_iter().unzip();
        let these = Solved { all: &solved, parts };
        sheets.extend(writer.map(|writer| rows(writer, number, arm, &values, &solved)));
        let mut found = answer(&subject.scenario, arm, these, made);
        if let Some(classes) = classes.get(number) {
            found.sensitivity = sensitivity::solved(arm, classes, &values, these);
        }
        if let Some(first) = answers.first() {
            let base = Solved { all: &base, parts };
            found.compare = compare(&arm.scenario, (first, base), (&found, these));
        } else {
            base = solved;
        }
        found.beliefs = beliefs(subject, number, source).map_err(|(world, fault)| Failed::Path {
            scenario: subject.scenario.name.clone(),
            variant: arm.name.clone(),
            world,
            path: None,
            fault,
        })?;
        answers.push(found);
    }
    Ok((answers, Chunk { worlds: Sheet::interleave(sheets), ..Chunk::default() }))
}

/// The rows of the worlds of a variant.
fn rows(writer: &dyn Rows, number: usize, arm: &Arm, beliefs: &[Vec<f64>], worlds: &[Solution]) -> Sheet {
    let mut sheet = Sheet::default();
    let asked = arm.scenario.measures.len() + arm.scenario.payoffs.len();
    for ((nth, world), beliefs) in (0..).zip(worlds).zip(beliefs) {
        let outcomes: Vec<f64> = (0..arm.scenario.outcomes.len()).map(|n| in_the_end(world, n)).collect();
        let measured: Vec<(f64, f64)> = (0..asked).map(|n| sum_and_share(world, n)).collect();
        let end = WorldEnd { number: nth, beliefs, paths: None, outcomes: &outcomes, measured: &measured };
        sheet.add(|to| writer.world(number, &end, to));
    }
    sheet
}

/// One world of every variant: that the last is refused should not come out after hours spent on the others.
fn solvable(subject: &Subject, settings: &Settings, watch: Watch<'_>) -> Result<(), Stopped> {
    let watch = Watch { progress: &|_| {}, ..watch };
    let settings = Settings { design: WorldDesign::Random, ..*settings };
    for arm in &subject.arms {
        let program = Program::compile(&arm.scenario);
        worlds(&program, &arm.scenario, &settings, 1, watch).map_err(|halt| failed(halt, subject, arm))?;
    }
    Ok(())
}

fn failed(halt: Halt<(u64, Stop)>, subject: &Subject, arm: &Arm) -> Stopped {
    let (scenario, variant) = (subject.scenario.name.clone(), arm.name.clone());
    match halt {
        Halt::Cancelled => Failed::Cancelled,
        Halt::Fault((world, Stop::World(fault))) => {
            Failed::Path { scenario, variant, world, path: None, fault }
        }
        Halt::Fault((_, Stop::Design(large))) => Failed::Design(large),
        Halt::Fault((world, Stop::Refused(refused))) => {
            Failed::NotExact { scenario, variant, world, refused: Box::new(refused) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::study::{Settings, run_plan};
    use std::sync::atomic::AtomicBool;

    fn both(scenario: Scenario, seed: u64) -> (Results, Results) {
        let settings = Settings { seed, threads: 2, ..Settings::default() };
        let plan = Plan::new(vec![scenario], settings);
        let (cancel, quiet) = (AtomicBool::new(false), |_: u64| {});
        let watch = Watch { cancel: &cancel, progress: &quiet };
        let sampled = run_plan(&plan, watch, None).expect("it runs");
        (sampled, solve_plan(&plan, watch).expect("it is solved"))
    }

    /// Every probability of outcomes, stages and splits, and every mean, by both engines.
    fn agree(scenario: Scenario, seed: u64) -> usize {
        let (sampled, solved) = both(scenario, seed);
        let mut compared = 0;
        let mut cell = |what: &str, seen: &crate::study::Estimate, exact: &crate::study::Estimate| {
            let rare = seen.hits < 30 || seen.paths < seen.hits + 30;
            if (seen.hits > 0 || seen.value <= 1.0) && rare && !what.starts_with("mean") {
                return;
            }
            let z = (seen.value - exact.value) / seen.standard_error;
            if seen.standard_error > 0.0 {
                assert!(z.abs() <= 4.0, "{what}: {} by paths, {} exactly: z = {z}", seen.value, exact.value);
                compared += 1;
            }
        };
        for (seen, exact) in sampled.answers.iter().zip(&solved.answers) {
            for (a, b) in seen.outcomes.iter().zip(&exact.outcomes) {
                assert_eq!((a.when, &a.outcome), (b.when, &b.outcome));
                cell(&a.outcome, &a.probability, &b.probability);
            }
            for (a, b) in seen.timeline.iter().zip(&exact.timeline) {
                cell(&a.outcome, &a.probability, &b.probability);
            }
            for (a, b) in seen.stages.iter().zip(&exact.stages) {
                cell(&a.stage, &a.stands, &b.stands);
                if let (Some(a), Some(b)) = (&a.visits, &b.visits) {
                    cell("mean visits", a, b);
                }
                if let (Some(a), Some(b)) = (&a.days, &b.days) {
                    cell("mean days", a, b);
                }
            }
            for (a, b) in seen.times.iter().zip(&exact.times) {
                cell("mean day", &a.mean_day, &b.mean_day);
                for (p, q) in a.quantiles.iter().zip(b.quantiles).filter(|_| a.comes.hits > 2_000) {
                    assert!((p - q).abs() <= 0.12 * a.sd_days.max(0.01), "{}: {p} {q}", a.outcome);
                }
            }
            for a in &seen.splits {
                let same = |b: &&crate::study::SplitRow| b.cell == a.cell && b.outcome == a.outcome;
                let b = exact.splits.iter().find(same).expect("a cell that a path has seen");
                if let (Some(a), Some(b)) = (&a.joint, &b.joint) {
                    cell("a cell", a, b);
                }
            }
            for (a, b) in seen.measures.iter().zip(&exact.measures).filter(|(_, b)| b.mean.value.is_finite())
            {
                cell(&format!("mean {}", a.measure), &a.mean, &b.mean);
            }
        }
        compared
    }

    #[test]
    fn both_engines_agree() {
        let n1 = crate::check::check_text("n1", include_str!("../exact/tests/n1.toml")).scenario;
        let n1 = n1.expect("it is sound");
        let compared = agree(samples::call(), 1) + agree(n1.clone(), 2) + agree(n1, 3);
        assert!(compared > 150, "{compared}");
    }

    /// What the spread of a day may be off, against closed forms; and what is divided has a bound, too.
    #[test]
    fn the_spread_of_a_day_is_off_by_no_more_than_is_said() {
        let end = 90.0_f64;
        // Of an exponential delay up to a day, by its moments; a fixed one does not vary.
        let exponential = |mean: f64| {
            let x = end / mean;
            let gone = -libm::expm1(-x);
            let first = mean * (1.0 - x * (1.0 - gone) / gone);
            let second = mean * mean * (2.0 - (x * x + 2.0 * x) * (1.0 - gone) / gone);
            (second - first * first).sqrt()
        };
        let known = [
            ("exponential(mean = 20 days)", exponential(20.0)),
            ("exponential(mean = 400 days)", exponential(400.0)),
            ("exponential(mean = 1 hour)", 1.0 / 24.0),
            ("weibull(shape = 0.5, scale = 12 hours)", {
                // Up to day 90 the moments of x² / 2 with x exponential, up to √180: incomplete gamma functions of 1, 3 and 5.
                let (x, scale) = ((2.0 * end).sqrt(), 0.5);
                let of = |n: u32| {
                    let sum: f64 = (0..n)
                        .map(|k| libm::exp(f64::from(k) * libm::log(x) - libm::lgamma(f64::from(k) + 1.0)))
                        .sum();
                    libm::tgamma(f64::from(n)) * (1.0 - libm::exp(-x) * sum)
                };
                let (first, second) = (scale * of(3) / of(1), scale * scale * of(5) / of(1));
                (second - first * first).sqrt()
            }),
            ("uniform(5 days, 140 days)", 85.0 / 12.0_f64.sqrt()),
            ("7 days", 0.0),
        ];
        for (law, wanted) in known {
            let text = format!(
                "horizon = \"90 days\"\nat_horizon = \"open\"\n[state]\nlucky = false\n[stage.wait]\ntakes = \"{law}\"\nnext = [{{ p = 0.3, set = {{ lucky = true }}, to = \"done\" }}, {{ to = \"done\" }}]\n\
                 [outcome.done]\n[outcome.open]\n[report]\nsplit = [\"lucky\"]\n"
            );
            let checked = crate::check::check_text("one", &text);
            let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
            let solved = both(scenario, 1).1;
            let row = &solved.answers[0].times[0];
            let off = (row.sd_days - wanted).abs();
            assert!(
                off <= row.sd_bound + 1e-13 * end,
                "{law}: {} for {wanted}, not {}",
                row.sd_days,
                row.sd_bound
            );
            // A spread of 0 is known to the root of what its square is.
            assert!(row.sd_bound < if wanted > 0.0 { 1e-6 } else { 1e-4 }, "{law}: {}", row.sd_bound);
            let shares = solved.answers[0].splits.iter().filter_map(|row| row.outcome_given_cell);
            let bounds: Vec<f64> =
                shares.filter(|share| !share.value.is_nan()).map(|share| share.error_bound).collect();
            assert!(
                !bounds.is_empty() && bounds.iter().all(|bound| *bound > 0.0 && *bound < 1e-9),
                "{bounds:?}"
            );
        }
    }

    #[test]
    fn what_is_not_solved_says_which_clock() {
        // What each round does depends on the other track: neither goes its own way.
        let text = "horizon = \"90 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n\
            [track.a.stage]\ngo = { takes = \"gamma(shape = 2, mean = 9 days)\", set = { n = \"min(n + 1, 4)\" }, next = [{ p = \"0.1 * n\", to = \"done\" }, {}] }\n\
            [track.b.stage]\ngo = { takes = \"gamma(shape = 3, mean = 7 days)\", set = { n = \"max(n - 1, 0)\" } }\n\
            [outcome.done]\n[outcome.open]\n";
        let tangled = crate::check::check_text("tangled", text).scenario.expect("it is sound");
        let plan = Plan::new(vec![tangled], Settings::default());
        let (cancel, quiet) = (AtomicBool::new(false), |_: u64| {});
        let refused = solve_plan(&plan, Watch { cancel: &cancel, progress: &quiet });
        match refused {
            Err(Failed::NotExact { refused, .. }) => {
                assert_eq!((refused.clocks.len(), &refused.why), (2, &crate::exact::Why::RunsOn));
            }
            other => panic!("{other:?}"),
        }
        assert!(effort(&plan.subjects[0], 1, MOST_EFFORT).is_err());
    }

    #[test]
    fn a_variant_that_is_refused_is_found_before_others_take_their_time() {
        let text = "horizon = \"9 days\"\nat_horizon = \"open\"\n[beliefs.b]\nis = \"1 day to 3 days\"\nwhy = \"judgement\"\n\
            [levers]\nmany = [\"no\", \"yes\"]\n[state]\nn = 0.0\n[stage.go]\nhazard = \"1 per 1 day\"\n\
            draw = { n = \"if many == yes then uniform(1, 5) else point(1)\" }\nnext = [{ p = \"1 / (2 + n)\", to = \"done\" }, { to = \"go\" }]\n\
            [outcome]\ndone = {}\nopen = {}\n[variants.counts]\nmany = \"yes\"\n";
        let checked = crate::check::check_text("counts", text);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let plan = Plan::new(vec![scenario], Settings::default());
        let (cancel, solved) = (AtomicBool::new(false), std::sync::atomic::AtomicU64::new(0));
        let progress = |worlds: u64| {
            solved.fetch_add(worlds, std::sync::atomic::Ordering::Relaxed);
        };
        match solve_plan(&plan, Watch { cancel: &cancel, progress: &progress }) {
            Err(Failed::NotExact { variant, refused, .. }) => {
                assert_eq!(variant, "counts");
                assert!(matches!(refused.why, crate::exact::Why::ContinuousDraw(_)), "{refused:?}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(solved.into_inner(), 0);
    }

    /// Clocks that run on through the events of others, by both engines.
    #[test]
    fn clocks_that_run_on_agree_with_paths() {
        let ends = "[outcome]\ndeal = {}\nlost = {}\nopen = {}\n[milestones]\nweek = \"7 days\"\nmonth = \"30 days\"\n";
        let start = "horizon = \"90 days\"\nat_horizon = \"open\"\n";
        let models = [
            "[state]\ncrises = 0\n[track.talks.stage]\n\
             round = { takes = \"gamma(shape = 2, mean = 12 days)\", next = [{ p = \"0.3 - 0.05 * crises\", to = \"deal\" }, { p = 0.3, to = \"pause\" }, { to = \"round\" }] }\n\
             pause = { takes = \"lognormal(median = 9 days, sigma = 1)\", to = \"round\" }\n\
             [track.arms.stage]\nquiet = { hazard = \"1 per 20 days\", set = { crises = \"min(crises + 1, 4)\" }, next = [{ p = 0.1, to = \"lost\" }, { to = \"loud\" }] }\n\
             loud = { hazard = \"1 per 6 days\", to = \"quiet\" }\n\
             [measures]\ncost = { rate = \"if arms == loud then 3 else 1\", discount = \"20% a year\" }\ntwo = { first = \"crises >= 2\" }\n",
            "[state]\nup = 2\n[track.plant.stage]\nrun = { race = [\n\
             { clock = \"fail\", hazard = \"up per 15 days\", set = { up = \"up - 1\" }, next = [{ when = \"up == 1\", to = \"lost\" }, {}] },\n\
             { clock = \"mend\", when = \"up < 2\", takes = \"weibull(shape = 1.5, scale = 6 days)\", set = { up = \"up + 1\" } },\n\
             { clock = \"order\", takes = \"uniform(20 days, 70 days)\", to = \"deal\" }] }\n",
            "[state]\nn = 0\n[track.a.stage]\ngo = { takes = \"7 days\", set = { n = \"n + 1\" } }\n\
             [track.b.stage]\ngo = { takes = \"discrete(3 days, 1, 5 days, 2)\", next = [{ p = \"0.05 * n\", to = \"deal\" }, { p = 0.5, to = \"leave\" }, {}] }\nleave = { takes = \"4 days\", to = \"go\" }\n\
             [track.c.stage]\nwait = { when = \"n >= 3\", takes = \"30 days\", to = \"lost\" }\n",
            "[stage.cool]\nrace = [{ clock = \"round\", takes = \"gamma(shape = 3, mean = 8 days)\", next = [{ p = 0.1, to = \"deal\" }, {}] },\n\
             { clock = \"over\", takes = \"30 days\", to = \"strike\" }]\n\
             [stage.strike]\nenter = { pay = { cost = 5 } }\nrace = [{ clock = \"round\", takes = \"gamma(shape = 3, mean = 5 days)\", pay = { cost = 1 }, next = [{ p = 0.2, to = \"deal\" }, {}] },\n\
             { clock = \"fund\", takes = \"lognormal(median = 25 days, sigma = 0.6)\", to = \"lost\" },\n\
             { clock = \"court\", hazard = \"1 per 60 days\", to = \"lost\" }]\n[measures]\ncost = { rate = \"if stage == strike then 2 else 0\", discount = \"10% a year\" }\n",
            "[track.draft.stage]\ndoing = { takes = \"triangular(3 days, 8 days, 20 days)\", to = \"done\" }\ndone = {}\n\
             [track.translation.stage]\ntodo = { when = \"draft == done\", takes = \"pert(1 day, 6 days, 20 days)\", to = \"done\" }\ndone = {}\n\
             [track.venue.stage]\ndoing = { takes = \"gamma(shape = 2, mean = 20 days)\", to = \"done\" }\ndone = {}\n\
             [track.agenda.stage]\ntodo = { when = \"translation == done and venue == done\", takes = \"uniform(1 day, 30 days)\", next = [{ p = 0.7, to = \"deal\" }, { to = \"lost\" }] }\n\
             [measures]\npapers = { first = \"translation == done\" }\nvenue_days = { rate = \"venue == doing\" }\n",
        ];
        let mut compared = 0;
        for (n, model) in models.iter().enumerate() {
            let text = format!("{start}{model}{ends}");
            let checked = crate::check::check_text("model", &text);
            let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
            compared += agree(scenario, 10 + n as u64);
        }
        assert!(compared > 120, "{compared}");
    }

    #[test]
    fn threads_change_nothing() {
        let run = |threads| {
            let plan = Plan::new(vec![samples::call()], Settings { threads, ..Settings::default() });
            let (cancel, quiet) = (AtomicBool::new(false), |_: u64| {});
            solve_plan(&plan, Watch { cancel: &cancel, progress: &quiet }).expect("it is solved")
        };
        assert_eq!(format!("{:?}", run(1)), format!("{:?}", run(2)));
    }
}
