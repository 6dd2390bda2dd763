//! `/v1/bulk/draft-moves`: what becomes of many drafts decided in one request, all or none (R28).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::moves;
use super::view::Draft;
use crate::api::extract::{Allowed, BulkJson, RequestId, ToRecord, parse_json};
use crate::api::rows::{DRAFTS, read_rows};
use crate::api::write::{Answer, Resource as _, Writer};
use crate::api::{Api, ChangeProblems, IdempotencyKeyHeader, Problem, Showing, etag};
use crate::db::drafts as rows;
use crate::domain::draft::{DraftMove, DraftState};
use crate::domain::ids::{ActionId, DraftId, ResolutionId};
use crate::records::minutes::{self, BulkDraftMove as Move};
use crate::records::{Writing, under};

/// Many drafts to be decided on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkDraftMoves {
    /// The moves, in the order in which they are made.
    #[schema(value_type = Vec<BulkDraftMove>, min_items = 1, max_items = 1000)]
    drafts: Vec<Box<RawValue>>,
}

/// A move of one of many drafts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkDraftMove {
    /// The draft.
    #[schema(value_type = Uuid)]
    draft_id: DraftId,
    /// The version that was read, as If-Match has it for one move.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// The move.
    r#move: DraftMove,
    /// What the move wants to hear: the body that `/v1/drafts/{id}/…` takes for it.
    #[serde(default)]
    #[schema(value_type = Object)]
    body: Option<Box<RawValue>>,
}

/// A draft of which a row was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkDraftItem {
    /// The row's place in the request, from 0.
    #[schema(minimum = 0, maximum = 999)]
    index: usize,
    /// The draft's id.
    #[schema(value_type = Uuid)]
    id: DraftId,
    /// Where it stands.
    state: DraftState,
    /// The resolution that it became or is the same as.
    #[schema(required, value_type = Option<Uuid>)]
    resolution_id: Option<ResolutionId>,
    /// The action that it became or is the same as.
    #[schema(required, value_type = Option<Uuid>)]
    action_id: Option<ActionId>,
    /// Its version.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// Its `ETag`.
    #[schema(max_length = 100, example = "\"2.5f1d7a84db00d2ba\"")]
    etag: String,
}

/// What became of the drafts, in the order of the rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkDraftItems {
    /// The rows.
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<BulkDraftItem>,
}

impl BulkDraftItems {
    fn show(drafts: Vec<rows::Draft>, showing: &Showing) -> Self {
        let item = |(index, row): (usize, rows::Draft)| {
            let (id, state) = (row.id, row.state);
            let (resolution_id, action_id) = (row.resolution_id, row.action_id);
            let shown = Draft::show(row, showing);
            // A draft that is shown can be written; a tag that were wrong would only be refused.
            let body = serde_json::to_vec(&shown).unwrap_or_default();
            BulkDraftItem {
                index,
                id,
                state,
                resolution_id,
                action_id,
                version: shown.version(),
                etag: etag::tag(shown.version(), &body),
            }
        };
        Self {
            items: drafts.into_iter().enumerate().map(item).collect(),
        }
    }
}

fn read_move(row: &RawValue) -> Result<Move, Problem> {
    let row: BulkDraftMove = parse_json(row.get().as_bytes())?;
    let body = row.body.as_ref().map_or("{}", |body| body.get());
    let becoming = moves::read(row.r#move, body.as_bytes()).map_err(|problem| Problem {
        errors: under("/body", problem.errors.clone()),
        ..problem
    })?;
    Ok(Move {
        draft_id: row.draft_id,
        version: row.version,
        becoming,
    })
}

/// Decide what becomes of many drafts
///
/// By a clerk. Up to 1,000 moves, each as if it were made by itself, one after the other, and all of them or none: where one is
/// refused nothing is recorded, and every refused row is named.
#[utoipa::path(
    post, path = "/v1/bulk/draft-moves", operation_id = "bulk_move_drafts", tag = "bulk",
    params(IdempotencyKeyHeader), request_body = BulkDraftMoves,
    responses((status = 200, description = "Decided.", body = BulkDraftItems), ChangeProblems)
)]
pub(crate) async fn bulk_move_drafts(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: BulkJson<BulkDraftMoves>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.0.bytes)?;
    let rows = read_rows(DRAFTS, &body.0.value.drafts, read_move)?;
    let job = move |w: &mut Writing<'_>| minutes::move_all(w, &rows);
    api.write_as(writer, job, BulkDraftItems::show, Answer::of_many)
        .await
}
