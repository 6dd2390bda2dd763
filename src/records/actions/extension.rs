//! Extensions: a new due term asked for by the owner, and granted or refused as the committee decided.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::due::{NewDue, Revision, append, resolve, to_schedule};
use super::patch::save;
use super::{posts_held_of, subject, to_change};
use crate::auth::Role;
use crate::db::actions::Action;
use crate::db::extension_requests::{self as rows, ExtensionRequest};
use crate::db::{DbError, Versioned as _};
use crate::domain::due::{Decision, DueTerm, Period};
use crate::domain::extension::{ExtensionState, can_be_extended};
use crate::domain::ids::{ActionId, ExtensionRequestId, PostId};
use crate::domain::life::Authority;
use crate::records::authority::check_authority;
use crate::records::{Conflict, Effect, Failure, FieldError, Precondition, Writing};

/// A request to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewExtensionRequest {
    pub(crate) due: NewDue,
    pub(crate) reason: String,
}

/// How a request is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExtensionDecision {
    /// What the decision rests on; a grant has it.
    pub(crate) authority: Option<Authority>,
    /// Why; a refusal has it.
    pub(crate) reason: Option<String>,
    /// The day of the decision; today where nothing is said.
    pub(crate) effective_on: Option<NaiveDate>,
}

/// Asks for an extension. An action has one pending request at a time.
pub(crate) fn request_extension(
    w: &mut Writing<'_>,
    id: ActionId,
    new: &NewExtensionRequest,
) -> Result<Effect<ExtensionRequest>, Failure> {
    let (committee, action) = to_schedule(w, id)?;
    if !can_be_extended(action.state) {
        return Err(Conflict::Frozen {
            state: action.state,
            instead: "An extension is for an action that is open, in progress or on hold.",
        }
        .into());
    }
    let held = held_post(w, &action)?;
    if held.is_none() && !w.caller.has(Role::Clerk) {
        return Err(Failure::Forbidden(
            "An extension is asked for by an officer who holds today the owning post or a supporting one, or by a clerk for them."
                .to_owned(),
        ));
    }
    if let Some(pending) = rows::pending(w.tx, id)? {
        return Err(Conflict::ExtensionPending {
            existing: pending.id.0,
        }
        .into());
    }
    let decision = Decision::at(w.now);
    let resolved = resolve(w, &committee, decision, new.due.term, "/due")?;
    if resolved.due_on.is_none() && new.due.review_on.is_none() {
        return Err(Failure::invalid(FieldError::new(
            "/due/review_on",
            "required",
            "A due term that resolves to no day needs a review day.",
        )));
    }
    let term = new.due.term;
    let period = term.period();
    let request = ExtensionRequest {
        id: w.new_id(),
        action_id: id,
        committee_id: action.committee_id,
        number: rows::next_number(w.tx, id)?,
        kind: term.kind(),
        wording: new.due.wording.clone(),
        due_on: match term {
            DueTerm::Date(day) => Some(day),
            _ => None,
        },
        meeting_id: match term {
            DueTerm::Meeting(meeting) => Some(meeting),
            _ => None,
        },
        review_on: new.due.review_on,
        period_count: period.map(|p| i32::try_from(p.count).unwrap_or(i32::MAX)),
        period_unit: period.map(|p| p.unit),
        frequency: term.frequency(),
        reason: new.reason.clone(),
        state: ExtensionState::Pending,
        requested_by: Some(w.caller.subject.clone()),
        requested_at: w.at(),
        post_id: held.or(action.owner_post_id),
        decided_by: None,
        decided_at: None,
        decided_on: None,
        decision_id: None,
        delegation_id: None,
        delegation: None,
        decision_reason: None,
        due_number: None,
        version: 1,
        updated_at: w.at(),
        while_exempt: action.exempt,
    };
    rows::insert(w.tx, &request)?;
    let mut said = told(&request);
    said.extend([
        ("reason".to_owned(), json!(request.reason)),
        ("due_kind".to_owned(), json!(request.kind)),
        ("due_wording".to_owned(), json!(request.wording)),
        ("due_on".to_owned(), json!(request.due_on)),
        ("due_meeting_id".to_owned(), json!(request.meeting_id)),
        ("review_on".to_owned(), json!(request.review_on)),
    ]);
    let today = w.today();
    w.audit_noted("create_extension_request", subject(id), today, &said)?;
    Ok(Effect::Created(request))
}

/// The proposed term, to be set now.
fn proposed(request: &ExtensionRequest) -> Result<NewDue, DbError> {
    let period = Period::stored(request.period_count, request.period_unit);
    let term = DueTerm::stored(
        request.kind,
        request.due_on,
        request.meeting_id,
        period,
        request.frequency,
    )
    .ok_or_else(|| DbError::Internal("a proposed term without what its kind needs".to_owned()))?;
    Ok(NewDue {
        term,
        wording: request.wording.clone(),
        review_on: request.review_on,
    })
}

/// Grants a request: the proposed term, resolved today, is set as any revision is.
pub(crate) fn grant_extension(
    w: &mut Writing<'_>,
    id: ActionId,
    request: ExtensionRequestId,
    read: &Precondition,
    decision: &ExtensionDecision,
) -> Result<Effect<ExtensionRequest>, Failure> {
    // The calendar of its committee is held before the action is locked, as in every revision.
    let (committee, _) = to_schedule(w, id)?;
    let (action, mut request) = pending_to_decide(w, id, request, read)?;
    let mut said = told(&request);
    said.extend(told_of(decision));
    if request.requested_by.as_ref() == Some(&w.caller.subject) {
        let conflict = Conflict::OwnWork("Whoever asked for an extension cannot grant it.");
        return Err(w.attempted(
            conflict,
            "grant_extension_request_refused",
            subject(id),
            &said,
        ));
    }
    let decided_on = decided(w, &action, &mut request, decision)?;
    let due = proposed(&request)?;
    // The reason is that of the request, and may be older than the publication of the action.
    let revision = Revision {
        due: &due,
        reason: &request.reason,
        while_exempt: request.while_exempt,
    };
    let change =
        append(w, &committee, &action, &revision, w.at()).map_err(|failure| match failure {
            // The request was fine when it was made, and this body says nothing of a term.
            Failure::Invalid(errors) => Conflict::TermNotSettable(errors).into(),
            failure => failure,
        })?;
    request.state = ExtensionState::Granted;
    request.due_number = change.due_number;
    store(w, &mut request)?;
    said.insert("due_number".to_owned(), json!(request.due_number));
    let operation = "grant_extension_request";
    save(w, operation, &action, &change, Some(decided_on), &said)?;
    Ok(Effect::Changed(request))
}

/// Refuses a request.
pub(crate) fn refuse_extension(
    w: &mut Writing<'_>,
    id: ActionId,
    request: ExtensionRequestId,
    read: &Precondition,
    decision: &ExtensionDecision,
) -> Result<Effect<ExtensionRequest>, Failure> {
    let (action, mut request) = pending_to_decide(w, id, request, read)?;
    let mut said = told(&request);
    said.extend(told_of(decision));
    let decided_on = decided(w, &action, &mut request, decision)?;
    request.state = ExtensionState::Refused;
    replace(w, "refuse_extension_request", request, decided_on, &said)
}

/// Takes a request back.
pub(crate) fn withdraw_extension(
    w: &mut Writing<'_>,
    id: ActionId,
    request: ExtensionRequestId,
    read: &Precondition,
    reason: Option<&str>,
) -> Result<Effect<ExtensionRequest>, Failure> {
    let (action, mut request) = pending_to_decide(w, id, request, read)?;
    let theirs = w.caller.has(Role::Clerk)
        || request.requested_by.as_ref() == Some(&w.caller.subject)
        || held_post(w, &action)?.is_some();
    if !theirs {
        return Err(Failure::Forbidden(
            "A request is withdrawn by whoever made it, an officer who holds today the owning post or a supporting one, or a clerk."
                .to_owned(),
        ));
    }
    let mut said = told(&request);
    said.insert("reason".to_owned(), json!(reason));
    let today = w.today();
    request.state = ExtensionState::Withdrawn;
    request.decided_by = Some(w.caller.subject.clone());
    request.decided_at = Some(w.at());
    request.decided_on = Some(today);
    request.decision_reason = reason.map(str::to_owned);
    replace(w, "withdraw_extension_request", request, today, &said)
}

/// Withdraws what is pending where an action goes on without it: nobody decided it, so nobody is named.
pub(super) fn withdraw_overtaken(
    w: &mut Writing<'_>,
    before: &Action,
    after: &Action,
) -> Result<(), Failure> {
    if !can_be_extended(before.state) || can_be_extended(after.state) {
        return Ok(());
    }
    let Some(mut request) = rows::pending(w.tx, after.id)? else {
        return Ok(());
    };
    let reason = format!("Withdrawn by the service: the action is {}.", after.state);
    let mut said = told(&request);
    said.insert("reason".to_owned(), json!(reason));
    said.insert("by_the_service".to_owned(), json!(true));
    let today = w.today();
    request.state = ExtensionState::Withdrawn;
    request.while_exempt |= before.exempt || after.exempt;
    request.decided_at = Some(w.at());
    request.decided_on = Some(today);
    request.decision_reason = Some(reason);
    replace(w, "withdraw_extension_request", request, today, &said).map(drop)
}

/// The action, locked, and its request of that id, which is pending.
fn pending_to_decide(
    w: &mut Writing<'_>,
    id: ActionId,
    request: ExtensionRequestId,
    read: &Precondition,
) -> Result<(Action, ExtensionRequest), Failure> {
    // Whoever decides a request or ends its action holds the action's lock, so the request needs none.
    let action = to_change(w, id)?;
    let mut request = rows::find(w.tx, request)?
        .filter(|request| action.shows(request, &w.sight))
        .ok_or(Failure::NotFound)?;
    read.check(request.version)?;
    if request.state != ExtensionState::Pending {
        return Err(Conflict::ExtensionDecided {
            state: request.state,
        }
        .into());
    }
    request.while_exempt |= action.exempt;
    Ok((action, request))
}

/// The post of the action for which an officer asks: the owning one, if they hold it today, or else a supporting one.
fn held_post(w: &mut Writing<'_>, action: &Action) -> Result<Option<PostId>, Failure> {
    if !w.caller.has(Role::Officer) {
        return Ok(None);
    }
    Ok(posts_held_of(w, action)?.first().copied())
}

/// Writes into the request who decided it, when and on what authority.
fn decided(
    w: &mut Writing<'_>,
    action: &Action,
    request: &mut ExtensionRequest,
    decision: &ExtensionDecision,
) -> Result<NaiveDate, Failure> {
    let decided_on = w.effective(decision.effective_on, Some(action.decided_on))?;
    if let Some(authority) = &decision.authority {
        check_authority(w, action, authority, decided_on)?;
        match authority {
            Authority::Decision(id) => request.decision_id = Some(*id),
            Authority::Recorded(id) => request.delegation_id = Some(*id),
            Authority::Delegation(words) => request.delegation = Some(words.clone()),
        }
    }
    request.decided_by = Some(w.caller.subject.clone());
    request.decided_at = Some(w.at());
    request.decided_on = Some(decided_on);
    request.decision_reason.clone_from(&decision.reason);
    Ok(decided_on)
}

fn replace(
    w: &mut Writing<'_>,
    operation: &'static str,
    mut request: ExtensionRequest,
    effective_on: NaiveDate,
    said: &Map<String, Value>,
) -> Result<Effect<ExtensionRequest>, Failure> {
    store(w, &mut request)?;
    w.audit_noted(operation, subject(request.action_id), effective_on, said)?;
    Ok(Effect::Changed(request))
}

/// Replaces the request under the version that was read.
fn store(w: &mut Writing<'_>, request: &mut ExtensionRequest) -> Result<(), Failure> {
    let now = w.at();
    if request.update(w.tx, now)? {
        Ok(())
    } else {
        Err(Failure::Stale)
    }
}

/// Which request, for the history of its action.
fn told(request: &ExtensionRequest) -> Map<String, Value> {
    Map::from_iter([
        ("extension_request_id".to_owned(), json!(request.id)),
        ("number".to_owned(), json!(request.number)),
    ])
}

/// How it is decided, for the history.
fn told_of(decision: &ExtensionDecision) -> Map<String, Value> {
    let mut said = decision
        .authority
        .as_ref()
        .map(super::moves::told_authority)
        .unwrap_or_default();
    said.insert("reason".to_owned(), json!(decision.reason));
    said
}
