//! Where committees, meetings and agenda items come from that were brought in from a published source.

use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::conn::MultiBackend;
use super::schema::record_sources;
use super::{Conn, DbError, Tx};
use crate::domain::ids::RecordId;
use crate::domain::published::PublishedKind;

/// How many keys are asked for at once.
const AT_ONCE: usize = 500;

/// The natural key of a record, and what the source said of it when it was last taken over.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = record_sources)]
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::plans::{explain, on_postgres, on_sqlite, seeks};
    use super::*;

    fn check(conn: &mut Conn) {
        let records = [RecordId(Uuid::nil()), RecordId(Uuid::max())];
        let by_key = by_key("moderngov", PublishedKind::Meeting, &["1", "2"]);
        for plan in [
            explain(conn, by_key),
            explain(conn, by_record("moderngov", &records)),
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
