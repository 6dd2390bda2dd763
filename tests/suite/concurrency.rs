//! Many callers at once: nothing is lost, nothing happens twice.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{App, Council, with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_changes_on_one_etag_exactly_one_is_made() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council
        .clerk
        .post("/v1/actions", council.undated())
        .await
        .expect(201);
    let (path, etag) = (format!("/v1/actions/{}", action.id()), action.etag());

    let changes = (0..50).map(|n| {
        let (clerk, path, etag) = (council.clerk.clone(), path.clone(), etag.clone());
        async move {
            clerk
                .patch(&path, &etag, json!({ "title": format!("Title {n}") }))
                .await
        }
    });
    let answers = join_all(changes).await;

    let (made, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.problem(412, "stale");
    }
    let now = council.clerk.get(&path).await.expect(200);
    assert_eq!(now.body["title"], made[0].body["title"]);
    assert_eq!(now.body["version"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_moves_on_one_etag_exactly_one_is_made() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council
        .clerk
        .post("/v1/actions", council.undated())
        .await
        .expect(201);
    let (path, etag) = (format!("/v1/actions/{}/start", action.id()), action.etag());

    let moves = (0..50).map(|n| {
        let (clerk, path, etag) = (council.clerk.clone(), path.clone(), etag.clone());
        async move {
            clerk
                .post_with(
                    &path,
                    &[("if-match", &etag)],
                    json!({ "narrative": format!("Begun by {n}") }),
                )
                .await
        }
    });
    let statuses: Vec<u16> = join_all(moves)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();

    assert_eq!(
        statuses.iter().filter(|&&status| status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|&&status| status == 412).count(),
        49,
        "{statuses:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_actions_recorded_at_once_are_numbered_without_a_gap() {
    let app = App::start().await;
    let council = Council::found(&app).await;

    let creations = (0..200).map(|n| {
        let (clerk, body) = (
            council.clerk.clone(),
            with(council.undated(), json!({ "title": format!("Task {n}") })),
        );
        async move { clerk.post("/v1/actions", body).await.expect(201) }
    });
    let references: BTreeSet<String> = join_all(creations)
        .await
        .iter()
        .map(|answer| answer.body["reference"].as_str().unwrap().to_owned())
        .collect();

    let expected: BTreeSet<String> = (1..=200).map(|n| format!("CFS/13-14/{n:03}")).collect();
    assert_eq!(references, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_action_leaves_no_gap_in_the_references() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.action(council.undated()).await;
    let without_review = with(council.undated(), json!({ "due": { "kind": "none" } }));
    council
        .clerk
        .post("/v1/actions", without_review)
        .await
        .problem(422, "validation");
    let next = council
        .clerk
        .post("/v1/actions", council.undated())
        .await
        .expect(201);
    assert_eq!(next.body["reference"], "CFS/13-14/002");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_idempotency_key_sent_twenty_times_at_once_records_one_action() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let headers = [("idempotency-key", "key-1")];

    let sendings = (0..20).map(|_| {
        let (clerk, body) = (council.clerk.clone(), council.undated());
        async move { clerk.post_with("/v1/actions", &headers, body).await }
    });
    let answers = join_all(sendings).await;

    let made: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert!(!made.is_empty());
    for answer in &answers {
        match answer.status {
            201 => assert_eq!(answer.text, made[0].text),
            _ => drop(answer.clone().problem(409, "idempotency-key-in-flight")),
        }
    }
    assert_eq!(council.clerk.all("/v1/actions").await.len(), 1);

    // Later, and long after the action has changed, the answer is still the first one.
    let path = format!("/v1/actions/{}", made[0].id());
    council
        .clerk
        .patch(&path, &made[0].etag(), json!({ "title": "Another title" }))
        .await
        .expect(200);
    app.at("2014-03-11T11:00:00Z");
    let replayed = council
        .clerk
        .post_with("/v1/actions", &headers, council.undated())
        .await
        .expect(201);
    assert_eq!(replayed.text, made[0].text);
    assert_eq!(replayed.header("location"), made[0].header("location"));
    assert_eq!(replayed.header("etag"), made[0].header("etag"));
    assert_eq!(council.clerk.all("/v1/actions").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idempotency_key_stands_for_one_payload_one_caller_and_one_route() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let headers = [("idempotency-key", "key-1")];
    let first = council
        .clerk
        .post_with("/v1/actions", &headers, council.undated())
        .await
        .expect(201);

    let other_payload = with(council.undated(), json!({ "title": "Something else" }));
    council
        .clerk
        .post_with("/v1/actions", &headers, other_payload)
        .await
        .problem(422, "idempotency-key-reused");
    let by_another = app
        .second_clerk()
        .post_with("/v1/actions", &headers, council.undated())
        .await
        .expect(201);
    assert_ne!(by_another.id(), first.id());
    let elsewhere = json!({ "title": "Head of Law" });
    council
        .clerk
        .post_with("/v1/posts", &headers, elsewhere)
        .await
        .expect(201);

    for bad in [
        String::new(),
        "x".repeat(256),
        "a b".to_owned(),
        "é".to_owned(),
    ] {
        let headers = [("idempotency-key", bad.as_str())];
        council
            .clerk
            .post_with("/v1/actions", &headers, council.undated())
            .await
            .problem(400, "bad-request");
    }
    let longest = "x".repeat(255);
    council
        .clerk
        .post_with(
            "/v1/actions",
            &[("idempotency-key", &longest)],
            council.undated(),
        )
        .await
        .expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_replayed_under_its_idempotency_key() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    let (path, headers) = (
        format!("/v1/actions/{action}/resume"),
        [("idempotency-key", "key-1"), ("if-match", "*")],
    );
    let first = council
        .clerk
        .post_with(&path, &headers, json!({}))
        .await
        .problem(409, "move-refused");
    let hold = json!({ "reason": "Waiting for figures", "review_on": "2014-05-01" });
    council.clerk.moves(&action, "hold", hold).await.expect(200);

    let replayed = council
        .clerk
        .post_with(&path, &headers, json!({}))
        .await
        .expect(409);

    assert_eq!(replayed.text, first.text);
    council
        .clerk
        .moves(&action, "resume", json!({}))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idempotency_key_stands_for_one_if_match() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    let etag = council
        .clerk
        .get(&format!("/v1/actions/{action}"))
        .await
        .etag();
    let path = format!("/v1/actions/{action}/start");
    let body = json!({ "narrative": "Begun" });
    let clerk_holds = async |if_match: &str| {
        let headers = [("idempotency-key", "key-1"), ("if-match", if_match)];
        council.clerk.post_with(&path, &headers, body.clone()).await
    };
    council.appoint("clerk").await;
    let refused = clerk_holds("\"9.00\"").await.problem(412, "stale");
    // What was stale was never judged, so the key is free; read anew, it takes effect and is replayed.
    assert_eq!(refused.header("etag"), "");
    let first = clerk_holds(&etag).await.expect(200);
    let again = clerk_holds(&etag).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    // Under another precondition it is another request.
    for other in ["*", "\"9.00\""] {
        clerk_holds(other)
            .await
            .problem(422, "idempotency-key-reused");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn if_match_takes_a_list_of_tags() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let path = format!("/v1/actions/{}", council.action(council.undated()).await);
    let title = async |if_match: &str, title: &str| {
        council
            .clerk
            .patch(&path, if_match, json!({ "title": title }))
            .await
    };
    let etag = council.clerk.get(&path).await.etag();
    let list = format!("\"x,y\", W/\"1.00\",, \"7.00\" ,{etag}");
    let second = title(&list, "One of several").await.expect(200).etag();
    assert_ne!(second, etag);
    title(&list, "None of several").await.problem(412, "stale");
    title(&format!("W/{second}"), "A weak one")
        .await
        .problem(412, "stale");
    title(&format!("{etag}, {second}"), "The second")
        .await
        .expect(200);
    // A list may be spread over several lines.
    let etag = council.clerk.get(&path).await.etag();
    let request = council.clerk.request(reqwest::Method::PATCH, &path);
    let request = request
        .header("if-match", "\"7.00\"")
        .header("if-match", etag);
    let request = request.json(&json!({ "title": "In two lines" }));
    crate::harness::Answer::to(request).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_natural_key_sent_twenty_times_at_once_records_one_action() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let body = with(
        council.undated(),
        json!({ "source": { "system": "moderngov", "reference": "mgIssue-1" } }),
    );

    let sendings = (0..20).map(|_| {
        let (clerk, body) = (council.clerk.clone(), body.clone());
        async move { clerk.post("/v1/actions", body).await }
    });
    let answers = join_all(sendings).await;

    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(
        statuses.iter().filter(|&&status| status == 201).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|&&status| status == 200).count(),
        19,
        "{statuses:?}"
    );
    let ids: BTreeSet<String> = answers.iter().map(super::harness::Answer::id).collect();
    assert_eq!(ids.len(), 1);
    let different = with(body, json!({ "title": "Another task under the same key" }));
    let refused = council
        .clerk
        .post("/v1/actions", different)
        .await
        .problem(409, "natural-key-conflict");
    assert_eq!(
        refused.body["existing"].as_str(),
        ids.first().map(String::as_str)
    );
    assert_eq!(
        council
            .clerk
            .post("/v1/actions", council.undated())
            .await
            .body["reference"],
        "CFS/13-14/002"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resolution_sent_again_is_found_and_not_recorded_twice() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let body = json!({
        "agenda_item_id": council.item, "clause": "(c)", "kind": "request", "text": "that a report be made",
        "source": { "system": "moderngov", "reference": "1/c" },
    });
    let sendings = (0..20).map(|_| {
        let (clerk, body) = (council.clerk.clone(), body.clone());
        async move { clerk.post("/v1/resolutions", body).await }
    });
    let statuses: Vec<u16> = join_all(sendings)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    assert_eq!(
        statuses.iter().filter(|&&status| status == 201).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|&&status| status == 200).count(),
        19,
        "{statuses:?}"
    );
}
