//! An action turns overdue at midnight in London, summer and winter.

use crate::harness::{App, Council};

/// Asks just before and just after an instant whether the action is overdue, in its own words and in the list's.
async fn turns_overdue(app: &App, action: &str, before: &str, after: &str) {
    for (now, expected) in [(before, false), (after, true)] {
        app.at(now);
        let auditor = app.auditor();
        let shown = auditor
            .get(&format!("/v1/actions/{action}"))
            .await
            .expect(200);
        assert_eq!(shown.body["due"]["overdue"]["current"], expected, "{now}");
        assert_eq!(shown.body["due"]["overdue"]["original"], expected, "{now}");
        assert_eq!(
            shown.body["due"]["days_late"]["current"],
            i64::from(expected),
            "{now}"
        );
        for clock in ["current", "original"] {
            let listed = auditor
                .get(&format!("/v1/actions?overdue={clock}"))
                .await
                .expect(200);
            let found = listed.each("id").contains(&action);
            assert_eq!(found, expected, "overdue={clock} at {now}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_turns_overdue_at_midnight_in_london_around_both_clock_changes() {
    // The clocks went forward on 30 March 2014 and back on 26 October 2014.
    let midnights = [
        (
            "2014-03-28",
            "2014-03-28T23:59:59.999999Z",
            "2014-03-29T00:00:00Z",
        ),
        (
            "2014-03-29",
            "2014-03-29T23:59:59.999999Z",
            "2014-03-30T00:00:00Z",
        ),
        (
            "2014-03-30",
            "2014-03-30T22:59:59.999999Z",
            "2014-03-30T23:00:00Z",
        ),
        (
            "2014-10-24",
            "2014-10-24T22:59:59.999999Z",
            "2014-10-24T23:00:00Z",
        ),
        (
            "2014-10-25",
            "2014-10-25T22:59:59.999999Z",
            "2014-10-25T23:00:00Z",
        ),
        (
            "2014-10-26",
            "2014-10-26T23:59:59.999999Z",
            "2014-10-27T00:00:00Z",
        ),
    ];
    let app = App::start().await;
    let council = Council::found(&app).await;
    for (day, before, after) in midnights {
        let action = council.action(council.due_on(day)).await;
        turns_overdue(&app, &action, before, after).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_turns_overdue_with_its_etag_changed() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.due_on("2014-03-31")).await;
    let path = format!("/v1/actions/{action}");
    app.at("2014-03-31T22:59:59Z");
    let before = app.auditor().get(&path).await.expect(200).etag();
    app.at("2014-03-31T23:00:00Z");
    assert_ne!(app.auditor().get(&path).await.expect(200).etag(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_due_at_a_late_meeting_is_due_on_its_london_day() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let late = serde_json::json!({ "committee_id": council.committee, "starts_at": "2014-06-09T23:30:00Z" });
    let meeting = clerk.make("/v1/meetings", late).await;
    let mut body = council.undated();
    body["due"] = serde_json::json!({ "kind": "meeting", "meeting_id": meeting });
    let action = clerk.post("/v1/actions", body).await.expect(201);
    assert_eq!(action.body["due"]["due_on"], "2014-06-10");
}
