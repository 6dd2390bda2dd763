//! Due phrases: when something that is asked for is due, as printed.

mod date;
mod meeting;
mod period;

use std::ops::Range;

pub(super) use date::date_words;
use date::{MONTHS, date};
use meeting::{future_meeting, next_meeting};
use period::{period, recurring};

use super::clean::Cleaned;
use super::wording::{Choices, Phrases};
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
    the|of|to|a|in|for|on|by|with|as|at|all|from|this|next|following|forthcoming|future|subsequent|later|special|extraordinary|upcoming|additional|another|meeting|\
    meetings|cycle|session|within|after|over|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\
    fifteen|eighteen|twenty|thirty|couple|few|several|further|sixty|ninety|spring|summer|autumn|winter|twice|thrice|once|every|each|month|\
    week|year|suitable|appropriate|convenient|towards|late|early|mid|before|until|during|than|around|till|end|when|without|asap|shortly|\
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

/// Whether a word says which meeting: of `to the next meeting`, `at the June Forum`, the third.
pub(super) fn says_which(word: &Word<'_>) -> bool {
    word.is(word!("next|future|special|following")) || word.is(MONTHS)
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
