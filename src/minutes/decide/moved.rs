//! What was moved and seconded: `It was proposed, seconded and agreed to approve the minutes.`

use super::Walk;
use super::formal::{LONGEST, judged};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::blocks::Block;
use crate::minutes::judge::{Judged, judge};
use crate::minutes::wording::{Choices, any, at};
use crate::minutes::words::Word;

/// The offices to which a meeting elects.
pub(super) static OFFICES: &Choices = word!(
    "chair|chairman|chairperson|vice-chair|vice-chairman|secretary|treasurer|mayor|convener|president|vice|deputy"
);

impl Walk<'_> {
    /// `Chairman – Doug Petrie`, below `Election of officers`. Whether it is one.
    pub(super) fn elected(
        &mut self,
        blocks: &[Block],
        place: usize,
        block: &Block,
        w: &[Word<'_>],
    ) -> bool {
        let office = w.iter().take(3).any(|w| w.is(OFFICES));
        if !office || !(3..=8).contains(&w.len()) || block.marker.is_some() {
            return false;
        }
        let dash = w.iter().take(4).position(|w| {
            w.raw.is_empty() && matches!(w.before, "–" | "-" | "—") || w.after == ":"
        });
        let named = dash.is_some_and(|dash| {
            w[dash + 1..].len() > 1 && w[dash + 1..].iter().all(Word::is_capital)
        });
        let election = || {
            blocks[place.saturating_sub(8)..place].iter().any(|before| {
                let low = &self.clean.lower[before.span.clone()];
                low.len() <= 80
                    && (low.contains("election of") || low.contains("appointment of officers"))
            })
        };
        let said = || {
            blocks[place.saturating_sub(8)..place]
                .iter()
                .any(|before| self.clean.lower[before.span.clone()].contains("following were"))
        };
        let elected = named && election() && !said();
        if elected {
            self.push(
                None,
                block.span.clone(),
                judged(ResolutionKind::Appointment, "noted_in_prose"),
                60,
            );
        }
        elected
    }
}

/// Words of a motion that was not carried.
pub(super) static FELL: &Choices =
    word!("lost|fell|nobody|not|declined|withdrawn|defeated|tied|rejected");

/// Whether a sentence tells that something was moved.
pub(super) fn is_motion(w: &[Word<'_>]) -> bool {
    let carried = word!("agreed|carried|approved|accepted|adopted|unanimously|passed|resolved");
    w.iter().any(|w| w.is(word!("seconded|sec|moved|proposed"))) && !w.iter().any(|w| w.is(carried))
}

/// Whether more voted against than for: `Vote: 3 for, 6 against`.
fn outvoted(w: &[Word<'_>]) -> bool {
    const NUMBERS: [&str; 13] = [
        "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let votes = |side: &Choices| {
        let place = w.iter().position(|w| w.is(side))?;
        let counted = w.get(place.checked_sub(1)?)?.low;
        let counted = if counted == "in" {
            w.get(place.checked_sub(2)?)?.low
        } else {
            counted
        };
        let named = NUMBERS.iter().position(|one| *one == counted);
        named.or_else(|| counted.parse().ok())
    };
    let (ayes, noes) = (votes(word!("for|favour")), votes(word!("against")));
    ayes.zip(noes).is_some_and(|(ayes, noes)| noes > ayes)
}

/// Whether a sentence behind a motion tells that it was not carried: `The motion was lost.`, `This was not supported.`
pub(super) fn falls(w: &[Word<'_>]) -> bool {
    if w.len() > LONGEST || w.iter().any(|w| w.is(word!("amendment|by"))) {
        return false;
    }
    // "Four for, five against", "Cllr Hill then withdrew the proposal".
    if (0..w.len()).any(|j| at(w, j, phrase!("withdrew the|this|his|her motion|proposal")))
        || outvoted(w)
    {
        return true;
    }
    let it = word!("motion|proposal|resolution|vote|this|it");
    let not = word!("carried|agreed|supported|approved|accepted|seconded|passed");
    w.len() <= 2 && w[0].is(word!("lost|fell|defeated|withdrawn"))
        || (1..w.len()).any(|j| {
            let was = usize::from(w[j].is(word!("was")));
            let fell = w.get(j + was).is_some_and(|fell| {
                fell.is(word!("lost|defeated|withdrawn|rejected|tied"))
                    || fell.is(word!("fell|fails|failed")) && fell.ends_phrase()
            }) || w.get(j + was).is_some_and(|not| not.low == "not")
                && w.get(j + was + 1).is_some_and(|w| w.is(not));
            fell && w[j - 1].is(it)
        })
}

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
    if proposed
        && !w.iter().any(|w| w.is(FELL))
        && office()
        && w.iter().any(|w| w.is(word!("seconds|seconded")))
    {
        return Some(judged(ResolutionKind::Appointment, "noted_in_prose"));
    }
    if let Some(judged) = seconded(w) {
        return Some(judged);
    }
    // "It was proposed, seconded and agreed by all to approve the minutes".
    let verb = (1..w.len().min(20)).find(|j| {
        w[*j].is(word!("agreed|carried|resolved|approved|voted"))
            && w[..*j].iter().any(|w| w.is(word!("seconded")))
    });
    if let Some(verb) = verb
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
    let signed = w.first()?.is(actors::TITLES)
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
    if signed && w.len() <= LONGEST * 2 {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    // "Payments as listed approved Cllr Corby, seconded Cllr Amos, all in favour."
    let movers = (1..w.len().min(12)).find(|j| {
        w[*j].is(word!("approved|adopted|accepted|agreed"))
            && w.get(j + 1).is_some_and(|next| next.is(actors::TITLES))
    });
    let listed = movers.is_some_and(|verb| {
        w[verb..]
            .windows(3)
            .take(8)
            .any(|w| w[0].after == "," && w[1].is(word!("seconded|sec")) && w[2].is_capital())
            && !w[..verb]
                .iter()
                .any(|w| w.is(word!("was|were|had|that|who|he|she|they")))
    });
    if listed {
        return Some(judged(ResolutionKind::Approved, "noted_in_prose"));
    }
    let proposed = w.first()?.is(word!("prop|proposed|proposer|moved"));
    let approved = w.len() <= LONGEST && w.iter().any(|w| w.is(word!("approved|adopted|accepted")));
    (proposed && approved).then(|| judged(ResolutionKind::Approved, "noted_in_prose"))
}

/// `Full Council 19/7 – Proposed (GM) and seconded (LP) that the minutes be approved`; `Proposed as a true record by LD and seconded by AK and agreed unanimously`; `It was proposed by VS that the troughs be drained
/// this winter, this was seconded by LD and agreed`.
fn seconded(w: &[Word<'_>]) -> Option<Judged> {
    if w.iter().any(|w| w.is(FELL)) {
        return None;
    }
    let proposed = w.iter().take(14).position(|w| w.is(word!("proposed")))?;
    // "Helen Ludlow – proposed by Cllr Maddock seconded by Cllr Roper and unanimously appointed."
    if (2..=5).contains(&proposed)
        && w[proposed - 1].raw.is_empty()
        && w[..proposed - 1].iter().all(Word::is_capital)
        && w.last()
            .is_some_and(|last| last.is(word!("appointed|elected|co-opted")))
    {
        return Some(judged(ResolutionKind::Appointment, "noted_in_prose"));
    }
    let seconded = (proposed + 1..w.len()).find(|j| w[*j].low == "seconded")?;
    let agreed = word!("agreed|carried|approved|passed|unanimous|unanimously");
    let agreed = w[seconded + 1..].iter().any(|w| w.is(agreed));
    // "PW proposed and NR seconded that the school day end at 3.20pm".
    if let Some(that) = (seconded + 1..w.len().min(seconded + 7)).find(|j| w[*j].low == "that") {
        let mut judged = judge(&w[that..], None);
        if !judged.decisive {
            judged.kind = ResolutionKind::Approved;
        }
        // Where decisions have a form of their own, it is the motion.
        judged.rules.push(if agreed {
            "agreed_in_prose"
        } else {
            "body_decided"
        });
        return Some(judged);
    }
    let record = proposed == 0 && w.iter().any(|w| w.is(word!("record|minutes")));
    let that = (proposed + 1..seconded).find(|j| w[*j].low == "that");
    match that {
        _ if !(agreed || record) => None,
        Some(that) if that < proposed + 8 => {
            let mut judged = judge(&w[that..seconded], None);
            judged.rules.push("agreed_in_prose");
            judged.decisive.then_some(judged)
        }
        None if proposed == 0 && w.len() <= LONGEST * 2 => {
            Some(judged(ResolutionKind::Approved, "noted_in_prose"))
        }
        _ => None,
    }
}
