//! Who is named before `to`, and what is to be done: `Jo to ring the contractor`, `Survey to be sent out in February`.

use std::ops::Range;

use super::brought::DONE;
use super::deeds::is_deed;
use super::{BRINGING, Found, Strength, skip};
use crate::minutes::actors::{ACTORS, POSTS, TITLES, actor, actors};
use crate::minutes::wording::{Choices, any};
use crate::minutes::words::Word;

/// Whether a word says what is done to a thing that is sent, mended or seen to: `the seat is to be repaired`.
pub(super) fn is_mended(verb: &Word<'_>) -> bool {
    verb.is(BRINGING)
        || verb.is(DONE)
        || verb.is(word!(
            "told|asked|informed|claimed|ordered|paid|looked|moved|removed|replaced|repaired|painted|cut|cleared|cleaned|checked|\
            reviewed|investigated|chased|put|placed|mended|renewed|installed|lifted|filled|laid|displayed|bought|purchased|discussed|considered|erected|planted|obtained|sought"
        ))
}

/// `Survey to be sent out in February.`, `Future papers to be issued a week before (Clerk).`
pub(super) fn thing_to_be(w: &[Word<'_>]) -> Found {
    let to = w
        .iter()
        .take(12)
        .position(|w| w.raw == "to")
        .filter(|to| *to > 0 && !w[*to].before.ends_with('('))?;
    let verb = w.get(skip(w, to + 2)).filter(|_| w[to + 1].low == "be")?;
    let told = w[..to].iter().any(|w| {
        w.ends_phrase()
            || w.low.ends_with("ed")
            || w.is(word!("is|are|was|were|be|has|have|had|will|would|should|that|which|who|need|needs|likely|due|able|it|this|they|there|he|she"))
    });
    if told
        || w[0].is(word!("to|no|members|residents"))
        || !w[0].is_capital()
        || w[..to]
            .iter()
            .any(|w| w.is(word!("meeting|agenda|apologies")))
        || !is_mended(verb)
        || !w.last()?.after.contains(['.', ')']) && (w.len() < to + 5 || w.len() > 40)
    {
        return None;
    }
    let bracket = w.iter().rposition(|w| w.before.ends_with('('));
    let owners = bracket
        .filter(|open| w.last().is_some_and(|last| last.after.contains(')')) && w.len() - open <= 6)
        .and_then(|open| actors(w, open))
        .map(|(owners, _)| owners)
        .unwrap_or_default();
    Some((owners, Strength::Agreed, "thing_to_be_done", 60))
}

/// Who else is to do something in the same sentence: `…, and the Clerk to report it`.
fn others(w: &[Word<'_>], from: usize) -> Vec<Range<usize>> {
    let and = (from..w.len().saturating_sub(2))
        .find(|j| w[*j].low == "and" && w[j - 1].after.contains([',', ';']));
    and.and_then(|and| actors(w, and + 1))
        .filter(|(_, end)| w.get(*end).is_some_and(|w| w.low == "to"))
        .map(|(owners, _)| owners)
        .unwrap_or_default()
}

/// `Jo to ring the contractor.`, `Rural Buses – Officers to check …`.
pub(super) fn named_to(w: &[Word<'_>]) -> Found {
    if !w.iter().any(|w| w.is(word!("to"))) || w.last()?.after.contains(':') {
        return None;
    }
    // "Councillors to say whether they have any prejudicial interest" is a line of the agenda.
    if w.iter().any(|w| w.is(word!("interest|interests")))
        && w.iter()
            .any(|w| w.is(word!("declare|prejudicial|pecuniary|disclose|disclosable")))
    {
        return None;
    }
    // What a list of earlier actions says is done.
    if w.last().is_some_and(|last| last.after.contains(')'))
        && any(
            w,
            phrases!["done", "complete|completed", "in hand", "ongoing", "closed"],
        )
    {
        return None;
    }
    let mut starts = vec![0];
    // "5-2 Joan to write", "3.1 Clerk to ask".
    if w[0].raw.starts_with(|c: char| c.is_ascii_digit()) && w[0].after.is_empty() {
        starts.push(1);
    }
    // "To make it likelier, Governors to give thought to …".
    if w[0].is(word!("to|in|for|as|following|after|on")) {
        starts.extend(
            (0..w.len().min(24))
                .find(|j| w[*j].after == ",")
                .map(|j| j + 1),
        );
    }
    starts.extend(
        (0..w.len().min(14))
            .filter(|j| {
                w[*j].raw.is_empty() && w[*j].before.contains(['–', '-', '—'])
                    || w[*j].after.contains([':', ';', '–'])
            })
            .map(|j| j + 1),
    );
    starts
        .into_iter()
        .find_map(|from| named_from(w, from))
        .map(|owners| (owners, Strength::Agreed, "named_to", 75))
}

/// Who is to do something by the words that begin at a place: `Jo to ring`, `the Head of Law is to email`.
fn named_from(w: &[Word<'_>], from: usize) -> Option<Vec<Range<usize>>> {
    // Most actors are followed by something else.
    let ends = actor(w, from)?;
    let may = w[ends..].iter().take(40).any(|w| w.is(word!("to")));
    let (owners, end) = may.then(|| actors(w, from)).flatten()?;
    let named = &w[from..end];
    let post = named.iter().any(|w| w.is(POSTS) || w.is(TITLES)) && is_deed(w, end + 2);
    let person = w[from].is_capital() && w[end - 1].is_capital() && is_deed(w, end + 2);
    let was = w.get(end).is_some_and(|w| w.is(word!("was|were"))) && (post || person);
    let is = was
        || w.get(end).is_some_and(|w| w.is(word!("is|are")))
            && (post || !w[from].is(word!("the|it|this|there")));
    let to = end + usize::from(is);
    // "Officer to present the report", in an agenda's order of business.
    let brief = w.len() < 8
        && w.last().is_some_and(|last| last.after.is_empty())
        && w.get(to + 1)
            .is_some_and(|verb| verb.is(word!("present|report|speak|introduce|reply|respond")));
    if brief
        || w.get(to)
            .is_none_or(|w| w.raw != "to" || w.before.ends_with('('))
        || w[end - 1].ends_phrase() && !w[end - 1].after.starts_with(')')
    {
        return None;
    }
    let verb = w.get(to + 1)?;
    // "Orders to which there were objections".
    let things = word!(
        "what|how|where|when|points|things|items|accounts|matters|questions|issues|ways|reasons|steps"
    );
    if verb.is(word!("which|whom|whose|what|me|us|you|him|her|them")) || w[from].is(things) {
        return None;
    }
    // "Ask Mr Gill to look over the accounts" names nobody who does.
    if w[from].is(word!(
        "ask|tell|invite|remind|get|let|request|help|allow|want|need|try"
    )) {
        return None;
    }
    // "Looking to work with landlords", "Failing to declare".
    if end == from + 1 && w[from].low.ends_with("ing") {
        return None;
    }
    let thing = w[from].low != "the" && named.iter().any(|w| w.is(THINGS));
    let body = from == 0 && w[end - 1].is(word!("council|committee|board|cabinet|meeting"));
    let acts = !(verb.is_capital()
        || verb.is(NO_DEEDS)
        || verb.low.ends_with("ing") && !verb.is(word!("bring|ring"))
        || verb.low.ends_with('s') && !verb.low.ends_with("ss") && verb.low != "focus"
        || verb.low.bytes().any(|b| b.is_ascii_digit()));
    let person = named
        .iter()
        .all(|w| w.is_capital() || w.is(word!("and|of|&|the")) || w.is(ACTORS));
    (!thing && !body && acts && person && named.len() <= 8)
        .then(|| owners.into_iter().chain(others(w, end)).collect())
}

/// What is to be done by nobody in particular: `Ask Mr Gill to look over the accounts`, `Find out what a bench would cost`.
pub(super) fn imperative(w: &[Word<'_>]) -> Found {
    let verb = w[0].is_capital()
        && !w[0].is_upper()
        && w[0].after.is_empty()
        && w[0].is(word!("ask|write|find|send|arrange|ring|get|chase|inform|invite|circulate|obtain|email|remind|organise|query|buy|speak"));
    let next = w.get(1)?;
    let thing = next.is_capital()
        || next.is(word!("the|a|an|all|any|if|whether|that|out|up|to|with|back|his|her|their|our|them|him|prices|quotes|for"));
    let done = w.iter().any(|w| {
        w.is(word!(
            "actioned|done|complete|completed|was|were|will|is|are|has|had"
        ))
    });
    (verb && thing && !done && (3..=30).contains(&w.len())).then_some((
        Vec::new(),
        Strength::Agreed,
        "imperative",
        50,
    ))
}

/// What stands before `to` and is nobody.
static THINGS: &Choices = word!(
    "\
    the|none|nobody|back|report|response|update|welcome|apologies|need|access|changes|amendments|recommendations|recommendation|motion|\
    further|prior|due|owing|subject|visits|nothing|discussion|discussions|work|meetings"
);

/// What stands behind `to` and is no deed.
static NO_DEEDS: &Choices = word!(
    "\
    the|a|an|both|all|every|each|any|our|their|its|this|that|these|date|stay|be"
);
