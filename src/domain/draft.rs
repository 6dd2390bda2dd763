//! Drafts: what minutes were read to say, until a clerk has decided what becomes of each.

use super::vocabulary::vocabulary;

vocabulary! {
    /// Where in the minutes something was read.
    DraftOrigin {
        /// Among the decisions: it becomes a resolution.
        Decision = "decision",
        /// In the discussion alone: it becomes an action of its agenda item.
        Discussion = "discussion",
    }
}

vocabulary! {
    /// What became of a draft.
    DraftState {
        /// It waits for a person.
        Proposed = "proposed",
        /// It became a resolution, an action, or both.
        Confirmed = "confirmed",
        /// It is the same as something else, which goes on.
        Merged = "merged",
        /// It is nothing that the committee decided or asked for.
        Rejected = "rejected",
        /// The minutes were read again before anybody decided.
        Superseded = "superseded",
    }
}

impl DraftState {
    /// The moves that lead on from the state.
    #[must_use]
    pub const fn moves(self) -> &'static [DraftMove] {
        match self {
            Self::Proposed => DraftMove::ALL,
            Self::Confirmed | Self::Merged | Self::Rejected | Self::Superseded => &[],
        }
    }
}

vocabulary! {
    /// What a clerk makes of a draft.
    DraftMove {
        /// It is recorded: the resolution, and the action as a draft.
        Confirm = "confirm",
        /// It is the same as another draft, or as something that is recorded.
        Merge = "merge",
        /// It is nothing.
        Reject = "reject",
    }
}

vocabulary! {
    /// How what was read stands to what the revision before of the minutes said.
    DraftChange {
        /// It was not there.
        Added = "added",
        /// It was there word for word; what had become of it stands.
        Unchanged = "unchanged",
        /// It was there in other words.
        Changed = "changed",
    }
}

vocabulary! {
    /// What a heading was found to name.
    HeadingMatch {
        /// One agenda item, by its title or its number.
        Exact = "exact",
        /// Some agenda items have a title like it.
        Close = "close",
        /// No agenda item.
        None = "none",
    }
}

vocabulary! {
    /// What a printed name of an owner was found to mean.
    OwnerMatch {
        /// One post has that title.
        Exact = "exact",
        /// Some posts have a title like it.
        Close = "close",
        /// No post has.
        None = "none",
    }
}
