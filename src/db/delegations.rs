//! Recorded delegations: who may decide in a committee's place, from when to when.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date};
use serde::{Deserialize, Serialize};

use super::conn::MultiBackend;
use super::record::record;
use super::schema::delegations;
use super::sight::Sight;
use super::types::{Instant, Uid};
use super::{Conn, DbError};
use crate::domain::ids::{CommitteeId, DelegationId, ResolutionId};

/// A delegation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = delegations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct Delegation {
    pub(crate) id: DelegationId,
    pub(crate) committee_id: CommitteeId,
    pub(crate) wording: String,
    pub(crate) delegate: String,
    /// The decision that gave it; every row has one.
    pub(crate) resolution_id: Option<ResolutionId>,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: Option<NaiveDate>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

impl Delegation {
    /// Whether it is in force on a day.
    pub(crate) fn covers(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|last| day <= last)
    }
}

record!(delegations, Delegation, DelegationId);

/// What a list of delegations is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DelegationFilter {
    pub(crate) committee_id: Option<CommitteeId>,
    /// In force on this day.
    pub(crate) on: Option<NaiveDate>,
}

/// Where a delegation stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DelegationPosition(NaiveDate, DelegationId);

impl From<&Delegation> for DelegationPosition {
    fn from(delegation: &Delegation) -> Self {
        Self(delegation.starts_on, delegation.id)
    }
}

/// A page of delegations in sight, the earliest first, after `after`.
pub(crate) fn list(
    conn: &mut Conn,
    sight: &Sight,
    filter: &DelegationFilter,
    after: Option<&DelegationPosition>,
    limit: i64,
) -> Result<Vec<Delegation>, DbError> {
    Ok(page(sight, filter, after, limit).load(conn)?)
}

pub(super) fn page<'a>(
    sight: &'a Sight,
    filter: &'a DelegationFilter,
    after: Option<&DelegationPosition>,
    limit: i64,
) -> IntoBoxed<'a, delegations::table, MultiBackend> {
    let mut query = delegations::table.into_boxed::<MultiBackend>();
    if let Some(ids) = &sight.committees {
        query = query.filter(delegations::committee_id.eq_any(ids));
    }
    if let Some(committee) = filter.committee_id {
        query = query.filter(delegations::committee_id.eq(committee));
    }
    if let Some(day) = filter.on {
        let open = delegations::ends_on.is_null();
        query = query
            .filter(delegations::starts_on.le(day))
            .filter(open.or(delegations::ends_on.ge(day).assume_not_null()));
    }
    if let Some(DelegationPosition(starts_on, id)) = after {
        query = query.filter(
            sql::<Bool>("(delegations.starts_on, delegations.id) > (")
                .bind::<Date, _>(*starts_on)
                .sql(", ")
                .bind::<Uid, _>(*id)
                .sql(")"),
        );
    }
    query
        .order((delegations::starts_on, delegations::id))
        .limit(limit)
}
