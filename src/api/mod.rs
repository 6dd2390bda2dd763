//! The HTTP surface: the only room that handles requests. Besides it, `routes` and `app` name actix, to configure the server.

pub(crate) mod actions;
pub(crate) mod agenda_items;
mod as_of;
mod authority;
pub(crate) mod committees;
mod cursor;
pub(crate) mod delegations;
mod docs;
pub(crate) mod drafts;
mod due;
mod etag;
pub(crate) mod examples;
mod extract;
mod fields;
mod front;
pub(crate) mod health;
pub(crate) mod history;
mod idempotency;
pub(crate) mod imports;
pub(crate) mod meetings;
pub(crate) mod minutes;
mod object;
mod params;
mod patch;
pub(crate) mod posts;
mod problem;
mod read;
pub(crate) mod reports;
pub(crate) mod resolutions;
pub(crate) mod responses;
mod rows;
mod showing;
mod source;
mod strict;
mod upload;
mod write;
mod written;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use url::Url;

use crate::auth::Authenticator;
use crate::clock::SharedClock;
use crate::db::Db;
use crate::domain::rules::Rules;
use crate::ids::SharedIds;
use crate::store::Store;

pub(crate) use cursor::Cursors;
pub(crate) use docs::{ChangeProblems, CreateProblems, ListProblems, PublicProblems, ReadProblems};
pub(crate) use front::{Limiter, front};
pub(crate) use idempotency::InFlight;
pub(crate) use minutes::Readers;
use params::{IdPath, IdempotencyKeyHeader, IfMatchHeader, IfNoneMatchHeader, NoQuery};
pub(crate) use problem::{Kind, Problem, ProblemBody, problem_page, problem_pages};
pub(crate) use showing::Showing;

/// What handlers work with; one for all of them.
pub(crate) struct Api {
    pub(crate) db: Db,
    pub(crate) clock: SharedClock,
    pub(crate) ids: SharedIds,
    pub(crate) auth: Arc<Authenticator>,
    pub(crate) cursors: Cursors,
    pub(crate) in_flight: InFlight,
    pub(crate) limiter: Limiter,
    pub(crate) limits: Limits,
    pub(crate) rules: Arc<Rules>,
    /// The files of evidence, and minutes as they were handed in.
    pub(crate) store: Store,
    /// Who has a document read.
    pub(crate) readers: Readers,
    /// Set when the service has been asked to stop, so that nobody sends it more.
    pub(crate) draining: AtomicBool,
}

/// What a request may take, and where the service is reached.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) body_bytes: usize,
    /// Of a body with many rows.
    pub(crate) bulk_body_bytes: usize,
    pub(crate) body_time: Duration,
    pub(crate) public_url: Option<Url>,
    /// The largest file of evidence, in bytes.
    pub(crate) file_bytes: u64,
    /// In which a file of evidence must have arrived.
    pub(crate) file_time: Duration,
    /// The media types of files of evidence, in lower case.
    pub(crate) file_types: Vec<String>,
}
