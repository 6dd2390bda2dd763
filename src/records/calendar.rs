//! The calendar: what due terms are resolved by, and resolving them again when it changes.
//!
//! Whoever changes a committee's calendar locks the committee first, and whoever resolves a term by it holds the committee,
//! so that no term is resolved by a calendar that is about to be another.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::actions::subject;
use super::{Failure, Writing};
use crate::clock::{end_of_london_day, london_day};
use crate::db::actions::calendar::{self as rows, Dependent, Rescheduled};
use crate::db::actions::terms;
use crate::db::committees::{self, Committee};
use crate::db::meetings::{self, Meeting};
use crate::db::{Conn, DbError};
use crate::domain::due::{
    Calendar, CalendarChange, CalendarMeeting, CountedFrom, DueKind, DueTerm, Period, Resolved,
    Settled,
};
use crate::domain::ids::{ActionId, CommitteeId, MeetingId};
use crate::domain::life::State;

/// The committee, whose calendar then stays as it is until the transaction ends.
pub(crate) fn hold(w: &mut Writing<'_>, id: CommitteeId) -> Result<Committee, Failure> {
    committees::find_held(w.tx, id)?.ok_or(Failure::NotFound)
}

/// The first standing meeting of a committee that is held, after an instant and other than `but`; of one that has ended, its
/// successor's.
pub(crate) fn next_after(
    w: &mut Writing<'_>,
    committee: &Committee,
    instant: DateTime<Utc>,
    but: &[MeetingId],
) -> Result<Option<CalendarMeeting>, Failure> {
    let (mut after, mut passed) = (instant, HashSet::from([committee.id]));
    let mut committee = committee.clone();
    loop {
        if let Some(meeting) = meetings::next_after(w.tx, committee.id, after, but)? {
            return Ok(Some(meeting));
        }
        let (Some(last), Some(successor)) = (committee.ended_on, committee.successor_id) else {
            return Ok(None);
        };
        if !passed.insert(successor) {
            return Ok(None);
        }
        after = end_of_london_day(last).map_or(after, |end| end.max(after));
        committee = hold(w, successor)?;
    }
}

/// The whole calendar of a committee, with that of its successors after its end, held.
pub(crate) fn load(w: &mut Writing<'_>, id: CommitteeId) -> Result<Calendar, Failure> {
    let (mut next, mut passed) = (Some(id), HashSet::new());
    while let Some(id) = next.filter(|id| passed.insert(*id)) {
        let committee = hold(w, id)?;
        next = committee.ended_on.and(committee.successor_id);
    }
    Ok(read(w.tx, id)?)
}

/// The whole calendar of a committee, with that of its successors after its end.
pub(crate) fn read(conn: &mut Conn, id: CommitteeId) -> Result<Calendar, DbError> {
    let (mut all, mut passed) = (Vec::new(), HashSet::new());
    let (mut next, mut after) = (Some(id), DateTime::<Utc>::MIN_UTC);
    while let Some(id) = next.filter(|id| passed.insert(*id)) {
        let meetings = meetings::calendar(conn, id)?;
        all.extend(meetings.into_iter().filter(|m| m.starts_at > after));
        let committee = committees::find(conn, id)?;
        let end = committee.as_ref().and_then(|committee| committee.ended_on);
        next = committee.and_then(|committee| committee.ended_on.and(committee.successor_id));
        if let Some(end) = end.and_then(end_of_london_day) {
            after = after.max(end);
        }
    }
    Ok(Calendar::new(all))
}

/// What was changed of the calendar, and has just been written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Changed<'a> {
    /// The end of this committee, or what succeeds it.
    Committee(CommitteeId),
    /// A meeting that was not there before.
    Added(&'a Meeting),
    /// A meeting, as it was and as it is.
    Altered {
        before: &'a Meeting,
        after: &'a Meeting,
    },
}

impl<'a> Changed<'a> {
    /// The committee whose calendar it is.
    const fn committee(self) -> CommitteeId {
        match self {
            Self::Committee(id) => id,
            Self::Added(meeting) | Self::Altered { after: meeting, .. } => meeting.committee_id,
        }
    }

    /// The meeting as it is, where it begins at another time than it did.
    fn moved(self) -> Option<&'a Meeting> {
        match self {
            Self::Altered { before, after } if before.starts_at != after.starts_at => Some(after),
            _ => None,
        }
    }

    /// The meetings at which a term may be due that names the changed one, or one that was postponed to it.
    fn reached(self, calendar: &Calendar) -> Vec<MeetingId> {
        match self {
            Self::Committee(_) => Vec::new(),
            Self::Added(meeting) => vec![meeting.id],
            Self::Altered { before, after } => {
                let end = before.postponed_to_id.and_then(|id| calendar.follow(id));
                let end = end.map(|meeting| meeting.id);
                [Some(after.id), end].into_iter().flatten().collect()
            }
        }
    }

    /// What was changed, for the history of whom it concerns.
    fn told(self) -> (&'static str, Value) {
        match self {
            Self::Committee(id) => ("committee_id", json!(id)),
            Self::Added(meeting) | Self::Altered { after: meeting, .. } => {
                ("meeting_id", json!(meeting.id))
            }
        }
    }
}

/// Resolves again every term in force that depends on what was changed, in this transaction, and says so in the history of
/// each action whose days are others now.
pub(crate) fn resolve_again(
    w: &mut Writing<'_>,
    change: CalendarChange,
    changed: Changed<'_>,
) -> Result<(), Failure> {
    let own = changed.committee();
    let committees = with_predecessors(w, own)?;
    let mut calendars = HashMap::new();
    for id in committees {
        calendars.insert(id, load(w, id)?);
    }
    let ids: Vec<_> = calendars.keys().copied().collect();
    let mut dependents = rows::on_next_meeting(w.tx, &ids)?;
    let reached = changed.reached(&calendars[&own]);
    dependents.extend(rows::at_meetings(w.tx, &reached)?);
    let moved = changed.moved();
    if let Some(meeting) = moved {
        let known: HashSet<_> = dependents.iter().map(|d| d.id).collect();
        let decided = rows::decided_at(w.tx, meeting.id)?;
        dependents.extend(decided.into_iter().filter(|d| !known.contains(&d.id)));
    }
    let again = Again {
        known: Known::of(w, &dependents)?,
        calendars,
        own,
        moved,
    };
    let mut groups: HashMap<Rescheduled, Vec<Dependent>> = HashMap::new();
    for dependent in dependents {
        let to = again.reschedule(w, &dependent)?;
        if to != as_it_stands(&dependent) {
            groups.entry(to).or_default().push(dependent);
        }
    }
    write(w, groups, change, changed)
}

/// The committees whose actions follow the calendar of one: itself, and those that it succeeds.
fn with_predecessors(w: &mut Writing<'_>, id: CommitteeId) -> Result<Vec<CommitteeId>, Failure> {
    let mut all = vec![id];
    let mut newest = all.clone();
    while !newest.is_empty() {
        newest = committees::predecessors(w.tx, &newest)?;
        newest.retain(|id| !all.contains(id));
        all.extend(&newest);
    }
    Ok(all)
}

/// What is known of the terms of dependents beyond their rows.
#[derive(Default)]
struct Known {
    named: HashMap<ActionId, MeetingId>,
    counts_from: HashMap<ActionId, DateTime<Utc>>,
    settled: HashMap<ActionId, Settled>,
}

impl Known {
    fn of(w: &mut Writing<'_>, dependents: &[Dependent]) -> Result<Self, Failure> {
        let mut known = Self::default();
        let told_by_term =
            |d: &&Dependent| d.due_number > 1 || d.due_kind == Some(DueKind::Meeting);
        let ids: Vec<_> = dependents
            .iter()
            .filter(told_by_term)
            .map(|d| d.id)
            .collect();
        for term in terms::in_force(w.tx, &ids)? {
            if let Some(meeting) = term.meeting_id {
                known.named.insert(term.action_id, meeting);
            }
            if let Some(instant) = term.counts_from {
                known.counts_from.insert(term.action_id, instant.0);
            }
        }
        let recurring = |d: &&Dependent| d.due_frequency.is_some();
        let ids: Vec<_> = dependents.iter().filter(recurring).map(|d| d.id).collect();
        known.settled = terms::settled_so_far(w.tx, &ids)?;
        Ok(known)
    }
}

/// What dependents are resolved again by.
struct Again<'a> {
    known: Known,
    calendars: HashMap<CommitteeId, Calendar>,
    /// The committee whose calendar changed, and with it every meeting that a postponed one leads to.
    own: CommitteeId,
    /// The deciding meeting, where that was moved.
    moved: Option<&'a Meeting>,
}

impl Again<'_> {
    fn reschedule(&self, w: &Writing<'_>, d: &Dependent) -> Result<Rescheduled, DbError> {
        let mut to = as_it_stands(d);
        if let Some(meeting) = self.moved.filter(|meeting| meeting.id == d.meeting_id) {
            to.decided_on = london_day(meeting.starts_at.0);
        }
        if !d.state.outstanding() {
            return Ok(to);
        }
        let Some(resolved) = self.resolved(w, d)? else {
            return Ok(to);
        };
        to.due_on = resolved.due_on;
        to.due_meeting_id = resolved.meeting_id;
        if resolved.due_on.is_none() {
            // What has lost its day is looked at on that day, so that it is not forgotten.
            to.review_on = d.review_on.or(d.due_on);
        }
        to.original_due_on = match d.state {
            State::Draft => resolved.due_on,
            _ if d.due_number == 1 => d.original_due_on.or(resolved.due_on),
            _ => d.original_due_on,
        };
        Ok(to)
    }

    /// What the term in force resolves to now; `None` where that does not follow from what was changed.
    fn resolved(&self, w: &Writing<'_>, d: &Dependent) -> Result<Option<Resolved>, DbError> {
        let named = self.known.named.get(&d.id).copied();
        let period = Period::stored(d.due_period_count, d.due_period_unit);
        let term = d
            .due_kind
            .and_then(|kind| DueTerm::stored(kind, d.due_on, named, period, d.due_frequency));
        let Some(term) = term.filter(|term| term.follows_calendar()) else {
            return Ok(None);
        };
        if let DueTerm::Meeting(named) = term {
            let calendar = self.calendar(self.own)?;
            let there = calendar.find(named).is_some();
            return Ok(there.then(|| Resolved::at_named(named, calendar.follow(named))));
        }
        let calendar = self.calendar(d.committee_id)?;
        let decided_at = || calendar.find(d.meeting_id).map(|m| m.starts_at);
        let at = self.known.counts_from.get(&d.id).copied();
        let at = at.or_else(decided_at).ok_or_else(|| {
            DbError::Internal("an action without the meeting that asked".to_owned())
        })?;
        let none = Settled::default();
        let settled = self.known.settled.get(&d.id).unwrap_or(&none);
        let from = CountedFrom { at, settled };
        let question = term.question(from);
        let answer = question.and_then(|question| calendar.answer(question));
        Ok(Some(term.resolve(from, answer, &w.rules.bank_holidays)))
    }

    fn calendar(&self, of: CommitteeId) -> Result<&Calendar, DbError> {
        let calendar = self.calendars.get(&of);
        calendar.ok_or_else(|| DbError::Internal("a calendar was not loaded".to_owned()))
    }
}

const fn as_it_stands(d: &Dependent) -> Rescheduled {
    Rescheduled {
        decided_on: d.decided_on,
        due_on: d.due_on,
        due_meeting_id: d.due_meeting_id,
        review_on: d.review_on,
        original_due_on: d.original_due_on,
    }
}

/// Writes the new days, a statement for all actions that get the same, and an entry in the history of each.
fn write(
    w: &mut Writing<'_>,
    groups: HashMap<Rescheduled, Vec<Dependent>>,
    change: CalendarChange,
    changed: Changed<'_>,
) -> Result<(), Failure> {
    let now = w.at();
    let (member, id) = changed.told();
    let details = Map::from_iter([("cause".to_owned(), json!(change)), (member.to_owned(), id)]);
    let mut entries = Vec::new();
    for (to, dependents) in groups {
        let ids: Vec<_> = dependents.iter().map(|d| d.id).collect();
        rows::reschedule(w.tx, &ids, &to, now)?;
        for d in dependents {
            let (before, after) = difference(&d, &to, d.updated_at.max(now));
            entries.push((subject(d.id), before, after));
        }
    }
    // In the order in which the actions were recorded, whatever order the groups came in.
    entries.sort_unstable_by_key(|(subject, ..)| subject.id);
    w.audit_all("resolve_due_term", &entries, &details)
}

/// The members that differ, as they were and as they are.
fn difference(
    d: &Dependent,
    to: &Rescheduled,
    updated_at: crate::db::types::Instant,
) -> (Value, Value) {
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut member = |name: &str, old: Value, new: Value| {
        if old != new {
            before.insert(name.to_owned(), old);
            after.insert(name.to_owned(), new);
        }
    };
    member("decided_on", json!(d.decided_on), json!(to.decided_on));
    member("due_on", json!(d.due_on), json!(to.due_on));
    member(
        "due_meeting_id",
        json!(d.due_meeting_id),
        json!(to.due_meeting_id),
    );
    member("review_on", json!(d.review_on), json!(to.review_on));
    member(
        "original_due_on",
        json!(d.original_due_on),
        json!(to.original_due_on),
    );
    member("version", json!(d.version), json!(d.version + 1));
    member("updated_at", json!(d.updated_at), json!(updated_at));
    (Value::Object(before), Value::Object(after))
}
