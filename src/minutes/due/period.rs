//! Deadlines that are a time from the decision, and those that come again: `in six months`, `each quarter`.

use super::date::{MONTHS, SEASONS, WEEKDAYS};
use super::meeting::is_meeting;
use super::{DuePhraseKind, Match, with_preposition};
use crate::minutes::wording::{Choices, at};
use crate::minutes::words::Word;

pub(super) static UNITS: &Choices = word!(
    "\
    day|days|week|weeks|month|months|year|years|days'|weeks'|months'|years'|fortnight|cycles|week's|month's|year's|quarter|\
    day's"
);

pub(super) static NUMBERS: &Choices = word!(
    "\
    a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|couple|few|\
        several|another|further|the|sixty|ninety|thirteen|fourteen|sixteen|seventeen|nineteen|twenty-one|twenty-eight|forty"
);

pub(super) fn number(word: &Word<'_>) -> bool {
    word.is(NUMBERS)
        || (word.low.len() <= 3
            && !word.low.is_empty()
            && word.low.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn unit(word: &Word<'_>) -> bool {
    let low = word
        .low
        .trim_end_matches("’s")
        .trim_end_matches(['\'', '’']);
    UNITS.hold_text(low) || word.is(UNITS)
}

pub(super) fn period(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    // "during the coming week".
    if at(
        words,
        i,
        phrase!("during|in|over the coming|next week|month|fortnight|months|weeks"),
    ) {
        return Some((DuePhraseKind::Period, i..i + 4));
    }
    if word.is(word!("in|within|after|over|for")) {
        return counted_period(words, i);
    }
    // "next month"; all others begin with a number.
    if word.low == "next" {
        let unit = words.get(i + 1)?.is(word!("month|week")) && word.after.is_empty();
        return unit.then(|| (DuePhraseKind::Period, i..i + 2));
    }
    if word.is_letters() && !word.is(NUMBERS) {
        return None;
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
pub(super) fn counted_period(words: &[Word<'_>], i: usize) -> Match {
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

pub(super) fn number_text(low: &str) -> bool {
    NUMBERS.hold_text(low) || (!low.is_empty() && low.bytes().all(|b| b.is_ascii_digit()))
}

/// What opens a deadline that comes again, if no hyphen is in it.
static RECURS: &Choices = word!(
    "\
    on|at|month|week|year|all|two|three|four|six|per|each|every|once|twice|thrice|quarterly|monthly|weekly|annually|yearly|\
    fortnightly|biannually|termly|daily"
);

pub(super) fn recurring(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    if word.is_letters() && !word.is(RECURS) {
        return None;
    }
    let kind = DuePhraseKind::Recurring;
    let follows = |phrase: &[Choices]| at(words, i, phrase);
    // As an adjective in a title it says what a paper is called.
    let titled = i > 0
        && (word.is_capital()
            || words[i - 1].is(word!("the|these|those|its|their|last|this|previous|first"))
            || words[i - 1].is(word!("a|an")) && !words[i + 1..].iter().take(3).any(|next| next.is(word!("basis|report|update|review|return|briefing|summary|note|statement|reports|updates"))));
    let adverb = word!(
        "quarterly|monthly|weekly|annually|yearly|fortnightly|biannually|bi-annually|six-monthly|bi-monthly|half-yearly|\
        termly|daily|three-monthly|twice-yearly"
    );
    if !titled && (word.is(adverb) || (word.low.ends_with("-monthly") && word.low.len() > 8)) {
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
            w.is(adverb)
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
