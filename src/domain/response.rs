//! Responses of the executive to recommendations, and the time that it has for them.

use chrono::{Months, NaiveDate};

use super::due::Lateness;
use super::resolution::ResolutionKind;
use super::vocabulary::vocabulary;

vocabulary! {
    /// What the executive makes of a recommendation.
    ExecutiveResponse {
        /// It will be done.
        Accepted = "accepted",
        /// Some of it will be done.
        PartlyAccepted = "partly_accepted",
        /// It will not be done.
        Rejected = "rejected",
    }
}

impl ExecutiveResponse {
    /// Whether reasons must be given for it.
    #[must_use]
    pub const fn needs_reasons(self) -> bool {
        !matches!(self, Self::Accepted)
    }
}

/// Whether a resolution of that kind needs a response where nothing is said.
#[must_use]
pub const fn needs_response(kind: ResolutionKind) -> bool {
    matches!(kind, ResolutionKind::Recommendation)
}

/// The last day of the time for a response that began on `anchor` (Europe/London): so many months later, and where that month
/// has no such day its last.
#[must_use]
pub fn response_due_on(anchor: NaiveDate, months: u32) -> NaiveDate {
    anchor
        .checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

/// The first day on which the time for a response must have begun for it not to be late on `today`: it is late exactly where
/// its time began before that day.
#[must_use]
pub fn late_before(today: NaiveDate, months: u32) -> NaiveDate {
    let Some(mut day) = today.checked_sub_months(Months::new(months)) else {
        return NaiveDate::MIN;
    };
    // The months between have more days or fewer, so the day so many months before is right or a few days off.
    while response_due_on(day, months) < today {
        match day.succ_opt() {
            Some(next) => day = next,
            None => break,
        }
    }
    while let Some(previous) = day.pred_opt() {
        if response_due_on(previous, months) < today {
            break;
        }
        day = previous;
    }
    day
}

/// How late a response is, or was when it was given on `responded_on`.
#[must_use]
pub fn response_lateness(
    anchor: NaiveDate,
    months: u32,
    responded_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Lateness {
    Lateness::measure(Some(response_due_on(anchor, months)), responded_on, today)
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn two_months_end_on_the_same_day_of_the_month_or_on_its_last() {
        assert_eq!(response_due_on(day("2014-03-03"), 2), day("2014-05-03"));
        assert_eq!(response_due_on(day("2014-12-31"), 2), day("2015-02-28"));
        assert_eq!(response_due_on(day("2015-12-30"), 2), day("2016-02-29"));
    }

    #[test]
    fn it_is_late_from_the_day_after_and_stays_as_late_as_it_was_given() {
        let late = |given, today| {
            let given: Option<&str> = given;
            response_lateness(day("2014-03-03"), 2, given.map(day), day(today))
        };
        assert!(!late(None, "2014-05-03").overdue);
        assert!(late(None, "2014-05-04").overdue);
        assert_eq!(late(None, "2014-05-06").days_late, 3);
        let given = late(Some("2014-05-05"), "2015-01-01");
        assert_eq!((given.overdue, given.days_late), (false, 2));
    }

    proptest! {
        #[test]
        fn the_days_before_the_border_are_late_and_those_from_it_on_are_not(
            days in 0u64..20_000, months in 1u32..25, off in -40i64..40,
        ) {
            let today = day("1980-05-01") + Days::new(days);
            let border = late_before(today, months);
            let anchor = border + chrono::TimeDelta::days(off);
            prop_assert_eq!(response_lateness(anchor, months, None, today).overdue, anchor < border);
        }
    }
}
