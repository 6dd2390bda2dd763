//! Verifications of actions by auditors.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::cached::RowInsert;
use super::conn::{MultiBackend, native};
use super::schema::verifications;
use super::sight::{Parts, part};
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::assurance::{VerificationMethod, VerificationResult};
use crate::domain::ids::{ActionId, VerificationId};

/// A verification as it is stored; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = verifications, treat_none_as_default_value = false)]
pub(crate) struct Verification {
    pub(crate) id: VerificationId,
    pub(crate) action_id: ActionId,
    /// Its place among those of the action, from 1.
    pub(crate) number: i32,
    pub(crate) method: VerificationMethod,
    pub(crate) result: VerificationResult,
    pub(crate) note: String,
    pub(crate) verified_on: NaiveDate,
    /// Whether it was made of a claim that stood.
    pub(crate) of_claim: bool,
    pub(crate) reopened: bool,
    pub(crate) verified_by: Option<String>,
    pub(crate) recorded_at: Instant,
    /// Whether the action was exempt when it was made.
    pub(crate) while_exempt: bool,
}

part!(Verification);

/// The verification of that id, in sight or not.
pub(crate) fn find(conn: &mut Conn, id: VerificationId) -> Result<Option<Verification>, DbError> {
    Ok(verifications::table.find(id).first(conn).optional()?)
}

/// Appends a verification.
pub(crate) fn insert(tx: &mut Tx, row: &Verification) -> Result<(), DbError> {
    let insert =
        RowInsert::<Verification, _>::new(diesel::insert_into(verifications::table).values(row));
    native!(&mut tx.conn, c => insert.execute(c))?;
    Ok(())
}

/// The number of an action's next verification. The action is locked.
pub(crate) fn next_number(tx: &mut Tx, action: ActionId) -> Result<i32, DbError> {
    let last: Option<i32> = verifications::table
        .filter(verifications::action_id.eq(action))
        .select(max(verifications::number))
        .first(&mut tx.conn)?;
    Ok(last.unwrap_or(0) + 1)
}

/// A page of the verifications of an action in the order in which they were recorded, after the one with the number `after`.
pub(crate) fn list(
    conn: &mut Conn,
    action: ActionId,
    parts: Parts,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<Verification>, DbError> {
    Ok(page(action, parts, after, limit).load(conn)?)
}

pub(super) fn page(
    action: ActionId,
    parts: Parts,
    after: Option<i32>,
    limit: i64,
) -> IntoBoxed<'static, verifications::table, MultiBackend> {
    let mut query = verifications::table
        .into_boxed()
        .filter(verifications::action_id.eq(action));
    if parts == Parts::Public {
        query = query.filter(verifications::while_exempt.eq(false));
    }
    let query = match after {
        Some(number) => query.filter(verifications::number.gt(number)),
        None => query,
    };
    query.order(verifications::number).limit(limit)
}
