//! The one clock. Everything that asks for the time asks a [`Clock`], so that a test decides what day it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::London;

/// Tells the time. Instants are UTC, cut to microseconds because that is what both databases keep.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;

    /// The present day in Europe/London, where councils sit: an action turns overdue at that zone's midnight.
    fn today(&self) -> NaiveDate {
        london_day(self.now())
    }
}

/// A clock that can be handed around.
pub type SharedClock = Arc<dyn Clock>;

/// The day in Europe/London on which `instant` falls.
#[must_use]
pub fn london_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&London).date_naive()
}

/// The last instant, to the microsecond, of a day in Europe/London; `None` for a day at the end of the calendar.
#[must_use]
pub fn end_of_london_day(day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
    let next = midnight.and_local_timezone(London).earliest()?;
    next.to_utc().checked_sub_signed(TimeDelta::microseconds(1))
}

/// The first instant of a day in Europe/London; `None` for a day at the beginning of the calendar.
#[must_use]
pub fn start_of_london_day(day: NaiveDate) -> Option<DateTime<Utc>> {
    end_of_london_day(day.pred_opt()?)?.checked_add_signed(TimeDelta::microseconds(1))
}

/// An instant cut to the microsecond, which is what both databases keep.
#[must_use]
pub fn to_micros(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine"
    )]
    fn now(&self) -> DateTime<Utc> {
        to_micros(Utc::now())
    }
}

/// A clock that stands still until it is told to move: for tests and for making invented history.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `instant`.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(instant.timestamp_micros()))
    }

    /// Moves to `instant`, forwards or backwards.
    pub fn set(&self, instant: DateTime<Utc>) {
        self.0.store(instant.timestamp_micros(), Ordering::SeqCst);
    }

    /// Moves by `delta`.
    pub fn advance(&self, delta: TimeDelta) {
        self.0.fetch_add(
            delta.num_microseconds().unwrap_or_default(),
            Ordering::SeqCst,
        );
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_london_day_turns_at_local_midnight_in_winter_and_in_summer() {
        let day = |text: &str| london_day(text.parse().unwrap()).to_string();
        assert_eq!(day("2014-01-31T23:59:59Z"), "2014-01-31");
        assert_eq!(day("2014-06-30T22:59:59Z"), "2014-06-30");
        assert_eq!(day("2014-06-30T23:00:00Z"), "2014-07-01");
    }

    #[test]
    fn a_london_day_begins_where_the_one_before_ends() {
        let start = |text: &str| {
            start_of_london_day(text.parse().unwrap())
                .unwrap()
                .to_rfc3339()
        };
        assert_eq!(start("2014-01-31"), "2014-01-31T00:00:00+00:00");
        assert_eq!(start("2014-06-30"), "2014-06-29T23:00:00+00:00");
    }

    #[test]
    fn a_manual_clock_keeps_microseconds() {
        let clock = ManualClock::at("2014-03-03T14:00:00.123456Z".parse().unwrap());
        clock.advance(TimeDelta::microseconds(1));
        assert_eq!(clock.now().to_rfc3339(), "2014-03-03T14:00:00.123457+00:00");
    }
}
