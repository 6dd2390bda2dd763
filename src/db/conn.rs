//! One connection type for both databases.

use diesel::{MultiConnection, PgConnection, SqliteConnection};

/// A connection to whichever database the service was started with. Queries are written once against it; where the SQL
/// differs, the query matches on the variant.
#[derive(MultiConnection)]
pub(crate) enum Conn {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

impl Conn {
    /// Whether this is SQLite.
    pub(super) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}
