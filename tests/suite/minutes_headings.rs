//! The agenda items to which drafts belong: found by the headings of minutes, offered, or chosen by a person.

use serde_json::{Value, json};

use crate::harness::{App, Council};
use crate::minutes_story::{MINUTES, decide, drafts, send};

const TWO: &str = "\
8. PERFORMANCES

The Chair asked the Head of Law to circulate the figures on school places.

RESOLVED that the report be noted.

9. Leases

RESOLVED that the Head of Law publish the register of leases.
";

fn headings(drafts: &[Value]) -> Vec<Value> {
    let heading = |draft: &Value| draft["printed"]["heading"].clone();
    drafts.iter().map(heading).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_gets_the_agenda_item_whose_heading_it_stands_under() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let named = json!({ "printed": "8. PERFORMANCE", "match": "exact", "agenda_item_id": council.item, "candidates": [] });
    let path = format!("/v1/minutes/readings?meeting_id={}", council.meeting);
    let read = send(clerk, &path, "text/plain", MINUTES).await.expect(200);
    assert_eq!(read.body["resolutions"][0]["heading"], named);
    assert_eq!(read.body["discussion_actions"][0]["heading"], named);
    let read = send(clerk, "/v1/minutes/readings", "text/plain", MINUTES)
        .await
        .expect(200);
    assert_eq!(read.body["resolutions"][0]["heading"], Value::Null);

    let page = "<h2>Performance</h2><p><b>RESOLVED:</b></p><ol type=\"a\"><li>That the report be noted.</li></ol>";
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let page = send(clerk, &path, "text/html", page).await.expect(201);
    let page = drafts(clerk, &page.id()).await;
    assert_eq!(page[0]["agenda_item_id"], council.item, "{page:?}");

    let id = council.hand_in(MINUTES).await;
    let all = drafts(clerk, &id).await;
    assert!(headings(&all).iter().all(|heading| *heading == named));
    assert!(
        all.iter()
            .all(|draft| draft["agenda_item_id"] == council.item)
    );
    // So what was only said is confirmed as it stands.
    let confirmed = decide(clerk, &all[0], "confirm", json!({}))
        .await
        .expect(200);
    let action = format!(
        "/v1/actions/{}",
        confirmed.body["action_id"].as_str().unwrap()
    );
    let action = clerk.get(&action).await.expect(200).body;
    assert_eq!(action["agenda_item_id"], council.item);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_with_a_title_like_the_heading_is_offered_and_a_person_chooses() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let all = drafts(clerk, &council.hand_in(TWO).await).await;
    let [said, noted, leases] = all.as_slice() else {
        panic!("{all:?}")
    };
    for draft in &all {
        assert_eq!(draft["agenda_item_id"], Value::Null);
    }
    let heading = &said["printed"]["heading"];
    assert_eq!(
        (&heading["match"], &heading["agenda_item_id"]),
        (&json!("close"), &Value::Null)
    );
    let offered = &heading["candidates"][0];
    assert_eq!(
        (&offered["agenda_item_id"], &offered["title"]),
        (&json!(council.item), &json!("Performance"))
    );
    let none = json!({ "printed": "9. Leases", "match": "none", "agenda_item_id": null, "candidates": [] });
    assert_eq!(leases["printed"]["heading"], none);

    // The confirmation says which, of this meeting only.
    let other = json!({ "agenda_item_id": theirs.item });
    let refused = decide(clerk, said, "confirm", other).await;
    assert_eq!(
        refused.problem(422, "validation").pointers(),
        ["/agenda_item_id"]
    );
    let chosen = json!({ "agenda_item_id": council.item });
    let confirmed = decide(clerk, noted, "confirm", chosen).await.expect(200);
    assert_eq!(confirmed.body["agenda_item_id"], council.item);
    let resolution = confirmed.body["resolution_id"].as_str().unwrap();
    let resolution = clerk
        .get(&format!("/v1/resolutions/{resolution}"))
        .await
        .expect(200);
    assert_eq!(resolution.body["agenda_item_id"], council.item);

    // What was said at no item that is known was said at the meeting.
    let confirmed = decide(clerk, said, "confirm", json!({})).await.expect(200);
    let id = confirmed.body["action_id"].as_str().unwrap();
    let path = format!("/v1/actions/{id}");
    let action = clerk.get(&path).await.expect(200).body;
    assert_eq!(
        (&action["agenda_item_id"], &action["resolution_id"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&action["meeting_id"], &action["exempt"]),
        (&json!(council.meeting), &json!(false))
    );
    let edit =
        json!({ "owner_post_id": council.post, "due": { "kind": "date", "due_on": "2014-06-01" } });
    clerk.patch(&path, "*", edit).await.expect(200);
    clerk.moves(id, "open", json!({})).await.expect(200);
    let parts = json!({ "children": [{ "title": "One" }, { "title": "Another" }] });
    let split = clerk.moves(id, "split", parts).await;
    assert!(split.status < 300, "{}", split.text);
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn read_again_the_item_that_a_person_chose_stays() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = drafts(clerk, &council.hand_in(TWO).await).await;
    let other = json!({ "meeting_id": council.meeting, "number": "10", "title": "Other business" });
    let other = clerk.make("/v1/agenda-items", other).await;
    let leases = json!({ "meeting_id": council.meeting, "number": "9", "title": "Leases" });
    let leases = clerk.make("/v1/agenda-items", leases).await;
    let path = format!("/v1/drafts/{}", first[0]["id"].as_str().unwrap());
    clerk
        .patch(&path, "*", json!({ "agenda_item_id": other }))
        .await
        .expect(200);
    // The agenda has what it lacked, and the heading is corrected.
    let text = TWO.replace("PERFORMANCES", "PERFORMANCE");
    let second = drafts(clerk, &council.hand_in(&text).await).await;
    let items: Vec<_> = second
        .iter()
        .map(|draft| &draft["agenda_item_id"])
        .collect();
    assert_eq!(items, [&json!(other), &json!(council.item), &json!(leases)]);
    // What a person took out stays out.
    let path = format!("/v1/drafts/{}", second[1]["id"].as_str().unwrap());
    clerk
        .patch(&path, "*", json!({ "agenda_item_id": null }))
        .await
        .expect(200);
    let third = drafts(clerk, &council.hand_in(&format!("{text}\n")).await).await;
    let items: Vec<_> = third.iter().map(|draft| &draft["agenda_item_id"]).collect();
    assert_eq!(items, [&json!(other), &Value::Null, &json!(leases)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_item_is_taken_for_certain_behind_a_heading_that_is_not_known() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let path = format!("/v1/minutes/readings?meeting_id={}", council.meeting);
    let read = async |media: &str, text: String| -> Value {
        let read = send(&council.clerk, &path, media, text).await.expect(200);
        let all = read.body["resolutions"].as_array().unwrap();
        all.last().unwrap()["heading"].clone()
    };
    let text = |between: &str| {
        format!(
            "8. PERFORMANCE\n\nRESOLVED that the report be noted.\n\n{between}\n\nRESOLVED that the Head of Law publish the register.\n"
        )
    };
    for other in [
        "9. Discussion of the budget",
        "ITEM 10 - LEASES",
        "**Leases**",
        "LEASES:",
        "9. Leases.",
        "Part II",
    ] {
        let heading = read("text/markdown", text(other)).await;
        let told = (&heading["match"], &heading["candidates"]);
        assert_eq!(told, (&json!("none"), &json!([])), "{other}");
    }
    let page = |between: &str| {
        format!(
            "<h2>8. Performance</h2><p>RESOLVED that the report be noted.</p>{between}<p>RESOLVED that the register be published.</p>"
        )
    };
    let row = "<table><tr><td>9.</td><td>Leases</td></tr></table>";
    let heading = read("text/html", page(row)).await;
    assert_eq!(heading["match"], "none");
    // What may be a heading leaves the item to a person.
    for doubtful in ["Leases", "Leases:"] {
        let heading = read("text/plain", text(doubtful)).await;
        let offered =
            json!([{ "agenda_item_id": council.item, "title": "Performance", "likeness": 1.0 }]);
        let expected = json!({ "printed": "8. PERFORMANCE", "match": "close", "agenda_item_id": null, "candidates": offered });
        assert_eq!(heading, expected, "{doubtful}");
    }
    let heading = read("text/html", page("<p><b>Leases</b></p>")).await;
    assert_eq!(heading["match"], "close");
    for within in [
        "DECISION",
        "Reasons for the decision:",
        "8.2 Members made these comments:",
    ] {
        let heading = read("text/plain", text(within)).await;
        assert_eq!(heading["match"], "exact", "{within}");
    }
}
