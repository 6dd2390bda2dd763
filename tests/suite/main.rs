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

mod architecture;
mod clocks;
mod concurrency;
mod harness;
mod lists;
mod moves;
mod seed;
mod sight;
mod surface;
