//! Probes.

use std::sync::atomic::Ordering;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Api, Kind, Problem, PublicProblems};

/// A probe's answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    #[schema(max_length = 20, example = "ok")]
    status: &'static str,
}

/// Ask whether the process lives
///
/// It touches nothing but the process itself.
#[utoipa::path(
    get, path = "/livez", operation_id = "check_liveness", tag = "service", security(()),
    responses((status = 200, description = "The process lives.", body = Health), PublicProblems)
)]
pub(crate) async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

/// Ask whether the service can do its work
///
/// The database answers, the keys that verify tokens are loaded, and the service is not about to stop.
#[utoipa::path(
    get, path = "/readyz", operation_id = "check_readiness", tag = "service", security(()),
    responses(
        (status = 200, description = "Ready.", body = Health),
        (status = 503, description = "Not ready.", body = super::ProblemBody, content_type = "application/problem+json"),
        PublicProblems,
    )
)]
pub(crate) async fn readyz(api: Data<Api>) -> Result<HttpResponse, Problem> {
    let not_ready =
        |why: &str| Problem::new(Kind::Unavailable, why).header(header::RETRY_AFTER, "1");
    if api.draining.load(Ordering::SeqCst) {
        return Err(not_ready("The service is stopping."));
    }
    if !api.auth.ready().await {
        return Err(not_ready("The keys that verify tokens are not loaded."));
    }
    api.db.ready().await?;
    Ok(HttpResponse::Ok().json(Health { status: "ok" }))
}
