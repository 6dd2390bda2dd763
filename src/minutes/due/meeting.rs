//! Deadlines that are meetings: `the next meeting`, `a future meeting`, `the May meeting`.

use super::date::{MONTHS, SEASONS, date_words, day, year};
use super::{DuePhraseKind, Match, with_preposition};
use crate::minutes::actors::BODIES;
use crate::minutes::wording::at;
use crate::minutes::words::Word;

pub(super) fn is_meeting(word: &Word<'_>) -> bool {
    word.is(word!("meeting|meetings|cycle|session"))
}

pub(super) fn next_meeting(words: &[Word<'_>], i: usize) -> Match {
    // "following this meeting" says after which, and not when the next one is.
    if !words[i].is(word!("next|following|forthcoming"))
        || at(
            words,
            i,
            phrase!("following this|the|today's|today’s meeting"),
        )
    {
        return None;
    }
    // "the next Area Forum", "the next Audit and Governance Committee".
    let body = (i + 1..words.len().min(i + 8))
        .take_while(|j| {
            (words[*j].is_capital()
                || *j > i + 1 && (*j < i + 4 || words[*j].is(word!("and|of|for"))))
                && (*j == i + 1 || matches!(words[j - 1].after, "" | "'" | "’"))
        })
        .find(|j| {
            words[*j].is(word!(
                "forum|board|committee|council|cabinet|panel|assembly|executive|senate|court"
            ))
        });
    if let Some(body) = body
        && words
            .get(body + 1)
            .is_none_or(|w| !w.is_capital() && !is_meeting(w) && w.low != "agenda")
    {
        return Some((
            DuePhraseKind::NextMeeting,
            with_preposition(words, i)..body + 1,
        ));
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

/// `a future meeting`, `the May meeting`, `the meeting to be held in May`.
pub(super) fn future_meeting(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    let end = if word.is(word!(
        "future|subsequent|later|special|extraordinary|upcoming|additional|another|suitable|appropriate|convenient"
    )) {
        some_meeting(words, i)
    } else if word.is(SEASONS) {
        let term = usize::from(at(words, i + 1, phrase!("term")));
        let meeting = words.get(i + 1 + term).is_some_and(is_meeting);
        meeting.then_some(i + 2 + term)
    } else if word.low == "the" {
        named_meeting(words, i)
    } else if ["'s", "’s"]
        .iter()
        .find_map(|ending| word.low.strip_suffix(ending))
        .is_some_and(|month| MONTHS.hold_text(month))
    {
        // "at September's meeting".
        meeting_within(words, i + 1, 4).map(|end| end + 1)
    } else if word.is(MONTHS) && word.is_capital() {
        meeting_of_month(words, i)
    } else if is_meeting(word) {
        meeting_in_month(words, i)
    } else {
        None
    }?;
    Some((
        DuePhraseKind::FutureMeeting,
        with_preposition(words, i)..end,
    ))
}

/// `to the Mid Point meeting`: a meeting with a name, which is no body's.
fn named_meeting(words: &[Word<'_>], i: usize) -> Option<usize> {
    let end = (i + 2..words.len().min(i + 4)).find(|j| words[*j].raw == "meeting")?;
    let name = |w: &Word<'_>| {
        w.is_capital()
            && w.is_letters()
            && w.after.is_empty()
            && !w.is(BODIES)
            && !w.is(MONTHS)
            && !w.is(word!(
                "last|previous|annual|general|parish|town|city|county|full|special|extraordinary"
            ))
    };
    let to = i > 0 && words[i - 1].is(word!("to|at|for"));
    (to && words[i + 1..end].iter().all(name)).then_some(end + 1)
}

/// The first meeting that is named among some words from a place, before something stands between.
fn meeting_within(words: &[Word<'_>], from: usize, reach: usize) -> Option<usize> {
    (from..words.len().min(from + reach))
        .take_while(|j| !words[j - 1].ends_phrase())
        .find(|j| is_meeting(&words[*j]))
}

/// `a future meeting`, `another meeting`; not `the Special Meeting fixed for 6 September`, whose day is known.
fn some_meeting(words: &[Word<'_>], i: usize) -> Option<usize> {
    let end = meeting_within(words, i + 1, 5)?;
    // "the dates of future meetings", "booked for future meetings" are no deadline.
    let of = i > 0
        && (words[i - 1].low == "of" || words[i - 1].low == "for" && words[end].low == "meetings");
    let dated = || {
        (end + 1..words.len().min(end + 12)).any(|j| {
            words[j - 1].is(word!("on|for|of"))
                && day(&words[j])
                && date_words(words, j).is_some_and(|stop| stop > j + 1)
        })
    };
    (!of && !dated()).then_some(end + 1)
}

/// `the January Forum`, `the Board's November workshop`, `the May meeting`.
fn meeting_of_month(words: &[Word<'_>], i: usize) -> Option<usize> {
    let next = words.get(i + 1)?;
    let body = next.is_capital()
        && next.is(word!(
            "forum|board|committee|council|cabinet|panel|assembly|executive"
        ));
    if body && i > 0 && words[i - 1].low == "the" {
        return Some(i + 2);
    }
    // "put this on the February agenda".
    if next.low == "agenda" && i > 0 && words[i - 1].low == "the" {
        return Some(i + 2);
    }
    let end = meeting_within(words, i + 1, 6)
        .or_else(|| next.is(word!("workshop|seminar")).then_some(i + 1))?;
    let named = words[i + 1..end]
        .iter()
        .all(|w| w.is_capital() || w.low.starts_with('2') || w.is(BODIES));
    // "the 5 June meeting" names a day.
    (named && !(i > 0 && day(&words[i - 1]))).then_some(end + 1)
}

/// `the meeting of the Committee to be held in May`; not `the last meeting, held in May`.
fn meeting_in_month(words: &[Word<'_>], i: usize) -> Option<usize> {
    let between = |word: &Word<'_>| {
        word.is(word!(
            "scheduled|planned|to|be|held|for|of|in|due|the|committee|board|council|panel|forum|cabinet|group|\
            partnership|assembly|trustees|executive|governors|court|senate|sub-committee|authority"
        ))
    };
    let j = (i + 1..words.len().min(i + REACH)).find(|j| !between(&words[*j]))?;
    let month = words[j].is(MONTHS) && words[j].is_capital();
    let dated = month && j > i + 1 && words[j - 1].is(word!("in|for|of")) && !any_past(words, i, j);
    let year = words.get(j + 1).is_some_and(year) && words[j].after.is_empty();
    dated.then_some(j + 1 + usize::from(year))
}

/// How many words may stand between a meeting and its month.
const REACH: usize = 40;

/// Whether what is said between two places is of a meeting that was: `the meeting held in May`.
pub(super) fn any_past(words: &[Word<'_>], from: usize, to: usize) -> bool {
    (from..to).any(|j| words[j].low == "held" && words[j - 1].low != "be")
        || (from > 0 && words[from - 1].is(word!("last|previous")))
}
