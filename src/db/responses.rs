//! Responses of the executive to resolutions.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::cached::RowInsert;
use super::conn::{MultiBackend, native};
use super::schema::{resolution_responses, resolution_responses as responses, resolutions};
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::ids::{MeetingId, ResolutionId, ResponseId};
use crate::domain::response::ExecutiveResponse;

/// A response as it is stored; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = responses, treat_none_as_default_value = false)]
#[diesel(check_for_backend(MultiBackend))]
pub(crate) struct Response {
    pub(crate) id: ResponseId,
    pub(crate) resolution_id: ResolutionId,
    /// Its place among those to the resolution, from 1; the last one counts.
    pub(crate) number: i32,
    pub(crate) response: ExecutiveResponse,
    /// The body or post that responded, in words.
    pub(crate) responded_by: String,
    pub(crate) responded_on: NaiveDate,
    pub(crate) reasons: Option<String>,
    pub(crate) recorded_by: Option<String>,
    pub(crate) recorded_at: Instant,
}

/// The response of that id, in sight or not.
pub(crate) fn find(conn: &mut Conn, id: ResponseId) -> Result<Option<Response>, DbError> {
    Ok(responses::table.find(id).first(conn).optional()?)
}

/// Appends a response.
pub(crate) fn insert(tx: &mut Tx, row: &Response) -> Result<(), DbError> {
    let insert = RowInsert::<Response, _>::new(diesel::insert_into(responses::table).values(row));
    native!(&mut tx.conn, c => insert.execute(c))?;
    Ok(())
}

/// The day of the first response to each of these resolutions, and the response that counts: the last one. One query.
pub(crate) fn first_and_counting(
    conn: &mut Conn,
    ids: &[ResolutionId],
) -> Result<HashMap<ResolutionId, (NaiveDate, Response)>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let counts = resolutions::id
        .eq(responses::resolution_id)
        .and(resolutions::response_number.eq(responses::number));
    let first = diesel::alias!(resolution_responses as first_responses);
    let comes_first = first
        .field(responses::resolution_id)
        .eq(responses::resolution_id)
        .and(first.field(responses::number).eq(1));
    let rows: Vec<(NaiveDate, Response)> = responses::table
        .inner_join(resolutions::table.on(counts))
        .inner_join(first.on(comes_first))
        .filter(responses::resolution_id.eq_any(ids))
        .select((first.field(responses::responded_on), Response::as_select()))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(first_on, row)| (row.resolution_id, (first_on, row)))
        .collect())
}

/// A page of the responses to a resolution in the order in which they were recorded, after the one with the number `after`.
pub(crate) fn list(
    conn: &mut Conn,
    resolution: ResolutionId,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<Response>, DbError> {
    Ok(page(resolution, after, limit).load(conn)?)
}

pub(super) fn page(
    resolution: ResolutionId,
    after: Option<i32>,
    limit: i64,
) -> IntoBoxed<'static, responses::table, MultiBackend> {
    let query = responses::table
        .into_boxed()
        .filter(responses::resolution_id.eq(resolution));
    let query = match after {
        Some(number) => query.filter(responses::number.gt(number)),
        None => query,
    };
    query.order(responses::number).limit(limit)
}

/// Makes the time for responses to a meeting's resolutions run from the day on which the meeting is now, where no notice was
/// given.
pub(crate) fn follow_meeting(
    tx: &mut Tx,
    meeting: MeetingId,
    day: NaiveDate,
) -> Result<(), DbError> {
    let without_notice = resolutions::table
        .filter(resolutions::meeting_id.eq(meeting))
        .filter(resolutions::notice_on.is_null());
    diesel::update(without_notice)
        .set(resolutions::response_anchor.eq(day))
        .execute(&mut tx.conn)?;
    Ok(())
}
