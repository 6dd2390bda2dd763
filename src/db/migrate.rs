//! Migrations: embedded in the program, one list per database, aligned version by version.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::{Conn, DbError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what is pending and says what that was. Callers hold whatever lock keeps others from doing so too.
pub(super) fn run_pending(conn: &mut Conn) -> Result<Vec<String>, DbError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| DbError::Internal(format!("migration failed: {error}"));
    let source = if conn.is_sqlite() { SQLITE } else { POSTGRES };
    let versions = conn.run_pending_migrations(source).map_err(failed)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}
