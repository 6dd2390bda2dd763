//! Deadlines as trackers have them: a day, or words that the reader of minutes knows.

use chrono::NaiveDate;

use super::Cell;
use super::days::{self, NotADay, Said};
use super::status::folded;
use crate::domain::due::DueTerm;
use crate::minutes::due::{DuePhraseKind, term};
use crate::minutes::{DuePhrase, term::of_phrase};

/// A deadline as a cell says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What it says.
    pub says: Says,
    /// Its words, where they are more than a day; verbatim.
    pub wording: Option<String>,
}

/// What a deadline says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// A due term.
    Term(DueTerm),
    /// The meeting on that day, if there is one.
    MeetingOn(NaiveDate),
}

/// The longest text that is read for a deadline, in bytes.
const MAX_DEADLINE: usize = 500;

/// The words that say that there is no deadline.
const NOTHING: [&str; 14] = [
    "",
    "n a",
    "na",
    "none",
    "no date",
    "not set",
    "tbc",
    "tba",
    "tbd",
    "to be confirmed",
    "to be agreed",
    "to be determined",
    "not known",
    "unknown",
];

/// The words that say that there is one, and not which, which the reader of minutes does not look for.
const VAGUE: [&str; 9] = [
    "ongoing",
    "on going",
    "continuous",
    "continuing",
    "rolling",
    "immediate",
    "immediately",
    "urgent",
    "as required",
];

pub(super) fn of_cell(cell: &Cell, serial_offset: i32) -> Result<Deadline, NotADay> {
    match cell {
        Cell::Text(text) => of_text(text),
        other => days::of_cell(other, serial_offset).map(|day| Deadline {
            says: Says::Term(DueTerm::Date(day)),
            wording: None,
        }),
    }
}

/// Reads a deadline. What is not understood is refused, because an action without a deadline is forgotten.
pub fn of_text(text: &str) -> Result<Deadline, NotADay> {
    if text.len() > MAX_DEADLINE {
        return Err(NotADay::NoDeadline(days::excerpt(text)));
    }
    let (says, is_day) = match days::of_text(text) {
        Ok(day) => (Says::Term(DueTerm::Date(day)), true),
        Err(NotADay::NotUnderstood(_) | NotADay::Several(_)) => (in_words(text)?, false),
        Err(error) => return Err(error),
    };
    let bare = is_day
        && !text
            .split(|c: char| !c.is_alphabetic())
            .any(|word| word.eq_ignore_ascii_case("by"));
    Ok(Deadline {
        says,
        wording: (!bare).then(|| text.to_owned()),
    })
}

fn in_words(text: &str) -> Result<Says, NotADay> {
    let words = folded(text);
    if NOTHING.contains(&words.as_str()) {
        return Ok(Says::Term(DueTerm::None));
    }
    let read = days::read(text);
    let phrase = term(text);
    let kind = phrase.as_ref().map(|phrase| phrase.0);
    let said = phrase.as_ref().map_or(text, |phrase| phrase.1.as_str());
    let open = |kind| of(kind, said).unwrap_or(DueTerm::Vague);
    let named = format!(" {words} ").contains(" meeting ");
    match (kind, read.said.as_slice()) {
        (Some(DuePhraseKind::NextMeeting), _) => Ok(Says::Term(DueTerm::NextMeeting)),
        (Some(DuePhraseKind::Recurring), _) => Ok(Says::Term(open(DuePhraseKind::Recurring))),
        (_, [Said::Day(day)]) if named => Ok(Says::MeetingOn(*day)),
        (_, [Said::Day(day)]) => Ok(Says::Term(DueTerm::Date(*day))),
        (_, [Said::NoSuchDay]) => Err(NotADay::NoSuchDay(days::excerpt(text))),
        (_, [Said::NoYear]) => Err(NotADay::NoYear(days::excerpt(text))),
        (_, [_, _, ..]) => Err(NotADay::Several(days::excerpt(text))),
        (Some(DuePhraseKind::FutureMeeting), _) => Ok(Says::Term(DueTerm::FutureMeeting)),
        // It is not late before the month is over; its beginning and middle are no day.
        (_, [Said::Month(last)]) => Ok(Says::Term(if begins_vaguely(&words) {
            DueTerm::Vague
        } else {
            DueTerm::Date(*last)
        })),
        (Some(kind @ (DuePhraseKind::Period | DuePhraseKind::None)), []) => {
            Ok(Says::Term(open(kind)))
        }
        // A season, or a year.
        (Some(DuePhraseKind::Date), []) => Ok(Says::Term(DueTerm::Vague)),
        (None, []) if VAGUE.contains(&words.as_str()) || is_season(&words) => {
            Ok(Says::Term(DueTerm::Vague))
        }
        // What a tracker says without the words that minutes have before it: "6 months", "When the Bill is law".
        (None, []) => of(DuePhraseKind::Period, text)
            .or_else(|| {
                let awaits = of(DuePhraseKind::None, text)?;
                (awaits == DueTerm::Event && words.split(' ').count() > 2).then_some(awaits)
            })
            .map(Says::Term)
            .ok_or_else(|| NotADay::NoDeadline(days::excerpt(text))),
    }
}

/// The term of a phrase, as the reader of minutes has it; none where its words leave that open.
fn of(kind: DuePhraseKind, phrase: &str) -> Option<DueTerm> {
    let phrase = DuePhrase {
        kind,
        phrase: Some(phrase.to_owned()),
    };
    of_phrase(&phrase, None)
}

fn begins_vaguely(words: &str) -> bool {
    words.split(' ').any(|word| {
        matches!(
            word,
            "early" | "mid" | "late" | "beginning" | "start" | "middle"
        )
    })
}

/// `Summer 2014`, which is no day.
fn is_season(words: &str) -> bool {
    let (season, year) = words.split_once(' ').unwrap_or((words, "0"));
    let known = [
        "spring",
        "summer",
        "autumn",
        "winter",
        "christmas",
        "easter",
    ];
    known.contains(&season) && year.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::due::{Frequency, Period, PeriodUnit};

    fn date(text: &str) -> DueTerm {
        DueTerm::Date(text.parse().unwrap())
    }

    fn of(count: u32, unit: PeriodUnit) -> DueTerm {
        DueTerm::Period(Period { count, unit })
    }

    #[test]
    fn deadlines_are_read_as_minutes_have_them_and_as_trackers_do() {
        for (text, expected) in [
            ("03/04/2014", date("2014-04-03")),
            ("by 3rd April 2014", date("2014-04-03")),
            (
                "By Thursday 3 April 2014 (report to Cabinet)",
                date("2014-04-03"),
            ),
            ("Sept 2014", date("2014-09-30")),
            ("end of September 2014", date("2014-09-30")),
            ("February 2016", date("2016-02-29")),
            ("early September 2014", DueTerm::Vague),
            ("41732", date("2014-04-03")),
            ("next meeting", DueTerm::NextMeeting),
            ("To the next meeting of the Committee", DueTerm::NextMeeting),
            ("a future meeting", DueTerm::FutureMeeting),
            ("June meeting", DueTerm::FutureMeeting),
            ("within six months", of(6, PeriodUnit::Months)),
            ("6 months", of(6, PeriodUnit::Months)),
            ("in 10 working days", of(10, PeriodUnit::WorkingDays)),
            ("within a fortnight", of(2, PeriodUnit::Weeks)),
            ("within 6 to 9 months", DueTerm::Vague),
            ("Quarterly", DueTerm::Recurring(Frequency::Quarterly)),
            ("each meeting", DueTerm::Recurring(Frequency::EachMeeting)),
            ("half-yearly", DueTerm::Recurring(Frequency::HalfYearly)),
            ("every two weeks", DueTerm::Vague),
            ("in due course", DueTerm::Vague),
            ("ASAP", DueTerm::Vague),
            ("Ongoing", DueTerm::Vague),
            ("Summer 2014", DueTerm::Vague),
            ("once the audit is finished", DueTerm::Event),
            ("When the Bill is law", DueTerm::Event),
            ("TBC", DueTerm::None),
            ("N/A", DueTerm::None),
            ("-", DueTerm::None),
        ] {
            let read = of_text(text);
            assert_eq!(
                read.map(|read| read.says),
                Ok(Says::Term(expected)),
                "{text}"
            );
        }
        let named = of_text("meeting on 9 June 2014").unwrap();
        assert_eq!(named.says, Says::MeetingOn("2014-06-09".parse().unwrap()));
        assert_eq!(named.wording.as_deref(), Some("meeting on 9 June 2014"));
    }

    #[test]
    fn what_is_no_deadline_is_refused() {
        let long = format!("next meeting {}", "and so on ".repeat(50));
        assert_eq!(of_text(&long).unwrap_err().code(), "not_understood");
        for (text, code) in [
            ("31/02/2014", "no_such_day"),
            ("04/25/2014", "no_such_day"),
            ("by 3 April", "no_year"),
            ("31/12/2013, then 31/03/2014", "several_days"),
            ("Head of Law", "not_understood"),
            ("whenever", "not_understood"),
            ("2014/15", "not_understood"),
        ] {
            assert_eq!(of_text(text).unwrap_err().code(), code, "{text}");
        }
    }
}
