//! Due terms as they were set, and the occurrences of those that recur.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Nullable, Text};

use crate::db::cached::Cached;
use crate::db::schema::{due_terms, occurrences};
use crate::db::sight::{Parts, as_json};
use crate::db::types::{Instant, Moment, Uid};
use crate::db::{Conn, DbError, Tx};
use crate::domain::due::{DueKind, Frequency, OccurrenceOutcome, PeriodUnit, Settled};
use crate::domain::ids::{ActionId, MeetingId, RecordId};

/// A due term as it was set, for whoever may see by whom.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct SetTerm {
    pub(crate) number: i32,
    pub(crate) kind: DueKind,
    pub(crate) wording: Option<String>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) meeting_id: Option<MeetingId>,
    pub(crate) review_on: Option<NaiveDate>,
    pub(crate) reason: Option<String>,
    pub(crate) set_by: Option<String>,
    pub(crate) set_at: Instant,
    pub(crate) counts_from: Option<Instant>,
    pub(crate) period_count: Option<i32>,
    pub(crate) period_unit: Option<PeriodUnit>,
    pub(crate) frequency: Option<Frequency>,
}

/// A page of the terms of an action, the original first, after the number `after`.
pub(crate) fn terms(
    conn: &mut Conn,
    action: ActionId,
    parts: Parts,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<SetTerm>, DbError> {
    Ok(terms_page(action, parts, after.unwrap_or(0), limit).load(conn)?)
}

#[diesel::dsl::auto_type(no_type_alias)]
pub(in crate::db) fn terms_page(action: ActionId, parts: Parts, after: i32, limit: i64) -> _ {
    let all: bool = parts == Parts::All;
    due_terms::table
        .filter(due_terms::action_id.eq(action))
        .filter(due_terms::number.gt(after))
        .filter(
            due_terms::while_exempt
                .eq(false)
                .or(due_terms::while_exempt.eq(all)),
        )
        .order(due_terms::number)
        .limit(limit)
        .select((
            due_terms::number,
            due_terms::kind,
            due_terms::wording,
            due_terms::due_on,
            due_terms::meeting_id,
            due_terms::review_on,
            due_terms::reason,
            due_terms::set_by.nullable(),
            due_terms::set_at,
            due_terms::counts_from,
            due_terms::period_count,
            due_terms::period_unit,
            due_terms::frequency,
        ))
}

/// The terms in force of these actions.
pub(crate) fn in_force(conn: &mut Conn, of: &[ActionId]) -> Result<Vec<InForce>, DbError> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = of.iter().map(|id| RecordId(id.0)).collect();
    Ok(match conn {
        Conn::Postgres(conn) => Cached(
            diesel::sql_query(
                "SELECT t.action_id, t.meeting_id, t.counts_from FROM actions AS a \
                 JOIN due_terms AS t ON t.action_id = a.id AND t.number = a.due_number WHERE a.id = ANY($1)",
            )
            .bind::<Array<Uid>, _>(ids),
        )
        .load(conn)?,
        Conn::Sqlite(conn) => Cached(
            diesel::sql_query(
                "SELECT t.action_id, t.meeting_id, t.counts_from FROM json_each(?) AS i \
                 JOIN actions AS a ON a.id = unhex(i.value) \
                 JOIN due_terms AS t ON t.action_id = a.id AND t.number = a.due_number",
            )
            .bind::<Text, _>(as_json(&ids)),
        )
        .load(conn)?,
    })
}

/// What a term in force says beyond the action's own row.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub(crate) struct InForce {
    #[diesel(sql_type = Uid)]
    pub(crate) action_id: ActionId,
    /// The meeting that it names, whatever that was postponed to.
    #[diesel(sql_type = Nullable<Uid>)]
    pub(crate) meeting_id: Option<MeetingId>,
    /// What it counts from, if not from the deciding meeting.
    #[diesel(sql_type = Nullable<Moment>)]
    pub(crate) counts_from: Option<Instant>,
}

/// An occurrence that was met or missed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = occurrences, treat_none_as_default_value = false)]
pub(crate) struct Occurrence {
    pub(crate) action_id: ActionId,
    pub(crate) term_number: i32,
    pub(crate) number: i32,
    pub(crate) due_on: NaiveDate,
    pub(crate) meeting_id: Option<MeetingId>,
    pub(crate) outcome: OccurrenceOutcome,
    pub(crate) settled_on: NaiveDate,
    pub(crate) said: String,
    pub(crate) settled_by: String,
    pub(crate) settled_at: Instant,
    /// Whether the action was exempt when it was settled.
    pub(crate) while_exempt: bool,
}

/// Appends an occurrence that is settled.
pub(crate) fn settle(tx: &mut Tx, occurrence: &Occurrence) -> Result<(), DbError> {
    diesel::insert_into(occurrences::table)
        .values(occurrence)
        .execute(&mut tx.conn)?;
    Ok(())
}

/// The settled occurrences of an action, in their order, after a place, at most `limit`.
pub(crate) fn settled(
    conn: &mut Conn,
    action: ActionId,
    parts: Parts,
    after: (i32, i32),
    limit: i64,
) -> Result<Vec<Occurrence>, DbError> {
    Ok(settled_page(action, parts, after.0, after.1, limit).load(conn)?)
}

#[diesel::dsl::auto_type(no_type_alias)]
pub(in crate::db) fn settled_page(
    action: ActionId,
    parts: Parts,
    term: i32,
    number: i32,
    limit: i64,
) -> _ {
    let all: bool = parts == Parts::All;
    let later = occurrences::term_number
        .eq(term)
        .and(occurrences::number.gt(number));
    occurrences::table
        .filter(occurrences::action_id.eq(action))
        .filter(occurrences::term_number.ge(term))
        .filter(later.or(occurrences::term_number.gt(term)))
        .filter(
            occurrences::while_exempt
                .eq(false)
                .or(occurrences::while_exempt.eq(all)),
        )
        .order((occurrences::term_number, occurrences::number))
        .limit(limit)
}

/// What is settled of the terms in force of these actions.
pub(crate) fn settled_so_far(
    conn: &mut Conn,
    of: &[ActionId],
) -> Result<HashMap<ActionId, Settled>, DbError> {
    let mut settled: HashMap<ActionId, Settled> = HashMap::new();
    if of.is_empty() {
        return Ok(settled);
    }
    let ids: Vec<_> = of.iter().map(|id| RecordId(id.0)).collect();
    let rows: Vec<SettledRow> = match conn {
        Conn::Postgres(conn) => Cached(
            diesel::sql_query(
                "SELECT o.action_id, o.due_on, o.meeting_id FROM actions AS a \
                 JOIN occurrences AS o ON o.action_id = a.id AND o.term_number = a.due_number WHERE a.id = ANY($1)",
            )
            .bind::<Array<Uid>, _>(ids),
        )
        .load(conn)?,
        Conn::Sqlite(conn) => Cached(
            diesel::sql_query(
                "SELECT o.action_id, o.due_on, o.meeting_id FROM json_each(?) AS i \
                 JOIN actions AS a ON a.id = unhex(i.value) \
                 JOIN occurrences AS o ON o.action_id = a.id AND o.term_number = a.due_number",
            )
            .bind::<Text, _>(as_json(&ids)),
        )
        .load(conn)?,
    };
    for row in rows {
        let of = settled.entry(row.action_id).or_default();
        of.add(row.due_on, row.meeting_id);
    }
    Ok(settled)
}

#[derive(QueryableByName)]
struct SettledRow {
    #[diesel(sql_type = Uid)]
    action_id: ActionId,
    #[diesel(sql_type = Date)]
    due_on: NaiveDate,
    #[diesel(sql_type = Nullable<Uid>)]
    meeting_id: Option<MeetingId>,
}
