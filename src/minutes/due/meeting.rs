//! Deadlines that are meetings: `the next meeting`, `a future meeting`, `the May meeting`.

use super::date::{MONTHS, SEASONS, date_words, day, year};
use super::{DuePhraseKind, Match, with_preposition};
use crate::minutes::words::Word;

pub(super) fn is_meeting(word: &Word<'_>) -> bool {
    word.is(word!("meeting|meetings|cycle|session"))
}

pub(super) fn next_meeting(words: &[Word<'_>], i: usize) -> Match {
    if !words[i].is(word!("next|following|forthcoming")) {
        return None;
    }
    // "the next Area Forum".
    let body = (i + 1..words.len().min(i + 4))
        .take_while(|j| words[*j].is_capital() && (*j == i + 1 || words[j - 1].after.is_empty()))
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

pub(super) fn future_meeting(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    let meeting_within = |from: usize, reach: usize| {
        (from..words.len().min(from + reach))
            .take_while(|j| !words[j - 1].ends_phrase())
            .find(|j| is_meeting(&words[*j]))
    };
    if word.is(word!(
        "future|subsequent|later|special|extraordinary|upcoming|additional|another|suitable|appropriate|convenient"
    )) {
        let end = meeting_within(i + 1, 5)?;
        // "the dates of future meetings" are no deadline.
        if i > 0 && words[i - 1].low == "of" {
            return None;
        }
        // "the Special Meeting fixed for 6 September": its day is known.
        let dated = (end + 1..words.len().min(end + 12)).any(|j| {
            words[j - 1].is(word!("on|for|of"))
                && day(&words[j])
                && date_words(words, j).is_some_and(|stop| stop > j + 1)
        });
        if dated {
            return None;
        }
        return Some((
            DuePhraseKind::FutureMeeting,
            with_preposition(words, i)..end + 1,
        ));
    }
    if word.is(SEASONS) && words.get(i + 1).is_some_and(is_meeting) {
        return Some((
            DuePhraseKind::FutureMeeting,
            with_preposition(words, i)..i + 2,
        ));
    }
    // "at September's meeting".
    let of_month = ["'s", "’s"]
        .iter()
        .find_map(|ending| word.low.strip_suffix(ending))
        .is_some_and(|month| MONTHS.hold_text(month));
    if of_month {
        let end = meeting_within(i + 1, 4)?;
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
                "scheduled|planned|to|be|held|for|of|in|due|the|committee|board|council|panel|forum|cabinet|group|\
                partnership|assembly|trustees|executive|governors|court|senate|sub-committee|authority"
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

pub(super) fn any_past(words: &[Word<'_>], from: usize, to: usize) -> bool {
    (from..to).any(|j| words[j].low == "held" && words[j - 1].low != "be")
        || (from > 0 && words[from - 1].is(word!("last|previous")))
}
