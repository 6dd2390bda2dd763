//! The form of a clause: whether it reads like a decision, a task, or what happened.

use std::ops::Range;

use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::clean::Clean;
use crate::minutes::judge::judge;
use crate::minutes::wording::{Choices, any, at};
use crate::minutes::words::{Word, trimmed, words};

/// Whether a lead-in ends where a task must follow.
pub(super) fn tasked(low: &str) -> bool {
    let low = low.trim_end_matches([':', '-', '–', '—', ' ']);
    if [
        "subject to",
        "according to",
        "pursuant to",
        "regard to",
        "relating to",
        "respect to",
    ]
    .iter()
    .any(|end| low.ends_with(end))
    {
        return false;
    }
    [
        "to",
        "that",
        "recommended",
        "requested",
        "asked",
        "instructed",
        "invited",
        "required",
        "and",
        "should",
        "will",
    ]
    .iter()
    .any(|end| low == *end || low.ends_with(&format!(" {end}")))
}

/// Whether only an introduction stands before an inline marker.
pub(super) fn leads_only(low: &str) -> bool {
    let low = low.trim_matches([' ', ':', '-', '–', '—', ',']);
    low.is_empty()
        || low.len() <= 40
            && (low.ends_with("that") || low.ends_with("to") || low.starts_with("the "))
}

/// How much a clause has the form of a decision: 0 not, 1 perhaps, 2 clearly.
pub(super) fn form(w: &[Word<'_>]) -> u8 {
    let Some(first) = w.first() else { return 0 };
    let judged = judge(w, None);
    if !judged.decisive {
        return u8::from(
            first.low == "that" && w.len() <= 3
                || w.len() <= 6 && w.last().is_some_and(|w| w.after.contains([':', '-', '–'])),
        );
    }
    if first.low == "that" || at(w, 0, phrase!("t h a t")) {
        return 2;
    }
    if first.low == "to" {
        return if purpose(w) && judged.kind != ResolutionKind::Noted && !judged.is_action {
            1
        } else {
            2
        };
    }
    // "Notes the outcome", "APPROVED the closure", below the name of the body that does.
    if deciding(first) {
        return 2;
    }
    if told(w) {
        return 0;
    }
    // "What has been done and the dates put forward be noted".
    let disposed = w.len() > 3
        && w[w.len() - 2].low == "be"
        && w.last().is_some_and(is_past_decision)
        && !w[w.len() - 3].is(word!("would|could|should|might|may|can|will|to|not"));
    if disposed {
        return 2;
    }
    let be = w.iter().take(45).any(|w| w.low == "be");
    let hedged = w.iter().take(45).any(|w| {
        w.is(word!(
            "would|could|should|might|may|can|will|was|were|had|has"
        ))
    });
    if be && !hedged {
        return 2;
    }
    if past(w) {
        return 0;
    }
    if judged.rules.first() == Some(&"subject_acts") && !hedged && actors::is_actor(w)
        || judged.rules.first() == Some(&"be_requested")
    {
        return 2;
    }
    if matches!(
        judged.rules.first(),
        Some(
            &"decides"
                | &"approves"
                | &"requests"
                | &"recommends"
                | &"be_noted"
                | &"deferred"
                | &"referred"
                | &"remains"
        )
    ) && !hedged
        && !first.is_capital()
    {
        return 2;
    }
    1
}

/// Whether a word is a decision's verb in a form that only decisions begin with.
fn deciding(word: &Word<'_>) -> bool {
    word.is(word!("notes|agrees|approves|endorses|adopts|asks|requests|instructs|recommends|delegates|authorises|receives|resolves|supports|confirms|appoints|refers|defers|invites|accepts|welcomes|acknowledges|recognises|directs|grants|ratifies|thanks"))
        || word.is_upper() && is_past_decision(word)
}

/// Whether a word is a decision's verb in the past.
pub(super) fn is_past_decision(word: &Word<'_>) -> bool {
    word.is(word!("noted|agreed|approved|endorsed|adopted|asked|requested|instructed|recommended|delegated|authorised|received|resolved|supported|confirmed|appointed|elected|referred|deferred|remitted|invited|accepted|welcomed|acknowledged|recognised|directed|granted|ratified|thanked|required|refused|declined"))
}

/// Whether an actor is told of, with a verb in the past: `The Chair asked that maps be sent round`.
pub(super) fn told(w: &[Word<'_>]) -> bool {
    actors::actor(w, 0)
        .and_then(|end| w.get(end))
        .is_some_and(|verb| {
            verb.low.ends_with("ed") || verb.is(word!("said|was|were|had|undertook"))
        })
}

/// A title, in capitals throughout.
pub(super) fn is_title(w: &[Word<'_>]) -> bool {
    w.len() <= 12
        && w.iter()
            .all(|w| w.raw.is_empty() || w.is_upper() || w.low.bytes().all(|b| b.is_ascii_digit()))
}

/// Who moved and seconded, and how the vote went.
pub(super) fn is_vote(w: &[Word<'_>]) -> bool {
    w.first().is_some_and(|w| w.is(word!("prop|proposed|proposer|moved|mover|sec|seconded|seconder|carried|vote|voting|all|unanimous|unanimously|for|against"))) && !any(w, phrases!["all agreed that", "all councillors|members to"])
}

/// A sentence that gives a task to somebody: `Clerk to write`, `DC to feedback`, `Mowing to be removed`.
pub(super) fn acts(w: &[Word<'_>]) -> bool {
    if is_vote(w) {
        return false;
    }
    if at(w, 0, phrase!("that")) {
        return true;
    }
    let judged = judge(w, None);
    judged.decisive
        && judged.is_action
        && w.iter().take(16).any(|w| w.is(word!("to|be")))
        && !past(w)
}

/// Whether a sentence tells what happened: its first finite verb is in the past.
pub(super) fn past(w: &[Word<'_>]) -> bool {
    for word in w.iter().take(14) {
        if word.is(word!("be|to|that|which|who")) {
            return false;
        }
        if word.is(word!("was|were|had|has|have|said|did")) {
            return true;
        }
        if word.low.ends_with("ed")
            && !word.is_capital()
            && !word.is(word!(
                "need|agreed|proposed|revised|detailed|amended|attached|updated|enclosed|suggested"
            ))
        {
            return true;
        }
        if word.is(word!("agreed")) && w[0].low != "agreed" {
            return true;
        }
    }
    false
}

/// A line of the agenda that says what an item is for.
pub(super) fn purpose(w: &[Word<'_>]) -> bool {
    w.get(1).is_some_and(|verb| {
        verb.is(word!("receive|consider|note|agree|approve|discuss|confirm|resolve|review|look|hear|determine|adopt|elect|appoint|report|sign|take|exclude|answer|deal|invite|decide|record|pass|update|inform|provide|present|scrutinise|endorse|adjourn|authorise|accept|see|give|ask|seek|comment|co-opt|fill|ratify"))
    })
}

/// How many words of a clause are looked at: a bound, so that the time grows with the length of the text alone.
const CLAUSE: usize = 120;

/// Rules of a decision's verb in the active.
const ACTIVE: [&str; 2] = ["approves", "decides"];

/// A decision's verb as it follows another: `note … and endorse …`.
static BARE: &Choices = word!(
    "\
    note|approve|agree|endorse|adopt|ask|request|instruct|recommend|delegate|authorise|receive|support|confirm|\
        refer|remit|remits|noted|approved|agreed|endorsed|adopted|asked|requested|instructed|recommended|delegated|authorised|\
    notes|approves|agrees|endorses|adopts|asks|requests|instructs|recommends|delegates|authorises"
);

/// Verbs of approval that may begin a clause, and bind what follows.
static AGREES: &Choices = word!("agreed|agree|agrees|resolved|approved|approve|approves");

/// Where a sentence of two decisions is cut, the end of the first and the beginning of the second: `… be deferred, and that the
/// Strategy be rewritten`.
pub(super) fn two_decisions(
    clean: &Clean<'_>,
    span: &Range<usize>,
    listed: bool,
) -> Option<(usize, usize)> {
    let w = words(clean, span);
    let w = &w[..w.len().min(CLAUSE)];
    for j in 3..w.len().saturating_sub(2) {
        // "… be not taken forward but the Portfolio Holder look at ways to improve it".
        if w[j].low == "but" && judge(&w[..j], None).decisive {
            let right = judge(&w[j + 1..], None);
            if right.rules.first() == Some(&"subject_acts") && !right.owners.is_empty() {
                return Some((w[j].from, w[j + 1].from));
            }
        }
        if w[j].low != "and" {
            continue;
        }
        let to = w[j + 1].low == "to" && w.get(j + 2).is_some_and(|w| w.is(BARE));
        let both_to = !listed && w[0].low == "to" && w[j + 1].low == "to";
        if !w[j + 1].is(word!(
            "that|a|an|the|officers|authority|be|any|all|further|members"
        )) && !w[j + 1].is(BARE)
            && !to
            && !both_to
            && !(w[j + 1].low == "to" && w[0].is(AGREES))
            && !w[j - 1].after.contains([',', ';'])
        {
            continue;
        }
        let left = judge(&w[..j], None);
        if !left.decisive {
            continue;
        }
        // "be taken as read and be signed by the Chair" is one decision.
        if at(w, j + 1, phrase!("be signed by")) {
            continue;
        }
        let that = w[j + 1].low == "that";
        // "including that a summary be sent and that new members be told".
        if that && any(&w[..j], phrases!["including that", "such that", "so that"]) {
            continue;
        }
        let verb = w[j + 1].is(word!("asks|requests|recommends|instructs|notes|agrees|approves|ask|request|requested|asked|recommend")) && left.kind != ResolutionKind::Request;
        let right = judge(&w[j + 1..], None);
        let request = right.decisive
            && right.rules.contains(&"be_requested")
            && left.kind != right.kind
            && w[j - 1].after.contains([',', ';']);
        // "that the presentation be noted and an update be brought back".
        let another = right.decisive
            && left.kind != right.kind
            && w[j + 1].is(word!(
                "a|an|the|officers|authority|be|any|all|further|members"
            ))
            && w[..j].iter().any(|w| w.low == "be")
            && right
                .rules
                .first()
                .is_some_and(|rule| rule.starts_with("be_"));
        let be = w[j + 1..]
            .windows(2)
            .any(|w| w[1].low == "be" && !w[0].is(word!("could|would|can|may|might")))
            || right.rules.first() == Some(&"subject_acts");
        // Two tasks in one item are two, if each has its verb.
        let apart = that && !left.owners.is_empty() && !right.owners.is_empty();
        let tasks =
            left.is_action && right.is_action && (apart || w[..j].iter().any(|w| w.low == "be"));
        let other = !listed || left.kind != right.kind || tasks;
        // "The report be received, and the Portfolio Holder reply in writing".
        let named = right.rules.first() == Some(&"task") && !right.owners.is_empty();
        let acts = (named || right.rules.first() == Some(&"subject_acts"))
            && (left.kind != ResolutionKind::Request || named && left.owners.is_empty())
            && w[j - 1].after.contains(',');
        // "Agreed to keep the museums open and to report back", "Approved the savings and to look again at the figures".
        let infinitives = w[j + 1].low == "to"
            && w[0].is(AGREES)
            && right.is_action
            && (w[1].low == "to" || left.kind == ResolutionKind::Approved);
        // "note the actions taken and endorse the register".
        let both = left.kind != right.kind
            && left.rules.first().is_some_and(|rule| ACTIVE.contains(rule))
            && (w[j + 1].is(BARE) || to);
        // "TC to have it cut back, and Committee to look at it again".
        // "NOTED the report and AGREED that a workshop be arranged".
        let capitals = w[j + 1].is_upper()
            && w[j + 1].is(actors::PROSE)
            && w[..j].iter().any(|w| w.is_upper() && w.is(actors::PROSE));
        if capitals {
            return Some((w[j].from, w[j + 1].from));
        }
        // "to note that the item had been delayed, and that the Head would report": all of it is noted.
        let noted_that = left.kind == ResolutionKind::Noted
            && any(&w[..j], phrases!["note|notes|noted|noting that"]);
        let another_to = w[j - 1].after.contains(',')
            && left.is_action
            && actors::actor(w, j + 1).is_some_and(|end| w.get(end).is_some_and(|w| w.raw == "to"));
        // "to hold an open meeting and to put posters in the shops".
        let two_tasks = both_to
            && left.kind == ResolutionKind::Request
            && right.kind == ResolutionKind::Request
            && left.owners.is_empty();
        // "agrees to meet at the Hub, and asks the Secretary to book the room".
        let says = |w: &Word<'_>| w.is(BARE) && w.low.ends_with('s');
        let both_say = says(&w[0]) && says(&w[j + 1]) && w[j - 1].after.contains(',');
        if right.decisive
            && (both_say
                || infinitives
                || acts && !(that && noted_that)
                || two_tasks
                || another_to
                || both
                || that && be && other && !noted_that
                || verb
                || request
                || another)
        {
            return Some((w[j].from, w[j + 1].from));
        }
    }
    None
}

/// A span without what joins an item to the next: `; and`.
pub(in crate::minutes) fn tidied(clean: &Clean<'_>, span: &Range<usize>) -> Range<usize> {
    let mut span = trimmed(clean, span);
    loop {
        let low = &clean.lower[span.clone()];
        let cut = low
            .strip_suffix(" and")
            .or_else(|| low.strip_suffix(" or"))
            .filter(|rest| rest.trim_end().ends_with([';', ',', '.']))
            .unwrap_or(low);
        let cut = cut.trim_end().trim_end_matches([';', ',']).trim_end();
        // A short item keeps the word that joins it to the next: its first five words are how it is known.
        let joined = low.ends_with(" and") || low.ends_with(" or");
        if cut.len() == low.len() || joined && cut.split_whitespace().take(5).count() < 5 {
            return span;
        }
        span.end = span.start + cut.len();
    }
}

/// The length of the number and the title in capitals that begin a paragraph.
pub(super) fn titled(text: &str) -> usize {
    let mut at = 0;
    for piece in text.split_inclusive(' ') {
        let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
        let number = word.bytes().any(|b| b.is_ascii_digit());
        let upper = word.len() > 1 && word.chars().all(|c| !c.is_lowercase());
        if !(word.is_empty() || number || upper) {
            break;
        }
        at += piece.len();
    }
    if at >= text.len() { 0 } else { at }
}
