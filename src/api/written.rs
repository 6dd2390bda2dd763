//! Days and instants as members of the answers that are written most, as serde would write them and faster: chrono hands
//! them to the JSON writer a digit at a time, which was a tenth of what a page of actions costs.

#![expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands on members by reference"
)]

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Serialize as _, Serializer};

/// A calendar day, `2013-11-05` (RFC 3339, full-date).
pub(super) fn day<S: Serializer>(day: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&day.to_string())
}

/// A day, or null.
pub(super) fn day_or_null<S: Serializer>(
    day: &Option<NaiveDate>,
    to: S,
) -> Result<S::Ok, S::Error> {
    day.map(|day| day.to_string()).serialize(to)
}

/// An instant in UTC, `2013-11-05T18:30:00Z` (RFC 3339), with as many decimals as it has.
pub(super) fn instant<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(at))
}

/// An instant, or null.
pub(super) fn instant_or_null<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    to: S,
) -> Result<S::Ok, S::Error> {
    at.as_ref().map(text).serialize(to)
}

fn text(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Written {
        #[serde(serialize_with = "day")]
        day: NaiveDate,
        #[serde(serialize_with = "day_or_null")]
        maybe_day: Option<NaiveDate>,
        #[serde(serialize_with = "instant")]
        at: DateTime<Utc>,
        #[serde(serialize_with = "instant_or_null")]
        maybe_at: Option<DateTime<Utc>>,
    }

    #[derive(Serialize)]
    struct ByChrono {
        day: NaiveDate,
        maybe_day: Option<NaiveDate>,
        at: DateTime<Utc>,
        maybe_at: Option<DateTime<Utc>>,
    }

    proptest! {
        #[test]
        fn is_what_chrono_writes(
            micros in 0_i64..253_402_300_800_000_000,
            scale in prop::sample::select(vec![1_i64, 1_000, 1_000_000]),
            null: bool,
        ) {
            let at = DateTime::from_timestamp_micros(micros / scale * scale).unwrap();
            let day = at.date_naive();
            let (maybe_day, maybe_at) = if null { (None, None) } else { (Some(day), Some(at)) };
            let ours = Written { day, maybe_day, at, maybe_at };
            let theirs = ByChrono { day, maybe_day, at, maybe_at };
            prop_assert_eq!(
                serde_json::to_string(&ours).unwrap(),
                serde_json::to_string(&theirs).unwrap()
            );
        }
    }
}
