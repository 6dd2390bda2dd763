//! `/v1/minutes/{id}/drafts`: what was read in minutes, in the order of their text.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::Draft;
use crate::api::extract::{Allowed, Id, Query, ToReview};
use crate::api::minutes::in_sight;
use crate::api::read::{Limit, PageOf, paged};
use crate::api::{Api, IdPath, ListProblems, Problem};
use crate::db::Reach;
use crate::db::drafts::{self as rows, DraftFilter};
use crate::domain::draft::{DraftChange, DraftOrigin, DraftState};
use crate::domain::ids::MinutesId;
use crate::domain::resolution::ResolutionKind;
use crate::records::Failure;

/// A page of drafts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftPage {
    /// The drafts of this page.
    #[schema(max_items = 200)]
    items: Vec<Draft>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// What a list of drafts is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DraftQuery {
    /// Only drafts in this state.
    #[param(nullable = false, inline)]
    state: Option<DraftState>,
    /// Only drafts that were read there.
    #[param(nullable = false, inline)]
    origin: Option<DraftOrigin>,
    /// Only drafts of resolutions of this kind.
    #[param(nullable = false, inline)]
    kind: Option<ResolutionKind>,
    /// Only drafts from which an action arises, or only others.
    #[param(nullable = false)]
    is_action: Option<bool>,
    /// Only drafts that stand so to an earlier revision.
    #[param(nullable = false, inline)]
    change: Option<DraftChange>,
    /// How many drafts a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(DraftQuery);

/// List the drafts of minutes
///
/// For clerks and auditors. What was read, in the order of the text.
#[utoipa::path(
    get, path = "/v1/minutes/{id}/drafts", operation_id = "list_drafts", tag = "minutes",
    params(IdPath, DraftQuery),
    responses((status = 200, description = "A page of drafts.", body = DraftPage), ListProblems)
)]
pub(crate) async fn list_drafts(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    id: Id<MinutesId>,
    query: Query<DraftQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i32> = api.after(&page)?;
    let asked = &query.value;
    let filter = DraftFilter {
        state: asked.state,
        origin: asked.origin,
        kind: asked.kind,
        is_action: asked.is_action,
        change: asked.change,
    };
    let fetch = page.fetch();
    let found = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, sight| {
            if in_sight(conn, sight, id.0)?.is_none() {
                return Ok(None);
            }
            rows::list(conn, id.0, filter, after, fetch).map(Some)
        })
        .await?
        .ok_or(Failure::NotFound)?;
    api.page(
        &page,
        found,
        |row| row.number,
        Draft::show,
        |items, next_cursor| DraftPage { items, next_cursor },
    )
}
