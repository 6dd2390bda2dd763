//! `/v1/resolutions`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Allowed, Id, IfMatch, Json, MergePatch, Query, RequestId, ToRead, ToRecord};
use super::fields::Check;
use super::read::{Limit, PageOf, paged};
use super::responses::ResponseStanding;
use super::source::{Source, SourceInput, source_filter};
use super::write::{Resource, Writer};
use super::{Api, ChangeProblems, CreateProblems, ListProblems, Problem, ReadProblems, Showing};
use crate::db::Reach;
use crate::db::resolutions::{self as rows, ResolutionFilter, ResponseFilter};
use crate::domain::ids::{AgendaItemId, CommitteeId, MeetingId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::domain::response::late_before;
use crate::records::Failure;
use crate::records::names_hidden;
use crate::records::resolutions::{self, NewResolution, ResolutionPatch};
use crate::records::responses::{AnsweredResolution, with_response};

/// What a committee decided on one matter, word for word.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Resolution {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ResolutionId,
    /// The committee that resolved.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// The meeting at which it resolved.
    #[schema(value_type = Uuid)]
    meeting_id: MeetingId,
    /// The agenda item on which it resolved. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    agenda_item_id: Option<AgendaItemId>,
    /// Its label in the list, as printed.
    #[schema(required, max_length = 20, example = "(c)")]
    clause: Option<String>,
    /// What it does.
    kind: ResolutionKind,
    /// Its words.
    #[schema(
        min_length = 1,
        max_length = 20_000,
        example = "That the contents of the report be noted"
    )]
    text: String,
    /// Exempt from publication (Local Government Act 1972, Schedule 12A).
    exempt: bool,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, in order; none where it is public or none was named.
    #[schema(value_type = Vec<u8>, max_items = 7, example = json!([3]))]
    exempt_paragraphs: Vec<u8>,
    /// The day since which it is public, where it was exempt before.
    #[schema(required)]
    public_since: Option<NaiveDate>,
    /// The resolution that this one corrects. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    supersedes_id: Option<ResolutionId>,
    /// The resolution that corrects this one. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    superseded_by_id: Option<ResolutionId>,
    /// Whether the executive is to respond, by when, and what it responded.
    response: ResponseStanding,
    /// Where it came from.
    #[schema(required)]
    source: Option<Source>,
    /// Grows by one with each change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl Resolution {
    fn show(mut answered: AnsweredResolution, showing: &Showing) -> Self {
        let response = ResponseStanding::of(&mut answered, showing);
        let row = answered.resolution;
        Self {
            exempt_paragraphs: row.exemption().paragraphs,
            response,
            id: row.id,
            committee_id: row.committee_id,
            meeting_id: row.meeting_id,
            agenda_item_id: row.agenda_item_id,
            clause: row.clause,
            kind: row.kind,
            text: row.text,
            exempt: row.exempt,
            public_since: row.public_since,
            supersedes_id: row.supersedes_id,
            superseded_by_id: row.superseded_by_id,
            source: Source::stored(row.source_system, row.source_reference, row.source_url),
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for Resolution {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/resolutions/{}", self.id)
    }
}

/// A page of resolutions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResolutionPage {
    /// The resolutions of this page.
    #[schema(max_items = 200)]
    items: Vec<Resolution>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A resolution to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolutionCreate {
    /// The agenda item on which the committee resolved.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    agenda_item_id: Option<AgendaItemId>,
    /// The meeting, where no agenda item is known.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    meeting_id: Option<MeetingId>,
    /// Its label in the list, as printed.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 20, example = "(c)")]
    clause: Option<String>,
    /// What it does.
    kind: ResolutionKind,
    /// Its words, verbatim.
    #[schema(
        min_length = 1,
        max_length = 20_000,
        example = "That the contents of the report be noted"
    )]
    text: String,
    /// Exempt from publication; as the agenda item is, where nothing is said.
    #[serde(default)]
    exempt: Option<bool>,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, each once: only of what is exempt; as those of the agenda item, where nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<Vec<u8>>, max_items = 7)]
    exempt_paragraphs: Option<Vec<u8>>,
    /// The resolution of the same meeting that this one corrects.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    supersedes_id: Option<ResolutionId>,
    /// Whether the executive is to respond; as it does to a recommendation, where nothing is said.
    #[serde(default)]
    response_needed: Option<bool>,
    /// The day on which the executive was given notice: that of the meeting or after it, not in the future. Its time runs from
    /// the meeting where nothing is said.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    notice_on: Option<NaiveDate>,
    /// Where it came from.
    #[serde(default, deserialize_with = "super::object::optional")]
    source: Option<SourceInput>,
}

impl ResolutionCreate {
    fn parse(self, digest: Vec<u8>) -> Result<NewResolution, Failure> {
        let mut check = Check::default();
        check.opt_line("/clause", self.clause.as_ref(), 20);
        check.prose("/text", &self.text, 20_000);
        check.day("/notice_on", self.notice_on);
        if let Some(source) = &self.source {
            source.check(&mut check);
        }
        check.paragraphs("/exempt_paragraphs", self.exempt_paragraphs.as_ref());
        check.finish()?;
        Ok(NewResolution {
            agenda_item_id: self.agenda_item_id,
            meeting_id: self.meeting_id,
            clause: self.clause,
            kind: self.kind,
            text: self.text,
            exempt: self.exempt,
            exempt_paragraphs: self.exempt_paragraphs,
            supersedes_id: self.supersedes_id,
            response_needed: self.response_needed,
            notice_on: self.notice_on,
            source: self.source.map(Into::into),
            digest,
        })
    }
}

/// What changes in a resolution: a merge patch (RFC 7396). Once its meeting's minutes are confirmed, only what it says of the
/// response.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolutionUpdate {
    /// Its label in the list.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    clause: Option<Option<String>>,
    /// What it does.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    kind: Option<ResolutionKind>,
    /// Its words, verbatim.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(min_length = 1, max_length = 20_000, nullable = false)]
    text: Option<String>,
    /// Exempt from publication.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    exempt: Option<bool>,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, all of them; they go when it becomes public.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(value_type = Option<Vec<u8>>, max_items = 7, nullable = false)]
    exempt_paragraphs: Option<Vec<u8>>,
    /// Whether the executive is to respond. A kind that changes before there is a response decides it anew.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    response_needed: Option<bool>,
    /// The day on which the executive was given notice; null where its time runs from the meeting.
    #[serde(default, deserialize_with = "crate::api::strict::cleared")]
    #[schema(value_type = Option<NaiveDate>)]
    notice_on: Option<Option<NaiveDate>>,
}

impl ResolutionUpdate {
    fn parse(self) -> Result<ResolutionPatch, Failure> {
        let mut check = Check::default();
        check.opt_line("/clause", self.clause.as_ref().and_then(Option::as_ref), 20);
        check.opt_prose("/text", self.text.as_ref(), 20_000);
        check.paragraphs("/exempt_paragraphs", self.exempt_paragraphs.as_ref());
        check.day("/notice_on", self.notice_on.flatten());
        check.finish()?;
        Ok(ResolutionPatch {
            clause: self.clause,
            kind: self.kind,
            text: self.text,
            exempt: self.exempt,
            exempt_paragraphs: self.exempt_paragraphs,
            response_needed: self.response_needed,
            notice_on: self.notice_on,
        })
    }
}

/// How a needed response stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResponseStatus {
    /// Needed and not given.
    Outstanding,
    /// Needed and not given, and its time is over.
    Late,
    /// Given.
    Given,
}

/// What a list of resolutions is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ResolutionQuery {
    /// Only resolutions of this committee.
    #[param(value_type = Uuid, required = false)]
    committee_id: Option<CommitteeId>,
    /// Only resolutions of this meeting.
    #[param(value_type = Uuid, required = false)]
    meeting_id: Option<MeetingId>,
    /// Only resolutions on this agenda item.
    #[param(value_type = Uuid, required = false)]
    agenda_item_id: Option<AgendaItemId>,
    /// Only resolutions of this kind.
    #[param(nullable = false, inline)]
    kind: Option<ResolutionKind>,
    /// Only resolutions whose response stands so today.
    #[param(nullable = false, inline)]
    response: Option<ResponseStatus>,
    /// The system a resolution came from; goes with `source_reference`.
    #[param(max_length = 100, nullable = false)]
    source_system: Option<String>,
    /// Its key in that system; goes with `source_system`.
    #[param(max_length = 200, nullable = false)]
    source_reference: Option<String>,
    /// How many resolutions a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(ResolutionQuery);

/// List resolutions in the order in which they were recorded
///
/// Of one committee, meeting or item, of one kind, or from one source; or those to which a response is outstanding.
#[utoipa::path(
    get, path = "/v1/resolutions", operation_id = "list_resolutions", tag = "resolutions",
    params(ResolutionQuery),
    responses((status = 200, description = "A page of resolutions.", body = ResolutionPage), ListProblems)
)]
pub(crate) async fn list_resolutions(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<ResolutionQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<ResolutionId> = api.after(&page)?;
    let asked = &query.value;
    let mut filter = ResolutionFilter {
        committee_id: asked.committee_id,
        meeting_id: asked.meeting_id,
        agenda_item_id: asked.agenda_item_id,
        kind: asked.kind,
        source: source_filter(
            asked.source_system.as_ref(),
            asked.source_reference.as_ref(),
        )?,
        response: asked.response.map(|status| match status {
            ResponseStatus::Outstanding => ResponseFilter::Outstanding,
            ResponseStatus::Late => {
                ResponseFilter::Late(late_before(api.clock.today(), api.rules.response_months))
            }
            ResponseStatus::Given => ResponseFilter::Given,
        }),
    };
    let fetch = page.fetch();
    let rows = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, sight| {
            if names_hidden(conn, sight, &mut filter)? {
                return Ok(Vec::new());
            }
            let rows = rows::list(conn, sight, &filter, after, fetch)?;
            AnsweredResolution::of_all(conn, rows)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| row.resolution.id,
        Resolution::show,
        |items, next_cursor| ResolutionPage { items, next_cursor },
    )
}

/// Record a resolution
///
/// A resolution sent again under the same source system and reference is answered with the one recorded before (200).
#[utoipa::path(
    post, path = "/v1/resolutions", operation_id = "create_resolution", tag = "resolutions",
    params(super::IdempotencyKeyHeader), request_body = ResolutionCreate,
    responses(
        (status = 201, description = "Recorded.", body = Resolution),
        (status = 200, description = "Recorded before, under the same natural key.", body = Resolution),
        CreateProblems,
    )
)]
pub(crate) async fn create_resolution(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: Json<ResolutionCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let digest = body.canonical_digest();
    let new = body.value.parse(digest)?;
    api.write(
        writer,
        move |w| {
            let made = resolutions::create(w, &new)?;
            with_response(w, made)
        },
        Resolution::show,
    )
    .await
}

/// Read a resolution
///
/// One resolution, with the ETag that a change needs.
#[utoipa::path(
    get, path = "/v1/resolutions/{id}", operation_id = "get_resolution", tag = "resolutions",
    params(super::IdPath, super::IfNoneMatchHeader),
    responses((status = 200, description = "The resolution.", body = Resolution), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_resolution(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<super::NoQuery>,
    id: Id<ResolutionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.read_one(
        &request,
        caller.0,
        move |conn, sight| {
            rows::find(conn, id.0)?
                .filter(|row| sight.sees(row.committee_id, row.exempt))
                .map(|row| AnsweredResolution::of(conn, row))
                .transpose()
        },
        Resolution::show,
    )
    .await
}

/// Correct a resolution before its meeting's minutes are confirmed
///
/// By a clerk. Afterwards it is corrected by recording one that supersedes it; what it says of the response still changes. The
/// public actions of one that becomes exempt become exempt with it; of one that becomes public, each is made public by itself.
#[utoipa::path(
    patch, path = "/v1/resolutions/{id}", operation_id = "update_resolution", tag = "resolutions",
    params(super::IdPath, super::IfMatchHeader),
    request_body(content = ResolutionUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Resolution), ChangeProblems)
)]
pub(crate) async fn update_resolution(
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<ResolutionId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<ResolutionUpdate>,
) -> Result<HttpResponse, Problem> {
    let patch = body.0.value.parse()?;
    let writer = Writer::of_patch(caller.0, request_id);
    api.write(
        writer,
        move |w| {
            let changed = resolutions::patch(w, id.0, &read.0, &patch)?;
            with_response(w, changed)
        },
        Resolution::show,
    )
    .await
}
