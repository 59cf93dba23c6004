//! Progress of long runs, and Ctrl-C.

use super::output::watched;
use super::pace::Pace;
use crate::quantity::prose::thousands;
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

/// A bar with rate and time left; none where nobody watches.
pub(super) fn bar(paths: u64, quiet: bool) -> ProgressBar {
    if quiet || !watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(paths), ProgressDrawTarget::stderr_with_hz(8));
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
    if let Ok(style) =
        ProgressStyle::with_template("{wide_bar} {percent}% of {human_len} paths, {rate}, {left}")
    {
        bar.set_style(style.with_key("rate", rate).with_key("left", left));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
