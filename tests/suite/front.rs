//! Allowances, probes and pages: what stands before the records.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, App};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_made_up_tokens_is_refused_unverified_and_harms_nobody_known() {
    let app = App::start_with(|config| {
        config.rate_limit.requests = 5;
        config.rate_limit.per_seconds = 3600;
    })
    .await;
    let known = app.reader();
    known.get("/v1/posts").await.expect(200);
    let mut answers = Vec::new();
    for n in 0..8 {
        let request = app.anonymous().request(Method::GET, "/v1/posts");
        let request = request.bearer_auth(format!("eyJhbGciOiJFZERTQSJ9.{n}.AAAA"));
        let answer = Answer::to(request).await;
        assert!(
            answer.header("ratelimit").starts_with("\"caller\";r="),
            "{}",
            answer.text
        );
        assert_eq!(answer.header("ratelimit-policy"), "\"caller\";q=5;w=3600");
        answers.push(answer.status);
    }
    // The first of the address's verifications was the reader's.
    assert_eq!(answers, [401, 401, 401, 401, 429, 429, 429, 429]);
    // Whose token was verified before goes on; a good one that was not has to wait with the others.
    known.get("/v1/posts").await.expect(200);
    let unknown = app
        .auditor()
        .get("/v1/posts")
        .await
        .problem(429, "too-many-requests");
    assert!(unknown.header("retry-after").parse::<u64>().unwrap() > 0);
    for probe in ["/livez", "/readyz"] {
        for _ in 0..10 {
            app.anonymous().get(probe).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_but_a_probes_tells_the_allowance() {
    let app = App::start().await;
    let (anonymous, reader) = (app.anonymous(), app.reader());
    let answers = [
        anonymous.get("/openapi.json").await.expect(200),
        anonymous.get("/docs/").await.expect(200),
        anonymous.get("/nothing").await.expect(404),
        anonymous.get("/v1/posts").await.expect(401),
        anonymous.options("/v1/posts").await.expect(204),
        reader.get("/v1/nothing").await.expect(404),
        reader.get("/v1/posts?x=y").await.expect(400),
        reader.post("/v1/posts", json!({})).await.expect(403),
        reader.head("/v1/posts").await.expect(200),
        Answer::to(reader.request(Method::DELETE, "/v1/posts"))
            .await
            .expect(405),
        Answer::to(
            reader
                .request(Method::GET, "/v1/posts")
                .header("accept", "text/html"),
        )
        .await
        .expect(406),
    ];
    for answer in answers {
        assert!(
            answer.header("ratelimit").starts_with("\"caller\";r="),
            "{}",
            answer.text
        );
        assert!(!answer.header("ratelimit-policy").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documentation_page_has_head_options_and_no_other_method() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    for page in ["/docs/", "/docs/index.html", "/docs/swagger-ui.css"] {
        let got = anonymous.get(page).await.expect(200);
        let head = anonymous.head(page).await.expect(200);
        assert_eq!(head.text, "");
        for name in [
            "content-type",
            "content-length",
            "content-security-policy",
            "etag",
        ] {
            assert_eq!(head.header(name), got.header(name), "{page} {name}");
        }
        assert_eq!(
            anonymous.options(page).await.expect(204).header("allow"),
            "GET, HEAD, OPTIONS"
        );
        let posted = anonymous
            .post(page, json!({}))
            .await
            .problem(405, "method-not-allowed");
        assert_eq!(posted.header("allow"), "GET, HEAD, OPTIONS");
    }
    anonymous
        .get("/docs/nothing.js")
        .await
        .problem(404, "not-found");
    anonymous.head("/docs/nothing.js").await.expect(404);
    let short = anonymous.head("/docs").await;
    assert_eq!((short.status, short.header("location")), (307, "/docs/"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_hangs_is_not_ready_and_probes_do_not_fill_its_queue() {
    let app = App::start_with(|config| config.database.write_queue = 4).await;
    app.anonymous().get("/readyz").await.expect(200);
    let Some(lock) = app.lock_writes() else {
        return; // PostgreSQL has no queue of writes.
    };
    // What was found a moment ago is no longer the answer.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let probes = (0..20).map(|_| {
        let anonymous = app.anonymous();
        async move { anonymous.get("/readyz").await }
    });
    let started = std::time::Instant::now();
    for answer in futures_util::future::join_all(probes).await {
        answer.problem(503, "unavailable");
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
    app.anonymous().get("/livez").await.expect(200);
    // There is still room in the queue, and what waits in it is done when the writer goes on.
    let clerk = app.clerk();
    let waiting = tokio::spawn(async move {
        clerk
            .post("/v1/posts", json!({ "title": "Head of Law" }))
            .await
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    drop(lock);
    waiting.await.unwrap().expect(201);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    app.anonymous().get("/readyz").await.expect(200);
}
