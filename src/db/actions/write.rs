//! Writing actions.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::search;
use super::{super::types::Uid, Action};
use crate::db::cached::{Cached, RowInsert};
use crate::db::conn::native;
use crate::db::resolutions::Resolution;
use crate::db::schema::{action_supporting_posts, actions, due_terms};
use crate::db::types::Instant;
use crate::db::{Conn, DbError, Tx};
use crate::domain::assurance::{Priority, VerificationResult};
use crate::domain::due::{DueKind, Frequency, PeriodUnit};
use crate::domain::ids::{ActionId, CommitteeId, MeetingId, PostId, ResolutionId};
use crate::domain::life::{Outcome, State};
use crate::domain::reference::{MunicipalYear, Series};

/// A due term as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = due_terms, treat_none_as_default_value = false)]
pub(crate) struct DueTermRow {
    pub(crate) action_id: ActionId,
    pub(crate) number: i32,
    pub(crate) kind: DueKind,
    pub(crate) wording: Option<String>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) meeting_id: Option<MeetingId>,
    pub(crate) review_on: Option<NaiveDate>,
    pub(crate) reason: Option<String>,
    pub(crate) set_by: String,
    pub(crate) set_at: Instant,
    pub(crate) counts_from: Option<Instant>,
    pub(crate) period_count: Option<i32>,
    pub(crate) period_unit: Option<PeriodUnit>,
    pub(crate) frequency: Option<Frequency>,
    /// Whether the action was exempt when it was set, or when it was asked for.
    pub(crate) while_exempt: bool,
}

/// What a write changes in an action; `None` leaves a column as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = actions)]
pub(crate) struct ActionChange {
    pub(crate) title: Option<String>,
    pub(crate) required: Option<Option<String>>,
    pub(crate) owner_post_id: Option<Option<PostId>>,
    pub(crate) supporting_posts: Option<String>,
    pub(crate) state: Option<State>,
    pub(crate) outcome: Option<Option<Outcome>>,
    pub(crate) exempt: Option<bool>,
    pub(crate) exempt_paragraphs: Option<String>,
    pub(crate) due_number: Option<i32>,
    pub(crate) due_kind: Option<Option<DueKind>>,
    pub(crate) due_wording: Option<Option<String>>,
    pub(crate) due_on: Option<Option<NaiveDate>>,
    pub(crate) due_meeting_id: Option<Option<MeetingId>>,
    pub(crate) review_on: Option<Option<NaiveDate>>,
    pub(crate) original_due_on: Option<Option<NaiveDate>>,
    pub(crate) claimed_by: Option<Option<String>>,
    pub(crate) claimed_at: Option<Option<Instant>>,
    pub(crate) closed_on: Option<Option<NaiveDate>>,
    pub(crate) decision_id: Option<Option<ResolutionId>>,
    pub(crate) successor_id: Option<Option<ActionId>>,
    pub(crate) decided_on: Option<NaiveDate>,
    pub(crate) priority: Option<Option<Priority>>,
    pub(crate) verification_required: Option<bool>,
    pub(crate) verification: Option<Option<VerificationResult>>,
    pub(crate) last_progress_on: Option<Option<NaiveDate>>,
    pub(crate) forecast_on: Option<Option<NaiveDate>>,
    pub(crate) percent_complete: Option<Option<i32>>,
    pub(crate) due_period_count: Option<Option<i32>>,
    pub(crate) due_period_unit: Option<Option<PeriodUnit>>,
    pub(crate) due_frequency: Option<Option<Frequency>>,
    pub(crate) due_occurrence: Option<Option<i32>>,
    pub(crate) missed_terms: Option<i32>,
    pub(crate) parent_id: Option<Option<ActionId>>,
    pub(crate) public_since: Option<Option<NaiveDate>>,
}

/// Takes the next number of a row of references. The row stays locked until the transaction ends, so a number is never
/// given twice and one that was rolled back is given again.
pub(crate) fn next_number(
    tx: &mut Tx,
    committee: CommitteeId,
    year: MunicipalYear,
    series: Series,
) -> Result<u32, DbError> {
    const TAKE: &str =
        "INSERT INTO reference_counters (committee_id, municipal_year, series, last_number)";
    const BUMP: &str = "ON CONFLICT (committee_id, municipal_year, series) \
         DO UPDATE SET last_number = reference_counters.last_number + 1 RETURNING last_number";
    let year = i32::from(year.starts_in());
    let number: i32 = match &mut tx.conn {
        Conn::Sqlite(conn) => Cached(
            diesel::sql_query(format!("{TAKE} VALUES (?, ?, ?, 1) {BUMP}"))
                .bind::<Uid, _>(committee)
                .bind::<Integer, _>(year)
                .bind::<Text, _>(series.prefix()),
        )
        .get_result::<Number>(conn)?,
        Conn::Postgres(conn) => Cached(
            diesel::sql_query(format!("{TAKE} VALUES ($1, $2, $3, 1) {BUMP}"))
                .bind::<Uid, _>(committee)
                .bind::<Integer, _>(year)
                .bind::<Text, _>(series.prefix()),
        )
        .get_result::<Number>(conn)?,
    }
    .last_number;
    u32::try_from(number).map_err(|error| DbError::Internal(error.to_string()))
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    last_number: i32,
}

/// Locks an action against other movers until the transaction ends. On SQLite there is but one writer.
pub(crate) fn lock(tx: &mut Tx, id: ActionId) -> Result<(), DbError> {
    if let Conn::Postgres(conn) = &mut tx.conn {
        actions::table
            .find(id)
            .select(actions::version)
            .for_update()
            .first::<i32>(conn)
            .optional()?;
    }
    Ok(())
}

/// Inserts an action with its supporting posts and the words it is found by.
pub(crate) fn insert(
    tx: &mut Tx,
    action: &Action,
    supporting: &[PostId],
    resolution: Option<&Resolution>,
) -> Result<(), DbError> {
    let insert = RowInsert::<Action, _>::new(diesel::insert_into(actions::table).values(action));
    native!(&mut tx.conn, c => insert.execute(c))?;
    insert_supporting_posts(tx, action.id, supporting)?;
    search::index(tx, action, resolution)
}

/// Replaces the supporting posts in the table that is searched; the action's own column is set by [`update`].
pub(crate) fn set_supporting_posts(
    tx: &mut Tx,
    id: ActionId,
    posts: &[PostId],
) -> Result<(), DbError> {
    diesel::delete(
        action_supporting_posts::table.filter(action_supporting_posts::action_id.eq(id)),
    )
    .execute(&mut tx.conn)?;
    insert_supporting_posts(tx, id, posts)
}

fn insert_supporting_posts(tx: &mut Tx, id: ActionId, posts: &[PostId]) -> Result<(), DbError> {
    for post in posts {
        diesel::insert_into(action_supporting_posts::table)
            .values((
                action_supporting_posts::action_id.eq(id),
                action_supporting_posts::post_id.eq(post),
            ))
            .execute(&mut tx.conn)?;
    }
    Ok(())
}

/// Appends a due term.
pub(crate) fn add_due_term(tx: &mut Tx, term: &DueTermRow) -> Result<(), DbError> {
    let insert =
        RowInsert::<DueTermRow, _>::new(diesel::insert_into(due_terms::table).values(term));
    native!(&mut tx.conn, c => insert.execute(c))?;
    Ok(())
}

/// Changes an action that is still as it was read, and answers with it as it is then; `None` where it has changed. The time
/// of the last change never goes back, as [`Versioned`](crate::db::Versioned) demands.
pub(crate) fn update(
    tx: &mut Tx,
    before: &Action,
    change: &ActionChange,
    now: Instant,
) -> Result<Option<Action>, DbError> {
    let mut after = before.clone();
    change.apply(&mut after);
    after.version += 1;
    after.updated_at = now.max(before.updated_at);
    let guarded = actions::table
        .find(before.id)
        .filter(actions::version.eq(before.version));
    let set = (
        change,
        actions::version.eq(after.version),
        actions::updated_at.eq(after.updated_at),
    );
    let update = Cached(diesel::update(guarded).set(set).returning(actions::version));
    let changed: Option<i32> = native!(&mut tx.conn, c => update.get_result(c)).optional()?;
    Ok(changed.map(|_| after))
}

/// Makes the actions of a resolution findable by its new text.
pub(crate) fn reindex_resolution(tx: &mut Tx, resolution: &Resolution) -> Result<(), DbError> {
    let arising = actions::table
        .filter(actions::resolution_id.eq(resolution.id))
        .order(actions::id);
    let arising: Vec<Action> = match &mut tx.conn {
        Conn::Sqlite(conn) => arising.select(Action::as_select()).load(conn)?,
        // Held, so that what is indexed here does not overtake what another changes meanwhile.
        Conn::Postgres(conn) => arising
            .select(Action::as_select())
            .for_no_key_update()
            .load(conn)?,
    };
    let arising: Vec<_> = arising.iter().map(|a| (a, Some(resolution))).collect();
    search::index_all(tx, &arising)
}

/// Forgets the terms of a draft, which was never agreed and so never had one.
pub(crate) fn drop_draft_terms(tx: &mut Tx, id: ActionId) -> Result<(), DbError> {
    diesel::delete(due_terms::table.filter(due_terms::action_id.eq(id))).execute(&mut tx.conn)?;
    Ok(())
}

/// Applies a change to the row that was read, so that it need not be read again.
macro_rules! apply {
    ($change:ident to $action:ident: $($column:ident),+ $(,)?) => {
        $(if let Some(value) = &$change.$column { $action.$column.clone_from(value); })+
    };
}

impl ActionChange {
    /// What the change makes of a row.
    pub(crate) fn apply(&self, action: &mut Action) {
        apply!(self to action: title, required, owner_post_id, supporting_posts, state, outcome, exempt, exempt_paragraphs, due_number,
            due_kind, due_wording, due_on, due_meeting_id, review_on, original_due_on, claimed_by, claimed_at,
            closed_on, decision_id, successor_id, decided_on, priority, verification_required, verification, last_progress_on, forecast_on, percent_complete, due_period_count, due_period_unit, due_frequency, due_occurrence, missed_terms, parent_id, public_since);
    }
}
