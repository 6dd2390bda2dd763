//! The discussion: requests and undertakings that no resolution records.

mod future;
mod speakers;

use std::ops::Range;

pub(super) use future::DEEDS;
use future::{future, is_deed, named_to};
use speakers::{Before, spoken, subject, subject_start, taker};

use super::actors::{ACTORS, BODIES, actor, actors};
use super::clean::Clean;
use super::decide::tidied;
use super::judge::IRREGULAR;
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

/// Words for what was said before.
static REFERRING: &Choices = word!("this|that|these|those|it|them|so|some");

/// How many words of a sentence are looked at: a bound, so that the time grows with the length of the text alone.
const SENTENCE: usize = 150;

/// Reads the discussion, passage by passage.
#[derive(Debug)]
pub(super) struct Talk<'t> {
    clean: &'t Clean<'t>,
    before: Before<'t>,
    found: Vec<Said>,
    /// The sentence before asked for something of nobody in particular.
    asked: bool,
}

impl<'t> Talk<'t> {
    pub(super) fn new(clean: &'t Clean<'t>) -> Self {
        Self {
            clean,
            before: Before::new(clean),
            found: Vec::new(),
            asked: false,
        }
    }

    /// What was asked for or promised in all passages.
    pub(super) fn found(self) -> Vec<Said> {
        self.found
    }

    /// What one passage asks for or promises.
    pub(super) fn passage(&mut self, passage: &Range<usize>) {
        for span in sentences(self.clean, passage) {
            let known = self.found.len();
            self.sentence(&span);
            self.taken_on(known);
            self.before.push(span);
        }
    }

    /// Who promises `this`, or `it`, right after a request of nobody in particular takes that on.
    fn taken_on(&mut self, known: usize) {
        let promised = self
            .found
            .get(known)
            .filter(|said| said.strength != Strength::Requested);
        let owners = promised
            .filter(|said| !said.owners.is_empty() && self.refers(said))
            .map(|said| said.owners.clone());
        if let (true, Some(owners), Some(last)) = (self.asked, owners, known.checked_sub(1)) {
            self.found[last].owners = owners;
            if self
                .found
                .get(known)
                .is_some_and(|said| self.is_no_more(said))
            {
                self.found.truncate(known);
            }
        }
        self.asked = self.found.len() > known
            && self
                .found
                .last()
                .is_some_and(|said| said.strength == Strength::Requested && said.owners.is_empty());
    }

    /// Whether a promise is of something that was said before.
    fn refers(&self, said: &Said) -> bool {
        let w = words(self.clean, &(said.verb..said.span.end));
        w.iter().take(8).any(|w| w.is(REFERRING))
    }

    /// Whether a promise is of that and of nothing else: `agreed to arrange this`.
    fn is_no_more(&self, said: &Said) -> bool {
        let w = words(self.clean, &(said.verb..said.span.end));
        w.len() <= 5
            && w.last()
                .is_some_and(|w| w.is(word!("this|that|it|so|them")))
    }

    fn sentence(&mut self, span: &Range<usize>) {
        let w = words(self.clean, span);
        let w = &w[..w.len().min(SENTENCE)];
        if w.len() < 3 || !w.iter().any(|w| w.is(TELLING)) {
            return;
        }
        let cut = tasks_apart(w, &self.before);
        let (one, other) = w.split_at(cut.unwrap_or(w.len()));
        let end = other.first().map_or(span.end, |first| first.from);
        let by_all = self.task(one, span.start..end, false);
        if let Some(first) = other.first() {
            let and = usize::from(first.low == "and");
            self.task(&other[and..], other[and].from..span.end, by_all);
        }
    }

    /// One task, which the meeting may have agreed with the one before it; whether the meeting agreed it.
    fn task(&mut self, w: &[Word<'_>], span: Range<usize>, with: bool) -> bool {
        let Some((verb, (owners, strength, rule, sure))) = sentence(w, &self.before) else {
            return false;
        };
        let by_all = strength == Strength::Agreed && (with || meeting_agreed(w));
        self.found.push(Said {
            span: tidied(self.clean, &span),
            owners,
            strength,
            rules: vec![rule],
            sure,
            by_all,
            moved: by_all && any(w, phrases!["prop", "proposed", "seconded", "2nd", "sec"]),
            verb: w[verb].from,
        });
        by_all
    }
}

/// Where a sentence of two tasks is cut: at a semicolon, or `It was agreed to invite them, and Effie to tell the others`.
fn tasks_apart(w: &[Word<'_>], before: &Before<'_>) -> Option<usize> {
    (3..w.len().saturating_sub(2)).find(|j| {
        let semicolon = w[j - 1].after.contains(';');
        let and = w[j - 1].after.contains(',') && w[*j].low == "and";
        if !semicolon && !and {
            return false;
        }
        let behind = &w[j + usize::from(w[*j].low == "and")..];
        let Some((_, (owners, strength, ..))) = sentence(&w[..*j], before) else {
            return false;
        };
        if semicolon {
            return sentence(behind, before).is_some();
        }
        // "it was agreed to apply, and Gwilym offered to draft the application".
        let offered = || {
            sentence(behind, before).is_some_and(|(verb, (owners, also, ..))| {
                also == Strength::Undertaken
                    && !owners.is_empty()
                    && !behind[verb..].iter().take(5).any(|w| w.is(REFERRING))
            })
        };
        owners.is_empty()
            && (named_to(behind).is_some() || strength == Strength::Agreed && offered())
    })
}

/// Whether it was the meeting that agreed, and not one who was there.
fn meeting_agreed(w: &[Word<'_>]) -> bool {
    if at(w, 0, phrase!("all agreed")) || any(w, phrases!["all agreed"]) {
        return true;
    }
    let Some(verb) = w.iter().position(|w| w.is(word!("agreed|decided"))) else {
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

/// Words without one of which a sentence asks for nothing and promises nothing.
static TELLING: &Choices = word!(
    "\
    requested|asked|requests|tasked|instructed|directed|agreed|agrees|undertook|offered|promised|volunteered|committed|\
    undertakes|offers|took|gave|be|happy|content|willing|glad|pleased|suggested|proposed|suggests|will|would|shall|should|to"
);

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
        the|disagree|defer|wait|note|approve|accept|adopt|receive|support|endorse|suspend|move|proceed|extend|exclude|\
    confirm|postpone|adjourn|appoint|elect|refuse|recommend|set|delegate|authorise|differ|remove|leave"
);

/// Papers that somebody would bring.
static PAPERS: &Choices = word!(
    "\
    report|update|paper|briefing|presentation|figures|details|information|note|letter|copy|copies|response|answer|\
    list|breakdown|reports|data|answers|responses|letters|papers|updates|notes|session|workshop|table|schedule|map|summary|slides|guide|leaflet|advice|analysis|statistics|timetable|\
    survey"
);

static BRINGING: &Choices = word!(
    "\
    brought|provided|circulated|sent|presented|submitted|supplied|given|made|shared|produced|prepared|arranged|\
    reported|emailed|issued|booked|forwarded|contacted|written|invited|added"
);

/// What a sentence asks for or promises, and the place of the word that does.
fn sentence(w: &[Word<'_>], before: &Before<'_>) -> Option<(usize, Sentence)> {
    // Past business and what was noted is not asked for now.
    if any(
        w,
        phrases![
            "was going to",
            "were going to",
            "at the last meeting",
            "at the previous meeting",
            "petition",
            "petitioners",
            "deputation",
            "delegation|delegations",
            "spokesman|spokeswoman|spokesperson|petitioner asked|requested|suggested",
        ],
    ) {
        // What follows in the same sentence may still ask for something now: too rarely to guess.
        return None;
    }
    for (j, word) in w.iter().enumerate() {
        // What had been asked for is past business.
        if w[j.saturating_sub(3)..j].iter().any(|w| w.low == "had") {
            continue;
        }
        let found = match word.low {
            "requested" | "asked" | "requests" | "tasked" | "instructed" | "directed" => {
                requested(w, j, before)
            }
            "agreed" | "agrees" => agreed(w, j, before),
            "decided" if j > 1 && w[j - 1].low == "was" && w[j - 2].low == "it" => {
                agreed(w, j, before)
            }
            "undertook" | "offered" | "promised" | "volunteered" | "committed" | "undertakes"
            | "offers" => undertaken(w, j, before),
            "took" => took(w, j, before),
            "gave" => gave(w, j, before),
            "be" => to_be_asked(w, j),
            "happy" | "content" | "willing" | "glad" | "pleased" => ready(w, j, before),
            "suggested" | "proposed" | "suggests" => {
                suggested(w, j).map(|(owners, strength, rule, sure)| {
                    let taker = taker(w, j, before).filter(|_| owners.is_empty());
                    (taker.unwrap_or(owners), strength, rule, sure)
                })
            }
            _ => None,
        };
        if let Some(found) = found {
            return Some((j, found));
        }
    }
    future(w, before).or_else(|| named_to(w).map(|found| (0, found)))
}

/// `Members requested figures`, `The Chair asked that maps be sent round`. Who takes it on in the same sentence is the owner.
fn requested(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let (mut owners, strength, rule, sure) = asked(w, j, before)?;
    if let Some(taker) = taker(w, j, before) {
        owners = taker;
    }
    Some((owners, strength, rule, sure))
}

fn asked(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let next = w.get(j + 1)?;
    let mut place = j.checked_sub(1)?;
    if place > 0 && w[place].is(word!("also|then|therefore|further|again")) {
        place -= 1;
    }
    let before_it = &w[place];
    if before_it.is(word!("was|were|been|be|is|are|being")) {
        return was_requested(w, j, place, before);
    }
    let by_asking = w[j].low == "asked";
    let noun = w[j].low == "requests" && subject_start(w, j).is_none();
    if noun || before_it.is(word!("as|to|information|the|a|those|not|when|if")) || w[j].after == ","
    {
        return None;
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
    // "asked to have a note of it", "asked to be kept informed".
    if by_asking && at(w, j + 1, phrase!("to have|see|receive a|an|the|some|more"))
        || by_asking
            && at(
                w,
                j + 1,
                phrase!("to be kept|sent|given|told|shown|provided"),
            )
    {
        return Some((Vec::new(), Strength::Requested, "asked_to_have", 70));
    }
    if w[j].is(word!("tasked|instructed|directed"))
        || by_asking
            && next.is(word!(
                "if|whether|how|what|about|why|when|where|who|which|a|the|several|questions|further|question"
            ))
        || next.low == "to"
    {
        return None;
    }
    if next.low == "that" {
        let pronoun = w.get(j + 2).is_some_and(|w| w.is(word!("he|she|they")));
        let owners = if pronoun {
            spoken(before)
        } else {
            that_owner(w, j + 2)
        };
        return Some((owners, Strength::Requested, "requested_that", 85));
    }
    if next.low == "for" {
        let of_no_task = word!(
            "clarification|clarity|confirmation|reassurance|assurance|assurances|views|questions|comments|permission|\
            leave|his|her|it|them|exemption"
        );
        let thing = j
            + 2
            + usize::from(
                w.get(j + 2)
                    .is_some_and(|w| w.is(word!("a|an|the|some|any"))),
            );
        // "the change asked for by Councillor Beresford".
        if w.get(j + 2).is_some_and(|w| w.low == "by")
            || by_asking && w.get(thing).is_some_and(|w| w.is(of_no_task))
        {
            return None;
        }
        return Some((Vec::new(), Strength::Requested, "asked_for", 70));
    }
    if by_asking {
        return None;
    }
    Some((Vec::new(), Strength::Requested, "requested", 75))
}

/// `Mr Hartnoll was happy to take it forward.`
fn ready(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let was = j
        .checked_sub(1)
        .filter(|was| w[*was].is(word!("was|were")))?;
    let to = w.get(j + 1).is_some_and(|w| w.low == "to");
    let owners = subject(w, was, before);
    let told = w
        .get(j + 2)
        .is_some_and(|w| w.is(word!("see|hear|note|learn|report|inform|confirm")));
    (to && is_deed(w, j + 2) && !told && !owners.is_empty()).then_some((
        owners,
        Strength::Undertaken,
        "was_ready",
        70,
    ))
}

/// `The Head of Housing gave an undertaking to have the map redrawn.`
fn gave(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let undertaking = at(
        w,
        j + 1,
        phrase!("an|a|his|her|the undertaking|commitment|promise to|that"),
    );
    let owners = subject(w, j, before);
    (undertaking && !owners.is_empty()).then_some((owners, Strength::Undertaken, "undertook", 85))
}

/// `The Revenues Manager was to be asked for figures.`
fn to_be_asked(w: &[Word<'_>], j: usize) -> Found {
    let to = j > 1 && w[j - 1].low == "to" && w[j - 2].is(word!("was|were|is|are"));
    let asked = w
        .get(j + 1)
        .is_some_and(|w| w.is(word!("asked|requested|invited|contacted|written")));
    (to && asked).then_some((Vec::new(), Strength::Agreed, "was_to_be_asked", 65))
}

/// `The Director took an action to check it.`
fn took(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let action = at(w, j + 1, phrase!("an|the|that|this action|task|point"))
        || at(w, j + 1, phrase!("it|this|that away|on|forward"));
    let owners = subject(w, j, before);
    (action && !owners.is_empty()).then_some((owners, Strength::Undertaken, "took_action", 80))
}

/// `The Clerk was asked to write`, `It was requested that`.
fn was_requested(w: &[Word<'_>], j: usize, was: usize, before: &Before<'_>) -> Found {
    let next = w.get(j + 1)?;
    if w[was].low == "being"
        || w[was].low == "be" && !any(w, phrases!["requested that", "asked that"])
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
    if next.low == "to" && w[was].is(word!("was|were")) {
        let verb = w.get(j + 2)?;
        if verb.is(word!("note|consider|agree|approve|comment|receive|endorse|confirm|support|decide|determine|vote")) {
            return None;
        }
        let owners = subject(w, was, before);
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
    // "that GP practices be shown" asks nothing of a GP.
    let plural = next.low.ends_with('s') && !next.low.ends_with("ss") && next.low != "focus";
    if next.low.ends_with("ed") || plural || next.is(word!("of|in|on|at|for|from|with|and")) {
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

/// The rule of what was agreed without a task for anybody.
pub(super) const NO_TASK: &str = "agreed_no_task";

/// `It was agreed that a visit be fixed`, `The Clerk agreed to write`, `It was agreed to accept the quote`.
fn agreed(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    agreed_task(w, j, before).or_else(|| {
        let it = j > 1 && w[j - 1].low == "was" && w[j - 2].low == "it";
        let what = (j + 1..w.len().min(j + 6)).find(|k| w[*k].is(word!("to|that")))?;
        let opinion = w[what].low == "that"
            && w[what..]
                .iter()
                .take(14)
                .any(|w| w.is(word!("would|could|were|was|had|needed|important")));
        (it && !opinion).then_some((Vec::new(), Strength::Agreed, NO_TASK, 60))
    })
}

fn agreed_task(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
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
        if verb.is(STATIVE)
            && !verb.is(word!(
                "take|give|support|include|make|continue|start|run|have|help"
            ))
            || verb.is(FORMAL)
        {
            return None;
        }
        if passive || j == 0 {
            return Some((Vec::new(), Strength::Agreed, "agreed_to", 80));
        }
        let owners = subject(w, j, before);
        let Some(start) = subject_start(w, j) else {
            return Some((owners, Strength::Agreed, "agreed_to", 65));
        };
        let body = actor(w, start).is_some_and(|end| w[end - 1].is(BODIES))
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
                    .is_some_and(|v| {
                        v.is(BRINGING)
                            || v.is(word!(
                                "reviewed|reconsidered|revisited|checked|investigated"
                            ))
                    })
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
    // "agreed that we ask SSEN".
    let we = clause.first().is_some_and(|w| w.low == "we")
        && clause.get(skip(clause, 1)).is_some_and(|v| {
            !v.low.ends_with("ed")
                && !v.is(STATIVE)
                && !v.is(word!("would|could|should|had|can|may|might|were|are"))
        });
    if task.is_none() && acts.is_none() && !we {
        return None;
    }
    Some((that_owner(w, rest), Strength::Agreed, "agreed_that", 80))
}

fn skip(w: &[Word<'_>], mut j: usize) -> usize {
    while w
        .get(j)
        .is_some_and(|w| w.is(word!("also|then|again|therefore|further|not|now|however")))
    {
        j += 1;
    }
    j
}

/// Whether a word is a deed that goes on: `asking`, `putting`.
fn is_doing(word: &Word<'_>) -> bool {
    let Some(stem) = word.low.strip_suffix("ing") else {
        return false;
    };
    let doubled =
        stem.len() > 2 && stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2];
    DEEDS.hold_text(stem)
        || DEEDS.hold_text(&format!("{stem}e"))
        || doubled && DEEDS.hold_text(&stem[..stem.len() - 1])
}

fn doing(verb: &Word<'_>) -> bool {
    (verb.low.ends_with("ed")
        || verb.is(IRREGULAR)
        || verb.is(BRINGING)
        || verb.is(word!("fixed|set|held|put|sought|asked|kept")))
        && !verb.is(word!(
            "noted|approved|agreed|needed|required|supported|based|limited|pleased|concerned"
        ))
}

/// `The Engineer undertook to write`, `Mr Lowe offered to come back with costs`.
fn undertaken(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let next = w.get(j + 1)?;
    let to = next.low == "to" || w[j].low == "promised" && next.low == "that";
    // "tickets offered to councillors": to whom, not what.
    let whom = w.get(j + 2).is_none_or(|w| {
        w.is(ACTORS) || w.is_capital() || w.is(word!("the|a|all|any|him|her|them|us"))
    });
    if !to
        || whom && next.low == "to"
        || j > 0 && w[j - 1].is(word!("was|were|being|been|be|are|is"))
    {
        return None;
    }
    let owners = subject(w, j, before);
    let sure = if owners.is_empty() { 65 } else { 90 };
    Some((owners, Strength::Undertaken, "undertook", sure))
}

/// `It was suggested that a leaflet be tried`.
fn suggested(w: &[Word<'_>], j: usize) -> Found {
    let that = w.get(j + 1).is_some_and(|w| w.low == "that");
    let which = j > 0 && w[j - 1].is(word!("which|who|that"));
    // "Peter suggested asking the college".
    if !which && j > 0 && w.get(j + 1).is_some_and(is_doing) && !w[j - 1].is(word!("not|was|were"))
    {
        return Some((Vec::new(), Strength::Suggested, "suggested", 60));
    }
    if !that || which || w[j].low == "proposed" && any(w, phrases!["seconded"]) {
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
            "should" | "could" => clause
                .get(k + 1)
                .is_some_and(|v| !v.is(STATIVE) || v.is(word!("include|cover"))),
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
