//! Measuring the reader against minutes that people have labelled: precision and recall, part by part.
//!
//! A label and a proposal are matched by the label's first words, which must stand among the first of the proposal; what a
//! label lists as said again (`repeats`) counts neither way.

use serde::Deserialize;

use super::{DiscussionAction, Proposal, ProposedResolution};

/// The labels of one text, as far as they are compared.
#[derive(Debug, Clone, Deserialize)]
pub struct Labels {
    resolutions: Vec<LabelledResolution>,
    #[serde(default)]
    discussion_actions: Vec<LabelledAction>,
    #[serde(default)]
    repeats: Option<Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
struct LabelledResolution {
    starts: String,
    kind: String,
    is_action: bool,
    #[serde(default)]
    owners: Vec<String>,
    due: LabelledDue,
}

#[derive(Debug, Clone, Deserialize)]
struct LabelledAction {
    starts: String,
    #[serde(default)]
    owners: Vec<String>,
    due: LabelledDue,
}

#[derive(Debug, Clone, Deserialize)]
struct LabelledDue {
    kind: String,
}

/// What was found of what there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    both: u32,
    proposed_only: u32,
    labelled_only: u32,
}

impl Found {
    /// How much of what was proposed is right, from 0 to 1.
    #[must_use]
    pub fn precision(self) -> f64 {
        ratio(self.both, self.both + self.proposed_only)
    }

    /// How much of what there is was proposed, from 0 to 1.
    #[must_use]
    pub fn recall(self) -> f64 {
        ratio(self.both, self.both + self.labelled_only)
    }

    /// The harmonic mean of both, from 0 to 1.
    #[must_use]
    pub fn f1(self) -> f64 {
        ratio(
            2 * self.both,
            2 * self.both + self.proposed_only + self.labelled_only,
        )
    }
}

/// How often the reader was right where both had an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Right {
    right: u32,
    asked: u32,
}

impl Right {
    fn count(&mut self, right: bool) {
        self.asked += 1;
        self.right += u32::from(right);
    }

    /// From 0 to 1.
    #[must_use]
    pub fn accuracy(self) -> f64 {
        ratio(self.right, self.asked)
    }
}

/// Nothing of nothing is all of it.
fn ratio(part: u32, of: u32) -> f64 {
    if of == 0 {
        1.0
    } else {
        f64::from(part) / f64::from(of)
    }
}

/// The score of one text, or of several together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Resolutions and action lines.
    pub resolutions: Found,
    /// Whether a resolution asks for something to be done.
    pub is_action: Right,
    /// The kind of a resolution.
    pub kind: Right,
    /// Who is to act.
    pub owners: Found,
    /// How the deadline is set.
    pub due: Right,
    /// What only the discussion asks for.
    pub discussion: Found,
}

impl Score {
    /// Adds what a proposal got right of a text.
    pub fn add(&mut self, labels: &Labels, proposal: &Proposal) {
        let repeats = labels.repeats.as_deref().unwrap_or_default();
        let again = |text: &str| repeats.iter().any(|starts| begins(starts, text));
        let mut free: Vec<&ProposedResolution> = proposal.resolutions.iter().collect();
        for label in &labels.resolutions {
            let found = take(&mut free, |proposed| begins(&label.starts, &proposed.text));
            self.is_action
                .count(found.is_some_and(|proposed| proposed.is_action == label.is_action));
            match found {
                Some(proposed) => {
                    self.resolutions.both += 1;
                    self.kind.count(proposed.kind.as_str() == label.kind);
                }
                None => self.resolutions.labelled_only += 1,
            }
            if label.is_action {
                self.owners(
                    &label.owners,
                    found.map_or(&[], |proposed| &proposed.owners),
                );
                self.due.count(
                    found.is_some_and(|proposed| proposed.due.kind.as_str() == label.due.kind),
                );
            }
        }
        self.resolutions.proposed_only +=
            unmatched(free.iter().filter(|proposed| !again(&proposed.text)));
        let mut free: Vec<&DiscussionAction> = proposal.discussion_actions.iter().collect();
        for label in &labels.discussion_actions {
            let found = take(&mut free, |proposed| begins(&label.starts, &proposed.text));
            match found {
                Some(_) => self.discussion.both += 1,
                None => self.discussion.labelled_only += 1,
            }
            self.owners(
                &label.owners,
                found.map_or(&[], |proposed| &proposed.owners),
            );
            self.due
                .count(found.is_some_and(|proposed| proposed.due.kind.as_str() == label.due.kind));
        }
        self.discussion.proposed_only +=
            unmatched(free.iter().filter(|proposed| !again(&proposed.text)));
    }

    fn owners(&mut self, labelled: &[String], proposed: &[String]) {
        let named = |owners: &[String]| -> std::collections::BTreeSet<String> {
            owners
                .iter()
                .map(|owner| without_article(&folded(owner)))
                .collect()
        };
        let (labelled, proposed) = (named(labelled), named(proposed));
        self.owners.both += unmatched(labelled.intersection(&proposed));
        self.owners.labelled_only += unmatched(labelled.difference(&proposed));
        self.owners.proposed_only += unmatched(proposed.difference(&labelled));
    }
}

fn unmatched<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

fn take<T: Copy>(free: &mut Vec<T>, matches: impl Fn(T) -> bool) -> Option<T> {
    let place = free.iter().position(|one| matches(*one))?;
    Some(free.remove(place))
}

/// Whether a text begins with some words, or does so within sixty characters.
fn begins(starts: &str, text: &str) -> bool {
    let (starts, text) = (folded(starts), folded(text));
    let window: String = text.chars().take(starts.chars().count() + 60).collect();
    !starts.is_empty() && window.contains(&starts)
}

/// Lower case, without quotation marks, layout, list markers and the punctuation at both ends.
fn folded(text: &str) -> String {
    let lower = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let bare: String = lower
        .chars()
        .filter(|c| !"“”\"'‘’*_\\|".contains(*c))
        .collect();
    let mut rest = bare.as_str();
    while let Some(after) = without_marker(rest) {
        rest = after;
    }
    rest.trim_matches([' ', '.', ':', ';', ',', '-', '–'])
        .to_owned()
}

fn without_marker(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix(['•', '·', '-', '–']) {
        return Some(rest.trim_start());
    }
    let body = text.strip_prefix('(').unwrap_or(text);
    let length = body.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let rest = body.get(length..)?.strip_prefix([')', '.'])?;
    ((1..=4).contains(&length) && rest.starts_with(' ')).then(|| rest.trim_start())
}

fn without_article(owner: &str) -> String {
    ["the ", "a ", "an "]
        .iter()
        .find_map(|article| owner.strip_prefix(article))
        .unwrap_or(owner)
        .to_owned()
}
