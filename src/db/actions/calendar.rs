//! The actions that depend on the calendar, and resolving many of them at once.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Nullable, Text};

use crate::db::conn::MultiBackend;
use crate::db::schema::actions;
use crate::db::sight::as_json;
use crate::db::types::{Instant, Moment, Uid};
use crate::db::{Conn, DbError, Tx};
use crate::domain::due::{DueKind, Frequency, PeriodUnit};
use crate::domain::ids::{ActionId, CommitteeId, MeetingId, RecordId};
use crate::domain::life::State;

/// What of an action its due day follows from.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = actions)]
#[diesel(check_for_backend(MultiBackend))]
pub(crate) struct Dependent {
    pub(crate) id: ActionId,
    pub(crate) committee_id: CommitteeId,
    pub(crate) meeting_id: MeetingId,
    pub(crate) state: State,
    pub(crate) decided_on: NaiveDate,
    pub(crate) due_number: i32,
    pub(crate) due_kind: Option<DueKind>,
    pub(crate) due_period_count: Option<i32>,
    pub(crate) due_period_unit: Option<PeriodUnit>,
    pub(crate) due_frequency: Option<Frequency>,
    pub(crate) due_occurrence: Option<i32>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) due_meeting_id: Option<MeetingId>,
    pub(crate) review_on: Option<NaiveDate>,
    pub(crate) original_due_on: Option<NaiveDate>,
    pub(crate) version: i32,
    pub(crate) updated_at: Instant,
}

/// Loads rows, locked in the order of their ids where others may write at the same time.
macro_rules! load_locked {
    ($tx:expr, $query:expr) => {{
        let query = $query.order(actions::id);
        match &mut $tx.conn {
            Conn::Sqlite(conn) => query.select(Dependent::as_select()).load(conn)?,
            Conn::Postgres(conn) => query
                .select(Dependent::as_select())
                .for_update()
                .load(conn)?,
        }
    }};
}

/// The outstanding actions of committees that are due at a next meeting, once or each time.
pub(crate) fn on_next_meeting(
    tx: &mut Tx,
    committees: &[CommitteeId],
) -> Result<Vec<Dependent>, DbError> {
    let next = actions::due_kind.eq(DueKind::NextMeeting);
    let each = actions::due_frequency.eq(Frequency::EachMeeting);
    let query = actions::table
        .filter(actions::committee_id.eq_any(committees))
        .filter(actions::outstanding.eq(true))
        .filter(next.or(each));
    Ok(load_locked!(tx, query))
}

/// The outstanding actions, of whichever committee, whose term names a meeting and resolves to one of these.
pub(crate) fn at_meetings(tx: &mut Tx, meetings: &[MeetingId]) -> Result<Vec<Dependent>, DbError> {
    let query = actions::table
        .filter(actions::due_meeting_id.eq_any(meetings))
        .filter(actions::due_kind.eq(DueKind::Meeting))
        .filter(actions::outstanding.eq(true));
    Ok(load_locked!(tx, query))
}

/// All actions that a meeting asked for.
pub(crate) fn decided_at(tx: &mut Tx, meeting: MeetingId) -> Result<Vec<Dependent>, DbError> {
    let query = actions::table.filter(actions::meeting_id.eq(meeting));
    Ok(load_locked!(tx, query))
}

/// Whether a meeting asked for an action that was agreed: one that is neither a draft nor was void.
pub(crate) fn asked_at(conn: &mut Conn, meeting: MeetingId) -> Result<bool, DbError> {
    let agreed = actions::table
        .filter(actions::meeting_id.eq(meeting))
        .filter(actions::state.ne_all([State::Draft, State::Void]))
        .select(actions::id)
        .limit(1);
    let first: Option<ActionId> = agreed.first(conn).optional()?;
    Ok(first.is_some())
}

/// What a change of the calendar makes of an action's row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Rescheduled {
    pub(crate) decided_on: NaiveDate,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) due_meeting_id: Option<MeetingId>,
    pub(crate) review_on: Option<NaiveDate>,
    pub(crate) original_due_on: Option<NaiveDate>,
}

/// Gives actions that were locked the same new days, in one statement, each in its next version.
pub(crate) fn reschedule(
    tx: &mut Tx,
    ids: &[ActionId],
    to: &Rescheduled,
    now: Instant,
) -> Result<(), DbError> {
    let ids: Vec<_> = ids.iter().map(|id| RecordId(id.0)).collect();
    let changed = match &mut tx.conn {
        Conn::Postgres(conn) => diesel::sql_query(
                "UPDATE actions SET decided_on = $1, due_on = $2, due_meeting_id = $3, review_on = $4, \
                 original_due_on = $5, version = version + 1, updated_at = GREATEST(updated_at, $6) WHERE id = ANY($7)",
            )
            .bind::<Date, _>(to.decided_on)
            .bind::<Nullable<Date>, _>(to.due_on)
            .bind::<Nullable<Uid>, _>(to.due_meeting_id)
            .bind::<Nullable<Date>, _>(to.review_on)
            .bind::<Nullable<Date>, _>(to.original_due_on)
            .bind::<Moment, _>(now)
            .bind::<Array<Uid>, _>(&ids)
        .execute(conn)?,
        Conn::Sqlite(conn) => diesel::sql_query(
                "UPDATE actions SET decided_on = ?, due_on = ?, due_meeting_id = ?, review_on = ?, original_due_on = ?, \
                 version = version + 1, updated_at = MAX(updated_at, ?) \
                 WHERE id IN (SELECT unhex(value) FROM json_each(?))",
            )
            .bind::<Date, _>(to.decided_on)
            .bind::<Nullable<Date>, _>(to.due_on)
            .bind::<Nullable<Uid>, _>(to.due_meeting_id)
            .bind::<Nullable<Date>, _>(to.review_on)
            .bind::<Nullable<Date>, _>(to.original_due_on)
            .bind::<Moment, _>(now)
            .bind::<Text, _>(as_json(&ids))
        .execute(conn)?,
    };
    if changed == ids.len() {
        Ok(())
    } else {
        Err(DbError::Internal(
            "an action was not rescheduled".to_owned(),
        ))
    }
}
