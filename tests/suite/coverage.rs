//! The report on what was asked for and is followed by nothing.

use serde_json::{Value, json};

use crate::harness::{App, Council, Person};
use crate::minutes_story::{MINUTES, decide, drafts};

async fn gaps(person: &Person, query: &str) -> Vec<Value> {
    person.all(&format!("/v1/reports/coverage{query}")).await
}

fn named<'v>(rows: &'v [Value], member: &str) -> Vec<&'v str> {
    rows.iter().filter_map(|row| row[member].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resolution_is_covered_by_an_action_that_is_not_void() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    // Of the council's two resolutions one asks for something.
    let rows = gaps(clerk, "").await;
    assert_eq!(
        rows,
        [json!({
            "kind": "resolution_without_action", "committee_id": council.committee, "meeting_id": council.meeting,
            "meeting_on": "2014-03-03", "resolution_id": council.resolution, "draft_id": null, "label": "(b)",
            "resolution_kind": "request", "text": "that further information be provided", "age_days": 7,
        })]
    );
    let draft = json!({ "resolution_id": council.resolution, "title": "Draft" });
    let draft = council.action(draft).await;
    assert_eq!(gaps(clerk, "").await, [] as [Value; 0]);
    clerk
        .moves(&draft, "void", json!({ "reason": "A slip" }))
        .await
        .expect(200);
    assert_eq!(gaps(clerk, "").await, rows);
    council.action(council.undated()).await;
    assert_eq!(gaps(clerk, "").await, [] as [Value; 0]);

    // What corrects a resolution is covered by the actions of that one, however often.
    let mut before = council.resolution.clone();
    for n in 0..3 {
        let corrected = json!({
            "meeting_id": council.meeting, "kind": "request", "text": format!("that more be provided {n}"), "supersedes_id": before,
        });
        before = clerk.make("/v1/resolutions", corrected).await;
        assert_eq!(gaps(clerk, "").await, [] as [Value; 0]);
    }
    for kind in ["recommendation", "referral", "noted", "approved", "other"] {
        let text = json!({ "meeting_id": council.meeting, "kind": kind, "text": kind });
        clerk.make("/v1/resolutions", text).await;
    }
    let rows = gaps(clerk, "").await;
    assert_eq!(rows.len(), 2);
    assert_eq!(gaps(clerk, "?limit=1").await, rows);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_in_the_discussion_is_open_until_a_clerk_has_decided() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    council.action(council.undated()).await;
    let id = council.hand_in(MINUTES).await;
    let all = drafts(clerk, &id).await;
    let rows = gaps(clerk, "").await;
    assert_eq!(named(&rows, "kind"), ["discussion_request_unconfirmed"]);
    assert_eq!(
        (&rows[0]["draft_id"], &rows[0]["text"]),
        (&all[0]["id"], &all[0]["text"])
    );
    assert_eq!(
        (&rows[0]["resolution_id"], &rows[0]["age_days"]),
        (&Value::Null, &json!(7))
    );
    // Drafts of decisions are no resolutions yet. A resolution confirmed without an action is a gap.
    let path = format!("/v1/drafts/{}", all[2]["id"].as_str().unwrap());
    clerk
        .patch(&path, "*", json!({ "is_action": false }))
        .await
        .expect(200);
    decide(clerk, &all[2], "confirm", json!({}))
        .await
        .expect(200);
    decide(clerk, &all[3], "confirm", json!({}))
        .await
        .expect(200);
    let rows = gaps(clerk, "?limit=1").await;
    assert_eq!(
        named(&rows, "kind"),
        [
            "resolution_without_action",
            "discussion_request_unconfirmed"
        ]
    );
    for (query, found) in [
        ("?kind=resolution_without_action", 1),
        ("?kind=discussion_request_unconfirmed", 1),
        ("?from=2014-03-03", 2),
        ("?from=2014-03-04", 0),
        ("?to=2014-03-03", 2),
        ("?to=2014-03-02", 0),
        ("?from=2014-03-01&to=2014-03-31", 2),
    ] {
        assert_eq!(gaps(clerk, query).await.len(), found, "{query}");
    }
    for (of, member) in [
        ("committee_id", &council.committee),
        ("meeting_id", &council.meeting),
    ] {
        assert_eq!(gaps(clerk, &format!("?{of}={member}")).await.len(), 2);
        assert_eq!(
            gaps(clerk, &format!("?{of}={}", council.post)).await.len(),
            0
        );
    }
    let refused = clerk
        .get("/v1/reports/coverage?from=2014-03-04&to=2014-03-03")
        .await;
    assert_eq!(refused.problem(400, "bad-parameter").pointers(), ["from"]);
    clerk
        .get("/v1/reports/coverage?colour=red")
        .await
        .problem(400, "bad-parameter");
    // Read again, it waits once.
    council.hand_in(&format!("{MINUTES}\n")).await;
    assert_eq!(
        gaps(clerk, "?kind=discussion_request_unconfirmed")
            .await
            .len(),
        1
    );
    let waiting = gaps(clerk, "?kind=discussion_request_unconfirmed").await;
    let waiting = json!({ "id": waiting[0]["draft_id"] });
    decide(clerk, &waiting, "reject", json!({ "reason": "A remark" }))
        .await
        .expect(200);
    assert_eq!(
        gaps(clerk, "?kind=discussion_request_unconfirmed").await,
        [] as [Value; 0]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_was_merged_into_what_turns_out_to_be_nothing_is_open_again() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let all = drafts(clerk, &council.hand_in(MINUTES).await).await;
    let requests = "?kind=discussion_request_unconfirmed";
    let into = json!({ "draft_id": all[2]["id"] });
    decide(clerk, &all[0], "merge", into).await.expect(200);
    assert_eq!(gaps(clerk, requests).await, [] as [Value; 0]);
    let nothing = json!({ "reason": "Not decided" });
    decide(clerk, &all[2], "reject", nothing).await.expect(200);
    let rows = gaps(clerk, requests).await;
    assert_eq!(named(&rows, "draft_id"), [all[0]["id"].as_str().unwrap()]);
    decide(clerk, &all[0], "confirm", json!({}))
        .await
        .expect(200);
    assert_eq!(gaps(clerk, requests).await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_has_what_its_reader_may_see() {
    let app = App::start().await;
    let ours = Council::found(&app).await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let clerk = &ours.clerk;
    ours.hand_in(MINUTES).await;
    let secret = json!({ "meeting_id": ours.meeting, "kind": "request", "text": "that they be paid", "exempt": true });
    let secret = clerk.make("/v1/resolutions", secret).await;
    // The public resolution has an exempt action, of which its readers know nothing.
    let exempt = json!({ "resolution_id": ours.resolution, "title": "Settlement", "exempt": true });
    clerk.make("/v1/actions", exempt).await;
    let sorted = |rows: &[Value]| -> Vec<String> {
        let mut ids: Vec<_> = named(rows, "resolution_id")
            .into_iter()
            .map(str::to_owned)
            .collect();
        ids.sort();
        ids
    };
    let ids = |ids: &[&String]| -> Vec<String> {
        let mut ids: Vec<_> = ids.iter().map(|id| (*id).clone()).collect();
        ids.sort();
        ids
    };
    let seen = gaps(clerk, "").await;
    assert_eq!(sorted(&seen), ids(&[&theirs.resolution, &secret]));
    assert_eq!(named(&seen, "kind").len(), 3);
    let seen = gaps(&app.auditor(), &format!("?committee_id={}", ours.committee)).await;
    assert_eq!(named(&seen, "resolution_id"), [&secret]);
    for outsider in [app.reader(), app.officer("ann")] {
        let seen = gaps(&outsider, "").await;
        assert_eq!(sorted(&seen), ids(&[&ours.resolution, &theirs.resolution]));
        assert_eq!(
            gaps(&outsider, "?kind=discussion_request_unconfirmed").await,
            [] as [Value; 0]
        );
    }
    let limited = app.clerk().limited_to(&["HEA"]);
    assert_eq!(
        named(&gaps(&limited, "").await, "resolution_id"),
        [&theirs.resolution]
    );
    let hidden = format!("?committee_id={}", ours.committee);
    assert_eq!(gaps(&limited, &hidden).await, [] as [Value; 0]);
    app.admin()
        .get("/v1/reports/coverage")
        .await
        .problem(403, "forbidden");

    let counts = async |person: &Person| -> Vec<(String, i64, Option<i64>)> {
        let rows = person
            .all("/v1/reports/coverage-by-committee?limit=1")
            .await;
        let count = |row: &Value| {
            (
                row["code"].as_str().unwrap().to_owned(),
                row["resolutions_without_action"].as_i64().unwrap(),
                row["discussion_requests_unconfirmed"].as_i64(),
            )
        };
        rows.iter().map(count).collect()
    };
    let of = |code: &str, resolutions, requests| (code.to_owned(), resolutions, requests);
    assert_eq!(
        counts(clerk).await,
        [of("CFS", 1, Some(1)), of("HEA", 1, Some(0))]
    );
    assert_eq!(counts(&limited).await, [of("HEA", 1, Some(0))]);
    assert_eq!(
        counts(&app.reader()).await,
        [of("CFS", 1, None), of("HEA", 1, None)]
    );
}
