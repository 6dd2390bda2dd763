//! Recording actions and moving them through their life.

mod bulk;
mod create;
mod due;
mod links;
mod moves;
mod occurrences;
mod patch;
mod structure;

pub(crate) use bulk::{BulkMove, BulkRow, create_all, move_all};
pub(crate) use create::{NewAction, Origin, create};
pub(crate) use due::{NewDue, revise};
pub(crate) use links::{NewLink, create_link};
pub(crate) use moves::{Asking, make_move};
pub(crate) use occurrences::{SeenOccurrence, Settling, occurrences, settle};
pub(crate) use patch::{ActionPatch, patch};
pub(crate) use structure::{NewChild, SplitAction, split};

use super::writing::Subject;
use super::{Failure, FieldError, Writing};
use crate::db::actions::{self, Action};
use crate::db::posts::{self, HeldPost};
use crate::db::sight::ExemptSight;
use crate::domain::ids::{ActionId, PostId};
use crate::domain::life::Standing;

/// An action with the post that owns it and who holds that post: today, or on the day it is asked for `as_of`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnedAction {
    pub(crate) action: Action,
    pub(crate) owner: Option<HeldPost>,
}

pub(super) const fn subject(id: ActionId) -> Subject {
    Subject {
        kind: "action",
        id: id.0,
    }
}

/// The action of that id, locked against other movers, if the caller may see it.
fn to_change(w: &mut Writing<'_>, id: ActionId) -> Result<Action, Failure> {
    actions::lock(w.tx, id)?;
    actions::find(w.tx, id)?
        .filter(|action| action.visible(&w.sight))
        .ok_or(Failure::NotFound)
}

/// The action with its owner.
fn with_owner(w: &mut Writing<'_>, action: Action) -> Result<OwnedAction, Failure> {
    let owner = match action.owner_post_id {
        Some(id) => owner(w, id)?,
        None => None,
    };
    Ok(OwnedAction { action, owner })
}

fn owner(w: &mut Writing<'_>, id: PostId) -> Result<Option<HeldPost>, Failure> {
    let today = w.today();
    Ok(posts::held(w.tx, &[id], today)?.remove(&id))
}

/// The owning post asked for, which must not have ended.
fn checked_owner(w: &mut Writing<'_>, id: PostId) -> Result<HeldPost, Failure> {
    let today = w.today();
    owner(w, id)?
        .filter(|held| held.post.ended_on.is_none_or(|day| day >= today))
        .ok_or_else(|| {
            Failure::invalid(FieldError::unknown(
                "/owner_post_id",
                "post that has not ended",
            ))
        })
}

fn check_supporting(w: &mut Writing<'_>, ids: &[PostId]) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    let today = w.today();
    let known = posts::held(w.tx, ids, today)?;
    let unknown: Vec<_> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !known.contains_key(id))
        .map(|(index, _)| FieldError::unknown(&format!("/supporting_post_ids/{index}"), "post"))
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(Failure::Invalid(unknown))
    }
}

fn ids_as_json(ids: &[PostId]) -> String {
    serde_json::to_string(ids).unwrap_or_else(|_| "[]".to_owned())
}

/// The action as the table of moves sees it.
fn standing(action: &Action) -> Standing<'_> {
    Standing {
        state: action.state,
        owner: action.owner_post_id,
        has_due_term: action.due_kind.is_some(),
        has_due_day: action.due_on.is_some(),
        has_review_day: action.review_on.is_some(),
        claimant: action.claimed_by.as_deref(),
    }
}

/// Whether the caller holds today the owning post or a supporting one.
fn holds_a_post_of(w: &mut Writing<'_>, action: &Action) -> Result<bool, Failure> {
    let held = match &w.sight.exempt {
        ExemptSight::Posts(posts) => posts.clone(),
        // Clerks and auditors see everything, so their posts were not looked up.
        ExemptSight::All => {
            let (subject, today) = (w.caller.subject.clone(), w.today());
            posts::tenures::posts_held_by(w.tx, &subject, today)?
        }
    };
    let supporting = action.supporting_posts();
    Ok(held
        .iter()
        .any(|post| action.owner_post_id == Some(*post) || supporting.contains(post)))
}
