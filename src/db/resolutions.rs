//! Resolutions.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::Serialize;

use super::conn::MultiBackend;
use super::record::record;
use super::schema::resolutions;
use super::sight::{ExemptSight, Sight};
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::ids::{AgendaItemId, CommitteeId, MeetingId, ResolutionId};
use crate::domain::resolution::ResolutionKind;

/// A resolution as it is stored.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable, AsChangeset,
)]
#[diesel(table_name = resolutions, treat_none_as_null = true, treat_none_as_default_value = false)]
#[diesel(check_for_backend(MultiBackend))]
pub(crate) struct Resolution {
    pub(crate) id: ResolutionId,
    pub(crate) committee_id: CommitteeId,
    pub(crate) meeting_id: MeetingId,
    pub(crate) agenda_item_id: Option<AgendaItemId>,
    pub(crate) clause: Option<String>,
    pub(crate) kind: ResolutionKind,
    pub(crate) text: String,
    pub(crate) exempt: bool,
    /// A JSON array of paragraph numbers.
    #[serde(serialize_with = "crate::db::types::as_json")]
    pub(crate) exempt_paragraphs: String,
    pub(crate) public_since: Option<NaiveDate>,
    pub(crate) supersedes_id: Option<ResolutionId>,
    pub(crate) superseded_by_id: Option<ResolutionId>,
    pub(crate) source_system: Option<String>,
    pub(crate) source_reference: Option<String>,
    pub(crate) source_url: Option<String>,
    #[serde(skip)]
    pub(crate) source_digest: Option<Vec<u8>>,
    pub(crate) response_needed: bool,
    /// The day on which the executive was given notice.
    pub(crate) notice_on: Option<NaiveDate>,
    /// The day from which its time runs: that day or the meeting's.
    #[serde(skip)]
    pub(crate) response_anchor: NaiveDate,
    /// The number of the response that counts; 0 before there is one.
    pub(crate) response_number: i32,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

record!(resolutions, Resolution, ResolutionId);

/// The resolution of that id, which nobody changes until the transaction ends. On SQLite there is but one writer.
pub(crate) fn find_held(tx: &mut Tx, id: ResolutionId) -> Result<Option<Resolution>, DbError> {
    match &mut tx.conn {
        Conn::Sqlite(_) => find(tx, id),
        Conn::Postgres(conn) => Ok(resolutions::table
            .find(id)
            .for_share()
            .first(conn)
            .optional()?),
    }
}

/// The resolutions of these ids.
pub(crate) fn find_many(conn: &mut Conn, ids: &[ResolutionId]) -> Result<Vec<Resolution>, DbError> {
    Ok(resolutions::table
        .filter(resolutions::id.eq_any(ids))
        .load(conn)?)
}

/// The resolution that a source system knows by that reference.
pub(crate) fn find_by_source(
    conn: &mut Conn,
    system: &str,
    reference: &str,
) -> Result<Option<Resolution>, DbError> {
    Ok(resolutions::table
        .filter(resolutions::source_system.eq(system))
        .filter(resolutions::source_reference.eq(reference))
        .first(conn)
        .optional()?)
}

/// Notes what superseded a resolution that is locked, and leaves it otherwise as it is: its version too, and the time of its
/// last change.
pub(crate) fn note_superseded(
    tx: &mut Tx,
    id: ResolutionId,
    by: ResolutionId,
) -> Result<(), DbError> {
    diesel::update(resolutions::table.find(id))
        .set(resolutions::superseded_by_id.eq(by))
        .execute(&mut tx.conn)?;
    Ok(())
}

/// What a list of resolutions is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResolutionFilter {
    pub(crate) committee_id: Option<CommitteeId>,
    pub(crate) meeting_id: Option<MeetingId>,
    pub(crate) agenda_item_id: Option<AgendaItemId>,
    pub(crate) kind: Option<ResolutionKind>,
    pub(crate) source: Option<(String, String)>,
    pub(crate) response: Option<ResponseFilter>,
}

/// How a needed response stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseFilter {
    /// It is needed and was not given.
    Outstanding,
    /// Likewise, and its time began before this day, so that it is late.
    Late(NaiveDate),
    /// It was given.
    Given,
}

/// A page of resolutions in sight in the order in which they were recorded, after the one with the id `after`.
pub(crate) fn list(
    conn: &mut Conn,
    sight: &Sight,
    filter: &ResolutionFilter,
    after: Option<ResolutionId>,
    limit: i64,
) -> Result<Vec<Resolution>, DbError> {
    Ok(page(sight, filter, after, limit).load(conn)?)
}

pub(super) fn page<'a>(
    sight: &'a Sight,
    filter: &'a ResolutionFilter,
    after: Option<ResolutionId>,
    limit: i64,
) -> IntoBoxed<'a, resolutions::table, MultiBackend> {
    let mut query = resolutions::table.into_boxed::<MultiBackend>();
    if let Some(ids) = &sight.committees {
        query = query.filter(resolutions::committee_id.eq_any(ids));
    }
    if sight.exempt != ExemptSight::All {
        query = query.filter(resolutions::exempt.eq(false));
    }
    if let Some(committee) = filter.committee_id {
        query = query.filter(resolutions::committee_id.eq(committee));
    }
    if let Some(meeting) = filter.meeting_id {
        query = query.filter(resolutions::meeting_id.eq(meeting));
    }
    if let Some(item) = filter.agenda_item_id {
        query = query.filter(resolutions::agenda_item_id.eq(item));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(resolutions::kind.eq(kind));
    }
    if let Some((system, reference)) = &filter.source {
        query = query
            .filter(resolutions::source_system.eq(system))
            .filter(resolutions::source_reference.eq(reference));
    }
    // The bare column and a number that is written out, because bound values would hide from SQLite that the partial indexes
    // serve.
    match filter.response {
        Some(ResponseFilter::Given) => {
            query = query.filter(sql::<Bool>("resolutions.response_number > 0"));
        }
        Some(ResponseFilter::Outstanding | ResponseFilter::Late(_)) => {
            query = query
                .filter(resolutions::response_needed)
                .filter(sql::<Bool>("resolutions.response_number = 0"));
        }
        None => {}
    }
    if let Some(ResponseFilter::Late(day)) = filter.response {
        query = query.filter(resolutions::response_anchor.lt(day));
    }
    if let Some(id) = after {
        query = query.filter(resolutions::id.gt(id));
    }
    query.order(resolutions::id).limit(limit)
}
