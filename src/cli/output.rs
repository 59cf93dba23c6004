//! Printing. A pipe that the reader closed ends the printing quietly; a disk that is full is told of once.

use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

static UNPRINTED: AtomicBool = AtomicBool::new(false);

/// Prints to standard output.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && error.kind() != ErrorKind::BrokenPipe
        && !UNPRINTED.swap(true, Ordering::SeqCst)
    {
        complain(&format!("error: cannot write to standard output: {error}\n"));
    }
}

/// Whether something could not be printed.
pub(super) fn unprinted() -> bool {
    UNPRINTED.load(Ordering::SeqCst)
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
