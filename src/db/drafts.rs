//! Drafts that were read in minutes.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::Serialize;

use super::conn::MultiBackend;
use super::record::record;
use super::schema::{drafts, minutes};
use super::types::{Instant, Uid};
use super::{Conn, DbError, Tx};
use crate::domain::draft::{DraftChange, DraftOrigin, DraftState};
use crate::domain::due::{DueKind, Frequency, PeriodUnit};
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, DraftId, MeetingId, MinutesId, PostId, ResolutionId,
};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::{DuePhraseKind, Strength};

/// The most drafts inserted by one statement: some 50 bound values each, of which PostgreSQL takes 65,535.
const INSERT_BATCH: usize = 1_000;

/// A draft as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = drafts, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct Draft {
    pub(crate) id: DraftId,
    pub(crate) minutes_id: MinutesId,
    pub(crate) meeting_id: MeetingId,
    pub(crate) committee_id: CommitteeId,
    /// Its place in the minutes, from 1.
    pub(crate) number: i32,
    pub(crate) origin: DraftOrigin,
    pub(crate) printed_label: Option<String>,
    pub(crate) text: String,
    pub(crate) strength: Option<Strength>,
    /// A JSON array of who is to act, as printed, and what that was found to mean.
    #[serde(serialize_with = "crate::db::types::as_json")]
    pub(crate) owners: String,
    pub(crate) due_phrase_kind: DuePhraseKind,
    pub(crate) due_phrase: Option<String>,
    /// In bytes of the text that was read.
    pub(crate) span_from: i32,
    pub(crate) span_to: i32,
    /// A JSON array of spans.
    #[serde(serialize_with = "crate::db::types::as_json")]
    pub(crate) restates: String,
    /// In hundredths.
    pub(crate) confidence: i32,
    /// A JSON array of the names of rules.
    #[serde(serialize_with = "crate::db::types::as_json")]
    pub(crate) rules: String,
    pub(crate) label: Option<String>,
    /// Of a decision; null of what was said in the discussion.
    pub(crate) kind: Option<ResolutionKind>,
    pub(crate) is_action: bool,
    pub(crate) agenda_item_id: Option<AgendaItemId>,
    pub(crate) title: String,
    pub(crate) required: Option<String>,
    pub(crate) owner_post_id: Option<PostId>,
    /// A JSON array of ids.
    #[serde(serialize_with = "crate::db::types::as_json")]
    pub(crate) supporting_posts: String,
    pub(crate) due_kind: Option<DueKind>,
    pub(crate) due_wording: Option<String>,
    /// The day of a term that is one.
    pub(crate) due_on: Option<NaiveDate>,
    /// The meeting that a term names.
    pub(crate) due_meeting_id: Option<MeetingId>,
    pub(crate) review_on: Option<NaiveDate>,
    pub(crate) due_period_count: Option<i32>,
    pub(crate) due_period_unit: Option<PeriodUnit>,
    pub(crate) due_frequency: Option<Frequency>,
    /// As the agenda item is, where nothing is said.
    pub(crate) exempt: Option<bool>,
    /// A JSON array of paragraph numbers, where they are said.
    pub(crate) exempt_paragraphs: Option<String>,
    pub(crate) supersedes_id: Option<ResolutionId>,
    pub(crate) state: DraftState,
    pub(crate) reason: Option<String>,
    pub(crate) resolution_id: Option<ResolutionId>,
    pub(crate) action_id: Option<ActionId>,
    pub(crate) merged_into_id: Option<DraftId>,
    pub(crate) change: DraftChange,
    /// The draft of an earlier revision that it says again.
    pub(crate) follows_id: Option<DraftId>,
    /// The draft of a later revision that says it again.
    pub(crate) followed_by_id: Option<DraftId>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
    /// JSON: the heading under which it stands, and the agenda items that it names.
    #[serde(serialize_with = "crate::db::types::as_some_json")]
    pub(crate) heading: Option<String>,
    /// A JSON array of drafts of earlier revisions that it perhaps says again.
    #[serde(serialize_with = "crate::db::types::as_json")]
    pub(crate) may_follow: String,
}

record!(drafts, Draft, DraftId);

/// Inserts drafts in their order.
pub(crate) fn insert_all(tx: &mut Tx, rows: &[Draft]) -> Result<(), DbError> {
    if tx.conn.is_sqlite() {
        return rows.iter().try_for_each(|row| insert(tx, row));
    }
    for batch in rows.chunks(INSERT_BATCH) {
        if let Conn::Postgres(conn) = &mut tx.conn {
            diesel::insert_into(drafts::table)
                .values(batch)
                .execute(conn)?;
        }
    }
    Ok(())
}

/// The drafts of a meeting that no later revision says again, each with the number of its revision.
pub(crate) fn not_followed(
    conn: &mut Conn,
    meeting: MeetingId,
) -> Result<Vec<(Draft, i32)>, DbError> {
    Ok(drafts::table
        .inner_join(minutes::table.on(minutes::id.eq(drafts::minutes_id)))
        .filter(drafts::meeting_id.eq(meeting))
        .filter(drafts::followed_by_id.is_null())
        .select((drafts::all_columns, minutes::revision))
        .load(conn)?)
}

/// What a list of drafts is narrowed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DraftFilter {
    pub(crate) state: Option<DraftState>,
    pub(crate) origin: Option<DraftOrigin>,
    pub(crate) kind: Option<ResolutionKind>,
    pub(crate) is_action: Option<bool>,
    pub(crate) change: Option<DraftChange>,
}

/// A page of the drafts of some minutes in the order of the text, after the one numbered `after`.
pub(crate) fn list(
    conn: &mut Conn,
    minutes: MinutesId,
    filter: DraftFilter,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<Draft>, DbError> {
    Ok(page(minutes, filter, after, limit).load(conn)?)
}

pub(super) fn page(
    minutes: MinutesId,
    filter: DraftFilter,
    after: Option<i32>,
    limit: i64,
) -> IntoBoxed<'static, drafts::table, MultiBackend> {
    let mut query = drafts::table
        .into_boxed()
        .filter(drafts::minutes_id.eq(minutes));
    if let Some(state) = filter.state {
        query = query.filter(drafts::state.eq(state));
    }
    if let Some(origin) = filter.origin {
        query = query.filter(drafts::origin.eq(origin));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(drafts::kind.eq(kind));
    }
    if let Some(is_action) = filter.is_action {
        query = query.filter(drafts::is_action.eq(is_action));
    }
    if let Some(change) = filter.change {
        query = query.filter(drafts::change.eq(change));
    }
    if let Some(after) = after {
        query = query.filter(drafts::number.gt(after));
    }
    query.order(drafts::number).limit(limit)
}

/// The drafts of these ids.
pub(crate) fn find_many(conn: &mut Conn, ids: &[DraftId]) -> Result<Vec<Draft>, DbError> {
    Ok(drafts::table.filter(drafts::id.eq_any(ids)).load(conn)?)
}

/// The actions that drafts became along with a resolution.
pub(crate) fn actions_with(
    conn: &mut Conn,
    resolution: ResolutionId,
) -> Result<Vec<ActionId>, DbError> {
    Ok(drafts::table
        .filter(drafts::resolution_id.eq(resolution))
        .filter(drafts::state.eq(DraftState::Confirmed))
        .filter(drafts::action_id.is_not_null())
        .select(drafts::action_id.assume_not_null())
        .distinct()
        .load(conn)?)
}

/// The drafts that were merged into another of their minutes, locked.
pub(crate) fn lock_merged(
    tx: &mut Tx,
    minutes: MinutesId,
    into: DraftId,
) -> Result<Vec<Draft>, DbError> {
    let merged = drafts::table
        .filter(drafts::minutes_id.eq(minutes))
        .filter(drafts::state.eq(DraftState::Merged))
        .filter(drafts::merged_into_id.eq(into))
        .order(drafts::number);
    match &mut tx.conn {
        Conn::Sqlite(conn) => Ok(merged.load(conn)?),
        Conn::Postgres(conn) => Ok(merged.for_no_key_update().load(conn)?),
    }
}

/// The drafts of minutes that the revision `next` does not say again, in the order of the text, after the one numbered
/// `after`.
pub(crate) fn left_out(
    conn: &mut Conn,
    minutes: MinutesId,
    next: MinutesId,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<Draft>, DbError> {
    let not_there = sql::<Bool>(
        "(drafts.followed_by_id IS NULL OR NOT EXISTS (SELECT 1 FROM drafts AS later \
         WHERE later.id = drafts.followed_by_id AND later.minutes_id = ",
    )
    .bind::<Uid, _>(next)
    .sql("))");
    let query = page(minutes, DraftFilter::default(), after, limit);
    Ok(query.filter(not_there).load(conn)?)
}
