//! Printing. A pipe that the reader closed ends the printing quietly.

use std::io::{IsTerminal, Write};

/// Prints to standard output.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints to standard error.
pub(super) fn complain(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

/// Whether standard error is looked at by a person, who may be shown colours and progress.
pub(super) fn watched() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// How wide a page is: what the shell says in `COLUMNS`, or 110.
pub(super) fn width() -> u16 {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<u16>().ok());
    said.unwrap_or(110).clamp(40, 200)
}
