//! Recording delegations.

use chrono::NaiveDate;

use super::writing::Subject;
use super::{Effect, Failure, FieldError, Precondition, Writing, committees, resolutions};
use crate::db::delegations::{self, Delegation};
use crate::domain::ids::{CommitteeId, DelegationId, ResolutionId};

/// A delegation to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewDelegation {
    pub(crate) committee_id: CommitteeId,
    pub(crate) wording: String,
    pub(crate) delegate: String,
    pub(crate) resolution_id: ResolutionId,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: Option<NaiveDate>,
}

const fn subject(id: DelegationId) -> Subject {
    Subject {
        kind: "delegation",
        id: id.0,
    }
}

/// Records a delegation. The resolution that gave it may be another committee's: a council delegates for its committees.
pub(crate) fn create(
    w: &mut Writing<'_>,
    new: &NewDelegation,
) -> Result<Effect<Delegation>, Failure> {
    let unknown = |pointer, what| Failure::invalid(FieldError::unknown(pointer, what));
    committees::in_sight(w, new.committee_id)?
        .ok_or_else(|| unknown("/committee_id", "committee"))?;
    resolutions::in_sight(w, new.resolution_id)?
        .ok_or_else(|| unknown("/resolution_id", "resolution"))?;
    let delegation = Delegation {
        id: w.new_id(),
        committee_id: new.committee_id,
        wording: new.wording.clone(),
        delegate: new.delegate.clone(),
        resolution_id: Some(new.resolution_id),
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    check_days(&delegation)?;
    delegations::insert(w.tx, &delegation)?;
    w.audit_created("create_delegation", subject(delegation.id), &delegation)?;
    Ok(Effect::Created(delegation))
}

/// Ends a delegation, or says that it goes on.
pub(crate) fn patch(
    w: &mut Writing<'_>,
    id: DelegationId,
    read: &Precondition,
    ends_on: Option<Option<NaiveDate>>,
) -> Result<Effect<Delegation>, Failure> {
    delegations::lock(w.tx, id)?;
    let before = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    read.check(before.version)?;
    let mut after = before.clone();
    if let Some(ends_on) = ends_on {
        after.ends_on = ends_on;
    }
    if after == before {
        return Ok(Effect::Changed(before));
    }
    check_days(&after)?;
    w.replace("update_delegation", subject(id), &before, &mut after)?;
    Ok(Effect::Changed(after))
}

fn check_days(delegation: &Delegation) -> Result<(), Failure> {
    if delegation
        .ends_on
        .is_some_and(|day| day < delegation.starts_on)
    {
        return Err(Failure::invalid(FieldError::new(
            "/ends_on",
            "before_start",
            "A delegation must not end before it starts.",
        )));
    }
    Ok(())
}

/// The delegation of that id, if the caller may see it.
pub(crate) fn in_sight(
    w: &mut Writing<'_>,
    id: DelegationId,
) -> Result<Option<Delegation>, Failure> {
    Ok(delegations::find(w.tx, id)?.filter(|d| w.sight.sees_committee(d.committee_id)))
}
