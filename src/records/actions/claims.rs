//! Claims of completion, as the records that the moves leave.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::evidence::{self, NewEvidence};
use crate::db::actions::Action;
use crate::db::claims::{self, CompletionClaim};
use crate::db::evidence as rows;
use crate::domain::claim::ClaimState;
use crate::domain::evidence::EvidenceKind;
use crate::domain::ids::EvidenceId;
use crate::domain::life::{Asked, Authority, EvidenceNote};
use crate::records::{Failure, FieldError, Writing};

/// The claim that a move settles. One that was made before claims were recorded is settled without a record.
pub(super) fn settled_by(
    w: &mut Writing<'_>,
    before: &Action,
    asked: &Asked,
) -> Result<Option<CompletionClaim>, Failure> {
    match asked {
        Asked::WithdrawClaim { .. }
        | Asked::RefuseCompletion { .. }
        | Asked::AcceptCompletion { .. } => Ok(claims::pending(w.tx, before.id)?),
        _ => Ok(None),
    }
}

/// Whether a claim gave evidence, and all of it was withdrawn.
pub(super) fn shows_nothing(w: &mut Writing<'_>, claim: &CompletionClaim) -> Result<bool, Failure> {
    let given = claim.evidence_ids();
    if given.is_empty() {
        return Ok(false);
    }
    Ok(rows::standing_among(w.tx, claim.action_id, &given)?.is_empty())
}

/// Records a claim that a move makes, or settles the one that it settles, and adds to what the history is told.
pub(super) fn follow(
    w: &mut Writing<'_>,
    before: &Action,
    claim: Option<CompletionClaim>,
    asked: &Asked,
    effective_on: NaiveDate,
    details: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let settled = match asked {
        Asked::ClaimCompletion {
            narrative,
            evidence,
            evidence_ids,
            no_evidence_reason,
        } => {
            let mut shown = known(w, before, evidence_ids)?;
            for note in evidence {
                shown.push(evidence::append(w, before, &noted(note))?.id);
            }
            let claim = CompletionClaim {
                id: w.new_id(),
                action_id: before.id,
                number: claims::next_number(w.tx, before.id)?,
                narrative: narrative.clone(),
                evidence_ids: serde_json::to_string(&shown).unwrap_or_else(|_| "[]".to_owned()),
                no_evidence_reason: no_evidence_reason.clone(),
                claimed_by: Some(w.caller.subject.clone()),
                claimed_by_name: w.caller.name.clone(),
                claimed_at: w.at(),
                effective_on,
                state: ClaimState::Pending,
                settled_by: None,
                settled_by_name: None,
                settled_at: None,
                settled_on: None,
                reason: None,
                decision_id: None,
                delegation_id: None,
                outcome: None,
                version: 1,
                updated_at: w.at(),
                while_exempt: before.exempt,
            };
            claims::insert(w.tx, &claim)?;
            details.insert("claim_id".to_owned(), json!(claim.id));
            details.insert("evidence_ids".to_owned(), json!(shown));
            return Ok(());
        }
        Asked::WithdrawClaim { .. } => ClaimState::Withdrawn,
        Asked::RefuseCompletion { .. } => ClaimState::Refused,
        Asked::AcceptCompletion { .. } => ClaimState::Accepted,
        _ => return Ok(()),
    };
    let Some(mut claim) = claim else {
        return Ok(());
    };
    match asked {
        Asked::WithdrawClaim { reason } | Asked::RefuseCompletion { reason } => {
            claim.reason = Some(reason.clone());
        }
        Asked::AcceptCompletion {
            outcome, authority, ..
        } => {
            claim.outcome = Some(*outcome);
            match authority {
                Authority::Decision(id) => claim.decision_id = Some(*id),
                Authority::Delegation(id) => claim.delegation_id = Some(*id),
            }
        }
        _ => {}
    }
    claim.state = settled;
    claim.while_exempt |= before.exempt;
    claim.settled_by = Some(w.caller.subject.clone());
    claim.settled_by_name.clone_from(&w.caller.name);
    claim.settled_at = Some(w.at());
    claim.settled_on = Some(effective_on);
    details.insert("claim_id".to_owned(), json!(claim.id));
    w.store(&mut claim)
}

/// The evidence that a claim names, which is this action's and was not withdrawn.
fn known(
    w: &mut Writing<'_>,
    action: &Action,
    ids: &[EvidenceId],
) -> Result<Vec<EvidenceId>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let standing = rows::standing_among(w.tx, action.id, ids)?;
    let unknown: Vec<_> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !standing.contains(id))
        .map(|(index, _)| {
            FieldError::unknown(
                &format!("/evidence_ids/{index}"),
                "evidence of this action that was not withdrawn",
            )
        })
        .collect();
    if unknown.is_empty() {
        Ok(ids.to_vec())
    } else {
        Err(Failure::Invalid(unknown))
    }
}

/// What a claim shows, as evidence: something on the web, or else a report.
fn noted(note: &EvidenceNote) -> NewEvidence {
    NewEvidence {
        kind: if note.url.is_some() {
            EvidenceKind::Link
        } else {
            EvidenceKind::Report
        },
        title: note.title.clone(),
        url: note.url.clone(),
        dated_on: None,
        file: None,
    }
}
