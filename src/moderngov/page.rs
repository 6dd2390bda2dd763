//! A page of HTML as a flat row of elements and texts, each element with where it ends. Markup that is broken is read much as
//! browsers read it; what a page is nested like is never walked, so that no page takes more time than its length.

mod reading;

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{UTF_8, WINDOWS_1252};
use html5gum::Tokenizer;
use html5gum::emitters::default::{DefaultEmitter, Token};

use super::{BadAnswer, MAX_DOCUMENT};
use reading::Reading;

/// Elements whose text nobody reads.
const UNSEEN: [&str; 9] = [
    "script", "style", "title", "noscript", "template", "svg", "select", "textarea", "button",
];

/// Elements that have no content.
const EMPTY: [&str; 11] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr",
];

/// Elements that stand apart from what is around them, and end a paragraph; all others are within a line.
const BLOCKS: [&str; 40] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Classes of what the service adds to its texts for a browser: the size of a file, a hint for a screen reader.
const ADDED: [&str; 2] = ["mgfilesize", "mghide"];

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
const LINE_BYTES: usize = 4_000;

/// The most that is read for a line, white space included.
const LINE_READ: usize = 4 * LINE_BYTES;

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

    /// What people read there, on one line: the beginning of it where it is longer than any line that is looked for.
    pub(super) fn text(&self, within: Range<usize>) -> String {
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
    pub(super) fn written(&self, within: Range<usize>, into: &mut String) {
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

/// A text of a page as it is written in one.
pub(super) fn escaped(text: &str, into: &mut String) {
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

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use proptest::prelude::*;

    use super::super::MAX_ELEMENTS;
    use super::*;

    fn page(source: &str) -> Page {
        Page::as_far_as_it_goes(source.as_bytes()).unwrap().0
    }

    fn first(page: &Page, name: &str) -> usize {
        page.elements(page.whole())
            .find(|at| page.is(*at, &[name]))
            .unwrap()
    }

    #[test]
    fn a_text_is_read_as_people_read_it() {
        for (source, read) in [
            ("<p>Fish &amp; <b>Chips</b></p>", "Fish & Chips"),
            ("<div>One</div>Two<br>Three", "One Two Three"),
            ("7&#58;30&nbsp;pm", "7:30 pm"),
            (
                "<p>Fees <span class=\"x mgFileSize\">PDF 99 KB</span></p>",
                "Fees",
            ),
            ("<p>A</p><script>var a = '</p>';</script><p>B", "A B"),
            ("un<b>bro</b>ken", "unbroken"),
            (
                "<p><script>x()</script>Fees<o:p></o:p> and</p>rates",
                "Fees and rates",
            ),
            ("AT&T &copy &unknown;", "AT&T \u{a9} &unknown;"),
        ] {
            let page = page(source);
            assert_eq!(page.text(page.whole()), read, "{source}");
        }
    }

    #[test]
    fn elements_end_where_a_browser_ends_them() {
        let read = page("<ul><li>One<li>Two <p>and<div>more</div></ul>After");
        let item = first(&read, "li");
        assert_eq!(read.text(read.range(item)), "One");
        let list = first(&read, "ul");
        assert_eq!(read.text(read.range(list)), "One Two and more");
        let read = page("<div><a href='x'>Search</b><table><tr><td>A<td></div>B</table></div>C");
        let table = first(&read, "table");
        assert_eq!(read.text(read.range(table)), "A B");
        let div = first(&read, "div");
        assert_eq!(read.text(read.range(div)), "Search A B");
        let read = page("<a href='x'>Watch</b><div class=c><a href='y'>One</a></div>Two");
        let div = first(&read, "div");
        assert_eq!(read.text(read.range(div)), "One");
        let read = page("<a href='?a=1'>One <a href='?a=2'>Two</a> Three");
        assert_eq!(read.text(read.range(first(&read, "a"))), "One");
    }

    #[test]
    fn what_is_written_anew_has_its_structure_and_nothing_that_acts() {
        let source = "<div class=\"mgWordPara\" onclick=\"x()\"><p style='a'>1 &lt; 2\n\n &amp; <b>so</b> <a href='javascript:x()'>on</a></p>\
            <ol type=\"a\" class=x><li>One<li>Two</ol><script>x()</script><img src=x onerror=y></div>";
        let read = page(source);
        let mut written = String::new();
        read.written(read.range(0), &mut written);
        assert_eq!(
            written,
            "<div><p>1 &lt; 2 &amp; <b>so</b> on</p><ol type=\"a\"><li>One</li><li>Two</li></ol></div>"
        );
    }

    #[test]
    fn bytes_are_read_by_their_encoding() {
        let page = Page::read(b"\xef\xbb\xbf<p>caf\xc3\xa9</html>").unwrap();
        assert_eq!(page.text(page.whole()), "caf\u{e9}");
        let page = Page::read(b"<meta charset=\"windows-1252\"><p>\xa35m</html>").unwrap();
        assert_eq!(page.text(page.whole()), "\u{a3}5m");
        assert_eq!(Page::read(b"<p>\xa35m").unwrap_err(), BadAnswer::NotUtf8);
        let large = vec![b' '; MAX_DOCUMENT + 1];
        assert_eq!(Page::read(&large).unwrap_err(), BadAnswer::TooLarge);
        let many = "<b>".repeat(MAX_ELEMENTS + 1);
        assert_eq!(Page::read(many.as_bytes()).unwrap_err(), BadAnswer::TooMany);
    }

    #[test]
    fn a_page_that_breaks_off_is_none() {
        let whole = "<html><body><p>A</p></body></html>";
        assert!(Page::read(whole.as_bytes()).is_ok());
        assert!(Page::read(b"<p>A</p></body>").is_ok());
        for cut in [
            "",
            "<html><body><p>A</p>",
            "<p>A</p></bo",
            "<p>A<!-- </html>",
        ] {
            let read = Page::read(cut.as_bytes());
            assert_eq!(read.unwrap_err(), BadAnswer::Truncated, "{cut}");
        }
    }

    #[test]
    fn a_text_that_many_elements_enclose_is_read_by_none_for_longer_than_a_line() {
        for word in ["word ", "word", "     "] {
            let mut source = "<div><a href=x>".repeat(1_000);
            source.push_str(&word.repeat(200_000));
            let begun = Instant::now();
            let page = page(&source);
            let longest = page
                .elements(page.whole())
                .map(|at| page.text(page.range(at)).len());
            assert!(longest.max().unwrap() <= LINE_BYTES + LINE_READ);
            // Each of them would read all of it.
            assert!(begun.elapsed().as_secs() < 10, "{word:?}");
        }
    }

    #[test]
    fn a_hostile_page_takes_no_more_time_than_its_length() {
        let deep = "<b>".repeat(90_000);
        for rest in [
            "<div></div>",
            "</i>",
            "<p>",
            "</div>",
            "<tr><td></b>",
            "<li>",
            "<a>",
        ] {
            let source = format!("<i><div>{deep}{}", rest.repeat(30_000));
            let begun = Instant::now();
            let page = page(&source);
            let mut written = String::new();
            page.written(page.whole(), &mut written);
            let _text = page.text(page.whole());
            // A walk of the nesting would take minutes.
            assert!(begun.elapsed().as_secs() < 20, "{rest}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read(source in "(<div>|</div>|<p class=mgHide>|</p>|<table>|<tr>|<td>|</td>|</table>|<ul>|<li>|</ul>|<a href=x>|</a>|<b>|</b>|<|>|&|a|<!--|-->|<script>|</script>){0,60}") {
            let page = page(&source);
            let mut written = String::new();
            page.written(page.whole(), &mut written);
            for at in page.elements(page.whole()) {
                let range = page.range(at);
                prop_assert!(range.end > at && range.end <= page.whole().end);
            }
            // What is written is read as the same.
            let again = super::tests::page(&written);
            prop_assert_eq!(page.text(page.whole()).replace(' ', ""), again.text(again.whole()).replace(' ', ""));
        }
    }
}
