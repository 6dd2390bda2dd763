//! Verifying an action: an auditor's own check.

use chrono::NaiveDate;
use serde_json::{Map, json};

use super::due::to_schedule;
use super::moves::{Asking, moved};
use super::patch::save;
use super::{subject, to_change};
use crate::db::actions::ActionChange;
use crate::db::verifications::{self, Verification};
use crate::domain::assurance::{VerificationMethod, VerificationResult};
use crate::domain::ids::ActionId;
use crate::domain::life::{Asked, State};
use crate::records::{Conflict, Effect, Failure, FieldError, Writing};

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
    check_day(w, new.verified_on, before.decided_on)?;
    let of_claim = before.state == State::CompletionClaimed;
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

fn check_day(w: &Writing<'_>, day: NaiveDate, decided_on: NaiveDate) -> Result<(), Failure> {
    let (code, detail) = if day > w.today() {
        ("in_future", "The verification must have been made already.")
    } else if day < decided_on {
        (
            "before_decision",
            "The verification must not be before the meeting that asked.",
        )
    } else {
        return Ok(());
    };
    Err(Failure::invalid(FieldError::new(
        "/verified_on",
        code,
        detail,
    )))
}
