//! How late something is against its day.

use chrono::NaiveDate;

use super::{OccurrenceOutcome, OccurrenceStatus};

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
