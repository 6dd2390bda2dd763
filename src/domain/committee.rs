//! Committees and the codes by which references name them.

use std::fmt;
use std::str::FromStr;

use super::vocabulary::vocabulary;

vocabulary! {
    /// What sort of body a committee is.
    CommitteeKind {
        /// The full council.
        Council = "council",
        /// The executive.
        Cabinet = "cabinet",
        /// A committee or sub-committee.
        Committee = "committee",
        /// A panel.
        Panel = "panel",
        /// A board.
        Board = "board",
    }
}

/// A committee's short code, e.g. `CFS`: 2–12 of `A–Z` and `0–9`, a letter first. It never changes, because references
/// are made of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitteeCode(String);

/// A text that is no committee code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 2 to 12 capital letters or digits, a letter first")]
pub struct BadCommitteeCode;

impl CommitteeCode {
    /// The pattern of a code, as the API document gives it.
    pub const PATTERN: &'static str = "^[A-Z][A-Z0-9]{1,11}$";

    /// The code as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommitteeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CommitteeCode {
    type Err = BadCommitteeCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let well_formed = (2..=12).contains(&bytes.len())
            && bytes[0].is_ascii_uppercase()
            && bytes
                .iter()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadCommitteeCode)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_short_capitals() {
        for good in ["CFS", "A1", "PLANNING2026"] {
            assert_eq!(good.parse::<CommitteeCode>().unwrap().as_str(), good);
        }
        for bad in ["", "C", "cfs", "1AB", "C/S", "C S", "ABCDEFGHIJKLM", "CFŚ"] {
            assert_eq!(bad.parse::<CommitteeCode>(), Err(BadCommitteeCode), "{bad}");
        }
    }
}
