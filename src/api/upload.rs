//! Bodies that are files: received piece by piece, in time and up to a size; and sent back, to be saved and not to be shown.

use std::fmt::Write as _;
use std::future::Future;
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use utoipa::ToSchema;

use super::extract::media_type;
use super::problem::{Kind, Problem};
use super::{Api, etag};
use crate::db::{Conn, DbError, Reach, evidence, minutes};
use crate::hex::unhex;
use crate::records::FieldError;
use crate::store::StoreError;

/// The content of a file, byte by byte.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary, max_length = 1_073_741_824)]
#[expect(dead_code, reason = "only ever documented")]
pub(crate) struct FileContent(Vec<u8>);

/// The media type of the body, which must be one of those that are taken, without a content encoding.
pub(crate) fn taken_media_type<T: AsRef<str>>(
    request: &HttpRequest,
    taken: &[T],
) -> Result<String, Problem> {
    media_type(request)
        .filter(|media| taken.iter().any(|one| one.as_ref() == media))
        .ok_or_else(|| {
            Problem::new(
                Kind::UnsupportedMediaType,
                format!(
                    "The file must be one of {}, without a content encoding.",
                    taken
                        .iter()
                        .map(AsRef::as_ref)
                        .collect::<Vec<_>>()
                        .join(", ")
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
pub(crate) fn check_announced_size(request: &HttpRequest, max: u64) -> Result<(), Problem> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|size| size > max) {
        return Err(too_large(max));
    }
    Ok(())
}

/// A body that is coming in.
pub(crate) struct Incoming {
    body: Payload,
    /// In which each piece must come.
    piece_time: Duration,
    /// How large it may be, in bytes.
    max: u64,
    size: u64,
}

impl Incoming {
    pub(crate) fn new(api: &Api, body: Payload, max: u64) -> Self {
        Self {
            body,
            piece_time: api.limits.body_time,
            max,
            size: 0,
        }
    }

    /// The next piece; `None` at the end of a body that was not empty.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let next = tokio::time::timeout(self.piece_time, self.body.next())
            .await
            .map_err(|_| Problem::plain(Kind::RequestTimeout))?;
        let Some(chunk) = next else {
            return if self.size == 0 {
                let error = FieldError::new("", "empty", "The file is empty.");
                Err(Problem::with_errors(Kind::Invalid, vec![error]))
            } else {
                Ok(None)
            };
        };
        let chunk = chunk.map_err(|_| Problem::new(Kind::BadRequest, "The body broke off."))?;
        let size = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.size = self.size.saturating_add(size);
        if self.size > self.max {
            return Err(too_large(self.max));
        }
        Ok(Some(chunk))
    }
}

/// Receives a body as a whole, which must have come in the time that there is for a file.
pub(crate) async fn in_time<T>(
    api: &Api,
    whole: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    tokio::time::timeout(api.limits.file_time, whole)
        .await
        .unwrap_or_else(|_| Err(Problem::plain(Kind::RequestTimeout)))
}

/// Removes an object that no record names: the upload was refused, or was answered before. Where it is not sure what became
/// of the write, it is waited for first.
pub(crate) async fn keep_if_recorded(api: &Api, key: &str, answer: &Result<HttpResponse, Problem>) {
    let unsure = answer
        .as_ref()
        .is_err_and(|problem| problem.kind.status() >= 500);
    if let Err(why) = remove_unless_recorded(api, key, unsure).await {
        tracing::warn!(key, why, "an object may be left that no record names");
    }
}

async fn remove_unless_recorded(api: &Api, key: &str, unsure: bool) -> Result<(), String> {
    if unsure {
        api.db.settled().await.map_err(|e| e.to_string())?;
    }
    let asked = key.to_owned();
    let named = move |conn: &mut Conn| {
        Ok::<_, DbError>(
            evidence::names_object(conn, &asked)? || minutes::names_object(conn, &asked)?,
        )
    };
    let recorded = api
        .db
        .read(Reach::Short, named)
        .await
        .map_err(|error| error.to_string())?;
    if recorded {
        return Ok(());
    }
    api.store.remove(key).await.map_err(|e| e.to_string())
}

/// A file that is kept in the store.
pub(crate) struct KeptFile {
    pub(crate) key: String,
    /// What it is saved as.
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) size_bytes: i64,
    /// In hexadecimal.
    pub(crate) sha256: String,
}

impl KeptFile {
    /// Sends the file as it was received. Its digest is its tag.
    pub(crate) async fn send(
        self,
        api: &Api,
        request: &HttpRequest,
    ) -> Result<HttpResponse, Problem> {
        let tag = format!("\"{}\"", self.sha256);
        if etag::none_match(request, &tag) {
            return Ok(HttpResponse::NotModified()
                .insert_header((header::ETAG, tag))
                .finish());
        }
        let size = u64::try_from(self.size_bytes).unwrap_or(0);
        let digest = format!("sha-256=:{}:", STANDARD.encode(unhex(&self.sha256)));
        let content = api.store.read(&self.key, size, self.sha256).await?;
        let mut response = HttpResponse::Ok();
        response
            .insert_header((header::ETAG, tag))
            .insert_header((HeaderName::from_static("repr-digest"), digest))
            .insert_header((header::CONTENT_DISPOSITION, disposition(&self.name)))
            .insert_header((header::ACCEPT_RANGES, "none"))
            .content_type(self.media_type);
        // Its length is told either way, and the answer to HEAD has no body that could be read in vain.
        if request.method() == Method::HEAD {
            let nothing = futures_util::stream::empty::<Result<Bytes, StoreError>>();
            return Ok(response.body(SizedStream::new(size, nothing)));
        }
        Ok(response.body(SizedStream::new(size, Box::pin(content))))
    }
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
