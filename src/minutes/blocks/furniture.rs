//! What the publishing system put round the minutes: page numbers, links, headings of its own.

use std::ops::Range;

use crate::minutes::clean::Clean;

/// What the publishing system put round the minutes, as whole lines in lower case.
const FURNITURE: [&str; 16] = [
    "skip to content",
    "skip to main content",
    "additional documents",
    "supporting documents",
    "share this item",
    "media",
    "back to the top",
    "top of page",
    "agenda item",
    "items",
    "no. item",
    "issue - meetings",
    "view the recording",
    "printable version",
    "summary",
    "details",
];

/// A line without that; empty where it is nothing else.
pub(super) fn without_furniture(clean: &Clean<'_>, mut span: Range<usize>) -> Range<usize> {
    let low = &clean.lower[span.clone()];
    let bare = low.trim_end_matches([':', '.', ' ']);
    if bare.starts_with("find out more about")
        || FURNITURE.contains(&bare)
        || is_page_number(bare)
        || bare.starts_with("click here to view")
    {
        return span.start..span.start;
    }
    // "… pdf icon PDF 316 KB" at the end of a title.
    if let Some(rest) = low.strip_suffix(" kb").or_else(|| low.strip_suffix(" mb")) {
        let rest = rest.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        if let Some(title) = rest.strip_suffix("pdf ") {
            let title = title
                .trim_end()
                .strip_suffix("pdf icon")
                .unwrap_or(title)
                .trim_end();
            span.end = span.start + title.len();
        }
    }
    span
}

/// Whether a line, in lower case, is the number of a page.
pub(super) fn is_page_number(low: &str) -> bool {
    if low.len() > 24 {
        return false;
    }
    // "DC.185" heads a page of a minute book.
    if let Some((letters, number)) = low.split_once('.')
        && (1..=4).contains(&letters.len())
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
    {
        return !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    }
    let Some(rest) = low.strip_prefix("page ") else {
        return false;
    };
    rest.split(" of ")
        .all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
