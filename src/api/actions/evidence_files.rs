//! `/v1/actions/{id}/evidence-files` and `…/evidence/{evidence_id}/file`: files of evidence, passed on as they come, in and out.

use std::sync::Arc;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;
use tracing::Instrument as _;
use utoipa::IntoParams;

use super::evidence::{Evidence, EvidencePath};
use super::in_sight;
use crate::api::extract::{Allowed, Id, Query, RequestId, ToMove, ToRead, path_id};
use crate::api::idempotency;
use crate::api::problem::Kind;
use crate::api::upload::{
    FileContent, Incoming, KeptFile, check_announced_size, in_time, keep_if_recorded,
    taken_media_type,
};
use crate::api::write::Writer;
use crate::api::{
    Api, CreateProblems, IdPath, IdempotencyKeyHeader, IfNoneMatchHeader, NoQuery, Problem,
    ReadProblems,
};
use crate::auth::{Caller, Role};
use crate::db::Reach;
use crate::db::evidence as rows;
use crate::domain::evidence::{EvidenceKind, check_file_name};
use crate::domain::ids::{ActionId, EvidenceId};
use crate::domain::text::check_line;
use crate::records::actions::{self, NewEvidence, ReceivedFile};
use crate::records::{Failure, FieldError};
use crate::store::Receiving;

/// What an uploaded file is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// What it is called.
    #[param(value_type = String, required = true, min_length = 1, max_length = 300, example = "Report to the committee, 9 June 2014")]
    title: Option<String>,
    /// The file's name, without a path, and with the ending that files of its type have.
    #[param(value_type = String, required = true, min_length = 1, max_length = 200, example = "adoption-report.pdf")]
    file_name: Option<String>,
    /// The day that it bears.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    dated_on: Option<NaiveDate>,
    /// What it is: a file where nothing is said.
    #[param(nullable = false, inline)]
    kind: Option<EvidenceKind>,
}

/// An uploaded file as its query describes it.
struct Described {
    kind: EvidenceKind,
    title: String,
    file_name: String,
    dated_on: Option<NaiveDate>,
}

impl UploadQuery {
    fn describe(self, media: &str, today: NaiveDate) -> Result<Described, Problem> {
        let mut errors = Vec::new();
        let mut add = |name: &str, code, detail: String| {
            errors.push(FieldError::new(name, code, detail));
        };
        match &self.title {
            None => add("title", "required", "is needed".to_owned()),
            Some(title) => {
                if let Err(error) = check_line(title, 300) {
                    add("title", error.code(), error.to_string());
                }
            }
        }
        match &self.file_name {
            None => add("file_name", "required", "is needed".to_owned()),
            Some(name) => {
                if let Err(error) = check_file_name(name, media) {
                    add("file_name", "bad_value", error.to_string());
                }
            }
        }
        if self
            .dated_on
            .is_some_and(|day| !(1900..=2999).contains(&day.year()))
        {
            add(
                "dated_on",
                "out_of_range",
                "must lie between 1900 and 2999".to_owned(),
            );
        } else if self.dated_on.is_some_and(|day| day > today) {
            add(
                "dated_on",
                "in_future",
                "must not be in the future".to_owned(),
            );
        }
        if self.kind == Some(EvidenceKind::Link) {
            add("kind", "bad_value", "A link is no file.".to_owned());
        }
        if let (Some(title), Some(file_name), []) = (self.title, self.file_name, &errors[..]) {
            return Ok(Described {
                kind: self.kind.unwrap_or(EvidenceKind::File),
                title,
                file_name,
                dated_on: self.dated_on,
            });
        }
        Err(Problem::with_errors(Kind::BadParameter, errors))
    }
}

/// Upload a file of evidence
///
/// By the owner, a clerk or an auditor, in every state but draft and void. The body is the file as it is, its `Content-Type`
/// the file's own; what the file is called stands in the query. It is passed on to the store as it comes, and its SHA-256 is
/// computed on the way. Which types are taken, and how large a file may be, is configured: a problem of 413 or 415 says it.
/// `Idempotency-Key` stands for the same file with the same query.
#[utoipa::path(
    post, path = "/v1/actions/{id}/evidence-files", operation_id = "upload_evidence", tag = "evidence",
    params(IdPath, UploadQuery, IdempotencyKeyHeader),
    request_body(description = "The file.", content(
        (FileContent = "application/pdf"),
        (FileContent = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (FileContent = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileContent = "application/vnd.oasis.opendocument.text"),
        (FileContent = "application/vnd.oasis.opendocument.spreadsheet"),
        (FileContent = "image/png"),
        (FileContent = "image/jpeg"),
        (FileContent = "text/plain"),
        (FileContent = "text/csv"),
        (FileContent = "message/rfc822"),
    )),
    responses((status = 201, description = "Added.", body = Evidence), CreateProblems)
)]
pub(crate) async fn upload_evidence(
    request: HttpRequest,
    caller: Allowed<ToMove>,
    request_id: RequestId,
    id: Id<ActionId>,
    query: Query<UploadQuery>,
    api: Data<Api>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let media = taken_media_type(&request, &api.limits.file_types)?;
    let described = query.value.describe(&media, api.clock.today())?;
    check_announced_size(&request, api.limits.file_bytes)?;
    idempotency::key_of(&request, &caller.0, &[])?;
    // Looked at before the body is read, so that nobody fills the store for what does not exist for them.
    api.read_whole(caller.0.clone(), Reach::Short, move |conn, sight| {
        in_sight(conn, sight, id.0)
    })
    .await?
    .then_some(())
    .ok_or(Failure::NotFound)?;
    let key = format!("{}/{}", id.0, api.ids.next(api.clock.now()));
    let receiving = receive(&api, key, body).await?;
    let upload = Upload {
        request,
        caller: caller.0,
        request_id,
        action: id.0,
        media,
        described,
    };
    // A task of its own, so that what has been received is recorded or removed also where the caller has gone meanwhile.
    let record = upload.record(api, receiving).in_current_span();
    actix_web::rt::spawn(record)
        .await
        .unwrap_or_else(|_| Err(Problem::plain(Kind::Internal)))
}

/// Passes the body on to the store, piece by piece.
async fn receive(api: &Api, key: String, body: Payload) -> Result<Receiving, Problem> {
    let mut incoming = Incoming::new(api, body, api.limits.file_bytes);
    let mut receiving = api.store.receive(key);
    let whole = async move {
        while let Some(chunk) = incoming.next().await? {
            receiving.write(chunk).await?;
        }
        Ok(receiving)
    };
    in_time(api, whole).await
}

/// An upload whose body has come.
struct Upload {
    request: HttpRequest,
    caller: Arc<Caller>,
    request_id: RequestId,
    action: ActionId,
    media: String,
    described: Described,
}

impl Upload {
    /// Records what was received, and removes it where no record came of it.
    async fn record(self, api: Data<Api>, receiving: Receiving) -> Result<HttpResponse, Problem> {
        let received = receiving.finish().await?;
        let key = received.key.clone();
        let new = NewEvidence {
            kind: self.described.kind,
            title: self.described.title,
            url: None,
            dated_on: self.described.dated_on,
            file: Some(ReceivedFile {
                file_name: self.described.file_name,
                media_type: self.media.clone(),
                size_bytes: i64::try_from(received.size).unwrap_or(i64::MAX),
                sha256: received.sha256.clone(),
                object_key: received.key,
            }),
        };
        let query = self.request.query_string();
        let asked = format!("{}\n{}\n{query}", received.sha256, self.media);
        let action = self.action;
        let answer = match Writer::of_post(
            &self.request,
            self.caller,
            self.request_id,
            asked.as_bytes(),
        ) {
            Ok(writer) => {
                let job = move |w: &mut crate::records::Writing<'_>| {
                    actions::add_evidence(w, action, &new)
                };
                api.write(writer, job, Evidence::show).await
            }
            Err(problem) => Err(problem),
        };
        keep_if_recorded(&api, &key, &answer).await;
        answer
    }
}

/// Read a file of evidence
///
/// As it was received, to be saved and not to be shown: `Content-Disposition` is `attachment`. `Repr-Digest` and ETag hold
/// its SHA-256. The file of evidence that was withdrawn is for clerks and auditors.
#[utoipa::path(
    get, path = "/v1/actions/{id}/evidence/{evidence_id}/file", operation_id = "get_evidence_file", tag = "evidence",
    params(IdPath, EvidencePath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The file, under its own media type.", body = FileContent, content_type = "application/octet-stream"),
        (status = 304, description = "As it was."),
        ReadProblems,
    )
)]
pub(crate) async fn get_evidence_file(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<ActionId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let evidence = EvidenceId(path_id(&request, "evidence_id")?);
    let reads_withdrawn = caller.0.has(Role::Clerk) || caller.0.has(Role::Auditor);
    let found = api
        .read_parts(caller.0, id.0, move |conn, whole| {
            Ok(whole.showing(rows::find(conn, evidence)?))
        })
        .await?
        .ok_or(Failure::NotFound)?;
    let (Some(key), Some(name), Some(media_type), Some(size_bytes), Some(sha256)) = (
        found.object_key,
        found.file_name,
        found.media_type,
        found.size_bytes,
        found.sha256,
    ) else {
        return Err(Problem::new(
            Kind::NotFound,
            "This piece of evidence has no file.",
        ));
    };
    if found.withdrawn_at.is_some() && !reads_withdrawn {
        return Err(Problem::new(
            Kind::Forbidden,
            "The evidence was withdrawn; its file is for clerks and auditors.",
        ));
    }
    let file = KeptFile {
        key,
        name,
        media_type,
        size_bytes,
        sha256,
    };
    file.send(&api, &request).await
}
