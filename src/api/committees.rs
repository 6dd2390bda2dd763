//! `/v1/committees`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Allowed, Id, IfMatch, Json, MergePatch, Query, RequestId, ToRead, ToRecord};
use super::fields::Check;
use super::read::{Limit, PageOf, paged};
use super::source::PublishedSource;
use super::write::{Resource, Writer};
use super::{Api, ChangeProblems, CreateProblems, ListProblems, Problem, ReadProblems, Showing};
use crate::db::Reach;
use crate::db::committees::{self as rows, CommitteeFilter};
use crate::domain::committee::{CommitteeCode, CommitteeKind};
use crate::domain::ids::CommitteeId;
use crate::records::committees::{self, CommitteePatch, NewCommittee};
use crate::records::{Failure, Sourced};

/// A committee: a body that meets, resolves and asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Committee {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: CommitteeId,
    /// Its short code, of which references are made; it never changes.
    #[schema(
        min_length = 2,
        max_length = 12,
        pattern = "^[A-Z][A-Z0-9]{1,11}$",
        example = "CFS"
    )]
    code: String,
    /// Its name.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Children and Families Committee"
    )]
    name: String,
    /// What sort of body it is.
    kind: CommitteeKind,
    /// The last day of its existence; null while it exists.
    #[schema(required)]
    ended_on: Option<NaiveDate>,
    /// The committee that took its place. Null where it is out of the caller's sight.
    #[schema(required, value_type = Option<Uuid>)]
    successor_id: Option<CommitteeId>,
    /// Where it was brought in from; null where it was recorded here. Of several sources, the one that was last seen to list it.
    #[schema(required)]
    source: Option<PublishedSource>,
    /// Grows by one with each change.
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    version: i32,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl Committee {
    fn show(sourced: Sourced<rows::Committee>, _: &Showing) -> Self {
        let row = sourced.record;
        Self {
            source: sourced.source.map(Into::into),
            id: row.id,
            code: row.code,
            name: row.name,
            kind: row.kind,
            ended_on: row.ended_on,
            successor_id: row.successor_id,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Resource for Committee {
    fn version(&self) -> i32 {
        self.version
    }

    fn location(&self) -> String {
        format!("/v1/committees/{}", self.id)
    }

    fn without_untagged(&mut self) -> bool {
        PublishedSource::forget_when_seen(self.source.as_mut())
    }
}

/// A page of committees.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommitteePage {
    /// The committees of this page.
    #[schema(max_items = 200)]
    items: Vec<Committee>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// A committee to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommitteeCreate {
    /// Its short code, of which references are made; it never changes.
    #[schema(
        min_length = 2,
        max_length = 12,
        pattern = "^[A-Z][A-Z0-9]{1,11}$",
        example = "CFS"
    )]
    code: String,
    /// Its name.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Children and Families Committee"
    )]
    name: String,
    /// What sort of body it is; a committee where nothing is said.
    #[serde(default = "committee_kind")]
    #[schema(default = "committee")]
    kind: CommitteeKind,
}

const fn committee_kind() -> CommitteeKind {
    CommitteeKind::Committee
}

impl CommitteeCreate {
    fn parse(self) -> Result<NewCommittee, Failure> {
        let mut check = Check::default();
        check.line("/name", &self.name, 200);
        let code = check.parsed::<CommitteeCode>("/code", "bad_code", &self.code);
        let code = check.finish_with(code)?;
        Ok(NewCommittee {
            code,
            name: self.name,
            kind: self.kind,
        })
    }
}

/// What changes in a committee: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommitteeUpdate {
    /// Its name.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(
        min_length = 1,
        max_length = 200,
        nullable = false,
        example = "Children and Family Services Committee"
    )]
    name: Option<String>,
    /// What sort of body it is.
    #[serde(default, deserialize_with = "crate::api::patch::present")]
    #[schema(nullable = false)]
    kind: Option<CommitteeKind>,
    /// The last day of its existence.
    #[serde(default, deserialize_with = "crate::api::strict::cleared")]
    #[schema(value_type = Option<NaiveDate>)]
    ended_on: Option<Option<NaiveDate>>,
    /// The committee that took its place.
    #[serde(default, deserialize_with = "super::patch::deserialize")]
    #[schema(value_type = Option<Uuid>)]
    successor_id: Option<Option<CommitteeId>>,
}

impl CommitteeUpdate {
    fn parse(self) -> Result<CommitteePatch, Failure> {
        let mut check = Check::default();
        check.opt_line("/name", self.name.as_ref(), 200);
        check.day("/ended_on", self.ended_on.flatten());
        check.finish()?;
        Ok(CommitteePatch {
            name: self.name,
            kind: self.kind,
            ended_on: self.ended_on,
            successor_id: self.successor_id,
        })
    }
}

/// What a list of committees is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommitteeQuery {
    /// The committee with this code.
    #[param(min_length = 2, max_length = 12, nullable = false)]
    code: Option<String>,
    /// Only those that have ended, or only those that have not.
    #[param(nullable = false)]
    ended: Option<bool>,
    /// How many committees a page holds.
    #[param(value_type = u16, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(CommitteeQuery);

/// List committees by code
///
/// Every committee that the caller may see, ended ones included unless they are left out.
#[utoipa::path(
    get, path = "/v1/committees", operation_id = "list_committees", tag = "committees",
    params(CommitteeQuery),
    responses((status = 200, description = "A page of committees.", body = CommitteePage), ListProblems)
)]
pub(crate) async fn list_committees(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<CommitteeQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<String> = api.after(&page)?;
    let filter = CommitteeFilter {
        code: query.value.code.clone(),
        ended: query.value.ended,
    };
    let fetch = page.fetch();
    let rows = api
        .read_rows(caller.0.clone(), Reach::Short, move |conn, sight| {
            let rows = rows::list(conn, sight, &filter, after.as_deref(), fetch)?;
            Sourced::of_all(conn, rows)
        })
        .await?;
    api.page(
        &page,
        rows,
        |row| row.record.code.clone(),
        Committee::show,
        |items, next_cursor| CommitteePage { items, next_cursor },
    )
}

/// Record a committee
///
/// By a clerk. The code is its own for good: references are made of it.
#[utoipa::path(
    post, path = "/v1/committees", operation_id = "create_committee", tag = "committees",
    params(super::IdempotencyKeyHeader), request_body = CommitteeCreate,
    responses((status = 201, description = "Recorded.", body = Committee), CreateProblems)
)]
pub(crate) async fn create_committee(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    api: Data<Api>,
    body: Json<CommitteeCreate>,
) -> Result<HttpResponse, Problem> {
    let writer = Writer::of_post(&request, caller.0, request_id, &body.bytes)?;
    let new = body.value.parse()?;
    api.write(
        writer,
        move |w| {
            let made = committees::create(w, &new)?;
            Ok(Sourced::of_effect(w.tx, made)?)
        },
        Committee::show,
    )
    .await
}

/// Read a committee
///
/// One committee, with the ETag that a change needs.
#[utoipa::path(
    get, path = "/v1/committees/{id}", operation_id = "get_committee", tag = "committees",
    params(super::IdPath, super::IfNoneMatchHeader),
    responses((status = 200, description = "The committee.", body = Committee), (status = 304, description = "As it was."), ReadProblems)
)]
pub(crate) async fn get_committee(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    _query: Query<super::NoQuery>,
    id: Id<CommitteeId>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    api.read_one(
        &request,
        caller.0,
        move |conn, sight| {
            let found = rows::find(conn, id.0)?.filter(|row| sight.sees_committee(row.id));
            found.map(|row| Sourced::of(conn, row)).transpose()
        },
        Committee::show,
    )
    .await
}

/// Change a committee
///
/// By a clerk. A committee is ended by its last day, and may name the one that takes its place.
#[utoipa::path(
    patch, path = "/v1/committees/{id}", operation_id = "update_committee", tag = "committees",
    params(super::IdPath, super::IfMatchHeader),
    request_body(content = CommitteeUpdate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Committee), ChangeProblems)
)]
pub(crate) async fn update_committee(
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    id: Id<CommitteeId>,
    read: IfMatch,
    api: Data<Api>,
    body: MergePatch<CommitteeUpdate>,
) -> Result<HttpResponse, Problem> {
    let patch = body.0.value.parse()?;
    let writer = Writer::of_patch(caller.0, request_id);
    api.write(
        writer,
        move |w| {
            let changed = committees::patch(w, id.0, &read.0, &patch)?;
            Ok(Sourced::of_effect(w.tx, changed)?)
        },
        Committee::show,
    )
    .await
}
