//! The program's commands, as whoever operates it types them.

use std::path::Path;
use std::process::Output;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Database, Folder, Program, command};

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command(arguments, settings).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn serve_refuses_to_start_without_authentication_and_says_what_to_set() {
    let folder = Folder::create();
    let file = folder.path("records.sqlite3");
    let url = format!("sqlite://{file}");
    let settings = [("MATTERS_ARISING_DATABASE__URL", url.as_str())];
    let (status, _, said) = run(&["serve"], &settings);
    assert_eq!(status, Some(1), "{said}");
    for key in [
        "MATTERS_ARISING_AUTH__ISSUER",
        "MATTERS_ARISING_AUTH__AUDIENCE",
        "MATTERS_ARISING_AUTH__JWKS_URL",
    ] {
        assert!(said.contains(key), "{said}");
    }
    assert!(!Path::new(&file).exists(), "nothing was begun");
    let unknown = [("MATTERS_ARISING_SERVER__COLOUR", "red")];
    let (status, _, said) = run(&["serve"], &unknown);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.to_lowercase().contains("server.colour"), "{said}");
}

#[test]
fn check_config_refuses_what_cannot_be_meant_and_names_the_rule_and_the_key() {
    let folder = Folder::create();
    let check = |config: &str| {
        let file = folder.write("config.toml", config);
        let needed = [
            ("MATTERS_ARISING_AUTH__ISSUER", "https://id.example"),
            ("MATTERS_ARISING_AUTH__AUDIENCE", "matters-arising"),
            ("MATTERS_ARISING_AUTH__JWKS_URL", "https://id.example/keys"),
            ("MATTERS_ARISING_DATABASE__URL", "sqlite://x"),
        ];
        let (status, said, wrong) = run(&["check-config", "--config", &file], &needed);
        (status, format!("{said}{wrong}"))
    };
    let rule = "[[rules.rag]]\nname = \"halfway\"\nstatus = \"amber\"\n\
                when = { percent_from = 50, percent_below = 50 }\n";
    let (status, said) = check(rule);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("rules.rag[0].when.percent_below") && said.contains("\"halfway\""),
        "{said}"
    );
    for empty in ["", "# 2014-12-25 Christmas Day\n"] {
        let table = folder.write("holidays", empty);
        let (status, said) = check(&format!("[rules]\nbank_holidays_file = {table:?}\n"));
        assert_eq!(status, Some(1), "{said}");
        assert!(
            said.contains("rules.bank_holidays_file") && said.contains("names no day"),
            "{said}"
        );
    }
    let table = folder.write("holidays", "2014-12-25 Christmas Day\n");
    let (status, said) = check(&format!("[rules]\nbank_holidays_file = {table:?}\n"));
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn openapi_prints_the_document_that_is_committed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let (status, printed, _) = run(&["openapi"], &[]);
    assert_eq!(status, Some(0));
    assert!(
        printed == std::fs::read_to_string(path).unwrap(),
        "it has drifted"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_from_the_command_line_is_good_for_the_service_that_has_its_key() {
    let database = Database::create_empty().await;
    let folder = Folder::create();
    let key = "a secret that is long enough to sign with\n";
    let (secret, url) = (
        folder.write("secret", key),
        folder.write("url", &database.url()),
    );
    let (secret, url) = (secret.as_str(), url.as_str());
    let settings = [
        ("MATTERS_ARISING_AUTH__ISSUER", "https://id.example"),
        ("MATTERS_ARISING_AUTH__AUDIENCE", "matters-arising"),
        ("MATTERS_ARISING_AUTH__HS256_SECRET_FILE", secret),
        ("MATTERS_ARISING_DATABASE__URL_FILE", url),
        ("MATTERS_ARISING_SERVER__BIND", "127.0.0.1:0"),
        ("MATTERS_ARISING_SERVER__DRAIN_DELAY_SECONDS", "0"),
    ];
    let run_here = |arguments: &[&str]| tokio::task::block_in_place(|| run(arguments, &settings));

    let (status, said, _) = run_here(&["check-config", "--print-config"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(
        !said.contains("a secret that is long enough") && said.contains("[redacted]"),
        "{said}"
    );
    let (status, said, _) = run_here(&["migrate"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.starts_with("Migrated: 0001"), "{said}");
    let (_, said, _) = run_here(&["migrate"]);
    assert_eq!(said, "The schema is up to date.\n");
    let token = [
        "token",
        "--hs256-secret-file",
        secret,
        "--subject",
        "jo",
        "--role",
        "clerk",
    ];
    let (status, token, said) = run_here(&token);
    assert_eq!(status, Some(0), "{said}");

    let mut program = tokio::task::block_in_place(|| Program::serve(&settings));
    let http = reqwest::Client::new();
    let posts = format!("http://{}/v1/posts", program.address());
    let ask = |method, token: &str| {
        let request = http.request(method, &posts).bearer_auth(token.trim());
        async move {
            request
                .json(&json!({ "title": "Head of Law" }))
                .send()
                .await
        }
    };
    let made = ask(Method::POST, &token).await.unwrap();
    assert_eq!(made.status(), 201);
    let shown: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    assert_eq!(shown["title"], "Head of Law");
    let mut forged = token.trim().to_owned();
    forged.truncate(forged.len() - 4);
    assert_eq!(ask(Method::POST, &forged).await.unwrap().status(), 401);

    let bound = format!("server.bind={}", program.address());
    let healthcheck = ["healthcheck", "--set", &bound];
    let (status, _, said) = run_here(&healthcheck);
    assert_eq!(status, Some(0), "{said}");
    drop(http);
    program.terminate();
    let ended = tokio::task::block_in_place(|| program.ended());
    assert_eq!(ended.code(), Some(0));
    let (status, _, said) = run_here(&healthcheck);
    assert_eq!(status, Some(1));
    assert!(said.contains("not ready"), "{said}");
}

#[test]
fn minutes_are_read_from_files_and_measured_by_labels() {
    let folder = Folder::create();
    let minutes = "RESOLVED:\n\n(a) That the report be noted; and\n(b) That the Clerk write to the bank by 2 May.\n";
    let one = folder.write("01.txt", minutes);
    let (status, said, wrong) = run(&["minutes", "read", &one], &[]);
    assert_eq!((status, wrong.as_str()), (Some(0), ""));
    let read: Value = serde_json::from_str(&said).unwrap();
    let asked = &read["resolutions"][1];
    assert_eq!(
        asked["span"],
        json!([minutes.find("That the Clerk"), minutes.len() - 1]),
        "the place in the source"
    );
    assert_eq!(
        [
            &asked["label"],
            &asked["kind"],
            &asked["is_action"],
            &asked["owners"],
            &asked["due"]
        ],
        [
            &json!("(b)"),
            &json!("request"),
            &json!(true),
            &json!(["the Clerk"]),
            &json!({ "kind": "date", "phrase": "by 2 May" })
        ]
    );

    let (status, said, _) = run(&["minutes", "read", &one, &one], &[]);
    assert_eq!(
        (status, said.lines().count()),
        (Some(0), 2),
        "a line for each"
    );
    let (status, said, _) = run(&["minutes", "read", "--format", "table", &one], &[]);
    assert!(status == Some(0) && said.contains("the Clerk"), "{said}");
    let missing = folder.path("missing.txt");
    let (status, said, wrong) = run(&["minutes", "read", &one, &missing], &[]);
    assert_eq!((status, said.as_str()), (Some(1), ""), "all or nothing");
    assert!(wrong.contains("missing.txt"), "{wrong}");

    let due = |kind: &str| json!({ "kind": kind, "phrase": null });
    let labels = json!({
        "resolutions": [
            { "label": "(a)", "kind": "noted", "starts": "That the report be noted", "is_action": false, "owners": [], "due": due("none") },
            { "label": "(b)", "kind": "approved", "starts": "That the Clerk write", "is_action": true, "owners": ["Clerk"], "due": due("date") },
            { "label": "(c)", "kind": "request", "starts": "That nobody said", "is_action": true, "owners": ["Mayor"], "due": due("none") },
        ],
    });
    folder.write("01.json", &labels.to_string());
    let (status, said, _) = run(&["minutes", "check", &folder.path("")], &[]);
    assert_eq!(status, Some(0));
    for line in [
        "texts: 1",
        "resolutions found        1.000     0.667     0.800",
        "owners                   1.000     0.500     0.667",
        "is_action                0.667",
        "kind                     0.500",
        "due kind                 0.500",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    let (status, _, wrong) = run(&["minutes", "check", &missing], &[]);
    assert!(
        status == Some(1) && wrong.contains("missing.txt"),
        "{wrong}"
    );
}
