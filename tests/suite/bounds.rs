//! Values at the edge of what can be kept.

use serde_json::json;

use crate::harness::{App, Council, with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_that_no_database_keeps_is_refused_by_the_parameters_name() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.action(council.due_on("2014-06-09")).await;
    let reader = app.reader();
    let tenures = format!("/v1/posts/{}/tenures", council.post);
    let days = [
        ("/v1/actions", "due_after"),
        ("/v1/actions", "due_before"),
        (tenures.as_str(), "on"),
    ];
    let instants = [
        ("/v1/actions", "updated_since"),
        ("/v1/meetings", "starts_from"),
        ("/v1/meetings", "starts_before"),
    ];
    let at_midnight = |day: &str| format!("{day}T00:00:00Z");
    for (list, name) in days.into_iter().chain(instants) {
        let value = |day: &str| {
            let instant = instants.contains(&(list, name));
            let value = if instant {
                at_midnight(day)
            } else {
                day.to_owned()
            };
            format!("{list}?{name}={}", value.replace('+', "%2B"))
        };
        for day in ["+10000-01-01", "+262142-12-31", "0000-12-31", "-0001-01-01"] {
            let refused = reader.get(&value(day)).await.problem(400, "bad-parameter");
            assert_eq!(refused.pointers(), [name], "{list} {day}");
        }
        for day in ["0001-01-01", "9999-12-31"] {
            reader.get(&value(day)).await.expect(200);
        }
    }
    // In UTC it is the year 10000.
    let late = "/v1/actions?updated_since=9999-12-31T23:30:00-01:00";
    reader.get(late).await.problem(400, "bad-parameter");
    // What only looks like a day is a word to be searched for.
    let found = reader.get("/v1/actions?q=%2B10000-01-01").await.expect(200);
    assert!(found.items().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_lies_in_a_year_that_a_reference_can_name() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let meeting =
        |starts_at: &str| json!({ "committee_id": council.committee, "starts_at": starts_at });
    for outside in ["1980-04-30T12:00:00Z", "2080-04-30T23:00:00Z"] {
        let refused = council.clerk.post("/v1/meetings", meeting(outside)).await;
        let refused = refused.problem(422, "validation");
        assert_eq!(refused.pointers(), ["/starts_at"]);
        assert_eq!(refused.body["errors"][0]["code"], "out_of_range");
        let path = format!("/v1/meetings/{}", council.meeting);
        let moved = council
            .clerk
            .patch(&path, "*", json!({ "starts_at": outside }))
            .await;
        assert_eq!(moved.problem(422, "validation").pointers(), ["/starts_at"]);
    }
    for (starts_at, reference) in [
        ("1980-05-01T12:00:00Z", "CFS/80-81/001"),
        ("2080-04-30T12:00:00Z", "CFS/79-80/001"),
    ] {
        let meeting = council.clerk.make("/v1/meetings", meeting(starts_at)).await;
        let resolution =
            json!({ "meeting_id": meeting, "kind": "request", "text": "that it be done" });
        let resolution = council.clerk.make("/v1/resolutions", resolution).await;
        let due = json!({ "kind": "none", "review_on": "2080-09-01" });
        let asked = json!({ "resolution_id": resolution, "due": due });
        let action = with(council.undated(), asked);
        let action = council.clerk.post("/v1/actions", action).await.expect(201);
        assert_eq!(action.body["reference"], reference);
        let found = council
            .clerk
            .get(&format!("/v1/actions?reference={reference}"))
            .await;
        assert_eq!(found.expect(200).each("id"), [action.id()]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_series_of_references_ends_at_its_last_number() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.action(council.undated()).await;
    app.sql("UPDATE reference_counters SET last_number = 999998");
    let last = council
        .clerk
        .post("/v1/actions", council.undated())
        .await
        .expect(201);
    assert_eq!(last.body["reference"], "CFS/13-14/999999");
    for _ in 0..2 {
        let refused = council.clerk.post("/v1/actions", council.undated()).await;
        let refused = refused.problem(409, "references-exhausted");
        assert!(refused.body["detail"].as_str().unwrap().contains("999999"));
    }
    let exempt = with(council.undated(), json!({ "exempt": true }));
    council.clerk.post("/v1/actions", exempt).await.expect(201);
}
