//! The action that an earlier revision of minutes has become already, corrected by what they say now.

use serde_json::{Map, Value, json};

use super::drafts::{due_of, exemption_said, set_due};
use crate::db::actions::{self as rows, Action, terms};
use crate::db::audit;
use crate::db::drafts::{self as draft_rows, Draft};
use crate::db::resolutions::{self, Resolution};
use crate::domain::draft::{DraftOrigin, DraftState};
use crate::domain::due::{DueTerm, Period};
use crate::domain::ids::{ActionId, ResolutionId};
use crate::domain::life::State;
use crate::records::actions::{self, ActionPatch, NewDue};
use crate::records::exemption::as_json;
use crate::records::{Conflict, Failure, FieldError, Precondition, Writing};

/// What an action that has ended says to a correction.
const ENDED: &str = "It has ended, and takes no correction: leave the draft as the action is.";

/// An action, and the draft that became it: none where the action is that of a resolution which a clerk has named.
pub(super) struct Earlier {
    action: Action,
    said: Option<Draft>,
}

impl Earlier {
    /// A void action is not taken up again.
    pub(super) fn goes_on(&self) -> bool {
        self.action.state != State::Void
    }
}

/// The action that what a draft says in other words has become already, or was found to be the same as; or else that of the
/// resolution which it corrects. A decision that corrects no resolution is another one, whose action is another too.
pub(super) fn action_before(
    w: &mut Writing<'_>,
    draft: &Draft,
) -> Result<Option<Earlier>, Failure> {
    let corrects = draft.supersedes_id.is_some();
    let mut earlier = draft.follows_id;
    // Revisions between may have been left without a decision, or have become a resolution alone.
    while let Some(before) = earlier {
        let Some(before) = draft_rows::find(w.tx, before)? else {
            break;
        };
        let resolved = before.origin == DraftOrigin::Decision;
        if before.state == DraftState::Confirmed && resolved && !corrects {
            break;
        }
        let became = match before.state {
            DraftState::Confirmed | DraftState::Merged => before.action_id,
            _ => None,
        };
        if let Some(action) = became {
            return Ok(rows::find(w.tx, action)?.map(|action| Earlier {
                action,
                said: Some(before),
            }));
        }
        earlier = before.follows_id;
    }
    match draft.supersedes_id {
        Some(superseded) => action_of(w, draft, superseded),
        None => Ok(None),
    }
}

/// The action that arises from a resolution, or from one that it corrects.
fn action_of(
    w: &mut Writing<'_>,
    draft: &Draft,
    resolution: ResolutionId,
) -> Result<Option<Earlier>, Failure> {
    let mut named = Some(resolution);
    while let Some(id) = named {
        let mut found = rows::of_resolution(w.tx, id)?;
        if found.is_empty() {
            let along = draft_rows::actions_with(w.tx, id)?;
            found = rows::find_many(w.tx, &along)?;
        }
        found.retain(|action| action.state != State::Void);
        if found.iter().any(|action| action.state.outstanding()) {
            found.retain(|action| action.state.outstanding());
        }
        if found.len() > 1 && draft.is_action {
            let references = found.into_iter().map(|action| action.reference).collect();
            return Err(Conflict::SeveralActions { references }.into());
        }
        if let (Some(action), None) = (found.pop(), found.pop()) {
            return Ok(Some(Earlier { action, said: None }));
        }
        named = resolutions::find(w.tx, id)?.and_then(|found| found.supersedes_id);
    }
    Ok(None)
}

/// What corrects something exempt is exempt too, unless a person has said otherwise in the draft since that became so.
pub(super) fn stay_exempt(
    w: &mut Writing<'_>,
    draft: &mut Draft,
    earlier: Option<&Earlier>,
) -> Result<(), Failure> {
    let mut exempt = Vec::new();
    if let Some(id) = draft.supersedes_id {
        resolutions::lock(w.tx, id)?;
        let found = resolutions::find(w.tx, id)?;
        exempt.extend(found.map(|found| (id.0, found.exemption())));
    }
    if let Some(Earlier { action, .. }) = earlier {
        rows::lock(w.tx, action.id)?;
        let found = rows::find(w.tx, action.id)?;
        exempt.extend(found.map(|found| (action.id.0, found.exemption())));
    }
    exempt.retain(|(_, exemption)| exemption.exempt);
    let Some((_, first)) = exempt.first().cloned() else {
        return Ok(());
    };
    if draft.exempt == Some(true) {
        return Ok(());
    }
    if draft.exempt == Some(false) {
        let said = audit::last_said_exempt(w.tx, draft.id.0.into(), false, Some("update_draft"))?;
        let mut since = None;
        for (id, _) in exempt {
            since = since.max(audit::last_said_exempt(w.tx, id.into(), true, None)?);
        }
        if said > since {
            return Ok(());
        }
    }
    draft.exempt = Some(true);
    if draft.exempt_paragraphs.is_none() && !first.paragraphs.is_empty() {
        draft.exempt_paragraphs = Some(as_json(&first.paragraphs));
    }
    Ok(())
}

/// Tells an action that goes on that, as the minutes say it now, none arises.
pub(super) fn note_no_action(
    w: &mut Writing<'_>,
    draft: &Draft,
    earlier: &Earlier,
) -> Result<(), Failure> {
    let mut details = of_draft(draft);
    details.insert("is_action".to_owned(), json!(false));
    let today = w.today();
    let subject = actions::subject(earlier.action.id);
    w.audit_noted("confirm_draft", subject, today, &details)
}

fn of_draft(draft: &Draft) -> Map<String, Value> {
    Map::from_iter([
        ("draft_id".to_owned(), json!(draft.id)),
        ("minutes_id".to_owned(), json!(draft.minutes_id)),
    ])
}

/// What an action says, as if a draft had said it. What the draft leaves open stays as it is in the action.
fn as_said(w: &mut Writing<'_>, draft: &Draft, action: &Action) -> Result<Draft, Failure> {
    let mut said = Draft {
        title: action.title.clone(),
        required: action.required.clone(),
        ..draft.clone()
    };
    if draft.owner_post_id.is_some() {
        said.owner_post_id = action.owner_post_id;
    }
    if draft.supporting_posts != "[]" {
        said.supporting_posts.clone_from(&action.supporting_posts);
    }
    if draft.due_kind.is_some() {
        let due = term_in_force(w, action)?.map(|term| NewDue {
            term,
            wording: action.due_wording.clone(),
            review_on: action.review_on,
        });
        set_due(&mut said, due.as_ref());
    }
    Ok(said)
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
    let said = match said {
        Some(said) => said,
        None => as_said(w, draft, &action)?,
    };
    let mut patch = differences(draft, &said, &action);
    check_taken(w, draft, &said, &action, &mut patch)?;
    exemption(&mut patch, draft, &said, &action, resolution);
    if patch != ActionPatch::default() {
        actions::patch(w, action.id, &Precondition::Any, &patch)?;
    }
    let (today, subject) = (w.today(), actions::subject(action.id));
    w.audit_noted("confirm_draft", subject, today, &of_draft(draft))?;
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
            action.resolution_id.is_none() && moved,
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
            ENDED,
        ),
        ("/title", !outstanding && patch.title.is_some(), ENDED),
        ("/required", !outstanding && patch.required.is_some(), ENDED),
        (
            "/supporting_post_ids",
            !outstanding && patch.supporting_post_ids.is_some(),
            ENDED,
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
        origin: draft.origin,
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
/// That it is public was said since it became exempt, wherever it is said.
fn exemption(
    patch: &mut ActionPatch,
    draft: &Draft,
    said: &Draft,
    action: &Action,
    resolution: Option<&Resolution>,
) {
    let (now, then) = (exemption_said(draft), exemption_said(said));
    let anew = now != then || now.exempt == Some(false);
    let there = action.exemption();
    let differs = now.exempt.is_some_and(|exempt| exempt != there.exempt)
        || now
            .paragraphs
            .as_ref()
            .is_some_and(|named| *named != there.paragraphs);
    match resolution.map(Resolution::exemption) {
        Some(of) if of.exempt != action.exempt && (of.exempt || anew) => {
            patch.exempt = Some(of.exempt);
            patch.exempt_paragraphs = of.exempt.then_some(of.paragraphs);
        }
        None if anew && differs => {
            patch.exempt = now.exempt;
            patch.exempt_paragraphs = now.paragraphs;
        }
        _ => {}
    }
}
