//! `[rules]`: what councils see differently. The table in the README is written from these docstrings.

use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::sections::string_list;
use crate::domain::assurance::Priority;
use crate::domain::rag::RagRule;
use crate::domain::rules::Rules;

/// `[rules]`: what councils see differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulesConfig {
    /// Days before its due day from which an action is due soon, at most 366.
    pub due_soon_days: u32,
    /// Priorities whose actions are accepted only after a satisfied verification, as if each demanded one.
    #[serde(deserialize_with = "priorities")]
    pub verify_priorities: Vec<Priority>,
    /// Missed terms after which an action is called in; 0 is never.
    pub called_in_after_missed_terms: u32,
    /// Revisions of its term after which an action is called in; 0 is never.
    pub called_in_after_revisions: u32,
    /// Months in which the executive responds to a recommendation, 1–24.
    pub response_months: u32,
    /// A table of the days on which nobody works, by which working days are counted: a day and its name on each line. Without
    /// it, the bank holidays of England and Wales.
    pub bank_holidays_file: Option<PathBuf>,
    /// `[[rules.rag]]`: the rules of red, amber and green, the first of which that holds is the answer. See
    /// `examples/rag-*.toml`. With `rag = []` no action is red, amber or green.
    pub rag: Vec<RagRule>,
}

impl Default for RulesConfig {
    fn default() -> Self {
        let rules = Rules::default();
        Self {
            due_soon_days: rules.due_soon_days,
            verify_priorities: rules.verify_priorities,
            called_in_after_missed_terms: rules.called_in.missed_terms,
            called_in_after_revisions: rules.called_in.revisions,
            response_months: rules.response_months,
            bank_holidays_file: None,
            rag: rules.rag,
        }
    }
}

/// A list of priorities, or, because the environment has no lists, one string separated by commas.
fn priorities<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Priority>, D::Error> {
    string_list(deserializer)?
        .iter()
        .map(|word| {
            word.parse()
                .map_err(|error| D::Error::custom(format!("{word} {error}")))
        })
        .collect()
}
