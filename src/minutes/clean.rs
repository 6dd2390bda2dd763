//! Cleaning: the source without what layout put into it, and the way back to the source.

use std::ops::Range;

/// The words of a source, with its layout evened out: one kind of space, one kind of line end, no page furniture in the
/// text. Offsets into it are taken back to the source by [`Clean::in_source`].
#[derive(Debug)]
pub(super) struct Clean {
    /// The text.
    pub(super) text: String,
    /// The same in lower case, byte for byte as long.
    pub(super) lower: String,
    /// Where a run of bytes that stand together in both begins, here and in the source; in order.
    runs: Vec<(u32, u32)>,
}

impl Clean {
    /// Cleans plain text, or Markdown.
    pub(super) fn of_text(source: &str) -> Self {
        let mut to = Builder::new(source.len());
        to.plain(source, 0);
        to.done()
    }

    /// Where a span of the cleaned text stands in the source. Both ends of a span that is not empty are of characters that were kept.
    pub(super) fn in_source(&self, span: &Range<usize>) -> Range<usize> {
        let from = self.offset(span.start);
        if span.is_empty() {
            return from..from;
        }
        let last = self.text[span.clone()]
            .chars()
            .next_back()
            .map_or(1, char::len_utf8);
        from..self.offset(span.end - last) + last
    }

    fn offset(&self, at: usize) -> usize {
        let run = self.runs.partition_point(|(here, _)| *here as usize <= at);
        match run.checked_sub(1).and_then(|run| self.runs.get(run)) {
            Some((here, there)) => *there as usize + (at - *here as usize),
            None => at,
        }
    }
}

/// Puts a cleaned text together.
#[derive(Debug)]
struct Builder {
    text: String,
    runs: Vec<(u32, u32)>,
    /// Where the next byte of the source is, if it goes on with the last run.
    next: usize,
    /// A space is owed before the next character of the line.
    space: bool,
}

impl Builder {
    fn new(room: usize) -> Self {
        Self {
            text: String::with_capacity(room),
            runs: Vec::new(),
            next: usize::MAX,
            space: false,
        }
    }

    /// Appends plain text that begins at a byte of the source.
    fn plain(&mut self, text: &str, offset: usize) {
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let at = offset + text.len() - rest.len();
            // A run of plain letters in one piece.
            let plain = rest
                .bytes()
                .take_while(|byte| PLAIN[usize::from(*byte)])
                .count();
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
                '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{2060}' => {}
                // Bold and italics of Markdown, and the pipes of its tables.
                '*' | '|' => self.space = self.space || character == '|',
                '_' if rest.starts_with("__") => skip = 2,
                // An escape of Markdown.
                '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) => {}
                '<' if rest.starts_with("<!--") => {
                    skip = rest.find("-->").map_or(rest.len(), |end| end + 3);
                }
                '>' | '#' if self.at_line_start() => {}
                _ if character.is_whitespace() => self.space = true,
                _ if character.is_control() => {}
                _ => self.put(&rest[..skip], at),
            }
            rest = &rest[skip..];
        }
    }

    /// Appends a piece that stands in the source at a byte, or in its place there.
    fn put(&mut self, piece: &str, at: usize) {
        if self.space && !self.at_line_start() {
            self.text.push(' ');
            self.next = usize::MAX;
        }
        self.space = false;
        if self.next != at {
            self.runs.push((small(self.text.len()), small(at)));
        }
        self.text.push_str(piece);
        self.next = at + piece.len();
    }

    /// Ends the line.
    fn line_end(&mut self, at: usize) {
        self.space = false;
        self.runs.push((small(self.text.len()), small(at)));
        self.text.push('\n');
        self.next = usize::MAX;
    }

    fn at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    fn done(self) -> Clean {
        Clean {
            lower: self.text.to_ascii_lowercase(),
            text: self.text,
            runs: self.runs,
        }
    }
}

/// What is kept as it is, without a look at its neighbours.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        plain[byte as usize] = !matches!(byte, b'*' | b'|' | b'_' | b'\\' | b'<' | b'>' | b'#');
        byte += 1;
    }
    plain
};

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
