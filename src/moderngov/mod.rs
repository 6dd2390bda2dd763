//! What a council's ModernGov site says in its web service: committees, the calendar of each, and the agenda of a meeting.
//!
//! Readers of text, and nothing else: no network, no database, no clock. What cannot be understood of a row is told with the
//! row's id and a reason, and the other rows are read all the same.

mod read;
mod text;
mod xml;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::domain::published::PublishedKind;

pub use read::{committees, meeting, meetings};
pub use xml::BadXml;

/// The most bytes of one document that are read.
pub const MAX_DOCUMENT: usize = 8 << 20;

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
