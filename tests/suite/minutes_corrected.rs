//! What a corrected source says otherwise, taken over into the action that there is.

use serde_json::{Value, json};

use crate::harness::{App, Council};
use crate::minutes_story::{decide, drafts};

const FIRST: &str = "\
RESOLVED:

(a) That the Director of Children and Family Services report on adoption cases by 31 May.
(b) That the Head of Laws publish the register of leases by 30 April.
";

const SECOND: &str = "\
RESOLVED:

(a) That the Director of Children and Family Services report on all adoption cases by 30 June.
(b) That the Head of Laws publish the whole register of leases by 30 April.
";

const PUBLISH: &str = "Publish the leases";

/// A council whose first minutes are confirmed and whose second are handed in: the first drafts, and the second ones.
struct Corrected {
    council: Council,
    law: String,
    first: Vec<Value>,
    second: Vec<Value>,
}

impl Corrected {
    /// `between` is done with the actions of the first before the second come.
    async fn handed_in(app: &App, between: impl AsyncFnOnce(&Council, &[Value])) -> Self {
        let council = Council::found(app).await;
        let clerk = &council.clerk;
        let law = clerk
            .make("/v1/posts", json!({ "title": "Head of Law" }))
            .await;
        let first = council.hand_in(FIRST).await;
        let read = drafts(clerk, &first).await;
        // The name of (b) is only like that of a post: a person chooses it, and writes a shorter line.
        let edit = json!({ "owner_post_id": law, "title": PUBLISH });
        let path = format!("/v1/drafts/{}", read[1]["id"].as_str().unwrap());
        clerk.patch(&path, "*", edit).await.expect(200);
        let mut confirmed = Vec::new();
        for draft in &read {
            let made = decide(clerk, draft, "confirm", json!({})).await;
            confirmed.push(made.expect(200).body);
        }
        between(&council, &confirmed).await;
        let second = council.hand_in(SECOND).await;
        let second = drafts(clerk, &second).await;
        assert!(second.iter().all(|draft| draft["change"] == "changed"));
        Self {
            council,
            law,
            first: confirmed,
            second,
        }
    }

    fn action(&self, n: usize) -> String {
        self.first[n]["action_id"].as_str().unwrap().to_owned()
    }

    async fn shown(&self, n: usize) -> Value {
        let path = format!("/v1/actions/{}", self.action(n));
        self.council.clerk.get(&path).await.expect(200).body
    }

    async fn actions(&self) -> usize {
        let path = format!("/v1/actions?committee_id={}", self.council.committee);
        self.council.clerk.all(&path).await.len()
    }
}

async fn open(council: &Council, confirmed: &[Value]) {
    for draft in confirmed {
        let action = draft["action_id"].as_str().unwrap();
        let clerk = &council.clerk;
        clerk.moves(action, "open", json!({})).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_action_is_corrected_by_what_the_minutes_say_otherwise() {
    let app = App::start().await;
    let c = Corrected::handed_in(&app, async |_, _| {}).await;
    let clerk = &c.council.clerk;
    // What a person had made of (b) stands, because its name and deadline are printed as they were.
    let (title, owner) = (&c.second[1]["title"], &c.second[1]["owner_post_id"]);
    assert_eq!((title, owner), (&json!(PUBLISH), &json!(c.law)));
    // Somebody has given (b) to another since.
    let given = json!({ "owner_post_id": c.council.post });
    let path = format!("/v1/actions/{}", c.action(1));
    clerk.patch(&path, "*", given).await.expect(200);
    for draft in &c.second {
        let confirmed = decide(clerk, draft, "confirm", json!({})).await.expect(200);
        assert_eq!(confirmed.body["state"], "confirmed");
    }
    let report = c.shown(0).await;
    assert_eq!(report["title"], c.second[0]["title"]);
    assert!(report["title"].as_str().unwrap().contains("all adoption"));
    assert_eq!(
        (&report["due"]["due_on"], &report["due"]["original_due_on"]),
        (&json!("2014-06-30"), &json!("2014-06-30"))
    );
    assert_eq!(
        (&report["state"], &report["owner_post_id"]),
        (&json!("draft"), &json!(c.council.post))
    );
    let terms = clerk
        .all(&format!("/v1/actions/{}/due-terms", c.action(0)))
        .await;
    assert_eq!(terms.len(), 1);
    let history = clerk
        .get(&format!("/v1/actions/{}/history", c.action(0)))
        .await
        .expect(200);
    assert_eq!(
        history.each("operation"),
        ["create_action", "update_action", "confirm_draft"]
    );
    let last = &history.items()[2]["details"];
    assert_eq!(
        (&last["draft_id"], &last["minutes_id"]),
        (&c.second[0]["id"], &c.second[0]["minutes_id"])
    );
    // (b) keeps what both revisions say alike.
    let publish = c.shown(1).await;
    assert_eq!(
        (&publish["owner_post_id"], &publish["due"]["due_on"]),
        (&json!(c.council.post), &json!("2014-04-30"))
    );
    assert_eq!(publish["title"], PUBLISH);
    assert_eq!(c.actions().await, 2);
    app.audit_trail().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_clerk_corrects_in_the_draft_is_taken_over() {
    let app = App::start().await;
    let c = Corrected::handed_in(&app, async |_, _| {}).await;
    let clerk = &c.council.clerk;
    let edit = json!({
        "title": "All adoption cases", "required": "With figures", "owner_post_id": c.law,
        "supporting_post_ids": [c.council.post], "due": { "kind": "date", "due_on": "2014-07-31", "wording": "by July" },
        "exempt": true, "exempt_paragraphs": [3],
    });
    let path = format!("/v1/drafts/{}", c.second[0]["id"].as_str().unwrap());
    clerk.patch(&path, "*", edit).await.expect(200);
    decide(clerk, &c.second[0], "confirm", json!({}))
        .await
        .expect(200);
    let now = c.shown(0).await;
    assert_eq!(
        (&now["title"], &now["required"]),
        (&json!("All adoption cases"), &json!("With figures"))
    );
    assert_eq!(
        (&now["owner_post_id"], &now["supporting_post_ids"]),
        (&json!(c.law), &json!([c.council.post]))
    );
    assert_eq!(
        (&now["due"]["due_on"], &now["due"]["wording"]),
        (&json!("2014-07-31"), &json!("by July"))
    );
    assert_eq!(
        (&now["exempt"], &now["exempt_paragraphs"]),
        (&json!(true), &json!([3]))
    );
    app.reader()
        .get(&format!("/v1/actions/{}", c.action(0)))
        .await
        .problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_term_of_an_opened_action_is_revised_and_never_changed_by_the_way() {
    let app = App::start().await;
    let c = Corrected::handed_in(&app, open).await;
    let clerk = &c.council.clerk;
    let before = c.shown(0).await;
    let refused = decide(clerk, &c.second[0], "confirm", json!({})).await;
    let refused = refused.problem(409, "move-refused");
    assert_eq!(refused.pointers(), ["/due"]);
    assert_eq!(refused.body["errors"][0]["code"], "not_taken_over");
    let told = refused.body["detail"].as_str().unwrap();
    assert!(
        told.contains(before["reference"].as_str().unwrap()),
        "{told}"
    );
    let row = json!({ "draft_id": c.second[0]["id"], "version": 1, "move": "confirm" });
    let bulk = clerk
        .post("/v1/bulk/draft-moves", json!({ "drafts": [row] }))
        .await;
    let bulk = bulk.problem(409, "move-refused");
    assert_eq!(bulk.pointers(), ["/drafts/0/move", "/drafts/0/edit/due"]);
    assert_eq!(bulk.body["errors"][1]["code"], "not_taken_over");
    assert_eq!(c.shown(0).await, before);
    let resolutions = format!("/v1/resolutions?meeting_id={}", c.council.meeting);
    assert_eq!(clerk.all(&resolutions).await.len(), 4);

    // (b) says the same deadline, whatever has become of that meanwhile.
    let later = |day: &str| {
        json!({
            "due": { "kind": "date", "due_on": day }, "reason": "The minutes were corrected", "decision_id": c.council.decision,
        })
    };
    clerk
        .moves(&c.action(1), "due-terms", later("2014-09-30"))
        .await
        .expect(200);
    decide(clerk, &c.second[1], "confirm", json!({}))
        .await
        .expect(200);
    assert_eq!(c.shown(1).await["due"]["due_on"], "2014-09-30");

    // Once the term is revised to what the minutes say, nothing is left to refuse.
    clerk
        .moves(&c.action(0), "due-terms", later("2014-06-30"))
        .await
        .expect(200);
    let confirmed = decide(clerk, &c.second[0], "confirm", json!({})).await;
    assert_eq!(
        confirmed.expect(200).body["action_id"],
        c.first[0]["action_id"]
    );
    let now = c.shown(0).await;
    assert_eq!(now["title"], c.second[0]["title"]);
    assert_eq!(
        (&now["due"]["original_due_on"], &now["state"]),
        (&json!("2014-05-31"), &json!("open"))
    );
    assert_eq!(c.actions().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_action_takes_nothing_and_a_void_one_is_not_taken_up_again() {
    let app = App::start().await;
    let c = Corrected::handed_in(&app, async |council, made| {
        let clerk = &council.clerk;
        let action = |n: usize| made[n]["action_id"].as_str().unwrap();
        clerk.moves(action(0), "open", json!({})).await.expect(200);
        let lapsed =
            json!({ "outcome": "lapsed", "reason": "Overtaken", "decision_id": council.decision });
        clerk.moves(action(0), "close", lapsed).await.expect(200);
        clerk
            .moves(action(1), "void", json!({ "reason": "A slip" }))
            .await
            .expect(200);
    })
    .await;
    let clerk = &c.council.clerk;
    let before = c.shown(0).await;
    let refused = decide(clerk, &c.second[0], "confirm", json!({})).await;
    let refused = refused.problem(409, "move-refused");
    assert_eq!(refused.pointers(), ["/due", "/title"]);
    // Set to what stands in the action, the draft corrects the resolution alone.
    let edit =
        json!({ "title": before["title"], "due": { "kind": "date", "due_on": "2014-05-31" } });
    let path = format!("/v1/drafts/{}", c.second[0]["id"].as_str().unwrap());
    clerk.patch(&path, "*", edit).await.expect(200);
    let confirmed = decide(clerk, &c.second[0], "confirm", json!({})).await;
    assert_eq!(
        confirmed.expect(200).body["action_id"],
        c.first[0]["action_id"]
    );
    assert_eq!(c.shown(0).await, before);

    let confirmed = decide(clerk, &c.second[1], "confirm", json!({}))
        .await
        .expect(200);
    assert_ne!(confirmed.body["action_id"], c.first[1]["action_id"]);
    let path = format!(
        "/v1/actions/{}",
        confirmed.body["action_id"].as_str().unwrap()
    );
    assert_eq!(clerk.get(&path).await.expect(200).body["state"], "draft");
    assert_eq!(c.actions().await, 3);
}
