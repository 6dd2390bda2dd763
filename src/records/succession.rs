//! What takes the place of what has ended: of a post or of a committee.

use std::collections::HashSet;
use std::hash::Hash;

use super::{Failure, FieldError};

/// Refuses a successor whose own place was taken by `id`, directly or by way of others. `successor_of` locks a record and tells
/// what took its place; all on the way are locked, so that two writes at once cannot close a circle that neither sees.
pub(super) fn check_succession<I: Copy + Eq + Hash>(
    id: I,
    successor: I,
    what: &str,
    mut successor_of: impl FnMut(I) -> Result<Option<I>, Failure>,
) -> Result<(), Failure> {
    let (mut next, mut passed) = (Some(successor), HashSet::new());
    while let Some(other) = next.filter(|other| passed.insert(*other)) {
        if other == id {
            return Err(Failure::invalid(FieldError::new(
                "/successor_id",
                "circular",
                format!("This {what} took the place of that one, directly or by way of others."),
            )));
        }
        next = successor_of(other)?;
    }
    Ok(())
}
