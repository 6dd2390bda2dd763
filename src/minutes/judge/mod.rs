//! Judging: what kind of decision a clause is, whether somebody is to do something, and who.

mod active;
mod agent;
mod passive;
mod plain;
mod set;
mod verbs;

use std::ops::Range;

use active::{active, asked, subject};
use agent::agent;
pub(super) use passive::put_off;
use passive::{passive, passive_of, passive_soon};
use plain::{being, group_acts, group_to, includes, remains, stays, to_come};
use set::{courtesy, said_in_words, set_form};
use verbs::{ADVERBS, family};
pub(super) use verbs::{DISPOSED, IRREGULAR, ORDERS, PAST};

use super::actors::{self, actors};
use super::discussion::DEEDS;
use super::wording::{Seen, at};
use super::words::Word;
use crate::domain::resolution::ResolutionKind;

use ResolutionKind::{Appointment, Approved, Exclusion, Noted, Other, Recommendation, Request};

/// What a clause was judged to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) kind: ResolutionKind,
    pub(super) is_action: bool,
    pub(super) owners: Vec<Range<usize>>,
    /// The rules that fired.
    pub(super) rules: Vec<&'static str>,
    /// Whether its form is that of a decision: a verb was found where a decision has it.
    pub(super) decisive: bool,
}

impl Judged {
    fn new(kind: ResolutionKind, is_action: bool, rule: &'static str) -> Self {
        Self {
            kind,
            is_action,
            owners: Vec::new(),
            rules: vec![rule],
            decisive: true,
        }
    }

    fn of(kind: ResolutionKind, rule: &'static str) -> Self {
        Self::new(kind, matches!(kind, Request | Recommendation), rule)
    }

    fn by(mut self, owners: Vec<Range<usize>>, rule: &'static str) -> Self {
        if !owners.is_empty() {
            self.owners = owners;
            self.rules.push(rule);
        }
        self
    }
}

/// How many words of a clause are judged: a bound, so that the time grows with the length of the text alone.
const CLAUSE: usize = 250;

/// Judges a clause. `lead` is what the sentence that leads in to a list said of its items.
pub(super) fn judge(words: &[Word<'_>], lead: Option<&Judged>) -> Judged {
    let words = &words[..words.len().min(CLAUSE)];
    let w = &words[opening(words)..];
    let seen = Seen::of(w);
    if let Some(judged) = set_form(w, seen) {
        return judged;
    }
    let mut judged = clause(w, lead);
    if let Some(lead) = lead {
        judged = led(judged, lead, w);
    }
    if judged.kind == Request && judged.is_action {
        if courtesy(w) {
            judged = Judged::new(Other, false, "courtesy");
        } else if judged.owners.is_empty()
            && !judged.rules.contains(&"task")
            && let Some(owners) = agent(w)
        {
            judged = judged.by(owners, "agent");
        }
    }
    let mut judged = said_in_words(judged, w, seen);
    // "to return no objection": an answer to a consultation is no task that is followed.
    if judged.kind == Request
        && judged.owners.is_empty()
        && seen.any(w, phrases!["return|submit|offer|make|raise|respond|reply|with no objection|objections|comment|comments", "no objection|objections be"])
    {
        judged = Judged::new(Other, false, "no_objection");
    }
    judged
}

/// Applies what the lead-in said.
fn led(judged: Judged, lead: &Judged, w: &[Word<'_>]) -> Judged {
    match lead.kind {
        Recommendation if lead.rules == ["heading"] => match judged.kind {
            Noted | Exclusion | Recommendation => judged,
            _ => {
                // "RECOMMENDED to Cabinet that the Leader write": who is to act says so.
                let acts = judged.kind == Request
                    && ["subject", "asked"]
                        .iter()
                        .any(|rule| judged.rules.contains(rule));
                let (owners, rule) = if acts && !judged.owners.is_empty() {
                    (judged.owners, "subject")
                } else if lead.owners.is_empty() {
                    (judged.owners, "recommended_body")
                } else {
                    (lead.owners.clone(), "recommended_body")
                };
                Judged::new(Recommendation, practical(w), "heading").by(owners, rule)
            }
        },
        Request | Recommendation => {
            let own = if judged.owners.is_empty() {
                lead.owners.clone()
            } else {
                judged.owners.clone()
            };
            // "Cabinet be recommended that: (a) officers write again".
            let acts = judged.rules.contains(&"subject") && judged.kind == Request;
            let owners = if lead.kind == Recommendation && !acts {
                lead.owners.clone()
            } else {
                own
            };
            let practical = lead.kind == Request || practical(w);
            Judged::new(lead.kind, practical, "lead_in").by(owners, "lead_in_owner")
        }
        Noted if !judged.decisive || judged.kind == Request => Judged::of(Noted, "lead_in"),
        kind if !judged.decisive => Judged::of(kind, "lead_in"),
        _ => judged,
    }
}

/// A recommendation to approve a text is not a task.
fn practical(w: &[Word<'_>]) -> bool {
    // "that it approves what is said".
    if at(
        w,
        0,
        phrase!("it|they approve|approves|agree|agrees|adopt|adopts|note|notes|endorse|endorses"),
    ) {
        return false;
    }
    let inner = clause(w, None);
    // "thanks those who gave their views", "agrees that the route be the first".
    let says = w.first().is_some_and(|verb| {
        verb.is(word!(
            "thank|thanks|agree|agrees|approve|approves|endorse|endorses"
        ))
    });
    if inner.rules == ["deferred"] {
        return false;
    }
    !inner.decisive
        || !says && inner.rules == ["be_policy"]
        || !(matches!(inner.kind, Noted | Approved | Appointment) || says && inner.kind == Other)
}

/// Where the clause begins: behind `That`, `and that`, and an aside between commas.
fn opening(words: &[Word<'_>]) -> usize {
    let mut from = if at(words, 0, phrase!("t h a t")) {
        4
    } else {
        0
    };
    while words.get(from).is_some_and(|w| {
        w.is(word!(
            "that|and|also|t|h|further|secondly|firstly|finally|accordingly"
        ))
    }) {
        from += 1;
    }
    let from = from.min(words.len());
    // "if need be the manager will report back".
    if at(words, from, phrase!("if need be")) {
        return from + 3;
    }
    if at(
        words,
        from,
        phrase!("if|where|as|when necessary|required|possible|appropriate|needed"),
    ) {
        return from + 2;
    }
    // "That, subject to funding, the Director bring …".
    let aside = words.get(from).is_some_and(|w| {
        w.is(word!("subject|in|following|having|given|with|for|on|under|pending|as|at|once|when|where|if|should|by|before|after|from|whatever|notwithstanding|regardless|although|while|whilst|since"))
    });
    if !aside {
        return from;
    }
    (from..words.len().min(from + 25))
        .find(|j| {
            // "in relation to item 27 (Sheltered Housing) to instruct the Chief Officer".
            words[*j].after == ","
                || words[*j].after.starts_with(')')
                    && at(
                        words,
                        j + 1,
                        phrase!("to instruct|note|agree|approve|request|ask"),
                    )
        })
        .map(|j| j + 1 + usize::from(at(words, j + 1, phrase!("that"))))
        .filter(|next| {
            at(
                words,
                *next,
                phrase!("to instruct|note|agree|approve|request|ask"),
            ) || {
                actors(&words[*next..], 0).is_some_and(|(_, end)| next + end < words.len())
                    || words.get(*next).is_some_and(|w| family(w.low).is_some())
            }
        })
        .unwrap_or(from)
}

/// The place behind the adverbs that stand at one: of `also formally note`, that of `note`.
fn skip_adverbs(w: &[Word<'_>], mut j: usize) -> usize {
    while w.get(j).is_some_and(|word| word.is(ADVERBS)) {
        j += 1;
    }
    j
}

/// What has no decision's form: `the weather was fine`.
fn unknown() -> Judged {
    Judged {
        kind: Other,
        is_action: false,
        owners: Vec::new(),
        rules: vec!["no_decision_verb"],
        decisive: false,
    }
}

/// What a clause is by its verb and where that stands.
fn clause(w: &[Word<'_>], lead: Option<&Judged>) -> Judged {
    let first = skip_adverbs(w, 0);
    let Some(word) = w.get(first) else {
        return unknown();
    };
    // "the Panel: was satisfied that he remained a fit person".
    if word.is(word!("was|were"))
        && let Some(judged) = passive_of(w, skip_adverbs(w, first + 1), Vec::new())
    {
        return judged;
    }
    opened(w, first)
        .or_else(|| verb_first(w, first))
        .or_else(|| {
            let (owners, end) = actors(w, first)?;
            let next = actors::beyond_consultation(w, end);
            subject(w, first, owners, skip_adverbs(w, next))
        })
        .or_else(|| stays(w))
        .or_else(|| passive(w))
        .or_else(|| group_acts(w, first))
        .or_else(|| being(w))
        .or_else(|| remains(w))
        .or_else(|| to_come(w))
        .or_else(|| group_to(w))
        .or_else(|| includes(w))
        .unwrap_or_else(|| {
            if lead.is_some_and(|lead| matches!(lead.kind, Request | Recommendation)) {
                Judged::of(Request, "bare_verb")
            } else {
                unknown()
            }
        })
}

/// What a clause is by the words that open it: `to write to the Minister`, `it be noted`, `no action`.
fn opened(w: &[Word<'_>], first: usize) -> Option<Judged> {
    let word = w.get(first)?;
    // "Recommendation to Full Council for a second cut".
    if word.low == "recommendation" && w.get(first + 1).is_some_and(|w| w.low == "to") {
        return Some(Judged::new(Recommendation, false, "recommends"));
    }
    // "that we check again before the June meeting".
    if word.low == "we"
        && w.get(first + 1)
            .is_some_and(|verb| verb.is(DEEDS) || verb.is(word!("check|meet|hold")))
    {
        return Some(Judged::of(Request, "subject_acts"));
    }
    // "Provide an update to the Panel in May".
    if first == 0
        && word.is_capital()
        && word.is(DEEDS)
        && family(word.low).is_none()
        && w.get(1)
            .is_some_and(|next| next.is(word!("a|an|the|that|whether|any|all|further")))
    {
        return Some(active(w, 0, true, Vec::new()));
    }
    if at(w, 0, phrase!("not to")) {
        return Some(Judged::new(Other, false, "not_to_be_done"));
    }
    if word.low == "to" {
        // "agreed to the Clerk buying sandbags".
        if let Some((owners, end)) = actors(w, first + 1)
            && w[end - 1].after.is_empty()
            && w.get(end)
                .is_some_and(|verb| verb.low.ends_with("ing") && !verb.is_capital())
        {
            return Some(Judged::of(Request, "subject_acts").by(owners, "subject"));
        }
        // "to charge at the average cost of supply, be approved".
        let approved = w.len() > 4
            && w[w.len() - 2].low == "be"
            && w[w.len() - 1].is(word!("approved|agreed|adopted|endorsed"));
        if approved {
            return Some(Judged::of(Approved, "be_approved"));
        }
        // "agreed to the work programme", without its first word.
        let thing = w
            .get(first + 1)
            .is_some_and(|n| n.is(word!("the|a|an|this|its|their")));
        return Some(if thing {
            Judged::of(Approved, "approves")
        } else {
            active(w, skip_adverbs(w, first + 1), true, Vec::new())
        });
    }
    // "RESOLVED for the Lengthsman to clear the culvert".
    if word.low == "for"
        && let Some((owners, end)) = actors(w, first + 1)
        && w.get(end).is_some_and(|w| w.low == "to")
    {
        return Some(active(w, skip_adverbs(w, end + 1), true, owners));
    }
    if at(w, first, phrase!("it be|is|was noted")) {
        return Some(Judged::of(Noted, "be_noted"));
    }
    if at(w, first, phrase!("no action")) || at(w, first, phrase!("no further action")) {
        return Some(Judged::new(Other, false, "no_action"));
    }
    // "calls on the Head of Highways to report".
    at(w, first, phrase!("call|calls|called on|upon"))
        .then(|| asked(w, first + 1).unwrap_or_else(|| Judged::of(Request, "requests")))
}

/// A clause that begins with its verb: `notes the report`, `asks the Director to …`, `Agreed that …`.
fn verb_first(w: &[Word<'_>], first: usize) -> Option<Judged> {
    let word = w.get(first).filter(|w| !w.is_capital() || first == 0)?;
    // "Considered the choices in the report".
    if word.is_capital()
        && word.is(word!(
            "considered|discussed|reviewed|debated|examined|scrutinised"
        ))
        && w.get(first + 1)
            .is_some_and(|n| n.is(word!("the|a|an|its|their")))
    {
        return Some(Judged::of(Noted, "decides"));
    }
    let decides = family(word.low).is_some()
        && (!passive_soon(w, first)
            || at(
                w,
                first,
                phrase!("note|notes|noted|recommend|recommends|recommended that"),
            )
            || at(w, first, phrase!("recommended to")));
    let noun = word.is(word!("support|task"))
        && !(word.is_capital()
            && w.get(first + 1)
                .is_some_and(|n| n.is(word!("the|a|an|this"))));
    (decides && !noun).then(|| active(w, first, false, Vec::new()))
}
