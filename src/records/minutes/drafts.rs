//! Correcting what was read before it is recorded.

use super::draft_subject;
use super::following::follow;
use crate::db::drafts::{self as rows, Draft};
use crate::domain::draft::{DraftOrigin, DraftState};
use crate::domain::due::{DueTerm, Period};
use crate::domain::exemption::{Exemption, ExemptionSaid};
use crate::domain::ids::{AgendaItemId, DraftId, PostId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::records::actions::{NewDue, check_supporting, checked_owner, ids_as_json};
use crate::records::exemption::as_json;
use crate::records::{
    Conflict, Effect, Failure, FieldError, Precondition, Writing, agenda_items, calendar, meetings,
    resolutions,
};

/// The longest wording of a due term, in characters.
const MAX_WORDING: usize = 500;

/// What changes in a draft; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DraftPatch {
    pub(crate) label: Option<Option<String>>,
    pub(crate) kind: Option<ResolutionKind>,
    pub(crate) is_action: Option<bool>,
    pub(crate) agenda_item_id: Option<Option<AgendaItemId>>,
    pub(crate) title: Option<String>,
    pub(crate) required: Option<Option<String>>,
    pub(crate) owner_post_id: Option<Option<PostId>>,
    pub(crate) supporting_post_ids: Option<Vec<PostId>>,
    pub(crate) due: Option<Option<NewDue>>,
    pub(crate) exempt: Option<Option<bool>>,
    pub(crate) exempt_paragraphs: Option<Option<Vec<u8>>>,
    pub(crate) supersedes_id: Option<Option<ResolutionId>>,
    pub(crate) follows_id: Option<Option<DraftId>>,
}

/// The draft of that id, locked, if the caller may see it. Before it the calendar by which its term is resolved is held, and the
/// meeting, so that its minutes are not read again meanwhile.
pub(super) fn to_decide(w: &mut Writing<'_>, id: DraftId) -> Result<Draft, Failure> {
    let found = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    calendar::hold(w, found.committee_id)?;
    crate::db::meetings::hold(w.tx, found.meeting_id)?;
    rows::lock(w.tx, id)?;
    in_sight(w, id)?.ok_or(Failure::NotFound)
}

pub(super) fn in_sight(w: &mut Writing<'_>, id: DraftId) -> Result<Option<Draft>, Failure> {
    let found = rows::find(w.tx, id)?;
    Ok(found.filter(|draft| w.sight.sees_committee(draft.committee_id)))
}

/// Corrects a draft of which nobody has decided yet what becomes. Its text stays as it was read.
pub(crate) fn patch(
    w: &mut Writing<'_>,
    id: DraftId,
    read: &Precondition,
    patch: &DraftPatch,
) -> Result<Effect<Draft>, Failure> {
    let before = to_decide(w, id)?;
    read.check(before.version)?;
    if before.state != DraftState::Proposed {
        return Err(Conflict::DraftDecided {
            asked: None,
            state: before.state,
        }
        .into());
    }
    check_origin(&before, patch)?;
    let mut after = before.clone();
    if let Some(label) = &patch.label {
        after.label.clone_from(label);
    }
    if let Some(kind) = patch.kind {
        after.kind = Some(kind);
    }
    if let Some(is_action) = patch.is_action {
        after.is_action = is_action;
    }
    if let Some(title) = &patch.title {
        after.title.clone_from(title);
    }
    if let Some(required) = &patch.required {
        after.required.clone_from(required);
    }
    if let Some(item) = patch.agenda_item_id {
        check_item(w, &before, item)?;
        after.agenda_item_id = item;
    }
    if let Some(owner) = patch.owner_post_id {
        if let Some(post) = owner {
            checked_owner(w, post)?;
        }
        after.owner_post_id = owner;
    }
    if let Some(supporting) = &patch.supporting_post_ids {
        check_supporting(w, supporting)?;
        after.supporting_posts = ids_as_json(supporting);
    }
    if let Some(due) = &patch.due {
        if let Some(NewDue {
            term: DueTerm::Meeting(meeting),
            ..
        }) = due
            && meetings::in_sight(w, *meeting)?.is_none()
        {
            return Err(unknown("/due/meeting_id", "meeting"));
        }
        set_due(&mut after, due.as_ref());
    }
    if let Some(exempt) = patch.exempt {
        after.exempt = exempt;
    }
    if let Some(paragraphs) = &patch.exempt_paragraphs {
        after.exempt_paragraphs = paragraphs.as_ref().map(|named| as_json(named));
    }
    check_exemption(&after)?;
    if let Some(follows) = patch.follows_id {
        follow(w, &mut after, follows, patch.exempt == Some(Some(false)))?;
    }
    if let Some(superseded) = patch.supersedes_id {
        if let Some(id) = superseded {
            resolutions::in_sight(w, id)?
                .filter(|resolution| resolution.meeting_id == before.meeting_id)
                .ok_or_else(|| unknown("/supersedes_id", "resolution of this meeting"))?;
        }
        after.supersedes_id = superseded;
    }
    if after == before {
        return Ok(Effect::Changed(before));
    }
    w.replace("update_draft", draft_subject(id), &before, &mut after)?;
    Ok(Effect::Changed(after))
}

fn unknown(pointer: &str, what: &str) -> Failure {
    Failure::invalid(FieldError::unknown(pointer, what))
}

/// What was only said in the discussion is no resolution, and is something to be done or nothing.
fn check_origin(draft: &Draft, patch: &DraftPatch) -> Result<(), Failure> {
    if draft.origin == DraftOrigin::Decision {
        return Ok(());
    }
    let given = [
        ("/label", patch.label.is_some()),
        ("/kind", patch.kind.is_some()),
        ("/is_action", patch.is_action.is_some()),
        (
            "/supersedes_id",
            patch.supersedes_id.is_some_and(|id| id.is_some()),
        ),
    ];
    let wrong: Vec<_> = given
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(pointer, _)| {
            FieldError::new(
                pointer,
                "not_of_this_origin",
                "belongs to a draft that was read among the decisions",
            )
        })
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Failure::Invalid(wrong))
    }
}

pub(super) fn check_item(
    w: &mut Writing<'_>,
    draft: &Draft,
    item: Option<AgendaItemId>,
) -> Result<(), Failure> {
    let Some(item) = item else { return Ok(()) };
    agenda_items::held_in_sight(w, item)?
        .filter(|item| item.meeting_id == draft.meeting_id)
        .map(drop)
        .ok_or_else(|| unknown("/agenda_item_id", "agenda item of this meeting"))
}

/// Refuses paragraphs that exempt what is said to be public. What is said of the exemption itself is as of the agenda item where
/// nothing is.
fn check_exemption(draft: &Draft) -> Result<(), Failure> {
    let said = exemption_said(draft);
    if said.exempt == Some(false) {
        Exemption::of_new(&said, &Exemption::default())?;
    }
    Ok(())
}

/// What is said about the exemption of what becomes of a draft.
pub(super) fn exemption_said(draft: &Draft) -> ExemptionSaid {
    ExemptionSaid {
        exempt: draft.exempt,
        paragraphs: draft
            .exempt_paragraphs
            .as_deref()
            .and_then(|json| serde_json::from_str(json).ok()),
    }
}

/// A term that was read, in the words in which it was printed.
pub(super) fn due_as_read(term: Option<DueTerm>, wording: Option<String>) -> Option<NewDue> {
    Some(NewDue {
        term: term?,
        wording: wording.map(|words| words.chars().take(MAX_WORDING).collect()),
        review_on: None,
    })
}

/// The due term of a draft.
pub(crate) fn due_of(draft: &Draft) -> Option<NewDue> {
    let period = Period::stored(draft.due_period_count, draft.due_period_unit);
    let (day, meeting) = (draft.due_on, draft.due_meeting_id);
    Some(NewDue {
        term: DueTerm::stored(draft.due_kind?, day, meeting, period, draft.due_frequency)?,
        wording: draft.due_wording.clone(),
        review_on: draft.review_on,
    })
}

/// Sets the due term of a draft.
pub(super) fn set_due(draft: &mut Draft, due: Option<&NewDue>) {
    let term = due.map(|due| due.term);
    draft.due_kind = term.map(DueTerm::kind);
    draft.due_wording = due.and_then(|due| due.wording.clone());
    draft.review_on = due.and_then(|due| due.review_on);
    draft.due_on = match term {
        Some(DueTerm::Date(day)) => Some(day),
        _ => None,
    };
    draft.due_meeting_id = match term {
        Some(DueTerm::Meeting(meeting)) => Some(meeting),
        _ => None,
    };
    let period = term.and_then(DueTerm::period);
    draft.due_period_count = period.map(|p| i32::try_from(p.count).unwrap_or(i32::MAX));
    draft.due_period_unit = period.map(|period| period.unit);
    draft.due_frequency = term.and_then(DueTerm::frequency);
}
