//! Parents and children, and several actions at once.

use diesel::prelude::*;

use super::Action;
use crate::db::schema::actions;
use crate::db::{Conn, DbError, Tx};
use crate::domain::ids::{ActionId, ResolutionId};

/// The actions of these ids, in sight or not, in no order.
pub(crate) fn find_many(conn: &mut Conn, ids: &[ActionId]) -> Result<Vec<Action>, DbError> {
    Ok(actions::table
        .filter(actions::id.eq_any(ids))
        .select(Action::as_select())
        .load(conn)?)
}

/// The actions that arise from a resolution and are no parts of others, by reference, in sight or not.
pub(crate) fn of_resolution(
    conn: &mut Conn,
    resolution: ResolutionId,
) -> Result<Vec<Action>, DbError> {
    Ok(actions::table
        .filter(actions::resolution_id.eq(resolution))
        .filter(actions::parent_id.is_null())
        .order(actions::reference_key)
        .select(Action::as_select())
        .load(conn)?)
}

/// The children of an action that are outstanding, by reference, in sight or not, at most `limit`.
pub(crate) fn outstanding_children(
    conn: &mut Conn,
    parent: ActionId,
    limit: i64,
) -> Result<Vec<Action>, DbError> {
    Ok(actions::table
        .filter(actions::parent_id.eq(parent))
        .filter(actions::outstanding.eq(true))
        .order(actions::reference_key)
        .limit(limit)
        .select(Action::as_select())
        .load(conn)?)
}

/// Locks actions against other movers until the transaction ends, always in the same order, so that two that lock the same
/// ones do not wait in a ring. On SQLite there is but one writer.
pub(crate) fn lock_many(tx: &mut Tx, ids: &[ActionId]) -> Result<(), DbError> {
    if let Conn::Postgres(conn) = &mut tx.conn {
        actions::table
            .filter(actions::id.eq_any(ids))
            .order(actions::id)
            .select(actions::version)
            .for_update()
            .load::<i32>(conn)?;
    }
    Ok(())
}
