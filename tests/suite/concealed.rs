//! What a record in sight tells of what is not: ids of records out of sight, and the subjects by which people are known.

use serde_json::{Value, json};

use crate::harness::{App, Council, with};

/// A public action that mentions an exempt resolution and item, an exempt decision and an exempt successor.
struct Entangled {
    council: Council,
    /// It arises from an exempt resolution on an exempt item, and rests on an exempt decision.
    decided: String,
    /// An exempt action goes on in its place.
    followed: String,
    item: String,
    resolution: String,
    decision: String,
    successor: String,
}

async fn entangled(app: &App) -> Entangled {
    let council = Council::found(app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let item = clerk
        .make("/v1/agenda-items", json!({ "meeting_id": council.meeting, "number": "9", "title": "Private", "exempt": true }))
        .await;
    let resolve = async |text: &str| {
        let body = json!({ "agenda_item_id": item, "kind": "request", "text": text });
        clerk.make("/v1/resolutions", body).await
    };
    let resolution = resolve("that a supplier be paid").await;
    let decision = resolve("that it be closed").await;
    let from_private = with(
        council.undated(),
        json!({ "resolution_id": resolution, "exempt": false }),
    );
    let decided = council.action(from_private).await;
    let followed = council.action(council.undated()).await;
    let successor = council
        .action(with(council.undated(), json!({ "exempt": true })))
        .await;
    let lapse = json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": decision });
    clerk.moves(&decided, "close", lapse).await.expect(200);
    let merge = json!({ "outcome": "merged", "reason": "One task", "successor_id": successor });
    clerk.moves(&followed, "close", merge).await.expect(200);
    Entangled {
        council,
        decided,
        followed,
        item,
        resolution,
        decision,
        successor,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_of_exempt_records_are_shown_to_those_who_see_the_records_only() {
    let app = App::start().await;
    let e = entangled(&app).await;
    let secrets = [&e.item, &e.resolution, &e.decision, &e.successor];
    let places = [
        format!("/v1/actions/{}", e.decided),
        format!("/v1/actions/{}", e.followed),
        format!("/v1/actions/{}/history", e.decided),
        format!("/v1/actions/{}/history", e.followed),
        "/v1/actions".to_owned(),
        "/v1/actions?limit=1".to_owned(),
        // What a record mentioned is told to those who see it now, as of whatever moment.
        format!("/v1/actions/{}?as_of={}", e.decided, crate::harness::NOW),
        format!("/v1/actions/{}?as_of={}", e.followed, crate::harness::NOW),
        format!("/v1/actions?as_of={}", crate::harness::NOW),
    ];
    for place in &places {
        let whole = app.auditor().get(place).await.expect(200);
        for person in [app.officer("bob"), app.reader()] {
            let shown = person.get(place).await;
            if shown.status == 403 {
                continue; // Readers do not trace.
            }
            for id in secrets {
                assert!(!shown.text.contains(id), "{place}: {}", shown.text);
            }
            assert_ne!(shown.text, whole.text);
        }
    }
    let shown = |person: &crate::harness::Person, id: &str| {
        let (person, path) = (person.clone(), format!("/v1/actions/{id}"));
        async move { person.get(&path).await.expect(200) }
    };
    let (whole, cut) = (
        shown(&app.auditor(), &e.decided).await,
        shown(&app.reader(), &e.decided).await,
    );
    assert_eq!(whole.body["resolution_id"], e.resolution);
    assert_eq!(whole.body["agenda_item_id"], e.item);
    assert_eq!(whole.body["decision_id"], e.decision);
    for member in ["resolution_id", "agenda_item_id", "decision_id"] {
        assert_eq!(cut.body[member], Value::Null, "{member}");
    }
    assert_ne!(whole.etag(), cut.etag());
    let again = app
        .reader()
        .request(reqwest::Method::GET, &format!("/v1/actions/{}", e.decided))
        .header("if-none-match", whole.etag());
    crate::harness::Answer::to(again).await.expect(200);
    let whole = shown(&app.auditor(), &e.followed).await;
    assert_eq!(whole.body["successor_id"], e.successor);
    // Whoever owns the successor sees it, and what is public is there for everybody.
    let insider = shown(&app.officer("ann"), &e.followed).await;
    assert_eq!(insider.body["successor_id"], e.successor);
    let reader = shown(&app.reader(), &e.followed).await;
    assert_eq!(reader.body["resolution_id"], e.council.resolution);
    assert_eq!(reader.body["successor_id"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_leaves_out_what_is_out_of_sight_and_says_so() {
    let app = App::start().await;
    let e = entangled(&app).await;
    let path = format!("/v1/actions/{}/history", e.decided);
    let whole = app.auditor().get(&path).await.expect(200);
    let cut = app.officer("bob").get(&path).await.expect(200);
    let redacted = |answer: &crate::harness::Answer| -> Vec<bool> {
        let entries = answer.items().iter();
        entries
            .map(|entry| entry["redacted"].as_bool().unwrap())
            .collect()
    };
    assert_eq!(redacted(&whole), [false, false]);
    assert_eq!(redacted(&cut), [true, true]);
    let closing = &whole.items()[1];
    assert_eq!(closing["after"]["decision_id"], e.decision);
    assert_eq!(closing["details"]["decision_id"], e.decision);
    let closing = &cut.items()[1];
    assert_eq!(closing["after"].get("decision_id"), None);
    assert_eq!(closing["details"], json!({ "reason": "Spent" }));
    assert_eq!(closing["after"]["outcome"], "lapsed");
    let whole = app
        .officer("ann")
        .get(&format!("/v1/actions/{}/history", e.followed))
        .await
        .expect(200);
    assert_eq!(redacted(&whole), [false, false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_narrowed_to_what_is_out_of_sight_is_empty() {
    let app = App::start().await;
    let e = entangled(&app).await;
    let public =
        json!({ "agenda_item_id": e.item, "kind": "noted", "text": "noted", "exempt": false });
    let public = e.council.clerk.make("/v1/resolutions", public).await;
    for (list, id) in [
        (
            format!("/v1/actions?resolution_id={}", e.resolution),
            &e.decided,
        ),
        (
            format!("/v1/resolutions?agenda_item_id={}", e.item),
            &public,
        ),
    ] {
        let whole = app.auditor().get(&list).await.expect(200);
        assert!(whole.each("id").contains(&id.as_str()), "{list}");
        let cut = app.reader().get(&list).await.expect(200);
        assert_eq!(cut.items(), [] as [Value; 0], "{list}");
    }
    let path = format!("/v1/resolutions/{public}");
    let whole = app.auditor().get(&path).await.expect(200);
    assert_eq!(whole.body["agenda_item_id"], e.item);
    let cut = app.reader().get(&path).await.expect(200);
    assert_eq!(cut.body["agenda_item_id"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_committees_meeting_and_successor_are_told_by_nothing() {
    let app = App::start().await;
    let ours = Council::found(&app).await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let clerk = &ours.clerk;
    let elsewhere = clerk
        .make(
            "/v1/meetings",
            json!({ "committee_id": theirs.committee, "starts_at": "2014-06-09T13:00:00Z" }),
        )
        .await;
    let due = json!({ "due": { "kind": "meeting", "meeting_id": elsewhere } });
    let action = ours.action(with(ours.undated(), due)).await;
    let next = theirs.action(theirs.undated()).await;
    let limited = app.clerk().limited_to(&["CFS"]);

    // Neither a read nor the answer to a write of one's own tells of it.
    let path = format!("/v1/actions/{action}");
    let read = limited.get(&path).await.expect(200);
    let written = limited
        .patch(&path, &read.etag(), json!({ "title": "Adoption" }))
        .await
        .expect(200);
    for shown in [&read, &written] {
        assert_eq!(shown.body["due"]["meeting_id"], Value::Null);
        assert_eq!(shown.body["due"]["due_on"], "2014-06-09");
        assert!(!shown.text.contains(&elsewhere));
    }
    let narrowed = format!("/v1/actions?due_meeting_id={elsewhere}");
    assert_eq!(clerk.get(&narrowed).await.expect(200).each("id"), [&action]);
    let narrowed = limited.get(&narrowed).await.expect(200);
    assert_eq!(narrowed.items(), [] as [Value; 0]);

    let transfer = json!({ "outcome": "transferred", "reason": "Theirs", "successor_id": next });
    clerk.moves(&action, "close", transfer).await.expect(200);
    let shown = limited.get(&path).await.expect(200);
    assert_eq!(shown.body["successor_id"], Value::Null);
    let reopened = limited
        .moves(&action, "reopen", json!({ "reason": "Not done" }))
        .await
        .expect(200);
    assert!(!reopened.text.contains(&next));
    let history = limited.get(&format!("{path}/history")).await.expect(200);
    assert!(!history.text.contains(&next) && !history.text.contains(&elsewhere));

    let committee = format!("/v1/committees/{}", ours.committee);
    let succeeded = json!({ "ended_on": "2014-03-09", "successor_id": theirs.committee });
    let etag = clerk.get(&committee).await.etag();
    clerk.patch(&committee, &etag, succeeded).await.expect(200);
    for list in [&committee, "/v1/committees"] {
        let shown = limited.get(list).await.expect(200);
        assert!(!shown.text.contains(&theirs.committee), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_reader_sees_names_and_no_subjects() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let action = council.action(council.undated()).await;
    let claim = json!({ "narrative": "Done", "no_evidence_reason": "None to show" });
    app.officer("ann")
        .moves(&action, "claim-completion", claim)
        .await
        .expect(200);
    let tenures = format!("/v1/posts/{}/tenures", council.post);
    let tenure = council.clerk.get(&tenures).await.expect(200).items()[0].clone();
    let tenure = format!("{tenures}/{}", tenure["id"].as_str().unwrap());
    let action = format!("/v1/actions/{action}");
    let places = [
        (&*tenures, "holder_subject"),
        (&tenure, "holder_subject"),
        (&action, "claimed_by"),
        ("/v1/actions", "claimed_by"),
    ];
    for (place, member) in places {
        let one = |answer: &crate::harness::Answer| match answer.body.get("items") {
            Some(items) => items[0].clone(),
            None => answer.body.clone(),
        };
        let cut = app.reader().get(place).await.expect(200);
        assert_eq!(one(&cut)[member], Value::Null, "{place}");
        for person in [app.officer("bob"), app.clerk(), app.auditor()] {
            let whole = person.get(place).await.expect(200);
            assert_eq!(one(&whole)[member], "ann", "{place}");
            if !whole.header("etag").is_empty() {
                assert_ne!(whole.etag(), cut.etag(), "{place}");
            }
        }
        assert!(!cut.text.contains("\"ann\""), "{place}");
    }
    let cut = app.reader().get(&tenure).await.expect(200);
    assert_eq!(cut.body["holder_name"], "Ann Example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_while_an_action_was_exempt_stays_with_those_who_saw_it() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let private = with(
        council.undated(),
        json!({ "title": "Secret supplier", "exempt": true }),
    );
    let action = council.action(private).await;
    let path = format!("/v1/actions/{action}");
    let correct = async |now: &str, change: Value| {
        app.at(now);
        council.clerk.patch(&path, "*", change).await.expect(200);
    };
    correct("2014-03-11T12:00:00Z", json!({ "required": "Secret sum" })).await;
    let public = json!({ "title": "Report", "required": null, "exempt": false });
    correct("2014-03-12T12:00:00Z", public).await;
    correct("2014-03-13T12:00:00Z", json!({ "title": "Report back" })).await;

    // On Postgres entries get their hashes a moment later.
    app.audit_trail().await;
    let history = format!("{path}/history");
    let whole = app.auditor().get(&history).await.expect(200);
    let owner = app.officer("ann").get(&history).await.expect(200);
    assert_eq!(whole.body["items"], owner.body["items"]);
    let other = app.officer("bob").get(&history).await.expect(200);
    assert!(!other.text.contains("Secret"), "{}", other.text);
    let (all, cut) = (&whole.body["items"], &other.body["items"]);
    for n in 0..4 {
        assert_eq!(cut[n]["redacted"], n < 3, "{n}");
        assert_eq!(cut[n]["hash"], all[n]["hash"], "{n}");
    }
    assert_eq!(cut[3]["before"]["title"], "Report");
    assert_eq!(cut.as_array().unwrap().len(), 4);
}
