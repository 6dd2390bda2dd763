//! What can go wrong between the service and its database.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the database, sorted by what a caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// The queue of writes is full, or no connection came free in time. Trying again a little later may help.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached, or the connection broke. Trying again later may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A statement took longer than it may.
    #[error("the database took too long")]
    Timeout,
    /// The disk is full.
    #[error("the database's disk is full")]
    Full,
    /// Another transaction got in the way (serialization failure, deadlock, a unique key taken meanwhile): run again.
    #[error("another transaction got in the way")]
    Raced,
    /// The job panicked; nothing of it was kept.
    #[error("a database job panicked")]
    Panicked,
    /// Anything else: a defect of the service or of the stored data.
    #[error("database failure: {0}")]
    Internal(String),
}

/// Whatever may carry a [`DbError`], so that a transaction can be run again where that helps.
pub trait CarriesDbError: From<DbError> {
    /// The database's failure, if that is what went wrong.
    fn db_error(&self) -> Option<&DbError>;
}

impl CarriesDbError for DbError {
    fn db_error(&self) -> Option<&DbError> {
        Some(self)
    }
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::SerializationFailure => {
                    Self::Raced
                }
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Self::Unavailable(error.to_string())
                }
                DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable(error.to_string()),
                _ => by_message(info.message()),
            },
            DieselError::BrokenTransactionManager => Self::Unavailable(error.to_string()),
            _ => Self::Internal(error.to_string()),
        }
    }
}

/// Neither database's error codes reach us through diesel, so the rest is told by message, in English: SQLite and libpq speak
/// nothing else, and a Postgres session asks its server for it.
fn by_message(message: &str) -> DbError {
    let has = |part: &str| message.contains(part);
    if has("deadlock detected") || has("could not serialize") {
        DbError::Raced
    } else if has("database or disk is full") || has("No space left on device") {
        DbError::Full
    } else if has("statement timeout") || has("lock timeout") || has("interrupted") {
        DbError::Timeout
    } else if has("database is locked") || has("too many clients") || has("connection slots") {
        DbError::Busy
    } else if has("terminating connection")
        || has("server closed the connection")
        || has("shutting down")
        || has("starting up")
        || has("in recovery mode")
        || has("no connection to the server")
        || has("connection to server")
        || has("could not receive data")
        || has("disk I/O error")
        || has("unable to open database file")
        || has("readonly database")
    {
        DbError::Unavailable(message.to_owned())
    } else {
        DbError::Internal(message.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_sorted_by_what_a_caller_can_do() {
        assert!(matches!(
            by_message("database or disk is full"),
            DbError::Full
        ));
        assert!(matches!(
            by_message("disk I/O error"),
            DbError::Unavailable(_)
        ));
        assert!(matches!(
            by_message("canceling statement due to statement timeout"),
            DbError::Timeout
        ));
        assert!(matches!(
            by_message("no such table: x"),
            DbError::Internal(_)
        ));
    }
}
