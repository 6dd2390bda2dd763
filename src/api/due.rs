//! Due terms as they travel.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::authority::needed_authority;
use super::fields::{Check, MAX_PROSE};
use crate::domain::due::{self, DueKind, DueTerm, Frequency, PeriodUnit};
use crate::domain::ids::{DelegationId, MeetingId, ResolutionId};
use crate::records::Failure;
use crate::records::actions::{NewDue, Revision};

/// A due term to be set: its kind decides what else it says.
///
/// It is read from [`DueInput`]'s flat members, so that what is wrong is told by name; the document shows one shape per
/// kind, which is what client generators like.
#[derive(Debug, ToSchema)]
#[schema(discriminator(property_name = "kind", mapping(
    ("date" = "#/components/schemas/DueByDate"),
    ("meeting" = "#/components/schemas/DueAtMeeting"),
    ("next_meeting" = "#/components/schemas/DueAtNextMeeting"),
    ("future_meeting" = "#/components/schemas/DueAtFutureMeeting"),
    ("period" = "#/components/schemas/DueInPeriod"),
    ("recurring" = "#/components/schemas/DueRecurring"),
    ("event" = "#/components/schemas/DueAfterEvent"),
    ("vague" = "#/components/schemas/DueVaguely"),
    ("none" = "#/components/schemas/DueNever"),
)))]
#[serde(untagged)]
#[expect(dead_code, reason = "only ever documented")]
pub(crate) enum DueTermInput {
    ByDate(DueByDate),
    AtMeeting(DueAtMeeting),
    AtNextMeeting(DueAtNextMeeting),
    AtFutureMeeting(DueAtFutureMeeting),
    InPeriod(DueInPeriod),
    Recurring(DueRecurring),
    AfterEvent(DueAfterEvent),
    Vaguely(DueVaguely),
    Never(DueNever),
}

macro_rules! due_shapes {
    ($($(#[$doc:meta])* $name:ident $kind:ident $word:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })+) => {$(
        #[doc = concat!("The kind `", $word, "`.")]
        #[derive(Debug, ToSchema)]
        #[expect(dead_code, reason = "only ever documented")]
        pub(crate) enum $kind {
            #[doc = concat!("`", $word, "`")]
            #[schema(rename = $word)]
            Only,
        }

        $(#[$doc])*
        #[derive(Debug, ToSchema)]
        #[expect(dead_code, reason = "only ever documented")]
        pub(crate) struct $name {
            #[doc = concat!("`", $word, "`")]
            #[schema(inline)]
            kind: $kind,
            $($(#[$field_doc])* $field: $type,)*
            /// The words in which it was set.
            #[schema(min_length = 1, max_length = 500)]
            wording: Option<String>,
        }
    )+};
}

due_shapes! {
    /// "by 31 March 2015".
    DueByDate DueByDateKind "date" {
        /// The day (Europe/London).
        due_on: NaiveDate,
        /// A day on which to look at it before.
        review_on: Option<NaiveDate>,
    }
    /// "the meeting on 9 June".
    DueAtMeeting DueAtMeetingKind "meeting" {
        /// The meeting.
        meeting_id: Uuid,
        /// A day on which to look at it before.
        review_on: Option<NaiveDate>,
    }
    /// "to the next meeting": the committee's first meeting after the deciding one that is neither postponed nor cancelled.
    DueAtNextMeeting DueAtNextMeetingKind "next_meeting" {
        /// The day on which to look at it; needed while the calendar has no next meeting.
        review_on: Option<NaiveDate>,
    }
    /// "a future meeting": no day.
    DueAtFutureMeeting DueAtFutureMeetingKind "future_meeting" {
        /// The day on which to look at it, so that it is not forgotten.
        review_on: Option<NaiveDate>,
    }
    /// "within six months": counted from the day of the meeting that asked or, of a term that is revised, of the one that decided
    /// so, or of a delegate's decision.
    DueInPeriod DueInPeriodKind "period" {
        /// How long.
        period: Period,
        /// A day on which to look at it before.
        review_on: Option<NaiveDate>,
    }
    /// "quarterly", "to each meeting": each occurrence is met or missed on its own.
    DueRecurring DueRecurringKind "recurring" {
        /// How often, counted from the meeting that asked or, of a term that is revised, from the decision.
        frequency: Frequency,
        /// The day on which to look at it; needed while the calendar has no next meeting.
        review_on: Option<NaiveDate>,
    }
    /// "once the audit is finished": no day.
    DueAfterEvent DueAfterEventKind "event" {
        /// The day on which to look at it, so that it is not forgotten.
        review_on: Option<NaiveDate>,
    }
    /// "in due course": no day.
    DueVaguely DueVaguelyKind "vague" {
        /// The day on which to look at it, so that it is not forgotten.
        review_on: Option<NaiveDate>,
    }
    /// Nothing was said.
    DueNever DueNeverKind "none" {
        /// The day on which to look at it, so that it is not forgotten.
        review_on: Option<NaiveDate>,
    }
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Period {
    /// How many.
    #[schema(minimum = 1, maximum = 1000, example = 6)]
    pub(crate) count: u32,
    /// Of what.
    pub(crate) unit: PeriodUnit,
}

/// A due term's members as they arrive.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DueInput {
    kind: DueKind,
    #[serde(default)]
    wording: Option<String>,
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    due_on: Option<NaiveDate>,
    #[serde(default)]
    meeting_id: Option<MeetingId>,
    #[serde(default, deserialize_with = "super::object::optional")]
    period: Option<Period>,
    #[serde(default)]
    frequency: Option<Frequency>,
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    review_on: Option<NaiveDate>,
}

impl DueInput {
    /// Reads the term, noting what is wrong under `pointer`. The answer is `None` only when something was noted.
    pub(crate) fn parse(self, pointer: &str, check: &mut Check) -> Option<NewDue> {
        let at = |name: &str| format!("{pointer}/{name}");
        check.opt_line(&at("wording"), self.wording.as_ref(), 500);
        check.day(&at("due_on"), self.due_on);
        check.day(&at("review_on"), self.review_on);
        for (name, given, kind) in [
            ("due_on", self.due_on.is_some(), DueKind::Date),
            ("meeting_id", self.meeting_id.is_some(), DueKind::Meeting),
            ("period", self.period.is_some(), DueKind::Period),
            ("frequency", self.frequency.is_some(), DueKind::Recurring),
        ] {
            if given && self.kind != kind {
                check.add(
                    &at(name),
                    "not_of_this_kind",
                    format!("belongs to the kind {kind}"),
                );
            }
        }
        let term = match self.kind {
            DueKind::Date => DueTerm::Date(check.required(&at("due_on"), self.due_on)?),
            DueKind::Meeting => {
                DueTerm::Meeting(check.required(&at("meeting_id"), self.meeting_id)?)
            }
            DueKind::NextMeeting => DueTerm::NextMeeting,
            DueKind::FutureMeeting => DueTerm::FutureMeeting,
            DueKind::Period => {
                let period = check.required(&at("period"), self.period)?;
                if !(1..=due::Period::MAX_COUNT).contains(&period.count) {
                    check.add(
                        &at("period/count"),
                        "out_of_range",
                        "must be from 1 to 1000",
                    );
                }
                DueTerm::Period(due::Period {
                    count: period.count,
                    unit: period.unit,
                })
            }
            DueKind::Recurring => {
                DueTerm::Recurring(check.required(&at("frequency"), self.frequency)?)
            }
            DueKind::Event => DueTerm::Event,
            DueKind::Vague => DueTerm::Vague,
            DueKind::None => DueTerm::None,
        };
        Some(NewDue {
            term,
            wording: self.wording,
            review_on: self.review_on,
        })
    }
}

/// A new due term for an action under way, why, and by whose decision: `decision_id` or else `delegation_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DueTermRevision {
    /// The new term.
    #[serde(deserialize_with = "super::object::one")]
    #[schema(value_type = DueTermInput)]
    due: DueInput,
    /// Why.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "The figures are published in June."
    )]
    reason: String,
    /// The resolution it rests on: of the action's committee, of its successor, or of the one that transferred the action; not the
    /// one that asked for the action.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    decision_id: Option<ResolutionId>,
    /// The recorded delegation it rests on, of the action's committee and in force on the day of the decision.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    delegation_id: Option<DelegationId>,
    /// The day on which the decision took effect (Europe/London), not in the future; today where nothing is said.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    effective_on: Option<NaiveDate>,
}

impl DueTermRevision {
    /// Reads the revision; everything that is wrong with it is told at once.
    pub(crate) fn parse(self) -> Result<Revision, Failure> {
        let mut check = Check::default();
        check.prose("/reason", &self.reason, MAX_PROSE);
        let authority = needed_authority(&mut check, self.decision_id, self.delegation_id);
        let due = self.due.parse("/due", &mut check);
        let (due, authority) = check.finish_with(due.zip(authority))?;
        Ok(Revision {
            due,
            reason: self.reason,
            authority,
            effective_on: self.effective_on,
        })
    }
}
