//! Wrong scenarios, each with everything that is said of it beside it (`UPDATE=1 cargo test --test wrong` writes these texts
//! anew), and the examples of the catalogue.

use detente::check::{Checked, check_file, check_text};
use detente::diag::{CODES, Code, Diagnostic, explain, render_all};
use detente::report::probed;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The wrong scenarios, with paths as they are shown; what others extend has its name from `base-`.
fn wrong_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir("tests/wrong")
        .expect("tests/wrong is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .filter(|path| !name(path).starts_with("base-"))
        .collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

fn shown(checked: &Checked) -> String {
    // Separators of other systems are no part of the message.
    render_all(&checked.found, &checked.texts, false).replace("tests/wrong\\", "tests/wrong/")
}

fn looked_at(path: &Path) -> Checked {
    probed(check_file(path))
}

#[test]
fn every_wrong_scenario_is_told_so_in_these_words() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut other = Vec::new();
    for path in wrong_files() {
        let text = shown(&looked_at(&path));
        if text.is_empty() {
            other.push(format!("{} has no fault", path.display()));
        }
        let beside = path.with_extension("txt");
        if update {
            fs::write(&beside, &text).expect("the text can be written");
            continue;
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default().replace("\r\n", "\n");
        if text != expected {
            other.push(format!("{}: expected\n{expected}\nfound\n{text}", path.display()));
        }
    }
    assert!(other.is_empty(), "{}", other.join("\n\n"));
}

#[test]
fn every_code_has_a_wrong_scenario() {
    let seen: BTreeSet<Code> =
        wrong_files().iter().flat_map(|path| looked_at(path).found).map(|d| d.code).collect();
    let unseen: Vec<&str> =
        CODES.iter().filter(|e| !seen.contains(&e.code) && e.code != Code::TooLarge).map(|e| e.id).collect();
    assert!(unseen.is_empty(), "no file in tests/wrong has {}", unseen.join(", "));
}

#[test]
fn every_edit_mends_its_fault() {
    for path in wrong_files() {
        let checked = looked_at(&path);
        for found in &checked.found {
            let Some((span, new)) = &found.edit else { continue };
            if span.file != 0 {
                continue;
            }
            let text = &checked.texts.files[0].text;
            let mended = format!("{}{new}{}", &text[..span.start as usize], &text[span.end as usize..]);
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let document =
                detente::syntax::load_text(&format!("{stem}.toml"), &mended, Path::new("tests/wrong"));
            let again = detente::check::check_document(&stem, document);
            let still = again
                .found
                .iter()
                .any(|d| d.code == found.code && d.title == found.title && d.span.start == found.span.start);
            assert!(!still, "{}: `{new}` does not mend: {}", path.display(), found.title);
            let slips = |found: &[Diagnostic]| found.iter().filter(|d| d.code == Code::NotToml).count();
            let no_toml = slips(&again.found) > slips(&checked.found);
            assert!(!no_toml, "{}: with `{new}` it is no TOML", path.display());
        }
    }
}

/// The codes that a text of the catalogue has.
fn codes_of(text: &str) -> Vec<Code> {
    probed(check_text("example", text)).found.iter().map(|d| d.code).collect()
}

#[test]
fn the_catalogue_has_a_fault_and_its_mending_for_every_code() {
    for entry in CODES {
        assert!(entry.text.len() > 40, "{} is not explained", entry.id);
        let said = explain(entry.code);
        assert!(said.contains(entry.title) && said.contains(entry.id), "{said}");
        if entry.before.is_empty() {
            continue;
        }
        assert!(
            codes_of(entry.before).contains(&entry.code),
            "{}: before has {:?}",
            entry.id,
            codes_of(entry.before)
        );
        let after = codes_of(entry.after);
        assert!(after.is_empty(), "{}: after has {after:?}", entry.id);
    }
}

#[test]
fn only_what_is_outside_the_file_has_no_example() {
    let without: Vec<Code> = CODES.iter().filter(|e| e.before.is_empty()).map(|e| e.code).collect();
    assert_eq!(without, [Code::Unreadable, Code::TooLarge, Code::ExtendsCycle]);
}

#[test]
fn what_a_file_changes_takes_the_place_of_what_it_excludes() {
    let base = "[beliefs]\npatience = { p10 = \"40 days\", p50 = \"90 days\", p90 = \"240 days\", why = \"a judgement\" }\n\
                [stage.talks]\ntakes = \"patience\"\nto = \"deal\"\n[outcome.deal]\n[outcome.no_deal]\n";
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("base.toml"), base).expect("a file");
    let found = |changes: &str| {
        let document = detente::syntax::load_text(
            "changed.toml",
            &format!("extends = \"base.toml\"\n{changes}"),
            folder.path(),
        );
        let found = detente::check::check_document("changed", document).found;
        found
            .into_iter()
            .filter(|d| d.code != Code::UnreachableOutcome && d.code != Code::Unread)
            .collect::<Vec<_>>()
    };
    for changes in [
        "[beliefs]\npatience = { is = \"30 days to 60 days\" }",
        "[beliefs]\npatience = { p50 = \"100 days\" }",
        "[beliefs.patience]\nexperts = { one = \"30 days to 60 days\", two = \"60 days\" }",
        "[stage.talks]\nhazard = \"2 per year\"",
        "[stage.talks]\nnext = [{ p = 0.5, to = \"deal\" }, { to = \"no_deal\" }]",
        "[stage.talks]\nrace = [{ clock = \"session\", takes = \"patience\", to = \"deal\" }]",
    ] {
        assert_eq!(found(changes), [], "{changes}");
    }
}

#[test]
fn sensible_lists_of_branches_give_no_alarm() {
    let head = "horizon = \"90 days\"\nat_horizon = \"no_deal\"\n[levers]\nvenue = [\"open\", \"switzerland\", \"serbia\"]\n\
                [beliefs]\nwill = { is = \"20% to 60%\", why = \"a judgement\" }\nwalkout = { is = \"30% to 70%\", why = \"a judgement\" }\n\
                [state]\nsite = [\"none\", \"here\", \"there\"]\nmood = 0.0\nheld = { p = 0.3 }\n\
                [outcome.deal]\n[outcome.no_deal]\n[stage.talks]\ntakes = \"5 days\"\n\
                enter = { set = { mood = \"mood + will + walkout\" }, draw = { site = { here = 1, there = 2 } } }\n";
    for next in [
        "{ p = \"will\", to = \"deal\" }, { p = \"1 - will\", to = \"no_deal\" }",
        "{ p = \"will * walkout\", to = \"deal\" }, { p = \"will * (1 - walkout)\", to = \"no_deal\" }, {}",
        "{ p = \"will\", to = \"deal\" }, { p = \"walkout of rest\", to = \"no_deal\" }, {}",
        "{ p = \"if held then 0.7 else 0.2\", to = \"deal\" }, { p = \"if held then 0.3 else 0.8\", to = \"no_deal\" }",
        "{ when = \"venue == open\", p = 0.9, to = \"deal\" }, { when = \"venue != open\", p = 0.8, to = \"deal\" }, {}",
        "{ when = \"site == here\", p = 0.6, to = \"deal\" }, { when = \"site == there\", p = 0.7, to = \"deal\" }, {}",
        "{ when = \"site == here\", to = \"deal\" }, { when = \"site == there\", to = \"no_deal\" }, {}",
        "{ when = \"mood > 1\", to = \"deal\" }, { when = \"mood > 0\", p = 0.5, to = \"no_deal\" }, {}",
        "{ p = \"logistic(mood)\", to = \"deal\" }, { p = \"1 - logistic(mood)\", to = \"no_deal\" }",
        "{ p = { base = \"will\", odds = { held = 3 } }, to = \"deal\" }, { p = \"0.3 * rest\", to = \"no_deal\" }, {}",
        "{ weight = 2, when = \"venue == open\", to = \"deal\" }, { weight = \"will\", to = \"no_deal\" }",
        "{ p = 0.1, to = \"deal\" }, { p = 0.2, to = \"deal\" }, { p = 0.7, to = \"no_deal\" }",
    ] {
        let found = probed(check_text("sensible", &format!("{head}next = [{next}]\n"))).found;
        let alarm = |c: Code| !matches!(c, Code::Unread | Code::UnreachableOutcome);
        let alarms: Vec<String> = found
            .into_iter()
            .filter(|d| alarm(d.code))
            .map(|d| format!("{:?} {}", d.code, d.title))
            .collect();
        assert!(alarms.is_empty(), "{next}: {alarms:?}");
    }
}
