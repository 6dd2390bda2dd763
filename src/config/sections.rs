//! The sections of the configuration. The table in the README is written from these docstrings.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::Secret;

/// `[server]`: listening, draining and the limits on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port to listen on.
    pub bind: SocketAddr,
    /// The address callers use, when a proxy stands in between: absolute links are built from it. Without it they are
    /// built from the request's `Host`, with `http`.
    pub public_url: Option<Url>,
    /// Worker threads that answer requests, 1–512. Without it, one for each core.
    pub workers: Option<usize>,
    /// Seconds for which `/readyz` answers 503 before the listener closes, so that load balancers notice, at most 3600.
    pub drain_delay_seconds: u64,
    /// Seconds that running requests are given to finish after the listener has closed, at most 3600.
    pub shutdown_timeout_seconds: u64,
    /// Largest request body in bytes, 1 KiB–64 MiB. Bodies with a content encoding are refused (415), so nothing is
    /// decompressed.
    pub body_limit_bytes: usize,
    /// Largest body of a request with many rows (`/v1/bulk/…`) in bytes, 1 KiB–64 MiB.
    pub bulk_body_limit_bytes: usize,
    /// Seconds in which a request's whole body must have arrived, 1–3600.
    pub body_timeout_seconds: u64,
    /// Whether `/docs/` serves the documentation page. `/openapi.json` is served either way.
    pub docs: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            workers: None,
            drain_delay_seconds: 5,
            shutdown_timeout_seconds: 30,
            body_limit_bytes: 262_144,
            bulk_body_limit_bytes: 8_388_608,
            body_timeout_seconds: 8,
            docs: true,
        }
    }
}

impl ServerConfig {
    /// How many workers to start: as configured, otherwise one for each core.
    #[must_use]
    pub fn worker_count(&self) -> usize {
        self.workers.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
        })
    }
}

/// `[database]`: where the records are kept, and how long a query may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite://PATH` (a file, never a database in memory), `postgres://…` or `postgresql://…`. A secret, because it may
    /// hold a password.
    pub url: Secret,
    /// A file that holds the URL; instead of `url`.
    pub url_file: Option<PathBuf>,
    /// PostgreSQL: the most connections, opened when they are needed, 1–1000.
    pub pool_size: u32,
    /// PostgreSQL: milliseconds that a request waits for a connection, and that opening one may take, before it is
    /// answered with 503, 1–3600000.
    pub pool_wait_ms: u64,
    /// PostgreSQL: milliseconds after which it gives up on a statement. SQLite: milliseconds that a connection waits for
    /// another process's lock, and a long read for its turn; no statement is cut short. 1–3600000.
    pub statement_timeout_ms: u64,
    /// PostgreSQL: milliseconds that a statement waits for a lock, 1–3600000.
    pub lock_timeout_ms: u64,
    /// SQLite: writes that may wait their turn; beyond that a write is answered with 503 at once. 1–1000000.
    pub write_queue: usize,
    /// SQLite: searches, lists as of an instant and other long reads that run at a time. At least 1 and fewer than
    /// `pool_size` (where that is more than 1), on either database, although only `PostgreSQL` has a pool.
    pub long_readers: usize,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: Secret::new("sqlite://matters-arising.sqlite3"),
            url_file: None,
            pool_size: 16,
            pool_wait_ms: 2000,
            statement_timeout_ms: 5000,
            lock_timeout_ms: 2000,
            write_queue: 1024,
            long_readers: 2,
        }
    }
}

/// `[evidence]`: where uploaded files are kept, and which are taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvidenceConfig {
    /// `file:///PATH` (a folder, made when the first file comes) or `s3://BUCKET/PREFIX`. Without it, the folder `evidence`
    /// beside the SQLite file, or with `PostgreSQL` in the folder that the service runs in.
    pub store: Option<Url>,
    /// S3: where the service is, if it is not Amazon's. `https`, or `http` on a loopback host.
    pub endpoint: Option<Url>,
    /// S3: the region.
    pub region: String,
    /// S3: the id of the access key. Required with `s3://`.
    pub access_key_id: Option<String>,
    /// S3: the access key's secret. Required with `s3://`.
    pub secret_access_key: Option<Secret>,
    /// A file that holds that secret; instead of `secret_access_key`.
    pub secret_access_key_file: Option<PathBuf>,
    /// The largest file in bytes, 1 KiB–1 GiB.
    pub max_file_bytes: u64,
    /// The media types that are taken. Never what a browser runs: HTML, SVG, XML, scripts.
    #[serde(deserialize_with = "string_list")]
    pub media_types: Vec<String>,
    /// Seconds in which a whole file must have arrived, 1–86400. Between two pieces of it `server.body_timeout_seconds` may
    /// pass.
    pub upload_timeout_seconds: u64,
}

impl Default for EvidenceConfig {
    fn default() -> Self {
        Self {
            store: None,
            endpoint: None,
            region: "us-east-1".to_owned(),
            access_key_id: None,
            secret_access_key: None,
            secret_access_key_file: None,
            max_file_bytes: 25 * 1024 * 1024,
            media_types: [
                "application/pdf",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.oasis.opendocument.text",
                "application/vnd.oasis.opendocument.spreadsheet",
                "image/png",
                "image/jpeg",
                "text/plain",
                "text/csv",
                "message/rfc822",
            ]
            .map(str::to_owned)
            .to_vec(),
            upload_timeout_seconds: 900,
        }
    }
}

/// `[auth]`: whose tokens are accepted (RFC 9068), and which claim gives which right.
///
/// Exactly one source of keys is needed to serve: `jwks_url`, `public_key_file` or `hs256_secret`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// The `iss` that a token must carry, compared character by character. Required to serve.
    pub issuer: Option<String>,
    /// The `aud` that a token must carry, alone or among others. Required to serve.
    pub audience: Option<String>,
    /// Where the identity provider publishes its keys (RFC 7517). `https`, or `http` on a loopback host.
    pub jwks_url: Option<Url>,
    /// A PEM file with one public key: RSA of 2048–8192 bits (RS256), EC P-256 (ES256) or Ed25519 (`EdDSA`).
    pub public_key_file: Option<PathBuf>,
    /// A secret shared with whoever issues the tokens (HS256), at least 32 bytes.
    pub hs256_secret: Option<Secret>,
    /// A file that holds the shared secret; instead of `hs256_secret`.
    pub hs256_secret_file: Option<PathBuf>,
    /// The same as `public_key_file`, handed over in memory by the demo and by tests. Never read from a file or the
    /// environment.
    #[serde(skip)]
    pub public_key_pem: Option<Secret>,
    /// Accepted values of the `typ` header, whatever their case and with or without `application/`. Entra ID and
    /// Keycloak need `["JWT"]`.
    #[serde(deserialize_with = "string_list")]
    pub token_types: Vec<String>,
    /// Seconds by which the issuer's clock may differ from ours, at most 300.
    pub leeway_seconds: u32,
    /// JSON pointer (RFC 6901) to the roles: an array of strings, or one string separated by spaces. Entra ID app
    /// roles are at `/roles`, Keycloak realm roles at `/realm_access/roles`.
    pub roles_claim: String,
    /// Which claim values stand for which of our roles.
    pub role_names: RoleNames,
    /// JSON pointer to the codes of the committees that the token is limited to. An absent claim is no limit.
    pub committees_claim: String,
    /// Whether a token without that claim is refused.
    pub committees_required: bool,
    /// Seconds after which the identity provider's keys are fetched again, 1–86400.
    pub jwks_cache_seconds: u32,
    /// Seconds in which keys are fetched at most once, whatever tokens arrive, 1–3600.
    pub jwks_min_refetch_seconds: u32,
    /// Seconds that fetching the keys may take, 1–60.
    pub jwks_timeout_seconds: u32,
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: None,
            jwks_url: None,
            public_key_file: None,
            hs256_secret: None,
            hs256_secret_file: None,
            public_key_pem: None,
            token_types: vec!["at+jwt".to_owned()],
            leeway_seconds: 30,
            roles_claim: "/roles".to_owned(),
            role_names: RoleNames::default(),
            committees_claim: "/committees".to_owned(),
            committees_required: false,
            jwks_cache_seconds: 300,
            jwks_min_refetch_seconds: 30,
            jwks_timeout_seconds: 5,
        }
    }
}

/// `[auth.role_names]`: the claim values that stand for each role. A list, or in the environment one string separated
/// by commas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleNames {
    /// Values that make a caller a reader.
    #[serde(deserialize_with = "string_list")]
    pub reader: Vec<String>,
    /// Values that make a caller an officer.
    #[serde(deserialize_with = "string_list")]
    pub officer: Vec<String>,
    /// Values that make a caller a clerk.
    #[serde(deserialize_with = "string_list")]
    pub clerk: Vec<String>,
    /// Values that make a caller an auditor.
    #[serde(deserialize_with = "string_list")]
    pub auditor: Vec<String>,
    /// Values that make a caller an admin.
    #[serde(deserialize_with = "string_list")]
    pub admin: Vec<String>,
}

impl Default for RoleNames {
    fn default() -> Self {
        let own = |name: &str| vec![name.to_owned()];
        Self {
            reader: own("reader"),
            officer: own("officer"),
            clerk: own("clerk"),
            auditor: own("auditor"),
            admin: own("admin"),
        }
    }
}

/// `[rate_limit]`: how many requests one caller may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimitConfig {
    /// Requests that one caller may make in `per_seconds`, at least 1. As many tokens not seen before are verified for one
    /// address (of IPv6, one network), and as many requests answered that carry none. Probes are not counted.
    pub requests: u32,
    /// The length of that window in seconds, 1–86400.
    pub per_seconds: u32,
}

impl Default for RateLimitConfig {
    fn default() -> Self {
        Self {
            requests: 12_000,
            per_seconds: 60,
        }
    }
}

/// `[log]`: what is logged, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `json` (one object a line) or `pretty` (for people).
    pub format: LogFormat,
    /// What is logged: a level, or directives such as `info,matters_arising=debug`.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Json,
            filter: "info".to_owned(),
        }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One readable line.
    Pretty,
}

/// A list of strings, or, because the environment has no lists, one string separated by commas.
pub(super) fn string_list<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    struct ListVisitor;

    impl<'de> serde::de::Visitor<'de> for ListVisitor {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of strings, or one string separated by commas")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect())
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(
            self,
            mut seq: A,
        ) -> Result<Self::Value, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = seq.next_element()? {
                items.push(item);
            }
            Ok(items)
        }
    }

    deserializer.deserialize_any(ListVisitor)
}
