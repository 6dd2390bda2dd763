//! Elements and classes by what they do to a page.

/// Elements that have no content.
pub(super) const EMPTY: [&str; 11] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr",
];

/// Elements that stand apart from what is around them, and end a paragraph; all others are within a line.
pub(super) const BLOCKS: [&str; 40] = [
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
pub(super) const ADDED: [&str; 2] = ["mgfilesize", "mghide"];
