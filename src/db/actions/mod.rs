//! Actions, their due terms, supporting posts and search index.

mod list;
mod search;
mod write;

pub(crate) use list::{ActionFilter, ActionSort, DueClock, Position, SortColumn, list};
pub(crate) use write::{
    ActionChange, DueTermRow, add_due_term, insert, lock, next_number, reindex_resolution,
    set_supporting_posts, update,
};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::MultiBackend;
use super::schema::{action_supporting_posts, actions, due_terms};
use super::sight::{ExemptSight, Sight};
use super::types::Instant;
use super::{Conn, DbError};
use crate::domain::due::DueKind;
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, MeetingId, PostId, ResolutionId,
};
use crate::domain::life::{Outcome, State};

/// An action as it is stored; the generated columns are for lists only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = actions, treat_none_as_default_value = false)]
#[diesel(check_for_backend(MultiBackend))]
pub(crate) struct Action {
    pub(crate) id: ActionId,
    pub(crate) reference: String,
    pub(crate) reference_key: String,
    pub(crate) committee_id: CommitteeId,
    pub(crate) meeting_id: MeetingId,
    pub(crate) agenda_item_id: Option<AgendaItemId>,
    pub(crate) resolution_id: Option<ResolutionId>,
    pub(crate) title: String,
    pub(crate) required: Option<String>,
    pub(crate) owner_post_id: Option<PostId>,
    /// A JSON array of ids.
    pub(crate) supporting_posts: String,
    pub(crate) state: State,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) exempt: bool,
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
    pub(crate) source_digest: Option<Vec<u8>>,
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
        sight.sees_committee(self.committee_id)
            && (!self.exempt
                || match &sight.exempt {
                    ExemptSight::All => true,
                    ExemptSight::Posts(posts) => posts.iter().any(|post| {
                        self.owner_post_id == Some(*post) || self.supporting_posts().contains(post)
                    }),
                })
    }
}

/// The action of that id, in sight or not.
pub(crate) fn find(conn: &mut Conn, id: ActionId) -> Result<Option<Action>, DbError> {
    Ok(actions::table
        .find(id)
        .select(Action::as_select())
        .first(conn)
        .optional()?)
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

/// The due terms of an action, the original first.
pub(crate) fn due_terms(conn: &mut Conn, id: ActionId) -> Result<Vec<DueTermRow>, DbError> {
    Ok(due_terms::table
        .filter(due_terms::action_id.eq(id))
        .order(due_terms::number)
        .load(conn)?)
}

/// Whether any action that one of these posts supports is that one.
pub(crate) fn supported_by(
    conn: &mut Conn,
    id: ActionId,
    posts: &[PostId],
) -> Result<bool, DbError> {
    Ok(diesel::select(diesel::dsl::exists(
        action_supporting_posts::table
            .filter(action_supporting_posts::action_id.eq(id))
            .filter(action_supporting_posts::post_id.eq_any(posts.to_vec())),
    ))
    .get_result(conn)?)
}
