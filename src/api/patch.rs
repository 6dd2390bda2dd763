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

/// Reads a member that may be left out but not cleared: null is refused as any other value of the wrong type would be.
pub(super) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
