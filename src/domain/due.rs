//! Due terms: how a deadline was set, in its own wording, and the day it resolves to today.

use chrono::{DateTime, NaiveDate, Utc};

use super::ids::MeetingId;
use super::meeting::MeetingStatus;
use super::vocabulary::vocabulary;
use crate::clock::london_day;

vocabulary! {
    /// How a deadline was set.
    DueKind {
        /// "by 31 March 2015": that day.
        Date = "date",
        /// "the meeting on 9 June": the day of that meeting.
        Meeting = "meeting",
        /// "to the next meeting": the first meeting of the deciding committee after the decision that stands.
        NextMeeting = "next_meeting",
        /// "a future meeting": no day.
        FutureMeeting = "future_meeting",
        /// "once the audit is finished": no day.
        Event = "event",
        /// "in due course": no day.
        Vague = "vague",
        /// Nothing was said: undated, and reported as such.
        None = "none",
    }
}

vocabulary! {
    /// What a period is counted in.
    PeriodUnit {
        /// Days of the calendar.
        Days = "days",
        /// Days that are neither Saturday, Sunday nor a bank holiday.
        WorkingDays = "working_days",
        /// Weeks.
        Weeks = "weeks",
        /// Months of the calendar; where a month has no such day, its last.
        Months = "months",
        /// Years; 29 February becomes 28 where there is none.
        Years = "years",
    }
}

vocabulary! {
    /// How often something is due.
    Frequency {
        /// At each standing meeting of the committee after the deciding one.
        EachMeeting = "each_meeting",
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Every three months.
        Quarterly = "quarterly",
        /// Every six months.
        HalfYearly = "half_yearly",
        /// Every year.
        Annually = "annually",
    }
}

/// What a due term says, apart from its wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueTerm {
    /// That day (Europe/London).
    Date(NaiveDate),
    /// The day of that meeting.
    Meeting(MeetingId),
    /// The committee's next meeting after the decision.
    NextMeeting,
    /// Some later meeting.
    FutureMeeting,
    /// When something has happened.
    Event,
    /// Words without a day.
    Vague,
    /// Nothing was said.
    None,
}

/// What must be looked up in the calendar before a due term resolves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarQuestion {
    /// This meeting.
    Meeting(MeetingId),
    /// The committee's first standing meeting after the deciding one.
    NextAfterDecision,
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
}

/// What a due term resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resolved {
    /// The due day (Europe/London); `None` is undated.
    pub due_on: Option<NaiveDate>,
    /// The meeting it is due at.
    pub meeting_id: Option<MeetingId>,
}

impl DueTerm {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> DueKind {
        match self {
            Self::Date(_) => DueKind::Date,
            Self::Meeting(_) => DueKind::Meeting,
            Self::NextMeeting => DueKind::NextMeeting,
            Self::FutureMeeting => DueKind::FutureMeeting,
            Self::Event => DueKind::Event,
            Self::Vague => DueKind::Vague,
            Self::None => DueKind::None,
        }
    }

    /// What to ask the calendar; `None` where the term resolves without it.
    #[must_use]
    pub const fn question(self) -> Option<CalendarQuestion> {
        match self {
            Self::Meeting(id) => Some(CalendarQuestion::Meeting(id)),
            Self::NextMeeting => Some(CalendarQuestion::NextAfterDecision),
            _ => None,
        }
    }

    /// The day and meeting the term resolves to, given the calendar's answer to [`DueTerm::question`]. A meeting that does
    /// not stand (postponed, cancelled) gives no day.
    #[must_use]
    pub fn resolve(self, answer: Option<CalendarMeeting>) -> Resolved {
        match self {
            Self::Date(day) => Resolved {
                due_on: Some(day),
                meeting_id: None,
            },
            Self::Meeting(id) => Resolved {
                due_on: answer
                    .filter(|m| m.status.stands())
                    .map(|m| london_day(m.starts_at)),
                meeting_id: Some(id),
            },
            Self::NextMeeting => {
                let meeting = answer.filter(|m| m.status.stands());
                Resolved {
                    due_on: meeting.map(|m| london_day(m.starts_at)),
                    meeting_id: meeting.map(|m| m.id),
                }
            }
            Self::FutureMeeting | Self::Event | Self::Vague | Self::None => Resolved::default(),
        }
    }
}

/// The first meeting of a calendar that stands and begins after `decided_at`: the rule that the database's query follows.
#[must_use]
pub fn next_meeting(
    calendar: &[CalendarMeeting],
    decided_at: DateTime<Utc>,
) -> Option<CalendarMeeting> {
    calendar
        .iter()
        .filter(|m| m.status.stands() && m.starts_at > decided_at)
        .min_by_key(|m| (m.starts_at, m.id))
        .copied()
}

/// How late an action is against one due day, and whether it is overdue.
///
/// An action that still stands is late from the midnight (Europe/London) after its due day, counted to `today`; one that
/// was closed stays as late as it was on the day it was closed, and is not overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lateness {
    /// Outstanding, and its day has passed.
    pub overdue: bool,
    /// Whole days after the due day; 0 when in time or undated.
    pub days_late: i64,
}

impl Lateness {
    /// Measures against `due_on`. `closed_on` is the day the action was closed, `None` while it is outstanding.
    #[must_use]
    pub fn measure(
        due_on: Option<NaiveDate>,
        closed_on: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Self {
        let days_late = due_on.map_or(0, |due| {
            (closed_on.unwrap_or(today) - due).num_days().max(0)
        });
        Self {
            overdue: closed_on.is_none() && days_late > 0,
            days_late,
        }
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

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn meeting(n: u128, starts_at: &str, status: MeetingStatus) -> CalendarMeeting {
        CalendarMeeting {
            id: MeetingId(Uuid::from_u128(n)),
            starts_at: instant(starts_at),
            status,
        }
    }

    #[test]
    fn the_next_meeting_is_the_first_that_stands() {
        let calendar = [
            meeting(1, "2014-03-03T14:00:00Z", MeetingStatus::Held),
            meeting(2, "2014-04-07T13:00:00Z", MeetingStatus::Cancelled),
            meeting(3, "2014-05-12T13:00:00Z", MeetingStatus::Postponed),
            meeting(4, "2014-06-09T13:00:00Z", MeetingStatus::Scheduled),
        ];
        let next = next_meeting(&calendar, instant("2014-03-03T14:00:00Z"));
        assert_eq!(next.map(|m| m.id.0.as_u128()), Some(4));
        assert_eq!(
            DueTerm::NextMeeting.resolve(next).due_on,
            Some(day("2014-06-09"))
        );
        assert_eq!(
            next_meeting(&calendar, instant("2014-06-09T13:00:00Z")),
            None
        );
        assert_eq!(DueTerm::NextMeeting.resolve(None), Resolved::default());
    }

    #[test]
    fn a_meeting_late_in_the_evening_is_due_on_its_london_day() {
        let summer = meeting(1, "2014-06-09T23:30:00Z", MeetingStatus::Scheduled);
        let resolved = DueTerm::Meeting(summer.id).resolve(Some(summer));
        assert_eq!(resolved.due_on, Some(day("2014-06-10")));
    }

    #[test]
    fn a_term_on_a_cancelled_meeting_keeps_the_meeting_and_has_no_day() {
        let cancelled = meeting(1, "2014-06-09T13:00:00Z", MeetingStatus::Cancelled);
        let resolved = DueTerm::Meeting(cancelled.id).resolve(Some(cancelled));
        assert_eq!(resolved.due_on, None);
        assert_eq!(resolved.meeting_id, Some(cancelled.id));
    }

    #[test]
    fn lateness_counts_from_the_midnight_after() {
        let due = Some(day("2014-03-31"));
        assert!(!Lateness::measure(due, None, day("2014-03-31")).overdue);
        assert_eq!(
            Lateness::measure(due, None, day("2014-04-01")),
            Lateness {
                overdue: true,
                days_late: 1
            }
        );
        assert_eq!(
            Lateness::measure(due, Some(day("2014-04-03")), day("2015-01-01")),
            Lateness {
                overdue: false,
                days_late: 3
            }
        );
        assert_eq!(
            Lateness::measure(None, None, day("2014-04-01")),
            Lateness::default()
        );
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
                })
                .collect()
        }
    }

    proptest! {
        #[test]
        fn no_standing_meeting_lies_between_the_decision_and_the_next(calendar in calendars(), days in 0i64..400) {
            let decided = instant("2014-01-01T14:00:00Z") + TimeDelta::days(days);
            match next_meeting(&calendar, decided) {
                Some(next) => {
                    prop_assert!(next.starts_at > decided && next.status.stands());
                    prop_assert!(!calendar.iter().any(|m|
                        m.status.stands() && m.starts_at > decided && m.starts_at < next.starts_at));
                }
                None => prop_assert!(!calendar.iter().any(|m| m.status.stands() && m.starts_at > decided)),
            }
        }

        #[test]
        fn lateness_never_shrinks_while_an_action_stands(due in 0i64..800, later in 0i64..800) {
            let start = day("2014-01-01");
            let due_on = Some(start + TimeDelta::days(due));
            let on = |n| Lateness::measure(due_on, None, start + TimeDelta::days(n));
            prop_assert!(on(later + 1).days_late >= on(later).days_late);
            prop_assert_eq!(on(later).overdue, later > due);
        }
    }
}
