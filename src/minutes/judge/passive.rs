//! Decisions in the passive: `the report be noted`, `the Clerk be requested to write`.

use std::ops::Range;

use super::active::referral;
use super::verbs::{IRREGULAR, PAYMENTS, PERMISSIONS, POLICIES, family};
use super::{Judged, clause, practical, skip_adverbs};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::{self, BODIES, actors};
use crate::minutes::wording::{any, at, find};
use crate::minutes::words::Word;

use ResolutionKind::{
    Appointment, Approved, Exclusion, Noted, Other, Recommendation, Referral, Request,
};

pub(super) fn passive_soon(w: &[Word<'_>], first: usize) -> bool {
    (first + 1..w.len().min(first + 8)).any(|j| w[j].low == "be")
}

/// The first `be` and a participle, after a subject of any sort.
pub(super) fn passive(w: &[Word<'_>]) -> Option<Judged> {
    for strong in [true, false] {
        for (place, word) in w.iter().enumerate() {
            let be = if strong {
                word.low == "be"
            } else {
                word.is(word!("is|are|was|were"))
            };
            // "the decision to be taken by the Member, …, be endorsed".
            let aside = place > 0
                && w[place - 1].low == "to"
                && (place + 1..w.len()).any(|k| w[k].low == "be" && w[k - 1].low != "to");
            if !be || strong && aside {
                continue;
            }
            let participle = skip_adverbs(w, place + 1);
            let Some(verb) = w.get(participle) else {
                continue;
            };
            if !(verb.low.ends_with("ed")
                || verb.low.ends_with("en")
                || family(verb.low).is_some()
                || verb.is(IRREGULAR))
            {
                continue;
            }
            if !strong && relative(w, place) {
                continue;
            }
            let before = clause_start(w, place);
            let owners = actors(w, before)
                .filter(|(_, end)| actors::beyond_consultation(w, *end) == place || *end == place)
                .map(|(owners, _)| owners)
                .unwrap_or_default();
            if let Some(judged) = passive_of(w, participle, owners) {
                return Some(judged);
            }
        }
    }
    None
}

pub(super) fn relative(w: &[Word<'_>], place: usize) -> bool {
    w[..place]
        .iter()
        .rev()
        .take(6)
        .any(|w| w.is(word!("which|who|that|where|when|as|what|whether|if")))
}

pub(super) fn clause_start(w: &[Word<'_>], place: usize) -> usize {
    (0..place)
        .rev()
        .find(|j| {
            w[*j].low == "that" && (*j == 0 || w[j - 1].is(word!("and|agree|agreed|request")))
                || w[*j].low == "and" && *j > 0 && w[j - 1].after == ","
        })
        .map_or(0, |j| j + 1)
}

/// Whether money is put somewhere, or a price is set: `£3,000 be put in the budget`, `the rent be set at £22`.
pub(super) fn is_price(w: &[Word<'_>], participle: usize) -> bool {
    let sum = |w: &Word<'_>| {
        w.raw.starts_with(|c: char| c.is_ascii_digit()) && w.before.contains(['£', '€', '$'])
    };
    let put = word!(
        "\
        put|set|allocated|transferred|moved|released|spent|made|provided|added|drawn|met|taken|funded|used"
    );
    let figure = |w: &Word<'_>| w.raw.starts_with(|c: char| c.is_ascii_digit());
    let verb = &w[participle];
    w[..participle].iter().take(6).any(sum) && verb.is(put)
        || verb.is(word!("set|held|fixed|frozen"))
            && w.get(participle + 1).is_some_and(|w| w.low == "at")
            && w.get(participle + 2).is_some_and(figure)
}

pub(super) fn passive_of(
    w: &[Word<'_>],
    participle: usize,
    owners: Vec<Range<usize>>,
) -> Option<Judged> {
    let mut participle = participle;
    // "received and adopted", "reviewed and approved": the second binds more.
    if w.get(participle)
        .is_some_and(|verb| family(verb.low).is_none_or(|kind| kind == Noted))
        && w.get(participle + 1).is_some_and(|and| and.low == "and")
        && w.get(participle + 2)
            .is_some_and(|verb| verb.low.ends_with("ed") && family(verb.low) == Some(Approved))
    {
        participle += 2;
    }
    let verb = w.get(participle)?;
    let first = w.first().map_or("", |w| w.low);
    let judged = match family(verb.low) {
        None if is_price(w, participle) => Judged::of(Approved, "be_policy"),
        Some(Request) => {
            // "a report be requested from the Director".
            if w.get(participle + 1).is_some_and(|w| w.low == "from") {
                let from = actors(w, participle + 2)
                    .map(|(owners, _)| owners)
                    .unwrap_or_default();
                return Some(Judged::of(Request, "be_requested").by(from, "asked"));
            }
            if verb.low.starts_with("requir") && matches!(first, "a" | "an" | "no") {
                return Some(Judged::of(Request, "be_requested"));
            }
            // Who is invited to attend is not who invites.
            let guest = verb.low == "invited"
                && at(w, participle + 1, phrase!("to attend|join|address|speak"))
                && !any(
                    &w[participle..],
                    phrases!["and to bring|provide|give|present|answer|submit"],
                );
            Judged::of(Request, "be_requested").by(if guest { Vec::new() } else { owners }, "asked")
        }
        Some(Recommendation) => {
            let that = find(&w[participle..], phrase!("that")).map(|that| participle + that + 1);
            let is_action = that.is_none_or(|that| practical(&w[that..]));
            let to = w
                .get(participle + 1)
                .filter(|w| w.low == "to")
                .and_then(|_| actors(w, participle + 2))
                .map(|(owners, _)| owners);
            // "the Cabinet be recommended to …" names the body; "it be recommended to Cabinet that …" does too.
            let owners = if owners.is_empty() {
                to.unwrap_or_default()
            } else {
                owners
            };
            Judged::new(Recommendation, is_action, "be_recommended").by(owners, "recommended_body")
        }
        Some(Referral) => referral(w, participle),
        _ if at(
            w,
            participle,
            phrase!("held|carried|left|put over|back|off"),
        ) && w
            .get(participle + 2)
            .is_none_or(|n| n.is(word!("to|until|till|pending|for"))) =>
        {
            Judged::new(Referral, false, "deferred")
        }
        Some(Other) if at(w, participle, phrase!("kept at")) => Judged::of(Approved, "be_policy"),
        Some(Approved) if at(w, participle, phrase!("carried out|forward|over|through")) => {
            Judged::of(Request, "be_done")
        }
        Some(Approved)
            if verb.low == "given"
                && w[..participle]
                    .iter()
                    .any(|w| w.is(PAYMENTS) || w.is(PERMISSIONS)) =>
        {
            Judged::of(Approved, "be_approved")
        }
        Some(Approved) if verb.low == "given" => {
            if at(
                w,
                participle,
                phrase!("given authority|delegated|permission|approval"),
            ) {
                Judged::of(Approved, "be_approved")
            } else {
                Judged::of(Request, "be_done")
            }
        }
        Some(Approved)
            if verb.low == "agreed" && w.get(participle + 1).is_some_and(|w| w.low == "that") =>
        {
            clause(&w[participle + 2..], None)
        }
        Some(kind) => Judged::of(
            kind,
            match kind {
                Noted => "be_noted",
                Approved => "be_approved",
                Appointment => "be_appointed",
                Exclusion => "exclusion",
                _ => "be_decided",
            },
        ),
        None if verb.low.ends_with("ed") || verb.low.ends_with("en") || verb.is(IRREGULAR) => {
            let by = verb.low == "tasked" || at(w, participle, phrase!("charged with|to"));
            if by {
                Judged::of(Request, "be_requested").by(owners, "asked")
            } else if verb.is(word!("forwarded|passed|submitted|remitted"))
                && !w[..participle]
                    .iter()
                    .any(|w| w.is(word!("report|review|update|paper|analysis")))
                && w.get(participle + 1).is_some_and(|w| w.low == "to")
                && w[participle + 1..]
                    .iter()
                    .take(5)
                    .any(|w| w.is(BODIES) && w.is_capital())
            {
                Judged::new(Referral, true, "referred")
            } else if verb.is(POLICIES)
                || verb.low == "made" && w[..participle].iter().take(4).any(|w| w.is(PAYMENTS))
            {
                Judged::of(Approved, "be_policy")
            } else {
                Judged::of(Request, "be_done")
            }
        }
        None => return None,
    };
    // "no repairs be carried out until a reply has come".
    let none = first == "no"
        || at(w, 0, phrase!("in the meantime no"))
        || at(w, 0, phrase!("for the present no"));
    if none && judged.rules == ["be_done"] {
        return Some(Judged::new(Other, false, "not_to_be_done"));
    }
    Some(judged)
}
