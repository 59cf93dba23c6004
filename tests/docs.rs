//! The pages in docs/ are held to the program: whole examples are checked, every key, function and family is told of.

use detente::check::check_text;
use detente::diag::{CODES, Code, Severity, render_all};
use detente::dist::{FORMS, families};
use detente::syntax::{Place, keys_of, load_text};
use std::fs;
use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn page(name: &str) -> String {
    fs::read_to_string(docs().join(name)).unwrap_or_else(|error| panic!("docs/{name}: {error}"))
}

/// The fenced blocks of a page: (first line, what stands behind the fence, text).
fn blocks(page: &str) -> Vec<(usize, String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    for (number, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(kind), None) => open = Some((number + 2, kind.to_string(), String::new())),
            (None, Some((at, kind, text))) => open = Some((at, kind, text + line + "\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without end");
    blocks
}

#[test]
fn whole_examples_are_scenarios() {
    let mut whole = 0;
    for (line, kind, text) in blocks(&page("language.md")) {
        match kind.as_str() {
            "toml" => {
                let checked = check_text("example", &text);
                let faulty = checked.found.iter().any(|d| d.severity() == Severity::Error);
                let shown = render_all(&checked.found, &checked.texts, false);
                assert!(!faulty && checked.scenario.is_some(), "docs/language.md, line {line}:\n{shown}");
                whole += 1;
            }
            "toml fragment" => {
                let document = load_text("fragment", &text, Path::new(""));
                let broken = document.found.iter().any(|d| d.code == Code::NotToml);
                assert!(!broken, "docs/language.md, line {line}: {:?}", document.found);
            }
            "" | "ebnf" | "sh" => {}
            other => panic!("docs/language.md, line {line}: a block of kind `{other}`"),
        }
    }
    assert!(whole >= 10, "only {whole} whole examples");
}

#[test]
fn every_key_is_told_of() {
    const PLACES: [Place; 18] = [
        Place::Root,
        Place::Source,
        Place::Belief,
        Place::State,
        Place::Draw,
        Place::Correlate,
        Place::Table,
        Place::Track,
        Place::Stage,
        Place::Enter,
        Place::Clock,
        Place::Branch,
        Place::Odds,
        Place::Outcome,
        Place::Measure,
        Place::Report,
        Place::Variant,
        Place::Batch,
    ];
    let page = page("language.md");
    for place in PLACES {
        for key in keys_of(place) {
            let told = [format!("`{}`", key.name), format!("`{} = ", key.name), format!("`[{}]`", key.name)];
            assert!(
                told.iter().any(|words| page.contains(words)),
                "{place:?}: `{}` is not told of",
                key.name
            );
        }
    }
}

/// The names that can be called, as the checker lists them.
fn callable() -> Vec<String> {
    let text = "[formulas]\nf = \"zzzzzzzzzzzz(1)\"\n[stage.a]\nto = \"b\"\n[outcome.b]\n";
    let found = check_text("calls", text).found;
    let fault = found.iter().find(|d| d.code == Code::UnknownFunction).expect("an unknown function");
    let lists = fault.notes.iter().filter_map(|n| n.split_once("s: ").map(|(_, list)| list));
    let names: Vec<String> = lists
        .flat_map(|list| list.replace(" and ", ", ").split(", ").map(str::to_string).collect::<Vec<_>>())
        .collect();
    assert!(!names.is_empty(), "a list of what is known");
    names
}

#[test]
fn every_function_and_family_is_told_of() {
    let page = page("language.md");
    let names = callable();
    assert!(names.len() > 25, "{names:?}");
    for name in names.into_iter().chain(families().map(str::to_string)) {
        let told = [format!("`{name}`"), format!("`{name}(")];
        assert!(told.iter().any(|words| page.contains(words)), "`{name}` is not told of");
    }
}

#[test]
fn every_form_is_in_the_page_of_distributions() {
    let page = page("distributions.md");
    for form in FORMS {
        let written = form.to_string();
        assert!(page.contains(&format!("`{written}`")), "`{written}` is not in docs/distributions.md");
    }
}

#[test]
fn units_operators_and_words_are_told_of() {
    let page = page("language.md");
    for word in ["second", "minute", "hour", "day", "week", "month", "year"] {
        assert!(page.contains(&format!(" {word}")), "{word}");
    }
    for word in
        ["+", "-", "*", "/", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or", "not", "of", "per", "to"]
    {
        assert!(page.contains(&format!("`{word}`")), "{word}");
    }
    for word in
        ["day", "since", "rest", "outcome", "keep", "redraw", "rescale", "resume", "repeat", "step", "line"]
    {
        let told = [format!("`{word}`"), format!("`\"{word}\"`")];
        assert!(told.iter().any(|words| page.contains(words)), "{word}");
    }
}

#[test]
fn the_ranges_of_codes_are_right() {
    let page = page("language.md");
    for range in ["E00", "E01", "E02", "L00"] {
        let ids: Vec<&str> = CODES.iter().map(|e| e.id).filter(|id| id.starts_with(range)).collect();
        let words = format!("{} to {}", ids[0], ids[ids.len() - 1]);
        assert!(page.contains(&words), "docs/language.md does not say `{words}`");
    }
    let all = CODES.iter().all(|e| ["E00", "E01", "E02", "L00"].iter().any(|range| e.id.starts_with(range)));
    assert!(all, "a new range of codes");
}

/// What a heading is called in a link.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

#[test]
fn links_lead_somewhere() {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(docs()).expect("docs").map(|e| e.expect("a page").path()).collect();
    let root = docs().parent().expect("a root").to_path_buf();
    pages.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)));
    for path in pages.iter().filter(|p| p.extension().is_some_and(|e| e == "md") && p.exists()) {
        let text = fs::read_to_string(path).expect("a page");
        let anchors: Vec<String> =
            text.lines().filter(|l| l.starts_with('#')).map(|l| slug(l.trim_start_matches('#'))).collect();
        for link in text.split("](").skip(1).filter_map(|after| after.split(')').next()) {
            if link.starts_with("http") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            if file.is_empty() {
                assert!(anchors.iter().any(|a| a == anchor), "{}: no heading for #{anchor}", path.display());
            } else {
                let target = path.parent().expect("a folder").join(file);
                assert!(target.exists(), "{}: no file {file}", path.display());
            }
        }
    }
}
