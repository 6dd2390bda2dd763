//! The discussion: requests and undertakings that no resolution records.

mod agreed;
mod asked;
mod brought;
mod deeds;
mod future;
mod named;
mod promised;
mod speakers;

use std::ops::Range;

pub(super) use agreed::NO_TASK;
use agreed::{agreed, suggested};
use asked::{requested, there_was, to_be_asked};
pub(super) use deeds::DEEDS;
pub(super) use deeds::is_deed;
use future::future;
use named::{imperative, named_to, thing_to_be};
use promised::{gave, ready, took, undertaken};
use speakers::{Before, subject_start, taker};

use super::actors::{BODIES, actors};
use super::clean::Clean;
use super::decide::tidied;
use super::due::date_words;
use super::wording::{Choices, Phrases, any, at};
use super::words::{Word, in_sentences, spanned, words};
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

/// How many times a sentence is cut into tasks at most.
const TASKS: usize = 4;

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
        // "Actions from last meeting: DK to go through the plan" says what had been agreed then.
        let all = words(self.clean, passage);
        if at(&all, 0, phrase!("actions|action from|of last|previous|the")) {
            return;
        }
        for sentence in in_sentences(&all) {
            let w = &all[sentence];
            let (known, span) = (self.found.len(), spanned(w));
            self.sentence(w, &span);
            self.taken_on(known);
            self.before.push(span);
        }
    }

    /// Who promises `this`, or `it`, right after a request of nobody in particular takes that on.
    fn taken_on(&mut self, known: usize) {
        let promised = self
            .found
            .get(known)
            .filter(|said| matches!(said.strength, Strength::Undertaken | Strength::Agreed));
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

    fn sentence(&mut self, w: &[Word<'_>], span: &Range<usize>) {
        let w = &w[..w.len().min(SENTENCE)];
        if w.len() < 3 || !(w.iter().any(|w| w.is(TELLING)) || is_deed(w, 0)) {
            return;
        }
        let (mut rest, mut from, mut by_all) = (w, span.start, false);
        for _ in 0..TASKS {
            let cut = tasks_apart(rest, &self.before);
            let (one, other) = rest.split_at(cut.unwrap_or(rest.len()));
            let end = other.first().map_or(span.end, |first| first.from);
            by_all = self.task(one, from..end, by_all);
            let Some(first) = other.first() else {
                return;
            };
            rest = &other[usize::from(first.low == "and")..];
            let Some(first) = rest.first() else { return };
            from = first.from;
        }
        self.task(rest, from..span.end, by_all);
    }

    /// One task, which the meeting may have agreed with the one before it; whether the meeting agreed it.
    fn task(&mut self, w: &[Word<'_>], span: Range<usize>, with: bool) -> bool {
        let that = with && w.first().is_some_and(|w| w.low == "that");
        let agreed = || {
            let verb = w
                .iter()
                .take(16)
                .position(|w| w.low == "be")
                .filter(|_| that)?;
            let task = w.get(skip(w, verb + 1)).is_some_and(agreed::doing);
            let rule = if task { "agreed_that" } else { NO_TASK };
            Some((verb, (Vec::new(), Strength::Agreed, rule, 75)))
        };
        let Some((verb, (owners, strength, rule, sure))) =
            agreed().or_else(|| sentence(w, &self.before))
        else {
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
        // "agreed that the Clerk would write and Councillor Hale would speak to the Treasurer".
        let would = w[*j].low == "and"
            && w[..*j].iter().any(|w| w.is(word!("would|will")))
            && actors(w, j + 1).is_some_and(|(_, end)| {
                w.get(end).is_some_and(|w| w.is(word!("would|will"))) && is_deed(w, end + 1)
            });
        if would
            && sentence(&w[..*j], before)
                .is_some_and(|(_, (_, strength, ..))| strength == Strength::Agreed)
        {
            return true;
        }
        // "agreed that examples be added at the end and that a link be set out on the front page".
        let also = at(w, *j, phrase!("and that"))
            && w[..*j].iter().any(|w| w.low == "be")
            && w[*j..].iter().take(16).any(|w| w.low == "be")
            && meeting_agreed(&w[..*j]);
        // "the Clerk was asked to obtain prices and Cllr Wade agreed to cut the reeds".
        let another = w[*j].low == "and"
            && actors(w, j + 1).is_some_and(|(_, end)| {
                w.get(end)
                    .is_some_and(|w| w.is(word!("agreed|undertook|offered")))
                    && at(w, end + 1, phrase!("to"))
                    && is_deed(w, end + 2)
                    && !w[end + 2..].iter().take(8).any(|w| w.is(REFERRING))
            })
            && sentence(&w[..*j], before).is_some();
        if another {
            return true;
        }
        let and = w[j - 1].after.contains(',') && w[*j].low == "and" || also;
        if !semicolon && !and {
            return false;
        }
        let behind = &w[j + usize::from(w[*j].low == "and")..];
        let Some((_, (owners, strength, ..))) = sentence(&w[..*j], before) else {
            return false;
        };
        // "…; that the items be put back; and that a note be provided".
        let that = behind.first().is_some_and(|w| w.low == "that")
            && strength == Strength::Agreed
            && behind.iter().take(16).any(|w| w.low == "be");
        if semicolon {
            return that || sentence(behind, before).is_some();
        }
        // "it was agreed to apply, and Gwilym offered to draft the application".
        let offered = || {
            sentence(behind, before).is_some_and(|(verb, (owners, also, ..))| {
                also == Strength::Undertaken
                    && !owners.is_empty()
                    && !behind[verb..].iter().take(5).any(|w| w.is(REFERRING))
            })
        };
        also && that
            || owners.is_empty()
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
    // "It was proposed by Councillor Reed, seconded by Councillor Amos and unanimously agreed".
    if w[..verb].iter().any(|w| w.low == "seconded") {
        return true;
    }
    // "The housing committee talked about the programme and agreed that a survey be put on it".
    let looked = word!("talked|discussed|considered|reviewed|debated");
    let body = || (1..w.len().min(8)).any(|j| w[j].is(looked) && w[j - 1].is(BODIES) && j < verb);
    if verb > 2 && w[verb - 1].low == "and" && w[0].low == "the" && body() {
        return true;
    }
    // "It was discussed and agreed that the Clerk would write".
    if verb > 2
        && w[verb - 1].low == "and"
        && at(
            w,
            verb - 3,
            phrase!("was|were discussed|considered|debated|proposed|moved"),
        )
    {
        return true;
    }
    if verb > 0 && w[verb - 1].is(word!("was|were"))
        || verb > 2 && at(w, verb - 3, phrase!("it has been"))
        || verb > 1
            && w[verb - 1].is(word!(
                "also|further|then|therefore|subsequently|unanimously"
            ))
            && w[verb - 2].low == "was"
    {
        return true;
    }
    verb > 0 && w[verb - 1].low == "we"
        || subject_start(w, verb).is_some_and(|start| {
            w[start].low != "all" && w[start..verb].last().is_some_and(|w| w.is(BODIES))
        })
}

/// Words without one of which a sentence asks for nothing and promises nothing.
static TELLING: &Choices = word!(
    "\
    requested|asked|urged|requests|request|tasked|instructed|directed|agreed|agrees|undertook|offered|promised|volunteered|committed|\
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
            the|disagree|re-elect|co-opt|defer|wait|note|approve|accept|adopt|receive|support|endorse|suspend|move|proceed|extend|exclude|\
    keep|confirm|postpone|adjourn|appoint|elect|refuse|recommend|set|delegate|authorise|differ|remove|leave"
);

/// Papers that somebody would bring.
static PAPERS: &Choices = word!(
    "\
    report|update|paper|briefing|presentation|figures|details|information|note|letter|copy|copies|response|answer|\
    list|breakdown|arrangements|proposal|proposals|calendar|chart|reports|data|answers|responses|letters|papers|updates|notes|session|workshop|table|schedule|map|summary|slides|guide|leaflet|advice|analysis|statistics|timetable|\
    survey"
);

static BRINGING: &Choices = word!(
    "\
    brought|provided|circulated|sent|presented|submitted|supplied|given|made|shared|produced|prepared|arranged|\
    reported|emailed|issued|booked|forwarded|contacted|written|invited|added"
);

/// What a sentence asks for or promises, and the place of the word that does.
fn sentence(w: &[Word<'_>], before: &Before<'_>) -> Option<(usize, Sentence)> {
    said(w, before).filter(|(verb, _)| {
        // "Following the request at the last meeting, the Head agreed that he would check".
        let following_up =
            w.iter().any(|w| w.low == "following") && w[..*verb].iter().any(|w| w.low == "meeting");
        // "On 4 March the Cabinet agreed that officers should write" is told of.
        let told = w[0].is(word!("on|in"))
            && w[*verb].is(word!("agreed|asked|requested|decided"))
            && date_words(w, 1).is_some_and(|end| {
                end < *verb
                    && w[end - 1]
                        .raw
                        .starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase())
                    && end > 1
            });
        if told {
            return false;
        }
        let now = at(w, 0, phrase!("it was agreed"))
            || !any(if following_up { &w[*verb..] } else { w }, PAST_BUSINESS);
        now && !quoted(w, *verb)
    })
}

/// Whether a sentence by itself asks for something or promises it.
pub(super) fn asks(clean: &Clean<'_>, w: &[Word<'_>]) -> bool {
    is_deed(w, 0)
        || w.iter()
            .any(|w| w.is(word!("will|would|should|promised|offered|undertook")))
        || sentence(w, &Before::new(clean)).is_some()
}

/// Whether a word stands in quotation marks: somebody else's words, or those of an earlier meeting.
fn quoted(w: &[Word<'_>], place: usize) -> bool {
    let opens = |w: &Word<'_>| w.before.contains(['“', '"']);
    let closes = |w: &Word<'_>| w.after.contains(['”', '"']);
    let open = (0..=place).rev().find(|j| opens(&w[*j]));
    open.is_some_and(|open| !w[open..place].iter().any(closes) && w[place..].iter().any(closes))
}

/// What had been asked for before, and what somebody says who is no member: nothing is asked for now. What follows in the same
/// sentence may still ask for something: too rarely to guess.
static PAST_BUSINESS: &Phrases = phrases![
    "was going to",
    "were going to",
    "at the last meeting",
    "at the previous meeting",
    "petition",
    "petitioners",
    "member of the public",
    "resident|residents|parishioner|parishioners asked|requested|suggested",
    "deputation",
    "delegation|delegations",
    "spokesman|spokeswoman|spokesperson|petitioner asked|requested|suggested",
];

/// Words that ask for something or promise it.
static SAYING: &Choices = word!(
    "\
    requested|asked|urged|requests|request|tasked|instructed|directed|agreed|agrees|decided|undertook|offered|promised|volunteered|\
    committed|undertakes|offers|took|gave|be|happy|content|willing|glad|pleased|suggested|proposed|suggests"
);

fn said(w: &[Word<'_>], before: &Before<'_>) -> Option<(usize, Sentence)> {
    for (j, word) in w.iter().enumerate() {
        // What had been asked for is past business.
        if !word.is(SAYING)
            || w[j.saturating_sub(3)..j]
                .iter()
                .rev()
                .take_while(|w| !w.ends_phrase())
                .any(|w| w.low == "had")
            || w[j.saturating_sub(7)..j]
                .iter()
                .any(|w| w.low == "had" && w.after == ",")
        {
            continue;
        }
        let found = match word.low {
            "requested" | "asked" | "urged" | "requests" | "tasked" | "instructed" | "directed" => {
                requested(w, j, before)
            }
            "request" => there_was(w, j, before),
            "agreed" | "agrees" => agreed(w, j, before),
            "decided"
                if j > 1 && w[j - 1].low == "was" && w[j - 2].low == "it"
                    || w.get(j + 1).is_some_and(|w| w.low == "to")
                        && w.get(j + 2).is_some_and(|w| w.is(DEEDS))
                        && subject_start(w, j).is_some_and(|start| {
                            w[start].low == "the"
                                && w[start..j].last().is_some_and(|w| w.is(BODIES))
                        }) =>
            {
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
    future(w, before).or_else(|| {
        named_to(w)
            .or_else(|| thing_to_be(w))
            .or_else(|| imperative(w))
            .map(|found| (0, found))
    })
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
