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
