//! What a decision about an action may rest on: a resolution of its committee, or a delegation.

use chrono::NaiveDate;

use super::{Failure, FieldError, Writing, delegations, resolutions};
use crate::db::actions::{self, Action};
use crate::db::committees;
use crate::domain::ids::{CommitteeId, DelegationId, ResolutionId};
use crate::domain::life::Authority;

/// How many successors of a committee are followed, so that a circle of them ends.
const MOST_SUCCESSORS: usize = 20;

/// Refuses what a decision about the action, taken on `day`, cannot rest on.
pub(super) fn check_authority(
    w: &mut Writing<'_>,
    action: &Action,
    authority: &Authority,
    day: NaiveDate,
) -> Result<(), Failure> {
    match authority {
        Authority::Decision(id) => check_decision(w, action, *id),
        Authority::Recorded(id) => check_delegation(w, action, *id, day),
        Authority::Delegation(_) => Ok(()),
    }
}

/// A decision is of the action's committee, of one that succeeded it, or of one that transferred it.
pub(super) fn check_decision(
    w: &mut Writing<'_>,
    action: &Action,
    id: ResolutionId,
) -> Result<(), Failure> {
    let resolution = resolutions::in_sight(w, id)?
        .ok_or_else(|| Failure::invalid(FieldError::unknown("/decision_id", "resolution")))?;
    if decides_for(w, resolution.committee_id, action)? {
        return Ok(());
    }
    Err(Failure::invalid(FieldError::new(
        "/decision_id",
        "another_committee",
        "The decision must be of the action's committee, of its successor, or of the one that transferred the action.",
    )))
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
