//! An action as it is shown, with all that is derived from it: today, or on the day of `as_of`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::terms::period;
use crate::api::Showing;
use crate::api::due::Period;
use crate::api::source::Source;
use crate::api::write::Resource;
use crate::api::written;
use crate::db::actions::Action as Row;
use crate::db::posts::HeldPost;
use crate::db::posts::tenures::Tenure;
use crate::domain::assurance::{Priority, VerificationResult};
use crate::domain::derived::{Derived, Recorded};
use crate::domain::due::{DueKind, Frequency};
use crate::domain::ids::{ActionId, AgendaItemId, CommitteeId, MeetingId, PostId, ResolutionId};
use crate::domain::life::{Move, Outcome, State};
use crate::domain::rag::Rag;
use crate::domain::rules;
use crate::records::actions::OwnedAction;

/// One checkable task that arises from a resolution, or from the discussion of an agenda item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Action {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ActionId,
    /// Its human key: committee code, municipal year and number. Never reused.
    #[schema(max_length = 40, example = "CFS/13-14/007")]
    reference: String,
    /// Where it stands.
    state: State,
    /// How it ended, once it is closed.
    #[schema(required)]
    outcome: Option<Outcome>,
    /// What it is about, in a line.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Further information regarding adoption cases"
    )]
    title: String,
    /// What is required, in full.
    #[schema(required, max_length = 4000)]
    required: Option<String>,
    /// The committee that asked.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// The meeting it came from.
    #[schema(value_type = Uuid)]
    meeting_id: MeetingId,
    /// The agenda item it came from. Null where none is known, or it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    agenda_item_id: Option<AgendaItemId>,
    /// The resolution it arises from; null for one that arises from the discussion, and where the resolution is out of the
    /// caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    resolution_id: Option<ResolutionId>,
    /// The post that it was given to. It stays so when that post ends.
    #[schema(required, value_type = Option<Uuid>)]
    owner_post_id: Option<PostId>,
    /// The post in charge of it, and who holds that: today, or on the day of `as_of`. It is the owning post or, from the day
    /// after that one's last, its successor.
    #[schema(required)]
    owner: Option<Owner>,
    /// Posts that support it.
    #[schema(value_type = Vec<Uuid>, max_items = 50)]
    supporting_post_ids: Vec<PostId>,
    /// Its deadline; null before one was set.
    #[schema(required)]
    due: Option<Due>,
    /// How much it matters.
    #[schema(required)]
    priority: Option<Priority>,
    /// Whether an auditor must verify it before a claim can be accepted, and what the last verification of the claim found.
    verification: Verification,
    /// Whether it is outstanding and its term resolves to no day.
    undated: bool,
    /// Days since the deciding meeting, today or on the day of `as_of`; counted until the day it was closed.
    #[schema(minimum = 0, maximum = 1_000_000)]
    age_days: i64,
    /// Days since the last progress update, counted likewise; null where there is none.
    #[schema(required, minimum = 0, maximum = 1_000_000)]
    days_since_update: Option<i64>,
    /// Why it is flagged for the committee: it has missed, or its term was revised, too often by the council's rule.
    #[schema(required)]
    called_in: Option<CalledIn>,
    /// How it stands by the council's rules, and by which; null for a draft and for what is not outstanding.
    #[schema(required)]
    rag: Option<RagStatus>,
    /// What its owner has said of it.
    progress: Progress,
    /// The moves that lead on from its state.
    #[schema(max_items = 20)]
    allowed_moves: &'static [Move],
    /// Exempt from publication (Local Government Act 1972, Schedule 12A).
    exempt: bool,
    /// The paragraphs of Part 1 of Schedule 12A that exempt it, in order; none where it is public or none was named.
    #[schema(value_type = Vec<u8>, max_items = 7, example = json!([3]))]
    exempt_paragraphs: Vec<u8>,
    /// The day since which it is public, where it was exempt before.
    #[schema(required)]
    #[serde(serialize_with = "written::day_or_null")]
    public_since: Option<NaiveDate>,
    /// The subject who claimed completion, while or after a claim stood. Null for a caller whose only role is reader.
    #[schema(required, max_length = 255)]
    claimed_by: Option<String>,
    /// When completion was claimed.
    #[schema(required)]
    #[serde(serialize_with = "written::instant_or_null")]
    claimed_at: Option<DateTime<Utc>>,
    /// The day on which it was closed.
    #[schema(required)]
    #[serde(serialize_with = "written::day_or_null")]
    closed_on: Option<NaiveDate>,
    /// The resolution that its closing rests on. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    decision_id: Option<ResolutionId>,
    /// The action that goes on in its place. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    successor_id: Option<ActionId>,
    /// The action of which it is a part. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    parent_id: Option<ActionId>,
    /// Where it came from.
    #[schema(required)]
    source: Option<Source>,
    /// Grows by one with each change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was recorded.
    #[serde(serialize_with = "written::instant")]
    created_at: DateTime<Utc>,
    /// When it was last changed.
    #[serde(serialize_with = "written::instant")]
    updated_at: DateTime<Utc>,
}

/// What the progress updates of an action say together.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct Progress {
    /// The latest day for which something was said (Europe/London); null before the first update.
    #[schema(required)]
    #[serde(serialize_with = "written::day_or_null")]
    last_update_on: Option<NaiveDate>,
    /// The day by which it was last said to be done.
    #[schema(required)]
    #[serde(serialize_with = "written::day_or_null")]
    forecast_on: Option<NaiveDate>,
    /// How much of it was last said to be done, in percent.
    #[schema(required, minimum = 0, maximum = 100)]
    percent_complete: Option<i32>,
}

/// The post in charge, and who holds it: today, or on the day of `as_of`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Owner {
    /// The post in charge: the owning post or, once that has ended, the one that took its place.
    #[schema(value_type = Uuid)]
    post_id: PostId,
    /// The post's title.
    #[schema(max_length = 200, example = "Director of Children and Family Services")]
    title: String,
    /// The directorate it belongs to.
    #[schema(required, max_length = 200)]
    directorate: Option<String>,
    /// Who holds it; null where it is vacant.
    #[schema(required)]
    holder: Option<Holder>,
}

/// Who holds a post.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Holder {
    /// Their name.
    #[schema(max_length = 200, example = "Ann Example")]
    name: String,
    /// Whether they stand in for somebody or for a vacancy.
    acting: bool,
    /// Their first day.
    #[serde(serialize_with = "written::day")]
    since: NaiveDate,
}

/// A deadline: the term in force, what it resolves to, and how it stands on both clocks, today (Europe/London) or on the day
/// of `as_of`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Due {
    /// How it was set.
    kind: DueKind,
    /// The words in which it was set.
    #[schema(required, max_length = 500, example = "a future meeting")]
    wording: Option<String>,
    /// How long it is, of a period.
    #[schema(required)]
    period: Option<Period>,
    /// How often it recurs, if it does.
    #[schema(required)]
    frequency: Option<Frequency>,
    /// Which occurrence of a recurring term is in force, from 1.
    #[schema(required, minimum = 1, maximum = 2_147_483_647)]
    occurrence: Option<i32>,
    /// The day it resolves to; null for one that is undated.
    #[schema(required)]
    #[serde(serialize_with = "written::day_or_null")]
    due_on: Option<NaiveDate>,
    /// The meeting it is due at. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    meeting_id: Option<MeetingId>,
    /// The day on which to look at it.
    #[schema(required)]
    #[serde(serialize_with = "written::day_or_null")]
    review_on: Option<NaiveDate>,
    /// The day that the original term resolved to first, which neither a revision nor the calendar changes. Of a recurring
    /// term each occurrence has its own.
    #[schema(required)]
    #[serde(serialize_with = "written::day_or_null")]
    original_due_on: Option<NaiveDate>,
    /// How often the term was revised.
    #[schema(minimum = 0, maximum = 2_147_483_647)]
    revisions: i32,
    /// Days from the original due day to the one in force; negative when it was brought forward, null when either is missing.
    #[schema(required, minimum = -1_000_000, maximum = 1_000_000)]
    slippage_days: Option<i64>,
    /// Whether it is outstanding, in time, and due within the days that the council has set (two weeks otherwise).
    due_soon: bool,
    /// Whether it is overdue.
    overdue: OverdueOnBothClocks,
    /// How many days late it is, or was when it was closed.
    days_late: DaysLateOnBothClocks,
}

/// What an auditor has to do with it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Verification {
    /// Whether a claim is accepted only after a satisfied verification: because the action is flagged so, or by its priority.
    required: bool,
    /// Whether the action itself is flagged so.
    flagged: bool,
    /// What the last verification of the claim that stands found.
    #[schema(required)]
    result: Option<VerificationResult>,
}

/// How an action stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RagStatus {
    /// Red, amber or green.
    status: Rag,
    /// The name of the first of the council's rules that holds.
    #[schema(max_length = 50, example = "overdue")]
    rule: String,
}

/// By which count an action is called in.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CalledInRule {
    /// Terms whose day had passed when another took their place, and the one in force while it is overdue.
    #[schema(rename = "missed_terms")]
    MissedTerms,
    /// Revisions of the term.
    #[schema(rename = "revisions")]
    Revisions,
}

/// Why an action is called in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalledIn {
    /// The rule.
    rule: CalledInRule,
    /// How often it happened.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    count: u32,
}

impl From<rules::CalledIn> for CalledIn {
    fn from(called_in: rules::CalledIn) -> Self {
        let (rule, count) = match called_in {
            rules::CalledIn::MissedTerms(count) => (CalledInRule::MissedTerms, count),
            rules::CalledIn::Revisions(count) => (CalledInRule::Revisions, count),
        };
        Self { rule, count }
    }
}

/// Whether an action is overdue: outstanding, and its day has passed.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct OverdueOnBothClocks {
    /// Against the term in force.
    current: bool,
    /// Against the term first set.
    original: bool,
}

/// Whole days after the due day; 0 when in time or undated.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct DaysLateOnBothClocks {
    /// Against the term in force.
    #[schema(minimum = 0, maximum = 1_000_000)]
    current: i64,
    /// Against the term first set.
    #[schema(minimum = 0, maximum = 1_000_000)]
    original: i64,
}

impl Due {
    fn show(kind: DueKind, action: &Row, derived: &Derived<'_>) -> Self {
        Self {
            kind,
            wording: action.due_wording.clone(),
            period: period(action.due_period_count, action.due_period_unit),
            frequency: action.due_frequency,
            occurrence: action.due_occurrence,
            due_on: action.due_on,
            meeting_id: action.due_meeting_id,
            review_on: action.review_on,
            original_due_on: action.original_due_on,
            revisions: action.due_number - 1,
            slippage_days: derived.slippage_days,
            due_soon: derived.due_soon,
            overdue: OverdueOnBothClocks {
                current: derived.current.overdue,
                original: derived.original.overdue,
            },
            days_late: DaysLateOnBothClocks {
                current: derived.current.days_late,
                original: derived.original.days_late,
            },
        }
    }
}

impl Action {
    /// Shows an action as it stands today, or stood on the day of `as_of`.
    pub(crate) fn show(owned: OwnedAction, showing: &Showing) -> Self {
        let OwnedAction { action, owner } = owned;
        let derived = Recorded {
            state: action.state,
            decided_on: action.decided_on,
            due_on: action.due_on,
            original_due_on: action.original_due_on,
            revisions: (action.due_number - 1).max(0),
            missed_terms: action.missed_terms,
            closed_on: action.closed_on,
            last_progress_on: action.last_progress_on,
            percent_complete: action.percent_complete,
        }
        .derive(showing.day, &showing.rules);
        let due = action
            .due_kind
            .map(|kind| Due::show(kind, &action, &derived));
        Self {
            id: action.id,
            state: action.state,
            outcome: action.outcome,
            committee_id: action.committee_id,
            meeting_id: action.meeting_id,
            agenda_item_id: action.agenda_item_id,
            resolution_id: action.resolution_id,
            owner_post_id: action.owner_post_id,
            owner: owner.map(Owner::from),
            supporting_post_ids: action.supporting_posts(),
            due,
            priority: action.priority,
            verification: Verification {
                required: showing
                    .rules
                    .demands_verification(action.verification_required, action.priority),
                flagged: action.verification_required,
                result: action.verification,
            },
            undated: derived.undated,
            age_days: derived.age_days,
            days_since_update: derived.days_since_update,
            called_in: derived.called_in.map(CalledIn::from),
            rag: derived.rag.map(|(status, rule)| RagStatus {
                status,
                rule: rule.to_owned(),
            }),
            progress: Progress {
                last_update_on: action.last_progress_on,
                forecast_on: action.forecast_on,
                percent_complete: action.percent_complete,
            },
            allowed_moves: action.state.moves(),
            exempt: action.exempt,
            exempt_paragraphs: action.exemption().paragraphs,
            public_since: action.public_since,
            claimed_by: action.claimed_by,
            claimed_at: action.claimed_at.map(|at| at.0),
            closed_on: action.closed_on,
            decision_id: action.decision_id,
            successor_id: action.successor_id,
            parent_id: action.parent_id,
            source: Source::stored(
                action.source_system,
                action.source_reference,
                action.source_url,
            ),
            version: action.version,
            created_at: action.created_at.0,
            updated_at: action.updated_at.0,
            reference: action.reference,
            title: action.title,
            required: action.required,
        }
    }
}

impl From<HeldPost> for Owner {
    fn from(held: HeldPost) -> Self {
        Self {
            post_id: held.post.id,
            title: held.post.title,
            directorate: held.post.directorate,
            holder: held.holder.map(Holder::from),
        }
    }
}

impl From<Tenure> for Holder {
    fn from(tenure: Tenure) -> Self {
        Self {
            name: tenure.holder_name,
            acting: tenure.acting,
            since: tenure.starts_on,
        }
    }
}

impl Resource for Action {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/actions/{}", self.id)
    }
}
