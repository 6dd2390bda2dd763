//! Requests for an extension of an action's due term.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::conn::MultiBackend;
use super::record::record_within;
use super::schema::{actions, extension_requests};
use super::sight::{ExemptSight, Parts, Sight, action_condition, part};
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::due::{DueKind, Frequency, PeriodUnit};
use crate::domain::extension::ExtensionState;
use crate::domain::ids::{
    ActionId, CommitteeId, DelegationId, ExtensionRequestId, MeetingId, PostId, ResolutionId,
};

/// A request as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = extension_requests, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct ExtensionRequest {
    pub(crate) id: ExtensionRequestId,
    pub(crate) action_id: ActionId,
    pub(crate) committee_id: CommitteeId,
    /// Its place among those of the action, from 1.
    pub(crate) number: i32,
    pub(crate) kind: DueKind,
    pub(crate) wording: Option<String>,
    /// The day of a proposed term of kind `date`.
    pub(crate) due_on: Option<NaiveDate>,
    /// The meeting of one of kind `meeting`.
    pub(crate) meeting_id: Option<MeetingId>,
    pub(crate) review_on: Option<NaiveDate>,
    pub(crate) period_count: Option<i32>,
    pub(crate) period_unit: Option<PeriodUnit>,
    pub(crate) frequency: Option<Frequency>,
    pub(crate) reason: String,
    pub(crate) state: ExtensionState,
    pub(crate) requested_by: Option<String>,
    pub(crate) requested_at: Instant,
    /// The post for which it was asked.
    pub(crate) post_id: Option<PostId>,
    pub(crate) decided_by: Option<String>,
    pub(crate) decided_at: Option<Instant>,
    pub(crate) decided_on: Option<NaiveDate>,
    pub(crate) decision_id: Option<ResolutionId>,
    pub(crate) delegation_id: Option<DelegationId>,
    pub(crate) decision_reason: Option<String>,
    /// The number of the due term that it became.
    pub(crate) due_number: Option<i32>,
    pub(crate) version: i32,
    pub(crate) updated_at: Instant,
    /// Whether the action was exempt when it was made, or changed.
    pub(crate) while_exempt: bool,
}

record_within!(extension_requests, ExtensionRequest, ExtensionRequestId);
part!(ExtensionRequest);

/// The pending request of an action, if there is one.
pub(crate) fn pending(
    conn: &mut Conn,
    action: ActionId,
) -> Result<Option<ExtensionRequest>, DbError> {
    Ok(extension_requests::table
        .filter(extension_requests::action_id.eq(action))
        .filter(extension_requests::state.eq(ExtensionState::Pending))
        .first(conn)
        .optional()?)
}

/// The number of an action's next request. The action is locked.
pub(crate) fn next_number(tx: &mut Tx, action: ActionId) -> Result<i32, DbError> {
    let last: Option<i32> = extension_requests::table
        .filter(extension_requests::action_id.eq(action))
        .select(max(extension_requests::number))
        .first(&mut tx.conn)?;
    Ok(last.unwrap_or(0) + 1)
}

/// A page of the requests of an action in the order in which they were made, after the one with the number `after`.
pub(crate) fn list_of_action(
    conn: &mut Conn,
    action: ActionId,
    parts: Parts,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<ExtensionRequest>, DbError> {
    Ok(page_of_action(action, parts, after, limit).load(conn)?)
}

pub(super) fn page_of_action(
    action: ActionId,
    parts: Parts,
    after: Option<i32>,
    limit: i64,
) -> IntoBoxed<'static, extension_requests::table, MultiBackend> {
    let mut query = extension_requests::table
        .into_boxed()
        .filter(extension_requests::action_id.eq(action));
    if parts == Parts::Public {
        query = query.filter(extension_requests::while_exempt.eq(false));
    }
    let query = match after {
        Some(number) => query.filter(extension_requests::number.gt(number)),
        None => query,
    };
    query.order(extension_requests::number).limit(limit)
}

/// What a list of requests is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ExtensionFilter {
    pub(crate) state: Option<ExtensionState>,
    pub(crate) committee_id: Option<CommitteeId>,
}

/// A page of the requests of all actions in sight in the order in which they were made, after the one with the id `after`.
pub(crate) fn list(
    conn: &mut Conn,
    sight: &Sight,
    filter: &ExtensionFilter,
    after: Option<ExtensionRequestId>,
    limit: i64,
) -> Result<Vec<ExtensionRequest>, DbError> {
    Ok(page(sight, filter, after, limit).load(conn)?)
}

pub(super) fn page<'a>(
    sight: &'a Sight,
    filter: &'a ExtensionFilter,
    after: Option<ExtensionRequestId>,
    limit: i64,
) -> IntoBoxed<'a, extension_requests::table, MultiBackend> {
    let mut query = extension_requests::table.into_boxed::<MultiBackend>();
    // By its own column, which the index has.
    if let Some(ids) = &sight.committees {
        query = query.filter(extension_requests::committee_id.eq_any(ids));
    }
    if sight.exempt != ExemptSight::All {
        let seen = action_condition(sight).or_exempt("extension_requests.while_exempt");
        // Looked up by the row's id, as in lists of actions as of an instant.
        let seen = actions::table
            .filter(actions::id.eq(extension_requests::action_id))
            .select(seen)
            .single_value();
        query = query.filter(seen);
    }
    if let Some(committee) = filter.committee_id {
        query = query.filter(extension_requests::committee_id.eq(committee));
    }
    if let Some(state) = filter.state {
        query = query.filter(extension_requests::state.eq(state));
    }
    if let Some(id) = after {
        query = query.filter(extension_requests::id.gt(id));
    }
    query.order(extension_requests::id).limit(limit)
}
