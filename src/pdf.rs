//! The text of a PDF. The only room that names `pdf_extract`: bytes in, text out.
//!
//! That crate panics at what it does not know, follows what leads in a circle, and unpacks whatever is packed. So what would
//! overflow the stack, fill the memory or never end is refused before, and a panic is caught.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::read::ZlibDecoder;
use pdf_extract::{Dictionary, Document, Object, ObjectId, PlainTextOutput, output_doc_page};

/// The most pages.
const MAX_PAGES: usize = 500;

/// The most text, in bytes.
const MAX_TEXT: usize = 4 * 1024 * 1024;

/// The most bytes that a packed stream may unpack to, and all of them that are no pictures.
const MAX_STREAM: usize = 64 * 1024 * 1024;
const MAX_STREAMS: usize = 96 * 1024 * 1024;

/// The most bytes of what draws one page, or one form on it.
const MAX_CONTENT: usize = 8 * 1024 * 1024;

/// How deep pages may stand in the tree of pages, and forms in one another.
const MAX_DEPTH: usize = 50;
const MAX_FORMS: usize = 10;

/// How many forms a page may draw, those in forms counted each time.
const MAX_DRAWN: u64 = 5_000;

/// Why a PDF has no text to be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PdfError {
    /// It is encrypted, be it with a password or without.
    #[error("The PDF is encrypted; save it without protection.")]
    Encrypted,
    /// It is no PDF, or not one that can be read.
    #[error("The PDF is broken, or made in a way that cannot be read.")]
    Broken,
    /// A page cannot be read.
    #[error("Page {0} of the PDF cannot be read.")]
    BrokenPage(u32),
    /// It is made to take more than there is.
    #[error("The PDF unpacks to more than is read of one.")]
    TooLarge,
    /// It has too many pages.
    #[error("The PDF has more than {MAX_PAGES} pages; hand in the minutes of one meeting.")]
    TooManyPages,
    /// It has pictures of text, or nothing.
    #[error(
        "The PDF holds no text: it may be a scan. Have its text recognised first, or hand in the text."
    )]
    NoText,
}

impl PdfError {
    /// A stable code for machines.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Encrypted => "pdf_encrypted",
            Self::Broken | Self::BrokenPage(_) => "pdf_broken",
            Self::TooLarge => "pdf_too_large",
            Self::TooManyPages => "pdf_too_many_pages",
            Self::NoText => "pdf_without_text",
        }
    }
}

/// The text of a PDF, page after page. It takes time and memory in proportion to the size, within bounds.
pub(crate) fn text(bytes: &[u8]) -> Result<String, PdfError> {
    let head = &bytes[..1024.min(bytes.len())];
    if find(head, b"%PDF-", 0).is_none() {
        return Err(PdfError::Broken);
    }
    if find(bytes, b"/Encrypt", 0).is_some() {
        return Err(PdfError::Encrypted);
    }
    check_packed(bytes)?;
    let document = caught(|| Document::load_mem(bytes).ok()).flatten();
    let document = document.ok_or(PdfError::Broken)?;
    if document.is_encrypted() {
        return Err(PdfError::Encrypted);
    }
    let pages = caught(|| document.get_pages()).ok_or(PdfError::Broken)?;
    if pages.is_empty() {
        return Err(PdfError::Broken);
    }
    if pages.len() > MAX_PAGES {
        return Err(PdfError::TooManyPages);
    }
    let mut text = String::new();
    for (number, page) in pages {
        check_page(&document, page).map_err(|error| match error {
            PdfError::Broken => PdfError::BrokenPage(number),
            error => error,
        })?;
        let mut said = String::new();
        let read = caught(|| {
            let mut output = PlainTextOutput::new(&mut said);
            output_doc_page(&document, &mut output, number).is_ok()
        });
        if read != Some(true) {
            return Err(PdfError::BrokenPage(number));
        }
        if text.len() + said.len() > MAX_TEXT {
            return Err(PdfError::TooLarge);
        }
        text.extend(said.chars().map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => ' ',
            c => c,
        }));
        text.push('\n');
    }
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 3 {
        return Err(PdfError::NoText);
    }
    Ok(text)
}

/// What work answers; `None` where it panics.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Where something stands in bytes, from a place on.
fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let first = *what.first()?;
    let mut at = 0;
    while let Some(next) = rest.get(at..)?.iter().position(|byte| *byte == first) {
        at += next;
        if rest[at..].starts_with(what) {
            return Some(from + at);
        }
        at += 1;
    }
    None
}

/// Refuses a PDF whose packed streams would unpack to more than there is room for, before anything else unpacks them.
fn check_packed(bytes: &[u8]) -> Result<(), PdfError> {
    const BEGIN: &[u8] = b"stream";
    let (mut at, mut room, mut pictures) = (0, MAX_STREAMS, 4 * MAX_STREAMS);
    while let Some(found) = find(bytes, BEGIN, at) {
        at = found + BEGIN.len();
        if bytes[..found].ends_with(b"end") {
            continue;
        }
        let line_end = bytes[at..].iter().take_while(|byte| b"\r\n".contains(byte));
        let begin = at + line_end.count();
        let size = unpacked(&bytes[begin..], MAX_STREAM).ok_or(PdfError::TooLarge)?;
        let described = &bytes[found.saturating_sub(1024)..found];
        let described = described
            .windows(4)
            .rposition(|window| window == b" obj")
            .map_or(described, |object| &described[object..]);
        // Pictures are never unpacked for their text, but were just now.
        let left = if find(described, b"/Image", 0).is_none() {
            &mut room
        } else {
            &mut pictures
        };
        *left = left.checked_sub(size).ok_or(PdfError::TooLarge)?;
    }
    Ok(())
}

/// How many bytes packed bytes unpack to, those packed in them counted too; `None` where it is more than `max`. Nothing, of what is
/// not packed.
fn unpacked(packed: &[u8], max: usize) -> Option<usize> {
    let mut all = 0;
    let mut layer: Vec<u8>;
    let mut packed = packed;
    for _ in 0..4 {
        if packed.first().is_none_or(|byte| byte & 0x0f != 8) {
            return Some(all);
        }
        let limit = u64::try_from(max - all + 1).unwrap_or(u64::MAX);
        let mut out = Vec::new();
        // What breaks off midway has unpacked so far.
        let _whole = ZlibDecoder::new(packed).take(limit).read_to_end(&mut out);
        all += out.len();
        if all > max {
            return None;
        }
        layer = out;
        packed = &layer;
    }
    // Packed more often than anybody would.
    None
}

/// Refuses a page by which the reader would go in a circle, or that draws without end.
fn check_page(document: &Document, page: ObjectId) -> Result<(), PdfError> {
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;

    use super::*;

    /// A PDF with these objects, numbered from 1; the first is the catalog.
    fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
        let mut file = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        for (number, object) in (1..).zip(objects) {
            places.push(file.len());
            writeln!(file, "{number} 0 obj").unwrap();
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let table = file.len();
        write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
        for place in places {
            writeln!(file, "{place:010} 00000 n ").unwrap();
        }
        let size = objects.len() + 1;
        write!(
            file,
            "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        )
        .unwrap();
        file
    }

    fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
        let mut object =
            format!("<< {dictionary} /Length {} >>\nstream\n", content.len()).into_bytes();
        object.extend(content);
        object.extend(b"\nendstream");
        object
    }

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    /// A PDF of one page: how it is drawn, what else it names, and further objects from number 6 on.
    fn page(content: Vec<u8>, resources: &str, further: &[Vec<u8>]) -> Vec<u8> {
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
                 /Resources << /Font << /F1 5 0 R >> {resources} >> >>"
            )
            .into_bytes(),
            content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
        ];
        objects.extend(further.iter().cloned());
        pdf(&objects)
    }

    const LINES: &[u8] =
        b"BT /F1 12 Tf 72 720 Td (RESOLVED:) Tj 0 -20 Td (\\(a\\) That the report be noted.) Tj ET";

    #[test]
    fn the_text_of_a_page_is_read_packed_or_not() {
        let plain = text(&page(stream("", LINES), "", &[])).unwrap();
        assert!(
            plain.contains("RESOLVED:") && plain.contains("(a) That the report be noted."),
            "{plain}"
        );
        let small = page(stream("/Filter /FlateDecode", &packed(LINES)), "", &[]);
        assert_eq!(text(&small).unwrap(), plain);
        let form = stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> >>",
            LINES,
        );
        let drawn = page(stream("", b"/X Do"), "/XObject << /X 6 0 R >>", &[form]);
        assert!(text(&drawn).unwrap().contains("That the report be noted."));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let nothing = page(stream("", b"0 0 10 10 re f"), "", &[]);
        assert_eq!(text(&nothing), Err(PdfError::NoText));
        assert_eq!(text(b"RESOLVED that this be no PDF"), Err(PdfError::Broken));
        assert_eq!(text(b"%PDF-1.4\nand nothing else"), Err(PdfError::Broken));
        let whole = page(stream("", LINES), "", &[]);
        assert_eq!(text(&whole[..whole.len() / 2]), Err(PdfError::Broken));
        let mut locked = whole.clone();
        let at = find(&locked, b"/Root", 0).unwrap();
        locked.splice(at..at, *b"/Encrypt 9 0 R ");
        assert_eq!(text(&locked), Err(PdfError::Encrypted));
        // The crate behind panics at an operator without what it works on.
        let odd = page(stream("", b"BT /F9 12 Tf (x) Tj ET"), "", &[]);
        assert_eq!(text(&odd), Err(PdfError::BrokenPage(1)));
    }

    #[test]
    fn what_leads_in_a_circle_or_draws_without_end_is_refused() {
        let form = |inner: &str, content: &[u8]| {
            let dictionary = format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << {inner} >> >>"
            );
            stream(&dictionary, content)
        };
        let itself = page(
            stream("", b"/X Do"),
            "/XObject << /X 6 0 R >>",
            &[form("/X 6 0 R", b"/X Do")],
        );
        assert_eq!(text(&itself), Err(PdfError::BrokenPage(1)));
        // Ten in each of six.
        let ten = b"/X Do ".repeat(10);
        let forms: Vec<_> = (7..13)
            .map(|n| form(&format!("/X {n} 0 R"), &ten))
            .collect();
        let many = page(stream("", &ten), "/XObject << /X 6 0 R >>", &forms);
        assert_eq!(text(&many), Err(PdfError::TooLarge));
        let nested = stream("", format!("BT {} ET", "[".repeat(100_000)).as_bytes());
        assert_eq!(text(&page(nested, "", &[])), Err(PdfError::BrokenPage(1)));
        let nested = page(stream("", LINES), "", &[b"[".repeat(100_000)]);
        let _any = text(&nested);
        let parents = pdf(&[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
            stream("", b"BT ET"),
        ]);
        assert_eq!(text(&parents), Err(PdfError::BrokenPage(1)));
        let kids = pdf(&[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>".to_vec(),
        ]);
        assert_eq!(text(&kids), Err(PdfError::Broken));
    }

    #[test]
    fn what_unpacks_to_more_than_there_is_room_for_is_refused() {
        let bomb = packed(&vec![b' '; MAX_STREAM + 1]);
        assert!(bomb.len() < 100_000);
        let content = page(stream("/Filter /FlateDecode", &bomb), "", &[]);
        assert_eq!(text(&content), Err(PdfError::TooLarge));
        let twice = page(
            stream("/Filter [/FlateDecode /FlateDecode]", &packed(&bomb)),
            "",
            &[],
        );
        assert_eq!(text(&twice), Err(PdfError::TooLarge));
        let large = page(
            stream(
                "/Filter /FlateDecode",
                &packed(&vec![b' '; MAX_CONTENT + 1]),
            ),
            "",
            &[],
        );
        assert_eq!(text(&large), Err(PdfError::TooLarge));
        let half = packed(&vec![b' '; MAX_STREAM / 2]);
        let further: Vec<_> = (0..4)
            .map(|_| stream("/Filter /FlateDecode", &half))
            .collect();
        assert_eq!(
            text(&page(stream("", LINES), "", &further)),
            Err(PdfError::TooLarge)
        );
        let pictures: Vec<_> = (0..4)
            .map(|_| stream("/Subtype /Image /Filter /FlateDecode", &half))
            .collect();
        assert!(text(&page(stream("", LINES), "", &pictures)).is_ok());
        let pages = "3 0 R ".repeat(MAX_PAGES + 1);
        let pages = pdf(&[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            format!(
                "<< /Type /Pages /Kids [{pages}] /Count {} >>",
                MAX_PAGES + 1
            )
            .into_bytes(),
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
            stream("", b"BT ET"),
        ]);
        assert!(matches!(
            text(&pages),
            Err(PdfError::TooManyPages | PdfError::BrokenPage(_))
        ));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_damage_is_too_odd(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
            let mut file = page(stream("", LINES), "", &[]);
            for (place, byte) in changes {
                let at = place.index(file.len());
                file[at] = byte;
            }
            let _any = text(&file);
        }
    }
}
