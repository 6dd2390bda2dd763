//! What a caller may see, as conditions on rows. What is out of sight is in no list, count or search, and is not found.

use diesel::prelude::*;

use super::schema::committees;
use super::{Conn, DbError};
use crate::domain::ids::{CommitteeId, PostId};

/// What a caller may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    /// The only committees in sight; `None` is all of them.
    pub(crate) committees: Option<Vec<CommitteeId>>,
    /// Which exempt records are in sight.
    pub(crate) exempt: ExemptSight,
}

/// Which exempt records are in sight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExemptSight {
    /// All of them.
    All,
    /// Actions that one of these posts owns or supports, and nothing else that is exempt.
    Posts(Vec<PostId>),
}

impl Sight {
    /// Whether a committee is in sight.
    pub(crate) fn sees_committee(&self, id: CommitteeId) -> bool {
        self.committees.as_ref().is_none_or(|ids| ids.contains(&id))
    }

    /// Whether something of a committee, not an action, is in sight.
    pub(crate) fn sees(&self, committee: CommitteeId, exempt: bool) -> bool {
        self.sees_committee(committee) && (!exempt || self.exempt == ExemptSight::All)
    }
}

/// The committees that have these codes; unknown codes name none.
pub(crate) fn committees_with_codes<'a>(
    conn: &mut Conn,
    codes: impl Iterator<Item = &'a String>,
) -> Result<Vec<CommitteeId>, DbError> {
    codes
        .filter_map(|code| {
            committees::table
                .filter(committees::code.eq(code))
                .select(committees::id)
                .first(conn)
                .optional()
                .map_err(DbError::from)
                .transpose()
        })
        .collect()
}
