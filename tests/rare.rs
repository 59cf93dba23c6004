//! `detente rare` as a user meets it: what it says, what it writes, and how it refuses.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A rare deal: three exponential steps of mean 10 days.
const CHAIN: &str = r#"
horizon = "100 days"
at_horizon = "open"
[levers]
speed = ["slow", "fast"]
[stage.one]
takes = "exponential(mean = if speed == fast then 5 days else 10 days)"
to = "two"
[stage.two]
takes = "exponential(mean = 10 days)"
to = "three"
[stage.three]
takes = "exponential(mean = 10 days)"
next = [{ p = 0.5, to = "deal" }, { to = "split" }]
[outcome.deal]
[outcome.split]
[outcome.open]
[outcome.war]
when = "stage == five"
[stage.four]
to = "five"
[stage.five]
takes = "1 day"
to = "four"
[milestones]
week = "7 days"
[measures]
third = { first = "stage == three" }
[batch]
vary = ["speed"]
"#;

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().expect("a temporary folder"));
        fs::write(desk.path("chain.toml"), CHAIN).expect("a file is written");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
        command.current_dir(self.0.path()).arg("rare").arg("chain.toml").args(words).env("COLUMNS", "110");
        command.output().expect("detente starts")
    }

    /// Refuses with this exit code and these words, and leaves what was there.
    fn refuses(&self, words: &[&str], code: i32, said: &str) {
        // What is no such table is refused by itself: tests/command_line.rs.
        let earlier = "scenario,variant,event,day,date\nearlier";
        fs::write(self.path("rare.csv"), earlier).expect("a file is written");
        let output = self.run(words);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?} said:\n{text}");
        assert!(text.contains(said), "{words:?} does not say {said:?}:\n{text}");
        assert!(!text.contains("panicked"), "{text}");
        assert_eq!(fs::read_to_string(self.path("rare.csv")).expect("it is there"), earlier);
    }
}

/// Erlang(3) with mean 10 days a step, and a coin.
fn exact(days: f64) -> f64 {
    let x = days / 10.0;
    0.5 * (1.0 - libm::exp(-x) * (1.0 + x + x * x / 2.0))
}

#[test]
fn answers_are_printed_and_written() {
    let desk = Desk::new();
    let words = ["--outcome", "deal", "--by", "week", "--by", "1 hour", "--relative-error", "1%"];
    let output = desk.run(&words);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for said in ["chain: deal within 1 hour", "95% interval", "equal weight", "plain sampling", "rare.csv"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let table = fs::read_to_string(desk.path("rare.csv")).expect("a table");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 2);
    for (row, days) in rows.iter().zip([7.0, 1.0 / 24.0]) {
        let number = |name: &str| -> f64 {
            let place = header.iter().position(|column| column == name).expect("a column");
            row[place].parse().expect("a number")
        };
        let z = (number("probability") - exact(days)) / number("standard_error");
        assert!(z.abs() <= 4.0, "{days} days: {z}");
        assert!(number("relative_error") <= 0.01 && number("effective_hits") > 100.0);
        assert!((number("day") - days).abs() < 1e-6);
    }
    // The same bytes on any number of threads.
    for threads in ["1", "3"] {
        assert!(desk.run(&[&words[..], &["-q", "-j", threads]].concat()).status.success());
        assert_eq!(fs::read_to_string(desk.path("rare.csv")).expect("a table"), table);
    }
}

/// What is certain has no relative error, and its weights are 1.
#[test]
fn what_is_certain_is_told_so() {
    let desk = Desk::new();
    let text = "horizon = \"9 days\"\nat_horizon = \"open\"\n[stage.s]\ntakes = \"uniform(1 day, 2 days)\"\nto = \"done\"\n\
        [outcome.done]\n[outcome.open]\n[measures]\n\
        late = { first = \"day > 1.5 days\", given = \"outcome == done\" }\n";
    fs::write(desk.path("chain.toml"), text).expect("a file is written");
    let output = desk.run(&["--outcome", "done"]);
    let page = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(page.contains("probability      1\n") && !page.contains("NaN"), "{page}");
    desk.refuses(&["--first", "late"], 1, "`late` counts only paths of which something else is true");
    desk.refuses(&["--outcome", "done", "--by", "10 days"], 1, "`--by 10 days` is after the horizon");
}

#[test]
fn measures_variants_and_stories() {
    let desk = Desk::new();
    let output = desk.run(&["--first", "third", "--by", "2 hours", "--variant", "speed=fast", "--story"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("chain in `speed=fast`: third within 2 hours"), "{text}");
    assert!(text.contains("World 0, path"), "{text}");
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let desk = Desk::new();
    desk.refuses(&["--outcome", "war"], 5, "paths reached it. It may be impossible");
    desk.refuses(&["--outcome", "deal", "--by", "1 day", "--paths", "40"], 5, "the weights degenerate");
    desk.refuses(&["--outcome", "dael"], 1, "did you mean `deal`?");
    desk.refuses(&["--first", "thrid"], 1, "did you mean `third`?");
    desk.refuses(&["--outcome", "deal", "--by", "soon"], 1, "soon");
    desk.refuses(&["--outcome", "deal", "--by", "-3 days"], 2, "");
    desk.refuses(&["--outcome", "deal", "--by=-3 days"], 1, "before the start");
    desk.refuses(&["--outcome", "deal", "--variant", "speed=fats"], 1, "did you mean `fast`?");
    desk.refuses(&["--outcome", "deal", "--relative-error", "0"], 2, "such as 2%");
    desk.refuses(&[], 1, "help: ask for one of `--outcome deal`");
    desk.refuses(&["--outcome", "deal", "--out", "."], 4, "in the way");
}
