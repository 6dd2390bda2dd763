//! Posts and who holds them.

pub(crate) mod tenures;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde::{Deserialize, Serialize};

use super::as_of::{AsOf, in_force};
use super::conn::{MultiBackend, native};
use super::record::record;
use super::schema::{posts, tenures as tenures_table};
use super::types::{Instant, Uid};
use super::{Conn, DbError};
use crate::domain::ids::PostId;
use tenures::Tenure;

/// A post as it is stored.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable, AsChangeset,
)]
#[diesel(table_name = posts, treat_none_as_null = true, treat_none_as_default_value = false)]
#[diesel(check_for_backend(MultiBackend))]
pub(crate) struct Post {
    pub(crate) id: PostId,
    pub(crate) title: String,
    pub(crate) directorate: Option<String>,
    pub(crate) ended_on: Option<NaiveDate>,
    pub(crate) successor_id: Option<PostId>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

record!(posts, Post, PostId);

/// A post and who holds it on the day asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeldPost {
    pub(crate) post: Post,
    pub(crate) holder: Option<Tenure>,
}

impl HeldPost {
    /// A post with the tenure that covers `day`. Nobody holds a post that has ended.
    pub(super) fn on(day: NaiveDate, post: Post, holder: Option<Tenure>) -> Self {
        let stands = post.ended_on.is_none_or(|last| last >= day);
        Self {
            holder: holder.filter(|_| stands),
            post,
        }
    }
}

/// The posts of these ids and who holds each on `day`, in one query. Of tenures that overlap, the one that began last
/// counts, so that whoever acts for an absent holder is the present one.
pub(crate) fn held(
    conn: &mut Conn,
    ids: &[PostId],
    day: NaiveDate,
) -> Result<HashMap<PostId, HeldPost>, DbError> {
    let covers = tenures_table::post_id
        .eq(posts::id)
        .and(tenures::covering(day));
    let query = posts::table
        .left_join(tenures_table::table.on(covers))
        .order((tenures_table::starts_on, tenures_table::id));
    let rows: Vec<(Post, Option<Tenure>)> = match ids {
        [] => Vec::new(),
        // A text of its own, because one with a list in it is prepared anew each time.
        [id] => {
            let query = query.filter(posts::id.eq(id));
            native!(conn, c => query.select(<(Post, Option<Tenure>)>::as_select()).load(c))?
        }
        ids => {
            let query = query.filter(posts::id.eq_any(ids));
            native!(conn, c => query.select(<(Post, Option<Tenure>)>::as_select()).load(c))?
        }
    };
    Ok(rows
        .into_iter()
        .map(|(post, holder)| (post.id, HeldPost::on(day, post, holder)))
        .collect())
}

/// The posts of these ids and who held each on `day`, as both were recorded at an instant.
pub(crate) fn held_as_of(
    conn: &mut Conn,
    ids: &[PostId],
    day: NaiveDate,
    at: DateTime<Utc>,
) -> Result<HashMap<PostId, HeldPost>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sqlite = conn.is_sqlite();
    let query = posts::table
        .filter(posts::id.eq_any(ids))
        .filter(in_force(sqlite, "posts", at, false))
        .select(Post::as_select());
    let found: Vec<Post> = AsOf::new(conn, query).load(conn)?;
    let mut held: HashMap<PostId, HeldPost> = found
        .into_iter()
        .map(|post| (post.id, HeldPost { post, holder: None }))
        .collect();
    for tenure in tenures::covering_as_of(conn, ids, day, at)? {
        if let Some(held) = held.get_mut(&tenure.post_id) {
            *held = HeldPost::on(day, held.post.clone(), Some(tenure));
        }
    }
    Ok(held)
}

/// What a list of posts is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PostFilter {
    pub(crate) directorate: Option<String>,
    pub(crate) title: Option<String>,
    /// Ended, or not.
    pub(crate) ended: Option<bool>,
}

/// Where a post stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PostPosition(String, PostId);

impl From<&Post> for PostPosition {
    fn from(post: &Post) -> Self {
        Self(post.title.clone(), post.id)
    }
}

/// A page of posts by title, after `after`.
pub(crate) fn list(
    conn: &mut Conn,
    filter: &PostFilter,
    after: Option<&PostPosition>,
    limit: i64,
) -> Result<Vec<Post>, DbError> {
    Ok(page(filter, after, limit).load(conn)?)
}

pub(super) fn page<'a>(
    filter: &'a PostFilter,
    after: Option<&'a PostPosition>,
    limit: i64,
) -> IntoBoxed<'a, posts::table, MultiBackend> {
    let mut query = posts::table.into_boxed::<MultiBackend>();
    if let Some(directorate) = &filter.directorate {
        query = query.filter(posts::directorate.eq(directorate));
    }
    if let Some(title) = &filter.title {
        query = query.filter(posts::title.eq(title));
    }
    match filter.ended {
        Some(true) => query = query.filter(posts::ended_on.is_not_null()),
        Some(false) => query = query.filter(posts::ended_on.is_null()),
        None => {}
    }
    if let Some(PostPosition(title, id)) = after {
        query = query.filter(
            sql::<Bool>("(posts.title, posts.id) > (")
                .bind::<Text, _>(title.clone())
                .sql(", ")
                .bind::<Uid, _>(*id)
                .sql(")"),
        );
    }
    query.order((posts::title, posts::id)).limit(limit)
}
