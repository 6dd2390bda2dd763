//! Cleaning: the source without what layout put into it, and the way back to the source.

use std::ops::Range;

use super::bytes;
use super::words::{Word, places, table, trimmed};

/// A source with its layout evened out: one kind of space, one kind of line end, no page furniture in the text.
#[derive(Debug)]
pub(super) struct Cleaned {
    text: String,
    /// The same in lower case, byte for byte as long.
    lower: String,
    /// Where pieces of it stand in the source, in order.
    runs: Vec<Run>,
    /// Where the cells of tables begin, in order; an empty cell where the one after it does.
    cells: Vec<u32>,
    /// Where a line goes on behind a wide gap, as before a column at its right, in order.
    gaps: Vec<u32>,
}

/// A cleaned text and its words. Offsets into it are taken back to the source by [`Clean::in_source`].
#[derive(Debug)]
pub(super) struct Clean<'t> {
    cleaned: &'t Cleaned,
    /// The text.
    pub(super) text: &'t str,
    /// The same in lower case, byte for byte as long.
    pub(super) lower: &'t str,
    /// Its words, with the punctuation round them.
    pub(super) words: Vec<Word<'t>>,
    /// For each few bytes of the text the first word that ends behind their beginning.
    pub(super) places: Vec<u32>,
}

/// A run of bytes that stand together in the text and in the source.
#[derive(Debug, Clone, Copy)]
struct Run {
    here: u32,
    there: u32,
    /// The length in the source of what is written otherwise there; 0 where both are the same.
    instead: u32,
}

impl Cleaned {
    /// Cleans plain text, or Markdown.
    pub(super) fn of_text(source: &str) -> Self {
        let mut to = Builder::new(source.len());
        to.plain(source, 0);
        to.done()
    }

    /// Finds its words.
    pub(super) fn words(&self) -> Clean<'_> {
        let words = table(&self.text, &self.lower);
        Clean {
            cleaned: self,
            text: &self.text,
            lower: &self.lower,
            places: places(&words, self.text.len()),
            words,
        }
    }
}

impl Clean<'_> {
    /// Where a span of the cleaned text stands in the source. Both ends of a span that is not empty are of characters that were kept.
    pub(super) fn in_source(&self, span: &Range<usize>) -> Range<usize> {
        let from = self.offset(span.start).start;
        if span.is_empty() {
            return from..from;
        }
        let last = self.text[span.clone()]
            .chars()
            .next_back()
            .map_or(1, char::len_utf8);
        let end = self.offset(span.end - last);
        from..end.end.unwrap_or(end.start + last)
    }

    /// Where a byte stands in the source, and where what it stands for ends, if that is written otherwise there.
    fn offset(&self, at: usize) -> Offset {
        let run = self
            .cleaned
            .runs
            .partition_point(|run| run.here as usize <= at);
        match run
            .checked_sub(1)
            .and_then(|run| self.cleaned.runs.get(run))
        {
            Some(run) if run.instead > 0 => Offset {
                start: run.there as usize,
                end: Some((run.there + run.instead) as usize),
            },
            Some(run) => Offset {
                start: run.there as usize + (at - run.here as usize),
                end: None,
            },
            None => Offset {
                start: at,
                end: None,
            },
        }
    }

    /// Where the last column of a line begins, if a wide gap stands before it.
    pub(super) fn last_column(&self, line: &Range<usize>) -> Option<usize> {
        let next = self
            .cleaned
            .gaps
            .partition_point(|gap| (*gap as usize) < line.end);
        let gap = *self.cleaned.gaps.get(next.checked_sub(1)?)? as usize;
        (gap > line.start).then_some(gap)
    }

    /// Whether a wide gap stands before a place.
    pub(super) fn gap_before(&self, at: usize) -> bool {
        self.cleaned.gaps.binary_search(&small(at)).is_ok()
    }

    /// The cells of a row of a table, without the spaces at their ends; fewer than two where the span is none.
    pub(super) fn cells(&self, span: &Range<usize>) -> Vec<Range<usize>> {
        let from = self
            .cleaned
            .cells
            .partition_point(|cell| (*cell as usize) < span.start);
        let to = self
            .cleaned
            .cells
            .partition_point(|cell| *cell as usize <= span.end);
        let starts = &self.cleaned.cells[from..to];
        let ends = starts.iter().skip(1).map(|next| *next as usize);
        let mut cells: Vec<_> = starts
            .iter()
            .zip(ends.chain([span.end]))
            .map(|(start, end)| trimmed(self, &(*start as usize..end)))
            .collect();
        if starts
            .first()
            .is_some_and(|first| *first as usize > span.start)
        {
            let end = starts.first().map_or(span.end, |first| *first as usize);
            cells.insert(0, trimmed(self, &(span.start..end)));
        }
        // The line that closes a row of Markdown.
        if cells.last().is_some_and(Range::is_empty) {
            cells.pop();
        }
        cells
    }
}

/// How many spaces make a gap a wide one.
const WIDE: usize = 3;

struct Offset {
    start: usize,
    end: Option<usize>,
}

/// Puts a cleaned text together.
#[derive(Debug)]
pub(super) struct Builder {
    text: String,
    runs: Vec<Run>,
    cells: Vec<u32>,
    gaps: Vec<u32>,
    /// How many cells are to begin with the next character.
    owed_cells: usize,
    /// How many spaces stand before it.
    gap: usize,
    /// Where the next byte of the source is, if it goes on with the last run.
    next: usize,
    /// A space is owed before the next character of the line.
    space: bool,
}

impl Builder {
    pub(super) fn new(room: usize) -> Self {
        Self {
            text: String::with_capacity(room),
            runs: Vec::new(),
            cells: Vec::new(),
            gaps: Vec::new(),
            owed_cells: 0,
            gap: 0,
            next: usize::MAX,
            space: false,
        }
    }

    /// Appends plain text that begins at a byte of the source.
    fn plain(&mut self, text: &str, offset: usize) {
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let at = offset + text.len() - rest.len();
            // A run of plain words in one piece.
            let plain = plain(rest.as_bytes());
            if plain > 0 {
                self.put(&rest[..plain], at);
                rest = &rest[plain..];
                continue;
            }
            let mut skip = character.len_utf8();
            match character {
                '\n' | '\u{c}' | '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.line_end(at),
                '\r' => {
                    if !rest.starts_with("\r\n") {
                        self.line_end(at);
                    }
                }
                _ if is_unseen(character) => {}
                // Bold and italics of Markdown, and the pipes of its tables.
                '*' => {}
                '|' => self.cell(),
                '_' if rest.starts_with("__") => skip = 2,
                // An escape of Markdown.
                '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) => {}
                '<' if rest.starts_with("<!--") => {
                    skip = rest.find("-->").map_or(rest.len(), |end| end + 3);
                }
                '>' | '#' if self.at_line_start() => {}
                _ if character.is_whitespace() => {
                    self.space = true;
                    self.gap += if character == '\t' { WIDE } else { 1 };
                }
                _ if character.is_control() => {}
                _ => self.put(&rest[..skip], at),
            }
            rest = &rest[skip..];
        }
    }

    /// Appends a piece that stands in the source at a byte.
    fn put(&mut self, piece: &str, at: usize) {
        self.space_owed();
        if self.next != at {
            self.run(at, 0);
        }
        self.text.push_str(piece);
        self.next = at + piece.len();
    }

    /// Appends a piece that is written otherwise in the source, or not at all.
    pub(super) fn made_up(&mut self, piece: &str, there: Range<usize>) {
        self.space_owed();
        self.run(there.start, there.len().max(1));
        self.text.push_str(piece);
        self.next = usize::MAX;
    }

    /// Appends running text, in which a line's end is a space.
    pub(super) fn running(&mut self, text: &str, offset: usize) {
        let mut at = offset;
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end_matches(char::is_whitespace);
            if !word.is_empty() {
                self.characters(word, at);
            }
            self.space = self.space || word.len() < piece.len();
            at += piece.len();
        }
    }

    /// Appends characters without spaces between them.
    fn characters(&mut self, word: &str, at: usize) {
        if word.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.put(word, at);
            return;
        }
        for (place, character) in word.char_indices() {
            let here = at + place;
            if !(is_unseen(character) || character.is_control()) {
                self.put(&word[place..place + character.len_utf8()], here);
            }
        }
    }

    /// Appends what a character reference stands for.
    pub(super) fn character(&mut self, text: &str, there: Range<usize>) {
        for character in text.chars() {
            if character.is_whitespace() {
                self.space = true;
            } else if !(is_unseen(character) || character.is_control()) {
                self.made_up(character.encode_utf8(&mut [0; 4]), there.clone());
            }
        }
    }

    fn run(&mut self, there: usize, instead: usize) {
        self.runs.push(Run {
            here: small(self.text.len()),
            there: small(there),
            instead: small(instead),
        });
    }

    fn space_owed(&mut self) {
        if self.space && !self.at_line_start() {
            self.text.push(' ');
            self.next = usize::MAX;
            if self.gap >= WIDE {
                self.gaps.push(small(self.text.len()));
            }
        }
        self.space = false;
        self.gap = 0;
        self.cells_owed();
    }

    fn cells_owed(&mut self) {
        let here = small(self.text.len());
        self.cells
            .extend(std::iter::repeat_n(here, self.owed_cells));
        self.owed_cells = 0;
    }

    /// A space before the next character of the line.
    pub(super) fn owe_space(&mut self) {
        self.space = true;
    }

    /// Begins a cell of a table.
    pub(super) fn cell(&mut self) {
        self.space = true;
        self.owed_cells += 1;
    }

    /// Ends the line, if it has begun.
    pub(super) fn end_line(&mut self, at: usize) {
        if !self.at_line_start() {
            self.line_end(at);
        }
    }

    /// Ends the line; a blank one where it has not begun.
    pub(super) fn line_end(&mut self, at: usize) {
        self.space = false;
        self.gap = 0;
        self.cells_owed();
        self.run(at, 0);
        self.text.push('\n');
        self.next = usize::MAX;
    }

    fn at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    pub(super) fn done(mut self) -> Cleaned {
        self.cells_owed();
        Cleaned {
            lower: self.text.to_ascii_lowercase(),
            text: self.text,
            runs: self.runs,
            cells: self.cells,
            gaps: self.gaps,
        }
    }
}

/// How many bytes at the beginning are kept as they are: plain letters, and single spaces between them.
fn plain(text: &[u8]) -> usize {
    let is_plain = |byte: u8| PLAIN[usize::from(byte)];
    // A run that begins with a space is none.
    if text.first() == Some(&b' ') {
        return 0;
    }
    let mut at = 0;
    // Without a branch for each space: they come too irregularly to be foreseen.
    while let Some((eight, [next, ..])) = text[at..].split_first_chunk() {
        let eight = u64::from_le_bytes(*eight);
        let kept = bytes::kept(eight);
        let behind = kept >> 8 | u64::from(is_plain(*next)) << 63;
        let others = !(kept | bytes::spaces(eight) & behind) & bytes::UPPER;
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = text[at..]
        .windows(2)
        .take_while(|two| is_plain(two[0]) || two[0] == b' ' && is_plain(two[1]))
        .count();
    let last = at + rest + 1 == text.len() && is_plain(text[at + rest]);
    at + rest + usize::from(last)
}

/// What is kept as it is, without a look at its neighbours.
static PLAIN: [bool; 256] = {
    let (mut plain, mut byte) = ([false; 256], 0);
    while byte < plain.len() {
        plain[byte] = bytes::kept(byte as u64) & 0x80 != 0;
        byte += 1;
    }
    plain
};

/// Characters that join, break or hide and leave nothing to be seen.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{2060}'
    )
}

pub(super) fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
