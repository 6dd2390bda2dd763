//! Words and sentences of a cleaned text.

use std::ops::Range;

use super::clean::{Clean, small};
use super::wording::{Choices, hash};

/// A word, without the punctuation round it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    /// As printed.
    pub(super) raw: &'t str,
    /// In lower case.
    pub(super) low: &'t str,
    /// The number of those letters.
    pub(super) hash: u32,
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

    /// Whether it is one of some words.
    #[inline]
    pub(super) fn is(&self, choices: &Choices) -> bool {
        choices.hold(self.low, self.hash)
    }
}

/// What stands between two spaces, found once for the whole of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    start: u32,
    end: u32,
    /// The word in it, without the punctuation round it.
    from: u32,
    to: u32,
    /// The number of the word in lower case.
    hash: u32,
}

/// The pieces of a text, which is given in lower case too.
pub(super) fn pieces(text: &str, lower: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len() / 6);
    let mut at = 0;
    for piece in text.split([' ', '\n']) {
        if !piece.is_empty() {
            pieces.push(cut(piece, lower, at));
        }
        at += piece.len() + 1;
    }
    pieces
}

fn cut(piece: &str, lower: &str, at: usize) -> Piece {
    let bare = bare(piece);
    let (from, to) = (at + bare.start, at + bare.end);
    Piece {
        start: small(at),
        end: small(at + piece.len()),
        from: small(from),
        to: small(to),
        hash: hash(&lower.as_bytes()[from..to]),
    }
}

/// The words of a span.
pub(super) fn words<'t>(clean: &'t Clean, span: &Range<usize>) -> Vec<Word<'t>> {
    let (start, end) = (small(span.start), small(span.end));
    let first = clean.pieces.partition_point(|piece| piece.end <= start);
    let last = first + clean.pieces[first..].partition_point(|piece| piece.start < end);
    clean.pieces[first..last]
        .iter()
        .map(|piece| {
            // The span may begin, or end, within a piece.
            let piece = if piece.start >= start && piece.end <= end {
                *piece
            } else {
                let at = piece.start.max(start) as usize;
                cut(
                    &clean.text[at..piece.end.min(end) as usize],
                    &clean.lower,
                    at,
                )
            };
            let [start, from, to, end] =
                [piece.start, piece.from, piece.to, piece.end].map(|at| at as usize);
            Word {
                raw: &clean.text[from..to],
                low: &clean.lower[from..to],
                hash: piece.hash,
                from,
                to,
                after: &clean.text[to..end],
                before: &clean.text[start..from],
            }
        })
        .collect()
}

/// A piece without the punctuation round it. Most pieces are plain letters, and seen to be so by their bytes.
fn bare(piece: &str) -> Range<usize> {
    let letter = |byte: &u8| byte.is_ascii_alphanumeric();
    let bytes = piece.as_bytes();
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
    let text = &clean.text[span.start..span.end.max(span.start)];
    let start = span.start + text.len() - text.trim_start().len();
    start..start.max(span.start + text.trim_end().len())
}

fn push(found: &mut Vec<Range<usize>>, clean: &Clean, span: Range<usize>) {
    let span = trimmed(clean, &span);
    if clean.text[span.clone()].contains(|c: char| c.is_alphanumeric()) {
        found.push(span);
    }
}
