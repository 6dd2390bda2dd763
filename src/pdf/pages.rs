//! What draws a page: neither in a circle nor without end.

use std::collections::{BTreeSet, HashMap, HashSet};

use pdf_extract::{Dictionary, Document, Object, ObjectId};

use super::packed::unpacked;
use super::{PdfError, caught, find};

/// The most bytes of what draws one page, or one form on it.
pub(super) const MAX_CONTENT: usize = 8 * 1024 * 1024;

/// The most bytes of what is packed by LZW and is no picture.
const MAX_LZW: usize = 64 * 1024;

/// How deep pages may stand in the tree of pages, and forms in one another.
const MAX_DEPTH: usize = 50;
const MAX_FORMS: usize = 10;

/// How many forms a page may draw, those in forms counted each time.
const MAX_DRAWN: u64 = 5_000;

/// Refuses a file with much that is packed by LZW, in which few bytes may hold thousands each and which nobody has unpacked to count.
pub(super) fn check_lzw(document: &Document) -> Result<(), PdfError> {
    let mut streams = document
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok());
    let large = streams.any(|stream| {
        let filters = stream.filters().unwrap_or_default();
        stream.content.len() > MAX_LZW
            && filters.contains(&&b"LZWDecode"[..])
            && !is_picture(&stream.dict)
    });
    if large {
        Err(PdfError::TooLarge)
    } else {
        Ok(())
    }
}

/// Refuses a page by which the reader would go in a circle, or that draws without end.
pub(super) fn check_page(document: &Document, page: ObjectId) -> Result<(), PdfError> {
    let dictionary = document
        .get_dictionary(page)
        .map_err(|_| PdfError::Broken)?;
    let mut above = dictionary;
    for depth in 0.. {
        if depth > MAX_DEPTH {
            return Err(PdfError::Broken);
        }
        let Ok(parent) = above.get(b"Parent").and_then(Object::as_reference) else {
            break;
        };
        above = document
            .get_dictionary(parent)
            .map_err(|_| PdfError::Broken)?;
    }
    let mut drawing = 0;
    for content in document.get_page_contents(page) {
        drawing += drawn_in(document, content)?;
    }
    let mut forms = Forms {
        document,
        known: HashMap::new(),
        under: HashSet::new(),
    };
    // Where a page says nothing of its resources, those of the tree above count.
    let mut costliest = 0;
    let mut at = Some(dictionary);
    while let Some(dictionary) = at {
        costliest = costliest.max(forms.costliest(dictionary)?);
        at = dictionary
            .get(b"Parent")
            .and_then(Object::as_reference)
            .and_then(|parent| document.get_dictionary(parent))
            .ok();
    }
    if drawing.saturating_mul(costliest) > MAX_DRAWN {
        return Err(PdfError::TooLarge);
    }
    Ok(())
}

/// How often the content of a stream draws another object.
fn drawn_in(document: &Document, id: ObjectId) -> Result<u64, PdfError> {
    let Ok(stream) = document.get_object(id).and_then(Object::as_stream) else {
        return Ok(0);
    };
    if stream.content.len() > MAX_CONTENT || unpacked(&stream.content, MAX_CONTENT).is_none() {
        return Err(PdfError::TooLarge);
    }
    let content = caught(|| stream.decompressed_content().ok()).flatten();
    let content = content.unwrap_or_else(|| stream.content.clone());
    let (mut drawn, mut at) = (0, 0);
    while let Some(found) = find(&content, b"Do", at) {
        drawn += 1;
        at = found + 2;
    }
    Ok(drawn)
}

/// The forms that a page draws, and those in them.
struct Forms<'d> {
    document: &'d Document,
    /// How many forms each draws, itself counted.
    known: HashMap<ObjectId, u64>,
    /// Those in which the present one stands.
    under: HashSet<ObjectId>,
}

impl Forms<'_> {
    /// How many forms the costliest one draws that the resources of a page or form name, itself counted.
    fn costliest(&mut self, of: &Dictionary) -> Result<u64, PdfError> {
        let document = self.document;
        let dictionary = |object: &Object| -> Option<Dictionary> {
            let (_, object) = document.dereference(object).ok()?;
            object.as_dict().ok().cloned()
        };
        let objects = of
            .get(b"Resources")
            .ok()
            .and_then(dictionary)
            .and_then(|resources| resources.get(b"XObject").ok().and_then(dictionary));
        let mut costliest = 1;
        let Some(objects) = objects else {
            return Ok(costliest);
        };
        let named: BTreeSet<ObjectId> = objects
            .iter()
            .filter_map(|(_, object)| object.as_reference().ok())
            .collect();
        for form in named {
            costliest = costliest.max(self.cost(form)?);
        }
        Ok(costliest)
    }

    fn cost(&mut self, id: ObjectId) -> Result<u64, PdfError> {
        if let Some(cost) = self.known.get(&id) {
            return Ok(*cost);
        }
        if self.under.len() >= MAX_FORMS || !self.under.insert(id) {
            return Err(PdfError::Broken);
        }
        let stream = self.document.get_object(id).and_then(Object::as_stream);
        let cost = match stream {
            Ok(stream) if !is_picture(&stream.dict) => {
                let drawn = drawn_in(self.document, id)?;
                let inner = self.costliest(&stream.dict)?;
                drawn.saturating_mul(inner).saturating_add(1)
            }
            _ => 1,
        };
        self.under.remove(&id);
        self.known.insert(id, cost);
        Ok(cost)
    }
}

fn is_picture(dictionary: &Dictionary) -> bool {
    dictionary
        .get(b"Subtype")
        .and_then(Object::as_name)
        .is_ok_and(|name| name == b"Image")
}
