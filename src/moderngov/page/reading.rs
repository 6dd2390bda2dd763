//! How a page becomes its pieces, tag by tag. What a tag may end is kept with each open element, and not looked for.

use std::collections::HashMap;

use html5gum::emitters::default::StartTag;

use super::names::{ADDED, BLOCKS, EMPTY};
use super::{Element, Piece, Scope, lossy};
use crate::html::UNSEEN;
use crate::moderngov::{BadAnswer, MAX_ELEMENTS};

/// The elements that are open while a page is read.
#[derive(Default)]
pub(super) struct Reading {
    pieces: Vec<Piece>,
    open: Vec<Open>,
    /// The places in `open` of the elements of each name.
    by_name: HashMap<String, Vec<usize>>,
    elements: usize,
}

/// An element that is open, and the places in the stack of those around it that another may end, itself among them.
#[derive(Clone, Copy)]
struct Open {
    piece: usize,
    paragraph: Option<usize>,
    item: Option<usize>,
    row: Option<usize>,
    cell: Option<usize>,
    link: Option<usize>,
    block: Option<usize>,
    within: Scope,
    hidden: bool,
}

impl Reading {
    pub(super) fn begins(&mut self, tag: &StartTag<()>) -> Result<(), BadAnswer> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(BadAnswer::TooMany);
        }
        let name = lossy(&tag.name);
        let block = BLOCKS.contains(&name.as_str());
        // What ends without an end of its own.
        if block {
            self.close(|open| open.paragraph);
        }
        match name.as_str() {
            "li" => self.close(|open| open.item),
            "tr" => self.close(|open| open.row),
            "td" | "th" => self.close(|open| open.cell),
            "a" => self.close(|open| open.link),
            _ => {}
        }
        let piece = self.pieces.len();
        let around = self.open.last().copied();
        let within = around.map(|open| open.within).unwrap_or_default();
        let attributes: Vec<_> = tag
            .attributes
            .iter()
            .map(|(name, value)| (lossy(name), lossy(value)))
            .collect();
        let added = attributes.iter().any(|(name, value)| {
            name == "class"
                && value
                    .split_ascii_whitespace()
                    .any(|class| ADDED.contains(&class.to_ascii_lowercase().as_str()))
        });
        let hidden =
            around.is_some_and(|open| open.hidden) || added || UNSEEN.contains(&name.as_str());
        self.pieces.push(Piece::Element(Element {
            name: name.clone(),
            attributes,
            end: piece + 1,
            within,
            hidden,
        }));
        if EMPTY.contains(&name.as_str()) {
            return Ok(());
        }
        let place = self.open.len();
        let mut open = around.map_or(
            Open {
                piece,
                paragraph: None,
                item: None,
                row: None,
                cell: None,
                link: None,
                block: None,
                within,
                hidden,
            },
            |open| Open {
                piece,
                hidden,
                ..open
            },
        );
        if block {
            // A link that was forgotten to be ended is not to end what it goes around.
            (open.paragraph, open.link, open.block) = (None, None, Some(place));
            open.within.block = Some(piece);
        }
        match name.as_str() {
            "p" => open.paragraph = Some(place),
            "a" => open.link = Some(place),
            "ul" | "ol" => open.item = None,
            "li" => {
                open.item = Some(place);
                open.within.row = Some(piece);
            }
            "table" => {
                (open.item, open.row, open.cell) = (None, None, None);
                open.within.table = Some(piece);
            }
            "tr" => {
                (open.row, open.cell) = (Some(place), None);
                open.within.row = Some(piece);
            }
            "td" | "th" => (open.cell, open.item) = (Some(place), None),
            _ => {}
        }
        self.by_name.entry(name).or_default().push(place);
        self.open.push(open);
        Ok(())
    }

    pub(super) fn ends(&mut self, name: &str) {
        let Some(place) = self
            .by_name
            .get(name)
            .and_then(|places| places.last().copied())
        else {
            return;
        };
        let around = self.open.last().copied();
        // An end that was forgotten or made up within a line ends no block, and one within a cell does not end the table.
        let limit = if !BLOCKS.contains(&name) {
            around.and_then(|open| open.block)
        } else if matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr") {
            None
        } else {
            around.and_then(|open| open.cell)
        };
        if limit.is_none_or(|limit| place >= limit) {
            self.close(|_| Some(place));
        }
    }

    /// Closes the element at a place of the stack, and all within it.
    fn close(&mut self, place: impl Fn(&Open) -> Option<usize>) {
        let Some(place) = self.open.last().and_then(place) else {
            return;
        };
        let end = self.pieces.len();
        for open in self.open.drain(place..) {
            if let Some(Piece::Element(element)) = self.pieces.get_mut(open.piece) {
                element.end = end;
                if let Some(places) = self.by_name.get_mut(&element.name) {
                    places.pop();
                }
            }
        }
    }

    pub(super) fn text(&mut self, text: String) {
        let block = self.open.last().and_then(|open| open.within.block);
        // What stands in a hidden element is passed by with it.
        self.pieces.push(Piece::Text(text, block));
    }

    pub(super) fn done(mut self) -> Vec<Piece> {
        self.close(|_| Some(0));
        self.pieces
    }
}
