use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

use super::packed::MAX_STREAM;
use super::pages::MAX_CONTENT;
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
    let mut object = format!("<< {dictionary} /Length {} >>\nstream\n", content.len()).into_bytes();
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
    // The reader passes over a head that is wrong.
    let headless = |size: usize| [b"??".as_slice(), &packed(&vec![b' '; size])[2..]].concat();
    for size in [MAX_CONTENT + 1, MAX_STREAM + 1] {
        let content = stream("/Filter /FlateDecode", &headless(size));
        assert_eq!(text(&page(content, "", &[])), Err(PdfError::TooLarge));
    }
    let lzw = stream("/Filter /LZWDecode", &vec![0; 70_000]);
    assert_eq!(text(&page(lzw, "", &[])), Err(PdfError::TooLarge));
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
