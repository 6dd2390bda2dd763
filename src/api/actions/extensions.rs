//! `/v1/actions/{id}/extension-requests` and `/v1/extension-requests`: more time, asked for and decided.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::terms::period;
use crate::api::authority::{authority, needed_authority};
use crate::api::due::{DueInput, DueTermInput, Period};
use crate::api::extract::{
    Allowed, Id, IfMatch, Json, Query, RequestId, ToAsk, ToRead, ToRecord, path_id,
};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::write::{Resource, Writer};
use crate::api::{
    Api, ChangeProblems, CreateProblems, IdPath, IdempotencyKeyHeader, IfMatchHeader,
    IfNoneMatchHeader, ListProblems, NoQuery, Problem, ReadProblems, Showing,
};
use crate::db::Reach;
use crate::db::extension_requests::{self as rows, ExtensionFilter};
use crate::domain::due::{DueKind, Frequency};
use crate::domain::extension::ExtensionState;
use crate::domain::ids::{
    ActionId, CommitteeId, DelegationId, ExtensionRequestId, MeetingId, PostId, ResolutionId,
};
use crate::records::Failure;
use crate::records::actions::{self, ExtensionDecision, NewExtensionRequest};

/// A request for more time: a proposed due term, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExtensionRequest {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ExtensionRequestId,
    /// The action.
    #[schema(value_type = Uuid)]
    action_id: ActionId,
    /// The committee that asked for the action.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// Its place among those of the action, from 1.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
    /// Where it stands.
    state: ExtensionState,
    /// The proposed term. It resolves to a day when it is granted.
    due: ProposedTerm,
    /// Why more time is needed.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "The figures are published in June."
    )]
    reason: String,
    /// The subject who asked. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    requested_by: Option<String>,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// The post for which it was asked.
    #[schema(required, value_type = Option<Uuid>)]
    post_id: Option<PostId>,
    /// The subject who recorded the decision, or withdrew the request. Null before, where the service withdrew it because the
    /// action went on without it, and for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    decided_by: Option<String>,
    /// When that was recorded.
    #[schema(required)]
    decided_at: Option<DateTime<Utc>>,
    /// The day on which it took effect.
    #[schema(required)]
    decided_on: Option<NaiveDate>,
    /// The resolution that the decision rests on. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    decision_id: Option<ResolutionId>,
    /// The recorded delegation that it rests on.
    #[schema(required, value_type = Option<Uuid>)]
    delegation_id: Option<DelegationId>,
    /// Why it was decided so, or withdrawn.
    #[schema(required, max_length = 4000)]
    decision_reason: Option<String>,
    /// The number of the due term that it became, once it is granted.
    #[schema(required, minimum = 2, maximum = 2_147_483_647)]
    due_number: Option<i32>,
    /// Grows by one with each change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// A proposed due term, as it was put.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposedTerm {
    /// How it would be set.
    kind: DueKind,
    /// Its words.
    #[schema(required, max_length = 500, example = "by the end of June")]
    wording: Option<String>,
    /// The day, of the kind `date`.
    #[schema(required)]
    due_on: Option<NaiveDate>,
    /// The meeting, of the kind `meeting`. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    meeting_id: Option<MeetingId>,
    /// The day on which to look at it.
    #[schema(required)]
    review_on: Option<NaiveDate>,
    /// How long, where it is a period.
    #[schema(required)]
    period: Option<Period>,
    /// How often, where it recurs.
    #[schema(required)]
    frequency: Option<Frequency>,
}

impl ExtensionRequest {
    fn show(row: rows::ExtensionRequest, _: &Showing) -> Self {
        Self {
            id: row.id,
            action_id: row.action_id,
            committee_id: row.committee_id,
            number: row.number,
            state: row.state,
            due: ProposedTerm {
                kind: row.kind,
                wording: row.wording,
                due_on: row.due_on,
                meeting_id: row.meeting_id,
                review_on: row.review_on,
                period: period(row.period_count, row.period_unit),
                frequency: row.frequency,
            },
            reason: row.reason,
            requested_by: row.requested_by,
            requested_at: row.requested_at.0,
            post_id: row.post_id,
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(|at| at.0),
            decided_on: row.decided_on,
            decision_id: row.decision_id,
            delegation_id: row.delegation_id,
            decision_reason: row.decision_reason,
            due_number: row.due_number,
            version: row.version,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for ExtensionRequest {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!(
            "/v1/actions/{}/extension-requests/{}",
            self.action_id, self.id
        )
    }
}

/// A page of requests for an extension.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExtensionRequestPage {
    /// The requests of this page.
    #[schema(max_items = 200)]
    items: Vec<ExtensionRequest>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A request to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionRequestCreate {
    /// The proposed term.
    #[serde(deserialize_with = "crate::api::object::one")]
    #[schema(value_type = DueTermInput)]
    due: DueInput,
    /// Why more time is needed.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "The figures are published in June."
    )]
    reason: String,
}

impl ExtensionRequestCreate {
    fn parse(self) -> Result<NewExtensionRequest, Failure> {
        let mut check = Check::default();
        check.prose("/reason", &self.reason, MAX_PROSE);
        let due = self.due.parse("/due", &mut check);
        Ok(NewExtensionRequest {
            due: check.finish_with(due)?,
            reason: self.reason,
        })
    }
}

/// Granting a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionGrant {
    /// The resolution it rests on: of the action's committee, of its successor, or of the one that transferred the action; not the
    /// one that asked for the action.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    decision_id: Option<ResolutionId>,
    /// The recorded delegation it rests on, of the action's committee and in force on the day of the decision.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    delegation_id: Option<DelegationId>,
    /// What there is to say of it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 4000)]
    reason: Option<String>,
    /// The day on which the decision took effect (Europe/London), not in the future nor before the request; today where nothing is
    /// said.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    effective_on: Option<NaiveDate>,
}

impl ExtensionGrant {
    fn parse(self) -> Result<ExtensionDecision, Failure> {
        let mut check = Check::default();
        check.opt_prose("/reason", self.reason.as_ref(), MAX_PROSE);
        let authority = needed_authority(&mut check, self.decision_id, self.delegation_id);
        check.finish()?;
        Ok(ExtensionDecision {
            authority,
            reason: self.reason,
            effective_on: self.effective_on,
        })
    }
}

/// Refusing a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionRefusal {
    /// Why.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "It has had one extension already."
    )]
    reason: String,
    /// The resolution it rests on, where there is one.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    decision_id: Option<ResolutionId>,
    /// The recorded delegation it rests on, where there is one.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    delegation_id: Option<DelegationId>,
    /// The day on which the decision took effect (Europe/London), not in the future nor before the request; today where nothing is
    /// said.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    effective_on: Option<NaiveDate>,
}

impl ExtensionRefusal {
    fn parse(self) -> Result<ExtensionDecision, Failure> {
        let mut check = Check::default();
        check.prose("/reason", &self.reason, MAX_PROSE);
        let authority = authority(&mut check, self.decision_id, self.delegation_id);
        check.finish()?;
        Ok(ExtensionDecision {
            authority,
            reason: Some(self.reason),
            effective_on: self.effective_on,
        })
    }
}

/// Taking a request back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionWithdrawal {
    /// Why, where there is more to say.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 4000)]
    reason: Option<String>,
}

/// Which page of the requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActionExtensionQuery {
    /// How many requests a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(ActionExtensionQuery);

/// List the extension requests of an action
///
/// In the order in which they were made.
#[utoipa::path(
    get, path = "/v1/actions/{id}/extension-requests", operation_id = "list_action_extension_requests", tag = "assurance",
    params(IdPath, ActionExtensionQuery),
    responses((status = 200, description = "A page of requests.", body = ExtensionRequestPage), ListProblems)
)]
pub(crate) async fn list_action_extension_requests(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ActionId>,
    query: Query<ActionExtensionQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i32> = api.after(&page)?;
    let fetch = page.fetch();
    let rows = api
        .read_parts(caller.0.clone(), id.0, move |conn, whole| {
            rows::list_of_action(conn, id.0, whole.parts, after, fetch)
        })
        .await?;
    shown(&api, &page, rows, |row| row.number)
}

/// What a list of all extension requests is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExtensionQuery {
    /// Only requests that stand so.
    #[param(nullable = false, inline)]
    state: Option<ExtensionState>,
    /// Only requests for actions of this committee.
    #[param(value_type = Uuid, required = false)]
    committee_id: Option<CommitteeId>,
    /// How many requests a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(ExtensionQuery);

/// List extension requests
///
/// Of all actions, in the order in which they were made: what a committee has to decide.
#[utoipa::path(
    get, path = "/v1/extension-requests", operation_id = "list_extension_requests", tag = "assurance",
    params(ExtensionQuery),
    responses((status = 200, description = "A page of requests.", body = ExtensionRequestPage), ListProblems)
)]
pub(crate) async fn list_extension_requests(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<ExtensionQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<ExtensionRequestId> = api.after(&page)?;
    let filter = ExtensionFilter {
        state: query.value.state,
        committee_id: query.value.committee_id,
    };
    let fetch = page.fetch();
    let rows = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, sight| {
            rows::list(conn, sight, &filter, after, fetch)
        })
        .await?;
    shown(&api, &page, rows, |row| row.id)
}

fn shown<P: Serialize>(
    api: &Api,
    page: &PageOf<'_>,
    rows: Vec<rows::ExtensionRequest>,
    place: impl Fn(&rows::ExtensionRequest) -> P,
) -> Result<HttpResponse, Problem> {
    api.page(
        page,
        rows,
        place,
        ExtensionRequest::show,
        |items, next_cursor| ExtensionRequestPage { items, next_cursor },
    )
}

/// Ask for an extension
///
/// By an officer who holds the owning post or a supporting one, or a clerk for them, for an action that is open, in progress or
/// on hold. One request is pending at a time.
#[utoipa::path(
    post, path = "/v1/actions/{id}/extension-requests", operation_id = "create_extension_request", tag = "assurance",
    params(IdPath, IdempotencyKeyHeader), request_body = ExtensionRequestCreate,
    responses((status = 201, description = "Asked for.", body = ExtensionRequest), CreateProblems)
)]
pub(crate) async fn create_extension_request(
    request: HttpRequest,
    caller: Allowed<ToAsk>,
    request_id: RequestId,
    id: Id<ActionId>,
    api: Data<Api>,
    body: Json<ExtensionRequestCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| actions::request_extension(w, id.0, &new),
        ExtensionRequest::show,
    )
    .await
}

/// Read an extension request
///
/// One request, with the ETag that a decision needs.
#[utoipa::path(
    get, path = "/v1/actions/{id}/extension-requests/{extension_request_id}", operation_id = "get_extension_request",
    tag = "assurance",
    params(IdPath, ExtensionRequestPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The request.", body = ExtensionRequest),
        (status = 304, description = "As it was."),
        ReadProblems,
    )
)]
pub(crate) async fn get_extension_request(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<ActionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let asked = asked(&request)?;
    api.read_part(
        &request,
        caller.0,
        id.0,
        move |conn, whole| Ok(whole.showing(rows::find(conn, asked)?)),
        ExtensionRequest::show,
    )
    .await
}

/// Grant an extension
///
/// By a clerk who did not ask for it, recording the committee's decision or a delegate's. The proposed term counts from the
/// meeting that decided, or from the effective day of a delegate's decision, and is set as a revision is, which never clears
/// lateness against the original.
#[utoipa::path(
    post, path = "/v1/actions/{id}/extension-requests/{extension_request_id}/grant",
    operation_id = "grant_extension_request", tag = "assurance",
    params(IdPath, ExtensionRequestPath, IfMatchHeader, IdempotencyKeyHeader), request_body = ExtensionGrant,
    responses((status = 200, description = "Granted.", body = ExtensionRequest), ChangeProblems)
)]
pub(crate) async fn grant_extension_request(
    request: HttpRequest,
    caller: Allowed<ToAsk>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<ExtensionGrant>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let (asked, decision) = (asked(&request)?, body.value.parse()?);
    api.write(
        writer,
        move |w| actions::grant_extension(w, id.0, asked, &read.0, &decision),
        ExtensionRequest::show,
    )
    .await
}

/// Refuse an extension
///
/// By a clerk, recording the committee's decision.
#[utoipa::path(
    post, path = "/v1/actions/{id}/extension-requests/{extension_request_id}/refuse",
    operation_id = "refuse_extension_request", tag = "assurance",
    params(IdPath, ExtensionRequestPath, IfMatchHeader, IdempotencyKeyHeader), request_body = ExtensionRefusal,
    responses((status = 200, description = "Refused.", body = ExtensionRequest), ChangeProblems)
)]
pub(crate) async fn refuse_extension_request(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<ExtensionRefusal>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let (asked, decision) = (asked(&request)?, body.value.parse()?);
    api.write(
        writer,
        move |w| actions::refuse_extension(w, id.0, asked, &read.0, &decision),
        ExtensionRequest::show,
    )
    .await
}

/// Withdraw an extension request
///
/// By whoever made it, an officer who holds the owning post or a supporting one, or a clerk.
#[utoipa::path(
    post, path = "/v1/actions/{id}/extension-requests/{extension_request_id}/withdraw",
    operation_id = "withdraw_extension_request", tag = "assurance",
    params(IdPath, ExtensionRequestPath, IfMatchHeader, IdempotencyKeyHeader), request_body = ExtensionWithdrawal,
    responses((status = 200, description = "Withdrawn.", body = ExtensionRequest), ChangeProblems)
)]
pub(crate) async fn withdraw_extension_request(
    request: HttpRequest,
    caller: Allowed<ToAsk>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<ExtensionWithdrawal>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let asked = asked(&request)?;
    let reason = body.value.reason;
    let mut check = Check::default();
    check.opt_prose("/reason", reason.as_ref(), MAX_PROSE);
    check.finish()?;
    api.write(
        writer,
        move |w| actions::withdraw_extension(w, id.0, asked, &read.0, reason.as_deref()),
        ExtensionRequest::show,
    )
    .await
}

fn asked(request: &HttpRequest) -> Result<ExtensionRequestId, Problem> {
    path_id(request, "extension_request_id").map(ExtensionRequestId)
}

/// The extension request's id in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ExtensionRequestPath {
    /// The extension request's id.
    extension_request_id: Uuid,
}
