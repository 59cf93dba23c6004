//! The program as a careless user meets it: each case a clear message, a documented exit code, and earlier results untouched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const FAULTY: i32 = 1;
const USAGE: i32 = 2;
const PATH: i32 = 3;
const OUTPUT: i32 = 4;

/// A folder with a small scenario that runs.
/// A coin.
const TOSS: &str =
    "[stage.s]\nnext = [{ p = 0.5, to = \"heads\" }, { to = \"tails\" }]\n[outcome.heads]\n[outcome.tails]\n";

struct Desk {
    folder: tempfile::TempDir,
}

const SMALL: &str = r#"
horizon = "30 days"
at_horizon = "open"
[levers]
place = ["here", "there"]
[stage.talks]
takes = "5 days to 20 days"
next = [{ p = { base = 0.4, odds = { "place == there" = 2 } }, to = "deal" }, { to = "talks" }]
[outcome.deal]
[outcome.open]
[batch]
vary = ["place"]
"#;

impl Desk {
    fn new() -> Desk {
        let desk = Desk { folder: tempfile::tempdir().expect("a temporary folder") };
        desk.write("small.toml", SMALL);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a file is written");
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
        command.current_dir(self.folder.path()).args(words.split_whitespace()).env("COLUMNS", "110");
        command
    }

    fn run(&self, words: &str) -> Output {
        self.command(words).output().expect("detente starts")
    }

    /// Runs, and demands this exit code and these words on standard error, no panic, and a quick answer.
    fn refuses(&self, words: &str, code: i32, said: &[&str]) -> String {
        let began = Instant::now();
        let output = self.run(words);
        let text =
            String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "`{words}` said:\n{text}");
        for one in said {
            assert!(text.contains(one), "`{words}` does not say {one:?}:\n{text}");
        }
        assert!(!text.contains("panicked"), "{text}");
        assert!(began.elapsed() < Duration::from_secs(30), "`{words}` took {:?}", began.elapsed());
        text
    }
}

#[test]
fn a_run_writes_its_tables_and_says_how_they_were_made() {
    let desk = Desk::new();
    let output = desk.run("run small.toml --paths 2000 --seed 7");
    assert!(output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("sampling: 2,000 paths"), "{text}");
    assert!(text.contains("seed 7"), "{text}");
    let mut names: Vec<String> = fs::read_dir(desk.path("results"))
        .unwrap()
        .map(|f| f.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let expected =
        ["beliefs.csv", "compare.csv", "manifest.json", "measures.csv", "outcomes.csv", "splits.csv"];
    for name in expected {
        assert!(names.iter().any(|n| n == name), "{names:?}");
    }
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(desk.path("results/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["seed"], 7);
}

#[test]
fn missing_and_unreadable_files_are_named() {
    let desk = Desk::new();
    desk.write("empty.toml", "");
    desk.write("binary.toml", [0xff, 0xfe, 0x00, 0x9f]);
    fs::create_dir(desk.path("nothing")).unwrap();
    desk.refuses("run absent.toml", FAULTY, &["absent.toml", "there is no such file"]);
    desk.refuses("check absent.toml", FAULTY, &["absent.toml", "there is no such file"]);
    desk.refuses("replay absent.toml", FAULTY, &["absent.toml"]);
    desk.refuses("run binary.toml", FAULTY, &["binary.toml", "saved as UTF-16", "save the file as UTF-8"]);
    desk.write("latin.toml", b"[stage.talks]\nabout = \"caf\xe9\"\n");
    desk.refuses("check latin.toml", FAULTY, &["line 2 has, behind `about = \"caf`, the byte 0xE9", "`é`"]);
    desk.refuses("run empty.toml", FAULTY, &["E0209"]);
    desk.refuses("run nothing", FAULTY, &["no scenario file", "detente new"]);
    desk.refuses("run", FAULTY, &["no folder `scenarios`", "detente new NAME"]);
    assert!(!desk.path("results").exists());
}

#[test]
fn a_hundred_megabytes_of_brackets_are_refused_at_once() {
    let desk = Desk::new();
    desk.write("huge.toml", "x = ".to_string() + &"[".repeat(100 << 20));
    desk.write("deep.toml", "x = ".to_string() + &"[".repeat(3 << 20));
    desk.refuses("check huge.toml", FAULTY, &["larger than 4 MiB"]);
    desk.refuses("check deep.toml", FAULTY, &["error"]);
}

#[test]
fn wrong_words_on_the_command_line_are_explained() {
    let desk = Desk::new();
    desk.refuses("run small.toml --set place=ther", FAULTY, &["no option `ther`", "did you mean `there`?"]);
    desk.refuses("run small.toml --set plase=here", FAULTY, &["`plase`", "did you mean `place`?"]);
    desk.refuses("run small.toml --set place", FAULTY, &["NAME=VALUE"]);
    desk.refuses("run small.toml --set weather=fair", FAULTY, &["`weather`", "what can be set: `place`"]);
    desk.refuses(
        "run small.toml --variant winter",
        FAULTY,
        &["a variant `winter`", "there is `place=there`"],
    );
    desk.refuses("run small.toml --variant winter --vary none", FAULTY, &["there is only `base`"]);
    desk.refuses("run small.toml --vary plase", FAULTY, &["did you mean `place`?"]);
    desk.refuses("run small.toml --vary weather", FAULTY, &["levers here: `place`"]);
    desk.refuses("run small.toml --vary place,place", FAULTY, &["`place` twice"]);
    desk.refuses(
        "run small.toml --set place=here --set place=there",
        FAULTY,
        &["`--set place=…` is given twice"],
    );
    desk.refuses(
        "run small.toml --variant place=ther",
        FAULTY,
        &["the lever `place` has no option `ther`; there are `here` and `there`", "did you mean `there`?"],
    );
    desk.refuses(
        "replay small.toml --variant plase=there",
        FAULTY,
        &["no scenario here has a lever `plase`", "did you mean `place`?"],
    );
    desk.refuses(
        "rare small.toml --outcome deal --variant weather=fair",
        FAULTY,
        &["a lever `weather`; there is `place`"],
    );
    desk.refuses(
        "replay small.toml --variant place=",
        FAULTY,
        &["neither the name of a variant nor", "LEVER=OPTION"],
    );
    desk.refuses("run small.toml --paths 0", USAGE, &["at least 1"]);
    desk.refuses("run small.toml --paths many", USAGE, &["expected a whole number"]);
    desk.refuses(
        "run small.toml --paths 20.000",
        USAGE,
        &["may be read as 20000 or as 20: write `20000` or `20`"],
    );
    desk.refuses("run small.toml --worlds 2.000", USAGE, &["may be read as 2000 or as 2"]);
    desk.refuses(
        "rare small.toml --outcome deal --paths 20,5",
        USAGE,
        &["as 205 or as 20.5, and a count is whole"],
    );
    desk.refuses("run small.toml --until 1pp --min-paths 10,00", USAGE, &["as 1000 or as 10"]);
    desk.refuses(
        "run small.toml --until 0.05",
        USAGE,
        &["`0.05pp` for 0.05 percentage points", "`5pp` for a probability"],
    );
    desk.refuses("run small.toml --seed abc", USAGE, &["a seed is a whole number from 0"]);
    for words in ["run small.toml --seed -1", "run small.toml --paths -1", "replay small.toml --world -1"] {
        let said = desk.refuses(words, USAGE, &["whole number"]);
        assert!(!said.contains("-- -1"), "{said}");
    }
    desk.refuses("run small.toml --threads 100000", USAGE, &["up to 1024"]);
    desk.refuses("run small.toml --sed 4", USAGE, &["--seed"]);
    desk.refuses("explain E9999", FAULTY, &["no code `E9999`"]);
    desk.refuses("run small.toml small.toml", FAULTY, &["both called `small`"]);
    assert!(!desk.path("results").exists());
}

const BELIEF: &str = r#"
[beliefs]
agree = { is = "20% to 50%", why = "a judgement" }
[stage.talks]
next = [{ p = "agree", to = "deal" }, { to = "none" }]
[outcome.deal]
[outcome.none]
"#;

#[test]
fn a_setting_is_looked_at_like_the_file_itself_and_told_beside_the_results() {
    let desk = Desk::new();
    desk.write("belief.toml", BELIEF);
    let said = ["with agree = 1.5: a probability lies between 0 and 1", "--set agree=1.5"];
    desk.refuses("run belief.toml --paths 500 --set agree=1.5", FAULTY, &said);
    desk.refuses("run belief.toml --paths 500 --set agree=30", FAULTY, &["--set agree=30%"]);
    // What has blanks is advised between quotation marks.
    let wait = BELIEF
        .replace("next =", "takes = \"patience\"\nnext =")
        .replace("[stage", "patience = \"90 days\"\n[stage");
    desk.write("wait.toml", wait);
    desk.refuses("run wait.toml --paths 500 --set patience=90", FAULTY, &["+ --set 'patience=90 days'"]);
    desk.refuses("rare wait.toml --outcome deal --by 30", FAULTY, &["+ --by '30 days'"]);
    let said = desk.command("run belief.toml --paths 500 --set").arg("agree=20 to 50").output().unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("+ --set 'agree=20% to 50%'"));
    assert!(!desk.path("results").exists());
    // All settings together are what is run.
    desk.write(
        "two.toml",
        BELIEF
            .replace("p = \"agree\"", "p = \"agree + push\"")
            .replace("[stage", "[state]\npush = 0.0\n[stage"),
    );
    let output = desk.run("run two.toml --paths 500 --set agree=1.2 --set push=-0.9");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = desk.run("run belief.toml --paths 500 --set agree=30%");
    assert!(output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("with agree = 30%\n"), "{text}");
    let text = String::from_utf8(desk.run("replay belief.toml --set agree=30%").stdout).unwrap();
    assert!(text.starts_with("with agree = 30%\n"), "{text}");
    assert!(!String::from_utf8_lossy(&desk.run("run belief.toml --paths 500").stdout).contains("with agree"));
}

#[test]
fn settings_and_variants_select_what_is_run() {
    let desk = Desk::new();
    assert!(desk.run("run small.toml --paths 500 --set place=there --vary none").status.success());
    let outcomes = fs::read_to_string(desk.path("results/outcomes.csv")).unwrap();
    assert!(outcomes.contains("small,base,there,"), "{outcomes}");
    assert!(!outcomes.contains(",here,"), "{outcomes}");
    let output = desk.run("run small.toml --paths 500 --variant place=there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let outcomes = fs::read_to_string(desk.path("results/outcomes.csv")).unwrap();
    assert!(outcomes.contains("small,place=there,there,"), "{outcomes}");
}

/// Two levers, and a path of one combination that goes wrong.
fn two_levers(desk: &Desk) {
    let text = SMALL.replace(
        "place = [\"here\", \"there\"]",
        "place = [\"here\", \"there\"]\nmediator = [\"none\", \"invited\"]",
    );
    let text = text.replace(
        "p = { base = 0.4, odds = { \"place == there\" = 2 } }",
        "p = \"if place == there and mediator == invited then n else 0.5\"",
    );
    let text =
        text.replace("[batch]", "[state]\nn = 0.6\n[stage.talks.enter]\nset = { n = \"n * 1.3\" }\n[batch]");
    desk.write("two.toml", text);
}

#[test]
fn combinations_of_levers_are_variants_by_any_of_their_names() {
    let desk = Desk::new();
    two_levers(&desk);
    let names = |words: &[&str]| {
        let output = desk.command("run two.toml --paths 100 --variant").args(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let outcomes = fs::read_to_string(desk.path("results/outcomes.csv")).unwrap();
        let mut names: Vec<String> =
            outcomes.lines().skip(1).map(|l| l.split(',').nth(1).unwrap().to_string()).collect();
        names.dedup();
        names
    };
    // The batch varies the place alone; what differs beside it is part of the name.
    assert_eq!(names(&["place=there"]), ["base", "place=there"]);
    assert_eq!(names(&["mediator=none place=there"]), ["base", "place=there"]);
    assert_eq!(names(&["mediator=invited"]), ["base", "mediator=invited"]);
    assert_eq!(names(&["place=here, mediator=invited"]), ["base", "mediator=invited"]);
    assert_eq!(names(&["mediator=none"]), ["base"]);
    // All levers of a batch are in the names of its combinations, also of those asked for by some.
    assert_eq!(
        names(&["mediator=invited", "--vary", "place,mediator"]),
        ["base", "place=here mediator=invited"]
    );
    let story = desk.command("replay two.toml --variant").arg("mediator=invited").output().unwrap();
    assert!(story.status.success(), "{}", String::from_utf8_lossy(&story.stderr));
    let output = desk
        .command("rare two.toml --outcome deal --paths 20000 --quiet --variant")
        .arg("mediator=invited place=here")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::read_to_string(desk.path("rare.csv")).unwrap().contains("mediator=invited,here,invited"));
}

#[test]
fn the_replay_that_a_fault_in_a_combination_tells_of_works() {
    let desk = Desk::new();
    two_levers(&desk);
    let said = desk.refuses(
        "run two.toml --paths 500 --vary mediator,place",
        PATH,
        &["of the variant `mediator=invited place=there`", "--variant 'mediator=invited place=there'"],
    );
    let replay = said.lines().find_map(|l| l.split("see this path: detente ").nth(1)).expect("a command");
    let program = env!("CARGO_BIN_EXE_detente");
    let again = Command::new("sh")
        .current_dir(desk.folder.path())
        .args(["-c", &format!("'{program}' {replay}")])
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(PATH));
    let again = String::from_utf8_lossy(&again.stderr).into_owned();
    let one = |text: &str| text.lines().find(|l| l.starts_with("error: a probability")).map(str::to_string);
    assert!(one(&said).is_some());
    assert_eq!(one(&said), one(&again), "{again}");
    // What is told again names the path in the same words.
    let hint = |text: &str| text.lines().find(|l| l.contains("see this path")).map(str::to_string);
    assert!(hint(&again).is_some_and(|h| h.contains("mediator=invited")), "{again}");
}

#[test]
fn a_run_stops_by_precision_and_says_so() {
    let desk = Desk::new();
    desk.write("s.toml", TOSS);
    let met = desk.run("run s.toml --until 2pp -o met");
    let said = String::from_utf8(met.stdout).unwrap();
    // z² p (1 - p) / 0.02² = 2,401 for p = 0.5: the mark at 2,500.
    assert!(said.contains("until 2pp: reached at 2,500 paths"), "{said}");
    let short = desk.run("run s.toml --until heads=10%rel,0.1pp --paths 3000 --min-paths 1000 -o short");
    let said = String::from_utf8(short.stdout).unwrap();
    assert!(
        said.contains("until heads=10%rel, 0.1pp: not reached; stopped at the most, 3,000 paths"),
        "{said}"
    );
    let manifest = std::fs::read_to_string(desk.path("short/manifest.json")).unwrap();
    assert!(manifest.contains("\"reached\": false") && manifest.contains("\"paths\": 3000"), "{manifest}");
    // The same tables as a plain run of so many paths.
    desk.run("run s.toml --paths 2500 -o plain");
    let table = |folder: &str| std::fs::read(desk.path(folder).join("outcomes.csv")).unwrap();
    assert_eq!(table("met"), table("plain"));
    desk.refuses("run s.toml --until 5%", 2, &["`5pp` for percentage points"]);
    desk.refuses("run s.toml --until head=1pp", 1, &["no outcome `head`; did you mean `heads`?"]);
    desk.refuses("run s.toml --until 1pp --worlds 5", 2, &["--worlds"]);
    desk.refuses("run s.toml --min-paths 10", 2, &["--until"]);
}

#[test]
fn worlds_are_solved_until_a_precision_is_reached() {
    let desk = Desk::new();
    desk.write(
        "coin.toml",
        "[beliefs.p]\nis = \"uniform(0, 1)\"\nwhy = \"nobody knows\"\n\
         [stage.toss]\nnext = [{ p = \"p\", to = \"heads\" }, { to = \"tails\" }]\n[outcome.heads]\n[outcome.tails]\n",
    );
    let run = |words: &str| String::from_utf8(desk.run(words).stdout).unwrap();
    // 1.96² / 12 / 0.02² = 801 worlds; of paths three times as many.
    let said = run("run coin.toml --method auto --until 2pp -o auto");
    assert!(said.contains("coin: exact, since the precision takes about "), "{said}");
    assert!(said.contains("until 2pp: reached at ") && said.contains(" worlds (widest"), "{said}");
    let manifest = fs::read_to_string(desk.path("auto/manifest.json")).unwrap();
    assert!(manifest.contains("\"paths\": 0") && manifest.contains("\"reached\": true"), "{manifest}");
    let tables = |folder: &str| fs::read(desk.path(folder).join("outcomes.csv")).unwrap();
    run("run coin.toml --method exact --until 2pp --threads 1 -o exact");
    assert_eq!(tables("auto"), tables("exact"));
    // A design needs no more than the first look, rounded to its parts.
    let said = run("run coin.toml --method auto --until 2pp --design latin -o latin");
    assert!(said.contains("exact, since the precision takes few worlds"), "{said}");
    assert!(said.contains("reached at 208 worlds"), "{said}");
    // Without beliefs it is solved as it is.
    desk.write("s.toml", TOSS);
    let said = run("run s.toml --method auto --until 0.001pp -o plain");
    assert!(said.contains("s: exact, since that has every precision"), "{said}");
    run("run s.toml --method exact --until 0.001pp -o plain");
}

/// A stage that costs, then one that does not: only what the cost is likely to be is not solved.
const COSTS: &str = r#"
[stage.first]
hazard = "1 per 10 days"
to = "second"
[stage.second]
hazard = "1 per 5 days"
next = [{ p = 0.25, to = "deal" }, { to = "lost" }]
[outcome.deal]
[outcome.lost]
[measures]
cost = { rate = "if stage == first then 2 per day else 0 per day", thresholds = [10] }
"#;

#[test]
fn an_account_costs_the_outcomes_none_of_their_exactness() {
    let desk = Desk::new();
    desk.write("costs.toml", COSTS);
    desk.write("s.toml", TOSS);
    let said = String::from_utf8(desk.run("run costs.toml --method auto --paths 3000").stdout).unwrap();
    let line = "costs: exact, but for the quantiles and thresholds of `cost`: these from 3,000 paths\n";
    assert!(said.starts_with(line), "{said}");
    let table = |name: &str| fs::read_to_string(desk.path("results").join(name)).unwrap();
    let outcomes = table("outcomes.csv");
    assert!(outcomes.contains("costs,base,end,,,deal,deal,0.25,0,0.25,0.25,,,0,0,1,exact,"), "{outcomes}");
    let measures = table("measures.csv");
    let rows: Vec<Vec<&str>> = measures.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|head| *head == name).unwrap();
    let cell = |row: usize, name: &str| rows[row][column(name)];
    assert_eq!((cell(1, "statistic"), cell(1, "value")), ("mean", "20"));
    assert_eq!((cell(1, "standard_error"), cell(1, "count")), ("0", "3000"));
    assert_eq!(cell(1, "method"), "exact but for quantiles");
    assert!(cell(1, "q50").parse::<f64>().is_ok_and(|q| q > 0.0), "{measures}");
    assert_eq!((cell(2, "statistic"), cell(2, "method")), ("at least", "sampling"));
    assert!(cell(2, "standard_error").parse::<f64>().is_ok_and(|e| e > 0.0), "{measures}");
    let manifest = table("manifest.json");
    for words in ["\"method\": \"exact and sampling\"", "\"paths\": 3000", "these from 3,000 paths"] {
        assert!(manifest.contains(words), "{manifest}");
    }
    // The same bytes whatever the threads.
    let files =
        |folder: &str| listing(&desk.path(folder)).into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>();
    desk.run("run costs.toml --method auto --paths 3000 --threads 1 -o one");
    assert_eq!(files("one"), files("results"));
    // Pure solving says what it leaves out; a precision is that of the paths; with paths.csv all is by paths.
    let said = String::from_utf8(desk.run("run costs.toml --method exact -o pure").stdout).unwrap();
    assert!(said.contains("left empty: the quantiles and thresholds of `cost`"), "{said}");
    let said =
        String::from_utf8(desk.run("run costs.toml --method auto --until 2pp -o until").stdout).unwrap();
    // z² p (1 - p) / 0.02² = 1,801 for p = 0.25: the least.
    assert!(said.contains("these from 2,000 paths") && !said.contains("until 2pp"), "{said}");
    let said =
        String::from_utf8(desk.run("run costs.toml --method auto --paths-csv -o rows").stdout).unwrap();
    assert!(said.contains("costs: sampling, since paths.csv is asked for"), "{said}");
    // Beside one that is solved whole, and one that is sampled.
    desk.run("run costs.toml s.toml --method auto --paths 3000 -o two");
    let manifest = fs::read_to_string(desk.path("two/manifest.json")).unwrap();
    assert!(manifest.contains("since everything asked can be had so"), "{manifest}");
}

#[test]
fn a_bench_writes_one_table_and_nothing_else() {
    let desk = Desk::new();
    desk.write("s.toml", TOSS);
    let said = String::from_utf8(desk.run("bench s.toml --seconds 0.3 -o b.csv").stdout).unwrap();
    assert!(said.contains("paths a second") && said.contains("the table is in b.csv"), "{said}");
    let table = std::fs::read_to_string(desk.path("b.csv")).unwrap();
    for row in ["s,rate,sampling,1,1,1000,", "s,solving,exact,", ",precision,", "scenario,what,method,"] {
        assert!(table.contains(row), "{row}:\n{table}");
    }
    assert_eq!(listing(desk.folder.path()).len(), 3, "the scenarios and the table");
    desk.refuses("bench none.toml", 1, &["none.toml"]);
    desk.refuses("bench s.toml --seconds 0.1 -o no/such/b.csv", 4, &["cannot write"]);
    desk.refuses("bench s.toml --seconds 0", 2, &["number of seconds"]);
}

#[test]
fn what_goes_wrong_on_a_path_is_told_with_its_replay() {
    let desk = Desk::new();
    let text =
        SMALL.replace("[batch]", "[state]\nn = 0.6\n[stage.talks.enter]\nset = { n = \"n * 1.3\" }\n[batch]");
    let text = text.replace(
        "p = { base = 0.4, odds = { \"place == there\" = 2 } }",
        "p = \"if place == here then n else 0.5\"",
    );
    desk.write("sum.toml", text);
    desk.run("run small.toml --paths 500");
    let before = fs::read(desk.path("results/outcomes.csv")).unwrap();
    let said = desk.refuses(
        "run sum.toml --paths 500",
        PATH,
        &["a probability is 1.", "sum.toml:", "on day", "n = ", "detente replay"],
    );
    let replay = said.lines().find_map(|l| l.split("detente ").nth(1)).expect("a command");
    let again = desk.refuses(replay, PATH, &["a probability is 1.", "in world 0"]);
    let one = |text: &str| text.lines().find(|l| l.starts_with("error: a probability")).map(str::to_string);
    assert_eq!(one(&said), one(&again));
    assert_eq!(fs::read(desk.path("results/outcomes.csv")).unwrap(), before);
    // The same path whatever the threads.
    for threads in ["1", "3", "8"] {
        assert_eq!(said, desk.refuses(&format!("run sum.toml --paths 500 --threads {threads}"), PATH, &[]));
    }
}

/// The rest that nobody takes, where a path is that has yet to begin, and durations in what a distribution refuses.
#[test]
fn faults_on_paths_are_told_with_their_numbers() {
    let desk = Desk::new();
    let ends = "\n[outcome.deal]\n[outcome.open]\n";
    let head = "horizon = \"90 days\"\nat_horizon = \"open\"\n";
    let stages = "[stage.first]\ntakes = \"9 days\"\nto = \"second\"\n[stage.second]\ntakes = \"9 days\"\nto = \"deal\"";
    let rest = "[state]\nk = 0\n[stage.talks]\ntakes = \"9 days\"\nset = { k = \"k + 1\" }\n\
        next = [{ p = 0.3, to = \"deal\" }, { when = \"k > 3\", to = \"talks\" }]";
    desk.write("rest.toml", format!("{head}{rest}{ends}"));
    desk.refuses("run rest.toml", PATH, &["nobody takes a rest of 0.7"]);
    let bluff =
        "[beliefs]\nb = { is = \"normal(0.5, 0.3)\", why = \"so\" }\n[state]\nbluff = { p = \"b\" }\n";
    desk.write("bluff.toml", format!("{head}{bluff}{stages}{ends}"));
    desk.refuses("run bluff.toml", PATH, &["on day 0", "stage is at first"]);
    let pace = "[beliefs]\npace = { is = \"uniform(1, 9)\", why = \"so\" }\n[stage.talks]\n\
        takes = \"20 days to (90 days / pace)\"\nto = \"deal\"";
    desk.write("pace.toml", format!("{head}{pace}{ends}"));
    desk.refuses("run pace.toml", PATH, &["not p5 = 20 days and p95 = "]);
}

/// One of ten thousand million paths goes so far: nobody should wait for hours to be told.
#[test]
fn a_long_run_is_told_beforehand_what_may_stop_it() {
    let desk = Desk::new();
    let text = "[state]\nsteps = 0\n[stage.talks]\ntakes = \"9 days\"\n\
        next = [{ p = 0.1, set = { steps = \"steps + 1\" }, to = \"talks\" }, { p = \"0.1 * steps\", to = \"war\" }, { to = \"deal\" }]\n\
        [outcome.deal]\n[outcome.war]\n";
    desk.write("steps.toml", text);
    let said = String::from_utf8_lossy(&desk.run("check steps.toml").stdout).into_owned();
    assert!(said.contains("warning[L0036]") && said.contains("`steps` = 10"), "{said}");
    let output = desk.run("run steps.toml --paths 1e6");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("a path that stops the run"), "{said}");
    for short in ["run steps.toml --paths 1000", "run steps.toml --paths 1e6 --quiet"] {
        let output = desk.run(short);
        assert!(output.status.success() && output.stderr.is_empty(), "{short}");
    }
}

#[test]
fn what_is_nearly_a_command_is_answered_with_it() {
    let desk = Desk::new();
    for (words, code, said) in [
        ("small.toml", USAGE, "`detente run small.toml` runs it"),
        ("run small", FAULTY, "is it `small.toml`?"),
        ("run small.toml --set place=there,place=here", FAULTY, "`--set place=there`, then `--set place=…`"),
        ("run small.toml --worlds-csv w.csv", FAULTY, "take no name"),
        ("run small.toml --vary place=there", FAULTY, "`--variant 'place=there'`"),
    ] {
        desk.refuses(words, code, &[said]);
    }
}

/// Variants have their measures and payoffs on the page, an outcome that came on no path has a way to be estimated.
#[test]
fn pages_of_variants_show_what_is_measured_and_what_never_came() {
    let desk = Desk::new();
    let text = "horizon = \"90 days\"\nat_horizon = \"open\"\n[levers]\nfirm = [false, true]\n[stage.talks]\ntakes = \"9 days\"\n\
        next = [{ p = \"if firm then 0.7 else 0.4\", to = \"deal\" }, { p = 0.000000001, to = \"war\" }, { to = \"open\" }]\n\
        [outcome.deal]\npayoff = { us = \"if firm then 10 else 8\", them = 5 }\n[outcome.open]\n[outcome.war]\n\
        [measures]\nfirmness = { value = \"firm\" }\n[batch]\nvary = [\"firm\"]\n";
    desk.write("firm.toml", text);
    let page = String::from_utf8_lossy(&desk.run("run firm.toml").stdout).into_owned();
    let rows: Vec<&str> = page.lines().filter(|line| line.trim_start().starts_with("firm=true")).collect();
    assert!(rows.len() == 2 && rows[1].ends_with("100.0% ▲"), "{page}");
    assert!(
        page.contains("Payoff of us")
            && page.contains("`war` of `firm` came on no path; `detente rare FILE --outcome war`"),
        "{page}"
    );
}

/// What lasts hours is told by the clock: every path is freed after 90 minutes.
#[test]
fn a_scenario_of_hours_is_told_by_hours() {
    let desk = Desk::new();
    let text = "start = 2026-05-01T08:00\nhorizon = \"12 hours\"\nat_horizon = \"open\"\n\
        [stage.siege]\ntakes = \"90 minutes\"\nto = \"freed\"\n[outcome.freed]\n[outcome.open]\n";
    desk.write("hours.toml", text);
    let told = |words: &str| String::from_utf8_lossy(&desk.run(words).stdout).into_owned();
    let story = told("replay hours.toml");
    assert!(
        story.contains("Fri 1 May 2026 08:00, day 0: begins") && story.contains("09:30, day 0.063: "),
        "{story}"
    );
    let page = told("run hours.toml --paths 100");
    let freed = page.lines().find(|line| line.contains("freed")).unwrap_or_default();
    assert!(freed.ends_with(" 0.062") || freed.ends_with(" 0.063"), "{page}");
    assert!(told("show hours.toml").contains("looks 12 hours ahead, on Fri 1 May 2026 20:00"));
}

/// A payoff reads when something first held, which it never did.
#[test]
fn a_payoff_of_what_never_came_says_how_to_bound_it() {
    let desk = Desk::new();
    let text = "horizon = \"9 days\"\nat_horizon = \"open\"\n[stage.talks]\ntakes = \"20 days\"\nto = \"deal\"\n\
        [measures]\nsigned = { first = \"outcome == deal\" }\n[outcome.deal]\npayoff = { us = 10 }\n\
        [outcome.open]\npayoff = { us = \"-signed / 1 day\" }\n";
    desk.write("never.toml", text.replace("outcome == deal", "day > 12 days"));
    desk.refuses("run never.toml", PATH, &["the payoff of `us` is -inf", "`min(signed, 9 days)`"]);
}

#[test]
fn an_instant_that_never_ends_stops_the_run() {
    let desk = Desk::new();
    desk.write(
        "instant.toml",
        r#"
horizon = "30 days"
at_horizon = "open"
[state]
n = 0
[stage.wait]
takes = "1 day"
to = "spin"
[stage.spin]
next = [{ when = "n < 0", to = "open" }, { to = "spun", set = { n = "n + 1" } }]
[stage.spun]
to = "spin"
[outcome.open]
"#,
    );
    desk.refuses("run instant.toml --paths 500", PATH, &["10,000 events", "instant_limit", "day 1"]);
}

#[test]
fn results_that_cannot_be_written_leave_earlier_ones_alone() {
    let desk = Desk::new();
    desk.write("in-the-way", "a file");
    desk.refuses("run small.toml --paths 500 --out in-the-way", OUTPUT, &["in-the-way"]);
    desk.refuses("run small.toml --paths 500 --out in-the-way/results", OUTPUT, &["in-the-way"]);
    desk.refuses("run small.toml --paths 500 --out /proc/results", OUTPUT, &["/proc"]);
    assert_eq!(fs::read_to_string(desk.path("in-the-way")).unwrap(), "a file");
}

/// What is not ours stays: a scenario, notes, a table of somebody else, the manifest of another program.
#[test]
fn files_of_somebody_else_are_not_replaced() {
    let desk = Desk::new();
    let scenario = fs::read_to_string(desk.path("small.toml")).unwrap();
    desk.refuses(
        "rare small.toml --outcome deal --paths 500 --out small.toml",
        OUTPUT,
        &["small.toml", "--out"],
    );
    desk.refuses("bench small.toml --seconds 1 --out small.toml", OUTPUT, &["small.toml"]);
    assert_eq!(fs::read_to_string(desk.path("small.toml")).unwrap(), scenario);
    fs::create_dir(desk.path("mine")).unwrap();
    for (name, text) in [("outcomes.csv", "date;note\n"), ("manifest.json", "{\n\"program\": \"other\"}")] {
        desk.write(&format!("mine/{name}"), text);
        desk.refuses("run small.toml --paths 500 --out mine", OUTPUT, &[name]);
        assert_eq!(fs::read_to_string(desk.path(&format!("mine/{name}"))).unwrap(), text);
        fs::remove_file(desk.path(&format!("mine/{name}"))).unwrap();
    }
    assert_eq!(fs::read_dir(desk.path("mine")).unwrap().count(), 0);
    // A table that this run does not make is let be, and one of ours whose manifest was lost is replaced.
    desk.write("mine/paths.csv", "mine");
    desk.run("run small.toml --paths 500 --out mine");
    fs::remove_file(desk.path("mine/manifest.json")).unwrap();
    assert!(desk.run("run small.toml --paths 500 --out mine").status.success());
    desk.refuses("run small.toml --paths 500 --out mine --paths-csv", OUTPUT, &["paths.csv"]);
    assert_eq!(fs::read_to_string(desk.path("mine/paths.csv")).unwrap(), "mine");
    // A manifest of ours says what was there then, not what is there now.
    fs::remove_file(desk.path("mine/paths.csv")).unwrap();
    assert!(desk.run("run small.toml --paths 500 --out mine --paths-csv").status.success());
    desk.write("mine/paths.csv", "mine");
    assert!(desk.run("run small.toml --paths 500 --out mine").status.success());
    assert_eq!(fs::read_to_string(desk.path("mine/paths.csv")).unwrap(), "mine");
    desk.write("mine/times.csv", &scenario);
    desk.refuses("run mine/times.csv --paths 500 --out mine", OUTPUT, &["times.csv"]);
    assert_eq!(fs::read_to_string(desk.path("mine/times.csv")).unwrap(), scenario);
}

/// A limit on the size of files is how a full disk looks to a program: writing fails half way.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_earlier_results_alone() {
    let desk = Desk::new();
    assert!(desk.run("run small.toml --paths 500").status.success());
    let before = listing(&desk.path("results"));
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec '{}' run small.toml --paths 20000 --seed 2 --paths-csv",
        env!("CARGO_BIN_EXE_detente")
    );
    let output = Command::new("bash").args(["-c", &script]).current_dir(desk.folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(OUTPUT), "{said}");
    assert!(said.contains("paths.csv"), "{said}");
    assert_eq!(listing(&desk.path("results")), before);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_a_run_and_leaves_earlier_results_alone() {
    let desk = Desk::new();
    assert!(desk.run("run small.toml --paths 500").status.success());
    let before = listing(&desk.path("results"));
    let child =
        desk.command("run small.toml --paths 2000000000 --quiet").stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("earlier results are untouched"));
    assert_eq!(listing(&desk.path("results")), before);
}

/// A run that is ended from outside can remove nothing itself.
#[cfg(unix)]
#[test]
fn what_a_killed_run_left_goes_with_the_next() {
    let desk = Desk::new();
    let left = || fs::read_dir(desk.folder.path()).unwrap().flatten().map(|f| f.file_name());
    let aside = || left().filter(|name| name.to_string_lossy().starts_with(".detente-")).count();
    let mut child = desk.command("run small.toml --paths 2000000000 --quiet").spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    // Nobody takes away what a living run writes to.
    assert!(desk.run("run small.toml --paths 500 --out other").status.success());
    assert_eq!(aside(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(aside(), 1);
    assert!(desk.run("run small.toml --paths 500").status.success());
    assert_eq!(aside(), 0);
    assert!(!desk.path("results/lock").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_that_cannot_be_printed_is_told_of() {
    let desk = Desk::new();
    for words in ["explain L0006", "check small.toml", "run small.toml --paths 500"] {
        let script = format!("'{}' {words} > /dev/full", env!("CARGO_BIN_EXE_detente"));
        let output =
            Command::new("bash").args(["-c", &script]).current_dir(desk.folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(OUTPUT), "{said}");
        assert_eq!(said.matches("cannot write to standard output").count(), 1, "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    let desk = Desk::new();
    let script = format!("(sleep 0.5; '{}' schema) | true", env!("CARGO_BIN_EXE_detente"));
    let output = Command::new("bash").args(["-c", &script]).current_dir(desk.folder.path()).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The names and contents of a folder.
fn listing(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut list: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .map(|p| (p.display().to_string(), fs::read(&p).unwrap()))
        .collect();
    list.sort();
    list
}

#[test]
fn the_template_checks_runs_and_is_never_written_over() {
    let desk = Desk::new();
    assert!(desk.run("new summit").status.success());
    let check = desk.run("check summit.toml");
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success() && !said.contains("warning"), "{said}");
    assert!(desk.run("run summit.toml --paths 500").status.success());
    desk.refuses("new summit", OUTPUT, &["exists already"]);
    desk.refuses("new nowhere/summit", OUTPUT, &["there is no folder `nowhere`"]);
    desk.refuses("new ./", USAGE, &["expected a name"]);
    let spaced = desk.command("new").arg("my file").output().unwrap();
    let said = String::from_utf8_lossy(&spaced.stdout).into_owned();
    assert!(said.contains("detente run 'my file.toml' --out 'my file-results'\n"), "{said}");
}

#[test]
fn a_story_agrees_with_its_row() {
    let desk = Desk::new();
    assert!(desk.run("run small.toml --paths 50 --paths-csv --seed 3 --vary none").status.success());
    let rows = fs::read_to_string(desk.path("results/paths.csv")).unwrap();
    let mut lines = rows.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| head.iter().position(|h| *h == name).unwrap();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let (path, outcome) = (cells[column("path")], cells[column("outcome")]);
        let story = desk.run(&format!("replay small.toml --seed 3 --path {path}"));
        let story = String::from_utf8_lossy(&story.stdout).into_owned();
        let end = story.lines().find(|l| l.contains("The path ends")).unwrap_or_else(|| panic!("{story}"));
        assert!(end.contains(outcome), "path {path} ends with {outcome}:\n{story}");
        let day: f64 = cells[column("day")].parse().unwrap();
        let told = story
            .lines()
            .rev()
            .find_map(|l| l.split("day ").nth(1)?.split([':', ' ', ',']).next()?.parse::<f64>().ok());
        let told = told.unwrap_or_else(|| panic!("{story}"));
        assert!((told - day).abs() <= 0.06, "path {path} ends on day {day}:\n{story}");
    }
}

#[test]
fn schema_explain_and_completions_answer() {
    let desk = Desk::new();
    let schema = desk.run("schema");
    assert!(serde_json::from_slice::<serde_json::Value>(&schema.stdout).is_ok());
    for code in detente::diag::CODES {
        let output = desk.run(&format!("explain {}", code.id));
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).contains(code.title));
    }
    let script = desk.run("completions bash");
    assert!(String::from_utf8_lossy(&script.stdout).contains("detente"));
    let help = desk.run("--help");
    assert!(String::from_utf8_lossy(&help.stdout).contains("Exit codes"));
}
