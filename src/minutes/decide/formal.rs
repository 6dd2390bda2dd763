//! Formal business that is told of in passing: minutes that were approved, a report that was noted.

use super::body::{decided, decides, noted, received, recommends};
use super::disposed::{disposed, excluded, terse};
use super::moved::moved;
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
    "refused|went|passed|moved|voted|seconds|rejected|lost|appointed|re-elected|comment|comments|observations|recommend|referred|decision"
);

/// What is noted or approved by itself.
pub(super) static PAPERS: &Choices = word!(
    "\
    report|reports|position|update|updates|contents|content|paper|presentation|information|minutes|programme|\
    recommendations|recommendation|schedule|accounts|plan|dates|draft|policy|strategy"
);

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
    // "Arising from minute 58 the Forum agreed that the review would be deferred".
    if at(w, 0, phrase!("arising from minute|item _")) && w.len() > 8 {
        let judged = decided(&w[4..], actors::actor(&w[4..], 0));
        if judged.is_some() {
            return judged;
        }
    }
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
        let actor = actors::actor(behind, 0);
        let judged = disposed(behind)
            .or_else(|| excluded(behind))
            .or_else(|| noted(behind, actor))
            .or_else(|| decided(behind, actor));
        if judged.is_some() {
            return judged;
        }
    }
    // "DECISION: The Governors approved the minutes".
    if w.len() > 3 && w[0].is(word!("decision")) && w[0].after.starts_with(':') {
        let said = &w[1..];
        let actor = actors::actor(said, 0);
        let judged = decided(said, actor)
            .or_else(|| decides(said, actor))
            .or_else(|| {
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
    // "Approval of minutes: The minutes were read, approved and signed".
    disposed_of(w).or_else(|| {
        let titled = w.iter().take(14).position(|w| {
            w.after == ":" || w.raw.is_empty() && matches!(w.before, "–" | "-" | "—" | "/")
        })?;
        let behind = &w[titled + 1..];
        if w[titled].raw.is_empty() && !behind.first()?.is(word!("the|this|these")) {
            return None;
        }
        let actor = actors::actor(behind, 0);
        minutes_approved(behind)
            .or_else(|| terse(behind))
            .or_else(|| disposed(behind))
            .or_else(|| noted(behind, actor))
            .or_else(|| decided(behind, actor))
    })
}

/// `The minutes were agreed`, `Payments approved`: the first that a sentence tells of.
fn disposed_of(w: &[Word<'_>]) -> Option<Judged> {
    let actor = actors::actor(w, 0);
    minutes_approved(w)
        .or_else(|| decides(w, actor))
        .or_else(|| noted(w, actor))
        .or_else(|| disposed(w))
        .or_else(|| excluded(w))
        .or_else(|| terse(w))
        .or_else(|| recommends(w, actor))
        .or_else(|| moved(w))
        .or_else(|| received(w, actor))
        .or_else(|| told_of(w, actor))
        .or_else(|| decided(w, actor))
}

/// `There being no other nominations HB was elected`, `The Panel agreed by a show of hands that the minutes were a true record`.
fn told_of(w: &[Word<'_>], actor: Option<usize>) -> Option<Judged> {
    // "It was voted unanimously that Mrs Hale take the chair."
    if at(w, 0, phrase!("it was voted")) {
        let that = w.iter().take(8).position(|w| w.is(word!("that|to")))?;
        let mut judged = judge(&w[that..], None);
        judged.rules.push("agreed_in_prose");
        return Some(judged);
    }
    let elected = at(w, 0, phrase!("there being no"))
        && (3..w.len().min(16)).any(|j| at(w, j, phrase!("was|were elected|appointed|re-elected")));
    if elected {
        return Some(judged(ResolutionKind::Appointment, "noted_in_prose"));
    }
    let end = actor?;
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
                .is(word!("draft|unconfirmed|previous|public|open|ordinary|exempt|confidential|restricted|private|last")),
        );
    // "The Part I Minutes of the meeting".
    let start = start
        + if at(w, start, phrase!("part _ minutes")) {
            2
        } else {
            0
        };
    // "Minute 12 – It was agreed" tells of one of them.
    let one = w.get(start)?.low == "minute"
        && w.get(start + 1)
            .is_some_and(|n| n.raw.starts_with(|c: char| c.is_ascii_digit()));
    if !w.get(start)?.is(word!("minutes|minute")) || w[start].after.contains(':') || one {
        return None;
    }
    let was = (start..w.len().min(start + 40)).find(|j| w[*j].is(word!("was|were|be")))?;
    // "The minutes are attached to be confirmed".
    if w[was].low == "be"
        && w[was - 1].low == "to"
        && w[..was].iter().any(|w| w.is(word!("attached|enclosed")))
    {
        return None;
    }
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
        && !w.iter().any(|w| w.is(word!("not|never|nor")));
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
