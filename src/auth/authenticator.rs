//! From a token to a [`Caller`].

use std::path::PathBuf;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;

use crate::clock::SharedClock;
use crate::config::{AuthConfig, is_acceptable_jwks_url};

use super::caller::Caller;
use super::claims::Rules;
use super::error::{AuthError, InvalidToken};
use super::header::{self, MAX_TOKEN_BYTES, Parts, normal_type};
use super::jwks::JwksStore;
use super::keys::{Alg, KeyError, KeySet, VerifyingKey};

/// How many verified tokens are remembered.
const CACHED_TOKENS: usize = 10_000;

/// Why tokens cannot be verified with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum AuthSetupError {
    /// Issuer or audience is not set, so that tokens meant for others would be accepted.
    #[error("auth.issuer and auth.audience must be set")]
    NotBound,
    /// Not exactly one source of keys is set.
    #[error(
        "set exactly one of auth.jwks_url, auth.public_key_file and auth.hs256_secret as the source of keys"
    )]
    KeySource,
    /// The provider's URL is neither `https` nor on this machine.
    #[error("auth.jwks_url must be an https URL (http only on a loopback host)")]
    JwksUrl,
    /// The HTTP client that fetches keys could not be made.
    #[error("the client for auth.jwks_url could not be made: {0}")]
    Client(String),
    /// The key file cannot be read.
    #[error("auth.public_key_file: {path} cannot be read: {source}")]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The public key cannot be used.
    #[error("the public key cannot be used: {0}")]
    Key(#[from] KeyError),
    /// The shared secret is too short.
    #[error("auth.hs256_secret must be at least 32 bytes long")]
    ShortSecret,
}

/// Where keys come from.
enum Keys {
    /// Configured, and the same for as long as the service runs.
    Fixed(KeySet),
    /// Published by the identity provider.
    Published(Arc<JwksStore>),
}

/// A verified token. Instants are microseconds since 1970 UTC.
struct Verified {
    caller: Arc<Caller>,
    key: Arc<VerifyingKey>,
    from: i64,
    until: i64,
}

/// Verifies bearer tokens and remembers the ones that were good.
pub struct Authenticator {
    keys: Keys,
    types: Vec<String>,
    rules: Rules,
    clock: SharedClock,
    /// By the SHA-256 of the token, so that no token is kept.
    cache: Cache<[u8; 32], Arc<Verified>>,
}

impl Authenticator {
    /// An authenticator for `config`. Fetches nothing yet: see [`Self::warm_up`].
    ///
    /// # Errors
    /// The configuration binds tokens to no issuer, audience or key, or the key cannot be read or used.
    pub fn new(config: &AuthConfig, clock: SharedClock) -> Result<Self, AuthSetupError> {
        let (Some(issuer), Some(audience)) = (&config.issuer, &config.audience) else {
            return Err(AuthSetupError::NotBound);
        };
        Ok(Self {
            keys: keys(config, &clock)?,
            types: config
                .token_types
                .iter()
                .map(|typ| normal_type(typ))
                .collect(),
            rules: Rules::new(config, issuer, audience),
            clock,
            cache: Cache::new(CACHED_TOKENS),
        })
    }

    /// Starts to fetch the provider's keys, where they come from one. Returns at once; does nothing outside a runtime.
    pub fn warm_up(&self) {
        if let Keys::Published(store) = &self.keys {
            store.touch(self.now());
        }
    }

    /// Whether keys are loaded, so that tokens can be judged. Waits for a first fetch where one is due, for at most
    /// `jwks_timeout_seconds`.
    pub async fn ready(&self) -> bool {
        match &self.keys {
            Keys::Fixed(_) => true,
            Keys::Published(store) => {
                store.settle(self.now()).await;
                store.touch(self.now());
                store.is_loaded()
            }
        }
    }

    /// The caller of a token that was verified before and is still good; `None` says nothing about the token. Takes no
    /// time to speak of and never waits.
    #[must_use]
    pub fn authenticate_cached(&self, token: &str) -> Option<Arc<Caller>> {
        self.recall(&slot(token)?)
    }

    fn recall(&self, slot: &[u8; 32]) -> Option<Arc<Caller>> {
        let now = self.now();
        if let Keys::Published(store) = &self.keys {
            if store.must_settle(now) {
                return None;
            }
            store.touch(now);
        }
        let verified = self.cache.get(slot)?;
        if verified.key.is_retired() || now >= verified.until {
            self.cache.remove(slot);
            return None;
        }
        (now >= verified.from).then(|| Arc::clone(&verified.caller))
    }

    /// The caller that `token` speaks for. May wait for the provider's keys.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] with the reason, or [`AuthError::Unavailable`] before any keys have been loaded.
    pub async fn authenticate(&self, token: &str) -> Result<Arc<Caller>, AuthError> {
        if token.is_empty() {
            return Err(AuthError::Missing);
        }
        let slot = slot(token).ok_or(InvalidToken::TooLong)?;
        if let Some(caller) = self.recall(&slot) {
            return Ok(caller);
        }
        let parts = header::parse(token, &self.types)?;
        let key = self.key(&parts).await?;
        if let Some(caller) = self.recall(&slot) {
            return Ok(caller);
        }
        if !key.verifies(parts.signed, parts.signature) {
            return Err(InvalidToken::SignatureInvalid.into());
        }
        let accepted = self.rules.judge(&parts.claims()?, self.clock.now())?;
        let caller = Arc::new(accepted.caller);
        let verified = Verified {
            caller: Arc::clone(&caller),
            key,
            from: accepted.from,
            until: accepted.until,
        };
        self.cache.insert(slot, Arc::new(verified));
        Ok(caller)
    }

    async fn key(&self, parts: &Parts<'_>) -> Result<Arc<VerifyingKey>, AuthError> {
        match &self.keys {
            Keys::Fixed(keys) => Ok(keys.find(parts.kid.as_deref(), parts.alg)?),
            // Said before any waiting: a public key must never be taken for a shared secret.
            Keys::Published(_) if parts.alg == Alg::Hs256 => {
                Err(InvalidToken::AlgorithmRefused.into())
            }
            Keys::Published(store) => {
                store.settle(self.now()).await;
                store.find(parts).await
            }
        }
    }

    /// Whether a fetch of the provider's keys is under way.
    #[cfg(test)]
    pub(super) fn is_fetching(&self) -> bool {
        matches!(&self.keys, Keys::Published(store) if store.is_fetching())
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }
}

/// Where a token is remembered; `None` for one that is too long to look at.
fn slot(token: &str) -> Option<[u8; 32]> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    digest(&SHA256, token.as_bytes()).as_ref().try_into().ok()
}

fn keys(config: &AuthConfig, clock: &SharedClock) -> Result<Keys, AuthSetupError> {
    let fixed = |key| Ok(Keys::Fixed(KeySet::of(key)));
    match (
        &config.jwks_url,
        &config.public_key_file,
        &config.public_key_pem,
        &config.hs256_secret,
    ) {
        (Some(url), None, None, None) => {
            if !is_acceptable_jwks_url(url) {
                return Err(AuthSetupError::JwksUrl);
            }
            JwksStore::new(url.clone(), config, Arc::clone(clock))
                .map(Keys::Published)
                .map_err(AuthSetupError::Client)
        }
        (None, Some(path), None, None) => {
            let pem = std::fs::read_to_string(path).map_err(|source| AuthSetupError::KeyFile {
                path: path.clone(),
                source,
            })?;
            fixed(VerifyingKey::from_pem(&pem)?)
        }
        (None, None, Some(pem), None) => fixed(VerifyingKey::from_pem(pem.expose())?),
        (None, None, None, Some(secret)) if secret.expose().len() >= 32 => {
            fixed(VerifyingKey::from_secret(secret.expose().as_bytes()))
        }
        (None, None, None, Some(_)) => Err(AuthSetupError::ShortSecret),
        _ => Err(AuthSetupError::KeySource),
    }
}
