//! Formal business that is told of in passing: minutes that were approved, a report that was noted.

use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::{self, BODIES};
use crate::minutes::judge::Judged;
use crate::minutes::wording::Choices;
use crate::minutes::words::Word;

/// The verbs of formal business.
pub(super) static VERBS: &Choices = word!(
    "\
    approved|agreed|confirmed|signed|accepted|adopted|taken|held|resolved|noted|received"
);

/// What is noted or approved by itself.
static PAPERS: &Choices = word!(
    "\
    report|reports|position|update|updates|contents|content|paper|presentation|information|minutes|programme|\
    recommendations|recommendation|schedule|accounts|plan|dates"
);

/// The longest sentence, in words, that says no more than that something was noted.
const LONGEST: usize = 14;

/// What a sentence decides that tells of formal business and of nothing else.
pub(super) fn formal(w: &[Word<'_>]) -> Option<Judged> {
    minutes_approved(w).or_else(|| noted(w))
}

/// `The minutes of the last meeting were agreed and signed.`
fn minutes_approved(w: &[Word<'_>]) -> Option<Judged> {
    let start = usize::from(w.first()?.is(word!("the|draft|unconfirmed")));
    let start = start
        + usize::from(
            w.get(start)?
                .is(word!("draft|unconfirmed|previous|public|open")),
        );
    if !w.get(start)?.is(word!("minutes|minute")) {
        return None;
    }
    let was = (start..w.len().min(start + 40)).find(|j| w[*j].is(word!("was|were")))?;
    let verb = w[was + 1..]
        .iter()
        .find(|w| !w.is(word!("then|also|unanimously|duly|formally|all")))?;
    let approved = verb.is(word!(
        "approved|agreed|confirmed|signed|accepted|adopted|taken|held|resolved|received"
    ));
    approved.then(|| judged(ResolutionKind::Approved, "minutes_approved"))
}

/// `The Board noted the position.`
fn noted(w: &[Word<'_>]) -> Option<Judged> {
    if w.len() > LONGEST {
        return None;
    }
    let end = actors::actor(w, 0)?;
    let body = w[..end].last()?.is(BODIES) && !w[0].is(word!("all|councillors"));
    let verb = w
        .get(end..)?
        .iter()
        .find(|w| !w.is(word!("then|also|unanimously|duly|formally|otherwise")))?;
    let kind = if verb.is(word!("noted|received")) {
        ResolutionKind::Noted
    } else if verb.is(word!("approved|accepted|adopted|agreed")) {
        ResolutionKind::Approved
    } else {
        return None;
    };
    let plain = w[end..].iter().any(|w| w.is(PAPERS))
        && !w[end..].iter().any(|w| w.is(word!("that|to|with|but|not")));
    (body && plain).then(|| judged(kind, "noted_in_prose"))
}

fn judged(kind: ResolutionKind, rule: &'static str) -> Judged {
    Judged {
        kind,
        is_action: false,
        owners: Vec::new(),
        rules: vec![rule],
        decisive: true,
    }
}
