//! `/v1/minutes` and `/v1/meetings/{id}/minutes`: minutes as they were handed in, revision by revision.

pub(crate) mod changes;
mod document;
pub(crate) mod readings;
pub(crate) mod store;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Allowed, Id, Query, ToReview};
use super::read::{Limit, PageOf, paged};
use super::upload::{FileContent, KeptFile};
use super::write::Resource;
use super::{
    Api, IdPath, IfNoneMatchHeader, ListProblems, NoQuery, Problem, ReadProblems, Showing, etag,
};
use crate::db::sight::Sight;
use crate::db::{Conn, DbError, Reach, meetings, minutes as rows};
use crate::domain::draft::DraftState;
use crate::domain::ids::{CommitteeId, MeetingId, MinutesId};
use crate::records::Failure;
use crate::records::minutes::CountedMinutes;
pub(crate) use document::Readers;

/// A revision of a meeting's minutes, kept as it was handed in. It never changes; what becomes of its drafts does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Minutes {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: MinutesId,
    /// The committee that met.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// The meeting.
    #[schema(value_type = Uuid)]
    meeting_id: MeetingId,
    /// Its place among the revisions of the meeting's minutes.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    revision: i32,
    /// The media type of what was handed in.
    #[schema(max_length = 100, example = "text/plain")]
    media_type: String,
    /// Its size in bytes.
    #[schema(minimum = 1, maximum = 1_073_741_824)]
    size_bytes: i64,
    /// SHA-256 over its bytes, in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    source_sha256: String,
    /// How many of its drafts are in each state.
    drafts: DraftCounts,
    /// The subject of whoever handed it in.
    #[schema(required, max_length = 255)]
    recorded_by: Option<String>,
    /// Their name, where their token gave one.
    #[schema(required, max_length = 255)]
    recorded_by_name: Option<String>,
    /// When it was handed in.
    created_at: DateTime<Utc>,
}

/// How many drafts are in each state.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct DraftCounts {
    /// Those that wait for a person.
    #[schema(minimum = 0, maximum = 2000)]
    proposed: i64,
    /// Those that became a resolution, an action, or both.
    #[schema(minimum = 0, maximum = 2000)]
    confirmed: i64,
    /// Those that are the same as something else.
    #[schema(minimum = 0, maximum = 2000)]
    merged: i64,
    /// Those that are nothing.
    #[schema(minimum = 0, maximum = 2000)]
    rejected: i64,
    /// Those of which nobody had decided when the minutes were read again.
    #[schema(minimum = 0, maximum = 2000)]
    superseded: i64,
}

impl Minutes {
    fn show(counted: CountedMinutes, _: &Showing) -> Self {
        Self::of(counted)
    }

    fn of(counted: CountedMinutes) -> Self {
        let CountedMinutes {
            minutes: row,
            counts,
        } = counted;
        let of = |state| counts.get(&state).copied().unwrap_or(0);
        Self {
            id: row.id,
            committee_id: row.committee_id,
            meeting_id: row.meeting_id,
            revision: row.revision,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            source_sha256: row.sha256,
            drafts: DraftCounts {
                proposed: of(DraftState::Proposed),
                confirmed: of(DraftState::Confirmed),
                merged: of(DraftState::Merged),
                rejected: of(DraftState::Rejected),
                superseded: of(DraftState::Superseded),
            },
            recorded_by: row.recorded_by,
            recorded_by_name: row.recorded_by_name,
            created_at: row.created_at.0,
        }
    }
}

impl Resource for Minutes {
    fn version(&self) -> i32 {
        1
    }

    fn location(&self) -> String {
        format!("/v1/minutes/{}", self.id)
    }
}

/// A page of minutes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MinutesPage {
    /// The minutes of this page.
    #[schema(max_items = 200)]
    items: Vec<Minutes>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// Which page of a meeting's minutes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MinutesQuery {
    /// How many revisions a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(MinutesQuery);

/// The minutes of that id, if the caller may see them.
pub(super) fn in_sight(
    conn: &mut Conn,
    sight: &Sight,
    id: MinutesId,
) -> Result<Option<rows::Minutes>, DbError> {
    Ok(rows::find(conn, id)?.filter(|minutes| sight.sees_committee(minutes.committee_id)))
}

/// List the minutes of a meeting
///
/// For clerks and auditors, because minutes may hold what is exempt. Every revision that was handed in, the first one first.
#[utoipa::path(
    get, path = "/v1/meetings/{id}/minutes", operation_id = "list_minutes", tag = "minutes",
    params(IdPath, MinutesQuery),
    responses((status = 200, description = "A page of minutes.", body = MinutesPage), ListProblems)
)]
pub(crate) async fn list_minutes(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    id: Id<MeetingId>,
    query: Query<MinutesQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i32> = api.after(&page)?;
    let fetch = page.fetch();
    let found = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, sight| {
            let meeting = meetings::find(conn, id.0)?;
            if !meeting.is_some_and(|meeting| sight.sees_committee(meeting.committee_id)) {
                return Ok(None);
            }
            let rows = rows::list(conn, id.0, after, fetch)?;
            CountedMinutes::of_all(conn, rows).map(Some)
        })
        .await?
        .ok_or(Failure::NotFound)?;
    api.page(
        &page,
        found,
        |row| row.minutes.revision,
        Minutes::show,
        |items, next_cursor| MinutesPage { items, next_cursor },
    )
}

/// Read minutes that are kept
///
/// For clerks and auditors. What was handed in, by whom, and how many of its drafts are in each state.
#[utoipa::path(
    get, path = "/v1/minutes/{id}", operation_id = "get_minutes", tag = "minutes",
    params(IdPath, IfNoneMatchHeader),
    responses((status = 200, description = "The minutes.", body = Minutes), (status = 304, description = "As they were."), ReadProblems)
)]
pub(crate) async fn get_minutes(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    _query: Query<NoQuery>,
    id: Id<MinutesId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let query = move |conn: &mut Conn, sight: &Sight| {
        in_sight(conn, sight, id.0)?
            .map(|row| CountedMinutes::of(conn, row))
            .transpose()
    };
    api.read_one(&request, caller.0, query, Minutes::show).await
}

/// Read what was handed in
///
/// For clerks and auditors. The bytes as they came, to be saved and not to be shown: `Content-Disposition` is `attachment`.
/// `Repr-Digest` and ETag hold their SHA-256.
#[utoipa::path(
    get, path = "/v1/minutes/{id}/source", operation_id = "get_minutes_source", tag = "minutes",
    params(IdPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The document.", body = FileContent, content_type = "application/octet-stream"),
        (status = 304, description = "As it was."),
        ReadProblems,
    )
)]
pub(crate) async fn get_minutes_source(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    _query: Query<NoQuery>,
    id: Id<MinutesId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let found = move |conn: &mut Conn, sight: &Sight| in_sight(conn, sight, id.0);
    let row = api.read_whole(caller.0, Reach::Short, found).await?;
    let row = row.ok_or(Failure::NotFound)?;
    let (ending, sent_as) = document::saved_as(&row.media_type);
    let file = KeptFile {
        name: format!("minutes-{}.{ending}", row.revision),
        key: row.object_key,
        media_type: sent_as.to_owned(),
        size_bytes: row.size_bytes,
        sha256: row.sha256,
    };
    file.send(&api, &request).await
}

/// Read the text of minutes
///
/// For clerks and auditors. The text into which the spans of drafts point, in UTF-8: of a text without its byte order mark.
#[utoipa::path(
    get, path = "/v1/minutes/{id}/text", operation_id = "get_minutes_text", tag = "minutes",
    params(IdPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The text.", body = String, content_type = "text/plain"),
        (status = 304, description = "As it was."),
        ReadProblems,
    )
)]
pub(crate) async fn get_minutes_text(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    _query: Query<NoQuery>,
    id: Id<MinutesId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let found = move |conn: &mut Conn, sight: &Sight| {
        if in_sight(conn, sight, id.0)?.is_none() {
            return Ok(None);
        }
        rows::text(conn, id.0)
    };
    let text = api.read_whole(caller.0, Reach::Short, found).await?;
    let text = text.ok_or(Failure::NotFound)?;
    let tag = etag::tag(1, text.as_bytes());
    if etag::none_match(&request, &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, tag))
        .content_type("text/plain; charset=utf-8")
        .body(text))
}
