//! Meetings, the calendar of the committees.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};

use super::conn::MultiBackend;
use super::record::record;
use super::schema::meetings;
use super::sight::Sight;
use super::types::{Instant, Moment, Uid};
use super::{Conn, DbError};
use crate::domain::due::CalendarMeeting;
use crate::domain::ids::{CommitteeId, MeetingId};
use crate::domain::meeting::MeetingStatus;

/// A meeting as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = meetings, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct Meeting {
    pub(crate) id: MeetingId,
    pub(crate) committee_id: CommitteeId,
    pub(crate) starts_at: Instant,
    pub(crate) title: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) status: MeetingStatus,
    pub(crate) postponed_to_id: Option<MeetingId>,
    pub(crate) minutes_confirmed_on: Option<NaiveDate>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

impl Meeting {
    /// The meeting as the calendar knows it.
    pub(crate) const fn in_calendar(&self) -> CalendarMeeting {
        CalendarMeeting {
            id: self.id,
            starts_at: self.starts_at.0,
            status: self.status,
            postponed_to: self.postponed_to_id,
        }
    }
}

record!(meetings, Meeting, MeetingId);

/// The first meeting of a committee that stands, begins after an instant and is none of `but`:
/// [`crate::domain::due::Calendar::next_after`] in SQL.
pub(crate) fn next_after(
    conn: &mut Conn,
    committee: CommitteeId,
    instant: DateTime<Utc>,
    but: &[MeetingId],
) -> Result<Option<CalendarMeeting>, DbError> {
    let next: Option<Meeting> = meetings::table
        .filter(meetings::committee_id.eq(committee))
        .filter(meetings::starts_at.gt(Instant(instant)))
        .filter(meetings::status.eq_any([MeetingStatus::Scheduled, MeetingStatus::Held]))
        .filter(meetings::id.ne_all(but))
        .order((meetings::starts_at, meetings::id))
        .first(conn)
        .optional()?;
    Ok(next.map(|meeting| meeting.in_calendar()))
}

/// The meetings of these ids.
pub(crate) fn find_many(conn: &mut Conn, ids: &[MeetingId]) -> Result<Vec<Meeting>, DbError> {
    Ok(meetings::table
        .filter(meetings::id.eq_any(ids))
        .load(conn)?)
}

/// All meetings of a committee, as the calendar knows them.
pub(crate) fn calendar(
    conn: &mut Conn,
    committee: CommitteeId,
) -> Result<Vec<CalendarMeeting>, DbError> {
    let rows: Vec<Meeting> = meetings::table
        .filter(meetings::committee_id.eq(committee))
        .load(conn)?;
    Ok(rows.iter().map(Meeting::in_calendar).collect())
}

/// The meetings of some committees that begin in a time, its end included, of whatever status.
pub(crate) fn between(
    conn: &mut Conn,
    committees: &[CommitteeId],
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Meeting>, DbError> {
    Ok(within(committees, from, until).load(conn)?)
}

pub(super) fn within(
    committees: &[CommitteeId],
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> IntoBoxed<'_, meetings::table, MultiBackend> {
    meetings::table
        .filter(meetings::committee_id.eq_any(committees))
        .filter(meetings::starts_at.ge(Instant(from)))
        .filter(meetings::starts_at.le(Instant(until)))
        .into_boxed()
}

/// Keeps a meeting's minutes from being confirmed, or the meeting from being moved, until the transaction ends.
pub(crate) fn hold(tx: &mut super::Tx, id: MeetingId) -> Result<(), DbError> {
    if let Conn::Postgres(conn) = &mut tx.conn {
        meetings::table
            .find(id)
            .select(meetings::version)
            .for_share()
            .first::<i32>(conn)
            .optional()?;
    }
    Ok(())
}

/// What a list of meetings is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MeetingFilter {
    pub(crate) committee_id: Option<CommitteeId>,
    pub(crate) status: Option<MeetingStatus>,
    /// Begins at or after.
    pub(crate) starts_from: Option<DateTime<Utc>>,
    /// Begins before.
    pub(crate) starts_before: Option<DateTime<Utc>>,
    /// Latest first.
    pub(crate) descending: bool,
}

/// Where a meeting stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MeetingPosition(DateTime<Utc>, MeetingId);

impl From<&Meeting> for MeetingPosition {
    fn from(meeting: &Meeting) -> Self {
        Self(meeting.starts_at.0, meeting.id)
    }
}

/// A page of meetings in sight by their beginning, after `after`.
pub(crate) fn list(
    conn: &mut Conn,
    sight: &Sight,
    filter: &MeetingFilter,
    after: Option<&MeetingPosition>,
    limit: i64,
) -> Result<Vec<Meeting>, DbError> {
    Ok(page(sight, filter, after, limit).load(conn)?)
}

pub(super) fn page<'a>(
    sight: &'a Sight,
    filter: &'a MeetingFilter,
    after: Option<&'a MeetingPosition>,
    limit: i64,
) -> IntoBoxed<'a, meetings::table, MultiBackend> {
    let mut query = meetings::table.into_boxed::<MultiBackend>();
    if let Some(ids) = &sight.committees {
        query = query.filter(meetings::committee_id.eq_any(ids));
    }
    if let Some(committee) = filter.committee_id {
        query = query.filter(meetings::committee_id.eq(committee));
    }
    if let Some(status) = filter.status {
        query = query.filter(meetings::status.eq(status));
    }
    if let Some(from) = filter.starts_from {
        query = query.filter(meetings::starts_at.ge(Instant(from)));
    }
    if let Some(before) = filter.starts_before {
        query = query.filter(meetings::starts_at.lt(Instant(before)));
    }
    if let Some(MeetingPosition(starts_at, id)) = after {
        let sign = if filter.descending { "<" } else { ">" };
        query = query.filter(
            sql::<Bool>(&format!("(meetings.starts_at, meetings.id) {sign} ("))
                .bind::<Moment, _>(Instant(*starts_at))
                .sql(", ")
                .bind::<Uid, _>(*id)
                .sql(")"),
        );
    }
    let query = if filter.descending {
        query.order((meetings::starts_at.desc(), meetings::id.desc()))
    } else {
        query.order((meetings::starts_at.asc(), meetings::id.asc()))
    };
    query.limit(limit)
}
