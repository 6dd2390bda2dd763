//! Bringing the same tracker in again, and one that has changed.

use serde_json::{Value, json};

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_run_changes_nothing_and_says_so_of_each_row() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    apply(clerk, "", TRACKER).await.expect(201);
    let before = (actions(clerk).await, clerk.all("/v1/resolutions").await);
    app.at("2014-03-20T12:00:00Z");
    for query in ["dry_run=true", "dry_run=false"] {
        let again = send(clerk, query, CSV, TRACKER).await.expect(200);
        assert!(
            outcomes(&again)
                .iter()
                .all(|(_, outcome)| *outcome == "unchanged")
        );
        assert_eq!(again.body["rows"][1]["reference"], "CFS/13-14/002");
    }
    let versions = |records: &[Value]| -> Vec<_> {
        records
            .iter()
            .map(|r| (r["id"].clone(), r["version"].clone()))
            .collect()
    };
    assert_eq!(versions(&actions(clerk).await), versions(&before.0));
    assert_eq!(clerk.all("/v1/resolutions").await, before.1);
    // Under another name it is another tracker.
    apply(clerk, "source_system=second", TRACKER)
        .await
        .expect(201);
    assert_eq!(actions(clerk).await.len(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_without_references_and_rows_that_are_alike_are_brought_in_once() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let head = "Ref,Committee,Meeting,Action,Owner\n";
    let row =
        |reference: &str, words: &str| format!("{reference},CFS,03/03/2014,{words},Head of Law\n");
    // Two rows have one reference, and two the same words.
    let first = [
        row("1", "One"),
        row("1", "Two"),
        row("", "Same"),
        row("", "Same"),
    ]
    .concat();
    let made = apply(clerk, "", &format!("{head}{first}"))
        .await
        .expect(201);
    assert_eq!(made.body["counts"]["created"], 4);
    let again = apply(clerk, "", &format!("{head}{first}"))
        .await
        .expect(200);
    assert_eq!(again.body["counts"]["unchanged"], 4);
    // A third that is alike is new, and so is one in front of the others.
    let second = [row("", "New"), first, row("", "Same")].concat();
    let more = apply(clerk, "", &format!("{head}{second}"))
        .await
        .expect(201);
    assert_eq!(
        outcomes(&more),
        [
            (2, "created"),
            (3, "unchanged"),
            (4, "unchanged"),
            (5, "unchanged"),
            (6, "unchanged"),
            (7, "created")
        ]
    );
    // A row that is given a reference later is the one it was.
    let third = row("9", "New");
    let given = apply(clerk, "", &format!("{head}{third}"))
        .await
        .expect(200);
    assert_eq!(outcomes(&given), [(2, "changed")]);
    assert_eq!(
        given.body["rows"][0]["changes"],
        json!([{ "field": "reference", "before": "", "after": "9", "taken": false }])
    );
    assert_eq!(actions(clerk).await.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reference_that_is_used_anew_is_told() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let head = "Ref,Committee,Meeting,Action,Owner\n";
    apply(
        clerk,
        "",
        &format!("{head}1,CFS,03/03/2014,Report,Head of Law\n"),
    )
    .await
    .expect(201);
    app.at("2014-06-20T12:00:00Z");
    let anew = format!("{head}1,CFS,09/06/2014,Repair,Head of Law\n");
    let refused = rehearse(clerk, "", &anew).await;
    assert_eq!(errors(&refused), [(2, "A", "reference_reused")]);
    assert!(
        refused.body["rows"][0]["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .contains("CFS/13-14/001")
    );
    apply(clerk, "source_system=tracker%2014-15", &anew)
        .await
        .expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_went_on_is_added_and_what_was_decided_here_stays() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let head = "Ref,Committee,Meeting,Action,Owner,Due,Revised date,Status,Comments\n";
    let rows = |first: &str, second: &str| {
        format!(
            "{head}1,CFS,03/03/2014,Report,Head of Law,{first}\n2,CFS,03/03/2014,Repair,Head of Law,{second}\n"
        )
    };
    apply(
        clerk,
        "",
        &rows("03/04/2014,,Not started,", "03/04/2014,,Not started,"),
    )
    .await
    .expect(201);
    let [first, second] = <[Value; 2]>::try_from(actions(clerk).await).unwrap();
    assert_eq!(
        (first["state"].as_str(), second["state"].as_str()),
        (Some("open"), Some("open"))
    );
    // The clerk has corrected the one, and the other was closed.
    let path = format!("/v1/actions/{}", first["id"].as_str().unwrap());
    let read = clerk.get(&path).await.expect(200);
    clerk
        .patch(&path, &read.etag(), json!({ "title": "Annual report" }))
        .await
        .expect(200);
    let close = json!({ "outcome": "lapsed", "reason": "Over", "decision_id": council.decision });
    clerk
        .moves(second["id"].as_str().unwrap(), "close", close)
        .await
        .expect(200);

    app.at("2014-03-20T12:00:00Z");
    let later = rows(
        "10/04/2014,30/06/2014,In progress,Drafting",
        "03/04/2014,,Completed,",
    );
    let dry = rehearse(clerk, "", &later).await;
    let told = apply(clerk, "", &later).await.expect(201);
    assert_eq!(dry.body["rows"], told.body["rows"]);
    assert_eq!(outcomes(&told), [(2, "changed"), (3, "changed")]);
    let change = |field: &str, before: &str, after: &str, taken: bool| json!({ "field": field, "before": before, "after": after, "taken": taken });
    assert_eq!(
        told.body["rows"][0]["changes"],
        json!([
            change("due", "2014-04-03", "2014-04-10", false),
            change("revised_due", "", "2014-06-30", true),
            change("status", "Not started", "In progress", true),
            change("progress", "", "Drafting", true),
        ])
    );
    assert_eq!(
        told.body["rows"][1]["changes"],
        json!([change("status", "Not started", "Completed", false)])
    );
    assert!(
        told.body["rows"][1]["notes"][0]
            .as_str()
            .unwrap()
            .contains("closed")
    );

    let now = clerk.get(&path).await.body;
    assert_eq!(now["title"], "Annual report");
    assert_eq!(now["due"]["due_on"], "2014-04-03");
    assert_eq!(now["state"], "in_progress");
    assert_eq!(now["progress"]["forecast_on"], "2014-06-30");
    let said = updates(clerk, &first).await;
    assert_eq!(said.len(), 1);
    assert_eq!(
        said[0]["narrative"],
        "Taken over from row 2 of \u{201c}tracker\u{201d}, in its own words.\nStatus: In progress\nRevised deadline: 30 June 2014\nComments: Drafting"
    );
    let closed = clerk
        .get(&format!("/v1/actions/{}", second["id"].as_str().unwrap()))
        .await
        .body;
    assert_eq!(
        (closed["state"].as_str(), closed["outcome"].as_str()),
        (Some("closed"), Some("lapsed"))
    );

    // What was taken is not taken again; what differs still is told still.
    let again = apply(clerk, "", &later).await.expect(200);
    assert_eq!(
        again.body["rows"][0]["changes"],
        json!([change("due", "2014-04-03", "2014-04-10", false)])
    );
    assert_eq!(updates(clerk, &first).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colour_begins_nothing_and_what_is_completed_may_be_left_out() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let rows = |colour: &str| {
        format!(
            "Ref,Committee,Meeting,Action,Owner,RAG\n1,CFS,03/03/2014,Report,Head of Law,{colour}\n"
        )
    };
    apply(clerk, "", &rows("Green")).await.expect(201);
    let told = apply(clerk, "", &rows("Amber")).await.expect(200);
    assert_eq!(told.body["rows"][0]["changes"][0]["taken"], false);
    assert_eq!(actions(clerk).await[0]["state"], "open");

    let text = "Ref,Committee,Meeting,Action,Owner,Status,Date completed\n\
                1,CFS,03/03/2014,Report,Head of Law,Completed,\n\
                5,CFS,03/03/2014,Repair,Head of Law,Completed,\n\
                6,CFS,03/03/2014,Rebuild,Head of Law,,07/03/2014\n\
                7,CFS,03/03/2014,Sell,Head of Law,Withdrawn,\n\
                8,CFS,03/03/2014,Let,Head of Law,Not completed,\n";
    let told = apply(clerk, "leave_out_completed=true", text)
        .await
        .expect(201);
    assert_eq!(
        outcomes(&told),
        [
            (2, "changed"),
            (3, "left_out"),
            (4, "left_out"),
            (5, "left_out"),
            (6, "created")
        ]
    );
    assert_eq!(actions(clerk).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_sent_again_is_answered_again() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let keyed = |query: &str, key: &str, file: &str| {
        let request = clerk
            .request(Method::POST, &format!("/v1/imports?{query}"))
            .header("content-type", CSV)
            .header("idempotency-key", key)
            .body(file.to_owned());
        Answer::to(request)
    };
    let dry = keyed("", "dry", TRACKER).await.expect(200);
    let made = keyed("dry_run=false", "wet", TRACKER).await.expect(201);
    assert_eq!(
        keyed("dry_run=false", "wet", TRACKER)
            .await
            .expect(201)
            .body,
        made.body
    );
    assert_eq!(keyed("", "dry", TRACKER).await.expect(200).body, dry.body);
    assert_eq!(actions(clerk).await.len(), 6);
    for (query, key, file) in [
        ("dry_run=false", "dry", TRACKER.to_owned()),
        ("dry_run=false", "wet", format!("{TRACKER}\n")),
    ] {
        keyed(query, key, &file)
            .await
            .problem(422, "idempotency-key-reused");
    }
    let bad = TRACKER.replace("CFS,41701", "XYZ,41701");
    let refused = keyed("dry_run=false", "bad", &bad)
        .await
        .problem(422, "validation");
    council
        .clerk
        .make("/v1/committees", json!({ "code": "XYZ", "name": "New" }))
        .await;
    let again = keyed("dry_run=false", "bad", &bad).await;
    assert_eq!(
        (again.status, &again.body["errors"]),
        (422, &refused.body["errors"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_bring_in_one_tracker_at_once_bring_it_in_once() {
    let app = App::start().await;
    let council = found(&app).await;
    let (one, other) = (council.clerk.clone(), app.second_clerk());
    let (one, other) = tokio::join!(apply(&one, "", TRACKER), apply(&other, "", TRACKER));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201], "{} {}", one.text, other.text);
    assert_eq!(actions(&council.clerk).await.len(), 6);
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_tracker_and_long_words_come_in_whole() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let words = "word ".repeat(2_500);
    let mut text = format!(
        "Ref,Committee,Meeting,Action,Owner,Comments\n0,CFS,03/03/2014,Report,Head of Law,{words}\n"
    );
    for n in 1..1_000 {
        text += &"N,CFS,03/03/2014,Task N,Head of Law,\n".replace('N', &n.to_string());
    }
    let made = apply(clerk, "", &text).await.expect(201);
    assert_eq!(made.body["counts"]["created"], 1_000);
    let said = updates(clerk, &json!({ "id": made.body["rows"][0]["action_id"] })).await;
    assert_eq!(said.len(), 4);
    let told: usize = said
        .iter()
        .map(|update| {
            update["narrative"]
                .as_str()
                .unwrap()
                .matches("word")
                .count()
        })
        .sum();
    // The first line has one more.
    assert_eq!(told, 2_501);
}
