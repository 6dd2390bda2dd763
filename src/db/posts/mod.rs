//! Posts and who holds them.

pub(crate) mod succession;
pub(crate) mod tenures;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not, sql};
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
use crate::domain::succession::Office;
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

impl Post {
    /// The post as far as its succession goes.
    pub(crate) const fn office(&self) -> Office {
        Office {
            id: self.id,
            ended_on: self.ended_on,
            successor_id: self.successor_id,
        }
    }
}

impl HeldPost {
    /// A post with the tenure that covers `day`. Nobody holds a post that has ended.
    pub(crate) fn on(day: NaiveDate, post: Post, holder: Option<Tenure>) -> Self {
        let stands = post.office().stands(day);
        Self {
            holder: holder.filter(|_| stands),
            post,
        }
    }
}

/// Reads the posts that meet a condition and who holds each on a day, in one query. Of tenures that overlap, the one that
/// began last counts, so that whoever acts for an absent holder is the present one.
macro_rules! held_where {
    ($conn:expr, $day:expr, $condition:expr) => {{
        let covers = tenures_table::post_id
            .eq(posts::id)
            .and(tenures::covering($day));
        let query = posts::table
            .left_join(tenures_table::table.on(covers))
            .filter($condition)
            .order((tenures_table::starts_on, tenures_table::id));
        let rows: Vec<(Post, Option<Tenure>)> =
            native!($conn, c => query.select(<(Post, Option<Tenure>)>::as_select()).load(c))?;
        Ok(rows
            .into_iter()
            .map(|(post, holder)| (post.id, HeldPost::on($day, post, holder)))
            .collect())
    }};
}

use held_where;

/// The posts of these ids and who holds each on `day`, in one query.
pub(crate) fn held(
    conn: &mut Conn,
    ids: &[PostId],
    day: NaiveDate,
) -> Result<HashMap<PostId, HeldPost>, DbError> {
    match ids {
        [] => Ok(HashMap::new()),
        // A text of its own, because one with a list in it is prepared anew each time.
        [id] => held_where!(conn, day, posts::id.eq(id)),
        ids => held_where!(conn, day, posts::id.eq_any(ids)),
    }
}

/// The versions of posts, the earliest first: as they were recorded before each change, and as they are.
pub(crate) fn versions(conn: &mut Conn, ids: &[PostId]) -> Result<Vec<Post>, DbError> {
    let query = posts::table
        .filter(posts::id.eq_any(ids))
        .select(Post::as_select());
    let mut found: Vec<Post> = AsOf::new(conn, query).load(conn)?;
    found.sort_by_key(|post| (post.updated_at, post.version));
    Ok(found)
}

/// The post of that id as it was recorded at an instant.
pub(crate) fn find_as_of(
    conn: &mut Conn,
    id: PostId,
    at: DateTime<Utc>,
) -> Result<Option<Post>, DbError> {
    let query = posts::table
        .filter(posts::id.eq(id))
        .filter(in_force(conn.is_sqlite(), "posts", at, false))
        .select(Post::as_select());
    Ok(AsOf::new(conn, query).load(conn)?.pop())
}

/// The posts that have not ended on a day, with their titles.
pub(crate) fn titles(conn: &mut Conn, day: NaiveDate) -> Result<Vec<(PostId, String)>, DbError> {
    let stands = posts::ended_on
        .is_null()
        .or(posts::ended_on.ge(day).assume_not_null());
    Ok(posts::table
        .filter(stands)
        .select((posts::id, posts::title))
        .order((posts::title, posts::id))
        .load(conn)?)
}

/// What a list of posts is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PostFilter {
    pub(crate) directorate: Option<String>,
    pub(crate) title: Option<String>,
    /// Ended, or not.
    pub(crate) ended: Option<bool>,
    /// Existing on a day and held by nobody, or by somebody.
    pub(crate) vacant: Option<(bool, NaiveDate)>,
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
    if let Some((vacant, day)) = filter.vacant {
        let holds = tenures_table::table
            .filter(tenures_table::post_id.eq(posts::id))
            .filter(tenures::covering(day));
        let stands = posts::ended_on
            .is_null()
            .or(posts::ended_on.ge(day).assume_not_null());
        query = query.filter(stands);
        query = if vacant {
            query.filter(not(exists(holds)))
        } else {
            query.filter(exists(holds))
        };
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
