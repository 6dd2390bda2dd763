//! What somebody may not see does not exist for them.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, Person, with};

/// Every operation under `/v1`, and the roles that may use it: r(eader), o(fficer), c(lerk), a(uditor), (a)d(min).
pub(crate) const OPERATIONS: &[(&str, &str, &str)] = &[
    ("GET", "/v1/committees", "roca"),
    ("POST", "/v1/committees", "c"),
    ("GET", "/v1/committees/{id}", "roca"),
    ("PATCH", "/v1/committees/{id}", "c"),
    ("GET", "/v1/committees/{id}/history", "oca"),
    ("GET", "/v1/meetings", "roca"),
    ("POST", "/v1/meetings", "c"),
    ("GET", "/v1/meetings/{id}", "roca"),
    ("PATCH", "/v1/meetings/{id}", "c"),
    ("GET", "/v1/meetings/{id}/history", "oca"),
    ("GET", "/v1/agenda-items", "roca"),
    ("POST", "/v1/agenda-items", "c"),
    ("GET", "/v1/agenda-items/{id}", "roca"),
    ("PATCH", "/v1/agenda-items/{id}", "c"),
    ("GET", "/v1/agenda-items/{id}/history", "oca"),
    ("GET", "/v1/resolutions", "roca"),
    ("POST", "/v1/resolutions", "c"),
    ("GET", "/v1/resolutions/{id}", "roca"),
    ("PATCH", "/v1/resolutions/{id}", "c"),
    ("GET", "/v1/resolutions/{id}/history", "oca"),
    ("GET", "/v1/resolutions/{id}/responses", "roca"),
    ("POST", "/v1/resolutions/{id}/responses", "c"),
    (
        "GET",
        "/v1/resolutions/{id}/responses/{response_id}",
        "roca",
    ),
    ("POST", "/v1/minutes/readings", "c"),
    ("GET", "/v1/meetings/{id}/minutes", "ca"),
    ("POST", "/v1/meetings/{id}/minutes", "c"),
    ("GET", "/v1/minutes/{id}", "ca"),
    ("GET", "/v1/minutes/{id}/source", "ca"),
    ("GET", "/v1/minutes/{id}/text", "ca"),
    ("GET", "/v1/minutes/{id}/changes", "ca"),
    ("GET", "/v1/minutes/{id}/history", "ca"),
    ("GET", "/v1/minutes/{id}/drafts", "ca"),
    ("GET", "/v1/drafts/{id}", "ca"),
    ("PATCH", "/v1/drafts/{id}", "c"),
    ("GET", "/v1/drafts/{id}/history", "ca"),
    ("POST", "/v1/drafts/{id}/confirm", "c"),
    ("POST", "/v1/drafts/{id}/merge", "c"),
    ("POST", "/v1/drafts/{id}/reject", "c"),
    ("POST", "/v1/bulk/draft-moves", "c"),
    ("GET", "/v1/reports/coverage", "roca"),
    ("GET", "/v1/reports/coverage-by-committee", "roca"),
    ("GET", "/v1/delegations", "roca"),
    ("POST", "/v1/delegations", "c"),
    ("GET", "/v1/delegations/{id}", "roca"),
    ("PATCH", "/v1/delegations/{id}", "c"),
    ("GET", "/v1/delegations/{id}/history", "oca"),
    ("GET", "/v1/posts", "roca"),
    ("POST", "/v1/posts", "c"),
    ("GET", "/v1/posts/{id}", "roca"),
    ("PATCH", "/v1/posts/{id}", "c"),
    ("GET", "/v1/posts/{id}/holder", "roca"),
    ("GET", "/v1/posts/{id}/history", "oca"),
    ("GET", "/v1/posts/{id}/tenures", "roca"),
    ("POST", "/v1/posts/{id}/tenures", "c"),
    ("GET", "/v1/posts/{id}/tenures/{tenure_id}", "roca"),
    ("PATCH", "/v1/posts/{id}/tenures/{tenure_id}", "c"),
    ("GET", "/v1/actions", "roca"),
    ("POST", "/v1/actions", "c"),
    ("GET", "/v1/actions/{id}", "roca"),
    ("PATCH", "/v1/actions/{id}", "c"),
    ("GET", "/v1/actions/{id}/history", "oca"),
    ("GET", "/v1/actions/{id}/due-terms", "roca"),
    ("GET", "/v1/actions/{id}/progress-updates", "roca"),
    ("POST", "/v1/actions/{id}/progress-updates", "oca"),
    (
        "GET",
        "/v1/actions/{id}/progress-updates/{update_id}",
        "roca",
    ),
    ("GET", "/v1/actions/{id}/evidence", "roca"),
    ("POST", "/v1/actions/{id}/evidence", "oca"),
    ("POST", "/v1/actions/{id}/evidence-files", "oca"),
    ("GET", "/v1/actions/{id}/evidence/{evidence_id}", "roca"),
    (
        "GET",
        "/v1/actions/{id}/evidence/{evidence_id}/file",
        "roca",
    ),
    (
        "POST",
        "/v1/actions/{id}/evidence/{evidence_id}/withdraw",
        "oca",
    ),
    ("GET", "/v1/actions/{id}/completion-claims", "roca"),
    (
        "GET",
        "/v1/actions/{id}/completion-claims/{claim_id}",
        "roca",
    ),
    ("POST", "/v1/actions/{id}/due-terms", "c"),
    ("GET", "/v1/actions/{id}/occurrences", "roca"),
    ("POST", "/v1/actions/{id}/occurrences/{number}/meet", "oca"),
    ("POST", "/v1/actions/{id}/occurrences/{number}/miss", "oca"),
    ("POST", "/v1/actions/{id}/open", "oca"),
    ("POST", "/v1/actions/{id}/void", "oca"),
    ("POST", "/v1/actions/{id}/start", "oca"),
    ("POST", "/v1/actions/{id}/hold", "oca"),
    ("POST", "/v1/actions/{id}/resume", "oca"),
    ("POST", "/v1/actions/{id}/claim-completion", "oca"),
    ("POST", "/v1/actions/{id}/withdraw-claim", "oca"),
    ("POST", "/v1/actions/{id}/refuse-completion", "oca"),
    ("POST", "/v1/actions/{id}/accept-completion", "oca"),
    ("POST", "/v1/actions/{id}/close", "oca"),
    ("POST", "/v1/actions/{id}/reopen", "oca"),
    ("GET", "/v1/actions/{id}/links", "roca"),
    ("POST", "/v1/actions/{id}/links", "c"),
    ("GET", "/v1/actions/{id}/links/{link_id}", "roca"),
    ("POST", "/v1/actions/{id}/split", "c"),
    ("POST", "/v1/bulk/action-creations", "c"),
    ("POST", "/v1/bulk/action-moves", "oca"),
    ("POST", "/v1/imports", "c"),
    ("GET", "/v1/actions/{id}/verifications", "roca"),
    ("POST", "/v1/actions/{id}/verifications", "oca"),
    (
        "GET",
        "/v1/actions/{id}/verifications/{verification_id}",
        "roca",
    ),
    ("GET", "/v1/extension-requests", "roca"),
    ("GET", "/v1/actions/{id}/extension-requests", "roca"),
    ("POST", "/v1/actions/{id}/extension-requests", "oc"),
    (
        "GET",
        "/v1/actions/{id}/extension-requests/{extension_request_id}",
        "roca",
    ),
    (
        "POST",
        "/v1/actions/{id}/extension-requests/{extension_request_id}/grant",
        "oc",
    ),
    (
        "POST",
        "/v1/actions/{id}/extension-requests/{extension_request_id}/refuse",
        "c",
    ),
    (
        "POST",
        "/v1/actions/{id}/extension-requests/{extension_request_id}/withdraw",
        "oc",
    ),
];

const NOBODY: &str = "0144abdd-2200-7000-8000-000000000000";

/// A path with an id that is nobody's in each place for one.
pub(crate) fn concrete(template: &str) -> String {
    let parts = template.split('/');
    let parts = parts.map(|part| match part {
        "{number}" => "1",
        part if part.starts_with('{') => NOBODY,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A body that each operation on one record takes.
fn body_for(path: &str) -> Value {
    match path.rsplit('/').next().unwrap() {
        "meet" => json!({ "narrative": "Reported" }),
        "miss" => json!({ "reason": "Because" }),
        "start" | "progress-updates" => json!({ "narrative": "Begun" }),
        "hold" => json!({ "reason": "Waiting", "review_on": "2014-05-01" }),
        "claim-completion" => json!({ "narrative": "Done", "no_evidence_reason": "None to show" }),
        "accept-completion" | "grant" => json!({ "delegation_id": NOBODY }),
        "close" => json!({ "outcome": "merged", "successor_id": NOBODY }),
        "due-terms" => {
            json!({ "due": { "kind": "date", "due_on": "2014-06-01" }, "reason": "Granted", "decision_id": NOBODY })
        }
        "evidence" => json!({ "kind": "letter", "title": "From the agency" }),
        "links" => json!({ "kind": "follows", "to_action_id": NOBODY }),
        "split" => json!({ "children": [{ "title": "One part" }, { "title": "The other" }] }),
        "refuse" => json!({ "reason": "No" }),
        "extension-requests" => {
            json!({ "due": { "kind": "date", "due_on": "2014-06-01" }, "reason": "Late" })
        }
        "verifications" => json!({
            "method": "other", "result": "satisfied", "note": "Seen", "verified_on": "2014-03-10",
        }),
        "responses" => json!({
            "response": "accepted", "responded_by": "Cabinet", "responded_on": "2014-03-10",
        }),
        "merge" => json!({ "draft_id": NOBODY }),
        "reject" | "void" | "withdraw" | "withdraw-claim" | "refuse-completion" | "reopen" => {
            json!({ "reason": "Because" })
        }
        _ => json!({}),
    }
}

async fn call(person: &Person, method: &str, path: &str) -> Answer {
    let query = match (method, path.ends_with("/evidence-files")) {
        ("POST", true) => "?title=A%20note&file_name=note.txt",
        _ => "",
    };
    let is_document = path.ends_with("/minutes") || path.ends_with("/readings");
    let method_named = Method::from_bytes(method.as_bytes()).unwrap();
    let request = person.request(method_named, &format!("{path}{query}"));
    Answer::to(match method {
        "GET" => request,
        "PATCH" => request.header("if-match", "*").json(&json!({})),
        _ if path.ends_with("/imports") => {
            request.header("content-type", "text/csv").body("Noted.")
        }
        _ if is_document || !query.is_empty() => {
            request.header("content-type", "text/plain").body("Noted.")
        }
        _ => request.header("if-match", "*").json(&body_for(path)),
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_is_for_the_roles_that_the_table_names() {
    let app = App::start().await;
    let people = [
        ('r', app.reader()),
        ('o', app.officer("ann")),
        ('c', app.clerk()),
        ('a', app.auditor()),
        ('d', app.admin()),
    ];
    for (method, template, roles) in OPERATIONS {
        let path = concrete(template);
        for (role, person) in &people {
            let answer = call(person, method, &path).await;
            if roles.contains(*role) {
                assert!(
                    matches!(answer.status, 200 | 404 | 422),
                    "{role} {method} {path}: {}",
                    answer.text
                );
            } else {
                answer.problem(403, "forbidden");
            }
        }
        let answer = call(&app.anonymous(), method, &path)
            .await
            .problem(401, "unauthenticated");
        assert!(
            answer.header("www-authenticate").starts_with("Bearer"),
            "{method} {path}"
        );
    }
}

/// An answer without what differs from one request to the next.
fn without_request(answer: &Answer) -> (u16, Value) {
    let mut body = answer.body.clone();
    if let Some(members) = body.as_object_mut() {
        members.remove("request_id");
    }
    (answer.status, body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_committees_records_answer_exactly_like_missing_ones() {
    let app = App::start().await;
    let ours = Council::found(&app).await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let action = theirs.action(theirs.undated()).await;
    let delegation = json!({
        "committee_id": theirs.committee, "resolution_id": theirs.resolution, "wording": "To accept",
        "delegate": "The Chair", "starts_on": "2014-03-03",
    });
    let delegation = theirs.clerk.make("/v1/delegations", delegation).await;
    let minutes = theirs.hand_in("RESOLVED that the report be noted.").await;
    let drafts = format!("/v1/minutes/{minutes}/drafts");
    let drafts = theirs.clerk.get(&drafts).await.expect(200);
    let draft = drafts.items()[0]["id"].as_str().unwrap();
    let limited = app.clerk().limited_to(&["CFS"]);
    let auditor = app.auditor().limited_to(&["CFS"]);
    for (method, template, roles) in OPERATIONS.iter().filter(|row| row.1.contains("{id}")) {
        let limited = if roles.contains('c') {
            &limited
        } else {
            &auditor
        };
        let id = match template.split('/').nth(2).unwrap() {
            "committees" => theirs.committee.as_str(),
            "meetings" => &theirs.meeting,
            "agenda-items" => &theirs.item,
            "resolutions" => &theirs.resolution,
            "actions" => &action,
            "delegations" => &delegation,
            "minutes" => &minutes,
            "drafts" => draft,
            // Posts belong to no committee.
            _ => continue,
        };
        let there = call(limited, method, &concrete(&template.replace("{id}", id))).await;
        let missing = call(limited, method, &concrete(template)).await;
        assert_eq!(
            without_request(&there),
            without_request(&missing),
            "{method} {template}"
        );
        there.problem(404, "not-found");
    }
    for path in [
        "/v1/committees",
        "/v1/meetings",
        "/v1/agenda-items",
        "/v1/resolutions",
        "/v1/delegations",
        "/v1/actions",
    ] {
        let text = limited.get(path).await.expect(200).text;
        for id in [
            &theirs.committee,
            &theirs.meeting,
            &theirs.item,
            &theirs.resolution,
            &action,
        ] {
            assert!(!text.contains(id.as_str()), "{path}");
        }
    }
    for (filter, id) in [
        ("committee_id", &theirs.committee),
        ("meeting_id", &theirs.meeting),
        ("resolution_id", &theirs.resolution),
    ] {
        assert!(
            limited
                .get(&format!("/v1/actions?{filter}={id}"))
                .await
                .expect(200)
                .items()
                .is_empty()
        );
    }
    // What a body mentions is told like what is missing, too.
    for (path, member, id, base) in [
        (
            "/v1/meetings",
            "committee_id",
            &theirs.committee,
            json!({ "starts_at": "2014-06-09T13:00:00Z" }),
        ),
        (
            "/v1/agenda-items",
            "meeting_id",
            &theirs.meeting,
            json!({ "number": "1", "title": "Item" }),
        ),
        (
            "/v1/resolutions",
            "agenda_item_id",
            &theirs.item,
            json!({ "kind": "noted", "text": "noted" }),
        ),
        (
            "/v1/actions",
            "resolution_id",
            &theirs.resolution,
            ours.undated(),
        ),
    ] {
        let there = limited
            .post(path, with(base.clone(), json!({ member: id })))
            .await;
        let missing = limited
            .post(path, with(base, json!({ member: NOBODY })))
            .await;
        assert_eq!(without_request(&there), without_request(&missing), "{path}");
        there.problem(422, "validation");
    }
    assert_eq!(
        app.clerk()
            .limited_to(&[])
            .get("/v1/committees")
            .await
            .expect(200)
            .items()
            .len(),
        0
    );
    assert_eq!(
        limited.get("/v1/committees").await.expect(200).each("id"),
        [&ours.committee]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committees_code_taken_out_of_sight_is_not_told_apart_by_its_id() {
    let app = App::start().await;
    Council::found_as(&app, "HEA", "Director of Public Health").await;
    let limited = app.clerk().limited_to(&["CFS"]);
    let refused = limited
        .post("/v1/committees", json!({ "code": "HEA", "name": "Health" }))
        .await;
    assert_eq!(refused.body.get("existing"), None, "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exempt_action_is_seen_by_clerks_auditors_and_whoever_holds_its_post() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let public = council.action(council.undated()).await;
    let secret = with(
        council.undated(),
        json!({ "exempt": true, "title": "Settlement with a supplier" }),
    );
    let exempt = council.action(secret).await;
    let shown = council
        .clerk
        .get(&format!("/v1/actions/{exempt}"))
        .await
        .expect(200);
    // Its number is not out of the public row, where a gap would tell of it.
    assert_ne!(shown.body["reference"], "CFS/13-14/002");
    let next = council
        .clerk
        .post("/v1/actions", council.undated())
        .await
        .expect(201);
    assert_eq!(next.body["reference"], "CFS/13-14/002");
    let reference = shown.body["reference"].as_str().unwrap();

    let insiders = [app.clerk(), app.auditor(), app.officer("ann")];
    let outsiders = [
        app.reader(),
        app.officer("bob"),
        app.auditor().limited_to(&["HEA"]),
    ];
    let lists = [
        "/v1/actions".to_owned(),
        "/v1/actions?exempt=true".to_owned(),
        "/v1/actions?q=settlement".to_owned(),
        format!("/v1/actions?reference={reference}"),
        format!("/v1/actions?resolution_id={}", council.resolution),
    ];
    for person in &insiders {
        person
            .get(&format!("/v1/actions/{exempt}"))
            .await
            .expect(200);
        person
            .get(&format!("/v1/actions/{exempt}/history"))
            .await
            .expect(200);
        for list in &lists {
            assert!(
                person
                    .get(list)
                    .await
                    .expect(200)
                    .each("id")
                    .contains(&exempt.as_str()),
                "{list}"
            );
        }
    }
    for person in &outsiders {
        person
            .get(&format!("/v1/actions/{exempt}"))
            .await
            .problem(404, "not-found");
        for list in &lists {
            assert!(
                !person
                    .get(list)
                    .await
                    .expect(200)
                    .each("id")
                    .contains(&exempt.as_str()),
                "{list}"
            );
        }
    }
    let bob = app.officer("bob");
    for name in [
        "open",
        "start",
        "hold",
        "claim-completion",
        "reopen",
        "close",
    ] {
        bob.moves(&exempt, name, body_for(name))
            .await
            .problem(404, "not-found");
    }
    bob.get(&format!("/v1/actions/{exempt}/history"))
        .await
        .problem(404, "not-found");
    app.reader()
        .get(&format!("/v1/actions/{public}"))
        .await
        .expect(200);
    app.officer("ann")
        .moves(&exempt, "start", body_for("start"))
        .await
        .expect(200);

    // Support is enough, and it ends with the tenure.
    let post = council
        .clerk
        .make("/v1/posts", json!({ "title": "Head of Law" }))
        .await;
    let tenure = json!({
        "holder_name": "Bob Example", "holder_subject": "bob", "starts_on": "2014-01-01", "ends_on": "2014-03-10",
    });
    council
        .clerk
        .make(&format!("/v1/posts/{post}/tenures"), tenure)
        .await;
    let path = format!("/v1/actions/{exempt}");
    council
        .clerk
        .patch(&path, "*", json!({ "supporting_post_ids": [post] }))
        .await
        .expect(200);
    bob.get(&path).await.expect(200);
    assert!(
        bob.get("/v1/actions")
            .await
            .expect(200)
            .each("id")
            .contains(&exempt.as_str())
    );
    app.at("2014-03-11T00:00:00Z");
    bob.get(&path).await.problem(404, "not-found");
    assert!(
        !bob.get("/v1/actions")
            .await
            .expect(200)
            .each("id")
            .contains(&exempt.as_str())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exempt_item_and_its_resolution_are_hidden_and_pass_their_exemption_on() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let item = clerk
        .make(
            "/v1/agenda-items",
            json!({
                "meeting_id": council.meeting, "number": "9", "title": "Dismissals", "exempt": true,
            }),
        )
        .await;
    let body = json!({ "agenda_item_id": item, "kind": "request", "text": "that the xylophone matter be settled" });
    let resolution = clerk.post("/v1/resolutions", body).await.expect(201);
    assert_eq!(resolution.body["exempt"], true);
    let resolution = resolution.id();
    let inherited = clerk
        .post(
            "/v1/actions",
            with(council.undated(), json!({ "resolution_id": resolution })),
        )
        .await
        .expect(201);
    assert_eq!(inherited.body["exempt"], true);
    let public = with(
        council.undated(),
        json!({ "resolution_id": resolution, "exempt": false }),
    );
    let public = council.action(public).await;

    for person in [app.reader(), app.officer("ann"), app.officer("bob")] {
        person
            .get(&format!("/v1/agenda-items/{item}"))
            .await
            .problem(404, "not-found");
        person
            .get(&format!("/v1/resolutions/{resolution}"))
            .await
            .problem(404, "not-found");
        for list in ["/v1/agenda-items", "/v1/resolutions"] {
            let ids: BTreeSet<String> = person
                .get(list)
                .await
                .expect(200)
                .each("id")
                .into_iter()
                .map(str::to_owned)
                .collect();
            assert!(!ids.contains(&item) && !ids.contains(&resolution), "{list}");
        }
        person
            .get(&format!("/v1/actions/{public}"))
            .await
            .expect(200);
        // The exempt words do not lead to the public action either.
        let found = person.get("/v1/actions?q=xylophone").await.expect(200);
        assert!(!found.each("id").contains(&public.as_str()));
    }
    for person in [app.clerk(), app.auditor()] {
        person
            .get(&format!("/v1/agenda-items/{item}"))
            .await
            .expect(200);
        person
            .get(&format!("/v1/resolutions/{resolution}"))
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sets_what_the_service_sets() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    for (member, value) in [
        ("id", json!(NOBODY)),
        ("reference", json!("CFS/13-14/900")),
        ("version", json!(9)),
        ("created_at", json!("2000-01-01T00:00:00Z")),
        ("created_by", json!("me")),
        ("outcome", json!("implemented")),
        ("claimed_by", json!("me")),
    ] {
        let created = council
            .clerk
            .post(
                "/v1/actions",
                with(council.undated(), json!({ member: value })),
            )
            .await;
        assert_eq!(
            created.problem(422, "validation").pointers(),
            [format!("/{member}")]
        );
        let changed = council
            .clerk
            .patch(
                &format!("/v1/actions/{action}"),
                "*",
                json!({ member: value }),
            )
            .await;
        assert_eq!(
            changed.problem(422, "validation").pointers(),
            [format!("/{member}")]
        );
    }
    let moved = council
        .clerk
        .patch(
            &format!("/v1/actions/{action}"),
            "*",
            json!({ "state": "closed" }),
        )
        .await;
    assert_eq!(moved.problem(422, "validation").pointers(), ["/state"]);
    let closed = council
        .clerk
        .post(
            "/v1/actions",
            with(council.undated(), json!({ "state": "closed" })),
        )
        .await;
    assert_eq!(closed.problem(422, "validation").pointers(), ["/state"]);
}
