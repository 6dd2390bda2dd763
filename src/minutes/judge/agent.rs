//! Who is to act where the verb is passive.

use std::ops::Range;

use crate::minutes::actors::{self, actors};
use crate::minutes::due::date_words;
use crate::minutes::words::Word;

/// Whether a participle before `by` says more of a noun, and is not the clause's: `the survey carried out by Wayside`.
fn reduced(w: &[Word<'_>], by: usize) -> bool {
    let be = word!("be|been|being|is|are|was|were");
    let near = by.saturating_sub(5);
    w[..near].iter().any(|w| w.low == "be") && !w[near..by].iter().any(|w| w.is(be))
}

/// Who is to do it where the verb is passive: `by the Director`, `via Cllr Hale`.
pub(super) fn agent(w: &[Word<'_>]) -> Option<Vec<Range<usize>>> {
    for (place, word) in w.iter().enumerate() {
        if (word.low == "via"
            || (word.low == "by"
                && place > 0
                // "…, proposed by Cllr Hale, seconded by Cllr Moss".
                && !w[place - 1].is(word!("proposed|seconded|moved"))
                && (w[place - 1].low.ends_with(['d', 'n', 't', 'k'])
                    || w[place - 1].is(word!("further|forward|up|out|jointly|again")))))
            && let Some((owners, _)) = actors(w, place + 1)
            && !reduced(w, place)
        {
            let first = &w[place + 1];
            if date_words(w, place + 1).is_none()
                && !first.is(word!("an|a"))
                && (first.is_capital()
                    || first.is(word!("the|our|their|all|both"))
                    || w.get(place + 2).is_some_and(Word::is_capital))
            {
                return Some(owners);
            }
        }
    }
    // "any other comments from Members be sent to the Head of Service".
    let be = w.iter().position(|w| w.low == "be");
    let sent = be.filter(|be| {
        w.get(be + 1)
            .is_some_and(|w| w.is(word!("sent|submitted|forwarded|returned")))
    });
    let from = sent.and_then(|be| w[..be].iter().rposition(|w| w.low == "from"));
    if let Some((owners, _)) = from
        .and_then(|from| actors(w, from + 1))
        .filter(|(_, end)| Some(*end) == be)
    {
        return Some(owners);
    }
    // "be drawn to the attention of the Portfolio Holder by the Chairman".
    let by = w.iter().rposition(|w| w.low == "by").filter(|by| *by > 0)?;
    let (owners, end) = actors(w, by + 1)?;
    let closes = w
        .get(end)
        .is_none_or(|w| w.is(word!("after|at|in|before|within|by|to")));
    let named = &w[by + 1..end];
    let post = named[0].low == "the"
        && named
            .iter()
            .any(|w| w.is(actors::POSTS) || w.is(actors::BODIES));
    let person = named.len() > 1 && named.iter().all(Word::is_capital);
    (closes && (post || person) && !w[by - 1].is(word!("proposed|seconded|moved")))
        .then_some(owners)
}
