//! Exit codes: how a script learns what happened. They are documented in `detente --help` and do not change.

use super::output::complain;
use crate::report::ReportError;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: all went well; a check may have printed warnings.
    Success,
    /// 1: a scenario has faults or cannot be read, or a name that was asked for does not exist in it.
    Faulty,
    /// 3: a path went wrong while the scenario ran.
    Path,
    /// 4: results could not be written.
    Output,
    /// 5: something rare could not be estimated: its weights do not carry an answer.
    Unsettled,
    /// 130: stopped by Ctrl-C; earlier results are untouched.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees. 2 is taken by arguments that make no sense.
    pub fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Faulty => 1,
            Exit::Path => 3,
            Exit::Output => 4,
            Exit::Unsettled => 5,
            Exit::Interrupted => 130,
        }
    }

    /// What `--help` says of exit codes.
    pub const HELP: &str = "Exit codes:
  0    all went well (a check may have printed warnings)
  1    a scenario has faults or cannot be read, or a name asked for does not exist
  2    the arguments make no sense
  3    a path went wrong while a scenario ran
  4    results could not be written
  5    something rare could not be estimated: its weights do not carry an answer
  130  stopped by Ctrl-C; earlier results are untouched";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// Results could not be written.
pub(super) fn unwritten(error: ReportError) -> Exit {
    complain(&format!("error: {error}\nnote: earlier results are untouched\n"));
    Exit::Output
}
