//! `/v1/actions/{id}/completion-claims`: what was claimed to be done, and what became of it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::extract::{Allowed, Id, Query, ToRead, path_id};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::write::Resource;
use crate::api::{
    Api, IdPath, IfNoneMatchHeader, ListProblems, NoQuery, Problem, ReadProblems, Showing,
};
use crate::db::claims as rows;
use crate::domain::claim::ClaimState;
use crate::domain::ids::{ActionId, CompletionClaimId, DelegationId, EvidenceId, ResolutionId};
use crate::domain::life::Outcome;

/// What an owner claimed to be done, and what the committee made of it. It is made and settled by moves of the action.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompletionClaim {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: CompletionClaimId,
    /// The action.
    #[schema(value_type = Uuid)]
    action_id: ActionId,
    /// Its place among the action's claims.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
    /// How it stands.
    state: ClaimState,
    /// What was done.
    #[schema(min_length = 1, max_length = 4000)]
    narrative: String,
    /// The evidence that shows it, all of it the action's.
    #[schema(value_type = Vec<Uuid>, max_items = 40)]
    evidence_ids: Vec<EvidenceId>,
    /// Why there is nothing to show, where there is nothing.
    #[schema(required, max_length = 4000)]
    no_evidence_reason: Option<String>,
    /// The subject of whoever claimed it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    claimed_by: Option<String>,
    /// Their name, where their token gave one.
    #[schema(required, max_length = 255)]
    claimed_by_name: Option<String>,
    /// When it was claimed.
    claimed_at: DateTime<Utc>,
    /// The day on which the claim took effect (Europe/London).
    effective_on: NaiveDate,
    /// The subject of whoever recorded how it was settled. Null while it is pending, and for a caller whose only role is
    /// reader.
    #[schema(required, max_length = 255)]
    settled_by: Option<String>,
    /// Their name, where their token gave one.
    #[schema(required, max_length = 255)]
    settled_by_name: Option<String>,
    /// When it was recorded how it was settled.
    #[schema(required)]
    settled_at: Option<DateTime<Utc>>,
    /// The day on which it was settled (Europe/London).
    #[schema(required)]
    settled_on: Option<NaiveDate>,
    /// Why it was refused or withdrawn.
    #[schema(required, max_length = 4000)]
    reason: Option<String>,
    /// The resolution that its acceptance rests on. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    decision_id: Option<ResolutionId>,
    /// The recorded delegation that its acceptance rests on.
    #[schema(required, value_type = Option<Uuid>)]
    delegation_id: Option<DelegationId>,
    /// As what it was accepted.
    #[schema(required)]
    outcome: Option<Outcome>,
    /// Grows by one when it is settled.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl CompletionClaim {
    fn show(row: rows::CompletionClaim, _: &Showing) -> Self {
        Self {
            evidence_ids: row.evidence_ids(),
            id: row.id,
            action_id: row.action_id,
            number: row.number,
            state: row.state,
            narrative: row.narrative,
            no_evidence_reason: row.no_evidence_reason,
            claimed_by: row.claimed_by,
            claimed_by_name: row.claimed_by_name,
            claimed_at: row.claimed_at.0,
            effective_on: row.effective_on,
            settled_by: row.settled_by,
            settled_by_name: row.settled_by_name,
            settled_at: row.settled_at.map(|at| at.0),
            settled_on: row.settled_on,
            reason: row.reason,
            decision_id: row.decision_id,
            delegation_id: row.delegation_id,
            outcome: row.outcome,
            version: row.version,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for CompletionClaim {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!(
            "/v1/actions/{}/completion-claims/{}",
            self.action_id, self.id
        )
    }
}

/// A page of claims.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompletionClaimPage {
    /// The claims of this page.
    #[schema(max_items = 200)]
    items: Vec<CompletionClaim>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// Which page of the claims.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ClaimQuery {
    /// How many claims a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(ClaimQuery);

/// List the claims that an action was complete
///
/// In the order in which they were made, each with how it was settled.
#[utoipa::path(
    get, path = "/v1/actions/{id}/completion-claims", operation_id = "list_completion_claims", tag = "progress",
    params(IdPath, ClaimQuery),
    responses((status = 200, description = "A page of claims.", body = CompletionClaimPage), ListProblems)
)]
pub(crate) async fn list_completion_claims(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ActionId>,
    query: Query<ClaimQuery>,
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
        CompletionClaim::show,
        |items, next_cursor| CompletionClaimPage { items, next_cursor },
    )
}

/// Read a claim that an action was complete
///
/// One claim, with how it was settled.
#[utoipa::path(
    get, path = "/v1/actions/{id}/completion-claims/{claim_id}", operation_id = "get_completion_claim", tag = "progress",
    params(IdPath, ClaimPath, IfNoneMatchHeader),
    responses((status = 200, description = "The claim.", body = CompletionClaim), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_completion_claim(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<ActionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let claim = CompletionClaimId(path_id(&request, "claim_id")?);
    api.read_part(
        &request,
        caller.0,
        id.0,
        move |conn, whole| {
            let mut found = whole.showing(rows::find(conn, claim)?);
            rows::leave_out_hidden_evidence(conn, id.0, whole.parts, &mut found)?;
            Ok(found)
        },
        CompletionClaim::show,
    )
    .await
}

/// The claim's id in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ClaimPath {
    /// The claim's id.
    claim_id: Uuid,
}
