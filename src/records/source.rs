//! Where a record came from: the natural key that keeps one sent twice from becoming two.

use uuid::Uuid;

use super::{Conflict, Failure};

/// The system a record came from and its key there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The system, e.g. `moderngov`.
    pub(crate) system: String,
    /// Its key in that system.
    pub(crate) reference: String,
    /// Where it can be read there.
    pub(crate) url: Option<String>,
}

/// Decides what a natural key that is known already means: the same record again, or a conflict.
pub(crate) fn sent_again(
    known: Option<&Vec<u8>>,
    sent: &[u8],
    existing: Uuid,
    visible: bool,
) -> Result<(), Failure> {
    if visible && known.is_some_and(|digest| digest == sent) {
        Ok(())
    } else {
        Err(Conflict::NaturalKey {
            existing: visible.then_some(existing),
        }
        .into())
    }
}
