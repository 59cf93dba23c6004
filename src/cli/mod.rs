//! The command line: arguments in, papers out.

mod args;
mod bench;
mod check;
mod exit;
mod input;
mod new;
mod numbers;
mod output;
mod pace;
mod progress;
mod rare;
mod refused;
mod replay;
mod run;
mod trouble;
mod way;

pub use exit::Exit;

use args::{Args, Command};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use std::path::Path;
use std::process::ExitCode;

/// Does what the arguments of the process say.
pub fn main() -> ExitCode {
    // Arguments that make no sense end here, with clap's message and exit code 2.
    let args = Args::try_parse().unwrap_or_else(|error| {
        let mut said = error;
        // `detente talks.toml`: a file in place of what to do with it.
        if said.kind() == ErrorKind::InvalidSubcommand
            && let Some(ContextValue::String(word)) = said.get(ContextKind::InvalidSubcommand).cloned()
            && Path::new(&word).exists()
        {
            let advice = format!("`detente check {word}` looks at it, `detente run {word}` runs it");
            said.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![advice.into()]));
        }
        said.exit()
    });
    let exit = match args.command {
        Command::Run(args) => run::run(&args),
        Command::Rare(args) => rare::rare(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::Check(args) => check::check(&args),
        Command::Show(args) => check::show(&args),
        Command::Replay(args) => replay::replay(&args),
        Command::New(args) => new::new(&args),
        Command::Schema => {
            output::print(&crate::report::schema());
            Exit::Success
        }
        Command::Explain { code } => check::explain(&code),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "detente", &mut script);
            output::print(&String::from_utf8_lossy(&script));
            Exit::Success
        }
    };
    match exit {
        Exit::Success if output::unprinted() => Exit::Output.into(),
        exit => exit.into(),
    }
}

/// The arguments, for tests of the documentation.
pub fn command() -> clap::Command {
    Args::command()
}
