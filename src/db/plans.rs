//! Asks the database how it would read each list, with bound values, and refuses scans and sorts of a whole table. A value
//! that is bound hides more from a planner than one that is written, so what is asked is the very query that is run.
//!
//! Lists of actions, which have more filters and sorts, are asked for in `actions::plans`.

mod calendar;
mod checks;
mod follow_up;

use std::marker::PhantomData;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Integer, Text};

use super::conn::MultiBackend;
use super::scratch::Scratch;
use super::{Conn, DbSettings, Target, postgres, sqlite};
use calendar::{check_agenda_items, check_committees, check_meetings, check_resolutions};
use checks::Checks;
use follow_up::{
    check_delegations, check_extension_requests, check_history, check_minutes, check_post_history,
    check_posts, check_tenures, check_what_belongs_to_an_action,
    check_what_was_found_and_responded,
};

/// A query, asked for its plan instead of its rows.
struct Explained<Q, S>(Q, PhantomData<S>);

type SqlitePlan = (Integer, Integer, Integer, Text);

impl<Q, S> QueryId for Explained<Q, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, S> Query for Explained<Q, S> {
    type SqlType = S;
}

impl<Q, S> RunQueryDsl<Conn> for Explained<Q, S> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Explained<Q, SqlitePlan> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.unsafe_to_cache_prepared();
        pass.push_sql("EXPLAIN QUERY PLAN ");
        self.0.walk_ast(pass)
    }
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Explained<Q, Text> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.unsafe_to_cache_prepared();
        pass.push_sql("EXPLAIN ");
        self.0.walk_ast(pass)
    }
}

/// The plan of a query, a step per line.
pub(super) fn explain<Q: QueryFragment<MultiBackend>>(conn: &mut Conn, query: Q) -> String {
    let lines: Vec<String> = if conn.is_sqlite() {
        let query: Explained<_, SqlitePlan> = Explained(query, PhantomData);
        let rows: Vec<(i32, i32, i32, String)> = query.load(conn).unwrap();
        rows.into_iter().map(|row| row.3).collect()
    } else {
        let query: Explained<_, Text> = Explained(query, PhantomData);
        query.load(conn).unwrap()
    };
    lines.join("\n")
}

/// Whether a plan reads a table from its beginning to its end.
pub(super) fn scans(plan: &str, table: &str) -> bool {
    plan.lines().any(|line| {
        (line.contains(&format!("SCAN {table}")) && !line.contains("USING INDEX"))
            || line.contains(&format!("Seq Scan on {table}"))
    })
}

/// Whether a plan sorts what it has read.
pub(super) fn sorts(plan: &str) -> bool {
    plan.contains("TEMP B-TREE") || plan.contains("Sort")
}

/// Whether a plan reads a part of a table that an index finds, and not the whole of it.
pub(super) fn seeks(plan: &str, table: &str) -> bool {
    plan.contains(&format!("SEARCH {table}"))
        || plan.contains("Index Cond")
        || plan.contains("Recheck Cond")
}

/// Runs `check` on a database without rows.
pub(super) fn on_sqlite(check: impl FnOnce(&mut Conn)) {
    let scratch = Scratch::sqlite();
    let settings = DbSettings::for_test(scratch.target.clone());
    let Target::Sqlite(file) = &scratch.target else {
        unreachable!()
    };
    sqlite::migrate(file, &settings).unwrap();
    check(&mut sqlite::connect_reader(file, settings.statement_timeout).unwrap());
}

/// Runs `check` on a database without rows, where there is a cluster to have it on.
pub(super) fn on_postgres(check: impl FnOnce(&mut Conn)) {
    let Some(scratch) = Scratch::postgres() else {
        return;
    };
    let settings = DbSettings::for_test(scratch.target.clone());
    let Target::Postgres(url) = &scratch.target else {
        unreachable!()
    };
    postgres::migrate(url, &settings).unwrap();
    let mut conn = Conn::Postgres(PgConnection::establish(url).unwrap());
    // The table is empty, so the planner is asked for what it would do if scans and sorts were dear.
    conn.batch_execute(
        "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off",
    )
    .unwrap();
    check(&mut conn);
}

fn check(conn: &mut Conn) {
    let mut checks = Checks {
        conn,
        bad: Vec::new(),
    };
    check_committees(&mut checks);
    check_meetings(&mut checks);
    check_agenda_items(&mut checks);
    check_resolutions(&mut checks);
    check_posts(&mut checks);
    check_tenures(&mut checks);
    check_delegations(&mut checks);
    check_extension_requests(&mut checks);
    check_what_was_found_and_responded(&mut checks);
    check_history(&mut checks);
    check_what_belongs_to_an_action(&mut checks);
    check_minutes(&mut checks);
    check_post_history(&mut checks);
    assert!(checks.bad.is_empty(), "{}", checks.bad.join("\n\n"));
}

#[test]
fn no_list_scans_or_sorts_its_table_on_sqlite() {
    on_sqlite(check);
}

#[test]
fn no_list_scans_or_sorts_its_table_on_postgres() {
    on_postgres(check);
}
