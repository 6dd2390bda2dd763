//! Moving an action from one state to another.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::due::{check_review, resolve_now, to_schedule};
use super::patch::save;
use super::{
    OwnedAction, check_held_on, claims, links, mover, progress, standing, structure, subject,
    to_change, with_owner,
};
use crate::db::actions::{Action, ActionChange};
use crate::db::claims::CompletionClaim;
use crate::domain::ids::ActionId;
use crate::domain::life::{Asked, Authority, Move, Mover, Refusal, Standing, Transition, decide};
use crate::records::authority::{check_authority, check_decision};
use crate::records::{Conflict, Effect, Failure, Follows, Precondition, Writing};

/// A move asked for, and the day it took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asking {
    pub(crate) asked: Asked,
    pub(crate) effective_on: Option<NaiveDate>,
}

/// Makes a move, if the table of moves allows it.
pub(crate) fn make_move(
    w: &mut Writing<'_>,
    id: ActionId,
    read: &Precondition,
    asking: &Asking,
) -> Result<Effect<OwnedAction>, Failure> {
    links::lock_for(w, &asking.asked)?;
    let before = match asking.asked {
        // Its term is resolved by the calendar, which may have changed meanwhile.
        Asked::Reopen { .. } => to_schedule(w, id)?.1,
        _ => to_change(w, id)?,
    };
    read.check(before.version)?;
    let after = moved(w, &before, asking)?;
    with_owner(w, after).map(Effect::Changed)
}

/// Makes a move of an action that is locked and as it was read.
pub(super) fn moved(
    w: &mut Writing<'_>,
    before: &Action,
    asking: &Asking,
) -> Result<Action, Failure> {
    let claim = claims::settled_by(w, before, &asking.asked)?;
    let effective_on = w.effective(
        asking.effective_on,
        follows(before, claim.as_ref(), &asking.asked),
    )?;
    let mover = mover(w, before)?;
    let transition = decided(w, before, claim.as_ref(), mover, &asking.asked)?;
    if asking.asked.name().by_owner() {
        check_held_on(w, before, mover, "/effective_on", effective_on)?;
    }
    check_mentions(w, before, &asking.asked, effective_on)?;
    structure::allow(w, before, asking.asked.name())?;
    let going_on = links::going_on(w, before, &asking.asked)?;
    let mut change = effects(w, transition, effective_on, &asking.asked);
    if let Asked::Reopen { .. } = asking.asked {
        rescheduled(w, before, &mut change)?;
    }
    let mut details = details(&asking.asked);
    if let Asked::Start { narrative }
    | Asked::Resume {
        narrative: Some(narrative),
    } = &asking.asked
    {
        progress::said_with_a_move(w, before, mover, narrative, effective_on, &mut change)?;
    }
    claims::follow(w, before, claim, &asking.asked, effective_on, &mut details)?;
    if let Some(going_on) = going_on {
        going_on.note(&mut change, &mut details);
    }
    save(
        w,
        operation(asking.asked.name()),
        before,
        &change,
        Some(effective_on),
        &details,
    )
}

/// What a move comes after: the meeting that asked and, where it settles a claim or reopens, what it undoes or ends.
fn follows(before: &Action, claim: Option<&CompletionClaim>, asked: &Asked) -> Follows {
    let decision = Follows::Decision(before.decided_on);
    let last = match asked {
        Asked::Reopen { .. } => before.closed_on.map(Follows::Closing),
        _ => claim.map(|claim| Follows::Claim(claim.effective_on)),
    };
    last.map_or(decision, |last| decision.and(last))
}

/// What the table of moves makes of a move, or the failure that its refusal stands for. `claim` is the one it would settle.
pub(super) fn decided(
    w: &mut Writing<'_>,
    before: &Action,
    claim: Option<&CompletionClaim>,
    mover: Mover<'_>,
    asked: &Asked,
) -> Result<Transition, Failure> {
    let standing = Standing {
        unshown: match claim {
            Some(claim) => claims::shows_nothing(w, claim)?,
            None => false,
        },
        ..standing(before, w.rules)
    };
    decide(standing, mover, asked).map_err(|refusal| match refusal {
        Refusal::NotYours { who_may } => {
            Failure::Forbidden(format!("This move is made by {who_may}."))
        }
        refusal => {
            let own = refusal == Refusal::OwnClaim;
            let conflict = Conflict::Move {
                asked: asked.name(),
                state: before.state,
                refusal,
            };
            if own {
                let said = details(asked);
                let operation = "accept_completion_refused";
                w.attempted(conflict, operation, subject(before.id), &said)
            } else {
                conflict.into()
            }
        }
    })
}

/// The records a move mentions must be there for the caller.
fn check_mentions(
    w: &mut Writing<'_>,
    before: &Action,
    asked: &Asked,
    effective_on: NaiveDate,
) -> Result<(), Failure> {
    match asked {
        Asked::AcceptCompletion { authority, .. } => {
            check_authority(w, before, authority, effective_on).map(drop)
        }
        Asked::CloseFor { decision_id, .. } => {
            check_decision(w, before, *decision_id, effective_on).map(drop)
        }
        Asked::Hold { review_on, .. } => {
            check_review(Some(*review_on), before.decided_on, "/review_on")
        }
        _ => Ok(()),
    }
}

/// What a move changes in the action.
fn effects(
    w: &Writing<'_>,
    to: Transition,
    effective_on: NaiveDate,
    asked: &Asked,
) -> ActionChange {
    let mut change = ActionChange {
        state: Some(to.to),
        ..ActionChange::default()
    };
    match asked {
        Asked::Hold { review_on, .. } => change.review_on = Some(Some(*review_on)),
        Asked::ClaimCompletion { .. } => {
            change.claimed_by = Some(Some(w.caller.subject.clone()));
            change.claimed_at = Some(Some(w.at()));
            change.verification = Some(None);
        }
        Asked::WithdrawClaim { .. } | Asked::RefuseCompletion { .. } => {
            change.claimed_by = Some(None);
            change.claimed_at = Some(None);
            change.verification = Some(None);
        }
        Asked::AcceptCompletion { authority, .. } => {
            if let Authority::Decision(id) = authority {
                change.decision_id = Some(Some(*id));
            }
        }
        Asked::CloseFor { decision_id, .. } => change.decision_id = Some(Some(*decision_id)),
        Asked::Reopen { .. } => {
            change.outcome = Some(None);
            change.closed_on = Some(None);
            change.decision_id = Some(None);
            change.successor_id = Some(None);
            change.claimed_by = Some(None);
            change.claimed_at = Some(None);
            change.verification = Some(None);
        }
        // The successor of one that is closed into another is known when the link is.
        Asked::Open
        | Asked::Void { .. }
        | Asked::Start { .. }
        | Asked::Resume { .. }
        | Asked::CloseInto { .. } => {}
    }
    if let Some(outcome) = to.outcome {
        change.outcome = Some(Some(outcome));
        change.closed_on = Some(Some(effective_on));
    }
    change
}

/// What the calendar made meanwhile of the term of an action that is reopened.
fn rescheduled(
    w: &mut Writing<'_>,
    before: &Action,
    change: &mut ActionChange,
) -> Result<(), Failure> {
    let resolved = resolve_now(w, before)?;
    if (resolved.due_on, resolved.meeting_id) != (before.due_on, before.due_meeting_id) {
        change.due_on = Some(resolved.due_on);
        change.due_meeting_id = Some(resolved.meeting_id);
    }
    if resolved.due_on.is_none() && before.review_on.is_none() {
        change.review_on = Some(Some(w.today()));
    }
    if before.due_number == 1 && before.original_due_on.is_none() {
        change.original_due_on = Some(resolved.due_on);
    }
    Ok(())
}

/// What was said with a move, for the history.
fn details(asked: &Asked) -> Map<String, Value> {
    let said = match asked {
        Asked::Open => json!({}),
        Asked::Void { reason }
        | Asked::WithdrawClaim { reason }
        | Asked::RefuseCompletion { reason }
        | Asked::Reopen { reason } => json!({ "reason": reason }),
        Asked::Start { narrative } => json!({ "narrative": narrative }),
        Asked::Hold { reason, review_on } => json!({ "reason": reason, "review_on": review_on }),
        Asked::Resume { narrative } => json!({ "narrative": narrative }),
        Asked::ClaimCompletion {
            narrative,
            evidence,
            no_evidence_reason,
            ..
        } => json!({
            "narrative": narrative,
            "evidence": evidence.iter().map(|e| json!({ "title": e.title, "url": e.url })).collect::<Vec<_>>(),
            "no_evidence_reason": no_evidence_reason,
        }),
        Asked::AcceptCompletion { authority, .. } => Value::Object(told_authority(authority)),
        Asked::CloseInto { reason, .. } => json!({ "reason": reason }),
        Asked::CloseFor {
            reason,
            decision_id,
            ..
        } => {
            json!({ "reason": reason, "decision_id": decision_id })
        }
    };
    match said {
        Value::Object(said) => said,
        _ => Map::new(),
    }
}

/// What a decision rests on, for the history.
pub(super) fn told_authority(authority: &Authority) -> Map<String, Value> {
    let (member, said) = match authority {
        Authority::Decision(id) => ("decision_id", json!(id)),
        Authority::Delegation(id) => ("delegation_id", json!(id)),
    };
    Map::from_iter([(member.to_owned(), said)])
}

/// The operation id under which a move is recorded, which is the API's.
const fn operation(asked: Move) -> &'static str {
    match asked {
        Move::Open => "open_action",
        Move::Void => "void_action",
        Move::Start => "start_action",
        Move::Hold => "hold_action",
        Move::Resume => "resume_action",
        Move::ClaimCompletion => "claim_completion",
        Move::WithdrawClaim => "withdraw_claim",
        Move::RefuseCompletion => "refuse_completion",
        Move::AcceptCompletion => "accept_completion",
        Move::Close => "close_action",
        Move::Reopen => "reopen_action",
    }
}
