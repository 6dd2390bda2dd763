//! Judging: what kind of decision a clause is, whether somebody is to do something, and who.

mod active;
mod passive;
mod verbs;

use std::ops::Range;

use active::{active, asked, subject};
use passive::{passive, passive_of, passive_soon};
use verbs::{ADVERBS, family};
pub(super) use verbs::{IRREGULAR, PAST};

use super::actors::{self, actors};
use super::discussion::DEEDS;
use super::wording::{Choices, any, at};
use super::words::Word;
use crate::domain::resolution::ResolutionKind;

use ResolutionKind::{
    Appointment, Approved, Exclusion, Noted, Other, Recommendation, Referral, Request,
};

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
    let from = opening(words);
    let w = &words[from..];
    // Who may stay is said by few clauses.
    let of_the_public = w.iter().any(|w| w.is(PUBLIC));
    if of_the_public && exclusion(w) {
        return if any(
            w,
            phrases![
                "not excluded",
                "be not excluded",
                "not exclude",
                "not be excluded"
            ],
        ) {
            Judged::of(Other, "not_excluded")
        } else {
            Judged::of(Exclusion, "exclusion")
        };
    }
    if of_the_public
        && any(
            w,
            phrases![
                "be readmitted|re-admitted",
                "readmit|re-admit the",
                "public be invited|asked|allowed back|in|to",
                "public|press return|returned to the meeting",
                "meeting resume|resumed|return|returned|continue|continued in public|open",
            ],
        )
    {
        return Judged::new(Other, false, "readmission");
    }
    if any(
        w,
        phrases![
            "true|correct|accurate|fair record",
            "be taken as read",
            "true|correct|accurate and accurate|correct|true record",
        ],
    ) {
        return Judged::of(Approved, "true_record");
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
    if judged.kind == Request && thanks(w) {
        judged = Judged::new(Other, false, "thanks");
    }
    if judged.kind == Request
        && any(w, phrases!["no further action", "no action"])
        && !any(w, phrases!["report", "write"])
    {
        judged = Judged::new(Other, false, "no_action");
    }
    if judged.kind == Approved && any(w, phrases!["not be", "be not"]) {
        judged = Judged::new(Other, false, "not_approved");
    }
    // "that the findings be received at the next meeting": somebody is to bring them.
    if judged.kind == Noted
        && w.iter()
            .any(|w| w.is(word!("receive|received|consider|considered")))
        && any(
            w,
            phrases![
                "received|considered at|by the|a|its|our next|future|special|following|january|february|march|april|may|june|july|september|october|november|december",
                "receive|receives a|an|another|further further|update|additional|progress|report",
                "be received at|in|by"
            ],
        )
        && !any(w, phrases!["report be", "report of", "report on the"])
    {
        judged = Judged::of(Request, "be_done");
    }
    // "that the Board receive a report on parking before the end of the year".
    if judged.kind == Noted
        && let Some((_, end)) = actors(w, 0)
        && at(w, end, phrase!("receive a|an|another|further"))
    {
        judged = Judged::of(Request, "be_done");
    }
    if judged.kind == Request && recorded(w) {
        judged = Judged::new(Other, false, "recorded");
    }
    if housekeeping(w) && matches!(judged.kind, Request | Other | Approved | Referral) {
        judged = Judged::new(Other, false, "list_housekeeping");
    }
    judged
}

/// Whether it thanks, congratulates or mourns.
fn thanks(w: &[Word<'_>]) -> bool {
    let words = word!("thanks|appreciation|gratitude|condolences|sympathy|congratulations|wishes");
    let done =
        word!("be|recorded|placed|extended|expressed|conveyed|given|accorded|minuted|sent|passed");
    (0..w.len().min(12)).any(|j| w[j].is(words) && w[j..].iter().take(14).any(|w| w.is(done)))
        && !w.iter().take(6).any(|w| w.is(word!("letter|write")))
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
            let owners = if lead.kind == Recommendation {
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
    let inner = clause(w, None);
    !inner.decisive
        || inner.rules == ["be_policy"]
        || !matches!(inner.kind, Noted | Approved | Appointment)
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
        .map(|j| j + 1)
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

/// Words of which one stands in what says who may stay in the room.
static PUBLIC: &Choices = word!("public|press|session|camera|part|excluded|open");

fn exclusion(w: &[Word<'_>]) -> bool {
    // "to move into private session", "in the absence of the press and public".
    if any(
        w,
        phrases![
            "into private|closed|confidential session",
            "into part ii|2|b|two",
            "in private|closed|confidential session",
            "in the absence of the press|public",
            "in camera",
        ],
    ) && w.iter().take(24).any(|w| w.is(word!("move|moved|moves|go|goes|went|consider|considered|discussed|dealt|taken|met|sit|enter|entered|be|held")))
    {
        return true;
    }
    let verb = w.iter().any(|w| {
        w.is(word!(
            "exclude|excluded|excluding|exclusion|leave|withdraw|shut"
        ))
    });
    verb && (any(
        w,
        phrases![
            "public be excluded",
            "public and press",
            "press and public",
            "press and the public",
            "press and members",
            "public leave",
            "the public",
            "excluded from the meeting",
        ],
    )) && (any(
        w,
        phrases![
            "be excluded",
            "exclude the",
            "excluding the",
            "public leave",
            "exclude",
            "excluded",
            "to withdraw",
            "shut out",
        ],
    )) && !any(w, phrases!["minutes", "report back"])
}

fn courtesy(w: &[Word<'_>]) -> bool {
    let Some(place) = w
        .iter()
        .position(|w| w.is(word!("invited|encouraged|urged")))
    else {
        return false;
    };
    at(
        w,
        place + 1,
        phrase!("to attend|join|visit|contact|note|submit|view|read|take|participate"),
    ) && w[..place]
        .iter()
        .any(|w| w.is(word!("members|councillors|residents")))
}

/// Whether something is only to stand in the minutes.
fn recorded(w: &[Word<'_>]) -> bool {
    any(
        w,
        phrases![
            "be recorded|minuted",
            "be so recorded|minuted",
            "be placed on record"
        ],
    ) && !any(w, phrases!["by the", "report"])
}

fn housekeeping(w: &[Word<'_>]) -> bool {
    let list = any(
        w,
        phrases![
            "tracker",
            "planner",
            "forward plan",
            "action log",
            "action list",
            "monitoring list",
            "business bulletin",
        ],
    ) || any(w, phrases!["the list", "work programme"])
        && any(w, phrases!["removed", "remove", "deleted", "delete"]);
    let verb = w.iter().take(20).any(|w| {
        w.is(word!("remove|removed|retain|retained|transfer|transferred|delete|deleted|keep|kept|remain|closed|close|stay|off|discharge|discharged"))
    });
    list && verb
        || at(w, 0, phrase!("to discharge action|actions"))
        || at(w, 0, phrase!("discharge action|actions"))
}

/// Whether a participle before `by` says more of a noun, and is not the clause's: `the survey carried out by Wayside`.
fn reduced(w: &[Word<'_>], by: usize) -> bool {
    let be = word!("be|been|being|is|are|was|were");
    let near = by.saturating_sub(5);
    w[..near].iter().any(|w| w.low == "be") && !w[near..by].iter().any(|w| w.is(be))
}

/// Who is to do it where the verb is passive: `by the Director`, `via Cllr Hale`.
fn agent(w: &[Word<'_>]) -> Option<Vec<Range<usize>>> {
    for (place, word) in w.iter().enumerate() {
        if (word.low == "via"
            || (word.low == "by"
                && place > 0
                && (w[place - 1].low.ends_with(['d', 'n', 't', 'k'])
                    || w[place - 1].is(word!("further|forward|up|out|jointly|again")))))
            && let Some((owners, _)) = actors(w, place + 1)
            && !reduced(w, place)
        {
            let first = &w[place + 1];
            if super::due::date_words(w, place + 1).is_none()
                && !first.is(word!("an|a"))
                && (first.is_capital()
                    || first.is(word!("the|our|their|all|both"))
                    || w.get(place + 2).is_some_and(Word::is_capital))
            {
                return Some(owners);
            }
        }
    }
    // "be drawn to the attention of the Portfolio Holder by the Chairman".
    let by = w.iter().rposition(|w| w.low == "by")?;
    let (owners, end) = actors(w, by + 1)?;
    let closes = w
        .get(end)
        .is_none_or(|w| w.is(word!("after|at|in|before|within|by|to")));
    (closes && w[by + 1].low == "the" && w[by + 2..].iter().any(|w| w.is(actors::POSTS)))
        .then_some(owners)
}

fn skip_adverbs(w: &[Word<'_>], mut j: usize) -> usize {
    while w.get(j).is_some_and(|word| word.is(ADVERBS)) {
        j += 1;
    }
    j
}

fn unknown() -> Judged {
    Judged {
        kind: Other,
        is_action: false,
        owners: Vec::new(),
        rules: vec!["no_decision_verb"],
        decisive: false,
    }
}

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
    // "that we check again before the June meeting".
    if word.low == "we"
        && w.get(first + 1)
            .is_some_and(|verb| verb.is(DEEDS) || verb.is(word!("check|meet|hold")))
    {
        return Judged::of(Request, "subject_acts");
    }
    if at(w, 0, phrase!("not to")) {
        return Judged::new(Other, false, "not_to_be_done");
    }
    // "agreed to the work programme", without its first word.
    if word.low == "to"
        && w.get(first + 1)
            .is_some_and(|n| n.is(word!("the|a|an|this|its|their")))
    {
        return Judged::of(Approved, "approves");
    }
    if word.low == "to" {
        return active(w, skip_adverbs(w, first + 1), true, Vec::new());
    }
    // "RESOLVED for the Lengthsman to clear the culvert".
    if word.low == "for"
        && let Some((owners, end)) = actors(w, first + 1)
        && w.get(end).is_some_and(|w| w.low == "to")
    {
        return active(w, skip_adverbs(w, end + 1), true, owners);
    }
    if at(w, first, phrase!("it be|is|was noted")) {
        return Judged::of(Noted, "be_noted");
    }
    if at(w, first, phrase!("no action")) || at(w, first, phrase!("no further action")) {
        return Judged::new(Other, false, "no_action");
    }
    // "calls on the Head of Highways to report".
    if at(w, first, phrase!("call|calls|called on|upon")) {
        return asked(w, first + 1).unwrap_or_else(|| Judged::of(Request, "requests"));
    }
    // "notes the report", "asks the Director to …", "Agreed that …".
    if !word.is_capital() || first == 0 {
        // "Considered the choices in the report".
        if word.is_capital()
            && word.is(word!(
                "considered|discussed|reviewed|debated|examined|scrutinised"
            ))
            && w.get(first + 1)
                .is_some_and(|n| n.is(word!("the|a|an|its|their")))
        {
            return Judged::of(Noted, "decides");
        }
        let verb_first = family(word.low).is_some()
            && (!passive_soon(w, first)
                || at(
                    w,
                    first,
                    phrase!("note|notes|noted|recommend|recommends|recommended that"),
                ));
        let noun = word.is(word!("support|task"))
            && !(word.is_capital()
                && w.get(first + 1)
                    .is_some_and(|n| n.is(word!("the|a|an|this"))));
        if verb_first && !noun {
            return active(w, first, false, Vec::new());
        }
    }
    if let Some((owners, end)) = actors(w, first) {
        let next = actors::beyond_consultation(w, end);
        let verb = skip_adverbs(w, next);
        if let Some(judged) = subject(w, first, owners, verb) {
            return judged;
        }
    }
    if let Some(place) = w
        .iter()
        .take(16)
        .position(|w| w.is(word!("will|would|shall|should")))
        && w.get(place + 1)
            .is_some_and(|w| w.is(word!("stay|remain|continue")))
        && !at(w, place + 2, phrase!("to be"))
        && !w[..place].iter().any(|w| w.low == "be")
    {
        return Judged::of(Approved, "be_policy");
    }
    if let Some(judged) = passive(w) {
        return judged;
    }
    // "exclusions be a standing item", "the tariff be as shown".
    if let Some(be) = w.iter().position(|w| w.low == "be")
        && be > 0
        && w.get(be + 1)
            .is_some_and(|w| w.is(word!("a|an|the|as|on|in|at|no|of|from")))
    {
        return if any(
            &w[be..],
            phrases!["standing item", "on the agenda", "an item", "agenda item"],
        ) {
            Judged::of(Request, "be_done")
        } else if w[..be].iter().any(|w| w.low == "membership") {
            Judged::of(Appointment, "be_appointed")
        } else {
            Judged::of(Approved, "be_policy")
        };
    }
    // "the report that went with minute 41 remain exempt".
    if let Some(place) = w.iter().take(24).position(|w| w.low == "remain")
        && place > 1
        && w.get(place + 1).is_some_and(|w| {
            w.is(word!(
                "exempt|open|closed|confidential|private|public|in|on|as|under|at"
            ))
        })
        && !w[place - 1].is(word!("to|would|will|could|must|should"))
    {
        return Judged::new(Other, false, "remains");
    }
    // "a report would come", "the subject to be looked at again".
    if let Some(place) = w
        .iter()
        .position(|word| word.is(word!("would|will|should|shall|must")))
        && w.get(skip_adverbs(w, place + 1))
            .is_some_and(|v| !v.is(word!("be|have|not|need")))
    {
        // "the Panel's meetings would start at 2.30pm", "the plan will stay flexible" lay down what is to be.
        let lasting = w.get(skip_adverbs(w, place + 1)).is_some_and(|v| {
            v.is(word!(
                "start|begin|stay|remain|continue|become|last|end|close|open|apply|stand|hold|run|cost|keep"
            ))
        });
        return if lasting {
            Judged::of(Approved, "be_policy")
        } else {
            Judged::of(Request, "future")
        };
    }
    // "Project leads to record a short talk".
    if let Some(to) = w.iter().take(5).position(|w| w.raw == "to")
        && to > 0
        && w[0].is_capital()
        && w[..to].iter().all(|w| w.is_letters() && w.after.is_empty())
        && w.get(to + 1).is_some_and(|verb| {
            verb.is(DEEDS) || verb.is(word!("record|give|take|hold|make|set|work|read|sign|pay"))
        })
    {
        return Judged::of(Request, "task").by(vec![actors::span(w, &(0..to))], "subject");
    }
    if lead.is_some_and(|lead| matches!(lead.kind, Request | Recommendation)) {
        return Judged::of(Request, "bare_verb");
    }
    unknown()
}
