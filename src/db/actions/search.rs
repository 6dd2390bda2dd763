//! The search index of actions: FTS5 on SQLite, `tsvector` on Postgres, both fed with the same folded words.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::Action;
use crate::db::types::Uid;
use crate::db::{Conn, DbError, Tx};
use crate::domain::search::{SearchTerms, words};

/// Positions in a `tsvector` end here, and both databases get the same words.
const MAX_WORDS: usize = 16_000;

fn action_words<'a>(action: &'a Action, resolution_text: &'a str) -> impl Iterator<Item = String> + 'a {
    [
        action.reference.as_str(),
        action.title.as_str(),
        action.required.as_deref().unwrap_or_default(),
        resolution_text,
    ]
    .into_iter()
    .flat_map(words)
    .take(MAX_WORDS)
}

fn fts_words(action: &Action, resolution_text: &str) -> String {
    action_words(action, resolution_text).collect::<Vec<_>>().join(" ")
}

/// A `tsvector` as text. Words are letters and digits alone, so the quotes need no care.
fn ts_words(action: &Action, resolution_text: &str) -> String {
    action_words(action, resolution_text)
        .zip(1..)
        .map(|(word, position)| format!("'{word}':{position}"))
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn index(tx: &mut Tx, action: &Action, resolution_text: &str) -> Result<(), DbError> {
    match &mut tx.conn {
        Conn::Sqlite(conn) => diesel::sql_query(
            "INSERT INTO action_search (rowid, words) SELECT row_no, ? FROM actions WHERE id = ?",
        )
        .bind::<Text, _>(fts_words(action, resolution_text))
        .bind::<Uid, _>(action.id)
        .execute(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(
            "INSERT INTO action_search (words, action_id) VALUES ($1::tsvector, $2)",
        )
        .bind::<Text, _>(ts_words(action, resolution_text))
        .bind::<Uid, _>(action.id)
        .execute(conn)?,
    };
    Ok(())
}

pub(super) fn reindex(tx: &mut Tx, action: &Action, resolution_text: &str) -> Result<(), DbError> {
    match &mut tx.conn {
        Conn::Sqlite(conn) => diesel::sql_query(
            "UPDATE action_search SET words = ? WHERE rowid = (SELECT row_no FROM actions WHERE id = ?)",
        )
        .bind::<Text, _>(fts_words(action, resolution_text))
        .bind::<Uid, _>(action.id)
        .execute(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(
            "UPDATE action_search SET words = $1::tsvector WHERE action_id = $2",
        )
        .bind::<Text, _>(ts_words(action, resolution_text))
        .bind::<Uid, _>(action.id)
        .execute(conn)?,
    };
    Ok(())
}

/// A search in the database's own language. The last word of a phrase also finds what begins with it.
pub(super) fn expression(sqlite: bool, terms: &SearchTerms) -> String {
    let phrase = |words: &[String]| {
        if sqlite {
            format!("\"{}\" *", words.join(" "))
        } else {
            let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
            format!("({}:*)", quoted.join(" <-> "))
        }
    };
    let phrases: Vec<_> = terms.phrases().iter().map(|p| phrase(&p.words)).collect();
    phrases.join(if sqlite { " AND " } else { " & " })
}
