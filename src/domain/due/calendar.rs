//! The calendar: the meetings that due terms depend on, and what is asked of them.

use chrono::{DateTime, Utc};

use crate::domain::ids::MeetingId;
use crate::domain::meeting::MeetingStatus;
use crate::domain::vocabulary::vocabulary;

/// What must be looked up in the calendar before a due term resolves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarQuestion<'a> {
    /// This meeting or, where it was postponed, the one that it was postponed to in the end.
    Meeting(MeetingId),
    /// The committee's first standing meeting that begins after an instant; of a committee that has ended, its successor's.
    NextAfter {
        /// The instant.
        instant: DateTime<Utc>,
        /// Meetings that are passed over, because what was due at them is settled.
        but: &'a [MeetingId],
    },
}

/// A meeting as the calendar knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarMeeting {
    /// Which meeting.
    pub id: MeetingId,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// Where it stands.
    pub status: MeetingStatus,
    /// The meeting that it was postponed to.
    pub postponed_to: Option<MeetingId>,
}

/// The meetings of a committee and, from the day after its end, those of its successors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar(Vec<CalendarMeeting>);

impl Calendar {
    /// A calendar of these meetings, in whatever order they come.
    #[must_use]
    pub fn new(mut meetings: Vec<CalendarMeeting>) -> Self {
        meetings.sort_unstable_by_key(|meeting| (meeting.starts_at, meeting.id));
        Self(meetings)
    }

    /// Answers a question.
    #[must_use]
    pub fn answer(&self, question: CalendarQuestion<'_>) -> Option<CalendarMeeting> {
        match question {
            CalendarQuestion::Meeting(id) => self.follow(id),
            CalendarQuestion::NextAfter { instant, but } => self.next_after(instant, but),
        }
    }

    /// The meeting of that id, whether it stands or not.
    #[must_use]
    pub fn find(&self, id: MeetingId) -> Option<CalendarMeeting> {
        self.0.iter().find(|meeting| meeting.id == id).copied()
    }

    /// The first meeting that stands, begins after an instant and is none of `but`: the rule that the database's query follows.
    #[must_use]
    pub fn next_after(&self, instant: DateTime<Utc>, but: &[MeetingId]) -> Option<CalendarMeeting> {
        let later = self
            .0
            .partition_point(|meeting| meeting.starts_at <= instant);
        self.0[later..]
            .iter()
            .find(|meeting| meeting.status.stands() && !but.contains(&meeting.id))
            .copied()
    }

    /// The meeting that one was postponed to in the end; itself where it was not.
    #[must_use]
    pub fn follow(&self, id: MeetingId) -> Option<CalendarMeeting> {
        let mut meeting = self.find(id)?;
        // No more steps than meetings, should they ever go round.
        for _ in 0..self.0.len() {
            match meeting.postponed_to.and_then(|id| self.find(id)) {
                Some(next) => meeting = next,
                None => break,
            }
        }
        Some(meeting)
    }
}

vocabulary! {
    /// What changed in the calendar, and had terms resolved again.
    CalendarChange {
        /// A meeting was added.
        MeetingAdded = "meeting_added",
        /// A meeting begins at another time.
        MeetingMoved = "meeting_moved",
        /// A meeting will not take place.
        MeetingCancelled = "meeting_cancelled",
        /// A meeting was postponed to another.
        MeetingPostponed = "meeting_postponed",
        /// A meeting that was cancelled or postponed takes place after all.
        MeetingReinstated = "meeting_reinstated",
        /// A meeting was held.
        MeetingHeld = "meeting_held",
        /// A committee ends, on that day or on another, with a successor or without.
        CommitteeEnded = "committee_ended",
        /// A committee that ends as it did has a successor, another one, or none any more.
        CommitteeSucceeded = "committee_succeeded",
        /// A committee that was to end goes on.
        CommitteeContinued = "committee_continued",
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    pub(crate) fn meeting(n: u128, starts_at: &str, status: MeetingStatus) -> CalendarMeeting {
        CalendarMeeting {
            id: MeetingId(Uuid::from_u128(n)),
            starts_at: instant(starts_at),
            status,
            postponed_to: None,
        }
    }

    #[test]
    fn the_next_meeting_is_the_first_that_stands() {
        let calendar = Calendar::new(vec![
            meeting(4, "2014-06-09T13:00:00Z", MeetingStatus::Scheduled),
            meeting(1, "2014-03-03T14:00:00Z", MeetingStatus::Held),
            meeting(2, "2014-04-07T13:00:00Z", MeetingStatus::Cancelled),
            meeting(3, "2014-05-12T13:00:00Z", MeetingStatus::Postponed),
        ]);
        let but = |text, but: &[MeetingId]| {
            let next = calendar.next_after(instant(text), but);
            next.map(|m| m.id.0.as_u128())
        };
        let after = |text| but(text, &[]);
        assert_eq!(after("2014-03-03T13:59:59Z"), Some(1));
        let first = MeetingId(Uuid::from_u128(1));
        assert_eq!(but("2014-03-03T13:59:59Z", &[first]), Some(4));
        assert_eq!(after("2014-03-03T14:00:00Z"), Some(4));
        assert_eq!(after("2014-06-09T13:00:00Z"), None);
    }

    #[test]
    fn a_postponed_meeting_is_followed_to_the_end_and_never_round() {
        let postponed = |n, to| CalendarMeeting {
            postponed_to: Some(MeetingId(Uuid::from_u128(to))),
            ..meeting(n, "2014-05-12T13:00:00Z", MeetingStatus::Postponed)
        };
        let calendar = Calendar::new(vec![
            postponed(1, 2),
            postponed(2, 3),
            meeting(3, "2014-07-01T13:00:00Z", MeetingStatus::Scheduled),
            postponed(4, 5),
            postponed(5, 4),
        ]);
        let end = |n| {
            calendar
                .follow(MeetingId(Uuid::from_u128(n)))
                .map(|m| m.id.0.as_u128())
        };
        assert_eq!(
            [end(1), end(2), end(3), end(9)],
            [Some(3), Some(3), Some(3), None]
        );
        assert!(end(4).is_some());
    }

    prop_compose! {
        fn calendars()(
            meetings in prop::collection::vec((0i64..400, 0usize..4), 0..12)
        ) -> Vec<CalendarMeeting> {
            meetings
                .into_iter()
                .enumerate()
                .map(|(n, (days, status))| CalendarMeeting {
                    id: MeetingId(Uuid::from_u128(n as u128)),
                    starts_at: instant("2014-01-01T14:00:00Z") + TimeDelta::days(days),
                    status: MeetingStatus::ALL[status],
                    postponed_to: None,
                })
                .collect()
        }
    }

    proptest! {
        #[test]
        fn no_standing_meeting_lies_between_the_decision_and_the_next(meetings in calendars(), days in 0i64..400) {
            let decided = instant("2014-01-01T14:00:00Z") + TimeDelta::days(days);
            let stand = |m: &&CalendarMeeting| m.status.stands() && m.starts_at > decided;
            match Calendar::new(meetings.clone()).next_after(decided, &[]) {
                Some(next) => {
                    prop_assert!(next.starts_at > decided && next.status.stands());
                    prop_assert!(!meetings.iter().filter(stand).any(|m| m.starts_at < next.starts_at));
                }
                None => prop_assert!(!meetings.iter().any(|m| stand(&m))),
            }
        }
    }
}
