//! `worlds.csv` against `paths.csv`, against closed forms, and against the tables of the whole run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What ends it follows from what is believed: `deal` has the probability `push * chance` where the region is calm, half of it elsewhere.
const TALKS: &str = r#"
horizon = "40 days"
at_horizon = "open"
[levers]
push = [0.5, 1]
[beliefs]
chance = { is = "uniform(0.1, 0.9)", why = "nobody knows" }
calm = { p = 0.6, why = "nobody knows" }
region = { draw = { north = 1, south = 3 }, why = "nobody knows" }
pace = { is = "3 days to 20 days", why = "nobody knows" }
[state]
met = false
[stage.talks]
takes = "pace"
next = [{ p = "push * chance * (if calm then 1 else 0.5)", set = { met = true }, to = "deal" }, { to = "later" }]
[stage.later]
takes = "exponential(mean = 30 days)"
to = "walkout"
[outcome.deal]
payoff = { us = 10 }
[outcome.walkout]
payoff = { us = "-day / 1 day" }
[outcome.open]
[measures]
went = { first = "stage == later" }
south = { value = "if region == south then 1 else 0", given = "outcome == walkout" }
[variants]
pushed = { push = 1 }
sure = { chance = 0.25, push = 1 }
"#;

const FIXED: &str =
    "[stage.s]\nnext = [{ p = 0.5, to = \"heads\" }, { to = \"tails\" }]\n[outcome.heads]\n[outcome.tails]\n";

type Row = BTreeMap<String, String>;

/// Runs, and reads these tables of the results.
fn run<const N: usize>(folder: &Path, words: &str, tables: [&str; N]) -> [Vec<Row>; N] {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command.current_dir(folder).arg("run").args(words.split_whitespace()).arg("--quiet");
    let output = command.output().expect("detente starts");
    assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    tables.map(|table| {
        let mut reader = csv::Reader::from_path(folder.join("results").join(table)).expect("a table");
        reader.deserialize().map(|row| row.expect("a row")).collect()
    })
}

fn number(row: &Row, column: &str) -> Option<f64> {
    let cell = &row[column];
    (!cell.is_empty()).then(|| cell.parse().expect("a number"))
}

/// The days of a path, and what anybody gets or loses.
const MOST: f64 = 40.0;

/// Cells have nine digits: one of at most `most` is off by 5e-9 of that, and so is a mean of such; both are compared.
fn near(a: f64, b: f64, most: f64, what: &str) {
    assert!((a - b).abs() <= 1e-8 * most, "{what}: {a} {b}");
}

fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("talks.toml"), TALKS).expect("a file");
    fs::write(folder.path().join("fixed.toml"), FIXED).expect("a file");
    folder
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// The probabilities of the whole run are the means of those of its worlds.
fn whole(all: &[Row], worlds: &[Row]) {
    let rows = || all.iter().filter(|row| row["scenario"] == "talks" && row["milestone"] == "horizon");
    assert_eq!(rows().count(), 3 * 3);
    for row in rows() {
        let column = format!("outcome_{}", row["outcome"]);
        let each = worlds.iter().filter(|world| world["variant"] == row["variant"]);
        let mean = mean(each.map(|world| number(world, &column).unwrap())).unwrap();
        near(number(row, "probability").unwrap(), mean, 1.0, &column);
    }
}

#[test]
fn a_world_is_what_its_paths_are() {
    let desk = desk();
    for (paths, each) in [(6_000, 10.0), (600, 1.0)] {
        let words = format!("talks.toml fixed.toml --paths {paths} --worlds 600 --paths-csv --worlds-csv");
        let [worlds, paths, all] = run(desk.path(), &words, ["worlds.csv", "paths.csv", "outcomes.csv"]);
        // What is known has no worlds.
        assert_eq!(worlds.len(), 3 * 600);
        let order = |row: &Row| (number(row, "world").map(|world| world as u64), row["variant"].clone());
        assert_eq!(order(&worlds[0]), (Some(0), "base".into()));
        assert_eq!(order(&worlds[4]), (Some(1), "pushed".into()));
        let mut of: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
        for path in paths.iter().filter(|row| row["scenario"] == "talks") {
            of.entry(order(path)).or_default().push(path);
        }
        let mut partial = 0;
        for world in &worlds {
            let paths = &of[&order(world)];
            assert_eq!((paths.len() as f64, number(world, "paths")), (each, Some(each)));
            assert_eq!(
                (&world["method"], &world["lever_push"]),
                (&"sampling".into(), &paths[0]["lever_push"])
            );
            for outcome in ["deal", "walkout", "open"] {
                let share = paths.iter().filter(|path| path["outcome"] == outcome).count() as f64 / each;
                near(number(world, &format!("outcome_{outcome}")).unwrap(), share, 1.0, outcome);
            }
            for measure in ["went", "south"] {
                let column = format!("measure_{measure}");
                let came = || paths.iter().filter_map(|path| number(path, &column)).filter(|x| x.is_finite());
                let counted = number(world, &format!("counted_{measure}")).unwrap();
                near(counted, came().count() as f64 / each, 1.0, measure);
                partial += usize::from(counted > 0.0 && counted < 1.0);
                match (number(world, &column), mean(came())) {
                    (Some(told), Some(seen)) => near(told, seen, MOST, measure),
                    (told, seen) => assert_eq!(told, seen),
                }
            }
            let got = mean(paths.iter().filter_map(|path| number(path, "payoff_us")));
            near(number(world, "payoff_us").unwrap(), got.unwrap(), MOST, "us");
        }
        assert_eq!(partial > 0, each > 1.0);
        whole(&all, &worlds);
    }
}

#[test]
fn a_world_that_is_solved_is_what_follows_from_its_beliefs() {
    let desk = desk();
    let [walked] = run(desk.path(), "talks.toml --worlds 300 --worlds-csv", ["worlds.csv"]);
    let [solved, all] = run(
        desk.path(),
        "talks.toml --worlds 300 --worlds-csv --method exact",
        ["worlds.csv", "outcomes.csv"],
    );
    assert_eq!((walked.len(), solved.len()), (900, 900));
    let mut chances = BTreeMap::new();
    for (row, walked) in solved.iter().zip(&walked) {
        for column in ["variant", "world", "belief_chance", "belief_calm", "belief_region", "belief_pace"] {
            assert_eq!(row[column], walked[column], "{column}");
        }
        assert_eq!((row["method"].as_str(), row["paths"].as_str()), ("exact", ""));
        let belief = |name: &str| number(row, &format!("belief_{name}")).unwrap();
        let calm = row["belief_calm"] == "true";
        let due = belief("pace") < 40.0;
        let deal = number(row, "lever_push").unwrap() * belief("chance") * if calm { 1.0 } else { 0.5 };
        let deal = if due { deal } else { 0.0 };
        let left = 40.0 - belief("pace");
        // Of the day on which talks end, whose cell is off by 2e-7, a thirtieth at most: 7e-9 beside the chance and the cell itself.
        const SLOPE: f64 = 2.0;
        let walkout = if due { (1.0 - deal) * -libm::expm1(-left / 30.0) } else { 0.0 };
        near(number(row, "outcome_deal").unwrap(), deal, 1.0, "deal");
        near(number(row, "outcome_walkout").unwrap(), walkout, SLOPE, "walkout");
        near(number(row, "outcome_open").unwrap(), 1.0 - deal - walkout, SLOPE, "open");
        near(number(row, "counted_went").unwrap(), if due { 1.0 - deal } else { 0.0 }, 1.0, "counted");
        near(number(row, "counted_south").unwrap(), walkout, SLOPE, "counted");
        if due && deal < 1.0 {
            near(number(row, "measure_went").unwrap(), belief("pace"), MOST, "went");
            let south = f64::from(u8::from(row["belief_region"] == "south"));
            near(number(row, "measure_south").unwrap(), south, 1.0, "south");
        } else {
            assert_eq!(row["measure_went"], "");
        }
        if row["variant"] == "sure" {
            assert_eq!(row["belief_chance"], "0.25");
        } else {
            // The same world has the same beliefs in all variants that don't change them.
            let first = chances.entry(row["world"].clone()).or_insert(belief("chance"));
            assert_eq!(*first, belief("chance"));
        }
    }
    whole(&all, &solved);
}

#[test]
fn rows_of_worlds_are_the_same_whatever_the_threads_and_looks() {
    let desk = desk();
    let bytes = |words: &str| {
        run(desk.path(), &format!("{words} --worlds-csv"), ["worlds.csv"]);
        fs::read_to_string(desk.path().join("results/worlds.csv")).expect("a table")
    };
    let one = bytes("talks.toml --paths 9000 --threads 1");
    assert_eq!(one, bytes("talks.toml --paths 9000 --threads 3"));
    let solved = bytes("talks.toml --worlds 50 --method exact --threads 1");
    assert_eq!(solved, bytes("talks.toml --worlds 50 --method exact --threads 3"));
    // All worlds up to the mark that is reached, once each.
    for words in ["talks.toml --until 3pp", "talks.toml --until 3pp --method exact"] {
        let [worlds, all] =
            run(desk.path(), &format!("{words} --worlds-csv"), ["worlds.csv", "outcomes.csv"]);
        let made = number(&all[0], "worlds").unwrap();
        let base = worlds.iter().filter(|row| row["variant"] == "base");
        let numbers: Vec<f64> = base.map(|row| number(row, "world").unwrap()).collect();
        assert!(numbers.len() as f64 == made && numbers.is_sorted() && made > 100.0, "{words}: {made}");
    }
    // Without beliefs there is nothing to tell, and what an earlier run told is gone where it is not asked for.
    assert_eq!(bytes("fixed.toml").lines().count(), 1);
    run(desk.path(), "fixed.toml", []);
    assert!(!desk.path().join("results/worlds.csv").exists());
}

/// Without a horizon solving gives no times of delays whose tails are so heavy.
#[test]
fn what_solving_does_not_give_is_empty() {
    let desk = desk();
    let heavy =
        "takes = \"lognormal(median = 20 days, sigma = 6)\"\nnext = [{ p = \"p\", to = \"deal\" }, { to =";
    let text = format!(
        "[beliefs]\np = {{ is = \"10% to 30%\", why = \"nobody knows\" }}\n[stage.talks]\n{heavy} \"later\" }}]\n\
         [stage.later]\n{heavy} \"talks\" }}]\n[outcome.deal]\n[measures]\nwent = {{ first = \"stage == later\" }}\n"
    );
    fs::write(desk.path().join("heavy.toml"), text).expect("a file");
    let [worlds] = run(desk.path(), "heavy.toml --worlds 3 --worlds-csv --method exact", ["worlds.csv"]);
    assert_eq!(worlds.len(), 3);
    for world in &worlds {
        assert_eq!((world["measure_went"].as_str(), world["counted_went"].as_str()), ("", ""));
        near(number(world, "outcome_deal").unwrap(), 1.0, 1.0, "deal");
    }
}
