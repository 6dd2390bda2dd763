//! Parameters and headers that many operations have, as the API document describes them.

#![expect(
    dead_code,
    reason = "these types are only ever documented; extract.rs reads the requests"
)]

use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// The record's id in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct IdPath {
    /// The record's id.
    id: Uuid,
}

/// If-Match, which every change needs.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct IfMatchHeader {
    /// The ETag that was read, or several, or `*` for whichever version there is.
    #[param(
        rename = "If-Match",
        max_length = 2000,
        example = "\"3.5f1d7a84db00d2ba\""
    )]
    if_match: String,
}

/// If-None-Match, by which an unchanged record is not sent again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct IfNoneMatchHeader {
    /// The ETag that is known already.
    #[param(
        rename = "If-None-Match",
        max_length = 200,
        required = false,
        nullable = false
    )]
    if_none_match: Option<String>,
}

/// Idempotency-Key, which makes a POST safe to send again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct IdempotencyKeyHeader {
    /// A key of the caller's own making, new for each request that is meant anew. Sent again within a day with the same body
    /// and the same If-Match, the request is answered as it was the first time, also where it was refused (403, 404, 409,
    /// 422) when it was held against the records. Decided anew each time is what is refused before that (the token, the role,
    /// the headers, the body by itself, a key in use or used for another request), 412, and failures of the service.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        required = false,
        nullable = false
    )]
    idempotency_key: Option<String>,
}

/// No query parameters at all.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NoQuery {}
