//! Recording and moving many actions in one write.

use std::collections::BTreeSet;

use super::create::{LookedUp, create_among};
use super::{Asking, NewAction, OwnedAction, links, make_move};
use crate::db::actions;
use crate::domain::ids::ActionId;
use crate::domain::life::Asked;
use crate::records::bulk::each;
use crate::records::sight::Told;
use crate::records::{Effect, Failure, Precondition, Telling, Writing, calendar};

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BulkRow {
    pub(crate) owned: OwnedAction,
    /// Whether it was there already, under its natural key.
    pub(crate) known: bool,
}

impl Telling for BulkRow {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.owned.tell(visit);
    }
}

/// A move of one of many actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BulkMove {
    pub(crate) action_id: ActionId,
    /// The version that the caller has read.
    pub(crate) version: i32,
    pub(crate) asking: Asking,
}

/// Records actions one after the other, as [`create`](super::create()) does, and all of them or none.
pub(crate) fn create_all(
    w: &mut Writing<'_>,
    rows: &[NewAction],
) -> Result<Effect<Vec<BulkRow>>, Failure> {
    let mut looked_up = LookedUp::default();
    let rows = each("/actions", rows, |new| {
        create_among(w, new, &mut looked_up).map(|effect| match effect {
            Effect::Known(owned) => BulkRow { owned, known: true },
            Effect::Created(owned) | Effect::Changed(owned) => BulkRow {
                owned,
                known: false,
            },
        })
    })?;
    Ok(if rows.iter().all(|row| row.known) {
        Effect::Known(rows)
    } else {
        Effect::Created(rows)
    })
}

/// Makes moves one after the other, as [`make_move`] does, and all of them or none.
pub(crate) fn move_all(
    w: &mut Writing<'_>,
    rows: &[BulkMove],
) -> Result<Effect<Vec<BulkRow>>, Failure> {
    let closing = rows
        .iter()
        .map(|row| &row.asking.asked)
        .find(|asked| matches!(asked, Asked::CloseInto { .. }));
    if let Some(asked) = closing {
        links::lock_for(w, asked)?;
    }
    let ids: Vec<_> = rows.iter().map(|row| row.action_id).collect();
    if rows
        .iter()
        .any(|row| matches!(row.asking.asked, Asked::Reopen { .. }))
    {
        // What is reopened is scheduled anew: the committees are held before their actions, as by everybody who takes both.
        let found = actions::find_many(w.tx, &ids)?;
        let committees: BTreeSet<_> = found.iter().map(|action| action.committee_id).collect();
        for committee in committees {
            calendar::hold(w, committee)?;
        }
    }
    actions::lock_many(w.tx, &ids)?;
    let rows = each("/moves", rows, |row| {
        let read = Precondition::OneOf(vec![row.version]);
        make_move(w, row.action_id, &read, &row.asking).map(|effect| match effect {
            Effect::Known(owned) | Effect::Created(owned) | Effect::Changed(owned) => BulkRow {
                owned,
                known: false,
            },
        })
    })?;
    Ok(Effect::Changed(rows))
}
