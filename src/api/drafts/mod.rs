//! `/v1/drafts`: what was read in minutes, corrected, and decided on.

pub(crate) mod bulk;
pub(crate) mod list;
pub(crate) mod moves;
pub(crate) mod printed;
pub(crate) mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::actions::check_supporting;
use super::due::{DueInput, DueTermInput};
use super::extract::{Allowed, Id, IfMatch, MergePatch, Query, RequestId, ToRecord, ToReview};
use super::fields::{Check, MAX_PROSE};
use super::write::Writer;
use super::{
    Api, ChangeProblems, IdPath, IfMatchHeader, IfNoneMatchHeader, NoQuery, Problem, ReadProblems,
};
use crate::db::drafts as rows;
use crate::domain::ids::{AgendaItemId, DraftId, PostId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::records::Failure;
use crate::records::minutes::{self, DraftPatch};
use view::Draft;

/// What changes in a draft: a merge patch (RFC 7396). Its text stays as it was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftUpdate {
    /// The label under which it is to be recorded; only of a decision.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    label: Option<Option<String>>,
    /// What it does; only of a decision.
    #[serde(default, deserialize_with = "super::patch::present")]
    #[schema(nullable = false)]
    kind: Option<ResolutionKind>,
    /// Whether an action arises from it; only of a decision.
    #[serde(default, deserialize_with = "super::patch::present")]
    #[schema(nullable = false)]
    is_action: Option<bool>,
    /// What the action is about, in a line.
    #[serde(default, deserialize_with = "super::patch::present")]
    #[schema(min_length = 1, max_length = 300, nullable = false)]
    title: Option<String>,
    /// What is required, in full.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 4000)]
    required: Option<Option<String>>,
    /// The agenda item of the meeting to which it belongs.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Uuid>)]
    agenda_item_id: Option<Option<AgendaItemId>>,
    /// The post that is to own the action.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Uuid>)]
    owner_post_id: Option<Option<PostId>>,
    /// Posts that are to support it, all of them.
    #[serde(default, deserialize_with = "super::patch::present")]
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 50, nullable = false)]
    supporting_post_ids: Option<Vec<PostId>>,
    /// How its deadline is to be set.
    #[serde(default, deserialize_with = "super::object::cleared")]
    #[schema(value_type = Option<DueTermInput>)]
    due: Option<Option<DueInput>>,
    /// Exempt from publication; null is as the agenda item is.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<bool>)]
    exempt: Option<Option<bool>>,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, all of them; null is as those of the agenda item.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Vec<u8>>, max_items = 7)]
    exempt_paragraphs: Option<Option<Vec<u8>>>,
    /// The resolution of the meeting that it is to correct; only of a decision.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Uuid>)]
    supersedes_id: Option<Option<ResolutionId>>,
    /// The draft of an earlier revision that it says again, whose resolution it corrects and whose action goes on in it; null where it
    /// says something else. What it corrects is as of that draft, unless `supersedes_id` is given with it.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Uuid>)]
    follows_id: Option<Option<DraftId>>,
}

impl DraftUpdate {
    pub(super) fn parse(self) -> Result<DraftPatch, Failure> {
        let mut check = Check::default();
        check.opt_line("/label", self.label.as_ref().and_then(Option::as_ref), 20);
        check.opt_line("/title", self.title.as_ref(), 300);
        check.opt_prose(
            "/required",
            self.required.as_ref().and_then(Option::as_ref),
            MAX_PROSE,
        );
        check_supporting(
            &mut check,
            self.supporting_post_ids.as_deref().unwrap_or_default(),
        );
        let paragraphs = self.exempt_paragraphs.as_ref().and_then(Option::as_ref);
        check.paragraphs("/exempt_paragraphs", paragraphs);
        let due = self
            .due
            .map(|due| due.and_then(|due| due.parse("/due", &mut check)));
        check.finish()?;
        Ok(DraftPatch {
            label: self.label,
            kind: self.kind,
            is_action: self.is_action,
            agenda_item_id: self.agenda_item_id,
            title: self.title,
            required: self.required,
            owner_post_id: self.owner_post_id,
            supporting_post_ids: self.supporting_post_ids,
            due,
            exempt: self.exempt,
            exempt_paragraphs: self.exempt_paragraphs,
            supersedes_id: self.supersedes_id,
            follows_id: self.follows_id,
        })
    }
}

/// Read a draft
///
/// For clerks and auditors. One draft, with the ETag that a change or a move needs.
#[utoipa::path(
    get, path = "/v1/drafts/{id}", operation_id = "get_draft", tag = "minutes",
    params(IdPath, IfNoneMatchHeader),
    responses((status = 200, description = "The draft.", body = Draft), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_draft(
    request: HttpRequest,
    caller: Allowed<ToReview>,
    _query: Query<NoQuery>,
    id: Id<DraftId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.read_one(
        &request,
        caller.0,
        move |conn, sight| {
            let found = rows::find(conn, id.0)?;
            Ok(found.filter(|row| sight.sees_committee(row.committee_id)))
        },
        Draft::show,
    )
    .await
}

/// Correct a draft
///
/// By a clerk, while it is proposed: what it is to be recorded as. Its text stays as it was read.
#[utoipa::path(
    patch, path = "/v1/drafts/{id}", operation_id = "update_draft", tag = "minutes",
    params(IdPath, IfMatchHeader),
    request_body(content = DraftUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Draft), ChangeProblems)
)]
pub(crate) async fn update_draft(
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<DraftId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<DraftUpdate>,
) -> Result<HttpResponse, Problem> {
    let patch = body.0.value.parse()?;
    let writer = Writer::of_patch(caller.0, request_id);
    let job = move |w: &mut crate::records::Writing<'_>| minutes::patch(w, id.0, &read.0, &patch);
    api.write(writer, job, Draft::show).await
}
