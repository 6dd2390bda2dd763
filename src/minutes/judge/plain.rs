//! Decisions without a verb of decisions: what is to be, to come or to stay as it is, and what is to be done by those who have no name.

use super::verbs::family;
use super::{Judged, skip_adverbs};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::{self, ACTORS};
use crate::minutes::discussion::{DEEDS, is_deed};
use crate::minutes::wording::{any, at};
use crate::minutes::words::Word;

use ResolutionKind::{Appointment, Approved, Other, Request};

/// What stays as it is: `the opening hours will remain the same`.
pub(super) fn stays(w: &[Word<'_>]) -> Option<Judged> {
    let place = w
        .iter()
        .take(16)
        .position(|w| w.is(word!("will|would|shall|should")))?;
    let stays = w
        .get(place + 1)
        .is_some_and(|w| w.is(word!("stay|remain|continue")));
    (stays && !at(w, place + 2, phrase!("to be")) && !w[..place].iter().any(|w| w.low == "be"))
        .then(|| Judged::of(Approved, "be_policy"))
}

/// What something is to be: `exclusions be a standing item`, `the tariff be as shown`.
pub(super) fn being(w: &[Word<'_>]) -> Option<Judged> {
    let be = w.iter().position(|w| w.low == "be").filter(|be| *be > 0)?;
    w.get(be + 1)
        .filter(|n| n.is(word!("a|an|the|as|on|in|at|no|of|from")))?;
    let item = phrases![
        "standing item",
        "on the agenda",
        "an item",
        "agenda item",
        "the subject of a|an|another|further report|review|update"
    ];
    Some(if any(&w[be..], item) {
        Judged::of(Request, "be_done")
    } else if w[..be].iter().any(|w| w.low == "membership") {
        Judged::of(Appointment, "be_appointed")
    } else {
        Judged::of(Approved, "be_policy")
    })
}

/// What remains: `the report that went with minute 41 remain exempt`.
pub(super) fn remains(w: &[Word<'_>]) -> Option<Judged> {
    let place = w.iter().take(24).position(|w| w.low == "remain")?;
    let so = w.get(place + 1).is_some_and(|w| {
        w.is(word!(
            "exempt|restricted|open|closed|confidential|private|public|in|on|as|under|at"
        ))
    });
    (place > 1 && so && !w[place - 1].is(word!("to|would|will|could|must|should")))
        .then(|| Judged::new(Other, false, "remains"))
}

/// What is to come: `a report would come`; and what is laid down: `the Panel's meetings would start at 2.30pm`.
pub(super) fn to_come(w: &[Word<'_>]) -> Option<Judged> {
    let place = w
        .iter()
        .position(|word| word.is(word!("would|will|should|shall|must")))?;
    // "the recommendations above will not take effect until …".
    if w.get(place + 1).is_some_and(|w| w.low == "not")
        && w.get(place + 2).is_some_and(|w| w.low != "be")
    {
        return Some(Judged::new(Other, false, "not_to_be_done"));
    }
    let verb = w
        .get(skip_adverbs(w, place + 1))
        .filter(|verb| !verb.is(word!("be|have|not|need")))?;
    let lasting = verb.is(word!(
        "serve|sit|comprise|consist|number|start|begin|stay|remain|continue|become|last|end|close|open|apply|stand|hold|run|cost|keep"
    ));
    Some(if lasting {
        Judged::of(Approved, "be_policy")
    } else {
        Judged::of(Request, "future")
    })
}

/// What something is to hold: `the meeting in November includes a report on the estates strategy`.
pub(super) fn includes(w: &[Word<'_>]) -> Option<Judged> {
    let verb = w
        .iter()
        .take(14)
        .position(|w| w.is(word!("include|includes")))?;
    let thing = w
        .get(verb + 1)?
        .is(word!("a|an|the|reports|regular|updates|items"));
    let told = word!("which|who|that|was|were|had|has|have|could|would|may|might");
    let paper = w[..verb]
        .iter()
        .any(|w| w.is(word!("meeting|agenda|items|programme")));
    (verb > 1 && thing && paper && !w[..verb].iter().any(|w| w.is(told)))
        .then(|| Judged::of(Request, "be_done"))
}

/// What those are to do whom several words name: `members of the committee send their comments`, `trade union officers look at it`.
pub(super) fn group_acts(w: &[Word<'_>], first: usize) -> Option<Judged> {
    let verb = (first + 1..w.len().min(first + 10)).find(|j| {
        is_deed(w, *j)
            && !w[*j].is_capital()
            && w[j - 1].low != "as"
            && w.get(j + 1).is_some_and(|next| {
                let thing = next.is(word!("the|a|an|any|all|its|their|this|these|it|them"));
                let noun = w[*j].is(word!(
                    "report|review|map|list|post|book|survey|plant|answer|visit|order|update|brief|audit|water|paint|host|query|return|call"
                ));
                thing || !noun && next.is(word!("out|up|at|into|with|again|further|back|whether|how|on"))
            })
    })?;
    let named = &w[first..verb];
    let group = named.len() > 1 && named[0].is(word!("the|all|any|senior"))
        || named[0].is(ACTORS)
        || named[0].is_capital() && first > 0;
    let noun = |w: &Word<'_>| {
        !w.ends_phrase()
            && !w.is(word!(
                "is|are|was|were|be|has|have|had|will|would|should|to|that|which|who|not|it|they|he|she|and|report|item"
            ))
            && !w.low.ends_with("ed")
            && family(w.low).is_none()
    };
    let last = named.last()?;
    (group
        && named.iter().all(noun)
        && !last.is(word!(
            "the|a|an|of|in|on|for|with|by|at|from|its|their|all|any|further|this"
        ))
        && (last.low.ends_with('s') || last.is(ACTORS) || last.is_capital()))
    .then(|| {
        Judged::of(Request, "subject_acts").by(vec![actors::span(w, &(first..verb))], "subject")
    })
}

/// What those are to do who have no capital letter: `Project leads to record a short talk`.
pub(super) fn group_to(w: &[Word<'_>]) -> Option<Judged> {
    let to = w.iter().take(5).position(|w| w.raw == "to")?;
    let group =
        to > 0 && w[0].is_capital() && w[..to].iter().all(|w| w.is_letters() && w.after.is_empty());
    let deed = w.get(to + 1).is_some_and(|verb| {
        verb.is(DEEDS) || verb.is(word!("record|give|take|hold|make|set|work|read|sign|pay"))
    });
    (group && deed)
        .then(|| Judged::of(Request, "task").by(vec![actors::span(w, &(0..to))], "subject"))
}
