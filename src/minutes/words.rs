//! Words and sentences of a cleaned text.

use std::ops::Range;

use super::clean::Clean;

/// A word, without the punctuation round it.
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
}

impl Word<'_> {
    /// Whether it begins with a capital letter.
    pub(super) fn is_capital(&self) -> bool {
        self.raw.starts_with(char::is_uppercase)
    }

    /// Whether it is in capitals throughout, with two letters at least.
    pub(super) fn is_upper(&self) -> bool {
        let mut letters = 0;
        self.raw.chars().all(|c| {
            letters += usize::from(c.is_alphabetic());
            !c.is_lowercase()
        }) && letters > 1
    }

    /// Initials of a person, such as `KT`.
    pub(super) fn is_initials(&self) -> bool {
        (2..=3).contains(&self.raw.len()) && self.raw.bytes().all(|b| b.is_ascii_uppercase())
    }

    /// Whether something is between it and the next word: a comma, a stop.
    pub(super) fn ends_phrase(&self) -> bool {
        self.after.contains([',', ';', ':', '.', '?', '!', ')'])
    }

    /// Whether it is one of some words, apart by `|`.
    pub(super) fn is(&self, choices: &str) -> bool {
        among(self.low, choices)
    }
}

/// The words of a span.
pub(super) fn words<'t>(clean: &'t Clean, span: &Range<usize>) -> Vec<Word<'t>> {
    let mut found = Vec::new();
    let mut at = span.start;
    for piece in clean.text[span.clone()].split([' ', '\n']) {
        let from = at;
        at += piece.len() + 1;
        let start = piece.trim_start_matches(|c: char| !c.is_alphanumeric());
        let bare = start.trim_end_matches(|c: char| !c.is_alphanumeric());
        if piece.is_empty() {
            continue;
        }
        let begin = from + piece.len() - start.len();
        let end = begin + bare.len();
        found.push(Word {
            raw: bare,
            low: &clean.lower[begin..end],
            from: begin,
            to: end,
            after: &start[bare.len()..],
            before: &piece[..piece.len() - start.len()],
        });
    }
    found
}

/// Whether a word is one of those that stand in a list apart by `|`. Written out, because it is asked most of all.
pub(super) fn among(word: &str, choices: &str) -> bool {
    let (word, choices) = (word.as_bytes(), choices.as_bytes());
    let mut from = 0;
    while from + word.len() <= choices.len() {
        let to = from + word.len();
        if (to == choices.len() || choices[to] == b'|') && choices[from..to] == *word {
            return true;
        }
        match choices[from..].iter().position(|byte| *byte == b'|') {
            Some(length) => from += length + 1,
            None => return false,
        }
    }
    false
}

/// Whether a phrase stands at a place. Words of the phrase are apart by a space, choices for one by `|`; `_` is any word.
pub(super) fn at(words: &[Word<'_>], place: usize, phrase: &str) -> bool {
    for (place, wanted) in (place..).zip(phrase.split(' ')) {
        let Some(word) = words.get(place) else {
            return false;
        };
        if wanted != "_" && !word.is(wanted) {
            return false;
        }
    }
    true
}

/// Where a phrase stands first.
pub(super) fn find(words: &[Word<'_>], phrase: &str) -> Option<usize> {
    let first = phrase.split(' ').next().unwrap_or(phrase);
    (0..words.len())
        .find(|place| (first == "_" || words[*place].is(first)) && at(words, *place, phrase))
}

/// Whether one of some phrases stands somewhere.
pub(super) fn any(words: &[Word<'_>], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| find(words, phrase).is_some())
}

const ABBREVIATIONS: [&str; 34] = [
    "mr", "mrs", "ms", "dr", "cllr", "cllrs", "prof", "rev", "hon", "st", "no", "nos", "e.g",
    "i.e", "eg", "ie", "etc", "viz", "approx", "p.m", "a.m", "para", "paras", "ref", "inc", "ltd",
    "co", "dept", "prop", "min", "messrs", "sgt", "fig", "v",
];

/// The sentences of a span, each from its first character that is not a space to its last.
pub(super) fn sentences(clean: &Clean, span: &Range<usize>) -> Vec<Range<usize>> {
    let text = &clean.text[span.clone()];
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(byte, b'.' | b'?' | b'!') {
            continue;
        }
        let rest = text[at + 1..].trim_start_matches(['"', '\'', ')', ']', '”', '’']);
        let closed = text.len() - rest.len();
        if !rest.starts_with([' ', '\n']) {
            continue;
        }
        let next = rest.trim_start();
        let begins = next.trim_start_matches(['"', '\'', '(', '[', '“', '‘', '•', '·', ' ']);
        if !begins.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) {
            continue;
        }
        if *byte == b'.' {
            let word = text[from..at].rsplit([' ', '\n', '(']).next().unwrap_or("");
            let one = word.chars().count() == 1 && !word.starts_with(|c: char| c.is_ascii_digit());
            let number = !word.is_empty()
                && word.len() <= 4
                && word.bytes().all(|b| b.is_ascii_digit())
                && text[from..at].trim_start() == word;
            let lower = word.to_ascii_lowercase();
            // "at 4 p.m. The Chair" may end a sentence; "Mr. Hale" does not.
            let hour = matches!(lower.as_str(), "a.m" | "p.m")
                && !begins.starts_with(|c: char| c.is_ascii_digit());
            if one || number || ABBREVIATIONS.contains(&lower.as_str()) && !hour {
                continue;
            }
        }
        push(&mut found, clean, span.start + from..span.start + closed);
        from = closed;
    }
    push(&mut found, clean, span.start + from..span.end);
    found
}

/// A span without the spaces at its ends.
pub(super) fn trimmed(clean: &Clean, span: &Range<usize>) -> Range<usize> {
    let text = &clean.text[span.clone()];
    let start = span.start + text.len() - text.trim_start().len();
    start..start.max(span.start + text.trim_end().len())
}

fn push(found: &mut Vec<Range<usize>>, clean: &Clean, span: Range<usize>) {
    let span = trimmed(clean, &span);
    if clean.text[span.clone()].contains(|c: char| c.is_alphanumeric()) {
        found.push(span);
    }
}
