//! Matters Arising: a REST service that makes sure that what a committee asked for gets done.
//!
//! `ARCHITECTURE.md` says which room does what and which way imports run.

pub mod clock;
pub mod db;
pub mod domain;
pub mod ids;
