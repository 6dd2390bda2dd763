//! Its calendar.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Europe::London;

use super::{Found, FoundMeeting, Saying, TakenChange, Taking, record, refusal, said};
use crate::clock::london_day;
use crate::db::meetings::{self as meeting_rows, Meeting};
use crate::db::sources::{self, RecordSource};
use crate::db::{Conn, DbError};
use crate::domain::due::CalendarMeeting;
use crate::domain::ids::{CommitteeId, MeetingId, RecordId};
use crate::domain::meeting::MeetingStatus;
use crate::domain::published::{Change, PublishedKind};
use crate::domain::text::check_line;
use crate::moderngov::{self as theirs, Status};
use crate::records::meetings::{self, MeetingPatch, NewMeeting};
use crate::records::{Failure, Precondition};

/// The ids of meetings of the committee that are recorded on the days that were asked for and are not listed, but for those that
/// are known to be gone. The calendar does not say what became of them.
pub(crate) fn unlisted(conn: &mut Conn, found: &Found) -> Result<Vec<String>, DbError> {
    let own = [found.committee.reference.as_str()];
    let own = sources::find_all(conn, &found.system, PublishedKind::Committee, &own)?;
    let of_this = |own: &&RecordSource| found.site_moved || found.is_of(own);
    let Some(own) = own.first().filter(of_this) else {
        return Ok(Vec::new());
    };
    let here = meeting_rows::calendar(conn, CommitteeId(own.record_id.0))?;
    let here: Vec<_> = here
        .iter()
        .filter(|meeting| found.days.contains(&london_day(meeting.starts_at)))
        .map(|meeting| RecordId(meeting.id.0))
        .collect();
    let linked = sources::of_records(conn, &found.system, &here)?;
    let mut unlisted: Vec<_> = linked
        .into_iter()
        .filter(|row| row.missing_since.is_none() && !found.listed.contains(&row.reference))
        .map(|row| row.reference)
        .collect();
    unlisted.sort_by_key(|reference| (reference.len(), reference.clone()));
    Ok(unlisted)
}

/// Meetings that are recorded and that one which is new to the source may be.
struct Candidates {
    by_hand: Vec<CalendarMeeting>,
    /// Those that the source lists no longer.
    unlisted: Vec<(CalendarMeeting, RecordSource)>,
}

impl Taking<'_, '_> {
    /// Takes over the meetings and answers with the id of each here, by that there.
    pub(super) fn calendar(
        &mut self,
        committee: CommitteeId,
    ) -> Result<HashMap<String, MeetingId>, Failure> {
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
        let known_here: HashMap<_, _> = linked.iter().map(|row| (row.record_id.0, row)).collect();
        let mut candidates = Candidates {
            by_hand: Vec::new(),
            unlisted: Vec::new(),
        };
        for meeting in &here {
            match known_here.get(&meeting.id.0) {
                None => candidates.by_hand.push(*meeting),
                Some(row) if !found.listed.contains(&row.reference) => {
                    let row = RecordSource::clone(row);
                    candidates.unlisted.push((*meeting, row));
                }
                Some(_) => {}
            }
        }

        let ours: HashSet<_> = here.iter().map(|meeting| meeting.id.0).collect();
        let mut taken = HashMap::new();
        // What is new comes first and what is called off last, so that a term that follows the calendar from one to the other
        // goes there at once.
        let (new, mut again): (Vec<_>, Vec<_>) = found
            .meetings
            .iter()
            .partition(|m| !known.contains_key(&m.meeting.reference));
        again.sort_by_key(|m| matches!(m.meeting.status, Status::Cancelled | Status::Postponed));
        for meeting in new {
            let id = self.new_meeting(committee, meeting, &mut candidates)?;
            taken.extend(id.map(|id| (meeting.meeting.reference.clone(), id)));
        }
        for meeting in again {
            let source = &known[&meeting.meeting.reference];
            if !ours.contains(&source.record_id.0) {
                let reason = "It is recorded as a meeting of another committee.";
                self.refuse(PublishedKind::Meeting, &source.reference, reason);
                continue;
            }
            let id = self.meeting_again(meeting, source, Change::Unchanged)?;
            taken.extend(id.map(|id| (meeting.meeting.reference.clone(), id)));
        }
        // Those that were not made anew are left.
        let missing: Vec<_> = candidates
            .unlisted
            .iter()
            .filter(|(_, row)| found.gone.contains(&row.reference))
            .collect();
        self.missing(PublishedKind::Meeting, missing.iter().map(|(_, row)| row))?;
        for (meeting, source) in missing {
            if meeting.status == MeetingStatus::Scheduled {
                let note =
                    "The source lists it no longer. Cancel or move it if that is what it means.";
                self.note(PublishedKind::Meeting, &source.reference, note);
            }
        }
        Ok(taken)
    }

    /// A meeting as it can be believed: what lies ahead was not held, and is not remembered as held.
    fn believed(&mut self, theirs: &theirs::Meeting) -> theirs::Meeting {
        let mut meeting = theirs.clone();
        if meeting.status == Status::Held && self.lies_ahead(&meeting) {
            let note =
                "The source says that it was held, and it lies ahead: it is recorded as scheduled.";
            self.note(PublishedKind::Meeting, &meeting.reference, note);
            meeting.status = Status::Scheduled;
        }
        meeting
    }

    fn lies_ahead(&self, meeting: &theirs::Meeting) -> bool {
        instant(meeting.starts).is_some_and(|starts_at| starts_at > self.w.now)
    }

    /// The status of a meeting by our words, and what there is to say of that.
    fn status(&mut self, meeting: &theirs::Meeting) -> MeetingStatus {
        match meeting.status {
            Status::Scheduled => MeetingStatus::Scheduled,
            Status::Held => MeetingStatus::Held,
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
        candidates: &mut Candidates,
    ) -> Result<Option<MeetingId>, Failure> {
        let theirs = &self.believed(&found.meeting);
        let Some(starts_at) = self.begins(theirs) else {
            return Ok(None);
        };
        let Candidates { by_hand, unlisted } = candidates;
        if let Some(at) = by_hand
            .iter()
            .position(|meeting| meeting.starts_at == starts_at)
        {
            let known = by_hand.swap_remove(at);
            return self.link_meeting(known.id, found, theirs);
        }
        if let Some(at) = unlisted
            .iter()
            .position(|(meeting, _)| meeting.starts_at == starts_at)
        {
            let (_, before) = unlisted.swap_remove(at);
            let row = self.known_anew(&before, &theirs.reference)?;
            let note = format!(
                "It is taken for the meeting that was {} there, which begins when it does and is listed no longer.",
                before.reference
            );
            self.note(PublishedKind::Meeting, &theirs.reference, note);
            return self.meeting_again(found, &row, Change::Linked);
        }
        let new = NewMeeting {
            committee_id: committee,
            starts_at,
            title: None,
            location: self.location(theirs),
            status: self.status(theirs),
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
            Vec::new(),
        )?;
        Ok(Some(created.id))
    }

    /// A meeting that was recorded by hand: what was said of it there stays, but for where it stands.
    fn link_meeting(
        &mut self,
        id: MeetingId,
        found: &FoundMeeting,
        theirs: &theirs::Meeting,
    ) -> Result<Option<MeetingId>, Failure> {
        let ours = meeting_rows::find(self.tx(), id)?.ok_or(Failure::NotFound)?;
        let mut patch = MeetingPatch::default();
        if ours.status == MeetingStatus::Scheduled {
            let status = self.status(theirs);
            patch.status = (status != ours.status).then_some(status);
        }
        if ours.location.is_none() {
            patch.location = self.location(theirs).map(Some);
        }
        if !self.patched(&theirs.reference, id, &patch)? {
            return Ok(None);
        }
        let changes = changes(&ours, &patch);
        let saying = of_meeting(found, theirs);
        self.remember(None, saying, id.0, Change::Linked, changes)?;
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
        found: &FoundMeeting,
        source: &RecordSource,
        otherwise_same: Change,
    ) -> Result<Option<MeetingId>, Failure> {
        let id = MeetingId(source.record_id.0);
        let before = said::<theirs::Meeting>(source);
        let mut now = self.believed(&found.meeting);
        if found.agenda.is_none() {
            // The calendar alone does not say where it takes place.
            let before = before.as_ref();
            now.location = before.and_then(|before| before.location.clone());
        }
        // Nor whether there are minutes; and a page does not say that a meeting took place before there are.
        let held = before.as_ref().is_some_and(|b| b.status == Status::Held);
        if held && now.status == Status::Scheduled && !self.lies_ahead(&now) {
            now.status = Status::Held;
        }
        if before.as_ref() == Some(&now) {
            self.remember(
                Some(source),
                of_meeting(found, &now),
                id.0,
                otherwise_same,
                Vec::new(),
            )?;
            return Ok(Some(id));
        }
        let Some(starts_at) = self.begins(&now) else {
            return Ok(Some(id));
        };
        let ours = meeting_rows::find(self.tx(), id)?.ok_or(Failure::NotFound)?;
        let patch = self.meeting_patch(&ours, before.as_ref(), &now, starts_at);
        let change = match (patch.starts_at, patch.status) {
            (_, Some(MeetingStatus::Cancelled)) => Change::Cancelled,
            (Some(_), _) => Change::Moved,
            _ if patch == MeetingPatch::default() => otherwise_same,
            _ => Change::Updated,
        };
        if !self.patched(&now.reference, id, &patch)? {
            return Ok(Some(id));
        }
        let changes = changes(&ours, &patch);
        let saying = of_meeting(found, &now);
        self.remember(Some(source), saying, id.0, change, changes)?;
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
            let status = self.status(now);
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

/// What a patch changes in a meeting.
fn changes(ours: &Meeting, patch: &MeetingPatch) -> Vec<TakenChange> {
    let begins = |at| local(at).format("%Y-%m-%d %H:%M").to_string();
    let starts_at = patch.starts_at.map(|starts_at| {
        TakenChange::new("starts_at", begins(ours.starts_at.0), begins(starts_at))
    });
    let status = patch
        .status
        .map(|status| TakenChange::new("status", ours.status.as_str(), status.as_str()));
    let location = patch
        .location
        .clone()
        .map(|location| TakenChange::new("location", ours.location.clone(), location));
    starts_at
        .into_iter()
        .chain(status)
        .chain(location)
        .collect()
}

fn of_meeting<'s>(
    found: &'s FoundMeeting,
    says: &'s theirs::Meeting,
) -> Saying<'s, theirs::Meeting> {
    Saying {
        what: PublishedKind::Meeting,
        reference: &found.meeting.reference,
        url: found.url.as_str().into(),
        title: says.starts.format("%Y-%m-%d %H:%M").to_string(),
        says,
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
