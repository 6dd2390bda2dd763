//! What both inventions stand on: their callers, their instants, and a write at one of them.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Europe::London;

use super::SeedError;
use crate::auth::{Caller, Role, Roles};
use crate::db::Tx;
use crate::domain::rules::Rules;
use crate::ids::{Ids, SeededIds};
use crate::records::{Effect, Failure, Writing};

/// Runs one write as `caller` at `at`.
pub(super) fn write<T>(
    tx: &mut Tx,
    ids: &SeededIds,
    caller: &Caller,
    at: DateTime<Utc>,
    script: impl FnOnce(&mut Writing<'_>) -> Result<T, Failure>,
) -> Result<T, SeedError> {
    let request_id = ids.next(at);
    let rules = Rules::default();
    let mut writing = Writing::begin(tx, caller, &rules, request_id, at, ids)?;
    Ok(script(&mut writing)?)
}

/// The record that a write was about.
pub(super) fn record<T>(effect: Effect<T>) -> T {
    match effect {
        Effect::Created(record) | Effect::Known(record) | Effect::Changed(record) => record,
    }
}

/// Somebody with one role.
pub(super) fn caller(subject: &str, name: &str, role: Role) -> Caller {
    Caller {
        subject: subject.to_owned(),
        name: Some(name.to_owned()),
        roles: Roles::of(&[role]),
        committees: None,
    }
}

/// An instant of a day, by the clock in Europe/London.
pub(super) fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    day.and_hms_opt(hour, minute, 0)
        .and_then(|local| London.from_local_datetime(&local).earliest())
        .map(|local| local.to_utc())
        .unwrap_or_default()
}

/// A day so many days after another, or before it.
pub(super) fn shift(day: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let shifted = if days < 0 {
        day.checked_sub_days(by)
    } else {
        day.checked_add_days(by)
    };
    shifted.unwrap_or(day)
}

/// The first of May of a year.
pub(super) fn may_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 5, 1).unwrap_or_default()
}

/// How a day is written in minutes: `9 June 2014`.
pub(super) fn in_words(day: NaiveDate) -> String {
    format!("{} {}", day.day(), day.format("%B %Y"))
}

/// The entry of a table at `index`, going round.
pub(super) fn pick<T>(table: &[T], index: usize) -> &T {
    &table[index % table.len()]
}
