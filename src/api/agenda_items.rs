//! `/v1/agenda-items`.

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
use crate::db::Reach;
use crate::db::agenda_items::{self as rows, AgendaItemFilter, AgendaItemPosition};
use crate::domain::ids::{AgendaItemId, CommitteeId, MeetingId};
use crate::records::agenda_items::{self, AgendaItemPatch, NewAgendaItem};
use crate::records::{Failure, Sourced};

/// An item of a meeting's agenda.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgendaItem {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: AgendaItemId,
    /// The meeting.
    #[schema(value_type = Uuid)]
    meeting_id: MeetingId,
    /// The committee that meets.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// Its number, as printed.
    #[schema(min_length = 1, max_length = 20, example = "8")]
    number: String,
    /// Its title.
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "Quarter 3 2013/14 Performance Report"
    )]
    title: String,
    /// Exempt from publication (Local Government Act 1972, Schedule 12A).
    exempt: bool,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, in order; none where it is public or none was named.
    #[schema(value_type = Vec<u8>, max_items = 7, example = json!([3]))]
    exempt_paragraphs: Vec<u8>,
    /// The day since which it is public, where it was exempt before.
    #[schema(required)]
    public_since: Option<NaiveDate>,
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

impl AgendaItem {
    fn show(sourced: Sourced<rows::AgendaItem>, _: &Showing) -> Self {
        let row = sourced.record;
        Self {
            source: sourced.source.map(Into::into),
            exempt_paragraphs: row.exemption().paragraphs,
            id: row.id,
            meeting_id: row.meeting_id,
            committee_id: row.committee_id,
            number: row.number,
            title: row.title,
            exempt: row.exempt,
            public_since: row.public_since,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for AgendaItem {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/agenda-items/{}", self.id)
    }

    fn without_untagged(&mut self) -> bool {
        PublishedSource::forget_when_seen(self.source.as_mut())
    }
}

/// A page of agenda items.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgendaItemPage {
    /// The agenda items of this page.
    #[schema(max_items = 200)]
    items: Vec<AgendaItem>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// An agenda item to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgendaItemCreate {
    /// The meeting.
    #[schema(value_type = Uuid)]
    meeting_id: MeetingId,
    /// Its number, as printed; its own within the meeting.
    #[schema(min_length = 1, max_length = 20, example = "8")]
    number: String,
    /// Its title.
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "Quarter 3 2013/14 Performance Report"
    )]
    title: String,
    /// Exempt from publication (Local Government Act 1972, Schedule 12A).
    #[serde(default)]
    #[schema(default = false)]
    exempt: bool,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, each once: only of what is exempt.
    #[serde(default)]
    #[schema(value_type = Option<Vec<u8>>, max_items = 7)]
    exempt_paragraphs: Option<Vec<u8>>,
}

impl AgendaItemCreate {
    fn parse(self) -> Result<NewAgendaItem, Failure> {
        let mut check = Check::default();
        check.line("/number", &self.number, 20);
        check.line("/title", &self.title, 500);
        check.paragraphs("/exempt_paragraphs", self.exempt_paragraphs.as_ref());
        check.finish()?;
        Ok(NewAgendaItem {
            meeting_id: self.meeting_id,
            number: self.number,
            title: self.title,
            exempt: self.exempt,
            exempt_paragraphs: self.exempt_paragraphs.unwrap_or_default(),
        })
    }
}

/// What changes in an agenda item: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgendaItemUpdate {
    /// Its number.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(min_length = 1, max_length = 20, nullable = false)]
    number: Option<String>,
    /// Its title.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(min_length = 1, max_length = 500, nullable = false)]
    title: Option<String>,
    /// Exempt from publication.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    exempt: Option<bool>,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, all of them; they go when it becomes public.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(value_type = Option<Vec<u8>>, max_items = 7, nullable = false)]
    exempt_paragraphs: Option<Vec<u8>>,
}

impl AgendaItemUpdate {
    fn parse(self) -> Result<AgendaItemPatch, Failure> {
        let mut check = Check::default();
        check.opt_line("/number", self.number.as_ref(), 20);
        check.opt_line("/title", self.title.as_ref(), 500);
        check.paragraphs("/exempt_paragraphs", self.exempt_paragraphs.as_ref());
        check.finish()?;
        Ok(AgendaItemPatch {
            number: self.number,
            title: self.title,
            exempt: self.exempt,
            exempt_paragraphs: self.exempt_paragraphs,
        })
    }
}

/// What a list of agenda items is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AgendaItemQuery {
    /// Only items of this committee's meetings.
    #[param(value_type = Uuid, required = false)]
    committee_id: Option<CommitteeId>,
    /// Only items of this meeting.
    #[param(value_type = Uuid, required = false)]
    meeting_id: Option<MeetingId>,
    /// How many items a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(AgendaItemQuery);

/// List agenda items, meeting by meeting
///
/// Within a meeting in the order in which people number them: 9, 10, 10a.
#[utoipa::path(
    get, path = "/v1/agenda-items", operation_id = "list_agenda_items", tag = "agenda-items",
    params(AgendaItemQuery),
    responses((status = 200, description = "A page of agenda items.", body = AgendaItemPage), ListProblems)
)]
pub(crate) async fn list_agenda_items(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<AgendaItemQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<AgendaItemPosition> = api.after(&page)?;
    let filter = AgendaItemFilter {
        committee_id: query.value.committee_id,
        meeting_id: query.value.meeting_id,
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
        |row| AgendaItemPosition::from(&row.record),
        AgendaItem::show,
        |items, next_cursor| AgendaItemPage { items, next_cursor },
    )
}

/// Record an agenda item
///
/// By a clerk. The number is its own within the meeting.
#[utoipa::path(
    post, path = "/v1/agenda-items", operation_id = "create_agenda_item", tag = "agenda-items",
    params(super::IdempotencyKeyHeader), request_body = AgendaItemCreate,
    responses((status = 201, description = "Recorded.", body = AgendaItem), CreateProblems)
)]
pub(crate) async fn create_agenda_item(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: Json<AgendaItemCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| {
            let made = agenda_items::create(w, &new)?;
            Ok(Sourced::of_effect(w.tx, made)?)
        },
        AgendaItem::show,
    )
    .await
}

/// Read an agenda item
///
/// One agenda item, with the ETag that a change needs.
#[utoipa::path(
    get, path = "/v1/agenda-items/{id}", operation_id = "get_agenda_item", tag = "agenda-items",
    params(super::IdPath, super::IfNoneMatchHeader),
    responses((status = 200, description = "The agenda item.", body = AgendaItem), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_agenda_item(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<super::NoQuery>,
    id: Id<AgendaItemId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.read_one(
        &request,
        caller.0,
        move |conn, sight| {
            let found =
                rows::find(conn, id.0)?.filter(|row| sight.sees(row.committee_id, row.exempt));
            found.map(|row| Sourced::of(conn, row)).transpose()
        },
        AgendaItem::show,
    )
    .await
}

/// Change an agenda item
///
/// By a clerk. The public resolutions and actions of an item that becomes exempt become exempt with it; of one that becomes
/// public, each is made public by itself.
#[utoipa::path(
    patch, path = "/v1/agenda-items/{id}", operation_id = "update_agenda_item", tag = "agenda-items",
    params(super::IdPath, super::IfMatchHeader),
    request_body(content = AgendaItemUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = AgendaItem), ChangeProblems)
)]
pub(crate) async fn update_agenda_item(
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<AgendaItemId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<AgendaItemUpdate>,
) -> Result<HttpResponse, Problem> {
    let patch = body.0.value.parse()?;
    let writer = Writer::of_patch(caller.0, request_id);
    api.write(
        writer,
        move |w| {
            let changed = agenda_items::patch(w, id.0, &read.0, &patch)?;
            Ok(Sourced::of_effect(w.tx, changed)?)
        },
        AgendaItem::show,
    )
    .await
}
