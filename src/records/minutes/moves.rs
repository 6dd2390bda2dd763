//! Deciding what becomes of a draft: it is recorded, is the same as something else, or is nothing.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::draft_subject;
use super::drafts::{due_of, exemption_said, in_sight, to_decide};
use crate::db::actions as action_rows;
use crate::db::drafts::{self as rows, Draft};
use crate::domain::draft::{DraftMove, DraftOrigin, DraftState};
use crate::domain::ids::{ActionId, DraftId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::records::actions::{self, NewAction, Origin};
use crate::records::bulk::each;
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
    /// A resolution, an action, or both.
    Confirmed,
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
            Self::Confirmed => DraftMove::Confirm,
            Self::Merged { .. } => DraftMove::Merge,
            Self::Rejected { .. } => DraftMove::Reject,
        }
    }

    const fn operation(&self) -> &'static str {
        match self {
            Self::Confirmed => "confirm_draft",
            Self::Merged { .. } => "merge_draft",
            Self::Rejected { .. } => "reject_draft",
        }
    }
}

/// A move of one of many drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BulkDraftMove {
    pub(crate) draft_id: DraftId,
    /// The version that the caller has read.
    pub(crate) version: i32,
    pub(crate) becoming: Becoming,
}

/// Decides what becomes of drafts, one after the other, of all of them or of none.
pub(crate) fn move_all(
    w: &mut Writing<'_>,
    moves: &[BulkDraftMove],
) -> Result<Effect<Vec<Draft>>, Failure> {
    let decided = each("/drafts", moves, |row| {
        let read = Precondition::OneOf(vec![row.version]);
        decide(w, row.draft_id, &read, &row.becoming)
    })?;
    Ok(Effect::Changed(decided))
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
        Becoming::Confirmed => {
            confirm(w, &before, &mut after)?;
            after.state = DraftState::Confirmed;
        }
        Becoming::Merged { into, reason } => {
            merge(w, &before, *into, &mut after)?;
            after.state = DraftState::Merged;
            after.reason.clone_from(reason);
        }
        Becoming::Rejected { reason } => {
            after.state = DraftState::Rejected;
            after.reason = Some(reason.clone());
        }
    }
    w.replace(becoming.operation(), draft_subject(id), &before, &mut after)?;
    Ok(after)
}

/// Records what a draft says. The action is a draft of its own: nothing is opened here.
fn confirm(w: &mut Writing<'_>, draft: &Draft, after: &mut Draft) -> Result<(), Failure> {
    let origin = match draft.origin {
        DraftOrigin::Decision => {
            let resolution = record_resolution(w, draft)?;
            after.resolution_id = Some(resolution);
            Origin::Resolution(resolution)
        }
        DraftOrigin::Discussion => {
            let item = draft.agenda_item_id.ok_or_else(|| Conflict::DraftLacks {
                asked: DraftMove::Confirm,
                needs: vec![FieldError::new(
                    "/agenda_item_id",
                    "required",
                    "is needed: what was asked for in the discussion belongs to an agenda item",
                )],
            })?;
            Origin::Discussion(item)
        }
    };
    if !draft.is_action {
        return Ok(());
    }
    after.action_id = match action_before(w, draft)? {
        Some(action) => Some(action),
        None => Some(record_action(w, draft, origin)?),
    };
    Ok(())
}

fn record_resolution(w: &mut Writing<'_>, draft: &Draft) -> Result<ResolutionId, Failure> {
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
        Effect::Created(made) | Effect::Known(made) | Effect::Changed(made) => Ok(made.id),
    }
}

fn record_action(w: &mut Writing<'_>, draft: &Draft, origin: Origin) -> Result<ActionId, Failure> {
    let said = match origin {
        // As the resolution is.
        Origin::Resolution(_) => crate::domain::exemption::ExemptionSaid::default(),
        Origin::Discussion(_) => exemption_said(draft),
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

/// The action that what a draft says in other words has become already: it is not recorded again. A decision that corrects no
/// resolution is another one, whose action is another too.
fn action_before(w: &mut Writing<'_>, draft: &Draft) -> Result<Option<ActionId>, Failure> {
    let corrects = draft.origin == DraftOrigin::Discussion || draft.supersedes_id.is_some();
    let mut earlier = draft.follows_id.filter(|_| corrects);
    // Revisions between may have been left without a decision.
    while let Some(before) = earlier {
        let Some(before) = rows::find(w.tx, before)? else {
            break;
        };
        if before.state == DraftState::Confirmed {
            return Ok(before.action_id);
        }
        earlier = before.follows_id;
    }
    Ok(None)
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
