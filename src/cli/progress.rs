//! Progress of long runs, and Ctrl-C.

use super::output::watched;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
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
    if let Ok(style) =
        ProgressStyle::with_template("{wide_bar} {percent}% of {human_len} paths, {per_sec}, {eta} left")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
