//! The search index of actions: FTS5 on SQLite, `tsvector` on Postgres, both fed with the same folded words.

use std::collections::HashMap;

use diesel::sql_types::{Array, Text};

use super::Action;
use crate::db::cached::Cached;
use crate::db::resolutions::Resolution;
use crate::db::types::Uid;
use crate::db::{Conn, DbError, Tx};
use crate::domain::search::{SearchTerms, words};

/// Positions in a `tsvector` end here, and both databases get the same words.
const MAX_WORDS: usize = 16_000;

fn action_words<'a>(
    action: &'a Action,
    resolution: Option<&'a Resolution>,
) -> impl Iterator<Item = String> + 'a {
    // An exempt resolution must not be found through a public action that arises from it.
    let resolution_text = resolution
        .filter(|resolution| action.exempt || !resolution.exempt)
        .map_or("", |resolution| &resolution.text);
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

fn fts_words(action: &Action, resolution: Option<&Resolution>) -> String {
    action_words(action, resolution)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A `tsvector` as text. Words are letters and digits alone, so the quotes need no care.
fn ts_words(action: &Action, resolution: Option<&Resolution>) -> String {
    action_words(action, resolution)
        .zip(1..)
        .map(|(word, position)| format!("'{word}':{position}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Makes an action findable by its words. On SQLite they are indexed when the group of writes is about to be committed, in
/// one statement: FTS5 flushes what it holds at every savepoint, and a statement has one.
pub(crate) fn index(
    tx: &mut Tx,
    action: &Action,
    resolution: Option<&Resolution>,
) -> Result<(), DbError> {
    index_all(tx, &[(action, resolution)])
}

/// Makes different actions findable by their words, in one statement.
pub(crate) fn index_all(
    tx: &mut Tx,
    actions: &[(&Action, Option<&Resolution>)],
) -> Result<(), DbError> {
    let Conn::Postgres(conn) = &mut tx.conn else {
        let words = actions
            .iter()
            .map(|(action, resolution)| (action.id, fts_words(action, *resolution)));
        tx.words.extend(words);
        return Ok(());
    };
    if actions.is_empty() {
        return Ok(());
    }
    let (words, ids): (Vec<_>, Vec<_>) = actions
        .iter()
        .map(|(action, resolution)| (ts_words(action, *resolution), action.id))
        .unzip();
    Cached(
        diesel::sql_query(
            "INSERT INTO action_search (words, action_id) SELECT t.words::tsvector, t.id \
             FROM unnest($1, $2) AS t (words, id) \
             ON CONFLICT (action_id) DO UPDATE SET words = excluded.words",
        )
        .bind::<Array<Text>, _>(words)
        .bind::<Array<Uid>, _>(ids),
    )
    .run(conn)?;
    Ok(())
}

/// Indexes the words that wait; the last of an action's are the ones that stay.
pub(in crate::db) fn flush(tx: &mut Tx) -> Result<(), DbError> {
    let Conn::Sqlite(conn) = &mut tx.conn else {
        return Ok(());
    };
    if tx.words.is_empty() {
        return Ok(());
    }
    let words: HashMap<String, String> = tx
        .words
        .drain(..)
        .map(|(id, words)| (id.0.simple().to_string(), words))
        .collect();
    let words = serde_json::to_string(&words).map_err(|e| DbError::Internal(e.to_string()))?;
    Cached(
        diesel::sql_query(
            "INSERT OR REPLACE INTO action_search (rowid, words) SELECT row_no, json_each.value \
             FROM json_each(?) CROSS JOIN actions ON actions.id = unhex(json_each.key)",
        )
        .bind::<Text, _>(words),
    )
    .run(conn)?;
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
