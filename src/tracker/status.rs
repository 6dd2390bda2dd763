//! What a tracker says of how an action stands.

/// How an action stands, as far as the words of a tracker tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing was done yet, or nothing is said of that.
    Open,
    /// Somebody has begun.
    UnderWay,
    /// It waits.
    OnHold,
    /// It is done.
    Done,
    /// It is not to be done any more.
    Dropped,
    /// The words are those of no known state; a colour tells none, either.
    NotKnown,
}

/// The words of each state, each folded; what says that something is not so stands before it.
const WORDS: [(Status, &[&str]); 6] = [
    (
        Status::Open,
        &[
            "not started",
            "not yet started",
            "outstanding",
            "open",
            "new",
            "live",
            "to do",
            "pending",
            "overdue",
            "not complete",
            "not completed",
            "incomplete",
            "not done",
            "not due",
            "not yet due",
        ],
    ),
    (
        Status::UnderWay,
        &[
            "in progress",
            "under way",
            "underway",
            "ongoing",
            "on going",
            "on track",
            "started",
            "part complete",
            "partly complete",
            "partially complete",
            "partially completed",
            "partly completed",
            "nearly complete",
            "active",
            "wip",
            "behind schedule",
        ],
    ),
    (
        Status::OnHold,
        &[
            "on hold",
            "hold",
            "paused",
            "suspended",
            "deferred",
            "postponed",
        ],
    ),
    (
        Status::Dropped,
        &[
            "cancelled",
            "withdrawn",
            "superseded",
            "no longer required",
            "not required",
            "no longer needed",
            "rejected",
            "lapsed",
            "dropped",
            "abandoned",
            "merged",
            "transferred",
        ],
    ),
    (
        Status::Done,
        &[
            "complete",
            "completed",
            "closed",
            "done",
            "implemented",
            "discharged",
            "achieved",
            "finished",
            "actioned",
            "delivered",
            "resolved",
        ],
    ),
    (Status::NotKnown, &[]),
];

/// Reads a status.
#[must_use]
pub fn of(text: &str) -> Status {
    let folded = folded(text);
    let padded = format!(" {folded} ");
    let says = |words: &&str| padded.contains(&format!(" {words} "));
    WORDS
        .iter()
        .find(|(_, words)| words.iter().any(&says))
        .map_or(Status::NotKnown, |(status, _)| *status)
}

/// The words of a text in lower case, one blank between them.
pub(super) fn folded(text: &str) -> String {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_trackers_are_known() {
        for (text, status) in [
            ("Not started", Status::Open),
            ("OVERDUE", Status::Open),
            ("In progress - on track", Status::UnderWay),
            ("On-going", Status::UnderWay),
            ("Part-complete", Status::UnderWay),
            ("On hold", Status::OnHold),
            ("Completed", Status::Done),
            ("Closed (June 2014)", Status::Done),
            ("Not complete", Status::Open),
            ("No longer required", Status::Dropped),
            ("Green", Status::NotKnown),
            ("", Status::NotKnown),
        ] {
            assert_eq!(of(text), status, "{text}");
        }
    }
}
