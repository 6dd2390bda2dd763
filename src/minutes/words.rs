//! Words and sentences of a cleaned text.

use std::borrow::Cow;
use std::ops::Range;

use super::bytes::{self, between, equal};
use super::clean::{Clean, small};
use super::wording::{Choices, EMPTY, hash, hashed, number};

/// A word, without the punctuation round it; what stands between two spaces, be it without a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    /// As printed.
    pub(super) raw: &'t str,
    /// In lower case.
    pub(super) low: &'t str,
    pub(super) from: usize,
    pub(super) to: usize,
    /// The punctuation that follows it before the next space.
    pub(super) after: &'t str,
    /// The punctuation right before it.
    pub(super) before: &'t str,
    /// The number of its letters in lower case.
    pub(super) hash: u32,
    /// What is asked of it often, found once.
    looks: u8,
}

/// It begins with a capital letter.
const CAPITAL: u8 = 1;
/// It is in capitals throughout, with two letters at least.
const UPPER: u8 = 2;
/// Something is between it and the next word.
const PHRASE: u8 = 4;
/// A sentence ends with it.
const SENTENCE: u8 = 8;
/// It is of plain letters alone.
const LETTERS: u8 = 16;

impl<'t> Word<'t> {
    /// The word in a piece of a text, which is given in lower case too.
    fn of(text: &'t str, lower: &'t str, piece: Range<usize>) -> Self {
        let bare = bare(&text[piece.clone()]);
        let (from, to) = (piece.start + bare.start, piece.start + bare.end);
        let (raw, low) = (&text[from..to], &lower[from..to]);
        let mut looks = shape(raw);
        let after = if to == piece.end {
            ""
        } else {
            &text[to..piece.end]
        };
        if after
            .bytes()
            .any(|byte| matches!(byte, b',' | b';' | b':' | b'.' | b'?' | b'!' | b')'))
        {
            looks |= PHRASE;
        }
        Self {
            raw,
            low,
            from,
            to,
            after,
            before: if from == piece.start {
                ""
            } else {
                &text[piece.start..from]
            },
            hash: hash(low.as_bytes()),
            looks,
        }
    }

    /// A word with nothing round it, of plain letters alone.
    fn of_letters(text: &'t str, lower: &'t str, piece: Range<usize>, hash: u32) -> Self {
        let raw = &text[piece.clone()];
        let mut looks = LETTERS;
        if raw.as_bytes().first().is_some_and(u8::is_ascii_uppercase) {
            looks |= CAPITAL;
            if raw.len() > 1 && raw.bytes().all(|byte| byte.is_ascii_uppercase()) {
                looks |= UPPER;
            }
        }
        Self {
            raw,
            low: &lower[piece.clone()],
            from: piece.start,
            to: piece.end,
            after: "",
            before: "",
            hash,
            looks,
        }
    }

    /// Where what stands between the two spaces begins.
    fn start(&self) -> usize {
        self.from - self.before.len()
    }

    /// Where it ends.
    fn end(&self) -> usize {
        self.to + self.after.len()
    }

    /// Whether it begins with a capital letter.
    pub(super) fn is_capital(&self) -> bool {
        self.looks & CAPITAL != 0
    }

    /// Whether it is in capitals throughout, with two letters at least.
    pub(super) fn is_upper(&self) -> bool {
        self.looks & UPPER != 0
    }

    /// Whether it is of plain letters alone, without a digit or a hyphen.
    pub(super) fn is_letters(&self) -> bool {
        self.looks & LETTERS != 0
    }

    /// Initials of a person, such as `KT`.
    pub(super) fn is_initials(&self) -> bool {
        (2..=3).contains(&self.raw.len()) && self.raw.bytes().all(|b| b.is_ascii_uppercase())
    }

    /// Whether something is between it and the next word: a comma, a stop.
    pub(super) fn ends_phrase(&self) -> bool {
        self.looks & PHRASE != 0
    }

    /// Whether it is one of some words.
    #[inline]
    pub(super) fn is(&self, choices: &Choices) -> bool {
        choices.hold(self.low, self.hash)
    }
}

/// Whether a word is in capitals, and whether of letters alone.
fn shape(word: &str) -> u8 {
    if word.is_ascii() {
        let capital = word.as_bytes().first().is_some_and(u8::is_ascii_uppercase);
        let (mut small, mut great, mut others) = (false, 0_u32, false);
        for byte in word.bytes() {
            small |= byte.is_ascii_lowercase();
            great += u32::from(byte.is_ascii_uppercase());
            others |= !byte.is_ascii_alphabetic();
        }
        return if capital { CAPITAL } else { 0 }
            | if !small && great > 1 { UPPER } else { 0 }
            | if others { 0 } else { LETTERS };
    }
    let first = if word.starts_with(char::is_uppercase) {
        CAPITAL
    } else {
        0
    };
    let upper = !word.contains(char::is_lowercase)
        && word.chars().filter(|c| c.is_alphabetic()).nth(1).is_some();
    let letters = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    first | if upper { UPPER } else { 0 } | if letters { LETTERS } else { 0 }
}

/// What may stand before the first word of a sentence.
const OPENING: [char; 11] = ['"', '\'', '(', '[', '“', '‘', '•', '·', '-', '–', '—'];

/// What stands between two spaces or ends of lines.
struct Piece {
    end: usize,
    /// The number of it as a word.
    hash: u32,
    /// It is of plain small letters alone.
    letters: bool,
}

impl Piece {
    /// The piece that begins at a place, seen eight bytes at a time.
    fn at(text: &[u8], start: usize) -> Self {
        let (mut end, mut hash, mut letters) = (start, EMPTY, true);
        loop {
            let eight = match text[end..].first_chunk() {
                Some(eight) => *eight,
                // Filled up with the end of a line.
                None => std::array::from_fn(|at| text.get(end + at).copied().unwrap_or(b'\n')),
            };
            let eight = u64::from_le_bytes(eight);
            let ends = equal(eight, b' ') | equal(eight, b'\n');
            let length = ends.trailing_zeros() / 8;
            // The bytes of the piece, and zeros for those behind it.
            let kept = match length {
                0 => 0,
                length => u64::MAX >> (64 - 8 * length),
            };
            hash = hashed(hash, eight & kept);
            letters &= all_letters(eight, kept);
            end += length as usize;
            if ends != 0 {
                return Self {
                    end,
                    hash: number(hash),
                    letters,
                };
            }
        }
    }
}

/// Whether those of eight bytes that are kept are small letters.
const fn all_letters(bytes: u64, kept: u64) -> bool {
    !between(bytes, b'a', b'z') & bytes::UPPER & kept == 0
}

/// The words of a text, which is given in lower case too.
pub(super) fn table<'t>(text: &'t str, lower: &'t str) -> Vec<Word<'t>> {
    let mut words = Vec::with_capacity(text.len() / 5);
    let mut start = 0;
    while start < lower.len() {
        let piece = Piece::at(lower.as_bytes(), start);
        if piece.end > start {
            words.push(if piece.letters {
                Word::of_letters(text, lower, start..piece.end, piece.hash)
            } else {
                Word::of(text, lower, start..piece.end)
            });
        }
        start = piece.end + 1;
    }
    // From the end, so that what opens a sentence is passed over once.
    let mut begins = text.len();
    for place in (1..words.len()).rev() {
        let next = &words[place];
        if next.before.is_empty() {
            begins = next.from;
        } else {
            let rest = text[next.start()..next.end()].trim_start_matches(OPENING);
            if !rest.is_empty() {
                begins = next.end() - rest.len();
            }
        }
        let last = &mut words[place - 1];
        if last.looks & PHRASE == 0 && !last.raw.is_empty() {
            continue;
        }
        let next = &text[begins..];
        if next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && stops(&text[last.start()..last.end()], next)
        {
            last.looks |= SENTENCE;
        }
    }
    words
}

/// How many bytes of a text share an entry of [`places`].
const STEP: usize = 16;

/// For each step of a text the first word that ends behind its beginning.
pub(super) fn places(words: &[Word<'_>], length: usize) -> Vec<u32> {
    let mut places = Vec::with_capacity(length / STEP + 1);
    let mut next = 0;
    for begin in (0..=length).step_by(STEP) {
        while words.get(next).is_some_and(|word| word.end() <= begin) {
            next += 1;
        }
        places.push(small(next));
    }
    places
}

/// The words of a span.
pub(super) fn words<'t>(clean: &'t Clean<'_>, span: &Range<usize>) -> Cow<'t, [Word<'t>]> {
    let place = |at: usize| clean.places[at / STEP] as usize;
    let mut first = place(span.start);
    while clean
        .words
        .get(first)
        .is_some_and(|word| word.end() <= span.start)
    {
        first += 1;
    }
    let mut last = place(span.end).max(first);
    while clean
        .words
        .get(last)
        .is_some_and(|word| word.start() < span.end)
    {
        last += 1;
    }
    let whole = &clean.words[first..last];
    // The span may begin, or end, within a piece.
    let cut = |word: &Word<'_>| word.start() < span.start || word.end() > span.end;
    if !whole.first().is_some_and(cut) && !whole.last().is_some_and(cut) {
        return Cow::Borrowed(whole);
    }
    let mut words = whole.to_vec();
    for word in &mut words {
        if cut(word) {
            let piece = word.start().max(span.start)..word.end().min(span.end);
            *word = Word::of(clean.text, clean.lower, piece);
        }
    }
    Cow::Owned(words)
}

/// A piece without the punctuation round it. Most pieces are plain letters, and seen to be so by their bytes.
fn bare(piece: &str) -> Range<usize> {
    let letter = |byte: &u8| byte.is_ascii_alphanumeric();
    let bytes = piece.as_bytes();
    if bytes.first().is_some_and(letter) && bytes.last().is_some_and(letter) {
        return 0..piece.len();
    }
    let start = match bytes
        .iter()
        .position(|byte| letter(byte) || !byte.is_ascii())
    {
        Some(start) if letter(&bytes[start]) => start,
        _ => {
            piece.len()
                - piece
                    .trim_start_matches(|c: char| !c.is_alphanumeric())
                    .len()
        }
    };
    let end = match bytes
        .iter()
        .rposition(|byte| letter(byte) || !byte.is_ascii())
    {
        Some(last) if letter(&bytes[last]) => last + 1,
        _ => piece.trim_end_matches(|c: char| !c.is_alphanumeric()).len(),
    };
    start..end.max(start)
}

const ABBREVIATIONS: [&str; 35] = [
    "mr", "mrs", "ms", "dr", "cllr", "cllrs", "prof", "rev", "hon", "st", "no", "nos", "e.g",
    "i.e", "eg", "ie", "etc", "viz", "approx", "p.m", "a.m", "para", "paras", "ref", "inc", "ltd",
    "co", "dept", "prop", "sec", "min", "messrs", "sgt", "fig", "v",
];

/// Whether a sentence may end with a piece: `Mr. Hale` goes on.
fn stops(piece: &str, begins: &str) -> bool {
    let tail = piece.trim_end_matches(['"', '\'', ')', ']', '”', '’']);
    let Some(said) = tail.strip_suffix('.') else {
        return tail.ends_with(['?', '!']);
    };
    let word = said.rsplit('(').next().unwrap_or("");
    let one = word.chars().count() == 1 && !word.starts_with(|c: char| c.is_ascii_digit());
    // "Councillor O.R. Lewis".
    let initials = (3..=5).contains(&word.len())
        && !matches!(word, "U.K" | "U.S" | "E.U")
        && word
            .split('.')
            .all(|one| one.len() == 1 && one.as_bytes()[0].is_ascii_uppercase());
    let lower = word.to_ascii_lowercase();
    // "at 4 p.m. The Chair" may end a sentence; "Mr. Hale" does not.
    let hour = matches!(lower.as_str(), "a.m" | "p.m")
        && !begins.starts_with(|c: char| c.is_ascii_digit());
    !(one || initials || ABBREVIATIONS.contains(&lower.as_str()) && !hour)
}

/// The sentences of a span, each from its first character that is not a space to its last.
pub(super) fn sentences(clean: &Clean<'_>, span: &Range<usize>) -> Vec<Range<usize>> {
    let words = words(clean, span);
    let sentences = in_sentences(&words).into_iter();
    sentences.map(|one| spanned(&words[one])).collect()
}

/// Where words stand that follow each other, from the first character that is not a space to the last.
pub(super) fn spanned(words: &[Word<'_>]) -> Range<usize> {
    let (first, last) = (words.first(), words.last());
    first.map_or(0, Word::start)..last.map_or(0, Word::end)
}

/// Which words belong to each sentence.
pub(super) fn in_sentences(words: &[Word<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (place, word) in words.iter().enumerate() {
        let number = place == from
            && word.before.is_empty()
            && word.raw.len() <= 4
            && word.raw.bytes().all(|b| b.is_ascii_digit());
        let last = place + 1 == words.len();
        if last || word.looks & SENTENCE != 0 && !number {
            let sentence = &words[from..=place];
            if sentence.iter().any(|word| !word.raw.is_empty()) {
                // A dash between two sentences belongs to neither.
                let dash = |word: &&Word<'_>| {
                    word.raw.is_empty() && matches!(word.before, "-" | "–" | "—")
                };
                let begins = sentence.iter().position(|word| !dash(&word));
                found.push(from + begins.unwrap_or(sentence.len() - 1)..place + 1);
            }
            from = place + 1;
        }
    }
    found
}

/// A span without the spaces at its ends.
pub(super) fn trimmed(clean: &Clean<'_>, span: &Range<usize>) -> Range<usize> {
    let text = &clean.text[span.start..span.end.max(span.start)];
    let start = span.start + text.len() - text.trim_start().len();
    start..start.max(span.start + text.trim_end().len())
}
