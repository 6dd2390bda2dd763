//! Deciding what becomes of a draft: it is recorded, is the same as something else, or is nothing.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::draft_subject;
use super::drafts::{DraftPatch, check_item, due_of, exemption_said, in_sight, patch, to_decide};
use super::earlier::{Earlier, action_before, note_no_action, stay_exempt, take_over};
use crate::db::actions as action_rows;
use crate::db::drafts::{self as rows, Draft};
use crate::db::resolutions::Resolution;
use crate::domain::draft::{DraftMove, DraftOrigin, DraftState};
use crate::domain::exemption::ExemptionSaid;
use crate::domain::ids::{ActionId, AgendaItemId, DraftId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::records::actions::{self, NewAction, Origin};
use crate::records::bulk::{each, under};
use crate::records::resolutions::{self, NewResolution};
use crate::records::{Conflict, Effect, Failure, FieldError, Precondition, Source, Writing};

/// The system under which what came from drafts is known, by the draft's id: so that no draft is recorded twice.
const SYSTEM: &str = "minutes";

/// What a draft is the same as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MergeInto {
    /// Another draft of the same minutes.
    Draft(DraftId),
    /// A resolution of the same meeting, recorded already.
    Resolution(ResolutionId),
    /// An action of the same committee, recorded already.
    Action(ActionId),
}

/// What a draft is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Becoming {
    /// A resolution, an action, or both; of that agenda item, where one is named.
    Confirmed {
        agenda_item_id: Option<AgendaItemId>,
    },
    /// The same as something else.
    Merged {
        into: MergeInto,
        reason: Option<String>,
    },
    /// Nothing.
    Rejected { reason: String },
}

impl Becoming {
    const fn name(&self) -> DraftMove {
        match self {
            Self::Confirmed { .. } => DraftMove::Confirm,
            Self::Merged { .. } => DraftMove::Merge,
            Self::Rejected { .. } => DraftMove::Reject,
        }
    }

    const fn operation(&self) -> &'static str {
        match self {
            Self::Confirmed { .. } => "confirm_draft",
            Self::Merged { .. } => "merge_draft",
            Self::Rejected { .. } => "reject_draft",
        }
    }
}

/// What is done with one of many drafts: it is corrected, decided on, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BulkDraftMove {
    pub(crate) draft_id: DraftId,
    /// The version that the caller has read.
    pub(crate) version: i32,
    pub(crate) edit: Option<DraftPatch>,
    pub(crate) becoming: Option<Becoming>,
}

/// Corrects drafts and decides what becomes of them, one after the other, of all of them or of none. What is wrong with a row is told
/// by pointers into it.
pub(crate) fn move_all(
    w: &mut Writing<'_>,
    moves: &[BulkDraftMove],
) -> Result<Effect<Vec<Draft>>, Failure> {
    let within = |member: &'static str| {
        move |failure| match failure {
            Failure::Invalid(errors) => Failure::Invalid(under(member, errors)),
            other => other,
        }
    };
    let decided = each("/drafts", moves, |row| {
        let mut read = Precondition::OneOf(vec![row.version]);
        if let Some(edit) = &row.edit {
            patch(w, row.draft_id, &read, edit).map_err(within("/edit"))?;
            read = Precondition::Any;
        }
        if let Some(becoming) = &row.becoming {
            decide(w, row.draft_id, &read, becoming).map_err(within("/body"))?;
        }
        Ok(row.draft_id)
    })?;
    // A later row may have changed the draft of an earlier one.
    let now: HashMap<DraftId, Draft> = rows::find_many(w.tx, &decided)?
        .into_iter()
        .map(|draft| (draft.id, draft))
        .collect();
    let in_order = decided.iter().filter_map(|id| now.get(id).cloned());
    Ok(Effect::Changed(in_order.collect()))
}

/// Decides what becomes of a draft.
pub(crate) fn make_move(
    w: &mut Writing<'_>,
    id: DraftId,
    read: &Precondition,
    becoming: &Becoming,
) -> Result<Effect<Draft>, Failure> {
    decide(w, id, read, becoming).map(Effect::Changed)
}

fn decide(
    w: &mut Writing<'_>,
    id: DraftId,
    read: &Precondition,
    becoming: &Becoming,
) -> Result<Draft, Failure> {
    let before = to_decide(w, id)?;
    read.check(before.version)?;
    if !before.state.moves().contains(&becoming.name()) {
        return Err(Conflict::DraftDecided {
            asked: Some(becoming.name()),
            state: before.state,
        }
        .into());
    }
    let mut after = before.clone();
    match becoming {
        Becoming::Confirmed { agenda_item_id } => {
            if agenda_item_id.is_some() {
                check_item(w, &before, *agenda_item_id)?;
                after.agenda_item_id = *agenda_item_id;
            }
            confirm(w, &mut after)?;
            after.state = DraftState::Confirmed;
        }
        Becoming::Merged { into, reason } => {
            merge(w, &before, *into, &mut after)?;
            after.state = DraftState::Merged;
            after.reason.clone_from(reason);
        }
        Becoming::Rejected { reason } => {
            take_apart(w, &before)?;
            after.state = DraftState::Rejected;
            after.reason = Some(reason.clone());
        }
    }
    w.replace(becoming.operation(), draft_subject(id), &before, &mut after)?;
    Ok(after)
}

/// Records what a draft says. The action is a draft of its own: nothing is opened here.
fn confirm(w: &mut Writing<'_>, draft: &mut Draft) -> Result<(), Failure> {
    let earlier = action_before(w, draft)?;
    stay_exempt(w, draft, earlier.as_ref())?;
    let earlier = earlier.filter(Earlier::goes_on);
    let resolution = match draft.origin {
        DraftOrigin::Decision => Some(record_resolution(w, draft)?),
        DraftOrigin::Discussion => None,
    };
    draft.resolution_id = resolution.as_ref().map(|resolution| resolution.id);
    if !draft.is_action {
        return earlier.map_or(Ok(()), |earlier| note_no_action(w, draft, &earlier));
    }
    draft.action_id = Some(match earlier {
        Some(earlier) => take_over(w, draft, earlier, resolution.as_ref())?,
        None => record_action(w, draft)?,
    });
    Ok(())
}

/// What was merged into a draft waits for a person again: what it is the same as turns out to be nothing, and it may be something.
fn take_apart(w: &mut Writing<'_>, into: &Draft) -> Result<(), Failure> {
    let because = Map::from_iter([("merged_into_id".to_owned(), json!(into.id))]);
    for before in rows::lock_merged(w.tx, into.minutes_id, into.id)? {
        let mut after = before.clone();
        after.state = DraftState::Proposed;
        after.merged_into_id = None;
        after.reason = None;
        let subject = draft_subject(before.id);
        w.replace_with("reject_draft", subject, &before, &mut after, &because)?;
    }
    Ok(())
}

fn record_resolution(w: &mut Writing<'_>, draft: &Draft) -> Result<Resolution, Failure> {
    let said = exemption_said(draft);
    let new = NewResolution {
        agenda_item_id: draft.agenda_item_id,
        meeting_id: Some(draft.meeting_id),
        clause: draft.label.clone(),
        kind: draft.kind.unwrap_or(ResolutionKind::Other),
        text: draft.text.clone(),
        exempt: said.exempt,
        exempt_paragraphs: said.paragraphs,
        supersedes_id: draft.supersedes_id,
        response_needed: None,
        notice_on: None,
        source: Some(source(draft)),
        digest: digest(draft),
    };
    match resolutions::create(w, &new)? {
        Effect::Created(made) | Effect::Known(made) | Effect::Changed(made) => Ok(made),
    }
}

fn record_action(w: &mut Writing<'_>, draft: &Draft) -> Result<ActionId, Failure> {
    let (origin, said) = match (draft.resolution_id, draft.agenda_item_id) {
        // As the resolution is.
        (Some(resolution), _) => (Origin::Resolution(resolution), ExemptionSaid::default()),
        (None, Some(item)) => (Origin::Discussion(item), exemption_said(draft)),
        (None, None) => (Origin::Meeting(draft.meeting_id), exemption_said(draft)),
    };
    let new = NewAction {
        origin,
        parent_id: None,
        title: draft.title.clone(),
        required: draft.required.clone(),
        owner_post_id: draft.owner_post_id,
        supporting_post_ids: serde_json::from_str(&draft.supporting_posts).unwrap_or_default(),
        due: due_of(draft),
        exempt: said.exempt,
        priority: None,
        verification_required: false,
        exempt_paragraphs: said.paragraphs,
        open: false,
        open_if_complete: false,
        source: Some(source(draft)),
        digest: digest(draft),
    };
    match actions::create(w, &new)? {
        Effect::Created(made) | Effect::Known(made) | Effect::Changed(made) => Ok(made.action.id),
    }
}

fn source(draft: &Draft) -> Source {
    Source {
        system: SYSTEM.to_owned(),
        reference: draft.id.to_string(),
        url: None,
    }
}

/// Whoever records something else under the draft's natural key is told apart from the draft by it.
fn digest(draft: &Draft) -> Vec<u8> {
    Sha256::digest(draft.id.0.as_bytes()).to_vec()
}

/// Notes that a draft is the same as something that is there. An action is told of it in its history.
fn merge(
    w: &mut Writing<'_>,
    draft: &Draft,
    into: MergeInto,
    after: &mut Draft,
) -> Result<(), Failure> {
    let unknown = |pointer: &str, what: &str| Failure::invalid(FieldError::unknown(pointer, what));
    match into {
        MergeInto::Draft(id) => {
            rows::lock(w.tx, id)?;
            let other = in_sight(w, id)?
                .filter(|other| other.id != draft.id && other.minutes_id == draft.minutes_id)
                .ok_or_else(|| unknown("/draft_id", "other draft of these minutes"))?;
            if !matches!(other.state, DraftState::Proposed | DraftState::Confirmed) {
                return Err(Failure::invalid(FieldError::new(
                    "/draft_id",
                    "does_not_go_on",
                    format!(
                        "The other draft is {}; name one that is proposed or confirmed.",
                        other.state
                    ),
                )));
            }
            after.merged_into_id = Some(other.id);
        }
        MergeInto::Resolution(id) => {
            if draft.origin == DraftOrigin::Discussion {
                return Err(Failure::invalid(FieldError::new(
                    "/resolution_id",
                    "not_of_this_origin",
                    "What was said in the discussion is the same as an action, or as another draft.",
                )));
            }
            let resolution = resolutions::in_sight(w, id)?
                .filter(|resolution| resolution.meeting_id == draft.meeting_id)
                .ok_or_else(|| unknown("/resolution_id", "resolution of this meeting"))?;
            after.resolution_id = Some(resolution.id);
        }
        MergeInto::Action(id) => {
            let action = action_rows::find(w.tx, id)?
                .filter(|action| action.visible(&w.sight))
                .filter(|action| action.committee_id == draft.committee_id)
                .ok_or_else(|| unknown("/action_id", "action of this committee"))?;
            after.action_id = Some(action.id);
            let details: Map<String, Value> = Map::from_iter([
                ("draft_id".to_owned(), json!(draft.id)),
                ("minutes_id".to_owned(), json!(draft.minutes_id)),
            ]);
            let today = w.today();
            w.audit_noted("merge_draft", actions::subject(action.id), today, &details)?;
        }
    }
    Ok(())
}
