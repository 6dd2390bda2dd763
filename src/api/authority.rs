//! What a decision rests on, as bodies say it.

use super::fields::Check;
use crate::domain::ids::{DelegationId, ResolutionId};
use crate::domain::life::Authority;

/// The resolution or the recorded delegation that a body names: one, where there is any.
pub(crate) fn authority(
    check: &mut Check,
    decision_id: Option<ResolutionId>,
    delegation_id: Option<DelegationId>,
) -> Option<Authority> {
    match (decision_id, delegation_id) {
        (Some(_), Some(_)) => {
            refuse(check);
            None
        }
        (Some(id), None) => Some(Authority::Decision(id)),
        (None, delegation) => delegation.map(Authority::Delegation),
    }
}

/// The same, where there must be one.
pub(crate) fn needed_authority(
    check: &mut Check,
    decision_id: Option<ResolutionId>,
    delegation_id: Option<DelegationId>,
) -> Option<Authority> {
    if decision_id.is_none() && delegation_id.is_none() {
        refuse(check);
    }
    authority(check, decision_id, delegation_id)
}

fn refuse(check: &mut Check) {
    check.add(
        "/decision_id",
        "decision_or_delegation",
        "needs the decision, or else the recorded delegation, it rests on: decision_id or delegation_id",
    );
}
