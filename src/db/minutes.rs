//! Minutes as they were handed in, revision by revision.

use std::collections::HashMap;

use diesel::dsl::{count_star, exists, max, select};
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use serde::Serialize;

use super::conn::MultiBackend;
use super::schema::{drafts, minutes, minutes_texts};
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::draft::DraftState;
use crate::domain::ids::{CommitteeId, MeetingId, MinutesId};

/// A revision of a meeting's minutes as it is stored. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Insertable)]
#[diesel(table_name = minutes, treat_none_as_default_value = false)]
pub(crate) struct Minutes {
    pub(crate) id: MinutesId,
    pub(crate) meeting_id: MeetingId,
    pub(crate) committee_id: CommitteeId,
    /// Its place among the meeting's, from 1.
    pub(crate) revision: i32,
    pub(crate) media_type: String,
    pub(crate) size_bytes: i64,
    /// Of the bytes, in hexadecimal.
    pub(crate) sha256: String,
    /// Where the store has the bytes; the service's own business.
    #[serde(skip)]
    pub(crate) object_key: String,
    /// The subject; never null in the table.
    pub(crate) recorded_by: Option<String>,
    pub(crate) recorded_by_name: Option<String>,
    pub(crate) created_at: Instant,
}

/// How many drafts of some minutes are in each state.
pub(crate) type ByState = HashMap<DraftState, i64>;

/// The minutes of that id, in sight or not.
pub(crate) fn find(conn: &mut Conn, id: MinutesId) -> Result<Option<Minutes>, DbError> {
    Ok(minutes::table.find(id).first(conn).optional()?)
}

/// The latest minutes of a meeting that have those very bytes, of one of these media types.
pub(crate) fn find_same(
    conn: &mut Conn,
    meeting: MeetingId,
    sha256: &str,
    media_types: &[&str],
) -> Result<Option<Minutes>, DbError> {
    Ok(minutes::table
        .filter(minutes::meeting_id.eq(meeting))
        .filter(minutes::sha256.eq(sha256))
        .filter(minutes::media_type.eq_any(media_types))
        .order(minutes::revision.desc())
        .first(conn)
        .optional()?)
}

/// How many meetings are asked for at once.
const AT_ONCE: usize = 500;

/// Every revision of the minutes of some meetings.
pub(crate) fn of_meetings(
    conn: &mut Conn,
    meetings: &[MeetingId],
) -> Result<Vec<Minutes>, DbError> {
    let mut found = Vec::new();
    for some in meetings.chunks(AT_ONCE) {
        let of_some = minutes::table.filter(minutes::meeting_id.eq_any(some));
        found.extend(of_some.load::<Minutes>(conn)?);
    }
    Ok(found)
}

/// The revision of a meeting's minutes that has that number.
pub(crate) fn find_revision(
    conn: &mut Conn,
    meeting: MeetingId,
    revision: i32,
) -> Result<Option<Minutes>, DbError> {
    Ok(minutes::table
        .filter(minutes::meeting_id.eq(meeting))
        .filter(minutes::revision.eq(revision))
        .first(conn)
        .optional()?)
}

/// The number of a meeting's next revision. Whoever takes it holds the meeting's lock.
pub(crate) fn next_revision(tx: &mut Tx, meeting: MeetingId) -> Result<i32, DbError> {
    let last: Option<i32> = minutes::table
        .filter(minutes::meeting_id.eq(meeting))
        .select(max(minutes::revision))
        .first(&mut tx.conn)?;
    Ok(last.unwrap_or(0) + 1)
}

/// Keeps a revision, with the text that was read.
pub(crate) fn insert(tx: &mut Tx, row: &Minutes, text: &str) -> Result<(), DbError> {
    diesel::insert_into(minutes::table)
        .values(row)
        .execute(&mut tx.conn)?;
    diesel::insert_into(minutes_texts::table)
        .values((
            minutes_texts::minutes_id.eq(row.id),
            minutes_texts::text.eq(text),
        ))
        .execute(&mut tx.conn)?;
    Ok(())
}

/// The text that was read.
pub(crate) fn text(conn: &mut Conn, id: MinutesId) -> Result<Option<String>, DbError> {
    Ok(minutes_texts::table
        .find(id)
        .select(minutes_texts::text)
        .first(conn)
        .optional()?)
}

/// Whether a record names the object under that key.
pub(crate) fn names_object(conn: &mut Conn, key: &str) -> Result<bool, DbError> {
    Ok(select(exists(minutes::table.filter(minutes::object_key.eq(key)))).get_result(conn)?)
}

/// How many drafts of each of these minutes are in each state, in one query.
pub(crate) fn counts(
    conn: &mut Conn,
    ids: &[MinutesId],
) -> Result<HashMap<MinutesId, ByState>, DbError> {
    let rows: Vec<(MinutesId, DraftState, i64)> = drafts::table
        .filter(drafts::minutes_id.eq_any(ids))
        .group_by((drafts::minutes_id, drafts::state))
        .select((drafts::minutes_id, drafts::state, count_star()))
        .load(conn)?;
    let mut counts: HashMap<MinutesId, ByState> = HashMap::new();
    for (id, state, number) in rows {
        counts.entry(id).or_default().insert(state, number);
    }
    Ok(counts)
}

/// A page of a meeting's minutes, the first revision first, after the one numbered `after`.
pub(crate) fn list(
    conn: &mut Conn,
    meeting: MeetingId,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<Minutes>, DbError> {
    Ok(page(meeting, after, limit).load(conn)?)
}

pub(super) fn page(
    meeting: MeetingId,
    after: Option<i32>,
    limit: i64,
) -> IntoBoxed<'static, minutes::table, MultiBackend> {
    let mut query = minutes::table
        .into_boxed()
        .filter(minutes::meeting_id.eq(meeting));
    if let Some(after) = after {
        query = query.filter(minutes::revision.gt(after));
    }
    query.order(minutes::revision).limit(limit)
}
