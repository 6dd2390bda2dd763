//! `/v1/posts`.

pub(crate) mod holder;
pub(crate) mod tenures;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::as_of::AsOf;
use super::extract::{Allowed, Id, IfMatch, Json, MergePatch, Query, RequestId, ToRead, ToRecord};
use super::fields::Check;
use super::read::{Limit, PageOf, paged};
use super::write::{Resource, Writer};
use super::{Api, ChangeProblems, CreateProblems, ListProblems, Problem, ReadProblems, Showing};
use crate::db::Reach;
use crate::db::posts::{self as rows, PostFilter, PostPosition};
use crate::domain::ids::PostId;
use crate::records::Failure;
use crate::records::posts::{self, NewPost, PostPatch};

/// An office that owns actions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Post {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: PostId,
    /// Its title.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Director of Children and Family Services"
    )]
    title: String,
    /// The directorate it belongs to.
    #[schema(required, max_length = 200, example = "Children and Family Services")]
    directorate: Option<String>,
    /// The last day of its existence; null while it exists.
    #[schema(required)]
    ended_on: Option<NaiveDate>,
    /// The post that took its place.
    #[schema(required, value_type = Option<Uuid>)]
    successor_id: Option<PostId>,
    /// Grows by one with each change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl Post {
    fn show(row: rows::Post, _: &Showing) -> Self {
        Self {
            id: row.id,
            title: row.title,
            directorate: row.directorate,
            ended_on: row.ended_on,
            successor_id: row.successor_id,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for Post {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/posts/{}", self.id)
    }
}

/// A page of posts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PostPage {
    /// The posts of this page.
    #[schema(max_items = 200)]
    items: Vec<Post>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A post to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostCreate {
    /// Its title.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Director of Children and Family Services"
    )]
    title: String,
    /// The directorate it belongs to.
    #[serde(default)]
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Children and Family Services"
    )]
    directorate: Option<String>,
}

impl PostCreate {
    fn parse(self) -> Result<NewPost, Failure> {
        let mut check = Check::default();
        check.line("/title", &self.title, 200);
        check.opt_line("/directorate", self.directorate.as_ref(), 200);
        check.finish()?;
        Ok(NewPost {
            title: self.title,
            directorate: self.directorate,
        })
    }
}

/// What changes in a post: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostUpdate {
    /// Its title.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    title: Option<String>,
    /// The directorate it belongs to.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    directorate: Option<Option<String>>,
    /// The last day of its existence.
    #[serde(default, deserialize_with = "crate::api::strict::cleared")]
    #[schema(value_type = Option<NaiveDate>)]
    ended_on: Option<Option<NaiveDate>>,
    /// The post that took its place.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Uuid>)]
    successor_id: Option<Option<PostId>>,
}

impl PostUpdate {
    fn parse(self) -> Result<PostPatch, Failure> {
        let mut check = Check::default();
        check.opt_line("/title", self.title.as_ref(), 200);
        check.opt_line(
            "/directorate",
            self.directorate.as_ref().and_then(Option::as_ref),
            200,
        );
        check.day("/ended_on", self.ended_on.flatten());
        check.finish()?;
        Ok(PostPatch {
            title: self.title,
            directorate: self.directorate,
            ended_on: self.ended_on,
            successor_id: self.successor_id,
        })
    }
}

/// What a list of posts is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PostQuery {
    /// Only posts of this directorate.
    #[param(max_length = 200, nullable = false)]
    directorate: Option<String>,
    /// Only posts with this title.
    #[param(max_length = 200, nullable = false)]
    title: Option<String>,
    /// Only those that have ended, or only those that have not.
    #[param(nullable = false)]
    ended: Option<bool>,
    /// Only posts that exist today and that nobody holds, acting or not; with false, only those that somebody holds.
    #[param(nullable = false)]
    vacant: Option<bool>,
    /// How many posts a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(PostQuery);

/// List posts by title
///
/// Of one directorate, or of all.
#[utoipa::path(
    get, path = "/v1/posts", operation_id = "list_posts", tag = "posts",
    params(PostQuery),
    responses((status = 200, description = "A page of posts.", body = PostPage), ListProblems)
)]
pub(crate) async fn list_posts(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<PostQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<PostPosition> = api.after(&page)?;
    let today = api.clock.today();
    let filter = PostFilter {
        vacant: query.value.vacant.map(|vacant| (vacant, today)),
        directorate: query.value.directorate.clone(),
        title: query.value.title.clone(),
        ended: query.value.ended,
    };
    let fetch = page.fetch();
    let rows = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, _| {
            rows::list(conn, &filter, after.as_ref(), fetch)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| PostPosition::from(row),
        Post::show,
        |items, next_cursor| PostPage { items, next_cursor },
    )
}

/// Record a post
///
/// By a clerk. Who holds it is recorded in its tenures.
#[utoipa::path(
    post, path = "/v1/posts", operation_id = "create_post", tag = "posts",
    params(super::IdempotencyKeyHeader), request_body = PostCreate,
    responses((status = 201, description = "Recorded.", body = Post), CreateProblems)
)]
pub(crate) async fn create_post(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: Json<PostCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(writer, move |w| posts::create(w, &new), Post::show)
        .await
}

/// At which instant a post is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PostAsOf {
    /// The post as it was recorded at this instant (RFC 3339), or at the end of this day in Europe/London; neither may be in
    /// the future. It is not found before it was recorded.
    #[param(value_type = String, required = false, max_length = 40, example = "2014-03-31")]
    as_of: Option<AsOf>,
}

/// Read a post
///
/// One post, with the ETag that a change needs; or as it was recorded at an instant.
#[utoipa::path(
    get, path = "/v1/posts/{id}", operation_id = "get_post", tag = "posts",
    params(super::IdPath, PostAsOf, super::IfNoneMatchHeader),
    responses((status = 200, description = "The post.", body = Post), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_post(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<PostAsOf>,
    id: Id<PostId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let as_of = match query.value.as_of {
        Some(at) => Some(at.settled(&api).await?),
        None => None,
    };
    api.read_one(
        &request,
        caller.0,
        move |conn, _| match as_of {
            None => rows::find(conn, id.0),
            Some(at) => rows::find_as_of(conn, id.0, at),
        },
        Post::show,
    )
    .await
}

/// Change a post
///
/// By a clerk. A post is renamed, or ended by its last day, past or to come, and succeeded. From the day after, its successor
/// is in charge of its actions, and whoever held it holds it no longer, whatever their tenure says.
#[utoipa::path(
    patch, path = "/v1/posts/{id}", operation_id = "update_post", tag = "posts",
    params(super::IdPath, super::IfMatchHeader),
    request_body(content = PostUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Post), ChangeProblems)
)]
pub(crate) async fn update_post(
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<PostId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<PostUpdate>,
) -> Result<HttpResponse, Problem> {
    let patch = body.0.value.parse()?;
    let writer = Writer::of_patch(caller.0, request_id);
    api.write(
        writer,
        move |w| posts::patch(w, id.0, &read.0, &patch),
        Post::show,
    )
    .await
}
