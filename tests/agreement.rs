//! The engine and a plain interpreter, written apart from the same text, must agree on random scenarios, path by path.
//!
//! `DETENTE_AGREEMENT=20000 cargo test --release --test agreement` looks at more of them than the default, and
//! `DETENTE_AGREEMENT_SEED=7` at others; `DETENTE_AGREEMENT_FIRST=42 DETENTE_AGREEMENT=1` at the one that differed. The same settings
//! say which scenarios are walked side by side and compared with the engine's own walk one by one.

mod plain;

use detente::check::check_text;
use detente::diag::{Code, Severity};
use detente::model::Scenario;
use plain::answers::answered;
use plain::beside::{Ways, beside};
use plain::compare::{Engine, difference, exact_times, plain};
use plain::generate;
use plain::shrink::shrink;
use rayon::prelude::*;
use std::collections::BTreeMap;

const WORLDS: u64 = 3;
const PATHS: u64 = 4;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Both sides on some paths of the scenario and of its variants: how many paths there were and how many faults, or the
/// first difference.
fn compared(base: &Scenario, seed: u64) -> Result<(u64, u64), String> {
    let (mut paths, mut faults) = (0, 0);
    let variants = base.variants.iter().map(|v| base.with(&v.changes));
    for scenario in std::iter::once(base.clone()).chain(variants) {
        let exact = exact_times(&scenario);
        let engine = Engine::new(&scenario);
        for world in 0..WORLDS {
            let plains: Vec<_> = (0..PATHS).map(|path| plain(&scenario, seed, world, path)).collect();
            // An explosion of events: both sides would take for ever.
            if plains.iter().any(|(end, _)| end.as_ref().is_err_and(|e| e.0 == "path too long")) {
                continue;
            }
            let engine = engine.walk(seed, world, 0..PATHS);
            for ((engine, (plain, story)), path) in engine.iter().zip(plains).zip(0..) {
                paths += 1;
                faults += u64::from(plain.is_err());
                if let Some(difference) = difference(engine, &plain, exact) {
                    let story = story.join("\n");
                    return Err(format!(
                        "seed {seed}, world {world}, path {path}: {difference}\nengine {engine:?}\nplain {plain:?}\n{story}"
                    ));
                }
            }
        }
    }
    Ok((paths, faults))
}

fn scenario_of(text: &str) -> Result<Scenario, Vec<(Code, String)>> {
    let checked = check_text("generated", text);
    checked.scenario.ok_or_else(|| {
        let errors = checked.found.iter().filter(|d| d.severity() == Severity::Error);
        errors.map(|d| (d.code, format!("{} at `{}`", d.title, checked.texts.words(d.span)))).collect()
    })
}

/// What both sides say of a text: the difference where there is one; a panic counts as one.
fn differs(text: &str, seed: u64) -> Option<String> {
    let scenario = scenario_of(text).ok()?;
    match std::panic::catch_unwind(|| compared(&scenario, seed)) {
        Ok(result) => result.err(),
        Err(_) => Some("a panic".into()),
    }
}

#[test]
fn the_engine_and_the_plain_interpreter_agree() {
    let count = setting("DETENTE_AGREEMENT", 4000);
    let seed = setting("DETENTE_AGREEMENT_SEED", 1);
    let first = setting("DETENTE_AGREEMENT_FIRST", 0);
    let results: Vec<_> = (first..first + count)
        .into_par_iter()
        .map(|number| {
            let text = generate::scenario(seed, number);
            let (refused, result) = match scenario_of(&text) {
                Err(found) => (Some(found), Ok((0, 0))),
                Ok(scenario) => {
                    let result = std::panic::catch_unwind(|| compared(&scenario, seed));
                    (None, result.unwrap_or_else(|_| Err("a panic".into())))
                }
            };
            (number, text, refused, result)
        })
        .collect();

    let mut refusals: BTreeMap<Code, (u64, String)> = BTreeMap::new();
    let (mut accepted, mut paths, mut faults, mut differing) = (0, 0, 0, vec![]);
    for (number, text, refused, result) in &results {
        match refused {
            None => accepted += 1,
            Some(found) => {
                for (code, words) in found.iter().take(1) {
                    refusals.entry(*code).or_insert((0, format!("{number}: {words}"))).0 += 1;
                }
            }
        }
        match result {
            Ok((p, f)) => {
                paths += p;
                faults += f;
            }
            Err(difference) => differing.push((*number, text, difference)),
        }
    }
    println!("{accepted} of {count} accepted, {paths} paths, {faults} faults, {} differ", differing.len());
    for (code, (n, example)) in &refusals {
        println!("  refused {n} times by {}: {example}", code.id());
    }
    if let Some((_, text, _)) = differing.first() {
        let all: Vec<u64> = differing.iter().map(|d| d.0).collect();
        println!("scenarios {all:?} differ; making the first one smaller");
        // The same difference, not just any.
        let what = |text: &str| differs(text, seed).map(|d| d.split(':').nth(1).unwrap_or("").to_string());
        let which = what(text);
        let small = shrink(text, &|text| what(text) == which);
        panic!("the first one, shrunk:\n{small}\n{}", differs(&small, seed).unwrap());
    }
    assert!(accepted * 5 >= count * 4, "only {accepted} of {count} are accepted");
    let expected = [Code::SumOverOne, Code::OutOfRange, Code::EndlessInstant, Code::DayInGuard];
    let others: Vec<_> = refusals.iter().filter(|(code, _)| !expected.contains(code)).collect();
    assert!(others.is_empty(), "refused for what is no fault: {others:?}");
    assert!(faults * 100 >= paths, "only {faults} of {paths} paths went wrong: faults are hardly compared");
}

/// Paths side by side (along a chain, in columns) and one by one are the same to the bit.
#[test]
fn paths_side_by_side_are_those_walked_one_by_one() {
    let count = setting("DETENTE_AGREEMENT", 4000);
    let seed = setting("DETENTE_AGREEMENT_SEED", 1);
    let first = setting("DETENTE_AGREEMENT_FIRST", 0);
    let alike = |text: &str| {
        let scenario = scenario_of(text).ok()?;
        Some(std::panic::catch_unwind(|| beside(&scenario, seed)).unwrap_or_else(|_| Err("a panic".into())))
    };
    let results: Vec<_> =
        (first..first + count).into_par_iter().map(|n| alike(&generate::scenario(seed, n))).collect();
    let mut all = Ways::default();
    let (mut columns, mut chains) = (0, 0);
    for (number, result) in (first..).zip(results) {
        match result {
            Some(Ok(ways)) => {
                columns += u64::from(ways.columns > 0);
                chains += u64::from(ways.chain > 0);
                all = Ways {
                    columns: all.columns + ways.columns,
                    chain: all.chain + ways.chain,
                    faults: all.faults + ways.faults,
                };
            }
            Some(Err(difference)) => {
                println!("scenario {number} differs: {difference}; making it smaller");
                let text = generate::scenario(seed, number);
                let small = shrink(&text, &|text| alike(text).is_some_and(|ways| ways.is_err()));
                panic!("shrunk:\n{small}\n{:?}", alike(&small));
            }
            None => {}
        }
    }
    println!("{columns} scenarios in columns, {chains} along a chain of {count}: {all:?}");
    assert!(columns * 3 >= count && chains * 5 >= count, "hardly anything is walked side by side");
    assert!(all.faults > 0, "nothing goes wrong: places of faults are not compared");
}

/// Whole runs, with their variants: all that is counted, on one thread and on three, is what one path after the other comes to.
#[test]
fn runs_answer_what_paths_one_by_one_come_to() {
    let count = setting("DETENTE_AGREEMENT", 4000) / 16;
    let seed = setting("DETENTE_AGREEMENT_SEED", 1);
    let first = setting("DETENTE_AGREEMENT_FIRST", 0);
    let same = |text: &str| {
        let scenario = scenario_of(text).ok()?;
        Some(std::panic::catch_unwind(|| answered(&scenario, seed)).unwrap_or_else(|_| Err("a panic".into())))
    };
    // Threads of a pool would begin with other scenarios, and others, while runs of their own are waited for.
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let walk = |nth: usize| {
        let numbers = (first..first + count).skip(nth).step_by(threads);
        numbers.map(|number| (number, same(&generate::scenario(seed, number)))).collect::<Vec<_>>()
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let some: Vec<_> = (0..threads).map(|nth| scope.spawn(move || walk(nth))).collect();
        some.into_iter().flat_map(|thread| thread.join().expect("it has caught its panics")).collect()
    });
    let (mut answers, mut faults) = (0, 0);
    for (number, result) in results {
        match result {
            Some(Ok(Some((some, fault)))) => {
                answers += some;
                faults += u64::from(fault);
            }
            Some(Err(difference)) => {
                println!("scenario {number} differs: {difference}; making it smaller");
                let small = shrink(&generate::scenario(seed, number), &|text| {
                    same(text).is_some_and(|result| result.is_err())
                });
                panic!("shrunk:\n{small}\n{:?}", same(&small));
            }
            Some(Ok(None)) | None => {}
        }
    }
    println!("{answers} answers the same, {faults} of {count} scenarios with a fault");
    assert!(answers as u64 >= 6 * count && faults * 20 >= count, "hardly anything is compared");
}
