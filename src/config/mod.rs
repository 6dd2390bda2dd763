//! Typed configuration: defaults < TOML file < environment < command line.
//!
//! An unknown key or a bad value is fatal, and the message names the key and where it came from. Every secret may be
//! given as a file (`*_file`), whose content is used without one trailing newline. The environment is handed in as
//! pairs, so that nothing here reads the process's own.

mod load;
mod rules;
mod secret;
mod sections;
mod validate;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use load::{CONFIG_FILE_VARIABLE, ENV_PREFIX};
pub use rules::RulesConfig;
pub use secret::Secret;
pub use sections::{
    AuthConfig, DatabaseConfig, EvidenceConfig, LogConfig, LogFormat, RateLimitConfig, RoleNames,
    ServerConfig,
};
pub use validate::is_acceptable_jwks_url;

/// Everything that can be configured, one field per section of the TOML file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Listening, draining and the limits on a request.
    pub server: ServerConfig,
    /// Where the records are kept, and how long a query may take.
    pub database: DatabaseConfig,
    /// Where files of evidence are kept, and which are taken.
    pub evidence: EvidenceConfig,
    /// Whose tokens are accepted, and which claim gives which right.
    pub auth: AuthConfig,
    /// How many requests one caller may make.
    pub rate_limit: RateLimitConfig,
    /// What is logged, and how it looks.
    pub log: LogConfig,
    /// What councils see differently.
    pub rules: RulesConfig,
}

/// Where a configuration comes from, lowest precedence first. The defaults lie below all of them.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A TOML file. Naming one that does not exist is an error.
    pub file: Option<PathBuf>,
    /// The environment: names and values. Names that do not begin with [`ENV_PREFIX`] are passed over, and so are
    /// empty values, because compose files set a variable to nothing when they mean to leave it out.
    pub env: Vec<(String, String)>,
    /// Command-line overrides: dotted keys (`server.bind`) and their values.
    pub overrides: Vec<(String, String)>,
}

/// Why a configuration was refused: one line for each problem, each naming a key and its source, never a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.join("\n"))]
pub struct ConfigError {
    /// The problems, as sentences for whoever operates the service.
    pub problems: Vec<String>,
}

impl ConfigError {
    fn one(problem: impl Into<String>) -> Self {
        Self {
            problems: vec![problem.into()],
        }
    }
}

impl Config {
    /// Reads every layer, resolves secrets kept in files, and checks each value.
    ///
    /// # Errors
    /// An unknown key, a value of the wrong kind or out of range, an unreadable file, a secret given twice.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        load::load(sources)
    }

    /// The values in force, as TOML that can be read back, with every secret replaced by `[redacted]`.
    /// A key that is not set appears as a comment.
    #[must_use]
    pub fn redacted(&self) -> String {
        load::to_toml(self)
    }

    /// What `serve` needs beyond a configuration that is well formed: somebody has to be able to sign in.
    ///
    /// # Errors
    /// Says which settings are missing and what the alternatives are.
    pub fn validate_for_serve(&self) -> Result<(), ConfigError> {
        validate::for_serve(self)
    }
}

#[cfg(test)]
mod tests;
