//! Agenda items.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde::{Deserialize, Serialize};

use super::conn::MultiBackend;
use super::record::record;
use super::schema::agenda_items;
use super::sight::{ExemptSight, Sight};
use super::types::{Instant, Uid};
use super::{Conn, DbError, Tx};
use crate::domain::ids::{AgendaItemId, CommitteeId, MeetingId};

/// An agenda item as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = agenda_items, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct AgendaItem {
    pub(crate) id: AgendaItemId,
    pub(crate) meeting_id: MeetingId,
    pub(crate) committee_id: CommitteeId,
    pub(crate) number: String,
    #[serde(skip)]
    pub(crate) number_key: String,
    pub(crate) title: String,
    pub(crate) exempt: bool,
    /// A JSON array of paragraph numbers.
    #[serde(serialize_with = "crate::db::types::as_json")]
    pub(crate) exempt_paragraphs: String,
    pub(crate) public_since: Option<NaiveDate>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

record!(agenda_items, AgendaItem, AgendaItemId);

/// The item of that id, which nobody changes until the transaction ends. On SQLite there is but one writer.
pub(crate) fn find_held(tx: &mut Tx, id: AgendaItemId) -> Result<Option<AgendaItem>, DbError> {
    match &mut tx.conn {
        Conn::Sqlite(_) => find(tx, id),
        Conn::Postgres(conn) => Ok(agenda_items::table
            .find(id)
            .for_share()
            .first(conn)
            .optional()?),
    }
}

/// The item of a meeting that has a number.
pub(crate) fn find_by_number(
    conn: &mut Conn,
    meeting: MeetingId,
    number: &str,
) -> Result<Option<AgendaItem>, DbError> {
    Ok(agenda_items::table
        .filter(agenda_items::meeting_id.eq(meeting))
        .filter(agenda_items::number.eq(number))
        .first(conn)
        .optional()?)
}

/// How many meetings, or items, are asked for at once.
const AT_ONCE: usize = 500;

/// Some items, of whatever meetings.
pub(crate) fn find_all(conn: &mut Conn, ids: &[AgendaItemId]) -> Result<Vec<AgendaItem>, DbError> {
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let of_some = agenda_items::table.filter(agenda_items::id.eq_any(some));
        found.extend(of_some.load::<AgendaItem>(conn)?);
    }
    Ok(found)
}

/// The items of some meetings, in sight or not.
pub(crate) fn of_meetings(
    conn: &mut Conn,
    meetings: &[MeetingId],
) -> Result<Vec<AgendaItem>, DbError> {
    let mut found = Vec::new();
    for some in meetings.chunks(AT_ONCE) {
        found.extend(on_agendas(some).load::<AgendaItem>(conn)?);
    }
    Ok(found)
}

pub(super) fn on_agendas(
    meetings: &[MeetingId],
) -> IntoBoxed<'_, agenda_items::table, MultiBackend> {
    agenda_items::table
        .filter(agenda_items::meeting_id.eq_any(meetings))
        .into_boxed()
}

/// What a list of agenda items is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AgendaItemFilter {
    pub(crate) committee_id: Option<CommitteeId>,
    pub(crate) meeting_id: Option<MeetingId>,
}

/// Where an item stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AgendaItemPosition(MeetingId, String, AgendaItemId);

impl From<&AgendaItem> for AgendaItemPosition {
    fn from(item: &AgendaItem) -> Self {
        Self(item.meeting_id, item.number_key.clone(), item.id)
    }
}

/// A page of agenda items in sight, meeting by meeting in the order of their numbers, after `after`.
pub(crate) fn list(
    conn: &mut Conn,
    sight: &Sight,
    filter: &AgendaItemFilter,
    after: Option<&AgendaItemPosition>,
    limit: i64,
) -> Result<Vec<AgendaItem>, DbError> {
    Ok(page(sight, filter, after, limit).load(conn)?)
}

pub(super) fn page<'a>(
    sight: &'a Sight,
    filter: &'a AgendaItemFilter,
    after: Option<&'a AgendaItemPosition>,
    limit: i64,
) -> IntoBoxed<'a, agenda_items::table, MultiBackend> {
    let mut query = agenda_items::table.into_boxed::<MultiBackend>();
    if let Some(ids) = &sight.committees {
        query = query.filter(agenda_items::committee_id.eq_any(ids));
    }
    if sight.exempt != ExemptSight::All {
        query = query.filter(agenda_items::exempt.eq(false));
    }
    if let Some(committee) = filter.committee_id {
        query = query.filter(agenda_items::committee_id.eq(committee));
    }
    if let Some(meeting) = filter.meeting_id {
        query = query.filter(agenda_items::meeting_id.eq(meeting));
    }
    if let Some(AgendaItemPosition(meeting, number_key, id)) = after {
        query = query.filter(
            sql::<Bool>("(agenda_items.meeting_id, agenda_items.number_key, agenda_items.id) > (")
                .bind::<Uid, _>(*meeting)
                .sql(", ")
                .bind::<Text, _>(number_key.clone())
                .sql(", ")
                .bind::<Uid, _>(*id)
                .sql(")"),
        );
    }
    query
        .order((
            agenda_items::meeting_id,
            agenda_items::number_key,
            agenda_items::id,
        ))
        .limit(limit)
}
