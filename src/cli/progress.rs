//! Progress of long runs, and Ctrl-C.

use super::output::{complain, watched};
use super::pace::Pace;
use crate::quantity::prose::{self, thousands};
use indicatif::{FormattedDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

static STOP: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C asks the run to stop; a second one ends the process at once.
pub(super) fn stop_on_ctrl_c() -> &'static AtomicBool {
    let set = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(super::Exit::Interrupted.code()));
        }
    });
    // Where the system allows no handler, Ctrl-C ends the process; unfinished files are aside and never replace earlier ones.
    drop(set);
    &STOP
}

/// How long a run is looked at before it is told how long it will take, where there is no bar; and the least that is worth telling.
const LOOKED_AT: f64 = 3.0;
const WORTH: f64 = 10.0;

/// Says once, in a line, how long a run will take: for those who see no bar.
#[derive(Debug)]
pub(super) struct Foreseen {
    said: AtomicBool,
    what: &'static str,
}

impl Foreseen {
    /// Of so many of these.
    pub fn new(what: &'static str, quiet: bool) -> Foreseen {
        Foreseen { said: AtomicBool::new(quiet || watched()), what }
    }

    /// So much is done.
    pub fn look(&self, bar: &ProgressBar) {
        if self.said.load(Ordering::Relaxed) {
            return;
        }
        let (now, done) = (bar.elapsed().as_secs_f64(), bar.position());
        let Some(line) = bar.length().and_then(|whole| foreseen(now, done, whole, self.what)) else { return };
        if !self.said.swap(true, Ordering::Relaxed) {
            complain(&line);
        }
    }
}

/// What is said of a run in which so much was done by now; none while nothing can be told, or there is nothing to tell.
fn foreseen(now: f64, done: u64, whole: u64, what: &str) -> Option<String> {
    let left = whole.saturating_sub(done) as f64 * now / done as f64;
    (now >= LOOKED_AT && left >= WORTH && left.is_finite()).then(|| {
        let step = if left < 90.0 { 10.0 } else { 60.0 };
        let about = prose::duration((left / step).round() * step);
        format!("note: {} of {} {what} done, about {about} left\n", thousands(done), thousands(whole))
    })
}

/// A bar with rate and time left; none where nobody watches. `what`: paths or worlds.
pub(super) fn bar(count: u64, what: &str, quiet: bool) -> ProgressBar {
    if quiet || !watched() {
        return ProgressBar::with_draw_target(Some(count), ProgressDrawTarget::hidden());
    }
    let bar = ProgressBar::with_draw_target(Some(count), ProgressDrawTarget::stderr_with_hz(8));
    // The bar's own estimates follow the last seconds; ours are those of `pace`.
    let pace = Arc::new(Mutex::new(Pace::new()));
    let also = Arc::clone(&pace);
    let rate = move |state: &ProgressState, to: &mut dyn Write| {
        let (now, done) = (state.elapsed().as_secs_f64(), state.pos());
        let mut pace = pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.record(now, done);
        let words = pace.per_second(now, done).map(|rate| thousands(rate.round() as u64));
        let _ = write!(to, "{} a second", words.as_deref().unwrap_or("?"));
    };
    let left = move |state: &ProgressState, to: &mut dyn Write| {
        let (now, done) = (state.elapsed().as_secs_f64(), state.pos());
        let pace = also.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = state.len().and_then(|total| pace.left(now, done, total));
        let _ = match seconds.and_then(|s| Duration::try_from_secs_f64(s.ceil()).ok()) {
            Some(left) => write!(to, "{} left", FormattedDuration(left)),
            None => write!(to, "? left"),
        };
    };
    if let Ok(style) = ProgressStyle::with_template(&format!(
        "{{wide_bar}} {{percent}}% of {{human_len}} {what}, {{rate}}, {{left}}"
    )) {
        bar.set_style(style.with_key("rate", rate).with_key("left", left));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_is_foreseen_in_a_line() {
        let line = foreseen(4.0, 60, 8_000, "worlds");
        assert_eq!(line.as_deref(), Some("note: 60 of 8,000 worlds done, about 9 minutes left\n"));
        let line = foreseen(3.5, 100, 800, "paths");
        assert_eq!(line.as_deref(), Some("note: 100 of 800 paths done, about 20 seconds left\n"));
        // Too early, next to nothing left, and nothing done.
        assert_eq!(foreseen(2.9, 60, 8_000, "worlds"), None);
        assert_eq!(foreseen(4.0, 600, 800, "worlds"), None);
        assert_eq!(foreseen(4.0, 0, 800, "worlds"), None);
    }
}
