//! Words and phrases that the reader looks for, made ready when the program is compiled, so that a word of the minutes is
//! told from most of them by one bit.

use super::words::Word;

/// Some words, of which a word may be one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choices {
    words: &'static [&'static str],
    hashes: &'static [u32],
    marks: Marks,
}

/// An odd number without a pattern in its bits: the golden ratio's fraction in 64 bits.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// How many letters are counted in at once.
const STRIDE: usize = 8;

/// A number for a word in lower case, its letters taken eight at a time, the last of them filled up with zeros.
pub(super) const fn hash(word: &[u8]) -> u32 {
    let (mut hash, mut rest) = (EMPTY, word);
    while let Some((eight, behind)) = rest.split_first_chunk::<STRIDE>() {
        hash = hashed(hash, u64::from_le_bytes(*eight));
        rest = behind;
    }
    let (mut last, mut at) = (0, 0);
    while at < rest.len() {
        last |= (rest[at] as u64) << (8 * at);
        at += 1;
    }
    number(hashed(hash, last))
}

/// What is known of no letters.
pub(super) const EMPTY: u64 = 0;

/// What is known of some letters and eight more. A rotation between them tells their order.
#[inline]
pub(super) const fn hashed(hash: u64, letters: u64) -> u64 {
    (hash.rotate_left(23) ^ letters).wrapping_mul(GOLDEN)
}

/// The number of what is known of all letters: its upper half, on which all of them tell.
#[inline]
pub(super) const fn number(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// A bit for each beginning that the numbers of words may have. All are set where any word will do.
type Marks = [u64; PARTS];

/// How many parts there are of the bits: a power of two.
const PARTS: usize = 8;

/// The bit that stands for the words whose numbers begin alike.
const fn mark(hash: u32) -> (usize, u64) {
    let begins = hash >> (u32::BITS - 6 - PARTS.trailing_zeros());
    ((begins >> 6) as usize, 1 << (begins & 63))
}

#[inline]
const fn marked(marks: Marks, hash: u32) -> bool {
    let (part, bit) = mark(hash);
    marks[part] & bit != 0
}

impl Choices {
    /// Puts together what was made ready of a list of words; `_` is any word.
    pub(super) const fn of(words: &'static [&'static str], hashes: &'static [u32]) -> Self {
        let (mut marks, mut at) = ([0; PARTS], 0);
        if words.len() == 1 && matches!(words[0].as_bytes(), b"_") {
            marks = [u64::MAX; PARTS];
        }
        while at < hashes.len() {
            let (part, bit) = mark(hashes[at]);
            marks[part] |= bit;
            at += 1;
        }
        Self {
            words,
            hashes,
            marks,
        }
    }

    /// Whether a word in lower case, of which this is the number, is one of these.
    #[inline]
    pub(super) fn hold(&self, word: &str, hash: u32) -> bool {
        marked(self.marks, hash) && self.surely_hold(word, hash)
    }

    fn surely_hold(&self, word: &str, hash: u32) -> bool {
        let place = self.hashes.iter().position(|one| *one == hash);
        place.is_some_and(|place| self.words[place] == word) || self.words == ["_"]
    }

    /// Whether a text in lower case is one of these.
    pub(super) fn hold_text(&self, text: &str) -> bool {
        self.hold(text, hash(text.as_bytes()))
    }
}

/// How many words a phrase has, those that are choices for one place counted each.
pub(super) const fn count(phrase: &str, alternatives: bool) -> usize {
    let (mut words, mut at) = (1, 0);
    while at < phrase.len() {
        let byte = phrase.as_bytes()[at];
        words += (byte == b' ' || alternatives && byte == b'|') as usize;
        at += 1;
    }
    words
}

/// The words of a phrase, those that are choices for one place each.
pub(super) const fn split<const ALL: usize>(phrase: &'static str) -> [&'static str; ALL] {
    let (mut words, mut rest, mut place) = ([""; ALL], phrase, 0);
    while place < ALL {
        let mut end = 0;
        while end < rest.len() && !matches!(rest.as_bytes()[end], b' ' | b'|') {
            end += 1;
        }
        let (word, behind) = rest.split_at(end);
        words[place] = word;
        if !behind.is_empty() {
            rest = behind.split_at(1).1;
        }
        place += 1;
    }
    words
}

/// The numbers of some words.
pub(super) const fn hashes<const ALL: usize>(words: &[&str; ALL]) -> [u32; ALL] {
    let (mut found, mut place) = ([0; ALL], 0);
    while place < ALL {
        found[place] = hash(words[place].as_bytes());
        place += 1;
    }
    found
}

/// The choices for each place of a phrase.
pub(super) const fn places<const N: usize>(
    phrase: &str,
    mut words: &'static [&'static str],
    mut hashes: &'static [u32],
) -> [Choices; N] {
    let mut places = [Choices::of(&[], &[]); N];
    let (mut place, mut at, mut choices) = (0, 0, 1);
    while at <= phrase.len() {
        if at == phrase.len() || phrase.as_bytes()[at] == b' ' {
            let (these, behind) = words.split_at(choices);
            let (theirs, others) = hashes.split_at(choices);
            places[place] = Choices::of(these, theirs);
            (words, hashes) = (behind, others);
            place += 1;
            choices = 1;
        } else if phrase.as_bytes()[at] == b'|' {
            choices += 1;
        }
        at += 1;
    }
    places
}

/// A phrase: its words apart by a space, choices for one place apart by `|`, `_` for any word.
macro_rules! phrase {
    ($text:expr) => {{
        use $crate::minutes::wording::{Choices, count, hashes, places, split};
        const WORDS: &[&str; count($text, true)] = &split($text);
        const HASHES: &[u32; count($text, true)] = &hashes(WORDS);
        const PLACES: &[Choices; count($text, false)] = &places($text, WORDS, HASHES);
        PLACES
    }};
}

/// A word, or choices for one, apart by `|`.
macro_rules! word {
    ($text:expr) => {{
        const CHOICES: &$crate::minutes::wording::Choices = &phrase!($text)[0];
        CHOICES
    }};
}

/// Several phrases, any of which may stand somewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrases {
    phrases: &'static [&'static [Choices]],
    /// The marks of the words with which they begin.
    firsts: Marks,
}

impl Phrases {
    pub(super) const fn of(phrases: &'static [&'static [Choices]]) -> Self {
        let (mut firsts, mut place) = ([0; PARTS], 0);
        while place < phrases.len() {
            let mut part = 0;
            while part < PARTS {
                firsts[part] |= phrases[place][0].marks[part];
                part += 1;
            }
            place += 1;
        }
        Self { phrases, firsts }
    }

    /// The length in words of the one that stands at a place.
    pub(super) fn at(&self, words: &[Word<'_>], place: usize) -> Option<usize> {
        if !marked(self.firsts, words.get(place)?.hash) {
            return None;
        }
        let phrase = self
            .phrases
            .iter()
            .find(|phrase| at(words, place, phrase))?;
        Some(phrase.len())
    }
}

/// The marks of some words: by one look at them they are told from most lists, and from most phrases.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen(Marks);

impl Seen {
    pub(super) fn of(words: &[Word<'_>]) -> Self {
        let mut marks = [0; PARTS];
        for word in words {
            let (part, bit) = mark(word.hash);
            marks[part] |= bit;
        }
        Self(marks)
    }

    fn meets(&self, marks: &Marks) -> bool {
        self.0
            .iter()
            .zip(marks)
            .any(|(one, other)| one & other != 0)
    }

    /// Whether one of some words may be among these.
    pub(super) fn may_hold(&self, choices: &Choices) -> bool {
        self.meets(&choices.marks)
    }

    /// Whether one of some phrases stands somewhere in these words.
    pub(super) fn any(&self, words: &[Word<'_>], phrases: &Phrases) -> bool {
        self.meets(&phrases.firsts) && any(words, phrases)
    }

    /// Whether one of some words is among these.
    pub(super) fn hold(&self, words: &[Word<'_>], choices: &Choices) -> bool {
        self.may_hold(choices) && words.iter().any(|word| word.is(choices))
    }
}

/// Several phrases.
macro_rules! phrases {
    ($($text:expr),+ $(,)?) => {{
        use $crate::minutes::wording::Phrases;
        const PHRASES: &Phrases = &Phrases::of(&[$(phrase!($text)),+]);
        PHRASES
    }};
}

/// Whether a phrase stands at a place.
#[inline]
pub(super) fn at(words: &[Word<'_>], place: usize, phrase: &[Choices]) -> bool {
    // Most places are told from most phrases by one word.
    let first = words.get(place).zip(phrase.first());
    first.is_some_and(|(word, wanted)| word.is(wanted)) && stands(words, place, phrase)
}

/// Whether a phrase stands at a place at which its first word does.
fn stands(words: &[Word<'_>], place: usize, phrase: &[Choices]) -> bool {
    words.get(place..place + phrase.len()).is_some_and(|here| {
        here.iter()
            .zip(phrase)
            .skip(1)
            .all(|(word, wanted)| word.is(wanted))
    })
}

/// Where a phrase stands first.
pub(super) fn find(words: &[Word<'_>], phrase: &[Choices]) -> Option<usize> {
    words.windows(phrase.len()).position(|here| {
        here.iter()
            .zip(phrase)
            .all(|(word, wanted)| word.is(wanted))
    })
}

/// Whether one of some phrases stands somewhere.
pub(super) fn any(words: &[Word<'_>], phrases: &Phrases) -> bool {
    (0..words.len()).any(|place| phrases.at(words, place).is_some())
}
