//! Sentences in which a body says what it decides, or is told of: `The Committee notes the report`, `The Board noted the position.`

use super::formal::{LONGEST, PAPERS, judged};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::BODIES;
use crate::minutes::discussion::is_deed;
use crate::minutes::judge::{Judged, judge};
use crate::minutes::wording::{any, at};
use crate::minutes::words::Word;

/// `The Committee notes the report and agrees the work programme`: a body speaks of what it decides.
pub(super) fn decides(w: &[Word<'_>], actor: Option<usize>) -> Option<Judged> {
    let verb = body_before_verb(w, actor)?;
    let says = w[verb].is(word!(
        "notes|note|agrees|agree|approves|approve|endorses|endorse|adopts|adopt|recommends|recommend|requests|request|\
        accepts|accept|authorises|authorise|ratifies|ratify|confirms|confirm|resolves|refers|instructs"
    ));
    let what = w.get(verb + 1)?;
    let thing = what.is(word!("the|a|an|that|its|this|all|to|as|and|with"));
    // "This Council notes" is the text of a motion.
    let moved = w[0].is(word!("this|all|members|councillors"));
    (says && thing && !moved).then(|| {
        let mut judged = judge(&w[verb..], None);
        judged.rules.push("body_decides");
        judged
    })
}

/// `The Panel then looked at and noted the plan`, `The Governors approved the accounts for the year so far`.
pub(super) fn decided(w: &[Word<'_>], actor: Option<usize>) -> Option<Judged> {
    let verb = body_before_verb(w, actor)?;
    // "received and approved", "looked at and agreed its own".
    let looked = w[verb].is(word!(
        "received|considered|discussed|reviewed|scrutinised|debated|looked|examined|heard|read|welcomed|went"
    ));
    let and = looked
        .then(|| {
            let near = (verb + 1..w.len().min(verb + 4)).find(|j| w[*j].low == "and");
            // "considered the work programme and agreed that a return to the review be added to it".
            near.or_else(|| {
                (verb + 4..w.len().min(verb + 14)).find(|j| {
                    w[*j].low == "and"
                        && w.get(j + 1)
                            .is_some_and(|next| next.is(word!("agreed|resolved|decided|approved")))
                        && !w[verb..*j]
                            .iter()
                            .any(|w| w.is(word!("was|were|had|that|which|who|by")))
                })
            })
        })
        .flatten();
    let verb = and.map_or(verb, |and| and + 1);
    // "The Committee voted 6-2-0 and agreed to exclude the public".
    let counted = at(w, verb, phrase!("voted _ and agreed"))
        && w[verb + 1].raw.starts_with(|c: char| c.is_ascii_digit());
    let verb = if counted { verb + 3 } else { verb };
    // "Members talked about the bulletin and agreed to recommend to the Council that it is worth having".
    let recommends = (verb..w.len().min(verb + 24)).find(|j| {
        (*j == verb || w[j - 1].low == "and")
            && at(w, *j, phrase!("agreed|decided|resolved to recommend"))
    });
    if let Some(agreed) = recommends {
        let mut judged = judge(&w[agreed + 1..], None);
        judged.rules.push("body_decided");
        return Some(judged);
    }
    // "Members agreed to re-elect Tim Hobday", "Governors agreed unanimously to co-opt".
    if w.get(verb)?.is(word!("agreed|resolved|voted"))
        && let Some(elect) = (verb + 1..w.len().min(verb + 7)).find(|j| {
            w[*j].is(word!("re-elect|elect|appoint|co-opt|re-appoint|reappoint|re-electing|electing|appointing|co-opting"))
        })
        && w[elect - 1].is(word!("to|of"))
        && w[verb + 1..elect].iter().all(|w| w.is(word!("to|unanimously|in|favour|of|then|also|by")))
        && w.get(elect + 1).is_none_or(|next| next.low != "no")
    {
        return Some(judged(ResolutionKind::Appointment, "body_decided"));
    }
    if let Some(judged) = agreed(w, verb).or_else(|| voted(w, verb)) {
        return Some(judged);
    }
    let kind = match w.get(verb)?.low {
        "noted" => ResolutionKind::Noted,
        "elected" | "appointed" | "re-elected" => ResolutionKind::Appointment,
        "decided" | "agreed" | "resolved" | "voted"
            if at(w, verb + 1, phrase!("to exclude the|press|public"))
                && any(
                    &w[verb..],
                    phrases![
                        "press and public",
                        "public and press",
                        "public from|for|under|while",
                        "press from"
                    ],
                ) =>
        {
            ResolutionKind::Exclusion
        }
        "approved" | "adopted" | "endorsed" | "accepted" | "ratified" | "agreed" | "authorised" => {
            ResolutionKind::Approved
        }
        _ => return None,
    };
    let what = w.get(verb + 1)?;
    // "We agreed that Jo would send out the minutes" is a task.
    let task = w[verb].low == "agreed"
        && (what.low == "that" && w[verb..].iter().any(|w| w.is(word!("would|will|should")))
            || what.low == "to" && is_deed(w, verb + 2));
    if task {
        return None;
    }
    if w.iter().take(16).any(|w| w.low == "minutes") && kind == ResolutionKind::Approved {
        return Some(judged(kind, "minutes_approved"));
    }
    let thing = what.is(word!(
        "the|a|an|its|how|what|all|this|these|their|payment|payments"
    )) || matches!(
        kind,
        ResolutionKind::Exclusion | ResolutionKind::Appointment
    ) || what.low == "and"
        && w.get(verb + 2)
            .is_some_and(|w| w.is(word!("agreed|approved|endorsed|noted")))
        || what.is_capital()
        || w[verb].low == "agreed" && at(w, verb + 1, phrase!("to the|a|an|its|this"));
    // "The group accepted that", "Members noted the concern that had been raised" tell of the discussion.
    let listed = w.last()?.after.contains(':')
        && !w[verb].is(word!("approved|adopted|authorised|ratified"))
        && !at(w, verb, phrase!("agreed the following _"));
    let told = w[0].is(word!("all|councillors")) && and.is_none() || listed;
    (thing && !told).then(|| judged(kind, "body_decided"))
}

/// `Members voted unanimously in favour of the transfer.`
fn voted(w: &[Word<'_>], verb: usize) -> Option<Judged> {
    let fell = w
        .iter()
        .any(|w| w.is(word!("lost|refuse|reject|against|fell|tied|not")));
    // "The members voted to approve the minutes", "The Committee voted 7-0-1 to endorse it".
    let count = usize::from(
        w.get(verb + 1)
            .is_some_and(|n| n.raw.starts_with(|c: char| c.is_ascii_digit())),
    );
    let approves = !fell
        && w.get(verb)?.low == "voted"
        && at(
            w,
            verb + 1 + count,
            phrase!("to approve|endorse|adopt|accept|support|agree"),
        );
    if approves {
        return Some(judged(ResolutionKind::Approved, "body_decided"));
    }
    let favour = !fell
        && w.get(verb)?.low == "voted"
        && any(&w[verb..w.len().min(verb + 8)], phrases!["in favour of|to"]);
    let office = w.iter().any(|w| {
        w.is(word!(
            "chair|chairman|vice-chair|vice-chairman|elect|electing|appoint|appointing|appointment"
        ))
    });
    // "The Committee voted for Mr Whitty to be the Chair".
    let office_held = || {
        w.get(verb)
            .zip(w.get(verb + 1))
            .is_some_and(|(voted, next)| voted.low == "voted" && next.low == "for")
            && any(
                w,
                phrases![
                    "to be the|its chair|chairman|vice-chair",
                    "as chair|chairman|vice-chair"
                ],
            )
            && !w.iter().any(|w| w.is(word!("but|declined")))
    };
    (favour || !fell && office && office_held()).then(|| {
        let kind = if office {
            ResolutionKind::Appointment
        } else {
            ResolutionKind::Approved
        };
        judged(kind, "body_decided")
    })
}

/// What a body agreed that is no task by its verb alone: `agreed to keep to two debates`, `agreed that reports should say more`,
/// `agreed with having shorter agendas`.
fn agreed(w: &[Word<'_>], verb: usize) -> Option<Judged> {
    if !w.get(verb)?.is(word!("agreed|resolved|decided")) || !w[verb].after.is_empty() {
        return None;
    }
    let approved = || Some(judged(ResolutionKind::Approved, "body_decided"));
    let clause = w.get(verb + 2..)?;
    if clause
        .iter()
        .take(16)
        .any(|w| w.is(word!("asked|requested")))
    {
        return None;
    }
    // "agreed unanimously to a proposal to put in a new entry phone".
    let to = verb + 1 + usize::from(w[verb + 1].low == "unanimously");
    if at(w, to, phrase!("to a|the proposal|suggestion|request")) {
        let that = (to + 3 < w.len() && w[to + 3].low == "that").then(|| judge(&w[to + 3..], None));
        let Some(mut judged) = that.filter(|judged| judged.decisive) else {
            return approved();
        };
        judged.rules.push("body_decided");
        return Some(judged);
    }
    match w[verb + 1].low {
        "with" if clause.first()?.low.ends_with("ing") => approved(),
        "to" if clause.first()?.is(word!(
            "keep|adopt|accept|approve|support|endorse|continue|extend|increase|set|ratify"
        )) =>
        {
            approved()
        }
        "that" => {
            if any(
                clause,
                phrases![
                    "would|will|should be deferred|postponed",
                    "be deferred|postponed to|until",
                    "would|will be held over"
                ],
            ) {
                return Some(judged(ResolutionKind::Referral, "body_decided"));
            }
            // "agreed that a return to the review be added to the work programme", far behind its subject.
            if verb > 5
                && clause.iter().take(20).any(|w| w.low == "be")
                && !clause
                    .iter()
                    .take(20)
                    .any(|w| w.is(word!("seemed|would|could|was|were")))
                && let mut judged = judge(clause, None)
                && judged.decisive
            {
                judged.rules.push("body_decided");
                return Some(judged);
            }
            let should = clause
                .iter()
                .take(16)
                .position(|w| w.is(word!("should|shall")))?;
            let inner = judge(clause, None);
            let mut judged = if inner.decisive { inner } else { approved()? };
            judged.rules.push("body_decided");
            (should > 0
                && !clause[..should]
                    .iter()
                    .any(|w| w.is(word!("which|who|whether|how|if"))))
            .then_some(judged)
        }
        _ => None,
    }
}

/// The first verb of a sentence whose subject is a body: `The Committee then`.
fn body_before_verb(w: &[Word<'_>], actor: Option<usize>) -> Option<usize> {
    // "We elected Councillor Hale to the Chair".
    if w.first()?.raw == "We" {
        return (w.len() > 1).then_some(1);
    }
    let mut end = actor?;
    // "The Roads, Harbours and Environment Committee noted".
    if w[end - 1].after == "," && w[0].low == "the" {
        end = (end..w.len().min(12))
            .take_while(|j| w[*j].is_capital() || w[*j].is(word!("and|of|for")))
            .find(|j| w[*j].is(BODIES) && w[*j].after.is_empty())?
            + 1;
    }
    let last = w[..end].last()?;
    let letters = last.is_upper()
        && (last.raw.len() > 3 || end > 1 && w[0].low == "the" || last.is(word!("cc|pc|pcc|tc")));
    if !(last.is(BODIES) || letters) || last.ends_phrase() {
        return None;
    }
    (end..w.len().min(end + 4)).find(|j| {
        !w[*j].is(word!(
            "then|also|unanimously|duly|formally|otherwise|hereby|therefore|having"
        ))
    })
}

/// `The following items were received: …`, `Committee received the verbal update of the Director for information.`
pub(super) fn received(w: &[Word<'_>], actor: Option<usize>) -> Option<Judged> {
    if w.iter().take(8).any(|w| w.is(word!("apologies|apology"))) {
        return None;
    }
    // "The following were elected unopposed:".
    if at(
        w,
        0,
        phrase!("the following were elected|re-elected|appointed"),
    ) && w.last()?.after.contains(':')
    {
        return Some(judged(ResolutionKind::Appointment, "noted_in_prose"));
    }
    if w.iter()
        .take(6)
        .any(|w| w.is(word!("substitute|substitutes|substitutions")))
    {
        return None;
    }
    let were = w.iter().take(8).position(|w| w.is(word!("was|were")));
    let listed = were
        .filter(|_| at(w, 0, phrase!("the following")))
        .and_then(|were| w.get(were + 1).filter(|verb| verb.after.contains(':')));
    if let Some(verb) = listed {
        let said = w
            .iter()
            .take(8)
            .any(|w| w.is(word!("points|comments|issues|matters|updates")));
        return match verb.low {
            "received" | "noted" if said => None,
            "received" | "noted" => Some(judged(ResolutionKind::Noted, "noted_in_prose")),
            "approved" | "authorised" | "agreed" | "adopted" => {
                Some(judged(ResolutionKind::Approved, "noted_in_prose"))
            }
            _ => None,
        };
    }
    let for_information = actor.is_some_and(|end| {
        w[end - 1].is(BODIES) && w.get(end).is_some_and(|w| w.is(word!("received|noted")))
    }) && w.len() <= LONGEST * 2
        && at(w, w.len().saturating_sub(2), phrase!("for information"));
    for_information.then(|| judged(ResolutionKind::Noted, "noted_in_prose"))
}

/// `The Committee recommends to Full Council that a survey be commissioned.`
pub(super) fn recommends(w: &[Word<'_>], actor: Option<usize>) -> Option<Judged> {
    let end = actor?;
    let body = w[..end].last()?.is(BODIES) && !w[0].is(word!("all|councillors|members"));
    let body = body && !w.last()?.after.contains(':');
    (body && w.get(end)?.is(word!("recommends|recommended"))).then(|| {
        let mut judged = judge(&w[end..], None);
        judged.rules.push("agreed_in_prose");
        judged
    })
}

/// `The Board noted the position.`
pub(super) fn noted(w: &[Word<'_>], actor: Option<usize>) -> Option<Judged> {
    // "The Executive Councillor approved the recommendations."
    let decider = actor.filter(|end| {
        w[end - 1].is(word!("councillor|member|holder"))
            && w[0].raw == "The"
            && at(
                w,
                *end,
                phrase!("approved|agreed the recommendation|recommendations|proposal|proposals"),
            )
    });
    if decider.is_some() {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    // "The Panel agreed." says that it was of one mind.
    if w.len() <= 3 && w.last()?.low == "agreed" {
        return None;
    }
    if let [word] = w {
        return word
            .is(word!("noted"))
            .then(|| judged(ResolutionKind::Noted, "word_alone"));
    }
    if w.len() > LONGEST {
        return None;
    }
    let mut end = actor?;
    let last = w[..end].last()?;
    // "The Board, as Corporate Trustee, noted the position".
    if last.after == "," {
        let aside = w[end..].iter().take(6).position(|w| w.after == ",")?;
        end += aside + 1;
    }
    // "SACRE noted the results": a body may be known by its letters.
    let letters = last.is_upper() && last.raw.len() > 3;
    let body = (last.is(BODIES) || letters) && !w[0].is(word!("all|councillors"));
    if body
        && at(
            w,
            end,
            phrase!("had|raised|made no objection|objections|comment|comments|observations"),
        )
    {
        return Some(judged(ResolutionKind::Other, "noted_in_prose"));
    }
    let verb = w
        .get(end..)?
        .iter()
        .find(|w| !w.is(word!("then|also|unanimously|duly|formally|otherwise")))?;
    let kind = if verb.low == "noted" {
        ResolutionKind::Noted
    } else if verb.is(word!("approved|accepted|adopted|agreed|endorsed|supported")) {
        ResolutionKind::Approved
    } else {
        return None;
    };
    let said = &w[end..];
    let clause = said
        .iter()
        .any(|w| w.is(word!("that|with|but|not|would|was|were|had")));
    let clause = clause
        || w.last().is_some_and(|last| last.after.contains(':'))
        || verb.low == "agreed" && said.iter().any(|w| w.low == "to");
    let whole = said.get(1).is_some_and(|w| w.is(word!("the|a|an|its"))) && w.len() <= 9;
    let clause = clause
        && !at(
            said,
            0,
            phrase!("noted the report|position|update|contents and"),
        );
    (body && !clause && (whole || said.iter().any(|w| w.is(PAPERS))))
        .then(|| judged(kind, "noted_in_prose"))
}
