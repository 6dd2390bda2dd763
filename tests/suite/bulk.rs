//! Many actions recorded or moved in one request.

use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, Person, with};

const CREATIONS: &str = "/v1/bulk/action-creations";
const MOVES: &str = "/v1/bulk/action-moves";
const NOBODY: &str = "0144abdd-2200-7000-8000-000000000000";

async fn create(person: &Person, actions: Vec<Value>) -> Answer {
    person.post(CREATIONS, json!({ "actions": actions })).await
}

async fn make(person: &Person, moves: Vec<Value>) -> Answer {
    person.post(MOVES, json!({ "moves": moves })).await
}

fn moved(action: &str, version: i32, name: &str, body: Value) -> Value {
    json!({ "action_id": action, "version": version, "move": name, "body": body })
}

fn codes(answer: &Answer) -> Vec<(&str, &str)> {
    let errors = answer.body["errors"].as_array().unwrap().iter();
    errors
        .map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_actions_are_recorded_in_one_request() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let rows: Vec<_> = (0..1000)
        .map(|n| {
            with(
                council.due_on("2014-06-30"),
                json!({ "title": format!("Task {n}") }),
            )
        })
        .collect();
    let made = create(&council.clerk, rows).await.expect(201);
    assert_eq!(made.items().len(), 1000);
    for n in [0, 1, 999] {
        let item = &made.items()[n];
        assert_eq!(item["index"], n);
        assert_eq!(item["outcome"], "created");
        assert_eq!(item["reference"], format!("CFS/13-14/{:03}", n + 1));
        let path = format!("/v1/actions/{}", item["id"].as_str().unwrap());
        let read = council.clerk.get(&path).await.expect(200);
        assert_eq!(read.body["title"], format!("Task {n}"));
        assert_eq!(item["version"], 1);
        assert_eq!(item["etag"], read.etag());
    }
    let history = format!(
        "/v1/actions/{}/history",
        made.items()[500]["id"].as_str().unwrap()
    );
    let history = council.clerk.all(&history).await;
    assert_eq!(history[0]["operation"], "create_action");
    let found = council.clerk.get("/v1/actions?q=%22task+777%22").await;
    assert_eq!(found.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_is_wrong_with_any_row_is_told_before_anything_is_recorded() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let good = council.undated();
    let rows = vec![
        good.clone(),
        with(good.clone(), json!({ "title": " " })),
        with(good.clone(), json!({ "colour": "red" })),
        with(good.clone(), json!({ "title": 7 })),
        with(good.clone(), json!({ "due": { "kind": "date" } })),
        json!([]),
    ];
    let refused = create(clerk, rows).await.problem(422, "validation");
    assert_eq!(
        codes(&refused),
        [
            ("/actions/1/title", "blank"),
            ("/actions/2/colour", "unknown_member"),
            ("/actions/3/title", "wrong_type"),
            ("/actions/4/due/due_on", "required"),
            ("/actions/5", "wrong_type"),
        ]
    );
    for rows in [vec![], vec![good.clone(); 1001]] {
        let refused = create(clerk, rows).await.problem(422, "validation");
        assert_eq!(refused.pointers(), ["/actions"]);
    }
    let twice = r#"{"actions":[{"title":"A","title":"B"}]}"#;
    let refused = clerk.post_text(CREATIONS, twice).await;
    assert_eq!(
        codes(&refused.problem(422, "validation")),
        [("/actions/0/title", "repeated_member")]
    );

    // What the records do not allow, of every row too.
    let rows = vec![
        with(good.clone(), json!({ "owner_post_id": NOBODY })),
        good.clone(),
        with(good.clone(), json!({ "due": { "kind": "none" } })),
        with(good.clone(), json!({ "parent_id": NOBODY })),
        with(good.clone(), json!({ "resolution_id": NOBODY })),
    ];
    let refused = create(clerk, rows).await.problem(422, "validation");
    assert_eq!(
        codes(&refused),
        [
            ("/actions/0/owner_post_id", "not_found"),
            ("/actions/2/due/review_on", "required"),
            ("/actions/3/parent_id", "not_found"),
            ("/actions/4/resolution_id", "not_found"),
        ]
    );
    // Nothing of it is there, and no reference is used.
    assert_eq!(clerk.all("/v1/actions").await, [] as [Value; 0]);
    let next = clerk.post("/v1/actions", good).await.expect(201);
    assert_eq!(next.body["reference"], "CFS/13-14/001");
    for person in [app.reader(), app.officer("ann"), app.auditor()] {
        create(&person, vec![council.undated()])
            .await
            .problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_known_under_their_natural_key_come_back_as_known() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let row = |n: u32| {
        let source = json!({ "system": "moderngov", "reference": format!("I-{n}") });
        with(council.undated(), json!({ "source": source }))
    };
    // Recorded by itself, it is known in a list as well.
    let first = clerk.post("/v1/actions", row(1)).await.expect(201);
    let made = create(clerk, vec![row(1), row(2), row(2)])
        .await
        .expect(201);
    assert_eq!(made.each("outcome"), ["known", "created", "known"]);
    assert_eq!(made.items()[0]["id"], first.id());
    assert_eq!(made.items()[0]["etag"], first.etag());
    assert_eq!(made.items()[1]["id"], made.items()[2]["id"]);
    let again = create(clerk, vec![row(2), row(1)]).await.expect(200);
    assert_eq!(again.each("outcome"), ["known", "known"]);
    clerk.post("/v1/actions", row(2)).await.expect(200);
    assert_eq!(clerk.all("/v1/actions").await.len(), 2);

    let other = with(row(2), json!({ "title": "Something else" }));
    let refused = create(clerk, vec![row(3), other]).await;
    let refused = refused.problem(409, "natural-key-conflict");
    assert_eq!(codes(&refused), [("/actions/1", "natural-key-conflict")]);
    assert_eq!(clerk.all("/v1/actions").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moves_are_made_in_order_and_all_or_none() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let rows = vec![council.undated(); 3];
    let made = create(clerk, rows).await.expect(201);
    let ids: Vec<_> = made.each("id").into_iter().map(str::to_owned).collect();
    let begun = || json!({ "narrative": "Begun" });
    let done = || json!({ "narrative": "Done", "no_evidence_reason": "None to show" });

    let ann = app.officer("ann");
    let moves = vec![
        moved(&ids[0], 1, "start", begun()),
        moved(&ids[1], 1, "claim_completion", done()),
        moved(&ids[0], 2, "claim_completion", done()),
    ];
    let answer = make(&ann, moves).await.expect(200);
    assert_eq!(answer.each("outcome"), ["moved"; 3]);
    assert_eq!(answer.items()[2]["version"], 3);
    let read = ann
        .get(&format!("/v1/actions/{}", ids[0]))
        .await
        .expect(200);
    assert_eq!(read.body["state"], "completion_claimed");
    assert_eq!(answer.items()[2]["etag"], read.etag());
    let history = ann.all(&format!("/v1/actions/{}/history", ids[0])).await;
    let operations: Vec<_> = history.iter().map(|entry| &entry["operation"]).collect();
    assert_eq!(
        operations,
        ["create_action", "start_action", "claim_completion"]
    );

    // One is stale, one is not there, one is another's to make, one is not from here, one names what is not there.
    let decision = json!({ "outcome": "lapsed", "reason": "Over", "decision_id": NOBODY });
    let refusals = vec![
        moved(&ids[2], 7, "start", begun()),
        moved(NOBODY, 1, "start", begun()),
        moved(&ids[0], 3, "resume", json!({})),
        moved(&ids[2], 1, "close", decision),
        moved(&ids[2], 1, "start", begun()),
    ];
    let refused = make(clerk, refusals.clone()).await.problem(412, "stale");
    assert_eq!(
        codes(&refused),
        [
            ("/moves/0/version", "stale"),
            ("/moves/1/action_id", "not_found"),
            ("/moves/2/move", "move-refused"),
            ("/moves/3/body/decision_id", "not_found"),
        ]
    );
    let mut by_ann = refusals;
    by_ann.swap(0, 3);
    let refused = make(&ann, by_ann).await.problem(403, "forbidden");
    assert_eq!(codes(&refused)[0], ("/moves/0/move", "forbidden"));
    let unmoved = clerk.get(&format!("/v1/actions/{}", ids[2])).await;
    assert_eq!(unmoved.body["version"], 1);

    let misshapen = vec![
        moved(&ids[2], 1, "start", json!({})),
        moved(&ids[2], 1, "dance", json!({})),
        json!({ "action_id": ids[2], "move": "resume" }),
        json!({ "action_id": ids[2], "version": 1, "move": "open" }),
        moved(&ids[2], 1, "start", json!({ "narrative": " " })),
    ];
    let refused = make(clerk, misshapen).await.problem(422, "validation");
    assert_eq!(
        codes(&refused),
        [
            ("/moves/0/body/narrative", "required"),
            ("/moves/1/move", "wrong_type"),
            ("/moves/2/version", "required"),
            ("/moves/4/body/narrative", "blank"),
        ]
    );
    make(&app.reader(), vec![]).await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_row_is_closed_into_is_looked_at_row_by_row() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let made = create(clerk, vec![council.undated(); 4]).await.expect(201);
    let ids: Vec<_> = made.each("id").into_iter().map(str::to_owned).collect();
    let into = |n: usize| json!({ "outcome": "merged", "successor_id": ids[n] });
    let close = |n: usize, body: Value| moved(&ids[n], 1, "close", body);
    let lead = json!({ "kind": "follows", "to_action_id": ids[2] });
    let links = format!("/v1/actions/{}/links", ids[3]);
    clerk.post(&links, lead).await.expect(201);

    // The first is made one with the second, and ends by that; so nothing goes on in the first any more.
    let moves = vec![close(0, into(1)), close(2, into(0)), close(3, into(2))];
    let refused = make(clerk, moves).await.problem(409, "state-conflict");
    assert_eq!(
        codes(&refused),
        [
            ("/moves/1/body/successor_id", "state-conflict"),
            ("/moves/2/body/successor_id", "link-circle"),
        ]
    );
    for id in &ids {
        let unmoved = clerk.get(&format!("/v1/actions/{id}")).await;
        assert_eq!(unmoved.body["version"], 1);
    }
    let moves = vec![close(0, into(1)), close(2, into(1))];
    make(clerk, moves).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_out_of_sight_is_told_in_a_row_as_by_itself() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let elsewhere = theirs.action(theirs.undated()).await;
    let limited = app.clerk().limited_to(&["CFS"]);
    let begun = json!({ "narrative": "Begun" });
    let there = make(&limited, vec![moved(&elsewhere, 1, "start", begun.clone())]).await;
    let missing = make(&limited, vec![moved(NOBODY, 1, "start", begun)]).await;
    assert_eq!(there.body["errors"], missing.body["errors"]);
    assert_eq!(there.body["detail"], missing.body["detail"]);
    let row = with(
        council.undated(),
        json!({ "resolution_id": theirs.resolution }),
    );
    let refused = create(&limited, vec![row]).await.problem(422, "validation");
    assert_eq!(refused.pointers(), ["/actions/0/resolution_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_request_sent_again_under_its_key_is_answered_as_before() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let key = [("idempotency-key", "bulk-1")];
    let body = json!({ "actions": vec![council.undated(); 3] });
    let first = clerk
        .post_with(CREATIONS, &key, body.clone())
        .await
        .expect(201);
    let again = clerk.post_with(CREATIONS, &key, body).await.expect(201);
    assert_eq!(first.text, again.text);
    assert_eq!(clerk.all("/v1/actions").await.len(), 3);
    // A refusal for a version is decided anew, any other stays.
    let action = first.items()[0]["id"].as_str().unwrap();
    let key = [("idempotency-key", "bulk-2")];
    let start = |version| json!({ "moves": [moved(action, version, "start", json!({ "narrative": "Begun" }))] });
    let stale = clerk.post_with(MOVES, &key, start(2)).await;
    stale.problem(412, "stale");
    clerk
        .patch(
            &format!("/v1/actions/{action}"),
            "*",
            json!({ "title": "New" }),
        )
        .await
        .expect(200);
    clerk.post_with(MOVES, &key, start(2)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bulk_bodies_have_a_limit_of_their_own() {
    let app = App::start_with(|config| {
        config.server.body_limit_bytes = 2048;
        config.server.bulk_body_limit_bytes = 8192;
    })
    .await;
    let council = Council::found(&app).await;
    let long = with(council.undated(), json!({ "required": "x".repeat(2500) }));
    let refused = council.clerk.post("/v1/actions", long.clone()).await;
    refused.problem(413, "payload-too-large");
    create(&council.clerk, vec![long.clone(); 2])
        .await
        .expect(201);
    let refused = create(&council.clerk, vec![long; 4]).await;
    refused.problem(413, "payload-too-large");
}
