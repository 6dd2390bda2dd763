//! `/v1/resolutions/{id}/responses`: what the executive makes of a recommendation.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::extract::{Allowed, Id, Json, Query, RequestId, ToRead, ToRecord, path_id};
use super::fields::{Check, MAX_PROSE};
use super::read::{Limit, PageOf, paged};
use super::write::{Resource, Writer};
use super::{
    Api, CreateProblems, IdPath, IdempotencyKeyHeader, IfNoneMatchHeader, ListProblems, NoQuery,
    Problem, ReadProblems, Showing,
};
use crate::db::{Reach, resolutions, responses as rows};
use crate::domain::ids::{ResolutionId, ResponseId};
use crate::domain::response::{ExecutiveResponse, response_due_on, response_lateness};
use crate::records::Failure;
use crate::records::responses::{self, AnsweredResolution, NewResponse};

/// What the executive responded to a resolution. It never changes; another may follow, and the last one counts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResolutionResponse {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ResponseId,
    /// The resolution.
    #[schema(value_type = Uuid)]
    resolution_id: ResolutionId,
    /// Its place among those to the resolution, from 1.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
    /// What the executive makes of it.
    response: ExecutiveResponse,
    /// The body or post that responded.
    #[schema(min_length = 1, max_length = 200, example = "Cabinet")]
    responded_by: String,
    /// The day on which it did.
    responded_on: NaiveDate,
    /// Its reasons.
    #[schema(required, max_length = 4000)]
    reasons: Option<String>,
    /// The subject who recorded it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    recorded_by: Option<String>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
}

impl ResolutionResponse {
    fn show(row: rows::Response, _: &Showing) -> Self {
        Self {
            id: row.id,
            resolution_id: row.resolution_id,
            number: row.number,
            response: row.response,
            responded_by: row.responded_by,
            responded_on: row.responded_on,
            reasons: row.reasons,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at.0,
        }
    }
}

impl Resource for ResolutionResponse {
    fn version(&self) -> i32 {
        1
    }

    fn location(&self) -> String {
        format!(
            "/v1/resolutions/{}/responses/{}",
            self.resolution_id, self.id
        )
    }
}

/// Whether the executive is to respond to a resolution, by when, and what it responded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResponseStanding {
    /// Whether a response is needed.
    needed: bool,
    /// The day on which the executive was given notice, where that is not the meeting's.
    #[schema(required)]
    notice_on: Option<NaiveDate>,
    /// The last day of the time for it: the months that the council has set (two otherwise) after the meeting, or after notice
    /// was given. Null where none is needed.
    #[schema(required)]
    due_on: Option<NaiveDate>,
    /// Whether it is needed, was not given, and its time is over, today in Europe/London.
    late: bool,
    /// How many days late it is, or was when the first was given: later ones change the answer, not that.
    #[schema(minimum = 0, maximum = 1_000_000)]
    days_late: i64,
    /// The response that counts: the last one.
    #[schema(required)]
    given: Option<ResolutionResponse>,
}

impl ResponseStanding {
    /// How the response to a resolution stands.
    pub(crate) fn of(answered: &mut AnsweredResolution, showing: &Showing) -> Self {
        let given = answered
            .given
            .take()
            .map(|row| ResolutionResponse::show(row, showing));
        let resolution = &answered.resolution;
        let needed = resolution.response_needed;
        let (anchor, months) = (resolution.response_anchor, showing.rules.response_months);
        let lateness = if needed {
            response_lateness(anchor, months, answered.first_on, showing.day)
        } else {
            crate::domain::due::Lateness::default()
        };
        Self {
            needed,
            notice_on: resolution.notice_on,
            due_on: needed.then(|| response_due_on(anchor, months)),
            late: lateness.overdue,
            days_late: lateness.days_late,
            given,
        }
    }
}

/// A page of responses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResolutionResponsePage {
    /// The responses of this page.
    #[schema(max_items = 200)]
    items: Vec<ResolutionResponse>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A response to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseCreate {
    /// What the executive makes of it.
    response: ExecutiveResponse,
    /// The body or post that responded.
    #[schema(min_length = 1, max_length = 200, example = "Cabinet")]
    responded_by: String,
    /// The day on which it did (Europe/London): that of the meeting or after it, not in the future.
    #[serde(deserialize_with = "crate::api::strict::one")]
    #[schema(example = "2014-04-22")]
    responded_on: NaiveDate,
    /// Its reasons; needed unless it accepted.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 4000)]
    reasons: Option<String>,
}

impl ResponseCreate {
    fn parse(self) -> Result<NewResponse, Failure> {
        let mut check = Check::default();
        check.line("/responded_by", &self.responded_by, 200);
        check.day("/responded_on", Some(self.responded_on));
        check.opt_prose("/reasons", self.reasons.as_ref(), MAX_PROSE);
        if self.response.needs_reasons() {
            check.required("/reasons", self.reasons.as_ref());
        }
        check.finish()?;
        Ok(NewResponse {
            response: self.response,
            responded_by: self.responded_by,
            responded_on: self.responded_on,
            reasons: self.reasons,
        })
    }
}

/// Which page of the responses.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ResponseQuery {
    /// How many responses a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(ResponseQuery);

/// List the responses to a resolution
///
/// In the order in which they were recorded; the last one counts.
#[utoipa::path(
    get, path = "/v1/resolutions/{id}/responses", operation_id = "list_responses", tag = "resolutions",
    params(IdPath, ResponseQuery),
    responses((status = 200, description = "A page of responses.", body = ResolutionResponsePage), ListProblems)
)]
pub(crate) async fn list_responses(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ResolutionId>,
    query: Query<ResponseQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i32> = api.after(&page)?;
    let fetch = page.fetch();
    let rows = api
        .read_rows(
            caller.0.clone(),
            Reach::Short,
            move |conn, sight| match resolutions::find(conn, id.0)?
                .filter(|r| sight.sees(r.committee_id, r.exempt))
            {
                Some(_) => rows::list(conn, id.0, after, fetch).map(Some),
                None => Ok(None),
            },
        )
        .await?
        .ok_or(Failure::NotFound)?;
    api.page(
        &page,
        rows,
        |row| row.number,
        ResolutionResponse::show,
        |items, next_cursor| ResolutionResponsePage { items, next_cursor },
    )
}

/// Record a response of the executive
///
/// By a clerk, to a resolution that needs one. It counts instead of those before it.
#[utoipa::path(
    post, path = "/v1/resolutions/{id}/responses", operation_id = "create_response", tag = "resolutions",
    params(IdPath, IdempotencyKeyHeader), request_body = ResponseCreate,
    responses((status = 201, description = "Recorded.", body = ResolutionResponse), CreateProblems)
)]
pub(crate) async fn create_response(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<ResolutionId>,
    api: Data<Api>,
    body: Json<ResponseCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| responses::respond(w, id.0, &new),
        ResolutionResponse::show,
    )
    .await
}

/// Read a response of the executive
///
/// One response to a resolution.
#[utoipa::path(
    get, path = "/v1/resolutions/{id}/responses/{response_id}", operation_id = "get_response", tag = "resolutions",
    params(IdPath, ResponsePath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The response.", body = ResolutionResponse),
        (status = 304, description = "As it was."),
        ReadProblems,
    )
)]
pub(crate) async fn get_response(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<ResolutionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let response = ResponseId(path_id(&request, "response_id")?);
    api.read_one(
        &request,
        caller.0,
        move |conn, sight| {
            let found = rows::find(conn, response)?.filter(|row| row.resolution_id == id.0);
            let seen = resolutions::find(conn, id.0)?
                .is_some_and(|r| sight.sees(r.committee_id, r.exempt));
            Ok(found.filter(|_| seen))
        },
        ResolutionResponse::show,
    )
    .await
}

/// The response's id in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ResponsePath {
    /// The response's id.
    response_id: Uuid,
}
