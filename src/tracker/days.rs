//! Days as people write them in this country: the day first, then the month, then the year.

use chrono::{Datelike as _, Days, NaiveDate};

use super::Cell;
use crate::domain::months;

/// The serial numbers that are taken for days: 4 October 1954 to 31 December 2099. What lies below is more likely a year or a
/// count.
const SERIALS: std::ops::RangeInclusive<i32> = 20_000..=73_050;

/// Years that are written with two digits are those from 1980 to 2079, as in references.
const PIVOT: i32 = 80;

/// The longest text that is read for a day, in bytes.
const MAX_DAY: usize = 500;

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Why a text is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADay {
    /// There is no such day.
    #[error(
        "{0:?} is no day of the calendar; days are written as day, month, year, such as 31/03/2014"
    )]
    NoSuchDay(String),
    /// It does not say the year.
    #[error("{0:?} does not say the year")]
    NoYear(String),
    /// It says more than one day.
    #[error("{0:?} says more than one day")]
    Several(String),
    /// A formula failed.
    #[error("the cell shows {0}, because its formula failed")]
    Formula(String),
    /// It is not understood as a day.
    #[error("{0:?} is not understood as a day, such as 31/03/2014 or 31 March 2014")]
    NotUnderstood(String),
    /// It is not understood as a deadline.
    #[error(
        "{0:?} is not understood as a deadline: a day, the next meeting, a period, \u{201c}quarterly\u{201d} and the like"
    )]
    NoDeadline(String),
}

impl NotADay {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchDay(_) => "no_such_day",
            Self::NoYear(_) => "no_year",
            Self::Several(_) => "several_days",
            Self::Formula(_) => "formula_failed",
            Self::NotUnderstood(_) | Self::NoDeadline(_) => "not_understood",
        }
    }
}

/// The day in a cell. `serial_offset` is added to what the spreadsheet counts from another day than 1900.
pub(super) fn of_cell(cell: &Cell, serial_offset: i32) -> Result<NaiveDate, NotADay> {
    match cell {
        Cell::Day(day) => in_range(*day).ok_or_else(|| NotADay::NoSuchDay(cell.shown())),
        Cell::Number(number) => {
            of_serial(*number, serial_offset).ok_or_else(|| NotADay::NotUnderstood(cell.shown()))
        }
        Cell::Text(text) => of_text(text),
        Cell::Error(shown) => Err(NotADay::Formula(shown.clone())),
    }
}

/// The day in a text that says nothing else, but for the day of the week and a time.
pub fn of_text(text: &str) -> Result<NaiveDate, NotADay> {
    let short = || excerpt(text);
    if let Some(day) = text.parse().ok().and_then(|number| of_serial(number, 0)) {
        return Ok(day);
    }
    if text.len() > MAX_DAY {
        return Err(NotADay::NotUnderstood(short()));
    }
    let read = read(text);
    if !read.rest.iter().all(|word| is_time(word)) {
        return Err(NotADay::NotUnderstood(short()));
    }
    match read.said.as_slice() {
        [Said::Day(day)] => Ok(*day),
        [Said::NoSuchDay] => Err(NotADay::NoSuchDay(short())),
        [Said::NoYear] => Err(NotADay::NoYear(short())),
        [] | [Said::Month(_)] => Err(NotADay::NotUnderstood(short())),
        [first, others @ ..] if others.iter().all(|other| other == first) => match first {
            Said::Day(day) => Ok(*day),
            _ => Err(NotADay::NotUnderstood(short())),
        },
        _ => Err(NotADay::Several(short())),
    }
}

/// The beginning of a text, as much as a sentence can quote.
pub(super) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('\u{2026}');
    }
    short
}

fn of_serial(number: f64, offset: i32) -> Option<NaiveDate> {
    // The fraction is the time of day.
    let serial = number.trunc() + f64::from(offset);
    let days = (f64::from(*SERIALS.start())..=f64::from(*SERIALS.end())).contains(&serial);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between the bounds"
    )]
    let days = days.then_some(serial as u64)?;
    // Spreadsheets count a 29 February 1900 that there was not.
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

fn in_range(day: NaiveDate) -> Option<NaiveDate> {
    (1900..=2999).contains(&day.year()).then_some(day)
}

/// Something like a day that a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// A day.
    Day(NaiveDate),
    /// A month of a year: its last day.
    Month(NaiveDate),
    /// What is written like a day, and is none.
    NoSuchDay,
    /// A day and a month.
    NoYear,
}

/// What a text says of days, and its other words.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) said: Vec<Said>,
    pub(super) rest: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token<'t> {
    Number(&'t str),
    Word(String),
    Mark(char),
}

/// Reads all days that a text says.
pub(super) fn read(text: &str) -> Read {
    let tokens = tokens(text);
    let (mut read, mut at) = (Read::default(), 0);
    while let Some(token) = tokens.get(at) {
        if let Some((said, length)) = at_place(tokens.get(at..).unwrap_or_default()) {
            read.said.push(said);
            at += length;
            continue;
        }
        match token {
            Token::Word(word) if !is_weekday(word) => read.rest.push(word.clone()),
            Token::Number(digits) => read.rest.push((*digits).to_owned()),
            Token::Word(_) | Token::Mark(_) => {}
        }
        at += 1;
    }
    read
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let end = if first.is_ascii_digit() {
            length(|c| c.is_ascii_digit())
        } else if first.is_alphabetic() {
            length(char::is_alphabetic)
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        if first.is_ascii_digit() {
            tokens.push(Token::Number(token));
        } else if first.is_alphabetic() {
            tokens.push(Token::Word(token.to_lowercase()));
        } else if !first.is_whitespace() {
            tokens.push(Token::Mark(first));
        }
        rest = after;
    }
    tokens
}

/// Whether a word may stand beside a day and mean its time.
fn is_time(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit()) && word.len() <= 2
        || word == "000"
        || matches!(
            word,
            "am" | "pm" | "t" | "z" | "at" | "noon" | "on" | "by" | "the"
        )
}

fn is_weekday(word: &str) -> bool {
    word.len() >= 3 && WEEKDAYS.iter().any(|day| day.starts_with(word))
        || matches!(word, "tues" | "weds" | "thur" | "thurs")
}

fn month(token: Option<&Token<'_>>) -> Option<u32> {
    let Some(Token::Word(word)) = token else {
        return None;
    };
    months::month(word)
}

fn number<'t>(
    token: Option<&Token<'t>>,
    lengths: std::ops::RangeInclusive<usize>,
) -> Option<&'t str> {
    match token {
        Some(Token::Number(digits)) if lengths.contains(&digits.len()) => Some(digits),
        _ => None,
    }
}

/// A year of four digits, or of two.
fn year(digits: &str) -> Option<i32> {
    let year: i32 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(year),
        2 if year < PIVOT => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

fn day_of(year: i32, month: u32, day: &str) -> Said {
    let found = day
        .parse()
        .ok()
        .and_then(|day| NaiveDate::from_ymd_opt(year, month, day));
    found.and_then(in_range).map_or(Said::NoSuchDay, Said::Day)
}

/// What begins here, and how many tokens it takes.
fn at_place(tokens: &[Token<'_>]) -> Option<(Said, usize)> {
    in_digits(tokens)
        .or_else(|| day_and_month(tokens))
        .or_else(|| month_first(tokens))
}

/// `31/03/2014`, `31.3.14`, `2014-03-31`.
fn in_digits(tokens: &[Token<'_>]) -> Option<(Said, usize)> {
    let [
        Token::Number(first),
        Token::Mark(mark),
        Token::Number(middle),
        Token::Mark(again),
        Token::Number(last),
        ..,
    ] = tokens
    else {
        return None;
    };
    if mark != again || !matches!(mark, '/' | '.' | '-') || middle.len() > 2 {
        return None;
    }
    let (day, written_year) = match (first.len(), last.len()) {
        (4, 1 | 2) => (last, first),
        (1 | 2, 2 | 4) => (first, last),
        _ => return None,
    };
    let month: u32 = middle.parse().ok()?;
    Some((day_of(year(written_year)?, month, day), 5))
}

/// How many marks stand here that may stand inside a day.
fn marks(tokens: &[Token<'_>], from: usize) -> usize {
    let mark = |token: &&Token<'_>| {
        matches!(
            token,
            Token::Mark('-' | '/' | '.' | ',' | '\'' | '\u{2019}')
        )
    };
    tokens.iter().skip(from).take_while(mark).count()
}

/// `31st March 2014`, `31-Mar-14`, `31 of March`.
fn day_and_month(tokens: &[Token<'_>]) -> Option<(Said, usize)> {
    let day = number(tokens.first(), 1..=2)?;
    let mut at = 1;
    if matches!(tokens.get(at), Some(Token::Word(word)) if matches!(word.as_str(), "st" | "nd" | "rd" | "th"))
    {
        at += 1;
    }
    if matches!(tokens.get(at), Some(Token::Word(word)) if word == "of") {
        at += 1;
    }
    at += marks(tokens, at);
    let month = month(tokens.get(at))?;
    at += 1;
    let between = marks(tokens, at);
    let written = number(tokens.get(at + between), 4..=4).or_else(|| {
        // "3 April 10am" and "3 April 10:30" say a time.
        let time = match tokens.get(at + between + 1) {
            Some(Token::Mark(mark)) => *mark == ':',
            Some(Token::Word(word)) => word == "am" || word == "pm",
            _ => false,
        };
        number(tokens.get(at + between), 2..=2).filter(|_| !time)
    });
    match written.and_then(year) {
        Some(year) => Some((day_of(year, month, day), at + between + 1)),
        None => Some((Said::NoYear, at)),
    }
}

/// `March 31, 2014`, `March 2014`, `Mar-14`.
fn month_first(tokens: &[Token<'_>]) -> Option<(Said, usize)> {
    let month = month(tokens.first())?;
    let mut at = 1 + marks(tokens, 1);
    if let Some(day) = number(tokens.get(at), 1..=2) {
        let mut after = at + 1;
        if matches!(tokens.get(after), Some(Token::Word(word)) if matches!(word.as_str(), "st" | "nd" | "rd" | "th"))
        {
            after += 1;
        }
        after += marks(tokens, after);
        if let Some(written) = number(tokens.get(after), 4..=4) {
            return Some((day_of(year(written)?, month, day), after + 1));
        }
    }
    let written = number(tokens.get(at), 4..=4).or_else(|| {
        // "Mar-14" and "March ’14" say a year, "March 14" a day.
        number(tokens.get(at), 2..=2).filter(|_| at > 1)
    })?;
    at += 1;
    let year = year(written)?;
    let (next_year, next_month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    let last = NaiveDate::from_ymd_opt(next_year, next_month, 1)?.pred_opt()?;
    Some((in_range(last).map_or(Said::NoSuchDay, Said::Month), at))
}
