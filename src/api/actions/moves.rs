//! The moves of an action, one operation each.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::Action;
use crate::api::authority::needed_authority;
use crate::api::extract::{Allowed, Id, IfMatch, Json, RequestId, ToMove, parse_json};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::write::Writer;
use crate::api::{Api, ChangeProblems, IdPath, IdempotencyKeyHeader, IfMatchHeader, Problem};
use crate::domain::ids::{ActionId, DelegationId, EvidenceId, ResolutionId};
use crate::domain::life::{Asked, EvidenceNote, Move, Outcome};
use crate::records::Failure;
use crate::records::actions::{self, Asking};

/// A move's body: what the table of moves wants to hear.
pub(crate) trait MoveBody {
    /// Reads it into the move it asks for.
    fn asked(self, check: &mut Check) -> Option<Asked>;

    /// The day it took effect.
    fn effective_on(&self) -> Option<NaiveDate>;
}

macro_rules! move_bodies {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field:meta])* $member:ident: $type:ty),* $(,)? } |$body:ident, $check:ident| $asked:block)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$field])* $member: $type,)*
            /// The day it took effect (Europe/London), not in the future; today where nothing is said.
            #[serde(default, deserialize_with = "crate::api::strict::optional")]
            effective_on: Option<NaiveDate>,
        }

        impl MoveBody for $name {
            fn asked(self, $check: &mut Check) -> Option<Asked> {
                let $body = self;
                $asked
            }

            fn effective_on(&self) -> Option<NaiveDate> {
                self.effective_on
            }
        }
    )+};
}

move_bodies! {
    /// Agreeing a draft.
    OpenMove {} |_body, _check| { Some(Asked::Open) }

    /// Dropping a draft that was never agreed.
    VoidMove {
        /// Why.
        #[schema(min_length = 1, max_length = 4000)]
        reason: String,
    } |body, check| {
        check.prose("/reason", &body.reason, MAX_PROSE);
        Some(Asked::Void { reason: body.reason })
    }

    /// Beginning.
    StartMove {
        /// The first progress update.
        #[schema(min_length = 1, max_length = 4000, example = "Figures requested from the adoption service.")]
        narrative: String,
    } |body, check| {
        check.prose("/narrative", &body.narrative, MAX_PROSE);
        Some(Asked::Start { narrative: body.narrative })
    }

    /// Suspending.
    HoldMove {
        /// Why.
        #[schema(min_length = 1, max_length = 4000)]
        reason: String,
        /// The day on which to look again.
        #[serde(deserialize_with = "crate::api::strict::one")]
        review_on: NaiveDate,
    } |body, check| {
        check.prose("/reason", &body.reason, MAX_PROSE);
        check.day("/review_on", Some(body.review_on));
        Some(Asked::Hold { reason: body.reason, review_on: body.review_on })
    }

    /// Going on.
    ResumeMove {
        /// What there is to say of it.
        #[serde(default)]
        #[schema(min_length = 1, max_length = 4000)]
        narrative: Option<String>,
    } |body, check| {
        check.opt_prose("/narrative", body.narrative.as_ref(), MAX_PROSE);
        Some(Asked::Resume { narrative: body.narrative })
    }

    /// Saying that it is done.
    ClaimMove {
        /// What was done.
        #[schema(min_length = 1, max_length = 4000, example = "Report presented to the committee on 9 June.")]
        narrative: String,
        /// What shows it.
        #[serde(default, deserialize_with = "crate::api::object::many")]
        #[schema(max_items = 20, default = json!([]))]
        evidence: Vec<ClaimedEvidence>,
        /// What shows it and was added to the action before: the ids of its evidence.
        #[serde(default)]
        #[schema(value_type = Vec<Uuid>, max_items = 20, default = json!([]))]
        evidence_ids: Vec<EvidenceId>,
        /// Why there is nothing to show, where there is nothing.
        #[serde(default)]
        #[schema(min_length = 1, max_length = 4000)]
        no_evidence_reason: Option<String>,
    } |body, check| {
        check.prose("/narrative", &body.narrative, MAX_PROSE);
        check.opt_prose("/no_evidence_reason", body.no_evidence_reason.as_ref(), MAX_PROSE);
        let nothing_shown = body.evidence.is_empty() && body.evidence_ids.is_empty();
        if nothing_shown == body.no_evidence_reason.is_none() {
            check.add("/evidence", "evidence_or_reason", "needs evidence, or else why there is none");
        }
        if body.evidence.len() > 20 {
            check.add("/evidence", "too_many", "must be at most 20");
        }
        if body.evidence_ids.len() > 20 {
            check.add("/evidence_ids", "too_many", "must be at most 20");
        }
        for (index, id) in body.evidence_ids.iter().enumerate() {
            if body.evidence_ids[..index].contains(id) {
                check.add(&format!("/evidence_ids/{index}"), "repeated", "is given twice");
            }
        }
        for (index, evidence) in body.evidence.iter().enumerate() {
            check.line(&format!("/evidence/{index}/title"), &evidence.title, 300);
            check.url(&format!("/evidence/{index}/url"), evidence.url.as_ref());
        }
        Some(Asked::ClaimCompletion {
            narrative: body.narrative,
            evidence: body.evidence.into_iter().map(|e| EvidenceNote { title: e.title, url: e.url }).collect(),
            evidence_ids: body.evidence_ids,
            no_evidence_reason: body.no_evidence_reason,
        })
    }

    /// Taking a claim back.
    WithdrawMove {
        /// Why.
        #[schema(min_length = 1, max_length = 4000)]
        reason: String,
    } |body, check| {
        check.prose("/reason", &body.reason, MAX_PROSE);
        Some(Asked::WithdrawClaim { reason: body.reason })
    }

    /// Refusing a claim.
    RefuseMove {
        /// Why.
        #[schema(min_length = 1, max_length = 4000)]
        reason: String,
    } |body, check| {
        check.prose("/reason", &body.reason, MAX_PROSE);
        Some(Asked::RefuseCompletion { reason: body.reason })
    }

    /// Accepting a claim: the committee's decision, or a recorded delegate's.
    AcceptMove {
        /// Implemented, or partly implemented.
        #[serde(default = "implemented")]
        #[schema(default = "implemented")]
        outcome: AcceptedOutcome,
        /// The resolution it rests on: of the action's committee, of its successor, or of the one that transferred the action; not
        /// the one that asked for the action.
        #[serde(default)]
        #[schema(value_type = Option<Uuid>)]
        decision_id: Option<ResolutionId>,
        /// The recorded delegation it rests on, of the action's committee and in force on the day it takes effect.
        #[serde(default)]
        #[schema(value_type = Option<Uuid>)]
        delegation_id: Option<DelegationId>,
    } |body, check| {
        let outcome = match body.outcome {
            AcceptedOutcome::Implemented => Outcome::Implemented,
            AcceptedOutcome::PartlyImplemented => Outcome::PartlyImplemented,
        };
        let authority = needed_authority(check, body.decision_id, body.delegation_id)?;
        Some(Asked::AcceptCompletion { outcome, authority })
    }

    /// Closing without a claim.
    CloseMove {
        /// How it ends.
        outcome: ClosedOutcome,
        /// Why; needed where no other action goes on.
        #[serde(default)]
        #[schema(min_length = 1, max_length = 4000)]
        reason: Option<String>,
        /// The committee's decision, which is not the resolution that asked for the action; needed where no other action goes on.
        #[serde(default)]
        #[schema(value_type = Option<Uuid>)]
        decision_id: Option<ResolutionId>,
        /// The action that goes on, for superseded, merged and transferred; needed unless this action has exactly one link that
        /// says so. It is linked to this one where it is not linked yet.
        #[serde(default)]
        #[schema(value_type = Option<Uuid>)]
        successor_id: Option<ActionId>,
    } |body, check| {
        check.opt_prose("/reason", body.reason.as_ref(), MAX_PROSE);
        let outcome = Outcome::from(body.outcome);
        if outcome.needs_successor() {
            if body.decision_id.is_some() {
                check.add("/decision_id", "not_with_successor", "belongs to an outcome without a successor");
            }
            Some(Asked::CloseInto { outcome, successor_id: body.successor_id, reason: body.reason })
        } else {
            if body.successor_id.is_some() {
                check.add("/successor_id", "not_of_this_outcome", "belongs to superseded, merged or transferred");
            }
            let reason = check.required("/reason", body.reason);
            let decision_id = check.required("/decision_id", body.decision_id);
            Some(Asked::CloseFor { outcome, reason: reason?, decision_id: decision_id? })
        }
    }

    /// Taking a closed action up again.
    ReopenMove {
        /// Why.
        #[schema(min_length = 1, max_length = 4000)]
        reason: String,
    } |body, check| {
        check.prose("/reason", &body.reason, MAX_PROSE);
        Some(Asked::Reopen { reason: body.reason })
    }
}

/// What shows that an action was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimedEvidence {
    /// What it is.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Report to the committee, 9 June 2014"
    )]
    title: String,
    /// Where it can be read.
    #[serde(default)]
    #[schema(format = Uri, max_length = 2000)]
    url: Option<String>,
}

/// How a claim is accepted.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AcceptedOutcome {
    /// Done as asked.
    Implemented,
    /// Done in part, and accepted so.
    PartlyImplemented,
}

const fn implemented() -> AcceptedOutcome {
    AcceptedOutcome::Implemented
}

/// How an action is closed without a claim.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClosedOutcome {
    /// Another action takes its place.
    Superseded,
    /// Made one with another action.
    Merged,
    /// Handed to another committee's action.
    Transferred,
    /// Overtaken by time.
    Lapsed,
    /// Not done, and the risk accepted.
    RiskAccepted,
    /// Not agreed to.
    Rejected,
}

impl From<ClosedOutcome> for Outcome {
    fn from(outcome: ClosedOutcome) -> Self {
        match outcome {
            ClosedOutcome::Superseded => Self::Superseded,
            ClosedOutcome::Merged => Self::Merged,
            ClosedOutcome::Transferred => Self::Transferred,
            ClosedOutcome::Lapsed => Self::Lapsed,
            ClosedOutcome::RiskAccepted => Self::RiskAccepted,
            ClosedOutcome::Rejected => Self::Rejected,
        }
    }
}

fn asking<B: MoveBody>(body: B) -> Result<Asking, Failure> {
    let mut check = Check::default();
    let effective_on = body.effective_on();
    let asked = body.asked(&mut check);
    Ok(Asking {
        asked: check.finish_with(asked)?,
        effective_on,
    })
}

/// Reads the body of a move that is one of many.
pub(super) fn read(name: Move, body: &[u8]) -> Result<Asking, Problem> {
    fn of<B: MoveBody + DeserializeOwned>(body: &[u8]) -> Result<Asking, Problem> {
        Ok(asking(parse_json::<B>(body)?)?)
    }
    match name {
        Move::Open => of::<OpenMove>(body),
        Move::Void => of::<VoidMove>(body),
        Move::Start => of::<StartMove>(body),
        Move::Hold => of::<HoldMove>(body),
        Move::Resume => of::<ResumeMove>(body),
        Move::ClaimCompletion => of::<ClaimMove>(body),
        Move::WithdrawClaim => of::<WithdrawMove>(body),
        Move::RefuseCompletion => of::<RefuseMove>(body),
        Move::AcceptCompletion => of::<AcceptMove>(body),
        Move::Close => of::<CloseMove>(body),
        Move::Reopen => of::<ReopenMove>(body),
    }
}

/// What every move is given.
struct MoveRequest<B> {
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<B>,
}

impl<B: MoveBody> MoveRequest<B> {
    async fn make(self) -> Result<HttpResponse, Problem> {
        let writer = Writer::of_post(
            &self.request,
            self.caller.0,
            self.request_id,
            &self.body.bytes,
        )?;
        let asking = asking(self.body.value)?;
        let (id, read) = (self.id.0, self.read.0);
        self.api
            .write(
                writer,
                move |w| actions::make_move(w, id, &read, &asking),
                Action::show,
            )
            .await
    }
}

macro_rules! move_operations {
    ($($(#[$doc:meta])* $operation:ident $path:literal $body:ident;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($operation), tag = "moves",
            params(IdPath, IfMatchHeader, IdempotencyKeyHeader), request_body = $body,
            responses((status = 200, description = "Moved.", body = Action), ChangeProblems)
        )]
        pub(crate) async fn $operation(
            request: HttpRequest,
            caller: Allowed<ToMove>,
            request_id: RequestId,
            id: Id<ActionId>,
            read: IfMatch,
            api: Data<Api>,
            body: Json<$body>,
        ) -> Result<HttpResponse, Problem> {
            MoveRequest { request, caller, request_id, id, read, api, body }.make().await
        }
    )+};
}

move_operations! {
    /// Open a draft
    ///
    /// By a clerk. Draft to open; needs an owning post and a due term, and a review day where the term has no day.
    open_action "/v1/actions/{id}/open" OpenMove;
    /// Void a draft
    ///
    /// By a clerk. Draft to void: it was never agreed.
    void_action "/v1/actions/{id}/void" VoidMove;
    /// Start an action
    ///
    /// By its owner, or a clerk for them. Open to in progress, with a first progress update.
    start_action "/v1/actions/{id}/start" StartMove;
    /// Put an action on hold
    ///
    /// By a clerk, on the owner's request. Open or in progress to on hold, until a review day.
    hold_action "/v1/actions/{id}/hold" HoldMove;
    /// Resume an action
    ///
    /// By its owner or a clerk. On hold to in progress.
    resume_action "/v1/actions/{id}/resume" ResumeMove;
    /// Claim completion
    ///
    /// By its owner, or a clerk for them. Open or in progress to completion claimed.
    claim_completion "/v1/actions/{id}/claim-completion" ClaimMove;
    /// Withdraw a claim
    ///
    /// By its owner, or a clerk for them. Completion claimed back to in progress.
    withdraw_claim "/v1/actions/{id}/withdraw-claim" WithdrawMove;
    /// Refuse a claim
    ///
    /// By a clerk, recording the committee's decision. Completion claimed back to in progress.
    refuse_completion "/v1/actions/{id}/refuse-completion" RefuseMove;
    /// Accept a claim
    ///
    /// By a clerk other than the claimant, recording the committee's decision. Completion claimed to closed. Where the action
    /// demands verification, an auditor must have been satisfied of the claim that stands.
    accept_completion "/v1/actions/{id}/accept-completion" AcceptMove;
    /// Close an action without a claim
    ///
    /// By a clerk. Open, in progress or on hold to closed: into a successor, or for good by the committee's decision. No action
    /// with outstanding children is closed.
    close_action "/v1/actions/{id}/close" CloseMove;
    /// Reopen a closed action
    ///
    /// By a clerk or an auditor. Closed to in progress; the original due term and the age go on.
    reopen_action "/v1/actions/{id}/reopen" ReopenMove;
}
