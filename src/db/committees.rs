//! Committees.

use chrono::NaiveDate;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use serde::Serialize;

use super::conn::MultiBackend;
use super::record::record;
use super::schema::committees;
use super::sight::Sight;
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::committee::CommitteeKind;
use crate::domain::ids::CommitteeId;

/// A committee as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = committees, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct Committee {
    pub(crate) id: CommitteeId,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: CommitteeKind,
    pub(crate) ended_on: Option<NaiveDate>,
    pub(crate) successor_id: Option<CommitteeId>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

record!(committees, Committee, CommitteeId);

/// Whether there is no committee at all.
pub(super) fn none(conn: &mut Conn) -> Result<bool, DbError> {
    let first = committees::table
        .select(committees::id)
        .first::<CommitteeId>(conn);
    Ok(first.optional()?.is_none())
}

/// The committee of that id, whose calendar then stays as it is until the transaction ends: whoever changes the calendar locks
/// the committee first, and whoever resolves a due term by it holds it so.
pub(crate) fn find_held(tx: &mut Tx, id: CommitteeId) -> Result<Option<Committee>, DbError> {
    let query = committees::table.find(id);
    let found = match &mut tx.conn {
        Conn::Sqlite(conn) => query.first(conn),
        Conn::Postgres(conn) => query.for_share().first(conn),
    };
    Ok(found.optional()?)
}

/// The committees that go on in these.
pub(crate) fn predecessors(
    conn: &mut Conn,
    of: &[CommitteeId],
) -> Result<Vec<CommitteeId>, DbError> {
    Ok(committees::table
        .filter(committees::successor_id.eq_any(of))
        .select(committees::id)
        .load(conn)?)
}

/// The committee that has a code.
pub(crate) fn find_by_code(conn: &mut Conn, code: &str) -> Result<Option<Committee>, DbError> {
    Ok(committees::table
        .filter(committees::code.eq(code))
        .first(conn)
        .optional()?)
}

/// What a list of committees is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CommitteeFilter {
    pub(crate) code: Option<String>,
    /// Ended, or not.
    pub(crate) ended: Option<bool>,
}

/// A page of committees in sight, by code, after the code `after`.
pub(crate) fn list(
    conn: &mut Conn,
    sight: &Sight,
    filter: &CommitteeFilter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Committee>, DbError> {
    Ok(page(sight, filter, after, limit).load(conn)?)
}

pub(super) fn page<'a>(
    sight: &'a Sight,
    filter: &'a CommitteeFilter,
    after: Option<&'a str>,
    limit: i64,
) -> IntoBoxed<'a, committees::table, MultiBackend> {
    let mut query = committees::table.into_boxed::<MultiBackend>();
    if let Some(ids) = &sight.committees {
        query = query.filter(committees::id.eq_any(ids));
    }
    if let Some(code) = &filter.code {
        query = query.filter(committees::code.eq(code));
    }
    match filter.ended {
        Some(true) => query = query.filter(committees::ended_on.is_not_null()),
        Some(false) => query = query.filter(committees::ended_on.is_null()),
        None => {}
    }
    if let Some(code) = after {
        query = query.filter(committees::code.gt(code));
    }
    query.order(committees::code).limit(limit)
}
