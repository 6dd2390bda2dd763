//! What was moved and seconded: `It was proposed, seconded and agreed to approve the minutes.`

use super::formal::{LONGEST, judged};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::judge::{Judged, judge};
use crate::minutes::wording::{Choices, any, at};
use crate::minutes::words::Word;

/// The offices to which a meeting elects.
pub(super) static OFFICES: &Choices = word!(
    "chair|chairman|chairperson|vice-chair|vice-chairman|secretary|treasurer|mayor|convener|president|vice|deputy"
);

/// What a sentence tells of that was moved: `Prop MT, sec RL, approved and signed.`
pub(super) fn moved(w: &[Word<'_>]) -> Option<Judged> {
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
    // "It was proposed, seconded and agreed by all to approve the minutes".
    let carried = (1..w.len().min(20)).find(|j| {
        w[*j].is(word!("agreed|carried|resolved|approved|voted"))
            && w[..*j].iter().any(|w| w.is(word!("seconded")))
    });
    if let Some(verb) = carried
        && w[..verb].iter().any(|w| w.is(word!("proposed|moved")))
        && (w[verb - 1].is(word!("and|unanimously|all|duly|then")))
        && let Some(to) = (verb + 1..w.len().min(verb + 8)).find(|j| w[*j].is(word!("to|that")))
        && w.get(to + 1).is_some_and(Word::is_letters)
    {
        let mut judged = judge(&w[to..], None);
        if judged.decisive {
            judged.rules.push("agreed_in_prose");
            return Some(judged);
        }
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
