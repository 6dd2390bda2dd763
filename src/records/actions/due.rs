//! Setting and revising due terms.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, json};

use super::{OwnedAction, to_change, with_owner};
use crate::db::actions::{self, Action, ActionChange, DueTermRow, terms};
use crate::db::committees::Committee;
use crate::db::meetings::{self, Meeting};
use crate::db::types::Instant;
use crate::domain::due::{CalendarQuestion, Decision, DueTerm, Period, Resolved};
use crate::domain::ids::ActionId;
use crate::domain::life::State;
use crate::domain::meeting::MeetingStatus;
use crate::records::calendar;
use crate::records::meetings::in_sight;
use crate::records::{Conflict, Effect, Failure, FieldError, Precondition, Writing};

/// A due term to be set, in its own wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewDue {
    pub(crate) term: DueTerm,
    pub(crate) wording: Option<String>,
    pub(crate) review_on: Option<NaiveDate>,
}

/// Resolves a new term for an action of a committee that is held.
pub(super) fn resolve(
    w: &mut Writing<'_>,
    committee: &Committee,
    decision: Decision,
    term: DueTerm,
    pointer: &str,
) -> Result<Resolved, Failure> {
    let answer = match term.question(decision) {
        None => None,
        Some(CalendarQuestion::NextAfter(instant)) => calendar::next_after(w, committee, instant)?,
        Some(CalendarQuestion::Meeting(id)) => {
            let pointer = format!("{pointer}/meeting_id");
            let unknown = || Failure::invalid(FieldError::unknown(&pointer, "meeting"));
            let mut meeting = in_sight(w, id)?.ok_or_else(unknown)?;
            if meeting.committee_id != committee.id {
                calendar::hold(w, meeting.committee_id)?;
                meeting = in_sight(w, id)?.ok_or_else(unknown)?;
            }
            check_due_at(&meeting, decision.at).map_err(|(code, detail)| {
                Failure::invalid(FieldError::new(pointer, code, detail))
            })?;
            Some(meeting.in_calendar())
        }
    };
    Ok(term.resolve(decision, answer, &w.rules.bank_holidays))
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

/// The row of a term that has been resolved, and counts from the deciding meeting. `while_exempt` says whether the action is
/// exempt.
pub(super) fn row(
    w: &Writing<'_>,
    id: ActionId,
    number: i32,
    due: &NewDue,
    resolved: Resolved,
    while_exempt: bool,
) -> DueTermRow {
    DueTermRow {
        action_id: id,
        number,
        kind: due.term.kind(),
        wording: due.wording.clone(),
        due_on: resolved.due_on,
        meeting_id: resolved.meeting_id,
        review_on: due.review_on,
        reason: None,
        set_by: w.caller.subject.clone(),
        set_at: w.at(),
        period_count: due
            .term
            .period()
            .map(|p| i32::try_from(p.count).unwrap_or(i32::MAX)),
        period_unit: due.term.period().map(|period| period.unit),
        frequency: due.term.frequency(),
        counts_from: None,
        while_exempt,
    }
}

/// The columns of an action that copy its term in force.
pub(super) fn change(row: &DueTermRow, resolved: Resolved) -> ActionChange {
    ActionChange {
        due_number: Some(row.number),
        due_kind: Some(Some(row.kind)),
        due_wording: Some(row.wording.clone()),
        due_on: Some(row.due_on),
        due_meeting_id: Some(row.meeting_id),
        review_on: Some(row.review_on),
        original_due_on: (row.number == 1).then_some(row.due_on),
        due_period_count: Some(row.period_count),
        due_period_unit: Some(row.period_unit),
        due_frequency: Some(row.frequency),
        due_occurrence: Some(occurrence(resolved)),
        ..ActionChange::default()
    }
}

/// The occurrence in force as it is stored.
pub(super) fn occurrence(resolved: Resolved) -> Option<i32> {
    resolved
        .occurrence
        .and_then(|number| i32::try_from(number).ok())
}

/// Sets a new due term on an action under way: a revision, which never clears lateness against the original.
pub(crate) fn revise(
    w: &mut Writing<'_>,
    id: ActionId,
    read: &Precondition,
    due: &NewDue,
    reason: &str,
) -> Result<Effect<OwnedAction>, Failure> {
    let (committee, before) = to_schedule(w, id)?;
    read.check(before.version)?;
    if before.state == State::Draft || !before.state.outstanding() {
        return Err(Conflict::Frozen {
            state: before.state,
            instead: "A draft's due term is changed by PATCH; a closed or void action keeps the one it has.",
        }
        .into());
    }
    let revision = Revision {
        due,
        reason,
        while_exempt: before.exempt,
    };
    let change = append(w, &committee, &before, &revision, w.at())?;
    let details = Map::from_iter([("reason".to_owned(), json!(reason))]);
    let after = super::patch::save(w, "revise_due_term", &before, &change, None, &details)?;
    with_owner(w, after).map(Effect::Changed)
}

/// A term that takes the place of another.
pub(super) struct Revision<'a> {
    pub(super) due: &'a NewDue,
    pub(super) reason: &'a str,
    /// Whether the action is exempt, or was when this was asked for.
    pub(super) while_exempt: bool,
}

/// Appends a term to those of an action under way, counted from an instant, and answers with what that changes in the action.
/// A term whose day has passed by then was missed.
pub(super) fn append(
    w: &mut Writing<'_>,
    committee: &Committee,
    before: &Action,
    revision: &Revision<'_>,
    counts_from: Instant,
) -> Result<ActionChange, Failure> {
    let due = revision.due;
    let resolved = resolve(w, committee, Decision::at(counts_from.0), due.term, "/due")?;
    if resolved.due_on.is_none() && due.review_on.is_none() {
        return Err(Failure::invalid(FieldError::new(
            "/due/review_on",
            "required",
            "A due term that resolves to no day needs a review day.",
        )));
    }
    let number = before.due_number + 1;
    let row = DueTermRow {
        reason: Some(revision.reason.to_owned()),
        counts_from: Some(counts_from),
        ..row(w, before.id, number, due, resolved, revision.while_exempt)
    };
    actions::add_due_term(w.tx, &row)?;
    let missed = before.due_on.is_some_and(|day| day < w.today());
    Ok(ActionChange {
        missed_terms: missed.then_some(before.missed_terms + 1),
        ..change(&row, resolved)
    })
}

/// The action, locked, and before it its committee, whose calendar its term may depend on.
pub(super) fn to_schedule(
    w: &mut Writing<'_>,
    id: ActionId,
) -> Result<(Committee, Action), Failure> {
    let found = actions::find(w.tx, id)?.ok_or(Failure::NotFound)?;
    let committee = calendar::hold(w, found.committee_id)?;
    Ok((committee, to_change(w, id)?))
}

/// When the meeting began that asked for an action.
pub(super) fn decided_at(w: &mut Writing<'_>, action: &Action) -> Result<DateTime<Utc>, Failure> {
    let meeting = meetings::find(w.tx, action.meeting_id)?;
    Ok(meeting.map_or(w.now, |meeting| meeting.starts_at.0))
}

/// Resolves the term in force by the calendar as it is now: after it was changed behind the back of a closed action, or after
/// an occurrence was settled up to `settled_to`.
pub(super) fn resolve_now(
    w: &mut Writing<'_>,
    action: &Action,
    settled: u32,
    settled_to: Option<NaiveDate>,
) -> Result<Resolved, Failure> {
    let stored = Resolved {
        due_on: action.due_on,
        meeting_id: action.due_meeting_id,
        occurrence: None,
    };
    let in_force = terms::in_force(w.tx, &[action.id])?.pop();
    let named = in_force.and_then(|term| term.meeting_id);
    let counts_from = in_force.and_then(|term| term.counts_from);
    let period = Period::stored(action.due_period_count, action.due_period_unit);
    let term = action
        .due_kind
        .and_then(|kind| DueTerm::stored(kind, action.due_on, named, period, action.due_frequency));
    // A term that is no question of the calendar stays as it was resolved.
    let Some(term) = term.filter(|term| term.follows_calendar()) else {
        return Ok(stored);
    };
    let at = match counts_from {
        Some(instant) => instant.0,
        None => decided_at(w, action)?,
    };
    let decision = Decision {
        at,
        settled,
        settled_to,
    };
    let committee = match term {
        DueTerm::Meeting(id) => meetings::find(w.tx, id)?.map(|meeting| meeting.committee_id),
        _ => Some(action.committee_id),
    };
    let answer = match (term.question(decision), committee) {
        (Some(question), Some(committee)) => calendar::load(w, committee)?.answer(question),
        _ => None,
    };
    Ok(term.resolve(decision, answer, &w.rules.bank_holidays))
}
