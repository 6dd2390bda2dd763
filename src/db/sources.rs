//! Where committees, meetings and agenda items come from that were brought in from a published source.

use std::collections::HashMap;

use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use uuid::Uuid;

use super::conn::MultiBackend;
use super::schema::record_sources;
use super::types::Instant;
use super::{Conn, DbError, Tx};
use crate::domain::ids::RecordId;
use crate::domain::published::PublishedKind;

/// How many keys are asked for at once.
const AT_ONCE: usize = 500;

/// The natural key of a record, and what the source said of it when it was last taken over.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = record_sources, treat_none_as_default_value = false)]
pub(crate) struct RecordSource {
    /// The system, e.g. `moderngov`.
    pub(crate) system: String,
    pub(crate) kind: PublishedKind,
    /// Its key in that system.
    pub(crate) reference: String,
    pub(crate) record_id: RecordId,
    /// Where it can be read there.
    pub(crate) url: Option<String>,
    /// JSON.
    pub(crate) said: String,
    /// When it was last seen to list the record; not known of what an older program brought in.
    pub(crate) last_seen_at: Option<Instant>,
    /// Since when it has not listed it, where it does no longer.
    pub(crate) missing_since: Option<Instant>,
}

/// Those of some keys of one kind that are known.
pub(crate) fn find_all(
    conn: &mut Conn,
    system: &str,
    kind: PublishedKind,
    references: &[&str],
) -> Result<Vec<RecordSource>, DbError> {
    let mut found = Vec::new();
    for some in references.chunks(AT_ONCE) {
        found.extend(by_key(system, kind, some).load::<RecordSource>(conn)?);
    }
    Ok(found)
}

/// Where some records come from that came from one system.
pub(crate) fn of_records(
    conn: &mut Conn,
    system: &str,
    records: &[RecordId],
) -> Result<Vec<RecordSource>, DbError> {
    let mut found = Vec::new();
    for some in records.chunks(AT_ONCE) {
        found.extend(by_record(system, some).load::<RecordSource>(conn)?);
    }
    Ok(found)
}

/// All of one kind that came from one system.
pub(crate) fn of_kind(
    conn: &mut Conn,
    system: &str,
    kind: PublishedKind,
) -> Result<Vec<RecordSource>, DbError> {
    Ok(record_sources::table
        .filter(record_sources::system.eq(system))
        .filter(record_sources::kind.eq(kind))
        .load(conn)?)
}

/// Where some records come from, whatever the system: where from several, the one that was last seen to list it.
pub(crate) fn latest(
    conn: &mut Conn,
    records: &[RecordId],
) -> Result<HashMap<Uuid, RecordSource>, DbError> {
    let mut found: HashMap<Uuid, RecordSource> = HashMap::new();
    for some in records.chunks(AT_ONCE) {
        for row in of_any(some).load::<RecordSource>(conn)? {
            let of = |row: &RecordSource| (row.last_seen_at, std::cmp::Reverse(row.system.clone()));
            let known = found.get(&row.record_id.0);
            if known.is_none_or(|known| of(known) < of(&row)) {
                found.insert(row.record_id.0, row);
            }
        }
    }
    Ok(found)
}

fn of_any(records: &[RecordId]) -> IntoBoxed<'_, record_sources::table, MultiBackend> {
    record_sources::table
        .filter(record_sources::record_id.eq_any(records))
        .into_boxed()
}

fn by_key<'a>(
    system: &'a str,
    kind: PublishedKind,
    references: &'a [&'a str],
) -> IntoBoxed<'a, record_sources::table, MultiBackend> {
    record_sources::table
        .filter(record_sources::system.eq(system))
        .filter(record_sources::kind.eq(kind))
        .filter(record_sources::reference.eq_any(references))
        .into_boxed()
}

fn by_record<'a>(
    system: &'a str,
    records: &'a [RecordId],
) -> IntoBoxed<'a, record_sources::table, MultiBackend> {
    record_sources::table
        .filter(record_sources::record_id.eq_any(records))
        .filter(record_sources::system.eq(system))
        .into_boxed()
}

/// Remembers where a record comes from.
pub(crate) fn insert(tx: &mut Tx, row: &RecordSource) -> Result<(), DbError> {
    diesel::insert_into(record_sources::table)
        .values(row)
        .execute(&mut tx.conn)?;
    Ok(())
}

/// Remembers what the source says now, and where.
pub(crate) fn update(tx: &mut Tx, row: &RecordSource) -> Result<(), DbError> {
    let own = record_sources::table.find((&row.system, row.kind, &row.reference));
    diesel::update(own)
        .set((
            record_sources::url.eq(&row.url),
            record_sources::said.eq(&row.said),
        ))
        .execute(&mut tx.conn)?;
    Ok(())
}

/// Remembers that a system knows a record by another key.
pub(crate) fn rename(tx: &mut Tx, row: &RecordSource, reference: &str) -> Result<(), DbError> {
    let own = record_sources::table.find((&row.system, row.kind, &row.reference));
    diesel::update(own)
        .set(record_sources::reference.eq(reference))
        .execute(&mut tx.conn)?;
    Ok(())
}

/// Those of some keys of one kind that the system has not listed of late.
pub(crate) fn missing(
    conn: &mut Conn,
    system: &str,
    kind: PublishedKind,
    references: &[&str],
) -> Result<Vec<RecordSource>, DbError> {
    let mut found = Vec::new();
    for some in references.chunks(AT_ONCE) {
        let gone = by_key(system, kind, some).filter(record_sources::missing_since.is_not_null());
        let in_order = gone.order(record_sources::reference);
        found.extend(in_order.load::<RecordSource>(conn)?);
    }
    Ok(found)
}

/// Remembers that a system listed those keys.
pub(crate) fn seen(
    tx: &mut Tx,
    system: &str,
    kind: PublishedKind,
    references: &[&str],
    at: Instant,
) -> Result<(), DbError> {
    let listing = Listing {
        last_seen_at: Some(at),
        missing_since: Some(None),
    };
    mark(tx, system, kind, references, &listing)
}

/// Remembers that a system listed those keys no longer.
pub(crate) fn missed(
    tx: &mut Tx,
    system: &str,
    kind: PublishedKind,
    references: &[&str],
    since: Instant,
) -> Result<(), DbError> {
    let listing = Listing {
        last_seen_at: None,
        missing_since: Some(Some(since)),
    };
    mark(tx, system, kind, references, &listing)
}

/// What changes in whether a system lists a record; `None` stays as it is.
#[derive(AsChangeset)]
#[diesel(table_name = record_sources)]
struct Listing {
    last_seen_at: Option<Instant>,
    missing_since: Option<Option<Instant>>,
}

fn mark(
    tx: &mut Tx,
    system: &str,
    kind: PublishedKind,
    references: &[&str],
    listing: &Listing,
) -> Result<(), DbError> {
    for some in references.chunks(AT_ONCE) {
        let own = record_sources::table
            .filter(record_sources::system.eq(system))
            .filter(record_sources::kind.eq(kind))
            .filter(record_sources::reference.eq_any(some));
        diesel::update(own).set(listing).execute(&mut tx.conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::plans::{explain, on_postgres, on_sqlite, seeks};
    use super::*;

    fn check(conn: &mut Conn) {
        let records = [RecordId(Uuid::nil()), RecordId(Uuid::max())];
        let by_key = by_key("moderngov", PublishedKind::Meeting, &["1", "2"]);
        for plan in [
            explain(conn, by_key),
            explain(conn, by_record("moderngov", &records)),
            explain(conn, of_any(&records)),
        ] {
            assert!(seeks(&plan, "record_sources"), "{plan}");
        }
    }

    #[test]
    fn sources_are_found_by_an_index_on_sqlite() {
        on_sqlite(check);
    }

    #[test]
    fn sources_are_found_by_an_index_on_postgres() {
        on_postgres(check);
    }
}
