//! Recording committees.

use super::calendar::{self, Changed};
use super::succession::check_succession;
use super::writing::Subject;
use super::{Conflict, Effect, Failure, FieldError, Precondition, Writing};
use crate::clock::end_of_london_day;
use crate::db::committees::{self, Committee};
use crate::db::meetings;
use crate::domain::committee::{CommitteeCode, CommitteeKind};
use crate::domain::due::CalendarChange;
use crate::domain::ids::CommitteeId;
use chrono::NaiveDate;

/// A committee to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewCommittee {
    pub(crate) code: CommitteeCode,
    pub(crate) name: String,
    pub(crate) kind: CommitteeKind,
}

/// What changes in a committee; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CommitteePatch {
    pub(crate) name: Option<String>,
    pub(crate) kind: Option<CommitteeKind>,
    pub(crate) ended_on: Option<Option<NaiveDate>>,
    pub(crate) successor_id: Option<Option<CommitteeId>>,
}

const fn subject(id: CommitteeId) -> Subject {
    Subject {
        kind: "committee",
        id: id.0,
    }
}

/// Records a committee. Its code must be its own; a caller limited to committees must be limited to this one too.
pub(crate) fn create(
    w: &mut Writing<'_>,
    new: &NewCommittee,
) -> Result<Effect<Committee>, Failure> {
    if !w.caller.may_see_committee(new.code.as_str()) {
        return Err(Failure::Forbidden(
            "Your token is limited to other committees.".to_owned(),
        ));
    }
    if let Some(other) = committees::find_by_code(w.tx, new.code.as_str())? {
        let by = w.sight.sees_committee(other.id).then_some(other.id.0);
        return Err(Conflict::Taken {
            pointer: "/code",
            by,
        }
        .into());
    }
    let committee = Committee {
        id: w.new_id(),
        code: new.code.to_string(),
        name: new.name.clone(),
        kind: new.kind,
        ended_on: None,
        successor_id: None,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    committees::insert(w.tx, &committee)?;
    w.audit_created("create_committee", subject(committee.id), &committee)?;
    Ok(Effect::Created(committee))
}

/// Changes a committee.
pub(crate) fn patch(
    w: &mut Writing<'_>,
    id: CommitteeId,
    read: &Precondition,
    patch: &CommitteePatch,
) -> Result<Effect<Committee>, Failure> {
    committees::lock(w.tx, id)?;
    let before = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    read.check(before.version)?;
    let mut after = before.clone();
    if let Some(name) = &patch.name {
        after.name.clone_from(name);
    }
    if let Some(kind) = patch.kind {
        after.kind = kind;
    }
    if let Some(ended_on) = patch.ended_on {
        after.ended_on = ended_on;
    }
    if let Some(successor) = patch.successor_id {
        after.successor_id = successor;
    }
    if let Some(successor) = after.successor_id {
        // One that stands there already may be out of the caller's sight.
        let named = patch.successor_id.is_some();
        if named && (successor == id || in_sight(w, successor)?.is_none()) {
            return Err(Failure::invalid(FieldError::unknown(
                "/successor_id",
                "other committee",
            )));
        }
        if after.successor_id != before.successor_id {
            check_succession(id, successor, "committee", |other| {
                committees::lock(w.tx, other)?;
                let other = committees::find(w.tx, other)?;
                Ok(other.and_then(|committee| committee.successor_id))
            })?;
        }
        if after.ended_on.is_none() {
            return Err(Failure::invalid(FieldError::new(
                "/ended_on",
                "required",
                "A committee that has a successor must have ended.",
            )));
        }
    }
    if let Some(last) = after.ended_on.filter(|_| after.ended_on != before.ended_on)
        && let Some(end) = end_of_london_day(last)
        && meetings::next_after(w.tx, id, end, &[])?.is_some()
    {
        return Err(Failure::invalid(FieldError::new(
            "/ended_on",
            "meets_later",
            "The committee has a meeting after this day. Cancel or move it first.",
        )));
    }
    if after == before {
        return Ok(Effect::Changed(before));
    }
    w.replace("update_committee", subject(id), &before, &mut after)?;
    if (before.ended_on, before.successor_id) != (after.ended_on, after.successor_id) {
        let change = match after.ended_on {
            None => CalendarChange::CommitteeContinued,
            ended if ended == before.ended_on => CalendarChange::CommitteeSucceeded,
            Some(_) => CalendarChange::CommitteeEnded,
        };
        calendar::resolve_again(w, change, Changed::Committee(id))?;
    }
    Ok(Effect::Changed(after))
}

/// The committee of that id, if the caller may see it.
pub(crate) fn in_sight(w: &mut Writing<'_>, id: CommitteeId) -> Result<Option<Committee>, Failure> {
    let sees = w.sight.sees_committee(id);
    Ok(committees::find(w.tx, id)?.filter(|_| sees))
}
