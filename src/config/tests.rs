use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::domain::assurance::Priority;

/// A directory of its own for each test, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "matters-arising-config-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn pairs(entries: &[(&str, &str)]) -> Vec<(String, String)> {
    entries
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn from_env(entries: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(&Sources {
        env: pairs(entries),
        ..Sources::default()
    })
}

fn from_toml(content: &str) -> Result<Config, ConfigError> {
    let scratch = Scratch::new();
    Config::load(&Sources {
        file: Some(scratch.file("config.toml", content)),
        ..Sources::default()
    })
}

const SECRET: &str = "0123456789012345678901234567890123456789";

#[test]
fn nothing_given_means_the_defaults() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.server.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(
        config.database.url.expose(),
        "sqlite://matters-arising.sqlite3"
    );
    assert!(config.server.worker_count() >= 1);
}

#[test]
fn each_layer_covers_the_one_below() {
    let scratch = Scratch::new();
    let file = scratch.file(
        "config.toml",
        "[server]\nbind = \"127.0.0.1:1\"\nworkers = 1\ndocs = false\n[log]\nformat = \"pretty\"\n",
    );
    let config = Config::load(&Sources {
        file: Some(file),
        env: pairs(&[
            ("MATTERS_ARISING_SERVER__BIND", "127.0.0.1:2"),
            ("MATTERS_ARISING_SERVER__WORKERS", "2"),
        ]),
        overrides: pairs(&[("server.bind", "127.0.0.1:3")]),
    })
    .unwrap();
    assert_eq!(config.server.bind.port(), 3);
    assert_eq!(config.server.workers, Some(2));
    assert!(!config.server.docs);
    assert_eq!(config.log.format, LogFormat::Pretty);
    assert_eq!(config.log.filter, "info");
}

#[test]
fn the_environment_gives_numbers_booleans_lists_and_maps() {
    let config = from_env(&[
        ("MATTERS_ARISING_DATABASE__POOL_SIZE", "4"),
        ("MATTERS_ARISING_AUTH__COMMITTEES_REQUIRED", "true"),
        ("MATTERS_ARISING_AUTH__TOKEN_TYPES", "JWT, at+jwt"),
        (
            "MATTERS_ARISING_AUTH__ROLE_NAMES__CLERK",
            "Clerk,Democratic.Services",
        ),
        ("MATTERS_ARISING_AUTH__HS256_SECRET", SECRET),
        ("MATTERS_ARISING_AUTH__JWKS_URL", ""),
        ("MATTERS_ARISING_RULES__VERIFY_PRIORITIES", "high, medium"),
        ("MATTERS_ARISING_RULES__CALLED_IN_AFTER_REVISIONS", "0"),
        ("MATTERS_ARISING_CONFIG", "/etc/matters-arising.toml"),
        ("MATTERS_ARISING_TEST_DATABASE", "sqlite"),
        ("MATTERS_ARISING_SERVICE_HOST", "10.0.0.1"),
        ("MATTERS_ARISING_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("PATH", "/bin"),
    ])
    .unwrap();
    assert_eq!(config.database.pool_size, 4);
    assert!(config.auth.committees_required);
    assert_eq!(config.auth.token_types, ["JWT", "at+jwt"]);
    assert_eq!(
        config.auth.role_names.clerk,
        ["Clerk", "Democratic.Services"]
    );
    assert_eq!(config.auth.role_names.reader, ["reader"]);
    // Digits only: a layer that guesses types would have made a number of it.
    assert_eq!(config.auth.hs256_secret.unwrap().expose(), SECRET);
    assert_eq!(config.auth.jwks_url, None);
    assert_eq!(
        config.rules.verify_priorities,
        [Priority::High, Priority::Medium]
    );
    assert_eq!(config.rules.called_in_after_revisions, 0);
}

#[test]
fn an_unknown_key_is_fatal_and_named_with_its_source() {
    let error = from_env(&[("MATTERS_ARISING_SERVER__BIMD", "x")])
        .unwrap_err()
        .to_string();
    assert!(error.contains("server.bimd"), "{error}");
    assert!(error.contains("MATTERS_ARISING_SERVER__BIMD"), "{error}");
    assert!(error.contains("bind"), "{error}");

    let error = from_env(&[("MATTERS_ARISING_NONSENSE", "x")])
        .unwrap_err()
        .to_string();
    assert!(error.contains("MATTERS_ARISING_NONSENSE"), "{error}");

    let error = from_toml("[server]\nbimd = 1\n").unwrap_err().to_string();
    assert!(
        error.contains("server.bimd") && error.contains("config.toml"),
        "{error}"
    );

    let error = from_toml("[auth.role_names]\nchair = \"x\"\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("auth.role_names.chair"), "{error}");

    let error = Config::load(&Sources {
        overrides: pairs(&[("sever.bind", "x")]),
        ..Sources::default()
    })
    .unwrap_err()
    .to_string();
    assert!(
        error.contains("sever") && error.contains("the command line"),
        "{error}"
    );
}

#[test]
fn the_in_memory_key_cannot_be_given_from_outside() {
    let error = from_env(&[("MATTERS_ARISING_AUTH__PUBLIC_KEY_PEM", "x")]).unwrap_err();
    assert!(error.to_string().contains("auth.public_key_pem"), "{error}");
}

#[test]
fn a_bad_value_is_fatal_and_named_with_its_source() {
    for (name, value) in [
        ("MATTERS_ARISING_SERVER__BIND", "everywhere"),
        ("MATTERS_ARISING_SERVER__WORKERS", "0"),
        ("MATTERS_ARISING_SERVER__WORKERS", "-1"),
        ("MATTERS_ARISING_SERVER__DOCS", "perhaps"),
        ("MATTERS_ARISING_SERVER__PUBLIC_URL", "ftp://example.org"),
        ("MATTERS_ARISING_SERVER__BODY_LIMIT_BYTES", "12"),
        ("MATTERS_ARISING_SERVER__BULK_BODY_LIMIT_BYTES", "12"),
        ("MATTERS_ARISING_DATABASE__POOL_SIZE", "many"),
        ("MATTERS_ARISING_DATABASE__URL", "mysql://db"),
        ("MATTERS_ARISING_DATABASE__URL", "sqlite://:memory:"),
        (
            "MATTERS_ARISING_DATABASE__URL",
            "sqlite://file:records?mode=memory&cache=shared",
        ),
        ("MATTERS_ARISING_DATABASE__LONG_READERS", "16"),
        ("MATTERS_ARISING_EVIDENCE__STORE", "ftp://papers"),
        ("MATTERS_ARISING_EVIDENCE__STORE", "s3://me:you@papers"),
        (
            "MATTERS_ARISING_EVIDENCE__STORE",
            "s3://papers/of the council",
        ),
        ("MATTERS_ARISING_EVIDENCE__MAX_FILE_BYTES", "12"),
        ("MATTERS_ARISING_EVIDENCE__UPLOAD_TIMEOUT_SECONDS", "0"),
        ("MATTERS_ARISING_AUTH__LEEWAY_SECONDS", "301"),
        ("MATTERS_ARISING_AUTH__ROLES_CLAIM", "roles"),
        (
            "MATTERS_ARISING_AUTH__JWKS_URL",
            "http://idp.example.org/keys",
        ),
        (
            "MATTERS_ARISING_AUTH__JWKS_URL",
            "https://me:secret@idp.example.org/keys",
        ),
        ("MATTERS_ARISING_AUTH__HS256_SECRET", "too short"),
        ("MATTERS_ARISING_AUTH__TOKEN_TYPES", ","),
        ("MATTERS_ARISING_RATE_LIMIT__REQUESTS", "0"),
        ("MATTERS_ARISING_LOG__FORMAT", "xml"),
        ("MATTERS_ARISING_RULES__VERIFY_PRIORITIES", "high,urgent"),
        ("MATTERS_ARISING_RULES__CALLED_IN_AFTER_REVISIONS", "-1"),
    ] {
        let error = from_env(&[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(name), "{name}={value}: {error}");
    }
    let error = from_toml("[server]\nworkers = \"two\"\n")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("server.workers") && error.contains("config.toml"),
        "{error}"
    );
}

#[test]
fn every_bad_value_is_reported_at_once() {
    let error = from_env(&[
        ("MATTERS_ARISING_SERVER__WORKERS", "0"),
        ("MATTERS_ARISING_AUTH__LEEWAY_SECONDS", "900"),
    ])
    .unwrap_err();
    assert_eq!(error.problems.len(), 2, "{error}");
}

#[test]
fn a_missing_file_and_broken_toml_are_errors_that_leak_nothing() {
    let error = Config::load(&Sources {
        file: Some("/nonexistent/matters.toml".into()),
        ..Sources::default()
    })
    .unwrap_err();
    assert!(
        error.to_string().contains("/nonexistent/matters.toml"),
        "{error}"
    );

    let error = from_toml("[auth]\nhs256_secret = \"hunter2hunter2\n")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("line 2") && error.contains("config.toml"),
        "{error}"
    );
    assert!(!error.contains("hunter2"), "{error}");

    let error = from_toml("[auth]\nhs256_secret = 271828182845\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("auth.hs256_secret"), "{error}");
    assert!(!error.contains("271828"), "{error}");
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let scratch = Scratch::new();
    let url = scratch.file("url", "postgres://u:p@db/ma\n");
    let key = scratch.file("key", &format!("{SECRET}\n\n"));
    let config = Config::load(&Sources {
        file: Some(scratch.file(
            "config.toml",
            &format!(
                "[auth]\nhs256_secret_file = {:?}\n",
                key.display().to_string()
            ),
        )),
        env: pairs(&[("MATTERS_ARISING_DATABASE__URL_FILE", url.to_str().unwrap())]),
        ..Sources::default()
    })
    .unwrap();
    assert_eq!(config.database.url.expose(), "postgres://u:p@db/ma");
    assert_eq!(
        config.auth.hs256_secret.unwrap().expose(),
        format!("{SECRET}\n"),
        "one newline is dropped, not all of them"
    );
}

#[test]
fn a_secret_file_problem_names_the_variable() {
    let name = "MATTERS_ARISING_AUTH__HS256_SECRET_FILE";
    let error = from_env(&[(name, "/nonexistent/key")])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(name) && error.contains("/nonexistent/key"),
        "{error}"
    );

    let error = from_env(&[
        (name, "/nonexistent/key"),
        ("MATTERS_ARISING_AUTH__HS256_SECRET", SECRET),
    ])
    .unwrap_err()
    .to_string();
    assert!(error.contains("both") && error.contains(name), "{error}");
    assert!(!error.contains(SECRET), "{error}");

    let scratch = Scratch::new();
    let short = scratch.file("key", "too short\n");
    let error = from_env(&[(name, short.to_str().unwrap())])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(short.to_str().unwrap()) && !error.contains("too short\n"),
        "{error}"
    );
}

#[test]
fn one_source_of_keys_only() {
    let error = from_env(&[
        ("MATTERS_ARISING_AUTH__HS256_SECRET", SECRET),
        (
            "MATTERS_ARISING_AUTH__JWKS_URL",
            "https://idp.example.org/keys",
        ),
    ])
    .unwrap_err()
    .to_string();
    assert!(
        error.contains("auth.jwks_url") && error.contains("auth.hs256_secret"),
        "{error}"
    );
}

#[test]
fn serving_needs_authentication_and_says_what_to_set() {
    let error = Config::default()
        .validate_for_serve()
        .unwrap_err()
        .to_string();
    for needed in [
        "auth.issuer",
        "auth.audience",
        "auth.jwks_url",
        "auth.public_key_file",
        "auth.hs256_secret",
        "MATTERS_ARISING_AUTH__JWKS_URL",
    ] {
        assert!(error.contains(needed), "{needed} in {error}");
    }
    let mut config = Config::default();
    config.auth.issuer = Some("https://idp.example.org".to_owned());
    config.auth.audience = Some("matters-arising".to_owned());
    assert!(config.validate_for_serve().is_err());
    config.auth.public_key_pem = Some(Secret::new("-----BEGIN PUBLIC KEY-----"));
    assert_eq!(config.validate_for_serve(), Ok(()));
}

#[test]
fn a_store_of_evidence_is_a_folder_or_a_bucket_with_its_key() {
    let bucket = |endpoint: &str, key: &str| {
        from_env(&[
            ("MATTERS_ARISING_EVIDENCE__STORE", "s3://papers/evidence"),
            ("MATTERS_ARISING_EVIDENCE__ENDPOINT", endpoint),
            ("MATTERS_ARISING_EVIDENCE__ACCESS_KEY_ID", "key-id"),
            ("MATTERS_ARISING_EVIDENCE__SECRET_ACCESS_KEY", key),
        ])
    };
    for endpoint in ["", "https://s3.example.org", "http://127.0.0.1:9000"] {
        let config = bucket(endpoint, SECRET).unwrap();
        assert!(!config.redacted().contains(SECRET));
    }
    for (endpoint, key, named) in [
        ("http://s3.example.org", SECRET, "evidence.endpoint"),
        ("https://me:you@s3.example.org", SECRET, "evidence.endpoint"),
        ("", "", "evidence.secret_access_key"),
    ] {
        let error = bucket(endpoint, key).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
    let scratch = Scratch::new();
    let key = scratch.file("key", SECRET);
    let config = from_env(&[
        ("MATTERS_ARISING_EVIDENCE__STORE", "s3://papers"),
        ("MATTERS_ARISING_EVIDENCE__ACCESS_KEY_ID", "key-id"),
        (
            "MATTERS_ARISING_EVIDENCE__SECRET_ACCESS_KEY_FILE",
            key.to_str().unwrap(),
        ),
    ])
    .unwrap();
    assert_eq!(config.evidence.secret_access_key.unwrap().expose(), SECRET);
}

#[test]
fn no_file_is_taken_that_a_browser_runs() {
    let types = |list: &str| from_env(&[("MATTERS_ARISING_EVIDENCE__MEDIA_TYPES", list)]);
    assert!(types("application/pdf, image/vnd.dwg").is_ok());
    for media in [
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/xml",
        "application/xml",
        "text/javascript",
        "application/x-javascript",
        "text/vbscript",
        "text/xsl",
        "text/x-server-parsed-html",
        "application/hta",
        "application/java-archive",
        "application/x-shockwave-flash",
        "application/x-ms-application",
        "application/x-msdownload",
        "multipart/related",
        "multipart/x-mixed-replace",
        "Application/PDF",
        "application/*",
        "pdf",
        ",",
    ] {
        let error = types(media).unwrap_err().to_string();
        assert!(error.contains("evidence.media_types"), "{media}: {error}");
    }
}

#[test]
fn what_is_shown_holds_no_secret_and_reads_back() {
    let config = from_env(&[
        (
            "MATTERS_ARISING_DATABASE__URL",
            "postgres://clerk:hunter2@db/ma",
        ),
        ("MATTERS_ARISING_AUTH__HS256_SECRET", SECRET),
        (
            "MATTERS_ARISING_AUTH__ISSUER",
            "https://idp.example.org/\"quoted\"",
        ),
    ])
    .unwrap();
    let shown = config.redacted();
    for text in [&shown, &format!("{config:?}")] {
        assert!(
            !text.contains("hunter2") && !text.contains(SECRET),
            "{text}"
        );
        assert!(text.contains("[redacted]"));
    }
    assert!(shown.contains("[auth.role_names]\n"), "{shown}");
    assert!(shown.contains("# jwks_url is not set\n"), "{shown}");

    let mut defaults = Config::default();
    defaults.database.url = Secret::new("sqlite://x");
    let readable = defaults.redacted().replace("[redacted]", "sqlite://x");
    assert_eq!(from_toml(&readable).unwrap(), defaults);
}

#[test]
fn keys_are_fetched_over_https_or_from_this_machine() {
    let acceptable = |text: &str| is_acceptable_jwks_url(&text.parse().unwrap());
    assert!(acceptable(
        "https://login.microsoftonline.com/x/discovery/v2.0/keys"
    ));
    assert!(acceptable("http://localhost:3000/jwks"));
    assert!(acceptable("http://127.0.0.2:3000/jwks"));
    assert!(acceptable("http://[::1]:3000/jwks"));
    assert!(!acceptable("http://localhost.example.org/jwks"));
    assert!(!acceptable("http://10.0.0.1/jwks"));
    assert!(!acceptable("file:///etc/keys"));
    assert!(!acceptable("https://idp.example.org/keys#x"));
}

#[test]
fn the_examples_are_read_and_judge_as_they_say() {
    use crate::domain::life::State;
    use crate::domain::rag::{Rag, RagFacts, judge};
    let facts = |days_left, days_late, days_quiet| RagFacts {
        state: State::InProgress,
        days_late,
        original_days_late: days_late,
        days_left: Some(days_left),
        days_quiet,
        percent: 20,
        revisions: 0,
        called_in: false,
    };
    let read = |example| from_toml(example).unwrap().rules.rag;
    let by_due_day = read(include_str!("../../examples/rag-by-due-day.toml"));
    let by_progress = read(include_str!("../../examples/rag-by-progress.toml"));
    for (facts, due_day, progress) in [
        (facts(200, 0, 5), Rag::Green, Rag::Green),
        (facts(20, 0, 5), Rag::Amber, Rag::Green),
        (facts(10, 0, 5), Rag::Amber, Rag::Amber),
        (facts(-1, 1, 5), Rag::Red, Rag::Amber),
        (facts(200, 0, 100), Rag::Green, Rag::Red),
    ] {
        assert_eq!(
            judge(&by_due_day, &facts).unwrap().status,
            due_day,
            "{facts:?}"
        );
        assert_eq!(
            judge(&by_progress, &facts).unwrap().status,
            progress,
            "{facts:?}"
        );
    }
}

#[test]
fn rules_that_cannot_be_meant_are_refused() {
    let rule = |text: &str| format!("[[rules.rag]]\nstatus = \"red\"\n{text}\n");
    for (toml, told) in [
        (rule("name = \"\""), "rules.rag[0].name"),
        (
            format!("{}{}", rule("name = \"a\""), rule("name = \"a\"")),
            "rules.rag[1].name",
        ),
        (
            rule("name = \"a\"\nwhen = { days_late_from = -1 }"),
            "rules.rag[0].when",
        ),
        (
            rule("name = \"a\"\nwhen = { percent_below = 101 }"),
            "rules.rag[0].when",
        ),
        (
            rule("name = \"a\"\nwhen = { percent_from = 60, percent_below = 60 }"),
            "rules.rag[0].when.percent_below",
        ),
        (
            rule("name = \"a\"\nwhen = { percent_below = 0 }"),
            "rules.rag[0].when.percent_below",
        ),
        (
            rule("name = \"a\"\nwhen = { undated = true, days_late_from = 1 }"),
            "rules.rag[0].when.days_late_from",
        ),
        (
            rule("name = \"a\"\nwhen = { undated = true, due_within_days = 14 }"),
            "rules.rag[0].when.due_within_days",
        ),
        (
            rule("name = \"a\"\nwhen = { days_late_from = 1, due_within_days = 14 }"),
            "rules.rag[0].when.due_within_days",
        ),
        (
            rule("name = \"late one\"\nwhen = { states = [] }"),
            "rules.rag[0].when.states of the rule \"late one\"",
        ),
        (
            rule("name = \"a\"\nwhen = { states = [\"draft\", \"closed\", \"void\"] }"),
            "rules.rag[0].when.states",
        ),
        (
            rule("name = \"a\"\nwhen = { revisions_from = -1 }"),
            "rules.rag[0].when.revisions_from",
        ),
        (
            rule("name = \"a\"\nwhen = { revisions_from = 1001 }"),
            "rules.rag[0].when.revisions_from",
        ),
        (
            rule("name = \"a\"\nwhen = { days_since_update_from = 36526 }"),
            "rules.rag[0].when.days_since_update_from",
        ),
        (
            format!(
                "{}{}",
                rule("name = \"all\""),
                rule("name = \"b\"\nwhen = { called_in = true }")
            ),
            "rules.rag[1] is never asked: the rule \"all\"",
        ),
        (
            format!(
                "{}{}",
                rule("name = \"all\"\nwhen = { percent_from = 0, days_late_from = 0 }"),
                rule("name = \"b\"")
            ),
            "rules.rag[1] is never asked",
        ),
        (rule("name = \"a\"\nwhen = { colour = 1 }"), "colour"),
        (rule("name = \"a\"\nwhen = { states = [\"lost\"] }"), "lost"),
        (
            "[rules]\nverify_priorities = [\"urgent\"]".to_owned(),
            "urgent",
        ),
        (
            "[rules]\nresponse_months = 0".to_owned(),
            "rules.response_months",
        ),
    ] {
        let error = from_toml(&toml).unwrap_err().to_string();
        assert!(error.contains(told), "{told}: {error}");
    }
    // What can hold is taken, and so is no rule at all.
    for toml in [
        rule(
            "name = \"a\"\nwhen = { percent_from = 59, percent_below = 60, states = [\"draft\", \"open\"] }",
        ),
        rule("name = \"a\"\nwhen = { undated = true, original_days_late_from = 1 }"),
        "[rules]\nrag = []".to_owned(),
    ] {
        from_toml(&toml).unwrap();
    }
}
