//! Meetings of a committee.

use super::vocabulary::vocabulary;

vocabulary! {
    /// Where a meeting stands in the calendar.
    MeetingStatus {
        /// In the calendar and not yet held.
        Scheduled = "scheduled",
        /// It took place.
        Held = "held",
        /// Put off to another meeting.
        Postponed = "postponed",
        /// It will not take place.
        Cancelled = "cancelled",
    }
}

impl MeetingStatus {
    /// Whether a deadline can be met at such a meeting.
    #[must_use]
    pub const fn stands(self) -> bool {
        matches!(self, Self::Scheduled | Self::Held)
    }
}
