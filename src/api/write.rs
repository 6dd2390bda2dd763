//! The one way in which a request writes: begin, replay or run, show the result, remember it, commit, answer.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::extract::RequestId;
use super::idempotency::{self, Keyed};
use super::problem::{Kind, Problem};
use super::{Api, Showing, etag};
use crate::auth::Caller;
use crate::clock::london_day;
use crate::db::audit::{self, NewEntry};
use crate::db::types::Instant;
use crate::db::{DbError, Tx};
use crate::records::{Effect, Failure, Telling, Undone, Writing, conceal, sight_of};

/// A single resource as it is shown.
pub(crate) trait Resource: Serialize {
    /// Its version.
    fn version(&self) -> i32;

    /// Its path.
    fn location(&self) -> String;

    /// Takes out what its tag does not stand for, and says whether there was any.
    fn without_untagged(&mut self) -> bool {
        false
    }
}

/// A resource as it is sent, and its tag.
pub(crate) fn tagged<R: Resource>(mut resource: R) -> Result<(String, String), DbError> {
    let written = |resource: &R| {
        serde_json::to_string(resource).map_err(|error| DbError::Internal(error.to_string()))
    };
    let body = written(&resource)?;
    let version = resource.version();
    let tag = if resource.without_untagged() {
        etag::tag(version, written(&resource)?.as_bytes())
    } else {
        etag::tag(version, body.as_bytes())
    };
    Ok((body, tag))
}

/// An answer to a write, as it is sent and as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    fn of<R: Resource>(status: u16, resource: R) -> Result<Self, Failure> {
        let location = Some(resource.location());
        let (body, tag) = tagged(resource)?;
        Ok(Self {
            status,
            location,
            etag: Some(tag),
            body,
        })
    }

    /// The answer to a write of many resources, which has no place and no tag of its own.
    pub(crate) fn of_many<R: Serialize>(status: u16, resources: R) -> Result<Self, Failure> {
        let body = serde_json::to_string(&resources)
            .map_err(|error| Failure::Db(DbError::Internal(error.to_string())))?;
        Ok(Self {
            status,
            location: None,
            etag: None,
            body,
        })
    }

    fn into_response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        response.content_type(if status.is_success() {
            "application/json"
        } else {
            "application/problem+json"
        });
        if let Some(location) = self.location {
            let name = if self.status == 201 {
                header::LOCATION
            } else {
                header::CONTENT_LOCATION
            };
            response.insert_header((name, location));
        }
        if let Some(etag) = self.etag {
            response.insert_header((header::ETAG, etag));
        }
        response.body(self.body)
    }
}

/// Who writes, under which request and key.
pub(crate) struct Writer {
    caller: Arc<Caller>,
    request_id: RequestId,
    keyed: Option<Keyed>,
}

impl Writer {
    /// The writer of a POST, which may carry an Idempotency-Key for that body.
    pub(crate) fn of_post(
        request: &HttpRequest,
        caller: Arc<Caller>,
        request_id: RequestId,
        body: &[u8],
    ) -> Result<Self, Problem> {
        let keyed = idempotency::key_of(request, &caller, body)?;
        Ok(Self {
            caller,
            request_id,
            keyed,
        })
    }

    /// The writer of a PATCH, which its If-Match keeps from taking effect twice.
    pub(crate) const fn of_patch(caller: Arc<Caller>, request_id: RequestId) -> Self {
        Self {
            caller,
            request_id,
            keyed: None,
        }
    }
}

impl Api {
    /// Runs a write and answers with the resource it made or changed.
    pub(crate) async fn write<T, R: Resource + 'static>(
        &self,
        writer: Writer,
        job: impl Fn(&mut Writing<'_>) -> Result<Effect<T>, Failure> + Send + Sync + 'static,
        show: fn(T, &Showing) -> R,
    ) -> Result<HttpResponse, Problem>
    where
        T: Telling + 'static,
    {
        self.write_as(writer, job, show, Answer::of).await
    }

    /// Runs a write and answers in a way of its own.
    pub(crate) async fn write_as<T, R: 'static>(
        &self,
        writer: Writer,
        job: impl Fn(&mut Writing<'_>) -> Result<Effect<T>, Failure> + Send + Sync + 'static,
        show: fn(T, &Showing) -> R,
        answer: fn(u16, R) -> Result<Answer, Failure>,
    ) -> Result<HttpResponse, Problem>
    where
        T: Telling + 'static,
    {
        let _held = match &writer.keyed {
            Some(keyed) => Some(self.in_flight.hold(keyed)?),
            None => None,
        };
        let (clock, ids, rules) = (
            Arc::clone(&self.clock),
            Arc::clone(&self.ids),
            Arc::clone(&self.rules),
        );
        let (caller, keyed) = (Arc::clone(&writer.caller), writer.keyed.clone());
        let request_id = writer.request_id.0;
        let answer = self
            .db
            .write(move |tx: &mut Tx| {
                let now = clock.now();
                if let Some(keyed) = &keyed
                    && let Some(answer) =
                        keyed.replay(tx, |tx| sight_of(tx, &caller, london_day(now)))?
                {
                    return Ok(answer);
                }
                let mut writing = Writing::begin(tx, &caller, &rules, request_id, now, &*ids)?;
                let showing = Showing {
                    day: writing.today(),
                    rules: Arc::clone(&rules),
                };
                let (status, mut record) = match job(&mut writing)? {
                    Effect::Created(made) => (201, made),
                    Effect::Known(there) | Effect::Changed(there) => (200, there),
                };
                conceal(writing.tx, &writing.sight, &mut record)?;
                let answer = answer(status, show(record, &showing))?;
                if let Some(keyed) = &keyed {
                    keyed.remember(writing.tx, &answer, &writing.sight, Instant(now))?;
                }
                Ok::<_, Failure>(answer)
            })
            .await;
        match answer {
            Ok(answer) => Ok(answer.into_response()),
            Err(failure) => self.refuse(writer, failure).await,
        }
    }

    /// Runs a write, undoes it, and answers with what it would have made or changed. The answer is remembered under its key in a
    /// transaction of its own.
    pub(crate) async fn rehearse<R: Serialize>(
        &self,
        writer: Writer,
        job: impl Fn(&mut Writing<'_>) -> Result<R, Failure> + Send + Sync + 'static,
    ) -> Result<HttpResponse, Problem> {
        let _held = match &writer.keyed {
            Some(keyed) => Some(self.in_flight.hold(keyed)?),
            None => None,
        };
        let (clock, ids, rules) = (
            Arc::clone(&self.clock),
            Arc::clone(&self.ids),
            Arc::clone(&self.rules),
        );
        let (caller, keyed) = (Arc::clone(&writer.caller), writer.keyed.clone());
        let request_id = writer.request_id.0;
        let rehearsed = self
            .db
            .rehearse(move |tx: &mut Tx| {
                let now = clock.now();
                if let Some(keyed) = &keyed
                    && let Some(answer) =
                        keyed.replay(tx, |tx| sight_of(tx, &caller, london_day(now)))?
                {
                    return Ok(answer);
                }
                let mut writing = Writing::begin(tx, &caller, &rules, request_id, now, &*ids)?;
                let would = job(&mut writing)?;
                let would = Answer::of_many(200, &would)?;
                Err::<Answer, _>(Undone::Rehearsed(Box::new(would)))
            })
            .await;
        match rehearsed {
            Ok(answer) => Ok(answer.into_response()),
            Err(Undone::Rehearsed(answer)) if writer.keyed.is_some() => {
                self.remember(writer, *answer, Vec::new()).await
            }
            Err(Undone::Rehearsed(answer)) => Ok(answer.into_response()),
            Err(Undone::Failed(failure)) => self.refuse(writer, failure).await,
        }
    }

    /// Remembers a refusal under its key too, whatever the state it was refused for: a request that is sent again by a queue
    /// or a proxy must not take effect after its sender was told that it did not, and went on from there. Whoever means it
    /// anew takes a new key. Not remembered is what the service failed at, and what it never judged: a stale version, or a
    /// key in use or used for another request. What is refused before [`Self::write`] (the role, the headers, the body by
    /// itself) does not come here.
    ///
    /// What is kept in the audit trail of an attempt is written here too, in a transaction of its own, because that of the
    /// attempt is gone; a replay adds nothing.
    async fn refuse(&self, writer: Writer, failure: Failure) -> Result<HttpResponse, Problem> {
        let lasting = failure.lasting();
        let (failure, entries) = failure.part();
        let problem = Problem::from(failure);
        let keyed = writer.keyed.clone().filter(|_| lasting);
        if keyed.is_none() && entries.is_empty() {
            return Err(problem);
        }
        let body = serde_json::to_string(&problem.body(writer.request_id.0))
            .map_err(|_| Problem::plain(Kind::Internal))?;
        let answer = Answer {
            status: problem.kind.status(),
            location: None,
            etag: None,
            body,
        };
        let writer = Writer { keyed, ..writer };
        self.remember(writer, answer, entries).await
    }

    /// Remembers an answer under its key, and appends entries, in a transaction of their own: that of the write is gone.
    async fn remember(
        &self,
        writer: Writer,
        answer: Answer,
        entries: Vec<NewEntry>,
    ) -> Result<HttpResponse, Problem> {
        let (caller, keyed, now) = (writer.caller, writer.keyed, self.clock.now());
        let told = self
            .db
            .write(move |tx| {
                // Another instance may have taken the key since this one gave it back: then its answer is the answer.
                if let Some(keyed) = &keyed {
                    let sight = sight_of(tx, &caller, london_day(now))?;
                    if let Some(earlier) = keyed.replay(tx, |_| Ok(sight.clone()))? {
                        return Ok(earlier);
                    }
                    keyed.remember(tx, &answer, &sight, Instant(now))?;
                }
                for entry in &entries {
                    audit::append(tx, entry)?;
                }
                Ok::<_, Failure>(answer.clone())
            })
            .await?;
        Ok(told.into_response())
    }
}
