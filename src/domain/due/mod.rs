//! Due terms: how a deadline was set, in its own wording, and the day it resolves to today.

mod calendar;
mod lateness;
mod occurrences;
mod working_days;

use chrono::{DateTime, Days, Months, NaiveDate, Utc};

use super::ids::MeetingId;
use super::vocabulary::vocabulary;
use crate::clock::{end_of_london_day, london_day};
pub use calendar::{Calendar, CalendarChange, CalendarMeeting, CalendarQuestion};
pub use lateness::Lateness;
pub use occurrences::{Coming, ToCome};
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

/// A period from the day on from which its term counts: see [`CountedFrom`].
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

    /// The first occurrence that is not settled.
    fn resolve(self, from: CountedFrom<'_>, answer: Option<CalendarMeeting>) -> Resolved {
        let number = from.settled.count + 1;
        let resolved = match self {
            Self::EachMeeting => Resolved::at(answer),
            frequency => Resolved {
                due_on: frequency.occurrence(london_day(from.at), number),
                ..Resolved::default()
            },
        };
        Resolved {
            occurrence: Some(number),
            ..resolved
        }
    }
}

/// What a due term says, apart from its wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueTerm {
    /// That day (Europe/London).
    Date(NaiveDate),
    /// The day of that meeting, or of the one that it was postponed to.
    Meeting(MeetingId),
    /// The committee's next meeting after the instant from which the term counts.
    NextMeeting,
    /// Some later meeting.
    FutureMeeting,
    /// The end of a period from the day on from which the term counts.
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

/// What of a recurring term is settled: its occurrences that were met or missed, the first ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    count: u32,
    meetings: Vec<MeetingId>,
    to: Option<NaiveDate>,
}

impl Settled {
    const NOTHING: &'static Self = &Self {
        count: 0,
        meetings: Vec::new(),
        to: None,
    };

    /// Adds the next occurrence, which was due on a day, at a meeting or at none.
    pub fn add(&mut self, due_on: NaiveDate, meeting_id: Option<MeetingId>) {
        self.count += 1;
        match meeting_id {
            Some(meeting) => self.meetings.push(meeting),
            None => self.to = self.to.max(Some(due_on)),
        }
    }
}

/// What a term is counted from, and what of it is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedFrom<'a> {
    /// When the deciding meeting began or, for a term that took another's place, the instant from which that counts.
    pub at: DateTime<Utc>,
    /// What of it is settled, if it recurs.
    pub settled: &'a Settled,
}

impl CountedFrom<'_> {
    /// A term of which nothing has come yet.
    #[must_use]
    pub const fn at(at: DateTime<Utc>) -> Self {
        Self {
            at,
            settled: Settled::NOTHING,
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

impl Resolved {
    /// At a meeting that stands, on its day in Europe/London.
    fn at(meeting: Option<CalendarMeeting>) -> Self {
        let standing = meeting.filter(|meeting| meeting.status.stands());
        Self {
            due_on: standing.map(|meeting| london_day(meeting.starts_at)),
            meeting_id: standing.map(|meeting| meeting.id),
            occurrence: None,
        }
    }

    /// At a meeting that a term names, given the one that it was postponed to in the end. One that was cancelled stays named,
    /// and gives no day.
    #[must_use]
    pub fn at_named(named: MeetingId, answer: Option<CalendarMeeting>) -> Self {
        Self {
            meeting_id: answer.map(|meeting| meeting.id).or(Some(named)),
            ..Self::at(answer)
        }
    }
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
    pub fn question(self, from: CountedFrom<'_>) -> Option<CalendarQuestion<'_>> {
        match self {
            Self::Meeting(id) => Some(CalendarQuestion::Meeting(id)),
            Self::NextMeeting => Some(CalendarQuestion::NextAfter {
                instant: from.at,
                but: &[],
            }),
            Self::Recurring(Frequency::EachMeeting) => {
                // What was settled of a meeting stays settled wherever the meeting moves; without one only its day is known.
                let settled = from.settled.to.and_then(end_of_london_day);
                Some(CalendarQuestion::NextAfter {
                    instant: settled.map_or(from.at, |end| end.max(from.at)),
                    but: &from.settled.meetings,
                })
            }
            _ => None,
        }
    }

    /// The day, meeting and occurrence that the term resolves to, given the calendar's answer to [`DueTerm::question`]. A
    /// meeting that does not stand (cancelled) gives no day.
    #[must_use]
    pub fn resolve(
        self,
        from: CountedFrom<'_>,
        answer: Option<CalendarMeeting>,
        holidays: &BankHolidays,
    ) -> Resolved {
        let on = |due_on| Resolved {
            due_on,
            ..Resolved::default()
        };
        match self {
            Self::Date(day) => on(Some(day)),
            Self::Period(period) => on(period.after(london_day(from.at), holidays)),
            Self::Meeting(id) => Resolved::at_named(id, answer),
            Self::NextMeeting => Resolved::at(answer),
            Self::Recurring(frequency) => frequency.resolve(from, answer),
            Self::FutureMeeting | Self::Event | Self::Vague | Self::None => Resolved::default(),
        }
    }
}

#[cfg(test)]
mod tests;
