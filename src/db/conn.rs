//! One connection type for both databases.

use diesel::{Connection as _, MultiConnection, PgConnection, RunQueryDsl as _, SqliteConnection};

use super::DbError;

/// A connection to whichever database the service was started with. Queries are written once against it; where the SQL
/// differs, the query matches on the variant.
#[derive(MultiConnection)]
pub(crate) enum Conn {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Runs a query on the connection's own type. The generic connection builds the text of a query three times for each
/// run, which a hot query cannot afford.
macro_rules! native {
    ($conn:expr, $native:ident => $query:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite($native) => $query,
            $crate::db::Conn::Postgres($native) => $query,
        }
    };
}

pub(super) use native;

impl Conn {
    /// Runs reads that must see one state of the records. On SQLite every read is inside a transaction already.
    pub(super) fn one_snapshot<T>(
        &mut self,
        reads: impl FnOnce(&mut Self) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        if self.is_sqlite() {
            return reads(self);
        }
        self.transaction(|conn| {
            diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                .execute(conn)?;
            reads(conn)
        })
    }

    /// Whether this is SQLite.
    pub(super) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}
