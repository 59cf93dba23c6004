//! `detente rare`: how likely something rare is.

use super::args::RareArgs;
use super::exit::{Exit, unwritten};
use super::input::{Ready, ready};
use super::output::{complain, print, watched};
use super::progress::{bar, stop_on_ctrl_c};
use super::trouble;
use crate::check::moment;
use crate::diag::{nearest, render_all};
use crate::model::MeasureKind;
use crate::program::Goal;
use crate::quantity::prose::list;
use crate::report::{rare_is_free, rare_page, story, write_rare};
use crate::study::{
    BASE, Failed, RareQuestion, RareSettings, Settings, Stopped, Watch, rare as answer, rare_path, variant,
};

/// Estimates something rare, and writes the answers.
pub(super) fn rare(args: &RareArgs) -> Exit {
    match try_rare(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn try_rare(args: &RareArgs) -> Result<Exit, Exit> {
    let mut list = ready(std::slice::from_ref(&args.file), &args.change, args.quiet)?;
    let Some(ready) = list.first_mut() else { return Err(Exit::Faulty) };
    let questions = questions(ready, args)?;
    rare_is_free(&args.out).map_err(unwritten)?;
    let arm = variant(&ready.scenario, args.variant.as_deref().unwrap_or(BASE)).map_err(|unknown| {
        complain(&format!("error: {unknown}\n"));
        Exit::Faulty
    })?;
    let (paths, seed, threads) = (args.paths, args.change.seed, args.threads);
    let run = Settings { paths, seed, threads, ..Settings::default() };
    let settings = RareSettings { run, relative_error: args.relative_error };
    let cancel = stop_on_ctrl_c();
    let mut answers = Vec::new();
    for question in &questions {
        let bar = bar(args.paths, "paths", args.quiet);
        let progress = |done: u64| bar.inc(done);
        let watch = Watch { cancel, progress: &progress };
        let found = answer(&arm, question, &settings, watch);
        let told = match (&found, args.story) {
            (Ok(found), true) if found.degenerate.is_none() => rare_path(&arm, question, &settings, watch),
            _ => Ok(None),
        };
        bar.finish_and_clear();
        let found = found.map_err(|failed| stopped(failed, ready, args))?;
        let told = told.map_err(|failed| stopped(failed, ready, args))?;
        let page = rare_page(&found);
        if found.degenerate.is_some() {
            complain(&format!("error: {page}"));
        } else if !args.quiet {
            print(&ready.with());
            print(&page);
        }
        if let Some((trace, beliefs)) = told {
            print(&format!("\n{}\n", story(&arm.scenario, &beliefs, &trace)));
            print(
                "Steered towards it, this is not the path that `detente replay` tells by the same numbers.\n\n",
            );
        }
        answers.push(found);
    }
    if answers.iter().any(|found| found.degenerate.is_some()) {
        complain("nothing was written\n");
        return Ok(Exit::Unsettled);
    }
    write_rare(&args.out, &answers).map_err(unwritten)?;
    if !args.quiet {
        print(&format!("the answers are in {}\n", super::input::shown(&args.out)));
    }
    Ok(Exit::Success)
}

fn stopped(failed: Stopped, ready: &Ready, args: &RareArgs) -> Exit {
    match failed {
        Failed::Path { variant, fault, .. } => {
            complain(&trouble::describe(ready, &variant, &fault, &args.change));
            Exit::Path
        }
        _ => {
            complain("stopped; earlier results are untouched\n");
            Exit::Interrupted
        }
    }
}

fn questions(ready: &mut Ready, args: &RareArgs) -> Result<Vec<RareQuestion>, Exit> {
    let (event, goal) = event(ready, args)?;
    if args.by.is_empty() {
        return Ok(vec![RareQuestion { event, goal }]);
    }
    let mut questions = Vec::new();
    for words in &args.by {
        let milestone = ready.scenario.milestones.iter().find(|m| m.name == *words).map(|m| m.at);
        let until = match milestone {
            Some(at) => at,
            None => moment(&ready.scenario, "--by ", words, &mut ready.texts).map_err(|found| {
                complain(&render_all(&found, &ready.texts, watched()));
                Exit::Faulty
            })?,
        };
        if ready.scenario.horizon.is_some_and(|horizon| until > horizon) {
            let title = format!("`--by {words}` is after the horizon, and nothing is looked at beyond that");
            complain(&format!("error: {title}\nhelp: leave `--by` out to ask by the horizon\n"));
            return Err(Exit::Faulty);
        }
        questions.push(RareQuestion { event: event.clone(), goal: Goal { until, ..goal.clone() } });
    }
    Ok(questions)
}

/// What is asked for, in words and numbers; by the horizon.
fn event(ready: &Ready, args: &RareArgs) -> Result<(String, Goal), Exit> {
    let scenario = &ready.scenario;
    let mut goal = Goal { until: f64::INFINITY, ..Goal::default() };
    if args.outcome.is_empty() && args.first.is_none() {
        let named = |option: &str, name: &str| format!("`--{option} {name}`");
        let outcomes = scenario.outcomes.iter().map(|o| named("outcome", &o.name));
        let firsts =
            scenario.measures.iter().filter(|m| matches!(m.kind, MeasureKind::First(_)) && m.given.is_none());
        let known: Vec<String> = outcomes.chain(firsts.map(|m| named("first", &m.name))).collect();
        complain(&format!(
            "error: `--outcome` says what may come, or `--first` which measure, and neither is given\nhelp: ask for one of {}\n",
            list(&known, "or")
        ));
        return Err(Exit::Faulty);
    }
    let unknown = |what: &str, name: &str, known: &mut dyn Iterator<Item = &str>| {
        let near = nearest(name, known);
        let advice = near.map_or(String::new(), |n| format!("\nhelp: did you mean `{n}`?"));
        complain(&format!("error: `{}` has no {what} `{name}`{advice}\n", scenario.name));
        Exit::Faulty
    };
    for name in &args.outcome {
        match scenario.outcomes.iter().position(|o| o.name == *name) {
            Some(outcome) => goal.outcomes.push(outcome as u16),
            None => {
                return Err(unknown("outcome", name, &mut scenario.outcomes.iter().map(|o| o.name.as_str())));
            }
        }
    }
    if let Some(name) = &args.first {
        let firsts =
            || scenario.measures.iter().enumerate().filter(|(_, m)| matches!(m.kind, MeasureKind::First(_)));
        match firsts().find(|(_, m)| m.name == *name) {
            Some((_, m)) if m.given.is_some() => {
                complain(&format!(
                    "error: `{name}` counts only paths of which something else is true, too (`given`), and `rare` asks about all of them\n\
                     help: a measure without `given`, or `detente run`\n"
                ));
                return Err(Exit::Faulty);
            }
            Some((measure, _)) => goal.firsts.push(measure as u32),
            None => {
                let mut known = firsts().map(|(_, m)| m.name.as_str());
                return Err(unknown("measure of kind `first` called", name, &mut known));
            }
        }
    }
    let words: Vec<&str> = args.outcome.iter().chain(&args.first).map(String::as_str).collect();
    Ok((list(&words, "or"), goal))
}
