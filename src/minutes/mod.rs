//! Reading minutes: from the text of minutes as councils publish them to a proposal of resolutions, owners and due terms that
//! a clerk confirms. Pure and deterministic; the time it takes grows with the length of the text.
//!
//! The stages: [`clean`] evens out the layout, [`blocks`] finds paragraphs and list items, [`decide`] tells decisions from
//! discussion, [`judge`] says what kind a decision is and who is to act, [`due`] finds deadlines, [`discussion`] finds what
//! was asked for or promised outside the decisions, [`relate`] finds what is said twice.

mod actors;
mod blocks;
pub mod check;
mod clean;
mod decide;
mod discussion;
pub mod due;
mod judge;
mod relate;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::ops::Range;

use serde::Serialize;

use clean::Clean;
pub(crate) use discussion::Strength;
pub use due::DuePhraseKind;
pub(crate) use judge::ResolutionKind;

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
    kind: DuePhraseKind,
    /// Its words; also of a vague or conditional one, whose kind is `none`.
    phrase: Option<String>,
}

impl fmt::Display for DuePhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, &self.phrase) {
            (DuePhraseKind::None, None) => Ok(()),
            (_, Some(phrase)) => f.write_str(phrase),
            (kind, None) => write!(f, "{kind:?}"),
        }
    }
}

/// A decided item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposedResolution {
    /// The marker as printed, `(b)`; `ACTION` for an action line; null where there is none.
    label: Option<String>,
    kind: ResolutionKind,
    /// The words as printed, without their layout.
    text: String,
    /// Where it stands in the source: from its first byte to the byte behind its last.
    span: [usize; 2],
    /// Whether somebody is to do something that can be checked later.
    is_action: bool,
    /// Who is to act, as printed.
    owners: Vec<String>,
    due: DuePhrase,
    /// How sure the reader is, from 0 to 1.
    confidence: f32,
    /// The names of the rules that fired.
    rules: Vec<&'static str>,
    /// Where the same was said before: in the discussion, or under another heading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    restates: Vec<[usize; 2]>,
}

impl ProposedResolution {
    /// The marker as printed.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The kind's word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind.word()
    }

    /// The words as printed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether somebody is to do something.
    #[must_use]
    pub fn is_action(&self) -> bool {
        self.is_action
    }

    /// Who is to act, as printed.
    #[must_use]
    pub fn owners(&self) -> &[String] {
        &self.owners
    }

    /// The deadline as printed.
    #[must_use]
    pub fn due(&self) -> &DuePhrase {
        &self.due
    }
}

/// Something that was asked for or promised in the discussion, and no resolution records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscussionAction {
    /// The sentence as printed, without its layout.
    text: String,
    /// Where it stands in the source: from its first byte to the byte behind its last.
    span: [usize; 2],
    /// Who is to act, as printed.
    owners: Vec<String>,
    strength: Strength,
    due: DuePhrase,
    /// How sure the reader is, from 0 to 1.
    confidence: f32,
    /// The names of the rules that fired.
    rules: Vec<&'static str>,
}

impl DiscussionAction {
    /// The sentence as printed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The strength's word.
    #[must_use]
    pub fn strength(&self) -> &'static str {
        self.strength.word()
    }

    /// Who is to act, as printed.
    #[must_use]
    pub fn owners(&self) -> &[String] {
        &self.owners
    }

    /// The deadline as printed.
    #[must_use]
    pub fn due(&self) -> &DuePhrase {
        &self.due
    }
}

/// Reads plain text, or Markdown.
#[must_use]
pub fn read(source: &str) -> Proposal {
    propose(&Clean::of_text(source))
}

fn propose(clean: &Clean) -> Proposal {
    let blocks = blocks::blocks(clean);
    let decided = decide::decide(clean, &blocks);
    let mut items = decided.items;
    let contents: Vec<_> = items
        .iter()
        .map(|item| relate::content(clean, &item.span))
        .collect();
    let words_only: Vec<String> = items
        .iter()
        .map(|item| folded(&clean.lower[item.span.clone()]))
        .collect();
    let mut agreed = Vec::new();
    let mut restates: Vec<Vec<Range<usize>>> = vec![Vec::new(); items.len()];
    let mut gone = vec![false; items.len()];
    for later in 0..items.len() {
        // Only the few decisions before it can say the same.
        for earlier in later.saturating_sub(NEAR)..later {
            if gone[earlier] {
                continue;
            }
            let (one, other) = (&items[earlier], &items[later]);
            let same = words_only[earlier] == words_only[later];
            let twice = if one.summary && !other.summary {
                same || relate::overlap(&contents[earlier], &contents[later]) >= 55
            } else {
                same && one.summary == other.summary
                    && one.label == other.label
                    && same_page(clean, &one.span, &other.span)
            };
            if twice {
                gone[earlier] = true;
                restates[later].push(one.span.clone());
            }
        }
    }
    let mut said = Vec::new();
    for passage in &decided.talk {
        discussion::said(clean, passage, &mut said);
    }
    // Where no decision has a form of its own, what the meeting agreed in the discussion is what it decided.
    let informal = items.iter().all(|item| {
        item.judged.rules.contains(&"agreed_in_prose") || item.label.as_deref() == Some("ACTION")
    });
    let mut discussed = Vec::new();
    let mut recent: Recent<'_> = Recent::new();
    for one in said {
        let content = relate::content(clean, &one.span);
        if let Some(place) = restated(&items, &contents, &content, &one.span) {
            restates[place].push(one.span);
        } else if one.moved || informal && one.by_all {
            agreed.push(one);
        } else if !recent
            .iter()
            .any(|other| relate::overlap(&content, other) >= 90)
        {
            discussed.push(one);
            recent.push_back(content);
            if recent.len() > NEAR {
                recent.pop_front();
            }
        }
    }
    let mut resolutions = Vec::new();
    for (place, item) in items.drain(..).enumerate() {
        if !gone[place] {
            resolutions.push(shown(clean, item, &restates[place]));
        }
    }
    resolutions.extend(
        agreed
            .into_iter()
            .map(|said| agreed_resolution(clean, said)),
    );
    resolutions.sort_by_key(|resolution| resolution.span[0]);
    Proposal {
        resolutions,
        discussion_actions: discussed
            .into_iter()
            .map(|said| discussed_action(clean, said))
            .collect(),
    }
}

/// How many items, and promises, back a thing may have been said before: bounded, so that the time grows with the text alone.
const NEAR: usize = 40;

type Recent<'t> = VecDeque<HashSet<&'t str>>;

/// The action that says again what was asked for in the discussion: the one that shares most with it.
fn restated(
    items: &[decide::Item],
    contents: &[HashSet<&str>],
    content: &HashSet<&str>,
    at: &Range<usize>,
) -> Option<usize> {
    let after = items.partition_point(|item| item.span.start < at.start);
    let near = after.saturating_sub(NEAR / 4)..items.len().min(after + NEAR);
    near.filter(|place| items[*place].judged.is_action)
        .map(|place| (relate::overlap(content, &contents[place]), place))
        .filter(|(overlap, _)| *overlap >= 50)
        .max_by_key(|(overlap, place)| (*overlap, std::cmp::Reverse(*place)))
        .map(|(_, place)| place)
}

fn agreed_resolution(clean: &Clean, said: discussion::Said) -> ProposedResolution {
    let w = words::words(clean, &(said.verb..said.span.end));
    let judged = judge::judge(w.get(1..).unwrap_or_default(), None);
    let (kind, is_action) = if judged.decisive {
        (judged.kind, judged.is_action)
    } else {
        (ResolutionKind::Request, true)
    };
    let action = discussed_action(clean, said);
    ProposedResolution {
        label: None,
        kind,
        text: action.text,
        span: action.span,
        is_action,
        owners: action.owners,
        due: action.due,
        confidence: action.confidence,
        rules: action.rules,
        restates: Vec::new(),
    }
}

/// Whether nothing between two places says that another meeting begins.
fn same_page(clean: &Clean, one: &Range<usize>, other: &Range<usize>) -> bool {
    let between = &clean.lower[one.end.min(other.start)..other.start];
    !between.lines().any(|line| {
        line.trim_start().starts_with(|c: char| c.is_ascii_digit())
            && line
                .trim_start()
                .get(..10)
                .is_some_and(|day| day.bytes().filter(|b| *b == b'/').count() == 2)
    }) && between.contains("resolved")
}

fn folded(low: &str) -> String {
    let low = low.trim_start_matches("that ");
    low.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn shown(clean: &Clean, item: decide::Item, restates: &[Range<usize>]) -> ProposedResolution {
    let w = words::words(clean, &item.span);
    let due = due::find(&w);
    ProposedResolution {
        label: item.label,
        kind: item.judged.kind,
        text: plain(clean, &item.span),
        span: in_source(clean, &item.span),
        is_action: item.judged.is_action,
        owners: item
            .judged
            .owners
            .iter()
            .map(|owner| plain(clean, owner))
            .collect(),
        due: phrase(clean, &due),
        confidence: f32::from(if item.judged.decisive {
            item.sure
        } else {
            item.sure / 2
        }) / 100.0,
        rules: item.judged.rules,
        restates: restates.iter().map(|span| in_source(clean, span)).collect(),
    }
}

fn discussed_action(clean: &Clean, said: discussion::Said) -> DiscussionAction {
    let due = match due::find(&words::words(clean, &(said.verb..said.span.end))) {
        due::Found { span: None, .. } => due::find(&words::words(clean, &said.span)),
        found => found,
    };
    DiscussionAction {
        text: plain(clean, &said.span),
        span: in_source(clean, &said.span),
        owners: said
            .owners
            .iter()
            .map(|owner| plain(clean, owner))
            .collect(),
        strength: said.strength,
        due: phrase(clean, &due),
        confidence: f32::from(said.sure) / 100.0,
        rules: said.rules,
    }
}

fn phrase(clean: &Clean, due: &due::Found) -> DuePhrase {
    DuePhrase {
        kind: due.kind,
        phrase: due.span.as_ref().map(|span| plain(clean, span)),
    }
}

fn in_source(clean: &Clean, span: &Range<usize>) -> [usize; 2] {
    let span = clean.in_source(span);
    [span.start, span.end]
}

/// A span in one line.
fn plain(clean: &Clean, span: &Range<usize>) -> String {
    clean.text[span.clone()]
        .split(['\n', ' '])
        .filter(|piece| !piece.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
