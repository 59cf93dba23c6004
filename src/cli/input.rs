//! From files and folders to checked scenarios with the changes that the command line makes.

use super::args::ChangeArgs;
use super::exit::Exit;
use super::output::{complain, watched};
use crate::check::{Setting, apply_setting, check_file, stopping};
use crate::diag::{Severity, Texts, nearest, render_all};
use crate::model::Scenario;
use crate::quantity::prose;
use crate::syntax::{Place, keys_of};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A scenario that is fit to run, and the texts that its places point into.
pub(super) struct Ready {
    pub scenario: Scenario,
    pub texts: Texts,
    pub file: PathBuf,
    /// What the command line changed: `agree = 30%`.
    pub set: Vec<String>,
}

impl Ready {
    /// A line that says what the command line changed; empty where it changed nothing.
    pub fn with(&self) -> String {
        match self.set.is_empty() {
            true => String::new(),
            false => format!("with {}\n", prose::list(&self.set, "and")),
        }
    }
}

/// The scenario files that these paths name: a folder stands for the `.toml` files in it, by name.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Exit> {
    let mut all = Vec::new();
    for path in paths {
        if path == Path::new("scenarios") && !path.exists() {
            complain(
                "error: there is no folder `scenarios` here, and no other scenario was named\n\
                 help: `detente new NAME` writes one to start from\n",
            );
            return Err(Exit::Faulty);
        }
        if path.extension().is_some_and(|e| e == "csv") && !path.exists() {
            complain(&format!(
                "error: there is no file {}, and a scenario is a `.toml` file\n\
                 note: `--paths-csv` and `--worlds-csv` take no name: tables go to the folder of `--out`\n",
                path.display()
            ));
            return Err(Exit::Faulty);
        }
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let found = std::fs::read_dir(path).and_then(|entries| {
            let files: std::io::Result<Vec<PathBuf>> = entries.map(|e| e.map(|e| e.path())).collect();
            files
        });
        let mut found = found.map_err(|error| {
            complain(&format!("error: cannot read the folder {}: {error}\n", path.display()));
            Exit::Faulty
        })?;
        found.retain(|f| f.extension().is_some_and(|e| e == "toml") && f.is_file());
        found.sort();
        if found.is_empty() {
            complain(&format!(
                "error: there is no scenario file (*.toml) in {}\nhelp: `detente new NAME` writes one to start from\n",
                path.display()
            ));
            return Err(Exit::Faulty);
        }
        all.append(&mut found);
    }
    Ok(all)
}

/// Reads and checks; shows what is wrong with all of them before giving up. Lints are counted, not shown.
pub(super) fn ready(paths: &[PathBuf], change: &ChangeArgs, quiet: bool) -> Result<Vec<Ready>, Exit> {
    let mut list: Vec<Ready> = Vec::new();
    let mut faulty = false;
    for file in files(paths)? {
        let checked = check_file(&file);
        let lints = checked.found.iter().filter(|d| d.severity() == Severity::Warning).count();
        match checked.scenario {
            Some(scenario) => {
                if lints > 0 && !quiet {
                    complain(&format!(
                        "{} in {}; `detente check` shows {}\n",
                        prose::counted(lints as u64, "warning"),
                        file.display(),
                        if lints == 1 { "it" } else { "them" }
                    ));
                }
                list.push(Ready { scenario, texts: checked.texts, file, set: Vec::new() });
            }
            None => {
                faulty = true;
                complain(&render_all(&checked.found, &checked.texts, watched()));
            }
        }
    }
    for (i, one) in list.iter().enumerate() {
        if let Some(twin) = list[..i].iter().find(|t| t.scenario.name == one.scenario.name) {
            complain(&format!(
                "error: {} and {} are both called `{}`, and the tables could not tell them apart\n",
                twin.file.display(),
                one.file.display(),
                one.scenario.name
            ));
            faulty = true;
        }
    }
    if faulty {
        return Err(Exit::Faulty);
    }
    settings(&mut list, &change.set, quiet)?;
    Ok(list)
}

/// Makes the changes of `--set` in every scenario that has the name; one must.
fn settings(list: &mut [Ready], set: &[String], quiet: bool) -> Result<(), Exit> {
    let before: Vec<Scenario> = list.iter().map(|ready| ready.scenario.clone()).collect();
    for words in set {
        let Some((name, value)) = words.split_once('=') else {
            complain(&format!("error: `--set {words}` says no value\nhelp: write `--set NAME=VALUE`\n"));
            return Err(Exit::Faulty);
        };
        let setting = Setting { name: name.trim().to_string(), value: value.trim().to_string() };
        // `--set a=1,b=2`: several in one.
        let more =
            value.split(',').skip(1).find_map(|part| part.split_once('=')).map(|(name, _)| name.trim());
        if let Some(more) = more.filter(|more| list.iter().any(|r| names(&r.scenario).any(|n| n == *more))) {
            complain(&format!(
                "error: `--set {words}` sets several\nhelp: one each: `--set {}`, then `--set {more}=…`\n",
                words.split(',').next().unwrap_or_default()
            ));
            return Err(Exit::Faulty);
        }
        let so = |words: &&String| words.split_once('=').is_some_and(|(name, _)| name.trim() == setting.name);
        if set.iter().filter(so).count() > 1 {
            complain(&format!("error: `--set {}=…` is given twice\n", setting.name));
            return Err(Exit::Faulty);
        }
        let mut used = false;
        let shown = format!("{} = {}", setting.name, setting.value);
        for ready in list.iter_mut().filter(|r| names(&r.scenario).any(|n| n == setting.name)) {
            used = true;
            match apply_setting(&ready.scenario, &setting, &mut ready.texts) {
                Ok(change) => {
                    ready.scenario = ready.scenario.with(&[change]);
                    ready.set.push(shown.clone());
                }
                Err(found) => {
                    complain(&render_all(&found, &ready.texts, watched()));
                    return Err(Exit::Faulty);
                }
            }
        }
        if !used {
            let known: BTreeSet<&str> = list.iter().flat_map(|r| names(&r.scenario)).collect();
            let known: Vec<&str> = known.into_iter().collect();
            let advice = match nearest(&setting.name, known.iter().copied()) {
                Some(near) => format!("\nhelp: did you mean `{near}`?"),
                None if keys_of(Place::Root).iter().any(|key| key.name == setting.name) => format!(
                    "\nnote: `{}` is set in the file, or in one that `extends` it; what can be set here: {}",
                    setting.name,
                    prose::listed(&known)
                ),
                None if known.is_empty() => "; nothing here can be set".to_string(),
                None => format!("\nnote: what can be set: {}", prose::listed(&known)),
            };
            complain(&format!("error: no lever, belief or state is called `{}`{advice}\n", setting.name));
            return Err(Exit::Faulty);
        }
    }
    let changed = list.iter().zip(&before).filter(|(ready, _)| !ready.set.is_empty());
    let mut faulty = false;
    for (ready, before) in changed {
        let mut found = stopping(before, &ready.scenario, &ready.texts);
        for told in &mut found {
            told.title = format!("with {}: {}", prose::list(&ready.set, "and"), told.title);
        }
        let refused = found.iter().any(|d| d.severity() == Severity::Error);
        if refused || !quiet {
            complain(&render_all(&found, &ready.texts, watched()));
        }
        faulty |= refused;
    }
    if faulty { Err(Exit::Faulty) } else { Ok(()) }
}

/// What can be set.
fn names(scenario: &Scenario) -> impl Iterator<Item = &str> {
    let levers = scenario.levers.iter().map(|l| l.name.as_str());
    let beliefs = scenario.beliefs.iter().map(|b| b.name.as_str());
    levers.chain(beliefs).chain(scenario.states.iter().map(|s| s.name.as_str()))
}

/// A path as it is typed on a command line: quoted where a shell would take it apart.
pub(super) fn shown(path: &Path) -> String {
    prose::argument(&path.display().to_string())
}
