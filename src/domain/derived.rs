//! What is derived of an action on a day, and never stored.

use chrono::NaiveDate;

use super::due::Lateness;
use super::life::State;
use super::rag::{Rag, RagFacts, is_judged, judge};
use super::rules::{CalledIn, Rules};

/// What is recorded of an action that anything is derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Its state.
    pub state: State,
    /// The day of the deciding meeting.
    pub decided_on: NaiveDate,
    /// The day that its term in force resolves to.
    pub due_on: Option<NaiveDate>,
    /// The day that its original term resolved to first.
    pub original_due_on: Option<NaiveDate>,
    /// How often the term was revised.
    pub revisions: i32,
    /// Terms and occurrences that had passed before another took their place.
    pub missed_terms: i32,
    /// The day on which it was closed.
    pub closed_on: Option<NaiveDate>,
    /// The day of the last progress update.
    pub last_progress_on: Option<NaiveDate>,
    /// The percentage last reported.
    pub percent_complete: Option<i32>,
}

/// What follows from it on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derived<'r> {
    /// Against the term in force.
    pub current: Lateness,
    /// Against the original term.
    pub original: Lateness,
    /// Outstanding, in time, and due within the configured days.
    pub due_soon: bool,
    /// Outstanding, and its term resolves to no day.
    pub undated: bool,
    /// Days from the original due day to the one in force; negative when it was brought forward.
    pub slippage_days: Option<i64>,
    /// Days since the decision, counted until it was closed.
    pub age_days: i64,
    /// Days since the last progress update, counted until it was closed.
    pub days_since_update: Option<i64>,
    /// Why it is called in, if it is.
    pub called_in: Option<CalledIn>,
    /// How an agreed action that is outstanding stands, and by which rule.
    pub rag: Option<(Rag, &'r str)>,
}

impl Recorded {
    /// What follows on `today` by the council's rules.
    #[must_use]
    pub fn derive(self, today: NaiveDate, rules: &Rules) -> Derived<'_> {
        let measured_to = match self.state {
            State::Closed => self.closed_on,
            // A draft that was dropped was never due.
            State::Void => Some(NaiveDate::MIN),
            _ => None,
        };
        let current = Lateness::measure(self.due_on, measured_to, today);
        let original = Lateness::measure(self.original_due_on, measured_to, today);
        let outstanding = self.state.outstanding();
        let until = self.closed_on.unwrap_or(today);
        let since = |day: NaiveDate| (until - day).num_days().max(0);
        let days_left = self.due_on.map(|due| (due - today).num_days());
        let missed = self.missed_terms + i32::from(current.overdue);
        let count = |number: i32| u32::try_from(number).unwrap_or_default();
        let called_in = outstanding
            .then(|| rules.called_in.judge(count(missed), count(self.revisions)))
            .flatten();
        let facts = RagFacts {
            state: self.state,
            days_late: current.days_late,
            original_days_late: original.days_late,
            days_left,
            days_quiet: since(self.last_progress_on.unwrap_or(self.decided_on)),
            percent: self.percent_complete.unwrap_or_default(),
            revisions: self.revisions,
            called_in: called_in.is_some(),
        };
        Derived {
            current,
            original,
            due_soon: outstanding
                && days_left
                    .is_some_and(|left| (0..=i64::from(rules.due_soon_days)).contains(&left)),
            undated: outstanding && self.due_on.is_none(),
            slippage_days: self
                .due_on
                .zip(self.original_due_on)
                .map(|(due, original)| (due - original).num_days()),
            age_days: since(self.decided_on),
            days_since_update: self.last_progress_on.map(since),
            called_in,
            rag: is_judged(self.state)
                .then(|| judge(&rules.rag, &facts))
                .flatten()
                .map(|rule| (rule.status, rule.name.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn action() -> Recorded {
        Recorded {
            state: State::InProgress,
            decided_on: day("2014-03-03"),
            due_on: Some(day("2014-06-30")),
            original_due_on: Some(day("2014-03-31")),
            revisions: 1,
            missed_terms: 0,
            closed_on: None,
            last_progress_on: Some(day("2014-04-01")),
            percent_complete: Some(10),
        }
    }

    #[test]
    fn everything_is_counted_to_the_day_asked_for() {
        let rules = Rules::default();
        let shown = action().derive(day("2014-06-20"), &rules);
        assert_eq!(shown.slippage_days, Some(91));
        assert_eq!(shown.age_days, 109);
        assert_eq!(shown.days_since_update, Some(80));
        assert!(shown.due_soon && !shown.undated && !shown.current.overdue);
        assert_eq!(shown.original.days_late, 81);
        assert_eq!(shown.rag, Some((Rag::Amber, "slipped")));
        assert_eq!(shown.called_in, None);
        let later = action().derive(day("2014-07-01"), &rules);
        assert!(!later.due_soon && later.current.overdue);
        assert_eq!(later.rag, Some((Rag::Red, "overdue")));
    }

    #[test]
    fn a_missed_term_counts_together_with_the_one_that_is_overdue() {
        let rules = Rules::default();
        let once = Recorded {
            missed_terms: 1,
            ..action()
        };
        assert_eq!(once.derive(day("2014-06-30"), &rules).called_in, None);
        let late = once.derive(day("2014-07-01"), &rules);
        assert_eq!(late.called_in, Some(CalledIn::MissedTerms(2)));
    }

    #[test]
    fn what_is_closed_stands_still_and_what_is_no_action_yet_has_no_colour() {
        let rules = Rules::default();
        let closed = Recorded {
            state: State::Closed,
            closed_on: Some(day("2014-07-02")),
            missed_terms: 5,
            ..action()
        };
        let shown = closed.derive(day("2015-01-01"), &rules);
        assert_eq!(shown, closed.derive(day("2016-01-01"), &rules));
        assert_eq!((shown.age_days, shown.current.days_late), (121, 2));
        assert_eq!(
            (shown.rag, shown.called_in, shown.undated),
            (None, None, false)
        );
        let draft = Recorded {
            state: State::Draft,
            ..action()
        };
        assert_eq!(draft.derive(day("2015-01-01"), &rules).rag, None);
    }

    proptest! {
        #[test]
        fn age_grows_by_a_day_each_day_and_slippage_does_not(days in 0u64..2000) {
            let rules = Rules::default();
            let on = |days| action().derive(day("2014-03-03") + Days::new(days), &rules);
            prop_assert_eq!(on(days + 1).age_days, on(days).age_days + 1);
            prop_assert_eq!(on(days + 1).slippage_days, on(days).slippage_days);
        }
    }
}
