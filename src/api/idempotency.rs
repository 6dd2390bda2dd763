//! Idempotency-Key (R12): a POST sent again is answered as it was the first time, and takes effect once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::HttpRequest;
use actix_web::http::header;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::problem::{Kind, Problem};
use super::write::Answer;
use crate::auth::{Caller, Role};
use crate::db::idempotency::{self as records, Record};
use crate::db::sight::{ExemptSight, Sight};
use crate::db::types::Instant;
use crate::db::{DbError, Tx, actions};
use crate::records::Failure;

/// SHA-256 over parts, each with its length before it so that none can pass for another.
pub(crate) fn digest(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// A request that carries a key. It is the same request when body and If-Match are the same, byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keyed {
    scope: Vec<u8>,
    fingerprint: Vec<u8>,
    /// Whether its caller sees all that is exempt.
    sees_exempt: bool,
}

/// The key of a request, if it carries one: 1 to 255 visible ASCII characters.
pub(crate) fn key_of(
    request: &HttpRequest,
    caller: &Caller,
    body: &[u8],
) -> Result<Option<Keyed>, Problem> {
    let mut values = request.headers().get_all("idempotency-key");
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value.as_bytes();
    let well_formed = (1..=255).contains(&key.len())
        && key.iter().all(u8::is_ascii_graphic)
        && values.next().is_none();
    if !well_formed {
        return Err(Problem::new(
            Kind::BadRequest,
            "Idempotency-Key must be given once, of 1 to 255 visible ASCII characters.",
        ));
    }
    let precondition = super::etag::sent(request, &header::IF_MATCH).unwrap_or_default();
    Ok(Some(Keyed {
        scope: digest(&[
            caller.subject.as_bytes(),
            &may(caller),
            request.method().as_str().as_bytes(),
            request.path().as_bytes(),
            key,
        ]),
        fingerprint: digest(&[body, precondition.as_bytes()]),
        sees_exempt: caller.sees_exempt(),
    }))
}

/// What the caller's token lets them do and see. Somebody who sends a key again with a token for less is not shown what was
/// answered to the other, of which they may now see nothing.
fn may(caller: &Caller) -> Vec<u8> {
    let roles: Vec<_> = caller.roles.iter().map(Role::as_str).collect();
    serde_json::to_vec(&(roles, &caller.committees)).unwrap_or_default()
}

/// How many bytes the id of a post takes.
const POST: usize = 16;

/// The posts by which exempt records are in sight; none where all are.
fn posts(sight: &Sight) -> Vec<u8> {
    match &sight.exempt {
        ExemptSight::All => Vec::new(),
        ExemptSight::Posts(posts) => posts.iter().flat_map(|post| *post.0.as_bytes()).collect(),
    }
}

/// Whether a caller still sees what was answered: they answer for all the posts for which they did `then`, and the action at
/// that location, or to which what is there belongs, is in sight.
fn still_seen(
    tx: &mut Tx,
    sight: &Sight,
    then: &[u8],
    location: Option<&str>,
) -> Result<bool, DbError> {
    let now = posts(sight);
    let kept = |post: &[u8]| now.chunks(POST).any(|held| held == post);
    if !then.chunks(POST).all(kept) {
        return Ok(false);
    }
    let action = location
        .and_then(|location| location.strip_prefix("/v1/actions/"))
        .and_then(|path| Uuid::try_parse(path.split('/').next()?).ok());
    Ok(match action {
        Some(id) => actions::find(tx, id.into())?.is_some_and(|action| action.visible(sight)),
        None => true,
    })
}

impl Keyed {
    /// What was answered before, if anything; refuses a key that stood for another request, and what the caller may no longer
    /// see. `sight` looks up what they see today, and is not asked for those who see all that is exempt.
    pub(crate) fn replay(
        &self,
        tx: &mut Tx,
        sight: impl FnOnce(&mut Tx) -> Result<Sight, DbError>,
    ) -> Result<Option<Answer>, Failure> {
        if !records::claim(tx, &self.scope)? {
            return Err(Failure::KeyInFlight);
        }
        let Some(record) = records::find(tx, &self.scope)? else {
            return Ok(None);
        };
        let Some(then) = record.fingerprint.strip_prefix(&*self.fingerprint) else {
            return Err(Failure::KeyReused);
        };
        if !self.sees_exempt {
            let sight = sight(tx)?;
            if !still_seen(tx, &sight, then, record.location.as_deref())? {
                return Err(Failure::NotFound);
            }
        }
        Ok(Some(Answer {
            status: u16::try_from(record.status).unwrap_or(500),
            location: record.location,
            etag: record.etag,
            body: record.body,
        }))
    }

    /// Remembers an answer that was given under this sight, in the transaction of its effect.
    pub(crate) fn remember(
        &self,
        tx: &mut Tx,
        answer: &Answer,
        sight: &Sight,
        now: Instant,
    ) -> Result<(), DbError> {
        records::remember(
            tx,
            Record {
                scope: self.scope.clone(),
                fingerprint: [&*self.fingerprint, &posts(sight)].concat(),
                status: i32::from(answer.status),
                location: answer.location.clone(),
                etag: answer.etag.clone(),
                body: answer.body.clone(),
                created_at: now,
            },
        )
    }
}

/// The keys under which this process is working right now.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<Vec<u8>>>>);

/// Holds a key until the request is answered.
#[derive(Debug)]
pub(crate) struct Held {
    keys: InFlight,
    scope: Vec<u8>,
}

impl InFlight {
    /// Takes the key, or says that another request has it.
    pub(crate) fn hold(&self, keyed: &Keyed) -> Result<Held, Failure> {
        let fresh = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(keyed.scope.clone());
        if fresh {
            Ok(Held {
                keys: self.clone(),
                scope: keyed.scope.clone(),
            })
        } else {
            Err(Failure::KeyInFlight)
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.keys
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.scope);
    }
}
