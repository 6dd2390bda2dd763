//! Taking over what a council publishes: a committee, its calendar and its agendas, each by the key that it has there.
//!
//! Only what the source says otherwise than the last time is written. So a second run changes nothing, and what a clerk has
//! corrected since stays until the source itself says something else. Meetings and items go through the scripts that the API
//! uses: due terms follow a meeting that moves, and everything has its history. Nothing that is exempt is made public.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Europe::London;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, json};
use uuid::Uuid;

use super::agenda_items::{self, AgendaItemPatch, NewAgendaItem};
use super::committees::{self, CommitteePatch, NewCommittee};
use super::meetings::{self, MeetingPatch, NewMeeting};
use super::writing::Subject;
use super::{Conflict, Effect, Failure, FieldError, Precondition, Writing};
use crate::clock::london_day;
use crate::db::agenda_items::{self as item_rows, AgendaItem};
use crate::db::committees::{self as committee_rows, Committee};
use crate::db::meetings::{self as meeting_rows, Meeting};
use crate::db::sources::{self, RecordSource};
use crate::db::{DbError, Tx};
use crate::domain::committee::{CommitteeCode, CommitteeKind};
use crate::domain::due::CalendarMeeting;
use crate::domain::ids::{CommitteeId, MeetingId, RecordId};
use crate::domain::meeting::MeetingStatus;
use crate::domain::published::{Change, PublishedKind};
use crate::domain::text::check_line;
use crate::moderngov::{self as theirs, NotUnderstood, Status};

/// A committee as it was found at the source, with its calendar and its agendas.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What the source is called: one name for each site.
    pub(crate) system: String,
    /// The address under which everything of the site lies.
    pub(crate) base: String,
    /// Whether the site has another address than the last time.
    pub(crate) site_moved: bool,
    pub(crate) committee: theirs::Committee,
    pub(crate) url: String,
    /// The code by which references are to name it.
    pub(crate) code: Option<CommitteeCode>,
    /// The days that were asked for.
    pub(crate) days: RangeInclusive<NaiveDate>,
    pub(crate) meetings: Vec<FoundMeeting>,
    /// The ids of all meetings that are listed, those that were not understood among them.
    pub(crate) listed: HashSet<String>,
}

/// A meeting as it was found.
#[derive(Debug, Clone)]
pub(crate) struct FoundMeeting {
    pub(crate) meeting: theirs::Meeting,
    pub(crate) url: String,
    /// Its agenda; `None` where that was not read, and its place is not known.
    pub(crate) agenda: Option<Vec<theirs::Item>>,
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
    /// Of a meeting that moved: when it was to begin, by the clock in Europe/London.
    pub from: Option<NaiveDateTime>,
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

/// Takes over a committee. An `Err` undoes all of it: without the committee there is nothing to record the rest on. What is
/// refused of the rest is told, and refuses nothing else.
pub(crate) fn take_over(w: &mut Writing<'_>, found: &Found) -> Result<Taken, Failure> {
    let mut taking = Taking {
        w,
        found,
        taken: Taken::default(),
    };
    let committee = taking.committee()?;
    taking.taken.code = committee.code;
    let meetings = taking.calendar(committee.id)?;
    taking.agendas(&meetings)?;
    Ok(taking.taken)
}

/// Why something of the source is not taken over, in a sentence; what would fail for everything is a failure still. The
/// scripts refuse before they write, so that nothing of what is refused has to be undone.
fn refusal(failure: Failure) -> Result<String, Failure> {
    match failure {
        Failure::Invalid(errors) => {
            let details: Vec<_> = errors.into_iter().map(|error| error.detail).collect();
            Ok(details.join(" "))
        }
        Failure::Conflict(Conflict::Taken { .. }) => {
            Ok("Another item of the meeting has its number.".to_owned())
        }
        Failure::Conflict(Conflict::MinutesConfirmed) => {
            Ok("The minutes of the meeting are confirmed.".to_owned())
        }
        other => Err(other),
    }
}

fn record<T>(effect: Effect<T>) -> T {
    match effect {
        Effect::Created(record) | Effect::Known(record) | Effect::Changed(record) => record,
    }
}

/// The instant of a time of day in Europe/London; of one that comes twice, the first.
fn instant(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    London
        .from_local_datetime(&local)
        .earliest()
        .map(|local| local.to_utc())
}

fn local(instant: DateTime<Utc>) -> NaiveDateTime {
    instant.with_timezone(&London).naive_local()
}

/// What sort of body it is, by its name.
fn kind_of(name: &str) -> CommitteeKind {
    let name = name.to_lowercase();
    let words: Vec<_> = name.split(|c: char| !c.is_alphanumeric()).collect();
    match name.as_str() {
        "council" | "full council" | "county council" | "city council" => CommitteeKind::Council,
        "cabinet" | "executive" | "the cabinet" => CommitteeKind::Cabinet,
        _ if words.contains(&"committee") => CommitteeKind::Committee,
        _ if words.contains(&"panel") => CommitteeKind::Panel,
        _ if words.contains(&"board") => CommitteeKind::Board,
        _ => CommitteeKind::Committee,
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
    url: &'s str,
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
        from: Option<NaiveDateTime>,
    ) -> Result<(), Failure> {
        let said = serde_json::to_string(saying.says)
            .map_err(|error| DbError::Internal(error.to_string()))?;
        let row = RecordSource {
            system: self.found.system.clone(),
            kind: saying.what,
            reference: saying.reference.to_owned(),
            record_id: RecordId(id),
            url: Some(saying.url.to_owned()),
            said,
        };
        match known {
            None => {
                sources::insert(self.tx(), &row)?;
                let source = json!({
                    "system": row.system, "reference": row.reference, "url": row.url,
                });
                let details = Map::from_iter([("source".to_owned(), source)]);
                let subject = Subject {
                    kind: saying.what.as_str(),
                    id,
                };
                let today = self.w.today();
                self.w
                    .audit_noted("link_source", subject, today, &details)?;
            }
            Some(known) if *known != row => sources::update(self.tx(), &row)?,
            Some(_) => {}
        }
        self.taken.records.push(TakenRecord {
            what: saying.what,
            reference: row.reference,
            id,
            change,
            title: saying.title,
            from,
        });
        Ok(())
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

/// Its committee.
impl Taking<'_, '_> {
    fn committee(&mut self) -> Result<Committee, Failure> {
        let found = self.found;
        let theirs = &found.committee;
        let known = self
            .known(PublishedKind::Committee, &[&theirs.reference])?
            .remove(&theirs.reference);
        let (committee, change) = match &known {
            Some(source) => self.committee_again(source)?,
            None => self.new_committee()?,
        };
        if theirs.ended && committee.ended_on.is_none() {
            let note =
                "The source says that it is no more. Record its last day, and its successor.";
            self.note(PublishedKind::Committee, &theirs.reference, note);
        }
        let saying = Saying {
            what: PublishedKind::Committee,
            reference: &theirs.reference,
            url: &found.url,
            says: theirs,
            title: committee.name.clone(),
        };
        self.remember(known.as_ref(), saying, committee.id.0, change, None)?;
        Ok(committee)
    }

    fn new_committee(&mut self) -> Result<(Committee, Change), Failure> {
        let found = self.found;
        let refused = |code, detail: String| {
            Err(Failure::invalid(FieldError::new(
                "/committee",
                code,
                detail,
            )))
        };
        let (id, name) = (&found.committee.reference, &found.committee.name);
        let Some(code) = &found.code else {
            return refused(
                "no_code",
                format!(
                    "\u{201c}{name}\u{201d} is not recorded yet. Say by which code references are to name it: --committee {id}=CODE"
                ),
            );
        };
        if let Some(committee) = committee_rows::find_by_code(self.tx(), code.as_str())? {
            if let Some(other) = self.linked(committee.id.0)? {
                return refused(
                    "code_taken",
                    format!("{code} is committee {} of the source.", other.reference),
                );
            }
            return Ok((committee, Change::Linked));
        }
        check_text("/committee", "name", name, 200)?;
        let new = NewCommittee {
            code: code.clone(),
            name: name.clone(),
            kind: kind_of(name),
        };
        Ok((record(committees::create(self.w, &new)?), Change::Created))
    }

    fn committee_again(&mut self, source: &RecordSource) -> Result<(Committee, Change), Failure> {
        let found = self.found;
        let id = CommitteeId(source.record_id.0);
        let committee = committee_rows::find(self.tx(), id)?.ok_or(Failure::NotFound)?;
        let refused = |code, detail: String| {
            Err(Failure::invalid(FieldError::new(
                "/committee",
                code,
                detail,
            )))
        };
        let was_there = source
            .url
            .as_ref()
            .is_none_or(|url| url.starts_with(&found.base));
        if !was_there && !found.site_moved {
            return refused(
                "another_site",
                format!(
                    "Committee {} of {} came from {}. Another council's site needs another --system; say --site-moved if this \
                     one has a new address.",
                    source.reference,
                    found.system,
                    source.url.as_deref().unwrap_or_default(),
                ),
            );
        }
        if let Some(code) = found
            .code
            .as_ref()
            .filter(|code| code.as_str() != committee.code)
        {
            return refused(
                "other_code",
                format!(
                    "It is recorded as {}, not {code}: a code never changes.",
                    committee.code
                ),
            );
        }
        let before = said::<theirs::Committee>(source);
        let name = &found.committee.name;
        if before.is_none_or(|before| before.name == *name) {
            return Ok((committee, Change::Unchanged));
        }
        check_text("/committee", "name", name, 200)?;
        let patch = CommitteePatch {
            name: Some(name.clone()),
            ..CommitteePatch::default()
        };
        let committee = record(committees::patch(self.w, id, &Precondition::Any, &patch)?);
        Ok((committee, Change::Updated))
    }
}

/// Its calendar.
impl Taking<'_, '_> {
    /// Takes over the meetings and answers with the id of each here, by that there.
    fn calendar(&mut self, committee: CommitteeId) -> Result<HashMap<String, MeetingId>, Failure> {
        let found = self.found;
        let references: Vec<_> = found
            .meetings
            .iter()
            .map(|m| m.meeting.reference.as_str())
            .collect();
        let known = self.known(PublishedKind::Meeting, &references)?;
        let here = meeting_rows::calendar(self.tx(), committee)?;
        let ids: Vec<_> = here.iter().map(|meeting| RecordId(meeting.id.0)).collect();
        let linked = sources::of_records(self.w.tx, &found.system, &ids)?;
        let mut by_hand: Vec<CalendarMeeting> = here.clone();
        by_hand.retain(|m| !linked.iter().any(|source| source.record_id.0 == m.id.0));

        let mut taken = HashMap::new();
        // What is new comes first and what is called off last, so that a term that follows the calendar from one to the other
        // goes there at once.
        let (new, mut again): (Vec<_>, Vec<_>) = found
            .meetings
            .iter()
            .partition(|m| !known.contains_key(&m.meeting.reference));
        again.sort_by_key(|m| matches!(m.meeting.status, Status::Cancelled | Status::Postponed));
        for meeting in new {
            let id = self.new_meeting(committee, meeting, &mut by_hand)?;
            taken.extend(id.map(|id| (meeting.meeting.reference.clone(), id)));
        }
        for meeting in again {
            let source = &known[&meeting.meeting.reference];
            let id = self.meeting_again(committee, meeting, source)?;
            taken.extend(id.map(|id| (meeting.meeting.reference.clone(), id)));
        }
        for source in linked {
            let meeting = here.iter().find(|m| m.id.0 == source.record_id.0);
            let expected = meeting.is_some_and(|m| {
                m.status == MeetingStatus::Scheduled
                    && found.days.contains(&london_day(m.starts_at))
            });
            if expected && !found.listed.contains(&source.reference) {
                let note =
                    "The source lists it no longer. Cancel or move it if that is what it means.";
                self.note(PublishedKind::Meeting, &source.reference, note);
            }
        }
        Ok(taken)
    }

    /// The status of a meeting by our words, and what there is to say of that.
    fn status(&mut self, meeting: &theirs::Meeting, starts_at: DateTime<Utc>) -> MeetingStatus {
        match meeting.status {
            Status::Scheduled => MeetingStatus::Scheduled,
            Status::Held if starts_at <= self.w.now => MeetingStatus::Held,
            Status::Held => {
                let note = "The source says that it was held, and it lies ahead: it is recorded as scheduled.";
                self.note(PublishedKind::Meeting, &meeting.reference, note);
                MeetingStatus::Scheduled
            }
            Status::Cancelled => MeetingStatus::Cancelled,
            Status::Postponed => {
                let note = "It is postponed, and the source does not say to which meeting: it is recorded as cancelled.";
                self.note(PublishedKind::Meeting, &meeting.reference, note);
                MeetingStatus::Cancelled
            }
        }
    }

    /// Where it takes place, if that can be recorded.
    fn location(&mut self, meeting: &theirs::Meeting) -> Option<String> {
        let location = meeting.location.clone()?;
        if let Err(error) = check_line(&location, 200) {
            let note = format!("Its place is left out: it {error}.");
            self.note(PublishedKind::Meeting, &meeting.reference, note);
            return None;
        }
        Some(location)
    }

    fn begins(&mut self, meeting: &theirs::Meeting) -> Option<DateTime<Utc>> {
        let starts_at = instant(meeting.starts);
        if starts_at.is_none() {
            let reason = "There is no such time on that day: the clocks go forward.";
            self.refuse(PublishedKind::Meeting, &meeting.reference, reason);
        }
        starts_at
    }

    fn new_meeting(
        &mut self,
        committee: CommitteeId,
        found: &FoundMeeting,
        by_hand: &mut Vec<CalendarMeeting>,
    ) -> Result<Option<MeetingId>, Failure> {
        let theirs = &found.meeting;
        let Some(starts_at) = self.begins(theirs) else {
            return Ok(None);
        };
        if let Some(at) = by_hand
            .iter()
            .position(|meeting| meeting.starts_at == starts_at)
        {
            let known = by_hand.swap_remove(at);
            return self.link_meeting(known.id, found);
        }
        let new = NewMeeting {
            committee_id: committee,
            starts_at,
            title: None,
            location: self.location(theirs),
            status: self.status(theirs, starts_at),
        };
        let created = match meetings::create(self.w, &new) {
            Ok(effect) => record(effect),
            Err(failure) => {
                let reason = refusal(failure)?;
                self.refuse(PublishedKind::Meeting, &theirs.reference, reason);
                return Ok(None);
            }
        };
        self.remember(
            None,
            of_meeting(found, theirs),
            created.id.0,
            Change::Created,
            None,
        )?;
        Ok(Some(created.id))
    }

    /// A meeting that was recorded by hand: what was said of it there stays, but for where it stands.
    fn link_meeting(
        &mut self,
        id: MeetingId,
        found: &FoundMeeting,
    ) -> Result<Option<MeetingId>, Failure> {
        let theirs = &found.meeting;
        let ours = meeting_rows::find(self.tx(), id)?.ok_or(Failure::NotFound)?;
        let mut patch = MeetingPatch::default();
        if ours.status == MeetingStatus::Scheduled {
            let status = self.status(theirs, ours.starts_at.0);
            patch.status = (status != ours.status).then_some(status);
        }
        if ours.location.is_none() {
            patch.location = self.location(theirs).map(Some);
        }
        if !self.patched(&theirs.reference, id, &patch)? {
            return Ok(None);
        }
        self.remember(None, of_meeting(found, theirs), id.0, Change::Linked, None)?;
        Ok(Some(id))
    }

    /// Changes a meeting; `false` where the rules refuse it.
    fn patched(
        &mut self,
        reference: &str,
        id: MeetingId,
        patch: &MeetingPatch,
    ) -> Result<bool, Failure> {
        if *patch == MeetingPatch::default() {
            return Ok(true);
        }
        match meetings::patch(self.w, id, &Precondition::Any, patch) {
            Ok(_) => Ok(true),
            Err(failure) => {
                let reason = refusal(failure)?;
                self.refuse(PublishedKind::Meeting, reference, reason);
                Ok(false)
            }
        }
    }

    fn meeting_again(
        &mut self,
        committee: CommitteeId,
        found: &FoundMeeting,
        source: &RecordSource,
    ) -> Result<Option<MeetingId>, Failure> {
        let id = MeetingId(source.record_id.0);
        let before = said::<theirs::Meeting>(source);
        let mut now = found.meeting.clone();
        if found.agenda.is_none() {
            // The calendar alone says neither where it takes place nor whether there are minutes.
            let before = before.as_ref();
            now.location = before.and_then(|before| before.location.clone());
            if now.status == Status::Scheduled && before.is_some_and(|b| b.status == Status::Held) {
                now.status = Status::Held;
            }
        }
        if before.as_ref() == Some(&now) {
            self.remember(
                Some(source),
                of_meeting(found, &now),
                id.0,
                Change::Unchanged,
                None,
            )?;
            return Ok(Some(id));
        }
        let Some(starts_at) = self.begins(&now) else {
            return Ok(Some(id));
        };
        let ours = meeting_rows::find(self.tx(), id)?.ok_or(Failure::NotFound)?;
        if ours.committee_id != committee {
            let reason = "It is recorded as a meeting of another committee.";
            self.refuse(PublishedKind::Meeting, &now.reference, reason);
            return Ok(None);
        }
        let patch = self.meeting_patch(&ours, before.as_ref(), &now, starts_at);
        let change = match (patch.starts_at, patch.status) {
            (_, Some(MeetingStatus::Cancelled)) => Change::Cancelled,
            (Some(_), _) => Change::Moved,
            _ if patch == MeetingPatch::default() => Change::Unchanged,
            _ => Change::Updated,
        };
        if !self.patched(&now.reference, id, &patch)? {
            return Ok(Some(id));
        }
        let from = patch.starts_at.map(|_| local(ours.starts_at.0));
        self.remember(Some(source), of_meeting(found, &now), id.0, change, from)?;
        Ok(Some(id))
    }

    /// What changes in a meeting because the source says something else than before.
    fn meeting_patch(
        &mut self,
        ours: &Meeting,
        before: Option<&theirs::Meeting>,
        now: &theirs::Meeting,
        starts_at: DateTime<Utc>,
    ) -> MeetingPatch {
        let mut patch = MeetingPatch::default();
        if before.is_none_or(|before| before.starts != now.starts) && ours.starts_at.0 != starts_at
        {
            patch.starts_at = Some(starts_at);
        }
        if before.is_none_or(|before| before.location != now.location) {
            let location = self.location(now);
            patch.location = (location != ours.location).then_some(location);
        }
        if before.is_none_or(|before| before.status != now.status) {
            let status = self.status(now, starts_at);
            patch.status = match (ours.status, status) {
                (ours, theirs) if ours == theirs => None,
                // What took place took place; and to which meeting one was put off is known here alone.
                (MeetingStatus::Held, MeetingStatus::Scheduled)
                | (MeetingStatus::Postponed, MeetingStatus::Cancelled) => None,
                (_, status) => Some(status),
            };
            if patch.status.is_some() && ours.status == MeetingStatus::Postponed {
                patch.postponed_to_id = Some(None);
            }
        }
        patch
    }
}

fn of_meeting<'s>(
    found: &'s FoundMeeting,
    says: &'s theirs::Meeting,
) -> Saying<'s, theirs::Meeting> {
    Saying {
        what: PublishedKind::Meeting,
        reference: &found.meeting.reference,
        url: &found.url,
        title: says.starts.format("%Y-%m-%d %H:%M").to_string(),
        says,
    }
}

/// Its agendas.
impl Taking<'_, '_> {
    fn agendas(&mut self, meetings: &HashMap<String, MeetingId>) -> Result<(), Failure> {
        let found = self.found;
        let items = found
            .meetings
            .iter()
            .flat_map(|m| m.agenda.iter().flatten());
        let references: Vec<_> = items.map(|item| item.reference.as_str()).collect();
        let known = self.known(PublishedKind::AgendaItem, &references)?;
        let mut told = HashSet::new();
        for meeting in &found.meetings {
            let (Some(agenda), Some(id)) =
                (&meeting.agenda, meetings.get(&meeting.meeting.reference))
            else {
                continue;
            };
            let own = agenda.iter().filter(|item| told.insert(&item.reference));
            self.agenda(*id, meeting, own.collect(), &known)?;
        }
        Ok(())
    }

    /// Takes over the items of one meeting. One whose number another has waits until that one has given it up.
    fn agenda(
        &mut self,
        id: MeetingId,
        meeting: &FoundMeeting,
        mut waiting: Vec<&theirs::Item>,
        known: &HashMap<String, RecordSource>,
    ) -> Result<(), Failure> {
        loop {
            let mut still = Vec::new();
            let before = waiting.len();
            for item in waiting {
                match self.item(id, meeting, item, known.get(&item.reference)) {
                    Err(Failure::Conflict(Conflict::Taken { .. })) => still.push(item),
                    Err(failure) => {
                        let reason = refusal(failure)?;
                        self.refuse(PublishedKind::AgendaItem, &item.reference, reason);
                    }
                    Ok(()) => {}
                }
            }
            if still.len() == before || still.is_empty() {
                for item in still {
                    let reason = "Another item of the meeting has its number.";
                    self.refuse(PublishedKind::AgendaItem, &item.reference, reason);
                }
                return Ok(());
            }
            waiting = still;
        }
    }

    fn item(
        &mut self,
        meeting_id: MeetingId,
        meeting: &FoundMeeting,
        theirs: &theirs::Item,
        known: Option<&RecordSource>,
    ) -> Result<(), Failure> {
        check_text("/number", "number", &theirs.number, 20)?;
        check_text("/title", "title", &theirs.title, 500)?;
        let (item, change) = match known {
            Some(source) => self.item_again(meeting_id, theirs, source)?,
            None => self.new_item(meeting_id, theirs)?,
        };
        let saying = Saying {
            what: PublishedKind::AgendaItem,
            reference: &theirs.reference,
            url: &format!("{}#AI{}", meeting.url, theirs.reference),
            says: theirs,
            title: format!("{} {}", theirs.number, theirs.title),
        };
        self.remember(known, saying, item, change, None)
    }

    fn new_item(
        &mut self,
        meeting_id: MeetingId,
        theirs: &theirs::Item,
    ) -> Result<(Uuid, Change), Failure> {
        if let Some(item) = item_rows::find_by_number(self.tx(), meeting_id, &theirs.number)? {
            if self.linked(item.id.0)?.is_some() {
                return Err(Conflict::Taken {
                    pointer: "/number",
                    by: None,
                }
                .into());
            }
            let patch = AgendaItemPatch {
                exempt: (theirs.restricted && !item.exempt).then_some(true),
                ..AgendaItemPatch::default()
            };
            self.change_item(&item, &patch)?;
            return Ok((item.id.0, Change::Linked));
        }
        let new = NewAgendaItem {
            meeting_id,
            number: theirs.number.clone(),
            title: theirs.title.clone(),
            exempt: theirs.restricted,
            exempt_paragraphs: Vec::new(),
        };
        let created = record(agenda_items::create(self.w, &new)?);
        Ok((created.id.0, Change::Created))
    }

    fn item_again(
        &mut self,
        meeting_id: MeetingId,
        now: &theirs::Item,
        source: &RecordSource,
    ) -> Result<(Uuid, Change), Failure> {
        let id = source.record_id.0;
        let before = said::<theirs::Item>(source);
        if before.as_ref() == Some(now) {
            return Ok((id, Change::Unchanged));
        }
        let ours = item_rows::find(self.tx(), id.into())?.ok_or(Failure::NotFound)?;
        if ours.meeting_id != meeting_id {
            let detail = "It is recorded on the agenda of another meeting.";
            return Err(Failure::invalid(FieldError::new(
                "/meeting_id",
                "other_meeting",
                detail,
            )));
        }
        let before = before.as_ref();
        let otherwise =
            |of: fn(&theirs::Item) -> &str| before.is_none_or(|before| of(before) != of(now));
        let patch = AgendaItemPatch {
            number: otherwise(|item| &item.number).then(|| now.number.clone()),
            title: otherwise(|item| &item.title).then(|| now.title.clone()),
            exempt: (now.restricted
                && !ours.exempt
                && before.is_none_or(|before| !before.restricted))
            .then_some(true),
            exempt_paragraphs: None,
        };
        self.change_item(&ours, &patch)?;
        if !now.restricted && ours.exempt && before.is_none_or(|before| before.restricted) {
            let note = "The source restricts it no longer. It stays exempt until somebody makes it public.";
            self.note(PublishedKind::AgendaItem, &now.reference, note);
        }
        let change = match patch == AgendaItemPatch::default() {
            true => Change::Unchanged,
            false => Change::Updated,
        };
        Ok((id, change))
    }

    fn change_item(&mut self, item: &AgendaItem, patch: &AgendaItemPatch) -> Result<(), Failure> {
        if *patch == AgendaItemPatch::default() {
            return Ok(());
        }
        agenda_items::patch(self.w, item.id, &Precondition::Any, patch).map(drop)
    }
}

fn check_text(pointer: &str, what: &str, text: &str, max: usize) -> Result<(), Failure> {
    check_line(text, max).map_err(|error| {
        let detail = format!("Its {what} {error}.");
        Failure::invalid(FieldError::new(pointer, error.code(), detail))
    })
}
