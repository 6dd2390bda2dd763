//! What handlers ask of a request: who calls and with what right, the body, the query, the headers. Each is checked here,
//! once, and its absence from a handler's signature shows.

use std::any::TypeId;
use std::collections::{BTreeSet, HashMap};
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::{Stream, StreamExt as _};
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use uuid::Uuid;

use super::object::Object;
use super::problem::{Kind, Problem};
use super::{Api, Limits, strict};
use crate::auth::{AuthError, Caller, Role, Roles};
use crate::records::{FieldError, Precondition};

/// Who may use an operation.
pub(crate) trait Permission: 'static {
    /// Any of these roles will do.
    fn roles() -> Roles;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $($role:ident)|+;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Permission for $name {
            fn roles() -> Roles {
                Roles::of(&[$(Role::$role),+])
            }
        }
    )+};
}

permissions! {
    /// Reading records. An admin has no right over records by that role alone.
    ToRead: Reader | Officer | Clerk | Auditor;
    /// Recording what committees decide.
    ToRecord: Clerk;
    /// Moving and verifying actions; which of it is whose, the table of moves and the records decide.
    ToMove: Officer | Clerk | Auditor;
    /// Asking for an extension and granting one; whose that is, the records decide.
    ToAsk: Officer | Clerk;
    /// Reading minutes and their drafts, which may hold what is exempt, and what was made of them.
    ToReview: Clerk | Auditor;
    /// Reading the history of a record.
    ToTrace: Officer | Clerk | Auditor;
}

/// The caller, who has one of the roles that `P` asks for.
pub(crate) struct Allowed<P>(pub(crate) Arc<Caller>, PhantomData<P>);

/// Who the front middleware found to be calling.
#[derive(Clone)]
pub(crate) struct Authenticated(pub(crate) Result<Arc<Caller>, AuthError>);

impl<P: Permission> FromRequest for Allowed<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Authenticated>().cloned();
        ready(
            match found.map_or(Err(AuthError::Missing), |found| found.0) {
                Err(error) => Err(error.into()),
                Ok(caller) if caller.roles.intersects(P::roles()) => Ok(Self(caller, PhantomData)),
                Ok(_) => Err(Problem::new(
                    Kind::Forbidden,
                    format!("This needs one of the roles {}.", P::roles()),
                )),
            },
        )
    }
}

/// The request's id, as the log and the audit trail know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(pub(crate) Uuid);

impl FromRequest for RequestId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.extensions().get::<Self>().copied();
        ready(id.ok_or_else(|| Problem::plain(Kind::Internal)))
    }
}

/// An id in the path. What is no UUID names nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<T>(pub(crate) T);

impl<T: From<Uuid> + 'static> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(path_id(request, "id").map(|id| Self(id.into())))
    }
}

/// The id under that name in the path.
pub(crate) fn path_id(request: &HttpRequest, name: &str) -> Result<Uuid, Problem> {
    request
        .match_info()
        .get(name)
        .and_then(|text| Uuid::try_parse(text).ok())
        .ok_or_else(|| Problem::plain(Kind::NotFound))
}

/// The number under that name in the path, from 1.
pub(crate) fn path_number(request: &HttpRequest, name: &str) -> Result<i32, Problem> {
    request
        .match_info()
        .get(name)
        .and_then(|text| text.parse().ok())
        .filter(|number| *number > 0)
        .ok_or_else(|| Problem::plain(Kind::NotFound))
}

/// A JSON body (R4, R5): at most so large, in time, well-formed, and with no member that its type does not have.
pub(crate) struct Json<T> {
    pub(crate) value: T,
    /// The body as it came.
    pub(crate) bytes: Bytes,
}

impl<T> Json<T> {
    /// The digest of the body: see [`canonical_digest`].
    pub(crate) fn canonical_digest(&self) -> Vec<u8> {
        canonical_digest(&self.bytes)
    }
}

/// SHA-256 over JSON in canonical form (RFC 8785): the same for the same record, however it was written.
pub(crate) fn canonical_digest(json: &[u8]) -> Vec<u8> {
    let canonical = serde_json::from_slice::<serde_json::Value>(json)
        .and_then(|value| serde_json_canonicalizer::to_vec(&value));
    super::idempotency::digest(&[canonical.as_deref().unwrap_or(json)])
}

/// A JSON body with many rows in it, which may be larger than others.
pub(crate) struct BulkJson<T>(pub(crate) Json<T>);

/// The body of a PATCH: a JSON merge patch (RFC 7396), which `application/json` may name too (R10).
pub(crate) struct MergePatch<T>(pub(crate) Json<T>);

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        read_json(request, payload, &["application/json"], |limits| {
            limits.body_bytes
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for BulkJson<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read_json(request, payload, &["application/json"], |limits| {
            limits.bulk_body_bytes
        });
        Box::pin(async move { body.await.map(Self) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for MergePatch<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read_json(
            request,
            payload,
            &["application/merge-patch+json", "application/json"],
            |limits| limits.body_bytes,
        );
        Box::pin(async move {
            body.await.map(Self).map_err(|problem| match problem.kind {
                Kind::UnsupportedMediaType => problem.header(
                    header::HeaderName::from_static("accept-patch"),
                    "application/merge-patch+json, application/json",
                ),
                _ => problem,
            })
        })
    }
}

fn read_json<T: DeserializeOwned + 'static>(
    request: &HttpRequest,
    payload: &mut Payload,
    accepted: &'static [&'static str],
    max: fn(&Limits) -> usize,
) -> Extracting<Json<T>> {
    let checked = check_media(request, accepted)
        .and_then(|()| parse_query::<super::NoQuery>(request.query_string()).map(drop));
    let limits = request
        .app_data::<Data<Api>>()
        .map(|api| (max(&api.limits), api.limits.body_time));
    let payload = payload.take();
    Box::pin(async move {
        checked?;
        let (max, time) = limits.ok_or_else(|| Problem::plain(Kind::Internal))?;
        let bytes = read_body(payload, max, time).await?;
        let value = parse_json(&bytes)?;
        Ok(Json {
            value,
            bytes: bytes.freeze(),
        })
    })
}

/// The media type of the body, in lower case and without parameters, where it has one and no content encoding.
pub(crate) fn media_type(request: &HttpRequest) -> Option<String> {
    let header = |name| request.headers().get(name);
    if header(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return None;
    }
    let media = header(header::CONTENT_TYPE)?
        .to_str()
        .ok()?
        .split(';')
        .next()?;
    Some(media.trim().to_ascii_lowercase())
}

pub(crate) fn check_media(request: &HttpRequest, accepted: &[&str]) -> Result<(), Problem> {
    if media_type(request).is_some_and(|media| accepted.contains(&media.as_str())) {
        Ok(())
    } else {
        Err(Problem::new(
            Kind::UnsupportedMediaType,
            format!(
                "The body must be {}, without a content encoding.",
                accepted.join(" or ")
            ),
        ))
    }
}

/// A whole body, at most so large and in time.
pub(crate) async fn read_body<E>(
    mut payload: impl Stream<Item = Result<Bytes, E>> + Unpin,
    max: usize,
    time: Duration,
) -> Result<BytesMut, Problem> {
    let reading = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::new(Kind::BadRequest, "The body broke off."))?;
            if body.len() + chunk.len() > max {
                return Err(Problem::new(
                    Kind::PayloadTooLarge,
                    format!("The body must be at most {max} bytes."),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    };
    tokio::time::timeout(time, reading)
        .await
        .unwrap_or_else(|_| Err(Problem::plain(Kind::RequestTimeout)))
}

/// Reads JSON, and names what does not fit (R4).
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let Object(value) = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = pointer(error.path());
        let inner = error.into_inner();
        // Serde_json takes a value that is no string for a fault of syntax where a word is wanted.
        let well_formed = || serde_json::from_slice::<serde_json::Value>(bytes).is_ok();
        if inner.is_data() {
            misfit(&path, &inner.to_string())
        } else if well_formed() {
            misfit(
                &path,
                "invalid type: expected one of the words that the documentation lists",
            )
        } else {
            malformed(&inner)
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!(
            "The body is not well-formed JSON (line {}, column {}).",
            error.line(),
            error.column()
        ),
    )
}

/// A member that its type does not have or that has another type, from serde's words for it.
fn misfit(path: &str, message: &str) -> Problem {
    let detail = message.split(" at line ").next().unwrap_or(message);
    let named = |prefix: &str| {
        detail
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix('`'))
            .and_then(|rest| rest.split('`').next())
    };
    let at = |name: &str| {
        if path.ends_with(&format!("/{name}")) {
            path.to_owned()
        } else {
            format!("{path}/{name}")
        }
    };
    let error = if let Some(name) = named("unknown field ") {
        FieldError::new(at(name), "unknown_member", detail)
    } else if let Some(name) = named("missing field ") {
        FieldError::new(at(name), "required", "is needed")
    } else if let Some(name) = named("duplicate field ") {
        FieldError::new(at(name), "repeated_member", "is given twice")
    } else {
        let code = strict::code_of(detail).unwrap_or("wrong_type");
        FieldError::new(path, code, detail)
    };
    Problem::with_errors(Kind::Invalid, vec![error])
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

/// The query, with no parameter that the operation does not have and none twice (R4).
pub(crate) struct Query<T> {
    pub(crate) value: T,
    /// The pairs as they came, in order of name.
    pub(crate) pairs: Vec<(String, String)>,
}

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse_query(request.query_string()))
    }
}

fn parse_query<T: DeserializeOwned + IntoParams + 'static>(
    query: &str,
) -> Result<Query<T>, Problem> {
    let known = parameters::<T>();
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for (name, value) in &pairs {
        if !known.contains(name) {
            errors.push(FieldError::new(
                name,
                "unknown_parameter",
                "The operation has no such parameter.",
            ));
        } else if !seen.insert(name) {
            errors.push(FieldError::new(
                name,
                "repeated_parameter",
                "The parameter is given twice.",
            ));
        } else if value.chars().any(char::is_control) {
            errors.push(FieldError::new(
                name,
                "control_character",
                "The value holds a control character.",
            ));
        }
    }
    if !errors.is_empty() {
        return Err(Problem::with_errors(Kind::BadParameter, errors));
    }
    let value = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(
        url::form_urlencoded::parse(query.as_bytes()),
    ))
    .map_err(|error| {
        let name = error.path().to_string();
        let detail = error.into_inner().to_string();
        let code = strict::code_of(&detail).unwrap_or("bad_value");
        Problem::with_errors(
            Kind::BadParameter,
            vec![FieldError::new(name, code, detail)],
        )
    })?;
    pairs.sort();
    Ok(Query { value, pairs })
}

/// The names of an operation's query parameters, from its own documentation.
fn parameters<T: IntoParams + 'static>() -> Arc<BTreeSet<String>> {
    type Known = HashMap<TypeId, Arc<BTreeSet<String>>>;
    static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);
    let id = TypeId::of::<T>();
    if let Some(names) = KNOWN
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&id)
    {
        return Arc::clone(names);
    }
    let names = T::into_params(|| None).into_iter().map(|p| p.name);
    let names: Arc<BTreeSet<String>> = Arc::new(names.collect());
    KNOWN
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(id, Arc::clone(&names));
    names
}

/// The version that the caller has read, from If-Match; without one, 428 (R9).
#[derive(Debug, Clone)]
pub(crate) struct IfMatch(pub(crate) Precondition);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(super::etag::if_match(request).map(Self))
    }
}
