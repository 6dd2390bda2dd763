//! What a caller may see, as conditions on rows. What is out of sight is in no list, count or search, and is not found.

use std::collections::HashSet;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, HasSqlType, Nullable, Text};
use uuid::Uuid;

use super::cached::Cached;
use super::schema::committees;
use super::types::Uid;
use super::{Conn, DbError};
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, MeetingId, PostId, RecordId, ResolutionId,
};

/// What a caller may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    /// The only committees in sight; `None` is all of them.
    pub(crate) committees: Option<Vec<CommitteeId>>,
    /// Which exempt records are in sight.
    pub(crate) exempt: ExemptSight,
    /// Whether the subjects by which an identity provider knows people are in sight.
    pub(crate) subjects: bool,
}

/// Which exempt records are in sight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExemptSight {
    /// All of them.
    All,
    /// Actions that one of these posts owns or supports, and nothing else that is exempt.
    Posts(Vec<PostId>),
}

impl Sight {
    /// Whether a committee is in sight.
    pub(crate) fn sees_committee(&self, id: CommitteeId) -> bool {
        self.committees.as_ref().is_none_or(|ids| ids.contains(&id))
    }

    /// Whether something of a committee, not an action, is in sight.
    pub(crate) fn sees(&self, committee: CommitteeId, exempt: bool) -> bool {
        self.sees_committee(committee) && (!exempt || self.exempt == ExemptSight::All)
    }

    /// Whether an action is in sight that has this owner and these supporting posts.
    pub(crate) fn sees_action(
        &self,
        committee: CommitteeId,
        exempt: bool,
        owner: Option<PostId>,
        supporting: impl FnOnce() -> Vec<PostId>,
    ) -> bool {
        self.sees_committee(committee)
            && (!exempt
                || match &self.exempt {
                    ExemptSight::All => true,
                    ExemptSight::Posts(posts) if posts.is_empty() => false,
                    ExemptSight::Posts(posts) => {
                        let supporting = supporting();
                        posts
                            .iter()
                            .any(|post| owner == Some(*post) || supporting.contains(post))
                    }
                })
    }

    /// Whether no record is out of sight.
    pub(crate) fn sees_every_record(&self) -> bool {
        self.committees.is_none() && self.exempt == ExemptSight::All
    }
}

/// The condition in a query that an action is in sight: [`Sight::sees_action`] in SQL. It is never null.
#[derive(Debug)]
pub(super) struct ActionInSight<'a> {
    sight: &'a Sight,
    /// The name under which the query has the action.
    table: &'static str,
    /// A column of the query that says whether the action counts as exempt although it is public.
    or_exempt: Option<&'static str>,
}

/// The condition that the action which a query has as `actions` is in sight.
pub(super) const fn action_condition(sight: &Sight) -> ActionInSight<'_> {
    ActionInSight {
        sight,
        table: "actions",
        or_exempt: None,
    }
}

impl ActionInSight<'_> {
    /// The same of the action that the query has under another name.
    pub(super) const fn named(self, table: &'static str) -> Self {
        Self { table, ..self }
    }

    /// The same where the action counts as exempt also if that column is true.
    pub(super) const fn or_exempt(self, column: &'static str) -> Self {
        Self {
            or_exempt: Some(column),
            ..self
        }
    }
}

/// Writes that a value is among ids.
fn among<'b, DB, I>(out: &mut AstPass<'_, 'b, DB>, ids: &'b [I]) -> QueryResult<()>
where
    DB: Backend + HasSqlType<Uid>,
    I: ToSql<Uid, DB>,
{
    // How many there are differs from query to query.
    out.unsafe_to_cache_prepared();
    out.push_sql(" IN (");
    for (n, id) in ids.iter().enumerate() {
        out.push_sql(if n == 0 { "" } else { ", " });
        out.push_bind_param::<Uid, I>(id)?;
    }
    // Neither database takes an empty list here, and nothing is among what null is.
    out.push_sql(if ids.is_empty() { "NULL)" } else { ")" });
    Ok(())
}

impl<DB> QueryFragment<DB> for ActionInSight<'_>
where
    DB: Backend + HasSqlType<Uid>,
    CommitteeId: ToSql<Uid, DB>,
    PostId: ToSql<Uid, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let table = self.table;
        out.push_sql("(TRUE");
        if let Some(committees) = &self.sight.committees {
            if committees.is_empty() {
                out.push_sql(" AND FALSE");
            } else {
                out.push_sql(&format!(" AND {table}.committee_id"));
                among(&mut out, committees)?;
            }
        }
        if let ExemptSight::Posts(posts) = &self.sight.exempt {
            out.push_sql(&format!(" AND (NOT ({table}.exempt"));
            if let Some(column) = self.or_exempt {
                out.push_sql(&format!(" OR {column}"));
            }
            out.push_sql(")");
            if !posts.is_empty() {
                // Nothing is among these where there is no owner.
                let owner = format!("{table}.owner_post_id");
                out.push_sql(&format!(" OR ({owner} IS NOT NULL AND {owner}"));
                among(&mut out, posts)?;
                out.push_sql(&format!(
                    ") OR {table}.id IN (SELECT action_id FROM action_supporting_posts WHERE post_id"
                ));
                among(&mut out, posts)?;
                out.push_sql(")");
            }
            out.push_sql(")");
        }
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for ActionInSight<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for ActionInSight<'_> {
    type SqlType = Bool;
}

impl<G> ValidGrouping<G> for ActionInSight<'_> {
    type IsAggregate = is_aggregate::No;
}

// Whoever writes the query sees to it that it has the table.
impl<T> AppearsOnTable<T> for ActionInSight<'_> {}

impl<T> SelectableExpression<T> for ActionInSight<'_> {}

/// Which parts of an action in sight are in sight with it: what was reported, claimed, shown, asked for and found of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parts {
    /// All of them: the caller would see the action also if it were exempt.
    All,
    /// What was never written to while the action was exempt.
    Public,
}

/// A record that belongs to an action.
pub(crate) trait Part {
    /// The action to which it belongs.
    fn action_id(&self) -> ActionId;

    /// Whether it was written to while that was exempt.
    fn while_exempt(&self) -> bool;
}

/// Declares rows that are parts of actions.
macro_rules! part {
    ($row:ty) => {
        impl $crate::db::sight::Part for $row {
            fn action_id(&self) -> $crate::domain::ids::ActionId {
                self.action_id
            }

            fn while_exempt(&self) -> bool {
                self.while_exempt
            }
        }
    };
}

pub(super) use part;

/// A record that another one mentions by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mentioned {
    /// A committee.
    Committee(CommitteeId),
    /// A meeting.
    Meeting(MeetingId),
    /// An agenda item.
    AgendaItem(AgendaItemId),
    /// A resolution.
    Resolution(ResolutionId),
    /// An action.
    Action(ActionId),
}

/// What decides whether a record is in sight.
#[derive(QueryableByName)]
struct Seen {
    #[diesel(sql_type = Uid)]
    id: RecordId,
    #[diesel(sql_type = Uid)]
    committee_id: CommitteeId,
    #[diesel(sql_type = Bool)]
    exempt: bool,
    #[diesel(sql_type = Nullable<Uid>)]
    owner_post_id: Option<PostId>,
    #[diesel(sql_type = Nullable<Text>)]
    supporting_posts: Option<String>,
}

/// Which of the records that are mentioned are out of sight, in one query, and in none for a caller who sees everything.
pub(crate) fn hidden(
    conn: &mut Conn,
    sight: &Sight,
    mentioned: &HashSet<Mentioned>,
) -> Result<HashSet<Uuid>, DbError> {
    let mut hidden = HashSet::new();
    if sight.sees_every_record() {
        return Ok(hidden);
    }
    let (mut meetings, mut items, mut resolutions, mut actions) = (vec![], vec![], vec![], vec![]);
    for record in mentioned {
        match record {
            Mentioned::Committee(id) if !sight.sees_committee(*id) => {
                hidden.insert(id.0);
            }
            // Meetings are never exempt, so that whoever sees every committee sees every meeting.
            Mentioned::Meeting(id) if sight.committees.is_some() => meetings.push(RecordId(id.0)),
            Mentioned::Committee(_) | Mentioned::Meeting(_) => {}
            Mentioned::AgendaItem(id) => items.push(RecordId(id.0)),
            Mentioned::Resolution(id) => resolutions.push(RecordId(id.0)),
            Mentioned::Action(id) => actions.push(RecordId(id.0)),
        }
    }
    if [&meetings, &items, &resolutions, &actions]
        .iter()
        .all(|ids| ids.is_empty())
    {
        return Ok(hidden);
    }
    let found: Vec<Seen> = match conn {
        Conn::Postgres(conn) => Cached(
            diesel::sql_query(
                "SELECT id, committee_id, FALSE AS exempt, NULL::uuid AS owner_post_id, NULL::text AS supporting_posts \
                 FROM meetings WHERE id = ANY($1) \
                 UNION ALL SELECT id, committee_id, exempt, NULL, NULL FROM agenda_items WHERE id = ANY($2) \
                 UNION ALL SELECT id, committee_id, exempt, NULL, NULL FROM resolutions WHERE id = ANY($3) \
                 UNION ALL SELECT id, committee_id, exempt, owner_post_id, supporting_posts FROM actions \
                 WHERE id = ANY($4)",
            )
            .bind::<Array<Uid>, _>(meetings)
            .bind::<Array<Uid>, _>(items)
            .bind::<Array<Uid>, _>(resolutions)
            .bind::<Array<Uid>, _>(actions),
        )
        .load(conn)?,
        // Lists of ids are bound as JSON, so that the text, and the statement prepared from it, is the same for any number.
        Conn::Sqlite(conn) => Cached(
            diesel::sql_query(
                "SELECT id, committee_id, FALSE AS exempt, NULL AS owner_post_id, NULL AS supporting_posts \
                 FROM meetings WHERE id IN (SELECT unhex(value) FROM json_each(?)) \
                 UNION ALL SELECT id, committee_id, exempt, NULL, NULL FROM agenda_items \
                 WHERE id IN (SELECT unhex(value) FROM json_each(?)) \
                 UNION ALL SELECT id, committee_id, exempt, NULL, NULL FROM resolutions \
                 WHERE id IN (SELECT unhex(value) FROM json_each(?)) \
                 UNION ALL SELECT id, committee_id, exempt, owner_post_id, supporting_posts FROM actions \
                 WHERE id IN (SELECT unhex(value) FROM json_each(?))",
            )
            .bind::<Text, _>(as_json(&meetings))
            .bind::<Text, _>(as_json(&items))
            .bind::<Text, _>(as_json(&resolutions))
            .bind::<Text, _>(as_json(&actions)),
        )
        .load(conn)?,
    };
    hidden.extend(found.into_iter().filter_map(|record| {
        let supporting = || {
            serde_json::from_str(record.supporting_posts.as_deref().unwrap_or("[]"))
                .unwrap_or_default()
        };
        let seen = sight.sees_action(
            record.committee_id,
            record.exempt,
            record.owner_post_id,
            supporting,
        );
        (!seen).then_some(record.id.0)
    }));
    Ok(hidden)
}

/// Ids as a JSON array of hexadecimal strings, to be bound as one value on SQLite.
pub(super) fn as_json(ids: &[RecordId]) -> String {
    let quoted: Vec<_> = ids
        .iter()
        .map(|id| format!("\"{}\"", id.0.simple()))
        .collect();
    format!("[{}]", quoted.join(","))
}

/// The committees that have these codes, in one query; unknown codes name none.
pub(crate) fn committees_with_codes<'a>(
    conn: &mut Conn,
    codes: impl Iterator<Item = &'a String>,
) -> Result<Vec<CommitteeId>, DbError> {
    Ok(committees::table
        .filter(committees::code.eq_any(codes))
        .select(committees::id)
        .load(conn)?)
}
