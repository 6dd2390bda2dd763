//! Actions that are parts of another: splitting one, recording one under it, and ending them together.

use serde_json::{Map, json};

use super::create::{self, NewAction, Origin};
use super::due::{NewDue, to_schedule};
use super::patch::save;
use super::{OwnedAction, subject, to_change, with_owner};
use crate::db::actions::{self, Action, ActionChange};
use crate::domain::assurance::Priority;
use crate::domain::ids::{ActionId, PostId};
use crate::domain::life::{Move, State};
use crate::domain::structure::{ends_the_whole, takes_child};
use crate::records::bulk::each;
use crate::records::{Conflict, Effect, Failure, FieldError, Precondition, Writing};

/// The most children that a refusal names.
const NAMED: usize = 20;

/// A part into which an action is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewChild {
    pub(crate) title: String,
    pub(crate) required: Option<String>,
    pub(crate) owner_post_id: Option<PostId>,
    pub(crate) supporting_post_ids: Vec<PostId>,
    pub(crate) due: Option<NewDue>,
    pub(crate) priority: Option<Priority>,
    pub(crate) verification_required: bool,
}

/// An action that was split, and its new children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SplitAction {
    pub(crate) parent: OwnedAction,
    pub(crate) children: Vec<OwnedAction>,
}

/// Splits an action under way into children, which arise from where it arose. It goes on, and ends only with them.
pub(crate) fn split(
    w: &mut Writing<'_>,
    id: ActionId,
    read: &Precondition,
    children: &[NewChild],
) -> Result<Effect<SplitAction>, Failure> {
    let before = to_schedule(w, id)?.1;
    read.check(before.version)?;
    check_takes_child(w, &before, None)?;
    let origin = match (before.resolution_id, before.agenda_item_id) {
        (Some(id), _) => Origin::Resolution(id),
        (None, Some(id)) => Origin::Discussion(id),
        (None, None) => Origin::Meeting(before.meeting_id),
    };
    let mut looked_up = create::LookedUp::default();
    let children = each("/children", children, |child| {
        let new = NewAction {
            origin,
            parent_id: Some(before.id),
            title: child.title.clone(),
            required: child.required.clone(),
            owner_post_id: child.owner_post_id,
            supporting_post_ids: child.supporting_post_ids.clone(),
            due: child.due.clone(),
            exempt: None,
            exempt_paragraphs: None,
            priority: child.priority,
            verification_required: child.verification_required,
            open: false,
            open_if_complete: true,
            source: None,
            digest: Vec::new(),
        };
        create::record(w, &new, Some(&before), &mut looked_up)
    })?;
    let ids: Vec<ActionId> = children.iter().map(|child| child.action.id).collect();
    let details = Map::from_iter([("child_ids".to_owned(), json!(ids))]);
    // A version of its own, so that of two who split it at once one is told.
    let after = save(
        w,
        "split_action",
        &before,
        &ActionChange::default(),
        None,
        &details,
    )?;
    let parent = with_owner(w, after)?;
    Ok(Effect::Created(SplitAction { parent, children }))
}

/// The parent under which an action is recorded, locked, so that it is not claimed or closed meanwhile.
pub(super) fn parent_to_be(w: &mut Writing<'_>, id: ActionId) -> Result<Action, Failure> {
    let parent = to_change(w, id).map_err(|failure| match failure {
        Failure::NotFound => Failure::invalid(FieldError::unknown("/parent_id", "action")),
        other => other,
    })?;
    check_takes_child(w, &parent, Some("/parent_id"))?;
    Ok(parent)
}

fn check_takes_child(
    w: &mut Writing<'_>,
    parent: &Action,
    pointer: Option<&'static str>,
) -> Result<(), Failure> {
    let mut ancestors = 0;
    if let Some(id) = parent.parent_id {
        let further = actions::find(w.tx, id)?.and_then(|above| above.parent_id);
        ancestors = if further.is_some() { 2 } else { 1 };
    }
    takes_child(parent.state, ancestors).map_err(|why| Conflict::NoChild { pointer, why }.into())
}

/// Tells a parent of a child that was recorded under it.
pub(super) fn tell_parent(
    w: &mut Writing<'_>,
    parent: &Action,
    child: ActionId,
) -> Result<(), Failure> {
    let details = Map::from_iter([("child_ids".to_owned(), json!([child]))]);
    let today = w.today();
    w.audit_noted("create_action", subject(parent.id), today, &details)
}

/// Refuses a move that the children or the parent of an action do not allow: what claims or ends the whole while a part is
/// outstanding, and what takes up a part of a whole that is closed.
pub(super) fn allow(w: &mut Writing<'_>, before: &Action, asked: Move) -> Result<(), Failure> {
    if ends_the_whole(asked) {
        let limit = i64::try_from(NAMED).unwrap_or(i64::MAX) + 1;
        let outstanding = actions::outstanding_children(w.tx, before.id, limit)?;
        let all = outstanding.len();
        let references: Vec<_> = outstanding
            .into_iter()
            .filter(|child| child.visible(&w.sight))
            .take(NAMED)
            .map(|child| child.reference)
            .collect();
        if all > 0 {
            return Err(Conflict::OutstandingChildren {
                asked,
                state: before.state,
                others: all > references.len(),
                references,
            }
            .into());
        }
    }
    if asked == Move::Reopen
        && let Some(id) = before.parent_id
    {
        actions::lock(w.tx, id)?;
        if let Some(parent) = actions::find(w.tx, id)?
            && parent.state == State::Closed
        {
            return Err(Conflict::ParentClosed {
                parent: parent.visible(&w.sight).then_some(parent.reference),
            }
            .into());
        }
    }
    Ok(())
}
