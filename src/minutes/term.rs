//! From a due phrase to a due term: the day, the length or the frequency that its words name, where they leave no doubt.

use chrono::{Datelike as _, Days, NaiveDate};

use super::{DuePhrase, DuePhraseKind};
use crate::domain::due::{DueTerm, Frequency, Period, PeriodUnit};
use crate::domain::months::month;

/// How far ahead a day without a year may lie: what was last year's day when it was written is none to come.
const AHEAD: Days = Days::new(300);

/// The due term that a phrase sets, for something that was decided on a day. `None` where its words leave it open: a month
/// without a day, "a few weeks", a day without a year where the day of the decision is not known.
#[must_use]
pub fn of_phrase(due: &DuePhrase, decided_on: Option<NaiveDate>) -> Option<DueTerm> {
    let Some(phrase) = &due.phrase else {
        return (due.kind == DuePhraseKind::None).then_some(DueTerm::None);
    };
    let low = phrase.to_lowercase();
    let words: Vec<&str> = low
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    match due.kind {
        DuePhraseKind::Date => day(&words, decided_on).map(DueTerm::Date),
        DuePhraseKind::NextMeeting => Some(DueTerm::NextMeeting),
        DuePhraseKind::FutureMeeting => Some(DueTerm::FutureMeeting),
        DuePhraseKind::Period => period(&words).map(DueTerm::Period),
        DuePhraseKind::Recurring => frequency(&words).map(DueTerm::Recurring),
        DuePhraseKind::None => Some(condition(&words)),
    }
}

/// Words that say when in another way than by a day: something that must happen first, or nothing certain.
fn condition(words: &[&str]) -> DueTerm {
    let first = words.first().copied().unwrap_or_default();
    let awaits = ["once", "when", "after", "following", "until"].contains(&first);
    if awaits
        && !matches!(
            words,
            ["when", "available"] | ["until", "further", "notice"]
        )
    {
        DueTerm::Event
    } else {
        DueTerm::Vague
    }
}

/// The number of a day of a month, `31` or `31st`.
fn day_of_month(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = word.get(digits.len()..)?;
    let day = digits.parse().ok()?;
    (matches!(ending, "" | "st" | "nd" | "rd" | "th") && (1..=31).contains(&day)).then_some(day)
}

fn year(word: &str) -> Option<i32> {
    let written = word.parse().ok()?;
    match word.len() {
        4 => (1900..=2999).contains(&written).then_some(written),
        2 => Some(2000 + written),
        _ => None,
    }
}

/// The one day that the words name, on or after the day of the decision.
fn day(words: &[&str], decided_on: Option<NaiveDate>) -> Option<NaiveDate> {
    let digits = |word: &&&str| word.bytes().all(|byte| byte.is_ascii_digit());
    // In the order of the United Kingdom: 3/4/2014 is 3 April.
    let numbers: Vec<&&str> = words.iter().filter(digits).collect();
    if let [day, month, written] = numbers[..]
        && day.len() <= 2
        && month.len() <= 2
    {
        let day = NaiveDate::from_ymd_opt(year(written)?, month.parse().ok()?, day.parse().ok()?)?;
        return not_before(day, decided_on);
    }
    let named: Vec<usize> = (0..words.len())
        .filter(|place| month(words[*place]).is_some())
        .collect();
    let [place] = named[..] else {
        return None;
    };
    let number = month(words[place])?;
    let end = words[..place].ends_with(&["end", "of"]) || words[..place].ends_with(&["end"]);
    let before = place
        .checked_sub(1)
        .map(|before| {
            if words[before] == "of" {
                place.saturating_sub(2)
            } else {
                before
            }
        })
        .and_then(|before| day_of_month(words[before]));
    let after = words.get(place + 1).and_then(|word| day_of_month(word));
    let (day, behind) = match (before, after) {
        (Some(day), _) => (Some(day), place + 1),
        // "March 31, 2015", and not "March 15" for March 2015.
        (None, Some(day)) if words.get(place + 2).is_some() || words[place + 1].len() > 2 => {
            (Some(day), place + 2)
        }
        (None, _) if end => (None, place + 1),
        (None, _) => return None,
    };
    let on = |year: i32| match day {
        Some(day) => NaiveDate::from_ymd_opt(year, number, day),
        None => last_of(year, number),
    };
    match words.get(behind).and_then(|word| year(word)) {
        Some(year) => not_before(on(year)?, decided_on),
        None => {
            let decided = decided_on?;
            let next = [decided.year(), decided.year() + 1]
                .into_iter()
                .filter_map(on)
                .find(|day| *day >= decided)?;
            (next <= decided.checked_add_days(AHEAD)?).then_some(next)
        }
    }
}

/// The last day of a month.
fn last_of(year: i32, month: u32) -> Option<NaiveDate> {
    let (year, month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
}

fn not_before(day: NaiveDate, decided_on: Option<NaiveDate>) -> Option<NaiveDate> {
    decided_on
        .is_none_or(|decided| day >= decided)
        .then_some(day)
}

/// A number that is written in words or digits.
fn count(word: &str) -> Option<u32> {
    const WORDS: [&str; 13] = [
        "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let written = match word {
        "a" | "an" => Some(1),
        "fifteen" => Some(15),
        "eighteen" => Some(18),
        "twenty" => Some(20),
        "thirty" => Some(30),
        "sixty" => Some(60),
        "ninety" => Some(90),
        word => WORDS
            .iter()
            .position(|known| !known.is_empty() && *known == word)
            .and_then(|place| u32::try_from(place).ok()),
    };
    written.or_else(|| word.parse().ok())
}

/// What a period is counted in, and how many of that the word is.
fn unit(word: &str) -> Option<(u32, PeriodUnit)> {
    Some(match word {
        "day" | "days" => (1, PeriodUnit::Days),
        "week" | "weeks" => (1, PeriodUnit::Weeks),
        "fortnight" => (2, PeriodUnit::Weeks),
        "month" | "months" | "monthly" => (1, PeriodUnit::Months),
        "quarter" => (3, PeriodUnit::Months),
        "year" | "years" => (1, PeriodUnit::Years),
        _ => return None,
    })
}

/// The one length that the words name.
fn period(words: &[&str]) -> Option<Period> {
    const OPEN: [&str; 9] = [
        "few",
        "couple",
        "several",
        "half",
        "about",
        "approximately",
        "around",
        "or",
        "to",
    ];
    if words.iter().any(|word| OPEN.contains(word)) {
        return None;
    }
    let place = words.iter().position(|word| unit(word).is_some())?;
    let (each, unit_of) = unit(words[place])?;
    let before = &words[..place];
    let is_article = |word: &&&str| matches!(**word, "a" | "an");
    let counted = before.iter().filter(|word| !is_article(word));
    let counted: Vec<u32> = counted.filter_map(|word| count(word)).collect();
    let count = match counted[..] {
        [one] => one,
        // "within the next month" is one; "next month" is some day in it.
        [] if before.contains(&"within") || before.iter().any(|word| is_article(&word)) => 1,
        _ => return None,
    };
    let unit = match unit_of {
        PeriodUnit::Days if words[..place].contains(&"working") => PeriodUnit::WorkingDays,
        unit => unit,
    };
    let count = count.checked_mul(each)?;
    (1..=Period::MAX_COUNT)
        .contains(&count)
        .then_some(Period { count, unit })
}

/// The one frequency that the words name.
fn frequency(words: &[&str]) -> Option<Frequency> {
    let has = |word: &str| words.contains(&word);
    let among = |choices: &[&str]| words.iter().any(|word| choices.contains(word));
    if among(&["meeting", "meetings"]) {
        let each = !among(&["other", "second", "third"]);
        return (each && among(&["each", "every", "all"])).then_some(Frequency::EachMeeting);
    }
    let counted = words.iter().find_map(|word| match *word {
        "other" | "second" => Some(2),
        "third" => Some(3),
        "a" | "an" => None,
        word => count(word),
    });
    // So many times in a year, and not every so many of them.
    let times = if has("twice") {
        Some(2)
    } else if has("once") {
        Some(1)
    } else if has("times") {
        counted
    } else {
        None
    };
    if let Some(times) = times {
        return match (times, among(&["year", "yearly"]), has("month"), has("week")) {
            (1, true, ..) => Some(Frequency::Annually),
            (2, true, ..) => Some(Frequency::HalfYearly),
            (4, true, ..) => Some(Frequency::Quarterly),
            (1, _, true, _) => Some(Frequency::Monthly),
            (1, _, _, true) => Some(Frequency::Weekly),
            _ => None,
        };
    }
    if has("half") && has("yearly") || among(&["biannually", "biannual"]) {
        return Some(Frequency::HalfYearly);
    }
    if has("bi") {
        return has("annually").then_some(Frequency::HalfYearly);
    }
    let number = counted.unwrap_or(1);
    let months = if among(&["month", "months", "monthly"]) {
        number
    } else if among(&["quarter", "quarterly"]) {
        number * 3
    } else if among(&["year", "years", "yearly", "annual", "annually"]) {
        number.checked_mul(12)?
    } else if among(&["week", "weeks", "weekly"]) {
        return (number == 1).then_some(Frequency::Weekly);
    } else {
        return None;
    };
    match months {
        1 => Some(Frequency::Monthly),
        3 => Some(Frequency::Quarterly),
        6 => Some(Frequency::HalfYearly),
        12 => Some(Frequency::Annually),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn term(kind: DuePhraseKind, phrase: &str) -> Option<DueTerm> {
        let due = DuePhrase {
            kind,
            phrase: Some(phrase.to_owned()),
        };
        of_phrase(&due, NaiveDate::from_ymd_opt(2014, 3, 3))
    }

    #[test]
    fn a_day_is_taken_where_the_words_name_one() {
        for (phrase, day) in [
            ("by 31 March 2015", Some("2015-03-31")),
            ("by the 31st of March 2015", Some("2015-03-31")),
            ("on March 31, 2015", Some("2015-03-31")),
            ("by 3/4/2014", Some("2014-04-03")),
            ("by 03.04.14", Some("2014-04-03")),
            ("by Friday 9 May", Some("2014-05-09")),
            ("by 3 March", Some("2014-03-03")),
            ("by 10 January", None),
            ("by 1 December", Some("2014-12-01")),
            ("before 5 Sept 2014", Some("2014-09-05")),
            ("by the end of June", Some("2014-06-30")),
            ("by end February 2016", Some("2016-02-29")),
            // The year is not the meeting's, or there is no such day, or no day at all.
            ("by 1 March", None),
            ("by 31 March 2013", None),
            ("by 31 June 2014", None),
            ("by June 2014", None),
            ("by March 15", None),
            ("in late June", None),
            ("by Christmas", None),
            ("by Friday", None),
            ("in 2015", None),
            ("between 1 May and 9 June", None),
        ] {
            let day = day.map(|day| DueTerm::Date(day.parse().unwrap()));
            assert_eq!(term(DuePhraseKind::Date, phrase), day, "{phrase}");
        }
        let unknown = DuePhrase {
            kind: DuePhraseKind::Date,
            phrase: Some("by 31 March".to_owned()),
        };
        assert_eq!(of_phrase(&unknown, None), None);
    }

    #[test]
    fn a_length_is_taken_where_the_words_name_one() {
        use PeriodUnit::{Days, Months, Weeks, WorkingDays, Years};
        for (phrase, length) in [
            ("within six months", Some((6, Months))),
            ("in 6 weeks' time", Some((6, Weeks))),
            ("within the next 10 working days", Some((10, WorkingDays))),
            ("within 28 days", Some((28, Days))),
            ("within a fortnight", Some((2, Weeks))),
            ("in a year\u{2019}s time", Some((1, Years))),
            ("a 6-month update", Some((6, Months))),
            ("within the next quarter", Some((3, Months))),
            ("three months from", Some((3, Months))),
            ("next month", None),
            ("in a few weeks", None),
            ("in 6- and 12-months' time", None),
            ("in six to eight weeks", None),
            ("within 5000 days", None),
        ] {
            let length = length.map(|(count, unit)| DueTerm::Period(Period { count, unit }));
            assert_eq!(term(DuePhraseKind::Period, phrase), length, "{phrase}");
        }
    }

    #[test]
    fn a_frequency_is_taken_where_the_words_name_one() {
        use Frequency::{Annually, EachMeeting, HalfYearly, Monthly, Quarterly, Weekly};
        for (phrase, frequency) in [
            ("quarterly", Some(Quarterly)),
            ("on a quarterly basis", Some(Quarterly)),
            ("every three months", Some(Quarterly)),
            ("four times a year", Some(Quarterly)),
            ("monthly", Some(Monthly)),
            ("once a month", Some(Monthly)),
            ("six-monthly", Some(HalfYearly)),
            ("twice a year", Some(HalfYearly)),
            ("twice-yearly", Some(HalfYearly)),
            ("half-yearly", Some(HalfYearly)),
            ("on an annual basis", Some(Annually)),
            ("each year", Some(Annually)),
            ("weekly", Some(Weekly)),
            ("to each meeting", Some(EachMeeting)),
            ("at every meeting", Some(EachMeeting)),
            ("all future meetings", Some(EachMeeting)),
            ("every other meeting", None),
            ("every other month", None),
            ("bi-monthly", None),
            ("fortnightly", None),
            ("on a regular basis", None),
            ("termly", None),
        ] {
            let frequency = frequency.map(DueTerm::Recurring);
            assert_eq!(
                term(DuePhraseKind::Recurring, phrase),
                frequency,
                "{phrase}"
            );
        }
    }

    #[test]
    fn words_without_a_day_are_vague_or_wait_for_something() {
        for (phrase, expected) in [
            ("in due course", DueTerm::Vague),
            ("when available", DueTerm::Vague),
            ("until further notice", DueTerm::Vague),
            ("once the audit is finished", DueTerm::Event),
            ("following receipt of the figures", DueTerm::Event),
        ] {
            assert_eq!(
                term(DuePhraseKind::None, phrase),
                Some(expected),
                "{phrase}"
            );
        }
        let nothing = DuePhrase {
            kind: DuePhraseKind::None,
            phrase: None,
        };
        assert_eq!(of_phrase(&nothing, None), Some(DueTerm::None));
    }

    proptest! {
        #[test]
        fn no_phrase_is_too_odd(phrase in "\\PC{0,60}", kind in 0..6_usize) {
            let _any = term(DuePhraseKind::ALL[kind], &phrase);
        }
    }
}
