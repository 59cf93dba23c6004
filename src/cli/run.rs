//! `detente run`: the main job.

use super::args::{Design, RunArgs, Way};
use super::exit::{Exit, unwritten};
use super::input::{Ready, ready, shown};
use super::output::{complain, print, watched, width};
use super::progress::{Foreseen, bar, stop_on_ctrl_c};
use super::way::{AS_ASKED, as_found, ways};
use super::{refused, trouble};
use crate::diag::{nearest, render_all};
use crate::engine::WorldDesign;
use crate::model::LeverId;
use crate::quantity::prose::listed;
use crate::report::{
    Folder, How, Manifest, PATHS, ReportError, RowTables, Text, WORLDS, file_names, stops, summary,
    write_tables,
};
use crate::study::{
    Failed, Goal, Method, Plan, Results, RowSheet, Settings, Stopped, Subject, Watch, again, fill, run_plan,
    run_until, solve_subject, solve_until,
};
use indicatif::ProgressBar;
use std::collections::BTreeSet;
use std::time::Instant;

/// A run of so many paths is long enough to be told beforehand what may stop it.
const LONG: u64 = 1_000_000;

/// Runs scenarios and writes their tables.
pub(super) fn run(args: &RunArgs) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Success,
        Err(exit) => exit,
    }
}

fn try_run(args: &RunArgs) -> Result<(), Exit> {
    let began = Instant::now();
    let mut list = ready(&args.files, &args.change, args.quiet)?;
    vary(&mut list, &args.vary)?;
    let settings = Settings {
        paths: args.paths(),
        worlds: args.worlds,
        seed: args.change.seed,
        threads: args.threads,
        design: args.design.into(),
    };
    let mut plan = Plan::new(list.iter().map(|r| r.scenario.clone()).collect(), settings);
    if !args.variant.is_empty() {
        plan.only(&args.variant).map_err(|unknown| {
            complain(&format!("error: {unknown}\n"));
            Exit::Faulty
        })?;
    }
    let goal = args.goal();
    if let Some(goal) = &goal {
        goal.suits(&plan).map_err(|unknown| {
            complain(&format!("error: {unknown}\n"));
            Exit::Faulty
        })?;
        goal.size(&mut plan);
    }
    if args.paths_csv && args.method == Way::Exact {
        complain("error: `--paths-csv` needs paths, and `--method exact` walks none\n");
        return Err(Exit::Faulty);
    }
    if args.design != Design::Random && args.method == Way::Sample {
        complain(
            "error: `--design` spreads the worlds of scenarios that are solved: add `--method exact` or `auto`\n\
             note: paths are walked in worlds at random, so that the errors of their shares are known\n",
        );
        return Err(Exit::Faulty);
    }
    if plan.paths() >= LONG && !args.quiet {
        list.iter().for_each(tried);
    }
    let mut folder = Folder::begin(&args.out).map_err(unwritten)?;
    let unwanted = |name: &str| !args.paths_csv && name == PATHS || !args.worlds_csv && name == WORLDS;
    let names: Vec<&str> = file_names().into_iter().filter(|name| !unwanted(name)).collect();
    folder.claim(&names).map_err(unwritten)?;
    let rows = RowTables::begin(&mut folder, &plan, args.paths_csv, args.worlds_csv);
    let mut rows = rows.map_err(unwritten)?;
    let cancel = stop_on_ctrl_c();
    // Where all is solved it is worlds that are counted.
    let (count, what) = match args.method {
        Way::Exact => (plan.solved_worlds(), "worlds"),
        Way::Auto | Way::Sample => (plan.paths(), "paths"),
    };
    let mut chosen = ways(args, &plan, goal.as_ref(), cancel);
    // From here on, since what it took to choose says nothing of what is left.
    let (bar, foreseen) = (bar(count, what, args.quiet), Foreseen::new(what, args.quiet));
    let progress = |done: u64| {
        bar.inc(done);
        foreseen.look(&bar);
    };
    let watch = Watch { cancel, progress: &progress };
    let until = goal.as_ref().map(|goal| Until { goal, bar: &bar });
    let results = answers(args.method, &plan, &chosen, watch, until, rows.sheet());
    bar.finish_and_clear();
    let results = results.map_err(|failed| match failed {
        Failed::Cancelled => {
            complain("stopped; earlier results are untouched\n");
            Exit::Interrupted
        }
        Failed::Rows(error) => {
            complain(&format!("error: cannot write rows: {error}\n"));
            Exit::Output
        }
        Failed::Path { scenario, variant, fault, .. } => {
            if let Some(ready) = list.iter().find(|r| r.scenario.name == scenario) {
                complain(&trouble::describe(ready, &variant, &fault, &args.change));
            }
            Exit::Path
        }
        Failed::Design(large) => {
            complain(&format!("error: {large}\n"));
            Exit::Faulty
        }
        Failed::NotExact { scenario, variant, refused, .. } => {
            if let Some(ready) = list.iter().find(|r| r.scenario.name == scenario) {
                complain(&refused::describe(ready, &variant, &refused));
            }
            Exit::Faulty
        }
    })?;
    as_found(&mut chosen, &plan, &results);
    let texts: Vec<Vec<Text<'_>>> = list
        .iter()
        .map(|r| r.texts.files.iter().map(|f| Text { name: &f.name, content: f.text.as_bytes() }).collect())
        .collect();
    let write = || -> Result<(), ReportError> {
        rows.finish(&folder)?;
        write_tables(&mut folder, &results)?;
        Manifest::new(&plan, Method::Sampling, &command(args), &texts)
            .methods(&plan, &chosen)
            .reached(&results.reached)
            .write(&mut folder)?;
        folder.commit()
    };
    write().map_err(unwritten)?;
    if !args.quiet {
        let lines = plan.subjects.iter().zip(&chosen).filter(|(_, how)| how.why != AS_ASKED);
        lines.for_each(|(s, how)| print(&format!("{}: {}\n", s.scenario.name, how.words())));
        let mut with: Vec<String> = list.iter().map(Ready::with).collect();
        with.dedup();
        with.iter().for_each(|line| print(line));
        print(&summary(&results, Some(began.elapsed()), width()));
        print(&format!("tables are in {}\n", shown(&args.out)));
    }
    Ok(())
}

/// Tells what may stop a run of a scenario hours from now.
fn tried(ready: &Ready) {
    let found = stops(&ready.scenario, &ready.texts);
    if !found.is_empty() {
        complain(&render_all(&found, &ready.texts, watched()));
    }
}

/// When to stop, and who is told how long that will take.
#[derive(Clone, Copy)]
struct Until<'a> {
    goal: &'a Goal,
    bar: &'a ProgressBar,
}

fn answers(
    way: Way,
    plan: &Plan,
    chosen: &[How],
    watch: Watch<'_>,
    until: Option<Until<'_>>,
    mut sheet: Option<&mut dyn RowSheet>,
) -> Result<Results, Stopped> {
    let walk = |plan: &Plan, sheet: Option<&mut dyn RowSheet>| match until {
        None => run_plan(plan, watch, sheet),
        Some(Until { goal, bar }) => {
            let began = bar.position();
            run_until(plan, goal, watch, &|paths| bar.set_length(began + paths), sheet)
        }
    };
    if chosen.iter().all(|c| c.method == Method::Sampling) {
        return walk(plan, sheet);
    }
    let alone = |subject: &Subject| Plan { subjects: vec![subject.clone()], settings: plan.settings };
    let (mut all, mut reached) = (vec![], vec![]);
    for (subject, chosen) in plan.subjects.iter().zip(chosen) {
        if chosen.method == Method::Exact {
            let mut solved = match until {
                Some(Until { goal, bar }) if subject.size.vary => {
                    let expect = |worlds| bar.set_length(bar.position() + worlds);
                    let (solved, far) = solve_until(plan, goal, subject, watch, &expect, again(&mut sheet))?;
                    reached.extend(far);
                    solved
                }
                _ => solve_subject(plan, subject, watch, again(&mut sheet))?,
            };
            if way == Way::Auto && solved.iter().any(|answer| answer.lacks.any()) {
                fill(&mut solved, walk(&alone(subject), None)?.answers);
            }
            all.extend(solved);
        } else {
            let some = walk(&alone(subject), again(&mut sheet))?;
            all.extend(some.answers);
            reached.extend(some.reached);
        }
    }
    Ok(Results { levers: plan.levers(), answers: all, reached })
}

/// `--vary` in place of what the scenarios say.
fn vary(list: &mut [Ready], names: &[String]) -> Result<(), Exit> {
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = names.iter().map(|name| name.trim()).collect();
    let none = names == ["none"];
    for (n, name) in names.iter().enumerate().filter(|_| !none) {
        if names[..n].contains(name) {
            complain(&format!("error: `--vary` names `{name}` twice\n"));
            return Err(Exit::Faulty);
        }
        let levers = || list.iter().flat_map(|r| &r.scenario.levers).map(|l| l.name.as_str());
        if !levers().any(|l| l == *name) {
            let known: BTreeSet<&str> = levers().collect();
            let known: Vec<&str> = known.into_iter().collect();
            let lever = name.split_once('=').map(|(lever, _)| lever.trim());
            let advice = match nearest(name, levers()) {
                _ if lever.is_some_and(|lever| levers().any(|l| l == lever)) => {
                    format!(
                        "\nhelp: one option is a variant: `--variant '{name}'`; `--vary` names levers, of which every option is run"
                    )
                }
                Some(near) => format!("\nhelp: did you mean `{near}`?"),
                None if known.is_empty() => "; nothing here can be varied".into(),
                None => format!("\nnote: levers here: {}", listed(&known)),
            };
            complain(&format!("error: no scenario here has a lever `{name}`{advice}\n"));
            return Err(Exit::Faulty);
        }
    }
    for ready in list {
        let levers = &ready.scenario.levers;
        let ids = names.iter().filter_map(|name| levers.iter().position(|l| l.name == *name).map(LeverId));
        ready.scenario.vary = ids.collect();
        let size: f64 = ready.scenario.vary.iter().map(|l| levers[l.0].labels.len() as f64).product();
        if size > 10_000.0 {
            complain(&format!("error: `--vary` makes {size:.0} combinations; the most is 10,000\n"));
            return Err(Exit::Faulty);
        }
    }
    Ok(())
}

/// The command that makes these results again: what bears on them, and nothing else.
fn command(args: &RunArgs) -> String {
    let mut words = vec!["detente run".to_string()];
    words.extend(args.files.iter().map(|f| shown(f)));
    words.push(format!("--paths {}", args.paths()));
    if let Some(goal) = args.goal() {
        let targets: Vec<&str> = goal.targets.iter().map(|target| target.words.as_str()).collect();
        words.push(format!("--until '{}' --min-paths {}", targets.join(","), goal.least));
    }
    words.extend(args.worlds.map(|w| format!("--worlds {w}")));
    words.push(format!("--seed {}", args.change.seed));
    words.extend(args.change.set.iter().map(|s| format!("--set '{s}'")));
    if !args.vary.is_empty() {
        words.push(format!("--vary {}", args.vary.join(",")));
    }
    words.extend(args.variant.iter().map(|v| format!("--variant '{v}'")));
    match args.method {
        Way::Sample => {}
        Way::Exact => words.push("--method exact".into()),
        Way::Auto => words.push("--method auto".into()),
    }
    if args.design != Design::Random {
        words.push(format!("--design {}", WorldDesign::from(args.design).name()));
    }
    words.extend(args.paths_csv.then(|| "--paths-csv".into()));
    words.extend(args.worlds_csv.then(|| "--worlds-csv".into()));
    words.join(" ")
}
