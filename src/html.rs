//! What of HTML nobody reads.

/// Elements whose text nobody reads.
pub(crate) const UNSEEN: [&str; 9] = [
    "script", "style", "title", "noscript", "template", "svg", "select", "textarea", "button",
];
