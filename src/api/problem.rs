//! The one error type of the HTTP surface: problem details (RFC 9457).
//!
//! Handlers answer with a [`Problem`]; the front middleware writes it out, because only there the request's id is known,
//! and gives the framework's own failures the same form.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::AuthError;
use crate::db::DbError;
use crate::domain::draft::{DraftMove, DraftOrigin, DraftState};
use crate::domain::life::{Move, Need, Outcome, Refusal, State};
use crate::domain::structure::{MAX_LEVELS, NoChild};
use crate::records::{Conflict, Failure, FieldError};
use crate::store::StoreError;

macro_rules! kinds {
    ($($kind:ident = $status:literal, $slug:literal, $title:literal, $about:literal;)+) => {
        /// The kinds of problem, each documented at its own address, `/problems/{slug}`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind),+ }

        impl Kind {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind),+];

            pub(crate) const fn status(self) -> u16 { match self { $(Self::$kind => $status),+ } }

            pub(crate) const fn slug(self) -> &'static str { match self { $(Self::$kind => $slug),+ } }

            pub(crate) const fn title(self) -> &'static str { match self { $(Self::$kind => $title),+ } }

            pub(crate) const fn about(self) -> &'static str { match self { $(Self::$kind => $about),+ } }
        }
    };
}

kinds! {
    BadRequest = 400, "bad-request", "Bad request", "The request is not well-formed: its JSON, a header, or a length.";
    BadParameter = 400, "bad-parameter", "Bad query parameter", "A query parameter is unknown, repeated, or has a value that it cannot have; `errors` names each.";
    BadCursor = 400, "bad-cursor", "Bad cursor", "The cursor was altered, or belongs to another list, filter, sort or caller. Start again without it.";
    Unauthenticated = 401, "unauthenticated", "Authentication needed", "No bearer token, or one that is refused; WWW-Authenticate says why.";
    Forbidden = 403, "forbidden", "Not allowed", "The caller's role does not allow this.";
    NotFound = 404, "not-found", "Not found", "There is nothing here, or nothing that the caller may see.";
    MethodNotAllowed = 405, "method-not-allowed", "Method not allowed", "The resource does not have this method; Allow lists those it has.";
    NotAcceptable = 406, "not-acceptable", "Not acceptable", "The service answers in JSON, which the Accept header rules out.";
    RequestTimeout = 408, "request-timeout", "Request took too long", "The request's body did not arrive in time.";
    Taken = 409, "taken", "Already taken", "Another record has what must be this one's own; `existing` names it where the caller may see it.";
    NaturalKeyConflict = 409, "natural-key-conflict", "Natural key in use", "The source sent a different record under this `source.system` and `source.reference` before.";
    ReferencesExhausted = 409, "references-exhausted", "No references left", "The last number of this committee and municipal year, 999999, has been given.";
    MinutesConfirmed = 409, "minutes-confirmed", "Minutes confirmed", "The meeting's minutes are confirmed. Record a resolution that supersedes this one.";
    AlreadySuperseded = 409, "already-superseded", "Already superseded", "The resolution has been superseded; correct the one that took its place.";
    AlreadyWithdrawn = 409, "already-withdrawn", "Already withdrawn", "The evidence has been withdrawn, with a reason that stays.";
    LinkCircle = 409, "link-circle", "Circle of links", "The link would lead in a circle: the one action goes on from the other already, by links or as a part of it.";
    StateConflict = 409, "state-conflict", "Not in this state", "The state of the action, or of the record, does not allow the change.";
    MoveRefused = 409, "move-refused", "Move refused", "The action, or draft, cannot make this move; `allowed_moves` lists those it can make.";
    OwnWork = 409, "own-work", "Own work", "Nobody verifies what they claimed, or grants what they asked for. Somebody else must; that it was attempted is in the history.";
    KeyInFlight = 409, "idempotency-key-in-flight", "Still working", "A request with this Idempotency-Key is being worked on. Try again shortly.";
    Stale = 412, "stale", "Changed meanwhile", "The record has changed since it was read. Read it again and decide anew.";
    PayloadTooLarge = 413, "payload-too-large", "Too large", "The body is larger than the service takes.";
    UnsupportedMediaType = 415, "unsupported-media-type", "Media type not supported", "The body must be JSON without a content encoding; a PATCH is application/merge-patch+json or application/json.";
    Invalid = 422, "validation", "Not valid", "The body was understood and asks for what cannot be; `errors` names each member.";
    KeyReused = 422, "idempotency-key-reused", "Idempotency-Key reused", "This Idempotency-Key was sent before with another request.";
    PreconditionRequired = 428, "precondition-required", "If-Match needed", "A change needs If-Match with the ETag that was read, so that nobody's change is overwritten unseen.";
    TooManyRequests = 429, "too-many-requests", "Too many requests", "The caller's allowance is used up; Retry-After says for how long.";
    HeadersTooLarge = 431, "headers-too-large", "Headers too large", "The request's headers are larger than the service takes.";
    Internal = 500, "internal", "Internal error", "The service failed. Nothing was changed; the request id finds the cause in the log.";
    Unavailable = 503, "unavailable", "Not available", "The service cannot do this right now. Retry-After says when to try again.";
    StorageFull = 507, "storage-full", "Storage full", "The service's disk is full. Reading goes on; writing needs space.";
}

impl Kind {
    /// The kind that stands for a bare status, for failures that the framework made.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthenticated,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            408 => Self::RequestTimeout,
            413 => Self::PayloadTooLarge,
            415 => Self::UnsupportedMediaType,
            431 => Self::HeadersTooLarge,
            400..=499 => Self::BadRequest,
            503 => Self::Unavailable,
            _ => Self::Internal,
        }
    }
}

/// A failure on its way out.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) allowed_moves: Option<Vec<&'static str>>,
    pub(crate) existing: Option<Uuid>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            allowed_moves: None,
            existing: None,
            headers: Vec::new(),
        }
    }

    /// A problem that says of its kind all there is to say.
    pub(crate) fn plain(kind: Kind) -> Self {
        Self::new(kind, kind.about())
    }

    pub(crate) fn with_errors(kind: Kind, errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] if only.pointer.is_empty() => only.detail.clone(),
            [only] => format!("{}: {}", only.pointer, only.detail),
            all => format!("{} members are not as they must be.", all.len()),
        };
        Self {
            errors,
            ..Self::new(kind, detail)
        }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        // A value that cannot stand in a header is left out; none of ours is.
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Whatever does the work is busy; in a second it may not be.
    pub(crate) fn busy(detail: &str) -> Self {
        Self::new(Kind::Unavailable, detail).retry_after(1)
    }

    fn retry_after(self, seconds: u32) -> Self {
        self.header(actix_web::http::header::RETRY_AFTER, &seconds.to_string())
    }

    /// The body as it is sent.
    pub(crate) fn body(&self, request_id: Uuid) -> ProblemBody {
        ProblemBody {
            r#type: format!("/problems/{}", self.kind.slug()),
            title: self.kind.title().to_owned(),
            status: self.kind.status(),
            detail: self.detail.clone(),
            request_id,
            errors: self
                .errors
                .iter()
                .map(|error| ProblemError {
                    pointer: error.pointer.clone(),
                    code: error.code.to_owned(),
                    detail: error.detail.clone(),
                })
                .collect(),
            allowed_moves: self
                .allowed_moves
                .as_ref()
                .map(|moves| moves.iter().map(|m| (*m).to_owned()).collect()),
            existing: self.existing,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.title(), self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Problem details (RFC 9457): what went wrong, for people and for machines.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// A URI reference that names the kind of problem and, followed, documents it.
    #[schema(max_length = 200, example = "/problems/validation")]
    pub(crate) r#type: String,
    /// The kind of problem in a few words.
    #[schema(max_length = 200, example = "Not valid")]
    pub(crate) title: String,
    /// The HTTP status, again.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    pub(crate) status: u16,
    /// What went wrong this time.
    #[schema(max_length = 10_000, example = "/name: must not be blank")]
    pub(crate) detail: String,
    /// The request, as the log and the audit trail know it.
    #[schema(value_type = Uuid, example = "0192f0c1-2d3e-7abc-8def-0123456789ab")]
    pub(crate) request_id: Uuid,
    /// What is wrong with each member of the body or parameter of the query.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub(crate) errors: Vec<ProblemError>,
    /// With a refused move: the moves that are allowed from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, nullable = false)]
    pub(crate) allowed_moves: Option<Vec<String>>,
    /// With a conflict: the id of the record that is there already, if the caller may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, nullable = false)]
    pub(crate) existing: Option<Uuid>,
}

/// What is wrong with one member.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProblemError {
    /// A JSON pointer into the body (RFC 6901), or the name of the query parameter.
    #[schema(max_length = 500, example = "/name")]
    pub(crate) pointer: String,
    /// A stable code for machines.
    #[schema(max_length = 100, example = "blank")]
    pub(crate) code: String,
    /// A sentence for people.
    #[schema(max_length = 1000, example = "must not be blank")]
    pub(crate) detail: String,
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy | DbError::Raced => {
                Self::new(Kind::Unavailable, "The database is busy.").retry_after(1)
            }
            DbError::Timeout => {
                Self::new(Kind::Unavailable, "The database took too long.").retry_after(2)
            }
            DbError::Unavailable(why) => {
                tracing::error!(why, "the database is not available");
                Self::new(Kind::Unavailable, "The database is not available.").retry_after(5)
            }
            DbError::Full => {
                tracing::error!("the database's disk is full");
                Self::plain(Kind::StorageFull).retry_after(60)
            }
            DbError::Panicked | DbError::Internal(_) => {
                tracing::error!(%error, "the database failed");
                Self::plain(Kind::Internal)
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a file of evidence could not be kept or read");
        match error {
            StoreError::Full => Self::plain(Kind::StorageFull).retry_after(60),
            StoreError::Failed(_) => {
                Self::new(Kind::Unavailable, "The store of evidence is not available.")
                    .retry_after(5)
            }
        }
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error.www_authenticate("matters-arising") {
            Some(challenge) => Self::new(Kind::Unauthenticated, capitalised(&error.to_string()))
                .header(actix_web::http::header::WWW_AUTHENTICATE, &challenge),
            None => Self::new(Kind::Unavailable, capitalised(&error.to_string())).retry_after(5),
        }
    }
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), chars.as_str())
    })
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Db(error) => error.into(),
            Failure::NotFound => Self::plain(Kind::NotFound),
            Failure::Stale => Self::plain(Kind::Stale),
            Failure::Forbidden(detail) => Self::new(Kind::Forbidden, detail),
            Failure::Invalid(errors) => Self::with_errors(Kind::Invalid, errors),
            Failure::Conflict(conflict) | Failure::Attempted(conflict, _) => conflict.into(),
            Failure::Rows { list, failures } => super::rows::refused(list, failures),
            Failure::KeyInFlight => Self::plain(Kind::KeyInFlight).retry_after(1),
            Failure::KeyReused => Self::plain(Kind::KeyReused),
        }
    }
}

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

/// What a kind of problem means: what its `type` leads to.
#[derive(Debug, Serialize)]
struct ProblemPage {
    r#type: String,
    title: &'static str,
    status: u16,
    description: &'static str,
}

impl From<Kind> for ProblemPage {
    fn from(kind: Kind) -> Self {
        Self {
            r#type: format!("/problems/{}", kind.slug()),
            title: kind.title(),
            status: kind.status(),
            description: kind.about(),
        }
    }
}

/// All kinds of problem.
pub(crate) async fn problem_pages() -> HttpResponse {
    let pages: Vec<ProblemPage> = Kind::ALL.iter().map(|kind| (*kind).into()).collect();
    HttpResponse::Ok().json(serde_json::json!({ "items": pages }))
}

/// One kind of problem.
pub(crate) async fn problem_page(
    slug: actix_web::web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let kind = Kind::ALL.iter().find(|kind| kind.slug() == slug.as_str());
    kind.map(|kind| HttpResponse::Ok().json(ProblemPage::from(*kind)))
        .ok_or_else(|| Problem::plain(Kind::NotFound))
}
