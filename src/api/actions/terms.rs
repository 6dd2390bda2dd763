//! The due terms of an action, as they were set.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::due::Period;
use crate::api::extract::{Allowed, Id, Query, ToRead};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::{Api, IdPath, ListProblems, Problem, Showing};
use crate::db::actions::terms::{self as rows, SetTerm};
use crate::domain::due::{DueKind, Frequency, PeriodUnit};
use crate::domain::ids::{ActionId, MeetingId};

/// A due term as it was set. What it resolves to today, the action says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DueTerm {
    /// Its number; 1 is the original.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
    /// How it was set.
    kind: DueKind,
    /// The words in which it was set.
    #[schema(required, max_length = 500, example = "within six months")]
    wording: Option<String>,
    /// How long it is, of a period.
    #[schema(required)]
    period: Option<Period>,
    /// How often it recurs, if it does.
    #[schema(required)]
    frequency: Option<Frequency>,
    /// The day that it resolved to when it was set.
    #[schema(required)]
    due_on: Option<NaiveDate>,
    /// The meeting at which it was due when it was set. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    meeting_id: Option<MeetingId>,
    /// The day on which to look at it, as it was set.
    #[schema(required)]
    review_on: Option<NaiveDate>,
    /// What it counts from, and a next meeting follows; null for the deciding meeting, whenever that is.
    #[schema(required)]
    counts_from: Option<DateTime<Utc>>,
    /// Why it took the place of the one before.
    #[schema(required, max_length = 4000)]
    reason: Option<String>,
    /// The subject who set it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    set_by: Option<String>,
    /// When it was set.
    set_at: DateTime<Utc>,
}

/// A period as it is stored.
pub(super) fn period(count: Option<i32>, unit: Option<PeriodUnit>) -> Option<Period> {
    Some(Period {
        count: u32::try_from(count?).ok()?,
        unit: unit?,
    })
}

impl DueTerm {
    fn show(term: SetTerm, _: &Showing) -> Self {
        Self {
            number: term.number,
            kind: term.kind,
            wording: term.wording,
            period: period(term.period_count, term.period_unit),
            frequency: term.frequency,
            due_on: term.due_on,
            meeting_id: term.meeting_id,
            review_on: term.review_on,
            counts_from: term.counts_from.map(|instant| instant.0),
            reason: term.reason,
            set_by: term.set_by,
            set_at: term.set_at.0,
        }
    }
}

/// A page of due terms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DueTermPage {
    /// The terms of this page, the original first.
    #[schema(max_items = 200)]
    items: Vec<DueTerm>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// Which page of the terms.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DueTermQuery {
    /// How many terms a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(DueTermQuery);

/// List the due terms of an action
///
/// All that were set, the original first: by whom, when, why, and what each resolved to then.
#[utoipa::path(
    get, path = "/v1/actions/{id}/due-terms", operation_id = "list_due_terms", tag = "due-terms",
    params(IdPath, DueTermQuery),
    responses((status = 200, description = "A page of due terms.", body = DueTermPage), ListProblems)
)]
pub(crate) async fn list_due_terms(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ActionId>,
    query: Query<DueTermQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i32> = api.after(&page)?;
    let fetch = page.fetch();
    let rows = api
        .read_parts(caller.0.clone(), id.0, move |conn, whole| {
            rows::terms(conn, id.0, whole.parts, after, fetch)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| row.number,
        DueTerm::show,
        |items, next_cursor| DueTermPage { items, next_cursor },
    )
}
