//! What every record's table can do alike: be found by id, inserted, and updated under its version.

use super::types::Instant;
use super::{DbError, Tx};

/// A record that is replaced under its version.
pub(crate) trait Versioned {
    /// Raises the version and replaces the record that still has the one before; answers whether it did. The time of the
    /// last change never goes back, also where the clock did, so that each version follows the one before.
    fn update(&mut self, tx: &mut Tx, now: Instant) -> Result<bool, DbError>;
}

/// Declares `find`, `lock` and `insert`, and how to update, for a table whose row is `$row`.
macro_rules! record {
    ($table:ident, $row:ty, $id:ty) => {
        $crate::db::record::record_within!($table, $row, $id);

        /// Locks a record against others who would change it until the transaction ends. On SQLite there is but one
        /// writer.
        pub(crate) fn lock(tx: &mut $crate::db::Tx, id: $id) -> Result<(), $crate::db::DbError> {
            if let $crate::db::Conn::Postgres(conn) = &mut tx.conn {
                let row = $table::table.find(id).select($table::version);
                row.for_no_key_update().first::<i32>(conn).optional()?;
            }
            Ok(())
        }
    };
}

/// Declares the same without `lock`, for a record that belongs to another: whoever changes it has locked that one.
macro_rules! record_within {
    ($table:ident, $row:ty, $id:ty) => {
        /// The record of that id, in sight or not.
        pub(crate) fn find(
            conn: &mut $crate::db::Conn,
            id: $id,
        ) -> Result<Option<$row>, $crate::db::DbError> {
            let query = $table::table.find(id);
            Ok($crate::db::conn::native!(conn, c => query.first(c)).optional()?)
        }

        /// Inserts a record.
        pub(crate) fn insert(
            tx: &mut $crate::db::Tx,
            row: &$row,
        ) -> Result<(), $crate::db::DbError> {
            let insert = $crate::db::cached::RowInsert::<$row, _>::new(
                diesel::insert_into($table::table).values(row),
            );
            $crate::db::conn::native!(&mut tx.conn, c => insert.execute(c))?;
            Ok(())
        }

        impl $crate::db::record::Versioned for $row {
            fn update(
                &mut self,
                tx: &mut $crate::db::Tx,
                now: $crate::db::types::Instant,
            ) -> Result<bool, $crate::db::DbError> {
                let guarded = $table::table
                    .find(self.id)
                    .filter($table::version.eq(self.version));
                self.version += 1;
                self.updated_at = now.max(self.updated_at);
                let update = $crate::db::cached::Cached(
                    diesel::update(guarded)
                        .set(&*self)
                        .returning($table::version),
                );
                let changed: Option<i32> =
                    $crate::db::conn::native!(&mut tx.conn, c => update.get_result(c))
                        .optional()?;
                Ok(changed.is_some())
            }
        }
    };
}

pub(super) use {record, record_within};
