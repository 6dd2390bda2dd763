//! Sentences whose own verb decides: `it was AGREED to ask …`, `Court NOTED the report`, `Members resolved to buy it`.

use super::heading::{is_start, quoted};
use crate::minutes::actors::{self, PROSE};
use crate::minutes::wording::at;
use crate::minutes::words::Word;

/// `it was AGREED to ask …`, `Court NOTED the report`: the verb belongs to a sentence.
pub(super) fn is_prose(w: &[Word<'_>], j: usize, end: usize) -> bool {
    if !w[j].is_upper() || !w[j].is(PROSE) || w[end].after.contains([':', '–']) {
        return false;
    }
    if is_start(w, j) {
        let next = w.get(j + 1);
        return !w[j].is(word!("agreed|asked|resolved|recommended|decided"))
            && next.is_some_and(|n| !n.raw.is_empty() && !n.is_upper())
            && w.len() > j + 3
            && w.last()
                .is_some_and(|last| !last.after.contains([':', '–']));
    }
    if w[j].low == "agreed"
        && w.get(j + 1)
            .is_some_and(|n| n.is(word!("the|a|an|its|this")))
        && subject_before(w, j).is_some()
    {
        return true;
    }
    if w[j].is(word!("agreed|asked|decided"))
        && w.get(j + 1).is_some_and(|n| n.is(word!("to|that|not|for")))
        && !(w.len() <= j + 5 && w.last().is_some_and(|last| last.after.contains(':')))
    {
        return true;
    }
    // "The plan was AGREED by the Panel".
    if w[j].low == "agreed"
        && is_passive(w, j)
        && !w[j - 2].is(word!("it|following"))
        && w.get(j + 1)
            .is_none_or(|n| n.is(word!("by|with|as|subject|unanimously")))
    {
        return true;
    }
    // "The Committee had before it, and NOTED, the list".
    if w[j - 1].low == "and"
        && w[j - 2.min(j)].after == ","
        && !w[j].is(word!("agreed|asked|resolved|recommended"))
        && actors::actor(w, 0).is_some_and(|end| end < j && w[end - 1].is(actors::BODIES))
    {
        return true;
    }
    // Among words in capitals it is one of a title.
    let shouted = w[j - 1].is_upper() || w.get(j + 1).is_some_and(Word::is_upper);
    !shouted
        && !w[j].is(word!("agreed|asked|resolved|recommended"))
        && (is_passive(w, j) || subject_before(w, j).is_some())
}

/// `£212 left over. Agreed to put this towards the lights.`
pub(super) fn agrees(w: &[Word<'_>], j: usize) -> bool {
    w[j].raw == "Agreed"
        && !is_start(w, j)
        && (w[j - 1].after.ends_with(['.', ':']) || w[j - 1].raw.is_empty())
        && agrees_behind(w, j + 1)
}

/// Whether what stands behind `Agreed` is what was agreed: `to buy it`, `this be deferred`, `no objections`.
fn agrees_behind(w: &[Word<'_>], place: usize) -> bool {
    w.get(place)
        .is_some_and(|n| n.is(word!("to|that|not")) && n.after.is_empty())
        || we_act(w, place)
        || at(w, place, phrase!("this|it be"))
        || at(w, place, phrase!("no objection|objections|comment"))
}

/// Whether those who agreed will act: `Agreed we will ask him`.
fn we_act(w: &[Word<'_>], place: usize) -> bool {
    at(
        w,
        place,
        phrase!("we will|should|would|shall|ask|write|buy|get|send"),
    )
}

/// `Members resolved to buy it`.
pub(super) fn resolves(w: &[Word<'_>], j: usize) -> bool {
    w[j].raw == "resolved"
        && w.get(j + 1)
            .is_some_and(|n| n.is(word!("to|that|under|not")) && n.after.is_empty())
        && (subject_before(w, j).is_some()
            || j > 0 && w[j - 1].low == "and" && w[..j].iter().any(|w| w.low == "seconded"))
        && !quoted(w, j)
}

/// Whether the verb is one of the passive: `the plan was duly AGREED`.
fn is_passive(w: &[Word<'_>], verb: usize) -> bool {
    let adverb =
        usize::from(verb > 2 && w[verb - 1].is(word!("unanimously|duly|then|also|formally")));
    verb > 1 + adverb && w[verb - 1 - adverb].is(word!("was|were"))
}

/// Where the words that introduce a decision's verb begin: `it was`, `the Committee`.
pub(super) fn subject_before(w: &[Word<'_>], verb: usize) -> Option<usize> {
    let mut j = verb;
    while j > 0
        && w[j - 1].is(word!(
            "also|then|therefore|unanimously|accordingly|further|formally|duly|otherwise"
        ))
    {
        j -= 1;
    }
    // "The meeting received and NOTED the report".
    if j >= 2
        && w[j - 1].low == "and"
        && w[j - 2].is(word!("received|considered|discussed|welcomed|noted"))
    {
        j -= 2;
    }
    if j >= 2 && w[j - 1].is(word!("was|were")) && w[j - 2].is(word!("it|members")) {
        return Some(j - 2);
    }
    // "The following was agreed:".
    if j >= 3 && at(w, j - 3, phrase!("the following was|were")) {
        return Some(j - 3);
    }
    // "The Board, as Corporate Trustee, NOTED the position".
    if j > 2 && w[j - 1].after == "," {
        let open = (0..j - 1).rev().take(8).find(|k| w[*k].after == ",")?;
        let body = (0..=open).rev().take(8).find(|k| {
            actors::actor(w, *k) == Some(open + 1) && (*k == 0 || w[k - 1].ends_phrase())
        })?;
        let aside = w[open + 1].is(word!("as|having|in|following|on|with|also|acting|after"));
        return (aside && w[body..=open].iter().any(|w| w.is(actors::BODIES))).then_some(body);
    }
    let stops = (0..j)
        .rev()
        .take(8)
        .find(|k| w[*k].ends_phrase())
        .map_or(j.saturating_sub(8), |k| k + 1);
    let found = (stops..j).find(|k| actors::actor(w, *k).is_some_and(|end| end == j));
    found.filter(|start| w[*start..j].iter().any(|w| w.is(actors::BODIES)))
}

/// The verb in capitals of a sentence that decides by itself.
pub(super) fn prose_verb(w: &[Word<'_>]) -> Option<usize> {
    let listed = w
        .first()
        .is_some_and(|first| first.is_upper() && first.is(PROSE));
    let agreed = w.first().is_some_and(|first| first.raw == "Agreed") && agrees_behind(w, 1);
    if listed || agreed {
        return Some(0);
    }
    (0..w.len()).find(|j| is_prose(w, *j, *j) || resolves(w, *j) || agrees(w, *j))
}

/// How many words may stand before a decision's verb and open its sentence.
const LONG_OPENING: usize = 26;

/// Where the decision begins in a sentence that has its verb in capitals.
pub(super) fn prose_start(w: &[Word<'_>], verb: usize) -> usize {
    let adverb =
        usize::from(w[verb - 1.min(verb)].is(word!("unanimously|duly|then|also|formally")));
    if is_passive(w, verb) && !w[verb - 2 - adverb.min(verb - 2)].is(word!("it|members")) {
        return 0;
    }
    // "Highways: Agreed that KT walk the footpaths".
    if w[verb].raw == "Agreed" {
        return verb;
    }
    // "Under Section 100(A)(4) of the Act, the Committee resolved to …".
    let opens = w[0].is_capital() && w[0].is(word!("under|after|following|having|on|in|with|at"));
    // "On a motion from Councillor Hale, seconded by Councillor Moss, it was AGREED".
    let moved = opens
        && w[..verb]
            .iter()
            .any(|w| w.is(word!("seconded|motion|proposed|moved")));
    if moved && let Some(it) = (2..=verb).rev().find(|j| at(w, j - 2, phrase!("it was"))) {
        return it - 2;
    }
    if opens
        && verb <= LONG_OPENING
        && !w[..verb]
            .iter()
            .any(|w| w.low == "and" || w.after.contains(';'))
    {
        return 0;
    }
    // "After discussion, the Board NOTED the report".
    if verb <= 9 && !w[verb].is(word!("asked")) {
        return 0;
    }
    subject_before(w, verb).unwrap_or_else(|| {
        let stop = (0..verb)
            .rev()
            .find(|k| w[*k].ends_phrase() || w[*k].low == "and")
            .map_or(0, |k| k + 1);
        stop.max(verb.saturating_sub(6))
    })
}

/// Where the words that are judged begin in such a sentence.
pub(super) fn prose_content(w: &[Word<'_>], start: usize, verb: usize) -> usize {
    if w[verb].is(word!("agreed|decided|resolved")) {
        verb + 1
    } else if w[verb].low == "asked" || is_passive(w, verb) {
        start
    } else {
        verb
    }
}
