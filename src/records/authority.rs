//! What a decision about an action may rest on: a resolution of its committee, or a delegation.

use chrono::NaiveDate;

use super::{Failure, FieldError, Writing, delegations, resolutions};
use crate::clock::{end_of_london_day, london_day};
use crate::db::actions::{self, Action};
use crate::db::committees;
use crate::db::meetings::{self, Meeting};
use crate::db::types::Instant;
use crate::domain::ids::{CommitteeId, DelegationId, ResolutionId};
use crate::domain::life::Authority;
use crate::domain::meeting::MeetingStatus;

/// How many successors of a committee are followed, so that a circle of them ends.
const MOST_SUCCESSORS: usize = 20;

/// Refuses what a decision about the action that took effect on `day` cannot rest on. Answers with the instant of the decision,
/// from which a period counts: the beginning of the committee's meeting or, of a delegate's, that day.
pub(super) fn check_authority(
    w: &mut Writing<'_>,
    action: &Action,
    authority: &Authority,
    day: NaiveDate,
) -> Result<Instant, Failure> {
    match authority {
        Authority::Decision(id) => check_decision(w, action, *id, day),
        Authority::Delegation(id) => {
            check_delegation(w, action, *id, day)?;
            Ok(within(w, day))
        }
    }
}

/// An instant of a day that has begun: this one, or of an earlier day its last.
fn within(w: &Writing<'_>, day: NaiveDate) -> Instant {
    let end = end_of_london_day(day).map_or(w.now, |end| end.min(w.now));
    Instant(end)
}

/// A decision is another resolution than the one that asked: of the action's committee, of one that succeeded it, or of one that
/// transferred it; of a meeting that took place, not before the one that asked and not after `day`. Answers with when it began.
pub(super) fn check_decision(
    w: &mut Writing<'_>,
    action: &Action,
    id: ResolutionId,
    day: NaiveDate,
) -> Result<Instant, Failure> {
    let refused = |code, detail| Failure::invalid(FieldError::new("/decision_id", code, detail));
    let resolution = resolutions::in_sight(w, id)?
        .ok_or_else(|| Failure::invalid(FieldError::unknown("/decision_id", "resolution")))?;
    if !decides_for(w, resolution.committee_id, action)? {
        return Err(refused(
            "another_committee",
            "The decision must be of the action's committee, of its successor, or of the one that transferred the action.",
        ));
    }
    if action.resolution_id == Some(id) {
        return Err(refused(
            "asked_for_it",
            "The resolution that asked for the action decides nothing about it; name the one that did.",
        ));
    }
    let meeting = meetings::find(w.tx, resolution.meeting_id)?.ok_or(Failure::NotFound)?;
    check_meeting(&meeting, action.decided_on, day)
        .map_err(|(code, detail)| refused(code, detail))?;
    Ok(meeting.starts_at)
}

/// Whether a meeting can have decided about an action that was asked for on one day, with effect on another.
fn check_meeting(
    meeting: &Meeting,
    asked_on: NaiveDate,
    day: NaiveDate,
) -> Result<(), (&'static str, &'static str)> {
    let held_on = london_day(meeting.starts_at.0);
    match meeting.status {
        MeetingStatus::Cancelled => Err(("cancelled", "The meeting did not take place.")),
        MeetingStatus::Postponed => Err((
            "postponed",
            "The meeting was postponed; name a resolution of the one it was postponed to.",
        )),
        MeetingStatus::Scheduled | MeetingStatus::Held if held_on > day => Err((
            "after_effective_day",
            "The meeting must not be after the day on which its decision took effect.",
        )),
        MeetingStatus::Scheduled | MeetingStatus::Held if held_on < asked_on => Err((
            "before_decision",
            "The meeting must not be before the one that asked.",
        )),
        MeetingStatus::Scheduled | MeetingStatus::Held => Ok(()),
    }
}

fn decides_for(
    w: &mut Writing<'_>,
    committee: CommitteeId,
    action: &Action,
) -> Result<bool, Failure> {
    let mut next = Some(action.committee_id);
    for _ in 0..=MOST_SUCCESSORS {
        match next {
            Some(id) if id == committee => return Ok(true),
            Some(id) => next = committees::find(w.tx, id)?.and_then(|c| c.successor_id),
            None => break,
        }
    }
    Ok(actions::transferred_from(w.tx, action.id)?.contains(&committee))
}

fn check_delegation(
    w: &mut Writing<'_>,
    action: &Action,
    id: DelegationId,
    day: NaiveDate,
) -> Result<(), Failure> {
    let delegation = delegations::in_sight(w, id)?
        .filter(|delegation| delegation.committee_id == action.committee_id)
        .ok_or_else(|| {
            Failure::invalid(FieldError::unknown(
                "/delegation_id",
                "delegation of the action's committee",
            ))
        })?;
    if delegation.covers(day) {
        return Ok(());
    }
    Err(Failure::invalid(FieldError::new(
        "/delegation_id",
        "not_in_force",
        "The delegation is not in force on the day of the decision.",
    )))
}
