//! Taking over what a council publishes: a committee, its calendar and its agendas, each by the key that it has there.
//!
//! Only what the source says otherwise than the last time is written. So a second run changes nothing, and what a clerk has
//! corrected since stays until the source itself says something else. Meetings and items go through the scripts that the API
//! uses: due terms follow a meeting that moves, and everything has its history. Nothing that is exempt is made public.

mod agenda;
mod calendar;
mod committee;

pub(crate) use calendar::unlisted;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::{Range, RangeInclusive};

use chrono::NaiveDate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::writing::Subject;
use super::{Conflict, Effect, Failure, FieldError, Writing};
use crate::db::sources::{self, RecordSource};
use crate::db::{DbError, Tx};
use crate::domain::committee::CommitteeCode;
use crate::domain::ids::{MeetingId, RecordId};
use crate::domain::published::{Change, PublishedKind};
use crate::domain::text::check_line;
use crate::moderngov::{self as theirs, NotUnderstood};

/// A committee as it was found at the source, with its calendar and its agendas.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What the source is called: one name for each site.
    pub(crate) system: String,
    /// The address under which everything of the site lies.
    pub(crate) base: String,
    /// Whether the site has another address than the last time.
    pub(crate) site_moved: bool,
    /// Whether an item that is not said to be restricted is said not to be. A page may leave the mark out.
    pub(crate) says_what_is_public: bool,
    pub(crate) committee: theirs::Committee,
    pub(crate) url: String,
    /// The code by which references are to name it.
    pub(crate) code: Option<CommitteeCode>,
    /// The days that were asked for.
    pub(crate) days: RangeInclusive<NaiveDate>,
    pub(crate) meetings: Vec<FoundMeeting>,
    /// The ids of all meetings that are listed, those that were not understood among them.
    pub(crate) listed: HashSet<String>,
    /// The ids of meetings that are not, and of which the site says itself that they are gone.
    pub(crate) gone: HashSet<String>,
}

impl Found {
    /// Whether a record came from this address; of one that has none that is not known.
    fn is_of(&self, source: &RecordSource) -> bool {
        let url = source.url.as_ref();
        url.is_none_or(|url| url.starts_with(&self.base))
    }
}

/// A meeting as it was found.
#[derive(Debug, Clone)]
pub(crate) struct FoundMeeting {
    pub(crate) meeting: theirs::Meeting,
    pub(crate) url: String,
    /// Its agenda; `None` where that was not read, and its place is not known.
    pub(crate) agenda: Option<Vec<theirs::Item>>,
    /// The ids of all items that are on it, those that were not understood among them.
    pub(crate) listed: HashSet<String>,
}

/// What became of what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Taken {
    /// The committee's code.
    pub code: String,
    /// What became of each record, in the order in which it was written.
    pub records: Vec<TakenRecord>,
    /// What was understood, and is refused by the rules that hold for the same from elsewhere.
    pub refused: Vec<NotUnderstood>,
    /// What somebody should know.
    pub notes: Vec<Note>,
    /// The meetings here by their ids there, on which agendas go.
    #[serde(skip)]
    meetings: HashMap<String, MeetingId>,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenRecord {
    /// What it is.
    pub what: PublishedKind,
    /// Its id there.
    pub reference: String,
    /// Its id here.
    pub id: Uuid,
    /// What became of it.
    pub change: Change,
    /// What people know it by.
    pub title: String,
    /// What of it is otherwise now, where it was recorded before.
    pub changes: Vec<TakenChange>,
}

/// What of a record is otherwise than it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenChange {
    /// `name` of a committee; `starts_at` (by the clock in Europe/London), `status`, `location` of a meeting; `number`, `title`,
    /// `exempt` of an item.
    pub field: &'static str,
    /// What was recorded.
    pub before: Value,
    /// What is.
    pub after: Value,
}

impl TakenChange {
    fn new(field: &'static str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        Self {
            field,
            before: before.into(),
            after: after.into(),
        }
    }
}

/// Something that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What it is about.
    pub what: PublishedKind,
    /// Its id there.
    pub reference: String,
    /// A sentence.
    pub note: String,
}

/// Takes over a committee and its calendar. An `Err` undoes all of it: without the committee there is nothing to record the rest
/// on. What is refused of the rest is told, and refuses nothing else.
pub(crate) fn take_over(w: &mut Writing<'_>, found: &Found) -> Result<Taken, Failure> {
    let mut taking = Taking {
        w,
        found,
        taken: Taken::default(),
    };
    let committee = taking.committee()?;
    taking.taken.code = committee.code;
    taking.taken.meetings = taking.calendar(committee.id)?;
    let own = vec![found.committee.reference.as_str()];
    taking.seen(PublishedKind::Committee, &own)?;
    let listed: Vec<_> = found.listed.iter().map(String::as_str).collect();
    taking.seen(PublishedKind::Meeting, &listed)?;
    Ok(taking.taken)
}

/// Takes over the agendas of some of the meetings, whose calendar was taken over before.
pub(crate) fn take_over_agendas(
    w: &mut Writing<'_>,
    found: &Found,
    calendar: &Taken,
    some: Range<usize>,
) -> Result<Taken, Failure> {
    let some = found.meetings.get(some).unwrap_or_default();
    let mut taking = Taking {
        w,
        found,
        taken: Taken::default(),
    };
    taking.agendas(some, &calendar.meetings)?;
    let listed = some.iter().flat_map(|meeting| &meeting.listed);
    let listed: Vec<_> = listed.map(String::as_str).collect();
    taking.seen(PublishedKind::AgendaItem, &listed)?;
    Ok(taking.taken)
}

/// About how many items are taken over at once, so that nobody else waits for more.
const ITEMS_AT_ONCE: usize = 200;

impl Found {
    /// The meetings in parts, whose agendas are to be taken over one part after the other.
    pub(crate) fn parts(&self) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut begin, mut items) = (0, 0);
        for (place, meeting) in self.meetings.iter().enumerate() {
            items += meeting.listed.len();
            if items >= ITEMS_AT_ONCE || place + 1 == self.meetings.len() {
                parts.push(begin..place + 1);
                (begin, items) = (place + 1, 0);
            }
        }
        parts
    }
}

/// Why something is not recorded, in a sentence; a failure of the database is one still. The scripts refuse before they write,
/// so that nothing of what is refused has to be undone.
pub(crate) fn refusal(failure: Failure) -> Result<String, DbError> {
    Ok(match failure {
        Failure::Db(error) => return Err(error),
        Failure::Invalid(errors) => {
            let details: Vec<_> = errors.into_iter().map(|error| error.detail).collect();
            details.join(" ")
        }
        Failure::Forbidden(why) => why,
        Failure::NotFound => "What it belongs to is not recorded any more.".to_owned(),
        Failure::Stale => "Somebody else changed it meanwhile. Run the import again.".to_owned(),
        Failure::Conflict(Conflict::Taken { .. }) => TAKEN.to_owned(),
        Failure::Conflict(Conflict::MinutesConfirmed) => {
            "The minutes of the meeting are confirmed.".to_owned()
        }
        Failure::Conflict(Conflict::NoMinutes(why)) => why.to_owned(),
        Failure::Conflict(Conflict::MinutesOvertaken {
            revision, latest, ..
        }) => format!("They are revision {revision} again, and revision {latest} is the latest."),
        _ => "What is recorded does not allow it.".to_owned(),
    })
}

/// Why an item is refused whose number another has.
const TAKEN: &str = "Another item of the meeting has its number.";

fn record<T>(effect: Effect<T>) -> T {
    match effect {
        Effect::Created(record) | Effect::Known(record) | Effect::Changed(record) => record,
    }
}

/// What the source said the last time. What an older program wrote and this one cannot read counts as nothing.
fn said<T: DeserializeOwned>(source: &RecordSource) -> Option<T> {
    serde_json::from_str(&source.said).ok()
}

struct Taking<'t, 'w> {
    w: &'t mut Writing<'w>,
    found: &'t Found,
    taken: Taken,
}

/// What is said of one record, and where.
struct Saying<'s, T> {
    what: PublishedKind,
    reference: &'s str,
    url: Cow<'s, str>,
    says: &'s T,
    title: String,
}

impl Taking<'_, '_> {
    fn tx(&mut self) -> &mut Tx {
        self.w.tx
    }

    fn note(&mut self, what: PublishedKind, reference: &str, note: impl Into<String>) {
        self.taken.notes.push(Note {
            what,
            reference: reference.to_owned(),
            note: note.into(),
        });
    }

    fn refuse(&mut self, what: PublishedKind, reference: &str, reason: impl Into<String>) {
        self.taken.refused.push(NotUnderstood {
            what,
            reference: Some(reference.to_owned()),
            reason: reason.into(),
        });
    }

    /// Remembers what the source says of a record from now on, and tells what became of it.
    fn remember<T: Serialize>(
        &mut self,
        known: Option<&RecordSource>,
        saying: Saying<'_, T>,
        id: Uuid,
        change: Change,
        changes: Vec<TakenChange>,
    ) -> Result<RecordSource, Failure> {
        let said = serde_json::to_string(saying.says)
            .map_err(|error| DbError::Internal(error.to_string()))?;
        let row = RecordSource {
            system: self.found.system.clone(),
            kind: saying.what,
            reference: saying.reference.to_owned(),
            record_id: RecordId(id),
            url: Some(saying.url.into_owned()),
            said,
            last_seen_at: Some(self.w.at()),
            missing_since: None,
        };
        match known {
            None => {
                sources::insert(self.tx(), &row)?;
                self.noted_of_source("link_source", &row)?;
            }
            Some(known) if (&known.url, &known.said) != (&row.url, &row.said) => {
                sources::update(self.tx(), &row)?;
            }
            Some(_) => {}
        }
        self.taken.records.push(TakenRecord {
            what: saying.what,
            reference: row.reference.clone(),
            id,
            change,
            title: saying.title,
            changes,
        });
        Ok(row)
    }

    /// Notes in the history of a record what became of its place at the source.
    fn noted_of_source(
        &mut self,
        operation: &'static str,
        row: &RecordSource,
    ) -> Result<(), Failure> {
        let source = json!({
            "system": row.system, "reference": row.reference, "url": row.url,
        });
        let details = Map::from_iter([("source".to_owned(), source)]);
        let subject = Subject {
            kind: row.kind.as_str(),
            id: row.record_id.0,
        };
        let today = self.w.today();
        self.w.audit_noted(operation, subject, today, &details)
    }

    /// Notes that records are not listed any more, and answers with those of which that is new.
    fn missing<'r>(
        &mut self,
        kind: PublishedKind,
        rows: impl IntoIterator<Item = &'r RecordSource>,
    ) -> Result<Vec<&'r RecordSource>, Failure> {
        let mut new: Vec<_> = rows
            .into_iter()
            .filter(|row| row.missing_since.is_none())
            .collect();
        new.sort_by_key(|row| (row.reference.len(), &row.reference));
        for row in &new {
            self.noted_of_source("lose_source", row)?;
        }
        let references: Vec<_> = new.iter().map(|row| row.reference.as_str()).collect();
        let (system, since) = (&self.found.system, self.w.at());
        sources::missed(self.w.tx, system, kind, &references, since)?;
        Ok(new)
    }

    /// The same record under another id of the source, which has made it anew.
    fn known_anew(
        &mut self,
        known: &RecordSource,
        reference: &str,
    ) -> Result<RecordSource, Failure> {
        sources::rename(self.w.tx, known, reference)?;
        let row = RecordSource {
            reference: reference.to_owned(),
            ..known.clone()
        };
        self.noted_of_source("link_source", &row)?;
        Ok(row)
    }

    /// Remembers what the source lists now, and notes what it lists again, understood or not.
    fn seen(&mut self, kind: PublishedKind, references: &[&str]) -> Result<(), Failure> {
        let (system, now) = (&self.found.system, self.w.at());
        for row in sources::missing(self.w.tx, system, kind, references)? {
            self.noted_of_source("find_source", &row)?;
            self.note(kind, &row.reference, "The source lists it again.");
        }
        Ok(sources::seen(self.w.tx, system, kind, references, now)?)
    }

    fn known(
        &mut self,
        kind: PublishedKind,
        references: &[&str],
    ) -> Result<HashMap<String, RecordSource>, Failure> {
        let system = &self.found.system;
        let rows = sources::find_all(self.w.tx, system, kind, references)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.reference.clone(), row))
            .collect())
    }

    /// Whether a record is known by another key of this source.
    fn linked(&mut self, id: Uuid) -> Result<Option<RecordSource>, Failure> {
        let system = &self.found.system;
        let rows = sources::of_records(self.w.tx, system, &[RecordId(id)])?;
        Ok(rows.into_iter().next())
    }
}

fn check_text(pointer: &str, what: &str, text: &str, max: usize) -> Result<(), Failure> {
    check_line(text, max).map_err(|error| {
        let detail = format!("Its {what} {error}.");
        Failure::invalid(FieldError::new(pointer, error.code(), detail))
    })
}
