//! Resolutions: what a committee decided, word for word.

use super::vocabulary::vocabulary;

vocabulary! {
    /// What a resolution does.
    ResolutionKind {
        /// Takes note of a report.
        Noted = "noted",
        /// Approves or adopts something.
        Approved = "approved",
        /// Asks a post to do something.
        Request = "request",
        /// Recommends something to another body.
        Recommendation = "recommendation",
        /// Refers a matter to another body.
        Referral = "referral",
        /// Appoints somebody.
        Appointment = "appointment",
        /// Excludes the press and public (Local Government Act 1972, section 100A).
        Exclusion = "exclusion",
        /// Anything else.
        Other = "other",
    }
}
