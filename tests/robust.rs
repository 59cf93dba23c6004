//! Files that nobody should write: every one is refused in words, quickly, and without falling over.

use detente::check::{Checked, check_file, check_text};
use detente::diag::{Code, render_all};
use quickcheck::{QuickCheck, TestResult};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How much longer a build without optimisation may take.
const PATIENCE: u32 = if cfg!(debug_assertions) { 20 } else { 1 };

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for a test")
}

fn written(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a file for a test");
    path
}

fn codes(checked: &Checked) -> Vec<Code> {
    checked.found.iter().map(|d| d.code).collect()
}

/// The texts of all that was found; it must be short enough to read.
fn said(checked: &Checked) -> String {
    let text = render_all(&checked.found, &checked.texts, false);
    assert!(
        text.len() < 200_000,
        "{} bytes are too many to read: {}",
        text.len(),
        text.chars().take(1_500).collect::<String>()
    );
    text
}

/// Checks a text, which must take less than `limit` in a release build.
fn quickly(text: &str, limit: Duration) -> Checked {
    let start = Instant::now();
    let head: String = text.chars().take(20).collect();
    println!("{head:?} …");
    let checked = check_text("robust", text);
    let took = start.elapsed();
    said(&checked);
    println!("  {} bytes: checked in {took:?}, told in {:?}", text.len(), start.elapsed() - took);
    let took = start.elapsed();
    assert!(took < limit * PATIENCE, "{took:?} for {} bytes", text.len());
    checked
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn what_cannot_be_read_says_why() {
    let folder = folder();
    let of = |path: &PathBuf| {
        let checked = check_file(path);
        assert!(checked.is_faulty());
        let text = said(&checked);
        (codes(&checked), text)
    };
    let (found, text) = of(&folder.path().join("none.toml"));
    assert_eq!(found, [Code::Unreadable]);
    assert!(text.contains("none.toml: there is no such file"), "{text}");
    let (found, text) = of(&folder.path().to_path_buf());
    assert_eq!(found, [Code::Unreadable]);
    assert!(text.contains("it is a folder"), "{text}");
    let (found, _) = of(&written(&folder, "empty.toml", b""));
    assert_eq!(found, [Code::NoStages]);
    let (found, text) = of(&written(&folder, "latin.toml", b"title = \"Gen\xe8ve\"\n"));
    assert_eq!(found, [Code::Unreadable]);
    assert!(text.contains("UTF-8"), "{text}");
    let binary: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    assert_eq!(of(&written(&folder, "binary.toml", &binary)).0, [Code::Unreadable]);
    assert_eq!(of(&written(&folder, "zeros.toml", &[0; 1_000])).0, [Code::Unreadable]);
    // With the mark that some editors put in front, it is the same text.
    let marked = written(
        &folder,
        "marked.toml",
        "\u{feff}[stage.talks]\ntakes = \"1 day\"\nto = \"deal\"\n[outcome.deal]\n".as_bytes(),
    );
    assert!(!check_file(&marked).is_faulty());
}

#[test]
fn a_file_that_is_no_scenario_is_refused_by_its_size() {
    let folder = folder();
    let sparse = folder.path().join("sparse.toml");
    fs::File::create(&sparse).and_then(|f| f.set_len(100 << 20)).expect("a large file");
    let brackets = written(&folder, "brackets.toml", &b"[".repeat(20 << 20));
    let start = Instant::now();
    for path in [sparse, brackets] {
        let checked = check_file(&path);
        assert_eq!(codes(&checked), [Code::TooLarge]);
        assert!(said(&checked).contains("4 MiB"));
    }
    assert!(start.elapsed() < SECOND * PATIENCE);
}

#[test]
fn deep_nesting_is_refused() {
    let deep = 1 << 20;
    let texts = [
        format!("a = {}", "[".repeat(3 * deep)),
        format!("a = {}{}", "[".repeat(deep), "]".repeat(deep)),
        format!("a = {}", "{a=".repeat(deep)),
        format!("a = {}1{}", "{a=".repeat(deep / 2), "}".repeat(deep / 2)),
        format!("a{} = 1", ".a".repeat(deep)),
        format!("[a{}]", ".a".repeat(deep)),
        format!("[[a{}]]", ".a".repeat(deep)),
        format!("a{} = {{ b{} = 1 }}", " . a".repeat(deep / 4), ".b".repeat(deep / 4)),
        format!("x = {{ \"a\"{} = 1 }}", ".\"a\"".repeat(deep / 4)),
        "[a]\n".repeat(deep / 4),
        "[[a]]\n".repeat(deep / 4),
        "\"".repeat(3 * deep),
        "a=1\n".repeat(deep / 2),
        "#".repeat(3 * deep),
        format!("title = \"{}\"", "\\\\".repeat(deep)),
    ];
    for text in texts {
        assert!(quickly(&text, 4 * SECOND).is_faulty(), "{}", &text[..20]);
    }
}

#[test]
fn long_lines_are_cut() {
    let long = "x".repeat(1 << 20);
    let branches = "{ p = 0.00001, to = \"deal\" }, ".repeat(20_000);
    let texts = [
        format!("{long} = 1\n"),
        format!("title = {long}\n"),
        format!("title = \"{long}\"\n[stage.a]\nto = \"{long}\"\n"),
        format!("[stage.a]\ntakes = \"{long}\"\nto = \"a\"\n"),
        format!("[stage.a]\ntakes = \"{}\"\nto = \"a\"\n", "(".repeat(9_000)),
        format!("[stage.a]\nnext = [{branches}{{ to = \"dael\" }}]\n[outcome.deal]\n"),
        format!(
            "[levers]\nl = [{}\"z\"]\n[stage.a]\nnext = [{{ when = \"l == q\", to = \"deal\" }}]\n[outcome.deal]\n",
            (0..20_000).map(|i| format!("\"o{i}\", ")).collect::<String>()
        ),
    ];
    for text in texts {
        let checked = quickly(&text, 2 * SECOND);
        assert!(checked.is_faulty());
        let said = said(&checked);
        assert!(said.len() < 20_000, "{} bytes: {}", said.len(), &said[..400]);
    }
}

#[test]
fn of_thousands_of_errors_the_first_are_shown() {
    let stages: String =
        (0..5_000).map(|i| format!("[stage.s{i}]\ntkaes = \"1 day\"\nto = \"t{i}\"\n\n")).collect();
    let checked = quickly(&stages, 2 * SECOND);
    let said = said(&checked);
    assert!(said.lines().count() < 1_000);
    assert!(
        said.ends_with("10,000 errors in robust.toml, of which 50 are shown\n"),
        "{}",
        &said[said.len() - 200..]
    );
    let same: String =
        (0..5_000).map(|i| format!("[stage.s{i}]\ntakes = \"1 day\"\nto = \"nowhere\"\n\n")).collect();
    assert_eq!(quickly(&same, 2 * SECOND).found.len(), 1);
    quickly(&"nonsense\n".repeat(200_000), 4 * SECOND);
    quickly(&(0..100_000).map(|i| format!("k{i} = 1\n")).collect::<String>(), 4 * SECOND);
}

#[test]
fn two_thousand_stages_are_checked_at_once() {
    let mut text = String::from(
        "[state]\nrefusals = 0\n\n[beliefs]\nwill = { is = \"20% to 60%\", why = \"a judgement\" }\n\n",
    );
    for i in 0..2_000 {
        let to = if i == 1_999 { "deal".to_string() } else { format!("s{}", i + 1) };
        let wait = if i % 3 == 0 { "" } else { "takes = \"2 days to 9 days\"\n" };
        text += &format!(
            "[stage.s{i}]\n{wait}next = [{{ p = \"0.5 * will\", to = \"{to}\" }}, {{ when = \"refusals > 3\", to = \"no_deal\" }}, \
             {{ set = {{ refusals = \"refusals + 1\" }}, to = \"s{}\" }}]\n\n",
            i / 2
        );
    }
    text += "[outcome.deal]\n[outcome.no_deal]\n";
    let checked = quickly(&text, SECOND);
    assert!(!checked.is_faulty(), "{}", said(&checked));
}

#[test]
fn formulas_that_multiply_are_refused() {
    let tail = "[stage.a]\nnext = [{ p = \"f59\", to = \"deal\" }, { to = \"no_deal\" }]\n[outcome.deal]\n[outcome.no_deal]\n";
    let doubling: String = (1..60).map(|i| format!("f{i} = \"f{0} + f{0}\"\n", i - 1)).collect();
    let checked = quickly(&format!("[formulas]\nf0 = \"0.001\"\n{doubling}{tail}"), SECOND);
    assert!(said(&checked).contains("is too large"), "{}", said(&checked));
    for reversed in [false, true] {
        let mut lines: Vec<String> =
            (1..3_000).map(|i| format!("f{i} = \"f{} + 0.0001\"\n", i - 1)).collect();
        if reversed {
            lines.reverse();
        }
        let checked = quickly(&format!("[formulas]\nf0 = \"0.001\"\n{}{tail}", lines.concat()), 2 * SECOND);
        assert!(checked.is_faulty());
    }
    // Long sums inside each other.
    let sums: String =
        (1..60).map(|i| format!("f{i} = \"f{} {}\"\n", i - 1, "+ 0.0001 ".repeat(400))).rev().collect();
    quickly(&format!("[formulas]\n{sums}f0 = 0.001\n{tail}"), 2 * SECOND);
}

#[test]
fn long_chains_of_files_are_refused() {
    let folder = folder();
    for i in 0..20 {
        written(&folder, &format!("f{i}.toml"), format!("extends = \"f{}.toml\"\n", i + 1).as_bytes());
    }
    written(&folder, "f20.toml", b"[stage.a]\ntakes = \"1 day\"\nto = \"deal\"\n[outcome.deal]\n");
    assert_eq!(codes(&check_file(&folder.path().join("f0.toml"))), [Code::ExtendsCycle]);
    assert!(!check_file(&folder.path().join("f10.toml")).is_faulty());
    written(&folder, "one.toml", b"extends = \"two.toml\"\n");
    written(&folder, "two.toml", b"extends = \"./one.toml\"\n");
    assert_eq!(codes(&check_file(&folder.path().join("one.toml"))), [Code::ExtendsCycle]);
    let extends_a_folder = written(&folder, "three.toml", b"extends = \".\"\n");
    assert_eq!(codes(&check_file(&extends_a_folder)), [Code::Unreadable]);
}

#[test]
fn numbers_and_dates_beyond_all_measure() {
    let with = |line: &str| format!("{line}\n[stage.a]\ntakes = \"1 day\"\nto = \"deal\"\n[outcome.deal]\n");
    for line in [
        "at_horizon = \"deal\"\nhorizon = inf",
        "at_horizon = \"deal\"\nhorizon = nan",
        "at_horizon = \"deal\"\nhorizon = \"1e308 years\"",
        "at_horizon = \"deal\"\nhorizon = \"-3 days\"",
        "at_horizon = \"deal\"\nhorizon = \"0 / 0 * 1 day\"",
        "start = 9999-12-31T23:59:60.5\nat_horizon = \"deal\"\nhorizon = 0000-01-01",
        "start = 10000-01-01",
        "start = 2025-13-01",
        "start = 12:30:00",
        "instant_limit = 99999999999999999999999",
        "instant_limit = 0x7fffffffffffffff",
        "instant_limit = -1",
        "state = { x = 9223372036854775808 }",
        "state = { x = -inf }",
        "beliefs = { x = { is = \"normal(1e300, 1e300)\" } }",
        "beliefs = { x = { is = \"5 days to 1e300 years\" } }",
        "at_horizon = \"deal\"\nhorizon = \"9 days\"\nreport = { timeline = \"1e-300 days\" }",
        "report = { timeline = \"0 days\" }",
    ] {
        let checked = quickly(&with(line), SECOND);
        assert!(checked.is_faulty(), "{line} is accepted");
        assert!(!checked.found.iter().any(|d| d.title.is_empty()), "{line}");
    }
}

const SEEDS: [&str; 3] = [
    include_str!("robust/talks.toml"),
    include_str!("robust/network.toml"),
    include_str!("wrong/several-faults.toml"),
];

#[test]
fn a_valid_text_with_some_bytes_changed_never_falls_over() {
    fn mutated(seed: u8, changes: Vec<(u16, u8, u8)>) -> TestResult {
        let mut bytes = SEEDS[usize::from(seed) % SEEDS.len()].as_bytes().to_vec();
        for (at, what, byte) in changes.into_iter().take(6) {
            if bytes.is_empty() {
                break;
            }
            let at = usize::from(at) % bytes.len();
            let other = usize::from(byte) * 7 % bytes.len();
            match what % 6 {
                0 => drop(bytes.remove(at)),
                1 => bytes.swap(at, other),
                2 => bytes[at] = byte,
                3 => bytes.insert(at, b"\"[]{}=.,%#\n() 019-"[usize::from(byte) % 18]),
                4 => bytes.truncate(at.max(1)),
                _ => {
                    let end = (at + usize::from(byte)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(other..other, piece);
                }
            }
        }
        let Ok(text) = String::from_utf8(bytes) else { return TestResult::discard() };
        let start = Instant::now();
        let checked = check_text("mutated", &text);
        let shown = said(&checked);
        let known = checked.scenario.is_some() || !shown.is_empty();
        TestResult::from_bool(known && start.elapsed() < SECOND * PATIENCE)
    }
    for seed in SEEDS {
        check_text("seed", seed);
    }
    let draws = quickcheck::Gen::from_size_and_seed(100, 1);
    QuickCheck::new().tests(1_500).rng(draws).quickcheck(mutated as fn(u8, Vec<(u16, u8, u8)>) -> TestResult);
}
