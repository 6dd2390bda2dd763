//! What every record's table can do alike: be found by id, inserted, and updated under its version.

/// Declares `find`, `insert` and `update` for a table whose row is `$row`.
macro_rules! record {
    ($table:ident, $row:ty, $id:ty) => {
        /// The record of that id, in sight or not.
        pub(crate) fn find(
            conn: &mut $crate::db::Conn,
            id: $id,
        ) -> Result<Option<$row>, $crate::db::DbError> {
            Ok($table::table.find(id).first(conn).optional()?)
        }

        /// Inserts a record.
        pub(crate) fn insert(
            tx: &mut $crate::db::Tx,
            row: &$row,
        ) -> Result<(), $crate::db::DbError> {
            $crate::db::cached::Cached(diesel::insert_into($table::table).values(row))
                .execute(&mut tx.conn)?;
            Ok(())
        }

        /// Replaces a record that still has the version before `row`'s, and answers whether it did.
        pub(crate) fn update(
            tx: &mut $crate::db::Tx,
            row: &$row,
        ) -> Result<bool, $crate::db::DbError> {
            let guarded = $table::table
                .find(row.id)
                .filter($table::version.eq(row.version - 1));
            let update = $crate::db::cached::Cached(diesel::update(guarded).set(row));
            Ok(update.execute(&mut tx.conn)? == 1)
        }
    };
}

pub(super) use record;
