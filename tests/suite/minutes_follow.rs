//! Which draft of an earlier revision a draft follows: known, offered, and decided by a person.

use serde_json::{Value, json};

use crate::harness::{App, Council};
use crate::minutes_story::{decide, drafts, send};

const GARAGES: &str = "RESOLVED:\n\n(a) That the Head of Law be requested to report on the leases of garages by 30 May.\n";

/// Like the first, and about something else.
const ALLOTMENTS: &str = "RESOLVED:\n\n(a) That the Head of Law be requested to report on the leases of allotments by 30 May.\n";

/// The first in other words, under another label.
const SECOND: &str = "\
RESOLVED:

(a) That Mr Swift be co-opted.
(b) That the Head of Law be requested to report on all the leases of garages by 30 May.
";

const ASKED: &str = "\
The Chair asked the Head of Law to circulate the figures on school places before the next meeting.

RESOLVED:

(a) That the report be noted.
";

const DECIDED: &str = "\
The figures on school places were talked about.

RESOLVED:

(a) That the report be noted.
(b) That the Head of Law be requested to circulate figures on all school places before the next meeting.
";

fn path(draft: &Value) -> String {
    format!("/v1/drafts/{}", draft["id"].as_str().unwrap())
}

async fn draft(council: &Council, path: &str) -> Value {
    council.clerk.get(path).await.expect(200).body
}

async fn actions(council: &Council) -> usize {
    let path = format!("/v1/actions?committee_id={}", council.committee);
    council.clerk.all(&path).await.len()
}

async fn operations(council: &Council, path: &str) -> Vec<String> {
    let history = council.clerk.get(&format!("{path}/history")).await;
    let history = history.expect(200);
    let told = history.each("operation");
    told.iter().map(|one| (*one).to_owned()).collect()
}

/// The only draft of the first minutes, confirmed.
async fn confirmed(council: &Council, text: &str) -> Value {
    council
        .clerk
        .make("/v1/posts", json!({ "title": "Head of Law" }))
        .await;
    let first = drafts(&council.clerk, &council.hand_in(text).await).await;
    let made = decide(&council.clerk, &first[0], "confirm", json!({})).await;
    made.expect(200).body
}

/// Where the resolution is that a draft became.
fn resolution_of(draft: &Value) -> String {
    format!(
        "/v1/resolutions/{}",
        draft["resolution_id"].as_str().unwrap()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_taken_off_the_one_that_it_follows() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = confirmed(&council, GARAGES).await;
    let minutes = council.hand_in(ALLOTMENTS).await;
    let now = drafts(clerk, &minutes).await.remove(0);
    assert_eq!(
        (&now["follows_id"], &now["supersedes_id"]),
        (&first["id"], &first["resolution_id"])
    );
    let path = path(&now);
    let off = json!({ "follows_id": null });
    let stale = clerk
        .patch(&path, "\"7.0000000000000000\"", off.clone())
        .await;
    stale.problem(412, "stale");
    let tag = clerk.get(&path).await.expect(200).etag();
    let taken = clerk.patch(&path, &tag, off.clone()).await.expect(200).body;
    assert_eq!(
        (
            &taken["follows_id"],
            &taken["supersedes_id"],
            &taken["change"],
            &taken["version"]
        ),
        (&Value::Null, &Value::Null, &json!("added"), &json!(2))
    );
    let earlier = format!("/v1/drafts/{}", first["id"].as_str().unwrap());
    assert_eq!(
        draft(&council, &earlier).await["followed_by_id"],
        Value::Null
    );
    assert_eq!(
        operations(&council, &path).await,
        ["store_minutes", "update_draft"]
    );
    assert_eq!(
        operations(&council, &earlier).await.last().unwrap(),
        "update_draft"
    );
    let changes = clerk.all(&format!("/v1/minutes/{minutes}/changes")).await;
    let told: Vec<_> = changes.iter().map(|change| &change["change"]).collect();
    assert_eq!(told, ["added", "removed"]);

    // It becomes another resolution and another action, and the first ones stand.
    let made = decide(clerk, &now, "confirm", json!({}))
        .await
        .expect(200)
        .body;
    assert_ne!(made["action_id"], first["action_id"]);
    let resolution = resolution_of(&first);
    let resolution = clerk.get(&resolution).await.expect(200).body;
    assert_eq!(resolution["superseded_by_id"], Value::Null);
    assert_eq!(actions(&council).await, 2);
    clerk
        .patch(&path, "*", off)
        .await
        .problem(409, "state-conflict");
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_merely_like_a_decision_takes_its_action_over_only_where_a_person_says_so() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = confirmed(&council, GARAGES).await;
    let resolution = resolution_of(&first);
    clerk
        .patch(&resolution, "*", json!({ "exempt": true }))
        .await
        .expect(200);
    let now = drafts(clerk, &council.hand_in(SECOND).await).await;
    let [swift, garages] = now.as_slice() else {
        panic!("{now:?}")
    };
    assert_eq!(
        (
            &garages["change"],
            &garages["follows_id"],
            &garages["supersedes_id"]
        ),
        (&json!("added"), &Value::Null, &Value::Null)
    );
    let offered = &garages["may_follow"][0];
    assert_eq!(
        (&offered["draft_id"], &offered["title"]),
        (&first["id"], &first["title"])
    );
    assert!(offered["likeness"].as_f64().unwrap() > 0.8, "{offered}");
    assert_eq!(swift["may_follow"], json!([]));
    // Nothing of what is exempt becomes public by it.
    assert_eq!(garages["exempt"], true);
    assert_eq!(swift["exempt"], Value::Null);

    for (wrong, draft) in [
        (&swift["id"], garages),
        (&garages["id"], garages),
        (&json!(council.item), swift),
    ] {
        let refused = clerk
            .patch(&path(draft), "*", json!({ "follows_id": wrong }))
            .await;
        let refused = refused.problem(422, "validation");
        assert_eq!(refused.pointers(), ["/follows_id"]);
    }
    let follow = json!({ "follows_id": first["id"] });
    let row = json!({ "draft_id": garages["id"], "version": 1, "edit": follow, "move": "confirm" });
    let row = json!({ "drafts": [row] });
    let made = clerk
        .post("/v1/bulk/draft-moves", row)
        .await
        .expect(200)
        .body;
    assert_eq!(made["items"][0]["action_id"], first["action_id"]);
    let made = draft(&council, &path(garages)).await;
    assert_eq!(
        (&made["change"], &made["supersedes_id"]),
        (&json!("changed"), &first["resolution_id"])
    );
    assert_eq!(actions(&council).await, 1);
    let refused = clerk.patch(&path(swift), "*", follow.clone()).await;
    let refused = refused.problem(409, "taken");
    assert_eq!(refused.body["existing"], garages["id"]);
    // The same of many at once, under the row that says it.
    let row = json!({ "draft_id": swift["id"], "version": 1, "edit": follow });
    let rows = json!({ "drafts": [row] });
    let refused = clerk.post("/v1/bulk/draft-moves", rows).await;
    let refused = refused.problem(409, "taken");
    assert_eq!(refused.pointers(), ["/drafts/0/edit/follows_id"]);
    assert_eq!(refused.body["existing"], garages["id"]);
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_is_attached_again_is_unchanged_where_it_says_the_same() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    drafts(clerk, &council.hand_in(GARAGES).await).await;
    let second = format!("{GARAGES}\n\nRESOLVED: That the heating be mended.\n");
    let now = drafts(clerk, &council.hand_in(&second).await).await;
    assert_eq!(now[0]["change"], "unchanged");
    let earlier = now[0]["follows_id"].clone();
    for (follows, change) in [(Value::Null, "added"), (earlier, "unchanged")] {
        let follow = json!({ "follows_id": follows });
        let said = clerk.patch(&path(&now[0]), "*", follow).await.expect(200);
        assert_eq!(said.body["change"], change);
    }
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_as_exempt_as_what_the_draft_that_it_follows_became() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = confirmed(&council, GARAGES).await;
    let now = drafts(clerk, &council.hand_in(SECOND).await).await;
    let [_, garages] = now.as_slice() else {
        panic!("{now:?}")
    };
    assert_eq!(garages["exempt"], Value::Null);
    let resolution = resolution_of(&first);
    clerk
        .patch(&resolution, "*", json!({ "exempt": true }))
        .await
        .expect(200);
    // In a further revision that says the same words, too.
    let third = format!("{SECOND}\n\nRESOLVED: That the heating be mended.\n");
    let third = drafts(clerk, &council.hand_in(&third).await).await;
    let [swift, garages, _] = third.as_slice() else {
        panic!("{third:?}")
    };
    assert_eq!(garages["exempt"], true);
    let says = async |draft: &Value, patch: Value| {
        let said = clerk.patch(&path(draft), "*", patch).await.expect(200);
        said.body["exempt"].clone()
    };
    let follow = json!({ "follows_id": first["id"] });
    let free = json!({ "follows_id": null });
    // Also what was said to be public before anybody knew of the link, and also behind it.
    assert_eq!(says(garages, json!({ "exempt": false })).await, false);
    assert_eq!(says(garages, follow.clone()).await, true);
    assert_eq!(says(garages, free.clone()).await, true);
    // Who says so with the link is believed.
    let public = json!({ "follows_id": first["id"], "exempt": false });
    assert_eq!(says(swift, public).await, false);
    assert_eq!(says(swift, free).await, false);
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_in_the_discussion_that_is_decided_goes_on_as_its_action() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = confirmed(&council, ASKED).await;
    assert_eq!(first["origin"], "discussion");
    let minutes = council.hand_in(DECIDED).await;
    let changes = clerk.all(&format!("/v1/minutes/{minutes}/changes")).await;
    let told: Vec<_> = changes.iter().map(|change| &change["change"]).collect();
    assert_eq!(told, ["unchanged", "changed"]);
    let now = drafts(clerk, &minutes).await.remove(1);
    assert_eq!(
        (&now["origin"], &now["follows_id"], &now["supersedes_id"]),
        (&json!("decision"), &first["id"], &Value::Null)
    );
    let made = decide(clerk, &now, "confirm", json!({}))
        .await
        .expect(200)
        .body;
    assert_eq!(made["action_id"], first["action_id"]);
    assert_eq!(actions(&council).await, 1);
    let action = format!("/v1/actions/{}", first["action_id"].as_str().unwrap());
    let shown = clerk.get(&action).await.expect(200).body;
    assert!(
        shown["title"]
            .as_str()
            .unwrap()
            .contains("all school places"),
        "{shown}"
    );
    // What was decided is covered by it, and what is decided in other words after that corrects it once more.
    let gaps = clerk.all("/v1/reports/coverage").await;
    assert!(
        gaps.iter()
            .all(|gap| gap["resolution_id"] != made["resolution_id"]),
        "{gaps:?}"
    );
    let text = DECIDED.replace("figures on all", "all figures on all");
    let third = drafts(clerk, &council.hand_in(&text).await).await.remove(1);
    assert_eq!(third["supersedes_id"], made["resolution_id"]);
    let made = decide(clerk, &third, "confirm", json!({}))
        .await
        .expect(200)
        .body;
    assert_eq!(made["action_id"], first["action_id"]);
    let gaps = clerk.all("/v1/reports/coverage").await;
    assert!(
        gaps.iter()
            .all(|gap| gap["resolution_id"] != made["resolution_id"]),
        "{gaps:?}"
    );
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_others_are_asked_for_now_is_offered() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = confirmed(&council, ASKED).await;
    let text = DECIDED.replace("Head of Law", "Head of Finance");
    let now = drafts(clerk, &council.hand_in(&text).await).await.remove(1);
    assert_eq!(
        (&now["change"], &now["follows_id"]),
        (&json!("added"), &Value::Null)
    );
    assert_eq!(now["may_follow"][0]["draft_id"], first["id"]);
    // An action that has gone on takes no other agenda item, and names itself.
    let action = first["action_id"].as_str().unwrap();
    let review = json!({ "review_on": "2014-06-01" });
    let at = format!("/v1/actions/{action}");
    clerk.patch(&at, "*", review).await.expect(200);
    clerk.moves(action, "open", json!({})).await.expect(200);
    let edit = json!({ "follows_id": first["id"], "agenda_item_id": council.item });
    clerk.patch(&path(&now), "*", edit).await.expect(200);
    let refused = decide(clerk, &now, "confirm", json!({})).await;
    let refused = refused.problem(409, "move-refused");
    assert!(
        refused.pointers().contains(&"/agenda_item_id"),
        "{}",
        refused.text
    );
    assert_eq!(actions(&council).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_a_thousand_numbered_decisions_are_read() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let list: String = (1..=1_005)
        .map(|n| format!("{n}. That item {n} be approved.\n"))
        .collect();
    let text = format!("RESOLVED:\n\n{list}");
    let read = send(&council.clerk, "/v1/minutes/readings", "text/plain", text).await;
    let read = read.expect(200).body["resolutions"].clone();
    let read = read.as_array().unwrap();
    assert_eq!(read.len(), 1_005);
    assert_eq!(read[1_004]["label"], "1005.");
}
