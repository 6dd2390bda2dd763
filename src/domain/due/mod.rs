//! Due terms: how a deadline was set, in its own wording, and the day it resolves to today.

mod calendar;
mod working_days;

use chrono::{DateTime, Days, Months, NaiveDate, Utc};

use super::ids::MeetingId;
use super::vocabulary::vocabulary;
use crate::clock::{end_of_london_day, london_day};
pub use calendar::{Calendar, CalendarChange, CalendarMeeting, CalendarQuestion};
pub use working_days::{BadHoliday, BankHolidays};

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
        /// "within six months": the decision's day and so long.
        Period = "period",
        /// "quarterly", "each meeting": the next occurrence that is not settled.
        Recurring = "recurring",
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

vocabulary! {
    /// How an occurrence of a recurring term was settled.
    OccurrenceOutcome {
        /// What was asked for was done, in time or late.
        Met = "met",
        /// It was not, and will not be for this occurrence.
        Missed = "missed",
    }
}

vocabulary! {
    /// How an occurrence stands.
    OccurrenceStatus {
        /// Its day has not passed, and it is not settled.
        Due = "due",
        /// What was asked for was done, in time or late.
        Met = "met",
        /// Its day has passed without, or it was given up.
        Missed = "missed",
    }
}

/// A period from the decision on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// How many, 1 to [`Period::MAX_COUNT`].
    pub count: u32,
    /// Of what.
    pub unit: PeriodUnit,
}

impl Period {
    /// The most units of a period.
    pub const MAX_COUNT: u32 = 1_000;

    /// A period as it is stored; `None` where there is none.
    #[must_use]
    pub fn stored(count: Option<i32>, unit: Option<PeriodUnit>) -> Option<Self> {
        Some(Self {
            count: u32::try_from(count?).ok()?,
            unit: unit?,
        })
    }

    /// The day on which a period ends that begins with a decision on `day`; `None` beyond the end of the calendar.
    #[must_use]
    pub fn after(self, day: NaiveDate, holidays: &BankHolidays) -> Option<NaiveDate> {
        match self.unit {
            PeriodUnit::Days => day.checked_add_days(Days::new(self.count.into())),
            PeriodUnit::WorkingDays => holidays.working_day_after(day, self.count),
            PeriodUnit::Weeks => day.checked_add_days(Days::new(u64::from(self.count) * 7)),
            PeriodUnit::Months => day.checked_add_months(Months::new(self.count)),
            PeriodUnit::Years => day.checked_add_months(Months::new(self.count.checked_mul(12)?)),
        }
    }
}

impl Frequency {
    /// The day of an occurrence, counted from 1, after a decision on `day`. Counted from that day and not from the occurrence
    /// before, so that the end of a month stays the end. `None` for what follows the calendar.
    #[must_use]
    pub fn occurrence(self, day: NaiveDate, number: u32) -> Option<NaiveDate> {
        let months = match self {
            Self::EachMeeting => return None,
            Self::Weekly => return day.checked_add_days(Days::new(u64::from(number) * 7)),
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::HalfYearly => 6,
            Self::Annually => 12,
        };
        day.checked_add_months(Months::new(number.checked_mul(months)?))
    }
}

/// What a due term says, apart from its wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueTerm {
    /// That day (Europe/London).
    Date(NaiveDate),
    /// The day of that meeting, or of the one that it was postponed to.
    Meeting(MeetingId),
    /// The committee's next meeting after the decision.
    NextMeeting,
    /// Some later meeting.
    FutureMeeting,
    /// The end of a period from the decision on.
    Period(Period),
    /// Again and again.
    Recurring(Frequency),
    /// When something has happened.
    Event,
    /// Words without a day.
    Vague,
    /// Nothing was said.
    None,
}

/// What a term is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// When the deciding meeting began.
    pub at: DateTime<Utc>,
    /// Occurrences of a recurring term that have been settled, met or missed.
    pub settled: u32,
    /// The due day of the last one settled.
    pub settled_to: Option<NaiveDate>,
}

impl Decision {
    /// A decision of which nothing has come yet.
    #[must_use]
    pub const fn at(at: DateTime<Utc>) -> Self {
        Self {
            at,
            settled: 0,
            settled_to: None,
        }
    }
}

/// What a due term resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resolved {
    /// The due day (Europe/London); `None` is undated.
    pub due_on: Option<NaiveDate>,
    /// The meeting it is due at.
    pub meeting_id: Option<MeetingId>,
    /// Which occurrence of a recurring term is in force, from 1.
    pub occurrence: Option<u32>,
}

impl DueTerm {
    /// A term as it is stored: its kind, and of the rest what that kind says; `None` where that is missing.
    #[must_use]
    pub fn stored(
        kind: DueKind,
        due_on: Option<NaiveDate>,
        meeting_id: Option<MeetingId>,
        period: Option<Period>,
        frequency: Option<Frequency>,
    ) -> Option<Self> {
        match kind {
            DueKind::Date => due_on.map(Self::Date),
            DueKind::Meeting => meeting_id.map(Self::Meeting),
            DueKind::NextMeeting => Some(Self::NextMeeting),
            DueKind::FutureMeeting => Some(Self::FutureMeeting),
            DueKind::Period => period.map(Self::Period),
            DueKind::Recurring => frequency.map(Self::Recurring),
            DueKind::Event => Some(Self::Event),
            DueKind::Vague => Some(Self::Vague),
            DueKind::None => Some(Self::None),
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> DueKind {
        match self {
            Self::Date(_) => DueKind::Date,
            Self::Meeting(_) => DueKind::Meeting,
            Self::NextMeeting => DueKind::NextMeeting,
            Self::FutureMeeting => DueKind::FutureMeeting,
            Self::Period(_) => DueKind::Period,
            Self::Recurring(_) => DueKind::Recurring,
            Self::Event => DueKind::Event,
            Self::Vague => DueKind::Vague,
            Self::None => DueKind::None,
        }
    }

    /// Whether what it resolves to follows from the calendar: from a meeting that it names or comes next, or from the deciding
    /// one that it is counted from.
    #[must_use]
    pub const fn follows_calendar(self) -> bool {
        matches!(
            self,
            Self::Meeting(_) | Self::NextMeeting | Self::Period(_) | Self::Recurring(_)
        )
    }

    /// Its period, if it is one.
    #[must_use]
    pub const fn period(self) -> Option<Period> {
        match self {
            Self::Period(period) => Some(period),
            _ => None,
        }
    }

    /// How often it recurs, if it does.
    #[must_use]
    pub const fn frequency(self) -> Option<Frequency> {
        match self {
            Self::Recurring(frequency) => Some(frequency),
            _ => None,
        }
    }

    /// What to ask the calendar; `None` where the term resolves without it.
    #[must_use]
    pub fn question(self, decision: Decision) -> Option<CalendarQuestion> {
        match self {
            Self::Meeting(id) => Some(CalendarQuestion::Meeting(id)),
            Self::NextMeeting => Some(CalendarQuestion::NextAfter(decision.at)),
            Self::Recurring(Frequency::EachMeeting) => {
                let settled = decision.settled_to.and_then(end_of_london_day);
                let after = settled.map_or(decision.at, |end| end.max(decision.at));
                Some(CalendarQuestion::NextAfter(after))
            }
            _ => None,
        }
    }

    /// The day, meeting and occurrence that the term resolves to, given the calendar's answer to [`DueTerm::question`]. A
    /// meeting that does not stand (cancelled) gives no day.
    #[must_use]
    pub fn resolve(
        self,
        decision: Decision,
        answer: Option<CalendarMeeting>,
        holidays: &BankHolidays,
    ) -> Resolved {
        let decided_on = london_day(decision.at);
        let at_meeting = |meeting: Option<CalendarMeeting>| Resolved {
            due_on: meeting.map(|m| london_day(m.starts_at)),
            meeting_id: meeting.map(|m| m.id),
            occurrence: None,
        };
        let on = |due_on| Resolved {
            due_on,
            ..Resolved::default()
        };
        match self {
            Self::Date(day) => on(Some(day)),
            Self::Period(period) => on(period.after(decided_on, holidays)),
            Self::Meeting(id) => Resolved {
                meeting_id: answer.map(|m| m.id).or(Some(id)),
                ..at_meeting(answer.filter(|m| m.status.stands()))
            },
            Self::NextMeeting => at_meeting(answer.filter(|m| m.status.stands())),
            Self::Recurring(frequency) => {
                let number = decision.settled + 1;
                let resolved = match frequency {
                    Frequency::EachMeeting => at_meeting(answer.filter(|m| m.status.stands())),
                    frequency => on(frequency.occurrence(decided_on, number)),
                };
                Resolved {
                    occurrence: Some(number),
                    ..resolved
                }
            }
            Self::FutureMeeting | Self::Event | Self::Vague | Self::None => Resolved::default(),
        }
    }
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
    use crate::domain::meeting::MeetingStatus;

    const MARCH: &str = "2014-03-03T14:00:00Z";

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
            postponed_to: None,
        }
    }

    fn resolve(term: DueTerm, decided: &str, answer: Option<CalendarMeeting>) -> Resolved {
        let holidays = BankHolidays::england_and_wales();
        term.resolve(Decision::at(instant(decided)), answer, &holidays)
    }

    fn due_on(term: DueTerm, decided: &str) -> Option<NaiveDate> {
        resolve(term, decided, None).due_on
    }

    #[test]
    fn a_meeting_late_in_the_evening_is_due_on_its_london_day() {
        let summer = meeting(1, "2014-06-09T23:30:00Z", MeetingStatus::Scheduled);
        let resolved = resolve(DueTerm::Meeting(summer.id), MARCH, Some(summer));
        assert_eq!(resolved.due_on, Some(day("2014-06-10")));
    }

    #[test]
    fn a_term_on_a_cancelled_meeting_keeps_the_meeting_and_has_no_day() {
        let cancelled = meeting(1, "2014-06-09T13:00:00Z", MeetingStatus::Cancelled);
        let resolved = resolve(DueTerm::Meeting(cancelled.id), MARCH, Some(cancelled));
        assert_eq!(resolved.due_on, None);
        assert_eq!(resolved.meeting_id, Some(cancelled.id));
    }

    #[test]
    fn a_period_counts_from_the_london_day_of_the_decision() {
        let term = |count, unit| DueTerm::Period(Period { count, unit });
        for (count, unit, decided, due) in [
            (6, PeriodUnit::Months, MARCH, "2014-09-03"),
            (10, PeriodUnit::Days, MARCH, "2014-03-13"),
            (2, PeriodUnit::Weeks, MARCH, "2014-03-17"),
            (
                20,
                PeriodUnit::WorkingDays,
                "2014-03-24T14:00:00Z",
                "2014-04-23",
            ),
            // In summer a meeting late in the evening is on the next day by UTC's clock.
            (1, PeriodUnit::Days, "2014-06-09T23:30:00Z", "2014-06-11"),
            // Leap days and short months.
            (1, PeriodUnit::Years, "2016-02-29T14:00:00Z", "2017-02-28"),
            (4, PeriodUnit::Years, "2016-02-29T14:00:00Z", "2020-02-29"),
            (1, PeriodUnit::Months, "2015-01-31T14:00:00Z", "2015-02-28"),
            (1, PeriodUnit::Months, "2016-01-31T14:00:00Z", "2016-02-29"),
        ] {
            assert_eq!(
                due_on(term(count, unit), decided),
                Some(day(due)),
                "{count} {unit}"
            );
        }
        assert_eq!(due_on(term(u32::MAX, PeriodUnit::Years), MARCH), None);
    }

    #[test]
    fn what_recurs_is_due_at_the_first_occurrence_that_is_not_settled() {
        let holidays = BankHolidays::default();
        let settled = |settled| Decision {
            settled,
            ..Decision::at(instant("2014-11-30T14:00:00Z"))
        };
        let quarterly = DueTerm::Recurring(Frequency::Quarterly);
        for (done, due) in [(0, "2015-02-28"), (1, "2015-05-30"), (5, "2016-05-30")] {
            let resolved = quarterly.resolve(settled(done), None, &holidays);
            assert_eq!(resolved.due_on, Some(day(due)));
            assert_eq!(resolved.occurrence, Some(done + 1));
        }
        let each = DueTerm::Recurring(Frequency::EachMeeting);
        assert_eq!(
            each.question(settled(0)),
            Some(CalendarQuestion::NextAfter(instant("2014-11-30T14:00:00Z")))
        );
        let met = Decision {
            settled_to: Some(day("2015-01-12")),
            ..settled(1)
        };
        assert_eq!(
            each.question(met),
            Some(CalendarQuestion::NextAfter(instant(
                "2015-01-12T23:59:59.999999Z"
            )))
        );
        let next = meeting(1, "2015-03-02T14:00:00Z", MeetingStatus::Scheduled);
        let resolved = each.resolve(met, Some(next), &holidays);
        assert_eq!(resolved.due_on, Some(day("2015-03-02")));
        assert_eq!(
            (resolved.meeting_id, resolved.occurrence),
            (Some(next.id), Some(2))
        );
        // The calendar has no next meeting yet.
        assert_eq!(each.resolve(met, None, &holidays).due_on, None);
        for frequency in Frequency::ALL {
            let term = DueTerm::Recurring(*frequency);
            assert_eq!(
                term.question(settled(0)).is_some(),
                *frequency == Frequency::EachMeeting
            );
        }
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

    proptest! {
        #[test]
        fn occurrences_follow_each_other(offset in 0u64..10_000, number in 1u32..60, which in 1usize..6) {
            let from = day("1990-01-31") + Days::new(offset);
            let frequency = Frequency::ALL[which];
            let of = |number| frequency.occurrence(from, number).unwrap();
            prop_assert!(of(number) > from && of(number + 1) > of(number));
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
