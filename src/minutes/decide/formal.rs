//! Formal business that is told of in passing: minutes that were approved, a report that was noted.

use super::body::{decided, decides, noted, received, recommends};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::{self, BODIES};
use crate::minutes::judge::{Judged, judge};
use crate::minutes::wording::{Choices, any, at};
use crate::minutes::words::Word;

/// The verbs of formal business.
static VERBS: &Choices = word!(
    "\
    approved|agreed|confirmed|signed|accepted|adopted|taken|held|resolved|noted|received|endorsed|supported|ratified|\
    homologated|elected|set|deferred|remitted|continued|carried|left|put|had|raised|excluded|objection|objections|\
    recommends|recommended|authorised|seconded|favour|taken|off|notes|note|agrees|agree|approves|approve|endorses|endorse|adopts|adopt|requests|request|accepts|\
    accept|authorises|authorise|ratifies|ratify|confirms|confirm|resolves|refers|instructs|decided"
);

/// Words of formal business that begin none by themselves: without one of these, or of the verbs, a sentence tells of none.
static OTHER_VERBS: &Choices = word!(
    "refused|went|passed|moved|seconds|rejected|lost|appointed|re-elected|comment|comments|observations|recommend|referred|decision"
);

/// What is noted or approved by itself.
pub(super) static PAPERS: &Choices = word!(
    "\
    report|reports|position|update|updates|contents|content|paper|presentation|information|minutes|programme|\
    recommendations|recommendation|schedule|accounts|plan|dates|draft|policy|strategy"
);

/// `The press and public were excluded from the meeting.`, `The meeting went into private session.`
fn excluded(w: &[Word<'_>]) -> Option<Judged> {
    if !w
        .iter()
        .take(24)
        .any(|w| w.is(word!("press|public|session")))
    {
        return None;
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

/// `Payments of £1,036.55 approved.`, `Were agreed as a correct record`, `Deferred to the May meeting.`
fn terse(w: &[Word<'_>]) -> Option<Judged> {
    let (first, last) = (w.first()?, w.last()?);
    if at(
        w,
        0,
        phrase!("were|was agreed|approved|confirmed|accepted|adopted as|and"),
    ) || at(
        w,
        0,
        phrase!("they|these|both were|was agreed|approved|confirmed|accepted|adopted as"),
    ) || at(
        w,
        0,
        phrase!("were|was taken|read|checked and agreed|approved|accepted"),
    ) {
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
    if w.iter().any(|w| w.is(word!("apologies|apology")))
        || first.is_upper() && w[1.min(w.len() - 1)].is_upper()
    {
        return None;
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
        .position(|w| w.raw.is_empty() && w.before.starts_with(['–', '-', '—']))?;
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

/// `The Behaviour Policy was deferred until parents had been consulted.`
fn disposed(w: &[Word<'_>]) -> Option<Judged> {
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
    let was = if closes {
        w.len() - 2
    } else {
        w.iter().take(12).position(|w| w.is(word!("was|were")))?
    };
    if w[0].is(word!("no|none|nothing")) {
        return None;
    }
    let verb = w.get(was + 1)?;
    let kind = if verb.low == "noted"
        || at(
            w,
            was + 1,
            phrase!("received|presented|considered|given|tabled and noted"),
        )
        || verb.low == "received" && was + 2 == w.len()
    {
        ResolutionKind::Noted
    } else if verb.is(word!(
        "approved|agreed|accepted|authorised|ratified|adopted|endorsed|homologated"
    )) || at(w, was + 1, phrase!("set at"))
        || at(
            w,
            was + 1,
            phrase!(
                "checked|reviewed|considered|discussed|read|received and agreed|approved|adopted"
            ),
        )
        || at(w, was + 1, phrase!("looked at|through and agreed|approved"))
    {
        ResolutionKind::Approved
    } else if verb.low == "confirmed" && w[0].is(word!("appointment|election"))
        || verb.is(word!("elected|re-elected|appointed"))
            && (w[0].is(actors::TITLES) || was <= 4 && w[..was].iter().all(Word::is_capital))
    {
        ResolutionKind::Appointment
    } else if verb.is(word!("deferred|remitted|continued"))
        || at(w, was + 1, phrase!("held|carried|left|put over|off|back"))
            && (w[was + 2].ends_phrase()
                || w.get(was + 3)
                    .is_some_and(|n| n.is(word!("to|until|till|pending|as|so|for"))))
    {
        ResolutionKind::Referral
    } else {
        return None;
    };
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
    let short = kind != ResolutionKind::Noted || w.len() <= 9 || paper;
    let of_old = of_old || w.last().is_some_and(|last| last.after.contains(':'));
    (was > 0 && short && !of_old).then(|| judged(kind, "disposed_in_prose"))
}

/// The longest sentence, in words, that says no more than that something was noted.
pub(super) const LONGEST: usize = 14;

/// Whether words may tell of formal business.
pub(super) fn may_tell(w: &[Word<'_>]) -> bool {
    w.iter().any(|w| w.is(VERBS) || w.is(OTHER_VERBS))
}

/// What a sentence decides that tells of formal business and of nothing else.
pub(super) fn formal(w: &[Word<'_>]) -> Option<Judged> {
    if !may_tell(w) {
        return None;
    }
    // "17/09/09 Finance Payments as listed were approved".
    let number = w.first().is_some_and(|first| {
        first.raw.starts_with(|c: char| c.is_ascii_digit())
            && (first.raw.contains(['/', '.'])
                || first.after.is_empty()
                    && first.raw.len() <= 4
                    && first.raw.bytes().all(|b| b.is_ascii_digit())
                    && w.get(1)
                        .is_some_and(|next| next.is(word!("the|a|an|minutes"))))
    });
    let w = &w[usize::from(number)..];
    // "Approval of minutes: The minutes were read, approved and signed".
    // "There being no other nominations, HB was elected".
    let aside = w
        .first()
        .filter(|w| {
            w.is(word!(
                "there|following|after|on|having|in|as|since|with|ahead|before|prior"
            ))
        })
        .map(|_| (0..w.len().min(24)).filter(|j| w[*j].after == ","));
    for comma in aside.into_iter().flatten().take(3) {
        let behind = &w[comma + 1..];
        let judged = disposed(behind)
            .or_else(|| excluded(behind))
            .or_else(|| noted(behind))
            .or_else(|| decided(behind));
        if judged.is_some() {
            return judged;
        }
    }
    // "DECISION: The Governors approved the minutes".
    if w.len() > 3 && w[0].is(word!("decision")) && w[0].after.starts_with(':') {
        let said = &w[1..];
        let judged = decided(said).or_else(|| decides(said)).or_else(|| {
            let mut judged = judge(said, None);
            judged.rules.push("heading");
            judged.decisive.then_some(judged)
        });
        return judged;
    }
    // "Decision status: Approved" heads a page.
    if at(w, 0, phrase!("decision|recommendation status")) {
        return None;
    }
    disposed_of(w).or_else(|| {
        let titled = w.iter().take(14).position(|w| {
            w.after == ":" || w.raw.is_empty() && matches!(w.before, "–" | "-" | "—")
        })?;
        let behind = &w[titled + 1..];
        if w[titled].raw.is_empty() && !behind.first()?.is(word!("the|this|these")) {
            return None;
        }
        minutes_approved(behind)
            .or_else(|| terse(behind))
            .or_else(|| disposed(behind))
            .or_else(|| noted(behind))
            .or_else(|| decided(behind))
    })
}

/// `The minutes were agreed`, `Payments approved`: the first that a sentence tells of.
fn disposed_of(w: &[Word<'_>]) -> Option<Judged> {
    minutes_approved(w)
        .or_else(|| decides(w))
        .or_else(|| noted(w))
        .or_else(|| disposed(w))
        .or_else(|| excluded(w))
        .or_else(|| terse(w))
        .or_else(|| recommends(w))
        .or_else(|| moved(w))
        .or_else(|| received(w))
        .or_else(|| told_of(w))
        .or_else(|| decided(w))
}

/// `There being no other nominations HB was elected`, `The Panel agreed by a show of hands that the minutes were a true record`.
fn told_of(w: &[Word<'_>]) -> Option<Judged> {
    let elected = at(w, 0, phrase!("there being no"))
        && (3..w.len().min(16)).any(|j| at(w, j, phrase!("was|were elected|appointed|re-elected")));
    if elected {
        return Some(judged(ResolutionKind::Appointment, "noted_in_prose"));
    }
    let end = actors::actor(w, 0)?;
    let agreed = w[end - 1].is(BODIES) && at(w, end, phrase!("agreed|confirmed|accepted"));
    let record = || {
        w.iter().any(|w| w.is(word!("minutes|minute")))
            && any(w, phrases!["true|correct|accurate record"])
    };
    (agreed && record()).then(|| judged(ResolutionKind::Approved, "minutes_approved"))
}

/// `The minutes of the last meeting were agreed and signed.`
fn minutes_approved(w: &[Word<'_>]) -> Option<Judged> {
    let start = usize::from(w.first()?.is(word!("the|draft|unconfirmed")));
    let start = start
        + usize::from(
            w.get(start)?
                .is(word!("draft|unconfirmed|previous|public|open|ordinary")),
        );
    // "Minute 12 – It was agreed" tells of one of them.
    let one = w.get(start)?.low == "minute"
        && w.get(start + 1)
            .is_some_and(|n| n.raw.starts_with(|c: char| c.is_ascii_digit()));
    if !w.get(start)?.is(word!("minutes|minute")) || w[start].after.contains(':') || one {
        return None;
    }
    let was = (start..w.len().min(start + 40)).find(|j| w[*j].is(word!("was|were|be")))?;
    let verb = w[was + 1..].iter().find(|w| {
        !w.is(word!(
            "then|also|unanimously|duly|formally|all|read|submitted|circulated|considered|and|out|through|over|checked|accordingly|therefore|subsequently|hereby"
        ))
    })?;
    // "Minutes were changed in two places, but otherwise agreed and signed".
    let mended = verb.is(word!("changed|amended|corrected|altered"))
        && w[was + 2..]
            .iter()
            .any(|w| w.is(word!("agreed|approved|signed|confirmed|accepted")))
        && !w.iter().any(|w| w.low == "not");
    let kind = if verb.is(word!("noted|received")) {
        ResolutionKind::Noted
    } else if mended
        || verb.is(word!(
            "approved|agreed|confirmed|signed|accepted|adopted|taken|held|resolved"
        ))
    {
        ResolutionKind::Approved
    } else {
        return None;
    };
    Some(judged(kind, "minutes_approved"))
}

/// The offices to which a meeting elects.
static OFFICES: &Choices = word!(
    "chair|chairman|chairperson|vice-chair|vice-chairman|secretary|treasurer|mayor|convener|president|vice|deputy"
);

/// `Prop MT, sec RL, approved and signed.`
fn moved(w: &[Word<'_>]) -> Option<Judged> {
    // "Nora Kerr proposes Peter McCubbin as Secretary and Lesley Dunlop seconds".
    let proposed = w
        .iter()
        .take(12)
        .any(|w| w.is(word!("proposes|proposed|nominates|nominated")));
    let office = || {
        (1..w.len()).any(|j| {
            w[j].is(OFFICES)
                && (w[j - 1].is(word!("as|be"))
                    || at(w, j.saturating_sub(2), phrase!("as|be the|our")))
        })
    };
    if proposed && office() && w.iter().any(|w| w.is(word!("seconds|seconded"))) {
        return Some(judged(ResolutionKind::Appointment, "noted_in_prose"));
    }
    // "The motion was moved by … and seconded by … and referred to the Executive".
    if at(w, 0, phrase!("the motion was moved|proposed"))
        && let Some(referred) = w.iter().position(|w| w.low == "referred")
        && w[referred - 1].is(word!("and|stood"))
    {
        let mut judged = judge(&w[referred..], None);
        judged.rules.push("noted_in_prose");
        return Some(judged);
    }
    // "Councillor Hale proposed and Councillor Moss seconded their being signed as true and correct".
    let all = || {
        any(
            w,
            phrases![
                "all in favour",
                "all agreed",
                "agreed by all",
                "agreed unanimously",
                "seconded",
                "carried"
            ],
        )
    };
    let seconded = w.first()?.is(actors::TITLES)
        && w.iter().take(6).any(|w| w.low == "proposed")
        && all()
        && any(
            w,
            phrases![
                "signed as",
                "true and",
                "be approved|accepted|adopted|paid|signed",
                "minutes|accounts|payments approved|accepted|adopted|agreed",
                "were|was approved|accepted|adopted|paid|made"
            ],
        );
    if seconded && w.len() <= LONGEST * 2 {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    // "Full Council 19/7/2022 - Proposed (GM) & Seconded (LP) that the minutes be approved".
    if let Some(proposed) = w.iter().take(10).position(|w| w.low == "proposed")
        && let Some(that) = w
            .iter()
            .take(proposed + 20)
            .skip(proposed)
            .position(|w| w.low == "that")
        && w[proposed..proposed + that]
            .iter()
            .any(|w| w.low == "seconded")
    {
        let mut judged = judge(&w[proposed + that..], None);
        judged.rules.push("noted_in_prose");
        let formal = judged.kind == ResolutionKind::Approved;
        return (judged.decisive && formal).then_some(judged);
    }
    let proposed = w.first()?.is(word!("prop|proposed|proposer|moved"));
    let approved = w.len() <= LONGEST && w.iter().any(|w| w.is(word!("approved|adopted|accepted")));
    (proposed && approved).then(|| judged(ResolutionKind::Approved, "noted_in_prose"))
}

/// What is decided in passing: nobody is to do anything.
pub(super) fn judged(kind: ResolutionKind, rule: &'static str) -> Judged {
    Judged {
        kind,
        is_action: false,
        owners: Vec::new(),
        rules: vec![rule],
        decisive: true,
    }
}
