//! Handing minutes in: kept as they came, and read into drafts.

use std::sync::Arc;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::Deserialize;
use tracing::Instrument as _;
use utoipa::IntoParams;

use super::Minutes;
use super::document::{Document, Read};
use crate::api::extract::{Allowed, Id, Query, RequestId, ToRecord};
use crate::api::idempotency;
use crate::api::problem::Kind;
use crate::api::upload::{FileContent, keep_if_recorded};
use crate::api::write::Writer;
use crate::api::{Api, CreateProblems, IdPath, IdempotencyKeyHeader, Problem};
use crate::auth::Caller;
use crate::db::{Reach, meetings};
use crate::domain::ids::MeetingId;
use crate::records::minutes::{self, NewMinutes, Surroundings};
use crate::records::{Effect, Failure, Writing};

/// How minutes are handed in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StoreQuery {
    /// Whether nothing is kept: everything is done, told (200) and undone. The `id` that is told is that of nothing.
    #[param(nullable = false, default = false)]
    dry_run: Option<bool>,
    /// Whether bytes that an earlier revision has, and the latest has not, become the next revision. Otherwise they are refused.
    #[param(nullable = false, default = false)]
    restore: Option<bool>,
}

/// Hand in the minutes of a meeting
///
/// By a clerk, of a meeting that took place. The body is the document as it is; its `Content-Type` may name a charset. It is kept
/// as it came, as the next revision of the meeting's minutes, and each decision and each request in the discussion becomes a
/// draft, which a clerk confirms, merges or rejects: nothing is recorded by this alone. The bytes of the latest revision handed in
/// again for the same meeting are answered with what is there (200); those of an earlier one are refused (409) unless `restore` is
/// `true`: then they become the next revision, and what had become of their words stands.
///
/// Where a heading above a place has the title of an agenda item of the meeting, the draft gets that item; items whose titles are
/// like it are offered.
///
/// Of a further revision, what an earlier one said word for word keeps what became of it; what is said in other words waits for a
/// clerk again; what waited in an earlier revision is superseded. `/v1/minutes/{id}/changes` shows the difference.
#[utoipa::path(
    post, path = "/v1/meetings/{id}/minutes", operation_id = "store_minutes", tag = "minutes",
    params(IdPath, StoreQuery, IdempotencyKeyHeader),
    request_body(description = "The minutes.", content((FileContent = "text/plain"), (FileContent = "text/markdown"), (FileContent = "text/html"),
        (FileContent = "application/pdf"))),
    responses(
        (status = 201, description = "Kept.", body = Minutes),
        (status = 200, description = "These bytes are there already; or what would be kept.", body = Minutes),
        CreateProblems,
    )
)]
pub(crate) async fn store_minutes(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    query: Query<StoreQuery>,
    id: Id<MeetingId>,
    api: Data<Api>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let announced = Document::announced(&request)?;
    idempotency::key_of(&request, &caller.0, &[])?;
    // Looked at before the body is read, so that nobody is kept busy by what does not exist for them.
    let today = api.clock.today();
    let around = api
        .read_whole(caller.0.clone(), Reach::Short, move |conn, sight| {
            meetings::find(conn, id.0)?
                .filter(|meeting| sight.sees_committee(meeting.committee_id))
                .map(|meeting| Surroundings::look_up(conn, Some(&meeting), today))
                .transpose()
        })
        .await?
        .ok_or(Failure::NotFound)?;
    let document = announced.receive(&api, body).await?;
    let decided_on = around.decided_on;
    let read = document.read(&api, around).await?;
    let handing_in = HandingIn {
        request,
        caller: caller.0,
        request_id,
        meeting: id.0,
        query: query.value,
        document,
        read,
        decided_on,
    };
    // A task of its own, so that what has been received is recorded or removed also where the caller has gone meanwhile.
    actix_web::rt::spawn(handing_in.record(api).in_current_span())
        .await
        .unwrap_or_else(|_| Err(Problem::plain(Kind::Internal)))
}

/// Minutes that have come and were read.
struct HandingIn {
    request: HttpRequest,
    caller: Arc<Caller>,
    request_id: RequestId,
    meeting: MeetingId,
    query: StoreQuery,
    document: Document,
    read: Read,
    decided_on: Option<NaiveDate>,
}

impl HandingIn {
    /// Keeps the bytes, and then the record that names them; takes them out again where no record came of it. Of a dry run nothing
    /// is kept.
    async fn record(self, api: Data<Api>) -> Result<HttpResponse, Problem> {
        let document = self.document;
        let sha256 = document.sha256();
        let [dry_run, restore] =
            [self.query.dry_run, self.query.restore].map(|is| is == Some(true));
        let mut asked = format!("{sha256}\n{}", document.media_type);
        for (name, is) in [("dry_run", dry_run), ("restore", restore)] {
            if is {
                asked.push('\n');
                asked.push_str(name);
            }
        }
        let writer = Writer::of_post(
            &self.request,
            self.caller,
            self.request_id,
            asked.as_bytes(),
        )?;
        let key = format!("minutes/{}/{}", self.meeting, api.ids.next(api.clock.now()));
        if !dry_run {
            let mut receiving = api.store.receive(key.clone());
            receiving.write(document.bytes.clone()).await?;
            receiving.finish().await?;
        }
        let new = NewMinutes {
            size_bytes: document.size(),
            media_type: document.media_type,
            sha256,
            object_key: key.clone(),
            text: self.read.text,
            read: self.read.items,
            decided_on: self.decided_on,
            restore,
        };
        let meeting = self.meeting;
        if dry_run {
            let job = move |w: &mut Writing<'_>| match minutes::store(w, meeting, &new)? {
                Effect::Created(would) | Effect::Known(would) | Effect::Changed(would) => {
                    Ok(Minutes::of(would))
                }
            };
            return api.rehearse(writer, job).await;
        }
        let job = move |w: &mut Writing<'_>| minutes::store(w, meeting, &new);
        let answer = api.write(writer, job, Minutes::show).await;
        keep_if_recorded(&api, &key, &answer).await;
        answer
    }
}
