//! What stands on a page, as a line that people read or as HTML that goes on to somebody else.

use std::ops::Range;

use super::names::BLOCKS;
use super::{Page, Piece};

/// What is written of a text that goes on to somebody else: its structure, and nothing that acts or that only looks.
const KEPT: [&str; 28] = [
    "b",
    "blockquote",
    "br",
    "caption",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "th",
    "tr",
    "u",
    "ul",
];

/// The attributes that are written with it: how a list is counted.
const KEPT_ATTRIBUTES: [&str; 3] = ["type", "start", "value"];

/// The longest line: texts that lie in one another are read again and again, and must not take time for that.
const LINE_PIECES: usize = 2_000;
pub(super) const LINE_BYTES: usize = 4_000;

/// The most that is read for a line, white space included.
pub(super) const LINE_READ: usize = 4 * LINE_BYTES;

impl Page {
    /// What people read there, on one line: the beginning of it where it is longer than any line that is looked for.
    pub(in crate::moderngov) fn text(&self, within: Range<usize>) -> String {
        let mut text = String::new();
        let (mut at, mut before, mut owed) = (within.start, None, false);
        let end = within.end.min(at.saturating_add(LINE_PIECES));
        let mut left = LINE_READ;
        while at < end && left > 0 && text.len() < LINE_BYTES {
            match self.pieces.get(at) {
                Some(Piece::Element(element)) if element.hidden => {
                    at = element.end.max(at + 1);
                    owed = true;
                    continue;
                }
                Some(Piece::Element(element)) => {
                    owed |= element.name == "br" || BLOCKS.contains(&element.name.as_str());
                }
                Some(Piece::Text(piece, block)) => {
                    owed |= before != Some(*block);
                    before = Some(*block);
                    let piece = &piece[..piece.floor_char_boundary(left)];
                    left = left.saturating_sub(piece.len().max(1));
                    for (place, word) in piece.split(char::is_whitespace).enumerate() {
                        owed |= place > 0;
                        if word.is_empty() {
                            continue;
                        }
                        if text.len() >= LINE_BYTES {
                            break;
                        }
                        if owed && !text.is_empty() {
                            text.push(' ');
                        }
                        text.push_str(word);
                        owed = false;
                    }
                }
                None => break,
            }
            at += 1;
        }
        text
    }

    /// What lies there, written anew without anything but its structure. The same content gives the same text however its page
    /// is made.
    pub(in crate::moderngov) fn written(&self, within: Range<usize>, into: &mut String) {
        let mut open: Vec<(&str, usize)> = Vec::new();
        let mut at = within.start;
        while at <= within.end {
            while let Some((name, _)) = open.pop_if(|(_, end)| *end <= at || at == within.end) {
                into.extend(["</", name, ">"]);
            }
            match self.pieces.get(at).filter(|_| at < within.end) {
                Some(Piece::Element(element)) if element.hidden => {
                    at = element.end.max(at + 1);
                    continue;
                }
                Some(Piece::Element(element)) if KEPT.contains(&element.name.as_str()) => {
                    into.extend(["<", &element.name]);
                    for (name, value) in &element.attributes {
                        if KEPT_ATTRIBUTES.contains(&name.as_str()) {
                            into.extend([" ", name, "=\""]);
                            escaped(value, into);
                            into.push('"');
                        }
                    }
                    into.push('>');
                    if element.name != "br" {
                        open.push((&element.name, element.end));
                    }
                }
                Some(Piece::Text(text, _)) => escaped(&single_spaced(text), into),
                Some(Piece::Element(_)) | None => {}
            }
            at += 1;
        }
    }
}

/// A text of a page as it is written in one.
pub(in crate::moderngov) fn escaped(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            // No text holds it, and not every database would keep it.
            '\0' => {}
            c => into.push(c),
        }
    }
}

/// A text with single spaces for whatever white space it has.
fn single_spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}
