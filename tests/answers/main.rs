//! Scenario files that carry their exact answers as comments: `# RESULT outcome deal = 3/8`.
//!
//! Every file is run with a fixed seed, and every answer is held to |z| <= 4: a probability by the binomial error of the true value,
//! a mean by the standard error that the tables give, a quantile by how many paths lie below the true one. A RESULT
//! that names something that the tables do not have fails.

mod arithmetic;
mod judge;
mod paths;
mod question;

use detente::check::check_file;
use detente::diag::render_all;
use detente::study::{Plan, Settings, Watch, run_plan};
use judge::judge;
use paths::Gathered;
use question::{Question, Result, results};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

const PATHS: u64 = 40_000;
/// Where a credible interval is asked for, many worlds with many paths in each.
const PATHS_IN_WORLDS: u64 = 200_000;

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["tests/answers", "scenarios/examples"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("the folder of answers is there") {
            let path = entry.expect("its entries can be read").path();
            if path.extension().is_some_and(|e| e == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// What is wrong with the answers of a file.
fn faults_of(file: &Path, results: &[Result]) -> Vec<String> {
    let checked = check_file(file);
    let Some(scenario) = checked.scenario else {
        return vec![render_all(&checked.found, &checked.texts, false)];
    };
    let credible = results.iter().any(|r| matches!(r.question, Question::Credible { .. }));
    let settings = Settings {
        paths: if credible { PATHS_IN_WORLDS } else { PATHS },
        worlds: if credible { Some(PATHS_IN_WORLDS / 50) } else { Some(PATHS) },
        seed: 20_250_120,
        ..Settings::default()
    };
    let plan = Plan::new(vec![scenario], settings);
    let cancel = AtomicBool::new(false);
    let watch = Watch { cancel: &cancel, progress: &|_| {} };
    let mut gathered = Gathered::default();
    let run = match run_plan(&plan, watch, Some(&mut gathered)) {
        Ok(run) => run,
        Err(stopped) => return vec![format!("the run stopped: {stopped:?}")],
    };
    let mut faults = Vec::new();
    for result in results {
        let Some(arm) = run.answers.iter().position(|a| a.variant == result.variant) else {
            faults.push(format!("{}: there is no variant `{}`", result.text, result.variant));
            continue;
        };
        let clustered = credible && plan.subjects[0].size.vary;
        if let Err(fault) = judge(result, &run.answers[arm], &gathered, arm, clustered) {
            faults.push(format!("{}: {fault}", result.text));
        }
    }
    faults
}

#[test]
fn scenarios_give_their_exact_answers() {
    let (mut with_answers, mut answers, mut faults) = (0, 0, Vec::new());
    for file in files() {
        let text = std::fs::read_to_string(&file).expect("a scenario can be read");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match results(&text) {
            Err(fault) => faults.push(format!("{name}: {fault}")),
            Ok(results) if results.is_empty() => {}
            Ok(results) => {
                with_answers += 1;
                answers += results.len();
                faults.extend(faults_of(&file, &results).into_iter().map(|f| format!("{name}: {f}")));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {answers} answers:\n{}", faults.len(), faults.join("\n"));
    assert!(with_answers >= 30, "only {with_answers} files have answers");
}

#[test]
fn a_result_that_names_nothing_fails() {
    let text = "[stage.wait]\ntakes = \"1 day\"\nto = \"deal\"\n[outcome.deal]\n";
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("small.toml");
    std::fs::write(&file, text).expect("the file can be written");
    for wrong in [
        "outcome war = 1",
        "outcome deal by easter = 1",
        "outcome deal in variant brave = 1",
        "time war mean = 1 days",
        "measure cost mean = 1",
        "payoff us = 1",
        "stage stage.nowhere visits = 1",
        "split site=geneva outcome deal = 1 (joint)",
        "credible deal = 0.1 to 0.2",
        "outcome deal = 0.99",
        "time deal mean = 1.5 days",
    ] {
        let results = results(&format!("# RESULT {wrong}\n")).expect(wrong);
        assert_eq!(faults_of(&file, &results).len(), 1, "{wrong}");
    }
    let right = results("# RESULT outcome deal = 1\n# RESULT time deal mean = 1 days\n").expect("both read");
    assert_eq!(faults_of(&file, &right), Vec::<String>::new());
}
