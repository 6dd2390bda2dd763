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

vocabulary! {
    /// How an auditor verified.
    VerificationMethod {
        /// By reading what was handed in.
        DocumentReview = "document_review",
        /// By asking people.
        Interview = "interview",
        /// By going there.
        SiteVisit = "site_visit",
        /// By doing it again.
        RePerformance = "re_performance",
        /// By looking at some of many.
        Sampling = "sampling",
        /// In another way, which the note describes.
        Other = "other",
    }
}
