//! Several rows in one write, all or none.

use super::{Failure, FieldError};

/// Does something for each row, also where one before failed, and answers with all that was made or all that failed. A
/// failure of the database ends it at once.
pub(crate) fn each<R, T>(
    list: &'static str,
    rows: &[R],
    mut work: impl FnMut(&R) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    let mut done = Vec::with_capacity(rows.len());
    let mut failures = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        match work(row) {
            Ok(made) => done.push(made),
            Err(Failure::Db(error)) => return Err(error.into()),
            Err(failure) => failures.push((index, failure)),
        }
    }
    if failures.is_empty() {
        Ok(done)
    } else {
        Err(Failure::Rows { list, failures })
    }
}

/// What is wrong with the members of a row, by pointers into the body that holds the row.
pub(crate) fn under(prefix: &str, errors: Vec<FieldError>) -> Vec<FieldError> {
    errors
        .into_iter()
        .map(|error| FieldError {
            pointer: format!("{prefix}{}", error.pointer),
            ..error
        })
        .collect()
}
