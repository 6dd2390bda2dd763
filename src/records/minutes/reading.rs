//! What the reader of minutes proposes, in the terms of the records: posts for printed owners, due terms for printed phrases.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::drafts::due_as_read;
use crate::clock::london_day;
use crate::db::meetings::Meeting;
use crate::db::{Conn, DbError, agenda_items, posts};
use crate::domain::draft::{DraftOrigin, HeadingMatch, OwnerMatch};
use crate::domain::due::DueTerm;
use crate::domain::headings::{Heading, Headings, Item};
use crate::domain::ids::{AgendaItemId, PostId};
use crate::domain::naming::{KnownNames, NameMatch, fold};
use crate::domain::resolution::ResolutionKind;
use crate::domain::text::printable;
use crate::minutes::compare::hundredths;
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
    /// The heading under which it stands, where it is one of a meeting whose agenda is known.
    pub(crate) heading: Option<ReadHeading>,
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

/// A heading, and what it was found to name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReadHeading {
    pub(crate) printed: String,
    pub(crate) found: HeadingMatch,
    /// The agenda item that it names.
    pub(crate) agenda_item_id: Option<AgendaItemId>,
    /// Agenda items that have a title like it, the likeliest first.
    pub(crate) candidates: Vec<ItemCandidate>,
}

/// An agenda item that a heading may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ItemCandidate {
    pub(crate) agenda_item_id: AgendaItemId,
    pub(crate) title: String,
    /// How alike both are, in hundredths.
    pub(crate) likeness: u8,
}

/// What minutes name, as it is recorded when they are read: looked up before, so that no writer waits while names are compared.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// The posts that may own actions, with their titles.
    posts: Vec<(PostId, String)>,
    agenda: Vec<Item<AgendaItemId>>,
    /// The day of the meeting: days without a year are of the time after it.
    pub(crate) decided_on: Option<NaiveDate>,
}

impl Surroundings {
    /// Looks them up, for minutes of a meeting or of none that is known.
    pub(crate) fn look_up(
        conn: &mut Conn,
        meeting: Option<&Meeting>,
        today: NaiveDate,
    ) -> Result<Self, DbError> {
        let agenda = match meeting {
            Some(meeting) => agenda_items::of_meetings(conn, &[meeting.id])?,
            None => Vec::new(),
        };
        Ok(Self {
            posts: posts::titles(conn, today)?,
            agenda: agenda
                .into_iter()
                .map(|item| Item {
                    key: item.id,
                    number: item.number,
                    title: item.title,
                })
                .collect(),
            decided_on: meeting.map(|meeting| london_day(meeting.starts_at.0)),
        })
    }
}

/// Puts what was proposed of a source into the terms of the records, in the order of the text.
pub(crate) fn read_items(
    proposal: &Proposal,
    source: &str,
    html: bool,
    surroundings: Surroundings,
) -> Vec<ReadItem> {
    let decided_on = surroundings.decided_on;
    let headings = Headings::of(source, html, &surroundings.agenda);
    let under = |span: [usize; 2]| headings.above(span[0]).map(ReadHeading::of);
    let mut names = Names {
        known: KnownNames::new(surroundings.posts),
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
        heading: under(read.span),
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
        heading: under(read.span),
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

/// Takes from what was read what has ceased to be so since: posts that own nothing any more, and years that were taken from another
/// day of the meeting.
pub(super) fn as_of_now(
    items: &mut [ReadItem],
    posts: &HashSet<PostId>,
    decided_on: NaiveDate,
    read_for: Option<NaiveDate>,
) {
    for item in items {
        for owner in &mut item.owners {
            owner
                .candidates
                .retain(|candidate| posts.contains(&candidate.post_id));
            if owner.post_id.is_some_and(|post| !posts.contains(&post)) {
                owner.post_id = None;
            }
            if owner.post_id.is_none() {
                owner.found = match owner.candidates.as_slice() {
                    [] => OwnerMatch::None,
                    _ => OwnerMatch::Close,
                };
            }
        }
        if read_for != Some(decided_on) {
            item.term = term::of_phrase(&item.due, Some(decided_on));
        }
    }
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

impl ReadHeading {
    fn of(heading: &Heading<AgendaItemId>) -> Self {
        let (found, agenda_item_id, close) = match &heading.found {
            NameMatch::Exact(item) => (HeadingMatch::Exact, Some(*item), &[][..]),
            NameMatch::Close(close) => (HeadingMatch::Close, None, close.as_slice()),
            NameMatch::None => (HeadingMatch::None, None, &[][..]),
        };
        Self {
            printed: printable(&heading.printed),
            found,
            agenda_item_id,
            candidates: close
                .iter()
                .map(|candidate| ItemCandidate {
                    agenda_item_id: candidate.key,
                    title: candidate.name.clone(),
                    likeness: hundredths(candidate.likeness),
                })
                .collect(),
        }
    }
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::minutes::read;

    #[test]
    fn what_has_ceased_to_be_so_is_taken_out() {
        let post = |n| PostId::from(Uuid::from_u128(n));
        let text = "RESOLVED:\n\n(a) That the Head of Law report by 31 May.\n(b) That the Head of Laws publish the leases.\n";
        let day = |year| NaiveDate::from_ymd_opt(year, 3, 3).unwrap();
        let around = Surroundings {
            posts: vec![(post(1), "Head of Law".to_owned())],
            agenda: Vec::new(),
            decided_on: Some(day(2014)),
        };
        let items = read_items(&read(text), text, false, around);
        let owners = |items: &[ReadItem]| -> Vec<_> {
            let owners = items.iter().flat_map(|item| &item.owners);
            owners
                .map(|owner| (owner.found, owner.post_id, owner.candidates.len()))
                .collect()
        };
        let read = [
            (OwnerMatch::Exact, Some(post(1)), 0),
            (OwnerMatch::Close, None, 1),
        ];
        assert_eq!(owners(&items), read);
        let mut same = items.clone();
        as_of_now(
            &mut same,
            &HashSet::from([post(1)]),
            day(2014),
            Some(day(2014)),
        );
        assert_eq!(same, items);
        as_of_now(
            &mut same,
            &HashSet::from([post(2)]),
            day(2015),
            Some(day(2014)),
        );
        assert_eq!(owners(&same), [(OwnerMatch::None, None, 0); 2]);
        let due = |year| NaiveDate::from_ymd_opt(year, 5, 31).map(DueTerm::Date);
        assert_eq!((items[0].term, same[0].term), (due(2014), due(2015)));
    }
}
