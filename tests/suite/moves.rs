//! The life of an action over HTTP: every row of the states table, and what is refused.

use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::{Answer, App, Council, Person, with};

const OFFICER: &str = "ann";

/// A council whose post is held, and the people of the states table.
struct Cast {
    app: App,
    council: Council,
    officer: Person,
}

impl Cast {
    async fn gather() -> Self {
        let app = App::start().await;
        let council = Council::found(&app).await;
        council.appoint(OFFICER).await;
        let officer = app.officer(OFFICER);
        Self {
            app,
            council,
            officer,
        }
    }

    /// An action brought into a state the proper way.
    async fn action_in(&self, state: &str) -> String {
        let clerk = &self.council.clerk;
        if matches!(state, "draft" | "void") {
            let draft = self
                .council
                .action(with(self.council.undated(), json!({ "state": "draft" })))
                .await;
            if state == "void" {
                clerk
                    .moves(&draft, "void", json!({ "reason": "Never agreed" }))
                    .await
                    .expect(200);
            }
            return draft;
        }
        let action = self.council.action(self.council.undated()).await;
        let steps: &[(&Person, &str)] = match state {
            "open" => &[],
            "in_progress" => &[(&self.officer, "start")],
            "on_hold" => &[(clerk, "hold")],
            "completion_claimed" => &[(&self.officer, "claim-completion")],
            "closed" => &[
                (&self.officer, "claim-completion"),
                (clerk, "accept-completion"),
            ],
            other => panic!("no state {other}"),
        };
        for (person, name) in steps {
            person
                .moves(&action, name, self.body_of(name))
                .await
                .expect(200);
        }
        action
    }

    /// What a move wants to hear.
    fn body_of(&self, name: &str) -> Value {
        match name {
            "open" | "resume" => json!({}),
            "start" => json!({ "narrative": "Begun" }),
            "hold" => json!({ "reason": "Waiting for figures", "review_on": "2014-05-01" }),
            "claim-completion" => {
                json!({ "narrative": "Done", "evidence": [{ "title": "Report" }] })
            }
            "accept-completion" => json!({ "decision_id": self.council.decision }),
            "close" => {
                json!({ "outcome": "lapsed", "reason": "Overtaken", "decision_id": self.council.decision })
            }
            _ => json!({ "reason": "Because" }),
        }
    }
}

const STATES: [&str; 7] = [
    "draft",
    "open",
    "in_progress",
    "on_hold",
    "completion_claimed",
    "closed",
    "void",
];

/// The states table of the field, by hand: from, move, to, and who may.
const TABLE: &[(&str, &str, &str, &[&str])] = &[
    ("draft", "open", "open", &["clerk"]),
    ("draft", "void", "void", &["clerk"]),
    ("open", "start", "in_progress", &["officer", "clerk"]),
    ("open", "hold", "on_hold", &["clerk"]),
    (
        "open",
        "claim-completion",
        "completion_claimed",
        &["officer", "clerk"],
    ),
    ("open", "close", "closed", &["clerk"]),
    ("in_progress", "hold", "on_hold", &["clerk"]),
    (
        "in_progress",
        "claim-completion",
        "completion_claimed",
        &["officer", "clerk"],
    ),
    ("in_progress", "close", "closed", &["clerk"]),
    ("on_hold", "resume", "in_progress", &["officer", "clerk"]),
    ("on_hold", "close", "closed", &["clerk"]),
    (
        "completion_claimed",
        "refuse-completion",
        "in_progress",
        &["clerk"],
    ),
    (
        "completion_claimed",
        "withdraw-claim",
        "in_progress",
        &["officer", "clerk"],
    ),
    (
        "completion_claimed",
        "accept-completion",
        "closed",
        &["clerk"],
    ),
    ("closed", "reopen", "in_progress", &["clerk", "auditor"]),
];

const MOVES: [&str; 11] = [
    "open",
    "void",
    "start",
    "hold",
    "resume",
    "claim-completion",
    "withdraw-claim",
    "refuse-completion",
    "accept-completion",
    "close",
    "reopen",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_the_states_table_is_made_by_whom_it_names_and_by_nobody_else() {
    let cast = Cast::gather().await;
    let people = [
        ("officer", cast.officer.clone()),
        ("clerk", cast.council.clerk.clone()),
        ("auditor", cast.app.auditor()),
        ("other officer", cast.app.officer("bob")),
        ("reader", cast.app.reader()),
        ("admin", cast.app.admin()),
    ];
    for (from, name, to, who) in TABLE {
        for (role, person) in &people {
            let action = cast.action_in(from).await;
            let answer = person.moves(&action, name, cast.body_of(name)).await;
            if who.contains(role) {
                let answer = answer.expect(200);
                assert_eq!(answer.body["state"], *to, "{from} {name}");
                assert_eq!(answer.body["version"].as_i64(), Some(version_of(from) + 1));
            } else {
                // That they would accept their own claim is told first.
                let own = *name == "accept-completion" && *role == "officer";
                if own {
                    answer.problem(409, "move-refused");
                } else {
                    answer.problem(403, "forbidden");
                }
                let unmoved = cast
                    .council
                    .clerk
                    .get(&format!("/v1/actions/{action}"))
                    .await
                    .expect(200);
                assert_eq!(unmoved.body["state"], *from, "{role} {name}");
            }
        }
    }
}

/// The version of an action that was brought into a state the proper way.
fn version_of(state: &str) -> i64 {
    match state {
        "draft" | "open" => 1,
        "closed" => 3,
        _ => 2,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_move_that_the_table_does_not_know_is_a_conflict_that_names_the_moves_allowed() {
    let cast = Cast::gather().await;
    for state in STATES {
        let action = cast.action_in(state).await;
        let mut allowed: Vec<String> = TABLE
            .iter()
            .filter(|row| row.0 == state)
            .map(|row| row.1.replace('-', "_"))
            .collect();
        allowed.sort();
        for name in MOVES {
            if TABLE.iter().any(|row| row.0 == state && row.1 == name) {
                continue;
            }
            let refused = cast
                .council
                .clerk
                .moves(&action, name, cast.body_of(name))
                .await
                .problem(409, "move-refused");
            assert_eq!(
                sorted(&refused.body["allowed_moves"]),
                allowed,
                "{state} {name}"
            );
        }
        let shown = cast
            .council
            .clerk
            .get(&format!("/v1/actions/{action}"))
            .await
            .expect(200);
        assert_eq!(shown.body["state"], state);
        assert_eq!(sorted(&shown.body["allowed_moves"]), allowed);
    }
}

fn sorted(moves: &Value) -> Vec<String> {
    let mut names: Vec<String> = moves
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_claims_completion_cannot_accept_it() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let action = cast.action_in("in_progress").await;
    clerk
        .moves(
            &action,
            "claim-completion",
            cast.body_of("claim-completion"),
        )
        .await
        .expect(200);

    let own = clerk
        .moves(
            &action,
            "accept-completion",
            cast.body_of("accept-completion"),
        )
        .await;
    own.problem(409, "move-refused");

    let accepted = cast
        .app
        .second_clerk()
        .moves(
            &action,
            "accept-completion",
            json!({ "delegation_id": cast.council.delegate().await, "outcome": "partly_implemented" }),
        )
        .await
        .expect(200);
    assert_eq!(accepted.body["outcome"], "partly_implemented");
    assert_eq!(accepted.body["closed_on"], "2014-03-10");
    assert_eq!(accepted.body["claimed_by"], "clerk");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_without_what_it_needs_is_invalid_and_says_what_is_missing() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let cases: &[(&str, &str, Value, &str)] = &[
        ("draft", "void", json!({}), "/reason"),
        ("draft", "void", json!({ "reason": "  " }), "/reason"),
        ("open", "start", json!({}), "/narrative"),
        ("open", "hold", json!({ "reason": "Waiting" }), "/review_on"),
        (
            "open",
            "hold",
            json!({ "review_on": "2014-05-01" }),
            "/reason",
        ),
        (
            "open",
            "claim-completion",
            json!({ "narrative": "Done" }),
            "/evidence",
        ),
        (
            "open",
            "claim-completion",
            json!({ "evidence": [{ "title": "Report" }] }),
            "/narrative",
        ),
        (
            "completion_claimed",
            "refuse-completion",
            json!({}),
            "/reason",
        ),
        ("completion_claimed", "withdraw-claim", json!({}), "/reason"),
        (
            "completion_claimed",
            "accept-completion",
            json!({}),
            "/decision_id",
        ),
        (
            "open",
            "close",
            json!({ "outcome": "merged" }),
            "/successor_id",
        ),
        (
            "open",
            "close",
            json!({ "outcome": "lapsed", "reason": "Overtaken" }),
            "/decision_id",
        ),
        (
            "open",
            "close",
            json!({ "outcome": "implemented" }),
            "/outcome",
        ),
        ("closed", "reopen", json!({}), "/reason"),
        (
            "closed",
            "reopen",
            json!({ "reason": "Not done", "effective_on": "2014-03-11" }),
            "/effective_on",
        ),
    ];
    for (state, name, body, pointer) in cases {
        let action = cast.action_in(state).await;
        let refused = clerk
            .moves(&action, name, body.clone())
            .await
            .problem(422, "validation");
        assert_eq!(refused.pointers(), [*pointer], "{name} {body}");
        let shown = clerk
            .get(&format!("/v1/actions/{action}"))
            .await
            .expect(200);
        assert_eq!(shown.body["state"], *state);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_opened_once_it_has_an_owner_a_due_term_and_a_review_day() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let draft = cast
        .council
        .action(json!({ "resolution_id": cast.council.resolution, "title": "To be agreed" }))
        .await;
    let path = format!("/v1/actions/{draft}");
    let patch = async |body: Value| clerk.patch(&path, "*", body).await.expect(200);

    let bare = clerk
        .moves(&draft, "open", json!({}))
        .await
        .problem(409, "move-refused");
    assert_eq!(bare.pointers(), ["/owner_post_id", "/due"]);
    patch(json!({ "owner_post_id": cast.council.post, "due": { "kind": "vague", "wording": "in due course" } })).await;
    let undated = clerk
        .moves(&draft, "open", json!({}))
        .await
        .problem(409, "move-refused");
    assert_eq!(undated.pointers(), ["/review_on"]);
    patch(json!({ "review_on": "2014-06-01" })).await;
    clerk.moves(&draft, "open", json!({})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reopened_action_goes_on_with_its_original_due_day() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let action = cast.council.action(cast.council.due_on("2014-03-20")).await;
    let revision = json!({ "due": { "kind": "date", "due_on": "2014-06-01" }, "reason": "Extension granted", "decision_id": cast.council.decision });
    clerk
        .moves(&action, "due-terms", revision)
        .await
        .expect(200);
    cast.officer
        .moves(
            &action,
            "claim-completion",
            cast.body_of("claim-completion"),
        )
        .await
        .expect(200);
    clerk
        .moves(
            &action,
            "accept-completion",
            cast.body_of("accept-completion"),
        )
        .await
        .expect(200);
    cast.app.at("2014-04-01T12:00:00Z");

    let reopened = clerk
        .moves(&action, "reopen", json!({ "reason": "It was not done" }))
        .await
        .expect(200);

    assert_eq!(reopened.body["state"], "in_progress");
    for member in ["outcome", "closed_on", "decision_id", "claimed_by"] {
        assert_eq!(reopened.body[member], Value::Null, "{member}");
    }
    let due = &reopened.body["due"];
    assert_eq!(due["original_due_on"], "2014-03-20");
    assert_eq!(due["due_on"], "2014-06-01");
    assert_eq!(due["revisions"], 1);
    assert_eq!(
        due["overdue"],
        json!({ "current": false, "original": true })
    );
    assert_eq!(due["days_late"], json!({ "current": 0, "original": 12 }));
    assert_eq!(reopened.body["created_at"], "2014-03-10T12:00:00Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_is_closed_into_its_successor() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let ours = cast.action_in("open").await;
    let other = Council::found_as(&cast.app, "HEA", "Director of Public Health").await;
    let theirs = other.action(other.undated()).await;
    for outcome in ["superseded", "merged", "transferred"] {
        let action = cast.action_in("open").await;
        let itself = json!({ "outcome": outcome, "successor_id": action });
        let refused = clerk
            .moves(&action, "close", itself)
            .await
            .problem(422, "validation");
        assert_eq!(refused.pointers(), ["/successor_id"]);
        let successor = if outcome == "transferred" {
            &theirs
        } else {
            &ours
        };
        let into = json!({ "outcome": outcome, "successor_id": successor });
        let closed = clerk.moves(&action, "close", into).await.expect(200);
        assert_eq!(closed.body["outcome"], outcome);
        assert_eq!(closed.body["successor_id"], *successor);
    }
}

/// The history of an action once all of it is sealed.
pub(crate) async fn sealed_history(reader: &Person, action: &str) -> Vec<Value> {
    for _ in 0..100 {
        let items = reader.all(&format!("/v1/actions/{action}/history")).await;
        if items.iter().all(|entry| entry["sequence"].is_i64()) {
            return items;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the history was not sealed in ten seconds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_is_in_the_history_with_what_was_before_and_after() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let created = clerk
        .post("/v1/actions", cast.council.undated())
        .await
        .expect(201);
    let action = created.id();
    let patched: Answer = clerk
        .patch(
            &format!("/v1/actions/{action}"),
            "*",
            json!({ "title": "Clearer" }),
        )
        .await
        .expect(200);
    let started = json!({ "narrative": "Begun in the office", "effective_on": "2014-03-07" });
    cast.officer
        .moves(&action, "start", started)
        .await
        .expect(200);

    let history = sealed_history(&cast.app.auditor(), &action).await;

    let operations: Vec<&str> = history
        .iter()
        .map(|entry| entry["operation"].as_str().unwrap())
        .collect();
    assert_eq!(
        operations,
        ["create_action", "update_action", "start_action"]
    );
    assert_eq!(history[0]["before"], Value::Null);
    assert_eq!(history[0]["after"]["title"], "Adoption figures");
    assert_eq!(history[0]["request_id"], created.header("x-request-id"));
    assert_eq!(history[1]["before"]["title"], "Adoption figures");
    assert_eq!(history[1]["after"]["title"], "Clearer");
    assert_eq!(history[1]["request_id"], patched.header("x-request-id"));
    assert!(history[1]["after"].get("state").is_none());
    assert_eq!(history[2]["before"]["state"], "open");
    assert_eq!(history[2]["after"]["state"], "in_progress");
    assert_eq!(history[2]["details"]["narrative"], "Begun in the office");
    assert_eq!(history[2]["effective_on"], "2014-03-07");
    assert_eq!(history[2]["recorded_at"], "2014-03-10T12:00:00Z");
    assert_eq!(history[2]["actor"]["subject"], OFFICER);
    assert_eq!(history[2]["actor"]["roles"], json!(["officer"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sealed_trail_is_gapless_and_each_entry_is_chained_to_the_one_before() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let first = council.action(council.undated()).await;
    let second = council.action(council.undated()).await;
    for action in [&first, &second, &first, &second] {
        let path = format!("/v1/actions/{action}");
        let version = council.clerk.get(&path).await.body["version"].clone();
        council
            .clerk
            .patch(&path, "*", json!({ "title": format!("Version {version}") }))
            .await
            .expect(200);
    }
    // What is refused leaves no entry behind.
    council
        .clerk
        .moves(&first, "resume", json!({}))
        .await
        .problem(409, "move-refused");

    let mut entries = sealed_history(&app.auditor(), &first).await;
    entries.extend(sealed_history(&app.auditor(), &second).await);
    entries.sort_by_key(|entry| entry["sequence"].as_i64());

    // The council's own six records came first.
    let sequences: Vec<i64> = entries
        .iter()
        .map(|entry| entry["sequence"].as_i64().unwrap())
        .collect();
    assert_eq!(sequences, [7, 8, 9, 10, 11, 12]);
    for pair in entries.windows(2) {
        assert_eq!(pair[1]["previous_hash"], pair[0]["hash"]);
    }
    let hashes: std::collections::BTreeSet<&str> = entries
        .iter()
        .map(|entry| entry["hash"].as_str().unwrap())
        .collect();
    assert_eq!(hashes.len(), 6);
    assert!(
        hashes
            .iter()
            .all(|hash| hash.len() == hex(&Sha256::digest("")).len())
    );
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
