//! Setting and revising due terms.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, json};

use super::{OwnedAction, to_change, with_owner};
use crate::db::actions::{self, Action, ActionChange, DueTermRow};
use crate::db::meetings::{self, Meeting};
use crate::domain::due::{CalendarQuestion, DueTerm, Resolved};
use crate::domain::ids::{ActionId, CommitteeId};
use crate::domain::life::State;
use crate::domain::meeting::MeetingStatus;
use crate::records::meetings::in_sight;
use crate::records::{Conflict, Effect, Failure, FieldError, Precondition, Writing};

/// A due term to be set, in its own wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewDue {
    pub(crate) term: DueTerm,
    pub(crate) wording: Option<String>,
    pub(crate) review_on: Option<NaiveDate>,
}

/// Resolves a term for an action of `committee` decided at `decided_at`.
pub(super) fn resolve(
    w: &mut Writing<'_>,
    committee: CommitteeId,
    decided_at: DateTime<Utc>,
    term: DueTerm,
    pointer: &str,
) -> Result<Resolved, Failure> {
    let answer = match term.question() {
        None => None,
        Some(CalendarQuestion::NextAfterDecision) => {
            meetings::next_after(w.tx, committee, decided_at)?
        }
        Some(CalendarQuestion::Meeting(id)) => {
            let pointer = format!("{pointer}/meeting_id");
            let meeting = in_sight(w, id)?
                .ok_or_else(|| Failure::invalid(FieldError::unknown(&pointer, "meeting")))?;
            check_due_at(&meeting, decided_at).map_err(|(code, detail)| {
                Failure::invalid(FieldError::new(pointer, code, detail))
            })?;
            Some(meeting.in_calendar())
        }
    };
    Ok(term.resolve(answer))
}

/// Whether an action that was decided on at that instant can be due at a meeting, of whichever committee.
fn check_due_at(
    meeting: &Meeting,
    decided_at: DateTime<Utc>,
) -> Result<(), (&'static str, &'static str)> {
    match meeting.status {
        MeetingStatus::Cancelled => Err(("cancelled", "The meeting will not take place.")),
        MeetingStatus::Postponed => Err((
            "postponed",
            "The meeting was postponed; name the one it was postponed to.",
        )),
        MeetingStatus::Scheduled | MeetingStatus::Held if meeting.starts_at.0 < decided_at => {
            Err((
                "before_decision",
                "The meeting must not be before the one that asked.",
            ))
        }
        MeetingStatus::Scheduled | MeetingStatus::Held => Ok(()),
    }
}

/// The row of a term that has been resolved.
pub(super) fn row(
    w: &Writing<'_>,
    id: ActionId,
    number: i32,
    due: &NewDue,
    resolved: Resolved,
    reason: Option<&str>,
) -> DueTermRow {
    DueTermRow {
        action_id: id,
        number,
        kind: due.term.kind(),
        wording: due.wording.clone(),
        due_on: resolved.due_on,
        meeting_id: resolved.meeting_id,
        review_on: due.review_on,
        reason: reason.map(str::to_owned),
        set_by: w.caller.subject.clone(),
        set_at: w.at(),
    }
}

/// The columns of an action that copy its term in force.
pub(super) fn change(row: &DueTermRow) -> ActionChange {
    ActionChange {
        due_number: Some(row.number),
        due_kind: Some(Some(row.kind)),
        due_wording: Some(row.wording.clone()),
        due_on: Some(row.due_on),
        due_meeting_id: Some(row.meeting_id),
        review_on: Some(row.review_on),
        original_due_on: (row.number == 1).then_some(row.due_on),
        ..ActionChange::default()
    }
}

/// Sets a new due term on an action under way: a revision, which never clears lateness against the original.
pub(crate) fn revise(
    w: &mut Writing<'_>,
    id: ActionId,
    read: &Precondition,
    due: &NewDue,
    reason: &str,
) -> Result<Effect<OwnedAction>, Failure> {
    let before = to_change(w, id)?;
    read.check(before.version)?;
    if before.state == State::Draft || !before.state.outstanding() {
        return Err(Conflict::Frozen {
            state: before.state,
            instead: "A draft's due term is changed by PATCH; a closed or void action keeps the one it has.",
        }
        .into());
    }
    let resolved = resolve_for(w, &before, due.term, "/due")?;
    if resolved.due_on.is_none() && due.review_on.is_none() {
        return Err(Failure::invalid(FieldError::new(
            "/due/review_on",
            "required",
            "A due term that resolves to no day needs a review day.",
        )));
    }
    let row = row(w, id, before.due_number + 1, due, resolved, Some(reason));
    actions::add_due_term(w.tx, &row)?;
    let details = Map::from_iter([("reason".to_owned(), json!(reason))]);
    let after = super::patch::save(w, "revise_due_term", &before, &change(&row), None, &details)?;
    with_owner(w, after).map(Effect::Changed)
}

/// Resolves a term for an action that exists.
pub(super) fn resolve_for(
    w: &mut Writing<'_>,
    action: &Action,
    term: DueTerm,
    pointer: &str,
) -> Result<Resolved, Failure> {
    let decided_at = meetings::find(w.tx, action.meeting_id)?.map(|meeting| meeting.starts_at.0);
    resolve(
        w,
        action.committee_id,
        decided_at.unwrap_or(w.now),
        term,
        pointer,
    )
}
