//! Days and instants as they travel (R3), each written in one way only, in bodies and in queries.
//!
//! Chrono reads more than that: signs, blanks, days of one digit, instants without seconds.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer};

/// What is wrong with a text that is no day.
const NO_DAY: &str = "must be a day as YYYY-MM-DD, such as 2014-09-01";

/// What is wrong with a text that is no instant.
const NO_INSTANT: &str =
    "must be an instant as RFC 3339 has it, with its zone, such as 2014-03-03T14:00:00Z";

/// The code of what these words say, if they are of a day or an instant that cannot be read.
pub(super) fn code_of(words: &str) -> Option<&'static str> {
    match words {
        NO_DAY => Some("invalid_date"),
        NO_INSTANT => Some("invalid_instant"),
        _ => None,
    }
}

/// A day: exactly `YYYY-MM-DD`, of the years 0001 to 9999, which both databases keep.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let day = shaped.then(|| text.parse().ok()).flatten();
    day.filter(|day: &NaiveDate| day.year() >= 1)
}

/// An instant: as RFC 3339 has it, in any zone, of the years 0001 to 9999 of UTC.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    day(text.get(..10)?)?;
    let shaped = matches!(text.as_bytes().get(10), Some(b'T' | b't'));
    let instant = shaped.then(|| DateTime::parse_from_rfc3339(text).ok());
    let instant = instant.flatten()?.to_utc();
    (1..=9999).contains(&instant.year()).then_some(instant)
}

/// What is read in one way only.
pub(crate) trait Written: Sized {
    /// What is wrong with a text that is written otherwise.
    const OTHERWISE: &str;

    fn read(text: &str) -> Option<Self>;
}

impl Written for NaiveDate {
    const OTHERWISE: &str = NO_DAY;

    fn read(text: &str) -> Option<Self> {
        day(text)
    }
}

impl Written for DateTime<Utc> {
    const OTHERWISE: &str = NO_INSTANT;

    fn read(text: &str) -> Option<Self> {
        instant(text)
    }
}

struct Strict<T>(T);

impl<'de, T: Written> Deserialize<'de> for Strict<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(PhantomData<T>);

        impl<T: Written> Visitor<'_> for Text<T> {
            type Value = Strict<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::read(text)
                    .map(Strict)
                    .ok_or_else(|| E::custom(T::OTHERWISE))
            }
        }

        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// A member that must be there.
pub(super) fn one<'de, D: Deserializer<'de>, T: Written>(deserializer: D) -> Result<T, D::Error> {
    Strict::deserialize(deserializer).map(|Strict(value)| value)
}

/// A member that may be null, or a parameter.
pub(super) fn optional<'de, D: Deserializer<'de>, T: Written>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::<Strict<T>>::deserialize(deserializer).map(|value| value.map(|Strict(value)| value))
}

/// A member of a merge patch that null clears, told from an absent one.
pub(super) fn cleared<'de, D: Deserializer<'de>, T: Written>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    optional(deserializer).map(Some)
}

/// A member of a merge patch that may be left out but not cleared.
pub(super) fn present<'de, D: Deserializer<'de>, T: Written>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    one(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        for text in ["0001-01-01", "2014-09-01", "2024-02-29", "9999-12-31"] {
            assert_eq!(day(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "2014-9-1",
            "2014- 9- 1",
            "+2014-09-01",
            " 2014-09-01",
            "2014-09-01 ",
            "2014-09-1",
            "2014/09/01",
            "20140901",
            "2023-02-29",
            "2014-13-01",
            "0000-01-01",
            "12014-09-01",
            "-2014-09-1",
            "٢٠١٤-09-01",
            "2014-09-01T00:00:00Z",
        ] {
            assert_eq!(day(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_instant_is_written_as_rfc_3339_has_it() {
        for text in [
            "2014-03-03T14:00:00Z",
            "2014-03-03T14:00:00.000Z",
            "2014-03-03T15:00:00+01:00",
            "2014-03-03t14:00:00z",
        ] {
            let read = instant(text).unwrap();
            assert_eq!(read.to_rfc3339(), "2014-03-03T14:00:00+00:00", "{text}");
        }
        for text in [
            "",
            "2014-03-03",
            "2014-03-03T14:00:00",
            "2014-03-03T14:00Z",
            "2014-03-03 14:00:00Z",
            "2014-3-3T14:00:00Z",
            "+2014-03-03T14:00:00Z",
            " 2014-03-03T14:00:00Z",
            "2014-03-03T14:00:00 Z",
            "2014-02-29T14:00:00Z",
            "2014-03-03T25:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:30:00-01:00",
            "1393855200",
            "2014-03-0é",
        ] {
            assert_eq!(instant(text), None, "{text:?}");
        }
    }
}
