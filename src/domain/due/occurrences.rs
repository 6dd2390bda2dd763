//! The occurrences of a recurring term that are to come.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Calendar, CountedFrom, DueTerm, Frequency, Resolved, Settled};
use crate::domain::ids::MeetingId;

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
