//! The history of every kind of record: what was written to it, by whom, and to whom that is told.

use serde_json::{Value, json};

use crate::harness::{App, Council, with};

fn operations(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|entry| entry["operation"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_record_has_a_history_with_what_was_before_and_after() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let successor = clerk
        .make(
            "/v1/committees",
            json!({ "code": "PEO", "name": "People Committee" }),
        )
        .await;
    let delegation = json!({
        "committee_id": council.committee, "resolution_id": council.resolution, "wording": "To accept completions",
        "delegate": "The Chairman", "starts_on": "2014-03-03",
    });
    let delegation = clerk.make("/v1/delegations", delegation).await;
    let correct = async |path: &str, change: Value| {
        clerk.patch(path, "*", change).await.expect(200);
    };
    let committee = format!("/v1/committees/{}", council.committee);
    let ended = json!({ "ended_on": "2014-12-31", "successor_id": successor });
    correct(&committee, ended).await;
    let meeting = format!("/v1/meetings/{}", council.meeting);
    correct(&meeting, json!({ "starts_at": "2014-03-03T15:00:00Z" })).await;
    let item = format!("/v1/agenda-items/{}", council.item);
    correct(&item, json!({ "title": "Performance in quarter 3" })).await;
    let resolution = format!("/v1/resolutions/{}", council.resolution);
    correct(&resolution, json!({ "response_needed": true })).await;
    let response = json!({
        "response": "rejected", "responded_by": "Cabinet", "responded_on": "2014-03-10", "reasons": "No money",
    });
    clerk
        .make(&format!("{resolution}/responses"), response)
        .await;
    let delegation = format!("/v1/delegations/{delegation}");
    correct(&delegation, json!({ "ends_on": "2014-12-31" })).await;

    for (path, kind, expected, member) in [
        (
            &committee,
            "committee",
            &["create_committee", "update_committee"][..],
            "ended_on",
        ),
        (
            &meeting,
            "meeting",
            &["create_meeting", "update_meeting"],
            "starts_at",
        ),
        (
            &item,
            "agenda_item",
            &["create_agenda_item", "update_agenda_item"],
            "title",
        ),
        (
            &resolution,
            "resolution",
            &["create_resolution", "update_resolution", "create_response"],
            "response_needed",
        ),
        (
            &delegation,
            "delegation",
            &["create_delegation", "update_delegation"],
            "ends_on",
        ),
    ] {
        let history = format!("{path}/history");
        let entries = app.auditor().all(&history).await;
        assert_eq!(operations(&entries), expected, "{path}");
        for entry in &entries {
            assert_eq!(entry["subject"]["kind"], kind);
            assert_eq!(entry["subject"]["id"], path.rsplit('/').next().unwrap());
            assert_eq!(entry["actor"]["subject"], "clerk");
            assert_eq!(entry["redacted"], false);
        }
        assert_eq!(entries[0]["before"], Value::Null);
        let (before, after) = (&entries[1]["before"][member], &entries[1]["after"][member]);
        assert_ne!(before, after, "{path}");
        assert!(!after.is_null(), "{path}");
        let page = clerk.get(&format!("{history}?limit=1")).await.expect(200);
        let cursor = page.body["next_cursor"].as_str().unwrap();
        let next = clerk
            .get(&format!("{history}?limit=1&cursor={cursor}"))
            .await
            .expect(200);
        assert_eq!(next.items()[0]["operation"], expected[1]);
        app.reader().get(&history).await.problem(403, "forbidden");
    }
    let entries = clerk.all(&format!("{resolution}/history")).await;
    assert_eq!(entries[2]["details"]["reasons"], "No money");

    // Whoever may not see the committee that goes on is not told which it is.
    let limited = app.clerk().limited_to(&["CFS"]);
    let told = limited.all(&format!("{committee}/history")).await;
    assert_eq!(told[1]["redacted"], true);
    assert_eq!(told[1]["after"].get("successor_id"), None);
    assert_eq!(told[1]["after"]["ended_on"], "2014-12-31");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_while_an_item_or_resolution_was_exempt_stays_with_those_who_saw_it() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let item = json!({ "meeting_id": council.meeting, "number": "9", "title": "Secret supplier", "exempt": true });
    let item = clerk.make("/v1/agenda-items", item).await;
    let resolution = json!({ "agenda_item_id": item, "kind": "recommendation", "text": "that the secret be paid" });
    let resolution = clerk.make("/v1/resolutions", resolution).await;
    let item = format!("/v1/agenda-items/{item}");
    let resolution = format!("/v1/resolutions/{resolution}");
    let (item_history, history) = (format!("{item}/history"), format!("{resolution}/history"));
    let officer = app.officer("bob");
    for path in [&item_history, &history] {
        officer.get(path).await.problem(404, "not-found");
    }

    app.at("2014-03-11T12:00:00Z");
    let response = json!({
        "response": "rejected", "responded_by": "Cabinet", "responded_on": "2014-03-10", "reasons": "A secret reason",
    });
    clerk
        .make(&format!("{resolution}/responses"), response)
        .await;
    app.at("2014-03-12T12:00:00Z");
    let public = json!({ "title": "Supplies", "exempt": false });
    clerk.patch(&item, "*", public).await.expect(200);
    let public = json!({ "text": "that supplies be paid for", "exempt": false });
    clerk.patch(&resolution, "*", public).await.expect(200);
    // The clock of one instance is behind that of the other: what counts is the order in which things were written.
    app.at("2014-03-13T12:00:00Z");
    clerk
        .patch(&item, "*", json!({ "title": "Supplies of food" }))
        .await
        .expect(200);
    clerk
        .patch(&resolution, "*", json!({ "clause": "(c)" }))
        .await
        .expect(200);
    app.at("2014-03-14T12:00:00Z");
    clerk
        .patch(&resolution, "*", json!({ "exempt": true }))
        .await
        .expect(200);
    app.at("2014-03-10T12:00:00Z");
    clerk
        .patch(
            &resolution,
            "*",
            json!({ "clause": "(d)", "text": "that the secret be kept" }),
        )
        .await
        .expect(200);
    app.at("2014-03-15T12:00:00Z");
    let public = json!({ "exempt": false, "text": "that supplies be paid for" });
    clerk.patch(&resolution, "*", public).await.expect(200);

    app.audit_trail().await;
    for (path, redacted) in [
        (&item_history, &[true, true, false][..]),
        (&history, &[true, true, true, false, true, true, true]),
    ] {
        let whole = app.auditor().get(path).await.expect(200);
        let cut = officer.get(path).await.expect(200);
        assert!(!cut.text.to_lowercase().contains("secret"), "{}", cut.text);
        let (all, cut) = (whole.items(), cut.items());
        assert_eq!(all.len(), redacted.len(), "{path}");
        assert_eq!(operations(all), operations(cut));
        for ((all, cut), redacted) in all.iter().zip(cut).zip(redacted) {
            assert_eq!(cut["redacted"], *redacted, "{cut:#}");
            assert_eq!(all["redacted"], false);
            assert_eq!(cut["hash"], all["hash"]);
            assert!(!redacted || cut["details"] == json!({}));
        }
        // Page by page the same is left out.
        for (n, entry) in officer
            .all(&format!("{path}?limit=1"))
            .await
            .iter()
            .enumerate()
        {
            assert_eq!(entry, &cut[n]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_resolution_does_not_tell_in_its_history_of_an_exempt_one() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let item =
        json!({ "meeting_id": council.meeting, "number": "9", "title": "Private", "exempt": true });
    let item = clerk.make("/v1/agenda-items", item).await;
    let body = json!({ "agenda_item_id": item, "kind": "request", "text": "that it be told", "exempt": false });
    let public = clerk.make("/v1/resolutions", body.clone()).await;
    let exempt = json!({ "text": "that it be kept", "exempt": true, "supersedes_id": public });
    let exempt = clerk.make("/v1/resolutions", with(body, exempt)).await;
    let path = format!("/v1/resolutions/{public}/history");
    let whole = app.auditor().get(&path).await.expect(200);
    assert!(whole.text.contains(&item) && whole.text.contains(&exempt));
    let cut = app.officer("bob").get(&path).await.expect(200);
    assert!(!cut.text.contains(&item) && !cut.text.contains(&exempt));
    assert_eq!(cut.items()[0]["after"]["text"], "that it be told");
    assert_eq!(cut.items()[0]["redacted"], true);
}
