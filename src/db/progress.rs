//! Progress updates of actions.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::cached::RowInsert;
use super::conn::{MultiBackend, native};
use super::schema::progress_updates;
use super::sight::{Parts, part};
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::ids::{ActionId, PostId, ProgressUpdateId};

/// A progress update as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = progress_updates, treat_none_as_default_value = false)]
pub(crate) struct ProgressUpdate {
    pub(crate) id: ProgressUpdateId,
    pub(crate) action_id: ActionId,
    /// Its place among the action's updates, from 1.
    pub(crate) number: i32,
    pub(crate) narrative: String,
    pub(crate) forecast_on: Option<NaiveDate>,
    pub(crate) percent_complete: Option<i32>,
    pub(crate) made_on: NaiveDate,
    pub(crate) post_id: PostId,
    /// The subject; never null in the table.
    pub(crate) made_by: Option<String>,
    pub(crate) made_by_name: Option<String>,
    pub(crate) created_at: Instant,
    /// Whether the action was exempt when it was made.
    pub(crate) while_exempt: bool,
}

part!(ProgressUpdate);

/// The update of that id, in sight or not.
pub(crate) fn find(
    conn: &mut Conn,
    id: ProgressUpdateId,
) -> Result<Option<ProgressUpdate>, DbError> {
    let query = progress_updates::table.find(id);
    Ok(native!(conn, c => query.first(c)).optional()?)
}

/// The number of an action's next update. Whoever takes it holds the action's lock.
pub(crate) fn next_number(tx: &mut Tx, action: ActionId) -> Result<i32, DbError> {
    let query = progress_updates::table
        .filter(progress_updates::action_id.eq(action))
        .select(max(progress_updates::number));
    let last: Option<i32> = native!(&mut tx.conn, c => query.first(c))?;
    Ok(last.unwrap_or(0) + 1)
}

/// The latest days for which the action's updates spoke of a forecast, and of how much was done.
pub(crate) fn last_said(
    tx: &mut Tx,
    action: ActionId,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>), DbError> {
    let of_action = progress_updates::table.filter(progress_updates::action_id.eq(action));
    let latest = max(progress_updates::made_on);
    let forecast = of_action
        .filter(progress_updates::forecast_on.is_not_null())
        .select(latest);
    let percent = of_action
        .filter(progress_updates::percent_complete.is_not_null())
        .select(latest);
    Ok((
        native!(&mut tx.conn, c => forecast.first(c))?,
        native!(&mut tx.conn, c => percent.first(c))?,
    ))
}

/// Appends an update.
pub(crate) fn insert(tx: &mut Tx, update: &ProgressUpdate) -> Result<(), DbError> {
    let insert = RowInsert::<ProgressUpdate, _>::new(
        diesel::insert_into(progress_updates::table).values(update),
    );
    native!(&mut tx.conn, c => insert.execute(c))?;
    Ok(())
}

/// A page of an action's updates after the one numbered `after`, at most `limit`.
pub(crate) fn list(
    conn: &mut Conn,
    action: ActionId,
    parts: Parts,
    descending: bool,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<ProgressUpdate>, DbError> {
    Ok(page(action, parts, descending, after, limit).load(conn)?)
}

pub(super) fn page(
    action: ActionId,
    parts: Parts,
    descending: bool,
    after: Option<i32>,
    limit: i64,
) -> IntoBoxed<'static, progress_updates::table, MultiBackend> {
    let number = progress_updates::number;
    let mut query = progress_updates::table
        .into_boxed()
        .filter(progress_updates::action_id.eq(action));
    if parts == Parts::Public {
        query = query.filter(progress_updates::while_exempt.eq(false));
    }
    if let Some(after) = after {
        query = if descending {
            query.filter(number.lt(after))
        } else {
            query.filter(number.gt(after))
        };
    }
    let query = if descending {
        query.order(number.desc())
    } else {
        query.order(number.asc())
    };
    query.limit(limit)
}
