//! `/v1/actions/{id}/split`: making parts of a whole.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Action, check_supporting};
use crate::api::due::{DueInput, DueTermInput};
use crate::api::extract::{Allowed, Id, IfMatch, Json, RequestId, ToRecord};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::write::{Resource, Writer};
use crate::api::{
    Api, ChangeProblems, IdPath, IdempotencyKeyHeader, IfMatchHeader, Problem, Showing,
};
use crate::domain::assurance::Priority;
use crate::domain::ids::{ActionId, PostId};
use crate::domain::structure::SPLIT_INTO;
use crate::records::actions::{self, NewChild, SplitAction};
use crate::records::{Failure, under};

/// An action to be split.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionSplit {
    /// Its parts.
    #[serde(deserialize_with = "crate::api::object::many")]
    #[schema(min_items = 2, max_items = 20)]
    children: Vec<ChildCreate>,
}

/// A part of an action. It arises from where the whole arose, and is as exempt as it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChildCreate {
    /// What it is about, in a line.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Figures for successful adoptions"
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
    /// How much it matters.
    #[serde(default)]
    priority: Option<Priority>,
    /// Whether an auditor must verify it before a claim can be accepted, whatever its priority.
    #[serde(default)]
    #[schema(default = false)]
    verification_required: bool,
}

impl ChildCreate {
    fn parse(self) -> Result<NewChild, Failure> {
        let mut check = Check::default();
        check.line("/title", &self.title, 300);
        check.opt_prose("/required", self.required.as_ref(), MAX_PROSE);
        check_supporting(&mut check, &self.supporting_post_ids);
        let due = self.due.map(|due| due.parse("/due", &mut check));
        check.finish()?;
        Ok(NewChild {
            title: self.title,
            required: self.required,
            owner_post_id: self.owner_post_id,
            supporting_post_ids: self.supporting_post_ids,
            due: due.flatten(),
            priority: self.priority,
            verification_required: self.verification_required,
        })
    }
}

impl ActionSplit {
    fn parse(self) -> Result<Vec<NewChild>, Failure> {
        let mut check = Check::default();
        if !SPLIT_INTO.contains(&self.children.len()) {
            check.add("/children", "out_of_range", "must be 2 to 20");
        }
        check.finish()?;
        let (mut children, mut errors) = (Vec::new(), Vec::new());
        for (index, child) in self.children.into_iter().enumerate() {
            match child.parse() {
                Ok(child) => children.push(child),
                Err(Failure::Invalid(wrong)) => {
                    errors.extend(under(&format!("/children/{index}"), wrong));
                }
                Err(other) => return Err(other),
            }
        }
        if errors.is_empty() {
            Ok(children)
        } else {
            Err(Failure::Invalid(errors))
        }
    }
}

/// An action that was split, and its new children.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionParts {
    /// The whole, which goes on.
    parent: Action,
    /// The new parts, in the order in which they were asked for.
    #[schema(min_items = 2, max_items = 20)]
    children: Vec<Action>,
}

impl ActionParts {
    fn show(split: SplitAction, showing: &Showing) -> Self {
        Self {
            parent: Action::show(split.parent, showing),
            children: split
                .children
                .into_iter()
                .map(|child| Action::show(child, showing))
                .collect(),
        }
    }
}

impl Resource for ActionParts {
    fn version(&self) -> i32 {
        self.parent.version()
    }

    fn location(&self) -> String {
        let whole = self.parent.location();
        let id = whole.rsplit('/').next().unwrap_or_default();
        format!("/v1/actions?parent_id={id}")
    }
}

/// Split an action into parts
///
/// By a clerk, while it is open, in progress or on hold. The children arise from the same resolution or item and are
/// numbered like any action; one that lacks nothing is open at once, any other a draft. The whole goes on, and is claimed,
/// accepted or closed only when no child is outstanding. Children can be split in turn, down to three levels. The ETag is
/// good for the next change of the whole.
#[utoipa::path(
    post, path = "/v1/actions/{id}/split", operation_id = "split_action", tag = "links",
    params(IdPath, IfMatchHeader, IdempotencyKeyHeader), request_body = ActionSplit,
    responses((status = 201, description = "Split.", body = ActionParts), ChangeProblems)
)]
pub(crate) async fn split_action(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<ActionSplit>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let children = body.value.parse()?;
    api.write(
        writer,
        move |w| actions::split(w, id.0, &read.0, &children),
        ActionParts::show,
    )
    .await
}
