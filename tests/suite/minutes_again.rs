//! Minutes that are handed in again: the same bytes, a corrected source, and many at once.

use serde_json::{Value, json};

use crate::harness::{App, Council};
use crate::minutes_story::{decide, drafts, send};

const FIRST: &str = "\
The Chair asked the Head of Law to circulate the figures on school places.

RESOLVED:

(a) That the report be noted.
(b) That the Director of Children and Family Services report on adoption cases to the next meeting.
(c) That the Director of Children and Family Services write to all schools.
(d) That the Head of Law advertise the vacancy on the Panel.
(e) That the press be excluded from the meeting.
";

/// (b) is said otherwise, (d) is gone, (e) has its label, and another is new.
const SECOND: &str = "\
The Chair asked the Head of Law to circulate the figures on school places.

RESOLVED:

(a)  That the report be noted.
(b) That the Director of Children and Family Services report on all adoption cases to a future meeting.
(c) That the Director of Children and Family Services write to all schools.
(d) That the press be excluded from the meeting.
(e) That the Head of Transport publish the timetable of school buses by 31 May.
";

async fn changes(council: &Council, minutes: &str, query: &str) -> Vec<Value> {
    council
        .clerk
        .all(&format!("/v1/minutes/{minutes}/changes{query}"))
        .await
}

fn states(drafts: &[Value]) -> Vec<&str> {
    drafts
        .iter()
        .map(|draft| draft["state"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_bytes_make_nothing_new() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let twenty = (0..20).map(|_| send(&council.clerk, &path, "text/plain", FIRST));
    let answers = futures_util::future::join_all(twenty).await;
    let made: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert_eq!(made.len(), 1);
    for answer in &answers {
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
        assert_eq!(answer.body, made[0].body);
    }
    let all = drafts(&council.clerk, &made[0].id()).await;
    assert_eq!(all.len(), 6);
    let listed = council.clerk.get(&path).await.expect(200);
    assert_eq!(listed.each("id"), [made[0].id()]);

    // Also when some of it is decided, and as another type.
    decide(&council.clerk, &all[1], "confirm", json!({}))
        .await
        .expect(200);
    let again = send(&council.clerk, &path, "text/markdown", FIRST)
        .await
        .expect(200);
    assert_eq!(
        (again.id(), &again.body["drafts"]["confirmed"]),
        (made[0].id(), &json!(1))
    );
    assert_eq!(
        again.header("content-location"),
        format!("/v1/minutes/{}", again.id())
    );
    // Of another meeting they are something else.
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let other = theirs.hand_in(FIRST).await;
    assert_ne!(other, made[0].id());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_source_keeps_what_became_of_what_it_says_again() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = council.hand_in(FIRST).await;
    let before = drafts(clerk, &first).await;
    assert_eq!(before.len(), 6);
    // (a) and (b) are recorded, (c) is rejected, (d) and the request wait, (e) was corrected and waits.
    let noted = decide(clerk, &before[1], "confirm", json!({}))
        .await
        .expect(200)
        .body;
    let report = decide(clerk, &before[2], "confirm", json!({}))
        .await
        .expect(200)
        .body;
    decide(
        clerk,
        &before[3],
        "reject",
        json!({ "reason": "Done already" }),
    )
    .await
    .expect(200);
    let said = format!("/v1/drafts/{}", before[0]["id"].as_str().unwrap());
    clerk
        .patch(
            &said,
            "*",
            json!({ "agenda_item_id": council.item, "exempt": true }),
        )
        .await
        .expect(200);

    let second = council.hand_in(SECOND).await;
    let now = drafts(clerk, &second).await;
    let told: Vec<_> = now
        .iter()
        .map(|draft| draft["change"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "unchanged",
            "unchanged",
            "changed",
            "unchanged",
            "changed",
            "added"
        ]
    );
    assert_eq!(
        states(&now),
        [
            "proposed",
            "confirmed",
            "proposed",
            "rejected",
            "proposed",
            "proposed"
        ]
    );
    for (n, old) in [(0, 0), (1, 1), (2, 2), (3, 3), (4, 5)] {
        assert_eq!(now[n]["follows_id"], before[old]["id"], "{n}");
    }
    // What a person had made of the unchanged ones stands.
    assert_eq!(
        (&now[0]["agenda_item_id"], &now[0]["exempt"]),
        (&json!(council.item), &json!(true))
    );
    assert_eq!(now[1]["resolution_id"], noted["resolution_id"]);
    assert_eq!(now[3]["reason"], "Done already");
    decide(clerk, &now[1], "confirm", json!({}))
        .await
        .problem(409, "move-refused");
    // What waited in the first revision waits no longer, and cannot be confirmed by mistake.
    let old = drafts(clerk, &first).await;
    assert_eq!(
        states(&old),
        [
            "superseded",
            "confirmed",
            "confirmed",
            "rejected",
            "superseded",
            "superseded"
        ]
    );
    assert_eq!(old[2]["followed_by_id"], now[2]["id"]);
    decide(clerk, &old[4], "confirm", json!({}))
        .await
        .problem(409, "move-refused");
    let history = clerk
        .get(&format!(
            "/v1/drafts/{}/history",
            old[4]["id"].as_str().unwrap()
        ))
        .await
        .expect(200);
    let last = history.items().last().unwrap();
    assert_eq!(
        (&last["operation"], &last["after"]["state"]),
        (&json!("store_minutes"), &json!("superseded"))
    );

    // The difference, with what became of what.
    let all = changes(&council, &second, "").await;
    let kinds: Vec<_> = all
        .iter()
        .map(|change| change["change"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "unchanged",
            "unchanged",
            "changed",
            "unchanged",
            "changed",
            "added",
            "removed"
        ]
    );
    assert_eq!(all[2]["before"]["action_id"], report["action_id"]);
    assert_eq!(all[2]["before"]["resolution_id"], report["resolution_id"]);
    assert!(
        all[2]["before"]["text"]
            .as_str()
            .unwrap()
            .contains("on adoption cases to the next")
    );
    assert!(
        all[2]["after"]["text"]
            .as_str()
            .unwrap()
            .contains("on all adoption cases to a future")
    );
    assert_eq!(
        (&all[4]["before"]["label"], &all[4]["after"]["label"]),
        (&json!("(e)"), &json!("(d)"))
    );
    assert_eq!(
        (&all[5]["before"], &all[6]["after"]),
        (&Value::Null, &Value::Null)
    );
    assert!(
        all[6]["before"]["text"]
            .as_str()
            .unwrap()
            .contains("advertise the vacancy")
    );
    for (kind, found) in [
        ("added", 1),
        ("changed", 2),
        ("unchanged", 3),
        ("removed", 1),
    ] {
        let some = changes(&council, &second, &format!("?change={kind}")).await;
        assert_eq!(some.len(), found, "{kind}");
        let one_by_one = changes(&council, &second, &format!("?change={kind}&limit=1")).await;
        assert_eq!(one_by_one, some);
    }
    assert_eq!(changes(&council, &second, "?limit=2").await, all);
    let added = changes(&council, &first, "").await;
    assert!(
        added.iter().all(|change| change["change"] == "added"),
        "{added:?}"
    );

    // A changed one corrects the resolution that it became, and its action goes on.
    assert_eq!(now[2]["supersedes_id"], report["resolution_id"]);
    let corrected = decide(clerk, &now[2], "confirm", json!({}))
        .await
        .expect(200)
        .body;
    assert_eq!(corrected["action_id"], report["action_id"]);
    let resolution = format!(
        "/v1/resolutions/{}",
        report["resolution_id"].as_str().unwrap()
    );
    let resolution = clerk.get(&resolution).await.expect(200).body;
    assert_eq!(resolution["superseded_by_id"], corrected["resolution_id"]);
    let actions = clerk
        .all(&format!("/v1/actions?committee_id={}", council.committee))
        .await;
    assert_eq!(actions.len(), 1);
    // The council's two, (a), (b) and its correction.
    let resolutions = clerk
        .all(&format!("/v1/resolutions?meeting_id={}", council.meeting))
        .await;
    assert_eq!(resolutions.len(), 5);
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_document_between_two_makes_nothing_twice() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = council.hand_in(FIRST).await;
    let before = drafts(clerk, &first).await;
    let report = decide(clerk, &before[2], "confirm", json!({}))
        .await
        .expect(200)
        .body;
    let into = json!({ "draft_id": before[2]["id"], "reason": "The same" });
    decide(clerk, &before[3], "merge", into).await.expect(200);
    let wrong = council
        .hand_in("RESOLVED that the accounts of another body be approved.")
        .await;
    assert_eq!(changes(&council, &wrong, "?change=removed").await.len(), 6);
    let third = council.hand_in(&format!("{FIRST}\n")).await;
    let now = drafts(clerk, &third).await;
    assert!(
        now.iter().all(|draft| draft["change"] == "unchanged"),
        "{now:?}"
    );
    assert_eq!(
        states(&now),
        [
            "proposed",
            "proposed",
            "confirmed",
            "merged",
            "proposed",
            "proposed"
        ]
    );
    assert_eq!(now[2]["action_id"], report["action_id"]);
    // What was merged into a draft is merged into that which follows it.
    assert_eq!(now[3]["merged_into_id"], now[2]["id"]);
    assert_eq!(changes(&council, &wrong, "?change=removed").await.len(), 6);
    assert_eq!(changes(&council, &third, "?change=removed").await.len(), 1);
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let listed = clerk.get(&path).await.expect(200);
    assert_eq!(listed.each("id"), [&first, &wrong, &third]);
    let page = clerk.get(&format!("{path}?limit=1")).await.expect(200);
    assert_eq!(page.each("id"), [&first]);
    assert_eq!(clerk.all(&format!("{path}?limit=1")).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_clerks_confirm_a_draft_once() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let id = council.hand_in(FIRST).await;
    let all = drafts(&council.clerk, &id).await;
    let path = format!("/v1/drafts/{}/confirm", all[2]["id"].as_str().unwrap());
    let etag = council
        .clerk
        .get(path.trim_end_matches("/confirm"))
        .await
        .expect(200)
        .etag();
    let (one, other) = (app.clerk(), app.second_clerk());
    let tries = (0..20).map(|n| {
        let person = if n % 2 == 0 { &one } else { &other };
        let (path, etag) = (&path, &etag);
        async move {
            person
                .post_with(path, &[("if-match", etag)], json!({}))
                .await
        }
    });
    let answers = futures_util::future::join_all(tries).await;
    let made = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(made, 1);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status, 200 | 412))
    );
    let actions = council
        .clerk
        .all(&format!("/v1/actions?committee_id={}", council.committee))
        .await;
    assert_eq!(actions.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_became_an_action_two_revisions_ago_makes_no_second_one() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = council.hand_in(FIRST).await;
    let report = &drafts(clerk, &first).await[2];
    let made = decide(clerk, report, "confirm", json!({}))
        .await
        .expect(200);
    // The second says it otherwise and is left alone; the third says the same as the second.
    council.hand_in(SECOND).await;
    let third = council.hand_in(&format!("{SECOND}\n")).await;
    let again = &drafts(clerk, &third).await[2];
    assert_eq!(again["state"], "proposed");
    let confirmed = decide(clerk, again, "confirm", json!({})).await.expect(200);
    assert_eq!(confirmed.body["action_id"], made.body["action_id"]);
    assert_ne!(confirmed.body["resolution_id"], made.body["resolution_id"]);
}

/// Another decision that happens to stand under the label of one that was confirmed.
const OTHER: &str = "\
The Chair asked the Head of Law to circulate the figures on school places.

RESOLVED:

(a) That the report be noted.
(b) That the Head of Property draw up a lease of the pavilion within three months.
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_decision_under_the_same_label_is_another_action() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = council.hand_in(FIRST).await;
    let report = &drafts(clerk, &first).await[2];
    let made = decide(clerk, report, "confirm", json!({}))
        .await
        .expect(200);
    let second = council.hand_in(OTHER).await;
    let lease = &drafts(clerk, &second).await[2];
    assert_eq!(lease["change"], "added");
    let confirmed = decide(clerk, lease, "confirm", json!({})).await.expect(200);
    assert_ne!(confirmed.body["action_id"], made.body["action_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_decided_after_the_public_had_left_is_exempt() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let handed_in = council.hand_in(SECOND).await;
    let read = drafts(&council.clerk, &handed_in).await;
    let exempt: Vec<_> = read.iter().map(|draft| draft["exempt"].clone()).collect();
    assert_eq!(exempt[4..], [Value::Null, json!(true)]);
    let confirmed = decide(&council.clerk, &read[5], "confirm", json!({})).await;
    let resolution = confirmed.expect(200).body["resolution_id"].clone();
    let path = format!("/v1/resolutions/{}", resolution.as_str().unwrap());
    let seen = council.clerk.get(&path).await.expect(200);
    assert_eq!(seen.body["exempt"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_of_an_earlier_revision_come_back_only_when_that_is_meant() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = council.hand_in(FIRST).await;
    let before = drafts(clerk, &first).await;
    let report = decide(clerk, &before[2], "confirm", json!({}))
        .await
        .expect(200)
        .body;
    let second = council.hand_in(SECOND).await;
    assert_eq!(drafts(clerk, &second).await[2]["state"], "proposed");

    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let refused = send(clerk, &path, "text/plain", FIRST)
        .await
        .problem(409, "state-conflict");
    assert_eq!(refused.body["existing"], first);
    let told = refused.body["detail"].as_str().unwrap();
    assert!(
        told.contains("revision 1") && told.contains("revision 2"),
        "{told}"
    );
    assert_eq!(clerk.get(&path).await.expect(200).items().len(), 2);

    // Meant, they are the next revision, and what had become of their words stands.
    let restore = format!("{path}?restore=true");
    let third = send(clerk, &restore, "text/plain", FIRST).await.expect(201);
    assert_eq!(
        (&third.body["revision"], &third.body["source_sha256"]),
        (
            &json!(3),
            &clerk
                .get(&format!("/v1/minutes/{first}"))
                .await
                .expect(200)
                .body["source_sha256"]
        )
    );
    let now = drafts(clerk, &third.id()).await;
    assert_eq!(
        states(&now),
        [
            "proposed",
            "proposed",
            "confirmed",
            "proposed",
            "proposed",
            "proposed"
        ]
    );
    assert_eq!(
        (
            &now[2]["resolution_id"],
            &now[2]["action_id"],
            &now[2]["change"]
        ),
        (
            &report["resolution_id"],
            &report["action_id"],
            &json!("changed")
        )
    );
    // Said again, it is there already, as the latest; the second is the earlier one now.
    for path in [&path, &restore] {
        let again = send(clerk, path, "text/plain", FIRST).await.expect(200);
        assert_eq!(again.id(), third.id());
    }
    let refused = send(clerk, &path, "text/plain", SECOND).await;
    assert_eq!(
        refused.problem(409, "state-conflict").body["existing"],
        second
    );
    let actions = format!("/v1/actions?committee_id={}", council.committee);
    assert_eq!(clerk.all(&actions).await.len(), 1);
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_tells_what_would_be_kept_and_keeps_nothing() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let dry = format!("{path}?dry_run=true");
    let keyed = async |path: &str| {
        let request = clerk.request(reqwest::Method::POST, path);
        let request = request
            .header("content-type", "text/plain")
            .header("idempotency-key", "k");
        crate::harness::Answer::to(request.body(FIRST)).await
    };
    let would = keyed(&dry).await.expect(200);
    assert_eq!(
        (&would.body["revision"], &would.body["drafts"]["proposed"]),
        (&json!(1), &json!(6))
    );
    let gone = format!("/v1/minutes/{}", would.id());
    clerk.get(&gone).await.problem(404, "not-found");
    assert!(clerk.get(&path).await.expect(200).items().is_empty());
    assert_eq!(keyed(&dry).await.expect(200).text, would.text);

    let kept = send(clerk, &path, "text/plain", FIRST).await.expect(201);
    let known = send(clerk, &dry, "text/plain", FIRST).await.expect(200);
    assert_eq!(known.body, kept.body);
    let would = send(clerk, &dry, "text/plain", SECOND).await.expect(200);
    assert_eq!(would.body["revision"], 2);
    assert_eq!(states(&drafts(clerk, &kept.id()).await), ["proposed"; 6]);
    // What would be refused is.
    let other = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let ahead = json!({ "committee_id": other.committee, "starts_at": "2014-06-09T13:00:00Z" });
    let ahead = clerk.make("/v1/meetings", ahead).await;
    let ahead = format!("/v1/meetings/{ahead}/minutes?dry_run=true");
    send(clerk, &ahead, "text/plain", FIRST)
        .await
        .problem(409, "state-conflict");
    app.audit_trail().await;
}
