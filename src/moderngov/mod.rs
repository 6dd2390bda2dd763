//! What a council's ModernGov site says of committees, the calendar of each, and the agenda of a meeting: in its web service, in
//! XML ([`read`]), or in the pages that people read, in HTML ([`pages`]). Ids are the same in both.
//!
//! Readers of text, and nothing else: no network, no database, no clock. What cannot be understood of a row is told with the
//! row's id and a reason, and the other rows are read all the same.

mod page;
pub mod pages;
mod read;
mod said;
mod text;
mod xml;

use chrono::NaiveDateTime;
use encoding_rs::{Encoding, UTF_8};
use serde::{Deserialize, Serialize};

use crate::domain::published::PublishedKind;

pub use read::{committees, meeting, meetings};

/// The most bytes of one document that are read.
pub const MAX_DOCUMENT: usize = 8 << 20;

/// The most elements of one document.
const MAX_ELEMENTS: usize = 200_000;

/// Why a document as a whole could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// Its bytes are no text.
    #[error("the answer is not UTF-8")]
    NotUtf8,
    /// Its bytes are no text of the charset that it comes with.
    #[error("the answer is not in {0}, as it is said to be")]
    NotIn(&'static str),
    /// The charset that it comes with is none that is known.
    #[error("the answer is in a charset that is not known: {0}")]
    UnknownCharset(String),
    /// It is larger than what is read.
    #[error("the answer is larger than {} MiB", MAX_DOCUMENT >> 20)]
    TooLarge,
    /// It is not well-formed.
    #[error("the answer is not well-formed XML (byte {at}): {why}")]
    Malformed {
        /// Where, in bytes from its beginning.
        at: u64,
        /// What the parser says.
        why: String,
    },
    /// It declares a document type, by which entities can be made to grow without bounds. The service never does.
    #[error("the answer declares a document type, which is not read")]
    DocumentType,
    /// It has more elements, or lies deeper, than any document of the service.
    #[error("the answer has too many elements, or they lie too deep")]
    TooMany,
    /// It is XML, and not what was asked for.
    #[error("the answer is not that of the web service: there is no {0} in it")]
    Other(&'static str),
    /// It is that of the site, and the meeting that was asked for is not in it.
    #[error("there is no meeting of that id in the answer")]
    NoMeeting,
    /// It is a page, and not what was asked for.
    #[error("the answer is not that page of ModernGov: there is no {0} in it")]
    OtherPage(&'static str),
    /// It is a page whose end is missing.
    #[error("the answer breaks off: the page has no end (</html>)")]
    Truncated,
    /// The meeting on its own page, or in its own document, is not understood.
    #[error("the meeting in the answer cannot be understood: {0}")]
    Meeting(&'static str),
}

/// A document that comes with a charset, in UTF-8. What does not hold to UTF-8 may still say itself what it is in.
pub fn in_utf8(document: Vec<u8>, charset: &str) -> Result<Vec<u8>, BadAnswer> {
    let known = Encoding::for_label_no_replacement(charset.as_bytes());
    let encoding = known.ok_or_else(|| BadAnswer::UnknownCharset(charset.to_owned()))?;
    if encoding == UTF_8 {
        return Ok(document);
    }
    // A mark at its beginning says more surely what it is in.
    let (text, encoding, malformed) = encoding.decode(&document);
    if malformed {
        return Err(BadAnswer::NotIn(encoding.name()));
    }
    Ok(text.into_owned().into_bytes())
}

/// Whether a text is the id of something there.
fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What one document says: the rows that were understood, and those that were not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<T> {
    /// In the order of the document.
    pub rows: Vec<T>,
    /// The others.
    pub not_understood: Vec<NotUnderstood>,
}

/// A row of theirs that could not be understood, or not be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotUnderstood {
    /// What it is.
    pub what: PublishedKind,
    /// Its id there, where it has one.
    pub reference: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
}

/// A committee as the site lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committee {
    /// Its id there.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// What it is listed under, e.g. `Overview and Scrutiny`.
    pub category: Option<String>,
    /// Whether the site says that it is no more.
    pub ended: bool,
}

/// A meeting as the site has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Its id there.
    pub reference: String,
    /// When it begins, by the clock in Europe/London.
    pub starts: NaiveDateTime,
    /// Where it stands.
    pub status: Status,
    /// Where it takes place. The calendar does not say, only the meeting's own document.
    pub location: Option<String>,
}

/// Where a meeting stands, by the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is in the calendar.
    Scheduled,
    /// It took place: the site says so, or has published its minutes.
    Held,
    /// It does not take place.
    Cancelled,
    /// It does not take place then; the site does not say to which meeting it was put off.
    Postponed,
}

/// An item of a meeting's agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id there.
    pub reference: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Whether it is kept from the public.
    pub restricted: bool,
}
