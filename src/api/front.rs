//! What happens to every request before and after its handler: an id and a trace, who is calling, their allowance, the
//! headers every answer has, problems in one form, panics caught, and one line in the log.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError as _};
use futures_util::FutureExt as _;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use tracing::Instrument as _;

use super::extract::{Authenticated, RequestId};
use super::{Api, Kind, Problem};
use crate::auth::bearer_token;
use crate::telemetry::trace::TraceContext;

/// How many requests each caller may make (R22).
pub(crate) struct Limiter {
    buckets:
        RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    requests: u32,
    per: Duration,
}

/// What is left of a caller's allowance.
struct Allowance {
    remaining: u32,
    /// Seconds until the caller may go on, where the allowance is used up.
    wait: Option<u64>,
}

impl Limiter {
    /// An allowance of `requests` in each span of `per`.
    pub(crate) fn new(requests: u32, per: Duration) -> Self {
        let burst = NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(per / burst.get())
            .unwrap_or_else(|| Quota::per_second(burst))
            .allow_burst(burst);
        Self {
            buckets: RateLimiter::dashmap(quota).with_middleware(),
            clock: DefaultClock::default(),
            requests: burst.get(),
            per,
        }
    }

    fn take(&self, caller: &String) -> Allowance {
        match self.buckets.check_key(caller) {
            Ok(state) => Allowance {
                remaining: state.remaining_burst_capacity(),
                wait: None,
            },
            Err(until) => Allowance {
                remaining: 0,
                wait: Some(until.wait_time_from(self.clock.now()).as_secs() + 1),
            },
        }
    }

    /// Forgets callers whose allowance is whole again.
    pub(crate) fn forget_idle(&self) {
        self.buckets.retain_recent();
    }

    fn write(&self, allowance: &Allowance, headers: &mut HeaderMap) {
        let seconds = self.per.as_secs().max(1);
        let used = u64::from(self.requests - allowance.remaining.min(self.requests));
        let reset = (used * seconds).div_ceil(u64::from(self.requests));
        set(
            headers,
            "ratelimit-policy",
            &format!("\"caller\";q={};w={seconds}", self.requests),
        );
        set(
            headers,
            "ratelimit",
            &format!("\"caller\";r={};t={reset}", allowance.remaining),
        );
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The middleware.
pub(crate) async fn front(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let started = Instant::now();
    let Some(api) = request.app_data::<Data<Api>>().cloned() else {
        return Err(Problem::plain(Kind::Internal).into());
    };
    let request_id = RequestId(api.ids.next(api.clock.now()));
    let trace = TraceContext::from_header(
        request
            .headers()
            .get("traceparent")
            .and_then(|value| value.to_str().ok()),
    );
    request.extensions_mut().insert(request_id);
    let span =
        tracing::info_span!("request", request_id = %request_id.0, trace_id = %trace.trace_id());
    let method = request.method().clone();
    let page = request.path().starts_with("/docs");
    let (answered, caller, allowance) = async {
        let (caller, allowance) = match caught(admit(&api, &request)).await {
            Ok(admitted) => admitted,
            Err(problem) => return (Err(problem), None, None),
        };
        (
            answer(request, next, allowance.as_ref()).await,
            caller,
            allowance,
        )
    }
    .instrument(span.clone())
    .await;
    let dress = |headers: &mut HeaderMap| {
        let common = Common {
            request_id,
            trace,
            page,
            authenticated: caller.is_some(),
        };
        common.write(headers);
        if let Some(allowance) = &allowance {
            api.limiter.write(allowance, headers);
        }
    };
    let _entered = span.enter();
    let log = |route: &str, status: StatusCode| {
        tracing::info!(
            %method,
            route,
            status = status.as_u16(),
            caller = caller.as_deref().unwrap_or("-"),
            duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
    };
    match answered {
        Ok(mut response) => {
            if let Some(problem) = problem_of(&response) {
                let (request, old) = response.into_parts();
                let new = written(&problem, request_id, old.headers().get(header::ALLOW));
                response = ServiceResponse::new(request, new.map_into_boxed_body());
            }
            dress(response.headers_mut());
            log(
                response
                    .request()
                    .match_pattern()
                    .as_deref()
                    .unwrap_or("none"),
                response.status(),
            );
            Ok(response)
        }
        // The request went down with its handler, so the answer travels as an error that knows its response.
        Err(problem) => {
            let mut response = written(&problem, request_id, None);
            dress(response.headers_mut());
            log("none", response.status());
            Err(InternalError::from_response(problem, response).into())
        }
    }
}

/// Lets a request through to its handler, if the caller's allowance and Accept header let it.
async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    allowance: Option<&Allowance>,
) -> Result<ServiceResponse, Problem> {
    if let Some(seconds) = allowance.and_then(|allowance| allowance.wait) {
        let problem =
            Problem::plain(Kind::TooManyRequests).header(header::RETRY_AFTER, &seconds.to_string());
        return Ok(request.error_response(problem));
    }
    if !acceptable(&request) {
        return Ok(request.error_response(Problem::plain(Kind::NotAcceptable)));
    }
    match caught(next.call(request)).await? {
        Ok(response) => Ok(response.map_into_boxed_body()),
        Err(error) => Err(error.as_error::<Problem>().map_or_else(
            || Problem::plain(Kind::of_status(error.as_response_error().status_code())),
            Clone::clone,
        )),
    }
}

/// Waits for what may panic, which then costs this one request and neither its connection nor the worker.
async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Problem> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| {
        tracing::error!("a request's handling panicked");
        Problem::plain(Kind::Internal)
    })
}

/// Finds out who is calling, where that matters, and takes from their allowance. Probes cost nothing and are never refused.
///
/// A token that was verified before costs its caller one request. Any other is verified only if the address it comes from
/// has not had its allowance of verifications, so that a flood of made-up tokens does not buy as many signature checks; what
/// turns out to be nobody's is then the address's own request, like one without a token.
async fn admit(api: &Api, request: &ServiceRequest) -> (Option<String>, Option<Allowance>) {
    if matches!(request.path(), "/livez" | "/readyz") {
        return (None, None);
    }
    let address = || {
        request
            .peer_addr()
            .map_or_else(String::new, |peer| network(peer.ip()))
    };
    let mut caller = None;
    if request.path().starts_with("/v1/") {
        let mut values = request.headers().get_all(header::AUTHORIZATION);
        let value = match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        };
        let found = match bearer_token(value) {
            Ok(token) => match api.auth.authenticate_cached(token) {
                Some(caller) => Ok(caller),
                None => {
                    let allowance = api.limiter.take(&format!("v:{}", address()));
                    if allowance.wait.is_some() {
                        return (None, Some(allowance));
                    }
                    api.auth.authenticate(token).await
                }
            },
            Err(error) => Err(error),
        };
        caller = found.as_ref().ok().map(|caller| caller.subject.clone());
        request.extensions_mut().insert(Authenticated(found));
    }
    let key = match &caller {
        Some(subject) => format!("s:{subject}"),
        None => format!("a:{}", address()),
    };
    let allowance = api.limiter.take(&key);
    (caller, Some(allowance))
}

/// Whose address it is: of IPv6 the network, because everybody there has 2^64 addresses.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Whether the caller takes JSON (R6). The pages for people decide for themselves, and a file comes as what it is.
fn acceptable(request: &ServiceRequest) -> bool {
    if !request.path().starts_with("/v1/") || request.path().ends_with("/file") {
        return true;
    }
    let mut accepts = request.headers().get_all(header::ACCEPT).peekable();
    accepts.peek().is_none()
        || accepts.any(|value| {
            value.to_str().is_ok_and(|list| {
                list.split(',').any(|range| {
                    let mut parts = range.split(';').map(str::trim);
                    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
                    let refused =
                        parts.any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
                    !refused
                        && matches!(
                            media.as_str(),
                            "*/*"
                                | "application/*"
                                | "application/json"
                                | "application/problem+json"
                        )
                })
            })
        })
}

/// The problem that an answer stands for: the handler's own, or one for a failure that the framework made.
fn problem_of<B>(response: &ServiceResponse<B>) -> Option<Problem> {
    let status = response.status();
    if let Some(problem) = response
        .response()
        .error()
        .and_then(Error::as_error::<Problem>)
    {
        return Some(problem.clone());
    }
    let in_form = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|media| media == "application/problem+json");
    (status.as_u16() >= 400 && !in_form).then(|| Problem::plain(Kind::of_status(status)))
}

/// A problem as a response. What a framework's refusal said in Allow is kept.
fn written(problem: &Problem, request_id: RequestId, allow: Option<&HeaderValue>) -> HttpResponse {
    let mut response = HttpResponse::build(problem.status_code());
    if let Some(allow) = allow {
        response.insert_header((header::ALLOW, allow.clone()));
    }
    for (name, value) in &problem.headers {
        response.insert_header((name.clone(), value.clone()));
    }
    if matches!(problem.kind, Kind::RequestTimeout | Kind::PayloadTooLarge) {
        response.force_close();
    }
    response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    response.json(problem.body(request_id.0))
}

/// The headers that every answer has (R22, R23, R24).
struct Common {
    request_id: RequestId,
    trace: TraceContext,
    /// Whether the answer is part of the documentation page, which runs its own scripts.
    page: bool,
    authenticated: bool,
}

impl Common {
    fn write(&self, headers: &mut HeaderMap) {
        set(headers, "x-request-id", &self.request_id.0.to_string());
        set(headers, "traceresponse", &self.trace.to_header());
        set(headers, "x-content-type-options", "nosniff");
        let policy = if self.page {
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
        } else {
            "default-src 'none'; frame-ancestors 'none'"
        };
        set(headers, "content-security-policy", policy);
        if self.authenticated {
            set(headers, "cache-control", "private, no-cache");
            set(headers, "vary", "Authorization");
        } else if !headers.contains_key(header::CACHE_CONTROL) {
            set(headers, "cache-control", "no-store");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_with_its_network() {
        for (address, network_of) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(network(address.parse().unwrap()), network_of);
        }
    }
}
