//! What the reader of minutes made of a place, as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::drafts::Draft as Row;
use crate::domain::draft::{HeadingMatch, OwnerMatch};
use crate::domain::ids::{AgendaItemId, PostId};
use crate::minutes::{DuePhraseKind, Strength};
use crate::records::minutes::{OwnerCandidate, ReadHeading, ReadOwner};

/// What the reader of minutes made of a place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Printed {
    /// The label.
    #[schema(required, max_length = 2000, example = "(b)")]
    label: Option<String>,
    /// Who is to act.
    #[schema(max_items = 20)]
    owners: Vec<DraftOwner>,
    /// By when.
    due: PrintedDue,
    /// How firmly it was said in the discussion; null of a decision.
    #[schema(required)]
    strength: Option<Strength>,
    /// The heading under which it stands, and the agenda items that it names; null where there is none, or the meeting
    /// had no agenda.
    #[schema(required)]
    heading: Option<DraftHeading>,
    /// Where it stands in the text: from its first byte to the byte behind its last.
    #[schema(min_items = 2, max_items = 2)]
    span: Vec<i32>,
    /// Where the same was said before.
    #[schema(value_type = Vec<Vec<i32>>, max_items = 2000)]
    restates: Vec<Vec<i32>>,
    /// How sure the reader is, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// The names of the rules that fired.
    #[schema(max_items = 50)]
    rules: Vec<String>,
}

impl Printed {
    pub(super) fn of(row: &Row) -> Self {
        // What cannot be read was never written by this program.
        let owners: Vec<ReadOwner> = serde_json::from_str(&row.owners).unwrap_or_default();
        let heading = row.heading.as_deref();
        let heading = heading.and_then(|json| serde_json::from_str::<ReadHeading>(json).ok());
        Self {
            label: row.printed_label.clone(),
            owners: owners.into_iter().map(DraftOwner::show).collect(),
            due: PrintedDue::of(row.due_phrase_kind, row.due_phrase.clone()),
            strength: row.strength,
            heading: heading.map(DraftHeading::show),
            span: vec![row.span_from, row.span_to],
            restates: serde_json::from_str(&row.restates).unwrap_or_default(),
            confidence: share(row.confidence),
            rules: serde_json::from_str(&row.rules).unwrap_or_default(),
        }
    }
}

/// A deadline as printed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PrintedDue {
    /// How it is set.
    kind: DuePhraseKind,
    /// Its words; also of a vague or conditional one, whose kind is `none`.
    #[schema(required, max_length = 2000, example = "to the next meeting")]
    phrase: Option<String>,
}

impl PrintedDue {
    pub(crate) const fn of(kind: DuePhraseKind, phrase: Option<String>) -> Self {
        Self { kind, phrase }
    }
}

/// A heading, as printed, and which agenda item it names.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftHeading {
    /// The heading.
    #[schema(max_length = 2000, example = "8. PERFORMANCE")]
    printed: String,
    /// What it was found to name when the minutes were read.
    r#match: HeadingMatch,
    /// The agenda item that has that title, or that number where the heading says that it is one of the agenda.
    #[schema(required, value_type = Option<Uuid>)]
    agenda_item_id: Option<AgendaItemId>,
    /// Agenda items with a title like it, the likeliest first: for a person to choose from.
    #[schema(max_items = 5)]
    candidates: Vec<DraftHeadingCandidate>,
}

/// An agenda item that a heading may mean.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftHeadingCandidate {
    /// The agenda item.
    #[schema(value_type = Uuid)]
    agenda_item_id: AgendaItemId,
    /// Its title.
    #[schema(max_length = 300)]
    title: String,
    /// How alike both are, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    likeness: f64,
}

impl DraftHeading {
    pub(crate) fn show(heading: ReadHeading) -> Self {
        let candidates = heading.candidates.into_iter();
        Self {
            printed: heading.printed,
            r#match: heading.found,
            agenda_item_id: heading.agenda_item_id,
            candidates: candidates
                .map(|candidate| DraftHeadingCandidate {
                    agenda_item_id: candidate.agenda_item_id,
                    title: candidate.title,
                    likeness: share(candidate.likeness.into()),
                })
                .collect(),
        }
    }
}

/// Who is to act, as printed, and which post that means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftOwner {
    /// The name.
    #[schema(
        max_length = 2000,
        example = "the Director of Children and Family Services"
    )]
    printed: String,
    /// What it was found to mean when the minutes were read.
    r#match: OwnerMatch,
    /// The post that has that very title; null where none has, or several have.
    #[schema(required, value_type = Option<Uuid>)]
    post_id: Option<PostId>,
    /// Posts with a title like it, the likeliest first: for a person to choose from.
    #[schema(max_items = 5)]
    candidates: Vec<DraftOwnerCandidate>,
}

/// A post that a printed name may mean.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftOwnerCandidate {
    /// The post.
    #[schema(value_type = Uuid)]
    post_id: PostId,
    /// Its title.
    #[schema(max_length = 200)]
    name: String,
    /// How alike both are, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    likeness: f64,
}

impl DraftOwner {
    pub(crate) fn show(owner: ReadOwner) -> Self {
        Self {
            printed: owner.printed,
            r#match: owner.found,
            post_id: owner.post_id,
            candidates: owner
                .candidates
                .into_iter()
                .map(
                    |OwnerCandidate {
                         post_id,
                         title,
                         likeness,
                     }| DraftOwnerCandidate {
                        post_id,
                        name: title,
                        likeness: share(likeness.into()),
                    },
                )
                .collect(),
        }
    }
}

/// Hundredths as a share of one.
pub(crate) fn share(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

/// Spans as pairs of numbers.
pub(crate) fn spans(spans: &[[usize; 2]]) -> Vec<Vec<i32>> {
    let small = |place: &usize| i32::try_from(*place).unwrap_or(i32::MAX);
    spans
        .iter()
        .map(|span| span.iter().map(small).collect())
        .collect()
}
