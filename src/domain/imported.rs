//! What a tracker that was kept as a spreadsheet has, and what becomes of its rows.

use super::vocabulary::vocabulary;

vocabulary! {
    /// What a column of a tracker says.
    TrackerField {
        /// The row's own reference in the tracker.
        Reference = "reference",
        /// The committee, by its code or its name.
        Committee = "committee",
        /// The day of the meeting that asked.
        Meeting = "meeting",
        /// The item of that meeting's agenda, by its number or its title.
        AgendaItem = "agenda_item",
        /// What the row is about, in a few words.
        Title = "title",
        /// What the committee resolved, word for word.
        Resolution = "resolution",
        /// What is to be done.
        Action = "action",
        /// The post that is to do it.
        Owner = "owner",
        /// When it is due: a day, or a deadline in words.
        Due = "due",
        /// The day to which the deadline was put off.
        RevisedDue = "revised_due",
        /// How it stands.
        Status = "status",
        /// What was said of it since; several columns may be.
        Progress = "progress",
        /// The day on which it was done.
        CompletedOn = "completed_on",
    }
}

vocabulary! {
    /// What became of a row of a tracker, or would have.
    RowOutcome {
        /// Its action was recorded.
        Created = "created",
        /// It says what it said when it was last brought in.
        Unchanged = "unchanged",
        /// It says something else than then; its changes tell what of that was taken over.
        Changed = "changed",
        /// It says that it is done with, and such rows are not wanted.
        LeftOut = "left_out",
        /// It is wrong, or says what cannot be; its errors tell why.
        Refused = "refused",
    }
}
