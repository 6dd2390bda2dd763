//! Minutes: handed in, read into drafts, and read again where they were corrected.

mod carried;
mod changes;
mod drafts;
mod earlier;
mod following;
mod fresh;
mod moves;
mod reading;
mod revision;

pub(crate) use changes::{ChangePlace, ChangedDraft, changes};
pub(crate) use drafts::{DraftPatch, due_of, patch};
pub(crate) use following::MayFollow;
pub(crate) use moves::{Becoming, BulkDraftMove, MergeInto, make_move, move_all};
pub(crate) use reading::{
    MAX_ITEMS, OwnerCandidate, ReadHeading, ReadItem, ReadOwner, Surroundings, read_items,
};

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::writing::Subject;
use super::{Conflict, Effect, Failure, Writing, meetings};
use crate::clock::london_day;
use crate::db::drafts as draft_rows;
use crate::db::meetings as meeting_rows;
use crate::db::minutes::{self as rows, ByState, Minutes};
use crate::db::{Conn, DbError, posts};
use crate::domain::ids::{DraftId, MeetingId, MinutesId};

/// Minutes to be kept, with what was read in them.
#[derive(Debug, Clone)]
pub(crate) struct NewMinutes {
    pub(crate) media_type: String,
    pub(crate) size_bytes: i64,
    /// Of the bytes, in hexadecimal.
    pub(crate) sha256: String,
    /// Where the store has the bytes.
    pub(crate) object_key: String,
    /// The text that was read.
    pub(crate) text: String,
    /// What was read in it.
    pub(crate) read: Vec<ReadItem>,
    /// The day of the meeting, as it was when they were read.
    pub(crate) decided_on: Option<NaiveDate>,
    /// Whether bytes of an earlier revision are to become the next one.
    pub(crate) restore: bool,
}

/// Minutes, and how many of their drafts are in each state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CountedMinutes {
    pub(crate) minutes: Minutes,
    pub(crate) counts: ByState,
}

impl CountedMinutes {
    /// Counts the drafts of minutes, in one query for all of them.
    pub(crate) fn of_all(conn: &mut Conn, found: Vec<Minutes>) -> Result<Vec<Self>, DbError> {
        let ids: Vec<_> = found.iter().map(|minutes| minutes.id).collect();
        let mut counts = rows::counts(conn, &ids)?;
        Ok(found
            .into_iter()
            .map(|minutes| Self {
                counts: counts.remove(&minutes.id).unwrap_or_default(),
                minutes,
            })
            .collect())
    }

    /// The same of one.
    pub(crate) fn of(conn: &mut Conn, found: Minutes) -> Result<Self, DbError> {
        let counts = rows::counts(conn, &[found.id])?.remove(&found.id);
        Ok(Self {
            minutes: found,
            counts: counts.unwrap_or_default(),
        })
    }
}

const fn subject(id: MinutesId) -> Subject {
    Subject {
        kind: "minutes",
        id: id.0,
    }
}

const fn draft_subject(id: DraftId) -> Subject {
    Subject {
        kind: "draft",
        id: id.0,
    }
}

/// The media types of which the same bytes are read in the same way.
fn read_alike(media_type: &str) -> Vec<&str> {
    const TEXT: [&str; 2] = ["text/plain", "text/markdown"];
    if TEXT.contains(&media_type) {
        TEXT.to_vec()
    } else {
        vec![media_type]
    }
}

/// Keeps minutes as the next revision of a meeting's, with a draft of each thing that was read in them; or finds that the
/// meeting's latest are these very bytes, of a type that is read alike. What an earlier revision said word for word keeps what became of it; what waited there for
/// a person waits no longer.
pub(crate) fn store(
    w: &mut Writing<'_>,
    meeting_id: MeetingId,
    new: &NewMinutes,
) -> Result<Effect<CountedMinutes>, Failure> {
    // Revisions follow one another.
    meeting_rows::lock(w.tx, meeting_id)?;
    let meeting = meetings::in_sight(w, meeting_id)?.ok_or(Failure::NotFound)?;
    let revision = rows::next_revision(w.tx, meeting_id)?;
    let alike = read_alike(&new.media_type);
    let known = rows::find_same(w.tx, meeting_id, &new.sha256, &alike)?;
    if let Some(known) = &known {
        if known.revision + 1 == revision {
            return Ok(Effect::Known(CountedMinutes::of(w.tx, known.clone())?));
        }
        if !new.restore {
            return Err(Conflict::MinutesOvertaken {
                existing: known.id.0,
                revision: known.revision,
                latest: revision - 1,
            }
            .into());
        }
    }
    if !meeting.status.stands() {
        return Err(Conflict::NoMinutes("The meeting did not take place.").into());
    }
    if meeting.starts_at.0 > w.now {
        return Err(Conflict::NoMinutes("The meeting lies ahead.").into());
    }
    let minutes = Minutes {
        id: w.new_id(),
        meeting_id,
        committee_id: meeting.committee_id,
        revision,
        media_type: new.media_type.clone(),
        size_bytes: new.size_bytes,
        sha256: new.sha256.clone(),
        object_key: new.object_key.clone(),
        recorded_by: Some(w.caller.subject.clone()),
        recorded_by_name: w.caller.name.clone(),
        created_at: w.at(),
    };
    let (mut read, today) = (new.read.clone(), w.today());
    reading::check(&read)?;
    let posts = posts::titles(w.tx, today)?.into_iter().map(|(id, _)| id);
    let decided_on = london_day(meeting.starts_at.0);
    reading::as_of_now(&mut read, &posts.collect(), decided_on, new.decided_on);
    let before = revision::Before::load(w, meeting_id, known.map(|known| known.id))?;
    let made = before.follow(w, &minutes, read);
    rows::insert(w.tx, &minutes, &new.text)?;
    w.audit_created("store_minutes", subject(minutes.id), &minutes)?;
    draft_rows::insert_all(w.tx, &revision::targets_first(made.clone()))?;
    let because = Map::from_iter([("minutes_id".to_owned(), json!(minutes.id))]);
    let entries = made
        .iter()
        .map(|draft| {
            let after = serde_json::to_value(draft)
                .map_err(|error| DbError::Internal(error.to_string()))?;
            Ok((draft_subject(draft.id), Value::Null, after))
        })
        .collect::<Result<Vec<_>, DbError>>()?;
    w.audit_all("store_minutes", &entries, &because)?;
    before.settle(w, &made, &because)?;
    Ok(Effect::Created(CountedMinutes::of(w.tx, minutes)?))
}
