//! What the service says about itself: log lines, and the trace that a request belongs to.

mod escape;
mod layer;
pub mod trace;

use std::io::{self, Write};

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry};

use crate::clock::SystemClock;
use crate::config::LogConfig;

pub use layer::LogLayer;

/// Where log lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogOutput {
    /// Standard output, for a service.
    Stdout,
    /// Standard error, for a command whose standard output is its result.
    Stderr,
}

impl LogOutput {
    /// Writes one whole line in one call, so that lines of several threads never mix. A reader that has gone away is
    /// no reason to stop serving, so a failure is passed over.
    fn write_line(self, line: &str) {
        match self {
            Self::Stdout => io::stdout().lock().write_all(line.as_bytes()),
            Self::Stderr => io::stderr().lock().write_all(line.as_bytes()),
        }
        .ok();
    }
}

/// Why logging could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `log.filter` cannot be read.
    #[error("log.filter cannot be read: {0}")]
    Filter(String),
    /// Something else in this process logs already.
    #[error("logging was started before")]
    Started,
}

/// Starts logging for this process. Call it once, early.
///
/// # Errors
/// The filter cannot be read, or logging was started before.
pub fn init(config: &LogConfig, output: LogOutput) -> Result<(), TelemetryError> {
    Registry::default()
        .with(filter(config)?)
        .with(LogLayer::new(
            config.format,
            SystemClock,
            move |line: &str| {
                output.write_line(line);
            },
        ))
        .try_init()
        .map_err(|_| TelemetryError::Started)
}

/// What `config` says is logged.
///
/// # Errors
/// The filter cannot be read.
pub fn filter(config: &LogConfig) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::builder()
        .parse(&config.filter)
        .map_err(|error| TelemetryError::Filter(error.to_string()))
}

#[cfg(test)]
mod tests;
