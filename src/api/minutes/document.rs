//! Minutes as they are handed in: the document itself as the body, received as a whole and read on a thread that may block.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Payload};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::api::Api;
use crate::api::problem::{Kind, Problem};
use crate::api::upload::{Incoming, check_announced_size, in_time, taken_media_type};
use crate::hex::hex;
use crate::minutes;
use crate::pdf;
use crate::records::FieldError;
use crate::records::minutes::{ReadItem, Surroundings, read_items};

/// The types that are read.
const HTML: &str = "text/html";
const PDF: &str = "application/pdf";
const MEDIA_TYPES: [&str; 4] = ["text/plain", "text/markdown", HTML, PDF];

/// The largest text and the largest PDF, in bytes: some hundred times the minutes of a long meeting.
const MAX_TEXT: u64 = 2 * 1024 * 1024;
const MAX_PDF: u64 = 20 * 1024 * 1024;

/// How many documents are read side by side, and how long one waits for its turn.
const AT_ONCE: usize = 2;
const WAIT: Duration = Duration::from_secs(10);

/// How long reading one may take.
const TIME: Duration = Duration::from_secs(30);

/// Whose turn it is to have a document read. A turn lasts until the reading has ended, also where nobody waits for it any more.
#[derive(Debug, Clone)]
pub(crate) struct Readers(Arc<Semaphore>);

impl Default for Readers {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// A document that has come.
pub(super) struct Document {
    pub(super) media_type: String,
    encoding: &'static Encoding,
    pub(super) bytes: Bytes,
}

/// What was read in a document.
pub(super) struct Read {
    /// Into which the spans point.
    pub(super) text: String,
    pub(super) items: Vec<ReadItem>,
}

impl Document {
    /// What the headers say of it, before any of it is received.
    pub(super) fn announced(request: &HttpRequest) -> Result<Announced, Problem> {
        let media_type = taken_media_type(request, &MEDIA_TYPES)?;
        let encoding = encoding(request)?;
        let max = if media_type == PDF { MAX_PDF } else { MAX_TEXT };
        check_announced_size(request, max)?;
        Ok(Announced {
            media_type,
            encoding,
            max,
        })
    }

    /// SHA-256 over its bytes, in hexadecimal.
    pub(super) fn sha256(&self) -> String {
        hex(&Sha256::digest(&self.bytes))
    }

    pub(super) fn size(&self) -> i64 {
        i64::try_from(self.bytes.len()).unwrap_or(i64::MAX)
    }

    /// Reads it, when its turn comes, and finds what it names among what is recorded.
    pub(super) async fn read(&self, api: &Api, around: Surroundings) -> Result<Read, Problem> {
        let busy = || Problem::busy("Other minutes are being read.");
        let turn = Arc::clone(&api.readers.0).acquire_owned();
        let turn = tokio::time::timeout(WAIT, turn).await;
        let turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
        let (bytes, encoding) = (self.bytes.clone(), self.encoding);
        let media_type = self.media_type.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let read = read(&media_type, &bytes, encoding, around);
            drop(turn);
            read
        });
        let read = tokio::time::timeout(TIME, reading).await;
        read.map_err(|_| unreadable("too_slow", "The document takes too long to read."))?
            .unwrap_or_else(|_| Err(Problem::plain(Kind::Internal)))
    }
}

/// Reads a document of a type that is taken.
fn read(
    media_type: &str,
    bytes: &[u8],
    encoding: &'static Encoding,
    around: Surroundings,
) -> Result<Read, Problem> {
    let text = match media_type {
        PDF => pdf::text(bytes).map_err(|error| unreadable(error.code(), error.to_string()))?,
        _ => decoded(bytes, encoding)?,
    };
    let proposal = match media_type {
        HTML => minutes::read_html(&text),
        _ => minutes::read(&text),
    };
    let items = read_items(&proposal, &text, media_type == HTML, around);
    Ok(Read { text, items })
}

/// A document of which the headers have been looked at.
pub(super) struct Announced {
    media_type: String,
    encoding: &'static Encoding,
    max: u64,
}

impl Announced {
    /// Receives it.
    pub(super) async fn receive(self, api: &Api, body: Payload) -> Result<Document, Problem> {
        let mut incoming = Incoming::new(api, body, self.max);
        let whole = async move {
            let mut bytes = BytesMut::new();
            while let Some(chunk) = incoming.next().await? {
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes.freeze())
        };
        Ok(Document {
            media_type: self.media_type,
            encoding: self.encoding,
            bytes: in_time(api, whole).await?,
        })
    }
}

/// The encoding that the Content-Type names: UTF-8 where it names none.
fn encoding(request: &HttpRequest) -> Result<&'static Encoding, Problem> {
    let given = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut charsets = given.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"'))
    });
    let Some(charset) = charsets.next() else {
        return Ok(UTF_8);
    };
    Encoding::for_label(charset.as_bytes())
        .filter(|found| [UTF_8, WINDOWS_1252].contains(found))
        .ok_or_else(|| {
            Problem::new(
                Kind::UnsupportedMediaType,
                "The charset must be UTF-8, which it is where none is named, or windows-1252.",
            )
        })
}

/// The text of bytes, without a byte order mark.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<String, Problem> {
    let text = if encoding == UTF_8 {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            unreadable(
                "not_utf8",
                format!(
                    "The text is not UTF-8 from byte {} on; name its charset in the Content-Type, as in text/plain; \
                     charset=windows-1252.",
                    error.valid_up_to()
                ),
            )
        })?;
        text.to_owned()
    } else {
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    };
    if text.contains('\0') {
        let detail = "The text holds U+0000, as no text does.";
        return Err(unreadable("control_character", detail));
    }
    Ok(text)
}

/// A document that cannot be read, which is nobody's fault but its own.
pub(super) fn unreadable(code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::with_errors(Kind::Invalid, vec![FieldError::new("", code, detail)])
}

/// The ending of a file of that type, and the type under which it is sent: none that a browser runs.
pub(super) fn saved_as(media_type: &str) -> (&'static str, &'static str) {
    match media_type {
        "text/plain" => ("txt", "text/plain"),
        "text/markdown" => ("md", "text/markdown"),
        PDF => ("pdf", PDF),
        HTML => ("html", "application/octet-stream"),
        _ => ("bin", "application/octet-stream"),
    }
}
