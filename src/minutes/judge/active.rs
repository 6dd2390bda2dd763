//! Decisions in the active: `note the report`, `asks the Director to write`, `the Clerk write to the Minister`.

use std::ops::Range;

use super::passive::{passive, passive_of};
use super::verbs::{DISPOSED, NO_VERBS, PAST, family, noun, third_person};
use super::{Judged, clause, practical, skip_adverbs, unknown};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::{self, BODIES, POSTS, TITLES, actors};
use crate::minutes::discussion::{DEEDS, is_deed};
use crate::minutes::wording::{any, at, find};
use crate::minutes::words::Word;

use ResolutionKind::{Appointment, Approved, Noted, Other, Recommendation, Referral, Request};

/// A subject that acts, and its verb.
pub(super) fn subject(
    w: &[Word<'_>],
    from: usize,
    owners: Vec<Range<usize>>,
    verb: usize,
) -> Option<Judged> {
    let word = w.get(verb)?;
    let body = w[from..verb].iter().any(|w| w.is(BODIES)) && owners.len() == 1;
    if word.is(word!("be|is|are|was|were")) {
        let participle = skip_adverbs(w, verb + 1);
        return passive_of(w, participle, owners);
    }
    // "the Working Party reports from the Panels be approved".
    let named = third_person(word)
        && w[verb + 1..].iter().take(24).any(|w| w.low == "be")
        && w.get(verb + 1)
            .is_some_and(|n| n.is(word!("from|of|on|for|by|and|be")));
    if named && let Some(judged) = passive(w) {
        return Some(judged);
    }
    // "the Joint Board go on holding its meetings at 4 p.m.".
    if body
        && (at(w, verb, phrase!("go on")) || word.low == "continue")
        && w[from..verb].iter().any(|w| w.is(BODIES))
        && !any(
            &w[verb..],
            phrases!["report", "to monitor|review|receive|lobby|press"],
        )
    {
        return Some(Judged::of(Approved, "be_policy"));
    }
    // "the governors could serve out their terms" permits.
    if word.is(word!("could|may|might|can")) {
        return Some(Judged::of(Approved, "may"));
    }
    // "Changes to the website" are no subject.
    let thing = word.raw == "to"
        && w.get(verb + 1).is_some_and(|next| {
            next.is(word!("the|a|an|our|its|their|this|these"))
                || next.is_capital() && !next.is_upper()
        });
    if thing {
        return None;
    }
    if word.is(word!("would|will|should|shall|must|to")) {
        return shall(w, verb, owners);
    }
    if word.is(word!("serve|act|sit|represent|continue"))
        && any(&w[verb..], phrases!["as", "representative", "on the"])
        || word.is(word!("replace|replaces")) && w.get(verb + 1).is_some_and(|next| next.is(TITLES))
    {
        return Some(Judged::of(Appointment, "serves"));
    }
    // "the Working Group oversees the reopening", "the Clerk carries out a count".
    let third = word.low.ends_with('s')
        && !word.low.ends_with("ss")
        && word.after.is_empty()
        && w.get(verb + 1)
            .is_some_and(|n| n.is(word!("the|a|an|any|all|its|their|this|these|out|up|back")));
    if word.is(NO_VERBS)
        || word.before.contains('(')
        || word.is(PAST)
        || noun(word) && !third_person(word) && !third
        || word.is_capital() && !(word.is_upper() && family(word.low).is_some())
        || !word.raw.starts_with(char::is_alphabetic)
        || word.low.ends_with("ing") && !word.is(word!("bring|ring|sing|string"))
    {
        return None;
    }
    if let Some(kind) = family(word.low) {
        // "the Head of Personnel ask the Facilities Manager for a count".
        if kind == Request && !body && word.is(word!("ask|request|invite|instruct|require")) {
            return Some(Judged::of(Request, "subject_acts").by(owners, "subject"));
        }
        if kind == Request {
            // "Cabinet requests that a report be submitted": who is to submit it is not said.
            let owners = if body { Vec::new() } else { owners };
            let judged = asked(w, verb)
                .unwrap_or_else(|| Judged::of(Request, "requests").by(owners, "subject"));
            return Some(judged);
        }
        if kind == Recommendation {
            return Some(active(w, verb, false, Vec::new()));
        }
        // "the Clerk object to the application".
        if !body
            && word.is(word!(
                "object|sign|buy|purchase|pay|remove|transfer|delete|donate|attach"
            ))
        {
            return Some(Judged::of(Request, "subject_acts").by(owners, "subject"));
        }
        // "the Director provide" acts; "the Panel note" decides.
        let decides = body || kind == Noted || !word.low.ends_with('d');
        return decides.then(|| active(w, verb, false, owners));
    }
    // The base form after a subject: "Officers publish a timetable"; not "the Members below be appointed".
    let be = (verb + 1..w.len().min(verb + 10))
        .take_while(|j| !w[j - 1].ends_phrase() && !w[*j].is(word!("to|and|that|who|which")))
        .any(|j| w[j].low == "be");
    // "That the plan now laid, be approved", "That the Wardens pilot, under which parishes may recruit, be approved".
    let aside =
        word.after == "," && (verb + 1..w.len()).any(|j| w[j].low == "be" && w[j - 1].after == ",");
    // "the Licensing Committee procedure for hearing applications and complaints (as set out in the appendix) be approved".
    let disposed = !is_deed(w, verb)
        && (verb + 1..w.len()).any(|j| {
            w[j].low == "be"
                && w.get(j + 1).is_some_and(|w| w.is(DISPOSED))
                && !w[j - 1].is(word!("to|would|will|should|could|may|not"))
        });
    if word.low.ends_with("ed") || be || aside || disposed {
        return None;
    }
    Some(Judged::of(Request, "subject_acts").by(owners, "subject"))
}

/// What a subject is to do: `the Clerk would write`, `the Panel should be told`.
fn shall(w: &[Word<'_>], verb: usize, owners: Vec<Range<usize>>) -> Option<Judged> {
    let next = skip_adverbs(w, verb + 1);
    // "would go on standing for the Council as a member".
    if (at(
        w,
        next,
        phrase!("go|continue on|to|standing|serving|acting|representing"),
    ) || w
        .get(next)
        .is_some_and(|w| w.is(word!("serve|stand|represent|act|stay|remain"))))
        && any(
            &w[next..],
            phrases![
                "as a|an|the|its",
                "representative",
                "standing|serving|acting|representing",
                "for one|two|three|1|2|3|the"
            ],
        )
    {
        return Some(Judged::of(Appointment, "serves"));
    }
    // "the Panel will come to an end on 31 March".
    let body = w[..verb].iter().any(|w| w.is(BODIES));
    if at(w, next, phrase!("come to an end"))
        || w.get(next)?.is(word!("cease|expire"))
        || body && at(w, next, phrase!("start|begin|meet at|on|in"))
        || w[verb..next]
            .iter()
            .any(|w| w.is(word!("normally|usually|ordinarily")))
        || at(w, next, phrase!("sit on"))
        || at(w, next, phrase!("carry|go on for|as|until"))
    {
        return Some(Judged::of(Approved, "be_policy"));
    }
    if w.get(next)?.low == "be" {
        return passive_of(w, skip_adverbs(w, next + 1), owners);
    }
    Some(active(w, next, true, owners))
}

/// A verb in the active: `note`, `asks the Director to write`, `write to the Minister`.
pub(super) fn active(
    w: &[Word<'_>],
    verb: usize,
    infinitive: bool,
    owners: Vec<Range<usize>>,
) -> Judged {
    let Some(word) = w.get(verb) else {
        return unknown();
    };
    match family(word.low) {
        // "Tina to buy a timer".
        Some(Approved)
            if infinitive
                && !owners.is_empty()
                && word.is(word!("buy|purchase|pay|sign|donate|confirm")) =>
        {
            Judged::of(Request, "task").by(owners, "subject")
        }
        Some(Approved) => approving(w, verb, owners),
        // "to invite the Rangers to the meeting": who invites is not said.
        Some(Request) if infinitive && word.low == "invite" => {
            Judged::of(Request, "task").by(owners, "subject")
        }
        // "Clerk to ask the Mayor": who asks is who acts.
        Some(Request) if infinitive && !owners.is_empty() => {
            Judged::of(Request, "task").by(owners, "subject")
        }
        // "to ask the County Council for a survey": who asks is not said.
        Some(Request)
            if infinitive
                && word.low == "ask"
                && actors(w, verb + 1)
                    .is_some_and(|(_, end)| w.get(end).is_some_and(|w| w.low == "for")) =>
        {
            Judged::of(Request, "requests")
        }
        Some(Request) => asked(w, verb).unwrap_or_else(|| Judged::of(Request, "requests")),
        Some(Recommendation) => {
            let owners = recommended(w, verb + 1);
            let inner = find(&w[verb..], phrase!("that")).map(|that| verb + that + 1);
            // "recommend the Council to welcome the report and to agree the answer".
            let to = (verb + 1..w.len().min(verb + 10)).find(|j| {
                w[*j].low == "to"
                    && w.get(j + 1).is_some_and(|next| {
                        next.is(word!(
                            "approve|agree|adopt|endorse|note|welcome|accept|ratify|confirm|appoint|delegate|authorise"
                        ))
                    })
            });
            // "recommend to Full Council the formal establishment of a Group", "recommend approval".
            let noun = word!(
                "establishment|approval|adoption|appointment|acceptance|endorsement|election|refusal"
            );
            let approval = (verb + 1..w.len().min(verb + 10)).any(|j| {
                w[j].is(noun)
                    && (j == verb + 1
                        || w[j - 1].low == "the"
                        || j > verb + 2 && w[j - 2].low == "the")
            });
            // "recommends the Programme to Budget Council for approval".
            let for_approval = any(
                &w[verb..],
                phrases!["for approval|adoption|endorsement|ratification"],
            );
            let is_action = to.is_none()
                && !for_approval
                && !(approval && inner.is_none())
                && inner.is_none_or(|inner| practical(&w[inner..]));
            Judged::new(Recommendation, is_action, "recommends").by(owners, "recommended_body")
        }
        // "the Portfolio Holder refer this matter to the Forum": who refers is who acts.
        Some(Referral)
            if !infinitive
                && owners.first().is_some_and(|owner| {
                    w.iter().any(|w| owner.contains(&w.from) && w.is(POSTS))
                }) =>
        {
            let referred = referral(w, verb);
            Judged {
                owners: if referred.is_action {
                    owners
                } else {
                    Vec::new()
                },
                ..referred
            }
        }
        Some(Referral) => referral(w, verb),
        // "to put off the appointment until June".
        None if infinitive && at(w, verb, phrase!("put|hold off|over|back")) => {
            Judged::new(Referral, false, "deferred")
        }
        // "to set aside £150,000 from reserves", "to give the bowls club £200".
        None if infinitive
            && !w[verb..]
                .iter()
                .take(7)
                .any(|w| w.is(word!("notice|report|details|update")))
            && word.is(word!(
                "set|allocate|release|vire|spend|earmark|transfer|contribute|give"
            ))
            && w[verb..]
                .iter()
                .take(7)
                .any(|w| w.before.contains(['£', '€', '$'])) =>
        {
            Judged::of(Approved, "be_policy")
        }
        // "to object on grounds of access" is to be written; "to object" may have been.
        Some(Other)
            if infinitive && at(w, verb, phrase!("object on|to|because")) && owners.is_empty() =>
        {
            Judged::of(Request, "task")
        }
        Some(kind) => Judged::of(kind, "decides"),
        None => unfamiliar(w, verb, infinitive, owners),
    }
}

/// A verb that approves, and may bind what follows it: `agree to write`, `agree that the Clerk write`.
fn approving(w: &[Word<'_>], verb: usize, owners: Vec<Range<usize>>) -> Judged {
    let (word, next) = (&w[verb], verb + 1);
    // "delegates the job of finding out to the Parks Officer".
    if word.low.starts_with("delegate")
        && at(
            w,
            next,
            phrase!("the job|task|work|drafting|preparation|writing of"),
        )
    {
        let owners = w[next..]
            .iter()
            .rposition(|w| w.low == "to")
            .and_then(|to| actors(w, next + to + 1))
            .map(|(owners, _)| owners);
        return Judged::of(Request, "task").by(owners.unwrap_or_default(), "subject");
    }
    // "accept the report", "accept and note the information".
    let received = at(
        w,
        next,
        phrase!("the report|update|information|contents|position"),
    ) || at(w, next, phrase!("and note"));
    if word.low.starts_with("accept") && received {
        return Judged::of(Noted, "decides");
    }
    let thing = at(
        w,
        next,
        phrase!(
            "to the|a|an|this|these|those|their|its|all|any|fewer|more|no|both|two|three|some|such|using|having|holding"
        ),
    );
    let binds = w.get(next).is_some_and(|n| n.is(word!("to|that")));
    if word.low.starts_with("agree") && binds && !thing {
        let inner = clause(&w[next + usize::from(w[next].low == "that")..], None);
        if inner.decisive && inner.rules != ["be_decided"] {
            return inner.by(owners, "subject");
        }
    }
    Judged::of(Approved, "approves")
}

/// A verb that is none of decisions: what somebody is to do, or what the meeting itself does.
fn unfamiliar(w: &[Word<'_>], verb: usize, infinitive: bool, owners: Vec<Range<usize>>) -> Judged {
    let word = &w[verb];
    let nobody = infinitive && owners.is_empty();
    let consideration = at(w, verb, phrase!("continue consideration|the|this"))
        && any(&w[verb..], phrases!["meeting", "consideration"]);
    if nobody && at(w, verb, phrase!("continue with|as|to")) {
        Judged::of(Approved, "approves")
    } else if nobody
        && word.is(word!("amend|correct|alter"))
        && w[verb..]
            .iter()
            .take(6)
            .any(|w| w.is(word!("item|minute|minutes|page|paragraph|line")))
        && any(
            &w[verb..],
            phrases![
                "to read|include|add|say|show",
                "by adding|deleting|replacing"
            ],
        )
    {
        // "to amend Item 5 to read …" is put right with the minutes.
        Judged::new(Other, false, "minutes_amended")
    } else if consideration
        // "to leave the question until the April meeting".
        || nobody && word.low == "leave" && any(&w[verb..], phrases!["until|till"])
    {
        Judged::new(Referral, false, "deferred")
    } else if infinitive
        && at(w, verb, phrase!("have it|them|this|that _"))
        && w[verb + 2].low.ends_with(['d', 't', 'n'])
    {
        // "to have it sprayed".
        Judged::of(Request, "task").by(owners, "subject")
    } else if word.low == "have"
        && w[verb + 1..].iter().take(3).any(|w| {
            w.is(word!(
                "oversight|responsibility|power|powers|authority|access|discretion"
            ))
        })
    {
        Judged::of(Approved, "be_policy")
    } else if nobody
        && word.is(word!("close|keep|leave"))
        && w[verb..].iter().take(7).any(|w| {
            w.is(word!(
                "action|actions|item|items|recommendation|recommendations"
            ))
        })
    {
        // "to close the following actions": the keeping of a list.
        Judged::new(Other, false, "list_kept")
    } else if nobody && word.is(word!("be|have|extend|proceed|vote|go|move|leave"))
        // "to take item 9.1 in public".
        || infinitive
            && word.is(word!("take|consider|discuss|hear"))
            && any(&w[verb..], phrases!["in public|private", "the following order"])
    {
        Judged::new(Other, false, "decides")
    } else if infinitive || !owners.is_empty() {
        Judged::of(Request, "task").by(owners, "subject")
    } else {
        unknown()
    }
}

/// The body that something is recommended to.
pub(super) fn recommended(w: &[Word<'_>], from: usize) -> Vec<Range<usize>> {
    let from = from + usize::from(w.get(from).is_some_and(|w| w.low == "to"));
    actors(w, from)
        .map(|(owners, _)| owners)
        .unwrap_or_default()
}

/// Who is asked: `asks the Director to write`, `request that the Director write`.
pub(super) fn asked(w: &[Word<'_>], verb: usize) -> Option<Judged> {
    let mut from = verb + 1;
    // "to task the Chief Officer with writing to the Health Board".
    if w[verb].is(word!("task|tasks|tasked"))
        && let Some((owners, end)) = actors(w, from)
        && w.get(end).is_some_and(|w| w.low == "with")
    {
        return Some(Judged::of(Request, "requests").by(owners, "asked"));
    }
    let that = w.get(from).is_some_and(|w| w.low == "that");
    from += usize::from(that);
    if at(w, from, phrase!("to be")) {
        return Some(Judged::of(Request, "requests"));
    }
    if let Some((mut owners, mut end)) = actors(w, from) {
        // "requests Members of this Committee to send their views to the Chair".
        if at(w, end, phrase!("of this|the|our|that _")) && w[end + 2].is(BODIES) {
            end += 3;
            owners = vec![actors::span(w, &(from..end))];
        }
        let next = actors::beyond_consultation(w, end);
        let next = skip_adverbs(w, next);
        let word = w.get(next);
        let acts = word.is_some_and(|word| {
            word.is(word!("to|for|would|will|should|if|whether"))
                || that && !word.is(NO_VERBS)
                || w[verb].is(word!("requests|asks"))
                    && is_deed(w, next)
                    && !w[next - 1].ends_phrase()
                || word.is(word!("be"))
        });
        if acts {
            let to_be = word.is_some_and(|word| word.low == "be");
            if to_be {
                return Some(
                    passive_of(w, next + 1, owners)
                        .unwrap_or_else(|| Judged::of(Request, "requests")),
                );
            }
            return Some(Judged::of(Request, "requests").by(owners, "asked"));
        }
    }
    None
}

pub(super) fn referral(w: &[Word<'_>], verb: usize) -> Judged {
    let deferred = w[verb].low.starts_with("defer")
        || w[verb].is(word!("adjourn|adjourned|continued|postponed|postpone"));
    if deferred {
        return Judged::new(Referral, false, "deferred");
    }
    let to = (verb + 1..w.len()).find(|j| w[*j].is(word!("to")));
    let body = to.and_then(|to| Some((to, actors(w, to + 1)?)));
    // "to remit to the Executive Director to submit the results".
    if let Some((to, (owners, end))) = &body
        && w.get(*end).is_some_and(|w| w.low == "to")
        && w.get(end + 1).is_some_and(|w| w.is(DEEDS))
        && w[*to..*end].iter().any(|w| w.is(POSTS))
    {
        return Judged::of(Request, "task").by(owners.clone(), "subject");
    }
    let owners = body
        .map(|(_, found)| found)
        .map(|(owners, _)| owners)
        .unwrap_or_default();
    Judged::new(Referral, true, "referred").by(owners, "referred_to")
}
