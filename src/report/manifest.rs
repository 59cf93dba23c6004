//! `manifest.json`: how the tables beside it were made. Nothing in it differs between two machines or two days.

use super::ReportError;
use super::folder::{Folder, MANIFEST};
use crate::engine::WorldDesign;
use crate::study::{Made, Method, Plan, Reached};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// How results were made.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// What wrote it.
    program: &'static str,
    /// Its version.
    version: &'static str,
    /// The command that makes the same tables again.
    command: String,
    /// By what.
    method: &'static str,
    /// The seed.
    seed: u64,
    /// How the beliefs of worlds were drawn, where scenarios were solved and it was not at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    design: Option<&'static str>,
    /// What was run.
    scenarios: Vec<Entry>,
    /// The tables beside it.
    tables: Vec<String>,
}

/// A scenario that was run.
#[derive(Clone, Debug, Serialize)]
struct Entry {
    name: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    worlds: u64,
    paths: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Until>,
    variants: Vec<String>,
    texts: Vec<Hash>,
}

/// The precision at which it was to stop, and what is furthest from it.
#[derive(Clone, Debug, Serialize)]
struct Until {
    asked: Vec<String>,
    reached: bool,
    outcome: String,
    variant: String,
    half_width: f64,
    wanted: f64,
}

#[derive(Clone, Debug, Serialize)]
struct Hash {
    name: String,
    sha256: String,
}

/// A text that a scenario was made of: the file, what it extends, its tables.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// Its name, as the scenario or the user calls it; only its last part is kept.
    pub name: &'a str,
    /// What it says.
    pub content: &'a [u8],
}

/// How a scenario was answered.
#[derive(Clone, Debug)]
pub struct How {
    /// By what.
    pub method: Method,
    /// Why so, or but for what.
    pub why: String,
    /// Where it was solved: the paths that tell what solving does not.
    pub beside: Option<Made>,
}

impl How {
    /// As a line says it.
    pub fn words(&self) -> String {
        format!("{}, {}", self.method.name(), self.why)
    }
}

/// Where some numbers are of one method and some of the other.
const BOTH: &str = "exact and sampling";

impl Manifest {
    /// Of a plan, the command, and the texts of each scenario in the order of the plan.
    pub fn new(plan: &Plan, method: Method, command: &str, texts: &[Vec<Text<'_>>]) -> Manifest {
        let none = Vec::new();
        let scenarios = plan.subjects.iter().enumerate().map(|(n, subject)| Entry {
            name: subject.scenario.name.clone(),
            title: subject.scenario.title.clone(),
            method: None,
            why: None,
            worlds: subject.size.worlds,
            paths: subject.size.paths(),
            until: None,
            variants: subject.arms.iter().map(|arm| arm.name.clone()).collect(),
            texts: texts.get(n).unwrap_or(&none).iter().map(Hash::of).collect(),
        });
        Manifest {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            command: command.into(),
            method: method.name(),
            seed: plan.settings.seed,
            design: None,
            scenarios: scenarios.collect(),
            tables: Vec::new(),
        }
    }

    /// How each scenario of the plan was answered.
    pub fn methods(mut self, plan: &Plan, all: &[How]) -> Manifest {
        if all.iter().all(|how| how.method == Method::Sampling && how.why == "as asked") {
            return self;
        }
        let (mut exact, mut sampled) = (false, false);
        let design = plan.settings.design;
        for ((entry, subject), how) in self.scenarios.iter_mut().zip(&plan.subjects).zip(all) {
            exact |= how.method == Method::Exact;
            sampled |= how.method == Method::Sampling || how.beside.is_some();
            if how.method == Method::Exact {
                entry.paths = how.beside.map_or(0, |made| made.paths);
                entry.worlds = subject.solved_worlds(design);
            }
            entry.method = Some(if how.beside.is_some() { BOTH } else { how.method.name() });
            entry.why = Some(if how.beside.is_some() { how.words() } else { how.why.clone() });
        }
        self.method = match (exact, sampled) {
            (true, true) => BOTH,
            (true, _) => Method::Exact.name(),
            _ => Method::Sampling.name(),
        };
        self.design = (exact && design != WorldDesign::Random).then(|| design.name());
        self
    }

    /// What runs that stop by precision have come to.
    pub fn reached(mut self, all: &[Reached]) -> Manifest {
        for reached in all {
            if let Some(entry) = self.scenarios.iter_mut().find(|entry| entry.name == reached.scenario) {
                entry.worlds = reached.worlds;
                if reached.paths > 0 {
                    entry.paths = reached.paths;
                }
                entry.until = Some(Until {
                    asked: reached.asked.clone(),
                    reached: reached.met,
                    outcome: reached.outcome.clone(),
                    variant: reached.variant.clone(),
                    half_width: reached.half_width,
                    wanted: reached.wanted.half_width(reached.p),
                });
            }
        }
        self
    }

    /// Writes it; to be done after all tables.
    pub fn write(mut self, folder: &mut Folder) -> Result<(), ReportError> {
        self.tables = folder.names().to_vec();
        folder.write(MANIFEST, |to| {
            serde_json::to_writer_pretty(&mut *to, &self)?;
            to.write_all(b"\n")
        })
    }
}

impl Hash {
    fn of(text: &Text<'_>) -> Hash {
        let mut sha256 = String::new();
        for byte in Sha256::digest(text.content) {
            let _ = write!(sha256, "{byte:02x}");
        }
        let name = text.name.rsplit(['/', '\\']).next().unwrap_or(text.name).to_string();
        Hash { name, sha256 }
    }
}
