//! The kinds of problem, and what each says of itself at its own address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use super::Problem;

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
