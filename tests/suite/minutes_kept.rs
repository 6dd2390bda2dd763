//! What stays when minutes are read again: exemptions that were given since, merges, and actions that are there already.

use serde_json::{Value, json};

use crate::harness::{App, Council};
use crate::minutes_story::{decide, drafts, send};

const FIRST: &str = "\
RESOLVED:

(a) That the Director of Children and Family Services report on adoption cases by 31 May.
";

const SECOND: &str = "\
RESOLVED:

(a) That the Director of Children and Family Services report on all adoption cases by 31 May.
";

const THIRD: &str = "\
RESOLVED:

(a) That the Director of Children and Family Services report on all adoption cases in full by 31 May.
";

const BUSES: &str = "\
RESOLVED:

(m) That the Head of Transport publish the timetable of school buses by 30 September.
";

const DISCUSSED: &str =
    "The Chair asked the Head of Law to circulate the figures on school places.\n";

const DISCUSSED_AGAIN: &str =
    "The Chair asked the Head of Law to circulate the latest figures on school places.\n";

async fn only(council: &Council, text: &str) -> Value {
    let id = council.hand_in(text).await;
    let mut read = drafts(&council.clerk, &id).await;
    assert_eq!(read.len(), 1, "{read:?}");
    read.remove(0)
}

async fn confirmed(council: &Council, draft: &Value) -> Value {
    let made = decide(&council.clerk, draft, "confirm", json!({})).await;
    made.expect(200).body
}

async fn edited(council: &Council, draft: &Value, edit: Value) {
    let path = format!("/v1/drafts/{}", draft["id"].as_str().unwrap());
    council.clerk.patch(&path, "*", edit).await.expect(200);
}

fn resolution(draft: &Value) -> String {
    format!(
        "/v1/resolutions/{}",
        draft["resolution_id"].as_str().unwrap()
    )
}

fn action(draft: &Value) -> String {
    format!("/v1/actions/{}", draft["action_id"].as_str().unwrap())
}

async fn actions(council: &Council) -> usize {
    let path = format!("/v1/actions?committee_id={}", council.committee);
    council.clerk.all(&path).await.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_corrected_source_puts_behind_closed_doors_is_exempt() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let open = "RESOLVED:\n\n(a) That the report be noted.\n(b) That the Head of Law publish the leases by 31 May.\n\
                (c) That the Head of Law advertise the vacancy by 31 May.\n";
    let first = council.hand_in(open).await;
    let first = drafts(&council.clerk, &first).await;
    // Of (c) a person says that it is public.
    edited(&council, &first[2], json!({ "exempt": false })).await;
    let closed = open.replace(
        "(a) That the report be noted.",
        "(a) That the press and public be excluded from the meeting.",
    );
    let second = council.hand_in(&closed).await;
    let second = drafts(&council.clerk, &second).await;
    let exempt: Vec<_> = second.iter().map(|draft| draft["exempt"].clone()).collect();
    assert_eq!(exempt, [Value::Null, json!(true), json!(false)]);
    let made = confirmed(&council, &second[1]).await;
    for path in [resolution(&made), action(&made)] {
        app.reader().get(&path).await.problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_made_exempt_since_is_not_corrected_into_something_public() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = only(&council, FIRST).await;
    edited(&council, &first, json!({ "exempt": false })).await;
    let first = confirmed(&council, &first).await;
    let hidden = json!({ "exempt": true, "exempt_paragraphs": [1] });
    clerk
        .patch(&resolution(&first), "*", hidden.clone())
        .await
        .expect(200);
    let second = only(&council, SECOND).await;
    assert_eq!(
        (&second["exempt"], &second["exempt_paragraphs"]),
        (&json!(true), &json!([1]))
    );
    let second = confirmed(&council, &second).await;
    assert_eq!(second["action_id"], first["action_id"]);
    for path in [resolution(&second), action(&second)] {
        app.reader().get(&path).await.problem(404, "not-found");
    }
    // Said by a person in the draft, and since: public.
    let third = only(&council, THIRD).await;
    edited(
        &council,
        &third,
        json!({ "exempt": false, "exempt_paragraphs": null }),
    )
    .await;
    let third = confirmed(&council, &third).await;
    app.reader().get(&resolution(&third)).await.expect(200);
    app.reader().get(&action(&third)).await.expect(200);
    // Said before what it corrects became exempt: no longer.
    let fourth = only(&council, &THIRD.replace("in full", "in print")).await;
    edited(&council, &fourth, json!({ "exempt": true })).await;
    edited(&council, &fourth, json!({ "exempt": false })).await;
    clerk
        .patch(&resolution(&third), "*", hidden)
        .await
        .expect(200);
    let fourth = confirmed(&council, &fourth).await;
    assert_eq!(fourth["exempt"], true);
    app.reader()
        .get(&resolution(&fourth))
        .await
        .problem(404, "not-found");
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_takes_the_place_of_a_void_exempt_action_is_exempt() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = only(&council, DISCUSSED).await;
    let first = confirmed(&council, &first).await;
    let second = only(&council, DISCUSSED_AGAIN).await;
    assert_eq!(second["change"], "changed");
    // Also where it becomes exempt only after the minutes were read again.
    clerk
        .patch(&action(&first), "*", json!({ "exempt": true }))
        .await
        .expect(200);
    let void = json!({ "reason": "A slip" });
    clerk
        .moves(first["action_id"].as_str().unwrap(), "void", void)
        .await
        .expect(200);
    let second = confirmed(&council, &second).await;
    assert_ne!(second["action_id"], first["action_id"]);
    app.reader()
        .get(&action(&second))
        .await
        .problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_merged_into_something_recorded_is_not_recorded_twice() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let recorded = json!({
        "meeting_id": council.meeting, "clause": "a", "kind": "request", "text": "That the Director report.",
    });
    let recorded = clerk.make("/v1/resolutions", recorded).await;
    let report = json!({ "resolution_id": recorded, "title": "Report on adoption" });
    let report = clerk.make("/v1/actions", report).await;
    let first = only(&council, FIRST).await;
    let into = json!({ "resolution_id": recorded });
    decide(clerk, &first, "merge", into).await.expect(200);
    let second = only(&council, SECOND).await;
    assert_eq!(second["supersedes_id"], recorded);
    // Handed in again, the first words are the same as the resolution still.
    let path = format!("/v1/meetings/{}/minutes?restore=true", council.meeting);
    let third = send(clerk, &path, "text/plain", FIRST).await.expect(201);
    let third = &drafts(clerk, &third.id()).await[0];
    assert_eq!(
        (&third["state"], &third["resolution_id"]),
        (&json!("merged"), &json!(recorded))
    );
    let fourth = only(&council, THIRD).await;
    let fourth = confirmed(&council, &fourth).await;
    assert_eq!(fourth["action_id"], report);
    assert_eq!(actions(&council).await, 1);

    // Into an action.
    let other = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let circulate = json!({ "agenda_item_id": other.item, "title": "Circulate the figures" });
    let circulate = clerk.make("/v1/actions", circulate).await;
    let first = only(&other, DISCUSSED).await;
    let into = json!({ "action_id": circulate });
    decide(clerk, &first, "merge", into).await.expect(200);
    let second = only(&other, DISCUSSED_AGAIN).await;
    let second = confirmed(&other, &second).await;
    assert_eq!(second["action_id"], circulate);
    assert_eq!(actions(&other).await, 1);
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_outlives_a_revision_from_which_none_arises() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let first = only(&council, FIRST).await;
    let first = confirmed(&council, &first).await;
    let second = only(&council, SECOND).await;
    edited(&council, &second, json!({ "is_action": false })).await;
    let second = confirmed(&council, &second).await;
    assert_eq!(second["action_id"], Value::Null);
    let history = council
        .clerk
        .get(&format!("{}/history", action(&first)))
        .await
        .expect(200);
    let last = history.items().last().unwrap();
    assert_eq!(
        (&last["operation"], &last["details"]["is_action"]),
        (&json!("confirm_draft"), &json!(false))
    );
    assert_eq!(last["details"]["draft_id"], second["id"]);
    let third = only(&council, THIRD).await;
    let third = confirmed(&council, &third).await;
    assert_eq!(third["action_id"], first["action_id"]);
    assert_eq!(actions(&council).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resolution_that_a_clerk_names_brings_its_action_along() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = only(&council, FIRST).await;
    let first = confirmed(&council, &first).await;
    let other =
        "RESOLVED:\n\n(k) That the Head of Property draw up a lease of the pavilion by 30 June.\n";
    let second = only(&council, other).await;
    assert_eq!(second["change"], "added");
    edited(
        &council,
        &second,
        json!({ "supersedes_id": first["resolution_id"] }),
    )
    .await;
    let second = confirmed(&council, &second).await;
    assert_eq!(second["action_id"], first["action_id"]);
    let shown = clerk.get(&action(&first)).await.expect(200).body;
    assert_eq!(shown["title"], second["title"]);
    assert_eq!(shown["due"]["due_on"], "2014-06-30");
    // What the draft leaves open stays.
    assert_eq!(shown["owner_post_id"], council.post);
    assert_eq!(actions(&council).await, 1);

    // Of several nobody knows which.
    let more = json!({ "resolution_id": second["resolution_id"], "title": "Ask the tenant" });
    clerk.make("/v1/actions", more.clone()).await;
    let more = json!({ "resolution_id": second["resolution_id"], "title": "Ask the owner" });
    clerk.make("/v1/actions", more).await;
    let third = only(&council, BUSES).await;
    assert_eq!(third["change"], "added");
    let supersedes = json!({ "supersedes_id": second["resolution_id"] });
    edited(&council, &third, supersedes).await;
    let refused = decide(clerk, &third, "confirm", json!({})).await;
    refused.problem(409, "move-refused");
    edited(&council, &third, json!({ "is_action": false })).await;
    confirmed(&council, &third).await;
    assert_eq!(actions(&council).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_outlives_a_revision_that_leaves_the_merged_words_out() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let both =
        format!("{FIRST}(b) That the Director of Children and Family Services write to schools.\n");
    let first = council.hand_in(&both).await;
    let first = drafts(clerk, &first).await;
    let into = json!({ "draft_id": first[0]["id"], "reason": "The same" });
    decide(clerk, &first[1], "merge", into).await.expect(200);
    council.hand_in(FIRST).await;
    let third = council.hand_in(&format!("{both}\n")).await;
    let third = drafts(clerk, &third).await;
    assert_eq!(
        (&third[1]["state"], &third[1]["merged_into_id"]),
        (&json!("merged"), &third[0]["id"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_bytes_are_read_again_as_another_type() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let html = "<p>RESOLVED:</p><p>(a) That the Head of Law report by 31 May.</p>";
    let text = send(&council.clerk, &path, "text/plain", html).await;
    text.expect(201);
    let second = send(&council.clerk, &path, "text/html", html).await;
    let second = second.expect(201);
    assert_eq!(
        (&second.body["revision"], &second.body["media_type"]),
        (&json!(2), &json!("text/html"))
    );
    send(&council.clerk, &path, "text/html", html)
        .await
        .expect(200);
    let empty = send(&council.clerk, &path, "text/plain", "").await;
    let empty = empty.problem(422, "validation");
    assert_eq!(empty.body["errors"][0]["code"], "empty");
}
