//! What a person has made of something stands where a further revision says it again.

use super::drafts;
use super::fresh::title;
use super::reading::{ReadHeading, ReadOwner};
use crate::db::drafts::Draft;
use crate::domain::draft::{DraftChange, DraftState};
use crate::domain::ids::{AgendaItemId, ResolutionId};

/// What was said before word for word: what a person has made of it stands.
pub(super) fn unchanged(fresh: Draft, before: &Draft) -> Draft {
    let state = match before.state {
        DraftState::Superseded => DraftState::Proposed,
        state => state,
    };
    let agenda_item_id = match state {
        DraftState::Proposed => item_again(&fresh, before),
        _ => before.agenda_item_id,
    };
    Draft {
        label: before.label.clone(),
        kind: before.kind,
        is_action: before.is_action,
        agenda_item_id,
        title: before.title.clone(),
        required: before.required.clone(),
        owner_post_id: before.owner_post_id,
        supporting_posts: before.supporting_posts.clone(),
        due_kind: before.due_kind,
        due_wording: before.due_wording.clone(),
        due_on: before.due_on,
        due_meeting_id: before.due_meeting_id,
        review_on: before.review_on,
        due_period_count: before.due_period_count,
        due_period_unit: before.due_period_unit,
        due_frequency: before.due_frequency,
        exempt: before.exempt,
        exempt_paragraphs: before.exempt_paragraphs.clone(),
        supersedes_id: before.supersedes_id,
        state,
        reason: before.reason.clone(),
        resolution_id: before.resolution_id,
        action_id: before.action_id,
        merged_into_id: before.merged_into_id,
        change: DraftChange::Unchanged,
        follows_id: Some(before.id),
        may_follow: before.may_follow.clone(),
        ..fresh
    }
}

/// The agenda item: the one that a person has chosen, or else that of the heading as it is now.
fn item_again(fresh: &Draft, before: &Draft) -> Option<AgendaItemId> {
    let heading = before.heading.as_deref();
    let named = heading.and_then(|json| {
        serde_json::from_str::<ReadHeading>(json)
            .ok()?
            .agenda_item_id
    });
    if before.agenda_item_id == named {
        fresh.agenda_item_id.or(named)
    } else {
        before.agenda_item_id
    }
}

/// Whether the same names are printed.
fn same_owners(one: &Draft, other: &Draft) -> bool {
    printed_owners(one) == printed_owners(other)
}

/// Who is to act, as printed.
pub(super) fn printed_owners(draft: &Draft) -> Vec<String> {
    let owners: Vec<ReadOwner> = serde_json::from_str(&draft.owners).unwrap_or_default();
    owners.into_iter().map(|owner| owner.printed).collect()
}

/// What was said before in other words waits for a person again. What was exempt stays so, and what it became as a resolution is
/// what it corrects. What a person wrote in the place of what was read stands: the line of the action, and what names and a deadline
/// mean that are printed as they were.
pub(super) fn changed(mut fresh: Draft, before: &Draft) -> Draft {
    let (read, required) = title(&before.text);
    if before.title != read {
        fresh.title.clone_from(&before.title);
    }
    if before.required != required {
        fresh.required.clone_from(&before.required);
    }
    if same_owners(&fresh, before) {
        fresh.owner_post_id = before.owner_post_id;
        fresh.supporting_posts.clone_from(&before.supporting_posts);
    }
    let printed = |draft: &Draft| (draft.due_phrase_kind, draft.due_phrase.clone());
    if printed(&fresh) == printed(before) {
        drafts::set_due(&mut fresh, drafts::due_of(before).as_ref());
    }
    Draft {
        agenda_item_id: item_again(&fresh, before),
        exempt: before.exempt,
        exempt_paragraphs: before.exempt_paragraphs.clone(),
        supersedes_id: corrects(before),
        change: DraftChange::Changed,
        follows_id: Some(before.id),
        may_follow: before.may_follow.clone(),
        ..fresh
    }
}

/// The resolution that what follows a draft corrects.
pub(super) fn corrects(before: &Draft) -> Option<ResolutionId> {
    match before.state {
        DraftState::Confirmed => before.resolution_id,
        DraftState::Merged => before.resolution_id.or(before.supersedes_id),
        _ => before.supersedes_id,
    }
}
