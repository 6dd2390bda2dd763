//! Why a write did not happen.

use uuid::Uuid;

use crate::db::audit::NewEntry;
use crate::db::{CarriesDbError, DbError};
use crate::domain::draft::{DraftMove, DraftOrigin, DraftState};
use crate::domain::extension::ExtensionState;
use crate::domain::life::{Move, Outcome, Refusal, State};
use crate::domain::structure::NoChild;

/// What is wrong with one member of a request's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// A JSON pointer into the body (RFC 6901).
    pub(crate) pointer: String,
    /// A stable code for machines.
    pub(crate) code: &'static str,
    /// A sentence for people.
    pub(crate) detail: String,
}

impl FieldError {
    pub(crate) fn new(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }

    /// For an id that names nothing, or nothing in the caller's sight: the two are told alike.
    pub(crate) fn unknown(pointer: &str, what: &str) -> Self {
        Self::new(pointer, "not_found", format!("There is no such {what}."))
    }
}

/// A write that what is stored does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// Another record has what must be its own.
    Taken {
        /// The member, as a JSON pointer.
        pointer: &'static str,
        /// The record that has it, if it is in the caller's sight.
        by: Option<Uuid>,
    },
    /// The source sent another record under this natural key before.
    NaturalKey {
        /// The record it sent, if it is in the caller's sight.
        existing: Option<Uuid>,
    },
    /// The last number of a row of references has been given.
    ReferencesExhausted,
    /// The minutes are confirmed: only a superseding resolution corrects this one.
    MinutesConfirmed,
    /// The resolution is superseded already.
    AlreadySuperseded,
    /// The meeting has no minutes; the sentence says why.
    NoMinutes(&'static str),
    /// Somebody has decided already what becomes of the draft.
    DraftDecided {
        /// The move asked for; none where it was to be corrected.
        asked: Option<DraftMove>,
        /// The state that it is in.
        state: DraftState,
    },
    /// These bytes were handed in before, and others since.
    MinutesOvertaken {
        /// The minutes that they are.
        existing: Uuid,
        /// Which revision that is.
        revision: i32,
        /// The latest revision.
        latest: i32,
    },
    /// What the draft says otherwise cannot be taken over into the action that it became before.
    ActionGoneOn {
        /// The reference of the action.
        reference: String,
        /// The state that it is in.
        state: State,
        /// Where in the minutes the draft was read.
        origin: DraftOrigin,
        /// What, by the members of the draft, and why.
        members: Vec<FieldError>,
    },
    /// Several actions arise from the resolution that a draft corrects, and nothing tells which of them goes on.
    SeveralActions {
        /// Their references.
        references: Vec<String>,
    },
    /// The evidence was withdrawn before.
    AlreadyWithdrawn,
    /// The link would lead in a circle.
    LinkCircle {
        /// The member that names the other action, as a JSON pointer.
        pointer: &'static str,
        /// The references of the actions on the way back that are in the caller's sight.
        references: Vec<String>,
    },
    /// The action into which another would be closed does not go on.
    DoesNotGoOn {
        /// The member that names it, as a JSON pointer.
        pointer: &'static str,
        /// Its reference.
        reference: String,
        /// The state it is in.
        state: State,
        /// How it ended, if it has.
        outcome: Option<Outcome>,
    },
    /// The action takes no child.
    NoChild {
        /// The member that names the parent, as a JSON pointer; none where the path does.
        pointer: Option<&'static str>,
        /// Why.
        why: NoChild,
    },
    /// The move says of the whole that it is done, and parts of it are outstanding.
    OutstandingChildren {
        /// The move asked for.
        asked: Move,
        /// The state the action is in.
        state: State,
        /// Those in the caller's sight.
        references: Vec<String>,
        /// Whether there are others.
        others: bool,
    },
    /// The action is a part of one that is closed.
    ParentClosed {
        /// Its reference, if it is in the caller's sight.
        parent: Option<String>,
    },
    /// The action is a part, which is as exempt as the whole.
    ExemptAsWhole {
        /// The reference of the whole, if it is in the caller's sight.
        whole: Option<String>,
    },
    /// The resolution needs no response.
    NoResponseNeeded,
    /// The caller would decide on their own work; the sentence says what.
    OwnWork(&'static str),
    /// Another request for an extension is pending.
    ExtensionPending {
        /// Which.
        existing: Uuid,
    },
    /// The request for an extension is decided, or withdrawn, already.
    ExtensionDecided {
        /// Where it stands.
        state: ExtensionState,
    },
    /// The term that was proposed when a request was made can be set no longer.
    TermNotSettable(Vec<FieldError>),
    /// The state does not allow the change.
    Frozen {
        /// The state.
        state: State,
        /// What would be allowed instead, in a sentence.
        instead: &'static str,
    },
    /// The occurrence is not the one in force.
    OccurrenceNotInForce {
        /// Which is.
        current: Option<i32>,
    },
    /// The move is refused.
    Move {
        /// The move asked for.
        asked: Move,
        /// The state the action is in.
        state: State,
        /// Why.
        refusal: Refusal,
    },
}

/// Why a write did not happen; nothing of it was kept, but for the entry that an attempt leaves.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database failed.
    Db(DbError),
    /// There is no such record, or none in the caller's sight.
    NotFound,
    /// The record has changed since the caller read it.
    Stale,
    /// The caller may see it and may not do it.
    Forbidden(String),
    /// The body asks for what cannot be.
    Invalid(Vec<FieldError>),
    /// What is stored does not allow it.
    Conflict(Conflict),
    /// Rows of a list are refused, each by itself.
    Rows {
        /// The list, as a JSON pointer.
        list: &'static str,
        /// The place of each row in it, and why it is refused.
        failures: Vec<(usize, Failure)>,
    },
    /// What is stored does not allow it, and that it was attempted is kept in the audit trail.
    Attempted(Conflict, Box<NewEntry>),
    /// The same Idempotency-Key is being worked under right now.
    KeyInFlight,
    /// The Idempotency-Key was used for something else before.
    KeyReused,
}

impl Failure {
    /// Whether it was judged by what is stored, so that whoever sends the same again is told the same.
    pub(crate) fn lasting(&self) -> bool {
        match self {
            Self::NotFound
            | Self::Forbidden(_)
            | Self::Invalid(_)
            | Self::Conflict(_)
            | Self::Attempted(..) => true,
            Self::Rows { failures, .. } => failures.iter().all(|(_, failure)| failure.lasting()),
            Self::Db(_) | Self::Stale | Self::KeyInFlight | Self::KeyReused => false,
        }
    }

    /// The failure by itself, and the entries that the attempts in it leave in the audit trail.
    pub(crate) fn part(self) -> (Self, Vec<NewEntry>) {
        match self {
            Self::Attempted(conflict, entry) => (Self::Conflict(conflict), vec![*entry]),
            Self::Rows { list, failures } => {
                let mut entries = Vec::new();
                let failures = failures
                    .into_iter()
                    .map(|(index, failure)| {
                        let (failure, kept) = failure.part();
                        entries.extend(kept);
                        (index, failure)
                    })
                    .collect();
                (Self::Rows { list, failures }, entries)
            }
            failure => (failure, Vec::new()),
        }
    }

    /// A body with one thing wrong.
    pub(crate) fn invalid(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<Conflict> for Failure {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl CarriesDbError for Failure {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

/// Why a transaction was not kept.
#[derive(Debug)]
pub(crate) enum Undone<T> {
    /// It was a rehearsal, and came to this.
    Rehearsed(Box<T>),
    /// It failed.
    Failed(Failure),
}

impl<T, F: Into<Failure>> From<F> for Undone<T> {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

impl<T> CarriesDbError for Undone<T> {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Rehearsed(_) => None,
            Self::Failed(failure) => failure.db_error(),
        }
    }
}
