//! Compares what the migrations made: tables with their versions and triggers, and one database with the other.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::Conn;
use super::plans::{on_postgres, on_sqlite};

/// A column as a database has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    in_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    required: bool,
    #[diesel(sql_type = Bool)]
    generated: bool,
}

#[derive(QueryableByName)]
struct Source {
    #[diesel(sql_type = Text)]
    source: String,
}

/// Every column of every table of the service, each table's in their order; without what one database has for itself alone:
/// the search index, and the number that names a row to it.
fn columns(conn: &mut Conn) -> Vec<Column> {
    let every = if conn.is_sqlite() {
        "SELECT t.name AS in_table, c.name AS name, c.type AS kind, c.\"notnull\" OR c.pk > 0 AS required, c.hidden > 0 AS generated \
         FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c \
         WHERE t.type = 'table' AND t.schema = 'main' ORDER BY t.name, c.cid"
    } else {
        "SELECT CAST(table_name AS text) AS in_table, CAST(column_name AS text) AS name, CAST(data_type AS text) AS kind, \
         is_nullable = 'NO' AS required, is_generated = 'ALWAYS' AS generated \
         FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    };
    let every: Vec<Column> = diesel::sql_query(every).load(conn).unwrap();
    let own = |column: &Column| {
        !column.in_table.starts_with("sqlite_")
            && !column.in_table.starts_with("__diesel")
            && !column.in_table.starts_with("action_search")
            && column.name != "row_no"
    };
    every.into_iter().filter(own).collect()
}

fn of<'c>(columns: &'c [Column], table: &str) -> Vec<&'c Column> {
    let found: Vec<_> = columns.iter().filter(|c| c.in_table == table).collect();
    assert!(!found.is_empty(), "there is no table {table}");
    found
}

/// What a trigger's `INSERT INTO … (…)` names, in order: of each row in `VALUES (…)`, or of a statement's in `SELECT … FROM was`,
/// which is written here as of each row.
fn inserted(source: &str, versions: &str) -> (Vec<String>, Vec<String>) {
    let (_, insert) = source
        .split_once(&format!("INSERT INTO {versions} ("))
        .unwrap_or_else(|| panic!("{versions} is not written to: {source}"));
    let names = |list: &str| -> Vec<String> {
        list.split(',').map(|name| name.trim().to_owned()).collect()
    };
    if let Some((columns, values)) = insert.split_once(") VALUES (") {
        let (values, _) = values.split_once(");").unwrap();
        return (names(columns), names(values));
    }
    let (columns, rows) = insert.split_once(')').unwrap();
    let (values, _) = rows.split_once("FROM was").unwrap();
    let values = values.trim().strip_prefix("SELECT").unwrap();
    let values = values
        .replace("taken.at", "NEW.updated_at")
        .replace("was.", "OLD.");
    (names(columns), names(&values))
}

fn check_versions(conn: &mut Conn) {
    let columns = columns(conn);
    for (table, versions) in [
        ("actions", "action_versions"),
        ("posts", "post_versions"),
        ("tenures", "tenure_versions"),
    ] {
        let described = |of_table: &str| -> BTreeMap<String, (String, bool, bool)> {
            of(&columns, of_table)
                .into_iter()
                .map(|c| (c.name.clone(), (c.kind.clone(), c.required, c.generated)))
                .collect()
        };
        let (own, mut kept) = (described(table), described(versions));
        assert!(kept.remove("superseded_at").is_some(), "{versions}");
        assert_eq!(own, kept, "{table} and {versions}");

        let name = format!("{table}_keep_version");
        let source = if conn.is_sqlite() {
            "SELECT sql AS source FROM sqlite_master WHERE type = 'trigger' AND name = ?"
        } else {
            "SELECT prosrc AS source FROM pg_proc WHERE proname = $1"
        };
        let source: Source = match conn {
            Conn::Sqlite(conn) => diesel::sql_query(source)
                .bind::<Text, _>(name)
                .get_result(conn),
            Conn::Postgres(conn) => diesel::sql_query(source)
                .bind::<Text, _>(name)
                .get_result(conn),
        }
        .unwrap();
        let (names, values) = inserted(&source.source, versions);
        let stored = own.iter().filter(|(_, (_, _, generated))| !generated);
        let expected: BTreeSet<&str> = stored
            .map(|(name, _)| name.as_str())
            .chain(["superseded_at"])
            .collect();
        let written: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(written, expected, "what the trigger of {table} writes");
        assert_eq!(names.len(), written.len(), "a column twice: {names:?}");
        let from: Vec<String> = names
            .iter()
            .map(|name| match name.as_str() {
                "superseded_at" => "NEW.updated_at".to_owned(),
                name => format!("OLD.{name}"),
            })
            .collect();
        assert_eq!(values, from, "what the trigger of {table} writes");
    }
}

/// Whether a type of SQLite holds what one of Postgres does.
fn holds(sqlite: &str, postgres: &str) -> bool {
    match postgres {
        "uuid" | "bytea" => sqlite == "BLOB",
        "text" | "date" | "timestamp with time zone" => sqlite == "TEXT",
        "integer" | "bigint" | "boolean" => sqlite == "INTEGER",
        _ => false,
    }
}

#[test]
fn versions_and_triggers_have_the_columns_of_their_tables_on_sqlite() {
    on_sqlite(check_versions);
}

#[test]
fn versions_and_triggers_have_the_columns_of_their_tables_on_postgres() {
    on_postgres(check_versions);
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let (mut here, mut there) = (Vec::new(), Vec::new());
    on_sqlite(|conn| here = columns(conn));
    on_postgres(|conn| there = columns(conn));
    if there.is_empty() {
        return;
    }
    let named = |columns: &[Column]| -> Vec<(String, String)> {
        let named = columns.iter().map(|c| (c.in_table.clone(), c.name.clone()));
        let mut named: Vec<_> = named.collect();
        // Stable, so that each table's columns stay in their order.
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named
    };
    assert_eq!(named(&here), named(&there));
    for ours in &here {
        let same = |c: &&Column| (&c.in_table, &c.name) == (&ours.in_table, &ours.name);
        let theirs = there.iter().find(same).unwrap();
        assert!(holds(&ours.kind, &theirs.kind), "{ours:?} {theirs:?}");
        assert_eq!(
            (ours.required, ours.generated),
            (theirs.required, theirs.generated),
            "{ours:?} {theirs:?}"
        );
    }
}
