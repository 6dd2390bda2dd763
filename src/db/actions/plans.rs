//! Asks the database how it would read each list of actions, with bound values, and refuses scans and sorts of the table.

use chrono::NaiveDate;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Integer, Text};
use uuid::Uuid;

use super::list::{Part, as_it_was, page};
use super::*;
use crate::db::DbSettings;
use crate::db::as_of::AsOf;
use crate::db::{Target, postgres, sqlite};

/// A query, asked for its plan instead of its rows.
struct Explained<Q, S>(Q, std::marker::PhantomData<S>);

impl<Q, S> QueryId for Explained<Q, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, S> Query for Explained<Q, S> {
    type SqlType = S;
}

impl<Q, S> RunQueryDsl<Conn> for Explained<Q, S> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend>
    for Explained<Q, (Integer, Integer, Integer, Text)>
{
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

fn explain<Q: QueryFragment<MultiBackend>>(conn: &mut Conn, query: Q) -> Vec<String> {
    if conn.is_sqlite() {
        let query: Explained<_, (Integer, Integer, Integer, Text)> =
            Explained(query, std::marker::PhantomData);
        let rows: Vec<(i32, i32, i32, String)> = query.load(conn).unwrap();
        rows.into_iter().map(|row| row.3).collect()
    } else {
        let query: Explained<_, Text> = Explained(query, std::marker::PhantomData);
        query.load(conn).unwrap()
    }
}

fn plan(
    conn: &mut Conn,
    filter: &ActionFilter,
    sort: ActionSort,
    after: Option<&Position>,
) -> String {
    let sight = Sight {
        committees: None,
        exempt: ExemptSight::All,
    };
    let by_day = matches!(sort.column, SortColumn::DueOn | SortColumn::OriginalDueOn);
    let part = if by_day && sort.descending {
        Part::Dated
    } else {
        Part::Whole
    };
    let query = page(conn.is_sqlite(), &sight, filter, sort, part, after, 51);
    let lines = match filter.as_of {
        None => explain(conn, query.select(Action::as_select())),
        Some(_) => {
            let query = AsOf::new(conn, query.select(as_it_was()));
            explain(conn, query)
        }
    };
    lines.join("\n")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[expect(clippy::too_many_lines, reason = "a table, a row per filter")]
/// Every filter by itself, and what is asked most together.
fn filters() -> Vec<(&'static str, ActionFilter)> {
    let none = ActionFilter::default;
    let id = Uuid::from_u128(7);
    vec![
        ("nothing", none()),
        (
            "outstanding",
            ActionFilter {
                outstanding: Some(true),
                ..none()
            },
        ),
        (
            "not outstanding",
            ActionFilter {
                outstanding: Some(false),
                ..none()
            },
        ),
        (
            "state",
            ActionFilter {
                state: Some(State::Open),
                ..none()
            },
        ),
        (
            "owner",
            ActionFilter {
                owner_post_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "owner, outstanding",
            ActionFilter {
                owner_post_id: Some(id.into()),
                outstanding: Some(true),
                ..none()
            },
        ),
        (
            "owner, state",
            ActionFilter {
                owner_post_id: Some(id.into()),
                state: Some(State::Open),
                ..none()
            },
        ),
        (
            "directorate",
            ActionFilter {
                directorate: Some("Law".into()),
                ..none()
            },
        ),
        (
            "committee",
            ActionFilter {
                committee_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "committee, outstanding",
            ActionFilter {
                committee_id: Some(id.into()),
                outstanding: Some(true),
                ..none()
            },
        ),
        (
            "meeting",
            ActionFilter {
                meeting_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "due meeting",
            ActionFilter {
                due_meeting_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "resolution",
            ActionFilter {
                resolution_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "due after",
            ActionFilter {
                due_after: Some(day("2014-03-03")),
                ..none()
            },
        ),
        (
            "due before",
            ActionFilter {
                due_before: Some(day("2014-03-03")),
                ..none()
            },
        ),
        (
            "overdue",
            ActionFilter {
                overdue: Some((DueClock::Current, day("2014-03-03"))),
                ..none()
            },
        ),
        (
            "overdue by the original",
            ActionFilter {
                overdue: Some((DueClock::Original, day("2014-03-03"))),
                ..none()
            },
        ),
        (
            "exempt",
            ActionFilter {
                exempt: Some(true),
                ..none()
            },
        ),
        (
            "reference",
            ActionFilter {
                reference_key: Some("CFS/2013/000007".into()),
                ..none()
            },
        ),
        (
            "updated since",
            ActionFilter {
                updated_since: Some("2014-03-03T14:00:00Z".parse().unwrap()),
                ..none()
            },
        ),
    ]
}

fn sorts() -> Vec<ActionSort> {
    [
        SortColumn::DueOn,
        SortColumn::OriginalDueOn,
        SortColumn::Reference,
        SortColumn::UpdatedAt,
    ]
    .into_iter()
    .flat_map(|column| [false, true].map(|descending| ActionSort { column, descending }))
    .collect()
}

/// A sort is allowed where a filter has narrowed the rows first; the whole table is never read or sorted.
fn check(conn: &mut Conn) {
    let mut bad = Vec::new();
    for (name, filter) in filters() {
        for sort in sorts() {
            let first = plan(conn, &filter, sort, None);
            let position = Position::at_for_test(sort, day("2014-03-03"));
            for plan in [first, plan(conn, &filter, sort, Some(&position))] {
                let scans = plan.lines().any(|line| {
                    (line.contains("SCAN actions") && !line.contains("USING INDEX"))
                        || line.contains("Seq Scan on actions")
                });
                let sorts_all = (plan.contains("TEMP B-TREE")
                    && !plan.contains("SEARCH actions")
                    // A partial index holds no more than what is asked for.
                    && !plan.contains("actions_exempt"))
                    || (plan.contains("Sort")
                        && !plan.contains("Index Cond")
                        && !plan.contains("Recheck Cond"));
                let default = sort.column == SortColumn::DueOn;
                let sorts_default = default
                    && !sort.descending
                    && (plan.contains("TEMP B-TREE") || plan.contains("Sort"))
                    && !matches!(
                        name,
                        "directorate"
                            | "resolution"
                            | "reference"
                            | "updated since"
                            | "overdue by the original"
                    );
                if scans || sorts_all || sorts_default {
                    bad.push(format!("{name}, {sort:?}:\n{plan}"));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}

/// As of an instant every list is read from two tables by their indexes and merged; a half is sorted only where a filter
/// has narrowed it.
fn check_as_of(conn: &mut Conn) {
    let mut bad = Vec::new();
    for (name, mut filter) in filters() {
        filter.as_of = Some("2014-03-31T17:00:00Z".parse().unwrap());
        for sort in sorts() {
            let position = Position::at_for_test(sort, day("2014-03-03"));
            for after in [None, Some(&position)] {
                let plan = plan(conn, &filter, sort, after);
                let fine = if conn.is_sqlite() {
                    let halves: Vec<_> = plan.split("\nRIGHT\n").collect();
                    let by_index = |half: &&str| {
                        let scans = half
                            .lines()
                            .any(|line| line == "SCAN actions" || line.starts_with("SCAN main."));
                        let sorts = half.contains("TEMP B-TREE");
                        let narrow = half.contains("SEARCH actions") || half.contains("s_exempt");
                        let as_asked = sort.column == SortColumn::DueOn && !sort.descending;
                        let by_others = matches!(
                            name,
                            "directorate"
                                | "meeting"
                                | "resolution"
                                | "reference"
                                | "updated since"
                        );
                        !scans && (!sorts || (narrow && (!as_asked || by_others)))
                    };
                    plan.starts_with("MERGE (UNION ALL)\n")
                        && halves.len() == 2
                        && halves.iter().all(by_index)
                } else {
                    let by_one = matches!(name, "meeting" | "resolution" | "reference");
                    (plan.contains("Merge Append") || by_one)
                        && !plan.contains("Seq Scan")
                        && !plan.contains("CTE Scan")
                        && !plan.contains("Sort  (")
                };
                if !fine {
                    bad.push(format!("{name}, {sort:?}:\n{plan}"));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}

#[test]
fn no_list_scans_or_sorts_the_table_on_sqlite() {
    let folder = std::env::temp_dir().join(format!("plans-{:x}", rand::random::<u64>()));
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("plans.sqlite3");
    let settings = DbSettings::for_test(Target::Sqlite(file.clone()));
    sqlite::migrate(&file, &settings).unwrap();
    check(&mut sqlite::connect_reader(&file, settings.statement_timeout).unwrap());
    check_as_of(&mut sqlite::connect_reader(&file, settings.statement_timeout).unwrap());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn no_list_scans_or_sorts_the_table_on_postgres() {
    // Set by the test command while its private cluster runs.
    let Ok(url) = std::env::var("MATTERS_ARISING_TEST_DATABASE") else {
        return;
    };
    if !url.starts_with("postgres") {
        return;
    }
    let name = format!("plans_{:x}", rand::random::<u64>());
    let mut admin = PgConnection::establish(&url).unwrap();
    admin
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap();
    let (base, options) = url.split_once('?').unwrap_or((&url, ""));
    let (server, _) = base.rsplit_once('/').unwrap();
    let own = format!("{server}/{name}?{options}");
    let settings = DbSettings::for_test(Target::Postgres(own.clone()));
    postgres::migrate(&own, &settings).unwrap();
    let mut conn = Conn::Postgres(PgConnection::establish(&own).unwrap());
    // The table is empty, so the planner is asked for what it would do if scans and sorts were dear.
    conn.batch_execute(
        "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off",
    )
    .unwrap();
    check(&mut conn);
    check_as_of(&mut conn);
    drop(conn);
    admin
        .batch_execute(&format!("DROP DATABASE {name}"))
        .unwrap();
}
