//! What the site says of days, times and standing, wherever it says it.

use chrono::{NaiveDate, NaiveTime};

use super::Status;
use crate::domain::months::month as month_of;

/// A day as the service writes it, `dd/mm/yyyy`.
pub(super) fn a_day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('/');
    let mut number = |most: usize| {
        let part = parts.next()?;
        let digits =
            !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (day, month, year) = (number(2)?, number(2)?, number(4)?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// A time of day: `10.00 am`, `2:30 p.m.`, `7pm`, `14:00`, `14:00:00`, `noon`.
pub(super) fn a_time(text: &str) -> Option<NaiveTime> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    if matches!(text.as_str(), "noon" | "12noon" | "12.00noon" | "12:00noon") {
        return NaiveTime::from_hms_opt(12, 0, 0);
    }
    let (clock, afternoon) = match text.find(['a', 'p']) {
        None => (text.as_str(), None),
        Some(at) => match text[at..].trim_end_matches('.') {
            "am" | "a.m" => (&text[..at], Some(false)),
            "pm" | "p.m" => (&text[..at], Some(true)),
            _ => return None,
        },
    };
    let mut parts = clock.split(['.', ':']);
    let mut number = || {
        let part = parts.next()?;
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        Some(digits.then(|| part.parse::<u32>().ok()).flatten())
    };
    let hour = number()??;
    let minute = match number() {
        Some(minute) => minute?,
        // A bare number is an hour only where it says which half of the day.
        None => afternoon.map(|_| 0)?,
    };
    if let Some(second) = number() {
        second?;
    }
    let hour = match afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    // What is left over is no time.
    if clock.split(['.', ':']).count() > 3 {
        return None;
    }
    NaiveTime::from_hms_opt(hour, minute, 0)
}

/// When a meeting begins, as its pages say it: `Thursday 4 December 2025 7:30 pm`, `Wednesday, 11th February, 2026 3.00 pm`.
/// With what stands before and behind it.
pub(super) struct Printed<'t> {
    pub(super) before: &'t str,
    pub(super) day: NaiveDate,
    pub(super) time: Option<NaiveTime>,
    pub(super) rest: &'t str,
}

/// The first day that is printed in a text, and the time behind it.
pub(super) fn printed(text: &str) -> Option<Printed<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in text.split([' ', ',']) {
        if !word.is_empty() {
            words.push((at, word));
        }
        at += word.len() + 1;
    }
    let found = words
        .windows(3)
        .position(|three| a_printed_day(three).is_some())?;
    let day = a_printed_day(&words[found..found + 3])?;
    let from = |word: usize| words.get(word).map_or("", |(at, _)| &text[*at..]);
    let behind = found + 3 + usize::from(words.get(found + 3).is_some_and(|(_, w)| *w == "at"));
    let one = words.get(behind).map_or("", |(_, word)| word);
    let two = words.get(behind + 1).map_or("", |(_, word)| word);
    let (time, rest) = match (a_time(&format!("{one}{two}")), a_time(one)) {
        (Some(time), _) => (Some(time), from(behind + 2)),
        (None, Some(time)) => (Some(time), from(behind + 1)),
        (None, None) => (None, from(behind)),
    };
    let before = &text[..words[found].0];
    Some(Printed {
        before,
        day,
        time,
        rest,
    })
}

/// `4 December 2025`, `4th Dec 2025`.
fn a_printed_day(three: &[(usize, &str)]) -> Option<NaiveDate> {
    let [(_, day), (_, month), (_, year)] = three else {
        return None;
    };
    let day = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| day.strip_suffix(ending))
        .unwrap_or(day);
    let digits = |text: &str, most: usize| {
        let digits = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let month = month_of(&month.to_ascii_lowercase())?;
    let year = digits(year, 4).filter(|year| *year >= 1000)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, digits(day, 2)?)
}

/// Where a meeting stands by what a page prints behind its time, `, CANCELLED`, `- MOVED from 3 March`, among the names of the
/// documents there are. What is printed in capitals and not known is not guessed.
pub(super) fn standing(printed: &str) -> Option<Status> {
    let mut status = Status::Scheduled;
    for part in printed.split([',', '-', '\u{2013}', '(', ')', '[', ']', '.']) {
        let part = part.trim();
        let first = first_word(part);
        let loud = first.len() > 3 && !first.chars().any(char::is_lowercase);
        let lower = part.to_lowercase();
        let said = if let Some(off) = off(part) {
            Some(off)
        } else if loud {
            Some(a_status(&lower).or_else(|| a_status(first_word(&lower)))?)
        } else {
            a_status(&lower)
        };
        match said {
            None | Some(Status::Scheduled) => {}
            Some(said) => status = said,
        }
    }
    Some(status)
}

/// Whether a meeting is off by what a page prints before its time, among the name of the committee.
pub(super) fn off(printed: &str) -> Option<Status> {
    let lower = printed.to_lowercase();
    if lower.contains("cancelled") || lower.contains("canceled") {
        Some(Status::Cancelled)
    } else {
        lower.contains("postponed").then_some(Status::Postponed)
    }
}

fn first_word(text: &str) -> &str {
    let words = text.split(|c: char| !c.is_alphabetic());
    words
        .into_iter()
        .find(|word| !word.is_empty())
        .unwrap_or_default()
}

/// Where a meeting stands. A word that is not known is not guessed: the meeting may be off.
pub(super) fn a_status(said: &str) -> Option<Status> {
    let said = said.to_lowercase();
    Some(match said.trim() {
        "" | "confirmed" | "provisional" | "scheduled" | "planned" | "new" | "moved"
        | "rescheduled" | "reconvened" | "live" | "in progress" => Status::Scheduled,
        "occurred" | "held" | "completed" | "complete" | "finished" | "adjourned" => Status::Held,
        "cancelled" | "canceled" | "abandoned" | "withdrawn" | "inquorate" | "deleted" => {
            Status::Cancelled
        }
        "postponed" | "deferred" => Status::Postponed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_read_as_pages_print_them() {
        for (text, day, time, rest) in [
            (
                "Cabinet - Thursday 4 December 2025 7:30 pm, CANCELLED",
                "2025-12-04",
                Some("19:30:00"),
                "CANCELLED",
            ),
            (
                "Wednesday, 11th February, 2026 3.00 pm",
                "2026-02-11",
                Some("15:00:00"),
                "",
            ),
            (
                "15 Jun 2026 7:30 pm - Agenda",
                "2026-06-15",
                Some("19:30:00"),
                "- Agenda",
            ),
            (
                "Council 1st May 2014 at 14:00 - MOVED from 3 April 2014",
                "2014-05-01",
                Some("14:00:00"),
                "- MOVED from 3 April 2014",
            ),
            ("3 May 2014 - Agenda", "2014-05-03", None, "- Agenda"),
            ("3 May 2014", "2014-05-03", None, ""),
        ] {
            let read = printed(text).unwrap();
            assert_eq!(read.day.to_string(), day, "{text}");
            assert_eq!(
                read.time.map(|time| time.to_string()).as_deref(),
                time,
                "{text}"
            );
            assert_eq!(read.rest, rest, "{text}");
        }
        for text in [
            "",
            "Cabinet",
            "31 February 2014",
            "3 Mayor 2014",
            "May 2014",
            "\u{e9} 3 \u{e9}",
            "+3 May 2014",
        ] {
            assert!(printed(text).is_none(), "{text}");
        }
        for (rest, status) in [
            ("", Some(Status::Scheduled)),
            (", CANCELLED", Some(Status::Cancelled)),
            (" - Postponed ", Some(Status::Postponed)),
            ("This meeting was cancelled", Some(Status::Cancelled)),
            ("(MOVED from 3 April 2014)", Some(Status::Scheduled)),
            (
                " - Agenda, Decisions, Draft minutes",
                Some(Status::Scheduled),
            ),
            (" - Agenda - INQUORATE", Some(Status::Cancelled)),
            ("Extraordinary", Some(Status::Scheduled)),
            ("PRIVATE", None),
            ("UNDER review", None),
        ] {
            assert_eq!(standing(rest), status, "{rest}");
        }
    }

    #[test]
    fn times_are_read_as_councils_write_them() {
        for (said, hour, minute) in [
            ("10.00 am", 10, 0),
            ("2:30 p.m.", 14, 30),
            ("7pm", 19, 0),
            ("12.15 am", 0, 15),
            ("12.00 pm", 12, 0),
            ("12 noon", 12, 0),
            ("14:00:00", 14, 0),
            ("09:05", 9, 5),
        ] {
            assert_eq!(
                a_time(said),
                NaiveTime::from_hms_opt(hour, minute, 0),
                "{said}"
            );
        }
        for said in [
            "",
            "10",
            "13.00 pm",
            "25:00",
            "10:60",
            "10:00:00:00",
            "TBC",
            "at 10",
            "10.0.x",
            "10:00 amish",
        ] {
            assert_eq!(a_time(said), None, "{said}");
        }
    }

    proptest! {
        #[test]
        fn a_time_of_any_minute_is_read_on_both_clocks(hour in 0_u32..24, minute in 0_u32..60) {
            let half = if hour < 12 { "am" } else { "pm" };
            let on_the_face = if hour % 12 == 0 { 12 } else { hour % 12 };
            let time = NaiveTime::from_hms_opt(hour, minute, 0);
            prop_assert_eq!(a_time(&format!("{hour:02}:{minute:02}")), time);
            prop_assert_eq!(a_time(&format!("{on_the_face}.{minute:02} {half}")), time);
        }
    }
}
