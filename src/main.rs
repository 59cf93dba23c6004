//! The `detente` program: everything is in the library.
use std::process::ExitCode;

fn main() -> ExitCode {
    detente::cli::main()
}
