//! The markers of list items: `(a)`, `iv.`, `19.2`, bullets.

use std::ops::Range;

use crate::minutes::clean::Clean;
use crate::minutes::judge::ORDERS;

/// What a list marker counts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::minutes) enum Counting {
    Letters,
    Roman,
    Numbers,
    /// `19.2`.
    Decimals,
    Bullets,
}

/// The marker of a list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::minutes) struct Marker {
    /// As printed.
    pub(in crate::minutes) span: Range<usize>,
    pub(in crate::minutes) counting: Counting,
    /// The bracket or stop that closes it.
    pub(in crate::minutes) closing: u8,
    /// Its ordinal in its way of counting; 0 for bullets and decimals.
    pub(in crate::minutes) ordinal: u32,
}

impl Marker {
    /// Whether both count in one way.
    pub(in crate::minutes) fn like(&self, other: &Self) -> bool {
        self.counting == other.counting && self.closing == other.closing
    }
}

/// The marker at the beginning of a line.
pub(in crate::minutes) fn marker(
    clean: &Clean<'_>,
    line: &Range<usize>,
    before: Option<&Marker>,
) -> Option<Marker> {
    let text = &clean.text[line.clone()];
    let piece = text.split(' ').next().unwrap_or(text);
    // "(d ) authority be delegated".
    let torn = piece.len() == 2
        && piece.starts_with('(')
        && piece.as_bytes()[1].is_ascii_lowercase()
        && text[2..].starts_with(" ) ");
    if torn {
        let (counting, ordinal) = count(&piece[1..], before)?;
        return Some(Marker {
            span: line.start..line.start + "(d )".len(),
            counting,
            closing: b'(',
            ordinal,
        });
    }
    let span = line.start..line.start + piece.len();
    if matches!(
        piece,
        "•" | "·" | "-" | "–" | "▪" | "o" | "\u{f0b7}" | "◦" | "●"
    ) {
        return (text.len() > piece.len()).then(|| bare_marker(span, Counting::Bullets));
    }
    // "16.016.It was resolved", "iv.The clerk would draw": no space behind the marker.
    let close = piece
        .char_indices()
        .zip(piece.chars().skip(1))
        .find(|((_, c), next)| matches!(c, '.' | ')') && next.is_uppercase())
        .map(|((at, _), _)| at + 1)
        .filter(|at| {
            let body = &piece[..*at - 1];
            let behind = &piece[*at..];
            let number = body.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            (number || ROMAN.contains(&body))
                && behind.len() > 1
                && behind.chars().skip(1).all(char::is_lowercase)
        });
    let (piece, span) = match close {
        Some(at) => (&piece[..at], line.start..line.start + at),
        None => (piece, span),
    };
    if piece.len() > 8 {
        return None;
    }
    let open = piece.starts_with('(');
    let (body, closing) = if let Some(body) = piece.strip_suffix(')') {
        (body, if open { b'(' } else { b')' })
    } else if let Some(body) = piece.strip_suffix('.') {
        (body, b'.')
    } else if piece.contains('.') {
        (piece, b' ')
    } else if piece.len() <= 2 && clean.gap_before(span.end + 1) {
        // "1        officers go ahead", in a table's first column.
        (piece, b'|')
    } else {
        return None;
    };
    let body = body.strip_prefix('(').unwrap_or(body);
    if open && closing != b'(' {
        return None;
    }
    let decimals = body.contains('.')
        && body
            .split('.')
            .all(|n| !n.is_empty() && n.len() <= 3 && n.bytes().all(|b| b.is_ascii_digit()));
    if decimals {
        return Some(bare_marker(span, Counting::Decimals));
    }
    let (counting, ordinal) = count(body, before)?;
    (closing != b' ').then_some(Marker {
        span,
        counting,
        closing,
        ordinal,
    })
}

/// A marker without an ordinal.
fn bare_marker(span: Range<usize>, counting: Counting) -> Marker {
    Marker {
        span,
        counting,
        closing: 0,
        ordinal: 0,
    }
}

/// The Roman numerals that lists use.
pub(in crate::minutes) const ROMAN: [&str; 24] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv",
    "xvi", "xvii", "xviii", "xix", "xx", "xxi", "xxii", "xxiii", "xxiv",
];

/// What a marker counts with, and its ordinal: of `iv`, the fourth Roman numeral.
fn count(body: &str, before: Option<&Marker>) -> Option<(Counting, u32)> {
    if (1..=4).contains(&body.len()) && body.bytes().all(|b| b.is_ascii_digit()) {
        let number = body.parse().ok()?;
        // One of four digits is a year, but where it goes on from the one before.
        let next =
            before.is_some_and(|b| b.counting == Counting::Numbers && b.ordinal + 1 == number);
        return (body.len() < 4 || next).then_some((Counting::Numbers, number));
    }
    let low = body.to_ascii_lowercase();
    let letter = (low.len() == 1)
        .then(|| u32::from(low.as_bytes()[0]))
        .filter(|l| (97..123).contains(l))
        .map(|l| l - 96);
    if let Some(letter) = letter {
        let next =
            before.is_some_and(|b| b.counting == Counting::Letters && b.ordinal + 1 == letter);
        if next || !matches!(low.as_str(), "i" | "v" | "x") {
            return Some((Counting::Letters, letter));
        }
    }
    let place = ROMAN.iter().position(|roman| *roman == low)?;
    Some((Counting::Roman, u32::try_from(place).ok()? + 1))
}

/// Whether the verb of a decision follows, printed as at the beginning of a sentence: `1. Note the report`.
fn decided(clean: &Clean<'_>, to: usize) -> bool {
    let behind = &clean.lower[to..];
    let verb = behind.trim_start();
    let capital =
        clean.text[to + behind.len() - verb.len()..].starts_with(|c: char| c.is_ascii_uppercase());
    capital
        && verb
            .split([' ', '\n'])
            .next()
            .is_some_and(|verb| ORDERS.hold_text(verb))
}

/// The marker that a capital letter is by itself: `A Note the report. B Appoint Councillor Hale`.
fn lettered(piece: &str, span: Range<usize>) -> Option<Marker> {
    let letter = *piece.as_bytes().first()?;
    letter.is_ascii_uppercase().then(|| Marker {
        span,
        counting: Counting::Letters,
        closing: b' ',
        ordinal: u32::from(letter - b'A') + 1,
    })
}

/// How many lines behind one that begins with `A` may begin with `B`.
const REACH: usize = 8;

/// The letter at the beginning of a line that nothing closes: `A Subject to the cost, the hall be painted`, where `B` follows.
pub(in crate::minutes) fn letter_alone(
    clean: &Clean<'_>,
    line: &Range<usize>,
    before: Option<&Marker>,
    behind: &[Range<usize>],
) -> Option<Marker> {
    let opens = |line: &Range<usize>, letter: u8| {
        let line = clean.text[line.clone()].trim_start().as_bytes();
        line.len() > 2 && line[..2] == [letter, b' '] && line[2].is_ascii_uppercase()
    };
    let marker = lettered(&clean.text[line.clone()], line.start..line.start + 1)?;
    let letter = clean.text.as_bytes()[line.start];
    let next =
        before.is_some_and(|before| before.like(&marker) && before.ordinal + 1 == marker.ordinal);
    let first = letter == b'A' && behind.iter().take(REACH).any(|line| opens(line, b'B'));
    // "A Hale to write to the school", "A Member asked that …", "A Roads in the north".
    let mut words = clean.text[line.clone()].split([' ', '\n']).skip(1);
    let verb = words.next().is_some_and(|verb| {
        ORDERS.hold_text(&verb.to_ascii_lowercase())
            || matches!(verb, "That" | "Subject" | "To" | "The")
    });
    (opens(line, letter) && verb && (next || first)).then_some(marker)
}

/// Whether what stands before a marker within a line has ended, as an item before the next one does: `…; (b)`, `… and 2)`.
pub(in crate::minutes) fn follows_an_item(clean: &Clean<'_>, from: usize, marker: &Marker) -> bool {
    let before = clean.text[from.min(marker.span.start)..marker.span.start].trim_end();
    before.ends_with([';', '.', ':', ','])
        || before.ends_with("; and")
        || before.ends_with(", and")
        || decided(clean, marker.span.end)
}

/// The places in a run of text at which an inline list goes on: `… that 1) …; 2) …`, with at least its first two markers.
pub(in crate::minutes) fn inline_items(clean: &Clean<'_>, span: &Range<usize>) -> Vec<Marker> {
    let mut found: Vec<Marker> = Vec::new();
    let mut at = span.start;
    for piece in clean.text[span.clone()].split([' ', '\n']) {
        let (from, to) = (at, at + piece.len());
        at = to + 1;
        let bare = piece.len() == 1 && decided(clean, to);
        if !bare && (piece.len() < 2 || piece.len() > 7 || !piece.ends_with([')', '.'])) {
            continue;
        }
        let marker = if bare {
            lettered(piece, from..to)
        } else {
            marker(clean, &(from..to), found.last())
        };
        let Some(marker) = marker else {
            continue;
        };
        if marker.counting == Counting::Bullets || marker.counting == Counting::Decimals {
            continue;
        }
        let follows = match found.last() {
            None => marker.ordinal == 1,
            Some(last) => last.like(&marker) && marker.ordinal == last.ordinal + 1,
        };
        // A stop closes a marker only where something was closed before it.
        let before = clean.text[span.start..from].trim_end();
        let stopped = marker.closing != b'.'
            || before.is_empty()
            || before.ends_with([':', ';', '.', ',', '-', '–'])
            || before.ends_with(" and")
            || before.ends_with("hat")
            || decided(clean, to);
        if follows && stopped {
            found.push(marker);
        }
    }
    found
}
