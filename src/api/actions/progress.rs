//! `/v1/actions/{id}/progress-updates`: what the owner says of an action under way.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::extract::{Allowed, Id, Json, Query, RequestId, ToMove, ToRead, path_id};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::write::{Resource, Writer};
use crate::api::{
    Api, CreateProblems, IdPath, IdempotencyKeyHeader, IfNoneMatchHeader, ListProblems, NoQuery,
    Problem, ReadProblems, Showing,
};
use crate::db::progress as rows;
use crate::domain::ids::{ActionId, PostId, ProgressUpdateId};
use crate::records::Failure;
use crate::records::actions::{self, NewProgress};

/// What was said of an action on a day, by somebody for a post. It is never edited, only followed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgressUpdate {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ProgressUpdateId,
    /// The action.
    #[schema(value_type = Uuid)]
    action_id: ActionId,
    /// Its place among the action's updates.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
    /// What was said.
    #[schema(min_length = 1, max_length = 4000)]
    narrative: String,
    /// The day by which it was then said to be done.
    #[schema(required)]
    forecast_on: Option<NaiveDate>,
    /// How much of it was then said to be done, in percent.
    #[schema(required, minimum = 0, maximum = 100)]
    percent_complete: Option<i32>,
    /// The day for which it was said (Europe/London).
    made_on: NaiveDate,
    /// The post for which it was said.
    #[schema(value_type = Uuid)]
    post_id: PostId,
    /// The subject of whoever recorded it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    made_by: Option<String>,
    /// Their name, where their token gave one.
    #[schema(required, max_length = 255)]
    made_by_name: Option<String>,
    /// When it was recorded.
    created_at: DateTime<Utc>,
}

impl ProgressUpdate {
    fn show(row: rows::ProgressUpdate, _: &Showing) -> Self {
        Self {
            id: row.id,
            action_id: row.action_id,
            number: row.number,
            narrative: row.narrative,
            forecast_on: row.forecast_on,
            percent_complete: row.percent_complete,
            made_on: row.made_on,
            post_id: row.post_id,
            made_by: row.made_by,
            made_by_name: row.made_by_name,
            created_at: row.created_at.0,
        }
    }
}

impl Resource for ProgressUpdate {
    fn version(&self) -> i32 {
        1
    }

    fn location(&self) -> String {
        format!(
            "/v1/actions/{}/progress-updates/{}",
            self.action_id, self.id
        )
    }
}

/// A page of progress updates.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgressUpdatePage {
    /// The updates of this page.
    #[schema(max_items = 200)]
    items: Vec<ProgressUpdate>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A progress update to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgressUpdateCreate {
    /// What there is to say.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "Figures received from three of the four agencies."
    )]
    narrative: String,
    /// The day by which it will be done, as things stand. Left out, the last forecast stays.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    forecast_on: Option<NaiveDate>,
    /// How much of it is done, in percent. Left out, what was said last stays.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100, example = 60)]
    percent_complete: Option<i32>,
    /// The day for which it is said (Europe/London): today where nothing is said, not in the future, and not before the
    /// meeting that asked.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    made_on: Option<NaiveDate>,
    /// The post for which it is said, the owning one or one that supports it. Left out, it is the owning post, or for an
    /// officer who does not hold that the supporting post that they hold.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    for_post_id: Option<PostId>,
}

impl ProgressUpdateCreate {
    fn parse(self) -> Result<NewProgress, Failure> {
        let mut check = Check::default();
        check.prose("/narrative", &self.narrative, MAX_PROSE);
        check.day("/forecast_on", self.forecast_on);
        check.day("/made_on", self.made_on);
        if self
            .percent_complete
            .is_some_and(|p| !(0..=100).contains(&p))
        {
            check.add("/percent_complete", "out_of_range", "must be from 0 to 100");
        }
        check.finish()?;
        Ok(NewProgress {
            narrative: self.narrative,
            forecast_on: self.forecast_on,
            percent_complete: self.percent_complete,
            made_on: self.made_on,
            for_post_id: self.for_post_id,
        })
    }
}

/// How progress updates are sorted; a minus sign means downwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum ProgressSort {
    /// As they were recorded, the newest last.
    #[default]
    #[serde(rename = "number")]
    Number,
    /// The newest first.
    #[serde(rename = "-number")]
    NumberDown,
}

/// Which page of the progress updates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProgressQuery {
    /// How they are sorted: the newest last where nothing is said.
    #[param(nullable = false, inline)]
    sort: Option<ProgressSort>,
    /// How many updates a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(ProgressQuery);

/// Report progress
///
/// By the owner, or a clerk for them, while the action is open, in progress, on hold or claimed to be complete. The first
/// update of an open action starts it. Nothing is overwritten: what was said before stays.
#[utoipa::path(
    post, path = "/v1/actions/{id}/progress-updates", operation_id = "create_progress_update", tag = "progress",
    params(IdPath, IdempotencyKeyHeader), request_body = ProgressUpdateCreate,
    responses((status = 201, description = "Recorded.", body = ProgressUpdate), CreateProblems)
)]
pub(crate) async fn create_progress_update(
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    id: Id<ActionId>,
    api: Data<Api>,
    body: Json<ProgressUpdateCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| actions::update_progress(w, id.0, &new),
        ProgressUpdate::show,
    )
    .await
}

/// List the progress updates of an action
///
/// In the order in which they were recorded, the newest last, or the other way round.
#[utoipa::path(
    get, path = "/v1/actions/{id}/progress-updates", operation_id = "list_progress_updates", tag = "progress",
    params(IdPath, ProgressQuery),
    responses((status = 200, description = "A page of progress updates.", body = ProgressUpdatePage), ListProblems)
)]
pub(crate) async fn list_progress_updates(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ActionId>,
    query: Query<ProgressQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i32> = api.after(&page)?;
    let descending = query.value.sort.unwrap_or_default() == ProgressSort::NumberDown;
    let fetch = page.fetch();
    let rows = api
        .read_parts(caller.0.clone(), id.0, move |conn, whole| {
            rows::list(conn, id.0, whole.parts, descending, after, fetch)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| row.number,
        ProgressUpdate::show,
        |items, next_cursor| ProgressUpdatePage { items, next_cursor },
    )
}

/// Read a progress update
///
/// One update. It never changes.
#[utoipa::path(
    get, path = "/v1/actions/{id}/progress-updates/{update_id}", operation_id = "get_progress_update", tag = "progress",
    params(IdPath, ProgressUpdatePath, IfNoneMatchHeader),
    responses((status = 200, description = "The update.", body = ProgressUpdate), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_progress_update(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<ActionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let update = ProgressUpdateId(path_id(&request, "update_id")?);
    api.read_part(
        &request,
        caller.0,
        id.0,
        move |conn, whole| Ok(whole.showing(rows::find(conn, update)?)),
        ProgressUpdate::show,
    )
    .await
}

/// The update's id in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ProgressUpdatePath {
    /// The update's id.
    update_id: Uuid,
}
