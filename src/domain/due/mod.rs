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

/// An occurrence that is not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// Which of its term, from 1.
    pub number: u32,
    /// Its day (Europe/London).
    pub due_on: NaiveDate,
    /// The meeting at which it is due, if it is at one.
    pub meeting_id: Option<MeetingId>,
}

/// The occurrences of a recurring term that are not settled, in their order, as far as the calendar reaches. The first is the
/// one in force; each follows as if all before it were settled.
#[derive(Debug, Clone)]
pub struct ToCome {
    frequency: Frequency,
    at: DateTime<Utc>,
    settled: Settled,
    calendar: Calendar,
}

impl ToCome {
    /// What is to come of a term that counts from `at`, of which that much is settled. Only a term for each meeting needs the
    /// calendar.
    #[must_use]
    pub const fn new(
        frequency: Frequency,
        at: DateTime<Utc>,
        settled: Settled,
        calendar: Calendar,
    ) -> Self {
        Self {
            frequency,
            at,
            settled,
            calendar,
        }
    }

    /// What the term resolves to while the next of these is in force.
    #[must_use]
    pub fn in_force(&self) -> Resolved {
        let from = CountedFrom {
            at: self.at,
            settled: &self.settled,
        };
        let question = DueTerm::Recurring(self.frequency).question(from);
        let answer = question.and_then(|question| self.calendar.answer(question));
        self.frequency.resolve(from, answer)
    }
}

impl Iterator for ToCome {
    type Item = Coming;

    fn next(&mut self) -> Option<Coming> {
        let resolved = self.in_force();
        let coming = Coming {
            number: resolved.occurrence?,
            due_on: resolved.due_on?,
            meeting_id: resolved.meeting_id,
        };
        self.settled.add(coming.due_on, coming.meeting_id);
        Some(coming)
    }
}

impl OccurrenceStatus {
    /// How an occurrence stands on `today`, and how late it is: until it is settled it counts as missed once its day has
    /// passed.
    #[must_use]
    pub fn measure(
        due_on: NaiveDate,
        settled: Option<(OccurrenceOutcome, NaiveDate)>,
        today: NaiveDate,
    ) -> (Self, Lateness) {
        let lateness = Lateness::measure(Some(due_on), settled.map(|(_, day)| day), today);
        let status = match settled {
            Some((OccurrenceOutcome::Met, _)) => Self::Met,
            Some((OccurrenceOutcome::Missed, _)) => Self::Missed,
            None if lateness.overdue => Self::Missed,
            None => Self::Due,
        };
        (status, lateness)
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
        term.resolve(CountedFrom::at(instant(decided)), answer, &holidays)
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
        let at = instant("2014-11-30T14:00:00Z");
        let quarterly = |done: usize| {
            let none = Calendar::default();
            let mut to_come = ToCome::new(Frequency::Quarterly, at, Settled::default(), none);
            to_come.nth(done)
        };
        for (done, due) in [(0, "2015-02-28"), (1, "2015-05-30"), (5, "2016-05-30")] {
            let coming = quarterly(done).unwrap();
            assert_eq!(coming.due_on, day(due));
            assert_eq!(coming.number as usize, done + 1);
            assert_eq!(coming.meeting_id, None);
        }
        let each = DueTerm::Recurring(Frequency::EachMeeting);
        let question = |settled: &Settled| match each.question(CountedFrom { at, settled }) {
            Some(CalendarQuestion::NextAfter { instant, but }) => (instant, but.to_vec()),
            other => panic!("{other:?}"),
        };
        assert_eq!(question(Settled::NOTHING), (at, Vec::new()));
        // What was settled at a meeting is known by that, and else by its day.
        let mut settled = Settled::default();
        let first = MeetingId(Uuid::from_u128(1));
        settled.add(day("2015-01-12"), Some(first));
        assert_eq!(question(&settled), (at, vec![first]));
        settled.add(day("2015-02-12"), None);
        let end = instant("2015-02-12T23:59:59.999999Z");
        assert_eq!(question(&settled), (end, vec![first]));
        for frequency in Frequency::ALL {
            let term = DueTerm::Recurring(*frequency);
            assert_eq!(
                term.question(CountedFrom::at(at)).is_some(),
                *frequency == Frequency::EachMeeting
            );
        }
    }

    #[test]
    fn each_meeting_is_settled_once_wherever_it_moves() {
        let at = instant("2014-03-03T14:00:00Z");
        let of = |n, starts_at| meeting(n, starts_at, MeetingStatus::Scheduled);
        let to_come = |meetings: &[CalendarMeeting], settled: &Settled| {
            let calendar = Calendar::new(meetings.to_vec());
            let to_come = ToCome::new(Frequency::EachMeeting, at, settled.clone(), calendar);
            let seen = to_come.clone().map(|coming| {
                let meeting = coming.meeting_id.unwrap();
                (coming.number, meeting.0.as_u128())
            });
            (seen.collect::<Vec<_>>(), to_come.in_force().occurrence)
        };
        let second = of(2, "2014-09-08T13:00:00Z");
        let mut settled = Settled::default();
        let all = [of(1, "2014-06-09T13:00:00Z"), second];
        assert_eq!(to_come(&all, &settled), (vec![(1, 1), (2, 2)], Some(1)));
        settled.add(day("2014-06-09"), Some(all[0].id));
        // It moves to a later day, behind the next one, and the next one before the day on which it was.
        for moved in [
            [of(1, "2014-06-16T13:00:00Z"), second],
            [of(1, "2014-12-01T14:00:00Z"), second],
            [all[0], of(2, "2014-05-12T13:00:00Z")],
        ] {
            assert_eq!(to_come(&moved, &settled), (vec![(2, 2)], Some(2)));
        }
        // The calendar has no next meeting yet.
        assert_eq!(to_come(&all[..1], &settled), (Vec::new(), Some(2)));
    }

    #[test]
    fn an_occurrence_is_missed_once_its_day_has_passed_and_until_it_is_met() {
        let due_on = day("2014-06-03");
        let on = |settled, today| {
            let (status, lateness) = OccurrenceStatus::measure(due_on, settled, day(today));
            (status, lateness.days_late)
        };
        assert_eq!(on(None, "2014-06-03"), (OccurrenceStatus::Due, 0));
        assert_eq!(on(None, "2014-06-05"), (OccurrenceStatus::Missed, 2));
        let met = Some((OccurrenceOutcome::Met, day("2014-06-04")));
        assert_eq!(on(met, "2014-07-01"), (OccurrenceStatus::Met, 1));
        let missed = Some((OccurrenceOutcome::Missed, day("2014-06-02")));
        assert_eq!(on(missed, "2014-07-01"), (OccurrenceStatus::Missed, 0));
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
