//! `/v1/actions/{id}/links`: what actions have to do with one another.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::extract::{Allowed, Id, Json, Query, RequestId, ToRead, ToRecord, path_id};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::write::{Resource, Writer};
use crate::api::{
    Api, CreateProblems, IdPath, IdempotencyKeyHeader, IfNoneMatchHeader, ListProblems, NoQuery,
    Problem, ReadProblems, Showing,
};
use crate::db::links::{self as rows, SeenLink};
use crate::domain::ids::{ActionId, LinkId};
use crate::domain::links::LinkKind;
use crate::records::Failure;
use crate::records::actions::{self, NewLink};

/// Which way a link leads, as the action sees it at which it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LinkDirection {
    /// From the other action to this one: the other repeats, amends, … this one.
    #[schema(rename = "from")]
    From,
    /// From this action to the other: this one repeats, amends, … the other.
    #[schema(rename = "to")]
    To,
}

/// What an action has to do with another. Links never change, and are never deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionLink {
    /// The action at which it is looked at.
    #[serde(skip)]
    of: ActionId,
    /// Its id.
    #[schema(value_type = Uuid)]
    id: LinkId,
    /// What the action from which it leads does to the one to which it leads.
    kind: LinkKind,
    /// Which way it leads.
    direction: LinkDirection,
    /// The other action.
    #[schema(value_type = Uuid)]
    action_id: ActionId,
    /// The other action's reference.
    #[schema(max_length = 40, example = "CFS/13-14/007")]
    reference: String,
    /// What there is to say of it.
    #[schema(required, max_length = 4000)]
    note: Option<String>,
    /// The subject of whoever made it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    made_by: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl ActionLink {
    fn show(seen: SeenLink, _: &Showing) -> Self {
        let SeenLink {
            link,
            of,
            reference,
            made_by,
        } = seen;
        Self {
            of,
            direction: if link.from_action_id == of {
                LinkDirection::To
            } else {
                LinkDirection::From
            },
            action_id: link.other(of),
            id: link.id,
            kind: link.kind,
            reference,
            note: link.note,
            made_by,
            created_at: link.created_at.0,
        }
    }
}

impl Resource for ActionLink {
    fn version(&self) -> i32 {
        1
    }

    fn location(&self) -> String {
        format!("/v1/actions/{}/links/{}", self.of, self.id)
    }
}

/// A page of links.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionLinkPage {
    /// The links of this page.
    #[schema(max_items = 200)]
    items: Vec<ActionLink>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A link to be made, from the action in the path to another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionLinkCreate {
    /// The other action.
    #[schema(value_type = Uuid)]
    to_action_id: ActionId,
    /// What this action does to the other.
    kind: LinkKind,
    /// What there is to say of it.
    #[serde(default)]
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "Asked again because no report came to the March meeting."
    )]
    note: Option<String>,
}

impl ActionLinkCreate {
    fn parse(self) -> Result<NewLink, Failure> {
        let mut check = Check::default();
        check.opt_prose("/note", self.note.as_ref(), MAX_PROSE);
        check.finish()?;
        Ok(NewLink {
            to: self.to_action_id,
            kind: self.kind,
            note: self.note,
        })
    }
}

/// Which page of the links.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActionLinkQuery {
    /// How many links a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(ActionLinkQuery);

/// List the links of an action in the order in which they were made
///
/// Whichever way they lead. A link to an action that is out of the caller's sight is not there.
#[utoipa::path(
    get, path = "/v1/actions/{id}/links", operation_id = "list_action_links", tag = "links",
    params(IdPath, ActionLinkQuery),
    responses((status = 200, description = "A page of links.", body = ActionLinkPage), ListProblems)
)]
pub(crate) async fn list_action_links(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ActionId>,
    query: Query<ActionLinkQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<LinkId> = api.after(&page)?;
    let fetch = page.fetch();
    let rows = api
        .read_parts(caller.0.clone(), id.0, move |conn, whole| {
            rows::list(conn, whole.sight, id.0, whole.parts, after, fetch)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| row.link.id,
        ActionLink::show,
        |items, next_cursor| ActionLinkPage { items, next_cursor },
    )
}

/// Link an action to another
///
/// By a clerk. What repeats, amends, supplements, supersedes or follows another came after it; what is merged into another
/// or transferred to it came before. No link leads in a circle: neither by links nor from an action to its children may
/// anybody come back to where they began. A transferred action goes on as another committee's. Both actions' histories
/// tell of the link.
#[utoipa::path(
    post, path = "/v1/actions/{id}/links", operation_id = "create_action_link", tag = "links",
    params(IdPath, IdempotencyKeyHeader), request_body = ActionLinkCreate,
    responses((status = 201, description = "Linked.", body = ActionLink), CreateProblems)
)]
pub(crate) async fn create_action_link(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<ActionId>,
    api: Data<Api>,
    body: Json<ActionLinkCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| actions::create_link(w, id.0, &new),
        ActionLink::show,
    )
    .await
}

/// Read a link of an action
///
/// One link, as either of its actions sees it.
#[utoipa::path(
    get, path = "/v1/actions/{id}/links/{link_id}", operation_id = "get_action_link", tag = "links",
    params(IdPath, LinkPath, IfNoneMatchHeader),
    responses((status = 200, description = "The link.", body = ActionLink), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_action_link(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<ActionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let link = LinkId(path_id(&request, "link_id")?);
    api.read_part(
        &request,
        caller.0,
        id.0,
        move |conn, whole| rows::find_seen(conn, whole.sight, whole.action, link),
        ActionLink::show,
    )
    .await
}

/// The link's id in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LinkPath {
    /// The link's id.
    link_id: Uuid,
}
