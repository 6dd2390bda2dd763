//! A draft as it is shown.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::printed::{Printed, share};
use crate::api::Showing;
use crate::api::due::Period;
use crate::api::write::Resource;
use crate::db::drafts::Draft as Row;
use crate::domain::draft::{DraftChange, DraftMove, DraftOrigin, DraftState};
use crate::domain::due::{DueKind, DueTerm, Frequency};
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, DraftId, MeetingId, MinutesId, PostId, ResolutionId,
};
use crate::domain::resolution::ResolutionKind;
use crate::records::actions::NewDue;
use crate::records::minutes::{MayFollow, ReadItem, due_of};

/// What was read at one place in minutes, until a clerk has decided what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Draft {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: DraftId,
    /// The minutes in which it was read.
    #[schema(value_type = Uuid)]
    minutes_id: MinutesId,
    /// The meeting whose minutes they are.
    #[schema(value_type = Uuid)]
    meeting_id: MeetingId,
    /// The committee that met.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// Its place in the minutes.
    #[schema(minimum = 1, maximum = 2000)]
    number: i32,
    /// Where in the minutes it was read.
    origin: DraftOrigin,
    /// Where it stands.
    state: DraftState,
    /// The moves that lead on from its state.
    #[schema(max_items = 3)]
    allowed_moves: &'static [DraftMove],
    /// Its words, as they were read.
    #[schema(max_length = 20_000)]
    text: String,
    /// As it was read, beside what it is to be recorded as.
    printed: Printed,
    /// The label under which it is to be recorded; null of what was said in the discussion.
    #[schema(required, max_length = 20, example = "(b)")]
    label: Option<String>,
    /// What it does; null of what was said in the discussion.
    #[schema(required)]
    kind: Option<ResolutionKind>,
    /// Whether an action arises from it.
    is_action: bool,
    /// What the action is about, in a line.
    #[schema(max_length = 300)]
    title: String,
    /// What is required, in full, where the line does not say it all.
    #[schema(required, max_length = 4000)]
    required: Option<String>,
    /// The agenda item to which it belongs: filled in only where the heading above it names that item.
    #[schema(required, value_type = Option<Uuid>)]
    agenda_item_id: Option<AgendaItemId>,
    /// The post that is to own the action: filled in only where the printed name is a post's title.
    #[schema(required, value_type = Option<Uuid>)]
    owner_post_id: Option<PostId>,
    /// Posts that are to support it.
    #[schema(value_type = Vec<Uuid>, max_items = 50)]
    supporting_post_ids: Vec<PostId>,
    /// How its deadline is to be set; null where the words leave it open.
    #[schema(required)]
    due: Option<DraftDue>,
    /// Exempt from publication; null is as the agenda item is.
    #[schema(required)]
    exempt: Option<bool>,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it; null is as those of the agenda item.
    #[schema(required, value_type = Option<Vec<u8>>, max_items = 7)]
    exempt_paragraphs: Option<Vec<u8>>,
    /// The resolution that it is to correct.
    #[schema(required, value_type = Option<Uuid>)]
    supersedes_id: Option<ResolutionId>,
    /// The resolution that it became or is the same as.
    #[schema(required, value_type = Option<Uuid>)]
    resolution_id: Option<ResolutionId>,
    /// The action that it became or is the same as. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    action_id: Option<ActionId>,
    /// The draft that it is the same as.
    #[schema(required, value_type = Option<Uuid>)]
    merged_into_id: Option<DraftId>,
    /// Why it was merged or rejected.
    #[schema(required, max_length = 4000)]
    reason: Option<String>,
    /// How it stands to what an earlier revision of the minutes said.
    change: DraftChange,
    /// The draft of an earlier revision that it says again.
    #[schema(required, value_type = Option<Uuid>)]
    follows_id: Option<DraftId>,
    /// The draft of a later revision that says it again.
    #[schema(required, value_type = Option<Uuid>)]
    followed_by_id: Option<DraftId>,
    /// Drafts of earlier revisions that it perhaps says again, the likeliest first: for a person to choose from, by `follows_id`.
    #[schema(max_items = 5)]
    may_follow: Vec<DraftMayFollow>,
    /// Grows by one with each change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was read.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// A draft of an earlier revision that another perhaps says again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftMayFollow {
    /// The earlier draft.
    #[schema(value_type = Uuid)]
    draft_id: DraftId,
    /// What it is about, in a line.
    #[schema(max_length = 300)]
    title: String,
    /// How alike both are, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    likeness: f64,
}

impl DraftMayFollow {
    fn show(earlier: MayFollow) -> Self {
        Self {
            draft_id: earlier.draft_id,
            title: earlier.title,
            likeness: share(earlier.likeness.into()),
        }
    }
}

/// A deadline that is to be set. It resolves to a day when the action is recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftDue {
    /// How it is set.
    kind: DueKind,
    /// The words in which it was printed, or set since.
    #[schema(required, max_length = 500, example = "to the next meeting")]
    wording: Option<String>,
    /// The day, of a term that is one.
    #[schema(required)]
    due_on: Option<NaiveDate>,
    /// The meeting, of a term that names one. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    meeting_id: Option<MeetingId>,
    /// How long, of a period.
    #[schema(required)]
    period: Option<Period>,
    /// How often, of what recurs.
    #[schema(required)]
    frequency: Option<Frequency>,
    /// The day on which to look at it.
    #[schema(required)]
    review_on: Option<NaiveDate>,
}

impl DraftDue {
    fn of(due: NewDue) -> Self {
        let (mut due_on, mut meeting_id) = (None, None);
        match due.term {
            DueTerm::Date(day) => due_on = Some(day),
            DueTerm::Meeting(meeting) => meeting_id = Some(meeting),
            _ => {}
        }
        Self {
            kind: due.term.kind(),
            wording: due.wording,
            due_on,
            meeting_id,
            period: due.term.period().map(|period| Period {
                count: period.count,
                unit: period.unit,
            }),
            frequency: due.term.frequency(),
            review_on: due.review_on,
        }
    }

    /// The term that the words of something set, where they leave no doubt.
    pub(crate) fn read(item: &ReadItem) -> Option<Self> {
        item.due_term().map(Self::of)
    }

    /// The term of a draft. The meeting that it names may be out of sight.
    fn stored(row: &Row) -> Option<Self> {
        if row.due_kind == Some(DueKind::Meeting) && row.due_meeting_id.is_none() {
            return Some(Self {
                kind: DueKind::Meeting,
                wording: row.due_wording.clone(),
                due_on: None,
                meeting_id: None,
                period: None,
                frequency: None,
                review_on: row.review_on,
            });
        }
        due_of(row).map(Self::of)
    }
}

impl Draft {
    pub(crate) fn show(row: Row, _: &Showing) -> Self {
        let printed = Printed::of(&row);
        // What cannot be read was never written by this program.
        let may_follow: Vec<MayFollow> = serde_json::from_str(&row.may_follow).unwrap_or_default();
        Self {
            id: row.id,
            minutes_id: row.minutes_id,
            meeting_id: row.meeting_id,
            committee_id: row.committee_id,
            number: row.number,
            origin: row.origin,
            state: row.state,
            allowed_moves: row.state.moves(),
            due: DraftDue::stored(&row),
            text: row.text,
            printed,
            label: row.label,
            kind: row.kind,
            is_action: row.is_action,
            title: row.title,
            required: row.required,
            agenda_item_id: row.agenda_item_id,
            owner_post_id: row.owner_post_id,
            supporting_post_ids: serde_json::from_str(&row.supporting_posts).unwrap_or_default(),
            exempt: row.exempt,
            exempt_paragraphs: row
                .exempt_paragraphs
                .and_then(|json| serde_json::from_str(&json).ok()),
            supersedes_id: row.supersedes_id,
            resolution_id: row.resolution_id,
            action_id: row.action_id,
            merged_into_id: row.merged_into_id,
            reason: row.reason,
            change: row.change,
            follows_id: row.follows_id,
            followed_by_id: row.followed_by_id,
            may_follow: may_follow.into_iter().map(DraftMayFollow::show).collect(),
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for Draft {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/drafts/{}", self.id)
    }
}
