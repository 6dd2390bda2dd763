//! Recording meetings.

use super::calendar::{self, Changed};
use super::writing::Subject;
use super::{Conflict, Effect, Failure, FieldError, Precondition, Writing, committees};
use crate::clock::london_day;
use crate::db::actions::calendar as rows;
use crate::db::committees::{self as committee_rows, Committee};
use crate::db::meetings::{self, Meeting};
use crate::db::responses;
use crate::db::types::Instant;
use crate::domain::due::CalendarChange;
use crate::domain::ids::{CommitteeId, MeetingId};
use crate::domain::meeting::MeetingStatus;
use crate::domain::reference::MunicipalYear;
use chrono::{DateTime, NaiveDate, Utc};

/// A meeting to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewMeeting {
    pub(crate) committee_id: CommitteeId,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) title: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) status: MeetingStatus,
}

/// What changes in a meeting; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MeetingPatch {
    pub(crate) starts_at: Option<DateTime<Utc>>,
    pub(crate) title: Option<Option<String>>,
    pub(crate) location: Option<Option<String>>,
    pub(crate) status: Option<MeetingStatus>,
    pub(crate) postponed_to_id: Option<Option<MeetingId>>,
    pub(crate) minutes_confirmed_on: Option<NaiveDate>,
}

const fn subject(id: MeetingId) -> Subject {
    Subject {
        kind: "meeting",
        id: id.0,
    }
}

/// Records a meeting of a committee that has not ended.
pub(crate) fn create(w: &mut Writing<'_>, new: &NewMeeting) -> Result<Effect<Meeting>, Failure> {
    // Whoever changes the calendar locks its committee first.
    committee_rows::lock(w.tx, new.committee_id)?;
    let committee = committees::in_sight(w, new.committee_id)?
        .ok_or_else(|| Failure::invalid(FieldError::unknown("/committee_id", "committee")))?;
    check_beginning(&committee, new.starts_at, "/starts_at")?;
    check_held(w, new.status, new.starts_at, "/status")?;
    let meeting = Meeting {
        id: w.new_id(),
        committee_id: new.committee_id,
        starts_at: Instant(new.starts_at),
        title: new.title.clone(),
        location: new.location.clone(),
        status: new.status,
        postponed_to_id: None,
        minutes_confirmed_on: None,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    meetings::insert(w.tx, &meeting)?;
    w.audit_created("create_meeting", subject(meeting.id), &meeting)?;
    calendar::resolve_again(w, CalendarChange::MeetingAdded, Changed::Added(&meeting))?;
    Ok(Effect::Created(meeting))
}

/// Changes a meeting. Minutes once confirmed stay confirmed.
pub(crate) fn patch(
    w: &mut Writing<'_>,
    id: MeetingId,
    read: &Precondition,
    patch: &MeetingPatch,
) -> Result<Effect<Meeting>, Failure> {
    let found = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    committee_rows::lock(w.tx, found.committee_id)?;
    meetings::lock(w.tx, id)?;
    let before = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    read.check(before.version)?;
    let mut after = before.clone();
    if let Some(starts_at) = patch.starts_at {
        after.starts_at = Instant(starts_at);
    }
    if let Some(title) = &patch.title {
        after.title.clone_from(title);
    }
    if let Some(location) = &patch.location {
        after.location.clone_from(location);
    }
    if let Some(status) = patch.status {
        after.status = status;
    }
    if let Some(other) = patch.postponed_to_id {
        after.postponed_to_id = other;
    }
    if let Some(day) = patch.minutes_confirmed_on {
        if before
            .minutes_confirmed_on
            .is_some_and(|known| known != day)
        {
            return Err(Conflict::MinutesConfirmed.into());
        }
        after.minutes_confirmed_on = Some(day);
    }
    check(w, &before, &after)?;
    if after == before {
        return Ok(Effect::Changed(before));
    }
    w.replace("update_meeting", subject(id), &before, &mut after)?;
    if let Some(change) = calendar_change(&before, &after) {
        let changed = Changed::Altered {
            before: &before,
            after: &after,
        };
        calendar::resolve_again(w, change, changed)?;
    }
    if after.starts_at != before.starts_at {
        responses::follow_meeting(w.tx, id, london_day(after.starts_at.0))?;
    }
    Ok(Effect::Changed(after))
}

/// What a change of a meeting is to those whose terms depend on it.
fn calendar_change(before: &Meeting, after: &Meeting) -> Option<CalendarChange> {
    if before.status != after.status {
        return Some(match after.status {
            MeetingStatus::Cancelled => CalendarChange::MeetingCancelled,
            MeetingStatus::Postponed => CalendarChange::MeetingPostponed,
            MeetingStatus::Held => CalendarChange::MeetingHeld,
            MeetingStatus::Scheduled => CalendarChange::MeetingReinstated,
        });
    }
    if before.postponed_to_id != after.postponed_to_id {
        return Some(CalendarChange::MeetingPostponed);
    }
    (before.starts_at != after.starts_at).then_some(CalendarChange::MeetingMoved)
}

/// A committee meets while it exists, and in a municipal year that the references of its actions can name. `pointer` is to
/// the member by which the meeting would take place then.
fn check_beginning(
    committee: &Committee,
    starts_at: DateTime<Utc>,
    pointer: &str,
) -> Result<(), Failure> {
    let day = london_day(starts_at);
    let refused = |code, detail| Err(Failure::invalid(FieldError::new(pointer, code, detail)));
    if MunicipalYear::of(day).is_none() {
        return refused(
            "out_of_range",
            "A meeting lies between 1 May 1980 and 30 April 2080: references write its municipal year with two digits.",
        );
    }
    if committee.ended_on.is_some_and(|last| day > last) {
        return refused(
            "committee_ended",
            "The committee has ended before the day of the meeting.",
        );
    }
    Ok(())
}

/// A meeting that was held has begun.
fn check_held(
    w: &Writing<'_>,
    status: MeetingStatus,
    starts_at: DateTime<Utc>,
    pointer: &str,
) -> Result<(), Failure> {
    if status == MeetingStatus::Held && starts_at > w.now {
        return Err(Failure::invalid(FieldError::new(
            pointer,
            "in_future",
            "A meeting that lies ahead has not been held.",
        )));
    }
    Ok(())
}

/// What was held took place, and so did a meeting that asked for actions: neither is called off or put into the future after
/// the fact. One that was marked held by mistake is scheduled again first.
fn check_took_place(w: &mut Writing<'_>, before: &Meeting, after: &Meeting) -> Result<(), Failure> {
    let called_off = before.status.stands() && !after.status.stands();
    let ahead = after.starts_at != before.starts_at && after.starts_at.0 > w.now;
    let pointer = if called_off { "/status" } else { "/starts_at" };
    if called_off && before.status == MeetingStatus::Held {
        return Err(Failure::invalid(FieldError::new(
            pointer,
            "held",
            "The meeting was held, and is neither cancelled nor postponed any more.",
        )));
    }
    if (called_off || ahead) && rows::asked_at(w.tx, after.id)? {
        return Err(Failure::invalid(FieldError::new(
            pointer,
            "has_asked",
            "The meeting has asked for actions that were agreed: it took place, and is neither called off nor moved into the future.",
        )));
    }
    Ok(())
}

/// What must hold of a meeting after a change. What depends on other records is looked at only where it was changed: a
/// meeting can be edited although the one it was postponed to has been cancelled since.
fn check(w: &mut Writing<'_>, before: &Meeting, meeting: &Meeting) -> Result<(), Failure> {
    let moved = meeting.starts_at != before.starts_at;
    let pointer = if moved { "/starts_at" } else { "/status" };
    if moved || (meeting.status.stands() && !before.status.stands()) {
        let committee =
            committee_rows::find(w.tx, meeting.committee_id)?.ok_or(Failure::NotFound)?;
        check_beginning(&committee, meeting.starts_at.0, pointer)?;
    }
    if moved || meeting.status != before.status {
        let already = before.status == MeetingStatus::Held;
        let pointer = if already { "/starts_at" } else { "/status" };
        check_held(w, meeting.status, meeting.starts_at.0, pointer)?;
    }
    let postponed = meeting.status == MeetingStatus::Postponed;
    if let Some(other) = meeting.postponed_to_id
        && before.postponed_to_id != Some(other)
    {
        let target = in_sight(w, other)?.filter(|m| {
            m.id != meeting.id && m.committee_id == meeting.committee_id && m.status.stands()
        });
        if target.is_none() {
            return Err(Failure::invalid(FieldError::unknown(
                "/postponed_to_id",
                "other meeting of this committee that stands",
            )));
        }
    }
    if postponed != meeting.postponed_to_id.is_some() {
        return Err(Failure::invalid(FieldError::new(
            "/postponed_to_id",
            "postponed_to",
            "A postponed meeting, and no other, names the meeting it was postponed to.",
        )));
    }
    check_took_place(w, before, meeting)?;
    if let Some(day) = meeting.minutes_confirmed_on {
        if meeting.status != MeetingStatus::Held {
            return Err(Failure::invalid(FieldError::new(
                "/minutes_confirmed_on",
                "not_held",
                "Only minutes of a meeting that was held can be confirmed.",
            )));
        }
        if day < london_day(meeting.starts_at.0) || day > w.today() {
            return Err(Failure::invalid(FieldError::new(
                "/minutes_confirmed_on",
                "out_of_range",
                "Minutes are confirmed on the day of the meeting or after it, and not in the future.",
            )));
        }
    }
    Ok(())
}

/// The meeting of that id, if the caller may see it.
pub(crate) fn in_sight(w: &mut Writing<'_>, id: MeetingId) -> Result<Option<Meeting>, Failure> {
    Ok(meetings::find(w.tx, id)?.filter(|m| w.sight.sees_committee(m.committee_id)))
}
