//! The text of a PDF. The only room that names `pdf_extract`: bytes in, text out.
//!
//! That crate panics at what it does not know, follows what leads in a circle, and unpacks whatever is packed. So what would
//! overflow the stack, fill the memory or never end is refused before, and a panic is caught.

mod packed;
mod pages;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use packed::check_packed;
use pages::{check_lzw, check_page};
use pdf_extract::{Document, PlainTextOutput, output_doc_page};

/// The most pages.
const MAX_PAGES: usize = 500;

/// The most text, in bytes.
const MAX_TEXT: usize = 4 * 1024 * 1024;

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
    check_lzw(&document)?;
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
