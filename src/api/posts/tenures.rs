//! `/v1/posts/{id}/tenures`: who holds a post, from when to when.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::extract::{
    Allowed, Id, IfMatch, Json, MergePatch, Query, RequestId, ToRead, ToRecord, path_id,
};
use crate::api::fields::Check;
use crate::api::read::{Limit, PageOf, paged};
use crate::api::write::{Resource, Writer};
use crate::api::{
    Api, ChangeProblems, CreateProblems, IdPath, IdempotencyKeyHeader, IfMatchHeader,
    IfNoneMatchHeader, ListProblems, NoQuery, Problem, ReadProblems, Showing,
};
use crate::db::Reach;
use crate::db::posts::tenures::{self as rows, TenurePosition};
use crate::domain::ids::{PostId, TenureId};
use crate::records::Failure;
use crate::records::posts::{self, NewTenure, TenurePatch};

/// Who holds a post, from when to when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tenure {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: TenureId,
    /// The post.
    #[schema(value_type = Uuid)]
    post_id: PostId,
    /// Who holds it.
    #[schema(min_length = 1, max_length = 200, example = "Ann Example")]
    holder_name: String,
    /// The subject of the holder's tokens, by which the service knows an officer. Null for a caller whose only role is
    /// reader.
    #[schema(required, max_length = 255)]
    holder_subject: Option<String>,
    /// Whether the holder stands in for somebody or for a vacancy.
    acting: bool,
    /// The first day.
    starts_on: NaiveDate,
    /// The last day; null while it lasts.
    #[schema(required)]
    ends_on: Option<NaiveDate>,
    /// Grows by one with each change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl Tenure {
    fn show(row: rows::Tenure, _: &Showing) -> Self {
        Self {
            id: row.id,
            post_id: row.post_id,
            holder_name: row.holder_name,
            holder_subject: row.holder_subject,
            acting: row.acting,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for Tenure {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/posts/{}/tenures/{}", self.post_id, self.id)
    }
}

/// A page of tenures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenurePage {
    /// The tenures of this page.
    #[schema(max_items = 200)]
    items: Vec<Tenure>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A tenure to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TenureCreate {
    /// Who holds the post.
    #[schema(min_length = 1, max_length = 200, example = "Ann Example")]
    holder_name: String,
    /// The subject of the holder's tokens, by which the service knows an officer.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 255)]
    holder_subject: Option<String>,
    /// Whether the holder stands in for somebody or for a vacancy.
    #[serde(default)]
    #[schema(default = false)]
    acting: bool,
    /// The first day.
    #[serde(deserialize_with = "crate::api::strict::one")]
    starts_on: NaiveDate,
    /// The last day; left out while it lasts.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    ends_on: Option<NaiveDate>,
}

impl TenureCreate {
    fn parse(self) -> Result<NewTenure, Failure> {
        let mut check = Check::default();
        check.line("/holder_name", &self.holder_name, 200);
        check.opt_line("/holder_subject", self.holder_subject.as_ref(), 255);
        check.day("/starts_on", Some(self.starts_on));
        check.day("/ends_on", self.ends_on);
        check.finish()?;
        Ok(NewTenure {
            holder_name: self.holder_name,
            holder_subject: self.holder_subject,
            acting: self.acting,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
        })
    }
}

/// What changes in a tenure: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TenureUpdate {
    /// Who holds the post.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    holder_name: Option<String>,
    /// The subject of the holder's tokens.
    #[serde(default, deserialize_with = "crate::api::patch::deserialize")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255)]
    holder_subject: Option<Option<String>>,
    /// Whether the holder stands in for somebody or for a vacancy.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    acting: Option<bool>,
    /// The first day.
    #[serde(default, deserialize_with = "crate::api::strict::present")]
    #[schema(nullable = false)]
    starts_on: Option<NaiveDate>,
    /// The last day.
    #[serde(default, deserialize_with = "crate::api::strict::cleared")]
    #[schema(value_type = Option<NaiveDate>)]
    ends_on: Option<Option<NaiveDate>>,
}

impl TenureUpdate {
    fn parse(self) -> Result<TenurePatch, Failure> {
        let mut check = Check::default();
        check.opt_line("/holder_name", self.holder_name.as_ref(), 200);
        check.opt_line(
            "/holder_subject",
            self.holder_subject.as_ref().and_then(Option::as_ref),
            255,
        );
        check.day("/starts_on", self.starts_on);
        check.day("/ends_on", self.ends_on.flatten());
        check.finish()?;
        Ok(TenurePatch {
            holder_name: self.holder_name,
            holder_subject: self.holder_subject,
            acting: self.acting,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
        })
    }
}

/// What a list of tenures is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TenureQuery {
    /// Only tenures that cover this day: who held the post then.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    on: Option<NaiveDate>,
    /// How many tenures a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(TenureQuery);

/// List the tenures of a post, the earliest first
///
/// All of them, or those that cover a day: who held the post then.
#[utoipa::path(
    get, path = "/v1/posts/{id}/tenures", operation_id = "list_tenures", tag = "posts",
    params(IdPath, TenureQuery),
    responses((status = 200, description = "A page of tenures.", body = TenurePage), ListProblems)
)]
pub(crate) async fn list_tenures(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    id: Id<PostId>,
    query: Query<TenureQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<TenurePosition> = api.after(&page)?;
    let (day, fetch) = (query.value.on, page.fetch());
    let rows = api
        .read_rows(
            caller.0.clone(),
            Reach::Short,
            move |conn, _| match crate::db::posts::find(conn, id.0)? {
                Some(_) => rows::list(conn, id.0, day, after.as_ref(), fetch).map(Some),
                None => Ok(None),
            },
        )
        .await?
        .ok_or(Failure::NotFound)?;
    api.page(
        &page,
        rows,
        |row| TenurePosition::from(row),
        Tenure::show,
        |items, next_cursor| TenurePage { items, next_cursor },
    )
}

/// Record who holds a post
///
/// By a clerk. Tenures may overlap where all but one are acting; the one that began last names the present holder.
#[utoipa::path(
    post, path = "/v1/posts/{id}/tenures", operation_id = "create_tenure", tag = "posts",
    params(IdPath, IdempotencyKeyHeader), request_body = TenureCreate,
    responses((status = 201, description = "Recorded.", body = Tenure), CreateProblems)
)]
pub(crate) async fn create_tenure(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<PostId>,
    api: Data<Api>,
    body: Json<TenureCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| posts::create_tenure(w, id.0, &new),
        Tenure::show,
    )
    .await
}

/// Read a tenure
///
/// One tenure, with the ETag that a change needs.
#[utoipa::path(
    get, path = "/v1/posts/{id}/tenures/{tenure_id}", operation_id = "get_tenure", tag = "posts",
    params(IdPath, TenurePath, IfNoneMatchHeader),
    responses((status = 200, description = "The tenure.", body = Tenure), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_tenure(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<NoQuery>,
    id: Id<PostId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let tenure = TenureId(path_id(&request, "tenure_id")?);
    api.read_one(
        &request,
        caller.0,
        move |conn, _| Ok(rows::find(conn, tenure)?.filter(|row| row.post_id == id.0)),
        Tenure::show,
    )
    .await
}

/// Change a tenure, or end it
///
/// By a clerk.
#[utoipa::path(
    patch, path = "/v1/posts/{id}/tenures/{tenure_id}", operation_id = "update_tenure", tag = "posts",
    params(IdPath, TenurePath, IfMatchHeader),
    request_body(content = TenureUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Tenure), ChangeProblems)
)]
pub(crate) async fn update_tenure(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<PostId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<TenureUpdate>,
) -> Result<HttpResponse, Problem> {
    let tenure = TenureId(path_id(&request, "tenure_id")?);
    let patch = body.0.value.parse()?;
    let writer = Writer::of_patch(caller.0, request_id);
    api.write(
        writer,
        move |w| posts::patch_tenure(w, id.0, tenure, &read.0, &patch),
        Tenure::show,
    )
    .await
}

/// The tenure's id in the path.
#[expect(dead_code, reason = "only ever documented")]
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TenurePath {
    /// The tenure's id.
    tenure_id: Uuid,
}
