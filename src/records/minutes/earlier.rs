//! The action that an earlier revision of minutes has become already, corrected by what they say now.

use serde_json::{Map, Value, json};

use super::drafts::{due_of, exemption_said};
use crate::db::actions::{self as rows, Action, terms};
use crate::db::drafts::{self as draft_rows, Draft};
use crate::db::resolutions::Resolution;
use crate::domain::draft::{DraftOrigin, DraftState};
use crate::domain::due::{DueTerm, Period};
use crate::domain::ids::ActionId;
use crate::domain::life::State;
use crate::records::actions::{self, ActionPatch};
use crate::records::{Conflict, Failure, FieldError, Precondition, Writing};

/// An action, and the draft that became it.
pub(super) struct Earlier {
    action: Action,
    said: Draft,
}

/// The action that what a draft says in other words has become already, unless that is void: it is not recorded again. A decision
/// that corrects no resolution is another one, whose action is another too.
pub(super) fn action_before(
    w: &mut Writing<'_>,
    draft: &Draft,
) -> Result<Option<Earlier>, Failure> {
    let corrects = draft.origin == DraftOrigin::Discussion || draft.supersedes_id.is_some();
    let mut earlier = draft.follows_id.filter(|_| corrects);
    // Revisions between may have been left without a decision.
    while let Some(before) = earlier {
        let Some(before) = draft_rows::find(w.tx, before)? else {
            break;
        };
        if before.state == DraftState::Confirmed {
            let Some(action) = before.action_id else {
                break;
            };
            let action = rows::find(w.tx, action)?.filter(|action| action.state != State::Void);
            return Ok(action.map(|action| Earlier {
                action,
                said: before,
            }));
        }
        earlier = before.follows_id;
    }
    Ok(None)
}

/// Corrects the action by what a draft says otherwise than the one before it, as an ordinary correction does. What both say alike
/// stays as it is in the action, where it may have been corrected since. Refused where the action has gone on and takes it no longer.
pub(super) fn take_over(
    w: &mut Writing<'_>,
    draft: &Draft,
    earlier: Earlier,
    resolution: Option<&Resolution>,
) -> Result<ActionId, Failure> {
    let Earlier { action, said } = earlier;
    rows::lock(w.tx, action.id)?;
    let action = rows::find(w.tx, action.id)?.ok_or(Failure::NotFound)?;
    let mut patch = differences(draft, &said, &action);
    check_taken(w, draft, &said, &action, &mut patch)?;
    exemption(&mut patch, draft, &said, &action, resolution);
    if patch != ActionPatch::default() {
        actions::patch(w, action.id, &Precondition::Any, &patch)?;
    }
    let details: Map<String, Value> = Map::from_iter([
        ("draft_id".to_owned(), json!(draft.id)),
        ("minutes_id".to_owned(), json!(draft.minutes_id)),
    ]);
    let today = w.today();
    w.audit_noted(
        "confirm_draft",
        actions::subject(action.id),
        today,
        &details,
    )?;
    Ok(action.id)
}

/// What a draft says otherwise than the one before it and than the action.
fn differences(draft: &Draft, said: &Draft, action: &Action) -> ActionPatch {
    fn anew<T: PartialEq + Clone>(now: &T, then: &T, there: &T) -> Option<T> {
        (now != then && now != there).then(|| now.clone())
    }
    ActionPatch {
        title: anew(&draft.title, &said.title, &action.title),
        required: anew(&draft.required, &said.required, &action.required),
        owner_post_id: anew(
            &draft.owner_post_id,
            &said.owner_post_id,
            &action.owner_post_id,
        ),
        supporting_post_ids: anew(
            &draft.supporting_posts,
            &said.supporting_posts,
            &action.supporting_posts,
        )
        .map(|posts| serde_json::from_str(&posts).unwrap_or_default()),
        due: (due_of(draft) != due_of(said)).then(|| due_of(draft)),
        ..ActionPatch::default()
    }
}

/// Refuses what an action does not take any more where it stands. The term of one that was opened is compared by what it sets, not by
/// its words.
fn check_taken(
    w: &mut Writing<'_>,
    draft: &Draft,
    said: &Draft,
    action: &Action,
    patch: &mut ActionPatch,
) -> Result<(), Failure> {
    if action.state != State::Draft && patch.due.is_some() {
        let term = |draft: &Draft| due_of(draft).map(|due| due.term);
        let anew = term(draft) != term(said) && term(draft) != term_in_force(w, action)?;
        patch.due = patch.due.take().filter(|_| anew);
    }
    let outstanding = action.state.outstanding();
    let moved = draft.agenda_item_id != said.agenda_item_id
        && draft.agenda_item_id != action.agenda_item_id;
    let refused = [
        (
            "/agenda_item_id",
            draft.origin == DraftOrigin::Discussion && moved,
            "An action stays with its agenda item.",
        ),
        (
            "/due",
            action.state != State::Draft && patch.due.is_some(),
            "Its due term was agreed: it is revised, at …/due-terms, with a reason and an authority.",
        ),
        (
            "/owner_post_id",
            action.state != State::Draft && patch.owner_post_id == Some(None),
            "It needs an owning post.",
        ),
        (
            "/owner_post_id",
            !outstanding && patch.owner_post_id.flatten().is_some(),
            "It has ended.",
        ),
        (
            "/title",
            !outstanding && patch.title.is_some(),
            "It has ended.",
        ),
        (
            "/required",
            !outstanding && patch.required.is_some(),
            "It has ended.",
        ),
        (
            "/supporting_post_ids",
            !outstanding && patch.supporting_post_ids.is_some(),
            "It has ended.",
        ),
    ];
    let members: Vec<_> = refused
        .into_iter()
        .filter(|(_, refused, _)| *refused)
        .map(|(pointer, _, why)| FieldError::new(pointer, "not_taken_over", why))
        .collect();
    if members.is_empty() {
        return Ok(());
    }
    Err(Conflict::ActionGoneOn {
        reference: action.reference.clone(),
        state: action.state,
        members,
    }
    .into())
}

/// The term in force of an action, as it was set.
fn term_in_force(w: &mut Writing<'_>, action: &Action) -> Result<Option<DueTerm>, Failure> {
    let in_force = terms::in_force(w.tx, &[action.id])?.pop();
    let named = in_force.and_then(|term| term.meeting_id);
    let period = Period::stored(action.due_period_count, action.due_period_unit);
    Ok(action
        .due_kind
        .and_then(|kind| DueTerm::stored(kind, action.due_on, named, period, action.due_frequency)))
}

/// The exemption: that of the resolution, where it is said anew or the resolution is exempt; of the discussion, what is said anew.
fn exemption(
    patch: &mut ActionPatch,
    draft: &Draft,
    said: &Draft,
    action: &Action,
    resolution: Option<&Resolution>,
) {
    let (now, then) = (exemption_said(draft), exemption_said(said));
    match resolution.map(Resolution::exemption) {
        Some(of) if of.exempt != action.exempt && (of.exempt || now != then) => {
            patch.exempt = Some(of.exempt);
            patch.exempt_paragraphs = of.exempt.then_some(of.paragraphs);
        }
        None if now != then => {
            patch.exempt = now.exempt;
            patch.exempt_paragraphs = now.paragraphs;
        }
        _ => {}
    }
}
