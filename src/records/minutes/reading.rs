//! What the reader of minutes proposes, in the terms of the records: posts for printed owners, due terms for printed phrases.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::drafts::due_as_read;
use crate::domain::draft::{DraftOrigin, OwnerMatch};
use crate::domain::due::DueTerm;
use crate::domain::ids::PostId;
use crate::domain::naming::{KnownNames, NameMatch, fold};
use crate::domain::resolution::ResolutionKind;
use crate::domain::text::printable;
use crate::minutes::{DuePhrase, Proposal, Strength, term};
use crate::records::actions::NewDue;
use crate::records::{Failure, FieldError};

/// The most things that are taken out of one text.
pub(crate) const MAX_ITEMS: usize = 2_000;

/// The most characters of what is taken out, which is what a resolution holds.
const MAX_TEXT: usize = 20_000;

/// The most owners of one thing, and the most printed names that are looked up for one text: a text in which everybody has
/// another name is not worth the time.
const MAX_OWNERS: usize = 20;
const MAX_NAMES: usize = 300;

/// Something that was read at one place in minutes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReadItem {
    pub(crate) origin: DraftOrigin,
    pub(crate) label: Option<String>,
    /// Of a decision.
    pub(crate) kind: Option<ResolutionKind>,
    pub(crate) text: String,
    /// In bytes of the text that was read.
    pub(crate) span: [usize; 2],
    pub(crate) is_action: bool,
    /// Of what was said in the discussion.
    pub(crate) strength: Option<Strength>,
    pub(crate) owners: Vec<ReadOwner>,
    pub(crate) due: DuePhrase,
    /// The term that the phrase sets, where its words leave no doubt.
    pub(crate) term: Option<DueTerm>,
    /// In hundredths.
    pub(crate) confidence: u8,
    pub(crate) rules: Vec<&'static str>,
    pub(crate) restates: Vec<[usize; 2]>,
}

impl ReadItem {
    /// The due term, in the words in which it was printed.
    pub(crate) fn due_term(&self) -> Option<NewDue> {
        due_as_read(self.term, self.due.phrase.clone())
    }
}

/// Who is to act, as printed, and what that was found to mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReadOwner {
    pub(crate) printed: String,
    pub(crate) found: OwnerMatch,
    /// The post that has that very title.
    pub(crate) post_id: Option<PostId>,
    /// Posts that have a title like it, the likeliest first.
    pub(crate) candidates: Vec<OwnerCandidate>,
}

/// A post that a printed name may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnerCandidate {
    pub(crate) post_id: PostId,
    pub(crate) title: String,
    /// How alike both are, in hundredths.
    pub(crate) likeness: u8,
}

/// Puts what was proposed into the terms of the records, in the order of the text. `posts` are those that may own actions;
/// days without a year are of the time after `decided_on`.
pub(crate) fn read_items(
    proposal: &Proposal,
    posts: Vec<(PostId, String)>,
    decided_on: Option<NaiveDate>,
) -> Vec<ReadItem> {
    let mut names = Names {
        known: KnownNames::new(posts),
        found: HashMap::new(),
    };
    let decisions = proposal.resolutions.iter().map(|read| ReadItem {
        origin: DraftOrigin::Decision,
        label: read.label.as_deref().map(printable),
        kind: Some(read.kind),
        text: printable(&read.text),
        span: read.span,
        is_action: read.is_action,
        strength: None,
        owners: names.all(&read.owners),
        term: term::of_phrase(&read.due, decided_on),
        due: printed(&read.due),
        confidence: hundredths(f64::from(read.confidence)),
        rules: read.rules.clone(),
        restates: read.restates.clone(),
    });
    let mut items: Vec<_> = decisions.collect();
    items.extend(proposal.discussion_actions.iter().map(|read| ReadItem {
        origin: DraftOrigin::Discussion,
        label: None,
        kind: None,
        text: printable(&read.text),
        span: read.span,
        is_action: true,
        strength: Some(read.strength),
        owners: names.all(&read.owners),
        term: term::of_phrase(&read.due, decided_on),
        due: printed(&read.due),
        confidence: hundredths(f64::from(read.confidence)),
        rules: read.rules.clone(),
        restates: Vec::new(),
    }));
    items.sort_by_key(|item| item.span);
    items
}

fn printed(due: &DuePhrase) -> DuePhrase {
    DuePhrase {
        kind: due.kind,
        phrase: due.phrase.as_deref().map(printable),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value lies between 0 and 100"
)]
fn hundredths(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}

/// Refuses to keep what nobody would want to go through, or what no record holds.
pub(super) fn check(items: &[ReadItem]) -> Result<(), Failure> {
    let refused = |code, detail: String| Err(Failure::invalid(FieldError::new("", code, detail)));
    if items.len() > MAX_ITEMS {
        return refused(
            "too_many",
            format!(
                "More than {MAX_ITEMS} decisions and requests were read; hand in the minutes of one meeting."
            ),
        );
    }
    let long = items
        .iter()
        .find(|item| item.text.chars().count() > MAX_TEXT);
    if let Some(item) = long {
        return refused(
            "too_long",
            format!(
                "What was read from byte {} on is longer than the {MAX_TEXT} characters that a resolution holds.",
                item.span[0]
            ),
        );
    }
    Ok(())
}

/// The names of posts, and what was found for those looked up before.
struct Names {
    known: KnownNames<PostId>,
    found: HashMap<String, NameMatch<PostId>>,
}

impl Names {
    fn all(&mut self, printed: &[String]) -> Vec<ReadOwner> {
        printed
            .iter()
            .take(MAX_OWNERS)
            .map(|name| self.one(name))
            .collect()
    }

    fn one(&mut self, name: &str) -> ReadOwner {
        let folded = fold(name);
        let found = match self.found.get(&folded) {
            Some(found) => found.clone(),
            None if self.found.len() >= MAX_NAMES => NameMatch::None,
            None => {
                let found = self.known.find(name);
                self.found.insert(folded, found.clone());
                found
            }
        };
        let (found, post_id, candidates) = match found {
            NameMatch::Exact(post) => (OwnerMatch::Exact, Some(post), Vec::new()),
            NameMatch::Close(close) => (OwnerMatch::Close, None, close),
            NameMatch::None => (OwnerMatch::None, None, Vec::new()),
        };
        ReadOwner {
            printed: printable(name),
            found,
            post_id,
            candidates: candidates
                .into_iter()
                .map(|candidate| OwnerCandidate {
                    post_id: candidate.key,
                    title: candidate.name,
                    likeness: hundredths(candidate.likeness),
                })
                .collect(),
        }
    }
}
