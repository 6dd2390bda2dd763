//! The occurrences of a recurring due term: each is met or missed on its own.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Action;
use crate::api::extract::{
    Allowed, Id, IfMatch, Json, Query, RequestId, ToMove, ToRead, path_number,
};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::write::Writer;
use crate::api::{
    Api, ChangeProblems, IdPath, IdempotencyKeyHeader, IfMatchHeader, ListProblems, Problem,
    Showing,
};
use crate::domain::due::{OccurrenceOutcome, OccurrenceStatus};
use crate::domain::ids::{ActionId, MeetingId};
use crate::records::actions::{self, SeenOccurrence, Settling};

/// One occurrence of a recurring due term.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Occurrence {
    /// The number of the term that recurs.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    term_number: i32,
    /// Which occurrence of that term, from 1.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
    /// Its day.
    due_on: NaiveDate,
    /// The meeting at which it is due. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    meeting_id: Option<MeetingId>,
    /// How it stands today.
    status: OccurrenceStatus,
    /// Whether it is settled: met, or given up. One whose day has passed can still be met, late.
    settled: bool,
    /// How many days after its day it was settled or, until it is, today is.
    #[schema(minimum = 0, maximum = 1_000_000)]
    days_late: i64,
    /// The day on which it was settled.
    #[schema(required)]
    settled_on: Option<NaiveDate>,
    /// What was done, or why it was not.
    #[schema(required, max_length = 4000)]
    said: Option<String>,
    /// The subject who settled it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    settled_by: Option<String>,
    /// When that was recorded.
    #[schema(required)]
    settled_at: Option<DateTime<Utc>>,
}

impl Occurrence {
    fn show(seen: SeenOccurrence, showing: &Showing) -> Self {
        let settled = seen.outcome.zip(seen.settled_on);
        let (status, lateness) = OccurrenceStatus::measure(seen.due_on, settled, showing.day);
        Self {
            term_number: seen.term_number,
            number: seen.number,
            due_on: seen.due_on,
            meeting_id: seen.meeting_id,
            status,
            settled: settled.is_some(),
            days_late: lateness.days_late,
            settled_on: seen.settled_on,
            said: seen.said,
            settled_by: seen.settled_by,
            settled_at: seen.settled_at.map(|at| at.0),
        }
    }
}

/// A page of occurrences.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OccurrencePage {
    /// The occurrences of this page, the earliest first.
    #[schema(max_items = 200)]
    items: Vec<Occurrence>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// Which page of the occurrences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OccurrenceQuery {
    /// How many occurrences a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(OccurrenceQuery);

/// List the occurrences of an action that recurs
///
/// Those that were settled, and those from the one in force on up to the first that lies ahead. Empty for an action that does
/// not recur.
#[utoipa::path(
    get, path = "/v1/actions/{id}/occurrences", operation_id = "list_occurrences", tag = "due-terms",
    params(IdPath, OccurrenceQuery),
    responses((status = 200, description = "A page of occurrences.", body = OccurrencePage), ListProblems)
)]
pub(crate) async fn list_occurrences(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ActionId>,
    query: Query<OccurrenceQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<(i32, i32)> = api.after(&page)?;
    let (fetch, day) = (page.fetch(), api.clock.today());
    let rows = api
        .read_parts(caller.0.clone(), id.0, move |conn, whole| {
            let of = (whole.action, whole.parts);
            actions::occurrences(conn, of, day, after, fetch)
        })
        .await?;
    api.page_on(
        day,
        &page,
        rows,
        |row| (row.term_number, row.number),
        Occurrence::show,
        |items, next_cursor| OccurrencePage { items, next_cursor },
    )
}

/// Meeting an occurrence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetOccurrence {
    /// What was done.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "Second quarter reported to the committee."
    )]
    narrative: String,
    /// The day on which it was done (Europe/London), not in the future; today where nothing is said.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    effective_on: Option<NaiveDate>,
}

/// Giving an occurrence up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MissOccurrence {
    /// Why it was not met, and will not be.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
    /// The day on which that was clear (Europe/London), not in the future; today where nothing is said.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    effective_on: Option<NaiveDate>,
}

/// The occurrence's number in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OccurrencePath {
    /// The occurrence's number.
    #[param(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
}

/// Meet an occurrence
///
/// By the owner, or a clerk for them, of the occurrence in force, or of a later one where the days of all before it have passed,
/// which are recorded as missed with it; then the next is in force. One that is met after its day counts as a missed term. An
/// open action is in progress from then on.
#[utoipa::path(
    post, path = "/v1/actions/{id}/occurrences/{number}/meet", operation_id = "meet_occurrence", tag = "due-terms",
    params(IdPath, OccurrencePath, IfMatchHeader, IdempotencyKeyHeader), request_body = MeetOccurrence,
    responses((status = 200, description = "Met.", body = Action), ChangeProblems)
)]
pub(crate) async fn meet_occurrence(
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<MeetOccurrence>,
) -> Result<HttpResponse, Problem> {
    let number = path_number(&request, "number")?;
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let mut check = Check::default();
    check.prose("/narrative", &body.value.narrative, MAX_PROSE);
    check.finish()?;
    let settling = Settling {
        outcome: OccurrenceOutcome::Met,
        said: body.value.narrative,
        effective_on: body.value.effective_on,
    };
    api.write(
        writer,
        move |w| actions::settle(w, id.0, number, &read.0, &settling),
        Action::show,
    )
    .await
}

/// Give an occurrence up
///
/// By a clerk, of the occurrence in force, which was not met and will not be, or of a later one where the days of all before it
/// have passed, which are recorded as missed with it; then the next is in force. Each counts as a missed term.
#[utoipa::path(
    post, path = "/v1/actions/{id}/occurrences/{number}/miss", operation_id = "miss_occurrence", tag = "due-terms",
    params(IdPath, OccurrencePath, IfMatchHeader, IdempotencyKeyHeader), request_body = MissOccurrence,
    responses((status = 200, description = "Given up.", body = Action), ChangeProblems)
)]
pub(crate) async fn miss_occurrence(
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<MissOccurrence>,
) -> Result<HttpResponse, Problem> {
    let number = path_number(&request, "number")?;
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let mut check = Check::default();
    check.prose("/reason", &body.value.reason, MAX_PROSE);
    check.finish()?;
    let settling = Settling {
        outcome: OccurrenceOutcome::Missed,
        said: body.value.reason,
        effective_on: body.value.effective_on,
    };
    api.write(
        writer,
        move |w| actions::settle(w, id.0, number, &read.0, &settling),
        Action::show,
    )
    .await
}
