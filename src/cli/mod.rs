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
use clap::{CommandFactory, Parser};
use std::process::ExitCode;

/// Does what the arguments of the process say.
pub fn main() -> ExitCode {
    // Arguments that make no sense end here, with clap's message and exit code 2.
    let args = Args::parse();
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
