//! Extensions: a new due term asked for by the owner, and granted or refused as the committee decided.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::due::{Decided, NewDue, NextTerm, append, check_review, resolve, to_schedule};
use super::patch::save_beside;
use super::{posts_held_of, subject, to_change};
use crate::auth::Role;
use crate::clock::london_day;
use crate::db::DbError;
use crate::db::actions::{Action, ActionChange};
use crate::db::committees::Committee;
use crate::db::extension_requests::{self as rows, ExtensionRequest};
use crate::domain::due::{CountedFrom, DueTerm, Period};
use crate::domain::extension::{ExtensionState, can_be_extended};
use crate::domain::ids::{ActionId, ExtensionRequestId, PostId};
use crate::domain::life::{Authority, OWNER_OR_CLERK};
use crate::records::authority::check_authority;
use crate::records::{Conflict, Effect, Failure, FieldError, Follows, Precondition, Writing};

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
        return Err(Failure::Forbidden(format!(
            "An extension is asked for by {OWNER_OR_CLERK}."
        )));
    }
    if let Some(pending) = rows::pending(w.tx, id)? {
        return Err(Conflict::ExtensionPending {
            existing: pending.id.0,
        }
        .into());
    }
    let from = CountedFrom::at(w.now);
    let resolved = resolve(w, &committee, from, new.due.term, "/due")?;
    if resolved.due_on.is_none() && new.due.review_on.is_none() {
        return Err(Failure::invalid(FieldError::new(
            "/due/review_on",
            "required",
            "A due term that resolves to no day needs a review day.",
        )));
    }
    check_review(new.due.review_on, action.decided_on, "/due/review_on")?;
    check_extends(&action, resolved.due_on).map_err(Failure::invalid)?;
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
        (
            "due_period".to_owned(),
            json!(period.map(|p| json!({ "count": p.count, "unit": p.unit }))),
        ),
        ("due_frequency".to_owned(), json!(request.frequency)),
    ]);
    let (operation, today) = ("create_extension_request", w.today());
    tell(w, operation, &request, None, today, &said)?;
    Ok(Effect::Created(request))
}

/// The member of an entry that shows where the request stood and stands.
const SHOWN: &str = "extension_request";

fn stands(state: ExtensionState) -> Value {
    json!({ "state": state })
}

/// Tells the action, which stays as it is, where a request stands and stood.
fn tell(
    w: &mut Writing<'_>,
    operation: &'static str,
    request: &ExtensionRequest,
    before: Option<ExtensionState>,
    effective_on: NaiveDate,
    said: &Map<String, Value>,
) -> Result<(), Failure> {
    let before = json!({ SHOWN: before.map(stands) });
    let after = json!({ SHOWN: stands(request.state) });
    let subject = subject(request.action_id);
    w.audit_changed(operation, subject, effective_on, &before, &after, said)
}

/// An extension is later than the term in force, where both have a day.
fn check_extends(action: &Action, proposed: Option<NaiveDate>) -> Result<(), FieldError> {
    match (action.due_on, proposed) {
        (Some(in_force), Some(proposed)) if proposed <= in_force => Err(FieldError::new(
            "/due",
            "not_later",
            format!("The term must be later than the one in force, which is {in_force}."),
        )),
        _ => Ok(()),
    }
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

/// Grants a request: the proposed term, counted from the decision, is set as any revision is.
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
    if !w.caller.has(Role::Clerk) {
        return Err(Failure::Forbidden(
            "An extension is granted by a clerk, recording the committee's decision.".to_owned(),
        ));
    }
    let decided = decided(w, &action, &mut request, decision)?;
    let change = granted(w, &committee, &action, &request, decided).map_err(|failure| {
        match failure {
            // The request was fine when it was made, and this body says nothing of a term.
            Failure::Invalid(errors) => Conflict::TermNotSettable(errors).into(),
            failure => failure,
        }
    })?;
    let before = request.state;
    request.state = ExtensionState::Granted;
    request.due_number = change.due_number;
    w.store(&mut request)?;
    said.insert("due_number".to_owned(), json!(request.due_number));
    save_beside(
        w,
        "grant_extension_request",
        &action,
        &change,
        Some(decided.on),
        &said,
        Some((SHOWN, stands(before), stands(request.state))),
    )?;
    Ok(Effect::Changed(request))
}

/// Sets the proposed term, which must still be an extension.
fn granted(
    w: &mut Writing<'_>,
    committee: &Committee,
    action: &Action,
    request: &ExtensionRequest,
    decided: Decided,
) -> Result<ActionChange, Failure> {
    let term = NextTerm {
        due: &proposed(request)?,
        reason: &request.reason,
        // The reason is that of the request, and may be older than the publication of the action.
        while_exempt: request.while_exempt,
    };
    let change = append(w, committee, action, &term, decided)?;
    check_extends(action, change.due_on.flatten()).map_err(Failure::invalid)?;
    Ok(change)
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
    let decided = decided(w, &action, &mut request, decision)?;
    let refused = ExtensionState::Refused;
    settle(
        w,
        "refuse_extension_request",
        request,
        refused,
        decided.on,
        &said,
    )
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
        return Err(Failure::Forbidden(format!(
            "A request is withdrawn by whoever made it, or by {OWNER_OR_CLERK}."
        )));
    }
    let mut said = told(&request);
    said.insert("reason".to_owned(), json!(reason));
    let today = w.today();
    request.decided_by = Some(w.caller.subject.clone());
    request.decided_at = Some(w.at());
    request.decided_on = Some(today);
    request.decision_reason = reason.map(str::to_owned);
    let withdrawn = ExtensionState::Withdrawn;
    settle(
        w,
        "withdraw_extension_request",
        request,
        withdrawn,
        today,
        &said,
    )
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
    request.while_exempt |= before.exempt || after.exempt;
    request.decided_at = Some(w.at());
    request.decided_on = Some(today);
    request.decision_reason = Some(reason);
    let withdrawn = ExtensionState::Withdrawn;
    settle(
        w,
        "withdraw_extension_request",
        request,
        withdrawn,
        today,
        &said,
    )
    .map(drop)
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
) -> Result<Decided, Failure> {
    let asked_on = london_day(request.requested_at.0);
    let follows = Follows::Decision(action.decided_on).and(Follows::Request(asked_on));
    let decided_on = w.effective(decision.effective_on, follows)?;
    let mut counts_from = w.at();
    if let Some(authority) = &decision.authority {
        counts_from = check_authority(w, action, authority, decided_on)?;
        match authority {
            Authority::Decision(id) => request.decision_id = Some(*id),
            Authority::Delegation(id) => request.delegation_id = Some(*id),
        }
    }
    request.decided_by = Some(w.caller.subject.clone());
    request.decided_at = Some(w.at());
    request.decided_on = Some(decided_on);
    request.decision_reason.clone_from(&decision.reason);
    Ok(Decided {
        on: decided_on,
        counts_from,
    })
}

/// Ends a request without a new term, and says so in the history of its action, which stays as it is.
fn settle(
    w: &mut Writing<'_>,
    operation: &'static str,
    mut request: ExtensionRequest,
    to: ExtensionState,
    effective_on: NaiveDate,
    said: &Map<String, Value>,
) -> Result<Effect<ExtensionRequest>, Failure> {
    let before = Some(request.state);
    request.state = to;
    w.store(&mut request)?;
    tell(w, operation, &request, before, effective_on, said)?;
    Ok(Effect::Changed(request))
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
