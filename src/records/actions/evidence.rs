//! Evidence: adding what shows that an action was done, and withdrawing it.

use chrono::NaiveDate;
use serde_json::{Map, json};

use super::patch::save_beside;
use super::{mover, subject, to_change};
use crate::db::actions::{Action, ActionChange};
use crate::db::evidence::{self, Evidence};
use crate::domain::evidence::{EvidenceKind, takes_evidence};
use crate::domain::ids::{ActionId, EvidenceId};
use crate::domain::life::OWNER_OR_CLERK;
use crate::records::{Conflict, Effect, Failure, FieldError, Precondition, Writing};

/// A file that was received into the store of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedFile {
    pub(crate) file_name: String,
    /// In lower case, without parameters.
    pub(crate) media_type: String,
    pub(crate) size_bytes: i64,
    /// In hexadecimal.
    pub(crate) sha256: String,
    /// Where the store has it.
    pub(crate) object_key: String,
}

/// A piece of evidence to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewEvidence {
    pub(crate) kind: EvidenceKind,
    pub(crate) title: String,
    /// An http or https address.
    pub(crate) url: Option<String>,
    /// The day that it bears.
    pub(crate) dated_on: Option<NaiveDate>,
    pub(crate) file: Option<ReceivedFile>,
}

/// Records a piece of evidence. The action itself does not change, so that whoever has read it can still move it.
pub(crate) fn add_evidence(
    w: &mut Writing<'_>,
    id: ActionId,
    new: &NewEvidence,
) -> Result<Effect<Evidence>, Failure> {
    let action = to_change(w, id)?;
    if !takes_evidence(action.state) {
        return Err(Conflict::Frozen {
            state: action.state,
            instead: "Evidence belongs to an action that was agreed.",
        }
        .into());
    }
    if new.dated_on.is_some_and(|day| day > w.today()) {
        return Err(Failure::invalid(FieldError::new(
            "/dated_on",
            "in_future",
            "The day that evidence bears must not be in the future.",
        )));
    }
    let mover = mover(w, &action)?;
    if !(mover.owner || mover.clerk || mover.auditor) {
        return Err(Failure::Forbidden(format!(
            "Evidence is added by {OWNER_OR_CLERK}, or by an auditor."
        )));
    }
    let added = append(w, &action, new)?;
    let operation = if new.file.is_some() {
        "upload_evidence"
    } else {
        "add_evidence"
    };
    w.audit_created(operation, subject(id), &json!({ "evidence": added }))?;
    Ok(Effect::Created(added))
}

/// Appends a piece of evidence, whoever asked for it and by whatever right.
pub(super) fn append(
    w: &mut Writing<'_>,
    action: &Action,
    new: &NewEvidence,
) -> Result<Evidence, Failure> {
    let file = new.file.as_ref();
    let added = Evidence {
        id: w.new_id(),
        action_id: action.id,
        number: evidence::next_number(w.tx, action.id)?,
        kind: new.kind,
        title: new.title.clone(),
        url: new.url.clone(),
        dated_on: new.dated_on,
        file_name: file.map(|file| file.file_name.clone()),
        media_type: file.map(|file| file.media_type.clone()),
        size_bytes: file.map(|file| file.size_bytes),
        sha256: file.map(|file| file.sha256.clone()),
        object_key: file.map(|file| file.object_key.clone()),
        added_by: Some(w.caller.subject.clone()),
        added_by_name: w.caller.name.clone(),
        withdrawn_at: None,
        withdrawn_by: None,
        withdrawn_reason: None,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
        while_exempt: action.exempt,
    };
    evidence::insert(w.tx, &added)?;
    Ok(added)
}

/// Withdraws a piece of evidence, with a reason. It stays, and so does its file. The action is in its next version, so that nobody
/// accepts a claim of which they have read that it was still shown.
pub(crate) fn withdraw_evidence(
    w: &mut Writing<'_>,
    action_id: ActionId,
    id: EvidenceId,
    read: &Precondition,
    reason: &str,
) -> Result<Effect<Evidence>, Failure> {
    let action = to_change(w, action_id)?;
    let before = evidence::find(w.tx, id)?
        .filter(|evidence| action.shows(evidence, &w.sight))
        .ok_or(Failure::NotFound)?;
    read.check(before.version)?;
    if before.withdrawn_at.is_some() {
        return Err(Conflict::AlreadyWithdrawn.into());
    }
    let mover = mover(w, &action)?;
    let own = before.added_by.as_ref() == Some(&w.caller.subject);
    if !(own || mover.owner || mover.clerk) {
        return Err(Failure::Forbidden(format!(
            "Evidence is withdrawn by whoever added it, or by {OWNER_OR_CLERK}."
        )));
    }
    let mut after = before.clone();
    after.withdrawn_at = Some(w.at());
    after.withdrawn_by = Some(w.caller.subject.clone());
    after.withdrawn_reason = Some(reason.to_owned());
    after.while_exempt |= action.exempt;
    w.store(&mut after)?;
    save_beside(
        w,
        "withdraw_evidence",
        &action,
        &ActionChange::default(),
        None,
        &Map::from_iter([("reason".to_owned(), json!(reason))]),
        Some(("evidence", json!(before), json!(after))),
    )?;
    Ok(Effect::Changed(after))
}
