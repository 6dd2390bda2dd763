//! What a revision of minutes says otherwise than the one before.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::db::drafts::{self as rows, Draft, DraftFilter};
use crate::db::minutes::{self, Minutes};
use crate::db::{Conn, DbError};
use crate::domain::draft::DraftChange;
use crate::domain::ids::DraftId;

/// Something that a revision says, or no longer says, beside what was said before; one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedDraft {
    pub(crate) before: Option<Draft>,
    pub(crate) after: Option<Draft>,
}

/// Where a change stands in their list: what the revision says comes first, what it does not say follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChangePlace {
    /// By the number of the draft.
    Said(i32),
    /// By the number that it had.
    LeftOut(i32),
}

impl ChangedDraft {
    /// Where it stands.
    pub(crate) fn place(&self) -> ChangePlace {
        match (&self.after, &self.before) {
            (Some(after), _) => ChangePlace::Said(after.number),
            (None, Some(before)) => ChangePlace::LeftOut(before.number),
            (None, None) => ChangePlace::LeftOut(i32::MAX),
        }
    }
}

/// A page of changes after a place. `only` narrows them to those of one kind: `Some(None)` is what was left out.
pub(crate) fn changes(
    conn: &mut Conn,
    minutes: &Minutes,
    only: Option<Option<DraftChange>>,
    after: Option<ChangePlace>,
    limit: i64,
) -> Result<Vec<ChangedDraft>, DbError> {
    let mut found = Vec::new();
    let said = match (only, after) {
        (Some(None), _) | (_, Some(ChangePlace::LeftOut(_))) => None,
        (_, Some(ChangePlace::Said(number))) => Some(Some(number)),
        (_, None) => Some(None),
    };
    if let Some(after) = said {
        let filter = DraftFilter {
            change: only.flatten(),
            ..DraftFilter::default()
        };
        let drafts = rows::list(conn, minutes.id, filter, after, limit)?;
        let followed: Vec<DraftId> = drafts.iter().filter_map(|d| d.follows_id).collect();
        let mut before: HashMap<_, _> = rows::find_many(conn, &followed)?
            .into_iter()
            .map(|draft| (draft.id, draft))
            .collect();
        found.extend(drafts.into_iter().map(|draft| ChangedDraft {
            before: draft.follows_id.and_then(|id| before.remove(&id)),
            after: Some(draft),
        }));
    }
    let room = limit - i64::try_from(found.len()).unwrap_or(limit);
    if room > 0 && only.is_none_or(|kind| kind.is_none()) {
        let after = match after {
            Some(ChangePlace::LeftOut(number)) => Some(number),
            _ => None,
        };
        if let Some(before) =
            minutes::find_revision(conn, minutes.meeting_id, minutes.revision - 1)?
        {
            let left_out = rows::left_out(conn, before.id, minutes.id, after, room)?;
            found.extend(left_out.into_iter().map(|draft| ChangedDraft {
                before: Some(draft),
                after: None,
            }));
        }
    }
    Ok(found)
}
