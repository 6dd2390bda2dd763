//! The history of a post: its entries in the audit trail, and those of its tenures.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::api::actions::history::{HistoryEntry, HistoryPage, HistoryQuery};
use crate::api::extract::{Allowed, Id, Query, ToTrace};
use crate::api::read::PageOf;
use crate::api::{Api, IdPath, ListProblems, Problem};
use crate::db::{Reach, audit, posts};
use crate::domain::ids::PostId;
use crate::records::Failure;

/// Read the history of a post
///
/// Every write to it and to its tenures, the oldest first: what it was called before, who held it, who recorded that.
#[utoipa::path(
    get, path = "/v1/posts/{id}/history", operation_id = "list_post_history", tag = "posts",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_post_history(
    request: HttpRequest,
    caller: Allowed<ToTrace>,
    id: Id<PostId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i64> = api.after(&page)?;
    let fetch = page.fetch();
    let entries = api
        .read_whole(caller.0.clone(), Reach::Short, move |conn, _| {
            // Posts are in everybody's sight, and so is their history for those who may trace.
            if posts::find(conn, id.0)?.is_none() {
                return Ok(None);
            }
            audit::post_history(conn, id.0, after, fetch)?
                .iter()
                .map(HistoryEntry::show)
                .collect::<Result<Vec<_>, _>>()
                .map(Some)
        })
        .await?
        .ok_or(Failure::NotFound)?;
    api.page(
        &page,
        entries,
        HistoryEntry::place,
        |entry, _| entry,
        |items, next_cursor| HistoryPage { items, next_cursor },
    )
}
