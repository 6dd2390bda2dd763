//! Claims of completion.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::conn::{MultiBackend, native};
use super::record::record_within;
use super::schema::{completion_claims, evidence};
use super::sight::{Parts, part};
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::claim::ClaimState;
use crate::domain::ids::{ActionId, CompletionClaimId, DelegationId, EvidenceId, ResolutionId};
use crate::domain::life::Outcome;

/// A claim of completion as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = completion_claims, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct CompletionClaim {
    pub(crate) id: CompletionClaimId,
    pub(crate) action_id: ActionId,
    /// Its place among the action's claims, from 1.
    pub(crate) number: i32,
    pub(crate) narrative: String,
    /// A JSON array of ids.
    pub(crate) evidence_ids: String,
    pub(crate) no_evidence_reason: Option<String>,
    /// The subject; never null in the table.
    pub(crate) claimed_by: Option<String>,
    pub(crate) claimed_by_name: Option<String>,
    pub(crate) claimed_at: Instant,
    pub(crate) effective_on: NaiveDate,
    pub(crate) state: ClaimState,
    pub(crate) settled_by: Option<String>,
    pub(crate) settled_by_name: Option<String>,
    pub(crate) settled_at: Option<Instant>,
    pub(crate) settled_on: Option<NaiveDate>,
    pub(crate) reason: Option<String>,
    pub(crate) decision_id: Option<ResolutionId>,
    pub(crate) delegation_id: Option<DelegationId>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) version: i32,
    pub(crate) updated_at: Instant,
    /// Whether the action was exempt when it was made, or changed.
    pub(crate) while_exempt: bool,
}

record_within!(completion_claims, CompletionClaim, CompletionClaimId);
part!(CompletionClaim);

impl CompletionClaim {
    /// What it names as evidence. What cannot be read as a list of ids was never written by this program.
    pub(crate) fn evidence_ids(&self) -> Vec<EvidenceId> {
        serde_json::from_str(&self.evidence_ids).unwrap_or_default()
    }
}

/// The number of an action's next claim. Whoever takes it holds the action's lock.
pub(crate) fn next_number(tx: &mut Tx, action: ActionId) -> Result<i32, DbError> {
    let query = completion_claims::table
        .filter(completion_claims::action_id.eq(action))
        .select(max(completion_claims::number));
    let last: Option<i32> = native!(&mut tx.conn, c => query.first(c))?;
    Ok(last.unwrap_or(0) + 1)
}

/// The claim of an action that nobody has settled yet.
pub(crate) fn pending(tx: &mut Tx, action: ActionId) -> Result<Option<CompletionClaim>, DbError> {
    let query = completion_claims::table
        .filter(completion_claims::action_id.eq(action))
        .filter(completion_claims::state.eq(ClaimState::Pending));
    Ok(native!(&mut tx.conn, c => query.first(c)).optional()?)
}

/// A page of an action's claims in order of number, after the one numbered `after`, at most `limit`.
pub(crate) fn list(
    conn: &mut Conn,
    action: ActionId,
    parts: Parts,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<CompletionClaim>, DbError> {
    let mut claims = page(action, parts, after, limit).load(conn)?;
    leave_out_hidden_evidence(conn, action, parts, &mut claims)?;
    Ok(claims)
}

/// Takes out of an action's claims the ids of evidence that is not among those parts of it.
pub(crate) fn leave_out_hidden_evidence<'a>(
    conn: &mut Conn,
    action: ActionId,
    parts: Parts,
    claims: impl IntoIterator<Item = &'a mut CompletionClaim>,
) -> Result<(), DbError> {
    let mut claims = claims
        .into_iter()
        .filter(|claim| claim.evidence_ids != "[]");
    let Some(first) = claims.next().filter(|_| parts == Parts::Public) else {
        return Ok(());
    };
    let hidden: Vec<EvidenceId> = evidence::table
        .filter(evidence::action_id.eq(action))
        .filter(evidence::while_exempt)
        .select(evidence::id)
        .load(conn)?;
    for claim in std::iter::once(first).chain(claims) {
        let mut shown = claim.evidence_ids();
        shown.retain(|id| !hidden.contains(id));
        claim.evidence_ids =
            serde_json::to_string(&shown).map_err(|error| DbError::Internal(error.to_string()))?;
    }
    Ok(())
}

pub(super) fn page(
    action: ActionId,
    parts: Parts,
    after: Option<i32>,
    limit: i64,
) -> IntoBoxed<'static, completion_claims::table, MultiBackend> {
    let mut query = completion_claims::table
        .into_boxed()
        .filter(completion_claims::action_id.eq(action));
    if parts == Parts::Public {
        query = query.filter(completion_claims::while_exempt.eq(false));
    }
    if let Some(after) = after {
        query = query.filter(completion_claims::number.gt(after));
    }
    query.order(completion_claims::number).limit(limit)
}
