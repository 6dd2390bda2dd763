//! The rows of trackers that were brought in, and what each said when it was last taken over.

use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::conn::MultiBackend;
use super::schema::imported_rows;
use super::{Conn, DbError, Tx};
use crate::domain::ids::ActionId;

/// How many keys are asked for at once.
const AT_ONCE: usize = 500;

/// A row of a tracker that was brought in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = imported_rows)]
pub(crate) struct ImportedRow {
    /// What the tracker is called.
    pub(crate) system: String,
    /// The natural key of the action and its resolution.
    pub(crate) reference: String,
    /// A digest of what makes the row the one it is, in hexadecimal digits.
    pub(crate) identity: String,
    pub(crate) action_id: ActionId,
    /// JSON.
    pub(crate) said: String,
}

/// The rows of a system that are known by one of these natural keys, or are one of these; each once.
pub(crate) fn find_known(
    conn: &mut Conn,
    system: &str,
    references: &[&str],
    identities: &[&str],
) -> Result<Vec<ImportedRow>, DbError> {
    let mut found: Vec<ImportedRow> = Vec::new();
    for some in references.chunks(AT_ONCE) {
        found.extend(by_reference(system, some).load::<ImportedRow>(conn)?);
    }
    for some in identities.chunks(AT_ONCE) {
        found.extend(by_identity(system, some).load::<ImportedRow>(conn)?);
    }
    found.sort_by(|one, other| one.reference.cmp(&other.reference));
    found.dedup();
    Ok(found)
}

fn by_reference<'a>(
    system: &'a str,
    references: &'a [&'a str],
) -> IntoBoxed<'a, imported_rows::table, MultiBackend> {
    imported_rows::table
        .filter(imported_rows::system.eq(system))
        .filter(imported_rows::reference.eq_any(references))
        .into_boxed()
}

fn by_identity<'a>(
    system: &'a str,
    identities: &'a [&'a str],
) -> IntoBoxed<'a, imported_rows::table, MultiBackend> {
    imported_rows::table
        .filter(imported_rows::system.eq(system))
        .filter(imported_rows::identity.eq_any(identities))
        .into_boxed()
}

/// Remembers a row.
pub(crate) fn insert(tx: &mut Tx, row: &ImportedRow) -> Result<(), DbError> {
    diesel::insert_into(imported_rows::table)
        .values(row)
        .execute(&mut tx.conn)?;
    Ok(())
}

/// Remembers what a row says now.
pub(crate) fn update(tx: &mut Tx, row: &ImportedRow) -> Result<(), DbError> {
    let own = imported_rows::table.find((&row.system, &row.reference));
    diesel::update(own)
        .set(imported_rows::said.eq(&row.said))
        .execute(&mut tx.conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    use super::super::plans::{explain, on_postgres, on_sqlite, seeks};
    use super::super::{agenda_items, meetings};
    use super::*;

    fn check(conn: &mut Conn) {
        for plan in [
            explain(conn, by_reference("tracker", &["CFS 1", "CFS 2"])),
            explain(conn, by_identity("tracker", &["00", "01"])),
        ] {
            assert!(seeks(&plan, "imported_rows"), "{plan}");
        }
        let (nil, max) = (Uuid::nil(), Uuid::max());
        let (from, until) = (DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::UNIX_EPOCH);
        let plan = explain(
            conn,
            meetings::within(&[nil.into(), max.into()], from, until),
        );
        assert!(seeks(&plan, "meetings"), "{plan}");
        let plan = explain(conn, agenda_items::on_agendas(&[nil.into(), max.into()]));
        assert!(seeks(&plan, "agenda_items"), "{plan}");
    }

    #[test]
    fn what_an_import_looks_up_is_found_by_an_index_on_sqlite() {
        on_sqlite(check);
    }

    #[test]
    fn what_an_import_looks_up_is_found_by_an_index_on_postgres() {
        on_postgres(check);
    }
}
