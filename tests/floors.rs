//! The house keeps to its floors: a module uses only modules that `src/lib.rs` declares above it, the numbers know no
//! files and no clocks on the wall, and files stay small and say what they are about.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of code that a file may have (its inline tests apart).
const LONGEST: usize = 450;
/// Files that are longer for now, with the most lines that they may have.
const LONG: &[(&str, usize)] = &[];

/// What the plan and the numbers must not touch: the world outside decides nothing about a result.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::time",
    "std::path",
    "std::env",
    "std::net",
    "std::process",
    "SystemTime",
    "Instant::now",
    "println!",
    "eprintln!",
    "indicatif",
    "csv::",
    "serde",
    "toml::",
];
/// The modules that this holds for.
const INSIDE: &[&str] = &["stream", "dist", "stats", "model", "program", "engine", "exact"];

struct File {
    /// From `src`, with slashes.
    name: String,
    /// The module of the crate that it belongs to.
    module: String,
    /// Its lines of code: no comments, no tests.
    code: Vec<(usize, String)>,
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The modules in order of declaration.
fn modules() -> Vec<String> {
    let text = fs::read_to_string(source().join("lib.rs")).expect("src/lib.rs is there");
    let name = |line: &str| Some(line.trim().strip_prefix("pub mod ")?.split([';', ' ']).next()?.to_string());
    text.lines().filter_map(name).collect()
}

/// All files that are more than tests.
fn files() -> Vec<File> {
    let mut files = Vec::new();
    let root = source();
    for module in modules() {
        collect(&root.join(format!("{module}.rs")), &module, &mut files);
        collect(&root.join(&module), &module, &mut files);
    }
    assert!(files.len() > 50, "only {} files found", files.len());
    files
}

fn collect(path: &Path, module: &str, files: &mut Vec<File>) {
    if path.is_dir() {
        let tests = only_tests(path);
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for entry in entries {
            let stem = entry.file_stem().map_or(String::new(), |s| s.to_string_lossy().into_owned());
            if !tests.contains(&stem) {
                collect(&entry, module, files);
            }
        }
    } else if path.extension().is_some_and(|end| end == "rs") && path.exists() {
        let text = fs::read_to_string(path).expect("a text");
        let name = path.strip_prefix(source()).expect("below src").to_string_lossy().replace('\\', "/");
        files.push(File { name, module: module.to_string(), code: code(&text) });
    }
}

/// The modules of a folder that are there for tests alone: `#[cfg(test)]` before `mod name;`.
fn only_tests(folder: &Path) -> Vec<String> {
    let beside = folder.with_extension("rs");
    let own = [folder.join("mod.rs"), beside];
    let text: String = own.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == "#[cfg(test)]")
        .filter_map(|pair| Some(pair[1].split("mod ").nth(1)?.strip_suffix(';')?.to_string()))
        .collect()
}

/// The lines before the tests of a file, without comments.
fn code(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let tests = (0..lines.len())
        .find(|&i| {
            lines[i].trim() == "#[cfg(test)]"
                && lines
                    .get(i + 1)
                    .is_some_and(|next| next.trim_start().starts_with("mod ") && next.ends_with('{'))
        })
        .unwrap_or(lines.len());
    lines[..tests]
        .iter()
        .enumerate()
        .map(|(i, line)| (i + 1, line.split("//").next().unwrap_or("").to_string()))
        .collect()
}

/// The modules of the crate that a line names: `crate::check::…`, `use crate::{dist, stats}`.
fn named(line: &str) -> Vec<String> {
    let word =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut names = Vec::new();
    for after in line.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if depth == 0 && start && c.is_alphabetic() => {
                            names.push(word(&list[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
            None => names.push(word(after)),
        }
    }
    names
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let order = modules();
    let floor = |name: &str| order.iter().position(|m| m == name);
    let mut wrong = Vec::new();
    for file in files() {
        for (number, line) in &file.code {
            for name in named(line) {
                if floor(&name) > floor(&file.module) {
                    wrong.push(format!(
                        "src/{}:{number} uses `{name}`, which is on a higher floor",
                        file.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn results_depend_on_nothing_outside() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| INSIDE.contains(&file.module.as_str())) {
        for (number, line) in &file.code {
            for word in OUTSIDE.iter().filter(|word| line.contains(*word)) {
                wrong.push(format!("src/{}:{number} mentions `{word}`", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_hot_floor_makes_no_strings() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| ["engine", "exact"].contains(&file.module.as_str())) {
        for (number, line) in &file.code {
            if ["String", "format!", ".to_string()"].iter().any(|word| line.contains(word)) {
                wrong.push(format!("src/{}:{number}: {}", file.name, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn files_are_small_and_say_what_they_are_about() {
    let mut wrong = Vec::new();
    for file in files() {
        let most = LONG.iter().find(|(name, _)| *name == file.name).map_or(LONGEST, |(_, most)| *most);
        if file.code.len() > most {
            wrong.push(format!("src/{} has {} lines; the most is {most}", file.name, file.code.len()));
        }
        let stem = file.name.rsplit('/').next().unwrap_or("").trim_end_matches(".rs");
        if ["utils", "util", "common", "manager", "helpers", "helper", "misc"].contains(&stem) {
            wrong.push(format!("src/{} is named after nothing", file.name));
        }
        let path = source().join(&file.name);
        if !fs::read_to_string(&path).expect("a text").starts_with("//!") {
            wrong.push(format!("src/{} does not begin by saying what it is for", file.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn names_are_found() {
    assert_eq!(named("use crate::check::Checked;"), ["check"]);
    assert_eq!(named("use crate::{dist::{self, Law}, stats, model::Expr};"), ["dist", "stats", "model"]);
    assert_eq!(named("let x = crate::expr::parse(crate::diag::Span::default());"), ["expr", "diag"]);
}
