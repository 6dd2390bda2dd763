//! What became of a matter, told in one sentence: `Payments approved.`, `The policy was deferred until May.`

use super::formal::{LONGEST, PAPERS, judged};
use super::moved::{FELL, OFFICES};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::judge::{Judged, judge, put_off};
use crate::minutes::wording::{any, at};
use crate::minutes::words::Word;

/// `The press and public were excluded from the meeting.`, `The meeting went into private session.`
pub(super) fn excluded(w: &[Word<'_>]) -> Option<Judged> {
    if !w
        .iter()
        .take(24)
        .any(|w| w.is(word!("press|public|session")))
    {
        return None;
    }
    // "Motion to exclude the press and public was proposed, seconded and agreed."
    let motion = w.first()?.is(word!("motion|proposal"))
        && any(&w[..w.len().min(5)], phrases!["to exclude"])
        && w.iter()
            .any(|w| w.is(word!("agreed|carried|approved|passed")))
        && !w.iter().any(|w| w.is(FELL));
    if motion {
        return Some(judged(ResolutionKind::Exclusion, "exclusion"));
    }
    let went = phrases!["went|moved|passed into private|closed|confidential session"];
    if w.len() <= LONGEST * 2 && any(&w[..w.len().min(8)], went) {
        return Some(judged(ResolutionKind::Exclusion, "exclusion"));
    }
    let start = (0..w.len().min(14)).find(|j| at(w, *j, phrase!("the press|public")))?;
    let said = &w[start..];
    let excluded = said.iter().take(12).any(|w| w.low == "excluded")
        && said.iter().take(10).any(|w| w.is(word!("was|were")))
        && !said.iter().take(10).any(|w| w.is(word!("not|had|been")));
    (excluded).then(|| judged(ResolutionKind::Exclusion, "exclusion"))
}

/// `Were agreed as a correct record`, `Payments authorised:`, `Signed by the Chair`: what is approved in a few words that are always
/// the same.
fn approved(w: &[Word<'_>]) -> Option<Judged> {
    let (first, last) = (w.first()?, w.last()?);
    if at(
        w,
        0,
        phrase!("were|was agreed|approved|confirmed|accepted|adopted as|and"),
    ) || !w.iter().any(|w| w.low == "but")
        && at(
            w,
            0,
            phrase!("they|these|both were|was agreed|approved|confirmed|accepted|adopted as"),
        )
        || at(
            w,
            0,
            phrase!("were|was taken|read|checked and agreed|approved|accepted"),
        )
    {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    // "They were proposed as a correct record by IP and this was seconded by TM."
    if at(w, 0, phrase!("they|these|both were proposed as"))
        && w.iter().any(|w| w.low == "seconded")
        && !w.iter().any(|w| w.is(FELL))
    {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    // "Payments authorised:" above a list of them, "Asset register signed off."
    let payments = (2..=4).contains(&w.len())
        && first.is(word!("payments|accounts|invoices|cheques|bills"))
        && last.is(word!("authorised|approved|agreed"));
    if payments
        || w.len() <= 10
            && first.is_capital()
            && at(w, w.len().saturating_sub(2), phrase!("signed off"))
    {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    // "Approved by M. Petrie, seconded by J. Gunn", "Minutes of the last meeting agreed".
    if at(w, 0, phrase!("approved by")) && w.iter().any(|w| w.low == "seconded")
        || w.len() <= 8 && first.is(word!("minutes")) && last.is(word!("agreed|approved|accepted"))
    {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    // "Adopted unanimously and the Chairman then signed them."
    if w.len() > 2
        && first.is_capital()
        && first.is(word!("adopted|approved|accepted|carried"))
        && w[1].low == "unanimously"
        && !w.iter().any(|w| w.is(word!("by|in")))
    {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    // "Signed as true by Chair", "Agreed as a true record".
    if first.is_capital()
        && first.is(word!("signed|agreed|approved|accepted"))
        && at(w, 1, phrase!("as"))
        && w.iter()
            .skip(2)
            .take(2)
            .any(|w| w.is(word!("true|correct|accurate")))
    {
        return Some(judged(ResolutionKind::Approved, "minutes_approved"));
    }
    // "The Chair signed the minutes of the last meeting as correct."
    if first.is_capital()
        && (1..5).any(|j| at(w, j, phrase!("signed the minutes")))
        && w[..5.min(w.len())].iter().any(|w| w.is(OFFICES))
    {
        return Some(judged(ResolutionKind::Approved, "minutes_approved"));
    }
    // "Signed by the Chair", behind the heading of the minutes.
    if at(w, 0, phrase!("signed by")) && w.len() <= 8 {
        return Some(judged(ResolutionKind::Approved, "minutes_approved"));
    }
    // "Minutes of last meeting agreed with these amendments."
    let of_minutes = first.is(word!("minutes")) || at(w, 0, phrase!("the minutes"));
    let with = of_minutes
        && (2..w.len().min(9)).any(|j| {
            w[j - 1].is(word!("agreed|approved|accepted")) && w[j].is(word!("with|as|subject|by"))
        });
    if with && !w.iter().any(|w| w.is(word!("was|were|not"))) {
        return Some(judged(ResolutionKind::Approved, "minutes_approved"));
    }
    None
}

/// `Payments of £1,036.55 approved.`, `Were agreed as a correct record`, `Deferred to the May meeting.`
pub(super) fn terse(w: &[Word<'_>]) -> Option<Judged> {
    let (first, last) = (w.first()?, w.last()?);
    if let Some(judged) = approved(w) {
        return Some(judged);
    }
    if w.iter().any(|w| w.is(word!("apologies|apology")))
        || first.is_upper() && w[1.min(w.len() - 1)].is_upper()
    {
        return None;
    }
    // "Unanimous decision to keep the design plain".
    if let Some(decision) = w.iter().take(6).position(|w| w.low == "decision")
        && decision > 0
        && w[decision - 1].low == "unanimous"
        && w.get(decision + 1).is_some_and(|w| w.is(word!("to|that")))
    {
        let mut decided = judge(&w[decision + 1..], None);
        if !decided.decisive {
            decided = judged(ResolutionKind::Approved, "noted_in_prose");
        }
        decided.rules.push("agreed_in_prose");
        return Some(decided);
    }
    if w.len() == 2 && at(w, 0, phrase!("no objection|objections")) {
        return Some(judged(ResolutionKind::Other, "noted_in_prose"));
    }
    // "Frida Lund elected as Chair".
    let elected = w
        .iter()
        .take(5)
        .position(|w| w.is(word!("elected|appointed|re-elected")));
    if elected.is_some_and(|verb| {
        (1..=4).contains(&verb)
            && w[..verb].iter().all(|w| w.is_capital() && w.is_letters())
            && w.get(verb + 1).is_some_and(|n| n.low == "as")
    }) {
        return Some(judged(ResolutionKind::Appointment, "noted_in_prose"));
    }
    let opens = first.is_capital() || first.raw.starts_with(|c: char| c.is_ascii_digit());
    if opens && let Some(judged) = disposed_item(w) {
        return Some(judged);
    }
    if w.len() > 10 || !opens || w.len() < 2 {
        return None;
    }
    let told = w.iter().any(|w| {
        w.is(word!("was|were|had|has|have|be|been|is|are|not|members|councillors|all|who|which|that|it|he|she|they"))
    });
    // "Item deferred to the June meeting."
    let deferred = w.get(1).filter(|verb| {
        let behind = 1 + usize::from(at(w, 1, phrase!("put|held|carried|left off|over|back")));
        (verb.low == "deferred" || behind > 1)
            && w.get(behind + 1)
                .is_some_and(|n| n.is(word!("to|until|till|pending|for")))
    });
    let (verb, rule) = if let Some(verb) = deferred {
        (verb, "noted_in_prose")
    } else if first.is(word!("deferred|accepted|approved")) && !last.after.contains(':') {
        (first, "noted_in_prose")
    } else if last.is(word!("approved|agreed|accepted|noted|ratified|supported"))
        && last.after == "."
    {
        (last, "noted_in_prose")
    } else {
        return None;
    };
    let kind = match verb.low {
        "noted" => ResolutionKind::Noted,
        "deferred" | "put" | "held" | "carried" | "left" => ResolutionKind::Referral,
        _ => ResolutionKind::Approved,
    };
    (!told).then(|| judged(kind, rule))
}

/// `Union facilities – agreed (4 for, 1 against)`: what became of it stands behind a dash.
fn disposed_item(w: &[Word<'_>]) -> Option<Judged> {
    let dash = w
        .iter()
        .take(12)
        .rposition(|w| w.raw.is_empty() && w.before.starts_with(['–', '-', '—']))?;
    let kind = match w.get(dash + 1)?.low {
        "agreed" | "approved" | "accepted" | "adopted" | "carried" => ResolutionKind::Approved,
        "noted" | "received" => ResolutionKind::Noted,
        "deferred" => ResolutionKind::Referral,
        "refused" | "rejected" | "lost" => ResolutionKind::Other,
        _ => return None,
    };
    let vote = w
        .get(dash + 2)
        .is_none_or(|next| next.before.starts_with('('));
    (dash > 0 && vote).then(|| judged(kind, "noted_in_prose"))
}

/// Whether somebody was elected to an office: `was duly appointed as Chair`.
fn elected_to(w: &[Word<'_>], verb: usize) -> bool {
    w.get(verb)
        .is_some_and(|verb| verb.is(word!("elected|re-elected|appointed")))
        && w.get(verb + 1)
            .is_some_and(|n| n.is(word!("as|chair|vice-chair|chairman")))
        && w[verb + 1..].iter().take(4).any(|w| w.is(OFFICES))
        && !w
            .iter()
            .any(|w| w.is(word!("had|who|which|previously|last")))
}

/// `This was deferred to the next meeting`, `This has been agreed unanimously`.
fn this_was(w: &[Word<'_>]) -> Option<Judged> {
    let been = at(w, 0, phrase!("this|these has|have been"));
    let put_off = at(w, 2 + usize::from(been), phrase!("deferred to|until"));
    let longest = if put_off { LONGEST * 2 } else { LONGEST };
    if !(been || at(w, 0, phrase!("this|these was|were"))) || w.len() > longest {
        return None;
    }
    let kind = match w.get(2 + usize::from(been))?.low {
        "agreed" | "approved" | "accepted" => ResolutionKind::Approved,
        "noted" => ResolutionKind::Noted,
        "deferred" => ResolutionKind::Referral,
        _ => return None,
    };
    let earlier = word!("at|in|last|previously|when|by|but");
    let told = kind != ResolutionKind::Referral && w.iter().any(|w| w.is(earlier));
    (!told).then(|| judged(kind, "disposed_in_prose"))
}

/// Whether what was done first to a thing was followed by its approval: `The fees were gone through, altered and agreed`.
fn agreed_at_last(w: &[Word<'_>], verb: usize) -> bool {
    let looked = word!(
        "gone|looked|read|checked|reviewed|considered|discussed|debated|talked|examined|sent|circulated|tabled|presented|amended|altered|corrected|changed|received"
    );
    let elsewhere = word!("never|not|had|the|it|they|he|she");
    w[verb].is(looked)
        && (verb + 2..w.len().min(verb + 12)).any(|j| {
            w[j].is(word!("agreed|approved|accepted|adopted|signed"))
                && !w[verb..j].iter().any(|w| w.is(elsewhere))
                && (w[j - 1].low == "and"
                    || at(w, j - 2, phrase!("and then|duly|were|was|unanimously")))
                && w.get(j + 1).is_none_or(|next| {
                    next.is(word!("as|with|unanimously|and"))
                        || w[j].ends_phrase()
                        || at(
                            w,
                            j + 1,
                            phrase!("by all|members|councillors|everyone|governors|trustees"),
                        )
                })
        })
}

/// What a participle behind `was` says became of a thing.
fn became(w: &[Word<'_>], place: usize) -> Option<ResolutionKind> {
    let verb = w.get(place)?;
    let noted = verb.low == "noted"
        || at(
            w,
            place,
            phrase!("received|presented|considered|given|tabled and noted"),
        )
        || at(
            w,
            place,
            phrase!("put|brought forward for information and noted"),
        )
        || at(
            w,
            place,
            phrase!("presented|submitted|given|received for information and noted"),
        )
        || verb.low == "received" && place + 1 == w.len();
    if noted {
        return Some(ResolutionKind::Noted);
    }
    let approved = verb.is(word!(
        "approved|agreed|accepted|authorised|ratified|adopted|endorsed|homologated"
    )) || at(w, place, phrase!("set at"))
        || at(
            w,
            place,
            phrase!(
                "checked|reviewed|considered|discussed|read|received and agreed|approved|adopted"
            ),
        )
        || at(w, place, phrase!("looked at|through and agreed|approved"))
        || agreed_at_last(w, place);
    if approved {
        return Some(ResolutionKind::Approved);
    }
    let named =
        || w[0].is(actors::TITLES) || place <= 5 && w[..place - 1].iter().all(Word::is_capital);
    if verb.low == "confirmed" && w[0].is(word!("appointment|election"))
        || verb.is(word!("elected|re-elected|appointed")) && named()
    {
        return Some(ResolutionKind::Appointment);
    }
    (verb.is(word!("deferred|remitted|continued")) || put_off(w, place))
        .then_some(ResolutionKind::Referral)
}

/// `The Behaviour Policy was deferred until parents had been consulted.`
pub(super) fn disposed(w: &[Word<'_>]) -> Option<Judged> {
    if w.len() > LONGEST * 2 || !w.first()?.is_capital() {
        return None;
    }
    if w.iter().take(12).any(|w| w.is(word!("apologies|apology"))) {
        return None;
    }
    // "What was recommended on the requests to change the rounds was approved."
    let closes = w.len() > 5
        && w[w.len() - 2].is(word!("was|were"))
        && w[w.len() - 1].is(word!("approved|agreed|adopted|endorsed|accepted|noted"))
        && (w[0].is(word!("what|the|all|a|an")) || w.iter().take(4).any(|w| w.is(PAPERS)))
        && !w.iter().any(|w| {
            w.is(word!(
                "it|they|he|she|before|until|when|if|asked|said|requested|suggested|told|would|had|that|confirmed"
            ))
        });
    if let Some(judged) = this_was(w) {
        return Some(judged);
    }
    let was = if closes {
        w.len() - 2
    } else {
        w.iter().take(15).position(|w| w.is(word!("was|were")))?
    };
    if w[0].is(word!("no|none|nothing")) || w[..was].iter().any(|w| w.raw == "No") {
        return None;
    }
    // "AB accepted the nomination and was duly appointed as Chair".
    let duly = usize::from(w.get(was + 1)?.is(word!(
        "duly|then|unanimously|also|formally|accordingly|therefore"
    )));
    let was = was + duly;
    if elected_to(w, was + 1) {
        return Some(judged(ResolutionKind::Appointment, "noted_in_prose"));
    }
    let kind = became(w, was + 1)?;
    let past = word!(
        "which|that|last|previous|previously|ago|if|when|who|after|since|it|he|she|they|this"
    );
    // "This item was deferred so that its author could present it".
    let put_off = kind == ResolutionKind::Referral
        && w[..was]
            .iter()
            .any(|w| w.is(word!("item|report|application|matter|paper")));
    let looked_at = match (closes, put_off) {
        (true, _) => &w[..0],
        (false, true) if w[0].low == "consideration" => &w[was..],
        (false, true) => &w[1..was],
        (false, false) => w,
    };
    let of_old = looked_at.iter().any(|w| w.is(past))
        || w[..was].iter().any(|w| w.low == "had")
        || !put_off && w[was..].iter().any(|w| w.low == "in");
    // "A letter from the Department regarding the scheme was noted."
    let paper = was + 2 == w.len()
        && w[..was.min(4)].iter().any(|w| {
            w.is(PAPERS)
                || w.is(word!(
                    "letter|reconciliation|statement|correspondence|statements|letters"
                ))
        });
    // "The Forward Plan was received and noted by the Committee."
    let by_body = w.len() <= 12 && any(&w[was..], phrases!["noted by the"]);
    let short = kind != ResolutionKind::Noted || w.len() <= 9 || paper || by_body;
    let of_old = of_old || w.last().is_some_and(|last| last.after.contains(':'));
    (was > 0 && short && !of_old).then(|| judged(kind, "disposed_in_prose"))
}
