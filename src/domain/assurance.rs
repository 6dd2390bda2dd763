//! How much an action matters, and what an auditor found of it.

use super::vocabulary::vocabulary;

vocabulary! {
    /// How much an action matters.
    Priority {
        /// Before others.
        High = "high",
        /// As most.
        Medium = "medium",
        /// After others.
        Low = "low",
    }
}

vocabulary! {
    /// What an auditor's own check found.
    VerificationResult {
        /// It is done as claimed.
        Satisfied = "satisfied",
        /// It is not.
        NotSatisfied = "not_satisfied",
    }
}
