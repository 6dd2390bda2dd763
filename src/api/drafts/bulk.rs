//! `/v1/bulk/draft-moves`: what becomes of many drafts decided in one request, all or none (R28).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::view::Draft;
use super::{DraftUpdate, moves};
use crate::api::extract::{Allowed, BulkJson, RequestId, ToRecord, parse_json};
use crate::api::problem::Kind;
use crate::api::rows::{DRAFTS, read_rows};
use crate::api::write::{Answer, Resource as _, Writer};
use crate::api::{Api, ChangeProblems, IdempotencyKeyHeader, Problem, Showing, etag};
use crate::db::drafts as rows;
use crate::domain::draft::{DraftMove, DraftState};
use crate::domain::ids::{ActionId, DraftId, ResolutionId};
use crate::records::minutes::{self, BulkDraftMove as Move};
use crate::records::{Failure, FieldError, Writing, under};

/// Many drafts to be corrected and decided on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkDraftMoves {
    /// What is done with each, in that order.
    #[schema(value_type = Vec<BulkDraftMove>, min_items = 1, max_items = 1000)]
    drafts: Vec<Box<RawValue>>,
}

/// What is done with one of many drafts: it is corrected, moved, or corrected and then moved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkDraftMove {
    /// The draft.
    #[schema(value_type = Uuid)]
    draft_id: DraftId,
    /// The version that was read, as If-Match has it for one change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// What changes in it before it is moved, or is all that is done with it: the body that `PATCH /v1/drafts/{id}` takes.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(value_type = Option<DraftUpdate>, nullable = false)]
    edit: Option<Box<DraftUpdate>>,
    /// The move; it may be left out where `edit` is given.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    r#move: Option<DraftMove>,
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
    if row.r#move.is_none() && (row.edit.is_none() || row.body.is_some()) {
        let error = FieldError::new("/move", "required", "is needed, or else edit alone");
        return Err(Failure::invalid(error).into());
    }
    let edit = row.edit.map(|edit| edit.parse().map_err(Problem::from));
    let body = row.body.as_ref().map_or("{}", |body| body.get());
    let becoming = row.r#move.map(|name| moves::read(name, body.as_bytes()));
    let (edit, becoming) = match (edit.transpose(), becoming.transpose()) {
        (Ok(edit), Ok(becoming)) => (edit, becoming),
        (edit, becoming) => return Err(refused(edit.err(), becoming.err())),
    };
    Ok(Move {
        draft_id: row.draft_id,
        version: row.version,
        edit,
        becoming,
    })
}

/// What is wrong with a row: all of it, where each is wrong by itself.
fn refused(edit: Option<Problem>, body: Option<Problem>) -> Problem {
    let told = [("/edit", edit), ("/body", body)];
    let mut told = told
        .into_iter()
        .filter_map(|(member, problem)| Some((member, problem?)))
        .map(|(member, problem)| Problem {
            errors: under(member, problem.errors.clone()),
            ..problem
        });
    match (told.next(), told.next()) {
        (Some(one), Some(other)) if one.kind == other.kind => Problem {
            errors: [one.errors.clone(), other.errors].concat(),
            ..one
        },
        (Some(one), _) => one,
        (None, _) => Problem::plain(Kind::Internal),
    }
}

/// Decide what becomes of many drafts
///
/// By a clerk. Up to 1,000 rows, each of which corrects a draft, confirms, merges or rejects it, or corrects it first and then does
/// so: each as if it were by itself, one after the other, and all of them or none. Where one is refused nothing is recorded, and every
/// refused row is named. A row names the version that the rows before it made; the answer has every draft as it is in the end.
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
