//! A member of a merge patch that can be cleared: absent, null, or a value (RFC 7396).

use serde::{Deserialize, Deserializer};

/// Tells null (`Some(None)`) from absent, which `#[serde(default)]` makes `None`.
pub(crate) fn deserialize<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
