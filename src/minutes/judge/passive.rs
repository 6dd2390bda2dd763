//! Decisions in the passive: `the report be noted`, `the Clerk be requested to write`.

use std::ops::Range;

use super::active::{active, referral};
use super::verbs::{IRREGULAR, PAYMENTS, PERMISSIONS, POLICIES, family};
use super::{Judged, clause, practical, skip_adverbs};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::{self, BODIES, actors};
use crate::minutes::wording::{Choices, any, at, find};
use crate::minutes::words::Word;

use ResolutionKind::{
    Appointment, Approved, Exclusion, Noted, Other, Recommendation, Referral, Request,
};

pub(super) fn passive_soon(w: &[Word<'_>], first: usize) -> bool {
    (first + 1..w.len().min(first + 8)).any(|j| w[j].low == "be" && w[j - 1].low != "to")
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
            // "Agree that capital receipts continue to be held in a central fund".
            let goes_on = be
                && strong
                && place > 1
                && w[place - 1].low == "to"
                && w[place - 2].is(word!("continue|continues"))
                && !w[place + 1..].iter().any(|w| w.low == "be")
                && !w[..place]
                    .iter()
                    .any(|w| w.is(word!("will|would|should|that|which|who|if|where")));
            if goes_on {
                return Some(Judged::of(Approved, "be_policy"));
            }
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
                // "that a parish councillor could be considered for the other seat" permits it.
                let permits = strong
                    && place > 0
                    && w[place - 1].is(word!("could|may|can"))
                    && !w[0].is_capital()
                    && !w[..place]
                        .iter()
                        .any(|w| w.is(word!("which|on|where|when|what|whom")))
                    && !w[participle..].iter().any(|w| w.is(word!("be|is|are")))
                    && judged.rules == ["be_done"];
                return Some(if permits {
                    Judged::of(Approved, "be_policy")
                } else {
                    judged
                });
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

/// Whether money is given: `£250 be given`.
fn given(w: &[Word<'_>], participle: usize) -> bool {
    w[participle].is(word!("given|paid|awarded"))
        && w[..participle]
            .iter()
            .take(3)
            .any(|w| w.before.contains(['£', '€']))
}

/// What a participle behind `be` makes of a clause, whose subject is to act or to be acted on.
pub(super) fn passive_of(
    w: &[Word<'_>],
    participle: usize,
    owners: Vec<Range<usize>>,
) -> Option<Judged> {
    let participle = binding(w, participle);
    let verb = w.get(participle)?;
    let judged = match family(verb.low) {
        None if is_price(w, participle) => Judged::of(Approved, "be_policy"),
        Some(Approved) if given(w, participle) => Judged::of(Approved, "be_policy"),
        None if verb.is(word!("commissioned|mandated")) && at(w, participle + 1, phrase!("to")) => {
            requested(w, participle, owners)
        }
        _ if put_off(w, participle) => Judged::new(Referral, false, "deferred"),
        Some(Request) => requested(w, participle, owners),
        Some(Recommendation) => recommended(w, participle, owners),
        Some(Referral) => referral(w, participle),
        Some(Approved) => approved(w, participle),
        Some(Other) if at(w, participle, phrase!("kept at")) => Judged::of(Approved, "be_policy"),
        Some(Other) if at(w, participle, phrase!("kept under review")) => {
            Judged::of(Request, "be_done")
        }
        Some(kind) => Judged::of(
            kind,
            match kind {
                Noted => "be_noted",
                Appointment => "be_appointed",
                Exclusion => "exclusion",
                _ => "be_decided",
            },
        ),
        None if verb.low.ends_with("ed") || verb.low.ends_with("en") || verb.is(IRREGULAR) => {
            done(w, participle, owners)
        }
        None => return None,
    };
    // "no repairs be carried out until a reply has come".
    let none = at(w, 0, phrase!("no"))
        || at(w, 0, phrase!("in the meantime no"))
        || at(w, 0, phrase!("for the present no"))
        || participle > 1 && at(w, participle - 2, phrase!("be not"));
    if none && matches!(judged.rules[..], ["be_done" | "be_policy"]) {
        return Some(Judged::new(Other, false, "not_to_be_done"));
    }
    Some(judged)
}

/// The participle that binds more of two: of `received and adopted`, `reviewed and approved`, the second.
fn binding(w: &[Word<'_>], participle: usize) -> usize {
    let weak = w
        .get(participle)
        .is_some_and(|verb| family(verb.low).is_none_or(|kind| kind == Noted));
    let approved = w
        .get(participle + 2)
        .is_some_and(|verb| verb.low.ends_with("ed") && family(verb.low) == Some(Approved));
    if weak && approved && at(w, participle + 1, phrase!("and")) {
        participle + 2
    } else {
        participle
    }
}

/// `be held over to the next meeting`, `was put off until May`.
pub(in crate::minutes) fn put_off(w: &[Word<'_>], participle: usize) -> bool {
    at(
        w,
        participle,
        phrase!("held|carried|left|put over|back|off"),
    ) && (w[participle + 1].ends_phrase()
        || w.get(participle + 2)
            .is_none_or(|n| n.is(word!("to|until|till|pending|as|so|for"))))
}

/// `the Clerk be requested to write`, `a report be requested from the Director`.
fn requested(w: &[Word<'_>], participle: usize, owners: Vec<Range<usize>>) -> Judged {
    let verb = &w[participle];
    let judged = Judged::of(Request, "be_requested");
    if at(w, participle + 1, phrase!("from")) {
        let from = actors(w, participle + 2)
            .map(|(owners, _)| owners)
            .unwrap_or_default();
        return judged.by(from, "asked");
    }
    if verb.low.starts_with("requir") && w[0].is(word!("a|an|no")) {
        return judged;
    }
    // "Council be asked to approve his reappointment".
    let approves = verb.is(word!("asked|requested|invited"))
        && at(
            w,
            participle + 1,
            phrase!("to adopt|approve|agree|endorse|ratify|confirm|authorise|note"),
        )
        && w[..participle].iter().take(8).any(|w| w.is(BODIES));
    if approves {
        return Judged::new(Recommendation, false, "be_recommended");
    }
    // "Members were invited to get in touch with the Chair".
    if verb.low == "invited" && w[..participle].iter().any(|w| w.low == "were") {
        return Judged::new(Other, false, "invitation");
    }
    // Who is invited to attend is not who invites.
    let guest = verb.low == "invited"
        && at(
            w,
            participle + 1,
            phrase!("to attend|join|address|speak|the|a|an|this|its|our|their"),
        )
        && !any(
            &w[participle..],
            phrases!["and to bring|provide|give|present|answer|submit"],
        );
    let owners = match owners {
        _ if guest => Vec::new(),
        owners if owners.is_empty() => whoever(w, participle).into_iter().collect(),
        owners => owners,
    };
    judged.by(owners, "asked")
}

/// Who is asked, where it is nobody by name: `the auctioneers be asked to give evidence`.
fn whoever(w: &[Word<'_>], participle: usize) -> Option<Range<usize>> {
    let be = w[..participle]
        .iter()
        .rposition(|w| w.is(word!("be|is|are")))?;
    let from = clause_start(w, be);
    let named = w.get(from..be)?;
    let asked = w[participle].is(word!("asked|requested|invited|instructed"))
        && at(w, participle + 1, phrase!("to"));
    let noun = named.first()?.is(word!("the|all|a|an|each")) && named.len() <= 7 && named.len() > 1;
    let paper = named
        .iter()
        .any(|w| w.ends_phrase() || w.is(word!("report|paper|matter|item|decision|that|which|to")));
    (asked && noun && !paper).then(|| actors::span(w, &(from..be)))
}

/// `the Cabinet be recommended to …` names the body; `it be recommended to Cabinet that …` does too.
fn recommended(w: &[Word<'_>], participle: usize, owners: Vec<Range<usize>>) -> Judged {
    let that = find(&w[participle..], phrase!("that")).map(|that| participle + that + 1);
    // "be recommended to the County Council for approval".
    let approval = any(
        &w[participle..],
        phrases!["for approval|adoption|endorsement|ratification"],
    );
    // "Council be recommended to adopt the policy".
    let adopts = at(
        w,
        participle + 1,
        phrase!("to adopt|approve|agree|endorse|note|accept|ratify|confirm"),
    ) && !at(w, participle + 3, phrase!("to"))
        || at(w, participle + 1, phrase!("to give approval"));
    let is_action = !(approval || adopts) && that.is_none_or(|that| practical(&w[that..]));
    let owners = if owners.is_empty() && at(w, participle + 1, phrase!("to")) {
        actors(w, participle + 2)
            .map(|(owners, _)| owners)
            .unwrap_or_default()
    } else {
        owners
    };
    Judged::new(Recommendation, is_action, "be_recommended").by(owners, "recommended_body")
}

/// `the plan be approved`; a task in `be carried out`, `be given notice`.
fn approved(w: &[Word<'_>], participle: usize) -> Judged {
    let verb = &w[participle];
    if at(w, participle, phrase!("carried out|forward|over|through")) {
        return Judged::of(Request, "be_done");
    }
    // "be endorsed for recommendation to the County Council".
    if at(w, participle + 1, phrase!("for recommendation to")) {
        let body = actors(w, participle + 4).map(|(owners, _)| owners);
        return Judged::new(Recommendation, false, "be_recommended")
            .by(body.unwrap_or_default(), "recommended_body");
    }
    if at(w, participle, phrase!("agreed to")) {
        return active(w, participle + 2, true, Vec::new());
    }
    if at(w, participle, phrase!("agreed that")) {
        return clause(&w[participle + 2..], None);
    }
    let permitted = w[..participle]
        .iter()
        .any(|w| w.is(PAYMENTS) || w.is(PERMISSIONS))
        || at(
            w,
            participle,
            phrase!("given authority|delegated|permission|approval"),
        );
    // "approval be given to the proposal that officers be requested to …".
    if permitted
        && let Some(that) = find(&w[participle..], phrase!("that"))
        && let inner = clause(&w[participle + that + 1..], None)
        && inner.decisive
        && inner.kind == Request
    {
        return inner;
    }
    if verb.low == "given" && !permitted {
        return Judged::of(Request, "be_done");
    }
    Judged::of(Approved, "be_approved")
}

/// What the meeting does by itself when something is done: `this be taken under agenda item 12`, `the minutes be altered to show it`.
fn of_the_meeting(w: &[Word<'_>], participle: usize) -> Option<Judged> {
    let (verb, behind) = (&w[participle], participle + 1);
    let begins = |words: &Choices| w[..participle].iter().take(5).any(|w| w.is(words));
    let business = match verb.low {
        "taken" => {
            at(
                w,
                behind,
                phrase!("under|with|at|after|before item|items|agenda"),
            ) || at(w, behind, phrase!("in public|private"))
                || at(w, behind, phrase!("in|during part"))
        }
        // "be considered and decided in Part I".
        "considered" => any(
            &w[participle..],
            phrases![
                "in|during part i",
                "in public|private session",
                "as confidential|exempt"
            ],
        ),
        _ => false,
    };
    if business {
        return Some(Judged::new(Other, false, "order_of_business"));
    }
    // "it be considered again at the next meeting of the Committee".
    if verb.is(word!("considered|discussed"))
        && at(w, behind, phrase!("again|further at|by|in"))
        && any(&w[participle..], phrases!["meeting"])
        && !any(&w[participle..], phrases!["report", "group", "by the"])
    {
        return Some(Judged::new(Referral, false, "deferred"));
    }
    // "the meeting fixed for 16 July be moved to 24 September".
    if verb.is(word!("moved|rescheduled|rearranged|cancelled"))
        && begins(word!("meeting|meetings|date|start"))
    {
        return Some(Judged::new(Other, false, "meeting_moved"));
    }
    if verb.is(word!("altered|amended|corrected")) && begins(word!("minutes|minute")) {
        return Some(Judged::new(Other, false, "minutes_amended"));
    }
    if verb.low != "made" {
        return None;
    }
    // "The following appointments were made".
    if begins(word!("appointment|appointments|nominations")) {
        return Some(Judged::of(Appointment, "be_appointed"));
    }
    // "a recommendation be made to Full Council that the budget be set at £18,250".
    (begins(word!("recommendation")) && w[participle..].iter().any(|w| w.low == "that"))
        .then(|| recommended(w, participle, Vec::new()))
}

/// Whether something is laid down, and nobody has a task: `the cost be met from the reserve`, `the Order be made as advertised`.
fn laid_down(w: &[Word<'_>], participle: usize) -> bool {
    let verb = &w[participle];
    let begins = |words: &Choices| w[..participle].iter().take(4).any(|w| w.is(words));
    let paid = verb.low == "made" && begins(PAYMENTS);
    // "the next meetings of the Panel be held in June".
    let next = |two: &[Word<'_>]| two[0].low == "next" && two[1].low == "meetings";
    let dates = verb.low == "held"
        && (at(w, 0, phrase!("the next meeting be held on"))
            || at(w, 0, phrase!("the meetings"))
            || at(w, 0, phrase!("that the meetings"))
            || w[..participle].windows(2).take(5).any(next));
    // "the sums in Appendix C be moved to the Reserve".
    let funds = verb.is(word!("moved|transferred|added|carried|put|used|released"))
        && begins(word!(
            "sum|sums|underspend|surplus|balance|balances|funds|saving|savings"
        ));
    let planned =
        verb.low == "made" && at(w, participle + 1, phrase!("as advertised|proposed|drafted"));
    // "the Panel is renamed the Public Engagement Panel".
    let renamed = verb.low == "renamed" && !w[participle..].iter().any(|w| w.low == "by");
    let met = at(w, participle, phrase!("met from|within|out"));
    verb.is(POLICIES) || paid || dates || funds || planned || renamed || met
}

/// A participle of no family: something is to be done, laid down or sent to a body.
fn done(w: &[Word<'_>], participle: usize, owners: Vec<Range<usize>>) -> Judged {
    let verb = &w[participle];
    if let Some(judged) = of_the_meeting(w, participle) {
        return judged;
    }
    if verb.low == "tasked" || at(w, participle, phrase!("charged with|to")) {
        return Judged::of(Request, "be_requested").by(owners, "asked");
    }
    let paper = word!("report|review|update|paper|analysis");
    let sent = verb.is(word!("forwarded|passed|submitted|remitted"))
        && !w[..participle].iter().any(|w| w.is(paper))
        && at(w, participle + 1, phrase!("to"))
        && w[participle + 1..]
            .iter()
            .take(5)
            .any(|w| w.is(BODIES) && w.is_capital());
    if sent {
        return Judged::new(Referral, true, "referred");
    }
    if laid_down(w, participle) {
        return Judged::of(Approved, "be_policy");
    }
    Judged::of(Request, "be_done")
}
