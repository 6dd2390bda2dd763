//! `/v1/…/{id}/history`: one route for each kind of record, and one way to read them all.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{HistoryPage, HistoryQuery};
use crate::api::extract::{Allowed, Id, Query, ToReview, ToTrace};
use crate::api::{Api, IdPath, ListProblems, Problem};
use crate::db::actions::Action;
use crate::db::agenda_items::AgendaItem;
use crate::db::committees::Committee;
use crate::db::delegations::Delegation;
use crate::db::drafts::Draft;
use crate::db::meetings::Meeting;
use crate::db::minutes::Minutes;
use crate::db::posts::Post;
use crate::db::resolutions::Resolution;
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, DelegationId, DraftId, MeetingId, MinutesId, PostId,
    ResolutionId,
};

/// Read the history of a committee
///
/// Every write to it, the oldest first: what it was called before, when it ended, what took its place.
#[utoipa::path(
    get, path = "/v1/committees/{id}/history", operation_id = "list_committee_history", tag = "committees",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_committee_history(
    request: HttpRequest,
    caller: Allowed<ToTrace>,
    id: Id<CommitteeId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.history::<Committee>(&request, caller.0, id.0, &query)
        .await
}

/// Read the history of a meeting
///
/// Every write to it, the oldest first: when it was to be before it moved, what it was postponed to, when its minutes were confirmed.
#[utoipa::path(
    get, path = "/v1/meetings/{id}/history", operation_id = "list_meeting_history", tag = "meetings",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_meeting_history(
    request: HttpRequest,
    caller: Allowed<ToTrace>,
    id: Id<MeetingId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.history::<Meeting>(&request, caller.0, id.0, &query)
        .await
}

/// Read the history of an agenda item
///
/// Every write to it, the oldest first. What was written while it was exempt is left out for those who may not see it so.
#[utoipa::path(
    get, path = "/v1/agenda-items/{id}/history", operation_id = "list_agenda_item_history", tag = "agenda-items",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_agenda_item_history(
    request: HttpRequest,
    caller: Allowed<ToTrace>,
    id: Id<AgendaItemId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.history::<AgendaItem>(&request, caller.0, id.0, &query)
        .await
}

/// Read the history of a resolution
///
/// Every write to it and every response to it, the oldest first. What was written while it was exempt is left out for those who
/// may not see it so.
#[utoipa::path(
    get, path = "/v1/resolutions/{id}/history", operation_id = "list_resolution_history", tag = "resolutions",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_resolution_history(
    request: HttpRequest,
    caller: Allowed<ToTrace>,
    id: Id<ResolutionId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.history::<Resolution>(&request, caller.0, id.0, &query)
        .await
}

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
    api.history::<Post>(&request, caller.0, id.0, &query).await
}

/// Read the history of an action
///
/// Every write to it, the oldest first: who, when, what was before and what is after.
#[utoipa::path(
    get, path = "/v1/actions/{id}/history", operation_id = "list_action_history", tag = "actions",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_action_history(
    request: HttpRequest,
    caller: Allowed<ToTrace>,
    id: Id<ActionId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.history::<Action>(&request, caller.0, id.0, &query)
        .await
}

/// Read the history of a delegation
///
/// Every write to it, the oldest first: who recorded it, and when its last day was set.
#[utoipa::path(
    get, path = "/v1/delegations/{id}/history", operation_id = "list_delegation_history", tag = "assurance",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_delegation_history(
    request: HttpRequest,
    caller: Allowed<ToTrace>,
    id: Id<DelegationId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.history::<Delegation>(&request, caller.0, id.0, &query)
        .await
}

/// Read the history of minutes
///
/// For clerks and auditors. What was handed in, by whom and when.
#[utoipa::path(
    get, path = "/v1/minutes/{id}/history", operation_id = "list_minutes_history", tag = "minutes",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_minutes_history(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    id: Id<MinutesId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.history::<Minutes>(&request, caller.0, id.0, &query)
        .await
}

/// Read the history of a draft
///
/// For clerks and auditors. Every write to it, the oldest first: what was read, what was corrected, what became of it.
#[utoipa::path(
    get, path = "/v1/drafts/{id}/history", operation_id = "list_draft_history", tag = "minutes",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_draft_history(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    id: Id<DraftId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.history::<Draft>(&request, caller.0, id.0, &query).await
}
