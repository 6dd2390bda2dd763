//! Actions, their due terms, supporting posts and search index.

pub(crate) mod calendar;
mod list;
#[cfg(test)]
mod plans;
mod search;
mod selection;
mod structure;
pub(crate) mod terms;
mod write;

pub(crate) use list::{ActionFilter, ActionSort, DueClock, Position, SortColumn, find_as_of, list};
pub(super) use search::flush;
pub(crate) use search::{index, index_all};
pub(crate) use structure::{find_many, lock_many, of_resolution, outstanding_children};
pub(crate) use write::{
    ActionChange, DueTermRow, add_due_term, drop_draft_terms, insert, lock, next_number,
    reindex_resolution, set_supporting_posts, update,
};

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

use super::conn::{MultiBackend, native};
use super::posts::succession::in_charge_of;
use super::posts::tenures::{Tenure, covering};
use super::posts::{HeldPost, Post};
use super::schema::{
    actions, completion_claims, evidence, extension_requests, posts as posts_table,
    tenures as tenures_table,
};
use super::sight::{Part, Parts, Sight};
use super::types::{Instant, as_json};
use super::{Conn, DbError};
use crate::domain::assurance::{Priority, VerificationResult};
use crate::domain::due::{DueKind, Frequency, PeriodUnit};
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, MeetingId, PostId, RecordId, ResolutionId,
};
use crate::domain::life::{Outcome, State};

/// An action as it is stored; the generated columns are for lists only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = actions, treat_none_as_default_value = false)]
#[diesel(check_for_backend(MultiBackend))]
pub(crate) struct Action {
    pub(crate) id: ActionId,
    pub(crate) reference: String,
    #[serde(skip)]
    pub(crate) reference_key: String,
    pub(crate) committee_id: CommitteeId,
    pub(crate) meeting_id: MeetingId,
    pub(crate) agenda_item_id: Option<AgendaItemId>,
    pub(crate) resolution_id: Option<ResolutionId>,
    pub(crate) title: String,
    pub(crate) required: Option<String>,
    pub(crate) owner_post_id: Option<PostId>,
    /// A JSON array of ids.
    #[serde(serialize_with = "as_json")]
    pub(crate) supporting_posts: String,
    pub(crate) state: State,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) exempt: bool,
    /// A JSON array of paragraph numbers.
    #[serde(serialize_with = "as_json")]
    pub(crate) exempt_paragraphs: String,
    pub(crate) due_number: i32,
    pub(crate) due_kind: Option<DueKind>,
    pub(crate) due_wording: Option<String>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) due_meeting_id: Option<MeetingId>,
    pub(crate) review_on: Option<NaiveDate>,
    pub(crate) original_due_on: Option<NaiveDate>,
    pub(crate) claimed_by: Option<String>,
    pub(crate) claimed_at: Option<Instant>,
    pub(crate) closed_on: Option<NaiveDate>,
    pub(crate) decision_id: Option<ResolutionId>,
    pub(crate) successor_id: Option<ActionId>,
    pub(crate) source_system: Option<String>,
    pub(crate) source_reference: Option<String>,
    pub(crate) source_url: Option<String>,
    #[serde(skip)]
    pub(crate) source_digest: Option<Vec<u8>>,
    pub(crate) decided_on: NaiveDate,
    pub(crate) priority: Option<Priority>,
    pub(crate) verification_required: bool,
    pub(crate) verification: Option<VerificationResult>,
    pub(crate) last_progress_on: Option<NaiveDate>,
    pub(crate) forecast_on: Option<NaiveDate>,
    pub(crate) percent_complete: Option<i32>,
    pub(crate) due_period_count: Option<i32>,
    pub(crate) due_period_unit: Option<PeriodUnit>,
    pub(crate) due_frequency: Option<Frequency>,
    pub(crate) due_occurrence: Option<i32>,
    pub(crate) missed_terms: i32,
    pub(crate) parent_id: Option<ActionId>,
    pub(crate) public_since: Option<NaiveDate>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

impl Action {
    /// The supporting posts. What cannot be read as a list of ids was never written by this program.
    pub(crate) fn supporting_posts(&self) -> Vec<PostId> {
        serde_json::from_str(&self.supporting_posts).unwrap_or_default()
    }

    /// Whether the action is in sight.
    pub(crate) fn visible(&self, sight: &Sight) -> bool {
        self.visible_as(self.exempt, sight)
    }

    /// Which parts of the action, which is in sight, are so too.
    pub(crate) fn parts(&self, sight: &Sight) -> Parts {
        if self.visible_as(true, sight) {
            Parts::All
        } else {
            Parts::Public
        }
    }

    /// Whether something is a part of the action, and in sight if the action is.
    pub(crate) fn shows(&self, part: &impl Part, sight: &Sight) -> bool {
        part.action_id() == self.id && (!part.while_exempt() || self.parts(sight) == Parts::All)
    }

    fn visible_as(&self, exempt: bool, sight: &Sight) -> bool {
        sight.sees_action(self.committee_id, exempt, self.owner_post_id, || {
            self.supporting_posts()
        })
    }
}

/// The action of that id, in sight or not.
pub(crate) fn find(conn: &mut Conn, id: ActionId) -> Result<Option<Action>, DbError> {
    let query = actions::table.find(id);
    Ok(native!(conn, c => query.select(Action::as_select()).first(c)).optional()?)
}

/// The action of that id, in sight or not, with the post in charge of it on `day` and who holds that: in one query, unless
/// the owning post has ended and was succeeded. Of tenures that overlap, the one that began last counts, as in
/// [`held`](super::posts::held).
pub(crate) fn find_with_owner(
    conn: &mut Conn,
    id: ActionId,
    day: NaiveDate,
) -> Result<Option<(Action, Option<HeldPost>)>, DbError> {
    let owns = posts_table::id.nullable().eq(actions::owner_post_id);
    let holds = tenures_table::post_id
        .nullable()
        .eq(actions::owner_post_id)
        .and(covering(day));
    let query = actions::table
        .left_join(posts_table::table.on(owns))
        .left_join(tenures_table::table.on(holds))
        .filter(actions::id.eq(id))
        .order((tenures_table::starts_on.desc(), tenures_table::id.desc()));
    let found = native!(conn, c => query
        .select(<(Action, Option<Post>, Option<Tenure>)>::as_select())
        .first(c))
    .optional()?;
    let Some((action, post, holder)) = found else {
        return Ok(None);
    };
    let owner = match post {
        Some(post) => Some(in_charge_of(conn, HeldPost::on(day, post, holder), day)?),
        None => None,
    };
    Ok(Some((action, owner)))
}

/// The parts of an action that were written to while it was exempt, of those kinds that later entries of its history name:
/// evidence, claims and requests for an extension.
pub(crate) fn parts_while_exempt(conn: &mut Conn, id: ActionId) -> Result<Vec<RecordId>, DbError> {
    let mut parts = Vec::new();
    macro_rules! of {
        ($($table:ident),+) => {$(
            parts.extend(
                $table::table
                    .filter($table::action_id.eq(id))
                    .filter($table::while_exempt)
                    .select($table::id)
                    .load::<RecordId>(conn)?,
            );
        )+};
    }
    of!(evidence, completion_claims, extension_requests);
    Ok(parts)
}

/// The committees whose actions were transferred into this one.
pub(crate) fn transferred_from(conn: &mut Conn, id: ActionId) -> Result<Vec<CommitteeId>, DbError> {
    Ok(actions::table
        .filter(actions::successor_id.eq(id))
        .filter(actions::outcome.eq(Outcome::Transferred))
        .select(actions::committee_id)
        .load(conn)?)
}

/// The action that a source system knows by that reference.
pub(crate) fn find_by_source(
    conn: &mut Conn,
    system: &str,
    reference: &str,
) -> Result<Option<Action>, DbError> {
    Ok(actions::table
        .filter(actions::source_system.eq(system))
        .filter(actions::source_reference.eq(reference))
        .select(Action::as_select())
        .first(conn)
        .optional()?)
}
