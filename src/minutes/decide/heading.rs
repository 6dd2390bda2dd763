//! The words that head a decision: `RESOLVED:`, `The Committee agreed to`.

use std::ops::Range;

use super::sentence::{agrees, is_prose, resolves, subject_before};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::{self, PROSE};
use crate::minutes::blocks::{Block, inline_items};
use crate::minutes::clean::Clean;
use crate::minutes::judge::{Judged, judge};
use crate::minutes::wording::{Choices, any, at};
use crate::minutes::words::{Word, words};

/// Where a decision's heading stands.
pub(super) struct Heading {
    /// The first byte of the decision's words: `It was RESOLVED`.
    pub(super) from: usize,
    /// The first byte behind it.
    pub(super) to: usize,
    /// The words belong to the sentence: `it was AGREED to ask …`.
    pub(super) prose: bool,
    /// It says that something was agreed, in the words of everybody.
    pub(super) agreed: bool,
    /// It tells of the decision: `It was resolved that …`. What it says belongs to the sentence.
    pub(super) told: bool,
    /// What the heading's verb says of all that stands below it.
    pub(super) lead: Option<Judged>,
}

/// How the verb of a heading is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Printed {
    Upper,
    Capital,
    Lower,
}

/// The heading of a decision in a block, if one is there.
pub(super) fn heading(
    clean: &Clean<'_>,
    span: &Range<usize>,
    w: &[Word<'_>],
    listed: bool,
    next: Option<&Block>,
) -> Option<Heading> {
    if listed && w.len() > 3 && w[0].is_upper() && w[0].is(PROSE) {
        // An item of a list whose every item begins with its verb.
        return Some(Heading {
            from: w[0].from,
            to: w[0].to,
            prose: true,
            agreed: false,
            told: false,
            lead: None,
        });
    }
    for j in 0..w.len() {
        let Some(printed) = printed(w, j) else {
            continue;
        };
        // "That Council be RECOMMENDED to adopt it" is a sentence.
        if j > 1 && w[j - 1].low == "be"
            || quoted(w, j)
            || w.len() > 3 && j > 1 && w.iter().all(|w| w.is_upper() || w.raw.len() < 2)
        {
            continue;
        }
        let end = verb_end(w, j);
        let prose = is_prose(w, j, end)
            || agrees(w, j)
            || resolves(w, j)
                && clean.text[span.clone()].ends_with('.')
                && inline_items(clean, span).len() < 2;
        if !prose && (w[j].low == "asked" || !stands(w, j, end, printed, next)) {
            continue;
        }
        let subject = subject_before(w, j).filter(|_| !is_start(w, j));
        let from = subject.map_or(w[j].from, |subject| w[subject].from);
        let (to, body) = remark(clean, behind(clean, span, &w[end]), span.end);
        let to = beyond_movers(clean, to, span.end);
        let lead = heading_lead(clean, &w[j..=end], &body);
        let (to, lead) = addressed(w, end + 1, to, lead);
        return Some(Heading {
            from,
            to,
            prose,
            agreed: printed == Printed::Lower && w[j].low == "agreed",
            told: printed == Printed::Lower
                || from > span.start && j > 1 && at(w, j - 2, phrase!("it was"))
                || opens_sentence(w, j, end, subject.is_some()),
            lead,
        });
    }
    whole(clean, span, w, next)
}

/// A block that is nothing but the heading of what stands below it.
fn whole(
    clean: &Clean<'_>,
    span: &Range<usize>,
    w: &[Word<'_>],
    next: Option<&Block>,
) -> Option<Heading> {
    let heading = |lead: Option<Judged>| Heading {
        from: span.start,
        to: span.end,
        prose: false,
        agreed: false,
        told: false,
        lead,
    };
    let leads = w.last().is_some_and(|last| last.after.contains(':'));
    // "the Committee agree to the following recommendations being made to Cabinet:".
    let following = || {
        any(w, phrases!["following recommendation|recommendations"])
            && w.iter().any(|w| w.is(word!("agree|agrees|agreed")))
    };
    let recommends = || w.len() <= 24 && any(w, phrases!["agreed|resolved|decided to recommend"]);
    if leads && w.len() > 5 && (following() || recommends()) {
        // "agreed to recommend that Cabinet:".
        let to = w
            .iter()
            .rposition(|w| w.low == "to")
            .map(|to| to + usize::from(at(w, to + 1, phrase!("recommend that"))) * 2);
        let body = to
            .and_then(|to| actors::actors(w, to + 1))
            .map(|(owners, _)| owners);
        return Some(heading(Some(Judged {
            kind: ResolutionKind::Recommendation,
            is_action: true,
            owners: body.unwrap_or_default(),
            rules: vec!["heading"],
            decisive: true,
        })));
    }
    // "That the Overview Committee resolves to:".
    let resolves =
        leads && w.len() > 3 && at(w, w.len() - 2, phrase!("resolves|agrees|decides to"));
    let that = w.len() == 1 && w[0].raw == "THAT";
    (resolves || that || changes(clean, w, next) || breaks_off(w)).then(|| heading(None))
}

/// Whether a body says that it agreed the decisions that are listed below: `The City Council agreed the following changes -`.
fn changes(clean: &Clean<'_>, w: &[Word<'_>], next: Option<&Block>) -> bool {
    let body = actors::actor(w, 0).filter(|end| w[end - 1].is(actors::BODIES));
    let agrees = body.is_some_and(|verb| {
        w.len() <= verb + 6
            && at(w, verb, phrase!("agreed|approved the following _"))
            && w.last()
                .is_some_and(|last| last.raw.is_empty() || last.after.contains([':', '-', '–']))
    });
    let first = |next: &&Block| {
        next.marker
            .as_ref()
            .is_some_and(|marker| marker.ordinal == 1)
    };
    agrees
        && next
            .filter(first)
            .is_some_and(|next| judge(&words(clean, &next.span), None).decisive)
}

/// Whether the verb belongs to the sentence behind it: `Agreed to note the schedule`, `Cabinet RESOLVED to approve it`.
fn opens_sentence(w: &[Word<'_>], j: usize, end: usize, subject: bool) -> bool {
    let open = w[end].after.is_empty() && w.get(end + 1).is_some_and(|next| !next.raw.is_empty());
    open && (w[j].raw == "Agreed" || subject && w[j].is_upper())
}

/// Whether a block breaks off where the word that heads the decision below it was lost: `It was moved by Councillor Hale, seconded by
/// Councillor Moss and`, `… and it was,`.
fn breaks_off(w: &[Word<'_>]) -> bool {
    let moved = word!("moved|proposed|seconded");
    let joins = |w: &Word<'_>| w.is(word!("and|was")) && matches!(w.after, "" | ":" | ":-" | "-");
    // "that the proposed plan be approved; and" is an item of a list.
    let by = || {
        (0..w.len()).any(|j| {
            w[j].is(moved)
                && (w
                    .get(j + 1)
                    .is_some_and(|next| next.low == "by" || next.is(actors::TITLES))
                    || j > 0 && w[j - 1].is(word!("was|were|and|been|duly")))
        })
    };
    // "The minutes were put before the meeting, and it was,".
    let it_was = || {
        at(w, w.len().saturating_sub(2), phrase!("it was"))
            && w.last().is_some_and(|w| matches!(w.after, "" | ":" | ","))
    };
    w.len() <= 40 && (w.last().is_some_and(joins) && by() || it_was())
}

/// What may head a decision beside the verbs of decisions.
static HEADS: &Choices = word!(
    "\
    recommend|recommends|decision|ordered|resolution|resolutions|decision/action|action/decision|decision/actions|decisions/actions"
);

/// Whether a word may be the verb of a heading.
fn printed(w: &[Word<'_>], j: usize) -> Option<Printed> {
    let word = &w[j];
    if !(word.is(PROSE) || word.is(HEADS)) {
        return None;
    }
    // "Decision/Action: The Board noted the findings."
    if word.is(word!(
        "decision/action|action/decision|decision/actions|decisions/actions"
    )) {
        return (!word.is_upper() && word.after.starts_with(':')).then_some(Printed::Capital);
    }
    // "RESOLUTION: Clerk to contact the Bowls Club".
    if word.is(word!("resolution|resolutions")) {
        let heads = is_start(w, j) && word.is_capital() && word.after.starts_with(':');
        return heads.then_some(Printed::Upper);
    }
    if word.is_upper() {
        return Some(Printed::Upper);
    }
    // "2. Decision: Officers to …".
    let marked = |n: &Word<'_>| n.raw.len() <= 3 && n.after.starts_with(['.', ')']);
    let begins = is_start(w, j)
        || w.get(j + 1).is_some_and(|n| {
            marked(n) || n.is(word!("that|to")) && w[j - 1].after.ends_with([':', '.'])
        });
    if word.raw == "Decision" && begins && word.after.starts_with(':') && j + 3 < w.len() {
        return Some(Printed::Capital);
    }
    // "Approved: the amendments", as universities have it.
    let labels =
        word!("approved|received|confirmed|endorsed|adopted|accepted|ratified|deferred|appointed");
    if word.is_capital() && is_start(w, j) && word.after.starts_with(':') && word.is(labels) {
        return Some(Printed::Capital);
    }
    // "After a debate it was Resolved to plant a hedge".
    if word.raw == "Resolved" && j > 1 && w[j - 1].is(word!("was|were")) && w[j - 2].low == "it" {
        return Some(Printed::Lower);
    }
    // "Senate Approved", above what it approved.
    let alone = word.is_capital()
        && j + 1 == w.len()
        && (1..=3).contains(&j)
        && w[j - 1].is(actors::BODIES)
        && w[..j].iter().all(Word::is_capital)
        && word.is(word!(
            "approved|noted|received|agreed|endorsed|confirmed|resolved"
        ));
    if alone && word.after.trim_end_matches(':').is_empty() {
        return Some(Printed::Capital);
    }
    if word.is_capital() {
        // "04/19 To approve the minutes Resolved."
        let agenda = j + 1 == w.len() && w.iter().take(3).any(|w| w.raw == "To");
        let opens = agenda
            || is_start(w, j)
            || w[j - 1].after.contains(['.', ';', ':'])
            || w[j - 1].is(actors::BODIES) && w.get(j + 1).is_some_and(|n| n.raw == "That")
            || w[j - 1].raw.is_empty() && w[j - 1].before.starts_with(['–', '-', '/', '|']);
        let heads = word.is(word!("resolved|agreed|noted|recommended|decision"))
            || word.low == "decided" && word.after.starts_with(':')
            || agenda && word.is(word!("received|approved|adopted|confirmed"));
        return (opens && heads).then_some(Printed::Capital);
    }
    word.is(word!("resolved|agreed|decided|recommended"))
        .then_some(Printed::Lower)
}

/// Whether nothing but a number stands before it.
pub(super) fn is_start(w: &[Word<'_>], j: usize) -> bool {
    let number = |w: &Word<'_>| w.low.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    j <= 2 && w[..j].iter().all(number)
}

/// An earlier decision, told of.
pub(super) fn quoted(w: &[Word<'_>], j: usize) -> bool {
    let told = phrases![
        "to read",
        "should read",
        "be amended",
        "amend",
        "earlier",
        "previously",
    ];
    // "At its meeting on 11 May Members resolved to …", "The Cabinet Member is RECOMMENDED to approve …".
    let of_old = w[j].low == "resolved"
        && (at(w, 0, phrase!("at the|its|our|their meeting"))
            || at(w, 0, phrase!("at the|its|our|their last|previous meeting")));
    let advised = w[j].low == "recommended" && j > 0 && w[j - 1].is(word!("is|are"));
    // "the motion was declared to be carried and “RESOLVED that the minutes be confirmed.”"
    let carried = j > 1 && w[j - 1].low == "and" && w[..j].iter().any(|w| w.low == "carried");
    !carried && w[j].before.contains(['\'', '"', '‘', '“'])
        || of_old
        || j > 0 && w[j - 1].low == "had"
        || advised
        || any(&w[j.saturating_sub(30)..j], told)
}

/// The last word of a heading: of `RESOLVED UNANIMOUSLY`, `Resolved to RECOMMEND`.
fn verb_end(w: &[Word<'_>], j: usize) -> usize {
    let mut end = j;
    let open = |end: usize| w[end].after.trim_matches(['(', ')']).is_empty();
    while open(end)
        && w.get(end + 1)
            .is_some_and(|n| n.is(word!("unanimously|accordingly|nem|con|made")))
    {
        end += 1;
    }
    let recommend = |n: &Word<'_>| n.low == "recommend" && n.is_upper();
    if w.get(end + 1).is_some_and(|n| n.low == "to") && w.get(end + 2).is_some_and(recommend) {
        end += 2;
    }
    end
}

/// Whether the verb heads a decision, and is not one among others of a sentence.
fn stands(w: &[Word<'_>], j: usize, end: usize, printed: Printed, next: Option<&Block>) -> bool {
    let word = &w[j];
    let start = is_start(w, j);
    let follows = w.get(end + 1);
    let closed = w[end].after.contains([':', '–', '-', '.', ','])
        || follows.is_some_and(|n| n.raw.is_empty() && n.before.contains(['-', '–', '—', ':']));
    let last = end + 1 >= w.len();
    match printed {
        Printed::Upper => match word.low {
            "resolved" | "agreed" | "recommended" | "decided" | "asked" | "recommend" => true,
            "noted" => start,
            _ if word.is(PROSE) => start && closed,
            "decision" => {
                start && (closed || last)
                    || word.after.starts_with(':') && w[j - 1].after.ends_with(['.', ';', ':'])
            }
            _ => true,
        },
        Printed::Capital => match word.low {
            "decision" => closed && (end == j || start && at(w, j, phrase!("decision made"))),
            "noted" => {
                w[end].after.contains([':', '–'])
                    || follows.is_some_and(|n| n.is(word!("that|the")))
            }
            _ => {
                let marked = |n: &Word<'_>| n.raw.len() <= 2 && n.after.starts_with([')', '.']);
                let introduces =
                    |n: &Word<'_>| n.is(word!("that|to|the|where|how|what|when")) || marked(n);
                closed || last || end > j || follows.is_some_and(introduces)
            }
        },
        Printed::Lower => {
            if subject_before(w, j).is_none() {
                return false;
            }
            // "The Committee resolved:-", "The group agreed" before a list.
            let listed =
                next.is_some_and(|next| next.marker.as_ref().is_some_and(|m| m.ordinal <= 1));
            let opens =
                w[end].after.starts_with(':') || last && (listed || w[end].after.contains(':'));
            let leads_in = |n: &Word<'_>| {
                n.low == "that" && (n.after.contains(':') || end + 2 >= w.len())
                    || n.low == "to" && n.after.contains(':')
            };
            let resolved = word.low == "resolved"
                && (follows.is_some_and(|n| n.is(word!("that|to|under")))
                    || at(w, end + 1, phrase!("in terms|accordance of|with")));
            // "resolved with 7 votes for and 2 against:".
            let voted = listed
                && w.last().is_some_and(|last| last.after.contains(':'))
                && w[j..]
                    .iter()
                    .any(|w| w.is(word!("vote|votes|voting|majority|abstention|abstentions")));
            opens || voted || word.low != "decided" && (follows.is_some_and(leads_in) || resolved)
        }
    }
}

/// Where the words behind a heading's verb begin, past dashes and colons that stand apart: `RESOLVED: -`.
fn behind(clean: &Clean<'_>, span: &Range<usize>, verb: &Word<'_>) -> usize {
    let after = verb.to + verb.after.len();
    let rest = &clean.text[after..span.end];
    let to = span.end
        - rest
            .trim_start_matches([' ', '\n', '-', '–', '—', ':', '.'])
            .len();
    // A word that is the whole of a decision keeps its stop.
    if to >= span.end { after } else { to }
}

/// Past who moved it: `Resolved, proposed Cllr Hale, seconded Cllr Moss, that £250 be given`.
fn beyond_movers(clean: &Clean<'_>, from: usize, end: usize) -> usize {
    let w = words(clean, &(from..end));
    let moved = w
        .first()
        .is_some_and(|w| w.is(word!("proposed|moved|prop")));
    let that = (1..w.len().min(20)).find(|j| w[*j].low == "that" && w[j - 1].after.contains(','));
    that.filter(|_| moved).map_or(from, |that| w[that].from)
}

/// What stands in brackets behind a heading: `(to Council)`, `(Unanimously)`.
pub(super) fn remark(clean: &Clean<'_>, from: usize, end: usize) -> (usize, Range<usize>) {
    let text = &clean.text[from..end];
    let inside = text
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .map(|(inside, _)| inside)
        .filter(|inside| inside.len() > 4);
    let Some(inside) = inside else {
        return (from, from..from);
    };
    let after = from + inside.len() + 2;
    let rest = &clean.text[after..end];
    (
        after + rest.len()
            - rest
                .trim_start_matches([' ', '\n', '-', '–', '—', ':', '.'])
                .len(),
        from + 1..from + 1 + inside.len(),
    )
}

/// `RECOMMENDED to the Executive that …`: the body is the heading's, and the decision begins behind it.
fn addressed(
    w: &[Word<'_>],
    next: usize,
    to: usize,
    lead: Option<Judged>,
) -> (usize, Option<Judged>) {
    let Some(mut lead) = lead else {
        return (to, None);
    };
    let body = w
        .get(next)
        .filter(|w| w.low == "to")
        .and_then(|_| actors::actors(w, next + 1));
    if let Some((owners, end)) = body
        && w.get(end).is_none_or(|w| w.low == "that")
    {
        if w[end - 1].after.contains(',') {
            lead.owners = owners;
            return (to, Some(lead));
        }
        lead.owners = owners;
        let behind = w[end - 1].to + w[end - 1].after.len();
        return (w.get(end).map_or(behind, |that| that.from), Some(lead));
    }
    (to, Some(lead))
}

/// What the verb of a heading says of what stands below it.
pub(super) fn heading_lead(
    clean: &Clean<'_>,
    verb: &[Word<'_>],
    body: &Range<usize>,
) -> Option<Judged> {
    let kind = if verb.iter().any(|w| w.low.starts_with("recommend")) {
        ResolutionKind::Recommendation
    } else if verb[0].is(word!("noted|received")) {
        ResolutionKind::Noted
    } else if verb[0].is(word!(
        "approved|confirmed|endorsed|adopted|accepted|ratified"
    )) {
        ResolutionKind::Approved
    } else if verb[0].is(word!("deferred")) {
        ResolutionKind::Referral
    } else if verb[0].is(word!("appointed")) {
        ResolutionKind::Appointment
    } else {
        return None;
    };
    let w = words(clean, body);
    let owners = w
        .iter()
        .position(|w| w.low == "to")
        .and_then(|to| actors::actors(&w, to + 1))
        .map(|(owners, _)| owners)
        .unwrap_or_default();
    Some(Judged {
        kind,
        is_action: kind == ResolutionKind::Recommendation,
        owners,
        rules: vec!["heading"],
        decisive: true,
    })
}
