//! Deciding what becomes of a draft, one operation each.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::Draft;
use crate::api::extract::{Allowed, Id, IfMatch, Json, RequestId, ToRecord, parse_json};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::write::Writer;
use crate::api::{Api, ChangeProblems, IdPath, IdempotencyKeyHeader, IfMatchHeader, Problem};
use crate::domain::draft::DraftMove;
use crate::domain::ids::{ActionId, AgendaItemId, DraftId, ResolutionId};
use crate::records::minutes::{self, Becoming, MergeInto};
use crate::records::{Failure, Writing};

/// Confirming a draft: nearly all there is to say of it is said in the draft itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftConfirmation {
    /// The agenda item of the meeting to which it belongs, in the place of the draft's own.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    agenda_item_id: Option<AgendaItemId>,
}

/// What a draft is the same as: one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftMerge {
    /// Another draft of the same minutes, proposed or confirmed.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    draft_id: Option<DraftId>,
    /// A resolution of the same meeting; only of a draft that was read among the decisions.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    resolution_id: Option<ResolutionId>,
    /// An action of the same committee.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    action_id: Option<ActionId>,
    /// Why.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 4000)]
    reason: Option<String>,
}

/// Why a draft is nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftRejection {
    /// Why.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "A remark, and nothing that the committee asked for."
    )]
    reason: String,
}

/// The body of a move of a draft.
trait DraftMoveBody {
    /// Reads it.
    fn parse(self) -> Result<Becoming, Failure>;
}

impl DraftMoveBody for DraftConfirmation {
    fn parse(self) -> Result<Becoming, Failure> {
        Ok(Becoming::Confirmed {
            agenda_item_id: self.agenda_item_id,
        })
    }
}

impl DraftMoveBody for DraftMerge {
    fn parse(self) -> Result<Becoming, Failure> {
        let mut check = Check::default();
        check.opt_prose("/reason", self.reason.as_ref(), MAX_PROSE);
        let named = [
            self.draft_id.map(MergeInto::Draft),
            self.resolution_id.map(MergeInto::Resolution),
            self.action_id.map(MergeInto::Action),
        ];
        let mut named = named.into_iter().flatten();
        let into = named.next();
        if into.is_none() || named.next().is_some() {
            check.add(
                "/draft_id",
                "one_of",
                "is needed, or else one of resolution_id and action_id, and not two of them",
            );
        }
        let into = check.finish_with(into)?;
        Ok(Becoming::Merged {
            into,
            reason: self.reason,
        })
    }
}

impl DraftMoveBody for DraftRejection {
    fn parse(self) -> Result<Becoming, Failure> {
        let mut check = Check::default();
        check.prose("/reason", &self.reason, MAX_PROSE);
        check.finish()?;
        Ok(Becoming::Rejected {
            reason: self.reason,
        })
    }
}

/// Reads the body of a move that is one of many.
pub(super) fn read(name: DraftMove, body: &[u8]) -> Result<Becoming, Problem> {
    Ok(match name {
        DraftMove::Confirm => parse_json::<DraftConfirmation>(body)?.parse()?,
        DraftMove::Merge => parse_json::<DraftMerge>(body)?.parse()?,
        DraftMove::Reject => parse_json::<DraftRejection>(body)?.parse()?,
    })
}

macro_rules! draft_moves {
    ($($(#[$doc:meta])* $operation:ident $path:literal $body:ident;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($operation), tag = "minutes",
            params(IdPath, IfMatchHeader, IdempotencyKeyHeader), request_body = $body,
            responses((status = 200, description = "Decided.", body = Draft), ChangeProblems)
        )]
        pub(crate) async fn $operation(
            request: HttpRequest,
            caller: Allowed<ToRecord>,
            request_id: RequestId,
            id: Id<DraftId>,
            read: IfMatch,
            api: Data<Api>,
            body: Json<$body>,
        ) -> Result<HttpResponse, Problem> {
            let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
            let becoming = body.value.parse()?;
            let job = move |w: &mut Writing<'_>| minutes::make_move(w, id.0, &read.0, &becoming);
            api.write(writer, job, Draft::show).await
        }
    )+};
}

draft_moves! {
    /// Confirm a draft
    ///
    /// By a clerk. A decision becomes a resolution and, where somebody is to act, an action in state `draft`; what was asked for
    /// in the discussion becomes an action of its agenda item, or of the meeting where none is known. Owner and due term are those
    /// of the draft. Nothing is opened: that is a move of the action.
    ///
    /// Where the draft says in other words what is recorded already, the resolution corrects the one before, and the action that
    /// there is goes on. What the draft says otherwise than the one before is written into that action and its history, as a
    /// correction by itself would; what the action takes no longer (the due term of one that was opened, anything of one that is
    /// closed) is refused (409), each member named. A void action is not taken up again: another is recorded.
    confirm_draft "/v1/drafts/{id}/confirm" DraftConfirmation;
    /// Merge a draft
    ///
    /// By a clerk: it is the same as another draft of these minutes, or as a resolution or an action that is recorded already. Nothing
    /// is recorded anew; an action is told of it in its history.
    merge_draft "/v1/drafts/{id}/merge" DraftMerge;
    /// Reject a draft
    ///
    /// By a clerk, with a reason: it is nothing that the committee decided or asked for. What was merged into it is proposed again.
    reject_draft "/v1/drafts/{id}/reject" DraftRejection;
}
