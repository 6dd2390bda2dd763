//! The whole service through its front door: real HTTP, a real database for each test.
//!
//! `MATTERS_ARISING_TEST_DATABASE` decides which: the URL of a Postgres cluster's administrator, or SQLite where it says
//! nothing else. `scripts/test` runs the suite on both.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]
#![expect(
    clippy::too_many_lines,
    clippy::needless_pass_by_value,
    clippy::similar_names,
    clippy::format_collect,
    reason = "a test reads as a story, from top to bottom"
)]

mod any_life;
mod architecture;
mod as_of;
mod assurance;
mod bounds;
mod bulk;
mod busy;
mod calendar;
mod clocks;
mod commands;
mod concealed;
mod concurrency;
mod coverage;
mod dates;
mod decisions;
mod drain;
mod due_terms;
mod evidence;
mod evidence_bucket;
mod examples;
mod exemption;
mod faults;
mod front;
mod harness;
mod histories;
mod imports;
mod links;
mod lists;
mod minutes_again;
mod minutes_bounds;
mod minutes_bulk;
mod minutes_corrected;
mod minutes_follow;
mod minutes_headings;
mod minutes_kept;
mod minutes_story;
mod moderngov;
mod moves;
mod offices;
mod progress;
mod seed;
mod sight;
mod split;
mod story;
mod surface;
mod walk;
