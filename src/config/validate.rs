//! What a value must satisfy beyond being of the right type.

use std::collections::HashSet;

use url::{Host, Url};

use super::{AuthConfig, Config, ConfigError, EvidenceConfig, RulesConfig};
use crate::domain::rag::RagRule;

/// Shortest HS256 secret, in bytes: RFC 7518 section 3.2 asks for as many bits as the hash has.
const MIN_HS256_SECRET_BYTES: usize = 32;

const HOUR_SECONDS: u64 = 3600;

/// The most days that a rule of red, amber and green may count: a hundred years.
const MOST_DAYS: i64 = 36_525;

/// The most revisions that one may count.
const MOST_REVISIONS: i32 = 1000;

/// Whether keys may be fetched from `url`: over `https`, or over `http` from this machine itself. A URL with a user
/// name, a password or a fragment is refused, because it would end up in logs or mean nothing.
#[must_use]
pub fn is_acceptable_jwks_url(url: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    plain
        && match url.scheme() {
            "https" => url.has_host(),
            "http" => is_loopback(url),
            _ => false,
        }
}

/// Whether `url` names this machine: `localhost`, 127.0.0.0/8 or `::1`.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Collects what is wrong, each with the key and where its value came from.
struct Checker<F> {
    origin: F,
    problems: Vec<String>,
}

impl<F: Fn(&str) -> String> Checker<F> {
    fn require(&mut self, holds: bool, key: &str, demand: &str) {
        if !holds {
            self.problems
                .push(format!("{key}{} {demand}", (self.origin)(key)));
        }
    }

    fn finish(self) -> Result<(), ConfigError> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError {
                problems: self.problems,
            })
        }
    }
}

/// Checks ranges and combinations. `origin` says where a key's value came from.
pub(super) fn values(config: &Config, origin: impl Fn(&str) -> String) -> Result<(), ConfigError> {
    let mut check = Checker {
        origin,
        problems: Vec::new(),
    };
    server(config, &mut check);
    database(config, &mut check);
    evidence(&config.evidence, &mut check);
    auth(&config.auth, &mut check);
    rules(&config.rules, &mut check);
    check.require(
        config.rate_limit.requests >= 1,
        "rate_limit.requests",
        "must be at least 1",
    );
    check.require(
        (1..=86_400).contains(&config.rate_limit.per_seconds),
        "rate_limit.per_seconds",
        "must be between 1 and 86400",
    );
    check.finish()
}

fn rules<F: Fn(&str) -> String>(rules: &RulesConfig, check: &mut Checker<F>) {
    check.require(
        rules.due_soon_days <= 366,
        "rules.due_soon_days",
        "must be at most 366",
    );
    check.require(
        (1..=24).contains(&rules.response_months),
        "rules.response_months",
        "must be between 1 and 24",
    );
    check.require(
        rules.rag.len() <= 50,
        "rules.rag",
        "must be at most 50 rules",
    );
    let mut names = HashSet::new();
    let mut catch_all: Option<&str> = None;
    for (index, rule) in rules.rag.iter().enumerate() {
        let key = format!("rules.rag[{index}]");
        let name = rule.name.trim();
        check.require(
            !name.is_empty() && name.chars().count() <= 50,
            &format!("{key}.name"),
            "must be 1 to 50 characters long",
        );
        check.require(
            names.insert(name),
            &format!("{key}.name"),
            "must not be another rule's name as well",
        );
        conditions(&format!("{key}.when"), rule, check);
        if let Some(before) = catch_all {
            check.problems.push(format!(
                "{key}{} is never asked: the rule \"{before}\" before it always holds, so \"{name}\" must stand before that or be left out",
                (check.origin)(&key)
            ));
        }
        if rule.when.always() {
            catch_all = catch_all.or(Some(name));
        }
    }
}

/// Checks the conditions of a rule of red, amber and green.
fn conditions<F: Fn(&str) -> String>(key: &str, rule: &RagRule, check: &mut Checker<F>) {
    let (name, when) = (&rule.name, &rule.when);
    let days = [
        ("days_late_from", when.days_late_from),
        ("original_days_late_from", when.original_days_late_from),
        ("due_within_days", when.due_within_days),
        ("days_since_update_from", when.days_since_update_from),
    ];
    for (condition, days) in days {
        check.require(
            days.is_none_or(|days| (0..=MOST_DAYS).contains(&days)),
            &format!("{key}.{condition}"),
            &format!("of the rule \"{name}\" must be from 0 to {MOST_DAYS}"),
        );
    }
    for (condition, count, most) in [
        ("percent_below", when.percent_below, 100),
        ("percent_from", when.percent_from, 100),
        ("revisions_from", when.revisions_from, MOST_REVISIONS),
    ] {
        check.require(
            count.is_none_or(|count| (0..=most).contains(&count)),
            &format!("{key}.{condition}"),
            &format!("of the rule \"{name}\" must be from 0 to {most}"),
        );
    }
    for vain in when.vain() {
        check.require(
            false,
            &format!("{key}.{}", vain.key),
            &format!("of the rule \"{name}\" {}, or it never holds", vain.demand),
        );
    }
}

fn server<F: Fn(&str) -> String>(config: &Config, check: &mut Checker<F>) {
    let server = &config.server;
    check.require(
        server.public_url.as_ref().is_none_or(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.query().is_none()
                && url.fragment().is_none()
        }),
        "server.public_url",
        "must be an http or https URL without query and fragment",
    );
    check.require(
        server
            .workers
            .is_none_or(|workers| (1..=512).contains(&workers)),
        "server.workers",
        "must be between 1 and 512",
    );
    check.require(
        server.drain_delay_seconds <= HOUR_SECONDS,
        "server.drain_delay_seconds",
        "must be at most 3600",
    );
    check.require(
        server.shutdown_timeout_seconds <= HOUR_SECONDS,
        "server.shutdown_timeout_seconds",
        "must be at most 3600",
    );
    check.require(
        (1024..=64 * 1024 * 1024).contains(&server.body_limit_bytes),
        "server.body_limit_bytes",
        "must be between 1024 and 67108864",
    );
    check.require(
        (1024..=64 * 1024 * 1024).contains(&server.bulk_body_limit_bytes),
        "server.bulk_body_limit_bytes",
        "must be between 1024 and 67108864",
    );
    check.require(
        (1..=HOUR_SECONDS).contains(&server.body_timeout_seconds),
        "server.body_timeout_seconds",
        "must be between 1 and 3600",
    );
}

fn database<F: Fn(&str) -> String>(config: &Config, check: &mut Checker<F>) {
    let database = &config.database;
    let url = database.url.expose();
    check.require(
        ["sqlite://", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.len() > scheme.len() && url.starts_with(scheme)),
        "database.url",
        "must begin with sqlite://, postgres:// or postgresql:// and name a database",
    );
    let file = url.strip_prefix("sqlite://").unwrap_or_default();
    check.require(
        !file.starts_with(":memory:") && !file.starts_with("file:"),
        "database.url",
        "must name a file by its path after sqlite://: in memory, each connection would have a database of its own",
    );
    check.require(
        (1..=1000).contains(&database.pool_size),
        "database.pool_size",
        "must be between 1 and 1000",
    );
    for (key, milliseconds) in [
        ("database.pool_wait_ms", database.pool_wait_ms),
        (
            "database.statement_timeout_ms",
            database.statement_timeout_ms,
        ),
        ("database.lock_timeout_ms", database.lock_timeout_ms),
    ] {
        check.require(
            (1..=HOUR_SECONDS * 1000).contains(&milliseconds),
            key,
            "must be between 1 and 3600000",
        );
    }
    check.require(
        (1..=1_000_000).contains(&database.write_queue),
        "database.write_queue",
        "must be between 1 and 1000000",
    );
    let most = usize::try_from(database.pool_size)
        .unwrap_or(usize::MAX)
        .saturating_sub(1)
        .max(1);
    check.require(
        (1..=most).contains(&database.long_readers),
        "database.long_readers",
        "must be at least 1 and less than database.pool_size",
    );
}

fn evidence<F: Fn(&str) -> String>(evidence: &EvidenceConfig, check: &mut Checker<F>) {
    let plain = |url: &Url| {
        url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    };
    check.require(
        evidence.store.as_ref().is_none_or(|url| {
            plain(url)
                && match url.scheme() {
                    "file" => url.to_file_path().is_ok(),
                    "s3" => {
                        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-".contains(&b);
                        url.host_str().is_some_and(|bucket| !bucket.is_empty())
                            && url.path().bytes().all(plain)
                            && !url.path().contains("//")
                    }
                    _ => false,
                }
        }),
        "evidence.store",
        "must be file:///PATH, the absolute path of a folder, or s3://BUCKET/PREFIX",
    );
    check.require(
        evidence.endpoint.as_ref().is_none_or(|url| {
            plain(url)
                && match url.scheme() {
                    "https" => url.has_host(),
                    "http" => is_loopback(url),
                    _ => false,
                }
        }),
        "evidence.endpoint",
        "must be an https URL (http only on a loopback host) without credentials, query and fragment",
    );
    if evidence
        .store
        .as_ref()
        .is_some_and(|url| url.scheme() == "s3")
    {
        check.require(
            evidence.access_key_id.is_some(),
            "evidence.access_key_id",
            "must be given for a store in a bucket",
        );
        check.require(
            evidence.secret_access_key.is_some(),
            "evidence.secret_access_key",
            "must be given, by itself or in a file, for a store in a bucket",
        );
    }
    check.require(
        (1024..=1024 * 1024 * 1024).contains(&evidence.max_file_bytes),
        "evidence.max_file_bytes",
        "must be between 1024 and 1073741824",
    );
    check.require(
        !evidence.media_types.is_empty() && evidence.media_types.iter().all(|m| is_keepable(m)),
        "evidence.media_types",
        "must be types such as application/pdf, in lower case, and none that a browser runs (HTML, SVG, XML, scripts, applications) or takes apart (multipart)",
    );
    check.require(
        (1..=86_400).contains(&evidence.upload_timeout_seconds),
        "evidence.upload_timeout_seconds",
        "must be between 1 and 86400",
    );
}

/// What stands in the names of media types that browsers, or the systems behind them, run.
const RUN_BY_BROWSERS: &[&str] = &[
    "html",
    "javascript",
    "ecmascript",
    "jscript",
    "vbscript",
    "livescript",
    "xml-dtd",
    "xslt",
    "wasm",
    "flash",
    "java-archive",
    "java-applet",
    "java-vm",
    "ms-application",
    "msdownload",
    "msdos-program",
    "internet-shortcut",
    "cache-manifest",
];

/// Whether files of a media type may be kept: it is written as one, and no browser runs such a file.
fn is_keepable(media: &str) -> bool {
    let written = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
    };
    let Some((kind, subtype)) = media.split_once('/') else {
        return false;
    };
    let runs = kind == "multipart"
        || matches!(subtype, "xml" | "xsl" | "svg" | "hta")
        || subtype.ends_with("+xml")
        || RUN_BY_BROWSERS.iter().any(|name| subtype.contains(name));
    written(kind) && written(subtype) && !runs
}

fn auth<F: Fn(&str) -> String>(auth: &AuthConfig, check: &mut Checker<F>) {
    for (key, value) in [
        ("auth.issuer", &auth.issuer),
        ("auth.audience", &auth.audience),
    ] {
        check.require(
            value.as_ref().is_none_or(|text| !text.trim().is_empty()),
            key,
            "must not be blank",
        );
    }
    check.require(
        auth.jwks_url.as_ref().is_none_or(is_acceptable_jwks_url),
        "auth.jwks_url",
        "must be an https URL (http only on a loopback host) without credentials and fragment",
    );
    check.require(
        auth.hs256_secret
            .as_ref()
            .is_none_or(|secret| secret.expose().len() >= MIN_HS256_SECRET_BYTES),
        "auth.hs256_secret",
        "must be at least 32 bytes long",
    );
    let sources = key_sources(auth);
    if sources.len() > 1 {
        let named: Vec<String> = sources
            .iter()
            .map(|key| format!("{key}{}", (check.origin)(key)))
            .collect();
        check.problems.push(format!(
            "{} are all given; tokens are verified with one source of keys, so leave the others out",
            named.join(" and ")
        ));
    }
    check.require(
        !auth.token_types.is_empty() && auth.token_types.iter().all(|kind| !kind.trim().is_empty()),
        "auth.token_types",
        "must name at least one type",
    );
    check.require(
        auth.leeway_seconds <= 300,
        "auth.leeway_seconds",
        "must be at most 300",
    );
    for (key, pointer) in [
        ("auth.roles_claim", &auth.roles_claim),
        ("auth.committees_claim", &auth.committees_claim),
    ] {
        check.require(
            pointer.len() > 1 && pointer.starts_with('/'),
            key,
            "must be a JSON pointer such as /roles",
        );
    }
    for (key, seconds, most) in [
        ("auth.jwks_cache_seconds", auth.jwks_cache_seconds, 86_400),
        (
            "auth.jwks_min_refetch_seconds",
            auth.jwks_min_refetch_seconds,
            3600,
        ),
        ("auth.jwks_timeout_seconds", auth.jwks_timeout_seconds, 60),
    ] {
        check.require(
            (1..=most).contains(&seconds),
            key,
            &format!("must be between 1 and {most}"),
        );
    }
}

/// The sources of keys that are given, by key.
fn key_sources(auth: &AuthConfig) -> Vec<&'static str> {
    [
        ("auth.jwks_url", auth.jwks_url.is_some()),
        ("auth.public_key_file", auth.public_key_file.is_some()),
        ("auth.hs256_secret", auth.hs256_secret.is_some()),
        ("auth.public_key_pem", auth.public_key_pem.is_some()),
    ]
    .into_iter()
    .filter_map(|(key, given)| given.then_some(key))
    .collect()
}

pub(super) fn for_serve(config: &Config) -> Result<(), ConfigError> {
    let mut problems = Vec::new();
    if config.auth.issuer.is_none() {
        problems.push(
            "auth.issuer is not set: set it to the iss of the tokens to accept (MATTERS_ARISING_AUTH__ISSUER)"
                .to_owned(),
        );
    }
    if config.auth.audience.is_none() {
        problems.push(
            "auth.audience is not set: set it to the aud of the tokens to accept (MATTERS_ARISING_AUTH__AUDIENCE)"
                .to_owned(),
        );
    }
    if key_sources(&config.auth).is_empty() {
        problems.push(
            "no source of keys is set, so nobody could sign in: set one of \
             auth.jwks_url (the identity provider's keys, MATTERS_ARISING_AUTH__JWKS_URL), \
             auth.public_key_file (one public key in PEM, MATTERS_ARISING_AUTH__PUBLIC_KEY_FILE) or \
             auth.hs256_secret (a shared secret, MATTERS_ARISING_AUTH__HS256_SECRET_FILE)"
                .to_owned(),
        );
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ConfigError { problems })
    }
}
