//! `/v1/bulk`: many actions recorded or moved in one request, all or none (R28).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{Action, ActionCreate, moves};
use crate::api::extract::{
    Allowed, BulkJson, Permission, RequestId, ToMove, ToRecord, canonical_digest, parse_json,
};
use crate::api::rows::{ACTIONS, MOVES, read_rows};
use crate::api::write::{Answer, Resource as _, Writer};
use crate::api::{
    Api, ChangeProblems, CreateProblems, IdempotencyKeyHeader, Problem, Showing, etag,
};
use crate::domain::ids::ActionId;
use crate::domain::life::Move;
use crate::records::actions::{self, BulkMove, BulkRow, NewAction};
use crate::records::under;

/// Many actions to be recorded.
///
/// The rows are kept as text until each is read by itself, so that all that is wrong with all of them is told at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkActionCreations {
    /// The actions, each as it would be recorded by itself.
    #[schema(value_type = Vec<ActionCreate>, min_items = 1, max_items = 1000)]
    actions: Vec<Box<RawValue>>,
}

/// Many moves to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkActionMoves {
    /// The moves, in the order in which they are made.
    #[schema(value_type = Vec<BulkActionMove>, min_items = 1, max_items = 1000)]
    moves: Vec<Box<RawValue>>,
}

/// A move of one of many actions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkActionMove {
    /// The action.
    #[schema(value_type = Uuid)]
    action_id: ActionId,
    /// The version that was read, as If-Match has it for one move. Of two moves of one action, the second names the version
    /// that the first makes.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// The move.
    r#move: Move,
    /// What the move wants to hear: the body that `/v1/actions/{id}/…` takes for it.
    #[serde(default)]
    #[schema(value_type = Object)]
    body: Option<Box<RawValue>>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkOutcome {
    /// The action was recorded.
    #[schema(rename = "created")]
    Created,
    /// The action was recorded before, under the same natural key, and was left as it is.
    #[schema(rename = "known")]
    Known,
    /// The action was moved.
    #[schema(rename = "moved")]
    Moved,
}

/// An action of which a row was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkItem {
    /// The row's place in the request, from 0.
    #[schema(minimum = 0, maximum = 999)]
    index: usize,
    /// What became of it.
    outcome: BulkOutcome,
    /// The action's id.
    #[schema(value_type = Uuid)]
    id: ActionId,
    /// Its reference.
    #[schema(max_length = 40, example = "CFS/13-14/007")]
    reference: String,
    /// Its version.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// Its `ETag`, for the next change.
    #[schema(max_length = 100, example = "\"1.5f1d7a84db00d2ba\"")]
    etag: String,
}

/// What became of the rows, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkItems {
    /// The rows.
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<BulkItem>,
}

impl BulkItems {
    fn created(rows: Vec<BulkRow>, showing: &Showing) -> Self {
        Self::show(rows, showing, BulkOutcome::Created)
    }

    fn moved(rows: Vec<BulkRow>, showing: &Showing) -> Self {
        Self::show(rows, showing, BulkOutcome::Moved)
    }

    fn show(rows: Vec<BulkRow>, showing: &Showing, done: BulkOutcome) -> Self {
        let item = |(index, row): (usize, BulkRow)| {
            let (id, reference) = (row.owned.action.id, row.owned.action.reference.clone());
            let shown = Action::show(row.owned, showing);
            // An action that is shown can be written; a tag that were wrong would only be refused.
            let body = serde_json::to_vec(&shown).unwrap_or_default();
            BulkItem {
                index,
                outcome: if row.known { BulkOutcome::Known } else { done },
                id,
                reference,
                version: shown.version(),
                etag: etag::tag(shown.version(), &body),
            }
        };
        Self {
            items: rows.into_iter().enumerate().map(item).collect(),
        }
    }
}

fn read_creation(row: &RawValue) -> Result<NewAction, Problem> {
    let bytes = row.get().as_bytes();
    Ok(parse_json::<ActionCreate>(bytes)?.parse(canonical_digest(bytes))?)
}

fn read_move(row: &RawValue) -> Result<BulkMove, Problem> {
    let row: BulkActionMove = parse_json(row.get().as_bytes())?;
    let body = row.body.as_ref().map_or("{}", |body| body.get());
    let asking = moves::read(row.r#move, body.as_bytes()).map_err(|problem| Problem {
        errors: under("/body", problem.errors.clone()),
        ..problem
    })?;
    Ok(BulkMove {
        action_id: row.action_id,
        version: row.version,
        asking,
    })
}

/// Who writes many rows.
fn writer_of<P: Permission, T>(
    request: &HttpRequest,
    caller: Allowed<P>,
    request_id: RequestId,
    body: &BulkJson<T>,
) -> Result<Writer, Problem> {
    Writer::of_post(request, caller.0, request_id, &body.0.bytes)
}

/// Record many actions
///
/// By a clerk. Up to 1,000 actions, each as if it were recorded by itself, and all of them or none: where one is refused
/// nothing is written, no reference is used, and every refused row is named. Rows known under their natural key are
/// answered with the action recorded before.
#[utoipa::path(
    post, path = "/v1/bulk/action-creations", operation_id = "bulk_create_actions", tag = "bulk",
    params(IdempotencyKeyHeader), request_body = BulkActionCreations,
    responses(
        (status = 201, description = "Recorded.", body = BulkItems),
        (status = 200, description = "All recorded before, under the same natural keys.", body = BulkItems),
        CreateProblems,
    )
)]
pub(crate) async fn bulk_create_actions(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: BulkJson<BulkActionCreations>,
) -> Result<HttpResponse, Problem> {
    let writer = writer_of(&request, caller, request_id, &body)?;
    let rows = read_rows(ACTIONS, &body.0.value.actions, read_creation)?;
    api.write_as(
        writer,
        move |w| actions::create_all(w, &rows),
        BulkItems::created,
        Answer::of_many,
    )
    .await
}

/// Move many actions
///
/// Up to 1,000 moves, each as if it were made by itself and by whoever may make it, one after the other, and all of them or
/// none: where one is refused nothing is moved, and every refused row is named.
#[utoipa::path(
    post, path = "/v1/bulk/action-moves", operation_id = "bulk_move_actions", tag = "bulk",
    params(IdempotencyKeyHeader), request_body = BulkActionMoves,
    responses((status = 200, description = "Moved.", body = BulkItems), ChangeProblems)
)]
pub(crate) async fn bulk_move_actions(
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    api: Data<Api>,
    body: BulkJson<BulkActionMoves>,
) -> Result<HttpResponse, Problem> {
    let writer = writer_of(&request, caller, request_id, &body)?;
    let rows = read_rows(MOVES, &body.0.value.moves, read_move)?;
    api.write_as(
        writer,
        move |w| actions::move_all(w, &rows),
        BulkItems::moved,
        Answer::of_many,
    )
    .await
}
