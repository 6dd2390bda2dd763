//! What a decision rests on, as bodies say it.

use super::fields::{Check, MAX_PROSE};
use crate::domain::ids::{DelegationId, ResolutionId};
use crate::domain::life::Authority;

/// The resolution or the delegation that a body names: one, where there is any.
pub(crate) fn authority(
    check: &mut Check,
    decision_id: Option<ResolutionId>,
    delegation_id: Option<DelegationId>,
    delegation: Option<String>,
) -> Option<Authority> {
    check.opt_prose("/delegation", delegation.as_ref(), MAX_PROSE);
    let named = [
        decision_id.map(Authority::Decision),
        delegation_id.map(Authority::Recorded),
        delegation.map(Authority::Delegation),
    ];
    let mut named = named.into_iter().flatten();
    let first = named.next();
    if named.next().is_some() {
        refuse(check);
        return None;
    }
    first
}

/// The same, where there must be one.
pub(crate) fn needed_authority(
    check: &mut Check,
    decision_id: Option<ResolutionId>,
    delegation_id: Option<DelegationId>,
    delegation: Option<String>,
) -> Option<Authority> {
    let nothing = decision_id.is_none() && delegation_id.is_none() && delegation.is_none();
    if nothing {
        refuse(check);
    }
    authority(check, decision_id, delegation_id, delegation)
}

fn refuse(check: &mut Check) {
    check.add(
        "/decision_id",
        "decision_or_delegation",
        "needs the decision, or else the delegation, it rests on: one of decision_id, delegation_id and delegation",
    );
}
