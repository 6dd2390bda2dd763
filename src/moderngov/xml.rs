//! A document as a small tree of elements: their names, their text, their children. Attributes say nothing in these documents.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::text::named_entity;
use super::{BadAnswer, MAX_ELEMENTS};

/// How deep elements lie at the most.
const MAX_DEPTH: usize = 32;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// In small letters, without a prefix.
    pub(super) name: String,
    /// Its own text, entities resolved once.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The first child of one of these names.
    pub(super) fn child(&self, names: &[&str]) -> Option<&Self> {
        names
            .iter()
            .find_map(|name| self.children.iter().find(|child| child.name == *name))
    }

    /// This element and all below it that have a name, in the order of the document.
    pub(super) fn all<'e>(&'e self, name: &str, into: &mut Vec<&'e Self>) {
        if self.name == name {
            into.push(self);
        }
        for child in &self.children {
            child.all(name, into);
        }
    }

    /// Whether it, or one below it, has one of these names.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str()) || self.children.iter().any(|child| child.has(names))
    }
}

/// Reads a document. The bodies of minutes and decisions are left out: the service writes HTML into them that is no XML.
pub(super) fn parse(document: &[u8]) -> Result<Element, BadAnswer> {
    if document.len() > super::MAX_DOCUMENT {
        return Err(BadAnswer::TooLarge);
    }
    let document = std::str::from_utf8(document).map_err(|_| BadAnswer::NotUtf8)?;
    let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}'));
    let config = reader.config_mut();
    // The ends are checked here, because those inside of a body are not.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let (mut open, mut root): (Vec<Element>, Option<Element>) = (Vec::new(), None);
    let (mut elements, mut in_body) = (0, false);
    loop {
        let event = reader.read_event().map_err(|error| BadAnswer::Malformed {
            at: reader.error_position(),
            why: error.to_string(),
        })?;
        let malformed = |why: &str| BadAnswer::Malformed {
            at: reader.buffer_position(),
            why: why.to_owned(),
        };
        match event {
            Event::DocType(_) => return Err(BadAnswer::DocumentType),
            Event::Eof => break,
            Event::End(end) => {
                let name = name(end.local_name().as_ref());
                let matches = open.last().is_some_and(|element| element.name == name);
                match open.pop() {
                    Some(element) if matches => {
                        in_body = false;
                        close(element, &mut open, &mut root);
                    }
                    Some(element) if in_body => open.push(element),
                    _ => return Err(malformed(&format!("</{name}> ends nothing"))),
                }
            }
            _ if in_body => {}
            Event::Start(ref start) | Event::Empty(ref start) => {
                elements += 1;
                if elements > MAX_ELEMENTS || open.len() >= MAX_DEPTH {
                    return Err(BadAnswer::TooMany);
                }
                if open.is_empty() && root.is_some() {
                    return Err(malformed("a second root"));
                }
                let element = Element {
                    name: name(start.local_name().as_ref()),
                    ..Element::default()
                };
                if matches!(event, Event::Empty(_)) {
                    close(element, &mut open, &mut root);
                } else {
                    in_body = element.name.ends_with("htmlbody");
                    open.push(element);
                }
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|_| BadAnswer::NotUtf8)?;
                match open.last_mut() {
                    Some(element) => element.text.push_str(&text),
                    None if text.trim().is_empty() => {}
                    None => return Err(malformed("text outside of the root")),
                }
            }
            Event::CData(text) => {
                if let Some(element) = open.last_mut() {
                    let text = text.decode().map_err(|_| BadAnswer::NotUtf8)?;
                    element.text.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(element) = open.last_mut() {
                    resolve(&reference, &mut element.text);
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err(BadAnswer::Malformed {
            at: reader.buffer_position(),
            why: "it ends before its elements do".to_owned(),
        }),
    }
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

fn name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_ascii_lowercase()
}

/// Writes the character that a reference stands for. One that stands for none is left as it is written.
fn resolve(reference: &BytesRef<'_>, into: &mut String) {
    let Ok(name) = reference.decode() else { return };
    match named_entity(&name) {
        Some(text) => into.push_str(&text),
        None => {
            into.push('&');
            into.push_str(&name);
            into.push(';');
        }
    }
}
