//! What somebody asked for: `Members requested figures`, `The Clerk was asked to write`.

use std::ops::Range;

use super::deeds::is_deed;
use super::named::is_mended;
use super::speakers::{Before, spoken, subject, subject_start, taker};
use super::{BRINGING, Found, PAPERS, Strength};
use crate::minutes::actors::{ACTORS, BODIES, OFFICERS, POSTS, actors, span};
use crate::minutes::wording::{any, at};
use crate::minutes::words::Word;

/// `Members requested figures`, `The Chair asked that maps be sent round`. Who takes it on in the same sentence is the owner.
pub(super) fn requested(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let (mut owners, strength, rule, sure) = asked(w, j, before)?;
    if let Some(taker) = taker(w, j, before) {
        owners = taker;
    }
    Some((owners, strength, rule, sure))
}

pub(super) fn asked(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let next = w.get(j + 1)?;
    let mut place = j.checked_sub(1)?;
    if place > 0 && w[place].is(word!("also|then|therefore|further|again")) {
        place -= 1;
    }
    let before_it = &w[place];
    if before_it.is(word!("was|were|been|be|is|are|being")) && w[j].low != "urged" {
        return was_requested(w, j, place, before);
    }
    // "a report which asked that the Executive adopt the policy" asks nothing of anybody here.
    let report = w[j.saturating_sub(8)..j].windows(2).any(|two| {
        two[0].is(word!("report|letter|petition|motion|paper")) && two[1].is(word!("which|that"))
    });
    if report {
        return None;
    }
    let by_asking = w[j].low == "asked";
    // "Residents were urged to sign up", "He urged the Committee to act" ask nothing of officers.
    let officers = w[j + 1..]
        .iter()
        .take(4)
        .any(|w| w.is(OFFICERS) || w.is(POSTS) && w.low != "members" || w.low == "officer");
    if w[j].low == "urged" && !officers {
        return None;
    }
    let noun = w[j].low == "requests" && subject_start(w, j).is_none();
    if noun || before_it.is(word!("as|to|information|the|a|those|not|when|if")) || w[j].after == ","
    {
        return None;
    }
    // "asked the Director to write", "requested the Clerk to".
    if let Some((owners, end)) = actors(w, j + 1)
        && w.get(end).is_some_and(|w| w.low == "to")
        && w.get(end + 1).is_some_and(|w| {
            !w.is(word!(
                "say|vote|switch|comment|explain|confirm|clarify|note|introduce|outline|elaborate|approve|agree|adopt|elect|endorse|consider|support"
            ))
        })
    {
        return Some((owners, Strength::Requested, "asked_to", 80));
    }
    // "The Chair asked him to bring figures".
    if next.is(word!("him|her|them"))
        && w.get(j + 2).is_some_and(|w| w.low == "to")
        && is_deed(w, j + 3)
    {
        return Some((spoken(before), Strength::Requested, "asked_to", 70));
    }
    // "asked to have a note of it", "asked to be kept informed".
    let wanted = at(w, j + 1, phrase!("to have|see|receive a|an|the|some|more"))
        || at(
            w,
            j + 1,
            phrase!("to be kept|sent|given|told|shown|provided"),
        );
    if by_asking && wanted {
        return Some((Vec::new(), Strength::Requested, "asked_to_have", 70));
    }
    if w[j].is(word!("tasked|instructed|directed|urged"))
        || by_asking
            && next.is(word!(
                "if|whether|how|what|about|why|when|where|who|which|a|the|several|questions|further|question"
            ))
        || next.low == "to"
    {
        return None;
    }
    let thanks = any(
        &w[j..],
        phrases!["be thanked|congratulated|commended|recorded|minuted"],
    ) || at(w, j + 1, phrase!("that it be noted"))
        && !w[j..].iter().any(|w| w.is(word!("clerk|officer|director")));
    if next.low == "that" && (before_it.low == "it" || thanks) {
        return None;
    }
    if next.low == "that" {
        let pronoun = w.get(j + 2).is_some_and(|w| w.is(word!("he|she|they")))
            && w.get(j + 3).is_none_or(|w| w.low != "be");
        let owners = if pronoun {
            spoken(before)
        } else {
            that_owner(w, j + 2)
        };
        return Some((owners, Strength::Requested, "requested_that", 85));
    }
    if next.low == "for" {
        return asked_for(w, j).then(|| (giver(w, j), Strength::Requested, "asked_for", 70));
    }
    let procedure = phrases![
        "a recorded|named vote",
        "permission to",
        "leave to",
        "an adjournment"
    ];
    if by_asking || next.low == "nominations" || procedure.at(w, j + 1).is_some() {
        return None;
    }
    Some((giver(w, j), Strength::Requested, "requested", 75))
}

/// What a noun asks for: `There was a request for a list`, `Officers noted a request for figures`.
pub(super) fn there_was(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    // "Officers noted a request for a new list".
    if at(w, j.saturating_sub(2), phrase!("noted|took a|the"))
        && w.get(j + 1).is_some_and(|next| next.low == "for")
        && asked_for(w, j)
        && let owners = subject(w, j - 2, before)
        && !owners.is_empty()
    {
        return Some((owners, Strength::Requested, "asked_for", 65));
    }
    let (owners, strength, rule, sure) = there_was_a_request(w, j)?;
    Some((taker(w, j, before).unwrap_or(owners), strength, rule, sure))
}

/// `There was a request that managers give reasons`, `There was a request for a list of the works`.
fn there_was_a_request(w: &[Word<'_>], j: usize) -> Found {
    let there = w[j.saturating_sub(4)..j]
        .windows(2)
        .any(|two| two[0].low == "there" && two[1].is(word!("was|were")));
    let denied = w[j.saturating_sub(1)].is(word!("no|not"))
        || w[j..].iter().any(|w| w.is(word!("last|since|previously")));
    let next = w.get(j + 1).filter(|_| there && !denied)?;
    match next.low {
        "that" => Some((
            that_owner(w, j + 2),
            Strength::Requested,
            "requested_that",
            80,
        )),
        "to" if is_deed(w, j + 2) => Some((Vec::new(), Strength::Requested, "requested", 65)),
        "for" if asked_for(w, j) => Some((giver(w, j), Strength::Requested, "asked_for", 70)),
        _ => None,
    }
}

/// Who is to give what is asked for: `a talk on rent arrears by the Housing team`, `a progress report from the Environment Agency`.
pub(super) fn giver(w: &[Word<'_>], j: usize) -> Vec<Range<usize>> {
    let told = word!("talk|training|presentation|report|update|briefing");
    let by = (j + 2..w.len().min(j + 14)).find(|k| {
        w[*k].low == "by" && w[j..*k].iter().any(|w| w.is(told))
            || w[*k].low == "from" && w[k - 1].is(told)
    });
    by.filter(|by| {
        w.get(by + 1)
            .is_some_and(|w| w.low == "the" || w.is_capital())
    })
    .and_then(|by| actors(w, by + 1))
    .map(|(owners, _)| owners)
    .unwrap_or_default()
}

/// Whether a paper is asked for, or something to be done: `asked for figures`, `asked for the number to be put in the report`.
fn asked_for(w: &[Word<'_>], j: usize) -> bool {
    // "what the Guidance asked for."
    if w[j + 1].ends_phrase() || j + 2 >= w.len() {
        return false;
    }
    let of_no_task = word!(
        "explanation|approval|clarification|clarity|confirmation|reassurance|assurance|assurances|views|questions|comments|permission|\
        leave|his|her|it|them|exemption"
    );
    let article = w[j + 2].is(word!("a|an|the|some|any"));
    let done = any(&w[j..w.len().min(j + 16)], phrases!["to be"]);
    let paper = w[j + 2..].iter().take(4).any(|w| {
        w.is(PAPERS)
            && !w.is(word!(
                "information|arrangements|response|proposal|proposals|advice|update|answer|answers"
            ))
            || w.is(word!("detail|plans|costs|numbers"))
    });
    let task = || {
        let thing = w.get(j + 2 + usize::from(article));
        !thing.is_some_and(|w| w.is(of_no_task)) && (done || paper)
    };
    // "the change asked for by Councillor Beresford".
    w[j + 2].low != "by" && (w[j].low != "asked" || task())
}

/// `The Revenues Manager was to be asked for figures.`, `A paper is to be sent to all members.`
pub(super) fn to_be_asked(w: &[Word<'_>], j: usize) -> Found {
    let to = j > 1 && w[j - 1].low == "to" && w[j - 2].is(word!("was|were|is|are"));
    let paper = to
        && w[j - 2].is(word!("is|are"))
        && w.get(j + 1).is_some_and(|w| w.is(BRINGING))
        && (w[j.saturating_sub(8)..j - 2].iter().any(|w| w.is(PAPERS))
            || at(
                w,
                j + 1,
                phrase!("sent|circulated|given|provided|presented|submitted|reported to"),
            ));
    if paper {
        return Some((agent(w, j), Strength::Undertaken, "would_be_brought", 60));
    }
    // "The broken seat is to be mended".
    let mended = to
        && w[j - 2].is(word!("is|are"))
        && j >= 4
        && (w[0].is_capital() || w[0].raw.starts_with(|c: char| c.is_ascii_digit()))
        && w[..j - 2].len() <= 12
        && !w[..j - 2].iter().any(|w| {
            w.ends_phrase()
                || w.is(word!(
                    "that|which|who|what|meeting|meetings|if|when|it|there"
                ))
        })
        && w.get(j + 1).is_some_and(is_mended);
    if mended {
        return Some((agent(w, j), Strength::Agreed, "thing_to_be_done", 55));
    }
    let asked = w
        .get(j + 1)
        .is_some_and(|w| w.is(word!("asked|requested|invited|contacted|written")));
    (to && asked).then_some((Vec::new(), Strength::Agreed, "was_to_be_asked", 65))
}

/// `The Clerk was asked to write`, `It was requested that`.
pub(super) fn was_requested(w: &[Word<'_>], j: usize, was: usize, before: &Before<'_>) -> Found {
    // "A further meeting was requested to follow it up".
    let thing = w[..was]
        .iter()
        .rev()
        .take(8)
        .any(|w| w.is(PAPERS) || w.is(word!("meeting|visit")))
        && w[..was]
            .iter()
            .rev()
            .take(8)
            .any(|w| w.is(word!("a|an|further|more|another|additional")));
    let next = match w.get(j + 1) {
        Some(next) => next,
        None if thing => return Some((Vec::new(), Strength::Requested, "requested", 60)),
        None => return None,
    };
    if thing
        && w[j].low == "requested"
        && w[was].is(word!("was|were"))
        && !next.is(word!("to|that|by"))
    {
        return Some((Vec::new(), Strength::Requested, "requested", 60));
    }
    if w[was].low == "being"
        || w[was].low == "be" && !any(w, phrases!["requested that", "asked that"])
    {
        return None;
    }
    if next.low == "that" {
        return Some((
            that_owner(w, j + 2),
            Strength::Requested,
            "it_was_requested",
            80,
        ));
    }
    if next.low == "to"
        && (w[was].is(word!("was|were"))
            || w[was].is(word!("is|are"))
                && w[j].low == "requested"
                && w[0].is_capital()
                && is_deed(w, j + 2))
    {
        let verb = w.get(j + 2)?;
        // "Members were directed to Appendix One".
        let mind = verb.low == "keep" && any(&w[j..], phrases!["in mind"]);
        if verb.is_capital() && !is_deed(w, j + 2) && verb.low != "chair" || mind || verb.is(word!("note|consider|agree|approve|adopt|elect|say|choose|comment|receive|endorse|confirm|support|decide|determine|vote|change|amend")) {
            return None;
        }
        let owners = subject(w, was, before);
        // "Anyone who would like to take this on was asked to get in touch".
        if w[..was]
            .iter()
            .any(|w| w.is(word!("anyone|residents|anybody")))
        {
            return None;
        }
        let members = owners.len() == 1 && w[..j].iter().any(|w| w.low == "members");
        // What those who are there do at once.
        let there = w[..was].iter().any(|w| w.is(BODIES) || w.low == "public");
        if there
            && verb.is(word!(
                "look|think|read|reflect|bear|turn|remember|listen|leave|declare|exclude|shut|come|return"
            ))
        {
            return None;
        }
        return Some((
            owners,
            Strength::Requested,
            "was_asked_to",
            if members { 55 } else { 75 },
        ));
    }
    None
}

/// Who is to do what a `that` clause asks.
pub(super) fn that_owner(w: &[Word<'_>], from: usize) -> Vec<Range<usize>> {
    let Some((owners, end)) = actors(w, from) else {
        return several(w, from).unwrap_or_else(|| agent(w, from));
    };
    let Some(next) = w.get(end) else {
        return Vec::new();
    };
    // "that the Committee receive an update".
    let body = w[from..end]
        .last()
        .is_some_and(|w| w.is(BODIES) && w.low != "members");
    if body && next.is(word!("receive|request|have|consider|see|hear")) {
        return Vec::new();
    }
    // "that the papers that had come in be included"; "that members be invited to the next meeting".
    if next.is(word!("that|which|who")) || at(w, end, phrase!("be invited to the|a|an|this|its")) {
        return Vec::new();
    }
    if next.is(word!("be|is|are|was|were|would|will|should|to")) {
        let asked = w
            .get(end + 1)
            .is_some_and(|w| w.is(word!("asked|requested|invited|instructed")));
        let passive = next.low == "be"
            || w.get(end + 1).is_some_and(|w| w.low == "be")
            || next.is(word!("is|are|was|were")) && w.get(end + 1).is_some_and(|w| w.is(BRINGING));
        return if asked || !passive {
            owners
        } else {
            agent(w, end)
        };
    }
    // "that a volunteers policy would follow" names a thing.
    if w.get(end + 1)
        .is_some_and(|w| w.is(word!("would|will|should|be")))
    {
        return Vec::new();
    }
    // "that GP practices be shown" asks nothing of a GP.
    let plural = next.low.ends_with('s') && !next.low.ends_with("ss") && next.low != "focus";
    if next.low.ends_with("ed") || plural || next.is(word!("of|in|on|at|for|from|with|and")) {
        Vec::new()
    } else {
        owners
    }
}

/// A group that is asked, without a name: `that managers give dates by which they would be finished`.
fn several(w: &[Word<'_>], from: usize) -> Option<Vec<Range<usize>>> {
    let verb = (from + 1..w.len().min(from + 4)).find(|j| w[*j].low == "give" || is_deed(w, *j))?;
    let plain = |w: &Word<'_>| w.is_letters() && !w.is_capital() && w.after.is_empty();
    let named = &w[from..verb];
    let last = named.last()?;
    let people = last.is(ACTORS)
        || last.is(word!(
            "managers|keepers|teachers|workers|carers|owners|holders|users|drivers|wardens|tutors|directors|coordinators"
        ));
    (people && named.iter().all(plain)).then(|| vec![span(w, &(from..verb))])
}

pub(super) fn agent(w: &[Word<'_>], from: usize) -> Vec<Range<usize>> {
    (from..w.len())
        .find(|j| {
            w[*j].low == "by"
                && *j > 0
                && w[j - 1].low.ends_with(['d', 'n', 't'])
                // "petitions that had been discussed by the Group".
                && !w[j.saturating_sub(5)..*j].iter().any(|w| w.low == "had")
        })
        .and_then(|j| actors(w, j + 1))
        .map(|(owners, _)| owners)
        .unwrap_or_default()
}
