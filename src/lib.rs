//! Matters Arising: a REST service that makes sure that what a committee asked for gets done.
//!
//! `ARCHITECTURE.md` says which room does what and which way imports run.

mod api;
pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod domain;
mod healthcheck;
mod hex;
mod html;
pub mod ids;
pub mod imports;
pub mod minutes;
pub mod moderngov;
mod pdf;
pub mod published;
mod records;
mod routes;
pub mod store;
pub mod telemetry;
pub mod tracker;
