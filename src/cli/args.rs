//! What can be asked for.

use super::exit::Exit;
use super::numbers::{count, place, seconds, seed, share, threads};
use crate::engine::WorldDesign;
use crate::study::{DEFAULT_PATHS, Goal, LEAST_PATHS, MOST_PATHS, Target};
use clap::{Args as Group, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Scenario-modelling simulator for negotiations.
#[derive(Debug, Parser)]
#[command(name = "detente", version, after_help = Exit::HELP, max_term_width = 110)]
pub(super) struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run scenarios with all their variants, and write tables.
    Run(RunArgs),
    /// Estimate how likely something rare is, by steered paths: an outcome, any of several, or something by a time.
    Rare(RareArgs),
    /// Measure how fast a scenario runs here, and how long a precision takes.
    Bench(BenchArgs),
    /// Check scenarios: faults, lints, the distributions shown back, the size of the model.
    Check(FilesArgs),
    /// Show a scenario in words: stages, clocks, branches, and what depends on what.
    Show(FilesArgs),
    /// Tell the story of one path, with dates.
    Replay(ReplayArgs),
    /// Write a template scenario that runs, to start from.
    New(NewArgs),
    /// Print the JSON Schema of scenario files, for editors.
    Schema,
    /// Explain a code such as E0103 or L0006, with an example before and after.
    Explain {
        /// The code.
        code: String,
    },
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Group)]
pub(super) struct FilesArgs {
    /// Scenario files, or folders with scenario files in them.
    #[arg(required = true, value_name = "FILE|FOLDER", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
}

/// Changes of the scenario, for every command that runs it.
#[derive(Debug, Default, Group)]
pub(super) struct ChangeArgs {
    /// Change a lever, a belief or the initial value of a state: `--set venue=serbia`.
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// The seed of all random numbers.
    #[arg(long, default_value_t = 1, value_parser = seed, allow_negative_numbers = true)]
    pub seed: u64,
}

/// How answers are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Way {
    /// Walk paths.
    Sample,
    /// Solve; refused where that is not possible.
    Exact,
    /// Solve where that can be done and is the cheaper way, with paths for what solving does not tell; else walk paths.
    Auto,
}

/// How the beliefs of worlds are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Design {
    /// Independently.
    Random,
    /// Latin hypercubes: each belief once in every stratum.
    Latin,
    /// Scrambled Sobol sequences.
    Sobol,
}

impl From<Design> for WorldDesign {
    fn from(design: Design) -> WorldDesign {
        match design {
            Design::Random => WorldDesign::Random,
            Design::Latin => WorldDesign::Latin,
            Design::Sobol => WorldDesign::Sobol,
        }
    }
}

#[derive(Debug, Group)]
pub(super) struct RunArgs {
    /// Scenario files, or folders with scenario files in them (not in folders within).
    #[arg(default_value = "scenarios", value_name = "FILE|FOLDER", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Paths for each variant, such as `20000`, `20,000` or `1e6`; with `--until`, the most [default: 20000, with `--until` 10 million].
    #[arg(long, short = 'n', value_parser = count, allow_negative_numbers = true)]
    pub paths: Option<u64>,
    /// Worlds: draws of the beliefs, each with its share of the paths.
    #[arg(long, value_parser = count, allow_negative_numbers = true, conflicts_with = "until")]
    pub worlds: Option<u64>,
    /// Stop when half the width of the 95% interval of every outcome at the end is at most so much, in every variant:
    /// `0.5pp` (points), `5%rel` (of the estimate), or of one outcome: `deal=0.5pp`.
    #[arg(long, value_name = "PRECISION,…", value_delimiter = ',')]
    pub until: Vec<Target>,
    /// With `--until`: paths for each variant before the first look [default: 2000].
    #[arg(long, value_parser = count, allow_negative_numbers = true, requires = "until")]
    pub min_paths: Option<u64>,
    /// Threads; no result depends on it [default: one for each core].
    #[arg(long, short = 'j', default_value_t = 0, hide_default_value = true, value_parser = threads, allow_negative_numbers = true)]
    pub threads: usize,
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Levers of which every combination is run, instead of those that the scenario names; `none` for none.
    #[arg(long, value_name = "LEVER,…", value_delimiter = ',')]
    pub vary: Vec<String>,
    /// Only the base and these variants: names, or combinations such as `venue=serbia weapons=surge`.
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// The folder that the tables go to.
    #[arg(long, short = 'o', default_value = "results", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// How: walk paths, solve the scenario without sampling error, or solve where that can be done and is cheaper.
    #[arg(long, value_enum, default_value_t = Way::Sample)]
    pub method: Way,
    /// How the beliefs of worlds are drawn where scenarios are solved: 16 independent parts of spread worlds, instead of
    /// worlds at random; the number of worlds is rounded up.
    #[arg(long, value_enum, default_value_t = Design::Random)]
    pub design: Design,
    /// Also write paths.csv, with a row for each path.
    #[arg(long)]
    pub paths_csv: bool,
    /// Also write worlds.csv, with a row for each world: what is believed in it, and what comes of it.
    #[arg(long)]
    pub worlds_csv: bool,
    /// Print nothing but errors.
    #[arg(long, short = 'q')]
    pub quiet: bool,
}

impl RunArgs {
    /// When to stop, where that goes by precision.
    pub fn goal(&self) -> Option<Goal> {
        (!self.until.is_empty()).then(|| Goal {
            targets: self.until.clone(),
            least: self.min_paths.unwrap_or(LEAST_PATHS),
            most: self.paths(),
        })
    }

    /// Paths for each variant, or the most.
    pub fn paths(&self) -> u64 {
        self.paths.unwrap_or(if self.until.is_empty() { DEFAULT_PATHS } else { MOST_PATHS })
    }
}

#[derive(Debug, Group)]
pub(super) struct RareArgs {
    /// The scenario file.
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// The outcome; several together are one event: that any of them comes.
    #[arg(long, value_name = "NAME", conflicts_with = "first")]
    pub outcome: Vec<String>,
    /// A measure that tells when something first held, in place of outcomes: the event is that it ever does.
    #[arg(long, value_name = "MEASURE")]
    pub first: Option<String>,
    /// By when: a milestone, a duration (`"30 days"`) or a date; several are asked one after the other [default: the horizon].
    #[arg(long, value_name = "TIME")]
    pub by: Vec<String>,
    /// The variant: a name, or a combination such as `venue=serbia weapons=surge`; levers left out stay as they are.
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// Stop where the standard error is this part of the probability.
    #[arg(long, default_value = "2%", value_parser = share, allow_negative_numbers = true)]
    pub relative_error: f64,
    /// The most paths, pilots apart.
    #[arg(long, short = 'n', default_value_t = 1_000_000, value_parser = count, allow_negative_numbers = true)]
    pub paths: u64,
    /// Threads; no result depends on it [default: one for each core].
    #[arg(long, short = 'j', default_value_t = 0, hide_default_value = true, value_parser = threads, allow_negative_numbers = true)]
    pub threads: usize,
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Also tell the story of one path on which it comes.
    #[arg(long)]
    pub story: bool,
    /// The file that the answers go to.
    #[arg(long, short = 'o', default_value = "rare.csv", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// Print nothing but errors.
    #[arg(long, short = 'q')]
    pub quiet: bool,
}

#[derive(Debug, Group)]
pub(super) struct ReplayArgs {
    /// The scenario file.
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// The number of the world, from 0.
    #[arg(long, default_value_t = 0, value_parser = place, allow_negative_numbers = true)]
    pub world: u64,
    /// The number of the path in its world, from 0.
    #[arg(long, default_value_t = 0, value_parser = place, allow_negative_numbers = true)]
    pub path: u64,
    /// The variant: a name, or a combination such as `venue=serbia weapons=surge`; levers left out stay as they are.
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    #[command(flatten)]
    pub change: ChangeArgs,
}

#[derive(Debug, Group)]
pub(super) struct BenchArgs {
    /// The scenario file, of which the base is measured [default: N1, a reference workload that is built in].
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Seconds that it may take, about.
    #[arg(long, default_value_t = 20.0, value_parser = seconds, allow_negative_numbers = true)]
    pub seconds: f64,
    /// The file that the table goes to.
    #[arg(long, short = 'o', default_value = "bench.csv", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
}

#[derive(Debug, Group)]
pub(super) struct NewArgs {
    /// The name: NAME.toml is written, unless it exists.
    #[arg(value_parser = named)]
    pub name: String,
}

/// The name of a file, behind its folder if there is one; `.toml` may be left out.
fn named(words: &str) -> Result<String, String> {
    let name = words.strip_suffix(".toml").unwrap_or(words);
    if name.is_empty() || name.ends_with(['/', '\\', '.']) {
        return Err("expected a name, such as my-talks".into());
    }
    Ok(name.to_string())
}
