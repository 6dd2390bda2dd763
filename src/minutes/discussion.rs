//! The discussion: requests and undertakings that no resolution records.

use std::ops::Range;

use super::actors::{ACTORS, BODIES, actor, actors};
use super::clean::Clean;
use super::wording::{Choices, any, at};
use super::words::{Word, sentences, words};
use crate::domain::vocabulary::vocabulary;

vocabulary! {
    /// How firmly something was said.
    Strength {
        /// Somebody asked for it.
        Requested = "requested",
        /// It was agreed.
        Agreed = "agreed",
        /// Somebody said that it would be done.
        Undertaken = "undertaken",
        /// Somebody thought that it might be done.
        Suggested = "suggested",
    }
}

/// Something that was asked for or promised in the discussion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) span: Range<usize>,
    pub(super) owners: Vec<Range<usize>>,
    pub(super) strength: Strength,
    pub(super) rules: Vec<&'static str>,
    /// How sure, in hundredths.
    pub(super) sure: u8,
    /// Whether the meeting itself agreed: `It was agreed that`, `The Committee agreed to`.
    pub(super) by_all: bool,
    /// Whether it was moved and seconded.
    pub(super) moved: bool,
    /// The word with which it was asked for or promised; a deadline is looked for behind it first.
    pub(super) verb: usize,
}

/// How many words of a sentence are looked at: a bound, so that the time grows with the length of the text alone.
const SENTENCE: usize = 150;

/// What one passage of the discussion asks for or promises.
pub(super) fn said(clean: &Clean, passage: &Range<usize>, found: &mut Vec<Said>) {
    for span in sentences(clean, passage) {
        if !may_say(&clean.lower[span.clone()]) {
            continue;
        }
        let mut w = words(clean, &span);
        w.truncate(SENTENCE);
        if w.len() < 3 {
            continue;
        }
        if let Some((verb, (owners, strength, rule, sure))) = sentence(&w) {
            let by_all = strength == Strength::Agreed && meeting_agreed(&w);
            found.push(Said {
                span: span.clone(),
                owners,
                strength,
                rules: vec![rule],
                sure,
                by_all,
                moved: by_all && any(&w, phrases!["prop", "proposed", "seconded", "2nd", "sec"]),
                verb: w[verb].from,
            });
        }
    }
}

/// Whether it was the meeting that agreed, and not one who was there.
fn meeting_agreed(w: &[Word<'_>]) -> bool {
    if at(w, 0, phrase!("all agreed")) || any(w, phrases!["all agreed"]) {
        return true;
    }
    let Some(verb) = w.iter().position(|w| w.low == "agreed") else {
        return false;
    };
    if verb > 0 && w[verb - 1].is(word!("was|were"))
        || verb > 1
            && w[verb - 1].is(word!("also|further|then|therefore|subsequently"))
            && w[verb - 2].low == "was"
    {
        return true;
    }
    subject_start(w, verb).is_some_and(|start| {
        w[start].low != "all" && w[start..verb].last().is_some_and(|w| w.is(BODIES))
    })
}

/// A quick look whether a sentence may say anything of interest.
fn may_say(low: &str) -> bool {
    [
        "agree",
        "ask",
        "request",
        "undert",
        "offer",
        "promis",
        "suggest",
        "will ",
        "would ",
        " to ",
        "should ",
        "commit",
        "volunteer",
        "propos",
    ]
    .iter()
    .any(|stem| low.contains(stem))
}

/// Who, how firmly, by what rule, and how sure.
type Sentence = (Vec<Range<usize>>, Strength, &'static str, u8);
type Found = Option<Sentence>;

/// Verbs that say how something is, not what is to be done.
static STATIVE: &Choices = word!(
    "\
    be|have|cause|help|need|mean|make|allow|enable|depend|remain|continue|require|cost|involve|include|seem|like|\
    wish|prefer|want|become|benefit|result|lead|increase|reduce|improve|apply|take|affect|not|appear|support|\
    welcome|expect|hope|carry|start|begin|open|close|cover|run|receive|lose|give|see|know|appreciate|love|still"
);

/// What a meeting does itself, and is done with.
static FORMAL: &Choices = word!(
    "\
    the|disagree|defer|note|approve|accept|adopt|receive|support|endorse|suspend|move|proceed|extend|exclude|\
    confirm|postpone|adjourn|appoint|elect|refuse|recommend|set|delegate|authorise|differ|remove|leave"
);

/// Papers that somebody would bring.
static PAPERS: &Choices = word!(
    "\
    report|update|paper|briefing|presentation|figures|details|information|note|letter|copy|copies|response|answer|\
    list|breakdown|reports|data"
);

static BRINGING: &Choices = word!(
    "\
    brought|provided|circulated|sent|presented|submitted|supplied|given|made|shared|produced|prepared|arranged|\
    reported|emailed|issued|booked|forwarded|contacted|written|invited|added"
);

fn sentence(w: &[Word<'_>]) -> Option<(usize, Sentence)> {
    // Past business and what was noted is not asked for now.
    if any(
        w,
        phrases![
            "had asked",
            "had requested",
            "had agreed",
            "had been asked",
            "had been requested",
            "had been agreed",
            "had offered",
            "previously agreed",
            "previously requested",
            "was going to",
            "were going to",
            "at the last meeting",
            "at the previous meeting",
            "had undertaken",
            "petition",
            "petitioners",
            "deputation",
        ],
    ) {
        // What follows in the same sentence may still ask for something now: too rarely to guess.
        return None;
    }
    for (j, word) in w.iter().enumerate() {
        let found = match word.low {
            "requested" | "asked" | "requests" => requested(w, j),
            "agreed" | "agrees" => agreed(w, j),
            "undertook" | "offered" | "promised" | "volunteered" | "committed" | "undertakes"
            | "offers" => undertaken(w, j),
            "suggested" | "proposed" | "suggests" => suggested(w, j),
            _ => None,
        };
        if let Some(found) = found {
            return Some((j, found));
        }
    }
    future(w).or_else(|| named_to(w).map(|found| (0, found)))
}

/// `Members requested figures`, `The Chair asked that maps be sent round`.
fn requested(w: &[Word<'_>], j: usize) -> Found {
    let next = w.get(j + 1)?;
    let passive = j > 0 && w[j - 1].is(word!("was|were|been|be|is|are|being"));
    let asked = w[j].low == "asked";
    if j == 0
        || w[j - 1].is(word!("as|to|information|the|a|those|and"))
            && !passive
            && w[j - 1].low != "and"
    {
        return None;
    }
    if passive {
        return was_requested(w, j);
    }
    // "asked the Director to write", "requested the Clerk to".
    if let Some((owners, end)) = actors(w, j + 1)
        && w.get(end).is_some_and(|w| w.low == "to")
        && w.get(end + 1).is_some_and(|w| {
            !w.is(word!(
                "comment|explain|confirm|clarify|note|introduce|outline|elaborate"
            ))
        })
    {
        return Some((owners, Strength::Requested, "asked_to", 80));
    }
    if asked
        && next.is(word!("if|whether|how|what|about|why|when|where|who|which|a|the|several|questions|further|question"))
    {
        return None;
    }
    if next.low == "to" {
        return None;
    }
    if next.low == "that" {
        let owners = that_owner(w, j + 2);
        return Some((owners, Strength::Requested, "requested_that", 85));
    }
    if next.low == "for" {
        if asked
            && w.get(j + 2).is_some_and(|w| {
                w.is(word!("clarification|clarity|confirmation|reassurance|assurance|assurances|views|questions|comments|permission"))
            })
        {
            return None;
        }
        return Some((Vec::new(), Strength::Requested, "asked_for", 70));
    }
    if asked {
        return None;
    }
    Some((Vec::new(), Strength::Requested, "requested", 75))
}

/// `The Clerk was asked to write`, `It was requested that`.
fn was_requested(w: &[Word<'_>], j: usize) -> Found {
    let next = w.get(j + 1)?;
    if w[j - 1].low == "being"
        || w[j - 1].low == "be" && !any(w, phrases!["requested that", "asked that"])
    {
        return None;
    }
    if next.low == "that" {
        return Some((
            that_owner(w, j + 2),
            Strength::Requested,
            "it_was_requested",
            80,
        ));
    }
    if next.low == "to" && w[j - 1].is(word!("was|were")) {
        let verb = w.get(j + 2)?;
        if verb.is(word!("note|consider|agree|approve|comment|receive|look|endorse|confirm|support|decide|determine|vote")) {
            return None;
        }
        let owners = subject_before(w, j - 1);
        let members = owners.len() == 1 && w[..j].iter().any(|w| w.low == "members");
        return Some((
            owners,
            Strength::Requested,
            "was_asked_to",
            if members { 55 } else { 75 },
        ));
    }
    None
}

/// Who is to do what a `that` clause asks.
fn that_owner(w: &[Word<'_>], from: usize) -> Vec<Range<usize>> {
    let Some((owners, end)) = actors(w, from) else {
        return agent(w, from);
    };
    let Some(next) = w.get(end) else {
        return Vec::new();
    };
    if next.is(word!("be|is|are|was|were|would|will|should|to")) {
        let asked = w
            .get(end + 1)
            .is_some_and(|w| w.is(word!("asked|requested|invited|instructed")));
        let passive = next.low == "be" || w.get(end + 1).is_some_and(|w| w.low == "be");
        return if asked || !passive {
            owners
        } else {
            agent(w, end)
        };
    }
    if next.low.ends_with("ed") || next.is(word!("of|in|on|at|for|from|with|and")) {
        Vec::new()
    } else {
        owners
    }
}

fn agent(w: &[Word<'_>], from: usize) -> Vec<Range<usize>> {
    (from..w.len())
        .find(|j| w[*j].low == "by" && *j > 0 && w[j - 1].low.ends_with(['d', 'n', 't']))
        .and_then(|j| actors(w, j + 1))
        .map(|(owners, _)| owners)
        .unwrap_or_default()
}

/// The actor that ends where a verb begins.
fn subject_before(w: &[Word<'_>], verb: usize) -> Vec<Range<usize>> {
    subject_start(w, verb)
        .and_then(|from| actors(w, from))
        .map(|(owners, _)| owners)
        .unwrap_or_default()
}

fn subject_start(w: &[Word<'_>], verb: usize) -> Option<usize> {
    let mut end = verb;
    while end > 0
        && w[end - 1].is(word!(
            "also|then|further|therefore|kindly|had|has|have|subsequently|again"
        ))
    {
        end -= 1;
    }
    (end.saturating_sub(14)..end).find(|from| {
        let apart = *from == 0 || w[from - 1].ends_phrase() || !w[from - 1].is_capital();
        apart && actors(w, *from).is_some_and(|(_, stop)| stop == end)
    })
}

/// `It was agreed that a visit be fixed`, `The Clerk agreed to write`.
fn agreed(w: &[Word<'_>], j: usize) -> Found {
    let next = w.get(j + 1)?;
    let mut from = j + 1;
    // "agreed, after discussion, that"; "agreed after discussion that".
    if !next.is(word!("to|that")) {
        let that = (j + 1..w.len().min(j + 6)).find(|k| w[*k].low == "that")?;
        if !at(w, j + 1, phrase!("after|following|with|by|unanimously|in")) && w[j].after.is_empty()
        {
            return None;
        }
        from = that;
    }
    let passive = j > 0
        && (w[j - 1].is(word!("was|were|been"))
            || at(
                w,
                j.saturating_sub(2),
                phrase!("was|were also|further|then|therefore|subsequently"),
            ));
    if w[from].low == "to" {
        let verb = w.get(from + 1)?;
        if verb.is(STATIVE) && !verb.is(word!("take|give|support|include|make|continue|start|run"))
            || verb.is(FORMAL)
        {
            return None;
        }
        if passive || j == 0 {
            return Some((Vec::new(), Strength::Agreed, "agreed_to", 80));
        }
        let Some(start) = subject_start(w, j) else {
            return Some((Vec::new(), Strength::Agreed, "agreed_to", 65));
        };
        let owners = subject_before(w, j);
        let body = w[start..j].iter().any(|w| w.is(BODIES))
            && !w[start].is(word!("all"))
            && !w[start..j].iter().any(|w| w.low == "all");
        return Some((
            if body { Vec::new() } else { owners },
            Strength::Agreed,
            "agreed_to",
            85,
        ));
    }
    // agreed that …
    let rest = from + 1;
    let clause = &w[rest..];
    let task = clause.iter().enumerate().take(24).find_map(|(k, word)| {
        let verb = clause.get(skip(clause, k + 1));
        match word.low {
            "be" => (k > 0
                && !clause[k - 1].is(word!("would|should|could|will|might|may|to|can|always"))
                && verb.is_some_and(|v| doing(v)))
            .then_some(k),
            "would" | "will" | "should" | "shall" => match verb {
                Some(v) if v.low == "be" => clause
                    .get(skip(clause, k + 2))
                    .is_some_and(|v| v.is(BRINGING))
                    .then_some(k),
                Some(v) => {
                    (!v.is(STATIVE) && actor(clause, 0).is_some_and(|end| end == k)).then_some(k)
                }
                None => None,
            },
            "to" => (k > 0 && actor(clause, 0) == Some(k)).then_some(k),
            _ => None,
        }
    });
    let acts = actors(clause, 0).filter(|(_, end)| {
        clause.get(*end).is_some_and(|v| {
            !v.low.ends_with("ed")
                && !v.low.ends_with('s')
                && !v.is_capital()
                && !v.is(ACTORS)
                && !v.is(word!("of|in|on|to|be|would|should|will|could|did|had|can|may|might|not|for|and|at|was|were|must|shall|with|from"))
        })
    });
    if task.is_none() && acts.is_none() {
        return None;
    }
    Some((that_owner(w, rest), Strength::Agreed, "agreed_that", 80))
}

fn skip(w: &[Word<'_>], mut j: usize) -> usize {
    while w
        .get(j)
        .is_some_and(|w| w.is(word!("also|then|again|therefore|further|not|now")))
    {
        j += 1;
    }
    j
}

fn doing(verb: &Word<'_>) -> bool {
    (verb.low.ends_with("ed")
        || verb.is(BRINGING)
        || verb.is(word!("fixed|set|held|put|sought|asked")))
        && !verb.is(word!(
            "noted|approved|agreed|needed|required|supported|based|limited|pleased|concerned"
        ))
}

/// `The Engineer undertook to write`, `Mr Lowe offered to come back with costs`.
fn undertaken(w: &[Word<'_>], j: usize) -> Found {
    let next = w.get(j + 1)?;
    if j > 0 && w[j - 1].is(word!("was|were|being|been|be|are|is")) {
        return None;
    }
    if subject_start(w, j).is_none() {
        return (next.low == "to").then_some((Vec::new(), Strength::Undertaken, "undertook", 65));
    }
    if next.low == "to" || (w[j].low == "promised" && next.low == "that") {
        return Some((subject_before(w, j), Strength::Undertaken, "undertook", 90));
    }
    None
}

/// `It was suggested that a leaflet be tried`.
fn suggested(w: &[Word<'_>], j: usize) -> Found {
    let that = w.get(j + 1).is_some_and(|w| w.low == "that");
    if !that || w[j].low == "proposed" && any(w, phrases!["seconded"]) {
        return None;
    }
    let clause = &w[j + 2..];
    let task = clause
        .iter()
        .enumerate()
        .take(20)
        .any(|(k, word)| match word.low {
            "be" => {
                let modal = k > 0 && clause[k - 1].is(word!("would|might|may|will|can|to"));
                !modal && clause.get(skip(clause, k + 1)).is_some_and(doing)
            }
            "should" | "could" => clause.get(k + 1).is_some_and(|v| !v.is(STATIVE)),
            _ => false,
        })
        || actors(clause, 0).is_some_and(|(_, end)| {
            clause.get(end).is_some_and(|v| {
                !v.low.ends_with("ed")
                && !v.low.ends_with('s')
                && !v.is_capital()
                && !v.is(word!(
                    "of|in|on|to|be|would|should|will|could|had|can|may|might|not|for|and|was|were"
                ))
            })
        });
    task.then(|| (that_owner(w, j + 2), Strength::Suggested, "suggested", 60))
}

/// `Pauline Marsh will write`, `a full update would come to the Board meeting`.
fn future(w: &[Word<'_>]) -> Option<(usize, Sentence)> {
    if any(
        w,
        phrases![
            "noted that",
            "note that",
            "if the",
            "if it",
            "were it",
            "concern",
            "concerned",
            "whether",
            "why",
            "hoped",
            "assurance",
            "hoping",
        ],
    ) {
        return None;
    }
    for (j, word) in w.iter().enumerate() {
        if !word.is(word!("will|would|shall")) || j == 0 {
            if word.low == "should" && j > 0 && w[j - 1].low == "we" {
                let verb = w.get(skip(w, j + 1))?;
                if !verb.is(STATIVE) {
                    return Some((j, (Vec::new(), Strength::Suggested, "we_should", 60)));
                }
            }
            continue;
        }
        let verb = w.get(skip(w, j + 1))?;
        let relative = w[j - 1].is(word!(
            "that|which|who|it|this|they|there|these|what|he|she|how"
        ));
        if relative {
            if let Some(found) = promised(w, j, verb) {
                return Some((j, found));
            }
            continue;
        }
        let before = &w[(0..j)
            .rev()
            .find(|k| w[*k].ends_phrase() || w[*k].raw.is_empty() || w[*k].is(word!("that|and")))
            .map_or(0, |k| k + 1)..j];
        let paper = before.iter().any(|w| w.is(PAPERS))
            && before
                .first()
                .is_some_and(|w| !w.is(word!("the|this|these")));
        if verb.low == "be" {
            let done = w.get(skip(w, j + 2)).is_some_and(|v| v.is(BRINGING));
            if done && paper {
                return Some((
                    j,
                    (agent(w, j), Strength::Undertaken, "would_be_brought", 65),
                ));
            }
            continue;
        }
        if paper && verb.is(word!("come|go|follow")) {
            return Some((
                j,
                (Vec::new(), Strength::Undertaken, "would_be_brought", 65),
            ));
        }
        if verb.is(STATIVE) && !verb.is(word!("take|see|give")) || verb.low.ends_with("ed") {
            continue;
        }
        if let Some(start) = subject_start(w, j) {
            let person = !w[start..j].iter().any(|w| {
                w.is(BODIES) || w.is(word!("service|services|department|authority|partnership"))
            });
            let deed = verb.is(DEEDS);
            if person && deed {
                return Some((j, (subject_before(w, j), Strength::Undertaken, "will", 75)));
            }
        }
    }
    None
}

/// `The Chair said that he would write`: who speaks is who acts.
fn promised(w: &[Word<'_>], would: usize, verb: &Word<'_>) -> Found {
    let pronoun = would
        .checked_sub(1)
        .filter(|j| w[*j].is(word!("he|she|they")))?;
    let that = pronoun.checked_sub(1).filter(|j| w[*j].low == "that")?;
    let said = that.checked_sub(1).filter(|j| {
        w[*j].is(word!(
            "said|confirmed|advised|stated|explained|promised|responded|replied|indicated|added"
        ))
    })?;
    let owners = subject_before(w, said);
    (!owners.is_empty() && verb.is(DEEDS)).then_some((
        owners,
        Strength::Undertaken,
        "said_would",
        75,
    ))
}

/// Deeds that can be checked later.
static DEEDS: &Choices = word!(
    "\
    write|contact|circulate|send|arrange|provide|report|produce|prepare|ask|speak|discuss|follow|investigate|check|\
    email|raise|look|find|bring|share|draft|obtain|get|chase|meet|liaise|organise|review|update|invite|seek|forward|\
    research|pass|present|feed|consult|compile|explore|return|confirm|submit|ring|call|visit|distribute|let|publish|\
    add|attend|inform"
);

/// `Jo to ring the contractor.`, `Rural Buses – Officers to check …`.
fn named_to(w: &[Word<'_>]) -> Found {
    let mut starts = vec![0];
    starts.extend(
        (0..w.len().min(14))
            .filter(|j| {
                w[*j].raw.is_empty() && w[*j].before.contains(['–', '-', '—'])
                    || w[*j].after.contains([':', ';', '–'])
            })
            .map(|j| j + 1),
    );
    for from in starts {
        let Some((owners, end)) = actors(w, from) else {
            continue;
        };
        if w.get(end).is_none_or(|w| w.low != "to") || w[end - 1].ends_phrase() {
            continue;
        }
        let Some(verb) = w.get(end + 1) else { continue };
        let bare = w[from..end].iter().all(|w| {
            !w.is(word!("the|report|response|update|welcome|apologies|need|access|changes|amendments|recommendations|recommendation|motion"))
        }) || w[from].low == "the";
        let body = w[from..end]
            .last()
            .is_some_and(|w| w.is(word!("council|committee|board|cabinet|meeting")))
            && from == 0;
        if !bare
            || body
            || verb.is_capital()
            || verb.is(word!("the|a|date|stay|be"))
            || verb.low.ends_with("ing")
            || verb.low.bytes().any(|b| b.is_ascii_digit())
        {
            continue;
        }
        let person = w[from..end]
            .iter()
            .all(|w| w.is_capital() || w.is(word!("and|of|&|the")) || w.is(ACTORS));
        if person && end - from <= 8 {
            return Some((owners, Strength::Agreed, "named_to", 75));
        }
    }
    None
}
