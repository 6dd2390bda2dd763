//! The form of a clause: whether it reads like a decision, a task, or what happened.

use std::ops::Range;

use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::clean::Clean;
use crate::minutes::judge::judge;
use crate::minutes::wording::{any, at};
use crate::minutes::words::{Word, trimmed};

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
    let be = w.iter().take(45).position(|w| w.low == "be");
    let hedges = |w: &Word<'_>| {
        w.is(word!(
            "would|could|should|might|may|can|will|was|were|had|has"
        ))
    };
    let hedged_at_all = w.iter().take(45).any(hedges);
    // "the decision be made public once the lease has been signed".
    let plainly = |be: usize| be > 0 && w[be - 1].low != "to" && !w[..be].iter().any(hedges);
    if be.is_some_and(|be| !hedged_at_all || plainly(be)) {
        return 2;
    }
    // "the annex associated with minute 41 remain exempt".
    if judged.rules.first() == Some(&"remains") && !first.is_capital() {
        return 2;
    }
    // "Officers convey the Committee's thanks for the part he had played".
    if judged.rules.first() == Some(&"courtesy")
        && actors::is_actor(w)
        && !past(&w[..w.len().min(6)])
    {
        return 2;
    }
    if past(w) {
        return 0;
    }
    if judged.rules.first() == Some(&"subject_acts") && !hedged_at_all && actors::is_actor(w)
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
        )
    ) && !hedged_at_all
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
        && w.iter().all(|w| {
            w.raw.is_empty()
                || w.is_upper()
                || w.low
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b'-' || b == b'/')
        })
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
