//! Many drafts corrected and decided on in one request.

use serde_json::{Value, json};

use crate::harness::{App, Council, with};
use crate::minutes_story::{MINUTES, drafts};

const BULK: &str = "/v1/bulk/draft-moves";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_drafts_are_decided_on_at_once_or_none() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let id = council.hand_in(MINUTES).await;
    let all = drafts(clerk, &id).await;
    let row = |n: usize, name: &str, body: Value| json!({ "draft_id": all[n]["id"], "version": 1, "move": name, "body": body });
    let resolutions = format!("/v1/resolutions?meeting_id={}", council.meeting);
    let moves = [
        row(1, "confirm", json!({})),
        row(1, "confirm", json!({})),
        with(row(2, "confirm", json!({})), json!({ "version": 7 })),
        row(3, "merge", json!({ "draft_id": all[3]["id"] })),
        with(
            row(4, "confirm", json!({})),
            json!({ "draft_id": council.post }),
        ),
    ];
    let refused = clerk
        .post(BULK, json!({ "drafts": moves }))
        .await
        .problem(412, "stale");
    assert_eq!(
        refused.pointers(),
        [
            "/drafts/1/version",
            "/drafts/2/version",
            "/drafts/3/body/draft_id",
            "/drafts/4/draft_id"
        ]
    );
    assert_eq!(clerk.all(&resolutions).await.len(), 2);
    let refused = clerk
        .post(
            BULK,
            json!({ "drafts": [row(1, "reject", json!({})), row(2, "drop", json!({}))] }),
        )
        .await;
    assert_eq!(
        refused.problem(422, "validation").pointers(),
        ["/drafts/0/body/reason", "/drafts/1/move"]
    );
    clerk
        .post(BULK, json!({ "drafts": [] }))
        .await
        .problem(422, "validation");

    let moves = [
        row(1, "confirm", json!({})),
        json!({ "draft_id": all[2]["id"], "version": 1, "move": "confirm" }),
        row(3, "merge", json!({ "draft_id": all[2]["id"] })),
        row(0, "reject", json!({ "reason": "A remark" })),
    ];
    let body = json!({ "drafts": moves });
    let key = [("idempotency-key", "all")];
    let done = clerk.post_with(BULK, &key, body.clone()).await.expect(200);
    assert_eq!(
        done.each("state"),
        ["confirmed", "confirmed", "merged", "rejected"]
    );
    assert_eq!(clerk.all(&resolutions).await.len(), 4);
    let again = clerk.post_with(BULK, &key, body).await.expect(200);
    assert_eq!(again.text, done.text);
    let draft = format!("/v1/drafts/{}", done.items()[1]["id"].as_str().unwrap());
    let shown = clerk.get(&draft).await.expect(200);
    assert_eq!(shown.etag(), done.items()[1]["etag"].as_str().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_drafts_are_corrected_at_once_or_none() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let all = drafts(clerk, &council.hand_in(MINUTES).await).await;
    let row = |n: usize, rest: Value| with(json!({ "draft_id": all[n]["id"], "version": 1 }), rest);
    let edit = |title: &str| json!({ "edit": { "title": title } });
    let send = |rows: Vec<Value>| clerk.post(BULK, json!({ "drafts": rows }));

    // What is wrong with any row by itself is told before anything is looked up.
    let rows = vec![
        row(1, json!({})),
        row(
            1,
            json!({ "edit": { "title": "" }, "move": "reject", "body": {} }),
        ),
        row(1, json!({ "edit": { "colour": "red" } })),
        row(1, json!({ "edit": null })),
        row(1, json!({ "edit": {}, "body": {} })),
    ];
    let refused = send(rows).await.problem(422, "validation");
    assert_eq!(
        refused.pointers(),
        [
            "/drafts/0/move",
            "/drafts/1/edit/title",
            "/drafts/1/body/reason",
            "/drafts/2/edit/colour",
            "/drafts/3/edit",
            "/drafts/4/move"
        ]
    );
    let rows = vec![
        row(2, edit("Adoption")),
        row(0, json!({ "edit": { "kind": "request" } })),
        row(
            3,
            json!({ "version": 9, "edit": { "title": "Guidance" }, "move": "confirm" }),
        ),
        row(
            4,
            json!({ "edit": { "owner_post_id": council.item }, "move": "confirm" }),
        ),
        row(
            1,
            json!({ "move": "merge", "body": { "draft_id": all[1]["id"] } }),
        ),
    ];
    let refused = send(rows).await.problem(422, "validation");
    assert_eq!(
        refused.pointers(),
        [
            "/drafts/1/edit/kind",
            "/drafts/2/version",
            "/drafts/3/edit/owner_post_id",
            "/drafts/4/body/draft_id"
        ]
    );
    let path = |n: usize| format!("/v1/drafts/{}", all[n]["id"].as_str().unwrap());
    assert_eq!(clerk.get(&path(2)).await.expect(200).body, all[2]);

    // Corrected; corrected and then confirmed; merged into one that a later row rejects.
    let rows = vec![
        row(2, edit("Adoption")),
        row(3, with(edit("Guidance"), json!({ "move": "confirm" }))),
        row(
            1,
            json!({ "move": "merge", "body": { "draft_id": all[4]["id"] } }),
        ),
        row(
            4,
            json!({ "move": "reject", "body": { "reason": "A remark" } }),
        ),
        row(2, json!({ "version": 2, "edit": { "label": "(B)" } })),
    ];
    let done = send(rows).await.expect(200);
    assert_eq!(
        done.each("state"),
        ["proposed", "confirmed", "proposed", "rejected", "proposed"]
    );
    for item in done.items() {
        let path = format!("/v1/drafts/{}", item["id"].as_str().unwrap());
        let now = clerk.get(&path).await.expect(200);
        assert_eq!(
            (now.etag().as_str(), &now.body["version"]),
            (item["etag"].as_str().unwrap(), &item["version"])
        );
    }
    let adoption = clerk.get(&path(2)).await.expect(200).body;
    assert_eq!(
        (&adoption["title"], &adoption["label"]),
        (&json!("Adoption"), &json!("(B)"))
    );
    let action = format!(
        "/v1/actions/{}",
        done.items()[1]["action_id"].as_str().unwrap()
    );
    assert_eq!(
        clerk.get(&action).await.expect(200).body["title"],
        "Guidance"
    );
    let history = clerk.get(&format!("{}/history", path(3))).await.expect(200);
    assert_eq!(
        history.each("operation"),
        ["store_minutes", "update_draft", "confirm_draft"]
    );
    // What is decided is not corrected.
    let rows = vec![row(3, json!({ "version": 3, "edit": { "title": "Late" } }))];
    let refused = send(rows).await.problem(409, "state-conflict");
    assert_eq!(refused.pointers(), ["/drafts/0/edit"]);
    app.audit_trail().await;
}
