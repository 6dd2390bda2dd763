//! HTML, as publishing systems make it of minutes: its text in lines, and where each piece stands in the source.

use std::collections::VecDeque;

use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};
use html5gum::{Span, Tokenizer};

use super::clean::{Builder, Cleaned};
use crate::html::UNSEEN;

/// Elements that begin and end a line.
const LINES: [&str; 11] = [
    "li", "tr", "dt", "dd", "caption", "option", "thead", "tbody", "tfoot", "legend", "label",
];

/// Elements that stand apart from what is before and behind them.
const PARAGRAPHS: [&str; 26] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "dl",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "blockquote",
    "pre",
    "form",
    "fieldset",
    "figure",
    "hr",
    "body",
];

impl Cleaned {
    /// Cleans HTML. Markup that is broken is read as browsers read it, but for what they would move elsewhere.
    pub(super) fn of_html(source: &str) -> Self {
        let mut page = Page {
            source,
            tables: tables(source).into(),
            open: Vec::new(),
            to: Builder::new(source.len()),
            unseen: None,
            lists: Vec::new(),
            marker: None,
        };
        for token in tokens(source) {
            match token {
                Token::StartTag(tag) => page.begins(&tag),
                Token::EndTag(tag) => page.ends(&name(&tag.name), tag.span.start),
                Token::String(text) => page.text(text.span, &text.value),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        page.to.done()
    }
}

fn tokens(source: &str) -> impl Iterator<Item = Token<usize>> + '_ {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(source, emitter).map(|token| match token {
        Ok(token) => token,
        Err(never) => match never {},
    })
}

/// The longest cell, in bytes, of a table of data; a table with a longer one lays out a page.
const LONGEST_CELL: usize = 600;

/// Whether each table of a page, in the order in which they begin, is one of data.
fn tables(source: &str) -> Vec<bool> {
    let mut found: Vec<bool> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut cell = 0;
    for token in tokens(source) {
        match token {
            Token::StartTag(tag) => match &tag.name[..] {
                b"table" => {
                    // A table that holds another lays out a page.
                    if let Some(outer) = open.last() {
                        found[*outer] = false;
                    }
                    open.push(found.len());
                    found.push(true);
                }
                b"td" | b"th" => cell = 0,
                _ => {}
            },
            Token::EndTag(tag) if &tag.name[..] == b"table" => {
                open.pop();
            }
            Token::String(text) => {
                cell += text.value.len();
                if let Some(table) = open.last()
                    && cell > LONGEST_CELL
                {
                    found[*table] = false;
                }
            }
            _ => {}
        }
    }
    found
}

/// A page on the way to its text.
struct Page<'s> {
    source: &'s str,
    /// Whether each table that is yet to begin is one of data.
    tables: VecDeque<bool>,
    /// The same of the tables that are open.
    open: Vec<bool>,
    to: Builder,
    /// The element that is passed by, and how deep it stands within its like.
    unseen: Option<(String, usize)>,
    lists: Vec<List>,
    /// The marker that a browser shows before the item that begins, and where.
    marker: Option<(String, usize)>,
}

/// A list that is open.
struct List {
    /// How its items are counted: `1`, `a`, `A`, `i`, `I`; nothing where they have bullets.
    counting: Option<char>,
    next: u32,
}

impl Page<'_> {
    fn begins(&mut self, tag: &StartTag<usize>) {
        let name = name(&tag.name);
        let at = tag.span.start;
        if let Some((unseen, depth)) = &mut self.unseen {
            *depth += usize::from(*unseen == name && !tag.self_closing);
            return;
        }
        if UNSEEN.contains(&name.as_str()) {
            if !tag.self_closing {
                self.unseen = Some((name, 1));
            }
            return;
        }
        self.parted(&name, at);
        match name.as_str() {
            "ul" => self.lists.push(List {
                counting: None,
                next: 1,
            }),
            "ol" => self.lists.push(List {
                counting: attribute(tag, "type")
                    .and_then(|kind| kind.chars().next())
                    .or(Some('1')),
                next: attribute(tag, "start")
                    .and_then(|start| start.parse().ok())
                    .unwrap_or(1),
            }),
            "li" => {
                let value = attribute(tag, "value").and_then(|value| value.parse().ok());
                let marker = self.lists.last_mut().map_or("•".to_owned(), |list| {
                    let ordinal = value.unwrap_or(list.next);
                    list.next = ordinal.saturating_add(1);
                    marker(list.counting, ordinal)
                });
                self.marker = Some((marker, at));
            }
            "table" => self.open.push(self.tables.pop_front().unwrap_or(false)),
            "td" | "th" => self.to.cell(),
            _ => {}
        }
    }

    fn ends(&mut self, name: &str, at: usize) {
        if let Some((unseen, depth)) = &mut self.unseen {
            *depth -= usize::from(unseen == name);
            if *depth == 0 {
                self.unseen = None;
            }
            return;
        }
        if matches!(name, "ul" | "ol") {
            self.lists.pop();
        }
        if name == "li" {
            self.marker = None;
        }
        self.parted(name, at);
        if name == "table" {
            self.open.pop();
        }
    }

    /// Ends the line where an element of this name begins or ends one.
    fn parted(&mut self, name: &str, at: usize) {
        // The paragraphs of a cell are one text, where the cells of a row belong together.
        if self.open.last() == Some(&true) && !matches!(name, "tr" | "table") {
            self.to.owe_space();
            return;
        }
        if name == "br" || LINES.contains(&name) {
            self.to.end_line(at);
        } else if PARAGRAPHS.contains(&name) {
            self.to.end_line(at);
            self.to.line_end(at);
        }
    }

    /// Writes the marker of the item whose text begins, unless its text begins with one.
    fn marked(&mut self, text: &str) {
        let Some(first) = text.split_whitespace().next() else {
            return;
        };
        let Some((marker, at)) = self.marker.take() else {
            return;
        };
        let written =
            first.len() <= 8 && (first.starts_with('(') || first.ends_with([')', '•', '·']));
        if !written {
            self.to.made_up(&marker, at..at);
            self.to.owe_space();
        }
    }

    /// A run of text, whose line ends are spaces.
    fn text(&mut self, span: Span<usize>, value: &[u8]) {
        if self.unseen.is_some() {
            return;
        }
        let Some(raw) = self.source.get(span.start..span.end) else {
            return;
        };
        self.marked(raw);
        if raw.as_bytes() == value {
            self.to.running(raw, span.start);
            return;
        }
        let mut at = 0;
        while let Some(found) = raw[at..].find('&') {
            self.to.running(&raw[at..at + found], span.start + at);
            at += found;
            let end = at + reference(&raw[at..]);
            let here = span.start + at..span.start + end;
            self.to.character(&decoded(&raw[at..end]), here);
            at = end;
        }
        self.to.running(&raw[at..], span.start + at);
    }
}

/// The length of what may be a character reference.
fn reference(text: &str) -> usize {
    let name = text[1..]
        .bytes()
        .take(40)
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
        .count();
    1 + name + usize::from(text[1 + name..].starts_with(';'))
}

/// What a character reference stands for; itself where it is none.
fn decoded(reference: &str) -> String {
    let mut all = Vec::new();
    for Ok(token) in Tokenizer::new(reference) {
        if let html5gum::Token::String(text) = token {
            all.extend_from_slice(&text.value);
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

fn name(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn attribute(tag: &StartTag<usize>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// The marker that a browser shows before an item.
fn marker(counting: Option<char>, ordinal: u32) -> String {
    let letter = |first: u8| {
        u8::try_from(ordinal)
            .ok()
            .filter(|ordinal| (1..=26).contains(ordinal))
            .map(|ordinal| char::from(first + ordinal - 1).to_string())
    };
    let roman = || {
        let place = usize::try_from(ordinal).ok()?.checked_sub(1)?;
        super::blocks::ROMAN
            .get(place)
            .map(|roman| (*roman).to_owned())
    };
    let counted = match counting {
        None => return "•".to_owned(),
        Some('a') => letter(b'a'),
        Some('A') => letter(b'A'),
        Some('i') => roman(),
        Some('I') => roman().map(|roman| roman.to_uppercase()),
        Some(_) => None,
    };
    counted.unwrap_or_else(|| ordinal.to_string()) + "."
}

/// Whether a source is HTML, by its beginning or the tags it holds.
pub(super) fn is_html(source: &str) -> bool {
    let start = source.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    let start: String = start
        .chars()
        .take(200)
        .collect::<String>()
        .to_ascii_lowercase();
    let opens = |tags: &[&str]| tags.iter().any(|tag| start.starts_with(tag));
    opens(&[
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<div",
        "<p>",
        "<p ",
        "<table",
        "<article",
        "<section",
        "<main",
    ])
}
