//! Who checked, who decided, and on whose authority: verifications, delegations, extensions, and responses of the executive.

use futures_util::future::join_all;
use matters_arising::domain::assurance::Priority;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, Person, with};
use crate::moves::sealed_history;

const NOBODY: &str = "0144abdd-2200-7000-8000-000000000000";

/// A council whose post Ann holds, a second clerk, and an auditor.
pub(crate) struct Cast {
    pub(crate) app: App,
    pub(crate) council: Council,
    pub(crate) ann: Person,
    pub(crate) clerk: Person,
    pub(crate) other_clerk: Person,
    pub(crate) auditor: Person,
}

impl Cast {
    pub(crate) async fn gather() -> Self {
        Self::of(App::start().await).await
    }

    pub(crate) async fn of(app: App) -> Self {
        let council = Council::found(&app).await;
        council.appoint("ann").await;
        Self {
            ann: app.officer("ann"),
            clerk: app.clerk(),
            other_clerk: app.second_clerk(),
            auditor: app.auditor(),
            council,
            app,
        }
    }

    pub(crate) async fn open(&self, more: Value) -> String {
        let body = with(self.council.due_on("2014-06-30"), more);
        self.council.action(body).await
    }

    pub(crate) async fn claimed_by(&self, person: &Person, more: Value) -> String {
        let action = self.open(more).await;
        self.claim(person, &action).await;
        action
    }

    pub(crate) async fn claim(&self, person: &Person, action: &str) {
        let claim = json!({ "narrative": "Done", "evidence": [{ "title": "Report" }] });
        person
            .moves(action, "claim-completion", claim)
            .await
            .expect(200);
    }

    async fn accept(&self, action: &str) -> Answer {
        let body = json!({ "decision_id": self.council.decision });
        self.other_clerk
            .moves(action, "accept-completion", body)
            .await
    }

    pub(crate) async fn verify(&self, action: &str, more: Value) -> Answer {
        let path = format!("/v1/actions/{action}/verifications");
        self.auditor.post(&path, with(satisfied(), more)).await
    }

    pub(crate) async fn read(&self, action: &str) -> Value {
        let path = format!("/v1/actions/{action}");
        self.auditor.get(&path).await.expect(200).body
    }

    pub(crate) async fn ask(&self, person: &Person, action: &str) -> Answer {
        let path = format!("/v1/actions/{action}/extension-requests");
        person.post(&path, until("2014-09-30")).await
    }

    pub(crate) async fn delegation(&self, more: Value) -> String {
        let body = json!({
            "committee_id": self.council.committee, "wording": "To accept completion between meetings",
            "delegate": "Head of Democratic Services", "resolution_id": self.council.resolution, "starts_on": "2014-03-04",
        });
        self.clerk.make("/v1/delegations", with(body, more)).await
    }

    /// The operations of an action's history.
    pub(crate) async fn operations(&self, action: &str) -> Vec<String> {
        sealed_history(&self.auditor, action)
            .await
            .iter()
            .map(|entry| entry["operation"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn satisfied() -> Value {
    json!({
        "method": "document_review", "result": "satisfied", "note": "The report was presented.", "verified_on": "2014-03-10",
    })
}

pub(crate) fn until(day: &str) -> Value {
    json!({ "due": { "kind": "date", "due_on": day, "wording": "by the end" }, "reason": "The figures are late." })
}

/// Asks something of the record at a path as it now stands.
pub(crate) async fn decide(person: &Person, path: &str, name: &str, body: Value) -> Answer {
    let path = format!("{path}/{name}");
    person.post_with(&path, &[("if-match", "*")], body).await
}

pub(crate) fn location(answer: &Answer) -> String {
    answer.header("location").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_is_accepted_only_when_an_auditor_is_satisfied_where_that_is_demanded() {
    let cast = Cast::gather().await;
    let action = cast
        .claimed_by(&cast.ann, json!({ "verification_required": true }))
        .await;

    let unverified = cast.accept(&action).await.problem(409, "move-refused");
    assert_eq!(unverified.pointers(), ["/verification"]);
    let found = cast
        .verify(&action, json!({ "result": "not_satisfied" }))
        .await
        .expect(201);
    assert_eq!(found.body["of_claim"], true);
    assert_eq!(found.body["number"], 1);
    assert_eq!(found.body["verified_by"], "auditor");
    let shown = cast.read(&action).await;
    assert_eq!(
        shown["verification"],
        json!({ "required": true, "flagged": true, "result": "not_satisfied" })
    );
    let refused = cast.accept(&action).await.problem(409, "move-refused");
    assert_eq!(refused.pointers(), ["/verification"]);
    cast.verify(&action, json!({})).await.expect(201);
    let accepted = cast.accept(&action).await.expect(200);
    assert_eq!(accepted.body["state"], "closed");
    assert_eq!(accepted.body["verification"]["result"], "satisfied");

    // Both are listed, and each can be read where it says it is.
    let list = format!("/v1/actions/{action}/verifications");
    let first = cast
        .auditor
        .get(&format!("{list}?limit=1"))
        .await
        .expect(200);
    assert_eq!(first.each("result"), ["not_satisfied"]);
    assert_eq!(cast.auditor.all(&list).await.len(), 2);
    let one = cast.app.reader().get(&location(&found)).await.expect(200);
    assert_eq!(one.body["id"], found.body["id"]);
    assert_eq!(one.body["verified_by"], Value::Null);
    let history = sealed_history(&cast.auditor, &action).await;
    let entry = &history[2];
    assert_eq!(entry["operation"], "create_verification");
    assert_eq!(entry["after"]["verification"], "not_satisfied");
    assert_eq!(entry["details"]["method"], "document_review");
    assert_eq!(entry["details"]["note"], "The report was presented.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_found_of_one_claim_does_not_count_for_the_next() {
    let cast = Cast::gather().await;
    let action = cast
        .claimed_by(&cast.ann, json!({ "verification_required": true }))
        .await;
    let because = json!({ "reason": "Something is missing" });
    for (person, back) in [
        (&cast.clerk, "refuse-completion"),
        (&cast.ann, "withdraw-claim"),
    ] {
        cast.verify(&action, json!({})).await.expect(201);
        person
            .moves(&action, back, because.clone())
            .await
            .expect(200);
        assert_eq!(
            cast.read(&action).await["verification"]["result"],
            Value::Null
        );
        // Nor does what is found while no claim stands.
        let early = cast.verify(&action, json!({})).await.expect(201);
        assert_eq!(early.body["of_claim"], false);
        cast.claim(&cast.ann, &action).await;
        let refused = cast.accept(&action).await.problem(409, "move-refused");
        assert_eq!(refused.pointers(), ["/verification"]);
    }
    cast.verify(&action, json!({})).await.expect(201);
    cast.accept(&action).await.expect(200);
    cast.clerk
        .moves(&action, "reopen", because)
        .await
        .expect(200);
    cast.claim(&cast.ann, &action).await;
    cast.accept(&action).await.problem(409, "move-refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_priority_demands_verification_where_the_council_says_so() {
    let app = App::start_with(|config| config.rules.verify_priorities = vec![Priority::High]).await;
    let cast = Cast::of(app).await;
    let high = cast
        .claimed_by(&cast.ann, json!({ "priority": "high" }))
        .await;
    let low = cast
        .claimed_by(&cast.ann, json!({ "priority": "low" }))
        .await;
    let shown = cast.read(&high).await;
    assert_eq!(
        shown["verification"],
        json!({ "required": true, "flagged": false, "result": null })
    );
    cast.accept(&high).await.problem(409, "move-refused");
    cast.accept(&low).await.expect(200);
    for (priority, id) in [("high", &high), ("low", &low)] {
        let list = format!("/v1/actions?priority={priority}");
        let found = cast.auditor.get(&list).await.expect(200);
        assert_eq!(found.each("id"), [id]);
    }
    let none = cast.auditor.get("/v1/actions?priority=medium").await;
    assert!(none.expect(200).items().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verification_may_take_a_closed_action_up_again() {
    let cast = Cast::gather().await;
    let action = cast.claimed_by(&cast.ann, json!({})).await;
    let not_done =
        json!({ "result": "not_satisfied", "note": "It was never sent.", "reopen": true });
    // It is not closed yet: neither is recorded.
    cast.verify(&action, not_done.clone())
        .await
        .problem(409, "move-refused");
    let list = format!("/v1/actions/{action}/verifications");
    assert!(cast.auditor.all(&list).await.is_empty());
    cast.accept(&action).await.expect(200);
    let found = cast.verify(&action, not_done).await.expect(201);
    assert_eq!(found.body["reopened"], true);
    let shown = cast.read(&action).await;
    assert_eq!(shown["state"], "in_progress");
    assert_eq!(shown["verification"]["result"], Value::Null);
    let history = sealed_history(&cast.auditor, &action).await;
    let [.., verified, reopened] = history.as_slice() else {
        panic!("{history:?}");
    };
    assert_eq!(verified["operation"], "create_verification");
    assert_eq!(reopened["operation"], "reopen_action");
    assert_eq!(reopened["details"]["reason"], "It was never sent.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verification_that_cannot_be_is_refused() {
    let cast = Cast::gather().await;
    let action = cast.claimed_by(&cast.ann, json!({})).await;
    for (more, pointer) in [
        (json!({ "verified_on": "2014-03-11" }), "/verified_on"),
        (json!({ "verified_on": "2014-03-02" }), "/verified_on"),
        (json!({ "note": " " }), "/note"),
        (json!({ "note": "x".repeat(4001) }), "/note"),
        (json!({ "method": "guessing" }), "/method"),
        (json!({ "result": "perhaps" }), "/result"),
        (json!({ "reopen": true }), "/reopen"),
        (json!({ "number": 7 }), "/number"),
    ] {
        let refused = cast.verify(&action, more).await.problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer], "{}", refused.text);
    }
    let path = format!("/v1/actions/{action}/verifications");
    for person in [&cast.app.officer("bob"), &cast.clerk] {
        person
            .post(&path, satisfied())
            .await
            .problem(403, "forbidden");
    }
    let draft = cast.open(json!({ "state": "draft" })).await;
    cast.verify(&draft, json!({}))
        .await
        .problem(409, "state-conflict");
    let void = json!({ "reason": "Never agreed" });
    cast.clerk.moves(&draft, "void", void).await.expect(200);
    cast.verify(&draft, json!({}))
        .await
        .problem(409, "state-conflict");
    cast.verify(NOBODY, json!({}))
        .await
        .problem(404, "not-found");
    assert!(cast.auditor.all(&path).await.is_empty());
    assert_eq!(
        cast.read(&action).await["verification"]["result"],
        Value::Null
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_verifies_what_they_claimed_and_the_attempt_is_kept() {
    let cast = Cast::gather().await;
    let both = cast.app.officer_and_auditor("ann");
    let action = cast.claimed_by(&both, json!({})).await;
    let path = format!("/v1/actions/{action}/verifications");
    both.post(&path, satisfied()).await.problem(409, "own-work");
    assert!(cast.auditor.all(&path).await.is_empty());
    let operations = cast.operations(&action).await;
    assert_eq!(
        operations,
        [
            "create_action",
            "claim_completion",
            "create_verification_refused"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_to_accept_ones_own_claim_is_refused_and_kept_once() {
    let cast = Cast::gather().await;
    let action = cast.claimed_by(&cast.clerk, json!({})).await;
    let path = format!("/v1/actions/{action}/accept-completion");
    let body = json!({ "decision_id": cast.council.decision });
    let before = cast.read(&action).await;

    let headers = [("if-match", "*"), ("idempotency-key", "key-1")];
    let first = cast
        .clerk
        .post_with(&path, &headers, body.clone())
        .await
        .problem(409, "move-refused");
    let again = cast
        .clerk
        .post_with(&path, &headers, body.clone())
        .await
        .expect(409);

    assert_eq!(again.text, first.text);
    assert_eq!(cast.read(&action).await, before);
    let history = sealed_history(&cast.auditor, &action).await;
    let attempts: Vec<_> = history
        .iter()
        .filter(|entry| entry["operation"] == "accept_completion_refused")
        .collect();
    assert_eq!(attempts.len(), 1, "{history:?}");
    assert_eq!(attempts[0]["actor"]["subject"], "clerk");
    assert_eq!(attempts[0]["before"], json!({}));
    assert_eq!(attempts[0]["after"], json!({}));
    assert_eq!(attempts[0]["details"]["decision_id"], cast.council.decision);
    assert_eq!(
        attempts[0]["request_id"],
        first.header("x-request-id"),
        "the entry tells of the request that was refused"
    );
    // Meant anew, without a key, it is another attempt. What is refused for another reason is none.
    cast.clerk
        .post_with(&path, &[("if-match", "*")], body)
        .await
        .problem(409, "move-refused");
    cast.clerk
        .moves(&action, "resume", json!({}))
        .await
        .problem(409, "move-refused");
    let operations = cast.operations(&action).await;
    let refused = |name: &&String| name.ends_with("_refused");
    assert_eq!(operations.iter().filter(refused).count(), 2);
    assert!(matches!(
        cast.app.audit_trail().await,
        matters_arising::db::Verdict::Intact { .. }
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delegation_is_recorded_ended_and_listed_by_the_day() {
    let cast = Cast::gather().await;
    let lasting = cast.delegation(json!({})).await;
    let ended = cast.delegation(json!({ "starts_on": "2013-05-01", "ends_on": "2014-04-30" }));
    let ended = ended.await;
    let on = async |query: &str| {
        let path = format!("/v1/delegations?{query}");
        let page = cast.app.reader().get(&path).await.expect(200);
        page.each("id")
            .iter()
            .map(|id| (*id).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(on("").await, [ended.clone(), lasting.clone()]);
    assert_eq!(on("on=2014-03-03").await, [ended.as_str()]);
    assert_eq!(on("on=2014-04-30&limit=1").await, [ended.as_str()]);
    assert_eq!(on("on=2014-05-01").await, [lasting.as_str()]);
    assert_eq!(
        on(&format!("committee_id={}", cast.council.committee))
            .await
            .len(),
        2
    );
    assert!(on(&format!("committee_id={NOBODY}")).await.is_empty());

    let path = format!("/v1/delegations/{lasting}");
    let shown = cast.clerk.get(&path).await.expect(200);
    cast.clerk
        .patch(&path, "\"9.00\"", json!({ "ends_on": "2014-12-31" }))
        .await
        .problem(412, "stale");
    let end = cast
        .clerk
        .patch(&path, &shown.etag(), json!({ "ends_on": "2014-12-31" }))
        .await
        .expect(200);
    assert_eq!(end.body["ends_on"], "2014-12-31");
    assert_eq!(end.body["version"], 2);
    for (change, pointer) in [
        (json!({ "ends_on": "2014-03-03" }), "/ends_on"),
        (json!({ "ends_on": "1814-03-03" }), "/ends_on"),
        (json!({ "delegate": "Somebody else" }), "/delegate"),
    ] {
        let refused = cast.clerk.patch(&path, "*", change).await;
        assert_eq!(
            refused.problem(422, "validation").pointers(),
            [pointer.to_owned()]
        );
    }
    let on_again = json!({ "ends_on": null });
    let on_again = cast.clerk.patch(&path, "*", on_again).await.expect(200);
    assert_eq!(on_again.body["ends_on"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delegation_that_cannot_be_is_refused_and_one_out_of_sight_is_not_there() {
    let cast = Cast::gather().await;
    let other = Council::found_as(&cast.app, "HEA", "Director of Public Health").await;
    let body = json!({
        "committee_id": cast.council.committee, "wording": "To accept", "delegate": "The Chair",
        "resolution_id": cast.council.resolution, "starts_on": "2014-03-04",
    });
    for (more, pointer) in [
        (json!({ "committee_id": NOBODY }), "/committee_id"),
        (json!({ "resolution_id": NOBODY }), "/resolution_id"),
        (json!({ "wording": " " }), "/wording"),
        (json!({ "delegate": "two\nlines" }), "/delegate"),
        (json!({ "ends_on": "2014-03-03" }), "/ends_on"),
        (json!({ "version": 7 }), "/version"),
    ] {
        let refused = cast
            .clerk
            .post("/v1/delegations", with(body.clone(), more))
            .await;
        assert_eq!(refused.problem(422, "validation").pointers(), [pointer]);
    }
    cast.ann
        .post("/v1/delegations", body.clone())
        .await
        .problem(403, "forbidden");
    let limited = cast.app.clerk().limited_to(&["HEA"]);
    let hidden = limited
        .post("/v1/delegations", body.clone())
        .await
        .problem(422, "validation");
    assert_eq!(hidden.pointers(), ["/committee_id"]);

    // A council may delegate for its committees; a reader does not learn of its exempt resolution.
    let item =
        json!({ "meeting_id": other.meeting, "number": "9", "title": "Private", "exempt": true });
    let item = cast.clerk.make("/v1/agenda-items", item).await;
    let secret =
        json!({ "agenda_item_id": item, "kind": "other", "text": "that the Chair accept" });
    let secret = cast.clerk.make("/v1/resolutions", secret).await;
    let given = cast.delegation(json!({ "resolution_id": secret })).await;
    let path = format!("/v1/delegations/{given}");
    let whole = cast.clerk.get(&path).await.expect(200);
    assert_eq!(whole.body["resolution_id"], secret);
    let read = cast.app.reader().get(&path).await.expect(200);
    assert_eq!(read.body["resolution_id"], Value::Null);
    limited.get(&path).await.problem(404, "not-found");
    assert!(limited.all("/v1/delegations").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acceptance_rests_on_one_decision_or_delegation_that_is_the_committees() {
    let cast = Cast::gather().await;
    let other = Council::found_as(&cast.app, "HEA", "Director of Public Health").await;
    let theirs = cast
        .delegation(json!({ "committee_id": other.committee, "resolution_id": other.resolution }));
    let theirs = theirs.await;
    let over = cast.delegation(json!({ "starts_on": "2014-03-01", "ends_on": "2014-03-09" }));
    let over = over.await;
    let delegation = cast.delegation(json!({})).await;
    let action = cast.open(json!({})).await;
    let claim = json!({
        "narrative": "Done", "evidence": [{ "title": "Report" }], "effective_on": "2014-03-08",
    });
    let claimed = cast.ann.moves(&action, "claim-completion", claim).await;
    claimed.expect(200);
    let accept = async |body: Value| {
        cast.other_clerk
            .moves(&action, "accept-completion", body)
            .await
    };
    let resolution = &cast.council.decision;
    for (body, pointer, code) in [
        (json!({}), "/decision_id", "decision_or_delegation"),
        (
            json!({ "decision_id": resolution, "delegation_id": delegation }),
            "/decision_id",
            "decision_or_delegation",
        ),
        (
            json!({ "delegation": "The Chair" }),
            "/delegation",
            "unknown_member",
        ),
        (
            json!({ "decision_id": NOBODY }),
            "/decision_id",
            "not_found",
        ),
        (
            json!({ "decision_id": other.resolution }),
            "/decision_id",
            "another_committee",
        ),
        (
            json!({ "delegation_id": NOBODY }),
            "/delegation_id",
            "not_found",
        ),
        (
            json!({ "delegation_id": theirs }),
            "/delegation_id",
            "not_found",
        ),
        (
            json!({ "delegation_id": over }),
            "/delegation_id",
            "not_in_force",
        ),
    ] {
        let refused = accept(body).await.problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer], "{}", refused.text);
        assert_eq!(refused.body["errors"][0]["code"], code, "{}", refused.text);
    }
    assert_eq!(cast.read(&action).await["state"], "completion_claimed");
    // On the day on which it took effect the one that is over was in force.
    let accepted = json!({ "delegation_id": over, "effective_on": "2014-03-09" });
    let accepted = accept(accepted).await.expect(200);
    assert_eq!(accepted.body["closed_on"], "2014-03-09");
    let history = sealed_history(&cast.auditor, &action).await;
    assert_eq!(history[2]["details"]["delegation_id"], over);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_committee_that_succeeds_or_that_transferred_decides_too() {
    let cast = Cast::gather().await;
    let other = Council::found_as(&cast.app, "HEA", "Director of Public Health").await;
    let action = cast.claimed_by(&cast.ann, json!({})).await;
    let theirs = json!({ "decision_id": other.resolution });
    let accept = async |action: &str, body: Value| {
        cast.other_clerk
            .moves(action, "accept-completion", body)
            .await
    };
    accept(&action, theirs.clone())
        .await
        .problem(422, "validation");
    let succeeded = json!({ "ended_on": "2014-03-31", "successor_id": other.committee });
    let path = format!("/v1/committees/{}", cast.council.committee);
    cast.clerk.patch(&path, "*", succeeded).await.expect(200);
    accept(&action, theirs).await.expect(200);

    // HEA's action goes on in place of one of CFS, which is told of its end and accepts it.
    let from = cast.open(json!({})).await;
    let into = cast.clerk.make("/v1/actions", other.undated()).await;
    let lapse =
        json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": cast.council.decision });
    let refused = cast.clerk.moves(&into, "close", lapse.clone()).await;
    assert_eq!(
        refused.problem(422, "validation").pointers(),
        ["/decision_id"]
    );
    let transfer = json!({ "outcome": "transferred", "successor_id": into });
    cast.clerk.moves(&from, "close", transfer).await.expect(200);
    cast.clerk.moves(&into, "close", lapse).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_extension_that_is_granted_is_a_revision_and_clears_no_lateness() {
    let cast = Cast::gather().await;
    let action = cast.open(json!({})).await;
    let asked = cast.ask(&cast.ann, &action).await.expect(201);
    let path = location(&asked);
    assert_eq!(asked.body["state"], "pending");
    assert_eq!(asked.body["post_id"], cast.council.post);
    assert_eq!(asked.body["due"]["due_on"], "2014-09-30");
    assert_eq!(
        cast.read(&action).await["due"]["revisions"],
        0,
        "asking changes nothing"
    );
    cast.app.at("2014-07-10T12:00:00Z");

    let body = json!({ "decision_id": cast.council.decision, "reason": "This once", "effective_on": "2014-07-08" });
    let granted = cast
        .clerk
        .post_with(
            &format!("{path}/grant"),
            &[("if-match", &asked.etag())],
            body,
        )
        .await
        .expect(200);

    assert_eq!(granted.body["state"], "granted");
    assert_eq!(granted.body["due_number"], 2);
    assert_eq!(granted.body["decided_by"], "clerk");
    assert_eq!(granted.body["decided_on"], "2014-07-08");
    assert_eq!(granted.body["decision_id"], cast.council.decision);
    assert_eq!(granted.body["decision_reason"], "This once");
    let shown = cast.read(&action).await;
    let due = &shown["due"];
    assert_eq!(due["due_on"], "2014-09-30");
    assert_eq!(due["wording"], "by the end");
    assert_eq!(due["revisions"], 1);
    assert_eq!(due["days_late"], json!({ "current": 0, "original": 10 }));
    assert_eq!(
        due["overdue"],
        json!({ "current": false, "original": true })
    );
    let operations = cast.operations(&action).await;
    assert_eq!(
        operations,
        [
            "create_action",
            "create_extension_request",
            "grant_extension_request"
        ]
    );
    // The term that had passed when the grant was made was missed, and so is the next.
    cast.app.at("2014-10-01T12:00:00Z");
    assert_eq!(
        cast.read(&action).await["called_in"],
        json!({ "rule": "missed_terms", "count": 2 })
    );
    // Once decided it stays decided.
    for (name, body) in [
        ("grant", json!({ "decision_id": cast.council.decision })),
        ("refuse", json!({ "reason": "No" })),
        ("withdraw", json!({})),
    ] {
        decide(&cast.other_clerk, &path, name, body)
            .await
            .problem(409, "state-conflict");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_extension_is_asked_for_by_whom_and_when_it_may() {
    let cast = Cast::gather().await;
    let action = cast.open(json!({})).await;
    let path = format!("/v1/actions/{action}/extension-requests");
    let bob = cast.app.officer("bob");
    bob.post(&path, until("2014-09-30"))
        .await
        .problem(403, "forbidden");
    cast.auditor
        .post(&path, until("2014-09-30"))
        .await
        .problem(403, "forbidden");
    let none = json!({ "kind": "vague", "wording": "in due course" });
    for (body, pointer) in [
        (json!({ "reason": "Late" }), "/due"),
        (
            with(until("2014-09-30"), json!({ "reason": " " })),
            "/reason",
        ),
        (
            with(until("2014-09-30"), json!({ "due": none })),
            "/due/review_on",
        ),
        (
            with(
                until("2014-09-30"),
                json!({ "due": { "kind": "meeting", "meeting_id": NOBODY } }),
            ),
            "/due/meeting_id",
        ),
        (
            with(until("2014-09-30"), json!({ "state": "granted" })),
            "/state",
        ),
    ] {
        let refused = cast.ann.post(&path, body).await.problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer], "{}", refused.text);
    }
    let first = cast.ask(&cast.ann, &action).await.expect(201);
    let second = cast
        .ask(&cast.clerk, &action)
        .await
        .problem(409, "state-conflict");
    assert_eq!(second.body["existing"], first.body["id"]);
    assert_eq!(cast.auditor.all(&path).await.len(), 1);

    let draft = cast.open(json!({ "state": "draft" })).await;
    let claimed = cast.claimed_by(&cast.ann, json!({})).await;
    let closed = cast.claimed_by(&cast.ann, json!({})).await;
    cast.accept(&closed).await.expect(200);
    for action in [&draft, &claimed, &closed] {
        cast.ask(&cast.clerk, action)
            .await
            .problem(409, "state-conflict");
    }
    cast.ask(&cast.clerk, NOBODY)
        .await
        .problem(404, "not-found");
    let held = cast.open(json!({})).await;
    let hold = json!({ "reason": "Waiting", "review_on": "2014-05-01" });
    cast.clerk.moves(&held, "hold", hold).await.expect(200);
    cast.ask(&cast.ann, &held).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_on_an_extension_that_cannot_be_is_refused() {
    let cast = Cast::gather().await;
    let other = Council::found_as(&cast.app, "HEA", "Director of Public Health").await;
    let action = cast.open(json!({})).await;
    let elsewhere = cast.open(json!({})).await;
    let asked = cast.ask(&cast.ann, &action).await.expect(201);
    let path = location(&asked);
    let chair = cast.council.delegate().await;
    let by_the_chair = json!({ "delegation_id": chair });

    let grant = format!("{path}/grant");
    cast.clerk
        .post(&grant, by_the_chair.clone())
        .await
        .problem(428, "precondition-required");
    cast.clerk
        .post_with(&grant, &[("if-match", "\"7.00\"")], by_the_chair.clone())
        .await
        .problem(412, "stale");
    for person in [&cast.app.officer("bob"), &cast.auditor] {
        decide(person, &path, "grant", by_the_chair.clone())
            .await
            .problem(403, "forbidden");
        decide(person, &path, "refuse", json!({ "reason": "No" }))
            .await
            .problem(403, "forbidden");
    }
    decide(&cast.app.officer("bob"), &path, "withdraw", json!({}))
        .await
        .problem(403, "forbidden");
    for (name, body, pointer) in [
        ("grant", json!({}), "/decision_id"),
        (
            "grant",
            json!({ "delegation_id": chair, "decision_id": cast.council.decision }),
            "/decision_id",
        ),
        (
            "grant",
            json!({ "decision_id": other.resolution }),
            "/decision_id",
        ),
        (
            "grant",
            json!({ "delegation_id": NOBODY }),
            "/delegation_id",
        ),
        (
            "grant",
            json!({ "delegation_id": chair, "effective_on": "2014-03-11" }),
            "/effective_on",
        ),
        (
            "grant",
            json!({ "delegation_id": chair, "effective_on": "2014-03-02" }),
            "/effective_on",
        ),
        ("refuse", json!({}), "/reason"),
        (
            "refuse",
            json!({ "reason": "No", "decision_id": other.resolution }),
            "/decision_id",
        ),
        ("withdraw", json!({ "reason": " " }), "/reason"),
        (
            "withdraw",
            json!({ "delegation": "The Chair" }),
            "/delegation",
        ),
    ] {
        let refused = decide(&cast.clerk, &path, name, body).await;
        let refused = refused.problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer], "{name}: {}", refused.text);
    }
    // It is no other action's.
    let id = asked.id();
    for path in [
        format!("/v1/actions/{elsewhere}/extension-requests/{id}"),
        format!("/v1/actions/{action}/extension-requests/{NOBODY}"),
        format!("/v1/actions/{NOBODY}/extension-requests/{id}"),
    ] {
        cast.clerk.get(&path).await.problem(404, "not-found");
        decide(&cast.clerk, &path, "grant", by_the_chair.clone())
            .await
            .problem(404, "not-found");
    }
    let shown = cast.clerk.get(&path).await.expect(200);
    assert_eq!(shown.body, asked.body, "nothing of it was kept");

    let refused =
        json!({ "reason": "It has had one already.", "decision_id": cast.council.decision });
    let refused = decide(&cast.clerk, &path, "refuse", refused)
        .await
        .expect(200);
    assert_eq!(refused.body["state"], "refused");
    assert_eq!(refused.body["due_number"], Value::Null);
    assert_eq!(cast.read(&action).await["due"]["revisions"], 0);
    // Another may follow.
    let again = cast.ask(&cast.ann, &action).await.expect(201);
    assert_eq!(again.body["number"], 2);
    let withdrawn = decide(&cast.ann, &location(&again), "withdraw", json!({}))
        .await
        .expect(200);
    assert_eq!(withdrawn.body["state"], "withdrawn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_grants_what_they_asked_for_and_the_attempt_is_kept() {
    let cast = Cast::gather().await;
    let action = cast.open(json!({})).await;
    let asked = cast.ask(&cast.clerk, &action).await.expect(201);
    let path = location(&asked);
    let grant = format!("{path}/grant");
    let by_the_chair = json!({ "delegation_id": cast.council.delegate().await });
    let headers = [("if-match", "*"), ("idempotency-key", "key-1")];
    let first = cast
        .clerk
        .post_with(&grant, &headers, by_the_chair.clone())
        .await
        .problem(409, "own-work");
    let again = cast
        .clerk
        .post_with(&grant, &headers, by_the_chair.clone())
        .await;
    assert_eq!((again.status, again.text), (409, first.text));
    assert_eq!(cast.read(&action).await["due"]["revisions"], 0);
    assert_eq!(
        cast.operations(&action).await,
        [
            "create_action",
            "create_extension_request",
            "grant_extension_request_refused"
        ]
    );
    decide(&cast.other_clerk, &path, "grant", by_the_chair)
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_term_of_any_kind_is_proposed_and_resolved_when_it_is_granted() {
    let cast = Cast::gather().await;
    let chair = cast.council.delegate().await;
    for (due, due_on) in [
        (
            json!({ "kind": "period", "period": { "count": 2, "unit": "months" } }),
            json!("2014-06-01"),
        ),
        (
            json!({ "kind": "recurring", "frequency": "quarterly" }),
            json!("2014-07-01"),
        ),
        (
            json!({ "kind": "vague", "wording": "in due course", "review_on": "2014-05-01" }),
            Value::Null,
        ),
    ] {
        cast.app.at("2014-03-10T12:00:00Z");
        let early = json!({ "due": { "kind": "date", "due_on": "2014-04-30" } });
        let action = cast.open(early).await;
        let path = format!("/v1/actions/{action}/extension-requests");
        let body = json!({ "due": due, "reason": "Late" });
        let asked = cast.ann.post(&path, body).await.expect(201);
        assert_eq!(asked.body["due"]["kind"], due["kind"]);
        cast.app.at("2014-04-01T12:00:00Z");
        decide(
            &cast.clerk,
            &location(&asked),
            "grant",
            json!({ "delegation_id": chair }),
        )
        .await
        .expect(200);
        let shown = cast.read(&action).await;
        assert_eq!(shown["due"]["kind"], due["kind"]);
        assert_eq!(shown["due"]["due_on"], due_on, "{due}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_among_many_moves_is_kept_too() {
    let cast = Cast::gather().await;
    let action = cast.claimed_by(&cast.clerk, json!({})).await;
    let shown = cast.read(&action).await;
    let body = json!({ "moves": [{
        "action_id": action, "version": shown["version"], "move": "accept_completion",
        "body": { "decision_id": cast.council.decision },
    }] });
    let refused = cast.clerk.post("/v1/bulk/action-moves", body).await;
    refused.problem(409, "move-refused");
    assert_eq!(
        cast.operations(&action).await,
        [
            "create_action",
            "claim_completion",
            "accept_completion_refused"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_term_that_can_be_set_no_longer_is_not_granted() {
    let cast = Cast::gather().await;
    let action = cast.open(json!({})).await;
    let meeting =
        json!({ "committee_id": cast.council.committee, "starts_at": "2014-09-09T13:00:00Z" });
    let meeting = cast.clerk.make("/v1/meetings", meeting).await;
    let body = json!({ "due": { "kind": "meeting", "meeting_id": meeting }, "reason": "Late" });
    let path = format!("/v1/actions/{action}/extension-requests");
    let asked = cast.ann.post(&path, body).await.expect(201);
    let cancelled = json!({ "status": "cancelled" });
    cast.clerk
        .patch(&format!("/v1/meetings/{meeting}"), "*", cancelled)
        .await
        .expect(200);
    let refused = decide(
        &cast.clerk,
        &location(&asked),
        "grant",
        json!({ "decision_id": cast.council.decision }),
    )
    .await
    .problem(409, "state-conflict");
    assert_eq!(refused.pointers(), ["/due/meeting_id"]);
    let shown = cast.clerk.get(&location(&asked)).await.expect(200);
    assert_eq!(shown.body["state"], "pending");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_pending_is_withdrawn_when_the_action_goes_on_without_it() {
    let cast = Cast::gather().await;
    let claimed = cast.open(json!({})).await;
    let closed = cast.open(json!({})).await;
    let lapse =
        json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": cast.council.decision });
    for action in [&claimed, &closed] {
        cast.ask(&cast.ann, action).await.expect(201);
    }
    cast.claim(&cast.ann, &claimed).await;
    cast.clerk.moves(&closed, "close", lapse).await.expect(200);
    for (action, state) in [(&claimed, "completion_claimed"), (&closed, "closed")] {
        let path = format!("/v1/actions/{action}/extension-requests");
        let requests = cast.auditor.all(&path).await;
        assert_eq!(requests[0]["state"], "withdrawn");
        assert_eq!(requests[0]["decided_by"], Value::Null);
        let reason = requests[0]["decision_reason"].as_str().unwrap();
        assert!(
            reason.ends_with(&format!("the action is {state}.")),
            "{reason}"
        );
        let history = sealed_history(&cast.auditor, action).await;
        let last = history.last().unwrap();
        assert_eq!(last["operation"], "withdraw_extension_request");
        assert_eq!(last["details"]["by_the_service"], true);
    }
    // A hold is no end of it.
    let held = cast.open(json!({})).await;
    cast.ask(&cast.ann, &held).await.expect(201);
    let hold = json!({ "reason": "Waiting", "review_on": "2014-05-01" });
    cast.clerk.moves(&held, "hold", hold).await.expect(200);
    let pending = cast
        .auditor
        .all("/v1/extension-requests?state=pending")
        .await;
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0]["action_id"], held.as_str());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twenty_grants_at_once_exactly_one_is_made() {
    let cast = Cast::gather().await;
    let action = cast.open(json!({})).await;
    let asked = cast.ask(&cast.ann, &action).await.expect(201);
    let (grant, etag) = (format!("{}/grant", location(&asked)), asked.etag());
    let chair = cast.council.delegate().await;
    let grants = (0..20).map(|n| {
        let (clerk, grant, etag) = (cast.clerk.clone(), grant.clone(), etag.clone());
        let body = json!({ "delegation_id": chair, "reason": format!("Minute {n}") });
        async move { clerk.post_with(&grant, &[("if-match", &etag)], body).await }
    });
    let answers = join_all(grants).await;
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.problem(412, "stale");
    }
    let shown = cast.read(&action).await;
    assert_eq!(shown["due"]["revisions"], 1);
    let granted = |name: &&String| *name == "grant_extension_request";
    let operations = cast.operations(&action).await;
    assert_eq!(operations.iter().filter(granted).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn extension_requests_are_listed_over_all_actions_in_sight() {
    let cast = Cast::gather().await;
    let other = Council::found_as(&cast.app, "HEA", "Director of Public Health").await;
    let secret = cast.open(json!({ "exempt": true })).await;
    let public = cast.open(json!({})).await;
    let theirs = cast
        .clerk
        .make("/v1/actions", other.due_on("2014-06-30"))
        .await;
    let mut requests = Vec::new();
    for (minute, action) in [&secret, &public, &theirs].into_iter().enumerate() {
        // What is made at one instant stands in no order.
        cast.app.at(&format!("2014-03-10T12:0{minute}:00Z"));
        requests.push(cast.ask(&cast.clerk, action).await.expect(201));
    }
    let list = "/v1/extension-requests";
    let seen = async |person: Person, query: &str| {
        let items = person.all(&format!("{list}{query}")).await;
        items
            .iter()
            .map(|item| item["action_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let everybody = [secret.clone(), public.clone(), theirs.clone()];
    for person in [
        cast.app.clerk(),
        cast.app.auditor(),
        cast.app.officer("ann"),
    ] {
        assert_eq!(seen(person, "?limit=1").await, everybody);
    }
    for person in [cast.app.reader(), cast.app.officer("bob")] {
        assert_eq!(seen(person, "").await, [public.clone(), theirs.clone()]);
    }
    let limited = || cast.app.clerk().limited_to(&["CFS"]);
    assert_eq!(seen(limited(), "").await, [secret.clone(), public.clone()]);
    let of_committee = format!("?committee_id={}", other.committee);
    assert!(seen(limited(), &of_committee).await.is_empty());
    assert_eq!(
        seen(cast.app.clerk(), &of_committee).await,
        [theirs.as_str()]
    );

    // Through the action it is seen as the action is.
    let hidden = location(&requests[0]);
    for person in [cast.app.reader(), cast.app.officer("bob")] {
        person.get(&hidden).await.problem(404, "not-found");
        person
            .get(&format!("/v1/actions/{secret}/extension-requests"))
            .await
            .problem(404, "not-found");
        person
            .get(&format!("/v1/actions/{secret}/verifications"))
            .await
            .problem(404, "not-found");
    }
    cast.app.officer("ann").get(&hidden).await.expect(200);
    let read = cast.app.reader().get(&location(&requests[1])).await;
    assert_eq!(read.expect(200).body["requested_by"], Value::Null);

    let refused = json!({ "reason": "No" });
    decide(&cast.clerk, &location(&requests[1]), "refuse", refused)
        .await
        .expect(200);
    assert_eq!(seen(cast.app.reader(), "?state=refused").await, [public]);
    assert_eq!(seen(cast.app.reader(), "?state=pending").await, [theirs]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_is_called_in_after_too_many_revisions_or_missed_terms() {
    let cast = Cast::gather().await;
    let revised = cast.open(json!({})).await;
    let missed = cast.open(json!({})).await;
    let quiet = cast.open(json!({})).await;
    let revise = async |action: &str, day: &str| {
        let body = json!({
            "due": { "kind": "date", "due_on": day }, "reason": "Granted", "decision_id": cast.council.decision,
        });
        cast.clerk
            .moves(action, "due-terms", body)
            .await
            .expect(200)
    };
    let listed = async |query: &str| {
        let path = format!("/v1/actions?called_in={query}");
        let mut ids: Vec<String> = cast
            .auditor
            .all(&path)
            .await
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let sorted = |ids: &[&String]| {
        let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
        ids.sort();
        ids
    };
    for day in ["2014-07-31", "2014-08-31"] {
        let shown = revise(&revised, day).await;
        assert_eq!(shown.body["called_in"], Value::Null);
    }
    assert_eq!(listed("true").await, [] as [String; 0]);
    let shown = revise(&revised, "2014-09-30").await;
    assert_eq!(
        shown.body["called_in"],
        json!({ "rule": "revisions", "count": 3 })
    );
    // As an earlier missed term is counted in storage, one more that is overdue is the second.
    cast.app
        .sql("UPDATE actions SET missed_terms = 1 WHERE due_number = 1");
    let one = sorted(&[&revised]);
    assert_eq!(listed("true").await, one);
    assert_eq!(listed("false").await, sorted(&[&missed, &quiet]));
    let later = json!({
        "due": { "kind": "date", "due_on": "2014-12-31" }, "reason": "Granted", "decision_id": cast.council.decision,
    });
    cast.clerk
        .moves(&quiet, "due-terms", later)
        .await
        .expect(200);
    cast.app.at("2014-07-01T12:00:00Z");
    assert_eq!(
        cast.read(&missed).await["called_in"],
        json!({ "rule": "missed_terms", "count": 2 })
    );
    assert_eq!(cast.read(&quiet).await["called_in"], Value::Null);
    assert_eq!(listed("true").await, sorted(&[&revised, &missed]));
    assert_eq!(listed("false").await, [quiet.as_str()]);
    assert_eq!(
        listed("true&as_of=2014-06-30").await,
        one,
        "on that day it was not overdue yet"
    );
    // What is closed is called in no more.
    let lapse =
        json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": cast.council.decision });
    cast.clerk.moves(&revised, "close", lapse).await.expect(200);
    assert_eq!(listed("true").await, [missed.as_str()]);
    let refused = cast.auditor.get("/v1/actions?called_in=often").await;
    assert_eq!(
        refused.problem(400, "bad-parameter").pointers(),
        ["called_in"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_missed_term_may_be_enough_and_nothing_may_be() {
    for (missed, revisions, called_in) in [(1, 0, true), (0, 0, false), (0, 1, false)] {
        let app = App::start_with(|config| {
            config.rules.called_in_after_missed_terms = missed;
            config.rules.called_in_after_revisions = revisions;
        })
        .await;
        let cast = Cast::of(app).await;
        let action = cast.open(json!({})).await;
        cast.app.at("2014-07-01T12:00:00Z");
        let flagged = cast.auditor.all("/v1/actions?called_in=true").await;
        assert_eq!(flagged.len(), usize::from(called_in));
        let others = cast.auditor.all("/v1/actions?called_in=false").await;
        assert_eq!(others.len(), usize::from(!called_in));
        assert_eq!(!cast.read(&action).await["called_in"].is_null(), called_in);
    }
}

/// A recommendation of the council's meeting on 3 March 2014.
async fn recommend(council: &Council, more: Value) -> Answer {
    let body = json!({
        "agenda_item_id": council.item, "kind": "recommendation", "text": "That Cabinet fund a second post",
    });
    council
        .clerk
        .post("/v1/resolutions", with(body, more))
        .await
}

fn accepted() -> Value {
    json!({ "response": "accepted", "responded_by": "Cabinet", "responded_on": "2014-03-10" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recommendation_waits_for_a_response_and_is_late_after_two_months() {
    let cast = Cast::gather().await;
    let recommended = recommend(&cast.council, json!({})).await.expect(201);
    // What is made at one instant stands in no order.
    cast.app.at("2014-03-10T12:01:00Z");
    let noticed = recommend(&cast.council, json!({ "notice_on": "2014-03-10" }));
    let noticed = noticed.await.expect(201);
    assert_eq!(
        recommended.body["response"],
        json!({
            "needed": true, "notice_on": null, "due_on": "2014-05-03", "late": false, "days_late": 0, "given": null,
        })
    );
    assert_eq!(noticed.body["response"]["due_on"], "2014-05-10");
    let path = format!("/v1/resolutions/{}", cast.council.resolution);
    let request = cast.clerk.get(&path).await.expect(200);
    assert_eq!(request.body["response"]["needed"], false);
    assert_eq!(request.body["response"]["due_on"], Value::Null);

    let listed = async |query: &str| {
        let path = format!("/v1/resolutions?response={query}");
        let items = cast.app.reader().all(&path).await;
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let (first, second) = (recommended.id(), noticed.id());
    cast.app.at("2014-05-03T22:59:59Z");
    assert!(listed("late").await.is_empty());
    cast.app.at("2014-05-03T23:00:00Z");
    assert_eq!(listed("late").await, [first.as_str()]);
    assert_eq!(listed("outstanding").await, [first.clone(), second.clone()]);
    assert!(listed("given").await.is_empty());

    cast.app.at("2014-05-12T12:00:00Z");
    let path = format!("/v1/resolutions/{first}/responses");
    let body = with(accepted(), json!({ "responded_on": "2014-05-06" }));
    let given = cast.clerk.post(&path, body).await.expect(201);
    assert_eq!(given.body["number"], 1);
    let resolution = cast.clerk.get(&format!("/v1/resolutions/{first}")).await;
    let response = &resolution.expect(200).body["response"];
    assert_eq!(response["late"], false);
    assert_eq!(response["days_late"], 3);
    assert_eq!(response["given"]["response"], "accepted");
    assert_eq!(response["given"]["id"], given.body["id"]);
    assert_eq!(listed("given").await, [first.as_str()]);
    assert_eq!(listed("late").await, [second]);

    // The last one counts; all of them stay. The first stopped the clock, whatever day a later one bears.
    let second_thoughts = json!({
        "response": "partly_accepted", "responded_by": "Cabinet", "responded_on": "2014-05-12", "reasons": "Half a post",
    });
    cast.clerk.post(&path, second_thoughts).await.expect(201);
    let all = cast
        .app
        .reader()
        .all("/v1/resolutions?response=given")
        .await;
    assert_eq!(all[0]["response"]["given"]["response"], "partly_accepted");
    assert_eq!(all[0]["response"]["days_late"], 3);
    let earlier = with(accepted(), json!({ "responded_on": "2014-04-01" }));
    cast.clerk.post(&path, earlier).await.expect(201);
    let resolution = cast.clerk.get(&format!("/v1/resolutions/{first}")).await;
    let response = &resolution.expect(200).body["response"];
    assert_eq!(
        (&response["days_late"], &response["given"]["number"]),
        (&json!(3), &json!(3))
    );
    let patched = json!({ "notice_on": null });
    let path_of = format!("/v1/resolutions/{first}");
    let patched = cast.clerk.patch(&path_of, "*", patched).await.expect(200);
    assert_eq!(patched.body["response"]["days_late"], 3);
    assert_eq!(all[0]["response"]["given"]["recorded_by"], Value::Null);
    assert_eq!(cast.app.reader().all(&path).await.len(), 3);
    let one = cast.clerk.get(&location(&given)).await.expect(200);
    assert_eq!(one.body["recorded_by"], "clerk");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_for_a_response_moves_with_the_meeting_unless_notice_was_given() {
    let app = App::start_with(|config| config.rules.response_months = 1).await;
    let cast = Cast::of(app).await;
    let moving = recommend(&cast.council, json!({})).await.expect(201).id();
    let noticed = recommend(&cast.council, json!({ "notice_on": "2014-03-10" }));
    let noticed = noticed.await.expect(201).id();
    let due_on = async |id: &str| {
        let path = format!("/v1/resolutions/{id}");
        let shown = cast.clerk.get(&path).await.expect(200);
        shown.body["response"]["due_on"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(due_on(&moving).await, "2014-04-03");
    let path = format!("/v1/meetings/{}", cast.council.meeting);
    let moved = json!({ "starts_at": "2014-03-05T14:00:00Z" });
    cast.clerk.patch(&path, "*", moved).await.expect(200);
    assert_eq!(due_on(&moving).await, "2014-04-05");
    assert_eq!(due_on(&noticed).await, "2014-04-10");
    // Without its notice it follows the meeting again.
    let path = format!("/v1/resolutions/{noticed}");
    let patched = json!({ "notice_on": null });
    cast.clerk.patch(&path, "*", patched).await.expect(200);
    assert_eq!(due_on(&noticed).await, "2014-04-05");
    cast.app.at("2014-04-06T12:00:00Z");
    let late = cast.clerk.all("/v1/resolutions?response=late").await;
    assert_eq!(late.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_of_the_response_changes_after_the_minutes_are_confirmed() {
    let cast = Cast::gather().await;
    let clerk = &cast.clerk;
    let meeting = format!("/v1/meetings/{}", cast.council.meeting);
    let held = json!({ "status": "held", "minutes_confirmed_on": "2014-03-10" });
    clerk.patch(&meeting, "*", held).await.expect(200);
    let path = format!("/v1/resolutions/{}", cast.council.resolution);
    let needed = json!({ "response_needed": true, "notice_on": "2014-03-07" });
    let shown = clerk.patch(&path, "*", needed).await.expect(200);
    assert_eq!(shown.body["response"]["due_on"], "2014-05-07");
    for body in [
        json!({ "text": "That more be provided" }),
        json!({ "kind": "noted", "response_needed": false }),
    ] {
        clerk
            .patch(&path, "*", body)
            .await
            .problem(409, "minutes-confirmed");
    }
    for (body, pointer) in [
        (json!({ "notice_on": "2014-03-02" }), "/notice_on"),
        (json!({ "notice_on": "2014-03-11" }), "/notice_on"),
        (json!({ "response_needed": null }), "/response_needed"),
    ] {
        let refused = clerk.patch(&path, "*", body).await;
        assert_eq!(refused.problem(422, "validation").pointers(), [pointer]);
    }
    let early = recommend(&cast.council, json!({ "notice_on": "2014-03-02" })).await;
    assert_eq!(early.problem(422, "validation").pointers(), ["/notice_on"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_resolution_is_decides_whether_a_response_is_needed_unless_it_is_said() {
    let cast = Cast::gather().await;
    let unneeded = recommend(&cast.council, json!({ "response_needed": false })).await;
    assert_eq!(unneeded.expect(201).body["response"]["needed"], false);
    let needed = json!({ "kind": "referral", "response_needed": true });
    let needed = recommend(&cast.council, needed).await.expect(201);
    assert_eq!(needed.body["response"]["needed"], true);
    let path = format!("/v1/resolutions/{}", cast.council.resolution);
    let patched = json!({ "kind": "recommendation" });
    let patched = cast.clerk.patch(&path, "*", patched).await.expect(200);
    assert_eq!(patched.body["response"]["needed"], true);

    // Nobody is to respond to what was corrected.
    let correction = json!({ "supersedes_id": needed.id() });
    let correction = recommend(&cast.council, correction).await.expect(201);
    assert_eq!(correction.body["response"]["needed"], true);
    let path = format!("/v1/resolutions/{}", needed.id());
    let superseded = cast.clerk.get(&path).await.expect(200);
    assert_eq!(superseded.body["response"]["needed"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_that_cannot_be_is_refused_and_one_out_of_sight_is_not_there() {
    let cast = Cast::gather().await;
    let recommended = recommend(&cast.council, json!({})).await.expect(201).id();
    let path = format!("/v1/resolutions/{recommended}/responses");
    for (more, pointer) in [
        (json!({ "response": "rejected" }), "/reasons"),
        (
            json!({ "response": "partly_accepted", "reasons": null }),
            "/reasons",
        ),
        (json!({ "response": "perhaps" }), "/response"),
        (json!({ "responded_by": "" }), "/responded_by"),
        (json!({ "responded_on": "2014-03-11" }), "/responded_on"),
        (json!({ "responded_on": "2014-03-02" }), "/responded_on"),
        (json!({ "reasons": " " }), "/reasons"),
        (json!({ "number": 3 }), "/number"),
    ] {
        let refused = cast.clerk.post(&path, with(accepted(), more)).await;
        let refused = refused.problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer], "{}", refused.text);
    }
    for person in [&cast.ann, &cast.auditor] {
        person
            .post(&path, accepted())
            .await
            .problem(403, "forbidden");
    }
    let unneeded = format!("/v1/resolutions/{}/responses", cast.council.resolution);
    cast.clerk
        .post(&unneeded, accepted())
        .await
        .problem(409, "state-conflict");
    assert!(cast.clerk.all(&path).await.is_empty());

    let secret = recommend(&cast.council, json!({ "exempt": true }))
        .await
        .expect(201)
        .id();
    let path = format!("/v1/resolutions/{secret}/responses");
    let given = cast.clerk.post(&path, accepted()).await.expect(201);
    for person in [cast.app.reader(), cast.app.clerk().limited_to(&["HEA"])] {
        person.get(&path).await.problem(404, "not-found");
        person
            .get(&location(&given))
            .await
            .problem(404, "not-found");
        assert!(
            person
                .all("/v1/resolutions?response=given")
                .await
                .is_empty()
        );
    }
    let elsewhere = format!("/v1/resolutions/{recommended}/responses/{}", given.id());
    cast.clerk.get(&elsewhere).await.problem(404, "not-found");
    // Sent again under its key it is recorded once.
    let headers = [("idempotency-key", "key-1")];
    let path = format!("/v1/resolutions/{recommended}/responses");
    for _ in 0..2 {
        cast.clerk
            .post_with(&path, &headers, accepted())
            .await
            .expect(201);
    }
    assert_eq!(cast.clerk.all(&path).await.len(), 1);
}
