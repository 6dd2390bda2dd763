//! Invented councils: a small one to look at and a large one to measure by. Both are written through the same transaction
//! scripts as everything else, at backdated instants, so that their history and their audit trail are real.

pub(crate) mod bulk;
pub(crate) mod council;
mod stage;

#[cfg(test)]
mod tests;

use crate::db::{CarriesDbError, DbError};
use crate::records::Failure;

/// Why an invented council was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A transaction script refused what was invented: a defect of the invention.
    #[error("an invented record was refused: {0}")]
    Refused(String),
}

impl From<Failure> for SeedError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Db(error) => Self::Db(error),
            other => Self::Refused(format!("{other:?}")),
        }
    }
}

impl CarriesDbError for SeedError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}
