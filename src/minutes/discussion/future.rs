//! What somebody will do: `Pauline Marsh will write`, `Jo to ring the contractor`.

use super::agreed::is_doing;
use super::brought::brought;
use super::deeds::is_deed;
use super::speakers::{Before, is_person, spoken, subject};
use super::{BRINGING, Found, PAPERS, STATIVE, Sentence, Strength, skip};
use crate::minutes::wording::{Choices, Phrases, any, at};
use crate::minutes::words::Word;

/// What makes a sentence one of hopes, fears or guesses.
static HYPOTHETICAL: &Phrases = phrases![
    "noted that",
    "note that",
    "were it|they|he|she",
    "concern",
    "concerned that|about|at|whether|by",
    "declarable interest",
    "declare an|any|interests",
    "hoped",
    "assurance",
    "assured",
    "hoping",
    "wondered|wonder whether|if",
];

/// What makes a promise hang on something, where it stands before it.
static CONDITIONAL: &Phrases = phrases!["if the", "if it", "if they|he|she|this|that|there|a|any"];

/// Words that are no subject who could promise.
static NOBODY: &Choices =
    word!("that|which|who|it|this|there|these|what|how|where|those|none|nothing");

/// `Pauline Marsh will write`, `a full update would come to the Board meeting`.
pub(super) fn future(w: &[Word<'_>], before: &Before<'_>) -> Option<(usize, Sentence)> {
    // "A note on carers could be presented to the November meeting".
    let could = (1..w.len().min(14)).find(|j| {
        w[*j].low == "could"
            && w.get(j + 1).is_some_and(|w| w.low == "be")
            && w.get(j + 2).is_some_and(|w| w.is(BRINGING))
            && w[..*j].iter().any(|w| w.is(PAPERS))
            && !w[..*j]
                .iter()
                .any(|w| w.is(word!("if|whether|which|that|how")))
            && !w[*j..].iter().any(|w| w.low == "if")
    });
    if let Some(could) = could {
        return Some((could, (Vec::new(), Strength::Suggested, "suggested", 50)));
    }
    // "MR is going to shorten the rules".
    let going = (2..w.len()).find(|j| {
        w[*j].low == "going"
            && w[j - 1].is(word!("is|are"))
            && at(w, j + 1, phrase!("to"))
            && is_deed(w, j + 2)
    });
    if let Some(going) = going
        && let owners = subject(w, going - 1, before)
        && !owners.is_empty()
        && !any(w, HYPOTHETICAL)
    {
        return Some((going, (owners, Strength::Undertaken, "will", 60)));
    }
    // "Mr Will Strong" promises nothing.
    let modal = |w: &Word<'_>| w.is(word!("should|will|would|shall")) && !w.is_capital();
    if !w.iter().any(|w| w.is(word!("should|will|would|shall"))) || any(w, HYPOTHETICAL) {
        return None;
    }
    // "Members would like updates on foster carers who give up".
    let like = (1..w.len().saturating_sub(2)).find(|j| {
        w[*j].low == "would"
            && w[j + 1].is(word!("like|welcome"))
            && w[j - 1].is(word!(
                "members|committee|panel|board|governors|councillors|trustees|forum"
            ))
            && (w[j + 2..].iter().take(4).any(|w| w.is(PAPERS))
                || at(w, j + 2, phrase!("to see|have|receive")))
    });
    if let Some(like) = like {
        return Some((like, (Vec::new(), Strength::Requested, "would_like", 55)));
    }
    // "The Chair will tell the Committee about:" is a line of the agenda.
    if w.last()?.after.contains(':') {
        return None;
    }
    // "Will chase up the loose cover", in a list of what somebody said.
    if w[0].raw == "Will" && is_deed(w, 1) {
        let owners = spoken(before);
        return Some((0, (owners, Strength::Undertaken, "will", 65)));
    }
    (1..w.len()).filter(|j| modal(&w[*j])).find_map(|j| {
        let asks = w.get(skip(w, j + 1)).is_some_and(|w| {
            w.is(word!(
                "ask|see|check|find|enquire|inquire|look|speak|contact"
            ))
        });
        // What was asked before somebody replied does not bind the reply.
        let said = (0..j)
            .rev()
            .find(|k| w[*k].is(word!("replied|said|answered|responded|confirmed|advised")))
            .unwrap_or(0);
        let close = (j..w.len())
            .find(|k| w[*k].ends_phrase())
            .unwrap_or(w.len() - 1);
        let clause = &w[said..if asks { j } else { close + 1 }];
        if any(clause, CONDITIONAL) {
            return None;
        }
        let found = if w[j].low == "should" {
            we_should(w, j)
        } else if w[j].is(word!("will|would|shall")) {
            would(w, j, before)
        } else {
            None
        };
        Some((j, found?))
    })
}

/// `we should ask the Council for a bin`.
fn we_should(w: &[Word<'_>], j: usize) -> Found {
    let verb = w.get(skip(w, j + 1))?;
    (w[j - 1].low == "we" && !verb.is(STATIVE)).then_some((
        Vec::new(),
        Strength::Suggested,
        "we_should",
        60,
    ))
}

/// `Pauline Marsh will write to the Council`.
fn would(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let mut verb = skip(w, j + 1);
    if at(w, j + 1, phrase!("not")) {
        return None;
    }
    // "Cllr Hale will continue to press for a date".
    if at(w, verb, phrase!("continue to")) && is_deed(w, verb + 2) {
        verb += 2;
    }
    // "she would think about that and speak to Councillor Hale".
    if at(w, verb, phrase!("think about|of|over")) {
        let and = (verb + 2..w.len().min(verb + 8)).find(|k| w[*k].low == "and");
        verb = and
            .filter(|and| is_deed(w, and + 1))
            .map_or(verb, |and| and + 1);
    }
    let word = w.get(verb)?;
    let clause = (0..j)
        .rev()
        .find(|k| w[*k].after.contains([',', ';', ':']) || w[*k].low == "and")
        .map_or(0, |k| k + 1);
    if any(&w[clause..j], phrases!["whether|how|why|if"]) {
        return None;
    }
    if let Some(brought) = brought(w, j, before) {
        return Some(brought);
    }
    if w[j - 1].is(NOBODY) {
        return None;
    }
    // "we will ask for a room".
    if w[j - 1].low == "we" && w[j].low == "will" && is_deed(w, verb) {
        let we = w[j - 1].from..w[j - 1].to;
        return Some((vec![we], Strength::Undertaken, "will", 60));
    }
    // "Isao confirmed that he will give Petra the draft".
    let gives = w[j - 1].is(word!("he|she"))
        && word.is(word!("give|send|show"))
        && w.get(verb + 1).is_some_and(Word::is_capital);
    let owners = subject(w, j, before);
    let first = owners.first()?;
    let start = w.iter().position(|w| w.from == first.start);
    // "the revised Charter would come to the Committee" names a thing.
    let thing = start.is_some_and(|start| {
        start > 1
            && w[start - 2].is(word!("the|a|this|its"))
            && !w[start - 1].is_capital()
            && w[start - 1].after.is_empty()
    });
    // "before the Police will do any training".
    let until = start.is_some_and(|start| {
        start > 0
            && w[start - 1].is(word!(
                "before|until|when|once|unless|after|because|since|while"
            ))
    });
    if thing || until {
        return None;
    }
    let person = start.is_none_or(|from| {
        let end = (from..w.len())
            .find(|k| w[*k].to >= first.end)
            .map_or(w.len(), |k| k + 1);
        is_person(w, from..end)
            // "The Finance Committee will look again".
            || w[j].low == "will"
                && w[from..end].iter().any(|w| {
                    w.is(word!("committee|group|party|forum|trust|council|authority|board|police|force|association|company"))
                })
                && is_deed(w, verb)
    });
    // Who is named may do anything; of others only what is known to be a deed.
    let named = start.is_some_and(|from| {
        !w[from].is(word!(
            "members|residents|councillors|officers|all|everybody"
        ))
    }) && !w[j - 1].is(word!(
        "he|she|they|members|residents|councillors|officers|staff|schools|and|but|councils"
    )) && !word.is(STATIVE)
        && !word.is(IDLE);
    // "Colin Frayn will be writing to every school".
    let writing = word.low == "be"
        && w.get(verb + 1).is_some_and(is_doing)
        && (w[j].low == "will" || j > 1 && w[j - 2].low == "that");
    let ready = writing
        || at(w, verb, phrase!("be happy|willing|glad|pleased|content to")) && is_deed(w, verb + 3);
    let deed = named && word.low != "be" || ready || gives || is_deed(w, verb);
    (person && deed).then_some((owners, Strength::Undertaken, "will", 75))
}

/// Verbs of what cannot be checked later.
static IDLE: &Choices = word!(
    "\
    recall|remember|note|hear|gain|feel|think|believe|argue|suffer|face|struggle|retire|leave|chair|vote|abstain|\
    withdraw|declare|stand|serve|represent|miss|rather|agree|object|oppose|preside|sit|join|move|second|propose|exceed|\
    fall|rise|grow|reach|last|end|finish|happen|occur|arise|come|go|do|make|take|keep|hold|set|get|work|act|stay|\
    introduce|say|ask"
);
