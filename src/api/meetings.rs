//! `/v1/meetings`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Allowed, Id, IfMatch, Json, MergePatch, Query, RequestId, ToRead, ToRecord};
use super::fields::Check;
use super::read::{Limit, PageOf, paged};
use super::source::PublishedSource;
use super::write::{Resource, Writer};
use super::{Api, ChangeProblems, CreateProblems, ListProblems, Problem, ReadProblems, Showing};
use crate::clock::to_micros;
use crate::db::Reach;
use crate::db::meetings::{self as rows, MeetingFilter, MeetingPosition};
use crate::domain::ids::{CommitteeId, MeetingId};
use crate::domain::meeting::MeetingStatus;
use crate::records::meetings::{self, MeetingPatch, NewMeeting};
use crate::records::{Failure, Sourced};

/// A meeting of one committee.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Meeting {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: MeetingId,
    /// The committee that meets.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// When it begins.
    starts_at: DateTime<Utc>,
    /// What it is called, where it has a name of its own.
    #[schema(required, max_length = 200)]
    title: Option<String>,
    /// Where it is held.
    #[schema(required, max_length = 200)]
    location: Option<String>,
    /// Where it stands in the calendar.
    status: MeetingStatus,
    /// The meeting it was postponed to.
    #[schema(required, value_type = Option<Uuid>)]
    postponed_to_id: Option<MeetingId>,
    /// The day on which its minutes were confirmed; from then on its resolutions are corrected only by superseding ones.
    #[schema(required)]
    minutes_confirmed_on: Option<NaiveDate>,
    /// Where it was brought in from; null where it was recorded here. Of several sources, the one that was last seen to list it.
    #[schema(required)]
    source: Option<PublishedSource>,
    /// Grows by one with each change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl Meeting {
    fn show(sourced: Sourced<rows::Meeting>, _: &Showing) -> Self {
        let row = sourced.record;
        Self {
            source: sourced.source.map(Into::into),
            id: row.id,
            committee_id: row.committee_id,
            starts_at: row.starts_at.0,
            title: row.title,
            location: row.location,
            status: row.status,
            postponed_to_id: row.postponed_to_id,
            minutes_confirmed_on: row.minutes_confirmed_on,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for Meeting {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/meetings/{}", self.id)
    }

    fn without_untagged(&mut self) -> bool {
        PublishedSource::forget_when_seen(self.source.as_mut())
    }
}

/// A page of meetings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeetingPage {
    /// The meetings of this page.
    #[schema(max_items = 200)]
    items: Vec<Meeting>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A meeting to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetingCreate {
    /// The committee that meets.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// When it begins: between 1 May 1980 and 30 April 2080.
    #[serde(deserialize_with = "crate::api::strict::one")]
    #[schema(example = "2014-03-03T14:00:00Z")]
    starts_at: DateTime<Utc>,
    /// What it is called, where it has a name of its own.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    /// Where it is held.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, example = "Council Chamber")]
    location: Option<String>,
    /// Scheduled, or held where it is recorded afterwards.
    #[serde(default = "scheduled")]
    #[schema(default = "scheduled")]
    status: MeetingStatus,
}

const fn scheduled() -> MeetingStatus {
    MeetingStatus::Scheduled
}

impl MeetingCreate {
    fn parse(self) -> Result<NewMeeting, Failure> {
        let mut check = Check::default();
        check.instant("/starts_at", self.starts_at);
        check.opt_line("/title", self.title.as_ref(), 200);
        check.opt_line("/location", self.location.as_ref(), 200);
        if self.status == MeetingStatus::Postponed {
            check.add(
                "/status",
                "bad_value",
                "a meeting is postponed later, by a PATCH that names the other meeting",
            );
        }
        check.finish()?;
        Ok(NewMeeting {
            committee_id: self.committee_id,
            starts_at: to_micros(self.starts_at),
            title: self.title,
            location: self.location,
            status: self.status,
        })
    }
}

/// What changes in a meeting: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetingUpdate {
    /// When it begins: between 1 May 1980 and 30 April 2080.
    #[serde(default, deserialize_with = "crate::api::strict::present")]
    #[schema(nullable = false)]
    starts_at: Option<DateTime<Utc>>,
    /// What it is called.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    title: Option<Option<String>>,
    /// Where it is held.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    location: Option<Option<String>>,
    /// Where it stands in the calendar.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    status: Option<MeetingStatus>,
    /// The meeting it was postponed to; given with the status `postponed`.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Uuid>)]
    postponed_to_id: Option<Option<MeetingId>>,
    /// The day on which its minutes were confirmed. Once given it stays.
    #[serde(default, deserialize_with = "crate::api::strict::present")]
    #[schema(nullable = false)]
    minutes_confirmed_on: Option<NaiveDate>,
}

impl MeetingUpdate {
    fn parse(self) -> Result<MeetingPatch, Failure> {
        let mut check = Check::default();
        if let Some(starts_at) = self.starts_at {
            check.instant("/starts_at", starts_at);
        }
        check.opt_line("/title", self.title.as_ref().and_then(Option::as_ref), 200);
        check.opt_line(
            "/location",
            self.location.as_ref().and_then(Option::as_ref),
            200,
        );
        check.day("/minutes_confirmed_on", self.minutes_confirmed_on);
        check.finish()?;
        Ok(MeetingPatch {
            starts_at: self.starts_at.map(to_micros),
            title: self.title,
            location: self.location,
            status: self.status,
            postponed_to_id: self.postponed_to_id,
            minutes_confirmed_on: self.minutes_confirmed_on,
        })
    }
}

/// How meetings are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum MeetingSort {
    /// The earliest first.
    #[default]
    #[serde(rename = "starts_at")]
    Earliest,
    /// The latest first.
    #[serde(rename = "-starts_at")]
    Latest,
}

/// What a list of meetings is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MeetingQuery {
    /// Only meetings of this committee.
    #[param(value_type = Uuid, required = false)]
    committee_id: Option<CommitteeId>,
    /// Only meetings that stand so.
    #[param(nullable = false, inline)]
    status: Option<MeetingStatus>,
    /// Only meetings that begin at this instant or later.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    starts_from: Option<DateTime<Utc>>,
    /// Only meetings that begin before this instant.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    starts_before: Option<DateTime<Utc>>,
    /// How meetings are sorted.
    #[param(nullable = false, inline)]
    sort: Option<MeetingSort>,
    /// How many meetings a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(MeetingQuery);

/// List meetings by their beginning
///
/// The calendar, of one committee or of all.
#[utoipa::path(
    get, path = "/v1/meetings", operation_id = "list_meetings", tag = "meetings",
    params(MeetingQuery),
    responses((status = 200, description = "A page of meetings.", body = MeetingPage), ListProblems)
)]
pub(crate) async fn list_meetings(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<MeetingQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<MeetingPosition> = api.after(&page)?;
    let filter = MeetingFilter {
        committee_id: query.value.committee_id,
        status: query.value.status,
        starts_from: query.value.starts_from,
        starts_before: query.value.starts_before,
        descending: query.value.sort.unwrap_or_default() == MeetingSort::Latest,
    };
    let fetch = page.fetch();
    let rows = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, sight| {
            let rows = rows::list(conn, sight, &filter, after.as_ref(), fetch)?;
            Sourced::of_all(conn, rows)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| MeetingPosition::from(&row.record),
        Meeting::show,
        |items, next_cursor| MeetingPage { items, next_cursor },
    )
}

/// Record a meeting
///
/// By a clerk. For a committee that has not ended by that day.
#[utoipa::path(
    post, path = "/v1/meetings", operation_id = "create_meeting", tag = "meetings",
    params(super::IdempotencyKeyHeader), request_body = MeetingCreate,
    responses((status = 201, description = "Recorded.", body = Meeting), CreateProblems)
)]
pub(crate) async fn create_meeting(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: Json<MeetingCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| {
            let made = meetings::create(w, &new)?;
            Ok(Sourced::of_effect(w.tx, made)?)
        },
        Meeting::show,
    )
    .await
}

/// Read a meeting
///
/// One meeting, with the ETag that a change needs.
#[utoipa::path(
    get, path = "/v1/meetings/{id}", operation_id = "get_meeting", tag = "meetings",
    params(super::IdPath, super::IfNoneMatchHeader),
    responses((status = 200, description = "The meeting.", body = Meeting), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_meeting(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<super::NoQuery>,
    id: Id<MeetingId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.read_one(
        &request,
        caller.0,
        move |conn, sight| {
            let found =
                rows::find(conn, id.0)?.filter(|row| sight.sees_committee(row.committee_id));
            found.map(|row| Sourced::of(conn, row)).transpose()
        },
        Meeting::show,
    )
    .await
}

/// Change a meeting, or confirm its minutes
///
/// By a clerk. Once its minutes are confirmed, its resolutions are corrected only by superseding ones.
#[utoipa::path(
    patch, path = "/v1/meetings/{id}", operation_id = "update_meeting", tag = "meetings",
    params(super::IdPath, super::IfMatchHeader),
    request_body(content = MeetingUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Meeting), ChangeProblems)
)]
pub(crate) async fn update_meeting(
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<MeetingId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<MeetingUpdate>,
) -> Result<HttpResponse, Problem> {
    let patch = body.0.value.parse()?;
    let writer = Writer::of_patch(caller.0, request_id);
    api.write(
        writer,
        move |w| {
            let changed = meetings::patch(w, id.0, &read.0, &patch)?;
            Ok(Sourced::of_effect(w.tx, changed)?)
        },
        Meeting::show,
    )
    .await
}
