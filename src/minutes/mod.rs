//! Reading minutes: from the text of minutes as councils publish them to a proposal of resolutions, owners and due terms that
//! a clerk confirms. Pure and deterministic; the time it takes grows with the length of the text.
//!
//! The stages: [`clean`] evens out the layout, [`blocks`] finds paragraphs and list items, [`decide`] tells decisions from
//! discussion, [`judge`] says what kind a decision is and who is to act, [`due`] finds deadlines, [`discussion`] finds what
//! was asked for or promised outside the decisions, [`relate`] finds what is said twice.

#[macro_use]
mod wording;

mod actors;
mod again;
mod blocks;
mod bytes;
pub mod check;
mod clean;
pub mod compare;
mod decide;
pub mod decided;
mod discussion;
pub mod due;
mod html;
mod judge;
mod propose;
mod relate;
mod shown;
pub mod term;
mod words;

#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::domain::resolution::ResolutionKind;
use clean::Cleaned;
pub use discussion::Strength;
pub use due::DuePhraseKind;
use propose::propose;

/// What the reader proposes to make of minutes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The decided items, in the order of the text.
    pub resolutions: Vec<ProposedResolution>,
    /// What was asked for or promised in the discussion alone.
    pub discussion_actions: Vec<DiscussionAction>,
}

/// A deadline as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DuePhrase {
    /// How it is set.
    pub kind: DuePhraseKind,
    /// Its words; also of a vague or conditional one, whose kind is `none`.
    pub phrase: Option<String>,
}

/// A decided item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposedResolution {
    /// The marker as printed, `(b)`; `ACTION` for an action line; null where there is none.
    pub label: Option<String>,
    /// What it does.
    pub kind: ResolutionKind,
    /// The words as printed, without their layout.
    pub text: String,
    /// Where it stands in the source: from its first byte to the byte behind its last.
    pub span: [usize; 2],
    /// Whether somebody is to do something that can be checked later.
    pub is_action: bool,
    /// Who is to act, as printed.
    pub owners: Vec<String>,
    /// By when.
    pub due: DuePhrase,
    /// How sure the reader is, from 0 to 1.
    pub confidence: f32,
    /// The names of the rules that fired.
    pub rules: Vec<&'static str>,
    /// Where the same was said before: in the discussion, or under another heading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restates: Vec<[usize; 2]>,
}

/// Something that was asked for or promised in the discussion, and no resolution records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscussionAction {
    /// The sentence as printed, without its layout.
    pub text: String,
    /// Where it stands in the source: from its first byte to the byte behind its last.
    pub span: [usize; 2],
    /// Who is to act, as printed.
    pub owners: Vec<String>,
    /// How firmly it was said.
    pub strength: Strength,
    /// By when.
    pub due: DuePhrase,
    /// How sure the reader is, from 0 to 1.
    pub confidence: f32,
    /// The names of the rules that fired.
    pub rules: Vec<&'static str>,
}

/// Reads plain text, or Markdown.
#[must_use]
pub fn read(source: &str) -> Proposal {
    propose(&Cleaned::of_text(source).words())
}

/// Reads HTML. Spans are of the HTML.
#[must_use]
pub fn read_html(source: &str) -> Proposal {
    propose(&Cleaned::of_html(source).words())
}

/// Whether a source is HTML, by the tag that it begins with.
#[must_use]
pub fn is_html(source: &str) -> bool {
    html::is_html(source)
}
