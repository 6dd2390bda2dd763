//! `/v1/posts/{id}/holder`: who holds a post, or held it on a day.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::actions::Holder;
use crate::api::extract::{Allowed, Id, Query, ToRead};
use crate::api::write::Resource;
use crate::api::{Api, IdPath, IfNoneMatchHeader, Problem, ReadProblems, Showing};
use crate::clock::end_of_london_day;
use crate::db::posts::{HeldPost, Post, held, succession, versions};
use crate::db::{Conn, DbError};
use crate::domain::ids::PostId;
use crate::records::Telling;

/// Who holds a post on a day, and which post is in charge of its work by then.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PostHolder {
    /// The post.
    #[schema(value_type = Uuid)]
    post_id: PostId,
    /// The day (Europe/London).
    on: NaiveDate,
    /// What it was called at the end of that day; its first title on a day before it was recorded.
    #[schema(min_length = 1, max_length = 200, example = "Head of Law")]
    title: String,
    /// Whether it exists on that day: its last day has not passed.
    exists: bool,
    /// Who holds it; null where nobody does.
    #[schema(required)]
    holder: Option<Holder>,
    /// The post that has taken its place by that day, directly or by way of others; null while it exists, and where none has.
    #[schema(required)]
    successor: Option<SuccessorPost>,
    #[serde(skip)]
    version: i32,
}

/// A post that has taken another's place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuccessorPost {
    /// The post.
    #[schema(value_type = Uuid)]
    post_id: PostId,
    /// What it was called at the end of that day.
    #[schema(min_length = 1, max_length = 200, example = "Director of Law")]
    title: String,
    /// Who holds it; null where nobody does.
    #[schema(required)]
    holder: Option<Holder>,
}

/// A post and the one in charge of its work, each under its title of the day.
struct Found {
    own: HeldPost,
    charged: HeldPost,
}

impl Telling for Found {
    fn tell(&mut self, visit: &mut dyn FnMut(crate::records::Told<'_>)) {
        self.own.tell(visit);
        self.charged.tell(visit);
    }
}

impl PostHolder {
    fn show(Found { own, charged }: Found, showing: &Showing) -> Self {
        let on = showing.day;
        let successor = (charged.post.id != own.post.id).then(|| SuccessorPost {
            post_id: charged.post.id,
            title: charged.post.title,
            holder: charged.holder.map(Holder::from),
        });
        Self {
            post_id: own.post.id,
            on,
            exists: own.post.office().stands(on),
            title: own.post.title,
            holder: own.holder.map(Holder::from),
            successor,
            version: own.post.version,
        }
    }
}

impl Resource for PostHolder {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/posts/{}/holder?on={}", self.post_id, self.on)
    }
}

/// On which day a post is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HolderQuery {
    /// The day, past or to come; today in Europe/London where nothing is said.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    on: Option<NaiveDate>,
}

/// Read who holds a post
///
/// On a day, by what is recorded of its tenures now. Of tenures that overlap, the one that began last counts.
#[utoipa::path(
    get, path = "/v1/posts/{id}/holder", operation_id = "get_post_holder", tag = "posts",
    params(IdPath, HolderQuery, IfNoneMatchHeader),
    responses((status = 200, description = "Who holds it.", body = PostHolder), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_post_holder(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<HolderQuery>,
    id: Id<PostId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let day = query.value.on.unwrap_or_else(|| api.clock.today());
    let find = move |conn: &mut Conn, _: &_| find(conn, id.0, day);
    api.read_one_on(day, &request, caller.0, find, PostHolder::show)
        .await
}

fn find(conn: &mut Conn, id: PostId, day: NaiveDate) -> Result<Option<Found>, DbError> {
    let Some(own) = held(conn, &[id], day)?.remove(&id) else {
        return Ok(None);
    };
    let charged = succession::in_charge_of(conn, own.clone(), day)?;
    let mut found = Found { own, charged };
    let ids = [found.own.post.id, found.charged.post.id];
    let versions = versions(conn, &ids)?;
    for held in [&mut found.own, &mut found.charged] {
        if let Some(title) = title_on(&versions, held.post.id, day) {
            held.post.title.clone_from(title);
        }
    }
    Ok(Some(found))
}

/// What a post was called at the end of a day, of its versions with the earliest first.
fn title_on(versions: &[Post], id: PostId, day: NaiveDate) -> Option<&String> {
    let end = end_of_london_day(day)?;
    let own = || versions.iter().filter(|post| post.id == id);
    let then = own().take_while(|post| post.updated_at.0 <= end).last();
    then.or_else(|| own().next()).map(|post| &post.title)
}
