//! Claims of completion: what an owner says is done, and what the committee made of it.

use super::vocabulary::vocabulary;

vocabulary! {
    /// How a claim of completion stands.
    ClaimState {
        /// Nobody has settled it yet.
        Pending = "pending",
        /// The committee, or its recorded delegate, accepted it.
        Accepted = "accepted",
        /// It was refused, and the action goes on.
        Refused = "refused",
        /// Its owner took it back.
        Withdrawn = "withdrawn",
    }
}
