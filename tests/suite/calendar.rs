//! Meetings and what depends on them.

use serde_json::{Value, json};

use crate::harness::{App, Council, with};

async fn meeting(council: &Council, committee: &str, starts_at: &str) -> String {
    let body = json!({ "committee_id": committee, "starts_at": starts_at });
    council.clerk.make("/v1/meetings", body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_is_due_at_a_meeting_that_stands_and_comes_after_its_own() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let other = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let before = meeting(&council, &council.committee, "2014-03-03T13:59:00Z").await;
    let cancelled = meeting(&council, &council.committee, "2014-06-09T13:00:00Z").await;
    let postponed = meeting(&council, &council.committee, "2014-06-10T13:00:00Z").await;
    let later = meeting(&council, &council.committee, "2014-09-09T13:00:00Z").await;
    // It may be another committee's, so long as the clerk sees it.
    let elsewhere = meeting(&council, &other.committee, "2014-09-10T13:00:00Z").await;
    for (id, change) in [
        (&cancelled, json!({ "status": "cancelled" })),
        (
            &postponed,
            json!({ "status": "postponed", "postponed_to_id": later }),
        ),
    ] {
        let path = format!("/v1/meetings/{id}");
        council.clerk.patch(&path, "*", change).await.expect(200);
    }
    let due = |id: &str| json!({ "kind": "meeting", "meeting_id": id });
    let open = council.action(council.undated()).await;
    let draft = json!({ "resolution_id": council.resolution, "title": "Draft" });
    let draft = council.action(draft).await;
    for (id, code) in [
        (&before, "before_decision"),
        (&cancelled, "cancelled"),
        (&postponed, "postponed"),
    ] {
        let created = with(council.undated(), json!({ "due": due(id) }));
        let revised =
            json!({ "due": due(id), "reason": "Asked for", "decision_id": council.decision });
        let answers = [
            council.clerk.post("/v1/actions", created).await,
            council.clerk.moves(&open, "due-terms", revised).await,
            council
                .clerk
                .patch(
                    &format!("/v1/actions/{draft}"),
                    "*",
                    json!({ "due": due(id) }),
                )
                .await,
        ];
        for answer in answers {
            let refused = answer.problem(422, "validation");
            assert_eq!(refused.pointers(), ["/due/meeting_id"]);
            assert_eq!(refused.body["errors"][0]["code"], code, "{}", refused.text);
        }
    }
    for (id, day) in [(&later, "2014-09-09"), (&elsewhere, "2014-09-10")] {
        let body = with(council.undated(), json!({ "due": due(id) }));
        let action = council.clerk.post("/v1/actions", body).await.expect(201);
        assert_eq!(action.body["due"]["due_on"], day);
    }
    // Out of sight is told like missing, and not why it would not do.
    let limited = app.clerk().limited_to(&["CFS"]);
    let body = with(council.undated(), json!({ "due": due(&elsewhere) }));
    let refused = limited
        .post("/v1/actions", body)
        .await
        .problem(422, "validation");
    assert_eq!(refused.body["errors"][0]["code"], "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_is_not_moved_past_the_end_of_its_committee() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let committee = format!("/v1/committees/{}", council.committee);
    let ended = json!({ "ended_on": "2014-05-31" });
    council
        .clerk
        .patch(&committee, "*", ended)
        .await
        .expect(200);
    let path = format!("/v1/meetings/{}", council.meeting);
    let refused = council
        .clerk
        .patch(&path, "*", json!({ "starts_at": "2014-06-01T10:00:00Z" }))
        .await;
    let refused = refused.problem(422, "validation");
    assert_eq!(refused.pointers(), ["/starts_at"]);
    assert_eq!(refused.body["errors"][0]["code"], "committee_ended");
    let moved = json!({ "starts_at": "2014-05-31T10:00:00Z" });
    council.clerk.patch(&path, "*", moved).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_no_longer_holds_does_not_keep_other_members_from_being_edited() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let first = meeting(&council, &council.committee, "2014-06-09T13:00:00Z").await;
    let second = meeting(&council, &council.committee, "2014-06-16T13:00:00Z").await;
    let clerk = &council.clerk;
    let (path, target) = (
        format!("/v1/meetings/{first}"),
        format!("/v1/meetings/{second}"),
    );
    let postponed = json!({ "status": "postponed", "postponed_to_id": second });
    clerk.patch(&path, "*", postponed.clone()).await.expect(200);
    clerk
        .patch(&target, "*", json!({ "status": "cancelled" }))
        .await
        .expect(200);

    let edited = clerk
        .patch(&path, "*", json!({ "title": "June" }))
        .await
        .expect(200);
    assert_eq!(edited.body["title"], "June");
    assert_eq!(edited.body["postponed_to_id"], second);
    // Sent along as it stands, the link is no change.
    let echoed = with(postponed.clone(), json!({ "location": "Room 1" }));
    clerk.patch(&path, "*", echoed).await.expect(200);
    let back = json!({ "status": "scheduled", "postponed_to_id": null });
    clerk.patch(&path, "*", back).await.expect(200);
    let refused = clerk
        .patch(&path, "*", postponed)
        .await
        .problem(422, "validation");
    assert_eq!(refused.pointers(), ["/postponed_to_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committee_whose_successor_is_out_of_sight_can_be_renamed() {
    let app = App::start().await;
    let ours = Council::found(&app).await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let path = format!("/v1/committees/{}", ours.committee);
    let ended = json!({ "ended_on": "2014-03-09", "successor_id": theirs.committee });
    ours.clerk.patch(&path, "*", ended).await.expect(200);
    let limited = app.clerk().limited_to(&["CFS"]);
    let renamed = limited
        .patch(&path, "*", json!({ "name": "Children" }))
        .await
        .expect(200);
    assert_eq!(renamed.body["successor_id"], Value::Null);
    let whole = ours.clerk.get(&path).await.expect(200);
    assert_eq!(whole.body["successor_id"], theirs.committee);
    let named = json!({ "successor_id": theirs.committee });
    limited
        .patch(&path, "*", named)
        .await
        .problem(422, "validation");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committee_does_not_end_before_a_meeting_that_stands() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let last = meeting(&council, &council.committee, "2014-06-09T22:59:00Z").await;
    let (committee, last) = (
        format!("/v1/committees/{}", council.committee),
        format!("/v1/meetings/{last}"),
    );
    let end = async |day: &str| {
        let body = json!({ "ended_on": day });
        clerk.patch(&committee, "*", body).await
    };
    let refused = end("2014-06-08").await.problem(422, "validation");
    assert_eq!(refused.pointers(), ["/ended_on"]);
    // A minute before midnight in London the day of the meeting is not over.
    end("2014-06-09").await.expect(200);
    clerk
        .patch(&last, "*", json!({ "status": "cancelled" }))
        .await
        .expect(200);
    end("2014-06-08").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_after_the_end_of_its_committee_is_not_reinstated() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let june = meeting(&council, &council.committee, "2014-06-09T13:00:00Z").await;
    let path = format!("/v1/meetings/{june}");
    let change = async |patch: Value| clerk.patch(&path, "*", patch).await;
    change(json!({ "status": "cancelled" })).await.expect(200);
    let committee = format!("/v1/committees/{}", council.committee);
    let end = async |last: &str| {
        let ended = json!({ "ended_on": last });
        clerk.patch(&committee, "*", ended).await.expect(200);
    };
    end("2014-06-08").await;
    let refused = change(json!({ "status": "scheduled" })).await;
    let refused = refused.problem(422, "validation");
    assert_eq!(refused.pointers(), ["/status"]);
    assert_eq!(refused.body["errors"][0]["code"], "committee_ended");
    // It is still called what it is called.
    change(json!({ "title": "June" })).await.expect(200);
    end("2014-06-09").await;
    change(json!({ "status": "scheduled" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn committees_do_not_succeed_one_another_in_a_circle() {
    let app = App::start().await;
    let clerk = app.clerk();
    let mut committees = Vec::new();
    for code in ["AA", "BB", "CC"] {
        let body = json!({ "code": code, "name": code });
        committees.push(clerk.make("/v1/committees", body).await);
    }
    let succeed = async |from: usize, to: usize| {
        let path = format!("/v1/committees/{}", committees[from]);
        let ended = json!({ "ended_on": "2014-03-01", "successor_id": committees[to] });
        clerk.patch(&path, "*", ended).await
    };
    succeed(0, 1).await.expect(200);
    succeed(1, 2).await.expect(200);
    for (from, to, code) in [(2, 0, "circular"), (2, 1, "circular"), (2, 2, "not_found")] {
        let refused = succeed(from, to).await.problem(422, "validation");
        assert_eq!(refused.pointers(), ["/successor_id"]);
        assert_eq!(refused.body["errors"][0]["code"], code);
    }
    let path = format!("/v1/committees/{}", committees[2]);
    let kept = clerk.get(&path).await.expect(200);
    assert_eq!(kept.body["version"], 1);
    // Another way out of the same place is none back.
    succeed(0, 2).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_committees_that_succeed_one_another_at_once_one_does_not() {
    let app = App::start().await;
    let clerk = app.clerk();
    for round in 0..6 {
        let mut ids = Vec::new();
        for n in 0..3 {
            let body = json!({ "code": format!("R{round}{n}"), "name": "Committee" });
            ids.push(clerk.make("/v1/committees", body).await);
        }
        let writes = (0..3).map(|n| {
            let (clerk, path) = (clerk.clone(), format!("/v1/committees/{}", ids[n]));
            let next = ids[(n + 1) % 3].clone();
            let ended = json!({ "ended_on": "2014-03-01", "successor_id": next });
            async move { clerk.patch(&path, "*", ended).await.status }
        });
        let mut answers = futures_util::future::join_all(writes).await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 200, 422]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_ahead_was_not_held_and_what_was_held_is_not_called_off() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let (june, july) = (
        meeting(&council, &council.committee, "2014-06-09T13:00:00Z").await,
        meeting(&council, &council.committee, "2014-07-07T13:00:00Z").await,
    );
    let change = async |patch: Value| {
        let path = format!("/v1/meetings/{june}");
        clerk.patch(&path, "*", patch).await
    };
    let refused = |answer: crate::harness::Answer, pointer: &str, code: &str| {
        let answer = answer.problem(422, "validation");
        assert_eq!(answer.pointers(), [pointer]);
        assert_eq!(answer.body["errors"][0]["code"], code, "{}", answer.text);
    };
    let held = || json!({ "status": "held" });
    refused(change(held()).await, "/status", "in_future");
    app.at("2014-06-09T12:59:59Z");
    refused(change(held()).await, "/status", "in_future");
    let ahead = json!({
        "committee_id": council.committee, "starts_at": "2014-06-30T13:00:00Z", "status": "held",
    });
    let recorded = clerk.post("/v1/meetings", ahead).await;
    refused(recorded, "/status", "in_future");

    app.at("2014-06-09T13:00:00Z");
    change(held()).await.expect(200);
    refused(
        change(json!({ "status": "cancelled" })).await,
        "/status",
        "held",
    );
    let postponed = json!({ "status": "postponed", "postponed_to_id": july });
    refused(change(postponed.clone()).await, "/status", "held");
    let later = json!({ "starts_at": "2014-06-09T13:30:00Z" });
    refused(change(later).await, "/starts_at", "in_future");
    let corrected = json!({ "starts_at": "2014-06-09T12:30:00Z", "title": "June" });
    change(corrected).await.expect(200);
    // Marked by mistake, it is scheduled again first.
    change(json!({ "status": "scheduled" })).await.expect(200);
    change(postponed).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_at_a_meeting_was_asked() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let later = meeting(&council, &council.committee, "2014-06-09T13:00:00Z").await;
    let path = format!("/v1/meetings/{}", council.meeting);
    let change = async |patch: Value| clerk.patch(&path, "*", patch).await;
    // A draft was not agreed, and one that is void never was.
    let draft = json!({ "resolution_id": council.resolution, "title": "Draft" });
    let (draft, dropped) = (
        council.action(draft.clone()).await,
        council.action(draft).await,
    );
    let reason = json!({ "reason": "Never agreed" });
    clerk.moves(&dropped, "void", reason).await.expect(200);
    change(json!({ "status": "cancelled" })).await.expect(200);
    change(json!({ "status": "scheduled" })).await.expect(200);
    change(json!({ "starts_at": "2014-03-11T14:00:00Z" }))
        .await
        .expect(200);
    change(json!({ "starts_at": "2014-03-03T14:00:00Z" }))
        .await
        .expect(200);

    let agreed =
        json!({ "owner_post_id": council.post, "due": { "kind": "date", "due_on": "2014-05-01" } });
    let action = format!("/v1/actions/{draft}");
    clerk.patch(&action, "*", agreed).await.expect(200);
    clerk.moves(&draft, "open", json!({})).await.expect(200);
    let postponed = json!({ "status": "postponed", "postponed_to_id": later });
    for (patch, pointer) in [
        (json!({ "status": "cancelled" }), "/status"),
        (postponed, "/status"),
        (json!({ "starts_at": "2014-03-10T12:00:01Z" }), "/starts_at"),
    ] {
        let refused = change(patch).await.problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer]);
        assert_eq!(refused.body["errors"][0]["code"], "has_asked");
    }
    let age = async || clerk.get(&action).await.expect(200).body["age_days"].clone();
    assert_eq!(age().await, 7);
    // Its day is corrected, and it was held.
    change(json!({ "starts_at": "2014-03-10T12:00:00Z" }))
        .await
        .expect(200);
    assert_eq!(age().await, 0);
    change(json!({ "status": "held" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_holds_a_post_that_has_ended() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let action = council.action(council.undated()).await;
    let holder = async |as_of: &str| {
        let path = format!("/v1/actions/{action}{as_of}");
        let shown = council.clerk.get(&path).await.expect(200);
        shown.body["owner"]["holder"].clone()
    };
    let listed = async || {
        let page = council.clerk.get("/v1/actions").await.expect(200);
        page.body["items"][0]["owner"]["holder"].clone()
    };
    assert!(holder("").await.is_object());
    let post = format!("/v1/posts/{}", council.post);
    let ended = json!({ "ended_on": "2014-03-10" });
    council.clerk.patch(&post, "*", ended).await.expect(200);
    // Its last day is a day on which it is held.
    assert!(holder("").await.is_object());
    app.at("2014-03-11T12:00:00Z");
    assert_eq!(holder("").await, Value::Null);
    assert_eq!(listed().await, Value::Null);
    assert!(holder("?as_of=2014-03-10").await.is_object());
    let start = json!({ "narrative": "Begun" });
    let ann = app.officer("ann");
    ann.moves(&action, "start", start).await.expect(403);
}
