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
    /// Whether this is SQLite.
    pub(super) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}
