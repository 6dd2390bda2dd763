//! A page of HTML as a flat row of elements and texts, each element with where it ends. Markup that is broken is read much as
//! browsers read it; what a page is nested like is never walked, so that no page takes more time than its length.

mod names;
mod reading;
mod texts;

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{UTF_8, WINDOWS_1252};
use html5gum::Tokenizer;
use html5gum::emitters::default::{DefaultEmitter, Token};

use super::{BadAnswer, MAX_DOCUMENT};
use reading::Reading;
pub(super) use texts::escaped;

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Element(Element),
    /// A text, and the block it stands in.
    Text(String, Option<usize>),
}

/// An element, by where it begins.
#[derive(Debug)]
struct Element {
    /// In small letters.
    name: String,
    /// By name in small letters.
    attributes: Vec<(String, String)>,
    /// The piece behind its last one.
    end: usize,
    within: Scope,
    /// Whether a browser shows nothing of it, or nothing that is its author's.
    hidden: bool,
}

/// The nearest elements of some kinds around a piece, by their pieces.
#[derive(Debug, Clone, Copy, Default)]
struct Scope {
    block: Option<usize>,
    table: Option<usize>,
    /// A row of a table, or an item of a list.
    row: Option<usize>,
}

impl Page {
    /// Reads a page. One that breaks off would be taken for one that lists no more.
    pub(super) fn read(document: &[u8]) -> Result<Self, BadAnswer> {
        let (page, ended) = Self::as_far_as_it_goes(document)?;
        if ended {
            Ok(page)
        } else {
            Err(BadAnswer::Truncated)
        }
    }

    /// Reads a page or a part of one, and says whether its end was seen.
    fn as_far_as_it_goes(document: &[u8]) -> Result<(Self, bool), BadAnswer> {
        if document.len() > MAX_DOCUMENT {
            return Err(BadAnswer::TooLarge);
        }
        let source = decoded(document)?;
        let (mut reading, mut ended) = (Reading::default(), false);
        let mut emitter = DefaultEmitter::<()>::default();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(&*source, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => reading.begins(&tag)?,
                Token::EndTag(tag) => {
                    let name = lossy(&tag.name);
                    ended |= matches!(name.as_str(), "body" | "html");
                    reading.ends(&name);
                }
                Token::String(text) => reading.text(lossy(&text.value)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        let pieces = reading.done();
        Ok((Self { pieces }, ended))
    }

    fn element(&self, at: usize) -> Option<&Element> {
        match self.pieces.get(at) {
            Some(Piece::Element(element)) => Some(element),
            _ => None,
        }
    }

    /// The places of all elements that lie there.
    pub(super) fn elements(&self, within: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        within.filter(|at| self.element(*at).is_some())
    }

    /// All of the page.
    pub(super) fn whole(&self) -> Range<usize> {
        0..self.pieces.len()
    }

    /// All of an element.
    pub(super) fn range(&self, at: usize) -> Range<usize> {
        at..self.element(at).map_or(at, |element| element.end)
    }

    /// The row of a table, or the item of a list, around an element; itself where it is one.
    pub(super) fn row(&self, at: usize) -> Option<usize> {
        let element = self.element(at)?;
        match element.name.as_str() {
            "tr" | "li" => Some(at),
            _ => element.within.row,
        }
    }

    /// Where the table around an element ends; where the page does if there is none.
    pub(super) fn end_of_table(&self, at: usize) -> usize {
        let table = self.element(at).and_then(|element| element.within.table);
        table
            .and_then(|table| self.element(table))
            .map_or(self.pieces.len(), |table| table.end)
    }

    /// Where the block around an element ends; where the page does if there is none.
    pub(super) fn end_of_block(&self, at: usize) -> usize {
        let block = self.element(at).and_then(|element| element.within.block);
        block
            .and_then(|block| self.element(block))
            .map_or(self.pieces.len(), |block| block.end)
    }

    pub(super) fn is(&self, at: usize, names: &[&str]) -> bool {
        self.element(at)
            .is_some_and(|element| names.contains(&element.name.as_str()))
    }

    pub(super) fn attribute(&self, at: usize, name: &str) -> Option<&str> {
        let attributes = &self.element(at)?.attributes;
        let found = attributes.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    /// Whether an element has a class, written in whatever letters.
    pub(super) fn has_class(&self, at: usize, class: &str) -> bool {
        self.attribute(at, "class").is_some_and(|classes| {
            classes
                .split_ascii_whitespace()
                .any(|one| one.eq_ignore_ascii_case(class))
        })
    }

    /// The elements of a class that lie there.
    pub(super) fn of_class(
        &self,
        within: Range<usize>,
        class: &'static str,
    ) -> impl Iterator<Item = usize> + '_ {
        self.elements(within)
            .filter(move |at| self.has_class(*at, class))
    }

    /// Where a link leads: the name of the page, in small letters, and what it is asked for, by names in small letters.
    pub(super) fn link(&self, at: usize) -> Option<Link> {
        if !self.is(at, &["a"]) {
            return None;
        }
        let address = self.attribute(at, "href")?.trim();
        let address = address.split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let page = path.rsplit('/').next().unwrap_or_default();
        if page.len() > 100 || query.len() > 2_000 {
            return None;
        }
        Some(Link {
            page: page.to_ascii_lowercase(),
            asked: url::form_urlencoded::parse(query.as_bytes())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        })
    }
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The name of the page, in small letters.
    pub(super) page: String,
    /// What it is asked for.
    pub(super) asked: Vec<(String, String)>,
}

impl Link {
    /// What one of these names stands for in it, written in whatever letters.
    pub(super) fn param(&self, names: &[&str]) -> Option<&str> {
        let found = self
            .asked
            .iter()
            .find(|(name, _)| names.iter().any(|one| name.eq_ignore_ascii_case(one)))?;
        Some(&found.1)
    }
}

/// The text of a page: UTF-8, or windows-1252 where the page says at its beginning that it is that or its subset.
fn decoded(document: &[u8]) -> Result<Cow<'_, str>, BadAnswer> {
    let (text, malformed) = UTF_8.decode_with_bom_removal(document);
    if !malformed {
        return Ok(text);
    }
    let beginning = String::from_utf8_lossy(document.get(..1024).unwrap_or(document));
    let beginning = beginning.to_ascii_lowercase();
    if [
        "charset=windows-1252",
        "charset=iso-8859-1",
        "charset=\"iso-8859-1\"",
        "charset=\"windows-1252\"",
    ]
    .iter()
    .any(|said| beginning.contains(said))
    {
        return Ok(WINDOWS_1252.decode_without_bom_handling(document).0);
    }
    Err(BadAnswer::NotUtf8)
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests;
