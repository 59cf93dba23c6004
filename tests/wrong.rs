//! Wrong scenarios, each with everything that is said of it beside it (`UPDATE=1 cargo test --test wrong` writes these texts
//! anew), and the examples of the catalogue.

use detente::check::{Checked, check_file, check_text};
use detente::diag::{CODES, Code, explain, render_all};
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

#[test]
fn every_wrong_scenario_is_told_so_in_these_words() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut other = Vec::new();
    for path in wrong_files() {
        let text = shown(&check_file(&path));
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
        wrong_files().iter().flat_map(|path| check_file(path).found).map(|d| d.code).collect();
    let unseen: Vec<&str> =
        CODES.iter().filter(|e| !seen.contains(&e.code) && e.code != Code::TooLarge).map(|e| e.id).collect();
    assert!(unseen.is_empty(), "no file in tests/wrong has {}", unseen.join(", "));
}

#[test]
fn every_edit_mends_its_fault() {
    for path in wrong_files() {
        let checked = check_file(&path);
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
            let no_toml = again.found.iter().any(|d| d.code == Code::NotToml) && found.code != Code::NotToml;
            assert!(!no_toml, "{}: with `{new}` it is no TOML", path.display());
        }
    }
}

/// The codes that a text of the catalogue has.
fn codes_of(text: &str) -> Vec<Code> {
    check_text("example", text).found.iter().map(|d| d.code).collect()
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
