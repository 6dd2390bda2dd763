//! Requests for an extension: a proposed new due term, asked for and decided.

use super::life::State;
use super::vocabulary::vocabulary;

vocabulary! {
    /// Where a request for an extension stands.
    ExtensionState {
        /// Asked for and not decided.
        Pending = "pending",
        /// Granted: the proposed term was set.
        Granted = "granted",
        /// Refused.
        Refused = "refused",
        /// Taken back, by whoever asked or because the action went on without it.
        Withdrawn = "withdrawn",
    }
}

/// Whether an extension can be asked for while an action is in that state.
#[must_use]
pub const fn can_be_extended(state: State) -> bool {
    matches!(state, State::Open | State::InProgress | State::OnHold)
}
