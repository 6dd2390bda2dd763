//! What somebody will do: `Pauline Marsh will write`, `Jo to ring the contractor`.

use std::ops::Range;

use super::agreed::is_doing;
use super::asked::agent;
use super::speakers::{Before, is_person, spoken, subject, subject_start};
use super::{BRINGING, Found, PAPERS, STATIVE, Sentence, Strength, skip};
use crate::minutes::actors::{ACTORS, POSTS, TITLES, actors};
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
    });
    if let Some(could) = could {
        return Some((could, (Vec::new(), Strength::Suggested, "suggested", 50)));
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

fn we_should(w: &[Word<'_>], j: usize) -> Found {
    let verb = w.get(skip(w, j + 1))?;
    (w[j - 1].low == "we" && !verb.is(STATIVE)).then_some((
        Vec::new(),
        Strength::Suggested,
        "we_should",
        60,
    ))
}

fn would(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let verb = skip(w, j + 1);
    let word = w.get(verb)?;
    if w[j + 1].low == "not" {
        return None;
    }
    let clause = (0..j)
        .rev()
        .find(|k| w[*k].after.contains([',', ';', ':']) || w[*k].low == "and")
        .map_or(0, |k| k + 1);
    if any(&w[clause..j], phrases!["whether|how|why|if"]) {
        return None;
    }
    if let Some(brought) = brought(w, j, word, before) {
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

/// `a full update would come to the Board meeting`, `figures will be circulated`.
fn brought(w: &[Word<'_>], j: usize, verb: &Word<'_>, before: &Before<'_>) -> Found {
    let begins = |end: usize| {
        (0..end)
            .rev()
            .find(|k| {
                w[*k].ends_phrase()
                    || w[*k].raw.is_empty()
                    || w[*k].is(word!("that|and|said|confirmed|advised|replied"))
            })
            .map_or(0, |k| k + 1)
    };
    let from = begins(j);
    // "A table was being put together and would be finished in May".
    let from = if from == j && j > 1 {
        begins(j - 1)
    } else {
        from
    };
    // "This bulletin was tabled, and would be circulated to all members".
    let bare = from >= j && w[j - 1].low == "and";
    let thing = if bare {
        let end = w
            .iter()
            .take(8)
            .position(|w| w.is(word!("was|were|is|are|had|has")));
        &w[..end.unwrap_or(0)]
    } else {
        &w[from..j]
    };
    let tabled = bare
        && thing
            .iter()
            .any(|w| w.is(PAPERS) || w.is(word!("bulletin|document|plan|minutes|policy")))
        && done_to(w, j);
    let paper = thing.iter().any(|w| w.is(PAPERS))
        && thing
            .first()
            .is_some_and(|w| !w.is(word!("the|this|these")));
    // "the Leader said that this would be picked up".
    let promised = w[..from].iter().any(|w| {
        w.is(word!(
            "said|confirmed|advised|replied|assured|agreed|undertook|explained|told|saying|stated|informed|added|reported"
        ))
    }) && thing
        .first()
        .is_some_and(|w| w.is(word!("this|these|it|they|that|a|an|another|more|further")));
    // "advised that the latest uptake would be circulated to members by Friday".
    let says = w[..from].iter().any(|w| {
        w.is(word!(
            "said|confirmed|advised|replied|added|reported|explained|told|saying|stated|informed"
        ))
    });
    // "this would be sent to the Committee after the meeting".
    let it = thing
        .first()
        .is_some_and(|w| w.is(word!("this|these|it|they")))
        && thing.len() == 1;
    // "the points would be taken up with the caterers", "the words would be put right".
    let handled = says
        && verb.low == "be"
        && w.get(skip(w, j + 2)).is_some_and(|v| {
            v.is(word!(
                "taken|put|corrected|amended|picked|followed|fed|added|included|looked|checked|brought|provided|\
                raised|arranged|investigated|rectified|filled|written|contacted|told|informed"
            ))
        })
        && w.get(skip(w, j + 2) + 1).is_some_and(|n| {
            n.is(word!("up|right|back|forward|into|on|away|to|in|with|at|for|by"))
        });
    // "The paper would come to the next meeting of the Committee".
    let the_paper = verb.is(word!("come|go"))
        && thing.iter().any(|w| w.is(PAPERS))
        && at(
            w,
            skip(w, j + 1) + 1,
            phrase!(
                "to the|a|this|its|our next|future|special|following|committee|board|council|panel|forum|meeting|january|february|march|april|may|june|july|september|october|november|december"
            ),
        );
    // "The new members will be given a copy".
    let given = verb.low == "be"
        && w.get(skip(w, j + 2))
            .is_some_and(|v| v.is(word!("given|sent|provided|supplied|issued|shown")))
        && w[(skip(w, j + 2) + 1).min(w.len())..]
            .iter()
            .take(4)
            .any(|w| w.is(PAPERS))
        && at(w, skip(w, j + 2) + 1, phrase!("a|an|with|the|more|further"));
    let sent = says
        && verb.low == "be"
        && w.get(skip(w, j + 2))
            .is_some_and(|v| v.is(word!("circulated|emailed|e-mailed|forwarded|shared|sent")));
    let sent = (sent || it && done_to(w, j))
        && w.get(skip(w, j + 2) + 1)
            .is_some_and(|n| n.is(word!("to|round|out|with|by|after|before|once|in|on")));
    // "The remark would be passed to the Manager".
    // "The Commander confirmed this would be ready within the fortnight".
    let available =
        says && (it || paper) && at(w, verb_at(w, j), phrase!("be ready|available|complete"));
    let passed = verb.low == "be"
        && at(
            w,
            skip(w, j + 2),
            phrase!(
                "passed|forwarded|fed|circulated|emailed|relayed|sent|issued|provided|given|reported to|back|on"
            ),
        );
    let welcome = at(
        w,
        skip(w, j + 2) + 1,
        phrase!("to confirm|declare|speak|note|consider|ask|put|say"),
    );
    let invited = !welcome
        && w[j].low == "will"
        && w.get(skip(w, j + 2))
            .is_some_and(|v| v.is(word!("invited|contacted|asked|written")));
    let comes = says && verb.low == "come" && thing.len() > 1;
    if !(paper
        || promised
        || invited
        || sent
        || comes
        || handled
        || the_paper
        || given
        || passed
        || available
        || tabled)
    {
        return None;
    }
    let done = verb.low == "be"
        && w.get(skip(w, j + 2))
            .is_some_and(|v| v.is(BRINGING) || v.is(DONE));
    let owners = if done || handled || given || available || tabled {
        let undertook = (0..from).find(|k| w[*k].low == "undertook");
        // "The Clerk confirmed that it would be advertised": who says so sees to it.
        let said = (1..from).find(|k| {
            w[*k].is(word!("confirmed|said|advised|replied"))
                && w.get(k + 1).is_some_and(|n| n.low == "that")
                && k + 2 == from
        });
        match (undertook, said) {
            (Some(verb), _) => subject(w, verb, before),
            (None, Some(verb)) => {
                let start = subject_start(w, verb).filter(|start| is_person(w, *start..verb));
                let by = agent(w, j);
                match start.and_then(|start| actors(w, start)) {
                    Some((owners, _)) if by.is_empty() => owners,
                    _ => by,
                }
            }
            (None, None) => agent(w, j),
        }
    } else if verb.is(word!("come|go|follow"))
        && (paper || the_paper || comes && PHRASED.at(w, skip(w, j + 1)).is_some())
        || promised && verb.is(word!("feature|appear"))
    {
        Vec::new()
    } else {
        return None;
    };
    Some((owners, Strength::Undertaken, "would_be_brought", 65))
}

/// Where the verb behind `would` stands.
fn verb_at(w: &[Word<'_>], j: usize) -> usize {
    skip(w, j + 1)
}

/// Whether something would be sent to somebody.
fn done_to(w: &[Word<'_>], j: usize) -> bool {
    w.get(skip(w, j + 1)).is_some_and(|w| w.low == "be")
        && w.get(skip(w, j + 2)).is_some_and(|v| {
            v.is(word!(
                "circulated|emailed|e-mailed|forwarded|shared|sent|brought|provided|reported"
            ))
        })
}

/// What would be done, where somebody says that it would.
static DONE: &Choices = word!(
    "\
    published|picked|raised|followed|fed|passed|redrawn|updated|distributed|corrected|amended|included|featured|\
    e-mailed|fixed|organised|convened|finished|completed|held|altered|changed|extended"
);

/// Verbs of what cannot be checked later.
static IDLE: &Choices = word!(
    "\
    recall|remember|note|hear|gain|feel|think|believe|argue|suffer|face|struggle|retire|leave|chair|vote|abstain|\
    withdraw|declare|stand|serve|represent|miss|rather|agree|object|oppose|preside|sit|join|move|second|propose|exceed|\
    fall|rise|grow|reach|last|end|finish|happen|occur|arise|come|go|do|make|take|keep|hold|set|get|work|act|stay|\
    introduce|say|ask"
);

/// Whether a deed that can be checked later stands at a place.
pub(super) fn is_deed(w: &[Word<'_>], verb: usize) -> bool {
    w.get(verb).is_some_and(|word| word.is(DEEDS))
        || PHRASED.at(w, verb).is_some()
        || has_done(w, verb)
}

/// `have the lines repainted by the end of November`.
fn has_done(w: &[Word<'_>], verb: usize) -> bool {
    at(w, verb, phrase!("have the|his|her|their|its"))
        && (verb + 3..w.len().min(verb + 10))
            .take_while(|k| !w[k - 1].ends_phrase())
            .any(|k| {
                w[k].low.ends_with("ed")
                    && (w[k].ends_phrase()
                        || w.get(k + 1)
                            .is_none_or(|n| n.is(word!("by|before|at|in|on|from|and|to|again"))))
            })
}

/// `Survey to be sent out in February.`, `Future papers to be issued a week before (Clerk).`
pub(super) fn thing_to_be(w: &[Word<'_>]) -> Found {
    let to = w
        .iter()
        .take(12)
        .position(|w| w.raw == "to")
        .filter(|to| *to > 0)?;
    let verb = w.get(skip(w, to + 2)).filter(|_| w[to + 1].low == "be")?;
    let told = w[..to].iter().any(|w| {
        w.ends_phrase()
            || w.low.ends_with("ed")
            || w.is(word!("is|are|was|were|be|has|have|had|will|would|should|that|which|who|need|needs|likely|due|able|it|this|they|there|he|she"))
    });
    if told
        || !w[0].is_capital()
        || w[..to].iter().any(|w| w.is(word!("meeting|agenda|apologies")))
        || !(verb.is(BRINGING) || verb.is(DONE) || verb.is(word!("told|asked|informed|claimed|ordered|paid|looked|moved|removed|replaced|repaired|painted|cut|cleared|cleaned|checked|reviewed|investigated|chased")))
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

/// Deeds that can be checked later.
pub(in crate::minutes) static DEEDS: &Choices = word!(
    "\
    write|contact|circulate|send|arrange|provide|report|produce|prepare|ask|speak|discuss|follow|investigate|check|\
    email|e-mail|raise|look|find|bring|share|draft|obtain|get|chase|meet|liaise|organise|review|update|invite|seek|\
    forward|research|pass|present|feed|consult|compile|explore|return|confirm|submit|ring|call|visit|distribute|let|\
    publish|add|attend|inform|put|try|supply|pick|do|prepare|issue|post|order|buy|fix|mend|install|collect|deliver|\
    approach|remind|notify|tell|talk|pursue|examine|amend|print|advertise|complete|convene|inspect|measure|survey|\
    clean|paint|repair|replace|cut|plant|trim|flag|escalate|relay|convey|clarify|verify|ascertain|identify|source|\
    negotiate|engage|brief|refresh|revise|rewrite|redraft|recirculate|resend|reply|respond|answer|mention|query|\
    chase|schedule|book|host|monitor|weed|water|lock|unlock|audit|calculate|analyse|assess|trace|track|enquire|\
    inquire|nominate|recruit|apply|register|translate|scan|upload|photograph|map|list|summarise|tidy"
);

/// Deeds of several words.
static PHRASED: &Phrases = phrases![
    "come back|in",
    "come to the|a committee|council|board|panel|forum|cabinet|executive|meeting|next|group|governors",
    "go back|through",
    "take up|forward|back|away|over|this|that|it|photographs|minutes",
    "see whether|if|that|what|to",
    "set up|out",
    "sit down",
    "draw up",
    "have it|them|that|a|this|these",
    "give a|an|the update|presentation|talk|reply|answer|figures|details",
    "give him|her|them|us|members|governors|councillors|officers|everyone|everybody",
    "give the _ a|an|some|more",
    "say when|which|what",
    "go into|over|round",
    "keep a|an record|log|note|list|eye",
    "be responsible for",
    "make enquiries|inquiries|contact|a|an|sure|arrangements",
    "keep _ informed|updated|posted",
    "keep the|a _ informed|updated|log|list",
    "work with|on|up",
];

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
    let (owners, end) = actors(w, from)?;
    let named = &w[from..end];
    let post = named.iter().any(|w| w.is(POSTS) || w.is(TITLES)) && is_deed(w, end + 2);
    let was = w.get(end).is_some_and(|w| w.is(word!("was|were"))) && post;
    let is = was
        || w.get(end).is_some_and(|w| w.is(word!("is|are")))
            && (post || !w[from].is(word!("the|it|this|there")));
    let to = end + usize::from(is);
    if w.get(to).is_none_or(|w| w.raw != "to")
        || w[end - 1].ends_phrase() && !w[end - 1].after.starts_with(')')
    {
        return None;
    }
    let verb = w.get(to + 1)?;
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

/// What stands before `to` and is nobody.
static THINGS: &Choices = word!(
    "\
    the|report|response|update|welcome|apologies|need|access|changes|amendments|recommendations|recommendation|motion|\
    further|prior|due|owing|subject|visits|nothing|discussion|discussions|work|meetings"
);

/// What stands behind `to` and is no deed.
static NO_DEEDS: &Choices = word!(
    "\
    the|a|an|both|all|every|each|any|our|their|its|this|that|these|date|stay|be"
);
