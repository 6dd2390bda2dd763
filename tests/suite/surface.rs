//! What every caller may rely on: the rules of the HTTP surface, each over real HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, with};
use crate::moves::sealed_history;
use crate::sight::OPERATIONS;

const NOBODY: &str = "0144abdd-2200-7000-8000-000000000000";

fn concrete(template: &str) -> String {
    template
        .replace("{id}", NOBODY)
        .replace("{tenure_id}", NOBODY)
        .replace("{number}", "1")
        .replace("{link_id}", NOBODY)
}

/// Every path, and its methods as Allow names them.
fn paths() -> Vec<(String, Vec<&'static str>)> {
    let mut paths: Vec<(String, Vec<&str>)> = Vec::new();
    let open = [
        ("GET", "/livez", ""),
        ("GET", "/readyz", ""),
        ("GET", "/openapi.json", ""),
        ("GET", "/problems", ""),
    ];
    for (method, template, _) in open.iter().chain(OPERATIONS) {
        let methods: &[&str] = if *method == "GET" {
            &["GET", "HEAD"]
        } else {
            &[method]
        };
        match paths.iter_mut().find(|(path, _)| path == template) {
            Some((_, known)) => known.extend(methods),
            None => paths.push(((*template).to_owned(), methods.to_vec())),
        }
    }
    paths
}

fn sorted(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
    names.sort();
    names
}

fn allowed(answer: &Answer) -> Vec<String> {
    sorted(
        answer
            .header("allow")
            .split(',')
            .map(|name| name.trim().to_owned()),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_path_answers_options_refuses_other_methods_and_has_no_trailing_slash() {
    let app = App::start().await;
    let clerk = app.clerk();
    for (template, methods) in paths() {
        let path = concrete(&template);
        let expected = sorted(methods.iter().copied().chain(["OPTIONS"]));

        let options = clerk.options(&path).await.expect(204);
        assert_eq!(allowed(&options), expected, "{path}");
        assert_eq!(options.text, "");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            if !methods.contains(&method) {
                let request = clerk.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
                let refused = Answer::to(request).await.problem(405, "method-not-allowed");
                assert_eq!(allowed(&refused), expected, "{method} {path}");
            }
        }
        clerk
            .get(&format!("{path}/"))
            .await
            .problem(404, "not-found");
    }
    for path in [
        "/",
        "/v1",
        "/v2/actions",
        "/v1/Actions",
        "/v1//actions",
        "/v1/actions/x/y/z",
        "/problems/nothing",
    ] {
        clerk.get(path).await.problem(404, "not-found");
    }
    clerk
        .get("/v1/actions/not-an-id")
        .await
        .problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_has_every_operation_of_this_suite_and_no_other() {
    let app = App::start().await;
    let document = app.anonymous().get("/openapi.json").await.expect(200);
    let Some(documented) = document.body["paths"].as_object() else {
        // The document is not committed yet.
        return;
    };
    let documented = documented.iter().flat_map(|(path, item)| {
        let methods = item
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| *key != "parameters");
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let ours = OPERATIONS
        .iter()
        .map(|(method, path, _)| format!("{method} {path}"));
    let probes = ["GET /livez", "GET /readyz"].map(str::to_owned);
    assert_eq!(sorted(documented), sorted(ours.chain(probes)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_is_get_without_a_body() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    // On Postgres the sealer follows a moment later and changes what the history shows.
    sealed_history(&council.clerk, &action).await;
    let paths = [
        "/livez",
        "/readyz",
        "/openapi.json",
        "/problems",
        "/problems/stale",
        "/v1/actions",
        "/v1/posts",
    ];
    let one = [
        format!("/v1/actions/{action}"),
        format!("/v1/actions/{action}/history"),
        format!("/v1/posts/{}", council.post),
    ];
    for path in paths.into_iter().map(str::to_owned).chain(one) {
        let (get, head) = (
            council.clerk.get(&path).await.expect(200),
            council.clerk.head(&path).await.expect(200),
        );
        assert_eq!(head.text, "");
        for name in [
            "content-type",
            "content-length",
            "etag",
            "cache-control",
            "vary",
            "link",
        ] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
    let missing = council
        .clerk
        .head(&format!("/v1/actions/{NOBODY}"))
        .await
        .expect(404);
    assert_eq!(missing.text, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_and_repeated_parameters_are_refused_by_name() {
    let app = App::start().await;
    for (method, template, _) in OPERATIONS.iter().filter(|row| row.0 == "GET") {
        assert_eq!(*method, "GET");
        let path = concrete(template);
        let refused = app
            .auditor()
            .get(&format!("{path}?colour=red&size=2"))
            .await
            .problem(400, "bad-parameter");
        assert_eq!(refused.pointers(), ["colour", "size"], "{path}");
    }
    let twice = app
        .reader()
        .get("/v1/actions?limit=2&state=open&limit=3")
        .await
        .problem(400, "bad-parameter");
    assert_eq!(twice.pointers(), ["limit"]);
    let token_in_query = app.anonymous().get("/v1/actions?access_token=x").await;
    token_in_query.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_missing_and_misshapen_members_are_refused_by_name() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    for (path, body, pointer) in [
        (
            "/v1/committees",
            json!({ "code": "XX", "name": "X", "colour": 1 }),
            "/colour",
        ),
        ("/v1/committees", json!({ "code": "XX" }), "/name"),
        (
            "/v1/committees",
            json!({ "code": "XX", "name": 7 }),
            "/name",
        ),
        (
            "/v1/committees",
            json!({ "code": "XX", "name": " " }),
            "/name",
        ),
        (
            "/v1/committees",
            json!({ "code": "a b", "name": "X" }),
            "/code",
        ),
        ("/v1/posts", json!({ "title": "x".repeat(201) }), "/title"),
        ("/v1/posts", json!({ "title": "a\u{0}b" }), "/title"),
        ("/v1/posts", json!({ "title": "two\nlines" }), "/title"),
        (
            "/v1/meetings",
            json!({ "committee_id": "x", "starts_at": "2014-03-03T14:00:00Z" }),
            "/committee_id",
        ),
        (
            "/v1/meetings",
            json!({ "committee_id": council.committee, "starts_at": "2014-03-03" }),
            "/starts_at",
        ),
        (
            "/v1/actions",
            with(
                council.undated(),
                json!({ "due": { "kind": "none", "review_on": "2014-09-01", "by": 1 } }),
            ),
            "/due/by",
        ),
        (
            "/v1/actions",
            with(council.undated(), json!({ "due": { "kind": "soon" } })),
            "/due/kind",
        ),
        (
            "/v1/actions",
            with(council.undated(), json!({ "due": { "kind": "date" } })),
            "/due/due_on",
        ),
        (
            "/v1/actions",
            with(council.undated(), json!({ "required": "a\u{0}b" })),
            "/required",
        ),
        (
            "/v1/actions",
            with(council.undated(), json!({ "source": { "system": "x" } })),
            "/source/reference",
        ),
    ] {
        let refused = clerk
            .post(path, body.clone())
            .await
            .problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer], "{body}");
    }
    let all_at_once = clerk
        .post(
            "/v1/agenda-items",
            json!({ "meeting_id": council.meeting, "number": "", "title": "" }),
        )
        .await;
    assert_eq!(
        all_at_once.problem(422, "validation").pointers(),
        ["/number", "/title"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_json_is_a_bad_request_and_nothing_else() {
    let app = App::start().await;
    let clerk = app.clerk();
    let bomb = format!("{{\"title\":{}", "[".repeat(100_000));
    for text in [
        "",
        "{",
        "{\"title\":}",
        "{\"title\":\"x\"} trailing",
        "{\"title\":\"\\ud800\"}",
        "\u{feff}{}",
    ] {
        clerk
            .post_text("/v1/posts", text.to_owned())
            .await
            .problem(400, "bad-request");
    }
    clerk
        .post_text("/v1/posts", b"{\"title\":\"\xff\"}".to_vec())
        .await
        .problem(400, "bad-request");
    for text in ["[]", "[\"Head of Law\",null]", "null", "\"x\"", "7"] {
        clerk
            .post_text("/v1/posts", text)
            .await
            .problem(422, "validation");
    }
    clerk.post_text("/v1/posts", bomb).await.expect(422);
    for kind in ["null", "7", "[]", "{}", "true"] {
        let body = format!("{{\"code\":\"ABC\",\"name\":\"x\",\"kind\":{kind}}}");
        let answer = clerk.post_text("/v1/committees", body).await;
        assert_eq!(answer.problem(422, "validation").pointers(), ["/kind"]);
    }
    let twice = clerk
        .post_text("/v1/posts", "{\"title\":\"a\",\"title\":\"b\"}")
        .await;
    assert_eq!(twice.problem(422, "validation").pointers(), ["/title"]);
    let nested = "{\"system\":\"a\",\"system\":\"b\",\"reference\":\"c\"}";
    let body = format!("{{\"kind\":\"noted\",\"text\":\"x\",\"source\":{nested}}}");
    let twice = clerk.post_text("/v1/resolutions", body).await;
    assert_eq!(
        twice.problem(422, "validation").pointers(),
        ["/source/system"]
    );
    assert_eq!(clerk.all("/v1/posts").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_media_types_and_encodings_are_refused() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let body = "{\"title\":\"x\"}";
    for media in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/merge-patch+json",
    ] {
        let request = clerk
            .request(Method::POST, "/v1/posts")
            .header("content-type", media)
            .body(body);
        Answer::to(request)
            .await
            .problem(415, "unsupported-media-type");
    }
    Answer::to(clerk.request(Method::POST, "/v1/posts").body(body))
        .await
        .problem(415, "unsupported-media-type");
    for coding in ["gzip", "br", "deflate"] {
        let request = clerk
            .request(Method::POST, "/v1/posts")
            .header("content-type", "application/json")
            .header("content-encoding", coding)
            .body(body);
        Answer::to(request)
            .await
            .problem(415, "unsupported-media-type");
    }
    let request = clerk
        .request(Method::PATCH, &format!("/v1/posts/{}", council.post))
        .header("if-match", "*")
        .header("content-type", "application/json-patch+json")
        .body("[]");
    let refused = Answer::to(request)
        .await
        .problem(415, "unsupported-media-type");
    assert!(
        refused
            .header("accept-patch")
            .contains("application/merge-patch+json")
    );
    for accept in ["text/html", "application/xml;q=1", "application/json;q=0"] {
        let request = clerk
            .request(Method::GET, "/v1/posts")
            .header("accept", accept);
        Answer::to(request).await.problem(406, "not-acceptable");
    }
    for accept in ["application/json", "text/html, */*;q=0.1", "application/*"] {
        Answer::to(
            clerk
                .request(Method::GET, "/v1/posts")
                .header("accept", accept),
        )
        .await
        .expect(200);
    }
}

/// Sends bytes as they stand and reads what comes back until the connection is closed.
fn raw(base: &str, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(15)))
        .unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // The service may answer and close before it has read it all.
    let _sent = stream.write_all(body);
    let mut answer = Vec::new();
    let _end = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_over_the_limit_is_refused_chunked_or_not() {
    let app = App::start().await;
    let clerk = app.clerk();
    let fits = format!("{{\"title\":\"Head of Law\"}}{}", " ".repeat(200_000));
    clerk.post_text("/v1/posts", fits).await.expect(201);
    let large = format!("{{\"title\":\"Head of Law\"}}{}", " ".repeat(262_144));
    clerk
        .post_text("/v1/posts", large.clone())
        .await
        .problem(413, "payload-too-large");

    let token = clerk.request(Method::GET, "/").build().unwrap().headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    let head = format!(
        "POST /v1/posts HTTP/1.1\r\nhost: test\r\nauthorization: {token}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
    );
    let mut chunked = Vec::new();
    for chunk in large.as_bytes().chunks(8_192) {
        chunked.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    let base = app.base.clone();
    let answer = tokio::task::spawn_blocking(move || raw(&base, &head, &chunked))
        .await
        .unwrap();
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413 "),
        "{answer}"
    );
    assert_eq!(clerk.all("/v1/posts").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_over_the_limit_and_heads_that_are_none_are_refused() {
    let app = App::start().await;
    let begin = "GET /livez HTTP/1.1\r\nhost: test\r\nconnection: close\r\n";
    let large = format!("{begin}x-large: {}\r\n\r\n", "x".repeat(140_000));
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    for (head, expected) in [
        (format!("{begin}\r\n"), "200"),
        // What is sent beyond the limit is not read, which may break the connection before the answer is.
        (large, "431"),
        (format!("{begin}{many}\r\n"), "431"),
        (format!("{begin}no colon\r\n\r\n"), "400"),
        (format!("{begin}x-nul: a\0b\r\n\r\n"), "400"),
        (format!("{begin}content-length: x\r\n\r\n"), "400"),
        (
            format!("{begin}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n"),
            "400",
        ),
        ("NONSENSE\r\n\r\n".to_owned(), "400"),
    ] {
        let base = app.base.clone();
        let unread = head.len() > 131_072;
        let shown = head.chars().skip(begin.len()).take(40).collect::<String>();
        let answer = tokio::task::spawn_blocking(move || raw(&base, &head, b""))
            .await
            .unwrap();
        let status = format!("HTTP/1.1 {expected} ");
        assert!(
            answer.starts_with(&status) || (answer.is_empty() && unread),
            "{shown:?}: {answer}"
        );
    }
    app.clerk().get("/v1/posts").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_problem_type_leads_to_its_explanation() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let all = anonymous.get("/problems").await.expect(200);
    assert!(all.items().len() > 20);
    for kind in all.items() {
        let page = anonymous
            .get(kind["type"].as_str().unwrap())
            .await
            .expect(200);
        assert_eq!(page.body, *kind);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_record_has_an_etag_that_saves_sending_it_again() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    for path in [
        format!("/v1/committees/{}", council.committee),
        format!("/v1/meetings/{}", council.meeting),
        format!("/v1/agenda-items/{}", council.item),
        format!("/v1/resolutions/{}", council.resolution),
        format!("/v1/posts/{}", council.post),
        format!("/v1/actions/{action}"),
    ] {
        let etag = council.clerk.get(&path).await.expect(200).etag();
        for known in [
            etag.clone(),
            format!("\"x\", {etag}"),
            format!("W/{etag}"),
            "*".to_owned(),
        ] {
            let request = council
                .clerk
                .request(Method::GET, &path)
                .header("if-none-match", known);
            let same = Answer::to(request).await.expect(304);
            assert_eq!((same.text.as_str(), same.etag()), ("", etag.clone()));
        }
        let request = council
            .clerk
            .request(Method::GET, &path)
            .header("if-none-match", "\"1.0\"");
        Answer::to(request).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_needs_the_etag_that_was_read() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    let clerk = &council.clerk;
    for path in [
        format!("/v1/committees/{}", council.committee),
        format!("/v1/meetings/{}", council.meeting),
        format!("/v1/agenda-items/{}", council.item),
        format!("/v1/resolutions/{}", council.resolution),
        format!("/v1/posts/{}", council.post),
        format!("/v1/actions/{action}"),
    ] {
        let request = clerk.request(Method::PATCH, &path).json(&json!({}));
        Answer::to(request)
            .await
            .problem(428, "precondition-required");
        for stale in [
            "\"99.0123456789abcdef\"",
            "W/\"1.0123456789abcdef\"",
            "\"x\"",
            "1",
        ] {
            clerk
                .patch(&path, stale, json!({}))
                .await
                .problem(412, "stale");
        }
        let read = clerk.get(&path).await.expect(200).etag();
        let unchanged = clerk.patch(&path, &read, json!({})).await.expect(200);
        assert_eq!(
            unchanged.etag(),
            read,
            "what changes nothing is no new version"
        );
    }
    let start = format!("/v1/actions/{action}/start");
    clerk
        .post(&start, json!({ "narrative": "Begun" }))
        .await
        .problem(428, "precondition-required");
    let stale = [("if-match", "\"7.0123456789abcdef\"")];
    clerk
        .post_with(&start, &stale, json!({ "narrative": "Begun" }))
        .await
        .problem(412, "stale");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_patch_keeps_what_is_absent_clears_null_and_replaces_lists() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let helper = clerk
        .make("/v1/posts", json!({ "title": "Head of Law" }))
        .await;
    let body = with(
        council.undated(),
        json!({ "required": "All of it", "supporting_post_ids": [helper, council.post] }),
    );
    let action = clerk.post("/v1/actions", body).await.expect(201);
    let path = format!("/v1/actions/{}", action.id());

    let kept = clerk
        .patch(&path, &action.etag(), json!({ "title": "Clearer" }))
        .await
        .expect(200);
    assert_eq!(kept.body["required"], "All of it");
    assert_eq!(
        kept.body["supporting_post_ids"],
        json!([helper, council.post])
    );
    assert_ne!(kept.etag(), action.etag());
    let cleared = clerk
        .patch(
            &path,
            &kept.etag(),
            json!({ "required": null, "supporting_post_ids": [helper] }),
        )
        .await
        .expect(200);
    assert_eq!(cleared.body["required"], Value::Null);
    assert_eq!(cleared.body["supporting_post_ids"], json!([helper]));
    assert_eq!(cleared.body["title"], "Clearer");
    let request = clerk
        .request(Method::PATCH, &path)
        .header("if-match", "*")
        .json(&json!({ "title": "By alias" }));
    assert_eq!(
        Answer::to(request).await.expect(200).body["title"],
        "By alias"
    );
    for member in ["title", "exempt", "supporting_post_ids"] {
        let null = clerk
            .patch(&path, "*", json!({ member: null }))
            .await
            .problem(422, "validation");
        assert_eq!(
            null.pointers(),
            [format!("/{member}")],
            "it cannot be cleared"
        );
    }
    assert_eq!(clerk.get(&path).await.body["title"], "By alias");
    let nameless = clerk
        .patch(
            &format!("/v1/committees/{}", council.committee),
            "*",
            json!({ "name": null }),
        )
        .await;
    assert_eq!(nameless.problem(422, "validation").pointers(), ["/name"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_created_is_shown_with_its_place_and_etag() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let tenure = json!({ "holder_name": "Ann Example", "starts_on": "2014-01-01" });
    let tenures = format!("/v1/posts/{}/tenures", council.post);
    for (path, body) in [
        ("/v1/committees", json!({ "code": "HEA", "name": "Health" })),
        (
            "/v1/meetings",
            json!({ "committee_id": council.committee, "starts_at": "2014-06-09T13:00:00Z" }),
        ),
        (
            "/v1/agenda-items",
            json!({ "meeting_id": council.meeting, "number": "9", "title": "Other business" }),
        ),
        (
            "/v1/resolutions",
            json!({ "agenda_item_id": council.item, "kind": "noted", "text": "noted" }),
        ),
        ("/v1/posts", json!({ "title": "Head of Law" })),
        (&tenures, tenure),
        ("/v1/actions", council.undated()),
    ] {
        let created = council.clerk.post(path, body).await.expect(201);
        assert_eq!(created.header("content-type"), "application/json");
        let read = council
            .clerk
            .get(created.header("location"))
            .await
            .expect(200);
        assert_eq!(read.body, created.body);
        assert_eq!(read.etag(), created.etag());
        assert_eq!(
            created.header("location"),
            format!("{path}/{}", created.id())
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_used_up_the_allowance_waits() {
    let app = App::start_with(|config| {
        config.rate_limit.requests = 5;
        config.rate_limit.per_seconds = 3600;
    })
    .await;
    let reader = app.reader();
    for left in (0..5).rev() {
        let answer = reader.get("/v1/posts").await.expect(200);
        assert_eq!(answer.header("ratelimit-policy"), "\"caller\";q=5;w=3600");
        assert!(
            answer
                .header("ratelimit")
                .starts_with(&format!("\"caller\";r={left};t=")),
            "{}",
            answer.header("ratelimit")
        );
    }
    let refused = reader
        .get("/v1/posts")
        .await
        .problem(429, "too-many-requests");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=721).contains(&wait), "{wait}");
    assert!(refused.header("ratelimit").starts_with("\"caller\";r=0;"));
    // Others have their own, and probes cost nothing.
    app.auditor().get("/v1/posts").await.expect(200);
    for _ in 0..10 {
        app.anonymous().get("/livez").await.expect(200);
    }
    // Nobody gets another by claiming to come from elsewhere.
    let mut refusals = 0;
    for n in 0..8 {
        let request = app
            .anonymous()
            .request(Method::GET, "/v1/posts")
            .header("x-forwarded-for", format!("192.0.2.{n}"));
        refusals += u32::from(Answer::to(request).await.status == 429);
    }
    assert_eq!(refusals, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_valid_traceparent_is_continued_and_an_invalid_one_replaced() {
    let app = App::start().await;
    let reader = app.reader();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let send = async |value: &str| {
        Answer::to(
            reader
                .request(Method::GET, "/v1/posts")
                .header("traceparent", value),
        )
        .await
        .expect(200)
    };
    let continued = send(&format!("00-{trace}-00f067aa0ba902b7-01")).await;
    let parts: Vec<&str> = continued.header("traceresponse").split('-').collect();
    assert_eq!(parts[1], trace);
    assert_ne!(parts[2], "00f067aa0ba902b7");
    for invalid in [
        format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
        format!("00-{trace}-0000000000000000-01"),
        format!("ff-{trace}-00f067aa0ba902b7-01"),
        "00-xyz".to_owned(),
    ] {
        let replaced = send(&invalid).await;
        let parts: Vec<&str> = replaced.header("traceresponse").split('-').collect();
        assert_eq!((parts.len(), parts[1].len()), (4, 32));
        assert!(parts[1] != trace && parts[1] != "0".repeat(32), "{invalid}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_carry_the_headers_that_keep_them_private_and_inert() {
    let app = App::start().await;
    let clerk = app.clerk();
    for answer in [
        clerk.get("/v1/posts").await.expect(200),
        clerk.get("/v1/posts?x=1").await.expect(400),
    ] {
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        assert_eq!(answer.header("vary"), "Authorization");
    }
    let anonymous = app.anonymous();
    for answer in [
        clerk.get("/v1/posts").await,
        anonymous.get("/v1/posts").await,
        anonymous.get("/nowhere").await,
        anonymous.get("/livez").await,
        clerk.options("/v1/posts").await,
    ] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'")
        );
        assert_eq!(answer.header("x-request-id").len(), 36);
        assert!(
            answer.status == 204 || answer.body.is_object(),
            "{}",
            answer.text
        );
        assert_eq!(answer.header("server"), "");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_token_is_refused_with_a_challenge() {
    let app = App::start().await;
    for value in [
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Basic eDp5",
        "bearer  a.b.c",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
    ] {
        let request = app
            .anonymous()
            .request(Method::GET, "/v1/posts")
            .header("authorization", value);
        let refused = Answer::to(request).await.problem(401, "unauthenticated");
        assert!(
            refused.header("www-authenticate").starts_with("Bearer"),
            "{value}"
        );
    }
    let reader = app.reader();
    app.at("2034-03-10T12:00:00Z");
    let expired = reader
        .get("/v1/posts")
        .await
        .problem(401, "unauthenticated");
    assert!(expired.header("www-authenticate").contains("invalid_token"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_inside_a_body_is_not_read_from_an_array() {
    let app = App::start().await;
    let clerk = app.clerk();
    let members_in_a_row = "{\"kind\":\"noted\",\"text\":\"x\",\"source\":[\"a\",\"b\",null]}";
    let refused = clerk.post_text("/v1/resolutions", members_in_a_row).await;
    assert_eq!(refused.problem(422, "validation").pointers(), ["/source"]);
}
