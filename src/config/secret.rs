//! A string that does not show itself.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// What stands in a secret's place wherever it would be shown.
const REDACTED: &str = "[redacted]";

/// A secret: read with [`Secret::expose`] and in no other way. `Debug` and `Serialize` give `[redacted]`, and there is
/// no `Display`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps `value`.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself. Whoever calls this keeps it out of logs and messages.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}
