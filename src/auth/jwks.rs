//! The identity provider's keys: fetched, kept, and fetched again when they are due or a token names an unknown one.
//!
//! At most one fetch runs at a time, and at most one starts in `jwks_min_refetch_seconds`, whatever tokens arrive.
//! Keys stay in use until a later set lacks them, so a provider that is down stops nobody.

use std::error::Error as _;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::redirect::Policy;
use serde_json::Value;
use tokio::sync::{Mutex, OwnedMutexGuard};
use url::Url;

use crate::clock::SharedClock;
use crate::config::AuthConfig;

use super::error::{AuthError, InvalidToken};
use super::header::Parts;
use super::keys::{KeySet, VerifyingKey};
use super::strict_json;

/// Largest JWK Set that is read, in bytes.
const MAX_JWKS_BYTES: usize = 256 * 1024;

/// Stands for an instant that has not been.
const NEVER: i64 = i64::MIN;

/// Why the keys could not be fetched.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("{0}")]
    Http(String),
    #[error("the provider answered with status {0}")]
    Status(u16),
    #[error("the answer is longer than {MAX_JWKS_BYTES} bytes")]
    TooLong,
    #[error("the answer is not a JWK Set")]
    NotAKeySet,
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.extend([": ", &cause.to_string()]);
            source = cause.source();
        }
        Self::Http(text)
    }
}

/// The provider's keys. Instants are microseconds since 1970 UTC.
pub(super) struct JwksStore {
    url: Url,
    client: reqwest::Client,
    clock: SharedClock,
    cache_micros: i64,
    min_refetch_micros: i64,
    keys: RwLock<Arc<KeySet>>,
    /// Whether `keys` holds any, without the lock.
    loaded: AtomicBool,
    /// Held by the fetch that runs.
    gate: Arc<Mutex<()>>,
    last_attempt: AtomicI64,
    last_success: AtomicI64,
    failing: AtomicBool,
}

impl JwksStore {
    /// A store without keys yet.
    pub(super) fn new(
        url: Url,
        config: &AuthConfig,
        clock: SharedClock,
    ) -> Result<Arc<Self>, String> {
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(config.jwks_timeout_seconds.into()))
            // Fetches are rare and come from several runtimes: a kept connection would be of little use.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("matters-arising/", env!("CARGO_PKG_VERSION")));
        if url.scheme() == "https" {
            builder = builder.https_only(true);
        } else {
            // Plain HTTP is for this machine only, so it must not go through a proxy.
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| FetchError::from(error).to_string())?;
        Ok(Arc::new(Self {
            url,
            client,
            clock,
            cache_micros: i64::from(config.jwks_cache_seconds) * 1_000_000,
            min_refetch_micros: i64::from(config.jwks_min_refetch_seconds) * 1_000_000,
            keys: RwLock::default(),
            loaded: AtomicBool::new(false),
            gate: Arc::default(),
            last_attempt: AtomicI64::new(NEVER),
            last_success: AtomicI64::new(NEVER),
            failing: AtomicBool::new(false),
        }))
    }

    /// Whether there are keys.
    pub(super) fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }

    /// Whether callers should wait for fresh keys before trusting the ones at hand: there are none, or nothing has
    /// asked for them in so long that keys taken back meanwhile might still be here. A provider that fails is not
    /// waited for.
    pub(super) fn must_settle(&self, now: i64) -> bool {
        if !self.is_loaded() {
            return true;
        }
        let stale = Self::is_older(&self.last_success, now, self.cache_micros.saturating_mul(2));
        stale && !self.failing.load(Ordering::Acquire)
    }

    /// Waits for a fetch where [`Self::must_settle`] says so.
    pub(super) async fn settle(self: &Arc<Self>, now: i64) {
        if self.must_settle(now) {
            self.refetch().await;
        }
    }

    /// Starts a fetch in the background where the keys are due for one. Never waits.
    pub(super) fn touch(self: &Arc<Self>, now: i64) {
        if !Self::is_older(&self.last_success, now, self.cache_micros) || !self.may_fetch(now) {
            return;
        }
        if let (Ok(runtime), Ok(turn)) = (
            tokio::runtime::Handle::try_current(),
            Arc::clone(&self.gate).try_lock_owned(),
        ) {
            runtime.spawn(Arc::clone(self).fetch_in_turn(turn));
        }
    }

    /// The key for the token `parts`, fetching the set again where it knows no such key and a fetch is allowed.
    pub(super) async fn find(
        self: &Arc<Self>,
        parts: &Parts<'_>,
    ) -> Result<Arc<VerifyingKey>, AuthError> {
        let look = || {
            let keys = self.keys();
            if keys.is_empty() {
                return Err(AuthError::Unavailable);
            }
            Ok(keys.find(parts.kid.as_deref(), parts.alg)?)
        };
        match look() {
            Err(AuthError::Invalid(InvalidToken::KeyUnknown)) if parts.kid.is_some() => {
                self.refetch().await;
                look()
            }
            found => found,
        }
    }

    /// Waits for the fetch that runs, if one does; otherwise fetches, if that is allowed now.
    async fn refetch(self: &Arc<Self>) {
        let turn = Arc::clone(&self.gate).lock_owned().await;
        if self.may_fetch(self.now()) {
            // A task of its own, so that a caller who hangs up does not end the fetch that others wait for.
            tokio::spawn(Arc::clone(self).fetch_in_turn(turn))
                .await
                .ok();
        }
    }

    async fn fetch_in_turn(self: Arc<Self>, _turn: OwnedMutexGuard<()>) {
        let now = self.now();
        if !self.may_fetch(now) {
            return;
        }
        self.last_attempt.store(now, Ordering::Release);
        match self.fetch().await {
            Ok(fetched) => {
                self.install(fetched);
                self.last_success.store(now, Ordering::Release);
                self.failing.store(false, Ordering::Release);
            }
            Err(error) => {
                self.failing.store(true, Ordering::Release);
                tracing::warn!(
                    %error,
                    jwks_url = %self.url,
                    keys = self.keys().len(),
                    "the identity provider's keys could not be fetched; those at hand stay in use"
                );
            }
        }
    }

    /// Whether a fetch is under way.
    #[cfg(test)]
    pub(super) fn is_fetching(&self) -> bool {
        self.gate.try_lock().is_err()
    }

    async fn fetch(&self) -> Result<KeySet, FetchError> {
        let mut response = self
            .client
            .get(self.url.clone())
            .header(ACCEPT, "application/jwk-set+json, application/json")
            .send()
            .await?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_JWKS_BYTES {
                return Err(FetchError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        match strict_json::object(&body).and_then(|mut set| set.remove("keys")) {
            Some(Value::Array(keys)) => Ok(KeySet::from_jwks(&keys)),
            _ => Err(FetchError::NotAKeySet),
        }
    }

    fn install(&self, fetched: KeySet) {
        if fetched.is_empty() {
            tracing::warn!(jwks_url = %self.url, "the identity provider publishes no usable key");
        }
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        self.loaded.store(!fetched.is_empty(), Ordering::Release);
        *keys = Arc::new(fetched.succeed(&keys));
    }

    fn keys(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn may_fetch(&self, now: i64) -> bool {
        Self::is_older(&self.last_attempt, now, self.min_refetch_micros)
    }

    /// Whether `instant` lies at least `age` back. So does one that has not been, and one ahead of `now`, which a clock
    /// that was set back leaves behind.
    fn is_older(instant: &AtomicI64, now: i64, age: i64) -> bool {
        let then = instant.load(Ordering::Acquire);
        then == NEVER || then > now || now.saturating_sub(then) >= age
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }
}
