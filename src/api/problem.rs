//! The one error type of the HTTP surface: problem details (RFC 9457).
//!
//! Handlers answer with a [`Problem`]; the front middleware writes it out, because only there the request's id is known,
//! and gives the framework's own failures the same form.

mod conflict;
mod kind;

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::AuthError;
use crate::db::DbError;
use crate::records::{Failure, FieldError};
use crate::store::StoreError;
pub(crate) use kind::{Kind, problem_page, problem_pages};

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
