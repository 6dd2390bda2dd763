//! Identifiers: one type per kind of record, so that a post's id cannot stand where an action's is meant.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// Identifies a committee.
    CommitteeId,
    /// Identifies a meeting.
    MeetingId,
    /// Identifies an agenda item.
    AgendaItemId,
    /// Identifies a resolution.
    ResolutionId,
    /// Identifies a post.
    PostId,
    /// Identifies a tenure of a post.
    TenureId,
    /// Identifies an action.
    ActionId,
    /// Identifies a progress update.
    ProgressUpdateId,
    /// Identifies a piece of evidence.
    EvidenceId,
    /// Identifies a claim of completion.
    CompletionClaimId,
    /// Identifies a link between actions.
    LinkId,
    /// Identifies a verification of an action.
    VerificationId,
    /// Identifies a recorded delegation.
    DelegationId,
    /// Identifies a request for an extension.
    ExtensionRequestId,
    /// Identifies a response to a resolution.
    ResponseId,
    /// Identifies a revision of a meeting's minutes.
    MinutesId,
    /// Identifies a draft that was read in minutes.
    DraftId,
    /// Identifies a record of any kind, where the kind stands beside it.
    RecordId,
}
