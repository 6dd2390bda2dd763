//! What is told of a write that the records do not allow.

use uuid::Uuid;

use super::{Kind, Problem};
use crate::domain::draft::{DraftMove, DraftOrigin, DraftState};
use crate::domain::life::{Move, Need, Outcome, Refusal, State};
use crate::domain::structure::{MAX_LEVELS, NoChild};
use crate::records::{Conflict, FieldError};

impl From<Conflict> for Problem {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::Taken { pointer, by } => Self {
                existing: by,
                errors: vec![FieldError::new(
                    pointer,
                    "taken",
                    "is another record's already",
                )],
                ..Self::plain(Kind::Taken)
            },
            Conflict::NaturalKey { existing } => Self {
                existing,
                ..Self::plain(Kind::NaturalKeyConflict)
            },
            Conflict::ReferencesExhausted => Self::plain(Kind::ReferencesExhausted),
            Conflict::MinutesConfirmed => Self::plain(Kind::MinutesConfirmed),
            Conflict::NoMinutes(why) => Self::new(Kind::StateConflict, why),
            Conflict::DraftDecided { asked, state } => draft_decided(asked, state),
            Conflict::MinutesOvertaken {
                existing,
                revision,
                latest,
            } => minutes_overtaken(existing, revision, latest),
            Conflict::ActionGoneOn {
                reference,
                state,
                origin,
                members,
            } => action_gone_on(&reference, state, origin, members),
            Conflict::SeveralActions { references } => several_actions(&references),
            Conflict::AlreadyWithdrawn => Self::plain(Kind::AlreadyWithdrawn),
            Conflict::AlreadySuperseded => Self::plain(Kind::AlreadySuperseded),
            Conflict::OccurrenceNotInForce { current } => Self::new(
                Kind::StateConflict,
                match current {
                    Some(number) => format!(
                        "Occurrences are settled in their order: number {number} is in force, and is settled once the calendar has a day for it; a later one once the days of all before it have passed."
                    ),
                    None => "No occurrence is in force.".to_owned(),
                },
            ),
            Conflict::LinkCircle {
                pointer,
                references,
            } => circle(pointer, &references),
            Conflict::DoesNotGoOn {
                pointer,
                reference,
                state,
                outcome,
            } => does_not_go_on(pointer, &reference, state, outcome),
            Conflict::NoChild { pointer, why } => no_child(pointer, why),
            Conflict::OutstandingChildren {
                asked,
                state,
                references,
                others,
            } => outstanding(asked, state, &references, others),
            Conflict::ParentClosed { parent } => parent_closed(parent),
            Conflict::ExemptAsWhole { whole } => exempt_as_whole(whole),
            Conflict::NoResponseNeeded => Self::new(
                Kind::StateConflict,
                "The resolution needs no response. Say first that it does, by response_needed.",
            ),
            Conflict::OwnWork(detail) => Self::new(Kind::OwnWork, detail),
            Conflict::ExtensionPending { existing } => extension_pending(existing),
            Conflict::ExtensionDecided { state } => Self::new(
                Kind::StateConflict,
                format!("The request for an extension is {state} already. Make another."),
            ),
            Conflict::TermNotSettable(errors) => Self {
                errors,
                ..Self::new(
                    Kind::StateConflict,
                    "The proposed term can be set no longer. Refuse the request, and have another made.",
                )
            },
            Conflict::Frozen { state, instead } => Self::new(
                Kind::StateConflict,
                format!("The action is {state}. {instead}"),
            ),
            Conflict::Move {
                asked,
                state,
                refusal,
            } => Self {
                allowed_moves: Some(state.moves().iter().map(|m| m.as_str()).collect()),
                errors: needs(&refusal),
                ..Self::new(
                    Kind::MoveRefused,
                    format!(
                        "{asked} is refused while the action is {state}: {}.",
                        reason(&refusal)
                    ),
                )
            },
        }
    }
}

fn circle(pointer: &'static str, references: &[String]) -> Problem {
    let detail = format!(
        "The link would lead in a circle: {} go on one from the other already.",
        references.join(", ")
    );
    Problem {
        errors: vec![FieldError::new(pointer, "circle", detail.clone())],
        ..Problem::new(Kind::LinkCircle, detail)
    }
}

fn does_not_go_on(
    pointer: &'static str,
    reference: &str,
    state: State,
    outcome: Option<Outcome>,
) -> Problem {
    let stands = outcome.map_or(state.as_str(), |outcome| outcome.as_str());
    let detail = format!(
        "What goes on in an action's place was agreed and is outstanding, or was done; {reference} is {stands}."
    );
    Problem {
        errors: vec![FieldError::new(pointer, "does_not_go_on", detail.clone())],
        ..Problem::new(Kind::StateConflict, detail)
    }
}

fn no_child(pointer: Option<&'static str>, why: NoChild) -> Problem {
    let detail = match why {
        NoChild::State(state) => format!(
            "An action takes children while it is open, in progress or on hold; this one is {state}."
        ),
        NoChild::LastLevel => {
            format!("The action stands on the last of {MAX_LEVELS} levels, and takes no children.")
        }
    };
    let errors = pointer.map(|at| FieldError::new(at, "takes_no_child", detail.clone()));
    Problem {
        errors: errors.into_iter().collect(),
        ..Problem::new(Kind::StateConflict, detail)
    }
}

fn draft_moves(state: DraftState) -> Vec<&'static str> {
    state.moves().iter().map(|m| m.as_str()).collect()
}

fn minutes_overtaken(existing: Uuid, revision: i32, latest: i32) -> Problem {
    Problem {
        existing: Some(existing),
        ..Problem::new(
            Kind::StateConflict,
            format!(
                "These bytes are revision {revision} of the meeting's minutes, and revision {latest} has come since. Where they \
                 are right after all, hand them in with restore=true: they become the next revision."
            ),
        )
    }
}

fn extension_pending(existing: Uuid) -> Problem {
    Problem {
        existing: Some(existing),
        errors: vec![FieldError::new(
            "/due",
            "extension_pending",
            "A request for an extension is pending.",
        )],
        ..Problem::new(
            Kind::StateConflict,
            "A request for an extension is pending. It is granted, refused or withdrawn first.",
        )
    }
}

fn action_gone_on(
    reference: &str,
    state: State,
    origin: DraftOrigin,
    members: Vec<FieldError>,
) -> Problem {
    // A decision that is merged into an action corrects no resolution.
    let merged = match origin {
        DraftOrigin::Decision => "",
        DraftOrigin::Discussion => ", or merge the draft into the action",
    };
    Problem {
        allowed_moves: Some(draft_moves(DraftState::Proposed)),
        errors: members,
        ..Problem::new(
            Kind::MoveRefused,
            format!(
                "confirm is refused: what the draft says otherwise than before cannot be taken over into {reference}, which is {state}. \
                 Change the action first, where it still changes, or set the draft's members to what stands there{merged}."
            ),
        )
    }
}

fn several_actions(references: &[String]) -> Problem {
    Problem {
        allowed_moves: Some(draft_moves(DraftState::Proposed)),
        ..Problem::new(
            Kind::MoveRefused,
            format!(
                "confirm is refused: several actions arise from the resolution that the draft corrects ({}). Set is_action to false \
                 and correct those actions themselves.",
                references.join(", ")
            ),
        )
    }
}

fn draft_decided(asked: Option<DraftMove>, state: DraftState) -> Problem {
    let why = match state {
        DraftState::Superseded => {
            "the minutes were read again, and what they say now is another draft"
        }
        _ => "what becomes of it is decided",
    };
    let (kind, detail) = match asked {
        Some(asked) => (
            Kind::MoveRefused,
            format!("{asked} is refused while the draft is {state}: {why}."),
        ),
        None => (
            Kind::StateConflict,
            format!("The draft is {state}: {why}. Only one that is proposed changes."),
        ),
    };
    Problem {
        allowed_moves: Some(draft_moves(state)),
        ..Problem::new(kind, detail)
    }
}

fn move_refused(asked: Move, state: State, why: &str) -> Problem {
    Problem {
        allowed_moves: Some(state.moves().iter().map(|m| m.as_str()).collect()),
        ..Problem::new(
            Kind::MoveRefused,
            format!("{asked} is refused while the action is {state}: {why}."),
        )
    }
}

fn outstanding(asked: Move, state: State, references: &[String], others: bool) -> Problem {
    let named = references.join(", ");
    let why = match (named.is_empty(), others) {
        (true, _) => "some of its children are outstanding".to_owned(),
        (false, false) => format!("its children {named} are outstanding"),
        (false, true) => format!("its children {named} and others are outstanding"),
    };
    move_refused(asked, state, &why)
}

fn parent_closed(parent: Option<String>) -> Problem {
    let whole = parent.unwrap_or_else(|| "another action".to_owned());
    let why = format!("it is a part of {whole}, which is closed; reopen that first");
    move_refused(Move::Reopen, State::Closed, &why)
}

fn exempt_as_whole(whole: Option<String>) -> Problem {
    let whole = whole.unwrap_or_else(|| "another action".to_owned());
    let detail =
        format!("The action is a part of {whole}, and as exempt as that; change that one.");
    Problem {
        errors: vec![FieldError::new("/exempt", "mismatch", detail.clone())],
        ..Problem::new(Kind::StateConflict, detail)
    }
}

fn reason(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotFromHere => "no such move leads on from this state",
        Refusal::NotYours { .. } => "the move is somebody else's to make",
        Refusal::OwnClaim => "whoever claimed completion cannot accept it",
        Refusal::WrongOutcome => "the outcome is not reached by this move",
        Refusal::Lacks(_) => "the action lacks what the move needs",
    }
}

fn needs(refusal: &Refusal) -> Vec<FieldError> {
    match refusal {
        Refusal::Lacks(needs) => needs
            .iter()
            .map(|need| {
                let detail = match need {
                    Need::Verification => {
                        "is needed: an auditor's satisfied verification of the claim that stands"
                    }
                    Need::Evidence => {
                        "is needed: all that the claim gave was withdrawn, so refuse or withdraw the claim"
                    }
                    Need::Owner | Need::DueTerm | Need::ReviewDay => {
                        "is needed before the action can be opened"
                    }
                };
                FieldError::new(format!("/{need}"), "required", detail)
            })
            .collect(),
        _ => Vec::new(),
    }
}
