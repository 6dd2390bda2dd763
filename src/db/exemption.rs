//! What becomes exempt along with that on which it was recorded, and public or exempt with that of which it is a part, many
//! records at a time.

use diesel::dsl::sql;
use diesel::expression::{AsExpression, SqlLiteral, UncheckedBind};
use diesel::prelude::*;

use super::actions::Action;
use super::resolutions::Resolution;
use super::schema::{actions, resolutions};
use super::types::{Instant, Moment};
use super::{Conn, DbError, Tx};
use crate::domain::exemption::Exemption;
use crate::domain::ids::{ActionId, AgendaItemId, MeetingId, ResolutionId};

/// Reads rows that nobody else changes until the transaction ends. On SQLite there is but one writer. They are locked in the
/// order of their ids.
macro_rules! locked {
    ($tx:expr, $query:expr, $row:ty, $lock:ident) => {
        match &mut $tx.conn {
            Conn::Sqlite(conn) => $query.select(<$row>::as_select()).load(conn)?,
            Conn::Postgres(conn) => $query.select(<$row>::as_select()).$lock().load(conn)?,
        }
    };
}

/// All resolutions on an agenda item. Whoever records an action on one of them meanwhile has done so when this answers.
pub(crate) fn resolutions_of_item(
    tx: &mut Tx,
    item: AgendaItemId,
) -> Result<Vec<Resolution>, DbError> {
    let query = resolutions::table
        .filter(resolutions::agenda_item_id.eq(item))
        .order(resolutions::id);
    Ok(locked!(tx, query, Resolution, for_no_key_update))
}

/// The public actions that arise from an agenda item of that meeting, by its resolutions or its discussion.
pub(crate) fn public_actions_of_item(
    tx: &mut Tx,
    meeting: MeetingId,
    item: AgendaItemId,
) -> Result<Vec<Action>, DbError> {
    // Its meeting, which is the item's, finds an action by index.
    let query = actions::table
        .filter(actions::meeting_id.eq(meeting))
        .filter(actions::agenda_item_id.eq(item))
        .filter(actions::exempt.eq(false))
        .order(actions::id);
    Ok(locked!(tx, query, Action, for_update))
}

/// The public actions that arise from a resolution.
pub(crate) fn public_actions_of_resolution(
    tx: &mut Tx,
    resolution: ResolutionId,
) -> Result<Vec<Action>, DbError> {
    let query = actions::table
        .filter(actions::resolution_id.eq(resolution))
        .filter(actions::exempt.eq(false))
        .order(actions::id);
    Ok(locked!(tx, query, Action, for_update))
}

/// The parts of these actions, but not theirs.
pub(crate) fn parts_of(tx: &mut Tx, wholes: &[ActionId]) -> Result<Vec<Action>, DbError> {
    if wholes.is_empty() {
        return Ok(Vec::new());
    }
    let query = actions::table
        .filter(actions::parent_id.eq_any(wholes))
        .order(actions::id);
    Ok(locked!(tx, query, Action, for_update))
}

/// The later of a row's `updated_at` and now: the time of the last change never goes back.
type Later = SqlLiteral<
    Moment,
    UncheckedBind<SqlLiteral<Moment>, <Instant as AsExpression<Moment>>::Expression>,
>;

fn later(sqlite: bool, now: Instant) -> Later {
    let later = if sqlite { "MAX" } else { "GREATEST" };
    sql::<Moment>(&format!("{later}(updated_at, "))
        .bind::<Moment, _>(now)
        .sql(")")
}

/// The paragraphs as they are stored: a JSON array.
pub(crate) fn as_json(paragraphs: &[u8]) -> String {
    serde_json::to_string(paragraphs).unwrap_or_else(|_| "[]".to_owned())
}

/// Declares how the rows of a table get another exemption in one statement.
macro_rules! set_exemption {
    ($(#[$doc:meta])* $name:ident, $table:ident, $id:ty) => {
        $(#[$doc])*
        pub(crate) fn $name(
            tx: &mut Tx,
            ids: &[$id],
            exemption: &Exemption,
            now: Instant,
        ) -> Result<(), DbError> {
            if ids.is_empty() {
                return Ok(());
            }
            let later = later(tx.conn.is_sqlite(), now);
            diesel::update($table::table.filter($table::id.eq_any(ids)))
                .set((
                    $table::exempt.eq(exemption.exempt),
                    $table::exempt_paragraphs.eq(as_json(&exemption.paragraphs)),
                    $table::public_since.eq(exemption.public_since),
                    $table::version.eq($table::version + 1),
                    $table::updated_at.eq(later),
                ))
                .execute(&mut tx.conn)?;
            Ok(())
        }
    };
}

set_exemption!(
    /// Gives these resolutions an exemption. The caller holds them.
    set_of_resolutions, resolutions, ResolutionId
);

set_exemption!(
    /// Gives these actions an exemption. The caller holds them.
    set_of_actions, actions, ActionId
);
