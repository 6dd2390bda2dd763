//! What a decision may rest on and from when it counts, what comes before what, and whose own work is whose.

use matters_arising::domain::assurance::Priority;
use serde_json::{Value, json};

use crate::assurance::{Cast, decide, location, until};
use crate::harness::{Answer, App, Person, with};
use crate::moves::sealed_history;

impl Cast {
    /// A claim by Ann of that day.
    async fn claimed_on(&self, day: &str, more: Value) -> String {
        let action = self.open(more).await;
        let claim = json!({
            "narrative": "Done", "evidence": [{ "title": "Report" }, { "title": "Minutes" }], "effective_on": day,
        });
        let claimed = self.ann.moves(&action, "claim-completion", claim).await;
        claimed.expect(200);
        action
    }

    /// A meeting of the committee that resolved something: its id, and the resolution's.
    async fn resolved_at(&self, starts_at: &str) -> (String, String) {
        let meeting = json!({ "committee_id": self.council.committee, "starts_at": starts_at });
        let meeting = self.clerk.make("/v1/meetings", meeting).await;
        let body = json!({ "meeting_id": meeting, "kind": "approved", "text": "that it be so" });
        let resolution = self.clerk.make("/v1/resolutions", body).await;
        (meeting, resolution)
    }
}

#[track_caller]
fn refused(answer: Answer, pointer: &str, code: &str) {
    let refused = answer.problem(422, "validation");
    let error = &refused.body["errors"][0];
    assert_eq!(
        (error["pointer"].as_str(), error["code"].as_str()),
        (Some(pointer), Some(code)),
        "{}",
        refused.text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_settles_a_claim_does_not_take_effect_before_it_nor_reopening_before_closing() {
    let cast = Cast::gather().await;
    let due = json!({ "due": { "kind": "date", "due_on": "2014-03-05" } });
    let action = cast.claimed_on("2014-03-08", due).await;
    let early = json!({ "effective_on": "2014-03-07" });
    let accepted = json!({ "decision_id": cast.council.decision });
    let because = json!({ "reason": "Because" });
    for (person, name, body) in [
        (&cast.other_clerk, "accept-completion", &accepted),
        (&cast.other_clerk, "refuse-completion", &because),
        (&cast.ann, "withdraw-claim", &because),
    ] {
        let body = with(body.clone(), early.clone());
        let answer = person.moves(&action, name, body).await;
        refused(answer, "/effective_on", "before_claim");
    }
    let accepted = with(accepted, json!({ "effective_on": "2014-03-08" }));
    let accept = cast
        .other_clerk
        .moves(&action, "accept-completion", accepted);
    let closed = accept.await.expect(200).body;
    assert_eq!(closed["closed_on"], "2014-03-08");
    assert_eq!(closed["due"]["days_late"]["original"], 3);
    let answer = cast
        .clerk
        .moves(&action, "reopen", with(because.clone(), early));
    refused(answer.await, "/effective_on", "before_closing");
    let same_day = with(because, json!({ "effective_on": "2014-03-08" }));
    cast.clerk
        .moves(&action, "reopen", same_day)
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_rests_on_what_a_meeting_cannot_have_decided_about_it() {
    let cast = Cast::gather().await;
    let before = cast.resolved_at("2014-02-10T14:00:00Z").await.1;
    let later = cast.resolved_at("2014-03-20T14:00:00Z").await;
    let (cancelled, by_none) = cast.resolved_at("2014-03-06T14:00:00Z").await;
    let (postponed, by_another) = cast.resolved_at("2014-03-07T14:00:00Z").await;
    for (meeting, change) in [
        (&cancelled, json!({ "status": "cancelled" })),
        (
            &postponed,
            json!({ "status": "postponed", "postponed_to_id": later.0 }),
        ),
    ] {
        let path = format!("/v1/meetings/{meeting}");
        cast.clerk.patch(&path, "*", change).await.expect(200);
    }
    let claimed = cast.claimed_on("2014-03-04", json!({})).await;
    let open = cast.open(json!({})).await;
    let asked_for = cast.open(json!({})).await;
    let request = location(&cast.ask(&cast.ann, &asked_for).await.expect(201));
    let due = json!({ "kind": "date", "due_on": "2014-09-30" });
    for (decision, code) in [
        (&cast.council.resolution, "asked_for_it"),
        (&before, "before_decision"),
        (&later.1, "after_effective_day"),
        (&by_none, "cancelled"),
        (&by_another, "postponed"),
    ] {
        let on = |more: Value| with(json!({ "decision_id": decision }), more);
        let lapse = on(json!({ "outcome": "lapsed", "reason": "Spent" }));
        let revise = on(json!({ "due": due, "reason": "Late" }));
        for answer in [
            cast.other_clerk
                .moves(&claimed, "accept-completion", on(json!({})))
                .await,
            cast.clerk.moves(&open, "close", lapse).await,
            cast.clerk.moves(&open, "due-terms", revise).await,
            decide(&cast.clerk, &request, "grant", on(json!({}))).await,
            decide(
                &cast.clerk,
                &request,
                "refuse",
                on(json!({ "reason": "No" })),
            )
            .await,
        ] {
            refused(answer, "/decision_id", code);
        }
    }
    // On the day before it, a meeting had not decided yet.
    let held = cast.resolved_at("2014-03-07T17:00:00Z").await.1;
    let accept = async |day: &str| {
        let body = json!({ "decision_id": held, "effective_on": day });
        cast.other_clerk
            .moves(&claimed, "accept-completion", body)
            .await
    };
    refused(
        accept("2014-03-06").await,
        "/decision_id",
        "after_effective_day",
    );
    accept("2014-03-07").await.expect(200);
    for action in [&open, &asked_for] {
        assert_eq!(cast.read(action).await["state"], "open");
        assert_eq!(cast.read(action).await["due"]["revisions"], 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_tries_to_decide_on_their_own_work_is_told_so_whatever_their_role_and_it_is_kept() {
    let cast = Cast::gather().await;
    let claimed = cast.claimed_by(&cast.ann, json!({})).await;
    let asked_for = cast.open(json!({})).await;
    let request = location(&cast.ask(&cast.ann, &asked_for).await.expect(201));
    let decision = json!({ "decision_id": cast.council.decision });

    let accept = cast
        .ann
        .moves(&claimed, "accept-completion", decision.clone());
    accept.await.problem(409, "move-refused");
    let bulk = json!({ "moves": [{
        "action_id": claimed, "version": cast.read(&claimed).await["version"], "move": "accept_completion", "body": decision,
    }] });
    let among_many = cast.ann.post("/v1/bulk/action-moves", bulk).await;
    among_many.problem(409, "move-refused");
    let found = json!({
        "method": "other", "result": "satisfied", "note": "I looked", "verified_on": "2014-03-10",
    });
    let verify = format!("/v1/actions/{claimed}/verifications");
    cast.ann
        .post(&verify, found.clone())
        .await
        .problem(409, "own-work");
    assert_eq!(
        cast.operations(&claimed).await[2..],
        [
            "accept_completion_refused",
            "accept_completion_refused",
            "create_verification_refused"
        ]
    );
    let grant = decide(&cast.ann, &request, "grant", decision.clone()).await;
    grant.problem(409, "own-work");
    assert_eq!(
        cast.operations(&asked_for).await[2..],
        ["grant_extension_request_refused"]
    );

    // What is somebody else's work is only not theirs to decide.
    cast.council.appoint_too("bob").await;
    let bob = cast.app.officer("bob");
    for answer in [
        bob.moves(&claimed, "accept-completion", decision.clone())
            .await,
        bob.post(&verify, found).await,
        decide(&bob, &request, "grant", decision).await,
    ] {
        answer.problem(403, "forbidden");
    }
    assert_eq!(cast.operations(&claimed).await.len(), 5);
    assert_eq!(cast.read(&claimed).await["state"], "completion_claimed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_that_has_lost_what_it_showed_is_not_accepted() {
    let cast = Cast::gather().await;
    let action = cast.claimed_by(&cast.ann, json!({})).await;
    let path = format!("/v1/actions/{action}");
    let evidence = cast.clerk.all(&format!("{path}/evidence")).await;
    let withdraw = async |evidence: &Value| {
        let path = format!("{path}/evidence/{}", evidence["id"].as_str().unwrap());
        decide(&cast.ann, &path, "withdraw", json!({ "reason": "Wrong" }))
            .await
            .expect(200)
    };
    let read = cast.clerk.get(&path).await.expect(200);
    withdraw(&evidence[0]).await;

    let accept = async |etag: &str| {
        let body = json!({ "decision_id": cast.council.decision });
        let path = format!("{path}/accept-completion");
        cast.other_clerk
            .post_with(&path, &[("if-match", etag)], body)
            .await
    };
    accept(&read.etag()).await.problem(412, "stale");
    let now = cast.clerk.get(&path).await.expect(200);
    assert_eq!(
        now.body["version"],
        read.body["version"].as_i64().unwrap() + 1
    );
    let shown = accept(&now.etag()).await.problem(409, "move-refused");
    assert_eq!(shown.pointers(), ["/evidence"]);
    // Evidence of which the claim says nothing is none of its.
    let letter = json!({ "kind": "letter", "title": "From the agency" });
    cast.ann
        .post(&format!("{path}/evidence"), letter)
        .await
        .expect(201);
    accept("*").await.problem(409, "move-refused");
    let history = sealed_history(&cast.auditor, &action).await;
    assert_eq!(history[2]["operation"], "withdraw_evidence");
    assert_eq!(history[2]["after"]["version"], now.body["version"]);
    assert_eq!(history[2]["after"]["evidence"]["withdrawn_by"], "ann");
    let because = json!({ "reason": "It shows nothing" });
    cast.ann
        .moves(&action, "withdraw-claim", because)
        .await
        .expect(200);

    // A part of it is enough.
    let action = cast.claimed_on("2014-03-10", json!({})).await;
    let path = format!("/v1/actions/{action}/evidence");
    let first = cast.clerk.all(&path).await[0].clone();
    let path = format!("{path}/{}", first["id"].as_str().unwrap());
    decide(&cast.ann, &path, "withdraw", json!({ "reason": "Wrong" }))
        .await
        .expect(200);
    let body = json!({ "decision_id": cast.council.decision });
    cast.other_clerk
        .moves(&action, "accept-completion", body)
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_granted_or_revised_period_counts_from_the_decision_and_so_does_what_was_missed() {
    let cast = Cast::gather().await;
    let chair = cast.council.delegate().await;
    let months = json!({ "kind": "period", "period": { "count": 2, "unit": "months" } });
    let due = json!({ "due": { "kind": "date", "due_on": "2014-04-10" } });
    let mut cases = Vec::new();
    for granted in [true, false] {
        for by_meeting in [true, false] {
            cast.app.at("2014-03-10T12:00:00Z");
            let action = cast.open(due.clone()).await;
            let path = format!("/v1/actions/{action}/extension-requests");
            let body = json!({ "due": months, "reason": "Late" });
            let request = if granted {
                Some(location(&cast.ann.post(&path, body).await.expect(201)))
            } else {
                None
            };
            cases.push((action, request, by_meeting));
        }
    }
    let decision = cast.resolved_at("2014-04-07T23:30:00Z").await.1;
    cast.app.at("2014-05-20T12:00:00Z");
    for (action, request, by_meeting) in cases {
        // The committee met when it was the 8th in London; its decision took effect on the due day itself, the chair's after it.
        let (body, due_on, counts_from) = if by_meeting {
            let body = json!({ "decision_id": decision, "effective_on": "2014-04-10" });
            (body, "2014-06-08", "2014-04-07T23:30:00Z")
        } else {
            let body = json!({ "delegation_id": chair, "effective_on": "2014-04-15" });
            (body, "2014-06-15", "2014-04-15T22:59:59.999999Z")
        };
        match request {
            Some(request) => decide(&cast.clerk, &request, "grant", body).await,
            None => {
                let body = with(body, json!({ "due": months, "reason": "Late" }));
                cast.clerk.moves(&action, "due-terms", body).await
            }
        }
        .expect(200);
        let shown = cast.read(&action).await;
        assert_eq!(shown["due"]["due_on"], due_on);
        let terms = format!("/v1/actions/{action}/due-terms");
        assert_eq!(
            cast.auditor.all(&terms).await[1]["counts_from"],
            counts_from
        );
        let history = sealed_history(&cast.auditor, &action).await;
        let last = history.last().unwrap();
        let missed = last["after"].get("missed_terms");
        assert_eq!(missed, (!by_meeting).then_some(&json!(1)), "{last}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_term_is_revised_on_authority_and_not_past_a_request_that_is_pending() {
    let cast = Cast::gather().await;
    let action = cast.open(json!({})).await;
    let revise = async |more: Value| {
        let body = with(until("2014-09-30"), more);
        cast.clerk.moves(&action, "due-terms", body).await
    };
    let chair = cast.council.delegate().await;
    let both = json!({ "decision_id": cast.council.decision, "delegation_id": chair });
    for more in [json!({}), both] {
        refused(revise(more).await, "/decision_id", "decision_or_delegation");
    }
    let other = cast.delegation(json!({ "ends_on": "2014-03-09" })).await;
    let over = revise(json!({ "delegation_id": other })).await;
    refused(over, "/delegation_id", "not_in_force");
    let early = json!({ "delegation_id": chair, "effective_on": "2014-03-02" });
    refused(revise(early).await, "/effective_on", "before_decision");

    let asked = cast.ask(&cast.clerk, &action).await.expect(201);
    let on_authority = json!({ "delegation_id": chair });
    let past_it = revise(on_authority.clone())
        .await
        .problem(409, "state-conflict");
    assert_eq!(past_it.body["existing"], asked.body["id"]);
    assert_eq!(past_it.body["errors"][0]["code"], "extension_pending");
    assert_eq!(cast.read(&action).await["due"]["revisions"], 0);
    decide(&cast.clerk, &location(&asked), "withdraw", json!({}))
        .await
        .expect(200);
    revise(with(on_authority, json!({ "effective_on": "2014-03-09" })))
        .await
        .expect(200);
    let history = sealed_history(&cast.auditor, &action).await;
    let entry = history.last().unwrap();
    assert_eq!(entry["operation"], "revise_due_term");
    assert_eq!(entry["effective_on"], "2014-03-09");
    assert_eq!(
        entry["details"],
        json!({ "reason": "The figures are late.", "delegation_id": chair })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_acts_for_a_day_only_on_which_they_held_the_post_too() {
    let cast = Cast::gather().await;
    cast.council.appoint_too("cara").await;
    let cara = cast.app.officer("cara");
    let weekly = json!({ "due": { "kind": "recurring", "frequency": "weekly" } });
    let all = async |person: &Person, day: &str| {
        let mut answers = Vec::new();
        for (path, member, body) in [
            (
                "progress-updates",
                "made_on",
                json!({ "narrative": "Begun" }),
            ),
            ("start", "effective_on", json!({ "narrative": "Begun" })),
            (
                "claim-completion",
                "effective_on",
                json!({ "narrative": "Done", "no_evidence_reason": "None to show" }),
            ),
            (
                "occurrences/1/meet",
                "effective_on",
                json!({ "narrative": "Reported" }),
            ),
        ] {
            let action = cast.open(weekly.clone()).await;
            let body = with(body, json!({ member: day }));
            let answer = person.moves(&action, path, body).await;
            answers.push((format!("/{member}"), action, answer));
        }
        answers
    };
    for (pointer, action, answer) in all(&cara, "2014-03-07").await {
        refused(answer, &pointer, "not_held_then");
        let shown = cast.read(&action).await;
        assert_eq!(
            (&shown["state"], &shown["version"]),
            (&json!("open"), &json!(1))
        );
    }
    // From the first day of their tenure they do; and a clerk does for whoever held the post.
    for (person, day) in [
        (&cara, "2014-03-08"),
        (&cast.ann, "2014-03-07"),
        (&cast.clerk, "2014-03-07"),
    ] {
        for (_, _, answer) in all(person, day).await {
            assert!(matches!(answer.status, 200 | 201), "{day}: {}", answer.text);
        }
    }

    // Of two posts they speak for the one that they held then.
    let second = json!({ "title": "Head of Law" });
    let second = cast.clerk.make("/v1/posts", second).await;
    let tenure =
        json!({ "holder_name": "Cara", "holder_subject": "cara", "starts_on": "2014-01-01" });
    let tenures = format!("/v1/posts/{second}/tenures");
    cast.clerk.make(&tenures, tenure).await;
    let action = cast.open(json!({ "supporting_post_ids": [second] })).await;
    let path = format!("/v1/actions/{action}/progress-updates");
    let said = json!({ "narrative": "Begun", "made_on": "2014-03-07" });
    let made = cara.post(&path, said.clone()).await.expect(201);
    assert_eq!(made.body["post_id"], second);
    let for_the_other = with(said, json!({ "for_post_id": cast.council.post }));
    refused(
        cara.post(&path, for_the_other).await,
        "/made_on",
        "not_held_then",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_is_verified_after_it_was_made_and_stays_to_be_verified_while_it_stands() {
    let cast = Cast::gather().await;
    let demanding = json!({ "verification_required": true });
    let action = cast.claimed_on("2014-03-08", demanding).await;
    let early = cast.verify(&action, json!({ "verified_on": "2014-03-07" }));
    refused(early.await, "/verified_on", "before_claim");
    let path = format!("/v1/actions/{action}");
    let patch = async |body: Value| cast.clerk.patch(&path, "*", body).await;
    let waived = json!({ "verification_required": false });
    let before = cast.read(&action).await;
    patch(waived.clone()).await.problem(409, "state-conflict");
    assert_eq!(cast.read(&action).await, before);
    patch(json!({ "verification_required": true, "title": "Figures" }))
        .await
        .expect(200);
    let because = json!({ "reason": "Too soon" });
    cast.ann
        .moves(&action, "withdraw-claim", because)
        .await
        .expect(200);
    patch(waived).await.expect(200);
    // Of an action that is under way it may have been made before.
    let early = cast.verify(&action, json!({ "verified_on": "2014-03-07" }));
    early.await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_priority_that_demands_verification_is_not_lowered_while_a_claim_stands() {
    let app = App::start_with(|config| config.rules.verify_priorities = vec![Priority::High]).await;
    let cast = Cast::of(app).await;
    let high = json!({ "priority": "high" });
    let action = cast.claimed_by(&cast.ann, high).await;
    let path = format!("/v1/actions/{action}");
    let lower = json!({ "priority": "low" });
    let refused = cast.clerk.patch(&path, "*", lower.clone()).await;
    refused.problem(409, "state-conflict");
    let flagged = with(lower, json!({ "verification_required": true }));
    cast.clerk.patch(&path, "*", flagged).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_extension_is_later_than_the_term_in_force_when_it_is_asked_for_and_when_it_is_granted()
{
    let cast = Cast::gather().await;
    let action = cast.open(json!({})).await;
    let path = format!("/v1/actions/{action}/extension-requests");
    for day in ["2014-06-29", "2014-06-30"] {
        refused(cast.ann.post(&path, until(day)).await, "/due", "not_later");
    }
    let meeting =
        json!({ "committee_id": cast.council.committee, "starts_at": "2014-09-09T13:00:00Z" });
    let meeting = cast.clerk.make("/v1/meetings", meeting).await;
    let body = json!({ "due": { "kind": "meeting", "meeting_id": meeting }, "reason": "Late" });
    let asked = cast.ann.post(&path, body).await.expect(201);
    let sooner = json!({ "starts_at": "2014-06-10T13:00:00Z" });
    let meeting = format!("/v1/meetings/{meeting}");
    cast.clerk.patch(&meeting, "*", sooner).await.expect(200);
    let decision = json!({ "decision_id": cast.council.decision });
    let grant = decide(&cast.clerk, &location(&asked), "grant", decision).await;
    let grant = grant.problem(409, "state-conflict");
    assert_eq!(grant.body["errors"][0]["code"], "not_later");
    assert_eq!(cast.read(&action).await["due"]["revisions"], 0);
    // What has no day is no sooner.
    let undated = cast.council.action(cast.council.undated()).await;
    let path = format!("/v1/actions/{undated}/extension-requests");
    cast.ann.post(&path, until("2014-03-11")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_says_where_a_request_stood_and_all_that_was_proposed() {
    let cast = Cast::gather().await;
    let early = json!({ "due": { "kind": "date", "due_on": "2014-04-30" } });
    let months = json!({ "kind": "period", "period": { "count": 2, "unit": "months" } });
    let decision = json!({ "decision_id": cast.council.decision });
    let because = json!({ "reason": "No" });
    for (name, state, body) in [
        ("grant", "granted", decision),
        ("refuse", "refused", because.clone()),
        ("withdraw", "withdrawn", because),
    ] {
        let action = cast.open(early.clone()).await;
        let path = format!("/v1/actions/{action}/extension-requests");
        let body_of = json!({ "due": months, "reason": "Late" });
        let asked = cast.ann.post(&path, body_of).await.expect(201);
        assert_eq!(asked.body["due"]["period"], months["period"]);
        assert_eq!(asked.body["due"].get("period_count"), None);
        decide(&cast.clerk, &location(&asked), name, body)
            .await
            .expect(200);
        let history = sealed_history(&cast.auditor, &action).await;
        let [_, made, decided] = history.as_slice() else {
            panic!("{history:?}");
        };
        let stands = |state: &str| json!({ "state": state });
        assert_eq!(made["before"]["extension_request"], Value::Null);
        assert_eq!(made["after"]["extension_request"], stands("pending"));
        assert_eq!(made["details"]["due_kind"], "period");
        assert_eq!(made["details"]["due_period"], months["period"]);
        assert_eq!(made["details"]["due_frequency"], Value::Null);
        assert_eq!(decided["before"]["extension_request"], stands("pending"));
        assert_eq!(decided["after"]["extension_request"], stands(state));
        assert_eq!(decided["details"]["number"], 1);
    }
}
