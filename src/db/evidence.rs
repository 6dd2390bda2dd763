//! Evidence: what shows that actions were done.

use chrono::NaiveDate;
use diesel::dsl::{exists, max, select};
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use serde::Serialize;

use super::conn::{MultiBackend, native};
use super::record::record_within;
use super::schema::evidence;
use super::sight::{Parts, part};
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::evidence::EvidenceKind;
use crate::domain::ids::{ActionId, EvidenceId};

/// A piece of evidence as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = evidence, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct Evidence {
    pub(crate) id: EvidenceId,
    #[serde(skip)]
    pub(crate) action_id: ActionId,
    /// Its place among the action's evidence, from 1.
    pub(crate) number: i32,
    pub(crate) kind: EvidenceKind,
    pub(crate) title: String,
    pub(crate) url: Option<String>,
    pub(crate) dated_on: Option<NaiveDate>,
    pub(crate) file_name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) size_bytes: Option<i64>,
    /// In hexadecimal.
    pub(crate) sha256: Option<String>,
    /// Where the store has it; the service's own business.
    #[serde(skip)]
    pub(crate) object_key: Option<String>,
    /// The subject; never null in the table.
    pub(crate) added_by: Option<String>,
    pub(crate) added_by_name: Option<String>,
    pub(crate) withdrawn_at: Option<Instant>,
    pub(crate) withdrawn_by: Option<String>,
    pub(crate) withdrawn_reason: Option<String>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
    /// Whether the action was exempt when it was made, or changed.
    #[serde(skip)]
    pub(crate) while_exempt: bool,
}

record_within!(evidence, Evidence, EvidenceId);
part!(Evidence);

/// The number of an action's next piece of evidence. Whoever takes it holds the action's lock.
pub(crate) fn next_number(tx: &mut Tx, action: ActionId) -> Result<i32, DbError> {
    let query = evidence::table
        .filter(evidence::action_id.eq(action))
        .select(max(evidence::number));
    let last: Option<i32> = native!(&mut tx.conn, c => query.first(c))?;
    Ok(last.unwrap_or(0) + 1)
}

/// Which of these are evidence of the action that was not withdrawn.
pub(crate) fn standing_among(
    tx: &mut Tx,
    action: ActionId,
    ids: &[EvidenceId],
) -> Result<Vec<EvidenceId>, DbError> {
    Ok(evidence::table
        .filter(evidence::action_id.eq(action))
        .filter(evidence::id.eq_any(ids))
        .filter(evidence::withdrawn_at.is_null())
        .select(evidence::id)
        .load(&mut tx.conn)?)
}

/// Whether a record names the object under that key.
pub(crate) fn names_object(conn: &mut Conn, key: &str) -> Result<bool, DbError> {
    Ok(select(exists(evidence::table.filter(evidence::object_key.eq(key)))).get_result(conn)?)
}

/// A page of an action's evidence in order of number, after the one numbered `after`, at most `limit`; only what was
/// withdrawn, or only what was not, where that is asked for.
pub(crate) fn list(
    conn: &mut Conn,
    action: ActionId,
    parts: Parts,
    withdrawn: Option<bool>,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<Evidence>, DbError> {
    Ok(page(action, parts, withdrawn, after, limit).load(conn)?)
}

pub(super) fn page(
    action: ActionId,
    parts: Parts,
    withdrawn: Option<bool>,
    after: Option<i32>,
    limit: i64,
) -> IntoBoxed<'static, evidence::table, MultiBackend> {
    let mut query = evidence::table
        .into_boxed()
        .filter(evidence::action_id.eq(action));
    if parts == Parts::Public {
        query = query.filter(evidence::while_exempt.eq(false));
    }
    match withdrawn {
        Some(true) => query = query.filter(evidence::withdrawn_at.is_not_null()),
        Some(false) => query = query.filter(evidence::withdrawn_at.is_null()),
        None => {}
    }
    if let Some(after) = after {
        query = query.filter(evidence::number.gt(after));
    }
    query.order(evidence::number).limit(limit)
}
