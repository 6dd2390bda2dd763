//! `/v1/actions`.

pub(crate) mod bulk;
pub(crate) mod claims;
pub(crate) mod evidence;
pub(crate) mod evidence_files;
pub(crate) mod extensions;
pub(crate) mod links;
pub(crate) mod list;
pub(crate) mod moves;
pub(crate) mod occurrences;
pub(crate) mod progress;
pub(crate) mod split;
pub(crate) mod terms;
pub(crate) mod verifications;
mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::as_of::AsOf;
use super::due::{DueInput, DueTermInput, DueTermRevision};
use super::extract::{Allowed, Id, IfMatch, Json, MergePatch, Query, RequestId, ToRead, ToRecord};
use super::fields::{Check, MAX_PROSE};
use super::source::SourceInput;
use super::write::Writer;
use super::{Api, ChangeProblems, CreateProblems, Problem, ReadProblems};
use crate::clock::london_day;
use crate::db::posts::succession;
use crate::db::sight::Sight;
use crate::db::{Conn, DbError, actions as rows};
use crate::domain::assurance::Priority;
use crate::domain::ids::{ActionId, AgendaItemId, PostId, ResolutionId};
use crate::records::Failure;
use crate::records::actions::{self, ActionPatch, NewAction, Origin, OwnedAction};
pub(crate) use view::{Action, Holder};

/// Whether the caller may see an action, and so what belongs to it.
fn in_sight(conn: &mut Conn, sight: &Sight, id: ActionId) -> Result<bool, DbError> {
    Ok(rows::find(conn, id)?.is_some_and(|action| action.visible(sight)))
}

/// The most posts that support one action.
const MAX_SUPPORTING: usize = 50;

/// The state in which an action begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum FirstState {
    /// Recorded and not yet agreed.
    #[default]
    #[serde(rename = "draft")]
    Draft,
    /// Agreed: it has an owner and a due term.
    #[serde(rename = "open")]
    Open,
}

/// An action to be recorded. It arises from a resolution or, where there is none, from the discussion of an agenda item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionCreate {
    /// The resolution it arises from.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    resolution_id: Option<ResolutionId>,
    /// The agenda item in whose discussion it was asked for, where there is no resolution.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    agenda_item_id: Option<AgendaItemId>,
    /// The action of which it is a part, which arises from the same resolution or item.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    parent_id: Option<ActionId>,
    /// What it is about, in a line.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Further information regarding adoption cases"
    )]
    title: String,
    /// What is required, in full.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 4000)]
    required: Option<String>,
    /// The post that owns it.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    owner_post_id: Option<PostId>,
    /// Posts that support it.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>, max_items = 50, default = json!([]))]
    supporting_post_ids: Vec<PostId>,
    /// How its deadline was set.
    #[serde(default, deserialize_with = "crate::api::object::optional")]
    #[schema(value_type = Option<DueTermInput>)]
    due: Option<DueInput>,
    /// Exempt from publication; as the resolution or item is, where nothing is said. A part is as exempt as its parent.
    #[serde(default)]
    exempt: Option<bool>,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, each once: only of what is exempt; as those of the resolution or item, where nothing is said. A part has its parent's.
    #[serde(default)]
    #[schema(value_type = Option<Vec<u8>>, max_items = 7)]
    exempt_paragraphs: Option<Vec<u8>>,
    /// The state in which it begins.
    #[serde(default)]
    #[schema(default = "draft")]
    state: FirstState,
    /// How much it matters.
    #[serde(default)]
    priority: Option<Priority>,
    /// Whether an auditor must verify it before a claim can be accepted, whatever its priority.
    #[serde(default)]
    verification_required: bool,
    /// Where it came from.
    #[serde(default, deserialize_with = "crate::api::object::optional")]
    source: Option<SourceInput>,
}

impl ActionCreate {
    fn parse(self, digest: Vec<u8>) -> Result<NewAction, Failure> {
        let mut check = Check::default();
        check.paragraphs("/exempt_paragraphs", self.exempt_paragraphs.as_ref());
        check.line("/title", &self.title, 300);
        check.opt_prose("/required", self.required.as_ref(), MAX_PROSE);
        check_supporting(&mut check, &self.supporting_post_ids);
        if let Some(source) = &self.source {
            source.check(&mut check);
        }
        let due = self.due.map(|due| due.parse("/due", &mut check));
        let origin = match (self.resolution_id, self.agenda_item_id) {
            (Some(id), None) => Some(Origin::Resolution(id)),
            (None, Some(id)) => Some(Origin::Discussion(id)),
            (Some(_), Some(_)) => {
                check.add(
                    "/agenda_item_id",
                    "not_with_resolution",
                    "belongs to an action without a resolution",
                );
                None
            }
            (None, None) => {
                check.add(
                    "/resolution_id",
                    "required",
                    "is needed, or else agenda_item_id",
                );
                None
            }
        };
        let origin = check.finish_with(origin)?;
        Ok(NewAction {
            origin,
            parent_id: self.parent_id,
            title: self.title,
            required: self.required,
            owner_post_id: self.owner_post_id,
            supporting_post_ids: self.supporting_post_ids,
            due: due.flatten(),
            exempt: self.exempt,
            exempt_paragraphs: self.exempt_paragraphs,
            open: self.state == FirstState::Open,
            open_if_complete: false,
            priority: self.priority,
            verification_required: self.verification_required,
            source: self.source.map(Into::into),
            digest,
        })
    }
}

pub(crate) fn check_supporting(check: &mut Check, ids: &[PostId]) {
    if ids.len() > MAX_SUPPORTING {
        check.add(
            "/supporting_post_ids",
            "too_many",
            format!("must be at most {MAX_SUPPORTING}"),
        );
    }
    for (index, id) in ids.iter().enumerate() {
        if ids[..index].contains(id) {
            check.add(
                &format!("/supporting_post_ids/{index}"),
                "repeated",
                "is given twice",
            );
        }
    }
}

/// What changes in an action: a merge patch (RFC 7396). States change by moves only.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionUpdate {
    /// What it is about, in a line.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(min_length = 1, max_length = 300, nullable = false)]
    title: Option<String>,
    /// What is required, in full.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 4000)]
    required: Option<Option<String>>,
    /// The post that owns it. Only a draft can be without one.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Uuid>)]
    owner_post_id: Option<Option<PostId>>,
    /// Posts that support it, all of them.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 50, nullable = false)]
    supporting_post_ids: Option<Vec<PostId>>,
    /// Exempt from publication. Parts of the action become so, or public, with it; that of a part is its parent's.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    exempt: Option<bool>,
    /// How much it matters.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Priority>)]
    priority: Option<Option<Priority>>,
    /// Whether an auditor must verify it before a claim can be accepted, whatever its priority.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    verification_required: Option<bool>,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, all of them; they go when it becomes public.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(value_type = Option<Vec<u8>>, max_items = 7, nullable = false)]
    exempt_paragraphs: Option<Vec<u8>>,
    /// How its deadline was set, while it is a draft; later it is revised.
    #[serde(default, deserialize_with = "crate::api::object::cleared")]
    #[schema(value_type = Option<DueTermInput>)]
    due: Option<Option<DueInput>>,
    /// The day on which to look at it.
    #[serde(default, deserialize_with = "crate::api::strict::cleared")]
    #[schema(value_type = Option<NaiveDate>)]
    review_on: Option<Option<NaiveDate>>,
}

impl ActionUpdate {
    fn parse(self) -> Result<ActionPatch, Failure> {
        let mut check = Check::default();
        check.paragraphs("/exempt_paragraphs", self.exempt_paragraphs.as_ref());
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
        check.day("/review_on", self.review_on.flatten());
        if self.due.is_some() && self.review_on.is_some() {
            check.add(
                "/review_on",
                "not_with_due",
                "is a member of due where due is given",
            );
        }
        let due = self
            .due
            .map(|due| due.and_then(|due| due.parse("/due", &mut check)));
        check.finish()?;
        Ok(ActionPatch {
            title: self.title,
            required: self.required,
            owner_post_id: self.owner_post_id,
            supporting_post_ids: self.supporting_post_ids,
            exempt: self.exempt,
            priority: self.priority,
            verification_required: self.verification_required,
            exempt_paragraphs: self.exempt_paragraphs,
            due,
            review_on: self.review_on,
        })
    }
}

/// Record an action
///
/// It is given the next reference of its committee and municipal year. An action sent again under the same source system
/// and reference is answered with the one recorded before (200).
#[utoipa::path(
    post, path = "/v1/actions", operation_id = "create_action", tag = "actions",
    params(super::IdempotencyKeyHeader), request_body = ActionCreate,
    responses(
        (status = 201, description = "Recorded.", body = Action),
        (status = 200, description = "Recorded before, under the same natural key.", body = Action),
        CreateProblems,
    )
)]
pub(crate) async fn create_action(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: Json<ActionCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let digest = body.canonical_digest();
    let new = body.value.parse(digest)?;
    api.write(writer, move |w| actions::create(w, &new), Action::show)
        .await
}

/// At which instant an action is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActionAsOf {
    /// The action as it stood at this instant (RFC 3339), or at the end of this day in Europe/London; neither may be in the
    /// future. It is not found before it was recorded, nor where it is out of the caller's sight as it was or as it is.
    #[param(value_type = String, required = false, max_length = 40, example = "2014-03-31")]
    as_of: Option<AsOf>,
}

/// Read an action
///
/// One action as it stands today, with the ETag that a change or a move needs; or as it stood.
#[utoipa::path(
    get, path = "/v1/actions/{id}", operation_id = "get_action", tag = "actions",
    params(super::IdPath, ActionAsOf, super::IfNoneMatchHeader),
    responses((status = 200, description = "The action.", body = Action), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_action(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<ActionAsOf>,
    id: Id<ActionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let as_of = match query.value.as_of {
        Some(at) => Some(at.settled(&api).await?),
        None => None,
    };
    let day = london_day(as_of.unwrap_or_else(|| api.clock.now()));
    let found = move |conn: &mut Conn, sight: &Sight| {
        let Some(at) = as_of else {
            return Ok(rows::find_with_owner(conn, id.0, day)?
                .filter(|(action, _)| action.visible(sight))
                .map(|(action, owner)| OwnedAction { action, owner }));
        };
        let Some(action) = rows::find_as_of(conn, sight, id.0, at)? else {
            return Ok(None);
        };
        let owner = match action.owner_post_id {
            Some(post) => succession::in_charge_as_of(conn, &[post], day, at)?.remove(&post),
            None => None,
        };
        Ok(Some(OwnedAction { action, owner }))
    };
    api.read_one_on(day, &request, caller.0, found, Action::show)
        .await
}

/// Correct an action
///
/// By a clerk, while the action is neither closed nor void; its exemption by itself in every state. States change by moves
/// only.
#[utoipa::path(
    patch, path = "/v1/actions/{id}", operation_id = "update_action", tag = "actions",
    params(super::IdPath, super::IfMatchHeader),
    request_body(content = ActionUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Action), ChangeProblems)
)]
pub(crate) async fn update_action(
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<ActionUpdate>,
) -> Result<HttpResponse, Problem> {
    let patch = body.0.value.parse()?;
    let writer = Writer::of_patch(caller.0, request_id);
    api.write(
        writer,
        move |w| actions::patch(w, id.0, &read.0, &patch),
        Action::show,
    )
    .await
}

/// Revise the due term of an action
///
/// Appends a term, on the committee's decision or a recorded delegate's, while no request for an extension is pending. The
/// original stays, and so does lateness against it.
#[utoipa::path(
    post, path = "/v1/actions/{id}/due-terms", operation_id = "revise_due_term", tag = "due-terms",
    params(super::IdPath, super::IfMatchHeader, super::IdempotencyKeyHeader), request_body = DueTermRevision,
    responses((status = 200, description = "Revised.", body = Action), ChangeProblems)
)]
pub(crate) async fn revise_due_term(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<DueTermRevision>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| actions::revise(w, id.0, &read.0, &new),
        Action::show,
    )
    .await
}
