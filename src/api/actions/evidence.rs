//! `/v1/actions/{id}/evidence`: what shows that an action was done.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::extract::{Allowed, Id, IfMatch, Json, Query, RequestId, ToMove, ToRead, path_id};
use crate::api::fields::{Check, MAX_PROSE};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::write::{Resource, Writer};
use crate::api::{
    Api, ChangeProblems, CreateProblems, IdPath, IdempotencyKeyHeader, IfMatchHeader,
    IfNoneMatchHeader, ListProblems, NoQuery, Problem, ReadProblems, Showing,
};
use crate::db::evidence as rows;
use crate::domain::evidence::EvidenceKind;
use crate::domain::ids::{ActionId, EvidenceId};
use crate::records::Failure;
use crate::records::actions::{self, NewEvidence};

/// What shows that an action was done: something on the web, a file, or a title by which it is found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evidence {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: EvidenceId,
    /// The action.
    #[schema(value_type = Uuid)]
    action_id: ActionId,
    /// Its place among the action's evidence.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    number: i32,
    /// What it is.
    kind: EvidenceKind,
    /// What it is called.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Report to the committee, 9 June 2014"
    )]
    title: String,
    /// Where it can be read on the web.
    #[schema(required, format = Uri, max_length = 2000)]
    url: Option<String>,
    /// The day that it bears.
    #[schema(required)]
    dated_on: Option<NaiveDate>,
    /// Its file, where one was uploaded; the content is at `…/file`.
    #[schema(required)]
    file: Option<EvidenceFile>,
    /// The subject of whoever added it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    added_by: Option<String>,
    /// Their name, where their token gave one.
    #[schema(required, max_length = 255)]
    added_by_name: Option<String>,
    /// That it was withdrawn; null while it stands.
    #[schema(required)]
    withdrawn: Option<Withdrawal>,
    /// Grows by one when it is withdrawn.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was added.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// A file, as it was received.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceFile {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, example = "adoption-report.pdf")]
    file_name: String,
    /// Its media type, as whoever uploaded it said.
    #[schema(max_length = 200, example = "application/pdf")]
    media_type: String,
    /// Its size in bytes.
    #[schema(minimum = 1, maximum = 1_073_741_824)]
    size_bytes: i64,
    /// SHA-256 over its content, in hexadecimal, computed by the service.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
}

/// That a piece of evidence was withdrawn. It stays, and so does its file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Withdrawal {
    /// When.
    withdrawn_at: DateTime<Utc>,
    /// The subject of whoever withdrew it. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    withdrawn_by: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

impl Evidence {
    /// Shows a piece of evidence, which is the same on every day.
    pub(super) fn show(row: rows::Evidence, _: &Showing) -> Self {
        let file = match (row.file_name, row.media_type, row.size_bytes, row.sha256) {
            (Some(file_name), Some(media_type), Some(size_bytes), Some(sha256)) => {
                Some(EvidenceFile {
                    file_name,
                    media_type,
                    size_bytes,
                    sha256,
                })
            }
            _ => None,
        };
        let withdrawn_by = row.withdrawn_by;
        Self {
            id: row.id,
            action_id: row.action_id,
            number: row.number,
            kind: row.kind,
            title: row.title,
            url: row.url,
            dated_on: row.dated_on,
            file,
            added_by: row.added_by,
            added_by_name: row.added_by_name,
            withdrawn: row.withdrawn_at.map(|at| Withdrawal {
                withdrawn_at: at.0,
                withdrawn_by,
                reason: row.withdrawn_reason.unwrap_or_default(),
            }),
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for Evidence {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/actions/{}/evidence/{}", self.action_id, self.id)
    }
}

/// A page of evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidencePage {
    /// The evidence of this page.
    #[schema(max_items = 200)]
    items: Vec<Evidence>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A piece of evidence to be recorded, other than a file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceCreate {
    /// What it is.
    kind: EvidenceKind,
    /// What it is called.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Report to the committee, 9 June 2014"
    )]
    title: String,
    /// Where it can be read on the web; needed for the kind link.
    #[serde(default)]
    #[schema(format = Uri, max_length = 2000)]
    url: Option<String>,
    /// The day that it bears.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    dated_on: Option<NaiveDate>,
}

impl EvidenceCreate {
    fn parse(self) -> Result<NewEvidence, Failure> {
        let mut check = Check::default();
        check.line("/title", &self.title, 300);
        check.url("/url", self.url.as_ref());
        check.day("/dated_on", self.dated_on);
        if self.kind == EvidenceKind::Link && self.url.is_none() {
            check.add("/url", "required", "is needed for a link");
        }
        if self.kind == EvidenceKind::File {
            check.add(
                "/kind",
                "bad_value",
                "A file is uploaded, at …/evidence-files.",
            );
        }
        check.finish()?;
        Ok(NewEvidence {
            kind: self.kind,
            title: self.title,
            url: self.url,
            dated_on: self.dated_on,
            file: None,
        })
    }
}

/// Why a piece of evidence is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceWithdrawal {
    /// Why.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "It is the report of another year."
    )]
    reason: String,
}

/// What a list of evidence is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EvidenceQuery {
    /// Only what was withdrawn, or only what stands.
    #[param(nullable = false)]
    withdrawn: Option<bool>,
    /// How many pieces of evidence a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(EvidenceQuery);

/// List the evidence of an action
///
/// In the order in which it was added. What was withdrawn is marked, and can be left out.
#[utoipa::path(
    get, path = "/v1/actions/{id}/evidence", operation_id = "list_evidence", tag = "evidence",
    params(IdPath, EvidenceQuery),
    responses((status = 200, description = "A page of evidence.", body = EvidencePage), ListProblems)
)]
pub(crate) async fn list_evidence(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<ActionId>,
    query: Query<EvidenceQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i32> = api.after(&page)?;
    let (withdrawn, fetch) = (query.value.withdrawn, page.fetch());
    let rows = api
        .read_parts(caller.0.clone(), id.0, move |conn, whole| {
            rows::list(conn, id.0, whole.parts, withdrawn, after, fetch)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| row.number,
        Evidence::show,
        |items, next_cursor| EvidencePage { items, next_cursor },
    )
}

/// Add evidence
///
/// By the owner, a clerk or an auditor, in every state but draft and void. A file is uploaded instead.
#[utoipa::path(
    post, path = "/v1/actions/{id}/evidence", operation_id = "add_evidence", tag = "evidence",
    params(IdPath, IdempotencyKeyHeader), request_body = EvidenceCreate,
    responses((status = 201, description = "Added.", body = Evidence), CreateProblems)
)]
pub(crate) async fn add_evidence(
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    id: Id<ActionId>,
    api: Data<Api>,
    body: Json<EvidenceCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| actions::add_evidence(w, id.0, &new),
        Evidence::show,
    )
    .await
}

/// Read a piece of evidence
///
/// One piece, with the ETag that its withdrawal needs.
#[utoipa::path(
    get, path = "/v1/actions/{id}/evidence/{evidence_id}", operation_id = "get_evidence", tag = "evidence",
    params(IdPath, EvidencePath, IfNoneMatchHeader),
    responses((status = 200, description = "The evidence.", body = Evidence), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_evidence(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<ActionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let evidence = EvidenceId(path_id(&request, "evidence_id")?);
    api.read_part(
        &request,
        caller.0,
        id.0,
        move |conn, whole| Ok(whole.showing(rows::find(conn, evidence)?)),
        Evidence::show,
    )
    .await
}

/// Withdraw a piece of evidence
///
/// By whoever added it, the owner or a clerk. It stays and is marked; its file can then be read by clerks and auditors only.
#[utoipa::path(
    post, path = "/v1/actions/{id}/evidence/{evidence_id}/withdraw", operation_id = "withdraw_evidence", tag = "evidence",
    params(IdPath, EvidencePath, IfMatchHeader, IdempotencyKeyHeader), request_body = EvidenceWithdrawal,
    responses((status = 200, description = "Withdrawn.", body = Evidence), ChangeProblems)
)]
pub(crate) async fn withdraw_evidence(
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    id: Id<ActionId>,
    read: IfMatch,
    api: Data<Api>,
    body: Json<EvidenceWithdrawal>,
) -> Result<HttpResponse, Problem> {
    let evidence = EvidenceId(path_id(&request, "evidence_id")?);
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let mut check = Check::default();
    check.prose("/reason", &body.value.reason, MAX_PROSE);
    check.finish()?;
    let reason = body.value.reason;
    api.write(
        writer,
        move |w| actions::withdraw_evidence(w, id.0, evidence, &read.0, &reason),
        Evidence::show,
    )
    .await
}

/// The evidence's id in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct EvidencePath {
    /// The evidence's id.
    evidence_id: Uuid,
}
