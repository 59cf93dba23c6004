//! Tables, folders and pages as they come out.

use super::*;
use crate::engine::{Trace, Walker, World};
use crate::program::Program;
use crate::study::samples::{call, talks};
use crate::study::{Method, Plan, Results, Settings, Watch, run_plan, solve_plan};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

fn plan(paths: u64, threads: usize) -> Plan {
    Plan::new(vec![talks(), call()], Settings { paths, threads, ..Settings::default() })
}

fn run(plan: &Plan) -> Results {
    run_plan(plan, Watch { cancel: &AtomicBool::new(false), progress: &|_| () }, None).unwrap()
}

/// Writes a whole results folder and returns what is in it.
fn written(plan: &Plan, to: &Path) -> BTreeMap<String, String> {
    let mut folder = Folder::begin(to).unwrap();
    let mut rows = RowTables::begin(&mut folder, plan, true, true).unwrap();
    let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| () };
    let results = run_plan(plan, watch, rows.sheet()).unwrap();
    rows.finish(&folder).unwrap();
    write_tables(&mut folder, &results).unwrap();
    let text = Text { name: "some/where/talks.toml", content: b"abc" };
    Manifest::new(plan, Method::Sampling, "detente run", &[vec![text]]).write(&mut folder).unwrap();
    folder.commit().unwrap();
    read(to)
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            (entry.file_name().into_string().unwrap(), text)
        })
        .collect()
}

#[test]
fn tables_are_the_same_bytes_on_any_number_of_threads() {
    let home = tempfile::tempdir().unwrap();
    let first = written(&plan(3_000, 1), &home.path().join("1"));
    let mut names = file_names();
    names.sort_unstable();
    assert!(first.keys().map(String::as_str).eq(names));
    for threads in [2, 3, 8] {
        let other = written(&plan(3_000, threads), &home.path().join(threads.to_string()));
        for (name, text) in &first {
            assert!(other[name] == *text, "{name} differs with {threads} threads");
        }
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 4, "something was left behind");
}

#[test]
fn pages_say_where_solving_is_not_exact() {
    let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| () };
    let mut results = solve_plan(&Plan::new(vec![call()], Settings::default()), watch).unwrap();
    assert!(!summary(&results, None, 80).contains("error_bound"));
    let last = results.answers[0].outcomes.len() - 1;
    for (bound, told) in [(0.000_49, false), (0.045_5, true)] {
        results.answers[0].outcomes[last].probability.error_bound = bound;
        let page = summary(&results, None, 80);
        assert_eq!(page.contains("may be off by 4.55 points (`error_bound`)"), told, "{page}");
    }
}

#[test]
fn paths_come_in_order_and_agree_with_the_tables() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(2_500, 3);
    let files = written(&plan, &home.path().join("results"));
    let mut rows = csv::Reader::from_reader(files["paths.csv"].as_bytes());
    let header = rows.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    assert_eq!(
        header.iter().collect::<Vec<_>>(),
        [
            "scenario",
            "variant",
            "lever_push",
            "lever_venue",
            "world",
            "path",
            "outcome",
            "day",
            "date",
            "final_talks",
            "final_arms",
            "final_rapport",
            "final_joined",
            "final_stage",
            "measure_rapport",
            "measure_rapport_at_deal",
            "measure_first_pause",
            "measure_war_days",
            "payoff_us",
        ]
    );
    let mut last = (String::new(), 0, 0);
    let mut deals = 0;
    let mut count = 0;
    for row in rows.records() {
        let row = row.unwrap();
        count += 1;
        let at = (
            row[0].to_string(),
            row[column("world")].parse::<u64>().unwrap(),
            row[column("path")].parse::<u64>().unwrap(),
        );
        assert!(at.0 != last.0 || (at.1, at.2) >= (last.1, last.2), "{at:?} after {last:?}");
        last = at;
        deals += u64::from(&row[0] == "talks" && &row[1] == "base" && &row[column("outcome")] == "deal");
    }
    assert_eq!(count, plan.paths());
    let mut outcomes = csv::Reader::from_reader(files["outcomes.csv"].as_bytes());
    let header = outcomes.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let row = outcomes
        .records()
        .map(Result::unwrap)
        .find(|r| {
            &r[0] == "talks"
                && &r[1] == "base"
                && &r[column("milestone")] == "horizon"
                && &r[column("outcome")] == "deal"
        })
        .unwrap();
    assert_eq!(row[column("count")].parse::<u64>().unwrap(), deals);
    assert_eq!(&row[column("date")], "2025-08-08");
}

#[test]
fn no_cell_runs_as_a_formula() {
    let home = tempfile::tempdir().unwrap();
    let mut plan = plan(200, 1);
    plan.subjects[0].scenario.outcomes[1].title = "=cmd|' /C calc'!A0".into();
    plan.subjects[0]
        .arms
        .iter_mut()
        .for_each(|arm| arm.scenario.outcomes[1].title = "=cmd|' /C calc'!A0".into());
    plan.subjects[0].scenario.name = "@sum".into();
    for (name, text) in
        written(&plan, &home.path().join("results")).iter().filter(|(name, _)| name.ends_with(".csv"))
    {
        let mut seen = 0;
        for row in csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).records() {
            for cell in &row.unwrap() {
                seen += 1;
                let number = cell.parse::<f64>().is_ok();
                assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
                assert!(!cell.contains(['e', 'E']) || !number, "{name}: {cell} has an exponent");
            }
        }
        assert!(seen > 0);
    }
}

#[test]
fn a_second_run_replaces_the_first_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let to = home.path().join("new/results");
    written(&plan(200, 1), &to);
    fs::write(to.join("notes.txt"), "mine").unwrap();
    let earlier = read(&to);
    let results = run(&plan(300, 1));
    let mut folder = Folder::begin(&to).unwrap();
    write_tables(&mut folder, &results).unwrap();
    let open = read(&to);
    assert!(earlier.iter().all(|(name, text)| open[name] == *text), "nothing changes before the end");
    Manifest::new(&plan(300, 1), Method::Sampling, "detente run", &[]).write(&mut folder).unwrap();
    folder.commit().unwrap();
    let now = read(&to);
    assert_eq!(now["notes.txt"], "mine");
    for stale in [PATHS, WORLDS] {
        assert!(!now.contains_key(stale), "a stale table of ours would be taken for one of this run");
    }
    assert_ne!(now["outcomes.csv"], earlier["outcomes.csv"]);
    // With the notes, and without rows of paths and worlds.
    assert_eq!(now.len(), file_names().len() - 1);
}

#[test]
fn what_fails_leaves_everything_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let results = run(&plan(100, 1));
    // A run that is given up leaves nothing, not even the folders on the way.
    let mut folder = Folder::begin(&home.path().join("a/b/c")).unwrap();
    write_tables(&mut folder, &results).unwrap();
    drop(folder);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    // A file in the way.
    let file = home.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = Folder::begin(&file).unwrap_err().to_string();
    assert!(error.contains("file") && error.contains("in the way"), "{error}");
    assert!(Folder::begin(&file.join("below")).is_err());
    // A folder that has the name of a table.
    let to = home.path().join("results");
    written(&plan(100, 1), &to);
    fs::remove_file(to.join("splits.csv")).unwrap();
    fs::create_dir_all(to.join("splits.csv/x")).unwrap();
    let earlier = read(&to);
    let mut folder = Folder::begin(&to).unwrap();
    let error = write_tables(&mut folder, &results).unwrap_err().to_string();
    assert!(error.contains("splits.csv"), "{error}");
    drop(folder);
    assert_eq!(read(&to), earlier);
    // The disk is full.
    let mut folder = Folder::begin(&to).unwrap();
    let full =
        folder.write("outcomes.csv", |_| Err(io::Error::from(io::ErrorKind::StorageFull))).unwrap_err();
    assert!(full.to_string().contains("outcomes.csv"), "{full}");
    drop(folder);
    assert_eq!(read(&to), earlier);
}

#[test]
fn a_table_that_no_run_of_ours_wrote_stays() {
    let home = tempfile::tempdir().unwrap();
    let to = home.path().join("results");
    fs::create_dir(&to).unwrap();
    fs::write(to.join("paths.csv"), "mine").unwrap();
    let results = run(&plan(100, 1));
    for other in ["", "ours"] {
        // The second time the manifest is that of the first run, which made no `paths.csv`.
        if other != "ours" {
            fs::write(to.join("manifest.json"), other).unwrap();
        }
        let mut folder = Folder::begin(&to).unwrap();
        write_tables(&mut folder, &results).unwrap();
        Manifest::new(&plan(100, 1), Method::Sampling, "detente run", &[]).write(&mut folder).unwrap();
        folder.commit().unwrap();
        assert_eq!(read(&to)["paths.csv"], "mine");
    }
}

#[test]
fn runs_at_once_into_a_new_folder_all_succeed() {
    let home = tempfile::tempdir().unwrap();
    let to = home.path().join("new/results");
    let mut one = Folder::begin(&to).unwrap();
    let mut two = Folder::begin(&to).unwrap();
    let mut three = Folder::begin(&to).unwrap();
    one.write("outcomes.csv", |to| to.write_all(b"one")).unwrap();
    two.write("outcomes.csv", |to| to.write_all(b"two")).unwrap();
    three.write("splits.csv", |to| to.write_all(b"three")).unwrap();
    one.commit().unwrap();
    two.commit().unwrap();
    assert_eq!(read(&to), BTreeMap::from([("outcomes.csv".to_string(), "two".to_string())]));
    // Nor is a folder of somebody else's lost that came meanwhile.
    fs::create_dir_all(to.join("splits.csv/x")).unwrap();
    let error = three.commit().unwrap_err().to_string();
    assert!(error.contains("in the way"), "{error}");
    assert!(to.join("splits.csv/x").exists());
    assert_eq!(fs::read_dir(home.path().join("new")).unwrap().count(), 1, "something was left behind");
}

/// If the last steps fail, what was moved aside comes back.
#[test]
fn a_failed_exchange_is_undone() {
    let home = tempfile::tempdir().unwrap();
    let to = home.path().join("results");
    written(&plan(100, 1), &to);
    let earlier = read(&to);
    let mut folder = Folder::begin(&to).unwrap();
    folder.write("outcomes.csv", |to| to.write_all(b"new")).unwrap();
    folder.write("timeline.csv", |to| to.write_all(b"new")).unwrap();
    // Somebody takes away what was written.
    let aside = fs::read_dir(&to).unwrap().map(|e| e.unwrap().path()).find(|p| p.is_dir()).unwrap();
    fs::remove_file(aside.join("outcomes.csv")).unwrap();
    assert!(folder.commit().is_err());
    assert_eq!(read(&to), earlier);
}

#[test]
fn the_manifest_tells_how_and_not_where_or_when() {
    let home = tempfile::tempdir().unwrap();
    let text = written(&plan(100, 2), &home.path().join("results")).remove("manifest.json").unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(manifest["seed"], 1);
    assert_eq!(manifest["scenarios"][0]["worlds"], 100);
    let hash = &manifest["scenarios"][0]["texts"][0];
    assert_eq!(hash["name"], "talks.toml");
    // The digest of "abc" in FIPS 180-2.
    assert_eq!(hash["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert!(!text.contains(home.path().to_str().unwrap()) && !text.contains("thread"));
}

/// `docs/tables.md` has exactly the columns that are written.
#[test]
fn every_column_is_documented() {
    let page = include_str!("../../docs/tables.md");
    let mut documented: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut table = "";
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            table = heading.trim_matches('`');
        } else if let Some(cell) = line.strip_prefix("| `") {
            documented.entry(table).or_default().push(cell.split('`').next().unwrap());
        }
    }
    assert_eq!(documented.remove("In every table").unwrap(), COMMON);
    for table in tables::TABLES {
        assert_eq!(documented.remove(table.name).unwrap(), table.columns, "{}", table.name);
    }
    assert_eq!(documented.remove(PATHS).unwrap(), PATH_COLUMNS);
    assert_eq!(documented.remove(WORLDS).unwrap(), WORLD_COLUMNS);
    assert_eq!(RARE_COLUMNS[..3], COMMON);
    assert_eq!(documented.remove("rare.csv").unwrap(), RARE_COLUMNS[3..]);
    assert_eq!(documented.remove("bench.csv").unwrap(), BENCH_COLUMNS);
    let manifest = documented.remove(MANIFEST).unwrap();
    let keys = ["program", "version", "command", "method", "seed", "design", "scenarios", "tables"];
    assert_eq!(manifest, keys);
    assert!(documented.is_empty(), "{documented:?}");
}

/// Solved worlds are a sample of what is not known; without beliefs there is nothing to sample.
#[test]
fn solved_variants_have_an_interval_where_worlds_are_a_sample() {
    for (chance, sampled) in [("uniform(0.1, 0.5)", true), ("0.3", false)] {
        let text = format!(
            "[beliefs]\nb = {{ is = '{chance}', why = 'so' }}\n[levers]\nl = [1, 0.5]\n[stage.s]\nnext = [{{ p = 'b * l', to = 'won' }}, {{ to = 'lost' }}]\n\
             [outcome.won]\n[outcome.lost]\n[variants]\nhalf = {{ l = 0.5 }}\n"
        );
        let scenario = crate::check::check_text("two", &text).scenario.expect("it is sound");
        let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| () };
        let page =
            summary(&solve_plan(&Plan::new(vec![scenario], Settings::default()), watch).unwrap(), None, 80);
        let half = page.lines().find(|line| line.trim_start().starts_with("half")).unwrap_or_default();
        assert_eq!(half.matches("% ±").count(), if sampled { 3 } else { 0 }, "{page}");
        assert_eq!(page.contains("± half the width"), sampled, "{page}");
    }
}

#[test]
fn a_summary_fits_and_says_how_it_was_made() {
    let results = run(&plan(2_000, 1));
    let page = summary(&results, None, 80);
    println!("{page}");
    assert!(
        page.starts_with("sampling: 1,000 worlds x 2 paths or 2,000 paths for each of 11 variants, seed 1"),
        "{page}"
    );
    assert!(
        page.lines().filter(|l| !l.starts_with("note:")).all(|line| line.chars().count() <= 80),
        "{page}"
    );
    // Every number with its interval, the base without a mark, and what the marks mean.
    let base = page.lines().find(|line| line.trim_start().starts_with("base")).unwrap();
    assert!(base.contains("% ±") && !base.contains(['▲', '▼', '?', '=']), "{base}");
    assert!(page.lines().any(|line| line.contains("% ±") && line.contains('▲')), "{page}");
    assert!(page.contains("= no path differs from the base, ± half"), "{page}");
    assert!(page.contains("`first_pause` in `talks base`"), "{page}");
    assert_eq!(page.matches("it never does on ").count(), 1, "{page}");
    let narrow = summary(&results, None, 40);
    println!("{narrow}");
    assert!(narrow.contains("more in outcomes.csv"), "{narrow}");
    assert!(narrow.lines().filter(|l| l.contains("% ±")).all(|l| l.chars().count() <= 40), "{narrow}");
    let mut one = plan(2_000, 1);
    one.subjects.truncate(1);
    one.only_base();
    let page = summary(&run(&one), Some(std::time::Duration::from_millis(820)), 100);
    println!("{page}");
    assert!(page.starts_with("sampling: 1,000 worlds x 2 paths, seed 1, 820 ms"), "{page}");
    assert!(page.contains("would make it ±0.5"), "{page}");
}

#[test]
fn a_path_is_told_as_a_story() {
    let mut scenario = talks();
    scenario.tracks[0].stages[0].about = "The delegations meet.".into();
    scenario.outcomes[1].about = "Both sides sign.".into();
    let program = Program::compile(&scenario);
    let mut trace = Trace::default();
    let world = World::new(&program, 1, 0).unwrap();
    let mut walker = Walker::new(&program);
    for path in 0.. {
        walker.walk(&world, path, &mut trace).unwrap();
        // One that passes through a pause and still ends in a deal.
        let paused =
            trace.events.iter().any(|e| matches!(e, crate::engine::Event::Enter { track: 0, stage: 1, .. }));
        if paused && trace.end.as_ref().is_some_and(|end| end.outcome == 1) {
            break;
        }
    }
    let page = story(&scenario, world.beliefs(), &trace);
    println!("{page}");
    for words in [
        "World 0, path ",
        "In this world:\n    p_deal = 0.",
        "The delegations meet.",
        "rapport 0 -> -1",
        "Mon 20 Jan 2025, day 0: talks begins at round: The delegations meet.\n",
        "    rapport is 0, joined is ",
        "(a chance of 30.0%)",
        "The path ends: Deal. Both sides sign.",
        "payoff of us: 60",
    ] {
        assert!(page.contains(words), "{words} is not in:\n{page}");
    }
}

/// The page of a single variant: what is measured, and what it turns on.
#[test]
fn a_single_variant_is_told_with_its_measures_and_beliefs() {
    let text = "[beliefs]\nwill = { is = 'uniform(0, 1)', why = 'w' }\nwait = { is = 'uniform(2 days, 12 days)', why = 'w' }\n\
        sunny = { p = 0.5, why = 'w' }\n\
        [stage.s]\ntakes = 'wait'\nnext = [{ p = '0.6 * will + (if sunny then 0.3 else 0)', to = 'deal' }, { to = 'none' }]\n\
        [outcome.deal]\npayoff = { north = 50 }\n[outcome.none]\n\
        [measures]\nlong = { value = 'day' }\nlucky = { value = 'sunny', given = 'outcome == deal' }\n";
    let checked = crate::check::check_text("page", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
    let plan = Plan::new(vec![scenario], Settings::default());
    let results =
        run_plan(&plan, Watch { cancel: &AtomicBool::new(false), progress: &|_| {} }, None).unwrap();
    let page = summary(&results, None, 110);
    let rows: Vec<Vec<&str>> = page.lines().map(|line| line.split_whitespace().collect()).collect();
    let row =
        |first: &str| rows.iter().find(|row| row.first() == Some(&first)).unwrap_or_else(|| panic!("{page}"));
    // Means of 22.5, 7 days and two thirds, known to about a hundredth.
    assert_eq!(row("Payoff")[..3], ["Payoff", "of", "north"]);
    let number = |words: &str| {
        words.trim_end_matches('%').parse::<f64>().unwrap_or_else(|_| panic!("{words}: {page}"))
    };
    assert!(
        (number(row("Payoff")[3]) - 22.5).abs() < 1.0 && (number(row("long,")[2]) - 7.0).abs() < 0.3,
        "{page}"
    );
    assert!((number(row("lucky")[1]) - 66.7).abs() < 3.0, "{page}");
    assert!(
        page.contains("what it turns on") && page.contains("up to 0.2: ") && page.contains("true: "),
        "{page}"
    );
    // A deal pays 50, and is a third more frequent for every five ninths of `will`; the days are those of `wait`.
    let turning: Vec<&Vec<&str>> =
        rows.iter().skip_while(|row| row.get(1) != Some(&"turns")).skip(2).take(3).collect();
    let ends = |row: &[&str]| row.last().and_then(|words| words.parse::<f64>().ok()).unwrap_or(f64::NAN);
    assert_eq!(
        (turning[0][3], turning[1][2], turning[2].first()),
        ("will", "wait", Some(&"lucky")),
        "{page}"
    );
    assert!((ends(turning[0]) - 50.0 * (0.54 + 0.15)).abs() < 3.0, "{page}");
    assert!((ends(turning[1]) - 11.0).abs() < 0.3 && turning[2][1] == "sunny", "{page}");
}
