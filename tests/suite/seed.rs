//! The main job on real input: agenda item 8 of 3 March 2014, from the minutes to the auditor's question.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_resolutions_of_a_real_meeting_become_the_directors_outstanding_actions() {
    let app = App::start().await;
    let clerk = app.clerk();
    let committee = clerk
        .make("/v1/committees", json!({ "code": "CFS", "name": "Children and Family Services Overview and Scrutiny Committee" }))
        .await;
    let meeting = clerk
        .make(
            "/v1/meetings",
            json!({ "committee_id": committee, "starts_at": "2014-03-03T14:00:00Z" }),
        )
        .await;
    let item = clerk
        .make("/v1/agenda-items", json!({
            "meeting_id": meeting, "number": "8", "title": "Quarter 3 2013/14 Performance Report",
        }))
        .await;
    let resolution = async |clause: &str, kind: &str, text: &str| {
        let body = json!({ "agenda_item_id": item, "clause": clause, "kind": kind, "text": text });
        clerk.make("/v1/resolutions", body).await
    };
    let noted = resolution("(a)", "noted", "That the contents of the report be noted;").await;
    let adoption = resolution(
        "(b)",
        "request",
        "That the Director of Children and Family Services be requested to provide to the Committee further information \
         regarding adoption cases and the numbers of those that are successful and those which are not",
    )
    .await;
    let review = resolution(
        "(c)",
        "request",
        "That the Director of Children and Family Services be requested to include in its performance report presented to a \
         future meeting more detail on the overall educational achievements of children and young people in care, \
         covering all levels of attainment and the level of progress being made.",
    )
    .await;
    let post = clerk
        .make("/v1/posts", json!({
            "title": "Director of Children and Family Services", "directorate": "Children and Family Services",
        }))
        .await;
    let action = async |resolution: &str, title: &str, due: Value| {
        // Undated actions follow each other as they were recorded, which takes a clock that moves.
        app.clock.advance(TimeDelta::seconds(1));
        let body = json!({
            "resolution_id": resolution, "title": title, "owner_post_id": post, "due": due, "state": "open",
        });
        clerk.post("/v1/actions", body).await.expect(201)
    };
    let first = action(
        &adoption,
        "Further information on adoption",
        json!({ "kind": "none", "review_on": "2014-06-09" }),
    )
    .await;
    let second = action(
        &review,
        "Report to a future meeting",
        json!({ "kind": "future_meeting", "wording": "a future meeting", "review_on": "2014-09-01" }),
    )
    .await;
    assert_eq!(
        first.header("location"),
        format!("/v1/actions/{}", first.id())
    );

    let path = format!("/v1/actions?outstanding=true&owner_post_id={post}");
    let found = app.auditor().get(&path).await.expect(200);

    assert_eq!(found.body["next_cursor"], Value::Null);
    assert_eq!(found.each("id"), [first.id(), second.id()]);
    assert_eq!(found.each("reference"), ["CFS/13-14/001", "CFS/13-14/002"]);
    assert_eq!(found.each("state"), ["open", "open"]);
    assert_eq!(found.each("resolution_id"), [adoption, review]);
    let due = &found.items()[1]["due"];
    assert_eq!(due["kind"], "future_meeting");
    assert_eq!(due["wording"], "a future meeting");
    assert_eq!(due["review_on"], "2014-09-01");
    assert_eq!(due["due_on"], Value::Null);
    assert_eq!(found.items()[0]["due"]["kind"], "none");
    assert_eq!(found.items()[0], first.body);

    let of_the_noted = format!("/v1/actions?outstanding=true&resolution_id={noted}");
    assert_eq!(
        app.auditor().get(&of_the_noted).await.expect(200).items(),
        [] as [Value; 0]
    );
}
