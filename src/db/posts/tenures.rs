//! Tenures: who holds a post, from when to when.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date};
use serde::{Deserialize, Serialize};

use crate::db::as_of::{AsOf, in_force};
use crate::db::conn::MultiBackend;
use crate::db::record::record;
use crate::db::schema::tenures;
use crate::db::types::{Instant, Uid};
use crate::db::{Conn, DbError};
use crate::domain::ids::{PostId, TenureId};

/// A tenure as it is stored.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable, AsChangeset,
)]
#[diesel(table_name = tenures, treat_none_as_null = true, treat_none_as_default_value = false)]
#[diesel(check_for_backend(MultiBackend))]
pub(crate) struct Tenure {
    pub(crate) id: TenureId,
    pub(crate) post_id: PostId,
    pub(crate) holder_name: String,
    pub(crate) holder_subject: Option<String>,
    pub(crate) acting: bool,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: Option<NaiveDate>,
    pub(crate) version: i32,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

record!(tenures, Tenure, TenureId);

/// Whether a tenure covers a day.
#[diesel::dsl::auto_type]
pub(in crate::db) fn covering(day: NaiveDate) -> _ {
    let begun = tenures::starts_on.le(day);
    let open = tenures::ends_on.is_null();
    begun.and(open.or(tenures::ends_on.ge(day).assume_not_null()))
}

/// The first of a post's other tenures, acting ones aside, whose days overlap those of this one.
pub(crate) fn substantive_overlapping(
    conn: &mut Conn,
    tenure: &Tenure,
) -> Result<Option<Tenure>, DbError> {
    let mut query = tenures::table
        .into_boxed::<MultiBackend>()
        .filter(tenures::post_id.eq(tenure.post_id))
        .filter(tenures::acting.eq(false))
        .filter(tenures::id.ne(tenure.id))
        .filter(
            tenures::ends_on
                .is_null()
                .or(tenures::ends_on.ge(tenure.starts_on).assume_not_null()),
        );
    if let Some(last) = tenure.ends_on {
        query = query.filter(tenures::starts_on.le(last));
    }
    Ok(query
        .order((tenures::starts_on, tenures::id))
        .first(conn)
        .optional()?)
}

/// The tenures of posts that covered a day, as they were recorded at an instant: the one that began last comes last.
pub(in crate::db) fn covering_as_of(
    conn: &mut Conn,
    posts: &[PostId],
    day: NaiveDate,
    at: DateTime<Utc>,
) -> Result<Vec<Tenure>, DbError> {
    let query = tenures::table
        .filter(tenures::post_id.eq_any(posts))
        .filter(covering(day))
        .filter(in_force(conn.is_sqlite(), "tenures", at, false))
        .order((tenures::starts_on, tenures::id))
        .select(Tenure::as_select());
    Ok(AsOf::new(conn, query).load(conn)?)
}

/// Where a tenure stands in the list of its post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TenurePosition(NaiveDate, TenureId);

impl From<&Tenure> for TenurePosition {
    fn from(tenure: &Tenure) -> Self {
        Self(tenure.starts_on, tenure.id)
    }
}

/// A page of the tenures of a post, the earliest first, after `after`; only those that cover `day` where one is given.
pub(crate) fn list(
    conn: &mut Conn,
    post: PostId,
    day: Option<NaiveDate>,
    after: Option<&TenurePosition>,
    limit: i64,
) -> Result<Vec<Tenure>, DbError> {
    Ok(page(post, day, after, limit).load(conn)?)
}

pub(in crate::db) fn page(
    post: PostId,
    day: Option<NaiveDate>,
    after: Option<&TenurePosition>,
    limit: i64,
) -> IntoBoxed<'static, tenures::table, MultiBackend> {
    let mut query = tenures::table
        .into_boxed()
        .filter(tenures::post_id.eq(post));
    if let Some(day) = day {
        query = query.filter(covering(day));
    }
    if let Some(TenurePosition(starts_on, id)) = after {
        query = query.filter(
            sql::<Bool>("(tenures.starts_on, tenures.id) > (")
                .bind::<Date, _>(*starts_on)
                .sql(", ")
                .bind::<Uid, _>(*id)
                .sql(")"),
        );
    }
    query.order((tenures::starts_on, tenures::id)).limit(limit)
}
