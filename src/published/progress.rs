//! How far an import is, where somebody looks on.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::printable;

/// A bar that shows nothing before there is something to count.
pub(super) fn progress() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    match ProgressStyle::with_template("{bar:30} {pos}/{len} meetings  {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Begins to count the meetings of a committee, on standard error where that is a terminal.
pub(super) fn begin(bar: &ProgressBar, committee: &str, meetings: usize) {
    bar.set_message(printable(committee));
    bar.set_length(meetings as u64);
    bar.set_position(0);
    if bar.is_hidden() && meetings > 0 && std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
}
