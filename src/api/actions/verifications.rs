//! `/v1/actions/{id}/verifications`: what auditors found by their own checks.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::extract::{Allowed, Id, Json, Query, RequestId, ToMove, ToRead, path_id};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::write::{Resource, Writer};
use crate::api::{
    Api, CreateProblems, IdPath, IdempotencyKeyHeader, IfNoneMatchHeader, ListProblems, NoQuery,
    Problem, ReadProblems, Showing,
};
use crate::db::verifications as rows;
use crate::domain::assurance::{VerificationMethod, VerificationResult};
use crate::domain::ids::{ActionId, VerificationId};
use crate::records::Failure;
use crate::records::actions::{self, NewVerification};

/// What an auditor found by a check of their own. It never changes; another may follow.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionVerification {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: VerificationId,
    /// The action.
    #[schema(value_type = Uuid)]
    action_id: ActionId,
    /// Its place among those of the action, from 1.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
    /// How it was made.
    method: VerificationMethod,
    /// What was found.
    result: VerificationResult,
    /// What there is to say of it.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "The minutes of 9 June show that the report was presented."
    )]
    note: String,
    /// The day on which it was made (Europe/London).
    verified_on: NaiveDate,
    /// Whether it was made of a claim of completion that stood, and so counts for its acceptance.
    of_claim: bool,
    /// Whether it took a closed action up again.
    reopened: bool,
    /// The subject who made it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    verified_by: Option<String>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
}

impl ActionVerification {
    fn show(row: rows::Verification, _: &Showing) -> Self {
        Self {
            id: row.id,
            action_id: row.action_id,
            number: row.number,
            method: row.method,
            result: row.result,
            note: row.note,
            verified_on: row.verified_on,
            of_claim: row.of_claim,
            reopened: row.reopened,
            verified_by: row.verified_by,
            recorded_at: row.recorded_at.0,
        }
    }
}

impl Resource for ActionVerification {
    fn version(&self) -> i32 {
        1
    }

    fn location(&self) -> String {
        format!("/v1/actions/{}/verifications/{}", self.action_id, self.id)
    }
}

/// A page of verifications.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionVerificationPage {
    /// The verifications of this page.
    #[schema(max_items = 200)]
    items: Vec<ActionVerification>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A verification to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerificationCreate {
    /// How it was made.
    method: VerificationMethod,
    /// What was found.
    result: VerificationResult,
    /// What there is to say of it.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "The minutes of 9 June show that the report was presented."
    )]
    note: String,
    /// The day on which it was made (Europe/London), not in the future.
    #[serde(deserialize_with = "crate::api::strict::one")]
    #[schema(example = "2014-06-20")]
    verified_on: NaiveDate,
    /// Whether a closed action is taken up again, with the note as the reason; with `not_satisfied` only.
    #[serde(default)]
    #[schema(default = false)]
    reopen: bool,
}

impl VerificationCreate {
    fn parse(self) -> Result<NewVerification, Failure> {
        let mut check = Check::default();
        check.prose("/note", &self.note, MAX_PROSE);
        check.day("/verified_on", Some(self.verified_on));
        if self.reopen && self.result == VerificationResult::Satisfied {
            check.add(
                "/reopen",
                "not_when_satisfied",
                "belongs to a verification that was not satisfied",
            );
        }
        check.finish()?;
        Ok(NewVerification {
            method: self.method,
            result: self.result,
            note: self.note,
            verified_on: self.verified_on,
            reopen: self.reopen,
        })
    }
}

/// Which page of the verifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VerificationQuery {
    /// How many verifications a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(VerificationQuery);

/// List the verifications of an action
///
/// In the order in which they were recorded.
#[utoipa::path(
    get, path = "/v1/actions/{id}/verifications", operation_id = "list_verifications", tag = "assurance",
    params(IdPath, VerificationQuery),
    responses((status = 200, description = "A page of verifications.", body = ActionVerificationPage), ListProblems)
)]
pub(crate) async fn list_verifications(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ActionId>,
    query: Query<VerificationQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i32> = api.after(&page)?;
    let fetch = page.fetch();
    let rows = api
        .read_parts(caller.0.clone(), id.0, move |conn, whole| {
            rows::list(conn, id.0, whole.parts, after, fetch)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| row.number,
        ActionVerification::show,
        |items, next_cursor| ActionVerificationPage { items, next_cursor },
    )
}

/// Verify an action
///
/// By an auditor who did not claim its completion, of an action that was agreed. What is found while a claim stands counts for
/// its acceptance.
#[utoipa::path(
    post, path = "/v1/actions/{id}/verifications", operation_id = "create_verification", tag = "assurance",
    params(IdPath, IdempotencyKeyHeader), request_body = VerificationCreate,
    responses((status = 201, description = "Recorded.", body = ActionVerification), CreateProblems)
)]
pub(crate) async fn create_verification(
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    id: Id<ActionId>,
    api: Data<Api>,
    body: Json<VerificationCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| actions::verify(w, id.0, &new),
        ActionVerification::show,
    )
    .await
}

/// Read a verification
///
/// One verification of an action.
#[utoipa::path(
    get, path = "/v1/actions/{id}/verifications/{verification_id}", operation_id = "get_verification", tag = "assurance",
    params(IdPath, VerificationPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The verification.", body = ActionVerification),
        (status = 304, description = "As it was."),
        ReadProblems,
    )
)]
pub(crate) async fn get_verification(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<ActionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let verification = VerificationId(path_id(&request, "verification_id")?);
    api.read_part(
        &request,
        caller.0,
        id.0,
        move |conn, whole| Ok(whole.showing(rows::find(conn, verification)?)),
        ActionVerification::show,
    )
    .await
}

/// The verification's id in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct VerificationPath {
    /// The verification's id.
    verification_id: Uuid,
}
