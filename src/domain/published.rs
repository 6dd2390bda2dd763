//! What is brought in from a published source.

use super::vocabulary::vocabulary;

vocabulary! {
    /// What a published source has.
    PublishedKind {
        /// A committee.
        Committee = "committee",
        /// A meeting of one.
        Meeting = "meeting",
        /// An item of a meeting's agenda.
        AgendaItem = "agenda_item",
    }
}

vocabulary! {
    /// What became of a record when it was brought in.
    Change {
        /// It was not known, and was recorded.
        Created = "created",
        /// It had been recorded by hand, and is known by its source's key from now on.
        Linked = "linked",
        /// Something about it is said otherwise.
        Updated = "updated",
        /// A meeting begins at another time.
        Moved = "moved",
        /// A meeting does not take place.
        Cancelled = "cancelled",
        /// The source says of it what it said the last time.
        Unchanged = "unchanged",
    }
}
