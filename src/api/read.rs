//! The ways in which a request reads: one resource, or a page of a list.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::cursor::Binding;
use super::extract::Query;
use super::problem::{Kind, Problem};
use super::write::{Resource, tagged};
use super::{Api, Showing, etag};
use crate::auth::Caller;
use crate::db::actions::{self, Action};
use crate::db::sight::{Part, Parts, Sight};
use crate::db::{Conn, DbError, Reach};
use crate::domain::ids::ActionId;
use crate::records::{Failure, Telling, conceal, sight_of};

/// About how many bytes a row of a list takes.
const ROOM_PER_ROW: usize = 1_536;

/// How many items a page holds: 1 to 200 (R14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct Limit(u16);

impl TryFrom<u32> for Limit {
    type Error = &'static str;

    fn try_from(limit: u32) -> Result<Self, Self::Error> {
        u16::try_from(limit)
            .ok()
            .filter(|limit| (1..=200).contains(limit))
            .map(Self)
            .ok_or("must be from 1 to 200")
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// Which page of which list is asked for.
pub(crate) struct PageOf<'a> {
    request: &'a HttpRequest,
    caller: &'a Caller,
    pairs: &'a [(String, String)],
    limit: Option<Limit>,
    cursor: Option<&'a str>,
}

/// A query that asks for a page.
pub(crate) trait Paged {
    fn limit(&self) -> Option<Limit>;
    fn cursor(&self) -> Option<&str>;
}

/// Declares queries that ask for a page.
macro_rules! paged {
    ($($query:ty),+) => {$(
        impl $crate::api::read::Paged for $query {
            fn limit(&self) -> Option<$crate::api::read::Limit> {
                self.limit
            }

            fn cursor(&self) -> Option<&str> {
                self.cursor.as_deref()
            }
        }
    )+};
}

pub(crate) use paged;

impl<'a> PageOf<'a> {
    /// The page that a query asks for.
    pub(crate) fn of<T: Paged>(
        request: &'a HttpRequest,
        caller: &'a Caller,
        query: &'a Query<T>,
    ) -> Self {
        Self {
            request,
            caller,
            pairs: &query.pairs,
            limit: query.value.limit(),
            cursor: query.value.cursor(),
        }
    }

    /// Its filters and sort: what a cursor is bound to and a link to the next page repeats.
    fn filters(&self, limit_too: bool) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs {
            if name != "cursor" && (limit_too || name != "limit") {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// One more row than the page holds, which tells whether another follows.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.limit.unwrap_or_default().0) + 1
    }
}

/// An action in sight of which parts are read, and what of them is in sight.
pub(crate) struct Whole<'a> {
    pub(crate) action: &'a Action,
    pub(crate) parts: Parts,
    pub(crate) sight: &'a Sight,
}

impl<'a> Whole<'a> {
    fn of(action: &'a Action, sight: &'a Sight) -> Self {
        Self {
            action,
            parts: action.parts(sight),
            sight,
        }
    }

    /// What was found by its id, if it is a part of the action that is in sight.
    pub(crate) fn showing<T: Part>(&self, part: Option<T>) -> Option<T> {
        part.filter(|part| self.action.shows(part, self.sight))
    }
}

impl Api {
    /// Reads one record in sight and shows it, without what it tells of that is out of sight.
    pub(crate) async fn read_one<T: Telling + Send + 'static, R: Resource>(
        &self,
        request: &HttpRequest,
        caller: Arc<Caller>,
        query: impl FnOnce(&mut Conn, &Sight) -> Result<Option<T>, DbError> + Send + 'static,
        show: fn(T, &Showing) -> R,
    ) -> Result<HttpResponse, Problem> {
        self.read_one_on(self.clock.today(), request, caller, query, show)
            .await
    }

    /// Like [`Self::read_one`], shown as it stands or stood on a day.
    pub(crate) async fn read_one_on<T: Telling + Send + 'static, R: Resource>(
        &self,
        day: NaiveDate,
        request: &HttpRequest,
        caller: Arc<Caller>,
        query: impl FnOnce(&mut Conn, &Sight) -> Result<Option<T>, DbError> + Send + 'static,
        show: fn(T, &Showing) -> R,
    ) -> Result<HttpResponse, Problem> {
        let record = self
            .read_rows(caller, Reach::Short, query)
            .await?
            .ok_or(Failure::NotFound)?;
        let resource = show(record, &self.showing(day));
        let (body, tag) = tagged(resource)?;
        if etag::none_match(request, &tag) {
            return Ok(HttpResponse::NotModified()
                .insert_header((header::ETAG, tag))
                .finish());
        }
        Ok(HttpResponse::Ok()
            .insert_header((header::ETAG, tag))
            .content_type("application/json")
            .body(body))
    }

    /// Reads what belongs to an action in sight: `query` finds it, with no part of the action that is out of sight.
    pub(crate) async fn read_parts<T: Telling + Send + 'static>(
        &self,
        caller: Arc<Caller>,
        of: ActionId,
        query: impl FnOnce(&mut Conn, &Whole<'_>) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, Problem> {
        let found = self
            .read_rows(caller, Reach::Short, move |conn, sight| {
                let action = actions::find(conn, of)?.filter(|action| action.visible(sight));
                action
                    .map(|action| query(conn, &Whole::of(&action, sight)))
                    .transpose()
            })
            .await?;
        Ok(found.ok_or(Failure::NotFound)?)
    }

    /// Reads one part in sight of an action in sight and shows it.
    pub(crate) async fn read_part<T: Telling + Send + 'static, R: Resource>(
        &self,
        request: &HttpRequest,
        caller: Arc<Caller>,
        of: ActionId,
        query: impl FnOnce(&mut Conn, &Whole<'_>) -> Result<Option<T>, DbError> + Send + 'static,
        show: fn(T, &Showing) -> R,
    ) -> Result<HttpResponse, Problem> {
        let found = move |conn: &mut Conn, sight: &Sight| {
            let action = actions::find(conn, of)?.filter(|action| action.visible(sight));
            match action {
                Some(action) => query(conn, &Whole::of(&action, sight)),
                None => Ok(None),
            }
        };
        self.read_one(request, caller, found, show).await
    }

    /// The place after which a page begins.
    pub(crate) fn after<P: DeserializeOwned>(
        &self,
        page: &PageOf<'_>,
    ) -> Result<Option<P>, Problem> {
        let filters = page.filters(false);
        page.cursor
            .map(|cursor| self.cursors.open(binding(page, &filters), cursor))
            .transpose()
    }

    /// Reads rows in sight for a page, without what they tell of that is out of sight.
    pub(crate) async fn read_rows<T: Telling + Send + 'static>(
        &self,
        caller: Arc<Caller>,
        reach: Reach,
        query: impl FnOnce(&mut Conn, &Sight) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.read_whole(caller, reach, move |conn, sight| {
            let mut rows = query(conn, sight)?;
            conceal(conn, sight, &mut rows)?;
            Ok(rows)
        })
        .await
    }

    /// Reads what is then to be cut to the caller's sight by the query itself.
    pub(crate) async fn read_whole<T: Send + 'static>(
        &self,
        caller: Arc<Caller>,
        reach: Reach,
        query: impl FnOnce(&mut Conn, &Sight) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, Problem> {
        let today = self.clock.today();
        Ok(self
            .db
            .read(reach, move |conn| {
                let sight = sight_of(conn, &caller, today)?;
                query(conn, &sight)
            })
            .await?)
    }

    /// Cuts the row too many, shows the others and answers with the page, linked to the next.
    pub(crate) fn page<T, P: Serialize, R, B: Serialize>(
        &self,
        page: &PageOf<'_>,
        rows: Vec<T>,
        place: impl Fn(&T) -> P,
        show: impl Fn(T, &Showing) -> R,
        whole: impl FnOnce(Vec<R>, Option<String>) -> B,
    ) -> Result<HttpResponse, Problem> {
        self.page_on(self.clock.today(), page, rows, place, show, whole)
    }

    /// Like [`Self::page`], of rows shown as they stand or stood on a day.
    pub(crate) fn page_on<T, P: Serialize, R, B: Serialize>(
        &self,
        day: NaiveDate,
        page: &PageOf<'_>,
        mut rows: Vec<T>,
        place: impl Fn(&T) -> P,
        show: impl Fn(T, &Showing) -> R,
        whole: impl FnOnce(Vec<R>, Option<String>) -> B,
    ) -> Result<HttpResponse, Problem> {
        let internal = || Problem::plain(Kind::Internal);
        let limit = usize::from(page.limit.unwrap_or_default().0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let filters = page.filters(false);
        let next = match rows.last().filter(|_| more) {
            Some(last) => Some(
                self.cursors
                    .seal(binding(page, &filters), &place(last))
                    .ok_or_else(internal)?,
            ),
            None => None,
        };
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = &next {
            let mut query = page.filters(true);
            if !query.is_empty() {
                query.push('&');
            }
            let base = self.base_url(page.request);
            let path = page.request.path();
            response.insert_header((
                header::LINK,
                format!("<{base}{path}?{query}cursor={cursor}>; rel=\"next\""),
            ));
        }
        // Room at once, because a large body that grows is copied again and again.
        let mut body = Vec::with_capacity(ROOM_PER_ROW * (rows.len() + 1));
        let showing = self.showing(day);
        let items = rows.into_iter().map(|row| show(row, &showing)).collect();
        serde_json::to_writer(&mut body, &whole(items, next)).map_err(|_| internal())?;
        Ok(response.content_type("application/json").body(body))
    }

    /// Where callers reach this service: as configured, or as this request was addressed.
    fn base_url(&self, request: &HttpRequest) -> String {
        match &self.limits.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => {
                let host = request
                    .headers()
                    .get(header::HOST)
                    .and_then(|host| host.to_str().ok())
                    .unwrap_or("localhost");
                format!("http://{host}")
            }
        }
    }
}

fn binding<'a>(page: &PageOf<'a>, filters: &'a str) -> Binding<'a> {
    Binding {
        list: page.request.path(),
        query: filters,
        caller: &page.caller.subject,
    }
}
