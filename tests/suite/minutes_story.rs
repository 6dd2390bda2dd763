//! From minutes to actions: what is read, kept, corrected, confirmed, merged and rejected.

use reqwest::Method;
use serde_json::{Value, json};

use crate::evidence::sha256;
use crate::harness::{Answer, App, Council, Person};

/// Minutes of an invented meeting.
pub(crate) const MINUTES: &str = "\
Children and Family Services Committee, 3 March 2014

8. PERFORMANCE

The Chair asked the Head of Law to circulate the figures on school places before the next meeting.

RESOLVED:

(a) That the report be noted.
(b) That the Director of Children and Family Services report on adoption cases to the next meeting.
(c) That the Head of Law and the Director of Children and Family Services publish the guidance by 31 May.
(d) That the Director of Children's and Family Services write to all schools within six weeks.
";

/// Sends a document.
pub(crate) async fn send(
    person: &Person,
    path: &str,
    media: &str,
    body: impl Into<reqwest::Body>,
) -> Answer {
    let request = person.request(Method::POST, path);
    Answer::to(request.header("content-type", media).body(body)).await
}

/// The drafts of minutes, in the order of the text.
pub(crate) async fn drafts(person: &Person, minutes: &str) -> Vec<Value> {
    person.all(&format!("/v1/minutes/{minutes}/drafts")).await
}

/// Makes a move of a draft as it now stands.
pub(crate) async fn decide(person: &Person, draft: &Value, name: &str, body: Value) -> Answer {
    let path = format!("/v1/drafts/{}/{name}", draft["id"].as_str().unwrap());
    person.post_with(&path, &[("if-match", "*")], body).await
}

async fn head_of_law(council: &Council) -> String {
    council
        .clerk
        .make("/v1/posts", json!({ "title": "Head of Law" }))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_are_read_and_nothing_is_kept() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let law = head_of_law(&council).await;
    let path = format!("/v1/minutes/readings?meeting_id={}", council.meeting);
    let read = send(&council.clerk, &path, "text/plain", MINUTES)
        .await
        .expect(200);
    assert_eq!(read.body["source_sha256"], sha256(MINUTES.as_bytes()));
    assert_eq!(read.body["size_bytes"], MINUTES.len());
    let resolutions = read.body["resolutions"].as_array().unwrap();
    let labels: Vec<_> = resolutions
        .iter()
        .map(|r| r["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["(a)", "(b)", "(c)", "(d)"]);
    let kinds: Vec<_> = resolutions
        .iter()
        .map(|r| r["is_action"].as_bool().unwrap())
        .collect();
    assert_eq!(kinds, [false, true, true, true]);
    for one in resolutions {
        let span = one["span"].as_array().unwrap();
        let at = |n: usize| usize::try_from(span[n].as_u64().unwrap()).unwrap();
        assert_eq!(&MINUTES[at(0)..at(1)], one["text"].as_str().unwrap());
    }
    assert_eq!(
        resolutions[1]["owners"][0],
        json!({
            "printed": "the Director of Children and Family Services", "match": "exact", "post_id": council.post, "candidates": [],
        })
    );
    assert_eq!(resolutions[1]["due"]["kind"], "next_meeting");
    assert_eq!(resolutions[1]["due_term"]["kind"], "next_meeting");
    assert_eq!(resolutions[2]["owners"][0]["post_id"], law);
    assert_eq!(resolutions[2]["due_term"]["due_on"], "2014-05-31");
    // A name that is merely like a title fills nothing in.
    let close = &resolutions[3]["owners"][0];
    assert_eq!(
        (&close["match"], &close["post_id"]),
        (&json!("close"), &Value::Null),
        "{close}"
    );
    assert_eq!(close["candidates"][0]["post_id"], council.post);
    assert_eq!(
        resolutions[3]["due_term"]["period"],
        json!({ "count": 6, "unit": "weeks" })
    );
    let said = &read.body["discussion_actions"][0];
    assert_eq!(
        (&said["strength"], &said["owners"][0]["post_id"]),
        (&json!("requested"), &json!(law)),
        "{said}"
    );

    // Without a meeting nobody knows the year.
    let read = send(
        &council.clerk,
        "/v1/minutes/readings",
        "text/markdown",
        MINUTES,
    )
    .await
    .expect(200);
    assert_eq!(read.body["resolutions"][2]["due_term"], Value::Null);
    assert_eq!(read.body["resolutions"][2]["due"]["phrase"], "by 31 May");
    let kept = format!("/v1/meetings/{}/minutes", council.meeting);
    assert!(
        council
            .clerk
            .get(&kept)
            .await
            .expect(200)
            .items()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_minutes_to_an_open_action() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let law = head_of_law(&council).await;
    let next = json!({ "committee_id": council.committee, "starts_at": "2014-06-09T13:00:00Z" });
    let next = clerk.make("/v1/meetings", next).await;
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let kept = send(clerk, &path, "text/plain", MINUTES).await.expect(201);
    let id = kept.id();
    assert_eq!(kept.header("location"), format!("/v1/minutes/{id}"));
    assert_eq!(kept.body["revision"], 1);
    assert_eq!(kept.body["source_sha256"], sha256(MINUTES.as_bytes()));
    let counts =
        json!({ "proposed": 5, "confirmed": 0, "merged": 0, "rejected": 0, "superseded": 0 });
    assert_eq!(kept.body["drafts"], counts);
    let read = clerk.get(kept.header("location")).await.expect(200);
    assert_eq!((read.etag(), &read.body), (kept.etag(), &kept.body));

    // The source as it came, and the text as it was read.
    let source = clerk
        .get(&format!("/v1/minutes/{id}/source"))
        .await
        .expect(200);
    assert_eq!(source.text, MINUTES);
    assert_eq!(
        source.header("etag"),
        format!("\"{}\"", sha256(MINUTES.as_bytes()))
    );
    assert!(
        source
            .header("content-disposition")
            .starts_with("attachment; filename=\"minutes-1.txt\"")
    );
    let text = clerk
        .get(&format!("/v1/minutes/{id}/text"))
        .await
        .expect(200);
    assert_eq!(
        (text.text.as_str(), text.header("content-type")),
        (MINUTES, "text/plain; charset=utf-8")
    );

    // In the order of the text; the discussion came first.
    let all = drafts(clerk, &id).await;
    let origins: Vec<_> = all.iter().map(|d| d["origin"].as_str().unwrap()).collect();
    assert_eq!(
        origins,
        ["discussion", "decision", "decision", "decision", "decision"]
    );
    let filtered = |filter: &'static str| {
        let path = format!("/v1/minutes/{id}/drafts?{filter}");
        async move { clerk.get(&path).await.expect(200).items().len() }
    };
    for (filter, found) in [
        ("origin=decision", 4),
        ("origin=discussion", 1),
        ("is_action=false", 1),
        ("kind=noted", 1),
        ("state=proposed", 5),
        ("state=confirmed", 0),
        ("change=added", 5),
    ] {
        assert_eq!(filtered(filter).await, found, "{filter}");
    }

    // A noted decision becomes a resolution and nothing else.
    let noted = decide(clerk, &all[1], "confirm", json!({}))
        .await
        .expect(200);
    assert_eq!(
        (&noted.body["state"], &noted.body["action_id"]),
        (&json!("confirmed"), &Value::Null)
    );
    let resolution = format!(
        "/v1/resolutions/{}",
        noted.body["resolution_id"].as_str().unwrap()
    );
    let resolution = clerk.get(&resolution).await.expect(200).body;
    assert_eq!(resolution["text"], "That the report be noted.");
    assert_eq!(
        (&resolution["clause"], &resolution["kind"]),
        (&json!("(a)"), &json!("noted"))
    );
    assert_eq!(resolution["meeting_id"], council.meeting);
    assert_eq!(resolution["source"]["system"], "minutes");

    // A request becomes a resolution and an action, which nobody has opened.
    let draft = format!("/v1/drafts/{}", all[2]["id"].as_str().unwrap());
    let read = clerk.get(&draft).await.expect(200);
    let edit = json!({ "agenda_item_id": council.item, "title": "Adoption cases", "label": "(B)" });
    let edited = clerk.patch(&draft, &read.etag(), edit).await.expect(200);
    assert_eq!(edited.body["printed"]["label"], "(b)");
    clerk
        .patch(&draft, &read.etag(), json!({ "title": "Other" }))
        .await
        .problem(412, "stale");
    let path = format!("{draft}/confirm");
    clerk
        .post(&path, json!({}))
        .await
        .problem(428, "precondition-required");
    clerk
        .post_with(&path, &[("if-match", &read.etag())], json!({}))
        .await
        .problem(412, "stale");
    let confirmed = clerk
        .post_with(&path, &[("if-match", &edited.etag())], json!({}))
        .await
        .expect(200);
    let action = format!(
        "/v1/actions/{}",
        confirmed.body["action_id"].as_str().unwrap()
    );
    let shown = clerk.get(&action).await.expect(200);
    assert_eq!(
        (&shown.body["state"], &shown.body["title"]),
        (&json!("draft"), &json!("Adoption cases"))
    );
    assert_eq!(shown.body["owner_post_id"], council.post);
    assert_eq!(shown.body["resolution_id"], confirmed.body["resolution_id"]);
    assert_eq!(shown.body["agenda_item_id"], council.item);
    assert_eq!(
        (&shown.body["due"]["kind"], &shown.body["due"]["meeting_id"]),
        (&json!("next_meeting"), &json!(next))
    );
    assert_eq!(shown.body["due"]["due_on"], "2014-06-09");
    assert_eq!(shown.body["due"]["wording"], "to the next meeting");
    clerk
        .moves(&shown.id(), "open", json!({}))
        .await
        .expect(200);

    // Nobody decides twice.
    let again = clerk
        .post_with(&path, &[("if-match", "*")], json!({}))
        .await
        .problem(409, "move-refused");
    assert_eq!(again.body["allowed_moves"], json!([]));
    clerk
        .patch(&draft, "*", json!({ "title": "Late" }))
        .await
        .problem(409, "state-conflict");

    // What was only said becomes an action of its agenda item.
    let said = format!("/v1/drafts/{}", all[0]["id"].as_str().unwrap());
    let refused = clerk
        .patch(
            &said,
            "*",
            json!({ "kind": "request", "label": "(x)", "is_action": false }),
        )
        .await;
    assert_eq!(
        refused.problem(422, "validation").pointers(),
        ["/label", "/kind", "/is_action"]
    );
    let confirmed = decide(clerk, &all[0], "confirm", json!({}))
        .await
        .expect(200);
    assert_eq!(confirmed.body["resolution_id"], Value::Null);
    let action = format!(
        "/v1/actions/{}",
        confirmed.body["action_id"].as_str().unwrap()
    );
    let action = clerk.get(&action).await.expect(200).body;
    assert_eq!(
        (&action["resolution_id"], &action["agenda_item_id"]),
        (&Value::Null, &json!(council.item))
    );
    assert_eq!(
        (&action["state"], &action["owner_post_id"]),
        (&json!("draft"), &json!(law))
    );

    // Two owners: the first owns, the other supports.
    let confirmed = decide(clerk, &all[3], "confirm", json!({}))
        .await
        .expect(200);
    let action = format!(
        "/v1/actions/{}",
        confirmed.body["action_id"].as_str().unwrap()
    );
    let action = clerk.get(&action).await.expect(200).body;
    assert_eq!(
        (&action["owner_post_id"], &action["supporting_post_ids"]),
        (&json!(law), &json!([council.post]))
    );
    assert_eq!(action["due"]["due_on"], "2014-05-31");

    let counts =
        json!({ "proposed": 1, "confirmed": 4, "merged": 0, "rejected": 0, "superseded": 0 });
    let now = clerk.get(&format!("/v1/minutes/{id}")).await.expect(200);
    assert_eq!(now.body["drafts"], counts);
    assert_ne!(now.etag(), read.etag());

    // All of it is in the histories.
    let history = clerk.get(&format!("{draft}/history")).await.expect(200);
    assert_eq!(
        history.each("operation"),
        ["store_minutes", "update_draft", "confirm_draft"]
    );
    let last = &history.items()[2];
    assert_eq!(
        (&last["before"]["state"], &last["after"]["state"]),
        (&json!("proposed"), &json!("confirmed"))
    );
    let history = clerk
        .get(&format!("/v1/minutes/{id}/history"))
        .await
        .expect(200);
    assert_eq!(history.each("operation"), ["store_minutes"]);
    assert_eq!(
        history.items()[0]["after"]["sha256"],
        sha256(MINUTES.as_bytes())
    );
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_is_something_else_already_is_merged_and_one_that_is_nothing_rejected() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let id = council.hand_in(MINUTES).await;
    let all = drafts(clerk, &id).await;
    let action = council.action(council.undated()).await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let elsewhere = theirs.action(theirs.undated()).await;
    let minutes = theirs.hand_in(MINUTES).await;
    let foreign = drafts(clerk, &minutes).await;
    let of = |draft: &Value| draft["id"].as_str().unwrap().to_owned();

    // Exactly one of the three, of these minutes, this meeting, this committee.
    for (body, pointer) in [
        (json!({}), "/draft_id"),
        (
            json!({ "draft_id": of(&all[1]), "action_id": action }),
            "/draft_id",
        ),
        (json!({ "draft_id": of(&all[2]) }), "/draft_id"),
        (json!({ "draft_id": of(&foreign[1]) }), "/draft_id"),
        (json!({ "action_id": elsewhere }), "/action_id"),
        (
            json!({ "resolution_id": theirs.resolution }),
            "/resolution_id",
        ),
        (json!({ "draft_id": of(&all[1]), "reason": " " }), "/reason"),
    ] {
        let refused = decide(clerk, &all[2], "merge", body.clone())
            .await
            .problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer], "{body}");
    }
    let said = json!({ "resolution_id": council.resolution });
    let refused = decide(clerk, &all[0], "merge", said.clone())
        .await
        .problem(422, "validation");
    assert_eq!(refused.pointers(), ["/resolution_id"]);

    let merged = decide(clerk, &all[2], "merge", said).await.expect(200);
    assert_eq!(
        (&merged.body["state"], &merged.body["resolution_id"]),
        (&json!("merged"), &json!(council.resolution))
    );
    assert_eq!(merged.body["action_id"], Value::Null);
    // Into what was merged nothing is merged.
    let refused = decide(clerk, &all[3], "merge", json!({ "draft_id": of(&all[2]) })).await;
    assert_eq!(refused.problem(422, "validation").pointers(), ["/draft_id"]);
    let into = json!({ "draft_id": of(&all[4]), "reason": "Said twice" });
    let merged = decide(clerk, &all[3], "merge", into).await.expect(200);
    assert_eq!(
        (&merged.body["merged_into_id"], &merged.body["reason"]),
        (&all[4]["id"], &json!("Said twice"))
    );
    let merged = decide(clerk, &all[0], "merge", json!({ "action_id": action }))
        .await
        .expect(200);
    assert_eq!(merged.body["action_id"], action);
    let history = clerk
        .get(&format!("/v1/actions/{action}/history"))
        .await
        .expect(200);
    let last = history.items().last().unwrap();
    assert_eq!(last["operation"], "merge_draft");
    assert_eq!(
        (&last["details"]["draft_id"], &last["details"]["minutes_id"]),
        (&all[0]["id"], &json!(id))
    );

    decide(clerk, &all[4], "reject", json!({}))
        .await
        .problem(422, "validation");
    let rejected = decide(clerk, &all[4], "reject", json!({ "reason": "A remark" }))
        .await
        .expect(200);
    assert_eq!(
        (&rejected.body["state"], &rejected.body["reason"]),
        (&json!("rejected"), &json!("A remark"))
    );
    // What was merged into it may be something, and waits again.
    let path = format!("/v1/drafts/{}", of(&all[3]));
    let again = clerk.get(&path).await.expect(200).body;
    assert_eq!(
        (&again["state"], &again["merged_into_id"], &again["reason"]),
        (&json!("proposed"), &Value::Null, &Value::Null)
    );
    let history = clerk.get(&format!("{path}/history")).await.expect(200);
    let last = history.items().last().unwrap();
    assert_eq!(
        (&last["operation"], &last["details"]["merged_into_id"]),
        (&json!("reject_draft"), &all[4]["id"])
    );
    for (draft, name, body) in [
        (&all[4], "confirm", json!({})),
        (&all[2], "merge", json!({ "action_id": action })),
    ] {
        let refused = decide(clerk, draft, name, body)
            .await
            .problem(409, "move-refused");
        assert_eq!(refused.body["allowed_moves"], json!([]));
    }
    // None of it made a record.
    let resolutions = format!("/v1/resolutions?meeting_id={}", council.meeting);
    assert_eq!(clerk.all(&resolutions).await.len(), 2);
}
