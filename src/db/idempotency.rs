//! What was answered to requests that carried an Idempotency-Key.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::cached::{Cached, RowInsert};
use super::conn::native;
use super::schema::idempotency_records as records;
use super::types::Instant;
use super::{Conn, DbError, Tx};

/// An answer that was given, and to what.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = records, treat_none_as_default_value = false)]
pub(crate) struct Record {
    /// SHA-256 over caller, route and key.
    pub(crate) scope: Vec<u8>,
    /// SHA-256 over what was asked, and after it the ids of the posts by which the caller saw exempt actions.
    pub(crate) fingerprint: Vec<u8>,
    /// The HTTP status.
    pub(crate) status: i32,
    /// The Location header.
    pub(crate) location: Option<String>,
    /// The `ETag` header.
    pub(crate) etag: Option<String>,
    /// The body.
    pub(crate) body: String,
    /// When it was answered.
    pub(crate) created_at: Instant,
}

/// Whether this transaction is now the only one that works under the scope. On SQLite there is but one writer.
pub(crate) fn claim(tx: &mut Tx, scope: &[u8]) -> Result<bool, DbError> {
    let Conn::Postgres(conn) = &mut tx.conn else {
        return Ok(true);
    };
    let mut lock = [0; 8];
    lock.copy_from_slice(&scope[..8]);
    Ok(Cached(diesel::select(
        diesel::dsl::sql::<Bool>("pg_try_advisory_xact_lock(")
            .bind::<BigInt, _>(i64::from_be_bytes(lock))
            .sql(")"),
    ))
    .get_result(conn)?)
}

/// What was answered under the scope.
pub(crate) fn find(tx: &mut Tx, scope: &[u8]) -> Result<Option<Record>, DbError> {
    let query = records::table.find(scope);
    Ok(native!(&mut tx.conn, c => query.first(c)).optional()?)
}

/// Remembers an answer.
pub(crate) fn remember(tx: &mut Tx, record: Record) -> Result<(), DbError> {
    let insert = RowInsert::<Record, _>::new(diesel::insert_into(records::table).values(record));
    native!(&mut tx.conn, c => insert.execute(c))?;
    Ok(())
}

/// The most answers forgotten in one transaction.
pub(crate) const FORGET_BATCH: usize = 1_000;

/// Forgets answers given before an instant, at most [`FORGET_BATCH`], and says how many.
pub(crate) fn forget_before(tx: &mut Tx, instant: DateTime<Utc>) -> Result<usize, DbError> {
    let old = records::table
        .filter(records::created_at.lt(Instant(instant)))
        .order(records::created_at)
        .limit(i64::try_from(FORGET_BATCH).unwrap_or(i64::MAX))
        .select(records::scope)
        .load::<Vec<u8>>(&mut tx.conn)?;
    Ok(diesel::delete(records::table.filter(records::scope.eq_any(old))).execute(&mut tx.conn)?)
}
