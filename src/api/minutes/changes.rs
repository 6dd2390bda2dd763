//! `/v1/minutes/{id}/changes`: what a revision of minutes says otherwise than the one before.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::in_sight;
use crate::api::extract::{Allowed, Id, Query, ToReview};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::{Api, IdPath, ListProblems, Problem, Showing};
use crate::db::Reach;
use crate::domain::draft::{DraftChange, DraftState};
use crate::domain::ids::{ActionId, DraftId, MinutesId, ResolutionId};
use crate::records::Failure;
use crate::records::minutes::{ChangePlace, ChangedDraft, changes};

/// How something stands to what the revision before said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MinutesChangeKind {
    /// It was not there.
    Added,
    /// It was there word for word.
    Unchanged,
    /// It was there in other words.
    Changed,
    /// It is there no longer.
    Removed,
}

/// Something that a revision of minutes says, or no longer says, beside what was said before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MinutesChange {
    /// How the one stands to the other.
    change: MinutesChangeKind,
    /// As an earlier revision had it; null for what is added.
    #[schema(required)]
    before: Option<DraftGlimpse>,
    /// As this revision has it; null for what is removed.
    #[schema(required)]
    after: Option<DraftGlimpse>,
}

/// A draft, as far as two are compared, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftGlimpse {
    /// The draft.
    #[schema(value_type = Uuid)]
    draft_id: DraftId,
    /// The minutes in which it was read.
    #[schema(value_type = Uuid)]
    minutes_id: MinutesId,
    /// The label, as printed.
    #[schema(required, max_length = 2000, example = "(b)")]
    label: Option<String>,
    /// The words, as printed.
    #[schema(max_length = 20_000)]
    text: String,
    /// Where it stands.
    state: DraftState,
    /// The resolution that it became or is the same as.
    #[schema(required, value_type = Option<Uuid>)]
    resolution_id: Option<ResolutionId>,
    /// The action that it became or is the same as. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    action_id: Option<ActionId>,
}

impl DraftGlimpse {
    fn show(row: crate::db::drafts::Draft) -> Self {
        Self {
            draft_id: row.id,
            minutes_id: row.minutes_id,
            label: row.printed_label,
            text: row.text,
            state: row.state,
            resolution_id: row.resolution_id,
            action_id: row.action_id,
        }
    }
}

impl MinutesChange {
    fn show(row: ChangedDraft, _: &Showing) -> Self {
        let change = match row.after.as_ref().map(|after| after.change) {
            None => MinutesChangeKind::Removed,
            Some(DraftChange::Added) => MinutesChangeKind::Added,
            Some(DraftChange::Unchanged) => MinutesChangeKind::Unchanged,
            Some(DraftChange::Changed) => MinutesChangeKind::Changed,
        };
        Self {
            change,
            before: row.before.map(DraftGlimpse::show),
            after: row.after.map(DraftGlimpse::show),
        }
    }
}

/// A page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MinutesChangePage {
    /// The changes of this page.
    #[schema(max_items = 200)]
    items: Vec<MinutesChange>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// What a list of changes is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MinutesChangeQuery {
    /// Only changes of this kind.
    #[param(nullable = false, inline)]
    change: Option<MinutesChangeKind>,
    /// How many changes a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(MinutesChangeQuery);

/// List what a revision of minutes says otherwise
///
/// For clerks and auditors. What it says, in the order of its text, each beside what an earlier revision said; then what the
/// revision before said and this one does not. Everything in a first revision is added.
#[utoipa::path(
    get, path = "/v1/minutes/{id}/changes", operation_id = "list_minutes_changes", tag = "minutes",
    params(IdPath, MinutesChangeQuery),
    responses((status = 200, description = "A page of changes.", body = MinutesChangePage), ListProblems)
)]
pub(crate) async fn list_minutes_changes(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    id: Id<MinutesId>,
    query: Query<MinutesChangeQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<ChangePlace> = api.after(&page)?;
    let fetch = page.fetch();
    let only = query.value.change.map(|kind| match kind {
        MinutesChangeKind::Added => Some(DraftChange::Added),
        MinutesChangeKind::Unchanged => Some(DraftChange::Unchanged),
        MinutesChangeKind::Changed => Some(DraftChange::Changed),
        MinutesChangeKind::Removed => None,
    });
    let found = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, sight| {
            let minutes = in_sight(conn, sight, id.0)?;
            minutes
                .map(|minutes| changes(conn, &minutes, only, after, fetch))
                .transpose()
        })
        .await?
        .ok_or(Failure::NotFound)?;
    api.page(
        &page,
        found,
        ChangedDraft::place,
        MinutesChange::show,
        |items, next_cursor| MinutesChangePage { items, next_cursor },
    )
}
