//! Posts whose place another took: who is in charge of what was given to them, and who answers for it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Text};

use super::tenures::{Tenure, covering};
use super::{HeldPost, Post, held, held_where, tenures};
use crate::db::as_of::{AsOf, in_force};
use crate::db::cached::Cached;
use crate::db::conn::native;
use crate::db::schema::{posts, tenures as tenures_table};
use crate::db::types::Uid;
use crate::db::{Conn, DbError};
use crate::domain::ids::PostId;
use crate::domain::succession::{Office, Succession};

/// The posts in charge on `day` of what was given to those of `ids`, and who holds each; by the post that it was given to.
/// It takes one query, and another only where a post has ended and was succeeded.
pub(crate) fn in_charge(
    conn: &mut Conn,
    ids: &[PostId],
    day: NaiveDate,
) -> Result<HashMap<PostId, HeldPost>, DbError> {
    let given = held(conn, ids, day)?;
    charged(conn, given, day)
}

/// The post in charge on `day` of what was given to a post, and who holds it. It takes a query only where that has ended
/// and was succeeded.
pub(crate) fn in_charge_of(
    conn: &mut Conn,
    given: HeldPost,
    day: NaiveDate,
) -> Result<HeldPost, DbError> {
    if given.post.office().followed_by(day).is_none() {
        return Ok(given);
    }
    let id = given.post.id;
    let found = charged(conn, HashMap::from([(id, given.clone())]), day)?.remove(&id);
    Ok(found.unwrap_or(given))
}

fn charged(
    conn: &mut Conn,
    given: HashMap<PostId, HeldPost>,
    day: NaiveDate,
) -> Result<HashMap<PostId, HeldPost>, DbError> {
    let next = followers(given.values().map(|held| &held.post), day);
    if next.is_empty() {
        return Ok(given);
    }
    let reached = reached(conn, &next, day)?;
    let both = given.values().chain(reached.values());
    let succession: Succession = both.map(|held| held.post.office()).collect();
    let in_charge = |id, own| {
        let charged = succession.in_charge(id, day);
        charged
            .and_then(|charged| reached.get(&charged).cloned())
            .unwrap_or(own)
    };
    Ok(given
        .into_iter()
        .map(|(id, own)| (id, in_charge(id, own)))
        .collect())
}

/// The posts that can be reached from these by following successors, and who holds each on `day`.
fn reached(
    conn: &mut Conn,
    ids: &[PostId],
    day: NaiveDate,
) -> Result<HashMap<PostId, HeldPost>, DbError> {
    let among = reached_from(conn.is_sqlite(), ids, false);
    held_where!(conn, day, among)
}

/// The posts in charge on `day` of what was given to those of `ids`, and who held each, as all was recorded at an instant.
pub(crate) fn in_charge_as_of(
    conn: &mut Conn,
    ids: &[PostId],
    day: NaiveDate,
    at: DateTime<Utc>,
) -> Result<HashMap<PostId, HeldPost>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sqlite = conn.is_sqlite();
    let then = || {
        posts::table
            .filter(in_force(sqlite, "posts", at, false))
            .select(Post::as_select())
    };
    let mut found: Vec<Post> = AsOf::new(conn, then().filter(posts::id.eq_any(ids))).load(conn)?;
    let next = followers(&found, day);
    if !next.is_empty() {
        let reached: Vec<Post> =
            AsOf::new(conn, then().filter(reached_from(sqlite, &next, true))).load(conn)?;
        found.extend(reached);
    }
    let succession: Succession = found.iter().map(Post::office).collect();
    let found: HashMap<PostId, Post> = found.into_iter().map(|post| (post.id, post)).collect();
    let charged: HashMap<PostId, PostId> = ids
        .iter()
        .map(|id| (*id, succession.in_charge(*id, day).unwrap_or(*id)))
        .collect();
    let distinct: HashSet<PostId> = charged.values().copied().collect();
    let distinct: Vec<PostId> = distinct.into_iter().collect();
    let mut holders = HashMap::new();
    for tenure in tenures::covering_as_of(conn, &distinct, day, at)? {
        holders.insert(tenure.post_id, tenure);
    }
    Ok(charged
        .into_iter()
        .filter_map(|(id, charged)| {
            let post = found.get(&charged)?.clone();
            let holder = holders.get(&charged).cloned();
            Some((id, HeldPost::on(day, post, holder)))
        })
        .collect())
}

fn followers<'p>(posts: impl IntoIterator<Item = &'p Post>, day: NaiveDate) -> Vec<PostId> {
    let next = posts
        .into_iter()
        .filter_map(|post| post.office().followed_by(day));
    let next: HashSet<PostId> = next.collect();
    next.into_iter().collect()
}

/// The condition that a post is one of these, or can be reached from one by following successors whenever they take over.
type Reached =
    SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, diesel::dsl::AsExprOf<String, Text>>>;

fn reached_from(sqlite: bool, ids: &[PostId], as_of: bool) -> Reached {
    // A list of ids is bound as JSON, so that the text is the same for any number.
    let quoted: Vec<_> = ids
        .iter()
        .map(|id| format!("\"{}\"", id.0.simple()))
        .collect();
    let (begin, end) = if sqlite {
        ("SELECT unhex(value) FROM json_each(", ")")
    } else {
        (
            "SELECT CAST(value AS uuid) FROM json_array_elements_text(CAST(",
            " AS json))",
        )
    };
    let step = match (sqlite, as_of) {
        // SQLite finds the rows of both tables by their indexes only where they are asked one by one.
        (true, true) => {
            "UNION SELECT p.successor_id FROM reached JOIN main.posts AS p ON p.id = reached.id \
             WHERE p.successor_id IS NOT NULL \
             UNION SELECT v.successor_id FROM reached JOIN post_versions AS v ON v.id = reached.id \
             WHERE v.successor_id IS NOT NULL"
        }
        _ => {
            "UNION SELECT p.successor_id FROM reached JOIN posts AS p ON p.id = reached.id \
             WHERE p.successor_id IS NOT NULL"
        }
    };
    sql::<Bool>(&format!(
        "posts.id IN (WITH RECURSIVE reached (id) AS ({begin}"
    ))
    .bind::<Text, _>(format!("[{}]", quoted.join(",")))
    .sql(&format!("{end} {step}) SELECT id FROM reached)"))
}

/// Ends a query that begins with the posts that answer for others, and adds those they answer for on a day: the ended ones
/// whose place they took, however many stages back. A circle, which no write allows, ends where it began.
macro_rules! answered {
    ($seed:expr, $day:expr) => {
        Cached(
            $seed
                .sql(
                    " UNION SELECT posts.id FROM answered JOIN posts ON posts.successor_id = answered.id \
                     WHERE posts.ended_on < ",
                )
                .bind::<Date, _>($day)
                .sql(") SELECT id FROM answered"),
        )
    };
}

/// The posts that somebody answers for on a day: those they hold, acting or not, and the ended ones whose place these took.
/// Nobody holds a post that has ended.
pub(crate) fn answered_by_holder(
    conn: &mut Conn,
    subject: &str,
    day: NaiveDate,
) -> Result<Vec<PostId>, DbError> {
    let seed = sql::<Uid>(
        "WITH RECURSIVE answered (id) AS (SELECT tenures.post_id FROM tenures \
         JOIN posts ON posts.id = tenures.post_id WHERE tenures.holder_subject = ",
    )
    .bind::<Text, _>(subject)
    .sql(" AND tenures.starts_on <= ")
    .bind::<Date, _>(day)
    .sql(" AND (tenures.ends_on IS NULL OR tenures.ends_on >= ")
    .bind::<Date, _>(day)
    .sql(") AND (posts.ended_on IS NULL OR posts.ended_on >= ")
    .bind::<Date, _>(day)
    .sql(")");
    Ok(native!(conn, c => answered!(seed, day).load(c))?)
}

/// A post, and the ended ones that it answers for on a day.
fn answered_by_post(conn: &mut Conn, id: PostId, day: NaiveDate) -> Result<Vec<PostId>, DbError> {
    let seed = sql::<Uid>("WITH RECURSIVE answered (id) AS (SELECT ")
        .bind::<Uid, _>(id)
        .sql("");
    Ok(native!(conn, c => answered!(seed, day).load(c))?)
}

/// The posts of a directorate that are in charge on a day, and the ended ones that they answer for.
fn answered_by_directorate(
    conn: &mut Conn,
    directorate: &str,
    day: NaiveDate,
) -> Result<Vec<PostId>, DbError> {
    let seed =
        sql::<Uid>("WITH RECURSIVE answered (id) AS (SELECT id FROM posts WHERE directorate = ")
            .bind::<Text, _>(directorate)
            .sql(" AND (ended_on IS NULL OR successor_id IS NULL OR ended_on >= ")
            .bind::<Date, _>(day)
            .sql(")");
    Ok(native!(conn, c => answered!(seed, day).load(c))?)
}

/// Which posts own what a list of actions asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::db) struct Owners {
    /// One of these; `None` is whichever post, or none.
    pub(in crate::db) among: Option<Vec<PostId>>,
    /// The posts whose work nobody does, where the list is narrowed to what such a post owns (`true`) or does not.
    pub(in crate::db) vacant: Option<(bool, Vec<PostId>)>,
}

/// What a list of actions asks of the post in charge on a day.
#[derive(Debug, Clone, Copy)]
pub(in crate::db) struct OfOwners<'a> {
    pub(in crate::db) post: Option<PostId>,
    pub(in crate::db) directorate: Option<&'a str>,
    pub(in crate::db) vacant: Option<bool>,
    pub(in crate::db) day: NaiveDate,
    /// As posts and tenures were recorded at that instant.
    pub(in crate::db) as_of: Option<DateTime<Utc>>,
}

/// Finds the posts that own what is asked for.
pub(in crate::db) fn owners(conn: &mut Conn, asked: OfOwners<'_>) -> Result<Owners, DbError> {
    let OfOwners {
        post, directorate, ..
    } = asked;
    if let Some(at) = asked.as_of {
        return owners_among_all(conn, asked, Some(at));
    }
    let mut owners = match asked.vacant {
        Some(_) => {
            let only_vacant = OfOwners {
                post: None,
                directorate: None,
                ..asked
            };
            owners_among_all(conn, only_vacant, None)?
        }
        None => Owners::default(),
    };
    let by_post = post
        .map(|id| answered_by_post(conn, id, asked.day))
        .transpose()?;
    let by_directorate = directorate
        .map(|name| answered_by_directorate(conn, name, asked.day))
        .transpose()?;
    owners.among = both(by_post, by_directorate);
    Ok(owners)
}

fn both(one: Option<Vec<PostId>>, other: Option<Vec<PostId>>) -> Option<Vec<PostId>> {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            one.retain(|id| other.contains(id));
            Some(one)
        }
        (one, other) => one.or(other),
    }
}

/// Looks at every post there is, or was: a council has some hundreds.
fn owners_among_all(
    conn: &mut Conn,
    asked: OfOwners<'_>,
    as_of: Option<DateTime<Utc>>,
) -> Result<Owners, DbError> {
    let OfOwners {
        post,
        directorate,
        vacant,
        day,
        ..
    } = asked;
    if post.is_none() && directorate.is_none() && vacant.is_none() {
        return Ok(Owners::default());
    }
    let all = offices(conn, as_of)?;
    let succession: Succession = all.iter().map(|(office, _)| *office).collect();
    let answered = |seeds: Vec<PostId>| {
        let found = succession.answered_by(seeds, day);
        found.into_iter().collect::<Vec<_>>()
    };
    let by_post = post.map(|id| answered(vec![id]));
    let by_directorate = directorate.map(|name| {
        let in_charge = all.iter().filter(|(office, directorate)| {
            directorate.as_deref() == Some(name) && office.followed_by(day).is_none()
        });
        answered(in_charge.map(|(office, _)| office.id).collect())
    });
    let vacant = match vacant {
        Some(vacant) => {
            let held = held_by_anybody(conn, day, as_of)?;
            let found = succession.vacant(held, day);
            Some((vacant, found.into_iter().collect()))
        }
        None => None,
    };
    Ok(Owners {
        among: both(by_post, by_directorate),
        vacant,
    })
}

type OfficeRow = (PostId, Option<NaiveDate>, Option<PostId>, Option<String>);

/// Every post, as far as its succession goes, and its directorate.
fn offices(
    conn: &mut Conn,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<(Office, Option<String>)>, DbError> {
    let query = posts::table.select((
        posts::id,
        posts::ended_on,
        posts::successor_id,
        posts::directorate,
    ));
    let rows: Vec<OfficeRow> = match as_of {
        None => query.load(conn)?,
        Some(at) => {
            let query = query.filter(in_force(conn.is_sqlite(), "posts", at, false));
            AsOf::new(conn, query).load(conn)?
        }
    };
    let office = |(id, ended_on, successor_id, directorate)| {
        let office = Office {
            id,
            ended_on,
            successor_id,
        };
        (office, directorate)
    };
    Ok(rows.into_iter().map(office).collect())
}

/// The posts that a tenure covers on a day, ended ones among them.
fn held_by_anybody(
    conn: &mut Conn,
    day: NaiveDate,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<PostId>, DbError> {
    let query = tenures_table::table
        .filter(covering(day))
        .select(tenures_table::post_id);
    Ok(match as_of {
        None => query.load(conn)?,
        Some(at) => {
            let query = query.filter(in_force(conn.is_sqlite(), "tenures", at, false));
            AsOf::new(conn, query).load(conn)?
        }
    })
}
