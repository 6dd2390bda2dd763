//! Queries as of an instant: the same text, over the rows that were in force then.
//!
//! A row of `actions`, `posts` or `tenures` is in force since its `updated_at`. What it was before is kept by a trigger in
//! `action_versions`, `post_versions` and `tenure_versions`, each row in force from its `updated_at` until, and not at, its
//! `superseded_at`. [`AsOf`] puts both together under the table's own name, so that a query that is written for the table is
//! asked of all versions; [`in_force`] is the condition that leaves one of each record, the one in force at the instant.
//! Both databases push the query into the two halves and merge them in the order of an index.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::expression::{AsExpression, SqlLiteral, UncheckedBind};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::Bool;

use super::Conn;
use super::conn::MultiBackend;
use super::schema::{actions, posts, tenures};
use super::types::{Instant, Moment};

/// A query over all versions of actions, posts and tenures, which its conditions must narrow to those [`in_force`].
/// `actions_now` names the actions as they are today.
///
/// What it is sorted by must be among what it selects, or else SQLite sorts instead of merging.
pub(super) struct AsOf<Q> {
    sqlite: bool,
    query: Q,
}

impl<Q> AsOf<Q> {
    pub(super) const fn new(conn: &Conn, query: Q) -> Self {
        Self {
            sqlite: conn.is_sqlite(),
            query,
        }
    }
}

impl<Q> QueryId for AsOf<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for AsOf<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for AsOf<Q> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for AsOf<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        // Inside the common table expressions the tables themselves are meant. SQLite needs to be told; Postgres knows
        // them by those names until the expression of the same name is complete, so `actions_now` comes first.
        let (schema, never) = if self.sqlite {
            ("main.", "CAST('9999-12-31T23:59:59.999999Z' AS TEXT)")
        } else {
            ("", "TIMESTAMPTZ 'infinity'")
        };
        pass.push_sql(&format!(
            "WITH actions_now AS NOT MATERIALIZED (SELECT * FROM {schema}actions)"
        ));
        macro_rules! every_version {
            ($table:ident, $versions:literal) => {
                let name = stringify!($table);
                pass.push_sql(&format!(", {name} AS NOT MATERIALIZED (SELECT "));
                $table::all_columns.walk_ast(pass.reborrow())?;
                pass.push_sql(&format!(
                    ", {never} AS superseded_at FROM {schema}{name} AS {name} UNION ALL SELECT "
                ));
                $table::all_columns.walk_ast(pass.reborrow())?;
                let versions = $versions;
                pass.push_sql(&format!(
                    ", {name}.superseded_at FROM {versions} AS {name})"
                ));
            };
        }
        every_version!(actions, "action_versions");
        every_version!(posts, "post_versions");
        every_version!(tenures, "tenure_versions");
        pass.push_sql(" ");
        self.query.walk_ast(pass)
    }
}

/// The condition, inside [`AsOf`], that a version was in force at an instant.
///
/// Unless the order is by `updated_at`, the index of that column must not be used to find such versions: nearly all may
/// be, and they would have to be sorted.
pub(super) fn in_force(sqlite: bool, table: &str, at: DateTime<Utc>, by_update: bool) -> InForce {
    let unused = if sqlite && !by_update { "+" } else { "" };
    sql::<Bool>(&format!("({unused}{table}.updated_at <= "))
        .bind::<Moment, _>(Instant(at))
        .sql(&format!(" AND {table}.superseded_at > "))
        .bind::<Moment, _>(Instant(at))
        .sql(")")
}

/// SQL that ends with an instant and more SQL.
type WithInstant<T> =
    SqlLiteral<Bool, UncheckedBind<T, <Instant as AsExpression<Moment>>::Expression>>;

/// A condition on the versions of a table.
type InForce = WithInstant<WithInstant<SqlLiteral<Bool>>>;
