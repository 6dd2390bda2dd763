//! Due phrases: when something that is asked for is due, as printed.

use std::ops::Range;

use super::clean::Cleaned;
use super::wording::{Choices, Phrases, at};
use super::words::{Word, words};
use crate::domain::vocabulary::vocabulary;

vocabulary! {
    /// How a due phrase sets a deadline, as far as its words tell: see `DueKind`.
    DuePhraseKind {
        /// A day, a month, a season or a year.
        Date = "date",
        /// The next meeting, with its date or without.
        NextMeeting = "next_meeting",
        /// A later meeting, not said which, or said by its month.
        FutureMeeting = "future_meeting",
        /// A time from the decision.
        Period = "period",
        /// Again and again.
        Recurring = "recurring",
        /// No deadline, or a vague or conditional one.
        None = "none",
    }
}

/// A deadline found in a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: DuePhraseKind,
    pub(super) span: Option<Range<usize>>,
}

static MONTHS: &Choices = word!(
    "\
    january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|aug|sept|sep|oct|\
    nov|dec|apr"
);
static SEASONS: &Choices = word!(
    "\
            spring|summer|autumn|winter|holidays|q1|q2|q3|q4|christmas|easter|half-term|recess|midsummer|michaelmas|whitsun"
);
static WEEKDAYS: &Choices = word!(
    "\
    monday|tuesday|wednesday|thursday|friday|saturday|sunday"
);
static UNITS: &Choices = word!(
    "\
    day|days|week|weeks|month|months|year|years|days'|weeks'|months'|years'|fortnight|week's|month's|year's|quarter|\
    day's"
);
static NUMBERS: &Choices = word!(
    "\
    a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|couple|few|\
    several|another|further|the|sixty|ninety"
);
static BEFORE_A_DATE: &Choices = word!(
    "\
        for|by|before|on|until|in|during|from|than|around|till|early|late|mid|end|of|to|over"
);

impl Found {
    /// No deadline.
    pub(super) fn none() -> Self {
        Self {
            kind: DuePhraseKind::None,
            span: None,
        }
    }
}

/// What the words of a deadline begin with, if not with a number: a word that is none of these is not looked at.
static OPENS: &Choices = word!(
    "\
    next|following|forthcoming|future|subsequent|later|special|extraordinary|upcoming|additional|another|meeting|\
    meetings|cycle|session|in|within|after|over|for|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\
    fifteen|eighteen|twenty|thirty|couple|few|several|further|the|sixty|ninety|twice|thrice|once|on|at|every|each|month|\
    week|year|all|late|early|mid|this|by|before|until|during|from|than|around|till|end|of|to|as|when|without|asap|shortly|\
    january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|aug|sept|sep|oct|nov|dec|\
    apr|quarterly|monthly|weekly|annually|yearly|fortnightly|biannually|termly|daily"
);

/// The deadline of a clause: the kind that binds most, and its words.
pub(super) fn find(words: &[Word<'_>]) -> Found {
    let places: Vec<usize> = (0..words.len())
        .filter(|place| words[*place].is(OPENS) || !words[*place].is_letters())
        .collect();
    for look in [next_meeting, recurring, future_meeting, period, date] {
        if let Some((kind, place)) = places.iter().find_map(|place| look(words, *place)) {
            return Found {
                kind,
                span: Some(span(words, &place)),
            };
        }
    }
    let vague = places.iter().find_map(|place| vague(words, *place));
    Found {
        kind: DuePhraseKind::None,
        span: vague.map(|place| span(words, &place)),
    }
}

/// The deadline in a cell of a table, which may be a bare date.
pub(super) fn in_cell(words: &[Word<'_>]) -> Found {
    match find(words) {
        Found { span: None, .. } => date_words(words, 0).map_or(
            Found {
                kind: DuePhraseKind::None,
                span: None,
            },
            |end| Found {
                kind: DuePhraseKind::Date,
                span: Some(span(words, &(0..end))),
            },
        ),
        found => found,
    }
}

/// Reads a text that says when something is due, such as a cell of a spreadsheet. `None` where it names no deadline, not
/// even a vague one.
#[must_use]
pub fn term(text: &str) -> Option<(DuePhraseKind, String)> {
    let cleaned = Cleaned::of_text(text);
    let clean = cleaned.words();
    let found = in_cell(&words(&clean, &(0..clean.text.len())));
    let span = found.span?;
    Some((found.kind, clean.text[span].to_owned()))
}

type Place = Range<usize>;
type Match = Option<(DuePhraseKind, Place)>;

fn span(words: &[Word<'_>], place: &Place) -> Range<usize> {
    let first = words[place.start].from;
    let last = &words[place.end - 1];
    let possessive = if last.after.starts_with(['\'', '’']) && last.low.ends_with('s') {
        last.after.chars().next().map_or(0, char::len_utf8)
    } else {
        0
    };
    first..last.to + possessive
}

fn with_preposition(words: &[Word<'_>], start: usize) -> usize {
    let mut start = start;
    for _ in 0..2 {
        if start > 0
            && words[start - 1].is(word!(
                "at|to|by|for|until|before|in|within|on|the|a|its|their|our|from|over|than|later|no"
            ))
            && words[start - 1].after.is_empty()
        {
            start -= 1;
        }
    }
    start
}

fn is_meeting(word: &Word<'_>) -> bool {
    word.is(word!("meeting|meetings|cycle|session"))
}

fn next_meeting(words: &[Word<'_>], i: usize) -> Match {
    if !words[i].is(word!("next|following|forthcoming")) {
        return None;
    }
    // A name of the body, or what sort of meeting, may stand between.
    let end = (i + 1..words.len().min(i + 8))
        .take_while(|j| !words[j - 1].ends_phrase() && (*j == i + 1 || !is_meeting(&words[j - 1])))
        .find(|j| is_meeting(&words[*j]) || words[*j].low == "agenda")?;
    if (i + 1..end)
        .any(|j| words[j].is(word!("the|for|to|by|months|weeks|in|before")) || words[j].is(MONTHS))
    {
        return None;
    }
    if words[end].low == "meetings"
        || (i + 1 < words.len() && words[i + 1].is(word!("few|two|three")))
    {
        return Some((
            DuePhraseKind::FutureMeeting,
            with_preposition(words, i)..end + 1,
        ));
    }
    let mut stop = end + 1;
    if words[end].after.trim_matches(',').is_empty()
        && stop < words.len()
        && words[stop].is(word!("on|in"))
        && let Some(date) = date_words(words, stop + 1)
    {
        stop = date;
    }
    Some((DuePhraseKind::NextMeeting, with_preposition(words, i)..stop))
}

fn future_meeting(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    let meeting_within = |from: usize, reach: usize| {
        (from..words.len().min(from + reach))
            .take_while(|j| !words[j - 1].ends_phrase())
            .find(|j| is_meeting(&words[*j]))
    };
    if word.is(word!(
        "future|subsequent|later|special|extraordinary|upcoming|additional|another"
    )) {
        let end = meeting_within(i + 1, 5)?;
        // "the dates of future meetings" are no deadline.
        if i > 0 && words[i - 1].low == "of" {
            return None;
        }
        return Some((
            DuePhraseKind::FutureMeeting,
            with_preposition(words, i)..end + 1,
        ));
    }
    if word.is(MONTHS) && word.is_capital() {
        // "the January Forum".
        let body = words.get(i + 1).is_some_and(|w| {
            w.is_capital()
                && w.is(word!(
                    "forum|board|committee|council|cabinet|panel|assembly|executive"
                ))
        });
        if body && i > 0 && words[i - 1].low == "the" {
            return Some((
                DuePhraseKind::FutureMeeting,
                with_preposition(words, i)..i + 2,
            ));
        }
        // "the Board's November workshop".
        let within = |from: usize| {
            meeting_within(from, 6).or_else(|| {
                words
                    .get(from)
                    .filter(|w| w.is(word!("workshop|seminar")))
                    .map(|_| from)
            })
        };
        let end = within(i + 1).filter(|end| {
            (i + 1..*end).all(|j| {
                words[j].is_capital() || words[j].low == "2" || words[j].low.starts_with('2')
            })
        })?;
        // "the 5 June meeting" names a day.
        if i > 0 && day(&words[i - 1]) {
            return None;
        }
        return Some((
            DuePhraseKind::FutureMeeting,
            with_preposition(words, i)..end + 1,
        ));
    }
    if is_meeting(word) {
        let mut j = i + 1;
        while j < words.len()
            && words[j].is(word!(
                "scheduled|planned|to|be|held|for|of|in|due|the|committee|board|council|panel"
            ))
        {
            j += 1;
        }
        let month = words.get(j).filter(|w| w.is(MONTHS) && w.is_capital());
        if month.is_some()
            && j > i + 1
            && words[j - 1].is(word!("in|for|of"))
            && !any_past(words, i, j)
        {
            let year = words.get(j + 1).is_some_and(year) && words[j].after.is_empty();
            return Some((
                DuePhraseKind::FutureMeeting,
                with_preposition(words, i)..j + 1 + usize::from(year),
            ));
        }
    }
    None
}

fn any_past(words: &[Word<'_>], from: usize, to: usize) -> bool {
    (from..to).any(|j| words[j].low == "held" && words[j - 1].low != "be")
        || (from > 0 && words[from - 1].is(word!("last|previous")))
}

fn number(word: &Word<'_>) -> bool {
    word.is(NUMBERS)
        || (word.low.len() <= 3
            && !word.low.is_empty()
            && word.low.bytes().all(|b| b.is_ascii_digit()))
}

fn unit(word: &Word<'_>) -> bool {
    let low = word
        .low
        .trim_end_matches("’s")
        .trim_end_matches(['\'', '’']);
    UNITS.hold_text(low) || word.is(UNITS)
}

fn period(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    if word.is(word!("in|within|after|over|for")) {
        return counted_period(words, i);
    }
    if word.low == "next"
        && words.get(i + 1).is_some_and(|w| w.is(word!("month|week")))
        && words[i].after.is_empty()
    {
        return Some((DuePhraseKind::Period, i..i + 2));
    }
    // "a nine month review", "a 6-month update".
    let review = |w: &Word<'_>| w.is(word!("review|update|report|evaluation"));
    if number(word)
        && words
            .get(i + 1)
            .is_some_and(|w| w.is(word!("month|week|year")))
        && words.get(i + 2).is_some_and(review)
    {
        return Some((DuePhraseKind::Period, i..i + 3));
    }
    if let Some((n, u)) = word.low.split_once('-')
        && number_text(n)
        && matches!(u, "month" | "week" | "year")
        && words.get(i + 1).is_some_and(review)
    {
        return Some((DuePhraseKind::Period, i..i + 2));
    }
    // "three months from now", "six weeks after the meeting".
    if number(word)
        && words.get(i + 1).is_some_and(unit)
        && words
            .get(i + 2)
            .is_some_and(|w| w.is(word!("from|after|later|hence")))
    {
        return Some((DuePhraseKind::Period, i..i + 3));
    }
    None
}

/// `in three months`, `within the next 10 working days`, `in 6- and 12-months' time`.
fn counted_period(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    let mut j = i + 1;
    let mut counted = false;
    while j < words.len() && j < i + 8 {
        let w = &words[j];
        if unit(w) {
            break;
        }
        let hyphened = w.low.split('-').next().is_some_and(number_text) && w.raw.contains('-');
        if number(w) || w.low.bytes().next().is_some_and(|b| b.is_ascii_digit()) || hyphened {
            counted = true;
            if let Some((_, rest)) = w.low.split_once('-')
                && UNITS.hold_text(rest.trim_end_matches(['\'', '’']))
            {
                break;
            }
        } else if !w.is(word!("next|following|about|approximately|around|calendar|working|and|or|to|period|of|time|coming|clear|half")) {
            return None;
        }
        if w.after.contains(['.', ';', ':']) {
            return None;
        }
        j += 1;
    }
    let w = words.get(j)?;
    if !(unit(w) || w.raw.contains('-')) || j == i + 1 && !w.raw.contains('-') {
        return None;
    }
    let next = (i + 1..j).any(|k| words[k].is(word!("next|coming|following")));
    let long_enough = match word.low {
        "over" => false,
        "for" => next,
        _ => counted || next,
    };
    if !long_enough || j + 1 < words.len() && words[j + 1].is(word!("ago|earlier")) {
        return None;
    }
    // "in the financial year", "in the year" say no length.
    if word.low == "in"
        && words[j].is(word!("year|month|week|day|quarter"))
        && words[i + 1].low == "the"
        && !next
    {
        return None;
    }
    let time = words.get(j + 1).is_some_and(|w| w.low == "time");
    let end = j + 1 + usize::from(time);
    Some((DuePhraseKind::Period, i..end))
}

fn number_text(low: &str) -> bool {
    NUMBERS.hold_text(low) || (!low.is_empty() && low.bytes().all(|b| b.is_ascii_digit()))
}

fn recurring(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    let kind = DuePhraseKind::Recurring;
    let follows = |phrase: &[Choices]| at(words, i, phrase);
    // As an adjective in a title it says what a paper is called.
    let titled = i > 0
        && (word.is_capital()
            || words[i - 1].is(word!("the|these|those|its|their|last|this|previous|first")));
    let adverb = [
        "quarterly",
        "monthly",
        "weekly",
        "annually",
        "yearly",
        "fortnightly",
        "biannually",
        "bi-annually",
        "six-monthly",
        "bi-monthly",
        "half-yearly",
        "termly",
        "daily",
        "three-monthly",
        "twice-yearly",
    ];
    if !titled
        && (adverb.contains(&word.low) || (word.low.ends_with("-monthly") && word.low.len() > 8))
    {
        return Some((kind, i..i + 1));
    }
    if follows(phrase!(
        "twice|thrice|once a|per|each|every year|month|week|quarter|term"
    )) || follows(phrase!("two|three|four|six times a|per year"))
    {
        let length = if word.is(word!("twice|thrice|once")) {
            3
        } else {
            4
        };
        return Some((kind, i..i + length));
    }
    if follows(phrase!("on|at a|an|regular _ basis|intervals"))
        || follows(phrase!("on a|an _ basis"))
        || follows(phrase!("on a|an _ _ basis"))
    {
        let basis = (i..words.len().min(i + 6)).find(|j| words[*j].is(word!("basis|intervals")))?;
        let often = |w: &Word<'_>| {
            adverb.contains(&w.low)
                || w.is(word!("annual|regular|termly|rolling"))
                || w.low.ends_with("monthly")
                || w.low.ends_with("yearly")
        };
        return (i..basis)
            .any(|j| often(&words[j]))
            .then_some((kind, i..basis + 1));
    }
    if word.is(word!("every|each")) {
        let mut j = i + 1;
        while j < words.len()
            && (number(&words[j])
                || words[j].is(word!("other|second|third|future|subsequent|ordinary|full|regular|scheduled|calendar|committee|financial|municipal|council|board"))
                || at(words, i + 1, phrase!("of its|the|our|their")) && j < i + 3)
        {
            j += 1;
        }
        let w = words.get(j)?;
        let when = unit(w)
            || is_meeting(w)
            || w.is(MONTHS)
            || w.is(SEASONS)
            || w.is(WEEKDAYS)
            || w.is(word!("quarter|term|semester|session"));
        // "each year's", "each month of the period" say what is reported.
        let of =
            words.get(j + 1).is_some_and(|w| w.low == "of") && w.after.is_empty() && !is_meeting(w);
        return (when && !of).then(|| (kind, with_preposition(words, i)..j + 1));
    }
    if follows(phrase!("month|week|year by|on month|week|year")) {
        return Some((kind, i..i + 3));
    }
    if follows(phrase!("all future|subsequent meetings")) {
        return Some((kind, i..i + 3));
    }
    None
}

fn day(word: &Word<'_>) -> bool {
    let digits = word.low.trim_end_matches(char::is_alphabetic);
    let ending = &word.low[digits.len()..];
    matches!(ending, "" | "st" | "nd" | "rd" | "th")
        && digits
            .parse::<u8>()
            .is_ok_and(|day| (1..=31).contains(&day))
}

fn year(word: &Word<'_>) -> bool {
    word.low.len() == 4
        && (word.low.starts_with("20") || word.low.starts_with("19"))
        && word.low.bytes().all(|b| b.is_ascii_digit())
}

fn numeric_date(word: &Word<'_>) -> bool {
    let mut parts = word.low.split(['/', '.']);
    let (Some(a), Some(b), Some(c), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    [a, b, c]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|x| x.is_ascii_digit()))
        && a.len() <= 2
        && b.len() <= 2
}

/// The place after a date that begins at a place.
pub(super) fn date_words(words: &[Word<'_>], from: usize) -> Option<usize> {
    let mut j = from;
    let get = |j: usize| words.get(j);
    while get(j).is_some_and(|w| {
        w.is(word!(
                        "the|early|late|mid|end|of|beginning|start|middle|later|this|next|about|deadline|closing|date"
        )) || w.is(WEEKDAYS)
    }) {
        if words[j].is(WEEKDAYS)
            && get(j + 1).is_some_and(day)
            && !get(j + 2).is_some_and(|w| w.is(MONTHS) || w.low == "of")
        {
            return Some(j + 2);
        }
        if words[j].is(WEEKDAYS) && !get(j + 1).is_some_and(day) {
            return Some(j + 1);
        }
        j += 1;
    }
    let w = get(j)?;
    if numeric_date(w) {
        return Some(j + 1);
    }
    if day(w) && w.after.is_empty() {
        let of = usize::from(get(j + 1).is_some_and(|w| w.low == "of"));
        if get(j + 1 + of).is_some_and(|w| w.is(MONTHS)) {
            let end = j + 2 + of;
            return Some(end + usize::from(get(end).is_some_and(year)));
        }
        return None;
    }
    let month = w.is(MONTHS) && w.is_capital()
        || w.low
            .strip_prefix("mid-")
            .is_some_and(|m| MONTHS.hold_text(m) || SEASONS.hold_text(m));
    if month {
        if get(j + 1).is_some_and(day) && w.after.is_empty() {
            let end = j + 2;
            return Some(end + usize::from(get(end).is_some_and(year)));
        }
        return Some(j + 1 + usize::from(get(j + 1).is_some_and(year) && w.after.is_empty()));
    }
    if w.is(SEASONS) {
        // "the Christmas Lights Reserve" is no time of the year.
        if w.is_capital()
            && w.after.is_empty()
            && get(j + 1).is_some_and(|next| {
                next.is_capital()
                    && !next.is(WEEKDAYS)
                    && !next.is(word!("eve|day|term|break|holiday|holidays|recess"))
            })
        {
            return None;
        }
        let term = usize::from(
            get(j + 1).is_some_and(|w| w.is(word!("term|break|holiday|holidays|recess"))),
        );
        return Some(j + 1 + term + usize::from(get(j + 1 + term).is_some_and(year)));
    }
    // "half term", "the second quarter of 2023".
    if at(words, j, phrase!("half term")) {
        return Some(j + 2);
    }
    if at(
        words,
        j,
        phrase!("first|second|third|fourth|last|final quarter of"),
    ) {
        let of = j + 3 + usize::from(get(j + 3).is_some_and(|w| w.low == "the"));
        return get(of)
            .is_some_and(|w| year(w) || w.is(word!("year|financial|calendar")))
            .then(|| {
                (of + 1 + usize::from(get(of + 1).is_some_and(|w| w.low == "year")))
                    .min(words.len())
            });
    }
    if w.low == "weekend" {
        return (j > from).then_some(j + 1);
    }
    if at(words, j, phrase!("new year")) {
        return Some(j + 2);
    }
    if at(
        words,
        j,
        phrase!("financial|municipal|calendar|academic|civic year"),
    ) {
        return (j > from).then_some(j + 2);
    }
    if w.is(word!("year|month|week|term|quarter"))
        && j > from + 1
        && words[j - 1].is(word!("the|this|of"))
        && (from..j).any(|k| words[k].is(word!("end|later|this")))
    {
        return Some(j + 1);
    }
    (year(w) && !w.after.starts_with('/')).then_some(j + 1)
}

/// Whether something is put on a day: `arranged for the spring`, `added to the work plan for September`.
fn arranged(words: &[Word<'_>], i: usize) -> bool {
    let verb = word!(
        "arranged|arrange|booked|book|scheduled|schedule|planned|added|add|fixed|set|put|invited|invite|again|programmed"
    );
    let of = word!(
        "figures|report|reports|minutes|accounts|budget|data|results|statistics|performance|outturn|forecast|returns|\
        statement|update|programme"
    );
    !words[i - 1].is(of) && words[..i].iter().rev().take(8).any(|w| w.is(verb))
}

fn date(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    let kind = DuePhraseKind::Date;
    if at(words, i, phrase!("next year")) {
        return Some((kind, i..i + 2));
    }
    if word.is(word!("late|early|mid|later|next|this")) {
        let season = words
            .get(i + 1)
            .is_some_and(|w| w.is(SEASONS) || w.is(MONTHS) && !word.is(word!("next|this")));
        if season {
            return date_words(words, i + 1).map(|end| (kind, i..end));
        }
    }
    if !word.is(BEFORE_A_DATE) || !word.after.is_empty() {
        return None;
    }
    // "ahead of the winter", "prior to 3 May"; not "of 3 May".
    let start = match word.low {
        "of" | "to" => {
            let ahead = i.checked_sub(1)?;
            let apart = if word.low == "of" { "ahead" } else { "prior" };
            (words[ahead].low == apart).then_some(ahead)?
        }
        _ => i,
    };
    // "a visit be arranged for the spring"; not "the figures for June".
    if word.low == "for" && !(i > 0 && arranged(words, i)) {
        return None;
    }
    let held = i > 0
        && words[i - 1].is(word!(
            "held|dated|published|issued|circulated|signed|agreed|made|received|took|considered"
        ));
    if held && !(i > 1 && words[i - 2].low == "be") {
        return None;
    }
    // What happened at an earlier meeting is not due.
    if word.low == "on"
        && i > 0
        && is_meeting(&words[i - 1])
        && i > 1
        && (words[i - 2].is(word!("last|previous"))
            || words[i - 2].is(word!("its|our|their"))
                && words[..i]
                    .iter()
                    .any(|w| w.is(word!("was|were|had|considered|agreed|decided|resolved"))))
    {
        return None;
    }
    if word.is(word!("from|during")) && i > 0 && !words[i - 1].low.ends_with("ed") {
        return None;
    }
    let end = date_words(words, i + 1)?;
    if word.low == "on" && words[end - 1].is(SEASONS)
        || word.low == "over" && !words[i + 1..end].iter().any(|w| w.is(SEASONS))
    {
        return None;
    }
    let bare_year = end == i + 2 && year(&words[i + 1]);
    if bare_year && !word.is(word!("by|in|before|early|late|mid|end")) {
        return None;
    }
    // The period that a report covers: "in 2012 and 2013", "between".
    if words.get(end).is_some_and(|w| w.is(word!("to")))
        && words
            .get(end + 1)
            .is_some_and(|w| day(w) || year(w) || w.is(MONTHS))
    {
        return None;
    }
    Some((kind, start..end))
}

/// What names a time without saying when it is.
static VAGUE: &Phrases = phrases![
    "as soon as possible",
    "as soon as practicable",
    "as soon as reasonably practicable",
    "as soon as available",
    "in due course",
    "at the earliest opportunity",
    "at an early date",
    "at the appropriate time",
    "at an appropriate time",
    "in the near future",
    "in the future",
    "at a later date",
    "at a later stage",
    "when available",
    "as a matter of urgency",
    "without delay",
    "asap",
    "as and when",
    "until further notice",
    "on an ongoing basis",
    "shortly",
];

fn vague(words: &[Word<'_>], i: usize) -> Option<Place> {
    if let Some(length) = VAGUE.at(words, i) {
        return Some(i..i + length);
    }
    if words[i].is(word!("once|when|after|following|until")) && i > 1 {
        let clause = (i + 1..words.len().min(i + 60))
            .take_while(|j| !words[j - 1].ends_phrase())
            .take_while(|j| words[*j].low != "and")
            .count();
        let said = words[i].low == "once" && clause > 2
            || (i + 1..=i + clause).any(|j| {
            words[j].is(word!("is|are|has|have|become|becomes|make|makes|had|was|were|been|completed|completion|receipt|available|outcome|conclusion"))
        });
        return said.then_some(i..i + 1 + clause);
    }
    None
}
