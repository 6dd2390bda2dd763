//! `/v1/delegations`: who may decide in a committee's place.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Allowed, Id, IfMatch, Json, MergePatch, Query, RequestId, ToRead, ToRecord};
use super::fields::{Check, MAX_PROSE};
use super::read::{Limit, PageOf, paged};
use super::write::{Resource, Writer};
use super::{Api, ChangeProblems, CreateProblems, ListProblems, Problem, ReadProblems, Showing};
use crate::db::Reach;
use crate::db::delegations::{self as rows, DelegationFilter, DelegationPosition};
use crate::domain::ids::{CommitteeId, DelegationId, ResolutionId};
use crate::records::Failure;
use crate::records::delegations::{self, NewDelegation};

/// A recorded delegation: somebody decides in a committee's place, from when to when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delegation {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: DelegationId,
    /// The committee in whose place the delegate decides.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// What is delegated, in its own words.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "To accept that actions of the Committee are complete between its meetings"
    )]
    wording: String,
    /// To whom: a post or an office.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Head of Democratic Services"
    )]
    delegate: String,
    /// The resolution that gave it. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    resolution_id: Option<ResolutionId>,
    /// The first day on which it is in force.
    starts_on: NaiveDate,
    /// The last day; null while it goes on.
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

impl Delegation {
    fn show(row: rows::Delegation, _: &Showing) -> Self {
        Self {
            id: row.id,
            committee_id: row.committee_id,
            wording: row.wording,
            delegate: row.delegate,
            resolution_id: row.resolution_id,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for Delegation {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/delegations/{}", self.id)
    }
}

/// A page of delegations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DelegationPage {
    /// The delegations of this page.
    #[schema(max_items = 200)]
    items: Vec<Delegation>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A delegation to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DelegationCreate {
    /// The committee in whose place the delegate decides.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// What is delegated, in its own words.
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "To accept that actions of the Committee are complete between its meetings"
    )]
    wording: String,
    /// To whom: a post or an office.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Head of Democratic Services"
    )]
    delegate: String,
    /// The resolution that gave it, of whichever committee.
    #[schema(value_type = Uuid)]
    resolution_id: ResolutionId,
    /// The first day on which it is in force.
    #[serde(deserialize_with = "crate::api::strict::one")]
    #[schema(example = "2014-05-15")]
    starts_on: NaiveDate,
    /// The last day; left out while it goes on.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[schema(example = "2015-05-14")]
    ends_on: Option<NaiveDate>,
}

impl DelegationCreate {
    fn parse(self) -> Result<NewDelegation, Failure> {
        let mut check = Check::default();
        check.prose("/wording", &self.wording, MAX_PROSE);
        check.line("/delegate", &self.delegate, 200);
        check.day("/starts_on", Some(self.starts_on));
        check.day("/ends_on", self.ends_on);
        check.finish()?;
        Ok(NewDelegation {
            committee_id: self.committee_id,
            wording: self.wording,
            delegate: self.delegate,
            resolution_id: self.resolution_id,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
        })
    }
}

/// What changes in a delegation: a merge patch (RFC 7396). What was delegated to whom stays; another delegation follows it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DelegationUpdate {
    /// The last day on which it is in force.
    #[serde(default, deserialize_with = "crate::api::strict::cleared")]
    #[schema(value_type = Option<NaiveDate>)]
    ends_on: Option<Option<NaiveDate>>,
}

/// What a list of delegations is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DelegationQuery {
    /// Only delegations of this committee.
    #[param(value_type = Uuid, required = false)]
    committee_id: Option<CommitteeId>,
    /// Only delegations that are in force on this day.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    on: Option<NaiveDate>,
    /// How many delegations a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(DelegationQuery);

/// List delegations, the earliest first
///
/// Of one committee or of all; those that are in force on a day.
#[utoipa::path(
    get, path = "/v1/delegations", operation_id = "list_delegations", tag = "assurance",
    params(DelegationQuery),
    responses((status = 200, description = "A page of delegations.", body = DelegationPage), ListProblems)
)]
pub(crate) async fn list_delegations(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<DelegationQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<DelegationPosition> = api.after(&page)?;
    let filter = DelegationFilter {
        committee_id: query.value.committee_id,
        on: query.value.on,
    };
    let fetch = page.fetch();
    let rows = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, sight| {
            rows::list(conn, sight, &filter, after.as_ref(), fetch)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| DelegationPosition::from(row),
        Delegation::show,
        |items, next_cursor| DelegationPage { items, next_cursor },
    )
}

/// Record a delegation
///
/// By a clerk, under the resolution that gave it.
#[utoipa::path(
    post, path = "/v1/delegations", operation_id = "create_delegation", tag = "assurance",
    params(super::IdempotencyKeyHeader), request_body = DelegationCreate,
    responses((status = 201, description = "Recorded.", body = Delegation), CreateProblems)
)]
pub(crate) async fn create_delegation(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: Json<DelegationCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| delegations::create(w, &new),
        Delegation::show,
    )
    .await
}

/// Read a delegation
///
/// One delegation, with the ETag that a change needs.
#[utoipa::path(
    get, path = "/v1/delegations/{id}", operation_id = "get_delegation", tag = "assurance",
    params(super::IdPath, super::IfNoneMatchHeader),
    responses((status = 200, description = "The delegation.", body = Delegation), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_delegation(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<super::NoQuery>,
    id: Id<DelegationId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.read_one(
        &request,
        caller.0,
        move |conn, sight| {
            Ok(rows::find(conn, id.0)?.filter(|row| sight.sees_committee(row.committee_id)))
        },
        Delegation::show,
    )
    .await
}

/// End a delegation, or say that it goes on
///
/// By a clerk.
#[utoipa::path(
    patch, path = "/v1/delegations/{id}", operation_id = "update_delegation", tag = "assurance",
    params(super::IdPath, super::IfMatchHeader),
    request_body(content = DelegationUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Delegation), ChangeProblems)
)]
pub(crate) async fn update_delegation(
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<DelegationId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<DelegationUpdate>,
) -> Result<HttpResponse, Problem> {
    let ends_on = body.0.value.ends_on;
    let mut check = Check::default();
    check.day("/ends_on", ends_on.flatten());
    check.finish()?;
    let writer = Writer::of_patch(caller.0, request_id);
    api.write(
        writer,
        move |w| delegations::patch(w, id.0, &read.0, ends_on),
        Delegation::show,
    )
    .await
}
