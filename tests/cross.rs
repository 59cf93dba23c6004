//! Sampling and solving, written apart, must say the same: of every shipped scenario and example that is solved, of the files of
//! `tests/answers`, and of generated ones.
//!
//! A difference counts by how unlikely it is, with the number of comparisons taken into account. What is not solved is printed
//! with the reason (`cargo test --test cross -- --nocapture`). `DETENTE_CROSS=5000` looks at more generated scenarios,
//! `DETENTE_CROSS_SEED=7` at others, `DETENTE_CROSS_SHOW=12` prints that one and looks at no other.

#[path = "cross/cells.rs"]
mod cells;
#[path = "plain/generate.rs"]
mod generate;
#[path = "cross/spreads.rs"]
mod spreads;
#[path = "plain/tracks.rs"]
mod tracks;

use cells::Cells;
use detente::check::{check_file, check_text};
use detente::engine::FaultKind;
use detente::exact::{NotExact, Why};
use detente::model::Scenario;
use detente::study::{Failed, Plan, Settings, Watch, effort, run_plan, solve_plan};
use rayon::prelude::*;
use spreads::Spreads;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// The chance that a sound pair of engines fails one of these tests.
const ALPHA: f64 = 1e-3;

/// What came of comparing a scenario.
enum Compared {
    Both(Cells),
    Refused(Box<NotExact>),
    /// A path goes wrong, and solving says so too.
    Faulty,
    /// Solving takes too long for a test.
    Large,
    /// Sampling stops where an instant or a path has too many events; solving has no such limits.
    TooLong,
}

fn compare(scenario: &Scenario, settings: Settings, most: u64) -> Compared {
    let began = std::time::Instant::now();
    if std::env::var("DETENTE_CROSS_SLOW").is_ok() {
        println!("{} begins", scenario.name);
    }
    let mut compared = both(scenario, settings, most);
    // Where few paths make most of a sum, its error is not normal: a difference must be there on many more paths as well.
    if let Compared::Both(cells) = &compared
        && cells.least() < 1e-5
    {
        let paths = settings.paths * AGAIN;
        compared = both(scenario, Settings { paths, seed: settings.seed + 1, ..settings }, most);
    }
    if std::env::var("DETENTE_CROSS_SLOW").is_ok() && began.elapsed().as_secs_f64() > 1.0 {
        println!("{} took {:.1} s", scenario.name, began.elapsed().as_secs_f64());
    }
    compared
}

fn both(scenario: &Scenario, settings: Settings, most: u64) -> Compared {
    let mut plan = Plan::new(vec![scenario.clone()], settings);
    plan.subjects[0].arms.retain(|arm| !arm.name.contains('='));
    match effort(&plan.subjects[0], settings.seed, most) {
        Err((_, NotExact { why: Why::TooMuch, .. })) => return Compared::Large,
        Err((_, refused)) => {
            assert_ne!(refused.why, Why::NoNumber, "{}", scenario.name);
            return Compared::Refused(Box::new(refused));
        }
        Ok(_) => {}
    }
    let cancel = AtomicBool::new(false);
    let watch = Watch { cancel: &cancel, progress: &|_| {} };
    let mut paths = Spreads::of(scenario);
    let sampled = run_plan(&plan, watch, Some(&mut paths));
    let solved = solve_plan(&plan, watch);
    match (sampled, solved) {
        (Ok(sampled), Ok(solved)) => {
            let mut cells = Cells::default();
            sampled.answers.iter().zip(&solved.answers).for_each(|(a, b)| cells.answer(a, b));
            let mut more: Option<Spreads> = None;
            for (arm, both) in sampled.answers.iter().zip(&solved.answers).enumerate() {
                let accounts = (0..scenario.measures.len()).filter(|m| both.1.measures[*m].kind == "account");
                for measure in accounts {
                    cells.spread(both, measure, |again| {
                        if !again {
                            return paths.off(scenario, (arm, measure), both.1, 0.0);
                        }
                        let more = more.get_or_insert_with(|| walk(&plan, scenario, MORE));
                        let unseen = UNSEEN / (both.0.made.paths * MORE) as f64;
                        more.off(scenario, (arm, measure), both.1, unseen)
                    });
                }
            }
            Compared::Both(cells)
        }
        (_, Err(Failed::NotExact { refused, .. })) => {
            assert_ne!(refused.why, Why::NoNumber, "{}", scenario.name);
            Compared::Refused(refused)
        }
        (Err(_), Err(_)) => Compared::Faulty,
        (Err(Failed::Path { fault, .. }), _)
            if matches!(fault.kind, FaultKind::InstantTooLong(_) | FaultKind::PathTooLong(_)) =>
        {
            Compared::TooLong
        }
        (Ok(_), Err(solved)) => panic!("{}: {solved:?}", scenario.name),
        (Err(sampled), Ok(_)) => {
            panic!("{}: a path goes wrong, and solving finds nothing: {sampled:?}", scenario.name)
        }
    }
}

/// So many times the paths, where a number looks odd.
const AGAIN: u64 = 100;
/// So many times the paths, where a spread looks odd.
const MORE: u64 = 50;
/// What is expected so often stays unseen with a chance of 1e-7.
const UNSEEN: f64 = 16.0;

/// What accounts gather on many more paths.
fn walk(plan: &Plan, scenario: &Scenario, times: u64) -> Spreads {
    let mut plan = plan.clone();
    plan.subjects.iter_mut().for_each(|subject| subject.size.paths_each *= times);
    let cancel = AtomicBool::new(false);
    let mut spreads = Spreads::of(scenario);
    let walked = run_plan(&plan, Watch { cancel: &cancel, progress: &|_| {} }, Some(&mut spreads));
    if let Err(failed) = walked {
        panic!("{}: {failed:?}", scenario.name);
    }
    spreads
}

/// The reason in a word or two.
fn reason(refused: &NotExact) -> String {
    let words = format!("{:?}", refused.why);
    words.split(['(', ' ']).next().unwrap_or("").to_string()
}

fn files(folder: &str) -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

fn together(done: impl Iterator<Item = (String, Compared)>, say: bool) -> (usize, Cells) {
    let (mut all, mut solved, mut refused) = (Cells::default(), 0, BTreeMap::<String, u64>::new());
    for (name, compared) in done {
        let why = match compared {
            Compared::Both(cells) => {
                solved += 1;
                all.found.extend(cells.found);
                continue;
            }
            Compared::Refused(why) => reason(&why),
            Compared::Faulty => "a path goes wrong".into(),
            Compared::TooLong => "a long instant or path".into(),
            Compared::Large => "solving takes long".into(),
        };
        if say {
            println!("{name} is not solved: {why}");
        }
        *refused.entry(why).or_default() += 1;
    }
    let spreads = all.spreads();
    println!(
        "{solved} solved, {} numbers compared, {spreads} of them spreads; refused {refused:?}",
        all.found.len()
    );
    (solved, all)
}

#[test]
fn shipped_scenarios_by_both_engines() {
    let shipped: Vec<_> =
        ["scenarios", "scenarios/examples", "tests/answers"].into_iter().flat_map(files).collect();
    let jobs: Vec<_> = shipped.iter().flat_map(|file| (1..=3).map(move |seed| (file, seed))).collect();
    let done: Vec<_> = jobs
        .into_par_iter()
        .filter_map(|(file, seed)| {
            let scenario = check_file(file).scenario?;
            let settings =
                Settings { paths: 8_000, worlds: Some(20), seed, threads: 1, ..Settings::default() };
            Some((format!("{} (seed {seed})", scenario.name), compare(&scenario, settings, 3_000_000)))
        })
        .collect();
    let (solved, cells) = together(done.into_iter(), true);
    assert!(solved >= 3 * 20, "{solved}");
    assert!(cells.spreads() >= 20, "{}", cells.spreads());
    cells.judge(ALPHA);
}

/// The same, and each account once more without what is paid; one of both counts only given an outcome.
fn with_conditions(text: &str) -> String {
    let Some((before, after)) = text.split_once("[measures]\n") else { return text.into() };
    let mut measures = String::new();
    let mut number = 0;
    for line in after.lines() {
        let account = line.split_once(" = { rate = ").filter(|_| line.ends_with(" }"));
        let Some((name, plan)) = account else {
            measures += &format!("{line}\n");
            continue;
        };
        number += 1;
        let given = format!("given = \"outcome == e{}\"", number % 2);
        let plan = plan.trim_end_matches(" }");
        let (own, other) =
            if (number + text.len()).is_multiple_of(2) { ("", &given[..]) } else { (&given[..], "") };
        for (name, given) in [(name.to_string(), own), (format!("{name}_also"), other)] {
            let comma = if given.is_empty() { "" } else { ", " };
            measures += &format!("{name} = {{ rate = {plan}{comma}{given} }}\n");
        }
    }
    format!("{before}[measures]\n{measures}")
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Generated scenarios, as many as `DETENTE_CROSS` says: of `paths` paths each.
fn generated(text: impl Fn(u64, u64) -> String + Sync, paths: u64, most: u64) -> (u64, usize, Cells, bool) {
    let (count, seed) = (setting("DETENTE_CROSS", 500), setting("DETENTE_CROSS_SEED", 1));
    let shown = std::env::var("DETENTE_CROSS_SHOW").ok();
    let done: Vec<_> = (0..count)
        .into_par_iter()
        .filter_map(|number| {
            let name = format!("generated {number}");
            if shown.as_ref().is_some_and(|only| *only != number.to_string()) {
                return None;
            }
            let text = text(seed, number);
            if shown.is_some() {
                println!("{text}");
            }
            let scenario = check_text(&name, &text).scenario?;
            let settings = Settings { paths, worlds: Some(4), seed, threads: 1, ..Settings::default() };
            Some((name, compare(&scenario, settings, most)))
        })
        .collect();
    let (solved, cells) = together(done.into_iter(), false);
    (count, solved, cells, shown.is_some())
}

#[test]
fn generated_scenarios_by_both_engines() {
    let (count, solved, cells, shown) =
        generated(|seed, number| with_conditions(&generate::scenario(seed, number)), 2_000, 1_000_000);
    if !shown {
        assert!(solved as u64 * 10 >= count, "only {solved} of {count} are solved");
        assert!(cells.spreads() as u64 * 10 >= count, "{}", cells.spreads());
    }
    cells.judge(ALPHA);
}

#[test]
fn tracks_side_by_side_by_both_engines() {
    let (count, solved, cells, shown) = generated(tracks::scenario, 10_000, 100_000);
    assert!(shown || solved as u64 * 4 >= count, "only {solved} of {count} are solved");
    cells.judge(ALPHA);
}
