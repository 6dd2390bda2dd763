//! Who acts in a sentence of the discussion: the subject of its verb, also where that is a pronoun, or stands further back.

use std::collections::VecDeque;
use std::ops::Range;

use super::{DEEDS, REFERRING};
use crate::minutes::actors::{ACTORS, BODIES, POSTS, TITLES, actors, span};
use crate::minutes::clean::Clean;
use crate::minutes::wording::{Choices, at};
use crate::minutes::words::{Word, words};

/// The sentences before the one that is read: who spoke in them is whom its pronouns mean.
#[derive(Debug)]
pub(super) struct Before<'t> {
    clean: &'t Clean<'t>,
    sentences: VecDeque<Range<usize>>,
}

/// How many sentences back a pronoun may lead.
const SENTENCES: usize = 3;

impl<'t> Before<'t> {
    pub(super) fn new(clean: &'t Clean<'t>) -> Self {
        Self {
            clean,
            sentences: VecDeque::new(),
        }
    }

    pub(super) fn push(&mut self, sentence: Range<usize>) {
        self.sentences.truncate(SENTENCES - 1);
        self.sentences.push_front(sentence);
    }

    fn speaker(&self) -> Option<Vec<Range<usize>>> {
        self.sentences
            .iter()
            .find_map(|sentence| speaker(&words(self.clean, sentence)))
    }
}

static PRONOUNS: &Choices = word!("he|she|they");

static ADVERBS: &Choices = word!(
    "also|then|further|therefore|kindly|had|has|have|subsequently|again|duly|readily|accordingly|thereupon|in|turn|did|not"
);

/// How far back a subject is looked for, in words.
const REACH: usize = 60;

/// Whom a pronoun means that is asked by somebody else.
pub(super) fn spoken(before: &Before<'_>) -> Vec<Range<usize>> {
    before.speaker().unwrap_or_default()
}

/// Who acts by a verb.
pub(super) fn subject(w: &[Word<'_>], verb: usize, before: &Before<'_>) -> Vec<Range<usize>> {
    let end = before_adverbs(w, verb);
    if end > 0 && w[end - 1].is(PRONOUNS) {
        return earlier(w, end - 1, says)
            .or_else(|| earlier(w, end - 1, finite))
            .or_else(|| before.speaker())
            .unwrap_or_default();
    }
    if let Some(start) = subject_start(w, verb) {
        // "Councillor Dodds, Portfolio Holder for Parking, agreed".
        let named = (start > 0 && w[start - 1].after == ",")
            .then(|| {
                (start.saturating_sub(5)..start).find(|from| {
                    w[*from].is(TITLES)
                        && (*from == 0 || w[from - 1].ends_phrase())
                        && actors(w, *from).is_some_and(|(_, stop)| stop == start)
                })
            })
            .flatten();
        let mut owners = actors(w, named.unwrap_or(start))
            .map(|(owners, _)| owners)
            .unwrap_or_default();
        // "held jointly with the Place Committee and the Scrutiny Manager undertook".
        let article = start - usize::from(start > 0 && w[start - 1].low == "the");
        let with = article > 0
            && w[article - 1].is(word!("with|of|by"))
            && w[article - 1].after.is_empty();
        if with && owners.len() > 1 {
            owners.drain(..owners.len() - 1);
        }
        return owners;
    }
    // "The officer for the area undertook".
    let apart = end.checked_sub(3).filter(|of| {
        w[*of].is(word!("for|of")) && w[of + 1].low == "the" && !w[of + 2].ends_phrase()
    });
    if let Some(of) = apart
        && let Some(start) = (of.saturating_sub(3)..of)
            .find(|from| begins(w, *from) && actors(w, *from).is_some_and(|(_, stop)| stop == of))
        && is_person(w, start..of)
    {
        return vec![span(w, &(start..end))];
    }
    // "felt that the access was dangerous and would add to flooding" says nothing of who felt it.
    let of_that = w[..end].windows(3).any(|w| {
        says(&w[0]) && w[1].low == "that" && !w[2].is(PRONOUNS) && !w[2].is(word!("this|it"))
    });
    let joined = end > 1
        && w[end - 1].low == "and"
        && !w[end - 2].after.contains(',')
        && !w[verb].is(word!("agreed|undertook|offered|promised|committed"));
    if goes_on(w, end) && !(of_that && joined) {
        // "He has had no answer and will ask again".
        let he = w[0].is(PRONOUNS) && w.get(1).is_some_and(finite);
        return earlier(w, end - 1, finite)
            .or_else(|| before.speaker().filter(|_| he))
            .unwrap_or_default();
    }
    Vec::new()
}

/// Whether a verb goes on with the subject of an earlier one: `was aware of it and promised`, `, who sat on both, said`.
fn goes_on(w: &[Word<'_>], end: usize) -> bool {
    end > 0 && (w[end - 1].is(word!("and|but|then")) || w[end - 1].after == ",")
}

/// The person or post that is the subject of the last verb before a place.
fn earlier(
    w: &[Word<'_>],
    place: usize,
    tells: fn(&Word<'_>) -> bool,
) -> Option<Vec<Range<usize>>> {
    (place.saturating_sub(REACH)..place).rev().find_map(|from| {
        if !begins(w, from) || !(w[from].is_capital() || w[from].low == "the") {
            return None;
        }
        let (_, end) = actors(w, from)?;
        // "Finance" may be the end of "the Head of Finance".
        let from = (from.saturating_sub(12)..from)
            .find(|start| {
                begins(w, *start) && actors(w, *start).is_some_and(|(_, stop)| stop == end)
            })
            .unwrap_or(from);
        let (owners, _) = actors(w, from)?;
        let verb = w.get(end).filter(|_| end < place)?;
        let told = tells(verb) && (!w[end - 1].ends_phrase() || w[end - 1].after == ")")
            || w[end - 1].after == "," && verb.is(word!("who|as|having|when|in|on|for"))
            || w[end - 1].after == ","
                && (at(w, end, phrase!("the _")) || post_told(w, end, tells));
        (told && is_person(w, from..end)).then_some(owners)
    })
}

/// Whether a post stands between commas, and a verb behind it: `Mr F. Cardiff, Senior Engineer, said`.
fn post_told(w: &[Word<'_>], from: usize, tells: fn(&Word<'_>) -> bool) -> bool {
    let close = (from..w.len().min(from + 8)).find(|j| w[*j].after == ",");
    close.is_some_and(|close| {
        w[from..=close]
            .iter()
            .all(|w| w.is_capital() || w.is(word!("and|of|for|the|&")))
            && w.get(close + 1).is_some_and(tells)
    })
}

/// Whether a word is a verb with which somebody speaks.
fn says(word: &Word<'_>) -> bool {
    word.is(word!(
        "said|confirmed|advised|stated|explained|promised|responded|replied|indicated|added|told|assured|informed|\
        reported|answered|believed|thought|felt|undertook|acknowledged|accepted|agreed|thanked"
    ))
}

/// Whether an actor may begin at a place.
fn begins(w: &[Word<'_>], from: usize) -> bool {
    from == 0
        || w[from - 1].ends_phrase()
        || !w[from - 1].is_capital()
            && !w[from - 1].is(word!(
                "in|of|at|from|to|for|with|regarding|on|by|about|concerning"
            ))
}

/// Whether a word is a verb that tells.
fn finite(word: &Word<'_>) -> bool {
    word.is(word!(
        "is|are|was|were|had|has|have|did|does|said|would|will|could|can|felt|thought|told|knew|knows|took|gave|went|\
        spoke|saw|wrote|found|brought|met|made|put|set|read|led|ran|sat|stood|held|kept|left|came|heard|drew|meant|\
        understood|undertook"
    )) || word.low.ends_with("ed") && !word.is_capital()
}

/// Whether a run of words names a person or a post, and no body or thing.
pub(super) fn is_person(w: &[Word<'_>], run: Range<usize>) -> bool {
    let named = &w[run];
    let Some(last) = named.last() else {
        return false;
    };
    let post = named.iter().any(|w| w.is(POSTS) || w.is(TITLES));
    let cabinet = named.len() == 1 && last.low == "cabinet";
    !cabinet && (post || !last.is(BODIES)
        && !last.is(word!(
            "service|services|department|authority|partnership|report|plan|policy|strategy|scheme|project|review|\
            programme|agreement|act|trust|government|scrutiny|administration|bonus|fund|grant|levy|tax|budget|bill|\
            order|framework|road|street|park|centre|school"
        )))
        && (named.iter().any(|w| w.is(TITLES) || w.is(ACTORS) || w.is_initials())
            || named.iter().all(|w| w.is_capital() || w.is(word!("the|of|and|for|&")))
                && named[0].is_capital() | (named.len() > 1))
}

/// Who speaks in a sentence: the last who does behind a semicolon, or else the first.
fn speaker(w: &[Word<'_>]) -> Option<Vec<Range<usize>>> {
    let clause = w
        .iter()
        .rposition(|w| w.after.contains(';'))
        .map_or(0, |end| end + 1);
    [clause, 0]
        .into_iter()
        .find_map(|start| first_speaker(&w[start..]))
}

fn first_speaker(w: &[Word<'_>]) -> Option<Vec<Range<usize>>> {
    for from in 0..w.len().min(12) {
        let begins = from == 0 || w[from - 1].after == "," || w[from - 1].after == ":";
        if !begins {
            continue;
        }
        // "Meters had been read" names nobody.
        let things = w[from].low.ends_with('s')
            && !w[from].is(ACTORS)
            && w.get(from + 1)
                .is_some_and(|w| w.is(word!("had|have|were|are")));
        if let Some((owners, end)) = actors(w, from)
            && !things
            && (w.get(end).is_some_and(finite) || w[end - 1].after == ",")
            && is_person(w, from..end)
        {
            return Some(owners);
        }
    }
    None
}

fn before_adverbs(w: &[Word<'_>], verb: usize) -> usize {
    let mut end = verb;
    while end > 0 && w[end - 1].is(ADVERBS) && w[end - 1].after.is_empty() {
        end -= 1;
    }
    end
}

/// The actor that ends where a verb begins.
pub(super) fn subject_start(w: &[Word<'_>], verb: usize) -> Option<usize> {
    let end = before_adverbs(w, verb);
    let dated = |from: usize| {
        from > 0
            && w[from].is(word!("march|may"))
            && w[from - 1].raw.starts_with(|c: char| c.is_ascii_digit())
    };
    (end.saturating_sub(14)..end).find(|from| {
        begins(w, *from) && !dated(*from) && actors(w, *from).is_some_and(|(_, stop)| stop == end)
    })
}

/// Who takes on what was asked for, later in the sentence: `… and the Planning Officer agreed to raise it`.
pub(super) fn taker(w: &[Word<'_>], from: usize, before: &Before<'_>) -> Option<Vec<Range<usize>>> {
    (from + 1..w.len()).find_map(|j| {
        let takes = w[j].is(word!("agreed|undertook|offered|promised|volunteered"))
            && w.get(j + 1).is_some_and(|n| n.low == "to")
            || w[j].is(word!("was|were"))
                && at(w, j + 1, phrase!("content|happy|willing|glad|pleased to"))
            || at(w, j, phrase!("said that he|she|they would"))
            || at(w, j, phrase!("took|take it|this|that away|on"))
            || at(w, j, phrase!("saw no reason why not"));
        // "…, with the Scrutiny Officer to find a date".
        if w[j].low == "with"
            && w[j - 1].after == ","
            && let Some((owners, end)) = actors(w, j + 1)
            && w.get(end).is_some_and(|w| w.low == "to")
        {
            return Some(owners);
        }
        if !takes || w[j - 1].is(word!("was|were|been")) {
            return None;
        }
        // "… was asked to obtain prices and Cllr Hunt agreed to cut the grass" is another task.
        let other = w[j].is(word!("agreed|undertook|offered"))
            && w.get(j + 2).is_some_and(|w| w.is(DEEDS))
            && w.get(j + 3).is_some_and(|w| w.is(word!("the|a|an")))
            && !w[j + 2..].iter().take(9).any(|w| w.is(REFERRING));
        if other {
            return None;
        }
        Some(subject(w, j, before)).filter(|owners| !owners.is_empty())
    })
}
