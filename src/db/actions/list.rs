//! Lists of actions.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Text};
use serde::{Deserialize, Serialize};

use super::search;
use super::selection::WholeAction;
use super::{Action, Sight};
use crate::db::as_of::{AsOf, in_force};
use crate::db::conn::MultiBackend;
use crate::db::posts::succession::{OfOwners, Owners, owners};
use crate::db::schema::{actions, actions_now};
use crate::db::sight::{ExemptSight, action_condition};
use crate::db::types::{Instant, Moment, Uid};
use crate::db::{Conn, DbError};
use crate::domain::assurance::Priority;
use crate::domain::ids::{ActionId, CommitteeId, MeetingId, PostId, ResolutionId};
use crate::domain::life::State;
use crate::domain::rules::CalledInRule;
use crate::domain::search::SearchTerms;

/// What stands for the due day of an undated action in `due_sort`: after every day there is.
const UNDATED: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day of the calendar");

/// What stands for the day of the last update in `progress_sort` where there was none: before every day there is.
const NEVER: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a day of the calendar");

/// Which of its two due days an action is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DueClock {
    /// The term in force.
    Current,
    /// The term first set.
    Original,
}

/// What a list of actions is narrowed to; every member that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ActionFilter {
    pub(crate) outstanding: Option<bool>,
    pub(crate) state: Option<State>,
    /// The owning post, or one that has taken its place since.
    pub(crate) owner_post_id: Option<PostId>,
    /// The directorate of the post in charge.
    pub(crate) directorate: Option<String>,
    /// Outstanding, and the post in charge held by nobody, or by somebody.
    pub(crate) vacant: Option<bool>,
    /// The day on which posts are in charge and held: today, or that of `as_of`.
    pub(crate) day: NaiveDate,
    pub(crate) committee_id: Option<CommitteeId>,
    pub(crate) meeting_id: Option<MeetingId>,
    pub(crate) due_meeting_id: Option<MeetingId>,
    pub(crate) resolution_id: Option<ResolutionId>,
    pub(crate) parent_id: Option<ActionId>,
    pub(crate) due_after: Option<NaiveDate>,
    pub(crate) due_before: Option<NaiveDate>,
    /// Overdue by that clock on that day.
    pub(crate) overdue: Option<(DueClock, NaiveDate)>,
    /// Outstanding, and to be looked at on that day or before.
    pub(crate) review_by: Option<NaiveDate>,
    /// Outstanding without a due day, or with one.
    pub(crate) undated: Option<bool>,
    /// Outstanding, and its last update is for an earlier day than this, if it ever had one.
    pub(crate) no_update_since: Option<NaiveDate>,
    pub(crate) exempt: Option<bool>,
    pub(crate) priority: Option<Priority>,
    /// Called in, or not, by these rules on this day.
    pub(crate) called_in: Option<(bool, CalledInRule, NaiveDate)>,
    /// A reference's sort key.
    pub(crate) reference_key: Option<String>,
    pub(crate) updated_since: Option<DateTime<Utc>>,
    /// Words that are found in an action as it is today; not with `as_of`.
    pub(crate) search: Option<SearchTerms>,
    /// The list as it stood at that instant.
    pub(crate) as_of: Option<DateTime<Utc>>,
}

/// What a list is sorted by; ties go by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SortColumn {
    /// The due day in force; undated actions come last, whichever way.
    DueOn,
    /// The original due day, likewise.
    OriginalDueOn,
    /// The review day; only of lists that are narrowed by it.
    ReviewOn,
    /// The reference.
    Reference,
    /// The time of the last change.
    UpdatedAt,
    /// The day of the last progress update, with those that never had one before every day.
    LastUpdateOn,
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ActionSort {
    pub(crate) column: SortColumn,
    pub(crate) descending: bool,
}

pub(super) type Boxed<'a> = IntoBoxed<'a, actions::table, MultiBackend>;

/// A row's place in a list: the value it was sorted by and its id. What a cursor carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    value: PositionValue,
    id: ActionId,
}

/// The value a row was sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum PositionValue {
    /// A day; undated is the last day there is.
    Day(NaiveDate),
    /// A reference's sort key.
    Reference(String),
    /// An instant.
    Instant(DateTime<Utc>),
}

impl Position {
    /// Where an action stands in a list sorted so.
    pub(crate) fn of(action: &Action, sort: ActionSort) -> Self {
        Self {
            value: match sort.column {
                SortColumn::DueOn => PositionValue::Day(action.due_on.unwrap_or(UNDATED)),
                SortColumn::OriginalDueOn => {
                    PositionValue::Day(action.original_due_on.unwrap_or(UNDATED))
                }
                SortColumn::ReviewOn => PositionValue::Day(action.review_on.unwrap_or(UNDATED)),
                SortColumn::Reference => PositionValue::Reference(action.reference_key.clone()),
                SortColumn::UpdatedAt => PositionValue::Instant(action.updated_at.0),
                SortColumn::LastUpdateOn => {
                    PositionValue::Day(action.last_progress_on.unwrap_or(NEVER))
                }
            },
            id: action.id,
        }
    }

    #[cfg(test)]
    pub(super) fn at_for_test(sort: ActionSort, day: NaiveDate) -> Self {
        let id = ActionId(uuid::Uuid::from_u128(7));
        let value = match sort.column {
            SortColumn::DueOn
            | SortColumn::OriginalDueOn
            | SortColumn::ReviewOn
            | SortColumn::LastUpdateOn => PositionValue::Day(day),
            SortColumn::Reference => PositionValue::Reference("CFS/2013/000007".to_owned()),
            SortColumn::UpdatedAt => {
                PositionValue::Instant(day.and_time(chrono::NaiveTime::MIN).and_utc())
            }
        };
        Self { value, id }
    }

    fn undated(&self) -> bool {
        self.value == PositionValue::Day(UNDATED)
    }
}

/// Which part of a list a query reads. A descending list by due day is read as two, because undated actions follow the
/// dated ones and both parts are read straight from the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Dated,
    Undated,
}

/// A page of actions in sight, after `after`, at most `limit`.
pub(crate) fn list(
    conn: &mut Conn,
    sight: &Sight,
    filter: &ActionFilter,
    sort: ActionSort,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<Action>, DbError> {
    let by_day = matches!(sort.column, SortColumn::DueOn | SortColumn::OriginalDueOn);
    let asked = OfOwners {
        post: filter.owner_post_id,
        directorate: filter.directorate.as_deref(),
        vacant: filter.vacant,
        day: filter.day,
        as_of: filter.as_of,
    };
    let owners = owners(conn, asked)?;
    let read = |conn: &mut Conn, part, after, limit| {
        let filters = (filter, &owners);
        let page = page(conn.is_sqlite(), sight, filters, sort, part, after, limit);
        load(conn, page, filter.as_of.is_some())
    };
    if !(by_day && sort.descending) {
        return read(conn, Part::Whole, after, limit);
    }
    // An action that gained or lost its day between the two would stand in both parts, or in none.
    conn.one_snapshot(|conn| {
        let mut rows = Vec::new();
        if !after.is_some_and(Position::undated) {
            rows = read(conn, Part::Dated, after, limit)?;
        }
        let missing = limit - i64::try_from(rows.len()).unwrap_or(limit);
        if missing > 0 {
            let after = after.filter(|position| position.undated());
            rows.extend(read(conn, Part::Undated, after, missing)?);
        }
        Ok(rows)
    })
}

/// The action of that id as it stood at an instant, if it is in sight as it was and as it is.
pub(crate) fn find_as_of(
    conn: &mut Conn,
    sight: &Sight,
    id: ActionId,
    at: DateTime<Utc>,
) -> Result<Option<Action>, DbError> {
    let filter = ActionFilter {
        as_of: Some(at),
        ..ActionFilter::default()
    };
    let owners = Owners::default();
    let query = in_sight(
        narrowed(conn.is_sqlite(), &filter, &owners, false),
        sight,
        true,
    )
    .filter(actions::id.eq(id))
    .filter(
        actions::reference_key.eq_any(
            actions_now::table
                .filter(actions_now::id.eq(id))
                .select(actions_now::reference_key),
        ),
    );
    Ok(load(conn, query, true)?.pop())
}

fn load(conn: &mut Conn, query: Boxed<'_>, as_of: bool) -> Result<Vec<Action>, DbError> {
    if !as_of {
        return Ok(query.select(WholeAction).load(conn)?);
    }
    let rows: Vec<(Action, NaiveDate, NaiveDate, NaiveDate)> =
        AsOf::new(conn, query.select(as_it_was())).load(conn)?;
    Ok(rows.into_iter().map(|(action, ..)| action).collect())
}

pub(super) fn page<'a>(
    sqlite: bool,
    sight: &'a Sight,
    (filter, owners): (&'a ActionFilter, &'a Owners),
    sort: ActionSort,
    part: Part,
    after: Option<&Position>,
    limit: i64,
) -> Boxed<'a> {
    let by_update = sort.column == SortColumn::UpdatedAt || filter.updated_since.is_some();
    let query = narrowed(sqlite, filter, owners, by_update);
    let query = in_sight(query, sight, filter.as_of.is_some());
    let query = match (part, sort.column) {
        (Part::Whole, _) => query,
        (Part::Dated, SortColumn::OriginalDueOn) => {
            query.filter(actions::original_due_sort.lt(UNDATED))
        }
        (Part::Dated, _) => query.filter(actions::due_sort.lt(UNDATED)),
        (Part::Undated, SortColumn::OriginalDueOn) => {
            query.filter(actions::original_due_sort.eq(UNDATED))
        }
        (Part::Undated, _) => query.filter(actions::due_sort.eq(UNDATED)),
    };
    let query = match after {
        Some(position) => query.filter(beyond(sort, position)),
        None => query,
    };
    ordered(query, sort).limit(limit)
}

fn narrowed<'a>(
    sqlite: bool,
    filter: &'a ActionFilter,
    owners: &'a Owners,
    by_update: bool,
) -> Boxed<'a> {
    let mut query = actions::table.into_boxed::<MultiBackend>();
    if let Some(at) = filter.as_of {
        query = query.filter(in_force(sqlite, "actions", at, by_update));
        query = found_by_what_stays(query, filter);
    }
    if let Some(outstanding) = filter.outstanding {
        query = query.filter(actions::outstanding.eq(outstanding));
    }
    if let Some(state) = filter.state {
        query = query.filter(actions::state.eq(state));
    }
    query = match owners.among.as_deref() {
        // One, compared as one, because only then is the order that of the index.
        Some([post]) => query.filter(actions::owner_post_id.eq(post)),
        Some(posts) => query.filter(actions::owner_post_id.eq_any(posts)),
        None => query,
    };
    if let Some((vacant, posts)) = &owners.vacant {
        query = query.filter(actions::outstanding.eq(true));
        query = if *vacant {
            let vacant = actions::owner_post_id.eq_any(posts).assume_not_null();
            query.filter(actions::owner_post_id.is_null().or(vacant))
        } else {
            query
                .filter(actions::owner_post_id.is_not_null())
                .filter(actions::owner_post_id.assume_not_null().ne_all(posts))
        };
    }
    if let Some(committee) = filter.committee_id {
        query = query.filter(actions::committee_id.eq(committee));
    }
    if let Some(meeting) = filter.meeting_id {
        query = query.filter(actions::meeting_id.eq(meeting));
    }
    if let Some(meeting) = filter.due_meeting_id {
        query = query.filter(actions::due_meeting_id.eq(meeting));
    }
    if let Some(resolution) = filter.resolution_id {
        query = query.filter(actions::resolution_id.eq(resolution));
    }
    if let Some(parent) = filter.parent_id {
        query = query.filter(actions::parent_id.eq(parent));
    }
    query = by_days(query, filter);
    if let Some(day) = filter.no_update_since {
        query = query.filter(
            actions::outstanding
                .eq(true)
                .and(actions::progress_sort.lt(day)),
        );
    }
    match filter.exempt {
        // The bare column, because a bound value would hide from SQLite that the partial index serves.
        Some(true) => query = query.filter(actions::exempt),
        Some(false) => query = query.filter(actions::exempt.eq(false)),
        None => {}
    }
    if let Some(priority) = filter.priority {
        query = query.filter(actions::priority.eq(priority));
    }
    if let Some((called_in, rule, day)) = filter.called_in {
        query = by_called_in(query, called_in, rule, day);
    }
    if let Some(key) = &filter.reference_key {
        query = query.filter(actions::reference_key.eq(key));
    }
    if let Some(since) = filter.updated_since {
        query = query.filter(actions::updated_at.ge(Instant(since)));
    }
    if let Some(terms) = &filter.search {
        let expression = search::expression(sqlite, terms);
        query = if sqlite {
            query.filter(
                sql::<Bool>(
                    "actions.row_no IN (SELECT rowid FROM action_search WHERE action_search MATCH ",
                )
                .bind::<Text, _>(expression)
                .sql(")"),
            )
        } else {
            query.filter(
                sql::<Bool>(
                    "actions.id IN (SELECT action_id FROM action_search WHERE words @@ CAST(",
                )
                .bind::<Text, _>(expression)
                .sql(" AS tsquery))"),
            )
        };
    }
    query
}

/// The filters by the days of a term and its review.
fn by_days<'a>(mut query: Boxed<'a>, filter: &ActionFilter) -> Boxed<'a> {
    if let Some(day) = filter.due_after {
        query = query.filter(actions::due_sort.gt(day).and(actions::due_sort.lt(UNDATED)));
    }
    if let Some(day) = filter.due_before {
        query = query.filter(actions::due_sort.lt(day));
    }
    match filter.overdue {
        Some((DueClock::Current, today)) => {
            query = query.filter(
                actions::outstanding
                    .eq(true)
                    .and(actions::due_sort.lt(today)),
            );
        }
        Some((DueClock::Original, today)) => {
            query = query.filter(
                actions::outstanding
                    .eq(true)
                    .and(actions::original_due_sort.lt(today)),
            );
        }
        None => {}
    }
    if let Some(day) = filter.review_by {
        query = query.filter(
            actions::outstanding
                .eq(true)
                .and(actions::review_on.le(day).assume_not_null()),
        );
    }
    match filter.undated {
        Some(true) => {
            query = query.filter(
                actions::outstanding
                    .eq(true)
                    .and(actions::due_sort.eq(UNDATED)),
            );
        }
        Some(false) => {
            query = query.filter(
                actions::outstanding
                    .eq(true)
                    .and(actions::due_sort.lt(UNDATED)),
            );
        }
        None => {}
    }
    query
}

/// Leaves what is called in, or what is not: [`CalledInRule::judge`] in SQL.
fn by_called_in(
    query: Boxed<'_>,
    called_in: bool,
    rule: CalledInRule,
    day: NaiveDate,
) -> Boxed<'_> {
    // 0 is never, which a count that no action reaches says too.
    let threshold = |count: u32| match i32::try_from(count) {
        Ok(0) | Err(_) => i32::MAX,
        Ok(count) => count,
    };
    let (missed, revised) = (threshold(rule.missed_terms), threshold(rule.revisions));
    let overdue = actions::missed_terms
        .ge(missed - 1)
        .and(actions::due_sort.lt(day));
    // The first term is no revision.
    let slipped = actions::due_number
        .gt(revised)
        .or(actions::missed_terms.ge(missed))
        .or(overdue);
    if !called_in {
        return query.filter(diesel::dsl::not(actions::outstanding.eq(true).and(slipped)));
    }
    let query = query.filter(actions::outstanding.eq(true)).filter(slipped);
    if missed == 1 {
        // Then every overdue action is.
        query
    } else {
        // Follows from the rest, and written out it lets SQLite see that the partial index serves.
        query.filter(sql::<Bool>(
            "(actions.due_number > 1 OR actions.missed_terms > 0)",
        ))
    }
}

/// An action's meeting, resolution and parent never change, so its versions need no index of them: they are found by the
/// references of the actions that today's index finds.
fn found_by_what_stays<'a>(mut query: Boxed<'a>, filter: &'a ActionFilter) -> Boxed<'a> {
    let found = actions_now::table.select(actions_now::reference_key);
    if let Some(meeting) = filter.meeting_id {
        let found = found.filter(actions_now::meeting_id.eq(meeting));
        query = query.filter(actions::reference_key.eq_any(found));
    }
    if let Some(resolution) = filter.resolution_id {
        let found = found.filter(actions_now::resolution_id.eq(resolution));
        query = query.filter(actions::reference_key.eq_any(found));
    }
    if let Some(parent) = filter.parent_id {
        let found = found.filter(actions_now::parent_id.eq(parent));
        query = query.filter(actions::reference_key.eq_any(found));
    }
    query
}

/// Leaves what is in sight, as it is or was; of what is asked as of an instant, nothing either that is out of sight today.
fn in_sight<'a>(query: Boxed<'a>, sight: &'a Sight, as_of: bool) -> Boxed<'a> {
    let query = query.filter(action_condition(sight));
    if !as_of || sight.exempt == ExemptSight::All {
        return query;
    }
    // A value that is looked up by the row's id. As EXISTS it would be a join, for which PostgreSQL may make a set of all that is
    // hidden, anew for each page.
    let seen_today = actions_now::table
        .filter(actions_now::id.eq(actions::id))
        .select(action_condition(sight).named("actions_now"))
        .single_value();
    query.filter(seen_today)
}

/// What is read of an action as it was: with the days that a list may be sorted by, as [`AsOf`] demands.
type AsItWas = (
    diesel::dsl::AsSelect<Action, MultiBackend>,
    actions::due_sort,
    actions::original_due_sort,
    actions::progress_sort,
);

pub(super) fn as_it_was() -> AsItWas {
    (
        Action::as_select(),
        actions::due_sort,
        actions::original_due_sort,
        actions::progress_sort,
    )
}

type Beyond = Box<dyn BoxableExpression<actions::table, MultiBackend, SqlType = Bool>>;

/// The condition that a row comes after a position: a row value, which both databases seek in an index.
fn beyond(sort: ActionSort, position: &Position) -> Beyond {
    let sign = if sort.descending { "<" } else { ">" };
    let column = match sort.column {
        SortColumn::DueOn => "due_sort",
        SortColumn::OriginalDueOn => "original_due_sort",
        SortColumn::ReviewOn => "review_on",
        SortColumn::Reference => "reference_key",
        SortColumn::UpdatedAt => "updated_at",
        SortColumn::LastUpdateOn => "progress_sort",
    };
    let left = sql::<Bool>(&format!("(actions.{column}, actions.id) {sign} ("));
    match &position.value {
        PositionValue::Day(day) => Box::new(
            left.bind::<Date, _>(*day)
                .sql(", ")
                .bind::<Uid, _>(position.id)
                .sql(")"),
        ),
        PositionValue::Reference(key) => Box::new(
            left.bind::<Text, _>(key.clone())
                .sql(", ")
                .bind::<Uid, _>(position.id)
                .sql(")"),
        ),
        PositionValue::Instant(instant) => Box::new(
            left.bind::<Moment, _>(Instant(*instant))
                .sql(", ")
                .bind::<Uid, _>(position.id)
                .sql(")"),
        ),
    }
}

fn ordered(query: Boxed<'_>, sort: ActionSort) -> Boxed<'_> {
    use actions::{
        due_sort, id, original_due_sort, progress_sort, reference_key, review_on, updated_at,
    };
    match (sort.column, sort.descending) {
        (SortColumn::DueOn, false) => query.order((due_sort.asc(), id.asc())),
        (SortColumn::DueOn, true) => query.order((due_sort.desc(), id.desc())),
        (SortColumn::OriginalDueOn, false) => query.order((original_due_sort.asc(), id.asc())),
        (SortColumn::OriginalDueOn, true) => query.order((original_due_sort.desc(), id.desc())),
        (SortColumn::ReviewOn, false) => query.order((review_on.asc(), id.asc())),
        (SortColumn::ReviewOn, true) => query.order((review_on.desc(), id.desc())),
        (SortColumn::Reference, false) => query.order(reference_key.asc()),
        (SortColumn::Reference, true) => query.order(reference_key.desc()),
        (SortColumn::UpdatedAt, false) => query.order((updated_at.asc(), id.asc())),
        (SortColumn::UpdatedAt, true) => query.order((updated_at.desc(), id.desc())),
        (SortColumn::LastUpdateOn, false) => query.order((progress_sort.asc(), id.asc())),
        (SortColumn::LastUpdateOn, true) => query.order((progress_sort.desc(), id.desc())),
    }
}
