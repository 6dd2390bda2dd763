//! `/v1/actions/{id}/evidence-files` and `…/evidence/{evidence_id}/file`: files of evidence, passed on as they come, in and out.

use std::fmt::Write as _;
use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Datelike as _, NaiveDate};
use futures_util::StreamExt as _;
use serde::Deserialize;
use tracing::Instrument as _;
use utoipa::{IntoParams, ToSchema};

use super::evidence::{Evidence, EvidencePath};
use super::in_sight;
use crate::api::etag;
use crate::api::extract::{Allowed, Id, Query, RequestId, ToMove, ToRead, media_type, path_id};
use crate::api::idempotency;
use crate::api::problem::Kind;
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
use crate::hex::unhex;
use crate::records::actions::{self, NewEvidence, ReceivedFile};
use crate::records::{Failure, FieldError};
use crate::store::{Receiving, StoreError};

/// The content of a file, byte by byte.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary, max_length = 1_073_741_824)]
#[expect(dead_code, reason = "only ever documented")]
pub(crate) struct FileContent(Vec<u8>);

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

/// The media type of the body, which must be one of those that are taken, without a content encoding.
fn taken_media_type(request: &HttpRequest, taken: &[String]) -> Result<String, Problem> {
    media_type(request)
        .filter(|media| taken.contains(media))
        .ok_or_else(|| {
            Problem::new(
                Kind::UnsupportedMediaType,
                format!(
                    "The file must be one of {}, without a content encoding.",
                    taken.join(", ")
                ),
            )
        })
}

fn too_large(max: u64) -> Problem {
    Problem::new(
        Kind::PayloadTooLarge,
        format!("The file must be at most {max} bytes."),
    )
}

/// Refuses a body that says itself that it is too large, before any of it is read.
fn check_announced_size(request: &HttpRequest, max: u64) -> Result<(), Problem> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|size| size > max) {
        return Err(too_large(max));
    }
    Ok(())
}

/// Passes the body on to the store, piece by piece. Each piece must come in time, and all of them together.
async fn receive(api: &Api, key: String, mut body: Payload) -> Result<Receiving, Problem> {
    let max = api.limits.file_bytes;
    let mut receiving = api.store.receive(key);
    let whole = async move {
        loop {
            let next = tokio::time::timeout(api.limits.body_time, body.next());
            let next = next
                .await
                .map_err(|_| Problem::plain(Kind::RequestTimeout))?;
            let Some(chunk) = next else { break };
            let chunk = chunk.map_err(|_| Problem::new(Kind::BadRequest, "The body broke off."))?;
            let size = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            if receiving.size().saturating_add(size) > max {
                return Err(too_large(max));
            }
            receiving.write(chunk).await?;
        }
        if receiving.size() == 0 {
            return Err(Problem::new(Kind::Invalid, "The file is empty."));
        }
        Ok(receiving)
    };
    tokio::time::timeout(api.limits.file_time, whole)
        .await
        .unwrap_or_else(|_| Err(Problem::plain(Kind::RequestTimeout)))
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
        let unsure = answer
            .as_ref()
            .is_err_and(|problem| problem.kind.status() >= 500);
        if let Err(why) = remove_unless_recorded(&api, &key, unsure).await {
            tracing::warn!(key, why, "an object may be left that no record names");
        }
        answer
    }
}

/// Removes an object that no record names: the upload was refused, or was answered under its key before. Where it is not
/// sure what became of the write, it is waited for first.
async fn remove_unless_recorded(api: &Api, key: &str, unsure: bool) -> Result<(), String> {
    if unsure {
        api.db.settled().await.map_err(|e| e.to_string())?;
    }
    let asked = key.to_owned();
    let recorded = api
        .db
        .read(Reach::Short, move |conn| rows::names_object(conn, &asked))
        .await
        .map_err(|error| error.to_string())?;
    if recorded {
        return Ok(());
    }
    api.store.remove(key).await.map_err(|e| e.to_string())
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
    let (Some(key), Some(name), Some(media), Some(size), Some(sha256)) = (
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
    let tag = format!("\"{sha256}\"");
    if etag::none_match(&request, &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish());
    }
    let size = u64::try_from(size).unwrap_or(0);
    let digest = format!("sha-256=:{}:", STANDARD.encode(unhex(&sha256)));
    let content = api.store.read(&key, size, sha256).await?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::ETAG, tag))
        .insert_header((HeaderName::from_static("repr-digest"), digest))
        .insert_header((header::CONTENT_DISPOSITION, disposition(&name)))
        .insert_header((header::ACCEPT_RANGES, "none"))
        .content_type(media);
    // Its length is told either way, and the answer to HEAD has no body that could be read in vain.
    if request.method() == Method::HEAD {
        let nothing = futures_util::stream::empty::<Result<Bytes, StoreError>>();
        return Ok(response.body(SizedStream::new(size, nothing)));
    }
    Ok(response.body(SizedStream::new(size, Box::pin(content))))
}

/// `Content-Disposition` for a file that is to be saved under its name (RFC 6266): in ASCII for whoever knows nothing else,
/// and in full (RFC 8187).
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let full = name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"!#$-.^_`|~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    });
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_saved_under_its_name() {
        assert_eq!(
            disposition("a \"b\" é.pdf"),
            "attachment; filename=\"a _b_ _.pdf\"; filename*=UTF-8''a%20%22b%22%20%C3%A9.pdf"
        );
    }

    proptest! {
        #[test]
        fn no_name_breaks_out_of_its_quotes_or_the_header(name in "\\PC{0,60}") {
            let value = disposition(&name);
            prop_assert!(value.bytes().all(|b| (b' '..=b'~').contains(&b)));
            prop_assert_eq!(value.matches('"').count(), 2);
            let full = value.rsplit("''").next().unwrap();
            let decoded = url::form_urlencoded::parse(format!("n={full}").as_bytes())
                .next().unwrap().1.into_owned();
            prop_assert_eq!(decoded, name.clone());
        }
    }
}
