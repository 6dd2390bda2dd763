//! Setting and revising due terms.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::moves::told_authority;
use super::patch::save;
use super::{OwnedAction, to_change, with_owner};
use crate::db::actions::{self, Action, ActionChange, DueTermRow, terms};
use crate::db::committees::Committee;
use crate::db::extension_requests;
use crate::db::meetings::{self, Meeting};
use crate::db::types::Instant;
use crate::db::{Conn, DbError};
use crate::domain::due::{CalendarQuestion, CountedFrom, DueTerm, Period, Resolved};
use crate::domain::ids::ActionId;
use crate::domain::life::{Authority, State};
use crate::domain::meeting::MeetingStatus;
use crate::records::authority::check_authority;
use crate::records::calendar;
use crate::records::meetings::in_sight;
use crate::records::{Conflict, Effect, Failure, FieldError, Follows, Precondition, Writing};

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
    from: CountedFrom<'_>,
    term: DueTerm,
    pointer: &str,
) -> Result<Resolved, Failure> {
    let answer = match term.question(from) {
        None => None,
        Some(CalendarQuestion::NextAfter { instant, but }) => {
            calendar::next_after(w, committee, instant, but)?
        }
        Some(CalendarQuestion::Meeting(id)) => {
            let pointer = format!("{pointer}/meeting_id");
            let unknown = || Failure::invalid(FieldError::unknown(&pointer, "meeting"));
            let mut meeting = in_sight(w, id)?.ok_or_else(unknown)?;
            if meeting.committee_id != committee.id {
                calendar::hold(w, meeting.committee_id)?;
                meeting = in_sight(w, id)?.ok_or_else(unknown)?;
            }
            check_due_at(&meeting, from.at).map_err(|(code, detail)| {
                Failure::invalid(FieldError::new(pointer, code, detail))
            })?;
            Some(meeting.in_calendar())
        }
    };
    Ok(term.resolve(from, answer, &w.rules.bank_holidays))
}

/// A review day is not before the day of the meeting that asked.
pub(super) fn check_review(
    review_on: Option<NaiveDate>,
    decided_on: NaiveDate,
    pointer: &str,
) -> Result<(), Failure> {
    if review_on.is_some_and(|day| day < decided_on) {
        return Err(Failure::invalid(FieldError::new(
            pointer,
            "before_decision",
            "The review day must not be before the meeting that asked.",
        )));
    }
    Ok(())
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

/// A revision of a due term: the term that takes the place of the one in force, why, and by whose decision of which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    pub(crate) due: NewDue,
    pub(crate) reason: String,
    pub(crate) authority: Authority,
    /// The day of the decision; today where nothing is said.
    pub(crate) effective_on: Option<NaiveDate>,
}

/// Sets a new due term on an action under way: a revision, which never clears lateness against the original. What somebody asked
/// for is granted or refused as asked, so that nobody sets it past the request.
pub(crate) fn revise(
    w: &mut Writing<'_>,
    id: ActionId,
    read: &Precondition,
    new: &Revision,
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
    if let Some(pending) = extension_requests::pending(w.tx, id)? {
        return Err(Conflict::ExtensionPending {
            existing: pending.id.0,
        }
        .into());
    }
    let decided_on = w.effective(new.effective_on, Follows::Decision(before.decided_on))?;
    let counts_from = check_authority(w, &before, &new.authority, decided_on)?;
    let decided = Decided {
        on: decided_on,
        counts_from,
    };
    let term = NextTerm {
        due: &new.due,
        reason: &new.reason,
        while_exempt: before.exempt,
    };
    let change = append(w, &committee, &before, &term, decided)?;
    let mut details = told_authority(&new.authority);
    details.insert("reason".to_owned(), json!(new.reason));
    let operation = "revise_due_term";
    let after = save(w, operation, &before, &change, Some(decided_on), &details)?;
    with_owner(w, after).map(Effect::Changed)
}

/// When it was decided that another term takes the place of the one in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decided {
    /// The day on which that took effect (Europe/London).
    pub(super) on: NaiveDate,
    /// The instant from which the new term counts.
    pub(super) counts_from: Instant,
}

/// A term that takes the place of another.
pub(super) struct NextTerm<'a> {
    pub(super) due: &'a NewDue,
    pub(super) reason: &'a str,
    /// Whether the action is exempt, or was when this was asked for.
    pub(super) while_exempt: bool,
}

/// Appends a term to those of an action under way, and answers with what that changes in the action. A term whose day had passed
/// when another took its place was missed.
pub(super) fn append(
    w: &mut Writing<'_>,
    committee: &Committee,
    before: &Action,
    term: &NextTerm<'_>,
    decided: Decided,
) -> Result<ActionChange, Failure> {
    let due = term.due;
    let from = CountedFrom::at(decided.counts_from.0);
    let resolved = resolve(w, committee, from, due.term, "/due")?;
    if resolved.due_on.is_none() && due.review_on.is_none() {
        return Err(Failure::invalid(FieldError::new(
            "/due/review_on",
            "required",
            "A due term that resolves to no day needs a review day.",
        )));
    }
    check_review(due.review_on, before.decided_on, "/due/review_on")?;
    let number = before.due_number + 1;
    let row = DueTermRow {
        reason: Some(term.reason.to_owned()),
        counts_from: Some(decided.counts_from),
        ..row(w, before.id, number, due, resolved, term.while_exempt)
    };
    actions::add_due_term(w.tx, &row)?;
    let missed = before.due_on.is_some_and(|day| day < decided.on);
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
pub(super) fn decided_at(conn: &mut Conn, action: &Action) -> Result<DateTime<Utc>, DbError> {
    let meeting = meetings::find(conn, action.meeting_id)?;
    meeting
        .map(|meeting| meeting.starts_at.0)
        .ok_or_else(|| DbError::Internal("an action without the meeting that asked".to_owned()))
}

/// Resolves the term in force by the calendar as it is now, after it was changed behind the back of a closed action.
pub(super) fn resolve_now(w: &mut Writing<'_>, action: &Action) -> Result<Resolved, Failure> {
    let stored = Resolved {
        due_on: action.due_on,
        meeting_id: action.due_meeting_id,
        occurrence: None,
    };
    let in_force = terms::in_force(w.tx, &[action.id])?.pop();
    let named = in_force.and_then(|term| term.meeting_id);
    let period = Period::stored(action.due_period_count, action.due_period_unit);
    let term = action
        .due_kind
        .and_then(|kind| DueTerm::stored(kind, action.due_on, named, period, action.due_frequency));
    // A term that is no question of the calendar stays as it was resolved.
    let Some(term) = term.filter(|term| term.follows_calendar()) else {
        return Ok(stored);
    };
    if let DueTerm::Meeting(named) = term {
        let answer = match meetings::find(w.tx, named)? {
            Some(meeting) => calendar::load(w, meeting.committee_id)?.follow(named),
            None => None,
        };
        return Ok(Resolved::at_named(named, answer));
    }
    let at = match in_force.and_then(|term| term.counts_from) {
        Some(instant) => instant.0,
        None => decided_at(w.tx, action)?,
    };
    let settled = terms::settled_so_far(w.tx, &[action.id])?.remove(&action.id);
    let from = CountedFrom {
        at,
        settled: &settled.unwrap_or_default(),
    };
    let answer = match term.question(from) {
        Some(question) => calendar::load(w, action.committee_id)?.answer(question),
        None => None,
    };
    Ok(term.resolve(from, answer, &w.rules.bank_holidays))
}
