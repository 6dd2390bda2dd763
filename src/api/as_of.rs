//! `as_of`: the instant at which a list or record is asked for (R18).

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::problem::{Kind, Problem};
use super::{Api, strict};
use crate::clock::end_of_london_day;
use crate::records::FieldError;

/// As of instants that lie further back, nobody waits for the writes under way. Writes take milliseconds. What they wait for is
/// limited (each statement, a transaction that stands idle), but not in sum, and a commit that waits for the disk or a replica
/// is not limited at all: one under way for longer than this is added to what was answered already.
const LONGEST_WRITE: TimeDelta = TimeDelta::minutes(15);

/// An instant, or the end of a day in Europe/London.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct AsOf(DateTime<Utc>);

impl TryFrom<String> for AsOf {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let instant = match strict::day(&text) {
            Some(day) => end_of_london_day(day),
            None => strict::instant(&text),
        };
        instant.map(Self).ok_or(
            "must be an instant as RFC 3339 has it, such as 2014-03-31T17:00:00Z, or a day, such as 2014-03-31",
        )
    }
}

impl AsOf {
    /// The instant, which has passed or is now. What is still to come may be changed yet; and so may what has only just
    /// passed, by a write that took its instant and is not committed, so that is waited for.
    pub(crate) async fn settled(self, api: &Api) -> Result<DateTime<Utc>, Problem> {
        let now = api.clock.now();
        if self.0 <= now {
            if now - self.0 < LONGEST_WRITE {
                api.db.settled().await?;
            }
            return Ok(self.0);
        }
        let detail = "must not be in the future; a day must be over in Europe/London";
        Err(Problem::with_errors(
            Kind::BadParameter,
            vec![FieldError::new("as_of", "in_future", detail)],
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let instant = AsOf::try_from(text.to_owned()).ok()?.0;
        Some(instant.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    }

    #[test]
    fn an_instant_is_read_in_any_zone() {
        for text in ["2014-03-31T17:00:00+01:00", "2014-03-31T16:00:00Z"] {
            assert_eq!(read(text).unwrap(), "2014-03-31T16:00:00.000000Z");
        }
    }

    #[test]
    fn a_day_ends_at_midnight_in_london_in_winter_in_summer_and_when_the_clocks_change() {
        for (day, end) in [
            ("2014-01-31", "2014-01-31T23:59:59.999999Z"),
            ("2014-03-29", "2014-03-29T23:59:59.999999Z"),
            ("2014-03-30", "2014-03-30T22:59:59.999999Z"),
            ("2014-10-25", "2014-10-25T22:59:59.999999Z"),
            ("2014-10-26", "2014-10-26T23:59:59.999999Z"),
        ] {
            assert_eq!(read(day).unwrap(), end);
        }
    }

    #[test]
    fn nothing_else_is_read() {
        for text in [
            "",
            "now",
            "2014",
            "2014-3-1",
            "+2014-03-01",
            "2014-02-30",
            " 2014-03-01",
            "2014-03-01T10:00:00",
            "2014-03-01 10:00",
            "1394000000",
            "12014-03-01",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
