//! Recording actions and moving them through their life.

mod bulk;
mod claims;
mod create;
mod due;
mod evidence;
mod extension;
mod links;
mod moves;
mod occurrences;
mod patch;
mod progress;
mod structure;
mod verification;

pub(crate) use bulk::{BulkMove, BulkRow, create_all, move_all};
pub(crate) use create::{LookedUp, NewAction, Origin, create, create_among};
pub(crate) use due::{NewDue, Revision, revise};
pub(crate) use evidence::{NewEvidence, ReceivedFile, add_evidence, withdraw_evidence};
pub(crate) use extension::{
    ExtensionDecision, NewExtensionRequest, grant_extension, refuse_extension, request_extension,
    withdraw_extension,
};
pub(crate) use links::{NewLink, create_link};
pub(crate) use moves::{Asking, make_move};
pub(crate) use occurrences::{SeenOccurrence, Settling, occurrences, settle};
pub(crate) use patch::{ActionPatch, patch};
pub(crate) use progress::{NewProgress, update_progress};
pub(crate) use structure::{NewChild, SplitAction, split};
pub(crate) use verification::{NewVerification, verify};

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::writing::Subject;
use super::{Failure, FieldError, Writing};
use crate::auth::Role;
use crate::db::actions::{self, Action};
use crate::db::posts::{self, HeldPost};
use crate::db::sight::ExemptSight;
use crate::domain::assurance::VerificationResult;
use crate::domain::ids::{ActionId, PostId};
use crate::domain::life::{Mover, Standing};
use crate::domain::rules::Rules;

/// An action with the post in charge of it and who holds that: today, or on the day it is asked for `as_of`. In charge is
/// the owning post or, once that has ended, the one that took its place.
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
    let today = w.today();
    let owner = match action.owner_post_id {
        Some(id) => posts::succession::in_charge(w.tx, &[id], today)?.remove(&id),
        None => None,
    };
    Ok(OwnedAction { action, owner })
}

/// The owning post asked for, which must not have ended. Where it ends meanwhile, the action was given to it before.
pub(super) fn checked_owner(w: &mut Writing<'_>, id: PostId) -> Result<HeldPost, Failure> {
    let today = w.today();
    posts::held(w.tx, &[id], today)?
        .remove(&id)
        .filter(|held| held.post.office().stands(today))
        .ok_or_else(|| {
            Failure::invalid(FieldError::unknown(
                "/owner_post_id",
                "post that has not ended",
            ))
        })
}

/// What the history keeps of an owning post that was just named: its title, which may change.
fn owner_then(owner: Option<&HeldPost>) -> Map<String, Value> {
    let title = owner.map(|held| ("owner_title".to_owned(), held.post.title.clone().into()));
    title.into_iter().collect()
}

pub(super) fn check_supporting(w: &mut Writing<'_>, ids: &[PostId]) -> Result<(), Failure> {
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

pub(super) fn ids_as_json(ids: &[PostId]) -> String {
    serde_json::to_string(ids).unwrap_or_else(|_| "[]".to_owned())
}

/// The action as the table of moves sees it, under the rules of the council.
fn standing<'a>(action: &'a Action, rules: &Rules) -> Standing<'a> {
    Standing {
        state: action.state,
        owner: action.owner_post_id,
        has_due_term: action.due_kind.is_some(),
        has_due_day: action.due_on.is_some(),
        has_review_day: action.review_on.is_some(),
        claimant: action.claimed_by.as_deref(),
        unverified: rules.demands_verification(action.verification_required, action.priority)
            && action.verification != Some(VerificationResult::Satisfied),
        // Of a claim, which is looked up where one is settled.
        unshown: false,
    }
}

/// Who asks, as far as the rules of an action care.
fn mover<'a>(w: &mut Writing<'a>, action: &Action) -> Result<Mover<'a>, Failure> {
    let owner = w.caller.has(Role::Officer) && !posts_held_of(w, action)?.is_empty();
    Ok(Mover {
        subject: &w.caller.subject,
        clerk: w.caller.has(Role::Clerk),
        auditor: w.caller.has(Role::Auditor),
        owner,
    })
}

/// Refuses what an officer would do with effect from a day on which they answered for none of the action's posts: they act only
/// for posts that they hold then as well as today. A clerk acts for whoever held them.
fn check_held_on(
    w: &mut Writing<'_>,
    action: &Action,
    mover: Mover<'_>,
    pointer: &'static str,
    day: NaiveDate,
) -> Result<(), Failure> {
    let of_another_day = mover.owner && !mover.clerk && day != w.today();
    if of_another_day && posts_held_on(w, action, day)?.is_empty() {
        return Err(not_held_then(pointer));
    }
    Ok(())
}

fn not_held_then(pointer: &'static str) -> Failure {
    Failure::invalid(FieldError::new(
        pointer,
        "not_held_then",
        "An officer acts only for a post that they held, or took over, on that day as well as today.",
    ))
}

/// Those of an action's posts that the caller answers for today (holds them, or the posts that took their place), the owning
/// one first.
fn posts_held_of(w: &mut Writing<'_>, action: &Action) -> Result<Vec<PostId>, Failure> {
    let today = w.today();
    posts_held_on(w, action, today)
}

/// The same of a day.
fn posts_held_on(
    w: &mut Writing<'_>,
    action: &Action,
    day: NaiveDate,
) -> Result<Vec<PostId>, Failure> {
    let held = match &w.sight.exempt {
        ExemptSight::Posts(posts) if day == w.today() => posts.clone(),
        // Clerks and auditors see everything, so their posts were not looked up.
        _ => {
            let subject = w.caller.subject.clone();
            posts::succession::answered_by_holder(w.tx, &subject, day)?
        }
    };
    let posts = action.owner_post_id.into_iter();
    Ok(posts
        .chain(action.supporting_posts())
        .filter(|post| held.contains(post))
        .collect())
}
