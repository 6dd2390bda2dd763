//! Verifying an action: an auditor's own check.

use chrono::NaiveDate;
use serde_json::{Map, json};

use super::due::to_schedule;
use super::moves::{Asking, moved};
use super::patch::save;
use super::{subject, to_change};
use crate::auth::Role;
use crate::db::actions::{Action, ActionChange};
use crate::db::claims;
use crate::db::verifications::{self, Verification};
use crate::domain::assurance::{VerificationMethod, VerificationResult};
use crate::domain::ids::ActionId;
use crate::domain::life::{Asked, State};
use crate::records::{Conflict, Effect, Failure, Follows, Writing};

/// A verification to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewVerification {
    pub(crate) method: VerificationMethod,
    pub(crate) result: VerificationResult,
    pub(crate) note: String,
    pub(crate) verified_on: NaiveDate,
    /// Whether the action is taken up again.
    pub(crate) reopen: bool,
}

/// Records a verification. One that is made while a claim stands counts for its acceptance; one of a closed action may take
/// it up again.
pub(crate) fn verify(
    w: &mut Writing<'_>,
    id: ActionId,
    new: &NewVerification,
) -> Result<Effect<Verification>, Failure> {
    let before = if new.reopen {
        // Its term is resolved by the calendar when it is taken up again.
        to_schedule(w, id)?.1
    } else {
        to_change(w, id)?
    };
    if matches!(before.state, State::Draft | State::Void) {
        return Err(Conflict::Frozen {
            state: before.state,
            instead: "What was never agreed has nothing to verify.",
        }
        .into());
    }
    let mut details = Map::from_iter([
        ("method".to_owned(), json!(new.method)),
        ("result".to_owned(), json!(new.result)),
        ("note".to_owned(), json!(new.note)),
        ("verified_on".to_owned(), json!(new.verified_on)),
    ]);
    if before.claimed_by.as_ref() == Some(&w.caller.subject) {
        let conflict = Conflict::OwnWork("Whoever claimed completion cannot verify it.");
        return Err(w.attempted(
            conflict,
            "create_verification_refused",
            subject(id),
            &details,
        ));
    }
    if !w.caller.has(Role::Auditor) {
        return Err(Failure::Forbidden(
            "An action is verified by an auditor.".to_owned(),
        ));
    }
    let of_claim = before.state == State::CompletionClaimed;
    check_day(w, &before, new.verified_on)?;
    let verification = Verification {
        id: w.new_id(),
        action_id: id,
        number: verifications::next_number(w.tx, id)?,
        method: new.method,
        result: new.result,
        note: new.note.clone(),
        verified_on: new.verified_on,
        of_claim,
        reopened: new.reopen,
        verified_by: Some(w.caller.subject.clone()),
        recorded_at: w.at(),
        while_exempt: before.exempt,
    };
    verifications::insert(w.tx, &verification)?;
    details.insert("verification_id".to_owned(), json!(verification.id));
    details.insert("of_claim".to_owned(), json!(of_claim));
    let operation = "create_verification";
    let found = Some(new.result);
    let change = ActionChange {
        verification: Some(found).filter(|_| of_claim && found != before.verification),
        ..ActionChange::default()
    };
    let after = if change == ActionChange::default() {
        w.audit_noted(operation, subject(id), new.verified_on, &details)?;
        before
    } else {
        save(
            w,
            operation,
            &before,
            &change,
            Some(new.verified_on),
            &details,
        )?
    };
    if new.reopen {
        let reopen = Asking {
            asked: Asked::Reopen {
                reason: new.note.clone(),
            },
            effective_on: None,
        };
        moved(w, &after, &reopen)?;
    }
    Ok(Effect::Created(verification))
}

/// What is found was found by today, after the meeting that asked and, of a claim that stands, after that was made.
fn check_day(w: &mut Writing<'_>, action: &Action, day: NaiveDate) -> Result<(), Failure> {
    let decision = Follows::Decision(action.decided_on);
    let follows = match claims::pending(w.tx, action.id)? {
        Some(claim) => decision.and(Follows::Claim(claim.effective_on)),
        None => decision,
    };
    w.day_given("/verified_on", Some(day), follows).map(drop)
}
